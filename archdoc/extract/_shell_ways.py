"""The ways through a script: where one ends, and what the state of the shell is where several meet again.

This module knows no statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from archdoc.extract import _values as values
from archdoc.extract._shell_branches import LEAVING, End, Left, either, met
from archdoc.extract._shell_state import State
from archdoc.extract._shell_syntax import Argument
from archdoc.extract._values import Text


class Ways(State):
    """A shell on one way through its script.

    `said` is what was printed since somebody listens (`listened`), `holds` whether the last command succeeded; `left` is what
    this way has left, `gone` are the ways that have left something, by what it was.
    """

    def __init__(
        self,
        marks: Mapping[str, Text],
        variable: Callable[[str], Text],
        directory: Text,
        positional: list[Text],
        name: Text,
        read: Callable[[Text], str | None],
    ) -> None:
        """Nothing has been said or left."""
        super().__init__(marks, variable, directory, positional, name, read)
        self.said: Text | None = None
        self.listened = False
        self.holds: bool | None = None
        self.left = Left.NOTHING
        self.gone: dict[Left, list[End]] = {}

    def here(self) -> End:
        """The state at this place."""
        return End(self.cwd, self.variables, self.positional, self.said, self.holds)

    def go_on(self, ends: Sequence[End]) -> None:
        """Go on where several ways meet."""
        self.cwd, self.variables, self.positional, self.said, self.holds = met(ends, self.variable)

    def leave(self, name: str, arguments: Sequence[Argument]) -> None:
        """``exit``, ``return``, ``break``, ``continue``: this way ends, and goes on behind what it leaves."""
        level = LEAVING[name]
        if level >= Left.ROUTINE and arguments:
            status = values.known(arguments[0].text)
            self.holds = None if status is None or not status.isdecimal() else int(status) == 0
        self.gone.setdefault(level, []).append(self.here())
        self.left = level

    @contextmanager
    def ending(self, level: Left) -> Iterator[None]:
        """Behind this all ways meet that leave `level` within it; those that leave more leave this too."""
        outer, self.gone = self.gone, {}
        yield
        ends = [end for one in sorted(self.gone) if one <= level for end in self.gone.pop(one)]
        if ends:
            self.go_on(ends if self.left else [*ends, self.here()])
        if ends or self.left <= level:
            self.left = Left.NOTHING
        for one, more in self.gone.items():
            outer.setdefault(one, []).extend(more)
        self.gone = outer

    def say(self, said: Text | None) -> None:
        """Somebody may listen to this."""
        if self.said is not None:
            self.said = None if said is None else values.join((self.said, said))

    def narrow(self, name: str, options: Sequence[Text]) -> None:
        """Of the values that a variable may have, only these are left."""
        if name:
            self.variables[name] = either(options)
