"""A script that an action runs on another machine, where a clone of this repository lies: ``appleboy/ssh-action``.

The folder that the script goes to before it calls git is taken for the root of the clone. A script that never calls git knows no
clone, and its paths lead nowhere here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archdoc.extract import _values as values
from archdoc.extract._effects import Deploy, Effect
from archdoc.extract._trail import Trail
from archdoc.extract._values import Text, Unknown
from archdoc.extract._workspace import ROOT
from archdoc.regex import regex

_GO = regex(r"cd\s+[\"']?([^\s\"';&|]+)")
_VERBS = frozenset({"pull", "fetch", "reset", "checkout"})


def follow(trail: Trail) -> Iterator[tuple[Effect, Text]]:
    """What the lines of the script do, those of them that happen in the clone; each word of the command is one line."""
    marks: dict[str, Text] = {}
    lines: list[str] = []
    for line in trail.words:
        pieces: list[str] = []
        for part in line.text:
            if isinstance(part, str):
                pieces.append(part)
            else:
                name = f"part{len(marks)}"
                marks[name] = (part,)
                pieces.append(f"${{{{ {name} }}}}")
        lines.append("".join(pieces))
    script = "\n".join(lines)
    clone = _clone(script)
    if not clone:
        return
    rows = [line.row for line in trail.words]
    found = trail.shell(
        script,
        trail.at.path,
        rows,
        lambda name: (Unknown(f"{name} of the other machine"),),
        (Unknown("HOME"),),
        expression=lambda source: marks.get(source.strip(), (Unknown(source),)),
    )
    for effect, folder in found:
        _, here, below = values.shown(folder).partition(clone)
        if here and not below.strip("/").startswith(".."):
            computed = effect._replace(target=effect.target._replace(literal=False)) if isinstance(effect, Deploy) else effect
            yield computed, (f"{ROOT}{below}",)


def _clone(script: str) -> str:
    """The folder that the script goes to before it calls git; ``""`` where it does not."""
    folder = ""
    for line in script.split("\n"):
        for command in re.split(r"[;&|]+", line):
            if gone := _GO.match(command.strip()):
                folder = gone[1]
            elif "git" in (words := command.split()) and not _VERBS.isdisjoint(words[words.index("git") :]):
                return folder
    return ""
