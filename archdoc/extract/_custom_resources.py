"""Which fields of custom resources mention what: one row a field, data only.

Sources: the schemas of the projects that define the resources.
"""

from __future__ import annotations

from archdoc.extract._rows import Labels, Made, Name, Text
from archdoc.model import EntityKind, RelationKind

_R = RelationKind
_GATEWAY, _STORE = "Gateway.gateway.networking.k8s.io", "SecretStore.external-secrets.io ClusterSecretStore.external-secrets.io"
_FLUX = "source.toolkit.fluxcd.io"
_GATEWAY_ROUTES = " ".join(
    f"{kind}.gateway.networking.k8s.io" for kind in ("HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute")
)
_SERVE = "ServingRuntime.serving.kserve.io ClusterServingRuntime.serving.kserve.io"
_TARGETS = Name("spec.targetRefs[]", _R.PROTECTS, _GATEWAY)
_TARGET = Name("spec.targetRef", _R.PROTECTS, _GATEWAY)
_SOURCE_SECRETS = (Name("spec.secretRef", _R.CONFIGURES, "Secret"), Name("spec.certSecretRef", _R.CONFIGURES, "Secret"))
_SINK = Name("spec.sink.ref", _R.CONNECTS_TO, "Service.serving.knative.dev Service")

