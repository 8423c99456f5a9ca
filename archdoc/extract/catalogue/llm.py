"""Language models, and what stands before them: NIM, the vLLM stack, AIBrix, KAITO, KubeAI, Dynamo, inference gateways, agents.

Sources: the CRDs of NVIDIA/k8s-nim-operator, vllm-project/{production-stack,aibrix}, kaito-project/kaito,
ai-dynamo/dynamo, kubernetes-sigs/gateway-api-inference-extension, envoyproxy/ai-gateway, kagent, opea-project/GenAIInfra.
"""

from __future__ import annotations

from archdoc.extract._rows import Kind, Labels, Made, Name, Text, each, plain
from archdoc.model import EntityKind, RelationKind

_R = RelationKind
_W, _C, _SERVICE, _MODEL = EntityKind.WORKLOAD, EntityKind.CONFIG, EntityKind.SERVICE, EntityKind.MODEL
_TO = RelationKind.ROUTES_TO
_POOL = "InferencePool.inference.networking.k8s.io"
_POOL_OLD = "InferencePool.inference.networking.x-k8s.io"
_STACK, _AIBRIX, _NIM, _KAGENT, _AI = (
    "production-stack.vllm.ai",
    "orchestration.aibrix.ai",
    "apps.nvidia.com",
    "kagent.dev",
    "aigateway.envoyproxy.io",
)
_RAY = ("ray.io/is-ray-node=yes", "app.kubernetes.io/name=kuberay", "app.kubernetes.io/created-by=kuberay-operator")
_FLEET = ("spec.template.spec.headGroupSpec.template", "spec.template.spec.workerGroupSpecs[].template")
_POOL_NAMES = (Name("spec.extensionRef", _TO, "Service"), Name("spec.endpointPickerRef", _TO, "Service"))
_NIM_SOURCES = ("ngc", "hf", "dataStore")


def _nim(spec: str) -> tuple[Name, ...]:
    """What the spec of a NIM service at a path mentions."""
    return (
        Name(f"{spec}.authSecret", _R.CONFIGURES, "Secret", ""),
        Name(f"{spec}.image.pullSecrets[]", _R.CONFIGURES, "Secret", ""),
        Name(f"{spec}.storage.nimCache", _R.MOUNTS, f"NIMCache.{_NIM}"),
        Name(f"{spec}.storage.pvc", _R.MOUNTS, "PersistentVolumeClaim"),
    )


_NEMO = Kind(
    _W,
    containers=("spec",),
    labels=("app={name}",),
    names=(
        Name("spec.databaseConfig.credentials", _R.CONFIGURES, "Secret", "secretName"),
        Name("spec.wandb", _R.CONFIGURES, "Secret", "secretName"),
        Name("spec.image.pullSecrets[]", _R.CONFIGURES, "Secret", ""),
        Name("spec.modelDownloadJobs.ngcAPISecret", _R.CONFIGURES, "Secret"),
        Name("spec.modelConfig", _R.CONFIGURES, "ConfigMap"),
        Name("spec.trainingConfig.configMap", _R.CONFIGURES, "ConfigMap"),
        Name("spec.configStore.configMap", _R.CONFIGURES, "ConfigMap"),
    ),
    texts=(
        Text("spec.databaseConfig", _R.CONNECTS_TO, host="host", port="port"),
        Text("spec.datastore.endpoint", _R.CONNECTS_TO),
        Text("spec.entitystore.endpoint", _R.CONNECTS_TO),
        Text("spec.mlflow.endpoint", _R.TRACKS),
        Text("spec.argoWorkflows.endpoint", _R.CONNECTS_TO),
        Text("spec.vectorDB.endpoint", _R.CONNECTS_TO),
        Text("spec.nimEndpoint.baseURL", _R.CONNECTS_TO),
        Text("spec.otel.exporterOtlpEndpoint", _R.CONNECTS_TO),
    ),
    images=(
        "spec.evaluationImages.*",
        "spec.modelDownloadJobs.image",
        "spec.nemoDatastoreTools.image",
        "spec.trainingConfig.image",
    ),
    made=(Made("v1/Service"),),
)
_AGENT = Kind(
    _W,
    names=(
        Name("spec.modelConfig", _R.CONFIGURES, f"ModelConfig.{_KAGENT}", ""),
        Name("spec.declarative.modelConfig", _R.CONFIGURES, f"ModelConfig.{_KAGENT}", ""),
        Name("spec.declarative.tools[].mcpServer", _R.CONNECTS_TO, f"RemoteMCPServer.{_KAGENT}"),
        Name("spec.declarative.tools[].agent", _R.CONNECTS_TO, f"Agent.{_KAGENT}"),
        Name("spec.tools[].mcpServer", _R.CONNECTS_TO, f"ToolServer.{_KAGENT}", "toolServer"),
        Name("spec.tools[].agent", _R.CONNECTS_TO, f"Agent.{_KAGENT}", "ref"),
    ),
    containers=("spec.byo", "spec.byo.deployment", "spec.declarative.deployment"),
)

