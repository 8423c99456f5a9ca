"""The rows of kinds that a repository's own configuration adds to the catalogue: the same data, never code."""

from __future__ import annotations

from collections.abc import Mapping

from archdoc.config import Config
from archdoc.extract._kinds import kind_of
from archdoc.extract._rows import Kind, Name


def rows(config: Config) -> Mapping[str, Kind]:
    """The rows that the configuration says, by the kind's name in identities; a kind that is known already gets more fields."""
    found: dict[str, Kind] = {}
    for said in config.kinds:
        found[said.kind] = kind_of(said.kind)._replace(
            entity=said.entity,
            cluster=said.cluster,
            templates=said.templates,
            specs=said.specs,
            containers=said.containers,
            images=said.images,
        )
    for mention in config.references:
        row = found.get(mention.kind, kind_of(mention.kind))
        name = Name(mention.path, mention.relation, " ".join(mention.to), mention.name, reverse=mention.reverse)
        found[mention.kind] = row._replace(names=(*row.names, name))
    return found
