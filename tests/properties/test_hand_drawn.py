"""Judging drawings: nothing raises, ids do not matter, noise does not matter, and a right drawing stays right when parts go."""

from __future__ import annotations

import re
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from archdoc.check import drawings
from archdoc.check._names import Names
from archdoc.check._texts import Texts
from archdoc.drawings import read, remarks
from archdoc.model import Finding
from archdoc.render import mermaid
from tests.properties.test_drawings import SOUP
from tests.unit.test_hand_drawn import built

NAMES = ["web", "api", "redis", "orders-db", "kafka", "order-worker", "unit-test", "build-image", "deploy", "lint", "shop"]
LABELS = st.sampled_from(
    [*NAMES, "Redis", "API service", "StatefulSet redis", "Customer", "ci.yml", "push", "gone-job", "prose of some words"]
)
EDGES = st.lists(
    st.tuples(st.integers(0, 8), st.integers(0, 8), st.sampled_from(["-->", "---", "-->|needs|", "-.->"])), max_size=12
)
REMARKS = st.sampled_from(
    ["external", "ignore-next", "ignore-drawing", "n1 = redis", "n2 = nothing", "external n3", "=", "map ="]
)
PYTHON = st.lists(
    st.sampled_from(
        [
            *("from diagrams import Cluster, Diagram, Edge\n", "from diagrams.k8s.compute import Deployment as D\n"),
            *(
                "with Diagram('x'):\n",
                "    with Cluster('prod'):\n",
                "    ",
                "        ",
                "a = ",
                "D('web')",
                "D('api')",
                "[",
                "]",
                ",",
            ),
            *(
                " >> ",
                " << ",
                " - ",
                "Edge(label='x')",
                "a",
                "a[0]",
                "\n",
                "for a in b:\n",
                "(",
                ")",
                "# archdoc: external\n",
                "f'{a}'",
            ),
        ]
    ),
    max_size=30,
).map("".join)


@cache
def shop() -> tuple[Names, Texts]:
    build = built({})
    return Names(build.graph), Texts(build.graph, build.snapshot.read, build.snapshot.paths)


def findings(text: str, path: str = "a.md", *, complete: bool = False) -> list[Finding]:
    said = drawings.judge(drawings.Sketch(path, 0, text, complete), *shop())
    return list(said.findings) if said else []


def wrong(text: str) -> list[tuple[str, int, str]]:
    return [(f.rule, f.line, f.message) for f in findings(text)]


def flowchart(ids: list[str], labels: list[str], edges: list[tuple[int, int, str]]) -> str:
    nodes = [f'  {id_}["{label}"]' for id_, label in zip(ids, labels, strict=True)]
    arrows = [f"  {ids[a]} {arrow} {ids[b]}" for a, b, arrow in edges]
    return "\n".join(["flowchart LR", *nodes, *arrows, ""])


@given(SOUP.map("flowchart LR\n{}".format) | st.text(), REMARKS, st.booleans())
def test_any_text_is_judged(text: str, remark: str, complete: bool) -> None:
    lines = text.count("\n") + text.count("\r") + 2
    for one in findings(f"{text}\n%% archdoc: {remark}\n", complete=complete):
        assert 1 <= one.line <= lines + 1


@given(PYTHON | st.text())
@settings(max_examples=200)
def test_any_script_is_judged(text: str) -> None:
    drawing = read("a.py", text)
    known = {node.id for node in drawing.nodes}
    assert all({edge.source, edge.target} <= known for edge in drawing.edges)
    assert remarks(text) == tuple(sorted(remarks(text), key=lambda one: one.line))
    findings(text, "a.py")


@given(st.lists(LABELS, min_size=9, max_size=9), EDGES)
def test_ids_do_not_matter(labels: list[str], edges: list[tuple[int, int, str]]) -> None:
    one = flowchart([f"n{n}" for n in range(9)], labels, edges)
    other = flowchart([f"x{8 - n}y" for n in range(9)], labels, edges)
    assert wrong(one) == wrong(other)


@given(st.lists(LABELS, min_size=9, max_size=9), EDGES)
def test_looks_do_not_matter(labels: list[str], edges: list[tuple[int, int, str]]) -> None:
    text = flowchart([f"n{n}" for n in range(9)], labels, edges)
    painted = (
        text.replace("flowchart LR", "graph TB") + "  classDef big fill:#fff\n  class n1,n2 big\n  linkStyle 0 stroke:#000\n"
    )
    assert wrong(text) == wrong(painted.replace('["', '{{"').replace('"]', '"}}'))


@given(st.data())
def test_a_right_drawing_of_which_parts_are_left_out_shows_nothing_wrong(data: st.DataObject) -> None:
    build = built({})
    view = data.draw(st.sampled_from(build.views))
    lines = mermaid.render(view).splitlines()
    arrows = [n for n, line in enumerate(lines) if re.match(r"  \w+ (-->|-\.->|==>)", line)]
    gone = data.draw(st.sets(st.sampled_from(arrows))) if arrows else set()
    text = "\n".join(line for n, line in enumerate(lines) if n not in gone)
    rules = {f.rule for f in findings(text) if f.severity == "error"}
    assert rules <= {"drawing-edge-missing"}


@given(st.sampled_from(["web", "api", "order-worker"]), st.sampled_from(["redis", "orders-db", "kafka", "api"]))
def test_an_arrow_is_right_one_way_at_most(one: str, other: str) -> None:
    if one != other and other != "kafka":
        there = {
            f.rule for f in findings(f"flowchart LR\n  web --> api --> kafka\n  {one} --> {other}\n") if f.severity == "error"
        }
        back = {
            f.rule for f in findings(f"flowchart LR\n  web --> api --> kafka\n  {other} --> {one}\n") if f.severity == "error"
        }
        assert back <= {"drawing-edge-reversed", "drawing-edge-absent"}
        assert there or back
