"""Objects to facts: the entity that each object is, and everything it mentions, within one deployable.

Kinds, fields and attributes are rows of data; this module only puts their answers together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from archdoc import ids
from archdoc.extract import (
    _access,
    _addresses,
    _attributes,
    _chart_values,
    _cilium,
    _config_images,
    _inferred,
    _pods,
    _policies,
    _settings,
    _tasks,
    _within,
)
from archdoc.extract._fields import find, first
from archdoc.extract._kinds import kind_of
from archdoc.extract._manifests import Object, is_encrypted
from archdoc.extract._mentions import Names, Said, Unit, address, as_written, named, object_named, selected, written
from archdoc.extract._pods import Pods
from archdoc.extract._references import EVERY, LABELS, MADE, NAMES, SPEAKS_FOR, TEXTS
from archdoc.extract._rows import Kind, Made, Name
from archdoc.extract._tasks import Call, Task
from archdoc.extract._yaml import Node
from archdoc.extract.catalogue.training import QUEUES
from archdoc.model import Attribute, Basis, ById, ByImage, Entity, EntityId, EntityKind, Evidence, Facts, Reference, RelationKind

_NO_ROWS: Mapping[str, Kind] = {}
_CALLED_BY_NOBODY = frozenset(
    ("argocd-cm", key) for key in ("additionalUrls", "help.chatUrl", "statusbadge.url", "ui.bannerurl", "url")
)
"""Settings by which a program tells its own address, or a link to show, by ConfigMap and key (Argo CD's operator manual)."""
_STORAGE_CLASS = Name("spec.storageClassName", RelationKind.CLAIMS, "StorageClass", "")


class _Member(NamedTuple):
    """An object on its way into the graph."""

    thing: Object
    pods: Pods
    entity: Entity
    tasks: Sequence[Task] = ()


def facts(
    things: Sequence[Object],
    deployable: EntityId,
    names: Names = as_written,
    beside: Sequence[Object] = (),
    rows: Mapping[str, Kind] = _NO_ROWS,
) -> Facts:
    """The facts of the objects of one deployable, in their order; what controllers make comes last.

    Settings are looked up among those `beside` too, whose own facts are another unit's. `rows` are those of kinds that the
    repository says itself.
    """
    members = [_member(thing, deployable, names) for thing in _in_scope(things, rows) if not thing.is_for_a_tool]
    carriers = [*((one.thing, one.pods) for one in members), *((one, _pods.carried(one)) for one in beside)]
    unit, used = _unit(carriers, deployable, names)
    declared = {member.entity.id for member in members}
    entities = [member.entity for member in members]
    references = [reference for member in members for reference in _mentioned(member, unit, used)]
    for member in members:
        for entity, made in _made(member, unit):
            if entity.id not in declared:
                declared.add(entity.id)
                entities.append(entity)
            references += made
        for entity, said in _steps(member, unit, used):
            entities.append(entity)
            references += said
    contains = [_contains(entity) for entity in entities if entity.deployable and entity.kind is not EntityKind.JOB]
    findings = [one for member in members if member.thing.kind == "NetworkPolicy" for one in _policies.remarks(member.thing)]
    return Facts(tuple(entities), (*contains, *references), tuple(findings))


def _in_scope(things: Sequence[Object], rows: Mapping[str, Kind]) -> Sequence[Object]:
    """The objects by the repository's own rows, those of a kind that these or a definition call cluster-wide at no namespace."""
    wide = {
        ids.object_kind(first(thing.root, "spec.group").text, first(thing.root, "spec.names.kind").text)
        for thing in things
        if thing.kind == "CustomResourceDefinition" and first(thing.root, "spec.scope").text == "Cluster"
    }
    wide |= {kind for kind, row in rows.items() if row.cluster}
    known = [replace(thing, row=rows[thing.kind]) if thing.kind in rows else thing for thing in things] if rows else things
    return [replace(thing, namespace=None) if thing.kind in wide else thing for thing in known] if wide else known


def _member(thing: Object, deployable: EntityId, names: Names) -> _Member:
    tasks = _tasks.tasks(thing)
    pods = _pods.carried(thing)
    pods = pods._replace(containers=[*pods.containers, *_containers(tasks)])
    kind = thing.row.entity
    if not thing.is_known:
        kind = EntityKind.WORKLOAD if pods.specs else _inferred.kind(thing)
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
    attributes = _attributes.attributes(thing, names) | _pods.attributes(pods) | _access.attributes(thing)
    attributes |= _policies.attributes(thing)
    if kind is not thing.row.entity:
        attributes |= _inferred.INFERRED
    if len(tasks) >= _tasks.MOST:
        attributes["steps_left_out"] = True
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
    return _Member(thing, pods, entity, tasks)


def _containers(tasks: Sequence[Task]) -> list[Node]:
    return [container for task in tasks for container in task.containers]


def _unit(carriers: Sequence[tuple[Object, Pods]], deployable: EntityId, names: Names) -> tuple[Unit, frozenset[tuple[str, str]]]:
    """What objects can look up in one another, and the ConfigMaps that any of them takes settings from."""
    settings: dict[tuple[str, str], Node] = {}
    for thing, _ in carriers:
        if thing.kind == "ConfigMap" and not is_encrypted(thing.root):
            for namespace in (thing.namespace or "", _settings.ANY):
                settings.setdefault((namespace, thing.name), thing.root["data"])
    bare = Unit(deployable, names, settings)
    whole: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    single: set[tuple[str, str]] = set()
    for thing, pods in carriers:
        taken = _pods.config_maps(thing, pods, bare)
        single.update(taken.single)
        for place in taken.whole:
            whole[place].add((thing.kind, thing.name))
    shared = frozenset(place for place, takers in whole.items() if len(takers) > 1)
    components = tuple(thing for thing, _ in carriers if thing.kind == "Component.dapr.io")
    return Unit(deployable, names, settings, shared, components), frozenset(whole) | frozenset(single)


def _mentioned(member: _Member, unit: Unit, used: frozenset[tuple[str, str]]) -> Iterator[Reference]:
    """What an object mentions by the rows, and of a custom resource what the names of its other fields tell."""
    told = list(_told(member, unit, used))
    yield from told
    thing, pods = member.thing, member.pods
    if not (thing.is_native or thing.row.values or member.tasks):
        yield from _inferred.references(member.entity.id, thing, unit, told, [*pods.specs, *pods.labels])


def _told(member: _Member, unit: Unit, used: frozenset[tuple[str, str]]) -> Iterator[Reference]:
    thing, source = member.thing, member.entity.id
    queues = QUEUES if thing.row.entity is EntityKind.WORKLOAD else ()
    for name in (*EVERY, *NAMES.get(thing.kind, ()), *thing.row.names, *queues):
        yield from named(name, thing.root, source, thing, unit)
    for labels in (*LABELS.get(thing.kind, ()), *thing.row.selectors):
        yield from selected(labels, source, thing, unit)
    if thing.kind == "NetworkPolicy":
        yield from _policies.references(source, thing, unit)
    elif thing.kind in _cilium.KINDS:
        yield from _cilium.references(source, thing, unit)
    speaker = _service_behind(thing, unit) or source
    for text in (*TEXTS.get(thing.kind, ()), *thing.row.texts):
        yield from written(text, thing.root, speaker, thing, unit)
    yield from _access.references(source, thing, unit)
    # What the containers of a step say, the step says.
    pods = member.pods._replace(containers=()) if member.tasks else member.pods
    yield from _pods.references(source, thing, pods, unit)
    yield from _within.settings(source, thing, unit)
    yield from _inside(_within.objects(thing), member.entity, unit, used)
    yield from _chart_values.references(source, thing, unit)
    place = (thing.namespace or "", thing.name)
    if thing.kind == "ConfigMap" and place in unit.settings:
        yield from _config_images_of(source, thing)
    if thing.kind == "ConfigMap" and place in unit.settings and used.isdisjoint((place, (_settings.ANY, thing.name))):
        yield from _config_addresses(source, thing, unit)


def _inside(things: Iterable[Object], entity: Entity, unit: Unit, used: frozenset[tuple[str, str]]) -> Iterator[Reference]:
    """What objects within another one mention, as mentions of the entity that it is."""
    for thing in things:
        pods = _pods.carried(thing)
        tasks = _tasks.tasks(thing)
        yield from _mentioned(
            _Member(thing, pods._replace(containers=[*pods.containers, *_containers(tasks)]), entity), unit, used
        )
        yield from (_call(call, entity.id, thing, unit) for task in tasks for call in task.calls)


def _steps(member: _Member, unit: Unit, used: frozenset[tuple[str, str]]) -> Iterator[tuple[Entity, list[Reference]]]:
    """The steps of a pipeline, each with what it needs, runs, calls and mentions."""
    thing, pipeline = member.thing, member.entity
    places = {task.key: ids.step_id(pipeline.id, task.key) for task in member.tasks}
    for task in member.tasks:
        entity = Entity(
            places[task.key],
            EntityKind.JOB,
            f"{thing.api_version}/Step",
            task.name,
            task.at.path,
            task.at.line,
            namespace=thing.namespace,
            deployable=pipeline.deployable,
        )
        at = task.at.evidence("step")
        said = [Reference(pipeline.id, RelationKind.CONTAINS, ById(entity.id), at)]
        said += [Reference(entity.id, RelationKind.NEEDS, ById(places[need]), at) for need in task.needs if need in places]
        said += [Reference(entity.id, RelationKind.CALLS, ById(places[run]), at) for run in task.runs if run in places]
        said += [_call(call, entity.id, thing, unit) for call in task.calls]
        said += _pods.references(entity.id, thing, Pods(containers=task.containers), unit)
        said += _inside(_within.objects(thing, _tasks.within(task)), entity, unit, used)
        for gives, place, node in _tasks.data(task):
            relation = RelationKind.WRITES if gives else RelationKind.READS
            for found in _addresses.declared(place):
                said.append(address(found, relation, entity.id, thing, unit, Said(node.evidence("artifacts"))))
        yield entity, said


def _call(call: Call, source: EntityId, owner: Object, unit: Unit) -> Reference:
    target = object_named((call.kind,), "", call.name.text, owner, unit)
    return Reference(source, RelationKind.CALLS, target, call.name.evidence("step"))


def _service_behind(thing: Object, unit: Unit) -> EntityId | None:
    """The Service that leads to the addresses of an Endpoints or EndpointSlice; of one that is not here nothing is told."""
    name = first(thing.root, SPEAKS_FOR.get(thing.kind, "")).text
    return ids.object_id(EntityKind.SERVICE, unit.id, thing.namespace, "Service", name) if name else None


def _config_addresses(source: EntityId, thing: Object, unit: Unit) -> Iterator[Reference]:
    """The addresses in the settings of a ConfigMap that no workload of this unit takes: who reads them is elsewhere."""
    for key, value in thing.root["data"].items():
        if (thing.name, key) in _CALLED_BY_NOBODY:
            continue
        yield from _settings.file_addresses(key, value, source, thing, unit)
        if "\n" not in value.text.strip():
            for found in _addresses.find(key, value.text):
                said = Said(value.evidence(f"data {key}"), via=key)
                yield address(found, RelationKind.CONNECTS_TO, source, thing, unit, said)


def _config_images_of(source: EntityId, thing: Object) -> Iterator[Reference]:
    """The images that the settings in a ConfigMap name."""
    for key, value in thing.root["data"].items():
        for row, image in _config_images.find(key, value.text):
            line = value.row(row) if "\n" in value.text.strip() else value.line
            at = Evidence(value.path, line, f"image in {key}")
            yield Reference(source, RelationKind.RUNS_IMAGE, ByImage(image), at, Basis.CONVENTION, attributes={"via": key})


def _made(member: _Member, unit: Unit) -> Iterator[tuple[Entity, list[Reference]]]:
    """The objects that a controller creates for a member, each with how it hangs on it."""
    for row in (*MADE.get(member.thing.kind, ()), *member.thing.row.made):
        if not row.when or first(member.thing.root, row.when).exists:
            said = find(member.thing.root, row.path) if row.path else ()
            for at in [node for node in said if node.text] or ([member.thing.root] if row.name else []):
                yield _made_object(row, at, member)
    if member.thing.kind == "StatefulSet":
        for template in find(member.thing.root, "spec.volumeClaimTemplates[]"):
            if template["metadata"]["name"]:
                yield _claim(template, member, unit)


def _made_object(row: Made, said: Node, member: _Member) -> tuple[Entity, list[Reference]]:
    name = said.text or row.name.replace("{name}", member.thing.name)
    kind = kind_of(_object_kind(row.type)).entity
    entity = _derived(kind, row.type, name, said, member)
    labels = member.thing.root.at("metadata", "labels").mapping() if row.own_labels else {}
    labels |= {key: value.replace("{name}", member.thing.name) for key, _, value in (one.partition("=") for one in row.labels)}
    if labels:
        entity = replace(entity, labels=labels)
    evidence = Evidence(entity.path, entity.line, f"made by {member.thing.root['kind'].text}")
    if kind is EntityKind.SERVICE:
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


def _object_kind(type_: str) -> str:
    """``InferencePool.inference.networking.k8s.io`` of a type with its group and version."""
    group_version, _, kind = type_.rpartition("/")
    return ids.object_kind(group_version.rpartition("/")[0], kind)


def _derived(kind: EntityKind, type_: str, name: str, at: Node, member: _Member) -> Entity:
    deployable, namespace = member.entity.deployable, member.thing.namespace
    assert deployable is not None
    attributes: dict[str, Attribute] = {"made_by": member.thing.kind}
    identity = ids.object_id(kind, deployable, namespace, _object_kind(type_), name)
    return Entity(
        identity, kind, type_, name, at.path, at.line, namespace=namespace, deployable=deployable, attributes=attributes
    )


def _contains(entity: Entity) -> Reference:
    assert entity.deployable is not None
    return Reference(entity.deployable, RelationKind.CONTAINS, ById(entity.id), Evidence(entity.path, entity.line))
