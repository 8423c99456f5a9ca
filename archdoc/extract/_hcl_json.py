"""The JSON form of HCL: an object of attributes, in which some keys hold blocks by their label. Strings are templates.

Source of the rules: hashicorp/hcl, `json/spec.md`. JSON is read as the YAML that it is, so that lines are kept.
"""

from __future__ import annotations

from collections.abc import Iterator

from archdoc.extract._contexts import scalar
from archdoc.extract._hcl import template
from archdoc.extract._hcl_nodes import Attribute, Block, Body, Expression, Items, Literal, Object
from archdoc.extract._yaml import Node

MAX_DEPTH = 30


def body(node: Node, blocks: frozenset[str] = frozenset()) -> Body:
    """An object as a body; the keys in `blocks` hold blocks of that type. Raises HclError for a template that is none."""
    attributes = tuple(
        Attribute(key, expression(one), _line(node, key))
        for key, one in node.items()
        if key not in blocks or not (one.is_map or one.is_list)
    )
    found = (
        Block(key, (label,), body(inner), inner.line)
        for key, one in node.items()
        if key in blocks
        for each in (one if one.is_list else (one,))
        for label, inner in _labelled(each)
    )
    return Body(attributes, tuple(found))


def expression(node: Node, depth: int = 0) -> Expression:
    """A value as an expression: what is nested deeper than a sane file is null."""
    if depth > MAX_DEPTH:
        return Literal(None, node.line)
    if node.is_map:
        pairs = ((template(key, node.line), expression(one, depth + 1)) for key, one in node.items())
        return Object(tuple(pairs), node.line)
    if node.is_list:
        return Items(tuple(expression(one, depth + 1) for one in node), node.line)
    if node.plain or not node.is_text:
        return Literal(scalar(node), node.line)
    return template(node.text, node.line)


def _labelled(node: Node) -> Iterator[tuple[str, Node]]:
    """The blocks of a type by label, each of which may be written several times."""
    for label, inner in node.items():
        for one in inner if inner.is_list else (inner,):
            yield label, one


def _line(node: Node, key: str) -> int:
    return node.key_evidence(key).line
