"""Selectors on copies of one shop, each in a namespace of its own: false relations, and time a resource as the number grows.

    python benchmarks/label_selectors.py [MOST]

15 copies of a shop of `n` applications (each a Deployment, a Service, a ConfigMap, a NetworkPolicy, a PodDisruptionBudget, and a
ServiceMonitor for every fifth) lie in 15 namespaces. The labels are the same in each, so that whatever forgets a namespace links
all copies. The floor is PyYAML's C loader over the same text in the same run; read the ratios.
"""

from __future__ import annotations

import gc
import sys
import time
from collections import Counter

import yaml

from archdoc.config import Config
from archdoc.extract import kubernetes
from archdoc.graph import Graph
from archdoc.model import EntityKind, RelationKind
from archdoc.resolve import resolve

COPIES = 15
APPLICATION = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: app{n}, namespace: {space}}}
spec:
  selector: {{matchLabels: {{app: app{n}}}}}
  template:
    metadata: {{labels: {{app: app{n}, tier: tier{tier}, app.kubernetes.io/part-of: shop}}}}
    spec:
      containers:
        - name: main
          image: ghcr.io/acme/app{n}:1.0
          ports: [{{containerPort: 8080, name: http}}]
          envFrom: [{{configMapRef: {{name: app{n}}}}}]
          env: [{{name: NEXT_URL, value: "http://app{next}:80"}}]
---
apiVersion: v1
kind: Service
metadata: {{name: app{n}, namespace: {space}, labels: {{app: app{n}}}}}
spec: {{selector: {{app: app{n}}}, ports: [{{port: 80, targetPort: http, name: http}}]}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: app{n}, namespace: {space}}}
data: {{LEVEL: info}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{name: app{n}, namespace: {space}}}
spec: {{maxUnavailable: 1, selector: {{matchExpressions: [{{key: app, operator: In, values: [app{n}]}}]}}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: app{n}, namespace: {space}}}
spec:
  podSelector: {{matchLabels: {{app: app{n}}}}}
  ingress: [{{from: [{{podSelector: {{matchLabels: {{app: app{before}}}}}}}], ports: [{{port: http}}]}}]
---
"""
MONITOR = """\
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {{name: app{n}, namespace: {space}}}
spec: {{selector: {{matchLabels: {{app: app{n}}}}}, endpoints: [{{port: http}}]}}
---
"""


def shops(applications: int) -> str:
    """The manifests of all copies."""
    parts = []
    for copy in range(COPIES):
        space = f"shop{copy}"
        parts.append(f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {space}, labels: {{team: shop}}}}\n---\n")
        for n in range(applications):
            values = {"n": n, "space": space, "tier": n % 3, "next": (n + 1) % applications, "before": (n - 1) % applications}
            parts.append(APPLICATION.format(**values) + (MONITOR.format(**values) if n % 5 == 0 else ""))
    return "".join(parts)


class One:
    """A tree of one file."""

    def __init__(self, text: str) -> None:
        """The tree of `text`."""
        self.data = text.encode()

    def read(self, path: str) -> bytes | None:
        """As `archdoc.extract.Files`."""
        return self.data if path == "k8s/all.yaml" else None

    def exists(self, path: str) -> bool:
        """As `archdoc.extract.Files`."""
        return path == "k8s/all.yaml"

    def folder(self, path: str) -> list[str]:
        """As `archdoc.extract.Files`."""
        return {"": ["k8s/"], "k8s": ["all.yaml"]}.get(path, [])


def wrong(graph: Graph, applications: int) -> tuple[int, int]:
    """Relations between two namespaces, and relations too many or too few by what each copy has."""
    entities = graph.entities
    between = 0
    for relation in graph.relations:
        places = {e.namespace for e in (entities[relation.source], entities[relation.target]) if e.namespace}
        between += len(places) > 1
    counts = Counter(relation.kind for relation in graph.relations)
    monitors = -(-applications // 5)
    each = {
        RelationKind.SELECTS: applications + monitors,
        RelationKind.PROTECTS: 2 * applications,
        RelationKind.CONFIGURES: applications,
        RelationKind.CONNECTS_TO: applications,
        RelationKind.ALLOWS: applications,
    }
    return between, sum(abs(counts[kind] - number * COPIES) for kind, number in each.items())


def measured(applications: int) -> tuple[int, float, float, Graph]:
    """Resources, seconds of the floor, seconds of ours and the graph."""
    text = shops(applications)
    gc.collect()
    start = time.process_time()
    for _ in yaml.load_all(text, Loader=yaml.CSafeLoader):
        pass
    floor = time.process_time() - start
    start = time.process_time()
    graph = resolve([kubernetes.extract("k8s/all.yaml", One(text), Config())], frozenset({"k8s/all.yaml"}))
    return (
        len([e for e in graph.entities.values() if e.kind is not EntityKind.DEPLOYABLE]),
        floor,
        time.process_time() - start,
        graph,
    )


def main() -> int:
    """Measure growing shops; exit 1 for a false relation, or where a resource costs twice what it costs in the smallest."""
    gc.disable()
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 10_500
    applications, first, failed = 2, 0.0, False
    print("resources   floor s    ours s   ours/floor   us a resource   to the smallest   between namespaces   too many or few")
    measured(applications)  # warm
    while True:
        resources, floor, ours, graph = measured(applications)
        between, off = wrong(graph, applications)
        each = ours / resources * 1e6
        first = first or each
        failed |= bool(between or off) or each > 2 * first
        figures = f"{resources:9,} {floor:9.3f} {ours:9.3f} {ours / floor:12.2f} {each:15.1f} {each / first:17.2f}"
        print(f"{figures} {between:20,} {off:17,}")
        if resources >= most:
            return failed
        applications = min(applications * 2, -(-most * 10 // (52 * COPIES)))


if __name__ == "__main__":
    sys.exit(main())
