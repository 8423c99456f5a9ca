"""Filters of lines: what they leave of a known text, and what is not read."""

from __future__ import annotations

import pytest

from archdoc.extract import _values as values
from archdoc.extract._shell_lines import grep, head, tail, xargs
from archdoc.extract._values import Unknown


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("web", "web\nweb-dev"),
        ("-v web", "api"),
        ("-v -e dev -e api", "web"),
        ("-ve dev", "api\nweb"),
        ("^web$", "web"),
        ("-x web", "web"),
        ("-w dev", "web-dev"),
        ("-E api|dev", "api\nweb-dev"),
        ("-F web", "web\nweb-dev"),
        ("-i API", "api"),
        ("-q web", ""),
        ("none", ""),
        ("w.b", "web\nweb-dev"),
        ("we*b", None),
        ("-c web", None),
        ("web file", None),
        ("-v", None),
    ],
)
def test_grep(arguments: str, expected: str | None) -> None:
    found = grep(("api\nweb\nweb-dev\n",), arguments.split())
    assert (None if found is None else values.known(found)) == expected


@pytest.mark.parametrize(
    ("arguments", "first", "last"),
    [("-n 1", "a", "c"), ("-n1", "a", "c"), ("-2", "a\nb", "b\nc"), ("", "a\nb\nc", "a\nb\nc"), ("-c 1", None, None)],
)
def test_head_and_tail(arguments: str, first: str | None, last: str | None) -> None:
    for cut, expected in ((head, first), (tail, last)):
        found = cut(("a\nb\nc",), arguments.split())
        assert (None if found is None else values.known(found)) == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("", "a/x.in\nb/y.in"),
        ("-n1 basename", "x.in\ny.in"),
        ("-n 1 dirname", "a\nb"),
        ("-I{} basename {} .in", "x\ny"),
        ("-I % echo docker/%/Dockerfile", "docker/a/x.in/Dockerfile\ndocker/b/y.in/Dockerfile"),
        ("echo all", "all a/x.in b/y.in"),
        ("basename", None),
        ("-P4 echo", None),
        ("-n1 docker push", None),
    ],
)
def test_xargs(arguments: str, expected: str | None) -> None:
    found = xargs(("a/x.in\nb/y.in",), arguments.split())
    assert (None if found is None else values.known(found)) == expected


@pytest.mark.parametrize("change", [grep, head, tail])
def test_lines_of_what_is_not_known_are_not_known(change: type) -> None:
    assert change(("a", Unknown("X")), ["a"] if change is grep else ["-1"]) is None
