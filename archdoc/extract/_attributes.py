"""What of an object shapes the architecture beyond its kind and relations: one row a field, data only.

Nothing that may be secret has a row.
"""

from __future__ import annotations

from typing import NamedTuple

from archdoc.extract._fields import find
from archdoc.extract._manifests import Object
from archdoc.extract._mentions import Names
from archdoc.extract._yaml import Node
from archdoc.model import Attribute


class Shown(NamedTuple):
    """An attribute that is the text at a field path, or with `many` all the texts there; with `names` the name of that kind."""

    attribute: str
    path: str
    many: bool = False
    names: str = ""


_ROWS: dict[str, tuple[Shown, ...]] = {
    "Service": (Shown("type", "spec.type"),),
    "Ingress": (Shown("hosts", "spec.rules[].host", many=True), Shown("class", "spec.ingressClassName")),
    "Gateway.gateway.networking.k8s.io": (
        Shown("hosts", "spec.listeners[].hostname", many=True),
        Shown("class", "spec.gatewayClassName"),
    ),
    "HTTPRoute.gateway.networking.k8s.io": (Shown("hosts", "spec.hostnames[]", many=True),),
    "GRPCRoute.gateway.networking.k8s.io": (Shown("hosts", "spec.hostnames[]", many=True),),
    "TLSRoute.gateway.networking.k8s.io": (Shown("hosts", "spec.hostnames[]", many=True),),
    "VirtualService.networking.istio.io": (Shown("hosts", "spec.hosts[]", many=True),),
    "Gateway.networking.istio.io": (Shown("hosts", "spec.servers[].hosts[]", many=True),),
    "ServiceEntry.networking.istio.io": (Shown("hosts", "spec.hosts[]", many=True),),
    "Route.route.openshift.io": (Shown("hosts", "spec.host", many=True),),
    "HTTPProxy.projectcontour.io": (Shown("hosts", "spec.virtualhost.fqdn", many=True),),
    "CronJob": (Shown("schedule", "spec.schedule"),),
    "CronWorkflow.argoproj.io": (Shown("schedule", "spec.schedule"), Shown("schedule", "spec.schedules[]")),
    "RayCronJob.ray.io": (Shown("schedule", "spec.schedule"),),
    "CronJob.batch.volcano.sh": (Shown("schedule", "spec.schedule"),),
    "PingSource.sources.knative.dev": (Shown("schedule", "spec.schedule"),),
    "ScheduledWorkflow.kubeflow.org": (Shown("schedule", "spec.trigger.cronSchedule.cron"),),
    "ScheduledBackup.postgresql.cnpg.io": (Shown("schedule", "spec.schedule"),),
    "Schedule.velero.io": (Shown("schedule", "spec.schedule"),),
    "DomainMapping.serving.knative.dev": (Shown("hosts", "metadata.name", many=True),),
    "VirtualServer.k8s.nginx.org": (Shown("hosts", "spec.host", many=True),),
    "ApisixRoute.apisix.apache.org": (Shown("hosts", "spec.http[].match.hosts[]", many=True),),
    "Mapping.getambassador.io": (Shown("hosts", "spec.hostname", many=True),),
    "Host.getambassador.io": (Shown("hosts", "spec.hostname", many=True),),
    "ScheduledSparkApplication.sparkoperator.k8s.io": (Shown("schedule", "spec.schedule"),),
    "PersistentVolumeClaim": (
        Shown("storage_class", "spec.storageClassName", names="StorageClass"),
        Shown("access", "spec.accessModes[]", many=True),
    ),
    "PersistentVolume": (
        Shown("storage_class", "spec.storageClassName", names="StorageClass"),
        Shown("host_paths", "spec.hostPath.path", many=True),
    ),
    "StorageClass": (Shown("provisioner", "provisioner"),),
    "InferenceService.serving.kserve.io": (Shown("framework", "spec.predictor.model.modelFormat.name"),),
    "Kustomization.kustomize.toolkit.fluxcd.io": (Shown("target_namespace", "spec.targetNamespace"),),
    "Application.argoproj.io": (Shown("target_namespace", "spec.destination.namespace"),),
    "CustomResourceDefinition": (Shown("group", "spec.group"), Shown("defines", "spec.names.kind"), Shown("scope", "spec.scope")),
}


def attributes(thing: Object, names: Names) -> dict[str, Attribute]:
    """The attributes of an object by the rows of its kind; a Service's ports besides."""
    found: dict[str, Attribute] = {}
    for row in _ROWS.get(thing.kind, ()):
        texts = [node.text for node in find(thing.root, row.path) if node.text]
        if row.names:
            texts = [names(thing, (row.names,), "", text)[1] for text in texts]
        if texts:
            found[row.attribute] = tuple(dict.fromkeys(texts)) if row.many else texts[0]
    if thing.kind == "Service":
        spec = thing.root["spec"]
        ports = tuple(_port(port) for port in spec["ports"] if port["port"].text)
        found |= {"type": spec["type"].text or "ClusterIP"} | ({"ports": ports} if ports else {})
        if spec["clusterIP"].text == "None":
            found["headless"] = True
    return found


def _port(port: Node) -> str:
    """``80->8080/TCP http``: port, target, protocol, name."""
    target = port["targetPort"].text or port["port"].text
    return f"{port['port'].text}->{target}/{port['protocol'].text or 'TCP'} {port['name'].text}".rstrip()
