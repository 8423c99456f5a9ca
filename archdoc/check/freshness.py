"""Generated blocks against the views of the same tree. Check and update share this: the plan is either told or written.

Drawings are compared, not bytes: a block that draws the same facts in another layout is fresh enough, and only noted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from archdoc import drawings, pages
from archdoc.model import Evidence, Finding
from archdoc.pages import Page
from archdoc.regex import regex
from archdoc.render import mermaid
from archdoc.rules import finding
from archdoc.views import View
from archdoc.views._draft import identifiers


class State(StrEnum):
    """What a block is, compared with its view."""

    FRESH = "fresh"
    LAYOUT = "layout"
    DRIFT = "drift"
    MISSING = "missing"
    GONE = "gone"


TOLD = {State.MISSING: "not yet drawn", State.GONE: "draws what is gone", State.DRIFT: "out of date"}
"""What a reader is told of a block that is stale."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference of two drawings: `sign` is ``+``, ``-`` or ``~``; an edge has both ends, a node only `source`."""

    sign: str
    source: str
    target: str | None
    text: str


@dataclass(frozen=True, slots=True)
class BlockState:
    """A block and how it stands. `begin` and `end` are lines of the page as it is; `changes` is empty unless it drifted."""

    path: str
    view: str
    state: State
    begin: int
    end: int
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Every block's state, what each page that differs should say (None: delete it), and what is wrong with pages."""

    blocks: tuple[BlockState, ...]
    contents: Mapping[str, str | None]
    findings: tuple[Finding, ...]

    @property
    def stale(self) -> tuple[BlockState, ...]:
        """The blocks that do not show what is."""
        return tuple(b for b in self.blocks if b.state in (State.DRIFT, State.MISSING, State.GONE))


def plan(
    views: Sequence[View], committed: Sequence[Page], homes: Mapping[str, str], kinds: frozenset[str], only: str | None = None
) -> Plan:
    """Compare all views with all pages. `homes` are the pages for new views; `kinds` are the known kinds of views.

    `only` restricts the plan to one view.
    """
    by_id = {view.id: view for view in views}
    states: list[BlockState] = []
    findings: list[Finding] = []
    wanted: dict[str, dict[str, str | None]] = defaultdict(dict)
    shown: set[str] = set()
    for page in committed:
        findings += _faults(page)
        for block in page.blocks:
            view = by_id.get(block.view)
            shown.add(block.view)
            if only is not None and block.view != only:
                continue
            if view is not None:
                content = body(view)
                state, changes = judge(block.text, content)
                states.append(BlockState(page.path, block.view, state, block.begin, block.end, changes))
                if state is not State.FRESH:
                    wanted[page.path][block.view] = content
            elif kind_of(block.view) in kinds:
                changes = _vanished(block.text)
                states.append(BlockState(page.path, block.view, State.GONE, block.begin, block.end, changes))
                wanted[page.path][block.view] = None
            else:
                findings.append(
                    finding("view-unknown", f"there is no view `{block.view}`", Evidence(page.path, block.begin), block.view)
                )
    contents: dict[str, str | None] = {}
    by_path = {page.path: page for page in committed}
    for path, blocks in wanted.items():
        contents[path] = _without_leftovers(pages.replace(by_path[path], blocks))
    for view in views:
        if view.id in shown or (only is not None and view.id != only):
            continue
        path = homes[view.id]
        before = contents.get(path) if path in contents else pages_text(by_path.get(path))
        contents[path] = _append(before, view)
        states.append(BlockState(path, view.id, State.MISSING, 1, 1, _appeared(view)))
    return Plan(tuple(sorted(states, key=lambda b: (b.path, b.begin, b.view))), contents, tuple(findings))


def body(view: View) -> str:
    """What stands between the markers of a view's block: heading, picture, what is left out."""
    level = "###" if view.id.count(":") > 1 else "##"
    note = f"\n*Not drawn: {', '.join(view.omitted)}.*\n" if view.omitted else ""
    title = mermaid.shorten(view.title, 80).replace("`", "'")
    return f"\n{level} {_markdown(title)}\n\n```mermaid\n{mermaid.render(view)}```\n{note}"


def _markdown(text: str) -> str:
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>#|!@" else c for c in text)


def judge(committed: str, content: str) -> tuple[State, tuple[Change, ...]]:
    """How a block's committed text stands to what it should be."""
    if committed.strip("\n") == content.strip("\n"):
        return State.FRESH, ()
    old_text, new_text = pages.mermaid_in(committed), pages.mermaid_in(content)
    new = drawings.parse(new_text or "")
    if old_text is None or pages.has_conflict(committed):
        return State.DRIFT, _differences(drawings.parse(""), new)
    changes = _differences(drawings.parse(old_text), new)
    return (State.DRIFT, changes) if changes else (State.LAYOUT, ())


