"""One picture a deployable: who comes in, what runs, who calls whom, where data lies. Config, identity and policy are folded.

Above the budget the picture shows its parts, and each part has a picture of its own with the neighbours it talks to.
Small deployables share a picture: those of one namespace that call each other, as the namespace's; else those of one folder.
What nearly all call has a picture of its own, since its arrows hide the rest.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import replace

from archdoc.graph import Graph
from archdoc.model import Entity, EntityId, EntityKind, Relation, RelationKind
from archdoc.views import Category, Line, View
from archdoc.views import _nodes as nodes
from archdoc.views._draft import CAP, DETAIL, MAX_EDGES, Draft
from archdoc.views._entries import entries
from archdoc.views._labels import tail
from archdoc.views._split import Part, fitting, parts, tokens

_DRAWN = (
    EntityKind.WORKLOAD,
    EntityKind.PIPELINE,
    EntityKind.SERVICE,
    EntityKind.ROUTE,
    EntityKind.VOLUME,
    EntityKind.MODEL,
    EntityKind.DATASET,
)
_HELD = frozenset({EntityKind.WORKLOAD, EntityKind.PIPELINE, EntityKind.MODEL, EntityKind.DATASET})
_FOLDED = {
    EntityKind.CONFIG: "configuration",
    EntityKind.SECRET: "secrets",
    EntityKind.IDENTITY: "identities and roles",
    EntityKind.POLICY: "policies",
    EntityKind.AUTOSCALER: "autoscalers",
    EntityKind.RESOURCE: "other resources",
}
_USERS = "users"
_MAY = "may call"
_ALL: Mapping[str, str] = {}
"""Nothing is a part: but neighbours in other deployables appear as these."""
_SMALL = 4
"""As many boxes are no picture of their own where others are as few."""
_CALLING, _BESIDE = 2, 3
"""So many small deployables share a picture: those of a namespace that call each other, those of a folder."""
_FRAMES = 8
_FRAME = 36
"""As many characters of a path fit above what stands in its frame."""
_PART = DETAIL - 5
"""As many boxes of its own a part may have, beside its neighbours; fewer are not parted."""
_CROWDED = 30
_HUB = 10
"""Called by as many, a box in a crowded picture has its callers in a picture of its own."""


def views(graph: Graph) -> tuple[View, ...]:
    """The pictures of every deployable that has something to draw."""
    ways_in = entries(graph)
    scenes = {
        one.id: _Scene(graph, [graph.entities[r.target] for r in graph.out(one.id, RelationKind.CONTAINS)], ways_in)
        for one in graph.of(EntityKind.DEPLOYABLE)
    }
    small: dict[str, _Scene] = {id_: scene for id_, scene in scenes.items() if 0 < len(scene.shown) <= _SMALL}
    shared: dict[str, list[View]] = {}
    for namespace, keys in sorted(_gathered(graph, small).items()):
        shared |= _shared(graph, namespace, {key: small[key] for key in keys})
    return tuple(view for id_, scene in scenes.items() for view in (shared[id_] if id_ in shared else _pictures(scene, id_)))


def _shared(graph: Graph, namespace: str, small: Mapping[str, _Scene]) -> dict[str, list[View]]:
    """The pictures that some small deployables share, each at the first of those in it; none for the few that keep their own."""

    def draw(pool: Part, _: Mapping[str, str]) -> Draft:
        return _together(graph, namespace, pool.name, [small[key] for key in pool.members])

    words = {key: _place(key).split("/") for key in small}
    limits = (DETAIL, _FRAMES, _FRAMES // 2, 1) if namespace else (_FRAMES, _FRAMES // 2, 1)
    pools, drafts = fitting(words, limits, draw, lambda draft: draft.fits(CAP))
    found: dict[str, list[View]] = {}
    for pool, draft in zip(pools, drafts, strict=True):
        if len(pool.members) >= (_CALLING if namespace else _BESIDE):
            found |= {key: [] for key in pool.members} | {pool.members[0]: [draft.view()]}
    return found


def _gathered(graph: Graph, small: Mapping[str, _Scene]) -> dict[str, list[str]]:
    """Small deployables by the namespace that they lie in, where they call others there or are called; the rest under ``""``."""
    inside: dict[str, list[str]] = defaultdict(list)
    for key, scene in small.items():
        names = {entity.namespace or "" for entity in scene.shown.values()}
        inside[names.pop() if len(names) == 1 else ""].append(key)
    found: dict[str, list[str]] = defaultdict(list)
    for namespace, keys in inside.items():
        home = {member.id: key for key in keys for member in small[key].members}
        calls = (
            {key, home.get(relation.target, key)}
            for key in (keys if namespace else ())
            for entity in small[key].shown
            for relation in graph.out(entity, RelationKind.CONNECTS_TO, RelationKind.ROUTES_TO)
        )
        meeting = {key for ends in calls if len(ends) > 1 for key in ends}
        for key in keys:
            found[namespace if key in meeting else ""].append(key)
    return found


def _place(deployable: str) -> str:
    return deployable.partition(":")[2]


def _together(graph: Graph, namespace: str, part: str, scenes: list[_Scene]) -> Draft:
    """Small deployables in one picture, so that what goes between them is seen and no page holds a lonely box."""
    scene = _Scene(graph, [member for one in scenes for member in one.members], scenes[0].ways_in)
    scene.framed_by_deployable = not namespace
    if namespace:
        id_, title = ":".join(filter(None, ("namespace", namespace, part))), f"Namespace {namespace}"
        title = f"{title}: {part}" if part else title
    else:
        id_, title = f"deployable:{part or '.'}:small", f"{part}: small deployables" if part else "Small deployables"
    draft = scene.draft(id_, title, scene.shown)
    if not draft.fits(DETAIL):
        draft = scene.draft(id_, title, scene.shown, _ALL)
    draft.omitted |= _folded(scene.members)
    return draft


def _folded(members: Iterable[Entity]) -> set[str]:
    return {_FOLDED[e.kind] for e in members if e.kind in _FOLDED}


def _pictures(scene: _Scene, deployable: EntityId) -> list[View]:
    if not scene.shown:
        return []
    place = _place(deployable)
    title = "the root folder" if place == "." else place
    folded = _folded(scene.members)
    for home in (None, _ALL):
        whole = scene.draft(f"deployable:{place}", title, scene.shown, home)
        stars = _called_by_most(whole)
        if whole.fits(CAP if home is not None and len(scene.shown) <= _PART else DETAIL):
            whole.omitted |= folded
            return [whole.view(), *stars]

    def draw(part: Part, home: Mapping[str, str]) -> tuple[Draft, list[View]]:
        own = {EntityId(key): scene.shown[EntityId(key)] for key in part.members}
        for homes in (None, home):
            draft = scene.draft(f"deployable:{place}:{part.name}", f"{title}: {part.name}", own, homes)
            stars = _called_by_most(draft)
            if draft.fits(CAP):
                break
        return draft, stars

    words: dict[str, tuple[str, ...]] = {e.id: _words(e, place) for e in scene.shown.values()}
    split, drawn = fitting(words, (_PART, 12, 6, 3, 1), draw, lambda one: one[0].fits(CAP))
    home = {key: part.name for part in split for key in part.members}
    pictures = [scene.summary(f"deployable:{place}", title, home, folded).view()]
    for draft, stars in drawn:
        draft.cut()
        pictures += [draft.view(), *stars]
    return pictures


def _called_by_most(draft: Draft) -> list[View]:
    """Where a picture is crowded, take the arrows to what nearly all call (telemetry, flags) into pictures of their own."""
    if len(draft.edges) <= _CROWDED:
        return []
    calls = {key: edge for key, edge in draft.edges.items() if not edge.label and edge.line is not Line.THICK}
    callers = Counter(edge.target for edge in calls.values())
    hubs = {key: draft.nodes[key].title for key, count in callers.items() if count >= _HUB}
    made: list[View] = []
    for title in sorted(set(hubs.values())):
        called = {key: edge for key, edge in calls.items() if hubs.get(edge.target) == title}
        for part in parts({edge.source: tokens(draft.nodes[edge.source].title) for edge in called.values()}, DETAIL):
            name = f"calls to {title}" + (f": {part.name}" if part.name else "")
            star = Draft(f"{draft.id}:{name}", f"{draft.title}: {name}", f"What calls {title}.")
            star.edges = {key: edge for key, edge in called.items() if edge.source in part.members}
            ends = [end for edge in star.edges.values() for end in (edge.source, edge.target)]
            star.nodes = {key: replace(draft.nodes[key], group=None) for key in ends}
            made.append(star.view())
        draft.edges = {key: edge for key, edge in draft.edges.items() if key not in called}
        for hub in (key for key, name in hubs.items() if name == title):
            draft.nodes[hub] = replace(draft.nodes[hub], subtitle="called by nearly all")
        draft.omitted.add(f"calls to {title}, which have a picture of their own")
    return made


def _words(entity: Entity, place: str) -> tuple[str, ...]:
    """What tells the part of an entity: its namespace, its folder below the deployable's, the words of its name."""
    folder = entity.path.rpartition("/")[0].removeprefix(place).strip("/")
    return (*filter(None, [entity.namespace, *folder.split("/")]), *tokens(entity.name))


