"""The steps of a job walked in order: what each does, with what its expressions, environment and shell are known to be.

Composite actions of the repository are walked in place. This module knows what steps are; what an action or a command does is
said by `_actions` and `_commands`, and what follows for the graph by others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from archdoc.extract import _actions as actions
from archdoc.extract import _commands as commands
from archdoc.extract import _contexts as contexts
from archdoc.extract import _expressions as expressions
from archdoc.extract import _values as values
from archdoc.extract._commands_runner import written
from archdoc.extract._effects import (
    Build,
    Checkout,
    Done,
    Effect,
    Mention,
    Output,
    RunImage,
    UseAction,
    Write,
)
from archdoc.extract._shell_syntax import ShellError
from archdoc.extract._shell_walk import below, walk
from archdoc.extract._source import Session, Source
from archdoc.extract._values import Data, Open, Text
from archdoc.extract._workspace import ROOT, Workspace
from archdoc.extract._yaml import Node
from archdoc.model import Evidence

MAX_DEPTH = 10
_SHELLS = frozenset({"bash", "sh", "dash", "zsh", "ash"})
_NO_WORK = ("wait", "wait-all", "cancel", "parallel", "snapshot")
_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Scope:
    """Where steps stand: their file, the contexts of their expressions (without ``env`` and ``steps``), shell and folder."""

    source: Source
    contexts: Mapping[str, Data]
    env: Mapping[str, Data] = field(default_factory=dict)
    shell: str = ""
    directory: Text = ()
    key: str = ""
    depth: int = 0


@dataclass(slots=True)
class State:
    """What steps leave behind for later ones, and all that they did."""

    env: dict[str, Data]
    workspace: Workspace = Workspace()
    done: list[Done] = field(default_factory=list)


class _Step(NamedTuple):
    """One step with what it sees."""

    node: Node
    scope: Scope
    env: Mapping[str, Data]
    contexts: Mapping[str, Data]
    key: str
    outputs: dict[str, Data]


def run(session: Session, scope: Scope, steps: Node, state: State) -> dict[str, Data]:
    """Walk the steps of a job or composite action; gives their outputs by id, as the ``steps`` context has them."""
    results: dict[str, Data] = {}
    if not steps.is_list:
        if steps:
            session.report("workflow-invalid", "`steps` is no list", steps.evidence())
        return results
    for number, node in enumerate(steps):
        if not node.is_map:
            session.report("workflow-invalid", f"step {number + 1} is no mapping", node.evidence())
            continue
        _step(session, scope, node, state, results)
    return results


def _step(session: Session, scope: Scope, node: Node, state: State, results: dict[str, Data]) -> None:
    seen = {**scope.contexts, "env": Open("env", {**state.env, **scope.env}.items()), "steps": Open("steps", results.items())}
    env = {**state.env, **scope.env, **contexts.environment(node["env"], seen)}
    seen["env"] = Open("env", env.items())
    identity = node["id"].text
    outputs = Open(f"steps.{identity}.outputs")
    step = _Step(node, scope, env, seen, _key(scope, node), outputs)
    if node["uses"].is_text:
        _use(session, step, state)
    elif node["run"].is_text:
        _run(session, step, state)
    elif node["parallel"].is_list:
        results |= run(session, scope, node["parallel"], state)
    elif not any(node[key].exists for key in _NO_WORK):
        session.report("workflow-invalid", "a step has neither `run` nor `uses`", node.evidence())
    if identity:
        results[identity] = Open(f"steps.{identity}", {"outputs": outputs}.items())


def _key(scope: Scope, node: Node) -> str:
    """The stable part of a build's identity: the step's id, or its name; ``""`` for a step with neither."""
    own = node["id"].text or _SLUG.sub("-", node["name"].text.lower()).strip("-")
    return f"{scope.key}/{own}" if scope.key and own else own or scope.key


def _add(session: Session, step: _Step, state: State, found: Iterable[tuple[Effect, Text]]) -> None:
    """Keep what a step does and in which folder; what is meant for later steps is put where they find it."""
    files: dict[str, Text] = {}
    for effect, directory in found:
        if isinstance(effect, Write):
            files[effect.file] = values.join((files.get(effect.file, ()), effect.text))
        elif isinstance(effect, Output):
            step.outputs[effect.name] = values.simplify(effect.value)
        elif isinstance(effect, Checkout):
            state.workspace = _checked_out(session, state.workspace, effect)
        else:
            state.done.append(Done(effect, step.key, directory, state.workspace))
    for file, added in files.items():
        for name, value in written(added):
            (state.env if file == "GITHUB_ENV" else step.outputs)[name] = values.simplify(value)


def _checked_out(session: Session, workspace: Workspace, checkout: Checkout) -> Workspace:
    folder, repository = values.known(checkout.path), values.shown(checkout.repository)
    if folder is None:
        return workspace
    own = session.config.repository.lower()
    of_event = any(source.startswith("github.") for source in values.sources(checkout.repository))
    return workspace.put(folder, "" if of_event or repository.lower() == own else repository)


# --- uses


def _use(session: Session, step: _Step, state: State) -> None:
    node = step.node["uses"]
    name, _, ref = node.text.strip().partition("@")
    at = node.evidence("uses")
    own = session.config.repository.lower()
    if name.startswith("docker://"):
        image = Mention((node.text.strip().removeprefix("docker://"),), at)
        _add(session, step, state, ((RunImage(image, step.key or "step"), ()),))
    elif name.startswith(("./", "../")) or name == ".":
        _use_local(session, step, state, name, at)
    elif own and (name.lower() == own or name.lower().startswith(f"{own}/")):
        _use_folder(session, step, state, name[len(own) + 1 :] or ".", at)
    elif name:
        use = actions.Use(name.lower(), _inputs(step), step.node.evidence("uses"))
        function = actions.ACTIONS.get(use.name)
        effects = function(use) if function else ()
        _add(session, step, state, ((effect, (ROOT,)) for effect in (UseAction(name, ref, at), *effects)))


def _inputs(step: _Step) -> dict[str, Mention]:
    return {
        name.lower(): Mention(
            contexts.text(one, step.contexts), Evidence(one.path, one.line, f"with.{name}"), literal="${{" not in one.text
        )
        for name, one in step.node["with"].items()
        if not one.is_map and not one.is_list
    }


def _use_local(session: Session, step: _Step, state: State, name: str, at: Evidence) -> None:
    place = state.workspace.place(name)
    if place is None:
        session.report("action-missing", f"`{name}` leads out of the repository", at)
    elif not place.repository:
        _use_folder(session, step, state, place.path, at)


def _use_folder(session: Session, step: _Step, state: State, folder: str, at: Evidence) -> None:
    """An action of this repository."""
    paths = [f"{folder}/{file}".removeprefix("./") for file in ("action.yml", "action.yaml")]
    source = next((found for found in map(session.source, paths) if found is not None), None)
    if source is None:
        if session.files.read(f"{folder}/Dockerfile".removeprefix("./")) is None:
            session.report("action-missing", f"`{folder}` has no action.yml", at)
        return
    local = "./" if folder == "." else f"./{folder}"
    _add(session, step, state, ((UseAction(local, "", at, local=True), ()),))
    runs = source.root["runs"]
    using = runs["using"].text.lower()
    if using == "docker":
        _add(session, step, state, ((effect, (ROOT,)) for effect in _docker_action(runs, folder, step)))
    elif using == "composite" and step.scope.depth >= MAX_DEPTH:
        session.report("workflow-call-depth", f"`{local}` is nested more than {MAX_DEPTH} actions deep", at)
    elif using == "composite":
        _composite(session, step, state, source, folder)


def _docker_action(runs: Node, folder: str, step: _Step) -> Iterator[Effect]:
    image = runs["image"]
    if image.text.startswith("docker://"):
        yield RunImage(Mention((image.text.removeprefix("docker://"),), image.evidence("runs.image")), step.key or "step")
    elif image.text:
        context = Mention((f"{ROOT}/{folder}",), image.evidence("runs.image"))
        yield Build(at=image.evidence("runs.image"), context=context, file=context.of((image.text,)), inside=True)


def _composite(session: Session, step: _Step, state: State, source: Source, folder: str) -> None:
    given = {name.lower(): contexts.data(one, step.contexts) for name, one in step.node["with"].items()}
    github = step.contexts.get("github")
    known = {**github, "action_path": f"{ROOT}/{folder}"} if isinstance(github, dict) else {}
    seen = {**step.scope.contexts, "inputs": contexts.given_inputs(source.root["inputs"], given), "github": Open("github", known.items())}
    key = step.key or _SLUG.sub("-", folder.rpartition("/")[2].lower()).strip("-")
    inner = Scope(source, seen, {**step.scope.env, **contexts.environment(step.node["env"], step.contexts)}, "", (), key, step.scope.depth + 1)
    results = run(session, inner, source.root["runs"]["steps"], state)
    for name, output in source.root["outputs"].items():
        step.outputs[name] = expressions.value(output["value"].text, {**seen, "steps": Open("steps", results.items())})


# --- run


def _run(session: Session, step: _Step, state: State) -> None:
    node, script = step.node["run"], step.node["run"].text
    shell = values.shown(contexts.text(step.node["shell"], step.contexts)) or step.scope.shell
    tool = shell.split(" ")[0].rpartition("/")[2] if shell else "bash"
    if tool not in _SHELLS and tool != "*":
        if commands.FOREIGN.search(script):
            session.report("shell-unread", f"a script of `{tool}` is not read", node.evidence("run"))
        return
    if not commands.INTERESTING.search(script) and not script.lstrip().startswith("${{"):
        return
    lines = step.scope.source.lines(node)
    own = contexts.text(step.node["working-directory"], step.contexts)
    directory = below((ROOT,), own or step.scope.directory)

    def at(row: int, note: str) -> Evidence:
        return Evidence(node.path, lines[min(row, len(lines) - 1)], note)

    try:
        found = walk(
            script,
            lambda source: expressions.evaluate(source, step.contexts),
            lambda name: contexts.variable(name, step.env, step.contexts),
            directory,
        )
    except ShellError as error:
        session.report("shell-unread", f"not read as bash: {error}", at(error.row, "run"))
        return
    if found.cut:
        session.report("shell-unread", "the script is too long to be followed to its end", node.evidence("run"))
    _add(session, step, state, ((effect, one.directory) for one in found.commands for effect in commands.recognise(one, at)))
