"""Mermaid text -> what it draws: nodes, edges and groups, and the lines that were not understood.

Used to read archdoc's own blocks back (the diagram is the lock) and to judge diagrams drawn by hand. It knows Mermaid and
Markdown fences; it must not know the graph, views, or what a name in a picture stands for. Reading never fails: syntax it does
not know ends as `Unjudged`. What a text means is measured against npm mermaid (``tests/browser/oracle_drawings.py``).
"""

from archdoc.drawings.flowchart import parse
from archdoc.drawings.markdown import blocks
from archdoc.drawings.nouns import Arrow, Block, Drawing, DrawnEdge, DrawnGroup, DrawnNode, Style, Unjudged
from archdoc.drawings.remarks import Remark, remarks
from archdoc.drawings.script import parse_script

__all__ = [
    "Arrow",
    "Block",
    "Drawing",
    "DrawnEdge",
    "DrawnGroup",
    "DrawnNode",
    "Remark",
    "Style",
    "Unjudged",
    "blocks",
    "parse",
    "read",
    "remarks",
]


def read(path: str, text: str) -> Drawing:
    """What a drawing in a file of this name shows: Mermaid, or Python that uses the `diagrams` package. Never raises."""
    return parse_script(text) if path.endswith(".py") else parse(text)
