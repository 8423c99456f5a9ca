"""Custom resources that no row describes: what they are by their shape, what they mention by the names of their fields.

``secretRef``, ``secretName``, ``fooRef: {kind, name}``, ``image``, ``podSelector``: nearly all projects give such fields these
names. Convention, so all of it is marked as inferred, and nothing of it is ever reported as missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from archdoc import ids
from archdoc.extract._fields import find
from archdoc.extract._manifests import Object
from archdoc.extract._mentions import Unit, label_selector, object_named
from archdoc.extract._pods import image
from archdoc.extract._yaml import Node
from archdoc.model import Attribute, Basis, ByName, BySelector, EntityId, EntityKind, Reference, RelationKind

INFERRED: dict[str, Attribute] = {"inferred": True}
"""How a relation, or the kind of an entity, is marked that only the look of an object tells."""

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

_FIELDS = {
    "scaleTarget": (RelationKind.SCALES, False),
    "backend": (RelationKind.ROUTES_TO, False),
    "parent": (RelationKind.ROUTES_TO, True),
}
"""What a field means by the word before ``Ref``, whatever its kind; True where the other one does it."""

_SELECTORS = frozenset({"selector", "podSelector", "workloadSelector", "endpointSelector"})
"""Fields that choose pods of the same namespace, where they hold a label selector."""


class _Shape(NamedTuple):
    """A kind of entity, and the fields by one of which it is known; `ends` is how the name of the object's kind must end."""

    entity: EntityKind
    fields: tuple[str, ...]
    ends: str = ""


_SHAPES = (
    _Shape(EntityKind.AUTOSCALER, ("spec.scaleTargetRef",)),
    _Shape(EntityKind.ROUTE, ("spec.parentRefs[]", "spec.rules[].backendRefs[]", "spec.routes[].services[]")),
    _Shape(EntityKind.POLICY, ("spec.targetRefs[]", "spec.targetRef", "spec.podSelector", "spec.endpointSelector"), "Policy"),
    _Shape(EntityKind.SECRET, ("spec.secretStoreRef", "spec.encryptedData")),
    _Shape(EntityKind.VOLUME, ("spec.accessModes[]",)),
    _Shape(EntityKind.WORKLOAD, ("spec.image", "spec.replicas")),
)
"""What an object is by its fields; the first that fits."""

_CLOUDS = (".upbound.io", ".crossplane.io", ".services.k8s.aws", ".cnrm.cloud.google.com", ".azure.com")
"""Groups whose objects each stand for one thing in a cloud (Crossplane, ACK, Config Connector, Azure Service Operator)."""

_CLOUD_KINDS: dict[EntityKind, str] = {
    EntityKind.VOLUME: "Bucket StorageBucket StorageAccount FileSystem Volume Disk Share Container",
    EntityKind.DATASET: "Topic Queue Stream Table Database Dataset Subscription Index",
    EntityKind.IDENTITY: "Role User ServiceAccount Identity Member Policy Attachment Binding Profile",
    EntityKind.SECRET: "Secret Key Certificate",
    EntityKind.POLICY: "SecurityGroup Firewall Rule",
    EntityKind.ROUTE: "LoadBalancer Listener Record Zone",
    EntityKind.WORKLOAD: "Instance Cluster Server Service Function Endpoint Job Domain Group Workspace Nodegroup NodePool",
}
"""What a thing in a cloud is, by how the name of its kind ends."""


def kind(thing: Object) -> EntityKind:
    """What an object of an unknown kind is, as far as its shape tells; else a `resource`."""
    group, name = thing.api_version.rpartition("/")[0], thing.root["kind"].text
    if group.endswith(_CLOUDS):
        ends = [(word, entity) for entity, words in _CLOUD_KINDS.items() for word in words.split() if name.endswith(word)]
        return max(ends, key=lambda one: len(one[0]))[1] if ends else EntityKind.RESOURCE
    fits = (
        shape.entity for shape in _SHAPES if name.endswith(shape.ends) and any(find(thing.root, field) for field in shape.fields)
    )
    return next(fits, EntityKind.RESOURCE)


