"""The one page that everybody opens: who comes in, what delivers, what runs where, what lies outside. At most twelve boxes.

Each group begins as one box and is opened, in a fixed order, while the budget lasts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Set

from archdoc.graph import Graph
from archdoc.model import Entity, EntityId, EntityKind, RelationKind
from archdoc.views import Category, Line, View
from archdoc.views import _nodes as nodes
from archdoc.views._chains import Tests
from archdoc.views._draft import OVERVIEW, Draft
from archdoc.views._entries import entries
from archdoc.views._joints import join
from archdoc.views._labels import SUBTITLE, listed, tail

_EDGES = 15
_HOMES = OVERVIEW - 5
"""As many boxes for what runs."""
_TELLING = 3
"""Fewer boxes would say too little of what runs."""
_REST = "other folders"
_FEW = 3
_FRAME = 28
"""As many characters of a path fit above what stands in its frame."""
_CALLS = (RelationKind.CONNECTS_TO, RelationKind.ROUTES_TO)


def views(graph: Graph) -> tuple[View, ...]:
    """The overview; none for a repository without infrastructure."""
    choices = _homes(graph)
    every = graph.of(EntityKind.WORKFLOW)
    workflows = [w for w in every if _delivers(graph, w)] or every
    if not choices[0] and not workflows:
        return ()
    ways_in = entries(graph)
    for homes in choices:
        best = _draft(graph, ways_in, homes, workflows, frozenset())
        if len(best.edges) <= _EDGES:
            break
    opened: set[str] = set()
    sizes = Counter(homes.get(e.deployable or EntityId("")) for e in graph.of(EntityKind.WORKLOAD, EntityKind.ROUTE))
    led = {edge.source for edge in best.edges.values()}
    # Many that lead nowhere, and variants of one thing, say no more one by one.
    closed = {home for home, count in Counter(homes.values()).items() if count > 1 or sizes[home] > OVERVIEW}
    closed |= {"workflows"} if homes and len(workflows) > 1 and "workflows" not in led else set()
    for group in ("owners", "workflows", "images", "outside", *sorted(set(homes.values()))):
        if group in closed:
            continue
        draft = _draft(graph, ways_in, homes, workflows, frozenset({*opened, group}))
        if len(draft.nodes) <= OVERVIEW and len(draft.edges) <= _EDGES:
            best = draft
            opened.add(group)
    if len(best.nodes) < OVERVIEW:
        join(best)
    return (best.view(),)


def _homes(graph: Graph) -> list[dict[EntityId, str]]:
    """For each deployable with workloads or services the box it stands in: itself, or its folder where there are many.

    The finest choice comes first, coarser ones follow for pictures that it fills with arrows.
    """
    drawn = {
        e.deployable for e in graph.of(EntityKind.WORKLOAD, EntityKind.SERVICE, EntityKind.ROUTE) if e.deployable is not None
    }
    places = {d: d.partition(":")[2].split("/") for d in sorted(drawn)}
    choices: list[dict[EntityId, str]] = []
    for depth in range(9, 0, -1):
        homes = {d: "/".join(folders[:depth]) for d, folders in places.items()}
        if len(set(homes.values())) <= _HOMES and homes not in choices:
            choices.append(homes)
    finest = choices[0] if choices else dict.fromkeys(places, "")
    return choices if len(set(finest.values())) >= _TELLING else [_opened(places, finest), *choices]


def _opened(places: dict[EntityId, list[str]], homes: dict[EntityId, str]) -> dict[EntityId, str]:
    """The box that most deployables stand in as its folders: as many as there is room for, the smaller ones as one box."""
    sizes = Counter(homes.values())
    most = max(sorted(sizes), key=lambda home: sizes[home], default="")
    inside = {d: folders for d, folders in places.items() if homes[d] == most}
    for depth in range(1, 10):
        folder = {d: "/".join(folders[:depth]) for d, folders in inside.items()}
        if len(set(folder.values())) > 1:
            break
    else:
        return homes
    room, inner = _HOMES - len(sizes) + 1, Counter(folder.values())
    kept = sorted(inner, key=lambda one: (-inner[one], one))[: room if len(inner) <= room else room - 1]
    rest = f"{most}/…" if most else _REST
    return homes | {d: one if one in kept else rest for d, one in folder.items()}


def _delivers(graph: Graph, workflow: Entity) -> bool:
    """Whether a workflow builds, pushes or deploys."""
    jobs = [r.target for r in graph.out(workflow.id, RelationKind.CONTAINS)]
    builds = any(
        graph.entities[r.target].kind is EntityKind.IMAGE_BUILD for job in jobs for r in graph.out(job, RelationKind.CONTAINS)
    )
    return builds or any(graph.out(job, RelationKind.DEPLOYS) for job in jobs)


def _draft(
    graph: Graph, ways_in: Set[EntityId], homes: dict[EntityId, str], workflows: list[Entity], opened: frozenset[str]
) -> Draft:
    draft = Draft("overview", "Overview")
    draft.group("github", "GitHub", "build and deliver")
    draft.group("run", "Clusters", "what runs")
    box = _boxes(draft, graph, ways_in, homes, opened)
    _pipeline(draft, graph, workflows, box, opened)
    _traffic(draft, graph, ways_in, box, opened)
    _idle(draft)
    words = [f"{name} runs what this repository deploys there" for name in sorted(set(homes.values()))[:3]]
    draft.description = "; ".join(words) + "." if words else "What this repository builds."
    if len(workflows) < len(graph.of(EntityKind.WORKFLOW)):
        draft.omitted.add("workflows that neither build nor deploy")
    if any(name not in opened for name in homes.values()):
        draft.omitted.add("the single workloads, which the pictures of the deployables show")
    return draft


def _boxes(
    draft: Draft, graph: Graph, ways_in: Set[EntityId], homes: dict[EntityId, str], opened: frozenset[str]
) -> dict[EntityId, str]:
    """Draw what runs; the box of each workload, service and route."""
    box: dict[EntityId, str] = {}
    for entity in graph.of(EntityKind.ROUTE, EntityKind.WORKLOAD, EntityKind.SERVICE):
        home = homes.get(entity.deployable) if entity.deployable is not None else None
        if home is None:
            continue
        if home not in opened:
            if home not in draft.nodes:
                title = home if home != "." else "manifests"
                types = {graph.entities[d].type for d, name in homes.items() if name == home}
                type_ = types.pop() if len(types) == 1 else "deployable"
                what = _what(graph, ways_in, homes, home)
                draft.node(home, f"dep {home}", title, what, Category.WORKLOAD, group="run", type_=type_)
            box[entity.id] = home
        elif entity.kind is EntityKind.SERVICE:
            owners = graph.out(entity.id, RelationKind.SELECTS)
            box[entity.id] = owners[0].target if owners else ""
        else:
            frame = "run"
            if len(homes) > 1:
                frame = f"run {home}"
                draft.group(frame, tail(home, _FRAME), parent="run")
            if entity.kind is EntityKind.ROUTE:
                nodes.add_route(draft, entity, frame)
            else:
                nodes.add_workload(draft, graph, entity, None, frame)
            box[entity.id] = entity.id
    return box


def _what(graph: Graph, ways_in: Set[EntityId], homes: dict[EntityId, str], home: str) -> str:
    inside = [d for d, name in homes.items() if name == home]
    entries = sorted(
        {
            graph.entities[end].name
            for d in inside
            for member in graph.out(d, RelationKind.CONTAINS)
            if member.target in ways_in
            for end in _behind(graph, member.target)
        }
    )
    if entries:
        return listed(entries, SUBTITLE)
    if len(inside) > 1:
        return "a folder each" if home == _REST else "deployables"
    kind = graph.entities[inside[0]].type
    return kind if kind != "manifests" else "plain manifests"


def _behind(graph: Graph, entry: EntityId) -> set[EntityId]:
    """The workloads that an entry leads to, through routes and Services."""
    seen: set[EntityId] = set()
    ends: set[EntityId] = set()
    waiting = [entry]
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        if graph.entities[one].kind is EntityKind.WORKLOAD:
            ends.add(one)
        else:
            waiting += [r.target for r in graph.out(one, RelationKind.ROUTES_TO, RelationKind.SELECTS)]
    return ends


def _pipeline(draft: Draft, graph: Graph, workflows: list[Entity], box: dict[EntityId, str], opened: frozenset[str]) -> None:
    testing = Tests(graph)
    for workflow in workflows:
        key, title, subtitle = "workflows", "GitHub Actions", "workflows"
        if "workflows" in opened:
            key, title, subtitle = workflow.id, workflow.name, workflow.path.rpartition("/")[2]
        draft.node(key, f"wf {subtitle}", title, subtitle, Category.PIPELINE, group="github")
        for job in (r.target for r in graph.out(workflow.id, RelationKind.CONTAINS)):
            for build in graph.out(job, RelationKind.CONTAINS):
                for published in graph.out(build.target, RelationKind.PUBLISHES):
                    if published.attributes.get("pushed") is not False:
                        _image(draft, graph, key, published.target, box, opened)
            for deploy in graph.out(job, RelationKind.DEPLOYS):
                if testing.deploy(deploy):
                    draft.omitted.add("deploys that only test")
                    continue
                for target in _boxes_of(graph, deploy.target, box):
                    draft.edge(key, target, "deploys")


def _idle(draft: Draft) -> None:
    """Leave out the workflows that lead to nothing which is drawn, where others lead to something."""
    led = {edge.source for edge in draft.edges.values()}
    workflows = {key for key, node in draft.nodes.items() if node.category is Category.PIPELINE}
    if led & workflows and workflows - led:
        draft.nodes = {key: node for key, node in draft.nodes.items() if key not in workflows - led}
        draft.omitted.add("workflows that push and deploy nothing that is drawn here")


def _image(draft: Draft, graph: Graph, workflow: str, image: EntityId, box: dict[EntityId, str], opened: frozenset[str]) -> None:
    name = graph.entities[image].name
    owner = name.rpartition("/")[0] or "Images"
    if "images" in opened:
        key: str = image
        nodes.add_image(draft, graph.entities[image], group="github")
    else:
        key, title = (f"images of {owner}", owner) if "owners" in opened else ("images", "Images")
        draft.node(key, f"img {title}", title, "images" if title != "Images" else "built here", Category.ARTIFACT, group="github")
    draft.edge(workflow, key, "pushes")
    for run in graph.into(image, RelationKind.RUNS_IMAGE):
        draft.edge(key, box.get(run.source, ""), "runs as", Line.DOTTED)


def _boxes_of(graph: Graph, target: EntityId, box: dict[EntityId, str]) -> set[str]:
    if target in box:
        return {box[target]}
    members = {r.target for r in graph.out(target, RelationKind.CONTAINS)}
    found = {box[m] for m in members if m in box}
    # A deployable whose members are drawn one by one has no box of its own; its first entry stands for it.
    return {min(found)} if found else set()


def _traffic(draft: Draft, graph: Graph, ways_in: Set[EntityId], box: dict[EntityId, str], opened: frozenset[str]) -> None:
    outside: dict[EntityId, set[str]] = defaultdict(set)
    for relation in graph.relations:
        if relation.kind not in _CALLS or relation.source not in box:
            continue
        target = graph.entities[relation.target]
        if target.id in box:
            draft.edge(
                box[relation.source], box[target.id], "", Line.THICK if relation.kind is RelationKind.ROUTES_TO else Line.SOLID
            )
        elif target.kind is EntityKind.EXTERNAL and relation.kind is RelationKind.CONNECTS_TO:
            outside[target.id].add(box[relation.source])
    few = "outside" in opened and len(outside) <= _FEW
    for id_, sources in sorted(outside.items()):
        entity = graph.entities[id_]
        key = id_ if few else "outside"
        draft.node(
            key,
            f"ext {entity.name if few else 'outside'}",
            entity.name if few else "External systems",
            "outside",
            Category.EXTERNAL,
        )
        for source in sorted(sources):
            draft.edge(source, key)
    for id_, key in box.items():
        if id_ in ways_in:
            draft.node("users", "ext users", "Users", "", Category.PERSON)
            draft.edge("users", key, "", Line.THICK)
