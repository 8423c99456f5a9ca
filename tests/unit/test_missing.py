"""What is told of names, labels and ports that lead nowhere: an error only where nobody else can make what is missing."""

from __future__ import annotations

import pytest

from archdoc.config import Config
from archdoc.extract import compose, helm, kubernetes, kustomize
from archdoc.graph import Graph
from archdoc.model import RelationKind, Severity
from archdoc.resolve import resolve
from archdoc.rules import RULES
from tests.support import MemoryFiles

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, tier: front}}
    spec:
      containers: [{name: web, image: acme/web, ports: [{containerPort: 8080, name: http}]}]
"""
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80, name: main}]}\n"
MESH = "k8s:mesh-ns/Gateway.networking.istio.io/g"
OPERATED = "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {name: ray}\nspec: {}\n"


def graph(**files: str) -> Graph:
    """Plain manifests; two underscores in a name are a folder."""
    tree = MemoryFiles({f"{name.replace('__', '/')}.yaml": text for name, text in files.items()})
    module = {path: kustomize if path.endswith("kustomization.yaml") else kubernetes for path in tree.files}
    return resolve([module[path].extract(path, tree, Config()) for path in tree.files], frozenset(tree.files))


def told(made: Graph) -> list[str]:
    quiet = ("image-latest", "reference-missing", "selector-unmatched")
    return [f"{one.rule}: {one.message}" for one in made.findings if one.rule not in quiet]


def noted(made: Graph) -> list[str]:
    return [one.message for one in made.findings if one.rule in ("reference-missing", "selector-unmatched")]


def ingress(name: str, port: str = "number: 80") -> str:
    backend = f"{{service: {{name: {name}, port: {{{port}}}}}}}"
    return f"apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: i}}\nspec: {{defaultBackend: {backend}}}\n"


def scaler(name: str) -> str:
    target = f"{{apiVersion: apps/v1, kind: Deployment, name: {name}}}"
    return (
        f"apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: h}}\nspec: {{scaleTargetRef: {target}}}\n"
    )


def selecting(labels: str) -> str:
    return SERVICE.replace("{app: web}", labels)


def test_a_whole_application_says_nothing() -> None:
    made = graph(k8s__web=WEB, k8s__service=SERVICE, k8s__ingress=ingress("web"), k8s__scaler=scaler("web"))
    assert (told(made), noted(made)) == ([], [])


def test_a_route_to_no_service_and_a_scaler_of_nothing() -> None:
    made = graph(k8s__web=WEB, k8s__service=SERVICE, k8s__ingress=ingress("web-svc"), k8s__scaler=scaler("worker"))
    assert told(made) == [
        "backend-missing: Service `web-svc` is defined nowhere here; is `web` meant?",
        "scale-target-missing: Deployment `worker` is defined nowhere here",
    ]


@pytest.mark.parametrize(
    ("labels", "hint"),
    [
        ("{app: wbe}", "`web` has app=web"),
        ("{app: web, track: blue}", "`web` has app=web only"),
        ("{tier: back}", "`web` has tier=front"),
    ],
)
def test_a_service_that_selects_nothing_is_told_whom_it_may_mean(labels: str, hint: str) -> None:
    (message,) = told(graph(k8s__web=WEB, k8s__service=selecting(labels)))
    assert message.startswith("selector-empty: selects ")
    assert message.endswith(f"; {hint}")


def test_a_service_of_labels_that_nobody_here_uses_is_for_the_pods_of_others() -> None:
    made = graph(k8s__web=WEB, k8s__service=selecting("{vendor: acme}"))
    assert (told(made), len(noted(made))) == ([], 1)


@pytest.mark.parametrize(
    "files",
    [
        {"k8s__nothing": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"},
        {"k8s__web": WEB, "k8s__ray": OPERATED},
        {"k8s__web": WEB.replace("{name: web}", "{name: web, namespace: other}")},
    ],
    ids=["a piece without workloads", "an operator", "another namespace"],
)
def test_it_is_a_note_where_somebody_else_may_make_it(files: dict[str, str]) -> None:
    wrong = {"k8s__s": selecting("{app: wbe}"), "k8s__i": ingress("gone"), "k8s__h": scaler("gone")}
    made = graph(**files, **wrong)
    assert told(made) == []
    assert len(noted(made)) == 3


def test_the_chart_of_a_release_beside_may_make_what_nobody_has() -> None:
    release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: r}\n"
    wrong = {"k8s__s": selecting("{app: proxy}"), "k8s__i": ingress("gone"), "k8s__h": scaler("gone")}
    assert noted(graph(k8s__web=WEB, k8s__release=release, **wrong)) == []
    elsewhere = noted(graph(k8s__web=WEB, k8s__release=release, far__away__s=SERVICE, k8s__i=ingress("web")))
    assert elsewhere[1:] == ["Service `web` is not in this deployable; there is one at far/away/s.yaml:1"]
    secret = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {volumes: [{name: v, secret: {secretName: gone}}]}\n"
    assert noted(graph(k8s__release=release, k8s__p=secret)) == ["Secret `gone` is defined nowhere here"]


def test_a_remote_base_may_hold_what_is_missing() -> None:
    base = "resources: [web.yaml, ingress.yaml, 'https://github.com/acme/base?ref=v1']\n"
    made = graph(k8s__kustomization=base, k8s__web=WEB, k8s__ingress=ingress("gone"))
    assert [one for one in told(made) if one.startswith("backend")] == []


def test_where_another_deployable_has_the_name_it_is_said() -> None:
    api = SERVICE.replace("{name: web}", "{name: api}").replace("selector: {app: web}, ", "")
    made = graph(k8s__app__web=WEB, k8s__app__ingress=ingress("api"), elsewhere__deep__api=api)
    assert noted(made) == ["Service `api` is not in this deployable; there is one at elsewhere/deep/api.yaml:1"]


CLAIM = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\n"
USER = WEB.replace("    spec:\n", "    spec:\n      volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]\n")


@pytest.mark.parametrize(
    ("user", "claim"),
    [("k8s__web", "k8s__storage__claim"), ("k8s__pods__web", "k8s__claim"), ("k8s__pods__web", "k8s__storage__claim")],
    ids=["below", "above", "beside"],
)
def test_folders_that_lie_together_are_one_application(user: str, claim: str) -> None:
    made = graph(**{user: USER, claim: CLAIM})
    (mount,) = [r for r in made.relations if r.kind is RelationKind.MOUNTS]
    assert (mount.target.rpartition("/")[2], mount.confidence) == ("data", 0.7)
    assert noted(made) == []


def test_variants_of_one_application_have_each_their_own() -> None:
    made = graph(k8s__dev__web=USER, k8s__prod__web=USER, k8s__prod__claim=CLAIM)
    assert noted(made) == ["PersistentVolumeClaim `data` is not in this deployable; there is one at k8s/prod/claim.yaml:1"]


SET = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  template:
    spec:
      containers: [{name: db, image: acme/db:1}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
  volumeClaimTemplates: [{metadata: {name: data}, spec: {}}]
"""


