"""Field paths as data rows write them: ``spec.template.spec.volumes[].secret.secretName``.

``[]`` is every element of a list, ``*`` every value of a mapping, ``"a.b/c"`` a key that holds dots, ``|`` the documents in a
text of YAML, the empty path the value itself. This module knows no kind of object.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from archdoc.extract._inline import inline
from archdoc.extract._yaml import MISSING, Node
from archdoc.regex import regex

_MANY = ("[]", "*", "|")
_STEP = regex(r'"([^"]*)"|(\[\]|\|)|([^.\["|]+)')


@lru_cache(maxsize=4096)
def steps(path: str) -> tuple[str, ...]:
    """The keys along a path; ``[]``, ``*`` and ``|`` stand for themselves."""
    return tuple(quoted or each or key for quoted, each, key in _STEP.findall(path))


def find(node: Node, path: str) -> Sequence[Node]:
    """Every value at a path that is neither null nor empty text."""
    walked = steps(path)
    at = 0
    while at < len(walked) and walked[at] not in _MANY:
        node = node[walked[at]]
        at += 1
    nodes = [node] if node else []
    for step in walked[at:]:
        if step == "[]":
            nodes = [element for one in nodes for element in one if element]
        elif step == "|":
            nodes = [root for one in nodes for root in (inline(one).roots if one.is_text else [one])]
        elif step == "*":
            nodes = [value for one in nodes for _, value in one.items() if value]
        else:
            nodes = [value for one in nodes if (value := one[step])]
        if not nodes:
            break
    return nodes


def first(node: Node, path: str) -> Node:
    """The first value at a path; `MISSING` where there is none."""
    found = find(node, path)
    return found[0] if found else MISSING
