"""What the two Graphviz renderers share: colours, line styles, text that fits a box, the nesting of frames.

Graphviz draws on white and on black pages alike, so boxes carry their own fill and everything outside a box is mid-grey.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from archdoc.render.mermaid import shorten
from archdoc.views import Category, Line, View, ViewEdge, ViewGroup, ViewNode

LINE_CHARS = 24
FONT = "Helvetica,Arial,sans-serif"
GREY = "#6e7781"
"""Readable on white (4.6:1) and on the dark page #0d1117 (4.2:1)."""
FRAME_FILL = "#8c959f1f"
SIGN = "\u26a0"
_AIR = "\u00a0"
"""A space that Graphviz keeps at the end of a label."""


LINES: Mapping[Line, Mapping[str, str]] = MappingProxyType(
    {
        Line.SOLID: {"style": "solid", "penwidth": "1.5"},
        Line.DOTTED: {"style": "dotted", "penwidth": "2"},
        Line.THICK: {"style": "solid", "penwidth": "3.5"},
    }
)

GRAPH: Mapping[str, str] = MappingProxyType(
    {
        "bgcolor": "transparent",
        "fontcolor": GREY,
        "fontname": FONT,
        "fontsize": "16",
        "labeljust": "l",
        "labelloc": "t",
        "nodesep": "0.4",
        "pad": "0.2",
        "ranksep": "0.6",
        "splines": "spline",
    }
)
FRAME: Mapping[str, str] = MappingProxyType(
    {
        "bgcolor": "",
        "fillcolor": FRAME_FILL,
        "fontcolor": GREY,
        "fontname": FONT,
        "fontsize": "13",
        "labeljust": "l",
        "margin": "16",
        "pencolor": "#8c959fa0",
        "style": "rounded,filled",
    }
)
NODE: Mapping[str, str] = MappingProxyType({"fontname": FONT, "fontsize": "13"})
EDGE: Mapping[str, str] = MappingProxyType(
    {"arrowsize": "0.8", "color": GREY, "fontcolor": GREY, "fontname": FONT, "fontsize": "12"}
)


def two_lines(text: str) -> tuple[str, ...]:
    """`text` on at most two lines of `LINE_CHARS`, broken behind a separator near the middle where there is one."""
    text = shorten(text, 2 * LINE_CHARS)
    if len(text) <= LINE_CHARS:
        return (text,)
    breaks = [i for i in range(len(text) - LINE_CHARS, LINE_CHARS + 1) if text[i - 1] in " /-_.:@"]
    at = min(breaks, key=lambda i: abs(2 * i - len(text)), default=LINE_CHARS)
    return (text[:at].rstrip(), text[at:].lstrip())


def label_of(node: ViewNode) -> tuple[tuple[str, ...], str]:
    """The lines of a box's title and its subtitle (or ``""``), fit to be escaped; a warning carries its sign."""
    sign = f"{SIGN} " if node.category is Category.WARNING and SIGN not in node.title + node.subtitle else ""
    subtitle = shorten(node.subtitle, LINE_CHARS) if node.subtitle.strip() else ""
    return two_lines(sign + node.title), subtitle


def picture_label(view: View) -> tuple[str, str]:
    """The title of a picture, fit to be escaped, and a blank line to keep it off the boxes."""
    return shorten(view.title, 3 * LINE_CHARS), _AIR


def edge_label(edge: ViewEdge) -> str:
    """What an arrow says, fit to be escaped, with air between it and the arrow; ``""`` where it says nothing."""
    return f"{_AIR}{_AIR}{shorten(edge.label, LINE_CHARS)}{_AIR}" if edge.label.strip() else ""


def frame_label(group: ViewGroup) -> str:
    """``Cloud zone · serving``: title and subtitle of a frame, fit to be escaped."""
    words = (shorten(text, 2 * LINE_CHARS) for text in (group.title, group.subtitle) if text.strip())
    return _AIR + " \u00b7 ".join(words) + _AIR


def members(view: View, frame: str | None) -> Iterator[ViewNode | ViewGroup]:
    """What stands directly in the frame of that id (None: in no frame): nodes first, then inner frames."""
    yield from (node for node in view.nodes if node.group == frame)
    yield from (group for group in view.groups if group.parent == frame)
