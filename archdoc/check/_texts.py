"""The files of a tree, asked for words only: whether what declares one entity says anything of another one at all.

What a manifest mentions in a way that is not understood may still be a relation. No text leaves this module.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable

from archdoc.graph import Graph
from archdoc.model import EntityId, EntityKind, RelationKind

_K = EntityKind


class Texts:
    """The declarations of a graph's entities; `read` gives the content of a file of the same tree, which has `paths`."""

    def __init__(self, graph: Graph, read: Callable[[str], bytes | None], paths: Iterable[str]) -> None:
        self.graph = graph
        self._read = read
        self._files = frozenset(path.rpartition("/")[2] for path in paths)
        self._lines: dict[str, list[str]] = {}
        self._begins: dict[str, list[int]] = defaultdict(list)
        for entity in graph.entities.values():
            if entity.deployable is not None:
                self._begins[entity.path].append(entity.line)
        for lines in self._begins.values():
            lines.sort()

    def has_file(self, path: str) -> bool:
        """Whether a file of the tree has this name, wherever it lies."""
        return path.rpartition("/")[2] in self._files

    def mention(self, entities: Iterable[EntityId], words: Iterable[str]) -> bool:
        """Whether what declares any of these, or configures it, holds one of the words, be it as part of a name."""
        wanted = "|".join(re.escape(word) for word in words if len(word) > 1)
        if not wanted:
            return False
        pattern = re.compile(rf"(?<![a-z0-9])(?:{wanted})(?![a-z0-9])")
        return any(pattern.search(self._text(one)) for entity in sorted(entities) for one in (entity, *self._configs(entity)))

    def _configs(self, entity: EntityId) -> list[EntityId]:
        return [r.target for r in self.graph.out(entity, RelationKind.CONFIGURES, RelationKind.MOUNTS)]

    def _text(self, id_: EntityId) -> str:
        entity = self.graph.entities[id_]
        if entity.kind in (_K.SECRET, _K.IMAGE, _K.EXTERNAL):
            return ""
        lines = self._lines.get(entity.path)
        if lines is None:
            content = self._read(entity.path) or b""
            lines = self._lines[entity.path] = content.decode("utf-8", errors="replace").casefold().split("\n")
        begins = self._begins.get(entity.path, [])
        place = bisect_right(begins, entity.line)
        end = begins[place] if place < len(begins) else len(lines) + 1
        return "\n".join(lines[entity.line - 1 : end - 1])
