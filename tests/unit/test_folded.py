"""What is missing is told where it can be mended: of the whole and not of its pieces, once of all, and never of extras."""

from __future__ import annotations

import pytest

from archdoc.config import Config
from archdoc.extract import kubernetes, kustomize
from archdoc.graph import Graph
from archdoc.model import ByPath, Entity, EntityId, EntityKind, Evidence, Facts, Reference, RelationKind
from archdoc.resolve import resolve
from tests.support import MemoryFiles

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: acme/web:1}]}
"""
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {matchLabels: {app: %s}}, policyTypes: [Ingress]}
"""
MONITOR = """\
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web, namespace: watch}
spec: {selector: {matchLabels: {app: web}}, endpoints: [{port: main}]}
"""
SERVICE = (
    "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop, labels: {app: web}}\nspec: {ports: [{port: 80}]}\n"
)
BINDING = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: b}
roleRef: {kind: Role, name: r}
subjects: []
"""
GATEWAY = "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: g}\nspec: {selector: {%s}}\n"


def graph(files: dict[str, str], part: str = "", deployed: str = "") -> Graph:
    """Every kustomization but `part` is applied by itself, and so is every file that none takes in; a job deploys a folder."""
    tree = MemoryFiles(files)
    applied = [path for path in files if path.endswith("kustomization.yaml") and path != part]
    built = [kustomize.extract(path, tree, Config()) for path in applied]
    covered = {path for one in built for path in one.covers}
    plain = [kubernetes.extract(path, tree, Config()) for path in files if path not in covered]
    at = Evidence(".github/workflows/w.yaml", 1)
    job = Entity(EntityId("job:w"), EntityKind.JOB, "job", "w", at.path, at.line)
    deploys = [Reference(job.id, RelationKind.DEPLOYS, ByPath(deployed, EntityKind.DEPLOYABLE), at)] if deployed else []
    return resolve([*built, *plain, Facts((job,), tuple(deploys))], frozenset(files))


def noted(files: dict[str, str], part: str = "", deployed: str = "") -> list[str]:
    return [f"{one.path}: {one.message}" for one in graph(files, part, deployed).findings]


def kustomization(*entries: str) -> str:
    return f"resources: [{', '.join(entries)}]\n"


def test_a_piece_says_nothing_of_what_the_whole_has() -> None:
    piece = {"policies/kustomization.yaml": kustomization("p.yaml"), "policies/p.yaml": POLICY % "web"}
    elsewhere = {"app/kustomization.yaml": kustomization("web.yaml"), "app/web.yaml": WEB.replace("shop", "other")}
    whole = {"all/kustomization.yaml": kustomization("../policies", "web.yaml"), "all/web.yaml": WEB}
    (message,) = noted(piece | elsewhere)
    assert message.endswith("; `web` at app/web.yaml:1 has, in namespace `other`")
    assert noted(piece | elsewhere | whole) == []


def test_what_the_whole_lacks_too_is_told_of_the_whole() -> None:
    piece = {"policies/kustomization.yaml": kustomization("p.yaml"), "policies/p.yaml": POLICY % "db"}
    whole = {"all/kustomization.yaml": kustomization("../policies")}
    (told,) = (one for one in graph(piece | whole).findings if one.rule == "selector-unmatched")
    assert told.subject == "policy:all:shop/NetworkPolicy/web"


def test_an_overlay_with_the_same_files_is_no_whole() -> None:
    base = {"base/kustomization.yaml": kustomization("p.yaml"), "base/p.yaml": POLICY % "db"}
    some = {"one/kustomization.yaml": kustomization("../base"), "two/kustomization.yaml": kustomization("../base", "m.yaml")}
    made = graph(base | some | {"two/m.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n"})
    assert [one.message for one in made.findings] == ["selects app=db, which no workload here has; 1 more deployable misses it"]


def test_extras_beside_a_kustomization_are_for_whoever_adds_them() -> None:
    extra = {"rbac/extra.yaml": (POLICY % "db") + "---\n" + BINDING}
    taken = {
        "rbac/kustomization.yaml": kustomization("m.yaml"),
        "rbac/m.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n",
    }
    whole = {"all/kustomization.yaml": kustomization("../rbac", "web.yaml"), "all/web.yaml": WEB}
    part = "rbac/kustomization.yaml"
    assert len(noted(extra)) == 2
    assert noted(extra | taken | whole, part) == []
    assert [len(noted(extra | taken | whole, part, deployed)) for deployed in ("rbac", "all")] == [2, 0]
    assert len(noted(extra | taken | whole | {"rbac/job.yaml": WEB}, part)) == 2  # an application by itself


@pytest.mark.parametrize(
    ("labels", "told"),
    [("istio: ingressgateway", 0), ("app: istio-egressgateway", 0), ("istio: my-gateway", 1), ("app: web", 1)],
)
def test_the_gateway_of_istio_need_not_be_here(labels: str, told: int) -> None:
    assert len(noted({"k8s/g.yaml": GATEWAY % labels})) == told


def test_a_selector_in_another_namespace_is_told_where_the_labels_are() -> None:
    assert noted({"a/m.yaml": MONITOR, "deep/er/b/s.yaml": SERVICE}) == [
        "a/m.yaml: selects app=web, which no service in this deployable has; `web` at deep/er/b/s.yaml:1 has, in namespace `shop`"
    ]


def test_two_files_that_define_the_same_objects_are_told_once() -> None:
    objects = "---\n".join(f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n" for name in "abc")
    assert noted({"k8s/a.yaml": objects, "k8s/b.yaml": objects, "k8s/c.yaml": objects[: objects.index("---")]}) == [
        "k8s/b.yaml: ConfigMap a is also defined at k8s/a.yaml:1; 1 more file defines it; 2 more objects are in both files"
    ]


def test_templates_of_one_part_of_the_tree_are_told_once() -> None:
    template = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: {{.Name}}\n  labels: {a: b}\n"
    paths = ["a.yaml", "load/tests/10/a.yaml", "load/tests/100/a.yaml", "load/tests/b.yaml", "load/other/a.yaml"]
    assert noted(dict.fromkeys(paths, template)) == [
        "a.yaml: a template, not YAML",
        "load/other/a.yaml: a template, not YAML",
        "load/tests/10/a.yaml: a template, not YAML; 2 more files of this part of the tree are",
    ]


def related(text: str, kind: RelationKind) -> list[tuple[str, str]]:
    made = graph({"k8s/a.yaml": text})
    ends = made.entities
    return sorted((ends[r.source].name, ends[r.target].name) for r in made.relations if r.kind is kind)


def test_the_service_of_a_grafana_has_the_labels_of_the_grafana() -> None:
    grafana = "apiVersion: grafana.integreatly.org/v1beta1\nkind: Grafana\nmetadata: {name: g, labels: {app: web}}\nspec: {}\n"
    selected = related(MONITOR.replace(", namespace: watch", "") + "---\n" + grafana, RelationKind.SELECTS)
    assert ("web", "g-service") in selected


@pytest.mark.parametrize(("router", "found"), [("{scheduler: {}}", True), ("{}", False)])
def test_the_pool_of_an_llm_inference_service(router: str, found: bool) -> None:
    text = f"""\
