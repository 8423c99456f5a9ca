"""``just`` followed into the justfile: the recipes that are asked for, with what these need. Nothing is run.

Source of the rules: "The Just Programmer's Manual". This module knows recipes; what a command does is said by others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from archdoc.extract import _just_read as reading
from archdoc.extract import _marked as marked
from archdoc.extract import _values as values
from archdoc.extract._effects import Build, Effect, Opaque
from archdoc.extract._folders import folder_of, joined, upward
from archdoc.extract._just_read import Justfile, Need, Recipe
from archdoc.extract._options import options
from archdoc.extract._script_files import is_shell
from archdoc.extract._shell_walk import below, output
from archdoc.extract._trail import Trail, folder
from archdoc.extract._values import Text, Unknown

NAMES = ("justfile", "Justfile", ".justfile", "JUSTFILE")
MAX_RECIPES = 200
MAX_FILES = 20
_TAKES = frozenset(["-f", "--justfile", "-d", "--working-directory", "--shell", "--shell-arg", "--dotenv-path", "--chooser"])
_IDLE = ("-l", "--list", "--summary", "-n", "--dry-run", "--dump", "-s", "--show", "--evaluate", "--fmt", "--choose", "--version")
_FOLDERS = {"justfile_directory", "justfile_dir", "source_directory", "source_dir", "invocation_directory", "invocation_dir"}


def follow(trail: Trail) -> Iterator[tuple[Effect, Text]]:
    """The effects of ``just VAR=value RECIPE arguments...``. What is not found is `Opaque`."""
    read = options(trail.words, _TAKES | {"--set"})
    if read.flag(*_IDLE):
        return
    words = [one.text for one in read.rest]
    given: dict[str, Text] = {}
    for one in read.all("--set"):
        given[values.shown(one.text)] = words.pop(0) if words else ()
    while words and "=" in values.shown(words[0][:1]):
        head = values.shown(words[0][:1])
        name, _, first = head.partition("=")
        given[name] = values.join(((first,), words.pop(0)[1:]))
    path = _path(trail, [one.text for one in read.all("-f", "--justfile")])
    if path is None:
        yield Opaque("just", trail.at), trail.directory
        return
    places = [one.text for one in read.all("-d", "--working-directory")]
    run = _Run(trail, given)
    file = run.read(path)
    place = below(trail.directory, places[-1]) if places else run.setting(file, folder(path))
    while words or not run.seen:
        goal = values.shown(words.pop(0)) if words else next(iter(file.recipes), "")
        if words and run.module(file, goal) is not None:
            goal = f"{goal}::{values.shown(words.pop(0))}"
        found = run.found(file, goal)
        if found is None:
            yield Opaque("just", trail.at), trail.directory
            return
        count = len(words) if any(one.marks.strip("$") for one in found[1].parameters) else len(found[1].parameters)
        taken, words = words[:count], words[count:]
        yield from run.recipe(*found, taken, place, 0)


def _path(trail: Trail, files: Sequence[Text]) -> str | None:
    """The justfile that is named, or the next one in the folder or above it."""
    paths = trail.paths(files[-1] if files else (".",), trail.directory)
    if len(paths) != 1:
        return None
    if files:
        return paths[0] if trail.read(paths[0]) is not None else None
    here = "" if paths[0] == "." else paths[0]
    return next((one for one in upward(here, NAMES) if trail.read(one) is not None), None)


@dataclass(slots=True)
class _Run:
    """One run of just; `given` are the variables of its command line."""

    trail: Trail
    given: Mapping[str, Text]
    seen: set[tuple[object, ...]] = field(default_factory=set)
    files: dict[str, Justfile] = field(default_factory=dict)

    def read(self, path: str) -> Justfile:
        """A justfile with what it imports."""
        if path not in self.files:
            data = self.trail.read(path) or b""
            self.files[path] = found = reading.read(data[:500_000].decode("utf-8", "replace"), path)
            for one in found.imports if len(self.files) < MAX_FILES else ():
                other = self.read(joined(folder_of(path), one))
                own = found.recipes  # the first of them is the default, before all that is imported
                found.recipes = {**own, **{name: recipe for name, recipe in other.recipes.items() if name not in own}}
                found.variables = {**other.variables, **found.variables}
                found.exported |= other.exported
        return self.files[path]

    def module(self, file: Justfile, name: str) -> Justfile | None:
        """The justfile of a module."""
        if name not in file.modules or name in file.recipes:
            return None
        here = folder_of(file.path)
        own = (f"{name}.just", *(f"{name}/{one}" for one in ("mod.just", *NAMES)))
        said = [file.modules[name]] if file.modules[name] else own
        path = next((path for path in (joined(here, one) for one in said) if self.trail.read(path) is not None), None)
        if path is None:
            return None
        found = self.read(path)
        found.module = True
        return found

    def found(self, file: Justfile, name: str) -> tuple[Justfile, Recipe] | None:
        """The recipe of a name, an alias, or a module's, with the file whose variables it sees."""
        first, colons, rest = name.partition("::")
        if colons:
            inner = self.module(file, first)
            return None if inner is None else self.found(inner, rest)
        recipe = file.recipes.get(file.aliases.get(name, name))
        return None if recipe is None else (file, recipe)

    def setting(self, file: Justfile, place: Text) -> Text:
        """The folder in which recipes run."""
        said = file.settings.get("working-directory")
        return below(place, reading.value(said, _Scope(self, file, {}))) if said else place

    def recipe(
        self, file: Justfile, recipe: Recipe, arguments: Sequence[Text], place: Text, depth: int
    ) -> Iterator[tuple[Effect, Text]]:
        """What a recipe does, once for its arguments: first what it needs, then its lines, then what comes behind."""
        key = (recipe.path, recipe.name, tuple(map(repr, arguments)))
        if key in self.seen:
            return
        self.seen.add(key)
        if depth > reading.MAX_DEPTH or len(self.seen) > MAX_RECIPES:
            yield Opaque("just", self.trail.at), self.trail.directory
            return
        place = folder(file.path) if file.module else place
        scope = _Scope(self, file, {})
        scope.given = dict(self.bound(recipe, arguments, scope))
        for need in recipe.needs:
            yield from self.need(file, need, scope, place, depth)
        yield from self.lines(recipe, scope, arguments, self.trail.directory if recipe.stays else place)
        for need in recipe.later:
            yield from self.need(file, need, scope, place, depth)

    def bound(self, recipe: Recipe, arguments: Sequence[Text], scope: _Scope) -> Iterator[tuple[str, Text]]:
        rest = list(arguments)
        for one in recipe.parameters:
            if one.marks.strip("$") and rest:
                joined_ = values.join(piece for n, each in enumerate(rest) for piece in ((" ",) if n else (), each))
                yield one.name, joined_
                rest = []
            elif rest:
                yield one.name, rest.pop(0)
            else:
                yield one.name, () if one.default is None else reading.value(one.default, scope)

    def need(self, file: Justfile, need: Need, scope: _Scope, place: Text, depth: int) -> Iterator[tuple[Effect, Text]]:
        found = self.found(file, need.name)
        if found is None:
            yield Opaque("just", self.trail.at), self.trail.directory
        else:
            given = [reading.value(one, scope) for one in need.arguments]
            yield from self.recipe(*found, given, place, depth + 1)

    def lines(self, recipe: Recipe, scope: _Scope, arguments: Sequence[Text], place: Text) -> Iterator[tuple[Effect, Text]]:
        """The lines of a recipe, each a shell of its own; one that begins with ``#!`` is one script."""
        lines = [(line, row) for line, row in recipe.lines if line.strip()]
        indent = min((len(line) - len(line.lstrip()) for line, _ in lines), default=0)
        whole = bool(lines) and lines[0][0].strip().startswith("#!")
        if whole and not is_shell("", lines[0][0].strip()):
            yield Opaque("just", self.trail.at), self.trail.directory
            return
        pieces: list[list[tuple[str, int]]] = []
        for line, row in recipe.lines if whole else lines:
            if pieces and (whole or pieces[-1][-1][0].endswith("\\")):
                pieces[-1].append((line[indent:], row))
            else:
                pieces.append([(line[indent:] if whole else line[indent:].lstrip("@-"), row)])
        for piece in pieces:
            text = reading.interpolated("\n".join(line for line, _ in piece), scope)
            script, expression = marked.script(text)
            rows = [row for _, row in piece]
            rows += [rows[-1]] * max(0, script.count("\n") + 1 - len(rows))
            found = self.trail.shell(
                script, recipe.path, rows, scope.seen, place, arguments=arguments, name=(recipe.name,), expression=expression
            )
            for effect, at in found:
                yield effect._replace(name=effect.name or recipe.name) if isinstance(effect, Build) else effect, at


