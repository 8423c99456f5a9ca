"""The settings of containers: environment, arguments and mounted settings files, and the addresses in them.

Knows containers and ConfigMaps (kubernetes core/v1), not the kinds that carry them. Values never leave, only hosts and ports.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from archdoc.extract import _addresses, _config_files, _hub_models
from archdoc.extract._fields import find
from archdoc.extract._manifests import Object
from archdoc.extract._mentions import Said, Unit, address, object_named
from archdoc.extract._yaml import Node
from archdoc.model import Basis, EntityId, Evidence, Outside, Reference, RelationKind
from archdoc.regex import regex

ANY = "*"
"""The namespace by which `Unit.settings` holds each ConfigMap besides its own."""

CALLS = "archdoc.io/calls"
"""The annotation by which people say what no file does."""

_FLAG = regex(
    r"(?:--(?P<long>[A-Za-z][A-Za-z0-9_.-]{1,80})|-(?P<short>[A-Za-z](?:[A-Za-z0-9_.-]{1,80}(?==))?))(?:=(?P<value>.*))?",
    re.DOTALL,
)


class Taken(NamedTuple):
    """The ConfigMaps that pods take settings from, by namespace and name: the whole of one, or single keys."""

    whole: Sequence[tuple[str, str]]
    single: Sequence[tuple[str, str]]


class _Setting(NamedTuple):
    """One environment variable whose value is known; `may` tells that others have it too, so that it may not be used."""

    key: str
    text: str
    at: Node
    basis: Basis
    may: bool = False


def config_maps(specs: Sequence[Node], containers: Sequence[Node], thing: Object, unit: Unit) -> Taken:
    """Which ConfigMaps the settings of an object's pods come from."""
    whole = [source["configMapRef"] for container in containers for source in container["envFrom"]]
    single = [mention for container in containers for mention in find(container, "env[].valueFrom.configMapKeyRef")]
    mounts = [mount for spec in specs for mount in _mounts(spec, thing, unit)]
    return Taken(
        [*(_config_map(one, thing, unit) for one in whole if one), *(place for place, keys in mounts if not keys)],
        [*(_config_map(one, thing, unit) for one in single), *(place for place, keys in mounts if keys)],
    )


def mounted(spec: Node, source: EntityId, thing: Object, unit: Unit) -> Iterator[Reference]:
    """Addresses in the settings files that a pod mounts from a ConfigMap; those that several mount may be for one of them."""
    for place, wanted in _mounts(spec, thing, unit):
        for key, value in unit.settings[place].items() if place in unit.settings else ():
            if not wanted or key in wanted:
                yield from file_addresses(key, value, source, thing, unit, may=place in unit.shared)


def _mounts(spec: Node, thing: Object, unit: Unit) -> Iterator[tuple[tuple[str, str], frozenset[str]]]:
    """Each ConfigMap that is mounted, with the keys that are: those of `items`, and of them those that a ``subPath`` names."""
    mounts: dict[str, list[str]] = defaultdict(list)
    for mount in find(spec, "containers[].volumeMounts[]"):
        mounts[mount["name"].text].append(mount["subPath"].text)
    for volume in spec["volumes"]:
        named = mounts[volume["name"].text]
        for mention in [volume["configMap"], *find(volume, "projected.sources[].configMap")]:
            keys = {item["path"].text: item["key"].text for item in mention["items"]}
            if named and all(named):
                keys = {path: keys.get(path, path) for path in named}
            if mention:
                yield _config_map(mention, thing, unit), frozenset(keys.values())


def file_addresses(
    key: str, value: Node, source: EntityId, owner: Object, unit: Unit, *, may: bool = False
) -> Iterator[Reference]:
    """Addresses in one file of a ConfigMap."""
    for row, found in _config_files.find(key, value.text):
        said = Said(Evidence(value.path, value.row(row), f"file {key}"), Basis.COMPUTED, key, may)
        yield address(found, RelationKind.CONNECTS_TO, source, owner, unit, said)