apiVersion: serving.kserve.io/v1alpha1
kind: LLMInferenceService
metadata: {{name: chat}}
spec: {{model: {{uri: "hf://acme/chat"}}, router: {router}}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {{name: r}}
spec: {{rules: [{{backendRefs: [{{group: inference.networking.k8s.io, kind: InferencePool, name: chat-inference-pool}}]}}]}}
"""
    monitor = MONITOR.replace(", namespace: watch", "").replace("app: web", "app.kubernetes.io/part-of: llminferenceservice")
    assert ("web", "chat-kserve-workload-svc") in related(f"{text}---\n{monitor}", RelationKind.SELECTS)
    assert ("r", "chat-inference-pool") in related(text, RelationKind.ROUTES_TO)
    assert (("chat-inference-pool", "chat") in related(text, RelationKind.SELECTS)) is found


@pytest.mark.parametrize("group", ["cert-manager.io/v1", "certmanager.k8s.io/v1alpha1"])
def test_an_issuer_is_one_of_the_group_of_its_certificate(group: str) -> None:
    text = f"""\
apiVersion: {group}
kind: Issuer
metadata: {{name: own}}
spec: {{selfSigned: {{}}}}
---
apiVersion: {group}
kind: Certificate
metadata: {{name: c}}
spec: {{secretName: c-tls, issuerRef: {{kind: Issuer, name: own}}}}
"""
    assert (related(text, RelationKind.CONFIGURES), noted({"k8s/a.yaml": text})) == ([("c", "own")], [])


def test_a_name_that_may_mean_several_services_is_told_once() -> None:
    caller = """\
apiVersion: v1
kind: Pod
metadata: {name: %s}
spec: {containers: [{name: c, image: acme/c:1, env: [{name: API_URL, value: "http://api:80"}]}]}
"""
    services = {f"{place}/s.yaml": SERVICE.replace("web", "api").replace(", namespace: shop", "") for place in ("a/a", "a/b")}
    callers = {f"a/{name}/p.yaml": caller % name for name in ("one", "two", "three")}
    (told,) = (one for one in graph(services | callers).findings if one.rule == "host-ambiguous")
    assert told.message == "2 Services are called `api`, in `a/a`, `a/b`; 2 more deployables ask for it"


def test_leftover_patches_are_told_once_a_folder() -> None:
    patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s}\nspec: {replicas: 2}\n"
    files = {f"{place}.yaml": patch % name for place, name in (("k/a", "one"), ("k/b", "two"), ("k/c", "two"), ("k/d/e", "one"))}
    assert noted(files | {"k/kustomization.yaml": kustomization("web.yaml"), "k/web.yaml": WEB}) == [
        "k/a.yaml: Deployment one looks like a patch; 2 more files of this folder do",
        "k/d/e.yaml: Deployment one looks like a patch",
    ]


def test_an_object_that_many_files_define_is_told_once() -> None:
    settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"
    assert noted({f"k/{name}.yaml": settings for name in "abc"}) == [
        "k/b.yaml: ConfigMap c is also defined at k/a.yaml:1; 1 more file defines it"
    ]
