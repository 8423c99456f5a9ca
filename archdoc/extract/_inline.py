"""YAML inside YAML: the documents in a block of text, with the lines they have in its file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from archdoc.extract._yaml import MISSING, Node, fresh
from archdoc.model import Finding


class Inline(NamedTuple):
    """The documents in a text, and what is odd in them."""

    roots: Sequence[Node]
    findings: Sequence[Finding]


def inline(node: Node) -> Inline:
    """The documents in the text of a value; they belong to the file that the value is in."""
    offset = node.line if "\n" in node.text else node.line - 1  # a block begins on the line below its mark
    read = fresh(node.text.encode("utf-8", "replace"), node.path)
    for document in read:
        _shift(document.root, offset)
    findings = [replace(finding, line=finding.line + offset) for document in read for finding in document.findings]
    return Inline([document.root for document in read if document.root], findings)


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
