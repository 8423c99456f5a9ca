"""The functions of make, as far as they can be known without running anything.

GNU make manual, chapter 8. A function gets its arguments expanded; those of `LAZY` get them as written, since they decide which
are expanded. This module knows variables only through `Variables`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from archdoc.extract import _values as values
from archdoc.extract._make_words import (
    decided,
    either,
    joined,
    known_only,
    mapped,
    place,
    replaced,
    selected,
    sure,
    unknown,
    words,
)
from archdoc.extract._shell_walk import below
from archdoc.extract._values import Text
from archdoc.extract._workspace import ROOT

MAX_TURNS = 256


class Variables(Protocol):
    """What a function may ask for."""

    def expand(self, raw: str) -> Text:
        """A text with its references evaluated."""

    def value(self, name: str) -> Text:
        """The value of a variable."""

    def raw(self, name: str) -> Text:
        """The value of a variable as it was written."""

    def origin(self, name: str) -> Text:
        """Where a variable comes from, in make's words."""

    def flavor(self, name: str) -> Text:
        """Whether a variable is expanded on use."""

    def binding(self, bound: Mapping[str, Text]) -> AbstractContextManager[None]:
        """A scope in which these variables have these values."""

    def shell(self, command: Text) -> Text:
        """What a command prints."""

    def evaluate(self, text: Text) -> None:
        """Take a text as lines of the makefile."""

    def glob(self, pattern: str) -> list[str]:
        """The files of the repository that fit a pattern."""

    def directory(self) -> Text:
        """The folder that make runs in."""


def strip(text: Text) -> Text:
    """A text with single blanks between its words."""
    return joined(words(text))


def truth(text: Text) -> bool | None:
    """Whether a condition holds: it is not empty."""
    stripped = strip(text)
    return True if values.truthy(stripped) else None if stripped else False


def _substitute(_: Variables, old: Text, new: Text, text: Text) -> Text:
    known = values.known(old)
    if not known:
        return text if known == "" else unknown(text, old)
    return either(_replaced(known, new, one) for one in values.alternatives(text))


def _replaced(old: str, new: Text, text: Text) -> Text:
    """A text with each `old` in its known parts replaced."""
    found: list[Text] = []
    for part in text:
        first, *rest = part.split(old) if isinstance(part, str) else [part]
        found.append((first,))
        found += [piece for one in rest for piece in (new, (one,))]
    return values.join(found)


def _pattern_substitute(_: Variables, pattern: Text, replacement: Text, text: Text) -> Text:
    known = values.known(strip(pattern))
    return unknown(text, pattern) if known is None else mapped(text, lambda word: replaced(known, strip(replacement), word))


def _find(_: Variables, wanted: Text, text: Text) -> Text:
    known, whole = values.known(wanted), values.known(text)
    if known is None:
        return unknown(wanted)
    if any(isinstance(part, str) and known in part for part in text) or not known:
        return wanted
    return () if whole is not None else unknown(text)


def _sort(_: Variables, text: Text) -> Text:
    found = list(dict.fromkeys(words(text)))
    return joined(sorted(found, key=values.shown))


def _number(text: Text) -> int | None:
    known = (values.known(text) or "").strip()
    return int(known) if known.isdecimal() and len(known) < 6 else None


def _word(_: Variables, number: Text, text: Text) -> Text:
    found = _number(number)
    return unknown(text, number) if not found else place(text, found)


def _word_list(_: Variables, first: Text, last: Text, text: Text) -> Text:
    start, end, found = _number(first), _number(last), words(text)
    if not start or end is None or not all(map(sure, found)):
        return unknown(text, first, last)
    return joined(found[start - 1 : end])


def _count(_: Variables, text: Text) -> Text:
    found = words(text)
    return (str(len(found)),) if all(map(sure, found)) else unknown(text)


def _folder(word: str) -> str:
    return word[: word.rfind("/") + 1] or "./"


