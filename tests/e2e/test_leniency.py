"""What may pass all the same, and that each such thing is told: accepted findings, known errors, skips, a time of grace."""

from __future__ import annotations

import json

import pytest

from tests.e2e.support import Repo

BROKEN = """\
name: broken
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    needs: lint{comment}
    steps:
      - run: make
"""


def _broken(repo: Repo, comment: str = "") -> None:
    repo.write(".github/workflows/broken.yml", BROKEN.format(comment=comment))
    _drawn(repo)


def _drawn(repo: Repo) -> None:
    """As `Repo.drawn`, with findings that may be errors."""
    repo.git("add", "-A")
    repo.archdoc("update")
    repo.commit()


def test_a_comment_accepts_the_finding_of_its_line_and_is_told(shop: Repo) -> None:
    _broken(shop)
    assert shop.archdoc("check").returncode == 1
    _broken(shop, "  # archdoc: ignore[needs-missing] lint is added by a bot")
    result = shop.archdoc("check")
    assert result.returncode == 0, result.stdout
    assert "needs-missing: lint is added by a bot" in result.stdout
    assert ".github/workflows/broken.yml:6" in result.stdout


def test_a_comment_above_the_line_will_do(shop: Repo) -> None:
    text = BROKEN.format(comment="").replace(
        "    needs", "    # archdoc: ignore[needs-missing] lint is added by a bot\n    needs"
    )
    shop.write(".github/workflows/broken.yml", text)
    _drawn(shop)
    result = shop.archdoc("check")
    assert result.returncode == 0, result.stdout
    assert "1 finding accepted" in result.stdout


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        ("archdoc: ignore[needs-missing]", "gives no reason"),
        ("archdoc: ignore", "names no rule"),
        ("archdoc: ignore[needs-mising] because", "did you mean needs-missing?"),
    ],
)
def test_a_comment_without_rule_or_reason_is_an_error(shop: Repo, comment: str, words: str) -> None:
    _broken(shop, f"  # {comment}")
    result = shop.archdoc("check")
    assert result.returncode == 1
    assert "ignore-invalid" in result.stdout
    assert words in result.stdout


def test_a_row_of_the_configuration_accepts_by_path(shop: Repo) -> None:
    _broken(shop)
    shop.write("archdoc.toml", '[[ignore]]\nrule = "needs-missing"\npath = ".github/*"\nreason = "lint is added by a bot"\n')
    shop.commit()
    result = shop.archdoc("check")
    assert result.returncode == 0, result.stdout
    assert "lint is added by a bot  (accepted in archdoc.toml:1)" in result.stdout
    shop.write("archdoc.toml", '[[ignore]]\nrule = "needs-missing"\npath = "k8s"\nreason = "lint is added by a bot"\n')
    result = shop.archdoc("check")
    assert result.returncode == 1
    assert "ignore-unused" in result.stdout


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ('rule = "needs-missing"', "`ignore` number 1 must have a `reason`"),
        ('rule = "needs-mising"\nreason = "x"', "did you mean `needs-missing`?"),
        ('rule = "needs-missing"\nreason = "x"\npaht = "k8s"', "unknown key `paht`; did you mean `path`?"),
        ('rule = "diagram-stale"\nreason = "x"', "run `archdoc update`"),
    ],
)
def test_a_row_without_sense_says_what_to_mend(shop: Repo, row: str, words: str) -> None:
    shop.write("archdoc.toml", f"[[ignore]]\n{row}\n")
    shop.git("add", "-A")
    result = shop.archdoc("check")
    assert result.returncode == 2
    assert words in result.stderr


def test_an_ignore_that_meets_nothing_is_told(shop: Repo) -> None:
    shop.write("Dockerfile", "# archdoc: ignore[stage-unknown] not yet\n" + shop.read("Dockerfile"))
    shop.git("add", "-A")
    result = shop.archdoc("check")
    assert result.returncode == 0
    assert "ignore-unused" in result.stdout
    assert "Dockerfile:1" in result.stdout


def test_what_a_comment_calls_no_architecture_is_not_drawn(shop: Repo) -> None:
    shop.deployment("debug")
    shop.git("add", "-A")
    assert shop.archdoc("check").returncode == 1
    shop.write(
        "k8s/debug.yaml", "# archdoc: ignore[diagram-stale] a shell for whoever is on call\n" + shop.read("k8s/debug.yaml")
    )
    shop.git("add", "-A")
    result = shop.archdoc("check")
    assert result.returncode == 0, result.stdout
    assert "workload debug" in shop.archdoc("check", "--format", "json").stdout
    assert "a shell for whoever is on call" in result.stdout
    assert "debug" not in shop.archdoc("graph").stdout


