"""What an image carries, said of the workloads that run it: the addresses in the ENV and the copied files of its stages.

An image that several Dockerfiles make, one a tag, is passed over: which of them a workload runs is not known by its name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from archdoc.model import Attributes, ByHost, ById, Entity, EntityId, EntityKind, Reference, Relation, RelationKind
from archdoc.resolve.surroundings import Surroundings

_MOST = 200
"""Of so many workloads that run one image it is said what they may call."""


def by_workloads(
    references: Sequence[Reference], entities: Mapping[EntityId, Entity], relations: Iterable[Relation]
) -> Iterator[Reference]:
    """The references of stages, each as one of every workload whose image has the stage; of one of several it is a may-call."""
    if not references:
        return
    around = Surroundings(entities, relations)
    bases = {r.source: r.target for r in around.of_kind[RelationKind.BASED_ON] if entities[r.target].kind is EntityKind.STAGE}
    runners: dict[EntityId, list[Entity]] = defaultdict(list)
    for id_, stage in _running(around).items():
        seen: set[EntityId] = set()
        at: EntityId | None = stage
        while at is not None and at not in seen:
            seen.add(at)
            runners[at].append(entities[id_])
            at = bases.get(at)
    services: dict[tuple[EntityId | None, str], EntityId] = {
        (e.deployable, e.name.lower()): e.id for e in entities.values() if e.type == "compose/service"
    }
    for reference in references:
        target, running = reference.target, runners.get(reference.source, [])[:_MOST]
        several: Attributes = {"may": True} if len({workload.name for workload in running}) > 1 else {}
        for workload in running:
            one = replace(reference, source=workload.id, attributes={**reference.attributes, **several})
            if not isinstance(target, ByHost) or workload.deployable is None:
                continue
            if workload.type == "compose/service":
                service = services.get((workload.deployable, target.host))
                if service is not None:
                    yield replace(one, target=ById(service))
            else:
                yield replace(one, target=replace(target, scope=workload.deployable, namespace=workload.namespace or ""))


def _running(around: Surroundings) -> dict[EntityId, EntityId]:
    """The stage that each workload runs, where that is one."""
    made: dict[EntityId, set[EntityId]] = defaultdict(set)
    for relation in around.of_kind[RelationKind.PUBLISHES]:
        made[relation.target] |= around.made(relation.source)
    stages = {image: next(iter(found)) for image, found in made.items() if len(found) == 1}
    found: dict[EntityId, EntityId] = {}
    for relation in around.of_kind[RelationKind.RUNS_IMAGE]:
        if relation.target in stages and not relation.attributes.get("init"):
            found[relation.source] = stages[relation.target]
    for entity in around.entities.values():
        build = entity.attributes.get("build")
        built = around.made(EntityId(build)) if entity.type == "compose/service" and isinstance(build, str) else frozenset()
        if len(built) == 1:
            found[entity.id] = next(iter(built))
    return {one: stage for one, stage in found.items() if around.entities[one].kind is EntityKind.WORKLOAD}
