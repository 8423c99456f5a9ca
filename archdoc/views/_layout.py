"""Which way a picture reads best: its width both ways, estimated from labels, without drawing it.

Figures from measuring dagre's output in Chromium with the wide font that it takes where Mermaid's own are not installed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from archdoc.views import View, ViewEdge, ViewNode
from archdoc.views._labels import SUBTITLE, TITLE, broken

_COLUMN = 850
_GAP, _BESIDE = 36, 30
_BOLD, _PLAIN, _PADDING = 10.2, 9.2, 42
_FRAMED = 50
"""From left to right, ranks of boxes in frames stand as much further apart."""
_TITLES = 1.08
"""From top to bottom arrows run over the titles of frames: so much wider a picture may be that goes from left to right."""
_PAIR = 2
_UNDERRATED = 1.1
"""From top to bottom the rows are pushed apart by what is above and below them, more than ranks from left to right are."""


def within(view: View, frame: str) -> str:
    """The direction to be written inside a frame, ``""`` where what Mermaid does by itself will do.

    Inside a frame that no edge leaves it turns the direction of the picture.
    """
    frames = {frame}
    while more := {group.id for group in view.groups if group.parent in frames} - frames:
        frames |= more
    nodes = [node for node in view.nodes if node.group in frames]
    inside = {node.id for node in nodes}
    edges = [edge for edge in view.edges if edge.source in inside or edge.target in inside]
    if len(nodes) < _PAIR or any(edge.source not in inside or edge.target not in inside for edge in edges):
        return ""
    # Without edges the nodes of a frame would stand in one row; from left to right they stand one below the other.
    way = direction(nodes, edges) if edges else "LR"
    return way if way == view.direction else ""


def direction(nodes: Sequence[ViewNode], edges: Sequence[ViewEdge]) -> str:
    """``TB`` unless a picture from left to right is narrower and the other too wide for a page column.

    Parts that no edge joins stand side by side from top to bottom, and one below the other from left to right.
    """
    if _closed_frames(nodes, edges) > 1 or (not edges and len({node.group for node in nodes}) > 1):
        # Mermaid turns the direction inside a frame that no edge leaves: from left to right frames stand one below the other.
        return "LR"
    down, across = widths(nodes, edges)
    if any(node.group for node in nodes):
        down *= _TITLES
    return "TB" if down <= _COLUMN or down <= across else "LR"


def widths(nodes: Sequence[ViewNode], edges: Sequence[ViewEdge]) -> tuple[float, float]:
    """How wide a picture would be from top to bottom, and from left to right, in pixels."""
    ranks = _ranks(nodes, edges)
    down, across = [0.0], [0.0]
    beside: dict[int, float] = defaultdict(float)
    for part in _components(nodes, edges):
        rows: dict[int, list[float]] = defaultdict(list)
        for node in part:
            rows[ranks[node.id]].append(_wide(node))
        inside = {node.id for node in part}
        spans = [sorted((ranks[edge.source], ranks[edge.target])) for edge in edges if edge.source in inside]
        # A long edge takes room in every row that it passes.
        passing = Counter(rank for first, last in spans for rank in range(first + 1, last))
        wide = {rank: sum(row) + _BESIDE * (len(row) + 2 * passing[rank]) for rank, row in rows.items()}
        down.append(max(wide.values()))
        for rank, width in wide.items():
            beside[rank] += width
        labels: dict[int, float] = defaultdict(float)
        for edge in (edge for edge in edges if edge.source in inside and edge.label):
            before = min(ranks[edge.source], ranks[edge.target])
            labels[before] = max(labels[before], _PLAIN * len(edge.label))
        framed = len({ranks[node.id] for node in part if node.group}) if len(part) > 1 else 0
        across.append(sum(max(row) for row in rows.values()) + sum(labels.values()) + (len(rows) - 1) * _GAP + framed * _FRAMED)
    # Parts stand as close as their rows let them, some in the notches of others.
    return _UNDERRATED * ((sum(down) + max(beside.values(), default=0.0)) / 2 - _BESIDE), max(across)


def _wide(node: ViewNode) -> float:
    title = max(map(len, broken(node.title[:TITLE])))
    return max(_BOLD * title, _PLAIN * min(SUBTITLE, len(node.subtitle))) + _PADDING


def _closed_frames(nodes: Sequence[ViewNode], edges: Sequence[ViewEdge]) -> int:
    """How many frames no edge leaves."""
    frame = {node.id: node.group for node in nodes}
    left = {
        frame.get(end) for edge in edges if frame.get(edge.source) != frame.get(edge.target) for end in (edge.source, edge.target)
    }
    inside = {frame.get(edge.source) for edge in edges if frame.get(edge.source) == frame.get(edge.target)}
    return len(inside - left - {None})


def _components(nodes: Sequence[ViewNode], edges: Sequence[ViewEdge]) -> list[list[ViewNode]]:
    """The nodes that edges join, directly or by others."""
    leader = {node.id: node.id for node in nodes}

    def find(one: str) -> str:
        while leader[one] != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    for edge in edges:
        leader[find(edge.source)] = find(edge.target)
    parts: dict[str, list[ViewNode]] = defaultdict(list)
    for node in nodes:
        parts[find(node.id)].append(node)
    return list(parts.values())


def _ranks(nodes: Sequence[ViewNode], edges: Sequence[ViewEdge]) -> dict[str, int]:
    """The longest way from a node without predecessors, which are drawn near; edges that close a cycle do not count."""
    after: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        after[edge.source].append(edge.target)
    order: list[str] = []
    seen: set[str] = set()
    for node in nodes:
        stack = [(node.id, iter(after[node.id]))] if node.id not in seen else []
        seen.add(node.id)
        while stack:
            current, targets = stack[-1]
            for target in targets:
                if target not in seen:
                    seen.add(target)
                    stack.append((target, iter(after[target])))
                    break
            else:
                order.append(current)
                stack.pop()
    position = {key: i for i, key in enumerate(reversed(order))}
    ranks = {node.id: 0 for node in nodes}
    for key in reversed(order):
        for target in after[key]:
            if position[target] > position[key]:
                ranks[target] = max(ranks[target], ranks[key] + 1)
    # What nothing leads to stands right before the first that it leads to.
    begun = {edge.target for edge in edges}
    for key, led in after.items():
        if led and key not in begun:
            ranks[key] = min(ranks[target] for target in led) - 1
    return ranks
