"""The graph: entities, relations and findings, sorted and without doubles, and the networkx graph that users get of it.

The only `import networkx`, made when an algorithm or a file format asks for it. It knows no format of the sources and no view.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from archdoc.model import Attributes, Entity, EntityId, EntityKind, Evidence, Finding, Relation, RelationKind

if TYPE_CHECKING:
    import networkx as nx

SCHEMA = "archdoc.graph/1"


@dataclass(frozen=True)
class Graph:
    """Everything that is known of one tree. Build it with `build`, which sorts and merges."""

    entities: Mapping[EntityId, Entity]
    relations: tuple[Relation, ...]
    findings: tuple[Finding, ...]
    _out: Mapping[EntityId, tuple[Relation, ...]] = field(repr=False)
    _in: Mapping[EntityId, tuple[Relation, ...]] = field(repr=False)

    def of(self, *kinds: EntityKind) -> list[Entity]:
        """The entities of some kinds, by id."""
        return [entity for entity in self.entities.values() if entity.kind in kinds]

    def out(self, source: EntityId, *kinds: RelationKind) -> list[Relation]:
        """The relations that leave an entity, of some kinds or of any."""
        return [r for r in self._out.get(source, ()) if not kinds or r.kind in kinds]

    def into(self, target: EntityId, *kinds: RelationKind) -> list[Relation]:
        """The relations that reach an entity, of some kinds or of any."""
        return [r for r in self._in.get(target, ()) if not kinds or r.kind in kinds]

    def around(self, inside: Callable[[Entity], bool]) -> Graph:
        """What is inside, what it touches, and who builds the images among that; of relations those that touch the inside."""
        inner = {e.id for e in self.entities.values() if inside(e)}
        kept = [r for r in self.relations if r.source in inner or r.target in inner]
        ends = {end for r in kept for end in (r.source, r.target)}
        builds = {r.source for one in ends for r in self.into(one, RelationKind.PUBLISHES)}
        kept += [r for one in builds for r in (*self.out(one), *self.into(one, RelationKind.CONTAINS))]
        ends |= inner | {end for r in kept for end in (r.source, r.target)}
        ends |= {home for one in ends if (home := self.entities[one].deployable)}
        return build((self.entities[one] for one in ends), kept, ())

    def networkx(self) -> nx.MultiDiGraph:
        """The same as a networkx graph: a node an entity, an edge a relation with its kind as key; all values are scalars."""
        import networkx as nx

        graph = nx.MultiDiGraph(schema=SCHEMA)
        for entity in self.entities.values():
            graph.add_node(
                entity.id,
                kind=entity.kind.value,
                type=entity.type,
                name=entity.name,
                namespace=entity.namespace or "",
                deployable=entity.deployable or "",
                path=entity.path,
                line=entity.line,
                **{f"attribute_{key}": _scalar(value) for key, value in sorted(entity.attributes.items())},
            )
        for relation in self.relations:
            graph.add_edge(
                relation.source,
                relation.target,
                key=relation.kind.value,
                kind=relation.kind.value,
                basis=relation.basis.value,
                confidence=relation.confidence,
                evidence=" ".join(f"{e.path}:{e.line}" for e in relation.evidence),
            )
        return graph

    def ways(self, one: EntityId, other: EntityId, most: int) -> list[list[tuple[bool, Relation]]]:
        """The shortest chains of relations between two entities, as (forward, relation) steps; directions do not matter."""
        import networkx as nx

        # That two things lie in one folder links them no more than a shelf does; a Dockerfile and its stage are one thing.
        whole = (EntityKind.DOCKERFILE, EntityKind.JOB)
        told = (r for r in self.relations if r.kind is not RelationKind.CONTAINS or self.entities[r.source].kind in whole)
        plain = nx.Graph((r.source, r.target) for r in told)
        if one not in plain or other not in plain or not nx.has_path(plain, one, other):
            return []
        found: list[list[tuple[bool, Relation]]] = []
        for path in nx.all_shortest_paths(plain, one, other):
            steps = [
                max(
                    ((r.source == a, r) for r in (*self.out(a), *self.into(a)) if {r.source, r.target} == {a, b}),
                    key=lambda s: s[1].confidence,
                )
                for a, b in pairwise(path)
            ]
            found.append(steps)
            if len(found) >= most:
                break
        return sorted(found, key=lambda steps: [(r.source, r.target) for _, r in steps])

    def graphml(self) -> str:
        """The graph as GraphML."""
        import networkx as nx

        return "\n".join(nx.generate_graphml(self.networkx(), named_key_ids=True)) + "\n"

    def as_json(self) -> dict[str, Any]:
        """The graph in its published form, schema `archdoc.graph/1`; every key is always there."""
        return {
            "schema": SCHEMA,
            "entities": [
                {
                    "id": e.id,
                    "kind": e.kind.value,
                    "type": e.type,
                    "name": e.name,
                    "namespace": e.namespace,
                    "deployable": e.deployable,
                    "path": e.path,
                    "line": e.line,
                    "attributes": _json(e.attributes),
                }
                for e in self.entities.values()
            ],
            "relations": [
                {
                    "source": r.source,
                    "kind": r.kind.value,
                    "target": r.target,
                    "basis": r.basis.value,
                    "confidence": r.confidence,
                    "evidence": [{"path": e.path, "line": e.line, "note": e.note} for e in r.evidence],
                    "attributes": _json(r.attributes),
                }
                for r in self.relations
            ],
            "findings": [
                {
                    "rule": f.rule,
                    "severity": f.severity.value,
                    "message": f.message,
                    "path": f.path,
                    "line": f.line,
                    "subject": f.subject,
                }
                for f in self.findings
            ],
        }


def build(entities: Iterable[Entity], relations: Iterable[Relation], findings: Iterable[Finding]) -> Graph:
    """A graph of these, whatever their order. Relations between the same two of the same kind become one with all evidence."""
    by_id = {entity.id: entity for entity in sorted(entities, key=lambda e: e.id)}
    grouped: dict[tuple[str, str, str], list[Relation]] = defaultdict(list)
    for relation in relations:
        grouped[relation.source, relation.kind.value, relation.target].append(relation)
    merged = tuple(_merge(grouped[key]) for key in sorted(grouped))
    out: dict[EntityId, list[Relation]] = defaultdict(list)
    into: dict[EntityId, list[Relation]] = defaultdict(list)
    for relation in merged:
        out[relation.source].append(relation)
        into[relation.target].append(relation)
    unique = sorted({_finding_key(f): f for f in findings}.items())
    return Graph(
        by_id,
        merged,
        tuple(f for _, f in unique),
        {key: tuple(value) for key, value in out.items()},
        {key: tuple(value) for key, value in into.items()},
    )


def _finding_key(finding: Finding) -> tuple[str, int, str, str, str]:
    return finding.path, finding.line, finding.rule, finding.subject, finding.message


def _merge(relations: list[Relation]) -> Relation:
    if len(relations) == 1:
        return relations[0]
    best = max(relations, key=lambda r: (r.confidence, r.basis.value))
    evidence: tuple[Evidence, ...] = tuple(sorted({e for r in relations for e in r.evidence}))
    values: dict[str, set[Any]] = defaultdict(set)
    for relation in relations:
        for key, value in relation.attributes.items():
            values[key].update(value if isinstance(value, tuple) else (value,))
    attributes = {key: _joined(found) for key, found in sorted(values.items())}
    return replace(best, evidence=evidence, attributes=attributes)


def _joined(found: set[Any]) -> Any:
    """One value where all agree, whether any is true, or all of them as text."""
    if len(found) == 1:
        return next(iter(found))
    return True if found == {True, False} else tuple(sorted(str(value) for value in found))


def _json(attributes: Attributes) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in sorted(attributes.items())}


def _scalar(value: object) -> str | int | bool:
    if isinstance(value, tuple):
        return ", ".join(value)
    return value if isinstance(value, (str, int, bool)) else ""
