"""NetworkPolicies to references: whom a policy is for and which directions it closes, and whom each of its rules lets through.

Rules: networking.k8s.io/v1 NetworkPolicySpec and its defaults in the API server. What the rules come to together is
`archdoc.resolve.policies`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from archdoc.extract._manifests import Object
from archdoc.extract._mentions import Unit, label_selector
from archdoc.extract._yaml import Node
from archdoc.model import (
    Attribute,
    BySelector,
    EntityId,
    EntityKind,
    Evidence,
    Finding,
    Reference,
    RelationKind,
    Selector,
)
from archdoc.rules import finding

EVERYBODY = Selector()
"""The selector that every pod and every namespace satisfies."""
DIRECTIONS = {"ingress": "from", "egress": "to"}
"""The directions of a policy, each with the word before its peers."""


class _Peer(NamedTuple):
    """Whom a rule lets through: pods with labels in some namespaces."""

    pods: Selector
    namespaces: Selector | None
    at: Evidence


def references(source: EntityId, thing: Object, unit: Unit) -> Iterator[Reference]:
    """What a policy says: `protects` with the directions that it closes, and `allows` for each peer of each rule."""
    spec, place = thing.root["spec"], thing.namespace or ""
    closed = directions(spec)
    subject = label_selector(spec["podSelector"]) or EVERYBODY
    at = (spec["podSelector"] if spec["podSelector"].is_map else thing.root).evidence("spec.podSelector")
    target = BySelector(unit.id, EntityKind.WORKLOAD, place, subject)
    yield Reference(source, RelationKind.PROTECTS, target, at, attributes={"isolates": closed})
    for direction in closed:
        for rule in spec[direction]:
            about: dict[str, Attribute] = {"direction": direction}
            if said := ports(rule["ports"]):
                about["ports"] = said
            for peer in _peers(rule, direction):
                target = BySelector(unit.id, EntityKind.WORKLOAD, place, peer.pods, peer.namespaces)
                yield Reference(source, RelationKind.ALLOWS, target, peer.at, attributes=about)


def attributes(thing: Object) -> dict[str, Attribute]:
    """What a policy does beyond its relations: what it closes wholly or opens to anyone, the networks that it lets through."""
    if thing.kind != "NetworkPolicy":
        return {}
    spec = thing.root["spec"]
    closed = directions(spec)
    found: dict[str, tuple[str, ...]] = {
        "isolates": closed,
        "denies": tuple(one for one in closed if not list(spec[one])),
        "open": tuple(one for one in closed if any(not list(rule[DIRECTIONS[one]]) for rule in spec[one])),
        "networks": tuple(dict.fromkeys(text for one in closed for text in _networks(spec, one))),
    }
    return {name: texts for name, texts in found.items() if texts}


def remarks(thing: Object) -> Iterator[Finding]:
    """Rules that have no effect."""
    spec = thing.root["spec"]
    for direction in DIRECTIONS:
        if list(spec[direction]) and direction not in directions(spec):
            message = f"policyTypes leaves out {direction.capitalize()}, so its rules have no effect"
            yield finding("policy-rule-ignored", message, spec[direction].evidence())


def directions(spec: Node) -> tuple[str, ...]:
    """The directions that a policy closes: `policyTypes`, or ingress always and egress where it has rules."""
    said = [text.lower() for text in spec["policyTypes"].texts()]
    given = [one for one in DIRECTIONS if one in said] if said else ["ingress", *(["egress"] if list(spec["egress"]) else [])]
    return tuple(given)


def _peers(rule: Node, direction: str) -> Iterator[_Peer]:
    """The peers of a rule; one that names none is for anyone. Blocks of addresses are not of the cluster."""
    peers = list(rule[DIRECTIONS[direction]])
    if not peers:
        yield _Peer(EVERYBODY, EVERYBODY, rule.evidence(f"spec.{direction}"))
    for peer in peers:
        pods, namespaces = label_selector(peer["podSelector"]), label_selector(peer["namespaceSelector"])
        if pods is not None or namespaces is not None:
            note = f"spec.{direction}.{DIRECTIONS[direction]}"
            yield _Peer(pods or EVERYBODY, namespaces, peer.evidence(note))


def ports(given: Iterable[Node], default: str = "TCP") -> tuple[str, ...]:
    """``TCP/80``, ``TCP/http``, ``UDP/1000-1010``, ``TCP`` for every port of a protocol, ``ANY/80`` for one of every protocol."""
    found = []
    for port in given:
        number, end = port["port"].text, port["endPort"].text
        text = "/".join(filter(None, [port["protocol"].text or default, number]))
        found.append(f"{text}-{end}" if number and end else text)
    return tuple(dict.fromkeys(found))


def _networks(spec: Node, direction: str) -> Iterator[str]:
    for rule in spec[direction]:
        for peer in rule[DIRECTIONS[direction]]:
            block = peer["ipBlock"]
            if block["cidr"].text:
                yield f"{direction} {block['cidr'].text}{_except(block['except'].texts())}"


def _except(blocks: Sequence[str]) -> str:
    return f" except {', '.join(blocks)}" if blocks else ""
