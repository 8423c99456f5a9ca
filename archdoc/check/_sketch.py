"""A diagram drawn by hand, in its place, and what is said of it. Plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archdoc.model import Evidence, Finding


@dataclass(frozen=True, slots=True)
class Sketch:
    """A diagram drawn by hand: its file, the line before its text, the text, and whether it must show everything."""

    path: str
    offset: int
    text: str
    complete: bool = False

    def at(self, line: int) -> Evidence:
        """A line of the drawing as a line of its file."""
        return Evidence(self.path, self.offset + line)


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said of a drawing. `shown` counts, by kind, what it shows and what there is where it looks."""

    sketch: Sketch
    findings: tuple[Finding, ...]
    shown: Mapping[str, tuple[int, int]]
    mapped: int
    nodes: int

    @property
    def about(self) -> bool:
        """Whether the drawing shows things of this repository rather than ideas."""
        return self.mapped >= 2 and 2 * self.mapped >= self.nodes

    @property
    def words(self) -> str:
        """``docs/x.md:12 draws 14 of 19 workloads``."""
        told = ", ".join(f"{drawn} of {all_} {kind}s" for kind, (drawn, all_) in sorted(self.shown.items()))
        few = f"{self.mapped} of its {self.nodes} nodes are here"
        return f"{self.sketch.path}:{self.sketch.offset + 1} {f'draws {told}' if told else few}"
