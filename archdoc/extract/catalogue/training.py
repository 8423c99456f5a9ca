"""Models in the making: training jobs and notebooks of Kubeflow, Katib, Ray, and the queues and groups they wait in.

Sources: the CRDs of kubeflow/training-operator, kubeflow/trainer, kubeflow/katib, kubeflow/kubeflow, ray-project/kuberay,
kubernetes-sigs/{kueue,jobset,lws}, volcano-sh/volcano, NVIDIA/KAI-Scheduler, ai-dynamo/grove.
"""

from __future__ import annotations

from archdoc.extract._rows import Kind, Labels, Made, Name, Text, each, plain
from archdoc.model import EntityKind, RelationKind

_R = RelationKind
_W, _C, _P = EntityKind.WORKLOAD, EntityKind.CONFIG, EntityKind.POLICY
_TRAINING = ("training.kubeflow.org/job-name={name}",)
_RAY = ("ray.io/is-ray-node=yes", "app.kubernetes.io/name=kuberay", "app.kubernetes.io/created-by=kuberay-operator")
_RAY_HEAD = ("ray.io/node-type=head", "app.kubernetes.io/name=kuberay", "app.kubernetes.io/created-by=kuberay-operator")
_KUEUE, _VOLCANO = "kueue.x-k8s.io", "scheduling.volcano.sh"
_VOLCANO_QUEUE = Name("spec.queue", _R.CLAIMS, f"Queue.{_VOLCANO}", "", optional=True)
_REPLICATED = ("spec.template.spec.replicatedJobs[].template.spec.template",)
_RUNTIMES = "ClusterTrainingRuntime.trainer.kubeflow.org TrainingRuntime.trainer.kubeflow.org"


def _ray(cluster: str) -> tuple[str, ...]:
    """The templates of a Ray cluster whose spec stands at a path."""
    return f"{cluster}.headGroupSpec.template", f"{cluster}.workerGroupSpecs[].template"


def _replicas(field: str, *, master: bool = False) -> Kind:
    return Kind(
        _W,
        (f"spec.{field}.*.template",),
        labels=_TRAINING,
        names=(Name("spec.runPolicy.schedulingPolicy.queue", _R.CLAIMS, f"Queue.{_VOLCANO}", "", optional=True),),
        made=(Made("v1/Service", "{name}-master-0"),) if master else (),
    )


QUEUES: tuple[Name, ...] = (
    Name("metadata.labels", _R.CLAIMS, f"LocalQueue.{_KUEUE}", '"kueue.x-k8s.io/queue-name"', optional=True),
    Name("metadata.labels", _R.CLAIMS, "Queue.scheduling.run.ai", '"kai.scheduler/queue"', optional=True),
    Name("metadata.annotations", _R.CLAIMS, f"Queue.{_VOLCANO}", '"scheduling.volcano.sh/queue-name"', optional=True),
    Name("metadata.labels", _R.CLAIMS, f"Queue.{_VOLCANO}", '"volcano.sh/queue-name"', optional=True),
)
"""By which marks a workload of any kind waits in a queue."""

