"""The name of the repository on GitHub, ``owner/name``, as its own files say it, where the configuration says nothing.

It is what ``github.repository`` comes to, and so a part of most image names. The remote is never asked, so that a fork gets the
same answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from archdoc.model import Evidence
from archdoc.source import Snapshot

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


def own_name(snapshot: Snapshot) -> _Found | None:
    """The name, and the line that says it; None where no file does. A kind of file that gives two names says nothing."""
    for source in _SOURCES:
        found: dict[str, _Found] = {}
        for name, at in source(snapshot):
            found.setdefault(name.lower(), (name, at))
        if len(found) == 1:
            return next(iter(found.values()))
    return None


def _guards(snapshot: Snapshot) -> Iterator[_Found]:
    """``if: github.repository == 'owner/name'``: jobs that forks are kept from."""
    for path in snapshot.folder(".github/workflows"):
        if path.endswith((".yml", ".yaml")):
            yield from _matches(snapshot, f".github/workflows/{path}", _GUARD)


def _badges(snapshot: Snapshot) -> Iterator[_Found]:
    """The badge of a workflow that is here."""
    for path in _readmes(snapshot):
        for name, at in _matches(snapshot, path, _BADGE, lambda match: f".github/workflows/{match[2].decode()}"):
            if snapshot.oid(at.note) is not None:
                yield name, Evidence(at.path, at.line)


def _module(snapshot: Snapshot) -> Iterator[_Found]:
    yield from _matches(snapshot, "go.mod", _MODULE)


def _homepage(snapshot: Snapshot) -> Iterator[_Found]:
    for path in ("pyproject.toml", "Cargo.toml"):
        yield from _matches(snapshot, path, _HOMEPAGE)


def _clones(snapshot: Snapshot) -> Iterator[_Found]:
    """How the README says that the repository is cloned."""
    for path in _readmes(snapshot):
        yield from _matches(snapshot, path, _CLONE)


def _readmes(snapshot: Snapshot) -> Iterator[str]:
    return filter(_README.fullmatch, snapshot.folder(""))


_SOURCES: tuple[Callable[[Snapshot], Iterator[_Found]], ...] = (_guards, _badges, _module, _homepage, _clones)
"""Surest first."""


def _matches(
    snapshot: Snapshot, path: str, pattern: re.Pattern[bytes], note: Callable[[re.Match[bytes]], str] = lambda _: ""
) -> Iterator[_Found]:
    content = snapshot.read(path) if snapshot.oid(path) is not None else None
    for match in pattern.finditer(content or b"", 0, _MOST):
        line = match.string.count(b"\n", 0, match.start()) + 1
        yield match[1].decode("ascii", errors="replace"), Evidence(path, line, note(match))
