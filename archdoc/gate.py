"""The gate: pages of a tree against the views of the same tree, and what to say of the difference.

The verdict comes from the tree alone; a base commit, where there is one, serves to name the causes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from archdoc import diff, pages, pipeline, plugins, source
from archdoc.cache import Cache
from archdoc.check import baseline, drawings, freshness, ignores
from archdoc.config import DrawingsRow
from archdoc.errors import SourceError
from archdoc.graph import Graph
from archdoc.model import Entity, EntityId, Finding
from archdoc.pages import Page
from archdoc.pipeline import Build
from archdoc.render import mermaid
from archdoc.report import Cause, Verdict
from archdoc.source import commit_snapshot
from archdoc.views import ViewNode, change

ALL_DRAWINGS = (DrawingsRow("*.md"),)
"""What `scan` and `init` look at, whatever is configured."""

_HEAD = "HEAD"


def judge(build: Build, cache: Cache, only: str | None = None, *, base: str | None = None, changes: bool = False) -> Verdict:
    """Whether the committed diagrams show what is; where not, why. With `changes` also all that changed since the base.

    `base` is the revision that the report compares with: by default the commit that the tree follows, ``""`` for none.
    """
    homes = freshness.page_paths(build.views, build.config.pages, {row.name: row.pages for row in build.config.scopes})
    committed = read_pages(build, homes)
    plan = freshness.plan(build.views, committed, homes, plugins.VIEW_KINDS, only)
    drawn, odd = hand_drawn(build, build.config.drawings)
    plan = replace(plan, findings=(*plan.findings, *odd, *(one for each in drawn for one in each.findings)))
    read = dict.fromkeys([*(page.path for page in committed), *(each.sketch.path for each in drawn)])
    counted, accepted, known = _judged(build, plan, read)
    name = _follows(build) if base is None else base
    old = _built(build, name, cache, plan.stale) if name and (plan.stale or changes) else None
    renamed = diff.renames(old.graph, build.graph) if old else {}
    found = diff.compare(old.graph, build.graph, renamed) if old and changes else ()
    picture = change.view(old.graph, build.graph, found) if old and changes else None
    nodes = sum(len(v.nodes) for v in build.views)
    edges = sum(len(v.edges) for v in build.views)
    return Verdict(
        plan,
        counted,
        accepted,
        known,
        _causes(plan.stale, build, old, renamed) if plan.stale else (),
        found,
        mermaid.render(picture) if picture else "",
        name if old else "",
        build.snapshot.title,
        (len(plan.blocks), nodes, edges),
        _excuse(build) if plan.stale or any(f.severity == "error" for f in counted) else "",
        owners={f"@{row.name}": row.owners for row in build.config.scopes if row.owners},
        shown=tuple(each.words for each in drawn if each.mapped),
        unchanged=old is not None and (old.graph.entities, old.graph.relations) == (build.graph.entities, build.graph.relations),
    )


def _judged(
    build: Build, plan: freshness.Plan, committed: Iterable[str]
) -> tuple[tuple[Finding, ...], tuple[ignores.Accepted, ...], tuple[Finding, ...]]:
    """The findings that count, those accepted for a reason, and those that the baseline holds."""
    marks = [ignores.marks(path, build.snapshot.read(path) or b"") for path in committed]
    odd = [one for _, found in marks for one in found]
    written = [one for found, _ in marks for one in found]
    judged = ignores.judge([*build.findings, *plan.findings, *odd], [*build.ignores, *written])
    old = baseline.judge(judged.findings, read_baseline(build))
    return (*old.findings, *ignores.unused(judged.unused), *old.stale), judged.accepted, old.accepted


def read_baseline(build: Build) -> tuple[baseline.Known, ...]:
    """The errors that the tree's baseline accepts. Raises ConfigError where the file is none."""
    content = build.snapshot.read(baseline.FILE) if build.snapshot.oid(baseline.FILE) is not None else None
    return baseline.parse(content) if content is not None else ()


def _excuse(build: Build) -> str:
    """Why a tree that is wrong passes: the day until which it may, or a commit that says so; ``""`` where nothing does."""
    commit = source.commit_of(build.snapshot)
    until = build.config.warn_until
    if commit is not None and until is not None and commit.day < until:
        return f"until {until} the gate only warns (`warn-until`)"
    if commit is not None and commit.skip:
        return f"{commit.name} says Archdoc-Skip: {commit.skip}"
    return ""


def hand_drawn(build: Build, rows: Sequence[DrawingsRow]) -> tuple[tuple[drawings.Judged, ...], tuple[Finding, ...]]:
    """What is said of the diagrams drawn by hand in the files that some rows name, and of rows that name none."""
    if not rows:
        return (), ()
    for row in rows:
        build.snapshot.oid(row.path)  # a kept answer depends on no file whose name cannot matter; this one may
    return drawings.of_tree(rows, tuple(build.snapshot.entries), build.snapshot.read, build.graph)


