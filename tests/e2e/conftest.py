from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.support import Repo


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """An empty repository."""
    return Repo(tmp_path / "repo")


@pytest.fixture
def shop(repo: Repo) -> Repo:
    """A committed repository with a workflow, a Dockerfile, two services and diagrams that show them."""
    repo.write(
        ".github/workflows/build.yml",
        """\
        name: build
        on: push
        jobs:
          test:
            runs-on: ubuntu-latest
            steps:
              - run: pytest
          image:
            needs: test
            runs-on: ubuntu-latest
            steps:
              - run: docker build -t ghcr.io/acme/web:1.0 . && docker push ghcr.io/acme/web:1.0
        """,
    )
    repo.write("Dockerfile", "FROM python:3.12 AS build\nRUN true\nFROM python:3.12-slim\nCOPY --from=build /app /app\n")
    repo.deployment("web")
    repo.deployment("worker")
    repo.write(
        "k8s/web-service.yaml",
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  selector: {app: web}\n  ports: [{port: 80}]\n",
    )
    repo.drawn()
    return repo
