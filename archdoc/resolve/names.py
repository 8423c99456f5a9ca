"""Kubernetes names: within the deployable first, then where the name is the only one of its kind.

An unset namespace is the one where the deployable is installed: equal only within the same deployable.
Rules: Kubernetes API conventions.
"""

from __future__ import annotations

import fnmatch
import re
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
from archdoc.resolve.given import is_class, is_given, templates_of
from archdoc.resolve.outcome import Match, Outcome, outside
from archdoc.rules import finding

_MOST_NAMES = 200
_OPEN = re.compile(r"\$\{[^{}]*\}")
_FILES = (".yaml", ".yml", ".json")
_RELEASES = frozenset({"flux-helmrelease", "argocd-application", "chart"})
"""Deployables whose objects a chart makes, which is not read."""
_BY_HAND = frozenset({"Secret", "PersistentVolumeClaim"})
_RULES_OF_MISSING = {RelationKind.ROUTES_TO: "backend-missing", RelationKind.SCALES: "scale-target-missing"}


class _Key(NamedTuple):
    kind: str
    namespace: str
    name: str


class Objects:
    """The Kubernetes objects of all deployables, indexed so that no reference looks at all of them."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        """Index entities that live in a deployable, and namespaces.

        `added` are components that nobody here applies: what they mention is in what they are meant for.
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
        self.workloads: dict[EntityId, set[str]] = defaultdict(set)
        self._beside: dict[tuple[EntityId, EntityId], bool] = {}
        self.open_names: dict[str, dict[str, Entity]] = defaultdict(dict)
        self.names_of: dict[tuple[EntityId, str], list[str]] = defaultdict(list)
        self.places: set[str] = set()
        self.releases: dict[str, list[Entity]] = defaultdict(list)
        self.projects: set[EntityId] = set()
        self.composed: dict[tuple[str, str], list[Entity]] = defaultdict(list)
        self.installed: Mapping[EntityId, str] = {}
        self.applied: Mapping[EntityId, frozenset[str]] = {}
        self.charts = False
        for entity in entities:
            if entity.kind is EntityKind.NAMESPACE:
                self.namespaces[entity.name] = entity
                self.places.add(entity.name)
                continue
            if entity.kind is EntityKind.DEPLOYABLE:
                self.added |= {entity.id} if entity.attributes.get("component") is True else set()
                is_open = entity.type == "chart" or entity.id in self.added
                self.open |= {entity.id} if is_open else {entity.deployable} if entity.deployable else set()
            if entity.type == "compose":
                self.projects.add(entity.id)
            # What the templates of a chart make is not known, and it may be an Application that brings the missing one.
            self.charts |= entity.type == "chart"
            if entity.kind is EntityKind.DEPLOYABLE and entity.type in _RELEASES:
                self.releases[entity.name].append(entity)
            if entity.deployable is None:
                continue
            scope, namespace = entity.deployable, entity.namespace or ""
            if entity.type == "compose/service":
                self.composed[folder_of(scope), entity.name.lower()].append(entity)
            kind = kind_of(entity)
            self.by_id[entity.id] = entity
            self.names_of[scope, kind].append(entity.name)
            if "${" in entity.name:
                self.open_names[kind].setdefault(_OPEN.sub("*", entity.name), entity)
            if entity.kind is EntityKind.WORKLOAD:
                self.workloads[scope].add(entity.name)
                self.open |= {scope} if "." in kind else set()
                self.peopled.add((scope, namespace))
            self.places |= {namespace} if namespace else set()
            self.named[scope, _Key(kind, namespace, entity.name)] = entity
            self.in_scope[scope, kind, entity.name].append(entity)
            self.anywhere[kind, entity.name].append(entity)
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
        """Whether two deployables lie in one folder, or one in the other, and are no variants of one application.

        A file that is a variant by itself still goes with what else lies in its folder.
        """
        if (scope, other) not in self._beside:
            ours, theirs = scope.partition(":")[2], other.partition(":")[2]
            parent, folder = ours.rpartition("/")[0], theirs.rpartition("/")[0]
            near = folder == ours or (parent != "" and parent in (theirs, folder))
            is_file = theirs == parent and ours.endswith(_FILES)
            self._beside[scope, other] = near and (is_file or self.workloads[scope].isdisjoint(self.workloads[other]))
        return self._beside[scope, other]


def is_above(other: EntityId, scope: EntityId) -> bool:
    """Whether a deployable is the folder two above another one."""
    above = scope.partition(":")[2].rpartition("/")[0].rpartition("/")[0]
    return above != "" and above == other.partition(":")[2]


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
        match = find(target.scope, target.kinds, target.namespace, name, objects)
        if match:
            return Outcome((match,))
    if reference.optional or is_given(kind, target.name):
        return Outcome()
    release = _release(reference, target, objects)
    if release:
        return Outcome((release,))
    place = f"{target.scope.partition(':')[2]}:{target.namespace + '/' if target.namespace else ''}{target.name}"
    quiet = is_class(kind) or target.scope in objects.added
    told = () if quiet else (finding(*_missing(reference, target, objects), reference.evidence, reference.source),)
    return outside(kind, target.name, reference.evidence, key=place, findings=told)


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


def find(scope: EntityId, kinds: tuple[str, ...], namespace: str | None, name: str, objects: Objects) -> Match | None:
    """The one object of that name and of one of these kinds, best first, in the deployable or, if that is said, a namespace."""
    place = namespace or ""
    for kind in kinds:
        exact = objects.named.get((scope, _Key(kind, place, name)))
        if exact:
            return Match(exact.id)
    for kind in kinds:
        # One side names its namespace and the other leaves it to the install: the same place in all likelihood.
        near = [e for e in objects.in_scope.get((scope, kind, name), ()) if not place or not e.namespace]
        if len(near) == 1:
            return Match(near[0].id, Basis.SAME_SCOPE, 0.9)
    installed = "" if namespace is None else place or objects.installed.get(scope, "")
    for kind in kinds:
        everywhere = objects.anywhere.get((kind, name), [])
        found = [e for e in everywhere if objects.place_of(e) == installed] if installed else everywhere
        if len(found) == 1 and (installed or namespace is None):
            return Match(found[0].id, Basis.UNIQUE_IN_REPO, 0.8)
        if place or len(everywhere) != 1:
            continue
        # A name without a namespace means this deployable's own; only folders that lie together are one application.
        other = everywhere[0].deployable
        apart = installed and objects.place_of(everywhere[0])
        together = other is not None and (objects.beside(scope, other) or is_above(other, scope))
        if together and not everywhere[0].namespace and not apart:
            return Match(everywhere[0].id, Basis.UNIQUE_IN_REPO, 0.7)
    return None
