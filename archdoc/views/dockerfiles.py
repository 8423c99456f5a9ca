"""What Dockerfiles are made of: their stages, the images they start from, what one stage copies from another."""

from __future__ import annotations

from collections.abc import Iterable

from archdoc.graph import Graph
from archdoc.model import Entity, EntityId, EntityKind, RelationKind
from archdoc.views import Category, Line, View
from archdoc.views import _nodes as nodes
from archdoc.views._draft import CAP, DETAIL, Draft
from archdoc.views._split import parts


def views(graph: Graph) -> tuple[View, ...]:
    """One picture of all Dockerfiles, or one a folder where they are many."""
    files = graph.of(EntityKind.DOCKERFILE)
    if not files:
        return ()
    whole = _draft(graph, files, "dockerfiles", "Dockerfiles")
    if len(whole.nodes) <= DETAIL:
        return (whole.view(),)
    by_id = {file.id: file for file in files}
    words: dict[str, tuple[str, ...]] = {file.id: tuple(file.path.split("/")) for file in files}
    for limit in (9, 6, 4, 2, 1):
        split = parts(words, limit)
        drafts = [
            _draft(graph, [by_id[EntityId(key)] for key in part.members], f"dockerfiles:{part.name}", f"Dockerfiles: {part.name}")
            for part in split
        ]
        if all(len(draft.nodes) <= DETAIL + 5 for draft in drafts):
            break
    return tuple(draft.view() if len(draft.nodes) <= CAP else _folded(draft).view() for draft in drafts)


def _draft(graph: Graph, files: Iterable[Entity], id_: str, title: str) -> Draft:
    draft = Draft(id_, title, "The stages of each Dockerfile, from the images they start with to the one that is shipped.")
    stages: list[Entity] = []
    for file in files:
        own = [graph.entities[r.target] for r in graph.out(file.id, RelationKind.CONTAINS)]
        if len(own) < 2:
            nodes.add(draft, file, "Dockerfile")
            draft_key = {stage.id: file.id for stage in own}
        else:
            draft.group(file.id, file.path)
            for stage in own:
                last = stage.attributes.get("final")
                nodes.add(draft, stage, "final stage" if last else "stage", group=file.id)
            draft_key = {stage.id: stage.id for stage in own}
        stages += own
        for stage in own:
            _edges(draft, graph, stage, draft_key[stage.id])
    return draft


def _edges(draft: Draft, graph: Graph, stage: Entity, key: str) -> None:
    for relation in graph.out(stage.id, RelationKind.BASED_ON, RelationKind.COPIES_FROM):
        other = graph.entities[relation.target]
        if other.kind is EntityKind.IMAGE:
            built = bool(graph.into(other.id, RelationKind.PUBLISHES))
            nodes.add(draft, other, "image", category=Category.ARTIFACT if built else Category.EXTERNAL)
        elif other.id not in draft.nodes:
            nodes.add(draft, other, "stage")
        if relation.kind is RelationKind.BASED_ON:
            draft.edge(other.id, key, "FROM", Line.DOTTED if other.kind is EntityKind.IMAGE else Line.SOLID)
        else:
            draft.edge(other.id, key, "copies")


def _folded(draft: Draft) -> Draft:
    """A Dockerfile of too many stages: its bases and its final stage, since no picture holds all."""
    folded = Draft(draft.id, draft.title, draft.description)
    for key, node in list(draft.nodes.items())[:CAP]:
        folded.nodes[key] = node
    folded.groups = draft.groups
    for edge in draft.edges.values():
        folded.edge(edge.source, edge.target, edge.label, edge.line)
    folded.omitted.add("the last stages, which no picture could hold")
    return folded
