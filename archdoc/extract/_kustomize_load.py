"""One kustomization file: where it is, what it refers to, and whether kustomize would take it.

Knows files and the keys of a kustomization (kubernetes-sigs/kustomize api/types/kustomization.go), not what they do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from archdoc.extract import Files, claims
from archdoc.extract._yaml import MISSING, Node, documents
from archdoc.model import Evidence, Finding
from archdoc.regex import regex
from archdoc.rules import finding

NAMES = claims.KUSTOMIZATIONS

_KEYS = frozenset(
    {
        "apiVersion",
        "kind",
        "metadata",
        "resources",
        "bases",
        "components",
        "crds",
        "namespace",
        "namePrefix",
        "nameSuffix",
        "labels",
        "commonLabels",
        "commonAnnotations",
        "images",
        "imageTags",
        "replicas",
        "patches",
        "patchesStrategicMerge",
        "patchesJson6902",
        "configMapGenerator",
        "secretGenerator",
        "generatorOptions",
        "vars",
        "replacements",
        "configurations",
        "openapi",
        "generators",
        "transformers",
        "validators",
        "helmCharts",
        "helmChartInflationGenerator",
        "helmGlobals",
        "sortOptions",
        "buildMetadata",
    }
)
_NOT_APPLIED = ("generators", "transformers", "imageTags", "openapi")
_REMOTE = regex(
    r"^(?:[a-z][a-z0-9+.-]*://|git::|git@|[\w.-]+@[\w.-]+:|(?:github\.com|gitlab\.com|bitbucket\.org)[/:])|\?ref=|\.git(?:/|$)"
)


class Kustomization(NamedTuple):
    """A kustomization as written; `root` is `MISSING` where it cannot be read, which `findings` then says."""

    path: str
    root: Node
    findings: tuple[Finding, ...]

    @property
    def folder(self) -> str:
        """The folder that its paths start from."""
        return self.path.rpartition("/")[0]

    @property
    def is_component(self) -> bool:
        """Whether it only changes what others build."""
        return self.root["kind"].text == "Component"


def load(path: str, files: Files) -> Kustomization:
    """The kustomization at a path that exists."""
    data = files.read(path)
    if data is None:
        return Kustomization(path, MISSING, ())
    read = [document for document in documents(data, path) if document.root or document.findings]
    said = [one for document in read for one in document.findings]
    root = read[0].root if read else MISSING
    if not root.is_map:
        if not said:
            said.append(finding("kustomization-invalid", "the kustomization is empty", Evidence(path, 1)))
        return Kustomization(path, MISSING, tuple(said))
    if len(read) > 1:
        said.append(finding("kustomization-invalid", "a kustomization is one document", Evidence(path, read[1].line)))
    for key, value in root.items():
        if key not in _KEYS:
            said.append(finding("kustomization-invalid", f"unknown key `{key}`", root.key_evidence(key)))
        elif key in _NOT_APPLIED and value:
            said.append(finding("kustomize-unsupported", f"`{key}` is not applied", root.key_evidence(key)))
    return Kustomization(path, root, tuple(said))


def resources(kustomization: Kustomization) -> Iterator[Node]:
    """Every file, folder or address that it adds, in kustomize's order; `bases` is the old name of the folders among them."""
    for key in ("resources", "bases"):
        yield from (entry for entry in kustomization.root[key] if entry.text)


def components(kustomization: Kustomization) -> Iterator[Node]:
    """Every component that it applies."""
    yield from (entry for entry in kustomization.root["components"] if entry.text)


def at(folder: str, files: Files) -> str:
    """The kustomization file of a folder; ``""`` where it has none."""
    names = files.folder(folder)
    return next((joined(folder, name) for name in NAMES if name in names), "")


def resolved(folder: str, entry: str) -> str | None:
    """A path written in a kustomization of `folder`, from the root of the tree; None where it leads out of it."""
    parts = folder.split("/") if folder else []
    if entry.startswith("/"):
        return None
    for part in entry.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def joined(folder: str, name: str) -> str:
    """A name in a folder."""
    return f"{folder}/{name}" if folder else name


def is_remote(entry: str) -> bool:
    """Whether an entry names something on another machine: a URL or the short form of a git host."""
    return _REMOTE.search(entry) is not None


def is_folder(path: str, files: Files) -> bool:
    """Whether a path is a folder of the tree."""
    return bool(files.folder(path))
