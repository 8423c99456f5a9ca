"""The standard functions of HCL that need to know all of their arguments. Rows of `_hcl_functions.FUNCTIONS`.

A pattern of ``regex`` is tried only where its time is bounded: short texts, few repetitions, nothing repeated that repeats.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import posixpath
import re
import urllib.parse
from collections.abc import Callable, Sequence

from archdoc.extract._hcl_values import RefusedError, equal, items, number, string
from archdoc.extract._values import Data, Unknown
from archdoc.regex import regex

MAX_PATTERN = 200
MAX_SUBJECT = 128
MAX_REPEATS = 3
MAX_RANGE = 1_024
MAX_TEXT = 30_000
_REPEATED_GROUP = regex(r"\)[*+?{]|\(\?(?!:)|\\[1-9]|\\[pPQC]")
_REPEAT = regex(r"[*+]|\{\d*,\d*\}|\{\d{2,}\}")
_INSERT = regex(r"\$(?:\{(\w+)\}|(\w+)|(\$))")


def _numbers(function: Callable[[float, float], Data]) -> Callable[[Sequence[Data]], Data]:
    def apply(arguments: Sequence[Data]) -> Data:
        left, right = arguments if len(arguments) == 2 else _few()
        try:
            return function(number(left), number(right))
        except (ArithmeticError, ValueError):
            raise RefusedError("a number out of range") from None

    return apply


def _number(function: Callable[[float], float]) -> Callable[[Sequence[Data]], Data]:
    def apply(arguments: Sequence[Data]) -> Data:
        try:
            return float(function(number(_one(arguments))))
        except (ArithmeticError, ValueError):
            raise RefusedError("a number out of range") from None

    return apply


def _text(function: Callable[[str], Data]) -> Callable[[Sequence[Data]], Data]:
    def apply(arguments: Sequence[Data]) -> Data:
        try:
            return function(string(_one(arguments)))
        except ValueError:
            raise RefusedError("a text that cannot be read") from None

    return apply


def _one(arguments: Sequence[Data]) -> Data:
    return arguments[0] if len(arguments) == 1 else _few()[0]


def _few() -> tuple[Data, Data]:
    raise RefusedError("a function with too few or too many arguments")


def _modulo(left: float, right: float) -> float:
    return math.fmod(left, right)


def _power(left: float, right: float) -> float:
    return left**right if abs(right) < 1_000 else math.nan


def _range(arguments: Sequence[Data]) -> Data:
    given = [number(one) for one in arguments]
    if not 1 <= len(given) <= 3:
        raise RefusedError("a function with too few or too many arguments")
    start, end = (0.0, given[0]) if len(given) == 1 else given[:2]
    step = given[2] if len(given) == 3 else (1.0 if end >= start else -1.0)
    if step == 0 or math.isnan((end - start) / step) or (end - start) / step > MAX_RANGE:
        raise RefusedError("a range without end")
    return [start + step * place for place in range(math.ceil((end - start) / step))]


def _sort(arguments: Sequence[Data]) -> Data:
    return [*sorted(string(one) for one in items(_one(arguments)))]


def _index_of(arguments: Sequence[Data]) -> Data:
    given, wanted = arguments if len(arguments) == 2 else _few()
    for place, one in enumerate(items(given)):
        if equal(one, wanted) is True:
            return float(place)
    raise RefusedError("an element that is not there")


def _index(arguments: Sequence[Data]) -> Data:
    target, key = arguments if len(arguments) == 2 else _few()
    if isinstance(target, dict) and string(key) in target:
        return target[string(key)]
    if isinstance(target, list) and 0 <= number(key) < len(target):
        return target[int(number(key))]
    raise RefusedError("a key that is not there")


def _has_index(arguments: Sequence[Data]) -> Data:
    try:
        _index(arguments)
    except RefusedError:
        return False
    return True


def _substr(arguments: Sequence[Data]) -> Data:
    if len(arguments) != 3:
        _few()
    given, start, length = string(arguments[0]), int(number(arguments[1])), int(number(arguments[2]))
    if start < 0:
        start += len(given)
    return given[start:] if length < 0 else given[start : start + length]


def _trim(arguments: Sequence[Data]) -> Data:
    given, characters = arguments if len(arguments) == 2 else _few()
    return string(given).strip(string(characters))


def _chunks(arguments: Sequence[Data]) -> Data:
    given, width = arguments if len(arguments) == 2 else _few()
    found, step = items(given), int(number(width))
    if step <= 0:
        return [found]
    return [found[place : place + step] for place in range(0, len(found), step)]


def _indent(arguments: Sequence[Data]) -> Data:
    width, given = arguments if len(arguments) == 2 else _few()
    found, blanks = string(given), " " * min(int(max(number(width), 0)), 100)
    return found.replace("\n", f"\n{blanks}") if len(found) + found.count("\n") * len(blanks) < MAX_TEXT else Unknown("indent()")


def _coalesce_list(arguments: Sequence[Data]) -> Data:
    for one in arguments:
        if items(one):
            return one
    raise RefusedError("nothing but empty lists")


def _sets(function: Callable[[list[Data], list[Data]], list[Data]]) -> Callable[[Sequence[Data]], Data]:
    def apply(arguments: Sequence[Data]) -> Data:
        first, *rest = [items(one) for one in arguments] or [[]]
        for one in rest:
            first = function(first, one)
        # A set has no order of its own: texts come sorted.
        return [*sorted(dict.fromkeys(string(one) for one in first))]

    return apply


# --- patterns


def _pattern(source: Data, subject: Data) -> re.Pattern[str] | None:
    """A pattern that may be tried on this text; None where it could take long, or means something else in Go."""
    pattern = string(source)
    if len(pattern) > MAX_PATTERN or len(string(subject)) > MAX_SUBJECT:
        return None
    if _REPEATED_GROUP.search(pattern) or len(_REPEAT.findall(pattern)) > MAX_REPEATS:
        return None
    try:
        return re.compile(pattern, re.ASCII)
    except (re.error, OverflowError, RecursionError):
        raise RefusedError("a pattern that is none") from None


def _regex_replace(arguments: Sequence[Data]) -> Data:
    if len(arguments) != 3:
        _few()
    pattern = _pattern(arguments[1], arguments[0])
    inserted = string(arguments[2])
    if pattern is None or len(inserted) > MAX_PATTERN:
        return Unknown("regex_replace()")

    def group(match: re.Match[str], name: str) -> str:
        if name.isdigit():
            return (match[int(name)] or "") if int(name) <= match.re.groups else ""
        return match.groupdict().get(name) or ""

    def insert(match: re.Match[str]) -> str:
        return _INSERT.sub(lambda mark: "$" if mark[3] else group(match, mark[1] or mark[2]), inserted)

    return pattern.sub(insert, string(arguments[0]))


def _found(match: re.Match[str]) -> Data:
    if match.groupdict():
        return {**match.groupdict()}
    return list(match.groups()) if match.groups() else match[0]


def _regex(arguments: Sequence[Data]) -> Data:
    source, subject = arguments if len(arguments) == 2 else _few()
    pattern = _pattern(source, subject)
    if pattern is None:
        return Unknown("regex()")
    match = pattern.search(string(subject))
    if match is None:
        raise RefusedError("a pattern that matches nothing")
    return _found(match)


def _regex_all(arguments: Sequence[Data]) -> Data:
    source, subject = arguments if len(arguments) == 2 else _few()
    pattern = _pattern(source, subject)
    return Unknown("regexall()") if pattern is None else [_found(match) for match in pattern.finditer(string(subject))]


# --- JSON


def _plain(value: Data) -> object:
    if isinstance(value, dict):
        return {key: _plain(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _decoded(value: object) -> Data:
    if isinstance(value, dict):
        return {str(key): _decoded(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_decoded(one) for one in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value if value is None or isinstance(value, (bool, float, str)) else Unknown("jsondecode()")


def _json_encode(arguments: Sequence[Data]) -> Data:
    return json.dumps(_plain(_one(arguments)), separators=(",", ":"), ensure_ascii=False)


def _json_decode(given: str) -> Data:
    try:
        return _decoded(json.loads(given))
    except (RecursionError, OverflowError):
        raise RefusedError("JSON that is nested too deep") from None


def _hash(name: str) -> Callable[[str], Data]:
    return lambda given: hashlib.new(name, given.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


KNOWN: dict[str, Callable[[Sequence[Data]], Data]] = {
    "absolute": _number(abs),
    "add": _numbers(lambda a, b: a + b),
    "base64decode": _text(lambda given: base64.b64decode(given, validate=True).decode()),
    "base64encode": _text(lambda given: base64.b64encode(given.encode()).decode()),
    "ceil": _number(math.ceil),
    "chomp": _text(lambda given: given.rstrip("\r\n")),
    "chunklist": _chunks,
    "coalescelist": _coalesce_list,
    "dirname": _text(lambda given: posixpath.normpath(posixpath.dirname(given) or ".")),
    "divide": _numbers(lambda a, b: a / b),
    "floor": _number(math.floor),
    "greaterthan": _numbers(lambda a, b: a > b),
    "greaterthanorequalto": _numbers(lambda a, b: a >= b),
    "hasindex": _has_index,
    "indent": _indent,
    "index": _index,
    "indexof": _index_of,
    "int": _number(math.trunc),
    "jsondecode": _text(_json_decode),
    "jsonencode": _json_encode,
    "lessthan": _numbers(lambda a, b: a < b),
    "lessthanorequalto": _numbers(lambda a, b: a <= b),
    "log": _numbers(math.log),
    "max": lambda arguments: max([number(one) for one in arguments] or [math.nan]),
    "md5": _text(_hash("md5")),
    "min": lambda arguments: min([number(one) for one in arguments] or [math.nan]),
    "modulo": _numbers(_modulo),
    "multiply": _numbers(lambda a, b: a * b),
    "negate": _number(lambda a: -a),
    "parseint": lambda arguments: float(_parse_int(arguments)),
    "pow": _numbers(_power),
    "range": _range,
    "regex": _regex,
    "regex_replace": _regex_replace,
    "regexall": _regex_all,
    "reverse": _text(lambda given: given[::-1]),
    "setintersection": _sets(lambda a, b: [one for one in a if one in b]),
    "setsubtract": _sets(lambda a, b: [one for one in a if one not in b]),
    "setunion": _sets(lambda a, b: a + b),
    "sha1": _text(_hash("sha1")),
    "sha256": _text(_hash("sha256")),
    "sha512": _text(_hash("sha512")),
    "signum": _number(lambda a: math.copysign(1.0, a) if a else 0.0),
    "sort": _sort,
    "strlen": _text(lambda given: float(len(given))),
    "substr": _substr,
    "subtract": _numbers(lambda a, b: a - b),
    "title": _text(lambda given: re.sub(r"(?:^|(?<=\s))\w", lambda match: match[0].upper(), given)),
    "trim": _trim,
    "urlencode": _text(urllib.parse.quote_plus),
}


def _parse_int(arguments: Sequence[Data]) -> int:
    given, base = arguments if len(arguments) == 2 else _few()
    shown, radix = string(given), int(number(base))
    if len(shown) > 64 or not 2 <= radix <= 36:
        raise RefusedError("a number out of range")
    try:
        return int(shown, radix)
    except ValueError:
        raise RefusedError("a number is missing") from None
