"""Work in steps, and the events that start it: Argo Workflows and Events, Tekton, pipelines of Kubeflow.

Sources: the CRDs of argoproj/argo-workflows, argoproj/argo-events, tektoncd/pipeline, tektoncd/triggers, kubeflow/pipelines.
The steps themselves are read by `archdoc.extract._tasks`.
"""

from __future__ import annotations

from archdoc.extract._rows import Kind, Made, Name, Text, each, plain
from archdoc.model import EntityKind, RelationKind

_R = RelationKind
_P = EntityKind.PIPELINE
_TEMPLATES = "WorkflowTemplate.argoproj.io"
_PIPELINES, _TASKS = "Pipeline.tekton.dev", "Task.tekton.dev ClusterTask.tekton.dev"


def _argo(spec: str, *, cluster: bool = False) -> Kind:
    """A workflow whose spec stands at a path; what its containers run is said by its steps."""
    return Kind(
        _P,
        specs=(spec,),
        names=(
            Name(f"{spec}.workflowTemplateRef", _R.CALLS, _TEMPLATES),
            Name(f"{spec}.artifactRepositoryRef", _R.CONFIGURES, "ConfigMap", "configMap"),
            Name(f"{spec}.volumeClaimTemplates[].spec.storageClassName", _R.CLAIMS, "StorageClass", "", optional=True),
        ),
        cluster=cluster,
    )


_TRIGGERS = "spec.triggers[].template"
_SENSOR_TEXTS = tuple(
    Text(f"{_TRIGGERS}.{place}", _R.CONNECTS_TO)
    for place in ("http.url", "kafka.url", "nats.url", "pulsar.url", "awsLambda.endpoint", "slack.endpoint", "custom.serverURL")
)
_EVENT_TEXTS = tuple(
    Text(f"spec.{place}", _R.CONNECTS_TO)
    for place in (
        "kafka.*.url",
        "nats.*.url",
        "amqp.*.url",
        "mqtt.*.url",
        "pulsar.*.url",
        "nsq.*.hostAddress",
        "redis.*.hostAddress",
        "redisStream.*.hostAddress",
        "emitter.*.broker",
        "minio.*.endpoint",
        "hdfs.*.addresses[]",
        "azureEventsHub.*.fqdn",
        "generic.*.url",
        "gitlab.*.gitlabBaseURL",
    )
)

