"""What a skaffold.yaml says, whatever the version of its schema: artifacts, manifests, modules, profiles.

Older forms are read as Skaffold upgrades them (``pkg/skaffold/schema/v*/upgrade.go``), profiles are laid over as it does
(``schema/profiles.go``). This module knows one file, no other file and no command.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from archdoc.extract import _values as values
from archdoc.extract._kustomize_patch import json_patched
from archdoc.extract._values import Text
from archdoc.extract._yaml import MISSING, Node, documents, plain_node
from archdoc.model import Finding
from archdoc.regex import regex

DEFAULT_MANIFESTS = "k8s/*.yaml"
_OURS = regex(rb"^[\"']?apiVersion[\"']?[ \t]*:[ \t]*[\"']?skaffold/", re.MULTILINE)
_SECTIONS = ("build", "manifests", "deploy")
_WHERE = ("local", "googleCloudBuild", "cluster", "kaniko", "acr")
"""Where artifacts are built; a file says one of them. ``kaniko`` and ``acr`` are of old schemas."""
_IN_CLUSTER = ("cluster", "kaniko")
_BUILDERS = {
    "docker": "docker",
    "kaniko": "kaniko",
    "ko": "ko",
    "jib": "jib",
    "jibMaven": "jib",
    "jibGradle": "jib",
    "buildpacks": "buildpacks",
    "buildpack": "buildpacks",
    "bazel": "bazel",
    "custom": "custom",
}
_MOVED = (
    ("/deploy/kubectl/manifests", "/manifests/rawYaml"),
    ("/deploy/kustomize/paths", "/manifests/kustomize/paths"),
    ("/deploy/helm", "/manifests/helm"),
)
_PLAIN_PATTERN = regex(r"\^?\(?[\w.:/@|-]+\)?\$?")


class Config(NamedTuple):
    """One document: `root` in the newest form, with what profiles have changed."""

    path: str
    number: int
    root: Node

    @property
    def name(self) -> str:
        """By which other documents and ``-m`` call it."""
        return self.root.at("metadata", "name").text

    @property
    def profiles(self) -> tuple[str, ...]:
        """The names of its profiles in the order written, each once."""
        return tuple(dict.fromkeys(one["name"].text for one in self.root["profiles"] if one["name"].text))


class Artifact(NamedTuple):
    """An image that is built: by which builder, and what that one is told (`fields`, empty where it has its defaults).

    `pushed` is None where the file leaves it to the cluster that is in use.
    """

    image: Node
    context: Node
    builder: str
    fields: Node
    dockerfile: Node
    requires: Node
    platforms: tuple[str, ...]
    pushed: bool | None


class Manifest(NamedTuple):
    """What is applied: a path, pattern or URL, or a chart with what its `release` says; `said` or taken as a default."""

    source: Node
    chart: bool = False
    release: Node = MISSING
    said: bool = True

    @property
    def repository(self) -> str:
        """Where a remote chart comes from."""
        return self.release["repo"].text


def is_ours(data: bytes) -> bool:
    """Whether a file holds a document of Skaffold."""
    return _OURS.search(data) is not None


@lru_cache(maxsize=8)
def read(data: bytes, path: str) -> tuple[tuple[Config, ...], tuple[Finding, ...]]:
    """The documents of a file, and what is wrong with its YAML."""
    found = documents(data, path)
    ours = [document.root for document in found if document.root["apiVersion"].text.startswith("skaffold/")]
    findings = tuple(finding for document in found for finding in document.findings)
    return tuple(Config(path, number, _upgraded(root)) for number, root in enumerate(ours)), findings


# --- older forms


def _upgraded(root: Node) -> Node:
    profiles = root["profiles"]
    listed = Node([_pipeline(one) for one in profiles if one.is_map], profiles.path, profiles.line)
    return _with(_pipeline(root), profiles=listed)


def _pipeline(node: Node) -> Node:
    """A document or profile with the manifests of old deployers where they stand today."""
    deploy, manifests = node["deploy"], node["manifests"]
    raw, kustomize, helm, kpt = deploy.at("kubectl", "manifests"), deploy["kustomize"], deploy["helm"], deploy.at("kpt", "dir")
    if raw.is_list and not manifests["rawYaml"]:
        manifests = _with(manifests, rawYaml=Node([path for one in raw for path in _paths(one)], raw.path, raw.line))
    if kustomize.is_map and not manifests["kustomize"]:
        old = kustomize["path"] or kustomize["kustomizePath"] or plain_node(".", kustomize.path, kustomize.line)
        paths = kustomize["paths"] if any(kustomize["paths"]) else Node([old], old.path, old.line)
        manifests = _with(manifests, kustomize=Node({"paths": paths}, kustomize.path, kustomize.line))
    if helm["releases"].is_list and not manifests["helm"]:
        manifests = _with(manifests, helm=helm)
    if kpt and not manifests["kpt"]:
        manifests = _with(manifests, kpt=Node([kpt], kpt.path, kpt.line))
    return _with(node, manifests=manifests) if manifests is not node["manifests"] else node


def _paths(manifest: Node) -> Iterator[Node]:
    """A manifest of ``kubectl``, in the first schema a list of paths."""
    if manifest.is_text:
        yield manifest
    yield from manifest["paths"]


def _with(node: Node, **pairs: Node) -> Node:
    return Node({**dict(node.items()), **pairs}, node.path, node.line)


# --- profiles


def with_profile(config: Config, name: str) -> tuple[Config, tuple[str, ...]]:
    """A document after one of its profiles, and the patches of the profile that found no place."""
    named = [one for one in config.root["profiles"] if one["name"].text == name]
    if not named:
        return config, ()
    profile = named[-1]
    sections = {key: _overlaid(config.root[key], profile[key]) for key in _SECTIONS if profile[key].is_map}
    patches = Node([_operation(one) for one in profile["patches"]], profile.path, profile.line)
    patched = json_patched(_with(config.root, **sections), patches)
    return config._replace(root=patched.root), patched.failed


def _overlaid(base: Node, over: Node) -> Node:
    """A section with what a profile says of it: every field that has a value counts, and of `_WHERE` the profile's alone."""
    given = {key: value for key, value in over.items() if value and (not value.is_list or any(value))}
    if not given:
        return base
    kept = {key: value for key, value in base.items() if key not in _WHERE or not any(where in given for where in _WHERE)}
    return Node({**kept, **given}, base.path or over.path, base.line or over.line)


