"""Which fields of the objects of Kubernetes itself mention what, and the tables of all kinds: one row a field, data only.

Source: the API reference of Kubernetes. Custom resources have their own module of rows.
"""

from __future__ import annotations

from archdoc.extract import _custom_resources as custom
from archdoc.extract._rows import Labels, Name, Text, by_first_key, by_kind
from archdoc.model import EntityKind, RelationKind

_R = RelationKind

POD: tuple[Name, ...] = (
    Name("serviceAccountName", _R.RUNS_AS, "ServiceAccount", ""),
    Name("serviceAccount", _R.RUNS_AS, "ServiceAccount", ""),
    Name("imagePullSecrets[]", _R.CONFIGURES, "Secret"),
    Name("volumes[].configMap", _R.MOUNTS, "ConfigMap"),
    Name("volumes[].secret", _R.MOUNTS, "Secret", "secretName"),
    Name("volumes[].projected.sources[].configMap", _R.MOUNTS, "ConfigMap"),
    Name("volumes[].projected.sources[].secret", _R.MOUNTS, "Secret"),
    Name("volumes[].persistentVolumeClaim", _R.MOUNTS, "PersistentVolumeClaim", "claimName"),
    Name("volumes[].ephemeral.volumeClaimTemplate.spec.storageClassName", _R.MOUNTS, "StorageClass", ""),
    Name("volumes[].azureFile", _R.CONFIGURES, "Secret", "secretName"),
    Name("volumes[].cephfs.secretRef", _R.CONFIGURES, "Secret"),
    Name("volumes[].cinder.secretRef", _R.CONFIGURES, "Secret"),
    Name("volumes[].flexVolume.secretRef", _R.CONFIGURES, "Secret"),
    Name("volumes[].iscsi.secretRef", _R.CONFIGURES, "Secret"),
    Name("volumes[].rbd.secretRef", _R.CONFIGURES, "Secret"),
    Name("volumes[].scaleIO.secretRef", _R.CONFIGURES, "Secret"),
    Name("volumes[].storageos.secretRef", _R.CONFIGURES, "Secret"),
    Name("volumes[].csi.nodePublishSecretRef", _R.CONFIGURES, "Secret"),
    Name(
        "volumes[].csi.volumeAttributes.secretProviderClass",
        _R.MOUNTS,
        "SecretProviderClass.secrets-store.csi.x-k8s.io",
        "",
    ),
    Name("resourceClaims[].resourceClaimTemplateName", _R.CLAIMS, "ResourceClaimTemplate.resource.k8s.io", ""),
    Name("resourceClaims[].resourceClaimName", _R.CLAIMS, "ResourceClaim.resource.k8s.io", ""),
)
"""Fields of a pod spec."""

POD_TEXTS: tuple[Text, ...] = (
    Text("volumes[].nfs", _R.CONNECTS_TO, host="server"),
    Text("volumes[].glusterfs.endpoints", _R.CONNECTS_TO),
)
"""Addresses in a pod spec."""

CONTAINER: tuple[Name, ...] = (
    Name("envFrom[].configMapRef", _R.CONFIGURES, "ConfigMap"),
    Name("envFrom[].secretRef", _R.CONFIGURES, "Secret"),
)
"""Fields of a container."""

ENV: tuple[Name, ...] = (
    Name("valueFrom.configMapKeyRef", _R.CONFIGURES, "ConfigMap"),
    Name("valueFrom.secretKeyRef", _R.CONFIGURES, "Secret"),
)
"""Fields of an entry of a container's `env`."""

EVERY: tuple[Name, ...] = (Name("metadata.ownerReferences[]", _R.OWNS, "", reverse=True),)
"""Fields of any object."""

