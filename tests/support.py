"""What several tests share: a tree of files in memory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


class MemoryFiles:
    """A tree of files given as path to content."""

    def __init__(self, files: Mapping[str, bytes | str]) -> None:
        self.files = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}

    @classmethod
    def of(cls, folder: Path) -> MemoryFiles:
        """Every file below a folder on disk."""
        return cls({p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()})

    def read(self, path: str) -> bytes | None:
        return self.files.get(path)

    def folder(self, path: str) -> list[str]:
        prefix = f"{path}/" if path else ""
        below = [p[len(prefix) :] for p in self.files if p.startswith(prefix)]
        return sorted({name.split("/")[0] + ("/" if "/" in name else "") for name in below})
