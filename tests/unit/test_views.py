"""Pictures keep their budget, their ids and their order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archdoc.views import Category
from archdoc.views._draft import Draft, identifiers
from archdoc.views._layout import direction
from archdoc.views._split import parts

WORDS = st.lists(st.text("abcxyz-", min_size=1, max_size=4), min_size=1, max_size=4)


def test_ids_are_slugs_and_only_colliding_ones_carry_a_hash() -> None:
    ids = identifiers({"a/b": "app a b", "a-b": "app a b", "c": "app c", "x" * 90: "app " + "x" * 90})
    assert ids["c"] == "app_c"
    assert ids["a/b"] != ids["a-b"]
    assert all(i.startswith("app_") and len(i) <= 48 for i in ids.values())


@given(st.permutations(["b", "a", "c", "d"]))
def test_the_order_of_additions_does_not_show(keys: list[str]) -> None:
    draft = Draft("v", "v")
    for key in keys:
        draft.node(key, f"app {key}", key, "", Category.WORKLOAD)
    for key in keys:
        draft.edge(key, "a")
    fixed = Draft("v", "v")
    for key in sorted(keys):
        fixed.node(key, f"app {key}", key, "", Category.WORKLOAD)
    for key in sorted(keys):
        fixed.edge(key, "a")
    assert draft.view() == fixed.view()


@given(st.dictionaries(st.text(min_size=1, max_size=6), WORDS, min_size=1, max_size=80), st.integers(1, 12))
def test_parts_hold_everything_once_within_the_limit(keys: dict[str, list[str]], limit: int) -> None:
    split = parts(keys, limit)
    assert sorted(key for part in split for key in part.members) == sorted(keys)
    assert all(len(part.members) <= limit for part in split)


def test_one_more_member_changes_its_own_part_only() -> None:
    keys = {f"{team}/{n}": (team, f"app{n}") for team in ("ads", "search", "shop") for n in range(9)}
    before = {part.name: part.members for part in parts(keys, 10)}
    after = {part.name: part.members for part in parts({**keys, "ads/new": ("ads", "new")}, 10)}
    assert {name for name in after if after[name] != before.get(name)} == {"ads"}


def test_a_wide_row_is_drawn_across() -> None:
    draft = Draft("v", "v")
    draft.node("hub", "hub", "hub", "", Category.WORKLOAD)
    for number in range(9):
        draft.node(str(number), f"leaf {number}", "a-rather-long-title", "", Category.WORKLOAD)
        draft.edge("hub", str(number))
    assert draft.view().direction == "LR"
    assert direction((), ()) == "TB"


def test_an_empty_frame_is_not_drawn_and_edges_to_nowhere_neither() -> None:
    draft = Draft("v", "v")
    draft.group("a", "A")
    draft.group("b", "B")
    draft.node("x", "x", "x", "", Category.WORKLOAD, group="b")
    draft.edge("x", "gone")
    draft.edge("x", "x")
    view = draft.view()
    assert [group.title for group in view.groups] == ["B"]
    assert view.edges == ()
