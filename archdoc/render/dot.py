"""View -> DOT text for the user's own Graphviz: no icons, no package, nothing run.

Text of the repository stands only inside quoted strings, where DOT knows neither HTML nor statements.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from archdoc.render._graphviz import (
    EDGE,
    FRAME,
    GRAPH,
    LINES,
    NODE,
    edge_label,
    frame_label,
    label_of,
    members,
    picture_label,
)
from archdoc.render.mermaid import shorten
from archdoc.render.palette import PAINT
from archdoc.views import Category, View, ViewEdge, ViewGroup, ViewNode

# The same shapes as in Mermaid, as far as Graphviz has them.
_SHAPES: Mapping[Category, Mapping[str, str]] = MappingProxyType(
    {
        Category.PIPELINE: {"shape": "box", "peripheries": "2"},
        Category.SOURCE: {"shape": "note"},
        Category.ARTIFACT: {"shape": "cylinder"},
        Category.WORKLOAD: {"shape": "box"},
        Category.DATA: {"shape": "cylinder"},
        Category.NETWORK: {"shape": "hexagon"},
        Category.EXTERNAL: {"shape": "box"},
        Category.PERSON: {"shape": "oval"},
        Category.WARNING: {"shape": "box"},
        **{key: {"shape": "box"} for key in (Category.CONTEXT, Category.ADDED, Category.REMOVED, Category.CHANGED)},
    }
)


def render(view: View) -> str:
    """The view as a `digraph`: one statement a line, in the order of the view, the same text for the same view."""
    return "\n".join([f"digraph {_id(shorten(view.id, 80))} {{", *_body(view), "}", ""])


def _body(view: View) -> Iterator[str]:
    yield f"  graph [label={_text(*picture_label(view))}, {_attributes({**GRAPH, 'rankdir': view.direction})}];"
    yield f"  node [{_attributes({**NODE, 'margin': '0.2,0.1'})}];"
    yield f"  edge [{_attributes(EDGE)}];"
    yield from _inside(view, None, "  ")
    yield from (f"  {_edge(edge)}" for edge in view.edges)


def _inside(view: View, frame: str | None, indent: str) -> Iterator[str]:
    for member in members(view, frame):
        if isinstance(member, ViewNode):
            yield f"{indent}{_node(member)}"
        else:
            yield f"{indent}subgraph {_id(f'cluster_{member.id}')} {{"
            yield f"{indent}  {_frame(member)}"
            yield from _inside(view, member.id, f"{indent}  ")
            yield f"{indent}}}"


def _frame(group: ViewGroup) -> str:
    return f"graph [label={_text(frame_label(group))}, {_attributes(FRAME)}];"


def _node(node: ViewNode) -> str:
    paint = PAINT[node.category]
    title, subtitle = label_of(node)
    colours = {"fillcolor": paint.fill, "color": paint.border, "fontcolor": paint.text, "penwidth": paint.width}
    attributes = {**_SHAPES[node.category], "style": f"filled,{paint.style}", **colours}
    return f"{_id(node.id)} [label={_text(*title, *filter(None, [subtitle]))}, {_attributes(attributes)}];"


def _edge(edge: ViewEdge) -> str:
    words = edge_label(edge)
    label = f"label={_text(words)}, " if words else ""
    return f"{_id(edge.source)} -> {_id(edge.target)} [{label}{_attributes(LINES[edge.line])}];"


def _attributes(attributes: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={_id(value)}" for name, value in attributes.items())


def _id(value: str) -> str:
    """A quoted identifier: only the quote is special in it (a backslash before a quote or the end would be, so none stays)."""
    return '"' + value.replace("\\", "/").replace('"', '\\"') + '"'


def _text(*lines: str) -> str:
    r"""A quoted label: ``\N`` and ``&lt;`` of the text stay what they are, lines are centred."""
    escaped = (line.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return '"' + "\\n".join(escaped) + '"'
