"""Which icon of the `diagrams` package stands for a box: tables only, as ``module.Class`` below ``diagrams``.

A product is shown only where a custom resource, or the whole name of the box or of its image, says so:
``redis-master`` is Redis, ``redis-exporter`` is not. This module does not import the package.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from archdoc.ids import object_kind
from archdoc.views import Category, ViewNode

BY_KIND: Mapping[str, str] = MappingProxyType(
    {
        "Deployment": "k8s.compute.Deploy",
        "StatefulSet": "k8s.compute.STS",
        "DaemonSet": "k8s.compute.DS",
        "ReplicaSet": "k8s.compute.RS",
        "Pod": "k8s.compute.Pod",
        "Job": "k8s.compute.Job",
        "CronJob": "k8s.compute.Cronjob",
        "Service": "k8s.network.SVC",
        "Endpoints": "k8s.network.Ep",
        "EndpointSlice": "k8s.network.Ep",
        "Ingress": "k8s.network.Ing",
        "NetworkPolicy": "k8s.network.Netpol",
        "ConfigMap": "k8s.podconfig.CM",
        "Secret": "k8s.podconfig.Secret",
        "PersistentVolume": "k8s.storage.PV",
        "PersistentVolumeClaim": "k8s.storage.PVC",
        "StorageClass": "k8s.storage.SC",
        "ServiceAccount": "k8s.rbac.SA",
        "Role": "k8s.rbac.Role",
        "RoleBinding": "k8s.rbac.RB",
        "ClusterRole": "k8s.rbac.CRole",
        "ClusterRoleBinding": "k8s.rbac.CRB",
        "HorizontalPodAutoscaler": "k8s.clusterconfig.HPA",
        "ResourceQuota": "k8s.clusterconfig.Quota",
        "LimitRange": "k8s.clusterconfig.Limits",
        "Namespace": "k8s.group.NS",
        "Node": "k8s.infra.Node",
        "CustomResourceDefinition": "k8s.others.CRD",
        "Service.serving.knative.dev": "k8s.network.SVC",
        "ScaledObject.keda.sh": "k8s.clusterconfig.HPA",
        "ScaledJob.keda.sh": "k8s.clusterconfig.HPA",
        "ExternalSecret.external-secrets.io": "k8s.podconfig.Secret",
        "SealedSecret.bitnami.com": "k8s.podconfig.Secret",
        "DNSEndpoint.externaldns.k8s.io": "k8s.ecosystem.ExternalDns",
    }
)
"""Kubernetes objects as `archdoc.ids.object_kind` names them; the version never counts."""

BY_GROUP: Mapping[str, str] = MappingProxyType(
    {
        "argoproj.io": "onprem.gitops.Argocd",
        "cert-manager.io": "onprem.certificates.CertManager",
        "chaos-mesh.org": "k8s.chaos.ChaosMesh",
        "fluxcd.io": "onprem.gitops.Flux",
        "flagger.app": "onprem.gitops.Flagger",
        "flink.apache.org": "onprem.analytics.Flink",
        "gateway.networking.k8s.io": "k8s.network.Ing",
        "istio.io": "onprem.network.Istio",
        "k8s.elastic.co": "elastic.elasticsearch.Elasticsearch",
        "kafka.strimzi.io": "onprem.queue.Kafka",
        "konghq.com": "onprem.network.Kong",
        "kubeflow.org": "onprem.workflow.Kubeflow",
        "linkerd.io": "onprem.network.Linkerd",
        "monitoring.coreos.com": "onprem.monitoring.Prometheus",
        "postgresql.cnpg.io": "onprem.database.Postgresql",
        "rabbitmq.com": "onprem.queue.Rabbitmq",
        "sparkoperator.k8s.io": "onprem.analytics.Spark",
        "tekton.dev": "onprem.cd.Tekton",
        "traefik.io": "onprem.network.Traefik",
        "traefik.containo.us": "onprem.network.Traefik",
    }
)
"""Groups of custom resources with one owner; a subgroup (``networking.istio.io``) counts as its group."""

UNKNOWN_RESOURCE = "k8s.others.CRD"

BY_WORD: Mapping[str, str] = MappingProxyType(
    {
        "airflow": "onprem.workflow.Airflow",
        "argocd": "onprem.gitops.Argocd",
        "cassandra": "onprem.database.Cassandra",
        "celery": "onprem.queue.Celery",
        "clickhouse": "onprem.database.Clickhouse",
        "elasticsearch": "elastic.elasticsearch.Elasticsearch",
        "envoy": "onprem.network.Envoy",
        "etcd": "onprem.network.Etcd",
        "fluentbit": "onprem.logging.Fluentbit",
        "fluentd": "onprem.aggregator.Fluentd",
        "github": "onprem.vcs.Github",
        "gitlab": "onprem.vcs.Gitlab",
        "grafana": "onprem.monitoring.Grafana",
        "harbor": "onprem.registry.Harbor",
        "haproxy": "onprem.network.Haproxy",
        "influxdb": "onprem.database.Influxdb",
        "jaeger": "onprem.tracing.Jaeger",
        "jenkins": "onprem.ci.Jenkins",
        "kafka": "onprem.queue.Kafka",
        "kibana": "elastic.elasticsearch.Kibana",
        "kong": "onprem.network.Kong",
        "kubeflow": "onprem.workflow.Kubeflow",
        "loki": "onprem.logging.Loki",
        "mariadb": "onprem.database.Mariadb",
        "memcached": "onprem.inmemory.Memcached",
        "mlflow": "onprem.mlops.Mlflow",
        "mongo": "onprem.database.Mongodb",
        "mongodb": "onprem.database.Mongodb",
        "mysql": "onprem.database.Mysql",
        "nats": "onprem.queue.Nats",
        "neo4j": "onprem.database.Neo4J",
        "nginx": "onprem.network.Nginx",
        "postgres": "onprem.database.Postgresql",
        "postgresql": "onprem.database.Postgresql",
        "prometheus": "onprem.monitoring.Prometheus",
        "pgvector": "onprem.database.Postgresql",
        "qdrant": "onprem.database.Qdrant",
        "rabbitmq": "onprem.queue.Rabbitmq",
        "redis": "onprem.inmemory.Redis",
        "sentry": "onprem.monitoring.Sentry",
        "spark": "onprem.analytics.Spark",
        "superset": "onprem.analytics.Superset",
        "tempo": "onprem.tracing.Tempo",
        "thanos": "onprem.monitoring.Thanos",
        "traefik": "onprem.network.Traefik",
        "trino": "onprem.analytics.Trino",
        "vault": "onprem.security.Vault",
        "zookeeper": "onprem.network.Zookeeper",
    }
)
"""Products by the word that names them."""

_NEUTRAL = frozenset(
    {
        "0",
        "cluster",
        "data",
        "database",
        "db",
        "ha",
        "headless",
        "leader",
        "main",
        "master",
        "primary",
        "read",
        "replica",
        "server",
        "service",
        "store",
        "svc",
        "write",
    }
)
"""Words that may stand beside a product's name without making it something else."""

