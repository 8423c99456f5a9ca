"""The operators of ``${name<operator>operand}`` that make another text of a known one: cuts, cases, replacements, parts.

Bash Reference Manual, section 3.5.3. This module knows no variable.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Sequence

from archdoc.extract import _values as values
from archdoc.extract._values import Text, Unknown
from archdoc.regex import regex

MAX_PATTERN_TEXT = 2_000
_PLACE = regex(r"(?:(-?\d+))?(?::(-?\d+))?")


def changes(operator: str) -> bool:
    """Whether an operator makes another text of a text."""
    return operator in _CASES or operator in _OPERATORS


def changed(operator: str, value: Text, operand: Text, name: str) -> Text:
    """What an operator of `changes` makes of a value; `name` is the variable that an unknown result is called after."""
    if operator in _CASES:
        change = _CASES[operator]
        return tuple(change(one) if isinstance(one, str) else one for one in value)
    function, known = _OPERATORS[operator], values.known(operand)
    if known is None:
        return (Unknown(name),)
    results = [_changed(function, one, known, name) for one in values.alternatives(value)]
    return values.text(values.choice(values.simplify(one) for one in results))


def place(operand: Text) -> tuple[int, int | None] | None:
    """Where ``:2:1`` begins, and how much it takes; None where that is not known."""
    match = _PLACE.fullmatch((values.known(operand) or "?").strip())
    return (int(match[1] or 0), None if match[2] is None else int(match[2])) if match else None


def _changed(function: Callable[[str, str], str | None], value: Text, operand: str, name: str) -> Text:
    known = values.known(value)
    result = function(known, operand) if known is not None and len(known) <= MAX_PATTERN_TEXT else None
    return (Unknown(name),) if result is None else (result,) if result else ()


def _first_upper(value: str) -> str:
    return value[:1].upper() + value[1:]


def _first_lower(value: str) -> str:
    return value[:1].lower() + value[1:]


_CASES: dict[str, Callable[[str], str]] = {",,": str.lower, "^^": str.upper, ",": _first_lower, "^": _first_upper}


def _pattern(operand: str) -> re.Pattern[str]:
    return re.compile(fnmatch.translate(operand))


def _without(value: str, operand: str, ends: Sequence[tuple[str, str]]) -> str:
    """The rest of the first cut whose other half fits the pattern."""
    pattern = _pattern(operand)
    return next((rest for half, rest in ends if pattern.match(half)), value)


def _prefix(value: str, operand: str) -> str:
    return _without(value, operand, [(value[:n], value[n:]) for n in range(len(value) + 1)])


def _long_prefix(value: str, operand: str) -> str:
    return _without(value, operand, [(value[:n], value[n:]) for n in range(len(value), -1, -1)])


def _suffix(value: str, operand: str) -> str:
    return _without(value, operand, [(value[n:], value[:n]) for n in range(len(value), -1, -1)])


def _long_suffix(value: str, operand: str) -> str:
    return _without(value, operand, [(value[n:], value[:n]) for n in range(len(value) + 1)])


def _replaced(value: str, operand: str, count: int) -> str | None:
    pattern, _, by = operand.partition("/")
    if any(c in pattern for c in "*?[\\") or not pattern:
        return None
    return value.replace(pattern, by, count)


def _replace_one(value: str, operand: str) -> str | None:
    return _replaced(value, operand, 1)


def _replace_all(value: str, operand: str) -> str | None:
    return _replaced(value, operand, -1)


def _substring(value: str, operand: str) -> str | None:
    found = place((operand,))
    if found is None:
        return None
    start, length = found
    start = start if start >= 0 else max(len(value) + start, 0)
    if length is None:
        return value[start:]
    return value[start : start + length] if length >= 0 else value[start:length]


_OPERATORS: dict[str, Callable[[str, str], str | None]] = {
    "#": _prefix,
    "##": _long_prefix,
    "%": _suffix,
    "%%": _long_suffix,
    "/": _replace_one,
    "//": _replace_all,
    ":": _substring,
}
