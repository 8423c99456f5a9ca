"""The gate: pages of a tree against the views of the same tree, and what to say of the difference.

The verdict comes from the tree alone; a base commit, where there is one, serves to name the causes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from archdoc import diff, pages, pipeline, plugins
from archdoc.cache import Cache
from archdoc.check import freshness
from archdoc.errors import SourceError
from archdoc.pages import Page
from archdoc.pipeline import Build
from archdoc.report import Cause, Verdict
from archdoc.source import commit_snapshot
from archdoc.views import ViewNode

_HEAD = "HEAD"


def judge(build: Build, cache: Cache, only: str | None = None, *, minor: bool = False) -> Verdict:
    """Whether the committed diagrams show what is; where not, why.

    With `minor` a clean verdict too tells what changed since the base: small things that no diagram shows.
    """
    homes = freshness.page_paths(build.views, build.config.pages)
    plan = freshness.plan(build.views, read_pages(build, homes), homes, frozenset(plugins.VIEWS), only)
    base = _base(build, cache) if plan.stale or minor else None
    changes = diff.compare(base.graph, build.graph) if base else ()
    nodes = sum(len(v.nodes) for v in build.views)
    edges = sum(len(v.edges) for v in build.views)
    return Verdict(
        plan,
        build.graph.findings,
        _causes(plan.stale, build, base) if plan.stale else (),
        tuple(c for c in changes if c.significance is diff.Significance.MINOR) if not plan.stale else (),
        _title(build) if base else "",
        build.snapshot.title,
        (len(plan.blocks), nodes, edges),
    )


def read_pages(build: Build, homes: Mapping[str, str]) -> list[Page]:
    """The Markdown pages of the tree that hold generated blocks, and those that lie where a view's page is to be."""
    snapshot = build.snapshot
    names = [path for path in build.paths if path.endswith((".md", ".markdown"))]
    snapshot.prefetch(names)
    found = []
    for name in names:
        content = snapshot.read(name)
        if content is not None and pages.MARK in content:
            page = pages.parse(name, content.decode("utf-8", errors="surrogateescape"))
            if page.blocks or page.unclosed:
                found.append(page)
    for name in sorted(set(homes.values()) - {page.path for page in found}):
        # A page of the user's own at the place of a generated one is added to, never overwritten.
        content = snapshot.read(name) if snapshot.oid(name) is not None else None
        if content is not None:
            found.append(pages.parse(name, content.decode("utf-8", errors="surrogateescape")))
    return found


def _title(build: Build) -> str:
    """What the base of a tree is called."""
    return _HEAD if build.snapshot.commit is None else f"{build.snapshot.title}^1"


def _base(build: Build, cache: Cache) -> Build | None:
    """The commit that this tree is about to follow, or None."""
    revision = _HEAD if build.snapshot.commit is None else f"{build.snapshot.commit}^1"
    try:
        snapshot = commit_snapshot(build.snapshot.repository, revision)
    except SourceError:
        return None
    if all(snapshot.oid(path) == build.snapshot.oid(path) for path in {*snapshot.paths, *build.snapshot.paths}):
        return build
    return pipeline.build(snapshot, build.config, cache)


def _causes(stale: Sequence[freshness.BlockState], build: Build, base: Build | None) -> tuple[Cause, ...]:
    """What changed in the repository for each change of a drawing, each once, where this can be told."""
    drawn = {block.view for block in stale}
    now, then = ({v.id: {n.id: n for n in v.nodes} for v in one.views if v.id in drawn} if one else {} for one in (build, base))
    found: dict[tuple[str, str], Cause] = {}
    for block in stale:
        for change in block.changes:
            gone = change.sign == "-"
            source_build = base if gone else build
            nodes = (then if gone else now).get(block.view)
            if nodes is None or source_build is None:
                continue
            cause = _cause(change, nodes, source_build, build, deleted=gone)
            if cause is not None:
                found.setdefault((cause.sign, cause.text), cause)
    return tuple(sorted(found.values(), key=lambda c: ("+-~".index(c.sign), " -> " in c.text, c.path, c.line, c.text)))


def _cause(change: freshness.Change, nodes: Mapping[str, ViewNode], build: Build, now: Build, *, deleted: bool) -> Cause | None:
    entities = build.graph.entities
    source, target = nodes.get(change.source), nodes.get(change.target or change.source)
    if source is None or target is None:
        return None
    sources, targets = set(source.entities), set(target.entities)
    if change.target is None:
        if not source.entities:
            return None
        entity = entities[source.entities[0]]
        if deleted and entity.id in now.graph.entities:
            return None
        return Cause(change.sign, diff.words(entity), entity.path, entity.line, deleted)
    for one, others in ((sources, targets), (targets, sources)):
        for relation in (r for id_ in sorted(one) for r in build.graph.out(id_) if r.target in others):
            at = relation.evidence[0]
            still = any(r.target == relation.target for r in now.graph.out(relation.source, relation.kind))
            if deleted and still:
                return None
            names = f"{entities[relation.source].name} -> {entities[relation.target].name}"
            note = f"  ({relation.kind}{', ' + at.note if at.note else ''})"
            return Cause(change.sign, names + note, at.path, at.line, deleted)
    return None
