"""Commands that speak to the runner and to GitHub: variables and outputs for later steps, commits, dispatches.

Rows of `_commands.COMMANDS`. Source of the rules: GitHub docs, "Workflow commands for GitHub Actions", the REST API of
workflows and of repository dispatch; the manuals of git and gh.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from archdoc.extract import _values as values
from archdoc.extract import claims
from archdoc.extract._call import Call
from archdoc.extract._commands_kubernetes import download, render
from archdoc.extract._edits import cut
from archdoc.extract._effects import STARTED, Checkout, Commit, Dispatch, Download, Effect, Mention, Render, StartCluster, Write
from archdoc.extract._shell_expand import SOURCES, Heard, Variables
from archdoc.extract._shell_walk import Argument, Command, below
from archdoc.extract._values import Text, Unknown
from archdoc.extract._workspace import ROOT
from archdoc.regex import regex

FILES = ("GITHUB_ENV", "GITHUB_OUTPUT")
_OLD_COMMAND = regex(r"::(set-output|set-env) name=([\w-]+)::")


def _write(call: Call) -> Iterator[Effect]:
    """``echo``, ``printf`` or ``cat`` with its output in a file of the runner."""
    text = _printed(call.command)
    for target in call.command.writes:
        file = _file(target)
        if file and text is not None:
            yield Write(file, text, call.here)
    if text and isinstance(text[0], str) and (old := _OLD_COMMAND.match(text[0])):
        rest = values.join(((text[0][old.end() :],), text[1:]))
        yield Write("GITHUB_OUTPUT" if old[1] == "set-output" else "GITHUB_ENV", values.join(((f"{old[2]}=",), rest)), call.here)
    yield from render(call)


def _tee(call: Call) -> Iterator[Effect]:
    text = _printed(call.command.upstream[-1]) if call.command.upstream else None
    for word in call.words:
        file = _file(word)
        if file and text is not None:
            yield Write(file, text, call.here)
        elif claims.dockerfile(values.shown(word.text)):
            yield Render(call.mention(word), ())


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

    def read_file(self, path: Text) -> None:
        """No file is read."""

    def folder(self, path: str) -> None:
        """And no folder."""

    def is_unset(self, _name: str) -> bool:
        return False

    def is_function(self, _name: str) -> bool:
        return False

    def made(self, _path: str) -> bool:
        return False

    def visit(self, _body: object) -> Heard:
        return Heard()


_NOTHING: Variables = _Nothing()


# --- git


def _clone(call: Call) -> Iterator[Effect]:
    """``git clone URL [FOLDER]``: the folder is another repository."""
    words = call.options(_CLONE).rest
    if not words:
        return
    url = words[0].text
    _, is_github, rest = cut(url, "github.com")
    repository = _trimmed(rest) if is_github else (Unknown("git clone"), "/", Unknown("git clone"))
    folder = words[1].text if len(words) > 1 else (posixpath.basename(values.shown(_trimmed(url))),)
    path = values.known(below(call.command.directory, folder))
    if path is not None:
        yield Checkout(repository, (posixpath.normpath(path).removeprefix(f"{ROOT}/"),))


def _trimmed(url: Text) -> Text:
    """The end of the URL of a repository as its name."""
    parts = list(url)
    if parts and isinstance(parts[0], str):
        parts[0] = parts[0].lstrip(":/")
    if parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip("/").removesuffix(".git")
    return tuple(part for part in parts if part)


def _add(call: Call) -> Iterator[Effect]:
    """``git add FILE...``; with ``-A`` or ``-u`` all that is changed."""
    read = call.options(_EMPTY)
    every = read.flag("-A", "--all", "-u", "--update")
    yield Commit(call.here, added=(Mention((ROOT,), call.here),) if every else tuple(map(call.mention, read.rest)))


def _commit(call: Call) -> Iterator[Effect]:
    heads = [values.shown(word.text) for word in call.words]
    if any(head == "--all" or (head[:1] == "-" and head[:2] != "--" and "a" in head.partition("=")[0]) for head in heads):
        yield Commit(call.here, added=(Mention((ROOT,), call.here),))
    yield Commit(call.here, made=True)


def _push(call: Call) -> Iterator[Effect]:
    if not call.options(_EMPTY).flag("--dry-run", "-n", "--tags", "--delete", "-d"):
        yield Commit(call.here, pushed=True)


# --- dispatches


def _workflow_run(call: Call) -> Iterator[Effect]:
    """``gh workflow run WORKFLOW [-R OWNER/REPO]``."""
    read = call.options(_GH)
    repository = read.last("-R", "--repo")
    for word in read.rest[:1]:
        yield Dispatch(call.here, workflow=call.mention(word), repository=repository.text if repository else ())


def _run_download(call: Call) -> Iterator[Effect]:
    """``gh run download RUN -n NAME`` of the run that has started this one."""
    read = call.options(_GH_DOWNLOAD)
    name = read.last("-n", "--name")
    pattern = read.last("-p", "--pattern")
    after = any(STARTED in values.sources(word.text) for word in read.rest)
    if after and read.last("-R", "--repo") is None:
        wanted = name or pattern
        mention = call.mention(wanted) if wanted else None
        yield Download(mention, call.here, pattern=name is None, elsewhere=True, after=True)


def _request(call: Call) -> Iterator[Effect]:
    """``gh api`` and ``curl`` with an address that ends in ``/dispatches``; what the address is built of may be unknown."""
    words = [*call.words, *filter(None, [call.command.stdin])]
    event = next((found for word in words if (found := _EVENT.search(values.shown(word.text)))), None)
    for word in call.words:
        found = _DISPATCHES.search(values.shown(word.text))
        if found is None or word.text[0] == "-":
            continue
        name = found[1].replace("{owner}/{repo}", "")
        own = "*" in name and values.sources(word.text)[0] in _OWN
        repository: Text = () if own or not name else (Unknown("the repository"),) if "*" in name else (name,)
        if found[2]:
            workflow = call.mention(word)
            yield Dispatch(call.here, workflow.of(_shown(found[2])), repository=repository)
        else:
            yield Dispatch(call.here, event=Mention(_shown(event[1] if event else "*"), call.here), repository=repository)
    if call.name == "curl":
        yield from download(call)
        if any(values.starts(word.text, "https://get.k3s.io") for word in call.words):
            yield StartCluster(call.here)


def _shown(name: str) -> Text:
    return (Unknown("the name"),) if "*" in name else (name,)


_EMPTY: frozenset[str] = frozenset()
_CLONE = frozenset(["-b", "--branch", "--depth", "-o", "--origin", "-c", "--config", "--filter", "--reference", "-j", "--jobs"])
_GH = frozenset(["-R", "--repo", "-r", "--ref", "-f", "--raw-field", "-F", "--field"])
_GH_DOWNLOAD = frozenset(["-R", "--repo", "-n", "--name", "-p", "--pattern", "-D", "--dir"])
_OWN = frozenset({"github.repository", "github.repository_owner", "GITHUB_REPOSITORY", "GITHUB_REPOSITORY_OWNER"})
_DISPATCHES = regex(r"repos/([^/\s]+/[^/\s]+?|\*)/(?:actions/workflows/([^/\s]+)/)?dispatches\b")
_EVENT = regex(r"event_type[\\\"']*\s*[:=]\s*[\\\"']*([\w.*-]+)")

DISPATCHES = r"|/dispatches\b|https://get\.k3s\.io"
"""Finds the requests that count among those of commands that fetch anything."""

RUNNER: dict[tuple[str, ...], Callable[[Call], Iterator[Effect]]] = {
    ("gh", "workflow", "run"): _workflow_run,
    ("gh", "run", "download"): _run_download,
}

GIT: dict[tuple[str, ...], Callable[[Call], Iterator[Effect]]] = {
    ("git", "clone"): _clone,
    ("git", "add"): _add,
    ("git", "commit"): _commit,
    ("git", "push"): _push,
}
"""Commands that count only where another changes what they write back."""

RUNNER_AUXILIARY: dict[tuple[str, ...], Callable[[Call], Iterator[Effect]]] = {
    ("echo",): _write,
    ("printf",): _write,
    ("cat",): _write,
    ("tee",): _tee,
    ("gh", "api"): _request,
    ("curl",): _request,
    ("wget",): download,
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
