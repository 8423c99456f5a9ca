"""The step from its inputs to its exit code: judge the commit, tell it everywhere it can be told."""

from __future__ import annotations

import difflib
import secrets
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from archdoc import gate, pipeline, source
from archdoc.action import base as bases
from archdoc.action import comment, event
from archdoc.cache import Cache
from archdoc.errors import ArchdocError
from archdoc.report import Verdict, forms, github, markdown

_MOST_SUMMARY = 900_000
_FILES = {"json": "archdoc.json", "sarif": "archdoc.sarif", "markdown": "archdoc.md"}


def main(environment: Mapping[str, str]) -> int:
    """Run the step. 0 is clean, 1 drift or errors, 2 a run that cannot go on; with ``fail-on: never`` 1 becomes 0."""
    try:
        return _run(environment)
    except ArchdocError as error:
        _say("error", str(error))
        return 2


def _run(environment: Mapping[str, str]) -> int:
    form = environment.get("INPUT_FORMAT") or "github"
    if form not in forms.CHECK:
        _say("error", f"`format` is one of {', '.join(forms.CHECK)}")
        return 2
    folder = Path(environment.get("GITHUB_WORKSPACE", "."), environment.get("INPUT_WORKING_DIRECTORY") or ".")
    started = event.read(environment)
    base = bases.available(folder, environment.get("INPUT_BASE") or started.base)
    if started.base and not base:
        _say("notice", "the commit to compare with is not in this clone: check out with `fetch-depth: 2`")
    snapshot = source.commit_snapshot(source.open_repository(folder), "HEAD")
    with Cache(None) as cache:
        build = pipeline.build(snapshot, pipeline.load_config(snapshot), cache)
        verdict = gate.judge(build, cache, base=base, changes=True)

    sys.stdout.write(github.check(verdict))
    report = markdown.check(verdict)
    _append(environment.get("GITHUB_STEP_SUMMARY"), f"{report[:_MOST_SUMMARY]}\n")
    outputs = {"failed": str(verdict.failed).lower(), "changed": str(bool(verdict.major)).lower()}
    temporary = Path(environment.get("RUNNER_TEMP") or ".")
    if form in _FILES:
        outputs["report"] = _written(temporary / _FILES[form], forms.CHECK[form](verdict))
    if verdict.plan.contents:
        outputs["patch"] = _written(temporary / "archdoc.patch", "".join(_patch(verdict, build.snapshot)))
    _append(environment.get("GITHUB_OUTPUT"), "".join(_outputs(outputs)))
    if environment.get("INPUT_COMMENT") == "true":
        _say("notice", _comment(environment, started, report, changed=bool(verdict.major) or verdict.failed))
    return 1 if verdict.failed and environment.get("INPUT_FAIL_ON") != "never" else 0


def _comment(environment: Mapping[str, str], started: event.Event, report: str, *, changed: bool) -> str:
    token = environment.get("INPUT_TOKEN", "")
    if not started.pull_request:
        return "there is no pull request to comment on"
    if started.fork:
        return "a pull request from a fork gets no comment: its token may only read; see the summary of this job"
    if not token:
        return "there is no token to comment with"
    api = environment.get("GITHUB_API_URL", "https://api.github.com")
    repository = environment.get("GITHUB_REPOSITORY", "")
    scope = "".join(c for c in environment.get("INPUT_WORKING_DIRECTORY") or "all" if c.isalnum() or c in "-_./") or "all"
    return comment.put(comment.Place(api, repository, started.pull_request, token, scope), report, changed=changed)


def _patch(verdict: Verdict, snapshot: source.Snapshot) -> Iterator[str]:
    """What `archdoc update` would change, as ``git apply`` takes it."""
    for path, after in sorted(verdict.plan.contents.items()):
        raw = snapshot.read(path) if snapshot.oid(path) is not None else None
        before = None if raw is None else raw.decode("utf-8", errors="surrogateescape")
        place = snapshot.repository.prefix + path
        yield f"diff --git a/{place} b/{place}\n"
        if before is None:
            yield "new file mode 100644\n"
        elif after is None:
            yield "deleted file mode 100644\n"
        names = (f"a/{place}" if before is not None else "/dev/null", f"b/{place}" if after is not None else "/dev/null")
        for line in difflib.unified_diff(_lines(before), _lines(after), *names):
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str | None) -> list[str]:
    """The lines of a text as git counts them: they end at line feeds and nowhere else."""
    *lines, last = (text or "").split("\n")
    return [*(f"{line}\n" for line in lines), *([last] if last else [])]


def _outputs(values: Mapping[str, str]) -> Iterator[str]:
    for name, value in values.items():
        end = f"archdoc-{secrets.token_hex(16)}"
        yield f"{name}<<{end}\n{value}\n{end}\n"


def _written(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8", errors="surrogateescape", newline="\n")
    return str(path)


def _append(path: str | None, text: str) -> None:
    if path:
        with Path(path).open("a", encoding="utf-8", errors="replace", newline="\n") as stream:
            stream.write(text)


def _say(level: str, text: str) -> None:
    """One line of the log that GitHub shows with the run."""
    sys.stdout.write(f"::{level} title=archdoc::{github.escaped(text)}\n")
