"""Fenced Mermaid blocks in a Markdown page, by the fence rules of CommonMark 0.31 (4.5), inside quotes and lists too (5.1, 5.2).

It knows containers, fences and comments, and no other Markdown; it must not know what a diagram says. What stands in a comment,
in a longer fence or in indented code is text about a diagram and no diagram.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from archdoc.drawings.nouns import Block
from archdoc.regex import regex

_QUOTE = regex(r" {0,3}> ?")
_ITEM = regex(r" {0,3}(?:[-*+]|\d{1,9}[.)])( {1,4}(?! )|[ \t]|$)")
# Python-Markdown's admonitions and tabs, which MkDocs pages are full of, hold their content at four spaces.
_ADMONITION = regex(r" {0,3}(?:!!!|\?\?\?\+?|===[!+]?) +[\w\"].*$")
_FENCE = regex(r"( {0,3})(`{3,}(?=[^`]*$)|~{3,})(.*)$")
_MERMAID = regex(r"\s*\{?\s*\.?mermaid(?![^\s{},])", re.IGNORECASE)
_COMMENT = regex(r" {0,3}<!--")
_DEEPEST = 32  # containers in containers; deeper is no page but an attack on our time


@dataclass(slots=True)
class _Fence:
    indent: int
    mark: str
    depth: int  # how many containers it stands in
    line: int
    mermaid: bool
    content: list[str] = field(default_factory=list)

    def closes(self, line: str) -> bool:
        mark = line.strip()
        return _indent(line) <= 3 and mark.startswith(self.mark) and not mark.strip(self.mark[0])


def blocks(markdown: str) -> tuple[Block, ...]:
    """Every fenced block whose language is ``mermaid`` (also ``{.mermaid}``), in order; its text is free of its indentation."""
    found: list[Block] = []
    containers: list[int] = []  # 0 for a quote, otherwise the indentation of an item's content
    fence: _Fence | None = None
    comment = False

    def close(fence: _Fence | None) -> None:
        if fence is not None and fence.mermaid:
            found.append(Block(fence.line + 1, "".join(f"{line}\n" for line in fence.content), fence.line))

    for number, raw in enumerate(re.split(r"\r\n?|\n", markdown), 1):
        rest, depth = _continued(_untabbed(raw), containers)
        if fence is not None:
            if depth >= fence.depth:
                if fence.closes(rest):
                    close(fence)
                    fence = None
                else:
                    fence.content.append(rest[min(fence.indent, _indent(rest)) :])
                continue
            close(fence)  # its container ended
            fence = None
        if comment or _COMMENT.match(rest):
            comment = "-->" not in rest
            continue
        del containers[depth:]
        rest = _opened(rest, containers)
        if match := _FENCE.match(rest):
            fence = _Fence(len(match[1]), match[2], len(containers), number, _MERMAID.match(match[3]) is not None)
    close(fence)
    return tuple(found)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _untabbed(line: str) -> str:
    blank = line[: len(line) - len(line.lstrip(" \t"))]
    return blank.expandtabs(4) + line[len(blank) :]


def _continued(line: str, containers: list[int]) -> tuple[str, int]:
    """The line without the prefixes of the containers it continues, and how many those are."""
    for depth, width in enumerate(containers):
        if width == 0:
            match = _QUOTE.match(line)
            if match is None:
                return line, depth
            line = line[match.end() :]
        elif line.strip() and _indent(line) < width:
            return line, depth
        else:
            line = line[width:]
    return line, len(containers)


def _opened(line: str, containers: list[int]) -> str:
    """The line without the prefixes of the containers it opens, which are added."""
    while len(containers) < _DEEPEST:
        if match := _QUOTE.match(line):
            containers.append(0)
        elif match := _ITEM.match(line):
            containers.append(match.end() + (not match[1]))
        elif match := _ADMONITION.match(line):
            containers.append(4)
        else:
            break
        line = line[match.end() :]
    return line
