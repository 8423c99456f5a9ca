"""What a small change costs in committed text, and what two branches cost each other."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.e2e.support import Repo

EXAMPLE = Path(__file__).parents[2] / "examples" / "mlops-platform"
SERVICE = (
    "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec:\n  selector: {{app: {name}}}\n  ports: [{{port: 80}}]\n"
)


@pytest.fixture
def platform(repo: Repo) -> Repo:
    """The example platform as a repository of its own."""
    shutil.copytree(EXAMPLE, repo.path, dirs_exist_ok=True)
    repo.drawn()
    return repo


def changed_lines(repo: Repo) -> int:
    repo.git("add", "-A")
    assert repo.archdoc("update").returncode == 0
    repo.git("add", "-A")
    rows = [row.split("\t") for row in repo.git("diff", "--cached", "--numstat", "--", "docs").splitlines()]
    return max((max(int(added), int(removed)) for added, removed, _ in rows), default=0)


@pytest.mark.parametrize("count", [3, 8, 14])
def test_removing_one_workload_changes_at_most_six_lines_of_a_page(repo: Repo, count: int) -> None:
    for number in range(count):
        repo.deployment(f"app{number}")
        repo.write(f"k8s/app{number}-service.yaml", SERVICE.format(name=f"app{number}"))
    repo.drawn()
    repo.git("rm", "-q", "k8s/app1.yaml", "k8s/app1-service.yaml")
    assert 0 < changed_lines(repo) <= 6


CALLING = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      containers:
        - name: {name}
          image: ghcr.io/acme/{name}:1.0
          env: [{{name: NEXT_URL, value: "http://{other}"}}]
---
apiVersion: v1
kind: Service
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  selector: {{app: {name}}}
  ports: [{{port: 80}}]
"""


@pytest.mark.parametrize(
    ("page", "place", "calls"),
    [("namespaces/shop.md", "apps/{name}", True), ("deployables/root.md", "{name}/k8s", False)],
    ids=["namespace", "pool"],
)
def test_removing_one_workload_removes_it_from_the_picture_that_deployables_share(
    repo: Repo, page: str, place: str, calls: bool
) -> None:
    names = ["web", "cart", "stock", "mail"]
    for name, other in zip(names, [*names[1:], "elsewhere"], strict=True):
        folder, namespace = place.format(name=name), "shop" if calls else name
        text = CALLING.format(name=name, other=other if calls else "elsewhere", namespace=namespace)
        repo.write(f"{folder}/app.yaml", text)
    repo.drawn()
    pages = {
        file.relative_to(repo.path / "docs" / "architecture").as_posix(): file for file in (repo.path / "docs").rglob("*.md")
    }
    assert {name for name in names if f"<b>{name}</b>" in pages[page].read_text()} == set(names)

    repo.git("rm", "-q", f"{place.format(name='web')}/app.yaml")
    result = repo.archdoc("check")
    assert result.returncode == 1
    assert "web" in result.stdout
    assert 0 < changed_lines(repo) <= 6
    left = pages[page].read_text()
    assert {name for name in names if f"<b>{name}</b>" in left} == {"cart", "stock", "mail"}
    assert "web" not in left


def test_two_branches_that_add_services_merge_and_check_is_green_or_says_what_to_run(repo: Repo) -> None:
    for name in ("alpha", "kappa", "omega"):
        repo.deployment(name)
    repo.drawn()
    for branch, name in (("one", "beta"), ("two", "sigma")):
        repo.git("checkout", "-q", "-b", branch, "main")
        repo.deployment(name)
        repo.drawn()
    repo.git("merge", "-q", "--no-edit", "one")
    result = repo.archdoc("check")
    assert result.returncode == 0 or "archdoc update" in result.stdout


def test_hostile_names_stay_text_in_every_output(repo: Repo) -> None:
    name = 'x\\"]:::added\\n::error::pwn @org/team <img src=https://evil.example/x>'
    repo.write(
        "k8s/evil.yaml",
        f'apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: "{name}"}}\nspec: {{template: {{spec: {{}}}}}}\n',
    )
    repo.git("add", "-A")
    assert repo.archdoc("update").returncode == 0
    for page in (repo.path / "docs").rglob("*.md"):
        text = page.read_text()
        assert "<img" not in text
        assert '"]:::added' not in text
        assert not any(line.startswith("::") for line in text.splitlines())
    repo.git("add", "-A")
    assert repo.archdoc("check").returncode == 0
    for said in (repo.archdoc("scan", "-vv"), repo.archdoc("diff", "--staged", "HEAD")):
        assert not any(line.startswith("::") for line in said.stdout.splitlines())


def test_a_bump_by_a_bot_is_green_and_told(platform: Repo) -> None:
    for path in sorted(platform.path.rglob("*")):
        if path.suffix in (".yaml", ".yml") and ".git/" not in str(path):
            text = path.read_text()
            path.write_text(
                text.replace("@11bd71901bbe5b1630ceea73d27597364c9af683", "@" + "1" * 40).replace(
                    "qdrant/qdrant:v", "qdrant/qdrant:v9"
                )
            )
    platform.git("add", "-A")
    assert platform.git("diff", "--cached", "--name-only")
    result = platform.archdoc("check", "-v")
    assert result.returncode == 0, result.stdout
    assert "minor change" in result.stdout


def test_reading_leaves_the_repository_as_it_was(platform: Repo) -> None:
    before = sorted((p.relative_to(platform.path), p.stat().st_mtime_ns) for p in platform.path.rglob("*"))
    for command in (("scan",), ("check",), ("graph",), ("diff", "HEAD"), ("explain", "Deployment/chat-api")):
        assert platform.archdoc(*command).returncode == 0, command
    assert sorted((p.relative_to(platform.path), p.stat().st_mtime_ns) for p in platform.path.rglob("*")) == before


def test_every_form_of_the_graph(platform: Repo) -> None:
    for form, start in (("json", "{"), ("graphml", "<"), ("dot", "digraph"), ("mermaid", "---")):
        result = platform.archdoc("graph", "--format", form)
        assert result.returncode == 0, result.stderr
        assert result.stdout.startswith(start)
    out = platform.path.parent / "out"
    assert platform.archdoc("render", "--format", "svg", "-o", str(out)).returncode == 0
    assert (out / "overview.svg").read_text().startswith("<")


def test_explain_tells_how_two_are_linked(platform: Repo) -> None:
    said = platform.archdoc("explain", "dockerfile:services/chat-api/Dockerfile", "Deployment/chat-api")
    assert said.returncode == 0, said.stderr
    assert "one image (" in said.stdout
    assert "build-images.yml:" in said.stdout
