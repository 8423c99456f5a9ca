"""CiliumNetworkPolicies to references, as `archdoc.extract._policies` makes them: what Kubernetes' own say in another way.

Rules: Cilium's policy language (docs.cilium.io, "Layer 3" and "Layer 4"). A rule set that denies is only for whom it is: what a
denial leaves is not worked out. Names, groups and addresses outside the cluster are no peers here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from archdoc.extract._fields import find
from archdoc.extract._manifests import Object
from archdoc.extract._mentions import NAME_OF_NAMESPACE, Unit, label_selector
from archdoc.extract._policies import DIRECTIONS, EVERYBODY, ports
from archdoc.extract._yaml import Node
from archdoc.model import Attribute, BySelector, EntityId, EntityKind, Reference, RelationKind, Selector

KINDS = frozenset({"CiliumNetworkPolicy.cilium.io", "CiliumClusterwideNetworkPolicy.cilium.io"})
_PREFIXES = ("k8s:", "any:", "k8s.", "any.")
_NAMESPACE = "io.kubernetes.pod.namespace"
_OF_NAMESPACE = "io.cilium.k8s.namespace.labels."
_EVERY_POD = frozenset({"all", "cluster"})


def references(source: EntityId, thing: Object, unit: Unit) -> Iterator[Reference]:
    """Whom each rule set of a policy is for, with the directions that it closes, and whom its rules let through."""
    for spec in (thing.root["spec"], *thing.root["specs"]):
        subject = _target(spec["endpointSelector"], thing, unit)
        if subject is None:
            continue
        denies = any(spec[f"{one}Deny"].is_list for one in DIRECTIONS)
        closed = tuple(one for one in DIRECTIONS if _closes(spec, one))
        evidence = spec["endpointSelector"].evidence("spec.endpointSelector")
        yield Reference(source, RelationKind.PROTECTS, subject, evidence, attributes={"isolates": closed})
        for direction in closed if not denies else ():
            for rule in spec[direction]:
                yield from _rule(rule, direction, source, thing, unit)


def _closes(spec: Node, direction: str) -> bool:
    said = spec["enableDefaultDeny"][direction]
    return said.true() or (not said.false() and any(spec[key].is_list for key in (direction, f"{direction}Deny")))


def _rule(rule: Node, direction: str, source: EntityId, thing: Object, unit: Unit) -> Iterator[Reference]:
    word = DIRECTIONS[direction]
    about: dict[str, Attribute] = {"direction": direction}
    if said := ports(find(rule, "toPorts[].ports[]"), "ANY"):
        about["ports"] = said
    anyone = BySelector(unit.id, EntityKind.WORKLOAD, "*", EVERYBODY)
    peers = [(_target(one, thing, unit), one) for one in rule[f"{word}Endpoints"]]
    peers += [(anyone, one) for one in rule[f"{word}Entities"] if one.text in _EVERY_POD]
    if not any(key.startswith(word) and key != "toPorts" for key, _ in rule.items()) and said:
        peers.append((anyone, rule))
    for target, at in peers:
        if target is not None:
            yield Reference(source, RelationKind.ALLOWS, target, at.evidence(f"spec.{direction}"), attributes=about)


def _target(node: Node, thing: Object, unit: Unit) -> BySelector | None:
    """The pods of an endpoint selector: of the policy's namespace, unless labels of namespaces stand among its labels."""
    said = label_selector(node)
    if said is None:
        return None
    pods, namespaces = [], []
    for term in said.requirements:
        key = next((term.key.removeprefix(one) for one in _PREFIXES if term.key.startswith(one)), term.key)
        if key == _NAMESPACE:
            namespaces.append(replace(term, key=NAME_OF_NAMESPACE))
        elif key.startswith(_OF_NAMESPACE):
            namespaces.append(replace(term, key=key.removeprefix(_OF_NAMESPACE)))
        else:
            pods.append(replace(term, key=key))
    place = "*" if thing.namespace is None else thing.namespace
    wanted = Selector(tuple(namespaces)) if namespaces else None
    return BySelector(unit.id, EntityKind.WORKLOAD, place, Selector(tuple(pods)), wanted)
