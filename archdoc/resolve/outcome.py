"""What resolving a mention gives: what it matches, what has to be added to the graph for it, and what is to be told."""

from __future__ import annotations

from dataclasses import dataclass, field

from archdoc import ids
from archdoc.model import Attributes, Basis, Entity, EntityId, EntityKind, Evidence, Finding


@dataclass(frozen=True, slots=True)
class Match:
    """One meaning of a mention; `basis` None keeps that of the reference."""

    id: EntityId
    basis: Basis | None = None
    confidence: float = 1.0
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Matches, entities that the graph needs for them, and findings."""

    matches: tuple[Match, ...] = ()
    entities: tuple[Entity, ...] = ()
    findings: tuple[Finding, ...] = ()


def outside(type_: str, name: str, at: Evidence, *, key: str = "", findings: tuple[Finding, ...] = ()) -> Outcome:
    """A match with something that no file here defines; `key` tells two of one name apart."""
    entity = Entity(ids.external_id(type_, key or name), EntityKind.EXTERNAL, type_, name, at.path, at.line)
    return Outcome((Match(entity.id),), (entity,), findings)
