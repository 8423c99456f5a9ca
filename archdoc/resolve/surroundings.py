"""Where builds and workloads stand in the repository: what a build makes, which jobs follow it, and what speaks for a link.

It reads relations and entities of any format. This module knows no image name.
"""

from __future__ import annotations

import fnmatch
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

from archdoc.model import Entity, EntityId, EntityKind, Relation, RelationKind


class Surroundings:
    """Entities and relations, indexed by what the linking of images asks."""

    def __init__(self, entities: Mapping[EntityId, Entity], relations: Iterable[Relation]) -> None:
        """Index them in one pass."""
        self.entities = entities
        self.of_kind: dict[RelationKind, list[Relation]] = defaultdict(list)
        for relation in relations:
            self.of_kind[relation.kind].append(relation)

    @cached_property
    def job_of(self) -> dict[EntityId, EntityId]:
        """The job of each build that stands in one."""
        contained = self.of_kind[RelationKind.CONTAINS]
        return {r.target: r.source for r in contained if self._kind(r.target) is EntityKind.IMAGE_BUILD}

    @cached_property
    def _last_stage(self) -> dict[EntityId, EntityId]:
        stages = [r for r in self.of_kind[RelationKind.CONTAINS] if self._kind(r.target) is EntityKind.STAGE]
        last = sorted(stages, key=lambda r: self.entities[r.target].line)
        return {r.source: r.target for r in last}

    @cached_property
    def _made(self) -> dict[EntityId, frozenset[EntityId]]:
        found: dict[EntityId, set[EntityId]] = defaultdict(set)
        for relation in self.of_kind[RelationKind.BUILDS]:
            found[relation.source].add(self._last_stage.get(relation.target, relation.target))
        return {build: frozenset(stages) for build, stages in found.items()}

    def made(self, build: EntityId) -> frozenset[EntityId]:
        """The stages that a build makes (a Dockerfile stands for its last one); none where they are not known."""
        return self._made.get(build, frozenset())

    def differ(self, one: EntityId, other: EntityId) -> bool:
        """Whether two builds are known to make different things."""
        ours, theirs = self.made(one), self.made(other)
        return bool(ours and theirs) and ours != theirs

    def dockerfiles(self, build: EntityId) -> list[str]:
        """The paths of the Dockerfiles that a build reads."""
        return sorted({self.entities[one].path for one in self._made.get(build, ()) if self._kind(one) in _OF_DOCKERFILES})

    @cached_property
    def _next(self) -> dict[EntityId, list[EntityId]]:
        found: dict[EntityId, list[EntityId]] = defaultdict(list)
        for relation in self.of_kind[RelationKind.NEEDS]:
            found[relation.target].append(relation.source)
        for relation in self.of_kind[RelationKind.CALLS]:
            found[relation.source].append(relation.target)
        for relation in self.of_kind[RelationKind.TRIGGERS]:
            if self._kind(relation.source) is EntityKind.WORKFLOW:
                found[relation.source].append(relation.target)
        for relation in self.of_kind[RelationKind.CONTAINS]:
            if self._kind(relation.source) is EntityKind.WORKFLOW:
                found[relation.source].append(relation.target)
        return found

    @cached_property
    def _workflow_of(self) -> dict[EntityId, EntityId]:
        contained = self.of_kind[RelationKind.CONTAINS]
        return {r.target: r.source for r in contained if self._kind(r.source) is EntityKind.WORKFLOW}

    def job_and_later(self, build: EntityId) -> frozenset[EntityId]:
        """The job of a build and every job that comes after it: through `needs`, calls and ``workflow_run``."""
        job = self.job_of.get(build)
        if job is None:
            return frozenset()
        seen: dict[EntityId, None] = {}
        # The workflows that the end of this one starts; not the other jobs of this one, which may come first.
        workflow = self._workflow_of.get(job)
        started = [w for w in self._next.get(workflow, ()) if self._kind(w) is EntityKind.WORKFLOW] if workflow else []
        waiting = [job, *started]
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen[one] = None
                waiting += self._next.get(one, ())
        return frozenset(seen)

    @cached_property
    def _logins(self) -> dict[EntityId, set[str]]:
        found: dict[EntityId, set[str]] = defaultdict(set)
        for relation in self.of_kind[RelationKind.AUTHENTICATES]:
            found[relation.source].add(self.entities[relation.target].name)
        return found

    def registries(self, build: EntityId) -> set[str]:
        """What the job of a build logs in to."""
        return self._logins.get(self.job_of.get(build, build), set())

    @cached_property
    def _deployers(self) -> dict[EntityId, set[EntityId]]:
        found: dict[EntityId, set[EntityId]] = defaultdict(set)
        for relation in self.of_kind[RelationKind.DEPLOYS]:
            found[relation.target].add(relation.source)
        return found

    def deployers(self, workload: EntityId) -> set[EntityId]:
        """The jobs that deploy a workload, by itself or with its deployable."""
        deployable = self.entities[workload].deployable
        whole = self._deployers.get(deployable, set()) if deployable is not None else set()
        return whole | self._deployers.get(workload, set())

    def is_part(self, workload: EntityId, deployed: EntityId) -> bool:
        """Whether a workload is what is deployed, or part of it."""
        return deployed in (workload, self.entities[workload].deployable)

    @cached_property
    def _watched(self) -> dict[EntityId, list[tuple[str, ...]]]:
        found: dict[EntityId, list[tuple[str, ...]]] = defaultdict(list)
        for relation in self.of_kind[RelationKind.TRIGGERS]:
            paths = relation.attributes.get("paths")
            if isinstance(paths, tuple):
                found[relation.target].append(paths)
        return found

    @cached_property
    def _services(self) -> dict[EntityId, list[str]]:
        found: dict[EntityId, list[str]] = defaultdict(list)
        for relation in self.of_kind[RelationKind.SELECTS]:
            found[relation.target].append(self.entities[relation.source].name)
        return found

    def signs(self, build: EntityId, workload: EntityId, owners: str) -> tuple[str, ...]:
        """What speaks for a workload running what a build makes, beside the name; `owners` is the path before its last word."""
        found = []
        running = self.entities[workload]
        if self.deployers(workload) & self.job_and_later(build):
            found.append("the job that builds it, or one after it, deploys the workload")
        files = self.dockerfiles(build)
        folders = {path.split("/")[-2] for path in files if "/" in path}
        names = {running.name, *self._services.get(workload, ()), *running.path.split("/")[-2:-1]}
        if folders & names:
            found.append(f"the folder of the Dockerfile and the workload are both called `{min(folders & names)}`")
        workflow = self._workflow_of.get(self.job_of.get(build, build))
        for paths in self._watched.get(workflow, ()) if workflow else ():
            if files and all(any(_covers(pattern, path) for pattern in paths) for path in (files[0], running.path)):
                found.append("the workflow watches the Dockerfile and the manifest")
                break
        if self._label_owners(build) & set(owners.split("/")):
            found.append("a label of the Dockerfile names the same owner")
        return tuple(found)

    def _label_owners(self, build: EntityId) -> set[str]:
        sources = [self.entities[one].attributes.get("source") for one in self._made.get(build, ()) if one in self.entities]
        found = [one.split("/") for one in sources if isinstance(one, str)]
        return {parts[3].lower() for parts in found if len(parts) >= 5 and parts[2] == "github.com" and "*" not in parts[3]}

    def _kind(self, id_: EntityId) -> EntityKind | None:
        entity = self.entities.get(id_)
        return entity.kind if entity else None


_OF_DOCKERFILES = (EntityKind.DOCKERFILE, EntityKind.STAGE)


def _covers(pattern: str, path: str) -> bool:
    """Whether a filter of ``on.push.paths`` covers a file by naming its folder, not by covering everything."""
    return pattern.strip("*/.") != "" and "/" in pattern and fnmatch.fnmatchcase(path, pattern)
