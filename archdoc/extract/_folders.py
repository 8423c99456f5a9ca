"""Paths of a repository put together: from its root, with ``/``, the root itself as ``""``. This module knows no file."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence


def joined(folder: str, path: str) -> str:
    """A path from a folder, as one from the root of the repository."""
    found = posixpath.normpath(posixpath.join(folder, path))
    return "" if found == "." else found


def folder_of(path: str) -> str:
    """The folder of a file."""
    return posixpath.dirname(path)


def upward(folder: str, names: Sequence[str]) -> Iterator[str]:
    """Where a tool looks for its file: under each of its names, in a folder, then in the one above it, up to the root."""
    while True:
        yield from (joined(folder, name) for name in names)
        if not folder:
            return
        folder = folder_of(folder)
