"""Services that select the pods that a controller makes lead to the object that it makes them of."""

from __future__ import annotations

import json
from typing import Any

import pytest

from archdoc.config import Config
from archdoc.extract import kubernetes
from archdoc.model import RelationKind
from archdoc.resolve import resolve
from tests.support import MemoryFiles

TEMPLATE = {"spec": {"containers": [{"image": "x"}]}}


def template(**labels: str) -> dict[str, Any]:
    return {"metadata": {"labels": labels}, **TEMPLATE}


@pytest.mark.parametrize(
    ("api_version", "kind", "spec", "selector"),
    [
        ("batch/v1", "Job", {"template": TEMPLATE}, {"job-name": "it"}),
        ("batch/v1", "Job", {"template": TEMPLATE}, {"batch.kubernetes.io/job-name": "it"}),
        ("apps/v1", "StatefulSet", {"selector": {}, "template": TEMPLATE}, {"statefulset.kubernetes.io/pod-name": "it-2"}),
        ("apps/v1", "StatefulSet", {"selector": {}, "template": TEMPLATE}, {"apps.kubernetes.io/pod-index": "1"}),
        ("postgresql.cnpg.io/v1", "Cluster", {"instances": 3}, {"cnpg.io/cluster": "it", "cnpg.io/instanceRole": "replica"}),
        ("kafka.strimzi.io/v1beta2", "Kafka", {"kafka": {}}, {"strimzi.io/cluster": "it", "strimzi.io/name": "it-zookeeper"}),
        (
            "ray.io/v1",
            "RayCluster",
            {"headGroupSpec": {"template": TEMPLATE}},
            {"ray.io/cluster": "it", "ray.io/node-type": "head"},
        ),
        ("serving.kserve.io/v1beta1", "InferenceService", {"predictor": {}}, {"serving.kserve.io/inferenceservice": "it"}),
        ("serving.knative.dev/v1", "Service", {"template": TEMPLATE}, {"serving.knative.dev/service": "it"}),
        ("kubeai.org/v1", "Model", {"url": "ollama://qwen2:0.5b"}, {"model": "it"}),
        (
            "leaderworkerset.x-k8s.io/v1",
            "LeaderWorkerSet",
            {"leaderWorkerTemplate": {"leaderTemplate": template(role="leader"), "workerTemplate": template(role="worker")}},
            {"leaderworkerset.sigs.k8s.io/name": "it", "role": "worker"},
        ),
    ],
)
def test_a_service_finds_what_a_controller_makes_pods_of(
    api_version: str, kind: str, spec: dict[str, Any], selector: dict[str, str]
) -> None:
    def selected(labels: dict[str, str]) -> list[str]:
        service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "front"}, "spec": {"selector": labels}}
        owner = {"apiVersion": api_version, "kind": kind, "metadata": {"name": "it"}, "spec": spec}
        text = "\n---\n".join(map(json.dumps, (service, owner)))
        made = resolve([kubernetes.extract("a.yaml", MemoryFiles({"a.yaml": text}), Config())], frozenset())
        ends = [(made.entities[r.source].name, r.target) for r in made.relations if r.kind is RelationKind.SELECTS]
        return [target for source, target in ends if source == "front"]

    (found,) = selected(selector)
    assert found.endswith("/it")
    assert selected({**selector, "another": "label"}) == []


@pytest.mark.parametrize(
    ("kind", "spec", "selector"),
    [
        ("RayCluster", {"headGroupSpec": {}}, {"ray.io/cluster": "it", "ray.io/node-type": "head"}),
        ("RayService", {"rayClusterConfig": {}}, {"ray.io/node-type": "head"}),
    ],
)
def test_a_monitor_finds_the_services_that_a_controller_makes(kind: str, spec: dict[str, Any], selector: dict[str, str]) -> None:
    ray = {"apiVersion": "ray.io/v1", "kind": kind, "metadata": {"name": "it"}, "spec": spec}
    monitor = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "ServiceMonitor",
        "metadata": {"name": "m"},
        "spec": {"selector": {"matchLabels": selector}},
    }
    text = "\n---\n".join(map(json.dumps, (ray, monitor)))
    made = resolve([kubernetes.extract("k8s/a.yaml", MemoryFiles({"k8s/a.yaml": text}), Config())], frozenset())
    assert [r.target for r in made.relations if r.source.startswith("config:")] == ["service:k8s:Service/it-head-svc"]