def references(
    source: EntityId, owner: Object, unit: Unit, told: Iterable[Reference] = (), read: Sequence[Node] = ()
) -> Iterator[Reference]:
    """The mentions in the spec of a custom resource, by the names of their fields.

    What is `told` already is passed over, and so is what lies in `read`. Of a kind that is known, images and selectors would be
    told by its row.
    """
    made = (node for row in owner.row.made if row.path for node in find(owner.root, row.path))
    known = {(r.evidence.line, r.target.name) for r in told if isinstance(r.target, ByName)}
    known |= {(node.line, node.text) for node in made}
    skipped = {id(node) for node in read}
    for reference in _mentions(source, owner, unit, skipped):
        target = reference.target
        if not (isinstance(target, ByName) and (reference.evidence.line, target.name) in known):
            yield reference


def _mentions(source: EntityId, owner: Object, unit: Unit, skipped: set[int]) -> Iterator[Reference]:
    stack, seen = [("", owner.root["spec"])], 0
    while stack and seen < _MAX_VALUES:
        key, node = stack.pop()
        seen += 1
        if id(node) in skipped:
            continue
        stem = key.removesuffix("s").removesuffix("Ref") if key.endswith(("Ref", "Refs")) else ""
        if stem and node.is_map and node["name"].text:
            mentioned = _kind(node, owner) or _KINDS.get(stem, "")
            if mentioned:
                yield _reference(mentioned, node["name"], key, node["namespace"].text, source, owner, unit, stem)
        elif key.endswith("Name") and node.text and key.removesuffix("Name") in _KINDS:
            yield _reference(_KINDS[key.removesuffix("Name")], node, key, "", source, owner, unit)
        elif key == "image" and not owner.is_known and (node.text or node["repository"].text):
            yield from image(node, source, Basis.CONVENTION, INFERRED)
        elif key in _SELECTORS and not owner.is_known and (node["matchLabels"].is_map or node["matchExpressions"].is_list):
            yield from _selected(key, node, source, owner, unit)
        elif node.is_map:
            stack += reversed(list(node.items()))
        elif node.is_list:
            stack += [(key, element) for element in reversed(list(node))]


def _kind(mention: Node, owner: Object) -> str:
    """The kind that a mention says, in the group that it says or else in its owner's."""
    said_kind = mention["kind"].text
    if not said_kind:
        return ""
    if mention["apiVersion"].text:
        return ids.object_kind(mention["apiVersion"].text.rpartition("/")[0], said_kind)
    said = next((mention[key].text for key in ("apiGroup", "group") if mention[key].is_text), None)
    own = "" if said_kind in _KINDS.values() else owner.api_version.rpartition("/")[0]
    return ids.object_kind(own if said is None else said, said_kind)


def _reference(
    mentioned: str, name: Node, key: str, namespace: str, source: EntityId, owner: Object, unit: Unit, stem: str = ""
) -> Reference:
    target = object_named((mentioned,), namespace, name.text, owner, unit)
    relation, reverse = _FIELDS.get(stem, (_RELATIONS.get(mentioned, RelationKind.CONFIGURES), False))
    at = name.evidence(key)
    return Reference(source, relation, target, at, Basis.CONVENTION, optional=True, reverse=reverse, attributes=INFERRED)


def _selected(key: str, node: Node, source: EntityId, owner: Object, unit: Unit) -> Iterator[Reference]:
    selector = label_selector(node)
    if selector is None or not selector.requirements:
        return  # to choose everything is seldom meant where it is not known what is chosen
    target = BySelector(unit.id, EntityKind.WORKLOAD, "*" if owner.namespace is None else owner.namespace, selector)
    at = node.evidence(key)
    yield Reference(source, RelationKind.SELECTS, target, at, Basis.CONVENTION, optional=True, attributes=INFERRED)
