"""Two graphs compared: what was added, removed, changed or moved, and whether that is architecture.

Identity is the id: a file that moves with its objects, a reformatted file, a new tag change nothing that a picture shows. Of what
is gone and what is new, two that are alike in nearly all but the name are one that was renamed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from archdoc.graph import Graph
from archdoc.model import Entity, EntityId, EntityKind, Evidence, Relation, RelationKind


class Significance(StrEnum):
    """How much a change matters to a picture: major is architecture, minor is told, none is not."""

    MAJOR = "major"
    MINOR = "minor"


_MINOR_ENTITIES = frozenset(
    {
        EntityKind.ACTION,
        EntityKind.AUTOSCALER,
        EntityKind.CONFIG,
        EntityKind.IDENTITY,
        EntityKind.POLICY,
        EntityKind.RESOURCE,
        EntityKind.SECRET,
    }
)
MINOR_RELATIONS = frozenset(
    {
        RelationKind.ALLOWS,
        RelationKind.AUTHENTICATES,
        RelationKind.CONFIGURES,
        RelationKind.CONTAINS,
        RelationKind.GRANTS,
        RelationKind.OWNS,
        RelationKind.PROTECTS,
        RelationKind.RUNS_AS,
        RelationKind.SCALES,
        RelationKind.USES,
    }
)
_NAMED_BY_USE = frozenset({EntityKind.ACTION, EntityKind.EXTERNAL, EntityKind.IMAGE, EntityKind.RUNNER, EntityKind.TRIGGER})
"""What has no identity but its name: another name is another thing."""
_ALIKE = 0.6
_MOST_PAIRS = 2_500
_MAJOR_ATTRIBUTES = frozenset({"ports", "hosts", "schedule", "type", "cron", "branches", "hosted", "gpu"})


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: `sign` is ``+`` added, ``-`` removed, ``~`` changed, ``>`` moved.

    `at` is where it says so, for a removal where it did. `subject` is the id of an entity, or source, kind and target.
    """

    sign: str
    text: str
    at: Evidence
    significance: Significance
    subject: tuple[str, ...]


def compare(before: Graph, after: Graph, renamed: Mapping[EntityId, EntityId] | None = None) -> tuple[Change, ...]:
    """Every difference of two graphs, entities first, then relations whose ends both stand in one of the graphs.

    `renamed` are their `renames`, where these are known already.
    """
    changes: list[Change] = []
    renamed = renames(before, after) if renamed is None else renamed
    known_as = {new: old for old, new in renamed.items()}
    for id_ in sorted((before.entities.keys() - renamed.keys()) | after.entities.keys()):
        old, new = before.entities.get(known_as.get(id_, id_)), after.entities.get(id_)
        if old is None and new is not None:
            changes.append(Change("+", words(new), Evidence(new.path, new.line), _of_entity(new), (id_,)))
        elif new is None and old is not None:
            changes.append(Change("-", words(old), Evidence(old.path, old.line), _of_entity(old), (id_,)))
        elif old is not None and new is not None:
            changes += _changed(old, new)
    relations = {_key(r, renamed): r for r in before.relations}, {_key(r, {}): r for r in after.relations}
    for key in sorted(relations[0].keys() | relations[1].keys()):
        changes += _relation(relations[0].get(key), relations[1].get(key), before, after, key)
    return tuple(changes)


def words(entity: Entity) -> str:
    """An entity as people say it: ``StatefulSet prod/redis``, ``job test``."""
    kind = entity.type.rpartition("/")[2] or entity.kind.value
    return f"{kind} {entity.namespace + '/' if entity.namespace else ''}{entity.name}"


def _of_entity(entity: Entity) -> Significance:
    return Significance.MINOR if entity.kind in _MINOR_ENTITIES else Significance.MAJOR


def _changed(old: Entity, new: Entity) -> list[Change]:
    at = Evidence(new.path, new.line)
    found = []
    if old.id != new.id:
        found.append(Change("~", renamed_words(old, new), at, _of_entity(new), (new.id,)))
    if old.type.rpartition("/")[2] != new.type.rpartition("/")[2]:
        found.append(Change("~", f"{words(new)} was {old.type.rpartition('/')[2]}", at, _of_entity(new), (new.id,)))
    for key in sorted(old.attributes.keys() | new.attributes.keys()):
        before, after = old.attributes.get(key), new.attributes.get(key)
        if before != after:
            major = key in _MAJOR_ATTRIBUTES and _of_entity(new) is Significance.MAJOR
            text = f"{words(new)}  {key} {_show(before)} -> {_show(after)}"
            found.append(Change("~", text, at, Significance.MAJOR if major else Significance.MINOR, (new.id,)))
    if old.path != new.path:
        found.append(Change(">", f"{words(new)} from {old.path}", at, Significance.MINOR, (new.id,)))
    return found


