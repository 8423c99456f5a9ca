"""Compose: variables, which files are read together, and that no value leaves."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from archdoc import codec
from archdoc.config import Config
from archdoc.extract import _values as values
from archdoc.extract import compose, kubernetes
from archdoc.extract._compose_variables import dotenv, interpolate, nothing
from archdoc.extract._values import Text, Unknown
from archdoc.model import ById, ByPath, EntityKind, Facts
from archdoc.plugins import EXTRACTORS
from archdoc.resolve import resolve
from tests.support import MemoryFiles

KNOWN: Mapping[str, Text] = {
    "A": ("x",),
    "EMPTY": (),
    "SHA": (Unknown("github.sha"),),
    "INPUT": (Unknown("inputs.tag"),),
    "PART": ("v", Unknown("inputs.tag")),
}


def read(files: Mapping[str, bytes | str], path: str = "compose.yaml") -> Facts:
    return compose.extract(path, MemoryFiles(files), Config())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("", ""),
        ("$A/${A}", "x/x"),
        ("$$A and $", "$A and $"),
        ("a$1${1}", "a$1${1}"),
        ("${A", "${A"),
        ("$NONE", "*"),
        ("${NONE:-d}", "d"),
        ("${NONE-d}", "d"),
        ("${EMPTY:-d}", "d"),
        ("${EMPTY-d}", ""),
        ("${A:-d}${A-d}", "xx"),
        ("${NONE:-${EMPTY:-${A}}}", "x"),
        ("${NONE:+d}${EMPTY:+d}${EMPTY+e}${A:+d}", "ed"),
        ("${NONE:?say}/${A?say}", "*/x"),
        ("${A/x/y}", "*"),
        ("${SHA:-dev}", "*"),
        ("${PART:-dev}", "*"),
    ],
)
def test_variables(text: str, shown: str) -> None:
    assert values.shown(interpolate(text, KNOWN.get)) == shown


def test_what_a_run_may_leave_empty_may_be_the_default() -> None:
    assert values.alternatives(interpolate("${INPUT:-dev}", KNOWN.get)) == (("dev",),)
    assert values.sources(interpolate("${INPUT:-dev}", KNOWN.get)) == ("inputs.tag",)


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ("A=b", "b"),
        ("export A=b", "b"),
        ("A: b", "b"),
        ("  A = b c  # said", "b c"),
        ("A=b#c", "b#c"),
        ("A=# said", ""),
        ("A='$B # c' # d", "$B # c"),
        ('A="${B:-c}"', "c"),
        ("A=", ""),
    ],
)
def test_rows_of_an_environment_file(row: str, value: str) -> None:
    assert values.known(dotenv(row.encode(), nothing)["A"]) == value


def test_the_environment_wins_over_its_file() -> None:
    assert dotenv(b"A=1\nB=$A$C\n", {"A": ("2",)}.get)["B"] == ("2", Unknown("C"))


@pytest.mark.parametrize(
    ("path", "covers"),
    [
        ("compose.yaml", ("compose.override.yaml",)),
        ("docker-compose.yml", ()),  # compose.yaml is found first
        ("compose.override.yaml", None),
        ("compose.prod.yaml", ()),
    ],
)
def test_a_default_file_takes_in_its_override(path: str, covers: tuple[str, ...] | None) -> None:
    text = "services: {a: {image: b}}\n"
    names = ("compose.yaml", "docker-compose.yml", "compose.override.yaml", "compose.prod.yaml")
    facts = read(dict.fromkeys(names, text), path)
    assert facts == Facts() if covers is None else facts.covers == covers and facts.entities


def test_an_override_without_a_default_file_stands_for_itself() -> None:
    assert read({"compose.override.yaml": "services: {a: {image: b}}\n"}, "compose.override.yaml").entities


def test_services_of_another_file_are_told_once() -> None:
    names = ("db", "cache", "queue", "web")
    text = "services:\n  own: {image: own}\n" + "".join(f"  {name}: {{command: run}}\n" for name in names)
    message = "services `db`, `cache`, `queue` and 1 more have neither image nor build"
    assert [(one.message, one.line) for one in read({"compose.more.yaml": text}, "compose.more.yaml").findings] == [(message, 3)]


def test_no_value_leaves() -> None:
    files = {
        ".env": "PASSWORD=hunter2\nURL=postgres://app:hunter3@db/app\nPORT=4711\n",
        "compose.yaml": """\
