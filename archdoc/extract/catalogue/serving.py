"""Models that answer requests: KServe, ModelMesh, Seldon, BentoML, and what they are run by.

Sources: the CRDs of kserve/kserve, kserve/modelmesh-serving, SeldonIO/seldon-core (both generations), bentoml/yatai.
"""

from __future__ import annotations

from archdoc.extract._rows import Kind, Made, Name, Text, each, plain
from archdoc.model import EntityKind, RelationKind

_R = RelationKind
_W, _C = EntityKind.WORKLOAD, EntityKind.CONFIG
_ISVC, _LLM = "InferenceService.serving.kserve.io", "LLMInferenceService.serving.kserve.io"
_RUNTIMES = "ServingRuntime.serving.kserve.io ClusterServingRuntime.serving.kserve.io"
_GATEWAY = "Gateway.gateway.networking.k8s.io"
_KSERVE = ("serving.kserve.io/inferenceservice={name}", "component=predictor|transformer|explainer")
_LLM_SPECS = ("spec.template", "spec.worker", "spec.prefill.template", "spec.prefill.worker", "spec.router.scheduler.template")
_LLM_NAMES = (
    Name("spec.baseRefs[]", _R.CONFIGURES, "LLMInferenceServiceConfig.serving.kserve.io"),
    Name("spec.router.gateway.refs[]", _R.ROUTES_TO, _GATEWAY, reverse=True),
    Name("spec.router.route.http.refs[]", _R.ROUTES_TO, "HTTPRoute.gateway.networking.k8s.io", reverse=True),
    Name("spec.router.scheduler.pool.ref", _R.CONNECTS_TO, "InferencePool.inference.networking.k8s.io"),
)
_LLM_LABELS = ("app.kubernetes.io/name={name}", "app.kubernetes.io/part-of=llminferenceservice")
_LLM_TEXTS = (Text("spec.model.uri", _R.READS), Text("spec.model.lora.adapters[].uri", _R.READS))
_COMPONENTS = ("predictor", "transformer", "explainer")
_RUNTIME = Kind(_C, specs=("spec", "spec.workerSpec"))
_SELDON = "mlops.seldon.io"
_LOCAL_MODEL = Kind(
    EntityKind.MODEL,
    names=(Name("spec.nodeGroups[]", _R.CLAIMS, "LocalModelNodeGroup.serving.kserve.io", ""),),
    texts=(Text("spec.sourceModelUri", _R.READS),),
)


def _seldon_graph(depth: int) -> tuple[str, ...]:
    """The nodes of an inference graph, down to a depth: each may have children."""
    return tuple(f"spec.predictors[].graph{'.children[]' * level}" for level in range(depth))