NAMES: dict[str, tuple[Name, ...]] = {
    # routes
    _GATEWAY_ROUTES: (
        Name("spec.parentRefs[]", _R.ROUTES_TO, _GATEWAY, port="port", reverse=True),
        Name("spec.rules[].backendRefs[]", _R.ROUTES_TO, "Service", port="port"),
        Name("spec.rules[].filters[].requestMirror.backendRef", _R.ROUTES_TO, "Service", port="port"),
    ),
    "ListenerSet.gateway.networking.k8s.io": (Name("spec.parentRef", _R.ROUTES_TO, _GATEWAY, reverse=True),),
    _GATEWAY: (
        Name("spec.listeners[].tls.certificateRefs[]", _R.CONFIGURES, "Secret"),
        Name("spec.infrastructure.parametersRef", _R.CONFIGURES, "ConfigMap"),
    ),
    "BackendTLSPolicy.gateway.networking.k8s.io SecurityPolicy.gateway.envoyproxy.io BackendTrafficPolicy.gateway.envoyproxy.io "
    "ClientTrafficPolicy.gateway.envoyproxy.io EnvoyExtensionPolicy.gateway.envoyproxy.io EnvoyPatchPolicy.gateway.envoyproxy.io "
    "HTTPRouteFilter.gateway.envoyproxy.io AuthorizationPolicy.security.istio.io": (_TARGETS, _TARGET),
    "VirtualService.networking.istio.io": (
        Name("spec.gateways[]", _R.ROUTES_TO, "Gateway.networking.istio.io", "", reverse=True, ignore="mesh"),
    ),
    "Gateway.networking.istio.io": (Name("spec.servers[].tls.credentialName", _R.CONFIGURES, "Secret", "", optional=True),),
    "IngressRoute.traefik.io IngressRouteTCP.traefik.io IngressRouteUDP.traefik.io": (
        Name("spec.routes[].services[]", _R.ROUTES_TO, "Service TraefikService.traefik.io", port="port"),
        Name("spec.routes[].middlewares[]", _R.CONFIGURES, "Middleware.traefik.io MiddlewareTCP.traefik.io"),
        Name("spec.tls", _R.CONFIGURES, "Secret", "secretName"),
    ),
    "IngressRoute.traefik.containo.us IngressRouteTCP.traefik.containo.us IngressRouteUDP.traefik.containo.us": (
        Name("spec.routes[].services[]", _R.ROUTES_TO, "Service TraefikService.traefik.containo.us", port="port"),
        Name("spec.routes[].middlewares[]", _R.CONFIGURES, "Middleware.traefik.containo.us"),
        Name("spec.tls", _R.CONFIGURES, "Secret", "secretName"),
    ),
    "TraefikService.traefik.io TraefikService.traefik.containo.us": (
        Name("spec.weighted.services[]", _R.ROUTES_TO, "Service", port="port"),
        Name("spec.mirroring", _R.ROUTES_TO, "Service", port="port"),
        Name("spec.mirroring.mirrors[]", _R.ROUTES_TO, "Service", port="port"),
    ),
    "HTTPProxy.projectcontour.io": (
        Name("spec.routes[].services[]", _R.ROUTES_TO, "Service", port="port"),
        Name("spec.tcpproxy.services[]", _R.ROUTES_TO, "Service", port="port"),
        Name("spec.includes[]", _R.ROUTES_TO, "HTTPProxy.projectcontour.io"),
        Name("spec.virtualhost.tls", _R.CONFIGURES, "Secret", "secretName"),
    ),
    "Route.route.openshift.io": (
        Name("spec.to", _R.ROUTES_TO, "Service"),
        Name("spec.alternateBackends[]", _R.ROUTES_TO, "Service"),
    ),
    "VirtualServer.k8s.nginx.org": (
        Name("spec.upstreams[]", _R.ROUTES_TO, "Service", "service", port="port"),
        Name("spec.tls", _R.CONFIGURES, "Secret", "secret"),
    ),
    "AIGatewayRoute.aigateway.envoyproxy.io": (
        Name("spec.parentRefs[]", _R.ROUTES_TO, _GATEWAY, reverse=True),
        Name("spec.rules[].backendRefs[]", _R.ROUTES_TO, "AIServiceBackend.aigateway.envoyproxy.io"),
    ),
    "AIServiceBackend.aigateway.envoyproxy.io": (
        Name("spec.backendRef", _R.ROUTES_TO, "Backend.gateway.envoyproxy.io", port="port"),
    ),
    "InferencePool.inference.networking.k8s.io InferencePool.inference.networking.x-k8s.io": (
        Name("spec.extensionRef", _R.ROUTES_TO, "Service"),
        Name("spec.endpointPickerRef", _R.ROUTES_TO, "Service"),
    ),
    "InferenceGraph.serving.kserve.io": (
        Name("spec.nodes.*.steps[]", _R.ROUTES_TO, "InferenceService.serving.kserve.io", "serviceName"),
    ),
    "Trigger.eventing.knative.dev": (
        Name("spec.broker", _R.ROUTES_TO, "Broker.eventing.knative.dev", "", reverse=True),
        Name("spec.subscriber.ref", _R.ROUTES_TO, "Service.serving.knative.dev Service"),
    ),
    "Subscription.messaging.knative.dev": (
        Name("spec.channel", _R.ROUTES_TO, "Channel.messaging.knative.dev", reverse=True),
        Name("spec.subscriber.ref", _R.ROUTES_TO, "Service.serving.knative.dev Service"),
    ),
    "DomainMapping.serving.knative.dev": (Name("spec.ref", _R.ROUTES_TO, "Service.serving.knative.dev"),),
    "KafkaSource.sources.knative.dev PingSource.sources.knative.dev ApiServerSource.sources.knative.dev "
    "ContainerSource.sources.knative.dev SinkBinding.sources.knative.dev": (_SINK,),
    # scaling
    "VerticalPodAutoscaler.autoscaling.k8s.io": (Name("spec.targetRef", _R.SCALES, "Deployment"),),
    "ScaledObject.keda.sh": (
        Name("spec.scaleTargetRef", _R.SCALES, "Deployment"),
        Name("spec.triggers[].authenticationRef", _R.CONFIGURES, "TriggerAuthentication.keda.sh"),
    ),
    "HTTPScaledObject.http.keda.sh": (
        Name("spec.scaleTargetRef", _R.SCALES, "Deployment"),
        Name("spec.scaleTargetRef", _R.ROUTES_TO, "Service", "service", port="port"),
    ),
    "ScaledJob.keda.sh": (Name("spec.triggers[].authenticationRef", _R.CONFIGURES, "TriggerAuthentication.keda.sh"),),
    "TriggerAuthentication.keda.sh ClusterTriggerAuthentication.keda.sh": (
        Name("spec.secretTargetRef[]", _R.CONFIGURES, "Secret"),
        Name("spec.configMapTargetRef[]", _R.CONFIGURES, "ConfigMap"),
    ),
    "Rollout.argoproj.io": (Name("spec.workloadRef", _R.OWNS, "Deployment"),),
    # storage
    "VolumeSnapshot.snapshot.storage.k8s.io": (
        Name("spec.source.persistentVolumeClaimName", _R.CLAIMS, "PersistentVolumeClaim", ""),
        Name("spec.volumeSnapshotClassName", _R.CLAIMS, "VolumeSnapshotClass.snapshot.storage.k8s.io", ""),
    ),
    # identity
    # secrets and certificates
    "ExternalSecret.external-secrets.io": (
        Name("spec.secretStoreRef", _R.CONFIGURES, _STORE),
        Name("spec.data[].sourceRef.storeRef", _R.CONFIGURES, _STORE),
        Name("spec.dataFrom[].sourceRef.storeRef", _R.CONFIGURES, _STORE),
    ),
    "ClusterExternalSecret.external-secrets.io": (Name("spec.externalSecretSpec.secretStoreRef", _R.CONFIGURES, _STORE),),
    "PushSecret.external-secrets.io": (
        Name("spec.secretStoreRefs[]", _R.CONFIGURES, _STORE),
        Name("spec.selector.secret", _R.CONFIGURES, "Secret"),
    ),
    "Certificate.cert-manager.io": (
        Name("spec.issuerRef", _R.CONFIGURES, "Issuer.cert-manager.io ClusterIssuer.cert-manager.io"),
    ),
    "Issuer.cert-manager.io ClusterIssuer.cert-manager.io": (
        Name("spec.ca", _R.CONFIGURES, "Secret", "secretName"),
        Name("spec.acme.privateKeySecretRef", _R.CONFIGURES, "Secret", optional=True),
    ),
    # serving
    "InferenceService.serving.kserve.io": (
        Name("spec.predictor.*.runtime", _R.CONFIGURES, _SERVE, ""),
        Name("spec.predictor.*.storage", _R.CONFIGURES, "Secret", "key", optional=True),
    ),
    "LLMInferenceService.serving.kserve.io LLMInferenceServiceConfig.serving.kserve.io": (
        Name("spec.baseRefs[]", _R.CONFIGURES, "LLMInferenceServiceConfig.serving.kserve.io"),
        Name("spec.router.gateway.refs[]", _R.ROUTES_TO, _GATEWAY, reverse=True),
    ),
    "TrainedModel.serving.kserve.io": (
        Name("spec.inferenceService", _R.SERVES, "InferenceService.serving.kserve.io", "", reverse=True),
    ),
    "SeldonDeployment.machinelearning.seldon.io": (
        Name("spec.predictors[].graph.envSecretRefName", _R.CONFIGURES, "Secret", ""),
        Name("spec.predictors[].graph.serviceAccountName", _R.RUNS_AS, "ServiceAccount", ""),
    ),
    "NIMService.apps.nvidia.com": (
        Name("spec.authSecret", _R.CONFIGURES, "Secret", ""),
        Name("spec.storage.nimCache", _R.MOUNTS, "NIMCache.apps.nvidia.com"),
        Name("spec.storage.pvc", _R.MOUNTS, "PersistentVolumeClaim"),
    ),
    "GMConnector.gmc.opea.io": (
        Name("spec.nodes.*.steps[].internalService", _R.CONNECTS_TO, "Service", "serviceName", optional=True),
    ),
    # training, queues, pipelines
    "TrainJob.trainer.kubeflow.org": (
        Name(
            "spec.runtimeRef",
            _R.CONFIGURES,
            "ClusterTrainingRuntime.trainer.kubeflow.org TrainingRuntime.trainer.kubeflow.org",
        ),
    ),
    "RayJob.ray.io": (Name("spec.clusterSelector", _R.CONNECTS_TO, "RayCluster.ray.io", '"ray.io/cluster"'),),
    "LocalQueue.kueue.x-k8s.io": (Name("spec.clusterQueue", _R.CLAIMS, "ClusterQueue.kueue.x-k8s.io", ""),),
    "ClusterQueue.kueue.x-k8s.io": (Name("spec.resourceGroups[].flavors[]", _R.CLAIMS, "ResourceFlavor.kueue.x-k8s.io"),),
    "Workflow.argoproj.io CronWorkflow.argoproj.io": (
        Name("spec.workflowTemplateRef", _R.CALLS, "WorkflowTemplate.argoproj.io"),
        Name("spec.workflowSpec.workflowTemplateRef", _R.CALLS, "WorkflowTemplate.argoproj.io"),
    ),
    "PipelineRun.tekton.dev": (Name("spec.pipelineRef", _R.CALLS, "Pipeline.tekton.dev"),),
    "Pipeline.tekton.dev": (Name("spec.tasks[].taskRef", _R.CALLS, "Task.tekton.dev"),),
    "TaskRun.tekton.dev": (Name("spec.taskRef", _R.CALLS, "Task.tekton.dev"),),
    # data stores
    "Pooler.postgresql.cnpg.io": (Name("spec.cluster", _R.CONNECTS_TO, "Cluster.postgresql.cnpg.io"),),
    "Database.postgresql.cnpg.io ScheduledBackup.postgresql.cnpg.io Backup.postgresql.cnpg.io": (
        Name("spec.cluster", _R.OWNS, "Cluster.postgresql.cnpg.io", reverse=True),
    ),
    "KafkaTopic.kafka.strimzi.io KafkaUser.kafka.strimzi.io KafkaNodePool.kafka.strimzi.io": (
        Name("metadata.labels", _R.OWNS, "Kafka.kafka.strimzi.io", '"strimzi.io/cluster"', reverse=True),
    ),
    "KafkaConnector.kafka.strimzi.io": (
        Name("metadata.labels", _R.OWNS, "KafkaConnect.kafka.strimzi.io", '"strimzi.io/cluster"', reverse=True),
    ),
    "Prometheus.monitoring.coreos.com": (
        Name("spec.alerting.alertmanagers[]", _R.CONNECTS_TO, "Service", port="port"),
        Name("spec.additionalScrapeConfigs", _R.CONFIGURES, "Secret"),
    ),
    # delivery
    "Kustomization.kustomize.toolkit.fluxcd.io": (
        Name("spec.dependsOn[]", _R.DEPENDS_ON, "Kustomization.kustomize.toolkit.fluxcd.io"),
        Name("spec.sourceRef", _R.SOURCES, f"GitRepository.{_FLUX}"),
        Name("spec.postBuild.substituteFrom[]", _R.CONFIGURES, "ConfigMap"),
        Name("spec.decryption.secretRef", _R.CONFIGURES, "Secret"),
    ),
    "HelmRelease.helm.toolkit.fluxcd.io": (
        Name("spec.dependsOn[]", _R.DEPENDS_ON, "HelmRelease.helm.toolkit.fluxcd.io"),
        Name("spec.chart.spec.sourceRef", _R.SOURCES, f"HelmRepository.{_FLUX}"),
        Name("spec.chartRef", _R.SOURCES, f"OCIRepository.{_FLUX}"),
        Name("spec.valuesFrom[]", _R.CONFIGURES, "ConfigMap"),
    ),
    f"GitRepository.{_FLUX} OCIRepository.{_FLUX} HelmRepository.{_FLUX} Bucket.{_FLUX}": _SOURCE_SECRETS,
}

