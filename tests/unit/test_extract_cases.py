"""Every extractor against its cases: a folder `input/` beside `expected.json`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from archdoc import codec
from archdoc.config import Config
from archdoc.extract import Extractor
from archdoc.model import Facts
from archdoc.plugins import EXTRACTORS
from tests.support import MemoryFiles

CASES = Path(__file__).parents[1] / "cases" / "extract"
FOLDERS = sorted(path.parent for path in CASES.glob("*/*/input"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_case(folder: Path, update_cases: bool) -> None:
    module: Extractor = EXTRACTORS[folder.parent.name.replace("_", "-")]
    files = MemoryFiles.of(folder / "input")
    units = {
        path: module.extract(path, files, Config(repository="acme/shop")) for path in sorted(files.files) if module.claims(path)
    }
    said = {path: codec.facts_to_json(facts) for path, facts in units.items() if facts != Facts()}
    text = json.dumps(said, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    expected = folder / "expected.json"
    if update_cases:
        expected.write_text(text, encoding="utf-8")
    assert expected.exists(), f"{expected} is missing: run pytest --update-cases and read what it wrote"
    assert text == expected.read_text(encoding="utf-8")
    for facts in units.values():
        assert codec.facts_from_rows(json.loads(json.dumps(codec.facts_to_rows(facts)))) == facts
