"""The configuration: `archdoc.toml` at the root, or ``[tool.archdoc]`` of `pyproject.toml`. No file means the defaults.

An option is added only when two real repositories need it. A key is one field of `Config` and one row of `_READERS`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from archdoc.errors import ConfigError
from archdoc.rules import RULES

FILE = "archdoc.toml"


@dataclass(frozen=True, slots=True)
class IgnoreRow:
    """Findings that are accepted for a reason: those of `rule` in files that `path`, a path or glob from the root, names."""

    rule: str
    reason: str
    path: str = "*"


TRACKED = ("autoscalers", "config", "identity", "image-tags", "policy", "secrets")
"""What can be guarded beyond the architecture."""


@dataclass(frozen=True, slots=True)
class Config:
    """What a repository may set.

    `exclude` are folder names, or paths and globs from the root, that are not read; workflows are never excluded.
    `pages` is the folder of the generated pages. `repository` is ``owner/name`` on GitHub, for ``github.repository``.
    `track` is what is drawn, and so guarded, beyond the architecture: of `TRACKED`.
    `ignore` are findings that do not count; commits before the day `warn_until` are told of drift and errors, and pass.
    """

    exclude: tuple[str, ...] = ("tests", "test", "testdata", "examples", "vendor", "node_modules")
    pages: str = "docs/architecture"
    repository: str = ""
    track: tuple[str, ...] = ()
    ignore: tuple[IgnoreRow, ...] = ()
    warn_until: dt.date | None = None


_Reader: TypeAlias = Callable[[object], Any]
"""The value of a key as `Config` holds it. Raises ValueError with what it must be."""


def parse(text: str, path: str) -> Config:
    """The configuration in the text of a file called `path`.

    Raises ConfigError for bad TOML, an unknown key (with the nearest known one), or a value of the wrong type.
    """
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


def _values(data: Mapping[str, object], readers: Mapping[str, _Reader]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in data.items():
        if key not in readers:
            near = difflib.get_close_matches(key, readers, n=1, cutoff=0.4)
            hint = f"did you mean `{near[0]}`?" if near else f"known keys: {', '.join(sorted(readers))}"
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
        near = difflib.get_close_matches(rule, RULES, n=1)
        raise ValueError(f"is no rule{f'; did you mean `{near[0]}`?' if near else ': see the list of findings'}")
    if rule == "diagram-stale":
        raise ValueError("cannot be `diagram-stale`: run `archdoc update`, or leave the file out with `exclude`")
    return rule


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("must be a list of strings")
    return tuple(value)


def _tracked(value: object) -> tuple[str, ...]:
    for name in _texts(value):
        if name not in TRACKED:
            near = difflib.get_close_matches(name, TRACKED, n=1, cutoff=0.4)
            hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(TRACKED)}"
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


_READERS: dict[str, _Reader] = {
    "exclude": _texts,
    "pages": _path,
    "repository": _path,
    "track": _tracked,
    "ignore": partial(_rows, IgnoreRow, {"rule": _rule, "reason": _text, "path": _text}),
    "warn-until": _day,
}
