"""The name of the repository on GitHub, ``owner/name``, as its own files say it, where the configuration says nothing.

It is what ``github.repository`` comes to, and so a part of most image names. The remote is never asked, so that a fork gets the
same answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from archdoc.extract import Files, claims
from archdoc.model import Evidence
from archdoc.regex import regex

_NAME = rb"[A-Za-z0-9][A-Za-z0-9-]*/[\w.-]+?"
_GUARD = regex(rb"\bgithub\.repository\s*==\s*['\"](" + _NAME + rb")['\"]")
_BADGE = regex(rb"https://github\.com/(" + _NAME + rb")/(?:actions/)?workflows/([\w.-]+)")
_MODULE = regex(rb"^module\s+\"?github\.com/(" + _NAME + rb")(?:/v\d+)?\"?\s*$", re.MULTILINE)
_HOMEPAGE = regex(
    rb"^\s*\"?(?:repository|source|source[ _-]code|homepage|code)\"?\s*=\s*\"https://github\.com/(" + _NAME + rb")(?:\.git)?/?\"",
    re.IGNORECASE | re.MULTILINE,
)
_CLONE = regex(
    rb"git clone (?:-\S+ (?:\w\S* )?)*(?:https://github\.com/|git@github\.com:)(" + _NAME + rb")(?:\.git)?(?=[\s\"'`)]|$)",
    re.MULTILINE,
)
_PACKAGE = regex(
    rb'"repository"\s*:\s*(?:\{[^{}]{0,200}"url"\s*:\s*)?"(?:git\+)?(?:(?:https|ssh)://(?:git@)?github\.com/|git@github\.com:|github:)?('
    + _NAME
    + rb')(?:\.git)?/?"'
)
_LABEL = regex(
    rb"\borg\.opencontainers\.image\.source[\"']?[= ]\s*[\"']?https://github\.com/(" + _NAME + rb")(?:\.git)?/?[\"'\s\\]"
)
_ADDRESS = rb"(?:https://|ssh://git@)github\.com/|git@github\.com:"
_SOURCE = regex(rb"^([ -]*)repoURL:\s*[\"']?(?:" + _ADDRESS + rb")(" + _NAME + rb")(?:\.git)?[\"']?\s*$", re.MULTILINE)
_PATH = regex(rb"^([ -]*)path:\s*[\"']?(?:\./)?([\w./-]+)[\"']?\s*$")
_SYNC = regex(rb"^\s*url:\s*(?:" + _ADDRESS + rb")(" + _NAME + rb")(?:\.git)?\s*$", re.MULTILINE)
_FILE = regex(
    rb"https://(?:raw\.githubusercontent\.com/("
    + _NAME
    + rb")/[\w.-]+/|github\.com/("
    + _NAME
    + rb")/(?:blob|tree|raw)/[\w.-]+/)([\w./-]*[\w/-])"
)
_COMMON = regex(
    rb"(?:readme|licen[cs]e|contributing|changelog|code_of_conduct|security|makefile|dockerfile|docker-compose|compose|package|go|index)"
    rb"(?:[.-][\w.-]*)?",
    re.IGNORECASE,
)
"""What any repository may have at its root."""
_STAND_IN = regex(
    r"(?:your|my)[-_]?(?:user|name|org|github|company|account|team|fork|repo).*|your|username|user|owner|org", re.IGNORECASE
)
"""What stands for an owner in an example."""
_README = regex(r"readme\.(?:md|markdown)", re.IGNORECASE)
_OF_ARGO = regex(r"argo|gitops|flux|applications?\b|apps\b", re.IGNORECASE)
_AROUND = 8
_FOLDERS = 200
_DEPTH = 4
_FILES = 60
_MATCHES = 500
_MOST = 1 << 20

_Found = tuple[str, Evidence]


def own_name(files: Files) -> _Found | None:
    """The name, and the line that says it; None where no file does. A kind of file that gives two names says nothing."""
    for source in _SOURCES:
        found: dict[str, _Found] = {}
        for name, at in source(files):
            if not _STAND_IN.fullmatch(name.partition("/")[0]):
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
    """The module of the root, or those of folders whose names end with where they lie."""
    yield from _matches(files, "go.mod", _MODULE)
    for path in () if files.exists("go.mod") else _found(files, lambda path: path.endswith("/go.mod")):
        folder = path.removesuffix("/go.mod").encode()
        pattern = re.compile(rb"^module\s+github\.com/(" + _NAME + rb")/" + re.escape(folder) + rb"(?:/v\d+)?\s*$", re.MULTILINE)
        yield from _matches(files, path, pattern)


def _homepage(files: Files) -> Iterator[_Found]:
    for path in ("pyproject.toml", "Cargo.toml"):
        yield from _matches(files, path, _HOMEPAGE)
    yield from _matches(files, "package.json", _PACKAGE)


def _labels(files: Files) -> Iterator[_Found]:
    """``LABEL org.opencontainers.image.source=https://github.com/owner/name`` of the Dockerfiles."""
    for path in _found(files, lambda path: claims.dockerfile(path.rpartition("/")[2])):
        yield from _matches(files, path, _LABEL)


