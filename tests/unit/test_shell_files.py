"""What `find`, `ls` and patterns name."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

import pytest

from archdoc.extract import _shell_files as shell_files
from archdoc.extract._values import Text, Unknown

TREE = {
    ".": ["Makefile", "services/"],
    "services": [".hidden", "cart/", "mail/", "list.json"],
    "services/cart": ["Dockerfile", "app/"],
    "services/cart/app": ["main.py"],
    "services/mail": ["Dockerfile", "Dockerfile.dev"],
}


def folder(path: str) -> Sequence[str] | None:
    return TREE.get(posixpath.normpath(path))


def words(line: str) -> list[Text]:
    return [(word,) for word in line.split()]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("services -mindepth 1 -maxdepth 1 -type d -print0", "services/cart services/mail"),
        ("services -name Dockerfile", "services/cart/Dockerfile services/mail/Dockerfile"),
        ("services -name Dockerfile* -type f", "services/cart/Dockerfile services/mail/Dockerfile services/mail/Dockerfile.dev"),
        ("services/cart -type d", "services/cart services/cart/app"),
        ("services/cart services/mail -path */mail/* -type f", "services/mail/Dockerfile services/mail/Dockerfile.dev"),
        (". -maxdepth 1 -type f", "./Makefile"),
        ("-maxdepth 0", "."),
        ("services -name nothing", ""),
    ],
)
def test_find(arguments: str, expected: str) -> None:
    found = shell_files.find(words(arguments), folder)
    assert found == (("\n".join(expected.split()),) if expected else ())


@pytest.mark.parametrize(
    "arguments",
    ["services -newer stamp", "services ! -name a", "services -type l", "services -maxdepth x", "away", "services -name"],
)
def test_what_find_says_of_more_is_not_known(arguments: str) -> None:
    assert shell_files.find(words(arguments), folder) is None


def test_find_below_a_folder_that_is_not_known_is_not_known() -> None:
    assert shell_files.find([(Unknown("DIR"),)], folder) is None


def test_a_folder_with_very_many_files_is_not_listed() -> None:
    assert shell_files.find(words("big"), lambda path: [f"{n}" for n in range(shell_files.MAX_NAMES)]) is None


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("services/cart", "Dockerfile app"),
        ("-1 services/mail", "Dockerfile Dockerfile.dev"),
        ("-d services/*/", "services/cart services/mail"),
        ("", "Makefile services"),
    ],
)
def test_ls(arguments: str, expected: str) -> None:
    assert shell_files.ls(words(arguments), folder) == ("\n".join(expected.split()),)


@pytest.mark.parametrize("arguments", ["-l services", "-d services", "away", "services/cart services/mail"])
def test_what_ls_says_of_more_is_not_known(arguments: str) -> None:
    assert shell_files.ls(words(arguments), folder) is None


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("services/*", ["services/cart", "services/mail", "services/list.json"]),
        ("services/*/", ["services/cart/", "services/mail/"]),
        ("services/*/Dockerfile", ["services/cart/Dockerfile", "services/mail/Dockerfile"]),
        ("*file", ["Makefile"]),
        ("services/x*", []),
    ],
)
def test_a_pattern_stands_for_the_files_that_it_fits(pattern: str, expected: list[str]) -> None:
    assert list(shell_files.glob(pattern, folder)) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("services/cart/Dockerfile", True),
        ("services/cart/", True),
        ("services/cart/Dockerfile.dev", False),
        ("services/cart/made.txt", None),
        ("away/Dockerfile", None),
    ],
)
def test_what_is_not_there_may_be_made_save_a_dockerfile(path: str, expected: bool | None) -> None:
    assert shell_files.there(path, folder) is expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("services/cart/Dockerfile", "Dockerfile"),
        ("a/list.json .json", "list"),
        ("-s .json a/list.json", "list"),
        ("-a services/*/", "cart\nmail"),
        ("-s .dev -a services/mail/Docker*", "Dockerfile\nDockerfile"),
        ("-z a", None),
        ("-a nothing/*", None),
        ("/github/workspace", None),
        ("", None),
    ],
)
def test_basename(arguments: str, expected: str | None) -> None:
    found = shell_files.basename(words(arguments), folder)
    assert found == (None if expected is None else (expected,))


def test_the_name_of_a_path_that_is_not_known_is_not_known() -> None:
    assert shell_files.basename([(Unknown("DIR"),)], folder) is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [(".git", True), ("./.git", True), ("services/.git", False), ("services/cart/../.git", False), ("gone/.git", None)],
)
def test_a_checkout_has_its_history_at_its_root(path: str, expected: bool | None) -> None:
    assert shell_files.there(path, folder) is expected
