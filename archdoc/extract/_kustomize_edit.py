"""Changes to documents that leave the original as it is: what is not touched is shared.

Several kustomizations build on one base, so nothing is ever changed in place. Knows no kind of object.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from archdoc.extract._fields import steps
from archdoc.extract._yaml import Node

Change = Callable[[Node], Node]


def with_value(node: Node, key: str, value: Node) -> Node:
    """A mapping with a key set; without it where `value` is `MISSING`."""
    pairs = {k: v for k, v in node.items() if k != key or value.exists}
    if value.exists:
        pairs[key] = value
    return Node(pairs, node.path, node.line)


def edited(node: Node, path: str, change: Change, *, create: bool = False) -> Node:
    """A document with `change` made to every value at a field path; `create` makes the mappings that lead there."""
    return _edited(node, steps(path), change, create)


def _edited(node: Node, path: Sequence[str], change: Change, create: bool) -> Node:
    if not path:
        return change(node)
    step, rest = path[0], path[1:]
    if step == "[]" or node.is_list:  # kustomize goes through lists without being told
        rest = rest if step == "[]" else path
        elements = [_edited(element, rest, change, create) for element in node]
        same = all(new is old for new, old in zip(elements, node, strict=True))
        return node if same else Node(list(elements), node.path, node.line)
    child = node[step]
    if not node.is_map or (not child and not child.is_map and not create):
        return node
    if not child:
        child = Node({}, node.path, node.line)
    new = _edited(child, rest, change, create)
    return node if new is child else with_value(node, step, new)


def added(pairs: Mapping[str, Node]) -> Change:
    """Puts pairs into a mapping, over what is there."""

    def change(node: Node) -> Node:
        own = dict(node.items()) | dict(pairs)
        return Node(own, node.path, node.line)

    return change
