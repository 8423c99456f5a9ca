"""What README.md and the guide show is true: commands run, links lead somewhere, the YAML is what its readers accept."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import yaml

from archdoc import __version__

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
HOOK_PAGE = (ROOT / "docs" / "guide" / "hook.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "examples" / "mlops-platform"
SCRIPTS = sysconfig.get_path("scripts")


def run(command: list[str], cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=cwd, env=os.environ | env, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False
    )


def archdoc(words: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """The command as it stands in this work tree, installed or not."""
    return run([sys.executable, "-m", "archdoc", *words], cwd, PYTHONPATH=str(ROOT))


def accepted(name: str, *words: str) -> None:
    """Run a checker of the development environment; it finds nothing to say."""
    tool = shutil.which(name, path=SCRIPTS)
    assert tool, f"{name} is not installed"
    done = run([tool, *words], ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def one_liners() -> list[str]:
    return [line for line in README.splitlines() if line.startswith("python3 -m venv ")]


def test_there_are_two_commands_and_each_starts_from_nothing() -> None:
    scan, tests = one_liners()
    assert re.fullmatch(r"python3 -m venv \.venv && \.venv/bin/pip install -q \. && \.venv/bin/archdoc scan -C \S+", scan)
    assert re.fullmatch(r"python3 -m venv \.venv && \.venv/bin/pip install -q -e '\.\[dev\]' && \.venv/bin/pytest -n auto", tests)
    assert (ROOT / scan.rsplit(maxsplit=1)[1]).is_dir()
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert tests in contributing.splitlines()


def test_the_first_command_shows_the_example() -> None:
    words = shlex.split(one_liners()[0].rpartition("&& ")[2])
    done = archdoc(words[1:], ROOT)
    assert done.returncode == 0, done.stderr
    assert "flowchart" in done.stdout
    assert "k8s/overlays/cloud" in done.stdout, "the overview names what is deployed"
    assert "push-not-built" in done.stdout, "the example holds one mistake on purpose"


def test_the_commands_for_a_repository_run_in_this_order(tmp_path: Path) -> None:
    repository = tmp_path / "platform"
    shutil.copytree(EXAMPLE, repository, ignore=shutil.ignore_patterns("docs", "archdoc.toml"))
    for command in (["init", "-q", "-b", "main"], ["add", "."]):
        assert run(["git", *command], repository).returncode == 0
    shown = [line for block in blocks(README, "sh") for line in block.splitlines() if line.startswith("archdoc ")]
    assert [line.split()[1] for line in shown] == ["scan", "init", "update", "check"]
    for line in shown:
        done = archdoc(shlex.split(line, comments=True)[1:], repository)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        assert run(["git", "add", "."], repository).returncode == 0
    written = repository / ".github" / "workflows" / "archdoc.yml"
    accepted("check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(written))
    accepted("zizmor", "--offline", "--no-progress", str(written))


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "hooks/README.md"])
def test_links_lead_to_files(page: str) -> None:
    path = ROOT / page
    links = re.findall(r"\]\(([^)\s#]+)[^)]*\)", path.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (path.parent / link).exists()] == []


def test_the_hooks_that_we_offer_are_the_hooks_that_we_show() -> None:
    manifest: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [hook["id"] for hook in manifest] == ["archdoc", "archdoc-check"]
    for hook in manifest:
        assert hook["always_run"], "a commit that only deletes a file must be checked too"
        assert not hook["pass_filenames"]
        assert hook["require_serial"]
    for page in (README, HOOK_PAGE):
        shown = yaml.safe_load(next(block for block in blocks(page, "yaml") if block.startswith("repos:")))
        (repository,) = shown["repos"]
        assert repository["rev"] == f"v{__version__}"
        assert {hook["id"] for hook in repository["hooks"]} <= {hook["id"] for hook in manifest}


@pytest.mark.parametrize(("command", "file"), [("manifest", ".pre-commit-hooks.yaml"), ("config", ".pre-commit-config.yaml")])
def test_pre_commit_accepts_our_files(command: str, file: str) -> None:
    done = run([sys.executable, "-m", "pre_commit", f"validate-{command}", file], ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def shown_workflow(page: str) -> str:
    return next(block for block in blocks(page, "yaml") if block.startswith("name:"))


def test_the_workflow_that_we_show_is_valid_and_safe(tmp_path: Path) -> None:
    assert shown_workflow(README) == shown_workflow(HOOK_PAGE)
    assert f"infra-archdoc=={__version__}\n" in shown_workflow(README)
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "architecture.yml").write_text(shown_workflow(README), encoding="utf-8")
    accepted("check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(folder / "architecture.yml"))
    accepted("zizmor", "--offline", "--no-progress", "--persona=pedantic", str(tmp_path))


@pytest.mark.skipif(os.name == "nt", reason="git for Windows brings the shell, the PATH of this test does not")
class TestPlainHook:
    """hooks/pre-commit, with a stand-in for the command."""

    HOOK = str(ROOT / "hooks" / "pre-commit")

    def test_it_checks_what_is_staged_and_passes_the_verdict_on(self, tmp_path: Path) -> None:
        stand_in = tmp_path / "archdoc"
        stand_in.write_text('#!/bin/sh\necho "called with $*"\nexit 1\n', encoding="utf-8")
        stand_in.chmod(0o755)
        done = run(["/bin/sh", self.HOOK], tmp_path, PATH=str(tmp_path))
        assert (done.returncode, done.stdout) == (1, "called with check --staged\n")

    def test_it_says_what_to_do_where_archdoc_is_missing(self, tmp_path: Path) -> None:
        done = run(["/bin/sh", self.HOOK], tmp_path, PATH=str(tmp_path))
        assert done.returncode == 2
        assert "pipx install infra-archdoc" in done.stderr

    def test_git_can_run_it(self) -> None:
        assert os.access(self.HOOK, os.X_OK)
