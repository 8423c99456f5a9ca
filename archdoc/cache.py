"""Facts of source units by the content they were read from: a small SQLite file in the user's cache folder.

An entry holds what the unit read and what it said; it answers only while every file it read is the same. A cache that is
damaged, locked or not writable is no cache, never a wrong answer. Nothing secret is in it, because nothing secret is in facts.
"""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from archdoc import stored

_LIMIT = 200_000


def file() -> Path:
    """Where the answers are kept for this user."""
    return Path(stored.folder()) / "facts-1.sqlite"


@functools.cache
def sources_key() -> str:
    """A key that changes whenever this program's own files change."""
    return stored.sources_key()


class Cache:
    """Stored answers by key. Use as a context manager: entries are written once, at the end."""

    def __init__(self, path: Path | None) -> None:
        """Open or make the file at `path`; None is a cache that holds nothing."""
        self._fresh: dict[str, str] = {}
        self._database: Any = None
        if path is not None:
            import sqlite3

            with contextlib.suppress(OSError, sqlite3.Error):
                path.parent.mkdir(parents=True, exist_ok=True)
                database = sqlite3.connect(path, timeout=2, isolation_level=None)
                database.execute("PRAGMA journal_mode = WAL")
                database.execute("PRAGMA synchronous = OFF")
                database.execute("CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID")
                self._database = database

    def __enter__(self) -> Cache:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Write what is new, and forget everything once there is far too much."""
        if self._database is None:
            return
        import sqlite3

        with contextlib.suppress(sqlite3.Error):
            if self._fresh:
                self._database.execute("BEGIN")
                self._database.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?)", self._fresh.items())
                (count,) = self._database.execute("SELECT count(*) FROM answers").fetchone()
                if count > _LIMIT:
                    self._database.execute("DELETE FROM answers")
                self._database.execute("COMMIT")
        with contextlib.suppress(sqlite3.Error):
            self._database.close()
        self._database = None

    @property
    def writes(self) -> bool:
        """Whether what is put is kept."""
        return self._database is not None

    def get_many(self, keys: Iterable[str]) -> dict[str, Any]:
        """The stored values of those keys that are there, as JSON values."""
        wanted = list(keys)
        found: dict[str, Any] = {key: json.loads(self._fresh[key]) for key in wanted if key in self._fresh}
        if self._database is None:
            return found
        import sqlite3

        with contextlib.suppress(sqlite3.Error, ValueError):
            for start in range(0, len(wanted), 500):
                portion = wanted[start : start + 500]
                marks = ",".join("?" * len(portion))
                query = f"SELECT key, value FROM answers WHERE key IN ({marks})"  # noqa: S608
                rows = self._database.execute(query, portion).fetchall()
                values = json.loads(f"[{','.join(value for _, value in rows)}]")
                found.update(zip((key for key, _ in rows), values, strict=True))
        return found

    def put(self, key: str, value: object) -> None:
        """Remember a JSON value."""
        if self._database is not None:
            self._fresh[key] = json.dumps(value, separators=(",", ":"))
