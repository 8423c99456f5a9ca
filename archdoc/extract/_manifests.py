"""Manifest files to objects: several documents, lists with items, JSON; each object with its identity.

Knows how a Kubernetes object says what it is (kind, group, name, namespace), not what it means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from archdoc import ids
from archdoc.extract._kinds import KINDS, TOOL_FILES, kind_of
from archdoc.extract._rows import Kind
from archdoc.extract._yaml import Document, Node, documents, is_template
from archdoc.model import EntityKind, Evidence, Finding
from archdoc.regex import regex
from archdoc.rules import finding

_API_VERSION = regex(rb"""^(?:\xef\xbb\xbf)?[ \t]*(?:-[ \t]+)?apiVersion[ \t]*:|["']apiVersion["'][ \t]*:""", re.MULTILINE)
_KIND = regex(rb"""^(?:\xef\xbb\xbf)?[ \t]*(?:-[ \t]+)?kind[ \t]*:|["']kind["'][ \t]*:""", re.MULTILINE)
_NO_NAMES = ("ENC[", "{{")


@dataclass(frozen=True, slots=True)
class Object:
    """One Kubernetes object as a document or list item declares it.

    `kind` is its kind as in identities, `namespace` as in `archdoc.model.Entity`, `row` what is known of its kind.
    """

    root: Node
    api_version: str
    kind: str
    name: str
    namespace: str | None
    row: Kind

    @property
    def type(self) -> str:
        """``apiVersion/Kind`` as written, or what the table of kinds calls it."""
        return self.row.type or f"{self.api_version}/{self.root['kind'].text}"

    @property
    def said(self) -> str:
        """Its kind and name as written, for people."""
        return f"{self.root['kind'].text} {self.name}"

    @property
    def is_for_a_tool(self) -> bool:
        """Whether it is the settings file of a tool, which has the shape of an object but is in no cluster."""
        return _is_for_a_tool(self.api_version, self.root["kind"].text)

    @property
    def is_known(self) -> bool:
        """Whether a row says what it is."""
        return self.row.entity is not EntityKind.RESOURCE or self.kind in KINDS

    @property
    def is_native(self) -> bool:
        """Whether its kind is one of Kubernetes itself."""
        return "." not in self.kind


class Manifest(NamedTuple):
    """What a file holds."""

    objects: tuple[Object, ...]
    findings: tuple[Finding, ...]


def looks_like_manifest(data: bytes) -> bool:
    """A cheap look at the bytes: whether they hold the two keys of every object, or a compiled pipeline. All else is not ours."""
    if b"pipelineInfo" in data and b"deploymentSpec" in data:
        return True
    if b"apiVersion" not in data or b"kind" not in data:  # a plain search is many times faster, and settles most files
        return False
    return _API_VERSION.search(data) is not None and _KIND.search(data) is not None


def read(data: bytes, path: str) -> Manifest:
    """Every object of a file, and what is odd in it. What has neither apiVersion nor kind is no object and is passed over."""
    return of_documents(documents(data, path), data, path)


def of_documents(read_documents: Sequence[Document], data: bytes, path: str) -> Manifest:
    """Every object of documents that were read from `data`."""
    roots = [root for document in read_documents for root in flatten(document.root)]
    findings = [finding for document in read_documents for finding in document.findings]
    objects = tuple(found for root in roots if (found := identify(root)))
    broken = [root for root in roots if _is_broken(root)]
    if broken and (is_template(data) or any(_is_filled_in(root) for root in broken)):
        findings.append(finding("yaml-template", "a template, not YAML", broken[0].evidence()))
        broken = []
    findings += [finding("object-invalid", _problem(root), root.evidence()) for root in broken]
    if any(is_encrypted(root) for root in roots):
        findings.append(finding("encrypted", "values are encrypted with SOPS", Evidence(path, 1)))
    return Manifest(objects, tuple(_once(findings)))


def flatten(root: Node) -> Iterator[Node]:
    """The objects of a document: itself, or the items of a ``List``; those of a ``ConfigMapList`` need not say what they are.

    The objects of a ``Template`` of OpenShift stand for it as the items of a list do.
    """
    kind = root["kind"].text
    if kind.endswith("List") and root["items"].is_list:
        for item in root["items"]:
            yield from flatten(item if kind == "List" else _typed(item, root["apiVersion"], kind.removesuffix("List")))
    elif kind == "Template" and root["objects"].is_list:
        # OpenShift's: a list whose objects hold parameters, which are no more unknown than any other text.
        for item in root["objects"]:
            yield from flatten(item)
    elif root["pipelineInfo"].is_map and root["deploymentSpec"].is_map:
        yield _compiled(root)
    elif root.is_map:
        yield root


def _compiled(root: Node) -> Node:
    """A compiled pipeline of Kubeflow as an object: its file is the PipelineSpec alone (kfp.pipeline_spec)."""

    def text(value: str) -> Node:
        return Node(value, root.path, root.line)

    metadata = Node({"name": root["pipelineInfo"]["name"]}, root.path, root.line)
    said = {"apiVersion": text("pipelines.kubeflow.org/v2beta1"), "kind": text("PipelineSpec"), "metadata": metadata}
    return Node(said | {"spec": root}, root.path, root.line)


def _typed(item: Node, api_version: Node, kind: str) -> Node:
    """An item of a typed list as an object of its own."""
    if not isinstance(item.value, dict) or "kind" in item.value:
        return item
    said = {"apiVersion": api_version, "kind": Node(kind, item.path, item.line)}
    return Node(said | item.value, item.path, item.line, key_lines=item.key_lines)


def is_object(root: Node) -> bool:
    """Whether a mapping has what every object says: apiVersion and kind."""
    return bool(root["apiVersion"].text and root["kind"].text)


def object_kind_of(root: Node) -> str:
    """The kind that an object says, as in identities."""
    return ids.object_kind(root["apiVersion"].text.rpartition("/")[0], root["kind"].text)


def identify(root: Node) -> Object | None:
    """The object that a mapping is; None for what is no object or has no name."""
    if not is_object(root) or not _is_named(root):
        return None
    api_version = root["apiVersion"].text
    kind = object_kind_of(root)
    row = kind_of(kind)
    metadata = root["metadata"]
    name = metadata["name"].text or f"{metadata['generateName'].text}*"
    if kind == "ClusterServiceVersion.operators.coreos.com":
        # Operator Lifecycle Manager has each version of an operator called ``NAME.vVERSION``.
        name = name.removesuffix(f".v{root.at('spec', 'version').text}") or name
    return Object(root, api_version, kind, name, None if row.cluster else metadata["namespace"].text, row)


def is_encrypted(root: Node) -> bool:
    """Whether SOPS encrypted the values of a document."""
    return root["sops"].is_map


def _is_named(root: Node) -> bool:
    metadata = root["metadata"]
    name = metadata["name"].text or metadata["generateName"].text
    return bool(name) and not any(mark in text for text in (name, root["kind"].text) for mark in _NO_NAMES)


def _is_for_a_tool(api_version: str, kind: str) -> bool:
    group, slash, _ = api_version.rpartition("/")
    return group in TOOL_FILES or (not slash and (api_version != "v1" or kind in ("Config", "Policy")))


def _is_broken(root: Node) -> bool:
    """Whether a mapping has the shape of an object but does not say which: it lacks a name, a kind or an apiVersion."""
    api_version, kind = root["apiVersion"].text, root["kind"].text
    if api_version and kind:
        return not _is_named(root) and not _is_for_a_tool(api_version, kind)
    return bool(api_version or kind) and bool(root.at("metadata", "name").text)


def _is_filled_in(root: Node) -> bool:
    """Whether a name is ``{name}``, which a program puts in before the file is YAML."""
    name = root["metadata"]["name"]
    return name.is_map and not any(value for _, value in name.items())


def _problem(root: Node) -> str:
    if not root["apiVersion"].text:
        return "an object without apiVersion"
    if not root["kind"].text or any(mark in root["kind"].text for mark in _NO_NAMES):
        return "an object without a kind"
    return f"{root['kind'].text} without a name"


def _once(findings: Sequence[Finding]) -> Iterator[Finding]:
    """A template breaks in each of its documents; once a file is enough."""
    said = False
    for one in findings:
        if one.rule != "yaml-template":
            yield one
        elif not said:
            said = True
            yield one
