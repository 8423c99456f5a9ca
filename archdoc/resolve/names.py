"""Kubernetes names, label selectors and hosts: within the deployable first, then where the name is the only one of its kind.

An unset namespace is the one where the deployable is installed: equal only within the same deployable.
Rules: Kubernetes API conventions (LabelSelector), DNS for Services and Pods.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from archdoc import ids
from archdoc.model import (
    Basis,
    ByHost,
    ByName,
    BySelector,
    Entity,
    EntityId,
    EntityKind,
    Finding,
    Reference,
    RelationKind,
    Requirement,
    Selector,
)
from archdoc.resolve.outcome import Match, Outcome, outside
from archdoc.rules import finding

_ANY_NAMESPACE = "*"
_WELL_KNOWN = frozenset(
    {
        ("ServiceAccount", "default"),
        ("ConfigMap", "kube-root-ca.crt"),
        ("ClusterRole", "cluster-admin"),
        ("ClusterRole", "admin"),
        ("ClusterRole", "edit"),
        ("ClusterRole", "view"),
        ("Service", "kubernetes"),
    }
)
_RULES_OF_MISSING = {RelationKind.ROUTES_TO: "backend-missing", RelationKind.SCALES: "scale-target-missing"}
_CLUSTER_DOMAIN = re.compile(r"(?P<head>[a-z0-9.*-]+?)\.svc(?:\.[a-z0-9.-]+)?\.?", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9_*](?:[a-z0-9_.*-]*[a-z0-9_*])?", re.IGNORECASE)


class _Key(NamedTuple):
    kind: str
    namespace: str
    name: str


class Objects:
    """The Kubernetes objects of all deployables, indexed so that no reference looks at all of them."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        """Index entities that live in a deployable, and namespaces."""
        self.named: dict[tuple[EntityId, _Key], Entity] = {}
        self.in_scope: dict[tuple[EntityId, str, str], list[Entity]] = defaultdict(list)
        self.anywhere: dict[tuple[str, str], list[Entity]] = defaultdict(list)
        self.members: dict[tuple[EntityId, EntityKind, str], list[Entity]] = defaultdict(list)
        self.labelled: dict[tuple[EntityId, EntityKind, str, str, str], list[Entity]] = defaultdict(list)
        self.namespaces: dict[str, Entity] = {}
        self.hosts: dict[tuple[EntityId, str], list[Entity]] = defaultdict(list)
        for entity in entities:
            if entity.kind is EntityKind.NAMESPACE:
                self.namespaces[entity.name] = entity
                continue
            if entity.deployable is None or entity.kind is EntityKind.DEPLOYABLE:
                continue
            scope, namespace = entity.deployable, entity.namespace or ""
            kind = kind_of(entity)
            self.named[scope, _Key(kind, namespace, entity.name)] = entity
            self.in_scope[scope, kind, entity.name].append(entity)
            self.anywhere[kind, entity.name].append(entity)
            for place in (namespace, _ANY_NAMESPACE):
                self.members[scope, entity.kind, place].append(entity)
                for key, value in entity.labels.items():
                    self.labelled[scope, entity.kind, place, key, value].append(entity)
            if entity.kind is EntityKind.ROUTE:
                hosts = entity.attributes.get("hosts")
                for host in hosts if isinstance(hosts, tuple) else ():
                    self.hosts[scope, host].append(entity)


def kind_of(entity: Entity) -> str:
    """``Deployment`` or ``Kind.group`` from a type such as ``apps/v1/Deployment``."""
    group_version, _, kind = entity.type.rpartition("/")
    return ids.object_kind(group_version.rpartition("/")[0], kind)


def by_name(reference: Reference, target: ByName, objects: Objects) -> Outcome:
    """The object of that name; where there is none an external one, with a finding unless it is optional or always there."""
    match = _find(target.scope, target.kinds, target.namespace, target.name, objects)
    if match:
        return Outcome((match,))
    kind = target.kinds[0]
    if reference.optional or (kind, target.name) in _WELL_KNOWN or target.name.startswith("system:"):
        return Outcome()
    place = f"{target.scope.partition(':')[2]}:{target.namespace + '/' if target.namespace else ''}{target.name}"
    rule = _RULES_OF_MISSING.get(reference.relation, "reference-missing")
    message = f"{kind.partition('.')[0]} `{target.name}` is defined nowhere here"
    told = finding(rule, message, reference.evidence, reference.source)
    return outside(kind, target.name, reference.evidence, key=place, findings=(told,))


def _find(scope: EntityId, kinds: tuple[str, ...], namespace: str | None, name: str, objects: Objects) -> Match | None:
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
    for kind in kinds:
        found = objects.anywhere.get((kind, name), [])
        if place:
            found = [e for e in found if e.namespace == place]
        elif namespace == "":
            # A name without a namespace means this deployable's own; another deployable's object is another object.
            found = []
        if len(found) == 1:
            return Match(found[0].id, Basis.UNIQUE_IN_REPO, 0.8)
    return None


def by_selector(reference: Reference, target: BySelector, objects: Objects) -> Outcome:
    """Every entity whose labels satisfy the selector, in the namespaces meant."""
    found = []
    for namespace in _namespaces(target, objects):
        found += _selected(target, namespace, objects)
    if found:
        return Outcome(tuple(Match(entity.id) for entity in found))
    if reference.optional:
        return Outcome()
    text = ", ".join(_words(r) for r in target.selector.requirements) or "everything"
    rule = "selector-empty" if reference.relation is RelationKind.SELECTS else "selector-unmatched"
    return Outcome(
        findings=(finding(rule, f"selects {text}, which no {target.of.value} here has", reference.evidence, reference.source),)
    )


def _namespaces(target: BySelector, objects: Objects) -> Iterable[str]:
    if target.namespaces is None:
        return (target.namespace,)
    if not target.namespaces.requirements:
        return (_ANY_NAMESPACE,)
    known = {place for scope, _, place in objects.members if scope == target.scope and place not in ("", _ANY_NAMESPACE)}
    labels = {name: objects.namespaces[name].labels if name in objects.namespaces else {} for name in known}
    # The API server gives every namespace this label.
    return sorted(n for n in known if satisfies(target.namespaces, {**labels[n], "kubernetes.io/metadata.name": n}))


def _selected(target: BySelector, namespace: str, objects: Objects) -> list[Entity]:
    lists = [
        [e for value in term.values for e in objects.labelled.get((target.scope, target.of, namespace, term.key, value), ())]
        for term in target.selector.requirements
        if term.operator == "In"
    ]
    candidates = min(lists, key=len) if lists else objects.members.get((target.scope, target.of, namespace), [])
    return [entity for entity in candidates if satisfies(target.selector, entity.labels)]


def satisfies(selector: Selector, labels: Mapping[str, str]) -> bool:
    """Whether labels satisfy every requirement; NotIn holds where the key is absent (LabelSelector)."""
    for term in selector.requirements:
        value = labels.get(term.key)
        holds = {
            "In": value in term.values,
            "NotIn": value not in term.values,
            "Exists": value is not None,
            "DoesNotExist": value is None,
        }.get(term.operator, False)
        if not holds:
            return False
    return True


def _words(term: Requirement) -> str:
    if term.operator == "In" and len(term.values) == 1:
        return f"{term.key}={term.values[0]}"
    return f"{term.key} {term.operator} {','.join(term.values)}".strip()


def by_host(reference: Reference, target: ByHost, objects: Objects) -> Outcome:
    """The Service or route that answers at a host; else an external system, or nothing where it may be no address at all."""
    host = target.host.lower().rstrip(".")
    if not _HOST.fullmatch(host):
        return Outcome()
    cluster = _CLUSTER_DOMAIN.fullmatch(host)
    head = cluster["head"] if cluster else host
    labels = head.split(".")
    tries = [(labels[0], "")] if len(labels) == 1 else [(labels[-2], labels[-1])]
    if cluster and len(labels) > 2:
        tries.append((labels[1], labels[2]))
    for name, namespace in tries:
        match = _service(target, name, namespace, objects)
        if match:
            return Outcome((match,), findings=_port_findings(reference, target, match, objects))
    routes = objects.hosts.get((target.scope, host), [])
    if routes:
        return Outcome(tuple(Match(route.id, Basis.SAME_SCOPE, 0.9) for route in routes[:1]))
    if cluster or (len(labels) == 1 and target.sure):
        told = finding("host-unknown", f"no Service here answers at `{host}`", reference.evidence, reference.source)
        return outside("host", host, reference.evidence, findings=(told,))
    if len(labels) == 1 or "*" in host:
        return Outcome()
    return outside("host", host, reference.evidence)


def _service(target: ByHost, name: str, namespace: str, objects: Objects) -> Match | None:
    kinds = ("Service", "Service.serving.knative.dev")
    match = _find(target.scope, kinds, namespace or target.namespace, name, objects)
    if match is None:
        # Folders of plain manifests are often one application: a name that only one Service of the repository has means that.
        found = [e for kind in kinds for e in objects.anywhere.get((kind, name), ())]
        found = [e for e in found if not namespace or not e.namespace or e.namespace == namespace]
        return Match(found[0].id, Basis.UNIQUE_IN_REPO, 0.7 if target.sure else 0.6) if len(found) == 1 else None
    if match.basis is None:
        # The text named the host; that it means this Service is what the cluster's DNS computes from it.
        return Match(match.id, None if namespace or target.sure else Basis.CONVENTION, 1.0 if target.sure else 0.8)
    return match


def _port_findings(reference: Reference, target: ByHost, match: Match, objects: Objects) -> tuple[Finding, ...]:
    if target.port is None:
        return ()
    entity = next(
        (e for e in objects.in_scope.get((target.scope, "Service", target.host.split(".")[0]), ()) if e.id == match.id), None
    )
    ports = entity.attributes.get("ports") if entity else None
    if entity is None or not isinstance(ports, tuple) or not ports:
        return ()
    numbers = {re.split(r"[^0-9]", port, maxsplit=1)[0] for port in ports}
    if str(target.port) in numbers:
        return ()
    message = f"Service `{entity.name}` has no port {target.port}; it has {', '.join(sorted(numbers))}"
    return (finding("port-missing", message, reference.evidence, reference.source),)
