"""A picture in the making: nodes by key, edges between keys; ids come last, from keys alone, so that no order shows."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field, replace

from archdoc.model import EntityId
from archdoc.regex import regex
from archdoc.views import Category, Line, View, ViewEdge, ViewGroup, ViewNode
from archdoc.views._layout import direction

CAP = 30
DETAIL = 25
OVERVIEW = 12
MAX_EDGES = 45
_ORDER = tuple(Category)
_UNSAFE = regex(r"[^a-z0-9]+")
_MAX_ID = 48


@dataclass(slots=True)
class Draft:
    """Nodes and edges by keys of any text. A node's key is its identity in this picture; the first mention of a key stands."""

    id: str
    title: str
    description: str = ""
    nodes: dict[str, ViewNode] = field(default_factory=dict)
    edges: dict[tuple[str, str, str], ViewEdge] = field(default_factory=dict)
    groups: dict[str, ViewGroup] = field(default_factory=dict)
    omitted: set[str] = field(default_factory=set)

    def node(
        self,
        key: str,
        slug: str,
        title: str,
        subtitle: str,
        category: Category,
        *,
        group: str | None = None,
        type_: str = "",
        entities: tuple[EntityId, ...] = (),
    ) -> None:
        """Add a node; `slug` is what its id is made of, beginning with a word for its kind."""
        self.nodes.setdefault(key, ViewNode(slug, title, subtitle, category, group, type_, entities))

    def edge(self, source: str, target: str, label: str = "", line: Line = Line.SOLID) -> None:
        """Add an edge; one that joins a node to itself is not drawn, and the strongest line of several stands."""
        if source == target or source not in self.nodes or target not in self.nodes:
            return
        key = (source, target, label)
        known = self.edges.get(key)
        if known is None or (known.line is Line.DOTTED and line is not Line.DOTTED):
            self.edges[key] = ViewEdge(source, target, label, line)

    def group(self, key: str, title: str, subtitle: str = "", parent: str | None = None) -> None:
        """Add a frame; frames are drawn in the order in which they were added, empty ones not at all."""
        self.groups.setdefault(key, ViewGroup(key, title, subtitle, parent))

    def fits(self, nodes: int) -> bool:
        """Whether the picture keeps within a number of nodes and the budget of edges."""
        return len(self.nodes) <= nodes and len(self.edges) <= MAX_EDGES

    def cut(self, what: str = "neighbours") -> None:
        """Leave out what is drawn last where the budget is spent, and say so: neighbours have pictures of their own."""
        if not self.fits(CAP):
            self.nodes = dict(list(self.nodes.items())[:CAP])
            kept = [(key, edge) for key, edge in self.edges.items() if {edge.source, edge.target} <= self.nodes.keys()]
            self.edges = dict(kept[:MAX_EDGES])
            self.omitted.add(f"{what} that no picture could hold")

    def view(self) -> View:
        """The finished picture: ids made, everything in its order."""
        ids = identifiers({key: node.id for key, node in self.nodes.items()})
        frames = identifiers({key: f"zone {key}" for key in self.groups})
        used = {node.group for node in self.nodes.values() if node.group}
        for key in reversed(self.groups):
            if key in used and (parent := self.groups[key].parent):
                used.add(parent)
        nodes = sorted(
            (replace(n, id=ids[key], group=frames.get(n.group or "")) for key, n in self.nodes.items()),
            key=lambda n: (_ORDER.index(n.category), n.id),
        )
        edges = sorted(
            (replace(e, source=ids[e.source], target=ids[e.target]) for e in self.edges.values()),
            key=lambda e: (e.source, e.target, e.label),
        )
        groups = tuple(
            replace(g, id=frames[key], parent=frames[g.parent] if g.parent else None)
            for key, g in self.groups.items()
            if key in used
        )
        way = direction(nodes, edges)
        return View(self.id, self.title, self.description, tuple(nodes), tuple(edges), groups, way, tuple(sorted(self.omitted)))


def identifiers(slugs: dict[str, str]) -> dict[str, str]:
    """An id for each key, from its slug; where two slugs meet, or one is too long, a hash of the key tells them apart."""
    made = {key: _UNSAFE.sub("_", slug.lower()).strip("_") or "node" for key, slug in slugs.items()}
    counts = Counter(made.values())
    return {
        key: slug
        if counts[slug] == 1 and len(slug) <= _MAX_ID
        else f"{slug[: _MAX_ID - 7]}_{hashlib.sha256(key.encode()).hexdigest()[:6]}"
        for key, slug in made.items()
    }
