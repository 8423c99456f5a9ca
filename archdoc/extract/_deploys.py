"""What a job applies to a cluster, and where it logs in: effects to references."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archdoc.extract import _values as values
from archdoc.extract._effects import Deploy, Done, Login, Render, StartCluster
from archdoc.extract._places import Located, Where, located, matched
from archdoc.extract._source import Session
from archdoc.extract._workspace import is_remote, public
from archdoc.model import Attribute, ByPath, EntityId, EntityKind, Outside, Reference, RelationKind


def deploys(session: Session, job: EntityId, done: Sequence[Done]) -> Iterator[Reference]:
    """The references of a job to what it deploys; a cluster that the job starts itself is a test."""
    attributes: dict[str, Attribute] = {"cluster": "test"} if any(isinstance(one.effect, StartCluster) for one in done) else {}
    rendered: dict[str, tuple[Deploy, ...]] = {}
    for one in done:
        if isinstance(one.effect, Render):
            for place in located(one.effect.file.text, one):
                rendered[place.path] = one.effect.sources
        elif isinstance(one.effect, Deploy):
            yield from _deploy(session, job, one, one.effect, rendered, attributes)


def _deploy(
    session: Session,
    job: EntityId,
    done: Done,
    deploy: Deploy,
    rendered: dict[str, tuple[Deploy, ...]],
    attributes: dict[str, Attribute],
) -> Iterator[Reference]:
    target = deploy.target
    if deploy.chart and (remote := _remote_chart(session, done, deploy)):
        if values.sources(target.text):
            session.unknown("the name of the chart", values.sources(target.text), target.at)
        yield Reference(job, RelationKind.DEPLOYS, Outside("chart", remote), target.at, target.basis, attributes=attributes)
        return
    texts = [one for one in values.alternatives(target.text) if one]
    for place in dict.fromkeys(place for one in texts for place in located(one, done)):
        if place.path in rendered:
            sources, rendered_again = rendered[place.path], {key: one for key, one in rendered.items() if key != place.path}
            for source in sources:
                yield from _deploy(session, job, done, source, rendered_again, attributes)
            continue
        if place.unknown:
            session.unknown("the path of what is deployed", place.unknown, target.at)
        for goal in _goals(session, place):
            optional = session.unbound or bool(place.unknown)
            yield Reference(job, RelationKind.DEPLOYS, goal, target.at, target.basis, optional, attributes=attributes)


def _goals(session: Session, place: Located) -> Iterator[ByPath | Outside]:
    if place.where is Where.HERE and place.path != "*":
        for path in [place.path] if place.unknown else matched(place.path, session.files):
            yield ByPath(path, EntityKind.DEPLOYABLE)
    elif place.where in (Where.ELSEWHERE, Where.REMOTE):
        yield Outside("manifest", place.path)


def _remote_chart(session: Session, done: Done, deploy: Deploy) -> str:
    """The name of a chart that is no folder of this repository, as Helm decides it; ``""`` for one that is."""
    shown = values.shown(deploy.target.text)
    if is_remote(shown):
        return public(shown)
    if shown.startswith(("./", "../", "/", ".")) or shown.endswith(".tgz") or shown == "*":
        return ""
    if any(place.where is Where.HERE and session.files.folder(place.path) for place in located(deploy.target.text, done)):
        return ""
    return shown if shown.count("/") == 1 else ""


def logins(job: EntityId, done: Sequence[Done]) -> Iterator[Reference]:
    """The registries and clouds that a job authenticates to."""
    for one in done:
        if isinstance(one.effect, Login):
            name = one.effect.name
            for text in values.alternatives(name.text):
                host = _host(values.shown(text)) if one.effect.type == "registry" else values.shown(text)
                yield Reference(job, RelationKind.AUTHENTICATES, Outside(one.effect.type, host), name.at, name.basis)


def _host(registry: str) -> str:
    clean = public(registry).removeprefix("https://").removeprefix("http://").partition("/")[0].rpartition("@")[2]
    return "docker.io" if clean in ("", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com") else clean
