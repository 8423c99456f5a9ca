"""Settings files of any format: which of their lines hold an address of a Service or of a known system."""

from __future__ import annotations

import pytest

from archdoc.extract._config_files import find

NGINX = """\
# proxy_pass http://commented:80;
upstream api {
  server api:8080;
  server other;
}
server {
  listen web:80;
  server_name shop.example.com;
  location / { proxy_pass http://front; }
  location /api { proxy_pass http://api; }
  location /php { fastcgi_pass php:9000; }
}
"""
PROMETHEUS = """\
scrape_configs:
  - job_name: shop:8080
    static_configs:
      - targets: ["cart:9090", 'orders:9091']
      - targets:
          - payment:9092
    documentation_url: https://docs.example.com/a
remote_write:
  - url: https://prometheus-prod.grafana.net/api/push
"""
COLLECTOR = """\
exporters:
  otlp/jaeger:
    endpoint: jaeger:4317  # a comment; see http://nowhere
  otlphttp:
    endpoint: https://otel.example.org:4318
service:
  telemetry: {metrics: {address: 0.0.0.0:8888}}
"""
ENVOY = """\
    address:
      socket_address:
        address: frontend
        port_value: 8080
"""
PROPERTIES = """\
spring.datasource.url=jdbc:postgresql://accounts-db:5432/app
spring.redis.host=${REDIS_HOST:redis}
spring.cloud.config.uri=${CONFIG_URL}
spring.application.name=orders
logging.level=INFO
"""
JSON = """\
{
  "consulAddress": "consul:8500",
  "mode": "consul",
  "homepage": "https://shop.example.com"
}
"""
HAPROXY = """\
backend shop
  server one web-1:8080 check
  server two web-2:8080 check
"""
LITELLM = """\
model_list:
  - model_name: gpt
    litellm_params: {api_base: "http://vllm:8000/v1", api_key: "sk-secret:1234"}
  - litellm_params:
      api_base: https://api.openai.com/v1
"""


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("nginx.conf", NGINX, [(2, "api", 8080), (3, "other", None), (8, "front", None), (10, "php", 9000)]),
        (
            "prometheus.yml",
            PROMETHEUS,
            [(3, "cart", 9090), (3, "orders", 9091), (5, "payment", 9092), (8, "prometheus-prod.grafana.net", None)],
        ),
        ("collector.yaml", COLLECTOR, [(2, "jaeger", 4317), (4, "otel.example.org", 4318)]),
        ("envoy.yaml", ENVOY, [(2, "frontend", None)]),
        ("application.properties", PROPERTIES, [(0, "accounts-db", 5432), (1, "redis", None)]),
        ("config.json", JSON, [(1, "consul", 8500)]),
        ("haproxy.cfg", HAPROXY, [(1, "web-1", 8080), (2, "web-2", 8080)]),
        ("litellm.yaml", LITELLM, [(2, "vllm", 8000), (4, "api.openai.com", None)]),
        ("init.sql", "a:\nhttp://db:1\n", []),
        ("board.json", '{"panels": [\n"url": "http://db:1"\n]}', []),
        ("one-line", "http://db:1", []),
    ],
)
def test_addresses_of_a_file(name: str, text: str, expected: list[tuple[int, str, int | None]]) -> None:
    assert [(row, found.host, found.port) for row, found in find(name, text)] == expected


def test_a_name_of_one_word_is_an_address_only_if_a_service_has_it() -> None:
    assert [found.sure for _, found in find("a.yaml", "x:\n url: http://front\n url: http://a.b.svc:1\n")] == [False, True]


def test_a_long_line_takes_no_long_time() -> None:
    assert list(find("a.conf", "\n" + "a-" * 200_000)) == []
    assert list(find("a.conf", "\n" + "server " * 50_000 + "\n" + "x:" * 50_000)) == []


SCRIPT = """\
import requests  # see "http://commented/docs"
# MODEL_URL = "http://commented:80"
MODEL_URL = "http://leader:8080/generate"  # the leader of the group
store = Redis("redis://cache.shop.svc.cluster.local:6379/0")
requests.post(f"http://{host}:80", json={"server": "other:9000"})
docs = "https://docs.example.com"
"""


def test_of_a_script_the_urls_of_the_cluster_count() -> None:
    assert [(line, one.host, one.port, one.sure) for line, one in find("app.py", SCRIPT)] == [
        (0, "commented", None, False),
        (2, "leader", 8080, False),
        (3, "cache.shop.svc.cluster.local", 6379, True),
    ]
