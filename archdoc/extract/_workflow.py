"""A workflow as its jobs see it: contexts, environment, defaults, events; for itself, or called with inputs by another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archdoc.extract import _contexts as contexts
from archdoc.extract import _triggers as triggers
from archdoc.extract import _values as values
from archdoc.extract._source import Session, Source
from archdoc.extract._values import Data, Open
from archdoc.extract._yaml import Node

CALL = "workflow_call"


@dataclass(frozen=True, slots=True)
class Workflow:
    """A workflow file with what is known in it; `stack` are the files whose jobs called it, itself last.

    `open` tells that its inputs are known to its callers alone.
    """

    source: Source
    contexts: Mapping[str, Data]
    env: Mapping[str, Data]
    stack: tuple[str, ...]
    open: bool = False

    @property
    def root(self) -> Node:
        """The document."""
        return self.source.root


def own(session: Session, source: Source) -> Workflow:
    """A workflow started by its own events."""
    on = source.root["on"]
    inputs = contexts.open_inputs(on)
    events = triggers.events(on)
    github = contexts.github(session.config.repository, events if CALL not in events else (), inputs)
    return _workflow(source, {"github": github, "inputs": inputs}, (source.path,), open_=events == (CALL,))


def called(source: Source, caller: Workflow, given: Mapping[str, Data], secrets: Data) -> Workflow:
    """A workflow called from a job of another: it keeps the event of its caller, and has the secrets that it is given."""
    inputs = contexts.given_inputs(source.root.at("on", CALL, "inputs"), given)
    seen: dict[str, Data] = {"github": caller.contexts["github"], "inputs": inputs, "secrets": secrets}
    return _workflow(source, seen, (*caller.stack, source.path))


def _workflow(source: Source, known: Mapping[str, Data], stack: tuple[str, ...], *, open_: bool = False) -> Workflow:
    seen: dict[str, Data] = {name: Open(name) for name in contexts.RUN_TIME}
    seen |= {**known, "matrix": None}
    env = contexts.environment(source.root["env"], {**seen, "env": Open("env")})
    return Workflow(source, seen, env, stack, open_)


def setting(name: str, workflow: Workflow, job: Node, seen: Mapping[str, Data]) -> values.Text:
    """``defaults.run.<name>`` of the job, else of the workflow."""
    own = job.at("defaults", "run", name)
    return contexts.text(own or workflow.root.at("defaults", "run", name), seen)
