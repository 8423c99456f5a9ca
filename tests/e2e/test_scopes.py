"""A monorepo in scopes: each has sources, pages and owners of its own, and what none of them takes stands on the pages of all."""

from __future__ import annotations

import pytest

from tests.e2e.support import Repo

CONFIG = """\
[[scopes]]
name = "shop"
sources = ["k8s", ".github/workflows/build.yml", "Dockerfile"]
pages = "docs/shop"
owners = ["@acme/shop"]

[[scopes]]
name = "data"
sources = ["data"]
pages = "data/docs"
"""


@pytest.fixture
def scoped(shop: Repo) -> Repo:
    shop.deployment("loader", "data")
    shop.deployment("stray", "other")
    shop.write("archdoc.toml", CONFIG)
    shop.drawn()
    return shop


def test_each_scope_has_its_own_pages_and_the_rest_those_of_all(scoped: Repo) -> None:
    assert scoped.archdoc("check").returncode == 0
    shop = scoped.read("docs/shop/deployables/k8s.md")
    assert "view=deployable:k8s@shop" in shop
    assert "worker" in shop
    assert "view=overview@data" in scoped.read("data/docs/overview.md")
    assert not (scoped.path / "docs/architecture/deployables/k8s.md").exists()
    assert "stray" in scoped.read("docs/architecture/deployables/other.md")
    whole = scoped.read("docs/architecture/overview.md")
    assert all(name in whole for name in ("loader", "stray", "worker")), "the overview of all shows all"


def test_a_change_of_one_scope_is_drift_of_its_pages_and_names_its_owners(scoped: Repo) -> None:
    scoped.deployment("redis")
    scoped.git("add", "-A")
    result = scoped.archdoc("check")
    assert result.returncode == 1
    assert "docs/shop/deployables/k8s.md" in result.stdout
    assert "(@acme/shop)" in result.stdout
    assert "data/docs" not in result.stdout
    assert "@acme/shop" in scoped.archdoc("check", "--format", "markdown").stdout
    scoped.drawn()
    assert scoped.archdoc("check").returncode == 0


def test_who_builds_the_images_of_a_scope_is_shown_wherever_that_lies(scoped: Repo) -> None:
    before = scoped.archdoc("graph", "--view", "delivery@data", "--format", "mermaid").stdout
    assert "job_build_image" not in before
    workflow = scoped.read(".github/workflows/build.yml").replace("acme/web", "acme/loader")
    scoped.write(".github/workflows/build.yml", workflow)
    after = scoped.archdoc("graph", "--view", "delivery@data", "--format", "mermaid").stdout
    assert "job_build_image" in after
    assert "loader" in after


def test_a_scope_that_is_no_more_takes_its_pages_along(scoped: Repo) -> None:
    scoped.write("archdoc.toml", CONFIG.partition('[[scopes]]\nname = "data"')[0])
    scoped.git("add", "-A")
    assert scoped.archdoc("check").returncode == 1
    scoped.drawn()
    assert not (scoped.path / "data/docs/overview.md").exists()
    assert "loader" in scoped.read("docs/architecture/deployables/data.md")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[scopes]]\nname = "a"\npages = "x"\n', "`scopes` number 1 must have a `sources`"),
        ('[[scopes]]\nname = "a b"\nsources = ["a"]\npages = "x"\n', "must be a word"),
        (CONFIG.replace("data/docs", "docs/shop"), "must each have a `pages` of its own"),
    ],
)
def test_a_scope_without_sense_says_what_to_mend(shop: Repo, text: str, words: str) -> None:
    shop.write("archdoc.toml", text)
    shop.git("add", "-A")
    result = shop.archdoc("check")
    assert result.returncode == 2
    assert words in result.stderr
