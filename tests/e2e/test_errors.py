"""A run that cannot go on is one line that says what, where and what to do, and ends with 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.support import Repo


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
