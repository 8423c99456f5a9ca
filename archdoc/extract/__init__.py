"""One module a format: each reads the files of one source unit and says what they declare and mention.

An extractor is a module that satisfies `Extractor` and stands in `archdoc.extract.formats`. It knows no graph, no git and
no other extractor; modules that begin with an underscore are helpers that several share.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

from archdoc.config import Config
from archdoc.model import Facts


class Files(Protocol):
    """The files of one tree as an extractor sees them; what is asked for is remembered, so answers can be cached."""

    def read(self, path: str) -> bytes | None:
        """The content of a regular file; None where there is none, or where it cannot be read (said elsewhere)."""

    def exists(self, path: str) -> bool:
        """Whether there is a file, be it one that cannot be read."""

    def folder(self, path: str) -> Sequence[str]:
        """The sorted names directly in a folder (``""`` is the root), folders with a ``/`` behind; empty if absent."""


class Extractor(Protocol):
    """What a module of this package offers."""

    def claims(self, path: str) -> bool:
        """Whether a file is the main file of a unit of this format, judged by its path alone (`archdoc.extract.claims`)."""

    def extract(self, path: str, files: Files, config: Config) -> Facts:
        """Everything that the unit whose main file is `path` says. Odd input is a finding; raising is a bug."""


@dataclass(frozen=True, slots=True)
class Format:
    """An extractor that is loaded when the first file has to be read: most runs find every answer in the cache."""

    claims: Callable[[str], bool]
    module: str

    def extract(self, path: str, files: Files, config: Config) -> Facts:
        """As `Extractor.extract` of the module."""
        extractor: Extractor = import_module(self.module)
        return extractor.extract(path, files, config)
