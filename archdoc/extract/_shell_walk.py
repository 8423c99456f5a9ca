"""A script walked without running it: every command it may run, with its words evaluated and the folder it runs in.

Loops over known words are unrolled, every branch is taken, functions are followed where they are called. The walk is bounded, so
that no script costs more than its share. This module knows no command beyond the shell's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from archdoc.extract import _shell as shell
from archdoc.extract import _values as values
from archdoc.extract._expressions import Piece, pieces
from archdoc.extract._shell_expand import fields, is_literal, mark, text
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
from archdoc.extract._values import Text, Unknown

MAX_STEPS = 3_000
MAX_TURNS = 64
MAX_CALLS = 8
_CODE = re.compile(r"[\n;&|<>()$`\"'\\#]")
_ENV = re.compile(r"[A-Za-z_]\w*=")


_NONE: Mapping[str, Text] = MappingProxyType({})


class Argument(NamedTuple):
    """One word of a command, evaluated; `row` is its line in the script from 0; `literal`: nothing was expanded in it."""

    text: Text
    row: int
    literal: bool = True


class Command(NamedTuple):
    """A command as it would be run.

    `upstream` are the commands before it in its pipeline; `stdin` is the text of a here-document; `reads` and `writes` are
    files it is redirected from and to; `environment` the variables that the script gives it, by export or before its name.
    """

    words: tuple[Argument, ...]
    directory: Text
    upstream: tuple[Command, ...] = ()
    stdin: Argument | None = None
    reads: Argument | None = None
    writes: tuple[Argument, ...] = ()
    environment: Mapping[str, Text] = _NONE

    @property
    def row(self) -> int:
        """The line of its name."""
        return self.words[0].row


class Walk(NamedTuple):
    """All commands in the order of the script.

    `cut`: the walk ended before the script did. `blind`: a part of the script itself is a value that is not known.
    """

    commands: tuple[Command, ...]
    cut: bool = False
    blind: bool = False


def walk(
    script: str,
    expression: Callable[[str], Text],
    variable: Callable[[str], Text],
    directory: Text,
    *,
    arguments: Sequence[Text] = (),
) -> Walk:
    """The commands of a script whose ``${{ }}`` come to `expression(source)` and whose variables begin as `variable(name)`.

    Raises ShellError where the text is no bash.
    """
    prepared, marks, rows = _prepare(script, expression)
    walker = _Walker(marks, variable, directory, list(arguments))
    try:
        walker.statements(shell.parse(prepared))
    except (_Enough, RecursionError):
        return Walk(_at(walker.commands, rows), cut=True)
    except ShellError as error:
        raise ShellError(str(error), rows[min(error.row, len(rows) - 1)]) from None
    blind = walker.blind or any(values.known(command.words[0].text) is None for command in walker.commands)
    return Walk(_at(walker.commands, rows), blind=blind)


def _prepare(script: str, expression: Callable[[str], Text]) -> tuple[str, dict[str, Text], list[int]]:
    """The script with a mark for each expression, what each mark comes to, and the line that each of its lines had.

    GitHub puts the value into the text before bash reads it: so a known value that is code stands there as code.
    """
    if "${{" not in script:
        return script, {}, list(range(script.count("\n") + 1))
    out: list[str] = []
    marks: dict[str, Text] = {}
    rows = [0]
    row = 0
    for piece in pieces(script):
        if isinstance(piece, Piece):
            value = expression(piece.source)
            known = values.known(value)
            if known is None or not _CODE.search(known):
                known = mark(len(marks))
                marks[known] = value
            out.append(known)
            rows += [row] * known.count("\n")
            row += piece.lines
        else:
            out.append(piece)
            rows += range(row + 1, row + piece.count("\n") + 1)
            row += piece.count("\n")
    return "".join(out), marks, rows


def _at(commands: Sequence[Command], rows: Sequence[int]) -> tuple[Command, ...]:
    """The commands with the lines of the original script."""

    def moved(argument: Argument) -> Argument:
        return argument._replace(row=rows[min(argument.row, len(rows) - 1)])

    if rows[-1] == len(rows) - 1:
        return tuple(commands)
    return tuple(
        command._replace(
            words=tuple(map(moved, command.words)),
            stdin=moved(command.stdin) if command.stdin else None,
            reads=moved(command.reads) if command.reads else None,
        )
        for command in commands
    )


class _Redirected(NamedTuple):
    """A redirection with its file or text evaluated."""

    operator: str
    descriptor: str
    argument: Argument


class _Enough(Exception):  # noqa: N818  # no error: it ends the walk
    """The walk has taken its share."""


class _Walker:
    """The state of the shell, and the commands met so far."""

    def __init__(
        self, marks: Mapping[str, Text], variable: Callable[[str], Text], directory: Text, positional: list[Text]
    ) -> None:
        self.marks = marks
        self.variable = variable
        self.cwd = directory
        self.before = directory
        self.folders: list[Text] = []
        self.positional = positional
        self.variables: dict[str, Text | list[Text]] = {}
        self.exported: set[str] = set()
        self.functions: dict[str, tuple[Statement, ...]] = {}
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
        if name.isdigit():
            place = int(name) - 1
            return self.positional[place] if 0 <= place < len(self.positional) else (Unknown(f"${name}"),)
        if name in ("@", "*"):
            return values.join(piece for n, one in enumerate(self.positional) for piece in ((" ",) if n else (), one))
        found = self.variables.get(name)
        if isinstance(found, list):
            return found[0] if found else ()
        return self.variable(name) if found is None else found

    def elements(self, name: str) -> list[Text] | None:
        if name in ("@", "*"):
            return self.positional
        found = self.variables.get(name)
        return found if isinstance(found, list) else None

    def assign(self, name: str, value: Text) -> None:
        self.variables[name] = value

    def directory(self) -> Text:
        return self.cwd

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
            self.functions[statement.name] = statement.body
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
        ends = [] if statement.exhaustive else [base]
        for arm in statement.arms:
            self.cwd, self.variables = base[0], dict(base[1])
            self.statements(arm)
            ends.append((self.cwd, self.variables))
        self.cwd = _either([cwd for cwd, _ in ends]) if any(cwd != ends[0][0] for cwd, _ in ends) else ends[0][0]
        merged = dict(ends[0][1])
        for name in dict.fromkeys(name for _, variables in ends for name in variables):
            found = [variables.get(name) for _, variables in ends]
            if any(one is not found[0] for one in found):
                merged[name] = self.merged(name, found)
        self.variables = merged

    def merged(self, name: str, ends: Sequence[Text | list[Text] | None]) -> Text | list[Text]:
        """A variable after branches that leave it with these values; None where a branch does not set it."""
        lists = [one for one in ends if isinstance(one, list)]
        if lists:
            return max(lists, key=len)
        texts = [self.variable(name) if one is None else one for one in ends if not isinstance(one, list)]
        sure = [one for one in texts if one != (Unknown(name),)]
        return _either(sure or texts)

    def loop(self, statement: Loop) -> None:
        turns = [one for word in statement.words or () for one in fields(word, self)]
        if statement.words is None or len(turns) > MAX_TURNS:
            base = (self.cwd, dict(self.variables))
            if statement.variable:
                self.variables[statement.variable] = (Unknown(statement.variable),)
            self.statements(statement.body)
            if statement.words is None:
                self.cwd = _either([base[0], self.cwd])
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
        words = _unwrapped([argument for word in statement.words for argument in self.arguments(word)])
        if not words:
            return
        name = values.known(words[0].text) or ""
        if name in _BUILTINS:
            _BUILTINS[name](self, words[1:])
        elif name in self.functions:
            self.call(self.functions[name], words[1:])
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
            if not isinstance(value, list) and (name in self.exported or self.variable(name) != (Unknown(name),))
        }

    def arguments(self, word: Word) -> list[Argument]:
        literal = is_literal(word)
        return [Argument(one, word.row, literal) for one in fields(word, self)]

    def redirected(self, redirects: Sequence[Redirect]) -> tuple[_Redirected, ...]:
        return tuple(
            _Redirected(one.operator, one.descriptor, Argument(text(one.word.parts, self), one.word.row, is_literal(one.word)))
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

    def call(self, body: tuple[Statement, ...], arguments: Sequence[Argument]) -> None:
        if self.calls >= MAX_CALLS:
            return
        outer, self.positional = self.positional, [argument.text for argument in arguments]
        self.calls += 1
        self.statements(body)
        self.calls -= 1
        self.positional = outer

    def nested(self, script: str | None) -> None:
        """A script given as a word, as ``bash -c`` takes it; its lines are not those of this script."""
        if script is None or self.calls >= MAX_CALLS:
            self.blind = True
            return
        row = 0 if not self.commands else self.commands[-1].row
        inner = _Walker(self.marks, self.value, self.cwd, [])
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

    def shift(self, _arguments: Sequence[Argument]) -> None:
        self.positional = self.positional[1:]

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
    "set": _Walker.nothing,
    "true": _Walker.nothing,
    ":": _Walker.nothing,
    "[": _Walker.nothing,
    "test": _Walker.nothing,
    **dict.fromkeys(_DECLARING, _Walker.declare),
    "export": _Walker.export,
}
_WRAPPERS: dict[str, tuple[frozenset[str], int]] = {
    "sudo": (frozenset({"-u", "-g", "-C", "-h", "-p"}), 0),
    "env": (frozenset({"-u", "-C", "-S"}), 0),
    "timeout": (frozenset({"-s", "-k", "--signal", "--kill-after"}), 1),
    "nice": (frozenset({"-n"}), 0),
    "stdbuf": (frozenset({"-i", "-o", "-e"}), 0),
    **dict.fromkeys(("nohup", "exec", "command", "builtin", "time"), (frozenset(), 0)),
}
"""Commands that run the command behind them: their options that take a value, and how many words they take for themselves."""


def _unwrapped(words: list[Argument]) -> list[Argument]:
    """The command without what only wraps it: ``sudo``, ``env A=b``, ``timeout 60``."""
    while words and (wrapper := _WRAPPERS.get(values.known(words[0].text) or "")):
        options, own = wrapper
        at = 1
        while at < len(words):
            shown = values.shown(words[at].text)
            if shown in options:
                at += 1
            elif not shown.startswith("-") and not _ENV.match(shown):
                break
            at += 1
        words = words[at + own :]
    return words


def below(directory: Text, target: Text) -> Text:
    """A path as seen from a folder; not made shorter, since its parts may be unknown."""
    if values.starts(target, "/") or not directory:
        return target
    return values.join((directory, ("/",), target)) if target else directory


def _either(ends: Sequence[Text]) -> Text:
    return values.text(values.choice(values.simplify(one) for one in ends))
