"""Compare our Dockerfile parser with BuildKit's own, on every Dockerfile of the git directories given.

Needs the PyPI package `dockerfile` (a binding of ``moby/buildkit/frontend/dockerfile/parser``, 0.12.5 at the time of writing).

    python benchmarks/oracle_dockerfile.py path/to/repo/.git path/to/bare.git@branch ...

A directory without a revision is read at HEAD. Prints each difference in instructions, lines, flags, values, JSON form and
heredocs, then the counts and the time of our parser; the exit code is 1 if anything differs. The binding drops NUL, a lone empty
argument and the heredocs of ONBUILD; so do we here. Newer than it are: ``# check=``, blanks after ``<<``, ``${V#p}`` and
``${V/a/b}`` in the line of a heredoc, and that text behind a JSON array makes it no JSON.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import dockerfile

from archdoc.extract._dockerfile import Instruction, parse

_NAME = re.compile(r"dockerfile|containerfile", re.IGNORECASE)
_NOT = re.compile(r"\.(dockerignore|go|js|json|md|png|py|rs|sh|svg|ts|tsx|webp|ya?ml)$", re.IGNORECASE)


def files(git_dir: str) -> Iterator[tuple[str, bytes]]:
    git_dir, _, revision = git_dir.partition("@")
    git = ["git", f"--git-dir={git_dir}"]
    listing = subprocess.run([*git, "ls-tree", "-r", "-z", revision or "HEAD"], capture_output=True, check=True).stdout.decode()
    for row in filter(None, listing.split("\0")):
        meta, _, path = row.partition("\t")
        mode, _, blob = meta.split()
        name = path.rpartition("/")[2]
        if mode in ("100644", "100755") and _NAME.search(name) and not _NOT.search(name):
            yield path, subprocess.run([*git, "cat-file", "blob", blob], capture_output=True, check=True).stdout


def ours(one: Instruction) -> tuple[Any, ...]:
    inner = one.trigger or one
    sub = one.trigger.keyword if one.trigger else None
    heredocs = () if sub else tuple((h.name, h.content) for h in one.heredocs)
    return one.keyword, sub, one.line, one.end, one.flags, values(inner.words), inner.json, heredocs


def values(words: tuple[str, ...]) -> tuple[str, ...]:
    return () if words == ("",) else tuple(word.replace("\0", "") for word in words)


def theirs(one: dockerfile.Command) -> tuple[Any, ...]:
    heredocs = tuple((h.name, h.content) for h in one.heredocs)
    value = () if one.value == ("",) else one.value
    return (
        (one.cmd or "").upper(),
        one.sub_cmd and one.sub_cmd.upper(),
        one.start_line,
        one.end_line,
        one.flags,
        value,
        one.json,
        heredocs,
    )


def compare(where: str, data: bytes) -> tuple[int, list[str]]:
    parsed = parse(data, where)
    refusals = [f"{f.line}: {f.message}" for f in parsed.findings]
    try:
        expected = [theirs(one) for one in dockerfile.parse_string(data.decode("utf-8", "replace"))]
    except (dockerfile.GoParseError, dockerfile.GoIOError) as error:
        return 0, [] if refusals else [f"{where}: BuildKit refuses: {error}"]
    got = [ours(one) for one in parsed.instructions]
    differences = [f"{where}:{a[2]}\n  ours   {a}\n  theirs {b}" for a, b in zip(got, expected, strict=False) if a != b]
    if len(got) != len(expected):
        differences.append(f"{where}: {len(got)} instructions, BuildKit has {len(expected)} {refusals}")
    return len(expected), differences


def main(git_dirs: list[str]) -> int:
    found = [(f"{git_dir}:{path}", data) for git_dir in git_dirs for path, data in files(git_dir)]
    total, different = 0, 0
    for where, data in found:
        count, differences = compare(where, data)
        total += count
        different += bool(differences)
        for one in differences:
            print(one)
    start = time.perf_counter()
    for where, data in found:
        parse(data, where)
    each = (time.perf_counter() - start) / max(len(found), 1) * 1000
    print(f"{len(found)} files, {total} instructions, {different} files differ, {each:.3f} ms a file")
    return int(different > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