@dataclass(slots=True)
class _Scope:
    """The variables of a justfile and the parameters of a recipe."""

    run: _Run
    file: Justfile
    given: dict[str, Text]
    busy: set[str] = field(default_factory=set)

    def name(self, name: str) -> Text:
        """A parameter or a variable of the file; that of the command line comes first."""
        if name in self.given:
            return self.given[name]
        if name in self.run.given:
            return self.run.given[name]
        if name not in self.file.variables or name in self.busy:
            return (Unknown(name),)
        self.busy.add(name)
        found = reading.value(self.file.variables[name], self)
        self.busy.discard(name)
        return found

    def environment(self, name: str) -> Text:
        """A variable of the environment in which just runs."""
        return self.run.trail.variable(name)

    def seen(self, name: str) -> Text:
        """A variable as the shell of a recipe sees it: exported ones, parameters where they are."""
        every = "export" in self.file.settings
        if name in self.given and name not in self.busy:
            return self.given[name]
        if (every or name in self.file.exported) and name in self.file.variables:
            return self.name(name)
        return self.environment(name)

    def printed(self, script: str) -> Text:
        """What a command prints."""
        known = self.run.trail
        return output(script, lambda source: (Unknown(source),), self.seen, folder(self.file.path), known.content)

    def folder(self, name: str) -> Text:
        """One of the folders that just knows."""
        if name not in _FOLDERS:
            return (Unknown(f"{name}()"),)
        return self.run.trail.directory if name.startswith("invocation") else folder(self.file.path)
