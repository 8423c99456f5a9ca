"""What Dockerfiles are made of: their stages, the images they start from, what one stage copies from another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from archdoc.graph import Graph
from archdoc.model import Entity, EntityId, EntityKind, RelationKind
from archdoc.views import Category, Line, View
from archdoc.views import _nodes as nodes
from archdoc.views._draft import CAP, DETAIL, Draft
from archdoc.views._split import Part, fitting

_PART = 9
"""As many Dockerfiles a part may have; fewer are not parted."""


def views(graph: Graph) -> tuple[View, ...]:
    """One picture of all Dockerfiles, or one a folder where they are many."""
    files = graph.of(EntityKind.DOCKERFILE)
    if not files:
        return ()
    whole = _draft(graph, files, "dockerfiles", "Dockerfiles")
    if whole.fits(CAP if len(files) <= _PART else DETAIL):
        return (whole.view(),)
    by_id: dict[str, Entity] = {file.id: file for file in files}

    def draw(part: Part, _: Mapping[str, str]) -> Draft:
        return _draft(graph, [by_id[key] for key in part.members], f"dockerfiles:{part.name}", f"Dockerfiles: {part.name}")

    words = {key: file.path.split("/") for key, file in by_id.items()}
    _, drafts = fitting(words, (_PART, 6, 4, 2, 1), draw, lambda d: d.fits(CAP))
    for draft in drafts:
        draft.cut("stages")
    return tuple(draft.view() for draft in drafts)


def _draft(graph: Graph, files: Iterable[Entity], id_: str, title: str) -> Draft:
    draft = Draft(id_, title, "The stages of each Dockerfile, from the images they start with to the one that is shipped.")
    keys: dict[EntityId, EntityId] = {}
    for file in files:
        stages = [graph.entities[r.target] for r in graph.out(file.id, RelationKind.CONTAINS)]
        if len(stages) < 2:
            nodes.add(draft, file, _base(graph, stages[0]) if stages else "Dockerfile")
            keys |= {stage.id: file.id for stage in stages}
            continue
        draft.group(file.id, file.path)
        for stage in stages:
            words = ["final" if stage.attributes.get("final") else "", _base(graph, stage)]
            nodes.add(draft, stage, " · ".join(filter(None, words)), group=file.id)
            keys[stage.id] = stage.id
    for stage_id, key in keys.items():
        _edges(draft, graph, stage_id, key)
    return draft


def _base(graph: Graph, stage: Entity) -> str:
    """``FROM python``, where the image is not one that is built here: those are drawn."""
    for relation in graph.out(stage.id, RelationKind.BASED_ON):
        image = graph.entities[relation.target]
        if image.kind is EntityKind.IMAGE and not graph.into(image.id, RelationKind.PUBLISHES):
            return f"FROM {image.name}"
    return "stage"


def _edges(draft: Draft, graph: Graph, stage: EntityId, key: EntityId) -> None:
    for relation in graph.out(stage, RelationKind.BASED_ON, RelationKind.COPIES_FROM):
        other = graph.entities[relation.target]
        based = relation.kind is RelationKind.BASED_ON
        if other.kind is EntityKind.IMAGE:
            built = bool(graph.into(other.id, RelationKind.PUBLISHES))
            if based and not built:
                continue
            nodes.add_image(draft, other, category=Category.ARTIFACT if built else Category.EXTERNAL)
        elif other.id not in draft.nodes:
            nodes.add(draft, other, "stage")
        draft.edge(other.id, key, "FROM" if based else "copies", Line.DOTTED if other.kind is EntityKind.IMAGE else Line.SOLID)
