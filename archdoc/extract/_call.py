"""A command as its recogniser sees it: the words behind its name, and the line that each stands on."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from typing import NamedTuple

from archdoc.extract._effects import Mention
from archdoc.extract._options import Options, options
from archdoc.extract._shell_walk import Argument, Command
from archdoc.model import Evidence
from archdoc.regex import regex

_VERSION = regex(r"-v?\d+(?:\.\d+)+\Z")


def program(word: str) -> str:
    """The program that a command calls, without its folder and without the version that downloads put behind its name."""
    return _VERSION.sub("", posixpath.basename(word))


class Call(NamedTuple):
    """`name` is how the command is called (``docker buildx build``), `words` what stands behind; `at` finds the line of a row."""

    name: str
    command: Command
    words: tuple[Argument, ...]
    at: Callable[[int, str], Evidence]

    @property
    def here(self) -> Evidence:
        """The line of the command."""
        return self.at(self.command.row, self.name)

    def options(self, takes: frozenset[str]) -> Options:
        """The words taken apart; `takes` are the options with a value."""
        return options(self.words, takes)

    def mention(self, argument: Argument, option: str = "") -> Mention:
        """A word as a value with its line."""
        return Mention(argument.text, self.at(argument.row, f"{self.name} {option}".rstrip()), argument.literal)
