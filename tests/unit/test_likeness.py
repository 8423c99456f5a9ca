"""Names of images: how alike two are, and what a tag tells."""

from __future__ import annotations

import pytest

from archdoc import images
from archdoc.model import ImageName
from archdoc.resolve import likeness


def name(text: str) -> ImageName:
    parsed = images.parse(text)
    assert parsed is not None
    return parsed.name


@pytest.mark.parametrize(
    ("pushed", "run", "level"),
    [
        ("acme/api", "docker.io/acme/api", "E1"),
        ("redis", "docker.io/library/redis", "E1"),
        ("*/acme/api", "ghcr.io/acme/api", "P1"),
        ("*.dkr.ecr.*.amazonaws.com/api", "1234.dkr.ecr.eu-west-1.amazonaws.com/api", "P1"),
        ("ghcr.io/acme/api", "*/acme/api", "P1"),
        ("*/acme/api", "*/acme/api", "P1"),
        ("ghcr.io/*/team/api", "ghcr.io/acme/team/api", "P2"),
        ("*/acme/api", "gcr.io/project/acme/api", "P2"),
        ("ghcr.io/acme/api", "docker.io/acme/api", "P2"),
        ("quay.io/acme/group/api", "ghcr.io/acme/group/api", "P2"),
        ("ghcr.io/*/billing", "ghcr.io/acme/billing", "T1"),
        ("*/billing", "acme/billing", "T1"),
        ("billing", "my-registry/billing", "T1"),
        ("ghcr.io/acme/billing", "billing:1.2", "T1"),
        ("localhost:5000/billing", "ghcr.io/acme/billing", "T1"),
        ("ghcr.io/*/billing", "quay.io/acme/billing", "X"),
        ("ghcr.io/alice/app", "ghcr.io/bob/app", "X"),
        ("alice/app", "bob/app", "X"),
        ("ghcr.io/acme/one/api", "ghcr.io/acme/two/api", "X"),
        ("registry.example.org/api", "ghcr.io/acme/api", "X"),
        ("acme/redis", "redis", "X"),
        ("redis", "acme/redis", "X"),
        ("*/redis", "bitnami/redis", "X"),
        ("*/prometheus", "quay.io/prometheus/prometheus", "X"),
        ("acme/api", "acme/api-dev", None),
        ("acme/*", "acme/api", None),
        ("*/*", "acme/api", None),
        ("acme/*-api", "acme/shop-api", None),
    ],
)
def test_levels(pushed: str, run: str, level: str | None) -> None:
    found = likeness.compare(name(pushed), name(run))
    assert (found.level.name if found else None) == level


def test_a_rejected_name_says_why() -> None:
    found = likeness.compare(name("alice/app"), name("bob/app"))
    assert found is not None
    assert found.why == "owner differs: `alice/app` is pushed, `bob/app` is run"
    found = likeness.compare(name("ghcr.io/*/app"), name("quay.io/acme/app"))
    assert found is not None
    assert found.why == "registry differs: `ghcr.io/*/app` is pushed, `quay.io/acme/app` is run"
    found = likeness.compare(name("acme/redis"), name("redis"))
    assert found is not None
    assert found.why == "`redis` is an official image of Docker Hub, not a name without owner"


def test_owners() -> None:
    assert likeness.owner(name("acme/api")) == "docker.io/acme"
    assert likeness.owner(name("ghcr.io/acme/team/api")) == "ghcr.io/acme/team"
    assert likeness.owner(name("api")) == ""
    assert likeness.owner(name("localhost:5000/api")) == ""


@pytest.mark.parametrize(
    ("pushed", "run", "level"),
    [
        ({"1.2"}, "1.2", "E1"),
        ({"latest", "1.2"}, "", "E1"),
        ({"1.2"}, "1.1", "E2"),
        ({"1.2"}, "", "E2"),
        (set(), "1.1", "E3"),
        ({"v*"}, "v3", "E3"),
        ({"v*"}, "3", "E2"),
        ({"1.2"}, "*", "E3"),
    ],
)
def test_levels_of_equal_names_by_tag(pushed: set[str], run: str, level: str) -> None:
    assert likeness.tags(frozenset(pushed), run).name == level


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("", set()),
        ("latest", set()),
        ("v1.2.3", set()),
        ("sha-1a2b3c4", set()),
        ("*", set()),
        ("1.2-gpu", {"gpu"}),
        ("gpu-latest", {"gpu"}),
        ("*-cuda12-runtime", {"cuda12", "runtime"}),
        ("main-DEBUG", {"debug"}),
        ("1.2-amd64", set()),
    ],
)
def test_words_of_a_tag_that_tell_a_variant(tag: str, words: set[str]) -> None:
    assert images.variant(tag) == words
