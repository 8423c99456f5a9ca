"""Commands as a walked script would run them: their words evaluated, their folder, what they are redirected to.

This module knows no tool beyond those that only wrap a command.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from archdoc.extract import _values as values
from archdoc.extract._shell_files import Folder, find
from archdoc.extract._shell_syntax import Argument, Statement
from archdoc.extract._values import Text, Unknown
from archdoc.regex import regex

_NONE: Mapping[str, Text] = MappingProxyType({})
_ENV = regex(r"[A-Za-z_]\w*=")
_ENV_OF = regex(r"env\((\w+)\)")
_VARIABLE = regex(r"\$\{?([A-Za-z_]\w*)")
_IMAGE_KEY = regex(r"[ \t-]*[\"']?image[\"']?:")
_MOST_NAMES = 100
CHANGING = frozenset({"tee", "sed", "cp", "mv", "install", "curl", "wget", "rm", "touch"})
"""Commands that change the files they name."""


class Command(NamedTuple):
    """A command as it would be run.

    `upstream` are the commands before it in its pipeline; `stdin` is the text of a here-document; `reads` and `writes` are
    files it is redirected from and to; `environment` the variables that the script gives it, by export or before its name.
    `arms` are those it stands in of branches of which always the same arm runs, nobody knows which: each with its branch.
    `asked` are the files that the script asked for before and that are not known to be there.
    """

    words: tuple[Argument, ...]
    directory: Text
    upstream: tuple[Command, ...] = ()
    stdin: Argument | None = None
    reads: Argument | None = None
    writes: tuple[Argument, ...] = ()
    environment: Mapping[str, Text] = _NONE
    arms: tuple[tuple[str, int], ...] = ()
    asked: frozenset[str] = frozenset()

    @property
    def row(self) -> int:
        """The line of its name."""
        return self.words[0].row


class Redirected(NamedTuple):
    """A redirection with its file or text evaluated."""

    operator: str
    descriptor: str
    argument: Argument


class Routine(NamedTuple):
    """A function; a `sourced` one stands in another file."""

    body: tuple[Statement, ...]
    sourced: bool


class Walk(NamedTuple):
    """All commands in the order of the script.

    `cut`: the walk ended before the script did. `blind`: a part of the script itself is a value that is not known.
    """

    commands: tuple[Command, ...]
    cut: bool = False
    blind: bool = False


def command(
    words: Sequence[Argument],
    directory: Text,
    upstream: tuple[Command, ...],
    redirects: Sequence[Redirected],
    environment: Mapping[str, Text],
) -> Command:
    """A command with what its redirections mean for it."""
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
    return Command(tuple(words), directory, upstream, stdin, reads, writes, environment)


def silent(redirects: Sequence[Redirected]) -> bool:
    """Whether what a command prints goes elsewhere."""
    return any(
        (one.operator in (">", ">>", ">|") and one.descriptor in ("", "1"))
        or one.operator in ("&>", "&>>")
        or (one.operator == ">&" and one.descriptor in ("", "1") and values.known(one.argument.text) != "1")
        for one in redirects
    )


def looked_up(
    words: Sequence[Argument],
    redirects: Sequence[Redirected],
    upstream: Sequence[Command],
    given: Mapping[str, Text],
    variable: Callable[[str], Text],
    read: Callable[[Text], str | None],
) -> Mapping[str, Text]:
    """The environment of a command; of a tool that looks variables up by name, those that say an image, `given` or not.

    ``yq`` finds their names in its words, ``envsubst`` in the text it reads.
    """
    tool = values.known(words[0].text)
    if tool == "yq":
        names = _ENV_OF.findall(" ".join(values.shown(one.text) for one in words[1:]))
    elif tool == "envsubst":
        files = [one.argument.text for one in redirects if one.operator == "<"]
        files += [word.text for one in upstream if values.known(one.words[0].text) == "cat" for word in one.words[1:]]
        lines = [line for path in files for line in (read(path) or "").splitlines() if _IMAGE_KEY.match(line)]
        names = [name for line in lines for name in _VARIABLE.findall(line)]
    else:
        return given
    return {name: given[name] if name in given else variable(name) for name in dict.fromkeys(names[:_MOST_NAMES])}


def printed(commands: list[Command], start: int) -> str:
    """The file from which the output of the last command is read, as bash hands it on; ``""`` where none is from `start` on."""
    if len(commands) <= start or commands[-1].writes:
        return ""
    path = f"/dev/fd/{len(commands)}"
    commands[-1] = commands[-1]._replace(writes=(Argument((path,), commands[-1].row),))
    return path


def at_rows(commands: Sequence[Command], rows: Sequence[int]) -> tuple[Command, ...]:
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


ON_RUNNER = frozenset({"docker", "podman", "buildah", "skopeo", "kubectl", "kustomize", "helm", "kind", "minikube"})
"""Tools for images and clusters that are there already. Source: github.com/actions/runner-images, Ubuntu."""

WRAPPERS: dict[str, tuple[frozenset[str], int]] = {
    "sudo": (frozenset({"-u", "-g", "-C", "-h", "-p"}), 0),
    "env": (frozenset({"-u", "-C", "-S"}), 0),
    "timeout": (frozenset({"-s", "-k", "--signal", "--kill-after"}), 1),
    "nice": (frozenset({"-n"}), 0),
    "stdbuf": (frozenset({"-i", "-o", "-e"}), 0),
    **dict.fromkeys(("nohup", "exec", "command", "builtin", "time"), (frozenset(), 0)),
}
"""Commands that run the command behind them: their options that take a value, and how many words they take for themselves."""


def unwrapped(words: list[Argument], folder: Folder) -> list[Argument]:
    """The command without what only wraps it: ``sudo``, ``timeout 60``, ``find . -exec``, ``$SUDO`` before a tool of a runner."""
    if len(words) > 1 and not values.truthy(words[0].text) and words[0].text and values.known(words[1].text) in ON_RUNNER:
        words = words[1:]
    while words and (wrapper := WRAPPERS.get(values.known(words[0].text) or "")):
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
    if words and values.known(words[0].text) == "find" and (executed := _executed(words, folder)):
        return unwrapped(executed, folder)
    return words


def _executed(words: list[Argument], folder: Folder) -> list[Argument]:
    """The command that ``find`` runs, with any of the files that it finds for ``{}``; none where it runs none."""
    shown = [values.known(one.text) for one in words]
    begin = shown.index("-exec") if "-exec" in shown else len(words)
    end = next((at for at, one in enumerate(shown) if at > begin and one in (";", "+")), len(words))
    if begin == len(words):
        return []
    found = find([one.text for one in words[1:begin]], folder)
    known = values.known(found) if found else None
    files: Text = values.text(values.choice(known.split("\n"))) if known else (Unknown("$(find)"),)
    return [one._replace(text=files) if values.known(one.text) == "{}" else one for one in words[begin + 1 : end]]


def below(directory: Text, target: Text) -> Text:
    """A path as seen from a folder; not made shorter, since its parts may be unknown."""
    if values.starts(target, "/") or not directory:
        return target
    return values.join((directory, ("/",), target)) if target else directory


def writes(command: Command, name: str) -> bool:
    """Whether a command may change a file of that name."""
    changed = command.words[1:] if values.known(command.words[0].text) in CHANGING else ()
    return any(posixpath.basename(values.shown(one.text)) == name for one in (*command.writes, *changed))
