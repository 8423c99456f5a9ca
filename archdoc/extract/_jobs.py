"""The jobs of a workflow: each row of its matrix run through its steps, reusable workflows of the repository in place.

Knows how jobs are made of rows, steps and calls; what a job's doings mean for the graph is told by `github_actions`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType

from archdoc.extract import _contexts as contexts
from archdoc.extract import _followers as followers
from archdoc.extract import _matrix as matrices
from archdoc.extract import _needs as needs
from archdoc.extract import _runners as runners
from archdoc.extract import _signatures as signatures
from archdoc.extract import _steps as steps
from archdoc.extract import _values as values
from archdoc.extract import _workflow as workflows
from archdoc.extract._effects import Done, Effect, Follow
from archdoc.extract._inputs import rows
from archdoc.extract._needs import Wanted
from archdoc.extract._source import Session
from archdoc.extract._steps import Scope, State, Weight
from archdoc.extract._use import Use
from archdoc.extract._values import Data, Open, Text, Unknown, choice
from archdoc.extract._workflow import Workflow
from archdoc.extract._workspace import ROOT, Workspace
from archdoc.extract._yaml import Node
from archdoc.model import Evidence
from archdoc.regex import regex

MAX_CALLS = 10
_ENV = regex(r"\$\{\{[^}]{0,400}\benv\.")
_KEY = regex(r"\bmatrix\.([\w-]+)")


@dataclass(frozen=True, slots=True)
class Run:
    """All that a job did in one row of its matrix.

    `row` are the scalars of the row by key; `contexts` what its expressions see; `called` tells that the steps stand in a
    workflow that the job calls; `outputs` are those that others read. `place` is the job with those that it was called from,
    outermost first; `after` is where the jobs are that it needs, directly or not.
    """

    row: Mapping[str, str]
    contexts: Mapping[str, Data]
    done: Sequence[Done] = ()
    called: bool = False
    outputs: Mapping[str, Data] = field(default_factory=dict)
    place: tuple[str, ...] = ()
    after: frozenset[tuple[str, ...]] = frozenset()

    def comes_after(self, other: Run) -> bool:
        """Whether this waits until the other is done."""
        return any(other.place[: len(one)] == one for one in self.after)


@dataclass(frozen=True, slots=True)
class Call:
    """The reusable workflow that a job calls: a `path` of this repository, or a `remote` name without its version."""

    path: str = ""
    remote: str = ""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a job did in each row of its matrix, and its outputs as far as others read them.

    `unbound` tells that something of it depends on inputs that only callers of its workflow know.
    """

    runs: Sequence[Run] = ()
    outputs: Mapping[str, Data] = field(default_factory=dict)
    unbound: bool = False


def run(
    session: Session, workflow: Workflow, wanted: Wanted = MappingProxyType({}), at: Evidence | None = None
) -> dict[str, Ran]:
    """Every job of a workflow, by its key; `wanted` are the outputs that a caller reads, `at` is the line of its call."""
    jobs = workflow.root["jobs"]
    order, wanted = needs.plan(session, workflow.source, wanted)
    everywhere = workflow.open and takes_inputs(workflow.root["env"])
    done: dict[str, Ran] = {}
    closure: dict[str, frozenset[str]] = {}
    for key in order:
        if at is not None and not session.spend(at):
            break
        node = jobs[key]
        before = {one: done[one] for one in node["needs"].texts() if one in done}
        unbound = everywhere or (workflow.open and (takes_inputs(node) or any(one.unbound for one in before.values())))
        if workflow.open:
            session.unbound = unbound
        seen = _after(workflow, before) if wanted else workflow
        found = list(_rows(session, seen, node, wanted.get(key.lower(), needs.NOTHING), f"{key}." if at else ""))
        closure[key] = frozenset(before).union(*(closure[one] for one in before))
        done[key] = Ran([_placed(one, key, closure[key]) for one in found], _merged(found), unbound)
    return done


def _placed(one: Run, key: str, needed: frozenset[str]) -> Run:
    """A run as the workflow around its job sees it."""
    after = {(key, *place) for place in one.after} | {(job,) for job in needed}
    return replace(one, place=(key, *one.place), after=frozenset(after))


