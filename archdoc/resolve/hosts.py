"""Network addresses: the Service, the route or the system outside that answers at a host, or that nothing does.

Rules: DNS for Services and Pods (Kubernetes); a name without a namespace is one of the caller's own. Whoever calls itself, and
who calls a public name of the repository, is settled once all relations are known. This module knows no format.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import takewhile

from archdoc.model import Basis, ByHost, Entity, EntityId, EntityKind, Finding, Reference, Relation, RelationKind
from archdoc.regex import regex
from archdoc.resolve.names import Objects, find, folder_of
from archdoc.resolve.outcome import Match, Outcome, outside
from archdoc.resolve.systems import by_ending, system
from archdoc.rules import finding

MAY_CALL = 0.5
"""How sure a call is that one of several may make: all who take one ConfigMap, all who wait for a service."""

_MOST = 200
"""Of so many Services or routes of one name it is looked which is the nearest."""
_SHOWN = 3
_SERVICES = ("Service", "Service.serving.knative.dev")
_CLUSTER_DOMAIN = regex(r"(?P<head>[a-z0-9.*-]+?)\.svc(?:\.[a-z0-9.-]+)?")
_HOST = regex(r"[a-z0-9_*](?:[a-z0-9_.*-]*[a-z0-9_*])?")
_DEFAULT = regex(r"[/:](?:docker-)?compose\.ya?ml\Z")
"""The end of the id of a Compose file that is run without naming it."""
_OF_POD = regex(r".+-[0-9]+")
_ALIASES = {
    "-kafka-brokers": "-kafka-bootstrap",
    "-predictor-default": "-predictor",
    "-transformer-default": "-transformer",
    "-explainer-default": "-explainer",
}
_NOBODY = frozenset({"kubernetes", "kubernetes.default", "local", "cluster.local"})
"""The API server, which every pod may call, and what is left of patterns such as ``*.local``."""
_SYSTEM = frozenset({"kube-system", "istio-system", "kube-public"})
"""Namespaces in which much stands that no repository of an application declares."""
_INTERNET = frozenset(
    ("com", "net", "org", "io", "dev", "ai", "cloud", "app", "co", "info", "biz", "edu", "gov", "int", "xyz", "tech", "me", "eu")
)
"""Last labels of names that are no namespaces, whatever Service is called like the label before."""


def by_host(reference: Reference, target: ByHost, objects: Objects) -> Outcome:
    """The Service or route that answers at a host; else a system outside, or nothing where it may be no address at all."""
    host = target.host.lower().rstrip(".")
    if not _HOST.fullmatch(host):
        return Outcome()
    if target.scope in objects.projects:
        return _neighbour(target, host, objects)
    cluster = None if by_ending(host) else _CLUSTER_DOMAIN.fullmatch(host)
    head = cluster["head"] if cluster else host
    labels = head.split(".")
    if head in _NOBODY or (cluster and len(labels) == 1):
        return Outcome()
    for name, namespace in _readings(labels, certain=cluster is not None):
        found = _services(target, name, namespace, objects) or _services(target, _other(name), namespace, objects)
        wrong = _wrong_port(reference, target, found, objects)
        if wrong and reference.relation is RelationKind.CONNECTS_TO:
            return Outcome(findings=(wrong,))  # nothing answers there, so that it leads nowhere
        if found:
            return Outcome(tuple(found[:1]) if len(found) == 1 else (), findings=_told(wrong, reference, name, found, objects))
    routes = [e for place in (host, f"*.{host.partition('.')[2]}") for e in objects.hosts.get(place, ())[:_MOST]]
    near = [e for e in routes if e.deployable == target.scope]
    if near or len(routes) == 1:
        return Outcome((Match((near or routes)[0].id, Basis.SAME_SCOPE if near else Basis.UNIQUE_IN_REPO, 0.9 if near else 0.8),))
    if not target.sure or "*" in host:
        return Outcome()
    release = _release(target, labels, objects) if cluster or len(labels) == 1 else None
    if release:
        return Outcome((release,))
    kind, name = system(host, target.scheme, target.port)
    findings: tuple[Finding, ...] = ()
    if (cluster or len(labels) == 1) and _is_ours(target, labels, objects):
        findings = (finding("host-unknown", _unanswered(host, labels, objects), reference.evidence, _subject(reference)),)
    outcome = outside("bucket" if kind == "bucket" else "host", name, reference.evidence, findings=findings)
    # Its identity is its name alone: what kind of system it is may be told by another mention.
    return replace(outcome, entities=tuple(replace(one, type=kind) for one in outcome.entities))


def _neighbour(target: ByHost, host: str, objects: Objects) -> Outcome:
    """The service of another Compose file of the folder: run by themselves, all of them share one project and its network.

    Of variants that all have the service, the file that Compose takes by itself is meant.
    """
    found = [e for e in objects.composed.get((folder_of(target.scope), host), ())[:_MOST] if e.deployable != target.scope]
    chosen = found if len(found) < 2 else [e for e in found if _DEFAULT.search(e.deployable or "")]
    return Outcome((Match(chosen[0].id, Basis.CONVENTION),)) if len(chosen) == 1 else Outcome()


def _readings(labels: list[str], *, certain: bool) -> list[tuple[str, str]]:
    """What a name in the cluster may mean, likeliest first, as (Service, namespace)."""
    if len(labels) == 1:
        return [(labels[0], "")]
    pod = _OF_POD.fullmatch(labels[0]) is not None
    if len(labels) == 2:
        plain = [(labels[0], labels[1])] if certain or labels[1] not in _INTERNET else []
        return [*plain, *([(labels[1], "")] if pod else [])]
    return [(labels[-2], labels[-1])] if certain or (pod and len(labels) == 3) else []


def _other(name: str) -> str:
    """The Service that an operator makes with another name for the same pods."""
    return next((name.removesuffix(end) + kept for end, kept in _ALIASES.items() if name.endswith(end)), "")


def _services(target: ByHost, name: str, namespace: str, objects: Objects) -> list[Match]:
    """The one Service that is meant; several where nothing tells which."""
    place = namespace or target.namespace
    match = find(target.scope, _SERVICES, place, name, objects)
    if match and match.basis is None:
        # The text named the host; that it means this Service is what the cluster's DNS computes from it.
        sure = target.sure or bool(namespace)
        return [Match(match.id, None if sure else Basis.CONVENTION, 1.0 if target.sure else 0.8)]
    if match:
        return [match]
    # Folders of plain manifests are often one application, so a name of one means the nearest Service of that name.
    found = [e for kind in _SERVICES for e in objects.anywhere.get((kind, name), ())[:_MOST]]
    place = place or objects.installed.get(target.scope, "")
    found = [e for e in found if not place or objects.place_of(e) in ("", place)]
    found = [e for e in found if not objects.is_variant(target.scope, e.deployable)]
    basis, sure_of_it = Basis.UNIQUE_IN_REPO, 0.7 if target.sure else 0.6
    return [Match(e.id, basis, sure_of_it) for e in _nearest(found, target.scope)]


def _nearest(found: list[Entity], scope: EntityId) -> list[Entity]:
    # A kustomization takes in files of other folders: of two as near, the one whose file is nearer.
    far = [((_distance(e.deployable or e.id, scope), _distance(f":{e.path}", scope)), e) for e in found]
    best = min((steps for steps, _ in far), default=(0, 0))
    return [e for steps, e in far if steps == best]


def _release(target: ByHost, labels: list[str], objects: Objects) -> Match | None:
    """The release of a chart that makes a Service of this name: its own name, or that with more behind it (Helm's `fullname`)."""
    place = labels[-1] if len(labels) > 1 else target.namespace or objects.installed.get(target.scope, "")
    words = labels[-2 if len(labels) > 1 else 0].split("-")
    for count in range(len(words), 0, -1):
        named = [e for e in objects.releases.get("-".join(words[:count]), ()) if count == len(words) or e.type != "chart"]
        found = _nearest([e for e in named if not place or objects.place_of(e) in ("", place)], target.scope)
        if len(found) == 1 and found[0].id != target.scope:
            return Match(found[0].id, Basis.CONVENTION, 0.8 if count == len(words) else 0.6)
    return None


def _is_ours(target: ByHost, labels: list[str], objects: Objects) -> bool:
    """Whether a Service of this name would have to be in this repository: everything of its namespace is declared here."""
    place = labels[-1] if len(labels) > 1 else target.namespace
    return place not in _SYSTEM and objects.tells_all(target.scope, place)


def _unanswered(host: str, labels: list[str], objects: Objects) -> str:
    """What is told of a host that nothing answers at, with where a Service of its name is that cannot be meant."""
    other = min(objects.anywhere.get(("Service", labels[0]), ()), key=lambda e: (e.path, e.line), default=None)
    if other is None:
        return f"no Service here answers at `{host}`"
    return f"no Service of this deployable answers at `{host}`; there is one at {other.path}:{other.line}"


def _distance(one: str, other: str) -> int:
    """How many folders one has to go up and down from one deployable to another; one that is a file lies in its folder."""
    folders = [_folders(text) for text in (one, other)]
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(*folders, strict=False)))
    return len(folders[0]) + len(folders[1]) - 2 * common


