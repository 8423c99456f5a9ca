"""Lines of YAML scalars in their file."""

from __future__ import annotations

import pytest

from archdoc.extract._lines import lines_of
from archdoc.extract._yaml import documents


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("run: one\n", [1]),
        ("run: |\n  one\n\n  three\n", [2, 3, 4, 5]),
        ("run: |-  # why\n  one\n  two\n", [2, 3]),
        ("run: |\n\n  second\n", [2, 3, 4]),
        ("- x\n- run: &a |2\n    one\n    two\n", [3, 4, 5]),
        ("run: >\n  one\n  still one\n\n  two\n", [2, 5, 6]),
        ("run: >-\n  one\n  still one\n", [2]),
        ("run: one\n  still one\n", [1]),
        ('run: "one |\n  still one"\n', [1]),
    ],
)
def test_lines(yaml: str, expected: list[int]) -> None:
    (document,) = documents(yaml.encode(), "x")
    root = document.root
    node = next(one["run"] for one in (root, *root) if one["run"])
    assert lines_of(node.text, node.line, yaml.split("\n")) == expected
