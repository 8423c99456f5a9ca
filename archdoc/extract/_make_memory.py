"""Makefiles that were read before: the workflows of a repository, and the rows of their matrices, use the same again and again.

One is taken again only where everything it asked for is answered alike. This module knows no target and no command.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from archdoc.extract import Files
from archdoc.extract._make_state import Makefile, World
from archdoc.extract._values import Text

MAX_PLACES = 64
MAX_REMEMBERED = 4


@dataclass(slots=True)
class Noted:
    """The files of a tree with a note of all that was asked for."""

    files: Files
    contents: dict[str, bytes | None] = field(default_factory=dict)
    folders: dict[str, Sequence[str]] = field(default_factory=dict)

    def read(self, path: str) -> bytes | None:
        """As `extract.Files`."""
        self.contents[path] = self.files.read(path)
        return self.contents[path]

    def exists(self, path: str) -> bool:
        """As `extract.Files`."""
        parent, _, name = path.rpartition("/")
        return name in self.folder(parent)

    def folder(self, path: str) -> Sequence[str]:
        """As `extract.Files`."""
        self.folders[path] = self.files.folder(path)
        return self.folders[path]


class Loaded(NamedTuple):
    """A makefile as it was read, None for too much of one, with all that it asked for."""

    makefile: Makefile | None
    answers: Mapping[str, Text]
    present: Mapping[str, bool]
    contents: Mapping[str, bytes | None]
    folders: Mapping[str, Sequence[str]]

    def holds(self, world: World, files: Files) -> bool:
        """Whether everything would be answered alike; by asking, whoever listens knows what this depends on."""
        return (
            all(world.environment(name) == answer for name, answer in self.answers.items())
            and all(world.has(name) is answer for name, answer in self.present.items())
            and all(files.read(path) == content for path, content in self.contents.items())
            and all(files.folder(path) == names for path, names in self.folders.items())
        )


_PLACES: dict[Hashable, list[Loaded]] = {}


def remembered(place: Hashable) -> Sequence[Loaded]:
    """What was read at a place."""
    found = _PLACES[place] = _PLACES.pop(place, [])
    return found


def remember(place: Hashable, loaded: Loaded) -> None:
    """Keep what was read at a place; the oldest is forgotten."""
    _PLACES[place] = [*_PLACES.pop(place, [])[1 - MAX_REMEMBERED :], loaded]
    while len(_PLACES) > MAX_PLACES:
        del _PLACES[next(iter(_PLACES))]
