"""The standard functions of HCL as bake has them, for values that may be known in part.

Source of the rules: zclconf/go-cty, `cty/function/stdlib`, and docker/buildx, `docs/bake-stdlib.md`. What depends on the
clock, the machine or chance is not in the table, and so unknown.
"""

from __future__ import annotations

import itertools
import posixpath
import re
from collections.abc import Callable, Iterable, Sequence

from archdoc.extract import _values as values
from archdoc.extract._hcl_known import KNOWN
from archdoc.extract._hcl_values import (
    MAX_SIZE,
    RefusedError,
    Some,
    equal,
    is_open,
    items,
    lifted,
    lifted_equal,
    number,
    string,
    text,
    truth,
)
from archdoc.extract._values import UNDECIDED, Choice, Data, Part, Text, Unknown, choice
from archdoc.regex import regex

_VERB = regex(
    r"%(?:%|(?P<flags>[-+ 0#]*)(?P<width>\d{0,2})(?P<precision>\.\d{1,2})?(?:\[(?P<index>\d{1,2})\])?(?P<verb>[a-zA-Z]))"
)
_NO_NAME = regex(r"[^A-Za-z0-9_-]")


def _open_or(function: Callable[[Sequence[Data]], Data], name: str) -> Callable[[Sequence[Data]], Data]:
    """A function that needs to know all of its arguments."""

    def apply(arguments: Sequence[Data]) -> Data:
        return Unknown(f"{name}()") if any(map(is_open, arguments)) else function(arguments)

    return apply


def _needs(count: int, function: Callable[..., Data]) -> Callable[[Sequence[Data]], Data]:
    """A function of so many arguments."""

    def apply(arguments: Sequence[Data]) -> Data:
        if len(arguments) != count:
            raise RefusedError("a function with too few or too many arguments")
        return function(*arguments)

    return apply


def _takes(least: int, function: Callable[[Sequence[Data]], Data]) -> Callable[[Sequence[Data]], Data]:
    """A function of at least so many arguments."""

    def apply(arguments: Sequence[Data]) -> Data:
        if len(arguments) < least:
            raise RefusedError("a function with too few or too many arguments")
        return function(arguments)

    return apply


def _like(sources: Iterable[Data], found: list[Data]) -> list[Data]:
    """A list made of others: vague where one of them is."""
    return Some(found) if any(isinstance(one, Some) for one in sources) else found


# --- texts


def _each_part(change: Callable[[str], str]) -> Callable[[Data], Data]:
    """A function that changes each character for itself, and so what is known of a text."""

    def apply(value: Data) -> Data:
        return values.simplify(values.join((change(part),) if isinstance(part, str) else (part,) for part in text(value)))

    return apply


def _replace(value: Data, old: Data, new: Data) -> Data:
    if is_open(old) or (is_open(value) and len(string(old)) != 1):
        return Unknown("replace()")
    if not string(old):
        raise RefusedError("an empty text to replace")
    inserted = text(new)

    def replaced(part: Part) -> Text:
        if not isinstance(part, str):
            return (part,)
        first, *rest = part.split(string(old))
        return values.join([(first,), *(one for piece in rest for one in (inserted, (piece,)))])

    return values.simplify(values.join(replaced(part) for part in text(value)))


def _join(arguments: Sequence[Data]) -> Data:
    separator, *lists = arguments
    if any(isinstance(one, (Unknown, Some)) for one in lists):
        return Unknown("join()")
    pieces = [text(one) for given in lists for one in items(given)]
    between = text(separator)
    return values.simplify(values.join(one for n, piece in enumerate(pieces) for one in ((between, piece) if n else (piece,))))


def _split(separator: Data, value: Data) -> Data:
    if is_open(separator):
        return Some([Unknown("split()")])
    mark = string(separator)
    if not is_open(value):
        return list(string(value).split(mark) if mark else string(value))
    pieces: list[list[Part]] = [[]]
    for part in text(value):
        first, *rest = part.split(mark) if isinstance(part, str) and mark else (part,)
        pieces[-1].append(first)
        pieces += [[one] for one in rest]
    return Some(values.simplify(values.join([tuple(piece)])) for piece in pieces)


def _trimmed(prefix: bool) -> Callable[[Data, Data], Data]:
    def apply(value: Data, fix: Data) -> Data:
        given, mark = text(value), string(fix) if not is_open(fix) else None
        if mark is None or not given:
            return value if mark is not None else Unknown("trim()")
        place = 0 if prefix else len(given) - 1
        end = given[place]
        if not isinstance(end, str) or (len(end) < len(mark) and len(given) > 1):
            return Unknown("trim()")
        end = end.removeprefix(mark) if prefix else end.removesuffix(mark)
        return values.simplify(values.join([given[:place], (end,), given[place + 1 :]]))

    return apply


