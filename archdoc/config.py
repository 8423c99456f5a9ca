"""The configuration: `archdoc.toml` at the root, or ``[tool.archdoc]`` of `pyproject.toml`. No file means the defaults.

An option is added only when two real repositories need it.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields

from archdoc.errors import ConfigError

FILE = "archdoc.toml"


@dataclass(frozen=True, slots=True)
class Config:
    """What a repository may set.

    `exclude` are folder names, or paths and globs from the root, that are not read; workflows are never excluded.
    `pages` is the folder of the generated pages. `repository` is ``owner/name`` on GitHub, for ``github.repository``.
    """

    exclude: tuple[str, ...] = ("tests", "test", "testdata", "examples", "vendor", "node_modules")
    pages: str = "docs/architecture"
    repository: str = ""


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
    return _config(data, path)


def _config(data: Mapping[str, object], path: str) -> Config:
    known = {field.name: field for field in fields(Config)}
    values: dict[str, object] = {}
    for key, value in data.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.4)
            hint = f"did you mean `{near[0]}`?" if near else f"known keys: {', '.join(sorted(known))}"
            raise ConfigError(f"{path}: unknown key `{key}`; {hint}")
        if isinstance(known[key].default, tuple):
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                raise ConfigError(f"{path}: `{key}` must be a list of strings")
            values[key] = tuple(value)
        elif not isinstance(value, str):
            raise ConfigError(f"{path}: `{key}` must be a string")
        else:
            values[key] = value.strip("/")
    return Config(**values)  # type: ignore[arg-type]  # each value was checked against its field above
