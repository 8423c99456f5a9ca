"""Whatever is pushed and run: links are the same in any order, sure enough to be drawn, never between owners that differ."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from archdoc import images
from archdoc.model import ImageName, Relation, RelationKind
from archdoc.resolve import likeness, links
from tests.unit.test_links import World

WORDS = st.sampled_from(["api", "billing", "redis", "*"])
OWNERS = st.sampled_from(["", "acme/", "other/", "*/", "acme/team/", "ghcr.io/acme/", "ghcr.io/*/", "*/acme/", "localhost:5000/"])
TAGS = st.sampled_from(["", ":1", ":1-gpu", ":latest"])
NAMES = st.builds(lambda owner, word, tag: f"{owner}{word}{tag}", OWNERS, WORDS, TAGS)
PUSHES = st.lists(st.tuples(NAMES, st.sampled_from(["a/Dockerfile", "b/Dockerfile", ""]), st.booleans()), max_size=6)


def world(pushes: list[tuple[str, str, bool]], runs: list[str]) -> World:
    made = World()
    for number, (name, path, pushed) in enumerate(pushes):
        made.build(name, job=f"j{number}", path=path, pushed=pushed)
    for number, name in enumerate(runs):
        made.run(name, f"w{number}")
    return made


def published(made: World) -> list[Relation]:
    return [relation for relation in made.graph().relations if relation.kind is RelationKind.PUBLISHES]


@given(PUSHES, st.lists(NAMES, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_mentions_does_not_matter(
    pushes: list[tuple[str, str, bool]], runs: list[str], order: random.Random
) -> None:
    made = world(pushes, runs)
    before = made.graph().as_json()
    order.shuffle(made.references)
    assert made.graph().as_json() == before


@given(PUSHES, st.lists(NAMES, max_size=5))
def test_a_link_joins_names_that_are_alike_and_is_sure_enough_to_be_drawn(
    pushes: list[tuple[str, str, bool]], runs: list[str]
) -> None:
    for relation in published(world(pushes, runs)):
        assert links.LEAST <= relation.confidence <= 1
        known_as = relation.attributes.get(links.AS)
        for name in (known_as,) if isinstance(known_as, str) else known_as if isinstance(known_as, tuple) else ():
            parsed = images.parse(name)
            assert parsed is not None
            run = ImageName(relation.target.partition(":")[2])
            alike = likeness.compare(parsed.name, run)
            assert alike is not None
            assert alike.level is not likeness.REJECTED
            assert relation.confidence < 1


@given(PUSHES, st.lists(NAMES, max_size=5))
def test_all_that_are_linked_to_one_image_by_likeness_make_one_thing(
    pushes: list[tuple[str, str, bool]], runs: list[str]
) -> None:
    made = world(pushes, runs).graph()
    linked: dict[str, set[tuple[str, ...]]] = {}
    for relation in made.relations:
        if relation.kind is RelationKind.PUBLISHES and links.AS in relation.attributes:
            makes = tuple(r.target for r in made.out(relation.source, RelationKind.BUILDS))
            linked.setdefault(relation.target, set()).update([makes] if makes else [])
    assert all(len(makes) <= 1 for makes in linked.values())