KINDS: dict[str, Kind] = {
    # NVIDIA NIM and NeMo
    f"NIMService.{_NIM}": Kind(
        _W,
        containers=("spec",),
        labels=("app={name}",),
        names=_nim("spec"),
        made=(Made("v1/Service"),),
    ),
    f"NIMCache.{_NIM}": Kind(
        _MODEL,
        names=(
            *(
                Name(f"spec.source.{source}.{field}", _R.CONFIGURES, "Secret", "")
                for source in _NIM_SOURCES
                for field in ("authSecret", "pullSecret")
            ),
            Name("spec.storage.pvc", _R.MOUNTS, "PersistentVolumeClaim"),
            Name("spec.storage.pvc.storageClass", _R.CLAIMS, "StorageClass", "", optional=True),
        ),
        texts=(
            Text("spec.source.hf.endpoint", _R.READS),
            Text("spec.source.dataStore.endpoint", _R.READS),
        ),
        images=tuple(f"spec.source.{source}.modelPuller" for source in _NIM_SOURCES),
    ),
    f"NIMPipeline.{_NIM}": Kind(
        _W,  # several NIM services as one
        containers=("spec.services[].spec",),
        names=(Name("spec.services[]", _R.OWNS, f"NIMService.{_NIM}", optional=True), *_nim("spec.services[].spec")),
        made=(Made("v1/Service", "", "spec.services[].name"),),
    ),
    f"NIMBuild.{_NIM}": Kind(
        EntityKind.PIPELINE, names=(Name("spec.nimCache", _R.READS, f"NIMCache.{_NIM}"),), images=("spec.image",)
    ),
    **{f"Nemo{one}.{_NIM}": _NEMO for one in ("Customizer", "Datastore", "Entitystore", "Evaluator", "Guardrail")},
    # the vLLM production stack
    f"VLLMRuntime.{_STACK}": Kind(
        _W,
        labels=("app={name}",),
        own_labels=True,
        names=(
            Name("spec.model.hfTokenSecret", _R.CONFIGURES, "Secret", "hfTokenSecretName"),
            Name("spec.deploymentConfig.image", _R.CONFIGURES, "Secret", "pullSecretName"),
        ),
        texts=(
            Text("spec.model.modelURL", _R.READS, "model"),
            Text("spec.lmCacheConfig.remoteUrl", _R.CONNECTS_TO),
            Text("spec.autoscalingConfig.triggers.prometheusAddress", _R.CONNECTS_TO),
        ),
        images=("spec.deploymentConfig.image", "spec.deploymentConfig.sidecarConfig.image"),
        made=(Made("v1/Service"),),
    ),
    f"VLLMRouter.{_STACK}": Kind(
        _W,
        labels=("app={name}",),
        own_labels=True,
        names=(
            Name("spec.serviceAccountName", _R.RUNS_AS, "ServiceAccount", ""),
            Name("spec.vllmApiKeySecret", _R.CONFIGURES, "Secret"),
            Name("spec.image", _R.CONFIGURES, "Secret", "pullSecretName"),
        ),
        selectors=(Labels("spec.k8sLabelSelector", _R.CONNECTS_TO, _W, key=""),),
        texts=(Text("spec.staticBackends", _R.CONNECTS_TO),),
        images=("spec.image",),
        made=(Made("v1/Service"),),
    ),
    f"CacheServer.{_STACK}": Kind(
        _W,
        labels=("app={name}",),
        names=(Name("spec.image", _R.CONFIGURES, "Secret", "pullSecretName"),),
        images=("spec.image",),
        made=(Made("v1/Service"),),
    ),
    f"LoraAdapter.{_STACK}": Kind(
        _MODEL,
        names=(
            Name("spec.adapterSource.credentialsSecretRef", _R.CONFIGURES, "Secret"),
            Name("spec.vllmApiKey", _R.CONFIGURES, "Secret", "secretName"),
        ),
        selectors=(Labels("spec.baseModel", _R.SERVES, _W, anywhere=True, reverse=True, key="model", optional=True),),
        texts=(Text("spec.adapterSource.repository", _R.READS, "model"),),
    ),
    # AIBrix
    f"StormService.{_AIBRIX}": Kind(_W, ("spec.template.spec.roles[].template",), labels=("storm-service-name={name}",)),
    f"RoleSet.{_AIBRIX}": Kind(_W, ("spec.roles[].template",), labels=("roleset-name={name}",)),
    f"PodSet.{_AIBRIX}": Kind(_W, ("spec.template",)),
    **each(
        f"RayClusterFleet.{_AIBRIX} RayClusterReplicaSet.{_AIBRIX}",
        Kind(_W, _FLEET, labels=("ray.io/node-type=head|worker", *_RAY)),
    ),
    f"KVCache.{_AIBRIX}": Kind(
        _W,
        containers=("spec.*",),
        labels=("kvcache.orchestration.aibrix.ai/name={name}",),
        made=(
            Made("v1/Service", "{name}-redis", when="spec.metadata.redis.runtime"),
            *(Made("v1/Service", f"{{name}}-{what}", when="spec.metadata.etcd.runtime") for what in ("etcd-service", "rpc")),
        ),
    ),
    "ModelAdapter.model.aibrix.ai": Kind(
        _MODEL,
        selectors=(Labels("spec.podSelector", _R.SERVES, EntityKind.WORKLOAD, reverse=True),),
        texts=(Text("spec.artifactURL", _R.READS),),
    ),
    "ModelClaim.model.aibrix.ai": Kind(_MODEL, texts=(Text("spec.artifactURL", _R.READS),)),
    "PodAutoscaler.autoscaling.aibrix.ai": Kind(
        EntityKind.AUTOSCALER,
        names=(Name("spec.scaleTargetRef", _R.SCALES, "Deployment"),),
        texts=(Text("spec.metricsSources[].endpoint", _R.CONNECTS_TO),),
    ),
    # KAITO: these say their fields at the top
    "Workspace.kaito.sh": Kind(
        _W,
        ("inference.template",),
        labels=("kaito.sh/workspace={name}",),
        names=(
            Name("inference.config", _R.CONFIGURES, "ConfigMap", ""),
            Name("tuning.config", _R.CONFIGURES, "ConfigMap", ""),
            Name("tuning.output", _R.CONFIGURES, "Secret", "imagePushSecret"),
        ),
        texts=(Text("tuning.input.urls[]", _R.READS),),
        images=("inference.adapters[].source.image", "tuning.input.image"),
        made=(Made("v1/Service"),),
    ),
    "InferenceSet.kaito.sh": Kind(_W, names=(Name("spec.template.inference.config", _R.CONFIGURES, "ConfigMap", ""),)),
    "RAGEngine.kaito.sh": Kind(
        _W,
        names=(Name("spec.inferenceService.accessSecret", _R.CONFIGURES, "Secret", ""),),
        texts=(
            Text("spec.inferenceService.url", _R.CONNECTS_TO),
            Text("spec.embedding.remote.url", _R.CONNECTS_TO),
            Text("spec.storage.vectorDB.url", _R.CONNECTS_TO),
        ),
        made=(Made("v1/Service"),),
    ),
    # others
    "Model.kubeai.org": Kind(
        _W,
        labels=(
            "app=model",
            "model={name}",
            "app.kubernetes.io/name={spec.engine}",
            "app.kubernetes.io/instance={spec.engine}-{name}",
            "app.kubernetes.io/managed-by=kubeai",
        ),
        texts=(Text("spec.url", _R.READS), Text("spec.adapters[].url", _R.READS)),
        images=("spec.image",),
    ),
    "DynamoGraphDeployment.nvidia.com": Kind(
        _W,
        specs=("spec.services.*.extraPodSpec",),
        containers=("spec.services.*.extraPodSpec.mainContainer", "spec.services.*"),
        labels=("nvidia.com/dynamo-graph-deployment-name={name}",),
        names=(Name("spec.services.*.envFromSecret", _R.CONFIGURES, "Secret", ""),),
    ),
    # the inference extension of the Gateway API
    _POOL: Kind(_SERVICE, names=_POOL_NAMES, selectors=(Labels("spec.selector", _R.SELECTS, EntityKind.WORKLOAD),)),
    _POOL_OLD: Kind(
        _SERVICE, names=_POOL_NAMES, selectors=(Labels("spec.selector", _R.SELECTS, EntityKind.WORKLOAD, bare=True),)
    ),
    "InferencePoolImport.inference.networking.x-k8s.io": Kind(_SERVICE),
    "InferenceModel.inference.networking.x-k8s.io": Kind(
        _MODEL, names=(Name("spec.poolRef", _R.SERVES, f"{_POOL_OLD} {_POOL}", reverse=True),)
    ),
    **each(
        "InferenceObjective.inference.networking.x-k8s.io InferenceObjective.llm-d.ai InferenceModelRewrite.llm-d.ai "
        "InferenceModelRewrite.inference.networking.x-k8s.io",
        Kind(EntityKind.POLICY, names=(Name("spec.poolRef", _R.PROTECTS, f"{_POOL} {_POOL_OLD}"),)),
    ),
    # the AI gateway of Envoy
    f"AIGatewayRoute.{_AI}": Kind(
        EntityKind.ROUTE,
        names=(
            Name("spec.parentRefs[]", _TO, "Gateway.gateway.networking.k8s.io", reverse=True),
            Name("spec.targetRefs[]", _TO, "Gateway.gateway.networking.k8s.io", reverse=True),
            Name("spec.rules[].backendRefs[]", _TO, f"AIServiceBackend.{_AI}"),
        ),
    ),
    f"MCPRoute.{_AI}": Kind(
        EntityKind.ROUTE,
        names=(
            Name("spec.parentRefs[]", _TO, "Gateway.gateway.networking.k8s.io", reverse=True),
            Name("spec.backendRefs[]", _TO, "Service", port="port"),
        ),
    ),
    f"AIServiceBackend.{_AI}": Kind(
        _SERVICE, names=(Name("spec.backendRef", _TO, "Backend.gateway.envoyproxy.io", port="port"),)
    ),
    f"BackendSecurityPolicy.{_AI}": Kind(
        EntityKind.POLICY,
        names=(
            Name("spec.targetRefs[]", _R.PROTECTS, f"AIServiceBackend.{_AI}"),
            Name("spec.apiKey.secretRef", _R.CONFIGURES, "Secret"),
            Name("spec.awsCredentials.credentialsFile.secretRef", _R.CONFIGURES, "Secret"),
            Name("spec.azureCredentials.clientSecretRef", _R.CONFIGURES, "Secret"),
        ),
    ),
    f"QuotaPolicy.{_AI}": Kind(EntityKind.POLICY, names=(Name("spec.targetRefs[]", _R.PROTECTS, f"AIServiceBackend.{_AI}"),)),
    f"GatewayConfig.{_AI}": Kind(_C),
    # agents
    f"Agent.{_KAGENT}": _AGENT,
    f"SandboxAgent.{_KAGENT}": _AGENT,
    f"ModelConfig.{_KAGENT}": Kind(
        _C,
        names=(
            Name("spec.apiKeySecret", _R.CONFIGURES, "Secret", ""),
            Name("spec.apiKeySecretRef", _R.CONFIGURES, "Secret", ""),
        ),
        texts=(
            Text("spec.openAI.baseUrl", _R.CONNECTS_TO),
            Text("spec.anthropic.baseUrl", _R.CONNECTS_TO),
            Text("spec.ollama.host", _R.CONNECTS_TO),
            Text("spec.azureOpenAI.azureEndpoint", _R.CONNECTS_TO),
        ),
    ),
    f"RemoteMCPServer.{_KAGENT}": Kind(_SERVICE, texts=(Text("spec.url", _R.CONNECTS_TO),)),
    f"ToolServer.{_KAGENT}": Kind(
        _SERVICE,
        texts=(
            Text("spec.config.sse.url", _R.CONNECTS_TO),
            Text("spec.config.streamableHttp.url", _R.CONNECTS_TO),
        ),
    ),
    f"MCPServer.{_KAGENT}": Kind(
        _W, containers=("spec.deployment",), images=("spec.deployment.initContainer.image",), made=(Made("v1/Service"),)
    ),
    f"Memory.{_KAGENT}": Kind(
        EntityKind.DATASET,
        names=(Name("spec.apiKeySecretRef", _R.CONFIGURES, "Secret", ""),),
        texts=(Text("spec.pinecone.indexHost", _R.CONNECTS_TO),),
    ),
    "Sandbox.agents.x-k8s.io": Kind(_W, ("spec.podTemplate",)),
    "SandboxTemplate.extensions.agents.x-k8s.io": Kind(_W, ("spec.podTemplate",)),  # the pods of whoever names it
    "SandboxClaim.extensions.agents.x-k8s.io": Kind(
        _W, names=(Name("spec.sandboxTemplateRef", _R.CONFIGURES, "SandboxTemplate.extensions.agents.x-k8s.io"),)
    ),
    "SandboxWarmPool.extensions.agents.x-k8s.io": Kind(
        EntityKind.AUTOSCALER,
        names=(Name("spec.sandboxTemplateRef", _R.SCALES, "SandboxTemplate.extensions.agents.x-k8s.io"),),
    ),
    # the microservice connector of OPEA
    "GMConnector.gmc.opea.io": Kind(
        EntityKind.PIPELINE,
        names=(Name("spec.nodes.*.steps[].internalService", _R.CONNECTS_TO, "Service", "serviceName", optional=True),),
        texts=(Text("spec.nodes.*.steps[].externalService", _R.CONNECTS_TO),),
    ),
    **plain(_C, "IntelligentRoute.vllm.ai IntelligentPool.vllm.ai"),
}
