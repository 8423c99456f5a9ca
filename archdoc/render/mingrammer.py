"""View -> SVG or PNG through the `diagrams` package and Graphviz: the only door to either.

The package builds the DOT text; `dot` is run here, with a time limit, in a private folder that holds copies of the icons,
so that nothing is left behind and no path of this machine gets into a picture. Text of the repository never reaches
Graphviz as markup: labels are plain (`nohtml`), and in the boxes' own tables every sign but letters and digits is a number.
"""

from __future__ import annotations

import base64
import logging
import re
import shutil
import subprocess
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, TypeAlias
from xml.sax.saxutils import escape as xml

from archdoc.errors import ArchdocError, ToolMissingError
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
from archdoc.render.icons import WHITE_ICONS, icon_of
from archdoc.render.mermaid import shorten
from archdoc.render.palette import PAINT
from archdoc.views import View, ViewNode

_log = logging.getLogger(__name__)

Format: TypeAlias = Literal["svg", "png"]

MAX_NODES = 60
SECONDS = 30
"""How long one run of `dot` may take."""

_ICON = 38
_LARGE, _SMALL = int(NODE["fontsize"]), 11
_PNG_DPI = "144"
_TOLD = 600
"""How long a text of the picture that is read aloud or shown on hover may be."""


def render(view: View, format: Format) -> bytes:  # noqa: A002 - the word of the command line
    """The picture as a file's content, the same for the same view and the same Graphviz.

    Raises `ToolMissingError` where the package or `dot` is missing, `ArchdocError` where the view is too large to be read
    or Graphviz fails at it with and without edge labels.
    """
    name = f"view `{shorten(view.id, 80)}`"
    if len(view.nodes) > MAX_NODES:
        raise ArchdocError(
            f"{name} has {len(view.nodes)} boxes, and a picture of more than {MAX_NODES} cannot be read:"
            " render a smaller view (archdoc render --view ID), or use --format mermaid or dot"
        )
    _package()
    dot = _dot()
    complaint = ""
    with tempfile.TemporaryDirectory(prefix="archdoc-") as folder:
        for icon in dict.fromkeys(map(icon_of, view.nodes)):
            shutil.copyfile(_file_of(icon), Path(folder) / _copy(icon))
        for labelled in (True, False):  # some versions of Graphviz fail at edge labels between frames
            picture, complaint = _run(dot, _source(view, labelled=labelled), format, folder)
            if picture:
                return _svg(picture, view, Path(folder)) if format == "svg" else picture
            _log.warning("Graphviz failed at %s %s edge labels: %s", name, "with" if labelled else "without", complaint)
    raise ArchdocError(
        f"Graphviz cannot draw {name} ({complaint}):"
        " render a smaller view (archdoc render --view ID), or use --format mermaid; a newer Graphviz may help (dot -V)"
    )


def _package() -> None:
    try:
        import_module("diagrams")
    except ImportError as error:
        raise ToolMissingError("svg and png need the package `diagrams`: pip install 'infra-archdoc[diagrams]'") from error


def _dot() -> str:
    """The program, never one that lies in the folder we stand in (Windows looks there first)."""
    found = shutil.which("dot")
    path = Path(found or "dot").absolute()
    if found is None or path.parent == Path.cwd():
        raise ToolMissingError(
            "svg and png need Graphviz, and there is no `dot` on the PATH:"
            " apt-get install graphviz (macOS: brew install graphviz, Windows: choco install graphviz)"
        )
    return str(path)