_MAY_BE_PRODUCT = frozenset({Category.WORKLOAD, Category.DATA, Category.ARTIFACT, Category.EXTERNAL, Category.WARNING})
"""A Service or a ConfigMap named redis is still a Service or a ConfigMap."""

BY_TYPE: Mapping[str, str] = MappingProxyType(
    {
        "action": "onprem.ci.GithubActions",
        "argocd-application": "onprem.gitops.Argocd",
        "autoscaler": "k8s.clusterconfig.HPA",
        "bucket": "oci.storage.Buckets",
        "chart": "k8s.ecosystem.Helm",
        "compose": "onprem.container.Docker",
        "config": "k8s.podconfig.CM",
        "dataset": "oci.storage.ObjectStorage",
        "deployable": "k8s.K8S",
        "dockerfile": "onprem.container.Docker",
        "environment": "oci.governance.Compartments",
        "external": "onprem.network.Internet",
        "flux-helmrelease": "onprem.gitops.Flux",
        "flux-kustomization": "onprem.gitops.Flux",
        "host": "onprem.network.Internet",
        "identity": "k8s.rbac.SA",
        "image": "oci.compute.OCIR",
        "image_build": "onprem.container.Docker",
        "job": "onprem.ci.GithubActions",
        "joint": "programming.flowchart.SummingJunction",
        "kustomization": "k8s.ecosystem.Kustomize",
        "manifests": "k8s.K8S",
        "model": "oci.database.Science",
        "namespace": "k8s.group.NS",
        "openshift-template": "k8s.K8S",
        "person": "onprem.client.Users",
        "pipeline": "oci.monitoring.Workflow",
        "policy": "k8s.network.Netpol",
        "registry": "oci.compute.OCIR",
        "route": "k8s.network.Ing",
        "runner": "onprem.compute.Server",
        "secret": "k8s.podconfig.Secret",
        "service": "k8s.network.SVC",
        "stage": "onprem.container.Docker",
        "trigger": "oci.monitoring.Events",
        "users": "onprem.client.Users",
        "volume": "k8s.storage.Vol",
        "workflow": "onprem.ci.GithubActions",
        "workload": "oci.compute.Container",
        "zone": "generic.place.Datacenter",
    }
)
"""Types and kinds of entities that are no Kubernetes objects."""

