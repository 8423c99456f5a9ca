"""Mentions in custom resources that no row describes, by the names that nearly all projects give such fields.

``secretRef``, ``secretName``, ``fooRef: {kind, name}``: convention, so never reported as missing.
"""

from __future__ import annotations

from collections.abc import Iterator

from archdoc import ids
from archdoc.extract._manifests import Object
from archdoc.extract._mentions import Unit, object_named
from archdoc.extract._yaml import Node
from archdoc.model import Basis, EntityId, Reference, RelationKind

_MAX_VALUES = 5_000
_KINDS = {
    "secret": "Secret",
    "secretKey": "Secret",
    "secretKeySelector": "Secret",
    "configMap": "ConfigMap",
    "configMapKey": "ConfigMap",
    "serviceAccount": "ServiceAccount",
    "service": "Service",
    "claim": "PersistentVolumeClaim",
    "pvc": "PersistentVolumeClaim",
}
"""What a field is about, by the word before ``Ref`` or ``Name``."""

_RELATIONS = {
    "ServiceAccount": RelationKind.RUNS_AS,
    "Service": RelationKind.CONNECTS_TO,
    "PersistentVolumeClaim": RelationKind.MOUNTS,
}
"""What a mention of a kind means; of any other kind it is a setting."""


def references(source: EntityId, owner: Object, unit: Unit) -> Iterator[Reference]:
    """The mentions in the spec of a custom resource, by the names of their fields."""
    stack, seen = [("", owner.root["spec"])], 0
    while stack and seen < _MAX_VALUES:
        key, node = stack.pop()
        seen += 1
        stem = key.removesuffix("s").removesuffix("Ref") if key.endswith(("Ref", "Refs")) else ""
        if stem and node.is_map and node["name"].text:
            kind = _kind(node, owner) or _KINDS.get(stem, "")
            if kind:
                yield _reference(kind, node["name"], key, node["namespace"].text, source, owner, unit)
        elif key.endswith("Name") and node.text and key.removesuffix("Name") in _KINDS:
            yield _reference(_KINDS[key.removesuffix("Name")], node, key, "", source, owner, unit)
        elif node.is_map:
            stack += reversed(list(node.items()))
        elif node.is_list:
            stack += [(key, element) for element in reversed(list(node))]


def _kind(mention: Node, owner: Object) -> str:
    """The kind that a mention says, in the group that it says or else in its owner's."""
    kind = mention["kind"].text
    if not kind:
        return ""
    if mention["apiVersion"].text:
        return ids.object_kind(mention["apiVersion"].text.rpartition("/")[0], kind)
    said = next((mention[key].text for key in ("apiGroup", "group") if mention[key].is_text), None)
    own = "" if kind in _KINDS.values() else owner.api_version.rpartition("/")[0]
    return ids.object_kind(own if said is None else said, kind)


def _reference(kind: str, name: Node, key: str, namespace: str, source: EntityId, owner: Object, unit: Unit) -> Reference:
    target = object_named((kind,), namespace, name.text, owner, unit)
    relation = _RELATIONS.get(kind, RelationKind.CONFIGURES)
    return Reference(source, relation, target, name.evidence(key), Basis.CONVENTION, optional=True)
