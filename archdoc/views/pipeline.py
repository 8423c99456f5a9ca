"""One picture a pipeline that runs in a cluster: its steps in order, what each runs, reads, writes and calls."""

from __future__ import annotations

from collections.abc import Mapping

from archdoc.graph import Graph
from archdoc.model import Entity, EntityId, EntityKind, RelationKind
from archdoc.views import Category, View
from archdoc.views import _nodes as nodes
from archdoc.views._draft import CAP, DETAIL, Draft
from archdoc.views._split import Part, fitting, tokens

_WHOLE: Mapping[str, str] = {}
_LEAST = 2
"""A pipeline of fewer steps is told by its box in the picture of what it is deployed with."""


def views(graph: Graph) -> tuple[View, ...]:
    """The pictures of every pipeline that has steps."""
    return tuple(view for pipeline in graph.of(EntityKind.PIPELINE) for view in _pictures(graph, pipeline))


def _pictures(graph: Graph, pipeline: Entity) -> list[View]:
    steps = [graph.entities[r.target] for r in graph.out(pipeline.id, RelationKind.CONTAINS)]
    if len(steps) < _LEAST:
        return []
    place = pipeline.id.partition(":")[2]
    whole = _draft(graph, pipeline, steps, f"pipeline:{place}", pipeline.name)
    if not whole.fits(DETAIL):
        whole = _draft(graph, pipeline, steps, f"pipeline:{place}", pipeline.name, around=False)
    if whole.fits(CAP):
        return [whole.view()]
    by_id: dict[str, Entity] = {step.id: step for step in steps}

    def draw(part: Part, home: Mapping[str, str]) -> Draft:
        own = [by_id[key] for key in part.members]
        id_, title = f"pipeline:{place}:{part.name}", f"{pipeline.name}: {part.name}"
        return _draft(graph, pipeline, own, id_, title, around=False, home=home)

    words: dict[str, tuple[str, ...]] = {step.id: (*_frame(step).split("/"), *tokens(step.name)) for step in steps}
    split, drafts = fitting(words, (DETAIL - 5, 12, 6, 1), draw, lambda draft: draft.fits(CAP))
    home = {key: part.name for part in split for key in part.members}
    summary = Draft(f"pipeline:{place}", pipeline.name, f"{pipeline.name} in parts; each has a picture of its own.")
    for part in split:
        summary.node(part.name, f"part {part.name}", part.name, "steps", Category.PIPELINE)
    for step in steps:
        for relation in graph.out(step.id, RelationKind.NEEDS, RelationKind.CALLS):
            if relation.target in home:
                before = relation.kind is RelationKind.NEEDS
                ends = (home[relation.target], home[step.id]) if before else (home[step.id], home[relation.target])
                summary.edge(*ends)
    return [summary.view(), *(draft.view() for draft in drafts)]


def _draft(
    graph: Graph,
    pipeline: Entity,
    steps: list[Entity],
    id_: str,
    title: str,
    *,
    around: bool = True,
    home: Mapping[str, str] = _WHOLE,
) -> Draft:
    """The steps, and with `around` the data and the other pipelines that they have to do with; each template has a frame.

    Steps that are not drawn appear as the part that is their `home`.
    """
    kind = nodes.kind_word(pipeline)
    draft = Draft(id_, title, f"The steps of {kind} {pipeline.name} in {pipeline.path}, in their order.")
    frames = sorted({_frame(step) for step in steps})
    framed = len(frames) > 1
    for frame in frames if framed else ():
        draft.group(frame, frame or pipeline.name)
    own: set[EntityId] = {step.id for step in steps}
    for step in steps:
        nodes.add(draft, step, _runs(graph, step), group=_frame(step) if framed else None)
    for step in steps:
        for relation in graph.out(step.id, RelationKind.NEEDS, RelationKind.CALLS):
            other = graph.entities[relation.target]
            key: str = other.id
            if other.kind is EntityKind.JOB and other.id not in own:
                key = f"part {home[other.id]}"
                draft.node(key, key, home[other.id], "other part", Category.PIPELINE)
            if relation.kind is RelationKind.NEEDS:
                draft.edge(key, step.id)
            elif other.kind is EntityKind.JOB:
                draft.edge(step.id, key, "starts")
            elif around:
                nodes.add(draft, other, nodes.kind_word(other), category=Category.PIPELINE)
                draft.edge(step.id, other.id, "runs")
        for relation in graph.out(step.id, RelationKind.READS, RelationKind.WRITES) if around else ():
            other = graph.entities[relation.target]
            nodes.add(draft, other, other.type, category=Category.DATA)
            gives = relation.kind is RelationKind.WRITES
            draft.edge(*((step.id, other.id) if gives else (other.id, step.id)), "writes" if gives else "reads")
    if not around:
        draft.omitted.add("the data and pipelines that steps use")
    return draft


def _frame(step: Entity) -> str:
    """The template that a step is written in."""
    return step.id.rpartition("#")[2].rpartition("/")[0]


def _runs(graph: Graph, step: Entity) -> str:
    """The image that a step runs, for its second line."""
    images = [graph.entities[one].name.rpartition("/")[2] for one in nodes.images_of(graph, step.id)]
    if not images:
        return "step"
    return images[0] if len(images) == 1 else f"{images[0]} …"
