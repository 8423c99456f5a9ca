"""The turns of a loop of the shell: the lines that `while read` reads, the files that a pattern of `for` names.

This module knows variables only through `Variables`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archdoc.extract import _shell_files as shell_files
from archdoc.extract import _shell_read as reading
from archdoc.extract import _values as values
from archdoc.extract._shell_expand import Variables, cut, fields, substitution, text
from archdoc.extract._shell_syntax import Branch, Group, Loop, Opaque, Pipeline, Simple, Statement, Word
from archdoc.extract._values import Choice, Text
from archdoc.regex import regex

MAX_WAYS = 16
_PATTERN = regex(r"[*?\[]")


def settings(loop: Loop, before: tuple[Statement, ...], variables: Variables) -> list[dict[str, Text | list[Text]]] | None:
    """What each turn of ``while read NAME...`` and ``while getopts`` sets; None for another loop, and where that is not known.

    `before` are the commands whose output the pipeline hands to the loop.
    """
    first = loop.body[0] if loop.body else None
    words = [one.literal or "" for one in first.words] if isinstance(first, Simple) else []
    if words[:1] == ["getopts"] and len(words) == 3:
        return _options(words[1], words[2], variables.elements("@") or [])
    ask = reading.asked(words[1:]) if words[:1] == ["read"] else reading.Asked(())
    if not ask.names and not ask.array:
        return None
    found: Text | None = substitution((Pipeline(before),) if len(before) > 1 else before, variables) if before else None
    for redirect in loop.redirects:
        part = redirect.word.parts[0] if redirect.word.parts else None
        if isinstance(part, Opaque) and part.kind == "<()":
            found = substitution(part.body, variables)
        elif redirect.operator in ("<<<", "<<"):
            found = text(redirect.word.parts, variables)
    known = None if found is None else values.known(found)
    if known is None or not isinstance(first, Simple):
        return None
    separators = next(
        (values.known(text(one.values[0].parts, variables)) for one in first.assignments if one.name == "IFS"), None
    )
    given = reading.BLANKS if separators is None else separators
    return [reading.cut(ask, (line,), given if len(ask.names) != 1 else "") for line in known.split("\n") if line]


def _options(spec: str, name: str, arguments: Sequence[Text]) -> list[dict[str, Text | list[Text]]] | None:
    """The options among arguments, as ``getopts`` takes one after the other; None where one is not known."""
    found: list[dict[str, Text | list[Text]]] = []
    given = iter(arguments)
    for argument in given:
        word = values.shown(argument)
        if not word.startswith("-") or word in ("-", "--"):
            return None if values.known(argument) is None and word.startswith("*") else found
        if values.known(argument[:1]) is None:
            return None
        letters = values.shown(argument[:1])[1:]
        for at, letter in enumerate(letters, 1):
            wrong: dict[str, Text | list[Text]] = {name: ("?",), "OPTARG": (letter,) if spec.startswith(":") else ()}
            if f"{letter}:" in spec:
                rest = values.join(((letters[at:],) if at < len(letters) else (), argument[1:]))
                value = rest if at < len(letters) or argument[1:] else next(given, None)
                missing: dict[str, Text | list[Text]] = {**wrong, name: (":",) if spec.startswith(":") else ("?",)}
                found.append(missing if value is None else {name: (letter,), "OPTARG": value})
                break
            found.append({name: (letter,), "OPTARG": ()} if letter in spec and letter != ":" else wrong)
    return found


def turns(words: Sequence[Word], variables: Variables) -> Iterator[Text]:
    """The turns of ``for NAME in WORD...``: each pattern as the files it stands for; one that fits none stays as it is."""
    for word in words:
        quoted = all(part.quoted for part in word.parts)
        for field in fields(word, variables):
            for turn in [field] if quoted else _apart(field):
                known = values.known(turn) or ""
                files = shell_files.glob(known, variables.folder) if _PATTERN.search(known) else ()
                found: list[Text] = [(one,) for one in files]
                yield from found or [turn]


def _apart(field: Text) -> list[Text]:
    """What is one of several values, each cut at its own blanks: a turn for every word that one of them has."""
    if not any(isinstance(part, Choice) for part in field):
        return [field]
    ways = values.alternatives(field, MAX_WAYS + 1)
    if len(ways) > MAX_WAYS or not any(len(cut(way)) > 1 for way in ways):
        return [field]
    found = list(dict.fromkeys(word for way in ways for word in cut(way) if word))
    return [word for word in found if values.truthy(word)] or found


def shifts(body: Sequence[Statement]) -> bool:
    """Whether a body may drop arguments of the script."""
    return any(
        (isinstance(one, Simple) and bool(one.words) and one.words[0].literal == "shift")
        or (isinstance(one, (Group, Loop)) and shifts(one.body))
        or (isinstance(one, Branch) and any(map(shifts, one.arms)))
        for one in body
    )
