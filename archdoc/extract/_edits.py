"""What editors of text say about images: scripts of sed, expressions of yq, arguments of Kustomize and Helm.

Each function reads one value and gives the images it sets. This module knows no command line and no file.
Source of the rules: the manuals of GNU sed and yq (version 4), the references of `kustomize edit set image` and `helm --set`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from archdoc.extract import _values as values
from archdoc.extract._effects import Mention, SetImage
from archdoc.extract._names import named
from archdoc.extract._values import Part, Text
from archdoc.regex import regex

MAX_SCRIPT = 4_000
_FIRST = 0xE000  # the private area of Unicode: one character for each part that is not known
_SUBSTITUTE = regex(r"(?:^|[\s;{}/\d$])s([|/#,@:!~%+])")
_FIELD = regex(
    r"""^\^?(?:\[\[:space:\]\]|\\s|[\s^(.*+?-]|\\[(+?])*["']?image["']?:(?:\\s|[ *+?]|\[\[:space:\]\]|\\[+?])*(?:["']|\\?\))*"""
)
_LITERAL = regex(r"""(?:[\w/{}<>%-]|[\uE000-\uF8FF]|\\[./{}-]|\.(?![*+?])|[:$](?![\\)]|$)|:$)*""")
_END = regex(r"\\?\)|[\"'$]")
_TAG = regex(r"\W*(?:newTag|newName|tag|repository):")
_GROUP = regex(r"\\\d|&")
_IMAGE = regex(r"[\w.\uE000-\uF8FF-]+(?::\d+)?(?:/[\w.\uE000-\uF8FF-]+)+")
_BARE = regex(r"[a-z\d][\w.-]*")
_PLACEHOLDER = regex(r"[\w{}<>%$.]*(?:IMAGE|TAG|image|tag)[\w{}<>%$.]*")
_ASSIGNMENT = regex(r"(?<![!=<>|*+-])=(?!=)\s*(\"[^\"]*\"|(?:str)?env\((\w+)\)|[^|\s]+)")
_SELECTED = regex(r"select\(\s*\.name\s*==\s*\"([^\"]+)\"\s*\)")
_FIELDS = frozenset({"image", "tag", "newTag", "newName", "repository", "digest", "images"})


class Edits(NamedTuple):
    """The images that a script sets, and whether it touches what says which images run."""

    images: tuple[SetImage, ...] = ()
    touches: bool = False


class _Coded(NamedTuple):
    """A text as a string in which one character stands for each unknown part."""

    string: str
    parts: Sequence[Part]

    def text(self, piece: str) -> Text:
        found: list[Text] = []
        for one in re.split("([\ue000-\uf8ff])", piece):
            place = ord(one) - _FIRST if len(one) == 1 else -1
            found.append((self.parts[place],) if 0 <= place < len(self.parts) else (one,) if one else ())
        return values.join(found)


def _coded(text: Text) -> _Coded:
    parts = [part for part in text if not isinstance(part, str)]
    places = iter(range(len(parts)))
    string = "".join(part if isinstance(part, str) else chr(_FIRST + next(places)) for part in text)
    return _Coded(string[:MAX_SCRIPT], parts)


# --- sed


def sed(script: Mention) -> Edits:
    """What a script of sed does to lines with images: ``s|image: a/b:.*|image: c/d:$TAG|``, ``s|IMAGE|c/d|``."""
    coded = _coded(script.text)
    images: list[SetImage] = []
    touches = False
    for pattern, replacement in _substitutions(coded.string):
        old = _searched(pattern)
        new = _FIELD.sub("", replacement).removeprefix("\\1" if old.grouped else "").strip("\"' ")
        group = bool(_GROUP.match(new))
        is_image = bool(_IMAGE.match(new)) or (old.field and bool(new) and not group)
        is_name = bool(_IMAGE.fullmatch(old.name) or _PLACEHOLDER.fullmatch(old.name) or old.tagged)
        of = coded.text(old.name)
        if old.field or (is_image and is_name):
            touches = True
            if group and old.name and "*" not in old.name:
                images.append(SetImage(script.of(of), of))
            elif is_image and not _GROUP.search(new):
                images.append(SetImage(script.of(named(coded.text(new))[0]), of))
        elif _PLACEHOLDER.fullmatch(old.name) or _TAG.match(pattern):
            touches = True
    return Edits(_known(images), touches)


def _known(images: Sequence[SetImage]) -> tuple[SetImage, ...]:
    """The images without those of which nothing is known."""
    return tuple(one for one in images if any(isinstance(part, str) and part.strip("/:") for part in one.image.text))


class _Old(NamedTuple):
    """What a pattern looks for: the key ``image`` (in a group of its own), and a name, with ``*`` where it may go on.

    `tagged`: a colon stands behind the name, as between an image and its tag.
    """

    field: bool
    grouped: bool
    name: str
    tagged: bool


def _searched(pattern: str) -> _Old:
    """What a pattern looks for, as far as it is literal."""
    found = _FIELD.match(pattern)
    rest = pattern[found.end() :] if found else pattern.lstrip("^")
    rest = re.sub(r"^(?:\\\(|\()+", "", rest)
    literal = _LITERAL.match(rest)
    raw = literal[0] if literal else ""
    text = re.sub(r"\\(.)", r"\1", raw)
    colon = text.find(":", text.rfind("/") + 1)
    goes_on = text and len(raw) < len(rest) and not _END.match(rest, len(raw))
    name = text[:colon] if colon >= 0 else f"{text}*" if goes_on else text
    return _Old(found is not None, found is not None and found[0].endswith(")"), name, bool(_BARE.fullmatch(name)) and colon >= 0)


def _substitutions(script: str) -> Iterator[tuple[str, str]]:
    """Pattern and replacement of each ``s`` command."""
    at = 0
    while found := _SUBSTITUTE.search(script, at):
        mark, at = found[1], found.end()
        fields: list[str] = []
        while len(fields) < 2:
            end = at
            while end < len(script) and script[end] != mark:
                end += 2 if script[end] == "\\" else 1
            if end >= len(script):
                return
            fields.append(script[at:end].replace(f"\\{mark}", mark))
            at = end + 1
        yield fields[0], fields[1]


# --- yq


def yq(expression: Mention, variable: Callable[[str], Text]) -> Edits:
    """What an expression of yq assigns: ``.image.repository = "a/b"``, ``(.images[] | select(.name == "a")).newName = "b"``."""
    coded = _coded(expression.text)
    images: list[SetImage] = []
    touches = False
    start = 0
    for found in _ASSIGNMENT.finditer(coded.string):
        left, right, start = coded.string[start : found.start()], found[1].strip("\"'"), found.end()
        steps = [one for one in re.split(r"[.\[\]()|\s\"']+", re.sub(r"select\([^()]*\)", "", left)) if one]
        if not steps or steps[-1] not in _FIELDS:
            continue
        touches = True
        value = variable(found[2]) if found[2] else coded.text(right)
        selected = _SELECTED.search(left)
        of = coded.text(selected[1]) if selected else ()
        match steps[-1]:
            case "newName":
                images.append(SetImage(expression.of(value), of))
            case "repository":
                images.append(SetImage(expression.of(value), (), ".".join(steps[:-1])))
            case "image" if is_name(value):
                field = values.shown(of) if "containers" in steps[:-1] else "" if "spec" in steps else ".".join(steps)
                images.append(SetImage(expression.of(named(value)[0]), (), field))
            case _:
                pass
    return Edits(_known(images), touches)


def is_name(value: Text) -> bool:
    """Whether something of a name is known."""
    return any(isinstance(part, str) and part.strip("/:") for part in value)


# --- Kustomize, Helm, kubectl


def kustomize(argument: Mention) -> SetImage | None:
    """``kustomize edit set image NAME=NEW:TAG`` or ``NAME:TAG``; what stands for any name is ``*``."""
    of, equals, new = cut(argument.text, "=")
    if not equals:
        name = named(argument.text)[0]
        return SetImage(argument.of(name), name) if values.truthy(name) else None
    new = named(new)[0]
    if not values.truthy(of):
        return None
    keeps = values.known(new) == "*" or not new
    return SetImage(argument.of(of if keeps else new), of)


def container(argument: Mention) -> SetImage | None:
    """``kubectl set image ... CONTAINER=IMAGE``; ``*`` is every container."""
    field, equals, image = cut(argument.text, "=")
    name = named(image)[0]
    known = values.known(field)
    return SetImage(argument.of(name), (), "" if known in (None, "*") else known or "") if equals and name else None


def helm(settings: Sequence[Mention]) -> tuple[SetImage, ...]:
    """The images that ``--set`` gives: ``image.repository=a/b``, with ``image.registry``; ``image=a/b:c``."""
    given: dict[str, Mention] = {}
    for setting in settings:
        for one in values.split(setting.text, ","):
            key, equals, rest = cut(one, "=")
            name = values.known(key)
            if equals and name is not None:
                given[name] = setting.of(values.strip(_unquoted(rest)))
    images: list[SetImage] = []
    for path, value in given.items():
        above, _, last = path.rpartition(".")
        if last == "repository" and values.truthy(value.text):
            registry = given.get(f"{above}.registry")
            whole = values.join((registry.text, ("/",), value.text)) if registry and registry.text else value.text
            images.append(SetImage(value.of(named(whole)[0]), (), above))
        elif last in ("image", "imageName") and is_name(value.text):
            images.append(SetImage(value.of(named(value.text)[0]), (), path))
        elif last == "name" and above.rpartition(".")[2] == "image" and is_name(value.text):
            images.append(SetImage(value.of(named(value.text)[0]), (), above))
    return _known(images)


def cut(text: Text, separator: str) -> tuple[Text, bool, Text]:
    """A text before and behind the first separator in its known parts."""
    for place, part in enumerate(text):
        if isinstance(part, str) and separator in part:
            head, _, tail = part.partition(separator)
            return values.join((text[:place], (head,))), True, values.join(((tail,), text[place + 1 :]))
    return text, False, ()


def _unquoted(value: Text) -> Text:
    return tuple(part.strip("\"'") if isinstance(part, str) else part for part in value)
