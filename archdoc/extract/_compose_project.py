"""Compose files put together: overrides, ``include`` and ``extends``, so that each service is known by its layers.

Source of the rules: the Compose Specification, pages Merge, Include and Extends. This module knows where a value of a service
comes from and by which folder and variables it is read, not what it means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from archdoc.extract import _values as values
from archdoc.extract._compose_variables import Lookup, dotenv, interpolate, layered, noted
from archdoc.extract._effects import Mention
from archdoc.extract._folders import folder_of, joined
from archdoc.extract._source import Session
from archdoc.extract._workspace import ROOT, is_remote
from archdoc.extract._yaml import MISSING, Document, Node, documents
from archdoc.model import Evidence

DEFAULTS = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
"""What Compose looks for, best first."""
OVERRIDES = ("compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml")
"""What Compose adds to a default file that lies beside."""

MAX_FILES = 64
_MAX_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Layer:
    """What one file says of a service: the folder by which its paths are read, and the variables of the file."""

    node: Node
    folder: str
    lookup: Lookup

    def mention(self, node: Node, note: str) -> Mention:
        """A scalar with its variables put in."""
        noted("", node.evidence(), node.text, self.lookup)
        return Mention(interpolate(node.text, self.lookup), node.evidence(note), literal="$" not in node.text)

    def path(self, node: Node, note: str) -> Mention:
        """A scalar that is a path, as one from the root of the workspace; a URL stays as it is."""
        found = self.mention(node, note)
        head = found.text[0] if found.text else ""
        if (isinstance(head, str) and head.startswith(("/", "~"))) or is_remote(values.shown(found.text)):
            return found
        base = f"{ROOT}/{self.folder}/" if self.folder else f"{ROOT}/"
        return found.of(values.join(((base,), found.text)))


@dataclass(frozen=True, slots=True)
class Service:
    """A service with its layers, of which later ones win; `unit` is the included file that has it apart, ``""`` for none."""

    name: str
    layers: tuple[Layer, ...]
    at: Evidence
    unit: str = ""

    def last(self, *keys: str) -> tuple[Layer, Node] | None:
        """The value that counts along a path of keys, with its layer."""
        for layer in reversed(self.layers):
            node = layer.node.at(*keys)
            if node:
                return layer, node
        return None

    def text(self, *keys: str) -> Mention | None:
        """The scalar that counts, with its variables put in."""
        found = self.last(*keys)
        if found is None or not found[1].is_text:
            return None
        return found[0].mention(found[1], ".".join(keys))

    def elements(self, key: str) -> Iterator[tuple[Layer, Node]]:
        """The elements of a list in every layer."""
        for layer in self.layers:
            for one in layer.node[key]:
                yield layer, one

    def pairs(self, *keys: str) -> Iterator[tuple[str, Layer, Node, str]]:
        """The pairs of a mapping or of a list of ``NAME=value``: name, layer, node, value as written; later ones win.

        A name without a value has the value of the variable of that name.
        """
        found: dict[str, tuple[Layer, Node, str]] = {}
        for layer in self.layers:
            node = layer.node.at(*keys)
            for name, value in node.items():
                found[name] = (layer, value, value.text if value.is_text else f"${{{name}}}")
            for one in node:
                name, equals, rest = one.text.partition("=")
                found[name] = (layer, one, rest if equals else f"${{{name}}}")
        for name, (layer, node, text) in found.items():
            if name:
                yield name, layer, node, text


@dataclass(slots=True)
class Project:
    """What the files of a project say together.

    `resources` are the top-level volumes, secrets and configs by section and name, `included` the included files that are a
    unit of their own, with the line that says so, `files` all that were read.
    """

    services: dict[str, Service] = field(default_factory=dict)
    resources: dict[tuple[str, str], Evidence] = field(default_factory=dict)
    included: dict[str, Evidence] = field(default_factory=dict)
    files: dict[str, Document] = field(default_factory=dict)


def beside(folder: Sequence[str]) -> list[str]:
    """The names of the default file of a folder and of its override, as Compose finds them."""
    names = set(folder)
    default = next((name for name in DEFAULTS if name in names), None)
    override = next((name for name in OVERRIDES if name in names), None)
    return [name for name in (default, override) if name] if default else []


def load(
    session: Session, paths: Sequence[str], folder: str, lookup: Lookup, apart: Callable[[str], bool] = lambda _: False
) -> Project:
    """The project of some files, whose paths are read from `folder`.

    An included file that is `apart` is a unit of its own: its services bear its path, and its volumes are not taken in.
    """
    project = Project()
    _add(_Reading(session, project, apart), paths, _Place(folder, lookup))
    return project


def environment(session: Session, folder: str, lookup: Lookup, files: Sequence[str] = ()) -> Lookup:
    """The variables of a project: those of `lookup`, and below them those of ``.env`` in its folder, or of `files`."""
    for path in files or (joined(folder, ".env"),):
        data = session.files.read(path)
        if data is not None:
            lookup = layered(lookup, dotenv(data, lookup, path))
    return lookup


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the reading of one project shares."""

    session: Session
    project: Project
    apart: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class _Place:
    """By what a file is read, how many includes deep, and as part of which unit."""

    folder: str
    lookup: Lookup
    depth: int = 0
    unit: str = ""


