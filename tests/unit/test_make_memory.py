"""A makefile is read once for the same answers, and what one run of it does is not seen by another."""

from __future__ import annotations

import pytest

from archdoc.config import Config
from archdoc.extract import _make_memory as memory
from archdoc.extract._effects import Follow, Push
from archdoc.extract._followers import follow
from archdoc.extract._make import Run
from archdoc.extract._shell_walk import Argument
from archdoc.extract._source import Session
from archdoc.extract._values import Text, Unknown
from archdoc.extract._workspace import ROOT, Workspace
from archdoc.model import Evidence
from tests.support import MemoryFiles

MAKEFILE = """
TAG ?= latest
NAME := $(shell cat VERSION)
ifneq ($(filter release,$(MAKECMDGOALS)),)
TAG := released
endif
push release:
\t$(eval TAG := $(TAG)-$@)
\tdocker push acme/shop:$(TAG)-$(NAME)
"""


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[Text]:
    """The goals of the runs that read a makefile."""
    found: list[Text] = []
    load = Run.load

    def noted(run: Run, makefile: object) -> None:
        found.extend(run.asked.goals)
        load(run, makefile)  # type: ignore[arg-type]

    monkeypatch.setattr(Run, "load", noted)
    monkeypatch.setattr(memory, "_PLACES", {})
    return found


def pushed(goal: str, version: str = "1", tag: str = "") -> list[Text]:
    """What a goal pushes, in a unit of its own."""
    session = Session(MemoryFiles({"Makefile": MAKEFILE, "VERSION": version}), Config())
    command = Follow("make", (Argument((goal,), 0),), {}, Evidence("ci.yml", 1))

    def variable(name: str) -> Text:
        return (tag,) if tag and name == "TAG" else (Unknown(name),)

    found = follow(session, command, (ROOT,), Workspace(), variable)
    return [effect.image.text for effect, _ in found if isinstance(effect, Push)]


def test_it_is_read_once_for_the_same_answers(loads: list[Text]) -> None:
    assert pushed("push") == [("acme/shop:latest-push-1",)]
    assert pushed("push") == [("acme/shop:latest-push-1",)]
    assert loads == [("push",)]


def test_it_is_read_again_for_another_answer(loads: list[Text]) -> None:
    pushed("push")
    assert pushed("push", version="2") == [("acme/shop:latest-push-2",)]
    assert pushed("push", tag="v3") == [("acme/shop:v3-push-1",)]
    assert pushed("release") == [("acme/shop:released-release-1",)]
    assert len(loads) == 4


def test_it_is_not_read_again_for_the_value_of_a_variable_with_a_default(loads: list[Text]) -> None:
    assert pushed("push", tag="v3") == [("acme/shop:v3-push-1",)]
    assert pushed("push", tag="v4") == [("acme/shop:v4-push-1",)]
    assert pushed("push") == [("acme/shop:latest-push-1",)]
    assert pushed("push", tag="v5") == [("acme/shop:v5-push-1",)]
    assert len(loads) == 2


def test_the_oldest_is_forgotten(loads: list[Text]) -> None:
    for number in range(memory.MAX_REMEMBERED + 1):
        pushed("push", version=str(number))
    pushed("push", version="0")
    assert len(loads) == memory.MAX_REMEMBERED + 2
