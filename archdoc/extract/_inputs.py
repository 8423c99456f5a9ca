"""One input of a ``with``, evaluated line by line, so that each row of a list is cited where it stands."""

from __future__ import annotations

from archdoc.extract import _contexts as contexts
from archdoc.extract import _expressions as expressions
from archdoc.extract import _trace as trace
from archdoc.extract._effects import Mention
from archdoc.extract._source import Source
from archdoc.extract._yaml import Node
from archdoc.model import Evidence


def rows(source: Source, seen: expressions.Contexts, name: str, node: Node) -> tuple[Mention, ...]:
    """The lines of an input; none for what is no scalar. An expression that spans lines keeps its value in one piece."""
    if node.is_map or node.is_list:
        return ()
    lines = node.text.split("\n")
    note = f"with.{name}"
    if len(lines) == 1 or any(line.count("${{") != line.count("}}") for line in lines):
        at = Evidence(node.path, node.line, note)
        lines, found = [node.text], [Mention(contexts.text(node, seen), at, literal="${{" not in node.text)]
    else:
        found = [
            Mention(expressions.expand(line, seen), Evidence(node.path, number, note), literal="${{" not in line)
            for line, number in zip(lines, source.lines(node), strict=True)
        ]
    for line, one in zip(lines, found, strict=True) if trace.log is not None else ():
        trace.note(note, one.at.path, one.at.line, line, one.text, trace.uses(line, contexts.evaluator(seen)))
    return tuple(found)
