"""Mentions find what they mean, within scope and namespace, or end as findings."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest

from archdoc import ids
from archdoc.graph import Graph
from archdoc.model import (
    Basis,
    ById,
    ByImage,
    ByName,
    ByPath,
    BySelector,
    ByWorkflow,
    Entity,
    EntityId,
    EntityKind,
    Evidence,
    Facts,
    Outside,
    Reference,
    RelationKind,
    Requirement,
    Selector,
    Target,
)
from archdoc.resolve import resolve
from archdoc.rules import finding
from tests.support import AT, SCOPE, thing

OTHER = ids.deployable_id("other")


def service(name: str, namespace: str | None = "", scope: EntityId = SCOPE, **more: Any) -> Entity:
    return thing(EntityKind.SERVICE, "v1/Service", name, namespace, scope, **more)


def workload(name: str, namespace: str | None = "", scope: EntityId = SCOPE, **labels: str) -> Entity:
    return thing(EntityKind.WORKLOAD, "apps/v1/Deployment", name, namespace, scope, labels=labels or {"app": name})


def graph(entities: list[Entity], *references: Reference, files: tuple[str, ...] = ()) -> Graph:
    return resolve([Facts(tuple(entities), references)], frozenset(files))


def mention(source: Entity, target: Target, kind: RelationKind = RelationKind.CONNECTS_TO, **more: Any) -> Reference:
    return Reference(source.id, kind, target, AT, **more)


def targets(made: Graph) -> list[str]:
    return [relation.target for relation in made.relations]


def rules(made: Graph) -> list[str]:
    return [finding.rule for finding in made.findings]


def selects(source: Entity, *terms: Requirement, namespace: str = "", **more: Any) -> Reference:
    return mention(source, BySelector(SCOPE, EntityKind.WORKLOAD, namespace, Selector(terms), **more), RelationKind.SELECTS)


APP_A = Requirement("app", "In", ("a",))


def test_a_selector_reaches_its_own_namespace_and_deployable_only() -> None:
    source = service("a", "one")
    elsewhere = [workload("b", "two", app="a"), workload("c", "one", OTHER, app="a"), workload("d", "one", app="d")]
    made = graph([source, workload("x", "one", app="a"), *elsewhere], selects(source, APP_A, namespace="one"))
    assert targets(made) == ["workload:k8s:one/Deployment/x"]
    assert made.relations[0].basis is Basis.DECLARED
    assert made.relations[0].evidence == (AT,)


@pytest.mark.parametrize(
    ("term", "names"),
    [
        (Requirement("tier", "In", ("web", "api")), ["api", "web"]),
        (Requirement("tier", "NotIn", ("web",)), ["api", "none"]),
        (Requirement("tier", "Exists"), ["api", "web"]),
        (Requirement("tier", "DoesNotExist"), ["none"]),
        (Requirement("tier", "Near"), []),
    ],
)
def test_every_operator(term: Requirement, names: list[str]) -> None:
    source = service("a")
    pods = [workload("web", tier="web"), workload("api", tier="api"), workload("none", app="x")]
    made = graph([source, *pods], selects(source, term))
    assert [t.rpartition("/")[2] for t in targets(made)] == names


def test_an_empty_selector_selects_all_and_an_unmatched_one_is_told() -> None:
    source = service("a")
    assert len(targets(graph([source, workload("x"), workload("y")], selects(source)))) == 2
    made = graph([source, workload("x")], selects(source, Requirement("app", "In", ("z",))))
    assert targets(made) == []
    assert rules(made) == ["selector-empty"]
    assert "app=z" in made.findings[0].message


def test_namespace_selectors_know_the_label_that_the_cluster_gives() -> None:
    policy = thing(EntityKind.POLICY, "networking.k8s.io/v1/NetworkPolicy", "p", "one")
    by_name = Selector((Requirement("kubernetes.io/metadata.name", "In", ("two",)),))
    made = graph([policy, workload("x", "two"), workload("y", "one")], selects(policy, namespaces=by_name))
    assert targets(made) == ["workload:k8s:two/Deployment/x"]
    team = Entity(ids.namespace_id("one"), EntityKind.NAMESPACE, "v1/Namespace", "one", "k8s/n.yaml", 1, labels={"team": "a"})
    by_label = Selector((Requirement("team", "Exists"),))
    made = graph([policy, team, workload("x", "two"), workload("y", "one")], selects(policy, namespaces=by_label))
    assert targets(made) == ["workload:k8s:one/Deployment/y"]


def test_names_resolve_in_scope_then_where_one_side_leaves_the_namespace_open() -> None:
    source = workload("a")
    name = ByName(SCOPE, ("ConfigMap",), "", "settings")
    config = thing(EntityKind.CONFIG, "v1/ConfigMap", "settings", "prod")
    made = graph([source, config], mention(source, name, RelationKind.CONFIGURES))
    assert targets(made) == [config.id]
    assert (made.relations[0].basis, made.relations[0].confidence) == (Basis.SAME_SCOPE, 0.9)
    exact = thing(EntityKind.CONFIG, "v1/ConfigMap", "settings", "")
    assert targets(graph([source, config, exact], mention(source, name, RelationKind.CONFIGURES))) == [exact.id]
    foreign = thing(EntityKind.CONFIG, "v1/ConfigMap", "settings", "", OTHER)
    made = graph([source, foreign], mention(source, name, RelationKind.CONFIGURES))
    assert rules(made) == ["reference-missing"]
    assert targets(made) == ["external:ConfigMap/k8s:settings"]


def test_optional_and_well_known_names_are_never_missing() -> None:
    source = workload("a")
    kinds = [("Secret", "x", True), ("ServiceAccount", "default", False), ("ClusterRole", "system:node", False)]
    references = [mention(source, ByName(SCOPE, (k,), "", n), RelationKind.RUNS_AS, optional=o) for k, n, o in kinds]
    made = graph([source], *references)
    assert (targets(made), rules(made)) == ([], [])


def test_the_rights_that_every_cluster_has_are_shown_where_they_are_given() -> None:
    binding = thing(EntityKind.IDENTITY, "rbac.authorization.k8s.io/v1/ClusterRoleBinding", "all", None)

    def given(kind: str, namespace: str | None, name: str, **more: Any) -> tuple[list[str], list[str]]:
        made = graph([binding], mention(binding, ByName(SCOPE, (kind,), namespace, name), RelationKind.GRANTS, **more))
        return [r.source if r.target == binding.id else r.target for r in made.relations], rules(made)

    assert given("ClusterRole", None, "cluster-admin") == (["external:ClusterRole/k8s:cluster-admin"], [])
    assert given("ServiceAccount", "ops", "default", reverse=True) == (["external:ServiceAccount/k8s:ops/default"], [])
    assert given("ClusterRole", None, "${ROLE}") == ([], [])


def test_who_runs_as_the_default_account_is_shown_where_that_is_given_rights() -> None:
    binding = thing(EntityKind.IDENTITY, "rbac.authorization.k8s.io/v1/ClusterRoleBinding", "all", None)
    pods = [workload("a", "ops"), workload("b", "web")]

    def default(namespace: str) -> ByName:
        return ByName(SCOPE, ("ServiceAccount",), namespace, "default")

    runs = [mention(one, default(one.namespace or ""), RelationKind.RUNS_AS, optional=True) for one in pods]
    assert targets(graph(pods, *runs)) == []
    made = graph([binding, *pods], *runs, mention(binding, default("ops"), RelationKind.GRANTS, reverse=True))
    account = "external:ServiceAccount/k8s:ops/default"
    assert {(r.source, r.target) for r in made.relations} == {(pods[0].id, account), (account, binding.id)}


@pytest.mark.parametrize(
    ("kind", "name", "told"),
    [("Secret", "YOUR_SECRET", False), ("Secret", "your-secret", True), ("ClusterRole", "Reader_of_all", True)],
)
def test_a_name_that_no_object_can_have_is_still_to_be_put_in(kind: str, name: str, told: bool) -> None:
    source = workload("a")
    made = graph([source], mention(source, ByName(SCOPE, (kind,), "", name), RelationKind.CONFIGURES))
    assert (targets(made), rules(made)) == ([f"external:{kind}/k8s:{name}"], ["reference-missing"] if told else [])


def test_a_cluster_wide_name_may_stand_in_another_deployable() -> None:
    source = workload("a")
    role = thing(EntityKind.IDENTITY, "rbac.authorization.k8s.io/v1/ClusterRole", "reader", None, OTHER)
    made = graph([source, role], mention(source, ByName(SCOPE, ("ClusterRole",), None, "reader"), RelationKind.GRANTS))
    assert targets(made) == [role.id]
    assert made.relations[0].basis is Basis.UNIQUE_IN_REPO


def build_of(image: str, **more: Any) -> tuple[Entity, Reference]:
    entity = Entity(ids.image_build_id("w.yml", "j", image), EntityKind.IMAGE_BUILD, "image_build", "b", "w.yml", 3)
    return entity, Reference(entity.id, RelationKind.PUBLISHES, ByImage(image), Evidence("w.yml", 3), **more)


def test_a_convention_is_less_than_sure_and_a_bad_name_is_told() -> None:
    build, publishes = build_of("my-registry/api", basis=Basis.CONVENTION)
    assert graph([build], publishes).relations[0].confidence == 0.55
    build, publishes = build_of("NOT an image")
    assert rules(graph([build], publishes)) == ["image-invalid"]


def test_paths() -> None:
    job = Entity(ids.job_id("w.yml", "j"), EntityKind.JOB, "job", "j", "w.yml", 1)
    file = Entity(ids.dockerfile_id("a/Dockerfile"), EntityKind.DOCKERFILE, "dockerfile", "a/Dockerfile", "a/Dockerfile", 1)
    stage = Entity(ids.stage_id("a/Dockerfile", "prod"), EntityKind.STAGE, "stage", "prod", "a/Dockerfile", 3)
    folder = Entity(SCOPE, EntityKind.DEPLOYABLE, "manifests", "k8s", "k8s", 1)
    app = workload("web")

    def one(path: str, of: EntityKind, **attributes: Any) -> tuple[list[str], list[str]]:
        reference = mention(job, ByPath(path, of), RelationKind.DEPLOYS, attributes=attributes)
        made = graph([job, file, stage, folder, app], reference, files=("k8s/web.yaml", "charts/x/Chart.yaml"))
        return targets(made), rules(made)

    dockerfile, deployable = EntityKind.DOCKERFILE, EntityKind.DEPLOYABLE
    assert one("a/Dockerfile", dockerfile) == ([file.id], [])
    assert one("a/Dockerfile", dockerfile, target="Prod") == ([stage.id], [])
    assert one("a/Dockerfile", dockerfile, target="none") == ([file.id], ["stage-unknown"])
    assert one("b/Dockerfile", dockerfile) == ([], ["dockerfile-missing"])
    assert one("*/Dockerfile", dockerfile) == ([file.id], [])
    assert one("k8s/", deployable) == ([SCOPE], [])
    assert one("k8s/web.yaml", deployable) == ([app.id], [])
    assert one("*8s", deployable) == ([SCOPE], [])
    assert one("charts", deployable) == (["external:manifests/charts"], [])
    assert one("gone", deployable) == (["external:manifests/gone"], ["deploy-path-missing"])


def test_of_builds_of_which_only_one_is_made_none_is_sure() -> None:
    job = Entity(ids.job_id("w.yml", "j"), EntityKind.JOB, "job", "j", "w.yml", 1)
    file = Entity(ids.dockerfile_id("Dockerfile"), EntityKind.DOCKERFILE, "dockerfile", "Dockerfile", "Dockerfile", 1)
    target = ByPath("Dockerfile", EntityKind.DOCKERFILE)

    def sure(**attributes: Any) -> list[float]:
        return [
            r.confidence for r in graph([job, file], mention(job, target, RelationKind.BUILDS, attributes=attributes)).relations
        ]

    assert [sure(), sure(one_of=2), sure(one_of=3)] == [[1.0], [0.5], [0.4]]
    assert [sure(in_part=True), sure(unnamed=True), sure(in_part=True, one_of=2)] == [[0.6], [0.4], [0.5]]


def test_a_folder_is_the_kustomizations_in_it_and_not_what_lies_deeper_in_those() -> None:
    def deployable(place: str, type_: str, inside: str = "") -> Entity:
        part_of = ids.deployable_id(inside) if inside else None
        return Entity(ids.deployable_id(place), EntityKind.DEPLOYABLE, type_, place, place, 1, deployable=part_of)

    flux = deployable("cluster", "flux-kustomization")
    there = [
        deployable("apps/web", "kustomization"),
        deployable("apps/web:ns/Kustomization.x/db", "flux-kustomization", inside="apps/web"),
        deployable("apps/web/db", "kustomization"),
        deployable("apps/loose", "manifests"),
        deployable("apps/loose/deep", "kustomization"),
    ]

    def below(path: str, **attributes: Any) -> list[str]:
        reference = mention(flux, ByPath(path, EntityKind.DEPLOYABLE), RelationKind.SOURCES, attributes=attributes)
        return targets(graph([flux, *there], reference, files=("apps/web/kustomization.yaml",)))

    assert below("apps") == ["deployable:apps/loose", "deployable:apps/loose/deep", "deployable:apps/web"]
    assert below("apps/web", recursive=True) == ["deployable:apps/web"]
    assert below("apps/loose", recursive=True) == ["deployable:apps/loose", "deployable:apps/loose/deep"]
    assert below("apps/loose") == ["deployable:apps/loose"]


def test_workflows_by_name_and_reversed_mentions() -> None:
    first = Entity(ids.workflow_id("a.yml"), EntityKind.WORKFLOW, "workflow", "build", "a.yml", 1)
    second = Entity(ids.workflow_id("b.yml"), EntityKind.WORKFLOW, "workflow", "deploy", "b.yml", 1)
    made = graph([first, second], mention(second, ByWorkflow("build"), RelationKind.TRIGGERS, reverse=True))
    assert [(r.source, r.target) for r in made.relations] == [(first.id, second.id)]
    assert rules(graph([first, second], mention(second, ByWorkflow("gone"), RelationKind.TRIGGERS, reverse=True))) == [
        "workflow-run-unknown"
    ]


def test_builds_of_a_reusable_workflow_give_way_to_those_of_its_callers() -> None:
    job = Entity(ids.job_id("a.yml", "call"), EntityKind.JOB, "job", "call", "a.yml", 1)
    callee = Entity(ids.workflow_id("b.yml"), EntityKind.WORKFLOW, "workflow", "b", "b.yml", 1)
    unbound = Entity(
        ids.image_build_id("b.yml", "j", "x"), EntityKind.IMAGE_BUILD, "image_build", "x", "b.yml", 5, attributes={"bound": False}
    )
    call = mention(job, ById(callee.id), RelationKind.CALLS)
    assert unbound.id not in graph([job, callee, unbound], call).entities
    assert unbound.id in graph([job, callee, unbound]).entities


def test_a_base_that_a_build_says_is_not_unknown() -> None:
    stage = Entity(ids.stage_id("a/Dockerfile", "0"), EntityKind.STAGE, "stage", "0", "a/Dockerfile", 3)
    unknown = finding("expression-unknown", "the build alone knows it", Evidence("a/Dockerfile", 3), stage.id)
    other = finding("expression-unknown", "something else", Evidence("a/Dockerfile", 5), stage.id)

    def told(base: str) -> list[str]:
        based = mention(stage, ByImage(base), RelationKind.BASED_ON)
        return [one.message for one in resolve([Facts((stage,), (based,), (unknown, other))], frozenset()).findings]

    assert told("debian") == ["something else"]
    assert told("*/base") == ["the build alone knows it", "something else"]


def test_a_namespace_that_others_install_into_is_that_of_what_leaves_it_open() -> None:
    def flux(name: str, path: str, into: str) -> tuple[Entity, Reference]:
        id_ = ids.deployable_id(f"flux:{name}")
        attributes = {"target_namespace": into} if into else {}
        entity = Entity(id_, EntityKind.DEPLOYABLE, "flux-kustomization", name, "flux.yaml", 1, attributes=attributes)
        return entity, mention(entity, ByPath(path, EntityKind.DEPLOYABLE), RelationKind.SOURCES)

    apps = [ids.deployable_id(place) for place in ("one/gate", "two/db", "three/web")]
    roots = [Entity(id_, EntityKind.DEPLOYABLE, "kustomization", id_, id_, 1) for id_ in apps]
    gate, database, web = service("gate", "", apps[0]), service("db", "", apps[1]), workload("web", "", apps[2])
    entities = [*roots, gate, database, web]
    by_name = mention(web, ByName(apps[2], ("Service",), "net", "gate"))
    bare = mention(web, ByName(apps[2], ("Service",), "", "db"))

    def found(*into: str) -> list[str]:
        said = [
            flux(f"{number}", path, place)
            for number, (path, place) in enumerate(zip(("one/gate", "two/db", "three/web"), into, strict=False))
        ]
        made = graph([*entities, *(entity for entity, _ in said)], by_name, bare, *(reference for _, reference in said))
        return sorted(r.target for r in made.relations if r.source == web.id)

    assert found("net", "shop", "shop") == sorted([gate.id, database.id])
    assert found("net", "other", "shop") == sorted([gate.id, "external:Service/three/web:db"])
    assert found() == ["external:Service/three/web:db", "external:Service/three/web:net/gate"]


def test_the_order_of_facts_does_not_matter() -> None:
    source = service("a")
    facts = [Facts((source,), (selects(source, APP_A),)), Facts((workload("x", app="a"),)), Facts((workload("y", app="a"),))]
    made = {str(resolve(list(order), frozenset()).as_json()) for order in itertools.permutations(facts)}
    assert len(made) == 1


def test_two_definitions_of_one_object_are_told_and_the_first_stands() -> None:
    one = service("a")
    two = Entity(one.id, one.kind, one.type, one.name, "k8s/b.yaml", 4, "", SCOPE)
    made = graph([two, one])
    assert made.entities[one.id].path == "k8s/a.yaml"
    assert [(f.rule, f.path) for f in made.findings] == [("object-duplicate", "k8s/b.yaml")]


@pytest.mark.parametrize(("name", "namespace"), [("${name}", ""), ("a", "${place}")])
def test_two_names_that_are_filled_in_later_are_no_duplicates(name: str, namespace: str) -> None:
    one = service(name, namespace)
    assert rules(graph([one, replace(one, path="k8s/b.yaml")])) == []


def test_what_lies_outside_is_one_entity() -> None:
    a, b = workload("a"), workload("b")
    made = graph([a, b], mention(a, Outside("bucket", "s3://models")), mention(b, Outside("bucket", "s3://models")))
    assert targets(made) == ["external:bucket/s3://models"] * 2


def test_a_file_that_is_deployed_is_its_objects_and_one_that_is_written_is_its_workloads() -> None:
    job = Entity(ids.job_id("w.yml", "j"), EntityKind.JOB, "job", "j", "w.yml", 1)
    folder = Entity(SCOPE, EntityKind.DEPLOYABLE, "kustomization", "k8s", "k8s/kustomization.yaml", 1)
    below = Entity(ids.deployable_id("k8s/more"), EntityKind.DEPLOYABLE, "manifests", "more", "k8s/more", 1)
    chart = Entity(ids.deployable_id("chart"), EntityKind.DEPLOYABLE, "chart", "chart", "chart/Chart.yaml", 1)
    deployment = replace(workload("web"), path="k8s/base/web.yaml")
    front = replace(service("web"), path="k8s/base/web.yaml")
    definition = replace(
        thing(EntityKind.RESOURCE, "apiextensions.k8s.io/v1/CustomResourceDefinition", "things"), path="k8s/crds/things.yaml"
    )
    files = (
        "k8s/base/web.yaml",
        "k8s/crds/things.yaml",
        "k8s/values.yaml",
        "chart/values-prod.yaml",
        "chart/README.md",
        "b/x.yaml",
    )

    generated = replace(thing(EntityKind.CONFIG, "v1/ConfigMap", "settings"), path="k8s/kustomization.yaml")

    def one(path: str, optional: bool = False, **attributes: Any) -> tuple[list[str], list[str]]:
        target = ByPath(path, EntityKind.DEPLOYABLE)
        reference = mention(job, target, RelationKind.DEPLOYS, optional=optional, attributes=attributes)
        made = graph([job, folder, below, chart, deployment, front, definition, generated], reference, files=files)
        return targets(made), rules(made)

    assert one("k8s/base/web.yaml") == (sorted([deployment.id, front.id]), [])
    assert one("k8s/base/web.yaml", writes=True) == ([deployment.id], [])
    assert one("k8s/base") == (sorted([deployment.id, front.id]), [])
    assert one("k8s/crds") == ([definition.id], [])
    assert one("k8s") == ([SCOPE], [])
    assert one("k8s", recursive=True) == ([SCOPE, below.id], [])
    assert one("k8s/kustomization.yaml", writes=True) == ([SCOPE], [])
    assert one("k8s/values.yaml", writes=True) == ([], [])
    assert one("chart/values-prod.yaml", writes=True) == ([chart.id], [])
    assert one("chart/README.md", writes=True) == ([], [])
    assert one("b", writes=True) == ([], [])
    assert one("gone", optional=True) == ([], [])


def test_an_object_known_by_its_name_alone_is_the_only_one_of_that_name() -> None:
    job = Entity(ids.job_id("w.yml", "j"), EntityKind.JOB, "job", "j", "w.yml", 1)

    def one(
        name: str, *things: Entity, optional: bool = False, namespace: str | None = None, **attributes: Any
    ) -> tuple[list[tuple[str, float]], list[str]]:
        target = ByName(EntityId(""), ("Deployment",), namespace, name)
        reference = mention(job, target, RelationKind.DEPLOYS, optional=optional, attributes=attributes)
        made = graph([job, *things], reference)
        return [(r.target, r.confidence) for r in made.relations], rules(made)

    web, other = workload("web"), workload("web", scope=OTHER)
    third = workload("web", scope=ids.deployable_id("third"))
    assert one("web", web, service("web")) == ([(web.id, 0.8)], [])
    assert one("web", web, other) == ([(web.id, 0.4), (other.id, 0.4)], [])
    assert one("web", web, other, third) == ([], ["deploy-ambiguous"])
    named = workload("web", "shop", scope=ids.deployable_id("named"))
    assert one("web", web, other, named, namespace="shop") == ([(named.id, 0.8)], [])
    assert one("web", web, named, namespace="prod") == ([(web.id, 0.8)], [])
    assert one("web", named, namespace="prod") == ([("external:Deployment/web", 1.0)], [])
    assert one("api", web) == ([("external:Deployment/api", 1.0)], [])
    assert one("api", web, optional=True) == ([], [])
    assert one("api", web, optional=True, image_to="acme/api") == ([("external:Deployment/api", 1.0)], [])


def test_what_is_started_anew_may_be_what_the_job_installed_by_a_chart() -> None:
    job = Entity(ids.job_id("w.yml", "j"), EntityKind.JOB, "job", "j", "w.yml", 1)
    chart = Entity(ids.deployable_id("chart"), EntityKind.DEPLOYABLE, "chart", "chart", "chart/Chart.yaml", 1)
    web = workload("web")

    def started(*deploys: str) -> list[str]:
        named = mention(job, ByName(EntityId(""), ("Deployment",), None, "web"), RelationKind.DEPLOYS, optional=True)
        paths = [mention(job, ByPath(path, EntityKind.DEPLOYABLE), RelationKind.DEPLOYS) for path in deploys]
        made = graph([job, chart, web], named, *paths, files=("chart/Chart.yaml", "k8s/web.yaml"))
        return [r.target for r in made.relations if r.basis is Basis.UNIQUE_IN_REPO]

    assert started() == [web.id]
    assert started("chart") == []


def test_what_another_variant_defines_is_not_meant_in_the_same_namespace() -> None:
    def defines(scope: EntityId) -> Entity:
        return thing(EntityKind.CONFIG, "apiextensions.k8s.io/v1/CustomResourceDefinition", "boats.acme.io", None, scope)

    ours, hook = defines(SCOPE), service("hook", "fleet", OTHER)
    called = mention(ours, ByName(SCOPE, ("Service",), "fleet", "hook"), RelationKind.ROUTES_TO)
    assert targets(graph([ours, hook], called)) == [hook.id]
    assert targets(graph([ours, hook, defines(OTHER)], called)) == [hook.id], "nothing of its own: put on top of the other"
    made = graph([ours, workload("web"), hook, defines(OTHER)], called)
    assert (targets(made), rules(made)) == (["external:Service/k8s:fleet/hook"], ["reference-missing"])
    # What is cluster-wide serves both.
    wide = thing(EntityKind.VOLUME, "storage.k8s.io/v1/StorageClass", "fast", None, OTHER)
    claims = mention(ours, ByName(SCOPE, ("StorageClass",), None, "fast"), RelationKind.CLAIMS)
    assert targets(graph([ours, workload("web"), wide, defines(OTHER)], claims)) == [wide.id]
    # Another workload of the same name elsewhere makes no variant.
    assert targets(graph([ours, hook, workload("web", "fleet", OTHER), workload("web", "one")], called)) == [hook.id]


def test_dispatched_workflows_are_found_by_file_name_or_event() -> None:
    path = ".github/workflows/deploy.yml"
    start = Entity(ids.workflow_id("start.yml"), EntityKind.WORKFLOW, "workflow", "start", "start.yml", 1)
    deploy = Entity(ids.workflow_id(path), EntityKind.WORKFLOW, "workflow", "Deploy", path, 1)
    ready = replace(deploy, attributes={"dispatched_by": ("ready",)})
    every = replace(start, id=ids.workflow_id("any.yml"), path="any.yml", attributes={"dispatched_by": ("*",)})

    def one(name: str, *others: Entity, **more: Any) -> tuple[list[tuple[str, float]], list[str]]:
        made = graph([start, *others], mention(start, ByWorkflow(name), RelationKind.TRIGGERS, **more))
        return [(r.target, r.confidence) for r in made.relations], rules(made)

    assert one("deploy.yml", deploy) == ([(deploy.id, 1.0)], [])
    assert one("Deploy", deploy) == ([(deploy.id, 1.0)], [])
    assert one("deploy.yml", deploy, basis=Basis.CONVENTION) == ([(deploy.id, 0.6)], [])
    assert one("gone.yml", deploy) == ([], ["dispatch-unknown"])
    assert one("deploy.yml", deploy, reverse=True) == ([], ["workflow-run-unknown"])
    assert one("repository_dispatch:ready", ready, every) == ([(ready.id, 1.0), (every.id, 1.0)], [])
    assert one("repository_dispatch:other", ready, every) == ([(every.id, 1.0)], [])
    assert one("repository_dispatch:ready", deploy) == ([], ["dispatch-unknown"])


def test_artifacts_of_another_workflow_come_from_the_jobs_that_upload_them() -> None:
    path = ".github/workflows/build.yml"
    build = Entity(ids.workflow_id(path), EntityKind.WORKFLOW, "workflow", "Build", path, 1)
    down = Entity(ids.job_id("d.yml", "d"), EntityKind.JOB, "job", "d", "d.yml", 1)
    sure = Entity(ids.job_id(path, "a"), EntityKind.JOB, "job", "a", path, 1, attributes={"uploads": ("api", "log")})
    perhaps = Entity(ids.job_id(path, "b"), EntityKind.JOB, "job", "b", path, 9, attributes={"uploads": ("web-*", "*")})
    neither = Entity(ids.job_id(path, "c"), EntityKind.JOB, "job", "c", path, 19)

    def one(workflow: str, artifact: str) -> list[tuple[str, str, float]]:
        target = ByWorkflow(workflow)
        more = {"reverse": True, "optional": True, "attributes": {"artifact": artifact}}
        made = graph([build, down, sure, perhaps, neither], mention(down, target, RelationKind.PASSES_ARTIFACT, **more))
        assert not made.findings
        return [(r.source, r.target, r.confidence) for r in made.relations]

    assert one("Build", "api") == [(sure.id, down.id, 1.0)]
    assert one("build.yml", "web-1") == [(perhaps.id, down.id, 0.6)]
    assert one("Build", "*") == [(sure.id, down.id, 1.0), (perhaps.id, down.id, 1.0)]
    assert one("Build", "gone") == []
    assert one("Gone", "api") == []


def test_what_a_controller_makes_gives_way_to_what_a_file_defines() -> None:
    made = service("db", attributes={"made_by": "Cluster"})
    stated = replace(service("db", attributes={"ports": ("5432->5432/TCP",)}), path="z.yaml")
    for facts in ([Facts((made,)), Facts((stated,))], [Facts((stated,)), Facts((made,))]):
        found = resolve(facts, frozenset())
        assert found.entities[made.id].path == "z.yaml"
        assert rules(found) == []


def test_one_side_of_a_selector_may_leave_its_namespace_open() -> None:
    for mine, theirs in (("", "shop"), ("shop", "")):
        source = service("a", mine)
        pods = workload("x", theirs, app="a")
        made = graph([source, pods], selects(source, APP_A, namespace=mine))
        assert [(r.target, r.basis, r.confidence) for r in made.relations] == [(pods.id, Basis.SAME_SCOPE, 0.9)]
        own = workload("own", mine, app="a")
        assert targets(graph([source, pods, own], selects(source, APP_A, namespace=mine))) == [own.id]
    source = service("a")
    two = [workload("x", "one", app="a"), workload("y", "two", app="a"), workload("z")]
    assert rules(graph([source, *two], selects(source, APP_A))) == ["selector-empty"]
    assert len(targets(graph([source, workload("x", "one", app="b")], selects(source)))) == 1
    assert targets(graph([source, workload("x", app="b")], selects(source, namespace="one"))) == []


def test_a_selector_reaches_the_deployables_beside_its_own_where_only_one_has_what_it_selects() -> None:
    beside, below, far = (ids.deployable_id(path) for path in ("k8s/pods", "k8s/services/x", "other/pods"))
    here = ids.deployable_id("k8s/services")
    source = service("a", scope=here)
    near = mention(source, BySelector(here, EntityKind.WORKLOAD, "", Selector((APP_A,))), RelationKind.SELECTS)

    def found(*places: EntityId) -> list[str]:
        return targets(graph([source, *(workload("x", scope=place, app="a") for place in places)], near))

    assert found(beside) == ["workload:k8s/pods:Deployment/x"]
    assert found(below) == ["workload:k8s/services/x:Deployment/x"]
    assert found(far) == []
    assert found(beside, below) == []
    source = service("a", "shop", here)
    named = mention(source, BySelector(here, EntityKind.WORKLOAD, "shop", Selector((APP_A,))), RelationKind.SELECTS)
    pods = workload("x", "shop", far, app="a")
    made = graph([source, pods, workload("y", "else", beside, app="a")], named)
    assert [(r.target, r.basis, r.confidence) for r in made.relations] == [(pods.id, Basis.UNIQUE_IN_REPO, 0.8)]


def test_a_selector_of_one_pod_selects_its_workload() -> None:
    source = service("a")
    pods = replace(workload("x"), labels={"statefulset.kubernetes.io/pod-name": "db-0", "apps.kubernetes.io/pod-index": "0"})
    for key, value, hits in (("pod-name", "db-2", 1), ("pod-name", "web-0", 0)):
        term = Requirement(f"statefulset.kubernetes.io/{key}", "In", (value,))
        assert len(targets(graph([source, pods], selects(source, term)))) == hits
    assert len(targets(graph([source, pods], selects(source, Requirement("apps.kubernetes.io/pod-index", "In", ("7",)))))) == 1


def test_pods_of_one_workload_may_differ_in_a_label() -> None:
    source = service("a")
    pods = workload("x", role="leader|worker")
    for term, hits in (
        (Requirement("role", "In", ("worker",)), 1),
        (Requirement("role", "In", ("leader",)), 1),
        (Requirement("role", "In", ("other",)), 0),
        (Requirement("role", "NotIn", ("leader",)), 1),
        (Requirement("role", "NotIn", ("leader", "worker")), 0),
    ):
        assert len(targets(graph([source, pods], selects(source, term)))) == hits


def test_an_unmatched_selector_warns_of_a_service_and_of_a_policy_among_its_like() -> None:
    gone = Requirement("app", "In", ("gone",))
    route = thing(EntityKind.ROUTE, "networking.istio.io/v1/Gateway", "g")
    assert rules(graph([route], selects(route, gone))) == ["selector-unmatched"]
    far = replace(workload("far", "", ids.deployable_id("far")), labels={"app": "gone"}, path="far/far.yaml")
    made = graph([route, far], selects(route, gone))
    assert [one.message for one in made.findings if one.rule == "selector-unmatched"] == [
        "selects app=gone, which no workload in this deployable has; `far` at far/far.yaml:1 has"
    ]
    # Each of several labels is looked up by its own key.
    tier = Requirement("tier", "In", ("front",))
    far = replace(far, labels={"app": "gone", "tier": "front"})
    made = graph([route, far], selects(route, gone, tier))
    assert [one.message for one in made.findings if one.rule == "selector-unmatched"] == [
        "selects app=gone, tier=front, which no workload in this deployable has; `far` at far/far.yaml:1 has"
    ]
    policy = thing(EntityKind.POLICY, "policy/v1/PodDisruptionBudget", "p")
    protects = replace(selects(policy, gone), relation=RelationKind.PROTECTS)
    assert rules(graph([policy], protects)) == ["selector-unmatched"]
    assert rules(graph([policy, workload("x")], protects)) == ["policy-unmatched"]


def test_selectors_that_match_very_much_are_bounded_and_told() -> None:
    pods = [workload(f"w{n}", app="a") for n in range(400)]
    sources = [service(f"s{n}") for n in range(600)]
    made = graph([*pods, *sources], *(selects(source, APP_A) for source in sources))
    assert 0 < len(made.relations) < 400 * 600
    assert "selector-too-broad" in rules(made)


def test_a_target_of_another_frontend_is_no_stage() -> None:
    def rules_with(*stages: Entity) -> list[str]:
        file = Entity(ids.dockerfile_id("a/Dockerfile"), EntityKind.DOCKERFILE, "dockerfile", "a/Dockerfile", "a/Dockerfile", 1)
        source = workload("w")
        built = mention(
            source, ByPath(file.path, EntityKind.DOCKERFILE), RelationKind.BUILDS, attributes={"target": "azl/container"}
        )
        return rules(graph([source, file, *stages], built))

    stage = Entity(ids.stage_id("a/Dockerfile", "one"), EntityKind.STAGE, "stage", "one", "a/Dockerfile", 1)
    assert "stage-unknown" in rules_with(stage)
    assert "stage-unknown" not in rules_with()


def test_a_name_that_is_all_to_be_filled_in_tells_nothing() -> None:
    source = workload("w")

    def told(name: str) -> str:
        account = thing(EntityKind.IDENTITY, "v1/ServiceAccount", name, "", OTHER)
        made = graph([source, account], mention(source, ByName(SCOPE, ("ServiceAccount",), "", "api-prod"), RelationKind.RUNS_AS))
        return next(one.message for one in made.findings if one.rule == "reference-missing")

    assert "may be `api-${stage}`" in told("api-${stage}")
    assert told("${name}") == "ServiceAccount `api-prod` is defined nowhere here"


@pytest.mark.parametrize(
    ("label", "rule"), [("api", "selector-empty"), ("${name}", "selector-unmatched"), ("{{ name }}", "selector-unmatched")]
)
def test_a_label_that_is_to_be_filled_in_may_be_the_one_that_is_meant(label: str, rule: str) -> None:
    source = service("s")
    selector = Selector((Requirement("app", "In", ("web",)),))
    made = graph(
        [source, workload("w", app=label)],
        mention(source, BySelector(SCOPE, EntityKind.WORKLOAD, "", selector), RelationKind.SELECTS),
    )
    assert rules(made) == [rule]


@pytest.mark.parametrize(
    ("path", "found"), [("k8s/routes/istio", True), ("k8s/routes", True), ("k8s/a/b/c", False), ("else/routes/istio", False)]
)
def test_a_name_may_be_told_two_folders_above(path: str, found: bool) -> None:
    source = thing(EntityKind.ROUTE, "v1/HTTPRoute", "r", "", ids.deployable_id(path))
    target = ByName(ids.deployable_id(path), ("Service",), "", "pool")
    made = graph([source, service("pool")], mention(source, target, RelationKind.ROUTES_TO))
    assert (targets(made) == [service("pool").id]) is found


def test_of_several_of_one_name_the_only_one_that_lies_near_is_meant() -> None:
    scaler = thing(EntityKind.AUTOSCALER, "autoscaling/v2/HorizontalPodAutoscaler", "api", "", ids.deployable_id("k8s/scaling"))
    near, variant, far = (workload("api", "", ids.deployable_id(p)) for p in ("k8s/apps", "k8s/apps/api_gpu.yaml", "else/api"))
    target = ByName(ids.deployable_id("k8s/scaling"), ("Deployment",), "", "api")
    made = graph([scaler, far, variant, near], mention(scaler, target, RelationKind.SCALES))
    assert (targets(made), rules(made)) == ([near.id], [])


@pytest.mark.parametrize("place", ["k8s/jax/diffusion", "k8s/jax", "k8s"])
def test_what_a_file_that_is_a_variant_needs_may_lie_above_its_folder(place: str) -> None:
    scope = ids.deployable_id("k8s/jax/diffusion/v5.yaml")
    source, claim = (
        workload("a", "", scope),
        thing(EntityKind.VOLUME, "v1/PersistentVolumeClaim", "data", "", ids.deployable_id(place)),
    )
    made = graph([source, claim], mention(source, ByName(scope, ("PersistentVolumeClaim",), "", "data"), RelationKind.MOUNTS))
    assert (targets(made), rules(made)) == ([claim.id], [])


def test_a_file_of_a_namespace_alone_deploys_the_namespace() -> None:
    path = "k8s/namespace.yaml"
    place = Entity(ids.namespace_id("shop"), EntityKind.NAMESPACE, "v1/Namespace", "shop", path, 1)
    job = thing(EntityKind.JOB, "job", "j", None, SCOPE)
    made = graph([place, job], mention(job, ByPath(path, EntityKind.DEPLOYABLE), RelationKind.DEPLOYS), files=(path,))
    assert targets(made) == ["namespace:shop"]


@pytest.mark.parametrize(
    ("ours", "theirs", "found"),
    [("shop", "${place}", True), ("${place}", "shop", True), ("${place}", "${other}", False), ("shop", "other", False)],
)
def test_a_namespace_that_is_filled_in_later_may_be_the_one_that_is_named(ours: str, theirs: str, found: bool) -> None:
    source, config = service("s", ours), thing(EntityKind.CONFIG, "v1/ConfigMap", "c", theirs)
    pods = workload("w", theirs, app="a")
    made = graph(
        [source, pods, config],
        selects(source, APP_A, namespace=ours),
        mention(source, ByName(SCOPE, ("ConfigMap",), ours, "c"), RelationKind.CONFIGURES),
    )
    assert ({pods.id, config.id} == set(targets(made))) is found
    assert all(r.basis is Basis.SAME_SCOPE for r in made.relations) is found


def test_who_has_the_labels_in_another_namespace_is_told_of_the_own_deployable_first() -> None:
    source = service("s", "shop")
    made = graph(
        [source, workload("w", "else", app="a"), workload("v", "else", OTHER, app="a")], selects(source, APP_A, namespace="shop")
    )
    (message,) = [one.message for one in made.findings]
    assert message.startswith("selects app=a, which no workload in its namespace has; `w` at ")
    assert message.endswith(" has, in namespace `else`")


@pytest.mark.parametrize(
    ("terms", "relation", "told"),
    [
        ((Requirement("app", "In", ("${name}",)),), RelationKind.SELECTS, False),
        ((Requirement("app", "In", ("vllm-V_MODEL",)),), RelationKind.SELECTS, False),
        ((Requirement("app", "In", ("vllm",)),), RelationKind.SELECTS, True),
        ((), RelationKind.PROTECTS, False),
        ((), RelationKind.SELECTS, True),
    ],
)
def test_a_selector_for_what_is_to_come_is_silent(terms: tuple[Requirement, ...], relation: RelationKind, told: bool) -> None:
    source = thing(EntityKind.POLICY, "networking.k8s.io/v1/NetworkPolicy", "p")
    made = graph([source], mention(source, BySelector(SCOPE, EntityKind.WORKLOAD, "", Selector(terms)), relation))
    assert rules(made) == (["selector-unmatched"] if told else [])


def test_who_may_have_the_labels_once_they_are_filled_in_is_told() -> None:
    source, pods = service("s"), workload("w", app="${name}")
    (message,) = [one.message for one in graph([source, pods], selects(source, APP_A)).findings]
    assert message == f"selects app=a; `w` at {pods.path}:{pods.line} may have that, once it is filled in"


def test_of_several_in_a_namespace_the_one_that_stands_beside_the_mention_is_meant() -> None:
    source = workload("a", "prod")
    new, old = (thing(EntityKind.CONFIG, "v1/ConfigMap", "c", "prod", ids.deployable_id(place)) for place in ("new", "old"))
    new, old = replace(new, path=f"{AT.path.rpartition('/')[0]}/c.yaml"), replace(old, path="old/c.yaml")
    made = graph([source, new, old], mention(source, ByName(SCOPE, ("ConfigMap",), "prod", "c"), RelationKind.MOUNTS))
    assert (targets(made), rules(made)) == ([new.id], [])
    # Of a variant that lies there too it is not.
    variant = ids.deployable_id("k8s/other.yaml")
    new = thing(EntityKind.CONFIG, "v1/ConfigMap", "c", "prod", variant)
    twin = workload("a", "prod", variant)
    made = graph([source, twin, new, old], mention(source, ByName(SCOPE, ("ConfigMap",), "prod", "c"), RelationKind.MOUNTS))
    assert targets(made) == ["external:ConfigMap/k8s:prod/c"]
