"""Findings that somebody accepts for a reason: comments beside them, rows of the configuration, and what becomes of both.

A comment says ``archdoc: ignore[rule] reason``, at the end of the line that is meant or alone above it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from archdoc.config import lies_in, nearest
from archdoc.model import ById, EntityId, EntityKind, Evidence, Facts, Finding, Ignore, RelationKind
from archdoc.regex import regex
from archdoc.rules import RULES, finding

MARK = b"archdoc: ignore"
UNDRAWN = "diagram-stale"
"""The rule that, ignored at the line of an object, job or stage, leaves that out of the diagrams."""

_COMMENT = regex(r"(?P<open>#|%%|//|<!--)[ \t]*archdoc:[ \t]*ignore(?!-)(?:\[(?P<rule>[^\]\n]{0,80})\])?(?P<reason>[^\n]{0,400})")


Marks: TypeAlias = tuple[tuple[Ignore, ...], tuple[Finding, ...]]
"""The comments of a file that accept a finding, and those that do not say which, or why."""


def marks(path: str, content: bytes) -> Marks:
    """What the comments of a file accept."""
    if MARK not in content:
        return (), ()
    lines = content.decode("utf-8", errors="replace").splitlines()
    alone = {n for n, line in enumerate(lines, 1) if (found := _COMMENT.search(line)) and not line[: found.start()].strip()}
    ignores: list[Ignore] = []
    odd: list[Finding] = []
    for number, line in enumerate(lines, 1):
        found = _COMMENT.search(line)
        if not found:
            continue
        at = Evidence(path, number)
        rule, reason = (found["rule"] or "").strip(), found["reason"].removesuffix("-->").strip(" \t:-")
        if rule not in RULES or not reason:
            odd.append(finding("ignore-invalid", f"the comment {_unknown(rule) if rule not in RULES else 'gives no reason'}", at))
            continue
        meant = number
        while meant in alone:
            meant += 1
        ignores.append(Ignore(rule, reason, at, path, meant))
    return tuple(ignores), tuple(odd)


def leave_out(facts: Sequence[Facts]) -> tuple[list[Facts], tuple[Finding, ...]]:
    """The facts without what is not to be drawn, with all that it contains; and what would have been told of each."""
    marked = {(i.path, i.line) for one in facts for i in one.ignores if i.rule == UNDRAWN}
    if not marked:
        return list(facts), ()
    meant = [e for one in facts for e in one.entities if (e.path, e.line) in marked]
    gone = {e.id for e in meant}
    holders = {e.id for one in facts for e in one.entities if e.kind is not EntityKind.NAMESPACE}
    held: dict[EntityId, list[EntityId]] = {}
    for reference in (r for one in facts for r in one.references):
        if reference.relation is RelationKind.CONTAINS and isinstance(reference.target, ById) and reference.source in holders:
            held.setdefault(reference.source, []).append(reference.target.id)
    waiting = list(gone)
    while waiting:
        inner = [one for one in held.get(waiting.pop(), ()) if one not in gone]
        gone.update(inner)
        waiting += inner
    told = [finding(UNDRAWN, f"{e.kind} {e.name} is not drawn", Evidence(e.path, e.line), e.id) for e in meant]
    return [_without(one, gone) for one in facts], tuple(dict.fromkeys(told))


def _without(facts: Facts, gone: set[EntityId]) -> Facts:
    references = (r for r in facts.references if r.source not in gone)
    return replace(
        facts,
        entities=tuple(e for e in facts.entities if e.id not in gone),
        references=tuple(r for r in references if not (isinstance(r.target, ById) and r.target.id in gone)),
    )


def _unknown(rule: str) -> str:
    near = nearest(rule, RULES, 0.6)
    return f"names no rule that there is{f': did you mean {near}?' if near else ''}"


class Accepted(NamedTuple):
    """A finding that does not count, and who says so and why."""

    finding: Finding
    reason: str
    at: Evidence


class Judged(NamedTuple):
    """The findings that count, those that are accepted, and the ignores that met nothing."""

    findings: tuple[Finding, ...]
    accepted: tuple[Accepted, ...]
    unused: tuple[Ignore, ...]


def judge(findings: Iterable[Finding], ignores: Iterable[Ignore]) -> Judged:
    """Part the findings by the ignores; the first that fits is the one that is told."""
    known = sorted(set(ignores))
    kept: list[Finding] = []
    accepted: list[Accepted] = []
    used: set[Ignore] = set()
    for one in findings:
        fitting = [ignore for ignore in known if _fits(ignore, one)]
        used.update(fitting)
        if fitting:
            accepted.append(Accepted(one, fitting[0].reason, fitting[0].at))
        else:
            kept.append(one)
    return Judged(tuple(kept), tuple(accepted), tuple(i for i in known if i not in used))


def unused(ignores: Iterable[Ignore]) -> tuple[Finding, ...]:
    """What is told of ignores that met nothing."""
    return tuple(finding("ignore-unused", f"no finding of `{one.rule}` is met by this", one.at) for one in ignores)


def _fits(ignore: Ignore, one: Finding) -> bool:
    return ignore.rule == one.rule and ignore.line in (0, one.line) and lies_in(one.path, ignore.path)
