"""The kinds of Kubernetes objects: one row a kind, data only.

A row says what an object of this kind is in the graph, where it carries pods, whether it is cluster-wide, and which labels
its controller puts on pods. A kind that has no row is a namespaced `resource`. Names are those of identities: ``Deployment``
for a kind of Kubernetes itself, ``Kind.group`` for a custom resource.
"""

from __future__ import annotations

from typing import NamedTuple

from archdoc.model import EntityKind


class Kind(NamedTuple):
    """What is known of a kind.

    `templates` are field paths to pod templates (their labels at ``metadata.labels``, their pod spec at ``spec``), `specs` to
    bare pod specs, `containers` to bare containers. `labels` are those a controller puts on the pods, ``{name}`` being the
    object's own; `own_labels` tells that pods also get the object's. `type` replaces ``apiVersion/Kind`` as the entity's type.
    """

    entity: EntityKind = EntityKind.RESOURCE
    templates: tuple[str, ...] = ()
    specs: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()
    cluster: bool = False
    labels: tuple[str, ...] = ()
    own_labels: bool = False
    type: str = ""


_W, _P = EntityKind.WORKLOAD, EntityKind.PIPELINE
_TEMPLATE = ("spec.template",)
_JOB = ("job-name={name}", "batch.kubernetes.io/job-name={name}")
_TRAINING = ("training.kubeflow.org/job-name={name}",)
_RAY = ("ray.io/is-ray-node=yes", "app.kubernetes.io/name=kuberay", "app.kubernetes.io/created-by=kuberay-operator")
_KSERVE = ("serving.kserve.io/inferenceservice={name}",)