LABELS: dict[str, tuple[Labels, ...]] = {
    "InferencePool.inference.networking.x-k8s.io": (Labels("spec.selector", _R.SELECTS, EntityKind.WORKLOAD, bare=True),),
    "InferencePool.inference.networking.k8s.io": (Labels("spec.selector", _R.SELECTS, EntityKind.WORKLOAD),),
    "CiliumNetworkPolicy.cilium.io": (Labels("spec.endpointSelector", _R.PROTECTS, EntityKind.WORKLOAD),),
    "AuthorizationPolicy.security.istio.io PeerAuthentication.security.istio.io RequestAuthentication.security.istio.io": (
        Labels("spec.selector", _R.PROTECTS, EntityKind.WORKLOAD),
    ),
    "Gateway.networking.istio.io": (Labels("spec.selector", _R.SELECTS, EntityKind.WORKLOAD, bare=True, anywhere=True),),
    "ServiceMonitor.monitoring.coreos.com": (
        Labels("spec.selector", _R.SELECTS, EntityKind.SERVICE, namespaces="spec.namespaceSelector"),
    ),
    "PodMonitor.monitoring.coreos.com": (
        Labels("spec.selector", _R.SELECTS, EntityKind.WORKLOAD, namespaces="spec.namespaceSelector"),
    ),
    "ModelAdapter.model.aibrix.ai": (Labels("spec.podSelector", _R.SERVES, EntityKind.WORKLOAD, reverse=True),),
    "PodDefault.kubeflow.org": (Labels("spec.selector", _R.SELECTS, EntityKind.WORKLOAD),),
}

