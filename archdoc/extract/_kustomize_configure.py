"""The `configurations` of a kustomization: more fields that its transformers touch, as a team adds them for custom resources.

Source: kubernetes-sigs/kustomize api/internal/plugins/builtinconfig, transformerconfig.go.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from archdoc import ids
from archdoc.extract._kustomize_transform import Field
from archdoc.extract._yaml import Node
from archdoc.regex import regex

_SLASH = regex(r"(?<!\\)/")


@dataclass(slots=True)
class Configured:
    """The fields that configurations add: for the namespace, for labels, for images, and which kinds mention which by name."""

    namespace: list[Field] = field(default_factory=list)
    labels: list[Field] = field(default_factory=list)
    images: list[Field] = field(default_factory=list)
    mentions: set[tuple[str, str]] = field(default_factory=set)

    def add(self, root: Node) -> None:
        """Take in one configuration file."""
        self.namespace += _fields(root["namespace"], selector=False)
        self.labels += _fields(root["commonLabels"], selector=True)
        self.images += _fields(root["images"], selector=False)
        for entry in root["nameReference"]:
            target = ids.object_kind(entry["group"].text, entry["kind"].text)
            for spec in entry["fieldSpecs"]:
                self.mentions.add((spec["kind"].text, target.partition(".")[0]))


def _fields(rows: Node, *, selector: bool) -> Iterator[Field]:
    for row in rows:
        if row["path"].text:
            yield Field(row["kind"].text, field_path(row["path"].text), row["create"].true(), selector=selector)


def label_fields(rows: Node) -> tuple[Field, ...]:
    """The `fields` of an entry of `labels`: where else its labels go, whatever it asks for."""
    return tuple(_fields(rows, selector=False))


def field_path(text: str) -> str:
    """A path of kustomize (``metadata/labels``, a slash within a key behind a backslash) as one of our own."""
    keys = [key.replace("\\/", "/") for key in _SLASH.split(text)]
    return ".".join(f'"{key}"' if "." in key else key for key in keys if key)
