"""Who may come in and where requests go: Gateway API, Istio, Traefik, Contour, OpenShift, ingress controllers, meshes.

Sources: the CRDs of kubernetes-sigs/gateway-api, istio/istio, traefik, contour, nginx, kong, apisix, linkerd, cilium, metallb.
"""

from __future__ import annotations

from archdoc.extract._rows import Kind, Labels, Name, Text, each, plain
from archdoc.model import EntityKind, RelationKind

_R = RelationKind
_GATEWAY = "Gateway.gateway.networking.k8s.io"
_ENVOY = "gateway.envoyproxy.io"
_TO = RelationKind.ROUTES_TO
_TARGETS = (Name("spec.targetRefs[]", _R.PROTECTS, _GATEWAY), Name("spec.targetRef", _R.PROTECTS, _GATEWAY))
_ROUTE_NAMES = (
    Name("spec.parentRefs[]", _TO, _GATEWAY, port="port", reverse=True),
    Name("spec.rules[].backendRefs[]", _TO, "Service", port="port"),
    Name("spec.rules[].filters[].requestMirror.backendRef", _TO, "Service", port="port"),
    Name("spec.rules[].filters[].extensionRef", _R.CONFIGURES, "", optional=True),
)


def _traefik(group: str) -> dict[str, Kind]:
    """Traefik has the same kinds in its old group and in the new one."""
    service = f"Service TraefikService.{group}"
    return {
        **each(
            f"IngressRoute.{group} IngressRouteTCP.{group} IngressRouteUDP.{group}",
            Kind(
                EntityKind.ROUTE,
                names=(
                    Name("spec.routes[].services[]", _TO, service, port="port"),
                    Name("spec.routes[].middlewares[]", _R.CONFIGURES, f"Middleware.{group} MiddlewareTCP.{group}"),
                    Name("spec.tls", _R.CONFIGURES, "Secret", "secretName"),
                    Name("spec.tls.options", _R.CONFIGURES, f"TLSOption.{group}"),
                ),
            ),
        ),
        f"TraefikService.{group}": Kind(
            EntityKind.SERVICE,
            names=(
                Name("spec.weighted.services[]", _TO, service, port="port"),
                Name("spec.mirroring", _TO, service, port="port"),
                Name("spec.mirroring.mirrors[]", _TO, service, port="port"),
            ),
        ),
        f"Middleware.{group}": Kind(
            EntityKind.CONFIG,
            names=(
                Name("spec.basicAuth.secret", _R.CONFIGURES, "Secret", ""),
                Name("spec.digestAuth.secret", _R.CONFIGURES, "Secret", ""),
                Name("spec.chain.middlewares[]", _R.CONFIGURES, f"Middleware.{group}"),
                Name("spec.errors.service", _TO, service, port="port"),
            ),
            texts=(Text("spec.forwardAuth.address", _R.CONNECTS_TO),),
        ),
        f"TLSStore.{group}": Kind(
            EntityKind.CONFIG, names=(Name("spec.defaultCertificate", _R.CONFIGURES, "Secret", "secretName"),)
        ),
        **plain(EntityKind.CONFIG, f"MiddlewareTCP.{group} TLSOption.{group} ServersTransport.{group}"),
    }


