"""Nodes and frames of a drawing -> the entities that each stands for: told by its author, or by name where that is sure.

A node may stand for many entities. What it is drawn in (a workflow, a namespace, a deployable) narrows what its name can mean.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace

from archdoc.check._names import Fit, Named, Names, is_compound, is_identifier
from archdoc.drawings import Drawing, DrawnGroup, DrawnNode
from archdoc.graph import Graph
from archdoc.model import EntityId, EntityKind, RelationKind

_K = EntityKind
_R = RelationKind
_FRAMES = (_K.WORKFLOW, _K.NAMESPACE, _K.DEPLOYABLE, _K.DOCKERFILE, _K.ENVIRONMENT)
_CLASSES = {
    "Deploy": "Deployment",
    "STS": "StatefulSet",
    "DS": "DaemonSet",
    "RS": "ReplicaSet",
    "SVC": "Service",
    "Ing": "Ingress",
    "NS": "Namespace",
    "CM": "ConfigMap",
    "PVC": "PersistentVolumeClaim",
    "SA": "ServiceAccount",
    "Cronjob": "CronJob",
    "HPA": "HorizontalPodAutoscaler",
    "Netpol": "NetworkPolicy",
}
"""Classes of `diagrams.k8s` whose name is not the kind's (aliases at the end of its modules)."""

_STEPS = frozenset({_K.JOB, _K.STAGE})
_RUNNING = (_K.WORKLOAD, _K.SERVICE, _K.DEPLOYABLE)
_NOBODY = Named(Fit.NONE)


@dataclass(frozen=True, slots=True)
class Told:
    """What the author says in comments: what nodes stand for, what is elsewhere, which lines are not to be judged."""

    entities: Mapping[str, frozenset[EntityId]] = field(default_factory=dict)
    external: frozenset[str] = frozenset()
    external_lines: frozenset[int] = frozenset()
    ignored_lines: frozenset[int] = frozenset()

    def is_external(self, node: DrawnNode) -> bool:
        """Whether a node is said to be defined elsewhere."""
        return bool({node.id, node.label} & self.external) or node.line in self.external_lines


@dataclass(frozen=True, slots=True)
class Stands:
    """What a drawing's nodes stand for. `wide` is what a node stands for with all that belongs to it and is not drawn itself.

    `frames` are the entities that a group is; `homes` the workflow or the like in which the nodes of a group are looked for.
    """

    named: Mapping[str, Named]
    wide: Mapping[str, frozenset[EntityId]]
    frames: Mapping[str, frozenset[EntityId]]
    homes: Mapping[str, EntityId]
    sure: Set[str]


def map_nodes(drawing: Drawing, told: Told, names: Names) -> Stands:
    """What each node and group stands for."""
    graph = names.graph
    groups = {group.id: group for group in drawing.groups}
    frames = {group.id: told.entities.get(group.id) or _frame(group, names) for group in drawing.groups}
    members = {one: _members(graph, entities) for one, entities in frames.items() if entities}
    named: dict[str, Named] = {}
    for node in drawing.nodes:
        if node.id in told.entities or node.label in told.entities:
            named[node.id] = Named(Fit.ID, told.entities.get(node.id) or told.entities[node.label])
        elif told.is_external(node):
            named[node.id] = _NOBODY
        else:
            named[node.id] = _narrowed(_named(node, names), node, groups, members)
    homes = _homes(drawing, named, graph)
    for node in drawing.nodes:
        one = named[node.id]
        inside = one.entities & _members(graph, {homes[node.id]}) - {homes[node.id]} if node.id in homes else frozenset()
        if inside and one.fit < Fit.ID:
            events = {e for e in one.entities if graph.entities[e].kind is _K.TRIGGER}
            named[node.id] = replace(one, entities=inside | events)
    sure = _sure(drawing, named, told, homes, graph)
    return Stands(named, _wide(graph, named, frames), frames, homes, sure)


def _named(node: DrawnNode, names: Names) -> Named:
    module, _, class_ = node.shape.rpartition(".")
    kind = _CLASSES.get(class_, class_) if module.startswith("k8s.") else ""
    found = names.find(f"{node.label}\n{kind}" if kind and "\n" not in node.label else node.label)
    if found.fit or found.kind or node.id == node.label or not is_identifier(node.id.casefold()) or len(node.id) < 3:
        return found
    by_id = names.find(node.id)
    return replace(by_id, fit=Fit.HINT) if by_id.fit and not _is_sentence(node.label) else found


def _is_sentence(label: str) -> bool:
    return len(label.split()) > 4


def _frame(group: DrawnGroup, names: Names) -> frozenset[EntityId]:
    """The workflow, namespace, deployable or the like that a group is."""
    for text in dict.fromkeys([group.title.replace(" · ", "\n"), group.id]):
        found = names.find(text)
        fitting = frozenset(e for e in found.entities if names.graph.entities[e].kind in _FRAMES)
        if fitting and (found.fit > Fit.LIKE):
            return fitting
    return frozenset()


