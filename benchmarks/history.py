"""What the gate would have said of a repository's past: each first-parent commit that touches infrastructure, as a pull request.

    python benchmarks/history.py [-n COMMITS] [-v] GIT_DIR...

The pages are taken to have been right at the parent; a commit fails when a drawing differs, or when an error is new. Bots are
told by the author's name. `-v` lists every failing commit with its causes, and as many passing ones.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from archdoc import diff, pipeline, plugins, source
from archdoc.cache import Cache
from archdoc.check import freshness
from archdoc.pipeline import Build

BOT = re.compile(r"\[bot\]|\bbot\b|renovate|dependabot|-bot$|^bot-", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """A commit and the verdict on it."""

    commit: str
    author: str
    subject: str
    paths: tuple[str, ...]
    causes: tuple[str, ...]
    errors: tuple[str, ...]

    @property
    def fails(self) -> bool:
        """Whether the gate would have been shut."""
        return bool(self.causes or self.errors)

    @property
    def bot(self) -> bool:
        """Whether a program made it."""
        return bool(BOT.search(self.author))


def commits(git_dir: Path, most: int) -> list[tuple[str, str, str, str, tuple[str, ...]]]:
    """Commit, parent, author, subject and changed paths of first-parent commits that touch infrastructure, newest first."""
    command = ["git", f"--git-dir={git_dir}", "log", "--first-parent", "-m", "--name-only", "--no-renames", "-z"]
    out = subprocess.run(
        [*command, f"-n{most * 6}", "--format=%x01%H%x00%P%x00%an%x00%s"], capture_output=True, check=True
    ).stdout
    found = []
    for entry in out.decode(errors="replace").split("\x01")[1:]:
        commit, parents, author, subject, *paths = entry.split("\0")
        named = tuple(path.strip("\n") for path in paths if path.strip("\n"))
        touched = tuple(path for path in named if any(module.claims(path) for module in plugins.EXTRACTORS.values()))
        if touched and parents:
            found.append((commit, parents.split()[0], author, subject, touched))
    return found[:most]


def built(repository: source.Repository, commit: str, file: Path) -> Build:
    """All that is computed of a commit."""
    snapshot = source.commit_snapshot(repository, commit)
    with Cache(file) as cache:
        return pipeline.build(snapshot, pipeline.load_config(snapshot), cache)


def changed(old: Build, new: Build) -> list[str]:
    """What differs in the drawings, in the words of the diff where it knows them."""
    before, after = ({view.id: freshness.body(view) for view in one.views} for one in (old, new))
    differing: list[str] = []
    for view in sorted(before.keys() | after.keys()):
        if view not in before or view not in after:
            differing.append(f"view {view} {'appears' if view in after else 'goes'}")
        elif before[view] != after[view]:
            state, changes = freshness.judge(before[view], after[view])
            if state is freshness.State.DRIFT:
                differing += [f"{view}: {change.sign} {change.text}" for change in changes[:3]]
    if not differing:
        return []
    major = [
        f"{c.sign} {c.text}  {c.at.path}:{c.at.line}" for c in diff.compare(old.graph, new.graph) if c.significance == "major"
    ]
    return major or differing


def judged(git_dir: Path, most: int, file: Path) -> list[Said]:
    """The verdicts on a repository's commits."""
    repository = source.open_repository(git_dir)
    kept: dict[str, Build] = {}
    said = []
    for commit, parent, author, subject, paths in commits(git_dir, most):
        new, old = (kept.get(one) or built(repository, one, file) for one in (commit, parent))
        kept = {parent: old}
        known = Counter((f.rule, f.path, f.message) for f in old.findings if f.severity == "error")
        here = Counter((f.rule, f.path, f.message) for f in new.findings if f.severity == "error")
        errors = tuple(f"{rule} {path}: {message}" for rule, path, message in (here - known))
        said.append(Said(commit[:10], author, subject, paths, tuple(changed(old, new)), errors))
    return said


def main() -> None:
    """Print the shares, and the commits themselves where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("git_dirs", nargs="+", type=Path)
    parser.add_argument("-n", type=int, default=300, help="commits that touch infrastructure")
    parser.add_argument("-v", action="store_true", help="list the commits")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for git_dir in options.git_dirs:
            said = judged(git_dir, options.n, Path(folder, "facts.sqlite"))
            bots, people = ([one for one in said if one.bot is wanted] for wanted in (True, False))
            print(f"{git_dir.parent.name}: {len(said)} commits that touch infrastructure")
            for name, some in (("people", people), ("bots", bots)):
                failing = sum(one.fails for one in some)
                print(f"  {name:7} {len(some):5}   would fail {failing:5}   {failing / max(1, len(some)):6.1%}")
            if options.v:
                failing, passing = ([one for one in said if one.fails is wanted] for wanted in (True, False))
                for one in [*failing, *passing[: len(failing)]]:
                    print(f"\n{'FAIL' if one.fails else 'pass'} {one.commit} {'bot ' if one.bot else ''}{one.subject[:90]}")
                    for line in (*one.errors[:4], *one.causes[:6], *(f"in {path}" for path in one.paths[:4])):
                        print(f"    {line}")


if __name__ == "__main__":
    main()
