"""The expressions of GitHub in a shell script, each replaced by a mark that bash reads as part of a word.

This module knows neither bash nor what an expression comes to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from archdoc.extract import _trace as trace
from archdoc.extract import _values as values
from archdoc.extract._expressions import Piece, pieces
from archdoc.extract._shell_expand import mark
from archdoc.extract._values import Text
from archdoc.regex import regex

_CODE = regex(r"[\n;&|<>()$`\"'\\#]")


def unknowns(text: Text, marks: Mapping[str, Text]) -> tuple[str, dict[str, Text]]:
    """A script that is known in part, with a mark for each other part; and all marks, those of the script around it too."""
    found = dict(marks)
    out: list[str] = []
    for part in text:
        if not isinstance(part, str):
            name = mark(len(found))
            found[name] = (part,)
            part = name
        out.append(part)
    return "".join(out), found


def prepare(script: str, expression: Callable[[str], Text]) -> tuple[str, dict[str, Text], list[int]]:
    """The script with a mark for each expression, what each mark comes to, and the line that each of its lines had.

    GitHub puts the value into the text before bash reads it: so a known value that is code stands there as code.
    """
    if "${{" not in script:
        return script, {}, list(range(script.count("\n") + 1))
    out: list[str] = []
    marks: dict[str, Text] = {}
    rows = [0]
    row = 0
    for piece in pieces(script):
        if isinstance(piece, Piece):
            value = expression(piece.source)
            known = values.known(value)
            if known is None or not _CODE.search(known):
                known = mark(len(marks))
                marks[known] = value
                if trace.log is not None:
                    trace.note(known, "", 0, f"${{{{ {piece.source} }}}}", value, trace.used(piece.source, expression))
            out.append(known)
            rows += [row] * known.count("\n")
            row += piece.lines
        else:
            out.append(piece)
            rows += range(row + 1, row + piece.count("\n") + 1)
            row += piece.count("\n")
    return "".join(out), marks, rows
