"""A script walked without running it: every command it may run, with its words evaluated and the folder it runs in.

Loops over known words are unrolled, every branch is taken, functions are followed where they are called. The walk is bounded, so
that no script costs more than its share. This module knows no command beyond the shell's own.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from archdoc.extract import _shell as shell
from archdoc.extract import _values as values
from archdoc.extract._shell_commands import Argument, Command, Walk, at_rows, below, unwrapped, writes
from archdoc.extract._shell_expand import fields, is_literal, substitution, text
from archdoc.extract._shell_marks import prepare
from archdoc.extract._shell_syntax import (
    Assignment,
    Branch,
    Function,
    Group,
    Loop,
    Pipeline,
    Redirect,
    ShellError,
    Simple,
    Statement,
    Word,
)
from archdoc.extract._shell_tests import possible
from archdoc.extract._values import Text, Unknown

MAX_STEPS = 3_000
MAX_TURNS = 64
MAX_CALLS = 8
_ENV = re.compile(r"[A-Za-z_]\w*=")


def walk(
    script: str,
    expression: Callable[[str], Text],
    variable: Callable[[str], Text],
    directory: Text,
    *,
    name: Text = (),
    arguments: Sequence[Text] = (),
    read: Callable[[Text], str | None] = lambda _path: None,
) -> Walk:
    """The commands of a script whose ``${{ }}`` come to `expression(source)` and whose variables begin as `variable(name)`.

    `name` is its ``$0``, `read` gives the text of a file of the repository. Raises ShellError where the text is no bash.
    """
    prepared, marks, rows = prepare(script, expression)
    walker = _Walker(marks, variable, directory, list(arguments), name, read)
    try:
        walker.statements(shell.parse(prepared))
    except (_Enough, RecursionError):
        return Walk(at_rows(walker.commands, rows), cut=True)
    except ShellError as error:
        raise ShellError(str(error), rows[min(error.row, len(rows) - 1)]) from None
    blind = walker.blind or any(values.known(command.words[0].text) is None for command in walker.commands)
    return Walk(at_rows(walker.commands, rows), blind=blind)


def output(
    script: str,
    expression: Callable[[str], Text],
    variable: Callable[[str], Text],
    directory: Text,
    read: Callable[[Text], str | None] = lambda _path: None,
) -> Text:
    """What a script prints, where it is a plain text tool; unknown for anything else and for what is no bash."""
    prepared, marks, _ = prepare(script, expression)
    try:
        return substitution(shell.parse(prepared), _Walker(marks, variable, directory, [], (), read))
    except (ShellError, _Enough, RecursionError):
        return (Unknown("$()"),)


class _Redirected(NamedTuple):
    """A redirection with its file or text evaluated."""

    operator: str
    descriptor: str
    argument: Argument


class _Routine(NamedTuple):
    """A function; a `sourced` one stands in another file."""

    body: tuple[Statement, ...]
    sourced: bool


class _Enough(Exception):  # noqa: N818  # no error: it ends the walk
    """The walk has taken its share."""


class _Walker:
    """The state of the shell, and the commands met so far."""

    def __init__(
        self,
        marks: Mapping[str, Text],
        variable: Callable[[str], Text],
        directory: Text,
        positional: list[Text],
        name: Text,
        read: Callable[[Text], str | None],
    ) -> None:
        self.marks = marks
        self.variable = variable
        self.cwd = directory
        self.before = directory
        self.folders: list[Text] = []
        self.positional: list[Text] | None = positional
        self.name = name
        self.file = name
        self.of_file = read
        self.pinned: int | None = None
        self.variables: dict[str, Text | list[Text]] = {}
        self.exported: set[str] = set()
        self.known: dict[str, bool] = {}
        self.functions: dict[str, _Routine] = {}
        self.commands: list[Command] = []
        self.redirects: tuple[_Redirected, ...] = ()
        self.upstream: tuple[Command, ...] = ()
        self.steps = 0
        self.calls = 0
        self.blind = False

    # what expansions ask for

    def value(self, name: str) -> Text:
        if name == "PWD":
            return self.cwd
        if name in ("0", "BASH_SOURCE"):
            return (self.name if name == "0" else self.file) or (Unknown(name),)
        if name.isdigit():
            return self.argument(int(name))
        if name in ("@", "*"):
            given = self.elements(name) or []
            return values.join(piece for n, one in enumerate(given) for piece in ((" ",) if n else (), one))
        found = self.variables.get(name)
        if isinstance(found, list):
            return found[0] if found else ()
        return self.variable(name) if found is None else found

    def argument(self, number: int) -> Text:
        """An argument of the script or function; empty behind the last, unless one before it may have been several."""
        given = self.positional
        if given is not None and number <= len(given):
            return given[number - 1]
        several = given is None or any(len(one) == 1 and isinstance(one[0], Unknown) for one in given)
        return (Unknown(f"${number}"),) if several else ()

    def elements(self, name: str) -> list[Text] | None:
        if name in ("@", "*"):
            return [(Unknown("$@"),)] if self.positional is None else self.positional
        found = self.variables.get(name)
        return found if isinstance(found, list) else None

    def assign(self, name: str, value: Text) -> None:
        self.variables[name] = value

    def directory(self) -> Text:
        return self.cwd

    def read_file(self, path: Text) -> str | None:
        """The text of a file of the repository; None where it may have been changed by then."""
        name = posixpath.basename(values.shown(path))
        if any(writes(one, name) for one in self.commands):
            return None
        return self.of_file(below(self.cwd, path))

    def visit(self, body: tuple[Statement, ...]) -> None:
        outer, self.redirects, self.upstream = (self.redirects, self.upstream), (), ()
        self.apart(body)
        self.redirects, self.upstream = outer

    # statements

    def statements(self, body: Sequence[Statement]) -> None:
        for statement in body:
            self.statement(statement)

    def statement(self, statement: Statement) -> None:
        if isinstance(statement, Simple):
            self.simple(statement)
        elif isinstance(statement, Function):
            self.functions[statement.name] = _Routine(statement.body, self.pinned is not None)
        elif isinstance(statement, Pipeline):
            self.pipeline(statement)
        else:
            outer = self.redirects
            self.redirects = (*outer, *self.redirected(statement.redirects))
            if isinstance(statement, Group):
                (self.apart if statement.subshell else self.statements)(statement.body)
            elif isinstance(statement, Branch):
                self.branch(statement)
            else:
                self.loop(statement)
            self.redirects = outer

    def apart(self, body: Sequence[Statement]) -> None:
        """Statements whose changes of the shell's state stay with them."""
        kept = (self.cwd, self.before, self.variables, self.functions, self.positional)
        self.variables, self.functions = dict(self.variables), dict(self.functions)
        self.statements(body)
        self.cwd, self.before, self.variables, self.functions, self.positional = kept

    def pipeline(self, statement: Pipeline) -> None:
        outer, start = self.upstream, len(self.commands)
        for number, stage in enumerate(statement.stages):
            self.upstream = tuple(self.commands[start:]) if number else outer
            self.apart((stage,))
        self.upstream = outer

    def branch(self, statement: Branch) -> None:
        base = (self.cwd, self.variables)
        given, shifted = self.positional, False
        arms, exhaustive = possible(statement, lambda word: text(word.parts, self))
        ends = [] if exhaustive else [base]
        for arm in arms:
            self.cwd, self.variables, self.positional = base[0], dict(base[1]), given
            self.statements(arm)
            ends.append((self.cwd, self.variables))
            shifted = shifted or self.positional is not given
        self.positional = None if shifted else given
        self.cwd = _either([cwd for cwd, _ in ends]) if any(cwd != ends[0][0] for cwd, _ in ends) else ends[0][0]
        self.variables = self.joined([variables for _, variables in ends])

    def joined(self, ends: Sequence[dict[str, Text | list[Text]]]) -> dict[str, Text | list[Text]]:
        """The variables after ways of which any may have been taken."""
        merged = dict(ends[0])
        for name in dict.fromkeys(name for variables in ends for name in variables):
            found = [variables.get(name) for variables in ends]
            if any(one is not found[0] for one in found):
                merged[name] = self.merged(name, found)
        return merged

    def merged(self, name: str, ends: Sequence[Text | list[Text] | None]) -> Text | list[Text]:
        """A variable after branches that leave it with these values; None where a branch does not set it."""
        lists = [one for one in ends if isinstance(one, list)]
        if lists:
            return max(lists, key=len)
        texts = [self.variable(name) if one is None else one for one in ends if not isinstance(one, list)]
        sure = [one for one in texts if one != (Unknown(name),)]
        return _either(sure or texts)

    def loop(self, statement: Loop) -> None:
        endless = statement.words is None and not statement.variable
        turns = [one for word in statement.words or () for one in fields(word, self)]
        if statement.words is None:
            turns = self.elements("@") or []
        if endless or len(turns) > MAX_TURNS:
            folder = self.cwd
            if statement.variable:
                self.variables[statement.variable] = (Unknown(statement.variable),)
            if _shifts(statement.body):
                self.positional = None
            before = dict(self.variables)
            self.statements(statement.body)
            # No turn may be taken, or any number: what the body sets may be so or as it was.
            self.variables = self.joined([before, self.variables])
            if endless:
                self.cwd = _either([folder, self.cwd])
            return
        for turn in turns:
            self.variables[statement.variable] = turn
            self.statements(statement.body)

    # commands

    def simple(self, statement: Simple) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise _Enough
        environment: dict[str, Text] = {}
        for assignment in statement.assignments:
            value = self.assigned(assignment)
            if statement.words and statement.words[0].literal == "export":
                self.exported.add(assignment.name)
            if not statement.words or statement.words[0].literal in _DECLARING:
                self.variables[assignment.name] = value
            elif not isinstance(value, list):
                environment[assignment.name] = value
        words = unwrapped([argument for word in statement.words for argument in self.arguments(word)])
        if not words:
            return
        name = values.known(words[0].text) or ""
        if name in _BUILTINS:
            _BUILTINS[name](self, words[1:])
        elif name in self.functions:
            self.call(self.functions[name], words[0].row, words[1:])
        elif name in ("bash", "sh") and len(words) > 2 and values.known(words[1].text) in ("-c", "-ec", "-lc", "-euc", "-xc"):
            self.nested(values.known(words[2].text))
        else:
            given = {**self.given(), **environment}
            self.commands.append(self.command(words, (*self.redirects, *self.redirected(statement.redirects)), given))

    def given(self) -> dict[str, Text]:
        """The variables of the script that its commands see: what is exported, and what the environment has already."""
        return {
            name: value
            for name, value in self.variables.items()
            if not isinstance(value, list) and (name in self.exported or self.inherited(name))
        }

    def inherited(self, name: str) -> bool:
        """Whether the environment has a variable already."""
        if name not in self.known:
            self.known[name] = self.variable(name) != (Unknown(name),)
        return self.known[name]

    def arguments(self, word: Word) -> list[Argument]:
        literal = is_literal(word)
        return [Argument(one, self.row(word), literal) for one in fields(word, self)]

    def row(self, word: Word) -> int:
        """The line of a word; for one of another file, the line that leads there."""
        return word.row if self.pinned is None else self.pinned

    def redirected(self, redirects: Sequence[Redirect]) -> tuple[_Redirected, ...]:
        return tuple(
            _Redirected(
                one.operator, one.descriptor, Argument(text(one.word.parts, self), self.row(one.word), is_literal(one.word))
            )
            for one in redirects
        )

    def command(self, words: Sequence[Argument], redirects: Sequence[_Redirected], environment: Mapping[str, Text]) -> Command:
        stdin: Argument | None = None
        reads: Argument | None = None
        writes: tuple[Argument, ...] = ()
        for redirect in redirects:
            if redirect.operator in ("<<", "<<<"):
                stdin = redirect.argument
            elif redirect.operator == "<":
                reads = redirect.argument
            elif redirect.operator in (">", ">>", ">|", "&>", "&>>") and redirect.descriptor in ("", "1"):
                writes = (redirect.argument,)
        return Command(tuple(words), self.cwd, self.upstream, stdin, reads, writes, environment)

    def assigned(self, assignment: Assignment) -> Text | list[Text]:
        if assignment.array:
            found = [one for word in assignment.values for one in fields(word, self)]
            before = self.variables.get(assignment.name)
            return [*before, *found] if assignment.append and isinstance(before, list) else found
        value = text(assignment.values[0].parts, self)
        return values.join((self.value(assignment.name), value)) if assignment.append else value

    def call(self, routine: _Routine, row: int, arguments: Sequence[Argument]) -> None:
        if self.calls >= MAX_CALLS:
            return
        outer = self.positional, self.pinned
        self.positional = [argument.text for argument in arguments]
        if routine.sourced and self.pinned is None:
            self.pinned = row
        self.calls += 1
        self.statements(routine.body)
        self.calls -= 1
        self.positional, self.pinned = outer

    def nested(self, script: str | None) -> None:
        """A script given as a word, as ``bash -c`` takes it; its lines are not those of this script."""
        if script is None or self.calls >= MAX_CALLS:
            self.blind = True
            return
        row = 0 if not self.commands else self.commands[-1].row
        inner = _Walker(self.marks, self.value, self.cwd, [], self.name, self.of_file)
        inner.functions, inner.steps, inner.calls = dict(self.functions), self.steps, self.calls + 1
        inner.exported = self.exported
        try:
            inner.statements(shell.parse(script))
        except ShellError:
            return
        self.steps, self.blind = inner.steps, self.blind or inner.blind
        self.commands += [one._replace(words=tuple(word._replace(row=row) for word in one.words)) for one in inner.commands]

    # the shell's own commands

    def change_directory(self, arguments: Sequence[Argument]) -> None:
        targets = [one.text for one in arguments if values.known(one.text) not in ("--", "-P", "-L")]
        target: Text = targets[0] if targets else (Unknown("HOME"),)
        self.before, self.cwd = self.cwd, self.before if values.known(target) == "-" else below(self.cwd, target)

    def push_directory(self, arguments: Sequence[Argument]) -> None:
        self.folders.append(self.cwd)
        self.change_directory(arguments)

    def pop_directory(self, _arguments: Sequence[Argument]) -> None:
        self.cwd = self.folders.pop() if self.folders else (Unknown("popd"),)

    def declare(self, arguments: Sequence[Argument]) -> None:
        for argument in arguments:
            head = argument.text[0] if argument.text else ""
            if isinstance(head, str) and (match := _ENV.match(head)):
                self.variables[head[: match.end() - 1]] = values.join(((head[match.end() :],), argument.text[1:]))

    def export(self, arguments: Sequence[Argument]) -> None:
        self.declare(arguments)
        self.exported.update(values.shown(one.text).partition("=")[0] for one in arguments)

    def read(self, arguments: Sequence[Argument]) -> None:
        for argument in arguments:
            name = values.known(argument.text) or ""
            if name.isidentifier():
                self.variables[name] = (Unknown(name),)

    def unset(self, arguments: Sequence[Argument]) -> None:
        for argument in arguments:
            self.variables[values.known(argument.text) or ""] = ()

    def shift(self, arguments: Sequence[Argument]) -> None:
        count = (values.known(arguments[0].text) or "") if arguments else "1"
        known = self.positional is not None and count.isdecimal() and len(count) < 4
        self.positional = self.positional[int(count) :] if known and self.positional is not None else None

    def source(self, arguments: Sequence[Argument]) -> None:
        """A file whose commands this shell runs itself, and whose variables and functions stay."""
        path: Text = arguments[0].text if arguments else ()
        # Where a script looks for its own folder in more than one way, the one that holds the file is meant.
        places = values.alternatives(path) if self.calls < MAX_CALLS else ()
        found = next((text for one in places if (text := self.read_file(one)) is not None), None)
        try:
            body = shell.parse(found) if found is not None else None
        except ShellError:
            body = None
        if body is None:
            self.blind = True
            return
        outer = self.positional, self.pinned, self.file
        if len(arguments) > 1:
            self.positional = [one.text for one in arguments[1:]]
        self.pinned, self.file = arguments[0].row if self.pinned is None else self.pinned, path
        self.calls += 1
        self.statements(body)
        self.calls -= 1
        self.positional, self.pinned, self.file = outer

    def evaluate(self, arguments: Sequence[Argument]) -> None:
        self.nested(
            values.known(values.join(piece for n, one in enumerate(arguments) for piece in ((" ",) if n else (), one.text)))
        )

    def nothing(self, _arguments: Sequence[Argument]) -> None:
        """A command that changes nothing we follow."""


