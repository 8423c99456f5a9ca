"""Images that stand in a manifest as a placeholder alone, for a deploy to put a name in: who runs them runs that name.

A placeholder that no deploy of this repository fills in stays what it is: nothing is known to run there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from archdoc import images
from archdoc.model import Basis, ByImage, Entity, EntityId, EntityKind, Reference, Relation, RelationKind
from archdoc.resolve.links import FIELD, FROM, IN, PLACED, TO, names

PLACEHOLDER = "placeholder"
"""The attribute of a mention of an image that is nothing but a placeholder: its text, without a tag."""


def placed(
    references: Iterable[Reference], entities: Mapping[EntityId, Entity], relations: Iterable[Relation]
) -> Iterator[Reference]:
    """The mentions whose placeholder a deploy fills in, each as one of the image that it puts there."""
    waiting = [r for r in references if r.relation is RelationKind.RUNS_IMAGE and PLACEHOLDER in r.attributes]
    parts: dict[EntityId, list[Reference]] = defaultdict(list)
    for reference in waiting:
        runner = entities[reference.source]
        if runner.kind is EntityKind.WORKLOAD:
            for part in dict.fromkeys((runner.id, runner.deployable)):
                if part is not None:
                    parts[part].append(reference)
    told: set[tuple[str, ...]] = set()
    for deploy in relations if parts else ():
        for name in names(deploy, TO) if deploy.kind is RelationKind.DEPLOYS and deploy.target in parts else ():
            if images.UNKNOWN in name.rpartition("/")[2]:
                continue
            for one in _meant(parts[deploy.target], deploy):
                key = (one.source, name, *map(str, (one.evidence.path, one.evidence.line)))
                if key not in told:
                    told.add(key)
                    kept = {k: v for k, v in one.attributes.items() if k != PLACEHOLDER}
                    attributes = {**kept, FROM: one.attributes[PLACEHOLDER], PLACED: True}
                    yield replace(one, target=ByImage(name), basis=Basis.COMPUTED, attributes=attributes)


def _meant(waiting: Sequence[Reference], deploy: Relation) -> list[Reference]:
    """Those that a deploy fills in: by the placeholder or the container it names; by none, where all are one placeholder."""
    if file := deploy.attributes.get(IN):
        waiting = [one for one in waiting if one.evidence.path == file]
    wanted, container = deploy.attributes.get(FROM), deploy.attributes.get(FIELD)
    if isinstance(wanted, str):
        return [one for one in waiting if _bare(one.attributes[PLACEHOLDER]) == _bare(wanted)]
    if container:
        return [one for one in waiting if one.attributes.get("container") == container]
    return [*waiting] if len({_bare(one.attributes[PLACEHOLDER]) for one in waiting}) == 1 else []


def _bare(placeholder: object) -> str:
    return str(placeholder).strip("${}<>() ")
