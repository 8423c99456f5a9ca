"""Whether jobs and steps fit what they call: inputs and secrets that are declared, outputs that are handed back.

Judged by what is written in one workflow and in the files that it names. This module evaluates nothing and tells findings only.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from archdoc import ids
from archdoc.extract import _expressions as expressions
from archdoc.extract import _triggers as triggers
from archdoc.extract import _workflow as workflows
from archdoc.extract._expressions import Piece
from archdoc.extract._jobs import called
from archdoc.extract._source import Session, Source
from archdoc.extract._yaml import MISSING, Node
from archdoc.model import EntityId, Evidence
from archdoc.regex import regex

_READ = regex(r"\b(needs|jobs|steps)\.([\w-]+)\.outputs\.([\w-]+)")
_OF_DOCKER = frozenset({"args", "entrypoint"})
"""Keys of ``with`` that are no inputs where the action is an image."""


def check(session: Session, source: Source) -> None:
    """Report what GitHub refuses or ignores of the calls of a workflow."""
    for key, node in source.root["jobs"].items():
        job = ids.job_id(source.path, key)
        call = called(session, node)
        callee = session.source(call.path) if call is not None and call.path else None
        if callee is not None:
            _call(session, job, node, callee)
        for step in node["steps"]:
            action = _local(session, step)
            if action is not None:
                _use(session, job, step, action)
        if source.outputs:
            _outputs(session, source, job, node, node["steps"])
    if source.outputs:
        _outputs(session, source, ids.workflow_id(source.path), source.root.at("on", workflows.CALL, "outputs"), MISSING)


def _local(session: Session, step: Node) -> Source | None:
    """The action of this repository that a step uses."""
    name = step["uses"].text.strip()
    return session.action(posixpath.normpath(name)) if name.startswith("./") else None


def _call(session: Session, job: EntityId, node: Node, callee: Source) -> None:
    at = node["uses"].evidence("uses")
    on = callee.root["on"]
    if not callee.root.exists:
        return
    if workflows.CALL not in triggers.events(on):
        session.report("call-invalid", f"`{callee.path}` is not started by `{workflows.CALL}`", at, job)
        return
    for what, key in (("input", "with"), ("secret", "secrets")):
        given = node[key]
        declared = on.at(workflows.CALL, f"{what}s")
        for name in _unknown(given, declared):
            message = f"`{callee.path}` has no {what} `{name}`"
            session.report("call-invalid", message, given.key_evidence(name, f"{key}.{name}"), job)
        for name in () if given.text else _missing(given, declared):
            session.report("call-invalid", f"`{callee.path}` requires the {what} `{name}`, which is not given", at, job)


def _use(session: Session, job: EntityId, step: Node, action: Source) -> None:
    declared, given = action.root["inputs"], step["with"]
    docker = action.root.at("runs", "using").text.lower() == "docker"
    for name in _unknown(given, declared):
        if not (docker and name in _OF_DOCKER):
            at = given.key_evidence(name, f"with.{name}")
            session.report("input-unknown", f"`{action.path}` has no input `{name}`", at, job)
    for name in _missing(given, declared):
        if not declared[name]["default"].exists:
            at = step["uses"].evidence("uses")
            session.report("input-missing", f"`{action.path}` requires the input `{name}`, which is not given", at, job)


def _unknown(given: Node, declared: Node) -> list[str]:
    names = {name.lower() for name, _ in declared.items()}
    return [name for name, _ in given.items() if name.lower() not in names]


def _missing(given: Node, declared: Node) -> list[str]:
    names = {name.lower() for name, _ in given.items()}
    return [name for name, one in declared.items() if one["required"].true() and name.lower() not in names]


# --- outputs


def _outputs(session: Session, source: Source, subject: EntityId, node: Node, steps: Node) -> None:
    """Report each output that is read below a node and that the job, or the action of the step, does not declare."""
    declared: dict[tuple[str, str], list[str] | None] = {}
    told: set[tuple[str, str, str]] = set()
    for text, place, key in _expressions(node):
        for context, of, name in _READ.findall(text):
            what = (context, of.lower(), name.lower())
            if what in told:
                continue
            told.add(what)
            if what[:2] not in declared:
                declared[what[:2]] = _declared(session, source, steps, context, of.lower())
            known = declared[what[:2]]
            if known is not None and what[2] not in known:
                line = _line(source, place, f"{context}.{of}.outputs.{name}")
                session.report("output-unknown", f"`{of}` declares no output `{name}`", Evidence(place.path, line, key), subject)


def _declared(session: Session, source: Source, steps: Node, context: str, of: str) -> list[str] | None:
    """The outputs of a job, or of a step that uses a composite action; None where they are not known."""
    if context == "steps":
        step = next((one for one in steps if one["id"].text.lower() == of), MISSING)
        action = _local(session, step)
        composite = action is not None and action.root.at("runs", "using").text.lower() == "composite"
        return _names(action.root["outputs"]) if action is not None and composite else None
    job = next((one for name, one in source.root["jobs"].items() if name.lower() == of), MISSING)
    call = called(session, job)
    if call is None:
        return _names(job["outputs"]) if job.is_map else None
    callee = session.source(call.path) if call.path else None
    return _names(callee.root.at("on", workflows.CALL, "outputs")) if callee is not None and callee.root.exists else None


def _names(node: Node) -> list[str]:
    return [name.lower() for name, _ in node.items()]


def _line(source: Source, node: Node, text: str) -> int:
    """The line of a scalar that holds a text."""
    rows = zip(node.text.split("\n"), source.lines(node), strict=True)
    return next((line for row, line in rows if text in row), node.line)


def _expressions(node: Node) -> Iterator[tuple[str, Node, str]]:
    """The expressions below a node that may read an output, with their scalar and its key."""
    waiting = [("", node)]
    while waiting:
        key, one = waiting.pop()
        if not isinstance(one.value, str):
            waiting += [(key, below) for below in one]
            waiting += one.items()
        elif ".outputs." in one.value and "${{" in one.value:
            yield from ((piece.source, one, key) for piece in expressions.pieces(one.value) if isinstance(piece, Piece))
        elif ".outputs." in one.value and key == "if":
            yield one.value, one, key
