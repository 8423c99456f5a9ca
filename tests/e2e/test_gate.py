"""The gate on real git repositories: what is drift, what never is, and what the messages say."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.e2e.support import Repo


def test_a_drawn_repository_is_clean(shop: Repo) -> None:
    result = shop.archdoc("check")
    assert result.returncode == 0, result.stdout
    assert "up to date" in result.stdout


def test_a_new_workload_is_drift_with_cause_place_and_mending_command(shop: Repo) -> None:
    shop.deployment("redis")
    shop.git("add", "-A")
    result = shop.archdoc("check")
    assert result.returncode == 1
    assert "+ Deployment redis" in result.stdout
    assert "k8s/redis.yaml:1" in result.stdout
    assert "docs/architecture/deployables/k8s.md:" in result.stdout
    assert "archdoc update" in result.stdout
    assert shop.archdoc("update").returncode == 0
    shop.git("add", "-A")
    assert shop.archdoc("check").returncode == 0


def test_a_deleted_manifest_is_drift_that_names_where_it_was(shop: Repo) -> None:
    shop.git("rm", "-q", "k8s/worker.yaml")
    result = shop.archdoc("check", "--staged")
    assert result.returncode == 1
    assert "- Deployment worker" in result.stdout
    assert "k8s/worker.yaml (deleted, was line 1)" in result.stdout


def test_a_deleted_deployable_takes_its_page_along(shop: Repo) -> None:
    shop.git("rm", "-q", "-r", "k8s")
    result = shop.archdoc("update", "--exit-code")
    assert result.returncode == 1
    assert not (shop.path / "docs/architecture/deployables/k8s.md").exists()
    shop.git("add", "-A")
    assert shop.archdoc("check", "--staged").returncode == 0


def test_the_first_generation_names_the_files_it_made(repo: Repo) -> None:
    repo.deployment("web")
    repo.commit()
    result = repo.archdoc("update", "--exit-code")
    assert result.returncode == 1
    assert "docs/architecture/deployables/k8s.md" in result.stdout
    assert repo.archdoc("update", "--exit-code").returncode == 1, "untracked pages do not count until they are added"
    repo.git("add", "-A")
    assert repo.archdoc("update", "--exit-code").returncode == 0


def test_an_untracked_manifest_does_not_count(shop: Repo) -> None:
    shop.deployment("untracked")
    assert shop.archdoc("check").returncode == 0
    shop.git("add", "-A")
    assert shop.archdoc("check").returncode == 1


def test_the_index_is_read_as_git_hands_it_to_a_hook(shop: Repo) -> None:
    shop.deployment("one")
    shop.deployment("two")
    shop.git("add", "k8s/one.yaml")
    index = shop.path / ".git" / "next-index.lock"
    index.write_bytes((shop.path / ".git" / "index").read_bytes())
    shop.git("add", "k8s/two.yaml")
    said = shop.archdoc("check", "--staged", GIT_INDEX_FILE=str(index)).stdout
    assert "Deployment one" in said
    assert "Deployment two" not in said
    relative = shop.archdoc("check", "--staged", GIT_INDEX_FILE=".git/next-index.lock").stdout
    assert relative == said


def test_versions_and_comments_are_not_drift(shop: Repo) -> None:
    manifest = shop.read("k8s/web.yaml").replace(":1.0", ":2.0@sha256:" + "a" * 64)
    shop.write("k8s/web.yaml", "# a comment\n" + manifest.replace("spec:\n  selector", "spec:\n  replicas: 3\n  selector", 1))
    shop.write("Dockerfile", shop.read("Dockerfile").replace("python:3.12 ", "python:3.13 "))
    shop.git("mv", "k8s/worker.yaml", "k8s/work.yml")
    shop.git("add", "-A")
    assert shop.archdoc("check").returncode == 0
    result = shop.archdoc("check", "-v")
    assert result.returncode == 0, result.stdout
    assert "minor" in result.stdout


def test_reformatting_is_not_drift(shop: Repo) -> None:
    shop.write(
        "k8s/web.yaml",
        """\
        {"kind": "Deployment", "apiVersion": "apps/v1", "spec": {"template": {"spec": {"containers": [
          {"image": "ghcr.io/acme/web:1.0", "name": "web"}]}, "metadata": {"labels": {"app": "web"}}},
          "selector": {"matchLabels": {"app": "web"}}}, "metadata": {"name": "web"}}
        """,
    )
    shop.git("add", "-A")
    assert shop.archdoc("check").returncode == 0


def test_conflict_markers_in_a_block_are_regenerated_and_outside_are_an_error(shop: Repo) -> None:
    page = "docs/architecture/deployables/k8s.md"
    text = shop.read(page)
    node = next(line for line in text.splitlines() if "app_worker[" in line)
    shop.write(page, text.replace(node, f"<<<<<<< HEAD\n{node}\n=======\n{node}\n>>>>>>> other"))
    shop.git("add", "-A")
    assert shop.archdoc("check").returncode == 1
    assert shop.archdoc("update").returncode == 0
    assert shop.read(page) == text
    shop.write(page, "<<<<<<< HEAD\nprose\n=======\nother\n>>>>>>> other\n" + text)
    shop.git("add", "-A")
    result = shop.archdoc("check")
    assert result.returncode == 1
    assert f"{page}:1" in result.stdout


def test_prose_around_blocks_is_kept_and_another_layout_is_a_notice(shop: Repo) -> None:
    page = "docs/architecture/deployables/k8s.md"
    text = shop.read(page)
    laid_out = text.replace("nodeSpacing: 30", "nodeSpacing: 50").replace("# ", "# My ", 1) + "\nMy prose.\n"
    shop.write(page, laid_out)
    shop.git("add", "-A")
    result = shop.archdoc("check")
    assert result.returncode == 0, result.stdout
    assert "notice: 1 diagram would be laid out anew" in result.stdout
    assert shop.archdoc("update").returncode == 0
    assert shop.read(page) == text.replace("# ", "# My ", 1) + "\nMy prose.\n"


def test_crlf_pages_stay_crlf(shop: Repo) -> None:
    page = "docs/architecture/deployables/k8s.md"
    shop.write(page, shop.read(page).replace("\n", "\r\n").encode())
    shop.deployment("redis")
    shop.git("add", "-A")
    assert shop.archdoc("update").returncode == 0
    content = (shop.path / page).read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n")


def test_many_findings_end_with_one(repo: Repo) -> None:
    for number in range(300):
        repo.write(f"k8s/bad{number}.yaml", "apiVersion: v1\nkind: Service\nmetadata: [\n")
    repo.commit()
    assert repo.archdoc("check").returncode == 1


def test_the_verdict_of_a_commit_is_that_of_its_tree_at_any_depth(shop: Repo) -> None:
    shop.deployment("redis")
    shop.commit()
    full = json.loads(shop.archdoc("check", "--rev", "HEAD", "--format", "json").stdout)
    assert full["failed"]
    shallow = Repo(shop.path.parent / "shallow")
    shallow.git("fetch", "-q", "--depth=1", shop.path.as_uri(), "main")
    shallow.git("checkout", "-q", "FETCH_HEAD")
    told = json.loads(shallow.archdoc("check", "--format", "json").stdout)
    assert told["failed"]
    assert told["blocks"] == full["blocks"]


def test_a_bare_repository_is_read_by_revision(shop: Repo) -> None:
    bare = shop.path.parent / "bare.git"
    shop.git("clone", "-q", "--bare", str(shop.path), str(bare))
    assert shop.archdoc("check", "-C", str(bare), "--rev", "main").returncode == 0
    refused = shop.archdoc("check", "-C", str(bare))
    assert refused.returncode == 2
    assert "--rev" in refused.stderr


def test_a_folder_of_a_repository_is_a_root_of_its_own(shop: Repo) -> None:
    shop.deployment("inner", "team/k8s")
    shop.git("add", "-A")
    said = json.loads(shop.archdoc("graph", "-C", "team").stdout)
    assert [e["name"] for e in said["entities"] if e["kind"] == "workload"] == ["inner"]
    assert said["entities"][0]["path"].startswith("k8s")


def test_pages_in_excluded_folders_are_not_ours(shop: Repo) -> None:
    example = "<!-- archdoc:begin view=overview -->\nold\n<!-- archdoc:end -->\n"
    shop.write("tests/page.md", example)
    shop.commit()
    assert shop.archdoc("check").returncode == 0
    assert shop.archdoc("update").returncode == 0
    assert shop.read("tests/page.md") == example


def test_a_stored_answer_is_never_that_of_another_index(shop: Repo, tmp_path: Path) -> None:
    foreign = tmp_path / "index"
    foreign.write_bytes((shop.path / ".git/index").read_bytes())
    assert shop.archdoc("check", "--staged", GIT_INDEX_FILE=str(foreign)).returncode == 0
    shop.deployment("redis")
    shop.git("add", "-A")
    assert shop.archdoc("check", "--staged", GIT_INDEX_FILE=str(foreign)).returncode == 1


def test_a_clean_answer_is_given_again_without_loading_anything(shop: Repo) -> None:
    probe = "import sys; sys.argv = ['archdoc', 'check']; from archdoc.start import main; main(); print('click' in sys.modules)"
    first, second = (shop.run(sys.executable, "-c", probe).stdout for _ in range(2))
    assert first.splitlines()[0] == second.splitlines()[0]
    assert second.splitlines()[-1] == "False"
    shop.write("k8s/web.yaml", shop.read("k8s/web.yaml").replace("kind: Deployment", "kind: StatefulSet"))
    assert shop.archdoc("check").returncode == 1


def test_quiet_says_nothing_when_all_is_well(shop: Repo) -> None:
    assert shop.archdoc("check", "-q").stdout == ""
    assert shop.archdoc("update", "-q").stdout == ""
    shop.deployment("redis")
    shop.git("add", "-A")
    assert "out of date" in shop.archdoc("check", "-q").stdout


def test_the_report_compares_with_the_base_that_is_named(shop: Repo) -> None:
    shop.git("tag", "before")
    shop.deployment("redis")
    shop.commit()
    assert "nothing changed since HEAD" in shop.archdoc("check").stdout
    assert "+ Deployment redis" in shop.archdoc("check", "--base", "before").stdout
    result = shop.archdoc("check", "--base", "nowhere")
    assert result.returncode == 2
    assert "unknown revision `nowhere`" in result.stderr
