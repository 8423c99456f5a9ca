"""A script walked without running it: every command it may run, with its words evaluated and the folder it runs in.

Loops over known words are unrolled, every branch is taken, functions are followed where they are called. The walk is bounded, so
that no script costs more than its share. This module knows no command beyond the shell's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from archdoc.extract import _shell as shell
from archdoc.extract import _shell_arrays as arrays
from archdoc.extract import _shell_loops as loops
from archdoc.extract import _shell_read as reading
from archdoc.extract import _shell_trace as shell_trace
from archdoc.extract import _trace as trace
from archdoc.extract import _values as values
from archdoc.extract._shell_branches import LEAVING, End, Left, Values, either
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
    silent,
    unwrapped,
)
from archdoc.extract._shell_expand import Heard, fields, is_literal, substitution, text
from archdoc.extract._shell_marks import prepare, unknowns
from archdoc.extract._shell_quiet import Busy
from archdoc.extract._shell_say import SPEAKING, spoken, trimmed
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
from archdoc.extract._shell_tests import ASKING, Decided, decided, is_lasting
from archdoc.extract._shell_ways import Ways
from archdoc.extract._values import Text, Unknown

MAX_STEPS = 3_000
MAX_TURNS = 64
MAX_CALLS = 8


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


class _Walker(Ways):
    """A shell that walks statements, and the commands met so far."""

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
        super().__init__(marks, variable, directory, positional, name, read)
        self.counts = counts
        self.busy = Busy(counts)
        self.piped = False
        self.pinned: int | None = None
        self.functions: dict[str, Routine] = {}
        self.redirects: tuple[Redirected, ...] = ()
        self.upstream: tuple[Command, ...] = ()
        self.steps = 0
        self.calls = 0
        self.forks = 0
        self.blind = False

    # what expansions ask for

    def is_function(self, name: str) -> bool:
        return name in self.functions

    def visit(self, body: tuple[Statement, ...]) -> Heard:
        outer, self.redirects, self.upstream = (self.redirects, self.upstream, self.said, self.listened), (), ()
        start, self.listened = len(self.commands), self.speaks(body)
        self.said = () if self.listened else None
        self.apart(body)
        said = None if self.said is None else either([trimmed(one) for one in values.alternatives(self.said)])
        self.redirects, self.upstream, self.said, self.listened = outer
        return Heard(said, printed(self.commands, start))

    def speaks(self, body: tuple[Statement, ...]) -> bool:
        """Whether what statements print may be known; of a single command, that is asked elsewhere."""
        only = body[0] if len(body) == 1 else None
        if isinstance(only, Simple) and only.words:
            return (only.words[0].literal or "") in self.functions
        return not isinstance(only, Pipeline)

    # statements

    def statements(self, body: Sequence[Statement]) -> None:
        for statement in body:
            if self.left:
                return
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
            self.holds = None
        elif isinstance(statement, Pipeline):
            self.pipeline(statement)
        else:
            outer = self.redirects
            self.redirects = (*outer, *self.redirected(statement.redirects))
            if isinstance(statement, Group):
                self.group(statement)
            elif isinstance(statement, Branch):
                self.branch(statement)
            else:
                with self.ending(Left.LOOP):
                    self.loop(statement, fed)
            self.redirects = outer

    def group(self, group: Group) -> None:
        if group.subshell:
            self.apart(group.body)
        elif not group.chained:
            self.statements(group.body)
        else:
            for place, one in enumerate(group.body):
                if not (place in group.chained and self.holds is False) and not self.left:
                    self.statement(one)
        if group.asks:
            self.holds = None if group.test is None else decided(group.test, self).holds
        if group.negated:
            self.holds = None if self.holds is None else not self.holds

    def step(self) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise _Enough

    def idle(self, names: Names) -> bool:
        """Whether a statement with commands of these heads makes no difference here."""
        heard = self.piped or self.redirects or self.listened
        return names is not None and not (heard or any(map(self.busy, names)))

    def apart(self, body: Sequence[Statement], fed: tuple[Statement, ...] = ()) -> None:
        """Statements whose changes of the shell's state stay with them."""
        kept = (self.cwd, self.before, self.variables, self.functions, self.positional, self.busy)
        self.variables, self.functions, self.busy = dict(self.variables), dict(self.functions), self.busy.copy()
        with self.ending(Left.SHELL):
            for statement in body:
                if not self.left:
                    self.statement(statement, fed)
        self.cwd, self.before, self.variables, self.functions, self.positional, self.busy = kept

    def pipeline(self, statement: Pipeline) -> None:
        if self.said is not None and not silent(self.redirects):
            said = substitution((statement,), self)
            self.say(None if values.sources(said) else values.join((said, ("\n",))))
            self.holds = None
            return
        outer, start, piped = self.upstream, len(self.commands), self.piped
        for number, stage in enumerate(statement.stages, 1):
            self.upstream = tuple(self.commands[start:]) if number > 1 else outer
            self.piped = piped or number < len(statement.stages)
            self.apart((stage,), statement.stages[: number - 1])
        self.upstream, self.piped = outer, piped

    def branch(self, statement: Branch) -> None:
        """Every arm that may be taken; behind it, all ways that are left meet."""
        ends: list[End] = []
        lefts: list[Left] = []
        narrowed: dict[str, Text] = {}
        surely, outer, fork = statement.exhaustive, self.arms, ""
        for place, arm in enumerate(statement.arms):
            test = statement.tests[place] if place < len(statement.tests) else None
            heads = statement.heads[place] if place < len(statement.heads) else 0
            if test is not None:
                found = decided(test, self)
            else:
                self.statements(arm[:heads])
                if self.left:
                    surely = True
                    lefts.append(self.left)
                    break
                asked = self.holds if heads or statement.after else None
                found = Decided(asked if asked is None or statement.after != "||" else not asked)
            if found.holds is False:
                continue
            base = self.here()
            self.variables = dict(base.variables)
            if found.holds is None:
                self.narrow(found.name, found.yes)
            if fork or (test is not None and len(statement.arms) > 1 and is_lasting(test, found, self)):
                self.forks += not fork
                fork = fork or str(self.forks)
                self.arms = (*outer, (fork, place))
            self.statements(arm[heads:])
            self.arms = outer
            if self.left:
                lefts.append(self.left)
            else:
                ends.append(self.here())
            self.cwd, self.variables, self.positional, self.said, self.holds = base
            self.left = Left.NOTHING
            if found.holds:
                surely = True
                break
            narrowed.setdefault(found.name, self.value(found.name))
            self.narrow(found.name, found.no)
        if not surely:
            ends.insert(0, self.here()._replace(holds=statement.after != "&&"))
        if ends:
            self.go_on(ends)
        else:
            self.left = min(lefts, default=Left.NOTHING)
        for name, whole in narrowed.items():
            if name and set(values.alternatives(self.value(name))) == set(values.alternatives(whole)):
                self.variables[name] = whole

    def loop(self, statement: Loop, fed: tuple[Statement, ...]) -> None:
        endless = statement.words is None and not statement.variable
        if endless and (found := loops.settings(statement, fed, self)) is not None and len(found) <= MAX_TURNS:
            for settings in found:
                self.variables.update(settings)
                self.turn(statement.body[1:])
            return
        if endless and loops.shifts(statement.body) and self.consumed(statement.body):
            return
        turns = list(loops.turns(statement.words or (), self))
        if statement.words is None:
            turns = self.elements("@") or []
        if endless or len(turns) > MAX_TURNS:
            if statement.variable:
                self.variables[statement.variable] = (Unknown(statement.variable),)
            if loops.shifts(statement.body):
                self.positional = None
            # No turn may be taken, or any number: what the body sets may be so or as it was.
            before = self.here()._replace(variables=dict(self.variables), holds=None)
            self.turn(statement.body)
            said = before.said if self.said == before.said else None
            self.go_on([one._replace(said=said) for one in ([before] if self.left else [before, self.here()])])
            self.left = Left.NOTHING
            return
        for turn in turns[-1:] if self.idle(statement.names) else turns:
            self.variables[statement.variable] = turn
            if trace.log is not None and statement.words:
                shell_trace.word(statement.variable, statement.words[0], [turn], self)
            self.turn(statement.body)

    def turn(self, body: Sequence[Statement]) -> None:
        """A turn of a loop, unless one before it has left the loop."""
        if not self.left:
            with self.ending(Left.TURN):
                self.statements(body)

    def consumed(self, body: Sequence[Statement]) -> bool:
        """Turn by turn through a loop that takes the arguments one by one; nothing where one is taken or not."""
        kept, count, gone = self.here(), len(self.commands), self.gone
        self.variables, self.gone, before = dict(self.variables), {}, MAX_TURNS + 1
        while not self.left and self.positional is not None and 0 < len(self.positional) < before:
            before = len(self.positional)
            self.turn(body)
        found, self.gone = self.gone, gone
        if self.left or self.positional is not None:
            for level, ends in found.items():
                self.gone.setdefault(level, []).extend(ends)
            return True
        self.cwd, self.variables, self.positional, self.said, self.holds = kept
        del self.commands[count:]
        return False

    # commands

    def simple(self, statement: Simple) -> None:
        self.step()
        if self.idle(statement.names):
            self.holds = None
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
        words = unwrapped([argument for word in statement.words for argument in self.arguments(word)], self.folder)
        if not words:
            computed = any(word.plain is None for one in statement.assignments for word in one.values)
            self.holds = True if not (statement.words or computed) else None
            return
        name = values.known(words[0].text) or ""
        if name == "read":
            line = next((text(one.word.parts, self) for one in statement.redirects if one.operator == "<<<"), None)
            self.variables.update(reading.taken([values.shown(one.text) for one in words[1:]], line, environment.get("IFS")))
            self.holds = None
        elif name in LEAVING:
            self.leave(name, words[1:])
        elif name in ASKING:
            self.holds = ASKING[name]([one.text for one in words[1:]], self)
        elif name in _BUILTINS:
            self.holds = True if name in shell.DECLARING or name in ("shift", "set") else None
            _BUILTINS[name](self, words[1:])
        elif name in self.functions:
            outer, self.redirects = self.redirects, (*self.redirects, *self.redirected(statement.redirects))
            self.call(self.functions[name], words[0].row, words[1:])
            self.redirects = outer
        elif name in ("bash", "sh") and len(words) > 2 and values.known(words[1].text) in ("-c", "-ec", "-lc", "-euc", "-xc"):
            self.nested(words[2].text, words[0].row)
        else:
            redirects = (*self.redirects, *self.redirected(statement.redirects))
            if self.said is not None and not silent(redirects):
                self.say(spoken(name, words[1:], redirects, self))
            self.holds = True if name in SPEAKING else None
            own = {**(self.given() if not name or self.counts((name,)) else {}), **environment}
            given = looked_up(words, redirects, self.upstream, own, self.variable, self.read_file)
            self.commands.append(self.placed(command(words, self.cwd, self.upstream, redirects, given)))

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

    def assigned(self, assignment: Assignment) -> Values:
        if assignment.array:
            before = self.variables.get(assignment.name) if assignment.append else None
            return arrays.made(assignment, before, self)
        value = text(assignment.values[0].parts, self)
        if assignment.keys:
            return arrays.with_element(assignment, value, self.variables.get(assignment.name), self)
        return values.join((self.value(assignment.name), value)) if assignment.append else value

    def call(self, routine: Routine, row: int, arguments: Sequence[Argument]) -> None:
        if self.calls >= MAX_CALLS:
            self.say(None)
            self.holds = None
            return
        outer = self.positional, self.pinned
        self.positional = [argument.text for argument in arguments]
        shell_trace.handed("$", arguments)
        if routine.sourced and self.pinned is None:
            self.pinned = row
        self.calls += 1
        self.holds = True
        with self.ending(Left.ROUTINE):
            self.statements(routine.body)
        self.calls -= 1
        self.positional, self.pinned = outer

    def nested(self, word: Text, row: int) -> None:
        """A script given as a word in this row, as ``bash -c`` takes it; its lines are not those of this script."""
        self.say(None)
        self.holds = None
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
        with self.ending(Left.ROUTINE):
            self.statements(body)
        self.calls -= 1
        self.positional, self.pinned, self.file = outer

    def evaluate(self, arguments: Sequence[Argument]) -> None:
        text = values.join(piece for n, one in enumerate(arguments) for piece in ((" ",) if n else (), one.text))
        for one in values.alternatives(text):
            self.nested(one, arguments[0].row if arguments else 0)


_BUILTINS: dict[str, Callable[[_Walker, Sequence[Argument]], None]] = {
    "cd": _Walker.change_directory,
    "pushd": _Walker.push_directory,
    "popd": _Walker.pop_directory,
    "unset": _Walker.unset,
    "shift": _Walker.shift,
    "eval": _Walker.evaluate,
    **dict.fromkeys(("source", "."), _Walker.source),
    "set": _Walker.nothing,
    **dict.fromkeys(shell.DECLARING, _Walker.declare),
    "export": _Walker.export,
}
__all__ = ["Argument", "Command", "Walk", "below", "output", "walk"]
