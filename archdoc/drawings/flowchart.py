"""Flowcharts: one statement after the other, as npm mermaid 11 reads them (its ``flow.jison`` and ``flowDb.ts``).

`_Reader` turns text into statements and knows no picture; `_Picture` turns statements into nodes, edges and groups and knows no
syntax. A statement that is not understood draws nothing and takes its lines out of judgement; reading goes on behind it. Patterns
only move forward, so time stays linear in the text.

Where mermaid refuses a diagram or draws a box that nobody meant, this is more lenient: keywords may begin an id (``end-user``),
spaces may surround quotes, a lone ``%%`` is a comment, styles may be separated by ``;``, and no subgraph holds itself.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from archdoc.drawings.labels import plain, prepare
from archdoc.drawings.nouns import Arrow, Drawing, DrawnEdge, DrawnGroup, DrawnNode, Style, Unjudged
from archdoc.regex import regex

_KIND = regex(r"\s*([A-Za-z][\w-]*)")
_HEADER = regex(r"\s*(?:flowchart-elk|flowchart|graph)(?:[^\S\n]*(?:\b(TB|TD|BT|RL|LR|BR|v)\b|([<>^])))?(?=[\s;]|$)")
_DIRECTIONS = {"TD": "TB", "v": "TB", "^": "BT", "<": "RL", ">": "LR"}

_GAP = regex(r"[\s;]*")
_SPACES = regex(r"[^\S\n]*")
_STOP = regex(r"[^\S\n]*(?:[;\n]|$)")
# The rest of a line; quotes may hold line ends, and what stands within them must not be taken for statements.
_UNREADABLE = regex(r'(?:[^"\n]++|"[^"]*")*+[^\n]*')

_STYLES = r"[^;\n]*(?:;[^\S\n]*[\w-]+[^\S\n]*:(?!:)[^;\n]*)*"  # one may also separate styles by `;`
_NOTHING_DRAWN = regex(
    r"direction\s+(?:TB|TD|BT|RL|LR)[^\n]*"
    rf"|(?:classDef|linkStyle)[^\S\n]+{_STYLES}"
    r'|click[^\S\n]+(?:"[^"]*"|[^";\n])*+'
    r"|acc(?:Title|Descr)\s*:[^\n]*"
    r"|accDescr\s*\{[^}]{0,2000}\}"
)
_STYLE = regex(rf"style[^\S\n]+([^\s;]+){_STYLES}")
_CLASS = regex(r"class[^\S\n]+([^;\n]+?)[^\S\n]+([^\s;]+)(?=[\s;]|$)")
_SUBGRAPH = regex(r"subgraph(?=[\s;]|$)[^\S\n]?")
_END = regex(r"end(?=[\s;]|$)")

_ID = regex(
    r"(?:(?![xo]?(?:--|==|-?\.+-|-\.))"  # a link begins here, and takes an x or o before it along
    r'(?:[0-9]++|(?:[A-Za-z0-9!"#$%&\'*+.`?\\_/]|-(?![-.>]))++|[,#&*]|:(?!::)|(?=[^\x00-\x7f])\w))++'
)
_AMPERSAND = regex(r"[^\S\n]+&[^\S\n]+")
_CLASS_OF = regex(r":::")
_DATA = regex(r'@\{((?:[^}"]++|"[^"]*")*+)\}')
_DATA_LENGTH = 2_000  # at most, so that many that never end cost no time
_DATUM = regex(r"""\s*["']?([\w-]+)["']?\s*:\s*(?:"([^"]*)"|'([^']*)'|([^"'\[\]{}|>&*!,\n][^,\n]*)?)\s*(?:,\s*)?""")

_QUOTED = regex(r'[^\S\n]*"(?:`([^`"]*)`|([^"]*))"')
_TEXT = regex(r'[^\[\](){}|"]*')
_OVAL_TEXT = regex(r'(?:[^\[\](){}"-]++|-(?!\)))*+')
_SLANTED_TEXT = regex(r'(?:[^\[\](){}"/\\]++|[/\\](?!\]))*+')
_OPENING = regex(r"\(\(\(|\(\(|\(\[|\(-|\(|\[\[|\[\(|\[/|\[\\|\[\|\w+:\w+\||\[|\{\{|\{|>")
_CLOSINGS = {
    "(((": (")))", "double-circle"),
    "((": ("))", "circle"),
    "([": ("])", "stadium"),
    "(-": ("-)", "ellipse"),
    "(": (")", "round"),
    "[[": ("]]", "subroutine"),
    "[(": (")]", "cylinder"),
    "[": ("]", "rect"),
    "{{": ("}}", "hexagon"),
    "{": ("}", "rhombus"),
    ">": ("]", "asymmetric"),
}
_HEADING_TEXT = regex(r'[^\[;\n"]*')
_SLANTED_CLOSING = regex(r"[/\\]\]")
_SLANTED = {"[//]": "lean-right", "[\\\\]": "lean-left", "[/\\]": "trapezoid", "[\\/]": "trapezoid-alt"}

_LINK_ID = regex(r'[^\S\n]+([^\s"@]+)@(?=\s*[xo<]?(?:--|==|-?\.|~~~))')
_LINK = regex(r"\s*([xo<]?(?:--+[-xo>]|==+[=xo>]|-?\.+-[xo>]?)|~~~+)\s*")
_LINK_START = regex(r"\s*([xo<]?(--|==|-\.))\s*")
_LINK_ENDS = {
    "--": ("--", regex(r"(--+[-xo>])\s*")),
    "==": ("==", regex(r"(==+[=xo>])\s*")),
    "-.": (".", regex(r"(\.+-[xo>]?)\s*")),
}
_PIPE = regex(r"\|")
_HEADS: Mapping[str, tuple[Arrow, str]] = {">": ("arrow", "<"), "x": ("cross", "x"), "o": ("circle", "o")}


def parse(text: str) -> Drawing:
    """What a diagram draws. Never raises: what is not understood is in `Drawing.unjudged`."""
    source = prepare(text)
    header = _HEADER.match(source)
    if header is None:
        kind = _KIND.match(source)
        return Drawing(kind[1] if kind else "")
    reader = _Reader(source, header.end())
    picture = _Picture()
    if not reader.take(_STOP):
        picture.unjudged.add(reader.line(reader.at))
        reader.need(_UNREADABLE)
    while reader.need(_GAP) and reader.at < len(source):
        start = reader.at
        try:
            _statement(reader, picture)
        except _UnknownSyntaxError:
            reader.at = max(start, reader.understood)
            reader.need(_UNREADABLE)
            picture.unjudged.update(range(reader.line(start), reader.line(reader.at) + 1))
    direction = header[1] or header[2] or "TB"
    return picture.drawing(_DIRECTIONS.get(direction, direction), source.split("\n"))


class _UnknownSyntaxError(Exception):
    """The statement is not understood."""


def _statement(reader: _Reader, picture: _Picture) -> None:
    line = reader.line(reader.at)
    if reader.take(_SUBGRAPH):
        picture.open_group(line, *reader.heading())
        reader.need(_STOP)
    elif reader.take(_END):
        if not picture.close_group():
            raise _UnknownSyntaxError
    elif match := reader.take(_STYLE):
        picture.mention(_Mention(match[1], line))  # a style for an unknown id makes a node of it
    elif match := reader.take(_CLASS):
        picture.classify(match[1].split(","), match[2])
    elif not reader.take(_NOTHING_DRAWN):
        nodes, links = reader.chain()
        reader.need(_STOP)
        picture.draw(nodes, links)


@dataclass(frozen=True, slots=True)
class _Mention:
    id: str
    line: int
    shape: str | None = None
    label: str | None = None
    css: str | None = None
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Link:
    line: int
    id: str | None
    label: str
    style: Style
    arrow: Arrow
    both: bool


class _Reader:
    """A place in the text, and what can be read from there; up to `understood` the statement at hand was."""

    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at
        self.understood = at
        self._breaks = [match.start() for match in re.finditer("\n", text)]

    def line(self, at: int) -> int:
        return bisect_left(self._breaks, at) + 1

    def take(self, pattern: re.Pattern[str], within: int | None = None) -> re.Match[str] | None:
        match = pattern.match(self.text, self.at, len(self.text) if within is None else self.at + within)
        if match:
            self.at = match.end()
        return match

    def need(self, pattern: re.Pattern[str]) -> re.Match[str]:
        match = self.take(pattern)
        if match is None:
            raise _UnknownSyntaxError
        return match

    def literal(self, text: str) -> None:
        if not self.text.startswith(text, self.at):
            raise _UnknownSyntaxError
        self.at += len(text)

    def label(self, rest: re.Pattern[str]) -> str:
        """A quoted text, what the pattern takes, or the one before the other."""
        quoted = self.take(_QUOTED)
        return _shown(quoted, self.need(rest)[0])

    def heading(self) -> tuple[str, str]:
        """Id and title of a subgraph. Without brackets they are one text, which is no id when it has a space, even at its end."""
        start = self.at
        title = self.label(_HEADING_TEXT)
        name = self.text[start : self.at].replace('"', "").strip("`")
        if not self.text.startswith("[", self.at):
            return "" if re.search(r"\s", name) else name, title
        self.at += 1
        title = self.label(_TEXT)
        self.literal("]")
        return name.strip(), title

    def chain(self) -> tuple[list[list[_Mention]], list[_Link]]:
        """Nodes, a link, nodes, a link, nodes: each link goes from all nodes before it to all nodes behind it."""
        nodes, links = [self._nodes()], []
        self.understood = self.at
        while link := self._link():
            links.append(link)
            self.understood = self.at
            nodes.append(self._nodes())
            self.understood = self.at
        return nodes, links

    def _nodes(self) -> list[_Mention]:
        nodes = [self._node()]
        while self.take(_AMPERSAND):
            nodes.append(self._node())
        return nodes

    def _node(self) -> _Mention:
        line = self.line(self.at)
        name = self.need(_ID)[0]
        opening = self.take(_OPENING)
        shape, label = self._body(opening[0]) if opening else (None, None)
        css = self.need(_ID)[0] if self.take(_CLASS_OF) else None
        data = self.take(_DATA, within=_DATA_LENGTH)
        return _Mention(name, line, shape, label, css, _data(data[1]) if data else {})

    def _body(self, opening: str) -> tuple[str, str]:
        """Shape and label, up to the bracket that closes the shape."""
        if opening in {"[/", "[\\"}:
            label = self.label(_SLANTED_TEXT)
            return _SLANTED[opening + self.need(_SLANTED_CLOSING)[0]], label
        closing, shape = _CLOSINGS.get(opening, ("]", "rect"))  # the rest is `[|property:value|`
        label = self.label(_OVAL_TEXT if opening == "(-" else _TEXT)
        self.literal(closing)
        return shape, label

    def _link(self) -> _Link | None:
        name = self.take(_LINK_ID)
        if match := self.take(_LINK):
            label, first, last = "", match[1], match[1]
            if self.take(_PIPE):
                label = self.label(_TEXT)
                self.need(_PIPE)
                self.need(_SPACES)
        elif match := self.take(_LINK_START):
            first = match[1]
            label, last = self._link_text(match[2])
        else:
            return None
        line = self.line(match.start(1))
        arrow, tail = _HEADS.get(last[-1], ("open", ""))
        style: Style = "invisible" if "~" in last else "dotted" if "." in last else "thick" if "=" in last else "solid"
        return _Link(line, name[1] if name else None, label, style, arrow, tail in {first[0], last[0]})

    def _link_text(self, kind: str) -> tuple[str, str]:
        """The label within a link, and its end: where its mark stands first; an x, o or < before it belongs to the end."""
        mark, ending = _LINK_ENDS[kind]
        quoted = self.take(_QUOTED)
        start = self.at
        self.at = self.text.find(mark, start)
        if self.at < 0:
            raise _UnknownSyntaxError
        tail = self.text[start : self.at]
        last = self.need(ending)[1]
        if mark == ".":
            tail = tail.removesuffix("-")
        if tail and tail[-1] in "xo<":
            tail, last = tail[:-1], tail[-1] + last
        return _shown(quoted, tail), last


def _shown(quoted: re.Match[str] | None, tail: str) -> str:
    """What a reader sees of a label: text in quotes, which is Markdown in backticks, and text behind it."""
    return plain((quoted[1] or quoted[2] or "") + tail, markdown=bool(quoted[1])) if quoted else plain(tail)


def _data(text: str) -> Mapping[str, str]:
    """The plain values of `@{name: value, ...}`, a YAML mapping on one line or on several; any other YAML is not understood."""
    pairs, at = {}, 0
    while match := _DATUM.match(text, at):
        at = match.end()
        pairs[match[1]] = match[2] or match[3] or (match[4] or "").strip()
    if text[at:].strip():
        raise _UnknownSyntaxError
    return pairs


@dataclass(slots=True)
class _Node:
    label: str
    line: int
    shape: str = "rect"
    classes: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class _Group:
    id: str
    title: str
    line: int
    members: dict[str, None] = field(default_factory=dict)


class _Picture:
    """Nodes, edges and groups as statements add to them."""

    def __init__(self) -> None:
        self.unjudged: set[int] = set()
        self._nodes: dict[str, _Node] = {}
        self._edges: list[DrawnEdge] = []
        self._edge_ids: set[str] = set()
        self._groups: list[_Group] = []
        self._open: list[_Group] = []
        self._closed = 0
        self._group_of: dict[str, str] = {}

    def mention(self, mention: _Mention) -> None:
        """A node comes to be, or learns more: the last shape and label count."""
        if mention.id in self._edge_ids:
            return
        node = self._nodes.setdefault(mention.id, _Node(plain(mention.id), mention.line))
        data = mention.data
        node.shape = data.get("shape") or mention.shape or node.shape
        if mention.label is not None:
            node.label = mention.label
        if data.get("label"):
            node.label = plain(data["label"])
        elif ("icon" in data or "img" in data) and node.label == plain(mention.id):
            node.label = ""
        if mention.css:
            node.classes[mention.css] = None

    def draw(self, nodes: Sequence[Sequence[_Mention]], links: Sequence[_Link]) -> None:
        """The nodes of a chain and its edges; they belong to the innermost subgraph that is open."""
        for mention in (mention for several in nodes for mention in several):
            self.mention(mention)
            if self._open:
                self._open[-1].members[mention.id] = None
        for sources, link, targets in zip(nodes, links, nodes[1:], strict=False):
            for source in sources:
                for target in targets:
                    edge = DrawnEdge(source.id, target.id, link.label, link.style, link.arrow, link.both, link.line)
                    self._edges.append(edge)
            if link.id:
                self._edge_ids.add(link.id)

    def classify(self, ids: Sequence[str], css: str) -> None:
        """Give a class to nodes that are known by now."""
        for name in ids:
            if node := self._nodes.get(name.strip()):
                node.classes[css] = None

    def open_group(self, line: int, name: str, title: str) -> None:
        group = _Group(name, title, line)
        self._groups.append(group)
        self._open.append(group)

    def close_group(self) -> bool:
        """End the innermost open subgraph, if any. Whatever no subgraph that ended before holds belongs to it."""
        if not self._open:
            return False
        group = self._open.pop()
        group.id = group.id or f"subGraph{self._closed}"
        self._closed += 1
        for member in group.members:
            self._group_of.setdefault(member, group.id)
        if self._open:
            self._open[-1].members[group.id] = None
        return True

    def drawing(self, direction: str, lines: Sequence[str]) -> Drawing:
        """The picture so far. A subgraph without end is closed, but its line is not judged."""
        self.unjudged.update(group.line for group in self._open)
        while self.close_group():
            pass
        groups: dict[str, DrawnGroup] = {}
        rooted: set[str | None] = {None}  # groups around which no circle can come to be any more
        for group in self._groups:
            parent = above = self._group_of.get(group.id)
            while above not in rooted and above != group.id:
                above = groups[above].parent if above in groups else None
            if above == group.id:
                parent = None
            if parent in rooted:
                rooted.add(group.id)
            groups.setdefault(group.id, DrawnGroup(group.id, group.title, parent, group.line))
        nodes = tuple(
            DrawnNode(name, node.label, node.shape, self._group_of.get(name), tuple(node.classes), node.line)
            for name, node in self._nodes.items()
            if name not in groups
        )
        unjudged = tuple(Unjudged(line, text) for line in sorted(self.unjudged) if (text := lines[line - 1].strip()))
        return Drawing("flowchart", direction, nodes, tuple(self._edges), tuple(groups.values()), unjudged)
