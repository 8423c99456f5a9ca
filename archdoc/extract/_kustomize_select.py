"""Which resources a patch is for: target selectors with patterns, and the object that a merge patch itself names.

Patterns are those of Go's RE2. A pattern that could take long in Python's engine is refused, for its author is not trusted.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator
from functools import lru_cache

from archdoc.extract._kustomize_resource import Resource
from archdoc.extract._yaml import Node
from archdoc.regex import regex

_PART = regex(r"\\.|\[[^\]]*\]|([*+?]|\{\d)|(\()")
_RISKY = regex(r"\)[*+{]|\(\?|\\[1-9]")
_TERM = regex(r"\s*(!?)([A-Za-z0-9./_-]+)\s*(?:(=|==|!=)\s*([A-Za-z0-9._-]*)|(in|notin)\s*\(([^)]*)\))?\s*(?:,|$)")

_MAX_LENGTH, _MAX_REPEATS, _MAX_GROUPS = 300, 2, 3
"""Each may multiply the time by the length of a name, or by the number of its alternatives."""


class PatternError(Exception):
    """A pattern that is no pattern, or one that is refused."""


@lru_cache(maxsize=1024)
def pattern(text: str) -> re.Pattern[str]:
    """The compiled form of a pattern that must match a whole value. Raises PatternError."""
    parts = list(_PART.finditer(text[:_MAX_LENGTH]))
    repeats, groups = sum(1 for part in parts if part[1]), sum(1 for part in parts if part[2])
    if len(text) > _MAX_LENGTH or _RISKY.search(text) or repeats > _MAX_REPEATS or groups > _MAX_GROUPS:
        raise PatternError(text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python warns of sets that RE2 reads as they are
            return re.compile(f"(?:{text})")
    except (re.error, OverflowError):
        raise PatternError(text) from None


def selected(resources: Iterable[Resource], target: Node) -> Iterator[int]:
    """The places of the resources that a target selector means. Raises PatternError."""
    wanted = [(key, pattern(target[key].text)) for key in ("group", "version", "kind", "name", "namespace") if target[key]]
    labels = list(_terms(target["labelSelector"].text))
    annotations = list(_terms(target["annotationSelector"].text))
    for number, resource in enumerate(resources):
        if (
            all(_is(resource, key, want) for key, want in wanted)
            and _have(resource.root.at("metadata", "labels"), labels)
            and _have(resource.root.at("metadata", "annotations"), annotations)
        ):
            yield number


def _is(resource: Resource, key: str, want: re.Pattern[str]) -> bool:
    group, _, version = resource.thing.api_version.rpartition("/")
    if key == "name":
        return any(want.fullmatch(name) for _, name in resource.was)
    if key == "namespace":
        return any(want.fullmatch(place) for place, _ in resource.was)
    return want.fullmatch({"group": group, "version": version, "kind": resource.root["kind"].text}[key]) is not None


def _terms(text: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """The terms of a selector string: ``a=b``, ``a!=b``, ``a in (b, c)``, ``a``, ``!a``."""
    for match in _TERM.finditer(text[:2000]):
        absent, key, operator, value, among, values = match.groups()
        if among:
            yield key, among, tuple(one.strip() for one in values.split(","))
        elif operator:
            yield key, "notin" if operator == "!=" else "in", (value,)
        else:
            yield key, "absent" if absent else "exists", ()


def _have(node: Node, terms: Iterable[tuple[str, str, tuple[str, ...]]]) -> bool:
    labels = node.mapping()
    for key, operator, values in terms:
        inside = labels.get(key) in values
        if {"in": not inside, "notin": inside, "exists": key not in labels, "absent": key in labels}[operator]:
            return False
    return True