def _members(graph: Graph, wholes: Iterable[EntityId]) -> set[EntityId]:
    """All that some entities contain, at any depth; a namespace also holds what says that it lies there."""
    waiting, found = sorted(wholes), set(wholes)
    names = {graph.entities[one].name for one in waiting if graph.entities[one].kind is _K.NAMESPACE}
    if names:
        found |= {e.id for e in graph.entities.values() if e.namespace in names}
    while waiting:
        for relation in graph.out(waiting.pop(), _R.CONTAINS):
            if relation.target not in found:
                found.add(relation.target)
                waiting.append(relation.target)
    return found


def _narrowed(one: Named, node: DrawnNode, groups: Mapping[str, DrawnGroup], members: Mapping[str, Set[EntityId]]) -> Named:
    """What a name means within the frames around it: only what lies in them, where anything does."""
    frame = node.group
    while frame is not None:
        inside = frozenset(one.entities & members[frame]) if frame in members else frozenset()
        if inside and one.fit < Fit.ID:
            return replace(one, entities=inside)
        frame = groups[frame].parent
    return one


def _homes(drawing: Drawing, named: Mapping[str, Named], graph: Graph) -> dict[str, EntityId]:
    """For nodes that name jobs: the one workflow that holds most of the jobs drawn together."""
    together: dict[str | None, list[str]] = defaultdict(list)
    for node in drawing.nodes:
        together[node.group].append(node.id)
    homes: dict[str, EntityId] = {}
    for ids in (*together.values(), [node.id for node in drawing.nodes]):
        counts: Counter[EntityId] = Counter()
        for id_ in ids:
            jobs = (e for e in named[id_].entities if graph.entities[e].kind is _K.JOB)
            counts.update({r.source for job in jobs for r in graph.into(job, _R.CONTAINS)})
        best = counts.most_common(2)
        if best and best[0][1] > 1 and (len(best) == 1 or best[0][1] > best[1][1]):
            homes |= dict.fromkeys((id_ for id_ in ids if id_ not in homes), best[0][0])
    return homes


def _sure(
    drawing: Drawing, named: Mapping[str, Named], told: Told, homes: Mapping[str, EntityId], graph: Graph
) -> frozenset[str]:
    """The nodes whose names are surely no prose: by their form, or since most of the drawing names things that are there.

    Build, Test and Deploy are words that any pipeline is told in: in another case than the job's, they name one only beside
    nodes that bear the very name of theirs.
    """
    own = [node for node in drawing.nodes if not told.is_external(node)]
    fits = {node.id: named[node.id] for node in own if named[node.id].fit}
    about = 2 * len(fits) >= len(own)
    exact = sum(one.fit >= Fit.NAME for one in fits.values())

    def sure(id_: str, one: Named) -> bool:
        if one.fit >= Fit.KIND or (one.fit is Fit.NAME and is_compound(one.name)):
            return True
        kinds = {graph.entities[entity].kind for entity in one.entities}
        if not about or one.fit is Fit.HINT or (kinds <= _STEPS and id_ not in homes):
            return False
        return one.fit is Fit.NAME or (len(fits) > 2 and (not kinds.isdisjoint(_RUNNING) or 2 * exact >= len(fits)))

    return frozenset(node for node, one in fits.items() if sure(node, one))


def _wide(graph: Graph, named: Mapping[str, Named], frames: Mapping[str, frozenset[EntityId]]) -> dict[str, frozenset[EntityId]]:
    """What nodes and groups stand for, with what belongs to each and is drawn by no other."""
    claimed = {entity for one in named.values() for entity in one.entities}
    by_name: dict[tuple[str, EntityId | None], list[EntityId]] = defaultdict(list)
    for entity in graph.entities.values():
        if entity.deployable is not None:
            by_name[entity.name, entity.deployable].append(entity.id)
    wide: dict[str, frozenset[EntityId]] = {}
    for id_, entities in (*frames.items(), *((id_, one.entities) for id_, one in named.items())):
        found = set(entities)
        for one in entities:
            entity = graph.entities[one]
            parts = set(by_name[entity.name, entity.deployable]) if entity.deployable is not None else set()
            if entity.kind in (_K.WORKFLOW, _K.JOB, _K.DOCKERFILE, _K.DEPLOYABLE, _K.NAMESPACE):
                parts |= _members(graph, {one})
            if entity.kind is _K.WORKFLOW:  # a job that does nothing but call a workflow is that workflow, where it is called
                parts |= {r.source for r in graph.into(one, _R.CALLS)}
            found |= parts - claimed
        wide[id_] = frozenset(found)
    return wide
