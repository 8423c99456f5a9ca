"""Scripts of the diagrams package, read without running them."""

from __future__ import annotations

import pytest

from archdoc.drawings import Drawing, Remark, read, remarks

HEAD = "from diagrams import Cluster, Diagram, Edge\nfrom diagrams.k8s.compute import Deployment as D\nwith Diagram('x'):\n"


def script(*lines: str) -> Drawing:
    return read("a.py", HEAD + "".join(f"    {line}\n" for line in lines))


def arrows(drawing: Drawing) -> list[str]:
    labels = {node.id: node.label for node in drawing.nodes}
    heads = {("arrow", False): "->", ("arrow", True): "<->", ("open", False): "--"}
    return [f"{labels[e.source]}{heads[e.arrow, e.both]}{labels[e.target]}" for e in drawing.edges]


@pytest.mark.parametrize(
    ("said", "drawn"),
    [
        ("a >> b", ["a->b"]),
        ("a << b", ["b->a"]),
        ("a - b", ["a--b"]),
        ("a >> b >> c", ["a->b", "b->c"]),
        ("a >> b << c", ["a->b", "c->b"]),
        ("a >> [b, c]", ["a->b", "a->c"]),
        ("[a, b] >> c", ["a->c", "b->c"]),
        ("a - b >> c", ["a--b", "b->c"]),
        ("a >> Edge(label='x') >> b", ["a->b"]),
        ("a << Edge() << b", ["b->a"]),
        ("a >> Edge() << b", ["a<->b"]),
        ("a << Edge() >> b", ["a<->b"]),
        ("a - Edge(style='dashed') - b", ["a--b"]),
        ("a - Edge(forward=True) - b", ["a->b"]),
        ("a >> Edge() >> [b, c]", ["a->b", "a->c"]),
        ("several = [a, b]; several[1] >> c", ["b->c"]),
        ("x = a >> b; x >> c", ["a->b", "b->c"]),
        ("a >> D('d')", ["a->d"]),
    ],
)
def test_signs(said: str, drawn: list[str]) -> None:
    drawing = script("a = D('a'); b = D('b'); c = D('c')", *said.split("; "))
    assert arrows(drawing) == drawn
    assert drawing.unjudged == ()


@pytest.mark.parametrize(
    "said",
    [
        *(
            "for n in (1, 2): a >> b",
            "if b: a >> b",
            "a >> D(f'x{b}')",
            "a >> unknown",
            "[a >> n for n in [b]]",
            "a + b",
            "a >> Edge()",
        ),
        *(
            "a.connect(b)",
            "draw(a, b)",
            "b = D('again')",
            "a >> several[7]",
            "with open('x') as a: pass",
            "Edge() >> a >> b >> 3",
        ),
    ],
)
def test_what_only_running_tells_is_not_judged(said: str) -> None:
    drawing = script("a = D('a')", "b = D('b')", "several = [a]", said)
    lines = [line.line for line in drawing.unjudged]
    assert lines == ([] if said == "a >> Edge()" else [7])


def test_a_name_with_two_values_is_not_known_any_more() -> None:
    drawing = script("a = D('a')", "a = D('b')", "a >> D('c')")
    assert [line.line for line in drawing.unjudged] == [5, 6]
    assert drawing.edges == ()


def test_nodes_say_where_they_stand_and_what_they_are() -> None:
    drawing = script("with Cluster('prod'):", "    a = D('the\\napi')", "    with Cluster(label='inner'):", "        D('b')")
    assert [(n.id, n.label, n.shape, n.group, n.line) for n in drawing.nodes] == [
        ("a", "the\napi", "k8s.compute.Deployment", "cluster 1", 5),
        ("node 2", "b", "k8s.compute.Deployment", "cluster 2", 7),
    ]
    assert [(g.id, g.title, g.parent, g.line) for g in drawing.groups] == [
        ("cluster 1", "prod", None, 4),
        ("cluster 2", "inner", "cluster 1", 6),
    ]


def test_other_statements_draw_nothing() -> None:
    text = (
        "import os\nprint(os.name)\n\ndef f():\n    return 1\n\nattributes = {'a': f()}\nattributes = 2\n"
        + HEAD
        + "    a = D('a')\n"
    )
    drawing = read("a.py", text)
    assert [node.id for node in drawing.nodes] == ["a"]
    assert drawing.unjudged == ()


@pytest.mark.parametrize("text", ["def (", "(" * 5000, "a = " + "-" * 5000 + "1", "\0", "a" + " >> a" * 100_000, ""])
def test_what_is_no_script_is_not_judged(text: str) -> None:
    drawing = read("a.py", text)
    assert drawing.kind == "diagrams"
    assert (drawing.nodes, drawing.edges) == ((), ())


def test_remarks_know_the_line_that_they_speak_of() -> None:
    text = "flowchart LR\n  %% archdoc: external\n\n  %% another\n  a --> b\n  %% archdoc: x = y  \n"
    assert remarks(text) == (Remark(2, 5, "external"), Remark(6, 8, "x = y"))
    assert remarks("# archdoc: ignore-next\na >> b") == (Remark(1, 2, "ignore-next"),)
    assert remarks('a["%% archdoc: no"]') == ()
