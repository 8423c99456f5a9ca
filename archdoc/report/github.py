"""The verdict for the log of a GitHub Actions run: the whole text, then at most ten annotations, worst first, at their causes.

Format and escapes: GitHub docs, "Workflow commands for GitHub Actions". Text of the repository can start no command.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple

from archdoc.check.freshness import TOLD, BlockState
from archdoc.report import Verdict, text
from archdoc.rules import RULES

MOST = 10
_ORDER = ("error", "warning", "notice")
_ESCAPES = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
_IN_PROPERTIES = (*_ESCAPES, (":", "%3A"), (",", "%2C"))


class Annotation(NamedTuple):
    """One message at a line; `level` is a command of GitHub: error, warning, notice."""

    level: str
    path: str
    line: int
    title: str
    message: str


def check(verdict: Verdict) -> str:
    """What a step prints: the text for the log, in which no command is read, then the annotations."""
    said = text.check(verdict)
    # Who writes a name cannot know the token: it depends on the whole text, that name included.
    token = blake2b(said.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
    return "".join([f"::stop-commands::{token}\n", said, f"::{token}::\n", *_commands(verdict)])


def annotated(verdict: Verdict) -> list[Annotation]:
    """All annotations, worst first."""
    found = [*_stale(verdict), *_findings(verdict)]
    if verdict.excuse:
        found = [one._replace(level="warning") if one.level == "error" else one for one in found]
    return sorted(found, key=lambda one: (_ORDER.index(one.level), one.path, one.line, one.message))


def _commands(verdict: Verdict) -> Iterator[str]:
    found = annotated(verdict)
    shown = found if len(found) <= MOST else found[: MOST - 1]
    for one in shown:
        place = f"file={escaped(one.path, _IN_PROPERTIES)},line={one.line},title={escaped(one.title, _IN_PROPERTIES)}"
        yield f"::{one.level} {place}::{escaped(one.message)}\n"
    if len(shown) < len(found):
        yield f"::notice title=archdoc::{len(found) - len(shown)} more: the log of this step has them all\n"


def _stale(verdict: Verdict) -> Iterator[Annotation]:
    """Each cause at its line; where a cause is gone or not known, the diagram that is stale."""
    told = False
    for cause in verdict.causes:
        if not cause.deleted:
            told = True
            message = f"{cause.sign} {cause.text}: the diagrams do not show it. Run `archdoc update` and commit the pages."
            yield Annotation("error", cause.path, cause.line, "Architecture changed", message)
    for block in verdict.plan.stale:
        if not told or any(change.sign == "-" for change in block.changes):
            yield Annotation("error", block.path, max(1, block.begin), "Diagram out of date", _difference(block))


def _difference(block: BlockState) -> str:
    lines = [f"{change.sign} {change.text or change.source}" for change in block.changes[:MOST]]
    more = len(block.changes) - len(lines)
    ending = [f"… and {more} more"] if more > 0 else []
    return "\n".join([f"`{block.view}`: {TOLD[block.state]}; run `archdoc update` and commit the page.", *lines, *ending])


def _findings(verdict: Verdict) -> Iterator[Annotation]:
    levels = {"error": "error", "warning": "warning"}
    for one in verdict.findings:
        if one.severity in levels:
            yield Annotation(levels[one.severity], one.path, one.line, one.rule, f"{one.message}. {RULES[one.rule].advice}")


def escaped(value: str, escapes: tuple[tuple[str, str], ...] = _ESCAPES) -> str:
    """Text as the message of a command, or with `_IN_PROPERTIES` as the value of one of its properties."""
    for char, code in escapes:
        value = value.replace(char, code)
    return value