def _differences(old: drawings.Drawing, new: drawings.Drawing) -> tuple[Change, ...]:
    before, after = _nodes(old), _nodes(new)
    changes = [Change("+", key, None, after[key]) for key in after.keys() - before.keys()]
    changes += [Change("-", key, None, before[key]) for key in before.keys() - after.keys()]
    changes += [
        Change("~", key, None, f"{before[key]} => {after[key]}")
        for key in after.keys() & before.keys()
        if before[key] != after[key]
    ]
    drawn, due = _edges(old), _edges(new)
    changes += [Change("+", e[0], e[1], _arrow(e)) for e in due - drawn]
    changes += [Change("-", e[0], e[1], _arrow(e)) for e in drawn - due]
    if not changes and {line.text for line in old.unjudged} and not before:
        changes.append(Change("~", "", None, "the block holds no diagram that can be read"))
    return tuple(sorted(changes, key=lambda c: (c.target is not None, c.source, c.target or "", c.sign, c.text)))


def _nodes(drawing: drawings.Drawing) -> dict[str, str]:
    """What each node says: label, class, and the titles of the frames around it."""
    groups = {group.id: group for group in drawing.groups}
    said: dict[str, str] = {}
    for node in drawing.nodes:
        frames: list[str] = []
        frame = node.group
        while frame and frame in groups and len(frames) < 9:
            frames.append(groups[frame].title)
            frame = groups[frame].parent
        place = f" in {' / '.join(reversed(frames))}" if frames else ""
        said[node.id] = f"{_BROKEN.sub('', node.label).replace(chr(10), ' · ')} ({' '.join(node.classes) or node.shape}){place}"
    return said


def _edges(drawing: drawings.Drawing) -> set[tuple[str, str, str, str]]:
    return {(edge.source, edge.target, edge.label, edge.style) for edge in drawing.edges}


def _arrow(edge: tuple[str, str, str, str]) -> str:
    source, target, label, style = edge
    shaft = {"dotted": "-.->", "thick": "==>"}.get(style, "-->")
    return f"{source} {shaft}{f'|{label}|' if label else ''} {target}"


def _vanished(committed: str) -> tuple[Change, ...]:
    return _differences(drawings.parse(pages.mermaid_in(committed) or ""), drawings.parse(""))


def _appeared(view: View) -> tuple[Change, ...]:
    return _differences(drawings.parse(""), drawings.parse(mermaid.render(view)))


def _faults(page: Page) -> list[Finding]:
    found = []
    if page.unclosed is not None:
        found.append(finding("block-unclosed", "a block begins here and does not end", Evidence(page.path, page.unclosed)))
    if page.conflicts:
        found.append(
            finding("conflict-marker", "merge conflict outside a generated block", Evidence(page.path, page.conflicts[0]))
        )
    return found


def page_paths(views: Sequence[View], folder: str, scopes: Mapping[str, str]) -> dict[str, str]:
    """The page on which each view stands unless someone placed it elsewhere; `scopes` are the folders of scopes by name."""
    found: dict[str, str] = {}
    for scope in ("", *scopes):
        ids = {v.id: v.id.removesuffix(f"@{scope}") for v in views if scope_of(v.id, scopes) == scope}
        own = {view: ":".join(bare.split(":")[:2]) for view, bare in ids.items()}
        places = {key: kind for key in own.values() if (kind := key.partition(":")[0]) not in _TITLES}
        # Page names keep to their kind, so that only pages of one kind can meet.
        names: dict[str, str] = {}
        for kind in sorted(set(places.values())):
            made = identifiers(
                {key: key.partition(":")[2].strip(".") or "root" for key, other in places.items() if other == kind}
            )
            names |= {key: f"{kind}s/{name.replace('_', '-')}" for key, name in made.items()}
        home = scopes.get(scope, folder)
        for view, key in own.items():
            place = names.get(key, key.partition(":")[0])
            found[view] = f"{home}/{place}.md" if home else f"{place}.md"
    return found


def kind_of(view: str) -> str:
    """The kind of a view, by its id."""
    return re.split("[:@]", view, maxsplit=1)[0]


def scope_of(view: str, scopes: Iterable[str]) -> str:
    """The scope that a view is of; ``""`` for one of the whole."""
    return next((name for name in scopes if view.endswith(f"@{name}")), "")


_BROKEN = regex(r"(?<=[-_./…])\n")
"""Where a long name is broken into two lines, which is layout and no fact."""
_TITLES = {"overview": "Overview", "delivery": "From source to cluster", "dockerfiles": "Dockerfiles"}


def _append(before: str | None, view: View) -> str:
    if before is None:
        kind = kind_of(view.id)
        before = f"# {_TITLES.get(kind) or _markdown(mermaid.shorten(view.title.partition(': ')[0], 80))}\n"
    newline = "\r\n" if "\r\n" in before else "\n"
    text = before.rstrip() + "\n\n" + pages.block(view.id, body(view))
    return text.replace("\r\n", "\n").replace("\n", newline)


def pages_text(page: Page | None) -> str | None:
    """The text of a page, None where there is none."""
    return None if page is None else page.newline.join(page.lines)


def _without_leftovers(text: str) -> str | None:
    """A page that holds nothing but its title once its blocks are gone is gone too."""
    left = [line for line in text.split("\n") if line.strip()]
    return None if not left or (len(left) == 1 and left[0].startswith("# ")) else text
