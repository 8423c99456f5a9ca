"""Mermaid text: escaping, order, and that our own parser reads back what was drawn."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from archdoc import drawings
from archdoc.render import mermaid
from archdoc.views import Category, Line, View, ViewEdge, ViewGroup, ViewNode
from archdoc.views._labels import broken

HOSTILE = [
    'x"]:::added\n::error::pwn @org/team',
    "<img src=https://evil.example/x>",
    "%%{init: {}}%%",
    "```",
    "`x`",
    "$$x$$",
    "fa:fa-car",
    "end",
    "a --> b",
    "#35;",
    "\u202eabc",
    "",
    "]]",
    "&lt;b&gt;",
    "click a href",
]


def view(*titles: str) -> View:
    nodes = tuple(ViewNode(f"app_{i}", title, title, Category.WORKLOAD) for i, title in enumerate(titles))
    edges = tuple(ViewEdge(a.id, b.id, a.title, Line.DOTTED) for a, b in pairwise(nodes))
    return View("v", titles[0], titles[0], nodes, edges, (ViewGroup("zone_a", titles[0], titles[0]),))


def said(title: str) -> list[str]:
    """The lines of a box whose title and second line are the same text."""
    lines = [line if " " in line else mermaid.shorten(line, 28) for line in broken(mermaid.shorten(title, 40))]
    return [*lines, mermaid.shorten(title, 24)] if title else lines


def test_hostile_text_is_only_text() -> None:
    text = mermaid.render(view(*HOSTILE))
    drawing = drawings.parse(text)
    assert not drawing.unjudged
    assert [node.label.split("\n") for node in drawing.nodes] == [said(title) for title in HOSTILE]
    assert len(drawing.edges) == len(HOSTILE) - 1
    labels = [line for line in text.splitlines() if "app_" in line]
    allowed = set("<b>/r") | set('"[](){}|:->=.#;_')
    for line in labels:
        assert "<img" not in line
        assert "`" not in line
        assert "%" not in line
        assert all(c.isalnum() or c in allowed or c in " -_./,+=()·…" for c in line), line


@given(st.lists(st.text(max_size=80), min_size=1, max_size=5))
def test_any_text_comes_back(titles: list[str]) -> None:
    drawing = drawings.parse(mermaid.render(view(*titles)))
    assert not drawing.unjudged
    assert [node.label.split("\n") for node in drawing.nodes] == [said(title) for title in titles]


def test_the_same_view_is_the_same_text() -> None:
    assert mermaid.render(view("a", "b")) == mermaid.render(view("a", "b"))


def test_the_middle_of_long_text_goes() -> None:
    assert mermaid.shorten("abcdefghij", 5) == "ab…ij"
    assert mermaid.shorten("abcde", 5) == "abcde"
    assert mermaid.shorten("  a \n b  ", 5) == "a b"


def test_a_long_name_is_broken_after_a_separator_and_a_short_one_or_one_word_is_not() -> None:
    assert broken("argocd-notifications-controller") == ("argocd-notifications-", "controller")
    assert broken("services/recommendation") == ("services/", "recommendation")
    assert broken("checkout-service") == ("checkout-service",)
    assert broken("recommendationservice") == ("recommendationservice",)
    text = mermaid.render(view("argocd-notifications-controller"))
    assert '"<b>argocd-notifications-<br/>controller</b><br/>' in text


@given(st.text("ab-_./… ", max_size=60))
def test_the_lines_of_a_name_are_the_name(title: str) -> None:
    assert "".join(broken(title)) == title
