"""Workflows of GitHub Actions: triggers, jobs, and what jobs build, publish, deploy and hand on.

Reads `.github/workflows/*.yml|yaml` of the root, with the local actions and reusable workflows that they use. This module
tells facts; how steps, shells and expressions are read is known by the helpers whose names begin with an underscore.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from archdoc import ids
from archdoc.config import Config
from archdoc.extract import Files, github_action
from archdoc.extract import _artifacts as artifacts
from archdoc.extract import _builds as builds
from archdoc.extract import _contexts as contexts
from archdoc.extract import _contracts as contracts
from archdoc.extract import _deploys as deploys
from archdoc.extract import _jobs as jobs
from archdoc.extract import _logins as logins
from archdoc.extract import _names as names
from archdoc.extract import _runners as runners
from archdoc.extract import _source as sources
from archdoc.extract import _triggers as triggers
from archdoc.extract import _values as values
from archdoc.extract import _workflow as workflows
from archdoc.extract import claims as by_name
from archdoc.extract._effects import Done, Mention, Opaque, RunImage, UseAction
from archdoc.extract._jobs import Run
from archdoc.extract._source import Session, Source
from archdoc.extract._values import Text
from archdoc.extract._workflow import Workflow
from archdoc.extract._yaml import Node
from archdoc.model import (
    Attribute,
    Basis,
    ById,
    ByImage,
    Entity,
    EntityId,
    EntityKind,
    Evidence,
    Facts,
    Outside,
    Reference,
    RelationKind,
)
from archdoc.regex import regex

_JOB_KEY = regex(r"[A-Za-z_][\w-]*")


claims = by_name.github_actions


def extract(path: str, files: Files, config: Config) -> Facts:
    """Everything that a workflow says, what it calls and uses in this repository included."""
    content = files.read(path)
    if content is None:
        return Facts()
    source, found = sources.read(content, path)
    session = Session(files, config, sources={path: source}, findings=dict.fromkeys(found))
    facts = list(_workflow(session, source)) if source.root.exists else []
    entities = {one.id: one for one in reversed(facts) if isinstance(one, Entity)}
    references = {_key(one): one for one in reversed(facts) if isinstance(one, Reference)}
    return Facts(tuple(reversed(entities.values())), tuple(reversed(references.values())), tuple(session.findings))


def _key(reference: Reference) -> tuple[object, ...]:
    attributes = tuple(sorted(reference.attributes.items()))
    return reference.source, reference.relation, reference.target, reference.evidence.path, reference.evidence.line, attributes


def _workflow(session: Session, source: Source) -> Iterator[Entity | Reference]:
    root, path = source.root, source.path
    identity = ids.workflow_id(path)
    events = triggers.events(root["on"])
    for key in ("on", "jobs"):
        if not root[key]:
            session.report("workflow-invalid", f"`{key}` is missing", root.evidence())
    attributes: dict[str, Attribute] = {"reusable": True} if workflows.CALL in events else {}
    if types := triggers.dispatched_by(root["on"]):
        attributes["dispatched_by"] = types
    yield Entity(identity, EntityKind.WORKFLOW, "workflow", root["name"].text or path, path, root.line, attributes=attributes)
    yield from triggers.triggers(root["on"], identity)
    if root["jobs"] and not root["jobs"].is_map:
        session.report("workflow-invalid", "`jobs` is no mapping", root["jobs"].evidence())

    workflow = workflows.own(session, source)
    contracts.check(session, source)
    ran = jobs.run(session, workflow)
    followed = builds.followed(session, ran)
    done = {key: [one for run in ran[key].runs for one in run.done] for key, _ in root["jobs"].items()}
    for key, node in root["jobs"].items():
        at = root["jobs"].key_evidence(key, f"jobs.{key}")
        _check(session, key, node, at)
        session.unbound = ran[key].unbound
        yield _entity(workflow, key, node, at, done[key])
        yield Reference(identity, RelationKind.CONTAINS, ById(ids.job_id(path, key)), at)
        yield from _job(session, workflow, key, node, ran[key].runs, followed[key])
    session.unbound = False
    needs = {key: node["needs"].texts() for key, node in root["jobs"].items()}
    yield from _needs(session, source, needs)
    yield from artifacts.passed(session, path, done, needs, alone=workflows.CALL not in events)
    yield from artifacts.across(path, root["on"], done)


def _check(session: Session, key: str, node: Node, at: Evidence) -> None:
    if not _JOB_KEY.fullmatch(key):
        session.report("workflow-invalid", f"`{key}` is no name that a job may have", at)
    if not node.is_map:
        session.report("workflow-invalid", f"job `{key}` is no mapping", at)
    elif not node["uses"] and not node["steps"]:
        session.report("workflow-invalid", f"job `{key}` has neither `steps` nor `uses`", at)
    elif not node["uses"] and not node["runs-on"]:
        session.report("workflow-invalid", f"job `{key}` has no `runs-on`", at)


def _entity(workflow: Workflow, key: str, node: Node, at: Evidence, done: Sequence[Done]) -> Entity:
    opaque = tuple(sorted({one.effect.tool for one in done if isinstance(one.effect, Opaque)}))
    told = {"uploads": artifacts.uploaded(done), "opaque": opaque}
    attributes: dict[str, Attribute] = {name: found for name, found in told.items() if found}
    if node["name"].text:
        attributes["title"] = node["name"].text
    if node.at("strategy", "matrix"):
        attributes["matrix"] = True
    permissions = node["permissions"] if node["permissions"].exists else workflow.root["permissions"]
    granted = tuple(sorted(f"{name}: {one.text}" for name, one in permissions.items())) or permissions.texts()
    if granted:
        attributes["permissions"] = granted
    return Entity(ids.job_id(at.path, key), EntityKind.JOB, "job", key, at.path, at.line, attributes=attributes)


def _job(
    session: Session, workflow: Workflow, key: str, node: Node, runs: Sequence[Run], followed: builds.Followed
) -> Iterator[Entity | Reference]:
    path = workflow.source.path
    identity = ids.job_id(path, key)
    yield from _calls(session, identity, node)
    for run in runs:
        if not run.called:
            yield from _runners(session, identity, node, run)
            yield from _environments(session, identity, node, run)
            yield from _images(session, identity, _containers(node, run))
            yield from _images(session, identity, (one.effect for one in run.done if isinstance(one.effect, RunImage)))
            yield from deploys.logins(identity, run.done)
            yield from _actions(session, identity, run.done)
    built, references = builds.facts(session, path, key, followed)
    yield from built
    yield from references
    only = triggers.only_pull_requests(workflow.root["on"])
    yield from deploys.deploys(session, identity, [one for run in runs for one in run.done], only)
    own = [one for run in runs if not run.called for one in run.done]
    logins.check(session, identity, node, own)
    yield from triggers.dispatches(session, ids.workflow_id(path), own)


def _calls(session: Session, job: EntityId, node: Node) -> Iterator[Reference]:
    call = jobs.called(session, node)
    if call is not None:
        at = node["uses"].evidence("uses")
        if call.remote:
            yield Reference(job, RelationKind.CALLS, Outside("workflow", call.remote), at)
        elif session.source(call.path) is not None:
            yield Reference(job, RelationKind.CALLS, ById(ids.workflow_id(call.path)), at)


def _runners(session: Session, job: EntityId, node: Node, run: Run) -> Iterator[Entity | Reference]:
    at = node["runs-on"].evidence("runs-on")
    for found in runners.labels(node["runs-on"], run.contexts):
        unknown = [source for label in found for source in values.sources(label)]
        if unknown:
            session.unknown("the runner", tuple(unknown), at)
        shown = tuple(map(values.shown, found))
        if not any(shown):
            continue
        name = ",".join(runners.family(shown))
        runner = ids.runner_id(name)
        hosted: dict[str, Attribute] = {} if unknown else {"hosted": runners.hosted(shown)}
        label: dict[str, Attribute] = {"label": ",".join(shown)} if shown != runners.family(shown) else {}
        yield Entity(runner, EntityKind.RUNNER, "runner", name, at.path, at.line, attributes=hosted)
        yield Reference(job, RelationKind.RUNS_ON, ById(runner), at, _basis(node["runs-on"]), attributes=label)


def _basis(node: Node) -> Basis:
    return Basis.COMPUTED if jobs.is_computed(node) else Basis.DECLARED


def _environments(session: Session, job: EntityId, node: Node, run: Run) -> Iterator[Entity | Reference]:
    named = node["environment"]["name"] if node["environment"].is_map else node["environment"]
    at = named.evidence("environment")
    for text in values.alternatives(contexts.text(named, run.contexts)):
        if values.sources(text):
            session.unknown("the environment", values.sources(text), at)
        name = values.shown(text)
        if name:
            environment = ids.environment_id(name)
            yield Entity(environment, EntityKind.ENVIRONMENT, "environment", name, at.path, at.line)
            yield Reference(job, RelationKind.TARGETS, ById(environment), at, _basis(named))


def _containers(node: Node, run: Run) -> Iterator[RunImage]:
    services = [(name, one) for name, one in node["services"].items()]
    for name, one in (("container", node["container"]), *services):
        image = one["image"] if one.is_map else one
        text = contexts.text(image, run.contexts)
        if text:
            yield RunImage(Mention(text, image.evidence(f"{name} image"), _basis(image) is Basis.DECLARED), name)


def _images(session: Session, job: EntityId, found: Iterable[RunImage]) -> Iterator[Reference]:
    for one in found:
        for text in values.alternatives(one.image.text):
            name, tag = names.named(text)
            if values.sources(name):
                session.unknown("the name of the image", values.sources(name), one.image.at)
            reference = names.written(name, tag)
            if reference:
                attributes: dict[str, Attribute] = {"container": one.container, **_tag(tag)}
                yield Reference(
                    job, RelationKind.RUNS_IMAGE, ByImage(reference), one.image.at, one.image.basis, attributes=attributes
                )


def _tag(tag: Text) -> dict[str, Attribute]:
    known = values.known(tag)
    return {"tag": known} if known else {}


def _actions(session: Session, job: EntityId, done: Iterable[Done]) -> Iterator[Entity | Reference]:
    for one in done:
        if isinstance(one.effect, UseAction):
            action = ids.action_id(one.effect.name)
            if one.effect.local:
                yield from github_action.entity(session, one.effect.name)
            else:
                yield Entity(action, EntityKind.ACTION, "action", one.effect.name, one.effect.at.path, one.effect.at.line)
            ref: dict[str, Attribute] = {"ref": one.effect.ref} if one.effect.ref else {}
            yield Reference(job, RelationKind.USES, ById(action), one.effect.at, attributes=ref)


def _needs(session: Session, source: Source, needs: Mapping[str, Sequence[str]]) -> Iterator[Reference]:
    for key, node in source.root["jobs"].items():
        job = ids.job_id(source.path, key)
        for one in [node["needs"]] if node["needs"].is_text else node["needs"]:
            at = one.evidence("needs")
            if one.text in needs:
                yield Reference(job, RelationKind.NEEDS, ById(ids.job_id(source.path, one.text)), at)
            elif one.text:
                session.report("needs-missing", f"job `{key}` needs `{one.text}`, which does not exist", at, job)
    for circle in _circles(needs):
        at = source.root["jobs"][circle[0]]["needs"].evidence("needs")
        session.report(
            "needs-cycle",
            f"jobs wait for one another: {' -> '.join((*circle, circle[0]))}",
            at,
            ids.job_id(source.path, circle[0]),
        )


def _circles(needs: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """Each circle of jobs once, from the job of it that is written first."""
    settled: set[str] = set()
    for first in needs:
        trail: list[str] = []
        waiting = [(first, 0)]
        while waiting:
            job, depth = waiting.pop()
            del trail[depth:]
            if job in trail:
                yield tuple(trail[trail.index(job) :])
                continue
            if job in settled:
                continue
            settled.add(job)
            trail.append(job)
            waiting += [(one, depth + 1) for one in reversed(needs.get(job, ())) if one in needs]
