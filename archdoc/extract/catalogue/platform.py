"""What a cluster itself is made of: scaling, nodes and GPUs, policies, operators, CI runners, other clusters, Crossplane.

Sources: the CRDs of kedacore/keda, karpenter, NVIDIA/gpu-operator, kyverno, gatekeeper, operator-framework, openkruise,
OpenShift, actions-runner-controller, kubevirt, cluster-api, crossplane.
"""

from __future__ import annotations

from archdoc.extract._rows import Kind, Made, Name, Text, each, plain
from archdoc.model import EntityKind, RelationKind

_R = RelationKind
_W, _C, _P, _IDENTITY = EntityKind.WORKLOAD, EntityKind.CONFIG, EntityKind.POLICY, EntityKind.IDENTITY
_SCALER = EntityKind.AUTOSCALER
_TEMPLATE = ("spec.template",)
_TRIGGER_AUTH = Name("spec.triggers[].authenticationRef", _R.CONFIGURES, "TriggerAuthentication.keda.sh")
_TRIGGER_TEXTS = tuple(
    Text(f"spec.triggers[].metadata.{key}", _R.CONNECTS_TO)
    for key in (
        "serverAddress",
        "bootstrapServers",
        "address",
        "addresses",
        "queueURL",
        "host",
        "scalerAddress",
        "brokerList",
        "endpoint",
        "url",
        "adminURL",
        "natsServerMonitoringEndpoint",
    )
)
_AUTHENTICATION = Kind(
    _IDENTITY,
    names=(
        Name("spec.secretTargetRef[]", _R.CONFIGURES, "Secret"),
        Name("spec.configMapTargetRef[]", _R.CONFIGURES, "ConfigMap"),
        Name("spec.hashiCorpVault.credential.serviceAccount", _R.RUNS_AS, "ServiceAccount", ""),
    ),
    texts=(Text("spec.hashiCorpVault.address", _R.CONNECTS_TO), Text("spec.azureKeyVault.vaultUri", _R.CONNECTS_TO)),
)
_NODE_CLASS = Name("spec.template.spec.nodeClassRef", _R.CONFIGURES, "EC2NodeClass.karpenter.k8s.aws")

