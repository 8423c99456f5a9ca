"""Values to canonical JSON and back: the same value is always the same bytes, and a cached answer is the answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any

from archdoc import model
from archdoc.model import (
    Attributes,
    Basis,
    Entity,
    EntityKind,
    Evidence,
    Facts,
    Finding,
    Ignore,
    Reference,
    RelationKind,
    Severity,
)

_TARGETS: dict[str, type[Any]] = {
    target.__name__: target
    for target in (
        model.ById,
        model.ByName,
        model.BySelector,
        model.ByImage,
        model.ByPath,
        model.ByWorkflow,
        model.ByHost,
        model.Outside,
    )
}


def canonical(value: object) -> str:
    """JSON text with sorted keys, two spaces and a final newline: what users read and compare."""
    return json.dumps(_plain(value, whole=True), sort_keys=True, indent=2, ensure_ascii=False) + "\n"


def compact(value: object) -> str:
    """JSON text with sorted keys and no spaces: what is stored and hashed."""
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def facts_to_json(facts: Facts) -> dict[str, Any]:
    """Facts as JSON values; each list in an order that does not depend on how the unit was read."""
    return {
        "covers": sorted(facts.covers),
        "entities": sorted((_plain(e) for e in facts.entities), key=lambda e: (e["id"], e["path"], e["line"])),
        "findings": sorted((_plain(f) for f in facts.findings), key=lambda f: (f["path"], f["line"], f["rule"], f["message"])),
        "references": sorted((_reference_to_json(r) for r in facts.references), key=compact),
    }


def facts_to_rows(facts: Facts) -> list[Any]:
    """Facts as short JSON lists by position, for the cache: a tenth of the time that names would cost."""
    return [
        [
            [e.id, e.kind, e.type, e.name, e.path, e.line, e.namespace, e.deployable, dict(e.labels), dict(e.attributes)]
            for e in facts.entities
        ],
        [
            [r.source, r.relation, _target_row(r.target), *_line(r.evidence), r.basis, r.optional, r.reverse, dict(r.attributes)]
            for r in facts.references
        ],
        [[f.rule, f.severity, f.message, f.path, f.line, f.subject] for f in facts.findings],
        facts.covers,
        [[i.rule, i.reason, *_line(i.at), i.path, i.line] for i in facts.ignores],
    ]


def facts_from_rows(rows: Any) -> Facts:
    """The facts that `facts_to_rows` wrote. Raises KeyError, TypeError, IndexError or ValueError for anything else."""
    entities, references, findings, covers, ignores = rows
    return Facts(
        tuple(
            Entity(id_, _KINDS[kind], type_, name, path, line, namespace, deployable, labels, _attributes(attributes))
            for id_, kind, type_, name, path, line, namespace, deployable, labels, attributes in entities
        ),
        tuple(
            Reference(
                source,
                _RELATIONS[kind],
                _target(target),
                Evidence(path, line, note),
                _BASES[basis],
                optional,
                reverse,
                _attributes(attributes),
            )
            for source, kind, target, path, line, note, basis, optional, reverse, attributes in references
        ),
        tuple(
            Finding(rule, Severity(severity), message, path, line, subject)
            for rule, severity, message, path, line, subject in findings
        ),
        tuple(covers),
        tuple(Ignore(rule, reason, Evidence(*at), path, line) for rule, reason, *at, path, line in ignores),
    )


def _line(evidence: Evidence) -> tuple[str, int, str]:
    return evidence.path, evidence.line, evidence.note


def _attributes(data: Mapping[str, Any]) -> Attributes:
    return data and {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}


def _target_row(target: model.Target) -> list[Any]:
    kind = type(target)
    values = (getattr(target, name) for name in _FIELDS[kind])
    return [kind.__name__, *(_selector_row(value) if isinstance(value, model.Selector) else value for value in values)]


def _target(row: list[Any]) -> Any:
    kind, read = _READERS[row[0]]
    values = row[1:]
    for at, reader in read:
        if values[at] is not None:
            values[at] = reader(values[at])
    return kind(*values)


def _selector_row(selector: model.Selector) -> list[Any]:
    return [[term.key, term.operator, term.values] for term in selector.requirements]


def _selector(rows: list[Any]) -> model.Selector:
    return model.Selector(tuple(model.Requirement(key, operator, tuple(values)) for key, operator, values in rows))


def _reference_to_json(reference: Reference) -> dict[str, Any]:
    plain: dict[str, Any] = _plain(reference)
    plain["target"]["by"] = type(reference.target).__name__
    return plain


_FIELDS = {kind: tuple(field.name for field in fields(kind)) for kind in _TARGETS.values()}
_KINDS = {kind.value: kind for kind in EntityKind}
_RELATIONS = {kind.value: kind for kind in RelationKind}
_BASES = {basis.value: basis for basis in Basis}
_READ: dict[str, Callable[[Any], Any]] = {
    "selector": _selector,
    "namespaces": _selector,
    "of": _KINDS.__getitem__,
    "kinds": tuple,
}


_READERS = {
    name: (kind, [(at, _READ[field]) for at, field in enumerate(_FIELDS[kind]) if field in _READ])
    for name, kind in _TARGETS.items()
}


def _plain(value: Any, *, whole: bool = False) -> Any:
    """JSON values of a value; fields of dataclasses that hold their default are left out unless the `whole` is wanted."""
    if isinstance(value, StrEnum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        out: dict[str, Any] = {}
        for field in fields(value):
            part = getattr(value, field.name)
            if whole or not (part == field.default or (not part and field.default_factory is dict)):
                out[field.name] = _plain(part, whole=whole)
        return out
    if isinstance(value, Mapping):
        return {str(k): _plain(v, whole=whole) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v, whole=whole) for v in value]
    return value
