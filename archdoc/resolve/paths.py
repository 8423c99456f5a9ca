"""Files and folders that a workflow names: Dockerfiles, stages, deployables, other workflows."""

from __future__ import annotations

import fnmatch
from collections import defaultdict
from collections.abc import Iterable

from archdoc import ids
from archdoc.model import Basis, ByPath, ByWorkflow, Entity, EntityId, EntityKind, Reference
from archdoc.resolve.outcome import Match, Outcome, outside
from archdoc.rules import finding

_DEPLOYED = frozenset({EntityKind.WORKLOAD, EntityKind.SERVICE, EntityKind.ROUTE, EntityKind.RESOURCE, EntityKind.CONFIG})


class Places:
    """What lies at which path."""

    def __init__(self, entities: Iterable[Entity], readable: frozenset[str]) -> None:
        """Index entities by what paths name them; `readable` are all files of the tree."""
        self.readable = readable
        self.entities: dict[EntityId, Entity] = {}
        self.by_file: dict[str, list[Entity]] = defaultdict(list)
        self.workflows: dict[str, list[Entity]] = defaultdict(list)
        for entity in entities:
            self.entities[entity.id] = entity
            if entity.deployable is not None:
                self.by_file[entity.path].append(entity)
            if entity.kind is EntityKind.WORKFLOW:
                self.workflows[entity.name].append(entity)
                self.workflows[entity.path].append(entity)
        self.deployables = sorted(e.id.partition(":")[2] for e in self.entities.values() if e.kind is EntityKind.DEPLOYABLE)


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
        told = finding("dockerfile-missing", f"there is no Dockerfile `{path}` here", reference.evidence, reference.source)
        return Outcome(findings=(told,))
    stage = reference.attributes.get("target")
    if not isinstance(stage, str) or not stage or "*" in stage:
        return Outcome((Match(dockerfile),))
    named = ids.stage_id(path, stage.lower())
    if named in places.entities:
        return Outcome((Match(named),))
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
    if own in places.entities:
        return Outcome((Match(own),))
    members = [e for e in places.by_file.get(path, ()) if e.kind in _DEPLOYED]
    if members:
        return Outcome(tuple(Match(e.id) for e in sorted(members, key=lambda e: e.id)))
    if any(file == path or file.startswith(f"{path}/") for file in places.readable):
        below = [place for place in places.deployables if place.startswith(f"{path}/")]
        if below:
            return Outcome(tuple(Match(ids.deployable_id(place)) for place in below))
        return outside("manifests", path, reference.evidence)
    told = finding("deploy-path-missing", f"there is no `{path}` here", reference.evidence, reference.source)
    return outside("manifests", path, reference.evidence, findings=(told,))


def by_workflow(reference: Reference, target: ByWorkflow, places: Places) -> Outcome:
    """The workflow of that name, as GitHub matches ``workflow_run``."""
    found = places.workflows.get(target.name, [])
    if found:
        return Outcome(tuple(Match(e.id) for e in found))
    told = finding("workflow-run-unknown", f"no workflow is called `{target.name}`", reference.evidence, reference.source)
    return Outcome(findings=(told,))