def _operation(patch: Node) -> Node:
    path = patch["path"].text
    for old, new in _MOVED:
        path = path.replace(old, new)
    op = patch["op"] or plain_node("replace", patch.path, patch.line)
    return _with(patch, op=op, path=plain_node(path, patch.path, patch.line))


def activated(profile: Node, command: str, variable: Callable[[str], Text], context: Text) -> bool | None:
    """Whether a profile is active without being named; None where only a run can tell."""
    found = [_triggered(one, command, variable, context) for one in profile["activation"]]
    if profile["requiresAllActivations"].true():
        return _all(found) if found else False
    negated = _all([None if one is None else not one for one in found])
    return None if negated is None else not negated


def conditions(profile: Node) -> tuple[str, ...]:
    """What a run has to know to tell whether a profile is active: the names, never what they are compared with."""
    found = [
        one["env"].text.partition("=")[0] if one["env"] else "the Kubernetes context"
        for one in profile["activation"]
        if one["env"] or one["kubeContext"]
    ]
    return tuple(dict.fromkeys(found))


def _triggered(condition: Node, command: str, variable: Callable[[str], Text], context: Text) -> bool | None:
    name, _, expected = condition["env"].text.partition("=")
    said = [_fits(condition["command"].text, (command,)), _fits(condition["kubeContext"].text, context)]
    if name:
        actual = variable(name)
        said.append(_fits(expected, actual) if expected else None if values.sources(actual) else not actual)
    return _all(said)


def _all(said: list[bool | None]) -> bool | None:
    return False if False in said else None if None in said else True


def _fits(pattern: str, actual: Text) -> bool | None:
    """As ``util.RegexEqual``, for patterns that are words; others are left to a run, since a pattern may take for ever."""
    if not pattern:
        return True
    text, positive = values.known(actual), not pattern.startswith("!")
    plain = pattern.removeprefix("!")
    if text is None or not _PLAIN_PATTERN.fullmatch(plain):
        return None
    return (plain == text or re.search(plain.replace(".", r"\."), text) is not None) is positive if _closed(plain) else None


def _closed(pattern: str) -> bool:
    return pattern.count("(") == pattern.count(")")


# --- what a document says


def artifacts(config: Config) -> Iterator[Artifact]:
    """The images that are built, in the order written; what names no image is none."""
    build = config.root["build"]
    in_cluster = any(build[where].is_map for where in _IN_CLUSTER)
    always = in_cluster or build["googleCloudBuild"].is_map or build["acr"].is_map
    push = build.at("local", "push")
    pushed = True if always or push.true() else False if push.false() else None
    for one in build["artifacts"]:
        image = one["image"] or one["imageName"]
        if image.is_text:
            key = next((key for key in _BUILDERS if one[key].is_map), "")
            builder = _BUILDERS[key] if key else "kaniko" if in_cluster else "docker"
            fields = one[key]
            yield Artifact(
                image,
                one["context"] or one["workspace"],
                builder,
                fields,
                _dockerfile(one, builder, fields),
                one["requires"],
                one["platforms"].texts() or build["platforms"].texts(),
                pushed,
            )


def _dockerfile(artifact: Node, builder: str, fields: Node) -> Node:
    if builder == "custom":
        return fields.at("dependencies", "dockerfile", "path")
    if builder in ("docker", "kaniko"):
        return fields["dockerfile"] or fields["dockerfilePath"] or artifact["dockerfilePath"]
    return MISSING


def nameless(config: Config) -> Iterator[Node]:
    """Artifacts that name no image."""
    for one in config.root.at("build", "artifacts"):
        if not (one["image"] or one["imageName"]).is_text:
            yield one


def manifests(config: Config, *, alone: bool) -> Iterator[Manifest]:
    """What is rendered and applied; where nothing is said and the document is the only one, the default."""
    said = config.root["manifests"]
    found = [Manifest(path) for path in (*said["rawYaml"], *said.at("kustomize", "paths"), *said["kpt"]) if path.is_text]
    for release in said.at("helm", "releases"):
        chart = release["chartPath"] or release["remoteChart"]
        if chart.is_text:
            found.append(Manifest(chart, chart=True, release=release))
    yield from found
    rendered = any(said[key] for key in ("rawYaml", "kustomize", "kpt", "helm"))
    elsewhere = any(config.root.at("deploy", key) for key in ("docker", "cloudrun", "helm"))
    if alone and not rendered and not elsewhere:
        yield Manifest(plain_node(DEFAULT_MANIFESTS, config.path, config.root.line), said=False)
