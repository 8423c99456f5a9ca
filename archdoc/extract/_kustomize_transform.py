"""What a kustomization does to all its resources: namespace, prefix and suffix, labels, images.

Which fields are touched are rows of data after kustomize's own tables (api/internal/konfig/builtinpluginconsts).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from archdoc.extract import _trace as trace
from archdoc.extract._kustomize_edit import added, edited, with_value
from archdoc.extract._kustomize_resource import Resource, changed, renamed
from archdoc.extract._yaml import MISSING, Node, Replaced
from archdoc.regex import regex

_KEEP_NAME = frozenset({"CustomResourceDefinition", "APIService", "Namespace"})
_IMAGE_LISTS = frozenset({"containers", "initContainers"})
_TAGGED = regex(r"([^@]+?)(:[A-Za-z0-9_.{}-]*)?(@sha256:[A-Za-z0-9_.{}-]*)?")


Images = Mapping[str, Sequence[tuple[int, Node]]]


class Field(NamedTuple):
    """A field that something goes into: of which kinds (any where empty), where, and whether it is made where it is not.

    `selector` tells that labels in it select, so that they go in only where selectors are asked for.
    """

    kinds: str
    path: str
    create: bool
    selector: bool = False


_LABELS: tuple[Field, ...] = (
    Field("Service", "spec.selector", create=True, selector=True),
    Field("ReplicationController", "spec.selector", create=True, selector=True),
    Field("ReplicationController Deployment ReplicaSet DaemonSet StatefulSet Job", "spec.template.metadata.labels", create=True),
    Field("Deployment ReplicaSet DaemonSet StatefulSet", "spec.selector.matchLabels", create=True, selector=True),
    Field("StatefulSet", "spec.volumeClaimTemplates[].metadata.labels", create=True),
    Field("Job PodDisruptionBudget", "spec.selector.matchLabels", create=False, selector=True),
    Field("CronJob", "spec.jobTemplate.spec.selector.matchLabels", create=False, selector=True),
    Field("CronJob", "spec.jobTemplate.metadata.labels", create=True),
    Field("CronJob", "spec.jobTemplate.spec.template.metadata.labels", create=True),
    Field("NetworkPolicy", "spec.podSelector.matchLabels", create=False, selector=True),
    Field("NetworkPolicy", "spec.ingress[].from[].podSelector.matchLabels", create=False, selector=True),
    Field("NetworkPolicy", "spec.egress[].to[].podSelector.matchLabels", create=False, selector=True),
)


_LABELS_OF = {kind: tuple(f for f in _LABELS if kind in f.kinds.split()) for field in _LABELS for kind in field.kinds.split()}
_NAMESPACES = (Field("APIService", "spec.service.namespace", create=True),)


def with_namespace(resource: Resource, namespace: Node, more: Sequence[Field] = ()) -> Resource:
    """A resource moved into a namespace; a Namespace object becomes that namespace. Cluster-wide objects stay.

    `more` are further fields that hold a namespace.
    """
    thing = resource.thing

    def put(old: Node) -> Node:
        return Node(namespace.text, old.path or namespace.path, old.line or namespace.line)

    if thing.kind == "Namespace":
        return changed(resource, edited(resource.root, "metadata.name", put)) or resource
    root = resource.root
    if not thing.row.cluster:
        root = with_value(root, "metadata", with_value(root["metadata"], "namespace", put(root.at("metadata", "namespace"))))
    if thing.kind in ("RoleBinding", "ClusterRoleBinding"):
        root = edited(root, "subjects[]", lambda subject: _default_subject(subject, put))
    for field in (*_NAMESPACES, *more):
        if _is_for(field, resource):
            root = edited(root, field.path, put)
    return changed(resource, root) or resource


def _is_for(field: Field, resource: Resource) -> bool:
    return not field.kinds or resource.root["kind"].text in field.kinds.split()


def _default_subject(subject: Node, put: object) -> Node:
    """The account ``default`` moves along; any other account moves if it is among the resources, as every mention does."""
    if subject["kind"].text == "ServiceAccount" and subject["name"].text == "default":
        return with_value(subject, "namespace", put(subject["namespace"]))  # type: ignore[operator]
    return subject


def with_annotations(root: Node) -> Node:
    """A document whose metadata has annotations: within kustomize it always has, so that a patch may add one."""
    metadata = root["metadata"]
    if metadata["annotations"].is_map or not metadata.is_map:
        return root
    return with_value(root, "metadata", with_value(metadata, "annotations", Node({}, metadata.path, metadata.line)))


def with_affixes(resource: Resource, prefix: str, suffix: str) -> Resource:
    """A resource with prefix and suffix to its name, but for the kinds whose name is not free."""
    if resource.thing.kind in _KEEP_NAME or not (prefix or suffix):
        return resource
    return renamed(resource, f"{prefix}{resource.thing.name}{suffix}", f"{prefix}*{suffix}")


def with_labels(
    resource: Resource, labels: Mapping[str, Node], *, selectors: bool, templates: bool, more: Sequence[Field] = ()
) -> Resource:
    """A resource with labels on itself, and where asked on what it makes and on what it selects; `more` are further fields."""
    put = added(labels)
    root = edited(resource.root, "metadata.labels", put, create=True)
    fields = [f for f in _LABELS_OF.get(resource.thing.kind, ()) if selectors or (templates and not f.selector)]
    for field in (*fields, *(field for field in more if _is_for(field, resource))):
        root = edited(root, field.path, put, create=field.create)
    return changed(resource, root) or resource


def with_images(resource: Resource, images: Images, more: Sequence[Field] = ()) -> Resource:
    """A resource whose containers run other images, wherever in it containers are; `more` are further fields with images."""
    if resource.thing.kind == "CustomResourceDefinition":
        return resource
    memo: dict[int, Node] = {}
    root = _reimaged(resource.root, images, memo)
    for field in more:
        if _is_for(field, resource):
            root = edited(root, field.path, lambda image: _image(image, images))
    return changed(resource, root) or resource


def _reimaged(node: Node, images: Images, memo: dict[int, Node]) -> Node:
    """A document with images put in; `memo` keeps what was seen, since one value may stand in many places."""
    known = memo.get(id(node))
    if known is not None:
        return known
    new = node
    if node.is_map:
        pairs = {}
        for key, value in node.items():
            if key in _IMAGE_LISTS and value.is_list:
                elements = [edited(element, "image", lambda image: _image(image, images)) for element in value]
                same = all(a is b for a, b in zip(elements, value, strict=True))
                pairs[key] = value if same else Node(list(elements), value.path, value.line)
            else:
                pairs[key] = value if value.is_text else _reimaged(value, images, memo)
        if any(pairs[key] is not value for key, value in node.items()):
            new = Node(pairs, node.path, node.line)
    elif node.is_list:
        elements = [element if element.is_text else _reimaged(element, images, memo) for element in node]
        if any(a is not b for a, b in zip(elements, node, strict=True)):
            new = Node(list(elements), node.path, node.line)
    memo[id(node)] = new
    return new


def _image(node: Node, images: Images) -> Node:
    """An image after every rule for its name, in their order; a rule may make a name that a later one is for."""
    done = -1
    while True:
        match = _TAGGED.fullmatch(node.text)
        # A rule may name the tag too: Kustomize looks for its name at the beginning of the whole reference.
        names = dict.fromkeys((match[1], f"{match[1]}{match[2] or ''}", node.text)) if match else ()
        rules = sorted((one for name in names for one in images.get(name, ())), key=lambda one: one[0])
        place, rule = next(((place, rule) for place, rule in rules if place > done), (-1, MISSING))
        if match is None or place < 0:
            return node
        done, node = place, _renamed_image(node, match, rule)


def _renamed_image(node: Node, match: re.Match[str], rule: Node) -> Node:
    name = rule["newName"].text or match[1]
    tag, digest = match[2] or "", match[3] or ""
    if rule["digest"]:
        tag, digest = "", f"@{rule['digest'].text}"
    elif rule["newTag"]:
        tag, digest = f":{rule['newTag'].text}", ""
    if rule["tagSuffix"] and tag:
        tag += rule["tagSuffix"].text
    said = {key: rule[key] for key in ("newName", "newTag", "digest", "tagSuffix") if rule[key]}
    at = next(iter(said.values()), MISSING)
    before = (*node.before, match[1]) if name != match[1] else node.before
    text, path, line = f"{name}{tag}{digest}", at.path or node.path, at.line or node.line
    new = Replaced(text, path, line, before) if before else Node(text, path, line)
    trace.composed(new, (new.text,), {f"images.{key}": value for key, value in said.items()}, node)
    return new


def by_name(rules: Node) -> Images:
    """The rules of `images` by the name they are for, each with its place among all."""
    found: dict[str, list[tuple[int, Node]]] = {}
    for place, rule in enumerate(rules):
        if rule["name"].text:
            found.setdefault(rule["name"].text, []).append((place, rule))
    return found
