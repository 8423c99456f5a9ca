"""The documents that a command of Skaffold takes in: those of its file, and the modules that they require.

Source of the rules: ``pkg/skaffold/parser/config.go``. This module knows files and documents, no command.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from archdoc.extract import _skaffold_config as configs
from archdoc.extract._skaffold_config import Config
from archdoc.extract._trail import folder
from archdoc.extract._values import Text
from archdoc.extract._yaml import Node

FILES = ("skaffold.yaml", "skaffold.yml")
MAX_DEPTH = 50
MAX_MODULES = 500
_REMOTE = ("git", "googleCloudStorage", "googleCloudBuildRepoV2")


class Used(NamedTuple):
    """A document with its profiles laid over, and the folder by which its paths are read."""

    config: Config
    base: Text


@dataclass(slots=True)
class Modules:
    """A walk over documents. `base` is the folder of the command, `active` gives the profiles of a document that are active.

    `propagated` are the profiles that the command names, `wanted` the documents (all where empty). What it found is in `used`;
    `missing` are the modules that are not in this repository.
    """

    read: Callable[[str], bytes | None]
    base: Text
    active: Callable[[Config, Sequence[str]], Sequence[str]]
    propagated: Sequence[str] = ()
    wanted: frozenset[str] = frozenset()
    used: list[Used] = field(default_factory=list)
    missing: list[Node] = field(default_factory=list)
    seen: set[tuple[str, int, bool]] = field(default_factory=set)

    def take(self, path: str, profiles: Sequence[str], *, wanted: bool | None = None) -> None:
        """Take in a file of this repository, whose paths are read by the folder of the command."""
        self._file(path, profiles, (), not self.wanted if wanted is None else wanted, self.base, 0)

    def _file(self, path: str, profiles: Sequence[str], selection: Sequence[str], wanted: bool, base: Text, depth: int) -> None:
        for config in configs.read(self.read(path) or b"", path)[0]:
            mine = wanted or config.name in self.wanted
            key = (path, config.number, mine)
            if key in self.seen or (selection and config.name not in selection):
                continue
            self.seen.add(key)
            active = self.active(config, profiles)
            for name in active:
                config = configs.with_profile(config, name)[0]  # as the profiles make it
            for module in config.root["requires"]:
                if len(self.seen) + len(self.missing) > MAX_MODULES:
                    self.missing.append(module)
                    break
                self._module(module, path, active, mine, base, depth + 1)
            if mine:
                self.used.append(Used(config, base))

    def _module(self, module: Node, path: str, active: Sequence[str], wanted: bool, base: Text, depth: int) -> None:
        place = located(module, path, self.read)
        if place is None or depth > MAX_DEPTH:
            self.missing.append(module)
            return
        profiles = [
            one["name"].text
            for one in module["activeProfiles"]
            if not one["activatedBy"].texts() or not set(active).isdisjoint(one["activatedBy"].texts())
        ]
        profiles += [name for name in self.propagated if name not in profiles]
        self._file(place, profiles, module["configs"].texts(), wanted, base if place == path else folder(place), depth)


def is_remote(module: Node) -> bool:
    """Whether a module is fetched from elsewhere."""
    return any(module[key].is_map for key in _REMOTE)


def located(module: Node, path: str, read: Callable[[str], bytes | None]) -> str | None:
    """The file of a module that the file at `path` requires; None for one that is not in this repository."""
    if is_remote(module):
        return None
    if not module["path"].text:
        return path
    place = posixpath.normpath(posixpath.join(posixpath.dirname(path), module["path"].text))
    return next(
        (one for one in (place, *(posixpath.normpath(f"{place}/{name}") for name in FILES)) if read(one) is not None), None
    )
