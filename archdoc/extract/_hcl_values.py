"""The values of HCL, which may be known in part, and the rules by which they are converted and compared.

`_values.Data` holds them; a number is a float. What HCL refuses is a `RefusedError`. This module knows no expression.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence

from archdoc.extract import _values as values
from archdoc.extract._values import UNDECIDED, Choice, Data, Text, Unknown, choice
from archdoc.regex import regex

MAX_SIZE = 5_000
MAX_COMBINATIONS = 64
_NUMBER = regex(r"[-+]?\d{1,40}(?:\.\d{1,40})?(?:[eE][-+]?\d{1,3})?")


class RefusedError(ValueError):
    """What HCL refuses to evaluate: a missing key, a list within a text. The message holds no value."""


class Some(list[Data]):
    """A list of which the elements are known in kind, but not how many there are of each."""


def size(value: Data) -> int:
    """How many values there are in a value; counting ends beyond `MAX_SIZE`."""
    count = 0
    waiting = [value]
    while waiting and count <= MAX_SIZE:
        one = waiting.pop()
        count += 1
        if isinstance(one, list):
            waiting += one[: MAX_SIZE + 1]
        elif isinstance(one, dict):
            waiting += itertools.islice(one.values(), MAX_SIZE + 1)
        elif isinstance(one, Choice):
            waiting += one.options
    return count


def bounded(value: Data) -> Data:
    """A value, or an unknown one where it is larger than a sane file makes."""
    return value if size(value) <= MAX_SIZE else Unknown("a very large value")


def is_open(value: Data) -> bool:
    """Whether any part of a value is not known."""
    if isinstance(value, list):
        return isinstance(value, Some) or any(map(is_open, value))
    if isinstance(value, dict):
        return any(map(is_open, value.values()))
    return isinstance(value, (Unknown, Choice, tuple))


def text(value: Data) -> Text:
    """A value as a part of a text. Raises RefusedError for null, lists and objects, which have no text."""
    if isinstance(value, Choice):
        return values.text(choice(values.simplify(one) for one in each(text, value.options)))
    if value is None or isinstance(value, (list, dict)):
        raise RefusedError("a list, an object or null within a text")
    return values.text(value)


def each(function: Callable[[Data], Text], options: Iterable[Data]) -> list[Text]:
    """The results of a function for those options that HCL does not refuse. Raises RefusedError where that is none."""
    found: list[Text] = []
    refused: RefusedError | None = None
    for one in options:
        try:
            found.append(function(one))
        except RefusedError as error:
            refused = error
    if refused is not None and not found:
        raise refused
    return found


def lifted(function: Callable[[Sequence[Data]], Data], arguments: Sequence[Data]) -> Data:
    """A function of values, of which some are one of several: the results for every combination that HCL does not refuse."""
    if not any(isinstance(one, Choice) for one in arguments):
        return function(arguments)
    found: list[Data] = []
    refused: RefusedError | None = None
    for count, combination in enumerate(itertools.product(*map(values.options, arguments))):
        if count == MAX_COMBINATIONS:
            return Unknown("one of many")
        try:
            found.append(function(combination))
        except RefusedError as error:
            refused = error
    if refused is not None and not found:
        raise refused
    return choice(found)


def truth(value: Data) -> bool | None:
    """A value as a condition; None where only a run knows. Raises RefusedError for what is none."""
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    if isinstance(value, (Unknown, tuple)):
        return None
    raise RefusedError("a condition that is neither true nor false")


def decided(value: Data) -> bool | None:
    """As `truth`, of a value that may be one of several."""
    found = {truth(one) for one in values.options(value)}
    return found.pop() if len(found) == 1 else None


def number(value: Data) -> float:
    """A known value as a number. Raises RefusedError for what is none."""
    found = math.nan
    if isinstance(value, float):
        found = value
    elif isinstance(value, str) and _NUMBER.fullmatch(value):
        found = float(value)
    if not math.isfinite(found):
        raise RefusedError("a number is missing")
    return found


def string(value: Data) -> str:
    """A known value as a string. Raises RefusedError for what has none."""
    found = values.known(text(value))
    if found is None:
        raise RefusedError("a text is missing")
    return found


def items(value: Data) -> list[Data]:
    """A list, or the values of an object. Raises RefusedError for what is none."""
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list):
        return value
    raise RefusedError("a list is missing")


def equal(left: Data, right: Data) -> Data:
    """``==``; undecided where only a run knows."""
    if isinstance(left, list) and isinstance(right, list):
        if isinstance(left, Some) or isinstance(right, Some):
            return UNDECIDED
        return len(left) == len(right) and every(lifted_equal(a, b) for a, b in zip(left, right, strict=True))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and every(lifted_equal(one, right[key]) for key, one in left.items())
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return UNDECIDED
    if left is None or right is None or isinstance(left, (list, dict)) or isinstance(right, (list, dict)):
        return left is right
    if isinstance(left, tuple) or isinstance(right, tuple):
        return _same_text(text(left), text(right))
    if type(left) is type(right):
        return left == right
    # Values of two types are equal where the one converts to the other: "8" and 8.
    return {isinstance(left, bool), isinstance(right, bool)} != {True, False} and values.text(left) == values.text(right)


def lifted_equal(left: Data, right: Data) -> Data:
    """``==`` of values that may be one of several."""
    return lifted(lambda both: equal(*both), (left, right))


def every(found: Iterable[Data]) -> Data:
    """Whether all are true."""
    result: Data = True
    for one in found:
        if one is False:
            return False
        if one is not True:
            result = UNDECIDED
    return result


def _same_text(left: Text, right: Text) -> Data:
    """Texts of which a part is unknown: surely different where one is empty and the other is not, or they begin differently."""
    if (not left and values.truthy(right)) or (not right and values.truthy(left)):
        return False
    a, b = (one[0] if one and isinstance(one[0], str) else "" for one in (left, right))
    length = min(len(a), len(b))
    return UNDECIDED if a[:length] == b[:length] else False
