"""Generated blocks in Markdown pages: found, replaced, added; the prose around them is the user's and is never touched."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from archdoc.errors import SourceError
from archdoc.regex import regex

_BEGIN = regex(r"^[ \t]*<!--[ \t]*archdoc:begin[ \t]+view=(?P<view>\S+)[ \t]*-->[ \t]*$")
_END = regex(r"^[ \t]*<!--[ \t]*archdoc:end[ \t]*-->[ \t]*$")
_CONFLICT = regex(r"^(<{7}|={7}|>{7}|\|{7})( |$)")
MARK = b"archdoc:begin"


@dataclass(frozen=True, slots=True)
class Block:
    """A generated block: the view it shows, the lines (from 1) of its markers, and the text between them."""

    view: str
    begin: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """A Markdown page taken apart. `unclosed` is the line of a marker without an end, `conflicts` are lines outside blocks."""

    path: str
    lines: tuple[str, ...]
    newline: str
    blocks: tuple[Block, ...]
    unclosed: int | None = None
    conflicts: tuple[int, ...] = ()


def parse(path: str, text: str) -> Page:
    """The blocks of a page. A marker inside a fenced code block is an example and does not count."""
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.replace("\r\n", "\n").split("\n")
    blocks: list[Block] = []
    conflicts: list[int] = []
    begin: tuple[int, str] | None = None
    fence = ""
    for number, line in enumerate(lines, 1):
        if begin is None:
            marks = re.match(r"^ {0,3}(`{3,}|~{3,})", line)
            if marks:
                if not fence:
                    fence = marks[1]
                elif marks[1][0] == fence[0] and len(marks[1]) >= len(fence) and not line.strip(" `~"):
                    fence = ""
            elif not fence and (found := _BEGIN.match(line)):
                begin = (number, unquote(found["view"]))
            elif not fence and _CONFLICT.match(line):
                conflicts.append(number)
        elif _END.match(line):
            blocks.append(Block(begin[1], begin[0], number, "\n".join(lines[begin[0] : number - 1])))
            begin = None
    return Page(path, tuple(lines), newline, tuple(blocks), begin[0] if begin else None, tuple(conflicts) if blocks else ())


def replace(page: Page, contents: dict[str, str | None]) -> str:
    """The page's text with the content of each block set anew; None removes the block with its markers."""
    lines: list[str] = []
    position = 0
    for block in page.blocks:
        lines += page.lines[position : block.begin - 1]
        content = contents.get(block.view, block.text)
        if content is not None:
            lines += [page.lines[block.begin - 1], *content.rstrip("\n").split("\n"), page.lines[block.end - 1]]
        position = block.end
    lines += page.lines[position:]
    return page.newline.join(lines)


def block(view: str, content: str) -> str:
    """A new block with its markers."""
    return f"<!-- archdoc:begin view={quote(view, safe='/:.@+~,')} -->\n{content.rstrip()}\n<!-- archdoc:end -->\n"


def mermaid_in(text: str) -> str | None:
    """The Mermaid text of a block's content; None where there is none, as in a block that was never filled."""
    found = re.search(r"^```mermaid\n(.*?)^```[ \t]*$", text + "\n", re.MULTILINE | re.DOTALL)
    return found[1] if found else None


def has_conflict(text: str) -> bool:
    """Whether text holds merge conflict markers."""
    return any(_CONFLICT.match(line) for line in text.split("\n"))


def write(root: Path, path: str, text: str | None) -> None:
    """Write a file below `root`, or remove it (None). Raises SourceError for a link: nothing is written through one."""
    file = root / path
    if file.is_symlink() or not file.parent.resolve().is_relative_to(root.resolve()):
        raise SourceError(f"{path} is a symbolic link or lies behind one: put a file or folder in its place, then run this again")
    if text is None:
        file.unlink()
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode("utf-8", errors="surrogateescape"))