def test_claims_of_a_template_are_found_by_number_and_in_their_own_set() -> None:
    backup = USER.replace("claimName: data", "claimName: data-db-0")
    made = graph(k8s__db=SET, k8s__backup=backup)
    mounts = [(r.source.rpartition("/")[2], r.target.rpartition("/")[2]) for r in made.relations if r.kind is RelationKind.MOUNTS]
    assert mounts == [("web", "data-db"), ("db", "data-db")]
    assert noted(made) == []


@pytest.mark.parametrize(
    "names",
    [
        "serviceAccountName: default",
        "priorityClassName: system-node-critical",
        "volumes: [{name: v, configMap: {name: kube-root-ca.crt}}]",
        "volumes: [{name: v, secret: {secretName: gone, optional: true}}]",
        "volumes: [{name: v, secret: {secretName: '${APP}-tls'}}]",
        "serviceAccountName: $KSA_NAME",
    ],
)
def test_what_is_given_or_optional_or_not_known_yet_is_never_missing(names: str) -> None:
    assert noted(graph(k8s__web=WEB.replace("    spec:\n", f"    spec:\n      {names}\n"))) == []


MADE = {
    "cert-manager": "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: c}\nspec: {secretName: made}\n",
    "external-secrets": "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: made}\nspec: {}\n",
    "named": "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: e}\nspec: {target: {name: made}}\n",
    "sealed": "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: made}\nspec: {}\n",
    "an ingress": ingress("web").replace("name: i}", "name: i, annotations: {kubernetes.io/tls-acme: 'true'}}")
    + "  tls: [{secretName: made}]\n",
}


