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
    """A workflow file with what is known in it; `stack` are the files whose jobs called it, itself last."""

    source: Source
    contexts: Mapping[str, Data]
    env: Mapping[str, Data]
    stack: tuple[str, ...]

    @property
    def root(self) -> Node:
        """The document."""
        return self.source.root


def own(session: Session, source: Source) -> Workflow:
    """A workflow started by its own events."""
    on = source.root["on"]
    inputs = contexts.open_inputs(on)
    events = tuple(event for event in triggers.events(on) if event != CALL)
    github = contexts.github(session.config.repository, events if CALL not in triggers.events(on) else (), inputs)
    return _workflow(source, github, inputs, (source.path,))


def called(source: Source, caller: Workflow, given: Mapping[str, Data]) -> Workflow:
    """A workflow called from a job of another: it keeps the event of its caller."""
    inputs = contexts.given_inputs(source.root.at("on", CALL, "inputs"), given)
    return _workflow(source, caller.contexts["github"], inputs, (*caller.stack, source.path))


def _workflow(source: Source, github: Data, inputs: Mapping[str, Data], stack: tuple[str, ...]) -> Workflow:
    seen: dict[str, Data] = {name: Open(name) for name in contexts.RUN_TIME}
    seen |= {"github": github, "inputs": dict(inputs), "matrix": None}
    env = contexts.environment(source.root["env"], {**seen, "env": Open("env")})
    return Workflow(source, seen, env, stack)


def setting(name: str, workflow: Workflow, job: Node, seen: Mapping[str, Data]) -> values.Text:
    """``defaults.run.<name>`` of the job, else of the workflow."""
    own = job.at("defaults", "run", name)
    return contexts.text(own or workflow.root.at("defaults", "run", name), seen)
