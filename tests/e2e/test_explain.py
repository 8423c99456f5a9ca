"""`archdoc explain` about images: each step with its lines, the level in words, and what is not linked with the reason."""

from __future__ import annotations

import pytest

from tests.e2e.support import Repo

WORKFLOW = """\
name: release
on:
  push:
    branches: [main]
env:
  OWNER: ${{ github.repository_owner }}
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - name: api
        uses: docker/build-push-action@v6
        with:
          context: api
          push: true
          tags: ghcr.io/acme/api:1.1
      - name: billing
        uses: docker/build-push-action@v6
        with:
          context: billing
          push: true
          tags: ghcr.io/${{ env.OWNER }}/billing:1.0
      - name: app
        uses: docker/build-push-action@v6
        with:
          context: api
          push: true
          tags: ghcr.io/alice/app:1.0
      - name: twice
        uses: docker/build-push-action@v6
        with:
          context: twice
          push: true
          tags: ghcr.io/acme/twice:1.0
      - name: twice again
        uses: docker/build-push-action@v6
        with:
          context: twice
          file: twice/other.Dockerfile
          push: true
          tags: ghcr.io/acme/twice:1.0
"""
RUNS = (("api", "acme/api"), ("billing", "acme/billing"), ("app", "bob/app"), ("twice", "acme/twice"), ("cache", "acme/cache"))


@pytest.fixture
def shop(repo: Repo) -> Repo:
    """A repository that builds and runs."""
    repo.write(".github/workflows/release.yml", WORKFLOW)
    for path in ("api/Dockerfile", "billing/Dockerfile", "twice/Dockerfile", "twice/other.Dockerfile"):
        repo.write(path, "FROM scratch\n")
    for name, image in RUNS:
        repo.deployment(name)
        repo.write(f"k8s/{name}.yaml", repo.read(f"k8s/{name}.yaml").replace(f"ghcr.io/acme/{name}", f"ghcr.io/{image}"))
    repo.git("add", "-A")
    return repo


def explain(repo: Repo, *names: str) -> str:
    result = repo.archdoc("explain", *names)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_the_whole_way_from_dockerfile_to_workload(shop: Repo) -> None:
    said = explain(shop, "dockerfile:api/Dockerfile", "Deployment/api")
    for words in (
        "api/Dockerfile → Deployment/api",
        "build build/api of release.yml  .github/workflows/release.yml:12",
        "builds api/Dockerfile",
        "pushes ghcr.io/acme/api:1.1",
        ".github/workflows/release.yml:17  with.tags",
        "Deployment/api runs ghcr.io/acme/api:1.0",
        "k8s/api.yaml:14  image",
        "one image (E2): the names are equal; the tag differs",
        "all of it 0.95",
    ):
        assert words in said, said


def test_the_order_of_the_two_does_not_matter(shop: Repo) -> None:
    assert explain(shop, "Deployment/api", "job/build") == explain(shop, "job/build", "Deployment/api")


def test_a_link_by_a_word_says_what_speaks_for_it(shop: Repo) -> None:
    said = explain(shop, "job/build", "Deployment/billing")
    assert "pushes ghcr.io/*/billing:1.0" in said
    assert "one image (T1): the last word is equal; the owner is known at run time only" in said
    assert "and the folder of the Dockerfile and the workload are both called `billing`" in said
    assert "all of it 0.70" in said


def test_another_owner_is_no_link_and_is_named(shop: Repo) -> None:
    said = explain(shop, "dockerfile:api/Dockerfile", "Deployment/app")
    assert "not linked: no name that is pushed is, or may be, one that runs" in said
    assert "pushed  ghcr.io/acme/api, ghcr.io/alice/app" in said
    assert "run     ghcr.io/bob/app" in said
    assert "owner differs: `ghcr.io/alice/app` is pushed, `ghcr.io/bob/app` is run" in said


def test_two_dockerfiles_by_one_name_are_told_as_that(shop: Repo) -> None:
    said = explain(shop, "image:ghcr.io/acme/twice")
    assert said.count("but another Dockerfile goes by the same name, and the tags do not tell which one runs") == 2
    assert "  run by\n    Deployment/twice, tag 1.0\n      k8s/twice.yaml:14  image" in said


def test_a_workload_tells_where_its_image_comes_from(shop: Repo) -> None:
    assert "    ghcr.io/acme/cache:1.0\n      nothing here builds it\n" in explain(shop, "Deployment/cache")
    said = explain(shop, "Deployment/app")
    assert ", pushed as ghcr.io/*/billing, convention, 0.70\n" in explain(shop, "Deployment/billing")
    assert "    ghcr.io/bob/app:1.0\n      nothing here builds it\n" in said
    assert "alike, and not it" in said
    assert "    ghcr.io/acme/api:1.0\n      build build/api of release.yml, declared, 1.00\n" in explain(shop, "Deployment/api")


def test_a_dockerfile_that_nothing_builds_leads_nowhere(shop: Repo) -> None:
    shop.write("old/Dockerfile", "FROM scratch\n")
    shop.git("add", "-A")
    said = explain(shop, "old/Dockerfile", "Deployment/api")
    assert "not linked: old/Dockerfile is not built by any job or file that is read" in said