def read_pages(build: Build, homes: Mapping[str, str]) -> list[Page]:
    """The Markdown pages of the tree that hold generated blocks, and those that lie where a view's page is to be."""
    snapshot = build.snapshot
    names = [path for path in build.paths if path.endswith((".md", ".markdown"))]
    snapshot.prefetch(names)
    found = []
    for name in names:
        content = snapshot.content(name)
        if content is not None and pages.MARK in content:
            snapshot.read(name)
            page = pages.parse(name, content.decode("utf-8", errors="surrogateescape"))
            if page.blocks or page.unclosed:
                found.append(page)
    for name in sorted(set(homes.values()) - {page.path for page in found}):
        # A page of the user's own at the place of a generated one is added to, never overwritten.
        content = snapshot.read(name) if snapshot.oid(name) is not None else None
        if content is not None:
            found.append(pages.parse(name, content.decode("utf-8", errors="surrogateescape")))
    return found


def _follows(build: Build) -> str:
    """The commit that a tree follows, as people call it."""
    return _HEAD if build.snapshot.commit is None else f"{build.snapshot.title}^1"


def _built(build: Build, revision: str, cache: Cache, stale: Iterable[freshness.BlockState]) -> Build | None:
    """What was at a revision, with the views that had something that is gone; None where there is no such commit."""
    try:
        snapshot = commit_snapshot(build.snapshot.repository, revision)
    except SourceError:
        return None
    if snapshot.same_as(build.snapshot):
        return build
    kinds = {freshness.kind_of(block.view) for block in stale if any(change.sign == "-" for change in block.changes)}
    return pipeline.build(snapshot, build.config, cache, kinds | ({"deployable"} if "namespace" in kinds else set()))


def _causes(
    stale: Sequence[freshness.BlockState], build: Build, base: Build | None, renamed: Mapping[EntityId, EntityId]
) -> tuple[Cause, ...]:
    """What changed in the repository for each change of a drawing, each once, where this can be told."""
    drawn = {block.view for block in stale}
    now, then = ({v.id: {n.id: n for n in v.nodes} for v in one.views if v.id in drawn} if one else {} for one in (build, base))
    named_before = {new: old for old, new in renamed.items()}
    found: dict[tuple[str, str], Cause] = {}
    for block in stale:
        for one in block.changes:
            gone = one.sign == "-"
            nodes = (then if gone else now).get(block.view)
            if nodes is None or (gone and base is None):
                continue
            if gone and base is not None:
                cause = _cause(one, nodes, base.graph, build.graph, renamed)
            else:
                cause = _cause(one, nodes, build.graph, base.graph if base else None, named_before)
            if cause is not None:
                found.setdefault((cause.sign, cause.text), cause)
    return tuple(sorted(found.values(), key=lambda c: ("+-~".index(c.sign), " -> " in c.text, c.path, c.line, c.text)))


def _cause(
    change: freshness.Change,
    nodes: Mapping[str, ViewNode],
    here: Graph,
    other: Graph | None,
    names: Mapping[EntityId, EntityId],
) -> Cause | None:
    """The cause of a change that the graph `here` has and the `other` has not, where what was renamed is called by `names`."""
    source, target = nodes.get(change.source), nodes.get(change.target or change.source)
    if source is None or target is None:
        return None
    if change.target is None:
        return _of_entity(change, here.entities[source.entities[0]], other, names) if source.entities else None
    sources, targets = set(source.entities), set(target.entities)
    gone = change.sign == "-"
    for one, others in ((sources, targets), (targets, sources)):
        for relation in (r for id_ in sorted(one) for r in here.out(id_) if r.target in others):
            ends = names.get(relation.source, relation.source), names.get(relation.target, relation.target)
            renamed = ends != (relation.source, relation.target)
            if other and (gone or renamed) and any(r.target == ends[1] for r in other.out(ends[0], relation.kind)):
                return None
            at = relation.evidence[0]
            words = f"{here.entities[relation.source].name} -> {here.entities[relation.target].name}"
            note = f"  ({relation.kind}{', ' + at.note if at.note else ''})"
            return Cause(change.sign, words + note, at.path, at.line, gone)
    return None


def _of_entity(change: freshness.Change, entity: Entity, other: Graph | None, names: Mapping[EntityId, EntityId]) -> Cause | None:
    gone = change.sign == "-"
    if other and entity.id in names:
        old, new = (entity, other.entities[names[entity.id]]) if gone else (other.entities[names[entity.id]], entity)
        return Cause("~", diff.renamed_words(old, new), new.path, new.line, deleted=False)
    if gone and other and entity.id in other.entities:
        return None
    return Cause(change.sign, diff.words(entity), entity.path, entity.line, gone)
