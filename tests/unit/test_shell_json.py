"""Lists made into JSON by `sort` and `jq`, and what is not read."""

from __future__ import annotations

import pytest

from archdoc.extract import _values as values
from archdoc.extract._shell_json import jq, jq_filter, sort
from archdoc.extract._values import Choice, Unknown


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
        ("a\nb", ["-Rsc", r'split("\n")[:-1]'], '["a","b"]'),
        ("a b", ["-Rsc", 'split(" ")[:-1]'], '["a"]'),
        ("[1]", ["-j", "."], None),
        ('["a","b"]', ["-r", ".[]"], "a\nb"),
        ('{"s": [{"n": "a"}, {"n": "b"}]}', ["-r", ".s[].n"], "a\nb"),
        ('{"s": [{"n": "a"}]}', ["-r", ".s | .[] | .n"], "a"),
        ("[1]", ["-r", ".[].n"], None),
        ('["a"]', ["-c", '. + ["b"]'], '["a","b"]'),
        ('["a"]', ["-c", '. += ["b"]'], '["a","b"]'),
        ('["a"]', ["-c", "--arg", "s", 'b"', ". + [$s]"], '["a","b\\""]'),
        ("[]", ["-c", "--arg", "s", "b", '. + [{name: $s, "path": "x"}]'], '[{"name":"b","path":"x"}]'),
        ("[]", ["-c", "--argjson", "s", "[1]", ". + $s"], None),
        ("[]", ["-c", "--argjson", "s", "[1", ". + [$s]"], None),
        ("[]", ["-c", "--arg", "s", "a*", ". + [$s]"], None),
        ("[]", ["-c", ". + [$t]"], None),
        ('{"a": 1}', ["-c", '. + ["b"]'], None),
        ('["a"]', ["-c", "{include: .}"], '{"include":["a"]}'),
        ('["b","a","b"]', ["-c", "unique"], '["a","b"]'),
        ('{"b": 1, "a": 2}', ["-c", "keys"], '["a","b"]'),
        ("[1]", ["-c", "map(. + 1)"], None),
    ],
)
def test_jq_of_a_pipe(text: str, arguments: list[str], expected: str | None) -> None:
    found = jq_filter((text,), arguments)
    assert (found and values.known(found)) == expected


def test_jq_of_a_list_that_grows_by_what_has_changed() -> None:
    grown = jq_filter((Choice((("[]",), ('["a"]',))),), ["-c", '. + ["b"]'])
    assert grown == ('["a","b"]',)
    each = jq_filter((Choice((("[]",), ('["a"]',), (Unknown("x"),))),), ["-c", "."])
    assert each == (Choice(("[]", '["a"]')),)


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
        (["-cn", "$ARGS.positional", "--args", "--", "a", "b"], '["a","b"]'),
        (["-cn", "--arg", "x", "y", "[$x]"], '["y"]'),
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
