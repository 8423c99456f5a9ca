"""What is asked of the files of a tree, and the answers: from the cache while every file that was read for one is the same.

A question is a format, asked of the main file of each of its units, or one of `_OTHERS`. An answer is a function of the files
that were read for it and of the configuration. Knows no graph.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from archdoc import cache as caching
from archdoc import codec, config, stored
from archdoc.check import ignores
from archdoc.config import Config
from archdoc.errors import ConfigError
from archdoc.extract import Files
from archdoc.extract.formats import EXTRACTORS
from archdoc.model import Evidence, Facts, Finding
from archdoc.rules import finding
from archdoc.source import Snapshot

OWN_NAME, REFERS = "own name", "kustomize refers"
_PORTION = 16
"""How many units are read at once: their files are let go before the next ones."""


class Question(NamedTuple):
    """How a question is asked of a file, and how its answers become JSON values and come back."""

    ask: Callable[[str, Tracked], Any]
    dump: Callable[[Any], Any]
    load: Callable[[Any], Any]


def load_config(snapshot: Snapshot, file: Path | None = None) -> Config:
    """The configuration in the tree, or in `file` on disk. Raises ConfigError."""
    if file is not None:
        try:
            return config.parse(file.read_text(encoding="utf-8"), file.name)
        except OSError as error:
            raise ConfigError(f"{file}: {error.strerror or 'cannot be read'}; name another file with --config") from None
    for name in (config.FILE, "pyproject.toml"):
        content = snapshot.read(name) if snapshot.oid(name) is not None else None
        if content is not None and (name == config.FILE or b"[tool.archdoc]" in content):
            return config.parse(content.decode("utf-8", errors="replace"), name)
    return Config()


def told(name: str, at: Evidence) -> Finding:
    """What is said where the repository's own files tell its name."""
    return finding("repository-named", f"this is taken for `{name}`", at)


class Reader:
    """Runs extractors over units, or takes their stored answers while every file they read is the same."""

    def __init__(self, snapshot: Snapshot, settings: Config, cache: caching.Cache) -> None:
        self.snapshot = snapshot
        self.settings = settings
        self.cache = cache
        self.base = f"{caching.sources_key()} {codec.compact((settings.repository, settings.kinds, settings.references))}"
        self.reads: dict[str, dict[str, Sequence[str]]] = {}
        """The paths that were read for each answer, by question and file; a folder ends in ``/``."""

    def units(self, format_: str, paths: Iterable[str]) -> list[Facts]:
        """The facts of each unit of a format, by path."""
        return list(self.answers(format_, paths).values())

    def roots(self, kustomizations: Sequence[str], deployed: frozenset[str]) -> list[str]:
        """The kustomizations that nobody else builds on, and those that a job applies."""
        from archdoc.extract import kustomize

        uses = self.answers(REFERS, kustomizations)
        found = frozenset(kustomize.roots(uses))
        return [path for path in uses if path in found or (path.rpartition("/")[0] or ".") in deployed]

    def answers(self, name: str, paths: Iterable[str]) -> dict[str, Any]:
        """What a question gives for each path, in the order of paths."""
        question = self._question(name)
        keys = {path: self._key(name, path) for path in paths}
        answers = self._known(question, name, keys)
        new = [path for path in keys if path not in answers]
        for start in range(0, len(new), _PORTION):
            portion = new[start : start + _PORTION]
            self.snapshot.prefetch(portion)
            for path in portion:
                tracked = Tracked(self.snapshot)
                answers[path] = question.ask(path, tracked)
                self.reads.setdefault(name, {})[path] = list(tracked.reads)
                if self.cache.writes:
                    self.cache.put(keys[path], {"reads": tracked.reads, "answer": question.dump(answers[path])})
            self.snapshot.forget(portion)
        return {path: answers[path] for path in keys}

    def known(self, name: str, paths: Iterable[str]) -> dict[str, Any]:
        """Those of the answers that are in the cache."""
        return self._known(self._question(name), name, {path: self._key(name, path) for path in paths})

    def _known(self, question: Question, name: str, keys: Mapping[str, str]) -> dict[str, Any]:
        stored = self.cache.get_many(keys.values())
        known = {path: stored[key] for path, key in keys.items() if key in stored and self._valid(stored[key]["reads"])}
        self.reads.setdefault(name, {}).update((path, list(entry["reads"])) for path, entry in known.items())
        return {path: question.load(entry["answer"]) for path, entry in known.items()}

    def _question(self, name: str) -> Question:
        return _OTHERS.get(name) or Question(partial(_facts, name, self.settings), codec.facts_to_rows, codec.facts_from_rows)

    def _key(self, name: str, path: str) -> str:
        text = f"{self.base}\0{name}\0{path}\0{self.snapshot.state(path) if path else ''}"
        return stored.digest(text.encode("utf-8", "surrogateescape"))

    def _valid(self, reads: dict[str, str | None]) -> bool:
        return all(self.snapshot.state(path) == state for path, state in reads.items())


