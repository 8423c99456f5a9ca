"""The values that a repository gives to a chart it does not hold: images, addresses, secrets and claims by the usual keys.

Which template uses a value is not known, so all of this is convention. Values themselves never leave, as anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from archdoc.extract import _addresses, _config_files, _hub_models
from archdoc.extract._fields import find, first
from archdoc.extract._inline import inline
from archdoc.extract._manifests import Object
from archdoc.extract._mentions import Said, Unit, address, named, object_named
from archdoc.extract._pods import image
from archdoc.extract._rows import Name
from archdoc.extract._yaml import Node
from archdoc.model import Basis, EntityId, Evidence, Outside, Reference, RelationKind
from archdoc.regex import regex

_MAX_VALUES = 20_000
_RELEASE = regex(r"\{\{-?\s*\.Release\.Name\s*-?\}\}")
_NAMES: dict[str, tuple[RelationKind, str]] = {
    "existingSecret": (RelationKind.CONFIGURES, "Secret"),
    "existingSecretName": (RelationKind.CONFIGURES, "Secret"),
    "secretName": (RelationKind.CONFIGURES, "Secret"),
    "secretRef": (RelationKind.CONFIGURES, "Secret"),
    "secretKeyRef": (RelationKind.CONFIGURES, "Secret"),
    "existingConfigMap": (RelationKind.CONFIGURES, "ConfigMap"),
    "configMapRef": (RelationKind.CONFIGURES, "ConfigMap"),
    "configMapKeyRef": (RelationKind.CONFIGURES, "ConfigMap"),
    "existingClaim": (RelationKind.MOUNTS, "PersistentVolumeClaim"),
}
"""Keys by which charts take the name of an object that is there already, as a text or as a mapping with a name."""
_PARENTS = Name("parentRefs[]", RelationKind.ROUTES_TO, "Gateway.gateway.networking.k8s.io", reverse=True, optional=True)
"""The Gateways to which charts attach the routes that they make."""


def references(source: EntityId, owner: Object, unit: Unit) -> Iterator[Reference]:
    """What the values that an object gives to a chart mention; names are those of the namespace that the chart goes into."""
    place = first(owner.root, "spec.targetNamespace") or first(owner.root, "spec.destination.namespace")
    owner = replace(owner, namespace=place.text) if place.text else owner
    for path in owner.row.values:
        for values in find(owner.root, path):
            for root in inline(values).roots if values.is_text else [values]:
                yield from _mined(root, source, owner, unit)


def _mined(root: Node, source: EntityId, owner: Object, unit: Unit) -> Iterator[Reference]:
    stack, seen = [("", root)], 0
    while stack and seen < _MAX_VALUES:
        key, node = stack.pop()
        seen += 1
        if node.is_map:
            if node["repository"].text and (key.lower().endswith("image") or node["tag"]):
                yield from image(node, source, Basis.CONVENTION)
            if key in _NAMES:
                yield from _named(key, node["name"], source, owner, unit)
            if node["name"].text and node["value"].is_text:
                stack.append((node["name"].text, node["value"]))
            stack += reversed(list(node.items()))
        elif node.is_list:
            if key == "parentRefs":
                for parent in named(_PARENTS, Node({key: node}), source, owner, unit, f"values {key}"):
                    yield replace(parent, basis=Basis.CONVENTION)
            stack += [(key, element) for element in reversed(list(node))]
        elif key in _NAMES and node.text:
            yield from _named(key, node, source, owner, unit)
        elif key == "image" and node.text:
            yield from image(node, source, Basis.CONVENTION)
        elif "\n" in node.text.strip():
            for row, host in _config_files.find(key, node.text):
                said = Said(Evidence(node.path, node.row(row), f"values {key}"), Basis.CONVENTION, key)
                yield address(host, RelationKind.CONNECTS_TO, source, owner, unit, said)
        elif model := _hub_models.of_value(key, node.text):
            at = node.evidence(f"values {key}")
            yield Reference(source, RelationKind.READS, Outside("model", f"hf://{model}"), at, Basis.CONVENTION)
        elif node.text and key not in ("name", "value", "clusterIP", "loadBalancerIP"):
            said = Said(node.evidence(f"values {key}"), Basis.CONVENTION, key)
            for found in _addresses.find(key, _told(node.text, owner)):
                yield address(found, RelationKind.CONNECTS_TO, source, owner, unit, said)


def _named(key: str, node: Node, source: EntityId, owner: Object, unit: Unit) -> Iterator[Reference]:
    relation, kind = _NAMES[key]
    name = _told(node.text, owner)
    if name and "{" not in name:
        target = object_named((kind,), "", name, owner, unit)
        yield Reference(source, relation, target, node.evidence(f"values {key}"), Basis.CONVENTION)


def _told(text: str, owner: Object) -> str:
    """A value with the name of the release put in, which is that of the object unless it says another."""
    release = owner.root["spec"]["releaseName"] or first(owner.root, "spec.source.helm.releaseName")
    return _RELEASE.sub(release.text or owner.name, text) if "{{" in text else text
