"""A text that is known in part as a script: each other part stands in it as an expression of its own.

This module knows no tool.
"""

from __future__ import annotations

from collections.abc import Callable

from archdoc.extract._values import Text, Unknown


def script(text: Text) -> tuple[str, Callable[[str], Text]]:
    """The script, and what its expressions come to."""
    found: list[str] = []
    marks: dict[str, Text] = {}
    for number, part in enumerate(text):
        if not isinstance(part, str):
            marks[f"part{number}"] = (part,)
            part = f"${{{{ part{number} }}}}"
        found.append(part)
    return "".join(found), lambda source: marks.get(source.strip(), (Unknown("a part"),))
