"""Which fields of the objects of Kubernetes itself mention what: one row a field, data only.

Source: the API reference of Kubernetes. Custom resources have a catalogue of their own.
"""

from __future__ import annotations

from archdoc.extract._rows import Labels, Made, Name, Text, by_first_key, by_kind
from archdoc.model import EntityKind, RelationKind

_R = RelationKind

POD: tuple[Name, ...] = (
    Name("serviceAccountName", _R.RUNS_AS, "ServiceAccount", ""),
    Name("serviceAccount", _R.RUNS_AS, "ServiceAccount", ""),
    Name("nodeName", _R.RUNS_ON, "Node", "", optional=True),
    Name("priorityClassName", _R.CONFIGURES, "PriorityClass", ""),
    Name("runtimeClassName", _R.CONFIGURES, "RuntimeClass", ""),
    Name("nodeSelector", _R.CONFIGURES, "ComputeClass.cloud.google.com", '"cloud.google.com/compute-class"', optional=True),
    Name("nodeSelector", _R.CONFIGURES, "NodePool.karpenter.sh", '"karpenter.sh/nodepool"', optional=True),
    Name("imagePullSecrets[]", _R.CONFIGURES, "Secret"),
    Name("volumes[].configMap", _R.MOUNTS, "ConfigMap"),
    Name("volumes[].secret", _R.MOUNTS, "Secret", "secretName"),
    Name("volumes[].projected.sources[].configMap", _R.MOUNTS, "ConfigMap"),
    Name("volumes[].projected.sources[].secret", _R.MOUNTS, "Secret"),
    Name("volumes[].projected.sources[].clusterTrustBundle", _R.MOUNTS, "ClusterTrustBundle", optional=True),
    Name("volumes[].persistentVolumeClaim", _R.MOUNTS, "PersistentVolumeClaim", "claimName"),
    Name("volumes[].ephemeral.volumeClaimTemplate.spec.storageClassName", _R.MOUNTS, "StorageClass", ""),
    Name("volumes[].ephemeral.volumeClaimTemplate.spec.dataSource", _R.CLAIMS, "PersistentVolumeClaim"),
    Name("volumes[].ephemeral.volumeClaimTemplate.spec.dataSourceRef", _R.CLAIMS, "PersistentVolumeClaim"),
    Name("volumes[].azureFile", _R.CONFIGURES, "Secret", "secretName"),
    Name("volumes[].cephfs.secretRef", _R.CONFIGURES, "Secret"),
    Name("volumes[].cinder.secretRef", _R.CONFIGURES, "Secret"),
    Name("volumes[].flexVolume.secretRef", _R.CONFIGURES, "Secret"),
    Name("volumes[].iscsi.secretRef", _R.CONFIGURES, "Secret"),
    Name("volumes[].rbd.secretRef", _R.CONFIGURES, "Secret"),
    Name("volumes[].scaleIO.secretRef", _R.CONFIGURES, "Secret"),
    Name("volumes[].storageos.secretRef", _R.CONFIGURES, "Secret"),
    Name("volumes[].csi.driver", _R.CLAIMS, "CSIDriver", "", optional=True),
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
    Text("volumes[].iscsi.targetPortal", _R.CONNECTS_TO),
    Text("volumes[].cephfs.monitors[]", _R.CONNECTS_TO),
    Text("volumes[].rbd.monitors[]", _R.CONNECTS_TO),
    Text("volumes[].csi", _R.CONNECTS_TO, "bucket", host="volumeAttributes.bucketName"),
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

_ANNOTATIONS = "metadata.annotations"
_NGINX = f'{_ANNOTATIONS}."nginx.ingress.kubernetes.io/'
_CSI_SECRETS = ("provisioner", "node-publish", "node-stage", "node-expand", "controller-publish", "controller-expand")


def _devices(spec: str) -> tuple[Name, ...]:
    """The device classes that a claim at a path asks for: in v1, before it, and in the first version."""
    request = "devices.requests[]"
    places = (f"{request}.exactly.deviceClassName", f"{request}.firstAvailable[].deviceClassName", f"{request}.deviceClassName")
    return tuple(
        Name(f"{spec}.{place}", _R.CLAIMS, "DeviceClass.resource.k8s.io", "") for place in (*places, "resourceClassName")
    )


_NAMES: dict[str, tuple[Name, ...]] = {
    "Ingress": (
        Name("spec.rules[]{host}.http.paths[]{path}.backend.service", _R.ROUTES_TO, "Service", port="port.number port.name"),
        Name("spec.rules[]{host}.http.paths[]{path}.backend", _R.ROUTES_TO, "Service", "serviceName", port="servicePort"),
        Name("spec.rules[]{host}.http.paths[]{path}.backend.resource", _R.ROUTES_TO, ""),
        Name("spec.defaultBackend.service", _R.ROUTES_TO, "Service", port="port.number port.name"),
        Name("spec.backend", _R.ROUTES_TO, "Service", "serviceName", port="servicePort"),
        Name("spec.tls[]", _R.CONFIGURES, "Secret", "secretName"),
        Name("spec.ingressClassName", _R.CONFIGURES, "IngressClass", "", optional=True),
        Name(f'{_ANNOTATIONS}."kubernetes.io/ingress.class"', _R.CONFIGURES, "IngressClass", "", optional=True),
        Name(f'{_ANNOTATIONS}."cert-manager.io/issuer"', _R.CONFIGURES, "Issuer.cert-manager.io", ""),
        Name(f'{_ANNOTATIONS}."cert-manager.io/cluster-issuer"', _R.CONFIGURES, "ClusterIssuer.cert-manager.io", ""),
        Name(f'{_NGINX}auth-secret"', _R.CONFIGURES, "Secret", ""),
        Name(f'{_NGINX}auth-tls-secret"', _R.CONFIGURES, "Secret", ""),
        Name(f'{_NGINX}proxy-ssl-secret"', _R.CONFIGURES, "Secret", ""),
        Name(f'{_NGINX}fastcgi-params-configmap"', _R.CONFIGURES, "ConfigMap", ""),
        Name(f'{_NGINX}custom-headers"', _R.CONFIGURES, "ConfigMap", ""),
        Name(f'{_NGINX}auth-proxy-set-headers"', _R.CONFIGURES, "ConfigMap", ""),
        Name(f'{_NGINX}default-backend"', _R.ROUTES_TO, "Service", ""),
        Name(f'{_ANNOTATIONS}."ingress.kubernetes.io/auth-secret"', _R.CONFIGURES, "Secret", ""),
    ),
    "IngressClass": (Name("spec.parameters", _R.CONFIGURES, ""),),
    "StatefulSet": (Name("spec.serviceName", _R.SELECTS, "Service", "", reverse=True, optional=True),),
    "MutatingWebhookConfiguration ValidatingWebhookConfiguration": (
        Name("webhooks[].clientConfig.service", _R.ROUTES_TO, "Service", port="port"),
    ),
    "APIService": (Name("spec.service", _R.ROUTES_TO, "Service", port="port"),),
    "CustomResourceDefinition": (Name("spec.conversion.webhook.clientConfig.service", _R.ROUTES_TO, "Service", port="port"),),
    "HorizontalPodAutoscaler": (
        Name("spec.scaleTargetRef", _R.SCALES, "Deployment"),
        Name("spec.metrics[].object.describedObject", _R.CONFIGURES, "Service", optional=True),
        Name("spec.metrics[].object.target", _R.CONFIGURES, "Service", optional=True),
    ),
    "PersistentVolumeClaim": (
        Name("spec.volumeName", _R.CLAIMS, "PersistentVolume", ""),
        Name("spec.storageClassName", _R.CLAIMS, "StorageClass", ""),
        Name("spec.dataSource", _R.CLAIMS, "PersistentVolumeClaim"),
        Name("spec.dataSourceRef", _R.CLAIMS, "PersistentVolumeClaim"),
        Name("spec.volumeAttributesClassName", _R.CLAIMS, "VolumeAttributesClass", ""),
    ),
    "PersistentVolume": (
        Name("spec.storageClassName", _R.CLAIMS, "StorageClass", ""),
        Name("spec.claimRef", _R.CLAIMS, "PersistentVolumeClaim", reverse=True),
        Name("spec.volumeAttributesClassName", _R.CLAIMS, "VolumeAttributesClass", ""),
        Name("spec.csi.driver", _R.CLAIMS, "CSIDriver", "", optional=True),
        Name("spec.csi.nodePublishSecretRef", _R.CONFIGURES, "Secret"),
        Name("spec.csi.nodeStageSecretRef", _R.CONFIGURES, "Secret"),
        Name("spec.csi.nodeExpandSecretRef", _R.CONFIGURES, "Secret"),
        Name("spec.csi.controllerPublishSecretRef", _R.CONFIGURES, "Secret"),
        Name("spec.csi.controllerExpandSecretRef", _R.CONFIGURES, "Secret"),
        Name("spec.azureFile", _R.CONFIGURES, "Secret", "secretName"),
        Name("spec.cephfs.secretRef", _R.CONFIGURES, "Secret"),
        Name("spec.cinder.secretRef", _R.CONFIGURES, "Secret"),
        Name("spec.flexVolume.secretRef", _R.CONFIGURES, "Secret"),
        Name("spec.iscsi.secretRef", _R.CONFIGURES, "Secret"),
        Name("spec.rbd.secretRef", _R.CONFIGURES, "Secret"),
        Name("spec.scaleIO.secretRef", _R.CONFIGURES, "Secret"),
        Name("spec.storageos.secretRef", _R.CONFIGURES, "Secret"),
    ),
    "StorageClass": (
        Name("provisioner", _R.CLAIMS, "CSIDriver", "", optional=True),
        Name("parameters.secretName", _R.CONFIGURES, "Secret", ""),
        Name("parameters.adminSecretName", _R.CONFIGURES, "Secret", ""),
        Name("parameters.userSecretName", _R.CONFIGURES, "Secret", ""),
        Name("parameters.secretRef", _R.CONFIGURES, "Secret", ""),
        *(Name(f'parameters."csi.storage.k8s.io/{use}-secret-name"', _R.CONFIGURES, "Secret", "") for use in _CSI_SECRETS),
    ),
    "ResourceClaim.resource.k8s.io": _devices("spec"),
    "ResourceClaimTemplate.resource.k8s.io": _devices("spec.spec"),
    "ValidatingAdmissionPolicyBinding": (
        Name("spec.policyName", _R.CONFIGURES, "ValidatingAdmissionPolicy", ""),
        Name("spec.paramRef", _R.CONFIGURES, ""),
    ),
    "MutatingAdmissionPolicyBinding": (
        Name("spec.policyName", _R.CONFIGURES, "MutatingAdmissionPolicy", ""),
        Name("spec.paramRef", _R.CONFIGURES, ""),
    ),
    "FlowSchema": (Name("spec.priorityLevelConfiguration", _R.CONFIGURES, "PriorityLevelConfiguration", optional=True),),
    "CSINode": (Name("spec.drivers[]", _R.CLAIMS, "CSIDriver", optional=True),),
    "CSIStorageCapacity": (Name("storageClassName", _R.CLAIMS, "StorageClass", ""),),
    "Endpoints": (
        Name("metadata", _R.OWNS, "Service", reverse=True, optional=True),
        Name("subsets[].addresses[].targetRef", _R.SELECTS, "Pod", optional=True),
    ),
    "EndpointSlice": (
        Name('metadata.labels."kubernetes.io/service-name"', _R.OWNS, "Service", "", reverse=True, optional=True),
        Name("endpoints[].targetRef", _R.SELECTS, "Pod", optional=True),
    ),
    "Node": (Name("spec.configSource.configMap", _R.CONFIGURES, "ConfigMap"),),
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
    "ClusterRole": (Labels("aggregationRule.clusterRoleSelectors[]", _R.GRANTS, EntityKind.IDENTITY),),
    "NetworkPolicy.projectcalico.org": (Labels("spec.podSelector", _R.PROTECTS, EntityKind.WORKLOAD),),
}

_TEXTS: dict[str, tuple[Text, ...]] = {
    "Service": (Text("spec.externalName", _R.CONNECTS_TO),),
    "Endpoints": (
        Text("subsets[].addresses[]", _R.CONNECTS_TO, host="ip"),
        Text("subsets[].addresses[]", _R.CONNECTS_TO, host="hostname"),
    ),
    "EndpointSlice": (Text("endpoints[].addresses[]", _R.CONNECTS_TO),),
    "Ingress": (
        Text(f'{_NGINX}auth-url"', _R.CONNECTS_TO),
        Text(f'{_NGINX}mirror-target"', _R.CONNECTS_TO),
    ),
    "MutatingWebhookConfiguration ValidatingWebhookConfiguration": (Text("webhooks[].clientConfig.url", _R.CONNECTS_TO),),
    "PersistentVolume": (
        Text("spec.nfs", _R.CONNECTS_TO, host="server"),
        Text("spec.glusterfs.endpoints", _R.CONNECTS_TO),
        Text("spec.iscsi.targetPortal", _R.CONNECTS_TO),
        Text("spec.cephfs.monitors[]", _R.CONNECTS_TO),
        Text("spec.rbd.monitors[]", _R.CONNECTS_TO),
        Text("spec.csi", _R.CONNECTS_TO, "bucket", host="volumeAttributes.bucketName"),
        Text("spec.csi", _R.CONNECTS_TO, "bucket", host="volumeHandle"),
    ),
    "ServiceAccount": (
        Text('metadata.annotations."eks.amazonaws.com/role-arn"', _R.RUNS_AS, "iam"),
        Text('metadata.annotations."iam.gke.io/gcp-service-account"', _R.RUNS_AS, "iam"),
        Text('metadata.annotations."azure.workload.identity/client-id"', _R.RUNS_AS, "iam"),
    ),
}

_MADE: dict[str, tuple[Made, ...]] = {
    "Ingress": tuple(
        Made("v1/Secret", "", "spec.tls[].secretName", when=f'{_ANNOTATIONS}."{key}"')
        for key in ("cert-manager.io/issuer", "cert-manager.io/cluster-issuer", "kubernetes.io/tls-acme")
    ),
    "Service": tuple(
        Made("v1/Secret", "", f'{_ANNOTATIONS}."service.{version}.openshift.io/serving-cert-secret-name"')
        for version in ("beta", "alpha")
    ),
}

SPEAKS_FOR: dict[str, str] = {
    "Endpoints": "metadata.name",
    "EndpointSlice": 'metadata.labels."kubernetes.io/service-name"',
}
"""Kinds whose addresses are those that a Service leads to, and where they name it."""

GRANTED: dict[str, str] = {
    "clusterroles": "ClusterRole",
    "configmaps": "ConfigMap",
    "cronjobs": "CronJob",
    "daemonsets": "DaemonSet",
    "deployments": "Deployment",
    "jobs": "Job",
    "persistentvolumeclaims": "PersistentVolumeClaim",
    "endpoints": "Endpoints",
    "leases": "Lease",
    "persistentvolumes": "PersistentVolume",
    "podsecuritypolicies": "PodSecurityPolicy",
    "roles": "Role",
    "secrets": "Secret",
    "serviceaccounts": "ServiceAccount",
    "services": "Service",
    "statefulsets": "StatefulSet",
}
"""The kinds behind the resources of a role's rule, for those of its rules that name objects."""

OUTSIDE = frozenset({"User", "Group"})
"""Kinds of mentions that no file ever defines."""

POD_BY_KEY, CONTAINER_BY_KEY, ENV_BY_KEY = by_first_key(POD), by_first_key(CONTAINER), by_first_key(ENV)
NAMES = by_kind(_NAMES)
LABELS = by_kind(_LABELS)
TEXTS = by_kind(_TEXTS)
MADE = by_kind(_MADE)
