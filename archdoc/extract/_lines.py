"""Which line of a file each line of a YAML scalar stands on, so that a command in a block is cited where it stands.

This module knows raw lines and texts, nothing of their meaning.
"""

from __future__ import annotations

from collections.abc import Sequence

from archdoc.regex import regex

_HEADER = regex(r"(?:^|[:\-?]\s+)(?:[&!][^\s]*\s+)*([|>])[-+0-9]*\s*(?:#.*)?$")


def lines_of(text: str, line: int, raw: Sequence[str]) -> list[int]:
    """The line in the file of each line of `text`, a scalar that begins at `line` (from 1); `raw` are the lines of the file.

    In a literal block (``|``) they follow its header one by one; in any other scalar lines were folded, and each line of
    the text is found where its first word stands.
    """
    count = text.count("\n") + 1
    header = _HEADER.search(raw[line - 1].rstrip()) if 0 < line <= len(raw) else None
    if header is not None and header[1] == "|":
        return [line + 1 + row for row in range(count)]
    if count == 1 and header is None:
        return [line]
    return _folded(text.split("\n"), line + (header is not None), raw)


def _folded(rows: Sequence[str], line: int, raw: Sequence[str]) -> list[int]:
    """The lines of folded text: raw lines are eaten one by one, each by the text row that it is a part of."""
    found: list[int] = []
    at = line
    for row in rows:
        rest = row.strip()
        while rest and at < len(raw) and not raw[at - 1].strip():
            at += 1
        found.append(min(at, len(raw)))
        while rest and at <= len(raw):
            piece = raw[at - 1].strip().strip("\"'")
            at += 1
            if piece and piece in rest:
                rest = rest[rest.index(piece) + len(piece) :].strip()
            elif piece:
                break
        if not row.strip():
            at += 1
    return found