@pytest.mark.parametrize("maker", MADE)
def test_secrets_that_a_controller_makes_are_there(maker: str) -> None:
    user = WEB.replace("    spec:\n", "    spec:\n      volumes: [{name: v, secret: {secretName: made}}]\n")
    text = MADE[maker].replace("spec: {defaultBackend", "spec:\n  defaultBackend").replace("}}}}\n  tls", "}}}\n  tls")
    made = graph(k8s__web=user, k8s__service=SERVICE, k8s__maker=text)
    assert noted(made) == []
    assert [r.target.rpartition("/")[2] for r in made.relations if r.kind is RelationKind.MOUNTS] == ["made"]


@pytest.mark.parametrize(
    ("port", "missing"), [("number: 80", ""), ("name: main", ""), ("number: 8080", "8080"), ("name: http", "http")]
)
def test_a_route_to_a_port_that_the_service_has_not(port: str, missing: str) -> None:
    made = graph(k8s__web=WEB, k8s__service=SERVICE, k8s__ingress=ingress("web", port))
    assert told(made) == ([f"port-missing: Service `web` has no port {missing}; it has 80 main"] if missing else [])


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("http", ""),
        ("8081", ""),
        ("grpc", "target-port-missing: port 80 leads to `grpc`, which no container behind it has; they have http"),
    ],
)
def test_a_named_target_port_is_one_of_a_container(target: str, message: str) -> None:
    service = SERVICE.replace("port: 80,", f"port: 80, targetPort: {target},")
    assert told(graph(k8s__web=WEB, k8s__service=service)) == ([message] if message else [])
    operated = OPERATED.replace("spec: {}", "spec: {headGroupSpec: {template: {metadata: {labels: {app: web}}}}}")
    assert told(graph(k8s__ray=operated, k8s__service=service)) == []


def test_one_identity_twice_in_a_deployable() -> None:
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"
    assert told(graph(k8s__web=WEB, k8s__one=config, k8s__two=config)) == [
        "object-duplicate: ConfigMap c is also defined at k8s/one.yaml:1"
    ]


@pytest.mark.parametrize(("ignored", "rule"), [("", "kustomize-file-missing"), ("made.yaml\n", "kustomize-file-generated")])
def test_a_file_that_a_kustomization_names_and_that_is_not_there(ignored: str, rule: str) -> None:
    tree = MemoryFiles({"k8s/kustomization.yaml": "resources: [made.yaml]\n", ".gitignore": ignored})
    (found,) = kustomize.extract("k8s/kustomization.yaml", tree, Config()).findings
    assert found.rule == rule
    assert RULES[rule].severity is (Severity.NOTE if ignored else Severity.ERROR)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, "kustomize-file-missing: `base` holds no kustomization"),
        ({".gitignore": "kustomization.yaml\n"}, "kustomize-file-generated: the kustomization of `base` is ignored by git"),
        (
            {"k8s/base/kustomization.yaml.in": ""},
            "kustomize-file-generated: the kustomization of `base` is made of `k8s/base/kustomization.yaml.in`",
        ),
    ],
)
def test_a_folder_that_holds_no_kustomization(more: dict[str, str], told: str) -> None:
    tree = MemoryFiles({"k8s/kustomization.yaml": "resources: [base]\n", "k8s/base/web.yaml": WEB, **more})
    (found,) = kustomize.extract("k8s/kustomization.yaml", tree, Config()).findings
    assert f"{found.rule}: {found.message}" == told


@pytest.mark.parametrize(("more", "rules"), [("", ["kustomization-invalid"]), ("openapi: {path: schema.json}\n", [])])
def test_a_patch_that_finds_no_place_where_all_is_applied(more: str, rules: list[str]) -> None:
    patch = "patches: [{target: {kind: Deployment}, patch: '[{op: replace, path: /spec/not/there, value: true}]'}]\n"
    tree = MemoryFiles({"k8s/kustomization.yaml": f"resources: [web.yaml]\n{more}{patch}", "k8s/web.yaml": WEB})
    found = kustomize.extract("k8s/kustomization.yaml", tree, Config()).findings
    assert [one.rule for one in found if one.rule != "kustomize-unsupported"] == rules


