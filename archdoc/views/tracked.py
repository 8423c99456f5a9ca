"""What the configuration has guarded beyond the architecture: settings, secrets, identities, policies, autoscalers, image tags.

Each kind is a picture of its own, a deployable a frame of it, so that the other pictures stay calm and the gate sees the change.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from archdoc.graph import Graph
from archdoc.model import Entity, EntityKind, Relation, RelationKind
from archdoc.views import Category, View
from archdoc.views import _nodes as nodes
from archdoc.views._draft import CAP, DETAIL, Draft
from archdoc.views._split import Part, fitting


class Tracked(NamedTuple):
    """What is drawn for a key of `track`: entities of a kind and their relations with what runs."""

    title: str
    kind: EntityKind
    relations: tuple[RelationKind, ...]


TRACKED = {
    "autoscalers": Tracked("Autoscalers", EntityKind.AUTOSCALER, (RelationKind.SCALES,)),
    "config": Tracked("Configuration", EntityKind.CONFIG, (RelationKind.CONFIGURES, RelationKind.MOUNTS)),
    "identity": Tracked("Identities and roles", EntityKind.IDENTITY, (RelationKind.RUNS_AS, RelationKind.GRANTS)),
    "image-tags": Tracked("Image tags", EntityKind.IMAGE, (RelationKind.RUNS_IMAGE,)),
    "policy": Tracked("Policies", EntityKind.POLICY, (RelationKind.PROTECTS, RelationKind.ALLOWS)),
    "secrets": Tracked("Secrets", EntityKind.SECRET, (RelationKind.CONFIGURES, RelationKind.MOUNTS)),
}


def views(graph: Graph, track: Collection[str]) -> tuple[View, ...]:
    """The pictures of what is tracked, in parts where one cannot hold it."""
    return tuple(view for name in sorted(track) for view in _pictures(graph, name, TRACKED[name]))


def _pictures(graph: Graph, name: str, row: Tracked) -> list[View]:
    things = {e.id: e for e in graph.of(row.kind) if _related(graph, e, row) or row.kind is not EntityKind.IMAGE}
    if not things:
        return []
    whole = _draft(graph, things.values(), row, f"detail:{name}", row.title)
    if whole.fits(DETAIL):
        return [whole.view()]
    by_id: dict[str, Entity] = dict(things.items())

    def draw(part: Part, _: Mapping[str, str]) -> Draft:
        return _draft(graph, [by_id[key] for key in part.members], row, f"detail:{name}:{part.name}", f"{row.title}: {part.name}")

    words = {key: (*one.path.split("/")[:-1], one.namespace or "", one.name) for key, one in by_id.items()}
    _, drafts = fitting(words, (DETAIL, 12, 6, 3, 1), draw, lambda draft: draft.fits(CAP))
    return [draft.view() for draft in drafts]


def _related(graph: Graph, thing: Entity, row: Tracked) -> list[Relation]:
    return [*graph.into(thing.id, *row.relations), *graph.out(thing.id, *row.relations)]


def _draft(graph: Graph, things: Collection[Entity], row: Tracked, id_: str, title: str) -> Draft:
    draft = Draft(id_, title, "Guarded since the configuration tracks it.")
    for thing in things:
        if thing.kind is EntityKind.IMAGE:
            nodes.add_image(draft, thing)
        else:
            nodes.add(draft, thing, nodes.kind_word(thing), category=Category.CONTEXT, group=_frame(draft, graph, thing))
        for relation in _related(graph, thing, row):
            for end in (relation.source, relation.target):
                other = graph.entities[end]
                if other.id not in draft.nodes:
                    nodes.add(draft, other, nodes.kind_word(other), group=_frame(draft, graph, other))
            draft.edge(relation.source, relation.target, _label(relation))
    return draft


def _frame(draft: Draft, graph: Graph, thing: Entity) -> str | None:
    if thing.deployable is None:
        return None
    draft.group(thing.deployable, graph.entities[thing.deployable].name)
    return thing.deployable


def _label(relation: Relation) -> str:
    """How the two are related; for an image what tells which one of it runs."""
    if relation.kind is not RelationKind.RUNS_IMAGE:
        return relation.kind.value.replace("-", " ")
    told = [relation.attributes.get(name) for name in ("tag", "digest")]
    return " ".join(", ".join(one) if isinstance(one, tuple) else str(one)[:19] for one in told if one) or "untagged"
