"""``make`` followed: which goals it is asked for, what these need, and what their recipes do. Nothing is run.

GNU make manual, chapters 5, 9 and 10. This module knows targets and recipes; what a command of a recipe does is said by others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from archdoc.extract import Files
from archdoc.extract import _commands as commands
from archdoc.extract import _make_memory as memory
from archdoc.extract import _make_trace as make_trace
from archdoc.extract import _readable as readable
from archdoc.extract import _trace as trace
from archdoc.extract import _values as values
from archdoc.extract._effects import Build, Effect, Follow, Opaque
from archdoc.extract._make_memory import Loaded, Noted
from archdoc.extract._make_model import Line, Pattern, Slot, Target, Variable
from archdoc.extract._make_state import Makefile, TooMuch
from archdoc.extract._make_words import filled, joined, matches, words
from archdoc.extract._places import matched
from archdoc.extract._shell_walk import Argument, below, output
from archdoc.extract._trail import Trail
from archdoc.extract._values import Text, Unknown
from archdoc.extract._workspace import ROOT
from archdoc.regex import regex

MAX_TARGETS = 1_000
MAX_DEPTH = 60
MAX_CHAIN = 4
MAX_TRIED = 100_000
_NAMES = ("GNUmakefile", "makefile", "Makefile")
_VARIABLE = regex(r"([^\s:=!?+]+)(?::{0,3}|[+?!])=")
_TAKES = frozenset("CfIoWEl")
_LONG = {"--directory": "C", "--file": "f", "--makefile": "f", "--eval": "E", "--environment-overrides": "e"}
_TAKING = frozenset({"--directory", "--file", "--makefile", "--include-dir", "--old-file", "--assume-old", "--what-if", "--eval"})
_IDLE = frozenset("nqtpv")
_IDLE_LONG = frozenset({"--dry-run", "--just-print", "--recon", "--question", "--touch", "--version", "--help"})
_SHELLS = regex(r"(?:^|[/ ])(?:ba|da|z|k|a)?sh(?: |$)")
_MADE = regex(r"\s*(?:sed|cat)\b.*\s(\S+)\s*>\s*(\S+)\s*", re.DOTALL)
_SEVERAL = regex(r"^-|\s")
_INTEREST = regex(r"\b(?:ba|da|z)?sh\s|\bsource\s|\$\$\{\{")


class Piece(NamedTuple):
    """A command of a recipe, expanded, with the lines of its file, its target, and the words that stand there as they are."""

    text: Text
    path: str
    rows: tuple[int, ...]
    target: Text
    words: frozenset[str]


class Asked(NamedTuple):
    """A command line of make taken apart."""

    folders: tuple[Text, ...]
    files: tuple[Text, ...]
    goals: tuple[Text, ...]
    variables: Mapping[str, Text]
    environment_first: bool
    idle: bool


def follow(trail: Trail) -> Iterator[tuple[Effect, Text]]:
    """The effects of ``make`` with its words. What cannot be followed is `Opaque`."""
    asked = asked_of(trail.words)
    if asked.idle:
        return
    for folder in values.alternatives(_folder(trail.directory, asked.folders)):
        yield from Run(trail, folder, asked).effects()


def _folder(folder: Text, given: Sequence[Text]) -> Text:
    for one in given:
        folder = below(folder, one)
    return folder


def asked_of(given: Sequence[Argument]) -> Asked:
    """Options, variables and goals: GNU make takes them in any order."""
    found: dict[str, list[Text]] = {}
    goals: list[Text] = []
    variables: dict[str, Text] = {}
    flags: set[str] = set()
    rest = [one.text for one in given]
    while rest:
        text = rest.pop(0)
        head = text[0] if text and isinstance(text[0], str) else ""
        if head.startswith("-") and head != "-":
            name, value = _option(text, head)
            flags.add(name)
            taken = name in _TAKES or name in _TAKING
            if value is None and (taken or (name == "j" and rest and (values.known(rest[0]) or "").isdecimal())):
                value = rest.pop(0) if rest else ()
            found.setdefault(_LONG.get(name, name), []).append(value or ())
        elif match := _VARIABLE.match(head):
            variables[match[1]] = values.join(((head[match.end() :],), text[1:]))
        elif text:
            goals.append(text)
    return Asked(
        folders=tuple(found.get("C", ())),
        files=tuple(found.get("f", ())),
        goals=tuple(goals),
        variables=variables,
        environment_first="e" in found,
        idle=not flags.isdisjoint({*_IDLE, *_IDLE_LONG}),
    )


def _option(text: Text, head: str) -> tuple[str, Text | None]:
    """The name of an option without its dash, and its value where that stands in the same word."""
    if head.startswith("--"):
        name, equals, first = head.partition("=")
        return name, values.join(((first,), text[1:])) if equals else None
    for at, letter in enumerate(head[1:], 1):
        if letter in _TAKES or letter in "jO":
            value = values.join(((head[at + 1 :],), text[1:]))
            return letter, value or None
    return next((one for one in head[1:] if one in _IDLE or one == "e"), head[1:2]), None


@dataclass(slots=True)
class Run:
    """One run of make in a folder."""

    trail: Trail
    folder: Text
    asked: Asked
    files: Files = field(init=False)
    seen: set[Text] = field(default_factory=set)
    inherited: dict[str, bool] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Text] = field(default_factory=dict)
    present: dict[str, bool] = field(default_factory=dict)
    tried: int = 0

    def __post_init__(self) -> None:
        self.files = self.trail.session.files

    def effects(self) -> Iterator[tuple[Effect, Text]]:
        opaque = Opaque("make", self.trail.at), self.folder
        try:
            makefile = self.loaded()
            goals = self.asked.goals or (self.default_goal(makefile),)
            for goal in (each for one in goals for each in values.alternatives(one)):
                if not goal or not self.known(makefile, goal):
                    yield opaque
                else:
                    for piece in self.target(makefile, goal, 0):
                        yield from self.done(makefile, piece)
        except (TooMuch, RecursionError):
            yield opaque

    def makefile(self) -> Makefile:
        """The makefile before anything of it is read."""
        return Makefile(self, self.folder, self.asked.variables, environment_first=self.asked.environment_first)

    def loaded(self) -> Makefile:
        """The makefile as it is read, or as it was read before with the same answers."""
        place = self.folder, self.trail.workspace, repr(self.asked._replace(goals=()))
        known = (one for one in memory.remembered(place) if one.holds(self, self.files))
        found = next(known, None) if trace.log is None else None
        if found is None:
            found = self.read_anew()
            memory.remember(place, found)
        if found.makefile is None:
            raise TooMuch
        return found.makefile.copy(self)

    def read_anew(self) -> Loaded:
        """The makefile, with all that it asks for."""
        noted = Noted(self.files)
        self.answers, self.present, self.files = {}, {}, noted
        makefile = self.makefile()
        try:
            self.load(makefile)
            del makefile.world  # what is remembered would keep all that this run knows
            found: Makefile | None = makefile
        except TooMuch:
            found = None
        self.files = noted.files
        return Loaded(found, dict(self.answers), dict(self.present), noted.contents, noted.folders)

    def load(self, makefile: Makefile) -> None:
        """Read the files that the command names, or the one that make takes by itself."""
        for file in self.asked.files or self.default():
            makefile.include(file, optional=False)

    def default(self) -> tuple[Text, ...]:
        """The file that make takes where none is named."""
        found = ((name,) for name in _NAMES if self.read(below(self.folder, (name,))) is not None)
        return tuple(found)[:1]

    def default_goal(self, makefile: Makefile) -> Text:
        named = makefile.value(".DEFAULT_GOAL") if ".DEFAULT_GOAL" in makefile.variables else ()
        return named or makefile.first

    # what the makefile sees

    def environment(self, name: str) -> Text:
        self.answers[name] = joined(self.asked.goals) if name == "MAKECMDGOALS" else self.trail.variable(name)
        return self.answers[name]

    def has(self, name: str) -> bool:
        self.present[name] = self.trail.variable(name) != (Unknown(name),)
        return self.present[name]

    def read(self, path: Text) -> tuple[str, str] | None:
        return readable.content(self.files, self.trail.workspace, path)

    def glob(self, pattern: str) -> list[str]:
        known = values.known(below(self.folder, (pattern,)))
        place = self.trail.workspace.place(known) if known else None
        if place is None or place.repository:
            return []
        found = matched(place.path, self.files)
        return [_seen_from(path, pattern) for path in found if self.exists(f"{path}/" if pattern.endswith("/") else path)]

    def exists(self, path: str) -> bool:
        """Whether there is a file or folder of that path from the root of the repository; with a ``/`` behind, a folder."""
        parent, _, name = path.rstrip("/").rpartition("/")
        names = self.files.folder(parent)
        return path in ("", ".", "./") or f"{name}/" in names or (not path.endswith("/") and name in names)

    def there(self, target: Text) -> bool:
        """Whether a target is a file or folder of the repository."""
        known = values.known(below(self.folder, target))
        place = self.trail.workspace.place(known) if known else None
        return place is not None and not place.repository and self.exists(place.path)

    def shell(self, command: Text) -> Text:
        script, expression = _script(command)
        return output(script, expression, self.environment, self.folder, partial(readable.text, self.files, self.trail.workspace))

    # targets

    def known(self, makefile: Makefile, goal: Text) -> bool:
        """Whether a goal is one of this makefile."""
        return goal in makefile.targets or self.pattern(makefile, goal, 0) is not None

    def pattern(self, makefile: Makefile, goal: Text, chain: int) -> tuple[Pattern, str] | None:
        """The pattern rule that makes a goal, with its stem: the shortest of those whose prerequisites can be made."""
        name = values.known(goal)
        self.tried += len(makefile.patterns)
        if self.tried > MAX_TRIED:
            raise TooMuch
        if name is None:
            return None
        found = [(one, stem) for one in makefile.patterns if one.recipe and (stem := matches(one.target, name))]
        found.sort(key=lambda one: len(one[1]))
        for one, stem in found:
            needs = (filled(need, (stem,)) for need in (*one.prerequisites, *one.order_only))
            if all(self.makeable(makefile, need, chain) for need in needs):
                return one, stem
        return None

    def makeable(self, makefile: Makefile, need: Text, chain: int) -> bool:
        if need in makefile.targets or values.known(need) is None or self.there(need):
            return True
        return chain < MAX_CHAIN and self.pattern(makefile, need, chain + 1) is not None

    def target(self, makefile: Makefile, name: Text, depth: int) -> Iterator[Piece]:
        """The commands that make a target: first of what it needs, then of its recipe. Its variables hold until the next one."""
        if name in self.seen:
            return
        self.seen.add(name)
        if depth > MAX_DEPTH or len(self.seen) > MAX_TARGETS:
            raise TooMuch
        target = makefile.targets.get(name) or Target()
        needs, lines, stem = target.needs(), target.lines(), target.stem
        later = [need for rule in target.recipes for need in rule.order_only]
        if not lines and name not in makefile.phony and (implicit := self.pattern(makefile, name, 0)) is not None:
            implied, part = implicit
            stem = (part,)
            needs += [filled(need, stem) for need in implied.prerequisites]
            later += [filled(need, stem) for need in implied.order_only]
            lines = implied.recipe
        if name not in makefile.phony and not needs and self.there(name):
            return
        if ".SECONDEXPANSION" in makefile.special:
            with makefile.scope(_automatic(name, needs, stem)):
                needs = [word for need in needs for word in self.twice(makefile, need)]
        with makefile.scope(self.own(makefile, target, name)):
            for need in (each for one in (*needs, *later) for each in values.alternatives(one)):
                yield from self.target(makefile, need, depth + 1)
            if lines:
                with makefile.scope(_automatic(name, needs, stem)):
                    yield from self.recipe(makefile, name, lines)

    def twice(self, makefile: Makefile, need: Text) -> list[Text]:
        """A prerequisite, expanded a second time."""
        if "$" not in values.shown(need):
            return [need]
        return words(makefile.expand(makefile.marked(need)))

    def own(self, makefile: Makefile, target: Target, name: Text) -> Mapping[str, Slot]:
        """The variables that hold for a target and what it needs."""
        known = values.known(name)
        found: dict[str, Slot] = {}
        patterns = [
            one for pattern, one in makefile.pattern_variables if known is not None and matches(pattern, known) is not None
        ]
        for one in (*patterns, *target.variables):
            variable = values.known(makefile.expand(one.name))
            if not variable or (variable in self.asked.variables and not one.override):
                continue
            before = found.get(variable) or (makefile.slot(variable) if one.operator in ("+=", "?=") else None)
            if one.operator == ":=" and values.known(makefile.expand(one.value)) is not None:
                found[variable] = Variable(makefile.expand(one.value))
            else:
                found[variable] = makefile.assigned(before, one, variable)
            if one.export:
                makefile.exported[variable] = True
        return found

    # recipes

    def recipe(self, makefile: Makefile, name: Text, lines: Sequence[Line]) -> Iterator[Piece]:
        """The commands of a recipe, expanded."""
        if ".ONESHELL" not in makefile.special:
            for line in lines:
                yield from _pieces(makefile, line, name)
        elif pieces := [piece for line in lines for piece in _pieces(makefile, line, name)]:
            text = values.join(part for n, one in enumerate(pieces) for part in ((("\n",) if n else ()), one.text))
            rows = tuple(row for one in pieces for row in one.rows)
            yield pieces[0]._replace(text=text, rows=rows, words=frozenset().union(*(one.words for one in pieces)))

    def done(self, makefile: Makefile, piece: Piece) -> Iterator[tuple[Effect, Text]]:
        """What a command of a recipe does."""
        shell, shown = values.shown(makefile.value("SHELL")), values.shown(piece.text)
        interesting = commands.is_main(shown) or commands.is_auxiliary(shown) or _INTEREST.search(shown)
        if not interesting or not (_SHELLS.search(shell) or "*" in shell):
            return
        if (made := _MADE.fullmatch(shown)) and "*" not in shown and not self.there((made[2],)):
            self.made[made[2]] = made[1]
        script, expression = _script(piece.text)
        found = self.trail.shell(
            script,
            piece.path,
            piece.rows,
            _Environment(self, makefile),
            self.folder,
            expression=expression,
            literal=piece.words,
        )
        for effect, folder in found:
            yield self.named(makefile, effect, piece.target), folder

    def named(self, makefile: Makefile, effect: Effect, name: Text) -> Effect:
        """An effect of a recipe: a build is called by its target, a command that is followed sees make's variables."""
        if isinstance(effect, Build):
            return self.of_source(effect)._replace(name=effect.name or values.known(name) or "")
        if not isinstance(effect, Follow):
            return effect
        around = {one: makefile.value(one) for one in self.exports(makefile)}
        effect = effect._replace(variables={**around, **effect.variables})
        if effect.tool != "make":
            return effect
        row = effect.words[0].row if effect.words else 0
        inherited = (
            Argument(values.join(((f"{one}=",), value)), row, literal=False) for one, value in self.asked.variables.items()
        )
        return effect._replace(words=(*inherited, *effect.words))

    def of_source(self, build: Build) -> Build:
        """A build from a Dockerfile that an earlier command wrote from one of the repository (``sed ... a > b``)."""
        source = self.made.get(values.known(build.file.text) or "") if build.file else None
        if build.file is None or source is None:
            return build
        return build._replace(file=build.file._replace(text=(source,), literal=False))

    def exports(self, makefile: Makefile) -> list[str]:
        """The variables of the makefile that its commands see."""
        known = (*self.asked.variables, *makefile.variables, *(name for scope in makefile.scopes for name in scope))
        return [name for name in dict.fromkeys(known) if self.visible(makefile, name)]

    def visible(self, makefile: Makefile, name: str) -> bool:
        if not name.isidentifier():
            return False
        if name in makefile.exported:
            return makefile.exported[name]
        if makefile.export_all or name in self.asked.variables:
            return True
        if name not in self.inherited:
            self.inherited[name] = makefile.around(name) is not None
        return self.inherited[name] and name != "MAKECMDGOALS"


