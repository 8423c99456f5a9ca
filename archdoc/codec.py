"""Values to canonical JSON and back: the same value is always the same bytes, and the answer of a cache is the answer of a run."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any

from archdoc import model
from archdoc.model import Attributes, Basis, Entity, EntityKind, Evidence, Facts, Finding, Reference, RelationKind, Severity

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
    return json.dumps(_plain(value), sort_keys=True, indent=2, ensure_ascii=False) + "\n"


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


def facts_from_json(data: Mapping[str, Any]) -> Facts:
    """The facts that `facts_to_json` wrote. Raises KeyError, TypeError or ValueError for anything else."""
    return Facts(
        entities=tuple(
            Entity(**{**e, "kind": EntityKind(e["kind"]), "attributes": attributes_from_json(e.get("attributes", {}))})
            for e in data["entities"]
        ),
        references=tuple(_reference_from_json(r) for r in data["references"]),
        findings=tuple(Finding(**{**f, "severity": Severity(f["severity"])}) for f in data["findings"]),
        covers=tuple(data["covers"]),
    )


def attributes_from_json(data: Mapping[str, Any]) -> Attributes:
    """Attributes with lists as tuples."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}


def _reference_to_json(reference: Reference) -> dict[str, Any]:
    plain: dict[str, Any] = _plain(reference)
    plain["target"]["by"] = type(reference.target).__name__
    return plain


def _reference_from_json(data: Mapping[str, Any]) -> Reference:
    return Reference(
        source=data["source"],
        relation=RelationKind(data["relation"]),  # type: ignore[call-arg]  # the enum's __new__ serves its members only
        target=_target(data["target"]),
        evidence=Evidence(**data["evidence"]),
        basis=Basis(data.get("basis", Basis.DECLARED)),
        optional=data.get("optional", False),
        reverse=data.get("reverse", False),
        attributes=attributes_from_json(data.get("attributes", {})),
    )


def _target(data: Mapping[str, Any]) -> Any:
    values = dict(data)
    kind = _TARGETS[values.pop("by")]
    for key, read in _READ.items():
        if values.get(key) is not None:
            values[key] = read(values[key])
    return kind(**values)


def _selector(data: Mapping[str, Any]) -> model.Selector:
    return model.Selector(
        tuple(model.Requirement(r["key"], r["operator"], tuple(r.get("values", ()))) for r in data.get("requirements", ()))
    )


_READ: dict[str, Callable[[Any], Any]] = {
    "selector": _selector,
    "namespaces": _selector,
    "of": EntityKind,
    "kinds": tuple,
}


def _plain(value: Any) -> Any:
    """JSON values of a value; fields of dataclasses that hold their default are left out, except None-able results' keys."""
    if isinstance(value, StrEnum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        out: dict[str, Any] = {}
        for field in fields(value):
            part = getattr(value, field.name)
            if part == field.default or (not part and field.default_factory is dict):
                continue
            out[field.name] = _plain(part)
        return out
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return value
