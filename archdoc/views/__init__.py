"""Architecture to pictures: each view chooses what to show and keeps within its budget. No view knows a renderer.

The nouns of a picture live here: plain nodes of its own, since what a picture groups together is nobody's entity.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from archdoc.model import EntityId


class Category(StrEnum):
    """What a node is to the reader; renderers give each its shape and colour."""

    PIPELINE = "pipeline"
    SOURCE = "source"
    ARTIFACT = "artifact"
    WORKLOAD = "workload"
    DATA = "data"
    NETWORK = "network"
    EXTERNAL = "external"
    PERSON = "person"
    WARNING = "warning"
    CONTEXT = "context"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Line(StrEnum):
    """How an edge is drawn: thick for requests, solid for what is sure, dotted for pulls and what is less than sure."""

    SOLID = "solid"
    DOTTED = "dotted"
    THICK = "thick"


@dataclass(frozen=True, slots=True)
class ViewNode:
    """A box: `id` is safe in every renderer (``[a-z][a-z0-9_]*``), `title` and `subtitle` are raw text of the repository.

    `type` is the entity type an icon can be chosen by; `entities` are the ids that the box stands for.
    """

    id: str
    title: str
    subtitle: str
    category: Category
    group: str | None = None
    type: str = ""
    entities: tuple[EntityId, ...] = ()


@dataclass(frozen=True, slots=True)
class ViewEdge:
    """An arrow between two nodes of the view, labelled with a verb or a fact of at most two words."""

    source: str
    target: str
    label: str = ""
    line: Line = Line.SOLID


@dataclass(frozen=True, slots=True)
class ViewGroup:
    """A frame around nodes; `parent` is the id of the frame around it."""

    id: str
    title: str
    subtitle: str = ""
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A picture before it is drawn. Nodes, edges and groups are in the order in which they are to be written.

    `omitted` says, one phrase each and without counts, what is not drawn.
    """

    id: str
    title: str
    description: str
    nodes: tuple[ViewNode, ...]
    edges: tuple[ViewEdge, ...]
    groups: tuple[ViewGroup, ...] = ()
    direction: str = "TB"
    omitted: tuple[str, ...] = ()


def file_names(views: Iterable[View]) -> dict[str, str]:
    """A file name without ending for each view, made of its id."""
    return {view.id: re.sub(r"[^A-Za-z0-9.]+", "-", view.id).strip("-.") or "view" for view in views}
