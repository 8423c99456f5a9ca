"""Reading Mermaid back: each folder of cases holds a diagram, or a page with diagrams, beside what it draws."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from archdoc.drawings import Block, Drawing, blocks, parse

CASES = Path(__file__).parents[1] / "cases" / "drawings"


def as_json(drawing: Drawing, indent: str = "") -> str:
    """A drawing with one node, edge, group or line that was not understood to a line."""
    rows = []
    for name, value in asdict(drawing).items():
        items = [json.dumps(item, ensure_ascii=False) for item in value] if isinstance(value, tuple) else []
        inner = f",\n{indent}    ".join(items)
        text = f"[\n{indent}    {inner}\n{indent}  ]" if items else json.dumps(value)
        rows.append(f'{indent}  "{name}": {text}')
    return "{\n" + ",\n".join(rows) + f"\n{indent}}}"


def page_as_json(found: tuple[Block, ...]) -> str:
    """The diagrams of a page under the lines of their fences."""
    rows = ",\n".join(f'  "{block.fence_line}": {as_json(parse(block.text), "  ")}' for block in found)
    return f"{{\n{rows}\n}}"


@pytest.mark.parametrize("source", sorted(CASES.glob("*/input.*")), ids=lambda path: path.parent.name)
def test_case(source: Path, update_cases: bool) -> None:
    text = source.read_text(encoding="utf-8")
    said = (page_as_json(blocks(text)) if source.suffix == ".md" else as_json(parse(text))) + "\n"
    expected = source.with_name("expected.json")
    if update_cases:
        expected.write_text(said, encoding="utf-8")
    assert expected.exists(), f"{expected} is missing: run pytest --update-cases and read what it wrote"
    assert said == expected.read_text(encoding="utf-8")


def test_a_block_says_where_it_stands() -> None:
    page = "# Page\n\n  ```mermaid\n  flowchart LR\n    a\n  ```\n"
    assert blocks(page) == (Block(4, "flowchart LR\n  a\n", 3),)


def test_lines_count_within_the_text_given() -> None:
    drawing = parse('---\ntitle: x\n---\n%% note\n\nflowchart LR\n  a["two\n  lines"] -->\n  b\n  subgraph s\n  end\n  ? ?\n')
    assert [(node.id, node.line) for node in drawing.nodes] == [("a", 7), ("b", 9)]
    assert [edge.line for edge in drawing.edges] == [8]
    assert [group.line for group in drawing.groups] == [10]
    assert [line.line for line in drawing.unjudged] == [12]


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_any_line_end_will_do(newline: str) -> None:
    page = "> ```mermaid\n> flowchart LR\n>   a --> b\n> ```\n\n```mermaid\ngraph TB\n```\n"
    assert blocks(page.replace("\n", newline)) == blocks(page)
    text = (CASES / "labels" / "input.mmd").read_text(encoding="utf-8")
    assert parse(text.replace("\n", newline)) == parse(text)


def test_tabs_indent_like_spaces() -> None:
    assert [block.text for block in blocks("-\titem\n\n\t```mermaid\n\tflowchart LR\n\t\ta\n\t```\n")] == [
        "flowchart LR\n    a\n"
    ]
