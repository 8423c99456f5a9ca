"""How code gets to production: Dockerfile -> job -> image -> workload, and which job deploys what.

Images that nobody here builds stand with a dashed border. Above the budget: one picture of what flows between workflows,
registries and deployables, then one a deployable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from archdoc.graph import Graph
from archdoc.model import Entity, EntityId, EntityKind, RelationKind
from archdoc.views import Category, Line, View
from archdoc.views import _nodes as nodes
from archdoc.views._draft import CAP, DETAIL, Draft
from archdoc.views._split import parts, tokens

_FRAMES = (("source", "Source"), ("ci", "GitHub Actions"), ("registry", "Registries"), ("run", "Clusters"))


def views(graph: Graph) -> tuple[View, ...]:
    """The delivery pictures; none where nothing is built, run or deployed."""
    ends = _ends(graph)
    if not ends:
        return ()
    if len(ends) <= DETAIL:
        whole = _draft(graph, ends.values(), "delivery", "From source to cluster")
        if whole.fits(DETAIL):
            return (whole.view(),)
    words: dict[str, tuple[str, ...]] = {key: _words(graph, end) for key, end in ends.items()}
    drafts = _parts(graph, ends, words, 10)
    summary = _summary(graph, ends.values())
    return tuple(draft.view() for draft in ([summary] if summary.edges else []) + drafts)


def _parts(
    graph: Graph, ends: Mapping[EntityId, Entity], words: Mapping[str, tuple[str, ...]], limit: int, above: str = ""
) -> list[Draft]:
    """A picture for each part; a part whose neighbours make it too big is parted again."""
    drafts: list[Draft] = []
    for part in parts(words, limit):
        name = part.name if part.name.startswith(above) and part.name != above else f"{above}/{part.name}"
        own = [ends[EntityId(key)] for key in part.members]
        draft = _draft(graph, own, f"delivery:{name}", f"From source to cluster: {name}")
        if draft.fits(CAP) or len(own) == 1:
            drafts.append(draft)
        else:
            drafts += _parts(graph, ends, {key: words[key] for key in part.members}, max(1, len(own) // 2), name)
    return drafts


def _ends(graph: Graph) -> dict[EntityId, Entity]:
    """Where deliveries end: workloads with an image, images that nothing here runs, and what jobs deploy."""
    ends = {e.id: e for e in graph.of(EntityKind.WORKLOAD) if graph.out(e.id, RelationKind.RUNS_IMAGE)}
    for image in graph.of(EntityKind.IMAGE):
        if graph.into(image.id, RelationKind.PUBLISHES) and not _runners(graph, image.id):
            ends[image.id] = image
    for relation in graph.relations:
        if relation.kind is RelationKind.DEPLOYS:
            ends[relation.target] = graph.entities[relation.target]
    for build in graph.of(EntityKind.IMAGE_BUILD):
        if not graph.out(build.id, RelationKind.PUBLISHES):
            ends[build.id] = build
    return ends


def _words(graph: Graph, end: Entity) -> tuple[str, ...]:
    """What tells the part that an end belongs to: its deployable, or the workflow that makes it."""
    if end.deployable is not None:
        return (*end.deployable.partition(":")[2].split("/"), *filter(None, [end.namespace]), *tokens(end.name))
    if end.kind is EntityKind.DEPLOYABLE:
        return (*end.id.partition(":")[2].split("/"), *tokens(end.name))
    if end.kind is EntityKind.IMAGE:
        makers = sorted(graph.entities[r.source].path for r in graph.into(end.id, RelationKind.PUBLISHES))
        return (makers[0].rpartition("/")[2] if makers else "", *tokens(end.name))
    return (end.path.rpartition("/")[2], *tokens(end.name))


def _runners(graph: Graph, image: EntityId) -> list[EntityId]:
    sources = [r.source for r in graph.into(image, RelationKind.RUNS_IMAGE)]
    return [s for s in sources if graph.entities[s].kind is EntityKind.WORKLOAD]


def _draft(graph: Graph, ends: Iterable[Entity], id_: str, title: str) -> Draft:
    draft = Draft(id_, title, "Which job builds which Dockerfile into which image, and what runs it.")
    for key, name in _FRAMES:
        draft.group(key, name)
    for end in ends:
        match end.kind:
            case EntityKind.WORKLOAD:
                place = (end.deployable or "").partition(":")[2].rpartition("/")[2]
                nodes.add(
                    draft,
                    end,
                    f"{nodes.kind_word(end)} · {place}" if place not in ("", ".") else nodes.kind_word(end),
                    group="run",
                )
                for image in nodes.images_of(graph, end.id):
                    _image(draft, graph, image)
                    sure = bool(graph.into(image, RelationKind.PUBLISHES))
                    draft.edge(image, end.id, "runs as", Line.SOLID if sure else Line.DOTTED)
            case EntityKind.IMAGE:
                _image(draft, graph, end.id)
            case EntityKind.IMAGE_BUILD:
                _build(draft, graph, end.id)
            case _:
                nodes.add(draft, end, nodes.kind_word(end), group="run")
    for key in list(draft.nodes):
        for relation in graph.into(EntityId(key), RelationKind.DEPLOYS):
            job = graph.entities[relation.source]
            nodes.add(draft, job, _workflow_of(job), group="ci")
            draft.edge(job.id, key, "deploys", nodes.line_of(relation))
    return draft


def _image(draft: Draft, graph: Graph, image: EntityId) -> None:
    entity = graph.entities[image]
    published = graph.into(image, RelationKind.PUBLISHES)
    nodes.add_image(draft, entity, category=Category.ARTIFACT if published else Category.EXTERNAL, group="registry")
    for relation in published:
        job = _build(draft, graph, relation.source)
        if job is not None:
            draft.edge(job, image, *nodes.publishing(relation))


def _build(draft: Draft, graph: Graph, build: EntityId) -> EntityId | None:
    """Draw a build as its job, or by itself where the job has several, with the Dockerfile it reads; the key of its box."""
    jobs = graph.into(build, RelationKind.CONTAINS)
    if not jobs:
        return None
    job = graph.entities[jobs[0].source]
    key = job.id
    builds = [r for r in graph.out(job.id, RelationKind.CONTAINS) if graph.entities[r.target].kind is EntityKind.IMAGE_BUILD]
    if len(builds) > 1:
        # One box a build, so that each Dockerfile leads to its own image and not to all that the job makes.
        key, name = build, graph.entities[build].name
        title = name.partition("@")[2] or name
        words = f"job {job.path.rpartition('/')[2].partition('.')[0]} {job.name} {name}"
        draft.node(
            build, words, title, _workflow_of(job), Category.PIPELINE, group="ci", type_=job.type, entities=(build, job.id)
        )
    else:
        nodes.add(draft, job, _workflow_of(job), group="ci")
    for relation in graph.out(build, RelationKind.BUILDS):
        file = graph.entities[relation.target]
        if file.kind is EntityKind.STAGE:
            file = graph.entities[graph.into(file.id, RelationKind.CONTAINS)[0].source]
        if file.kind is EntityKind.DOCKERFILE:
            nodes.add(draft, file, "Dockerfile", group="source")
            stage = relation.attributes.get("target")
            draft.edge(file.id, key, stage if isinstance(stage, str) else "", nodes.line_of(relation))
    return key


def _workflow_of(job: Entity) -> str:
    return f"job · {job.path.rpartition('/')[2].rpartition('.')[0]}"


def _summary(graph: Graph, ends: Iterable[Entity]) -> Draft:
    """Workflows, owners of images, and deployables; by the first words of their paths where these are many."""
    for depth in (99, 3, 2, 1):
        draft = Draft(
            "delivery", "From source to cluster", "Which workflows feed which registries and clusters; each part has a picture."
        )
        for key, name in _FRAMES[1:]:
            draft.group(key, name)
        for end in ends:
            _summarise(draft, graph, end, depth)
        if len(draft.nodes) <= DETAIL:
            break
    else:
        draft = _tiny(draft)
    ends_of_edges = {end for edge in draft.edges.values() for end in (edge.source, edge.target)}
    draft.nodes = {key: node for key, node in draft.nodes.items() if key in ends_of_edges}
    draft.omitted.add("single images and workloads, which the parts show")
    return draft


def _summarise(draft: Draft, graph: Graph, end: Entity, depth: int) -> None:
    place = (end.id if end.kind is EntityKind.DEPLOYABLE else end.deployable or "").partition(":")[2]
    where = "/".join(place.split("/")[:depth])
    images = (
        nodes.images_of(graph, end.id) if end.kind is EntityKind.WORKLOAD else [end.id] if end.kind is EntityKind.IMAGE else []
    )
    if place:
        draft.node(
            f"dep {where}", f"dep {where}", where, "deployable" if depth > 9 else "deployables", Category.WORKLOAD, group="run"
        )
    for image in images:
        published = graph.into(image, RelationKind.PUBLISHES)
        if not published:
            continue
        owner = graph.entities[image].name.rpartition("/")[0] or "Docker Hub"
        owner = owner if depth > 1 else owner.partition("/")[0]
        draft.node(f"img {owner}", f"img {owner}", owner, "images", Category.ARTIFACT, group="registry")
        for relation in published:
            _flow(draft, graph.entities[relation.source].path, f"img {owner}", "pushes", depth)
        if place:
            draft.edge(f"img {owner}", f"dep {where}", "runs as")
    for relation in graph.into(end.id, RelationKind.DEPLOYS):
        if place:
            _flow(draft, graph.entities[relation.source].path, f"dep {where}", "deploys", depth)


def _flow(draft: Draft, workflow: str, target: str, label: str, depth: int) -> None:
    name = workflow.rpartition("/")[2] if depth > 2 else "workflows"
    draft.node(f"wf {name}", f"wf {name}", name, "workflow" if depth > 2 else "GitHub Actions", Category.PIPELINE, group="ci")
    draft.edge(f"wf {name}", target, label)


def _tiny(draft: Draft) -> Draft:
    """Three boxes, where even the first words are too many."""
    tiny = Draft(draft.id, draft.title, draft.description)
    kinds = {Category.PIPELINE: "workflows", Category.ARTIFACT: "images", Category.WORKLOAD: "deployables"}
    for node in draft.nodes.values():
        tiny.node(node.category, kinds[node.category], kinds[node.category], "see the parts below", node.category)
    for edge in draft.edges.values():
        tiny.edge(draft.nodes[edge.source].category, draft.nodes[edge.target].category, edge.label)
    return tiny
