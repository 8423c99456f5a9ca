"""Images that stand in a manifest as a placeholder alone, for a deploy to put a name in: who runs them runs that name.

A placeholder that no deploy of this repository fills in stays what it is: nothing is known to run there. In the values of a
chart, an image of somebody else is one too, where a deploy gives the chart another: no build of it is what stands there. And
a name with a gap (``<REGISTRY>/hello``) is one in the file in which a deploy writes a name of another last word in its place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from archdoc import images
from archdoc.model import Attribute, Basis, ByImage, Entity, EntityId, EntityKind, ImageName, Reference, Relation, RelationKind
from archdoc.resolve import likeness
from archdoc.resolve.links import FIELD, FROM, IN, PLACED, TO, names

PLACEHOLDER = "placeholder"
"""The attribute of a mention of an image that is nothing but a placeholder: its text, without a tag."""


def placed(
    references: Iterable[Reference], entities: Mapping[EntityId, Entity], relations: Iterable[Relation]
) -> Iterator[Reference]:
    """The mentions whose placeholder a deploy fills in, each as one of the image that it puts there."""
    runs = [r for r in references if r.relation is RelationKind.RUNS_IMAGE]
    relations = [r for r in relations if r.kind is RelationKind.DEPLOYS and TO in r.attributes]
    yield from _given(runs, relations)
    yield from _written(runs, entities, relations)
    waiting = [r for r in runs if PLACEHOLDER in r.attributes]
    parts: dict[EntityId, list[Reference]] = defaultdict(list)
    for reference in waiting:
        runner = entities[reference.source]
        if runner.kind is EntityKind.WORKLOAD:
            for part in dict.fromkeys((runner.id, runner.deployable)):
                if part is not None:
                    parts[part].append(reference)
    told: set[tuple[str, ...]] = set()
    for deploy in relations if parts else ():
        for name in names(deploy, TO) if deploy.target in parts else ():
            if images.UNKNOWN in name.rpartition("/")[2]:
                continue
            for one in _meant(parts[deploy.target], deploy):
                key = (one.source, name, *map(str, (one.evidence.path, one.evidence.line)))
                if key not in told:
                    told.add(key)
                    kept = {k: v for k, v in one.attributes.items() if k != PLACEHOLDER}
                    attributes = {**kept, FROM: one.attributes[PLACEHOLDER], PLACED: True}
                    yield replace(one, target=ByImage(name), basis=Basis.COMPUTED, attributes=attributes)


def _given(runs: Iterable[Reference], deploys: Iterable[Relation]) -> Iterator[Reference]:
    """The one image that a chart takes of its values, as the image that a deploy puts in place of somebody else's."""
    taken: dict[EntityId, list[tuple[Reference, str]]] = defaultdict(list)
    for one in runs:
        if one.basis is not Basis.DECLARED and isinstance(one.target, ByImage):
            taken[one.source].append((one, one.target.reference))
    told: set[tuple[EntityId, ImageName]] = set()
    for deploy in deploys:
        # What a test installs says nothing of what the chart runs elsewhere.
        stands = taken[deploy.target] if FIELD in deploy.attributes and deploy.attributes.get("cluster") != "test" else []
        before = images.parse(stands[0][1]) if len(stands) == 1 else None
        if before is None:
            continue
        for name in names(deploy, TO):
            known = images.UNKNOWN not in name.rpartition("/")[2] and not likeness.may_stand_for(before.name, name)
            if known and (deploy.target, name) not in told:
                told.add((deploy.target, name))
                target = ByImage(f"{images.short(name)}:{images.UNKNOWN}")
                attributes: dict[str, Attribute] = {PLACED: True, FROM: images.short(before.name)}
                at = deploy.evidence[0]
                yield replace(stands[0][0], target=target, evidence=at, basis=Basis.COMPUTED, attributes=attributes)


def _written(runs: Iterable[Reference], entities: Mapping[EntityId, Entity], deploys: Iterable[Relation]) -> Iterator[Reference]:
    """The one image with a gap in its name that a file runs, as the image of another last word that a deploy writes there."""
    of_file: dict[str, dict[ImageName, list[Reference]]] = defaultdict(lambda: defaultdict(list))
    for one in runs:
        said = one.target.reference if isinstance(one.target, ByImage) and PLACEHOLDER not in one.attributes else ""
        stands = images.parse(said)
        if stands is not None and entities[one.source].kind is EntityKind.WORKLOAD:
            of_file[one.evidence.path][stands.name].append(one)
    told: set[tuple[Attribute, ImageName]] = set()
    for deploy in deploys:
        file = deploy.attributes.get(IN)
        inside = of_file.get(file, {}) if isinstance(file, str) and FROM not in deploy.attributes else {}
        before = next(iter(inside)) if len(inside) == 1 and deploy.attributes.get("cluster") != "test" else ImageName("")
        for name in names(deploy, TO) if images.UNKNOWN in before else ():
            word = name.rpartition("/")[2]
            if images.UNKNOWN not in word and word != before.rpartition("/")[2] and (file, name) not in told:
                told.add((file, name))
                for one in inside[before]:
                    target = ByImage(f"{images.short(name)}:{images.UNKNOWN}")
                    attributes = {**one.attributes, PLACED: True, FROM: images.short(before)}
                    yield replace(one, target=target, basis=Basis.COMPUTED, attributes=attributes)


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