_CARRIERS: dict[str, Kind] = {
    # Kubernetes itself (kubernetes/api)
    "Pod": Kind(_W, ("",)),
    "Deployment": Kind(_W, _TEMPLATE),
    "ReplicaSet": Kind(_W, _TEMPLATE),
    "ReplicationController": Kind(_W, _TEMPLATE),
    "DaemonSet": Kind(_W, _TEMPLATE),
    "StatefulSet": Kind(_W, _TEMPLATE, labels=("statefulset.kubernetes.io/pod-name={name}-0", "apps.kubernetes.io/pod-index=0")),
    "Job": Kind(_W, _TEMPLATE, labels=_JOB),
    "CronJob": Kind(_W, ("spec.jobTemplate.spec.template",)),
    "PodTemplate": Kind(templates=("template",)),
    # rollouts and other controllers of pods
    "Rollout.argoproj.io": Kind(_W, _TEMPLATE),
    "DeploymentConfig.apps.openshift.io": Kind(_W, _TEMPLATE, labels=("deploymentconfig={name}",)),
    "CloneSet.apps.kruise.io": Kind(_W, _TEMPLATE),
    "StatefulSet.apps.kruise.io": Kind(_W, _TEMPLATE, labels=("statefulset.kubernetes.io/pod-name={name}-0",)),
    "DaemonSet.apps.kruise.io": Kind(_W, _TEMPLATE),
    "BroadcastJob.apps.kruise.io": Kind(_W, _TEMPLATE),
    "AdvancedCronJob.apps.kruise.io": Kind(
        _W, ("spec.template.jobTemplate.spec.template", "spec.template.broadcastJobTemplate.spec.template")
    ),
    "ScaledJob.keda.sh": Kind(_W, ("spec.jobTargetRef.template",)),
    "LeaderWorkerSet.leaderworkerset.x-k8s.io": Kind(
        _W,
        ("spec.leaderWorkerTemplate.leaderTemplate", "spec.leaderWorkerTemplate.workerTemplate"),
        labels=("leaderworkerset.sigs.k8s.io/name={name}", "role=leader"),
    ),
    "JobSet.jobset.x-k8s.io": Kind(
        _W, ("spec.replicatedJobs[].template.spec.template",), labels=("jobset.sigs.k8s.io/jobset-name={name}",)
    ),
    "Job.batch.volcano.sh": Kind(_W, ("spec.tasks[].template",), labels=("volcano.sh/job-name={name}",)),
    "Sandbox.agents.x-k8s.io": Kind(_W, ("spec.podTemplate",)),
    "SandboxTemplate.extensions.agents.x-k8s.io": Kind(templates=("spec.podTemplate",)),
    "ClusterServiceVersion.operators.coreos.com": Kind(templates=("spec.install.spec.deployments[].spec.template",)),
    # model serving
    "InferenceService.serving.kserve.io": Kind(
        _W,
        specs=("spec.predictor", "spec.transformer", "spec.explainer", "spec.predictor.workerSpec", "spec.default.*"),
        containers=("spec.predictor.*", "spec.explainer.*", "spec.default.*.*"),
        labels=_KSERVE,
        own_labels=True,
    ),
    "InferenceService.serving.kubeflow.org": Kind(
        _W, specs=("spec.predictor", "spec.transformer"), containers=("spec.predictor.*",), labels=_KSERVE, own_labels=True
    ),
    "LLMInferenceService.serving.kserve.io": Kind(
        _W,
        specs=("spec.template", "spec.worker", "spec.prefill.template", "spec.prefill.worker", "spec.router.scheduler.template"),
        labels=("app.kubernetes.io/name={name}", "kserve.io/component=workload"),
        own_labels=True,
    ),
    "LLMInferenceServiceConfig.serving.kserve.io": Kind(
        specs=("spec.template", "spec.worker", "spec.prefill.template", "spec.prefill.worker", "spec.router.scheduler.template")
    ),
    "ServingRuntime.serving.kserve.io": Kind(specs=("spec", "spec.workerSpec")),
    "ClusterServingRuntime.serving.kserve.io": Kind(specs=("spec", "spec.workerSpec"), cluster=True),
    "ClusterStorageContainer.serving.kserve.io": Kind(containers=("spec.container",), cluster=True),
    "Service.serving.knative.dev": Kind(_W, _TEMPLATE, labels=("serving.knative.dev/service={name}",)),
    "Configuration.serving.knative.dev": Kind(_W, _TEMPLATE, labels=("serving.knative.dev/configuration={name}",)),
    "Revision.serving.knative.dev": Kind(_W, specs=("spec",), labels=("serving.knative.dev/revision={name}",)),
    "SeldonDeployment.machinelearning.seldon.io": Kind(
        _W, ("spec.predictors[].componentSpecs[]",), labels=("seldon-deployment-id={name}",)
    ),
    "Model.mlops.seldon.io": Kind(_W),
    "BentoDeployment.serving.yatai.ai": Kind(_W),
    "NIMService.apps.nvidia.com": Kind(_W, containers=("spec",), labels=("app={name}",)),
    "NIMCache.apps.nvidia.com": Kind(_W),
    "DynamoGraphDeployment.nvidia.com": Kind(
        _W,
        specs=("spec.services.*.extraPodSpec",),
        containers=("spec.services.*.extraPodSpec.mainContainer", "spec.services.*"),
        labels=("nvidia.com/dynamo-graph-deployment-name={name}",),
    ),
    "Workspace.kaito.sh": Kind(_W, ("inference.template",), labels=("kaito.sh/workspace={name}",)),
    "RAGEngine.kaito.sh": Kind(_W),
    "VLLMRuntime.production-stack.vllm.ai": Kind(_W),
    "VLLMRouter.production-stack.vllm.ai": Kind(_W),
    "CacheServer.production-stack.vllm.ai": Kind(_W),
    "StormService.orchestration.aibrix.ai": Kind(
        _W,
        ("spec.template.spec.roles[].template",),
        labels=("storm-service-name={name}",),
    ),
    "RoleSet.orchestration.aibrix.ai": Kind(_W, ("spec.roles[].template",), labels=("roleset-name={name}",)),
    "RayClusterFleet.orchestration.aibrix.ai": Kind(
        _W, ("spec.template.spec.headGroupSpec.template", "spec.template.spec.workerGroupSpecs[].template"), labels=_RAY
    ),
    "RayClusterReplicaSet.orchestration.aibrix.ai": Kind(
        _W, ("spec.template.spec.headGroupSpec.template", "spec.template.spec.workerGroupSpecs[].template"), labels=_RAY
    ),
    "KVCache.orchestration.aibrix.ai": Kind(_W, containers=("spec.*",), labels=("kvcache.orchestration.aibrix.ai/name={name}",)),
    # training and batch
    "PyTorchJob.kubeflow.org": Kind(_W, ("spec.pytorchReplicaSpecs.*.template",), labels=_TRAINING),
    "TFJob.kubeflow.org": Kind(_W, ("spec.tfReplicaSpecs.*.template",), labels=_TRAINING),
    "MPIJob.kubeflow.org": Kind(_W, ("spec.mpiReplicaSpecs.*.template",), labels=_TRAINING),
    "XGBoostJob.kubeflow.org": Kind(_W, ("spec.xgbReplicaSpecs.*.template",), labels=_TRAINING),
    "PaddleJob.kubeflow.org": Kind(_W, ("spec.paddleReplicaSpecs.*.template",), labels=_TRAINING),
    "JAXJob.kubeflow.org": Kind(_W, ("spec.jaxReplicaSpecs.*.template",), labels=_TRAINING),
    "MXJob.kubeflow.org": Kind(_W, ("spec.mxReplicaSpecs.*.template",), labels=_TRAINING),
    "TrainJob.trainer.kubeflow.org": Kind(
        _W, containers=("spec.trainer",), labels=("jobset.sigs.k8s.io/jobset-name={name}",), own_labels=True
    ),
    "TrainingRuntime.trainer.kubeflow.org": Kind(templates=("spec.template.spec.replicatedJobs[].template.spec.template",)),
    "ClusterTrainingRuntime.trainer.kubeflow.org": Kind(
        templates=("spec.template.spec.replicatedJobs[].template.spec.template",), cluster=True
    ),
    "Experiment.kubeflow.org": Kind(
        _W,
        ("spec.trialTemplate.trialSpec.spec.template", "spec.trialTemplate.trialSpec.spec.pytorchReplicaSpecs.*.template"),
        labels=("katib.kubeflow.org/experiment={name}",),
    ),
    "Notebook.kubeflow.org": Kind(_W, _TEMPLATE, labels=("notebook-name={name}", "statefulset={name}"), own_labels=True),
    "PVCViewer.kubeflow.org": Kind(_W, specs=("spec.podSpec",)),
    "Tensorboard.tensorboard.kubeflow.org": Kind(_W, labels=("app={name}",)),
    "PodDefault.kubeflow.org": Kind(specs=("spec",), containers=("spec",)),
    "RayCluster.ray.io": Kind(
        _W,
        ("spec.headGroupSpec.template", "spec.workerGroupSpecs[].template"),
        labels=("ray.io/cluster={name}", "ray.io/node-type=head", "ray.io/identifier={name}-head", *_RAY),
    ),
    "RayJob.ray.io": Kind(
        _W,
        (
            "spec.rayClusterSpec.headGroupSpec.template",
            "spec.rayClusterSpec.workerGroupSpecs[].template",
            "spec.submitterPodTemplate",
        ),
        labels=("ray.io/node-type=head", *_RAY),
    ),
    "RayCronJob.ray.io": Kind(
        _W,
        (
            "spec.jobTemplate.rayClusterSpec.headGroupSpec.template",
            "spec.jobTemplate.rayClusterSpec.workerGroupSpecs[].template",
            "spec.jobTemplate.spec.rayClusterSpec.headGroupSpec.template",
            "spec.jobTemplate.spec.rayClusterSpec.workerGroupSpecs[].template",
        ),
        labels=_RAY,
    ),
    "RayService.ray.io": Kind(
        _W,
        (
            "spec.rayClusterConfig.headGroupSpec.template",
            "spec.rayClusterConfig.workerGroupSpecs[].template",
            "spec.rayClusterSpec.headGroupSpec.template",
        ),
        labels=("ray.io/node-type=head", "ray.io/serve=true", *_RAY),
    ),
    "SparkApplication.sparkoperator.k8s.io": Kind(
        _W,
        containers=("spec", "spec.driver", "spec.executor"),
        specs=("spec", "spec.driver", "spec.executor"),
        labels=("sparkoperator.k8s.io/app-name={name}", "spark-role=driver"),
    ),
    "ScheduledSparkApplication.sparkoperator.k8s.io": Kind(
        _W, containers=("spec.template", "spec.template.driver", "spec.template.executor"), specs=("spec.template",)
    ),
    "FlinkDeployment.flink.apache.org": Kind(
        _W,
        ("spec.podTemplate", "spec.jobManager.podTemplate", "spec.taskManager.podTemplate"),
        specs=("spec",),
        containers=("spec",),
        labels=("app={name}",),
    ),
    "Workflow.argoproj.io": Kind(
        _P, specs=("spec",), containers=("spec.templates[].container", "spec.templates[].script", "spec.templates[].sidecars[]")
    ),
    "WorkflowTemplate.argoproj.io": Kind(
        _P, specs=("spec",), containers=("spec.templates[].container", "spec.templates[].script", "spec.templates[].sidecars[]")
    ),
    "ClusterWorkflowTemplate.argoproj.io": Kind(
        _P, specs=("spec",), containers=("spec.templates[].container", "spec.templates[].script"), cluster=True
    ),
    "CronWorkflow.argoproj.io": Kind(
        _P,
        specs=("spec.workflowSpec",),
        containers=("spec.workflowSpec.templates[].container", "spec.workflowSpec.templates[].script"),
    ),
    "Pipeline.tekton.dev": Kind(_P, containers=("spec.tasks[].taskSpec.steps[]", "spec.finally[].taskSpec.steps[]")),
    "PipelineRun.tekton.dev": Kind(
        _P, specs=("spec.taskRunTemplate",), containers=("spec.pipelineSpec.tasks[].taskSpec.steps[]",)
    ),
    "Task.tekton.dev": Kind(_P, specs=("spec",), containers=("spec.steps[]", "spec.sidecars[]")),
    "ClusterTask.tekton.dev": Kind(_P, specs=("spec",), containers=("spec.steps[]",), cluster=True),
    "TaskRun.tekton.dev": Kind(_P, specs=("spec",), containers=("spec.taskSpec.steps[]",)),
    "ScheduledWorkflow.kubeflow.org": Kind(_P, containers=("spec.workflow.spec.templates[].container",)),
    # data stores and platform pieces that an operator turns into pods
    "FeatureStore.feast.dev": Kind(
        _W,
        specs=("spec.services",),
        containers=(
            "spec.services.*.server",
            "spec.services.registry.local.server",
            "spec.services.ui",
            "spec.cronJob.containerConfigs",
        ),
        labels=("feast.dev/name={name}",),
    ),
    "Cluster.postgresql.cnpg.io": Kind(_W, labels=("cnpg.io/cluster={name}", "cnpg.io/podRole=instance"), containers=("spec",)),
    "Pooler.postgresql.cnpg.io": Kind(_W, ("spec.template",), labels=("cnpg.io/poolerName={name}",)),
    "PostgresCluster.postgres-operator.crunchydata.com": Kind(_W, labels=("postgres-operator.crunchydata.com/cluster={name}",)),
    "postgresql.acid.zalan.do": Kind(_W, labels=("cluster-name={name}", "application=spilo")),
    "Kafka.kafka.strimzi.io": Kind(
        _W, labels=("strimzi.io/cluster={name}", "strimzi.io/kind=Kafka", "strimzi.io/name={name}-kafka")
    ),
    "KafkaNodePool.kafka.strimzi.io": Kind(_W),
    "KafkaConnect.kafka.strimzi.io": Kind(_W, labels=("strimzi.io/cluster={name}", "strimzi.io/kind=KafkaConnect")),
    "KafkaBridge.kafka.strimzi.io": Kind(_W, labels=("strimzi.io/cluster={name}", "strimzi.io/kind=KafkaBridge")),
    "KafkaMirrorMaker2.kafka.strimzi.io": Kind(_W, labels=("strimzi.io/cluster={name}", "strimzi.io/kind=KafkaMirrorMaker2")),
    "Elasticsearch.elasticsearch.k8s.elastic.co": Kind(
        _W, ("spec.nodeSets[].podTemplate",), labels=("elasticsearch.k8s.elastic.co/cluster-name={name}",)
    ),
    "Kibana.kibana.k8s.elastic.co": Kind(_W, ("spec.podTemplate",), labels=("kibana.k8s.elastic.co/name={name}",)),
    "Milvus.milvus.io": Kind(_W, containers=("spec.components",), labels=("app.kubernetes.io/instance={name}",)),
    "Tenant.minio.min.io": Kind(_W, containers=("spec",), labels=("v1.min.io/tenant={name}",)),
    "MongoDBCommunity.mongodbcommunity.mongodb.com": Kind(_W, labels=("app={name}-svc",)),
    "PerconaServerMongoDB.psmdb.percona.com": Kind(_W, labels=("app.kubernetes.io/instance={name}",)),
    "PerconaXtraDBCluster.pxc.percona.com": Kind(_W, labels=("app.kubernetes.io/instance={name}",)),
    "MariaDB.k8s.mariadb.com": Kind(_W, containers=("spec",), labels=("app.kubernetes.io/instance={name}",)),
    "InnoDBCluster.mysql.oracle.com": Kind(_W, labels=("mysql.oracle.com/cluster={name}",)),
    "RabbitmqCluster.rabbitmq.com": Kind(_W, containers=("spec",), labels=("app.kubernetes.io/name={name}",)),
    "Redis.redis.redis.opstreelabs.in": Kind(_W, containers=("spec.kubernetesConfig",), labels=("app={name}",)),
    "RedisCluster.redis.redis.opstreelabs.in": Kind(_W, containers=("spec.kubernetesConfig",), labels=("app={name}",)),
    "Dragonfly.dragonflydb.io": Kind(_W, containers=("spec",), labels=("app={name}",)),
    "CephCluster.ceph.rook.io": Kind(_W, labels=("rook_cluster={name}",)),
    "Prometheus.monitoring.coreos.com": Kind(
        _W,
        specs=("spec",),
        labels=("prometheus={name}", "app.kubernetes.io/name=prometheus", "operator.prometheus.io/name={name}"),
    ),
    "PrometheusAgent.monitoring.coreos.com": Kind(_W, specs=("spec",), labels=("app.kubernetes.io/name=prometheus-agent",)),
    "Alertmanager.monitoring.coreos.com": Kind(
        _W, specs=("spec",), labels=("alertmanager={name}", "app.kubernetes.io/name=alertmanager")
    ),
    "ThanosRuler.monitoring.coreos.com": Kind(_W, specs=("spec",), labels=("thanos-ruler={name}",)),
    "Grafana.grafana.integreatly.org": Kind(_W, ("spec.deployment.spec.template",), labels=("app={name}",)),
    "OpenTelemetryCollector.opentelemetry.io": Kind(
        _W, specs=("spec",), containers=("spec",), labels=("app.kubernetes.io/component=opentelemetry-collector",)
    ),
    "Jaeger.jaegertracing.io": Kind(_W, labels=("app=jaeger", "app.kubernetes.io/instance={name}")),
    "Keycloak.k8s.keycloak.org": Kind(_W, containers=("spec",), labels=("app=keycloak", "app.kubernetes.io/instance={name}")),
    "KnativeServing.operator.knative.dev": Kind(_W),
    "KnativeEventing.operator.knative.dev": Kind(_W),
    "GMConnector.gmc.opea.io": Kind(_P),
    "Agent.kagent.dev": Kind(_W),
}