class _Scene:
    """What of a deployable is drawn, and what stands for what."""

    def __init__(self, graph: Graph, members: list[Entity], ways_in: Set[EntityId]) -> None:
        self.graph = graph
        self.ways_in = ways_in
        self.members = members
        self.places = {e.deployable for e in members}
        self.framed_by_deployable = False
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
        for service in (e for e in drawn if e.kind is EntityKind.SERVICE and e.id not in self.stands):
            chosen = [r.target for r in graph.out(service.id, RelationKind.SELECTS)]
            if len(chosen) == 1 and nodes.is_aside(graph, service):
                self.stands[service.id] = chosen[0]
        for entity in drawn:
            if entity.id in self.stands or (
                entity.kind is EntityKind.VOLUME and nodes.kind_word(entity) != "PersistentVolumeClaim"
            ):
                continue
            self.shown[entity.id] = entity
        self.behind: dict[EntityId, list[EntityId]] = defaultdict(list)
        for one, standing in self.stands.items():
            self.behind[standing].append(one)

    def draft(self, id_: str, title: str, own: dict[EntityId, Entity], home: Mapping[str, str] | None = None) -> Draft:
        """A picture of some entities and of the neighbours that they talk to; with `home`, neighbours appear as their part."""
        draft = Draft(id_, title)
        frames = {e.id: frame for e in own.values() if (frame := self._frame(e))}
        framed = len(set(frames.values())) > 1
        for name in sorted(set(frames.values())) if framed else ():
            draft.group(name, tail(name, _FRAME), "" if self.framed_by_deployable else "namespace")
        for entity in own.values():
            self._add(draft, entity, frames.get(entity.id) if framed else None)
        for source in own.values():
            self._edges(draft, source, own, home, out=True)
            self._edges(draft, source, own, home, out=False)
        if len(draft.edges) > MAX_EDGES:
            draft.edges = {key: edge for key, edge in draft.edges.items() if edge.label != _MAY}
            draft.omitted.add("what policies allow")
        self._users(draft, own.values())
        draft.description = f"{title} holds {_list(sorted({nodes.kind_word(e) for e in own.values()}))}."
        return draft

    def _frame(self, entity: Entity) -> str | None:
        return _place(entity.deployable or "") if self.framed_by_deployable else entity.namespace

    def _edges(
        self, draft: Draft, entity: Entity, own: dict[EntityId, Entity], home: Mapping[str, str] | None, *, out: bool
    ) -> None:
        graph = self.graph
        relations = graph.out(entity.id) if out else [r for one in (entity.id, *self.behind[entity.id]) for r in graph.into(one)]
        for relation in relations:
            other = graph.entities[relation.target if out else relation.source]
            other = graph.entities[self.stands.get(other.id, other.id)]
            label, line = _EDGE.get(relation.kind, ("", None))
            if line is None or not self._tells(relation):
                continue
            key: str = other.id
            if other.kind is EntityKind.EXTERNAL:
                if relation.kind is not RelationKind.CONNECTS_TO:
                    continue
                self._add(draft, other, None)
            elif other.id in own:
                pass
            elif other.id not in self.shown:
                if other.kind not in _DRAWN or other.deployable is None or other.deployable in self.places:
                    continue
                key = self._elsewhere(draft, other, whole=home is not None)
            elif home is not None:
                key = f"part {home[other.id]}"
                draft.node(key, key, home[other.id], "other part", Category.WORKLOAD)
            else:
                self._add(draft, other, None)
            start, end = (entity.id, key) if out else (key, entity.id)
            draft.edge(start, end, label, nodes.line_of(relation, line))

    def _elsewhere(self, draft: Draft, other: Entity, *, whole: bool) -> str:
        """A neighbour in another deployable, at the edge of the picture; `whole`: all of that deployable as one box."""
        place = _place(other.deployable or "")
        if whole:
            key = f"at {place}"
            draft.node(key, f"dep {place}", place, "other deployable", Category.CONTEXT, type_="deployable")
        else:
            # A workload and its Service bear one name, and are one box here.
            key = f"at {place} {other.name}"
            draft.node(key, f"at {place} {other.name}", other.name, f"in {place}", Category.CONTEXT, type_=other.type)
        return key

    def _tells(self, relation: Relation) -> bool:
        """Whether a relation says something of its own.

        What a policy allows is drawn where no call and no way back is known, and of what is owned only what is not seen else.
        """
        if relation.kind is RelationKind.OWNS:
            return self.graph.entities[relation.target].kind in _HELD
        if relation.kind is not RelationKind.ALLOWS:
            return True
        graph, caller, callee = self.graph, relation.source, relation.target
        ends = {callee, *(r.source for r in graph.into(callee, RelationKind.SELECTS))}
        called = {r.target for r in graph.out(caller, RelationKind.CONNECTS_TO)}
        return ends.isdisjoint(called) and caller not in {r.target for r in graph.out(callee, RelationKind.ALLOWS)}

    def _add(self, draft: Draft, entity: Entity, group: str | None) -> None:
        if entity.kind is EntityKind.WORKLOAD:
            nodes.add_workload(draft, self.graph, entity, self.services.get(entity.id), group, self.behind[entity.id])
        elif entity.kind is EntityKind.ROUTE:
            nodes.add_route(draft, entity, group)
        elif entity.kind is EntityKind.SERVICE:
            nodes.add(draft, entity, f"Service {nodes.ports(entity)}".strip(), group=group)
        elif entity.kind is EntityKind.VOLUME:
            nodes.add(draft, entity, "storage", group=group)
        else:
            outside = entity.kind is EntityKind.EXTERNAL and entity.type != "host"
            nodes.add(draft, entity, entity.type if outside else "outside" if entity.type == "host" else nodes.kind_word(entity))

    def _users(self, draft: Draft, entities: Iterable[Entity]) -> None:
        """People outside come in by routes that no other route leads to, and by Services that are published.

        Frames of deployables have each their own, so that no arrow joins what has nothing to do with each other.
        """
        for entity in entities:
            if {entity.id, self.services.get(entity.id, entity).id} & self.ways_in:
                frame = draft.nodes[entity.id].group if self.framed_by_deployable else None
                key = f"{_USERS} {frame or ''}".strip()
                draft.node(key, f"ext {key}", "Users", "", Category.PERSON, group=frame)
                draft.edge(key, entity.id, "", Line.THICK)

    def summary(self, id_: str, title: str, home: dict[str, str], folded: set[str]) -> Draft:
        """The parts of a deployable and what goes between them."""
        draft = Draft(id_, title, f"{title} in parts; each has a picture of its own.")
        for name in sorted(set(home.values())):
            draft.node(f"part {name}", f"part {name}", name, "part", Category.WORKLOAD)
        for entity in self.shown.values():
            for relation in self.graph.out(entity.id):
                other = self.stands.get(relation.target, relation.target)
                if other in home and relation.kind in _EDGE and self._tells(relation):
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
    RelationKind.OWNS: ("holds", Line.SOLID),
    RelationKind.SERVES: ("serves", Line.SOLID),
    RelationKind.READS: ("reads", Line.SOLID),
    RelationKind.WRITES: ("writes", Line.SOLID),
    RelationKind.CALLS: ("runs", Line.SOLID),
    RelationKind.TRIGGERS: ("starts", Line.SOLID),
    RelationKind.ALLOWS: (_MAY, Line.DOTTED),
}
