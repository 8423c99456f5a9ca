"""Setting a repository up: what it writes, that it keeps what is there, that a second run changes nothing."""

from __future__ import annotations

import pytest

from tests.e2e.support import Repo


@pytest.fixture
def fresh(repo: Repo) -> Repo:
    repo.deployment("web")
    repo.git("remote", "add", "origin", "git@github.com:acme/shop.git")
    repo.commit()
    return repo


def test_init_sets_up_and_check_is_green_right_after(fresh: Repo) -> None:
    dry = fresh.archdoc("init", "--dry-run")
    assert dry.returncode == 0
    assert '+repository = "acme/shop"' in dry.stdout
    assert fresh.git("status", "--porcelain") == ""
    said = fresh.archdoc("init")
    assert said.returncode == 0, said.stderr
    for path in ("archdoc.toml", ".pre-commit-config.yaml", ".github/workflows/archdoc.yml", "docs/architecture/overview.md"):
        assert (fresh.path / path).is_file()
        assert path in said.stdout
    fresh.git("add", "-A")
    assert fresh.archdoc("check", "--staged").returncode == 0
    again = fresh.archdoc("init")
    assert "changed nothing" in again.stdout
    assert fresh.git("diff", "--name-only") == ""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("repos: []\n", "repos:\n  - repo: https://github.com/archdoc/archdoc\n"),
        (
            "# mine\nrepos:\n- repo: local\n  hooks:\n  - id: x\n    # last\n\nci:\n  skip: [x]\n",
            "# mine\nrepos:\n- repo: local\n  hooks:\n  - id: x\n    # last\n- repo: https://github.com/archdoc/archdoc\n",
        ),
        ("repos:\n  - repo: https://github.com/archdoc/archdoc\n    hooks:\n      - id: archdoc-check\n", None),
    ],
)
def test_the_hook_goes_to_the_end_of_the_list_that_is_there(fresh: Repo, before: str, after: str | None) -> None:
    fresh.write(".pre-commit-config.yaml", before)
    fresh.commit()
    fresh.archdoc("init")
    said = fresh.read(".pre-commit-config.yaml")
    assert said.startswith(after or before)
    if after is None:
        assert said == before
    if "ci:" in before:
        assert said.endswith("\nci:\n  skip: [x]\n")


@pytest.mark.parametrize("before", ["- repo: local\n", "repos: [{repo: local, hooks: [{id: x}]}]\n"])
def test_a_hook_file_that_cannot_be_added_to_is_told_and_kept(fresh: Repo, before: str) -> None:
    fresh.write(".pre-commit-config.yaml", before)
    fresh.commit()
    result = fresh.archdoc("init")
    assert result.returncode == 0
    assert "add this by hand" in result.stderr
    assert "- id: archdoc" in result.stderr
    assert fresh.read(".pre-commit-config.yaml") == before