KINDS: dict[str, Kind] = {
    # KServe
    _ISVC: Kind(
        _W,
        specs=(*(f"spec.{one}" for one in _COMPONENTS), "spec.predictor.workerSpec", "spec.default.*"),
        containers=("spec.predictor.*", "spec.explainer.*", "spec.default.*.*"),
        labels=_KSERVE,
        own_labels=True,
        names=(
            Name("spec.predictor.*.runtime", _R.CONFIGURES, _RUNTIMES, ""),
            Name("spec.predictor.*.storage", _R.CONFIGURES, "Secret", "key", optional=True),
            Name('metadata.annotations."serving.kserve.io/storageSecretName"', _R.CONFIGURES, "Secret", ""),
        ),
        texts=(
            *(
                Text(f"spec.{one}.*.storageUri", _R.READS)
                for one in ("predictor", "transformer", "explainer", "default.predictor")
            ),
            Text("spec.predictor.*.storageUris[].uri", _R.READS),
            *(Text(f"spec.{one}.logger.url", _R.CONNECTS_TO) for one in _COMPONENTS),
            Text("spec.predictor.autoScaling.metrics[].external.metric.serverAddress", _R.CONNECTS_TO),
        ),
        made=(
            Made("v1/Service"),
            Made("v1/Service", "{name}-predictor", when="spec.predictor"),
            Made("v1/Service", "{name}-transformer", when="spec.transformer"),
            Made("v1/Service", "{name}-explainer", when="spec.explainer"),
        ),
    ),
    "InferenceService.serving.kubeflow.org": Kind(
        _W,
        specs=("spec.predictor", "spec.transformer"),
        containers=("spec.predictor.*",),
        labels=_KSERVE,
        own_labels=True,
        texts=(Text("spec.predictor.*.storageUri", _R.READS), Text("spec.default.predictor.*.storageUri", _R.READS)),
    ),
    _LLM: Kind(
        _W,
        specs=_LLM_SPECS,
        labels=(*_LLM_LABELS, "kserve.io/component=workload"),
        own_labels=True,
        names=_LLM_NAMES,
        texts=_LLM_TEXTS,
        made=(
            Made("v1/Service", "{name}-kserve-workload-svc", labels=_LLM_LABELS),
            Made("inference.networking.k8s.io/v1/InferencePool", "{name}-inference-pool", when="spec.router.scheduler"),
        ),
    ),
    "LLMInferenceServiceConfig.serving.kserve.io": Kind(_C, specs=_LLM_SPECS, names=_LLM_NAMES, texts=_LLM_TEXTS),
    "ServingRuntime.serving.kserve.io": _RUNTIME,
    "ClusterServingRuntime.serving.kserve.io": _RUNTIME._replace(cluster=True),
    "ClusterStorageContainer.serving.kserve.io": Kind(_C, containers=("spec.container",), cluster=True),
    "InferenceGraph.serving.kserve.io": Kind(
        EntityKind.ROUTE,
        names=(Name("spec.nodes.*.steps[]", _R.ROUTES_TO, _ISVC, "serviceName"),),
        texts=(Text("spec.nodes.*.steps[].serviceUrl", _R.ROUTES_TO),),
        made=(Made("v1/Service"),),
    ),
    "TrainedModel.serving.kserve.io": Kind(
        EntityKind.MODEL,
        names=(Name("spec.inferenceService", _R.SERVES, _ISVC, "", reverse=True),),
        texts=(Text("spec.model.storageUri", _R.READS),),
    ),
    "LocalModelCache.serving.kserve.io": _LOCAL_MODEL._replace(cluster=True),
    "LocalModelNamespaceCache.serving.kserve.io": _LOCAL_MODEL,
    "LocalModelNodeGroup.serving.kserve.io": Kind(
        EntityKind.VOLUME,
        cluster=True,
        names=(Name("spec.persistentVolumeClaimSpec.storageClassName", _R.CLAIMS, "StorageClass", ""),),
    ),
    # the model mesh
    "Predictor.serving.kserve.io": Kind(
        EntityKind.MODEL,
        names=(
            Name("spec.runtime", _R.SERVES, "ServingRuntime.serving.kserve.io", reverse=True),
            Name("spec.storage.persistentVolumeClaim", _R.MOUNTS, "PersistentVolumeClaim", "claimName"),
        ),
    ),
    # Seldon, first generation
    "SeldonDeployment.machinelearning.seldon.io": Kind(
        _W,
        ("spec.predictors[].componentSpecs[]",),
        labels=("seldon-deployment-id={name}",),
        names=tuple(
            row
            for node in _seldon_graph(5)
            for row in (
                Name(f"{node}.envSecretRefName", _R.CONFIGURES, "Secret", ""),
                Name(f"{node}.serviceAccountName", _R.RUNS_AS, "ServiceAccount", ""),
            )
        ),
        texts=tuple(
            row
            for node in _seldon_graph(5)
            for row in (Text(f"{node}.modelUri", _R.READS), Text(f"{node}.logger.url", _R.CONNECTS_TO))
        ),
    ),
    # Seldon, second generation: a Server runs Models, a Pipeline joins them, an Experiment parts the requests
    f"Model.{_SELDON}": Kind(
        EntityKind.MODEL,
        names=(
            Name("spec.server", _R.SERVES, f"Server.{_SELDON}", "", reverse=True),
            Name("spec.secretName", _R.CONFIGURES, "Secret", ""),
            Name("spec.explainer.modelRef", _R.READS, f"Model.{_SELDON}", ""),
            Name("spec.explainer.pipelineRef", _R.READS, f"Pipeline.{_SELDON}", ""),
        ),
        texts=(Text("spec.storageUri", _R.READS),),
    ),
    f"Pipeline.{_SELDON}": Kind(EntityKind.PIPELINE),
    f"Experiment.{_SELDON}": Kind(
        EntityKind.ROUTE,
        names=(
            Name("spec.candidates[]", _R.ROUTES_TO, f"Model.{_SELDON} Pipeline.{_SELDON}"),
            Name("spec.mirror", _R.ROUTES_TO, f"Model.{_SELDON} Pipeline.{_SELDON}"),
        ),
    ),
    f"Server.{_SELDON}": Kind(
        _W,
        specs=("spec.podSpec",),
        labels=("seldon-server-name={name}",),
        names=(Name("spec.serverConfig", _R.CONFIGURES, f"ServerConfig.{_SELDON}", ""),),
    ),
    f"ServerConfig.{_SELDON}": Kind(_C, specs=("spec.podSpec",)),
    f"SeldonConfig.{_SELDON}": Kind(_C, specs=("spec.components[].podSpec",)),
    f"SeldonRuntime.{_SELDON}": Kind(_W, names=(Name("spec.seldonConfig", _R.CONFIGURES, f"SeldonConfig.{_SELDON}", ""),)),
    # BentoML
    "BentoDeployment.serving.yatai.ai": Kind(
        _W,
        specs=("spec.extraPodSpec", "spec.runners[].extraPodSpec"),
        names=(Name("spec.bento", _R.SERVES, "Bento.resources.yatai.ai", ""),),
    ),
    "Bento.resources.yatai.ai": Kind(EntityKind.MODEL, images=("spec.image",)),
    **each(
        "BentoRequest.resources.yatai.ai",
        Kind(EntityKind.PIPELINE, texts=(Text("spec.downloadUrl", _R.READS),)),
    ),
    **plain(_W, "DataScienceCluster.datasciencecluster.opendatahub.io", cluster=True),
    **plain(_C, "DSCInitialization.dscinitialization.opendatahub.io", cluster=True),
}