TEXTS: dict[str, tuple[Text, ...]] = {
    "VirtualService.networking.istio.io": (
        Text("spec.http[].route[].destination", _R.ROUTES_TO, host="host", port="port.number"),
        Text("spec.tcp[].route[].destination", _R.ROUTES_TO, host="host", port="port.number"),
        Text("spec.tls[].route[].destination", _R.ROUTES_TO, host="host", port="port.number"),
        Text("spec.http[].mirror", _R.ROUTES_TO, host="host", port="port.number"),
    ),
    "DestinationRule.networking.istio.io": (Text("spec.host", _R.PROTECTS),),
    "ServiceEntry.networking.istio.io": (Text("spec.hosts[]", _R.CONNECTS_TO),),
    "Backend.gateway.envoyproxy.io": (Text("spec.endpoints[].fqdn", _R.CONNECTS_TO, host="hostname", port="port"),),
    "ScaledObject.keda.sh ScaledJob.keda.sh": (
        Text("spec.triggers[].metadata.serverAddress", _R.CONNECTS_TO),
        Text("spec.triggers[].metadata.bootstrapServers", _R.CONNECTS_TO),
        Text("spec.triggers[].metadata.address", _R.CONNECTS_TO),
        Text("spec.triggers[].metadata.queueURL", _R.CONNECTS_TO),
    ),
    "Prometheus.monitoring.coreos.com PrometheusAgent.monitoring.coreos.com": (
        Text("spec.remoteWrite[].url", _R.CONNECTS_TO),
        Text("spec.remoteRead[].url", _R.CONNECTS_TO),
    ),
    "Probe.monitoring.coreos.com": (
        Text("spec.prober.url", _R.CONNECTS_TO),
        Text("spec.targets.staticConfig.static[]", _R.CONNECTS_TO),
    ),
    "GrafanaDatasource.grafana.integreatly.org": (Text("spec.datasource.url", _R.CONNECTS_TO),),
    "SecretStore.external-secrets.io ClusterSecretStore.external-secrets.io": (
        Text("spec.provider.vault.server", _R.CONNECTS_TO),
        Text("spec.provider.azurekv.vaultUrl", _R.CONNECTS_TO),
        Text("spec.provider.onepassword.connectHost", _R.CONNECTS_TO),
    ),
    "Issuer.cert-manager.io ClusterIssuer.cert-manager.io": (
        Text("spec.acme.server", _R.CONNECTS_TO),
        Text("spec.vault.server", _R.CONNECTS_TO),
    ),
    "InferenceService.serving.kserve.io InferenceService.serving.kubeflow.org": (
        Text("spec.predictor.*.storageUri", _R.READS),
        Text("spec.transformer.*.storageUri", _R.READS),
        Text("spec.default.predictor.*.storageUri", _R.READS),
        Text("spec.predictor.*.storageUris[].uri", _R.READS),
    ),
    "LLMInferenceService.serving.kserve.io": (Text("spec.model.uri", _R.READS),),
    "InferenceGraph.serving.kserve.io": (Text("spec.nodes.*.steps[].serviceUrl", _R.ROUTES_TO),),
    "TrainedModel.serving.kserve.io": (Text("spec.model.storageUri", _R.READS),),
    "ModelAdapter.model.aibrix.ai": (Text("spec.artifactURL", _R.READS),),
    "SeldonDeployment.machinelearning.seldon.io": (Text("spec.predictors[].graph.modelUri", _R.READS),),
    "Tensorboard.tensorboard.kubeflow.org": (Text("spec.logspath", _R.READS),),
    "TrainJob.trainer.kubeflow.org": (
        Text("spec.initializer.dataset.storageUri", _R.READS),
        Text("spec.initializer.model.storageUri", _R.READS),
    ),
    "SparkApplication.sparkoperator.k8s.io": (
        Text("spec.mainApplicationFile", _R.READS),
        Text("spec.arguments[]", _R.CONNECTS_TO),
    ),
    "Dataset.data.fluid.io": (Text("spec.mounts[].mountPoint", _R.READS),),
    "Cluster.postgresql.cnpg.io": (
        Text("spec.backup.barmanObjectStore.destinationPath", _R.WRITES),
        Text("spec.externalClusters[].connectionParameters.host", _R.CONNECTS_TO),
    ),
    "KafkaConnect.kafka.strimzi.io KafkaBridge.kafka.strimzi.io": (Text("spec.bootstrapServers", _R.CONNECTS_TO),),
    "KafkaSource.sources.knative.dev": (Text("spec.bootstrapServers[]", _R.CONNECTS_TO),),
    "FlinkDeployment.flink.apache.org": (Text("spec.job.jarURI", _R.READS),),
    "GMConnector.gmc.opea.io": (Text("spec.nodes.*.steps[].externalService", _R.CONNECTS_TO, host="serviceUrl"),),
    # delivery
    "Kustomization.kustomize.toolkit.fluxcd.io": (Text("spec.path", _R.SOURCES, "path"),),
    "HelmRelease.helm.toolkit.fluxcd.io": (Text("spec.chart.spec.chart", _R.SOURCES, "chart"),),
    "Application.argoproj.io": (
        Text("spec.source.path", _R.SOURCES, "path"),
        Text("spec.sources[].path", _R.SOURCES, "path"),
        Text("spec.source.chart", _R.SOURCES, "chart"),
        Text("spec.sources[].chart", _R.SOURCES, "chart"),
        Text("spec.source.repoURL", _R.SOURCES, "repository"),
        Text("spec.sources[].repoURL", _R.SOURCES, "repository"),
    ),
    f"GitRepository.{_FLUX} OCIRepository.{_FLUX} HelmRepository.{_FLUX}": (Text("spec.url", _R.SOURCES, "repository"),),
    f"Bucket.{_FLUX}": (Text("spec.endpoint", _R.CONNECTS_TO),),
}

