"""Field paths of data rows."""

from __future__ import annotations

import pytest

from archdoc.extract._fields import find, first, steps
from archdoc.extract._yaml import MISSING, plain_node

DOCUMENT = plain_node(
    {
        "a": {"b": [{"c": "one"}, {"c": "two"}, {"d": "no"}], "e": None, "empty": ""},
        "m": {"x": {"n": "1"}, "y": {"n": "2"}},
        "k": {"a.b/c": "dotted"},
        "t": ["s", "t"],
        "y": "apps:\n  - name: one\n    env: {A: b}\n---\napps: [{name: two}]\n",
        "odd": "a: [",
    }
)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.b[].c", ["one", "two"]),
        ("m.*.n", ["1", "2"]),
        ('k."a.b/c"', ["dotted"]),
        ("t[]", ["s", "t"]),
        ("y|apps[].name", ["one", "two"]),
        ("y|apps[].env.*", ["b"]),
        ("m|x.n", ["1"]),
        ("odd|a", []),
        ("a.e", []),
        ("a.empty", []),
        ("a.b.c", []),
        ("t.x", []),
        ("nowhere[].x", []),
    ],
)
def test_values_at_a_path(path: str, expected: list[str]) -> None:
    assert [node.text for node in find(DOCUMENT, path)] == expected


def test_the_empty_path_is_the_value_itself() -> None:
    assert find(DOCUMENT, "") == [DOCUMENT]
    assert list(find(MISSING, "")) == []


def test_the_first_value() -> None:
    assert first(DOCUMENT, "a.b[].c").text == "one"
    assert first(DOCUMENT, "a.nowhere") is MISSING


def test_steps() -> None:
    assert steps('a[].b."c.d".*') == ("a", "[]", "b", "c.d", "*")
