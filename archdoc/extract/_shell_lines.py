"""What filters of lines leave of a known text: ``grep``, ``head``, ``tail``, and what ``xargs`` says of each line.

Rows of `_shell_expand.FILTERS`. POSIX, chapter "Utilities", and the manuals of GNU grep, coreutils and findutils. Nothing is run:
another option, a pattern that is more than `_PLAIN`, and text that is not known to the last letter have no result.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence

from archdoc.extract import _values as values
from archdoc.extract._values import Text
from archdoc.regex import regex

_PLAIN = regex(r"\^?[\w/.:,@ -]*\$?")
"""A regular expression without anything that repeats: it means the same to every tool."""
_GREP = frozenset("vieEFqxwh")
_COUNT = regex(r"(?:-n|-)(\d{1,4})")
_ONE = regex(r"-(?:n|L) ?1")


def grep(value: Text, arguments: Sequence[str]) -> Text | None:
    """``grep -v -e PATTERN -e PATTERN``: the lines in which one of the patterns is found, or none."""
    lines = _lines(value)
    flags: set[str] = set()
    patterns: list[str] = []
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if word.startswith("-") and len(word) > 1:
            flags.update(word[1:])
            if word.endswith("e"):
                patterns += [rest.pop(0)] if rest else []
        elif patterns:
            return None  # a file to read
        else:
            patterns.append(word)
    if "E" in flags:
        patterns = [one for pattern in patterns for one in pattern.split("|")]
    if lines is None or not patterns or not flags <= _GREP or not all(map(_PLAIN.fullmatch, patterns)):
        return None
    found = re.compile("|".join(_expression(one, flags) for one in patterns), re.IGNORECASE if "i" in flags else 0)
    return _said([] if "q" in flags else [line for line in lines if (found.search(line) is None) is ("v" in flags)])


def _expression(pattern: str, flags: set[str]) -> str:
    one = re.escape(pattern) if "F" in flags else pattern
    if "w" in flags:
        one = rf"(?<!\w){one}(?!\w)"
    return f"^{one}$" if "x" in flags else one


def head(value: Text, arguments: Sequence[str]) -> Text | None:
    """``head -n 2``, ``head -1``."""
    lines, count = _lines(value), _count(arguments)
    return None if lines is None or count is None else _said(lines[:count])


def tail(value: Text, arguments: Sequence[str]) -> Text | None:
    """``tail -n 2``, ``tail -1``."""
    lines, count = _lines(value), _count(arguments)
    return None if lines is None or count is None else _said(lines[-count:] if count else [])


def _count(arguments: Sequence[str]) -> int | None:
    match = _COUNT.fullmatch("".join(arguments))
    return int(match[1]) if match else None if arguments else 10


def xargs(value: Text, arguments: Sequence[str]) -> Text | None:
    """``xargs``, ``xargs -n1 basename``, ``xargs -I{} echo folder/{}``."""
    words = list(arguments)
    if not words:
        return value
    lines = _lines(value)
    mark, tool = "", words
    if words[0].startswith("-I"):
        mark, tool = (words[0][2:], words[1:]) if len(words[0]) > 2 else (words[1] if len(words) > 1 else "", words[2:])
    elif _ONE.fullmatch(" ".join(words[:2])):
        tool = words[2:]
    elif _ONE.fullmatch(words[0]):
        tool = words[1:]
    change = _TOOLS.get(tool[0]) if tool else None
    if lines is None or change is None or (words[0].startswith("-") and tool is words):
        return None
    if mark:
        return _said([change([one.replace(mark, line) for one in tool[1:]]) for line in lines])
    items = [one for line in lines for one in line.split()]
    if tool is words:
        return _said([change([*tool[1:], *items])]) if tool[0] == "echo" else None
    return _said([change([*tool[1:], one]) for one in items])


_TOOLS: dict[str, Callable[[list[str]], str]] = {
    "echo": " ".join,
    "basename": lambda words: posixpath.basename(words[0].rstrip("/")).removesuffix("".join(words[1:2])),
    "dirname": lambda words: posixpath.dirname(words[-1].rstrip("/")) or ".",
}


def _lines(value: Text) -> list[str] | None:
    known = values.known(value)
    return None if known is None else known.removesuffix("\n").split("\n") if known else []


def _said(lines: Sequence[str]) -> Text:
    return ("\n".join(lines),) if any(lines) else ()
