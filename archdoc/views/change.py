"""What a change does to the architecture, as one picture: what is new, gone or different, with its neighbours around it.

Drawn for a report and never committed. Where too much has changed for single boxes, whole deployables and workflows are drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from archdoc.diff import MINOR_RELATIONS, Change, Significance
from archdoc.graph import Graph
from archdoc.model import Entity, EntityId, EntityKind, RelationKind
from archdoc.views import Category, Line, View
from archdoc.views import _nodes as nodes
from archdoc.views._draft import Draft

MOST = 60
MOST_EDGES = 200
_FOLDED = 3
_CATEGORIES = {"+": Category.ADDED, "-": Category.REMOVED, "~": Category.CHANGED, ">": Category.CONTEXT, "": Category.CONTEXT}


class _Change:
    """The signs of entities and of the arrows between them; what an image build does is drawn at its job."""

    def __init__(self, before: Graph, after: Graph, changes: Sequence[Change]) -> None:
        self.before, self.after = before, after
        self.entities: dict[EntityId, str] = {}
        self.notes: dict[EntityId, str] = {}
        self.arrows: dict[tuple[EntityId, EntityId, str], str] = {}
        for change in changes:
            if change.significance is not Significance.MAJOR:
                continue
            ids = [self.stands(EntityId(one)) for one in change.subject[::2]]
            if len(ids) == 1:
                folded = ids[0] != change.subject[0]
                self.entities.setdefault(ids[0], "~" if folded and self.known(ids[0]) else change.sign)
                self.notes.setdefault(ids[0], change.text.partition("  ")[2])
            elif ids[0] != ids[1]:
                self.arrows.setdefault((ids[0], ids[1], change.subject[1]), change.sign)

    def known(self, id_: EntityId) -> bool:
        """Whether an entity was there and still is."""
        return id_ in self.before.entities and id_ in self.after.entities

    def entity(self, id_: EntityId) -> Entity:
        """The entity as it is, or as it was."""
        return self.after.entities.get(id_) or self.before.entities[id_]

    def stands(self, id_: EntityId) -> EntityId:
        """The id of the box that an entity is drawn as."""
        graph = self.after if id_ in self.after.entities else self.before
        if id_ in graph.entities and graph.entities[id_].kind is EntityKind.IMAGE_BUILD:
            jobs = [r.source for r in graph.into(id_, RelationKind.CONTAINS)]
            return jobs[0] if jobs else id_
        return id_

    def around(self, id_: EntityId) -> Iterable[tuple[EntityId, EntityId, str]]:
        """The arrows from and to an entity that are as they were."""
        graph = self.after if id_ in self.after.entities else self.before
        for relation in (*graph.out(id_), *graph.into(id_)):
            if relation.kind not in MINOR_RELATIONS:
                ends = self.stands(relation.source), self.stands(relation.target)
                if ends[0] != ends[1]:
                    yield (*ends, relation.kind.value)


def view(before: Graph, after: Graph, changes: Sequence[Change]) -> View | None:
    """The picture of the major changes; None where there are none."""
    change = _Change(before, after, changes)
    if not change.entities and not change.arrows:
        return None
    touched = {*change.entities, *(end for source, target, _ in change.arrows for end in (source, target))}
    arrows = dict(change.arrows)
    for id_ in sorted(change.entities):
        for arrow in change.around(id_):
            arrows.setdefault(arrow, "")
    context = {end for source, target, _ in arrows for end in (source, target)}
    shown = touched | context if len(touched | context) <= MOST else touched
    if len(shown) <= MOST and len(arrows) <= MOST_EDGES:
        return _draft(change, shown, arrows).view()
    return _folded(change, touched, change.arrows).view()


def _draft(change: _Change, shown: Iterable[EntityId], arrows: Mapping[tuple[EntityId, EntityId, str], str]) -> Draft:
    draft = Draft("change", "What changes", "New, gone and different parts of the architecture, with what they touch.")
    box: dict[EntityId, EntityId] = {}
    for alike in _alike(change, shown, arrows):
        entity = change.entity(alike[0])
        place = _place(entity)
        if place:
            draft.group(place, place)
        sign = change.entities.get(entity.id, "")
        title = entity.name if len(alike) == 1 else f"{entity.name} and {len(alike) - 1} more"
        subtitle = " ".join(filter(None, (nodes.kind_word(entity) or entity.kind.value, change.notes.get(entity.id, ""))))
        draft.node(entity.id, _slug(entity), _signed(sign, title), subtitle, _CATEGORIES[sign], group=place or None)
        box |= dict.fromkeys(alike, entity.id)
    for (source, target, kind), sign in arrows.items():
        if source in box and target in box:
            draft.edge(box[source], box[target], _signed(sign, kind.replace("-", " ")), _line(sign))
    return draft


def _alike(
    change: _Change, shown: Iterable[EntityId], arrows: Mapping[tuple[EntityId, EntityId, str], str]
) -> Iterable[list[EntityId]]:
    """Entities of one kind, place and sign whose arrows are the same go into one box, from three of them on."""
    joined: dict[EntityId, set[tuple[str, EntityId, str, str]]] = {id_: set() for id_ in shown}
    for (source, target, kind), sign in arrows.items():
        if source in joined and target in joined:
            joined[source].add((">", target, kind, sign))
            joined[target].add(("<", source, kind, sign))
    found: dict[tuple[object, ...], list[EntityId]] = {}
    for id_ in sorted(joined):
        entity = change.entity(id_)
        key = (entity.kind, _place(entity), change.entities.get(id_, ""), change.notes.get(id_), frozenset(joined[id_]))
        found.setdefault(key, []).append(id_)
    for alike in found.values():
        yield from [alike] if len(alike) >= _FOLDED else ([id_] for id_ in alike)


def _folded(change: _Change, touched: Iterable[EntityId], arrows: Mapping[tuple[EntityId, EntityId, str], str]) -> Draft:
    """One box a deployable, workflow or folder; only those arrows that join two of them."""
    draft = Draft("change", "What changes", "Deployables and workflows that change; the table has the single parts.")
    for depth in (99, 3, 2, 1):
        home = {id_: "/".join(_home(change.entity(id_)).split("/")[:depth]) for id_ in touched}
        if len(set(home.values())) <= MOST:
            break
    signs: dict[str, set[str]] = {}
    for id_, place in home.items():
        signs.setdefault(place, set()).add(change.entities.get(id_, "~"))
    for place in sorted(signs)[:MOST]:
        sign = next(iter(signs[place])) if len(signs[place]) == 1 else "~"
        draft.node(place, f"part {place}", _signed(sign, place), "", _CATEGORIES[sign])
    joined: dict[tuple[str, str], set[str]] = {}
    for (source, target, _), sign in arrows.items():
        joined.setdefault((home[source], home[target]), set()).add(sign)
    for (start, end), found in sorted(joined.items())[:MOST_EDGES]:
        sign = next(iter(found)) if len(found) == 1 else "~"
        draft.edge(start, end, _signed(sign, "").strip(), _line(sign))
    draft.omitted.add("single parts, which the table lists")
    return draft


def _place(entity: Entity) -> str:
    """The frame around an entity: where it is installed, or its workflow."""
    if entity.deployable is not None:
        place = entity.deployable.partition(":")[2]
        return f"{place} · {entity.namespace}" if entity.namespace else place
    if entity.kind is EntityKind.JOB or entity.path.startswith(".github/workflows/"):
        return entity.path.rpartition("/")[2] if entity.kind in (EntityKind.JOB, EntityKind.WORKFLOW) else ""
    return ""


def _home(entity: Entity) -> str:
    return entity.deployable.partition(":")[2] if entity.deployable else entity.path


def _slug(entity: Entity) -> str:
    return " ".join(filter(None, (entity.kind.value, entity.namespace or "", entity.name)))


def _signed(sign: str, text: str) -> str:
    return f"{sign} {text}" if sign and sign != ">" else text


def _line(sign: str) -> Line:
    return Line.DOTTED if sign == "-" else Line.THICK if sign == "+" else Line.SOLID