BY_CATEGORY: Mapping[Category, str] = MappingProxyType(
    {
        Category.PIPELINE: "onprem.ci.GithubActions",
        Category.SOURCE: "oci.storage.FileStorage",
        Category.ARTIFACT: "oci.compute.OCIR",
        Category.WORKLOAD: "oci.compute.Container",
        Category.DATA: "generic.storage.Storage",
        Category.NETWORK: "oci.network.LoadBalancer",
        Category.EXTERNAL: "onprem.network.Internet",
        Category.PERSON: "onprem.client.Users",
        Category.WARNING: "oci.monitoring.Alarm",
        **dict.fromkeys((Category.CONTEXT, Category.ADDED, Category.REMOVED, Category.CHANGED), "oci.compute.Container"),
    }
)
"""What is left when nothing else is known: the part that a box plays."""


WHITE_ICONS = frozenset({"onprem.mlops.Mlflow"})
"""Icons drawn in white: they need a dark ground."""


def icon_of(node: ViewNode) -> str:
    """The icon of a box: its product, else its type, else the kind of what it stands for, else its part in the picture."""
    kind = node.entities[0].partition(":")[0] if node.entities else ""
    return _product(node) or _typed(node.type) or BY_TYPE.get(kind) or BY_CATEGORY[node.category]


def _product(node: ViewNode) -> str | None:
    if node.category not in _MAY_BE_PRODUCT:
        return None
    images = [entity for entity in node.entities if entity.startswith("image:")]
    names = [node.title, *(images if len(images) == 1 else ())]
    return next(filter(None, map(_named, names)), None)


def _named(name: str) -> str | None:
    """The icon of the one product that a name consists of; a path counts by its last part, tags do not count."""
    last = re.split(r"[:@]", name.rpartition("/")[2])[0]
    words = (word for word in re.findall(r"[a-z0-9]+", last.lower()) if word not in _NEUTRAL)
    return BY_WORD.get("".join(words))


def _typed(type_: str) -> str | None:
    """``apps/v1/Deployment`` by its kind, then its group; a word such as ``dockerfile`` by itself."""
    *group_version, kind = type_.split("/")
    if not group_version:
        return BY_TYPE.get(kind) or BY_KIND.get(kind)
    group = group_version[0] if len(group_version) > 1 else ""
    owner = next((owner for owner in BY_GROUP if f".{group}".endswith(f".{owner}")), "")
    return BY_KIND.get(object_kind(group, kind)) or BY_GROUP.get(owner, UNKNOWN_RESOURCE)
