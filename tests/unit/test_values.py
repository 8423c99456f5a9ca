"""Texts of which parts are one of several."""

from __future__ import annotations

from archdoc.extract._values import Choice, Text, alternatives


def test_choices_that_stand_in_many_others_are_looked_at_once() -> None:
    text: Text = (Choice(("a", "b")),)
    for _ in range(60):  # each layer asks twice for the one below
        text = (Choice((("a", *text), ("b", *text))),)
    found = alternatives(text)
    assert len(found) == 16
    assert found[0] == ("a" * 61,)


def test_no_more_than_the_limit_are_given_in_their_order() -> None:
    text: Text = (Choice(("a", "b", "c")), "-", Choice(("x", "y")))
    assert alternatives(text, 4) == (("a-x",), ("a-y",), ("b-x",), ("b-y",))
