"""Files and folders that a workflow names: Dockerfiles, stages, deployables, other workflows."""

from __future__ import annotations

import fnmatch
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from archdoc import ids
from archdoc.model import Basis, ByName, ByPath, ByWorkflow, Entity, EntityId, EntityKind, Reference, RelationKind
from archdoc.resolve.names import Objects
from archdoc.resolve.outcome import Match, Outcome, outside
from archdoc.rules import finding

OBJECT_CONFIDENCE = 0.8
RESTART_CONFIDENCE = 0.5
"""Of a command that brings a workload nothing but a new start, which may be all that a deploy needs."""
GUESSED_CONFIDENCE = 0.6
LEAST = 0.4
_EVENT = "repository_dispatch:"
_DEPLOYED = frozenset(
    {
        EntityKind.WORKLOAD,
        EntityKind.SERVICE,
        EntityKind.ROUTE,
        EntityKind.RESOURCE,
        EntityKind.CONFIG,
        EntityKind.PIPELINE,
        EntityKind.MODEL,
        EntityKind.DATASET,
    }
)

_KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
"""The files of which one makes a folder a kustomization."""
_WHOLE = frozenset({"kustomization", "chart"})
"""Deployables whose folder holds all that they are: what lies deeper is theirs or is not meant."""


class Places:
    """What lies at which path."""

    def __init__(self, entities: Iterable[Entity], readable: frozenset[str]) -> None:
        """Index entities by what paths name them; `readable` are all files of the tree."""
        self.readable = readable
        self.entities: dict[EntityId, Entity] = {}
        self.by_file: dict[str, list[Entity]] = defaultdict(list)
        self.workflows: dict[str, list[Entity]] = defaultdict(list)
        self.jobs: dict[str, list[Entity]] = defaultdict(list)
        self.staged: set[str] = set()
        for entity in entities:
            self.entities[entity.id] = entity
            if entity.kind is EntityKind.STAGE:
                self.staged.add(entity.path)
            if entity.deployable is not None or entity.kind is EntityKind.NAMESPACE:
                self.by_file[entity.path].append(entity)
            if entity.kind is EntityKind.JOB:
                self.jobs[entity.path].append(entity)
            if entity.kind is EntityKind.WORKFLOW:
                for name in {entity.name, entity.path}:
                    self.workflows[name].append(entity)
                types = entity.attributes.get("dispatched_by")
                for type_ in types if isinstance(types, tuple) else ():
                    self.workflows[f"{_EVENT}{type_}"].append(entity)
        self._below: dict[tuple[str, bool], list[str]] = {}
        every = [e for e in self.entities.values() if e.kind is EntityKind.DEPLOYABLE]
        # Who applies a folder to a cluster does not apply the Compose files in it, and objects come with what they are part of.
        self.deployables = sorted(e.id.partition(":")[2] for e in every if e.type != "compose" and e.deployable is None)
        self.whole = frozenset(e.id.partition(":")[2] for e in every if e.type in _WHOLE)

    def of_compose(self, build: EntityId) -> bool:
        """Whether a build is that of a service in a Compose file."""
        return build in self.entities and any(e.type == "compose/service" for e in self.by_file[self.entities[build].path])

    def has_folder(self, folder: str) -> bool:
        """Whether the tree has a folder."""
        return folder == "" or any(path.startswith(f"{folder}/") for path in self.readable)

    def below(self, path: str, *, all_files: bool) -> list[str]:
        """The deployables in a folder; unless `all_files` are meant, those in it that no other one in it answers for."""
        if (path, all_files) not in self._below:
            found = [place for place in self.deployables if path == "." or place.startswith(f"{path}/")]
            kept = [place for place in found if all_files or not any(one in self.whole for one in _above(place, path))]
            self._below[path, all_files] = kept
        return self._below[path, all_files]


def installed(references: Iterable[Reference], entities: Mapping[EntityId, Entity]) -> dict[EntityId, str]:
    """The namespace that each folder is installed into, where those who bring it in say one, and the same one."""
    said: dict[EntityId, set[str]] = defaultdict(set)
    for reference in references:
        target, into = reference.target, entities[reference.source].attributes.get("target_namespace")
        if reference.relation is RelationKind.SOURCES and isinstance(target, ByPath) and isinstance(into, str):
            said[ids.deployable_id(target.path)].add(into)
    return {id_: next(iter(places)) for id_, places in said.items() if len(places) == 1}


def applied(references: Iterable[Reference]) -> dict[EntityId, frozenset[str]]:
    """The files and folders that each job deploys by their paths."""
    found: dict[EntityId, set[str]] = defaultdict(set)
    for reference in references:
        if reference.relation is RelationKind.DEPLOYS and isinstance(reference.target, ByPath):
            found[reference.source].add(reference.target.path.strip("/"))
    return {job: frozenset(places) for job, places in found.items()}


