"""ConfigMaps and Secrets that a kustomization generates. Of Secrets only names leave, never a value or a file's content.

The hash that kustomize puts behind the name is left out: whoever mentions the name means it without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from archdoc.extract._kustomize_load import resolved
from archdoc.extract._yaml import Node, plain_node

Read = Callable[[str], bytes | None]


class Generated(NamedTuple):
    """The object that a generator makes, and the files it names that are not there."""

    root: Node
    missing: tuple[Node, ...]


def generated(kind: str, entry: Node, options: Node, folder: str, read: Read) -> Generated:
    """The ConfigMap or Secret of one generator of a kustomization in `folder`; `options` are those for all generators."""
    missing: list[Node] = []
    data: dict[str, Node] = {}
    for key, value in _pairs(entry, folder, read, missing):
        data[key] = value if kind == "ConfigMap" else Node("", value.path, value.line)
    labels = options["labels"].mapping() | entry.at("options", "labels").mapping()
    metadata = {"name": entry["name"].text, "namespace": entry["namespace"].text, "labels": labels}
    root = plain_node({"apiVersion": "v1", "kind": kind, "metadata": metadata}, entry.path, entry.line)
    return Generated(
        Node({**dict(root.items()), "data": Node(dict(data), entry.path, entry.line)}, entry.path, entry.line), tuple(missing)
    )


def _pairs(entry: Node, folder: str, read: Read, missing: list[Node]) -> Iterator[tuple[str, Node]]:
    """The keys of a generator with their values, each where it is written."""
    for literal in entry["literals"]:
        key, _, value = literal.text.partition("=")
        yield key, Node(_unquoted(value), literal.path, literal.line)
    for file in entry["files"]:
        key, equals, path = file.text.partition("=")
        content = _content(path if equals else key, folder, read)
        if content is None:
            missing.append(file)
        else:
            name = key if equals else key.rpartition("/")[2]
            # A block of text begins on the line above it; a file that is one has its first line at 1.
            yield name, Node(content[1], content[0], 0 if "\n" in content[1].strip() else 1)
    for file in (*entry["envs"], entry["env"]):
        if not file.text:
            continue
        content = _content(file.text, folder, read)
        if content is None:
            missing.append(file)
            continue
        for number, row in enumerate(content[1].splitlines(), start=1):
            key, equals, value = row.strip().partition("=")
            if equals and not key.startswith("#"):
                yield key, Node(_unquoted(value), content[0], number)


def _content(path: str, folder: str, read: Read) -> tuple[str, str] | None:
    place = resolved(folder, path)
    data = read(place) if place else None
    return (place, data.decode("utf-8", "replace")) if place and data is not None else None


def _unquoted(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value
