"""The name of the repository on GitHub, ``owner/name``, as its own files say it, where the configuration says nothing.

It is what ``github.repository`` comes to, and so a part of most image names. The remote is never asked, so that a fork gets the
same answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from archdoc.extract import Files
from archdoc.model import Evidence

_NAME = rb"[A-Za-z0-9][A-Za-z0-9-]*/[\w.-]+?"
_GUARD = re.compile(rb"\bgithub\.repository\s*==\s*['\"](" + _NAME + rb")['\"]")
_BADGE = re.compile(rb"https://github\.com/(" + _NAME + rb")/(?:actions/)?workflows/([\w.-]+)")
_MODULE = re.compile(rb"^module\s+\"?github\.com/(" + _NAME + rb")(?:/v\d+)?\"?\s*$", re.MULTILINE)
_HOMEPAGE = re.compile(
    rb"^\s*\"?(?:repository|source|source[ _-]code|homepage|code)\"?\s*=\s*\"https://github\.com/(" + _NAME + rb")(?:\.git)?/?\"",
    re.IGNORECASE | re.MULTILINE,
)
_CLONE = re.compile(
    rb"git clone (?:-\S+ (?:\w\S* )?)*(?:https://github\.com/|git@github\.com:)(" + _NAME + rb")(?:\.git)?(?=[\s\"'`)]|$)",
    re.MULTILINE,
)
_README = re.compile(r"readme\.(?:md|markdown)", re.IGNORECASE)
_MOST = 1 << 20

_Found = tuple[str, Evidence]


def own_name(files: Files) -> _Found | None:
    """The name, and the line that says it; None where no file does. A kind of file that gives two names says nothing."""
    for source in _SOURCES:
        found: dict[str, _Found] = {}
        for name, at in source(files):
            found.setdefault(name.lower(), (name, at))
        if len(found) == 1:
            return next(iter(found.values()))
    return None


def _guards(files: Files) -> Iterator[_Found]:
    """``if: github.repository == 'owner/name'``: jobs that forks are kept from."""
    for path in files.folder(".github/workflows"):
        if path.endswith((".yml", ".yaml")):
            yield from _matches(files, f".github/workflows/{path}", _GUARD)


def _badges(files: Files) -> Iterator[_Found]:
    """The badge of a workflow that is here."""
    for path in _readmes(files):
        for name, at in _matches(files, path, _BADGE, lambda match: f".github/workflows/{match[2].decode()}"):
            if files.exists(at.note):
                yield name, Evidence(at.path, at.line)


def _module(files: Files) -> Iterator[_Found]:
    yield from _matches(files, "go.mod", _MODULE)


def _homepage(files: Files) -> Iterator[_Found]:
    for path in ("pyproject.toml", "Cargo.toml"):
        yield from _matches(files, path, _HOMEPAGE)


def _clones(files: Files) -> Iterator[_Found]:
    """How the README says that the repository is cloned."""
    for path in _readmes(files):
        yield from _matches(files, path, _CLONE)


def _readmes(files: Files) -> Iterator[str]:
    return filter(_README.fullmatch, files.folder(""))


_SOURCES: tuple[Callable[[Files], Iterator[_Found]], ...] = (_guards, _badges, _module, _homepage, _clones)
"""Surest first."""


def _matches(
    files: Files, path: str, pattern: re.Pattern[bytes], note: Callable[[re.Match[bytes]], str] = lambda _: ""
) -> Iterator[_Found]:
    content = files.read(path) if files.exists(path) else None
    for match in pattern.finditer(content or b"", 0, _MOST):
        line = match.string.count(b"\n", 0, match.start()) + 1
        yield match[1].decode("ascii", errors="replace"), Evidence(path, line, note(match))
