"""Knative: services that scale to zero, and the way of events from sources over brokers and channels to who takes them.

Sources: the CRDs of knative/serving, knative/eventing, knative-extensions/eventing-kafka-broker, knative/operator.
"""

from __future__ import annotations

from archdoc.extract._rows import Kind, Name, Text, each, plain
from archdoc.model import EntityKind, RelationKind

_R = RelationKind
_TO = RelationKind.ROUTES_TO
_TAKES = "Service.serving.knative.dev Service Broker.eventing.knative.dev Channel.messaging.knative.dev"
_SINK = (Name("spec.sink.ref", _R.CONNECTS_TO, _TAKES),)
_SINK_URI = Text("spec.sink.uri", _R.CONNECTS_TO)
_SUBSCRIBER = (
    Name("spec.subscriber.ref", _TO, _TAKES),
    Name("spec.delivery.deadLetterSink.ref", _TO, _TAKES),
)
_SUBSCRIBER_URI = Text("spec.subscriber.uri", _TO)

KINDS: dict[str, Kind] = {
    "Service.serving.knative.dev": Kind(EntityKind.WORKLOAD, ("spec.template",), labels=("serving.knative.dev/service={name}",)),
    "Configuration.serving.knative.dev": Kind(
        EntityKind.WORKLOAD, ("spec.template",), labels=("serving.knative.dev/configuration={name}",)
    ),
    "Revision.serving.knative.dev": Kind(EntityKind.WORKLOAD, specs=("spec",), labels=("serving.knative.dev/revision={name}",)),
    "Route.serving.knative.dev": Kind(
        EntityKind.ROUTE, names=(Name("spec.traffic[].configurationName", _TO, "Configuration.serving.knative.dev", ""),)
    ),
    "DomainMapping.serving.knative.dev": Kind(EntityKind.ROUTE, names=(Name("spec.ref", _TO, "Service.serving.knative.dev"),)),
    "PodAutoscaler.autoscaling.internal.knative.dev": Kind(
        EntityKind.AUTOSCALER, names=(Name("spec.scaleTargetRef", _R.SCALES, "Deployment"),)
    ),
    "Image.caching.internal.knative.dev": Kind(EntityKind.CONFIG, images=("spec.image",)),
    "Certificate.networking.internal.knative.dev": Kind(EntityKind.SECRET),
    "ClusterDomainClaim.networking.internal.knative.dev": Kind(EntityKind.CONFIG, cluster=True),
    "Ingress.networking.internal.knative.dev": Kind(
        EntityKind.ROUTE, names=(Name("spec.rules[].http.paths[].splits[]", _TO, "Service", "serviceName", port="servicePort"),)
    ),
    **plain(EntityKind.WORKLOAD, "KnativeServing.operator.knative.dev KnativeEventing.operator.knative.dev"),
    # eventing
    **each(
        # Files in the wild write the kind of a broker in small letters, too.
        "Broker.eventing.knative.dev broker.eventing.knative.dev",
        Kind(
            EntityKind.SERVICE,
            names=(Name("spec.config", _R.CONFIGURES, "ConfigMap"), Name("spec.delivery.deadLetterSink.ref", _TO, _TAKES)),
        ),
    ),
    "Trigger.eventing.knative.dev": Kind(
        EntityKind.ROUTE,
        names=(Name("spec.broker", _TO, "Broker.eventing.knative.dev", "", reverse=True), *_SUBSCRIBER),
        texts=(_SUBSCRIBER_URI,),
    ),
    "Subscription.messaging.knative.dev": Kind(
        EntityKind.ROUTE,
        names=(
            Name("spec.channel", _TO, "Channel.messaging.knative.dev", reverse=True),
            *_SUBSCRIBER,
            Name("spec.reply.ref", _TO, _TAKES),
        ),
        texts=(_SUBSCRIBER_URI,),
    ),
    **plain(
        EntityKind.SERVICE,
        "Channel.messaging.knative.dev InMemoryChannel.messaging.knative.dev KafkaChannel.messaging.knative.dev",
    ),
    "KafkaSink.eventing.knative.dev": Kind(EntityKind.SERVICE, texts=(Text("spec.bootstrapServers[]", _R.CONNECTS_TO),)),
    **each(
        "Sequence.flows.knative.dev",
        Kind(
            EntityKind.PIPELINE,
            names=(Name("spec.steps[].ref", _TO, _TAKES), Name("spec.reply.ref", _TO, _TAKES)),
            texts=(Text("spec.steps[].uri", _TO),),
        ),
    ),
    "Parallel.flows.knative.dev": Kind(
        EntityKind.PIPELINE,
        names=(
            Name("spec.branches[].filter.ref", _TO, _TAKES),
            Name("spec.branches[].subscriber.ref", _TO, _TAKES),
            Name("spec.branches[].reply.ref", _TO, _TAKES),
            Name("spec.reply.ref", _TO, _TAKES),
        ),
    ),
    # A source runs an adapter that takes events from elsewhere and sends them to its sink.
    "KafkaSource.sources.knative.dev": Kind(
        EntityKind.WORKLOAD, names=_SINK, texts=(_SINK_URI, Text("spec.bootstrapServers[]", _R.CONNECTS_TO))
    ),
    "PingSource.sources.knative.dev": Kind(EntityKind.WORKLOAD, names=_SINK, texts=(_SINK_URI,)),
    "ApiServerSource.sources.knative.dev": Kind(
        EntityKind.WORKLOAD,
        names=(*_SINK, Name("spec.serviceAccountName", _R.RUNS_AS, "ServiceAccount", "")),
        texts=(_SINK_URI,),
    ),
    "ContainerSource.sources.knative.dev": Kind(EntityKind.WORKLOAD, ("spec.template",), names=_SINK, texts=(_SINK_URI,)),
    "SinkBinding.sources.knative.dev": Kind(
        EntityKind.CONFIG,
        names=(Name("spec.subject", _R.CONFIGURES, "Deployment", reverse=True), *_SINK),
        texts=(_SINK_URI,),
    ),
    "EventType.eventing.knative.dev": Kind(EntityKind.CONFIG),
    "EventPolicy.eventing.knative.dev": Kind(
        EntityKind.POLICY, names=(Name("spec.to[].ref", _R.PROTECTS, "Broker.eventing.knative.dev"),)
    ),
}