IMAGES: dict[str, tuple[str, ...]] = {
    "Cluster.postgresql.cnpg.io": ("spec.imageName",),
    "FlinkDeployment.flink.apache.org": ("spec.image",),
    "ModelAdapter.model.aibrix.ai": ("spec.image",),
    "Tensorboard.tensorboard.kubeflow.org": ("spec.image",),
}

MADE: dict[str, tuple[Made, ...]] = {
    "Certificate.cert-manager.io": (Made("v1/Secret", path="spec.secretName"),),
    "ExternalSecret.external-secrets.io": (Made("v1/Secret", path="spec.target.name"),),
    "SealedSecret.bitnami.com": (Made("v1/Secret", path="spec.template.metadata.name"),),
    "VaultStaticSecret.secrets.hashicorp.com": (Made("v1/Secret", path="spec.destination.name"),),
    "OnePasswordItem.onepassword.com": (Made("v1/Secret"),),
    "KafkaUser.kafka.strimzi.io": (Made("v1/Secret"),),
    "InferenceService.serving.kserve.io": (
        Made("v1/Service"),
        Made("v1/Service", "{name}-predictor", when="spec.predictor"),
        Made("v1/Service", "{name}-transformer", when="spec.transformer"),
    ),
    "LLMInferenceService.serving.kserve.io": (Made("v1/Service", "{name}-kserve-workload-svc"),),
    "Notebook.kubeflow.org NIMService.apps.nvidia.com RabbitmqCluster.rabbitmq.com "
    "Dragonfly.dragonflydb.io MariaDB.k8s.mariadb.com Workspace.kaito.sh Tensorboard.tensorboard.kubeflow.org "
    "Pooler.postgresql.cnpg.io LeaderWorkerSet.leaderworkerset.x-k8s.io": (Made("v1/Service"),),
    "RayCluster.ray.io": (Made("v1/Service", "{name}-head-svc"),),
    "RayService.ray.io": (Made("v1/Service", "{name}-head-svc"), Made("v1/Service", "{name}-serve-svc")),
    "PyTorchJob.kubeflow.org": (Made("v1/Service", "{name}-master-0"),),
    "Cluster.postgresql.cnpg.io": (
        Made("v1/Service", "{name}-rw"),
        Made("v1/Service", "{name}-ro"),
        Made("v1/Service", "{name}-r"),
        Made("v1/Secret", "{name}-app"),
    ),
    "Kafka.kafka.strimzi.io": (Made("v1/Service", "{name}-kafka-bootstrap"),),
    "KafkaConnect.kafka.strimzi.io": (Made("v1/Service", "{name}-connect-api"),),
    "Elasticsearch.elasticsearch.k8s.elastic.co": (
        Made("v1/Service", "{name}-es-http"),
        Made("v1/Secret", "{name}-es-elastic-user"),
    ),
    "Kibana.kibana.k8s.elastic.co": (Made("v1/Service", "{name}-kb-http"),),
    "Milvus.milvus.io": (Made("v1/Service", "{name}-milvus"),),
    "MongoDBCommunity.mongodbcommunity.mongodb.com": (Made("v1/Service", "{name}-svc"),),
    "Prometheus.monitoring.coreos.com": (Made("v1/Service", "prometheus-operated"),),
    "Alertmanager.monitoring.coreos.com": (Made("v1/Service", "alertmanager-operated"),),
    "Grafana.grafana.integreatly.org": (Made("v1/Service", "{name}-service"),),
    "OpenTelemetryCollector.opentelemetry.io": (Made("v1/Service", "{name}-collector"),),
    "Keycloak.k8s.keycloak.org": (Made("v1/Service", "{name}-service"),),
    "FeatureStore.feast.dev": (
        Made("v1/Service", "feast-{name}-online"),
        Made("v1/Service", "feast-{name}-offline", when="spec.services.offlineStore"),
        Made("v1/Service", "feast-{name}-registry", when="spec.services.registry.local.server"),
    ),
}

VALUES: dict[str, tuple[str, ...]] = {
    "HelmRelease.helm.toolkit.fluxcd.io": ("spec.values",),
    "Application.argoproj.io": (
        "spec.source.helm.valuesObject",
        "spec.sources[].helm.valuesObject",
        "spec.source.helm.values",
        "spec.sources[].helm.values",
        "spec.source.helm.parameters",
        "spec.sources[].helm.parameters",
    ),
}
"""Where a custom resource says the values of a chart: a mapping, a list of names with values, or YAML in a text."""
