"""Diagrams drawn by hand in real repositories: told at their line, in every form, and never rewritten."""

from __future__ import annotations

import json

import pytest

from tests.e2e.support import Repo

PAGE = """\
# Overview

What goes on in `build.yml`:

```mermaid
flowchart LR
  test --> image
  image --> web[Deployment web]
```

And what does not:

```mermaid
flowchart LR
  image --> test
```
"""
AT = "docs/overview.md:15"


@pytest.fixture
def drawn(shop: Repo) -> Repo:
    """The shop with a page whose second drawing has an arrow the wrong way round."""
    shop.write("archdoc.toml", 'drawings = ["docs/*.md"]\n')
    shop.write("docs/overview.md", PAGE)
    shop.commit()
    return shop


def test_a_wrong_arrow_fails_the_check_at_its_line_and_nothing_is_rewritten(drawn: Repo) -> None:
    for command in (["check"], ["check", "--staged"], ["check", "--rev", "HEAD"], ["update"]):
        result = drawn.archdoc(*command)
        assert result.returncode == 1, result.stdout
        assert f"{AT}  `image` --> `test` is drawn, but `image` needs `test` (.github/workflows/build.yml:" in result.stdout
    assert drawn.read("docs/overview.md") == PAGE
    drawn.write("docs/overview.md", PAGE.replace("image --> test", "test --> image"))
    drawn.git("add", "-A")
    result = drawn.archdoc("check")
    assert result.returncode == 0, result.stdout
    assert "docs/overview.md:6 draws 2 of 2 jobs" in result.stdout


def test_every_form_tells_it(drawn: Repo) -> None:
    said = {form: drawn.archdoc("check", "--format", form).stdout for form in ("github", "json", "sarif", "markdown")}
    assert "::error file=docs/overview.md,line=15,title=drawing-edge-reversed::" in said["github"]
    findings = [f for f in json.loads(said["json"])["findings"] if f["severity"] == "error"]
    assert [(f["rule"], f["path"], f["line"]) for f in findings] == [("drawing-edge-reversed", "docs/overview.md", 15)]
    results = json.loads(said["sarif"])["runs"][0]["results"]
    assert any(r["ruleId"] == "drawing-edge-reversed" and r["level"] == "error" for r in results)
    assert AT in said["markdown"]


def test_a_job_that_goes_makes_the_drawing_wrong(drawn: Repo) -> None:
    drawn.write("docs/overview.md", PAGE.partition("And what does not")[0])
    drawn.git("add", "-A")
    assert drawn.archdoc("check").returncode == 0
    workflow = drawn.read(".github/workflows/build.yml")
    drawn.write(".github/workflows/build.yml", workflow.replace("    needs: test\n", ""))
    drawn.git("add", "-A")
    result = drawn.archdoc("check")
    assert result.returncode == 1
    assert "docs/overview.md:7  `test` --> `image` is drawn, but nothing leads from the one to the other" in result.stdout


def test_what_is_accepted_with_a_reason_passes(drawn: Repo) -> None:
    reason = "  %% archdoc: ignore[drawing-edge-reversed] the picture shows who asks\n"
    drawn.write("docs/overview.md", PAGE.replace("  image --> test\n", f"{reason}  image --> test\n"))
    drawn.git("add", "-A")
    result = drawn.archdoc("check")
    assert result.returncode == 0, result.stdout
    assert "the picture shows who asks" in result.stdout
    drawn.write("docs/overview.md", PAGE.replace("  image --> test\n", "  %% archdoc: ignore-next\n  image --> test\n"))
    drawn.git("add", "-A")
    assert drawn.archdoc("check").returncode == 0


def test_a_script_is_parsed_and_never_run_and_a_kept_answer_knows_it(shop: Repo) -> None:
    script = (
        "from diagrams import Diagram\nfrom diagrams.k8s.compute import Deployment\nfrom diagrams.k8s.network import SVC\n"
        "open('ran', 'w')\n"
        "with Diagram('shop'):\n    SVC('web') >> Deployment('web')\n    Deployment('worker')\n"
    )
    shop.write("archdoc.toml", 'drawings = ["docs/*.py"]\n')
    shop.write("docs/shop.py", script)
    shop.git("add", "-A")
    for _ in range(2):
        assert shop.archdoc("check").returncode == 0
    shop.write("docs/shop.py", script.replace("SVC('web') >>", "SVC('web') <<"))
    shop.git("add", "-A")
    result = shop.archdoc("check")
    assert result.returncode == 1
    assert "docs/shop.py:6  `web` --> `web` is drawn, but `web` selects `web`" in result.stdout
    assert not (shop.path / "ran").exists()


def test_scan_shows_what_there_is_and_init_names_it(repo: Repo) -> None:
    repo.write(
        ".github/workflows/ci.yml",
        "on: push\njobs:\n  a-test: {runs-on: x, steps: []}\n  b-image: {needs: a-test, runs-on: x, steps: []}\n",
    )
    repo.write("README.md", "```mermaid\nflowchart LR\n  a-test --> b-image\n```\n")
    repo.write("docs/old.md", "```mermaid\nflowchart LR\n  b-image --> a-test\n```\n")
    repo.write("docs/ideas.md", "```mermaid\nflowchart LR\n  Dream --> Wish\n```\n")
    repo.commit()
    said = repo.archdoc("scan").stdout
    assert "2 diagrams drawn by hand" in said
    assert "README.md:2 draws 2 of 2 jobs\n" in said
    assert "docs/old.md:2 draws 2 of 2 jobs: 1 error\n" in said
    assert repo.archdoc("init").returncode == 0
    settings = repo.read("archdoc.toml")
    assert '\n  "README.md",\n' in settings
    assert '\n  # "docs/old.md",  # out of date\n' in settings
    assert "ideas" not in settings
    repo.git("add", "-A")
    assert repo.archdoc("check").returncode == 0
    repo.write("archdoc.toml", settings.replace('# "docs/old.md"', '"docs/old.md"'))
    repo.git("add", "-A")
    assert repo.archdoc("check").returncode == 1


def test_a_path_that_names_no_drawing_is_told_with_every_verdict(shop: Repo) -> None:
    shop.write("archdoc.toml", 'drawings = ["gone/*.md"]\n')
    shop.git("add", "-A")
    result = shop.archdoc("check")
    assert result.returncode == 0
    assert "drawing-missing" in result.stdout
    assert "no file is called `gone/*.md`" in result.stdout


def test_a_drawing_that_is_no_path_is_one_line(shop: Repo) -> None:
    shop.write("archdoc.toml", "drawings = [3]\n")
    shop.git("add", "-A")
    result = shop.archdoc("check")
    assert result.returncode == 2
    assert result.stderr == "archdoc: archdoc.toml: `drawings` must be a list of paths or tables\n"