services:
  db: {image: postgres, environment: {POSTGRES_PASSWORD: "${PASSWORD}"}, ports: ["${PORT}:5432"]}
  api:
    image: ${NAME}
    build: {context: ., args: {TOKEN: "${PASSWORD}", OTHER: hunter4}}
    labels: {secret: hunter5}
    command: ["--password", "${PASSWORD}"]
    environment: ["URL", "API_KEY=hunter6", "SELF=http://u:hunter7@api:80"]
""",
    }
    said = json.dumps(codec.facts_to_json(read(files)))
    assert "hunter" not in said
    assert "4711" not in said
    assert "service/db" in said


def test_a_build_that_nobody_pushes_is_of_no_job() -> None:
    facts = read({"compose.yaml": "services: {a: {image: ghcr.io/acme/a, build: .}}\n"})
    published = [one for one in facts.references if one.relation == "publishes"]
    assert [one.attributes["pushed"] for one in published] == [False]
    assert not any(isinstance(one.target, ById) and one.target.id == published[0].source for one in facts.references)


def test_many_extends_are_read_in_bounded_time() -> None:
    rows = [f"  s{n}: {{extends: s{n + 1}, image: a}}" for n in range(300)]
    facts = read({"compose.yaml": "\n".join(["services:", *rows])})
    assert {one.rule for one in facts.findings} == {"compose-invalid", "compose-file-missing"}


def test_a_compose_file_does_not_push_what_a_cluster_runs() -> None:
    """The same image in three places: a job pushes it, compose only builds it, and the cluster runs that of the job."""
    tree = MemoryFiles(
        {
            "compose.yaml": "services: {api: {image: ghcr.io/acme/api, build: {context: ., dockerfile: dev.Dockerfile}}}\n",
            "Dockerfile": "FROM scratch\n",
            "dev.Dockerfile": "FROM scratch\n",
            "k8s/api.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: api}\n"
            "spec: {containers: [{name: a, image: ghcr.io/acme/api}]}\n",
            ".github/workflows/a.yml": "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n"
            "      - run: docker build --push -t ghcr.io/acme/api .\n",
        }
    )
    read = [module.extract(path, tree, Config()) for module in EXTRACTORS.values() for path in tree.files if module.claims(path)]
    graph = resolve(read, frozenset(tree.files))
    pushed = {(one.source, one.attributes["pushed"]) for one in graph.relations if one.kind == "publishes"}
    assert pushed == {("image_build:.github/workflows/a.yml#a/docker-build", True), ("image_build:compose.yaml#api", False)}
    built = {(one.source, one.target) for one in graph.relations if one.kind == "builds"}
    assert ("image_build:.github/workflows/a.yml#a/docker-build", "dockerfile:Dockerfile") in built
    assert ("image_build:compose.yaml#api", "dockerfile:dev.Dockerfile") in built
    assert len(built) == 2


def test_a_folder_that_is_applied_to_a_cluster_is_applied_without_its_compose_files() -> None:
    steps = "      - run: kubectl apply -R -f deploy\n      - run: kubectl apply -f dev\n"
    workflow = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n{steps}"
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: api}\nspec: {containers: [{name: a, image: b}]}\n"
    services = "services: {api: {image: b}}\n"
    tree = MemoryFiles(
        {
            ".github/workflows/a.yml": workflow,
            "deploy/compose.yaml": services,
            "deploy/k8s/api.yaml": pod,
            "dev/compose.yaml": services,
            "dev/note.md": "",
        }
    )
    read = [module.extract(path, tree, Config()) for module in EXTRACTORS.values() for path in tree.files if module.claims(path)]
    graph = resolve(read, frozenset(tree.files))
    deployed = {one.target for one in graph.relations if one.kind == "deploys"}
    assert deployed == {"deployable:deploy/k8s", "external:manifests/dev"}


@pytest.mark.parametrize(
    ("path", "claimed"),
    [
        ("compose.yaml", True),
        ("deploy/docker-compose.prod.yml", True),
        ("kafka-compose.yml", True),
        ("kafka-docker-compose.yml", True),
        ("deploy/compose/vectordb.yaml", True),
        ("docker_compose/vectordb.yml", True),
        ("decompose.yaml", False),
        ("composer.json", False),
        ("deploy/compose/deep/vectordb.yaml", False),
        (".github/workflows/run-compose.yml", False),
    ],
)
def test_which_files_are_of_compose(path: str, claimed: bool) -> None:
    assert compose.claims(path) is claimed


def test_a_manifest_in_a_folder_of_compose_files_is_read() -> None:
    assert kubernetes.claims("docker-compose/pod.yaml")
    assert not kubernetes.claims("kafka-compose.yml")


def test_a_build_without_a_place_changes_that_of_another_file() -> None:
    files = {"compose.dev.yaml": "services: {api: {build: {target: dev}}, web: {build: {context: web}}}\n", "web/Dockerfile": ""}
    facts = read(files, "compose.dev.yaml")
    assert [one.rule for one in facts.findings] == ["compose-partial"]
    assert [one.name for one in facts.entities if one.kind == "workload"] == ["web"]
    assert len([one for one in read({**files, "Dockerfile": ""}, "compose.dev.yaml").entities if one.kind == "workload"]) == 2


def test_paths_are_read_from_where_most_dockerfiles_are_found() -> None:
    text = "services: {a: {build: {dockerfile: a/Dockerfile}}, b: {build: {dockerfile: b/Dockerfile}}}\n"
    facts = read({"ci/compose.yaml": text, "a/Dockerfile": "FROM scratch\n"}, "ci/compose.yaml")
    built = [one.target for one in facts.references if one.relation == "builds"]
    assert built == [ByPath("a/Dockerfile", EntityKind.DOCKERFILE), ByPath("b/Dockerfile", EntityKind.DOCKERFILE)]


def test_what_is_mounted_as_settings() -> None:
    """Not the project's own folder, and no Compose file."""
    text = 'services: {api: {image: a, volumes: ["./:/cache", "./conf:/etc/app"]}, db: {image: d}}\n'
    files = {
        "run/compose.yaml": text,
        "run/app.yaml": "db:\n  url: http://db:80\n",
        "run/conf/app.yaml": "db:\n  url: http://db:81\n",
        "run/conf/compose.yaml": "services:\n  x: {image: x, environment: {URL: http://db:82}}\n",
    }
    calls = [one for one in read(files, "run/compose.yaml").references if one.relation == "connects-to"]
    assert [one.attributes["port"] for one in calls] == [81]


def test_a_service_of_another_file_of_the_folder_may_be_meant() -> None:
    tree = MemoryFiles(
        {
            "run/compose/app.yaml": "services: {api: {image: a, environment: {A: http://db_1:1, B: http://cache:2, "
            "C: http://far:3, D: http://twice:4}}}\n",
            "run/compose/db.yaml": "services: {db_1: {image: d}}\n",
            "run/compose/docker-compose.yml": "services: {cache: {image: c}}\n",
            "run/compose/more.yaml": "services: {cache: {image: c}, twice: {image: t}}\n",
            "run/compose/other.yaml": "services: {twice: {image: t}}\n",
            "far/compose.yaml": "services: {far: {image: f}}\n",
        }
    )
    graph = resolve([compose.extract(path, tree, Config()) for path in tree.files], frozenset(tree.files))
    assert sorted((one.target, one.confidence) for one in graph.relations if one.kind == "connects-to") == [
        ("workload:run/compose/db.yaml:service/db_1", 0.5),
        ("workload:run/compose/docker-compose.yml:service/cache", 0.5),
    ]
