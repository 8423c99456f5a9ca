"""What holds for the code as a whole: its layers, its size, what it loads, and that the commands we show exist."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from archdoc.cli import cli

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "archdoc").rglob("*.py"))
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "hooks").glob("*.md"), *ROOT.glob(".pre-commit-*.yaml")]
HEAVY = {"networkx", "git", "diagrams", "graphviz", "yaml", "importlib.metadata"}


def _python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def _name(path: object) -> str:
    return path.relative_to(ROOT).as_posix() if isinstance(path, Path) else str(path)


def test_every_module_stands_in_its_layer() -> None:
    done = _python("from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True, no_logo=True))")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_is_small_and_says_what_it_is(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 500
    assert lines[0].startswith('"""')


def test_starting_the_command_loads_nothing_heavy() -> None:
    done = _python("import archdoc.cli, sys; print(*sys.modules)")
    assert done.returncode == 0, done.stderr
    assert HEAVY & set(done.stdout.split()) == set()


def shown_commands(text: str) -> list[list[str]]:
    """Each `archdoc ...` that a page shows: in a shell block, in a `run:` line, in a hook's entry, or as code in a sentence."""
    blocks = re.findall(r"^```(?:sh|yaml)\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    pieces = [piece for block in blocks for line in block.splitlines() for piece in re.split(r"&&|\bentry:|\brun:", line)]
    pieces += re.findall(r"(?<!`)`(archdoc [^`]+)`(?!`)", text)
    words = [shlex.split(piece, comments=True) for piece in pieces if "archdoc" in piece]
    words = [w[: w.index(">")] if ">" in w else w for w in words]
    return [w[1:] for w in words if w and w[0] in {"archdoc", ".venv/bin/archdoc"} and w[1:]]


def _markdown(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    return text if path.suffix == ".md" else f"```yaml\n{text}```\n"


SHOWN = sorted({(page, *command) for page in PAGES for command in shown_commands(_markdown(page))})


def test_commands_are_found_where_they_are_shown() -> None:
    text = (
        "Say `archdoc check --staged`.\n\n```sh\npython3 -m venv .venv && .venv/bin/archdoc scan -C x > y # a\n```\n"
        '```yaml\n- run: archdoc check\n```\n```archdoc view="overview"\n```\n'
    )
    shown = [["scan", "-C", "x"], ["check"], ["check", "--staged"]]
    assert shown_commands(text) == shown


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: f"{_name(shown[0])}: {' '.join(shown[1:])}")
def test_a_command_that_a_page_shows_exists(shown: tuple[Path, str, *tuple[str, ...]]) -> None:
    _, name, *words = shown
    command = cli.commands[name]
    values, rest, _ = command.make_parser(click.Context(command)).parse_args(words)
    assert rest == []
    for option in command.params:
        value = values.get(option.name)
        if isinstance(option.type, click.Choice) and isinstance(value, str):
            option.type.convert(value, option, None)
