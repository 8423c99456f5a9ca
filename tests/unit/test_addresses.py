"""Addresses in values: what is one, what is none, and that nothing but host and port leaves."""

from __future__ import annotations

import pytest

from archdoc.extract._addresses import Address, Place, declared, expand, find, origin, port_of, unversioned


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        # URLs, whatever the key is called
        ("X", "http://api", [("api", None, True)]),
        ("X", "http://api:8080/v1?x=y", [("api", 8080, True)]),
        ("X", "see https://Docs.Example.com/a, or http://b:1.", [("docs.example.com", None, True)]),
        ("X", "http://a,http://b:2", [("a", None, True), ("b", 2, True)]),
        ("X", "https://a.com/?next=https://b.com/", [("a.com", None, True)]),
        ("X", "jdbc:postgresql://db:5432/app", [("db", 5432, True)]),
        ("X", "postgresql+asyncpg://db/app", [("db", None, True)]),
        ("X", "jdbc:sqlserver://sql:1433;databaseName=x", [("sql", 1433, True)]),
        ("X", "mongodb://u:p@a:1,b:2/db", [("a", 1, True), ("b", 2, True)]),
        ("X", "dns:///svc.ns.svc:50051", [("svc.ns.svc", 50051, True)]),
        ("X", "github://owner/repository", [("owner", None, False)]),
        ("X", "redis://:a/b@c@cache:6379/0", [("cache", 6379, True)]),
        ("X", "http://[::1]:80", []),
        ("X", "http://localhost:80", []),
        ("X", "http://127.0.0.1:80", []),
        ("X", "tcp://0.0.0.0:2375", []),
        ("X", "unix:///var/run/docker.sock", []),
        ("X", "file:///etc/passwd", []),
        ("X", "http://$(UNKNOWN)/", []),
        ("X", "https://${DOMAIN}/", []),
        ("X", "https://app.{{ .Values.domain }}/", []),
        ("X", "http://10.1.2.3:80", [("10.1.2.3", 80, True)]),
        ("X", "http://a:99999", []),
        ("X", "http://a:$(PORT)/", [("a", None, True)]),
        # a host with its port
        ("REDIS_ADDR", "redis:6379", [("redis", 6379, True)]),
        ("CACHE", "redis:6379", [("redis", 6379, False)]),
        ("CACHE", "redis.prod.svc:6379", [("redis.prod.svc", 6379, True)]),
        ("BROKERS", "a:1,b:2", [("a", 1, True), ("b", 2, True)]),
        ("DSN", "user:secret@tcp(db:3306)/app", [("db", 3306, True)]),
        ("DSN", "host=db port=5432 user=x password=p:5432", [("db", 5432, True)]),
        ("SCRIPT", "nc queue:5672", [("queue", 5672, False)]),
        ("SCRIPT", "until nc -z -w 2 queue 5672; do sleep 1; done", [("queue", 5672, False)]),
        ("SCRIPT", "pg_isready -h db -p 5432", [("db", None, False)]),
        ("SCRIPT", "serve --host 0.0.0.0", []),
        ("TIME", "12:30", []),
        ("PORTS", "8080:80", []),
        ("FILE", "main.py:10", []),
        ("LAUNCHER_IMAGE", "registry:5000/launcher:1", []),
        ("INSTANCES", "project:region:db=tcp:5432", []),
        ("OWNER", "kubernetes://apis/apps/v1", []),
        # names alone
        ("REDIS_HOST", "redis", [("redis", None, False)]),
        ("REDIS_HOST_PRIMARY", "redis", [("redis", None, False)]),
        ("APP_QUEUEHOSTNAME", '"redis"', [("redis", None, False)]),
        ("APP_QUEUENAME", "redis", []),
        ("redisHost", "redis", [("redis", None, False)]),
        ("ORDERS_DB", "orders", [("orders", None, False)]),
        ("LLM_SERVER_HOST_IP", "vllm", [("vllm", None, False)]),
        ("ORDERS_SVC", "orders", [("orders", None, False)]),
        ("SCRAPE_TARGETS", "a,b", [("a", None, False), ("b", None, False)]),
        ("STORAGE_BACKEND", "redis", []),
        ("POSTGRES_DB", "orders", []),
        ("config_database", "orders", []),
        ("MODE", "redis", []),
        ("SERVICE_TYPE", "redis", []),
        ("REDIS_HOST", "true", []),
        ("REDIS_HOST", "Redis", []),
        ("DB_HOST", "db.example.com", [("db.example.com", None, True)]),
        ("DB_HOST", "db.data", [("db.data", None, False)]),
        ("ANY", "x.abc.eu-west-1.rds.amazonaws.com", [("x.abc.eu-west-1.rds.amazonaws.com", None, True)]),
        ("ANY", "cache.prod.svc.cluster.local", [("cache.prod.svc.cluster.local", None, True)]),
        ("CLASS", "org.apache.kafka.Serializer", []),
        # its own name, and what must not be called
        ("NO_PROXY", "redis,.svc", []),
        ("no_proxy", "http://redis", []),
        ("LISTEN_ADDR", "http://api:80", []),
        ("KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://kafka:9092", []),
        ("GF_SERVER_ROOT_URL", "https://grafana.example.com", []),
        ("externalUrl", "https://prometheus.example.com", []),
        ("CORS_ORIGIN", "https://app.example.com", []),
        ("OTEL_SERVICE_NAME", "api", []),
        ("OTEL_SERVICE_NAME", "api:80", []),
        ("SERVICE_NAME", "http://llm-svc.llm.svc:8000", [("llm-svc.llm.svc", 8000, True)]),
        ("base-url", "http://llm/v1", [("llm", None, True)]),
        ("base-url", "http://llm.serving.svc.cluster.local/v1", [("llm.serving.svc.cluster.local", None, True)]),
        ("BASE_URL", "https://shop.example.com", []),
        # what is to be filled in
        ("X", "https://YOUR_RESOURCE.openai.azure.com", [("openai.azure.com", None, True)]),
        ("X", "http://MODEL_NAME.example.com", []),
        ("X", "http://model-MODEL_NAME:80", []),
        ("X", "gs://BUCKET_NAME/a", []),
        # services of Compose may have what hosts may not
        ("X", "http://api_server:8080", [("api_server", 8080, True)]),
        ("POSTGRES_HOST", "relational_db", [("relational_db", None, False)]),
        ("example.com/hostname", "https://app.example.com", []),
        # secrets
        ("DB_PASSWORD", "hunter:2222", []),
        ("API_TOKEN", "redis", []),
        ("SECRET_HOST", "redis", []),
        ("WEBHOOK_TOKEN_URL", "https://hooks.example.com/T0/B0/x", [("hooks.example.com", None, True)]),
        ("REDIS_HOST", "ENC[AES256_GCM,data:abc,type:str]", []),
        ("X", "", []),
    ],
)
def test_addresses(key: str, text: str, expected: list[tuple[str, int | None, bool]]) -> None:
    assert [one[:3] for one in find(key, text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("s3://models/churn/7", Place("bucket", "s3://models")),
        ("s3a://lake/raw", Place("bucket", "s3://lake")),
        ("gs://models", Place("bucket", "gs://models")),
        ("abfss://raw@lake.dfs.core.windows.net/x", Place("bucket", "azure://raw@lake.dfs.core.windows.net")),
        ("hf://acme/llama:main", Place("model", "hf://acme/llama")),
        ("huggingface://acme/llama", Place("model", "hf://acme/llama")),
        ("ollama://qwen2:0.5b", Place("model", "ollama://qwen2")),
        ("ollama://acme/tuned:7b", Place("model", "ollama://acme/tuned")),
        ("pvc://claim/path", Place("volume", "claim")),
    ],
)
def test_places(text: str, expected: Place) -> None:
    assert list(find("URI", text)) == [expected]


