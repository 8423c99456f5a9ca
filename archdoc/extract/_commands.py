"""Commands of a shell that build, name, push and deploy: one row each, from the words that call it to the function that reads it.

A function gets a `Call` and gives effects. This module knows neither workflows nor the shell's grammar.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from archdoc.extract import _values as values
from archdoc.extract._call import Call, program
from archdoc.extract._commands_cloud import CLOUD
from archdoc.extract._commands_docker import DOCKER, DOCKER_AUXILIARY
from archdoc.extract._commands_kubernetes import EDITS, HELM, KUBERNETES, KUBERNETES_AUXILIARY, render
from archdoc.extract._commands_release import KUBECTL
from archdoc.extract._commands_runner import DISPATCHES, GIT, RUNNER, RUNNER_AUXILIARY
from archdoc.extract._effects import Effect, Follow
from archdoc.extract._shell_walk import Command
from archdoc.model import Evidence
from archdoc.regex import regex

_MAIN: dict[tuple[str, ...], Callable[[Call], Iterator[Effect]]] = {**DOCKER, **KUBERNETES, **CLOUD, **RUNNER}
_AUXILIARY: dict[tuple[str, ...], Callable[[Call], Iterator[Effect]]] = {
    **DOCKER_AUXILIARY,
    **KUBERNETES_AUXILIARY,
    **GIT,
    **RUNNER_AUXILIARY,
}


def _script(call: Call) -> Iterator[Effect]:
    """``bash -x path/to/script.sh arguments``; what stands behind ``-c`` is walked where it stands, ``-n`` runs nothing."""
    words = list(call.words)
    while words and (known := values.known(words[0].text)) is not None and known[:1] in ("-", "+"):
        if known.startswith("-") and not known.startswith("--") and not {"c", "n"}.isdisjoint(known[1:]):
            return
        del words[: 2 if known[1:] in ("o", "O") or known[1:].endswith("o") else 1]
    if words:
        yield Follow("script", tuple(words), call.command.environment, call.here)


def _python(call: Call) -> Iterator[Effect]:
    """``python path/to/script.py arguments``; a module, and code in a word, are not followed."""
    words = list(call.words)
    while words and (known := values.known(words[0].text)) is not None and known.startswith("-"):
        if known.lstrip("-")[:1] in ("c", "m"):
            return
        del words[: 2 if known in ("-W", "-X") else 1]
    if words and values.shown(words[0].text).endswith(".py"):
        yield Follow("script", tuple(words), call.command.environment, call.here)


def _powershell(call: Call) -> Iterator[Effect]:
    """``pwsh -File path/to/script.ps1 arguments``."""
    at = next((at for at, word in enumerate(call.words) if values.shown(word.text).endswith(".ps1")), None)
    if at is not None:
        yield Follow("script", tuple(call.words[at:]), call.command.environment, call.here)


_SHELLS: dict[tuple[str, ...], Callable[[Call], Iterator[Effect]]] = {
    **dict.fromkeys((("pwsh",), ("powershell",)), _powershell),
    **{(shell,): _script for shell in ("bash", "sh", "dash", "zsh")},
    **dict.fromkeys((("python",), ("python3",)), _python),
}
COMMANDS: dict[tuple[str, ...], Callable[[Call], Iterator[Effect]]] = {**_MAIN, **_AUXILIARY, **_SHELLS}
"""By the words that call it; the longest that fits counts."""

_PREFIXES = frozenset(key[:n] for key in COMMANDS for n in range(1, len(key) + 1))
_TOOLS = frozenset(key[0] for key in COMMANDS)
_TAKES: dict[str, frozenset[str]] = {
    "docker": frozenset({"-H", "--host", "-c", "--context", "--config", "-l", "--log-level", "--builder"}),
    "podman": frozenset(
        {
            *("--log-level", "--url", "-c", "--connection", "--root", "--runroot", "--storage-driver", "--storage-opt"),
            *(
                "--cgroup-manager",
                "--events-backend",
                "--identity",
                "--network-cmd-path",
                "--runtime",
                "--tmpdir",
                "--volumepath",
            ),
        }
    ),
    "kubectl": KUBECTL,
    "oc": KUBECTL,
    "ctr": frozenset({"-n", "--namespace", "-a", "--address"}),
    "helm": HELM,
    "aws": frozenset({"--region", "--profile", "--output"}),
    **dict.fromkeys(("npm", "pnpm", "yarn", "bun"), frozenset({"--prefix", "-C", "--cwd", "--dir"})),
    "gcloud": frozenset({"--project", "--account", "--configuration"}),
    "git": frozenset({"-C", "-c", "--git-dir", "--work-tree"}),
}
_SCRIPT = regex(r"(?:\.{0,2}/|[\w./-]+/)[^\s]*|[^\s]+\.sh")


def _finder(keys: Iterable[tuple[str, ...]], more: str = "") -> re.Pattern[str]:
    """Finds in a script the tool and the first word of a command, on one line or continued lines."""
    verbs: dict[str, set[str]] = {}
    for key in keys:
        verbs.setdefault(key[0], set()).update(key[1:2])
    rows = [
        rf"{re.escape(tool)}\b(?:[^|;&\n]|\\\n){{0,200}}?\b(?:{'|'.join(sorted(map(re.escape, found)))})"
        if found
        else re.escape(tool)
        for tool, found in sorted(verbs.items())
    ]
    return regex(rf"\b(?:{'|'.join(rows)})\b{more}")


# A tool that a variable names; `*` is one that make has put in and that is not known, or one of several.
_BY_VARIABLE = r"|(?:\$\{?\w+\}?|\*)[\"']? +(?:[\w-]+ +)?(?:build|push|bake|apply|create|upgrade)\b"
_FINDS_MAIN = _finder(
    _MAIN,
    r"|\.(?:sh|ps1)\b|/[\w.-]{1,100}\.py\b|\bpython3? [^\n;|&]{0,200}\.py\b"
    r"|\b(?:ba|da|z)?sh +(?:-\w+ +)*[\w.-]*/|(?:^|[;&|(]|\s)\.\.?/[\w./-]+" + EDITS + DISPATCHES + _BY_VARIABLE,
)
_FINDS_AUXILIARY = _finder(
    [key for key in _AUXILIARY if key not in RUNNER_AUXILIARY],
    r"|GITHUB_(?:ENV|OUTPUT)|::set-|(?:>|\btee\b)[^\n|;&]{0,200}(?:[Dd]ocker|[Cc]ontainer)file",
)


@lru_cache(maxsize=4_096)
def is_main(script: str) -> bool:
    """Whether a script holds what it must to do anything that is told."""
    return _FINDS_MAIN.search(script) is not None


@lru_cache(maxsize=4_096)
def is_auxiliary(script: str) -> bool:
    """Whether a script holds what it must to matter to one that does."""
    return _FINDS_AUXILIARY.search(script) is not None


_PRINTING = frozenset({"echo", "printf", "cat"})


def counts(head: Sequence[str]) -> bool:
    """Whether a command that begins so may have an effect; what only prints has none where its output goes nowhere."""
    name = head[0]
    if "/" in name or name.endswith(".sh"):
        return True
    if name not in _TOOLS or name in _PRINTING:
        return False
    names, _, open_ = _called(name, head[1:])
    return open_ or names in COMMANDS


def _called(tool: str, words: Iterable[str | None]) -> tuple[tuple[str, ...], list[int], bool]:
    """How a command is called, the places of those words, and whether another word behind the given ones may be one of them."""
    names: tuple[str, ...] = (tool,)
    places: list[int] = []
    takes = _TAKES.get(tool, frozenset())
    skips = False
    for place, word in enumerate(words):
        if skips:
            skips = False
        elif word is None:
            return names, places, False
        elif word.startswith("-"):
            skips = word in takes
        elif (*names, word) in _PREFIXES:
            names = (*names, word)
            places.append(place)
        else:
            return names, places, False
    return names, places, True


FOREIGN = regex(
    r"\b(?:docker|podman|nerdctl)\s+(?:buildx\s+)?(?:build|push)\b|\bkubectl\s+(?:apply|create|replace)\b|\bhelm\s+(?:install|upgrade)\b"
)
"""Finds in a script of another language what would have been read in a shell."""


def recognise(command: Command, at: Callable[[int, str], Evidence]) -> Iterator[Effect]:
    """The effects of a command; none for one that is not in the table. `at` gives the line of a row of the script."""
    # Where the tool is one of several, as `docker` or `podman`, each does the same.
    first = next(filter(None, map(values.known, values.alternatives(command.words[0].text))), None)
    if first is None:
        return
    tool = program(first)
    if tool not in _TOOLS:
        if _SCRIPT.fullmatch(first) and not first.startswith(("/usr/", "/bin/")):
            yield Follow("script", command.words, command.environment, at(command.row, ""))
        if command.writes:
            yield from render(Call(tool, command, command.words[1:], at))
        return
    names, places, _ = _called(tool, (values.known(word.text) for word in command.words[1:]))
    rest = [word for place, word in enumerate(command.words[1:]) if place not in places]
    call = Call(" ".join(names), command, tuple(rest), at)
    if names in COMMANDS:
        yield from COMMANDS[names](call)
    if command.writes and names not in COMMANDS:
        yield from render(call)