def test_where_a_chart_is_not_read_it_may_bring_what_a_route_leads_to() -> None:
    tree = {"app/web.yaml": WEB, "app/ingress.yaml": ingress("shop")}
    chart = {"charts/shop/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n"}

    def rules(files: dict[str, str]) -> list[str]:
        module = {path: helm if path.endswith("Chart.yaml") else kubernetes for path in files}
        memory = MemoryFiles(files)
        made = resolve([module[path].extract(path, memory, Config()) for path in files], frozenset(files))
        return [one.rule for one in made.findings if one.rule in ("backend-missing", "reference-missing")]

    assert rules(tree) == ["backend-missing"]
    assert rules(tree | chart) == ["reference-missing"]


def test_classes_come_with_the_cluster() -> None:
    made = graph(k8s__claim="apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c}\nspec: {storageClassName: fast}\n")
    assert noted(made) == []
    assert [(r.kind, r.target) for r in made.relations if r.kind is RelationKind.CLAIMS] == [
        (RelationKind.CLAIMS, "external:StorageClass/k8s:fast")
    ]


def test_a_name_that_is_filled_in_later_may_be_the_missing_one() -> None:
    claim = CLAIM.replace("name: data", "name: '${APP}-data'")
    user = USER.replace("claimName: data", "claimName: web-data")
    made = graph(apps__web__web=user, components__volume__claim=claim)
    assert noted(made) == [
        "PersistentVolumeClaim `web-data` may be `${APP}-data` at components/volume/claim.yaml:1, once that is filled in"
    ]
    assert noted(graph(apps__web__web=USER, components__volume__claim=claim)) == [
        "PersistentVolumeClaim `data` is defined nowhere here"
    ]


RELEASE = (
    "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: shop}\nspec: {values: {existingClaim: shop}}\n"
)
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\nspec: {containers: [{name: p, image: p, envFrom: [{%s: {name: %s}}]}]}\n"


def reached(made: Graph, source: str) -> list[str]:
    kinds = (RelationKind.CONTAINS, RelationKind.RUNS_IMAGE)
    return [r.target.rpartition("/")[2] for r in made.relations if r.source.endswith(f"/{source}") and r.kind not in kinds]


@pytest.mark.parametrize(
    ("field", "name", "target", "missing"),
    [
        ("configMapRef", "shop", "shop", ""),
        ("configMapRef", "shop-dashboard", "shop", ""),
        ("secretRef", "shop", "shop", ""),
        ("secretRef", "shop-made-by-hand", "app:shop-made-by-hand", "Secret `shop-made-by-hand` is defined nowhere here"),
        ("configMapRef", "other-board", "app:other-board", "ConfigMap `other-board` is defined nowhere here"),
    ],
)
def test_what_is_called_like_a_release_beside_it_its_chart_makes(field: str, name: str, target: str, missing: str) -> None:
    made = graph(app__release=RELEASE, app__pod=POD % ("p", field, name))
    assert reached(made, "p") == [target]
    # A chart is told what is there already, so that it does not make that.
    assert sorted(noted(made)) == sorted(
        [*([missing] if missing else []), "PersistentVolumeClaim `shop` is defined nowhere here"]
    )


def test_pods_that_carry_the_name_of_a_release_are_those_of_its_chart() -> None:
    named = selecting("{app.kubernetes.io/instance: shop, app.kubernetes.io/name: web}")
    assert reached(graph(app__release=RELEASE, app__service=named), "web") == ["shop"]
    assert reached(graph(app__release=RELEASE, other__service=named), "web") == []
    assert reached(graph(app__release=RELEASE, app__service=selecting("{app: shop}")), "web") == []


@pytest.mark.parametrize(
    ("labels", "targets"),
    [
        ("{app: web, role: leader}", ["web"]),
        ("{app: web, tier: leader}", []),  # the pods have another tier, and keep it
        ("{app: web, role: chief}", []),
        ("{role: leader}", []),
    ],
)
def test_a_label_that_is_set_at_run_time_tells_which_pod_of_a_workload(labels: str, targets: list[str]) -> None:
    assert reached(graph(k8s__web=WEB, k8s__service=selecting(labels)), "web") == targets


