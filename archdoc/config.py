"""The configuration: `archdoc.toml` at the root, or ``[tool.archdoc]`` of `pyproject.toml`. No file means the defaults.

An option is added only when two real repositories need it. A key is one field of `Config` and one row of `_READERS`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import fnmatch
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, TypeAlias

from archdoc.errors import ConfigError
from archdoc.model import EntityKind, RelationKind
from archdoc.regex import regex
from archdoc.rules import RULES

FILE = "archdoc.toml"


@dataclass(frozen=True, slots=True)
class IgnoreRow:
    """Findings that are accepted for a reason: those of `rule` in files that `path`, a path or glob from the root, names."""

    rule: str
    reason: str
    path: str = "*"


@dataclass(frozen=True, slots=True)
class ScopeRow:
    """A part of the repository with pages of its own: what lies below `sources`, drawn in the folder `pages`, for `owners`."""

    name: str
    sources: tuple[str, ...]
    pages: str
    owners: tuple[str, ...] = ()


TRACKED = ("autoscalers", "config", "identity", "image-tags", "policy", "secrets")
"""What can be guarded beyond the architecture."""


@dataclass(frozen=True, slots=True)
class DrawingsRow:
    """Files with diagrams drawn by hand: `path` is a path or glob from the root; `coverage` is ``partial`` or ``complete``."""

    path: str
    coverage: str = "partial"


@dataclass(frozen=True, slots=True)
class KindRow:
    """A kind of custom resources, ``Kind.group``: what its objects are, and the field paths of its pods and images."""

    kind: str
    entity: EntityKind
    cluster: bool = False
    templates: tuple[str, ...] = ()
    specs: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()
    images: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    """A field of a kind that names an object of one of the kinds `to`; `name` is where in it the name stands."""

    kind: str
    path: str
    relation: RelationKind
    to: tuple[str, ...]
    name: str = "name"
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class Config:
    """What a repository may set.

    `exclude` are folder names, or paths and globs from the root, that are not read; workflows are never excluded.
    `pages` is the folder of the generated pages. `repository` is ``owner/name`` on GitHub, for ``github.repository``.
    `kinds` and `references` are rows for custom resources that the catalogue does not know, or not well enough.
    `drawings` are files whose diagrams, drawn by hand, are compared with what is.
    `scopes` are parts with pages of their own; what no scope takes stands on the pages of the whole.
    `track` is what is drawn, and so guarded, beyond the architecture: of `TRACKED`.
    `ignore` are findings that do not count; commits before the day `warn_until` are told of drift and errors, and pass.
    """

    exclude: tuple[str, ...] = ("tests", "test", "testdata", "examples", "vendor", "node_modules")
    pages: str = "docs/architecture"
    repository: str = ""
    kinds: tuple[KindRow, ...] = ()
    references: tuple[ReferenceRow, ...] = ()
    drawings: tuple[DrawingsRow, ...] = ()
    scopes: tuple[ScopeRow, ...] = ()
    track: tuple[str, ...] = ()
    ignore: tuple[IgnoreRow, ...] = ()
    warn_until: dt.date | None = None


def lies_in(path: str, place: str) -> bool:
    """Whether a path is, lies below, or fits a `place`: a path or glob from the root, in which ``*`` also stands for ``/``."""
    place = place.strip("/").replace("**/", "*")
    return path == place or path.startswith(f"{place}/") or fnmatch.fnmatchcase(path, place)


_Reader: TypeAlias = Callable[[object], Any]
"""The value of a key as `Config` holds it. Raises ValueError with what it must be."""


def parse(text: str, path: str) -> Config:
    """The configuration in the text of a file called `path`.

    Raises ConfigError for bad TOML, an unknown key (with the nearest known one), or a value of the wrong type.
    """
    import tomllib  # most trees have no configuration

    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not TOML: {error}; mend that line") from None
    if path.rpartition("/")[2] == "pyproject.toml":
        data = data.get("tool", {}).get("archdoc", {})
    try:
        return Config(**_values(data, _READERS))
    except ValueError as error:
        raise ConfigError(f"{path}: {error}") from None


def nearest(word: str, known: Iterable[str], cutoff: float = 0.4) -> str:
    """What was in all likelihood meant by a word that is not known; ``""`` where nothing is near."""
    import difflib

    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=cutoff)), "")


def _values(data: Mapping[str, object], readers: Mapping[str, _Reader]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in data.items():
        if key not in readers:
            near = nearest(key, readers)
            hint = f"did you mean `{near}`?" if near else f"known keys: {', '.join(sorted(readers))}"
            raise ValueError(f"unknown key `{key}`; {hint}")
        try:
            values[key.replace("-", "_")] = readers[key](value)
        except ValueError as error:
            raise ValueError(f"`{key}` {error}") from None
    return values


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a string")
    return value.strip()


def _path(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a string")
    return value.strip("/")


def _rule(value: object) -> str:
    rule = _text(value)
    if rule not in RULES:
        near = nearest(rule, RULES, 0.6)
        raise ValueError(f"is no rule{f'; did you mean `{near}`?' if near else ': see the list of findings'}")
    if rule == "diagram-stale":
        raise ValueError("cannot be `diagram-stale`: run `archdoc update`, or leave the file out with `exclude`")
    return rule


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("must be a list of strings")
    return tuple(value)


def _scopes(value: object) -> tuple[ScopeRow, ...]:
    readers = {"name": _word, "sources": _texts, "pages": _path, "owners": _texts}
    rows: tuple[ScopeRow, ...] = _rows(ScopeRow, readers, value)
    for key in ("name", "pages"):
        said = [getattr(row, key) for row in rows]
        if len(said) > len(set(said)):
            raise ValueError(f"must each have a `{key}` of its own")
    return rows


def _word(value: object) -> str:
    word = _text(value)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", word):
        raise ValueError("must be a word of letters, digits, dots and dashes")
    return word


def _tracked(value: object) -> tuple[str, ...]:
    for name in _texts(value):
        if name not in TRACKED:
            near = nearest(name, TRACKED)
            hint = f"did you mean `{near}`?" if near else f"there are {', '.join(TRACKED)}"
            raise ValueError(f"cannot hold `{name}`; {hint}")
    return _texts(value)


def _day(value: object) -> dt.date:
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise ValueError("must be a day, such as 2027-01-31, without quotes")
    return value


def _rows(row: type[Any], readers: Mapping[str, _Reader], value: object) -> tuple[Any, ...]:
    """A list of tables, each as a `row`; a field without a default must be there."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ValueError("must be a list of tables")
    rows = []
    for number, item in enumerate(value, 1):
        try:
            values = _values(item, readers)
        except ValueError as error:
            raise ValueError(f"number {number}: {error}") from None
        missing = [f.name for f in dataclasses.fields(row) if f.default is dataclasses.MISSING and f.name not in values]
        if missing:
            raise ValueError(f"number {number} must have a `{missing[0]}`")
        rows.append(row(**values))
    return tuple(rows)


