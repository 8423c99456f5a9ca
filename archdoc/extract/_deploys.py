"""What a job applies to a cluster or writes back for one to take, and where it logs in: effects to references.

Every image that a job sets from outside of the manifests is a `deploys` reference of its own, with the attributes `image_to`
(the new name), `image_from` (the name in the manifests; absent where any is meant), `image_field` (the container, or the key
of a chart's values) and `image_in` (the file that was changed, where more is applied). Resolving links such an image to what
runs under the name it takes the place of. `cluster` is ``test`` where the job's cluster is its own, `only` the event that
alone starts the workflow, `writes` tells that the job commits a change.
"""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from archdoc import images as images_grammar
from archdoc.extract import Files
from archdoc.extract import _values as values
from archdoc.extract._addresses import unversioned
from archdoc.extract._effects import Applied, Commit, Define, Deploy, Done, Edit, Login, Release, Render, SetImage, StartCluster
from archdoc.extract._manifests import flatten, is_object
from archdoc.extract._places import Located, Where, located, matched
from archdoc.extract._source import Session
from archdoc.extract._values import Text
from archdoc.extract._workspace import is_remote, public
from archdoc.extract._yaml import Node, documents
from archdoc.model import (
    Attribute,
    Basis,
    ByName,
    ByPath,
    EntityId,
    EntityKind,
    Evidence,
    Outside,
    Reference,
    RelationKind,
    Target,
)

MAX_OBJECTS = 60
MAX_BASES = 60
_KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_UNKNOWN = "\uf8ff"
ANYWHERE = EntityId("")
"""The scope of an object that is known by its name alone."""


@dataclass(slots=True)
class _Edited:
    """A file or folder of the work tree that a job changed, and how far the change has got."""

    done: Done
    edit: Edit
    place: Located
    committed: bool = False
    told: bool = False


class _Rendered(NamedTuple):
    """What a file that the job has made is made of, and the command that made it: its paths are seen from there."""

    done: Done
    sources: tuple[Applied, ...]
    copied: bool = False


@dataclass(slots=True)
class _Job:
    """A job, what it has made and changed so far, and what all its deploys have in common."""

    session: Session
    id: EntityId
    attributes: Mapping[str, Attribute]
    rendered: dict[str, _Rendered] = field(default_factory=dict)
    edited: list[_Edited] = field(default_factory=list)
    added: list[Located] = field(default_factory=list)

    def said(
        self,
        goal: Target,
        at: Evidence,
        basis: Basis,
        images: Iterable[SetImage] = (),
        more: Mapping[str, Attribute] = MappingProxyType({}),
        *,
        optional: bool = False,
    ) -> Iterator[Reference]:
        """The reference to what is deployed, and one for each image that is set for it."""
        attributes = {**self.attributes, **more}
        yield Reference(self.id, RelationKind.DEPLOYS, goal, at, basis, optional, attributes=attributes)
        for one in images:
            for new in values.alternatives(one.image.text):
                if values.shown(new).strip("*/") and images_grammar.parse(values.shown(new)) is not None:
                    pair: dict[str, Attribute] = {"image_to": values.shown(new)}
                    if one.of:
                        pair["image_from"] = values.shown(one.of)
                    if one.field:
                        pair["image_field"] = one.field
                    if one.file:
                        pair["image_in"] = one.file
                    yield Reference(
                        self.id, RelationKind.DEPLOYS, goal, one.image.at, basis, optional=True, attributes={**attributes, **pair}
                    )


def deploys(session: Session, job: EntityId, done: Sequence[Done], only: str = "") -> Iterator[Reference]:
    """The references of a job to what it deploys; `only` is the event that alone starts its workflow, if it is one."""
    attributes: dict[str, Attribute] = {"only": only} if only else {}
    if any(isinstance(one.effect, StartCluster) for one in done):
        attributes["cluster"] = "test"
    state = _Job(session, job, attributes)
    for one in done:
        match one.effect:
            case Render(file, sources, copied):
                for place in located(file.text, one):
                    # A file of the repository that something is added to is still that file.
                    if sources or (place.where is not Where.ELSEWHERE and session.files.read(place.path) is None):
                        state.rendered[place.path] = _Rendered(one, sources, copied)
            case Edit(file) as edit:
                state.edited += [_Edited(one, edit, place) for place in _edited(session, located(file.text, one))]
            case Commit() as commit:
                yield from _committed(state, one, commit)
            case Deploy() as deploy:
                yield from _deploy(state, one, deploy, state.rendered)
            case Define() as define:
                yield from _define(state, define)
            case Release() as release:
                yield from _release(state, one, release)
            case _:
                pass