KINDS: dict[str, Kind] = {
    # jobs that train
    "PyTorchJob.kubeflow.org": _replicas("pytorchReplicaSpecs", master=True),
    "TFJob.kubeflow.org": _replicas("tfReplicaSpecs"),
    "MPIJob.kubeflow.org": _replicas("mpiReplicaSpecs"),
    "XGBoostJob.kubeflow.org": _replicas("xgbReplicaSpecs"),
    "PaddleJob.kubeflow.org": _replicas("paddleReplicaSpecs"),
    "JAXJob.kubeflow.org": _replicas("jaxReplicaSpecs"),
    "MXJob.kubeflow.org": _replicas("mxReplicaSpecs"),
    "TrainJob.trainer.kubeflow.org": Kind(
        _W,
        containers=("spec.trainer",),
        labels=("jobset.sigs.k8s.io/jobset-name={name}",),
        own_labels=True,
        names=(
            Name("spec.runtimeRef", _R.CONFIGURES, _RUNTIMES),
            Name("spec.initializer.dataset.secretRef", _R.CONFIGURES, "Secret"),
            Name("spec.initializer.model.secretRef", _R.CONFIGURES, "Secret"),
        ),
        texts=(
            Text("spec.initializer.dataset.storageUri", _R.READS),
            Text("spec.initializer.model.storageUri", _R.READS),
        ),
    ),
    # The second group is that of the first releases.
    **each("TrainingRuntime.trainer.kubeflow.org TrainingRuntime.kubeflow.org", Kind(_C, _REPLICATED)),
    **each(
        "ClusterTrainingRuntime.trainer.kubeflow.org ClusterTrainingRuntime.kubeflow.org", Kind(_C, _REPLICATED, cluster=True)
    ),
    # Katib: an experiment makes trials of the job in it
    "Experiment.kubeflow.org": Kind(
        _W,
        labels=("katib.kubeflow.org/experiment={name}",),
        names=(Name("spec.trialTemplate.configMap", _R.CONFIGURES, "ConfigMap", "configMapName"),),
        objects=("spec.trialTemplate.trialSpec",),
    ),
    "Trial.kubeflow.org": Kind(_W, labels=("katib.kubeflow.org/trial={name}",), objects=("spec.runSpec",)),
    "Suggestion.kubeflow.org": Kind(_W, labels=("katib.kubeflow.org/suggestion={name}",)),
    # people and their notebooks
    "Notebook.kubeflow.org": Kind(
        _W,
        ("spec.template",),
        labels=("notebook-name={name}", "statefulset={name}"),
        own_labels=True,
        made=(Made("v1/Service"),),
    ),
    "PVCViewer.kubeflow.org": Kind(
        _W, specs=("spec.podSpec",), names=(Name("spec.pvc", _R.MOUNTS, "PersistentVolumeClaim", ""),)
    ),
    "Tensorboard.tensorboard.kubeflow.org": Kind(
        _W,
        labels=("app={name}",),
        texts=(Text("spec.logspath", _R.READS),),
        made=(Made("v1/Service"),),
    ),
    "PodDefault.kubeflow.org": Kind(
        _P,
        specs=("spec",),
        containers=("spec",),
        selectors=(Labels("spec.selector", _R.SELECTS, EntityKind.WORKLOAD),),
    ),
    # A profile is a namespace with its owner and quota.
    "Profile.kubeflow.org": Kind(_P, cluster=True),
    "DecoratorController.metacontroller.k8s.io": Kind(
        _C,
        cluster=True,
        texts=(Text("spec.hooks.sync.webhook.url", _R.CONNECTS_TO), Text("spec.hooks.finalize.webhook.url", _R.CONNECTS_TO)),
    ),
    "CompositeController.metacontroller.k8s.io": Kind(
        _C,
        cluster=True,
        texts=(Text("spec.hooks.sync.webhook.url", _R.CONNECTS_TO), Text("spec.hooks.finalize.webhook.url", _R.CONNECTS_TO)),
    ),
    # Ray
    "RayCluster.ray.io": Kind(
        _W,
        _ray("spec"),
        labels=("ray.io/cluster={name}", "ray.io/node-type=head|worker", "ray.io/identifier={name}-head|{name}-worker", *_RAY),
        names=(Name("spec.gcsFaultToleranceOptions.redisPassword.valueFrom.secretKeyRef", _R.CONFIGURES, "Secret"),),
        texts=(Text("spec.gcsFaultToleranceOptions.redisAddress", _R.CONNECTS_TO),),
        made=(
            Made(
                "v1/Service",
                "{name}-head-svc",
                "spec.headGroupSpec.headService.metadata.name",
                labels=("ray.io/cluster={name}", "ray.io/identifier={name}-head", *_RAY_HEAD),
            ),
        ),
    ),
    "RayJob.ray.io": Kind(
        _W,
        (*_ray("spec.rayClusterSpec"), "spec.submitterPodTemplate"),
        labels=("ray.io/node-type=head|worker", *_RAY),
        names=(Name("spec.clusterSelector", _R.CONNECTS_TO, "RayCluster.ray.io", '"ray.io/cluster"'),),
        texts=(
            Text("spec.runtimeEnvYAML|working_dir", _R.READS),
            Text("spec.runtimeEnvYAML|py_modules[]", _R.READS),
        ),
        settings=("spec.runtimeEnvYAML|env_vars",),
    ),
    "RayCronJob.ray.io": Kind(
        _W,
        _ray("spec.jobTemplate.rayClusterSpec"),
        labels=_RAY,
        texts=(Text("spec.jobTemplate.runtimeEnvYAML|working_dir", _R.READS),),
        settings=("spec.jobTemplate.runtimeEnvYAML|env_vars",),
    ),
    "RayService.ray.io": Kind(
        _W,
        _ray("spec.rayClusterConfig"),
        labels=("ray.io/node-type=head|worker", "ray.io/serve=true", *_RAY),
        texts=(
            Text("spec.serveConfigV2|applications[].runtime_env.working_dir", _R.READS),
            Text("spec.serveConfigV2|applications[].runtime_env.py_modules[]", _R.READS),
            Text("spec.serveConfigV2|applications[].args.llm_configs[].model_loading_config.model_source", _R.READS, "model"),
        ),
        settings=(
            "spec.serveConfigV2|applications[].runtime_env.env_vars",
            "spec.serveConfigV2|applications[].args",
        ),
        made=(
            Made(
                "v1/Service",
                "{name}-head-svc",
                "spec.rayClusterConfig.headGroupSpec.headService.metadata.name",
                labels=_RAY_HEAD,
            ),
            Made("v1/Service", "{name}-serve-svc", "spec.serveService.metadata.name", labels=("ray.io/serve={name}-serve",)),
        ),
    ),
    # groups of pods
    "JobSet.jobset.x-k8s.io": Kind(
        _W, ("spec.replicatedJobs[].template.spec.template",), labels=("jobset.sigs.k8s.io/jobset-name={name}",)
    ),
    "LeaderWorkerSet.leaderworkerset.x-k8s.io": Kind(
        _W,
        ("spec.leaderWorkerTemplate.leaderTemplate", "spec.leaderWorkerTemplate.workerTemplate"),
        labels=("leaderworkerset.sigs.k8s.io/name={name}", "leaderworkerset.sigs.k8s.io/worker-index=0"),
        made=(Made("v1/Service"),),
    ),
    "AppWrapper.workload.codeflare.dev": Kind(_W, objects=("spec.components[].template",)),
    "PodCliqueSet.grove.io": Kind(_W, specs=("spec.template.cliques[].spec.podSpec",)),
    "PodClique.grove.io": Kind(_W, specs=("spec.podSpec",)),
    # Kueue: how much of what may be taken, and by whom
    f"LocalQueue.{_KUEUE}": Kind(_P, names=(Name("spec.clusterQueue", _R.CLAIMS, f"ClusterQueue.{_KUEUE}", ""),)),
    f"ClusterQueue.{_KUEUE}": Kind(
        _P,
        cluster=True,
        names=(
            Name("spec.resourceGroups[].flavors[]", _R.CLAIMS, f"ResourceFlavor.{_KUEUE}"),
            Name("spec.cohort", _R.CLAIMS, f"Cohort.{_KUEUE}", "", optional=True),
            Name("spec.cohortName", _R.CLAIMS, f"Cohort.{_KUEUE}", "", optional=True),
            Name("spec.admissionChecks[]", _R.PROTECTS, f"AdmissionCheck.{_KUEUE}", "", reverse=True),
            Name("spec.admissionChecksStrategy.admissionChecks[]", _R.PROTECTS, f"AdmissionCheck.{_KUEUE}", reverse=True),
        ),
    ),
    f"Cohort.{_KUEUE}": Kind(
        _P,
        cluster=True,
        names=(
            Name("spec.parentName", _R.CLAIMS, f"Cohort.{_KUEUE}", ""),
            Name("spec.parent", _R.CLAIMS, f"Cohort.{_KUEUE}", ""),
        ),
    ),
    f"ResourceFlavor.{_KUEUE}": Kind(
        EntityKind.RESOURCE, cluster=True, names=(Name("spec.topologyName", _R.CLAIMS, f"Topology.{_KUEUE}", ""),)
    ),
    f"Topology.{_KUEUE}": Kind(EntityKind.RESOURCE, cluster=True),
    f"AdmissionCheck.{_KUEUE}": Kind(_P, cluster=True, names=(Name("spec.parameters", _R.CONFIGURES, "", optional=True),)),
    f"WorkloadPriorityClass.{_KUEUE}": Kind(_P, cluster=True),
    f"ProvisioningRequestConfig.{_KUEUE}": Kind(_C, cluster=True),
    f"MultiKueueConfig.{_KUEUE}": Kind(
        _C, cluster=True, names=(Name("spec.clusters[]", _R.CONNECTS_TO, f"MultiKueueCluster.{_KUEUE}", ""),)
    ),
    f"MultiKueueCluster.{_KUEUE}": Kind(
        _C, cluster=True, names=(Name("spec.kubeConfig", _R.CONFIGURES, "Secret", "location", optional=True),)
    ),
    f"Workload.{_KUEUE}": Kind(EntityKind.RESOURCE, names=(Name("spec.queueName", _R.CLAIMS, f"LocalQueue.{_KUEUE}", ""),)),
    # Volcano and KAI
    "Job.batch.volcano.sh": Kind(_W, ("spec.tasks[].template",), labels=("volcano.sh/job-name={name}",), names=(_VOLCANO_QUEUE,)),
    "CronJob.batch.volcano.sh": Kind(_W, ("spec.jobTemplate.spec.tasks[].template",)),
    f"Queue.{_VOLCANO}": Kind(_P, cluster=True, names=(Name("spec.parent", _R.CLAIMS, f"Queue.{_VOLCANO}", "", ignore="root"),)),
    f"PodGroup.{_VOLCANO}": Kind(_P, names=(_VOLCANO_QUEUE,)),
    "JobFlow.flow.volcano.sh": Kind(EntityKind.PIPELINE, names=(Name("spec.flows[]", _R.OWNS, "JobTemplate.flow.volcano.sh"),)),
    "JobTemplate.flow.volcano.sh": Kind(_C, ("spec.tasks[].template",)),
    "HyperNode.topology.volcano.sh": Kind(EntityKind.RESOURCE, cluster=True),
    "Queue.scheduling.run.ai": Kind(
        _P, cluster=True, names=(Name("spec.parentQueue", _R.CLAIMS, "Queue.scheduling.run.ai", ""),)
    ),
    "PodGroup.scheduling.run.ai": Kind(_P, names=(Name("spec.queue", _R.CLAIMS, "Queue.scheduling.run.ai", ""),)),
    **each("PodGroup.scheduling.x-k8s.io PodGroup.scheduling.sigs.k8s.io", Kind(_P)),
    **plain(_C, "Config.kai.scheduler SchedulingShard.kai.scheduler", cluster=True),
}
