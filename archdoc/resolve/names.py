"""Kubernetes names: within the deployable first, then where the name is the only one of its kind.

An unset namespace is the one where the deployable is installed: equal only within the same deployable.
Rules: Kubernetes API conventions.
"""

from __future__ import annotations

import fnmatch
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from archdoc import ids
from archdoc.model import (
    Basis,
    ByName,
    Entity,
    EntityId,
    EntityKind,
    Reference,
    RelationKind,
)
from archdoc.regex import regex
from archdoc.resolve.given import is_class, is_given, is_lawful, is_open, templates_of
from archdoc.resolve.outcome import Match, Outcome, outside
from archdoc.rules import finding

_MOST_NAMES = 200
_OPEN = regex(r"\$\{[^{}]*\}")
_FILES = (".yaml", ".yml", ".json")
_RELEASES = frozenset({"flux-helmrelease", "argocd-application", "chart"})
"""Deployables whose objects a chart makes, which is not read."""
_BY_HAND = frozenset({"Secret", "PersistentVolumeClaim"})
_OF_CHARTS = frozenset({"ClusterRole", "DaemonSet", "Deployment", "Role", "Service", "ServiceAccount", "StatefulSet"})
_TOLD_ANYWAY = frozenset({RelationKind.GRANTS, RelationKind.ROUTES_TO})
_RULES_OF_MISSING = {RelationKind.ROUTES_TO: "backend-missing", RelationKind.SCALES: "scale-target-missing"}


class _Key(NamedTuple):
    kind: str
    namespace: str
    name: str


