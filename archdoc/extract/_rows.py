"""The shapes of the data rows that say what the fields of Kubernetes objects mention.

Field paths are those of `archdoc.extract._fields`; ``{key}`` in one keeps the text at that key as an attribute of the
relation.
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar

from archdoc.model import EntityKind, RelationKind


class Name(NamedTuple):
    """A field that names an object.

    `kinds` are what it may be, best first, unless the mention says its `kind`; `name` is where in the mention the name
    stands, ``""`` if the mention is the name itself; `port` where its port stands (several places, the first that is there).
    `ignore` is a name that means nothing. `optional` mentions are never reported missing.
    """

    path: str
    relation: RelationKind
    kinds: str
    name: str = "name"
    port: str = ""
    reverse: bool = False
    ignore: str = ""
    optional: bool = False


class Labels(NamedTuple):
    """A field that selects by labels: a LabelSelector, or with `bare` a plain map.

    `namespaces` is where it says in which namespaces it looks, `anywhere` tells that it looks in all of them. Of a text, `key` is
    the label whose value it is, or ``""`` where it is a whole selector (``app=a,tier!=b``). What is `optional` is never reported
    when it selects nothing.
    """

    path: str
    relation: RelationKind
    of: EntityKind
    bare: bool = False
    namespaces: str = ""
    anywhere: bool = False
    reverse: bool = False
    key: str | None = None
    optional: bool = False


class Text(NamedTuple):
    """A field whose text is an address or a place.

    `means` is ``host`` (host, host:port or URL), ``model`` (that, or the id of a model), ``path`` (a folder of this repository),
    ``tree`` (that with all below it), ``bucket`` (one that the driver of a volume mounts), or the type of something outside
    (``chart``, ``repository``, ``iam``).
    `host` is where in the mention the text stands, `port` as in `Name`.
    """

    path: str
    relation: RelationKind
    means: str = "host"
    host: str = ""
    port: str = ""


class Made(NamedTuple):
    """An object that the controller of another one creates: its type, its name, or where that one says its name.

    With a name of ``""`` it is made only where one is said, and `when` is a field without which it is not made. A Service
    that is made selects its maker. `own_labels` tells that it gets the labels of its maker, `labels` are those that it gets else.
    """

    type: str
    name: str = "{name}"
    path: str = ""
    when: str = ""
    own_labels: bool = False
    labels: tuple[str, ...] = ()


class Kind(NamedTuple):
    """What is known of a kind of objects.

    `templates` are field paths to pod templates (their labels at ``metadata.labels``, their pod spec at ``spec``), `specs` to
    bare pod specs, `containers` to bare containers. `labels` are those a controller puts on the pods, ``{name}`` being the
    object's own and ``{spec.kind}`` the text at that path in small letters; `own_labels` tells that pods also get the object's.
    `type` replaces ``apiVersion/Kind`` as the entity's type. `images` are paths to images outside containers, `settings` to
    mappings whose values may hold addresses, `values` to the values of a chart, `objects` to whole objects that it will create:
    what those mention, it mentions.
    """

    entity: EntityKind = EntityKind.RESOURCE
    templates: tuple[str, ...] = ()
    specs: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()
    cluster: bool = False
    labels: tuple[str, ...] = ()
    own_labels: bool = False
    type: str = ""
    names: tuple[Name, ...] = ()
    selectors: tuple[Labels, ...] = ()
    texts: tuple[Text, ...] = ()
    images: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    made: tuple[Made, ...] = ()


def each(kinds: str, row: Kind) -> dict[str, Kind]:
    """One row for several kinds, whose names stand in a text."""
    return dict.fromkeys(kinds.split(), row)


def plain(entity: EntityKind, kinds: str, *, cluster: bool = False) -> dict[str, Kind]:
    """Kinds of which only the part they play is known."""
    return each(kinds, Kind(entity, cluster=cluster))


_Row = TypeVar("_Row")


def by_kind(table: dict[str, tuple[_Row, ...]]) -> dict[str, tuple[_Row, ...]]:
    """The table with one key a kind."""
    rows: dict[str, tuple[_Row, ...]] = {}
    for kinds, ones in table.items():
        for kind in kinds.split():
            rows[kind] = rows.get(kind, ()) + ones
    return rows


def by_first_key(rows: tuple[Name, ...]) -> dict[str, tuple[Name, ...]]:
    """Rows by the key that their path begins with, so that only those are tried whose key is there."""
    found: dict[str, tuple[Name, ...]] = {}
    for row in rows:
        key = row.path.partition(".")[0].removesuffix("[]")
        found[key] = (*found.get(key, ()), row)
    return found
