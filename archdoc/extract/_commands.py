"""Commands of a shell that build, name, push and deploy: one row each, from the words that call it to the function that reads it.

A function gets a `Call` and gives effects. This module knows neither workflows nor the shell's grammar.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator

from archdoc.extract import _values as values
from archdoc.extract._call import Call
from archdoc.extract._commands_docker import DOCKER
from archdoc.extract._commands_kubernetes import HELM, KUBECTL, KUBERNETES, render
from archdoc.extract._commands_runner import RUNNER
from archdoc.extract._effects import Effect, Opaque
from archdoc.extract._shell_walk import Command
from archdoc.model import Evidence

COMMANDS: dict[tuple[str, ...], Callable[[Call], Iterator[Effect]]] = {**DOCKER, **KUBERNETES, **RUNNER}
"""By the words that call it; the longest that fits counts."""

_PREFIXES = frozenset(key[:n] for key in COMMANDS for n in range(1, len(key) + 1))
_TOOLS = frozenset(key[0] for key in COMMANDS)
_TAKES: dict[str, frozenset[str]] = {
    "docker": frozenset({"-H", "--host", "-c", "--context", "--config", "-l", "--log-level", "--builder"}),
    "podman": frozenset({"--log-level", "--url", "-c", "--connection", "--root", "--runroot", "--storage-driver"}),
    "kubectl": KUBECTL,
    "oc": KUBECTL,
    "helm": HELM,
}
_SCRIPT = re.compile(r"(?:\.{0,2}/|[\w./-]+/)[^\s]*|[^\s]+\.sh")
INTERESTING = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, _TOOLS - {'echo', 'printf', 'cat', 'sed', 'tee'})))})\b|GITHUB_(?:ENV|OUTPUT)|::set-")
"""Finds what a script must hold to be worth reading."""

FOREIGN = re.compile(r"\b(?:docker|podman|nerdctl)\s+(?:buildx\s+)?(?:build|push)\b|\bkubectl\s+(?:apply|create|replace)\b|\bhelm\s+(?:install|upgrade)\b")
"""Finds in a script of another language what would have been read in a shell."""


def recognise(command: Command, at: Callable[[int, str], Evidence]) -> Iterator[Effect]:
    """The effects of a command; none for one that is not in the table. `at` gives the line of a row of the script."""
    first = values.known(command.words[0].text)
    if first is None:
        return
    tool = posixpath.basename(first)
    if tool not in _TOOLS:
        if _SCRIPT.fullmatch(first) and not first.startswith(("/usr/", "/bin/")):
            yield Opaque("a script", at(command.row, ""))
        return
    names, rest = (tool,), list(command.words[1:])
    takes = _TAKES.get(tool, frozenset())
    place = 0
    while place < len(rest):
        word = values.known(rest[place].text)
        if word is None:
            break
        if word.startswith("-"):
            place += 2 if word in takes else 1
        elif (*names, word) in _PREFIXES:
            names = (*names, word)
            del rest[place]
        else:
            break
    call = Call(" ".join(names), command, tuple(rest), at)
    if names in COMMANDS:
        yield from COMMANDS[names](call)
    if command.writes and names not in COMMANDS:
        yield from render(call)
