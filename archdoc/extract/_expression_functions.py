"""Coercion, comparison and the functions of GitHub's expressions, for values that may be unknown in part.

Source of the rules: GitHub docs, "Evaluate expressions in workflows and actions" (operators, functions).
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Callable, Sequence

from archdoc.extract import _values as values
from archdoc.extract._values import UNDECIDED, Choice, Data, Text, Unknown, choice

MAX_COMBINATIONS = 64
MAX_JSON = 1_000_000
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?Infinity")
_RADIX = re.compile(r"(0x[0-9a-fA-F]+)|(0o[0-7]+)")
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{(\d+)\}")


def truth(value: Data) -> bool | None:
    """Whether a value counts as true; None where only a run knows."""
    if isinstance(value, tuple):
        return True if any(isinstance(part, str) for part in value) else None if value else False
    if isinstance(value, Unknown):
        return None
    if isinstance(value, float):
        return bool(value) and not math.isnan(value)
    return isinstance(value, (list, dict)) or bool(value)


def equal(left: Data, right: Data) -> bool | None:
    """``==``: strings know no case, values of two types are compared as numbers; None where only a run knows."""
    if _open(left) or _open(right):
        return None
    if isinstance(left, str) and isinstance(right, str):
        return left.upper() == right.upper()
    if isinstance(left, (list, dict)) or isinstance(right, (list, dict)):
        return left is right
    if left is None and right is None:
        return True
    return _as_number(left) == _as_number(right)


def compare(left: Data, right: Data) -> float | None:
    """Below, at or above zero as `left` is less, equal or more; NaN for what has no order; None where only a run knows."""
    if _open(left) or _open(right):
        return None
    if isinstance(left, str) and isinstance(right, str):
        a, b = left.upper(), right.upper()
        return float((a > b) - (a < b))
    if isinstance(left, (list, dict)) and left is right:
        return 0.0
    a_number, b_number = _as_number(left), _as_number(right)
    if math.isnan(a_number) or math.isnan(b_number):
        return math.nan
    return float((a_number > b_number) - (a_number < b_number))


def call(name: str, arguments: Sequence[Data]) -> Data:
    """What a function of `FUNCTIONS` gives; of several possible arguments, each possible result."""
    if not any(isinstance(argument, Choice) for argument in arguments):
        return FUNCTIONS[name](arguments)
    combinations = list(itertools.islice(itertools.product(*map(values.options, arguments)), MAX_COMBINATIONS + 1))
    if len(combinations) > MAX_COMBINATIONS:
        return Unknown(f"{name}()")
    function = FUNCTIONS[name]
    return choice(function(combination) for combination in combinations)


def _open(value: Data) -> bool:
    return isinstance(value, (Unknown, tuple))


def _as_number(value: Data) -> float:
    if value is None:
        return 0.0
    if isinstance(value, (bool, float)):
        return float(value)
    if isinstance(value, str):
        digits = value.strip()
        if not digits:
            return 0.0
        if radix := _RADIX.fullmatch(digits):
            return float(int(digits[2:], 16 if radix[1] else 8)) if len(digits) < 20 else math.nan
        return float(digits) if _NUMBER.fullmatch(digits) else math.nan
    return math.nan


def _contains(arguments: Sequence[Data]) -> Data:
    where, what = _pair(arguments)
    if isinstance(where, list):
        found = [equal(one, what) for one in where]
        return True if True in found else UNDECIDED if None in found else False
    if _open(where) or _open(what):
        return UNDECIDED
    return not isinstance(where, dict) and _string(what).upper() in _string(where).upper()


def _starts_with(arguments: Sequence[Data]) -> Data:
    where, what = _pair(arguments)
    if isinstance(where, (list, dict)) or isinstance(what, (list, dict)):
        return False
    if isinstance(where, tuple) and isinstance(where[0], str) and isinstance(what, str) and len(where[0]) >= len(what):
        return where[0].upper().startswith(what.upper())
    if _open(where) or _open(what):
        return UNDECIDED
    return _string(where).upper().startswith(_string(what).upper())


def _ends_with(arguments: Sequence[Data]) -> Data:
    where, what = _pair(arguments)
    if isinstance(where, (list, dict)) or isinstance(what, (list, dict)):
        return False
    if isinstance(where, tuple) and isinstance(where[-1], str) and isinstance(what, str) and len(where[-1]) >= len(what):
        return where[-1].upper().endswith(what.upper())
    if _open(where) or _open(what):
        return UNDECIDED
    return _string(where).upper().endswith(_string(what).upper())


def _format(arguments: Sequence[Data]) -> Data:
    pattern = arguments[0] if arguments else ""
    if not isinstance(pattern, str):
        return Unknown("format()")
    parts: list[Text] = []
    at = 0
    for match in _PLACEHOLDER.finditer(pattern):
        parts.append((pattern[at : match.start()],))
        number = match[1]
        if number is None:
            parts.append((match[0][0],))
        elif len(number) < 4 and int(number) + 1 < len(arguments):
            parts.append(values.text(arguments[int(number) + 1]))
        else:
            return Unknown("format()")
        at = match.end()
    return values.simplify(values.join((*parts, (pattern[at:],))))


def _join(arguments: Sequence[Data]) -> Data:
    items, separator = (arguments[0] if arguments else None), (arguments[1] if len(arguments) > 1 else ",")
    if isinstance(items, Unknown):
        return items
    if isinstance(items, dict):
        return ""
    between = values.text(separator)
    texts = [values.text(one) for one in items] if isinstance(items, list) else [values.text(items)]
    spaced = texts[:1] + [piece for one in texts[1:] for piece in (between, one)]
    return values.simplify(values.join(spaced))


def _to_json(arguments: Sequence[Data]) -> Data:
    value = arguments[0] if arguments else None
    plain = _plain(value)
    return Unknown("toJSON()") if plain is _NOT_PLAIN else json.dumps(plain, indent=2, ensure_ascii=False)


def _from_json(arguments: Sequence[Data]) -> Data:
    value = arguments[0] if arguments else None
    if isinstance(value, Unknown):
        return value
    if isinstance(value, tuple):
        return Unknown((*values.sources(value), "fromJSON()")[0])
    string = _string(value)
    if len(string) > MAX_JSON:
        return Unknown("fromJSON()")
    try:
        return _json(json.loads(string))
    except (ValueError, RecursionError):
        return Unknown("fromJSON()")


def _case(arguments: Sequence[Data]) -> Data:
    """``case(test, value, test, value, ..., default)``: the value behind the first test that is true."""
    found: list[Data] = []
    for test, result in zip(arguments[:-1:2], arguments[1::2], strict=False):
        decided = truth(test)
        if decided is not False:
            found.append(result)
        if decided:
            return choice(found)
    return choice((*found, arguments[-1] if len(arguments) % 2 else None))


def _at_run_time(name: str) -> Callable[[Sequence[Data]], Data]:
    return lambda _arguments: Unknown(f"{name}()")


def _undecided(_arguments: Sequence[Data]) -> Data:
    return UNDECIDED


FUNCTIONS: dict[str, Callable[[Sequence[Data]], Data]] = {
    "contains": _contains,
    "startswith": _starts_with,
    "endswith": _ends_with,
    "format": _format,
    "join": _join,
    "tojson": _to_json,
    "fromjson": _from_json,
    "case": _case,
    "hashfiles": _at_run_time("hashFiles"),
    "always": lambda _arguments: True,
    "success": _undecided,
    "failure": _undecided,
    "cancelled": _undecided,
}
"""The functions by their name in lower case."""

_NOT_PLAIN = object()


def _plain(value: Data) -> object:
    """A value for JSON; `_NOT_PLAIN` where a part of it is unknown."""
    if isinstance(value, list):
        items = [_plain(one) for one in value]
        return _NOT_PLAIN if _NOT_PLAIN in items else items
    if isinstance(value, dict):
        pairs = {key: _plain(one) for key, one in value.items()}
        return _NOT_PLAIN if _NOT_PLAIN in pairs.values() or isinstance(value, values.Open) else pairs
    if isinstance(value, (Unknown, tuple, Choice)):
        return _NOT_PLAIN
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _json(value: object) -> Data:
    if isinstance(value, dict):
        return {key: _json(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_json(one) for one in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value if value is None or isinstance(value, (bool, float, str)) else None


def _pair(arguments: Sequence[Data]) -> tuple[Data, Data]:
    return (arguments[0] if arguments else None), (arguments[1] if len(arguments) > 1 else None)


def _string(value: Data) -> str:
    return values.known(values.text(value)) or ""
