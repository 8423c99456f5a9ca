"""Plain Kubernetes manifests: each file is a unit, and the folder it lies in is what is applied together.

Files of kustomizations and charts are theirs. This module knows no kind of object and no field.
"""

from __future__ import annotations

from dataclasses import replace

from archdoc import ids
from archdoc.config import Config
from archdoc.extract import Files, _manifests, _objects
from archdoc.extract import claims as by_name
from archdoc.model import Entity, EntityKind, Facts

_CHART_FOLDERS = frozenset({"templates", "crds", "charts", "files", "ci"})


claims = by_name.kubernetes


def extract(path: str, files: Files, config: Config) -> Facts:  # noqa: ARG001  # the protocol's
    """What a manifest file declares and mentions; nothing for a file that holds no objects or belongs to a chart."""
    data = files.read(path)
    if data is None or not _manifests.looks_like_manifest(data) or in_chart(path, files):
        return Facts()
    manifest = _manifests.read(data, path)
    if all(thing.is_for_a_tool for thing in manifest.objects):
        return Facts(findings=manifest.findings)
    folder = path.rpartition("/")[0]
    deployable = Entity(
        ids.deployable_id(folder), EntityKind.DEPLOYABLE, "manifests", folder.rpartition("/")[2] or ".", folder or ".", 1
    )
    facts = _objects.facts(manifest.objects, deployable.id)
    return replace(facts, entities=(deployable, *facts.entities), findings=manifest.findings)


def in_chart(path: str, files: Files) -> bool:
    """Whether a file is part of a Helm chart: below a folder of one that a ``Chart.yaml`` stands beside."""
    parts = path.split("/")[:-1]
    return any(
        part in _CHART_FOLDERS and "Chart.yaml" in files.folder("/".join(parts[:number])) for number, part in enumerate(parts)
    )
