"""The steps of a job walked in order: what each does, with what its expressions, environment and shell are known to be.

Composite actions of the repository are walked in place. This module knows what steps are; what an action or a command does is
said by `_actions` and `_commands`, and what follows for the graph by others.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import partial
from typing import NamedTuple

from archdoc.extract import _actions as actions
from archdoc.extract import _commands as commands
from archdoc.extract import _contexts as contexts
from archdoc.extract import _expressions as expressions
from archdoc.extract import _followers as followers
from archdoc.extract import _powershell as powershell
from archdoc.extract import _readable as readable
from archdoc.extract import _scripts as scripts
from archdoc.extract import _shell_memory as memory
from archdoc.extract import _trace as trace
from archdoc.extract import _values as values
from archdoc.extract._commands_runner import written
from archdoc.extract._effects import (
    Build,
    Checkout,
    Deploy,
    Done,
    Effect,
    Follow,
    Mention,
    Opaque,
    Output,
    Push,
    Release,
    Rename,
    RunImage,
    UseAction,
    Write,
    foreign,
)
from archdoc.extract._expression_functions import truth
from archdoc.extract._inputs import rows
from archdoc.extract._shell_memory import Piece
from archdoc.extract._shell_walk import below
from archdoc.extract._source import Session, Source
from archdoc.extract._use import Use
from archdoc.extract._values import Data, Open, Text, Unknown
from archdoc.extract._workspace import ROOT, Workspace
from archdoc.extract._yaml import MISSING, Node
from archdoc.model import Evidence
from archdoc.regex import regex

MAX_DEPTH = 10
MAX_REMEMBERED = 4
_SHELLS = frozenset({"bash", "sh", "dash", "zsh", "ash"})
_POWERSHELLS = frozenset({"pwsh", "powershell"})
_TOLD = (Build, Deploy, Push, Release, Rename, Opaque)
"""What shows that a script of PowerShell was understood."""
_WORK = ("run", "uses")
_NO_WORK = ("wait", "wait-all", "cancel", "parallel", "snapshot")
_FIXED = regex(r"\b(?:inputs|matrix)\.")
_FLOWS = regex(r"\$\{\{.*?\b(?:steps|env)\.", re.DOTALL)
_SLUG = regex(r"[^a-z0-9]+")


class Weight(IntEnum):
    """How much a step counts: not at all; only for others; for itself; for itself, with what others say."""

    NONE = 0
    AUXILIARY = 1
    ALONE = 2
    DEPENDENT = 3


@dataclass(frozen=True, slots=True)
class Scope:
    """Where steps stand: their file, the contexts of their expressions (without ``env`` and ``steps``), shell and folder.

    `key` is what the keys of their builds begin with, `floor` the least weight that counts, `stack` the actions they are part of.
    """

    source: Source
    contexts: Mapping[str, Data]
    env: Mapping[str, Data] = field(default_factory=dict)
    shell: str = ""
    directory: Text = ()
    key: str = ""
    floor: Weight = Weight.AUXILIARY
    stack: tuple[str, ...] = ()


@dataclass(slots=True)
class State:
    """What steps leave behind for later ones, and all that they did; which actions they use is not told where it is `quiet`."""

    env: dict[str, Data]
    workspace: Workspace = field(default_factory=Workspace)
    done: list[Done] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    quiet: bool = False
    idle: set[int] = field(default_factory=set)


class _Step(NamedTuple):
    """One step with what it sees."""

    node: Node
    scope: Scope
    env: Mapping[str, Data]
    contexts: Mapping[str, Data]
    key: str
    outputs: Open


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
        state.scripts.append(node["run"].text)
        if weight(session, node) >= scope.floor:
            if not session.spend(node.evidence()):
                return results
            _step(session, scope, node, state, results)
        elif node["uses"].is_text and not state.quiet:
            _idle(session, _key(scope, node), node, state, tuple(map(_local, scope.stack)))
        elif not state.quiet and not any(node[key].exists for key in (*_WORK, *_NO_WORK)):
            session.report("workflow-invalid", "a step has neither `run` nor `uses`", node.evidence())
    return results


def _idle(session: Session, key: str, node: Node, state: State, stack: tuple[str, ...] = ()) -> None:
    """An action of which only the use is told, with the actions it uses itself; each of their steps once a job."""
    if id(node) in state.idle:
        return
    state.idle.add(id(node))
    name, _, ref = node["uses"].text.strip().partition("@")
    at = node["uses"].evidence("uses")
    local = name.startswith(".")
    if local:
        name = _local(posixpath.normpath(name))
    state.done.append(Done(UseAction(name, ref, at, local=local), key, (), state.workspace))
    if name in stack:
        session.report("workflow-call-depth", f"`{name}` is used in a circle or more than {MAX_DEPTH} deep", at)
        return
    source = session.action(name) if local and len(stack) < MAX_DEPTH else None
    for step in source.root.at("runs", "steps") if source is not None else ():
        if step["uses"].is_text:
            _idle(session, key, step, state, (*stack, name))


def weight(session: Session, node: Node) -> Weight:
    """How much a step counts, judged by its words; most steps of most workflows do nothing that is told."""
    found: Weight | None = session.weights.get(id(node))
    if found is None:
        found = session.weights[id(node)] = _weight(session, node)
    return found


def _weight(session: Session, node: Node) -> Weight:
    if node["run"].is_text:
        script = node["run"].text
        if commands.is_main(script) or script.lstrip().startswith("${{"):
            return Weight.DEPENDENT
        return Weight.AUXILIARY if commands.is_auxiliary(script) else Weight.NONE
    uses = node["uses"].text.strip()
    if uses.startswith("."):
        return _weight_of_action(session, posixpath.normpath(uses))
    name = uses.partition("@")[0].lower()
    own = session.config.repository.lower()
    if own and (name == own or name.startswith(f"{own}/")):
        return _weight_of_action(session, name[len(own) + 1 :] or ".")
    if name == "actions/checkout":
        return Weight.ALONE if node["with"]["path"] or node["with"]["repository"] else Weight.NONE
    if name in actions.AUXILIARY:
        return Weight.AUXILIARY
    if name in actions.ACTIONS:
        flows = name in actions.DEPENDENT or any(_FLOWS.search(one.text) for _, one in node["with"].items())
        return Weight.DEPENDENT if flows else Weight.ALONE
    if name.startswith("docker:"):
        return Weight.ALONE
    return max((weight(session, one) for one in node["parallel"]), default=Weight.NONE)


def _weight_of_action(session: Session, folder: str) -> Weight:
    if folder not in session.action_weights:
        session.action_weights[folder] = Weight.NONE  # what an action that uses itself adds
        source = session.action(folder)
        inner = MISSING if source is None else source.root.at("runs", "steps")
        if source is None or source.root.at("runs", "using").text.lower() == "docker":
            session.action_weights[folder] = Weight.ALONE
        else:
            session.action_weights[folder] = max((weight(session, one) for one in inner), default=Weight.NONE)
    found: Weight = session.action_weights[folder]
    return found


def _step(session: Session, scope: Scope, node: Node, state: State, results: dict[str, Data]) -> None:
    env = {**state.env, **scope.env}
    seen = {**scope.contexts, "env": Open("env", env), "steps": Open("steps", results)}
    if node["env"]:
        env |= contexts.environment(node["env"], seen)
        seen["env"] = Open("env", env)
    if ruled_out(node["if"].text, seen):
        if node["uses"].is_text and not state.quiet:
            _idle(session, _key(scope, node), node, state)
        return
    identity = node["id"].text
    outputs = Open(f"steps.{identity}.outputs")
    step = _Step(node, scope, env, seen, _key(scope, node), outputs)
    if node["uses"].is_text:
        _use(session, step, state)
    elif node["run"].is_text:
        _run(session, step, state)
    elif node["parallel"].is_list:
        results |= run(session, scope, node["parallel"], state)
    if identity:
        results[identity] = Open(f"steps.{identity}", {"outputs": outputs})


def ruled_out(condition: str, seen: Mapping[str, Data]) -> bool:
    """Whether its inputs or matrix rule a step or job out. Other conditions never count: some run or other fulfils them."""
    if not _FIXED.search(condition):
        return False
    value = expressions.value(condition, seen) if "${{" in condition else expressions.evaluate(condition, seen)
    return all(truth(one) is False for one in values.options(value))


def _key(scope: Scope, node: Node) -> str:
    """The stable part of a build's identity: the step's id, or its name; ``""`` for a step with neither."""
    own = node["id"].text or _SLUG.sub("-", node["name"].text.lower()).strip("-")
    return f"{scope.key}/{own}" if scope.key and own else own or scope.key


def _add(session: Session, step: _Step, state: State, found: Iterable[tuple[Effect, Text]]) -> None:
    """Keep what a step does and in which folder; what is meant for later steps is put where they find it."""
    files: dict[str, Text] = {}
    begin = trace.start()
    for effect, directory, via in _followed(session, step, state, found):
        if isinstance(effect, Write):
            files[effect.file] = values.join((files.get(effect.file, ()), effect.text))
            for name, value in written(effect.text) if trace.log is not None else ():
                trace.handed(f"env.{name}" if effect.file == "GITHUB_ENV" else f"{step.outputs.name}.{name}", effect.at, value)
        elif isinstance(effect, Output):
            step.outputs[effect.name] = values.simplify(effect.value)
            trace.made(f"{step.outputs.name}.{effect.name}", step.node["uses"].evidence(), effect.value, begin)
        elif isinstance(effect, Checkout):
            state.workspace = _checked_out(session, state.workspace, effect)
        else:
            done = _with_environment(effect, step) if isinstance(effect, Build) else effect
            state.done.append(Done(done, step.key, directory, state.workspace, via))
    for file, added in files.items():
        said: dict[str, list[Data]] = {}
        for name, value in written(added):
            said.setdefault(name, []).append(values.simplify(value))
        # What is written several times stands in branches of the script more often than it is written anew.
        (state.env if file == "GITHUB_ENV" else step.outputs).update((name, values.choice(ones)) for name, ones in said.items())


def _with_environment(build: Build, step: _Step) -> Build:
    """A build with the values of its arguments that the environment of the step gives."""
    named = [(name, one, one.text == (Unknown(name),)) for name, one in build.arguments]
    given = ((name, one.of(contexts.variable(name, step.env, step.contexts)) if bare else one) for name, one, bare in named)
    return build._replace(arguments=tuple(given)) if any(bare for _, _, bare in named) else build


def _followed(
    session: Session, step: _Step, state: State, found: Iterable[tuple[Effect, Text]]
) -> Iterator[tuple[Effect, Text, Evidence | None]]:
    """What a step does, with what the commands do that it calls; for these the line of the step that called them."""
    for effect, directory in found:
        if isinstance(effect, Follow):
            variable = partial(contexts.variable, env=step.env, contexts=step.contexts)
            for one, folder in followers.follow(session, effect, directory, state.workspace, variable):
                yield one, folder, effect.at
        else:
            yield effect, directory, None


def _checked_out(session: Session, workspace: Workspace, checkout: Checkout) -> Workspace:
    # A folder that is known in part, as `src/${{ github.repository }}`, is the one that other paths say in the same way.
    folder, repository = values.shown(checkout.path), values.shown(checkout.repository)
    if folder.startswith("*"):
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
        _told(step, state, UseAction(name, ref, at))
        inputs = {key.lower(): one for key, one in step.node["with"].items()}
        read = partial(rows, step.scope.source, step.contexts)
        use = Use(name.lower(), inputs, read, step.node.evidence("uses"))
        function = actions.ACTIONS.get(use.name)
        if function is not None:
            _add(session, step, state, ((effect, (ROOT,)) for effect in function(use)))


def _told(step: _Step, state: State, use: UseAction) -> None:
    if not state.quiet:
        state.done.append(Done(use, step.key, (), state.workspace))


def _use_local(session: Session, step: _Step, state: State, name: str, at: Evidence) -> None:
    place = state.workspace.place(name)
    if place is None:
        session.report("action-missing", f"`{name}` leads out of the repository", at)
    elif not place.repository:
        _use_folder(session, step, state, place.path, at)


def _use_folder(session: Session, step: _Step, state: State, folder: str, at: Evidence) -> None:
    """An action of this repository. A folder that an earlier script speaks of may be made by it, and is not missed."""
    source = session.action(folder)
    if source is None:
        made = not folder.startswith(".") and any(folder.partition("/")[0] in script for script in state.scripts)
        if not made:
            session.report("action-missing", f"`{folder}` has no action.yml", at)
        return
    local = _local(folder)
    _told(step, state, UseAction(local, "", at, local=True))
    runs = source.root["runs"]
    using = runs["using"].text.lower()
    if using == "docker":
        _add(session, step, state, ((effect, (ROOT,)) for effect in _docker_action(runs, folder, step)))
    elif using == "composite" and (folder in step.scope.stack or len(step.scope.stack) >= MAX_DEPTH):
        session.report("workflow-call-depth", f"`{local}` is used in a circle or more than {MAX_DEPTH} deep", at)
    elif using == "composite":
        _composite(session, step, state, source, folder)


def _local(folder: str) -> str:
    """How an action of this repository is called."""
    return "./" if folder == "." else f"./{folder}"


def _docker_action(runs: Node, folder: str, step: _Step) -> Iterator[Effect]:
    image = runs["image"]
    if image.text.startswith("docker://"):
        yield RunImage(Mention((image.text.removeprefix("docker://"),), image.evidence("runs.image")), step.key or "step")
    elif image.text:
        context = Mention((f"{ROOT}/{folder}",), image.evidence("runs.image"))
        yield Build(at=image.evidence("runs.image"), context=context, file=context.of((image.text,)), inside=True)


class _Used(NamedTuple):
    """What a composite action did where all was like `around` and its inputs `given`; those in `idle` make no difference."""

    around: object
    given: Mapping[str, Data]
    idle: frozenset[str]
    done: Sequence[Done]
    env: Mapping[str, Data]
    workspace: Workspace
    outputs: Mapping[str, Data]

    def holds(self, around: object, given: Mapping[str, Data]) -> bool:
        return self.around == around and all(
            value == self.given.get(name) for name, value in given.items() if name not in self.idle
        )

    def replay(self, step: _Step, state: State) -> None:
        state.done += self.done
        state.env, state.workspace = dict(self.env), self.workspace
        step.outputs.update(self.outputs)


def _composite(session: Session, step: _Step, state: State, source: Source, folder: str) -> None:
    """Walk a composite action, or take what it did before: the rows of a matrix use the same actions again and again."""
    given = {name.lower(): contexts.data(one, step.contexts) for name, one in step.node["with"].items()}
    contexts.noted("inputs", step.node["with"], step.contexts)
    if not state.quiet:
        _composite_walked(session, step, state, source, folder, given)
        return
    matrix = step.contexts.get("matrix") if session.matrix_in_actions() else None
    around = (step.key, step.env, state.workspace, step.scope.floor, matrix)
    memory: list[_Used] = session.composites.setdefault(id(step.node), [])
    for one in memory:
        if one.holds(around, given):
            one.replay(step, state)
            return
    if (
        len(memory) == 1
        and memory[0].around == around
        and (wider := _whatever_differs(session, step, source, folder, memory[0], given, state))
    ):
        memory[0] = wider
        wider.replay(step, state)
        return
    count = len(state.done)
    _composite_walked(session, step, state, source, folder, given)
    if len(memory) < MAX_REMEMBERED:
        outputs = dict(step.outputs)
        memory.append(_Used(around, given, frozenset(), state.done[count:], dict(state.env), state.workspace, outputs))


def _whatever_differs(
    session: Session, step: _Step, source: Source, folder: str, known: _Used, given: Mapping[str, Data], state: State
) -> _Used | None:
    """What is known of an action, for any value of the inputs that differ now, if nothing it does depends on them."""
    differing = known.idle | {name for name, value in given.items() if value != known.given.get(name)}
    blind = {**given, **{name: Unknown(trace.ASKED + name) for name in differing}}
    trial = State(dict(state.env), state.workspace, [], list(state.scripts), quiet=True)
    again = step._replace(outputs=Open(f"{source.path} outputs"))
    _composite_walked(session, again, trial, source, folder, blind)
    found = repr((trial.done, trial.env, trial.workspace, dict(again.outputs)))
    before = repr((list(known.done), dict(known.env), known.workspace, dict(known.outputs)))
    return known._replace(idle=frozenset(differing)) if found == before and trace.ASKED not in found else None


def _composite_walked(
    session: Session, step: _Step, state: State, source: Source, folder: str, given: Mapping[str, Data]
) -> None:
    github = step.contexts.get("github")
    known = {**github, "action_path": f"{ROOT}/{folder}"} if isinstance(github, dict) else {}
    seen = {
        **step.scope.contexts,
        "inputs": contexts.given_inputs(source.root["inputs"], given),
        "github": Open("github", known),
    }
    key = step.key or _SLUG.sub("-", folder.rpartition("/")[2].lower()).strip("-")
    env = {**step.scope.env, **contexts.environment(step.node["env"], step.contexts)}
    inner = Scope(source, seen, env, key=key, floor=step.scope.floor, stack=(*step.scope.stack, folder))
    results = run(session, inner, source.root["runs"]["steps"], state)
    for name, output in source.root["outputs"].items():
        within = {**seen, "steps": Open("steps", results)}
        step.outputs[name] = expressions.value(output["value"].text, within)
        contexts.noted(f"{step.outputs.name}.{name}", output["value"], within)


# --- run


def _run(session: Session, step: _Step, state: State) -> None:
    node, script = step.node["run"], step.node["run"].text
    shell = values.shown(contexts.text(step.node["shell"], step.contexts)) or step.scope.shell
    tool = shell.split(" ")[0].rpartition("/")[2] if shell else "bash"
    if tool not in _SHELLS and tool != "*" and tool not in _POWERSHELLS:
        if commands.FOREIGN.search(script):
            session.report("shell-unread", f"a script of `{tool}` is not read", node.evidence("run"))
        return
    own = contexts.text(step.node["working-directory"], step.contexts)
    contexts.noted("working-directory", step.node["working-directory"], step.contexts)
    answers = scripts.Answers(
        lambda source: values.text(expressions.evaluate(source, step.contexts)),
        lambda name: contexts.variable(name, step.env, step.contexts),
        below((ROOT,), own or step.scope.directory),
        partial(readable.text, session.files, state.workspace),
    )
    if tool in _POWERSHELLS:
        count = len(state.done)
        piece = Piece(powershell.as_shell(script), node.path, tuple(step.scope.source.lines(node)))
        _add(session, step, state, ((foreign(effect), folder) for effect, folder in memory.told(piece, answers).done))
        if commands.FOREIGN.search(script) and not any(isinstance(one.effect, _TOLD) for one in state.done[count:]):
            session.report("shell-unread", f"a script of `{tool}` is not read", node.evidence("run"))
        return
    _add(session, step, state, scripts.effects(session, node, lambda: step.scope.source.lines(node), answers))