@pytest.mark.parametrize(
    ("pods", "targets"),
    [
        ("{app: x, app.kubernetes.io/name: web}", ["web"]),
        ("{app: web}", ["web"]),
        ("{app: web, app.kubernetes.io/name: x}", []),  # the first of both is the name
        ("{app: web, service.istio.io/canonical-name: x}", []),
    ],
)
def test_a_canonical_name_is_what_the_labels_say_that_istio_takes_it_from(pods: str, targets: list[str]) -> None:
    web = WEB.replace("{app: web, tier: front}", pods)
    assert reached(graph(k8s__web=web, k8s__s=selecting("{service.istio.io/canonical-name: web}")), "web") == targets


def test_the_claim_of_a_dataset_of_fluid_is_there() -> None:
    dataset = "apiVersion: data.fluid.io/v1alpha1\nkind: Dataset\nmetadata: {name: d}\nspec: {}\n"
    volumes = "[{name: v, persistentVolumeClaim: {claimName: d}}]"
    pod = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{volumes: {volumes}}}\n"
    assert noted(graph(k8s__p=pod)) == ["PersistentVolumeClaim `d` is defined nowhere here"]
    assert noted(graph(k8s__p=pod, k8s__d=dataset)) == []


@pytest.mark.parametrize(
    ("gateway", "told"),
    [("mesh-ns/g", 0), ("g.mesh-ns", 0), ("g.mesh-ns.svc.cluster.local", 0), ("g.other", 1), ("g", 1)],
)
def test_a_gateway_of_istio_is_named_with_its_namespace_in_one_of_two_ways(gateway: str, told: int) -> None:
    head = "apiVersion: networking.istio.io/v1\nkind: {}\nmetadata: {{name: g, namespace: {}}}\nspec: {}\n"
    route = head.format("VirtualService", "app", f"{{gateways: [{gateway}]}}")
    made = graph(k8s__g=head.format("Gateway", "mesh-ns", "{servers: []}"), k8s__v=route)
    assert len(noted(made)) == told
    assert [one.source for one in made.relations if one.source.startswith("route:k8s:mesh-ns/")] == ["route:" + MESH] * (1 - told)


@pytest.mark.parametrize(("name", "told"), [("istio-ingressgateway", 0), ("my-ingressgateway", 1)])
def test_the_service_of_the_gateway_that_comes_with_istio_is_given(name: str, told: int) -> None:
    made = graph(k8s__i=ingress(name))
    assert len(noted(made)) == told
    assert [one.target for one in made.relations if one.kind is RelationKind.ROUTES_TO] == [f"external:Service/k8s:{name}"]


def test_an_annotation_may_say_the_port() -> None:
    assert told(graph(k8s__web=WEB, k8s__service=SERVICE, k8s__ingress=ingress("web", "name: use-annotation"))) == []
    assert len(told(graph(k8s__web=WEB, k8s__service=SERVICE, k8s__ingress=ingress("web", "name: other")))) == 1


def test_an_autoscaler_of_what_an_operator_makes_scales_the_resource_that_it_makes_it_for() -> None:
    vectors = OPERATED.replace("{name: ray}", "{name: vec-tors}")

    def scaled(name: str, *more: str) -> tuple[list[tuple[str, float]], list[str]]:
        made = graph(k8s__a="---\n".join((vectors, scaler(name), *more)))
        return [(r.target, r.confidence) for r in made.relations if r.kind is RelationKind.SCALES], noted(made)

    assert scaled("vec-tors-proxy") == ([("workload:k8s:RayCluster.ray.io/vec-tors", 0.6)], [])
    missing = "Deployment `{}` is defined nowhere here"
    for name in ("vec-torsproxy", "vec"):
        assert scaled(name) == ([(f"external:Deployment/k8s:{name}", 1.0)], [missing.format(name)])
    twin = vectors.replace("RayCluster", "RayService")
    assert scaled("vec-tors-proxy", twin)[1] == [missing.format("vec-tors-proxy")]


