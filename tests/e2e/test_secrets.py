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
  SMTP: "mailer:{CANARY}21@smtp.example.org:587"
  TOKEN: {CANARY}22
  CACHE_PASSWORD: "{CANARY}23:6379"
  app.properties: |
    api.key={CANARY}4
    spring.datasource.url=jdbc:postgresql://app:{CANARY}24@sql.example.org:5432/app?password={CANARY}25
    broker.password={CANARY}26:5672
  nginx.conf: |
    proxy_set_header Authorization "Bearer {CANARY}27";
    proxy_pass http://user:{CANARY}28@upstream:80/{CANARY}29;
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, annotations: {{note: {CANARY}5, archdoc.io/calls: "https://me:{CANARY}30@hooks.example.org/{CANARY}31"}}}}
spec:
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}, annotations: {{dapr.io/enabled: "true", dapr.io/app-id: web}}}}
    spec:
      containers:
        - name: web
          image: ghcr.io/acme/web
          command: [sh, -c, "mysql -h db -p{CANARY}32 && curl -H 'X-Key: {CANARY}33' http://u:{CANARY}34@api.example.org/{CANARY}35"]
          args: ["--password", "{CANARY}36:80", "-p{CANARY}37", "--token={CANARY}38.example.org", "--password={CANARY}6", "--dsn=redis://:{CANARY}7@cache:6379/0"]
          env:
            - {{name: PASSWORD, value: {CANARY}8}}
            - {{name: BROKER_URL, value: "amqp://user:{CANARY}9@mq.example.org/?token={CANARY}10"}}
            - {{name: CREDENTIALS_URL, value: "redis://:p/{CANARY}39@cache.example.org:6379"}}
            - {{name: DSN, value: "host=dsn.example.org password={CANARY}40 user=x"}}
            - {{name: EXPANDED, value: "postgres://$(PASSWORD):{CANARY}41@pg.example.org/x"}}
          envFrom: [{{configMapRef: {{name: settings}}}}]
          volumeMounts: [{{name: conf, mountPath: /etc/conf}}]
      volumes: [{{name: conf, configMap: {{name: settings}}}}]
---
apiVersion: dapr.io/v1alpha1
kind: Component
metadata: {{name: state}}
spec:
  type: state.redis
  metadata:
    - {{name: redisHost, value: "state.example.org:6379"}}
    - {{name: redisPassword, value: "{CANARY}42:6379"}}
    - {{name: connectionString, value: "Server=s.example.org;Password={CANARY}43"}}
"""
COMPOSE = f"""\
services:
  web:
    image: web
    env_file: [web.env]
    command: --db=postgres://me:{CANARY}44@db:5432 --password {CANARY}45
    environment: {{API_TOKEN: {CANARY}46, DB_URL: "mysql://root:{CANARY}47@db.example.net/app"}}
    volumes: ["./conf/app.conf:/etc/app.conf"]
    depends_on: [db]
  db: {{image: postgres, environment: {{POSTGRES_PASSWORD: {CANARY}48}}}}
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
    repo.write("compose.yaml", COMPOSE)
    repo.write("web.env", f"PASSWORD={CANARY}49\nQUEUE_URL=amqp://guest:{CANARY}50@mq.example.net/{CANARY}51\n")
    repo.write("conf/app.conf", f"secret_host={CANARY}52.example.net\nurl=redis://:{CANARY}53@db:6379/0\nserver {CANARY}54:80;\n")
    repo.write("app.conf", f"[db]\npassword = {CANARY}55\nurl = postgres://a:{CANARY}56@carried.example.net/x\n")
    repo.write(".github/workflows/build.yml", WORKFLOW)
    repo.write(
        "Dockerfile",
        f"FROM python\nENV TOKEN={CANARY}18\nARG PASSWORD={CANARY}19\nRUN curl -H 'auth: {CANARY}20' example.org\n"
        f"ENV DATABASE_URL=postgres://x:{CANARY}57@db:5432/x\nCOPY app.conf /etc/app.conf\n",
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
    for word in ("db.example.org", "mq.example.org", "env BROKER_URL", "pg.example.org", "dsn.example.org", "hooks.example.org"):
        assert word in said
