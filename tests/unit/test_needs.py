"""The order of jobs, and which of their outputs are worth working out."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from archdoc.config import Config
from archdoc.extract import _needs as needs
from archdoc.extract import _source as sources
from archdoc.extract._source import Session
from tests.support import MemoryFiles

PATH = ".github/workflows/ci.yml"
BUILD = {"run": "docker build -t ${{ needs.a.outputs.Image }} ."}


def plan(jobs: Mapping[str, object], wanted: needs.Wanted | None = None) -> needs.Plan:
    source, _ = sources.read(json.dumps({"on": "push", "jobs": jobs}).encode(), PATH)
    return needs.plan(Session(MemoryFiles({}), Config()), source, wanted or {})


def job(*steps: object, **keys: object) -> dict[str, object]:
    return {"runs-on": "x", "steps": [{"run": "true"}, *steps], **keys}


def test_jobs_come_after_those_they_need() -> None:
    reads = job(BUILD, needs=["c", "a"])
    assert plan({"b": reads, "a": job(needs="c"), "c": job(), "d": job()}).order == ("c", "a", "b", "d")


def test_a_circle_and_a_job_that_is_not_there_end() -> None:
    circle = {"a": job(BUILD, needs="b"), "b": job(needs=["a", "nowhere"]), "c": job(needs="c")}
    assert sorted(plan(circle).order) == ["a", "b", "c"]


def test_an_output_is_read_whatever_the_case_of_its_name() -> None:
    assert plan({"A": job(outputs={"image": "x"}), "b": job(BUILD, needs="A")}).wanted == {"a": {"image"}}


def test_what_an_output_that_is_read_is_made_of_is_read_too() -> None:
    middle = job(needs="c", outputs={"image": "${{ needs.c.outputs.name }}", "other": "${{ needs.c.outputs.other }}"})
    assert plan({"a": middle, "b": job(BUILD, needs="a"), "c": job()}).wanted == {"a": {"image"}, "c": {"name"}}


@pytest.mark.parametrize(
    "reader",
    [
        job({"run": "echo ${{ needs.a.outputs.x }}"}),
        job(name="${{ needs.a.outputs.x }}"),
        job(**{"if": "${{ needs.a.outputs.x }}"}),
        job({"uses": "actions/cache@v4", "with": {"key": "${{ needs.a.outputs.x }}"}}),
        job(outputs={"y": "${{ needs.a.outputs.x }}"}),
    ],
)
def test_an_output_that_makes_no_difference_is_not_read(reader: dict[str, object]) -> None:
    assert plan({"a": job(), "b": reader}).wanted == {}


@pytest.mark.parametrize(
    "reader",
    [
        job(**{"runs-on": "${{ needs.a.outputs.x }}"}),
        job(strategy={"matrix": "${{ fromJSON(needs.a.outputs.x) }}"}),
        job(env={"A": "${{ needs.a.outputs.x }}"}),
        job({"run": "docker build .", "env": {"A": "${{ needs.a.outputs.x }}"}}),
        {"uses": "./.github/workflows/other.yml", "with": {"a": "${{ needs.a.outputs.x }}"}},
    ],
)
def test_an_output_that_makes_a_difference_is_read(reader: dict[str, object]) -> None:
    assert plan({"a": job(), "b": reader}).wanted == {"a": {"x"}}


def test_what_a_caller_reads_is_read() -> None:
    jobs = {"a": job(outputs={"y": "${{ needs.c.outputs.z }} "}, needs="c"), "c": job()}
    assert plan(jobs, {"a": frozenset({"y"})}).wanted == {"a": {"y"}, "c": {"z"}}
