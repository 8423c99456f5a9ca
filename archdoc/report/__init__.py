"""What was found, told: one module a form. Each takes values and gives text; none reads or judges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from archdoc.check.freshness import Plan
from archdoc.check.ignores import Accepted
from archdoc.diff import Change
from archdoc.model import Finding


@dataclass(frozen=True, slots=True)
class Cause:
    """A change of the architecture behind a stale block: what, and where it says so."""

    sign: str
    text: str
    path: str
    line: int
    deleted: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """All that check has to say. `causes` name what changed since the commit `base` (``""``: there is none to compare with).

    `findings` count; `accepted` do not, for a reason that somebody gave, and `known` do not, since the baseline holds them.
    `changes` are all differences from that commit and `picture` draws them, where the report asks for them. `unchanged`: there
    are none, so the diagrams were stale before; `written`: the pages have been mended; `excuse`: why a failing tree passes;
    `shown`: how much of it each diagram drawn by hand shows; `owners`: who owns the views whose ids end so.
    """

    plan: Plan
    findings: tuple[Finding, ...]
    accepted: tuple[Accepted, ...]
    known: tuple[Finding, ...]
    causes: tuple[Cause, ...]
    changes: tuple[Change, ...]
    picture: str
    base: str
    tree: str
    drawn: tuple[int, int, int]
    excuse: str = ""
    owners: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unchanged: bool = False
    written: bool = False
    shown: tuple[str, ...] = ()

    def owned(self, view: str) -> str:
        """Who owns a view, as they are called; ``""`` where nobody is named."""
        return " ".join(name for end, names in self.owners.items() if view.endswith(end) for name in names)

    @property
    def failed(self) -> bool:
        """Whether the gate is shut."""
        return self.wrong and not self.excuse

    @property
    def wrong(self) -> bool:
        """Whether a diagram is stale or something is wrong, excused or not."""
        return bool(self.plan.stale or self.errors)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that fail the gate."""
        return tuple(f for f in self.findings if f.severity == "error")

    @property
    def major(self) -> tuple[Change, ...]:
        """What changed of the architecture."""
        return tuple(c for c in self.changes if c.significance == "major")

    @property
    def minor(self) -> tuple[Change, ...]:
        """What changed and no diagram shows."""
        return tuple(c for c in self.changes if c.significance == "minor")

    def as_json(self) -> dict[str, Any]:
        """The verdict as JSON values, schema `archdoc.check/1`."""
        return {
            "schema": "archdoc.check/1",
            "failed": self.failed,
            "tree": self.tree,
            "base": self.base,
            "blocks": self.plan.blocks,
            "causes": self.causes,
            "changes": self.changes,
            "findings": self.findings,
            "accepted": tuple(one._asdict() for one in self.accepted),
            "baseline": self.known,
            "excuse": self.excuse,
        }
