"""Strategic merge and JSON patch, value by value."""

from __future__ import annotations

from typing import Any

import pytest

from archdoc.extract._kustomize_patch import json_patched, merged
from archdoc.extract._yaml import Node, plain_node


def merge(base: object, patch: object, *, native: bool = True, field: str = "") -> Any:
    return merged(plain_node(base), plain_node(patch), native=native, field=field).data()


@pytest.mark.parametrize(
    ("base", "patch", "expected"),
    [
        ({"a": "1", "b": "2"}, {"b": "3", "c": "4"}, {"a": "1", "b": "3", "c": "4"}),
        ({"a": {"x": "1"}}, {"a": {"y": "2"}}, {"a": {"x": "1", "y": "2"}}),
        ({"a": "1", "b": "2"}, {"a": None}, {"b": "2"}),
        ({"a": {"x": "1"}}, {"a": {"$patch": "delete"}}, {}),
        ({"a": {"x": "1"}}, {"a": {"$patch": "replace", "y": "2"}}, {"a": {"y": "2"}}),
        ({"a": "text"}, {"a": {"x": "1"}}, {"a": {"x": "1"}}),
        ({"a": {"x": "1"}}, {"a": "text"}, {"a": "text"}),
        ({"a": ["1", "2"]}, {"a": ["3"]}, {"a": ["3"]}),
        ({"a": ["1", "2", "3"]}, {"$deleteFromPrimitiveList/a": ["2"]}, {"a": ["1", "3"]}),
        ({"a": "1"}, {"$setElementOrder/a": ["x"], "$retainKeys": ["a"]}, {"a": "1"}),
        ({}, {"a": {"b": None, "c": [{"$patch": "delete"}, {"n": "1"}]}}, {"a": {"c": [{"n": "1"}]}}),
    ],
)
def test_mappings(base: object, patch: object, expected: object) -> None:
    assert merge(base, patch) == expected


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ([{"name": "b", "v": "9"}], [{"name": "b", "v": "9"}, {"name": "a", "v": "1"}, {"name": "c", "v": "3"}]),
        ([{"name": "x"}], [{"name": "x"}, {"name": "a", "v": "1"}, {"name": "b", "v": "2"}, {"name": "c", "v": "3"}]),
        ([{"name": "b", "$patch": "delete"}], [{"name": "a", "v": "1"}, {"name": "c", "v": "3"}]),
        (
            [{"name": "gone", "$patch": "delete"}, {"name": "a", "w": "2"}],
            [{"name": "a", "v": "1", "w": "2"}, {"name": "b", "v": "2"}, {"name": "c", "v": "3"}],
        ),
        ([{"name": "z"}, {"$patch": "replace"}], [{"name": "z"}]),
        ([], []),
    ],
)
def test_lists_with_a_merge_key(patch: object, expected: object) -> None:
    base = [{"name": "a", "v": "1"}, {"name": "b", "v": "2"}, {"name": "c", "v": "3"}]
    assert merge({"env": base}, {"env": patch}) == {"env": expected}


def test_a_list_of_a_custom_resource_is_replaced() -> None:
    assert merge({"env": [{"name": "a"}]}, {"env": [{"name": "b"}]}, native=False) == {"env": [{"name": "b"}]}


def test_ports_go_by_number_and_protocol() -> None:
    base = {"ports": [{"containerPort": "53"}, {"containerPort": "53", "protocol": "UDP"}]}
    patch = {"ports": [{"containerPort": "53", "protocol": "UDP", "name": "dns"}]}
    assert merge(base, patch) == {"ports": [{"containerPort": "53", "protocol": "UDP", "name": "dns"}, {"containerPort": "53"}]}


def test_elements_that_share_a_key_or_have_none_are_kept() -> None:
    base = {"volumes": [{"name": "a", "x": "1"}, {"name": "a", "x": "2"}, {"y": "3"}, {"y": "4"}]}
    patched = merge(base, {"volumes": [{"name": "b"}]})
    assert patched == {"volumes": [{"name": "b"}, *base["volumes"]]}


