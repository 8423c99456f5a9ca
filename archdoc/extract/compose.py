"""Compose files: each with its override is what is run together; its services, what they run, build, store and call.

Source of the rules: the Compose Specification. Variables come from ``.env`` beside the file; only names of images, paths and
hosts are made of them. This module knows no graph and nobody who runs the file.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from archdoc import ids
from archdoc.config import Config
from archdoc.extract import Files, _builds
from archdoc.extract import _values as values
from archdoc.extract import claims as by_name
from archdoc.extract._compose_builds import build, image
from archdoc.extract._compose_calls import calls
from archdoc.extract._compose_project import DEFAULTS, OVERRIDES, Project, Service, beside, environment, load
from archdoc.extract._compose_variables import interpolate, nothing
from archdoc.extract._effects import Done
from archdoc.extract._folders import folder_of, joined
from archdoc.extract._names import named, written
from archdoc.extract._places import Where
from archdoc.extract._source import Session
from archdoc.extract._template_names import is_made_beside
from archdoc.extract._workspace import Workspace
from archdoc.model import (
    Attribute,
    ById,
    ByImage,
    ByPath,
    Entity,
    EntityId,
    EntityKind,
    Evidence,
    Facts,
    Reference,
    RelationKind,
)

claims = by_name.compose

_SHOWN = 3
"""So many services are named in one finding."""
_RESOURCES = {
    "volumes": (EntityKind.VOLUME, "compose/volume"),
    "secrets": (EntityKind.SECRET, "compose/secret"),
    "configs": (EntityKind.CONFIG, "compose/config"),
}
"""The top-level sections that services mount from: the kind and type of what stands there."""


def extract(path: str, files: Files, config: Config) -> Facts:
    """What a Compose file says.

    Nothing for a file without services, for an override, which its default file takes in, and for a template of a file beside it.
    """
    folder, name = folder_of(path), posixpath.basename(path)
    together = beside(files.folder(folder))
    if (name in OVERRIDES and together) or is_made_beside(path, files):
        return Facts()
    session = Session(files, config)
    paths = [joined(folder, one) for one in together] if name in DEFAULTS and together[:1] == [name] else [path]
    project = load(session, paths, folder, environment(session, folder, nothing), by_name.compose)
    from_root = False
    if folder and (missing := _lead_nowhere(session, project)):
        # Some are always run with `--project-directory .`: no file says so but the Dockerfiles that lie where that finds them.
        other = load(session, paths, "", environment(session, "", nothing), by_name.compose)
        if _lead_nowhere(session, other) < missing:
            project, from_root = other, True
    said = tuple(
        finding
        for read, document in project.files.items()
        if read in paths or not by_name.compose(read)
        for finding in document.findings
    )
    unit = _Unit(session, path, project, from_root=from_root)
    if not project.services:
        return Facts(findings=(*said, *session.findings))
    entities, references = unit.facts()
    return Facts(tuple(entities), tuple(references), (*said, *session.findings), tuple(paths[1:]))


def _lead_nowhere(session: Session, project: Project) -> int:
    """How many Dockerfiles that services are built from are not there."""
    return sum(_leads_nowhere(session, service) for service in project.services.values())


def _leads_nowhere(session: Session, service: Service) -> bool:
    """Whether a service is built from a Dockerfile that is not there."""
    said = build(service)
    found = [place for place, _ in _builds.dockerfiles(session, Done(said, "", (), Workspace()), said)] if said else ()
    return any(place.where is Where.HERE and "*" not in place.path and session.files.read(place.path) is None for place in found)


def _is_whole(session: Session, service: Service) -> bool:
    """Whether a service can run: it has an image, a build, or somebody else who provides it.

    A build that names neither folder nor Dockerfile, beside which there is none, changes that of another file.
    """
    if any(service.last(key) for key in ("image", "provider", "extends")):
        return True
    said = service.last("build")
    places = ("context", "dockerfile", "dockerfile_inline")
    names_a_place = said is not None and (said[1].is_text or any(service.last("build", key) for key in places))
    return names_a_place or (said is not None and not _leads_nowhere(session, service))


class _Unit:
    """One project on its way to facts; `from_root` tells that its paths are taken to be read from the root."""

    def __init__(self, session: Session, path: str, project: Project, *, from_root: bool) -> None:
        self.from_root = from_root
        self.session = session
        self.path = path
        self.project = project
        self.deployable = ids.deployable_id(path)
        services = {name: one for name, one in project.services.items() if not one.unit}
        self.own = {name: one for name, one in services.items() if _is_whole(session, one)}
        partial = [one for name, one in services.items() if name not in self.own]
        if partial:
            said = f"service{'s' if len(partial) > 1 else ''} {', '.join(f'`{one.name}`' for one in partial[:_SHOWN])}"
            more = f" and {len(partial) - _SHOWN} more" if len(partial) > _SHOWN else ""
            lack = "have neither image nor build" if len(partial) > 1 else "has neither image nor build"
            session.report("compose-partial", f"{said}{more} {lack}", partial[0].at)
        self.workloads = {name: self._workload(one) for name, one in project.services.items() if one.unit or name in self.own}

    def _workload(self, service: Service) -> EntityId:
        deployable = ids.deployable_id(service.unit) if service.unit else self.deployable
        return ids.object_id(EntityKind.WORKLOAD, deployable, None, "service", service.name)

    def facts(self) -> tuple[list[Entity], list[Reference]]:
        """The entities and references of the project."""
        root = self.project.files[self.path].root
        shown = "/".join(self.path.split("/")[-2:])
        entities = [Entity(self.deployable, EntityKind.DEPLOYABLE, "compose", shown, self.path, max(root.line, 1))]
        references = [
            Reference(self.deployable, RelationKind.SOURCES, ByPath(one, EntityKind.DEPLOYABLE), at)
            for one, at in self.project.included.items()
        ]
        found = [one for service in self.own.values() if (one := build(service))]
        builds = [Done(one._replace(guessed=self.from_root), "", (), Workspace()) for one in found]
        built, links = _builds.of_file(self.session, self.path, builds)
        members = [*self._resources(), *map(self._entity, self.own.values())]
        for member in members:
            at = Evidence(member.path, member.line)
            references.append(Reference(self.deployable, RelationKind.CONTAINS, ById(member.id), at))
        for service in self.own.values():
            references += self._images(service)
            references += self._mounts(service)
        references += calls(self.session, self.project, self.deployable, self.workloads)
        return [*entities, *members, *built], [*references, *links]

    def _entity(self, service: Service) -> Entity:
        attributes: dict[str, Attribute] = {}
        ports = tuple(dict.fromkeys(_ports(service)))
        if ports:
            attributes["ports"] = ports
        waits = tuple(dict.fromkeys(name for layer in service.layers for name in _names(layer.node["depends_on"].data())))
        if waits:
            attributes["depends_on"] = waits
        profiles = tuple(dict.fromkeys(name for layer in service.layers for name in layer.node["profiles"].texts()))
        if profiles:
            attributes["profiles"] = profiles
        if service.last("build"):
            attributes["build"] = ids.file_build_id(self.path, service.name)
        at = service.at
        return Entity(
            self.workloads[service.name],
            EntityKind.WORKLOAD,
            "compose/service",
            service.name,
            at.path,
            at.line,
            deployable=self.deployable,
            attributes=attributes,
        )

    def _images(self, service: Service) -> Iterator[Reference]:
        found = image(service)
        for text in values.alternatives(found.text) if found else ():
            name, tag = named(text)
            if found and values.sources(name):
                self.session.unknown("the name of the image", values.sources(name), found.at)
            if found and written(name, tag):
                about: dict[str, Attribute] = {"container": service.name}
                yield Reference(
                    self.workloads[service.name],
                    RelationKind.RUNS_IMAGE,
                    ByImage(values.shown(text)),
                    found.at,
                    found.basis,
                    attributes=about,
                )

    def _resources(self) -> Iterator[Entity]:
        for (section, name), at in self.project.resources.items():
            kind, type_ = _RESOURCES[section]
            yield Entity(self._resource(section, name), kind, type_, name, at.path, at.line, deployable=self.deployable)

    def _resource(self, section: str, name: str) -> EntityId:
        kind, type_ = _RESOURCES[section]
        return ids.object_id(kind, self.deployable, None, type_.rpartition("/")[2], name)

    def _mounts(self, service: Service) -> Iterator[Reference]:
        """The named volumes, secrets and configs of a service; files of the repository that it mounts are none."""
        seen: set[EntityId] = set()
        for section in _RESOURCES:
            for layer, node in service.elements(section):
                text = values.known(interpolate(node.text or node["source"].text, layer.lookup)) or ""
                name = text.partition(":")[0] if section == "volumes" and node.is_text else text
                identity = self._resource(section, name)
                if (section, name) in self.project.resources and identity not in seen:
                    seen.add(identity)
                    source = self.workloads[service.name]
                    yield Reference(source, RelationKind.MOUNTS, ById(identity), node.evidence(section))


def _ports(service: Service) -> Iterator[str]:
    """The published ports as ``host:container``; what a variable says is left out, but for a default that stands there."""
    for _, node in service.elements("ports"):
        if node.is_map:
            pair = (values.shown(interpolate(node[key].text, nothing)) for key in ("published", "target"))
            yield ":".join(filter(None, pair))
        elif node.is_text:
            yield values.shown(interpolate(node.text, nothing))


def _names(data: object) -> Iterator[str]:
    for one in data if isinstance(data, (list, dict)) else ():
        if isinstance(one, str):
            yield one
