"""What brings things into clusters, and how careful: Argo CD, Argo Rollouts, Flux, Flagger, Kargo, the Helm controller of k3s.

Sources: the CRDs of argoproj/argo-cd, argoproj/argo-rollouts, fluxcd, fluxcd/flagger, akuity/kargo, k3s-io/helm-controller.
"""

from __future__ import annotations

from archdoc.extract._rows import Kind, Labels, Made, Name, Text, each, plain
from archdoc.model import EntityKind, RelationKind

_R = RelationKind
_SOURCE, _NOTIFY, _IMAGE = "source.toolkit.fluxcd.io", "notification.toolkit.fluxcd.io", "image.toolkit.fluxcd.io"
_WATCHED = " ".join(
    (
        *(f"{kind}.{_SOURCE}" for kind in ("GitRepository", "OCIRepository", "HelmRepository", "HelmChart", "Bucket")),
        *(f"{kind}.{_IMAGE}" for kind in ("ImageRepository", "ImagePolicy", "ImageUpdateAutomation")),
        "Kustomization.kustomize.toolkit.fluxcd.io HelmRelease.helm.toolkit.fluxcd.io",
    )
)
"""What alerts and receivers may name, always with its kind."""
_SOURCE_NAMES = (
    Name("spec.secretRef", _R.CONFIGURES, "Secret"),
    Name("spec.certSecretRef", _R.CONFIGURES, "Secret"),
    Name("spec.proxySecretRef", _R.CONFIGURES, "Secret"),
    Name("spec.verify.secretRef", _R.CONFIGURES, "Secret"),
)
_ANALYSIS = "AnalysisTemplate.argoproj.io ClusterAnalysisTemplate.argoproj.io"
_APPLICATION = tuple(
    row
    for source in ("source", "sources[]")
    for row in (
        Text(f"spec.{source}.path", _R.SOURCES, "path"),
        Text(f"spec.{source}.chart", _R.SOURCES, "chart"),
        Text(f"spec.{source}.repoURL", _R.SOURCES, "repository"),
    )
)
_VALUES = tuple(
    f"spec.{source}.helm.{place}" for source in ("source", "sources[]") for place in ("valuesObject", "values", "parameters")
)
_PROMETHEUS = "spec.metrics[].provider.prometheus.address"
_ANALYSIS_JOB = Kind(
    EntityKind.CONFIG,
    ("spec.metrics[].provider.job.spec.template",),
    texts=(
        Text(_PROMETHEUS, _R.CONNECTS_TO),
        Text("spec.metrics[].provider.web.url", _R.CONNECTS_TO),
        Text("spec.metrics[].provider.graphite.address", _R.CONNECTS_TO),
    ),
)

