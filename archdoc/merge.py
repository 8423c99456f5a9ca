"""Pages with generated blocks merged: prose as git merges it, drawings as the sets of lines that they are.

A drawing has one statement a line, in a fixed order, under a name that comes from what it stands for. So what both sides added
stays, what one removed goes, and nothing conflicts. Whether the outcome is what is, `check` tells, as of any other tree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from archdoc import pages

Prose: TypeAlias = Callable[[str, str, str], str]
"""Merges three texts, ours, base and theirs, and leaves conflict markers where it cannot."""

_Key: TypeAlias = tuple[str, int]
"""A line and which of its like it is."""


@dataclass(slots=True)
class _Line:
    """A line of a drawing with the lines of the frame it opens."""

    text: str
    inner: list[_Line] = field(default_factory=list)
    closing: str | None = None


def merge(base: str, ours: str, theirs: str, prose: Prose) -> str:
    """The merged page; it holds conflict markers where both sides changed the same prose."""
    sides = [pages.parse("", text) for text in (base, ours, theirs)]
    blocks = [{block.view: block.text for block in side.blocks} for side in sides]
    bare = [pages.replace(side, {block.view: "" for block in side.blocks}) for side in sides]
    merged = _both_blocks(prose(bare[1], bare[0], bare[2]))
    contents = {view: _block(*(side.get(view) for side in blocks)) for view in blocks[1].keys() | blocks[2].keys()}
    return pages.replace(pages.parse("", merged), dict(contents))


def _block(base: str | None, ours: str | None, theirs: str | None) -> str:
    if ours is None or theirs is None or base == theirs:
        return ours if ours is not None else theirs or ""
    if ours in (base, theirs):
        return theirs
    old, mine, other = (_tree(text or "") for text in (base, ours, theirs))
    return "\n".join(_written(_merged(old, mine, other)))


def _tree(text: str) -> list[_Line]:
    """The lines of a block, those of a frame below the line that opens it."""
    top: list[_Line] = []
    open_: list[_Line] = []
    for text_line in text.split("\n"):
        here = open_[-1].inner if open_ else top
        words = text_line.split()
        if words == ["end"] and open_:
            open_.pop().closing = text_line
            continue
        here.append(_Line(text_line))
        if words[:1] == ["subgraph"]:
            open_.append(here[-1])
    return top


def _merged(base: list[_Line], ours: list[_Line], theirs: list[_Line]) -> list[_Line]:
    old, mine, other = _keyed(base), _keyed(ours), _keyed(theirs)
    kept = [key for key in mine if key in other or key not in old]
    previous: _Key | None = None
    for key in other:
        if key not in mine and key not in old:
            place = kept.index(previous) + 1 if previous in kept else 0
            while place < len(kept) and kept[place] not in other and kept[place] < key:
                place += 1
            kept.insert(place, key)
        previous = key if key in kept else previous
    return [_one(old.get(key), mine.get(key), other.get(key)) for key in kept]


def _one(base: _Line | None, ours: _Line | None, theirs: _Line | None) -> _Line:
    first = ours or theirs
    assert first is not None
    if ours is None or theirs is None:
        return first
    return _Line(first.text, _merged(base.inner if base else [], ours.inner, theirs.inner), first.closing)


def _keyed(lines: Iterable[_Line]) -> dict[_Key, _Line]:
    seen: Counter[str] = Counter()
    keyed: dict[_Key, _Line] = {}
    for line in lines:
        keyed[line.text, seen[line.text]] = line
        seen[line.text] += 1
    return keyed


def _written(lines: Iterable[_Line]) -> Iterable[str]:
    for line in lines:
        yield line.text
        yield from _written(line.inner)
        if line.closing is not None:
            yield line.closing


def _both_blocks(text: str) -> str:
    """Conflicts between blocks that both sides added are none: both stay, each view once."""
    lines: list[str] = []
    hunk: list[str] | None = None
    for line in text.split("\n"):
        if line.startswith("<<<<<<< "):
            hunk = []
        if hunk is None:
            lines.append(line)
            continue
        hunk.append(line)
        if line.startswith(">>>>>>> "):
            lines += _resolved(hunk)
            hunk = None
    return "\n".join([*lines, *(hunk or [])])


def _resolved(hunk: list[str]) -> list[str]:
    inside = [line for line in hunk[1:-1] if not line.startswith("=======")]
    page = pages.parse("", "\n".join(inside))
    outside = set(range(1, len(inside) + 1)) - {n for block in page.blocks for n in range(block.begin, block.end + 1)}
    if page.unclosed is not None or any(inside[n - 1].strip() for n in outside):
        return hunk
    found: dict[str, list[str]] = {}
    for block in page.blocks:
        found.setdefault(block.view, inside[block.begin - 1 : block.end])
    return [line for number, one in enumerate(found.values()) for line in ([""] if number else []) + one]
