"""The state of a shell that is walked: its variables, arguments and folder, what expansions ask of them, and how it changes.

This module knows no statement and no command beyond those of the shell that change nothing else.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping, Sequence

from archdoc.extract import _shell_trace as shell_trace
from archdoc.extract import _values as values
from archdoc.extract._shell_branches import Values
from archdoc.extract._shell_commands import Command, below, writes
from archdoc.extract._shell_expand import Keyed, is_open
from archdoc.extract._shell_syntax import Argument
from archdoc.extract._values import Text, Unknown
from archdoc.regex import regex

OF_THE_RUNNER = frozenset(["HOME", "PATH", "PWD", "OLDPWD", "USER", "LOGNAME", "HOSTNAME", "SHELL", "LANG", "TMPDIR", "OS", "CI"])
PREFIXES = ("GITHUB_", "RUNNER_", "ACTIONS_", "JAVA_HOME", "ANDROID_", "GOROOT_", "Image", "BASH")
"""Variables that a runner of GitHub may have without anybody setting them."""
_SET = regex(r"([A-Za-z_]\w*)(\+?)=")


class State:
    """The variables, arguments and folder of a shell, and the commands met so far."""

    def __init__(
        self,
        marks: Mapping[str, Text],
        variable: Callable[[str], Text],
        directory: Text,
        positional: list[Text],
        name: Text,
        read: Callable[[Text], str | None],
    ) -> None:
        """`variable` tells what a variable is before the script sets it, `name` is ``$0``, `read` gives files."""
        self.marks = marks
        self.variable = variable
        self.cwd = self.before = directory
        self.folders: list[Text] = []
        self.positional: list[Text] | None = positional
        self.name = name
        self.file = name
        self.of_file = read
        self.variables: dict[str, Values] = {}
        self.exported: set[str] = set()
        self.known: dict[str, bool] = {}
        self.commands: list[Command] = []
        self.arms: tuple[tuple[str, int], ...] = ()
        self.asked: frozenset[str] = frozenset()

    # what expansions ask for

    def value(self, name: str) -> Text:
        """The value of a variable or argument; an array gives its first element."""
        if name == "PWD":
            return self.cwd
        if name in ("0", "BASH_SOURCE"):
            return (self.name if name == "0" else self.file) or (Unknown(name),)
        if name.isdigit():
            return self.argument(int(name))
        if name == "#":
            given = self.positional
            return (Unknown("$#"),) if given is None or any(map(is_open, given)) else (str(len(given)),)
        if name in ("@", "*"):
            given = self.elements(name) or []
            return values.join(piece for n, one in enumerate(given) for piece in ((" ",) if n else (), one))
        found = self.variables.get(name)
        if isinstance(found, list):
            return found[0] if found else ()
        return self.variable(name) if found is None else found

    def is_unset(self, name: str) -> bool:
        """Whether nothing sets a variable: neither the script, nor the environment, as far as it is known, nor the runner."""
        if not name.isidentifier() or name in self.variables or name in OF_THE_RUNNER or name.startswith(PREFIXES):
            return False
        return not self.inherited(name)

    def argument(self, number: int) -> Text:
        """An argument of the script or function; empty behind the last, unless one before it may have been several."""
        given = self.positional
        if given is not None and number <= len(given):
            return given[number - 1]
        several = given is None or any(len(one) == 1 and isinstance(one[0], Unknown) for one in given)
        return (Unknown(f"${number}"),) if several else ()

    def elements(self, name: str) -> list[Text] | None:
        """The elements of an array or of the arguments; None for a plain variable."""
        if name in ("@", "*"):
            return [(Unknown("$@"),)] if self.positional is None else self.positional
        found = self.variables.get(name)
        return found if isinstance(found, list) else None

    def assign(self, name: str, value: Text) -> None:
        """Set a variable."""
        self.variables[name] = value

    def directory(self) -> Text:
        """The folder the shell is in."""
        return self.cwd

    def read_file(self, path: Text) -> str | None:
        """The text of a file of the repository; None where it may have been changed by then."""
        return None if self._made(values.shown(path)) else self.of_file(below(self.cwd, path))

    def made(self, path: str) -> bool:
        """Whether the script, which asks for a file, may have made or changed it by then."""
        self.asked |= {path}
        return self._made(path)

    def _made(self, path: str) -> bool:
        name = posixpath.basename(path)
        return any(writes(one, name) for one in self.commands)

    def folder(self, path: str) -> Sequence[str] | None:
        """The names in a folder of the repository."""
        found = self.of_file(values.join((below(self.cwd, (path,)), ("/",))))
        return None if found is None else found.split("\n")

    # what commands see

    def placed(self, one: Command) -> Command:
        """A command with the branches that it stands in and the files that were asked for before it."""
        return one._replace(arms=self.arms, asked=self.asked)

    def given(self) -> dict[str, Text]:
        """The variables that a command sees: what is exported, and what the environment has already."""
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

    # the shell's own commands

    def change_directory(self, arguments: Sequence[Argument]) -> None:
        """``cd FOLDER``."""
        targets = [one.text for one in arguments if values.known(one.text) not in ("--", "-P", "-L")]
        target: Text = targets[0] if targets else (Unknown("HOME"),)
        shell_trace.handed("cd", [one for one in arguments if one.text is target])
        self.before, self.cwd = self.cwd, self.before if values.known(target) == "-" else below(self.cwd, target)

    def push_directory(self, arguments: Sequence[Argument]) -> None:
        """``pushd FOLDER``."""
        self.folders.append(self.cwd)
        self.change_directory(arguments)

    def pop_directory(self, _arguments: Sequence[Argument]) -> None:
        """``popd``."""
        self.cwd = self.folders.pop() if self.folders else (Unknown("popd"),)

    def declare(self, arguments: Sequence[Argument]) -> None:
        """``local a=b``; what is set within the words of another command is no assignment of the grammar."""
        for argument in arguments:
            head = argument.text[0] if argument.text else ""
            if isinstance(head, str) and (match := _SET.match(head)):
                value = values.join(((head[match.end() :],), argument.text[1:]))
                self.variables[match[1]] = values.join((self.value(match[1]), value)) if match[2] else value
            elif isinstance(head, str) and head.isidentifier() and arguments[0].text == ("-A",) and head not in self.variables:
                self.variables[head] = Keyed({})

    def export(self, arguments: Sequence[Argument]) -> None:
        """``export A=b C``."""
        self.declare(arguments)
        self.exported.update(values.shown(one.text).partition("=")[0] for one in arguments)

    def unset(self, arguments: Sequence[Argument]) -> None:
        """``unset A``."""
        for argument in arguments:
            self.variables[values.known(argument.text) or ""] = ()

    def shift(self, arguments: Sequence[Argument]) -> None:
        """``shift``, ``shift 2``."""
        count = (values.known(arguments[0].text) or "") if arguments else "1"
        known = self.positional is not None and count.isdecimal() and len(count) < 4
        self.positional = self.positional[int(count) :] if known and self.positional is not None else None

    def nothing(self, _arguments: Sequence[Argument]) -> None:
        """A command that changes nothing we follow."""