@dataclass(frozen=True, slots=True)
class _Environment:
    """The environment of a recipe: what the makefile exports, and what was there before."""

    run: Run
    makefile: Makefile

    def __call__(self, name: str) -> Text:
        if self.makefile.slot(name) is not None and self.run.visible(self.makefile, name):
            return self.makefile.value(name)
        return self.run.trail.variable(name)


def _pieces(makefile: Makefile, line: Line, target: Text) -> Iterator[Piece]:
    """The commands that a line of a recipe comes to: a variable of several lines is several commands."""
    if trace.log is not None:
        make_trace.line(makefile, line)
    count = line.text.count("\n")
    lines: list[list[values.Part]] = [[]]
    for part in makefile.expand(line.text):
        first, *rest = re.split(r"(?<!\\)\n", part) if isinstance(part, str) else [part]
        lines[-1].append(first)
        lines.extend([one] for one in rest)
    for one in lines:
        text = _fullest(tuple(part for part in one if part != ""))
        if text and isinstance(text[0], str):
            text = (text[0].lstrip(" \t@-+"), *text[1:])
        if not values.shown(text).strip():
            continue
        same = len(lines) == 1 and values.shown(text).count("\n") == count
        rows = range(count + 1) if same else [0] * (values.shown(text).count("\n") + 1)
        yield Piece(text, line.path, tuple(line.row + 1 + row for row in rows), target, frozenset(line.text.split()))


