"""How an entity looks in a picture: its title, its second line, its category, the slug of its id."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from archdoc.graph import Graph
from archdoc.model import Entity, EntityId, EntityKind, Relation, RelationKind
from archdoc.views import Category, Line
from archdoc.views._draft import Draft
from archdoc.views._entries import host_ports
from archdoc.views._split import tokens

_SURE = 0.6
_ASIDE = frozenset({"headless", "metrics", "monitoring", "webhook", "webhooks"})
_CATEGORY: Mapping[EntityKind, Category] = {
    EntityKind.WORKFLOW: Category.PIPELINE,
    EntityKind.JOB: Category.PIPELINE,
    EntityKind.ACTION: Category.PIPELINE,
    EntityKind.IMAGE_BUILD: Category.PIPELINE,
    EntityKind.PIPELINE: Category.PIPELINE,
    EntityKind.RUNNER: Category.EXTERNAL,
    EntityKind.TRIGGER: Category.PERSON,
    EntityKind.ENVIRONMENT: Category.NETWORK,
    EntityKind.DOCKERFILE: Category.SOURCE,
    EntityKind.STAGE: Category.SOURCE,
    EntityKind.IMAGE: Category.ARTIFACT,
    EntityKind.MODEL: Category.ARTIFACT,
    EntityKind.WORKLOAD: Category.WORKLOAD,
    EntityKind.DEPLOYABLE: Category.WORKLOAD,
    EntityKind.SERVICE: Category.NETWORK,
    EntityKind.ROUTE: Category.NETWORK,
    EntityKind.VOLUME: Category.DATA,
    EntityKind.DATASET: Category.DATA,
    EntityKind.EXTERNAL: Category.EXTERNAL,
}

_SLUG: Mapping[EntityKind, str] = {
    EntityKind.WORKLOAD: "app",
    EntityKind.SERVICE: "svc",
    EntityKind.ROUTE: "net",
    EntityKind.IMAGE: "img",
    EntityKind.PIPELINE: "pipe",
    EntityKind.VOLUME: "data",
    EntityKind.EXTERNAL: "ext",
    EntityKind.WORKFLOW: "wf",
    EntityKind.DOCKERFILE: "df",
    EntityKind.DEPLOYABLE: "dep",
    EntityKind.ENVIRONMENT: "env",
    EntityKind.TRIGGER: "on",
    EntityKind.RUNNER: "runner",
    EntityKind.JOB: "job",
    EntityKind.STAGE: "stage",
}

_STORES = frozenset(
    {
        "arangodb",
        "cassandra",
        "chroma",
        "chromadb",
        "clickhouse",
        "clickhouse-server",
        "cockroach",
        "cockroachdb",
        "couchbase",
        "couchdb",
        "cp-kafka",
        "dragonfly",
        "dynamodb-local",
        "elasticsearch",
        "elasticsearch-oss",
        "etcd",
        "influxdb",
        "kafka",
        "keydb",
        "mariadb",
        "meilisearch",
        "memcached",
        "milvus",
        "minio",
        "mongo",
        "mongodb",
        "mongodb-community-server",
        "mysql",
        "mysql-server",
        "neo4j",
        "opensearch",
        "pgvector",
        "postgis",
        "postgres",
        "postgresql",
        "postgresql-repmgr",
        "pulsar",
        "qdrant",
        "questdb",
        "rabbitmq",
        "redis",
        "redis-cluster",
        "redis-stack",
        "redis-stack-server",
        "redpanda",
        "rethinkdb",
        "scylla",
        "surrealdb",
        "tidb",
        "timescaledb",
        "typesense",
        "valkey",
        "vdms",
        "vespa",
        "weaviate",
    }
)
"""The last words of the names of images that keep data for others, in whatever registry they lie."""


def kind_word(entity: Entity) -> str:
    """``Deployment`` from ``apps/v1/Deployment``."""
    return entity.type.rpartition("/")[2]


def add(
    draft: Draft,
    entity: Entity,
    subtitle: str,
    *,
    title: str = "",
    category: Category | None = None,
    group: str | None = None,
    also: Iterable[EntityId] = (),
) -> None:
    """Put an entity into a picture under its own id as key; `also` are others that the box stands for."""
    words = [_SLUG.get(entity.kind, entity.kind.value), entity.namespace or "", entity.name]
    if entity.kind in (EntityKind.STAGE, EntityKind.JOB):
        words.insert(1, entity.path.rpartition("/")[2].partition(".")[0] if entity.kind is EntityKind.JOB else entity.path)
    draft.node(
        entity.id,
        " ".join(filter(None, words)),
        title or (f"stage {entity.name}" if entity.kind is EntityKind.STAGE and entity.name.isdigit() else entity.name),
        subtitle,
        category or _CATEGORY.get(entity.kind, Category.EXTERNAL),
        group=group,
        type_=entity.type,
        entities=(entity.id, *also),
    )


def add_image(draft: Draft, image: Entity, *, category: Category = Category.ARTIFACT, group: str | None = None) -> None:
    """Put an image into a picture: its last word as title, and below it where it lies."""
    place, _, title = image.name.rpartition("/")
    add(draft, image, place or "image", title=title, category=category, group=group)


def add_workload(
    draft: Draft, graph: Graph, workload: Entity, service: Entity | None, group: str | None, also: Iterable[EntityId] = ()
) -> None:
    """Put a workload into a picture, with the Service that it stands for; one that keeps data looks like a store."""
    words = workload_subtitle(workload, service)
    add(draft, workload, words, category=running(graph, workload), group=group, also=also)


def running(graph: Graph, workload: Entity) -> Category:
    """What a workload is to the reader: one that keeps data is a store."""
    stores = workload.name in _STORES or is_store(graph, workload) or _runs_store(graph, workload.id)
    return Category.DATA if stores else Category.WORKLOAD


def add_route(draft: Draft, route: Entity, group: str | None) -> None:
    """Put a route into a picture under its host."""
    add(draft, route, kind_word(route), title=route_title(route), group=group)


def ports(entity: Entity) -> str:
    """The ports of a Service for people: ``:80``, ``:80 :443``."""
    given = entity.attributes.get("ports")
    shown = [re.split(r"[^0-9]", port, maxsplit=1)[0] for port in given] if isinstance(given, tuple) else []
    return " ".join(f":{port}" for port in shown[:2]) + (" …" if len(shown) > 2 else "")


def images_of(graph: Graph, workload: EntityId) -> list[EntityId]:
    """The images that a workload runs, main containers first."""
    relations = graph.out(workload, RelationKind.RUNS_IMAGE)
    return [r.target for r in sorted(relations, key=lambda r: (bool(r.attributes.get("init")), r.target))]


def own_service(graph: Graph, workload: Entity) -> Entity | None:
    """The one Service that stands for a workload in a picture: it bears the same name and selects nothing else."""
    services = [graph.entities[r.source] for r in graph.into(workload.id, RelationKind.SELECTS)]
    services = [s for s in services if s.kind is EntityKind.SERVICE]
    same = [s for s in services if s.name == workload.name and len(graph.out(s.id, RelationKind.SELECTS)) == 1]
    return same[0] if len(same) == 1 else None


def is_store(graph: Graph, workload: Entity) -> bool:
    """Whether a workload keeps data: a StatefulSet with storage of its own."""
    volumes = (graph.entities[r.target] for r in graph.out(workload.id, RelationKind.MOUNTS))
    return kind_word(workload) == "StatefulSet" and any(v.kind is EntityKind.VOLUME for v in volumes)


def _runs_store(graph: Graph, workload: EntityId) -> bool:
    """Whether what a workload runs is the image of a database, a cache or an object store, alone or with an exporter."""
    runs = graph.out(workload, RelationKind.RUNS_IMAGE)
    # A store that is made ready by its own image has no other.
    runs = [r for r in runs if not r.attributes.get("init")] or runs
    names = {graph.entities[r.target].name.rpartition("/")[2] for r in runs}
    names = {name for name in names if not name.endswith("exporter")}
    return len(names) == 1 and names <= _STORES


def workload_subtitle(workload: Entity, service: Entity | None) -> str:
    """``Deployment :8080``: what it is and where it listens."""
    words = [kind_word(workload)]
    if service is not None:
        words.append(ports(service))
    words += [f":{port}" for port in host_ports(workload)[:2] if port != "*"]
    if workload.attributes.get("gpu"):
        words.append("· GPU")
    schedule = workload.attributes.get("schedule")
    if isinstance(schedule, str) and schedule:
        words = [f"{words[0]} · {schedule}", *words[1:]]
    return " ".join(filter(None, words))


def route_title(route: Entity) -> str:
    """The host where a route has just one of its own, else its name."""
    hosts = route.attributes.get("hosts")
    host = hosts[0] if isinstance(hosts, tuple) and len(hosts) == 1 else ""
    return host if "." in host and not host.endswith(".cluster.local") else route.name


def is_aside(graph: Graph, service: Entity) -> bool:
    """Whether a Service is none of the story: the cluster itself reads metrics, calls webhooks and joins peers by it.

    Its name says so, or those of all its ports do; nothing here leads to it, and it is not published.
    """
    given = service.attributes.get("ports")
    named = [tokens(port.rpartition(" ")[2]) for port in given] if isinstance(given, tuple) else []
    told = not _ASIDE.isdisjoint(tokens(service.name)) or (bool(named) and not any(map(_ASIDE.isdisjoint, named)))
    return (
        told
        and service.attributes.get("type") in (None, "ClusterIP")
        and not graph.into(service.id, RelationKind.ROUTES_TO, RelationKind.CONNECTS_TO)
    )


def line_of(relation: Relation, line: Line = Line.SOLID) -> Line:
    """How a relation is drawn: dotted where it is less than sure."""
    return Line.DOTTED if relation.confidence < _SURE else line


def publishing(relation: Relation) -> tuple[str, Line]:
    """The label and line of an arrow from what builds an image to the image."""
    return ("builds" if relation.attributes.get("pushed") is False else "pushes"), line_of(relation)