def _run(dot: str, source: str, format_: Format, folder: str) -> tuple[bytes, str]:
    """What `dot` draws, or nothing and its complaint."""
    command = [dot, f"-T{format_}", *([f"-Gdpi={_PNG_DPI}"] if format_ == "png" else [])]
    try:
        done = subprocess.run(command, input=source.encode(), capture_output=True, cwd=folder, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return b"", f"not done after {SECONDS} s"
    complaint = shorten(done.stderr.decode(errors="replace"), 120) if done.stderr else "it drew nothing"
    return (b"", complaint) if done.returncode else (done.stdout, complaint)


def _copy(icon: str) -> str:
    """The name of an icon's copy in the private folder: it tells nothing of where it came from."""
    return f"{icon.replace('.', '-').lower()}.png"


def _file_of(icon: str) -> Path:
    """The file of an icon inside the package; some releases lack a class, one came without its files."""
    module, _, name = icon.rpartition(".")
    try:
        class_ = getattr(import_module(f"diagrams.{module}"), name)
        site = Path(str(import_module("diagrams").__file__)).parents[1]
        return site.joinpath(class_._icon_dir, class_._icon).resolve(strict=True)  # noqa: SLF001 - there is no public way
    except (ImportError, AttributeError, FileNotFoundError) as error:
        raise ToolMissingError(f"the installed `diagrams` lacks the icon {icon}: pip install -U 'diagrams>=0.25.1'") from error


def _source(view: View, *, labelled: bool) -> str:
    """The DOT text that the package makes of the view. Its own `with Diagram` would run `dot` without a limit."""
    from diagrams import Cluster, Diagram, Edge, Node, setdiagram

    diagram = Diagram(
        "view",
        filename="view",
        show=False,
        direction=view.direction,
        graph_attr={**GRAPH, "label": _plain(*picture_label(view))},
        node_attr={**NODE, "fixedsize": "false", "width": "0", "height": "0", "margin": "0.09,0.06", "labelloc": "c"},
        edge_attr=dict(EDGE),
    )
    nodes: dict[str, Any] = {}

    def fill(frame: str | None) -> None:
        for member in members(view, frame):
            if isinstance(member, ViewNode):
                icon = icon_of(member)
                nodes[member.id] = Node(_card(member, icon, _copy(icon)), nodeid=member.id, **_box(member))
            else:
                with Cluster(member.id, graph_attr={**FRAME, "label": _plain(frame_label(member))}):
                    fill(member.id)

    setdiagram(diagram)
    try:
        fill(None)
        for edge in view.edges:
            label = _plain(edge_label(edge)) if labelled else ""
            _ = nodes[edge.source] >> Edge(label=label, **EDGE, **LINES[edge.line]) >> nodes[edge.target]
    finally:
        setdiagram(None)
    return str(diagram.dot.source)


def _box(node: ViewNode) -> dict[str, str]:
    paint = PAINT[node.category]
    style = f"rounded,filled,{paint.style}"
    return {"shape": "box", "style": style, "fillcolor": paint.fill, "color": paint.border, "penwidth": paint.width}


def _card(node: ViewNode, icon: str, file: str) -> str:
    """A box's label as a Graphviz table: the icon on a white chip, beside it the title and below that the subtitle.

    A plain label cannot hold an icon of a fixed size, which is why neighbours ran into each other before.
    """
    titles, subtitle = label_of(node)
    ink = PAINT[node.category].text
    lines = [f"<B>{_coded(title)}</B>" for title in titles]
    lines += [f'<FONT POINT-SIZE="{_SMALL}">{_coded(subtitle)}</FONT>'] if subtitle else []
    # The reader's font may be wider than the one that Graphviz measures with: 0.6 em a sign is enough for all common ones.
    width = round(0.6 * max(*(_LARGE * len(title) for title in titles), _SMALL * len(subtitle)))
    cells = [
        f'<TD WIDTH="{width}"></TD>',
        *(f'<TD ALIGN="LEFT"><FONT COLOR="{ink}">{line}</FONT></TD>' for line in lines),
        "<TD></TD>",
    ]
    rows = "".join(f"<TR>{cell}</TR>" for cell in cells)  # the empty first and last take up what the icon is higher
    ground = "#24292f" if icon in WHITE_ICONS else "#ffffff"
    image = f'<TD FIXEDSIZE="TRUE" WIDTH="{_ICON}" HEIGHT="{_ICON}"><IMG SRC="{file}" SCALE="TRUE"/></TD>'
    chip = f'<TABLE BORDER="0" CELLSPACING="0" CELLPADDING="3" STYLE="ROUNDED" BGCOLOR="{ground}"><TR>{image}</TR></TABLE>'
    text = f'<TABLE BORDER="0" CELLSPACING="0" CELLPADDING="0">{rows}</TABLE>'
    gap = '<TD WIDTH="6"></TD>'
    return f'<<TABLE BORDER="0" CELLSPACING="0" CELLPADDING="0"><TR><TD>{chip}</TD>{gap}<TD>{text}</TD>{gap}</TR></TABLE>>'


def _coded(text: str) -> str:
    r"""Text inside a Graphviz table: no sign of it can be markup or an entity, nor ``\N`` the name of the node."""
    doubled = text.replace("\\", "\\\\")
    return "".join(c if c.isalnum() or c in " -_./" else f"&#{ord(c)};" for c in doubled)


def _plain(*lines: str) -> str:
    r"""A label that Graphviz takes literally: no HTML, no ``\N``, no entity."""
    import graphviz

    literal: str = graphviz.nohtml("\\n".join(graphviz.escape(line.replace("&", "&amp;")) for line in lines))
    return literal


def _svg(picture: bytes, view: View, folder: Path) -> bytes:
    """Graphviz' SVG made portable: each icon once inside the file, names to read instead of ids, no doctype, no comments."""
    text = re.sub(r"<!--.*?-->\n?|<!DOCTYPE[^>]*>\n?", "", picture.decode(), flags=re.DOTALL)
    sizes: dict[str, str] = {}

    def use(match: re.Match[str]) -> str:
        attributes = dict(re.findall(r'([\w:]+)="([^"]*)"', match[1]))
        name = attributes["xlink:href"]
        sizes[name] = f'width="{attributes["width"]}" height="{attributes["height"]}"'
        return f'<use xlink:href="#{Path(name).stem}" x="{attributes["x"]}" y="{attributes["y"]}"/>'

    text = re.sub(r"<image ([^>]*)/>", use, text)
    names = _names(view)
    text = re.sub(r"<title>([^<]*)</title>", lambda m: f"<title>{xml(names[m[1]])}</title>" if m[1] in names else "", text)
    icons = "".join(
        f'<image id="{Path(name).stem}" {size} xlink:href="data:image/png;base64,{_base64(folder / name)}"/>\n'
        for name, size in sorted(sizes.items())
    )
    omitted = f" Not shown: {', '.join(view.omitted)}." if view.omitted else ""
    about = f"<title>{xml(shorten(view.title, _TOLD))}</title>\n<desc>{xml(shorten(view.description + omitted, _TOLD))}</desc>\n"
    text = text.replace('stroke="transparent"', 'stroke="none"')  # older versions write what SVG does not know
    return re.sub(r"(<svg [^>]*)>\n", lambda m: f'{m[1]} role="img">\n{about}<defs>\n{icons}</defs>\n', text, count=1).encode()


def _names(view: View) -> dict[str, str]:
    """What Graphviz' own tooltips say, by what it would have written there."""
    nodes = {node.id: shorten(node.title, _TOLD) for node in view.nodes}
    edges = {f"{edge.source}&#45;&gt;{edge.target}": f"{nodes[edge.source]} \u2192 {nodes[edge.target]}" for edge in view.edges}
    return {**nodes, **{f"cluster_{group.id}": frame_label(group).strip() for group in view.groups}, **edges}


def _base64(file: Path) -> str:
    return base64.b64encode(file.read_bytes()).decode()
