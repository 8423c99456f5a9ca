"""Writes the reference tables of the guide from the code's own tables, between `generated` markers.

`python docs/_generate.py` rewrites the pages; a test fails when a page is not what this would write.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

from archdoc.model import RelationKind
from archdoc.rules import RULES

GUIDE = Path(__file__).parent / "guide"


def rules() -> str:
    """The table of findings; each has an anchor of its own name."""
    rows = (f'| <a id="{name}"></a>`{name}` | {rule.severity} | {_cell(rule.advice)} |' for name, rule in RULES.items())
    return "\n".join(("| finding | severity | what to do |", "|---|---|---|", *rows))


def relations() -> str:
    """The table of relation kinds."""
    rows = (f"| `{kind}` | {_cell(kind.meaning)} |" for kind in RelationKind)
    return "\n".join(("| kind | from and to |", "|---|---|", *rows))


TABLES: dict[str, tuple[str, Callable[[], str]]] = {
    "rules": ("findings.md", rules),
    "relations": ("graph.md", relations),
}


def generated(text: str, name: str, table: str) -> str:
    """The text of a page with the table `name` renewed; ValueError where the page has no markers for it."""
    begin, end = f"<!-- generated:begin {name} -->\n", "<!-- generated:end -->"
    renewed, count = re.subn(
        f"{re.escape(begin)}.*?{re.escape(end)}", lambda _: f"{begin}\n{table}\n\n{end}", text, flags=re.DOTALL
    )
    if count != 1:
        raise ValueError(f"the page must have the markers of `{name}` once, it has them {count} times")
    return renewed


def pages() -> dict[Path, str]:
    """Each page with generated tables, and what it should hold."""
    result: dict[Path, str] = {}
    for name, (page, table) in TABLES.items():
        path = GUIDE / page
        result[path] = generated(result.get(path) or path.read_text(encoding="utf-8"), name, table())
    return result


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("->", "→")


if __name__ == "__main__":
    for path, text in pages().items():
        if path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
            sys.stdout.write(f"{path}\n")