def _folders(deployable: str) -> list[str]:
    path = deployable.partition(":")[2]
    parts = [part for part in path.split("/") if part not in ("", ".")]
    return parts[:-1] if path.endswith((".yaml", ".yml", ".json")) else parts


def _wrong_port(reference: Reference, target: ByHost, found: list[Match], objects: Objects) -> Finding | None:
    """That none of the Services which may be meant has the port; one that says no ports, or leads straight to pods, has any."""
    said = [objects.by_id[match.id] for match in found]
    numbers: set[str] = set()
    for entity in said:
        ports = entity.attributes.get("ports")
        if not isinstance(ports, tuple) or entity.attributes.get("headless") or entity.attributes.get("type") == "ExternalName":
            return None
        numbers |= {re.split(r"[^0-9]", port, maxsplit=1)[0] for port in ports}
    if target.port is None or not said or str(target.port) in numbers:
        return None
    message = f"Service `{said[0].name}` has no port {target.port}; it has {', '.join(sorted(numbers))}"
    return finding("port-missing", message, reference.evidence, _subject(reference))


def _told(wrong: Finding | None, reference: Reference, name: str, found: list[Match], objects: Objects) -> tuple[Finding, ...]:
    if len(found) == 1:
        return (wrong,) if wrong else ()
    places = sorted({(objects.by_id[match.id].deployable or "").partition(":")[2] for match in found})
    shown = ", ".join(f"`{place}`" for place in places[:_SHOWN]) + (" and others" if len(places) > _SHOWN else "")
    message = f"{len(found)} Services are called `{name}`, in {shown}"
    return (finding("host-ambiguous", message, reference.evidence, _subject(reference)),)