def renamed_words(old: Entity, new: Entity) -> str:
    """A new name with the old one, as far as that differs."""
    same_place = old.namespace == new.namespace and old.name != new.name
    return f"{words(new)} was called {old.name if same_place else words(old).partition(' ')[2]}"


def _key(relation: Relation, renamed: Mapping[EntityId, EntityId]) -> tuple[str, str, str]:
    source, target = relation.source, relation.target
    return renamed.get(source, source), relation.kind.value, renamed.get(target, target)


def renames(before: Graph, after: Graph) -> dict[EntityId, EntityId]:
    """The new id of each entity that has another name now: its kind, its file, its relations are nearly all as they were.

    Where two could be it, none is: what is not sure is told as gone and new.
    """
    gone, new = (defaultdict[tuple[EntityKind, str], list[Entity]](list) for _ in range(2))
    for here, there, found in ((before, after, gone), (after, before, new)):
        for entity in here.entities.values():
            if entity.id not in there.entities and entity.kind not in _NAMED_BY_USE:
                found[entity.kind, entity.type.rpartition("/")[2]].append(entity)
    pairs: list[tuple[float, EntityId, EntityId]] = []
    for key in gone.keys() & new.keys():
        if len(gone[key]) * len(new[key]) <= _MOST_PAIRS:
            both = [(_alike(a, b, before, after), a.id, b.id) for a in gone[key] for b in new[key]]
            pairs += [pair for pair in both if pair[0] >= _ALIKE]
    found_for: dict[EntityId, EntityId] = {}
    taken: set[EntityId] = set()
    best = defaultdict[EntityId, list[float]](list)
    for alike, old, now in pairs:
        best[old].append(alike)
        best[now].append(alike)
    for alike, old, now in sorted(pairs, key=lambda pair: (-pair[0], pair[1:])):
        tied = any(sorted(best[end])[-2:].count(alike) > 1 for end in (old, now))
        if old not in found_for and now not in taken and not tied:
            found_for[old] = now
            taken.add(now)
    return found_for


def _alike(old: Entity, new: Entity, before: Graph, after: Graph) -> float:
    """How much two entities have in common, 0 to 1: half of it what they are related to, the rest their file and attributes."""
    was, now = _surroundings(old, before), _surroundings(new, after)
    common = len(was & now) / len(was | now) if was | now else 0.0
    return 0.5 * common + 0.3 * (old.path == new.path) + 0.2 * (old.attributes == new.attributes)


def _surroundings(entity: Entity, graph: Graph) -> set[tuple[str, EntityId]]:
    return {(f"> {r.kind}", r.target) for r in graph.out(entity.id)} | {(f"< {r.kind}", r.source) for r in graph.into(entity.id)}


def _relation(old: Relation | None, new: Relation | None, before: Graph, after: Graph, key: tuple[str, str, str]) -> list[Change]:
    one = new or old
    assert one is not None
    graph = after if new else before
    names = f"{words(graph.entities[one.source])} {one.kind} {words(graph.entities[one.target])}"
    weight = Significance.MINOR if one.kind in MINOR_RELATIONS else Significance.MAJOR
    if old is None:
        return [Change("+", names, one.evidence[0], weight, key)]
    if new is None:
        return [Change("-", names, one.evidence[0], weight, key)]
    found = []
    for attribute in sorted(old.attributes.keys() | new.attributes.keys()):
        was, now = old.attributes.get(attribute), new.attributes.get(attribute)
        if was != now:
            major = attribute in _MAJOR_ATTRIBUTES and weight is Significance.MAJOR
            text = f"{names}  {attribute} {_show(was)} -> {_show(now)}"
            found.append(Change("~", text, new.evidence[0], Significance.MAJOR if major else Significance.MINOR, key))
    return found


def _show(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    return "none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


class Signed(Protocol):
    """Anything with the sign of a change."""

    @property
    def sign(self) -> str:
        """One of ``+ - ~ >``."""


def counts(changes: Iterable[Signed]) -> Mapping[str, int]:
    """How many were added, removed, changed and moved."""
    names = {"+": "added", "-": "removed", "~": "changed", ">": "moved"}
    signs = Counter(change.sign for change in changes)
    return {name: signs[sign] for sign, name in names.items()}
