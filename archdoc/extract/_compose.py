"""``docker compose build``, ``push`` and ``up --build`` followed into the files of the project: a row of `_followers`.

Source of the rules: the command-line reference of Docker Compose. This module knows no step.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence

from archdoc.extract import _values as values
from archdoc.extract._compose_builds import build, has_build, image
from archdoc.extract._compose_project import Project, Service, beside, environment, load
from archdoc.extract._effects import Effect, Opaque, Push
from archdoc.extract._folders import folder_of, joined
from archdoc.extract._options import Options
from archdoc.extract._trail import Trail, known
from archdoc.extract._values import Text, Unknown
from archdoc.extract._workspace import ROOT

TAKES = frozenset(
    [
        "-H",
        "--host",
        "-c",
        "--context",
        "--config",
        "-l",
        "--log-level",
        "-f",
        "--file",
        "-p",
        "--project-name",
        "--profile",
        "--env-file",
        "--project-directory",
        "--ansi",
        "--parallel",
        "--progress",
        "--build-arg",
        "--builder",
        "-m",
        "--memory",
        "--ssh",
        "--scale",
        "--timeout",
        "-t",
        "--exit-code-from",
        "--attach",
        "--no-attach",
        "--pull",
        "--wait-timeout",
        "--provenance",
        "--sbom",
    ]
)
"""Options of Compose and of its verbs that take a value."""

_VERBS = ("build", "push", "up", "create", "run")


def follow(trail: Trail) -> Iterator[tuple[Effect, Text]]:
    """The builds and pushes of the services that a command names, or of all whose profile is on."""
    read = trail.options(TAKES)
    words = [values.known(word.text) for word in read.words()]
    verb = words[0] if words else None
    if verb not in _VERBS or (verb in ("up", "create", "run") and not read.flag("--build")):
        return
    paths = _files(trail, read)
    if not paths:
        yield Opaque("compose", trail.at), trail.directory
        return
    project = _project(trail, read, paths)
    if any(not document.root for path, document in project.files.items() if path in paths):
        yield Opaque("compose", trail.at), trail.directory
    named = words[1:2] if verb == "run" else words[1:]
    for service in _chosen(project, named, _profiles(trail, read), deep=verb not in ("build", "push")):
        if verb == "push":
            pushed = image(service) if has_build(service) else None
            if pushed is not None:
                yield Push(pushed), (ROOT,)
        else:
            made = build(service, pushed=read.flag("--push"))
            if made is not None:
                yield made, (ROOT,)


def _files(trail: Trail, read: Options) -> list[str]:
    """The files of the project from the root; none where they cannot be known."""
    given = [argument.text for argument in read.all("-f", "--file")]
    if not given:
        named = trail.variable("COMPOSE_FILE")
        given = values.split(named, ":") if values.truthy(named) else []
    found: list[str] = []
    for text in given:
        paths = trail.paths(text)
        if len(paths) != 1:
            return []
        found += paths
    return found or _default_files(trail)


def _default_files(trail: Trail) -> list[str]:
    """The default file of the folder or of the nearest one above, with its override."""
    here = trail.paths((".",))
    folder = here[0] if len(here) == 1 else None
    while folder is not None:
        folder = "" if folder == "." else folder
        names = beside(trail.session.files.folder(folder))
        if names:
            return [joined(folder, name) for name in names]
        folder = posixpath.dirname(folder) if folder else None
    return []


def _project(trail: Trail, read: Options, paths: Sequence[str]) -> Project:
    option = read.last("--project-directory")
    chosen = trail.paths(option.text) if option else []
    folder = ("" if chosen[0] == "." else chosen[0]) if chosen else folder_of(paths[0])

    def lookup(name: str) -> Text | None:
        """The environment of the command, where a step or its script sets the variable."""
        value = trail.variable(name)
        return None if value == (Unknown(name),) else value

    files = [path for argument in read.all("--env-file") for path in trail.paths(argument.text)]
    return load(trail.session, paths, folder, environment(trail.session, folder, lookup, files))


def _profiles(trail: Trail, read: Options) -> frozenset[str]:
    texts = [argument.text for argument in read.all("--profile")] or values.split(trail.variable("COMPOSE_PROFILES"), ",")
    return frozenset(known(text, "*") for text in texts)


def _chosen(project: Project, names: Sequence[str | None], profiles: frozenset[str], *, deep: bool) -> list[Service]:
    """The services of these names, with what they wait for if `deep`; without a name all but those of profiles that are off."""
    if not any(names) or None in names:
        return [one for one in project.services.values() if _is_on(one, profiles)]
    found: dict[str, Service] = {}
    waiting = [name for name in names if name]
    while waiting:
        service = project.services.get(waiting.pop(0))
        if service is not None and service.name not in found:
            found[service.name] = service
            waiting += _waits_for(service) if deep else ()
    return list(found.values())


def _is_on(service: Service, profiles: frozenset[str]) -> bool:
    own = {name for layer in service.layers for name in layer.node["profiles"].texts()}
    return not own or not own.isdisjoint(profiles) or "*" in profiles


def _waits_for(service: Service) -> list[str]:
    found: Mapping[str, None] = {}
    for layer in service.layers:
        node = layer.node["depends_on"]
        found = {**found, **dict.fromkeys(node.texts()), **{name: None for name, _ in node.items()}}
    return list(found)
