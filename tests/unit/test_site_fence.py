"""The fences, through the Markdown extension that calls them."""

import logging
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from archdoc.errors import UsageError
from archdoc.site import fence

markdown = pytest.importorskip("markdown")
pytest.importorskip("pymdownx.superfences")

FENCES = [
    {"name": "mermaid", "class": "archdoc", "format": fence.mermaid},
    {"name": "archdoc", "class": "archdoc", "format": fence.view, "validator": fence.validate},
]


def render(text: str) -> str:
    options = {"pymdownx.superfences": {"custom_fences": FENCES}}
    html: str = markdown.markdown(text, extensions=["pymdownx.superfences"], extension_configs=options)
    return html


@pytest.fixture
def views(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, str]]:
    """Stands in for the pipeline; remembers what was asked for."""
    asked: list[tuple[Path, str]] = []

    def build_view(root: Path, view_id: str) -> str:
        asked.append((root, view_id))
        if view_id != "overview":
            raise UsageError(f"no view `{view_id}` <here>")
        return 'flowchart TB\n  a["x & <b>y</b>"]'

    monkeypatch.setitem(sys.modules, "archdoc.pipeline", SimpleNamespace(build_view=build_view))
    return asked


def test_text_in_the_page_becomes_a_figure_that_the_search_leaves_out() -> None:
    html = render('```mermaid\nflowchart TB\n  a["<img src=x onerror=y>"] --> b\n```')
    assert html == (
        '<figure class="archdoc" data-search-exclude=""><pre>flowchart TB\n'
        '  a["&lt;img src=x onerror=y&gt;"] --&gt; b</pre></figure>'
    )


def test_a_named_view_is_computed_where_the_build_runs(
    views: list[tuple[Path, str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    html = render('```archdoc view="overview"\n```')
    assert '<pre>flowchart TB\n  a["x &amp; &lt;b&gt;y&lt;/b&gt;"]</pre>' in html
    assert views == [(tmp_path, "overview")]


def test_an_unknown_view_is_a_warning_that_fails_a_strict_build(
    views: list[tuple[Path, str]], caplog: pytest.LogCaptureFixture
) -> None:
    html = render('```archdoc view="nope"\n```')
    assert "figure" not in html
    assert "&lt;here&gt;" in html
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert record.name.startswith("mkdocs.plugins")
    assert "nope" in record.getMessage()


@pytest.mark.parametrize("head", ["archdoc", 'archdoc veiw="overview"', 'archdoc view="overview" depth="1"'])
def test_a_fence_that_says_anything_else_is_a_warning(
    head: str, views: list[tuple[Path, str]], caplog: pytest.LogCaptureFixture
) -> None:
    assert "figure" not in render(f"```{head}\n```")
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert views == []
