"""The hook with real pre-commit, and the plain git hook."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.e2e.support import Repo

ROOT = Path(__file__).parents[2]
MENDS = """\
repos:
  - repo: local
    hooks:
      - id: archdoc
        name: archdoc
        entry: archdoc update --exit-code
        language: system
        always_run: true
        pass_filenames: false
"""


@pytest.fixture
def hooked(shop: Repo) -> Repo:
    """The shop with the mending hook installed."""
    shop.write(".pre-commit-config.yaml", MENDS)
    shop.commit("hook")
    shop.run("pre-commit", "install", PRE_COMMIT_HOME=str(shop.path.parent / "pre-commit"))
    return shop


def commit(repo: Repo, *arguments: str) -> str:
    result = repo.run("git", "commit", "-m", "x", *arguments, check=False, PRE_COMMIT_HOME=str(repo.path.parent / "pre-commit"))
    return f"{result.returncode}\n{result.stdout}{result.stderr}"


def test_a_commit_that_only_deletes_is_stopped_mended_and_then_passes(hooked: Repo) -> None:
    hooked.git("rm", "-q", "k8s/worker.yaml")
    said = commit(hooked)
    assert said.startswith("1\n")
    assert "- Deployment worker" in said
    assert "git add docs/architecture/" in said
    hooked.git("add", "-A")
    assert commit(hooked).startswith("0\n")


def test_a_commit_of_one_path_counts_that_path_alone(hooked: Repo) -> None:
    hooked.deployment("one")
    hooked.deployment("two")
    hooked.git("add", "-A")
    said = commit(hooked, "--", "k8s/one.yaml")
    assert said.startswith("1\n")
    assert "Deployment one" in said
    assert "Deployment two" not in said


def test_unstaged_edits_of_a_page_are_not_lost(hooked: Repo) -> None:
    page = "docs/architecture/deployables/k8s.md"
    hooked.write(page, hooked.read(page) + "\nMy prose.\n")
    hooked.deployment("redis")
    hooked.git("add", "k8s")
    said = commit(hooked)
    assert said.startswith("1\n")
    assert "My prose." in hooked.read(page)


def test_all_files_reads_the_work_tree_and_says_so(hooked: Repo) -> None:
    manifest = hooked.read("k8s/web.yaml")
    hooked.write("k8s/web.yaml", manifest.replace("kind: Deployment", "kind: StatefulSet"))
    home = str(hooked.path.parent / "pre-commit")
    said = hooked.run("pre-commit", "run", "--all-files", "archdoc", check=False, PRE_COMMIT_HOME=home).stdout
    assert "StatefulSet web" in said
    assert "the work tree" in said


def test_the_plain_hook_reads_the_index(shop: Repo) -> None:
    hook = shop.path / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    shutil.copy(ROOT / "hooks/pre-commit", hook)
    hook.chmod(0o755)
    shop.deployment("redis")
    shop.git("add", "k8s")
    said = commit(shop)
    assert said.startswith("1\n")
    assert "archdoc update" in said
    shop.archdoc("update")
    assert commit(shop).startswith("1\n"), "the pages are not staged yet"
    shop.git("add", "docs")
    assert commit(shop).startswith("0\n")


def test_the_published_hooks_install_and_run(shop: Repo, tmp_path: Path) -> None:
    copy = Repo(tmp_path / "archdoc")
    for name in ("archdoc", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", ".pre-commit-hooks.yaml"):
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, copy.path / name)
    copy.commit("release")
    shop.deployment("redis")
    shop.git("add", "-A")
    home = str(tmp_path / "pre-commit")
    checked = shop.run(
        "pre-commit", "try-repo", str(copy.path), "archdoc-check", "--all-files", check=False, PRE_COMMIT_HOME=home
    )
    assert checked.returncode == 1
    assert "Fix:  archdoc update" in checked.stdout
    assert "files were modified" not in checked.stdout
    mended = shop.run("pre-commit", "try-repo", str(copy.path), "archdoc", "--all-files", check=False, PRE_COMMIT_HOME=home)
    assert "files were modified" in mended.stdout
    shop.git("add", "-A")
    again = shop.run("pre-commit", "try-repo", str(copy.path), "archdoc", "--all-files", check=False, PRE_COMMIT_HOME=home)
    assert again.returncode == 0, again.stdout
