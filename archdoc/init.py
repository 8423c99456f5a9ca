"""Setting a repository up: configuration, first pages, hook entry, workflow. A second run changes nothing.

Files of the user are added to, never rewritten: the hook goes to the end of the list that is there.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from archdoc import __version__, config, gate, pipeline, source
from archdoc.cache import Cache
from archdoc.pipeline import Build
from archdoc.report.text import Paint
from archdoc.source import Repository, Snapshot

_ATTRIBUTES = ".gitattributes"
_HOOKS = ".pre-commit-config.yaml"
_WORKFLOW = ".github/workflows/archdoc.yml"
_HOME = "https://github.com/archdoc/archdoc"
_HOOK = f"""\
  - repo: {_HOME}
    rev: v{__version__}
    hooks:
      - id: archdoc
"""
_CHECK = f"""\
# Fails a pull request whose infrastructure changed without its diagrams.
name: Architecture

on:
  pull_request:
  merge_group:
  push:
    branches: [$default-branch]

permissions: {{}}

concurrency:
  group: architecture-${{{{ github.ref }}}}
  cancel-in-progress: true

jobs:
  check:
    name: Diagrams are up to date
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions:
      contents: read # to check out
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with:
          fetch-depth: 2 # the report names what changed since the first parent
          persist-credentials: false
      - uses: actions/setup-python@0b93645e9fea7318ecaed2b359559ac225c90a2b # v5.3.0
        with:
          python-version: "3.12"
      - run: pip install infra-archdoc=={__version__}
      - run: archdoc check
"""


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file and what it is to say; `before` None means that it is new."""

    path: str
    before: str | None
    after: str


class Plan(NamedTuple):
    """What init would write, and what it leaves to the user."""

    changes: tuple[FileChange, ...]
    notes: tuple[str, ...]


def plan(repository: Repository, snapshot: Snapshot, cache: Cache, *, merging: bool = False) -> Plan:
    """What init would write. The pages are those of the tree with the new files in it, so that `check` is green at once.

    `merging`: git is to merge the pages with archdoc's merge driver.
    """
    settings = pipeline.load_config(snapshot)
    changes: list[FileChange] = []
    notes: list[str] = []
    if snapshot.oid(config.FILE) is None and not _on_disk(repository, config.FILE) and settings == config.Config():
        text = _configuration(source.remote_name(repository)) + _drawings(pipeline.build(snapshot, settings, cache))
        changes.append(FileChange(config.FILE, None, text))
    # A folder inside a repository has no hooks and no workflows of its own.
    if not repository.prefix:
        hook = _hook(_on_disk(repository, _HOOKS))
        if hook is None:
            notes.append(f"{_HOOKS} has no list `repos:` that an entry can be added to: add this by hand\n\n{_HOOK}")
        changes += hook or []
        if not _on_disk(repository, _WORKFLOW):
            branch = source.default_branch(repository)
            changes.append(FileChange(_WORKFLOW, None, _CHECK.replace("$default-branch", branch)))
        changes += _attributes(_on_disk(repository, _ATTRIBUTES), settings.pages) if merging else []
    overlaid = snapshot.overlaid({c.path: c.after.encode() for c in changes})
    build = pipeline.build(overlaid, pipeline.load_config(overlaid), cache)
    contents = gate.judge(build, cache).plan.contents
    for path, content in sorted(contents.items()):
        if content is not None and (on_disk := _on_disk(repository, path)) != content:
            changes.append(FileChange(path, on_disk, content))
    return Plan(tuple(changes), tuple(notes))


def _attributes(before: str | None, folder: str) -> list[FileChange]:
    """The line that gives the pages their merge driver."""
    line = f"{folder}/**/*.md merge=archdoc"
    if before is not None and line in before.splitlines():
        return []
    joint = "" if not before or before.endswith("\n") else "\n"
    return [FileChange(_ATTRIBUTES, before, f"{before or ''}{joint}{line}\n")]


def _on_disk(repository: Repository, path: str) -> str | None:
    file = repository.root / path
    return file.read_text(encoding="utf-8", errors="surrogateescape") if file.is_file() else None


def _configuration(name: str) -> str:
    line = f'repository = "{name}"' if name else '# repository = "owner/name"'
    return (
        f"# archdoc's settings; every key is optional.\n\n# The name on GitHub, for `github.repository` in workflows.\n{line}\n"
    )


def _drawings(build: Build) -> str:
    """The pages with diagrams drawn by hand: those that are right are checked from now on, the others once they are mended."""
    drawn, _ = gate.hand_drawn(build, gate.ALL_DRAWINGS)
    about = sorted({one.sketch.path for one in drawn if one.about})
    if not about:
        return ""
    wrong = {one.sketch.path for one in drawn if any(f.severity == "error" for f in one.findings)}
    rows = [f"{'# ' if path in wrong else ''}{json.dumps(path)},{'  # out of date' if path in wrong else ''}" for path in about]
    return (
        "\n# Diagrams drawn by hand that are compared with what is.\ndrawings = [\n" + "".join(f"  {r}\n" for r in rows) + "]\n"
    )


def _hook(before: str | None) -> list[FileChange] | None:
    """The hook's entry at the end of the list of repositories, indented as that list is; None where there is no such list."""
    if before is None:
        return [FileChange(_HOOKS, None, f"repos:\n{_HOOK}")]
    if re.search(r"^\s*-\s+id:\s*['\"]?archdoc", before, re.MULTILINE):
        return []
    found = re.search(r"^( *)-\s+repo:", before, re.MULTILINE)
    if not re.search(r"^repos:", before, re.MULTILINE) or (
        found is None and not re.search(r"^repos:\s*(\[\s*\])?\s*$", before, re.MULTILINE)
    ):
        return None
    if found is None:
        return [
            FileChange(_HOOKS, before, re.sub(r"^repos:.*$", f"repos:\n{_HOOK.rstrip()}", before, count=1, flags=re.MULTILINE))
        ]
    indent = len(found[1])
    entry = "".join(" " * indent + line[2:] for line in _HOOK.splitlines(keepends=True))
    lines = before.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    start = next(i for i, line in enumerate(lines) if line.startswith("repos:"))
    end = next((i for i in range(start + 1, len(lines)) if re.match(r"[A-Za-z_]", lines[i])), len(lines))
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return [FileChange(_HOOKS, before, "".join([*lines[:end], entry, *lines[end:]]))]


def describe(changes: Sequence[FileChange], paint: Paint) -> str:
    """Every change as a unified diff."""
    if not changes:
        return "archdoc: everything is set up; init would change nothing\n"
    lines: list[str] = []
    for change in changes:
        before = (change.before or "").splitlines()
        difference = difflib.unified_diff(
            before, change.after.splitlines(), change.path if before else "/dev/null", change.path, lineterm=""
        )
        lines += [paint(line, line[0]) if line[:1] in "+-" else line for line in difference]
    return "\n".join(lines) + "\n"


def next_steps(changes: Sequence[FileChange], pages: str) -> str:
    """What to do after init; `pages` is the folder of the generated pages."""
    if not changes:
        return "archdoc: everything is set up; init changed nothing\n"
    inside = f"{pages}/"
    paths = " ".join(dict.fromkeys(pages if change.path.startswith(inside) else change.path for change in changes))
    return f"\nNext:\n  git add {paths}\n  pre-commit install\n  archdoc check --staged\n"
