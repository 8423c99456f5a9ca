"""What pods say: images, configuration, storage, identity, and (see `_settings`) the addresses in their settings.

Knows pod specs and containers (kubernetes core/v1), not the kinds that carry them: those are rows of `archdoc.extract._kinds`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from archdoc import images
from archdoc.extract import _networks, _scheduling, _settings
from archdoc.extract import _trace as trace
from archdoc.extract._fields import find, first
from archdoc.extract._manifests import Object
from archdoc.extract._mentions import Unit, named, object_named, written
from archdoc.extract._references import CONTAINER_BY_KEY, ENV_BY_KEY, POD_BY_KEY, POD_TEXTS
from archdoc.extract._rows import Kind, Name
from archdoc.extract._yaml import Node
from archdoc.model import Attribute, Basis, ByImage, EntityId, Reference, RelationKind
from archdoc.regex import regex

_CONTAINER_LISTS = ("containers", "initContainers", "ephemeralContainers")
_MAX_SEARCH = 5_000
_NOTHING: Mapping[str, Attribute] = {}
_FILLED_IN = regex(r"\{([\w.]+)\}")
_RELATED_IMAGE = "RELATED_IMAGE_"
"""Begins the settings that tell an operator the images of what it runs (Operator Lifecycle Manager)."""
_PLACEHOLDER = regex(
    r"\$\{[^{}]*\}|\$\([^()]*\)|\{\{[^{}]*\}\}|\{[^{}]*\}|\$[A-Za-z_][A-Za-z0-9_]*|<[^<>]*>"
    r"|(?<![\w:.-])_*[A-Z0-9]+_[A-Z0-9_]*(?![\w.])"
)
"""Parts that are filled in later; ``YOUR_PROJECT`` is one, since no name of an image has capitals."""
_ACCELERATOR = regex(
    r"nvidia\.com/(?:gpu|mig-).*|amd\.com/gpu.*|gpu\.intel\.com/.*|habana\.ai/gaudi|aws\.amazon\.com/neuron.*|google\.com/tpu"
    r"|huawei\.com/Ascend.*|[a-z0-9.-]+/(?:v?gpu)(?:[.-].*)?"
)


class Pods(NamedTuple):
    """Where an object carries pods: the labels and annotations of its templates, its pod specs, its bare containers."""

    labels: Sequence[Node] = ()
    annotations: Sequence[Node] = ()
    specs: Sequence[Node] = ()
    containers: Sequence[Node] = ()


def carried(thing: Object) -> Pods:
    """The pods of an object: where the row of its kind says, or for a kind that has no row, wherever a pod template is."""
    row, root = thing.row, thing.root
    if thing.is_known:
        templates: Sequence[Node] = [template for path in row.templates for template in find(root, path)]
    else:
        templates = tuple(_search(root["spec"]))
    return Pods(
        [labels for template in templates if (labels := template.at("metadata", "labels")).is_map],
        [notes for template in templates if (notes := template.at("metadata", "annotations")).is_map],
        [spec for template in templates if (spec := template["spec"]).is_map]
        + [spec for path in row.specs for spec in find(root, path) if spec.is_map],
        [one for path in row.containers for one in find(root, path) if one.is_map and not one["containers"].is_list],
    )


def labels(thing: Object, pods: Pods) -> dict[str, str]:
    """The labels of an object's pods: of its templates, of itself where its controller copies them, and its controller's own.

    Where templates differ, the values of a label stand side by side with ``|`` between them.
    """
    said: dict[str, dict[str, None]] = {}
    for source in pods.labels:
        for key, value in source.mapping().items():
            said.setdefault(key, {})[value] = None
    found = {key: "|".join(values) for key, values in said.items()}
    row: Kind = thing.row
    for key, value in thing.root.at("metadata", "labels").mapping().items() if row.own_labels else ():
        found.setdefault(key, value)
    for pair in row.labels:
        key, _, value = pair.partition("=")
        own = {path: _own(thing, path) for path in _FILLED_IN.findall(value)}
        for path, text in own.items():
            value = value.replace(f"{{{path}}}", text)
        if all(own.values()):
            found.setdefault(key, value)
    return found


def _own(thing: Object, path: str) -> str:
    """The name of an object, or the text at a path of it as controllers write it in labels."""
    return thing.name if path == "name" else first(thing.root, path).text.lower()


def references(source: EntityId, thing: Object, pods: Pods, unit: Unit) -> Iterator[Reference]:
    """Everything that the pods of an object mention."""
    for spec in pods.specs:
        yield from _by_rows(POD_BY_KEY, spec, source, thing, unit)
        for text in POD_TEXTS if spec["volumes"] else ():
            yield from written(text, spec, source, thing, unit)
        if thing.is_native and not (spec["serviceAccountName"] or spec["serviceAccount"]):
            account = object_named(("ServiceAccount",), "", "default", thing, unit)
            yield Reference(
                source, RelationKind.RUNS_AS, account, spec.evidence("serviceAccountName"), Basis.CONVENTION, optional=True
            )
        for volume in find(spec, "volumes[]"):
            yield from image(volume["image"]["reference"], source, about={"volume": volume["name"].text})
        yield from _settings.mounted(spec, source, thing, unit)
    for notes in pods.annotations:
        yield from _networks.references(notes, source, thing, unit)
        yield from _settings.by_dapr(notes, source, thing, unit)
    for notes in (*pods.annotations, thing.root["metadata"]["annotations"]):
        yield from _settings.annotated(notes, source, thing, unit)
    for container, init in _containers(pods):
        yield from _container(container, init, source, thing, unit)
    for path in thing.row.images:
        for node in find(thing.root, path):
            yield from image(node, source)


def attributes(pods: Pods) -> dict[str, Attribute]:
    """What of the pods shapes the architecture: ports, accelerators, the holes into the host."""
    found: dict[str, Attribute] = {}
    ports, host_ports, accelerators, host_paths = [], [], [], []
    for container, init in _containers(pods):
        if not init and container["ports"].is_list:
            ports += [_port(port) for port in container["ports"] if port["containerPort"].text]
            host_ports += [port["hostPort"].text for port in container["ports"] if port["hostPort"].text]
        for place in ("limits", "requests"):
            accelerators += [key for key, _ in container.at("resources", place).items() if _ACCELERATOR.fullmatch(key)]
        if container.at("securityContext", "privileged").true():
            found["privileged"] = True
    for spec in pods.specs:
        for field, attribute in (("hostNetwork", "host_network"), ("hostPID", "host_pid"), ("hostIPC", "host_ipc")):
            if spec[field].true():
                found[attribute] = True
        host_paths += [path.text for path in find(spec, "volumes[].hostPath.path")]
    if accelerators:
        found["gpu"] = accelerators[0]
    for attribute, texts in (("ports", ports), ("host_ports", host_ports), ("host_paths", host_paths)):
        if texts:
            found[attribute] = tuple(dict.fromkeys(texts))
    return found | _scheduling.attributes(pods.specs)


def config_maps(thing: Object, pods: Pods, unit: Unit) -> _settings.Taken:
    """Which ConfigMaps the settings of an object's pods come from."""
    return _settings.config_maps(pods.specs, [container for container, _ in _containers(pods)], thing, unit)


