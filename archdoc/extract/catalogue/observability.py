"""Who watches: the operators of Prometheus, Grafana, OpenTelemetry, VictoriaMetrics, Jaeger, Elastic, logging.

Sources: the CRDs of prometheus-operator, grafana-operator, opentelemetry-operator, VictoriaMetrics/operator, cloud-on-k8s.
What tells a collector what to collect is configuration, and selects what it watches.
"""

from __future__ import annotations

from archdoc.extract._rows import Kind, Labels, Made, Name, Text, each, plain
from archdoc.model import EntityKind, RelationKind

_R = RelationKind
_W, _C = EntityKind.WORKLOAD, EntityKind.CONFIG
_PROMETHEUS, _GRAFANA = "monitoring.coreos.com", "grafana.integreatly.org"
_ENDPOINT_SECRETS = tuple(
    Name(f"spec.{of}[].{place}", _R.CONFIGURES, "Secret")
    for of in ("endpoints", "podMetricsEndpoints")
    for place in ("basicAuth.username", "basicAuth.password", "authorization.credentials", "bearerTokenSecret")
)
_SERVICE_MONITOR = Kind(
    _C,
    names=_ENDPOINT_SECRETS[:4],
    selectors=(Labels("spec.selector", _R.SELECTS, EntityKind.SERVICE, namespaces="spec.namespaceSelector"),),
)
_POD_MONITOR = Kind(
    _C,
    names=_ENDPOINT_SECRETS[4:],
    selectors=(Labels("spec.selector", _R.SELECTS, EntityKind.WORKLOAD, namespaces="spec.namespaceSelector"),),
)
_REMOTE = (Text("spec.remoteWrite[].url", _R.CONNECTS_TO), Text("spec.remoteRead[].url", _R.CONNECTS_TO))

