"""The guide says what the code does: its tables are those of the code, and what it ships is what it says."""

import hashlib
import json
import re
import runpy
from dataclasses import asdict
from pathlib import Path

import pytest

from archdoc import config
from archdoc.model import Basis, EntityKind, RelationKind, Severity

ROOT = Path(__file__).resolve().parents[2]


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def rows(text: str, head: str) -> list[list[str]]:
    """The rows of the table whose first column is called `head`, without the code marks."""
    table = text.split(f"\n| {head} |", 1)[1].split("\n\n", 1)[0]
    return [[cell.strip().strip("`") for cell in line.strip("|").split(" | ")] for line in table.splitlines()[2:]]


def test_generated_tables_are_current() -> None:
    pages = runpy.run_path(str(ROOT / "docs" / "_generate.py"))["pages"]()
    assert pages
    stale = [path.name for path, text in pages.items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run: python docs/_generate.py"


def test_a_page_without_markers_is_refused() -> None:
    generated = runpy.run_path(str(ROOT / "docs" / "_generate.py"))["generated"]
    page = "a\n<!-- generated:begin x -->\nold\n<!-- generated:end -->\nb"
    assert generated(page, "x", r"new \1") == "a\n<!-- generated:begin x -->\n\nnew \\1\n\n<!-- generated:end -->\nb"
    with pytest.raises(ValueError, match="0 times"):
        generated(page, "y", "new")


def test_every_option_is_explained_with_its_default() -> None:
    explained = {
        name.replace("-", "_"): json.loads(default) for name, default, _ in rows(read("docs/guide/configuration.md"), "key")
    }
    assert explained == json.loads(json.dumps(asdict(config.Config())))


def test_the_examples_of_a_configuration_are_some() -> None:
    examples = re.findall(r"```toml[^\n]*\n(.*?)```", read("docs/guide/configuration.md"), flags=re.DOTALL)
    assert [config.parse(one, config.FILE).repository for one in examples] == ["acme/mlops-platform", ""]


@pytest.mark.parametrize(
    ("page", "head", "kinds"),
    [
        ("docs/guide/graph.md", "kind", EntityKind),
        ("docs/guide/graph.md", "basis", Basis),
        ("docs/guide/findings.md", "severity", Severity),
    ],
)
def test_every_kind_is_explained(page: str, head: str, kinds: type[EntityKind | Basis | Severity]) -> None:
    assert [row[0] for row in rows(read(page), head)] == [str(kind) for kind in kinds]


def test_the_example_of_a_graph_uses_known_words() -> None:
    (example,) = re.findall(r"```json\n(.*?)```", read("docs/guide/graph.md"), flags=re.DOTALL)
    graph = json.loads(example)
    assert [EntityKind(entity["kind"]) for entity in graph["entities"]]
    assert [RelationKind(relation["kind"]) for relation in graph["relations"]]
    assert [Severity(finding["severity"]) for finding in graph["findings"]]


def test_every_decision_is_listed_and_short() -> None:
    decisions = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        assert f"]({path.name})" in read("docs/adr/index.md")
        assert f": adr/{path.name}\n" in read("mkdocs.yml")
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 16, path.name


def test_mermaid_is_the_one_its_note_names() -> None:
    content = (ROOT / "docs" / "assets" / "mermaid" / "mermaid.min.js").read_bytes()
    note = read("docs/assets/mermaid/README.md")
    assert f"`{hashlib.sha256(content).hexdigest()}`" in note
    (version,) = re.findall(r"version ([0-9.]+),", note)
    assert f'version:"{version}"'.encode() in content
