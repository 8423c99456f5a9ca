"""A makefile evaluated: its variables and rules under one environment and one command line. Nothing is run.

Where a condition depends on what only a run knows, each of its arms is taken: its variables may then have one of several
values, and its rules hold as well. This module knows no goal and no command.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Protocol

from archdoc.extract import _make_functions as functions
from archdoc.extract import _make_read as syntax
from archdoc.extract import _trace as trace
from archdoc.extract import _values as values
from archdoc.extract._make_expand import expanded
from archdoc.extract._make_model import Body, Either, Line, Needs, Pattern, Slot, Target, Variable, merged, one_of, unknown_name
from archdoc.extract._make_words import either, filled, joined, matches, words
from archdoc.extract._shell_walk import below
from archdoc.extract._values import Text, Unknown
from archdoc.regex import regex

MAX_EXPANSIONS = 2_000
MAX_FILES = 200
MAX_NESTED = 60
MAX_RULES = 10_000
_MARK = regex("\ue000(\\d{1,6})\ue001")
_OF_THE_RUNNER = frozenset(
    ["HOME", "PATH", "PWD", "USER", "LOGNAME", "HOSTNAME", "LANG", "TMPDIR", "OS", "ImageOS", "ImageVersion", "MAKE_VERSION"]
)
_OF_MAKE = frozenset(["MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKE_HOST", ".VARIABLES", ".FEATURES"])
_ALWAYS: Mapping[str, str] = {"CI": "true", "GITHUB_ACTIONS": "true"}
_NOT_AROUND = frozenset([*_ALWAYS, "SHELL"])
_DEFAULTS: Mapping[str, str] = {"MAKE": "make", "SHELL": "/bin/sh", "CC": "cc", "CXX": "g++", "AR": "ar", "RM": "rm -f"}


class World(Protocol):
    """What a makefile sees of what is around it."""

    def environment(self, name: str) -> Text:
        """A variable of the environment; `Unknown` of its own name where nothing sets it."""

    def has(self, name: str) -> bool:
        """Whether the environment has a variable."""

    def read(self, path: Text) -> tuple[str, str] | None:
        """Path in the repository and text of a file."""

    def glob(self, pattern: str) -> list[str]:
        """The files that fit a pattern, seen from the folder of make."""

    def shell(self, command: Text) -> Text:
        """What a command prints."""


class TooMuch(Exception):  # noqa: N818  # no error: it ends the evaluation
    """The makefile has taken its share."""


class Makefile:
    """The variables and rules of a makefile and of those it includes."""

    def __init__(self, world: World, directory: Text, overrides: Mapping[str, Text], *, environment_first: bool = False) -> None:
        self.world = world
        self.folder = directory
        self.overrides = overrides
        self.environment_first = environment_first
        self.variables: dict[str, Slot] = {}
        self.scopes: list[Mapping[str, Slot]] = []
        self.targets: dict[Text, Target] = {}
        self.patterns: list[Pattern] = []
        self.pattern_variables: list[tuple[str, syntax.Assign]] = []
        self.exported: dict[str, bool] = {}
        self.export_all = False
        self.special: set[str] = set()
        self.phony: set[Text] = set()
        self.first: Text = ()
        self.files: list[str] = []
        self.missing = False
        self.path = ""
        self.open: list[list[Line]] = []
        self.unsure = 0
        self.expansions = 0
        self.nested = 0
        self.active: set[str] = set()
        self.parts: list[values.Part] = []
        self.shared = False

    def copy(self, world: World) -> Makefile:
        """The same for another run, which may go on to change it. What is copied may outlive its own world."""
        found = copy.copy(self)
        found.world = world
        found.variables, found.exported, found.special = dict(self.variables), dict(self.exported), set(self.special)
        found.pattern_variables, found.patterns, found.phony = list(self.pattern_variables), list(self.patterns), set(self.phony)
        found.scopes, found.open, found.parts, found.files = [], [], list(self.parts), list(self.files)
        found.active, found.expansions, found.nested, found.shared = set(), 0, 0, True
        return found

    # values

    def expand(self, raw: str) -> Text:
        if "$" not in raw:
            return self.plain(raw)
        self.expansions += 1
        if self.expansions > MAX_EXPANSIONS or self.nested > MAX_NESTED:
            raise TooMuch
        self.nested += 1
        found = expanded(raw, self, self.plain)
        self.nested -= 1
        self.expansions += sum(len(part) for part in found if isinstance(part, str)) // 500
        return found

    def plain(self, raw: str) -> Text:
        """Text without references; marks stand for parts that are not known, as `marked` puts them."""
        if "\ue000" not in raw:
            return (raw,) if raw else ()
        pieces = _MARK.split(raw)
        return tuple(
            self.parts[int(one)] if number % 2 and int(one) < len(self.parts) else one
            for number, one in enumerate(pieces)
            if one != ""
        )

    def marked(self, text: Text) -> str:
        """A text as the source of a makefile, with a mark for each part that is not known."""
        found = []
        for part in text:
            if not isinstance(part, str):
                self.parts.append(part)
                part = f"\ue000{len(self.parts) - 1}\ue001"
            found.append(part)
        return "".join(found)

    def value(self, name: str) -> Text:
        slot = self.slot(name)
        if slot is not None:
            return self.of(slot, name)
        if name in _ALWAYS:
            return (_ALWAYS[name],)
        if name == "CURDIR":
            return self.folder
        if name == "MAKEFILE_LIST":
            return (" " + " ".join(self.files),)
        if name in _DEFAULTS:
            return (_DEFAULTS[name],)
        if len(name) == 2 and name[1] in "DF" and name[0] in "@<^?+*":
            return self.part(name)
        unset = self.missing or name in (*_OF_THE_RUNNER, *_OF_MAKE) or name.startswith(("GITHUB_", "RUNNER_"))
        return (unknown_name(name),) if unset else ()

    def part(self, name: str) -> Text:
        """``$(@D)``, ``$(<F)`` and their like: folders or names of what an automatic variable holds."""
        found = values.known(self.value(name[0]))
        if found is None:
            return (unknown_name(name),)
        cut = [one.rpartition("/") for one in found.split()]
        return joined((one[0] or ".",) if name[1] == "D" else (one[2],) for one in cut)

    def slot(self, name: str) -> Slot | None:
        """What defines a variable, by make's order: what is bound, the command line, the makefile, the environment."""
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        own = self.variables.get(name)
        if name in self.overrides and not (isinstance(own, Variable) and own.origin == "override"):
            return Variable(self.overrides[name], "command line")
        if own is None or self.environment_first:
            around = self.around(name)
            return own if around is None else around
        return own

    def around(self, name: str) -> Variable | None:
        """A variable of the environment, where it is set."""
        found = self.world.environment(name)
        return None if found == (Unknown(name),) or name in _NOT_AROUND else Variable(found, "environment")

    def of(self, slot: Slot, name: str) -> Text:
        if isinstance(slot, Either):
            return either(self.of(one, name) if one is not None else () for one in slot.options)
        if not isinstance(slot.body, str):
            return slot.body
        if name in self.active:
            return (unknown_name(name),)
        self.active.add(name)
        found = self.expand(slot.body)
        self.active.discard(name)
        return found

    def raw(self, name: str) -> Text:
        slot = self.slot(name)
        if not isinstance(slot, Variable):
            return self.value(name)
        return (slot.body,) if isinstance(slot.body, str) else slot.body

    def origin(self, name: str) -> Text:
        slot = self.slot(name)
        if isinstance(slot, Either):
            return (unknown_name(name),)
        return ("undefined" if slot is None and not self.value(name) else slot.origin if slot else "default",)

    def flavor(self, name: str) -> Text:
        slot = self.slot(name)
        if isinstance(slot, Either):
            return (unknown_name(name),)
        return ("undefined" if slot is None else "recursive" if isinstance(slot.body, str) else "simple",)

    @contextmanager
    def binding(self, bound: Mapping[str, Text]) -> Iterator[None]:
        with self.scope({name: Variable(value, "automatic") for name, value in bound.items()}):
            yield

    @contextmanager
    def scope(self, bound: Mapping[str, Slot]) -> Iterator[None]:
        """A scope of variables that hide all others."""
        self.scopes.append(bound)
        yield
        self.scopes.pop()

    def shell(self, command: Text) -> Text:
        return self.world.shell(command)

    def glob(self, pattern: str) -> list[str]:
        return self.world.glob(pattern)

    def directory(self) -> Text:
        return self.folder

    def evaluate(self, text: Text) -> None:
        known = [one for one in values.alternatives(text, 4) if one]
        if self.shared and known:
            self.targets = {name: Target(list(one.recipes), list(one.variables), one.stem) for name, one in self.targets.items()}
            self.shared = False
        outer, self.open = self.open, []
        self.unsure += len(known) > 1
        for one in known:
            self.nested += 1
            if self.nested > MAX_NESTED:
                raise TooMuch
            self.statements(syntax.read(self.marked(one)))
            self.nested -= 1
        self.unsure -= len(known) > 1
        self.open = outer

    # statements

    def include(self, path: Text, *, optional: bool) -> None:
        """Read a file as part of this makefile."""
        known = values.known(path)
        names = self.glob(known) if known is not None and any(c in known for c in "*?[") else None
        for one in [path] if names is None else [(name,) for name in names]:
            found = self.world.read(below(self.folder, one)) if len(self.files) < MAX_FILES else None
            if found is None:
                self.missing = self.missing or not optional
                continue
            outer, self.path = self.path, found[0]
            self.files.append(values.shown(one))
            self.statements(syntax.read(found[1]))
            self.path = outer

    def statements(self, body: Sequence[syntax.Statement]) -> None:
        for one in body:
            _STATEMENTS[type(one)](self, one)

    def assign(self, one: syntax.Assign) -> None:
        name = one.name if "$" not in one.name else values.known(self.expand(one.name))
        if not name:
            return
        if one.export:
            self.exported[name] = True
        if name in self.overrides and not one.override:
            return
        before = self.variables.get(name)
        if one.operator == "?=" and before is None and name not in _NOT_AROUND and self.world.has(name):
            return
        self.variables[name] = self.assigned(before, one, name)
        trace.note(name, self.path, one.row + 1, one.value, None)

    def assigned(self, before: Slot | None, one: syntax.Assign, name: str) -> Slot:
        """A variable after an assignment."""
        origin = "override" if one.override else "file"
        if isinstance(before, Either) and one.operator in ("+=", "?="):
            return one_of((self.assigned(option, one, name) for option in before.options), name)
        if isinstance(before, Either):
            before = None
        if one.operator == "+=":
            before = before or (Variable(self.overrides[name]) if name in self.overrides else self.around(name))
            if before is not None and isinstance(before.body, tuple):
                return Variable(joined_two(before.body, self.expand(one.value)), origin)
            if before is not None:
                return Variable(f"{before.body} {one.value}" if before.body else one.value, origin)
        if one.operator == "?=" and before is not None:
            return before
        if one.operator == "!=":
            return Variable(self.shell(self.expand(one.value)), origin)
        if one.operator in (":=", "::=", ":::="):
            return Variable(self.expand(one.value), origin)
        return Variable(one.value, origin)

    def undefine(self, one: syntax.Undefine) -> None:
        self.variables.pop(values.known(self.expand(one.name)) or "", None)

    def export(self, one: syntax.Export) -> None:
        names = [values.known(word) for word in words(self.expand(one.names))]
        if not names:
            self.export_all = one.on
        self.exported |= {name: one.on for name in names if name}

    def included(self, one: syntax.Include) -> None:
        text = self.expand(one.files)
        self.open = []
        for path in words(text):
            self.include(path, optional=one.optional)

    def conditional(self, one: syntax.Conditional) -> None:
        ends: list[dict[str, Slot]] = []
        before = self.variables
        decided = False
        for condition, body in one.arms:
            holds = True if condition is None else self.holds(condition)
            if holds is False:
                continue
            if holds and not ends:
                self.statements(body)
                return
            self.variables = dict(before)
            self.unsure += 1
            self.statements(body)
            self.unsure -= 1
            ends.append(self.variables)
            self.variables = before
            if holds:
                decided = True
                break
        if ends:
            self.variables = merged([*ends, *(() if decided else (before,))])

    def holds(self, condition: syntax.Condition) -> bool | None:
        """Whether a condition holds; None where only a run knows."""
        if condition.kind in ("ifeq", "ifneq"):
            equal = functions.decided(self.expand(condition.left), self.expand(condition.right))
            return equal if equal is None or condition.kind == "ifeq" else not equal
        name = values.known(functions.strip(self.expand(condition.left)))
        defined = None if name is None else self.defined(self.slot(name), name)
        return defined if defined is None or condition.kind == "ifdef" else not defined

    def defined(self, slot: Slot | None, name: str) -> bool | None:
        """Whether a variable has a value that is not empty, before it is expanded."""
        if isinstance(slot, Either):
            answers = {self.defined(one, name) for one in slot.options}
            return answers.pop() if len(answers) == 1 else None
        found = self.value(name) if slot is None else slot.body
        return bool(found) if isinstance(found, str) or values.truthy(found) or not found else None

    # rules

    def rule(self, one: syntax.Rule) -> None:
        if len(self.targets) + len(self.patterns) > MAX_RULES:
            raise TooMuch
        self.open = []
        names = _written(one.targets) if _is_plain(one.targets) else _each(words(self.expand(one.targets)))
        if one.own is not None:
            self.for_targets(names, one.own)
            return
        needs = _written_needs(one.rest) if _is_plain(one.rest) else _needs(self.expand(one.rest))
        recipe: list[Line] = []
        if one.recipe is not None:
            recipe.append(Line(one.recipe, self.path, one.row))
        if names[:1] == ((".PHONY",),):
            self.phony.update(_each(needs.prerequisites))
        body = Body(recipe, one.double or self.unsure > 0, needs.prerequisites, needs.order_only)
        for name in names:
            self.add(name, body, needs.only)
        self.open = [recipe]

    def add(self, name: Text, body: Body, only: Text | None) -> None:
        """A target with what it needs; `only` is the pattern of a static pattern rule."""
        known = values.known(name)
        if known is not None and known.startswith(".") and "/" not in known and known.isupper():
            self.special.add(known)
            return
        if only is None and known is not None and "%" in known:
            self.patterns.append(Pattern(known, body.needs, body.order_only, body.lines))
            return
        target = self.targets.setdefault(name, Target())
        if not self.first and not (known or "x").startswith("."):
            self.first = name
        if only is not None:
            pattern = values.known(functions.strip(only))
            found = None if pattern is None or known is None else matches(pattern, known)
            target.stem = stem = (Unknown("%"),) if found is None else (found,)
            needs, order_only = (tuple(filled(word, stem) for word in words) for words in (body.needs, body.order_only))
            body = body._replace(needs=needs, order_only=order_only)
        target.recipes.append(body)

    def for_targets(self, names: Sequence[Text], own: syntax.Assign) -> None:
        """A variable of targets; one that is assigned at once is so by now."""
        at_once = own.operator in (":=", "::=", ":::=", "!=")
        for name in names:
            known = values.known(name)
            pattern = known is not None and "%" in known
            others = [] if pattern else self.targets.setdefault(name, Target()).variables
            one = own
            if at_once:
                with self.scope({each.name: self.assigned(None, each, each.name) for each in others}):
                    value = self.expand(own.value)
                value = self.shell(value) if own.operator == "!=" else value
                one = own._replace(operator=":=", value=self.marked(value).replace("$", "$$"))
            if pattern and known is not None:
                self.pattern_variables.append((known, one))
            others.append(one)

    def recipe(self, one: syntax.Recipe) -> None:
        for lines in self.open:
            lines += [Line(text, self.path, row) for text, row in one.lines]

    def expression(self, one: syntax.Expression) -> None:
        found = self.expand(one.text)
        for text in values.alternatives(found, 4):
            marked = self.marked(text).strip()
            if (colon := syntax.outside(marked, ":")) > 0:
                self.rule(syntax.rule(marked, colon, one.row))


