"""Expressions compiled when first used: what they give, when, and that every one of the program is sound."""

from __future__ import annotations

import importlib
import pkgutil
import re
import subprocess
import sys

import pytest

import archdoc
from archdoc.regex import regex


def test_gives_what_a_compiled_one_gives() -> None:
    lazy, compiled = regex(r"(\w)=(\d+)", re.IGNORECASE), re.compile(r"(\w)=(\d+)", re.IGNORECASE)
    text = "a=1, B=22"
    assert lazy.sub(r"\2", text) == compiled.sub(r"\2", text) == "1, 22"
    assert lazy.findall(text) == compiled.findall(text)
    assert lazy.split(text) == compiled.split(text)
    assert [found.span() for found in lazy.finditer(text)] == [found.span() for found in compiled.finditer(text)]
    assert (lazy.match(text, 3), lazy.fullmatch(text)) == (None, None) == (compiled.match(text, 3), compiled.fullmatch(text))
    assert lazy.pattern == compiled.pattern
    assert regex(rb"\d").search(b"a1") is not None


def test_is_compiled_on_first_use(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    compile_ = re.compile
    monkeypatch.setattr(re, "compile", lambda source, flags: seen.append(source) or compile_(source, flags))  # type: ignore[func-returns-value]
    lazy = regex("a+")
    assert seen == []
    assert lazy.match("aa") and lazy.match("a") and lazy.search("ba")
    assert seen == ["a+"]


def test_an_unknown_method_is_an_error() -> None:
    with pytest.raises(AttributeError, match="matches"):
        regex("a").matches  # type: ignore[attr-defined]  # noqa: B018  # the lookup is what raises


def test_every_expression_of_the_program_is_sound() -> None:
    count = 0
    for module in pkgutil.walk_packages(archdoc.__path__, "archdoc."):
        if not module.name.endswith("__main__"):
            for value in vars(importlib.import_module(module.name)).values():
                for one in value if isinstance(value, tuple) else (value,):
                    if type(one) is type(regex("")):
                        assert one.search is not None  # asking compiles it
                        count += 1
    assert count > 300


def test_loading_the_readers_compiles_none_of_ours() -> None:
    script = """
import re, sys
seen, old = [], re.compile
def noted(source, flags=0):
    seen.append(sys._getframe(1).f_globals["__name__"])
    return old(source, flags)
re.compile = noted
import archdoc.cli, archdoc.pipeline, archdoc.extract.github_actions, archdoc.extract.kustomize, archdoc.views
print([name for name in seen if name.startswith("archdoc")])
"""
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
