"""DOT text: what it says, that hostile text stays text, that Graphviz takes it."""

import re
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archdoc.render import dot
from archdoc.render.mermaid import shorten
from archdoc.views import Category, Line, View, ViewEdge, ViewGroup, ViewNode

VIEW = View(
    "shop",
    "Shop",
    "",
    (
        ViewNode("web", "web", "Deployment", Category.WORKLOAD, "inner"),
        ViewNode("db", "db", "", Category.DATA, "outer"),
        ViewNode("bad", "old", "latest", Category.WARNING),
    ),
    (ViewEdge("web", "db", "reads", Line.THICK), ViewEdge("bad", "db", "", Line.DOTTED)),
    (ViewGroup("outer", "cloud", "zone"), ViewGroup("inner", "shop", parent="outer")),
    "LR",
)
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def statements(view: View) -> list[str]:
    """The text by lines, each label and value reduced to its quotes."""
    return [STRING.sub('""', line) for line in dot.render(view).splitlines()]


def labels(view: View) -> list[str]:
    """What Graphviz shows: each label with its escapes undone."""
    raw = re.findall(r'label=("(?:[^"\\]|\\.)*")', dot.render(view))
    return [re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], text[1:-1]).replace("&amp;", "&") for text in raw]


def test_one_statement_a_line_nested_as_the_frames() -> None:
    shape = [re.sub(r" \[.*\];$", " […];", line) for line in dot.render(VIEW).splitlines()]
    assert shape == [
        'digraph "shop" {',
        "  graph […];",
        "  node […];",
        "  edge […];",
        '  "bad" […];',
        '  subgraph "cluster_outer" {',
        "    graph […];",
        '    "db" […];',
        '    subgraph "cluster_inner" {',
        "      graph […];",
        '      "web" […];',
        "    }",
        "  }",
        '  "web" -> "db" […];',
        '  "bad" -> "db" […];',
        "}",
    ]


def test_labels_say_title_and_subtitle() -> None:
    assert [label.strip() for label in labels(VIEW)] == [
        *("Shop", "\u26a0 old\nlatest", "cloud · zone", "db", "shop", "web\nDeployment", "reads"),
    ]


def test_direction_shapes_and_lines_are_those_of_the_view() -> None:
    text = dot.render(VIEW)
    assert 'rankdir="LR"' in text
    assert re.search(r'"db" \[.*shape="cylinder".*fillcolor="#e3b5ce"', text)
    assert re.search(r'"bad" \[.*dashed.*color="#cf222e"', text)
    assert re.search(r'"web" -> "db" \[.*penwidth="3.5"', text)
    assert re.search(r'"bad" -> "db" \[style="dotted"', text)


def shown(text: str) -> View:
    """A view with the text in every place that takes text of a repository."""
    nodes = (ViewNode("a", text, text, Category.SOURCE, "g"), ViewNode("b", "b", "", Category.PERSON))
    return View(text, text, text, nodes, (ViewEdge("a", "b", text),), (ViewGroup("g", text, text),))


@given(st.text(max_size=60) | st.text('<>"\\N&;{}|\n/*#', max_size=30))
def test_no_text_becomes_syntax(text: str) -> None:
    lines = statements(shown(text))
    assert lines[0] == 'digraph "" {'
    assert len(lines) == len(statements(shown("x")))
    assert not any('"' in line.replace('""', "") or "\\" in line for line in lines)


@given(st.text(min_size=1, max_size=20).filter(str.strip))
def test_a_label_is_shown_as_it_is_written(text: str) -> None:
    want = shorten(text, 24)
    node = next(label for label in labels(shown(text)) if "\n" in label.strip())
    assert node == f"{want}\n{want}"


def test_an_entity_of_the_text_is_not_decoded_by_graphviz() -> None:
    assert 'label="&amp;lt;\\n' in dot.render(shown("&lt;"))


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed: apt-get install graphviz")
@pytest.mark.parametrize("text", ["<b>x</b>", "\\N", "back\\", 'a"b', "&lt;", "a\nb", "/*", "<<TABLE></TABLE>>", ""])
def test_graphviz_takes_it(text: str) -> None:
    done = subprocess.run(
        ["dot", "-Tplain"], input=dot.render(shown(text)).encode(), capture_output=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.count(b"\nnode ") == 2
