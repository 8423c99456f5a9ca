"""Network policies: which workloads may talk to each other because a policy says so, and which call no policy lets through.

Rules: NetworkPolicy of the Kubernetes API (networking.k8s.io/v1). What no policy selects is open; policies only add up; a
connection needs the way out of its caller and the way into its callee. Addresses outside the cluster are not judged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from archdoc.model import (
    Attribute,
    Basis,
    BySelector,
    Entity,
    EntityId,
    EntityKind,
    Finding,
    Reference,
    Relation,
    RelationKind,
    Selector,
)
from archdoc.resolve import _ports
from archdoc.resolve._ports import EVERY, Ports
from archdoc.resolve.names import kind_of
from archdoc.resolve.selectors import ALTERNATIVES, ANY_NAMESPACE, NAME_OF_NAMESPACE, Labelled, Selected, satisfies
from archdoc.rules import finding

INGRESS, EGRESS = "ingress", "egress"
_SURE_CALL = 0.8
_NOTHING = ("", "")


def judge(
    references: Iterable[Reference], entities: Mapping[EntityId, Entity], relations: Sequence[Relation], labelled: Labelled
) -> tuple[list[Relation], list[Finding]]:
    """The `allows` relations of pairs that a policy names, as far as both ends let them through, and the calls that are cut."""
    policies = gather(references, entities, relations, labelled)
    if not policies.isolating:
        return [], []
    allowed = list(_allowed(policies))
    told = [finding("selector-too-broad", "whom it lets through is not shown", rule.evidence) for rule in policies.skipped]
    return allowed, [*told, *_cut_calls(policies, relations)]


class _Side(NamedTuple):
    """A workload that a policy selects, and how sure that is."""

    entity: Entity
    basis: Basis
    confidence: float


@dataclass(slots=True)
class Policies:
    """The network policies of a repository.

    `isolating` are the policies that close a direction of a workload to all but their rules, `selected` the workloads of a
    policy, `rules` what a policy opens in a direction; `meant` are the selectors of policies by a label that they demand,
    `skipped` the rules that name too many pairs.
    """

    entities: Mapping[EntityId, Entity]
    labelled: Labelled
    isolating: dict[tuple[str, EntityId], list[Relation]] = field(default_factory=lambda: defaultdict(list))
    selected: dict[tuple[str, EntityId], list[_Side]] = field(default_factory=lambda: defaultdict(list))
    rules: dict[tuple[str, EntityId], list[Reference]] = field(default_factory=lambda: defaultdict(list))
    meant: dict[tuple[str, str], list[tuple[EntityId, BySelector]]] = field(default_factory=lambda: defaultdict(list))
    skipped: list[Reference] = field(default_factory=list)
    _peers: dict[int, frozenset[EntityId]] = field(default_factory=dict)
    _opened: dict[tuple[int, EntityId], Ports] = field(default_factory=dict)

    def open(self, direction: str, subject: Entity, peer: Entity) -> Ports:
        """The ports on which a workload may be reached by a peer (`INGRESS`), or may reach it (`EGRESS`)."""
        isolating = self.isolating.get((direction, subject.id))
        if isolating is None:
            return EVERY
        receiver = subject if direction == INGRESS else peer
        self.labelled.left -= len(isolating) // 2
        found: set[Ports] = set()
        for policy in dict.fromkeys(one.source for one in isolating):
            for rule in self.rules.get((direction, policy), ()):
                if self._meets(rule, peer):
                    found.add(self._ports(rule, receiver))
        self.labelled.left -= sum(map(len, found)) // 8
        return EVERY if EVERY in found else _ports.merged(part for ports in found for part in ports)

    def allowed(self, caller: Entity, callee: Entity) -> Ports:
        """The ports on which one workload may reach another."""
        return _ports.common(self.open(EGRESS, caller, callee), self.open(INGRESS, callee, caller))

    def _meets(self, rule: Reference, peer: Entity) -> bool:
        target = rule.target
        assert isinstance(target, BySelector)
        if not target.selector.requirements:
            return self.labelled.means(target, peer.namespace or "")
        if id(rule) not in self._peers:
            self._peers[id(rule)] = frozenset(entity.id for entity in self.labelled.select(target).entities)
        return peer.id in self._peers[id(rule)]

    def _ports(self, rule: Reference, receiver: Entity) -> Ports:
        key = (id(rule), receiver.id)
        if key not in self._opened:
            self._opened[key] = _ports.of_rule(rule.attributes.get("ports"), receiver)
        return self._opened[key]

    def perhaps(self, direction: str, subject: Entity, peer: Entity) -> Ports:
        """As `open`, with every policy of the repository that may be meant, wherever it lies, where a namespace is not known."""
        receiver = subject if direction == INGRESS else peer
        demanded = (_NOTHING, *((key, one) for key, values in subject.labels.items() for one in values.split(ALTERNATIVES)))
        return _ports.merged(
            part
            for label in demanded
            for policy, target in self.meant.get(label, ())
            if self._may(target, subject)
            for rule in self.rules.get((direction, policy), ())
            if isinstance(rule.target, BySelector) and self._may(rule.target, peer)
            for part in self._ports(rule, receiver)
        )

    def _may(self, target: BySelector, entity: Entity) -> bool:
        if not satisfies(target.selector, entity.labels):
            return False
        here = entity.namespace or ""
        if target.namespaces is None:
            return not (here and target.namespace) or target.namespace in (here, ANY_NAMESPACE)
        if not here:
            return True
        if here in self.labelled.objects.namespaces:
            return self.labelled.means(target, here)
        told = (term for term in target.namespaces.requirements if term.key == NAME_OF_NAMESPACE)
        return satisfies(Selector(tuple(told)), {NAME_OF_NAMESPACE: here})


def gather(
    references: Iterable[Reference], entities: Mapping[EntityId, Entity], relations: Sequence[Relation], labelled: Labelled
) -> Policies:
    """The policies of a repository, from the rules that their references say and the workloads that they select."""
    policies = Policies(entities, labelled)
    for reference in references:
        if not isinstance(reference.target, BySelector):
            continue
        direction = reference.attributes.get("direction")
        if reference.relation is RelationKind.ALLOWS and isinstance(direction, str):
            policies.rules[direction, reference.source].append(reference)
        elif "isolates" in reference.attributes:
            demanded = next((term for term in reference.target.selector.requirements if term.operator == "In"), None)
            for label in [(demanded.key, value) for value in demanded.values] if demanded else [_NOTHING]:
                policies.meant[label].append((reference.source, reference.target))
    for relation in relations:
        isolates = relation.attributes.get("isolates") if relation.kind is RelationKind.PROTECTS else None
        for direction in isolates if isinstance(isolates, tuple) else ():
            policies.isolating[direction, relation.target].append(relation)
            side = _Side(entities[relation.target], relation.basis, relation.confidence)
            policies.selected[direction, relation.source].append(side)
    return policies


def _allowed(policies: Policies) -> Iterator[Relation]:
    """A relation for each pair that a rule of a policy names, on the ports that all policies of both ends leave open."""
    said: dict[tuple[EntityId, EntityId], list[_Saying]] = defaultdict(list)
    for pair, saying in _named_pairs(policies):
        said[pair].append(saying)
    for (source, target), sayings in said.items():
        if policies.labelled.left <= 0:
            policies.skipped += [one.rule for one in sayings]
            continue
        ports = policies.allowed(policies.entities[source], policies.entities[target])
        if not ports:
            continue
        attributes: dict[str, Attribute] = {"policies": tuple(sorted({one.policy for one in sayings}))}
        if words := _ports.words(ports):
            attributes["ports"] = words
        best = max(sayings, key=lambda one: one.confidence)
        evidence = tuple(sorted({one.rule.evidence for one in sayings}))
        yield Relation(source, RelationKind.ALLOWS, target, best.basis, best.confidence, evidence, attributes)


class _Saying(NamedTuple):
    """That a rule of a policy names a pair."""

    policy: str
    rule: Reference
    basis: Basis
    confidence: float


def _named_pairs(policies: Policies) -> Iterator[tuple[tuple[EntityId, EntityId], _Saying]]:
    labelled = policies.labelled
    for (direction, policy), rules in policies.rules.items():
        name, subjects = policies.entities[policy].name, policies.selected.get((direction, policy), ())
        for rule in rules:
            assert isinstance(rule.target, BySelector)
            if not subjects or not _names_somebody(rule.target):
                continue
            peers = labelled.select(rule.target) if labelled.left > 0 else Selected()
            labelled.left -= len(subjects) * len(peers.entities)
            if labelled.left <= 0:
                policies.skipped.append(rule)
                continue
            for subject in subjects:
                sure = min((subject.confidence, subject.basis), (peers.confidence, peers.basis or rule.basis))
                for peer in peers.entities:
                    if peer.id != subject.entity.id:
                        pair = (peer.id, subject.entity.id) if direction == INGRESS else (subject.entity.id, peer.id)
                        yield pair, _Saying(name, rule, sure[1], sure[0])


def _names_somebody(target: BySelector) -> bool:
    """Whether a rule tells its peers by labels, theirs or their namespace's; all pods of a place are nobody in particular."""
    return bool(target.selector.requirements or (target.namespaces is not None and target.namespaces.requirements))


