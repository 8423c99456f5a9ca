"""Two branches change diagrams: with the merge driver git merges them, and `check` says whether the outcome is what is."""

from __future__ import annotations

import pytest

from tests.e2e.support import Repo


@pytest.fixture
def merging(shop: Repo) -> Repo:
    """The shop, where git merges diagrams with archdoc."""
    assert shop.archdoc("init", "--merge-driver").returncode == 0
    shop.drawn()
    return shop


def _on_branch(repo: Repo, name: str, *services: str, gone: str = "") -> None:
    repo.git("switch", "-q", "-c", name, "main")
    for service in services:
        repo.deployment(service)
    if gone:
        repo.git("rm", "-q", f"k8s/{gone}.yaml")
    repo.drawn()


def test_what_both_sides_added_stays_and_what_one_removed_goes(merging: Repo) -> None:
    _on_branch(merging, "one", "kappa", "zoo", gone="worker")
    _on_branch(merging, "two", "kiosk", "pump")
    merging.git("merge", "-q", "--no-edit", "--no-verify", "one")
    assert merging.git("status", "--porcelain") == ""
    result = merging.archdoc("check")
    assert result.returncode == 0, result.stdout
    page = merging.read("docs/architecture/deployables/k8s.md")
    names = ("kappa", "kiosk", "pump", "web", "worker", "zoo")
    places = {name: page.find(f"app_{name}[") for name in names}
    assert places.pop("worker") < 0
    assert list(places.values()) == sorted(places.values()), "in the order in which update writes them"


def test_without_the_driver_the_same_merge_conflicts(shop: Repo) -> None:
    _on_branch(shop, "one", "kappa")
    _on_branch(shop, "two", "kiosk")
    said = shop.git("merge", "-q", "--no-edit", "--no-verify", "one", check=False)
    assert "CONFLICT" in said


def test_new_pages_of_both_sides_merge(merging: Repo) -> None:
    for branch in ("one", "two"):
        merging.git("switch", "-q", "-c", branch, "main")
        merging.deployment(f"api-{branch}", "data")
        merging.drawn()
    merging.git("merge", "-q", "--no-edit", "--no-verify", "one")
    assert merging.archdoc("check").returncode == 0, merging.archdoc("check").stdout


def test_prose_conflicts_as_ever(merging: Repo) -> None:
    page = "docs/architecture/overview.md"
    for branch in ("one", "two"):
        merging.git("switch", "-q", "-c", branch, "main")
        merging.write(page, merging.read(page).replace("# Overview\n", f"# Overview\n\nWritten on {branch}.\n"))
        merging.deployment(f"on-{branch}")
        merging.drawn()
    said = merging.git("merge", "-q", "--no-edit", "--no-verify", "one", check=False)
    assert f"CONFLICT (content): Merge conflict in {page}" in said
    text = merging.read(page)
    assert "<<<<<<< ours\nWritten on two.\n=======\nWritten on one.\n>>>>>>> theirs" in text
    assert text.count("<<<<<<<") == 1, "the drawing is merged all the same"


def test_a_rebase_merges_them_too(merging: Repo) -> None:
    _on_branch(merging, "one", "kappa")
    _on_branch(merging, "two", "kiosk")
    merging.git("rebase", "-q", "one")
    assert merging.archdoc("check").returncode == 0


def test_both_sides_changing_one_line_is_told_by_check(merging: Repo) -> None:
    for branch, kind in (("one", "StatefulSet"), ("two", "DaemonSet")):
        merging.git("switch", "-q", "-c", branch, "main")
        merging.write("k8s/worker.yaml", merging.read("k8s/worker.yaml").replace("kind: Deployment", f"kind: {kind}"))
        merging.drawn()
    merging.git("merge", "-q", "--no-edit", "--no-verify", "one", check=False)
    merging.git("checkout", "-q", "--ours", "k8s/worker.yaml")
    merging.git("add", "-A")
    result = merging.archdoc("check")
    assert result.returncode == 1
    assert "archdoc update" in result.stdout
    merging.archdoc("update")
    merging.git("add", "-A")
    assert merging.archdoc("check").returncode == 0


def test_the_driver_is_set_up_once(merging: Repo) -> None:
    assert merging.read(".gitattributes") == "docs/architecture/**/*.md merge=archdoc\n"
    assert "changed nothing" in merging.archdoc("init", "--merge-driver").stdout
