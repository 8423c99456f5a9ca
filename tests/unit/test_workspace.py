"""Paths of steps: where they lie."""

from __future__ import annotations

import pytest

from archdoc.extract._workspace import Place, Workspace, is_remote, public


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/b", Place("a/b")),
        ("./a/../b/", Place("b")),
        ("", Place(".")),
        ("/github/workspace/a", Place("a")),
        ("/github/workspace", Place(".")),
        ("../a", None),
        ("/tmp/a", None),
        ("~/a", None),
        ("there/x", Place("x", "other/repo")),
        ("there", Place(".", "other/repo")),
        ("therefore", Place("therefore")),
        ("here/x/y", Place("x/y")),
    ],
)
def test_place(path: str, expected: Place | None) -> None:
    workspace = Workspace().put("there/", "other/repo").put("./here", "")
    assert workspace.place(path) == expected


def test_a_checkout_at_the_root_is_what_lies_there() -> None:
    assert Workspace().put("", "other/repo").place("a") == Place("a", "other/repo")
    assert Workspace().put("", "other/repo").put("mine", "").place("mine/a") == Place("a")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://user:secret@host/a?token=b#c", "https://host/a"),
        ("http://host/a", "http://host/a"),
        ("git@github.com:a/b.git", "git@github.com:a/b.git"),
        ("github.com/a/b//c?ref=main", "github.com/a/b//c"),
    ],
)
def test_what_is_shown_of_a_url_holds_no_secret(url: str, expected: str) -> None:
    assert is_remote(url)
    assert public(url) == expected


@pytest.mark.parametrize("path", ["a/b", "./github.com", "a@b", "x:y"])
def test_a_path_is_no_url(path: str) -> None:
    assert not is_remote(path)