def _test(test: bool) -> dict[str, Attribute]:
    return {"cluster": "test"} if test else {}


# --- manifests and charts


def _deploy(job: _Job, done: Done, deploy: Deploy, rendered: Mapping[str, _Rendered]) -> Iterator[Reference]:
    target, session = deploy.target, job.session
    more = _test(deploy.test) | ({"foreign": True} if deploy.foreign else {})
    if deploy.chart and (remote := _remote_chart(session, done, deploy)):
        if values.sources(target.text):
            session.unknown("the name of the chart", values.sources(target.text), target.at)
        yield from job.said(Outside("chart", remote), target.at, target.basis, deploy.images, more)
        return
    texts = [one for one in values.alternatives(target.text) if one]
    for place in dict.fromkeys(place for one in texts for place in located(one, done)):
        made = {path: one for path, one in rendered.items() if path == place.path or path.startswith(f"{place.path}/")}
        if place.where is not Where.REMOTE and (whole := _copy(place.path, rendered)) is not None:
            images = (*deploy.images, *_images_of(job, place, None))
            again = {path: one for path, one in rendered.items() if path != whole}
            rest = place.path.removeprefix(f"{whole}/")
            found = [one for source in rendered[whole].sources for one in _originals(session, rendered[whole], source, rest)]
            for original in found:
                inner = deploy._replace(target=target.of(original), images=images)
                yield from _deploy(job, rendered[whole].done, inner, again)
            if found:
                continue
        if made and place.where is not Where.REMOTE:
            again = {path: one for path, one in rendered.items() if path not in made}
            for path, (maker, sources, _) in made.items():
                # What a folder holds is read as it stands, be it that the job makes it anew.
                kept = path != place.path and session.files.read(path) is not None
                if (sources and not kept) or path == place.path:
                    images = (*deploy.images, *_images_of(job, Located(place.where, path), None))
                    yield from _made(job, maker, deploy._replace(images=images), sources, path, again)
            if place.path in made or not session.files.folder(place.path):
                continue
        if place.unknown:
            session.unknown("the path of what is deployed", place.unknown, target.at)
        if deploy.recursive:
            more["recursive"] = True
        optional = session.unbound or bool(place.unknown) or deploy.asked
        for goal in _goals(session, place):
            images = (*deploy.images, *_images_of(job, place, goal))
            yield from job.said(goal, target.at, target.basis, images, more, optional=optional)


def _copy(path: str, rendered: Mapping[str, _Rendered]) -> str | None:
    """The copied folder that a path lies in."""
    parts = path.split("/")
    above = ("/".join(parts[:end]) for end in range(len(parts) - 1, 0, -1))
    return next((one for one in above if one in rendered and rendered[one].copied), None)


def _originals(session: Session, copy: _Rendered, source: Applied, rest: str) -> Iterator[Text]:
    """What lies at `rest` below a copied folder: below the original, or below its name where the copy went into a folder."""
    for one in values.alternatives(source.target.text) if isinstance(source, Deploy) else ():
        name = values.shown(one).rstrip("/").rpartition("/")[2]
        inside = [rest, rest.removeprefix(f"{name}/")] if name else [rest]
        texts = [values.join((one, (f"/{each}",))) for each in dict.fromkeys(inside)]
        there = [text for text in texts for place in located(text, copy.done) if _is_there(session.files, place)]
        yield from there[:1]


def _is_there(files: Files, place: Located) -> bool:
    """Whether a path is of the repository."""
    return place.where is Where.HERE and (bool(files.folder(place.path)) or files.read(place.path) is not None)