def joined_two(one: Text, other: Text) -> Text:
    """Two texts with a blank between them, as ``+=`` puts them together."""
    return values.join((one, (" ",), other)) if one and other else one or other


def _is_plain(raw: str) -> bool:
    """Whether a text stands for itself whatever the variables are."""
    return "$" not in raw and "\ue000" not in raw


def _each(found: Iterable[Text]) -> tuple[Text, ...]:
    return tuple(each for word in found for each in values.alternatives(word))


@lru_cache(maxsize=4_096)
def _written(raw: str) -> tuple[Text, ...]:
    return tuple((word,) for word in raw.split())


@lru_cache(maxsize=4_096)
def _written_needs(raw: str) -> Needs:
    return _needs((raw,) if raw else ())


def _needs(text: Text) -> Needs:
    pieces = _cut(text, ":")
    only, needs = (pieces[0], pieces[1]) if len(pieces) > 1 else (None, pieces[0])
    prerequisites, *later = [words(piece) for piece in _cut(needs, "|")]
    return Needs(tuple(prerequisites), tuple(word for piece in later for word in piece), only)


def _cut(text: Text, separator: str) -> list[Text]:
    """A text cut at a character of its known parts."""
    if len(text) == 1 and isinstance(text[0], str):
        return [(one,) if one else () for one in text[0].split(separator)]
    pieces: list[list[values.Part]] = [[]]
    for part in text:
        first, *rest = part.split(separator) if isinstance(part, str) else [part]
        pieces[-1].append(first)
        pieces.extend([one] for one in rest)
    return [tuple(one for one in piece if one != "") for piece in pieces]


_STATEMENTS: dict[type, Callable[[Makefile, Any], None]] = {
    syntax.Assign: Makefile.assign,
    syntax.Undefine: Makefile.undefine,
    syntax.Export: Makefile.export,
    syntax.Include: Makefile.included,
    syntax.Conditional: Makefile.conditional,
    syntax.Rule: Makefile.rule,
    syntax.Recipe: Makefile.recipe,
    syntax.Expression: Makefile.expression,
}
