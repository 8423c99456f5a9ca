"""The text of a file of this repository that a command reads, by the path that the command writes.

This module knows folders and checkouts, no command and no format.
"""

from __future__ import annotations

from archdoc.extract import Files
from archdoc.extract import _values as values
from archdoc.extract._values import Text
from archdoc.extract._workspace import Workspace

MAX_LENGTH = 512 * 1024


def content(files: Files, workspace: Workspace, whole: Text) -> tuple[str, str] | None:
    """Path from the root of the repository, and text; None for a path that is not known, lies elsewhere or is no text."""
    place = workspace.place(values.shown(whole)) if whole else None
    if place is None or place.repository or "*" in place.path:
        return None
    raw = files.read(place.path)
    if raw is None or len(raw) > MAX_LENGTH or b"\0" in raw:
        return None
    return place.path, raw.decode("utf-8", errors="replace")


def text(files: Files, workspace: Workspace, whole: Text) -> str | None:
    """The text alone; of a path with a slash behind, which is a folder, the names in it, one a line."""
    shown = values.shown(whole)
    if shown.endswith("/"):
        place = workspace.place(shown)
        inside = () if place is None or place.repository else files.folder("" if place.path == "." else place.path)
        return "\n".join(inside) or None
    found = content(files, workspace, whole)
    return None if found is None else found[1]