class Objects:
    """The Kubernetes objects of all deployables, indexed so that no reference looks at all of them."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        """Index entities that live in a deployable, and namespaces.

        `added` are components that nobody here applies: what they mention is in what they are meant for. `lacking` are those
        that take in a file which is not here: what they mention and nothing here has is in that. `sourcing` are kustomizations
        of bases and charts that are not fetched.
        """
        self.named: dict[tuple[EntityId, _Key], Entity] = {}
        self.in_scope: dict[tuple[EntityId, str, str], list[Entity]] = defaultdict(list)
        self.anywhere: dict[tuple[str, str], list[Entity]] = defaultdict(list)
        self.namespaces: dict[str, Entity] = {}
        self.hosts: dict[str, list[Entity]] = defaultdict(list)
        self.by_id: dict[EntityId, Entity] = {}
        self.peopled: set[tuple[EntityId, str]] = set()
        self.open: set[EntityId] = set()
        self.added: set[EntityId] = set()
        self.lacking: set[EntityId] = set()
        self.lying: dict[tuple[str, str], list[Entity]] = defaultdict(list)
        self.sourcing: set[EntityId] = set()
        self.workloads: dict[EntityId, set[str]] = defaultdict(set)
        self._main: dict[EntityId, set[_Key]] = defaultdict(set)
        self._beside: dict[tuple[EntityId, EntityId], bool] = {}
        self.open_names: dict[str, dict[str, Entity]] = defaultdict(dict)
        self.names_of: dict[tuple[EntityId, str], list[str]] = defaultdict(list)
        self.places: set[str] = set()
        self.releases: dict[str, list[Entity]] = defaultdict(list)
        self.projects: set[EntityId] = set()
        self.composed: dict[tuple[str, str], list[Entity]] = defaultdict(list)
        self.operated: dict[tuple[EntityId, str], list[Entity]] = defaultdict(list)
        self.installed: Mapping[EntityId, str] = {}
        self.applied: Mapping[EntityId, frozenset[str]] = {}
        self.granted: frozenset[str] = frozenset()
        self.charts: set[EntityId] = set()
        self.with_release: set[EntityId] = set()
        for entity in entities:
            if entity.kind is EntityKind.NAMESPACE:
                self.namespaces[entity.name] = entity
                self.places.add(entity.name)
                continue
            if entity.kind is EntityKind.DEPLOYABLE:
                self.added |= {entity.id} if entity.attributes.get("component") is True else set()
                self.lacking |= {entity.id} if "lacks" in entity.attributes else set()
                is_open = entity.type == "chart" or entity.id in self.added
                self.open |= {entity.id} if is_open else {entity.deployable} if entity.deployable else set()
            if entity.type == "compose":
                self.projects.add(entity.id)
            # What the templates of a chart make is not known, and it may be an Application that brings the missing one.
            self.charts |= {entity.id} if entity.type == "chart" else set()
            if entity.kind is EntityKind.DEPLOYABLE and entity.type in _RELEASES:
                self.releases[entity.name].append(entity)
            if entity.deployable is None:
                continue
            scope, namespace = entity.deployable, entity.namespace or ""
            self.with_release |= {scope} if entity.type == "flux-helmrelease" else set()
            if entity.type == "compose/service":
                self.composed[folder_of(scope), entity.name.lower()].append(entity)
            kind = kind_of(entity)
            self.by_id[entity.id] = entity
            self.names_of[scope, kind].append(entity.name)
            if "${" in entity.name:
                self.open_names[kind].setdefault(_OPEN.sub("*", entity.name), entity)
            if entity.kind is EntityKind.WORKLOAD:
                self.workloads[scope].add(entity.name)
                if "." in kind:
                    self.open.add(scope)
                    self.operated[scope, entity.name].append(entity)
                self.peopled.add((scope, namespace))
            self.places |= {namespace} if namespace else set()
            if entity.kind is EntityKind.WORKLOAD or kind == "CustomResourceDefinition":
                self._main[scope].add(_Key(kind, namespace, entity.name))
            self.named[scope, _Key(kind, namespace, entity.name)] = entity
            self.in_scope[scope, kind, entity.name].append(entity)
            self.anywhere[kind, entity.name].append(entity)
            self.lying[kind, entity.path.rpartition("/")[0]].append(entity)
            if entity.kind is EntityKind.ROUTE:
                hosts = entity.attributes.get("hosts")
                for host in hosts if isinstance(hosts, tuple) else ():
                    self.hosts[host.lower()].append(entity)

    def place_of(self, entity: Entity) -> str:
        """The namespace that an object is in: its own, or the one that its deployable is installed into, if that is known."""
        return entity.namespace or self.installed.get(entity.deployable or entity.id, "")

    def release(self, name: str, scope: EntityId, namespace: str) -> Entity | None:
        """The one release of a chart of this name, in a deployable or in a namespace that is known."""
        named = [e for e in self.releases.get(name, ()) if e.type == "flux-helmrelease"]
        place = namespace or self.installed.get(scope, "")
        found = [e for e in named if e.deployable == scope] or [e for e in named if place and self.place_of(e) == place]
        return found[0] if len(found) == 1 else None

    def tells_all(self, scope: EntityId, namespace: str) -> bool:
        """Whether a deployable has workloads of its own in a namespace, and nothing that another program makes more of.

        Only then is what it lacks an error: a piece of an application, a chart or an operator's resource leaves it to others.
        """
        return (scope, namespace) in self.peopled and scope not in self.open

    def beside(self, scope: EntityId, other: EntityId) -> bool:
        """Whether two deployables lie in one folder, or one in the other, and are no variants of one application."""
        if (scope, other) not in self._beside:
            ours, theirs = lies_in(scope), other.partition(":")[2]
            parent, folder = ours.rpartition("/")[0], theirs.rpartition("/")[0]
            near = ours in (theirs, folder) or (parent != "" and parent in (theirs, folder))
            self._beside[scope, other] = near and not self.vary(scope, other)
        return self._beside[scope, other]

    def together(self, scope: EntityId, other: EntityId | None) -> bool:
        """Whether two deployables lie so that they may be one application."""
        return other not in (None, scope) and (self.beside(scope, other) or is_above(other, scope))

    def may_mean(self, scope: EntityId, other: EntityId | None) -> bool:
        """Whether what a deployable mentions and has not may be in another: if it lacks a piece, only in one that is near."""
        return scope not in self.lacking or self.together(scope, other)

    def leaves_out(self, scope: EntityId) -> bool:
        """Whether a part of what is applied with a deployable is not here, so that what it mentions may well be in that."""
        return scope in self.added or scope in self.lacking or scope in self.sourcing

    def vary(self, scope: EntityId, other: EntityId) -> bool:
        """Whether two deployables are variants of one application, so that nobody applies both to one namespace.

        A file that is a variant by itself still goes with what else lies in its folder.
        """
        return not (_is_file_of(scope, other) or self.workloads[scope].isdisjoint(self.workloads[other]))

    def is_variant(self, scope: EntityId, other: EntityId | None) -> bool:
        """Whether another deployable is a file that varies what lies in the same folder, so that nobody applies it as well."""
        if other is None or other == scope or not other.endswith(_FILES):
            return False
        return folder_of(other) == lies_in(scope) and self.vary(scope, other)

    def twins(self, scope: EntityId, other: EntityId | None) -> bool:
        """Whether two deployables define one and the same workload or kind of objects, so that a cluster has one of them.

        One that defines nothing else is applied on top of the other.
        """
        if other is None or _is_file_of(scope, other):
            return False
        ours, theirs = self._main[scope], self._main[other]
        return not (ours <= theirs or ours.isdisjoint(theirs))


def _is_file_of(scope: EntityId, folder: EntityId) -> bool:
    """Whether a deployable is a file of the folder that another one is."""
    return folder.partition(":")[2] == folder_of(scope) and scope.endswith(_FILES)


def is_above(other: EntityId, scope: EntityId) -> bool:
    """Whether a deployable is the folder two above another one."""
    above = lies_in(scope).rpartition("/")[0].rpartition("/")[0]
    return above != "" and above == other.partition(":")[2]


def lies_in(deployable: EntityId) -> str:
    """The folder that a deployable is, or lies in if it is a file."""
    return folder_of(deployable) if deployable.endswith(_FILES) else deployable.partition(":")[2]


def folder_of(deployable: EntityId) -> str:
    """The folder in which a deployable that is a file lies."""
    return deployable.partition(":")[2].rpartition("/")[0]


def kind_of(entity: Entity) -> str:
    """``Deployment`` or ``Kind.group`` from a type such as ``apps/v1/Deployment``, or what a deployable says of its object."""
    said = entity.attributes.get("object")
    if isinstance(said, str):
        return said
    group_version, _, kind = entity.type.rpartition("/")
    return ids.object_kind(group_version.rpartition("/")[0], kind)


def by_name(reference: Reference, target: ByName, objects: Objects) -> Outcome:
    """The object of that name; where there is none an external one, with a finding unless it is optional or always there."""
    kind = target.kinds[0]
    for name in (target.name, *templates_of(kind, target.name, reference.source)):
        match = find(target.scope, target.kinds, target.namespace, name, objects, reference.evidence.path.rpartition("/")[0])
        if match:
            return Outcome((match,))
    place = _place(target)
    if reference.optional or is_given(kind, target.name):
        # Nobody misses what the cluster has, but the rights that it gives are worth knowing, who has them, and what leads there.
        tells = reference.relation in _TOLD_ANYWAY and not reference.optional and not is_open(target.name)
        tells |= reference.relation is RelationKind.RUNS_AS and place in objects.granted
        return outside(kind, target.name, reference.evidence, key=place) if tells else Outcome()
    release = _release(reference, target, objects) or _renamed(reference, target, objects)
    if release:
        return Outcome((release,))
    maker = _maker(target, objects) if reference.relation is RelationKind.SCALES else None
    if maker:
        return Outcome((Match(maker.id, Basis.CONVENTION, 0.6),))
    quiet = is_class(kind) or not is_lawful(kind, target.name) or objects.leaves_out(target.scope)
    # What the chart of a release makes is not known, so that it may be what stands beside the release and nowhere else.
    quiet |= kind in _OF_CHARTS and target.scope in objects.with_release and (kind, target.name) not in objects.anywhere
    told = () if quiet else (finding(*_missing(reference, target, objects), reference.evidence, reference.source),)
    return outside(kind, target.name, reference.evidence, key=place, findings=told)


def granted(references: Iterable[Reference]) -> frozenset[str]:
    """The places of the ServiceAccounts that are given rights."""
    to = (one.target for one in references if one.relation is RelationKind.GRANTS)
    return frozenset(_place(one) for one in to if isinstance(one, ByName) and one.kinds[0] == "ServiceAccount")


def _place(target: ByName) -> str:
    """Where an object would have to be, as part of the identity of one that is not there."""
    return f"{target.scope.partition(':')[2]}:{target.namespace + '/' if target.namespace else ''}{target.name}"


def _renamed(reference: Reference, target: ByName, objects: Objects) -> Match | None:
    """What a kustomization makes of the object beside a mention which it leaves out: with a prefix or a suffix to its name.

    Once somebody adds the file of the mention, it gets the same.
    """
    if target.scope not in objects.added:
        return None
    beside = objects.lying.get((target.kinds[0], reference.evidence.path.rpartition("/")[0]), ())[:_MOST_NAMES]
    found = [e for e in beside if e.name.endswith(f"-{target.name}") or e.name.startswith(f"{target.name}-")]
    return Match(found[0].id, Basis.UNIQUE_IN_REPO, 0.7) if len(found) == 1 else None


def _release(reference: Reference, target: ByName, objects: Objects) -> Match | None:
    """The release of a chart beside the mention that may make the object: of its name, or that with more behind it.

    Secrets and claims are mostly made by hand, so that only one of the very name is the chart's.
    """
    kind, words = target.kinds[0], target.name.split("-")
    if "." in kind or is_class(kind):
        return None
    for count in range(len(words), 0 if kind not in _BY_HAND else len(words) - 1, -1):
        release = objects.release("-".join(words[:count]), target.scope, target.namespace or "")
        if release and release.id != reference.source:
            return Match(release.id, Basis.CONVENTION, 0.8 if count == len(words) else 0.6)
    return None


def _maker(target: ByName, objects: Objects) -> Entity | None:
    """The one resource of an operator that a workload may be made for whose name begins with its own: ``vectors-proxy``."""
    words = target.name.split("-")
    for count in range(len(words) - 1, 0, -1):
        found = objects.operated.get((target.scope, "-".join(words[:count])), [])
        found = [one for one in found if one.namespace == target.namespace]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _missing(reference: Reference, target: ByName, objects: Objects) -> tuple[str, str]:
    """The rule and the message for an object that is not found, with where there is one of its name, or of a name like it."""
    kind, scope = target.kinds[0], target.scope
    said = f"{kind.partition('.')[0]} `{target.name}`"
    elsewhere = objects.anywhere.get((kind, target.name))
    if elsewhere:
        first = min(elsewhere, key=lambda e: (e.path, e.line))
        return "reference-missing", f"{said} is not in this deployable; there is one at {first.path}:{first.line}"
    for pattern, entity in list(objects.open_names.get(kind, {}).items())[:_MOST_NAMES]:
        if pattern.strip("*") and fnmatch.fnmatchcase(target.name, pattern):
            return "reference-missing", f"{said} may be `{entity.name}` at {entity.path}:{entity.line}, once that is filled in"
    rule = _RULES_OF_MISSING.get(reference.relation, "")
    tells_all = objects.tells_all(scope, target.namespace or "") and not objects.charts
    if not rule or "." in kind or reference.reverse or not tells_all:
        return "reference-missing", f"{said} is defined nowhere here"
    names = objects.names_of[scope, kind][:_MOST_NAMES]
    like = next((name for name in names if name in target.name or target.name in name), "")
    return rule, f"{said} is defined nowhere here{f'; is `{like}` meant?' if like else ''}"


def find(
    scope: EntityId, kinds: tuple[str, ...], namespace: str | None, name: str, objects: Objects, folder: str | None = None
) -> Match | None:
    """The one object of that name and of one of these kinds, best first, in the deployable or, if that is said, a namespace.

    Of several in a namespace that of the `folder` is meant in which the mention stands.
    """
    place = namespace or ""
    for kind in kinds:
        exact = objects.named.get((scope, _Key(kind, place, name)))
        if exact:
            return Match(exact.id)
    for kind in kinds:
        # One side names its namespace and the other leaves it open: the same place in all likelihood.
        near = [e for e in objects.in_scope.get((scope, kind, name), ()) if _may_be_one(place, e.namespace or "")]
        if len(near) == 1:
            return Match(near[0].id, Basis.SAME_SCOPE, 0.9)
    installed = "" if namespace is None else place or objects.installed.get(scope, "")
    for kind in kinds:
        everywhere = objects.anywhere.get((kind, name), [])
        found = [e for e in everywhere if objects.place_of(e) == installed] if installed else everywhere
        is_one = len(found) == 1 and (installed or namespace is None) and objects.may_mean(scope, found[0].deployable)
        # What is cluster-wide is there for both of two variants; in a namespace each brings its own.
        if is_one and (namespace is None or not objects.twins(scope, found[0].deployable)):
            return Match(found[0].id, Basis.UNIQUE_IN_REPO, 0.8)
        same = [e for e in found[:_MOST_NAMES] if e.path.rpartition("/")[0] == folder] if installed else []
        same = [e for e in same if not objects.is_variant(scope, e.deployable)]
        if len(same) == 1 and len(found) > 1:
            return Match(same[0].id, Basis.UNIQUE_IN_REPO, 0.7)
        if place:
            continue
        # A name without a namespace means this deployable's own; only folders that lie together are one application.
        near = [one for one in everywhere[:_MOST_NAMES] if not one.namespace and objects.together(scope, one.deployable)]
        if len(near) == 1 and not (installed and objects.place_of(near[0])):
            return Match(near[0].id, Basis.UNIQUE_IN_REPO, 0.7)
    return None


def _may_be_one(place: str, other: str) -> bool:
    """Whether one of two namespaces is left to the install, or one of them is still to be filled in."""
    return not place or not other or is_open(place) != is_open(other)
