"""Compare our jobs, their needs and what they use with GitHub's own parser, on every workflow of real repositories.

    python benchmarks/oracle_workflows.py FOLDER GIT_DIR...

Needs node, and `npm install @actions/workflow-parser` run in FOLDER. A workflow counts as equal when both have the same jobs,
each with the same needs, the same called workflow and the same actions. Those that GitHub's parser refuses are counted apart.
A local action in a folder that `actions/checkout` makes differs by intention: we name it by its place in this repository.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from archdoc import source
from archdoc.config import Config
from archdoc.extract import github_actions
from archdoc.model import ById, EntityKind, Facts, Outside, RelationKind, Severity

_HEAD = re.compile(r"^(?:action|job|workflow):")


class Job(NamedTuple):
    """What a job names: jobs it needs, the workflow it calls (without version), the actions of its steps (without versions)."""

    needs: frozenset[str]
    calls: str
    uses: frozenset[str]


def main(arguments: list[str]) -> int:
    """Print how many workflows are equal and each difference; 1 if there is one."""
    if len(arguments) < 2:
        print(__doc__)
        return 2
    folder, *git_dirs = arguments
    found = [one for git_dir in git_dirs for one in _workflows(git_dir)]
    answers = _answers(folder, [(name, text) for name, text, _ in found])
    equal = refused = unseen = 0
    for (name, _, facts), answer in zip(found, answers, strict=True):
        ours = _ours(facts)
        if answer["errors"] or answer["jobs"] is None:
            refused += 1
            if not any(one.severity is Severity.ERROR for one in facts.findings):
                unseen += 1
                print(f"--- {name}: GitHub refuses, we do not: {'; '.join(answer['errors'])[:300]}")
            continue
        theirs = {job["id"]: _job(job["needs"], job["calls"], job["uses"]) for job in answer["jobs"]}
        if ours == theirs:
            equal += 1
        else:
            for key in sorted(ours.keys() | theirs.keys()):
                if ours.get(key) != theirs.get(key):
                    print(f"--- {name}#{key}\n    ours:   {ours.get(key)}\n    GitHub: {theirs.get(key)}")
    read = len(found) - refused
    print(f"{equal} of {read} workflows equal, of {len(git_dirs)} repositories")
    print(f"GitHub refuses {refused} more, and we {refused - unseen} of these")
    return 0 if equal == read else 1


def _workflows(git_dir: str) -> Iterator[tuple[str, str, Facts]]:
    snapshot = source.commit_snapshot(source.open_repository(Path(git_dir)), "HEAD")
    for path in snapshot.paths:
        content = snapshot.read(path) if github_actions.claims(path) else None
        if content is not None:
            facts = github_actions.extract(path, snapshot, Config())
            yield f"{git_dir} {path}", content.decode("utf-8", "replace"), facts


def _answers(folder: str, files: list[tuple[str, str]]) -> list[dict[str, Any]]:
    lines = "".join(json.dumps([name.rpartition(" ")[2], text]) + "\n" for name, text in files)
    script = Path(__file__).with_suffix(".mjs")
    done = subprocess.run(["node", script, folder], input=lines, capture_output=True, check=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def _job(needs: list[str], calls: str, uses: list[str]) -> Job:
    return Job(frozenset(needs), _name(calls), frozenset(_name(one) for one in uses if one and not one.startswith("docker://")))


def _name(uses: str) -> str:
    name = uses.strip().partition("@")[0]
    return f"./{name[2:].strip('/')}" if name.startswith("./") else name


def _ours(facts: Facts) -> dict[str, Job]:
    """The jobs that the facts of a workflow tell, by key; what local actions use in turn stands in other files."""
    needs: dict[str, set[str]] = {}
    uses: dict[str, set[str]] = {}
    calls: dict[str, str] = {}
    keys = {one.id: one.name for one in facts.entities if one.kind is EntityKind.JOB}
    path = next((one.path for one in facts.entities if one.kind is EntityKind.WORKFLOW), "")
    for one in facts.references:
        if one.source not in keys or one.evidence.path != path:
            continue
        key = keys[one.source]
        if one.relation is RelationKind.NEEDS and isinstance(one.target, ById):
            needs.setdefault(key, set()).add(keys[one.target.id])
        elif one.relation is RelationKind.USES and isinstance(one.target, ById):
            uses.setdefault(key, set()).add(_name(_HEAD.sub("", one.target.id)))
        elif one.relation is RelationKind.CALLS:
            calls[key] = one.target.name if isinstance(one.target, Outside) else f"./{_HEAD.sub('', one.target.id)}"  # type: ignore[union-attr]
    return {key: Job(frozenset(needs.get(key, ())), calls.get(key, ""), frozenset(uses.get(key, ()))) for key in keys.values()}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