def _made(
    job: _Job, done: Done, deploy: Deploy, sources: Sequence[Applied], path: str, rendered: Mapping[str, _Rendered]
) -> Iterator[Reference]:
    """What a file that the job has made is made of; the file by its name where that is not known."""
    target = deploy.target
    if not sources:
        outside = Outside("manifest", path.rpartition("/")[2])
        yield from job.said(outside, target.at, target.basis, (), {"made": True, **_test(deploy.test)})
    for source in sources:
        test = source.test or deploy.test
        match source:
            case Define():
                yield from _define(job, source._replace(test=test), posixpath.dirname(path))
            case Release():
                yield from _release(job, done, source._replace(test=test))
            case Deploy():
                images = (*source.images, *deploy.images)
                yield from _deploy(job, done, source._replace(images=images, test=test), rendered)


def _goals(session: Session, place: Located) -> Iterator[ByPath | Outside]:
    if place.where is Where.HERE and place.path != "*":
        for path in [place.path] if place.unknown else matched(place.path, session.files):
            yield ByPath(path, EntityKind.DEPLOYABLE)
    elif place.where in (Where.ELSEWHERE, Where.REMOTE) and not place.path.startswith("*"):
        yield _remote_manifest(place.path)


def _remote_manifest(url: str) -> Outside:
    """A manifest of another repository; which release of it is applied is no more than a tag."""
    return Outside("manifest", unversioned(url))


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


def _define(job: _Job, define: Define, folder: str = ".") -> Iterator[Reference]:
    """The objects of manifests that stand in the step, by kind and name alone; what a kustomization that does is made of."""
    at = define.text.at
    # Unknown parts as a letter: a star begins an alias.
    text = "".join(part if isinstance(part, str) else _UNKNOWN for part in define.text.text)
    named: dict[tuple[str, str], None] = {}
    for document in documents(text.encode(), at.path)[:MAX_OBJECTS]:
        if document.root["resources"].is_list and document.root["kind"].text in ("", "Kustomization"):
            yield from _kustomization(job, define, document.root, folder)
            continue
        for root in flatten(document.root):
            kind, name = root["kind"].text, root.at("metadata", "name").text or root.at("metadata", "generateName").text
            if is_object(root) and name and _UNKNOWN not in kind:
                named[kind, name.replace(_UNKNOWN, "*")] = None
    for kind, name in list(named)[:MAX_OBJECTS]:
        yield from job.said(Outside(kind, name), at, define.text.basis, (), {"inline": True, **_test(define.test)})


def _kustomization(job: _Job, define: Define, root: Node, folder: str) -> Iterator[Reference]:
    """The resources of a kustomization that the job has written, with the images that it sets."""
    images = [
        SetImage(define.text.of((one["newName"].text.replace(_UNKNOWN, "*") or one["name"].text,)), (one["name"].text,))
        for one in root["images"]
        if _UNKNOWN not in one["name"].text
    ]
    for text in root["resources"].texts()[:MAX_OBJECTS]:
        path = posixpath.normpath(posixpath.join(folder, text))
        goal: Target = ByPath(path, EntityKind.DEPLOYABLE)
        if is_remote(text):
            goal = _remote_manifest(public(text.replace(_UNKNOWN, "*")))
        elif _UNKNOWN in text or path.startswith(".."):
            continue
        yield from job.said(goal, define.text.at, Basis.COMPUTED, images, _test(define.test), optional=True)


# --- what runs already


def _release(job: _Job, done: Done, release: Release) -> Iterator[Reference]:
    """A new version of something known by its name: an object of the cluster, or a service of a cloud."""
    name = release.name
    images = list(release.images)
    if release.file is not None:
        for place in located(release.file.text, done):
            images += _images_of(job, place, None)
    for text in values.alternatives(name.text):
        shown = values.shown(text)
        if values.sources(text):
            job.session.unknown("the name of what is deployed", values.sources(text), name.at)
        if not shown.strip("*-/"):
            continue
        goal = (
            ByName(ANYWHERE, (release.kind,), release.namespace or None, shown)
            if release.cluster
            else Outside(release.kind, shown)
        )
        # To restart what is not from here tells nothing of this repository.
        optional = release.cluster and not images
        yield from job.said(goal, name.at, name.basis, images, _test(release.test), optional=optional)


# --- changes of the work tree