def test_what_a_patch_deletes_as_a_whole() -> None:
    assert not merged(plain_node({"a": "1"}), plain_node({"$patch": "delete"}), native=True).exists


DOCUMENT = {"a": {"b": ["x", "y"]}, "m~n": "tilde", "c/d": "slash"}


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ({"op": "add", "path": "/n", "value": "1"}, {**DOCUMENT, "n": "1"}),
        ({"op": "add", "path": "/a/b/0", "value": "w"}, {**DOCUMENT, "a": {"b": ["w", "x", "y"]}}),
        ({"op": "add", "path": "/a/b/-", "value": "z"}, {**DOCUMENT, "a": {"b": ["x", "y", "z"]}}),
        ({"op": "add", "path": "/a/b/2", "value": "z"}, {**DOCUMENT, "a": {"b": ["x", "y", "z"]}}),
        ({"op": "replace", "path": "/a/b/1", "value": "z"}, {**DOCUMENT, "a": {"b": ["x", "z"]}}),
        ({"op": "replace", "path": "/new", "value": "z"}, {**DOCUMENT, "new": "z"}),
        ({"op": "replace", "path": "/m~0n", "value": "z"}, {**DOCUMENT, "m~n": "z"}),
        ({"op": "replace", "path": "/c~1d", "value": "z"}, {**DOCUMENT, "c/d": "z"}),
        ({"op": "remove", "path": "/a/b/0"}, {**DOCUMENT, "a": {"b": ["y"]}}),
        ({"op": "copy", "from": "/a/b/0", "path": "/a/b/-"}, {**DOCUMENT, "a": {"b": ["x", "y", "x"]}}),
        ({"op": "move", "from": "/a/b/0", "path": "/n"}, {**DOCUMENT, "a": {"b": ["y"]}, "n": "x"}),
        ({"op": "test", "path": "/a", "value": "whatever"}, DOCUMENT),
    ],
)
def test_operations(operation: object, expected: object) -> None:
    root, failed = json_patched(plain_node(DOCUMENT), plain_node([operation]))
    assert (root.data(), failed) == (expected, ())


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "add", "path": "/no/such", "value": "1"},
        {"op": "add", "path": "/a/b/9", "value": "1"},
        {"op": "add", "path": "/a/b/x", "value": "1"},
        {"op": "add", "path": "/n"},
        {"op": "replace", "path": "/a/b/2", "value": "1"},
        {"op": "replace", "path": "/a/b/-", "value": "1"},
        {"op": "remove", "path": "/no"},
        {"op": "remove", "path": "/m~0n/deeper"},
        {"op": "copy", "from": "/no", "path": "/x"},
        {"op": "jump", "path": "/a", "value": "1"},
        {"op": "add", "path": "/" + "/".join(["a"] * 200), "value": "1"},
    ],
)
def test_operations_that_find_no_place(operation: dict[str, str]) -> None:
    root, failed = json_patched(plain_node(DOCUMENT), plain_node([operation]))
    assert (root.data(), failed) == (DOCUMENT, (f"{operation['op']} {operation['path']}",))


def test_copies_make_no_bottomless_value() -> None:
    operations = [
        {"op": "copy", "from": side, "path": f"{other}/{number}"}
        for number in range(200)
        for side, other in (("/a", "/b"), ("/b", "/a"))
    ]
    root, failed = json_patched(plain_node({"a": {}, "b": {}}), plain_node(operations))
    assert failed
    depth, level = 0, [root]
    while level and depth < 300:
        level = list({id(child): child for node in level for _, child in node.items()}.values())
        depth += 1
    assert depth < 300


def test_the_patched_document_is_another_one() -> None:
    base = plain_node(DOCUMENT)
    json_patched(base, plain_node([{"op": "remove", "path": "/a"}]))
    merged(base, plain_node({"a": {"b": ["z"]}}), native=True)
    assert base.data() == DOCUMENT


def test_untouched_parts_are_shared() -> None:
    base = plain_node({"a": {"b": "1"}, "c": {"d": "2"}})
    new = merged(base, plain_node({"a": {"b": "3"}}), native=True)
    assert isinstance(new, Node)
    assert new["c"] is base["c"]
