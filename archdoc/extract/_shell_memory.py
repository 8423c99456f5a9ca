"""What pieces of shell come to, remembered by their text: workflows, rows of matrices and scripts run the same again and again.

A piece is not walked again where everything it asked for would be answered alike. This module knows no step and no session.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from archdoc.extract import _commands as commands
from archdoc.extract import _trace as trace
from archdoc.extract import _values as values
from archdoc.extract._effects import Build, Effect, Follow
from archdoc.extract._shell_commands import Command, Walk
from archdoc.extract._shell_syntax import ShellError
from archdoc.extract._shell_walk import walk
from archdoc.extract._values import Text
from archdoc.model import Evidence

MAX_PIECES = 1_024
MAX_REMEMBERED = 8

Done = tuple[tuple[Effect, Text], ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """What a piece can ask for: its expressions, its variables, the folder it begins in, and files of the repository."""

    expression: Callable[[str], Text]
    variable: Callable[[str], Text]
    directory: Text
    read: Callable[[Text], str | None]


class Piece(NamedTuple):
    """A text in bash with its place: `rows` are the lines in the file `path` of its lines.

    `name` and `arguments` are its ``$0`` and ``$1``; `literal` the words that stand in the file as they are, None for all.
    """

    script: str
    path: str
    rows: Sequence[int]
    name: Text = ()
    arguments: tuple[Text, ...] = ()
    literal: frozenset[str] | None = None

    def at(self, row: int, note: str) -> Evidence:
        """The line of a row of the script."""
        return Evidence(self.path, self.rows[min(row, len(self.rows) - 1)], note)


class Told(NamedTuple):
    """The effects of a piece, each with the folder it happens in; `error` where it is no bash.

    `cut` tells that it was not followed to its end, `blind` that a part of it is a value that is not known.
    """

    done: Done
    cut: bool = False
    blind: bool = False
    error: ShellError | None = None


class _Remembered(NamedTuple):
    """How a script was walked, all that it asked for, and what it came to by where it stands."""

    walk: Walk
    expressions: Mapping[str, Text]
    variables: Mapping[str, Text]
    files: Mapping[Text, str | None]
    done: dict[Hashable, Done]

    def holds(self, answers: Answers) -> bool:
        """Whether everything would be answered alike; by asking, whoever listens knows what this depends on."""
        return (
            all(answers.expression(source) == answer for source, answer in self.expressions.items())
            and all(answers.variable(name) == answer for name, answer in self.variables.items())
            and all(answers.read(path) == answer for path, answer in self.files.items())
        )


_PIECES: dict[Hashable, list[_Remembered]] = {}


def told(piece: Piece, answers: Answers) -> Told:
    """What a piece of shell does. Who asks for notes of the way there gets it walked."""
    begin = trace.start()
    try:
        found = _walked(piece, answers) if trace.log is None else _recorded(piece, answers)
    except ShellError as error:
        return Told((), error=error)
    trace.moved(begin, lambda row: piece.at(row, ""))
    place = (piece.path, tuple(piece.rows), piece.literal)
    if place not in found.done:
        seen = found.walk.commands
        if piece.literal is not None:
            seen = tuple(_judged(one, piece.literal) for one in seen)
        found.done[place] = tuple(
            (_in_arms(effect, one, f"{piece.path}:{piece.rows[0]}"), one.directory)
            for one in seen
            for effect in commands.recognise(one, piece.at)
        )
    return Told(found.done[place], found.walk.cut, found.walk.blind)


def _walked(piece: Piece, answers: Answers) -> _Remembered:
    """A walk, or one that was made before with the same answers."""
    key = (piece.script, piece.name, piece.arguments, answers.directory)
    remembered = _PIECES[key] = _PIECES.pop(key, [])
    for one in remembered:
        if one.holds(answers):
            return one
    found = _recorded(piece, answers)
    remembered[:] = [*remembered[1 - MAX_REMEMBERED :], found]
    while len(_PIECES) > MAX_PIECES:
        del _PIECES[next(iter(_PIECES))]
    return found


def _recorded(piece: Piece, answers: Answers) -> _Remembered:
    """A walk with all that it asks for. Raises ShellError for what is no bash."""
    expressions: dict[str, Text] = {}
    variables: dict[str, Text] = {}
    files: dict[Text, str | None] = {}

    def expression(source: str) -> Text:
        if source not in expressions:
            expressions[source] = answers.expression(source)
        return expressions[source]

    def variable(name: str) -> Text:
        if name not in variables:
            variables[name] = answers.variable(name)
        return variables[name]

    def read(path: Text) -> str | None:
        if path not in files:
            files[path] = answers.read(path)
        return files[path]

    found = walk(
        piece.script,
        expression,
        variable,
        answers.directory,
        name=piece.name,
        arguments=piece.arguments,
        read=read,
        counts=commands.counts,
    )
    return _Remembered(found, expressions, variables, files, {})


def _in_arms(effect: Effect, command: Command, place: str) -> Effect:
    """An effect with the arms that its command stands in."""
    if not command.arms or not isinstance(effect, (Build, Follow)):
        return effect
    return effect._replace(arms=tuple((f"{place} {fork}", arm) for fork, arm in command.arms))


def _judged(command: Command, literal: frozenset[str]) -> Command:
    """A command whose words are literal only where they stand in the file."""
    words = (word._replace(literal=word.literal and (values.known(word.text) or "") in literal) for word in command.words)
    return command._replace(words=tuple(words))
