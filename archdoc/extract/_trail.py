"""A command that is followed, with what its follower may ask for: words, variables, files, and the shell for scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from archdoc.extract import _commands as commands
from archdoc.extract import _readable as readable
from archdoc.extract import _values as values
from archdoc.extract._effects import Done, Effect, Follow, Mention
from archdoc.extract._options import Options, options
from archdoc.extract._places import Where, located
from archdoc.extract._shell_syntax import ShellError
from archdoc.extract._shell_walk import Argument, walk
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
        done = Done(self.command, "", self.directory, self.workspace)
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
        literal: Callable[[str], bool] | None = None,
    ) -> Iterator[tuple[Effect, Text]]:
        """The effects of a piece of bash that stands in the file `path`; `rows` are the lines there of the lines of the script.

        `arguments` and `name` are its ``$1`` and ``$0``, `expression` what a ``${{ }}`` in it comes to, `literal` tells whether
        a word stands in the file as it is. What is no bash is a finding, and has no effect.
        """

        def at(row: int, note: str) -> Evidence:
            return Evidence(path, rows[min(row, len(rows) - 1)], note)

        try:
            found = walk(script, expression, variable, directory, name=name, arguments=arguments, read=self.content)
        except ShellError as error:
            self.session.report("shell-unread", f"not read as bash: {error}", at(error.row, ""))
            return
        if found.cut:
            self.session.report("shell-unread", "the script is too long to be followed to its end", at(0, ""))
        for one in found.commands:
            if literal is not None:
                words = tuple(word._replace(literal=word.literal and literal(known(word.text))) for word in one.words)
                one = one._replace(words=words)
            for effect in commands.recognise(one, at):
                yield effect, one.directory


def folder(path: str) -> Text:
    """The folder of a file of this repository, as the directory of a command."""
    parent = path.rpartition("/")[0]
    return (f"{ROOT}/{parent}",) if parent else (ROOT,)


def known(text: Text, default: str = "") -> str:
    """A text that is all known, else `default`."""
    found = values.known(text)
    return default if found is None else found