KINDS: dict[str, Kind] = {
    # Argo CD
    "Application.argoproj.io": Kind(
        EntityKind.DEPLOYABLE,
        type="argocd-application",
        names=(Name("spec.project", _R.PROTECTS, "AppProject.argoproj.io", "", reverse=True, ignore="default", optional=True),),
        texts=_APPLICATION,
        values=_VALUES,
    ),
    "ApplicationSet.argoproj.io": Kind(
        EntityKind.DEPLOYABLE,
        type="argocd-applicationset",
        names=(
            Name(
                "spec.template.spec.project",
                _R.PROTECTS,
                "AppProject.argoproj.io",
                "",
                reverse=True,
                ignore="default",
                optional=True,
            ),
        ),
        texts=(
            *(row._replace(path=row.path.replace("spec.", "spec.template.spec.", 1)) for row in _APPLICATION),
            *(
                row
                for git in ("spec.generators[].git", "spec.generators[].matrix.generators[].git")
                for row in (
                    Text(f"{git}.repoURL", _R.SOURCES, "repository"),
                    Text(f"{git}.directories[]", _R.SOURCES, "path", "path"),
                )
            ),
        ),
        values=tuple(place.replace("spec.", "spec.template.spec.", 1) for place in _VALUES),
    ),
    "AppProject.argoproj.io": Kind(EntityKind.POLICY),
    "ImageUpdater.argocd-image-updater.argoproj.io": Kind(EntityKind.CONFIG),
    # Argo Rollouts and Flagger: how careful a new version comes in
    "Rollout.argoproj.io": Kind(
        EntityKind.WORKLOAD,
        ("spec.template",),
        names=(
            Name("spec.workloadRef", _R.OWNS, "Deployment"),
            *(
                Name(f"spec.strategy.{place}", _R.OWNS, "Service", "")
                for place in (
                    "canary.stableService",
                    "canary.canaryService",
                    "canary.pingPong.pingService",
                    "canary.pingPong.pongService",
                    "blueGreen.activeService",
                    "blueGreen.previewService",
                )
            ),
            *(
                Name(f"spec.strategy.canary.trafficRouting.{place}", _R.OWNS, kind)
                for place, kind in (
                    ("istio.virtualService", "VirtualService.networking.istio.io"),
                    ("istio.virtualServices[]", "VirtualService.networking.istio.io"),
                    ("istio.destinationRule", "DestinationRule.networking.istio.io"),
                )
            ),
            Name("spec.strategy.canary.trafficRouting.nginx.stableIngress", _R.OWNS, "Ingress", ""),
            Name("spec.strategy.canary.trafficRouting.nginx.stableIngresses[]", _R.OWNS, "Ingress", ""),
            Name("spec.strategy.canary.trafficRouting.alb.ingress", _R.OWNS, "Ingress", ""),
            Name(
                "spec.strategy.canary.trafficRouting.traefik.weightedTraefikServiceName", _R.OWNS, "TraefikService.traefik.io", ""
            ),
            *(
                Name(f"spec.strategy.{place}.templates[]", _R.CONFIGURES, _ANALYSIS, "templateName")
                for place in (
                    "canary.analysis",
                    "canary.steps[].analysis",
                    "blueGreen.prePromotionAnalysis",
                    "blueGreen.postPromotionAnalysis",
                )
            ),
        ),
    ),
    "AnalysisTemplate.argoproj.io": _ANALYSIS_JOB,
    "ClusterAnalysisTemplate.argoproj.io": _ANALYSIS_JOB._replace(cluster=True),
    "AnalysisRun.argoproj.io": _ANALYSIS_JOB,
    "Experiment.argoproj.io": Kind(
        EntityKind.WORKLOAD,
        ("spec.templates[].template",),
        names=(Name("spec.analyses[]", _R.CONFIGURES, _ANALYSIS, "templateName"),),
    ),
    "Canary.flagger.app": Kind(
        EntityKind.POLICY,
        names=(
            Name("spec.targetRef", _R.PROTECTS, "Deployment"),
            Name("spec.autoscalerRef", _R.PROTECTS, "HorizontalPodAutoscaler"),
            Name("spec.analysis.metrics[].templateRef", _R.CONFIGURES, "MetricTemplate.flagger.app"),
            Name("spec.analysis.alerts[].providerRef", _R.CONFIGURES, "AlertProvider.flagger.app"),
        ),
        texts=(Text("spec.analysis.webhooks[].url", _R.CONNECTS_TO),),
    ),
    "MetricTemplate.flagger.app": Kind(EntityKind.CONFIG, texts=(Text("spec.provider.address", _R.CONNECTS_TO),)),
    "AlertProvider.flagger.app": Kind(EntityKind.CONFIG, names=(Name("spec.secretRef", _R.CONFIGURES, "Secret"),)),
    # Flux
    "Kustomization.kustomize.toolkit.fluxcd.io": Kind(
        EntityKind.DEPLOYABLE,
        type="flux-kustomization",
        names=(
            Name("spec.dependsOn[]", _R.DEPENDS_ON, "Kustomization.kustomize.toolkit.fluxcd.io"),
            Name("spec.sourceRef", _R.SOURCES, f"GitRepository.{_SOURCE}"),
            Name("spec.postBuild.substituteFrom[]", _R.CONFIGURES, "ConfigMap"),
            Name("spec.decryption.secretRef", _R.CONFIGURES, "Secret"),
            Name("spec.kubeConfig.secretRef", _R.CONFIGURES, "Secret"),
            Name("spec.serviceAccountName", _R.RUNS_AS, "ServiceAccount", ""),
        ),
        texts=(Text("spec.path", _R.SOURCES, "tree"),),
    ),
    "HelmRelease.helm.toolkit.fluxcd.io": Kind(
        EntityKind.DEPLOYABLE,
        type="flux-helmrelease",
        names=(
            Name("spec.dependsOn[]", _R.DEPENDS_ON, "HelmRelease.helm.toolkit.fluxcd.io"),
            Name("spec.chart.spec.sourceRef", _R.SOURCES, f"HelmRepository.{_SOURCE}"),
            Name("spec.chartRef", _R.SOURCES, f"OCIRepository.{_SOURCE}"),
            Name("spec.valuesFrom[]", _R.CONFIGURES, "ConfigMap"),
            Name("spec.kubeConfig.secretRef", _R.CONFIGURES, "Secret"),
            Name("spec.serviceAccountName", _R.RUNS_AS, "ServiceAccount", ""),
        ),
        texts=(Text("spec.chart.spec.chart", _R.SOURCES, "chart"),),
        values=("spec.values",),
    ),
    **each(
        f"GitRepository.{_SOURCE} OCIRepository.{_SOURCE} HelmRepository.{_SOURCE}",
        Kind(
            EntityKind.CONFIG,
            names=(*_SOURCE_NAMES, Name("spec.include[].repository", _R.SOURCES, f"GitRepository.{_SOURCE}")),
            texts=(Text("spec.url", _R.SOURCES, "repository"),),
        ),
    ),
    f"Bucket.{_SOURCE}": Kind(EntityKind.CONFIG, names=_SOURCE_NAMES, texts=(Text("spec.endpoint", _R.CONNECTS_TO),)),
    f"HelmChart.{_SOURCE}": Kind(
        EntityKind.CONFIG,
        names=(Name("spec.sourceRef", _R.SOURCES, f"HelmRepository.{_SOURCE}"),),
        texts=(Text("spec.chart", _R.SOURCES, "chart"),),
    ),
    f"Alert.{_NOTIFY}": Kind(
        EntityKind.CONFIG,
        names=(
            Name("spec.providerRef", _R.CONFIGURES, f"Provider.{_NOTIFY}"),
            Name("spec.eventSources[]", _R.SELECTS, _WATCHED, ignore="*", optional=True),
        ),
    ),
    f"Provider.{_NOTIFY}": Kind(
        EntityKind.CONFIG,
        names=(Name("spec.secretRef", _R.CONFIGURES, "Secret"),),
        texts=(Text("spec.address", _R.CONNECTS_TO),),
    ),
    f"Receiver.{_NOTIFY}": Kind(
        EntityKind.ROUTE,
        names=(
            Name("spec.secretRef", _R.CONFIGURES, "Secret"),
            Name("spec.resources[]", _R.TRIGGERS, _WATCHED, ignore="*", optional=True),
        ),
    ),
    f"ImageRepository.{_IMAGE}": Kind(EntityKind.CONFIG, names=_SOURCE_NAMES),
    f"ImagePolicy.{_IMAGE}": Kind(
        EntityKind.POLICY, names=(Name("spec.imageRepositoryRef", _R.CONFIGURES, f"ImageRepository.{_IMAGE}"),)
    ),
    f"ImageUpdateAutomation.{_IMAGE}": Kind(
        EntityKind.CONFIG,
        names=(Name("spec.sourceRef", _R.WRITES, f"GitRepository.{_SOURCE}"),),
        texts=(Text("spec.update.path", _R.WRITES, "path"),),
    ),
    "FluxInstance.fluxcd.controlplane.io": Kind(
        EntityKind.WORKLOAD,
        labels=(
            "app.kubernetes.io/part-of=flux",
            "app.kubernetes.io/component=source-controller|kustomize-controller|helm-controller|notification-controller",
        ),
        texts=(Text("spec.sync.url", _R.SOURCES, "repository"),),
        made=tuple(Made("v1/Service", name) for name in ("notification-controller", "source-controller", "webhook-receiver")),
    ),
    # others
    "HelmChart.helm.cattle.io": Kind(
        EntityKind.DEPLOYABLE,
        type="k3s-helmchart",
        texts=(Text("spec.chart", _R.SOURCES, "chart"), Text("spec.repo", _R.SOURCES, "repository")),
        values=("spec.valuesContent",),
    ),
    "HelmChartConfig.helm.cattle.io": Kind(
        EntityKind.CONFIG, names=(Name("metadata", _R.CONFIGURES, "HelmChart.helm.cattle.io", reverse=True, optional=True),)
    ),
    "Warehouse.kargo.akuity.io": Kind(
        EntityKind.CONFIG,
        texts=(
            Text("spec.subscriptions[].git.repoURL", _R.SOURCES, "repository"),
            Text("spec.subscriptions[].chart.repoURL", _R.SOURCES, "repository"),
        ),
    ),
    "Stage.kargo.akuity.io": Kind(
        EntityKind.PIPELINE,
        names=(
            Name("spec.requestedFreight[].origin", _R.SOURCES, "Warehouse.kargo.akuity.io"),
            Name("spec.requestedFreight[].sources.stages[]", _R.NEEDS, "Stage.kargo.akuity.io", ""),
        ),
    ),
    **plain(EntityKind.POLICY, "ProjectConfig.kargo.akuity.io"),
    "Project.kargo.akuity.io": Kind(EntityKind.POLICY, cluster=True),
    # The Application of kubernetes-sigs says which objects belong together; it brings nothing in.
    "Application.app.k8s.io": Kind(EntityKind.CONFIG, selectors=(Labels("spec.selector", _R.OWNS, EntityKind.WORKLOAD),)),
}
