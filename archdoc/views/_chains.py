"""What there is to tell of deliveries: builds that do the same as one, chains of Dockerfile, build, image and workload, deploys.

Knows the graph and no picture. Builds and deploys that only test are told apart, so that the way to production stands out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from archdoc.graph import Graph
from archdoc.model import Entity, EntityId, EntityKind, Relation, RelationKind

_TESTS = frozenset({"pull_request", "pull_request_target", "pull_request_review", "merge_group"})
_BY_HAND = frozenset({"workflow_dispatch", "workflow_call", "workflow_run"})
"""People, and other workflows, which speak for themselves."""
_RUNNERS = (EntityKind.WORKLOAD, EntityKind.PIPELINE, EntityKind.DEPLOYABLE, EntityKind.CONFIG, EntityKind.RESOURCE)
"""What runs images in a cluster; a release, a model server's runtime and a resource are what a controller runs them by."""
_CHARTS = ("chart", "package", "repository")
"""What a release installs from elsewhere, the more telling first."""
_MOST = 20
"""As many boxes a chain may have and still be told as a whole."""
_STAR = 30
"""As many Dockerfiles and images around one job that releases nothing."""
_PLACES = 3
"""In as many deployables a workload is told by itself."""
_NAMES = 4
"""As many workloads of one deployable are told by themselves, where they run the same images."""


class Box(NamedTuple):
    """Builds that read the same Dockerfiles and make the same images: rows for architectures, workflows for releases.

    `origins` are the workflows, or the file that describes the build, whoever runs it: then `jobs` is empty. `files` are the
    Dockerfiles with the stage that is built. `single` is the job that does nothing but this build.
    """

    origins: tuple[str, ...]
    builds: tuple[Entity, ...]
    jobs: tuple[Entity, ...]
    single: EntityId | None
    files: tuple[tuple[EntityId, str], ...]
    images: tuple[EntityId, ...]
    pushes: bool


@dataclass(slots=True)
class Items:
    """What a picture is to show; a unit of what is parted."""

    words: tuple[str, ...] = ()
    boxes: list[Box] = field(default_factory=list)
    workloads: list[Entity] = field(default_factory=list)
    deploys: list[Relation] = field(default_factory=list)
    others: list[tuple[Entity, EntityId]] = field(default_factory=list)
    """What runs, and jobs, with an image built elsewhere that they run, or the chart kept elsewhere that they install."""

    def key(self) -> str:
        """What tells a unit from others: the identity of the first thing that it shows."""
        first = [
            *(f"{box.builds[0].id} {box.files} {box.images}" for box in self.boxes),
            *(one.id for one in self.workloads),
            *(f"{one.id} {image}" for one, image in self.others),
        ]
        return min(first) if first else "deploys " + min(f"{r.target} {r.source}" for r in self.deploys)

    def size(self, graph: Graph) -> int:
        """How many boxes of its own a unit comes to."""
        files = {file for box in self.boxes for file, _ in box.files}
        images = {image for box in self.boxes for image in box.images}
        told = len(alike(graph, self.workloads)) + len({image for _, image in self.others})
        deploys = {end for relation in self.deploys for end in (relation.source, relation.target)}
        return len(self.boxes) + len(files) + len(images) + told + len(deploys)

    def pieces(self, graph: Graph) -> list[Items]:
        """A unit that is too much for one picture, thing by thing: a build a Dockerfile and an image at a time."""
        found: list[Items] = []
        for box in self.boxes:
            ends = [(box._replace(files=(one,), images=()), one[0]) for one in box.files]
            ends += [(box._replace(files=(), images=(one,)), one) for one in box.images]
            found += [Items((*self.words, *_last(graph, end)), [piece]) for piece, end in ends] or [Items(self.words, [box])]
        found += [Items((*self.words, same[0].name), workloads=same) for same in alike(graph, self.workloads)]
        return found + [Items((*self.words, *_last(graph, r.target), *_last(graph, r.source)), deploys=[r]) for r in self.deploys]

    def add(self, other: Items) -> None:
        """Take in what another unit shows."""
        self.boxes += other.boxes
        self.workloads = list({one.id: one for one in (*self.workloads, *other.workloads)}.values())
        self.deploys += other.deploys
        self.others += other.others


