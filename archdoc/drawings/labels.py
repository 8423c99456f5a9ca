"""Mermaid source -> plain text: what is cut away before a diagram is read, and what a reader sees of a label.

The rules are those of npm mermaid 11 (`preprocess.ts`, `utils.ts`, `createText.ts`). This module knows no statement and no shape.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from archdoc.regex import regex

_TAG_WITH_ATTRIBUTES = regex(r"<\w+[^>]*>", re.ASCII)
_ATTRIBUTE = regex(r'="([^"]*)"')
_CODE = regex(r"#(\w+);", re.ASCII)
_BREAK = regex(r"</?br\s*/?>", re.IGNORECASE)
_ICON = regex(r"fa[bklrs]?:fa-[\w-]+", re.ASCII)
_TAG = regex(r"<[/!?]?[a-z][^>]*(?:>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL)
_EMPHASIS = regex(r"(\*\*|\*)(?=\S)(.{1,999}?)\1|(?<!\w)(__|_)(?=\S)(.{1,999}?)\3(?!\w)", re.DOTALL)


def prepare(text: str) -> str:
    """The diagram without front matter, directives and comments, line for line: what is cut leaves its line empty."""
    text = re.sub(r"\r\n?", "\n", text)
    end = text.rfind(">") + 1  # beyond it no tag closes, and a search for one would run to the end of the text each time
    text = _TAG_WITH_ATTRIBUTES.sub(lambda tag: _ATTRIBUTE.sub(r"='\1'", tag[0]), text[:end]) + text[end:]
    lines = _without_directives(_without_front_matter(text.split("\n")))
    return "\n".join("" if line.lstrip().startswith("%%") else line for line in lines)


def _without_front_matter(lines: list[str]) -> list[str]:
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    fence = lines[first].rstrip()
    if fence.lstrip() != "---":
        return lines
    last = next((number for number, line in enumerate(lines) if number > first and line.rstrip() == fence), None)
    return lines if last is None else [""] * (last + 1) + lines[last + 1 :]


def _without_directives(lines: Iterable[str]) -> Iterator[str]:
    inside = False
    for line in lines:
        kept, rest = "", line
        while rest:
            before, mark, rest = rest.partition("}%%" if inside else "%%{")
            kept += "" if inside else before
            inside ^= bool(mark)
        yield kept


def plain(label: str, *, markdown: bool = False) -> str:
    """What a reader sees of a label: codes and entities decoded, tags and icons dropped, no idle white space."""
    label = _CODE.sub(lambda code: f"&#{code[1]};" if code[1].isdigit() else f"&{code[1]};", label)
    label = _TAG.sub("", _ICON.sub("", _BREAK.sub("\n", label)))
    if markdown:
        label = _EMPHASIS.sub(r"\2\4", _EMPHASIS.sub(r"\2\4", label))  # twice, for emphasis within emphasis
    lines = html.unescape(label if markdown else label.replace("\\n", "\n")).split("\n")
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))
