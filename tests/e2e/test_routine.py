"""An answer that is kept stands only where the long way says the same, and does stand where the change is routine."""

from __future__ import annotations

import os
import random
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from archdoc import cache as caching
from archdoc import gate, pipeline, routine, source, stored
from archdoc.cache import Cache
from archdoc.report import text
from tests.e2e.support import Repo

EXAMPLE = Path(__file__).parents[2] / "examples" / "mlops-platform"
DEPLOYMENT = "k8s/web.yaml"


def longest(kept: stored.Asked | None, cache: Cache) -> str | None:
    """What the long way says of the tree of the current folder, None for what is not clean; a clean answer may be kept."""
    repository = source.open_repository(Path())
    staged = kept is not None and kept.command.endswith("--staged")
    snapshot = source.index_snapshot(repository) if staged else source.work_tree_snapshot(repository)
    build = pipeline.build(snapshot, pipeline.load_config(snapshot), cache)
    verdict = gate.judge(build, cache)
    if verdict.wrong:
        return None
    said = text.check(verdict)
    if kept is not None:
        routine.keep(kept, said, build)
    return said


def ask(command: str = "check") -> stored.Asked:
    asked = stored.asked(command)
    assert asked is not None
    return asked


@pytest.fixture
def at_shop(shop: Repo, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """The shop, whose clean answer is kept, as the current folder."""
    return _entered(shop, monkeypatch)


@pytest.fixture
def at_platform(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """The same for the example platform."""
    shutil.copytree(EXAMPLE, repo.path, dirs_exist_ok=True)
    repo.drawn()
    return _entered(repo, monkeypatch)


def _entered(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Repo:
    monkeypatch.chdir(repo.path)
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    with Cache(caching.file()) as cache:
        assert longest(ask(), cache) is not None
    return repo


def edited(path: Path, edit: Callable[[str], str]) -> None:
    content = path.read_text(encoding="utf-8")
    after = edit(content)
    assert after != content
    path.write_text(after, encoding="utf-8")


def swap(old: str, new: str) -> Callable[[str], str]:
    return lambda content: content.replace(old, new, 1)


ROUTINE = {
    "version": (DEPLOYMENT, swap("web:1.0", "web:1.1")),
    "digest-alike": (DEPLOYMENT, swap("web:1.0", "web:v2.0.1-rc1")),
    "comment": (DEPLOYMENT, swap("spec:", "# said of it\nspec:")),
    "blank lines": (DEPLOYMENT, swap("  template:", "\n\n  template:")),
    "replicas": (DEPLOYMENT, swap("spec:", "spec:\n  replicas: 3")),
    "resources": (DEPLOYMENT, lambda content: content + "          resources: {limits: {memory: 2Gi}}\n"),
    "flow to block": (DEPLOYMENT, swap("matchLabels: {app: web}", "matchLabels:\n      app: web")),
    "base image": ("Dockerfile", swap("python:3.12 AS", "python:3.13 AS")),
    "workflow step": (".github/workflows/build.yml", swap("- run: pytest", "- run: pytest -q")),
    "workflow comment": (".github/workflows/build.yml", swap("jobs:", "# all of it\njobs:")),
    "prose": ("README.md", lambda content: content + "More.\n"),
}
TOLD = {
    "kind": (DEPLOYMENT, swap("kind: Deployment", "kind: StatefulSet")),
    "name": (DEPLOYMENT, swap("name: web", "name: website")),
    "image": (DEPLOYMENT, swap("acme/web", "acme/shop")),
    "variant": (DEPLOYMENT, swap("web:1.0", "web:1.0-gpu")),
    "moving tag": (DEPLOYMENT, swap("web:1.0", "web:latest")),
    "selector": ("k8s/web-service.yaml", swap("app: web", "app: worker")),
    "job": (".github/workflows/build.yml", swap("    needs: test\n", "")),
    "stage": ("Dockerfile", swap("AS build", "AS compile")),
    "broken": (DEPLOYMENT, swap("spec:", "spec: [")),
    "drawing": ("docs/architecture/overview.md", swap("```\n", "```\nmore\n")),
    "page": ("README.md", lambda content: content + "<!-- archdoc:begin view=overview -->\n<!-- archdoc:end -->\n"),
    "settings": ("archdoc.toml", lambda content: content + 'repository = "acme/shop"\n'),
    "accepted": (DEPLOYMENT, swap("spec:", "# archdoc: ignore[image-latest] so be it\nspec:")),
}


@pytest.fixture
def dressed(shop: Repo, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """The shop with files of every sort."""
    shop.write("README.md", "# Shop\n")
    shop.write("archdoc.toml", "# nothing yet\n")
    shop.commit()
    return _entered(shop, monkeypatch)


@pytest.mark.parametrize("name", ROUTINE)
def test_a_routine_change_leaves_the_answer(dressed: Repo, name: str) -> None:
    path, edit = ROUTINE[name]
    edited(dressed.path / path, edit)
    answer = routine.answer(ask())
    assert answer is not None
    assert answer == longest(None, Cache(None))


@pytest.mark.parametrize("name", TOLD)
def test_any_other_change_goes_the_long_way(dressed: Repo, name: str) -> None:
    path, edit = TOLD[name]
    edited(dressed.path / path, edit)
    assert routine.answer(ask()) is None


def test_files_that_come_or_go_lead_the_long_way(at_shop: Repo) -> None:
    at_shop.deployment("redis")
    at_shop.git("add", "-A")
    assert routine.answer(ask()) is None
    at_shop.git("rm", "-q", "-f", "k8s/redis.yaml")
    assert routine.answer(ask()) is not None
    (at_shop.path / DEPLOYMENT).unlink()
    assert routine.answer(ask()) is None


def test_a_chain_of_routine_changes_is_followed_from_one_to_the_next(at_shop: Repo) -> None:
    for number in range(1, 6):
        edited(at_shop.path / DEPLOYMENT, lambda content, n=number: re.sub(r"web:[\d.]+", f"web:1.{n}", content))  # type: ignore[misc]
        if number % 2:
            at_shop.commit()
        assert routine.answer(ask()) is not None
    edited(at_shop.path / DEPLOYMENT, swap("kind: Deployment", "kind: StatefulSet"))
    assert routine.answer(ask()) is None


def test_the_index_has_an_answer_of_its_own(at_shop: Repo) -> None:
    assert routine.answer(ask("check --staged")) is None
    with Cache(caching.file()) as cache:
        assert longest(ask("check --staged"), cache) is not None
    edited(at_shop.path / DEPLOYMENT, swap("kind: Deployment", "kind: StatefulSet"))
    assert routine.answer(ask("check --staged")) is not None
    at_shop.git("add", "-A")
    assert routine.answer(ask("check --staged")) is None


def test_tags_that_are_guarded_are_no_routine(shop: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.write("archdoc.toml", 'track = ["image-tags"]\n')
    shop.drawn()
    _entered(shop, monkeypatch)
    edited(shop.path / DEPLOYMENT, swap("spec:", "# said of it\nspec:"))
    assert routine.answer(ask()) is not None
    edited(shop.path / DEPLOYMENT, swap("web:1.0", "web:1.1"))
    assert routine.answer(ask()) is None


def test_a_line_that_is_told_moves_with_its_file(shop: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.write(
        DEPLOYMENT,
        shop.read(DEPLOYMENT).replace("          image", "          # archdoc: ignore[image-latest] so be it\n          image"),
    )
    shop.write(DEPLOYMENT, shop.read(DEPLOYMENT).replace("web:1.0", "web:latest"))
    shop.drawn()
    _entered(shop, monkeypatch)
    edited(shop.path / DEPLOYMENT, swap("spec:", "# said of it\nspec:"))
    assert routine.answer(ask()) is None


def test_a_file_that_by_its_name_could_not_matter_counts_where_it_is_read(shop: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.write("Dockerfile", shop.read("Dockerfile") + "COPY proxy.conf /etc/nginx/conf.d/default.conf\n")
    shop.write("proxy.conf", "server { location / { proxy_pass http://worker:80; } }\n")
    shop.write("notes.txt", "one\n")
    shop.drawn()
    _entered(shop, monkeypatch)
    assert stored.answer(ask()) is None
    for path in (DEPLOYMENT, "notes.txt"):
        shop.write(path, shop.read(path) + "# more\n")
        assert routine.answer(ask()) == longest(None, Cache(None))
    shop.write("proxy.conf", "server { location / { proxy_pass http://web:80; } }\n")
    assert routine.answer(ask()) is None
    shop.git("add", "-A")
    assert routine.answer(ask()) is None
    shop.git("rm", "-q", "-f", "proxy.conf")
    assert routine.answer(ask()) is None


def test_what_is_kept_and_damaged_is_nothing(at_shop: Repo) -> None:
    for file in Path(stored.folder()).glob("routine-*"):
        file.write_text("{", encoding="utf-8")
    assert routine.answer(ask()) is None


@pytest.mark.parametrize("command", ["check", "update --exit-code"])
def test_a_hook_answers_a_routine_change_without_the_command_line(shop: Repo, command: str) -> None:
    words = ["archdoc", *command.split()]
    probe = f"import sys; sys.argv = {words}; from archdoc.start import main; main(); print('click' in sys.modules)"
    first = shop.run(sys.executable, "-c", probe).stdout
    shop.write(DEPLOYMENT, shop.read(DEPLOYMENT).replace("web:1.0", "web:1.1"))
    second = shop.run(sys.executable, "-c", probe).stdout
    assert (first.splitlines()[-1], second.splitlines()[-1]) == ("True", "False")
    assert first.splitlines()[0] == second.splitlines()[0]


def _comment(lines: list[str], pick: random.Random) -> None:
    lines.insert(pick.randrange(len(lines) + 1), "# a comment")


def _blank(lines: list[str], pick: random.Random) -> None:
    lines.insert(pick.randrange(len(lines) + 1), "")


def _gone(lines: list[str], pick: random.Random) -> None:
    del lines[pick.randrange(len(lines))]


def _twice(lines: list[str], pick: random.Random) -> None:
    at = pick.randrange(len(lines))
    lines.insert(at, lines[at])


def _number(lines: list[str], pick: random.Random) -> None:
    at = pick.choice([n for n, line in enumerate(lines) if re.search(r"\d", line)] or [0])
    lines[at] = re.sub(r"\d+", lambda _: str(pick.randrange(1, 9000)), lines[at], count=1)


def _word(lines: list[str], pick: random.Random) -> None:
    words = re.findall(r"[\w-]+", "\n".join(lines))
    at = pick.randrange(len(lines))
    lines[at] = re.sub(r"[\w-]+(?=\W*$)", lambda _: pick.choice(words), lines[at], count=1)


def _exchanged(lines: list[str], pick: random.Random) -> None:
    at = pick.randrange(1, len(lines)) if len(lines) > 1 else 0
    lines[at - 1], lines[at] = lines[at], lines[at - 1]


EDITS = (_comment, _blank, _gone, _twice, _number, _number, _word, _exchanged)


def _random_edits(repo: Repo, seed: int, rounds: int) -> int:
    """Edit a tree again and again, each time from the last clean answer; how often that answer stood."""
    pick = random.Random(seed)
    paths = sorted(p for p in repo.git("ls-files").splitlines() if not p.startswith("docs/") and repo.read(p).strip())
    stood = 0
    for _ in range(rounds):
        file = repo.path / pick.choice(paths)
        before = file.read_text(encoding="utf-8")
        lines = before.split("\n")
        pick.choice(EDITS)(lines, pick)
        file.write_text("\n".join(lines), encoding="utf-8")
        asked = ask()
        quick, slow = routine.answer(asked), longest(None, Cache(None))
        assert quick in (None, slow), f"{file} was\n{before}"
        stood += quick is not None
        if slow is None:
            file.write_text(before, encoding="utf-8")
        elif quick is None:
            with Cache(caching.file()) as cache:
                longest(asked, cache)
    return stood


@pytest.mark.parametrize("seed", range(3))
def test_of_random_edits_of_the_platform_the_quick_answer_is_the_long_one(at_platform: Repo, seed: int) -> None:
    assert _random_edits(at_platform, seed, 20) > 4


@pytest.mark.parametrize("seed", range(3))
def test_of_random_edits_of_the_shop_the_quick_answer_is_the_long_one(at_shop: Repo, seed: int) -> None:
    assert _random_edits(at_shop, seed, 40) > 4
