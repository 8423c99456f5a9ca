"""Plain manifests: which files are taken, and what may never leave them."""

from __future__ import annotations

import json

import pytest

from archdoc import codec
from archdoc.config import Config
from archdoc.extract import kubernetes
from archdoc.extract._manifests import looks_like_manifest
from archdoc.model import ByHost, ById, ByName, EntityKind, Facts, RelationKind
from tests.support import MemoryFiles


def read(text: str | bytes, path: str = "k8s/a.yaml") -> Facts:
    return kubernetes.extract(path, MemoryFiles({path: text}), Config())


def calls(facts: Facts) -> list[tuple[str, int | None]]:
    return [(r.target.host, r.target.port) for r in facts.references if isinstance(r.target, ByHost)]


@pytest.mark.parametrize(
    "path",
    ["a.yaml", "k8s/a.yml", "x/a.json", "k8s/service.yaml", "charts/values.yaml", "kustomize/patch.yaml", "compose/api.yaml"],
)
def test_claims(path: str) -> None:
    assert kubernetes.claims(path)


@pytest.mark.parametrize(
    "path",
    [
        ".github/workflows/ci.yml",
        "a/kustomization.yaml",
        "a/kustomization.yml",
        "Kustomization",
        "chart/Chart.yaml",
        "docker-compose.yml",
        "docker-compose.override.yaml",
        "compose.yaml",
        "compose.prod.yml",
        "README.md",
        "a.yaml.tmpl",
    ],
)
def test_claims_nothing_of_others(path: str) -> None:
    assert not kubernetes.claims(path)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"apiVersion: v1\nkind: Service\n", True),
        (b"kind: Service\r\napiVersion: v1\r\n", True),
        (b"  apiVersion: v1\n  kind: Service\n", True),
        (b'"apiVersion": "v1"\n"kind": "Service"\n', True),
        (b'{"apiVersion":"v1","kind":"Service"}', True),
        (b"# apiVersion: v1\n# kind: Service\n", False),
        (b"text: apiVersion and kind\n", False),
        (b"kind: Service\n", False),
        (b"\xff\xfe", False),
    ],
)
def test_a_look_at_the_bytes(data: bytes, expected: bool) -> None:
    assert looks_like_manifest(data) is expected


def test_what_is_no_manifest_says_nothing() -> None:
    assert read("a: [not yaml") == Facts()
    assert read("name: app\nservices: {}\n") == Facts()
    assert kubernetes.extract("gone.yaml", MemoryFiles({}), Config()) == Facts()


def test_files_of_one_folder_say_the_same_deployable() -> None:
    one = read("apiVersion: v1\nkind: Service\nmetadata: {name: a}\n", "k8s/a.yaml")
    two = read("apiVersion: v1\nkind: Service\nmetadata: {name: b}\n", "k8s/b.yaml")
    assert one.entities[0] == two.entities[0]
    assert (one.entities[0].id, one.entities[0].name, one.entities[0].type) == ("deployable:k8s", "k8s", "manifests")


def test_every_member_is_contained_once() -> None:
    facts = read(
        "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: n}\n"
    )
    contained = [r.target for r in facts.references if r.relation is RelationKind.CONTAINS]
    assert contained == [ById(e.id) for e in facts.entities if e.kind is EntityKind.SERVICE]


def test_the_version_of_an_api_is_no_identity() -> None:
    old = read("apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: {name: a}\n")
    new = read("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n")
    assert old.entities[1].id == new.entities[1].id
    assert old.entities[1].type == "extensions/v1beta1/Deployment"


def test_comments_and_the_order_of_keys_change_nothing_but_lines() -> None:
    one = read(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, namespace: n}\n"
        "spec: {template: {metadata: {labels: {x: y, z: w}}, spec: {containers: [{name: c, image: i}]}}}\n"
    )
    two = read(
        "# a comment\nspec: {template: {spec: {containers: [{image: i, name: c}]}, metadata: {labels: {z: w, x: y}}}}\n"
        "kind: Deployment\nmetadata: {namespace: n, name: a}\napiVersion: apps/v1\n"
    )

    def without_lines(facts: Facts) -> str:
        text = json.dumps(codec.facts_to_json(facts), sort_keys=True)
        return "".join(part for part in text.split('"line": ') if part).translate(str.maketrans("", "", "0123456789"))

    assert without_lines(one) == without_lines(two)


