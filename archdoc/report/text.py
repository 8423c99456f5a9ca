"""The verdict for a terminal or a log, in architecture words: cause, stale place, difference, and the one command that mends."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from archdoc.check.freshness import TOLD, BlockState, State
from archdoc.diff import Change, counts
from archdoc.model import Finding
from archdoc.report import Verdict
from archdoc.rules import RULES

_SHOWN = 12
_ABOUT_GATE = ("ignore-unused", "baseline-stale", "drawing-missing")
"""Warnings that are told with every verdict, since they are about what the verdict leaves out."""

Paint = Callable[[str, str], str]


def plain(text: str, _style: str) -> str:
    """No colour."""
    return text


def check(verdict: Verdict, paint: Paint = plain) -> str:
    """What `check` prints, or `update` after it wrote."""
    stale = verdict.plan.stale
    lines: list[str] = []
    if stale:
        state = "were" if verdict.written else "are"
        told = counts(verdict.causes)
        summary = ", ".join(f"{n} {word}" for word, n in told.items() if n)
        summary = f"nothing changed since {verdict.base}" if verdict.unchanged else summary
        lines.append(
            paint(
                f"archdoc: {'' if verdict.unchanged else 'architecture changed, '}diagrams {state} out of date in {verdict.tree}"
                + (f"  ({summary})" if summary else ""),
                "title",
            )
        )
        lines.append("")
        lines += _causes(verdict, paint)
        for block in stale[:_SHOWN]:
            lines += _block(block, verdict, paint)
        if len(stale) > _SHOWN:
            lines += [f"  … and {many(len(stale) - _SHOWN, 'more diagram')}", ""]
    if verdict.errors:
        lines.append(paint(f"archdoc: {many(len(verdict.errors), 'error')} in {verdict.tree}", "title"))
        lines.append("")
        lines += findings(verdict.errors, paint)
    about = [f for f in verdict.findings if f.rule in _ABOUT_GATE]
    lines += findings(about, paint)
    lines += _ending(verdict, paint)
    return "\n".join(lines) + "\n"


def _causes(verdict: Verdict, paint: Paint) -> list[str]:
    if not verdict.causes:
        return []
    width = min(60, max(len(c.text) for c in verdict.causes))
    lines = [
        f"  {paint(c.sign, c.sign)} {c.text:<{width}}  {c.path}"
        + (f" (deleted, was line {c.line})" if c.deleted else f":{c.line}")
        for c in verdict.causes[:_SHOWN]
    ]
    if len(verdict.causes) > _SHOWN:
        lines.append(f"    … and {len(verdict.causes) - _SHOWN} more: archdoc diff {verdict.base}")
    return [*lines, ""]


def _block(block: BlockState, verdict: Verdict, paint: Paint) -> list[str]:
    place = block.path if block.state is State.MISSING else f"{block.path}:{block.begin}-{block.end}"
    done = {State.MISSING: "added", State.GONE: "removed", State.DRIFT: "updated"}[block.state]
    owned = verdict.owned(block.view)
    said = f"{done if verdict.written else TOLD[block.state]}{f'  ({owned})' if owned else ''}"
    lines = [f"  {place}  {paint('[generated]', 'dim')}  {said}"]
    lines += [
        f"      {paint(c.sign, c.sign)} {c.source + '  ' if c.target is None else ''}{c.text}" for c in block.changes[:_SHOWN]
    ]
    if len(block.changes) > _SHOWN:
        lines.append(f"      … and {len(block.changes) - _SHOWN} more")
    return [*lines, ""]


def findings(found: Sequence[Finding], paint: Paint = plain, limit: int = 50) -> list[str]:
    """Findings, one a line, with what to do; the worst first, each advice once."""
    order = {"error": 0, "warning": 1, "note": 2}
    lines: list[str] = []
    last = ""
    for finding in sorted(found, key=lambda f: (order[f.severity], f.rule, f.path, f.line))[:limit]:
        if finding.rule != last:
            lines.append(f"  {paint(finding.severity, finding.severity)} {finding.rule}: {RULES[finding.rule].advice}")
            last = finding.rule
        lines.append(f"      {finding.path}:{finding.line}  {finding.message}")
    if len(found) > limit:
        lines.append(f"  … and {len(found) - limit} more: archdoc graph shows all")
    return [*lines, ""] if lines else lines


def _ending(verdict: Verdict, paint: Paint) -> list[str]:
    lines: list[str] = []
    stale = verdict.plan.stale
    layout = [b for b in verdict.plan.blocks if b.state is State.LAYOUT]
    if stale and verdict.written:
        pages = " ".join(sorted({_quoted(b.path) for b in stale}))
        lines += ["Generated diagrams are rewritten. Look at them, then:", "", f"    git add {pages}"]
    elif stale:
        lines.append(f"Fix:  {paint('archdoc update', 'title')}   then commit the pages with the change")
        if any(cause.sign == "+" for cause in verdict.causes):
            lines.append(paint("Not architecture?  Say so at its line:  # archdoc: ignore[diagram-stale] why", "dim"))
    elif not verdict.errors:
        blocks, nodes, edges = verdict.drawn
        lines.append(f"archdoc: {many(blocks, 'diagram')} up to date ({nodes} nodes, {edges} edges) in {verdict.tree}")
    lines += [f"  {words}" for words in verdict.shown[:_SHOWN]]
    if layout and not verdict.written:
        told = many(len(layout), "diagram")
        lines.append(f"notice: {told} would be laid out anew by this version; `archdoc update` does it when you like")
    lines += _accepted(verdict)
    if verdict.wrong and verdict.excuse:
        lines.append(paint(f"passes all the same: {verdict.excuse}", "title"))
    if verdict.minor and not stale:
        lines.append(f"notice: {many(len(verdict.minor), 'minor change')} since {verdict.base} that no diagram shows:")
        lines += [f"  {c.sign} {c.text}  {c.at.path}:{c.at.line}" for c in verdict.minor[:_SHOWN]]
    return lines


def _accepted(verdict: Verdict) -> list[str]:
    """Everything that somebody lets pass, with who says so and why."""
    lines = [f"notice: {many(len(verdict.accepted), 'finding')} accepted:"] if verdict.accepted else []
    lines += [
        f"  {one.path}:{one.line}  {one.rule}: {reason}  (accepted in {at.path}:{at.line})"
        for one, reason, at in verdict.accepted[:_SHOWN]
    ]
    if len(verdict.accepted) > _SHOWN:
        lines.append(f"  … and {len(verdict.accepted) - _SHOWN} more: archdoc check --format json")
    if verdict.known:
        lines.append(f"notice: {many(len(verdict.known), 'error')} known since the baseline was written")
    return lines


def diff(changes: Sequence[Change], base: str, head: str, paint: Paint = plain) -> str:
    """The difference of two trees, major changes first."""
    major = [c for c in changes if c.significance == "major"]
    minor = [c for c in changes if c.significance == "minor"]
    if not changes:
        return f"archdoc: no architecture change between {base} and {head}\n"
    told = ", ".join(f"{n} {word}" for word, n in counts(tuple(major)).items() if n) or "no major change"
    lines = [paint(f"archdoc: {told} between {base} and {head}", "title"), ""]
    for title, some in (("", major), ("minor, shown by no diagram:", minor)):
        if some and title:
            lines += ["", f"  {title}"]
        lines += [f"  {paint(c.sign, c.sign)} {c.text}  {paint(f'{c.at.path}:{c.at.line}', 'dim')}" for c in some]
    return "\n".join(lines) + "\n"


def many(count: int, noun: str) -> str:
    """``1 error``, ``2 errors``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _quoted(path: str) -> str:
    return f"'{path}'" if set(path) & set(" '\"$&;()*?[]<>|`\\") else path
