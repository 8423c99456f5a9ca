"""Where a path of a step lies: in this repository, in another one that was checked out, or outside of both.

This module knows folders and names, no step and no file.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import NamedTuple

from archdoc.regex import regex

ROOT = "/github/workspace"
"""Stands for the folder that the runner checks out into, wherever it really is."""

_REMOTE = regex(r"[a-z][0-9+.-]*://|\bgit@|^github\.com[/:]", re.IGNORECASE)
_USER = regex(r"://[^/@]*@")


class Place(NamedTuple):
    """A path from the root of `repository`, which is ``""`` for this one; the root itself is ``.``."""

    path: str
    repository: str = ""


@dataclass(frozen=True, slots=True)
class Workspace:
    """The checkouts: which folder holds which repository. The root holds this one unless a checkout says otherwise."""

    checkouts: tuple[tuple[str, str], ...] = ()

    def put(self, folder: str, repository: str) -> Workspace:
        """The workspace once `repository` was checked out into `folder`; what was below the folder before is gone."""
        clean = posixpath.normpath(folder or ".")
        kept = tuple(one for one in self.checkouts if one[0] != clean)
        return Workspace((*kept, (clean, repository)))

    def place(self, path: str) -> Place | None:
        """Where a path from the root of the workspace lies; None for what lies outside of every checkout."""
        if path == ROOT or path.startswith(f"{ROOT}/"):
            path = path[len(ROOT) + 1 :]
        if path.startswith(("/", "~")):
            return None
        clean = posixpath.normpath(path or ".")
        if clean == ".." or clean.startswith("../"):
            return None
        best = ("", "")
        for folder, repository in self.checkouts:
            within = folder in (".", clean) or clean.startswith(f"{folder}/")
            if within and len(folder) > len(best[0]):
                best = (folder, repository)
        folder, repository = best
        if folder in ("", "."):
            return Place(clean, repository)
        return Place(clean[len(folder) + 1 :] or ".", repository)


def is_remote(path: str) -> bool:
    """Whether a path is a URL or the address of a git repository, or holds one."""
    return ("://" in path or path[:1] in ("g", "G") or "@" in path) and _REMOTE.search(path) is not None


def public(url: str) -> str:
    """A URL without what may be secret: user and password, query, fragment."""
    return _USER.sub("://", url).partition("?")[0].partition("#")[0]
