"""The pipeline as a whole, on trees in memory."""

from archdoc import pipeline
from archdoc.cache import Cache
from archdoc.config import Config
from archdoc.model import RelationKind
from tests.support import MemorySnapshot

CALLS = """\
on: push
jobs:
  nightly: {uses: ./.github/workflows/image.yml}
  release: {uses: ./.github/workflows/image.yml}
"""
IMAGE = """\
on: workflow_call
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: docker build -f gone/Dockerfile -t acme/web .
"""


def test_a_line_that_two_jobs_run_is_told_once() -> None:
    tree = MemorySnapshot({".github/workflows/ci.yml": CALLS, ".github/workflows/image.yml": IMAGE})
    build = pipeline.build(tree, Config(), Cache(None))
    found = [(one.path, one.line) for one in build.findings if one.rule == "dockerfile-missing"]
    assert found == [(".github/workflows/image.yml", 7)]
    assert len([one for one in build.graph.findings if one.rule == "dockerfile-missing"]) > 1


def test_an_environment_called_test_holds_no_tests() -> None:
    claim = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"
    tree = MemorySnapshot({"k8s/overlays/test/c.yaml": claim, "k8s/test/c.yaml": claim, "overlays/test/tests/c.yaml": claim})
    build = pipeline.build(tree, Config(), Cache(None))
    assert build.paths == ("k8s/overlays/test/c.yaml",)


def test_a_component_that_flux_applies_is_not_shown_alone() -> None:
    flux = (
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: shop}\n"
        "spec: {path: ./app, components: [../parts/cache], sourceRef: {kind: GitRepository, name: this}}\n"
    )
    files = {
        "app/kustomization.yaml": "resources: []\n",
        "parts/cache/kustomization.yaml": "kind: Component\nresources: [c.yaml]\n",
        "parts/cache/c.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n",
    }

    def parts(**more: str) -> list[str]:
        tree = MemorySnapshot(files | {f"{name}.yaml": text for name, text in more.items()})
        return [one for one in pipeline.build(tree, Config(), Cache(None)).graph.entities if one.startswith("config:")]

    assert parts() == ["config:parts/cache:ConfigMap/c"]
    assert parts(flux=flux) == ["config:app:ConfigMap/c"]


def test_a_component_that_nobody_applies_is_shown_and_what_it_mentions_is_not_missed() -> None:
    files = {
        "parts/kustomization.yaml": "kind: Component\nresources: [cache.yaml, policy.yaml, scaler.yaml]\n",
        "parts/cache.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n",
        "parts/policy.yaml": (
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\n"
            "spec: {podSelector: {matchLabels: {app: web}}}\n"
        ),
        "parts/scaler.yaml": (
            "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h}\n"
            "spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: other}}\n"
        ),
    }
    app = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n"
        "  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: acme/web:1}]}}\n"
    )

    def seen(**more: str) -> tuple[list[str], list[str]]:
        tree = MemorySnapshot(files | {f"{name.replace('__', '/')}.yaml": text for name, text in more.items()})
        build = pipeline.build(tree, Config(), Cache(None))
        protected = [one.target for one in build.graph.relations if one.kind is RelationKind.PROTECTS]
        return [one for one in build.graph.entities if one.startswith("config:")], [*(f.rule for f in build.findings), *protected]

    assert seen() == (["config:parts:ConfigMap/c"], [])
    assert seen(parts__app__web=app) == (["config:parts:ConfigMap/c"], [])
