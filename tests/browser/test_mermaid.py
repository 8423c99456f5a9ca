"""Every committed Mermaid block, drawn by the real Mermaid 11 and 12 in Chromium."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.browser import HERE, ROOT, needs

MAX_CHARS = 50_000
MAX_EDGES = 500
VERSIONS = {"11", "12"}

pytestmark = needs("mermaid11", "mermaid12", "playwright-core")


def _render(out: Path, files: Sequence[Path]) -> tuple[int, list[dict[str, Any]]]:
    command = ["node", str(HERE / "render.mjs"), str(out), *map(str, files)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def _committed_pages() -> list[Path]:
    patterns = ("docs/architecture/**/*.md", "examples/**/docs/architecture/**/*.md")
    return sorted({page for pattern in patterns for page in ROOT.glob(pattern)})


def test_committed_pictures_are_drawn_by_both_versions(tmp_path: Path) -> None:
    code, blocks = _render(tmp_path, _committed_pages())
    failures = [f"{b['file']}:{b['line']} (Mermaid {b['version']}): {b['error']}" for b in blocks if not b["ok"]]
    assert failures == []  # an attempted outside request is a failure of its block too
    assert code == 0
    assert {b["version"] for b in blocks} == VERSIONS
    assert [b for b in blocks if b["chars"] >= MAX_CHARS or b.get("edges", 0) > MAX_EDGES] == []


BAD = {
    "Parse error": "flowchart TB\n  a -->\n",
    "No diagram type": "no diagram at all\n",
    "Edge limit exceeded": "flowchart TB\n" + "".join(f"  n{i} --> n{i + 1}\n" for i in range(600)),
    "Maximum text size": f"flowchart TB\n  a --> b\n%% {'x' * MAX_CHARS}\n",
    "outside request": "flowchart TB\n  a[\"<img src='https://pictures.invalid/x.png'>\"] --> b\n",
}
GOOD = "flowchart TB\n  a --> b\n"


def test_bad_blocks_are_reported_and_the_next_is_still_judged(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("\n".join(f"```mermaid\n{text}```\n" for text in (*BAD.values(), GOOD)), encoding="utf-8")
    code, blocks = _render(tmp_path / "out", [page])
    assert code == 1
    for version in VERSIONS:
        *bad, good = (b for b in blocks if b["version"] == version)
        assert [b["ok"] for b in bad] == [False] * len(BAD)
        assert [error for error, b in zip(BAD, bad, strict=True) if error not in b["error"]] == []
        assert good["ok"], good
        assert (good["nodes"], good["edges"]) == (2, 1)
