"""The images that a chart runs: those that its templates name, and those that its own values give to them.

No template is rendered: a line ``image:`` of a template says which values it takes, by itself or through a named template of
one line; the values say which image that is. What the values name and no such line takes is convention. Source: the Helm
documentation, "Values Files", "Built-in Objects" and "Named Templates".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from archdoc import images
from archdoc.extract import Files
from archdoc.extract import _go_template as template
from archdoc.extract import _values as values
from archdoc.extract._chart_printed import handed, printed
from archdoc.extract._pods import image
from archdoc.extract._values import Text, Unknown
from archdoc.extract._yaml import MISSING, Node, documents
from archdoc.model import Basis, ByImage, EntityId, Evidence, Reference, RelationKind
from archdoc.regex import regex

_VALUES = "values.yaml"
_MAX_VALUES = 20_000
_LINE = regex(r"[ \t]*(?:-[ \t]+)?image:[ \t]*(\S.{0,400})")
_TAKEN = regex(r"[\"']?\{\{-?[ ]*\$?\.Values\.([\w.-]+)")
_REGISTRIES = ("global.imageRegistry", "global.registry", "global.image.registry", "registry", "imageRegistry")
"""Where a chart says the registry of those of its images that leave theirs empty (Bitnami's common chart, and its likes)."""
_PARTS = (".registry", ".repository", ".name")
_DEFINED = regex(r"\{\{-?[ ]*define[ ]+\"([\w./-]{1,200})\"[ ]*-?\}\}\s{0,99}(\S[^\n]{0,300}?)\s{0,99}\{\{-?[ ]*end[ ]*-?\}\}")
_CALLED = regex(r"[\"']?\{\{-?[ ]*(?:include|template)[ ]+\"([\w./-]{1,200})\"[ ]+[.$][ ]*(?:\|[ ]*\w+[ ]*)?-?\}\}[\"']?")
_HANDED = regex(r"[\"']?\{\{-?[ ]*(?:include|template)[ ]+\"[\w./-]{1,200}\"[ ]+\((.{1,300})\)[ ]*(?:\|[ ]*\w+[ ]*)?-?\}\}[\"']?")
_NESTED = regex(r"\(\s*(\$?\.Values[\w.-]*)\s*\)")
_PLACE = regex(r"\.Values\.([\w.-]+)")
_HELPED = regex(r"\.Values\.([\w.-]{1,200})\.repository\b")
_PASSED = regex(r"\"(?:imageRoot|image)\"[ ]+\$?\.Values\.([\w.-]{1,200})")
_DEFINES = regex(r"\{\{-?[ ]*define[ ]+\"([\w./-]{1,200})\"")
_USES = regex(r"(?:include|template)[ ]+\"([\w./-]{1,200})\"[ ]+[.$(]")
_NAMED = regex(r"[\"']?([\w.-]+(?::\d+)?(?:/[\w.-]+)*)(?::([\w.-]+|\{\{.*\}\}))?[\"']?")


class Needed(NamedTuple):
    """A chart of this tree that another needs: the `key` of its values in those of the other, none for a library; its templates.

    Source: the Helm documentation, "Subcharts and Global Values" and "Library Charts".
    """

    key: str
    templates: list[str]


def references(
    folder: str, templates: list[str], files: Files, chart: EntityId, needs: Iterable[Needed] = ()
) -> Iterator[Reference]:
    """What a chart runs, each image once for each place that names it."""
    path = f"{folder}/{_VALUES}".lstrip("/")
    data = files.read(path)
    given = [document.root for document in documents(data, path)] if data else []
    root = next(iter(given), MISSING)
    texts, chosen = _texts(templates, files), _Chosen(set(), set(), set(), set())
    yield from _chosen(texts, root, chart, chosen)
    for need in needs:
        inside = _texts(need.templates, files)
        if need.key:
            below = _Chosen(set(), set(), set(), set())
            list(_chosen(inside, root[need.key], chart, below))
            for ours, theirs in zip(chosen, below, strict=True):
                ours.update(f"{need.key}.{place}" for place in theirs)
        elif _borrowed(texts, inside):
            list(_chosen(inside, root, chart, chosen))
    for one in given:
        yield from _given(one, chosen, chart)


def _texts(templates: list[str], files: Files) -> list[tuple[str, str]]:
    return [(path, _text_of(files.read(path))) for path in templates if path.endswith((".yaml", ".yml", ".tpl"))]


def _borrowed(texts: list[tuple[str, str]], library: list[tuple[str, str]]) -> bool:
    """Whether a chart prints anything that a library defines."""
    used = {name for _, text in texts for name in _USES.findall(text)}
    return any(not used.isdisjoint(_DEFINES.findall(text)) for _, text in library)


def _chosen(texts: list[tuple[str, str]], root: Node, chart: EntityId, chosen: _Chosen) -> Iterator[Reference]:
    """What the templates of a chart name by themselves; which of its values they take is added to `chosen`."""
    defined = {name: body for _, text in texts for name, body in _DEFINED.findall(text)}
    for _, text in texts:
        defined |= printed(text, lambda place: _at(root, place).text)
    for _, text in texts:
        chosen.helped.update(_HELPED.findall(text), _PASSED.findall(text))
    chosen.meant.update(chosen.helped)
    for path, text in texts:
        for row, line in enumerate(text.split("\n"), 1):
            if (found := _LINE.fullmatch(line.rstrip())) is not None:
                at = Evidence(path, row, "image")
                said = found[1]
                yield from _written(said, at, chart)
                if (called := _CALLED.fullmatch(said)) is not None:
                    said = defined.get(called[1], said)
                yield from _taken(said, at, chart, root, chosen)


def _text_of(data: bytes | None) -> str:
    return _NESTED.sub(r"\1", data.decode("utf-8", "replace")) if data else ""


class _Chosen(NamedTuple):
    """Places of the values: taken alone by a line for an image, helped to it by some template, part of a name put together.

    A template helps where it names the repository, or gives the image to one that prints it (``dict "imageRoot" .Values.image``);
    `meant` are all that some template helps, be it to the end of a name only.
    """

    taken: set[str]
    helped: set[str]
    parts: set[str]
    meant: set[str]


def _taken(said: str, at: Evidence, chart: EntityId, root: Node, chosen: _Chosen) -> Iterator[Reference]:
    """What a line takes of the values: one place, or several that make the name together.

    ``{{ .Values.hub }}/{{ .Values.api.repository }}:{{ .Values.tag }}`` names an image by two places, ``{{ .Values.api.repository
    }}:{{ .Values.api.tag }}`` by one.
    """
    if (found := _HANDED.fullmatch(said)) is not None:
        # ``(tuple .Values.api.image .Chart.AppVersion)``: the named template prints the one image that it is given.
        images_given = [one for one in dict.fromkeys(_PLACE.findall(found[1])) if _at(root, one)["repository"].text]
        chosen.taken.update(images_given if len(images_given) == 1 else ())
        said = handed(found[1])
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
            is_part = place in chosen.parts or _is_end(node, place, chosen)
            if node["repository"].text and (named or node["tag"]) and not is_part:
                common = _common_registry(node, root)
                said = Node({**dict(node.items()), "registry": common}, node.path, node.line) if common else node
                yield from image(said, chart, Basis.CONVENTION if common else basis)
            waiting += [(f"{place}.{name}".lstrip("."), name, one, node) for name, one in reversed(list(node.items()))]
        elif named and node.is_text and _is_name(node.text, around["tag"].text):
            yield from image(node, chart, basis)


def _common_registry(node: Node, root: Node) -> Node:
    """The registry of all images of a chart, for one whose own is left empty; `MISSING` where an image has or needs none."""
    if not node["registry"].exists or node["registry"].text:
        return MISSING
    return next((found for place in _REGISTRIES if (found := _at(root, place)).text), MISSING)


def _is_end(node: Node, place: str, chosen: _Chosen) -> bool:
    """Whether one word that nothing takes is but the end of a name: it is where the chart puts its other names together."""
    return bool(chosen.parts) and place not in chosen.meant and not (node["registry"].text or "/" in node["repository"].text)


def _is_name(text: str, tag: str) -> bool:
    """Whether a text under a key for an image names one by itself; a word alone, or one beside its tag, may be a part only."""
    return not tag and re.fullmatch(r"[\w.-]+(?::\d+)?(?:[/:][\w.-]+)+(?:@[\w:]+)?", text) is not None