_CONTENT: dict[EntityKind, str] = {
    EntityKind.SERVICE: "Service InferencePool.inference.networking.k8s.io InferencePool.inference.networking.x-k8s.io "
    "ServiceImport.multicluster.x-k8s.io TraefikService.traefik.io TraefikService.traefik.containo.us "
    "ServiceEntry.networking.istio.io Backend.gateway.envoyproxy.io AIServiceBackend.aigateway.envoyproxy.io "
    "Broker.eventing.knative.dev Channel.messaging.knative.dev",
    EntityKind.ROUTE: "Ingress Gateway.gateway.networking.k8s.io HTTPRoute.gateway.networking.k8s.io "
    "GRPCRoute.gateway.networking.k8s.io TCPRoute.gateway.networking.k8s.io TLSRoute.gateway.networking.k8s.io "
    "UDPRoute.gateway.networking.k8s.io ListenerSet.gateway.networking.k8s.io Gateway.networking.istio.io "
    "VirtualService.networking.istio.io IngressRoute.traefik.io IngressRouteTCP.traefik.io IngressRouteUDP.traefik.io "
    "IngressRoute.traefik.containo.us IngressRouteTCP.traefik.containo.us IngressRouteUDP.traefik.containo.us "
    "HTTPProxy.projectcontour.io Route.route.openshift.io VirtualServer.k8s.nginx.org Mapping.getambassador.io "
    "AIGatewayRoute.aigateway.envoyproxy.io InferenceGraph.serving.kserve.io DomainMapping.serving.knative.dev "
    "Route.serving.knative.dev Trigger.eventing.knative.dev Subscription.messaging.knative.dev TrafficSplit.split.smi-spec.io",
    EntityKind.CONFIG: "ConfigMap",
    EntityKind.SECRET: "Secret ExternalSecret.external-secrets.io SealedSecret.bitnami.com "
    "SecretProviderClass.secrets-store.csi.x-k8s.io VaultStaticSecret.secrets.hashicorp.com "
    "VaultDynamicSecret.secrets.hashicorp.com InfisicalSecret.secrets.infisical.com OnePasswordItem.onepassword.com "
    "DopplerSecret.secrets.doppler.com SopsSecret.isindir.github.com",
    EntityKind.VOLUME: "PersistentVolumeClaim VolumeSnapshot.snapshot.storage.k8s.io",
    EntityKind.IDENTITY: "ServiceAccount Role RoleBinding",
    EntityKind.POLICY: "NetworkPolicy PodDisruptionBudget ResourceQuota LimitRange CiliumNetworkPolicy.cilium.io "
    "NetworkPolicy.crd.projectcalico.org NetworkPolicy.projectcalico.org AuthorizationPolicy.security.istio.io "
    "PeerAuthentication.security.istio.io RequestAuthentication.security.istio.io ReferenceGrant.gateway.networking.k8s.io "
    "Policy.kyverno.io PolicyException.kyverno.io BackendTLSPolicy.gateway.networking.k8s.io "
    "SecurityPolicy.gateway.envoyproxy.io BackendTrafficPolicy.gateway.envoyproxy.io ClientTrafficPolicy.gateway.envoyproxy.io",
    EntityKind.AUTOSCALER: "HorizontalPodAutoscaler VerticalPodAutoscaler.autoscaling.k8s.io ScaledObject.keda.sh "
    "HTTPScaledObject.http.keda.sh PodAutoscaler.autoscaling.aibrix.ai PodAutoscaler.autoscaling.internal.knative.dev",
    EntityKind.MODEL: "TrainedModel.serving.kserve.io ModelAdapter.model.aibrix.ai ModelClaim.model.aibrix.ai",
    EntityKind.DATASET: "Dataset.data.fluid.io",
}

