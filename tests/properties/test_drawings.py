"""Reading Mermaid and Markdown: nothing raises, what is found hangs together, noise changes nothing, time is linear."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from archdoc.drawings import Drawing, blocks, parse

PIECES = st.sampled_from(
    [
        *"abxo 1\n\t;:&|\"`'[](){}<>/\\-=.~#@%*_,^v!ü\0",
        *("-->", "---", "-.->", "==>", "~~~", "--", "-.", "==", "<-->", ".->", "-- a -->", "|a|", "a@-->"),
        *("[[", "]]", "([", "])", "[(", ")]", "((", "))", "{{", "}}", "[/", "/]", "@{", "shape: x", "label: "),
        *("subgraph ", "end", "direction LR", "style ", "class ", "classDef ", "linkStyle ", "click ", "accDescr {", "accTitle:"),
        *("%%", "%%{", "}%%", "---\n", '"`', '`"', ":::", "&amp;", "<br/>", "#35;", "flowchart TD\n"),
        *("\n", "\n", "\n  a --> b\n", "\nsubgraph s\n", "\nend\n", 'a["b"]'),
    ]
)
SOUP = st.lists(PIECES, max_size=60).map("".join)
DIAGRAMS = SOUP.map("flowchart LR\n{}".format) | SOUP | st.text()
FENCES = ["```", "```mermaid", "~~~ mermaid", "````", "~~~"]
MARKDOWN = st.lists(st.sampled_from([*FENCES, "> ", "- ", "1. ", "  ", "\t", "\n", "\n", "a", "<!--", "-->", "!!! n"])).map(
    "".join
)
PRINTABLE = st.text(st.characters(exclude_categories=["C"]), max_size=40)


def ids(drawing: Drawing) -> set[str]:
    return {node.id for node in drawing.nodes} | {group.id for group in drawing.groups}


@given(DIAGRAMS)
def test_what_is_read_hangs_together(text: str) -> None:
    drawing = parse(text)
    groups = {group.id: group for group in drawing.groups}
    assert len(ids(drawing)) == len(drawing.nodes) + len(groups) == len(drawing.nodes) + len(drawing.groups)
    assert all(node.group is None or node.group in groups for node in drawing.nodes)
    assert {end for edge in drawing.edges for end in (edge.source, edge.target)} <= ids(drawing)
    for group in drawing.groups:
        above, steps = group.parent, 0
        while above is not None:
            above, steps = groups[above].parent, steps + 1
            assert steps <= len(groups)
    lines = [item.line for item in (*drawing.nodes, *drawing.edges, *drawing.groups, *drawing.unjudged)]
    assert all(1 <= line <= len(text.replace("\r", "\n").split("\n")) for line in lines)
    not_judged = [item.line for item in drawing.unjudged]
    assert not_judged == sorted(set(not_judged))


@given(SOUP, st.sampled_from(["%% note --> x", "", "   ", "%%{init: {}}%%"]))
def test_noise_between_lines_only_moves_them(text: str, noise: str) -> None:
    assume("%%" not in text and "---\n" not in text and '"' not in text)
    plain, noisy = parse(f"flowchart LR\n{text}"), parse(f"flowchart LR\n{noise}\n{text}")
    assert noisy.nodes == tuple(replace(node, line=node.line + 1) for node in plain.nodes)
    assert noisy.edges == tuple(replace(edge, line=edge.line + 1) for edge in plain.edges)
    assert noisy.groups == tuple(replace(group, line=group.line + 1) for group in plain.groups)
    assert noisy.unjudged == tuple(replace(line, line=line.line + 1) for line in plain.unjudged)


@given(SOUP)
def test_a_line_that_is_not_understood_takes_nothing_along(text: str) -> None:
    assume(not set(text) & set('"%-=~.{<'))
    text = f"flowchart LR\n{text}"
    whole, with_fault = parse(text), parse(f"{text}\n??? not this\nlast")
    assert ids(whole) <= ids(with_fault)
    assert "last" in ids(with_fault) or any("last" in line.text for line in with_fault.unjudged)


@given(PRINTABLE, PRINTABLE, PRINTABLE)
def test_what_is_written_as_codes_is_read_back(node: str, edge: str, group: str) -> None:
    def code(text: str) -> str:
        return "".join(f"#{ord(character)};" for character in text)

    drawing = parse(f'flowchart TB\nsubgraph g["{code(group)}"]\na["{code(node)}"] -->|"{code(edge)}"| b\nend\n')
    assert drawing.nodes[0].label == " ".join(node.split())
    assert drawing.edges[0].label == " ".join(edge.split())
    assert drawing.groups[0].title == " ".join(group.split())
    assert drawing.unjudged == ()


@given(MARKDOWN | st.text())
def test_blocks_lie_where_they_say(page: str) -> None:
    lines = page.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for block in blocks(page):
        assert block.line == block.fence_line + 1
        assert "mermaid" in lines[block.fence_line - 1].lower()
        for number, text in enumerate(block.text.split("\n")[:-1], block.line):
            assert "".join(text.split()) in "".join(lines[number - 1].split())


@given(st.lists(st.sampled_from(["a --> b", 'e["`z`"]', "  ???", ""])), st.sampled_from(["```", "~~~~", "`````"]))
def test_a_fenced_diagram_is_found_as_it_is(lines: list[str], fence: str) -> None:
    text = "".join(f"{line}\n" for line in ["flowchart LR", *lines])
    for indent in ("", "   ", "> ", "- > "):
        rest = indent.replace("-", " ")
        page = f"{indent}{fence}mermaid\n" + "".join(f"{rest}{line}\n" for line in [*text.splitlines(), fence]) + "\nafter\n"
        assert [block.text for block in blocks(page)] == [text]


@pytest.mark.parametrize(
    "unit",
    [
        *("[", "(", "{", '"', "a[", "a[\n", 'a["\n', "a@{\n", 'a@{"\n', "[|a:b|", "a(-", 'a["**b ', 'a["`_b_c '),
        *("a --\n", "a -. b\n", "a-->", "a-->\n", "-->|", "a & ", "a;", "a e@", "~~~", "xo", "-.", " ", "\n"),
        *("subgraph\n", "subgraph a\n", "end\n", "accDescr {\n", "style a ;b:", 'click "\n', "%%{\n", "---\n", "<a", "#a"),
        *("- - - a\n", "> > > a\n", "```mermaid\n", "<!--\n"),
    ],
)
def test_time_is_linear(unit: str) -> None:
    def seconds(length: int) -> float:
        text = "flowchart TD\n" + (unit * length)[:length]
        start = time.process_time()
        parse(text)
        blocks(text)
        return time.process_time() - start

    short, long = seconds(10_000), seconds(50_000)
    assert long < 15 * short + 1  # five times as much text; time that is quadratic would be 25 times
