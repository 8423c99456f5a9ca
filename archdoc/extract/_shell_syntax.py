"""What a shell script consists of: statements, words and the parts of words. Plain values, made by `_shell.parse`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from archdoc.extract._values import Text

Head: TypeAlias = tuple[str, ...]
"""The name of a command, with the plain words that follow it."""
Names: TypeAlias = "frozenset[Head] | None"
"""The heads of all commands that stand in a statement which sets nothing and writes nowhere; None for any other."""


class Literal(NamedTuple):
    """Text that stands for itself; `quoted` text is neither split nor matched against file names."""

    text: str
    quoted: bool = False


class Parameter(NamedTuple):
    """``$name`` or ``${name<operator><operand>}``.

    `operator` is as written, ``""`` for the plain value, ``length`` for ``${#name}``, ``indirect`` for ``${!name}``.
    """

    name: str
    operator: str = ""
    operand: tuple[WordPart, ...] = ()
    subscript: str = ""
    quoted: bool = False


class Substitution(NamedTuple):
    """``$(body)`` or the same in backticks."""

    body: tuple[Statement, ...]
    quoted: bool = False


class Opaque(NamedTuple):
    """What only a run knows: arithmetic, ``<( )``."""

    kind: str
    quoted: bool = False
    body: tuple[Statement, ...] = ()


WordPart: TypeAlias = Literal | Parameter | Substitution | Opaque


class Argument(NamedTuple):
    """One word of a command, evaluated; `row` is its line in the script from 0; `literal`: nothing was expanded in it."""

    text: Text
    row: int
    literal: bool = True


class Word(NamedTuple):
    """One word; `row` counts the lines of the script from 0. `plain` is what one of a single literal is for its command."""

    parts: tuple[WordPart, ...]
    row: int
    plain: Argument | None = None

    @property
    def literal(self) -> str | None:
        """The text of a word without expansions; None for any other."""
        if len(self.parts) == 1 and isinstance(self.parts[0], Literal):
            return self.parts[0].text
        return (
            "".join(p.text for p in self.parts if isinstance(p, Literal))
            if all(isinstance(p, Literal) for p in self.parts)
            else None
        )


class Assignment(NamedTuple):
    """``name=value``, ``name+=value`` (`append`) or ``name=(values)`` (`array`).

    `keys` are those of the values of an array, where one has any, and the one of ``name[key]=value``.
    """

    name: str
    values: tuple[Word, ...]
    append: bool = False
    array: bool = False
    keys: tuple[str, ...] = ()


@dataclass(slots=True)
class Redirect:
    """``>``, ``>>``, ``<`` and their like with the file; ``<<`` and ``<<<`` with the text that is read.

    The text of a here-document is put in when the reader comes to it, behind the line of the command.
    """

    operator: str
    word: Word
    descriptor: str = ""


class Simple(NamedTuple):
    """A command: assignments, words (none for assignments alone), redirections."""

    assignments: tuple[Assignment, ...]
    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...]
    names: Names = None


class Pipeline(NamedTuple):
    """Commands joined by ``|``."""

    stages: tuple[Statement, ...]
    names: Names = None


class Group(NamedTuple):
    """``{ body }``, or ``( body )`` whose changes of folder and variables stay inside (`subshell`).

    Those of the body that are `chained` run only if the one before succeeded, as behind ``&&``. `negated` stands for a ``!``
    before it; a ``[[ ]]`` only `asks`, and `test` is what, if that can be told.
    """

    body: tuple[Statement, ...]
    subshell: bool = False
    redirects: tuple[Redirect, ...] = ()
    names: Names = None
    chained: frozenset[int] = frozenset()
    negated: bool = False
    asks: bool = False
    test: Test | None = None


class Test(NamedTuple):
    """``[ left operator right ]`` that known values decide: ``-n -z = != =~ -eq``, and of a path ``-f``, ``-d``, ``-e``.

    Turned round where `negated`. The operator ``case`` is for a text that fits the pattern `right` or one of the `others`.
    `rest` is what must hold too.
    """

    operator: str
    left: Word
    right: Word
    negated: bool = False
    others: tuple[Word, ...] = ()
    rest: Test | None = None


class Branch(NamedTuple):
    """Bodies of which at most one runs: `if`, `case`, what stands behind ``||``; exactly one where it is `exhaustive`.

    `tests` are those of the arms in their order, None where an arm's cannot be decided without running it. An arm begins with
    as many statements of its condition as `heads` says; the one arm behind ``&&`` or ``||`` hangs on the command before
    (`after`).
    """

    arms: tuple[tuple[Statement, ...], ...]
    exhaustive: bool
    redirects: tuple[Redirect, ...] = ()
    tests: tuple[Test | None, ...] = ()
    names: Names = None
    heads: tuple[int, ...] = ()
    after: str = ""


class Loop(NamedTuple):
    """A body that runs for each of `words` as `variable`, or any number of times (`words` None).

    `names` are those of the body.
    """

    variable: str
    words: tuple[Word, ...] | None
    body: tuple[Statement, ...]
    redirects: tuple[Redirect, ...] = ()
    names: Names = None


class Function(NamedTuple):
    """The definition of a function; `names` are those of its body."""

    name: str
    body: tuple[Statement, ...]
    names: Names = None


Statement: TypeAlias = Simple | Pipeline | Group | Branch | Loop | Function


class ShellError(ValueError):
    """The text is no bash; `row` is the line from 0."""

    def __init__(self, message: str, row: int) -> None:
        """What is wrong, and where."""
        super().__init__(message)
        self.row = row
