"""What starts a workflow: ``on`` with its filters, and the jobs of other workflows that dispatch it.

Source of the keys: GitHub docs, "Workflow syntax for GitHub Actions" and "Events that trigger workflows".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from archdoc import ids
from archdoc.extract import _values as values
from archdoc.extract._effects import Dispatch, Done
from archdoc.extract._source import Session
from archdoc.extract._values import Text
from archdoc.extract._yaml import Node
from archdoc.model import (
    Attribute,
    Basis,
    ById,
    ByWorkflow,
    Entity,
    EntityId,
    EntityKind,
    Evidence,
    Outside,
    Reference,
    RelationKind,
)

_FILTERS = ("branches", "branches-ignore", "tags", "tags-ignore", "paths", "paths-ignore", "types")


def events(on: Node) -> tuple[str, ...]:
    """The names of the events."""
    return tuple(dict.fromkeys(name for name, _, _ in _events(on)))


def triggers(on: Node, workflow: EntityId) -> Iterator[Entity | Reference]:
    """The trigger of each event, its relation to the workflow, and the workflows whose end starts this one."""
    for name, settings, at in _events(on):
        trigger = ids.trigger_id(name)
        yield Entity(trigger, EntityKind.TRIGGER, "trigger", name, at.path, at.line)
        yield Reference(trigger, RelationKind.TRIGGERS, ById(workflow), at, attributes=_filters(settings))
        if name == "workflow_run":
            for one in [settings["workflows"]] if settings["workflows"].is_text else settings["workflows"]:
                if one.text:
                    before = one.evidence("on.workflow_run.workflows")
                    yield Reference(workflow, RelationKind.TRIGGERS, ByWorkflow(one.text), before, reverse=True)


def only_pull_requests(on: Node) -> str:
    """``pull_request`` where nothing but that starts the workflow, else ``""``."""
    found = set(events(on))
    return "pull_request" if found and found <= {"pull_request", "pull_request_target"} else ""


def dispatched_by(on: Node) -> tuple[str, ...]:
    """The types of ``repository_dispatch`` that start a workflow; ``*`` for any."""
    if "repository_dispatch" not in events(on):
        return ()
    types = on["repository_dispatch"]["types"]
    return types.texts() or ((types.text,) if types.text else ("*",))


def dispatches(session: Session, workflow: EntityId, done: Iterable[Done]) -> Iterator[Reference]:
    """The workflows that jobs of a workflow start: by file or name, or by the event that they wait for."""
    for one in done:
        effect = one.effect
        mention = (effect.workflow or effect.event) if isinstance(effect, Dispatch) else None
        if not isinstance(effect, Dispatch) or mention is None:
            continue
        basis = Basis.CONVENTION if effect.guessed else mention.basis
        what = "the workflow that is started" if effect.workflow else "the event that is sent"
        for text in values.alternatives(mention.text):
            shown = values.shown(text)
            repository = _repository(session, effect.repository)
            if repository:
                name = f"{repository}/.github/workflows/{shown}" if effect.workflow else repository
                goal = Outside("workflow" if effect.workflow else "repository", name)
                yield Reference(workflow, RelationKind.TRIGGERS, goal, effect.at, basis, attributes=_event(effect, shown))
            elif values.sources(text) or shown.isdigit():
                session.unknown(what, values.sources(text) or ("its number",), mention.at)
            elif values.sources(effect.repository) and not _is_own(effect.repository):
                session.unknown("the repository whose workflow is started", values.sources(effect.repository), mention.at)
            else:
                target = ByWorkflow(shown if effect.workflow else f"repository_dispatch:{shown}")
                yield Reference(workflow, RelationKind.TRIGGERS, target, effect.at, basis, attributes=_event(effect, shown))


def _event(dispatch: Dispatch, shown: str) -> dict[str, Attribute]:
    return {"event": "workflow_dispatch"} if dispatch.workflow else {"event": "repository_dispatch", "types": (shown,)}


def _is_own(repository: Text) -> bool:
    return not repository or all(source.startswith("github.") for source in values.sources(repository))


def _repository(session: Session, repository: Text) -> str:
    """Another repository by its name; ``""`` for this one, and where the name is not known."""
    known = values.known(repository) or ""
    return "" if known.strip("/").lower() in ("", session.config.repository.lower()) else known


def _events(on: Node) -> Iterator[tuple[str, Node, Evidence]]:
    if on.is_text:
        yield on.text, Node(None), on.evidence("on")
    for one in on:
        if one.is_text:
            yield one.text, Node(None), one.evidence("on")
    for name, settings in on.items():
        yield name, settings, on.key_evidence(name, f"on.{name}")


def _filters(settings: Node) -> dict[str, Attribute]:
    found: dict[str, Attribute] = {key: settings[key].texts() for key in _FILTERS if settings[key].texts()}
    cron = tuple(one["cron"].text for one in settings if one["cron"].text)
    return {**found, "cron": cron} if cron else found
