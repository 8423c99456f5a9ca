"""The templates of HCL: literal text, ``${...}`` and the directives ``%{if}`` and ``%{for}``, put together as an expression.

This module reads no text of its own: the parser gives it the pieces.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from archdoc.extract._hcl_nodes import MAX_DEPTH, Call, Conditional, Expression, For, HclError, Literal, Template
from archdoc.regex import regex

_ESCAPE = regex(r"\$\$\{|%%\{|\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|.)")
_PLAIN_ESCAPE = regex(r"\$\$\{|%%\{")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}
CLOSING = frozenset({"else", "endif", "endfor"})


class Mark(NamedTuple):
    """A piece of a template: literal text, or a ``${`` or ``%{`` with its word; `left` and `right` take the blanks away."""

    word: str
    text: str = ""
    names: tuple[str, ...] = ()
    value: Expression = Literal("", 0)
    left: bool = False
    right: bool = False


def unescaped(text: str, *, quoted: bool) -> str:
    """Literal text without its escapes; a here-document has none but ``$${`` and ``%%{``."""
    return (_ESCAPE if quoted else _PLAIN_ESCAPE).sub(_character, text)


def assembled(marks: Sequence[Mark], line: int) -> Expression:
    """The expression that the pieces of a template make: a `Literal` where nothing stands in it."""
    if len(marks) == 1 and not marks[0].word:
        return Literal(marks[0].text, line)
    waiting = deque(_trimmed(marks))
    parts = _parts(waiting, line)
    if waiting:
        raise HclError(f"`{waiting[0].word}` without its beginning", line)
    if not parts:
        return Literal("", line)
    return parts[0] if len(parts) == 1 else Template(tuple(parts), line)


def _character(match: re.Match[str]) -> str:
    found = match[0]
    if not found.startswith("\\"):
        return found[1:]
    digits = match[1] or match[2]
    if digits:
        code = int(digits, 16)
        return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
    return _ESCAPED.get(found[1], found[1])


def _trimmed(marks: Sequence[Mark]) -> list[Mark]:
    """The marks with the blanks gone that their neighbours take away."""
    found: list[Mark] = []
    for place, mark in enumerate(marks):
        if not mark.word and place and marks[place - 1].right:
            mark = mark._replace(text=mark.text.lstrip())
        if not mark.word and place + 1 < len(marks) and marks[place + 1].left:
            mark = mark._replace(text=mark.text.rstrip())
        found.append(mark)
    return found


def _parts(marks: deque[Mark], line: int, depth: int = 0) -> list[Expression]:
    """The parts up to a word that closes what is not open here; the marks from that word on are left."""
    if depth > MAX_DEPTH:
        raise HclError(f"nested more than {MAX_DEPTH} deep", line)
    found: list[Expression] = []
    while marks and marks[0].word not in CLOSING:
        mark = marks.popleft()
        if mark.word == "if":
            then = Template(tuple(_parts(marks, line, depth + 1)), line)
            other = Template((), line)
            if marks and marks[0].word == "else":
                marks.popleft()
                other = Template(tuple(_parts(marks, line, depth + 1)), line)
            _closed("endif", marks, line)
            found.append(Conditional(mark.value, then, other, line))
        elif mark.word == "for":
            inside = Template(tuple(_parts(marks, line, depth + 1)), line)
            _closed("endfor", marks, line)
            each = For(mark.names, mark.value, None, inside, None, grouped=False, line=line)
            found.append(Call("join", (Literal("", line), each), spread=False, line=line))
        elif mark.word:
            found.append(mark.value)
        elif mark.text:
            found.append(Literal(mark.text, line))
    return found


def _closed(word: str, marks: deque[Mark], line: int) -> None:
    if not marks or marks[0].word != word:
        raise HclError(f"`{word}` is missing", line)
    marks.popleft()