KINDS: dict[str, Kind] = {
    # Prometheus
    f"Prometheus.{_PROMETHEUS}": Kind(
        _W,
        specs=("spec",),
        labels=("prometheus={name}", "app.kubernetes.io/name=prometheus", "operator.prometheus.io/name={name}"),
        names=(
            Name("spec.alerting.alertmanagers[]", _R.CONNECTS_TO, "Service", port="port"),
            Name("spec.additionalScrapeConfigs", _R.CONFIGURES, "Secret"),
        ),
        texts=_REMOTE,
        images=("spec.image",),
        made=(Made("v1/Service", "prometheus-operated"),),
    ),
    f"PrometheusAgent.{_PROMETHEUS}": Kind(
        _W, specs=("spec",), labels=("app.kubernetes.io/name=prometheus-agent",), texts=_REMOTE[:1], images=("spec.image",)
    ),
    f"Alertmanager.{_PROMETHEUS}": Kind(
        _W,
        specs=("spec",),
        labels=("alertmanager={name}", "app.kubernetes.io/name=alertmanager"),
        names=(
            Name("spec.configSecret", _R.CONFIGURES, "Secret", ""),
            Name("spec.alertmanagerConfiguration", _R.CONFIGURES, f"AlertmanagerConfig.{_PROMETHEUS}"),
        ),
        images=("spec.image",),
        made=(Made("v1/Service", "alertmanager-operated"),),
    ),
    f"ThanosRuler.{_PROMETHEUS}": Kind(
        _W, specs=("spec",), labels=("thanos-ruler={name}",), texts=(Text("spec.queryEndpoints[]", _R.CONNECTS_TO),)
    ),
    f"ServiceMonitor.{_PROMETHEUS}": _SERVICE_MONITOR,
    f"PodMonitor.{_PROMETHEUS}": _POD_MONITOR,
    f"Probe.{_PROMETHEUS}": Kind(
        _C,
        texts=(
            Text("spec.prober.url", _R.CONNECTS_TO),
            Text("spec.targets.staticConfig.static[]", _R.CONNECTS_TO),
        ),
    ),
    f"ScrapeConfig.{_PROMETHEUS}": Kind(_C, texts=(Text("spec.staticConfigs[].targets[]", _R.CONNECTS_TO),)),
    f"PrometheusRule.{_PROMETHEUS}": Kind(_C),
    f"AlertmanagerConfig.{_PROMETHEUS}": Kind(
        _C,
        names=tuple(
            Name(f"spec.receivers[].{place}", _R.CONFIGURES, "Secret")
            for place in (
                "pagerdutyConfigs[].routingKey",
                "pagerdutyConfigs[].serviceKey",
                "slackConfigs[].apiURL",
                "pushoverConfigs[].token",
                "pushoverConfigs[].userKey",
                "opsgenieConfigs[].apiKey",
                "emailConfigs[].authPassword",
                "webhookConfigs[].urlSecret",
                "discordConfigs[].apiURL",
            )
        ),
        texts=(Text("spec.receivers[].webhookConfigs[].url", _R.CONNECTS_TO),),
    ),
    "Silence.observability.giantswarm.io": Kind(_C),
    # others of its kind
    "PodMonitoring.monitoring.googleapis.com": Kind(_C, selectors=(Labels("spec.selector", _R.SELECTS, EntityKind.WORKLOAD),)),
    "ClusterPodMonitoring.monitoring.googleapis.com": Kind(
        _C, cluster=True, selectors=(Labels("spec.selector", _R.SELECTS, EntityKind.WORKLOAD, anywhere=True),)
    ),
    **plain(_C, "Rules.monitoring.googleapis.com"),
    **plain(_C, "ClusterRules.monitoring.googleapis.com GlobalRules.monitoring.googleapis.com", cluster=True),
    "VMServiceScrape.operator.victoriametrics.com": _SERVICE_MONITOR,
    "VMPodScrape.operator.victoriametrics.com": _POD_MONITOR,
    "VMAgent.operator.victoriametrics.com": Kind(_W, texts=_REMOTE[:1], made=(Made("v1/Service", "vmagent-{name}"),)),
    "VMAlert.operator.victoriametrics.com": Kind(
        _W,
        texts=(
            Text("spec.datasource.url", _R.CONNECTS_TO),
            Text("spec.notifier.url", _R.CONNECTS_TO),
            Text("spec.remoteWrite.url", _R.CONNECTS_TO),
        ),
    ),
    "VMSingle.operator.victoriametrics.com": Kind(_W, made=(Made("v1/Service", "vmsingle-{name}"),)),
    "VMCluster.operator.victoriametrics.com": Kind(
        _W, made=(Made("v1/Service", "vmselect-{name}"), Made("v1/Service", "vminsert-{name}"))
    ),
    "VMAlertmanager.operator.victoriametrics.com": Kind(_W),
    **plain(
        _C,
        "VMRule.operator.victoriametrics.com VMProbe.operator.victoriametrics.com VMStaticScrape.operator.victoriametrics.com "
        "VMNodeScrape.operator.victoriametrics.com VMAlertmanagerConfig.operator.victoriametrics.com",
    ),
    # Grafana
    f"Grafana.{_GRAFANA}": Kind(
        _W,
        ("spec.deployment.spec.template",),
        labels=("app={name}",),
        names=(
            Name(
                "spec.httpRoute.spec.parentRefs[]", _R.ROUTES_TO, "Gateway.gateway.networking.k8s.io", reverse=True, optional=True
            ),
        ),
        texts=(Text("spec.external.url", _R.CONNECTS_TO),),
        made=(
            Made("v1/Service", "{name}-service", own_labels=True),
            Made("v1/PersistentVolumeClaim", "{name}-pvc", when="spec.persistentVolumeClaim"),
            Made("v1/Secret", "{name}-admin-credentials"),
        ),
    ),
    f"GrafanaDatasource.{_GRAFANA}": Kind(
        _C,
        names=(Name("spec.valuesFrom[].valueFrom.secretKeyRef", _R.CONFIGURES, "Secret"),),
        texts=(Text("spec.datasource.url", _R.CONNECTS_TO),),
    ),
    f"GrafanaDashboard.{_GRAFANA}": Kind(
        _C,
        names=(
            Name("spec.configMapRef", _R.CONFIGURES, "ConfigMap"),
            Name("spec.folderRef", _R.CONFIGURES, f"GrafanaFolder.{_GRAFANA}", ""),
        ),
    ),
    **plain(
        _C,
        f"GrafanaFolder.{_GRAFANA} GrafanaAlertRuleGroup.{_GRAFANA} GrafanaContactPoint.{_GRAFANA} "
        f"GrafanaNotificationPolicy.{_GRAFANA}",
    ),
    **plain(_W, "LokiStack.loki.grafana.com TempoStack.tempo.grafana.com TempoMonolithic.tempo.grafana.com"),
    # traces and logs
    "OpenTelemetryCollector.opentelemetry.io": Kind(
        _W,
        specs=("spec",),
        containers=("spec",),
        labels=("app.kubernetes.io/component=opentelemetry-collector",),
        settings=("spec.config", "spec.config|"),
        made=(Made("v1/Service", "{name}-collector"),),
    ),
    "Instrumentation.opentelemetry.io": Kind(_C, texts=(Text("spec.exporter.endpoint", _R.CONNECTS_TO),)),
    "Jaeger.jaegertracing.io": Kind(
        _W,
        labels=("app=jaeger", "app.kubernetes.io/instance={name}"),
        made=(Made("v1/Service", "{name}-collector"), Made("v1/Service", "{name}-query")),
    ),
    **each(
        "DatadogAgent.datadoghq.com",
        Kind(_W, names=(Name("spec.global.credentials.apiSecret", _R.CONFIGURES, "Secret", "secretName"),)),
    ),
    **plain(_C, "DatadogMonitor.datadoghq.com DatadogMetric.datadoghq.com"),
    **plain(_W, "FluentBit.fluentbit.fluent.io Fluentd.fluentd.fluent.io"),
    "Logging.logging.banzaicloud.io": Kind(_W, cluster=True),
    **plain(
        _C,
        "Flow.logging.banzaicloud.io Output.logging.banzaicloud.io ClusterFlow.logging.banzaicloud.io "
        "ClusterOutput.logging.banzaicloud.io",
    ),
    **plain(
        _C,
        "ClusterOutput.fluentbit.fluent.io ClusterInput.fluentbit.fluent.io ClusterFilter.fluentbit.fluent.io "
        "ClusterParser.fluentbit.fluent.io ClusterFluentBitConfig.fluentbit.fluent.io",
        cluster=True,
    ),
    "Kibana.kibana.k8s.elastic.co": Kind(
        _W,
        ("spec.podTemplate",),
        labels=("kibana.k8s.elastic.co/name={name}",),
        names=(Name("spec.elasticsearchRef", _R.CONNECTS_TO, "Elasticsearch.elasticsearch.k8s.elastic.co"),),
        made=(Made("v1/Service", "{name}-kb-http"),),
    ),
    **each(
        "Beat.beat.k8s.elastic.co Logstash.logstash.k8s.elastic.co ApmServer.apm.k8s.elastic.co Agent.agent.k8s.elastic.co",
        Kind(
            _W,
            ("spec.daemonSet.podTemplate", "spec.deployment.podTemplate", "spec.podTemplate"),
            names=(
                Name("spec.elasticsearchRef", _R.CONNECTS_TO, "Elasticsearch.elasticsearch.k8s.elastic.co"),
                Name("spec.elasticsearchRefs[]", _R.CONNECTS_TO, "Elasticsearch.elasticsearch.k8s.elastic.co"),
                Name("spec.kibanaRef", _R.CONNECTS_TO, "Kibana.kibana.k8s.elastic.co"),
            ),
        ),
    ),
}
