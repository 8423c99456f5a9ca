"""What a drawing consists of. Plain values; this module must not know how any of them is written down.

Lines count from 1 within the text that was read. Labels are what a reader of the picture sees, as plain text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Style: TypeAlias = Literal["solid", "dotted", "thick", "invisible"]
Arrow: TypeAlias = Literal["arrow", "open", "cross", "circle"]


@dataclass(frozen=True, slots=True)
class DrawnNode:
    """A shape with a label; `line` is its first mention, `group` the innermost subgraph around it."""

    id: str
    label: str
    shape: str
    group: str | None
    classes: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class DrawnEdge:
    """A line between two nodes or groups, named by id; `both` says that its arrow head is at both ends."""

    source: str
    target: str
    label: str
    style: Style
    arrow: Arrow
    both: bool
    line: int


@dataclass(frozen=True, slots=True)
class DrawnGroup:
    """A subgraph; `parent` is the subgraph it stands in, and following parents always ends."""

    id: str
    title: str
    parent: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A line whose syntax was not understood: nothing on it counts as drawn, nor as missing."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """What one diagram draws. Only a `kind` of ``flowchart`` is read; of any other kind nothing but its name is known.

    `direction` is TB, BT, LR or RL (TD is written TB), and empty where there is none. Nodes stand in the order of their first
    mention, edges and groups in the order of the text.
    """

    kind: str
    direction: str = ""
    nodes: tuple[DrawnNode, ...] = ()
    edges: tuple[DrawnEdge, ...] = ()
    groups: tuple[DrawnGroup, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced diagram in a Markdown page: `line` is where its text begins, `fence_line` where its fence opens."""

    line: int
    text: str
    fence_line: int
