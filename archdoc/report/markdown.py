"""A verdict or a difference as Markdown, for a pull request: what changed, as a picture and a table, and how to mend it.

Kept below the size that GitHub takes for a comment. Text of the repository stands in code spans, where nothing is markup.
"""

from __future__ import annotations

from collections.abc import Sequence

from archdoc.check.freshness import TOLD, BlockState
from archdoc.diff import Change, counts
from archdoc.model import Finding
from archdoc.report import Verdict
from archdoc.report.text import many
from archdoc.rules import RULES

MOST_CHARS = 60_000
_MOST_PICTURE = 30_000
_ROWS = 60


def check(verdict: Verdict) -> str:
    """The verdict, with the picture of the change where there is a base to compare with."""
    stale, errors = verdict.plan.stale, verdict.errors
    told = _told(verdict.major) or "no change"
    state = "diagrams are out of date" if stale else many(len(errors), "error") if errors else "diagrams are up to date"
    parts = [f"### Architecture: {told} — **{state}**", *changes(verdict.major, verdict.picture)]
    if stale:
        parts.append(
            _table(
                ("diagram", "state"), [(_code(f"{b.path}:{b.begin}" if b.begin else b.path), _state(verdict, b)) for b in stale]
            )
        )
        parts.append("**Fix it:** run `archdoc update` and commit the pages with the change.")
    parts += _findings(errors)
    if verdict.wrong and verdict.excuse:
        parts.append(f"**Passes all the same:** {_code(verdict.excuse)}")
    parts += _minor(verdict.minor)
    parts += _accepted(verdict)
    base = f" · compared with {_code(verdict.base)}" if verdict.base else ""
    return _fitting([*parts, f"<sub>archdoc · {_code(verdict.tree)}{base}</sub>"])


def diff(found: Sequence[Change], picture: str, base: str, head: str) -> str:
    """The difference of two trees."""
    major = [c for c in found if c.significance == "major"]
    minor = [c for c in found if c.significance == "minor"]
    parts = [f"### Architecture: {_told(major) or 'no change'}", *changes(major, picture), *_minor(minor)]
    return _fitting([*parts, f"<sub>archdoc · {_code(base)} → {_code(head)}</sub>"])


def changes(found: Sequence[Change], picture: str) -> list[str]:
    """The picture and the table of changes."""
    parts = [f"```mermaid\n{picture}```"] if picture and len(picture) <= _MOST_PICTURE else []
    rows = [(_sign(c.sign), _code(c.text), _code(f"{c.at.path}:{c.at.line}")) for c in found[:_ROWS]]
    if rows:
        parts.append(_table(("", "what", "where"), rows))
    if len(found) > _ROWS:
        parts.append(f"… and {len(found) - _ROWS} more.")
    return parts


def _state(verdict: Verdict, block: BlockState) -> str:
    owned = verdict.owned(block.view)
    return TOLD[block.state] + (f" · {_code(owned)}" if owned else "")


def _told(found: Sequence[Change]) -> str:
    return ", ".join(f"{n} {word}" for word, n in counts(found).items() if n)


def _findings(found: Sequence[Finding]) -> list[str]:
    rows = [(_code(f.rule), f"{_code(f.message)}<br>{RULES[f.rule].advice}", _code(f"{f.path}:{f.line}")) for f in found[:_ROWS]]
    return [_table(("error", "what", "where"), rows)] if rows else []


def _minor(found: Sequence[Change]) -> list[str]:
    if not found:
        return []
    lines = [f"- {_sign(c.sign)} {_code(c.text)}" for c in found[:_ROWS]]
    lines += [f"- … and {len(found) - _ROWS} more"] if len(found) > _ROWS else []
    return [
        f"<details><summary>{many(len(found), 'minor change')} that no diagram shows</summary>\n\n"
        + "\n".join(lines)
        + "\n\n</details>"
    ]


def _accepted(verdict: Verdict) -> list[str]:
    if not verdict.accepted and not verdict.known:
        return []
    lines = [
        f"- {_code(f'{a.finding.path}:{a.finding.line}')} {_code(a.finding.rule)}: {_code(a.reason)}" for a in verdict.accepted
    ]
    lines = lines[:_ROWS] + ([f"- … and {len(lines) - _ROWS} more"] if len(lines) > _ROWS else [])
    told = f"{many(len(verdict.accepted), 'finding')} accepted · baseline {len(verdict.known)}"
    return ["\n\n".join([f"<details><summary>{told}</summary>", *(["\n".join(lines)] if lines else []), "</details>"])]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _sign(sign: str) -> str:
    return {"-": "−", "~": "±", ">": "→"}.get(sign, sign)  # noqa: RUF001  # a hyphen begins a list


def _code(text: str) -> str:
    """Text as a code span that may stand in a table: on one line, nothing in it is markup."""
    clean = " ".join("".join(c if c.isprintable() else " " for c in text).split()).replace("`", "'").replace("|", "\\|")
    return f"`{clean[:300] or ' '}`"


def _fitting(parts: Sequence[str]) -> str:
    """The parts as far as there is room; the picture goes before the words do."""
    whole = "\n\n".join(parts) + "\n"
    if len(whole) <= MOST_CHARS:
        return whole
    kept = [part for part in parts if not part.startswith("```mermaid")]
    while len("\n\n".join(kept)) > MOST_CHARS - 100:
        del kept[max(range(len(kept)), key=lambda n: len(kept[n]))]
    return "\n\n".join([*kept, "Too much for one comment: `archdoc diff` has it all."]) + "\n"
