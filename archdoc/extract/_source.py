"""The YAML files that one workflow is made of: itself, the workflows it calls, the local actions it uses; each read once."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import Any

from archdoc.config import Config
from archdoc.extract import Files
from archdoc.extract._lines import lines_of
from archdoc.extract._yaml import MISSING, Node, documents
from archdoc.model import Evidence, Finding
from archdoc.rules import finding

MAX_STEPS = 5_000


@dataclass(frozen=True, slots=True)
class Source:
    """A file: its path, its document (`MISSING` where it cannot be read), its lines, whether it speaks of a matrix or outputs."""

    path: str
    root: Node
    raw: tuple[str, ...]
    matrix: bool = False
    outputs: bool = False

    def lines(self, node: Node) -> list[int]:
        """The line of the file for each line of a scalar of it."""
        return lines_of(node.text, node.line, self.raw)


@dataclass(slots=True)
class Session:
    """What one extraction reads and finds. `findings` holds each finding once, in the order met.

    `unbound` is set while a workflow is read that others call: its inputs are known to its callers. `steps` counts those that
    were walked. The rest remembers what was worked out of a node, by its id (nodes live as long as their source), or of a
    command that was followed.
    """

    files: Files
    config: Config
    unbound: bool = False
    steps: int = 0
    sources: dict[str, Source | None] = field(default_factory=dict)
    findings: dict[Finding, None] = field(default_factory=dict)
    told: set[tuple[str, str, int]] = field(default_factory=set)
    weights: dict[int, Any] = field(default_factory=dict)
    action_weights: dict[str, Any] = field(default_factory=dict)
    walks: dict[int, list[Any]] = field(default_factory=dict)
    composites: dict[int, list[Any]] = field(default_factory=dict)
    follows: dict[tuple[object, ...], list[Any]] = field(default_factory=dict)
    dockerfiles: dict[str, Any] = field(default_factory=dict)

    def source(self, path: str) -> Source | None:
        """A YAML file; None where there is none. What is wrong with a file is reported by the unit whose main file it is."""
        if path not in self.sources:
            content = self.files.read(path)
            self.sources[path] = None if content is None else read(content, path)[0]
        return self.sources[path]

    def action(self, folder: str) -> Source | None:
        """The file of the action in a folder; None where there is none."""
        paths = (posixpath.normpath(f"{folder}/{file}") for file in ("action.yml", "action.yaml"))
        return next((found for found in map(self.source, paths) if found is not None), None)

    def matrix_in_actions(self) -> bool:
        """Whether an action that was read speaks of the matrix of its job."""
        return any(
            one.matrix for path, one in self.sources.items() if one is not None and not path.startswith(".github/workflows/")
        )

    def spend(self, at: Evidence) -> bool:
        """Whether one more step or called job may be walked; the first that may not is reported."""
        self.steps += 1
        if self.steps == MAX_STEPS + 1:
            self.report("workflow-too-large", f"matrices, calls and actions make more than {MAX_STEPS:,} steps", at)
        return self.steps <= MAX_STEPS

    def report(self, rule: str, message: str, at: Evidence, subject: str = "") -> None:
        """Add a finding."""
        self.findings[finding(rule, message, at, subject)] = None

    def unknown(self, what: str, sources: tuple[str, ...], at: Evidence) -> None:
        """Report a value that only a run knows. Inputs that callers give are no finding: each caller is read with its own."""
        if (what, at.path, at.line) in self.told or (self.unbound and all(source.startswith("inputs.") for source in sources)):
            return
        self.told.add((what, at.path, at.line))
        named = ", ".join(f"`{source}`" for source in sources[:3])
        self.report("expression-unknown", f"{what} needs {named}", at)


def read(content: bytes, path: str) -> tuple[Source, tuple[Finding, ...]]:
    """A file of GitHub Actions: its first document, and all that is wrong with the YAML."""
    found = documents(content, path, merge_keys=False)
    root = found[0].root if found else MISSING
    findings = [one for document in found for one in document.findings]
    if len(found) > 1:
        at = Evidence(path, found[1].line)
        findings.append(finding("yaml-several-documents", f"{len(found)} documents, and only the first is read", at))
    text = content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="replace")
    return Source(path, root, tuple(text.split("\n")), b"matrix" in content, b".outputs" in content), tuple(findings)
