"""A run that cannot go on is one line that says what, where and what to do, and ends with 2."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.support import DEPLOYMENT, Repo


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("check", "-C", "nowhere"), "nowhere does not exist"),
        (("check", "--rev", "no-such"), "unknown revision `no-such`"),
        (("check", "--rev=--output=x"), "is no revision"),
        (("check", "--rev", "HEAD", "--staged"), "give one"),
        (("update", "--view", "overwiew"), "there is no view `overwiew`; there are overview"),
        (("explain", "wev"), "near: web"),
        (("render", "--format", "png"), "-o DIR"),
        (("check", "--no-such-option"), "No such option"),
    ],
)
def test_one_line_and_two(shop: Repo, arguments: tuple[str, ...], words: str) -> None:
    result = shop.archdoc(*arguments)
    assert result.returncode == 2, result.stdout + result.stderr
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_no_repository(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    result = repo.archdoc("check", "-C", str(tmp_path / "plain"))
    assert result.returncode == 2
    assert "git init" in result.stderr


def test_an_unknown_key_names_the_nearest(shop: Repo) -> None:
    shop.write("archdoc.toml", 'exclde = ["x"]\n')
    shop.git("add", "-A")
    result = shop.archdoc("check")
    assert result.returncode == 2
    assert "archdoc.toml: unknown key `exclde`; did you mean `exclude`?" in result.stderr


def test_an_ambiguous_name_lists_the_candidates(shop: Repo) -> None:
    result = shop.archdoc("explain", "web")
    assert result.returncode == 2
    assert "workload:k8s:Deployment/web" in result.stderr
    assert "service:k8s:Service/web" in result.stderr


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("bad.yaml", b"apiVersion: v1\nkind: Service\nmetadata: {name: [\n", "yaml-invalid"),
        (
            "bomb.yaml",
            b"apiVersion: v1\nkind: Service\na: &a [x,x,x,x,x,x,x,x,x]\n"
            + b"".join(b"%c: &%c [%s]\n" % (98 + i, 98 + i, b",".join([b"*%c" % (97 + i)] * 9)) for i in range(9)),
            "yaml-too-complex",
        ),
        ("deep.yaml", b"apiVersion: v1\nkind: Service\na: " + b"[" * 10_000, "yaml-too-deep"),
        ("binary.yaml", b"apiVersion: v1\nkind: Service\n\0\0", "binary-file"),
        ("latin.yaml", b"apiVersion: v1\nkind: Service\nmetadata: {name: caf\xe9}\n", "not-utf8"),
        ("big.yaml", b"apiVersion: v1\nkind: Service\n" + b"#" * (50 << 20), "file-too-large"),
        ("lfs.yaml", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "lfs-pointer"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_odd_file_costs_only_itself(repo: Repo, name: str, content: bytes, rule: str) -> None:
    repo.write(f"k8s/{name}", content)
    repo.deployment("web")
    repo.commit()
    for _ in range(2):
        said = repo.archdoc("scan", "-vv")
        assert said.returncode == 0, said.stderr
        assert f"{rule}:" in said.stdout
        assert f"k8s/{name}:" in said.stdout
        assert "Deployment" in said.stdout


def test_links_submodules_and_missing_blobs_are_told(repo: Repo) -> None:
    repo.deployment("web")
    (repo.path / "k8s/link.yaml").symlink_to("web.yaml")
    repo.commit()
    blob = repo.git("rev-parse", "HEAD:k8s/web.yaml").strip()
    assert "symlink:" in repo.archdoc("scan", "-v").stdout
    (repo.path / ".git/objects" / blob[:2] / blob[2:]).unlink()
    said = repo.archdoc("scan", "-v", "--rev", "HEAD", XDG_CACHE_HOME=str(repo.path.parent / "empty"))
    assert said.returncode == 0
    assert "file-missing:" in said.stdout


def test_a_page_that_is_a_link_is_never_written_through(repo: Repo) -> None:
    victim = repo.path.parent / "victim"
    victim.write_text("precious\n")
    repo.deployment("web")
    (repo.path / "docs/architecture/deployables").mkdir(parents=True)
    (repo.path / "docs/architecture/deployables/k8s.md").symlink_to(victim)
    repo.commit()
    for command in ("update", "init"):
        result = repo.archdoc(command)
        assert result.returncode == 2, result.stdout
        assert "docs/architecture/deployables/k8s.md" in result.stderr
        assert "symbolic link" in result.stderr
        assert victim.read_text() == "precious\n"


def test_a_folder_that_is_a_link_out_of_the_repository_is_never_written_through(repo: Repo) -> None:
    outside = repo.path.parent / "outside"
    outside.mkdir()
    repo.deployment("web")
    repo.commit()
    (repo.path / "docs").symlink_to(outside)
    assert repo.archdoc("update").returncode == 2
    assert list(outside.iterdir()) == []


def test_names_that_are_not_utf8_are_read_and_shown(repo: Repo) -> None:
    repo.deployment("web")
    odd = os.fsencode(repo.path) + b"/k8s/caf\xe9.yaml"
    with open(odd, "wb") as stream:
        stream.write(DEPLOYMENT.format(name="odd").encode())
    repo.commit()
    for command in (("scan", "-vv"), ("check",), ("graph",), ("scan", "--rev", "HEAD"), ("update",)):
        result = repo.archdoc(*command)
        assert result.returncode in (0, 1), result.stderr
    assert '"name": "odd"' in repo.archdoc("graph").stdout
    with open(odd, "ab") as stream:
        stream.write(b"# changed\n")
    assert "file-missing" in repo.archdoc("scan", "-v").stdout


def test_text_of_a_page_that_is_not_utf8_can_be_told(shop: Repo) -> None:
    page = shop.path / "docs/architecture/deployables/k8s.md"
    page.write_bytes(page.read_bytes().replace(b"<b>worker</b>", b"<b>w\xe9rker</b>"))
    shop.git("add", "-A")
    result = shop.archdoc("check")
    assert result.returncode == 1, result.stderr
    assert "app_worker" in result.stdout


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_the_locale_changes_no_byte(shop: Repo, encoding: str) -> None:
    shop.write("k8s/emoji.yaml", DEPLOYMENT.format(name="web").replace("name: web\n", "name: wäb→\n", 1))
    shop.git("add", "-A")
    said = [
        subprocess.run(
            [sys.executable, "-m", "archdoc", *command],
            cwd=shop.path,
            env=shop.environment(PYTHONIOENCODING=encoding),
            capture_output=True,
            check=False,
        ).stdout
        for command in (("graph",), ("check",))
    ]
    assert all("wäb→".encode() in text for text in said)


def test_no_git_is_one_line(repo: Repo) -> None:
    result = repo.archdoc("scan", PATH=str(repo.path))
    assert result.returncode == 2
    assert "git is not on the PATH" in result.stderr


@pytest.mark.parametrize("arguments", [("render", "--format", "mermaid", "-o", "Dockerfile"), ("update",)])
def test_what_cannot_be_written_is_one_line(shop: Repo, arguments: tuple[str, ...]) -> None:
    shop.git("rm", "-q", "-r", "docs")
    shop.write("docs", "a file\n")
    shop.git("add", "-A")
    result = shop.archdoc(*arguments)
    assert result.returncode == 2, result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("arguments", [("check", "--rev", ""), ("explain", "")])
def test_an_empty_name_names_nothing(shop: Repo, arguments: tuple[str, ...]) -> None:
    result = shop.archdoc(*arguments)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr


def test_a_file_that_became_a_link_is_told(repo: Repo) -> None:
    repo.deployment("web")
    repo.deployment("other")
    repo.commit()
    (repo.path / "k8s/web.yaml").unlink()
    (repo.path / "k8s/web.yaml").symlink_to("other.yaml")
    said = repo.archdoc("scan", "-v").stdout
    assert "symlink:" in said
    assert "k8s/web.yaml:1" in said


def test_what_is_odd_in_a_compose_file_is_told(repo: Repo) -> None:
    repo.write("compose.yaml", "services: {web: nginx}\n")
    repo.commit()
    said = repo.archdoc("scan", "-v").stdout
    assert "compose-invalid:" in said
    assert "compose.yaml:1" in said