def _applications(files: Files) -> Iterator[_Found]:
    """Applications of Argo CD that take a path which is here, and the sync of Flux, which lies in what it syncs."""
    for path in _found(files, lambda path: path.endswith((".yaml", ".yml")) and _OF_ARGO.search(path) is not None):
        if path.endswith("/gotk-sync.yaml"):
            yield from _matches(files, path, _SYNC)
            continue
        content = (files.read(path) or b"")[:_MOST]
        lines = content.splitlines() if b"repoURL" in content else []
        for row, line in enumerate(lines):
            if (match := _SOURCE.match(line)) and _is_here(files, lines[max(0, row - _AROUND) : row + _AROUND], len(match[1])):
                yield match[2].decode("ascii", errors="replace"), Evidence(path, row + 1)


def _is_here(files: Files, lines: Sequence[bytes], indent: int) -> bool:
    """Whether one of the paths that stand at an indent leads to a folder of the tree."""
    found = (match for line in lines if (match := _PATH.match(line)) and len(match[1]) == indent)
    return any(files.folder(match[2].decode().strip("/")) for match in found if match[2].strip(b"./"))


def _found(files: Files, wanted: Callable[[str], bool]) -> Iterator[str]:
    """The files near the root that are wanted."""
    folders, count = [""], 0
    for folder in folders:
        for name in files.folder(folder):
            path = f"{folder}/{name}".strip("/")
            if name.endswith("/"):
                hidden = name.startswith((".", "node_modules", "vendor"))
                if path.count("/") < _DEPTH and len(folders) < _FOLDERS and not hidden:
                    folders.append(path)
            elif wanted(path) and count < _FILES:
                count += 1
                yield path


def _raw(files: Files) -> Iterator[_Found]:
    """Addresses in the README of files that are here, at paths that not every repository has."""
    for path in _readmes(files):
        content = (files.read(path) or b"")[:_MOST]
        for match in islice(_FILE.finditer(content), _MATCHES):
            target = match[3].decode().strip("/")
            own = not _COMMON.fullmatch(match[3]) and (files.exists(target) or ("/" in target and files.folder(target)))
            if own:
                name = (match[1] or match[2]).decode("ascii", errors="replace")
                yield name, Evidence(path, content.count(b"\n", 0, match.start()) + 1)


def _clones(files: Files) -> Iterator[_Found]:
    """How the README says that the repository is cloned."""
    for path in _readmes(files):
        yield from _matches(files, path, _CLONE)


def _readmes(files: Files) -> Iterator[str]:
    return filter(_README.fullmatch, files.folder(""))


_SOURCES: tuple[Callable[[Files], Iterator[_Found]], ...] = (
    _guards,
    _badges,
    _module,
    _homepage,
    _labels,
    _applications,
    _raw,
    _clones,
)
"""Surest first."""


def _matches(
    files: Files, path: str, pattern: re.Pattern[bytes], note: Callable[[re.Match[bytes]], str] = lambda _: ""
) -> Iterator[_Found]:
    content = files.read(path) if files.exists(path) else None
    for match in islice(pattern.finditer(content or b"", 0, _MOST), _MATCHES):
        line = match.string.count(b"\n", 0, match.start()) + 1
        yield match[1].decode("ascii", errors="replace"), Evidence(path, line, note(match))