def _fullest(text: Text) -> Text:
    """A command with the most that it may be, where whole words of it depend on a condition (``$(PUSH_OPTION)``)."""
    for place, part in enumerate(text):
        if not isinstance(part, values.Choice):
            continue
        before, after = text[place - 1] if place else " ", text[place + 1] if place + 1 < len(text) else " "
        apart = isinstance(before, str) and before[-1:].isspace() and isinstance(after, str) and after[:1].isspace()
        options = [values.text(one) for one in part.options]
        if apart and any(not one or _SEVERAL.search(values.shown(one)) for one in options):
            longest = max(options, key=lambda one: len(values.shown(one)))
            return _fullest(values.join((text[:place], longest, text[place + 1 :])))
    return text


def _script(text: Text) -> tuple[str, _Marks]:
    """A text as a script, and what its marks for parts that are not known come to."""
    found: list[str] = []
    marks: dict[str, Text] = {}
    for number, part in enumerate(text):
        if not isinstance(part, str):
            marks[f"make{number}"] = (part,)
            part = f"${{{{ make{number} }}}}"
        found.append(part)
    return "".join(found), _Marks(marks)


@dataclass(frozen=True, slots=True)
class _Marks:
    """What the marks of a script come to."""

    marks: Mapping[str, Text]

    def __call__(self, source: str) -> Text:
        return self.marks.get(source.strip()) or (Unknown("make"),)


def _automatic(name: Text, needs: Sequence[Text], stem: Text | None) -> Mapping[str, Slot]:
    """The variables that make sets for a recipe."""
    every = joined(dict.fromkeys(needs))
    found = {"@": name, "<": needs[0] if needs else (), "^": every, "?": every, "+": joined(needs), "*": stem or ()}
    return {one: Variable(value, "automatic") for one, value in found.items()}


def _seen_from(path: str, pattern: str) -> str:
    """A path from the root as the pattern by which it was found would write it."""
    if pattern.startswith("/"):
        return f"{ROOT}/{path}"
    head = re.match(r"(?:\.\.?/+)*", pattern)
    rest = pattern[head.end() :] if head else pattern
    count = sum(1 for one in rest.split("/") if one)
    found = "/".join(path.split("/")[-count:]) if count else ""
    return f"{pattern[: len(pattern) - len(rest)]}{found}{'/' if rest.endswith('/') else ''}"