def _coverage(value: object) -> str:
    if value not in ("partial", "complete"):
        raise ValueError("must be `partial` or `complete`")
    return str(value)


def _drawings(value: object) -> tuple[DrawingsRow, ...]:
    """A list of paths, or of tables where one is to be complete."""
    if not isinstance(value, list) or not all(isinstance(item, (str, dict)) for item in value):
        raise ValueError("must be a list of paths or tables")
    rows = [{"path": item} if isinstance(item, str) else item for item in value]
    return _rows(DrawingsRow, {"path": _text, "coverage": _coverage}, rows)


def _object_kind(value: object) -> str:
    """A kind with its group, as in identities: a kind alone belongs to several projects."""
    text = _text(value)
    if not _KIND.fullmatch(text):
        raise ValueError("must be a kind with its group, such as `Certificate.cert-manager.io`")
    return text


def _targets(value: object) -> tuple[str, ...]:
    """One kind or several; those of Kubernetes itself have no group."""
    kinds = (value,) if isinstance(value, str) else _texts(value)
    if not kinds or not all(_TARGET.fullmatch(kind) for kind in kinds):
        raise ValueError("must be kinds, such as `Secret` or `Certificate.cert-manager.io`")
    return kinds


def _one_of(words: type[StrEnum], value: object) -> StrEnum:
    known = [word.value for word in words]
    if value not in known:
        near = nearest(str(value), known)
        raise ValueError(f"is not `{value}`; {f'did you mean `{near}`?' if near else 'known: ' + ', '.join(known)}")
    return words(value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _place(value: object) -> str:
    """A field path, such as ``spec.backends[].secretRef``; the empty text is the value itself."""
    if not isinstance(value, str) or not _PATH.fullmatch(value):
        raise ValueError("must be a field path, such as `spec.backends[].secretRef`")
    return value


def _places(value: object) -> tuple[str, ...]:
    return tuple(_place(path) for path in _texts(value))


_KIND = regex(r"[A-Za-z][A-Za-z0-9]*(?:\.[a-z0-9-]+)+")
_TARGET = regex(r"[A-Za-z][A-Za-z0-9]*(?:\.[a-z0-9-]+)*")
_PATH = regex(r"[^\s{}]{0,200}")
_KIND_READERS: dict[str, _Reader] = {
    "kind": _object_kind,
    "entity": partial(_one_of, EntityKind),
    "cluster": _flag,
    "templates": _places,
    "specs": _places,
    "containers": _places,
    "images": _places,
}
_REFERENCE_READERS: dict[str, _Reader] = {
    "kind": _object_kind,
    "path": _place,
    "relation": partial(_one_of, RelationKind),
    "to": _targets,
    "name": _place,
    "reverse": _flag,
}

_READERS: dict[str, _Reader] = {
    "exclude": _texts,
    "pages": _path,
    "repository": _path,
    "kinds": partial(_rows, KindRow, _KIND_READERS),
    "references": partial(_rows, ReferenceRow, _REFERENCE_READERS),
    "drawings": _drawings,
    "scopes": _scopes,
    "track": _tracked,
    "ignore": partial(_rows, IgnoreRow, {"rule": _rule, "reason": _text, "path": _text}),
    "warn-until": _day,
}
