"""Diagrams drawn by hand: found in the files that the configuration names, and judged by the graph of the same tree.

The author's comments (``%% archdoc: ...``) are read here. Nothing of git, and no other file than those named, is known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import PurePosixPath

from archdoc import drawings, pages
from archdoc.check._mapping import Told
from archdoc.check._names import Names, nearest
from archdoc.check._reflexion import Reflexion
from archdoc.check._sketch import Judged, Sketch
from archdoc.check._texts import Texts
from archdoc.config import FILE as CONFIG
from archdoc.config import DrawingsRow, lies_in
from archdoc.drawings import Drawing
from archdoc.graph import Graph
from archdoc.model import EntityId, Evidence, Finding
from archdoc.rules import finding

_PAGES = (".md", ".mmd", ".mermaid")
_MOST = 500  # as many arrows as Mermaid itself draws; time grows with their number and that of what they may mean

__all__ = ["Judged", "Sketch", "judge", "of_tree", "sketches"]


def sketches(path: str, text: str, *, complete: bool = False) -> tuple[Sketch, ...]:
    """The diagrams of a file that are drawn by hand: not those in blocks that archdoc writes."""
    if path.endswith((".py", ".mmd", ".mermaid")):
        return (Sketch(path, 0, text, complete),)
    own = pages.parse(path, text).blocks
    return tuple(
        Sketch(path, block.line - 1, block.text, complete)
        for block in drawings.blocks(text)
        if not any(one.begin < block.line < one.end for one in own)
    )


def of_tree(
    rows: Iterable[DrawingsRow], paths: Sequence[str], read: Callable[[str], bytes | None], graph: Graph
) -> tuple[tuple[Judged, ...], tuple[Finding, ...]]:
    """What is said of every drawing in the files that rows of the configuration name, and which rows name none.

    `paths` are all files of the tree, `read` gives their content.
    """
    wanted: dict[str, bool] = {}
    odd: list[Finding] = []
    for row in rows:
        found = [path for path in paths if _matches(path, row.path)]
        wanted |= {path: wanted.get(path, False) or row.coverage == "complete" for path in found}
        if not found:
            odd.append(finding("drawing-missing", f"no file is called `{row.path}`", Evidence(CONFIG, 1), row.path))
    names, texts = Names(graph), Texts(graph, read, paths)
    judged: list[Judged] = []
    for path, complete in sorted(wanted.items()):
        content = (read(path) or b"").decode("utf-8", errors="replace")
        drawn = sketches(path, content, complete=complete)
        judged += [one for one in (judge(sketch, names, texts) for sketch in drawn) if one is not None]
        if not drawn and any(row.path == path for row in rows):
            odd.append(finding("drawing-missing", "the page holds no diagram drawn by hand", Evidence(path, 1), path))
    return tuple(judged), tuple(odd)


def _matches(path: str, pattern: str) -> bool:
    """Whether a file is meant: of a folder its Markdown and Mermaid; a script, or any other file, only by a name that ends so."""
    suffix = PurePosixPath(path).suffix
    return lies_in(path, pattern) and (suffix in _PAGES or pattern.endswith(suffix or path))


def judge(sketch: Sketch, names: Names, texts: Texts) -> Judged | None:
    """What is to be said of one drawing; None where its author does not want it judged."""
    notes = drawings.remarks(sketch.text)
    if any(note.text == "ignore-drawing" for note in notes):
        return None
    drawing = drawings.read(sketch.path, sketch.text)
    if not drawing.nodes:
        what = f"a `{drawing.kind}` is" if drawing.kind and not drawing.unjudged else "nothing in it is understood, so it is"
        said = finding("drawing-not-judged", f"{what} not judged", sketch.at(1))
        return Judged(sketch, (said,) if drawing.kind != "flowchart" or drawing.unjudged else (), {}, 0, 0)
    if len(drawing.nodes) > _MOST or len(drawing.edges) > _MOST:
        said = finding(
            "drawing-not-judged", f"more than {_MOST} nodes or arrows are no picture, so it is not judged", sketch.at(1)
        )
        return Judged(sketch, (said,), {}, 0, len(drawing.nodes))
    told, odd = _told(sketch, drawing, notes, names)
    return Reflexion(sketch, drawing, told, names, texts).judged(odd)


def _told(sketch: Sketch, drawing: Drawing, notes: Iterable[drawings.Remark], names: Names) -> tuple[Told, list[Finding]]:
    """The author's comments, and what is wrong with them."""
    known = {node.id for node in drawing.nodes} | {node.label for node in drawing.nodes} | {group.id for group in drawing.groups}
    entities: dict[str, frozenset[EntityId]] = {}
    external: set[str] = set()
    external_lines: set[int] = set()
    ignored: set[int] = set()
    odd: list[Finding] = []
    for note in notes:
        at = sketch.at(note.line)
        word, _, rest = note.text.partition(" ")
        node, equals, meant = note.text.removeprefix("map ").partition("=")
        if word == "external":
            listed = [one.strip() for one in rest.split(",") if one.strip()]
            if set(listed) <= known:
                external.update(listed)
            if not listed or not set(listed) & known:
                external_lines.add(note.next)
        elif word == "ignore-next":
            ignored.add(note.next)
        elif word.startswith("ignore["):
            continue  # that is for findings of any kind: `ignores` reads it
        elif equals:
            node = node.strip()
            found = names.explicit(meant)
            if node not in known:
                odd.append(finding("drawing-map-unknown", f"nothing in the drawing is called `{node}`", at, node))
            elif not found:
                near = nearest(names.near(meant.strip().rpartition("/")[2]))
                message = f"`{node}` stands for `{meant.strip()}`, which is not there{near}"
                odd.append(finding("drawing-node-absent", message, at, node))
                external.add(node)
            else:
                entities[node] = found
        else:
            odd.append(finding("drawing-map-unknown", f"`{note.text}` is no remark that is known", at, note.text))
    return Told(entities, frozenset(external), frozenset(external_lines), frozenset(ignored)), odd
