"""Errors that were there when the gate came: accepted once, told as a count, and dropped when they are gone.

The file holds one finding a line, by what identifies it and never by its line, so that it merges and does not move.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from archdoc.errors import ConfigError
from archdoc.model import Evidence, Finding
from archdoc.rules import finding

FILE = "archdoc.baseline.json"


class Known(NamedTuple):
    """What identifies a finding."""

    rule: str
    path: str
    subject: str
    message: str


class Judged(NamedTuple):
    """The findings that are new, those that are known, and a finding for each entry of the file that is met no more."""

    findings: tuple[Finding, ...]
    accepted: tuple[Finding, ...]
    stale: tuple[Finding, ...]


def known(one: Finding) -> Known:
    """What identifies a finding."""
    return Known(one.rule, one.path, one.subject, one.message)


def parse(content: bytes) -> tuple[Known, ...]:
    """The entries of a baseline. Raises ConfigError where it is none."""
    try:
        return tuple(Known(**row) for row in json.loads(content))
    except (ValueError, TypeError):
        raise ConfigError(f"{FILE} is no baseline: run `archdoc baseline` to write it anew") from None


def render(entries: Iterable[Known]) -> str:
    """The text of a baseline; one that is empty is an empty list."""
    rows = ",\n".join(f"  {json.dumps(one._asdict(), ensure_ascii=False)}" for one in sorted(entries))
    return f"[\n{rows}\n]\n" if rows else "[]\n"


def judge(findings: Iterable[Finding], entries: Iterable[Known]) -> Judged:
    """Part the errors by the entries; each entry accepts one finding. What is no error is not touched."""
    left = Counter(entries)
    kept: list[Finding] = []
    accepted: list[Finding] = []
    for one in findings:
        if one.severity == "error" and left[known(one)] > 0:
            left[known(one)] -= 1
            accepted.append(one)
        else:
            kept.append(one)
    stale = tuple(
        finding("baseline-stale", f"{one.path} has no longer: {one.message} ({one.rule})", Evidence(FILE, 1))
        for one in sorted(left.elements())
    )
    return Judged(tuple(kept), tuple(accepted), stale)
