"""Compose files: known by name, not read yet, and never passed over in silence."""

from __future__ import annotations

import re

from archdoc.config import Config
from archdoc.extract import Files
from archdoc.extract import claims as by_name
from archdoc.model import Evidence, Facts
from archdoc.rules import finding

_SERVICES = re.compile(rb"^[\"']?(services|include)[\"']?\s*:", re.MULTILINE)

claims = by_name.compose


def extract(path: str, files: Files, config: Config) -> Facts:  # noqa: ARG001  # every extractor is given the configuration
    """A note that the file is there; nothing for a file that holds no services."""
    data = files.read(path)
    found = _SERVICES.search(data) if data is not None else None
    if data is None or found is None:
        return Facts()
    at = Evidence(path, data.count(b"\n", 0, found.start()) + 1)
    return Facts(findings=(finding("compose-not-read", "a Compose file", at),))