def accessories(objects: Objects, entities: Iterable[Entity], readable: frozenset[str]) -> set[EntityId]:
    """Plain files without a workload beside a kustomization that leaves them out, which no job applies.

    They are for what the kustomization builds, once somebody adds them: what they mention is there.
    """
    deployed = frozenset(place for places in objects.applied.values() for place in places)
    return {
        e.id
        for e in entities
        if e.type == "manifests"
        and not objects.workloads.get(e.id)
        and any(f"{e.path}/{name}".removeprefix("./") in readable for name in _KUSTOMIZATIONS)
        and not any(place == e.path or place.startswith(f"{e.path}/") or e.path.startswith(f"{place}/") for place in deployed)
    }


def by_path(reference: Reference, target: ByPath, places: Places) -> Outcome:
    """What the file or folder is; a path that leads nowhere is a finding."""
    if target.of is EntityKind.DOCKERFILE:
        return _dockerfile(reference, target.path, places)
    return _deployable(reference, target.path, places)


def _dockerfile(reference: Reference, path: str, places: Places) -> Outcome:
    if "*" in path:
        found = sorted(
            e.path for e in places.entities.values() if e.kind is EntityKind.DOCKERFILE and fnmatch.fnmatchcase(e.path, path)
        )
        if len(found) == 1 and path.strip("*/"):
            return Outcome((Match(ids.dockerfile_id(found[0]), Basis.COMPUTED, 0.8),))
        return Outcome()
    dockerfile = ids.dockerfile_id(path)
    if dockerfile not in places.entities:
        folder = path.rpartition("/")[0]
        # A clone goes beside the file or to the root; deeper a folder that is not there has been moved or misspelt.
        is_clone = folder.rpartition("/")[0] in ("", reference.evidence.path.rpartition("/")[0])
        if is_clone and places.of_compose(reference.source) and not places.has_folder(folder):
            rule, message = "context-missing", f"there is no folder `{folder}` here"
        else:
            rule, message = "dockerfile-missing", f"there is no Dockerfile `{path}` here"
        return Outcome(findings=(finding(rule, message, reference.evidence, reference.source),))
    stage = reference.attributes.get("target")
    if not isinstance(stage, str) or not stage or "*" in stage:
        return Outcome((Match(dockerfile),))
    named = ids.stage_id(path, stage.lower())
    if named in places.entities:
        return Outcome((Match(named),))
    if path not in places.staged:  # of another frontend, which has targets of its own
        return Outcome((Match(dockerfile),))
    told = finding("stage-unknown", f"`{path}` has no stage `{stage}`", reference.evidence, reference.source)
    return Outcome((Match(dockerfile),), findings=(told,))


def _deployable(reference: Reference, path: str, places: Places) -> Outcome:
    path = path.strip("/") or "."
    if "*" in path:
        found = [place for place in places.deployables if fnmatch.fnmatchcase(place, path)]
        if not path.strip("*/.") or not found:
            return Outcome()
        confidence = 0.9 if len(found) == 1 else round(max(0.4, 0.8 / len(found)), 2)
        return Outcome(tuple(Match(ids.deployable_id(place), Basis.COMPUTED, confidence) for place in found))
    own = ids.deployable_id(path)
    recursive = reference.attributes.get("recursive") is True
    all_files = recursive and reference.relation is RelationKind.DEPLOYS
    below = places.below(path, all_files=all_files)
    recursive &= all_files or path not in places.whole
    if own in places.entities:
        return Outcome(tuple(Match(one) for one in (own, *(ids.deployable_id(place) for place in below if recursive))))
    around = _around(path, places)
    if around is not None:
        return Outcome((Match(around, Basis.COMPUTED),))
    here = [e for e in places.by_file.get(path, ()) if e.kind is not EntityKind.JOB]
    members = [e for e in here if e.kind in _DEPLOYED] or here
    if reference.attributes.get("writes"):
        # What was changed is which images run, and that is nothing to the Services of the same file.
        members = [e for e in members if e.kind is EntityKind.WORKLOAD] or members
    if members:
        return Outcome(tuple(Match(e.id) for e in sorted(members, key=lambda e: e.id)))
    if any(file == path or file.startswith(f"{path}/") for file in places.readable):
        if below:
            return Outcome(tuple(Match(ids.deployable_id(place)) for place in below))
        inside = [e for file in sorted(places.by_file) if file.startswith(f"{path}/") for e in places.by_file[file]]
        inside = [e for e in inside if not e.type.startswith("compose/")]
        members = [e for e in inside if e.kind in _DEPLOYED and not _defines(e)] or [e for e in inside if _defines(e)]
        if members:
            return Outcome(tuple(Match(e.id) for e in sorted(members, key=lambda e: e.id)))
        if reference.attributes.get("writes"):
            return Outcome()
        return outside("manifests", path, reference.evidence)
    if reference.optional:
        return Outcome()
    told = finding("deploy-path-missing", f"there is no `{path}` here", reference.evidence, reference.source)
    return outside("manifests", path, reference.evidence, findings=(told,))


