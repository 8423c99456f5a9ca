"""The words of a recipe with the variables in them, for the notes of `_trace`: make expands a line before the shell reads it."""

from __future__ import annotations

from collections.abc import Iterator

from archdoc.extract import _trace as trace
from archdoc.extract._make_expand import Reference, compiled
from archdoc.extract._make_model import Line
from archdoc.extract._make_read import closing
from archdoc.extract._make_state import Makefile, TooMuch
from archdoc.extract._trace import Use

_MAX_DEPTH = 12


def line(makefile: Makefile, one: Line) -> None:
    """Note the words of a line of a recipe."""
    expansions, nested = makefile.expansions, makefile.nested
    try:
        for word, row in _words(one.text):
            if used := _uses(makefile, word, {}):
                name, equals, rest = word.partition("=")
                if equals and name.isidentifier() and rest not in (f"$({name})", f"${{{name}}}"):
                    trace.note(name, one.path, one.row + 1 + row, rest, makefile.expand(rest), used)
                trace.note("", one.path, one.row + 1 + row, word, makefile.expand(word), used)
    except (TooMuch, RecursionError):
        return
    finally:
        makefile.expansions, makefile.nested = expansions, nested


def _words(text: str) -> Iterator[tuple[str, int]]:
    """The words of a line that hold a variable, each with its row."""
    start = at = row = 0
    while at <= len(text):
        if at == len(text) or text[at].isspace():
            if "$" in text[start:at]:
                yield text[start:at].strip("\"'"), row
            row += text[at : at + 1] == "\n"
            start = at = at + 1
        elif text[at] == "$" and text[at + 1 : at + 2] in ("(", "{"):
            at = max(closing(text, at + 1), at) + 1
        else:
            at += 1


def _uses(makefile: Makefile, raw: str, defined: dict[str, None]) -> list[Use]:
    """The variables in a text; what each was set to is noted with its value of now."""
    found = [Use(f"$({name})", makefile.value(name)) for name in dict.fromkeys(_names(raw))]
    for use in found:
        name = use.name[2:-1]
        said = next((n for n in reversed(trace.log or ()) if n.name == name and n.value is None), None)
        if said is not None and name not in defined and len(defined) < _MAX_DEPTH:
            defined[name] = None
            inner = _uses(makefile, said.written, defined)
            trace.note(name, said.path, said.line, said.written, use.value, inner)
    return found


def _names(raw: str) -> Iterator[str]:
    for node in compiled(raw):
        if isinstance(node, Reference):
            yield from (node.name,) if "$" not in node.name else _names(node.name)
        elif not isinstance(node, str):
            for argument in node.arguments:
                yield from _names(argument)
