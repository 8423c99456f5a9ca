"""YAML inside YAML: the documents in a block of text, with the lines they have in its file."""

from __future__ import annotations

from collections.abc import Sequence

from archdoc.extract._yaml import MISSING, Node, documents


def inline(node: Node) -> Sequence[Node]:
    """The documents in a block of text inside a document, with the lines they have in its file."""
    offset = node.line if "\n" in node.text.rstrip("\n") else node.line - 1
    roots = [document.root for document in documents(node.text.encode("utf-8", "replace"), node.path)]
    for root in roots:
        _shift(root, offset)
    return [root for root in roots if root]


def _shift(root: Node, by: int) -> None:
    """Move a document that nobody else holds yet down by some lines."""
    stack, seen = [root], {id(MISSING)}
    while stack:
        node = stack.pop()
        if id(node) not in seen:
            seen.add(id(node))
            node.line += by
            stack += [value for _, value in node.items()]
            stack += list(node)
