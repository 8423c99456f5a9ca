"""The jobs of a workflow: each row of its matrix run through its steps, reusable workflows of the repository in place.

Knows how jobs are made of rows, steps and calls; what a job's doings mean for the graph is told by `github_actions`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from archdoc.extract import _contexts as contexts
from archdoc.extract import _matrix as matrices
from archdoc.extract import _runners as runners
from archdoc.extract import _signatures as signatures
from archdoc.extract import _steps as steps
from archdoc.extract import _values as values
from archdoc.extract import _workflow as workflows
from archdoc.extract._actions import Use
from archdoc.extract._effects import Done
from archdoc.extract._inputs import rows
from archdoc.extract._source import Session
from archdoc.extract._steps import Scope, State, Weight
from archdoc.extract._values import Data, Open
from archdoc.extract._workflow import Workflow
from archdoc.extract._workspace import ROOT, Workspace
from archdoc.extract._yaml import Node

MAX_CALLS = 10
_NO_DIFFERENCE = frozenset({"name", "strategy", "steps", "outputs", "concurrency", "timeout-minutes", "continue-on-error"})
_KEY = re.compile(r"\bmatrix\.([\w-]+)")


@dataclass(frozen=True, slots=True)
class Run:
    """All that a job did in one row of its matrix.

    `row` are the scalars of the row by key; `contexts` what its expressions see; `called` tells that the steps stand in a
    workflow that the job calls.
    """

    row: Mapping[str, str]
    contexts: Mapping[str, Data]
    done: Sequence[Done] = ()
    called: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """The reusable workflow that a job calls: a `path` of this repository, or a `remote` name without its version."""

    path: str = ""
    remote: str = ""


def runs(session: Session, workflow: Workflow, node: Node, prefix: str = "") -> Iterator[Run]:
    """The rows of a job: one for each element of its matrix that can tell them apart."""
    seen = dict(workflow.contexts)
    matrix = matrices.expand(contexts.data(node.at("strategy", "matrix"), seen))
    if matrix.too_many:
        session.report("workflow-invalid", "the matrix makes more than 256 jobs", node.at("strategy", "matrix").evidence())
    if prefix and steps.ruled_out(node["if"].text, seen):
        return
    call = called(session, node)
    floor = _floor(session, node)
    for number, (row, constant) in enumerate(matrices.grouped(matrix.rows, _keys(session, node, floor))):
        within = {**seen, "matrix": row}
        label = {f"{prefix}{name}": value for name, value in constant.items()}
        if call is None:
            quiet = number > 0 or prefix != ""
            yield Run(label, within, _walked(session, workflow, node, within, prefix, floor, quiet=quiet), prefix != "")
        else:
            yield Run(label, within)
            if call.path:
                yield from _call(session, workflow, node, within, label, call.path)
            else:
                yield Run(label, within, _remote(workflow, node, within, prefix, call.remote), called=True)


def _floor(session: Session, node: Node) -> Weight:
    """The least weight of steps that count: without one that depends on others, those that serve others count for nothing."""
    dependent = any(steps.weight(session, step) is Weight.DEPENDENT for step in node["steps"])
    return Weight.AUXILIARY if dependent else Weight.ALONE


def _keys(session: Session, node: Node, floor: Weight) -> frozenset[str] | None:
    """The keys of the matrix that can make a difference to what a job does; None for all of them."""
    texts = [text for key, one in node.items() if key not in _NO_DIFFERENCE for text in _expressions(one)]
    for step in node["steps"]:
        if steps.weight(session, step) >= floor:
            texts += [text for key, one in step.items() if key not in _NO_DIFFERENCE for text in _expressions(one)]
    found: set[str] = set()
    for text in texts:
        if "matrix" in text:
            found.update(_KEY.findall(text))
            if "matrix" in _KEY.sub("", text):
                return None
    return frozenset(found)


def _walked(
    session: Session, workflow: Workflow, node: Node, seen: Mapping[str, Data], prefix: str, floor: Weight, *, quiet: bool
) -> Sequence[Done]:
    """What the steps of a job do."""
    env: dict[str, Data] = {}
    scope = Scope(workflow.source, seen, key=prefix.rstrip("."), floor=floor)
    if any(steps.weight(session, step) >= floor for step in node["steps"]):
        env = {**workflow.env, **contexts.environment(node["env"], {**seen, "env": Open("env", workflow.env)})}
        within = {**seen, "env": Open("env", env)}
        shell = values.shown(workflows.setting("shell", workflow, node, within))
        if not shell and any(runners.windows(tuple(map(values.shown, one))) for one in runners.labels(node["runs-on"], within)):
            shell = "pwsh"
        scope = replace(scope, shell=shell, directory=workflows.setting("working-directory", workflow, node, within))
    state = State(env, quiet=quiet)
    steps.run(session, scope, node["steps"], state)
    return state.done


def called(session: Session, node: Node) -> Call | None:
    """The workflow that a job calls; None for a job with steps."""
    uses = node["uses"].text.strip()
    if not uses:
        return None
    name = uses.partition("@")[0]
    own = f"{session.config.repository}/"
    if len(own) > 1 and name.lower().startswith(own.lower()):
        name = f"./{name[len(own) :]}"
    return Call(path=name.removeprefix("./")) if name.startswith("./") else Call(remote=name)


def _call(
    session: Session, workflow: Workflow, node: Node, seen: Mapping[str, Data], row: Mapping[str, str], path: str
) -> Iterator[Run]:
    """The jobs of a workflow of this repository, run with the inputs that this job gives."""
    at = node["uses"].evidence("uses")
    source = session.source(path)
    if source is None:
        session.report("workflow-call-missing", f"`{path}` is not in this repository", at)
        return
    if path in workflow.stack or len(workflow.stack) > MAX_CALLS:
        session.report("workflow-call-depth", f"`{path}` is called in a circle or more than {MAX_CALLS} deep", at)
        return
    given = {name: contexts.data(one, seen) for name, one in node["with"].items()}
    callee = workflows.called(source, workflow, given)
    for key, job in source.root["jobs"].items():
        if not session.spend(at):
            return
        for run in runs(session, callee, job, f"{key}."):
            yield Run({**row, **run.row}, run.contexts, run.done, called=True)


def _remote(workflow: Workflow, node: Node, seen: Mapping[str, Data], prefix: str, name: str) -> Sequence[Done]:
    """What a workflow of another repository does, as far as its inputs tell."""
    inputs = {key.lower(): one for key, one in node["with"].items()}
    use = Use(name.lower(), inputs, partial(rows, workflow.source, seen), node["uses"].evidence("uses"))
    return [Done(effect, prefix.rstrip("."), (ROOT,), Workspace()) for effect in signatures.effects(use)]


def takes_inputs(node: Node) -> bool:
    """Whether anything below a node depends on the inputs of its workflow."""
    return any("inputs." in text or "inputs[" in text for text in _scalars(node))


def is_computed(node: Node) -> bool:
    """Whether a value or a part of it is an expression."""
    return any("${{" in text for text in _scalars(node))


def _expressions(node: Node) -> Iterator[str]:
    return (text for text in _scalars(node) if "${{" in text)


def _scalars(node: Node) -> Iterator[str]:
    """Every scalar below a node."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one.value, str):
            yield one.value
        else:
            waiting += one
            waiting += (below for _, below in one.items())
