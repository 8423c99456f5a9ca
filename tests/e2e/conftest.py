from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.e2e.support import GitHub, Repo


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


@pytest.fixture
def merged(shop: Repo) -> Repo:
    """The shop with a branch that adds a workload without its diagram, merged as GitHub merges a pull request to test it."""
    shop.git("checkout", "-q", "-b", "feature")
    shop.deployment("redis")
    shop.commit()
    shop.git("checkout", "-q", "main")
    shop.write("README.md", "# moved on\n")
    shop.commit()
    shop.git("merge", "-q", "--no-ff", "-m", "merge", "feature")
    return shop


@pytest.fixture
def github() -> Iterator[GitHub]:
    played = GitHub()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self, value: object, status: int = 200) -> None:
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            played.calls.append(f"GET {self.path}")
            self._answer(played.comments, 503 if played.status == 503 else 200)

        def _body(self) -> str:
            return str(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"])

        def do_POST(self) -> None:
            body = self._body()
            played.calls.append(f"POST {self.path}")
            assert self.headers["Authorization"] == "Bearer t0ken"
            if not played.status:
                played.comments.append({"id": len(played.comments) + 1, "body": body})
            self._answer({}, played.status or 201)

        def do_PATCH(self) -> None:
            body = self._body()
            played.calls.append(f"PATCH {self.path}")
            if not played.status:
                played.comments[int(self.path.rpartition("/")[2]) - 1]["body"] = body
            self._answer({}, played.status or 200)

        def log_message(self, *_arguments: object) -> None:
            return None

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    played.url = f"http://127.0.0.1:{server.server_port}"
    yield played
    server.shutdown()
    thread.join()
    server.server_close()
