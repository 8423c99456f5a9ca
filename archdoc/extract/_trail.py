"""A command that is followed, with what its follower may ask for: words, variables, files, and the shell for scripts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from archdoc.extract import _effects as effects
from archdoc.extract import _readable as readable
from archdoc.extract import _shell_memory as memory
from archdoc.extract import _trace as trace
from archdoc.extract import _values as values
from archdoc.extract._effects import Follow, Mention
from archdoc.extract._options import Options, options
from archdoc.extract._places import Where, located
from archdoc.extract._shell_memory import Answers, Done, Piece
from archdoc.extract._shell_walk import Argument
from archdoc.extract._source import Session
from archdoc.extract._values import Text, Unknown
from archdoc.extract._workspace import ROOT, Workspace
from archdoc.model import Evidence


@dataclass(frozen=True, slots=True)
class Trail:
    """A command that is followed: where it runs, and `variable`, its environment."""

    session: Session
    command: Follow
    directory: Text
    workspace: Workspace
    variable: Callable[[str], Text]

    @property
    def words(self) -> tuple[Argument, ...]:
        """What stands behind the name of the command."""
        return self.command.words

    @property
    def at(self) -> Evidence:
        """The line of the command."""
        return self.command.at

    def options(self, takes: frozenset[str]) -> Options:
        """The words taken apart; `takes` are the options with a value."""
        return options(self.words, takes)

    def mention(self, argument: Argument) -> Mention:
        """A word of the command as a value with its line."""
        return Mention(argument.text, self.at, argument.literal)

    def paths(self, text: Text, base: Text | None = None) -> list[str]:
        """The paths in this repository that a path may mean, from the folder of the command or from `base`; never ``*``."""
        done = effects.Done(self.command, "", self.directory, self.workspace)
        return [one.path for one in located(text, done, base) if one.where is Where.HERE and "*" not in one.path]

    def read(self, path: str) -> bytes | None:
        """A file of this repository, by its path from the root."""
        return self.session.files.read(path)

    def content(self, whole: Text) -> str | None:
        """The text of a file of this repository, by its path with the folder before it."""
        return readable.text(self.session.files, self.workspace, whole)

    def shell(
        self,
        script: str,
        path: str,
        rows: Sequence[int],
        variable: Callable[[str], Text],
        directory: Text,
        arguments: Sequence[Text] = (),
        name: Text = (),
        expression: Callable[[str], Text] = lambda source: (Unknown(source),),
        literal: frozenset[str] | None = None,
    ) -> Done:
        """The effects of a piece of bash that stands in the file `path`; `rows` are the lines there of the lines of the script.

        `arguments` and `name` are its ``$1`` and ``$0``, `expression` what a ``${{ }}`` in it comes to, `literal` the words that
        stand in the file as they are. What is no bash is a finding, and has no effect.
        """
        for number, argument in enumerate(arguments, 1) if trace.log is not None else ():
            trace.handed(f"${number}", self.at, argument)
        piece = Piece(script, path, rows, name, tuple(arguments), literal)
        found = memory.told(piece, Answers(expression, variable, directory, self.content))
        if found.error is not None:
            self.session.report("shell-unread", f"not read as bash: {found.error}", piece.at(found.error.row, ""))
        if found.cut:
            self.session.report("shell-unread", "the script is too long to be followed to its end", piece.at(0, ""))
        return found.done


def folder(path: str) -> Text:
    """The folder of a file of this repository, as the directory of a command."""
    parent = path.rpartition("/")[0]
    return (f"{ROOT}/{parent}",) if parent else (ROOT,)


def known(text: Text, default: str = "") -> str:
    """A text that is all known, else `default`."""
    found = values.known(text)
    return default if found is None else found
