"""Hosts of Services that operators create lead to the resource that has them made."""

from __future__ import annotations

import pytest

from archdoc.config import Config
from archdoc.extract import kubernetes
from archdoc.model import RelationKind
from archdoc.resolve import resolve
from tests.support import MemoryFiles

CALLER = """\
apiVersion: v1
kind: Pod
metadata: {name: caller}
spec: {containers: [{name: c, image: c, env: [{name: TARGET_URL, value: "http://%s:80"}]}]}
---
"""


@pytest.mark.parametrize(
    ("api_version", "kind", "spec", "host"),
    [
        ("kafka.strimzi.io/v1beta2", "Kafka", "{}", "one-kafka-bootstrap"),
        ("kafka.strimzi.io/v1beta2", "Kafka", "{}", "one-kafka-brokers"),
        ("kafka.strimzi.io/v1beta2", "KafkaConnect", "{}", "one-connect-api"),
        ("kafka.strimzi.io/v1beta2", "KafkaBridge", "{}", "one-bridge-service"),
        ("orchestration.aibrix.ai/v1alpha1", "KVCache", "{metadata: {redis: {runtime: {replicas: 1}}}}", "one-redis"),
        ("orchestration.aibrix.ai/v1alpha1", "KVCache", "{metadata: {etcd: {runtime: {replicas: 1}}}}", "one-rpc"),
        ("ray.io/v1", "RayCluster", "{}", "one-head-svc"),
        ("ray.io/v1", "RayService", "{}", "one-serve-svc"),
        ("ray.io/v1", "RayService", "{}", "one-head-svc"),
        ("ray.io/v1", "RayCluster", "{headGroupSpec: {headService: {metadata: {name: front}}}}", "front"),
        ("ray.io/v1", "RayService", "{rayClusterConfig: {headGroupSpec: {headService: {metadata: {name: front}}}}}", "front"),
        ("ray.io/v1", "RayService", "{serveService: {metadata: {name: front}}}", "front"),
        ("serving.kserve.io/v1beta1", "InferenceService", "{predictor: {model: {modelFormat: {name: onnx}}}}", "one-predictor"),
        (
            "serving.kserve.io/v1beta1",
            "InferenceService",
            "{predictor: {model: {modelFormat: {name: onnx}}}}",
            "one-predictor-default",
        ),
        (
            "serving.kserve.io/v1beta1",
            "InferenceService",
            "{predictor: {model: {}}, transformer: {containers: []}}",
            "one-transformer",
        ),
        (
            "serving.kserve.io/v1beta1",
            "InferenceService",
            "{predictor: {model: {}}, explainer: {containers: []}}",
            "one-explainer",
        ),
        ("postgresql.cnpg.io/v1", "Cluster", "{}", "one-rw"),
        ("postgresql.cnpg.io/v1", "Cluster", "{}", "one-ro"),
        ("postgresql.cnpg.io/v1", "Pooler", "{cluster: {name: x}}", "one"),
        ("elasticsearch.k8s.elastic.co/v1", "Elasticsearch", "{}", "one-es-http"),
        ("feast.dev/v1", "FeatureStore", "{feastProject: x}", "feast-one-online"),
        ("monitoring.coreos.com/v1", "Prometheus", "{}", "prometheus-operated"),
        ("monitoring.coreos.com/v1", "Alertmanager", "{}", "alertmanager-operated"),
        ("milvus.io/v1beta1", "Milvus", "{}", "one-milvus"),
        ("flink.apache.org/v1beta1", "FlinkDeployment", "{}", "one-rest"),
        ("apps.nvidia.com/v1alpha1", "NIMService", "{}", "one"),
        ("kaito.sh/v1beta1", "Workspace", "{}", "one"),
        ("minio.min.io/v2", "Tenant", "{}", "one-hl"),
        ("minio.min.io/v2", "Tenant", "{}", "minio"),
        ("opentelemetry.io/v1beta1", "OpenTelemetryCollector", "{}", "one-collector"),
        ("rabbitmq.com/v1beta1", "RabbitmqCluster", "{}", "one"),
        ("serving.knative.dev/v1", "Service", "{template: {spec: {containers: [{image: x}]}}}", "one"),
    ],
)
def test_a_name_that_an_operator_gives(api_version: str, kind: str, spec: str, host: str) -> None:
    text = CALLER % host + f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: one}}\nspec: {spec}\n"
    facts = kubernetes.extract("k8s/a.yaml", MemoryFiles({"k8s/a.yaml": text}), Config())
    graph = resolve([facts], frozenset({"k8s/a.yaml"}))
    (call,) = [r for r in graph.relations if r.kind is RelationKind.CONNECTS_TO and r.source.endswith("Pod/caller")]
    meant = [graph.entities[call.target], *(graph.entities[r.target] for r in graph.out(call.target, RelationKind.SELECTS))]
    assert "one" in [entity.name for entity in meant if entity.type.endswith(f"/{kind}")]
