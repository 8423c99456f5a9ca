"""The text of a justfile as recipes, variables and settings; its expressions as what they come to.

Source of the rules: "The Just Programmer's Manual" and GRAMMAR.md of casey/just. Nothing is run. This module knows no command.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from archdoc.extract import _values as values
from archdoc.extract._values import Text, Unknown
from archdoc.regex import regex

MAX_DEPTH = 20
MAX_LINE = 10_000
MAX_EXPRESSION = 2_000
_SETTING = regex(r"set\s+([\w-]+)(?:\s*:=\s*(.*))?")
_VARIABLE = regex(r"(export\s+)?([A-Za-z_][\w-]*)\s*:=\s*(.*)")
_ALIAS = regex(r"alias\s+([\w-]+)\s*:=\s*([\w:-]+)")
_IMPORT = regex(r"""import\??\s+(?:"([^"]+)"|'([^']+)')""")
_MODULE = regex(r"""mod\??\s+([\w-]+)(?:\s+(?:"([^"]+)"|'([^']+)'))?""")
_RECIPE = regex(r"""@?([A-Za-z_][\w-]*)((?:\s+(?:[^\s:"'=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|`[^`]*`|[^\s:]+))?))*)\s*:(?!=)(.*)""")
_PARAMETER = regex(r"""([*+$]*)([A-Za-z_][\w-]*)(?:\s*=\s*("[^"]*"|'[^']*'|`[^`]*`|\S+))?""")
_NEED = regex(r"""&&|\(\s*([\w:-]+)((?:[^()"']|"[^"]*"|'[^']*')*)\)|([\w:-]+)""")
_TOKEN = regex(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|`([^`]*)`|([A-Za-z_][\w-]*)|(==|!=|[-+/(),{}]))""")
_INTERPOLATION = regex(r"\{\{\{\{|\{\{(.{0,2000}?)\}\}")


class Need(NamedTuple):
    """A recipe that another one needs, with the expressions that it is given."""

    name: str
    arguments: tuple[str, ...]


class Parameter(NamedTuple):
    """A parameter of a recipe: with ``*`` or ``+`` it takes all words that are left, with ``$`` it is exported."""

    name: str
    marks: str
    default: str | None


@dataclass(slots=True)
class Recipe:
    """The lines of a recipe with their numbers from 1; `later` runs behind it. It `stays` in the folder where just is called."""

    name: str
    path: str
    parameters: tuple[Parameter, ...] = ()
    needs: tuple[Need, ...] = ()
    later: tuple[Need, ...] = ()
    lines: list[tuple[str, int]] = field(default_factory=list)
    stays: bool = False


@dataclass(slots=True)
class Justfile:
    """What a justfile says; `imports` and `modules` are paths as it writes them. A `module` runs in its own folder."""

    path: str
    recipes: dict[str, Recipe] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    exported: set[str] = field(default_factory=set)
    settings: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    imports: list[str] = field(default_factory=list)
    modules: dict[str, str] = field(default_factory=dict)
    module: bool = False


def read(text: str, path: str) -> Justfile:
    """A justfile; lines that are none of those above are passed over."""
    found = Justfile(path)
    recipe: Recipe | None = None
    attributes = ""
    for number, line in enumerate((one[:MAX_LINE] for one in text.split("\n")), 1):
        if recipe is not None and (line[:1] in (" ", "\t") or not line.strip()):
            recipe.lines.append((line, number))
            continue
        stripped = line.strip()
        if stripped.startswith("["):
            attributes += stripped
            continue
        recipe = None
        if stripped and not stripped.startswith("#"):
            recipe = _statement(found, stripped, "no-cd" in attributes)
            attributes = ""
    return found


def _statement(found: Justfile, line: str, stays: bool) -> Recipe | None:
    if match := _SETTING.fullmatch(line):
        found.settings[match[1]] = match[2] or "true"
    elif match := _ALIAS.fullmatch(line):
        found.aliases[match[1]] = match[2]
    elif match := _VARIABLE.fullmatch(line):
        found.variables[match[2]] = match[3]
        found.exported |= {match[2]} if match[1] else set()
    elif match := _IMPORT.fullmatch(line):
        found.imports.append(match[1] or match[2])
    elif match := _MODULE.fullmatch(line):
        found.modules[match[1]] = match[2] or match[3] or ""
    elif match := _RECIPE.match(line):
        parameters = tuple(Parameter(one[2], one[1], one[3]) for one in _PARAMETER.finditer(match[2]))
        needs, later = _needs(match[3].partition("#")[0])
        found.recipes[match[1]] = Recipe(match[1], found.path, parameters, needs, later, stays=stays)
        return found.recipes[match[1]]
    return None


def _needs(text: str) -> tuple[tuple[Need, ...], tuple[Need, ...]]:
    before: list[Need] = []
    behind: list[Need] = []
    found = before
    for match in _NEED.finditer(text):
        if match[0] == "&&":
            found = behind
        else:
            found.append(Need(match[1] or match[3], tuple(_arguments(match[2] or ""))))
    return tuple(before), tuple(behind)


def _arguments(text: str) -> Iterator[str]:
    """The expressions between the blanks of a call: each a string, a name or a parenthesis."""
    for match in _TOKEN.finditer(text):
        if match[5] is None:
            yield match[0].strip()


class Scope(Protocol):
    """What an expression may ask for."""

    def name(self, name: str) -> Text:
        """A variable or parameter."""

    def environment(self, name: str) -> Text:
        """A variable of the environment."""

    def printed(self, script: str) -> Text:
        """What a command prints."""

    def folder(self, name: str) -> Text:
        """One of the folders that just knows."""


def interpolated(line: str, scope: Scope) -> Text:
    """A line with the expressions in its ``{{ }}`` put in."""
    found: list[Text] = []
    at = 0
    for match in _INTERPOLATION.finditer(line):
        found.append((line[at : match.start()],))
        found.append(("{{",) if match[1] is None else value(match[1], scope))
        at = match.end()
    return values.join((*found, (line[at:],)))


def value(expression: str, scope: Scope) -> Text:
    """What an expression comes to; unknown where a part of it is none of the grammar here."""
    tokens = list(_TOKEN.finditer(expression[:MAX_EXPRESSION]))
    whole = sum(len(one[0]) for one in tokens) >= len(expression.rstrip())
    return _Reader(tokens, scope).sum(0) if tokens and whole else (Unknown("an expression"),)


class _Reader:
    """Recursive descent over tokens."""

    def __init__(self, tokens: Sequence[re.Match[str]], scope: Scope) -> None:
        self.tokens = tokens
        self.scope = scope
        self.at = 0

    def mark(self) -> str:
        return (self.tokens[self.at][5] or "") if self.at < len(self.tokens) else ""

    def sum(self, depth: int) -> Text:
        found = [self.term(depth)]
        while self.mark() in ("+", "/"):
            found += [("/",)] if self.mark() == "/" else []
            self.at += 1
            found.append(self.term(depth))
        return values.join(found)

    def term(self, depth: int) -> Text:
        if self.at >= len(self.tokens) or depth > MAX_DEPTH:
            return (Unknown("an expression"),)
        token = self.tokens[self.at]
        self.at += 1
        double, single, command, name, mark = (token[n] for n in range(1, 6))
        if double is not None or single is not None:
            text = single if double is None else double.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\")
            return (text,) if text else ()
        if command is not None:
            return self.scope.printed(command)
        if mark == "(":
            found = self.sum(depth + 1)
            self.at += self.mark() == ")"
            return found
        if name == "if":
            return self.choice(depth)
        if name and self.mark() == "(":
            return self.call(name, depth)
        return self.scope.name(name) if name else (Unknown("an expression"),)

    def call(self, name: str, depth: int) -> Text:
        self.at += 1
        given: list[Text] = []
        while self.at < len(self.tokens) and self.mark() != ")":
            given.append(self.sum(depth + 1))
            self.at += self.mark() == ","
            if self.mark() not in ("", ")"):
                break
        self.at += self.mark() == ")"
        function = _FUNCTIONS.get(name)
        return function(given, self.scope) if function else self.scope.folder(name)

    def choice(self, depth: int) -> Text:
        """``if A == B { x } else { y }``."""
        left, mark = self.sum(depth + 1), self.mark()
        self.at += 1
        right = self.sum(depth + 1)
        ways = []
        while self.mark() == "{":
            self.at += 1
            ways.append(self.sum(depth + 1))
            self.at += self.mark() == "}"
            following = self.tokens[self.at][4] if self.at < len(self.tokens) else ""
            self.at += following == "else"
        if mark not in ("==", "!=") or len(ways) != 2:
            return (Unknown("an expression"),)
        if values.known(left) is None or values.known(right) is None:
            return values.text(values.choice(map(values.simplify, ways)))
        return ways[(left == right) is not (mark == "==")]


def _environment(given: list[Text], scope: Scope) -> Text:
    name = values.known(given[0]) if given else None
    if not name:
        return (Unknown("the environment"),)
    found = scope.environment(name)
    return given[1] if len(given) > 1 and found == (Unknown(name),) else found


_FUNCTIONS: dict[str, Callable[[list[Text], Scope], Text]] = {
    **dict.fromkeys(("env", "env_var", "env_var_or_default"), _environment),
    "lowercase": lambda given, _scope: values.lower(given[0]) if given else (),
    **dict.fromkeys(("trim", "quote", "absolute_path", "clean"), lambda given, _scope: given[0] if given else ()),
}
