"""Images that the settings in a ConfigMap name: what a controller runs in pods that it makes itself, by no manifest.

``image: ghcr.io/acme/agent:1`` in a file of YAML or JSON, ``sidecar-image`` and ``cacheImage`` too. Each line is read by itself,
so the time is linear. By the name of a key alone it is not sure that anything runs the image; what has blanks is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archdoc import images
from archdoc.extract._addresses import MAX_TEXT
from archdoc.regex import regex

_MAX_FOUND = 100
_NO_SETTINGS = (".html", ".js", ".css", ".svg", ".py", ".sql", ".md", ".lua", ".ts", ".go", "_example")
_COMMENTS = ("#", "//", ";", "<!--", "--", "{{")
_NAME = r"[a-z0-9][\w.-]{0,100}(?::\d{1,5})?(?:/[\w.-]{1,128}){1,6}(?::[\w.-]{1,128})?(?:@sha256:[0-9a-f]{64})?"
_IMAGE = regex(
    rf"""(?<![\w./-])(?:[A-Za-z][\w.-]{{0,60}}?(?:Image|[_.-]image)|image)["']?\s{{0,4}}[:=]\s{{0,4}}["']?({_NAME})(?=["'\s,}}]|$)"""
)
_PICTURE = regex(r"\.(?:avif|gif|ico|jpe?g|png|svg|webp)$")


def find(name: str, text: str) -> Iterator[tuple[int, str]]:
    """Every image in the value of a ConfigMap's key, with its line from 0; a value of one line goes with its key."""
    if name.endswith(_NO_SETTINGS) or "mage" not in f"{name}{text}":
        return
    if "\n" in text.strip():
        rows = text[:MAX_TEXT].splitlines()
    else:
        rows = [text if text.lstrip()[:1] == "{" else f"{name}: {text.strip()}"]
    found = ((number, one[1]) for number, row in enumerate(rows) for one in _in_row(row))
    for _, pair in zip(range(_MAX_FOUND), found, strict=False):
        yield pair


def _in_row(row: str) -> Iterator[re.Match[str]]:
    if "mage" in row and not row.lstrip().startswith(_COMMENTS):
        yield from (one for one in _IMAGE.finditer(row) if not _PICTURE.search(one[1]) and images.parse(one[1]) is not None)
