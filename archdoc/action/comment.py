"""One comment on a pull request: made when the architecture changes, kept up to date in place, set to resolved at the end.

Only the REST API of issues is used, with the token of the job. Any failure is told and changes nothing else.
Source: GitHub REST API, "Issue comments".
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_MARK = "<!-- archdoc:report scope={scope} -->"
_PAGES = 10
_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Place:
    """The pull request to comment on: `api` is the address of the API, `scope` tells several comments of one run apart."""

    api: str
    repository: str
    number: int
    token: str
    scope: str = "all"


def put(place: Place, body: str, *, changed: bool) -> str:
    """Make or update the comment; says in one sentence what was done or why not.

    Where nothing `changed` no comment is made, but one that is there is updated.
    """
    mark = _MARK.format(scope=place.scope)
    text = f"{mark}\n{body}"
    issue = f"{place.api}/repos/{place.repository}/issues/{place.number}/comments"
    try:
        for comment in _comments(place, issue):
            if str(comment.get("body", "")).startswith(mark) and _update(place, comment, text):
                return "the comment on the pull request is up to date"
        if not changed:
            return "the architecture is as it was: no comment is made"
        _call(place, "POST", issue, {"body": text})
    except (OSError, ValueError) as error:
        return f"the comment was not written: {_reason(error)}"
    return "a comment on the pull request is made"


def _comments(place: Place, issue: str) -> Iterator[dict[str, Any]]:
    for page in range(1, _PAGES + 1):
        found = _call(place, "GET", f"{issue}?per_page=100&page={page}")
        if not isinstance(found, list):
            return
        yield from (one for one in found if isinstance(one, dict))
        if len(found) < 100:
            return


def _update(place: Place, comment: dict[str, Any], text: str) -> bool:
    """Whether the comment could be updated; one that somebody else wrote with the same mark cannot."""
    if comment.get("body") == text:
        return True
    try:
        _call(place, "PATCH", f"{place.api}/repos/{place.repository}/issues/comments/{int(comment['id'])}", {"body": text})
    except urllib.error.HTTPError as error:
        if error.code in (403, 404):
            return False
        raise
    return True


def _call(place: Place, method: str, url: str, values: object = None) -> Any:
    data = None if values is None else json.dumps(values).encode()
    headers = {
        "Accept": "application/vnd.github+json",
        "Authorization": f"Bearer {place.token}",
        "Content-Type": "application/json",
        "User-Agent": "archdoc",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310  # the address is the runner's own
    with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
        return json.loads(answer.read() or b"null")


def _reason(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        told = {
            403: "the token may not write it (`pull-requests: write`), or the rate limit is reached",
            422: "GitHub refuses it",
        }
        return f"{told.get(error.code, 'GitHub answers')} ({error.code})"
    return str(getattr(error, "reason", "") or error or type(error).__name__)