def _edited(session: Session, places: Iterable[Located]) -> Iterator[Located]:
    """The files that an editor changes, by name or by a pattern of the shell."""
    for place in places:
        if (not place.unknown or place.where is Where.RUNNER) and place.where is not Where.REMOTE:
            paths = matched(place.path, session.files) if place.where is Where.HERE else [place.path]
            yield from (Located(place.where, path) for path in paths)


def _images_of(job: _Job, place: Located, goal: Target | None) -> list[SetImage]:
    """The images that edits of the job have set in what is deployed: in its file, in its folder, or in a base of it."""
    path = goal.path if isinstance(goal, ByPath) else place.path
    mine = [one for one in job.edited if one.place.where is place.where and one.edit.images]
    if not mine:
        return []
    bases = _bases(job.session.files, path) if place.where is Where.HERE else {path}
    return [
        image._replace(file=one.place.path if one.place.path != path and one.place.path.endswith((".yaml", ".yml")) else "")
        for one in mine
        if _touches(one.place.path, path, bases)
        for image in one.edit.images
    ]


def _touches(edited: str, path: str, bases: set[str]) -> bool:
    return edited in bases or posixpath.dirname(edited) in bases or edited.startswith(f"{path}/") or path == "."


def _bases(files: Files, path: str) -> set[str]:
    """The folders that the kustomization in a folder is built of, itself first."""
    found = {path}
    waiting = [path]
    while waiting and len(found) < MAX_BASES:
        folder = waiting.pop()
        data = next((data for name in _KUSTOMIZATIONS if (data := files.read(f"{folder}/{name}"))), None)
        for document in documents(data, folder) if data is not None else ():
            for key in ("resources", "bases", "components"):
                for text in document.root[key].texts():
                    one = posixpath.normpath(posixpath.join(folder, text))
                    if not is_remote(text) and not one.startswith("..") and one not in found:
                        found.add(one)
                        waiting.append(one)
    return found


def _committed(job: _Job, done: Done, commit: Commit) -> Iterator[Reference]:
    """The write-backs that a commit or push completes, in the repository that it is made in."""
    job.added += [place for added in commit.added for place in located(added.text, done)]
    here = next(iter(located((".",), done)), None)
    for one in job.edited:
        if one.told or here is None or one.place.where is not here.where or not _same_repository(one.place, here):
            continue
        one.committed = one.committed or (commit.made and _is_added(job.added, one.place))
        if one.committed and commit.pushed:
            one.told = True
            file = one.edit.file
            goal: Target = ByPath(one.place.path, EntityKind.DEPLOYABLE)
            if one.place.where is not Where.HERE:
                if one.place.path.startswith("*"):
                    job.session.unknown("the repository that is written to", ("git clone",), file.at)
                    continue
                goal = Outside("manifest", one.place.path)
            yield from job.said(goal, file.at, file.basis, one.edit.images, {"writes": True}, optional=True)

    if commit.made:
        job.added.clear()


def _is_added(added: Sequence[Located], changed: Located) -> bool:
    """Whether a commit takes what was changed, a file or its folder: it takes all where nothing was chosen."""
    mine = f"{changed.path}/"
    for one in added:
        path = one.path.removesuffix("/.")
        if one.unknown or path == "." or mine.startswith(f"{path}/") or f"{path}/".startswith(mine):
            return True
        if fnmatch.fnmatchcase(changed.path, path):
            return True
    return not added


def _same_repository(one: Located, other: Located) -> bool:
    return one.where is Where.HERE or one.path.split("/")[:2] == other.path.split("/")[:2]


# --- logins


def logins(job: EntityId, done: Sequence[Done]) -> Iterator[Reference]:
    """The registries, clouds and clusters that a job authenticates to."""
    for one in done:
        if isinstance(one.effect, Login):
            name = one.effect.name
            for text in values.alternatives(name.text):
                host = _host(text) if one.effect.type == "registry" else values.shown(text)
                yield Reference(job, RelationKind.AUTHENTICATES, Outside(one.effect.type, host), name.at, name.basis)


def _host(registry: Text) -> str:
    clean = public(values.shown(registry)).removeprefix("https://").removeprefix("http://").partition("/")[0].rpartition("@")[2]
    return "docker.io" if clean in ("", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com") else clean
