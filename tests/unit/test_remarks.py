"""What is odd only when the whole is seen, and the silence where something unread could be the missing piece."""

from __future__ import annotations

from typing import Any

import pytest

from archdoc import ids
from archdoc.model import (
    Attribute,
    ByImage,
    Entity,
    EntityKind,
    Evidence,
    Facts,
    Finding,
    Outside,
    Reference,
    RelationKind,
)
from archdoc.resolve import links, resolve
from archdoc.rules import finding
from tests.unit.test_links import WORKFLOW, World


def told(world: World, *files: str, findings: tuple[Finding, ...] = ()) -> list[tuple[str, str]]:
    facts = Facts(tuple(world.entities.values()), tuple(world.references), findings)
    made = resolve([facts], frozenset(files))
    given = {one.rule for one in findings}
    return [(one.rule, one.subject.partition(":")[2]) for one in made.findings if one.rule not in given]


def shop() -> World:
    """A job builds one Dockerfile; another one lies there."""
    world = World()
    world.build("ghcr.io/acme/api:1", path="api/Dockerfile")
    world.dockerfile("old/Dockerfile")
    for path in ("api/Dockerfile", "old/Dockerfile"):
        file = world.entities[ids.dockerfile_id(path)]
        world.entities[file.id] = Entity(file.id, file.kind, file.type, file.name, path, 1, attributes={"stages": ("0",)})
    return world


UNBUILT = [("dockerfile-unbuilt", "old/Dockerfile")]


def test_a_dockerfile_that_nothing_builds_is_told() -> None:
    assert told(shop()) == UNBUILT


def test_a_stage_that_is_built_is_its_dockerfile() -> None:
    world = shop()
    world.dockerfile("old/Dockerfile", "prod")
    world.build("ghcr.io/acme/old:1", path="old/Dockerfile", target="prod")
    assert told(world) == []


def test_a_repository_that_builds_in_no_job_says_nothing() -> None:
    world = World()
    world.dockerfile("old/Dockerfile")
    assert told(world) == []


@pytest.mark.parametrize(
    ("file", "silent"),
    [
        ("old/Makefile", True),
        ("Makefile", True),
        ("old/action.yml", True),
        ("hack/build-all.sh", True),
        ("api/Makefile", False),
        ("hack/lint.sh", False),
        ("README.md", False),
    ],
)
def test_silent_where_another_tool_may_build_it(file: str, silent: bool) -> None:
    assert told(shop(), file) == ([] if silent else UNBUILT)


@pytest.mark.parametrize("rule", ["build-not-followed", "shell-unread"])
def test_silent_where_a_build_may_have_been_missed(rule: str) -> None:
    assert told(shop(), findings=(finding(rule, "x", Evidence(WORKFLOW, 1)),)) == []


def test_silent_where_a_path_of_a_dockerfile_is_not_known() -> None:
    unknown = finding("expression-unknown", "the path of the Dockerfile: secrets.PATH", Evidence(WORKFLOW, 1))
    assert told(shop(), findings=(unknown,)) == []
    world = shop()
    world.build("ghcr.io/acme/other:1", path="")
    assert told(world) == []


def changed(world: World, kind: EntityKind, **attributes: Attribute) -> None:
    for key, one in world.entities.items():
        if one.kind is kind:
            world.entities[key] = Entity(one.id, one.kind, one.type, one.name, one.path, one.line, attributes=attributes)


def test_silent_where_a_job_runs_a_tool_that_is_not_followed() -> None:
    world = shop()
    changed(world, EntityKind.JOB, opaque=("bazel",))
    assert told(world) == []


def test_silent_where_a_job_calls_a_workflow_of_another_repository() -> None:
    world = shop()
    world.refer(world.job("call"), RelationKind.CALLS, Outside("workflow", "acme/shared/.github/workflows/build.yml"))
    assert told(world) == []


