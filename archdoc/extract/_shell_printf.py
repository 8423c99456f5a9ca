"""What ``printf`` prints: its format once for so many of its arguments as it has places for them, until there are no more.

Source of the rules: POSIX, "printf", and the manual of bash. A place with a width or precision, and an escape for a terminal,
are not known here, and then nothing is. This module knows no variable and no script.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archdoc.extract import _values as values
from archdoc.extract._values import Part, Text
from archdoc.regex import regex

MAX_PIECES = 10_000
_PIECE = regex(r"%(.)|\\(.)|[^%\\]+|[%\\]")
_PLACES = frozenset("sbdiuq")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "'": "'"}


def printf(arguments: Sequence[Text]) -> Text | None:
    """The output without the line end behind it; None where that is not known."""
    if not arguments or values.known(arguments[0]) in ("-v", "--"):
        return None
    pieces = list(_pieces(arguments[0]))
    given = list(arguments[1:])
    said: list[Text] = []
    while len(said) < MAX_PIECES:
        before = len(given)
        for literal, place in pieces:
            if literal is None:
                if place not in _PLACES:
                    return None
                said.append(given.pop(0) if given else ("0",) if place in "diu" else ())
            else:
                said.append((literal,))
        if not given or len(given) == before:
            break
    found = values.join(said)
    if not found or not isinstance(found[-1], str):
        return found
    line = found[-1].removesuffix("\n")
    return (*found[:-1], line) if line else found[:-1]


def _pieces(form: Text) -> Iterator[tuple[Part | None, str]]:
    """What is printed as it stands, and the letters of the places that stand for an argument."""
    for part in form:
        if not isinstance(part, str):
            yield part, ""
            continue
        for found in _PIECE.finditer(part):
            if found[1] is not None and found[1] != "%":
                yield None, found[1]
            elif found[2] is not None:
                yield (_ESCAPED[found[2]], "") if found[2] in _ESCAPED else (None, "")
            else:
                yield "%" if found[1] else found[0], ""
