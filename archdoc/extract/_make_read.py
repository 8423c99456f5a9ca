"""The text of a makefile as statements: what is assigned, which rules stand there, what depends on a condition.

GNU make manual, chapters 3 to 7, and `read.c` for what the manual leaves open. Nothing is expanded here and nothing is run.
This module knows no variable's value.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from archdoc.regex import regex

MAX_LENGTH = 512 * 1024
MAX_DEPTH = 32

_ASSIGNED = regex(r"([^\s:#=!?+$({][^\s:#=!?+$({})]*)[ \t]*(:{1,3}=|[?+!]?=)[ \t]*")
_OPERATOR = regex(r"[ \t]*(:{1,3}=|[?+!]?=)[ \t]*")
_MODIFIER = regex(r"(export|override|private|unexport|define|undefine)(?=[ \t]|$)[ \t]*")
_CONDITION = regex(r"(ifn?eq|ifn?def|else|endif)(?=[ \t(\"']|$)[ \t]*")
_INCLUDE = regex(r"(-include|sinclude|include)(?=[ \t])[ \t]*")
_CONTINUED = regex(r"[ \t]*\\\n[ \t]*")
_DEFINE = regex(r"[ \t]*(?:(?:export|override|private)[ \t]+)*define(?=[ \t]|$)")
_ENDEF = regex(r"[ \t]*endef(?=[ \t#]|$)")
_ODD = regex(r"(?:^|[^\\])(?:\\\\)*\\$")
_BRACKETS = {"(": regex(r"[()]"), "{": regex(r"[{}]")}


class Assign(NamedTuple):
    """``name op value``, or a ``define``; name and value as written."""

    name: str
    operator: str
    value: str
    row: int
    export: bool = False
    override: bool = False


class Undefine(NamedTuple):
    """``undefine name``."""

    name: str


class Export(NamedTuple):
    """``export names`` or ``unexport names``; no names stand for all variables."""

    names: str
    on: bool


class Include(NamedTuple):
    """``include files``; a missing file matters unless it is `optional`."""

    files: str
    optional: bool


class Rule(NamedTuple):
    """``targets : rest``; `recipe` is what stands behind a ``;``, `own` the variable that `rest` assigns for the targets."""

    targets: str
    double: bool
    rest: str
    row: int
    recipe: str | None = None
    own: Assign | None = None


class Recipe(NamedTuple):
    """Lines of a recipe, each without the tab before it and with its row; continued lines stay as they are."""

    lines: tuple[tuple[str, int], ...]


class Expression(NamedTuple):
    """A line that is only expanded: ``$(eval ...)``, ``$(info ...)``, a rule that a function makes."""

    text: str
    row: int


class Condition(NamedTuple):
    """``ifeq``, ``ifneq`` with both sides, ``ifdef``, ``ifndef`` with a name."""

    kind: str
    left: str
    right: str = ""


class Conditional(NamedTuple):
    """Arms of which the first counts whose condition holds; that of an ``else`` alone is None."""

    arms: tuple[tuple[Condition | None, tuple[Statement, ...]], ...]


Statement: TypeAlias = Assign | Undefine | Export | Include | Rule | Recipe | Expression | Conditional


@lru_cache(maxsize=64)
def read(text: str) -> tuple[Statement, ...]:
    """The statements of a makefile; rows count from 0. A line that says nothing we know is an `Expression`; nothing raises."""
    return _Reader(text[:MAX_LENGTH]).block(0)


def closing(text: str, at: int) -> int:
    """Where the reference ends whose opening bracket stands at `at`; the end of the text where nothing closes it."""
    opened, depth = text[at], 0
    for match in _BRACKETS[opened].finditer(text, at):
        depth += 1 if match[0] == opened else -1
        if not depth:
            return match.start()
    return len(text)


def outside(text: str, characters: str, start: int = 0) -> int:
    """The first place of one of `characters` that is part of no reference; -1 where there is none."""
    pattern = _any_of(characters)
    match = pattern.search(text, start)
    while match is not None and match[0] == "$":
        at = match.end()
        match = pattern.search(text, closing(text, at) + 1 if text[at : at + 1] in _BRACKETS else at + 1)
    return -1 if match is None else match.start()


@lru_cache(maxsize=32)
def _any_of(characters: str) -> re.Pattern[str]:
    return re.compile(f"[${re.escape(characters)}]")


class _Reader:
    """Reads line by line; `open` while a line with a tab belongs to a recipe."""

    def __init__(self, text: str) -> None:
        self.lines = text.replace("\r\n", "\n").split("\n")
        self.at = 0
        self.open = False
        self.tab = "\t"

    def block(self, depth: int) -> tuple[Statement, ...]:
        """Statements up to the end of the text, or up to the ``else`` or ``endif`` of the condition around it."""
        found: list[Statement] = []
        while self.at < len(self.lines):
            row = self.at
            line = self.lines[row]
            if self.open and line.startswith(self.tab):
                found.append(self.recipe())
                continue
            if _DEFINE.match(line):
                found += self.define()
                continue
            clean = _uncommented(self.logical()).lstrip()
            if not clean:
                continue
            match = _CONDITION.match(clean)
            if match is None:
                found += self.statement(clean, row)
            elif match[1] in ("else", "endif"):
                if depth:
                    self.at = row
                    break
            elif depth < MAX_DEPTH:
                found.append(self.conditional(clean, depth + 1))
        return tuple(found)

    def logical(self) -> str:
        """The next line with those that continue it, put together by blanks."""
        first = self.at
        while self.at < len(self.lines) - 1 and self.lines[self.at].endswith("\\") and _ODD.search(self.lines[self.at]):
            self.at += 1
        self.at += 1
        if self.at == first + 1:
            return self.lines[first]
        return _CONTINUED.sub(" ", "\n".join(self.lines[first : self.at]))

    def recipe(self) -> Recipe:
        """The next lines of a recipe, those that continue one put to it; each loses one tab."""
        found: list[tuple[str, int]] = []
        while self.at < len(self.lines) and self.lines[self.at].startswith(self.tab):
            row = self.at
            while self.lines[self.at].endswith("\\") and _ODD.search(self.lines[self.at]) and self.at < len(self.lines) - 1:
                self.at += 1
            self.at += 1
            found.append(("\n".join(line.removeprefix(self.tab) for line in self.lines[row : self.at]), row))
        return Recipe(tuple(found))

    def conditional(self, line: str, depth: int) -> Conditional:
        """A condition with its arms, from its first line on."""
        arms: list[tuple[Condition | None, tuple[Statement, ...]]] = []
        opened = self.open
        condition: Condition | None = _condition(line)
        ends: list[bool] = []
        while True:
            self.open = opened
            arms.append((condition, self.block(depth)))
            ends.append(self.open)
            if self.at >= len(self.lines):
                break
            clean = _uncommented(self.logical()).strip()
            if clean.startswith("endif"):
                break
            rest = clean[4:].strip()
            condition = _condition(rest) if rest else None
        self.open = any(ends)
        return Conditional(tuple(arms))

    def define(self) -> list[Statement]:
        """``define name`` to its ``endef``."""
        row = self.at
        head = _uncommented(self.logical()).strip()
        body: list[str] = []
        depth = 1
        while self.at < len(self.lines):
            line = self.lines[self.at]
            self.at += 1
            if _DEFINE.match(line):
                depth += 1
            elif _ENDEF.match(line):
                depth -= 1
                if not depth:
                    break
            body.append(line)
        self.open = False
        words, rest = _modifiers(head)
        match = _OPERATOR.search(rest)
        name, operator = (rest[: match.start()], match[1]) if match else (rest, "=")
        return [Assign(name.strip(), operator, "\n".join(body), row, "export" in words, "override" in words)]

    def statement(self, line: str, row: int) -> list[Statement]:
        """A line that is neither part of a recipe nor of a condition."""
        words, rest = _modifiers(line)
        if (assigned := assignment(rest, row, words)) is not None:
            self.open = False
            if assigned.name == ".RECIPEPREFIX":
                self.tab = assigned.value[:1] or "\t"
            return [assigned]
        if "undefine" in words:
            return [Undefine(rest)]
        if words and words[-1] in ("export", "unexport"):
            self.open = False
            return [Export(rest, words[-1] == "export")]
        if match := _INCLUDE.match(line):
            self.open = False
            return [Include(line[match.end() :], match[1] != "include")]
        if line.partition(" ")[0] in ("vpath", "load", "-load"):
            return []
        colon = outside(line, ":")
        if colon < 0:
            return [Expression(line, row)]
        self.open = True
        return [rule(line, colon, row)]


def rule(line: str, colon: int, row: int) -> Rule:
    """A rule whose first colon stands at `colon`."""
    double = line.startswith("::", colon)
    rest = line[colon + 1 + double :]
    end = outside(rest, ";")
    own = target_assignment(rest.strip(), row)
    if end < 0 or own is not None:
        return Rule(line[:colon], double, rest.strip(), row, own=own)
    return Rule(line[:colon], double, rest[:end].strip(), row, rest[end + 1 :].strip())


def assignment(line: str, row: int, words: tuple[str, ...] = ()) -> Assign | None:
    """A line that assigns a variable; None for any other."""
    export, override = "export" in words, "override" in words
    if match := _ASSIGNED.match(line):
        return Assign(match[1], match[2], line[match.end() :], row, export, override)
    end = outside(line, " \t:=?+!")
    while end >= 0 and line[end] in "?+!" and not line.startswith("=", end + 1):
        end = outside(line, " \t:=?+!", end + 1)
    operator = _OPERATOR.match(line, end) if end > 0 else None
    if operator is None:
        return None
    return Assign(line[:end], operator[1], line[operator.end() :], row, export, override)


def target_assignment(rest: str, row: int) -> Assign | None:
    """What stands behind the colon of a rule where it assigns a variable for the target."""
    words, line = _modifiers(rest)
    return assignment(line, row, words)


def _modifiers(line: str) -> tuple[tuple[str, ...], str]:
    """The words before an assignment (``export override``), and the rest."""
    words: list[str] = []
    at = 0
    while match := _MODIFIER.match(line, at):
        if _OPERATOR.match(line, match.end()):
            break
        words.append(match[1])
        at = match.end()
    return tuple(words), line[at:]


def _condition(line: str) -> Condition:
    match = _CONDITION.match(line)
    if match is None:
        return Condition("ifdef", "")
    rest = line[match.end() :].strip()
    if match[1] in ("ifdef", "ifndef"):
        return Condition(match[1], rest)
    if rest.startswith("("):
        comma = outside(rest, ",", 1)
        end = closing(rest, 0)
        if comma < 0:
            return Condition(match[1], rest[1:end])
        return Condition(match[1], rest[1:comma].strip(), rest[comma + 1 : end].strip())
    sides = re.findall(r"\"([^\"]*)\"|'([^']*)'", rest)
    left, right = (["".join(one) for one in sides] + ["", ""])[:2]
    return Condition(match[1], left, right)


def _uncommented(line: str) -> str:
    """A line without its comment; a ``#`` behind a backslash stands for itself."""
    if "#" not in line:
        return line
    at = outside(line, "#")
    while at > 0 and line[at - 1] == "\\":
        line = line[: at - 1] + line[at:]
        at = outside(line, "#", at)
    return line if at < 0 else line[:at]