def test_what_several_miss_is_told_once_with_how_many_deployables_do() -> None:
    one, two = (POD % (name, "secretRef", "db") for name in ("one", "two"))
    message = "Secret `db` is defined nowhere here"
    assert noted(graph(app__a=one, app__b=two)) == [message]
    assert noted(graph(app__a=one, app__b=two, other__c=one)) == [f"{message}; 1 more deployable misses it"]
    assert noted(graph(app__a=one, more__b=two, other__c=one)) == [f"{message}; 2 more deployables miss it"]
    named = [finding.path for finding in graph(other__c=one, app__a=two).findings if finding.rule == "reference-missing"]
    assert named == ["app/a.yaml"]


ROLE = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: reader}\nrules: []\n"
BINDING = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: reads}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}
"""


@pytest.mark.parametrize("resources", ["binding.yaml, service.yaml, made.yaml", "binding.yaml, service.yaml"])
def test_what_is_in_a_file_that_is_made_later_is_neither_missing_nor_that_of_others(resources: str) -> None:
    """A piece that is not here has what the rest mentions, so another application's object of that name is not meant."""
    service = selecting("{app: gone}").replace("{name: web}", "{name: web, namespace: prod}")
    pods = WEB.replace("{name: web}", "{name: web, namespace: prod}").replace("app: web", "app: gone")
    files = {"a/binding.yaml": BINDING, "a/service.yaml": service, "else/role.yaml": ROLE, "else/web.yaml": pods}
    tree = MemoryFiles({**files, "a/kustomization.yaml": f"resources: [{resources}]\n"})
    others = [kubernetes.extract(path, tree, Config()) for path in files if path.startswith("else")]
    made = resolve([kustomize.extract("a/kustomization.yaml", tree, Config()), *others], frozenset(tree.files))
    links = {r.target for r in made.relations if r.kind in (RelationKind.GRANTS, RelationKind.SELECTS) and ":a:" in r.source}
    theirs = {"identity:else:ClusterRole/reader", "workload:else:prod/Deployment/web"}
    assert links == ({"external:ClusterRole/a:reader"} if "made" in resources else theirs)
    assert noted(made) == []


@pytest.mark.parametrize(
    ("context", "rule"),
    [("vendor-fork", "context-missing"), ("web", "dockerfile-missing"), ("web/gone", "dockerfile-missing")],
)
def test_a_context_that_is_not_in_the_tree_is_brought_by_something(context: str, rule: str) -> None:
    text = f"services: {{web: {{image: acme/web, build: {{context: {context}, dockerfile: Dockerfile.gpu}}}}}}\n"
    tree = MemoryFiles({"compose.yaml": text, "web/main.py": ""})
    made = resolve([compose.extract("compose.yaml", tree, Config())], frozenset(tree.files))
    assert [one.rule for one in made.findings] == [rule]


@pytest.mark.parametrize(("more", "told"), [("", 1), (", 'https://github.com/acme/base?ref=v1'", 0)])
def test_what_a_kustomization_lacks_may_be_in_a_base_that_is_not_fetched(more: str, told: int) -> None:
    tree = MemoryFiles({"k8s/kustomization.yaml": f"resources: [binding.yaml{more}]\n", "k8s/binding.yaml": BINDING})
    made = resolve([kustomize.extract("k8s/kustomization.yaml", tree, Config())], frozenset(tree.files))
    assert len(noted(made)) == told


def test_what_is_left_out_of_a_kustomization_means_what_that_renames() -> None:
    account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: manager, namespace: system}\n"
    subject = BINDING.replace("roleRef", "subjects: [{kind: ServiceAccount, name: manager, namespace: system}]\nroleRef")
    tree = MemoryFiles(
        {
            "rbac/kustomization.yaml": "resources: [account.yaml]\n",
            "rbac/account.yaml": account,
            "rbac/left_out.yaml": subject,
            "default/kustomization.yaml": "namePrefix: shop-\nnamespace: shop\nresources: [../rbac]\n",
        }
    )
    built = kustomize.extract("default/kustomization.yaml", tree, Config())
    made = resolve([built, kubernetes.extract("rbac/left_out.yaml", tree, Config())], frozenset(tree.files))
    grants = {r.source for r in made.relations if r.kind is RelationKind.GRANTS and "Account" in r.source}
    assert grants == {"identity:default:shop/ServiceAccount/shop-manager"}