@pytest.mark.parametrize(
    ("type_", "job", "silent"), [("registry", "other", True), ("cloud", "other", False), ("registry", "build", False)]
)
def test_silent_where_a_job_logs_in_to_a_registry_and_builds_nothing_that_is_read(type_: str, job: str, silent: bool) -> None:
    world = shop()
    world.refer(world.job(job), RelationKind.AUTHENTICATES, Outside(type_, "ghcr.io"))
    assert told(world) == ([] if silent else UNBUILT)


def test_a_development_container_is_built_by_its_editor() -> None:
    world = shop()
    old = ids.dockerfile_id("old/Dockerfile")
    del world.entities[old]
    file = ids.dockerfile_id(".devcontainer/Dockerfile")
    world.add(
        Entity(file, EntityKind.DOCKERFILE, "dockerfile", "x", ".devcontainer/Dockerfile", 1, attributes={"stages": ("0",)})
    )
    assert told(world) == []


@pytest.mark.parametrize(
    ("image", "unbuilt"),
    [
        ("ghcr.io/acme/worker:1", True),
        ("ghcr.io/acme/api:1", False),
        ("ghcr.io/other/worker:1", False),
        ("docker.io/acme/worker:1", False),
        ("redis:7", False),
    ],
)
def test_an_image_of_the_own_owner_that_nothing_builds_is_told(image: str, unbuilt: bool) -> None:
    world = World()
    world.build("ghcr.io/acme/api:1")
    world.run(image)
    assert told(world) == ([("image-unbuilt", image.rpartition(":")[0])] if unbuilt else [])


def test_an_owner_of_what_is_never_pushed_is_not_the_own_one() -> None:
    world = World()
    world.build("ghcr.io/acme/api:1", pushed=False)
    world.run("ghcr.io/acme/worker:1")
    assert told(world) == []


def test_a_mirror_that_is_linked_is_not_the_own_registry() -> None:
    world = World()
    world.build("ghcr.io/acme/api:1")
    world.run("quay.io/acme/api:1", "one")
    world.run("quay.io/acme/worker:1", "two")
    assert told(world) == []


def test_a_name_known_in_part_may_be_the_missing_one() -> None:
    world = World()
    world.build("ghcr.io/acme/api:1")
    world.build("ghcr.io/acme/wor*:1", job="other")
    world.run("ghcr.io/acme/worker:1")
    assert told(world) == []


@pytest.mark.parametrize(
    ("image", "moves"),
    [
        ("acme/web", True),
        ("acme/web:latest", True),
        ("acme/web:1", False),
        ("localhost:5000/web", False),
        (f"acme/web@sha256:{'0' * 64}", False),
    ],
)
def test_a_tag_that_moves_is_told(image: str, moves: bool) -> None:
    world = World()
    world.run(image)
    assert told(world) == ([("image-latest", "docker.io/acme/web")] if moves else [])


def test_one_finding_an_image_and_none_for_compose() -> None:
    world = World()
    world.run("acme/web", "one")
    world.run("acme/web", "two", "elsewhere")
    world.run("acme/other", "three", kind="compose/service")
    assert told(world) == [("image-latest", "docker.io/acme/web")]


def test_a_tag_that_the_deploy_sets_does_not_move() -> None:
    world = World()
    workload = world.run("acme/web")
    names: dict[str, Any] = {links.FROM: "acme/web", links.TO: "acme/web"}
    world.references.append(
        Reference(world.job("deploy"), RelationKind.DEPLOYS, ByImage("acme/x"), Evidence(WORKFLOW, 1), attributes=names)
    )
    assert workload
    assert told(world) == []


def test_a_tag_that_skaffold_sets_does_not_move() -> None:
    world = World()
    world.run("web")
    artifact = ids.file_build_id("skaffold.yaml", "web")
    world.add(Entity(artifact, EntityKind.IMAGE_BUILD, "image_build", "web", "skaffold.yaml", 3))
    world.refer(artifact, RelationKind.PUBLISHES, ByImage("web"))
    assert told(world) == []
