"""Lists that scripts turn into JSON: ``sort``, and the few programs of ``jq`` that do no more than that.

Rows of `_shell_expand.SOURCES` and `FILTERS`. What is not known to the last letter has no result. This module knows no shell.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence

from archdoc.extract import _values as values
from archdoc.extract._values import Text

MAX_TEXT = 100_000
_FLAGS = {"--raw-input": "R", "--slurp": "s", "--compact-output": "c", "--null-input": "n", "--raw-output": "r"}
_SPLIT = re.compile(r'split\("(\\n|[ ,;])"\)(\[:-1\]|\|map\(select\((?:length>0|\.!="")\)\))?')
_PATH = re.compile(r"\.|(?:\.[A-Za-z_]\w*)+")


def sort(value: Text, arguments: Sequence[str]) -> Text | None:
    """``sort`` and ``sort -u`` of known lines, by their bytes."""
    known = values.known(value)
    if known is None or list(arguments) not in ([], ["-u"]):
        return None
    lines = known.removesuffix("\n").split("\n")
    found = sorted(set(lines) if arguments else lines, key=str.encode)
    return ("\n".join(found),)


def jq_filter(value: Text, arguments: Sequence[str]) -> Text | None:
    """What ``jq`` makes of known text that it reads from a pipe."""
    known = values.known(value)
    flags, words = _taken(arguments)
    if known is None or len(known) > MAX_TEXT or len(words) > 1 or flags is None or "n" in flags:
        return None
    program = words[0] if words else "."
    if "R" in flags:
        lines = [known] if "s" in flags else known.removesuffix("\n").split("\n")
        return _said((_raw(line, program) for line in lines), flags)
    try:
        found: list[object] = list(_stream(known))
    except (ValueError, RecursionError):
        return None
    return _said((_at(one, program) for one in ([found] if "s" in flags else found)), flags)


def jq(arguments: Sequence[Text], read: Callable[[Text], str | None]) -> Text | None:
    """``jq`` of no input whose program is JSON itself, or of one file of the repository."""
    flags, words = _taken([values.shown(one) for one in arguments if values.known(one) is not None])
    if flags is None or len(words) != 2 - ("n" in flags) or any(values.known(one) is None for one in arguments[:-1]):
        return None
    content = words[0] if "n" in flags else read(arguments[-1])
    if content is None or len(content) > MAX_TEXT or "R" in flags or "s" in flags:
        return None
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return _said(iter([found if "n" in flags else _at(found, words[0])]), flags)


class _None:
    """No result: the program, or the text, is none that is read here."""


_NONE = _None()


def _taken(arguments: Sequence[str]) -> tuple[frozenset[str] | None, list[str]]:
    """The flags and the other words; no flags where one is not known here."""
    words = [one for one in arguments if not one.startswith("-")]
    given = "".join(_FLAGS.get(one, one[1:]) for one in arguments if one.startswith("-"))
    return (frozenset(given) if set(given) <= set("RscnrM") else None), words


def _raw(line: str, program: str) -> object:
    """A line as a string, or cut into a list."""
    split = _SPLIT.fullmatch("".join(program.split()) if '" "' not in program else program.replace(" | ", "|"))
    if program == "." or split is None:
        return line if program == "." else _NONE
    pieces = line.split("\n" if split[1] == "\\n" else split[1])
    return pieces[:-1] if split[2] == "[:-1]" else [one for one in pieces if one] if split[2] else pieces


def _stream(text: str) -> Iterator[object]:
    """The values of JSON that stand one behind the other."""
    decoder = json.JSONDecoder()
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
        else:
            one, at = decoder.raw_decode(text, at)
            yield one


def _at(value: object, program: str) -> object:
    """What stands at a path such as ``.a.b``."""
    if not _PATH.fullmatch(program):
        return _NONE
    for key in program.split(".")[1:]:
        if key:
            value = value.get(key, _NONE) if isinstance(value, dict) else _NONE
    return value


def _said(found: Iterator[object], flags: frozenset[str]) -> Text | None:
    results = list(found)
    if any(one is _NONE for one in results):
        return None
    lines = (one if "r" in flags and isinstance(one, str) else _dumped(one, "c" in flags) for one in results)
    return ("\n".join(lines),)


def _dumped(value: object, compact: bool) -> str:
    if compact:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return json.dumps(value, ensure_ascii=False, indent=2)
