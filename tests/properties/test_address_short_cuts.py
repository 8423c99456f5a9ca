"""Texts that are not searched hold nothing that would have been found in them."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from archdoc.extract import _addresses as addresses
from archdoc.extract import _config_files as config_files

BITS = st.sampled_from(
    [
        *("db", "redis:6379", ":80", "=", " ", "\t", ".", ",", "/", "//", "@", "1", "host", "HOST=", "server", "port=", "x"),
        *("nc", "nc ", "-z ", "-w 3 ", "-h", "--host", "--host ", "-h ", "--", "-", "5432"),
        *("-u", "-p ", "--login", "--user=", "pass", "PWD:", "secret", "Token = ", "api_KEY", "\u017fecret=", "\u212aey=", "a"),
        *("proxy_pass", "URL", "Addr", "endpoint", "SERV", ":$", ":{", "a:*", "://", ".io", ".x", '"'),
    ]
)
TEXTS = st.lists(BITS, max_size=12).map("".join)
HINT = re.compile(r"://|[a-zA-Z0-9]:[0-9$*{]|\.[a-z]{2}|_pass\b|(?i:host|serv|addr|endpoint|url)")
"""What a line must hold in which there is an address, in one pattern."""


@example("nc db 5432", False)
@example("-h db", False)
@example("--host db", False)
@example("host=db", False)
@example("redis:6379 x", False)
@given(TEXTS, st.booleans())
def test_a_text_without_marks_holds_no_address(text: str, host_like: bool) -> None:
    if list(addresses._within(text, host_like)):
        assert any(mark in text for mark in addresses._MARKS_WITHIN)


@example("-u me")
@example("--login me")
@example("pwd: me")
@given(TEXTS)
def test_a_text_without_marks_holds_no_secret(text: str) -> None:
    if addresses._SECRET_PAIR.search(text):
        assert any(mark in text.casefold() for mark in addresses._MARKS_OF_SECRETS)


@given(TEXTS)
def test_a_line_is_read_that_may_hold_an_address(text: str) -> None:
    assert config_files._may_hold(text) or not HINT.search(text)
