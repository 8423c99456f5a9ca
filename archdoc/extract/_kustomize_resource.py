"""A resource on its way through kustomizations: the document as changed so far, and the names it has had.

Mentions are followed at the end, as kustomize does: whoever had the name that is mentioned is meant.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from archdoc.extract._kustomize_edit import edited
from archdoc.extract._manifests import Object, identify
from archdoc.extract._mentions import Names
from archdoc.extract._yaml import Node

_DEFAULT = "default"
_BY_NAME_ALONE = frozenset({"APIService"})
"""Kinds whose mentions kustomize follows by name, whatever the namespace beside it."""


@dataclass(frozen=True, slots=True)
class Resource:
    """`root` is the document as it is now, `was` each namespace and name it has had, the first one first.

    `affixes` are the prefixes and suffixes it got: resources that went the same way belong together.
    """

    thing: Object
    was: tuple[tuple[str, str], ...]
    affixes: tuple[str, ...] = ()

    @property
    def root(self) -> Node:
        """The document as it is now."""
        return self.thing.root

    @property
    def said_kind(self) -> str:
        """Its kind as written."""
        return self.root["kind"].text


def fresh(thing: Object) -> Resource:
    """A resource that nothing has changed yet."""
    return Resource(thing, ((thing.namespace or "", thing.name),))


def changed(resource: Resource, root: Node, affix: str = "") -> Resource | None:
    """A resource with another document, which may rename it; None where that is no object any more."""
    if root is resource.root:
        return resource
    old = resource.thing
    if _says_the_same(root, old.root):
        return Resource(replace(old, root=root), resource.was, (*resource.affixes, affix) if affix else resource.affixes)
    thing = identify(root)
    if thing is None:
        return None
    now = (thing.namespace or "", thing.name)
    was = resource.was if now in resource.was else (*resource.was, now)
    return Resource(thing, was, (*resource.affixes, affix) if affix else resource.affixes)


def _says_the_same(new: Node, old: Node) -> bool:
    """Whether the values that say which object a document is are still the same ones."""
    if new["kind"] is not old["kind"] or new["apiVersion"] is not old["apiVersion"]:
        return False
    now, before = new["metadata"], old["metadata"]
    return now is before or all(now[key] is before[key] for key in ("name", "namespace", "generateName"))


def renamed(resource: Resource, name: str, affix: str) -> Resource:
    """A resource with another name, declared where it was."""
    root = edited(resource.root, "metadata.name", lambda node: Node(name, node.path, node.line))
    return changed(resource, root, affix) or resource


def names(resources: Sequence[Resource], configured: Set[tuple[str, str]] = frozenset()) -> Names:
    """How mentions among resources are to be read once all are named.

    Kustomize follows the mentions in kinds of Kubernetes itself; in custom resources only those of one kind by another
    that `configured` names.
    """
    index: dict[tuple[str, str], list[Resource]] = {}
    owners: dict[int, Resource] = {}
    for resource in resources:
        owners[id(resource.root)] = resource
        for name in {name for _, name in resource.was}:
            index.setdefault((resource.thing.kind, name), []).append(resource)
    first_places = {_first_place(resource) for resource in resources}

    def read(source: Object, kinds: tuple[str, ...], namespace: str, name: str) -> tuple[str, str]:
        owner = owners.get(id(source.root))
        if owner is None:
            return namespace, name
        called = [one for kind in kinds for one in index.get((kind, name), ())]
        if source.is_native and source.kind not in _BY_NAME_ALONE:
            place = _first_place if namespace in first_places else _place
            found = [one for one in called if (not namespace or place(one) == namespace) and _is_near(one, owner)]
            if found:
                best = _closest(found, owner, name).thing
                has_place = namespace or source.namespace is None or source.kind == "RoleBinding"
                return (best.namespace or namespace if has_place else ""), best.name
        kind = source.root["kind"].text
        by_name = source.kind in _BY_NAME_ALONE
        found = [one for one in called if by_name or {(kind, one.said_kind), ("", one.said_kind)} & configured]
        return namespace, (_closest(found, owner, name).thing.name if found else name)

    return read


def _closest(found: Sequence[Resource], owner: Resource, name: str) -> Resource:
    """Of several that had the name, the one that went the owner's way, else the one that has it still."""
    same = [one for one in found if one.affixes == owner.affixes] or [one for one in found if one.thing.name == name]
    return (same or found)[0]


def _first_place(one: Resource) -> str:
    """The namespace where a resource was declared, which mentions with a namespace go by (an unset one is `default`)."""
    return one.was[0][0] or _DEFAULT


def _place(one: Resource) -> str:
    return one.thing.namespace or _DEFAULT


def _is_near(one: Resource, owner: Resource) -> bool:
    """Whether an object can mean another one: in its own namespace, or cluster-wide; a ServiceAccount anywhere."""
    wide = owner.thing.namespace is None or one.thing.namespace is None or one.thing.kind == "ServiceAccount"
    return wide or _place(one) == _place(owner)
