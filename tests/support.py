"""What several tests share: a tree of files in memory, objects in a deployable."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from archdoc import ids
from archdoc.model import Entity, EntityId, EntityKind, Evidence

SCOPE = ids.deployable_id("k8s")
AT = Evidence("k8s/a.yaml", 7, "here")


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

    def exists(self, path: str) -> bool:
        return path in self.files

    def folder(self, path: str) -> list[str]:
        prefix = f"{path}/" if path else ""
        below = [p[len(prefix) :] for p in self.files if p.startswith(prefix)]
        return sorted({name.split("/")[0] + ("/" if "/" in name else "") for name in below})


class MemorySnapshot(MemoryFiles):
    """A tree in memory where the pipeline expects one of git."""

    title = "memory"
    commit = None
    strays = frozenset[str]()

    def content(self, path: str) -> bytes | None:
        return self.read(path)

    @property
    def paths(self) -> list[str]:
        return list(self.files)

    def oid(self, path: str) -> str | None:
        content = self.files.get(path)
        return None if content is None else hashlib.sha1(content).hexdigest()

    def state(self, path: str) -> str | None:
        return "\0".join(self.folder(path.strip("/"))) if path.endswith("/") else self.oid(path)

    def finding(self, path: str) -> None:
        return None

    def prefetch(self, paths: Iterable[str]) -> None:
        return None

    def forget(self, paths: Iterable[str]) -> None:
        return None


def thing(kind: EntityKind, type_: str, name: str, namespace: str | None = "", scope: EntityId = SCOPE, **more: Any) -> Entity:
    """An object of Kubernetes in a deployable, in a file of its own."""
    group, _, word = type_.rpartition("/")
    identity = ids.object_id(kind, scope, namespace, ids.object_kind(group.rpartition("/")[0], word), name)
    return Entity(identity, kind, type_, name, f"{scope.partition(':')[2]}/{name}.yaml", 1, namespace, scope, **more)
