"""Two graphs compared: what was added, removed, changed or moved, and whether that is architecture.

Identity is the id: a file that moves with its objects, a reformatted file, a new tag change nothing that a picture shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from archdoc.graph import Graph
from archdoc.model import Entity, EntityKind, Evidence, Relation, RelationKind


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
_MINOR_RELATIONS = frozenset(
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
_MAJOR_ATTRIBUTES = frozenset({"ports", "hosts", "schedule", "type", "cron", "branches", "hosted", "gpu"})


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: `sign` is ``+`` added, ``-`` removed, ``~`` changed, ``>`` moved.

    `at` is where it says so, for a removal where it did.
    """

    sign: str
    text: str
    at: Evidence
    significance: Significance
    id: str


def compare(before: Graph, after: Graph) -> tuple[Change, ...]:
    """Every difference of two graphs, entities first, then relations whose ends both stand in one of the graphs."""
    changes: list[Change] = []
    for id_ in sorted(before.entities.keys() | after.entities.keys()):
        old, new = before.entities.get(id_), after.entities.get(id_)
        if old is None and new is not None:
            changes.append(Change("+", words(new), Evidence(new.path, new.line), _of_entity(new), id_))
        elif new is None and old is not None:
            changes.append(Change("-", words(old), Evidence(old.path, old.line), _of_entity(old), id_))
        elif old is not None and new is not None:
            changes += _changed(old, new)
    relations = {_key(r): r for r in before.relations}, {_key(r): r for r in after.relations}
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
    if old.type.rpartition("/")[2] != new.type.rpartition("/")[2]:
        found.append(Change("~", f"{words(new)} was {old.type.rpartition('/')[2]}", at, _of_entity(new), new.id))
    for key in sorted(old.attributes.keys() | new.attributes.keys()):
        before, after = old.attributes.get(key), new.attributes.get(key)
        if before != after:
            major = key in _MAJOR_ATTRIBUTES and _of_entity(new) is Significance.MAJOR
            text = f"{words(new)}  {key} {_show(before)} -> {_show(after)}"
            found.append(Change("~", text, at, Significance.MAJOR if major else Significance.MINOR, new.id))
    if old.path != new.path:
        found.append(Change(">", f"{words(new)} from {old.path}", at, Significance.MINOR, new.id))
    return found


def _key(relation: Relation) -> tuple[str, str, str]:
    return relation.source, relation.kind.value, relation.target


def _relation(old: Relation | None, new: Relation | None, before: Graph, after: Graph, key: tuple[str, str, str]) -> list[Change]:
    one = new or old
    assert one is not None
    graph = after if new else before
    names = f"{words(graph.entities[one.source])} {one.kind} {words(graph.entities[one.target])}"
    weight = Significance.MINOR if one.kind in _MINOR_RELATIONS else Significance.MAJOR
    id_ = " ".join(key)
    if old is None:
        return [Change("+", names, one.evidence[0], weight, id_)]
    if new is None:
        return [Change("-", names, one.evidence[0], weight, id_)]
    found = []
    for attribute in sorted(old.attributes.keys() | new.attributes.keys()):
        was, now = old.attributes.get(attribute), new.attributes.get(attribute)
        if was != now:
            major = attribute in _MAJOR_ATTRIBUTES and weight is Significance.MAJOR
            text = f"{names}  {attribute} {_show(was)} -> {_show(now)}"
            found.append(Change("~", text, new.evidence[0], Significance.MAJOR if major else Significance.MINOR, id_))
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
