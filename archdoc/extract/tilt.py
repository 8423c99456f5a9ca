"""Tilt: the images that a Tiltfile builds, whoever runs it; what a job does with it is told by the job.

What is applied is known from the manifests themselves. Knows one file, and of those that it includes the ones with another name.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, count

from archdoc.config import Config
from archdoc.extract import Files, _tilt
from archdoc.extract import _builds as image_builds
from archdoc.extract import claims as by_name
from archdoc.extract._effects import Build, Done, Follow
from archdoc.extract._source import Session
from archdoc.extract._trail import Trail, folder
from archdoc.extract._values import Unknown
from archdoc.extract._workspace import ROOT, Workspace
from archdoc.model import Evidence, Facts

claims = by_name.tilt


def extract(path: str, files: Files, config: Config) -> Facts:
    """The builds of a Tiltfile."""
    session = Session(files, config)
    entities, references = image_builds.of_file(session, path, list(_done(session, path)))
    return Facts(tuple(entities), tuple(references), tuple(session.findings))


def _done(session: Session, path: str) -> Iterator[Done]:
    """The builds of a file, each with a name of its own."""
    command = Follow("tilt", (), {}, Evidence(path, 1))
    trail = Trail(session, command, folder(path), Workspace(), lambda name: (Unknown(name),))
    taken: set[str] = set()
    for effect in _tilt.of_file(trail, path):
        if isinstance(effect, Build) and (effect.at.path == path or not claims(effect.at.path)):
            own = effect.name or "image"
            name = next(one for one in chain((own,), (f"{own}-{number}" for number in count(2))) if one not in taken)
            taken.add(name)
            yield Done(effect._replace(name=name), "", (ROOT,), Workspace())
