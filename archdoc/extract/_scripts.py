"""What a `run:` script does, remembered: the rows of a matrix walk the same scripts again and again.

A script that was walked is not walked again where everything it asked for would be answered alike, nor where its answers make
no difference to what it does. This module knows no step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from archdoc.extract import _commands as commands
from archdoc.extract._effects import Effect
from archdoc.extract._shell_syntax import ShellError
from archdoc.extract._shell_walk import walk
from archdoc.extract._source import Session
from archdoc.extract._values import Text, Unknown
from archdoc.extract._yaml import Node
from archdoc.model import Evidence

MAX_REMEMBERED = 4
_ASKED = "asked:"

Done = tuple[tuple[Effect, Text], ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """What a script can ask for: its expressions, its variables, and the folder it begins in."""

    expression: Callable[[str], Text]
    variable: Callable[[str], Text]
    directory: Text


class _Walked(NamedTuple):
    """What a script came to, the folder, and all that it asked for; `asked` empty where no answer makes a difference."""

    done: Done
    directory: Text
    expressions: Mapping[str, Text]
    variables: Mapping[str, Text]

    def holds(self, answers: Answers) -> bool:
        """Whether everything would be answered alike."""
        return (
            self.directory == answers.directory
            and all(answers.expression(source) == answer for source, answer in self.expressions.items())
            and all(answers.variable(name) == answer for name, answer in self.variables.items())
        )


def effects(session: Session, node: Node, lines: Callable[[], Sequence[int]], answers: Answers) -> Done:
    """The effects of a script, each with the folder it happens in; `lines` are those of the file. No bash is a finding."""
    remembered: list[_Walked] = session.walks.setdefault(id(node), [])
    for one in remembered:
        if one.holds(answers):
            return one.done
    if len(remembered) == 1 and (same := _whatever_is_asked(session, node, lines, remembered[0], answers)):
        remembered[0] = same
        return same.done
    expressions: dict[str, Text] = {}
    variables: dict[str, Text] = {}

    def expression(source: str) -> Text:
        expressions[source] = answers.expression(source)
        return expressions[source]

    def variable(name: str) -> Text:
        variables[name] = answers.variable(name)
        return variables[name]

    done, _ = _walk(session, node, lines, Answers(expression, variable, answers.directory))
    if len(remembered) < MAX_REMEMBERED:
        remembered.append(_Walked(done, answers.directory, expressions, variables))
    return done


def _whatever_is_asked(
    session: Session, node: Node, lines: Callable[[], Sequence[int]], known: _Walked, answers: Answers
) -> _Walked | None:
    """The walk that is known, for any answers, if what the script does says nothing of them; None if it may."""
    if known.directory != answers.directory:
        return None
    open_ = Answers(lambda source: (Unknown(_ASKED + source),), lambda name: (Unknown(_ASKED + name),), answers.directory)
    done, sure = _walk(session, node, lines, open_)
    return known._replace(expressions={}, variables={}) if sure and _ASKED not in repr(done) else None


def _walk(session: Session, node: Node, lines: Callable[[], Sequence[int]], answers: Answers) -> tuple[Done, bool]:
    """The effects of a script, and whether all of the script could be seen."""
    rows = lines()

    def at(row: int, note: str) -> Evidence:
        return Evidence(node.path, rows[min(row, len(rows) - 1)], note)

    try:
        found = walk(node.text, answers.expression, answers.variable, answers.directory)
    except ShellError as error:
        last = node.text.rstrip().count("\n")
        session.report("shell-unread", f"not read as bash: {error}", at(min(error.row, last), "run"))
        return (), False
    if found.cut:
        session.report("shell-unread", "the script is too long to be followed to its end", at(0, "run"))
    done = tuple((effect, one.directory) for one in found.commands for effect in commands.recognise(one, at))
    return done, not (found.cut or found.blind)
