"""References in the text of a makefile, taken apart once and evaluated as often as they are used.

GNU make manual, chapters 6 and 8. This module knows variables only through `Variables`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from archdoc.extract import _values as values
from archdoc.extract._make_functions import FUNCTIONS, LAZY, Variables
from archdoc.extract._make_read import closing, outside
from archdoc.extract._make_words import either, mapped, replaced, unknown
from archdoc.extract._values import Text
from archdoc.regex import regex

_FUNCTION = regex(r"([a-z-]+)[ \t\n]+")


class Reference(NamedTuple):
    """``$(name)``, or ``$(name:pattern=replacement)``; the name may hold references of its own."""

    name: str
    pattern: str | None = None
    replacement: str = ""


class Function(NamedTuple):
    """``$(name arguments)``."""

    name: str
    arguments: tuple[str, ...]


Node: TypeAlias = str | Reference | Function


@lru_cache(maxsize=4_096)
def compiled(raw: str) -> tuple[Node, ...]:
    """The parts of a text: what stands for itself, and references."""
    found: list[Node] = []
    at = 0
    while (dollar := raw.find("$", at)) >= 0:
        found.append(raw[at:dollar])
        following = raw[dollar + 1 : dollar + 2]
        if following in ("(", "{") and following:
            end = closing(raw, dollar + 1)
            found.append(_reference(raw[dollar + 2 : end], following))
            at = end + 1
        else:
            found.append("$" if following in ("$", "") else Reference(following))
            at = dollar + 2
    found.append(raw[at:])
    return tuple(one for one in found if one)


def _reference(inside: str, bracket: str) -> Node:
    if (match := _FUNCTION.match(inside)) and match[1] in (*FUNCTIONS, *LAZY):
        least, most, _ = FUNCTIONS.get(match[1]) or LAZY[match[1]]
        arguments = _arguments(inside[match.end() :], most, bracket)
        return Function(match[1], arguments) if len(arguments) >= least else ""
    colon = outside(inside, ":")
    equals = outside(inside, "=", colon + 1) if colon > 0 else -1
    if equals < 0:
        return Reference(inside)
    return Reference(inside[:colon], inside[colon + 1 : equals], inside[equals + 1 :])


def _arguments(text: str, most: int, bracket: str) -> tuple[str, ...]:
    """Arguments between commas that stand in no bracket; the last takes what is left."""
    closes = ")" if bracket == "(" else "}"
    found: list[str] = []
    depth = start = 0
    for at, one in enumerate(text):
        if one == bracket:
            depth += 1
        elif one == closes:
            depth -= 1
        elif one == "," and not depth and len(found) < most - 1:
            found.append(text[start:at])
            start = at + 1
    return (*found, text[start:])


def expanded(raw: str, variables: Variables, plain: Callable[[str], Text]) -> Text:
    """What a text comes to; `plain` gives what stands for itself."""
    if "$" not in raw:
        return plain(raw)
    return values.join(plain(node) if isinstance(node, str) else _value(node, variables) for node in compiled(raw))


def _value(node: Reference | Function, variables: Variables) -> Text:
    if isinstance(node, Function):
        if node.name in LAZY:
            return LAZY[node.name][2](variables, *node.arguments)
        return FUNCTIONS[node.name][2](variables, *map(variables.expand, node.arguments))
    found = _named(node.name, variables)
    if node.pattern is None:
        return found
    pattern, replacement = values.known(variables.expand(node.pattern)), variables.expand(node.replacement)
    if pattern is None:
        return unknown(found)
    if "%" not in pattern:
        pattern, replacement = f"%{pattern}", values.join((("%",), replacement))
    return mapped(found, lambda word: replaced(pattern, replacement, word))


def _named(name: str, variables: Variables) -> Text:
    if "$" not in name:
        return variables.value(name)
    text = variables.expand(name)
    known = [values.known(one) for one in values.alternatives(text)]
    return either(variables.value(one) for one in known if one is not None) if None not in known else unknown(text)
