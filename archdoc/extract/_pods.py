"""What pods say: images, configuration, storage, identity, and the addresses their settings and arguments hold.

Knows pod specs and containers (kubernetes core/v1), not the kinds that carry them: those are rows of `archdoc.extract._kinds`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from archdoc import images
from archdoc.extract import _addresses
from archdoc.extract._fields import find
from archdoc.extract._kinds import KINDS, Kind
from archdoc.extract._manifests import Object
from archdoc.extract._mentions import Said, Unit, address, named, object_named, written
from archdoc.extract._references import CONTAINER_BY_KEY, ENV_BY_KEY, IMAGES, POD_BY_KEY, POD_TEXTS
from archdoc.extract._rows import Name
from archdoc.extract._yaml import Node
from archdoc.model import Attribute, Basis, ByImage, EntityId, Evidence, Reference, RelationKind

_CONTAINER_LISTS = ("containers", "initContainers", "ephemeralContainers")
_MAX_SEARCH = 5_000
_NOTHING: Mapping[str, Attribute] = {}
_NO_SETTINGS = (".json", ".html", ".js", ".css", ".svg", ".py", ".sql", ".crt", ".pem", ".md", ".lua", "_example")
_FLAG = re.compile(
    r"(?:--(?P<long>[A-Za-z][A-Za-z0-9_.-]{1,80})|-(?P<short>[A-Za-z](?:[A-Za-z0-9_.-]{1,80}(?==))?))(?:=(?P<value>.*))?",
    re.DOTALL,
)
_PLACEHOLDER = re.compile(r"\$\{[^{}]*\}|\$\([^()]*\)|\{\{[^{}]*\}\}|\$[A-Za-z_][A-Za-z0-9_]*|<[^<>]*>")
_ACCELERATOR = re.compile(
    r"nvidia\.com/(?:gpu|mig-).*|amd\.com/gpu.*|gpu\.intel\.com/.*|habana\.ai/gaudi|aws\.amazon\.com/neuron.*|google\.com/tpu"
    r"|huawei\.com/Ascend.*|[a-z0-9.-]+/(?:v?gpu)(?:[.-].*)?"
)


class Pods(NamedTuple):
    """Where an object carries pods: the label maps of its templates, its pod specs, its bare containers."""

    labels: Sequence[Node] = ()
    specs: Sequence[Node] = ()
    containers: Sequence[Node] = ()


def carried(thing: Object) -> Pods:
    """The pods of an object: where the row of its kind says, or for a kind that has no row, wherever a pod template is."""
    row, root = thing.row, thing.root
    if thing.kind not in KINDS:
        templates: Sequence[Node] = tuple(_search(root["spec"]))
    else:
        templates = [template for path in row.templates for template in find(root, path)]
    return Pods(
        [labels for template in templates if (labels := template.at("metadata", "labels")).is_map],
        [spec for template in templates if (spec := template["spec"]).is_map]
        + [spec for path in row.specs for spec in find(root, path) if spec.is_map],
        [one for path in row.containers for one in find(root, path) if one.is_map and not one["containers"].is_list],
    )


def labels(thing: Object, pods: Pods) -> dict[str, str]:
    """The labels of an object's pods: of its templates, of itself where its controller copies them, and its controller's own."""
    found: dict[str, str] = {}
    row: Kind = thing.row
    sources = [*pods.labels, *([thing.root.at("metadata", "labels")] if row.own_labels else [])]
    for source in sources:
        found |= {key: value for key, value in source.mapping().items() if key not in found}
    for pair in row.labels:
        key, _, value = pair.partition("=")
        found.setdefault(key, value.replace("{name}", thing.name))
    return found


def references(source: EntityId, thing: Object, pods: Pods, unit: Unit) -> Iterator[Reference]:
    """Everything that the pods of an object mention."""
    for spec in pods.specs:
        yield from _by_rows(POD_BY_KEY, spec, source, thing, unit)
        for text in POD_TEXTS if spec["volumes"] else ():
            yield from written(text, spec, source, thing, unit)
        yield from _mounted(spec, source, thing, unit)
    for container, init in _containers(pods):
        yield from _container(container, init, source, thing, unit)
    for path in IMAGES.get(thing.kind, ()):
        for node in find(thing.root, path):
            yield from image(node, source)


def attributes(pods: Pods) -> dict[str, Attribute]:
    """What of the pods shapes the architecture: ports, accelerators, the holes into the host."""
    found: dict[str, Attribute] = {}
    ports, accelerators, host_paths = [], [], []
    for container, init in _containers(pods):
        if not init and container["ports"].is_list:
            ports += [f"{port['containerPort'].text} {port['name'].text}".strip() for port in container["ports"]]
        for place in ("limits", "requests"):
            accelerators += [key for key, _ in container.at("resources", place).items() if _ACCELERATOR.fullmatch(key)]
        if container.at("securityContext", "privileged").true():
            found["privileged"] = True
    for spec in pods.specs:
        for field, attribute in (("hostNetwork", "host_network"), ("hostPID", "host_pid"), ("hostIPC", "host_ipc")):
            if spec[field].true():
                found[attribute] = True
        host_paths += [path.text for path in find(spec, "volumes[].hostPath.path")]
    if ports:
        found["ports"] = tuple(dict.fromkeys(ports))
    if accelerators:
        found["gpu"] = accelerators[0]
    if host_paths:
        found["host_paths"] = tuple(dict.fromkeys(host_paths))
    return found


class Taken(NamedTuple):
    """The ConfigMaps that pods take settings from, by namespace and name: all keys of one as variables, or otherwise."""

    whole: Sequence[tuple[str, str]]
    single: Sequence[tuple[str, str]]


def config_maps(thing: Object, pods: Pods, unit: Unit) -> Taken:
    """Which ConfigMaps the environments of an object's pods come from."""
    containers = [container for container, _ in _containers(pods)]
    whole = [source["configMapRef"] for container in containers for source in container["envFrom"]]
    single = [mention for container in containers for mention in find(container, "env[].valueFrom.configMapKeyRef")]
    single += [mention for spec in pods.specs for mention in find(spec, "volumes[].configMap")]
    single += [mention for spec in pods.specs for mention in find(spec, "volumes[].projected.sources[].configMap")]
    return Taken(
        [_config_map(mention, thing, unit) for mention in whole if mention],
        [_config_map(mention, thing, unit) for mention in single],
    )


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
        yield from _by_rows(ENV_BY_KEY, entry, source, thing, unit, note=f"env {entry['name'].text}")
    settings = list(_settings(container, thing, unit))
    known = {setting.key: setting.text for setting in settings}
    for setting in settings:
        key = setting.key
        said = Said(setting.at.evidence(f"env {key}"), setting.basis, key, setting.shared)
        for found in _addresses.find(key, setting.text, known.get(_port_key(key), "")):
            yield address(found, RelationKind.CONNECTS_TO, source, thing, unit, said)
    yield from _arguments(container, known, source, thing, unit)


