"""Diagrams drawn by hand, judged: each folder of cases is put over one shop, and its pages are judged by what is then there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from archdoc import config, pipeline
from archdoc.cache import Cache
from archdoc.check import drawings
from archdoc.check._names import Names
from archdoc.check._texts import Texts
from archdoc.config import DrawingsRow
from archdoc.errors import ConfigError
from archdoc.pipeline import Build
from archdoc.render import mermaid
from tests.support import MemoryFiles, MemorySnapshot

CASES = Path(__file__).parents[1] / "cases" / "judged"
SHOP = MemoryFiles.of(CASES / "_shop").files
EVERY_PAGE = (DrawingsRow("docs/*.md"),)


def built(files: dict[str, bytes | str]) -> Build:
    snapshot = MemorySnapshot({**SHOP, **files})
    return pipeline.build(snapshot, pipeline.load_config(snapshot), Cache(None))


def judged(files: dict[str, bytes | str], rows: tuple[DrawingsRow, ...] = ()) -> tuple[list[drawings.Judged], list[str]]:
    build = built(files)
    rows = rows or build.config.drawings or EVERY_PAGE
    drawn, odd = drawings.of_tree(rows, build.snapshot.paths, build.snapshot.read, build.graph)
    found = [*odd, *(one for each in drawn for one in each.findings)]
    return list(drawn), [f"{f.severity.value} {f.path}:{f.line} {f.rule}: {f.message}" for f in found]


def page(*lines: str) -> dict[str, bytes | str]:
    body = "\n".join(lines)
    return {"docs/a.md": f"```mermaid\nflowchart LR\n{body}\n```\n"}


@pytest.mark.parametrize("case", sorted(p.parent for p in CASES.glob("*/input")), ids=lambda path: path.name)
def test_case(case: Path, update_cases: bool) -> None:
    drawn, found = judged(dict(MemoryFiles.of(case / "input").files))
    said = json.dumps({"drawings": [one.words for one in drawn], "findings": found}, indent=2, ensure_ascii=False) + "\n"
    expected = case / "expected.json"
    if update_cases:
        expected.write_text(said, encoding="utf-8")
    assert expected.exists(), f"{expected} is missing: run pytest --update-cases and read what it wrote"
    assert said == expected.read_text(encoding="utf-8")


def errors(*lines: str) -> list[str]:
    """The rules of the errors of a drawing, with the line of the drawing (its first is 1)."""
    drawn, _ = judged(page(*lines))
    return [f"{f.line - 2} {f.rule}" for one in drawn for f in one.findings if f.severity == "error"]


@pytest.mark.parametrize(
    "label",
    [
        *("redis", "Redis", "redis service", "StatefulSet redis", "StatefulSet/redis", "sts/redis", "redis (StatefulSet)"),
        *("redis<br/>StatefulSet :6379", "StatefulSet: redis", "redis:7", "📦 redis", "`redis`", "k8s/redis.yaml"),
        *("workload:k8s:StatefulSet/redis", "svc/redis", "redis<br/>holds the carts"),
    ],
)
def test_names_that_are_understood(label: str) -> None:
    assert errors("web --> api", f'x["{label}"] --> api', "api --> kafka") == ["2 drawing-edge-reversed"]
    assert errors("web --> api", f'api --> x["{label}"]', "api --> kafka") == []


@pytest.mark.parametrize("label", ["cache", "The redis of carts and sessions", "Redisearch", "stripe", "", "Users love redis"])
def test_names_that_are_not(label: str) -> None:
    assert errors("web --> api", f'x["{label}"] --> api', "api --> kafka") == []


@pytest.mark.parametrize(
    "arrow",
    ["web --> orders-db", "web ==> orders-db", "web -->|SQL| orders-db", "web -.-> orders-db", "web --- orders-db"],
)
def test_every_arrow_is_a_claim(arrow: str) -> None:
    assert errors("web --> api --> orders-db", arrow) == ["2 drawing-edge-absent"]


def test_data_may_flow_against_the_call() -> None:
    grafana = str(SHOP["k8s/web.yaml"], "utf-8").replace("name: web", "name: grafana").replace("app: web", "app: grafana")
    files = {"k8s/grafana.yaml": grafana.replace("http://api:8080", "http://orders-db:5432")}
    for arrow in ("orders-db --> grafana", "kafka --> order-worker", "redis -->|cached orders| api"):
        _, found = judged({**files, **page("web --> api --> redis", arrow)})
        assert not [line for line in found if line.startswith("error")], found
    assert errors("web --> api --> redis", "orders-db --> order-worker") == ["2 drawing-edge-reversed"]


def test_calls_that_a_manifest_hints_at_are_not_judged() -> None:
    web = str(SHOP["k8s/web.yaml"], "utf-8").replace("env:\n", "env:\n            - {name: ORDERS_DB_ENABLED, value: 'true'}\n")
    _, found = judged({"k8s/web.yaml": web, **page("web --> api --> orders-db", "web --> orders-db")})
    assert not [line for line in found if line.startswith("error")], found


def test_where_only_code_tells_calls_none_is_judged() -> None:
    quiet = {path: text.replace(b"value:", b"unread:") for path, text in SHOP.items() if path.startswith("k8s/")}
    _, found = judged({**quiet, **page("web --> api --> redis", "api --> orders-db")})
    assert not [line for line in found if line.startswith("error")], found


def test_a_workload_that_a_chart_may_bring_is_not_said_to_be_gone() -> None:
    lines = ("web --> api --> redis", "api --> search-index")
    assert errors(*lines) == ["2 drawing-node-absent"]
    chart = {"charts/search/Chart.yaml": "apiVersion: v2\nname: search\nversion: 1.0.0\n"}
    _, found = judged({**chart, **page(*lines)})
    assert not [line for line in found if line.startswith("error")], found


def test_what_somebody_else_calls_by_that_name_is_not_said_to_be_gone() -> None:
    api = str(SHOP["k8s/api.yaml"], "utf-8").replace(
        "env:\n", "env:\n            - {name: MAIL, value: 'smtp://mail-relay.example.org'}\n"
    )
    lines = page("web --> api --> redis", "api --> mail-relay")
    assert any("drawing-node-absent" in line for line in judged(lines)[1])
    assert not any("drawing-node-absent" in line for line in judged({"k8s/api.yaml": api, **lines})[1])


@pytest.mark.parametrize("label", ["docker-push", "kubectl", "manual-approval", "ghcr"])
def test_steps_and_outsiders_among_jobs_are_not_said_to_be_gone(label: str) -> None:
    assert errors("unit-test --> build-image --> deploy", f"build-image --> {label}") == []
    assert errors("unit-test --> build-image --> deploy", "build-image --> sign-image") == ["2 drawing-node-absent"]


def test_every_job_drawn_but_not_their_whole_order_is_an_error() -> None:
    assert errors("lint", "unit-test --> build-image", "deploy") == ["2 drawing-edge-missing"]
    assert errors("unit-test --> build-image", "deploy") == []


def test_a_picture_too_large_for_mermaid_is_not_judged() -> None:
    assert errors("redis --> api", "web --> api", *(f"a{n} --> b{n}" for n in range(400))) == []


def test_a_page_of_the_tree_is_judged_by_what_the_configuration_names() -> None:
    rows = {"archdoc.toml": 'drawings = ["docs"]\n', "other/b.md": page("redis --> api")["docs/a.md"]}
    _, found = judged({**rows, **page("web --> api", "redis --> api")})
    assert [line.partition(": ")[0] for line in found if line.startswith("error")] == ["error docs/a.md:4 drawing-edge-reversed"]


def test_own_pictures_are_right() -> None:
    build = built({})
    names, texts = Names(build.graph), Texts(build.graph, build.snapshot.read, build.snapshot.paths)
    said = [drawings.judge(drawings.Sketch(view.id, 0, mermaid.render(view)), names, texts) for view in build.views]
    assert len(said) > 4
    assert [f for one in said if one for f in one.findings if f.severity == "error"] == []
    assert sum(one.mapped for one in said if one) > 20


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ('"docs"', "must be a list of paths or tables"),
        ("[1]", "must be a list of paths or tables"),
        ('[{coverage = "complete"}]', "number 1 must have a `path`"),
        ('[{path = "a", coverage = "all"}]', "must be `partial` or `complete`"),
        ('[{path = "a", coverge = "complete"}]', "did you mean `coverage`"),
    ],
)
def test_a_wrong_configuration_is_refused(value: str, said: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)):
        config.parse(f"drawings = {value}\n", "archdoc.toml")
