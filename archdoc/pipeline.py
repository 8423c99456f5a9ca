"""The whole line in one place: tree -> facts -> graph -> views -> pages, and pages compared or written.

Every stage is a function of what the one before gives; only reading git and writing pages touch the world.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from archdoc import cache as caching
from archdoc import codec, config, own_name, plugins, source
from archdoc.check import ignores
from archdoc.config import Config, ScopeRow
from archdoc.errors import ConfigError, UsageError
from archdoc.extract import Extractor, Files
from archdoc.graph import Graph
from archdoc.model import ByPath, EntityKind, Evidence, Facts, Finding, Ignore
from archdoc.render import mermaid
from archdoc.resolve import resolve
from archdoc.rules import finding
from archdoc.source import Snapshot
from archdoc.views import View, overview, tracked

_Answer = TypeVar("_Answer")
_PORTION = 16
"""How many units are read at once: their files are let go before the next ones."""


@dataclass(frozen=True, slots=True)
class Build:
    """All that is computed of one tree.

    `paths` are the files that are read, `excluded` the infrastructure files that the configuration leaves out.
    `findings` are all, with those of what is left out of the graph by a comment; `ignores` are what accepts some of them.
    """

    snapshot: Snapshot
    config: Config
    graph: Graph
    views: tuple[View, ...]
    paths: tuple[str, ...]
    excluded: tuple[str, ...]
    findings: tuple[Finding, ...]
    ignores: tuple[Ignore, ...]


def build(snapshot: Snapshot, settings: Config, cache: caching.Cache) -> Build:
    """The graph and every view of a tree. Raises nothing for odd files: those are findings."""
    settings, told = _named(snapshot, settings)
    kept, excluded = _included(snapshot.paths, settings)
    facts, undrawn = ignores.leave_out([*read(snapshot, settings, cache, kept), told])
    graph = resolve(facts, frozenset(snapshot.paths))
    accepted = dict.fromkeys(one for fact in facts for one in fact.ignores) | dict.fromkeys(_rows(settings))
    found = _once([*graph.findings, *undrawn])
    return Build(snapshot, settings, graph, views(graph, settings), tuple(kept), excluded, found, tuple(accepted))


def _once(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """What is said in the same words of the same line stands once, of however many jobs or workloads it is true."""
    return tuple({(one.rule, one.path, one.line, one.message): one for one in found}.values())


def _rows(settings: Config) -> Iterator[Ignore]:
    """What the configuration accepts."""
    for row in settings.ignore:
        yield Ignore(row.rule, row.reason, Evidence(config.FILE, 1), row.path)


def views(graph: Graph, settings: Config) -> tuple[View, ...]:
    """Every view of a graph, in the order in which people read them; what is tracked comes last.

    Where there are scopes, each has views of its own, with ``@`` and its name at the end of their ids; the overview is of all.
    """
    if not settings.scopes:
        return tuple(_views(graph, settings))
    home = {e.path: next((s.name for s in settings.scopes if _within(e.path, s)), "") for e in graph.entities.values()}

    def of(scope: str) -> Iterator[View]:
        return _views(graph.around(lambda entity: home[entity.path] == scope), settings)

    rest = (view for view in of("") if view.id != "overview")
    scoped = (replace(view, id=f"{view.id}@{scope.name}") for scope in settings.scopes for view in of(scope.name))
    return (*overview.views(graph), *rest, *scoped)


def _views(graph: Graph, settings: Config) -> Iterator[View]:
    for module in plugins.VIEWS.values():
        yield from module.views(graph)
    yield from tracked.views(graph, settings.track)


def _within(path: str, scope: ScopeRow) -> bool:
    return any(config.lies_in(path, place) for place in scope.sources)


def files(snapshot: Snapshot) -> Files:
    """A tree as extractors see it, for who reads a unit again."""
    return _Tracked(snapshot)


def build_view(root: Path, view: str) -> str:
    """The Mermaid text of one view of the work tree in a folder. Raises UsageError for a view that is not there."""
    snapshot = source.work_tree_snapshot(source.open_repository(root))
    with caching.Cache(caching.file()) as cache:
        made = build(snapshot, load_config(snapshot), cache)
    found = next((one for one in made.views if one.id == view), None)
    if found is None:
        raise UsageError(f"there is no view `{view}`; `archdoc scan` tells what there is")
    return mermaid.render(found)


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


def read(snapshot: Snapshot, settings: Config, cache: caching.Cache, kept: Sequence[str]) -> list[Facts]:
    """The facts of every source unit whose main file is one of `kept`."""
    reader = _Reader(snapshot, settings, cache)
    facts: list[Facts] = []
    for name, module in plugins.EXTRACTORS.items():
        covered = {path for fact in facts for path in fact.covers}
        paths = [path for path in kept if path not in covered and module.claims(path)]
        if name == "kustomize":
            paths = reader.roots(paths, _deployed(facts))
        facts += reader.units(name, module, paths)

    named = {
        r.target.path
        for f in facts
        for r in f.references
        if isinstance(r.target, ByPath) and r.target.of is EntityKind.DOCKERFILE
    }
    known = {e.path for f in facts for e in f.entities if e.kind is EntityKind.DOCKERFILE}
    dockerfile = plugins.EXTRACTORS["dockerfile"]
    facts += reader.units("dockerfile", dockerfile, sorted(path for path in named - known if snapshot.oid(path) is not None))
    return facts


def _named(snapshot: Snapshot, settings: Config) -> tuple[Config, Facts]:
    """The settings with the repository's name on GitHub, where its own files say it and the configuration does not."""
    found = None if settings.repository else own_name.own_name(snapshot)
    if found is None:
        return settings, Facts()
    name, at = found
    return replace(settings, repository=name), Facts(findings=(finding("repository-named", f"this is taken for `{name}`", at),))


