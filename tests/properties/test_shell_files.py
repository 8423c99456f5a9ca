"""Any words and patterns: an answer or none, never an error, and never more than is allowed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archdoc.extract import _shell_files as shell_files

NAMES = st.lists(st.sampled_from(["a", "b/", "Dockerfile", ".x", "[", "*"]), max_size=4)
WORDS = st.lists(st.text("ab/.*?[]!-() ", max_size=8) | st.sampled_from(["-type", "d", "-name", "-maxdepth", "1"]), max_size=6)


@given(WORDS, NAMES)
def test_find_ls_and_patterns_never_raise(words: list[str], names: list[str]) -> None:
    texts = [(word,) if word else () for word in words]
    found = shell_files.find(texts, lambda path: names if path.count("/") < 4 else None)
    assert found is None or sum(str(part).count("\n") for part in found) < 8 * shell_files.MAX_NAMES
    shell_files.ls(texts, lambda _: names)
    for word in words:
        list(shell_files.glob(word, lambda _: names))
        shell_files.there(word, lambda _: names)