def _by_rows(
    table: Mapping[str, Sequence[Name]], scope: Node, source: EntityId, thing: Object, unit: Unit, note: str = ""
) -> Iterator[Reference]:
    for key, _ in scope.items():  # noqa: PERF102  # a Node is no dict
        for row in table.get(key, ()):
            yield from named(row, scope, source, thing, unit, note)


class _Setting(NamedTuple):
    """One environment variable whose value is known."""

    key: str
    text: str
    at: Node
    basis: Basis
    shared: bool = False


def _mounted(spec: Node, source: EntityId, thing: Object, unit: Unit) -> Iterator[Reference]:
    """Addresses in the settings files that a pod mounts from a ConfigMap of its unit."""
    for mention in [*find(spec, "volumes[].configMap"), *find(spec, "volumes[].projected.sources[].configMap")]:
        place = _config_map(mention, thing, unit)
        wanted = [item["key"].text for item in mention["items"]]
        for key, value in unit.settings[place].items() if place in unit.settings else ():
            if not wanted or key in wanted:
                yield from file_addresses(key, value, source, thing, unit)


def file_addresses(key: str, value: Node, source: EntityId, owner: Object, unit: Unit) -> Iterator[Reference]:
    """Addresses in one file of a ConfigMap; pictures and programs are no settings."""
    if "\n" not in value.text.strip() or key.endswith(_NO_SETTINGS):
        return
    for row, found in _addresses.in_file(value.text):
        said = Said(Evidence(value.path, value.line + 1 + row, f"file {key}"), Basis.COMPUTED, key)
        yield address(found, RelationKind.CONNECTS_TO, source, owner, unit, said)


