"""What jobs hand to one another: the order in which they run, and which outputs are read where that can make a difference.

Most outputs are read by nobody who matters, and the steps behind them need not be walked. This module evaluates nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from archdoc.extract import _steps as steps
from archdoc.extract._source import Session, Source
from archdoc.extract._steps import Weight
from archdoc.extract._yaml import Node
from archdoc.regex import regex

Wanted: TypeAlias = Mapping[str, frozenset[str]]
"""The outputs that are read, by job; both in lower case, for expressions know no case."""

NOTHING: frozenset[str] = frozenset()
_NO_DIFFERENCE = frozenset({"name", "if", "strategy", "steps", "outputs", "concurrency", "timeout-minutes", "continue-on-error"})
_READ = regex(r"\b(?:needs|jobs)\.([\w-]+)\.outputs\.([\w-]+)")


class Plan(NamedTuple):
    """The jobs of a workflow in an order in which each comes after those it needs, and what is read of them."""

    order: tuple[str, ...]
    wanted: Wanted


def plan(session: Session, source: Source, wanted: Wanted) -> Plan:
    """How to run the jobs of a workflow whose caller reads the outputs in `wanted`."""
    jobs = source.root["jobs"]
    if not wanted and not source.outputs:
        return Plan(tuple(key for key, _ in jobs.items()), {})
    order = _order(jobs)
    found = {job: set(names) for job, names in wanted.items()}
    for key in reversed(order):
        node, mine = jobs[key], frozenset(found.get(key.lower(), ()))
        texts = significant(session, node, floor(session, node, mine), mine)
        texts += expressions(node.at("strategy", "matrix"))
        for job, name in read(texts):
            found.setdefault(job, set()).add(name)
    return Plan(tuple(order), {job: frozenset(names) for job, names in found.items()})


def read(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The outputs of jobs that expressions read: the job and the name, in lower case."""
    return ((job.lower(), name.lower()) for text in texts if ".outputs" in text for job, name in _READ.findall(text))


def floor(session: Session, node: Node, wanted: frozenset[str]) -> Weight:
    """The least weight of steps that count: without one that depends on others, those that serve others count for nothing."""
    dependent = bool(wanted) or any(steps.weight(session, step) is Weight.DEPENDENT for step in node["steps"])
    return Weight.AUXILIARY if dependent else Weight.ALONE


def significant(session: Session, node: Node, least: Weight, wanted: frozenset[str]) -> list[str]:
    """The expressions of a job that can make a difference to what it does, or to its `wanted` outputs."""
    counting = [step for step in node["steps"] if steps.weight(session, step) >= least]
    texts = [text for key, one in node["outputs"].items() if key.lower() in wanted for text in expressions(one)]
    return texts + [
        text for part in (node, *counting) for key, one in part.items() if key not in _NO_DIFFERENCE for text in expressions(one)
    ]


def conditions(session: Session, node: Node, least: Weight) -> list[str]:
    """The conditions of a job and of its steps that count; they are expressions with or without ``${{ }}``."""
    counting = [step for step in node["steps"] if steps.weight(session, step) >= least]
    return [part["if"].text for part in (node, *counting)]


def expressions(node: Node) -> Iterator[str]:
    """Every scalar below a node that holds an expression."""
    return (text for text in scalars(node) if "${{" in text)


def scalars(node: Node) -> Iterator[str]:
    """Every scalar below a node."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one.value, str):
            yield one.value
        else:
            waiting += one
            waiting += (below for _, below in one.items())


def _order(jobs: Node) -> list[str]:
    """The jobs, each after those it needs, otherwise as in the file; a circle is cut where it closes."""
    done: dict[str, None] = {}
    entered: set[str] = set()
    waiting = [(key, False) for key, _ in reversed(list(jobs.items()))]
    while waiting:
        key, ready = waiting.pop()
        if ready:
            done[key] = None
        elif key not in entered:
            entered.add(key)
            needed = [one for one in jobs[key]["needs"].texts() if jobs[one].exists and one not in entered]
            waiting += [(key, True), *((one, False) for one in reversed(needed))]
    return list(done)
