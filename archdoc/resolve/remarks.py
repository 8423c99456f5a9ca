"""What is odd only when the whole is seen: Dockerfiles that nothing builds, own images that nothing here makes, tags that move.

It reads the finished relations. It is silent wherever something that is not read could be the missing piece.
"""

from __future__ import annotations

import fnmatch
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from archdoc import images
from archdoc.model import Entity, EntityId, EntityKind, Evidence, Finding, ImageName, Relation, RelationKind
from archdoc.resolve import likeness, links
from archdoc.rules import finding

_UNREAD = frozenset({"build-not-followed", "shell-unread", "extractor-failed", "workflow-too-large", "action-missing"})
"""Findings that say that a build may have been missed."""
_BUILDERS = frozenset(
    {
        ".drone.yml",
        ".gitlab-ci.yml",
        "Earthfile",
        "GNUmakefile",
        "Jenkinsfile",
        "Justfile",
        "Makefile",
        "Procfile",
        "Rakefile",
        "Taskfile.yaml",
        "Taskfile.yml",
        "Tiltfile",
        "action.yaml",
        "action.yml",
        "azure-pipelines.yml",
        "bitbucket-pipelines.yml",
        "buildspec.yml",
        "cloudbuild.yaml",
        "cloudbuild.yml",
        "devcontainer.json",
        "fly.toml",
        "heroku.yml",
        "justfile",
        "makefile",
        "railway.json",
        "railway.toml",
        "render.yaml",
        "tasks.py",
    }
)
"""Files of other tools that build images; what they say is not read, or only where a job runs them."""
_ON_THIS_MACHINE = frozenset({"localhost", "127.0.0.1"})
"""Registries to which whoever tries things out has just pushed."""
_SCRIPT_WORDS = ("build", "docker", "image", "release", "deploy", "publish")


def remarks(
    entities: Mapping[EntityId, Entity], relations: Sequence[Relation], readable: frozenset[str], told: Iterable[Finding]
) -> Iterator[Finding]:
    """The findings about the whole graph. `readable` are the paths of all files, `told` the findings that they gave."""
    by_kind: dict[RelationKind, list[Relation]] = defaultdict(list)
    for relation in relations:
        by_kind[relation.kind].append(relation)
    yield from _moving(entities, by_kind)
    if _all_builds_known(entities, by_kind, told):
        yield from _unbuilt_images(entities, by_kind)
        yield from _unbuilt_files(entities, by_kind, readable)


def _unbuilt_files(
    entities: Mapping[EntityId, Entity], by_kind: Mapping[RelationKind, Sequence[Relation]], readable: frozenset[str]
) -> Iterator[Finding]:
    """Dockerfiles that no job and no file builds, where jobs build others."""
    jobs_build = {r.target for r in by_kind.get(RelationKind.CONTAINS, ()) if entities[r.source].kind is EntityKind.JOB}
    builds = by_kind.get(RelationKind.BUILDS, ())
    if not any(r.source in jobs_build for r in builds) or _has_scripts(readable):
        return
    built = {r.target for r in builds}
    whole = {r.source for r in by_kind.get(RelationKind.CONTAINS, ()) if r.target in built}
    for entity in entities.values():
        idle = entity.kind is EntityKind.DOCKERFILE and entity.id not in built | whole and "stages" in entity.attributes
        if idle and not _other_builder(entity.path, readable):
            message = "no job, Compose file, Skaffold or bake file here builds it"
            yield finding("dockerfile-unbuilt", message, Evidence(entity.path, entity.line), entity.id)


def _all_builds_known(
    entities: Mapping[EntityId, Entity], by_kind: Mapping[RelationKind, Sequence[Relation]], told: Iterable[Finding]
) -> bool:
    """Whether nothing that is not read, or not known, can be a build of some Dockerfile or image."""
    if any(one.rule in _UNREAD or (one.rule == "expression-unknown" and "Dockerfile" in one.message) for one in told):
        return False
    read = {r.source for r in by_kind.get(RelationKind.BUILDS, ())}
    for entity in entities.values():
        if entity.kind is EntityKind.JOB and entity.attributes.get("opaque"):
            return False
        if entity.kind is EntityKind.IMAGE_BUILD and entity.id not in read and entity.attributes.get("dockerfile") != "inline":
            return False
    building = {r.source for r in by_kind.get(RelationKind.CONTAINS, ()) if r.target in read}
    # Who calls a workflow of another repository, or logs in to a registry, may build by a way that is not read.
    outward = (*by_kind.get(RelationKind.CALLS, ()), *by_kind.get(RelationKind.AUTHENTICATES, ()))
    return not any(
        entities[r.target].kind is EntityKind.EXTERNAL and entities[r.target].type != "cloud" and r.source not in building
        for r in outward
    )