KINDS: dict[str, Kind] = {
    # how many pods there are
    "ScaledObject.keda.sh": Kind(
        _SCALER, names=(Name("spec.scaleTargetRef", _R.SCALES, "Deployment"), _TRIGGER_AUTH), texts=_TRIGGER_TEXTS
    ),
    "ScaledJob.keda.sh": Kind(_W, ("spec.jobTargetRef.template",), names=(_TRIGGER_AUTH,), texts=_TRIGGER_TEXTS),
    "TriggerAuthentication.keda.sh": _AUTHENTICATION,
    "ClusterTriggerAuthentication.keda.sh": _AUTHENTICATION._replace(cluster=True),
    "HTTPScaledObject.http.keda.sh": Kind(
        _SCALER,
        names=(
            Name("spec.scaleTargetRef", _R.SCALES, "Deployment"),
            Name("spec.scaleTargetRef", _R.ROUTES_TO, "Service", "service", port="port"),
        ),
    ),
    "VerticalPodAutoscaler.autoscaling.k8s.io": Kind(_SCALER, names=(Name("spec.targetRef", _R.SCALES, "Deployment"),)),
    # nodes and accelerators: capacity has no kind of its own
    "NodePool.karpenter.sh": Kind(_SCALER, cluster=True, names=(_NODE_CLASS,)),
    "NodeClaim.karpenter.sh": Kind(
        EntityKind.RESOURCE, cluster=True, names=(Name("spec.nodeClassRef", _R.CONFIGURES, "EC2NodeClass.karpenter.k8s.aws"),)
    ),
    "Provisioner.karpenter.sh": Kind(
        _SCALER, cluster=True, names=(Name("spec.providerRef", _R.CONFIGURES, "AWSNodeTemplate.karpenter.k8s.aws"),)
    ),
    **plain(
        _C,
        "EC2NodeClass.karpenter.k8s.aws AWSNodeTemplate.karpenter.k8s.aws AKSNodeClass.karpenter.azure.com "
        "ComputeClass.cloud.google.com NodeFeatureRule.nfd.k8s-sigs.io DeviceClass.resource.k8s.io",
        cluster=True,
    ),
    "NodeFeatureGroup.nfd.k8s-sigs.io": Kind(_C),
    "NodeFeatureDiscovery.nfd.openshift.io": Kind(_W, images=("spec.operand.image",)),
    **plain(EntityKind.RESOURCE, "ResourceSlice.resource.k8s.io CiliumNode.cilium.io", cluster=True),
    "ClusterPolicy.nvidia.com": Kind(
        _W,
        cluster=True,
        names=(
            Name("spec.driver.licensingConfig", _R.CONFIGURES, "ConfigMap", "configMapName"),
            Name("spec.devicePlugin.config", _R.CONFIGURES, "ConfigMap", optional=True),
            Name("spec.dcgmExporter.config", _R.CONFIGURES, "ConfigMap", optional=True),
            Name("spec.migManager.config", _R.CONFIGURES, "ConfigMap", optional=True),
        ),
    ),
    **plain(_W, "NVIDIADriver.nvidia.com GPUCluster.nvidia.com", cluster=True),
    "NicClusterPolicy.mellanox.com": Kind(_W, cluster=True),
    "ComputeDomain.resource.nvidia.com": Kind(
        EntityKind.RESOURCE,
        names=(Name("spec.channel.resourceClaimTemplate", _R.OWNS, "ResourceClaimTemplate.resource.k8s.io", optional=True),),
    ),
    # what may be
    **plain(_P, "Policy.kyverno.io PolicyException.kyverno.io CleanupPolicy.kyverno.io"),
    **plain(
        _P,
        "ClusterPolicy.kyverno.io ClusterCleanupPolicy.kyverno.io ValidatingPolicy.policies.kyverno.io "
        "MutatingPolicy.policies.kyverno.io GeneratingPolicy.policies.kyverno.io ImageValidatingPolicy.policies.kyverno.io "
        "ConstraintTemplate.templates.gatekeeper.sh ClusterImagePolicy.policy.sigstore.dev "
        "SecurityContextConstraints.security.openshift.io Assign.mutations.gatekeeper.sh "
        "AssignMetadata.mutations.gatekeeper.sh ModifySet.mutations.gatekeeper.sh",
        cluster=True,
    ),
    "Config.config.gatekeeper.sh": Kind(_C),
    "Provider.externaldata.gatekeeper.sh": Kind(_C, cluster=True, texts=(Text("spec.url", _R.CONNECTS_TO),)),
    **plain(EntityKind.RESOURCE, "VulnerabilityReport.aquasecurity.github.io ConfigAuditReport.aquasecurity.github.io"),
    # operators by their lifecycle manager
    "Subscription.operators.coreos.com": Kind(
        EntityKind.DEPLOYABLE,
        type="olm-subscription",
        names=(Name("spec.source", _R.SOURCES, "CatalogSource.operators.coreos.com", "", optional=True),),
        texts=(Text("spec.name", _R.SOURCES, "package"),),
    ),
    "CatalogSource.operators.coreos.com": Kind(_C, images=("spec.image",), texts=(Text("spec.address", _R.CONNECTS_TO),)),
    "ClusterServiceVersion.operators.coreos.com": Kind(  # what a catalog offers: it runs only where somebody subscribes
        _C,
        ("spec.install.spec.deployments[].spec.template",),
        made=(
            Made("v1/ServiceAccount", "", "spec.install.spec.clusterPermissions[].serviceAccountName"),
            Made("v1/ServiceAccount", "", "spec.install.spec.permissions[].serviceAccountName"),
        ),
    ),
    "OperatorGroup.operators.coreos.com": Kind(_P),
    "ClusterExtension.olm.operatorframework.io": Kind(EntityKind.DEPLOYABLE, cluster=True, type="olm-clusterextension"),
    # other controllers of pods
    "CloneSet.apps.kruise.io": Kind(_W, _TEMPLATE),
    "StatefulSet.apps.kruise.io": Kind(_W, _TEMPLATE, labels=("statefulset.kubernetes.io/pod-name={name}-0",)),
    "DaemonSet.apps.kruise.io": Kind(_W, _TEMPLATE),
    "BroadcastJob.apps.kruise.io": Kind(_W, _TEMPLATE),
    "AdvancedCronJob.apps.kruise.io": Kind(
        _W, ("spec.template.jobTemplate.spec.template", "spec.template.broadcastJobTemplate.spec.template")
    ),
    "SidecarSet.apps.kruise.io": Kind(_P, cluster=True, containers=("spec.containers[]", "spec.initContainers[]")),
    # OpenShift
    "DeploymentConfig.apps.openshift.io": Kind(
        _W,
        _TEMPLATE,
        labels=("deploymentconfig={name}",),
        names=(Name("spec.triggers[].imageChangeParams.from", _R.CONFIGURES, "ImageStream.image.openshift.io", optional=True),),
    ),
    "BuildConfig.build.openshift.io": Kind(
        _C,
        names=(
            Name("spec.output.to", _R.WRITES, "ImageStream.image.openshift.io", optional=True),
            Name("spec.source.sourceSecret", _R.CONFIGURES, "Secret"),
            Name("spec.output.pushSecret", _R.CONFIGURES, "Secret"),
        ),
        texts=(Text("spec.source.git.uri", _R.SOURCES, "repository"),),
    ),
    **plain(_C, "ImageStream.image.openshift.io ImageStreamTag.image.openshift.io"),
    "ImageContentSourcePolicy.operator.openshift.io": Kind(_P, cluster=True),
    "Project.project.openshift.io": Kind(_C, cluster=True),
    "ProjectRequest.project.openshift.io": Kind(_C, cluster=True),
    **plain(_IDENTITY, "Group.user.openshift.io User.user.openshift.io OAuthClient.oauth.openshift.io", cluster=True),
    **plain(_IDENTITY, "RoleBinding.authorization.openshift.io"),
    **plain(_C, "ConsoleLink.console.openshift.io ConsolePlugin.console.openshift.io", cluster=True),
    # runners of CI, machines, other clusters
    "AutoscalingRunnerSet.actions.github.com": Kind(
        _W,
        _TEMPLATE,
        names=(Name("spec.githubConfigSecret", _R.CONFIGURES, "Secret", ""),),
        texts=(Text("spec.githubConfigUrl", _R.CONNECTS_TO),),
    ),
    **each(
        "RunnerDeployment.actions.summerwind.dev RunnerSet.actions.summerwind.dev",
        Kind(_W, containers=("spec.template.spec", "spec")),
    ),
    "HorizontalRunnerAutoscaler.actions.summerwind.dev": Kind(
        _SCALER, names=(Name("spec.scaleTargetRef", _R.SCALES, "RunnerDeployment.actions.summerwind.dev"),)
    ),
    "VirtualMachine.kubevirt.io": Kind(
        _W,
        specs=("spec.template.spec",),
        names=(Name("spec.template.spec.volumes[].dataVolume", _R.MOUNTS, "DataVolume.cdi.kubevirt.io"),),
        labels=("kubevirt.io/vm={name}",),
    ),
    "VirtualMachineInstance.kubevirt.io": Kind(_W, specs=("spec",)),
    "DataVolume.cdi.kubevirt.io": Kind(EntityKind.VOLUME, texts=(Text("spec.source.http.url", _R.READS),)),
    **plain(
        _C,
        "Cluster.cluster.x-k8s.io MachineDeployment.cluster.x-k8s.io MachineSet.cluster.x-k8s.io MachinePool.cluster.x-k8s.io "
        "KubeadmControlPlane.controlplane.cluster.x-k8s.io KubeadmConfigTemplate.bootstrap.cluster.x-k8s.io",
    ),
    "MachineHealthCheck.cluster.x-k8s.io": Kind(_P),
    "TalosUpgrade.tuppr.home-operations.com": Kind(_P),
    "KubernetesUpgrade.tuppr.home-operations.com": Kind(_P),
    "Plan.upgrade.cattle.io": Kind(
        _W,
        containers=("spec.upgrade", "spec.prepare"),
        names=(Name("spec.serviceAccountName", _R.RUNS_AS, "ServiceAccount", ""),),
    ),
    "ServiceAccount.talos.dev": Kind(_IDENTITY, made=(Made("v1/Secret"),)),
    "Keycloak.k8s.keycloak.org": Kind(
        _W,
        containers=("spec",),
        labels=("app=keycloak", "app.kubernetes.io/instance={name}"),
        names=(
            Name("spec.db.usernameSecret", _R.CONFIGURES, "Secret"),
            Name("spec.db.passwordSecret", _R.CONFIGURES, "Secret"),
            Name("spec.http.tlsSecret", _R.CONFIGURES, "Secret", ""),
        ),
        texts=(Text("spec.db.host", _R.CONNECTS_TO),),
        made=(Made("v1/Service", "{name}-service"),),
    ),
    "KeycloakRealmImport.k8s.keycloak.org": Kind(
        _C, names=(Name("spec.keycloakCRName", _R.CONFIGURES, "Keycloak.k8s.keycloak.org", "", reverse=True),)
    ),
    # Crossplane
    "Composition.apiextensions.crossplane.io": Kind(_C, cluster=True),
    "CompositeResourceDefinition.apiextensions.crossplane.io": Kind(_C, cluster=True),
    **plain(_C, "EnvironmentConfig.apiextensions.crossplane.io DeploymentRuntimeConfig.pkg.crossplane.io", cluster=True),
    **each(
        "Provider.pkg.crossplane.io Function.pkg.crossplane.io Configuration.pkg.crossplane.io",
        Kind(
            _W,
            cluster=True,
            images=("spec.package",),
            names=(Name("spec.runtimeConfigRef", _R.CONFIGURES, "DeploymentRuntimeConfig.pkg.crossplane.io", ignore="default"),),
        ),
    ),
}
