"""How code gets to production: Dockerfile -> job -> image -> workload, and which job deploys what.

A repository of one product is one picture. Above the budget: a map of which workflow feeds which part and where it runs, and a
picture a part, told by folders. What runs images built elsewhere, and what releases nothing, stand apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from archdoc.graph import Graph
from archdoc.model import Entity, EntityId, EntityKind, Relation, RelationKind
from archdoc.views import Category, Line, View, _chains
from archdoc.views import _nodes as nodes
from archdoc.views._chains import Box, Items, built
from archdoc.views._delivery_map import draw_map
from archdoc.views._draft import CAP, Draft
from archdoc.views._labels import listed, tail
from archdoc.views._split import parts

_TITLE = "From source to cluster"
_SECTIONS = (
    ("", "Which job builds which Dockerfile into which image, what runs it, and which job deploys it."),
    ("elsewhere", "What runs images that nothing here builds."),
    ("not-released", "Builds and deploys that release nothing: tests, pull requests, local development."),
)
_KEPT = {
    EntityKind.IMAGE: ("elsewhere", "Images built elsewhere", "runs"),
    EntityKind.EXTERNAL: ("charts", "Charts kept elsewhere", "installs"),
    EntityKind.DEPLOYABLE: ("own", "Charts", "chart in"),
}
"""What is told apart from the chains: the key of its frame, the title of that, and the verb before a name."""
_FRAMES = 4
"""As many deployables have frames of their own."""
_ROWS = 28
"""Chains are read row by row, so a picture of them may have a few boxes more than another."""
_SMALL = 9
"""Fewer boxes are no picture of their own."""
_WIDTH = 20
_LINE = 28


def views(graph: Graph) -> tuple[View, ...]:
    """The delivery pictures; none where nothing is built, run or deployed."""
    plan = _chains.plan(graph)
    sections = [(name, says, units) for (name, says), units in zip(_SECTIONS, plan, strict=True) if units]
    drafts: list[Draft] = []
    for name, says, units in sections:
        drafts += _section(graph, units, name if drafts else "", says)
    return tuple(draft.view() for draft in drafts)


def _section(graph: Graph, units: Sequence[Items], name: str, says: str) -> list[Draft]:
    """One picture, or a map and its parts; the map of what nothing builds or deploys would show nothing."""
    id_, title = (f"delivery:{name}", f"{_TITLE}: {name}") if name else ("delivery", _TITLE)
    whole = _draft(graph, units, id_, title, says)
    if whole.fits(_ROWS):
        return [whole]
    drafts = _parts(graph, {unit.key(): unit for unit in units}, _ROWS, name, says)
    told = draw_map(graph, id_, title, [(draft.id, items) for draft, items in drafts])
    return [*([told] if told.edges else []), *(draft for draft, _ in drafts)]


def _parts(graph: Graph, units: Mapping[str, Items], limit: int, above: str, says: str) -> list[tuple[Draft, Items]]:
    """A picture for each part; a part that is too big, by what it shows beside its own, is parted again."""
    made: list[tuple[Draft, Items]] = []
    sizes = {key: min(limit, unit.size(graph)) for key, unit in units.items()}
    words = {key: unit.words for key, unit in units.items()}
    for part in parts(words, limit, lambda keys: sum(sizes[key] for key in keys), min(_SMALL, limit // 2)):
        name = _below(above, part.name)
        own = [units[key] for key in part.members]
        draft = _draft(graph, own, f"delivery:{_safe(name, above)}", f"{_TITLE}: {name}", says)
        finer = own if len(own) > 1 else own[0].pieces(graph)
        if draft.fits(CAP) or len(finer) < 2:
            items = Items()
            for unit in own:
                items.add(unit)
            draft.cut()
            made.append((draft, items))
        else:
            made += _parts(graph, {unit.key(): unit for unit in finer}, max(1, limit // 2), name, says)
    return made


def _below(above: str, name: str) -> str:
    """The name of a part of a part: the words that both begin with stand once."""
    outer, inner = above.split("/"), name.split("/")
    while outer and inner and outer[0] == inner[0]:
        outer, inner = outer[1:], inner[1:]
    return "/".join(filter(None, (above, *inner)))


def _safe(name: str, above: str) -> str:
    """The name of a part; a folder named like a section is told from it."""
    return f"./{name}" if not above and name.partition("/")[0] in {section for section, _ in _SECTIONS} else name


def _draft(graph: Graph, units: Sequence[Items], id_: str, title: str, says: str) -> Draft:
    draft = Draft(id_, title, says)
    for key, name in (("source", "Source"), ("ci", "Jobs"), ("registry", "Images")):
        draft.group(key, name)
    items = Items()
    for unit in units:
        items.add(unit)
    images = frozenset(image for box in items.boxes for image in box.images)
    scene = _Scene(graph, draft, images, _mirrors(graph, items), len({w.deployable for w in items.workloads}) <= _FRAMES)
    for box in items.boxes:
        scene.box(box)
    scene.workloads(items.workloads)
    for relation in items.deploys:
        if not scene.testing.deploy(relation):
            scene.deploy(relation)
    for team in _chains.teams(graph, filter(scene.testing.deploy, items.deploys)):
        scene.tests(team)
    scene.others(items.others)
    return draft


def _mirrors(graph: Graph, items: Items) -> dict[EntityId, tuple[EntityId, ...]]:
    """Images of the same last word that the same builds make and the same workloads run: one image in several registries."""
    makers: dict[EntityId, list[str]] = defaultdict(list)
    runners: dict[EntityId, list[str]] = defaultdict(list)
    for box in items.boxes:
        for image in box.images:
            makers[image].append(box.builds[0].id)
    for workload in items.workloads:
        for image in nodes.images_of(graph, workload.id):
            runners[image].append(workload.id)
    same: dict[tuple[object, ...], list[EntityId]] = defaultdict(list)
    for image in sorted({*makers, *runners}):
        last = graph.entities[image].name.rpartition("/")[2]
        same[last, tuple(sorted(makers[image])), tuple(sorted(runners[image]))].append(image)
    return {image: tuple(images) for images in same.values() for image in images}


class _Scene:
    """A picture in the making, with what stands for what."""

    def __init__(
        self,
        graph: Graph,
        draft: Draft,
        images: Set[EntityId],
        mirrors: Mapping[EntityId, tuple[EntityId, ...]],
        framed: bool,
    ) -> None:
        self.graph = graph
        self.draft = draft
        self.images = images
        self.mirrors = mirrors
        self.framed = framed
        self.testing = _chains.Tests(graph)

    def box(self, box: Box) -> None:
        """A build between the Dockerfiles that it reads and the images that it makes."""
        graph, draft = self.graph, self.draft
        key = _build(draft, graph, box)
        surest: dict[EntityId, Relation] = {}
        for relation in (r for build in box.builds for r in graph.out(build.id, RelationKind.BUILDS)):
            file_id = _file_of(graph, relation.target)
            surest[file_id] = max(surest.get(file_id, relation), relation, key=lambda r: r.confidence)
        for file_id, stage in box.files:
            file = graph.entities[file_id]
            title, subtitle = _file_title(graph, file)
            nodes.add(draft, file, subtitle, title=title, group="source")
            # The last stage is what one expects, and a build that is named like its stage says it already.
            told = stage and stage != draft.nodes[key].title and not _is_last(graph, file_id, stage)
            draft.edge(file_id, key, f"stage {stage}" if told else "", nodes.line_of(surest[file_id]))
        for relation in (
            r for build in box.builds for r in graph.out(build.id, RelationKind.PUBLISHES) if r.target in box.images
        ):
            draft.edge(key, self.image(relation.target), "" if box.pushes else "builds", nodes.line_of(relation))

    def image(self, image: EntityId) -> str:
        """An image, with those that are the same in other registries; the key of its box."""
        found = [self.graph.entities[one] for one in self.mirrors.get(image, (image,))]
        if len(found) == 1:
            nodes.add_image(self.draft, found[0], group="registry")
            return image
        key = " ".join(one.id for one in found)
        words = " ".join(("img", *(one.name for one in found)))
        places = [one.name.rpartition("/")[0] or "Docker Hub" for one in found]
        title = found[0].name.rpartition("/")[2]
        entities = tuple(one.id for one in found)
        self.draft.node(
            key, words, title, listed(places, _LINE), Category.ARTIFACT, group="registry", type_=found[0].type, entities=entities
        )
        return key

    def workloads(self, workloads: Sequence[Entity]) -> None:
        """Workloads in the frames of their deployables, with the jobs that deploy them."""
        for same in _chains.alike(self.graph, workloads):
            first, several = same[0], len({one.deployable for one in same}) > 1
            key: str = first.id if len(same) == 1 else " ".join(one.id for one in same)
            if several:
                self.draft.group("run", "Clusters")
                self.several(same, key, first.name, f"{nodes.kind_word(first)} · several", "run")
            elif len(same) > 1:
                kind, frame = self.place(first, nodes.kind_word(first))
                self.several(same, key, listed(sorted(one.name for one in same), _LINE), kind, frame)
            else:
                self.installed(first, nodes.kind_word(first))
            self.runs(first, key)
            places = (one for one in (first.id, first.deployable) if one is not None and not several)
            for relation in (r for place in places for r in self.graph.into(place, RelationKind.DEPLOYS)):
                if not self.testing.deploy(relation):
                    self.deploy(relation)

    def several(self, same: Sequence[Entity], key: str, title: str, subtitle: str, group: str) -> None:
        """One box for several workloads; the names that it has no room for are in its identity."""
        slug = " ".join(("app", *sorted({one.name for one in same})))
        entities = tuple(one.id for one in same)
        self.draft.node(key, slug, title, subtitle, Category.WORKLOAD, group=group, type_=same[0].type, entities=entities)

    def runs(self, workload: Entity, key: str) -> None:
        """Arrows from the images of this repository that a workload runs: from those that are made here, where there are such."""
        relations = self.graph.out(workload.id, RelationKind.RUNS_IMAGE)
        ours = [relation for relation in relations if built(self.graph, relation.target)]
        made = [relation for relation in ours if relation.target in self.images] or ours
        for relation in made:
            self.draft.edge(self.image(relation.target), key, "", nodes.line_of(relation))
        if len(ours) < len(relations):
            self.draft.omitted.add("images built elsewhere that run beside")
        if len(made) < len(ours):
            self.draft.omitted.add("images of other parts that run beside")

    def deploy(self, relation: Relation) -> None:
        """A job, and what it deploys to which environments."""
        job, target = self.graph.entities[relation.source], self.graph.entities[relation.target]
        nodes.add(self.draft, job, _stem(job.path), group="ci")
        self.installed(target, nodes.kind_word(target))
        where = sorted(self.graph.entities[r.target].name for r in self.graph.out(job.id, RelationKind.TARGETS))
        verb = "updates" if relation.attributes.get("writes") else f"deploys to {', '.join(where)}" if where else "deploys"
        self.draft.edge(job.id, target.id, verb, nodes.line_of(relation))

    def tests(self, team: Sequence[Relation]) -> None:
        """Jobs of a workflow, as one box, and what they test with."""
        jobs = [self.graph.entities[job] for job in dict.fromkeys(r.source for r in team)]
        key: str = jobs[0].id
        if len(jobs) == 1:
            nodes.add(self.draft, jobs[0], _stem(jobs[0].path), group="ci")
        else:
            key, names = " ".join(job.id for job in jobs), [job.name for job in jobs]
            slug, ids = " ".join(("job", _stem(jobs[0].path), *names)), tuple(job.id for job in jobs)
            stem = _stem(jobs[0].path)
            self.draft.node(key, slug, listed(names, _LINE), stem, Category.PIPELINE, group="ci", type_="job", entities=ids)
        for relation in team:
            target = self.graph.entities[relation.target]
            self.installed(target, nodes.kind_word(target))
            self.draft.edge(key, target.id, "tests with", Line.DOTTED)

    def installed(self, entity: Entity, kind: str) -> None:
        """A workload or a deployable where it is installed."""
        words, frame = self.place(entity, kind)
        runs = Category.WORKLOAD if entity.kind in (EntityKind.CONFIG, EntityKind.RESOURCE) else None
        nodes.add(self.draft, entity, words, category=runs, group=frame)

    def place(self, entity: Entity, kind: str) -> tuple[str, str]:
        """The second line and the frame of what is installed: a frame a deployable, one for all where these are many.

        A deployable of which no workload is drawn needs no frame of its own.
        """
        whole = entity.kind is EntityKind.DEPLOYABLE
        place = entity.id if whole else entity.deployable
        deployable = self.graph.entities.get(place) if place is not None else None
        key = f"run {place}"
        if deployable is None or not self.framed or (whole and key not in self.draft.groups):
            self.draft.group("run", "Clusters")
            words = kind if deployable in (None, entity) else f"{kind} · {_name(deployable)}"
            return (words if len(words) <= _LINE else _name(deployable)), "run"
        self.draft.group(key, tail(_name(deployable), _LINE))
        return kind, key

    def others(self, others: Sequence[tuple[Entity, EntityId]]) -> None:
        """What runs images of others or installs their charts: a box an image or a chart, with the names of what does."""
        same: dict[tuple[bool, EntityId], list[Entity]] = defaultdict(list)
        for one, image in others:
            same[one.kind is EntityKind.JOB, image].append(one)
        for (job, image), found in same.items():
            thing = self.graph.entities[image]
            frame, title, verb = _KEPT[thing.kind]
            self.draft.group(frame, title)
            names = sorted({one.name for one in found})
            name = thing.id.partition(":")[2] if thing.kind is EntityKind.DEPLOYABLE else thing.name
            told = f"{verb} {name}"
            # Of a long line the middle is not drawn, so that the identity has to hold it.
            own = name if len(told) > _LINE else name.rpartition("/")[2]
            self.draft.node(
                f"{verb} {image} {' '.join(one.id for one in found)}",
                " ".join(("job" if job else "app", *names, own)),
                listed(names, _LINE),
                told,
                Category.PIPELINE if job else Category.WORKLOAD,
                group=frame,
                type_=found[0].type,
                entities=(*(one.id for one in found), image),
            )


def _name(deployable: Entity | None) -> str:
    if deployable is None:
        return "Clusters"
    return "the root folder" if deployable.name in ("", ".") else deployable.name


def _stem(path: str) -> str:
    """``build-images`` of ``.github/workflows/build-images.yml``."""
    name = path.rpartition("/")[2]
    return name.rpartition(".")[0] or name


def _build(draft: Draft, graph: Graph, box: Box) -> str:
    """The box of a build: its job, or its name in a job of several, or the file that describes it; the key of the box."""
    if box.single is not None:
        job = graph.entities[box.single]
        nodes.add(draft, job, _stem(job.path), group="ci")
        draft.nodes[job.id] = replace(draft.nodes[job.id], entities=(job.id, *(build.id for build in box.builds)))
        return job.id
    first, stems = box.builds[0], [_stem(origin) for origin in box.origins]
    files = [origin.rpartition("/")[2] for origin in box.origins]
    name = first.name.partition("@")[2] or first.name.rpartition("/")[2]
    if not box.jobs:
        title, subtitle = (name, box.origins[0]) if len(box.builds) == 1 else (files[0], box.origins[0].rpartition("/")[0])
    elif len(files) > 1:
        title, subtitle = files[0], listed(stems[1:], _LINE)
    elif len({job.name for job in box.jobs}) > 1:
        title, subtitle = f"{box.jobs[0].name} …", stems[0]
    else:
        owner = f"{box.jobs[0].name} · {stems[0]}"
        title, subtitle = name, owner if len(owner) <= _LINE else stems[0]
    key = " ".join(sorted(build.id for build in box.builds))
    slug = " ".join(("job" if box.jobs else "build", *stems, name))
    entities = (*(build.id for build in box.builds), *(job.id for job in box.jobs))
    draft.node(key, slug, title, subtitle, Category.PIPELINE, group="ci", type_="job", entities=entities)
    return key


def _file_of(graph: Graph, target: EntityId) -> EntityId:
    whole = graph.into(target, RelationKind.CONTAINS) if graph.entities[target].kind is EntityKind.STAGE else []
    return whole[0].source if whole else target


def _is_last(graph: Graph, file: EntityId, stage: str) -> bool:
    stages = (graph.entities[relation.target] for relation in graph.out(file, RelationKind.CONTAINS))
    return any(one.name == stage and one.attributes.get("final") for one in stages)


def _file_title(graph: Graph, file: Entity) -> tuple[str, str]:
    """The folder of a Dockerfile, or its own name where that says more; below it the base that is built here."""
    folder, _, name = file.path.rpartition("/")
    plain = name in ("Dockerfile", "Containerfile") and folder
    title, subtitle = (tail(folder, _WIDTH), name) if plain else (name, tail(folder, _WIDTH))
    base = _base(graph, file)
    return title, f"FROM {base}" if base else subtitle


def _base(graph: Graph, file: Entity) -> str:
    """The last word of the image, built here, that a Dockerfile starts from."""
    for stage in graph.out(file.id, RelationKind.CONTAINS):
        for relation in graph.out(stage.target, RelationKind.BASED_ON):
            image = graph.entities[relation.target]
            if image.kind is EntityKind.IMAGE and built(graph, image.id):
                return image.name.rpartition("/")[2]
    return ""