@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("jdbc:postgresql://db:5432/app", "postgresql"),
        ("postgresql+asyncpg://db/app", "postgresql"),
        ("mongodb+srv://db.example.com/app", "mongodb"),
        ("https://db.example.com", ""),
        ("db:5432", ""),
    ],
)
def test_the_scheme_tells_what_kind_of_system_it_is(text: str, scheme: str) -> None:
    (found,) = find("DB_URL", text)
    assert isinstance(found, Address)
    assert found.scheme == scheme


@pytest.mark.parametrize("key", ["REDIS_HOST", "REDIS", "REDIS_SERVICE", "REDIS_HOST_IP", "REDIS_HOSTNAME", "REDIS_ADDRESS"])
def test_the_setting_that_gives_the_port_of_another(key: str) -> None:
    assert port_of(key, {"REDIS_PORT": "6379"}) == "6379"
    assert port_of("CACHE_HOST", {"REDIS_PORT": "6379"}) == ""


def test_the_port_may_stand_in_another_setting() -> None:
    assert list(find("REDIS", "cache", port="6379")) == [Address("cache", 6379, sure=False)]
    assert list(find("REDIS", "cache", port="6379²")) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$(A):80", "redis:80"),
        ("$$(A)", "$$(A)"),
        ("$(B)", "$(B)"),
        ("http://$(REDIS_MASTER_SERVICE_HOST):80", "http://redis-master:80"),
        ("${A} $A", "${A} $A"),
        ("plain", "plain"),
    ],
)
def test_expansion_as_kubernetes_does_it(text: str, expected: str) -> None:
    assert expand(text, {"A": "redis"}) == expected


