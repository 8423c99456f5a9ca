"""Lists that scripts turn into JSON: ``sort``, and the few programs of ``jq`` that do no more than that.

Rows of `_shell_expand.SOURCES` and `FILTERS`. What is not known to the last letter has no result. This module knows no shell.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from archdoc.extract import _values as values
from archdoc.extract._values import Choice, Text, choice
from archdoc.regex import regex

MAX_TEXT = 100_000
MAX_VALUES = 2_000
_FLAGS = {"--raw-input": "R", "--slurp": "s", "--compact-output": "c", "--null-input": "n", "--raw-output": "r"}
_SPLIT = regex(r'split\("(\\n|[ ,;])"\)(\[:-1\]|\|map\(select\((?:length>0|\.!="")\)\))?')
_PATH = regex(r"\.|(?:\.(?:[A-Za-z_]\w*)?(?:\[\])?)+")
_KEY = regex(r"\[\]|[A-Za-z_]\w*")
_ADDED = regex(r"\.\s*\+=?\s*(\[.{0,400}\])")
_AROUND = regex(r"\{\s*\"?([A-Za-z_][\w-]*)\"?\s*:\s*\.\s*\}")
_BARE_KEY = regex(r"([{,]\s*)([A-Za-z_]\w*)\s*:")
_VARIABLE = regex(r"\$([A-Za-z_]\w*)")


def sort(value: Text, arguments: Sequence[str]) -> Text | None:
    """``sort`` and ``sort -u`` of known lines, by their bytes."""
    known = values.known(value)
    if known is None or list(arguments) not in ([], ["-u"]):
        return None
    lines = known.removesuffix("\n").split("\n")
    found = sorted(set(lines) if arguments else lines, key=str.encode)
    return ("\n".join(found),)


def jq_filter(value: Text, arguments: Sequence[str]) -> Text | None:
    """What ``jq`` makes of text that it reads from a pipe: of each text that it may be, of which it understands at least one."""
    part = value[0] if len(value) == 1 else None
    texts = [values.text(one) for one in part.options] if isinstance(part, Choice) else [value]
    given = _taken(arguments)
    if given is None or len(given.words) > 1 or "n" in given.flags:
        return None
    program = given.words[0] if given.words else "."
    known = [one for one in map(values.known, texts) if one is not None and len(one) <= MAX_TEXT]
    if _ADDED.fullmatch(program) and len(known) > 1:
        # Of a list that grows by what has changed, the longest says all that the others say.
        known = [max(known, key=len)]
    made = [one for one in (_filtered(text, program, given) for text in known) if one is not None]
    return values.text(choice(made)) if made else None


def _filtered(text: str, program: str, given: _Given) -> Text | None:
    if "R" in given.flags:
        lines = [text] if "s" in given.flags else text.removesuffix("\n").split("\n")
        return _said((_raw(line, program) for line in lines), given.flags)
    try:
        found: list[object] = list(_stream(text))
        made = [one for value in ([found] if "s" in given.flags else found) for one in _run(value, program, given.named)]
    except (ValueError, RecursionError):
        return None
    return _said(iter(made), given.flags)


def jq(arguments: Sequence[Text], read: Callable[[Text], str | None]) -> Text | None:
    """``jq`` of no input whose program is JSON itself or makes a list of its arguments, or of one file of the repository."""
    given = _taken([values.shown(one) for one in arguments if values.known(one) is not None])
    if given is None or "R" in given.flags or "s" in given.flags:
        return None
    if given.words[:1] == ["$ARGS.positional"] and "n" in given.flags and given.positional is not None:
        unknown = any(values.known(one) is None for one in arguments)
        return None if unknown else _said(iter([given.positional]), given.flags)
    if len(given.words) != 2 - ("n" in given.flags) or any(values.known(one) is None for one in arguments[:-1]):
        return None
    content = "null" if "n" in given.flags else read(arguments[-1])
    if content is None or len(content) > MAX_TEXT:
        return None
    try:
        found = _run(json.loads(content), given.words[0], given.named)
    except (ValueError, RecursionError):
        return None
    return _said(iter(found), given.flags)


class _None:
    """No result: the program, or the text, is none that is read here."""


_NONE = _None()


class _Given(NamedTuple):
    """The arguments of `jq`: letters of flags, program and files, the variables by name, the words behind ``--args``."""

    flags: frozenset[str]
    words: list[str]
    named: Mapping[str, object]
    positional: list[str] | None


def _taken(arguments: Sequence[str]) -> _Given | None:
    """What is given; None where an option is not known here, or the value of a variable is not known at all."""
    flags: set[str] = set()
    words: list[str] = []
    named: dict[str, object] = {}
    positional: list[str] | None = None
    rest = iter(arguments)
    for one in rest:
        if one == "--args":
            positional = []
        elif one in ("--arg", "--argjson"):
            name, value = next(rest, ""), next(rest, "*")
            if "*" in value:
                return None
            try:
                named[name] = json.loads(value) if one == "--argjson" else value
            except (ValueError, RecursionError):
                return None
        elif one.startswith("-") and one != "--":
            flags.update(_FLAGS.get(one, one[1:]))
        elif positional is not None and words:
            positional += [one] if one != "--" else []
        elif one != "--":
            words.append(one)
    return _Given(frozenset(flags), words, named, positional) if flags <= set("RscnrM") else None


def _raw(line: str, program: str) -> object:
    """A line as a string, or cut into a list."""
    split = _SPLIT.fullmatch("".join(program.split()) if '" "' not in program else program.replace(" | ", "|"))
    if program == "." or split is None:
        return line if program == "." else _NONE
    pieces = line.split("\n" if split[1] == "\\n" else split[1])
    if split[2] == "[:-1]":
        # What a command prints ends with a line end, which a pipe hands on and the text here has no more.
        return pieces[:-1] if pieces[-1] == "" or split[1] != "\\n" else pieces
    return [one for one in pieces if one] if split[2] else pieces


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


def _run(value: object, program: str, named: Mapping[str, object]) -> list[object]:
    """What a program makes of a value: of steps with ``|`` between them, each a path, a list that is added, or a new value."""
    found = [value]
    for step in program.split(" | "):
        found = [one for before in found for one in _step(before, step.strip(), named)]
        if len(found) > MAX_VALUES:
            return [_NONE]
    return found


def _step(value: object, step: str, named: Mapping[str, object]) -> list[object]:
    if value is _NONE:
        return [_NONE]
    if _PATH.fullmatch(step):
        return _at(value, step)
    if (added := _ADDED.fullmatch(step)) is not None:
        more = _literal(added[1], named)
        return [value + more] if isinstance(value, list) and isinstance(more, list) else [_NONE]
    if (around := _AROUND.fullmatch(step)) is not None:
        return [{around[1]: value}]
    if step in ("unique", "sort") and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return [sorted(set(value)) if step == "unique" else sorted(value)]
    if step == "keys" and isinstance(value, dict):
        return [sorted(value)]
    return [_literal(step, named)]


def _literal(text: str, named: Mapping[str, object]) -> object:
    """JSON whose keys need no quotes, and in which ``$name`` stands for a variable."""
    plain = _BARE_KEY.sub(r'\1"\2":', text)
    try:
        return json.loads(_VARIABLE.sub(lambda found: json.dumps(named[found[1]]), plain))
    except (KeyError, ValueError, RecursionError):
        return _NONE


def _at(value: object, path: str) -> list[object]:
    """What stands at a path such as ``.a.b`` or ``.a[]``."""
    found = [value]
    for key in _KEY.findall(path):
        if key == "[]":
            found = [one for each in found for one in (each if isinstance(each, list) else [_NONE])]
        elif key:
            found = [each.get(key, _NONE) if isinstance(each, dict) else _NONE for each in found]
    return found


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
