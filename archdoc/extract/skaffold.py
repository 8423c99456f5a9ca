"""Skaffold: the images that a skaffold.yaml builds, whoever runs it; what a job does with it is told by the job.

Each document gives its own artifacts, and those of each profile that are built in another way. What is applied is known from the
manifests themselves. Knows one file, and of the modules that it requires those that are no unit of their own.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from itertools import chain, count

from archdoc.config import Config as Settings
from archdoc.extract import Files
from archdoc.extract import _builds as image_builds
from archdoc.extract import _skaffold_config as configs
from archdoc.extract import claims as by_name
from archdoc.extract._effects import Build, Done, Follow
from archdoc.extract._skaffold_build import Naming, built, environment, without_tag
from archdoc.extract._skaffold_config import Config
from archdoc.extract._skaffold_modules import is_remote, located
from archdoc.extract._source import Session
from archdoc.extract._trail import Trail, folder
from archdoc.extract._values import Text, Unknown
from archdoc.extract._workspace import ROOT, Workspace
from archdoc.extract._yaml import Node
from archdoc.model import Entity, Facts, Reference

claims = by_name.skaffold

MAX_FILES = 100
MAX_PROFILES = 100


def extract(path: str, files: Files, config: Settings) -> Facts:
    """The builds of a file that holds documents of Skaffold; nothing for any other."""
    data = files.read(path)
    if data is None or not configs.is_ours(data):
        return Facts()
    session = Session(files, config)
    entities: list[Entity] = []
    references: list[Reference] = []
    findings = list(configs.read(data, path)[1])
    for file in _files(session, path):
        made = image_builds.of_file(session, file, list(_done(session, file)))
        entities += made[0]
        references += made[1]
    return Facts(tuple(entities), tuple(references), (*findings, *session.findings), (path,))


def _files(session: Session, path: str) -> list[str]:
    """The file, and the modules behind it that are not found by their names."""
    found = [path]
    for one in found:
        for config in configs.read(session.files.read(one) or b"", one)[0]:
            for module in config.root["requires"]:
                place = located(module, one, session.files.read)
                if place is None:
                    _missing(session, module)
                elif place not in found and not claims(place) and len(found) < MAX_FILES:
                    found.append(place)
    return found


def _missing(session: Session, module: Node) -> None:
    if is_remote(module):
        session.report("skaffold-remote", "a module of another repository is not fetched", module.evidence())
    else:
        told = f"there is no `{module['path'].text}` here"
        session.report("skaffold-module-missing", told, module["path"].evidence())


def _done(session: Session, path: str) -> Iterator[Done]:
    """The builds of a file, each with a name of its own."""
    taken: set[str] = set()
    numbers: dict[str, Iterator[int]] = {}
    for profile, image, build, base in _builds(session, path):
        mark = f"@{profile}" if profile else ""
        whole = f"{image}{mark}"
        numbered = (f"{whole}-{number}" for number in numbers.setdefault(whole, count(2)))
        name = next(one for one in chain((f"{build.name}{mark}", whole), numbered) if one not in taken)
        taken.add(name)
        yield Done(build._replace(name=name), "", base, Workspace())


def _builds(session: Session, path: str) -> Iterator[tuple[str, str, Build, Text]]:
    """Profile, image, build and folder of each artifact; those of a profile only where it builds in a way of its own."""
    for config in configs.read(session.files.read(path) or b"", path)[0]:
        for nameless in configs.nameless(config):
            session.report("skaffold-invalid", "an artifact names no image", nameless.evidence())
        trail = Trail(session, Follow("skaffold", (), {}, config.root.evidence()), _base(session, config), Workspace(), _unknown)
        naming = Naming(_variables(trail))
        met: set[tuple[object, ...]] = set()
        for profile in ("", *config.profiles[:MAX_PROFILES]):
            changed, failed = configs.with_profile(config, profile) if profile else (config, ())
            for operation in (one for one in failed if " /build/" in one):
                told = f"in the profile {profile}, `{operation}` finds no place"
                session.report("patch-target-missing", told, _profile(config, profile).evidence())
            if profile and changed.root["build"] is config.root["build"]:
                continue
            for artifact in configs.artifacts(changed):
                if not session.spend(artifact.image.evidence()):
                    return
                build, base = built(trail, artifact, trail.directory, naming)
                way = _way(build, base)
                if way not in met:
                    met.add(way)
                    yield profile, without_tag(artifact.image.text), build, base


def _way(build: Build, base: Text) -> tuple[object, ...]:
    """What makes two builds of an image different."""
    said = (build.context, build.file, build.target)
    return (base, build.builder, build.images[0].text, *(one and one.text for one in said))


def _profile(config: Config, name: str) -> Node:
    return next((one for one in config.root["profiles"] if one["name"].text == name), config.root)


def _unknown(name: str) -> Text:
    return (Unknown(name),)


def _variables(trail: Trail) -> Callable[[str], Text]:
    given = environment(trail)
    return lambda name: given.get(name, (Unknown(name),))


def _base(session: Session, config: Config) -> Text:
    """Where paths are read from: the folder of the file; the root, where each context lies there and none beside the file."""
    beside = config.path.rpartition("/")[0]
    contexts = [one.context.text.strip("/") for one in configs.artifacts(config) if one.context.text.strip("/.")]
    if contexts and beside:
        there = [bool(session.files.folder(posixpath.normpath(f"{beside}/{one}"))) for one in contexts]
        if not any(there) and all(session.files.folder(posixpath.normpath(one)) for one in contexts):
            return (ROOT,)
    return folder(config.path)
