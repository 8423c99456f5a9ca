"""A script walked without running it: every command it may run, with its words evaluated and the folder it runs in.

Loops over known words are unrolled, every branch is taken, functions are followed where they are called. The walk is bounded, so
that no script costs more than its share. This module knows no command beyond the shell's own.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence

from archdoc.extract import _shell as shell
from archdoc.extract import _shell_loops as loops
from archdoc.extract import _shell_read as reading
from archdoc.extract import _shell_trace as shell_trace
from archdoc.extract import _trace as trace
from archdoc.extract import _values as values
from archdoc.extract._shell_branches import either, joined
from archdoc.extract._shell_commands import (
    Command,
    Redirected,
    Routine,
    Walk,
    at_rows,
    below,
    command,
    looked_up,
    printed,
    unwrapped,
    writes,
)
from archdoc.extract._shell_expand import fields, is_literal, substitution, text
from archdoc.extract._shell_marks import prepare, unknowns
from archdoc.extract._shell_quiet import Busy
from archdoc.extract._shell_syntax import (
    Argument,
    Assignment,
    Branch,
    Function,
    Group,
    Loop,
    Names,
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
    counts: Callable[[Sequence[str]], bool] = lambda _head: True,
) -> Walk:
    """The commands of a script whose ``${{ }}`` come to `expression(source)` and whose variables begin as `variable(name)`.

    `name` is its ``$0``, `read` gives the text of a file of the repository; `counts` tells which commands the caller asks for:
    others may be left out, with their words unread. Raises ShellError where the text is no bash.
    """
    begin = trace.start()
    prepared, marks, rows = prepare(script, expression)
    walker = _Walker(marks, variable, directory, list(arguments), name, read, counts)
    try:
        walker.statements(shell.parse(prepared))
        shell_trace.moved(begin, rows)
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
        counts: Callable[[Sequence[str]], bool] = lambda _head: True,
    ) -> None:
        self.marks = marks
        self.variable = variable
        self.cwd = self.before = directory
        self.folders: list[Text] = []
        self.positional: list[Text] | None = positional
        self.name = name
        self.file = name
        self.of_file = read
        self.counts = counts
        self.busy = Busy(counts)
        self.piped = False
        self.pinned: int | None = None
        self.variables: dict[str, Text | list[Text]] = {}
        self.exported: set[str] = set()
        self.known: dict[str, bool] = {}
        self.functions: dict[str, Routine] = {}
        self.commands: list[Command] = []
        self.redirects: tuple[Redirected, ...] = ()
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

    def folder(self, path: str) -> Sequence[str] | None:
        found = self.of_file(values.join((below(self.cwd, (path,)), ("/",))))
        return None if found is None else found.split("\n")

    def visit(self, body: tuple[Statement, ...]) -> str:
        outer, self.redirects, self.upstream = (self.redirects, self.upstream), (), ()
        start = len(self.commands)
        self.apart(body)
        self.redirects, self.upstream = outer
        return printed(self.commands, start)

    # statements

    def statements(self, body: Sequence[Statement]) -> None:
        for statement in body:
            self.statement(statement)

    def statement(self, statement: Statement, fed: tuple[Statement, ...] = ()) -> None:
        """Walk one; `fed` are the commands before it in its pipeline."""
        if isinstance(statement, Simple):
            self.simple(statement)
        elif isinstance(statement, Function):
            self.functions[statement.name] = Routine(statement.body, self.pinned is not None)
            self.busy.define(statement)
        elif self.idle(statement.names) and not isinstance(statement, Loop):
            self.step()
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
                self.loop(statement, fed)
            self.redirects = outer

    def step(self) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise _Enough

    def idle(self, names: Names) -> bool:
        """Whether a statement with commands of these heads makes no difference here."""
        return names is not None and not (self.piped or self.redirects or any(map(self.busy, names)))

    def apart(self, body: Sequence[Statement], fed: tuple[Statement, ...] = ()) -> None:
        """Statements whose changes of the shell's state stay with them."""
        kept = (self.cwd, self.before, self.variables, self.functions, self.positional, self.busy)
        self.variables, self.functions, self.busy = dict(self.variables), dict(self.functions), self.busy.copy()
        for statement in body:
            self.statement(statement, fed)
        self.cwd, self.before, self.variables, self.functions, self.positional, self.busy = kept

    def pipeline(self, statement: Pipeline) -> None:
        outer, start, piped = self.upstream, len(self.commands), self.piped
        for number, stage in enumerate(statement.stages, 1):
            self.upstream = tuple(self.commands[start:]) if number > 1 else outer
            self.piped = piped or number < len(statement.stages)
            self.apart((stage,), statement.stages[: number - 1])
        self.upstream, self.piped = outer, piped

    def branch(self, statement: Branch) -> None:
        base = (self.cwd, self.variables)
        given = self.positional
        arms, exhaustive = possible(statement, self)
        ends = [] if exhaustive else [base]
        left = [] if exhaustive else [given]
        for arm in arms:
            self.cwd, self.variables, self.positional = base[0], dict(base[1]), given
            self.statements(arm)
            ends.append((self.cwd, self.variables))
            left.append(self.positional)
        self.positional = left[0] if all(one == left[0] for one in left) else None
        self.cwd = either([cwd for cwd, _ in ends]) if any(cwd != ends[0][0] for cwd, _ in ends) else ends[0][0]
        self.variables = joined([variables for _, variables in ends], self.variable)

    def loop(self, statement: Loop, fed: tuple[Statement, ...]) -> None:
        endless = statement.words is None and not statement.variable
        if endless and (found := loops.settings(statement, fed, self)) is not None and len(found) <= MAX_TURNS:
            for settings in found:
                self.variables.update(settings)
                self.statements(statement.body[1:])
            return
        if endless and loops.shifts(statement.body) and self.consumed(statement.body):
            return
        turns = [one for word in statement.words or () for one in loops.files(fields(word, self), self)]
        if statement.words is None:
            turns = self.elements("@") or []
        if endless or len(turns) > MAX_TURNS:
            folder = self.cwd
            if statement.variable:
                self.variables[statement.variable] = (Unknown(statement.variable),)
            if loops.shifts(statement.body):
                self.positional = None
            before = dict(self.variables)
            self.statements(statement.body)
            # No turn may be taken, or any number: what the body sets may be so or as it was.
            self.variables = joined([before, self.variables], self.variable)
            if endless:
                self.cwd = either([folder, self.cwd])
            return
        for turn in turns[-1:] if self.idle(statement.names) else turns:
            self.variables[statement.variable] = turn
            if trace.log is not None and statement.words:
                shell_trace.word(statement.variable, statement.words[0], [turn], self)
            self.statements(statement.body)

    def consumed(self, body: Sequence[Statement]) -> bool:
        """Turn by turn through a loop that takes the arguments one by one; nothing where one is taken or not."""
        kept = self.cwd, self.variables, self.positional, len(self.commands)
        self.variables, before = dict(self.variables), MAX_TURNS + 1
        while self.positional is not None and 0 < len(self.positional) < before:
            before = len(self.positional)
            self.statements(body)
        if self.positional is not None:
            return True
        self.cwd, self.variables, self.positional, _ = kept
        del self.commands[kept[3] :]
        return False

    # commands

    def simple(self, statement: Simple) -> None:
        self.step()
        if self.idle(statement.names):
            return
        environment: dict[str, Text] = {}
        for assignment in statement.assignments:
            value = self.assigned(assignment)
            if trace.log is not None and assignment.values:
                shell_trace.word(assignment.name, assignment.values[0], [value], self)
            if statement.words and statement.words[0].literal == "export":
                self.exported.add(assignment.name)
            if not statement.words or statement.words[0].literal in shell.DECLARING:
                self.variables[assignment.name] = value
            elif not isinstance(value, list):
                environment[assignment.name] = value
        words = unwrapped([argument for word in statement.words for argument in self.arguments(word)])
        if not words:
            return
        name = values.known(words[0].text) or ""
        if name == "read":
            line = next((text(one.word.parts, self) for one in statement.redirects if one.operator == "<<<"), None)
            self.variables.update(reading.taken([values.shown(one.text) for one in words[1:]], line, environment.get("IFS")))
        elif name in _BUILTINS:
            _BUILTINS[name](self, words[1:])
        elif name in self.functions:
            self.call(self.functions[name], words[0].row, words[1:])
        elif name in ("bash", "sh") and len(words) > 2 and values.known(words[1].text) in ("-c", "-ec", "-lc", "-euc", "-xc"):
            self.nested(words[2].text, words[0].row)
        else:
            redirects = (*self.redirects, *self.redirected(statement.redirects))
            own = {**self.given(name), **environment}
            given = looked_up(words, redirects, self.upstream, own, self.variable, self.read_file)
            self.commands.append(command(words, self.cwd, self.upstream, redirects, given))

    def given(self, tool: str) -> dict[str, Text]:
        """The variables that a command sees, if anybody asks for it: what is exported, and what the environment has already."""
        seen = self.variables if not tool or self.counts((tool,)) else {}
        return {
            name: value
            for name, value in seen.items()
            if not isinstance(value, list) and (name in self.exported or self.inherited(name))
        }

    def inherited(self, name: str) -> bool:
        """Whether the environment has a variable already."""
        if name not in self.known:
            self.known[name] = self.variable(name) != (Unknown(name),)
        return self.known[name]

    def arguments(self, word: Word) -> list[Argument]:
        if word.plain is not None and self.pinned is None and trace.log is None:
            return [word.plain]
        literal, found, row = is_literal(word), fields(word, self), self.row(word)
        if trace.log is not None:
            shell_trace.word("", word, found, self)
        return [Argument(one, row, literal) for one in found]

    def row(self, word: Word) -> int:
        """The line of a word; for one of another file, the line that leads there."""
        return word.row if self.pinned is None else self.pinned

    def redirected(self, redirects: Sequence[Redirect]) -> tuple[Redirected, ...]:
        return tuple(
            Redirected(
                one.operator, one.descriptor, Argument(text(one.word.parts, self), self.row(one.word), is_literal(one.word))
            )
            for one in redirects
        )

    def assigned(self, assignment: Assignment) -> Text | list[Text]:
        if assignment.array:
            found = [one for word in assignment.values for one in fields(word, self)]
            before = self.variables.get(assignment.name)
            return [*before, *found] if assignment.append and isinstance(before, list) else found
        value = text(assignment.values[0].parts, self)
        return values.join((self.value(assignment.name), value)) if assignment.append else value

    def call(self, routine: Routine, row: int, arguments: Sequence[Argument]) -> None:
        if self.calls >= MAX_CALLS:
            return
        outer = self.positional, self.pinned
        self.positional = [argument.text for argument in arguments]
        shell_trace.handed("$", arguments)
        if routine.sourced and self.pinned is None:
            self.pinned = row
        self.calls += 1
        self.statements(routine.body)
        self.calls -= 1
        self.positional, self.pinned = outer

    def nested(self, word: Text, row: int) -> None:
        """A script given as a word in this row, as ``bash -c`` takes it; its lines are not those of this script."""
        if not values.truthy(word) or self.calls >= MAX_CALLS:
            self.blind = True
            return
        script, marks = unknowns(word, self.marks)
        inner = _Walker(marks, self.value, self.cwd, [], self.name, self.of_file, self.counts)
        begin = trace.start()
        inner.piped = self.piped
        inner.functions, inner.busy = dict(self.functions), self.busy.copy()
        inner.steps, inner.calls, inner.exported = self.steps, self.calls + 1, self.exported
        try:
            inner.statements(shell.parse(script))
        except ShellError:
            return
        shell_trace.moved(begin, [row])
        self.steps, self.blind = inner.steps, self.blind or inner.blind
        self.commands += [one._replace(words=tuple(word._replace(row=row) for word in one.words)) for one in inner.commands]

    # the shell's own commands

    def change_directory(self, arguments: Sequence[Argument]) -> None:
        targets = [one.text for one in arguments if values.known(one.text) not in ("--", "-P", "-L")]
        target: Text = targets[0] if targets else (Unknown("HOME"),)
        shell_trace.handed("cd", [one for one in arguments if one.text is target])
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
        text = values.join(piece for n, one in enumerate(arguments) for piece in ((" ",) if n else (), one.text))
        for one in values.alternatives(text):
            self.nested(one, arguments[0].row if arguments else 0)

    def nothing(self, _arguments: Sequence[Argument]) -> None:
        """A command that changes nothing we follow."""


_BUILTINS: dict[str, Callable[[_Walker, Sequence[Argument]], None]] = {
    "cd": _Walker.change_directory,
    "pushd": _Walker.push_directory,
    "popd": _Walker.pop_directory,
    "unset": _Walker.unset,
    "shift": _Walker.shift,
    "eval": _Walker.evaluate,
    **dict.fromkeys(("source", "."), _Walker.source),
    **dict.fromkeys(("set", "true", ":", "[", "test"), _Walker.nothing),
    **dict.fromkeys(shell.DECLARING, _Walker.declare),
    "export": _Walker.export,
}
__all__ = ["Argument", "Command", "Walk", "below", "output", "walk"]
