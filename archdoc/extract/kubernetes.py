"""Plain Kubernetes manifests: each file is a unit, and the folder it lies in is what is applied together.

Files of kustomizations and charts are theirs, and patches that lie about near a kustomization are nobody's.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from archdoc import ids
from archdoc.config import Config
from archdoc.extract import Files, _flux_components, _manifests, _objects, _own_rows
from archdoc.extract import claims as by_name
from archdoc.extract._fields import find
from archdoc.extract._template_names import is_made_beside
from archdoc.model import Entity, EntityKind, Facts
from archdoc.rules import finding

_MAX_BESIDE, _MAX_BYTES = 256, 262_144
_LOOKED_UP = (b"onfigMap", b"dapr.io")
"""What stands in files whose objects tell others their settings, or take them from others."""
_CHART_FOLDERS = frozenset({"templates", "crds", "charts", "files", "ci"})
_DEMANDED = {
    "apps/v1/Deployment": "spec.selector",
    "apps/v1/StatefulSet": "spec.selector",
    "apps/v1/DaemonSet": "spec.selector",
    "apps/v1/ReplicaSet": "spec.selector",
    "apiextensions.k8s.io/v1/CustomResourceDefinition": "spec.group",
    "apiextensions.k8s.io/v1beta1/CustomResourceDefinition": "spec.group",
    "batch/v1/Job": "spec.template.spec.containers[].image",
    "batch/v1/CronJob": "spec.jobTemplate.spec.template.spec.containers[].image",
    "v1/Pod": "spec.containers[].image",
    "admissionregistration.k8s.io/v1/MutatingWebhookConfiguration": "webhooks[].clientConfig",
    "admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration": "webhooks[].clientConfig",
}
"""A field without which the API server refuses an object of a kind."""

claims = by_name.kubernetes


def extract(path: str, files: Files, config: Config) -> Facts:
    """What a manifest file declares and mentions.

    Nothing for a file that holds no objects, belongs to a chart or is a template of a file beside it.
    """
    data = files.read(path)
    if data is None or not _manifests.looks_like_manifest(data) or in_chart(path, files) or is_made_beside(path, files):
        return Facts()
    manifest = _manifests.read(data, path)
    folder = path.rpartition("/")[0]
    things = [thing for thing in manifest.objects if not thing.is_for_a_tool]
    partial = [thing for thing in things if is_partial(thing)]
    if partial and _near_a_kustomization(folder, files):
        things = [thing for thing in things if not is_partial(thing)]
    else:
        partial = []
    said = (
        *manifest.findings,
        *(finding("object-partial", f"{thing.said} looks like a patch", thing.root.evidence()) for thing in partial),
    )
    if not things:
        return Facts(findings=said)
    deployable = Entity(
        ids.deployable_id(folder), EntityKind.DEPLOYABLE, "manifests", folder.rpartition("/")[2] or ".", folder or ".", 1
    )
    beside = _beside(path, files) if any(mark in data for mark in _LOOKED_UP) else ()
    rows = _own_rows.rows(config)
    facts = _objects.facts(things, deployable.id, beside=beside, rows=rows)
    facts = _flux_components.added(facts, things, files, rows)
    return replace(facts, entities=(deployable, *facts.entities), findings=(*said, *facts.findings))


def _beside(path: str, files: Files) -> tuple[_manifests.Object, ...]:
    """The objects of the other files of a folder that make or take settings, which are looked up among them."""
    folder, _, own = path.rpartition("/")
    found: list[_manifests.Object] = []
    for name in files.folder(folder)[:_MAX_BESIDE]:
        data = files.read(f"{folder}/{name}".lstrip("/")) if name != own and claims(name) else None
        if data and len(data) <= _MAX_BYTES and any(mark in data for mark in _LOOKED_UP) and _manifests.looks_like_manifest(data):
            found += _read(data, f"{folder}/{name}".lstrip("/"))
    return tuple(found)


@lru_cache(maxsize=64)
def _read(data: bytes, path: str) -> tuple[_manifests.Object, ...]:
    """The objects of a file; each file of a folder asks for the same ones."""
    return _manifests.read(data, path).objects


def is_partial(thing: _manifests.Object) -> bool:
    """Whether an object lacks what the API server demands of its kind, as a patch does that only says what it changes."""
    demanded = _DEMANDED.get(f"{thing.api_version}/{thing.kind}", "")
    return bool(demanded) and not find(thing.root, demanded)


def _near_a_kustomization(folder: str, files: Files) -> bool:
    """Whether a kustomization lies in a folder or in one of the two above, where patches for it may be."""
    parts = folder.split("/") if folder else []
    places = ("/".join(parts[: len(parts) - up]) for up in range(min(3, len(parts) + 1)))
    return any(by_name.kustomize(name) for place in places for name in files.folder(place))


def in_chart(path: str, files: Files) -> bool:
    """Whether a file is part of a Helm chart: below a folder of one that a ``Chart.yaml`` stands beside."""
    parts = path.split("/")[:-1]
    return any(
        part in _CHART_FOLDERS and any(map(by_name.helm, files.folder("/".join(parts[:number]))))
        for number, part in enumerate(parts)
    )