def _port(port: Node) -> str:
    """``8080 http``, ``53/UDP dns``: number, protocol where it is not TCP, name."""
    protocol = port["protocol"].text
    number = port["containerPort"].text + (f"/{protocol}" if protocol not in ("", "TCP") else "")
    return f"{number} {port['name'].text}".rstrip()


def _containers(pods: Pods) -> Iterator[tuple[Node, bool]]:
    """Every container, and whether it only runs first (a sidecar that is written as init container does not)."""
    for spec in pods.specs:
        for field in _CONTAINER_LISTS:
            for container in spec[field]:
                yield container, field == "initContainers" and container["restartPolicy"].text != "Always"
    for container in pods.containers:
        yield container, False


def _container(container: Node, init: bool, source: EntityId, thing: Object, unit: Unit) -> Iterator[Reference]:
    about: dict[str, Attribute] = {"container": container["name"].text} if container["name"] else {}
    yield from image(container["image"], source, about=about | ({"init": True} if init else {}))
    yield from _by_rows(CONTAINER_BY_KEY, container, source, thing, unit)
    for entry in container["env"]:
        name = entry["name"].text
        yield from _by_rows(ENV_BY_KEY, entry, source, thing, unit, note=f"env {name}")
        if name.startswith(_RELATED_IMAGE):
            yield from image(entry["value"], source, Basis.CONVENTION, {"via": name})
    yield from _settings.references(container, source, thing, unit)


def _by_rows(
    table: Mapping[str, Sequence[Name]], scope: Node, source: EntityId, thing: Object, unit: Unit, note: str = ""
) -> Iterator[Reference]:
    for key, _ in scope.items():  # noqa: PERF102  # a Node is no dict
        for row in table.get(key, ()):
            yield from named(row, scope, source, thing, unit, note)


def image(
    node: Node, source: EntityId, basis: Basis = Basis.DECLARED, about: Mapping[str, Attribute] = _NOTHING
) -> Iterator[Reference]:
    """The image that a text, or a mapping with a repository, names; a part in placeholders is not known."""
    text, at = node.text, node
    if node.is_map:
        at = node["repository"] or node["name"]
        registry, name = node["registry"].text, node["name"].text
        # Some name host, owner and image apart; without a registry `name` may be of anything.
        parts = (registry, at.text, name if registry and node["repository"] and not at.text.endswith(name) else "")
        text = "/".join(part for part in parts if part) if at.text else ""
        text += f":{node['tag'].text}" if node["tag"].text else ""
    reference = _PLACEHOLDER.sub(images.UNKNOWN, text.strip())
    if not reference:
        return
    if node.is_map:
        trace.composed(at, trace.partly(reference), {key: node[key] for key in ("registry", "repository", "name", "tag")})
    if reference != text and basis is Basis.DECLARED:
        basis = Basis.COMPUTED
    whole = _PLACEHOLDER.match(text.strip())
    if whole and text.strip()[whole.end() :][:1] in ("", ":"):
        about = {**about, "placeholder": whole[0]}
    if at.before:
        about = {**about, "image_from": at.before}
    yield Reference(source, RelationKind.RUNS_IMAGE, ByImage(reference), at.evidence("image"), basis, attributes=about)


def _search(root: Node) -> Iterator[Node]:
    """The pod templates in a custom resource that no row describes: mappings whose ``spec`` has containers with images."""
    queue, seen = [root], 0
    for node in queue:
        seen += 1
        if seen > _MAX_SEARCH:
            return
        if any(container["image"].is_text for container in node.at("spec", "containers")):
            yield node
            continue
        for _, child in node.items():  # noqa: PERF102  # a Node is no dict
            if child.is_map:
                queue.append(child)
            elif child.is_list:
                queue += [element for element in child if element.is_map]