class Plan(NamedTuple):
    """All units: what goes to production, what runs images built elsewhere, what releases nothing."""

    main: list[Items]
    elsewhere: list[Items]
    aside: list[Items]


def plan(graph: Graph) -> Plan:
    """Everything that the delivery pictures have to show, each thing once."""
    testing = Tests(graph)
    boxes = _boxes(graph, testing)
    main, checks = _parted(graph, boxes, testing)
    deploys = [r for r in graph.relations if r.kind is RelationKind.DEPLOYS]
    released = [relation for relation in deploys if not testing.deploy(relation)]
    units = list(_chains(graph, main))
    reached = {place for unit in units for w in unit.workloads for place in (w.id, w.deployable)}
    units += _by_target(graph, (r for r in released if r.target not in reached))
    tested = list(_by_job(checks, main))
    tested += _by_team(graph, [relation for relation in deploys if testing.deploy(relation)])
    return Plan(units, _elsewhere(graph), tested)


def built(graph: Graph, image: EntityId) -> bool:
    """Whether a build of this repository has this image as its name."""
    return bool(graph.into(image, RelationKind.PUBLISHES))


class Tests:
    """Which workflows and deploys only test; remembers what it found."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.known: dict[EntityId, bool] = {}

    def deploy(self, relation: Relation) -> bool:
        """Whether a deploy reaches a cluster that the job makes, or is one of a workflow that only tests."""
        return relation.attributes.get("cluster") == "test" or self.job(relation.source)

    def job(self, job: EntityId) -> bool:
        """Whether a job is one of a workflow that only tests."""
        owners = [r.source for r in self.graph.into(job, RelationKind.CONTAINS)]
        return any(self.workflow(owner) for owner in owners)

    def workflow(self, workflow: EntityId) -> bool:
        """Pull requests alone start it, apart from people; one that others start or call is what they are."""
        if workflow not in self.known:
            self.known[workflow] = False
            starters = (self.graph.entities[r.source] for r in self.graph.into(workflow, RelationKind.TRIGGERS))
            found = [self.starter(one) for one in starters if one.name not in _BY_HAND]
            found += [self.job(r.source) for r in self.graph.into(workflow, RelationKind.CALLS)]
            self.known[workflow] = bool(found) and all(found)
        return self.known[workflow]

    def starter(self, one: Entity) -> bool:
        """Whether what starts a workflow is a pull request, or a workflow that pull requests alone start."""
        return self.workflow(one.id) if one.kind is EntityKind.WORKFLOW else one.name in _TESTS


def _boxes(graph: Graph, testing: Tests) -> list[Box]:
    """Every image build, those that do the same in one box; what a file describes joins the job that builds it."""
    alike: dict[tuple[object, ...], list[tuple[Entity, Entity | None]]] = defaultdict(list)
    for build in graph.of(EntityKind.IMAGE_BUILD):
        job = next((graph.entities[r.source] for r in graph.into(build.id, RelationKind.CONTAINS)), None)
        files = _files(graph, build.id)
        names = {graph.entities[image].name.rpartition("/")[2] for image in _images(graph, build.id)}
        same = (files, tuple(sorted(names))) if files and names else build.id
        alike[job.path if job else build.path, job is None, same, _pushes(graph, build.id)].append((build, job))
    made = [_box(graph, found) for found in alike.values()]
    made = [box._replace(pushes=box.pushes and not _tested(testing, box)) for box in made]
    joined: dict[tuple[object, ...], list[Box]] = defaultdict(list)
    for box in (box for box in made if box.jobs):
        known = box.files and box.images
        joined[(box.files, box.images, box.pushes) if known else (box.builds[0].id,)].append(box)
    by_job = [_together(boxes) for boxes in joined.values()]
    places: dict[tuple[EntityId, str], list[int]] = defaultdict(list)
    for place, box in enumerate(by_job):
        for file in box.files:
            places[file].append(place)
    by_file: list[Box] = []
    for box in (box for box in made if not box.jobs):
        covering = [p for p in places.get(box.files[0], ()) if _covers(by_job[p], box)] if box.files else []
        if covering:
            kept = by_job[covering[0]]
            by_job[covering[0]] = kept._replace(builds=(*kept.builds, *box.builds))
        else:
            by_file.append(box)
    return by_job + by_file


def _together(boxes: Sequence[Box]) -> Box:
    """Boxes of several workflows as one."""
    first, builds = boxes[0], tuple(build for box in boxes for build in box.builds)
    jobs = tuple({job.id: job for box in boxes for job in box.jobs}.values())
    origins = tuple(sorted({origin for box in boxes for origin in box.origins}))
    return first._replace(origins=origins, builds=builds, jobs=jobs, single=first.single if len(boxes) == 1 else None)


def _covers(box: Box, other: Box) -> bool:
    return set(other.files) <= set(box.files) and set(other.images) <= set(box.images)


def _tested(testing: Tests, box: Box) -> bool:
    return any(testing.job(job.id) for job in box.jobs)


def _box(graph: Graph, found: Sequence[tuple[Entity, Entity | None]]) -> Box:
    builds = tuple(build for build, _ in found)
    jobs = {job.id: job for _, job in found if job}
    own = [graph.entities[r.target] for job in jobs for r in graph.out(job, RelationKind.CONTAINS)]
    alone = len(jobs) == 1 and len([one for one in own if one.kind is EntityKind.IMAGE_BUILD]) == len(builds)
    return Box(
        (next((job.path for job in jobs.values()), builds[0].path),),
        builds,
        tuple(jobs.values()),
        next(iter(jobs)) if alone else None,
        _files(graph, builds[0].id),
        tuple(sorted({image for build in builds for image in _images(graph, build.id)})),
        _pushes(graph, builds[0].id),
    )


def _files(graph: Graph, build: EntityId) -> tuple[tuple[EntityId, str], ...]:
    found: set[tuple[EntityId, str]] = set()
    for relation in graph.out(build, RelationKind.BUILDS):
        file = graph.entities[relation.target]
        if file.kind is EntityKind.STAGE:
            file = graph.entities[graph.into(file.id, RelationKind.CONTAINS)[0].source]
        if file.kind is EntityKind.DOCKERFILE:
            stage = relation.attributes.get("target")
            found.add((file.id, stage if isinstance(stage, str) else ""))
    return tuple(sorted(found))


def _images(graph: Graph, build: EntityId) -> tuple[EntityId, ...]:
    return tuple(sorted({r.target for r in graph.out(build, RelationKind.PUBLISHES)}))


def _pushes(graph: Graph, build: EntityId) -> bool:
    return any(r.attributes.get("pushed") is not False for r in graph.out(build, RelationKind.PUBLISHES))


def _parted(graph: Graph, boxes: Sequence[Box], testing: Tests) -> tuple[list[Box], list[Box]]:
    """Builds that matter, and those that release nothing.

    Nothing is released where nothing is pushed of what another build pushes; nor by what pull requests alone start, nor by
    what no job runs, unless something here runs the image.
    """
    files = {one for box in boxes if box.pushes for one in box.files}
    images = {one for box in boxes if box.pushes for one in box.images}
    parted: tuple[list[Box], list[Box]] = ([], [])
    for box in boxes:
        needed = any(image not in images and graph.into(image, RelationKind.RUNS_IMAGE) for image in box.images)
        again = (box.files and set(box.files) <= files) or (box.images and set(box.images) <= images)
        aside = bool(again or not box.jobs or _tested(testing, box))
        parted[not box.pushes and not needed and aside].append(box)
    return parted


def _chains(graph: Graph, boxes: Sequence[Box]) -> Iterator[Items]:
    """Boxes that share an image, with the workloads that run it; by box and by workload where that is too much."""
    workloads: dict[EntityId, list[Entity]] = defaultdict(list)
    for workload in graph.of(*_RUNNERS):
        for image in {r.target for r in graph.out(workload.id, RelationKind.RUNS_IMAGE) if built(graph, r.target)}:
            workloads[image].append(workload)
    for images, group in _joined(boxes, workloads):
        runners = list({workload.id: workload for image in images for workload in workloads[image]}.values())
        words = _file_words(graph, group[0]) if group else _place_words(runners[0])
        folded = alike(graph, runners)
        if len(group) + len(folded) <= _MOST:
            yield Items(words, group, runners)
            continue
        for box in group:
            yield Items(_file_words(graph, box), [box])
        for same in folded:
            yield Items(_place_words(same[0]), [], same)


def alike(graph: Graph, workloads: Iterable[Entity]) -> list[list[Entity]]:
    """Workloads, those in one list that a picture tells as one.

    These are the same one in many deployables, or many of one deployable that run the same images.
    """
    places: dict[tuple[str, str, tuple[EntityId, ...]], list[Entity]] = defaultdict(list)
    names: dict[tuple[object, ...], list[Entity]] = defaultdict(list)
    for workload in workloads:
        images = tuple(sorted({r.target for r in graph.out(workload.id, RelationKind.RUNS_IMAGE) if built(graph, r.target)}))
        places[workload.name, workload.type, images].append(workload)
    found = [same for same in places.values() if len(same) > _PLACES]
    for (_, type_, images), same in places.items():
        for workload in same if len(same) <= _PLACES else ():
            names[workload.deployable, type_, images].append(workload)
    for same in names.values():
        found += [same] if len(same) > _NAMES else [[workload] for workload in same]
    return found


def _joined(boxes: Sequence[Box], images: Iterable[EntityId]) -> Iterator[tuple[list[EntityId], list[Box]]]:
    """Images that the same boxes publish, with these boxes; images of no box alone."""
    leader: dict[EntityId, EntityId] = {image: image for box in boxes for image in box.images} | {one: one for one in images}

    def find(one: EntityId) -> EntityId:
        while leader[one] != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    for box in boxes:
        for image in box.images:
            leader[find(image)] = find(box.images[0])
    groups: dict[EntityId, tuple[list[EntityId], list[Box]]] = defaultdict(lambda: ([], []))
    for image in sorted(leader):
        groups[find(image)][0].append(image)
    for box in boxes:
        if box.images:
            groups[find(box.images[0])][1].append(box)
        else:
            yield [], [box]
    yield from groups.values()


def _by_target(graph: Graph, deploys: Iterable[Relation]) -> list[Items]:
    units: dict[EntityId, Items] = {}
    for relation in deploys:
        words = _place_words(graph.entities[relation.target])
        units.setdefault(relation.target, Items(words)).deploys.append(relation)
    return list(units.values())


def teams(graph: Graph, deploys: Iterable[Relation]) -> list[list[Relation]]:
    """Deploys, those in one list whose jobs stand in one workflow and deploy the same: they test different things with it."""
    by_job: dict[EntityId, list[Relation]] = defaultdict(list)
    for relation in deploys:
        by_job[relation.source].append(relation)
    same: dict[tuple[str, tuple[EntityId, ...]], list[Relation]] = defaultdict(list)
    for job, relations in by_job.items():
        same[graph.entities[job].path, tuple(sorted({r.target for r in relations}))] += relations
    return list(same.values())


def _by_team(graph: Graph, deploys: Iterable[Relation]) -> Iterator[Items]:
    for team in teams(graph, deploys):
        job = graph.entities[team[0].source]
        yield Items((job.path.rpartition("/")[2], job.name), deploys=team)


def _elsewhere(graph: Graph) -> list[Items]:
    """What runs images that nothing here builds, or installs charts kept elsewhere: a unit for each image and chart."""
    units: dict[EntityId, Items] = {}
    for one in graph.of(*_RUNNERS, EntityKind.JOB):
        images = {r.target for r in graph.out(one.id, RelationKind.RUNS_IMAGE)}
        for image in sorted({image for image in images if not built(graph, image)} if images else _charts(graph, one)):
            owner, _, name = graph.entities[image].name.rpartition("/")
            units.setdefault(image, Items((*filter(None, owner.split("/")), *name.split("-")))).others.append((one, image))
    return list(units.values())


def _charts(graph: Graph, one: Entity) -> set[EntityId]:
    """The charts that a release installs from elsewhere; the repositories where these alone are known.

    A chart of this tree that neither needs one of others nor is deployed by a job stands for itself.
    """
    if one.kind is not EntityKind.DEPLOYABLE:
        return set()
    sources = [graph.entities[r.target] for r in graph.out(one.id, RelationKind.SOURCES)]
    if "object" in one.attributes and any(source.kind is EntityKind.DEPLOYABLE for source in sources):
        return set()  # what it installs lies here, and the repository it names is this one
    sources += [graph.entities[r.target] for source in sources for r in graph.out(source.id, RelationKind.SOURCES)]
    found = ({s.id for s in sources if s.kind is EntityKind.EXTERNAL and s.type == type_} for type_ in _CHARTS)
    alone = one.type == "chart" and not graph.into(one.id, RelationKind.DEPLOYS)
    return next(filter(None, found), {one.id} if alone else set())


def _by_job(boxes: Sequence[Box], released: Iterable[Box]) -> Iterator[Items]:
    """Builds that release nothing: one box a job, or a file, since what it makes goes nowhere."""
    images = {image for box in released for image in box.images}
    owners: dict[tuple[str, ...], list[Box]] = defaultdict(list)
    for box in boxes:
        owners[*box.origins, *(job.id for job in box.jobs)].append(box)
    for owned in owners.values():
        files = tuple(sorted({one for box in owned for one in box.files}))
        own = tuple(sorted({image for box in owned for image in box.images} - images))
        one = _together(owned)._replace(files=files, images=own)
        one = one._replace(single=one.jobs[0].id if len(one.jobs) == 1 else None)
        words = (*(origin.rpartition("/")[2] for origin in one.origins), *(job.name for job in one.jobs[:1]))
        if len(files) + len(own) <= _STAR:
            yield Items(words, [one])
        else:
            yield from (Items((*words, box.builds[0].name), [box]) for box in owned)


def _file_words(graph: Graph, box: Box) -> tuple[str, ...]:
    """What tells the part of a build: the folder of its Dockerfile, then its image, else where it is described."""
    path = graph.entities[box.files[0][0]].path if box.files else ""
    folders = tuple(filter(None, path.rpartition("/")[0].split("/")))
    if box.images:
        return (*folders, *graph.entities[box.images[0]].name.rpartition("/")[2].split("-"))
    return (*folders, box.origins[0].rpartition("/")[2], *box.builds[0].name.split("/"))


def _place_words(entity: Entity) -> tuple[str, ...]:
    """What tells the part of something that is installed: the path of its deployable, its namespace, the words of its name."""
    words = tuple(filter(None, (*_path(entity).split("/"), entity.namespace or "")))
    return (*words, *entity.name.split("-")) if entity.kind is not EntityKind.DEPLOYABLE else words


def _last(graph: Graph, one: EntityId) -> tuple[str, ...]:
    return tuple(graph.entities[one].name.rpartition("/")[2].split("-"))


def _path(entity: Entity) -> str:
    """The path of a deployable, or of the one that something is part of."""
    return (entity.id if entity.kind is EntityKind.DEPLOYABLE else entity.deployable or "").partition(":")[2]
