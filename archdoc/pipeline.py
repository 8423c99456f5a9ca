"""The whole line in one place: tree -> facts -> graph -> views -> pages, and pages compared or written.

Every stage is a function of what the one before gives; only reading git and writing pages touch the world.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from archdoc import cache as caching
from archdoc import config, plugins, reading, source
from archdoc.check import ignores
from archdoc.config import Config, ScopeRow
from archdoc.errors import UsageError
from archdoc.graph import Graph
from archdoc.model import ByPath, EntityKind, Evidence, Facts, Finding, Ignore
from archdoc.reading import Reader, load_config
from archdoc.render import mermaid
from archdoc.resolve import resolve
from archdoc.source import Snapshot
from archdoc.views import View, overview, tracked

__all__ = ["Build", "build", "build_view", "load_config", "read", "views"]


@dataclass(frozen=True, slots=True)
class Build:
    """All that is computed of one tree.

    `paths` are the files that are read, `excluded` the infrastructure files that the configuration leaves out.
    `findings` are all, with those of what is left out of the graph by a comment; `ignores` are what accepts some of them.
    `reads` are the files that each answer about a unit stands on.
    """

    snapshot: Snapshot
    config: Config
    graph: Graph
    views: tuple[View, ...]
    paths: tuple[str, ...]
    excluded: tuple[str, ...]
    findings: tuple[Finding, ...]
    ignores: tuple[Ignore, ...]
    reads: Mapping[str, Mapping[str, Sequence[str]]]


def build(snapshot: Snapshot, settings: Config, cache: caching.Cache, kinds: Collection[str] = plugins.VIEWS) -> Build:
    """The graph of a tree and its views, every one or those of some `kinds`. Raises nothing for odd files: those are findings."""
    reader, told = reading.named(Reader(snapshot, settings, cache))
    settings = reader.settings
    kept, excluded = _included(snapshot.paths, settings)
    facts, undrawn = ignores.leave_out([*read(reader, kept), told])
    graph = resolve(facts, frozenset(snapshot.paths))
    accepted = dict.fromkeys(one for fact in facts for one in fact.ignores) | dict.fromkeys(_rows(settings))
    found = _once([*graph.findings, *undrawn])
    drawn = views(graph, settings, kinds)
    return Build(snapshot, settings, graph, drawn, tuple(kept), excluded, found, tuple(accepted), reader.reads)


def _once(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """What is said in the same words of the same line stands once, of however many jobs or workloads it is true."""
    return tuple({(one.rule, one.path, one.line, one.message): one for one in found}.values())


def _rows(settings: Config) -> Iterator[Ignore]:
    """What the configuration accepts."""
    for row in settings.ignore:
        yield Ignore(row.rule, row.reason, Evidence(config.FILE, 1), row.path)


def views(graph: Graph, settings: Config, kinds: Collection[str] = plugins.VIEWS) -> tuple[View, ...]:
    """Every view of a graph, in the order in which people read them; what is tracked comes last.

    Where there are scopes, each has views of its own, with ``@`` and its name at the end of their ids; the overview is of all.
    """
    if not settings.scopes:
        return tuple(_views(graph, settings, kinds))
    home = {e.path: next((s.name for s in settings.scopes if _within(e.path, s)), "") for e in graph.entities.values()}

    def of(scope: str) -> Iterator[View]:
        return _views(graph.around(lambda entity: home[entity.path] == scope), settings, kinds)

    rest = (view for view in of("") if view.id != "overview")
    scoped = (replace(view, id=f"{view.id}@{scope.name}") for scope in settings.scopes for view in of(scope.name))
    return (*overview.views(graph), *rest, *scoped)


def _views(graph: Graph, settings: Config, kinds: Collection[str]) -> Iterator[View]:
    for kind, module in plugins.VIEWS.items():
        if kind in kinds:
            yield from module.views(graph)
    yield from tracked.views(graph, settings.track)


def _within(path: str, scope: ScopeRow) -> bool:
    return any(config.lies_in(path, place) for place in scope.sources)


def build_view(root: Path, view: str) -> str:
    """The Mermaid text of one view of the work tree in a folder. Raises UsageError for a view that is not there."""
    snapshot = source.work_tree_snapshot(source.open_repository(root))
    with caching.Cache(caching.file()) as cache:
        made = build(snapshot, load_config(snapshot), cache)
    found = next((one for one in made.views if one.id == view), None)
    if found is None:
        raise UsageError(f"there is no view `{view}`; `archdoc scan` tells what there is")
    return mermaid.render(found)


def read(reader: Reader, kept: Sequence[str]) -> list[Facts]:
    """The facts of every source unit whose main file is one of `kept`."""
    facts: list[Facts] = []
    for name, module in plugins.EXTRACTORS.items():
        covered = {path for fact in facts for path in fact.covers}
        paths = [path for path in kept if path not in covered and module.claims(path)]
        if name == "kustomize":
            paths = reader.roots(paths, _deployed(facts))
        facts += reader.units(name, paths)

    named = {
        r.target.path
        for f in facts
        for r in f.references
        if isinstance(r.target, ByPath) and r.target.of is EntityKind.DOCKERFILE
    }
    known = {e.path for f in facts for e in f.entities if e.kind is EntityKind.DOCKERFILE}
    more = reader.units("dockerfile", sorted(path for path in named - known if reader.snapshot.state(path) is not None))
    return _without_applied(facts) + more


def _without_applied(facts: Sequence[Facts]) -> list[Facts]:
    """The facts without those of components that were read alone, though Flux applies them to something."""
    takers = Counter(path for fact in facts for path in fact.covers)
    alone = {entity.path for fact in facts for entity in fact.entities[:1] if entity.attributes.get("component") is True}
    return [fact for fact in facts if not any(e.path in alone and takers[e.path] > 1 for e in fact.entities[:1])]


_ENVIRONMENTS = frozenset({"overlay", "overlays", "env", "envs", "environment", "environments", "cluster", "clusters", "stages"})
"""Folders each of whose folders is one place where an application runs."""


def _included(paths: Iterable[str], settings: Config) -> tuple[list[str], tuple[str, ...]]:
    """Paths that are read, and those of known formats that the configuration leaves out."""
    kept: list[str] = []
    excluded: list[str] = []
    names = frozenset(p for p in settings.exclude if not set(p) & set("/*?["))
    globs = [p for p in settings.exclude if p not in names]
    for path in paths:
        inside = _is_in(path, names) or any(config.lies_in(path, glob) for glob in globs)
        if inside and not path.startswith(".github/workflows/"):
            if path.endswith((".yaml", ".yml")) or "ockerfile" in path or "Containerfile" in path:
                excluded.append(path)
        else:
            kept.append(path)
    return kept, tuple(excluded)


def _is_in(path: str, names: frozenset[str]) -> bool:
    """Whether a folder above a file has one of these names; ``overlays/test`` is an environment and holds no tests."""
    folders = path.split("/")[:-1]
    if names.isdisjoint(folders):
        return False
    return any(one in names and before not in _ENVIRONMENTS for before, one in zip(["", *folders], folders, strict=False))


def _deployed(facts: Iterable[Facts]) -> frozenset[str]:
    """The folders that some job applies: each is a root, whoever else builds on it."""
    return frozenset(
        r.target.path.strip("/")
        for f in facts
        for r in f.references
        if isinstance(r.target, ByPath) and r.target.of is EntityKind.DEPLOYABLE
    )
