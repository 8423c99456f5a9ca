"""The images that a chart runs: those that its templates name, and those that its own values give to them.

No template is rendered: a line ``image:`` of a template says which value it takes, the values say which image that is. What
the values name and no such line takes is convention. Source: the Helm documentation, "Values Files" and "Built-in Objects".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archdoc import images
from archdoc.extract import Files
from archdoc.extract._pods import image
from archdoc.extract._yaml import MISSING, Node, documents
from archdoc.model import Basis, ByImage, EntityId, Evidence, Reference, RelationKind

_VALUES = "values.yaml"
_MAX_VALUES = 20_000
_LINE = re.compile(r"[ \t]*(?:-[ \t]+)?image:[ \t]*(\S.{0,400})")
_TAKEN = re.compile(r"[\"']?\{\{-?[ ]*\$?\.Values\.([\w.-]+)")
_HELPED = re.compile(r"\.Values\.([\w.-]{1,200})\.repository\b")
_NAMED = re.compile(r"[\"']?([\w.-]+(?::\d+)?(?:/[\w.-]+)*)(?::([\w.-]+|\{\{.*\}\}))?[\"']?")


def references(folder: str, templates: list[str], files: Files, chart: EntityId) -> Iterator[Reference]:
    """What a chart runs, each image once for each place that names it."""
    taken: set[str] = set()
    helped: set[str] = set()
    for path in templates:
        data = files.read(path) if path.endswith((".yaml", ".yml", ".tpl")) else None
        text = data.decode("utf-8", "replace") if data else ""
        helped.update(_HELPED.findall(text))
        for row, line in enumerate(text.split("\n"), 1):
            said = _LINE.fullmatch(line.rstrip())
            if said is None:
                continue
            if (whole := _TAKEN.match(said[1])) is not None:
                taken.add(whole[1].removesuffix(".repository").removesuffix(".name"))
            yield from _written(said[1], Evidence(path, row, "image"), chart)
    path = f"{folder}/{_VALUES}".lstrip("/")
    data = files.read(path)
    for document in documents(data, path) if data else ():
        yield from _given(document.root, taken, helped, chart)


def _written(said: str, at: Evidence, chart: EntityId) -> Iterator[Reference]:
    """An image whose name stands in the template; its tag may be a value."""
    found = _NAMED.fullmatch(said.partition(" #")[0].rstrip())
    if found and not found[1].isdigit():
        tag = images.UNKNOWN if "{{" in (found[2] or "") else found[2]
        basis = Basis.COMPUTED if tag == images.UNKNOWN else Basis.DECLARED
        yield Reference(chart, RelationKind.RUNS_IMAGE, ByImage(f"{found[1]}:{tag}" if tag else found[1]), at, basis)


def _given(root: Node, taken: set[str], helped: set[str], chart: EntityId) -> Iterator[Reference]:
    """The images that values name, by the keys that charts use for them.

    `taken` are the places that lines for images name, `helped` those of which some template takes the repository.
    """
    waiting, seen = [("", "", root, root)], 0
    while waiting and seen < _MAX_VALUES:
        place, key, node, around = waiting.pop()
        seen += 1
        whole = "/" in node["repository"].text and node["tag"] is not MISSING
        basis = Basis.COMPUTED if place in taken or (whole and place in helped) else Basis.CONVENTION
        named = key.lower().endswith("image")
        if node.is_map:
            if node["repository"].text and (named or node["tag"]):
                yield from image(node, chart, basis)
            waiting += [(f"{place}.{name}".lstrip("."), name, one, node) for name, one in reversed(list(node.items()))]
        elif named and node.is_text and _is_name(node.text, around["tag"].text):
            yield from image(node, chart, basis)


def _is_name(text: str, tag: str) -> bool:
    """Whether a text under a key for an image names one by itself; a word alone, or one beside its tag, may be a part only."""
    return not tag and re.fullmatch(r"[\w.-]+(?::\d+)?(?:[/:][\w.-]+)+(?:@[\w:]+)?", text) is not None
