"""What is drawn, in a real browser. `prepare.sh` gets what these tests need; without it they are skipped."""

import os
import shutil
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def _missing(packages: tuple[str, ...]) -> str | None:
    """Say what the harness lacks, or None when it can run."""
    if shutil.which("node") is None:
        return "node is not installed"
    if not all((HERE / "node_modules" / name).is_dir() for name in packages):
        return "node_modules is missing: run tests/browser/prepare.sh"
    browsers = ("chromium", "chromium-browser", "google-chrome")
    if not os.environ.get("CHROMIUM") and not any(map(shutil.which, browsers)):
        return "no Chromium found: run tests/browser/prepare.sh"
    return None


def needs(*packages: str) -> list[pytest.MarkDecorator]:
    """The marks of a module whose tests need node, Chromium and these npm packages."""
    reason = _missing(packages)
    return [pytest.mark.browser, pytest.mark.skipif(reason is not None, reason=reason or "")]
