"""Hosts find the Service, route, release or system outside that answers there; what leads nowhere is told, and only that."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from archdoc import ids
from archdoc.graph import Graph
from archdoc.model import (
    Basis,
    ByHost,
    ById,
    ByImage,
    BySelector,
    Entity,
    EntityId,
    EntityKind,
    Facts,
    Outside,
    Reference,
    RelationKind,
    Requirement,
    Selector,
    Target,
)
from archdoc.resolve import resolve
from archdoc.resolve.systems import System, system
from tests.support import AT, SCOPE, thing

OTHER = ids.deployable_id("other/far")
NEAR = ids.deployable_id("k8s/db")
_CALL = RelationKind.CONNECTS_TO


def service(name: str, namespace: str | None = "", scope: EntityId = SCOPE, **attributes: Any) -> Entity:
    return thing(EntityKind.SERVICE, "v1/Service", name, namespace, scope, attributes=attributes)


def workload(name: str, namespace: str | None = "", scope: EntityId = SCOPE) -> Entity:
    return thing(EntityKind.WORKLOAD, "apps/v1/Deployment", name, namespace, scope, labels={"app": name})


def graph(entities: list[Entity], *references: Reference) -> Graph:
    return resolve([Facts(tuple(entities), references)], frozenset())


def mention(source: Entity, target: Target, kind: RelationKind = _CALL, **more: Any) -> Reference:
    return Reference(source.id, kind, target, AT, **more)


def host(text: str, port: int | None = None, *, sure: bool = True, namespace: str = "", scheme: str = "") -> ByHost:
    return ByHost(SCOPE, namespace, text, port, sure, scheme)


def selects(source: Entity, name: str) -> Reference:
    selector = Selector((Requirement("app", "In", (name,)),))
    return mention(source, BySelector(SCOPE, EntityKind.WORKLOAD, source.namespace or "", selector), RelationKind.SELECTS)


def called(made: Graph) -> list[str]:
    return [r.target for r in made.relations if r.kind is _CALL]


def rules(made: Graph) -> list[str]:
    return [f.rule for f in made.findings if f.rule.startswith(("host-", "port-missing"))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("db", "service:k8s:Service/db"),
        ("db.prod", "service:k8s:prod/Service/db"),
        ("db.prod.svc", "service:k8s:prod/Service/db"),
        ("DB.prod.svc.cluster.local.", "service:k8s:prod/Service/db"),
        ("db-0.db.prod.svc.cluster.local", "service:k8s:prod/Service/db"),
        ("db-0.db.prod", "service:k8s:prod/Service/db"),
        ("db-0.db", "service:k8s:Service/db"),
        ("api.openai.com", "external:host/api.openai.com"),
        ("db.io", "external:host/db.io"),
        ("idx.svc.gcp.pinecone.io", "external:host/idx.svc.gcp.pinecone.io"),
        ("docs.db.io", "external:host/docs.db.io"),
        ("elsewhere.other.svc.cluster.local", "external:host/elsewhere.other.svc"),
    ],
)
def test_hosts(text: str, found: str) -> None:
    source = workload("a")
    made = graph([source, service("db"), service("db", "prod")], mention(source, host(text)))
    assert called(made) == [found]
    assert rules(made) == []


@pytest.mark.parametrize("text", ["kubernetes.default.svc", "kubernetes", "local", "prod.svc.cluster.local", "a b", "*.prod"])
def test_what_is_no_system_of_anybodys(text: str) -> None:
    source = workload("a")
    made = graph([source], mention(source, host(text)))
    assert (called(made), rules(made)) == ([], [])


def test_a_bare_word_is_a_call_only_if_a_service_has_that_name() -> None:
    source = workload("a")
    assert called(graph([source], mention(source, host("word", sure=False)))) == []
    assert called(graph([source], mention(source, host("word.place", sure=False)))) == []
    made = graph([source, service("word")], mention(source, host("word", sure=False)))
    assert [(r.basis, r.confidence) for r in made.relations] == [(Basis.CONVENTION, 0.8)]


def test_a_name_that_nobody_here_has_is_told_where_everything_is_declared_here() -> None:
    source = workload("a", "prod")
    for text in ("gone", "gone.prod.svc"):
        assert rules(graph([source], mention(source, host(text, namespace="prod")))) == ["host-unknown"]
    assert rules(graph([source], mention(source, host("gone.kube-system.svc", namespace="prod")))) == []
    both = [mention(one, host("gone", namespace="prod"), attributes={"may": True}) for one in (source, workload("b", "prod"))]
    assert rules(graph([source, workload("b", "prod")], *both)) == ["host-unknown"]
    base = mention(
        Entity(SCOPE, EntityKind.DEPLOYABLE, "kustomization", "k8s", "k8s", 1), Outside("repository", "x"), RelationKind.SOURCES
    )
    deployable = Entity(SCOPE, EntityKind.DEPLOYABLE, "kustomization", "k8s", "k8s", 1)
    assert rules(graph([source, deployable], mention(source, host("gone", namespace="prod")), base)) == []


def test_a_wrong_port_leads_nowhere() -> None:
    source = workload("a")
    db = service("db", ports=("5432->5432/TCP",))
    made = graph([source, db], mention(source, host("db", 271)))
    assert (called(made), rules(made)) == ([], ["port-missing"])
    made = graph([source, db], mention(source, host("db", 5432)))
    assert (called(made), rules(made)) == ([db.id], [])


@pytest.mark.parametrize(
    "attributes", [{}, {"ports": ("80->80/TCP",), "headless": True}, {"ports": ("80->80/TCP",), "type": "ExternalName"}]
)
def test_a_service_that_leads_straight_to_pods_has_any_port(attributes: dict[str, Any]) -> None:
    source, db = workload("a"), service("db", **attributes)
    made = graph([source, db], mention(source, host("db", 271)))
    assert (called(made), rules(made)) == ([db.id], [])


def test_of_several_services_the_nearest_is_meant() -> None:
    source, near, far = workload("a"), service("db", scope=NEAR), service("db", scope=OTHER)
    made = graph([source, near, far], mention(source, host("db")))
    assert [(r.target, r.basis, r.confidence) for r in made.relations] == [(near.id, Basis.UNIQUE_IN_REPO, 0.7)]
    twin = service("db", scope=ids.deployable_id("k8s/twin"))
    made = graph([source, near, twin], mention(source, host("db")))
    assert (called(made), rules(made)) == ([], ["host-ambiguous"])
    assert [one.message for one in made.findings] == ["2 Services are called `db`, in `k8s/db`, `k8s/twin`"]


def test_a_service_in_another_namespace_does_not_answer_to_its_bare_name() -> None:
    source, db = workload("a", "one"), service("db", "two", NEAR)
    assert called(graph([source, db], mention(source, host("db", sure=False, namespace="one")))) == []


def test_the_release_of_a_chart_answers_to_its_name() -> None:
    source = workload("a")
    release = Entity(
        EntityId("deployable:k8s:HelmRelease/redis"),
        EntityKind.DEPLOYABLE,
        "flux-helmrelease",
        "redis",
        "k8s/r.yaml",
        1,
        "",
        SCOPE,
    )
    for text, sure in (("redis", 0.8), ("redis-master", 0.6)):
        made = graph([source, release], mention(source, host(text)))
        assert [(r.target, r.basis, r.confidence) for r in made.relations] == [(release.id, Basis.CONVENTION, sure)]


def test_a_public_name_of_the_repository_is_the_service_behind_it() -> None:
    source, web, api = workload("a"), service("web"), service("api")
    route = thing(EntityKind.ROUTE, "networking.k8s.io/v1/Ingress", "route", attributes={"hosts": ("shop.example.org",)})
    to_web, to_api = (mention(route, ById(one.id), RelationKind.ROUTES_TO) for one in (web, api))
    call = mention(source, host("shop.example.org"))
    assert called(graph([source, web, route], call, to_web)) == [web.id]
    assert called(graph([source, web, api, route], call, to_web, to_api)) == [route.id]
    wild = thing(EntityKind.ROUTE, "networking.k8s.io/v1/Ingress", "wild", scope=OTHER, attributes={"hosts": ("*.example.org",)})
    assert called(graph([source, wild], call)) == [wild.id]


def test_a_workload_does_not_call_itself() -> None:
    source, own = workload("a"), service("own")
    assert called(graph([source, own], mention(source, host("own")), selects(own, "a"))) == []
    twin = service("a", scope=NEAR)
    assert called(graph([source, twin], mention(source, host("a")))) == []


def test_one_of_several_may_call() -> None:
    source, db = workload("a"), service("db")
    made = graph([source, db], mention(source, host("db"), attributes={"may": True}))
    assert [r.confidence for r in made.relations] == [0.5]
    made = graph([source, db], mention(source, host("db"), attributes={"may": True}), mention(source, host("db")))
    assert [(r.confidence, dict(r.attributes)) for r in made.relations] == [(1.0, {})]


def test_one_system_is_one_node_whoever_knows_what_it_is() -> None:
    source = workload("a")
    plain, told = mention(source, host("db.example.org")), mention(source, host("db.example.org", scheme="postgresql"))
    for references in ((plain, told), (told, plain)):
        made = graph([source], *references)
        assert [(e.id, e.type) for e in made.of(EntityKind.EXTERNAL)] == [("external:host/db.example.org", "database")]


@pytest.mark.parametrize(
    ("text", "scheme", "port", "expected"),
    [
        ("x.abc.eu-west-1.rds.amazonaws.com", "", None, System("database", "x.abc.eu-west-1.rds.amazonaws.com")),
        ("models.s3.eu-west-1.amazonaws.com", "", None, System("bucket", "s3://models")),
        ("b-1.shop.kafka.us-east-1.amazonaws.com", "", 9098, System("queue", "shop.kafka.us-east-1.amazonaws.com")),
        ("sqs.us-east-1.amazonaws.com", "", None, System("queue", "sqs.us-east-1.amazonaws.com")),
        ("bedrock-runtime.us-east-1.amazonaws.com", "", None, System("llm", "bedrock-runtime.us-east-1.amazonaws.com")),
        ("api.openai.com", "", None, System("llm", "api.openai.com")),
        ("acme.openai.azure.com", "", None, System("llm", "acme.openai.azure.com")),
        ("idx.svc.us-east1-gcp.pinecone.io", "", None, System("vector-db", "idx.svc.us-east1-gcp.pinecone.io")),
        ("abc.eu-central.aws.cloud.qdrant.io", "", 6333, System("vector-db", "abc.eu-central.aws.cloud.qdrant.io")),
        ("db.example.org", "mysql", None, System("database", "db.example.org")),
        ("db.example.org", "", 6379, System("cache", "db.example.org")),
        ("alertmanager-operated.o11y.svc.cluster.local", "", 9093, System("monitoring", "alertmanager-operated.o11y.svc")),
        ("broker.example.org", "", 9093, System("queue", "broker.example.org")),
        ("www.example.org", "", 443, System("host", "www.example.org")),
        ("api.openai.com.example.org", "", None, System("host", "api.openai.com.example.org")),
        ("loki.logs.svc.cluster.local", "", None, System("host", "loki.logs.svc")),
    ],
)
def test_systems(text: str, scheme: str, port: int | None, expected: System) -> None:
    assert system(text, scheme, port) == expected


def test_what_an_image_carries_is_said_of_the_workloads_that_run_it() -> None:
    source, api = workload("a"), service("api")
    file = Entity(ids.dockerfile_id("Dockerfile"), EntityKind.DOCKERFILE, "dockerfile", "Dockerfile", "Dockerfile", 1)
    stage = Entity(ids.stage_id("Dockerfile", "0"), EntityKind.STAGE, "stage", "0", "Dockerfile", 1)
    build = Entity(ids.image_build_id("w.yml", "j", "b"), EntityKind.IMAGE_BUILD, "image_build", "b", "w.yml", 3)
    carried = mention(stage, ByHost(EntityId(""), "", "api", 80, sure=False), basis=Basis.CONVENTION)
    known = (
        mention(file, ById(stage.id), RelationKind.CONTAINS),
        mention(build, ById(file.id), RelationKind.BUILDS),
        mention(build, ByImage("ghcr.io/acme/web:1"), RelationKind.PUBLISHES),
        mention(source, ByImage("ghcr.io/acme/web:1"), RelationKind.RUNS_IMAGE),
    )
    made = graph([source, api, file, stage, build], carried, *known)
    assert [(r.source, r.target, r.confidence) for r in made.relations if r.kind is _CALL] == [(source.id, api.id, 0.8)]
    twin = workload("twin")
    more = mention(twin, ByImage("ghcr.io/acme/web:1"), RelationKind.RUNS_IMAGE)
    made = graph([source, twin, api, file, stage, build], carried, more, *known)
    assert [r.confidence for r in made.relations if r.kind is _CALL] == [0.5, 0.5]
    other = Entity(ids.stage_id("b/Dockerfile", "0"), EntityKind.STAGE, "stage", "0", "b/Dockerfile", 1)
    second = Entity(ids.image_build_id("w.yml", "j", "c"), EntityKind.IMAGE_BUILD, "image_build", "c", "w.yml", 4)
    same = (
        mention(second, ById(other.id), RelationKind.BUILDS),
        mention(second, ByImage("ghcr.io/acme/web:2"), RelationKind.PUBLISHES),
    )
    assert called(graph([source, api, file, stage, build, other, second], carried, *known, *same)) == []


def test_of_two_as_near_the_one_whose_file_is_nearer_is_meant() -> None:
    scope = ids.deployable_id("samples/shop/latest")
    source = thing(EntityKind.WORKLOAD, "apps/v1/Deployment", "a", "", scope)
    built, other = (service("db", "", ids.deployable_id(place)) for place in ("samples", "samples/shop/old"))
    built, other = replace(built, path="samples/shop/latest/db.yaml"), replace(other, path="samples/shop/old/db.yaml")
    made = graph([source, built, other], mention(source, ByHost(scope, "", "db", None, True)))
    assert called(made) == [built.id]