def _cut_calls(policies: Policies, relations: Sequence[Relation]) -> Iterator[Finding]:
    """Calls between workloads of one deployable that no policy can let through."""
    entities = policies.entities
    if any("NetworkPolicy" in kind_of(e) != "NetworkPolicy" for e in entities.values() if e.kind is EntityKind.POLICY):
        return  # another engine's policies may open what these close
    behind: dict[EntityId, list[Relation]] = defaultdict(list)
    for relation in relations:
        if relation.kind is RelationKind.SELECTS:
            behind[relation.source].append(relation)
    for call in relations:
        if call.kind is not RelationKind.CONNECTS_TO or call.confidence < _SURE_CALL or not _is_own(call):
            continue
        caller, target = entities[call.source], entities[call.target]
        callees = [target] if target.kind is EntityKind.WORKLOAD else [entities[r.target] for r in behind.get(target.id, ())]
        if not callees or not all(_is_plain(one) and one.deployable == caller.deployable for one in (caller, *callees)):
            continue
        told = [_cut(policies, call, caller, target, callee) for callee in callees]
        if all(told):
            yield from [one for one in told[:1] if one]


def _is_own(call: Relation) -> bool:
    """Whether a call is of this workload for sure: in its own environment or arguments, not in a file that many may mount."""
    return not call.attributes.get("shared") and any(one.note.startswith(("env ", "args")) for one in call.evidence)


