"""From a path as a step writes it to where it lies: in this repository, in another, on the network, or only on the runner."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from enum import Enum, auto

from archdoc.extract import Files
from archdoc.extract import _values as values
from archdoc.extract._effects import Done
from archdoc.extract._shell_walk import below
from archdoc.extract._values import Text, Unknown
from archdoc.extract._workspace import is_remote, public

_RUNNER_FOLDERS = frozenset({"runner.temp", "runner.tool_cache", "HOME", "TMPDIR", "$(mktemp)"})
MAX_PLACES = 16


class Where(Enum):
    """Whose a path is."""

    HERE = auto()
    ELSEWHERE = auto()
    REMOTE = auto()
    RUNNER = auto()


@dataclass(frozen=True, slots=True)
class Located:
    """A path from the root of its repository, ``*`` for each unknown part, which `unknown` names; a URL without secrets."""

    where: Where
    path: str
    unknown: tuple[str, ...] = ()


def located(text: Text, done: Done, base: Text | None = None) -> list[Located]:
    """Every place that a path may be, read from the folder of the step or from `base`."""
    found: list[Located] = []
    folder = done.directory if base is None else base
    for path in values.alternatives(text, MAX_PLACES):
        for whole in values.alternatives(path if is_remote(values.shown(path)) else below(folder, path), MAX_PLACES):
            one = _located(whole, done)
            if one not in found:
                found.append(one)
    return found


def _located(whole: Text, done: Done) -> Located:
    shown, unknown = values.shown(whole), values.sources(whole)
    if is_remote(shown):
        return Located(Where.REMOTE, public(shown), unknown)
    place = done.workspace.place(shown)
    rooted = next((part for part in whole if not (isinstance(part, str) and not part.strip("/"))), "")
    on_runner = any(isinstance(part, Unknown) and part.source in _RUNNER_FOLDERS for part in (rooted, *whole[1:2]))
    if place is None or on_runner:
        return Located(Where.RUNNER, shown, unknown)
    unknown = unknown if "*" in place.path else ()
    if place.repository:
        return Located(Where.ELSEWHERE, f"{place.repository}/{place.path}", unknown)
    return Located(Where.HERE, place.path, unknown)


def matched(path: str, files: Files) -> list[str]:
    """The paths that a path with the shell's ``*``, ``?`` or ``[ ]`` stands for; itself where it stands for none."""
    if not any(c in path for c in "*?["):
        return [path]
    found = [""]
    for piece in path.split("/"):
        names = [(folder, name) for folder in found for name in files.folder(folder.rstrip("/"))]
        found = [f"{folder}{name}" for folder, name in names if fnmatch.fnmatchcase(name.rstrip("/"), piece)]
        if len(found) > 500:
            return [path]
    return [one.rstrip("/") for one in found] or [path]
