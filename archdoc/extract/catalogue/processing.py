"""What works through data: the operators of Spark, by Kubeflow and by Apache, whose fields differ, and of Flink.

Sources: the CRDs of kubeflow/spark-operator, apache/spark-kubernetes-operator, apache/flink-kubernetes-operator.
"""

from __future__ import annotations

from archdoc.extract._rows import Kind, Made, Name, Text
from archdoc.model import EntityKind, RelationKind

_R = RelationKind
_W = EntityKind.WORKLOAD


def _spark(spec: str) -> Kind:
    """An application of Spark whose spec stands at a path; driver and executor say the fields of pods at their top."""
    parts = (spec, f"{spec}.driver", f"{spec}.executor")
    return Kind(
        _W,
        containers=parts,
        specs=parts,
        labels=("sparkoperator.k8s.io/app-name={name}", "spark-role=driver|executor"),
        names=(
            Name(f"{spec}.sparkConfigMap", _R.CONFIGURES, "ConfigMap", ""),
            Name(f"{spec}.hadoopConfigMap", _R.CONFIGURES, "ConfigMap", ""),
            *(
                row
                for part in parts[1:]
                for row in (
                    Name(f"{part}.configMaps[]", _R.MOUNTS, "ConfigMap"),
                    Name(f"{part}.secrets[]", _R.MOUNTS, "Secret"),
                    Name(f"{part}.envSecretKeyRefs.*", _R.CONFIGURES, "Secret"),
                )
            ),
            Name(f"{spec}.batchSchedulerOptions.queue", _R.CLAIMS, "Queue.scheduling.volcano.sh", "", optional=True),
        ),
        texts=(
            Text(f"{spec}.mainApplicationFile", _R.READS),
            Text(f"{spec}.arguments[]", _R.CONNECTS_TO),
            Text(f"{spec}.deps.jars[]", _R.READS),
            Text(f"{spec}.deps.pyFiles[]", _R.READS),
            Text(f"{spec}.deps.files[]", _R.READS),
            Text(f'{spec}.sparkConf."spark.eventLog.dir"', _R.WRITES),
        ),
        settings=(f"{spec}.sparkConf", f"{spec}.hadoopConf", *(f"{part}.envVars" for part in parts[1:])),
    )


def _flink(spec: str) -> Kind:
    """A Flink cluster whose spec stands at a path, with its job if it has one."""
    return Kind(
        _W,
        (f"{spec}.podTemplate", f"{spec}.jobManager.podTemplate", f"{spec}.taskManager.podTemplate"),
        specs=(spec,),
        containers=(spec,),
        labels=("app={name}",),
        texts=(
            Text(f"{spec}.job.jarURI", _R.READS),
            Text(f"{spec}.job.args[]", _R.CONNECTS_TO),
            *(
                Text(f'{spec}.flinkConfiguration."{key}"', _R.WRITES)
                for key in ("state.checkpoints.dir", "state.savepoints.dir", "high-availability.storageDir")
            ),
        ),
        settings=(f"{spec}.flinkConfiguration",),
        made=(Made("v1/Service", "{name}-rest"),),
    )


KINDS: dict[str, Kind] = {
    "SparkApplication.sparkoperator.k8s.io": _spark("spec"),
    "ScheduledSparkApplication.sparkoperator.k8s.io": _spark("spec.template"),
    "SparkConnect.sparkoperator.k8s.io": Kind(
        _W, ("spec.server.template", "spec.executor.template"), images=("spec.image",), settings=("spec.sparkConf",)
    ),
    "SparkApplication.spark.apache.org": Kind(
        _W,
        ("spec.driverSpec.podTemplateSpec", "spec.executorSpec.podTemplateSpec"),
        labels=("spark-app-name={name}", "spark-role=driver|executor"),
        names=(
            Name('spec.sparkConf."spark.kubernetes.authenticate.driver.serviceAccountName"', _R.RUNS_AS, "ServiceAccount", ""),
            Name('spec.sparkConf."spark.kubernetes.authenticate.executor.serviceAccountName"', _R.RUNS_AS, "ServiceAccount", ""),
        ),
        texts=(
            Text("spec.jars", _R.READS),
            Text("spec.pyFiles", _R.READS),
            Text("spec.driverArgs[]", _R.CONNECTS_TO),
            Text('spec.sparkConf."spark.eventLog.dir"', _R.WRITES),
        ),
        images=(
            'spec.sparkConf."spark.kubernetes.container.image"',
            'spec.sparkConf."spark.kubernetes.driver.container.image"',
            'spec.sparkConf."spark.kubernetes.executor.container.image"',
        ),
        settings=("spec.sparkConf",),
    ),
    "SparkCluster.spark.apache.org": Kind(
        _W, images=('spec.sparkConf."spark.kubernetes.container.image"',), settings=("spec.sparkConf",)
    ),
    "FlinkDeployment.flink.apache.org": _flink("spec"),
    "FlinkBlueGreenDeployment.flink.apache.org": _flink("spec.template.spec"),
    "FlinkSessionJob.flink.apache.org": Kind(
        _W,
        names=(Name("spec.deploymentName", _R.CONNECTS_TO, "FlinkDeployment.flink.apache.org", ""),),
        texts=(Text("spec.job.jarURI", _R.READS), Text("spec.job.args[]", _R.CONNECTS_TO)),
    ),
}
