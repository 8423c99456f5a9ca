"""Network policies: who may reach whom by them, which pairs become relations, and which calls they cut."""

from __future__ import annotations

import pytest
import yaml

from archdoc.config import Config
from archdoc.extract import kubernetes
from archdoc.graph import Graph
from archdoc.model import EntityKind, Facts, RelationKind
from archdoc.resolve import _ports, resolve
from archdoc.resolve.names import Objects
from archdoc.resolve.policies import gather
from archdoc.resolve.selectors import Labelled
from archdoc.views import deployable
from tests.support import MemoryFiles

WORLD = """
{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {team: sales}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: ops, labels: {team: care, watch: "yes"}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, labels: {app: not-of-the-pods}}
spec: {selector: {}, template: {metadata: {labels: {app: web, tier: front}}, spec: {containers: [{image: web}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec:
  selector: {}
  template:
    metadata: {labels: {app: api, tier: back}}
    spec:
      containers:
        - {image: api, ports: [{containerPort: 8080, name: http}, {containerPort: 9090, name: metrics}]}
        - {image: dns, ports: [{containerPort: 5353, name: query, protocol: UDP}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  selector: {}
  template:
    metadata: {labels: {app: db, tier: back, keeps: data}}
    spec: {containers: [{image: db, ports: [{containerPort: 5432, name: http}]}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: report, namespace: ops}
spec:
  jobTemplate: {spec: {template: {metadata: {labels: {app: report}}, spec: {containers: [{image: report}]}}}}
---
apiVersion: v1
kind: Pod
metadata: {name: proxy, namespace: edge, labels: {app: proxy}}
spec: {containers: [{image: proxy}]}
"""
"""Who may reach whom: everybody everybody. Of the namespace edge no file tells the labels."""

ALL = ("web", "api", "db", "report", "proxy")


def read(*specs: str, extra: str = "", namespace: str = "shop") -> Facts:
    """The facts of the world with policies of these specs in a namespace."""
    documents = [WORLD, extra]
    for number, spec in enumerate(specs):
        policy = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "spec": yaml.safe_load(spec)}
        documents.append(yaml.safe_dump({**policy, "metadata": {"name": f"p{number}", "namespace": namespace}}))
    files = MemoryFiles({"k8s/all.yaml": "\n---\n".join(filter(None, documents))})
    return kubernetes.extract("k8s/all.yaml", files, Config())


def tree(*specs: str, **more: str) -> Graph:
    """The graph of it."""
    return resolve([read(*specs, **more)], frozenset())


def reach(*specs: str) -> dict[str, str]:
    """The pairs that may not talk on every port, each with the ports that are left."""
    facts = read(*specs)
    made = resolve([facts], frozenset())
    policies = gather(facts.references, made.entities, made.relations, Labelled(Objects(made.entities.values())))
    known = {e.name: e for e in made.of(EntityKind.WORKLOAD)}
    open_ = {f"{a}>{b}": policies.allowed(known[a], known[b]) for a in ALL for b in ALL if a != b}
    return {pair: " ".join(_ports.words(ports)) for pair, ports in open_.items() if ports != _ports.EVERY}


def into(target: str, *allowed: str, on: str = "") -> dict[str, str]:
    """What is left where only some may reach a workload, and only on some ports."""
    return {f"{a}>{target}": on if a in allowed else "" for a in ALL if a != target and not (a in allowed and not on)}


def out_of(source: str, *allowed: str, on: str = "") -> dict[str, str]:
    """What is left where a workload may reach only some."""
    return {f"{source}>{b}": on if b in allowed else "" for b in ALL if b != source and not (b in allowed and not on)}


