"""Network policies against a second reading of the same rules, as short as the specification has them."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from archdoc.config import Config
from archdoc.extract import kubernetes
from archdoc.model import EntityKind
from archdoc.resolve import _ports, resolve
from archdoc.resolve.names import Objects
from archdoc.resolve.policies import gather
from archdoc.resolve.selectors import Labelled
from tests.support import MemoryFiles

SPACES = {"one": {"team": "a"}, "two": {"team": "b", "x": "y"}}
LABELS = st.dictionaries(st.sampled_from("abt"), st.sampled_from("xyz"), max_size=2)
TERMS = st.fixed_dictionaries(
    {"key": st.sampled_from(["a", "b", "team", "x"]), "operator": st.sampled_from(["In", "NotIn", "Exists", "DoesNotExist"])}
)
SELECTORS = st.fixed_dictionaries(
    {},
    optional={
        "matchLabels": st.dictionaries(st.sampled_from(["a", "b", "team"]), st.sampled_from("abxyz"), max_size=2),
        "matchExpressions": st.lists(
            st.builds(lambda t, v: {**t, "values": v}, TERMS, st.lists(st.sampled_from("abxy"))), max_size=1
        ),
    },
)
PEERS = st.fixed_dictionaries({}, optional={"podSelector": SELECTORS, "namespaceSelector": SELECTORS})
PORTS = st.fixed_dictionaries(
    {}, optional={"protocol": st.sampled_from(["TCP", "UDP"]), "port": st.sampled_from([1, 5, "web"]), "endPort": st.just(9)}
).map(lambda port: port if isinstance(port.get("port"), int) else {k: v for k, v in port.items() if k != "endPort"})


def rules(word: str) -> st.SearchStrategy[Any]:
    return st.lists(
        st.fixed_dictionaries({}, optional={word: st.lists(PEERS, max_size=2), "ports": st.lists(PORTS, max_size=2)}), max_size=2
    )


POLICIES = st.fixed_dictionaries(
    {"namespace": st.sampled_from(list(SPACES))},
    optional={
        "podSelector": SELECTORS,
        "policyTypes": st.lists(st.sampled_from(["Ingress", "Egress"]), min_size=1, max_size=2, unique=True),
        "ingress": rules("from"),
        "egress": rules("to"),
    },
)
PODS = st.lists(st.tuples(st.sampled_from(list(SPACES)), LABELS), min_size=2, max_size=4)


def holds(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    for key, value in selector.get("matchLabels", {}).items():
        if labels.get(key) != value:
            return False
    for term in selector.get("matchExpressions", []):
        value = labels.get(term["key"])
        answer = {
            "In": value is not None and value in term["values"],
            "NotIn": value not in term["values"],
            "Exists": value is not None,
            "DoesNotExist": value is None,
        }[term["operator"]]
        if not answer:
            return False
    return True


Pod = tuple[str, dict[str, str]]


def opened(policies: list[dict[str, Any]], direction: str, subject: Pod, peer: Pod, receiver: int) -> set[tuple[str, int]]:
    """The ports from 1 to 10 that are open one way; the receiver's port `web` is its number."""
    every = {(protocol, n) for protocol in ("TCP", "UDP", "SCTP") for n in range(1, 11)}
    isolated, found = False, set[tuple[str, int]]()
    for policy in policies:
        types = policy.get("policyTypes") or ["Ingress", *(["Egress"] if policy.get("egress") else [])]
        meant = policy["namespace"] == subject[0] and holds(policy.get("podSelector", {}), subject[1])
        if direction.capitalize() not in types or not meant:
            continue
        isolated = True
        for rule in policy.get(direction, []):
            peers = rule.get("from" if direction == "ingress" else "to")
            if peers and not any(matches(one, policy["namespace"], peer) for one in peers):
                continue
            if not rule.get("ports"):
                found |= every
            for port in rule.get("ports", []):
                number = receiver if port.get("port") == "web" else port.get("port")
                protocol = port.get("protocol", "TCP")
                if port.get("port") == "web" and protocol != "TCP":
                    continue
                low, high = (1, 10) if number is None else (number, port.get("endPort", number))
                found |= {(protocol, n) for n in range(low, high + 1)}
    return found if isolated else every


def matches(peer: dict[str, Any], own: str, pod: Pod) -> bool:
    if "podSelector" not in peer and "namespaceSelector" not in peer:
        return False
    labels = {**SPACES[pod[0]], "kubernetes.io/metadata.name": pod[0]}
    here = holds(peer["namespaceSelector"], labels) if "namespaceSelector" in peer else pod[0] == own
    return here and holds(peer.get("podSelector", {}), pod[1])


TWICE = {"matchExpressions": [{"key": "b", "operator": "In", "values": ["x", "x"]}]}


@given(PODS, st.lists(POLICIES, max_size=3))
@example([("one", {}), ("two", {"b": "x"})], [{"namespace": "two", "podSelector": TWICE}])
def test_policies_are_what_a_second_reading_makes_of_them(pods: list[Pod], policies: list[dict[str, Any]]) -> None:
    objects: list[Any] = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}} for name, labels in SPACES.items()
    ]
    for number, (space, labels) in enumerate(pods):
        container = {"image": "x", "ports": [{"name": "web", "containerPort": number + 2}]}
        metadata = {"name": f"p{number}", "namespace": space, "labels": labels}
        objects.append({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [container]}})
    for number, policy in enumerate(policies):
        metadata = {"name": f"n{number}", "namespace": policy["namespace"]}
        spec = {key: value for key, value in policy.items() if key != "namespace"}
        objects.append({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec})
    facts = kubernetes.extract("a.yaml", MemoryFiles({"a.yaml": "\n---\n".join(map(json.dumps, objects))}), Config())
    made = resolve([facts], frozenset())
    read = gather(facts.references, made.entities, made.relations, Labelled(Objects(made.entities.values())))
    known = {e.name: e for e in made.of(EntityKind.WORKLOAD)}
    for a, caller in enumerate(pods):
        for b, callee in enumerate(pods):
            if a != b:
                wanted = opened(policies, "egress", caller, callee, b + 2) & opened(policies, "ingress", callee, caller, b + 2)
                assert among(read.allowed(known[f"p{a}"], known[f"p{b}"])) == wanted


def among(ports: _ports.Ports) -> set[tuple[str, int]]:
    """Those of a set of ports that are below 11."""
    return {(protocol, n) for protocol, low, high in ports for n in range(low, min(high, 10) + 1)}


RANGES = st.lists(
    st.tuples(st.sampled_from(["TCP", "UDP"]), st.integers(1, 10), st.integers(1, 10)).filter(lambda p: p[1] <= p[2])
)


@given(RANGES, RANGES)
def test_sets_of_ports(one: list[tuple[str, int, int]], other: list[tuple[str, int, int]]) -> None:
    a, b = _ports.merged(one), _ports.merged(other)
    assert among(a) == among(tuple(one))
    assert among(_ports.common(a, b)) == among(a) & among(b)
    assert a == _ports.merged(a)
    assert all(x[0] != y[0] or x[2] + 1 < y[1] for x, y in pairwise(a))