def test_expansion_as_a_shell_does_it() -> None:
    assert expand("${A}:$PORT/$(A)/$B", {"A": "redis", "PORT": "6379"}, braces=True) == "redis:6379/redis/$B"


def test_expansion_is_bounded() -> None:
    assert expand("$(A)" * 100, {"A": "x" * 2000}) == "$(A)" * 100
    assert len(expand("$(A)" * 1000, {"A": "x" * 1000})) <= 64 * 1000 + 4 * 1000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("db.example.com", [Address("db.example.com", 5, True)]),
        ("*.example.com", [Address("example.com", 5, True)]),
        ("db:5432", [Address("db", 5432, True)]),
        ("https://a.example.com/x", [Address("a.example.com", None, True)]),
        ("not a host", []),
        ("localhost", []),
    ],
)
def test_a_field_that_holds_nothing_else(text: str, expected: list[Address]) -> None:
    assert list(declared(text, 5)) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://user:token@github.com/acme/shop.git", "github.com/acme/shop"),
        ("git@github.com:acme/shop.git", "github.com/acme/shop"),
        ("ssh://git@example.com:22/acme/shop", "example.com:22/acme/shop"),
        ("https://github.com/acme/shop//deploy?ref=v1&token=x", "github.com/acme/shop/deploy"),
        ("github.com/acme/shop?ref=v1", "github.com/acme/shop"),
        ("oci://ghcr.io/acme/chart", "ghcr.io/acme/chart"),
        ("git::https://x:y@example.com/a", "example.com/a"),
    ],
)
def test_origin_keeps_no_credentials(url: str, expected: str) -> None:
    assert origin(url) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://github.com/acme/queue/releases/download/v1.5.3/queue.yaml", "releases/download/*/queue.yaml"),
        ("github.com/acme/queue/releases/download/v1.5.3-rc.1/queue.yaml", "releases/download/*/queue.yaml"),
        ("raw.githubusercontent.com/acme/tasks/main/task/clone/0.7/clone.yaml", "task/clone/*/clone.yaml"),
        ("raw.githubusercontent.com/acme/tasks/" + "0a" * 20 + "/clone.yaml", "tasks/*/clone.yaml"),
        ("https://example.com/manifests/queue-v3.26.1.yaml", "/manifests/queue-*.yaml"),
        ("https://example.com/queue?ref=v1.2.0&timeout=90", "/queue?ref=*&timeout=90"),
        ("https://10.0.0.5/queue.yaml", "https://10.0.0.5/queue.yaml"),
        ("github.com/acme/queue/config/v1/default", "config/v1/default"),
        ("github.com/acme/python-3.11", "acme/python-3.11"),
    ],
)
def test_the_release_in_an_address_is_no_more_than_a_tag(url: str, expected: str) -> None:
    assert unversioned(url).endswith(expected)


def test_a_release_is_found_in_linear_time() -> None:
    hostile = "/1.1.1-" * 20_000 + "~"
    assert unversioned(hostile).endswith("~")
