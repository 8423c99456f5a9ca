"""A target of bake as plain values: its fields with their lines, how files add to one another, and what ``--set`` changes.

Source of the rules: docker/buildx, `docs/bake-reference.md` and `bake/bake.go`. This module knows neither HCL nor a command.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from archdoc.extract import _values as values
from archdoc.extract._effects import Mention
from archdoc.extract._hcl_values import RefusedError, text
from archdoc.extract._values import Data, Text, Unknown
from archdoc.model import Evidence

MADE = "bake-metadata:"
"""What the name of a file begins with that docker/metadata-action makes during the run: behind it stand the target that the
file is about and its tags, each behind a ``;``."""
SOURCE = "{{defaultContext}}"
"""The repository itself as a remote definition, as docker/bake-action writes it; behind it a folder after ``:``."""

SCALARS = frozenset({"context", "dockerfile", "dockerfile-inline", "target", "call"})
LISTS = frozenset({"tags", "platforms", "output"})
MAPS = frozenset({"args", "contexts"})


class Given(NamedTuple):
    """A value of a field with the line that says it; `literal` where it stands there as it is."""

    value: Data
    at: Evidence
    literal: bool = False

    @property
    def mention(self) -> Mention:
        """The value as a text; unknown where it has none."""
        try:
            found = text(self.value)
        except RefusedError as error:
            found = (Unknown(str(error)),)
        return Mention(found, self.at, self.literal)


@dataclass(frozen=True, slots=True)
class Target:
    """What is said of a target, by field. A field that nothing says is not there."""

    at: Evidence
    scalars: Mapping[str, Given] = field(default_factory=dict)
    lists: Mapping[str, Sequence[Given]] = field(default_factory=dict)
    maps: Mapping[str, Mapping[str, Given]] = field(default_factory=dict)
    inherits: tuple[str, ...] = ()
    pushed: Given | None = None


class Override(NamedTuple):
    """One ``--set``: the pattern of the targets, the field (with the key of a map behind a point), the value, and ``+=``."""

    pattern: str
    key: str
    value: Mention
    append: bool = False


def merged(first: Target, second: Target) -> Target:
    """Both, where `second` says it again: fields and lists take the place of the others, maps are put together."""
    maps = {name: {**first.maps.get(name, {}), **second.maps.get(name, {})} for name in {**first.maps, **second.maps}}
    return Target(
        second.at,
        {**first.scalars, **second.scalars},
        {**first.lists, **second.lists},
        maps,
        (*first.inherits, *second.inherits),
        second.pushed or first.pushed,
    )


def override(written: Mention) -> Override | None:
    """One ``--set`` as written: ``pattern.key[.name][+]=value``; None for what is none."""
    head = written.text[0] if written.text else ""
    if not isinstance(head, str):
        return None
    key, _, first = head.partition("=")
    pattern, point, name = key.removesuffix("+").partition(".")
    if not point or (len(written.text) > 1 and "=" not in head):
        return None
    value = written.of(values.join(((first,), written.text[1:])))
    return Override(pattern, {"platform": "platforms"}.get(name, name), value, key.endswith("+"))


def chosen(pattern: str, names: Iterable[str]) -> list[str]:
    """The names that a pattern of ``*`` and ``?`` stands for; a name stands for itself."""
    given = list(names)
    return [pattern] if pattern in given else [name for name in given if fnmatch.fnmatchcase(name, pattern)]


def overridden(target: Target, changes: Sequence[Override]) -> Target:
    """A target with what ``--set`` says of it, and all that it inherits. Lists of several are put together."""
    scalars, lists, pushed = dict(target.scalars), dict(target.lists), target.pushed
    maps = {name: dict(found) for name, found in target.maps.items()}
    replaced: set[str] = set()
    for one in changes:
        given = Given(values.simplify(one.value.text), one.value.at, one.value.literal)
        name, _, key = one.key.partition(".")
        if name in SCALARS:
            scalars[name] = given
        elif name in MAPS and key:
            maps.setdefault(name, {})[key] = given
        elif name in LISTS:
            before = lists.get(name, ()) if one.append or name in replaced else ()
            lists[name] = (*before, given)
            replaced.add(name)
        elif name == "push":
            pushed = given
    return Target(target.at, scalars, lists, maps, pushed=pushed)


class Export(NamedTuple):
    """Where the result of a build goes: the type of exporter, the names it gives, and whether it pushes."""

    type: str
    names: tuple[Mention, ...]
    pushed: bool


_KEEPS_NO_NAME = frozenset({"local", "tar", "cacheonly"})


def named(target: Target, exports: Sequence[Export]) -> tuple[list[Mention], bool]:
    """The names that a target gets, and whether they are pushed. An exporter's own names count where there are no tags."""
    found = list(exports)
    push = None if target.pushed is None else values.known(target.pushed.mention.text) != "false"
    if push is False:
        found = [one._replace(pushed=False) for one in found if one.type != "registry"]
    elif push:
        found = [one._replace(pushed=one.pushed or one.type == "image") for one in found]
        if all(one.type == "docker" for one in found):
            found.append(Export("image", (), pushed=True))
    tags: dict[Text, Mention] = {}
    for given in target.lists.get("tags", ()):
        mention = given.mention
        if mention.text:
            tags.setdefault(mention.text, mention)
    if exports and all(one.type in _KEEPS_NO_NAME for one in exports):
        return [], False
    names = list(tags.values()) or [name for one in found for name in one.names]
    return names, any(one.pushed for one in found)
