"""One picture a workflow: what starts it, its jobs in order, what they push and deploy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from archdoc.graph import Graph
from archdoc.model import Attributes, Entity, EntityKind, RelationKind
from archdoc.views import Category, Line, View
from archdoc.views import _nodes as nodes
from archdoc.views._draft import CAP, DETAIL, Draft
from archdoc.views._joints import join
from archdoc.views._split import Part, fitting, tokens

_CROWDED = 20
"""More arrows than these, and those that others imply go, and so does the word that tells what is passed on."""
_ARTIFACT = "artifact"
_PART = DETAIL - 8
"""As many jobs a part may have, beside what they bring forth; fewer are not parted."""
_SINGLE, _WHOLE = 100, 99
"""Depths at which images and deployables are drawn: each by itself, or as the whole that it belongs to."""


def views(graph: Graph) -> tuple[View, ...]:
    """The pictures of every workflow."""
    return tuple(view for workflow in graph.of(EntityKind.WORKFLOW) for view in _pictures(graph, workflow))


def _pictures(graph: Graph, workflow: Entity) -> list[View]:
    jobs = [graph.entities[r.target] for r in graph.out(workflow.id, RelationKind.CONTAINS)]
    file = workflow.path.rpartition("/")[2]
    whole = _draft(graph, workflow, jobs, f"workflow:{file}", workflow.name, _SINGLE)
    if not whole.fits(DETAIL):
        whole = _draft(graph, workflow, jobs, f"workflow:{file}", workflow.name, _WHOLE)
    if whole.fits(CAP if len(jobs) <= _PART else DETAIL) or len(jobs) < 2:
        return [(whole if whole.fits(CAP) else _folded(graph, workflow, jobs, whole.id, whole.title)).view()]
    by_id: dict[str, Entity] = {job.id: job for job in jobs}

    def draw(part: Part, _: Mapping[str, str]) -> Draft:
        return _part(graph, workflow, [by_id[key] for key in part.members], f"workflow:{file}:{part.name}", part.name)

    split, drafts = fitting({job.id: tokens(job.name) for job in jobs}, (_PART, 10, 6, 3, 1), draw, lambda d: d.fits(CAP))
    home = {key: part.name for part in split for key in part.members}
    summary = Draft(f"workflow:{file}", workflow.name, f"{workflow.name} in parts; each has a picture of its own.")
    for part in split:
        summary.node(part.name, f"part {part.name}", part.name, "jobs", Category.PIPELINE)
    for job in jobs:
        for need in graph.out(job.id, RelationKind.NEEDS):
            summary.edge(home.get(need.target, ""), home[job.id])
    return [summary.view(), *(draft.view() for draft in drafts)]


def _part(graph: Graph, workflow: Entity, jobs: list[Entity], id_: str, name: str) -> Draft:
    draft = _draft(graph, workflow, jobs, id_, f"{workflow.name}: {name}", _SINGLE)
    return draft if draft.fits(CAP) else _folded(graph, workflow, jobs, id_, draft.title)


def _folded(graph: Graph, workflow: Entity, jobs: list[Entity], id_: str, title: str) -> Draft:
    """The picture with as much of what is deployed as there is room for: the folders that it lies in, by their first names."""
    for depth in (_WHOLE, 3, 2, 1):
        draft = _draft(graph, workflow, jobs, id_, title, depth)
        if draft.fits(CAP):
            break
    return draft


def _draft(graph: Graph, workflow: Entity, jobs: list[Entity], id_: str, title: str, depth: int) -> Draft:
    """The picture; images and what is deployed stand as single ones, as what they belong to, or by the first names of that."""
    draft = Draft(id_, title, f"The jobs of {workflow.path}, what starts them and what they bring forth.")
    for job in jobs:
        nodes.add(draft, job, _runner(graph, job))
    first = [job for job in jobs if not graph.out(job.id, RelationKind.NEEDS)]
    for relation in graph.into(workflow.id, RelationKind.TRIGGERS, RelationKind.CALLS):
        trigger = graph.entities[relation.source]
        if relation.kind is RelationKind.CALLS:
            caller = graph.entities[next(r.source for r in graph.into(trigger.id, RelationKind.CONTAINS))]
            nodes.add(draft, caller, "calls this")
            trigger = caller
        else:
            nodes.add(draft, trigger, _filter(relation.attributes) if trigger.kind is EntityKind.TRIGGER else "then this")
        for job in first:
            draft.edge(trigger.id, job.id)
    for job in jobs:
        for relation in graph.out(job.id):
            _job_edge(draft, graph, job, graph.entities[relation.target], relation.kind, depth)
        for build in graph.out(job.id, RelationKind.CONTAINS):
            for published in graph.out(build.target, RelationKind.PUBLISHES):
                image = graph.entities[published.target]
                key: str = image.id
                if depth == _SINGLE:
                    nodes.add_image(draft, image)
                else:
                    owner = image.name.rpartition("/")[0] or "images"
                    key = f"images {owner}"
                    draft.node(key, f"img {owner}", owner, "images", Category.ARTIFACT)
                draft.edge(job.id, key, *nodes.publishing(published))
    if any(graph.out(job.id, RelationKind.USES) for job in jobs):
        draft.omitted.add("the actions that steps use")
    _thin(draft)
    join(draft)
    return draft


def _thin(draft: Draft) -> None:
    """Where a picture is crowded, leave out that a job waits for what another waits for that it waits for, too."""
    if len(draft.edges) <= _CROWDED or len(draft.nodes) > CAP:
        return
    edges, draft.edges = draft.edges, {}
    for edge in edges.values():
        passes = edge.label == _ARTIFACT
        draft.edge(edge.source, edge.target, "" if passes else edge.label, edge.line)
        if passes:
            draft.omitted.add("the artifacts that jobs pass on")
    after: dict[str, set[str]] = defaultdict(set)
    for edge in draft.edges.values():
        after[edge.source].add(edge.target)
    for key, edge in list(draft.edges.items()):
        waits = not edge.label and draft.nodes[edge.source].category is Category.PIPELINE
        if waits and edge.target in _behind(after, after[edge.source] - {edge.target}):
            after[edge.source].discard(edge.target)
            del draft.edges[key]
            draft.omitted.add("needs that others imply")


def _behind(after: Mapping[str, set[str]], starts: set[str]) -> set[str]:
    """What some jobs lead to."""
    seen: set[str] = set()
    waiting = list(starts)
    while waiting:
        found = after.get(waiting.pop(), set()) - seen
        seen |= found
        waiting += found
    return seen


def _job_edge(draft: Draft, graph: Graph, job: Entity, other: Entity, kind: RelationKind, depth: int) -> None:
    match kind:
        case RelationKind.NEEDS:
            if other.id not in draft.nodes:
                nodes.add(draft, other, "job of another part")
            # One arrow says both that a job waits for another and that it takes what that one made.
            gives = job.id in {r.target for r in graph.out(other.id, RelationKind.PASSES_ARTIFACT)}
            draft.edge(other.id, job.id, _ARTIFACT if gives else "")
        case RelationKind.PASSES_ARTIFACT:
            if other.id in draft.nodes:
                draft.edge(job.id, other.id, _ARTIFACT, Line.DOTTED)
        case RelationKind.CALLS:
            nodes.add(draft, other, "reusable workflow", category=Category.PIPELINE, title=other.name.rpartition("/")[2])
            draft.edge(job.id, other.id, "calls")
        case RelationKind.TARGETS:
            nodes.add(draft, other, "environment")
            draft.edge(job.id, other.id, "deploys to")
        case RelationKind.DEPLOYS:
            target = other if depth == _SINGLE or other.deployable is None else graph.entities.get(other.deployable, other)
            key: str = target.id
            if depth < _WHOLE:
                place = target.id.partition(":")[2] if target.kind is EntityKind.DEPLOYABLE else nodes.kind_word(target)
                key = "/".join(place.split("/")[:depth])
                draft.node(key, f"dep {key}", key, "what is deployed", Category.WORKLOAD)
            else:
                nodes.add(draft, target, nodes.kind_word(target), title=target.name)
            draft.edge(job.id, key, "deploys")
        case _:
            pass


def _runner(graph: Graph, job: Entity) -> str:
    labels = [graph.entities[r.target].name for r in graph.out(job.id, RelationKind.RUNS_ON)]
    if not labels:
        return "job"
    return labels[0] if len(labels) == 1 else f"{labels[0]} …"


def _filter(attributes: Attributes) -> str:
    for key in ("cron", "branches", "tags", "paths", "types"):
        value = attributes.get(key)
        if isinstance(value, tuple) and value:
            return str(value[0]) + (" …" if len(value) > 1 else "")
        if isinstance(value, str) and value:
            return value
    return "event"
