"""The images that a chart runs: those that its templates name, and those that its own values give to them.

No template is rendered: a line ``image:`` of a template says which values it takes, by itself or through a named template of
one line; the values say which image that is. What the values name and no such line takes is convention. Source: the Helm
documentation, "Values Files", "Built-in Objects" and "Named Templates".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from archdoc import images
from archdoc.extract import Files
from archdoc.extract import _go_template as template
from archdoc.extract import _values as values
from archdoc.extract._pods import image
from archdoc.extract._values import Text, Unknown
from archdoc.extract._yaml import MISSING, Node, documents
from archdoc.model import Basis, ByImage, EntityId, Evidence, Reference, RelationKind

_VALUES = "values.yaml"
_MAX_VALUES = 20_000
_LINE = re.compile(r"[ \t]*(?:-[ \t]+)?image:[ \t]*(\S.{0,400})")
_TAKEN = re.compile(r"[\"']?\{\{-?[ ]*\$?\.Values\.([\w.-]+)")
_PARTS = (".registry", ".repository", ".name")
_DEFINED = re.compile(
    r"\{\{-?[ ]*define[ ]+\"([\w./-]{1,200})\"[ ]*-?\}\}\s{0,99}(\S[^\n]{0,300}?)\s{0,99}\{\{-?[ ]*end[ ]*-?\}\}"
)
_CALLED = re.compile(r"[\"']?\{\{-?[ ]*(?:include|template)[ ]+\"([\w./-]{1,200})\"[ ]+[.$][ ]*(?:\|[ ]*\w+[ ]*)?-?\}\}[\"']?")
_NESTED = re.compile(r"\(\s*(\$?\.Values[\w.-]*)\s*\)")
_PLACE = re.compile(r"\.Values\.([\w.-]+)")
_HELPED = re.compile(r"\.Values\.([\w.-]{1,200})\.repository\b")
_PASSED = re.compile(r"\"(?:imageRoot|image)\"[ ]+\$?\.Values\.([\w.-]{1,200})")
_NAMED = re.compile(r"[\"']?([\w.-]+(?::\d+)?(?:/[\w.-]+)*)(?::([\w.-]+|\{\{.*\}\}))?[\"']?")


def references(folder: str, templates: list[str], files: Files, chart: EntityId) -> Iterator[Reference]:
    """What a chart runs, each image once for each place that names it."""
    path = f"{folder}/{_VALUES}".lstrip("/")
    data = files.read(path)
    given = [document.root for document in documents(data, path)] if data else []
    texts = [(path, _text_of(files.read(path))) for path in templates if path.endswith((".yaml", ".yml", ".tpl"))]
    defined = {name: body for _, text in texts for name, body in _DEFINED.findall(text)}
    chosen = _Chosen(set(), set(), set())
    for _, text in texts:
        chosen.helped.update(_HELPED.findall(text), _PASSED.findall(text))
    for path, text in texts:
        for row, line in enumerate(text.split("\n"), 1):
            if (found := _LINE.fullmatch(line.rstrip())) is not None:
                at = Evidence(path, row, "image")
                said = found[1]
                yield from _written(said, at, chart)
                if (called := _CALLED.fullmatch(said)) is not None:
                    said = defined.get(called[1], said)
                yield from _taken(said, at, chart, next(iter(given), MISSING), chosen)
    for root in given:
        yield from _given(root, chosen, chart)


def _text_of(data: bytes | None) -> str:
    return _NESTED.sub(r"\1", data.decode("utf-8", "replace")) if data else ""


class _Chosen(NamedTuple):
    """Places of the values: taken alone by a line for an image, helped to it by some template, part of a name put together.

    A template helps where it names the repository, or gives the image to one that prints it (``dict "imageRoot" .Values.image``).
    """

    taken: set[str]
    helped: set[str]
    parts: set[str]


def _taken(said: str, at: Evidence, chart: EntityId, root: Node, chosen: _Chosen) -> Iterator[Reference]:
    """What a line takes of the values: one place, or several that make the name together.

    ``{{ .Values.hub }}/{{ .Values.api.repository }}:{{ .Values.tag }}`` names an image by two places, ``{{ .Values.api.repository
    }}:{{ .Values.api.tag }}`` by one.
    """
    if not _TAKEN.match(said):
        return
    name, tagged, _ = said.partition("}}:")
    places = dict.fromkeys(map(_owner, _PLACE.findall(name)))
    only = next(iter(places))
    if len(places) == 1 and (_at(root, only).is_map or not tagged):
        chosen.taken.add(only)
        return
    made = template.expand(f"{name}{tagged[:2]}".strip("\"' "), lambda field: _text(field, root))
    if (known := values.known(made)) and _NAMED.fullmatch(known):
        chosen.parts.update(places)
        yield Reference(chart, RelationKind.RUNS_IMAGE, ByImage(f"{known}:{images.UNKNOWN}"), at, Basis.COMPUTED)
    else:
        # Something unknown stands before the repository.
        chosen.helped.difference_update(places)


def _owner(place: str) -> str:
    """Where the image stands of which a value is a part."""
    return next((place.removesuffix(part) for part in _PARTS if place.endswith(part)), place)


def _at(root: Node, place: str) -> Node:
    return root.at(*place.split("."))


def _text(field: str, root: Node) -> Text:
    found = _at(root, field.removeprefix("Values.")) if field.startswith("Values.") else MISSING
    if found is MISSING or found.is_map or found.is_list:
        return (Unknown(field),)
    return (found.text,) if found.text else ()


def _written(said: str, at: Evidence, chart: EntityId) -> Iterator[Reference]:
    """An image whose name stands in the template; its tag may be a value."""
    found = _NAMED.fullmatch(said.partition(" #")[0].rstrip())
    if found and not found[1].isdigit():
        tag = images.UNKNOWN if "{{" in (found[2] or "") else found[2]
        basis = Basis.COMPUTED if tag == images.UNKNOWN else Basis.DECLARED
        yield Reference(chart, RelationKind.RUNS_IMAGE, ByImage(f"{found[1]}:{tag}" if tag else found[1]), at, basis)


def _given(root: Node, chosen: _Chosen, chart: EntityId) -> Iterator[Reference]:
    """The images that values name, by the keys that charts use for them."""
    waiting, seen = [("", "", root, root)], 0
    while waiting and seen < _MAX_VALUES:
        place, key, node, around = waiting.pop()
        seen += 1
        whole = "/" in node["repository"].text and node["tag"] is not MISSING
        basis = Basis.COMPUTED if place in chosen.taken or (whole and place in chosen.helped) else Basis.CONVENTION
        named = key.lower().endswith("image") and place not in chosen.parts
        if node.is_map:
            if node["repository"].text and (named or node["tag"]) and place not in chosen.parts:
                yield from image(node, chart, basis)
            waiting += [(f"{place}.{name}".lstrip("."), name, one, node) for name, one in reversed(list(node.items()))]
        elif named and node.is_text and _is_name(node.text, around["tag"].text):
            yield from image(node, chart, basis)


def _is_name(text: str, tag: str) -> bool:
    """Whether a text under a key for an image names one by itself; a word alone, or one beside its tag, may be a part only."""
    return not tag and re.fullmatch(r"[\w.-]+(?::\d+)?(?:[/:][\w.-]+)+(?:@[\w:]+)?", text) is not None