def _is_plain(workload: Entity) -> bool:
    """Whether the labels of a workload's pods are all known and policies hold for them."""
    return (
        workload.kind is EntityKind.WORKLOAD
        and workload.namespace is not None
        and "." not in kind_of(workload)
        and not workload.attributes.get("host_network")
    )


def _cut(policies: Policies, call: Relation, caller: Entity, target: Entity, callee: Entity) -> Finding | None:
    """What is to be told of a call if policies cut it."""
    if caller.id == callee.id:
        return None
    ports = _ports.behind(target, _asked(call), callee) if target.kind is EntityKind.SERVICE else EVERY
    for direction, subject, peer in ((EGRESS, caller, callee), (INGRESS, callee, caller)):
        closing = [one for one in policies.isolating.get((direction, subject.id), ()) if one.confidence == 1.0]
        if not closing or policies.labelled.left <= 0 or _ports.common(ports, policies.open(direction, subject, peer)):
            continue
        policies.labelled.left -= len(policies.rules)
        if not _ports.common(ports, policies.perhaps(direction, subject, peer)):
            policy = min((policies.entities[one.source] for one in closing), key=lambda e: (e.path, e.line))
            at = next(one.evidence[0] for one in closing if one.source == policy.id)
            on = f" on {', '.join(_ports.words(ports))}" if ports != EVERY else ""
            way = "lets it out" if direction == EGRESS else "lets it in"
            via = call.evidence[0]
            message = f"`{caller.name}` calls `{target.name}`{on} ({via.note}, {via.path}), and no policy {way}"
            return finding("policy-cuts-call", message, at, policy.id)
    return None


def _asked(call: Relation) -> tuple[str, ...]:
    port = call.attributes.get("port")
    if isinstance(port, tuple):
        return port
    return (str(port),) if port is not None else ()