def _defines(entity: Entity) -> bool:
    """Whether it only defines a kind of objects, which is meant where a folder holds nothing else."""
    return entity.type.endswith("/CustomResourceDefinition")


def _above(place: str, path: str) -> Iterator[str]:
    """The folders between a folder and a place in it."""
    parts = place.split("/")
    return ("/".join(parts[:end]) for end in range(1 if path == "." else path.count("/") + 2, len(parts)))


def _around(path: str, places: Places) -> EntityId | None:
    """The deployable that a file steers without being part of it: a kustomization by its own file, a chart by its values."""
    folder, _, name = path.rpartition("/")
    if not name.endswith((".yaml", ".yml", ".json")) and name != "Kustomization":
        return None
    own = ids.deployable_id(folder or ".")
    if name.partition(".")[0].lower() == "kustomization":
        return own if own in places.entities else None
    entity = places.entities.get(own)
    return own if entity is not None and entity.type == "chart" and name.startswith(("values", "Chart.")) else None


def by_workflow(reference: Reference, target: ByWorkflow, places: Places) -> Outcome:
    """The workflow of that name, as GitHub matches ``workflow_run``; one that is dispatched is named by its file, too."""
    if reference.relation is RelationKind.PASSES_ARTIFACT:
        return _uploading(reference, target.name, places)
    if target.name.startswith(_EVENT):
        found = [*places.workflows.get(target.name, []), *places.workflows.get(f"{_EVENT}*", [])]
        message = f"no workflow waits for `{target.name.removeprefix(_EVENT)}`"
    else:
        found = places.workflows.get(target.name, [])
        message = f"no workflow is called `{target.name}`"
        if not reference.reverse:
            found = places.workflows.get(f".github/workflows/{target.name}", found)
    if found:
        confidence = GUESSED_CONFIDENCE if reference.basis is Basis.CONVENTION else 1.0
        return Outcome(tuple(Match(e.id, confidence=confidence) for e in sorted(found, key=lambda e: e.id)))
    # Who waits for the end of a workflow says so himself, and the relation is turned round; who dispatches one does not.
    rule = "workflow-run-unknown" if reference.reverse else "dispatch-unknown"
    return Outcome(findings=(finding(rule, message, reference.evidence, reference.source),))


def _uploading(reference: Reference, workflow: str, places: Places) -> Outcome:
    """The jobs of another workflow that upload an artifact, whose names may be unknown in part on either side."""
    wanted = str(reference.attributes.get("artifact", "*"))
    found = places.workflows.get(f".github/workflows/{workflow}") or places.workflows.get(workflow, [])
    made: list[Match] = []
    for job in (job for one in found for job in places.jobs[one.path]):
        uploads = job.attributes.get("uploads")
        names = uploads if isinstance(uploads, tuple) else ()
        sure = wanted in names or wanted == "*"
        if names and (sure or any(_alike(name, wanted) for name in names)):
            made.append(Match(job.id, None if sure else Basis.CONVENTION, 1.0 if sure else GUESSED_CONFIDENCE))
    sure_ones = [one for one in made if one.basis is None]
    return Outcome(tuple(sure_ones or made))


def _alike(one: str, other: str) -> bool:
    return "*" not in (one, other) and (fnmatch.fnmatchcase(one, other) or fnmatch.fnmatchcase(other, one))


def by_object(reference: Reference, target: ByName, objects: Objects) -> Outcome:
    """The object that a command names, wherever it is defined, if there is but one; of two, either may be meant.

    A namespace that is named rules out every other; what leaves its own open may be in it. Of several, those are meant that the
    same job deploys.
    """
    kind = target.kinds[0]
    found = objects.anywhere.get((kind, target.name), [])
    found = [e for e in found if e.namespace == target.namespace] or [e for e in found if not target.namespace or not e.namespace]
    only_restarts = reference.optional and "image_to" not in reference.attributes
    own = objects.applied.get(reference.source, frozenset())
    theirs = [e for e in found if own & {e.path, *_above(e.path, "."), (e.deployable or "").partition(":")[2]}]
    # What is started anew may be what a chart made that the job installed.
    of_chart = only_restarts and any(ids.deployable_id(place) in objects.charts for place in own)
    found = theirs if theirs or of_chart else found
    if not found and only_restarts:
        return Outcome()
    if not found:
        return outside(kind, target.name, reference.evidence)
    confidence = round((RESTART_CONFIDENCE if only_restarts else OBJECT_CONFIDENCE) / len(found), 2)
    if confidence < LEAST and only_restarts:
        return Outcome()
    if confidence < LEAST:
        message = f"{len(found)} objects are called {kind.partition('.')[0]} `{target.name}`"
        return Outcome(findings=(finding("deploy-ambiguous", message, reference.evidence),))
    return Outcome(tuple(Match(e.id, Basis.UNIQUE_IN_REPO, confidence) for e in sorted(found, key=lambda e: e.id)))