def _settings(container: Node, thing: Object, unit: Unit) -> Iterator[_Setting]:
    """The environment of a container as far as files say it: ``envFrom`` first, then `env` with ``$(NAME)`` put in."""
    known: dict[str, str] = {}
    for source in container["envFrom"]:
        place = _config_map(source["configMapRef"], thing, unit)
        for key, value in unit.settings[place].items() if place in unit.settings else ():
            key = source["prefix"].text + key
            known[key] = value.text
            yield _Setting(key, value.text, value, Basis.COMPUTED, shared=place in unit.shared)
    for entry in container["env"]:
        key, value = entry["name"].text, entry["value"]
        chosen = entry.at("valueFrom", "configMapKeyRef")
        if chosen:
            place = _config_map(chosen, thing, unit)
            text = unit.settings[place][chosen["key"].text].text if place in unit.settings else ""
            setting = _Setting(key, text, chosen, Basis.COMPUTED)
        else:
            text = _addresses.expand(value.text, known)
            setting = _Setting(key, text, value, Basis.DECLARED if text == value.text else Basis.COMPUTED)
        if key and text:
            known[key] = text
            yield setting


def _config_map(mention: Node, thing: Object, unit: Unit) -> tuple[str, str]:
    """Where the data of a ConfigMap that is mentioned lies."""
    target = object_named(("ConfigMap",), "", mention["name"].text, thing, unit)
    return target.namespace or "", target.name


def _arguments(container: Node, known: dict[str, str], source: EntityId, thing: Object, unit: Unit) -> Iterator[Reference]:
    """Addresses in the command: of ``--flag=value`` and ``--flag value`` the flag is the key, of other words nothing is."""
    words = [word for field in ("command", "args") for word in container[field] if word.is_text]
    flag = ""
    for word in words:
        text = _addresses.expand(word.text, known, braces=True)
        match = _FLAG.fullmatch(text[: _addresses.MAX_TEXT])
        # What stands behind one dash without `=` may be a value itself (`-psecret`), so only its letter is a key.
        name = (match["long"] or match["short"]) if match else ""
        key, value = (name, match["value"] or "") if match else (flag, text)
        flag = name if match and match["value"] is None else ""
        if value:
            basis = Basis.DECLARED if text == word.text else Basis.COMPUTED
            via = key if len(key) > 1 else "args"
            said = Said(word.evidence(f"args --{key}" if via == key else "args"), basis, via)
            for found in _addresses.find(key, value):
                yield address(found, RelationKind.CONNECTS_TO, source, thing, unit, said)


def _port_key(key: str) -> str:
    """The setting that gives the port of a host: ``REDIS_HOST`` and ``REDIS`` go with ``REDIS_PORT``."""
    return re.sub(r"(?i)_(?:HOST|HOSTNAME|SERVER|ADDR|ADDRESS|SERVICE)$", "", key) + "_PORT"


def image(
    node: Node, source: EntityId, basis: Basis = Basis.DECLARED, about: Mapping[str, Attribute] = _NOTHING
) -> Iterator[Reference]:
    """The image that a text, or a mapping with a repository, names; a part in placeholders is not known."""
    text, at = node.text, node
    if node.is_map:
        at = node["repository"]
        text = "/".join(part for part in (node["registry"].text, at.text) if part)
        text += f":{node['tag'].text}" if node["tag"].text else ""
    reference = _PLACEHOLDER.sub(images.UNKNOWN, text.strip())
    if not reference:
        return
    if reference != text and basis is Basis.DECLARED:
        basis = Basis.COMPUTED
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
