"""Where each of some boxes leads to each of others: one small box between them in place of arrows that all cross.

Knows a picture in the making and nothing of what its boxes are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from archdoc.views import Category, Line
from archdoc.views._draft import CAP, Draft

_WORD = "each"
_WORTH = 2
"""So many arrows fewer are worth a box."""


def join(draft: Draft) -> None:
    """Put joints into a picture, the one that saves most arrows first, for as long as one is worth its box."""
    for label, line in sorted({(edge.label, edge.line) for edge in draft.edges.values()}):
        while len(draft.nodes) < CAP and (joint := _best(draft, label, line)):
            _put(draft, *joint, label, line)


def _best(draft: Draft, label: str, line: Line) -> tuple[frozenset[str], frozenset[str]] | None:
    led: dict[str, set[str]] = defaultdict(set)
    for edge in draft.edges.values():
        if (edge.label, edge.line) == (label, line):
            led[edge.source].add(edge.target)
    found = ((_saved(sources, targets), sorted(sources), sorted(targets), sources, targets) for sources, targets in _meeting(led))
    saved, *_, sources, targets = max(found, key=lambda one: one[:3], default=(0, [], [], frozenset(), frozenset()))
    return (sources, targets) if saved >= _WORTH else None


def _meeting(led: dict[str, set[str]]) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """What two boxes lead to both, with all that lead to each of that."""
    for one, other in combinations(led, 2):
        targets = frozenset(led[one] & led[other])
        yield frozenset(source for source, ends in led.items() if targets <= ends), targets


def _saved(sources: frozenset[str], targets: frozenset[str]) -> int:
    return len(sources) * len(targets) - len(sources) - len(targets)


def _put(draft: Draft, sources: frozenset[str], targets: frozenset[str], label: str, line: Line) -> None:
    key = " ".join((_WORD, label, *sorted(sources), "to", *sorted(targets)))
    frames = {draft.nodes[source].group for source in sources}
    frame = frames.pop() if len(frames) == 1 else None
    draft.node(key, f"each {label} {draft.nodes[min(sources)].id}", _WORD, "", Category.CONTEXT, group=frame, type_="joint")
    for source in sorted(sources):
        for target in targets:
            del draft.edges[source, target, label]
    for source in sorted(sources):
        draft.edge(source, key, "", line)
    for target in sorted(targets):
        draft.edge(key, target, label, line)
