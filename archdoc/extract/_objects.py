"""Objects to facts: the entity that each object is, and everything it mentions, within one deployable.

Kinds, fields and attributes are rows of data; this module only puts their answers together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from archdoc import ids
from archdoc.extract import _addresses, _attributes, _chart_values, _inferred, _pods
from archdoc.extract._fields import find, first
from archdoc.extract._kinds import KINDS, kind_of
from archdoc.extract._manifests import Object, is_encrypted
from archdoc.extract._mentions import Names, Said, Unit, address, as_written, named, selected, written
from archdoc.extract._pods import Pods
from archdoc.extract._references import EVERY, LABELS, MADE, NAMES, TEXTS
from archdoc.extract._rows import Made, Name
from archdoc.extract._yaml import Node
from archdoc.model import Attribute, Basis, ById, Entity, EntityId, EntityKind, Evidence, Facts, Reference, RelationKind

_STORAGE_CLASS = Name("spec.storageClassName", RelationKind.CLAIMS, "StorageClass", "")


class _Member(NamedTuple):
    """An object on its way into the graph."""

    thing: Object
    pods: Pods
    entity: Entity


def facts(things: Sequence[Object], deployable: EntityId, names: Names = as_written) -> Facts:
    """The facts of the objects of one deployable, in their order; what controllers make comes last."""
    members = [_member(thing, deployable, names) for thing in _in_scope(things) if not thing.is_for_a_tool]
    unit, used = _unit(members, deployable, names)
    declared = {member.entity.id for member in members}
    entities = [member.entity for member in members]
    references = [reference for member in members for reference in _mentioned(member, unit, used)]
    for member in members:
        for entity, made in _made(member, unit):
            if entity.id not in declared:
                declared.add(entity.id)
                entities.append(entity)
            references += made
    contains = [_contains(entity) for entity in entities if entity.deployable]
    return Facts(tuple(entities), (*contains, *references))


def _in_scope(things: Sequence[Object]) -> Sequence[Object]:
    """The objects, those of a kind that a definition among them calls cluster-wide without a namespace."""
    wide = {
        ids.object_kind(first(thing.root, "spec.group").text, first(thing.root, "spec.names.kind").text)
        for thing in things
        if thing.kind == "CustomResourceDefinition" and first(thing.root, "spec.scope").text == "Cluster"
    }
    return [replace(thing, namespace=None) if thing.kind in wide else thing for thing in things] if wide else things


def _member(thing: Object, deployable: EntityId, names: Names) -> _Member:
    pods = _pods.carried(thing)
    kind = EntityKind.WORKLOAD if pods.specs and thing.kind not in KINDS else thing.row.entity
    if kind is EntityKind.NAMESPACE:
        identity, inside = ids.namespace_id(thing.name), None
    else:
        identity, inside = ids.object_id(kind, deployable, thing.namespace, thing.kind, thing.name), deployable
    if kind in (EntityKind.WORKLOAD, EntityKind.PIPELINE):
        labels = _pods.labels(thing, pods)
    else:
        labels = thing.root.at("metadata", "labels").mapping()
    if kind is EntityKind.NAMESPACE:
        labels["kubernetes.io/metadata.name"] = thing.name
    attributes = _attributes.attributes(thing, names) | _pods.attributes(pods)
    if thing.row.type:
        attributes["object"] = thing.kind  # the type says what is deployed with it, so its kind stands here
    entity = Entity(
        identity,
        kind,
        thing.type,
        thing.name,
        thing.root.path,
        thing.root.line,
        namespace=thing.namespace,
        deployable=inside,
        labels=labels,
        attributes=attributes,
    )
    return _Member(thing, pods, entity)


def _unit(members: Sequence[_Member], deployable: EntityId, names: Names) -> tuple[Unit, frozenset[tuple[str, str]]]:
    """What the members can look up in one another, and the ConfigMaps that any of them takes settings from."""
    settings = {
        (member.thing.namespace or "", member.thing.name): member.thing.root["data"]
        for member in members
        if member.thing.kind == "ConfigMap" and not is_encrypted(member.thing.root)
    }
    if not settings:
        return Unit(deployable, names), frozenset()
    bare = Unit(deployable, names)
    whole: Counter[tuple[str, str]] = Counter()
    single: set[tuple[str, str]] = set()
    for member in members:
        taken = _pods.config_maps(member.thing, member.pods, bare)
        whole.update(set(taken.whole))
        single.update(taken.single)
    shared = frozenset(place for place, count in whole.items() if count > 1)
    return Unit(deployable, names, settings, shared), frozenset(whole) | frozenset(single)


def _mentioned(member: _Member, unit: Unit, used: frozenset[tuple[str, str]]) -> Iterator[Reference]:
    thing, source = member.thing, member.entity.id
    for name in (*EVERY, *NAMES.get(thing.kind, ())):
        yield from named(name, thing.root, source, thing, unit)
    for labels in LABELS.get(thing.kind, ()):
        if not (thing.api_version == "policy/v1beta1" and first(thing.root, labels.path).value == {}):
            yield from selected(labels, source, thing, unit)
    for text in TEXTS.get(thing.kind, ()):
        yield from written(text, thing.root, source, thing, unit)
    yield from _pods.references(source, thing, member.pods, unit)
    yield from _chart_values.references(source, thing, unit)
    if not (thing.is_native or thing.kind in NAMES or member.pods.specs):
        yield from _inferred.references(source, thing, unit)
    place = (thing.namespace or "", thing.name)
    if thing.kind == "ConfigMap" and place in unit.settings and place not in used:
        yield from _config_addresses(source, thing, unit)


def _config_addresses(source: EntityId, thing: Object, unit: Unit) -> Iterator[Reference]:
    """The addresses in the settings of a ConfigMap that no workload of this unit takes: who reads them is elsewhere."""
    for key, value in thing.root["data"].items():
        yield from _pods.file_addresses(key, value, source, thing, unit)
        if "\n" not in value.text.strip():
            for found in _addresses.find(key, value.text):
                said = Said(value.evidence(f"data {key}"), via=key)
                yield address(found, RelationKind.CONNECTS_TO, source, thing, unit, said)


def _made(member: _Member, unit: Unit) -> Iterator[tuple[Entity, list[Reference]]]:
    """The objects that a controller creates for a member, each with how it hangs on it."""
    for row in MADE.get(member.thing.kind, ()):
        if not row.when or first(member.thing.root, row.when).exists:
            yield _made_object(row, member)
    if member.thing.kind == "StatefulSet":
        for template in find(member.thing.root, "spec.volumeClaimTemplates[]"):
            if template["metadata"]["name"]:
                yield _claim(template, member, unit)


def _made_object(row: Made, member: _Member) -> tuple[Entity, list[Reference]]:
    root = member.thing.root
    said = first(root, row.path) if row.path else root
    name = said.text or row.name.replace("{name}", member.thing.name)
    kind = row.type.rpartition("/")[2]
    entity = _derived(kind_of(kind).entity, row.type, name, said if said.text else root, member)
    evidence = Evidence(entity.path, entity.line, f"made by {root['kind'].text}")
    if kind == "Service":
        link = Reference(entity.id, RelationKind.SELECTS, ById(member.entity.id), evidence, Basis.CONVENTION)
    else:
        link = Reference(member.entity.id, RelationKind.OWNS, ById(entity.id), evidence, Basis.CONVENTION)
    return entity, [link]


def _claim(template: Node, member: _Member, unit: Unit) -> tuple[Entity, list[Reference]]:
    """The claims that a StatefulSet makes for its pods from one template: one entity for all of them."""
    name = f"{template['metadata']['name'].text}-{member.thing.name}"
    entity = _derived(EntityKind.VOLUME, "v1/PersistentVolumeClaim", name, template, member)
    storage_class = template.at("spec", "storageClassName").text
    if storage_class:
        _, name = unit.names(member.thing, ("StorageClass",), "", storage_class)
        entity = replace(entity, attributes=dict(entity.attributes) | {"storage_class": name})
    evidence = template.evidence("volumeClaimTemplates")
    mounts = Reference(member.entity.id, RelationKind.MOUNTS, ById(entity.id), evidence)
    return entity, [mounts, *named(_STORAGE_CLASS, template, entity.id, member.thing, unit)]


def _derived(kind: EntityKind, type_: str, name: str, at: Node, member: _Member) -> Entity:
    deployable, namespace = member.entity.deployable, member.thing.namespace
    assert deployable is not None
    attributes: dict[str, Attribute] = {"made_by": member.thing.kind}
    identity = ids.object_id(kind, deployable, namespace, type_.rpartition("/")[2], name)
    return Entity(
        identity, kind, type_, name, at.path, at.line, namespace=namespace, deployable=deployable, attributes=attributes
    )


def _contains(entity: Entity) -> Reference:
    assert entity.deployable is not None
    return Reference(entity.deployable, RelationKind.CONTAINS, ById(entity.id), Evidence(entity.path, entity.line))