_CLUSTER: dict[EntityKind, str] = {
    EntityKind.NAMESPACE: "Namespace",
    EntityKind.VOLUME: "PersistentVolume StorageClass",
    EntityKind.SECRET: "ClusterExternalSecret.external-secrets.io",
    EntityKind.IDENTITY: "ClusterRole ClusterRoleBinding",
    EntityKind.POLICY: "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding MutatingAdmissionPolicy "
    "MutatingAdmissionPolicyBinding PodSecurityPolicy ClusterPolicy.kyverno.io CiliumClusterwideNetworkPolicy.cilium.io "
    "GlobalNetworkPolicy.projectcalico.org GlobalNetworkPolicy.crd.projectcalico.org AdminNetworkPolicy.policy.networking.k8s.io "
    "BaselineAdminNetworkPolicy.policy.networking.k8s.io",
    EntityKind.RESOURCE: "Node ComponentStatus APIService CertificateSigningRequest CustomResourceDefinition IngressClass "
    "CSIDriver CSINode VolumeAttachment PriorityClass RuntimeClass FlowSchema PriorityLevelConfiguration "
    "MutatingWebhookConfiguration ValidatingWebhookConfiguration DeviceClass.resource.k8s.io ResourceSlice.resource.k8s.io "
    "GatewayClass.gateway.networking.k8s.io ClusterIssuer.cert-manager.io ClusterSecretStore.external-secrets.io "
    "VolumeSnapshotClass.snapshot.storage.k8s.io VolumeGroupSnapshotClass.groupsnapshot.storage.k8s.io "
    "VolumeSnapshotContent.snapshot.storage.k8s.io ClusterQueue.kueue.x-k8s.io ResourceFlavor.kueue.x-k8s.io "
    "AdmissionCheck.kueue.x-k8s.io Cohort.kueue.x-k8s.io WorkloadPriorityClass.kueue.x-k8s.io Queue.scheduling.volcano.sh "
    "Queue.scheduling.run.ai ClusterTriggerAuthentication.keda.sh Profile.kubeflow.org CiliumLoadBalancerIPPool.cilium.io "
    "CiliumBGPAdvertisement.cilium.io CiliumBGPPeerConfig.cilium.io CiliumBGPClusterConfig.cilium.io "
    "CiliumNode.cilium.io Project.project.openshift.io SecurityContextConstraints.security.openshift.io "
    "ClusterPolicy.nvidia.com NVIDIADriver.nvidia.com NodePool.karpenter.sh EC2NodeClass.karpenter.k8s.aws",
}

_DEPLOYABLES: dict[str, Kind] = {
    "Application.argoproj.io": Kind(EntityKind.DEPLOYABLE, type="argocd-application"),
    "Kustomization.kustomize.toolkit.fluxcd.io": Kind(EntityKind.DEPLOYABLE, type="flux-kustomization"),
    "HelmRelease.helm.toolkit.fluxcd.io": Kind(EntityKind.DEPLOYABLE, type="flux-helmrelease"),
}

KINDS: dict[str, Kind] = {
    **{name: Kind(entity) for entity, names in _CONTENT.items() for name in names.split()},
    **{name: Kind(entity, cluster=True) for entity, names in _CLUSTER.items() for name in names.split()},
    **_CARRIERS,
    **_DEPLOYABLES,
}
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