def _after(workflow: Workflow, before: Mapping[str, Ran]) -> Workflow:
    """The workflow as a job sees it once those that it needs are done."""
    known = {key: Open(f"needs.{key}", {"outputs": Open(f"needs.{key}.outputs", one.outputs)}) for key, one in before.items()}
    return replace(workflow, contexts={**workflow.contexts, "needs": Open("needs", known)})


def _merged(found: Sequence[Run]) -> dict[str, Data]:
    """The outputs of a job: any row may be the last to set one, and a row that sets nothing leaves it as it is."""
    names = dict.fromkeys(name for one in found for name in one.outputs)
    values_of = {name: [one.outputs[name] for one in found if name in one.outputs] for name in names}
    return {name: choice([one for one in ones if one not in ("", None)] or ("",)) for name, ones in values_of.items()}


def _rows(session: Session, workflow: Workflow, node: Node, wanted: frozenset[str], prefix: str) -> Iterator[Run]:
    """The rows of a job: one for each element of its matrix that can tell them apart."""
    seen = dict(workflow.contexts)
    if (wrong := next(_with_env(node["strategy"]), None)) is not None:
        # What is meant is told all the same.
        session.report("workflow-invalid", "`env` is not known in `strategy`", wrong.evidence())
    matrix = matrices.expand(contexts.data(node.at("strategy", "matrix"), {**seen, "env": Open("env", workflow.env)}))
    contexts.noted("matrix", node.at("strategy", "matrix"), seen)
    if matrix.too_many:
        session.report("workflow-invalid", "the matrix makes more than 256 jobs", node.at("strategy", "matrix").evidence())
    if prefix and steps.ruled_out(node["if"].text, seen):
        return
    call = called(session, node)
    floor = needs.floor(session, node, wanted)
    for number, (row, constant) in enumerate(matrices.grouped(matrix.rows, _keys(session, node, floor, wanted))):
        within = {**seen, "matrix": row}
        label = {f"{prefix}{name}": value for name, value in constant.items()}
        if call is None:
            quiet = number > 0 or prefix != ""
            done, outputs = _walked(session, workflow, node, within, prefix, floor, wanted, quiet=quiet)
            yield Run(label, within, done, prefix != "", outputs)
        elif call.path:
            yield from _call(session, workflow, node, within, label, call.path, wanted)
        else:
            yield Run(label, within)
            yield Run(label, within, _remote(session, workflow, node, within, prefix, call.remote), called=True)


def _with_env(node: Node) -> Iterator[Node]:
    """The scalars whose expressions ask for ``env``. Source: GitHub docs, "Contexts reference", availability."""
    if node.is_map or node.is_list:
        for one in (one for _, one in node.items()) if node.is_map else node:
            yield from _with_env(one)
    elif _ENV.search(node.text):
        yield node


def _keys(session: Session, node: Node, floor: Weight, wanted: frozenset[str]) -> frozenset[str] | None:
    """The keys of the matrix that can make a difference to what a job does; None for all of them."""
    found: set[str] = set()
    for text in (*needs.significant(session, node, floor, wanted), *needs.conditions(session, node, floor)):
        if "matrix" in text:
            found.update(_KEY.findall(text))
            if "matrix" in _KEY.sub("", text):
                return None
    return frozenset(found)


