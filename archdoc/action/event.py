"""The event that started a run: what it says of base and pull request. Source: GitHub docs, "Events that trigger workflows"."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_NO_COMMIT = "0" * 40


@dataclass(frozen=True, slots=True)
class Event:
    """`name` of the event; `base` is the revision to compare with (``""``: there is none).

    `pull_request` is the number, 0 without one; `fork` tells that its head lies in another repository.
    """

    name: str
    base: str
    pull_request: int = 0
    fork: bool = False


def read(environment: Mapping[str, str]) -> Event:
    """The event of a run. A payload that is missing or odd says nothing, and is no error."""
    name = environment.get("GITHUB_EVENT_NAME", "")
    payload = _payload(environment.get("GITHUB_EVENT_PATH", ""))
    request = _mapping(payload.get("pull_request"))
    if request:
        number = request.get("number")
        heads = _mapping(_mapping(request.get("head")).get("repo")), _mapping(_mapping(request.get("base")).get("repo"))
        fork = heads[0].get("full_name") != heads[1].get("full_name")
        # The merge commit's first parent is the base as it was merged; the payload's base may be older.
        return Event(name, "HEAD^1", number if isinstance(number, int) else 0, fork)
    if name == "merge_group":
        return Event(name, _commit(_mapping(payload.get("merge_group")).get("base_sha")) or "HEAD^1")
    if name == "push":
        return Event(name, _commit(payload.get("before")))
    return Event(name, "HEAD^1")


def _payload(path: str) -> Mapping[str, Any]:
    try:
        return _mapping(json.loads(Path(path).read_text(encoding="utf-8"))) if path else {}
    except (OSError, ValueError):
        return {}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _commit(value: object) -> str:
    """A commit id as payloads have them; ``""`` for none, as for a new branch."""
    known = isinstance(value, str) and len(value) in (40, 64) and set(value) <= set("0123456789abcdef")
    return str(value) if known and value != _NO_COMMIT else ""
