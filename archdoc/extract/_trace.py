"""What a value is put together from, noted while somebody asks for it: `explain` reads a unit again and keeps the notes.

Facts carry nothing of it, so that a scan pays nothing and no value of a variable gets into the graph or the cache. Notes are in
the order of evaluation: what a variable was where it is used is told by the last note of its name before. This module knows no
format but expressions, and does not judge which values may be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from archdoc.extract import _expressions as expressions
from archdoc.extract import _values as values
from archdoc.extract._expressions import Binary, Call, Expression, ExpressionError, Index, Literal, Name, Piece
from archdoc.extract._values import Text
from archdoc.extract._yaml import Node
from archdoc.model import Evidence

ASKED = "asked:"
"""Begins the source of a value that stands for any other, in a walk that asks whether it makes a difference."""

_JUDGING = frozenset({"contains", "startswith", "endswith", "always", "success", "failure", "cancelled"})


class Use(NamedTuple):
    """A variable as it is written where it is used, and its value there; `at` is where that stands, if it is a field."""

    name: str
    value: Text
    at: Evidence | None = None


class Note(NamedTuple):
    """A value with the place where it is written.

    `name` is the variable that has it, ``""`` for a word of a command. `value` None is that of a definition which is expanded
    where it is used. A note without a `path` waits to be placed: its `line` is a row of the script. `written` stands elsewhere
    where `seen` is given: an image in a manifest, whose kustomization puts another in its place.
    """

    name: str
    path: str
    line: int
    written: str
    value: Text | None
    uses: tuple[Use, ...] = ()
    seen: Evidence | None = None


log: list[Note] | None = None
"""The notes so far; None while nobody asks, which is nearly always."""


@contextmanager
def recording() -> Iterator[list[Note]]:
    """Keep notes of all that is evaluated inside."""
    global log  # noqa: PLW0603  # one reader at a time; to hand it through every evaluation would cost each scan
    outer, log = log, []
    try:
        yield log
    finally:
        log = outer


def note(name: str, path: str, line: int, written: str, value: Text | None, uses: Sequence[Use] = ()) -> None:
    """Keep a note. A value that only stands for any other is none."""
    if log is not None and not any(source.startswith(ASKED) for source in values.sources(value or ())):
        log.append(Note(name, path, line, written, value, tuple(dict.fromkeys(uses))))


def composed(at: Node, value: Text, parts: Mapping[str, Node], before: Node | None = None) -> None:
    """Note a value that is put together from fields, each on a line of its own, or that they put in place of one `before`."""
    if log is None:
        return
    given = [Use(name, partly(part.text), part.evidence()) for name, part in parts.items() if part.text]
    if before is None:
        note("", at.path, at.line, ":".join(one.name for one in given), value, given)
    else:
        replaced(at.evidence(), value, given, before.text, before.evidence())


def replaced(at: Evidence, value: Text, given: Sequence[Use], before: str, seen: Evidence) -> None:
    """Note a value that others put in place of one `before` which stands elsewhere, and may have been put there itself."""
    made = Note("", at.path, at.line, before, value, tuple(given), seen)
    for one in log or ():
        if one.seen and one.value == (before,) and (one.path, one.line) == (seen.path, seen.line):
            both = {use.name: use for use in (*one.uses, *given)}
            made = made._replace(written=one.written, uses=tuple(both.values()), seen=one.seen)
            break
    if log is not None:
        log.append(made)


def handed(name: str, at: Evidence, value: Text) -> None:
    """Note a variable that gets the value of a word of the command on a line."""
    for one in reversed(log or ()):
        if (one.path, one.line) == (at.path, at.line) and one.value and values.shown(one.value).endswith(values.shown(value)):
            note(name, at.path, at.line, one.written.removeprefix(f"{name}="), value, one.uses)
            return
    note(name, at.path, at.line, "", value)


def made(name: str, at: Evidence, value: Text, begin: int) -> None:
    """Note a variable that the action of a step makes of its inputs, which are noted since `begin`."""
    given = [Use(one.name, one.value) for one in (log or ())[begin:] if one.name.startswith("with.") and one.value]
    note(name, at.path, at.line, "", value, given)


def uses(template: str, evaluate: Callable[[str], Text]) -> list[Use]:
    """The variables of the expressions in a string that can become a part of it."""
    found = [one for one in expressions.pieces(template) if isinstance(one, Piece)] if "${{" in template else []
    return [use for piece in found for use in used(piece.source, evaluate)]


def used(source: str, evaluate: Callable[[str], Text]) -> list[Use]:
    """The variables of an expression whose values it may come to."""
    return [Use(name, evaluate(name)) for name in names(source)]


def names(source: str) -> list[str]:
    """The variables of an expression whose values it may come to; those that only decide are none."""
    found: list[str] = []
    try:
        _visit(expressions.parse(source), found)
    except (ExpressionError, RecursionError):
        return []
    return found


def _visit(node: Expression, found: list[str]) -> None:
    if isinstance(node, (Name, Index)) and (path := _path(node)):
        found.append(path)
    elif isinstance(node, Index):
        _visit(node.target, found)
    elif isinstance(node, Call) and node.name not in _JUDGING:
        for one in node.arguments:
            _visit(one, found)
    elif isinstance(node, Binary) and node.operator in ("&&", "||"):
        if node.operator == "||":
            _visit(node.left, found)
        _visit(node.right, found)


def _path(node: Expression) -> str:
    """``matrix.name``, as an expression that reads the same; ``""`` for what is more than names."""
    if isinstance(node, Name):
        return node.name
    target = _path(node.target) if isinstance(node, Index) else ""
    if not isinstance(node, Index) or not target or node.key is None:
        return ""
    if not isinstance(node.key, Literal):
        key = _path(node.key)
        return f"{target}[{key}]" if key else ""
    if not isinstance(node.key.value, str):
        return f"{target}[{values.shown(values.text(node.key.value))}]"
    word = node.key.value
    return f"{target}.{word}" if word.replace("-", "_").isidentifier() else f"{target}['{word}']"


def start() -> int:
    """Where the notes of what comes next begin."""
    return len(log) if log is not None else 0


def partly(text: str) -> Text:
    """A text in which ``*`` stands for each part that is not known."""
    parts = text.split("*")
    return values.join([(parts[0],), *((values.Unknown("*"), part) for part in parts[1:])])


def moved(begin: int, place: Callable[[int], Evidence]) -> None:
    """Give the notes since `begin` that wait for it the place of their row; one without a path makes them wait on."""
    for number, one in enumerate(log[begin:] if log is not None else (), begin):
        if log is not None and not one.path:
            at = place(one.line)
            log[number] = one._replace(path=at.path, line=at.line)
