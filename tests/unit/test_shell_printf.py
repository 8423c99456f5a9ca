"""What `printf` prints, with arguments known in part, and what of it is not read."""

from __future__ import annotations

import pytest

from archdoc.extract._shell_printf import printf
from archdoc.extract._values import Text, Unknown

X = Unknown("x")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([("name=%s\\n",), ("cart",)], ("name=cart",)),
        ([("%s:%s\\n",), ("a",), ("1",), ("b",), (X,)], ("a:1\nb:", X)),
        ([("%s\\n",), ("a",), ("b",)], ("a\nb",)),
        ([("%s-%d",), ("a",)], ("a-0",)),
        ([("100%%\\t\\\\ \\'",)], ("100%\t\\ '",)),
        ([("tag=", X, "\\n")], ("tag=", X)),
        ([(X,), ("a",)], (X,)),
        ([("a\\n\\n",)], ("a\n",)),
        ([("plain",), ("left",)], ("plain",)),
        ([("%s",)], ()),
        ([("%-20s",), ("a",)], None),
        ([("\\033[1m%s",), ("a",)], None),
        ([("-v",), ("name",), ("a",)], None),
        ([], None),
    ],
)
def test_printf(arguments: list[Text], expected: Text | None) -> None:
    assert printf(arguments) == expected


def test_a_format_without_a_place_for_them_does_not_go_round() -> None:
    assert printf([("a",), *[("b",)] * 50]) == ("a",)
