"""``ko build`` and its like followed into the packages they name: images of Go programs, built without a Dockerfile.

Source of the rules: ko's documentation and its namers (``pkg/commands/options/publish.go``): an image is called
``$KO_DOCKER_REPO/<base of the import path>-<md5 of the import path>`` unless an option says otherwise. This module knows no step.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from archdoc.extract import Files
from archdoc.extract import _values as values
from archdoc.extract._effects import Build, Deploy, Effect, Mention, Opaque
from archdoc.extract._folders import joined
from archdoc.extract._options import Options
from archdoc.extract._trail import Trail
from archdoc.extract._values import Text
from archdoc.regex import regex

_TAKES = frozenset(
    [
        *("-t", "--tags", "--platform", "-f", "--filename", "-j", "--jobs", "-l", "--selector", "--image-refs", "--sbom"),
        *("--oci-layout-path", "--tarball", "--image-label", "--image-annotation", "--sbom-dir", "--kubeconfig", "-n"),
        *("--namespace", "--context", "--image-user", "--debug-port", "--tag-only", "--docker-repo"),
    ]
)
_MODULE = regex(rb"^module\s+\"?([^\s\"]+)\"?", re.MULTILINE)
_MAIN = regex(rb"^package main\b", re.MULTILINE)
_MENTIONED = regex(rb"ko://([A-Za-z0-9][\w./~-]{0,250})")
_LOCAL = ("ko.local", "kind.local")
MAX_FOLDERS = 300


class Naming(NamedTuple):
    """How an image is called after its import path (the options of the same names); by its hash where none is on."""

    bare: bool = False
    preserve: bool = False
    base: bool = False


def image(repository: Text, path: str, naming: Naming) -> Text:
    """The name of the image of a program by its import path; ``""`` is a path that is not known."""
    last = path.rpartition("/")[2]
    if naming.preserve or naming.base or not naming.bare:
        hashed = f"{last}-{hashlib.md5(path.encode(), usedforsecurity=False).hexdigest()}"
        name: Text = (path if naming.preserve else last if naming.base else hashed,) if path else (values.Unknown("go.mod"),)
        return values.join((repository, ("/",), name))
    return repository


def import_path(files: Files, folder: str) -> str:
    """The import path of the package in a folder, from the nearest ``go.mod`` above; ``""`` where there is none."""
    place = folder
    while True:
        data = files.read(f"{place}/go.mod" if place else "go.mod")
        match = _MODULE.search(data) if data is not None else None
        if match:
            return posixpath.join(match[1].decode("utf-8", errors="replace"), folder[len(place) :].strip("/")).rstrip("/")
        if not place:
            return ""
        place = posixpath.dirname(place)


def follow(trail: Trail) -> Iterator[tuple[Effect, Text]]:
    """The programs that a command builds, and the manifests that it applies."""
    read = trail.options(_TAKES)
    verb, *words = read.rest or (None,)
    name = values.known(verb.text) if verb is not None else None
    if name in ("build", "publish"):
        sure = [word for word in words if values.known(word.text) is not None]
        texts = [trail.mention(word) for word in sure or words] or [Mention((".",), trail.at)]
        for text in texts:
            yield from _packages(trail, read, text)
    elif name in ("apply", "create", "resolve"):
        for argument in read.all("-f", "--filename"):
            yield from _manifests(trail, read, trail.mention(argument))
            if name != "resolve":
                yield Deploy(trail.mention(argument)), trail.directory


def _packages(trail: Trail, read: Options, word: Mention) -> Iterator[tuple[Effect, Text]]:
    shown = values.known(word.text)
    if shown is None:
        yield Opaque("ko", trail.at), trail.directory
        return
    shown = shown.removeprefix("ko://") or "."
    if not shown.startswith("."):
        yield _build(trail, read, shown, word), trail.directory
        return
    found = False
    for folder in trail.paths((shown.removesuffix("/...").removesuffix("..."),)):
        place = "" if folder == "." else folder
        for one in _programs(trail.session.files, place) if shown.endswith("...") else (place,):
            found = True
            yield _build(trail, read, import_path(trail.session.files, one), word), trail.directory
    if not found:
        yield Opaque("ko", trail.at), trail.directory


def _programs(files: Files, folder: str) -> Iterator[str]:
    """The folders from here on down that hold a main package."""
    waiting, seen = [folder], 0
    while waiting and seen < MAX_FOLDERS:
        place = waiting.pop(0)
        seen += 1
        names = files.folder(place)
        sources = [name for name in names if name.endswith(".go") and not name.endswith("_test.go")]
        if any(_MAIN.search(files.read(joined(place, name)) or b"") for name in sources[:20]):
            yield place
        waiting += [joined(place, name) for name in names if name.endswith("/") and name not in ("vendor/", "testdata/", ".git/")]


def _manifests(trail: Trail, read: Options, target: Mention) -> Iterator[tuple[Effect, Text]]:
    """The programs that manifests name as ``ko://``."""
    seen: set[str] = set()
    for path in trail.paths(target.text):
        names = trail.session.files.folder(path)
        paths = [joined(path, name) for name in names if name.endswith((".yaml", ".yml", ".json"))] if names else [path]
        for file in paths:
            for match in _MENTIONED.finditer(trail.read(file) or b""):
                name = match[1].decode()
                if name not in seen:
                    seen.add(name)
                    yield _build(trail, read, name, target), trail.directory
    if not seen:
        yield Opaque("ko", trail.at), trail.directory


def _build(trail: Trail, read: Options, path: str, word: Mention) -> Build:
    local = read.flag("-L", "--local")
    repository = trail.variable("KO_DOCKER_REPO")
    naming = Naming(read.flag("--bare"), read.flag("-P", "--preserve-import-paths"), read.flag("-B", "--base-import-paths"))
    name = image(repository, path, naming)
    tags = [tag for argument in read.all("-t", "--tags") for tag in values.split(argument.text, ",")]
    here = local or values.shown(repository).startswith(_LOCAL) or _is_off(read, "--push")
    mention = Mention((), trail.at, literal=False)
    return Build(
        at=word.at,
        images=() if local else tuple(mention.of(one) for one in tagged(name, tags)),
        pushed=not here,
        platforms=tuple(values.shown(one) for argument in read.all("--platform") for one in values.split(argument.text, ",")),
        name=path.rpartition("/")[2],
        builder="ko",
    )


def tagged(name: Text, tags: Sequence[Text]) -> list[Text]:
    """A name with each of its tags; by itself where it has none."""
    return [values.join((name, (":",), tag)) for tag in tags] or [name]


def _is_off(read: Options, option: str) -> bool:
    return any(value is not None and values.known(value.text) == "false" for name, value in read.pairs if name == option)
