"""Paths that git ignores, as `git check-ignore` has it."""

from __future__ import annotations

import pytest

from archdoc.extract._ignored import is_ignored, template_of, writer_of
from tests.support import MemoryFiles


@pytest.mark.parametrize(
    ("patterns", "path", "ignored"),
    [
        ("*.env", "k8s/prod/.env", True),
        ("*.env", "k8s/prod/env.yaml", False),
        ("/made.yaml", "made.yaml", True),
        ("/made.yaml", "k8s/made.yaml", False),
        ("k8s/*_patch.yaml", "k8s/image_patch.yaml", True),
        ("k8s/*_patch.yaml", "k8s/dev/image_patch.yaml", False),
        ("k8s/**/patch.yaml", "k8s/patch.yaml", True),
        ("k8s/**/patch.yaml", "k8s/a/b/patch.yaml", True),
        ("**/made/*.yaml", "k8s/made/a.yaml", True),
        ("k8s/**", "k8s/a/b.yaml", True),
        ("made/", "k8s/made/a.yaml", True),
        ("a.yaml/", "k8s/a.yaml", False),
        ("*.yaml\n!kept.yaml", "k8s/kept.yaml", False),
        ("!kept.yaml\n*.yaml", "k8s/kept.yaml", True),
        ("# *.yaml\n\n", "a.yaml", False),
        ("*.yaml   ", "a.yaml", True),
    ],
)
def test_patterns(patterns: str, path: str, ignored: bool) -> None:
    assert is_ignored(path, MemoryFiles({".gitignore": patterns})) is ignored


def test_a_folder_has_patterns_of_its_own_and_the_nearer_ones_win() -> None:
    files = MemoryFiles({".gitignore": "*.yaml", "k8s/.gitignore": "!*.yaml\nmade.yaml"})
    assert [is_ignored(path, files) for path in ("a.yaml", "k8s/a.yaml", "k8s/made.yaml")] == [True, False, True]
    assert not is_ignored("a.yaml", MemoryFiles({}))


@pytest.mark.parametrize("beside", ["app.env.example", "app.tpl.env", "templates/app.tftpl.env", "app.env.j2"])
def test_a_template_beside_says_that_the_file_is_made(beside: str) -> None:
    assert template_of("k8s/app.env", MemoryFiles({f"k8s/{beside}": "", "k8s/other.env.example": ""})) == f"k8s/{beside}"


@pytest.mark.parametrize("beside", ["other.env.example", "app.env.md", "example.app.yaml", "deep/app.env.example"])
def test_other_files_are_no_template_of_it(beside: str) -> None:
    assert template_of("k8s/app.env", MemoryFiles({f"k8s/{beside}": ""})) == ""


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ('wget https://acme.example/v1/made.yaml -O "${self.input.dir}/made.yaml" && \\', True),
        ("helm template . > k8s/made.yaml", True),
        ("helm template . >> made.yaml", True),
        ("curl -sL https://acme.example --output=made.yaml", True),
        ("cat values | tee k8s/made.yaml", True),
        ('  filename = "${local.dir}/made.yaml"', True),
        ("wget https://acme.example/v1/made.yaml", False),
        ("kubectl apply -f k8s/made.yaml > log", False),
        ("helm template . > k8s/unmade.yaml", False),
        ("helm template . > k8s/made.yaml.bak", False),
    ],
)
def test_a_script_that_writes_the_file_says_that_it_is_made(line: str, written: bool) -> None:
    files = MemoryFiles({"k8s/main.tf": f"{line}\n", "other/main.tf": "x > made.yaml"})
    assert writer_of("k8s/app/made.yaml", files) == ("k8s/main.tf" if written else "")
