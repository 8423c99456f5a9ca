"""Everything known about an entity, and how two are linked: each step with its lines, its basis and how sure it is."""

from __future__ import annotations

from archdoc.errors import UsageError
from archdoc.graph import Graph
from archdoc.model import Entity, EntityKind, Relation, RelationKind
from archdoc.report import chains
from archdoc.report.text import Paint


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


def entity(graph: Graph, one: Entity, paint: Paint) -> str:
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
        lines += chains.of_image(graph, one, paint)
    lines += _relations("does", graph.out(one.id), paint, out=True)
    into = [relation for relation in graph.into(one.id) if relation.kind not in told_as_chain]
    lines += _relations("is the target of", into, paint, out=False)
    if one.kind is EntityKind.WORKLOAD:
        lines += chains.of_workload(graph, one)
    told = [f for f in graph.findings if f.subject == one.id or (f.path, f.line) == (one.path, one.line)]
    if told:
        lines += ["", "  findings"]
        lines += [f"    {f.severity} {f.rule}: {f.message}  {f.path}:{f.line}" for f in told]
    return "\n".join(lines) + "\n"


def _relations(title: str, relations: list[Relation], paint: Paint, *, out: bool) -> list[str]:
    lines = ["", f"  {title}"] if relations else []
    for relation in relations:
        other = relation.target if out else relation.source
        lines.append(f"    {relation.kind} {other}  {paint(_surety(relation), 'dim')}")
        lines += [f"      {e.path}:{e.line}  {e.note}".rstrip() for e in relation.evidence]
    return lines


def _surety(relation: Relation) -> str:
    return f"{relation.basis}, {relation.confidence:.2f}"


def link(graph: Graph, one: Entity, other: Entity, paint: Paint) -> str:
    """How two are linked: from build to workload where that is the question, else the shortest ways; at most three."""
    ends = chains.ends(one, other)
    if ends is not None:
        return chains.between(graph, *ends, paint)
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
            lines += [f"      {e.path}:{e.line}  {e.note}".rstrip() for e in relation.evidence]
        lines += [f"  all of it {sure:.2f}", ""]
    return "\n".join(lines) + "\n"