def _format(arguments: Sequence[Data]) -> Data:
    """``format``: ``%s`` and ``%v`` take any text, the other verbs what is known."""
    pattern, *rest = arguments
    if is_open(pattern):
        return Unknown("format()")
    pieces: list[Text] = []
    at, number_of_next = 0, 0
    source = string(pattern)
    for match in _VERB.finditer(source):
        pieces.append((source[at : match.start()],))
        at = match.end()
        if match[0] == "%%":
            pieces.append(("%",))
            continue
        place = int(match["index"]) - 1 if match["index"] else number_of_next
        number_of_next = place + 1
        if not 0 <= place < len(rest):
            raise RefusedError("a format with too few arguments")
        pieces.append(_formatted(match, rest[place]))
    return values.simplify(values.join([*pieces, (source[at:],)]))


def _formatted(match: re.Match[str], value: Data) -> Text:
    verb, bare = match["verb"], not (match["flags"] or match["width"] or match["precision"])
    if verb in "sv" and bare:
        return text(value)
    if is_open(value):
        return (Unknown("format()"),)
    left = "<" if "-" in match["flags"] else ">"
    fill = "0" if "0" in match["flags"] else ""
    if verb in "svtq":
        shown = string(value)
        if verb == "q":
            shown = f'"{shown}"'
        return (format(shown[: int(match["precision"][1:])] if match["precision"] else shown, f"{left}{match['width']}"),)
    sign = "+" if "+" in match["flags"] else ""
    if verb == "d":
        return (format(int(number(value)), f"{sign}{fill}{match['width']}d"),)
    if verb in "xXob":
        return (format(int(number(value)), f"{fill}{match['width']}{verb}"),)
    if verb in "feEgG":
        return (format(number(value), f"{sign}{fill}{match['width']}{match['precision'] or ''}{verb}"),)
    raise RefusedError("a format with a verb that is none")


# --- lists and objects


def _concat(arguments: Sequence[Data]) -> Data:
    lists = [Some([one]) if isinstance(one, Unknown) else one for one in arguments]
    return _like(lists, [one for given in lists for one in items(given)])


def _flatten(value: Data) -> Data:
    found: list[Data] = []
    vague = False
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            vague = vague or isinstance(one, Some)
            waiting += reversed(one)
        else:
            found.append(one)
    return Some(found) if vague else found


def _distinct(value: Data) -> Data:
    found: list[Data] = []
    for one in items(value):
        if not any(lifted_equal(one, other) is True for other in found):
            found.append(one)
        if len(found) > 500:
            return Unknown("distinct()")
    return _like([value], found)


def _compact(value: Data) -> Data:
    found: list[Data] = [one for one in items(value) if one not in ("", None)]
    vague = any(is_open(one) and not values.truthy(text(one)) for one in found)
    return Some(found) if vague else _like([value], found)


def _length(value: Data) -> Data:
    if isinstance(value, (Unknown, Some)):
        return Unknown("length()")
    if isinstance(value, (list, dict)):
        return float(len(value))
    return Unknown("length()") if is_open(value) else float(len(string(value)))


def _contains(value: Data, wanted: Data) -> Data:
    if isinstance(value, Unknown):
        return UNDECIDED
    found = [lifted_equal(one, wanted) for one in items(value)]
    if True in found:
        return True
    return UNDECIDED if isinstance(value, Some) or any(isinstance(one, Choice) for one in found) else False


def _element(value: Data, place: Data) -> Data:
    given = items(value)
    if is_open(place) or isinstance(given, Some):
        return choice([*given, Unknown("element()")])
    if not given or number(place) < 0:
        raise RefusedError("an element that is not there")
    return given[int(number(place)) % len(given)]


def _merge(arguments: Sequence[Data]) -> Data:
    merged: dict[str, Data] = {}
    for one in arguments:
        if isinstance(one, (Unknown, tuple)):
            return Unknown("merge()")
        if isinstance(one, dict):
            merged |= one
        elif one is not None:
            raise RefusedError("an object is missing")
    return merged


def _lookup(arguments: Sequence[Data]) -> Data:
    target, key, *default = arguments
    if isinstance(target, Unknown):
        return Unknown("lookup()")
    if not isinstance(target, dict):
        raise RefusedError("an object is missing")
    if is_open(key):
        return choice([*target.values(), *default])
    if string(key) in target:
        return target[string(key)]
    if not default:
        raise RefusedError("a key that is not there")
    return default[0]