KINDS: dict[str, Kind] = {
    # Argo Workflows
    "Workflow.argoproj.io": _argo("spec"),
    "WorkflowTemplate.argoproj.io": _argo("spec"),
    "ClusterWorkflowTemplate.argoproj.io": _argo("spec", cluster=True),
    "CronWorkflow.argoproj.io": _argo("spec.workflowSpec"),
    "WorkflowEventBinding.argoproj.io": Kind(
        EntityKind.CONFIG, names=(Name("spec.submit.workflowTemplateRef", _R.TRIGGERS, _TEMPLATES),)
    ),
    # Argo Events: each event source and each sensor is a pod of its own
    "EventSource.argoproj.io": Kind(
        EntityKind.WORKLOAD,
        specs=("spec.template",),
        containers=("spec.template.container",),
        labels=("eventsource-name={name}",),
        names=(
            Name("spec.eventBusName", _R.CONNECTS_TO, "EventBus.argoproj.io", ""),
            Name("spec.generic.*.authSecret", _R.CONFIGURES, "Secret"),
            *(
                Name(f"spec.{place}", _R.CONFIGURES, "Secret")
                for place in (
                    "github.*.apiToken",
                    "github.*.webhookSecret",
                    "minio.*.accessKey",
                    "sqs.*.accessKey",
                    "sns.*.accessKey",
                )
            ),
        ),
        texts=_EVENT_TEXTS,
        made=(Made("v1/Service", "{name}-eventsource-svc", when="spec.service"),),
    ),
    "Sensor.argoproj.io": Kind(
        EntityKind.WORKLOAD,
        specs=("spec.template",),
        containers=("spec.template.container",),
        labels=("sensor-name={name}",),
        names=(
            Name("spec.dependencies[]", _R.TRIGGERS, "EventSource.argoproj.io", "eventSourceName", reverse=True),
            Name("spec.eventBusName", _R.CONNECTS_TO, "EventBus.argoproj.io", ""),
        ),
        texts=_SENSOR_TEXTS,
        objects=(f"{_TRIGGERS}.argoWorkflow.source.resource", f"{_TRIGGERS}.k8s.source.resource"),
    ),
    "EventBus.argoproj.io": Kind(
        EntityKind.WORKLOAD,
        labels=("eventbus-name={name}",),
        texts=(
            Text("spec.nats.exotic.url", _R.CONNECTS_TO),
            Text("spec.jetstreamExotic.url", _R.CONNECTS_TO),
            Text("spec.kafka.url", _R.CONNECTS_TO),
        ),
    ),
    # Tekton
    "Pipeline.tekton.dev": Kind(_P),
    "PipelineRun.tekton.dev": Kind(
        _P,
        specs=("spec.taskRunTemplate", "spec.taskRunTemplate.podTemplate", "spec"),
        names=(
            Name("spec.pipelineRef", _R.CALLS, _PIPELINES),
            Name("spec.workspaces[].persistentVolumeClaim", _R.MOUNTS, "PersistentVolumeClaim", "claimName"),
            Name("spec.workspaces[].configMap", _R.MOUNTS, "ConfigMap"),
            Name("spec.workspaces[].secret", _R.MOUNTS, "Secret", "secretName"),
        ),
    ),
    **each(
        "Task.tekton.dev",
        Kind(_P, specs=("spec",), containers=("spec.steps[]", "spec.sidecars[]", "spec.stepTemplate")),
    ),
    "ClusterTask.tekton.dev": Kind(_P, specs=("spec",), containers=("spec.steps[]", "spec.sidecars[]"), cluster=True),
    "StepAction.tekton.dev": Kind(_P, containers=("spec",)),
    "TaskRun.tekton.dev": Kind(
        _P,
        specs=("spec", "spec.taskSpec", "spec.podTemplate"),
        containers=("spec.taskSpec.steps[]", "spec.taskSpec.sidecars[]"),
        names=(
            Name("spec.taskRef", _R.CALLS, _TASKS),
            Name("spec.workspaces[].persistentVolumeClaim", _R.MOUNTS, "PersistentVolumeClaim", "claimName"),
            Name("spec.workspaces[].configMap", _R.MOUNTS, "ConfigMap"),
            Name("spec.workspaces[].secret", _R.MOUNTS, "Secret", "secretName"),
        ),
    ),
    "EventListener.triggers.tekton.dev": Kind(
        EntityKind.WORKLOAD,
        labels=("eventlistener={name}", "app.kubernetes.io/managed-by=EventListener"),
        names=(
            Name("spec.serviceAccountName", _R.RUNS_AS, "ServiceAccount", ""),
            Name("spec.triggers[].triggerRef", _R.CONFIGURES, "Trigger.triggers.tekton.dev", ""),
            Name("spec.triggers[].template.ref", _R.TRIGGERS, "TriggerTemplate.triggers.tekton.dev", ""),
            Name("spec.triggers[].bindings[]", _R.CONFIGURES, "TriggerBinding.triggers.tekton.dev", "ref"),
        ),
        made=(Made("v1/Service", "el-{name}"),),
    ),
    "Trigger.triggers.tekton.dev": Kind(
        EntityKind.CONFIG,
        names=(
            Name("spec.template.ref", _R.TRIGGERS, "TriggerTemplate.triggers.tekton.dev", ""),
            Name("spec.bindings[]", _R.CONFIGURES, "TriggerBinding.triggers.tekton.dev", "ref"),
        ),
    ),
    "TriggerTemplate.triggers.tekton.dev": Kind(_P, objects=("spec.resourcetemplates[]",)),
    "TriggerBinding.triggers.tekton.dev": Kind(EntityKind.CONFIG),
    **plain(EntityKind.CONFIG, "ClusterTriggerBinding.triggers.tekton.dev ClusterInterceptor.triggers.tekton.dev", cluster=True),
    "Repository.pipelinesascode.tekton.dev": Kind(
        EntityKind.CONFIG,
        names=(Name("spec.git_provider.secret", _R.CONFIGURES, "Secret"),),
        texts=(Text("spec.url", _R.SOURCES, "repository"),),
    ),
    **plain(
        EntityKind.WORKLOAD,
        "TektonConfig.operator.tekton.dev TektonPipeline.operator.tekton.dev TektonTrigger.operator.tekton.dev "
        "TektonDashboard.operator.tekton.dev TektonChain.operator.tekton.dev",
        cluster=True,
    ),
    # pipelines of Kubeflow
    "ScheduledWorkflow.kubeflow.org": _argo("spec.workflow.spec"),
    "Pipeline.pipelines.kubeflow.org": Kind(_P),
    # The file that the compiler of Kubeflow Pipelines writes, which is no object until it is uploaded.
    "PipelineSpec.pipelines.kubeflow.org": Kind(_P),
    "PipelineVersion.pipelines.kubeflow.org": Kind(
        _P,
        names=(Name("spec.pipelineName", _R.OWNS, "Pipeline.pipelines.kubeflow.org", "", reverse=True),),
        texts=(Text("spec.codeSourceURL", _R.SOURCES, "repository"),),
    ),
    "Viewer.kubeflow.org": Kind(EntityKind.WORKLOAD, ("spec.podTemplateSpec",)),
    "DataSciencePipelinesApplication.datasciencepipelinesapplications.opendatahub.io": Kind(
        EntityKind.WORKLOAD,
        images=("spec.apiServer.image", "spec.mlmd.image", "spec.persistenceAgent.image", "spec.database.mariaDB.image"),
        texts=(
            Text("spec.objectStorage.externalStorage.host", _R.CONNECTS_TO),
            Text("spec.database.externalDB.host", _R.CONNECTS_TO),
        ),
    ),
}
