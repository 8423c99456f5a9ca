"""Values of a file of HCL with the variables in them, for the notes of `_trace`. Nothing is evaluated here but names."""

from __future__ import annotations

from collections.abc import Iterator

from archdoc.extract import _trace as trace
from archdoc.extract import _values as values
from archdoc.extract._bake_targets import Given
from archdoc.extract._hcl_evaluate import Scope
from archdoc.extract._hcl_nodes import Binary, Call, Conditional, Expression, Get, Items, Literal, Name, Template
from archdoc.extract._hcl_values import RefusedError
from archdoc.extract._trace import Use
from archdoc.model import Evidence


def value(name: str, node: Expression, scope: Scope, given: Given) -> None:
    """Note what an expression comes to, as a variable or as a value of a field."""
    if trace.log is not None:
        used = [use for one in dict.fromkeys(_names(node)) if (use := _use(one, scope)) is not None]
        trace.note(name, given.at.path, given.at.line, _written(node), given.mention.text, used)


def _use(name: str, scope: Scope) -> Use | None:
    try:
        return Use(name, Given(scope.value(name), Evidence("", 1)).mention.text)
    except RefusedError:
        return None


def _names(node: Expression) -> Iterator[str]:
    """The variables whose values may become a part of it."""
    if isinstance(node, Name):
        yield node.name
    for one in _parts(node):
        yield from _names(one)


def _parts(node: Expression) -> tuple[Expression, ...]:
    match node:
        case Template():
            return node.parts
        case Call():
            return node.arguments
        case Items():
            return node.items
        case Get():
            return (node.target,)
        case Conditional():
            return (node.then, node.other)
        case Binary():
            return (node.left, node.right)
        case _:
            return ()


def _written(node: Expression) -> str:
    match node:
        case Literal():
            return values.shown(values.text(node.value))
        case Template():
            return "".join(_written(one) if isinstance(one, Literal) else f"${{{_written(one)}}}" for one in node.parts)
        case Name():
            return node.name
        case Get():
            return f"{_written(node.target)}.{_written(node.key)}"
        case Call():
            return f"{node.name}({', '.join(map(_written, node.arguments))})"
        case Conditional():
            return f"... ? {_written(node.then)} : {_written(node.other)}"
        case _:
            return "..."
