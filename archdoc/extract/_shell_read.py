"""What ``read`` of the shell sets: a line cut at the characters of ``IFS`` into variables or one array; what a command reads.

Bash Reference Manual, sections 3.5.7 and 4.2. This module knows no statements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from archdoc.extract import _values as values
from archdoc.extract._shell_syntax import Redirect, WordPart
from archdoc.extract._values import Text, Unknown

BLANKS = " \t\n"
_TAKES = frozenset("adinNptu")


class Asked(NamedTuple):
    """The variables that a ``read`` sets, or its `array`; it reads a line, or all where `whole`."""

    names: tuple[str, ...]
    array: str = ""
    whole: bool = False


def asked(words: Sequence[str]) -> Asked:
    """What the words behind ``read`` ask for."""
    names: list[str] = []
    array, whole = "", False
    given = iter(words)
    for word in given:
        if not word.startswith("-") or word == "-":
            names.append(word)
        elif word[-1] in _TAKES:
            value = next(given, "")
            array = value if word[-1] == "a" else array
            whole = whole or (word[-1] == "d" and not value)
    return Asked(tuple(name for name in names if name.isidentifier()), array if array.isidentifier() else "", whole)


def taken(words: Sequence[str], read: Text | None, ifs: Text | None) -> dict[str, Text | list[Text]]:
    """What a ``read`` with these words sets where this is read; unknown where nothing tells that."""
    ask = asked(words)
    separators = BLANKS if ifs is None else values.known(ifs)
    if read is None or separators is None:
        return {name: (Unknown(name),) for name in (*ask.names, *filter(None, [ask.array]))}
    return cut(ask, read, separators)


def cut(ask: Asked, read: Text, separators: str) -> dict[str, Text | list[Text]]:
    """What is set where this is read: of each text that it may be, every element; for a variable, one of its values."""
    lines = [one if ask.whole else next(iter(values.split(one, "\n")), ()) for one in values.alternatives(read)]
    pieces = [values.split(line, separators) if separators else [line] for line in lines]
    if ask.array:
        return {ask.array: list(dict.fromkeys(one for some in pieces for one in some))}
    last = len(ask.names) - 1
    found: dict[str, Text | list[Text]] = {}
    for at, name in enumerate(ask.names):
        ways: list[Text] = []
        for line, some in zip(lines, pieces, strict=True):
            rest: Text = (Unknown(name),) if last else line
            ways.append(rest if at == last and (not last or len(some) > last + 1) else some[at] if at < len(some) else ())
        found[name] = values.text(values.choice(map(values.simplify, ways)))
    return found


def given(
    redirects: Iterable[Redirect], text: Callable[[tuple[WordPart, ...]], Text], read: Callable[[Text], str | None]
) -> Text | None:
    """The text that a command reads from a here-string, a here-document or a file of the repository; None for none."""
    for redirect in redirects:
        if redirect.operator in ("<<<", "<<"):
            return text(redirect.word.parts)
        if redirect.operator == "<":
            content = read(text(redirect.word.parts))
            return None if content is None else (content,)
    return None
