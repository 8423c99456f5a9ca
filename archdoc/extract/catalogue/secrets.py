"""Where secrets and certificates come from: cert-manager, External Secrets, Sealed Secrets, Vault and their like.

Sources: the CRDs of cert-manager, external-secrets, sealed-secrets, vault-secrets-operator, secrets-store-csi-driver, 1Password,
Infisical, Doppler. What they produce is a Secret by name; no value is ever read.
"""

from __future__ import annotations

from archdoc.extract._rows import Kind, Made, Name, Text, each, plain
from archdoc.model import EntityKind, RelationKind

_R = RelationKind
_SECRET = EntityKind.SECRET
_STORE = "SecretStore.external-secrets.io ClusterSecretStore.external-secrets.io"
_ISSUERS = "Issuer.cert-manager.io ClusterIssuer.cert-manager.io"
_OLD_ISSUERS = "Issuer.certmanager.k8s.io ClusterIssuer.certmanager.k8s.io"
_TO = RelationKind.CONNECTS_TO


def _stores(*, cluster: bool) -> Kind:
    """A store says which service outside keeps the secrets, and as whom one reads them."""
    return Kind(
        EntityKind.CONFIG,
        cluster=cluster,
        names=(
            Name("spec.provider.vault.auth.tokenSecretRef", _R.CONFIGURES, "Secret"),
            Name("spec.provider.vault.auth.kubernetes.serviceAccountRef", _R.RUNS_AS, "ServiceAccount"),
            Name("spec.provider.aws.auth.jwt.serviceAccountRef", _R.RUNS_AS, "ServiceAccount"),
            Name("spec.provider.aws.auth.secretRef.accessKeyIDSecretRef", _R.CONFIGURES, "Secret"),
            Name("spec.provider.gcpsm.auth.workloadIdentity.serviceAccountRef", _R.RUNS_AS, "ServiceAccount"),
            Name("spec.provider.gcpsm.auth.secretRef.secretAccessKeySecretRef", _R.CONFIGURES, "Secret"),
            Name("spec.provider.azurekv.serviceAccountRef", _R.RUNS_AS, "ServiceAccount"),
            Name("spec.provider.azurekv.authSecretRef.clientId", _R.CONFIGURES, "Secret"),
            Name("spec.provider.onepassword.auth.secretRef.connectTokenSecretRef", _R.CONFIGURES, "Secret"),
            Name("spec.provider.onepasswordSDK.auth.serviceAccountSecretRef", _R.CONFIGURES, "Secret"),
            Name("spec.provider.doppler.auth.secretRef.dopplerToken", _R.CONFIGURES, "Secret"),
        ),
        texts=(
            Text("spec.provider.vault.server", _TO),
            Text("spec.provider.azurekv.vaultUrl", _TO),
            Text("spec.provider.onepassword.connectHost", _TO),
            Text("spec.provider.kubernetes.server.url", _TO),
            Text("spec.provider.bitwardensecretsmanager.bitwardenServerSDKURL", _TO),
            Text("spec.provider.webhook.url", _TO),
        ),
    )


def _issuer(*, cluster: bool) -> Kind:
    return Kind(
        EntityKind.IDENTITY,
        cluster=cluster,
        names=(
            Name("spec.ca", _R.CONFIGURES, "Secret", "secretName"),
            Name("spec.acme.privateKeySecretRef", _R.CONFIGURES, "Secret", optional=True),
            Name("spec.acme.externalAccountBinding.keySecretRef", _R.CONFIGURES, "Secret"),
            Name("spec.acme.solvers[].dns01.cloudflare.apiTokenSecretRef", _R.CONFIGURES, "Secret"),
            Name("spec.acme.solvers[].dns01.cloudflare.apiKeySecretRef", _R.CONFIGURES, "Secret"),
            Name("spec.acme.solvers[].dns01.route53.secretAccessKeySecretRef", _R.CONFIGURES, "Secret"),
            Name("spec.acme.solvers[].dns01.cloudDNS.serviceAccountSecretRef", _R.CONFIGURES, "Secret"),
            Name("spec.acme.solvers[].dns01.azureDNS.clientSecretSecretRef", _R.CONFIGURES, "Secret"),
            Name("spec.vault.auth.tokenSecretRef", _R.CONFIGURES, "Secret"),
            Name("spec.vault.auth.appRole.secretRef", _R.CONFIGURES, "Secret"),
            Name("spec.acme.solvers[].http01.gatewayHTTPRoute.parentRefs[]", _R.CONFIGURES, "Gateway.gateway.networking.k8s.io"),
        ),
        texts=(Text("spec.acme.server", _TO), Text("spec.vault.server", _TO)),
    )


