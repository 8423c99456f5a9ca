"""Who calls whom in a Compose project: hosts in the settings of services that are the names of others.

Settings are the environment, the command, and the files that a service mounts. Compose's DNS answers to a service's name, its
``container_name``, the aliases of its networks and those of ``links``. A service that only waits for another may call it.
Only hosts leave this module, never a value. It knows no build.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import islice
from typing import NamedTuple, TypeAlias

from archdoc.extract import _addresses, _config_files, _settings, claims
from archdoc.extract import _values as values
from archdoc.extract._addresses import Address, Place
from archdoc.extract._compose_project import Layer, Project, Service
from archdoc.extract._compose_variables import Lookup, dotenv, interpolate
from archdoc.extract._folders import joined
from archdoc.extract._source import Session
from archdoc.extract._yaml import Node
from archdoc.model import Attribute, Basis, ByHost, ById, EntityId, Evidence, Outside, Reference, RelationKind
from archdoc.regex import regex

_NO_HOSTS = frozenset({"host.docker.internal", "gateway.docker.internal", "docker.for.mac.localhost"})
_SETTINGS = (".yml", ".yaml", ".conf", ".cfg", ".cnf", ".toml", ".ini", ".properties", ".json", ".template", ".tmpl", ".alloy")
_Variables: TypeAlias = Callable[[str, Lookup], Mapping[str, values.Text]]
_KEY = regex(r"(?:^[ \t]+|[{,][ \t]*)[\"']?([\w.-]{1,100})[\"']?:", re.MULTILINE)
_MAX_FILES, _MAX_DEPTH, _MAX_BYTES = 40, 3, 65_536


class _Found(NamedTuple):
    """An address in a setting: its name, where it is told, how it is known, and whether it may be meant for another service."""

    host: Address | Place
    via: str
    at: Evidence
    basis: Basis
    may: bool = False


def hosts(project: Project) -> dict[str, str]:
    """The service that answers at each name; a name that two services bear is left out."""
    found: dict[str, set[str]] = {}
    for service in project.services.values():
        for name in _names(service):
            found.setdefault(name.lower(), set()).add(service.name)
    own = {name.lower(): name for name in project.services}
    return {name: next(iter(services)) for name, services in found.items() if len(services) == 1} | own


def _names(service: Service) -> Iterator[str]:
    container = service.text("container_name")
    if container is not None and values.known(container.text):
        yield values.shown(container.text)
    for layer in service.layers:
        for _, network in layer.node["networks"].items():  # noqa: PERF102  # a Node is no dict
            yield from network["aliases"].texts()


def calls(session: Session, project: Project, deployable: EntityId, workloads: Mapping[str, EntityId]) -> Iterator[Reference]:
    """The calls that the settings of the services of a project itself tell; `workloads` are all its services by name.

    A name that none of them has may be a service of another file of the folder, which the resolving knows. Others are not kept,
    since it is not sure that they are names.
    """
    known = hosts(project)
    services = [_own(service) for name, service in project.services.items() if name in workloads]
    files = {
        one.name: _Files(list(_files_of_environment(one, session)), list(_mounted(one, session, project))) for one in services
    }
    takers = Counter(path for taken in files.values() for path in {*(path for path, _, _ in taken.variables), *taken.mounted})
    variables: _Variables = cache(lambda path, lookup: dotenv(_small(path, session), lookup))  # read once for all who take them
    neighbours = cache(lambda: _keys_beside(session, deployable.partition(":")[2]))
    for one in services:
        yield from _calls(one, _told(one, session, files[one.name], takers, variables), known, workloads, deployable, neighbours)


def _keys_beside(session: Session, path: str) -> frozenset[str]:
    """What stands as a key in the other Compose files of a folder: the names of their services are among it."""
    folder = path.rpartition("/")[0]
    others = (joined(folder, name) for name in session.files.folder(folder) if claims.compose(joined(folder, name)))
    texts = (_small(other, session).decode("utf-8", errors="replace") for other in others if other != path)
    return frozenset(key.lower() for text in islice(texts, _MAX_FILES) for key in _KEY.findall(text))


def _own(service: Service) -> Service:
    """A service as the files of the project itself tell it: what an included unit says of its own is that unit's."""
    return replace(service, layers=tuple(layer for layer in service.layers if layer.node.path != service.unit))


class _Files(NamedTuple):
    """The files that a service takes settings from: those of variables, with who says so, and those that it mounts."""

    variables: list[tuple[str, Layer, Node]]
    mounted: list[str]


