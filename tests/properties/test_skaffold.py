"""Files of Skaffold of any shape: nothing raises, and the order of keys does not count."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from archdoc import codec
from archdoc.config import Config
from archdoc.extract import _skaffold_config as configs
from archdoc.extract import github_actions, skaffold
from tests.support import MemoryFiles

PATH = "skaffold.yaml"
WORKFLOW = ".github/workflows/ci.yml"
KEYS = [
    *(
        "build",
        "artifacts",
        "image",
        "imageName",
        "context",
        "workspace",
        "docker",
        "dockerfile",
        "target",
        "buildArgs",
        "kaniko",
    ),
    *(
        "ko",
        "jib",
        "custom",
        "buildCommand",
        "dependencies",
        "path",
        "requires",
        "alias",
        "platforms",
        "cluster",
        "local",
        "push",
    ),
    *("profiles", "name", "patches", "op", "value", "from", "activation", "env", "command", "kubeContext", "activeProfiles"),
    *("manifests", "rawYaml", "kustomize", "paths", "helm", "releases", "chartPath", "setValues", "setValueTemplates", "repo"),
    *("deploy", "kubectl", "kpt", "dir", "configs", "git", "metadata", "activatedBy", "artifactOverrides"),
]
WORDS = [
    *("a", "b", "gcr.io/p/a:v1", ".", "..", "/", "", "*", "{{.X}}", "{{", "ko://a/b", "docker build -t $IMAGE .", "sh build.sh"),
    *("/build/artifacts/0/image", "/build/artifacts/-", "add", "remove", "copy", "move", "skaffold.yaml", "other", "X=1", "!dev"),
    *("{{.IMAGE_REPO2}}", "{{.IMAGE_REPO_a}}", "true", "(", "^a$"),
]
COMMANDS = [
    *("build", "run", "dev", "deploy", "render", "apply x.yaml", "-p a", "-p ${{ github.event.x }}", "-p -a", "-f other", "-f -"),
    *("-m a", "-b a", "-t v", "-d r", "-d ${{ secrets.R }}", "--push", "--dry-run", "--output o", "--", "-p", "--kube-context a"),
]


def _values(depth: int) -> st.SearchStrategy[Any]:
    leaf = st.sampled_from(WORDS) | st.none() | st.booleans() | st.integers(0, 3)
    return st.recursive(
        leaf,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
        max_leaves=depth,
    )


DOCUMENTS = st.dictionaries(st.sampled_from(KEYS), _values(25), max_size=6)
ARTIFACTS = st.lists(st.dictionaries(st.sampled_from(KEYS), _values(6), max_size=5), max_size=4)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A document with a likely shape, and anything in it."""
    found: dict[str, Any] = {"apiVersion": "skaffold/v4beta11", **draw(DOCUMENTS)}
    if draw(st.booleans()):
        found["build"] = {"artifacts": [{"image": "a", **one} for one in draw(ARTIFACTS)]}
    if draw(st.booleans()):
        inner = {"build": {"artifacts": draw(ARTIFACTS)}, "patches": draw(st.lists(DOCUMENTS, max_size=3))}
        found["profiles"] = [{"name": "a", **inner, **draw(DOCUMENTS)}]
    return found


def _files(*found: dict[str, Any]) -> MemoryFiles:
    text = "\n---\n".join(json.dumps(one) for one in found)
    return MemoryFiles({PATH: text, "Dockerfile": "FROM scratch", "build.sh": "docker build ."})


@given(st.binary(max_size=300))
@example(b"apiVersion: skaffold/v1\n\xff")
@example(b"apiVersion: skaffold/v1\nbuild: {artifacts: [{image: &a [*a]}]}")
def test_any_bytes(data: bytes) -> None:
    for content in (data, b"apiVersion: skaffold/v4beta1\n" + data):
        skaffold.extract(PATH, MemoryFiles({PATH: content}), Config())


@given(st.lists(documents(), min_size=1, max_size=2))
def test_any_document(found: list[dict[str, Any]]) -> None:
    files = _files(*found)
    files.files[PATH] = b"apiVersion: skaffold/v1\n---\n" + files.files[PATH]
    facts = skaffold.extract(PATH, files, Config())
    assert len({one.id for one in facts.entities}) == len(facts.entities)
    assert codec.facts_from_rows(json.loads(json.dumps(codec.facts_to_rows(facts)))) == facts


@given(documents(), st.lists(st.sampled_from(COMMANDS), max_size=5))
def test_any_command(found: dict[str, Any], words: list[str]) -> None:
    files = _files(found)
    steps = [{"run": " ".join(("skaffold", *words))}]
    files.files[WORKFLOW] = json.dumps({"on": "push", "jobs": {"a": {"runs-on": "x", "steps": steps}}}).encode()
    github_actions.extract(WORKFLOW, files, Config())


@given(documents())
def test_order_of_keys(found: dict[str, Any]) -> None:
    straight, turned = ({key: found[key] for key in order} for order in (list(found), list(reversed(found))))

    def said(document: dict[str, Any]) -> list[tuple[object, ...]]:
        config = configs.read(_files(document).files[PATH], PATH)[0][0]
        every = [config, *(configs.with_profile(config, name)[0] for name in config.profiles)]
        return [
            (*((one.image.text, one.builder, one.context.text) for one in configs.artifacts(each)), each.name) for each in every
        ]

    assert said(straight) == said(turned)
