"""Everything known about an entity, and how two are linked: each step with its lines, its basis and how sure it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from archdoc.errors import UsageError
from archdoc.graph import Graph
from archdoc.model import Entity, EntityKind, Relation, RelationKind
from archdoc.report import chains
from archdoc.report.chains import Tell
from archdoc.report.substitutions import Substitutions
from archdoc.report.text import Paint

SCHEMA = "archdoc.explain/1"


def find(graph: Graph, name: str) -> Entity:
    """The entity that a name means: an id, ``kind/name``, ``Kind/name``, or a bare name.

    Raises UsageError for an unknown name, with near ones, and for an ambiguous one, with the candidates.
    """
    for id_, entity in graph.entities.items():
        if id_ == name:
            return entity
    kind, separator, rest = name.partition("/")
    found = [e for e in graph.entities.values() if e.name == name or (e.path == name and e.kind in ("workflow", "dockerfile"))]
    if not found and separator:
        found = [
            e
            for e in graph.entities.values()
            if e.name == rest and kind.lower() in (e.kind.value, e.type.rpartition("/")[2].lower())
        ]
    if len(found) == 1:
        return found[0]
    if found:
        listed = "\n  ".join(e.id for e in found[:20])
        raise UsageError(f"`{name}` is ambiguous; give one of these:\n  {listed}")
    import difflib

    near = difflib.get_close_matches(name, sorted({e.name for e in graph.entities.values()}), n=3)
    raise UsageError(
        f"nothing here is called `{name}`" + (f"; near: {', '.join(near)}" if near else "; `archdoc graph` lists all")
    )


def entity(graph: Graph, one: Entity, paint: Paint, tell: Tell) -> str:
    """One entity: where it is declared, its attributes, what it does and what is done to it, its findings."""
    lines = [paint(one.id, "title"), f"  {one.kind} of type {one.type}, {one.path}:{one.line}"]
    if one.namespace is not None:
        lines.append(f"  namespace {one.namespace or '(where it is installed)'}")
    if one.deployable is not None:
        lines.append(f"  part of {one.deployable}")
    lines += [
        f"  {key}: {', '.join(value) if isinstance(value, tuple) else value}" for key, value in sorted(one.attributes.items())
    ]
    told_as_chain = (RelationKind.PUBLISHES, RelationKind.RUNS_IMAGE) if one.kind is EntityKind.IMAGE else ()
    if one.kind is EntityKind.IMAGE:
        lines += chains.of_image(graph, one, paint, tell)
    lines += _relations("does", graph.out(one.id), paint, tell, out=True)
    into = [relation for relation in graph.into(one.id) if relation.kind not in told_as_chain]
    lines += _relations("is the target of", into, paint, tell, out=False)
    if one.kind in (EntityKind.WORKLOAD, EntityKind.DEPLOYABLE):
        lines += chains.of_workload(graph, one)
    told = [f for f in graph.findings if f.subject == one.id or (f.path, f.line) == (one.path, one.line)]
    if told:
        lines += ["", "  findings"]
        lines += [f"    {f.severity} {f.rule}: {f.message}  {f.path}:{f.line}" for f in told]
    return "\n".join(lines) + "\n"


def _relations(title: str, relations: list[Relation], paint: Paint, tell: Tell, *, out: bool) -> list[str]:
    lines = ["", f"  {title}"] if relations else []
    for relation in relations:
        other = relation.target if out else relation.source
        lines.append(f"    {relation.kind} {other}  {paint(_surety(relation), 'dim')}")
        lines += tell(relation, 6)
    return lines


def _surety(relation: Relation) -> str:
    return f"{relation.basis}, {relation.confidence:.2f}"


def link(graph: Graph, one: Entity, other: Entity, paint: Paint, tell: Tell) -> str:
    """How two are linked: from build to workload where that is the question, else the shortest ways; at most three."""
    ends = chains.ends(one, other)
    if ends is not None:
        return chains.between(graph, *ends, paint, tell)
    ways = graph.ways(one.id, other.id, 3)
    if not ways:
        return f"{one.id} and {other.id} are not linked: no chain of relations joins them\n"
    lines: list[str] = []
    for way in ways:
        sure = 1.0
        lines.append(paint(way[0][1].source if way[0][0] else way[0][1].target, "title"))
        for forward, relation in way:
            sure *= relation.confidence
            verb = f"-{relation.kind}-> {relation.target}" if forward else f"<-{relation.kind}- {relation.source}"
            lines.append(f"  {verb}  {paint(_surety(relation), 'dim')}")
            lines += tell(relation, 6)
        lines += [f"  all of it {sure:.2f}", ""]
    return "\n".join(lines) + "\n"


def as_json(graph: Graph, found: Sequence[Entity], said: Substitutions) -> dict[str, Any]:
    """The same as plain values, schema `archdoc.explain/1`: each relation with what is put into its lines.

    Of one entity `ways` are its relations, each by itself; of two, the ways between them with the weakest step of each.
    """
    whole = graph.as_json()
    entities = {one["id"]: one for one in whole["entities"]}
    plain = {(one["source"], one["kind"], one["target"]): one for one in whole["relations"]}
    ways, rejected = _ways(graph, found)
    told = [
        {
            "confidence": sure,
            "because": because,
            "relations": [
                {**plain[one.source, one.kind.value, one.target], "substitutions": [s.as_json() for s in said.all(one)]}
                for one in relations
            ],
        }
        for sure, relations, because in ways
    ]
    return {"schema": SCHEMA, "entities": [entities[one.id] for one in found], "ways": told, "rejected": rejected}


def _ways(graph: Graph, found: Sequence[Entity]) -> tuple[list[chains.Way], list[str]]:
    if len(found) == 1:
        return [chains.Way(one.confidence, [one], []) for one in (*graph.out(found[0].id), *graph.into(found[0].id))], []
    ends = chains.ends(*found)
    if ends is not None:
        return chains.ways(graph, *ends)
    ways = [[relation for _, relation in way] for way in graph.ways(found[0].id, found[1].id, 3)]
    return [chains.Way(math.prod(one.confidence for one in way), way, []) for way in ways], []
