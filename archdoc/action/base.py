"""The commit to compare with, brought into a shallow clone if it must be. A clone that is complete is never fetched into."""

from __future__ import annotations

import subprocess
from pathlib import Path

_SECONDS = 60


def available(folder: Path, revision: str) -> str:
    """The revision, once its commit is there; ``""`` where it cannot be had."""
    if not revision:
        return ""
    commit = _parent(folder) if revision == "HEAD^1" else revision
    if not commit:
        return ""
    if not _has(folder, commit) and _git(folder, "rev-parse", "--is-shallow-repository") == "true":
        _git(folder, "fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "origin", commit)
    return commit if _has(folder, commit) else ""


def _parent(folder: Path) -> str:
    """The first parent of HEAD as the commit itself names it: a shallow clone hides it from ``HEAD^1``."""
    for line in _git(folder, "cat-file", "-p", "HEAD").splitlines():
        word, _, rest = line.partition(" ")
        if word == "parent":
            return rest.strip()
        if not line:
            break
    return ""


def _has(folder: Path, commit: str) -> bool:
    return _git(folder, "rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}") != ""


def _git(folder: Path, *arguments: str) -> str:
    """What git says; ``""`` where it fails or takes too long."""
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, timeout=_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