def references(container: Node, source: EntityId, thing: Object, unit: Unit) -> Iterator[Reference]:
    """Addresses in the environment and in the command of a container."""
    name = container["name"].text
    settings = list(_environment(container, thing, unit))
    known = {setting.key: setting.text for setting in settings}
    for setting in settings:
        key = setting.key
        said = Said(setting.at.evidence(f"env {key}"), setting.basis, key, setting.may)
        for found in _addresses.find(key, setting.text, _addresses.port_of(key, known)):
            yield address(_hub_models.meant(found, key, name), RelationKind.CONNECTS_TO, source, thing, unit, said)
        if model := _hub_models.of_setting(key, setting.text):
            yield _read(model, setting.at.evidence(f"env {key}"), source)
    words = [(word.text, word) for field in ("command", "args") for word in container[field] if word.is_text]
    for place, model in _hub_models.of_words([_addresses.expand(text, known, braces=True) for text, _ in words]):
        yield _read(model, words[place][1].evidence("args"), source)
    for key, text, word in arguments(words, known):
        basis = Basis.DECLARED if text in word.text else Basis.COMPUTED
        via = key if len(key) > 1 else "args"
        said = Said(word.evidence(f"args --{key}" if via == key else "args"), basis, via)
        for found in _addresses.find(key, text):
            yield address(_hub_models.meant(found, key, name), RelationKind.CONNECTS_TO, source, thing, unit, said)


def _read(model: str, at: Evidence, source: EntityId) -> Reference:
    return Reference(source, RelationKind.READS, Outside("model", f"hf://{model}"), at, Basis.CONVENTION)


def annotated(notes: Node, source: EntityId, thing: Object, unit: Unit) -> Iterator[Reference]:
    """What an annotation of ours says that a workload calls, which no other field does: ``ns/service:port``, hosts and URLs."""
    said = notes[CALLS]
    for word in said.text.split(","):
        namespace, slash, service = word.strip().partition("/")
        name, _, port = service.partition(":")
        text = f"{name}.{namespace}.svc:{port}".rstrip(":") if slash and ":" not in namespace else word.strip()
        for found in _addresses.declared(text):
            yield address(found, RelationKind.CONNECTS_TO, source, thing, unit, Said(said.evidence(CALLS), via=CALLS))


def by_dapr(notes: Node, source: EntityId, thing: Object, unit: Unit) -> Iterator[Reference]:
    """The systems behind the Dapr components that an app may use: those of its namespace that are for it or for all apps."""
    app = notes["dapr.io/app-id"].text
    for component in unit.components if notes["dapr.io/enabled"].true() else ():
        scopes = component.root["scopes"].texts()
        if (scopes and app not in scopes) or (component.namespace and thing.namespace not in ("", component.namespace)):
            continue
        for entry in component.root["spec"]["metadata"]:
            key = entry["name"].text
            said = Said(entry["value"].evidence(f"component {component.name} {key}"), Basis.COMPUTED, key, may=not scopes)
            for found in _addresses.find(key, entry["value"].text):
                yield address(found, RelationKind.CONNECTS_TO, source, thing, unit, said)


def arguments(words: Iterable[tuple[str, Node]], known: Mapping[str, str]) -> Iterator[tuple[str, str, Node]]:
    """Each value in a command with its key: of ``--flag=value`` and ``--flag value`` the flag, of other words nothing."""
    flag = ""
    for written, word in words:
        text = _addresses.expand(written, known, braces=True)
        match = _FLAG.fullmatch(text[: _addresses.MAX_TEXT])
        # What stands behind one dash without `=` may be a value itself (`-psecret`), so only its letter is a key.
        name = (match["long"] or match["short"]) if match else ""
        key, value = (name, match["value"] or "") if match else (flag, text)
        flag = name if match and match["value"] is None else ""
        if value:
            yield key, value, word


def _environment(container: Node, thing: Object, unit: Unit) -> Iterator[_Setting]:
    """The environment of a container as far as files say it: ``envFrom`` first, then `env` with ``$(NAME)`` put in."""
    known: dict[str, str] = {}
    for source in container["envFrom"]:
        place = _config_map(source["configMapRef"], thing, unit)
        for key, value in unit.settings[place].items() if place in unit.settings else ():
            key = source["prefix"].text + key
            known[key] = value.text
            yield _Setting(key, value.text, value, Basis.COMPUTED, place in unit.shared)
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
    """Where the data of a ConfigMap that is mentioned lies: in the namespace meant, or where one side leaves that open."""
    target = object_named(("ConfigMap",), "", mention["name"].text, thing, unit)
    place = target.namespace or "", target.name
    other = ("", target.name) if target.namespace else (ANY, target.name)
    return other if place not in unit.settings and other in unit.settings else place