def _add(reading: _Reading, paths: Sequence[str], place: _Place) -> None:
    project = reading.project
    for path in paths:
        root = _root(reading, path)
        services = root["services"]
        if services and not services.is_map:
            reading.session.report("compose-invalid", "`services` is no mapping", services.evidence())
        for name, node in services.items():
            at = services.key_evidence(name, f"services.{name}")
            if not node.is_map:
                reading.session.report("compose-invalid", f"service `{name}` is no mapping", at)
                continue
            before = project.services.get(name)
            layers = (*(before.layers if before else ()), *_layers(reading, path, place, name, ()))
            project.services[name] = Service(name, layers, before.at if before else at, place.unit)
        for section in ("volumes", "secrets", "configs") if not place.unit else ():
            for name, _ in root[section].items():  # noqa: PERF102  # a Node is no dict
                project.resources.setdefault((section, name), root[section].key_evidence(name, f"{section}.{name}"))
    for path in paths:
        for one in _root(reading, path)["include"]:
            _include(reading, one, path, place)


def _root(reading: _Reading, path: str) -> Node:
    """The first document of a file; `MISSING` where there is none."""
    files = reading.project.files
    if path not in files:
        data = reading.session.files.read(path) if len(files) < MAX_FILES else None
        found = documents(data, path) if data is not None else ()
        files[path] = found[0] if found else Document(MISSING, (), 1)
    return files[path].root


def _layers(reading: _Reading, path: str, place: _Place, name: str, stack: tuple[tuple[str, str], ...]) -> tuple[Layer, ...]:
    """What a file says of a service; what the service extends comes first."""
    node = _root(reading, path)["services"][name]
    own = Layer(node, place.folder, place.lookup)
    extends = node["extends"]
    service = values.known(interpolate((extends if extends.is_text else extends["service"]).text, place.lookup))
    file = values.known(interpolate(extends["file"].text, place.lookup))
    if not service or file is None or is_remote(file):
        return (own,)
    target, below = path, place
    if file:
        target = joined(place.folder, file)
        below = _Place(folder_of(target), place.lookup)
    if (target, service) in (*stack, (path, name)) or len(stack) >= _MAX_DEPTH:
        message = f"`{name}` extends itself, or more than {_MAX_DEPTH} deep"
        reading.session.report("compose-invalid", message, extends.evidence("extends"))
        return (own,)
    if not _root(reading, target)["services"][service].is_map:
        message = f"there is no service `{service}` in `{target}` to extend"
        reading.session.report("compose-file-missing", message, extends.evidence("extends"))
        return (own,)
    return (*_layers(reading, target, below, service, (*stack, (path, name))), own)


def _include(reading: _Reading, one: Node, path: str, place: _Place) -> None:
    """The services of an included project, which has a folder and a ``.env`` of its own."""
    session, project, folder = reading.session, reading.project, folder_of(path)
    given = one["path"] if one.is_map else one
    nodes = list(given) if given.is_list else [given]
    texts = [values.known(interpolate(node.text, place.lookup)) for node in nodes]
    if not texts or not all(texts) or any(text and is_remote(text) for text in texts) or place.depth >= _MAX_DEPTH:
        return
    paths = [joined(folder, text) for text in texts if text]
    missing = [(file, node) for file, node in zip(paths, nodes, strict=True) if session.files.read(file) is None]
    for file, node in missing:
        session.report("compose-file-missing", f"there is no `{file}` to include", node.evidence("include"))
    if missing or any(file in project.files for file in paths):
        return
    own = values.known(interpolate(one["project_directory"].text, place.lookup))
    inside = joined(folder, own) if own else folder_of(paths[0])
    env = [values.known(interpolate(text, place.lookup)) for text in one["env_file"].texts()]
    lookup = environment(session, inside, place.lookup, [joined(folder, file) for file in env if file])
    unit = place.unit
    if len(paths) == 1 and reading.apart(paths[0]):
        unit = paths[0]
        if not place.unit:
            project.included[unit] = nodes[0].evidence("include")
    _add(reading, paths, _Place(inside, lookup, place.depth + 1, unit))
