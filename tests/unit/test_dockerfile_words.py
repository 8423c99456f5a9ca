"""Substitution, quotes and heredoc words as BuildKit's lexer reads them."""

from __future__ import annotations

import time

import pytest

from archdoc.extract._dockerfile_words import (
    UNKNOWN,
    RefusedError,
    expand,
    expand_words,
    heredoc_names,
    may_be,
    shown,
    split_quoted,
)

ENV = {
    "TAG": "3.11",
    "EMPTY": "",
    "IMG": "ghcr.io/acme/api:1.2",
    "P": "a*b",
    "DECLARED": None,
    "PART": f"x-{UNKNOWN}",
    "U": UNKNOWN,
}


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("python:$TAG", "python:3.11"),
        ("python:${TAG}-slim", "python:3.11-slim"),
        ("$TAGx", ""),
        ("${NONE}x", "x"),
        ("${NONE:-dflt}", "dflt"),
        ("${NONE-dflt}", "dflt"),
        ("${EMPTY:-dflt}", "dflt"),
        ("${EMPTY-dflt}", ""),
        ("${TAG:-dflt}", "3.11"),
        ("${NONE:-${EMPTY:-$TAG}}", "3.11"),
        ("${TAG:+-$TAG}", "-3.11"),
        ("${EMPTY:+x}", ""),
        ("${EMPTY+x}", "x"),
        ("${NONE+x}", ""),
        ("${TAG:?say it}", "3.11"),
        ("${TAG?}", "3.11"),
        ("${EMPTY?}", ""),
        (r"\$TAG", "$TAG"),
        (r"a\b", "ab"),
        ("'$TAG'", "$TAG"),
        ('"$TAG"', "3.11"),
        (r'"a\b\"\$"', r'a\b"$'),
        ("'a\"b'", 'a"b'),
        ('"it\'s"', "it's"),
        ("a$.", "a$."),
        ("$1x", "x"),
        ("$$", ""),
        ("cost$", "cost$"),
        ("${IMG%:*}", "ghcr.io/acme/api"),
        ("${IMG%%/*}", "ghcr.io"),
        ("${IMG#*/}", "acme/api:1.2"),
        ("${IMG##*/}", "api:1.2"),
        ("${IMG%:?.?}", "ghcr.io/acme/api"),
        ("${IMG%nothing}", "ghcr.io/acme/api:1.2"),
        (r"${P#a\*}", "b"),
        ("${IMG/acme/other}", "ghcr.io/other/api:1.2"),
        ("${IMG//[/x}", "ghcr.io/acme/api:1.2"),
        (r"${IMG//\//-}", "ghcr.io-acme-api:1.2"),
        ("${IMG/a*a/x}", "ghcr.io/xpi:1.2"),
        ("${EMPTY//*/x}", "x"),
        ("${TAG///-}", "-3-.-1-1-"),
        ("${TAG//*/x}", "x"),
        ("안녕${TAG}", "안녕3.11"),
        ("a`b", "a`b"),
    ],
)
def test_value(word: str, value: str) -> None:
    assert expand(word, ENV) == value


def test_the_escape_character_may_be_another() -> None:
    assert expand("`$TAG\\$TAG", ENV, "`") == "$TAG\\3.11"


@pytest.mark.parametrize(
    "word",
    [
        "${TAG",
        "${}",
        "${:x}",
        "${{a}}",
        "${.}",
        "${TAG:1}",
        "${TAG:=x}",
        "${TAG=x}",
        "${TAG:#x}",
        r"${TAG#\x}",
        "${TAG/x}",
        "${TAG/x/y",
        "${NONE?}",
        "${EMPTY:?}",
        "'open",
        '"open',
        '"open\\',
        "${TAG:-'open}",
        "${a:-" * 80 + "}" * 80,
    ],
)
def test_what_buildkit_refuses(word: str) -> None:
    with pytest.raises(RefusedError):
        expand(word, ENV)


def test_a_refusal_repeats_no_value() -> None:
    with pytest.raises(RefusedError, match=r"^`NONE` must be set$"):
        expand("${NONE:?secret}", ENV)


