"""Images that a manifest leaves to a deploy: who fills in a placeholder says what runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from archdoc import ids
from archdoc.model import (
    Basis,
    ById,
    ByImage,
    ByName,
    ByPath,
    Entity,
    EntityId,
    EntityKind,
    Evidence,
    Facts,
    Reference,
    RelationKind,
)
from archdoc.resolve import links, resolve
from tests.unit.test_links import World

FOLDER = ids.deployable_id("k8s")
JOB = ids.job_id("w.yml", "ship")


def runner(name: str, placeholder: str, container: str = "main") -> tuple[Entity, Reference]:
    own = ids.object_id(EntityKind.WORKLOAD, FOLDER, "", "Deployment", name)
    entity = Entity(own, EntityKind.WORKLOAD, "apps/v1/Deployment", name, f"k8s/{name}.yaml", 1, "", FOLDER)
    about = {"placeholder": placeholder, "container": container}
    return entity, Reference(own, RelationKind.RUNS_IMAGE, ByImage("*"), Evidence(f"k8s/{name}.yaml", 9), attributes=about)


def runs(*deploys: tuple[EntityId, dict[str, Any]]) -> dict[str, list[tuple[str, float]]]:
    """What `web` and `api` run, both left to a deploy, after these deploys."""
    folder = Entity(FOLDER, EntityKind.DEPLOYABLE, "manifests", "k8s", "k8s", 1)
    job = Entity(JOB, EntityKind.JOB, "job", "ship", "w.yml", 1)
    (web, one), (api, two) = runner("web", "__IMAGE__"), runner("api", "${API_IMAGE}", "api")
    told = [Reference(JOB, RelationKind.DEPLOYS, ById(goal), Evidence("w.yml", 5), attributes=more) for goal, more in deploys]
    made = resolve([Facts((folder, job, web, api), (one, two, *told))], frozenset())
    found = {e.name: made.out(e.id, RelationKind.RUNS_IMAGE) for e in (web, api)}
    return {name: [(r.target, r.confidence) for r in relations] for name, relations in found.items()}


WEB = ids.object_id(EntityKind.WORKLOAD, FOLDER, "", "Deployment", "web")
NEW = "image:ghcr.io/acme/shop"


@pytest.mark.parametrize(
    ("goal", "more", "web", "api"),
    [
        (FOLDER, {"image_from": "__IMAGE__"}, True, False),
        (FOLDER, {"image_from": "$API_IMAGE"}, False, True),
        (FOLDER, {"image_from": "OTHER_IMAGE"}, False, False),
        (FOLDER, {"image_field": "api"}, False, True),
        (FOLDER, {}, False, False),
        (FOLDER, {"image_in": "k8s/web.yaml"}, True, False),
        (FOLDER, {"image_in": "k8s/web.yaml", "image_from": "${API_IMAGE}"}, False, False),
        (WEB, {}, True, False),
        (WEB, {"image_from": "${API_IMAGE}"}, False, False),
    ],
)
def test_whose_placeholder_a_deploy_fills_in(goal: EntityId, more: dict[str, Any], web: bool, api: bool) -> None:
    found = runs((goal, {"image_to": "ghcr.io/acme/shop", **more}))
    assert found == {"web": [(NEW, 0.9)] if web else [], "api": [(NEW, 0.9)] if api else []}


def test_a_name_without_a_known_last_word_fills_in_nothing() -> None:
    assert runs((WEB, {"image_to": "ghcr.io/acme/*"}))["web"] == []


def test_two_deploys_that_fill_in_two_names_are_both_told() -> None:
    deploys = [(WEB, {"image_to": f"ghcr.io/{owner}/shop", "image_from": "__IMAGE__"}) for owner in ("acme", "acme", "test")]
    assert [target for target, _ in runs(*deploys)["web"]] == ["image:ghcr.io/acme/shop", "image:ghcr.io/test/shop"]


@pytest.mark.parametrize(
    ("applied", "meant"),
    [
        ((), ["one", "two"]),
        (("one/web.yaml",), ["one"]),
        (("two",), ["two"]),
        (("one", "two"), ["one", "two"]),
        (("three",), ["one", "two"]),
    ],
)
def test_of_several_objects_of_a_name_those_are_meant_that_the_job_applies(applied: tuple[str, ...], meant: list[str]) -> None:
    entities = [Entity(JOB, EntityKind.JOB, "job", "ship", "w.yml", 1)]
    for folder in ("one", "two"):
        scope = ids.deployable_id(folder)
        own = ids.object_id(EntityKind.WORKLOAD, scope, "", "Deployment", "web")
        entities.append(Entity(scope, EntityKind.DEPLOYABLE, "manifests", folder, folder, 1))
        entities.append(Entity(own, EntityKind.WORKLOAD, "apps/v1/Deployment", "web", f"{folder}/web.yaml", 1, "", scope))
    goals = [ByName(EntityId(""), ("Deployment",), None, "web"), *(ByPath(one, EntityKind.DEPLOYABLE) for one in applied)]
    told = [
        Reference(JOB, RelationKind.DEPLOYS, goal, Evidence("w.yml", 5), attributes={"image_to": "a/b"} if not at else {})
        for at, goal in enumerate(goals)
    ]
    made = resolve([Facts(tuple(entities), tuple(told))], frozenset({"one/web.yaml", "two/web.yaml"}))
    found = [r.target.split(":")[1] for r in made.relations if r.kind is RelationKind.DEPLOYS and "image_to" in r.attributes]
    assert sorted(found) == meant


def test_a_placeholder_that_is_no_name_stands_for_no_name() -> None:
    world = World()
    world.build("ghcr.io/acme/api:1")
    workload = world.run("app-image")
    names = {links.FROM: "${API_IMAGE}", links.TO: "ghcr.io/acme/api"}
    world.refer(world.job("deploy"), RelationKind.DEPLOYS, ById(workload), attributes=names)
    assert world.sure(workload) == []


def test_what_one_deploy_fills_in_is_not_replaced_by_another() -> None:
    world = World()
    world.build("ghcr.io/acme/api:1", job="one")
    world.build("ghcr.io/test/api:1", job="two", path="other/Dockerfile")
    workload = world.run("*")
    world.references[-1] = replace(world.references[-1], attributes={"placeholder": "API_IMAGE"})
    for job, owner in (("one", "acme"), ("two", "test")):
        names = {links.FROM: "API_IMAGE", links.TO: f"ghcr.io/{owner}/api"}
        world.refer(world.job(job), RelationKind.DEPLOYS, ById(workload), attributes=names)
    assert [(one.target, one.attributes.get("as")) for one in world.makers(workload)] == [
        ("image:ghcr.io/acme/api", None),
        ("image:ghcr.io/test/api", None),
    ]


def test_an_image_that_is_set_in_one_file_is_set_for_that_file() -> None:
    world = World()
    world.build("ghcr.io/acme/shop:1")
    web, api = world.run("old-web"), world.run("old-api", "api")
    world.references = [
        replace(r, evidence=Evidence(world.entities[r.source].path, 9)) if r.relation is RelationKind.RUNS_IMAGE else r
        for r in world.references
    ]
    names = {links.TO: "ghcr.io/acme/shop", links.IN: "k8s/web.yaml"}
    world.refer(world.job("deploy"), RelationKind.DEPLOYS, ById(FOLDER), attributes=names)
    assert (world.sure(web), world.sure(api)) == ([0.9], [])


@pytest.mark.parametrize(
    ("stands", "more", "made"),
    [
        ("registry.io/*/2048-game", {}, True),
        ("registry.io/acme/2048-game", {}, False),
        ("registry.io/*/2048-game", {"cluster": "test"}, False),
        ("registry.io/*/2048-game", {links.FROM: "registry.io/*/2048-game"}, False),
    ],
)
def test_a_name_with_a_gap_is_another_one_in_the_file_alone_in_which_a_deploy_writes_it(
    stands: str, more: dict[str, Any], made: bool
) -> None:
    world = World()
    build = world.build("*/game:1")
    web, api = world.run(stands), world.run(stands, "api")
    world.references = [
        replace(r, evidence=Evidence(world.entities[r.source].path, 9)) if r.relation is RelationKind.RUNS_IMAGE else r
        for r in world.references
    ]
    names = {links.TO: "*/game", links.IN: "k8s/web.yaml", **more}
    world.refer(world.job("deploy"), RelationKind.DEPLOYS, ById(FOLDER), attributes=names)
    makers = {one.name: [r.source for r in world.makers(own)] for own, one in world.entities.items() if own in (web, api)}
    found = [r.target for r in world.graph().out(web, RelationKind.RUNS_IMAGE)]
    assert (makers["web"] == [build] and makers["api"] == [] and "image:*/game" in found) is made


@pytest.mark.parametrize(
    ("stands", "field", "given"),
    [
        (("nginx:alpine",), "image", True),
        (("bob/hello:1",), "image", True),
        (("acme/shop:1",), "image", False),
        (("nginx:alpine", "bob/hello:1"), "image", False),
        (("nginx:alpine",), "", False),
    ],
)
def test_a_chart_runs_what_a_deploy_gives_it_in_place_of_an_image_of_somebody_else(
    stands: tuple[str, ...], field: str, given: bool
) -> None:
    world = World()
    build = world.build("*.azurecr.io/shop:1")
    own = world.add(Entity(ids.deployable_id("chart"), EntityKind.DEPLOYABLE, "chart", "chart", "chart/Chart.yaml", 1))
    for image in stands:
        world.refer(own, RelationKind.RUNS_IMAGE, ByImage(image), basis=Basis.COMPUTED)
    names = {links.TO: "*.azurecr.io/shop", **({links.FIELD: field} if field else {})}
    world.refer(world.job("ship"), RelationKind.DEPLOYS, ById(own), attributes=names)
    makers = [one.source for one in world.makers(own) if one.target == "image:*.azurecr.io/shop"]
    assert makers == ([build] if given else [])
