"""Tools that build images without Docker's command line: names, and files that they cannot follow."""

from __future__ import annotations

import pytest

from archdoc.config import Config
from archdoc.extract import _values as values
from archdoc.extract import github_actions
from archdoc.extract._ko import Naming, image, import_path
from archdoc.model import Facts
from tests.support import MemoryFiles

PATH = ".github/workflows/a.yml"


@pytest.mark.parametrize(
    ("naming", "name"),
    [
        (Naming(), "ghcr.io/acme/api-0732aa7166f524e36af30e0c00c02e25"),
        (Naming(bare=True), "ghcr.io/acme"),
        (Naming(base=True), "ghcr.io/acme/api"),
        (Naming(preserve=True), "ghcr.io/acme/github.com/acme/shop/cmd/api"),
        (Naming(bare=True, base=True), "ghcr.io/acme/api"),
        (Naming(bare=True, base=True, preserve=True), "ghcr.io/acme/github.com/acme/shop/cmd/api"),
    ],
)
def test_names_of_ko(naming: Naming, name: str) -> None:
    assert values.shown(image(("ghcr.io/acme",), "github.com/acme/shop/cmd/api", naming)) == name


def test_a_program_without_a_module_has_no_known_name() -> None:
    assert values.shown(image(("ghcr.io/acme",), "", Naming(base=True))) == "ghcr.io/acme/*"


@pytest.mark.parametrize(
    ("folder", "path"),
    [
        ("", "github.com/acme/shop"),
        ("cmd/api", "github.com/acme/shop/cmd/api"),
        ("nested", "github.com/acme/nested"),
        ("nested/cmd", "github.com/acme/nested/cmd"),
    ],
)
def test_import_paths(folder: str, path: str) -> None:
    files = MemoryFiles(
        {"go.mod": "// made\nmodule github.com/acme/shop\n", "nested/go.mod": 'module "github.com/acme/nested"\n'}
    )
    assert import_path(files, folder) == path


def read(run: str, files: dict[str, bytes | str] | None = None) -> Facts:
    lines = "".join(f"          {row}\n" for row in run.splitlines())
    workflow = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n{lines}"
    return github_actions.extract(PATH, MemoryFiles({PATH: workflow, **(files or {})}), Config())


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("goreleaser release", {}),
        ("goreleaser release", {".goreleaser.yaml": "- a\n"}),
        ("ko build $PROGRAM", {}),
        ("ko apply -f config", {}),
        ("ko build ./...", {"cmd/api.go": "package api\n"}),
        ("gcloud builds submit", {}),
        ("gcloud builds submit --config $FILE", {}),
        ("tilt ci", {}),
        ("tilt ci", {"Tiltfile": "def (\n"}),
        ("tilt ci", {"Tiltfile": "for a in b:\n    docker_build(a, a)\n"}),
        ("tilt ci", {"Tiltfile": "docker_compose('compose.yaml')\n"}),
        ("docker compose build", {}),
        ("docker compose -f $FILE build", {}),
        ("./gradlew jib", {}),
        ("mvn spring-boot:build-image", {}),
    ],
)
def test_what_cannot_be_followed_is_told_at_the_push(command: str, files: dict[str, bytes | str]) -> None:
    told = [one.rule for one in read(f"{command}\ndocker push acme/app", files).findings]
    assert "build-not-followed" in told
    assert "push-not-built" not in told


@pytest.mark.parametrize(
    "command", ["goreleaser check", "ko version", "tilt version", "docker compose up -d", "mvn verify", "true"]
)
def test_what_builds_nothing_is_no_excuse_for_a_push(command: str) -> None:
    assert [one.rule for one in read(f"{command}\ndocker push acme/app").findings] == ["push-not-built"]
