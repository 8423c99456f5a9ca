"""Which way a picture reads best: its width both ways, estimated from labels, without drawing it.

Figures from measuring dagre's output: a node is about 7.6 px a character and 46 px wide.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Sequence

from archdoc.views import View, ViewEdge, ViewNode

_COLUMN = 688
_GAP = 44
_ROW = 4


def columns(view: View) -> tuple[tuple[str, str], ...]:
    """Pairs of nodes to be set one below the other, where a row of a picture from top to bottom would hold too many.

    Only ends of chains move. Each has its column by its id, so one node more or less moves no other column.
    """
    if view.direction != "TB":
        return ()
    ranks = _ranks(view.nodes, view.edges)
    sources = {edge.source for edge in view.edges}
    rows: dict[int, list[ViewNode]] = defaultdict(list)
    for node in view.nodes:
        rows[ranks[node.id]].append(node)
    pairs: list[tuple[str, str]] = []
    for row in rows.values():
        if len(row) <= _ROW:
            continue
        above: dict[tuple[str | None, int], str] = {}
        for node in sorted((n for n in row if n.id not in sources), key=lambda n: n.id):
            place = (node.group, zlib.crc32(node.id.encode()) % _ROW)
            if place in above:
                pairs.append((above[place], node.id))
            above[place] = node.id
    return tuple(pairs)


def direction(nodes: Sequence[ViewNode], edges: Sequence[ViewEdge]) -> str:
    """``TB`` unless a picture from left to right is narrower and the other too wide for a page column."""
    ranks = _ranks(nodes, edges)
    widths = {node.id: 7.6 * max(min(28, len(node.title)), min(28, len(node.subtitle))) + 46 for node in nodes}
    rows: dict[int, list[float]] = defaultdict(list)
    for node in nodes:
        rows[ranks[node.id]].append(widths[node.id])
    if not rows:
        return "TB"
    inner = {edge.source for edge in edges}
    # Ends of chains are set in columns, see `columns`.
    fixed = {rank: sum(1 for node in nodes if ranks[node.id] == rank and node.id in inner) for rank in rows}
    down = max(
        sum(sorted(row)[-max(_ROW, fixed[rank]) :]) + 36 * min(len(row), max(_ROW, fixed[rank])) for rank, row in rows.items()
    )
    labelled = any(edge.label for edge in edges)
    across = sum(max(row) for row in rows.values()) + (len(rows) - 1) * (_GAP + (75 if labelled else 0))
    return "TB" if down <= _COLUMN or down <= across else "LR"


def _ranks(nodes: Sequence[ViewNode], edges: Sequence[ViewEdge]) -> dict[str, int]:
    """The longest way from a node without predecessors; edges that close a cycle do not count."""
    after: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        after[edge.source].append(edge.target)
    order: list[str] = []
    state: dict[str, int] = {}
    for node in nodes:
        stack = [(node.id, iter(after[node.id]))] if node.id not in state else []
        state.setdefault(node.id, 1)
        while stack:
            current, targets = stack[-1]
            for target in targets:
                if target not in state:
                    state[target] = 1
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
    return ranks
