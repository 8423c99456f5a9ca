"""Words of a shell as they are written, and the variables in them, for the notes of `_trace`. Nothing is evaluated here."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from typing import Protocol

from archdoc.extract import _trace as trace
from archdoc.extract import _values as values
from archdoc.extract._shell_commands import below
from archdoc.extract._shell_expand import Variables, is_literal
from archdoc.extract._shell_syntax import (
    Argument,
    Group,
    Literal,
    Parameter,
    Pipeline,
    Simple,
    Statement,
    Substitution,
    Word,
    WordPart,
)
from archdoc.extract._trace import Use
from archdoc.extract._values import Text, Unknown
from archdoc.extract._workspace import ROOT
from archdoc.model import Evidence
from archdoc.regex import regex

_MARK = regex(r"__EXPRESSION\d+__")
_DEFAULTS = (":-", "-", ":=", "=", ":?", "?")
_SETS = regex(r"([A-Za-z_]\w*)=")


class Shell(Variables, Protocol):
    """A shell at a word; `pinned` is the row that leads to another file, whose path from `cwd` is `file`."""

    cwd: Text
    name: Text
    file: Text
    pinned: int | None


def word(name: str, one: Word, found: Sequence[Text | list[Text]], shell: Shell) -> None:
    """Note the values that a word comes to, under the name of a variable or as a word of a command."""
    here, place = Evidence("", one.row if shell.pinned is None else shell.pinned), _place(one, shell)
    used = list(_uses(one.parts, shell))
    written = _MARK.sub(lambda match: _behind(match[0]).written, "".join(map(_written, one.parts)))
    for part in one.parts:
        if isinstance(part, Parameter) and part.operator in (":=", "="):
            value = shell.value(part.name)
            trace.note(part.name, place.path, place.line, _written(part), value, list(_uses(part.operand, shell)))
    alone = used[0] if len(used) == len(one.parts) == 1 and isinstance(one.parts[0], Parameter) else None
    for each in (each for value in found for each in (value if isinstance(value, list) else [value])):
        mine = [alone._replace(value=each)] if alone else used
        at = place if name else here
        if name or not is_literal(one):
            trace.note(name, at.path, at.line, written, each, mine)
        head = each[0] if each and not name else None
        if isinstance(head, str) and (match := _SETS.match(head)):
            value = values.join(((head[match.end() :],), each[1:]))
            trace.note(match[1], place.path, place.line, written.partition("=")[2], value, mine)


def handed(name: str, arguments: Sequence[Argument]) -> None:
    """Note words of a command as what it is given: ``$1`` and so on where the name is ``$``."""
    for number, one in enumerate(arguments, 1) if trace.log is not None else ():
        trace.handed(f"${number}" if name == "$" else name, Evidence("", one.row), one.text)


def moved(begin: int, rows: Sequence[int]) -> None:
    """Give the notes since `begin` the rows that the lines had before expressions were replaced."""
    trace.moved(begin, lambda row: Evidence("", rows[min(row, len(rows) - 1)]))


def _place(one: Word, shell: Shell) -> Evidence:
    """Where a word stands, in another file too; one of this script is told by its row alone."""
    other = shell.pinned is not None and shell.file is not shell.name
    path = values.known(below(shell.cwd, shell.file)) if other else None
    if path is None:
        return Evidence("", one.row if shell.pinned is None else shell.pinned)
    return Evidence(posixpath.normpath(path).removeprefix(f"{ROOT}/"), one.row + 1)


def _behind(mark: str) -> trace.Note:
    """The note of a mark."""
    return next((one for one in reversed(trace.log or ()) if one.name == mark), trace.Note(mark, "", 0, "${{ }}", ()))


def _written(part: WordPart) -> str:
    if isinstance(part, Literal):
        return part.text
    if isinstance(part, Parameter) and part.operator in ("length", "indirect"):
        return f"${{{'#' if part.operator == 'length' else '!'}{part.name}}}"
    if isinstance(part, Parameter):
        subscript = f"[{part.subscript}]" if part.subscript else ""
        return f"${{{part.name}{subscript}{part.operator}{''.join(map(_written, part.operand))}}}"
    if isinstance(part, Substitution):
        return f"$({' '.join(_words(part.body))})"
    return "$(( ))"


def _words(body: Sequence[Statement]) -> Iterator[str]:
    for statement in body:
        if isinstance(statement, Simple):
            yield from ("".join(map(_written, one.parts)) for one in statement.words)
        elif isinstance(statement, Pipeline):
            for number, stage in enumerate(statement.stages):
                yield from ("|",) if number else ()
                yield from _words((stage,))
        elif isinstance(statement, Group):
            yield from _words(statement.body)


def _uses(parts: Sequence[WordPart], variables: Variables) -> Iterator[Use]:
    for part in parts:
        if isinstance(part, Literal):
            for mark in _MARK.findall(part.text):
                yield from _behind(mark).uses
        elif isinstance(part, Parameter):
            if part.operator in _DEFAULTS and variables.value(part.name) in ((), (Unknown(part.name),)):
                yield from _uses(part.operand, variables)
                continue
            elements = variables.elements(part.name) if part.subscript or part.name in ("@", "*") else None
            yield Use(f"${part.name}", variables.value(part.name) if elements is None else values.join(elements))
            yield from _uses(part.operand, variables) if part.operator in (*_DEFAULTS, ":+", "+") else ()
        elif isinstance(part, Substitution):
            yield from _uses_of(part.body, variables)


def _uses_of(body: Sequence[Statement], variables: Variables) -> Iterator[Use]:
    for statement in body:
        if isinstance(statement, Simple):
            for one in statement.words:
                yield from _uses(one.parts, variables)
        elif isinstance(statement, Pipeline):
            yield from _uses_of(statement.stages, variables)
        elif isinstance(statement, Group):
            yield from _uses_of(statement.body, variables)
