"""Whether git ignores a path that is not there, or a template of it is: then something makes the file, and nobody forgot it.

Knows ``.gitignore`` (gitignore(5)); the time is linear in the patterns, whatever stands in them.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence

from archdoc.extract import Files

_ANY = "**"
_OF_TEMPLATES = frozenset(["tpl", "tmpl", "tftpl", "template", "gotmpl", "example", "sample", "dist", "j2", "in"])
"""Parts of the names of files that others are made of: ``app.env.example``, ``app.tpl.env``."""


def is_ignored(path: str, files: Files) -> bool:
    """Whether the last pattern that matches a path, or a folder that it is in, tells git to leave it out."""
    parts = path.split("/")
    return any(_decided(parts[:depth], depth < len(parts), files) for depth in range(1, len(parts) + 1))


def template_of(path: str, files: Files) -> str:
    """The file beside a path, or in a folder `templates` there, whose name is that of the path with the mark of a template."""
    folder, _, name = path.rpartition("/")
    parts = name.split(".")
    for place in (folder, f"{folder}/templates".lstrip("/")):
        for other in files.folder(place):
            rest = other.split(".")
            if any(rest[at] in _OF_TEMPLATES and [*rest[:at], *rest[at + 1 :]] == parts for at in range(1, len(rest))):
                return f"{place}/{other}".lstrip("/")
    return ""


def _decided(parts: Sequence[str], is_folder: bool, files: Files) -> bool:
    ignored = False
    for depth in range(len(parts)):
        data = files.read("/".join([*parts[:depth], ".gitignore"])) or b""
        for line in data.decode("utf-8", "replace").splitlines():
            pattern = line.rstrip()
            keeps = pattern.startswith("!")
            pattern = pattern.removeprefix("!")
            if pattern and not pattern.startswith("#") and _matches(pattern, parts[depth:], is_folder):
                ignored = not keeps
    return ignored


def _matches(pattern: str, parts: Sequence[str], is_folder: bool) -> bool:
    if pattern.endswith("/") and not is_folder:
        return False
    steps = pattern.strip("/").split("/")
    if len(steps) == 1 and not pattern.startswith("/"):
        return fnmatch.fnmatchcase(parts[-1], steps[0])
    reached = {0}  # how many parts the steps so far can have taken
    for step in steps:
        if step == _ANY:
            reached = set(range(min(reached), len(parts) + 1)) if reached else reached
        else:
            reached = {at + 1 for at in reached if at < len(parts) and fnmatch.fnmatchcase(parts[at], step)}
    return len(parts) in reached