def _calls(
    service: Service,
    settings: Iterator[_Found],
    known: Mapping[str, str],
    workloads: Mapping[str, EntityId],
    deployable: EntityId,
    neighbours: Callable[[], frozenset[str]],
) -> Iterator[Reference]:
    source = workloads[service.name]
    links = {alias: name for _, node in service.elements("links") for name, _, alias in [node.text.partition(":")] if alias}
    told = {source}
    for found in settings:
        attributes: dict[str, Attribute] = {"via": found.via} | ({"may": True} if found.may else {})
        target: ById | ByHost | Outside
        relation = RelationKind.CONNECTS_TO
        if isinstance(found.host, Place):
            if found.host.type == "volume":
                continue
            relation = RelationKind.READS if found.host.type == "model" else relation
            target = Outside(found.host.type, found.host.name)
        else:
            host, port, sure, scheme = found.host
            host = host.lower().rstrip(".")
            other = known.get(host) or known.get(links.get(host, ""))
            if other is not None and other in workloads:
                target = ById(workloads[other])
                told.add(target.id)
            elif "*" not in host and sure and host not in _NO_HOSTS and _addresses.is_dotted(host):
                target = ByHost(source, "", host, port, scheme=scheme)  # within a scope that has no Services
            elif other is None and host not in _NO_HOSTS and host in neighbours():
                target = ByHost(deployable, "", host, port)
                attributes["may"] = True  # if that file is run as well
            else:
                continue
            if port is not None:
                attributes["port"] = port
        yield Reference(source, relation, target, found.at, found.basis, attributes=attributes)
    for name, at in _waits(service):
        if name in workloads and workloads[name] not in told:
            told.add(workloads[name])
            may: dict[str, Attribute] = {"via": "depends_on", "may": True}
            yield Reference(source, RelationKind.CONNECTS_TO, ById(workloads[name]), at, Basis.CONVENTION, attributes=may)


def _waits(service: Service) -> Iterator[tuple[str, Evidence]]:
    for layer in service.layers:
        node = layer.node["depends_on"]
        for name, _ in node.items():  # noqa: PERF102  # a Node is no dict
            yield name, node.key_evidence(name, "depends_on")
        for one in node:
            yield one.text, one.evidence("depends_on")


def _told(
    service: Service, session: Session, files: _Files, takers: Mapping[str, int], variables: _Variables
) -> Iterator[_Found]:
    """Addresses in the environment, which ``env_file`` begins, in the command and in the mounted files of a service."""
    settings = [
        (name, values.shown(text), Basis.COMPUTED, node.evidence(f"env_file {name}"), takers[path] > 1)
        for path, layer, node in files.variables
        for name, text in variables(path, layer.lookup).items()
    ]
    settings += [
        (
            name,
            values.shown(interpolate(text, layer.lookup)),
            Basis.COMPUTED if "$" in text else Basis.DECLARED,
            node.evidence(f"environment {name}"),
            False,
        )
        for name, layer, node, text in service.pairs("environment")
    ]
    known = {name: text for name, text, *_ in settings}
    for name, text, basis, at, may in settings:
        for found in _addresses.find(name, text, _addresses.port_of(name, known)) if known[name] == text else ():
            yield _Found(found, name, at, basis, may)
    for field in ("entrypoint", "command"):
        last = service.last(field)
        if last is None:
            continue
        layer, node = last
        words = [(values.shown(interpolate(one.text, layer.lookup)), one) for one in ([node] if node.is_text else node)]
        for key, text, one in _settings.arguments(words, known):
            for found in _addresses.find(key, text):
                basis = Basis.DECLARED if text in one.text else Basis.COMPUTED
                yield _Found(found, key if len(key) > 1 else field, one.evidence(field), basis)
    for path in files.mounted:
        name = path.rpartition("/")[2]
        for row, address in _config_files.find(path, _small(path, session).decode("utf-8", "replace")):
            yield _Found(address, name, Evidence(path, row + 1, f"file {name}"), Basis.COMPUTED, takers[path] > 1)


def _files_of_environment(service: Service, session: Session) -> Iterator[tuple[str, Layer, Node]]:
    for layer in service.layers:
        node = layer.node["env_file"]
        for one in [node] if node.is_text else node:
            written = one if one.is_text else one["path"]
            path = values.known(interpolate(written.text, layer.lookup))
            if path and session.files.read(joined(layer.folder, path)) is not None:
                yield joined(layer.folder, path), layer, written


def _mounted(service: Service, session: Session, project: Project) -> Iterator[str]:
    """The settings files of the repository that a service mounts, by themselves or in a folder, or takes as a config.

    What Compose itself reads is no setting of a service, though its folder be mounted.
    """
    found = (file for path in _places(service, project) for file in _below(path, session, _MAX_DEPTH))
    for file in islice(dict.fromkeys(found), _MAX_FILES):
        if not claims.is_named_compose(file) and session.files.read(file) is not None:
            yield file


def _small(path: str, session: Session) -> bytes:
    data = session.files.read(path) or b""
    return data if len(data) <= _MAX_BYTES else b""


def _places(service: Service, project: Project) -> Iterator[str]:
    for layer, node in service.elements("volumes"):
        text = values.known(interpolate(node.text or node["source"].text, layer.lookup)) or ""
        place = text.partition(":")[0] if node.is_text else text
        # The folder of the project itself is its code, and settings in it may be of anybody.
        if place.startswith(".") and joined(layer.folder, place) != layer.folder:
            yield joined(layer.folder, place)
    for layer, node in service.elements("configs"):
        name = node.text or node["source"].text
        for document in project.files.values():
            file = values.known(interpolate(document.root["configs"][name]["file"].text, layer.lookup))
            if file:
                yield joined(layer.folder, file)


def _below(path: str, session: Session, depth: int) -> Iterator[str]:
    names = session.files.folder(path) if depth else ()
    if not names:
        yield from [path] if path.endswith(_SETTINGS) else ()
    for name in names:
        yield from _below(f"{path}/{name.rstrip('/')}", session, depth - 1)
