"""The rows of a matrix."""

from __future__ import annotations

from typing import Any

import pytest

from archdoc.extract import _matrix as matrices
from archdoc.extract._values import Unknown, choice


def rows(matrix: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in matrices.expand(matrix).rows]


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        (None, [{}]),
        ({"a": ["1", "2"]}, [{"a": "1"}, {"a": "2"}]),
        (
            {"a": ["1", "2"], "b": ["x", "y"]},
            [{"a": "1", "b": "x"}, {"a": "1", "b": "y"}, {"a": "2", "b": "x"}, {"a": "2", "b": "y"}],
        ),
        ({"a": ["1", "2"], "exclude": [{"a": "1"}]}, [{"a": "2"}]),
        ({"a": ["1", "2"], "b": ["x"], "exclude": [{"a": "1", "b": "y"}]}, [{"a": "1", "b": "x"}, {"a": "2", "b": "x"}]),
        ({"a": [{"n": "1"}, {"n": "2"}], "exclude": [{"a": {"n": "2"}}]}, [{"a": {"n": "1"}}]),
        ({"include": [{"a": "1"}, {"b": "2"}]}, [{"a": "1"}, {"b": "2"}]),
        # the example of GitHub's documentation, with other words
        (
            {
                "fruit": ["apple", "pear"],
                "animal": ["cat", "dog"],
                "include": [
                    {"color": "green"},
                    {"color": "pink", "animal": "cat"},
                    {"fruit": "apple", "shape": "circle"},
                    {"fruit": "banana"},
                    {"fruit": "banana", "animal": "cat"},
                ],
            },
            [
                {"fruit": "apple", "animal": "cat", "color": "pink", "shape": "circle"},
                {"fruit": "apple", "animal": "dog", "color": "green", "shape": "circle"},
                {"fruit": "pear", "animal": "cat", "color": "pink"},
                {"fruit": "pear", "animal": "dog", "color": "green"},
                {"fruit": "banana"},
                {"fruit": "banana", "animal": "cat"},
            ],
        ),
        ({"a": Unknown("x"), "b": ["1"]}, [{"a": Unknown("matrix.a"), "b": "1"}]),
        ({"a": choice([["1"], ["1", "2"]])}, [{"a": "1"}, {"a": "2"}]),
        ({"a": ["1"], "include": Unknown("x")}, [{"a": "1"}]),
        (Unknown("x"), [{}]),
    ],
)
def test_rows(matrix: Any, expected: list[dict[str, Any]]) -> None:
    assert rows(matrix) == expected


def test_a_matrix_that_only_a_run_knows_has_unknown_keys() -> None:
    (row,) = matrices.expand(Unknown("needs.a.outputs.m")).rows
    assert getattr(row, "name", None) == "matrix"


def test_too_many_rows() -> None:
    assert matrices.expand({"a": list("0123456789"), "b": list("0123456789"), "c": list("abc")}).too_many
    assert matrices.expand({"include": [{"a": str(n)} for n in range(300)]}).too_many
    assert not matrices.expand({"a": [str(n) for n in range(256)]}).too_many


def test_rows_equal_in_the_keys_that_count_are_one() -> None:
    found = [{"a": "1", "b": "x", "c": "k"}, {"a": "1", "b": "y", "c": "k"}, {"a": "2", "b": "x", "c": "l"}]
    assert [(row["a"], constant) for row, constant in matrices.grouped(found, frozenset({"a"}))] == [
        ("1", {"a": "1", "c": "k"}),
        ("2", {"a": "2", "b": "x", "c": "l"}),
    ]
    assert len(list(matrices.grouped(found, None))) == 3


def test_flat_names_what_stands_in_objects() -> None:
    assert dict(matrices.flat({"image": {"name": "api", "tags": ["a", "b"]}, "n": 1.0})) == {
        "image.name": "api",
        "image.tags.0": "a",
        "image.tags.1": "b",
        "n": "1",
    }


def test_one_of_several_matrices_has_the_rows_of_all() -> None:
    either = choice([{"a": ["x", "y"]}, {"a": ["y", "z"]}, Unknown("more")])
    assert rows(either) == [{"a": "x"}, {"a": "y"}, {"a": "z"}]


def test_an_empty_matrix_beside_an_unknown_one_is_symbolic() -> None:
    assert rows(choice([{"include": []}, Unknown("rows")])) == [{}]
    assert rows(choice([Unknown("a"), Unknown("b")])) == [{}]


def test_one_of_several_matrices_may_be_too_large() -> None:
    large = {"a": [float(n) for n in range(300)]}
    assert matrices.expand(choice([large, {"a": ["x"]}])).too_many
