"""One picture a deployable: who comes in, what runs, who calls whom, where data lies. Config, identity and policy are folded.

Above the budget the picture shows its parts, and each part has a picture of its own with the neighbours it talks to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from archdoc.graph import Graph
from archdoc.model import Entity, EntityId, EntityKind, RelationKind
from archdoc.views import Category, Line, View
from archdoc.views import _nodes as nodes
from archdoc.views._draft import CAP, DETAIL, Draft
from archdoc.views._split import parts, tokens

_DRAWN = (EntityKind.WORKLOAD, EntityKind.SERVICE, EntityKind.ROUTE, EntityKind.VOLUME)
_FOLDED = {
    EntityKind.CONFIG: "configuration",
    EntityKind.SECRET: "secrets",
    EntityKind.IDENTITY: "identities and roles",
    EntityKind.POLICY: "policies",
    EntityKind.AUTOSCALER: "autoscalers",
    EntityKind.RESOURCE: "other resources",
}
_USERS = "users"


def views(graph: Graph) -> tuple[View, ...]:
    """The pictures of every deployable that has something to draw."""
    return tuple(view for deployable in graph.of(EntityKind.DEPLOYABLE) for view in _pictures(graph, deployable))


def _pictures(graph: Graph, deployable: Entity) -> list[View]:
    members = [graph.entities[r.target] for r in graph.out(deployable.id, RelationKind.CONTAINS)]
    scene = _Scene(graph, members)
    if not scene.shown:
        return []
    place = deployable.id.partition(":")[2]
    title = "the root folder" if place == "." else place
    folded = {_FOLDED[e.kind] for e in members if e.kind in _FOLDED}
    whole = scene.draft(f"deployable:{place}", title, scene.shown)
    if whole.fits(DETAIL):
        whole.omitted |= folded
        return [whole.view()]
    split = parts({e.id: _words(e, place) for e in scene.shown.values()}, DETAIL - 5)
    home = {key: part.name for part in split for key in part.members}
    pictures = [scene.summary(f"deployable:{place}", title, home, folded).view()]
    for part in split:
        own = {EntityId(key): scene.shown[EntityId(key)] for key in part.members}
        draft = scene.draft(f"deployable:{place}:{part.name}", f"{title}: {part.name}", own)
        if not draft.fits(CAP):
            draft = scene.draft(draft.id, draft.title, own, home)
        pictures.append(draft.view())
    return pictures


def _words(entity: Entity, place: str) -> tuple[str, ...]:
    """What tells the part of an entity: its namespace, its folder below the deployable's, the words of its name."""
    folder = entity.path.rpartition("/")[0].removeprefix(place).strip("/")
    return (*filter(None, [entity.namespace, *folder.split("/")]), *tokens(entity.name))


