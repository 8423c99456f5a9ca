"""Coercion, comparison and the functions of GitHub's expressions, for values that may be unknown in part.

Source of the rules: GitHub docs, "Evaluate expressions in workflows and actions" (operators, functions).
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable, Iterator, Sequence

from archdoc.extract import _values as values
from archdoc.extract._values import UNDECIDED, Choice, Data, Part, Text, Unknown, choice
from archdoc.regex import regex

MAX_COMBINATIONS = 64
MAX_JSON = 1_000_000
_NUMBER = regex(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?Infinity")
_RADIX = regex(r"(0x[0-9a-fA-F]+)|(0o[0-7]+)")
_MARK = "\ue000"
_PLACEHOLDER = regex(r"\{\{|\}\}|\{(\d+)\}|[{}]")


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
        return _upper(left) == _upper(right)
    if isinstance(left, (list, dict)) or isinstance(right, (list, dict)):
        return left is right
    if left is None and right is None:
        return True
    return as_number(left) == as_number(right)


def compare(left: Data, right: Data) -> float | None:
    """Below, at or above zero as `left` is less, equal or more; NaN for what has no order; None where only a run knows."""
    if _open(left) or _open(right):
        return None
    if isinstance(left, str) and isinstance(right, str):
        a, b = _upper(left), _upper(right)
        return float((a > b) - (a < b))
    if isinstance(left, (list, dict)) and left is right:
        return 0.0
    a_number, b_number = as_number(left), as_number(right)
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


def _upper(text: str) -> str:
    """A text as strings are compared; the dotless i is no letter I."""
    return text.upper() if "\u0131" not in text else "\u0131".join(piece.upper() for piece in text.split("\u0131"))


def _open(value: Data) -> bool:
    return isinstance(value, (Unknown, tuple))


def as_number(value: Data) -> float:
    """A value as comparisons and indices take it; NaN for what is no number."""
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
    return not isinstance(where, dict) and _upper(_string(what)) in _upper(_string(where))


def _starts_with(arguments: Sequence[Data]) -> Data:
    where, what = _pair(arguments)
    if isinstance(where, (list, dict)) or isinstance(what, (list, dict)):
        return False
    if isinstance(where, tuple) and isinstance(where[0], str) and isinstance(what, str) and len(where[0]) >= len(what):
        return _upper(where[0]).startswith(_upper(what))
    if _open(where) or _open(what):
        return UNDECIDED
    return _upper(_string(where)).startswith(_upper(_string(what)))


def _ends_with(arguments: Sequence[Data]) -> Data:
    where, what = _pair(arguments)
    if isinstance(where, (list, dict)) or isinstance(what, (list, dict)):
        return False
    if isinstance(where, tuple) and isinstance(where[-1], str) and isinstance(what, str) and len(where[-1]) >= len(what):
        return _upper(where[-1]).endswith(_upper(what))
    if _open(where) or _open(what):
        return UNDECIDED
    return _upper(_string(where)).endswith(_upper(_string(what)))


def _format(arguments: Sequence[Data]) -> Data:
    pattern = values.known(values.text(arguments[0])) if arguments else ""
    if pattern is None:
        return Unknown("format()")
    parts: list[Text] = []
    at = 0
    for match in _PLACEHOLDER.finditer(pattern):
        parts.append((pattern[at : match.start()],))
        number = match[1]
        if number is None and len(match[0]) == 2:
            parts.append((match[0][0],))
        elif number is None:
            return Unknown("format()")
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
    between = (",",) if isinstance(separator, (list, dict)) else values.text(separator)
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
        # An unknown option is kept beside known ones: it may be the list that is meant, and they where it begins.
        combinations = itertools.islice(itertools.product(*map(_each, value)), MAX_COMBINATIONS)
        return choice(_from_json_text(values.join(one)) for one in combinations)
    return _from_json_text((_string(value),))


def _each(part: Part) -> list[Text]:
    return [values.text(one) for one in part.options] if isinstance(part, Choice) else [(part,)]


def _from_json_text(text: Text) -> Data:
    """JSON of which a part may be unknown: that part may stand inside of a string, whose end it is trusted not to hold."""
    unknown: list[Part] = []
    pieces: list[str] = []
    for part in text:
        pieces.append(part.replace(_MARK, "") if isinstance(part, str) else _MARK)
        unknown += [] if isinstance(part, str) else [part]
    string = "".join(pieces)
    failed = Unknown((*values.sources(text), "fromJSON()")[0])
    if len(string) > MAX_JSON:
        return failed
    try:
        return _json(json.loads(string), iter(unknown))
    except (ValueError, RecursionError):
        return failed


def _case(arguments: Sequence[Data]) -> Data:
    """``case(test, value, test, value, ..., default)``: the value behind the first test that is true. A test is a boolean."""
    found: list[Data] = []
    if len(arguments) % 2 == 0 or not all(isinstance(test, (bool, Unknown)) for test in arguments[:-1:2]):
        return Unknown("case()")
    for test, result in zip(arguments[:-1:2], arguments[1::2], strict=False):
        decided = truth(test)
        if decided is not False:
            found.append(result)
        if decided:
            return choice(found)
    return choice((*found, arguments[-1]))


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

ARGUMENTS: dict[str, tuple[int, int]] = {
    "contains": (2, 2),
    "startswith": (2, 2),
    "endswith": (2, 2),
    "format": (1, 255),
    "join": (1, 2),
    "tojson": (1, 1),
    "fromjson": (1, 1),
    "case": (3, 255),
    "hashfiles": (1, 255),
    "always": (0, 0),
    "cancelled": (0, 0),
}
"""How many arguments a function takes, at least and at most; GitHub refuses any other number."""

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


def _json(value: object, unknown: Iterator[Part]) -> Data:
    """A value of JSON, with the `unknown` parts in place of their marks, which stand in their order."""
    if isinstance(value, dict):
        pairs = [(_json(key, unknown), _json(one, unknown)) for key, one in value.items()]
        return {values.shown(values.text(key)): one for key, one in pairs}
    if isinstance(value, list):
        return [_json(one, unknown) for one in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str) and _MARK in value:
        first, *rest = value.split(_MARK)
        return values.simplify(values.join([(first,), *((next(unknown), one) for one in rest)]))
    return value if value is None or isinstance(value, (bool, float, str)) else None


def _pair(arguments: Sequence[Data]) -> tuple[Data, Data]:
    return (arguments[0] if arguments else None), (arguments[1] if len(arguments) > 1 else None)


def _string(value: Data) -> str:
    return values.known(values.text(value)) or ""