_DECLARING = frozenset({"export", "declare", "local", "readonly", "typeset"})
_BUILTINS: dict[str, Callable[[_Walker, Sequence[Argument]], None]] = {
    "cd": _Walker.change_directory,
    "pushd": _Walker.push_directory,
    "popd": _Walker.pop_directory,
    "read": _Walker.read,
    "unset": _Walker.unset,
    "shift": _Walker.shift,
    "eval": _Walker.evaluate,
    "source": _Walker.source,
    ".": _Walker.source,
    "set": _Walker.nothing,
    "true": _Walker.nothing,
    ":": _Walker.nothing,
    "[": _Walker.nothing,
    "test": _Walker.nothing,
    **dict.fromkeys(_DECLARING, _Walker.declare),
    "export": _Walker.export,
}


def _shifts(body: Sequence[Statement]) -> bool:
    """Whether a body may drop arguments of the script."""
    return any(
        (isinstance(one, Simple) and bool(one.words) and one.words[0].literal == "shift")
        or (isinstance(one, (Group, Loop)) and _shifts(one.body))
        or (isinstance(one, Branch) and any(map(_shifts, one.arms)))
        for one in body
    )


def _either(ends: Sequence[Text]) -> Text:
    return values.text(values.choice(values.simplify(one) for one in ends))


__all__ = ["Argument", "Command", "Walk", "below", "output", "walk"]
