"""Patches: strategic merge with the merge keys of Kubernetes' own kinds, and JSON patch (RFC 6902).

A patched value keeps the file and line of the patch. Knows documents, not kustomizations.
Sources: kubernetes/community strategic-merge-patch.md, kyaml/yaml/merge2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from archdoc.extract._kustomize_edit import with_value
from archdoc.extract._yaml import MISSING, Node

MAX_OPERATIONS = 1_000
_MAX_PATH, _MAX_COPY = 60, 20
"""How deep an operation may reach, and how deep what it copies may be: so that no chain of copies makes a bottomless value."""

_END = "-"
_BY_NAME = ("name",)
_MERGE_KEYS: dict[str, tuple[str, ...]] = {
    "containers": _BY_NAME,
    "initContainers": _BY_NAME,
    "ephemeralContainers": _BY_NAME,
    "env": _BY_NAME,
    "volumes": _BY_NAME,
    "imagePullSecrets": _BY_NAME,
    "resourceClaims": _BY_NAME,
    "secrets": _BY_NAME,
    "webhooks": _BY_NAME,
    "ports": ("containerPort", "port"),
    "volumeMounts": ("mountPath",),
    "volumeDevices": ("devicePath",),
    "hostAliases": ("ip",),
    "topologySpreadConstraints": ("topologyKey",),
    "ownerReferences": ("uid",),
    "conditions": ("type",),
}
"""Lists of Kubernetes' own kinds that are merged by element: by the first of these keys that the patch's elements have."""


def merged(base: Node, patch: Node, *, native: bool, field: str = "") -> Node:
    """A strategic merge patch put over a document; `MISSING` where it deletes it.

    Lists of custom resources (`native` False) are replaced as a whole, for they say no merge keys.
    """
    if patch.is_map:
        directive = patch["$patch"].text
        if directive == "delete":
            return MISSING
        if directive == "replace" or not base.is_map:
            return _without_directives(patch)
        return _merged_mapping(base, patch, native)
    if patch.is_list and base.is_list and native:
        key = next((key for key in _MERGE_KEYS.get(field, ()) if any(element[key] for element in patch)), "")
        if key:
            return _merged_list(base, patch, key)
        if any(element["$patch"] for element in patch):
            return Node([element for element in patch if not element["$patch"]], patch.path, patch.line)
    return patch


def _merged_mapping(base: Node, patch: Node, native: bool) -> Node:
    pairs = dict(base.items())
    for key, value in patch.items():
        if key.startswith("$"):
            directive, _, field = key.partition("/")
            if directive == "$deleteFromPrimitiveList" and field in pairs:
                gone = set(value.texts())
                kept = [element for element in pairs[field] if element.text not in gone]
                pairs[field] = Node(list(kept), pairs[field].path, pairs[field].line)
            continue
        new = merged(pairs[key], value, native=native, field=key) if key in pairs else _without_directives(value)
        if new.value is None:
            pairs.pop(key, None)
        else:
            pairs[key] = new
    return Node(pairs, base.path, base.line)


def _merged_list(base: Node, patch: Node, key: str) -> Node:
    """Elements with the same key are merged; the patch's stand first, in its order, as kustomize puts them."""
    if any(element["$patch"].text == "replace" for element in patch):
        return Node([_without_directives(e) for e in patch if e["$patch"].text != "replace"], patch.path, patch.line)
    there: dict[tuple[str, str], Node] = {}
    for element in base:
        there.setdefault(_key(element, key), element)
    met: set[int] = set()
    first = []
    for element in patch:
        old = there.get(_key(element, key), MISSING)
        met.add(id(old))
        first.append(merged(old, element, native=True) if old.exists else _without_directives(element))
    rest = [element for element in base if id(element) not in met]
    return Node([element for element in [*first, *rest] if element.exists], base.path, base.line)


def _key(element: Node, key: str) -> tuple[str, str]:
    protocol = (element["protocol"].text or "TCP") if key in ("containerPort", "port") else ""
    return element[key].text, protocol


def _without_directives(node: Node) -> Node:
    """What a patch adds where there was nothing: itself without nulls and ``$`` keys; `MISSING` for what it deletes."""
    if node.is_map:
        if node["$patch"].text == "delete":
            return MISSING
        pairs = {key: _without_directives(value) for key, value in node.items() if not key.startswith("$")}
        return Node({key: value for key, value in pairs.items() if value.value is not None}, node.path, node.line)
    if node.is_list:
        return Node([new for element in node if (new := _without_directives(element)).exists], node.path, node.line)
    return node


class Patched(NamedTuple):
    """A document after a JSON patch, and the operations that found no place, as `op path`."""

    root: Node
    failed: tuple[str, ...]


def json_patched(root: Node, operations: Node) -> Patched:
    """A JSON patch put over a document, operation by operation; one that does not apply is left out and said."""
    failed = []
    for number, operation in enumerate(operations):
        new = _applied(root, operation) if number < MAX_OPERATIONS else MISSING
        if new.exists:
            root = new
        else:
            failed.append(f"{operation['op'].text} {operation['path'].text}")
    return Patched(root, tuple(failed))


def _applied(root: Node, operation: Node) -> Node:
    kind, path = operation["op"].text, tuple(_tokens(operation["path"].text))
    if kind == "test":
        return root
    if len(path) > _MAX_PATH:
        return MISSING
    if kind in ("move", "copy"):
        origin = tuple(_tokens(operation["from"].text))
        value = _found(root, origin)
        if not _is_shallow(value):
            return MISSING
        rest = _put(root, origin, MISSING, "remove") if kind == "move" else root
        return _put(rest, path, value, "add") if value.exists and rest.exists else MISSING
    if kind == "remove":
        return _put(root, path, MISSING, kind)
    value = operation["value"]
    return _put(root, path, value, kind) if value.exists and kind in ("add", "replace") else MISSING


def _tokens(pointer: str) -> Iterator[str]:
    for token in pointer.split("/")[1:]:
        yield token.replace("~1", "/").replace("~0", "~")


def _found(node: Node, path: Sequence[str]) -> Node:
    for token in path:
        node = node[int(token)] if node.is_list and token.isascii() and token.isdigit() and len(token) < 9 else node[token]
    return node


def _is_shallow(value: Node) -> bool:
    """Whether a value ends within the levels that may be copied."""
    level = {id(value): value}
    for _ in range(_MAX_COPY):
        level = {id(child): child for node in level.values() for child in (*node, *(child for _, child in node.items()))}
        if not level:
            return True
    return False


def _put(node: Node, path: Sequence[str], value: Node, kind: str) -> Node:
    """A document with one place added, replaced or removed; `MISSING` where there is no such place."""
    if not path:
        return value
    token, rest = path[0], path[1:]
    if node.is_map:
        child = node[token]
        if rest:
            new = _put(child, rest, value, kind)
            return with_value(node, token, new) if new.exists else MISSING
        return with_value(node, token, value) if kind != "remove" or child.exists else MISSING
    if not node.is_list:
        return MISSING
    elements = list(node)
    number = len(elements) if token == _END else int(token) if token.isascii() and token.isdigit() and len(token) < 9 else -1
    if not 0 <= number < len(elements) + (kind == "add" and not rest):
        return MISSING
    if rest:
        new = _put(elements[number], rest, value, kind)
        if not new.exists:
            return MISSING
        elements[number] = new
    elif kind == "add":
        elements.insert(number, value)
    elif kind == "replace":
        elements[number] = value
    else:
        del elements[number]
    return Node(list(elements), node.path, node.line)
