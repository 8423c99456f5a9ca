"""Makefiles and scripts of any content: nothing raises, and the time is bounded."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from archdoc.config import Config
from archdoc.extract._effects import Build, Follow
from archdoc.extract._followers import follow
from archdoc.extract._make_read import read
from archdoc.extract._shell_walk import Argument
from archdoc.extract._source import Session
from archdoc.extract._values import Text, Unknown
from archdoc.extract._workspace import ROOT, Workspace
from archdoc.model import Evidence
from tests.support import MemoryFiles

PIECES = st.sampled_from(
    [
        *("A", "B", "x", "%", " ", "\n", "\n\t", "\\\n", "=", ":=", "+=", "?=", "!=", ":", "::", ";", "|", "#", ",", "$$", "$@"),
        *("$(", "${", ")", "}", "$(A)", "$(B:.c=.o)", "$(call A,", "$(foreach x,", "$(if ", "$(shell ", "$(eval ", "$(subst "),
        *("ifeq (", "ifdef A\n", "else\n", "endif\n", "define A\n", "endef\n", "include ", "export ", "override ", ".PHONY"),
        *("docker build -t a .", "$(MAKE) x", "\ue0000\ue001", "\ue0009\ue001", "${{ x }}", "'", '"'),
    ]
)
TEXTS = st.lists(PIECES, max_size=60).map("".join)


def variable(name: str) -> Text:
    return (Unknown(name),)


def followed(files: dict[str, bytes | str], tool: str, word: str) -> list[object]:
    session = Session(MemoryFiles(files), Config())
    command = Follow(tool, (Argument((word,), 0),), {}, Evidence("ci.yml", 1))
    return [effect for effect, _ in follow(session, command, (ROOT,), Workspace(), variable)]


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_any_makefile(text: str) -> None:
    started = time.perf_counter()
    for goal in ("x", "A", ""):
        followed({"Makefile": text}, "make", goal)
    assert time.perf_counter() - started < 10


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes(content: bytes) -> None:
    read(content.decode("utf-8", errors="replace"))
    followed({"Makefile": content}, "make", "x")
    followed({"x.sh": content}, "script", "./x.sh")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["# a remark", "", "OTHER = 1", "other:\n\techo"]), max_size=5), st.integers(0, 5))
def test_what_does_not_matter_does_not_matter(lines: list[str], at: int) -> None:
    """Lines for others before and behind a rule change nothing of what it does but its line."""
    rule = "IMG = a/b\nx:\n\tdocker build -t $(IMG) -f Dockerfile .\n"
    text = "\n".join([*lines[:at], rule, *lines[at:]])
    (build,) = followed({"Makefile": text}, "make", "x")
    assert isinstance(build, Build)
    assert [image.text for image in build.images] == [("a/b",)]


def test_a_large_makefile_takes_its_time_once() -> None:
    text = "".join(f"V{n} = $(V{n + 1})/x\nt{n}: t{n + 1}\n\techo $(V{n})\n" for n in range(3_000))
    started = time.perf_counter()
    followed({"Makefile": text}, "make", "t0")
    followed({"Makefile": "A = (" * 20_000}, "make", "t0")
    followed({"Makefile": "A = $(" * 20_000}, "make", "t0")
    followed({"Makefile": "x: " + "$(B)" * 20_000}, "make", "x")
    assert time.perf_counter() - started < 20
