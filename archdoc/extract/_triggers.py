"""``on``: what starts a workflow, with its filters.

Source of the keys: GitHub docs, "Workflow syntax for GitHub Actions" and "Events that trigger workflows".
"""

from __future__ import annotations

from collections.abc import Iterator

from archdoc import ids
from archdoc.extract._yaml import Node
from archdoc.model import Attribute, ById, ByWorkflow, Entity, EntityId, EntityKind, Evidence, Reference, RelationKind

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
