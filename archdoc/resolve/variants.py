"""Files of one folder that define the same objects: variants of each other, so never applied together.

``quickstart.yaml`` beside ``all-in-one.yaml``: each that repeats another becomes a deployable of its own, and its names resolve
within it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from archdoc import ids
from archdoc.model import ByHost, ById, ByName, BySelector, Entity, EntityId, EntityKind, Facts, Reference, Target

_NOTHING: Mapping[EntityId, EntityKind] = {}
_MAIN = frozenset({EntityKind.WORKLOAD, EntityKind.RESOURCE, EntityKind.PIPELINE, EntityKind.MODEL, EntityKind.DATASET})


def apart(facts: Sequence[Facts]) -> list[Facts]:
    """The facts with each variant in a deployable of its own; the other files of a folder stay together."""
    folders: dict[EntityId, list[_File]] = defaultdict(list)
    built = {
        one.entities[0].id: {e.id: e.kind for e in one.entities[1:] if e.deployable == one.entities[0].id}
        for one in facts
        if one.entities and one.entities[0].type == "kustomization"
    }
    for number, one in enumerate(facts):
        folder = next((e.id for e in one.entities if e.kind is EntityKind.DEPLOYABLE and e.type == "manifests"), None)
        own = {e.id: e.kind for e in one.entities if folder is not None and e.deployable == folder}
        if folder is not None and own:
            folders[folder].append(_File(number, next(e.path for e in one.entities if e.id in own), own))
    moved = {
        file.number: file.path for folder, files in folders.items() for file in _variants(files, built.get(folder, _NOTHING))
    }
    return [_moved(one, moved[number]) if number in moved else one for number, one in enumerate(facts)]


class _File(NamedTuple):
    """A file of plain manifests: its place among the facts, and the objects that it defines, each with its kind."""

    number: int
    path: str
    objects: Mapping[EntityId, EntityKind]

    @property
    def main(self) -> bool:
        """Whether it defines more than accessories."""
        return not _MAIN.isdisjoint(self.objects.values())


def _variants(files: Sequence[_File], built: Mapping[EntityId, EntityKind]) -> Iterator[_File]:
    """The files that repeat a workload of those before them, or half of a file; small files come first, all-in-ones last.

    Before all of them comes what the kustomization of the folder builds. A file of mere accessories, such as a Service
    alone, stays with what it belongs to.
    """
    owners = dict.fromkeys(built, len(files))
    names = {_without_namespace(id_) for id_, kind in built.items() if kind is EntityKind.WORKLOAD}
    files = [*files, _File(-1, "", built)]
    for place in sorted(range(len(files) - 1), key=lambda n: (len(files[n].objects), files[n].path)):
        file = files[place]
        shared = Counter(owners[id_] for id_ in file.objects if id_ in owners)
        workloads = [id_ for id_, kind in file.objects.items() if kind is EntityKind.WORKLOAD]
        repeats = any(id_ in owners for id_ in workloads)
        # The same installed into another namespace: what is cluster-wide cannot be there twice.
        moved = bool(shared) and any(_without_namespace(id_) in names for id_ in workloads)
        half = any(2 * n >= min(len(files[of].objects), len(file.objects)) and files[of].main for of, n in shared.items())
        if repeats or moved or (half and file.main):
            yield file
        else:
            owners |= dict.fromkeys(file.objects, place)
            names.update(map(_without_namespace, workloads))


def _without_namespace(id_: EntityId) -> str:
    """``Deployment/api`` of ``workload:k8s:prod/Deployment/api``."""
    return "/".join(id_.split("/")[-2:]).rpartition(":")[2]


def _moved(facts: Facts, path: str) -> Facts:
    """The facts of a file as those of a deployable that is this file."""
    folder = next(e.id for e in facts.entities if e.kind is EntityKind.DEPLOYABLE)
    own = ids.deployable_id(path)
    before, after = f":{folder.partition(':')[2]}:", f":{path}:"

    def renamed(id_: EntityId) -> EntityId:
        if id_ == folder:
            return own
        kind, _, rest = id_.partition(":")
        return EntityId(f"{kind}{after}{rest[len(before) - 1 :]}") if f":{rest}".startswith(before) else id_

    def entity(one: Entity) -> Entity:
        if one.id == folder:
            return replace(one, id=own, name=path.rpartition("/")[2], path=path)
        return replace(one, id=renamed(one.id), deployable=one.deployable and renamed(one.deployable))

    def target(one: Target) -> Target:
        if isinstance(one, ById):
            return ById(renamed(one.id))
        return replace(one, scope=renamed(one.scope)) if isinstance(one, ByName | BySelector | ByHost) else one

    def reference(one: Reference) -> Reference:
        return replace(one, source=renamed(one.source), target=target(one.target))

    return Facts(
        tuple(map(entity, facts.entities)),
        tuple(map(reference, facts.references)),
        tuple(replace(one, subject=renamed(EntityId(one.subject))) for one in facts.findings),
        facts.covers,
    )
