"""What a `run:` script does, remembered: the rows of a matrix walk the same scripts again and again.

A script that was walked is not walked again where everything it asked for would be answered alike, nor where its answers make
no difference to what it does. This module knows no step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from archdoc.extract import _shell_memory as memory
from archdoc.extract import _trace as trace
from archdoc.extract._shell_memory import Answers, Done, Piece
from archdoc.extract._source import Session
from archdoc.extract._values import Text, Unknown
from archdoc.extract._yaml import Node

MAX_REMEMBERED = 4


class _Walked(NamedTuple):
    """What a script came to, the folder, and all that it asked for and that may make a difference."""

    done: Done
    directory: Text
    expressions: Mapping[str, Text]
    variables: Mapping[str, Text]
    files: Mapping[Text, str | None]

    def holds(self, answers: Answers) -> bool:
        """Whether everything would be answered alike."""
        return (
            self.directory == answers.directory
            and all(answers.expression(source) == answer for source, answer in self.expressions.items())
            and all(answers.variable(name) == answer for name, answer in self.variables.items())
            and all(answers.read(path) == answer for path, answer in self.files.items())
        )


def effects(session: Session, node: Node, lines: Callable[[], Sequence[int]], answers: Answers) -> Done:
    """The effects of a script, each with the folder it happens in; `lines` are those of the file. No bash is a finding."""
    remembered: list[_Walked] = session.walks.setdefault(id(node), [])
    for one in remembered:
        if one.holds(answers):
            return one.done
    if len(remembered) == 1 and (wider := _whatever_differs(session, node, lines, remembered[0], answers)):
        remembered[0] = wider
        return wider.done
    found, _ = _recorded(session, node, lines, answers)
    if len(remembered) < MAX_REMEMBERED:
        remembered.append(found)
    return found.done


def _recorded(session: Session, node: Node, lines: Callable[[], Sequence[int]], answers: Answers) -> tuple[_Walked, bool]:
    """A walk with all that it asked for, and whether all of the script could be seen."""
    expressions: dict[str, Text] = {}
    variables: dict[str, Text] = {}
    files: dict[Text, str | None] = {}

    def expression(source: str) -> Text:
        expressions[source] = answers.expression(source)
        return expressions[source]

    def variable(name: str) -> Text:
        variables[name] = answers.variable(name)
        return variables[name]

    def read(path: Text) -> str | None:
        files[path] = answers.read(path)
        return files[path]

    done, sure = _walk(session, node, lines, Answers(expression, variable, answers.directory, read))
    return _Walked(done, answers.directory, expressions, variables, files), sure


def _whatever_differs(
    session: Session, node: Node, lines: Callable[[], Sequence[int]], known: _Walked, answers: Answers
) -> _Walked | None:
    """The walk that is known, for any value of what differs now, if nothing the script does depends on it."""
    if known.directory != answers.directory or any(answers.read(path) != text for path, text in known.files.items()):
        return None
    sources = {source for source, answer in known.expressions.items() if answers.expression(source) != answer}
    names = {name for name, answer in known.variables.items() if answers.variable(name) != answer}

    def expression(source: str) -> Text:
        return (Unknown(trace.ASKED + source),) if source in sources else answers.expression(source)

    def variable(name: str) -> Text:
        return (Unknown(trace.ASKED + name),) if name in names else answers.variable(name)

    found, sure = _recorded(session, node, lines, Answers(expression, variable, answers.directory, answers.read))
    if not sure or found.done != known.done or trace.ASKED in repr(found.done):
        return None
    expressions = {source: answer for source, answer in found.expressions.items() if source not in sources}
    variables = {name: answer for name, answer in found.variables.items() if name not in names}
    return known._replace(expressions=expressions, variables=variables)


def _walk(session: Session, node: Node, lines: Callable[[], Sequence[int]], answers: Answers) -> tuple[Done, bool]:
    """The effects of a script, and whether all of the script could be seen."""
    piece = Piece(node.text, node.path, tuple(lines()))
    found = memory.told(piece, answers)
    if found.error is not None:
        last = node.text.rstrip().count("\n")
        session.report("shell-unread", f"not read as bash: {found.error}", piece.at(min(found.error.row, last), "run"))
        return (), False
    if found.cut:
        session.report("shell-unread", "the script is too long to be followed to its end", piece.at(0, "run"))
    return found.done, not (found.cut or found.blind)


__all__ = ["Answers", "effects"]
