"""The further networks of a pod, as its annotations ask for them (Multus: the multi-network de facto standard, section 4.1)."""

from __future__ import annotations

from collections.abc import Iterator

from archdoc.extract._inline import inline
from archdoc.extract._manifests import Object
from archdoc.extract._mentions import Unit, object_named
from archdoc.extract._yaml import Node
from archdoc.model import EntityId, Reference, RelationKind

_KEYS = ("k8s.v1.cni.cncf.io/networks", "v1.multus-cni.io/default-network")
_KIND = ("NetworkAttachmentDefinition.k8s.cni.cncf.io",)


def references(annotations: Node, source: EntityId, owner: Object, unit: Unit) -> Iterator[Reference]:
    """The networks that the annotations of a pod name: ``ns/name@interface`` with commas between, or a JSON list."""
    for key in _KEYS:
        said = annotations[key]
        for namespace, name in _named(said):
            target = object_named(_KIND, namespace, name, owner, unit)
            yield Reference(source, RelationKind.CONFIGURES, target, said.evidence(key))


def _named(said: Node) -> Iterator[tuple[str, str]]:
    if said.text.lstrip().startswith("["):
        for one in [element for root in inline(said).roots for element in root if element["name"].text]:
            yield one["namespace"].text, one["name"].text
        return
    for word in said.text.split(","):
        name = word.partition("@")[0].strip()
        if name:
            yield "", name