@pytest.mark.parametrize(
    ("word", "seen"),
    [
        ("img-$U", "img-*"),
        ("$U$U", "*"),
        ("${U:-x}", "*"),
        ("${U:+x}", "*"),
        ("${U+x}", "x"),
        ("${PART:-x}", "x-*"),
        ("${PART:+y}", "y"),
        ("${PART%x}", "*"),
        ("${PART/x/y}", "*"),
        ("${TAG%$U}", "*"),
        ("$DECLARED:1", "*:1"),
        ("${DECLARED:-x}", "x"),
        ("${DECLARED-x}", "x"),
        ("${DECLARED:+x}", ""),
        ("${DECLARED:?}", "*"),
        ("${DECLARED#x}", "*"),
    ],
)
def test_what_the_build_alone_knows_stays_unknown(word: str, seen: str) -> None:
    assert shown(expand(word, ENV)) == seen


def test_a_variable_that_a_base_image_may_set_is_unknown_or_its_default() -> None:
    assert expand("$PORT", {}, missing=None) == UNKNOWN
    assert expand("${PORT:-80}", {}, missing=None) == "80"
    assert expand("${PORT?}", {}, missing=None) == UNKNOWN


def test_a_value_too_long_for_any_name_is_unknown() -> None:
    env = {"A": "x" * 400}
    assert expand("$A", env) == "x" * 400
    assert expand("$A$A", env) == UNKNOWN
    assert expand("x" * 600, {}) == UNKNOWN
    assert expand("$A" * 4000, env) == UNKNOWN


def test_no_pattern_takes_long() -> None:
    start = time.process_time()
    assert expand("${A//a*a*a*a*a*a*a*b/x}", {"A": "a" * 500}) == "a" * 500
    assert expand("${A%%*a*a*a*a*a*a*b}", {"A": "a" * 500}) == "a" * 500
    assert expand("${A//a/b}", {"A": "a" * 500}) == UNKNOWN
    assert time.process_time() - start < 1


def test_words_of_a_value() -> None:
    env = {"PORTS": "80 443"}
    assert expand_words("$PORTS", env) == ["80", "443"]
    assert expand_words('"$PORTS"', env) == ["80 443"]
    assert expand_words("a b", env) == ["a", "b"]
    assert expand_words(r"a\ b", env) == ["a b"]
    assert expand_words("$NONE", env) == []


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("RUN <<EOF", [("EOF", False, False)]),
        ("RUN <<-EOF", [("EOF", True, False)]),
        ("RUN <<'E F'", [("E F", False, False)]),
        ('RUN <<"E"OF', [("EOF", False, False)]),
        ("COPY <<a <<b /dst", [("a", False, False), ("b", False, False)]),
        ("RUN 3<<EOF", [("EOF", False, False)]),
        ("RUN << EOF", [("EOF", False, True)]),
        ("RUN <<- EOF", []),
        ("RUN cat <<$X", [("$X", False, False)]),
        ("RUN cat <<EOF | sh", [("EOF", False, False)]),
        ("RUN '<<EOF'", []),
        ('RUN "<<EOF"', []),
        ("RUN cat <<<EOF", []),
        ("RUN <<", []),
        ("RUN it's <<EOF", []),
        ("RUN x<EOF", []),
        (r'RUN "a\"b\c" <<EOF', [("EOF", False, False)]),
        (r'RUN "a\\" <<EOF"', []),
        ("RUN ${A:B} <<EOF", [("EOF", False, False)]),
        ("RUN ${A;B} <<EOF", []),
    ],
)
def test_heredocs_of_a_line(line: str, names: list[tuple[str, bool, bool]]) -> None:
    assert heredoc_names(line) == names


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a=1  b=2", ["a=1", "b=2"]),
        ("a='1 2' b=\"3 4\"", ["a='1 2'", 'b="3 4"']),
        (r"a=1\ 2 b=3", [r"a=1\ 2", "b=3"]),
        (r"a='1\' b", [r"a='1\'", "b"]),
        (r'a="1\" b" c', [r'a="1\" b"', "c"]),
        ("a=\\", ["a="]),
        ('a="b\\', ['a="b']),
        ('a="open b', ['a="open b']),
        ("a=\u00a0b", ["a=", "b"]),
        ("", []),
    ],
)
def test_words_with_their_quotes(text: str, words: list[str]) -> None:
    assert split_quoted(text, "\\") == words


def test_what_an_unknown_value_may_be() -> None:
    assert may_be(f"build-{UNKNOWN}", "build-amd64")
    assert may_be(f"{UNKNOWN}-mid-{UNKNOWN}-end", "a-mid-b-end")
    assert not may_be(f"build-{UNKNOWN}", "test-amd64")
    assert not may_be(f"{UNKNOWN}-mid-{UNKNOWN}-end", "a-b-end")
    assert not may_be(f"aba{UNKNOWN}aba", "ababa")
    assert may_be("build", "build")
    assert not may_be("build", "builder")
