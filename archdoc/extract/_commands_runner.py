"""Commands that speak to the runner: variables and outputs for later steps, logins to clouds. Rows of `_commands.COMMANDS`.

Source of the rules: GitHub docs, "Workflow commands for GitHub Actions".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from archdoc.extract import _values as values
from archdoc.extract._call import Call
from archdoc.extract._effects import Effect, Login, Mention, Write
from archdoc.extract._shell_expand import SOURCES, Variables
from archdoc.extract._shell_walk import Argument, Command
from archdoc.extract._values import Text, Unknown

FILES = ("GITHUB_ENV", "GITHUB_OUTPUT")
_OLD_COMMAND = re.compile(r"::(set-output|set-env) name=([\w-]+)::")


def _write(call: Call) -> Iterator[Effect]:
    """``echo``, ``printf`` or ``cat`` with its output in a file of the runner."""
    text = _printed(call.command)
    for target in call.command.writes:
        file = _file(target)
        if file and text is not None:
            yield Write(file, text)
    if text and isinstance(text[0], str) and (old := _OLD_COMMAND.match(text[0])):
        rest = values.join(((text[0][old.end() :],), text[1:]))
        yield Write("GITHUB_OUTPUT" if old[1] == "set-output" else "GITHUB_ENV", values.join(((f"{old[2]}=",), rest)))


def _tee(call: Call) -> Iterator[Effect]:
    text = _printed(call.command.upstream[-1]) if call.command.upstream else None
    for word in call.words:
        file = _file(word)
        if file and text is not None:
            yield Write(file, text)


def _file(target: Argument) -> str:
    part = target.text[0] if len(target.text) == 1 else None
    return part.source if isinstance(part, Unknown) and part.source in FILES else ""


def _printed(command: Command) -> Text | None:
    """What a command prints; None where only a run knows."""
    name = values.known(command.words[0].text)
    if name == "cat":
        return command.stdin.text if command.stdin else None
    source = SOURCES.get(name or "") if name in ("echo", "printf") else None
    found = source([word.text for word in command.words[1:]], _NOTHING) if source else None
    return None if found is None else values.join((found, ("\n",)))


class _Nothing:
    """No variables: arguments are expanded already."""

    marks: Mapping[str, Text] = MappingProxyType({})

    def value(self, name: str) -> Text:
        return (Unknown(name),)

    def elements(self, _name: str) -> list[Text] | None:
        return None

    def assign(self, name: str, value: Text) -> None:
        """Nothing is set."""

    def directory(self) -> Text:
        return ()

    def visit(self, body: object) -> None:
        """Nothing stands in it."""


_NOTHING: Variables = _Nothing()


def _cloud(name: str) -> Callable[[Call], Iterator[Effect]]:
    def login(call: Call) -> Iterator[Effect]:
        yield Login("cloud", Mention((name,), call.here))

    return login


RUNNER: dict[tuple[str, ...], Callable[[Call], Iterator[Effect]]] = {
    ("az", "login"): _cloud("azure"),
    ("gcloud", "auth", "login"): _cloud("gcp"),
    ("gcloud", "auth", "activate-service-account"): _cloud("gcp"),
}

RUNNER_AUXILIARY: dict[tuple[str, ...], Callable[[Call], Iterator[Effect]]] = {
    ("echo",): _write,
    ("printf",): _write,
    ("cat",): _write,
    ("tee",): _tee,
}
"""Commands that count only where another command uses what they say."""


def written(text: Text) -> Sequence[tuple[str, Text]]:
    """The names and values in the text that was added to a file of the runner: ``K=V`` lines, and ``K<<END`` to ``END``."""
    found: list[tuple[str, Text]] = []
    name, end, body = "", "", list[Text]()
    for line in _lines(text):
        shown = values.shown(line)
        if end:
            if shown == end:
                found.append((name, values.join(piece for n, one in enumerate(body) for piece in ((("\n",) if n else ()), one))))
                name, end, body = "", "", []
            else:
                body.append(line)
            continue
        head = line[0] if line and isinstance(line[0], str) else ""
        key, equals, first = head.partition("=")
        opened = re.match(r"([\w-]+)<<", head)
        if opened and (not equals or opened.end() <= len(key)):
            name, end = opened[1], shown[opened.end() :]
        elif equals and key:
            found.append((key.strip(), values.join(((first,), line[1:]))))
    return found


def _lines(text: Text) -> list[Text]:
    pieces: list[list[values.Part]] = [[]]
    for part in text:
        first, *rest = part.split("\n") if isinstance(part, str) else [part]
        pieces[-1].append(first)
        pieces.extend([one] for one in rest)
    return [tuple(part for part in piece if part != "") for piece in pieces]
