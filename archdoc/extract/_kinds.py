"""The kinds of Kubernetes objects: one row a kind, data only.

A row says what an object of this kind is in the graph, where it carries pods, whether it is cluster-wide, and which labels
its controller puts on pods. A kind that has no row is a namespaced `resource`: what part it plays is not known. Names are those
of identities: ``Deployment`` for a kind of Kubernetes itself, ``Kind.group`` for a custom resource.
"""

from __future__ import annotations

from archdoc.extract import catalogue
from archdoc.extract._rows import Kind, plain
from archdoc.model import EntityKind

_W = EntityKind.WORKLOAD
_TEMPLATE = ("spec.template",)

_NATIVE: dict[str, Kind] = {
    # what runs containers (kubernetes/api)
    "Pod": Kind(_W, ("",)),
    "Deployment": Kind(_W, _TEMPLATE),
    "ReplicaSet": Kind(_W, _TEMPLATE),
    "ReplicationController": Kind(_W, _TEMPLATE),
    "DaemonSet": Kind(_W, _TEMPLATE),
    "StatefulSet": Kind(_W, _TEMPLATE, labels=("statefulset.kubernetes.io/pod-name={name}-0", "apps.kubernetes.io/pod-index=0")),
    "Job": Kind(_W, _TEMPLATE, labels=("job-name={name}", "batch.kubernetes.io/job-name={name}")),
    "CronJob": Kind(_W, ("spec.jobTemplate.spec.template",)),
    "PodTemplate": Kind(EntityKind.CONFIG, ("template",)),
    # the rest
    "Namespace": Kind(EntityKind.NAMESPACE, cluster=True),
    "Service": Kind(EntityKind.SERVICE),
    "Ingress": Kind(EntityKind.ROUTE),
    "ConfigMap": Kind(EntityKind.CONFIG),
    "Secret": Kind(EntityKind.SECRET),
    "PersistentVolumeClaim": Kind(EntityKind.VOLUME),
    "HorizontalPodAutoscaler": Kind(EntityKind.AUTOSCALER),
    **plain(EntityKind.IDENTITY, "ServiceAccount Role RoleBinding"),
    **plain(EntityKind.POLICY, "NetworkPolicy PodDisruptionBudget ResourceQuota LimitRange"),
    **plain(EntityKind.VOLUME, "PersistentVolume StorageClass VolumeAttributesClass CSIDriver VolumeAttachment", cluster=True),
    **plain(EntityKind.IDENTITY, "ClusterRole ClusterRoleBinding CertificateSigningRequest", cluster=True),
    # What is admitted, who is served first.
    **plain(
        EntityKind.POLICY,
        "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding MutatingAdmissionPolicy MutatingAdmissionPolicyBinding "
        "MutatingWebhookConfiguration ValidatingWebhookConfiguration PodSecurityPolicy PriorityClass FlowSchema "
        "PriorityLevelConfiguration",
        cluster=True,
    ),
    # What the API server and the controllers are told: a definition says which kinds there are, a class who takes care of them.
    **plain(EntityKind.CONFIG, "CustomResourceDefinition APIService IngressClass RuntimeClass ClusterTrustBundle", cluster=True),
    **plain(EntityKind.RESOURCE, "Node ComponentStatus CSINode", cluster=True),
}

KINDS: dict[str, Kind] = _NATIVE | catalogue.KINDS
"""Every kind that is known, by its name in identities."""

UNKNOWN = Kind()

TOOL_FILES = frozenset(
    {
        "kind.x-k8s.io",
        "k3d.io",
        "kubeadm.k8s.io",
        "kubelet.config.k8s.io",
        "kubeproxy.config.k8s.io",
        "kubescheduler.config.k8s.io",
        "apiserver.config.k8s.io",
        "apiserver.k8s.io",
        "audit.k8s.io",
        "client.authentication.k8s.io",
        "controller-runtime.sigs.k8s.io",
        "eksctl.io",
        "skaffold",
        "minikube.sigs.k8s.io",
        "backstage.io",
        "cli.kyverno.io",
        "chainsaw.kyverno.io",
        "kuttl.dev",
        "install.istio.io",
        "krew.googlecontainertools.github.com",
        "kustomize.config.k8s.io",
        "scorecard.operatorframework.io",
        "config.kubernetes.io",
        "cosign.sigstore.dev",
    }
)
"""API groups of files that look like objects but are the settings of a tool: never in a cluster, so never in the graph."""


def kind_of(object_kind: str) -> Kind:
    """The row of a kind, by its name in identities; a namespaced resource where it has none."""
    return KINDS.get(object_kind, UNKNOWN)
