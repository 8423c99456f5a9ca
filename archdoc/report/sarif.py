"""The verdict as SARIF 2.1.0, for code scanning and other tools that read it (OASIS standard sarif-v2.1.0)."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any
from urllib.parse import quote

from archdoc import __version__, codec
from archdoc.check.freshness import TOLD
from archdoc.model import Evidence, Finding
from archdoc.report import Verdict
from archdoc.rules import RULES, finding

_LEVELS = {"error": "error", "warning": "warning", "note": "note"}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def check(verdict: Verdict) -> str:
    """The log of one run: a result for each finding and each stale diagram."""
    found = sorted((*_stale(verdict), *verdict.findings), key=lambda f: (f.rule, f.path, f.line, f.message))
    used = sorted({one.rule for one in found})
    driver = {"name": "archdoc", "version": __version__, "rules": [_rule(name) for name in used]}
    results = [_result(one, used.index(one.rule)) for one in found]
    run = {"tool": {"driver": driver}, "columnKind": "utf16CodeUnits", "results": results}
    return codec.canonical({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _stale(verdict: Verdict) -> Iterator[Finding]:
    for block in verdict.plan.stale:
        changes = "; ".join(f"{change.sign} {change.text or change.source}" for change in block.changes[:5])
        message = f"the diagram `{block.view}`: {TOLD[block.state]}" + (f": {changes}" if changes else "")
        yield finding("diagram-stale", message, Evidence(block.path, max(1, block.begin)), block.view)


def _rule(name: str) -> dict[str, Any]:
    rule = RULES[name]
    return {
        "id": name,
        "shortDescription": {"text": rule.advice},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(one: Finding, index: int) -> dict[str, Any]:
    identity = repr((one.rule, one.path, one.subject, one.message)).encode()
    place = {"artifactLocation": {"uri": quote(one.path, errors="surrogateescape")}, "region": {"startLine": max(1, one.line)}}
    return {
        "ruleId": one.rule,
        "ruleIndex": index,
        "level": _LEVELS[one.severity],
        "message": {"text": f"{one.message}. {RULES[one.rule].advice}"},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"archdoc/v1": blake2b(identity, digest_size=16).hexdigest()},
    }