def _included(paths: Iterable[str], settings: Config) -> tuple[list[str], tuple[str, ...]]:
    """Paths that are read, and those of known formats that the configuration leaves out."""
    kept: list[str] = []
    excluded: list[str] = []
    names = frozenset(p for p in settings.exclude if not set(p) & set("/*?["))
    globs = [p for p in settings.exclude if p not in names]
    for path in paths:
        inside = not names.isdisjoint(path.split("/")[:-1]) or any(config.lies_in(path, glob) for glob in globs)
        if inside and not path.startswith(".github/workflows/"):
            if path.endswith((".yaml", ".yml")) or "ockerfile" in path or "Containerfile" in path:
                excluded.append(path)
        else:
            kept.append(path)
    return kept, tuple(excluded)


def _deployed(facts: Iterable[Facts]) -> frozenset[str]:
    """The folders that some job applies: each is a root, whoever else builds on it."""
    return frozenset(
        r.target.path.strip("/")
        for f in facts
        for r in f.references
        if isinstance(r.target, ByPath) and r.target.of is EntityKind.DEPLOYABLE
    )


class _Reader:
    """Runs extractors over units, or takes their stored answers while every file they read is the same."""

    def __init__(self, snapshot: Snapshot, settings: Config, cache: caching.Cache) -> None:
        self.snapshot = snapshot
        self.settings = settings
        self.cache = cache
        self.base = f"{caching.sources_key()} {codec.compact((settings.repository, settings.kinds, settings.references))}"

    def units(self, name: str, module: Extractor, paths: Iterable[str]) -> list[Facts]:
        """The facts of each unit, by path."""
        ask = partial(self._run, name, module)
        return list(self._remembered(name, paths, ask, codec.facts_to_rows, codec.facts_from_rows).values())

    def _remembered(
        self,
        name: str,
        paths: Iterable[str],
        ask: Callable[[str, _Tracked], _Answer],
        dump: Callable[[_Answer], Any],
        load: Callable[[Any], _Answer],
    ) -> dict[str, _Answer]:
        """What is asked of each path, from the cache while every file that was read for it is the same; in the order of paths."""
        keys = {path: self._key(name, path) for path in paths}
        stored = self.cache.get_many(keys.values())
        known = {
            path: load(stored[key]["answer"]) for path, key in keys.items() if key in stored and self._valid(stored[key]["reads"])
        }
        new = [path for path in keys if path not in known]
        for start in range(0, len(new), _PORTION):
            portion = new[start : start + _PORTION]
            self.snapshot.prefetch(portion)
            for path in portion:
                tracked = _Tracked(self.snapshot)
                known[path] = ask(path, tracked)
                if self.cache.writes:
                    self.cache.put(keys[path], {"reads": tracked.reads, "answer": dump(known[path])})
            self.snapshot.forget(portion)
        return {path: known[path] for path in keys}

    def _run(self, name: str, module: Extractor, path: str, tracked: _Tracked) -> Facts:
        try:
            facts = module.extract(path, tracked, self.settings)
        except Exception as error:  # the one place where a bug in an extractor costs its own file only
            if os.environ.get("ARCHDOC_RERAISE"):
                raise
            at = Evidence(path, 1)
            facts = Facts(findings=(finding("extractor-failed", f"the {name} reader failed: {type(error).__name__}", at),))
        unread = tuple(f for f in map(self.snapshot.finding, tracked.reads) if f is not None)
        odd = tuple(one for _, found in tracked.marks.values() for one in found)
        accepted = tuple(one for found, _ in tracked.marks.values() for one in found)
        if not (unread or odd or accepted):
            return facts
        return Facts(facts.entities, facts.references, (*facts.findings, *unread, *odd), facts.covers, accepted)

    def roots(self, kustomizations: Sequence[str], deployed: frozenset[str]) -> list[str]:
        """The kustomizations that nobody else builds on, and those that a job applies."""
        from archdoc.extract import kustomize

        uses: dict[str, tuple[str, ...]] = self._remembered("kustomize refers", kustomizations, kustomize.refers, list, tuple)
        found = frozenset(kustomize.roots(uses))
        return [path for path in uses if path in found or (path.rpartition("/")[0] or ".") in deployed]

    def _key(self, name: str, path: str) -> str:
        text = f"{self.base}\0{name}\0{path}\0{self.snapshot.oid(path)}"
        return hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()

    def _valid(self, reads: dict[str, str | None]) -> bool:
        return all(self.snapshot.state(path) == state for path, state in reads.items())


class _Tracked:
    """The snapshot as an extractor sees it, with a note of all that it asked for, and the marks in what it read."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.reads: dict[str, str | None] = {}
        self.marks: dict[str, ignores.Marks] = {}

    def read(self, path: str) -> bytes | None:
        """As `extract.Files`."""
        self.reads[path] = self.snapshot.state(path)
        content = self.snapshot.read(path)
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
