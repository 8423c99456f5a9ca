"""Scripts that a package or a tool manager keeps by name followed: ``npm run NAME`` and its like, ``mise run NAME``.

Source of the rules: docs.npmjs.com "npm run", mise.jdx.dev "Tasks". This module knows where a script stands; what its commands do
is said by others.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence

from archdoc.extract import _commands as commands
from archdoc.extract import _values as values
from archdoc.extract._effects import Build, Effect, Opaque
from archdoc.extract._folders import joined, upward
from archdoc.extract._options import options
from archdoc.extract._shell_walk import Argument, below
from archdoc.extract._trail import Trail, folder
from archdoc.extract._values import Text
from archdoc.regex import regex

MAX_BYTES = 500_000
MAX_TASKS = 50
_NPM_TAKES = frozenset(["--prefix", "-C", "--cwd", "--dir", "-w", "--workspace", "--filter", "-F"])
_PLACES = ("--prefix", "-C", "--cwd", "--dir")
_MISE_FILES = (
    "mise.toml",
    ".mise.toml",
    "mise/config.toml",
    ".mise/config.toml",
    ".config/mise.toml",
    ".config/mise/config.toml",
)
_TELLS = regex(r"docker|image|container|deploy|k8s|kube|helm", 2)


def follow_npm(trail: Trail) -> Iterator[tuple[Effect, Text]]:
    """``npm run NAME -- arguments`` of the next package.json, with the scripts that npm runs before and after it."""
    words = list(trail.words)
    end = next((at for at, word in enumerate(words) if values.known(word.text) == "--"), len(words))
    read = options(words[:end], _NPM_TAKES)
    name = values.known(read.rest[0].text) if read.rest else None
    places = read.all(*_PLACES)
    found = _above(trail, below(trail.directory, places[-1].text) if places else trail.directory, ("package.json",))
    scripts = _json(trail, found).get("scripts") if found else None
    if name is None or found is None or not isinstance(scripts, Mapping) or read.all("-w", "--workspace", "--filter", "-F"):
        if _TELLS.search(name or ""):
            yield Opaque("npm", trail.at), trail.directory
        return
    for one in (f"pre{name}", name, f"post{name}"):
        script = scripts.get(one)
        if isinstance(script, str):
            arguments = [*read.rest[1:], *words[end + 1 :]] if one == name else []
            yield from _script(trail, found, one, script, f'"{one}"', folder(found), arguments)


def follow_mise(trail: Trail) -> Iterator[tuple[Effect, Text]]:
    """``mise run NAME`` of the next mise.toml: first what the task depends on."""
    read = options(trail.words, frozenset(["-C", "--cd", "-j", "--jobs"]))
    places = read.all("-C", "--cd")
    found = _above(trail, below(trail.directory, places[-1].text) if places else trail.directory, _MISE_FILES)
    tasks = _toml(trail, found).get("tasks") if found else None
    name = values.known(read.rest[0].text) if read.rest else None
    if found is None or name is None or not isinstance(tasks, dict) or name not in tasks:
        yield Opaque("mise", trail.at), trail.directory
        return
    yield from _task(trail, found, tasks, name, set())


def _task(trail: Trail, path: str, tasks: Mapping[str, object], name: str, seen: set[str]) -> Iterator[tuple[Effect, Text]]:
    task = tasks.get(name)
    if name in seen or len(seen) > MAX_TASKS or task is None:
        return
    seen.add(name)
    said = task if isinstance(task, dict) else {"run": task}
    for need in _texts(said.get("depends")):
        yield from _task(trail, path, tasks, need.partition(" ")[0], seen)
    place = folder(joined(_root(path), "mise.toml"))
    own = said.get("dir")
    place = below(place, (own,)) if isinstance(own, str) else place
    for script in _texts(said.get("run")):
        yield from _script(trail, path, name, script, f"[tasks.{name if name.isidentifier() else json.dumps(name)}]", place, [])


def _texts(value: object) -> list[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def _root(path: str) -> str:
    """The folder that a file of mise is for."""
    name = next(one for one in sorted(_MISE_FILES, key=len, reverse=True) if path == one or path.endswith(f"/{one}"))
    return path.removesuffix(name).rstrip("/")


def _script(
    trail: Trail, path: str, name: str, script: str, key: str, place: Text, arguments: Sequence[Argument]
) -> Iterator[tuple[Effect, Text]]:
    """What a script does; it is cited where its key stands."""
    known = [values.known(one.text) for one in arguments]
    whole = " ".join([script, *(one for one in known if one)])
    if not commands.is_main(whole) and not commands.is_auxiliary(whole):
        return
    lines = (trail.read(path) or b"").decode("utf-8", "replace").split("\n")
    row = next((number for number, line in enumerate(lines, 1) if key in line), 1)
    for effect, at in trail.shell(whole, path, [row] * (whole.count("\n") + 1), trail.variable, place):
        yield effect._replace(name=effect.name or name) if isinstance(effect, Build) else effect, at


def _above(trail: Trail, place: Text, names: Sequence[str]) -> str | None:
    """The first of some files, in a folder or the next one above it that has one."""
    paths = trail.paths((".",), place)
    if len(paths) != 1:
        return None
    here = "" if paths[0] == "." else paths[0]
    return next((one for one in upward(here, names) if trail.read(one) is not None), None)


def _json(trail: Trail, path: str) -> Mapping[str, object]:
    try:
        found = json.loads((trail.read(path) or b"")[:MAX_BYTES])
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _toml(trail: Trail, path: str) -> Mapping[str, object]:
    try:
        return tomllib.loads((trail.read(path) or b"")[:MAX_BYTES].decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