DB = "podSelector: {matchLabels: {app: db}}\n"
API = "podSelector: {matchLabels: {app: api}}\n"
TO_API = "to: [{podSelector: {matchLabels: {app: api}}}]"
DNS_OF_CLUSTER = "{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}], ports: [{port: 53}]}"
FROM_WEB = "from: [{podSelector: {matchLabels: {app: web}}}]"
CASES: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "no policy leaves all open": ((), {}),
    "a policy without rules lets nobody in": ((DB,), into("db")),
    "an empty list of rules lets nobody in": ((DB + "ingress: []",), into("db")),
    "an empty rule lets anyone in": ((DB + "ingress: [{}]",), {}),
    "a rule without peers lets anyone in": ((DB + "ingress: [{from: []}]",), {}),
    "a null rule list is no rule": ((DB + "ingress: null",), into("db")),
    "peers are pods of the policy's namespace": ((DB + "ingress: [{" + FROM_WEB + "}]",), into("db", "web")),
    "pods of another namespace are not meant by labels alone": (
        (DB + "ingress: [{from: [{podSelector: {matchLabels: {app: report}}}]}]",),
        into("db"),
    ),
    "an empty pod selector is the namespace": (
        (DB + "ingress: [{from: [{podSelector: {}}]}]",),
        into("db", "web", "api"),
    ),
    "an empty namespace selector is everywhere": ((DB + "ingress: [{from: [{namespaceSelector: {}}]}]",), {}),
    "a namespace by its label": (
        (DB + "ingress: [{from: [{namespaceSelector: {matchLabels: {team: care}}}]}]",),
        into("db", "report"),
    ),
    "a namespace by the label that the cluster gives": (
        (DB + "ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: edge}}}]}]",),
        into("db", "proxy"),
    ),
    "a label of the pods is none of the namespace": (
        (DB + "ingress: [{from: [{namespaceSelector: {matchLabels: {app: report}}}]}]",),
        into("db"),
    ),
    "both selectors of one peer must hold": (
        (
            DB
            + "ingress: [{from: [{namespaceSelector: {matchLabels: {team: sales}}, podSelector: {matchLabels: {tier: front}}}]}]",
        ),
        into("db", "web"),
    ),
    "two peers are either": (
        (DB + "ingress: [{from: [{namespaceSelector: {matchLabels: {team: care}}}, {podSelector: {matchLabels: {app: web}}}]}]",),
        into("db", "web", "report"),
    ),
    "pods of one label in every namespace": (
        (DB + "ingress: [{from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: proxy}}}]}]",),
        into("db", "proxy"),
    ),
    "In": (
        (DB + "ingress: [{from: [{podSelector: {matchExpressions: [{key: app, operator: In, values: [web, x]}]}}]}]",),
        into("db", "web"),
    ),
    "NotIn holds without the key": (
        (DB + "ingress: [{from: [{podSelector: {matchExpressions: [{key: keeps, operator: NotIn, values: [y]}]}}]}]",),
        into("db", "web", "api"),
    ),
    "NotIn": (
        (DB + "ingress: [{from: [{podSelector: {matchExpressions: [{key: tier, operator: NotIn, values: [back]}]}}]}]",),
        into("db", "web"),
    ),
    "Exists": (
        ("{podSelector: {matchExpressions: [{key: keeps, operator: Exists}]}}",),
        into("db"),
    ),
    "DoesNotExist": (
        ("{podSelector: {matchExpressions: [{key: keeps, operator: DoesNotExist}]}}",),
        into("web") | into("api"),
    ),
    "labels and expressions together": (
        ("{podSelector: {matchLabels: {tier: back}, matchExpressions: [{key: keeps, operator: DoesNotExist}]}}",),
        into("api"),
    ),
    "namespaces by expression": (
        (DB + "ingress: [{from: [{namespaceSelector: {matchExpressions: [{key: watch, operator: Exists}]}}]}]",),
        into("db", "report"),
    ),
    "namespaces without a label": (
        (DB + "ingress: [{from: [{namespaceSelector: {matchExpressions: [{key: watch, operator: DoesNotExist}]}}]}]",),
        into("db", "web", "api", "proxy"),
    ),
    "an empty selector is every pod of the namespace": (("{podSelector: {}}",), into("web") | into("api") | into("db")),
    "an absent selector is every pod, too": (("{policyTypes: [Ingress]}",), into("web") | into("api") | into("db")),
    "a policy holds in its namespace only": (("{podSelector: {matchLabels: {app: report}}}",), {}),
    "labels of the Deployment itself are not of its pods": (("{podSelector: {matchLabels: {app: not-of-the-pods}}}",), {}),
    "egress closes the way out": ((API + "policyTypes: [Egress]",), out_of("api")),
    "egress to one": (
        (API + "policyTypes: [Egress]\negress: [{to: [{podSelector: {matchLabels: {app: db}}}]}]",),
        out_of("api", "db"),
    ),
    "egress rules without types close both ways": (
        (API + "egress: [{to: [{podSelector: {}}]}]",),
        into("api") | out_of("api", "web", "db"),
    ),
    "an empty egress list without types closes the way in only": ((API + "egress: []",), into("api")),
    "rules of a direction that is not closed have no effect": (
        (API + "policyTypes: [Ingress]\ningress: [{}]\negress: [{to: [{podSelector: {}}]}]",),
        {},
    ),
    "ingress rules with types of egress only have none, either": (
        (API + "policyTypes: [Egress]\ningress: [{" + FROM_WEB + "}]\negress: [{}]",),
        {},
    ),
    "policies add up": (
        (
            DB + "ingress: [{" + FROM_WEB + "}]",
            DB + "ingress: [{from: [{podSelector: {matchLabels: {app: api}}}]}]",
        ),
        into("db", "web", "api"),
    ),
    "what denies all takes nothing from what allows": (
        ("{podSelector: {}, policyTypes: [Ingress, Egress]}", DB + "ingress: [{}]"),
        into("web") | into("api") | out_of("web") | out_of("api") | out_of("db"),
    ),
    "both ends must agree": (
        (
            DB + "ingress: [{" + FROM_WEB + "}]",
            "{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{" + TO_API + "}]}",
        ),
        into("db") | out_of("web", "api"),
    ),
    "both ends on ports that differ": (
        (
            DB + "ingress: [{ports: [{port: 5432}]}]",
            "{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{ports: [{port: 80}]}]}",
        ),
        into("db", *ALL, on="TCP/5432") | out_of("web", *ALL, on="TCP/80") | {"web>db": ""},
    ),
    "one port": ((DB + "ingress: [{" + FROM_WEB + ", ports: [{port: 5432}]}]",), into("db", "web", on="TCP/5432")),
    "a port of another protocol": (
        (DB + "ingress: [{ports: [{port: 53, protocol: UDP}, {port: 9, protocol: SCTP}]}]",),
        into("db", *ALL, on="SCTP/9 UDP/53"),
    ),
    "a protocol without port": ((DB + "ingress: [{ports: [{protocol: UDP}]}]",), into("db", *ALL, on="UDP")),
    "an empty list of ports is every port": ((DB + "ingress: [{" + FROM_WEB + ", ports: []}]",), into("db", "web")),
    "a range of ports": ((DB + "ingress: [{ports: [{port: 80, endPort: 90}]}]",), into("db", *ALL, on="TCP/80-90")),
    "ports of several rules join": (
        (DB + "ingress: [{ports: [{port: 80, endPort: 90}]}, {ports: [{port: 91}, {port: 85, endPort: 88}]}]",),
        into("db", *ALL, on="TCP/80-91"),
    ),
    "a named port is the receiver's": (
        ("{podSelector: {matchLabels: {tier: back}}, ingress: [{ports: [{port: http}]}]}",),
        into("api", *ALL, on="TCP/8080") | into("db", *ALL, on="TCP/5432"),
    ),
    "a named port of another protocol is none": ((API + "ingress: [{ports: [{port: query}]}]",), into("api")),
    "a named port with its protocol": (
        (API + "ingress: [{ports: [{port: query, protocol: UDP}]}]",),
        into("api", *ALL, on="UDP/5353"),
    ),
    "a named port that nobody has": ((API + "ingress: [{ports: [{port: gone}]}]",), into("api")),
    "a named port on the way out is the receiver's, too": (
        ("{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{ports: [{port: http}]}]}",),
        out_of("web", "report", "proxy") | {"web>api": "TCP/8080", "web>db": "TCP/5432", "web>report": "", "web>proxy": ""},
    ),
    "addresses are not of the cluster": (
        (DB + "ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}]",),
        into("db"),
    ),
    "a peer that says nothing is nobody": ((DB + "ingress: [{from: [{}]}]",), into("db")),
    "DNS alone lets no call out": (
        (API + "policyTypes: [Egress]\negress: [" + DNS_OF_CLUSTER + "]",),
        out_of("api"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_who_may_reach_whom(case: str) -> None:
    specs, left = CASES[case]
    assert reach(*specs) == left


def allowed(made: Graph) -> list[str]:
    ends = [
        (r, made.entities[r.source].name, made.entities[r.target].name) for r in made.relations if r.kind is RelationKind.ALLOWS
    ]
    return sorted(f"{a}>{b} {' '.join(r.attributes.get('ports', ()))}".rstrip() for r, a, b in ends)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("specs", "pairs"),
    [
        ((DB,), []),
        ((DB + "ingress: [{}]",), []),
        ((DB + "ingress: [{from: [{podSelector: {}}]}]",), []),
        ((DB + "ingress: [{from: [{namespaceSelector: {}}]}]",), []),
        ((DB + "ingress: [{" + FROM_WEB + ", ports: [{port: 5432}]}]",), ["web>db TCP/5432"]),
        ((DB + "ingress: [{from: [{namespaceSelector: {matchLabels: {team: care}}}]}]",), ["report>db"]),
        ((API + "policyTypes: [Egress]\negress: [{to: [{podSelector: {matchLabels: {app: db}}}]}]",), ["api>db"]),
        (
            (API + "policyTypes: [Ingress]\ningress: [{}]\negress: [{to: [{podSelector: {matchLabels: {app: db}}}]}]",),
            [],
        ),
        ((DB + "ingress: [{" + FROM_WEB + "}]", "{podSelector: {}, policyTypes: [Egress]}"), []),
    ],
)
def test_only_pairs_that_a_policy_names_become_relations_and_only_if_nothing_denies_them(
    specs: tuple[str, ...], pairs: list[str]
) -> None:
    assert allowed(tree(*specs)) == pairs


def test_an_allowed_pair_tells_the_policies_and_lines_that_say_so() -> None:
    two = tree(
        DB + "ingress: [{" + FROM_WEB + "}]",
        DB + "ingress: [{from: [{podSelector: {matchLabels: {tier: front}}}]}]",
    )
    (relation,) = [r for r in two.relations if r.kind is RelationKind.ALLOWS]
    assert relation.attributes == {"policies": ("p0", "p1")}
    assert [e.note for e in relation.evidence] == ["spec.ingress.from", "spec.ingress.from"]
    assert relation.confidence == 1.0


def test_what_a_policy_closes_stands_on_it_and_makes_no_relation() -> None:
    block = "{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}"
    spec = "{podSelector: {}, policyTypes: [Ingress, Egress], egress: [{to: [" + block + "]}, {}]}"
    made = tree(spec)
    (policy,) = made.of(EntityKind.POLICY)
    assert policy.attributes == {
        "isolates": ("ingress", "egress"),
        "denies": ("ingress",),
        "open": ("egress",),
        "networks": ("egress 10.0.0.0/8 except 10.1.0.0/16",),
    }
    assert allowed(made) == []


def rules(made: Graph) -> list[str]:
    return [finding.rule for finding in made.findings if finding.rule.startswith(("policy", "selector"))]


def test_a_policy_for_nobody_is_told() -> None:
    assert rules(tree("{podSelector: {matchLabels: {app: gone}}}")) == ["policy-unmatched"]
    assert rules(tree("{podSelector: {matchLabels: {app: gone}}}", namespace="far")) == ["selector-unmatched"]
    assert rules(tree(DB)) == []


def test_rules_without_effect_are_told() -> None:
    assert rules(tree(DB + "policyTypes: [Ingress]\negress: [{}]")) == ["policy-rule-ignored"]
    assert rules(tree(DB + "policyTypes: [Ingress]\negress: []")) == []


CALL = """
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop}
spec: {selector: {app: api}, ports: [{port: 80, targetPort: http}, {port: 90, targetPort: 9090, name: metrics}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: caller, namespace: %s}
spec:
  selector: {}
  template:
    metadata: {labels: {app: caller}}
    spec: {%scontainers: [{image: caller, env: [{name: API_URL, value: "http://api.shop:%s"}]}]}
"""
CALLER = "podSelector: {matchLabels: {app: caller}}\n"
DNS = "{to: [{namespaceSelector: {}}], ports: [{port: 53, protocol: UDP}, {port: 53}]}"
TO_API_HTTP = "{to: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 8080}]}"


@pytest.mark.parametrize(
    ("cut", "port", "specs"),
    [
        ("", "80", ()),
        ("lets it in", "80", (API,)),
        ("lets it in", "80", (API + "ingress: [{" + FROM_WEB + "}]",)),
        ("", "80", (API + "ingress: [{from: [{podSelector: {matchLabels: {app: caller}}}]}]",)),
        ("", "80", (API + "ingress: [{from: [{podSelector: {}}], ports: [{port: 8080}]}]",)),
        ("lets it in", "80", (API + "ingress: [{from: [{podSelector: {}}], ports: [{port: 80}]}]",)),
        ("lets it in", "90", (API + "ingress: [{from: [{podSelector: {}}], ports: [{port: 8080}]}]",)),
        ("", "90", (API + "ingress: [{from: [{podSelector: {}}], ports: [{port: metrics}]}]",)),
        ("lets it out", "80", (CALLER + "policyTypes: [Egress]",)),
        ("lets it out", "80", (CALLER + "policyTypes: [Egress]\negress: [" + DNS + "]",)),
        ("", "80", (CALLER + "policyTypes: [Egress]\negress: [" + DNS + ", " + TO_API_HTTP + "]",)),
        ("", "80", (CALLER + "policyTypes: [Egress]\negress: [" + TO_API_HTTP + "]",)),
        ("lets it in", "80", (CALLER + "policyTypes: [Egress]\negress: [" + TO_API_HTTP + "]", API)),
        ("", "80", ("{podSelector: {}}", API + "ingress: [{}]")),
    ],
)
def test_a_call_that_no_policy_lets_through_is_told(cut: str, port: str, specs: tuple[str, ...]) -> None:
    told = [f for f in tree(*specs, extra=CALL % ("shop", "", port)).findings if f.rule == "policy-cuts-call"]
    assert [cut in f.message and "`caller` calls `api`" in f.message for f in told] == [True] * bool(cut)


def test_a_cut_that_is_not_certain_is_not_told() -> None:
    closed = API + "ingress: [{" + FROM_WEB + "}]"

    def cuts(extra: str, *specs: str) -> int:
        return [f.rule for f in tree(*specs, extra=extra).findings].count("policy-cuts-call")

    assert cuts(CALL % ("shop", "", 80), closed) == 1
    assert cuts(CALL % ("shop", "hostNetwork: true, ", 80), closed) == 0
    cilium = (
        "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: c, namespace: shop}\nspec: {endpointSelector: {}}"
    )
    assert cuts(f"{CALL % ('shop', '', 80)}---\n{cilium}", closed) == 0
    # Of a namespace that no file defines only the name is known, so that any other label may be there.
    team = API + "ingress: [{from: [{namespaceSelector: {matchLabels: {team: x}}}]}]"
    assert cuts(CALL % ("edge", "", 80), team) == 0
    assert cuts(CALL % ("ops", "", 80), team) == 1
    named = team.replace("team: x", "kubernetes.io/metadata.name: x")
    assert cuts(CALL % ("edge", "", 80), named) == 1


def drawn(made: Graph) -> list[tuple[str, str, str]]:
    (view,) = [one for one in deployable.views(made) if one.id == "deployable:k8s"]
    titles = {node.id: node.title for node in view.nodes}
    return sorted((titles[e.source], titles[e.target], e.label) for e in view.edges)


def test_a_picture_shows_what_policies_allow_where_neither_a_call_nor_the_way_back_is_known() -> None:
    assert drawn(tree(DB + "ingress: [{" + FROM_WEB + "}]")) == [("web", "db", "may call")]
    of_back = "{podSelector: {matchLabels: {tier: back}}, ingress: [{from: [{podSelector: {matchLabels: {tier: back}}}]}]}"
    assert allowed(tree(of_back)) == ["api>db", "db>api"]
    assert drawn(tree(of_back)) == []
    called = API + "ingress: [{from: [{podSelector: {matchLabels: {app: caller}}}, {podSelector: {matchLabels: {app: web}}}]}]"
    assert drawn(tree(called, extra=CALL % ("shop", "", 80))) == [("caller", "api", ""), ("web", "api", "may call")]


def test_a_rule_that_names_very_many_is_told_and_not_followed() -> None:
    pod = (
        "{apiVersion: v1, kind: Pod, metadata: {name: p%d, namespace: shop, labels: {app: %s}}, spec: {containers: [{image: x}]}}"
    )
    many = "\n---\n".join(pod % (n, "many") for n in range(600))
    rule = "{podSelector: {matchLabels: {app: many}}, ingress: [{from: [{podSelector: {matchLabels: {app: many}}}]}]}"
    made = tree(rule, extra=many)
    assert allowed(made) == []
    assert "selector-too-broad" in rules(made)


CILIUM = """
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: c, namespace: shop}
spec:
  endpointSelector: {matchLabels: {k8s:app: db}}
"""


@pytest.mark.parametrize(
    ("rule", "pairs"),
    [
        ("ingress: []", []),
        ("ingress: [{fromEndpoints: [{matchLabels: {app: web}}]}]", ["web>db"]),
        (
            "ingress: [{fromEndpoints: [{matchLabels: {any:app: web}}], toPorts: [{ports: [{port: '5432', protocol: TCP}]}]}]",
            ["web>db TCP/5432"],
        ),
        (
            "ingress: [{fromEndpoints: [{matchLabels: {app: web}}], toPorts: [{ports: [{port: '53'}]}]}]",
            ["web>db SCTP/53 TCP/53 UDP/53"],
        ),
        ("ingress: [{fromEndpoints: [{matchLabels: {app: report}}]}]", []),
        ("ingress: [{fromEndpoints: [{matchLabels: {app: report, k8s:io.kubernetes.pod.namespace: ops}}]}]", ["report>db"]),
        ("ingress: [{fromEndpoints: [{matchLabels: {io.cilium.k8s.namespace.labels.team: care}}]}]", ["report>db"]),
        ("ingress: [{fromEndpoints: [{}]}]", []),
        ("ingress: [{fromEndpoints: [{matchLabels: {app: web}}]}]\n  ingressDeny: [{fromEntities: [all]}]", []),
        ("egress: [{toEndpoints: [{matchLabels: {app: api}}]}, {toFQDNs: [{matchName: a.example.org}]}]", ["db>api"]),
        ("egress: [{toEndpoints: [{matchLabels: {app: api}}]}]\n  ingress: [{}]", ["db>api"]),
    ],
)
def test_policies_of_cilium_allow_in_their_own_words(rule: str, pairs: list[str]) -> None:
    assert allowed(tree(extra=f"{CILIUM}  {rule}\n")) == pairs


def test_policies_of_cilium_and_of_kubernetes_add_up() -> None:
    closed = "{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]}"
    assert allowed(tree(closed, extra=CILIUM + "  ingress: [{fromEndpoints: [{matchLabels: {app: web}}]}]")) == []
    assert allowed(tree(DB, extra=CILIUM + "  ingress: [{fromEndpoints: [{matchLabels: {app: web}}]}]")) == ["web>db"]
