"""Paths of a repository put together: from its root, with ``/``, the root itself as ``""``. This module knows no file."""

from __future__ import annotations

import posixpath


def joined(folder: str, path: str) -> str:
    """A path from a folder, as one from the root of the repository."""
    found = posixpath.normpath(posixpath.join(folder, path))
    return "" if found == "." else found


def folder_of(path: str) -> str:
    """The folder of a file."""
    return posixpath.dirname(path)
