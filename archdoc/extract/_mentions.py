"""How a field that a data row points at becomes a reference: the mention's kind, namespace and name, its line, its relation.

Knows the unit that the object is part of; knows no kind of object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from archdoc import ids
from archdoc.extract import _hub_models
from archdoc.extract._addresses import Address, Place, declared, origin, unversioned
from archdoc.extract._fields import find, first
from archdoc.extract._kinds import kind_of
from archdoc.extract._manifests import Object
from archdoc.extract._references import OUTSIDE
from archdoc.extract._rows import Labels, Name, Text
from archdoc.extract._yaml import Node
from archdoc.model import (
    Attribute,
    Basis,
    ByHost,
    ByName,
    ByPath,
    BySelector,
    EntityId,
    EntityKind,
    Evidence,
    Outside,
    Reference,
    RelationKind,
    Requirement,
    Selector,
)
from archdoc.regex import regex

NAME_OF_NAMESPACE = "kubernetes.io/metadata.name"
"""The label that the API server gives every namespace."""

_OF_DATA = frozenset({RelationKind.READS, RelationKind.WRITES})
_EMPTY_IS_NONE = frozenset({"policy/v1beta1"})
"""API versions in which an empty selector selects nothing (PodDisruptionBudget before policy/v1)."""

_KEPT = regex(r"\{\w+\}")
_MOST_OF_A_TEXT = 1024
_ISTIO_GATEWAY = "Gateway.networking.istio.io"


class Names(Protocol):
    """How the names in a mention are to be read: kustomize renames what it names."""

    def __call__(self, source: Object, kinds: tuple[str, ...], namespace: str, name: str) -> tuple[str, str]:
        """The namespace and name that a mention of `source` has in the end; a namespace of ``""`` is not said."""


def as_written(source: Object, kinds: tuple[str, ...], namespace: str, name: str) -> tuple[str, str]:  # noqa: ARG001
    """Names are what they are: plain manifests."""
    return namespace, name


@dataclass(frozen=True, slots=True)
class Unit:
    """The deployable that objects are part of, as far as they look each other up.

    `settings` is the data of each ConfigMap by namespace and name, `shared` those that several workloads take whole,
    `components` are the objects of Dapr that tell its apps where their stores and brokers are.
    """

    id: EntityId
    names: Names = as_written
    settings: Mapping[tuple[str, str], Node] = field(default_factory=dict)
    shared: frozenset[tuple[str, str]] = frozenset()
    components: tuple[Object, ...] = ()


def named(row: Name, scope: Node, source: EntityId, owner: Object, unit: Unit, note: str = "") -> Iterator[Reference]:
    """The references of every mention that a row finds below `scope`."""
    for mention, attributes in _mentions(scope, row.path):
        node = first(mention, row.name) if row.name else mention
        name = node.text
        if not name or name == row.ignore or "{{" in name:  # an operator fills templates in; what they come to is not known
            continue
        kinds = kinds_of(mention, row.kinds)
        if not kinds:
            continue
        port = next((found.text for place in row.port.split() for found in find(mention, place)), "")
        if port:
            attributes["port"] = port
        if kinds[0] in OUTSIDE:
            target: ByName | Outside = Outside(kinds[0], name)
        else:
            place = mention["namespace"] or mention["secretNamespace"]
            target = object_named(kinds, place.text, name, owner, unit)
        yield Reference(
            source,
            row.relation,
            target,
            node.evidence(note or _plain(row.path)),
            optional=row.optional or mention["optional"].true(),
            reverse=row.reverse,
            attributes=attributes,
        )


def object_named(kinds: tuple[str, ...], namespace: str, name: str, owner: Object, unit: Unit) -> ByName:
    """The target of a mention in `owner`: in its own namespace unless it says another; ``ns/name`` says one, too.

    Of a gateway of Istio ``name.ns`` and ``name.ns.svc.cluster.local`` do, the old way ("VirtualService", `gateways`).
    """
    place, slash, rest = name.partition("/")
    if slash:
        namespace, name = place, rest
    elif "." in name and kinds == (_ISTIO_GATEWAY,):
        name, namespace = name.split(".")[:2]
    namespace, name = unit.names(owner, kinds, namespace, name)
    is_wide = all(kind_of(kind).cluster for kind in kinds)
    return ByName(unit.id, kinds, None if is_wide else namespace or owner.namespace or "", name)


def kinds_of(mention: Node, defaults: str) -> tuple[str, ...]:
    """What a mention may mean: its own ``kind`` in its own group, or the row's kinds where it says none.

    A kind without a group is that of the row's kinds with this name, or of the group of the first of them.
    """
    kind = mention["kind"].text
    known = tuple(defaults.split())
    if not kind:
        return known
    api_version, group = mention["apiVersion"], mention["group"]
    for said in (mention["apiGroup"], group):
        if said.is_text:
            return (ids.object_kind(said.text.partition("/")[0], kind),)
    if api_version.text:
        return (ids.object_kind(api_version.text.rpartition("/")[0], kind),)
    same = tuple(one for one in known if one.partition(".")[0] == kind)
    if same or not known or kind in OUTSIDE or kind_of(kind) != kind_of(""):
        return same or (kind,)
    return (f"{kind}.{known[0].partition('.')[2]}".rstrip("."),)


def selected(row: Labels, source: EntityId, owner: Object, unit: Unit) -> Iterator[Reference]:
    """The references of every selector that a row finds in an object. An absent selector selects nothing, an empty one all."""
    for node in find(owner.root, row.path):
        if row.key is None:
            selector = _bare(node) if row.bare else label_selector(node)
        else:
            selector = Selector((Requirement(row.key, "In", (node.text,)),)) if row.key else _expression(node.text)
        if selector is None:
            continue
        if owner.api_version in _EMPTY_IS_NONE and not selector.requirements:
            continue
        place = "*" if row.anywhere or owner.namespace is None else owner.namespace
        namespaces = None
        if row.namespaces and (there := first(owner.root, row.namespaces)):
            named = tuple(sorted(set(there["matchNames"].texts())))
            if there["any"].true():
                place = "*"
            elif named:
                namespaces = Selector((Requirement(NAME_OF_NAMESPACE, "In", named),))
        target = BySelector(unit.id, row.of, place, selector, namespaces)
        at = _said(node).evidence(_plain(row.path))
        yield Reference(source, row.relation, target, at, optional=row.optional, reverse=row.reverse)


def _said(selector: Node) -> Node:
    """Where a selector is told: where a patch gives its first label, that, for there the reader finds what it selects."""
    labels = (value for _, value in (selector["matchLabels"] or selector).items())
    label = next(labels, selector)
    return label if label.is_text and label.path != selector.path else selector


def label_selector(node: Node) -> Selector | None:
    """A LabelSelector: ``matchLabels`` and ``matchExpressions`` together (kubernetes meta/v1)."""
    if not node.is_map:
        return None
    terms = [Requirement(key, "In", (value,)) for key, value in node["matchLabels"].mapping().items()]
    terms += [
        Requirement(term["key"].text, term["operator"].text, term["values"].texts())
        for term in node["matchExpressions"]
        if term["key"].text and term["operator"].text
    ]
    return Selector(tuple(sorted(terms, key=lambda term: (term.key, term.operator, term.values))))


_TERM = regex(r"([\w./-]+)\s*(?:(==|=|!=)\s*([\w.-]+)|\s(in|notin)\s*\(([^()]*)\))?|!\s*([\w./-]+)")


def _expression(text: str) -> Selector | None:
    """A selector as text: ``app=a,tier!=b,zone in (x, y),!old`` (kubernetes labels.Parse); None where it is not such a one."""
    terms: list[Requirement] = []
    for part in re.split(r",(?![^()]*\))", text[:_MOST_OF_A_TEXT]):
        term = _TERM.fullmatch(part.strip())
        if term is None:
            return None
        key, sign, value, word, several, absent = term.groups()
        values = (value,) if sign else tuple(one.strip() for one in (several or "").split(","))
        if absent or not (sign or word):
            terms.append(Requirement(absent or key, "DoesNotExist" if absent else "Exists"))
        else:
            terms.append(Requirement(key, "NotIn" if sign == "!=" or word == "notin" else "In", values))
    return Selector(tuple(sorted(terms, key=lambda term: (term.key, term.operator, term.values))))


def _bare(node: Node) -> Selector | None:
    """A selector that is a plain map; an empty one selects nothing (kubernetes core/v1 ServiceSpec)."""
    if node["matchLabels"].is_map:
        return label_selector(node)
    labels = sorted(node.mapping().items())
    return Selector(tuple(Requirement(key, "In", (value,)) for key, value in labels)) if labels else None


_IDENTITY = regex(r"[@:.-](?![^<>]{0,64}>)")
"""Stands in the address, ARN or client id of every identity of a cloud, and in no ``MY_ROLE`` or ``<my-role>`` to be put in."""

_HOSTED = regex(r"https?://(?:www\.|raw\.)?github(?:usercontent)?\.com/([\w.-]{1,100}/[\w.-]{1,100}?)(?:\.git)?(?=[/?#]|$)")
"""A file or an archive of a repository on GitHub: what is read is the repository."""

_BUCKET_DRIVERS = {
    ("gcsfuse.csi.storage.gke.io", "volumeAttributes.bucketName"): "gs",
    ("gcsfuse.csi.storage.gke.io", "volumeHandle"): "gs",
    ("s3.csi.aws.com", "volumeAttributes.bucketName"): "s3",
}
"""The scheme of the bucket that a driver of volumes mounts, by the field that names it (the drivers' own documentation)."""


def written(row: Text, scope: Node, source: EntityId, owner: Object, unit: Unit) -> Iterator[Reference]:
    """The references of every address or place that a row finds below `scope`."""
    for mention in find(scope, row.path):
        node = first(mention, row.host) if row.host else mention
        text = node.text
        evidence = node.evidence(_plain(row.path))
        if not text or "{{" in text or mention["exclude"].true() or (row.means == "iam" and not _IDENTITY.search(text)):
            continue
        if row.means in ("path", "tree"):
            target = ByPath(text.removeprefix("./").strip("/"), EntityKind.DEPLOYABLE)
            more: dict[str, Attribute] = {"recursive": True} if row.means == "tree" else {}
            yield Reference(source, row.relation, target, evidence, Basis.CONVENTION, optional=True, attributes=more)
        elif row.means in ("host", "model"):
            port = next((found.integer() for place in row.port.split() for found in find(mention, place)), None)
            if row.means == "model" and (model := _hub_models.named(text)):
                yield Reference(source, row.relation, Outside("model", f"hf://{model}"), evidence, Basis.CONVENTION)
                continue
            hosted = _HOSTED.match(text) if row.relation is RelationKind.READS else None
            if hosted:
                yield Reference(source, row.relation, Outside("repository", f"github.com/{hosted[1]}"), evidence)
                continue
            for found in declared(text, port):
                if row.relation in _OF_DATA and isinstance(found, Address) and "://" not in text:
                    continue  # a file's name, which looks like that of a host
                yield address(_hub_models.meant(found, row.path), row.relation, source, owner, unit, Said(evidence))
        elif row.means == "bucket":
            scheme = _BUCKET_DRIVERS.get((mention["driver"].text, row.host), "")
            for found in declared(f"{scheme}://{text}") if scheme else ():
                yield address(found, row.relation, source, owner, unit, Said(evidence))
        else:
            name = unversioned(origin(text)) if row.means == "repository" else text
            yield Reference(source, row.relation, Outside(row.means, name), evidence)


class Said(NamedTuple):
    """Where and how a value holds an address: `via` is the setting, `may` tells that it may be meant for another workload."""

    at: Evidence
    basis: Basis = Basis.DECLARED
    via: str = ""
    may: bool = False


def address(found: Address | Place, relation: RelationKind, source: EntityId, owner: Object, unit: Unit, said: Said) -> Reference:
    """The reference that an address in a value of `owner` makes."""
    attributes: dict[str, Attribute] = {"via": said.via} if said.via else {}
    if said.may:
        attributes["may"] = True
    target: ByHost | ByName | Outside
    if isinstance(found, Address):
        if found.port is not None:
            attributes["port"] = found.port
        target = ByHost(unit.id, owner.namespace or "", found.host, found.port, found.sure, found.scheme)
    elif found.type == "volume":
        relation, target = RelationKind.MOUNTS, object_named(("PersistentVolumeClaim",), "", found.name, owner, unit)
    else:
        relation = RelationKind.READS if found.type in ("model", "dataset") else relation
        target = Outside(found.type, found.name)
    return Reference(source, relation, target, said.at, said.basis, attributes=attributes)


def _mentions(scope: Node, path: str) -> Iterator[tuple[Node, dict[str, Attribute]]]:
    """Every value at a path, with the texts that its ``{key}`` steps keep."""
    head, brace, rest = path.partition("{")
    if not brace:
        for node in find(scope, path):
            yield node, {}
        return
    key, _, tail = rest.partition("}")
    for node in find(scope, head):
        kept: dict[str, Attribute] = {key: node[key].text} if node[key].text else {}
        for below, more in _mentions(node, tail.removeprefix(".")):
            yield below, {**kept, **more}


def _plain(path: str) -> str:
    """A path as a note: without what it keeps."""
    return _KEPT.sub("", path)