KINDS: dict[str, Kind] = {
    # Gateway API, and what implements it
    _GATEWAY: Kind(
        EntityKind.ROUTE,
        names=(
            Name("spec.listeners[].tls.certificateRefs[]", _R.CONFIGURES, "Secret"),
            Name("spec.listeners[].tls.frontendValidation.caCertificateRefs[]", _R.CONFIGURES, "ConfigMap"),
            Name("spec.tls.frontend.default.validation.caCertificateRefs[]", _R.CONFIGURES, "ConfigMap"),
            Name("spec.tls.frontend.perPort[].tls.validation.caCertificateRefs[]", _R.CONFIGURES, "ConfigMap"),
            Name("spec.tls.backend.clientCertificateRef", _R.CONFIGURES, "Secret"),
            Name("spec.infrastructure.parametersRef", _R.CONFIGURES, "ConfigMap"),
            Name("spec.gatewayClassName", _R.CONFIGURES, "GatewayClass.gateway.networking.k8s.io", "", optional=True),
        ),
    ),
    "GatewayClass.gateway.networking.k8s.io": Kind(
        EntityKind.CONFIG, cluster=True, names=(Name("spec.parametersRef", _R.CONFIGURES, ""),)
    ),
    **each(
        " ".join(f"{kind}.gateway.networking.k8s.io" for kind in ("HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute")),
        Kind(EntityKind.ROUTE, names=_ROUTE_NAMES),
    ),
    "ListenerSet.gateway.networking.k8s.io": Kind(
        EntityKind.ROUTE,
        names=(
            Name("spec.parentRef", _TO, _GATEWAY, reverse=True),
            Name("spec.listeners[].tls.certificateRefs[]", _R.CONFIGURES, "Secret"),
        ),
    ),
    "ReferenceGrant.gateway.networking.k8s.io": Kind(EntityKind.POLICY, names=(Name("spec.to[]", _R.PROTECTS, ""),)),
    "BackendTLSPolicy.gateway.networking.k8s.io": Kind(
        EntityKind.POLICY, names=(*_TARGETS, Name("spec.validation.caCertificateRefs[]", _R.CONFIGURES, "ConfigMap"))
    ),
    **each(
        f"SecurityPolicy.{_ENVOY} BackendTrafficPolicy.{_ENVOY} "
        f"ClientTrafficPolicy.{_ENVOY} EnvoyExtensionPolicy.{_ENVOY} EnvoyPatchPolicy.{_ENVOY} "
        "GCPBackendPolicy.networking.gke.io GCPGatewayPolicy.networking.gke.io HealthCheckPolicy.networking.gke.io "
        "TrafficPolicy.gateway.kgateway.dev AgentgatewayPolicy.agentgateway.dev",
        Kind(EntityKind.POLICY, names=_TARGETS),
    ),
    f"HTTPRouteFilter.{_ENVOY}": Kind(EntityKind.CONFIG),
    f"EnvoyProxy.{_ENVOY}": Kind(EntityKind.CONFIG, images=("spec.provider.kubernetes.envoyDeployment.container.image",)),
    f"Backend.{_ENVOY}": Kind(
        EntityKind.SERVICE, texts=(Text("spec.endpoints[].fqdn", _R.CONNECTS_TO, host="hostname", port="port"),)
    ),
    **plain(EntityKind.SERVICE, "Backend.gateway.kgateway.dev AgentgatewayBackend.agentgateway.dev"),
    **plain(EntityKind.CONFIG, "GatewayParameters.gateway.kgateway.dev"),
    # Istio
    "Gateway.networking.istio.io": Kind(
        EntityKind.ROUTE,
        names=(Name("spec.servers[].tls.credentialName", _R.CONFIGURES, "Secret", "", optional=True),),
        selectors=(Labels("spec.selector", _R.SELECTS, EntityKind.WORKLOAD, bare=True, anywhere=True),),
    ),
    "VirtualService.networking.istio.io": Kind(
        EntityKind.ROUTE,
        names=(Name("spec.gateways[]", _TO, "Gateway.networking.istio.io", "", reverse=True, ignore="mesh"),),
        texts=tuple(
            Text(f"spec.{place}", _TO, host="host", port="port.number")
            for place in (
                "http[].route[].destination",
                "tcp[].route[].destination",
                "tls[].route[].destination",
                "http[].mirror",
                "http[].mirrors[].destination",
            )
        ),
    ),
    "DestinationRule.networking.istio.io": Kind(EntityKind.POLICY, texts=(Text("spec.host", _R.PROTECTS),)),
    "ServiceEntry.networking.istio.io": Kind(EntityKind.SERVICE, texts=(Text("spec.hosts[]", _R.CONNECTS_TO),)),
    "WorkloadEntry.networking.istio.io": Kind(EntityKind.SERVICE, texts=(Text("spec.address", _R.CONNECTS_TO),)),
    **each(
        "EnvoyFilter.networking.istio.io Sidecar.networking.istio.io",
        Kind(EntityKind.CONFIG, selectors=(Labels("spec.workloadSelector.labels", _R.SELECTS, EntityKind.WORKLOAD, bare=True),)),
    ),
    **each(
        "Telemetry.telemetry.istio.io WasmPlugin.extensions.istio.io ProxyConfig.networking.istio.io",
        Kind(EntityKind.CONFIG, selectors=(Labels("spec.selector", _R.SELECTS, EntityKind.WORKLOAD),)),
    ),
    "AuthorizationPolicy.security.istio.io": Kind(
        EntityKind.POLICY, names=_TARGETS, selectors=(Labels("spec.selector", _R.PROTECTS, EntityKind.WORKLOAD),)
    ),
    "PeerAuthentication.security.istio.io": Kind(
        EntityKind.POLICY, selectors=(Labels("spec.selector", _R.PROTECTS, EntityKind.WORKLOAD),)
    ),
    "RequestAuthentication.security.istio.io": Kind(
        EntityKind.POLICY,
        selectors=(Labels("spec.selector", _R.PROTECTS, EntityKind.WORKLOAD),),
        texts=(Text("spec.jwtRules[].jwksUri", _R.CONNECTS_TO),),
    ),
    **plain(EntityKind.WORKLOAD, "ServiceMeshControlPlane.maistra.io"),
    **plain(EntityKind.WORKLOAD, "Istio.sailoperator.io IstioCNI.sailoperator.io ZTunnel.sailoperator.io", cluster=True),
    **plain(
        EntityKind.CONFIG,
        "ServiceMeshMemberRoll.maistra.io ServiceMeshMember.maistra.io WorkloadGroup.networking.istio.io",
    ),
    # Traefik, Contour, OpenShift, controllers of ingresses
    **_traefik("traefik.io"),
    **_traefik("traefik.containo.us"),
    "HTTPProxy.projectcontour.io": Kind(
        EntityKind.ROUTE,
        names=(
            Name("spec.routes[].services[]", _TO, "Service", port="port"),
            Name("spec.tcpproxy.services[]", _TO, "Service", port="port"),
            Name("spec.includes[]", _TO, "HTTPProxy.projectcontour.io"),
            Name("spec.virtualhost.tls", _R.CONFIGURES, "Secret", "secretName"),
            Name("spec.virtualhost.authorization.extensionRef", _R.CONNECTS_TO, "ExtensionService.projectcontour.io"),
        ),
    ),
    "ExtensionService.projectcontour.io": Kind(EntityKind.SERVICE, names=(Name("spec.services[]", _TO, "Service", port="port"),)),
    "TLSCertificateDelegation.projectcontour.io": Kind(EntityKind.POLICY),
    **plain(EntityKind.CONFIG, "ContourConfiguration.projectcontour.io ContourDeployment.projectcontour.io"),
    "Route.route.openshift.io": Kind(
        EntityKind.ROUTE, names=(Name("spec.to", _TO, "Service"), Name("spec.alternateBackends[]", _TO, "Service"))
    ),
    "VirtualServer.k8s.nginx.org": Kind(
        EntityKind.ROUTE,
        names=(
            Name("spec.upstreams[]", _TO, "Service", "service", port="port"),
            Name("spec.tls", _R.CONFIGURES, "Secret", "secret"),
            Name("spec.policies[]", _R.PROTECTS, "Policy.k8s.nginx.org", reverse=True),
            Name("spec.routes[].route", _TO, "VirtualServerRoute.k8s.nginx.org", ""),
        ),
    ),
    **each(
        "VirtualServerRoute.k8s.nginx.org TransportServer.k8s.nginx.org",
        Kind(EntityKind.ROUTE, names=(Name("spec.upstreams[]", _TO, "Service", "service", port="port"),)),
    ),
    "Policy.k8s.nginx.org": Kind(EntityKind.POLICY),
    "ApisixRoute.apisix.apache.org": Kind(
        EntityKind.ROUTE, names=(Name("spec.http[].backends[]", _TO, "Service", "serviceName", port="servicePort"),)
    ),
    "Mapping.getambassador.io": Kind(EntityKind.ROUTE, texts=(Text("spec.service", _TO),)),
    "Host.getambassador.io": Kind(EntityKind.ROUTE, names=(Name("spec.tlsSecret", _R.CONFIGURES, "Secret"),)),
    "TargetGroupBinding.elbv2.k8s.aws": Kind(EntityKind.ROUTE, names=(Name("spec.serviceRef", _TO, "Service", port="port"),)),
    "KongConsumer.configuration.konghq.com": Kind(
        EntityKind.IDENTITY, names=(Name("credentials[]", _R.CONFIGURES, "Secret", ""),)
    ),
    **plain(
        EntityKind.CONFIG,
        "KongPlugin.configuration.konghq.com KongIngress.configuration.konghq.com ApisixUpstream.apisix.apache.org "
        "ApisixPluginConfig.apisix.apache.org BackendConfig.cloud.google.com FrontendConfig.networking.gke.io "
        "Module.getambassador.io Listener.getambassador.io GlobalConfiguration.k8s.nginx.org",
    ),
    **plain(EntityKind.CONFIG, "KongClusterPlugin.configuration.konghq.com IngressClassParams.elbv2.k8s.aws", cluster=True),
    "ManagedCertificate.networking.gke.io": Kind(EntityKind.SECRET),
    # meshes and the network below
    "TrafficSplit.split.smi-spec.io": Kind(EntityKind.ROUTE, names=(Name("spec.backends[]", _TO, "Service", "service"),)),
    "ServiceImport.multicluster.x-k8s.io": Kind(EntityKind.SERVICE),
    "ServiceExport.multicluster.x-k8s.io": Kind(EntityKind.ROUTE, names=(Name("metadata", _TO, "Service"),)),
    "Server.policy.linkerd.io": Kind(
        EntityKind.POLICY, selectors=(Labels("spec.podSelector", _R.PROTECTS, EntityKind.WORKLOAD),)
    ),
    "AuthorizationPolicy.policy.linkerd.io": Kind(
        EntityKind.POLICY, names=(Name("spec.targetRef", _R.PROTECTS, "Server.policy.linkerd.io"),)
    ),
    "HTTPRoute.policy.linkerd.io": Kind(EntityKind.ROUTE, names=_ROUTE_NAMES[1:2]),
    **plain(
        EntityKind.POLICY,
        "ServiceProfile.linkerd.io MeshTLSAuthentication.policy.linkerd.io NetworkAuthentication.policy.linkerd.io "
        "NetworkPolicy.crd.projectcalico.org Resiliency.dapr.io",
    ),
    **plain(EntityKind.POLICY, "CiliumNetworkPolicy.cilium.io NetworkPolicy.projectcalico.org"),
    **plain(
        EntityKind.POLICY,
        "CiliumClusterwideNetworkPolicy.cilium.io GlobalNetworkPolicy.projectcalico.org "
        "GlobalNetworkPolicy.crd.projectcalico.org AdminNetworkPolicy.policy.networking.k8s.io "
        "BaselineAdminNetworkPolicy.policy.networking.k8s.io CiliumEgressGatewayPolicy.cilium.io "
        "CiliumL2AnnouncementPolicy.cilium.io",
        cluster=True,
    ),
    **plain(
        EntityKind.CONFIG,
        "CiliumLoadBalancerIPPool.cilium.io CiliumBGPAdvertisement.cilium.io CiliumBGPPeerConfig.cilium.io "
        "CiliumBGPClusterConfig.cilium.io CiliumBGPPeeringPolicy.cilium.io CiliumClusterwideEnvoyConfig.cilium.io "
        "IPPool.crd.projectcalico.org IPPool.projectcalico.org FelixConfiguration.crd.projectcalico.org",
        cluster=True,
    ),
    **plain(
        EntityKind.CONFIG,
        "CiliumEnvoyConfig.cilium.io IPAddressPool.metallb.io L2Advertisement.metallb.io BGPAdvertisement.metallb.io "
        "BGPPeer.metallb.io BFDProfile.metallb.io Community.metallb.io DNSEndpoint.externaldns.k8s.io "
        "NetworkAttachmentDefinition.k8s.cni.cncf.io SriovNetwork.sriovnetwork.openshift.io "
        "SriovNetworkNodePolicy.sriovnetwork.openshift.io SriovIBNetwork.sriovnetwork.openshift.io "
        "Configuration.dapr.io",
    ),
    "Component.dapr.io": Kind(EntityKind.CONFIG, settings=("spec.metadata",)),
    "Subscription.dapr.io": Kind(EntityKind.ROUTE, names=(Name("spec.pubsubname", _TO, "Component.dapr.io", "", reverse=True),)),
    "HTTPEndpoint.dapr.io": Kind(EntityKind.SERVICE, texts=(Text("spec.baseUrl", _R.CONNECTS_TO),)),
    "Connector.tailscale.com": Kind(EntityKind.WORKLOAD, cluster=True),
    "ProxyGroup.tailscale.com": Kind(EntityKind.WORKLOAD, cluster=True),
    "ProxyClass.tailscale.com": Kind(EntityKind.CONFIG, cluster=True),
}