class _Scene:
    """What of a deployable is drawn, and what stands for what."""

    def __init__(self, graph: Graph, members: Iterable[Entity]) -> None:
        self.graph = graph
        self.stands: dict[EntityId, EntityId] = {}
        self.shown: dict[EntityId, Entity] = {}
        self.services: dict[EntityId, Entity] = {}
        drawn = [e for e in members if e.kind in _DRAWN]
        for workload in (e for e in drawn if e.kind is EntityKind.WORKLOAD):
            service = nodes.own_service(graph, workload)
            if service is not None:
                self.services[workload.id] = service
                self.stands[service.id] = workload.id
            for claim in graph.out(workload.id, RelationKind.MOUNTS):
                volume = graph.entities[claim.target]
                if volume.kind is EntityKind.VOLUME and nodes.is_store(graph, workload) and len(graph.into(volume.id)) <= 2:
                    self.stands[volume.id] = workload.id
        for entity in drawn:
            if entity.id in self.stands or (
                entity.kind is EntityKind.VOLUME and nodes.kind_word(entity) != "PersistentVolumeClaim"
            ):
                continue
            self.shown[entity.id] = entity
        self.behind: dict[EntityId, list[EntityId]] = defaultdict(list)
        for one, standing in self.stands.items():
            self.behind[standing].append(one)

    def draft(self, id_: str, title: str, own: dict[EntityId, Entity], home: dict[str, str] | None = None) -> Draft:
        """A picture of some entities and of the neighbours that they talk to; with `home`, neighbours appear as their part."""
        draft = Draft(id_, title)
        namespaces = {e.namespace for e in own.values() if e.namespace}
        framed = len(namespaces) > 1
        for name in sorted(namespaces) if framed else ():
            draft.group(name, name, "namespace")
        for entity in own.values():
            self._add(draft, entity, entity.namespace if framed and entity.namespace else None)
        for source in own.values():
            self._edges(draft, source, own, home, out=True)
            self._edges(draft, source, own, home, out=False)
        self._users(draft, own.values())
        draft.description = f"{title} holds {_list(sorted({nodes.kind_word(e) for e in own.values()}))}."
        return draft

    def _edges(
        self, draft: Draft, entity: Entity, own: dict[EntityId, Entity], home: dict[str, str] | None, *, out: bool
    ) -> None:
        graph = self.graph
        relations = graph.out(entity.id) if out else [r for one in (entity.id, *self.behind[entity.id]) for r in graph.into(one)]
        for relation in relations:
            other = graph.entities[relation.target if out else relation.source]
            other = graph.entities[self.stands.get(other.id, other.id)]
            label, line = _EDGE.get(relation.kind, ("", None))
            if line is None or (other.id not in self.shown and other.kind is not EntityKind.EXTERNAL):
                continue
            if other.kind is EntityKind.EXTERNAL and relation.kind is not RelationKind.CONNECTS_TO:
                continue
            key: str = other.id
            if other.id not in own and other.id in self.shown and home is not None:
                key = f"part {home[other.id]}"
                draft.node(key, key, home[other.id], "other part", Category.WORKLOAD)
            elif other.id not in own:
                self._add(draft, other, None)
            start, end = (entity.id, key) if out else (key, entity.id)
            draft.edge(start, end, label, nodes.line_of(relation, line))

    def _add(self, draft: Draft, entity: Entity, group: str | None) -> None:
        if entity.kind is EntityKind.WORKLOAD:
            nodes.add_workload(draft, self.graph, entity, self.services.get(entity.id), group)
        elif entity.kind is EntityKind.ROUTE:
            nodes.add_route(draft, entity, group)
        elif entity.kind is EntityKind.SERVICE:
            nodes.add(draft, entity, f"Service {nodes.ports(entity)}".strip(), group=group)
        elif entity.kind is EntityKind.VOLUME:
            nodes.add(draft, entity, "storage", group=group)
        else:
            nodes.add(draft, entity, "outside" if entity.type == "host" else entity.type)

    def _users(self, draft: Draft, entities: Iterable[Entity]) -> None:
        """People outside come in by routes that no other route leads to, and by Services that are published."""
        for entity in entities:
            if nodes.is_entry(self.graph, self.services.get(entity.id, entity)):
                draft.node(_USERS, "ext users", "Users", "", Category.PERSON)
                draft.edge(_USERS, entity.id, "", Line.THICK)

    def summary(self, id_: str, title: str, home: dict[str, str], folded: set[str]) -> Draft:
        """The parts of a deployable and what goes between them."""
        draft = Draft(id_, title, f"{title} in parts; each has a picture of its own.")
        for name in sorted(set(home.values())):
            draft.node(f"part {name}", f"part {name}", name, "part", Category.WORKLOAD)
        for entity in self.shown.values():
            for relation in self.graph.out(entity.id):
                other = self.stands.get(relation.target, relation.target)
                if other in home and relation.kind in _EDGE:
                    draft.edge(f"part {home[entity.id]}", f"part {home[other]}")
        if len(draft.nodes) > DETAIL:
            draft = _coarser(draft, id_, title)
        draft.omitted |= folded
        return draft


def _coarser(draft: Draft, id_: str, title: str) -> Draft:
    """Parts by the first words of their names, as many words as the budget allows."""
    names = {key: node.title.split("/") for key, node in draft.nodes.items()}
    for depth in range(max(map(len, names.values())), 0, -1):
        coarse = Draft(id_, title, draft.description)
        short = {key: "/".join(words[:depth]) for key, words in names.items()}
        for name in sorted(set(short.values())):
            coarse.node(f"part {name}", f"part {name}", name, "parts", Category.WORKLOAD)
        for edge in draft.edges.values():
            coarse.edge(f"part {short[edge.source]}", f"part {short[edge.target]}")
        if len(coarse.nodes) <= DETAIL:
            return coarse
    coarse = Draft(id_, title, draft.description)
    coarse.node("parts", "parts", title, "see the parts below", Category.WORKLOAD)
    return coarse


def _list(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


_EDGE: dict[RelationKind, tuple[str, Line]] = {
    RelationKind.ROUTES_TO: ("", Line.THICK),
    RelationKind.SELECTS: ("", Line.THICK),
    RelationKind.CONNECTS_TO: ("", Line.SOLID),
    RelationKind.MOUNTS: ("stores in", Line.SOLID),
}
