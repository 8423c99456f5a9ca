"""What must and what must not fail a pull request, one edit each: the tree is compared, never the commits that led to it."""

from __future__ import annotations

import os

import pytest

from tests.e2e.support import Repo

INFERENCE = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: churn}
spec:
  predictor:
    model: {modelFormat: {name: sklearn}, storageUri: s3://models/churn}
"""
PAGE = "docs/architecture/deployables/k8s.md"


def _verdict(repo: Repo) -> tuple[int, str]:
    repo.git("add", "-A")
    result = repo.archdoc("check")
    assert repo.archdoc("check", "--staged").returncode == result.returncode
    repo.commit()
    assert repo.archdoc("check", "--rev", "HEAD").returncode == result.returncode
    return result.returncode, result.stdout


def _replace(repo: Repo, path: str, old: str, new: str) -> None:
    before = repo.read(path)
    assert old in before
    repo.write(path, before.replace(old, new))


@pytest.fixture
def scheduled(shop: Repo) -> Repo:
    """The shop with a model server's Dockerfile and a training job in CI."""
    shop.write("train/Dockerfile", "FROM python:3.11\nCOPY . /app\n")
    shop.write(
        ".github/workflows/train.yml",
        """\
        name: train
        on: push
        jobs:
          train:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v4
              - run: docker build -t ghcr.io/acme/train:1.0 train
              - run: kubectl apply -f https://github.com/acme/queue/releases/download/v1.15.0/install.yaml
        """,
    )
    shop.drawn()
    return shop


def test_a_new_model_server_fails_with_its_name_its_line_the_pages_and_the_command(shop: Repo) -> None:
    shop.write("k8s/churn.yaml", INFERENCE)
    code, said = _verdict(shop)
    assert code == 1
    for words in ("InferenceService churn", "k8s/churn.yaml:1", PAGE, "archdoc update"):
        assert words in said


def test_the_same_with_its_diagrams_passes_also_when_they_come_in_a_later_commit(shop: Repo) -> None:
    shop.write("k8s/churn.yaml", INFERENCE)
    shop.commit("the server")
    shop.archdoc("update")
    assert _verdict(shop)[0] == 0


def test_a_touched_diagram_is_no_match(shop: Repo) -> None:
    shop.write("k8s/churn.yaml", INFERENCE)
    shop.write(PAGE, shop.read(PAGE) + "\n\n")
    assert _verdict(shop)[0] == 1


def test_a_right_diagram_without_a_change_of_infrastructure_passes(shop: Repo) -> None:
    shop.write(PAGE, "")
    shop.commit("lost")
    shop.archdoc("update")
    assert _verdict(shop)[0] == 0


@pytest.mark.parametrize(
    ("path", "old", "new", "code"),
    [
        (".github/workflows/train.yml", "on: push", "on: {schedule: [{cron: '0 3 * * *'}]}", 1),
        (".github/workflows/train.yml", "runs-on: ubuntu-latest", "runs-on: [self-hosted, gpu]", 1),
        (".github/workflows/train.yml", "runs-on: ubuntu-latest", "runs-on: ubuntu-24.04", 0),
        (".github/workflows/train.yml", "actions/checkout@v4", "actions/checkout@v5", 0),
        (".github/workflows/train.yml", "download/v1.15.0/", "download/v1.16.1/", 0),
        (".github/workflows/train.yml", "queue/releases", "scheduler/releases", 1),
        ("train/Dockerfile", "FROM python:3.11", "FROM vllm/vllm-openai:v0.9", 1),
        ("train/Dockerfile", "FROM python:3.11", "FROM python:3.12", 0),
        ("k8s/web.yaml", "image: ghcr.io/acme/web:1.0", "image: ghcr.io/acme/web@sha256:" + "0" * 64, 0),
        ("k8s/web.yaml", "image: ghcr.io/acme/web:1.0", "image: ghcr.io/acme/shop:1.0", 1),
        ("k8s/web.yaml", "kind: Deployment", "kind: StatefulSet", 1),
        ("k8s/web.yaml", "spec:\n  selector:", "spec:\n  replicas: 3\n  selector:", 0),
        ("k8s/web.yaml", "apiVersion", "# a comment\napiVersion", 0),
        ("k8s/web-service.yaml", "selector: {app: web}", "selector: {app: worker}", 1),
    ],
)
def test_what_fails_and_what_does_not(scheduled: Repo, path: str, old: str, new: str, code: int) -> None:
    _replace(scheduled, path, old, new)
    assert _verdict(scheduled)[0] == code


@pytest.mark.parametrize("folder", ["examples/old", "tests/data", "vendor/chart"])
def test_what_lies_outside_of_what_is_read_is_ignored(shop: Repo, folder: str) -> None:
    shop.deployment("redis", folder)
    assert _verdict(shop)[0] == 0


def test_a_file_that_does_not_parse_fails(shop: Repo) -> None:
    shop.write("k8s/worker.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: worker\n")
    code, said = _verdict(shop)
    assert code == 1
    assert "yaml-invalid" in said
    assert "k8s/worker.yaml:" in said


def test_the_second_of_two_pull_requests_fails_as_stale_with_the_same_command(shop: Repo) -> None:
    for branch, name in (("one", "kafka"), ("two", "zookeeper")):
        shop.git("switch", "-q", "-c", branch, "main")
        shop.deployment(name)
        shop.drawn()
    shop.git("switch", "-q", "main")
    shop.git("merge", "-q", "--no-verify", "one")
    # The second was rebased, and its pages were taken from its own side.
    shop.git("merge", "-q", "--no-edit", "--no-verify", "-X", "theirs", "two", check=False)
    shop.git("checkout", "-q", "two", "--", "docs")
    code, said = _verdict(shop)
    assert code == 1
    assert "kafka" in said
    assert "archdoc update" in said
    shop.archdoc("update")
    assert _verdict(shop)[0] == 0


def test_a_rebase_runs_no_hook_and_check_sees_it(shop: Repo) -> None:
    hook = shop.path / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexec archdoc check --staged\n", encoding="utf-8")
    hook.chmod(0o755)
    shop.git("switch", "-q", "-c", "feature")
    shop.git("rm", "-q", "k8s/worker.yaml")
    shop.archdoc("update")
    shop.commit(verify=True)
    shop.git("switch", "-q", "main")
    shop.write("k8s/worker.yaml", shop.read("k8s/worker.yaml").replace("kind: Deployment", "kind: DaemonSet"))
    shop.drawn()
    shop.git("switch", "-q", "feature")
    shop.git("rebase", "-q", "-X", "ours", "main", check=False)
    shop.git("checkout", "-q", "main", "--", "docs", "k8s", check=False)
    shop.git("rm", "-q", "-f", "k8s/worker.yaml", check=False)
    shop.git("rebase", "--continue", check=False, GIT_EDITOR="true")
    assert shop.archdoc("check", "--rev", "HEAD").returncode == 1


def test_an_accidental_shallow_fetch_changes_no_verdict(shop: Repo) -> None:
    shop.deployment("redis")
    shop.commit()
    clone = Repo(shop.path.parent / "clone")
    clone.git("fetch", "-q", shop.path.as_uri(), "main")
    clone.git("reset", "-q", "--hard", "FETCH_HEAD")
    before = clone.archdoc("check", "--rev", "HEAD")
    clone.git("fetch", "-q", "--depth=1", shop.path.as_uri(), "main")
    after = clone.archdoc("check", "--rev", "HEAD")
    assert before.returncode == after.returncode == 1


@pytest.mark.parametrize("locale", ["C", "tr_TR.UTF-8"])
def test_two_machines_draw_the_same_bytes(shop: Repo, locale: str) -> None:
    def drawn() -> dict[str, bytes]:
        return {str(p.relative_to(shop.path)): p.read_bytes() for p in sorted((shop.path / "docs").rglob("*.md"))}

    before = drawn()
    for name in before:
        os.unlink(shop.path / name)
    shop.git("add", "-A")
    assert shop.archdoc("update", LC_ALL=locale, PYTHONHASHSEED="7", TZ="Asia/Tokyo").returncode == 0
    assert drawn() == before


@pytest.mark.parametrize(
    ("track", "edit", "words"),
    [
        ("image-tags", ("k8s/web.yaml", "web:1.0", "web:1.1"), "|1.1|"),
        ("config", ("k8s/settings.yaml", "name: settings", "name: settings-2"), "settings-2"),
        ("autoscalers", ("k8s/scaler.yaml", "name: worker", "name: web"), "scales"),
    ],
)
def test_what_is_tracked_fails_too(shop: Repo, track: str, edit: tuple[str, str, str], words: str) -> None:
    shop.write("k8s/settings.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {A: b}\n")
    shop.write(
        "k8s/scaler.yaml",
        """\
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: scaler}
        spec:
          maxReplicas: 3
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: worker}
        """,
    )
    shop.drawn()
    before = shop.read(edit[0])
    _replace(shop, *edit)
    assert _verdict(shop)[0] == 0, "not tracked"

    shop.write(edit[0], before)
    shop.write("archdoc.toml", f'track = ["{track}"]\n')
    shop.drawn()
    assert shop.archdoc("check").returncode == 0
    _replace(shop, *edit)
    code, said = _verdict(shop)
    assert code == 1
    assert f"docs/architecture/details/{track}.md" in said
    assert words in said

    shop.write("archdoc.toml", "")
    shop.archdoc("update")
    assert not (shop.path / f"docs/architecture/details/{track}.md").exists(), "what is tracked no more is drawn no more"


def test_what_cannot_be_tracked_is_told(shop: Repo) -> None:
    shop.write("archdoc.toml", 'track = ["image-tag"]\n')
    shop.git("add", "-A")
    result = shop.archdoc("check")
    assert result.returncode == 2
    assert "`track` cannot hold `image-tag`; did you mean `image-tags`?" in result.stderr


@pytest.fixture
def released(shop: Repo) -> Repo:
    """The shop with what a controller installs there: a release with images, one without, a chart that needs another."""
    shop.write(
        "releases/models.yaml",
        """\
        apiVersion: helm.toolkit.fluxcd.io/v2
        kind: HelmRelease
        metadata: {name: models}
        spec:
          chartRef: {kind: OCIRepository, name: app}
          values: {controllers: {main: {image: {repository: ghcr.io/acme/models, tag: 1.2.0}}}}
        ---
        apiVersion: source.toolkit.fluxcd.io/v1
        kind: OCIRepository
        metadata: {name: app}
        spec: {url: "oci://ghcr.io/charts/app", ref: {tag: 4.0.0}}
        """,
    )
    shop.write(
        "releases/queue.yaml",
        """\
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: queue}
        spec:
          destination: {namespace: queue, server: "https://kubernetes.default.svc"}
          source: {chart: kueue, repoURL: "https://charts.example.org", targetRevision: 0.9.1}
        """,
    )
    shop.write(
        "platform/ollama/Chart.yaml",
        """\
        apiVersion: v2
        name: ollama
        version: 0.0.0
        dependencies: [{name: app-template, version: 3.1.0, repository: "https://charts.example.org"}]
        """,
    )
    shop.write("platform/own/Chart.yaml", "apiVersion: v2\nname: own\nversion: 0.4.0\n")
    shop.write("platform/own/templates/own.yaml", "kind: Deployment\n")
    shop.write(
        "platform/operator/kustomization.yaml",
        "resources: [operator.yaml, https://github.com/acme/operator/releases/download/v1.5.3/crds.yaml]\n",
    )
    shop.write(
        "platform/operator/operator.yaml",
        """\
        apiVersion: operators.coreos.com/v1alpha1
        kind: ClusterServiceVersion
        metadata: {name: operator.v1.5.3}
        spec:
          version: 1.5.3
          install:
            spec:
              deployments: [{name: operator, spec: {template: {spec: {containers: [{name: m, image: acme/operator:1.5.3}]}}}}]
        """,
    )
    shop.drawn()
    return shop


@pytest.mark.parametrize(
    ("path", "old", "new", "code"),
    [
        ("releases/models.yaml", "tag: 1.2.0", "tag: 1.3.0", 0),
        ("releases/models.yaml", "tag: 4.0.0", "tag: 4.1.0", 0),
        ("releases/models.yaml", "acme/models", "acme/other", 1),
        ("releases/models.yaml", "kind: HelmRelease\nmetadata: {name: models}", "kind: HelmRelease\nmetadata: {name: llm}", 1),
        ("releases/queue.yaml", "0.9.1", "0.10.0", 0),
        ("releases/queue.yaml", "chart: kueue", "chart: volcano", 1),
        ("platform/ollama/Chart.yaml", "version: 3.1.0", "version: 3.2.0", 0),
        ("platform/ollama/Chart.yaml", "name: app-template", "name: ollama-helm", 1),
        ("platform/own/Chart.yaml", "version: 0.4.0", "version: 0.5.0", 0),
        ("platform/operator/operator.yaml", "1.5.3", "1.6.0", 0),
        ("platform/operator/operator.yaml", "acme/operator", "acme/manager", 1),
        ("platform/operator/kustomization.yaml", "v1.5.3", "v1.6.0", 0),
        ("platform/operator/kustomization.yaml", "acme/operator", "acme/manager", 1),
    ],
)
def test_what_a_controller_installs_is_guarded_and_its_versions_are_not(
    released: Repo, path: str, old: str, new: str, code: int
) -> None:
    _replace(released, path, old, new)
    assert _verdict(released)[0] == code


@pytest.mark.parametrize(
    "path", ["releases/models.yaml", "releases/queue.yaml", "platform/ollama/Chart.yaml", "platform/own/Chart.yaml"]
)
def test_what_a_controller_installs_cannot_go_in_silence(released: Repo, path: str) -> None:
    os.unlink(released.path / path)
    assert _verdict(released)[0] == 1