def _not_folder(word: Text) -> Text:
    """What stands behind the last slash. The folder of the checkout has a name that nothing here tells."""
    last = word[-1] if word else ""
    if values.known(word) == ROOT:
        return (values.Unknown("CURDIR"),)
    if isinstance(last, str) and "/" in last:
        return (last.rpartition("/")[2],) if not last.endswith("/") else ()
    return word if values.known(word) is not None else unknown(word)


def _suffix(word: str) -> str:
    return posixpath.splitext(word)[1] if not word.rpartition("/")[2].startswith(".") else "." + word.rpartition(".")[2]


def _base(word: str) -> str:
    return word.removesuffix(_suffix(word))


def _suffixes(_: Variables, text: Text) -> Text:
    return joined(one for one in (known_only(_suffix)(word) for word in words(text)) if values.shown(one))


def _add_prefix(_: Variables, prefix: Text, text: Text) -> Text:
    return mapped(text, lambda word: values.join((prefix, word)))


def _add_suffix(_: Variables, suffix: Text, text: Text) -> Text:
    return mapped(text, lambda word: values.join((word, suffix)))


def _join(_: Variables, left: Text, right: Text) -> Text:
    one, other = words(left), words(right)
    if not all(map(sure, (*one, *other))):
        return unknown(left, right)
    length = max(len(one), len(other))
    return joined(values.join((*one[n : n + 1], *other[n : n + 1])) for n in range(length))


def _wildcard(variables: Variables, patterns: Text) -> Text:
    found = [values.known(one) for one in words(patterns)]
    if None in found:
        return unknown(patterns)
    return joined((path,) for pattern in found for path in variables.glob(pattern or "") if path)


def _absolute(variables: Variables, text: Text) -> Text:
    def changed(word: Text) -> Text:
        whole = below(variables.directory(), word)
        known = values.known(whole)
        return whole if known is None else (posixpath.normpath(known),)

    return mapped(text, changed)


def _strip(_: Variables, text: Text) -> Text:
    return strip(text)


def _each_word(change: Callable[[Text], Text]) -> Callable[[Variables, Text], Text]:
    return lambda _, text: mapped(text, change)


def _nothing(_: Variables, *__: Text) -> Text:
    return ()


def _shell(variables: Variables, command: Text) -> Text:
    return variables.shell(command)


def _evaluate(variables: Variables, text: Text) -> Text:
    variables.evaluate(text)
    return ()


def _named(function: Callable[[Variables, str], Text]) -> Callable[[Variables, Text], Text]:
    def found(variables: Variables, name: Text) -> Text:
        known = values.known(strip(name))
        return unknown(name) if known is None else function(variables, known)

    return found


FUNCTIONS: dict[str, tuple[int, int, Callable[..., Text]]] = {
    "subst": (3, 3, _substitute),
    "patsubst": (3, 3, _pattern_substitute),
    "strip": (1, 1, _strip),
    "findstring": (2, 2, _find),
    "filter": (2, 2, lambda _, patterns, text: selected(patterns, text, keep=True)),
    "filter-out": (2, 2, lambda _, patterns, text: selected(patterns, text, keep=False)),
    "sort": (1, 1, _sort),
    "word": (2, 2, _word),
    "wordlist": (3, 3, _word_list),
    "words": (1, 1, _count),
    "firstword": (1, 1, lambda _, text: place(text, 1)),
    "lastword": (1, 1, lambda _, text: place(text, -1)),
    "dir": (1, 1, _each_word(known_only(_folder))),
    "notdir": (1, 1, _each_word(_not_folder)),
    "suffix": (1, 1, _suffixes),
    "basename": (1, 1, _each_word(known_only(_base))),
    "addprefix": (2, 2, _add_prefix),
    "addsuffix": (2, 2, _add_suffix),
    "join": (2, 2, _join),
    "wildcard": (1, 1, _wildcard),
    "realpath": (1, 1, _absolute),
    "abspath": (1, 1, _absolute),
    "shell": (1, 1, _shell),
    "eval": (1, 1, _evaluate),
    "value": (1, 1, _named(lambda variables, name: variables.raw(name))),
    "origin": (1, 1, _named(lambda variables, name: variables.origin(name))),
    "flavor": (1, 1, _named(lambda variables, name: variables.flavor(name))),
    **dict.fromkeys(("info", "warning", "error"), (1, 1, _nothing)),
    "file": (1, 2, lambda _, *given: unknown(*given)),
    "guile": (1, 1, lambda _, text: unknown(text)),
}
"""By name: how many arguments it needs, how many it takes at most (a comma beyond that is text), and what it gives."""


