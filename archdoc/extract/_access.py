"""What roles allow: their rules in one line each, and the objects that rules name (kubernetes rbac/v1 PolicyRule)."""

from __future__ import annotations

from collections.abc import Iterator

from archdoc.extract._manifests import Object
from archdoc.extract._mentions import Unit, object_named
from archdoc.extract._references import GRANTED
from archdoc.extract._yaml import Node
from archdoc.model import Attribute, EntityId, Reference, RelationKind

_ROLES = ("Role", "ClusterRole")


def attributes(thing: Object) -> dict[str, Attribute]:
    """What a role allows, one text a rule: ``get,list pods,services``."""
    rules = thing.root["rules"] if thing.kind in _ROLES else ()
    lines = tuple(dict.fromkeys(line for rule in rules if (line := _line(rule))))
    return {"can": lines} if lines else {}


def references(source: EntityId, thing: Object, unit: Unit) -> Iterator[Reference]:
    """The objects that the rules of a role name; they may be made at run time, so none is ever missing."""
    for rule in thing.root["rules"] if thing.kind in _ROLES else ():
        kinds = dict.fromkeys(GRANTED[one] for one in rule["resources"].texts() if one in GRANTED)
        for name in rule["resourceNames"]:
            for kind in kinds if name.text else ():
                target = object_named((kind,), "", name.text, thing, unit)
                yield Reference(source, RelationKind.GRANTS, target, name.evidence("rules[].resourceNames"), optional=True)


def _line(rule: Node) -> str:
    what = rule["resources"].texts() or rule["nonResourceURLs"].texts()
    return f"{','.join(rule['verbs'].texts())} {','.join(what)}".strip()