def _certificate(issuers: str) -> Kind:
    made = (Made("v1/Secret", path="spec.secretName"),)
    return Kind(_SECRET, names=(Name("spec.issuerRef", _R.CONFIGURES, issuers),), made=made)


KINDS: dict[str, Kind] = {
    # cert-manager, and its group before 0.11
    "Certificate.cert-manager.io": _certificate(_ISSUERS),
    "Certificate.certmanager.k8s.io": _certificate(_OLD_ISSUERS),
    **each("Issuer.cert-manager.io Issuer.certmanager.k8s.io", _issuer(cluster=False)),
    **each("ClusterIssuer.cert-manager.io ClusterIssuer.certmanager.k8s.io", _issuer(cluster=True)),
    "CertificateRequest.cert-manager.io": Kind(_SECRET, names=(Name("spec.issuerRef", _R.CONFIGURES, _ISSUERS),)),
    "Bundle.trust.cert-manager.io": Kind(
        EntityKind.CONFIG,
        cluster=True,
        names=(
            Name("spec.sources[].configMap", _R.CONFIGURES, "ConfigMap"),
            Name("spec.sources[].secret", _R.CONFIGURES, "Secret"),
        ),
    ),
    # External Secrets
    "SecretStore.external-secrets.io": _stores(cluster=False),
    "ClusterSecretStore.external-secrets.io": _stores(cluster=True),
    "ExternalSecret.external-secrets.io": Kind(
        _SECRET,
        names=(
            Name("spec.secretStoreRef", _R.CONFIGURES, _STORE),
            Name("spec.data[].sourceRef.storeRef", _R.CONFIGURES, _STORE),
            Name("spec.dataFrom[].sourceRef.storeRef", _R.CONFIGURES, _STORE),
            Name("spec.dataFrom[].sourceRef.generatorRef", _R.CONFIGURES, "Password.generators.external-secrets.io"),
        ),
        made=(Made("v1/Secret", path="spec.target.name"),),
    ),
    "ClusterExternalSecret.external-secrets.io": Kind(
        _SECRET, cluster=True, names=(Name("spec.externalSecretSpec.secretStoreRef", _R.CONFIGURES, _STORE),)
    ),
    "PushSecret.external-secrets.io": Kind(
        _SECRET,
        names=(
            Name("spec.secretStoreRefs[]", _R.CONFIGURES, _STORE),
            Name("spec.selector.secret", _R.CONFIGURES, "Secret"),
        ),
    ),
    **plain(
        _SECRET,
        " ".join(
            f"{kind}.generators.external-secrets.io"
            for kind in ("Password", "ECRAuthorizationToken", "GCRAccessToken", "GithubAccessToken", "Webhook", "UUID")
        ),
    ),
    # others
    "SealedSecret.bitnami.com": Kind(_SECRET, made=(Made("v1/Secret", path="spec.template.metadata.name"),)),
    **each(
        "VaultStaticSecret.secrets.hashicorp.com VaultDynamicSecret.secrets.hashicorp.com VaultPKISecret.secrets.hashicorp.com",
        Kind(
            _SECRET,
            names=(Name("spec.vaultAuthRef", _R.CONFIGURES, "VaultAuth.secrets.hashicorp.com", "", ignore="default"),),
            made=(Made("v1/Secret", path="spec.destination.name"),),
        ),
    ),
    "VaultAuth.secrets.hashicorp.com": Kind(
        EntityKind.IDENTITY,
        names=(
            Name("spec.vaultConnectionRef", _R.CONFIGURES, "VaultConnection.secrets.hashicorp.com", "", ignore="default"),
            Name("spec.kubernetes.serviceAccount", _R.RUNS_AS, "ServiceAccount", ""),
        ),
    ),
    "VaultConnection.secrets.hashicorp.com": Kind(EntityKind.CONFIG, texts=(Text("spec.address", _TO),)),
    "SecretProviderClass.secrets-store.csi.x-k8s.io": Kind(
        _SECRET,
        settings=("spec.parameters",),
        made=(Made("v1/Secret", "", "spec.secretObjects[].secretName"),),
    ),
    "OnePasswordItem.onepassword.com": Kind(_SECRET, made=(Made("v1/Secret"),)),
    "InfisicalSecret.secrets.infisical.com": Kind(
        _SECRET,
        made=(Made("v1/Secret", "", "spec.managedSecretReference.secretName"),),
        texts=(Text("spec.hostAPI", _TO),),
    ),
    "DopplerSecret.secrets.doppler.com": Kind(
        _SECRET,
        names=(Name("spec.tokenSecret", _R.CONFIGURES, "Secret"),),
        made=(Made("v1/Secret", "", "spec.managedSecret.name"),),
    ),
    "SopsSecret.isindir.github.com": Kind(_SECRET),
}
