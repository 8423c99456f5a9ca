"""The files that `find`, `ls`, `basename` and a pattern of the shell name, read off the folders of the repository.

Source of the rules: the manuals of GNU findutils and coreutils, POSIX "Pattern Matching Notation". Nothing else of the tools
is known: another option, and what they say is unknown. This module knows no script.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from archdoc.extract import _values as values
from archdoc.extract import claims
from archdoc.extract._values import Text
from archdoc.extract._workspace import ROOT

MAX_NAMES = 2_000
Folder: TypeAlias = Callable[[str], Sequence[str] | None]
"""The names directly in a folder, folders with a slash behind; None for one that is not of the repository."""
_DEPTHS = ("-mindepth", "-maxdepth")
_MEANS_NOTHING = frozenset({"-print", "-print0", "-follow", "-L", "-P"})


def find(arguments: Sequence[Text], folder: Folder) -> Text | None:
    """``find FOLDER... -mindepth 1 -maxdepth 1 -type d -name 'a*'``: what it prints, a path a line."""
    words = [values.known(one) for one in arguments]
    roots: list[str] = []
    tests: list[Callable[[str, bool], bool]] = []
    depth = {"-mindepth": 0, "-maxdepth": 99}
    rest = iter(words)
    for word in rest:
        if word is None or word in "!(),":
            return None
        if not word.startswith("-"):
            roots.append(word)
        elif word not in _MEANS_NOTHING:
            value = next(rest, None)
            if value is None:
                return None
            if word in _DEPTHS and value.isdecimal() and len(value) < 3:
                depth[word] = int(value)
            elif word == "-type" and value in ("d", "f"):
                tests.append(lambda _, is_folder, wanted=value == "d": is_folder is wanted)  # type: ignore[misc]
            elif word in ("-name", "-path"):
                tests.append(_named(value, whole=word == "-path"))
            else:
                return None
    found: list[str] = []
    for root in roots or ["."]:
        below = _below(root, folder, depth["-maxdepth"])
        if below is None:
            return None
        found += [
            path for path, level, is_folder in below if level >= depth["-mindepth"] and all(t(path, is_folder) for t in tests)
        ]
    return ("\n".join(found),) if found else ()


_BY_HAND = (claims.dockerfile, claims.skaffold, claims.helm, claims.kustomize, claims.is_named_compose)
"""Files of these formats are written by hand."""


def there(path: str, folder: Folder) -> bool | None:
    """Whether a path is of the repository; of what is not, only what is written by hand can be told: the job may have made it."""
    above, _, name = path.rstrip("/").rpartition("/")
    names = folder(above or ("/" if path.startswith("/") else "."))
    if names is None or not name:
        return None
    if name == ".git":  # every checkout has it, at its root only
        return folder(f"{above or '.'}/..") is None
    return True if name in names or f"{name}/" in names else False if any(one(name) for one in _BY_HAND) else None


def _named(pattern: str, *, whole: bool) -> Callable[[str, bool], bool]:
    return lambda path, _: fnmatch.fnmatchcase(path if whole else path.rstrip("/").rpartition("/")[2], pattern)


def _below(root: str, folder: Folder, deepest: int) -> list[tuple[str, int, bool]] | None:
    """Everything below a folder, itself first, with its level and whether it is a folder; None where that is not known."""
    names = folder(root)
    if not names:
        return None
    found = [(root, 0, True)]
    waiting = [(root.rstrip("/"), 1, names)]
    while waiting:
        above, level, inside = waiting.pop()
        for name in inside if level <= deepest else ():
            path, is_folder = f"{above}/{name.rstrip('/')}", name.endswith("/")
            found.append((path, level, is_folder))
            if len(found) > MAX_NAMES:
                return None
            if is_folder:
                waiting.append((path, level + 1, folder(path) or ()))
    return sorted(found)


def ls(arguments: Sequence[Text], folder: Folder) -> Text | None:
    """``ls FOLDER``, ``ls -d PATTERN``: a name a line."""
    words = [values.known(one) for one in arguments]
    options = [one for one in words if one is not None and one.startswith("-")]
    paths = [one for one in words if one not in options]
    if None in words or not set("".join(options)) <= set("-1d") or len(paths) > 1:
        return None
    path = paths[0] if paths and paths[0] else "."
    names = list(glob(path, folder)) if any(c in path for c in "*?[") else None if "-d" in options else folder(path)
    return None if not names else ("\n".join(name.rstrip("/") for name in names),)


def basename(arguments: Sequence[Text], folder: Folder) -> Text | None:
    """``basename PATH SUFFIX``, ``basename -s SUFFIX -a PATH...``; a path may be a pattern of the shell."""
    given = [values.known(one) for one in arguments]
    suffix, paths = "", [one for one in given if one is not None]
    while paths and paths[0] in ("-a", "-s", "--multiple"):
        takes = paths.pop(0) == "-s" and len(paths) > 1
        suffix = paths.pop(0) if takes else suffix
    if len(paths) == len(given) == 2:
        suffix = paths.pop()
    # Nothing here tells the name of the folder of the checkout.
    if None in given or not paths or ROOT in paths or any(one.startswith("-") for one in paths):
        return None
    each = [one for path in paths for one in (list(glob(path, folder)) if any(c in path for c in "*?[") else [path])]
    names = [one.rstrip("/").rpartition("/")[2].removesuffix(suffix) for one in each]
    return ("\n".join(names),) if names else None


def glob(pattern: str, folder: Folder) -> Iterator[str]:
    """The paths that a pattern stands for, in order; a folder keeps the slash that the pattern ends with."""
    *above, last = pattern.rstrip("/").split("/")
    found = ["/".join(above)]
    if any(c in found[0] for c in "*?["):
        found = [one.rstrip("/") for one in glob(f"{found[0]}/", folder)]
    only_folders = pattern.endswith("/")
    for one in found:
        for name in folder(one or ("/" if pattern.startswith("/") else ".")) or ():
            bare = name.rstrip("/")
            if (name != bare or not only_folders) and fnmatch.fnmatchcase(bare, last) and not bare.startswith("."):
                yield f"{one}/{bare}{'/' * only_folders}" if one else f"{bare}{'/' * only_folders}"
