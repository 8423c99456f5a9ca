"""Actions of a repository as units of their own."""

from __future__ import annotations

import pytest

from archdoc.config import Config
from archdoc.extract import github_action
from archdoc.model import Facts
from tests.support import MemoryFiles


def read(text: str, path: str = "tools/scan/action.yml") -> Facts:
    return github_action.extract(path, MemoryFiles({path: text}), Config())


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("action.yml", True),
        (".github/actions/x/action.yaml", True),
        ("action.json", False),
        ("my-action.yml", False),
        (".github/workflows/ci.yml", False),
    ],
)
def test_claims(path: str, expected: bool) -> None:
    assert github_action.claims(path) is expected


@pytest.mark.parametrize(
    ("using", "type_"), [("composite", "composite"), ("docker", "docker"), ("node20", "javascript"), ("", "action")]
)
def test_the_entity(using: str, type_: str) -> None:
    (entity,) = read(f"name: Scan\nruns:\n  using: {using}\n").entities
    assert (entity.id, entity.type, entity.name, entity.line) == ("action:./tools/scan", type_, "./tools/scan", 1)
    assert entity.attributes == {"title": "Scan"}


def test_the_root() -> None:
    (entity,) = read("runs: {using: composite}\n", "action.yml").entities
    assert entity.id == "action:./"


def test_what_is_no_action() -> None:
    assert read("apiVersion: v1\nkind: Action\n") == Facts()
    assert [finding.rule for finding in read("runs: [open\n").findings] == ["yaml-invalid"]
    assert github_action.extract("action.yml", MemoryFiles({}), Config()) == Facts()
