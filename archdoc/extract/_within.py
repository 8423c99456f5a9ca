"""What lies within a custom resource besides its own fields: settings as mappings, and whole objects that it will create.

Where they lie is said by the row of its kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archdoc.extract import _addresses, _hub_models
from archdoc.extract._fields import find
from archdoc.extract._kinds import kind_of
from archdoc.extract._manifests import Object, is_object, object_kind_of
from archdoc.extract._mentions import Said, Unit, address
from archdoc.extract._yaml import Node
from archdoc.model import Basis, EntityId, Outside, Reference, RelationKind


def settings(source: EntityId, owner: Object, unit: Unit) -> Iterator[Reference]:
    """The addresses and the models of a hub in mappings of settings, and in lists of names with values."""
    for path in owner.row.settings:
        for mapping in find(owner.root, path):
            pairs = list(mapping.items()) or [(entry["name"].text, entry["value"]) for entry in mapping]
            for key, value in pairs:
                said = Said(value.evidence(f"{path.rpartition('.')[2]} {key}"), via=key)
                for found in _addresses.find(key, value.text):
                    yield address(found, RelationKind.CONNECTS_TO, source, owner, unit, said)
                if model := _hub_models.of_setting(key, value.text):
                    yield Reference(source, RelationKind.READS, Outside("model", f"hf://{model}"), said.at, Basis.CONVENTION)


def objects(owner: Object, roots: Sequence[Node] = ()) -> Iterator[Object]:
    """The objects that an object will create: those at the paths of its row, and other `roots`; they go by its own name."""
    for root in (*(node for path in owner.row.objects for node in find(owner.root, path)), *roots):
        if is_object(root):
            kind = object_kind_of(root)
            namespace = root.at("metadata", "namespace").text or owner.namespace
            yield Object(root, root["apiVersion"].text, kind, owner.name, namespace, kind_of(kind))
