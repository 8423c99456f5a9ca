"""What an author tells archdoc within a drawing: comments ``%% archdoc: ...`` of Mermaid and ``# archdoc: ...`` of Python.

It knows how such a comment is written; it must not know what it does to a verdict.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from archdoc.regex import regex

_REMARK = regex(r"^[ \t]*(?:%%|#)[ \t]*archdoc:[ \t]*([^\n]*)$", re.MULTILINE)
_ALSO_COMMENT = regex(r"[ \t]*(?:%%|#)|[ \t]*$")


@dataclass(frozen=True, slots=True)
class Remark:
    """The words of one comment; `line` is its own, `next` the first line behind it that is no comment and not empty."""

    line: int
    next: int
    text: str


def remarks(text: str) -> tuple[Remark, ...]:
    """The comments of a drawing, in order; lines count from 1 within the text."""
    lines = re.split(r"\r\n?|\n", text)
    found: list[Remark] = []
    behind = len(lines) + 1
    for number in range(len(lines), 0, -1):
        line = lines[number - 1]
        if match := _REMARK.match(line):
            found.append(Remark(number, behind, match[1].strip()))
        elif not _ALSO_COMMENT.match(line):
            behind = number
    return tuple(reversed(found))
