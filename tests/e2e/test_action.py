"""The step of GitHub Actions on real clones: base, verdict, summary, outputs, patch, and the comment against a played GitHub."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.support import GitHub, Repo


class Step:
    """A clone as actions/checkout makes it, and the step in it."""

    def __init__(self, origin: Repo, folder: Path, *, depth: int = 2, ref: str = "main") -> None:
        subprocess.run(
            [
                "git",
                "clone",
                "-q",
                f"--depth={depth}" if depth else "--no-single-branch",
                "-b",
                ref,
                origin.path.as_uri(),
                str(folder),
            ],
            check=True,
            env=origin.environment(),
        )
        self.folder, self.origin = folder, origin
        self.temporary = folder.parent / f"{folder.name}-temp"
        self.temporary.mkdir()

    def run(self, name: str, payload: object, **inputs: str) -> subprocess.CompletedProcess[str]:
        file = self.temporary / "event.json"
        file.write_text(json.dumps(payload), encoding="utf-8")
        return subprocess.run(
            [sys.executable, "-I", "-m", "archdoc.action"],
            cwd=self.folder,
            env=self.origin.environment(
                GITHUB_WORKSPACE=str(self.folder),
                GITHUB_EVENT_NAME=name,
                GITHUB_EVENT_PATH=str(file),
                GITHUB_STEP_SUMMARY=str(self.temporary / "summary.md"),
                GITHUB_OUTPUT=str(self.temporary / "output"),
                GITHUB_REPOSITORY="acme/shop",
                RUNNER_TEMP=str(self.temporary),
                **inputs,
            ),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    @property
    def outputs(self) -> dict[str, str]:
        text = (self.temporary / "output").read_text(encoding="utf-8")
        return {name: value for name, _, value in re.findall(r"^([\w-]+)<<(\S+)\n(.*?)\n\2$", text, re.MULTILINE | re.DOTALL)}

    @property
    def summary(self) -> str:
        return (self.temporary / "summary.md").read_text(encoding="utf-8")


def request(*, fork: bool = False) -> dict[str, Any]:
    head = "mallory/shop" if fork else "acme/shop"
    return {
        "pull_request": {
            "number": 7,
            "head": {"repo": {"full_name": head}},
            "base": {"sha": "f" * 40, "repo": {"full_name": "acme/shop"}},
        }
    }


@pytest.mark.parametrize("depth", [1, 2, 0])
def test_the_verdict_is_the_same_at_every_depth(merged: Repo, tmp_path: Path, depth: int) -> None:
    step = Step(merged, tmp_path / "clone", depth=depth)
    done = step.run("pull_request", request())
    assert done.returncode == 1, done.stdout + done.stderr
    assert "::error file=k8s/redis.yaml,line=1" in done.stdout
    assert "+ Deployment redis" in done.stdout
    assert step.outputs["failed"] == "true"
    assert step.outputs["changed"] == "true"
    assert "diagrams are out of date" in step.summary


def test_a_base_that_cannot_be_had_is_a_notice_and_the_verdict_stands(merged: Repo, tmp_path: Path) -> None:
    step = Step(merged, tmp_path / "clone", depth=1)
    merged.path.rename(tmp_path / "gone")
    done = step.run("pull_request", request())
    assert done.returncode == 1
    assert "::notice title=archdoc::the commit to compare with is not in this clone" in done.stdout
    assert step.outputs["failed"] == "true"


def test_a_complete_clone_is_not_made_shallow(merged: Repo, tmp_path: Path) -> None:
    step = Step(merged, tmp_path / "clone", depth=0)
    step.run("pull_request", request())
    step.run("push", {"before": "1" * 40})
    assert not (step.folder / ".git/shallow").exists()


def test_the_patch_mends_the_diagrams(merged: Repo, tmp_path: Path) -> None:
    step = Step(merged, tmp_path / "clone")
    step.run("pull_request", request())
    patch = step.outputs["patch"]
    subprocess.run(["git", "apply", "--check", patch], cwd=step.folder, check=True)
    subprocess.run(["git", "apply", patch], cwd=step.folder, check=True)
    done = subprocess.run(
        [sys.executable, "-m", "archdoc", "check"],
        cwd=step.folder,
        env=merged.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("push", {"before": "0" * 40}),
        ("push", {"before": "1" * 40}),
        ("merge_group", {"merge_group": {"base_sha": "2" * 40}}),
        ("workflow_dispatch", {}),
        ("schedule", "no mapping"),
        ("", None),
    ],
)
def test_other_events_judge_alike(merged: Repo, tmp_path: Path, name: str, payload: object) -> None:
    done = Step(merged, tmp_path / "clone").run(name, payload)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_push_compares_with_what_it_began_from(merged: Repo, tmp_path: Path) -> None:
    before = merged.git("rev-parse", "HEAD~1").strip()
    step = Step(merged, tmp_path / "clone", depth=0)
    step.run("push", {"before": before})
    assert before in step.summary
    assert "`Deployment redis`" in step.summary


def test_fail_on_never_reports_and_passes(merged: Repo, tmp_path: Path) -> None:
    step = Step(merged, tmp_path / "clone")
    assert step.run("pull_request", request(), INPUT_FAIL_ON="never").returncode == 0
    assert step.outputs["failed"] == "true"


def test_a_report_is_written_where_it_is_asked_for(merged: Repo, tmp_path: Path) -> None:
    step = Step(merged, tmp_path / "clone")
    step.run("pull_request", request(), INPUT_FORMAT="sarif")
    assert json.loads(Path(step.outputs["report"]).read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert step.run("pull_request", request(), INPUT_FORMAT="pdf").returncode == 2


def test_what_lies_in_the_work_tree_is_not_run(merged: Repo, tmp_path: Path) -> None:
    step = Step(merged, tmp_path / "clone")
    for name in ("archdoc.py", "json.py", "click.py", "sitecustomize.py"):
        (step.folder / name).write_text("raise SystemExit(77)\n", encoding="utf-8")
    assert step.run("pull_request", request()).returncode == 1


def comment(step: Step, github: GitHub, payload: object) -> subprocess.CompletedProcess[str]:
    return step.run("pull_request", payload, INPUT_COMMENT="true", INPUT_TOKEN="t0ken", GITHUB_API_URL=github.url)


def test_the_comment_is_made_once_updated_in_place_and_resolved(merged: Repo, tmp_path: Path, github: GitHub) -> None:
    assert comment(Step(merged, tmp_path / "one"), github, request()).returncode == 1
    assert [call.split()[0] for call in github.calls] == ["GET", "POST"]
    assert "diagrams are out of date" in github.comments[0]["body"]
    assert comment(Step(merged, tmp_path / "two"), github, request()).returncode == 1
    assert len(github.comments) == 1
    merged.drawn()
    assert comment(Step(merged, tmp_path / "three"), github, request()).returncode == 0
    assert len(github.comments) == 1
    assert "diagrams are up to date" in github.comments[0]["body"]


def test_no_comment_where_nothing_changed(shop: Repo, tmp_path: Path, github: GitHub) -> None:
    shop.write("README.md", "# words\n")
    shop.commit()
    assert comment(Step(shop, tmp_path / "clone"), github, request()).returncode == 0
    assert github.comments == []


def test_a_comment_of_somebody_else_with_our_mark_is_left(merged: Repo, tmp_path: Path, github: GitHub) -> None:
    github.comments.append({"id": 1, "body": "a question about archdoc:report"})
    comment(Step(merged, tmp_path / "clone"), github, request())
    assert github.comments[0]["body"] == "a question about archdoc:report"
    assert len(github.comments) == 2


def test_a_fork_gets_no_comment_and_the_same_verdict(merged: Repo, tmp_path: Path, github: GitHub) -> None:
    done = comment(Step(merged, tmp_path / "clone"), github, request(fork=True))
    assert done.returncode == 1
    assert github.calls == []
    assert "from a fork gets no comment" in done.stdout


@pytest.mark.parametrize("status", [403, 404, 422, 429, 500, 503])
def test_a_failing_api_never_changes_the_verdict(merged: Repo, tmp_path: Path, github: GitHub, status: int) -> None:
    github.status = status
    done = comment(Step(merged, tmp_path / "clone"), github, request())
    assert done.returncode == 1
    assert f"({status})" in done.stdout
    assert "t0ken" not in done.stdout + done.stderr


def test_an_api_that_is_not_there_never_changes_the_verdict(merged: Repo, tmp_path: Path) -> None:
    done = comment(Step(merged, tmp_path / "clone"), GitHub("http://127.0.0.1:9"), request())
    assert done.returncode == 1
    assert "the comment was not written" in done.stdout
