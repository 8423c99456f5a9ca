"""``runs-on``: the runner a job asks for, and whether GitHub hosts it.

Source of the labels: GitHub docs, "GitHub-hosted runners reference"; larger runners follow the names that GitHub proposes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archdoc.extract import _contexts as contexts
from archdoc.extract import _values as values
from archdoc.extract._expressions import Contexts
from archdoc.extract._values import Data, Text, Unknown
from archdoc.extract._yaml import Node
from archdoc.regex import regex

_HOSTED = regex(
    r"(?:ubuntu|windows|macos)-(?:latest|slim|\d+(?:\.\d+)?)(?:-vs\d+|-arm|-intel|-large|-xlarge|-\d+-?cores?)*", re.IGNORECASE
)

_VERSION = regex(r"^(ubuntu|windows|macos)-(?:latest|\d+(?:\.\d+)?)", re.IGNORECASE)
_SYSTEMS = {"ubuntu-": "Linux", "windows-": "Windows"}


def labels(node: Node, seen: Contexts) -> Iterator[tuple[Text, ...]]:
    """Each set of labels that ``runs-on`` may come to; a group of runners is the label ``group:NAME``."""
    if node.is_map:
        group = contexts.text(node["group"], seen)
        named = ((values.join((("group:",), group))),) if group else ()
        wanted = node["labels"]
        for found in _sets(contexts.data(wanted, seen)) if wanted else ((),):
            yield (*named, *found)
    elif node:
        yield from _sets(contexts.data(node, seen))


def _sets(value: Data) -> Iterator[tuple[Text, ...]]:
    possible = values.options(value)
    for option in [one for one in possible if one is not None and not isinstance(one, Unknown)] or possible:
        if isinstance(option, list):
            yield tuple(values.text(one) for one in option)
        elif option is not None:
            for one in values.alternatives(values.text(option)):
                yield (one,)


def hosted(found: tuple[str, ...]) -> bool:
    """Whether GitHub hosts a runner with these labels."""
    return bool(found) and all(_HOSTED.fullmatch(label) for label in found)


def machine(node: Node) -> dict[str, Data]:
    """What the ``runner`` context says of a runner that GitHub hosts, where `runs-on` names it as it is."""
    label = node.texts()[0] if len(node.texts()) == 1 else ""
    system = next((name for start, name in _SYSTEMS.items() if label.lower().startswith(start)), "")
    if not system or not hosted((label,)):
        return {}
    return {"os": system, "arch": "ARM64" if "-arm" in label.lower() else "X64", "environment": "github-hosted"}


def family(found: tuple[str, ...]) -> tuple[str, ...]:
    """The labels of a runner that GitHub hosts without the version of the system, which is no more than a tag: ``ubuntu-arm``."""
    return tuple(_VERSION.sub(r"\1", label) for label in found) if hosted(found) else found


def windows(found: tuple[str, ...]) -> bool:
    """Whether the runner is Windows, where steps without `shell` are PowerShell."""
    return any(label.lower().startswith("windows") for label in found)
