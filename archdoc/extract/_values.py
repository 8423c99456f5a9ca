"""Values that are partly known before anything runs: what an expression, an `env` entry or a shell word comes to.

Two forms. `Data` is what an expression of GitHub gives: JSON, and beside it the unknown and the either-or. `Text` is a string as
a list of parts. A value is never guessed: what is not known stays an `Unknown` that says where it would come from.
This module knows no format.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from archdoc.regex import regex

MAX_OPTIONS = 32
MAX_LENGTH = 32_000
_STRINGS = frozenset({str})
_STARS = regex(r"\*{2,}")


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that exists at run time only. `source` names its origin (``secrets.REGISTRY``) and never holds a literal.

    `file` is where what a command printed may be read, as if it had been written there.
    """

    source: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values, each of which some run can have; made by `choice`, so at least two, none of them a Choice."""

    options: tuple[Data, ...]


class Open(dict[str, "Data"]):
    """A mapping with keys beyond those that are known: reading one of them is unknown, not null."""

    def __init__(self, name: str, values: Mapping[str, Data] | Iterable[tuple[str, Data]] = ()) -> None:
        """`name` is the path by which the unknown keys are called: ``secrets``, ``steps.meta.outputs``."""
        super().__init__(values)
        self.name = name


Part: TypeAlias = str | Unknown | Choice
Text: TypeAlias = tuple[Part, ...]
Data: TypeAlias = "bool | float | str | list[Data] | dict[str, Data] | Unknown | Choice | Text | None"

UNDECIDED = Choice((True, False))
"""A truth value that only a run decides."""


def choice(options: Iterable[Data]) -> Data:
    """One of `options`: nested choices laid flat, equal ones once; a single one is itself, none is null."""
    flat: list[Data] = []
    for option in options:
        for one in option.options if isinstance(option, Choice) else (option,):
            if not any(type(one) is type(other) and one == other for other in flat):
                flat.append(one)
    if len(flat) > MAX_OPTIONS:
        return Unknown("one of many")
    if len(flat) > 1:
        return Choice(tuple(flat))
    return flat[0] if flat else None


def options(value: Data) -> tuple[Data, ...]:
    """Every value that this may be."""
    return value.options if isinstance(value, Choice) else (value,)


def text(value: Data) -> Text:
    """The string that GitHub makes of a value. Null is dropped from an either-or: it stands for runs that do not get there."""
    if isinstance(value, tuple):
        return value
    if isinstance(value, str):
        return (value,) if value else ()
    if isinstance(value, Unknown):
        return (value,)
    if isinstance(value, Choice):
        kept = choice(simplify(text(option)) for option in value.options if option is not None)
        return (kept,) if isinstance(kept, Choice) else text(kept)
    if value is None:
        return ()
    if isinstance(value, bool):
        return ("true",) if value else ("false",)
    if isinstance(value, float):
        return (number(value),)
    return ("Array",) if isinstance(value, list) else ("Object",)


def number(value: float) -> str:
    """A number as GitHub writes it: fifteen digits, no trailing zeros."""
    if math.isnan(value) or math.isinf(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15G")


def join(texts: Iterable[Text]) -> Text:
    """Texts one behind the other; unknown beyond any sane length (each layer of `env` can double the one before)."""
    given = [part for one in texts for part in one if part]
    if len(given) < 2:
        return tuple(given)
    if _STRINGS.issuperset(map(type, given)):
        whole = "".join(given)  # type: ignore[arg-type]  # all are strings
        return (whole,) if len(whole) <= MAX_LENGTH else (Unknown("a very long text"),)
    parts: list[Part] = []
    length = 0
    for part in given:
        length += len(part) if isinstance(part, str) else 1
        if length > MAX_LENGTH:
            return (Unknown("a very long text"),)
        if isinstance(part, str) and parts and isinstance(parts[-1], str):
            parts[-1] += part
        else:
            parts.append(part)
    return tuple(parts)


def known(value: Text) -> str | None:
    """The string, where all of it is known."""
    if not value:
        return ""
    return value[0] if len(value) == 1 and isinstance(value[0], str) else None


def shown(value: Text) -> str:
    """The string with ``*`` for each part that is not known."""
    if len(value) == 1 and isinstance(value[0], str) and "*" not in value[0]:
        return value[0]
    return _STARS.sub("*", "".join(part if isinstance(part, str) else "*" for part in value))


def simplify(value: Text) -> Data:
    """A text as data: a plain string where it is known, the part itself where it is one."""
    if not value:
        return ""
    return value[0] if len(value) == 1 else value


def alternatives(value: Text, limit: int = 16) -> tuple[Text, ...]:
    """Every text that this may be, up to a limit, without choices. What is not known at all gives way to what is."""
    return _alternatives(value, limit, {})


def _alternatives(value: Text, limit: int, done: dict[int, tuple[Text, ...]]) -> tuple[Text, ...]:
    """The same where some choices are done already, by their identity: what meets again and again stands in many others."""
    if not any(isinstance(part, Choice) for part in value):
        return (value,)
    found: list[Text] = []
    for combination in itertools.islice(itertools.product(*(_texts(part, limit, done) for part in value)), limit):
        one = join(combination)
        if one not in found:
            found.append(one)
    return tuple(found)


def sources(value: Text) -> tuple[str, ...]:
    """Where the unknown parts would come from, each once."""
    return tuple(dict.fromkeys(_sources(value)))


def split(value: Text, separators: str) -> list[Text]:
    """A text cut at each of the separator characters in its known parts; empty pieces and blanks around pieces fall away.

    One of several texts gives the pieces of each.
    """
    if len(value) == 1 and isinstance(value[0], Choice):
        return list(dict.fromkeys(piece for one in alternatives(value) for piece in split(one, separators)))
    pieces: list[list[Part]] = [[]]
    pattern = f"[{re.escape(separators)}]"
    for part in value:
        if not isinstance(part, str):
            pieces[-1].append(part)
            continue
        first, *rest = re.split(pattern, part)
        pieces[-1].append(first)
        pieces.extend([one] for one in rest)
    return [piece for piece in (strip(join([tuple(parts)])) for parts in pieces) if piece]


def strip(value: Text) -> Text:
    """A text without blanks around it."""
    if not value:
        return value
    parts = list(value)
    if isinstance(parts[0], str):
        parts[0] = parts[0].lstrip()
    if isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip()
    return tuple(part for part in parts if part != "")


def lower(value: Text) -> Text:
    """A text in lower case, as far as it is known."""
    return tuple(part.lower() if isinstance(part, str) else part for part in value)


def starts(value: Text, prefix: str) -> bool:
    """Whether the known beginning is `prefix`."""
    return bool(value) and isinstance(value[0], str) and value[0].startswith(prefix)


def truthy(value: Text) -> bool:
    """Whether the text is surely not empty."""
    return any(isinstance(part, str) for part in value)


def _texts(part: Part, limit: int, done: dict[int, tuple[Text, ...]]) -> tuple[Text, ...]:
    """The first texts that a part may be; more than the limit are never asked for."""
    if not isinstance(part, Choice):
        return ((part,),)
    if id(part) not in done:
        sure = tuple(option for option in part.options if not isinstance(option, Unknown)) or part.options
        every = (one for option in sure for one in _alternatives(text(option), limit, done))
        done[id(part)] = tuple(itertools.islice(every, limit))
    return done[id(part)]


def _sources(value: Text) -> Iterator[str]:
    for part in value:
        if isinstance(part, Unknown):
            yield part.source
        elif isinstance(part, Choice):
            for option in part.options:
                yield from _sources(text(option))
