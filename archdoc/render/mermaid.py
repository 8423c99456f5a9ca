"""A view as a Mermaid flowchart: one statement a line, sorted, the same bytes for the same view.

Everything that comes from the repository is escaped to code points, so no text can become syntax, markup or a request.
Layout and look are pinned; the theme is not, so that pages choose light or dark.
"""

from __future__ import annotations

import unicodedata

from archdoc.regex import regex
from archdoc.render.palette import PAINT, Paint
from archdoc.views import Category, Line, View, ViewGroup, ViewNode
from archdoc.views._labels import SUBTITLE, TITLE, broken
from archdoc.views._layout import within

_HEADER = (
    "---",
    "config:",
    "  layout: dagre",
    "  look: classic",
    "  flowchart:",
    "    padding: 10",
    "    wrappingWidth: 260",
    "    nodeSpacing: 30",
    "    rankSpacing: {spacing}",
    "    subGraphTitleMargin:",
    "      top: 4",
    "      bottom: 10",
    "---",
)
_SHAPES: dict[Category, tuple[str, str]] = {
    Category.PIPELINE: ("[[", "]]"),
    Category.SOURCE: ("[/", "/]"),
    Category.ARTIFACT: ("[(", ")]"),
    Category.WORKLOAD: ("[", "]"),
    Category.DATA: ("[(", ")]"),
    Category.NETWORK: ("{{", "}}"),
    Category.EXTERNAL: ("[", "]"),
    Category.PERSON: ("([", "])"),
    Category.WARNING: ("[", "]"),
    Category.CONTEXT: ("[", "]"),
    Category.ADDED: ("[", "]"),
    Category.REMOVED: ("[", "]"),
    Category.CHANGED: ("[", "]"),
}
_ZONE = "fill:#8c959f14,stroke:#8c959f,color:#6e7781"
_ARROWS: dict[Line, str] = {Line.SOLID: "-->", Line.DOTTED: "-.->", Line.THICK: "==>"}
_PLAIN = frozenset(" -_./,+=()·…")
_SYNTAX = regex(r"[^\w \-./,+=()·…]")
_WIDTH = 24
_HARD_WIDTH = 60


def render(view: View) -> str:
    """The text of a view, ending in a newline."""
    # The title of a frame may be wider than what is in it, and must not reach into the frame beside it.
    spacing = 44 if view.groups else 36
    lines = [line.format(spacing=spacing) for line in _HEADER]
    lines.append(f"flowchart {view.direction}")
    lines.append(f"  accTitle: {_sentence(view.title)}")
    if view.description:
        lines.append(f"  accDescr: {_sentence(view.description)}")
    for group in (g for g in view.groups if g.parent is None):
        lines += _group(view, group, "  ")
    lines += [f"  {_node(node)}" for node in view.nodes if node.group is None]
    for edge in view.edges:
        label = f'|"{_text(edge.label, _WIDTH)}"|' if edge.label else ""
        lines.append(f"  {edge.source} {_ARROWS[edge.line]}{label} {edge.target}")
    for category in sorted({node.category for node in view.nodes}):
        lines.append(f"  classDef {category} {_style(PAINT[category])}")
    if view.groups:
        lines.append(f"  classDef zone {_ZONE}")
        lines += [f"  class {group.id} zone" for group in sorted(view.groups, key=lambda g: g.id)]
    return "\n".join(lines) + "\n"


def _style(paint: Paint) -> str:
    style = f"fill:{paint.fill},stroke:{paint.border},color:{paint.text}"
    if paint.width == "3":
        style += ",stroke-width:3px"
    return f"{style},stroke-dasharray:4 3" if paint.style == "dashed" else style


def _group(view: View, group: ViewGroup, indent: str) -> list[str]:
    subtitle = f" · {_text(group.subtitle, _WIDTH)}" if group.subtitle else ""
    lines = [f'{indent}subgraph {group.id}["<b>{_text(group.title, 2 * _WIDTH)}</b>{subtitle}"]']
    if way := within(view, group.id):
        lines.append(f"{indent}  direction {way}")
    for inner in (g for g in view.groups if g.parent == group.id):
        lines += _group(view, inner, indent + "  ")
    lines += [f"{indent}  {_node(node)}" for node in view.nodes if node.group == group.id]
    return [*lines, f"{indent}end"]


def _node(node: ViewNode) -> str:
    left, right = _SHAPES[node.category]
    # Between words Mermaid breaks lines by itself.
    lines = broken(shorten(node.title, TITLE))
    title = "<br/>".join(_text(line, TITLE if " " in line else _WIDTH + 4) for line in lines)
    subtitle = f"<br/>{_text(node.subtitle, SUBTITLE)}" if node.subtitle else ""
    return f'{node.id}{left}"<b>{title}</b>{subtitle}"{right}:::{node.category}'


def _text(text: str, width: int) -> str:
    """Text of the repository as a label: printable, cut in the middle, every character that could be syntax as ``#code;``."""
    return _SYNTAX.sub(lambda found: f"#{ord(found[0])};", shorten(text, width))


def _sentence(text: str) -> str:
    """Text for ``accTitle`` and ``accDescr``, which know no escapes: what is not plain is left out."""
    return "".join(c for c in shorten(text, 4 * _HARD_WIDTH) if c in _PLAIN or c in ":'" or c.isalnum()) or "diagram"


def shorten(text: str, width: int) -> str:
    """Printable text on one line of at most `width` characters; the middle goes, since names differ at their ends."""
    if not (text.isascii() and text.isprintable()):
        text = "".join(c if c.isprintable() and unicodedata.category(c) != "Cf" else " " for c in text)
    clean = " ".join(text.split())
    if len(clean) > width:
        tail = (width - 1) * 3 // 5
        clean = f"{clean[: width - 1 - tail]}…{clean[-tail:]}"
    return clean or "(unnamed)"