SECRETS = """
apiVersion: v1
kind: Secret
metadata: {name: s, annotations: {note: canary-annotation}}
data: {a: Y2FuYXJ5}
stringData: {b: canary-string, url: "redis://:canary-url@redis:6379"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data:
  PLAIN: canary-config
  URL: https://canary-user:canary-password@api.example.com/canary-path?token=canary-query
  file.conf: |
    password = canary-file
    server upstream:80;
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  template:
    spec:
      containers:
        - name: d
          image: d
          command: [run, --password, canary-word, --token=canary-flag, "--api-key", "canary:1234"]
          args: ["--url=postgres://u:canary-arg@db/x", "-pcanary-short", "curl -u canary:5678 http://x", "-u", "canary:4321"]
          env:
            - {name: PASSWORD, value: canary-env}
            - {name: DB_PASSWORD, value: "canary:6379"}
            - {name: SECRET_HOST, value: canary-host}
            - {name: DSN, value: "root:canary-dsn@tcp(db:3306)/x"}
            - {name: CONNECTION, value: "Server=sql;User=sa;Password=canary-pair:1433"}
            - {name: REDIS_URL, value: "redis://:canary/slash@cache:6379"}
            - {name: EXPANDED_URL, value: "amqp://u:$(PASSWORD)@queue:5672"}
            - {name: EXPANDED_PATH, value: "http://web/$(PASSWORD)"}
          envFrom: [{configMapRef: {name: c}}]
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: h}
spec:
  values: {password: canary-value, auth: {token: "canary:1"}, url: "https://u:canary-helm@x.example.com"}
---
apiVersion: example.com/v1
kind: Thing
metadata: {name: t}
spec: {password: canary-custom, secretRef: {name: s, value: canary-ref}}
"""


def test_no_value_that_may_be_secret_leaves() -> None:
    facts = read(SECRETS)
    assert "canary" not in codec.compact(codec.facts_to_json(facts))
    assert {"db", "cache", "queue", "api.example.com", "sql", "web"} <= {host for host, _ in calls(facts)}


def test_secrets_in_a_broken_file_do_not_leave_either() -> None:
    facts = read("apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nstringData:\n  a: canary-a\n b: 'canary-b\n")
    assert facts.findings
    assert "canary" not in codec.compact(codec.facts_to_json(facts))


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffapiVersion: v1\nkind: Service\nmetadata: {name: a}\n",
        "apiVersion: v1\r\nkind: Service\r\nmetadata:\r\n  name: a\r\n",
    ],
)
def test_marks_and_line_ends_of_windows(text: str) -> None:
    assert [e.name for e in read(text.encode()).entities] == ["k8s", "a"]


def test_a_mention_may_say_its_own_kind_and_place() -> None:
    facts = read(
        "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r, namespace: a}\n"
        "spec: {rules: [{backendRefs: [{name: s, namespace: b}, {group: '', kind: Service, name: t}, {kind: Other, name: u}]}]}\n"
    )
    targets = [r.target for r in facts.references if isinstance(r.target, ByName)]
    assert [(t.kinds, t.namespace, t.name) for t in targets] == [
        (("Service",), "b", "s"),
        (("Service",), "a", "t"),
        (("Other",), "a", "u"),
    ]


def test_values_that_stand_in_many_places_cost_once() -> None:
    rows = ["a0: &a0 [{secretRef: {name: x}}]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 8)}]" for n in range(1, 7))]
    facts = read("apiVersion: example.com/v1\nkind: Many\nmetadata: {name: m}\nspec:\n  " + "\n  ".join(rows) + "\n")
    assert len(facts.references) <= 5_001


@pytest.mark.parametrize("name", ["tsconfig.json", "tsconfig.build.json", "package.json", "package-lock.json"])
def test_files_of_languages_hold_no_manifests(name: str) -> None:
    assert not kubernetes.claims(f"ui/{name}")
    assert kubernetes.claims(f"ui/my-{name}")


@pytest.mark.parametrize(
    ("name", "key", "told"),
    [("argocd-cm", "url", 0), ("argocd-cm", "statusbadge.url", 0), ("other-cm", "url", 1), ("argocd-cm", "repo.url", 1)],
)
def test_a_program_s_own_address_is_no_call(name: str, key: str, told: int) -> None:
    facts = read(f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{{key}: 'https://cd.acme.example'}}\n")
    assert len([one for one in facts.references if one.relation == "connects-to"]) == told


def test_a_template_of_a_file_beside_it_is_not_applied() -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: one}\nspec: {containers: [{image: a}]}\n"
    names = ("pod.template", "pod", "job.tmpl", "pod-template")
    tree = MemoryFiles({f"k8s/{name}.yaml": pod for name in names})
    assert not kubernetes.extract("k8s/pod.template.yaml", tree, Config()).entities
    assert all(kubernetes.extract(path, tree, Config()).entities for path in list(tree.files)[1:])
