"""Kustomize: a kustomization that nobody else builds on is a unit, with all that it stands on.

Built here, never by the kustomize program, so that the answer depends on the files alone; nothing remote is fetched. Knows
what a build comes to, not how (that is `archdoc.extract._kustomize_build`), and no kind of object.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from archdoc import ids
from archdoc.config import Config
from archdoc.extract import Files, _flux_components, _objects, _own_rows
from archdoc.extract import _kustomize_load as loading
from archdoc.extract import claims as by_name
from archdoc.extract._addresses import origin, unversioned
from archdoc.extract._kustomize_build import Build, built
from archdoc.extract._kustomize_resource import names
from archdoc.extract._yaml import Node
from archdoc.model import Attribute, Entity, EntityId, EntityKind, Facts, Outside, Reference, RelationKind
from archdoc.rules import finding

_LAYERS = frozenset(
    (
        *("overlay", "overlays", "base", "bases", "variant", "variants", "env", "envs", "environment", "environments"),
        *("kustomize", "kustomization", "k8s", "kubernetes", "manifest", "manifests", "deploy", "deployment", "deployments"),
        *("config", "configs", "app", "apps", "default", "install", "cluster", "clusters"),
    )
)
_VARIANT_OF = frozenset({"overlay", "overlays", "variant", "variants", "env", "envs", "environment", "environments"})


claims = by_name.kustomize


def refers(path: str, files: Files) -> tuple[str, ...]:
    """The kustomization files of this tree that a kustomization builds on: its resources, bases and components."""
    kustomization = loading.load(path, files)
    entries = [*loading.resources(kustomization), *loading.components(kustomization)]
    folders = [loading.resolved(kustomization.folder, entry.text) for entry in entries]
    places = [loading.at(folder, files) for folder in folders if folder is not None]
    return tuple(dict.fromkeys(place for place in places if place))


def roots(uses: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The kustomizations that no other one builds on, by what each builds on; of a circle the first, so that none is lost."""
    ordered = sorted(uses)
    used = {other for path, others in uses.items() for other in others if other != path}
    found = [path for path in ordered if path not in used]
    reached = _reached(found, uses)
    for path in ordered:
        if path not in reached:
            found.append(path)
            reached |= _reached([path], uses)
    return tuple(sorted(found))


def _reached(starts: Iterable[str], uses: Mapping[str, Sequence[str]]) -> set[str]:
    stack, seen = list(starts), set[str]()
    while stack:
        path = stack.pop()
        if path not in seen:
            seen.add(path)
            stack += uses.get(path, ())
    return seen


def extract(path: str, files: Files, config: Config) -> Facts:
    """What a root kustomization builds; of a component that nobody applies what it adds, for all else is another's.

    One that only changes what others build says nothing alone; its files are taken in, for they are no manifests.
    """
    kustomization = loading.load(path, files)
    build = Build(files)
    found = built(build, path)
    alone = kustomization.is_component
    if alone and not found:
        return Facts(covers=tuple(sorted(build.covers)))
    deployable = Entity(
        ids.deployable_id(kustomization.folder),
        EntityKind.DEPLOYABLE,
        "kustomization",
        telling(kustomization.folder),
        path,
        1,
        attributes=_about(build, alone=alone),
    )
    things = [resource.thing for resource in found]
    rows = _own_rows.rows(config)
    facts = _objects.facts(things, deployable.id, names(found, build.configured.mentions), rows=rows)
    facts = _flux_components.added(facts, things, files, rows)
    remote = [_remote(deployable.id, entry) for entry in build.remote]
    charts = [_chart(deployable.id, entry) for entry in build.charts if entry["name"] or entry["chartName"]]
    findings = [
        *(() if alone else build.findings),  # what it changes is not here
        *facts.findings,
        *(finding("kustomize-remote", f"`{origin(entry.text)}` is not fetched", entry.evidence()) for entry in build.remote),
        *(finding("kustomize-unsupported", "a Helm chart is not rendered", entry.evidence()) for entry in build.charts),
    ]
    return replace(
        facts,
        entities=(deployable, *facts.entities),
        references=(*facts.references, *remote, *charts),
        findings=tuple(dict.fromkeys(findings)),
        covers=tuple(sorted({*build.covers, *facts.covers})),
    )


def _about(build: Build, *, alone: bool) -> dict[str, Attribute]:
    """Whether what is built is only added to others, and the resources that are not in this tree."""
    about: dict[str, Attribute] = {"component": True} if alone else {}
    return about | ({"lacks": tuple(sorted(build.absent))} if build.absent else {})


def telling(folder: str) -> str:
    """What a folder is called among people: ``shop/prod`` for ``k8s/shop/overlays/prod``, ``api`` for ``apps/api/base``."""
    parts = folder.split("/") if folder else []
    told = [part for part in parts if part.lower() not in _LAYERS]
    if not told:
        return parts[-1] if parts else "."
    is_variant = len(parts) > 1 and parts[-1] == told[-1] and parts[-2].lower() in _VARIANT_OF
    return "/".join(told[-2:]) if is_variant else told[-1]


def _remote(deployable: EntityId, entry: Node) -> Reference:
    return Reference(deployable, RelationKind.SOURCES, Outside("repository", unversioned(origin(entry.text))), entry.evidence())


def _chart(deployable: EntityId, entry: Node) -> Reference:
    name = entry["name"] or entry["chartName"]
    return Reference(deployable, RelationKind.SOURCES, Outside("chart", name.text), name.evidence())