def _keys(value: Data) -> Data:
    if isinstance(value, dict):
        return [*sorted(value)]
    return Some([Unknown("keys()")]) if isinstance(value, Unknown) else _none(value)


def _values_of(value: Data) -> Data:
    if isinstance(value, dict):
        return [value[key] for key in sorted(value)]
    return Some([Unknown("values()")]) if isinstance(value, Unknown) else _none(value)


def _none(_value: Data) -> Data:
    raise RefusedError("an object is missing")


def _zipmap(keys: Data, found: Data) -> Data:
    if is_open(keys) or isinstance(found, (Unknown, Some)):
        return Unknown("zipmap()")
    names, given = [string(one) for one in items(keys)], items(found)
    if len(names) != len(given):
        raise RefusedError("as many keys as values")
    return dict(zip(names, given, strict=True))


def _reverse(value: Data) -> Data:
    return _like([value], items(value)[::-1])


def _product(arguments: Sequence[Data]) -> Data:
    lists = [Some([one]) if isinstance(one, Unknown) else items(one) for one in arguments]
    found: list[Data] = [list(one) for one in itertools.islice(itertools.product(*lists), MAX_SIZE + 1)]
    return Unknown("setproduct()") if len(found) > MAX_SIZE else _like(lists, found)


def _slice(value: Data, start: Data, end: Data) -> Data:
    given = items(value)
    if is_open(start) or is_open(end) or isinstance(given, Some):
        return Some(given)
    first, last = int(number(start)), int(number(end))
    if not 0 <= first <= last <= len(given):
        raise RefusedError("a slice beyond its list")
    return given[first:last]


def _coalesce(arguments: Sequence[Data]) -> Data:
    """The first that is not null: for bake an empty text counts."""
    for one in arguments:
        if one is not None:
            return one
    raise RefusedError("nothing but null")


# --- conditions


def _and_or(stop: bool) -> Callable[[Data, Data], Data]:
    def apply(left: Data, right: Data) -> Data:
        found = [truth(one) for one in (left, right)]
        return stop if stop in found else UNDECIDED if None in found else not stop

    return apply


def _not(value: Data) -> Data:
    found = truth(value)
    return UNDECIDED if found is None else not found


def _different(left: Data, right: Data) -> Data:
    same = equal(left, right)
    return UNDECIDED if isinstance(same, Choice) else not same


_PARTIAL: dict[str, Callable[[Sequence[Data]], Data]] = {
    "and": _needs(2, _and_or(stop=False)),
    "or": _needs(2, _and_or(stop=True)),
    "not": _needs(1, _not),
    "equal": _needs(2, equal),
    "notequal": _needs(2, _different),
    "coalesce": _coalesce,
    "compact": _needs(1, _compact),
    "concat": _concat,
    "contains": _needs(2, _contains),
    "distinct": _needs(1, _distinct),
    "element": _needs(2, _element),
    "flatten": _needs(1, _flatten),
    "format": _takes(1, _format),
    "join": _takes(2, _join),
    "keys": _needs(1, _keys),
    "length": _needs(1, _length),
    "lookup": _takes(2, _lookup),
    "lower": _needs(1, _each_part(str.lower)),
    "upper": _needs(1, _each_part(str.upper)),
    "merge": _merge,
    "replace": _needs(3, _replace),
    "reverselist": _needs(1, _reverse),
    "sanitize": _needs(1, _each_part(lambda part: _NO_NAME.sub("_", part))),
    "setproduct": _product,
    "slice": _needs(3, _slice),
    "split": _needs(2, _split),
    "trimprefix": _needs(2, _trimmed(prefix=True)),
    "trimsuffix": _needs(2, _trimmed(prefix=False)),
    "trimspace": _needs(1, lambda value: values.simplify(values.strip(text(value)))),
    "values": _needs(1, _values_of),
    "zipmap": _needs(2, _zipmap),
    "basename": _needs(1, lambda value: Unknown("basename()") if is_open(value) else posixpath.basename(string(value)) or "."),
}


def _lifting(function: Callable[[Sequence[Data]], Data]) -> Callable[[Sequence[Data]], Data]:
    return lambda arguments: lifted(function, arguments)


FUNCTIONS: dict[str, Callable[[Sequence[Data]], Data]] = {
    name: _lifting(function)
    for name, function in {**{name: _open_or(one, name) for name, one in KNOWN.items()}, **_PARTIAL}.items()
}
"""By name; each takes arguments of any kind, also such as are one of several. Raises RefusedError for what HCL refuses."""
