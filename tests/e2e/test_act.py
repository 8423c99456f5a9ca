"""The action as GitHub's runner would run it, through `act` on this machine: no container, and no network but pip's."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.support import GitHub, Repo
from tests.e2e.test_action import request

pytestmark = pytest.mark.act

ROOT = Path(__file__).resolve().parents[2]
WORKFLOW = """\
name: Architecture
on: [pull_request, merge_group, push, workflow_dispatch]
permissions:
  contents: read
  pull-requests: write
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - id: archdoc
        uses: archdoc/archdoc@v1
        with:
          comment: true
          token: t0ken
          format: json
      - if: always()
        shell: bash
        env:
          SAID: ${{ toJSON(steps.archdoc.outputs) }}
        run: |
          printf '%s' "$SAID" > "$OUT/outputs.json"
"""
STUB = """\
name: stub
inputs: {name: {}, path: {}, if-no-files-found: {}}
runs:
  using: composite
  steps:
    - run: cp '${{ inputs.path }}' "$OUT/kept.patch"
      shell: bash
"""


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What pip needs to install archdoc without a network."""
    folder = tmp_path_factory.mktemp("wheels")
    pip = [sys.executable, "-m", "pip", "wheel", "-q", "-w", str(folder)]
    subprocess.run([*pip, "hatchling", str(ROOT)], check=True, timeout=300)
    return folder


class Runner:
    """A clone of a repository, the action at its place, and a folder for what the run leaves."""

    def __init__(self, origin: Repo, folder: Path, wheels: Path) -> None:
        self.origin, self.wheels = origin, wheels
        self.clone, self.out, self.action, self.stub = (folder / name for name in ("clone", "out", "action", "stub"))
        self.out.mkdir()
        copy = Repo(self.action)
        for name in ("archdoc", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "action.yml"):
            (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, copy.path / name)
        copy.commit("release")
        stub = Repo(self.stub)
        stub.write("action.yml", STUB)
        stub.commit("stub")
        subprocess.run(
            ["git", "clone", "-q", "--depth=2", origin.path.as_uri(), str(self.clone)], check=True, env=origin.environment()
        )
        workflow = self.clone / ".github/workflows/architecture.yml"
        workflow.parent.mkdir(parents=True, exist_ok=True)
        workflow.write_text(WORKFLOW, encoding="utf-8")

    def run(self, event: str, payload: object, api: str) -> subprocess.CompletedProcess[str]:
        file = self.out / "event.json"
        file.write_text(json.dumps(payload), encoding="utf-8")
        uses = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"][-1]["uses"]
        command = ["act", event, "-W", ".github/workflows/architecture.yml", "-e", str(file)]
        command += ["-P", "ubuntu-latest=-self-hosted", "--pull=false"]
        command += ["--local-repository", f"archdoc/archdoc@v1={self.action}", "--local-repository", f"{uses}={self.stub}"]
        environment = {
            "OUT": str(self.out),
            "GITHUB_API_URL": api,
            "GITHUB_REPOSITORY": "acme/shop",
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
        }
        for name, value in environment.items():
            command += ["--env", f"{name}={value}"]
        own = self.origin.environment(XDG_CACHE_HOME=str(self.out / "cache"))
        return subprocess.run(command, cwd=self.clone, env=own, capture_output=True, text=True, check=False, timeout=300)

    @property
    def outputs(self) -> dict[str, Any]:
        return dict(json.loads((self.out / "outputs.json").read_text(encoding="utf-8")))


def _group(repo: Repo) -> dict[str, Any]:
    return {"merge_group": {"base_sha": repo.git("rev-parse", "HEAD^1").strip()}}


def _push(repo: Repo) -> dict[str, Any]:
    return {"before": repo.git("rev-parse", "HEAD^1").strip()}


@pytest.mark.parametrize(
    ("event", "payload", "comments", "told"),
    [
        ("pull_request", lambda _: request(), 1, "a comment on the pull request is made"),
        ("pull_request", lambda _: request(fork=True), 0, "a pull request from a fork gets no comment"),
        ("merge_group", _group, 0, "there is no pull request"),
        ("push", _push, 0, "there is no pull request"),
        ("workflow_dispatch", lambda _: {}, 0, "there is no pull request"),
    ],
    ids=["branch", "fork", "merge_group", "push", "dispatch"],
)
def test_each_event_gets_verdict_annotations_summary_outputs_and_patch(
    merged: Repo,
    tmp_path: Path,
    wheels: Path,
    github: GitHub,
    event: str,
    payload: Callable[[Repo], object],
    comments: int,
    told: str,
) -> None:
    runner = Runner(merged, tmp_path, wheels)
    result = runner.run(event, payload(merged), github.url)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "::error file=k8s/redis.yaml,line=1,title=Architecture changed::" in result.stdout
    assert told in result.stdout
    assert "**diagrams are out of date**" in result.stdout, "the summary of the job"
    assert runner.outputs["failed"] == "true"
    assert len(github.comments) == comments
    assert json.loads(Path(runner.outputs["report"]).read_text(encoding="utf-8"))["failed"] is True
    patch = (runner.out / "kept.patch").read_text(encoding="utf-8")
    assert patch.startswith("diff --git a/docs/architecture/")


def test_a_pull_request_with_its_diagrams_passes(merged: Repo, tmp_path: Path, wheels: Path, github: GitHub) -> None:
    merged.drawn()
    runner = Runner(merged, tmp_path, wheels)
    result = runner.run("push", _push(merged), github.url)
    assert result.returncode == 0, result.stdout + result.stderr
    assert runner.outputs["failed"] == "false"
    assert not (runner.out / "kept.patch").exists()