def test_a_commit_skips_the_gate_with_a_reason_once(shop: Repo) -> None:
    shop.deployment("redis")
    shop.commit("Add redis\n\nArchdoc-Skip: the diagrams follow with the rollout")
    result = shop.archdoc("check")
    assert result.returncode == 0, result.stdout
    assert "out of date" in result.stdout
    assert "Archdoc-Skip: the diagrams follow with the rollout" in result.stdout
    assert shop.archdoc("check", "--rev", "HEAD").returncode == 0
    said = json.loads(shop.archdoc("check", "--format", "json").stdout)
    assert said["failed"] is False
    assert "the diagrams follow" in said["excuse"]
    shop.write("README.md", "# Shop\n")
    shop.commit("Say what this is")
    assert shop.archdoc("check").returncode == 1, "a skip is for its own commit"


def test_a_skip_is_not_for_what_is_being_committed_next(shop: Repo) -> None:
    shop.deployment("redis")
    shop.commit("Add redis\n\nArchdoc-Skip: later")
    shop.deployment("kafka")
    shop.git("add", "-A")
    assert shop.archdoc("check", "--staged").returncode == 1


def test_the_merged_side_of_a_merge_may_skip(shop: Repo) -> None:
    shop.git("switch", "-q", "-c", "side")
    shop.deployment("redis")
    shop.commit("Add redis\n\nArchdoc-Skip: later")
    shop.git("switch", "-q", "main")
    shop.git("merge", "-q", "--no-ff", "--no-verify", "-m", "Merge side", "side")
    assert shop.archdoc("check", "--rev", "HEAD").returncode == 0


@pytest.mark.parametrize(("day", "code"), [("2026-01-02", 0), ("2026-01-01", 1)])
def test_until_a_day_the_gate_only_warns_by_the_commits_own_date(shop: Repo, day: str, code: int) -> None:
    shop.write("archdoc.toml", f"warn-until = {day}\n")
    shop.deployment("redis")
    shop.commit("Add redis")
    result = shop.archdoc("check", "--format", "github")
    assert result.returncode == code
    assert "out of date" in result.stdout
    assert f"::{'error' if code else 'warning'} file=k8s/redis.yaml" in result.stdout


def test_the_baseline_accepts_what_is_there_and_nothing_new(shop: Repo) -> None:
    _broken(shop)
    written = shop.archdoc("baseline")
    assert written.returncode == 0
    assert "needs-missing" in written.stdout
    shop.commit()
    result = shop.archdoc("check")
    assert result.returncode == 0, result.stdout
    assert "1 error known" in result.stdout
    assert "as before" in shop.archdoc("baseline").stdout

    shop.write(".github/workflows/broken.yml", "# moved by a line\n" + BROKEN.format(comment=""))
    _drawn(shop)
    assert shop.archdoc("check").returncode == 0, "a line is not what identifies a finding"

    shop.write(".github/workflows/worse.yml", BROKEN.format(comment="").replace("broken", "worse"))
    _drawn(shop)
    result = shop.archdoc("check")
    assert result.returncode == 1
    assert "worse.yml:6" in result.stdout
    assert "broken.yml:7" not in result.stdout


def test_what_the_baseline_holds_and_is_gone_is_told_and_pruned(shop: Repo) -> None:
    _broken(shop)
    shop.archdoc("baseline")
    shop.write(".github/workflows/broken.yml", BROKEN.format(comment="").replace("    needs: lint\n", ""))
    shop.write(".github/workflows/worse.yml", BROKEN.format(comment="").replace("broken", "worse"))
    _drawn(shop)
    result = shop.archdoc("check")
    assert "baseline-stale" in result.stdout
    pruned = shop.archdoc("baseline", "--prune")
    assert "- .github/workflows/broken.yml" in pruned.stdout
    assert shop.read("archdoc.baseline.json") == "[]\n"
    shop.commit()
    assert shop.archdoc("check").returncode == 1, "pruning accepts nothing new"


def test_a_baseline_that_is_none_is_one_line(shop: Repo) -> None:
    shop.write("archdoc.baseline.json", "[1]")
    shop.git("add", "-A")
    result = shop.archdoc("check")
    assert result.returncode == 2
    assert "archdoc baseline" in result.stderr
