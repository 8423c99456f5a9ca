"""Components that Flux adds to what it builds, with the values that it puts in: objects that no kustomization names.

Source: the Kustomization API of fluxcd/kustomize-controller (`spec.components`, `spec.postBuild.substitute`). Values that come
from a ConfigMap or Secret are not looked up: what they fill stays as written. Knows no kind of object.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from archdoc import ids
from archdoc.extract import Files, _objects
from archdoc.extract import _kustomize_load as loading
from archdoc.extract._kustomize_build import Build, resources
from archdoc.extract._kustomize_resource import Resource, changed, names
from archdoc.extract._kustomize_transform import with_namespace
from archdoc.extract._manifests import Object
from archdoc.extract._rows import Kind
from archdoc.extract._yaml import Node
from archdoc.model import Facts
from archdoc.regex import regex

KIND = "Kustomization.kustomize.toolkit.fluxcd.io"
_VARIABLE = regex(r"\$\{(?P<name>[A-Za-z_]\w{0,99})(?::?[-=](?P<default>[^{}]{0,500}))?\}")
_MOST = 1_000
"""So many components are added for all Kustomizations of one unit."""
_MOST_TEXT = 10_000
"""No text in which a value that shapes the architecture is put in is longer."""


def added(facts: Facts, things: Iterable[Object], files: Files, rows: Mapping[str, Kind]) -> Facts:
    """The facts of a unit with those of the components that its Kustomizations of Flux add to other ones."""
    specs = [thing.root["spec"] for thing in things if thing.kind == KIND]
    build = Build(files, partial=True)  # what components patch is not here, but in the folder that they are added to
    more = [_of(spec, build, rows) for spec in specs[:_MOST] if spec["components"]]
    return replace(
        facts,
        entities=(*facts.entities, *(entity for one in more for entity in one.entities)),
        references=(*facts.references, *(reference for one in more for reference in one.references)),
        covers=tuple(sorted({*facts.covers, *build.covers})),
    )


def _of(spec: Node, build: Build, rows: Mapping[str, Kind]) -> Facts:
    folder = loading.resolved("", spec["path"].text)
    place = loading.at(folder, build.files) if folder is not None else ""
    if folder is None or not place:
        return Facts()
    found: list[Resource] = []
    for entry in list(spec["components"])[:_MOST]:
        source = loading.resolved(folder, entry.text)
        component = loading.at(source, build.files) if source is not None else ""
        if component and build.loaded < _MOST:
            found = resources(build, component, found)
    namespace = loading.load(place, build.files).root["namespace"]
    if namespace.text:
        found = [with_namespace(one, namespace, ()) for one in found]
    values = spec.at("postBuild", "substitute").mapping()
    filled = [one for one in (changed(one, _filled(one.root, values)) for one in found) if one]
    return _objects.facts([one.thing for one in filled], ids.deployable_id(folder), names(filled), rows=rows)


def _filled(node: Node, values: Mapping[str, str]) -> Node:
    """A value with the variables in its texts put in, as ``envsubst`` does; those that are not known stay."""
    if node.is_map:
        return Node({key: _filled(value, values) for key, value in node.items()}, node.path, node.line, key_lines=node.key_lines)
    if node.is_list:
        return Node([_filled(value, values) for value in node], node.path, node.line)
    if not node.is_text or "${" not in node.text or len(node.text) > _MOST_TEXT:
        return node
    return Node(_VARIABLE.sub(lambda found: _value(found, values), node.text), node.path, node.line)


def _value(found: re.Match[str], values: Mapping[str, str]) -> str:
    default: str | None = found["default"]
    return values.get(found["name"]) or (found[0] if default is None else default)
