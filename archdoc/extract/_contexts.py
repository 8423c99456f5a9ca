"""What expressions can see: the contexts ``github``, ``inputs``, ``env`` and the rest, made from YAML and configuration.

Plain scalars become what GitHub's YAML reader makes of them. This module knows no step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from archdoc.extract import _expressions as expressions
from archdoc.extract import _trace as trace
from archdoc.extract import _values as values
from archdoc.extract._values import UNDECIDED, Data, Open, Text, Unknown, choice
from archdoc.extract._workspace import ROOT
from archdoc.extract._yaml import Node
from archdoc.regex import regex

_INTEGER = regex(r"[-+]?[0-9]{1,15}")
_OTHER_BASE = regex(r"0x[0-9a-fA-F]{1,12}|0o[0-7]{1,16}")
_FLOAT = regex(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?")
_WITH_INPUTS = ("workflow_dispatch", "workflow_call")
RUN_TIME = ("secrets", "vars", "needs", "runner", "job", "jobs", "strategy")
"""Contexts that only a run knows."""


def scalar(node: Node) -> Data:
    """A scalar with the type that GitHub gives it: YAML 1.2's core schema, numbers as floats."""
    text = node.value
    if not isinstance(text, str) or not node.plain:
        return text if isinstance(text, str) else None
    if node.true() or node.false():
        return node.true()
    if _INTEGER.fullmatch(text) or _FLOAT.fullmatch(text):
        return float(text)
    return float(int(text, 0)) if _OTHER_BASE.fullmatch(text) else text


def data(node: Node, contexts: expressions.Contexts) -> Data:
    """A node with its expressions evaluated."""
    if node.is_map:
        return {key: data(one, contexts) for key, one in node.items()}
    if node.is_list:
        return [data(one, contexts) for one in node]
    return expressions.value(node.text, contexts) if "${{" in node.text else scalar(node)


def text(node: Node, contexts: expressions.Contexts) -> Text:
    """A scalar as the string that GitHub makes of it."""
    return expressions.expand(node.text, contexts) if "${{" in node.text else values.text(scalar(node))


def environment(node: Node, contexts: expressions.Contexts) -> dict[str, Data]:
    """An ``env`` mapping, written out or made by an expression; one entry may not use another of the same mapping."""
    noted("env", node, contexts)
    if node.is_text:
        made = [one for one in values.options(data(node, contexts)) if isinstance(one, dict)]
        names = dict.fromkeys(name for one in made for name in one)
        return {name: choice(values.simplify(values.text(one.get(name))) for one in made) for name in names}
    return {name: values.simplify(text(one, contexts)) for name, one in node.items() if not one.is_map and not one.is_list}


def noted(name: str, node: Node, contexts: expressions.Contexts) -> None:
    """Note what a node, or all that is below it, comes to, for who asks."""
    if trace.log is None:
        return
    if node.is_map or node.is_list:
        for key, one in node.items() if node.is_map else ((None, one) for one in node):
            noted(name if key is None else f"{name}.{key}", one, contexts)
    elif node.exists:
        value, used = values.text(data(node, contexts)), trace.uses(node.text, evaluator(contexts))
        trace.note(name, node.path, node.line, node.text, value, used)


def evaluator(contexts: expressions.Contexts) -> Callable[[str], Text]:
    """What an expression comes to, as text."""
    return lambda source: values.text(expressions.evaluate(source, contexts))


def github(repository: str, events: Sequence[str], inputs: Mapping[str, Data]) -> Open:
    """The ``github`` context of a workflow that these events start."""
    known: dict[str, Data] = {"workspace": ROOT, "event_name": choice(events) if events else Unknown("github.event_name")}
    event: dict[str, Data] = {"inputs": dict(inputs)} if inputs else {}
    if repository:
        owner, _, name = repository.partition("/")
        known |= {"repository": repository, "repository_owner": owner}
        parts: dict[str, Data] = {
            "name": name,
            "full_name": repository,
            "owner": Open("github.event.repository.owner", {"login": owner}),
        }
        event["repository"] = Open("github.event.repository", parts)
    else:
        # Not known, but two names with a slash between them all the same.
        known["repository"] = (Unknown("github.repository"), "/", Unknown("github.repository"))
    return Open("github", {**known, "event": Open("github.event", event)})


def given_inputs(declared: Node, given: Mapping[str, Data]) -> dict[str, Data]:
    """The ``inputs`` of a workflow or action that is called with `given`: else the default, else the empty value of the type."""
    lowered = {name.lower(): value for name, value in given.items()}
    for name, one in declared.items() if trace.log is not None else ():
        if name.lower() not in lowered:
            noted(f"inputs.{name}", one["default"], {})
    return {
        name: _typed(one["type"].text, lowered[name.lower()] if name.lower() in lowered else scalar(one["default"]))
        for name, one in declared.items()
    }


def _typed(type_: str, value: Data) -> Data:
    """An input as its declared type has it; inputs of actions have none and are strings."""
    known = values.known(values.text(value))
    if type_ == "boolean":
        return value if known is None else known == "true"
    if type_ == "number":
        return value if known is None else float(known) if _FLOAT.fullmatch(known) else 0.0
    return values.simplify(values.text(value))


def open_inputs(on: Node) -> dict[str, Data]:
    """The ``inputs`` of a workflow whoever starts it: each value that a person may choose; null where another event starts it."""
    others = any(event not in _WITH_INPUTS for event, _ in on.items())
    found: dict[str, Data] = {}
    for event in _WITH_INPUTS:
        for name, one in on.at(event, "inputs").items():
            before = (found[name],) if name in found else ()
            found[name] = choice((*before, _possible(name, one), *((None,) if others else ())))
            if trace.log is not None:
                at = one["default"] or one
                trace.note(f"inputs.{name}", at.path, at.line, at.text, values.text(found[name]))
    return found


def _possible(name: str, declared: Node) -> Data:
    if declared["type"].text == "boolean":
        return UNDECIDED
    if declared["type"].text == "choice" and declared["options"].texts():
        return choice(declared["options"].texts())
    # The default is what most runs have; a person may give any other value.
    return choice((scalar(declared["default"]), Unknown(f"inputs.{name}"))) if declared["default"] else Unknown(f"inputs.{name}")


def variable(name: str, env: Mapping[str, Data], contexts: expressions.Contexts) -> Text:
    """The value with which a shell variable begins: the environment, or what the runner sets."""
    if name in env:
        return values.text(env[name])
    if name in ("GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY"):
        return (Unknown(name),)
    for prefix, context in (("GITHUB_", "github"), ("RUNNER_", "runner")):
        if name.startswith(prefix):
            return values.text(expressions.item(contexts.get(context, Unknown(context)), name[len(prefix) :].lower()))
    return (Unknown(name),)