def _if(variables: Variables, *raw: str) -> Text:
    holds = truth(variables.expand(raw[0].strip()))
    arms = [
        variables.expand(raw[1]) if holds is not False else (),
        variables.expand(raw[2]) if len(raw) > 2 and not holds else (),
    ]
    return either(arms) if holds is None else arms[0 if holds else 1]


def _or(variables: Variables, *raw: str) -> Text:
    found: list[Text] = []
    for one in raw:
        value = variables.expand(one.strip())
        holds = truth(value)
        found += [value] if holds is not False else []
        if holds:
            break
    return either(found) if found else ()


def _and(variables: Variables, *raw: str) -> Text:
    value: Text = ()
    unsure = False
    for one in raw:
        value = variables.expand(one.strip())
        holds = truth(value)
        if holds is False:
            return ()
        unsure = unsure or holds is None
    return either(((), value)) if unsure else value


def _for_each(variables: Variables, name: str, rows: str, body: str) -> Text:
    variable = values.known(strip(variables.expand(name)))
    text = variables.expand(rows)
    if variable is None or len(words(text)) > MAX_TURNS:
        return unknown(text)
    found = []
    for one in values.alternatives(text, 4):
        turns = []
        for word in words(one):
            with variables.binding({variable: word}):
                turns.append(variables.expand(body))
        found.append(joined_all(turns))
    return either(found)


def joined_all(texts: Sequence[Text]) -> Text:
    """Texts with a blank between each, also where they are empty."""
    return values.join(piece for number, one in enumerate(texts) for piece in ((" ",) if number else (), one))


def _call(variables: Variables, *raw: str) -> Text:
    name = values.known(strip(variables.expand(raw[0])))
    if name is None:
        return unknown(*map(variables.expand, raw))
    given = [variables.expand(one) for one in raw[1:]]
    if name in FUNCTIONS:
        least, most, function = FUNCTIONS[name]
        return function(variables, *given[:most]) if len(given) >= least else ()
    bound: dict[str, Text] = {str(number): () for number in range(1, 10)}
    bound |= {str(number): one for number, one in enumerate(given, 1)}
    with variables.binding({"0": (name,), **bound}):
        return variables.value(name)


def _compare(variables: Variables, *raw: str) -> Text:
    left, right = (values.known(strip(variables.expand(one))) for one in raw[:2])
    if left is None or right is None or not re.fullmatch(r"-?\d{1,9}", left) or not re.fullmatch(r"-?\d{1,9}", right):
        return unknown(*map(variables.expand, raw))
    difference = int(left) - int(right)
    arms = {-1: raw[2:3], 0: raw[3:4] or raw[4:5], 1: raw[4:5] or raw[3:4]}
    if len(raw) == 2:
        return (left,) if not difference else ()
    chosen = arms[(difference > 0) - (difference < 0)]
    return variables.expand(chosen[0]) if chosen else ()


def _let(variables: Variables, names: str, rows: str, body: str) -> Text:
    found = [values.known(one) for one in words(variables.expand(names))]
    given = words(variables.expand(rows))
    last = len(found) - 1
    bound = {one or "": joined(given[n:]) if n == last else joined(given[n : n + 1]) for n, one in enumerate(found)}
    with variables.binding(bound):
        return variables.expand(body)


LAZY: dict[str, tuple[int, int, Callable[..., Text]]] = {
    "if": (2, 3, _if),
    "or": (1, 99, _or),
    "and": (1, 99, _and),
    "foreach": (3, 3, _for_each),
    "call": (1, 99, _call),
    "intcmp": (2, 5, _compare),
    "let": (3, 3, _let),
}
"""Functions that expand their arguments themselves."""

__all__ = ["FUNCTIONS", "LAZY", "Variables", "decided", "strip", "truth"]