def _walked(
    session: Session,
    workflow: Workflow,
    node: Node,
    seen: Mapping[str, Data],
    prefix: str,
    floor: Weight,
    wanted: frozenset[str],
    *,
    quiet: bool,
) -> tuple[Sequence[Done], Mapping[str, Data]]:
    """What the steps of a job do, and its outputs that are wanted."""
    env: dict[str, Data] = {}
    seen = {**seen, "runner": Open("runner", runners.machine(node["runs-on"]))}
    scope = Scope(workflow.source, seen, key=prefix.rstrip("."), floor=floor)
    if any(steps.weight(session, step) >= floor for step in node["steps"]):
        env = {**workflow.env, **contexts.environment(node["env"], {**seen, "env": Open("env", workflow.env)})}
        within = {**seen, "env": Open("env", env)}
        shell = values.shown(workflows.setting("shell", workflow, node, within))
        labels = [tuple(map(values.shown, one)) for one in runners.labels(node["runs-on"], within)]
        # Where only some are Windows, the script is read as that of the others.
        if not shell and labels and all(map(runners.windows, labels)):
            shell = "pwsh"
        scope = replace(scope, shell=shell, directory=workflows.setting("working-directory", workflow, node, within))
    state = State(env, quiet=quiet)
    results = steps.run(session, scope, node["steps"], state)
    within = {**seen, "env": Open("env", state.env), "steps": Open("steps", results)}
    outputs = {name: contexts.data(one, within) for name, one in node["outputs"].items() if name.lower() in wanted}
    contexts.noted("outputs", node["outputs"], within)
    return state.done, outputs


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
    session: Session,
    workflow: Workflow,
    node: Node,
    seen: Mapping[str, Data],
    row: Mapping[str, str],
    path: str,
    wanted: frozenset[str],
) -> Iterator[Run]:
    """A job that calls a workflow of this repository, with the jobs of it, run with the inputs that this job gives."""
    at = node["uses"].evidence("uses")
    source = session.source(path)
    if source is None:
        session.report("workflow-call-missing", f"`{path}` is not in this repository", at)
        yield Run(row, seen)
        return
    if path in workflow.stack or len(workflow.stack) > MAX_CALLS:
        session.report("workflow-call-depth", f"`{path}` is called in a circle or more than {MAX_CALLS} deep", at)
        yield Run(row, seen)
        return
    given = {name: contexts.data(one, seen) for name, one in node["with"].items()}
    contexts.noted("inputs", node["with"], seen)
    callee = workflows.called(source, workflow, given, _secrets(node["secrets"], seen))
    declared = source.root.at("on", workflows.CALL, "outputs")
    handed = {name: one["value"] for name, one in declared.items() if name.lower() in wanted}
    inner: dict[str, frozenset[str]] = {}
    for job, name in needs.read(one.text for one in handed.values()):
        inner[job] = inner.get(job, needs.NOTHING) | {name}
    ran = run(session, callee, inner, at)
    jobs = {key: Open(f"jobs.{key}", {"outputs": Open(f"jobs.{key}.outputs", one.outputs)}) for key, one in ran.items()}
    within = {**callee.contexts, "jobs": Open("jobs", jobs)}
    for name, value in handed.items():
        contexts.noted(f"outputs.{name}", value, within)
    yield Run(row, seen, outputs={name: contexts.data(one, within) for name, one in handed.items()})
    for one in ran.values():
        for run_ in one.runs:
            yield replace(run_, row={**row, **run_.row}, called=True, outputs={})


def _secrets(given: Node, seen: Mapping[str, Data]) -> Data:
    """The secrets of a called workflow: those it is given, under the names they have there; what they hold is never known."""
    return Open("secrets", {name: contexts.data(one, seen) for name, one in given.items()})


def _remote(session: Session, workflow: Workflow, node: Node, seen: Mapping[str, Data], prefix: str, name: str) -> Sequence[Done]:
    """What a workflow of another repository does, as far as its inputs tell."""
    inputs = {key.lower(): one for key, one in node["with"].items()}
    use = Use(name.lower(), inputs, partial(rows, workflow.source, seen), node["uses"].evidence("uses"))
    found: list[tuple[Effect, Text, Evidence | None]] = []
    for effect in signatures.effects(use):
        if isinstance(effect, Follow):
            done = followers.follow(session, effect, (ROOT,), Workspace(), lambda name: (Unknown(name),))
            found += [(one, directory, effect.at) for one, directory in done]
        else:
            found.append((effect, (ROOT,), None))
    return [Done(effect, prefix.rstrip("."), directory, Workspace(), via) for effect, directory, via in found]


def takes_inputs(node: Node) -> bool:
    """Whether anything below a node depends on the inputs of its workflow."""
    return any("inputs." in text or "inputs[" in text for text in needs.scalars(node))


def is_computed(node: Node) -> bool:
    """Whether a value or a part of it is an expression."""
    return any("${{" in text for text in needs.scalars(node))
