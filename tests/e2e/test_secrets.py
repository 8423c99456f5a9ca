"""No value that may be secret leaves the reader: planted ones appear in no output and not in the cache."""

from __future__ import annotations

import pytest

from tests.e2e.support import Repo

CANARY = "hunter2canary"
MANIFESTS = f"""\
apiVersion: v1
kind: Secret
metadata: {{name: db}}
stringData: {{password: {CANARY}1}}
data: {{token: {CANARY}2}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: settings}}
data:
  DATABASE_URL: postgresql://app:{CANARY}3@db.example.org:5432/app
  app.properties: |
    api.key={CANARY}4
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, annotations: {{note: {CANARY}5}}}}
spec:
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      containers:
        - name: web
          image: ghcr.io/acme/web
          args: ["--password={CANARY}6", "--dsn=redis://:{CANARY}7@cache:6379/0"]
          env:
            - {{name: PASSWORD, value: {CANARY}8}}
            - {{name: BROKER_URL, value: "amqp://user:{CANARY}9@mq.example.org/?token={CANARY}10"}}
          envFrom: [{{configMapRef: {{name: settings}}}}]
"""
WORKFLOW = f"""\
on: push
env: {{TOKEN: {CANARY}11}}
jobs:
  build:
    runs-on: ubuntu-latest
    env: {{KEY: {CANARY}12}}
    steps:
      - run: |
          docker login -u me -p {CANARY}13 ghcr.io
          docker build --build-arg SECRET={CANARY}14 -t ghcr.io/acme/web:1 .
          docker push ghcr.io/acme/web:1
          kubectl apply -f https://me:{CANARY}15@example.org/x.yaml?sig={CANARY}16
      - uses: docker/login-action@v3
        with: {{password: {CANARY}17}}
"""


@pytest.fixture
def planted(repo: Repo) -> Repo:
    repo.write("k8s/all.yaml", MANIFESTS)
    repo.write(".github/workflows/build.yml", WORKFLOW)
    repo.write(
        "Dockerfile", f"FROM python\nENV TOKEN={CANARY}18\nARG PASSWORD={CANARY}19\nRUN curl -H 'auth: {CANARY}20' example.org\n"
    )
    repo.commit()
    return repo


def test_no_planted_value_is_seen(planted: Repo) -> None:
    cache = planted.path.parent / "cache"
    commands = (
        ("scan", "-vv"),
        ("update",),
        ("check",),
        ("check", "-v", "--format", "json"),
        ("graph",),
        ("graph", "--format", "graphml"),
        ("graph", "--format", "dot"),
        ("render", "--format", "mermaid"),
        ("explain", "Deployment/web"),
        ("init", "--dry-run"),
        ("diff", "HEAD"),
    )
    for command in commands:
        said = planted.archdoc(*command, XDG_CACHE_HOME=str(cache))
        assert said.returncode in (0, 1), said.stderr
        assert CANARY not in said.stdout + said.stderr, command
    read = [*(planted.path / "docs").rglob("*.md"), *(path for path in cache.rglob("*") if path.is_file())]
    assert len(read) > 4
    for path in read:
        assert CANARY.encode() not in path.read_bytes(), path


def test_names_are_kept_and_systems_are_found(planted: Repo) -> None:
    said = planted.archdoc("explain", "Deployment/web").stdout
    for word in ("db.example.org", "mq.example.org", "env BROKER_URL"):
        assert word in said
