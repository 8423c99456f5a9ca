"""Whether something makes a file that is not there, so that nobody forgot it: git ignores it, or a template or a script tells.

Knows ``.gitignore`` (gitignore(5)); the time is linear in the patterns and scripts, whatever stands in them.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from itertools import islice

from archdoc.extract import Files
from archdoc.regex import regex

_ANY = "**"
_OF_TEMPLATES = frozenset(["tpl", "tmpl", "tftpl", "template", "gotmpl", "example", "sample", "dist", "j2", "in"])
"""Parts of the names of files that others are made of: ``app.env.example``, ``app.tpl.env``."""


_SCRIPTS = (".sh", ".bash", ".mk", "Makefile", "justfile")
_MODULE = "main.tf"
"""The file of a Terraform module that is asked for by its name, since folders do not list what is not read else."""
_MAX_SCRIPTS, _MAX_BYTES, _MAX_BEFORE, _MOST = 50, 1_048_576, 300, 200
_WRITES = regex(
    r"""(?:(?:>|\s-[oO]|--output(?:-document)?|\btee(?: -a)?|\bfilename\s{0,20}=)[\s=]{0,20}["']?)(?:[^\s"'>;|&]{0,200}/)?\Z"""
)
"""What stands before the name of a file that is written: ``wget URL -O "${dir}/``, ``helm template . > ``, `local_file`."""


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


def writer_of(path: str, files: Files) -> str:
    """The script or Terraform file, in the folder of a path or above it, that writes a file of its name; ``""`` for none."""
    folder, _, name = path.rpartition("/")
    parts = folder.split("/") if folder else []
    above = ["/".join(parts[:depth]) for depth in range(len(parts), -1, -1)]
    scripts = [
        f"{place}/{other}".lstrip("/")
        for place in above
        for other in (_MODULE, *files.folder(place))
        if other == _MODULE or other.endswith(_SCRIPTS)
    ]
    return next((script for script in scripts[:_MAX_SCRIPTS] if _writes(files.read(script) or b"", name)), "")


def _writes(data: bytes, name: str) -> bool:
    text = data[:_MAX_BYTES].decode("utf-8", "replace")
    ends = (found.start() for found in islice(re.finditer(rf"{re.escape(name)}(?![\w.-])", text), _MOST))
    return any(_WRITES.search(text[max(0, end - _MAX_BEFORE) : end].rpartition("\n")[2]) for end in ends)


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