def _subject(reference: Reference) -> str:
    """Whom a finding is about: nobody in particular where several may call, so that the line is told once."""
    return "" if reference.attributes.get("may") else reference.source


def settled(entities: Mapping[EntityId, Entity], relations: Iterable[Relation]) -> list[Relation]:
    """The relations without calls of a workload to itself, and without those that it may make where it does make them.

    One to a public name goes to the Service behind it, where that is one.
    """
    relations = list(relations)
    behind: dict[EntityId, set[EntityId]] = defaultdict(set)
    selected: dict[EntityId, set[EntityId]] = defaultdict(set)
    for relation in relations:
        of_route = relation.kind is RelationKind.ROUTES_TO and entities[relation.source].kind is EntityKind.ROUTE
        if of_route and entities[relation.target].kind is EntityKind.SERVICE:
            behind[relation.source].add(relation.target)
        elif relation.kind is RelationKind.SELECTS:
            selected[relation.source].add(relation.target)
    calls = [_behind(one, behind) for one in relations if one.kind is RelationKind.CONNECTS_TO]
    sure = {(one.source, one.target) for one in calls if not one.attributes.get("may")}
    kept = [
        one
        for one in calls
        if one.source not in selected.get(one.target, ())
        # A twin of its own Service, in another variant of the same application.
        and not (one.basis is Basis.UNIQUE_IN_REPO and entities[one.source].name == entities[one.target].name)
        and not (one.attributes.get("may") and (one.source, one.target) in sure)
    ]
    return [*(one for one in relations if one.kind is not RelationKind.CONNECTS_TO), *kept]


def _behind(call: Relation, behind: Mapping[EntityId, set[EntityId]]) -> Relation:
    """A call of a route as one of the Service behind it, where there is one alone."""
    services = behind.get(call.target, ())
    return replace(call, target=next(iter(services))) if len(services) == 1 else call