_NAMES: dict[str, tuple[Name, ...]] = {
    "Ingress": (
        Name("spec.rules[]{host}.http.paths[]{path}.backend.service", _R.ROUTES_TO, "Service", port="port.number port.name"),
        Name("spec.rules[]{host}.http.paths[]{path}.backend", _R.ROUTES_TO, "Service", "serviceName", port="servicePort"),
        Name("spec.rules[]{host}.http.paths[]{path}.backend.resource", _R.ROUTES_TO, ""),
        Name("spec.defaultBackend.service", _R.ROUTES_TO, "Service", port="port.number port.name"),
        Name("spec.backend", _R.ROUTES_TO, "Service", "serviceName", port="servicePort"),
        Name("spec.tls[]", _R.CONFIGURES, "Secret", "secretName"),
    ),
    "MutatingWebhookConfiguration ValidatingWebhookConfiguration": (
        Name("webhooks[].clientConfig.service", _R.ROUTES_TO, "Service", port="port"),
    ),
    "APIService": (Name("spec.service", _R.ROUTES_TO, "Service", port="port"),),
    "CustomResourceDefinition": (Name("spec.conversion.webhook.clientConfig.service", _R.ROUTES_TO, "Service", port="port"),),
    "HorizontalPodAutoscaler PodAutoscaler.autoscaling.aibrix.ai PodAutoscaler.autoscaling.internal.knative.dev": (
        Name("spec.scaleTargetRef", _R.SCALES, "Deployment"),
    ),
    "PersistentVolumeClaim": (
        Name("spec.volumeName", _R.CLAIMS, "PersistentVolume", ""),
        Name("spec.storageClassName", _R.CLAIMS, "StorageClass", ""),
        Name("spec.dataSource", _R.CLAIMS, "PersistentVolumeClaim"),
        Name("spec.dataSourceRef", _R.CLAIMS, "PersistentVolumeClaim"),
    ),
    "PersistentVolume": (
        Name("spec.storageClassName", _R.CLAIMS, "StorageClass", ""),
        Name("spec.claimRef", _R.CLAIMS, "PersistentVolumeClaim", reverse=True),
        Name("spec.csi.nodePublishSecretRef", _R.CONFIGURES, "Secret"),
        Name("spec.csi.nodeStageSecretRef", _R.CONFIGURES, "Secret"),
        Name("spec.csi.controllerPublishSecretRef", _R.CONFIGURES, "Secret"),
        Name("spec.azureFile", _R.CONFIGURES, "Secret", "secretName"),
    ),
    "ServiceAccount": (
        Name("secrets[]", _R.CONFIGURES, "Secret", optional=True),
        Name("imagePullSecrets[]", _R.CONFIGURES, "Secret"),
    ),
    "RoleBinding ClusterRoleBinding": (
        Name("roleRef", _R.GRANTS, "Role"),
        Name("subjects[]", _R.GRANTS, "ServiceAccount", reverse=True),
    ),
}

_LABELS: dict[str, tuple[Labels, ...]] = {
    "Service": (Labels("spec.selector", _R.SELECTS, EntityKind.WORKLOAD, bare=True),),
    "PodDisruptionBudget": (Labels("spec.selector", _R.PROTECTS, EntityKind.WORKLOAD),),
    "NetworkPolicy NetworkPolicy.projectcalico.org": (Labels("spec.podSelector", _R.PROTECTS, EntityKind.WORKLOAD),),
}

_TEXTS: dict[str, tuple[Text, ...]] = {
    "Service": (Text("spec.externalName", _R.CONNECTS_TO),),
    "MutatingWebhookConfiguration ValidatingWebhookConfiguration": (Text("webhooks[].clientConfig.url", _R.CONNECTS_TO),),
    "PersistentVolume": (Text("spec.nfs", _R.CONNECTS_TO, host="server"),),
    "ServiceAccount": (
        Text('metadata.annotations."eks.amazonaws.com/role-arn"', _R.RUNS_AS, "iam"),
        Text('metadata.annotations."iam.gke.io/gcp-service-account"', _R.RUNS_AS, "iam"),
        Text('metadata.annotations."azure.workload.identity/client-id"', _R.RUNS_AS, "iam"),
    ),
}

OUTSIDE = frozenset({"User", "Group"})
"""Kinds of mentions that no file ever defines."""

POD_BY_KEY, CONTAINER_BY_KEY, ENV_BY_KEY = by_first_key(POD), by_first_key(CONTAINER), by_first_key(ENV)
NAMES = by_kind(_NAMES) | by_kind(custom.NAMES)
LABELS = by_kind(_LABELS) | by_kind(custom.LABELS)
TEXTS = by_kind(_TEXTS) | by_kind(custom.TEXTS)
IMAGES = by_kind(custom.IMAGES)
MADE = by_kind(custom.MADE)
VALUES = by_kind(custom.VALUES)
