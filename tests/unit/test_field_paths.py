"""Every field by which objects of Kubernetes name others: an object that says nothing else but `x` there mentions `x`.

The table holds what the API reference says, and with that all that kustomize follows when it renames
(kubernetes-sigs/kustomize, its configuration of name references).
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from archdoc.config import Config
from archdoc.extract import kubernetes
from archdoc.extract._fields import steps
from archdoc.model import ByHost, ByName, Facts, RelationKind
from tests.support import MemoryFiles

POD_SPECS = {
    "Pod": "spec",
    "PodTemplate": "template.spec",
    "Deployment": "spec.template.spec",
    "ReplicaSet": "spec.template.spec",
    "ReplicationController": "spec.template.spec",
    "StatefulSet": "spec.template.spec",
    "DaemonSet": "spec.template.spec",
    "Job": "spec.template.spec",
    "CronJob": "spec.jobTemplate.spec.template.spec",
    "serving.knative.dev/v1 Service": "spec.template.spec",
    "argoproj.io/v1alpha1 Rollout": "spec.template.spec",
    "apps.openshift.io/v1 DeploymentConfig": "spec.template.spec",
}
CONTAINERS = ("containers", "initContainers", "ephemeralContainers")
IN_PODS = {
    "ConfigMap": [
        *(f"{place}[].env[].valueFrom.configMapKeyRef.name" for place in CONTAINERS),
        *(f"{place}[].envFrom[].configMapRef.name" for place in CONTAINERS),
        "volumes[].configMap.name",
        "volumes[].projected.sources[].configMap.name",
    ],
    "Secret": [
        *(f"{place}[].env[].valueFrom.secretKeyRef.name" for place in CONTAINERS),
        *(f"{place}[].envFrom[].secretRef.name" for place in CONTAINERS),
        "imagePullSecrets[].name",
        "volumes[].secret.secretName",
        "volumes[].projected.sources[].secret.name",
        "volumes[].azureFile.secretName",
        *(
            f"volumes[].{type_}.secretRef.name"
            for type_ in ("cephfs", "cinder", "flexVolume", "iscsi", "rbd", "scaleIO", "storageos")
        ),
        "volumes[].csi.nodePublishSecretRef.name",
    ],
    "SecretProviderClass.secrets-store.csi.x-k8s.io": ["volumes[].csi.volumeAttributes.secretProviderClass"],
    "ServiceAccount": ["serviceAccountName", "serviceAccount"],
    "PersistentVolumeClaim": [
        "volumes[].persistentVolumeClaim.claimName",
        "volumes[].ephemeral.volumeClaimTemplate.spec.dataSource.name",
        "volumes[].ephemeral.volumeClaimTemplate.spec.dataSourceRef.name",
    ],
    "StorageClass": ["volumes[].ephemeral.volumeClaimTemplate.spec.storageClassName"],
    "CSIDriver": ["volumes[].csi.driver"],
    "ClusterTrustBundle": ["volumes[].projected.sources[].clusterTrustBundle.name"],
    "PriorityClass": ["priorityClassName"],
    "RuntimeClass": ["runtimeClassName"],
    "ResourceClaim.resource.k8s.io": ["resourceClaims[].resourceClaimName"],
    "ResourceClaimTemplate.resource.k8s.io": ["resourceClaims[].resourceClaimTemplateName"],
}
NGINX = 'metadata.annotations."nginx.ingress.kubernetes.io/'
BACKEND = "spec.rules[].http.paths[].backend"
DEVICES = ("devices.requests[].exactly", "devices.requests[]", "devices.requests[].firstAvailable[]")
ROWS: list[tuple[str, str, str, dict[str, str]]] = [
    *(
        ("HorizontalPodAutoscaler", "spec.scaleTargetRef.name", kind, {"spec.scaleTargetRef.kind": kind})
        for kind in ("Deployment", "ReplicationController", "ReplicaSet", "StatefulSet")
    ),
    ("HorizontalPodAutoscaler", "spec.metrics[].object.describedObject.name", "Service", {}),
    ("StatefulSet", "spec.serviceName", "Service", {}),
    (
        "StatefulSet",
        "spec.volumeClaimTemplates[].spec.storageClassName",
        "StorageClass",
        {"spec.volumeClaimTemplates[].metadata.name": "data"},
    ),
    ("Ingress", f"{BACKEND}.service.name", "Service", {}),
    ("Ingress", f"{BACKEND}.serviceName", "Service", {}),
    (
        "Ingress",
        f"{BACKEND}.resource.name",
        "StorageBucket.example.com",
        {f"{BACKEND}.resource.kind": "StorageBucket", f"{BACKEND}.resource.apiGroup": "example.com"},
    ),
    ("Ingress", "spec.defaultBackend.service.name", "Service", {}),
    ("Ingress", "spec.backend.serviceName", "Service", {}),
    ("Ingress", "spec.tls[].secretName", "Secret", {}),
    ("Ingress", "spec.ingressClassName", "IngressClass", {}),
    ("Ingress", 'metadata.annotations."kubernetes.io/ingress.class"', "IngressClass", {}),
    ("Ingress", 'metadata.annotations."ingress.kubernetes.io/auth-secret"', "Secret", {}),
    ("Ingress", f'{NGINX}auth-secret"', "Secret", {}),
    ("Ingress", f'{NGINX}auth-tls-secret"', "Secret", {}),
    ("Ingress", f'{NGINX}fastcgi-params-configmap"', "ConfigMap", {}),
    ("Ingress", f'{NGINX}default-backend"', "Service", {}),
    ("Ingress", 'metadata.annotations."cert-manager.io/issuer"', "Issuer.cert-manager.io", {}),
    ("Ingress", 'metadata.annotations."cert-manager.io/cluster-issuer"', "ClusterIssuer.cert-manager.io", {}),
    (
        "IngressClass",
        "spec.parameters.name",
        "Parameters.example.com",
        {"spec.parameters.kind": "Parameters", "spec.parameters.apiGroup": "example.com"},
    ),
    ("ServiceAccount", "imagePullSecrets[].name", "Secret", {}),
    ("ServiceAccount", "secrets[].name", "Secret", {}),
    ("StorageClass", "provisioner", "CSIDriver", {}),
    *(
        ("StorageClass", f"parameters.{key}", "Secret", {})
        for key in ("secretName", "adminSecretName", "userSecretName", "secretRef", '"csi.storage.k8s.io/node-stage-secret-name"')
    ),
    ("PersistentVolumeClaim", "spec.volumeName", "PersistentVolume", {}),
    ("PersistentVolumeClaim", "spec.storageClassName", "StorageClass", {}),
    ("PersistentVolumeClaim", "spec.volumeAttributesClassName", "VolumeAttributesClass", {}),
    ("PersistentVolumeClaim", "spec.dataSource.name", "PersistentVolumeClaim", {"spec.dataSource.kind": "PersistentVolumeClaim"}),
    (
        "PersistentVolumeClaim",
        "spec.dataSourceRef.name",
        "VolumeSnapshot.snapshot.storage.k8s.io",
        {"spec.dataSourceRef.kind": "VolumeSnapshot", "spec.dataSourceRef.apiGroup": "snapshot.storage.k8s.io"},
    ),
    ("PersistentVolume", "spec.storageClassName", "StorageClass", {}),
    ("PersistentVolume", "spec.claimRef.name", "PersistentVolumeClaim", {}),
    ("PersistentVolume", "spec.csi.driver", "CSIDriver", {}),
    ("PersistentVolume", "spec.azureFile.secretName", "Secret", {}),
    *(
        ("PersistentVolume", f"spec.csi.{use}SecretRef.name", "Secret", {})
        for use in ("nodePublish", "nodeStage", "nodeExpand", "controllerPublish", "controllerExpand")
    ),
    *(
        ("PersistentVolume", f"spec.{type_}.secretRef.name", "Secret", {})
        for type_ in ("cephfs", "cinder", "flexVolume", "iscsi", "rbd", "scaleIO", "storageos")
    ),
    *(
        ("resource.k8s.io/v1 ResourceClaim", f"spec.{place}.deviceClassName", "DeviceClass.resource.k8s.io", {})
        for place in DEVICES
    ),
    (
        "resource.k8s.io/v1 ResourceClaimTemplate",
        "spec.spec.devices.requests[].exactly.deviceClassName",
        "DeviceClass.resource.k8s.io",
        {},
    ),
    ("MutatingWebhookConfiguration", "webhooks[].clientConfig.service.name", "Service", {}),
    ("ValidatingWebhookConfiguration", "webhooks[].clientConfig.service.name", "Service", {}),
    ("APIService", "spec.service.name", "Service", {}),
    ("CustomResourceDefinition", "spec.conversion.webhook.clientConfig.service.name", "Service", {}),
    ("ValidatingAdmissionPolicyBinding", "spec.policyName", "ValidatingAdmissionPolicy", {}),
    ("MutatingAdmissionPolicyBinding", "spec.policyName", "MutatingAdmissionPolicy", {}),
    ("FlowSchema", "spec.priorityLevelConfiguration.name", "PriorityLevelConfiguration", {}),
    ("Node", "spec.configSource.configMap.name", "ConfigMap", {}),
    ("RoleBinding", "roleRef.name", "Role", {"roleRef.kind": "Role"}),
    ("RoleBinding", "roleRef.name", "ClusterRole", {"roleRef.kind": "ClusterRole"}),
    ("ClusterRoleBinding", "roleRef.name", "ClusterRole", {"roleRef.kind": "ClusterRole"}),
    ("RoleBinding", "subjects[].name", "ServiceAccount", {"subjects[].kind": "ServiceAccount"}),
    ("ClusterRoleBinding", "subjects[].name", "ServiceAccount", {"subjects[].kind": "ServiceAccount"}),
    *(
        (role, "rules[].resourceNames[]", kind, {"rules[].resources[]": plural})
        for role in ("Role", "ClusterRole")
        for plural, kind in (
            ("configmaps", "ConfigMap"),
            ("secrets", "Secret"),
            ("persistentvolumes", "PersistentVolume"),
            ("services", "Service"),
        )
    ),
    ("Pod", "metadata.ownerReferences[].name", "Job", {"metadata.ownerReferences[].kind": "Job"}),
]
"""Kind, path, kind of what is named, and what must stand beside it."""

TEXTS: list[tuple[str, str, RelationKind]] = [
    ("Service", "spec.externalName", RelationKind.CONNECTS_TO),
    ("Ingress", f'{NGINX}auth-url"', RelationKind.CONNECTS_TO),
    ("MutatingWebhookConfiguration", "webhooks[].clientConfig.url", RelationKind.CONNECTS_TO),
    ("PersistentVolume", "spec.nfs.server", RelationKind.CONNECTS_TO),
    ("PersistentVolume", "spec.iscsi.targetPortal", RelationKind.CONNECTS_TO),
    ("PersistentVolume", "spec.cephfs.monitors[]", RelationKind.CONNECTS_TO),
    ("Pod", "spec.volumes[].nfs.server", RelationKind.CONNECTS_TO),
    ("Pod", "spec.volumes[].rbd.monitors[]", RelationKind.CONNECTS_TO),
]
CLUSTER_WIDE = {"Node"}


def document(kind: str, *texts: tuple[str, str]) -> dict[str, Any]:
    """An object of a kind with texts at paths; one element in each list."""
    api_version, _, word = kind.rpartition(" ")
    root: dict[str, Any] = {"apiVersion": api_version or "v1", "kind": word, "metadata": {"name": "it"}}
    for path, text in texts:
        put(root, steps(path), text)
    return root


def put(root: Any, path: tuple[str, ...], text: str) -> None:
    node = root
    for step, after in zip(path, (*path[1:], None), strict=True):
        new: Any = text if after is None else [] if after == "[]" else {}
        if step != "[]":
            node = node.setdefault(step, new)
        elif node and isinstance(node[0], dict):
            node = node[0]
        else:
            node.append(new)
            node = node[-1]


def said(*documents: dict[str, Any], path: str = "k8s/a.json") -> Facts:
    files = MemoryFiles({path: "\n---\n".join(map(json.dumps, documents))})
    return kubernetes.extract(path, files, Config())


def named(facts: Facts) -> list[tuple[str, str]]:
    return [(r.target.kinds[0], r.target.name) for r in facts.references if isinstance(r.target, ByName)]


@pytest.mark.parametrize("kind", POD_SPECS)
@pytest.mark.parametrize(("target", "path"), [(target, path) for target, paths in IN_PODS.items() for path in paths])
def test_a_pod_mentions(kind: str, target: str, path: str) -> None:
    facts = said(document(kind, (f"{POD_SPECS[kind]}.containers[].image", "i"), (f"{POD_SPECS[kind]}.{path}", "x")))
    assert (target, "x") in named(facts)


@pytest.mark.parametrize(("kind", "path", "target", "beside"), ROWS, ids=[f"{kind}-{path}-{of}" for kind, path, of, _ in ROWS])
def test_an_object_mentions(kind: str, path: str, target: str, beside: dict[str, str]) -> None:
    assert (target, "x") in named(said(document(kind, (path, "x"), *beside.items())))


@pytest.mark.parametrize(("kind", "path", "relation"), TEXTS)
def test_an_object_leads_to_a_host(kind: str, path: str, relation: RelationKind) -> None:
    facts = said(document(kind, (path, "https://x.example.com" if "url" in path else "x.example.com")))
    assert ("x.example.com", relation) in [(r.target.host, r.relation) for r in facts.references if isinstance(r.target, ByHost)]
