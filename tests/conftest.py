"""Options and guards of all tests."""

from __future__ import annotations

import pytest
from hypothesis import settings

# Times are measured in benchmarks, on a machine that does nothing else.
settings.register_profile("archdoc", deadline=None)
settings.load_profile("archdoc")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-cases", action="store_true", help="write expected files anew; read what changed before you commit it"
    )


@pytest.fixture
def update_cases(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-cases"))


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the cache of the person who runs it, and a bug in an extractor is a failure."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.setenv("ARCHDOC_RERAISE", "1")