def _has_scripts(readable: frozenset[str]) -> bool:
    """Whether a script may build images by hand."""
    names = (path.rpartition("/")[2] for path in readable if path.endswith((".sh", ".ps1", ".bash")))
    return any(word in name for name in names for word in _SCRIPT_WORDS)


def _other_builder(path: str, readable: frozenset[str]) -> bool:
    """Whether a file of a tool that builds images lies in the folder of a Dockerfile or above it."""
    folders = path.split("/")[:-1]
    above = ["/".join([*folders[:depth], ""]) for depth in range(len(folders) + 1)]
    return any(f"{folder}{name}" in readable for folder in above for name in _BUILDERS) or ".devcontainer" in folders


def _unbuilt_images(entities: Mapping[EntityId, Entity], by_kind: Mapping[RelationKind, Sequence[Relation]]) -> Iterator[Finding]:
    """Images below an owner to whom this repository pushes that a workload runs and nothing here makes."""
    published = {r.target for r in by_kind.get(RelationKind.PUBLISHES, ())}
    own = [r for r in by_kind.get(RelationKind.PUBLISHES, ()) if links.AS not in r.attributes]
    pushed = [_name(r) for r in own if r.attributes.get("pushed") is not False]
    owners = {likeness.owner(name) for name in pushed if images.UNKNOWN not in likeness.owner(name)} - {""}
    partly = [name for name in pushed if images.UNKNOWN in name]
    for image, runs in _run(entities, by_kind).items():
        name = _name(runs[0])
        if image in published or likeness.owner(name) not in owners or images.UNKNOWN in name:
            continue
        if any(fnmatch.fnmatchcase(name, pattern) for pattern in partly):
            continue
        message = f"`{images.short(name)}` is run, and nothing here builds it"
        yield finding("image-unbuilt", message, runs[0].evidence[0], image)


def _moving(entities: Mapping[EntityId, Entity], by_kind: Mapping[RelationKind, Sequence[Relation]]) -> Iterator[Finding]:
    """Images that a cluster runs by a tag that moves; those whose tag the deploy sets, or Skaffold does, are left out."""
    replaced = {
        one for r in by_kind.get(RelationKind.DEPLOYS, ()) for key in (links.FROM, links.TO) for one in links.names(r, key)
    }
    in_jobs = {r.target for r in by_kind.get(RelationKind.CONTAINS, ()) if entities[r.source].kind is EntityKind.JOB}
    by_file = {r.target for r in by_kind.get(RelationKind.PUBLISHES, ()) if r.source not in in_jobs}
    for image, runs in _run(entities, by_kind).items():
        name = _name(runs[0])
        if name in replaced or image in by_file or name.partition("/")[0].partition(":")[0] in _ON_THIS_MACHINE:
            continue
        loose = [r for r in runs if "digest" not in r.attributes and set(links.tags_of(r)) & {"", "latest"}]
        if loose:
            message = f"`{images.short(name)}` is run by a tag that moves"
            yield finding("image-latest", message, loose[0].evidence[0], image)


def _run(
    entities: Mapping[EntityId, Entity], by_kind: Mapping[RelationKind, Sequence[Relation]]
) -> dict[EntityId, list[Relation]]:
    """The images that workloads of a cluster run, each with where, in order."""
    found: dict[EntityId, list[Relation]] = defaultdict(list)
    for relation in by_kind.get(RelationKind.RUNS_IMAGE, ()):
        source = entities[relation.source]
        if source.kind is EntityKind.WORKLOAD and not source.type.startswith("compose/"):
            found[relation.target].append(relation)
    return {image: sorted(found[image], key=lambda r: r.evidence) for image in sorted(found)}


def _name(relation: Relation) -> ImageName:
    return ImageName(relation.target.partition(":")[2])
