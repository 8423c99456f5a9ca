"""Lists made into JSON by `sort` and `jq`, and what is not read."""

from __future__ import annotations

import pytest

from archdoc.extract import _values as values
from archdoc.extract._shell_json import jq, jq_filter, sort
from archdoc.extract._values import Unknown


@pytest.mark.parametrize(
    ("text", "arguments", "expected"),
    [
        ("b\na\nb\n", [], "a\nb\nb"),
        ("b\na\nb", ["-u"], "a\nb"),
        ("2\n10", ["-n"], None),
    ],
)
def test_sort(text: str, arguments: list[str], expected: str | None) -> None:
    found = sort((text,), arguments)
    assert (found and values.known(found)) == expected


@pytest.mark.parametrize(
    ("text", "arguments", "expected"),
    [
        ("a\nb", ["-R", "."], '"a"\n"b"'),
        ("a\nb\n", ["-R"], '"a"\n"b"'),
        ('"a"\n"b"', ["-sc", "."], '["a","b"]'),
        ('"a"', ["-s"], '[\n  "a"\n]'),
        ("a\nb\n", ["-Rsc", r'split("\n")[:-1]'], '["a","b"]'),
        ("a\n\nb", ["--raw-input", "--slurp", "-c", r'split("\n") | map(select(length > 0))'], '["a","b"]'),
        ("a,b", ["-Rc", 'split(",")'], '["a","b"]'),
        ("a b", ["-Rc", 'split(" ")'], '["a","b"]'),
        ('{"a": {"b": [1, 2]}}', ["-c", ".a.b"], "[1,2]"),
        ('{"a": "x"}', ["-r", ".a"], "x"),
        ("é", ["-R"], '"é"'),
        ("[1", ["-c"], None),
        ("[[" * 5_000, ["-c"], None),
        ('{"a": 1}', [".b"], None),
        ("a", ["-R", "ascii_upcase"], None),
        ("[1]", ["--arg", "x", "."], None),
        ("[1]", ["-j", "."], None),
        ("[1]", [".[]"], None),
    ],
)
def test_jq_of_a_pipe(text: str, arguments: list[str], expected: str | None) -> None:
    found = jq_filter((text,), arguments)
    assert (found and values.known(found)) == expected


def test_jq_of_what_is_not_known() -> None:
    assert jq_filter(("a", Unknown("x")), ["-R"]) is None
    assert sort(("a", Unknown("x")), []) is None


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["-nc", '["a", "b"]'], '["a","b"]'),
        (["-n", "-c", '{"include": []}'], '{"include":[]}'),
        (["-c", ".", "list.json"], '["a","b"]'),
        (["-r", ".x", "named.json"], "y"),
        (["-nc", "[1"], None),
        (["-nc", "$ARGS"], None),
        (["-c", ".", "none.json"], None),
        (["-c", "list.json"], None),
        (["-c", ".", "list.json", "named.json"], None),
    ],
)
def test_jq_of_a_file_or_of_nothing(arguments: list[str], expected: str | None) -> None:
    files = {"list.json": '["a",\n "b"]', "named.json": '{"x": "y"}'}
    found = jq([(one,) for one in arguments], lambda path: files.get(values.known(path) or ""))
    assert (found and values.known(found)) == expected


def test_jq_of_a_file_that_is_not_known() -> None:
    assert jq([("-c",), (".",), (Unknown("x"),)], lambda _path: "[1]" if values.known(_path) else None) is None
    assert jq([(Unknown("options"),), (".",), ("list.json",)], lambda _path: "[1]") is None
