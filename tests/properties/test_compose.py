"""Compose files and the files of other builders, of any shape: nothing raises, and the order of keys does not count."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from archdoc.config import Config
from archdoc.extract import _go_template as template
from archdoc.extract import _values as values
from archdoc.extract import compose, github_actions
from archdoc.extract._compose_variables import dotenv, interpolate, nothing
from archdoc.extract._values import Unknown
from tests.support import MemoryFiles

WORDS = [
    *("services", "include", "extends", "build", "context", "dockerfile", "target", "tags", "args", "image", "environment"),
    *(
        "volumes",
        "secrets",
        "configs",
        "ports",
        "depends_on",
        "profiles",
        "networks",
        "aliases",
        "links",
        "path",
        "file",
        "service",
    ),
    *("a", "b", "compose.yaml", "other.yaml", "${A:-b}", "$A", "a:b", "A=http://b:80", "../..", "/", "https://a/b.git", "<<"),
    *("steps", "images", "name", "docker", "dockers", "kos", "image_templates", "{{ .Env.A }}", "dockers_v2", "repositories"),
    *("docker_manifests", "name_template", "substitutions", "_A", "entrypoint", "bash", "-c", "docker build -t a .", "script"),
]
values_of_yaml = st.recursive(
    st.none() | st.sampled_from(WORDS) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=20,
)
WORKFLOW = """\
on: push
jobs:
  a:
    runs-on: x
    steps:
      - run: |
          docker compose -f compose.yaml -f other.yaml build --push
          docker compose push
          goreleaser release
          gcloud builds submit
          tilt ci
          ko build ./...
"""


def flow(value: object) -> str:
    """A value as YAML in flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return "null" if value is None else "'" + str(value).replace("'", "''").replace("\n", " ") + "'"


@given(st.binary(max_size=300), st.binary(max_size=100))
@example(b"services: {a: {extends: b}, b: {extends: a}}", b"A=$A")
@example(b"include: [compose.yaml, other.yaml, {path: [a, b]}, {path: {a: b}}, [a], null]\nservices: {a: {image: b}}", b"")
@example(b"services: {a: &x {build: {args: *x}}}", b"")
def test_any_bytes_never_raise(data: bytes, env: bytes) -> None:
    files = MemoryFiles({"compose.yaml": data, "other.yaml": data, ".env": env})
    compose.extract("compose.yaml", files, Config())


@given(values_of_yaml, values_of_yaml)
def test_any_shape_never_raises(first: object, second: object) -> None:
    text, other = flow({"services": first, "include": second}), flow({"services": second})
    files = {"compose.yaml": text, "other.yaml": other, "compose.override.yaml": flow(first)}
    compose.extract("compose.yaml", MemoryFiles(files), Config())


@given(values_of_yaml)
def test_builders_never_raise(value: object) -> None:
    text = flow({"services": value, "dockers": value, "kos": value, "steps": value, "dockers_v2": value, "env": value})
    files = MemoryFiles(
        {
            ".github/workflows/a.yml": WORKFLOW,
            **dict.fromkeys(("compose.yaml", "other.yaml", ".goreleaser.yaml", "cloudbuild.yaml", "Tiltfile", "go.mod"), text),
        }
    )
    github_actions.extract(".github/workflows/a.yml", files, Config())


@given(st.binary(max_size=200) | st.text(alphabet="dockerbuild_()'[]+=,\n :k8sf", max_size=200).map(str.encode))
@example(b"docker_build('a', 'b' + 'c' * 2)\nk8s_yaml([helm(x), kustomize()])\ninclude(1)")
@example(b"a = a + a\ndocker_build(a, a)\nk8s_yaml(a)")
@example(b"docker_build(" + b"+".join([b"'a'"] * 3000) + b", '.')")
@example(b"(" * 500)
def test_any_bytes_of_other_builders_never_raise(data: bytes) -> None:
    names = (".goreleaser.yaml", "cloudbuild.yaml", "Tiltfile", "go.mod", "main.go", "compose.yaml", "other.yaml", ".env")
    files = MemoryFiles({".github/workflows/a.yml": WORKFLOW, **dict.fromkeys(names, data)})
    github_actions.extract(".github/workflows/a.yml", files, Config())


@given(st.text(alphabet="$${}:-?+ABab_ ", max_size=40))
def test_interpolation_of_what_holds_no_dollar_is_the_text(text: str) -> None:
    found = interpolate(text, lambda name: {"A": ("x",)}.get(name, (Unknown(name),)))
    if "$" not in text:
        assert values.shown(found) == text
    assert dotenv(f"A={text}".encode(), nothing).keys() <= {"A"}


@given(st.text(alphabet='{}.-|`"abEnvif end', max_size=60))
def test_templates_never_raise(text: str) -> None:
    found = template.expand(text, lambda name: (Unknown(name),))
    if "{{" not in text:
        assert values.shown(found) == text