class Tracked:
    """The snapshot as an extractor sees it, with a note of all that it asked for, and the marks in what it read."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.reads: dict[str, str | None] = {}
        self.marks: dict[str, ignores.Marks] = {}

    def read(self, path: str) -> bytes | None:
        """As `extract.Files`."""
        self.reads[path] = self.snapshot.state(path)
        content = self.snapshot.content(path)
        if content is not None and ignores.MARK in content:
            self.marks[path] = ignores.marks(path, content)
        return content

    def exists(self, path: str) -> bool:
        """As `extract.Files`."""
        self.reads[path] = self.snapshot.state(path)
        return self.reads[path] is not None

    def folder(self, path: str) -> Sequence[str]:
        """As `extract.Files`."""
        key = f"{path.strip('/')}/"
        self.reads[key] = self.snapshot.state(key)
        return self.snapshot.folder(path)


def files(snapshot: Snapshot) -> Files:
    """A tree as extractors see it, for who reads a unit again."""
    return Tracked(snapshot)


def as_facts(name: str, answers: Mapping[str, Any]) -> list[Facts]:
    """Answers to one question in the one form of all."""
    if name == OWN_NAME:
        return [Facts(findings=(told(*found),)) if found else Facts() for found in answers.values()]
    return [Facts(covers=found) for found in answers.values()] if name == REFERS else list(answers.values())


def named(reader: Reader) -> tuple[Reader, Facts]:
    """One that knows the repository's name on GitHub, where its own files say it and the configuration does not."""
    found: tuple[str, Evidence] | None = None if reader.settings.repository else reader.answers(OWN_NAME, [""])[""]
    if found is None:
        return reader, Facts()
    other = Reader(reader.snapshot, replace(reader.settings, repository=found[0]), reader.cache)
    other.reads = reader.reads
    return other, Facts(findings=(told(*found),))


def _facts(name: str, settings: Config, path: str, tracked: Tracked) -> Facts:
    """What a format tells of a unit, with what is odd about the files that it read."""
    try:
        facts = EXTRACTORS[name].extract(path, tracked, settings)
    except Exception as error:  # the one place where a bug in an extractor costs its own file only
        if os.environ.get("ARCHDOC_RERAISE"):
            raise
        at = Evidence(path, 1)
        facts = Facts(findings=(finding("extractor-failed", f"the {name} reader failed: {type(error).__name__}", at),))
    unread = tuple(f for f in map(tracked.snapshot.finding, tracked.reads) if f is not None)
    odd = tuple(one for _, found in tracked.marks.values() for one in found)
    accepted = tuple(one for found, _ in tracked.marks.values() for one in found)
    if not (unread or odd or accepted):
        return facts
    return Facts(facts.entities, facts.references, (*facts.findings, *unread, *odd), facts.covers, accepted)


def _own_name(_: str, files: Files) -> tuple[str, Evidence] | None:
    from archdoc import own_name

    return own_name.own_name(files)


def _refers(path: str, files: Files) -> tuple[str, ...]:
    from archdoc.extract import kustomize

    return kustomize.refers(path, files)


_OTHERS = {
    OWN_NAME: Question(
        _own_name,
        lambda found: found and (found[0], found[1].path, found[1].line),
        lambda row: row and (row[0], Evidence(row[1], row[2])),
    ),
    REFERS: Question(_refers, list, tuple),
}
