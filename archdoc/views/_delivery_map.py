"""The map above delivery pictures that are too big for one: which workflow feeds which part, and where the part runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from archdoc.graph import Graph
from archdoc.model import Entity, EntityId, EntityKind, RelationKind
from archdoc.views import Category
from archdoc.views import _nodes as nodes
from archdoc.views._chains import Items, Tests, built
from archdoc.views._draft import Draft

_WHOLE = 99
_NODES = 14
_EDGES = 18


class _Depth(NamedTuple):
    """How many words of a path tell a workflow, what runs and a part; of workflows none: all are one box."""

    workflows: int = _WHOLE
    places: int = _WHOLE
    parts: int = _WHOLE


_DEPTHS = (
    _Depth(),
    *(_Depth(0, places) for places in (_WHOLE, 4, 3, 2, 1)),
    *(_Depth(0, 1, parts) for parts in (4, 3, 2, 1)),
)
"""From all to least: parts, which have pictures of their own, are the last to be told together."""


def draw_map(graph: Graph, id_: str, title: str, parts: Sequence[tuple[str, Items]]) -> Draft:
    """Workflows, parts and deployables; by the first words of their paths where these are many."""
    testing = Tests(graph)
    for depth in _DEPTHS:
        draft = Draft(id_, title, "Which workflow feeds which part, and where it runs; each part has a picture of its own.")
        for key, name, subtitle in (("ci", "Workflows", ""), ("parts", "Parts", "each has a picture"), ("run", "Clusters", "")):
            draft.group(key, name, subtitle)
        for part, items in parts:
            _part(draft, graph, part.partition(":")[2], items, depth, testing)
        if draft.fits(_NODES) and len(draft.edges) <= _EDGES:
            break
    else:
        draft = _tiny(draft)
    joined = {end for edge in draft.edges.values() for end in (edge.source, edge.target)}
    draft.nodes = {key: node for key, node in draft.nodes.items() if key in joined}
    draft.omitted.add("single images and workloads, which the parts show")
    return draft


def _part(draft: Draft, graph: Graph, name: str, items: Items, depth: _Depth, testing: Tests) -> None:
    short = "/".join(name.split("/")[: depth.parts])
    key = f"part {short}"
    owners = {graph.entities[image].name.rpartition("/")[0] for box in items.boxes for image in box.images} - {""}
    here = [w for w in items.workloads if any(built(graph, image) for image in nodes.images_of(graph, w.id))]
    if items.boxes or here:
        draft.node(key, key, short, min(owners, default="images"), Category.ARTIFACT, group="parts")
    for box in items.boxes:
        for origin in box.origins:
            workflow = _origin(draft, origin, depth.workflows)
            if box.pushes:
                draft.edges.pop((workflow, key, "builds"), None)
            if box.pushes or (workflow, key, "") not in draft.edges:
                draft.edge(workflow, key, "" if box.pushes else "builds")
    deploys = list(items.deploys)
    for workload in here:
        draft.edge(key, _place(draft, workload, depth.places))
        places = (place for place in (workload.id, workload.deployable) if place is not None)
        deploys += [r for place in places for r in graph.into(place, RelationKind.DEPLOYS) if not testing.deploy(r)]
    for relation in deploys:
        job, target = graph.entities[relation.source], graph.entities[relation.target]
        draft.edge(_origin(draft, job.path, depth.workflows), _place(draft, target, depth.places), "deploys")


def _origin(draft: Draft, path: str, depth: int) -> str:
    """The workflow, or the file that describes a build; all of them as one where there is no room."""
    workflow = path.startswith(".github/")
    kind = "workflow" if workflow else "build file"
    name = path.rpartition("/")[2] if depth else "GitHub Actions" if workflow else "build files"
    key = f"wf {path if depth else name}"
    draft.node(key, f"wf {name}", name, kind if depth else "workflows" if workflow else "", Category.PIPELINE, group="ci")
    return key


def _place(draft: Draft, entity: Entity, depth: int) -> str:
    place = entity.id if entity.kind is EntityKind.DEPLOYABLE else entity.deployable or EntityId("")
    path = place.partition(":")[2]
    name = "/".join(path.split("/")[:depth]) if path else entity.name
    folded = name != path and bool(path)
    draft.node(f"dep {name}", f"dep {name}", name, "deployables" if folded else "deployable", Category.WORKLOAD, group="run")
    return f"dep {name}"


def _tiny(draft: Draft) -> Draft:
    """Three boxes, where even the first words are too many."""
    tiny = Draft(draft.id, draft.title, draft.description)
    kinds = {Category.PIPELINE: "workflows", Category.ARTIFACT: "images", Category.WORKLOAD: "deployables"}
    for node in draft.nodes.values():
        tiny.node(node.category, kinds[node.category], kinds[node.category], "see the parts below", node.category)
    for edge in draft.edges.values():
        tiny.edge(draft.nodes[edge.source].category, draft.nodes[edge.target].category, edge.label)
    return tiny
