"""What a makefile holds once it is read: variables, targets with what they need, recipes. Plain values.

This module knows neither how they are read nor how they are used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from archdoc.extract import _make_read as syntax
from archdoc.extract._values import Text, Unknown
from archdoc.regex import regex

MAX_DEFINITIONS = 8
_SAFE_NAME = regex(r"[\w.@%<^+?*-]{1,60}")


class Variable(NamedTuple):
    """A variable: a `str` is expanded on use, a Text is its value."""

    body: str | Text
    origin: str = "file"


class Either(NamedTuple):
    """A variable that conditions leave with one of several definitions; None for none."""

    options: tuple[Variable | None, ...]


Slot: TypeAlias = Variable | Either


class Line(NamedTuple):
    """A line of a recipe with its place: the file, and its row from 0."""

    text: str
    path: str
    row: int


class Body(NamedTuple):
    """The recipe of a rule; one that is `added` leaves those before it in force, any other takes their place."""

    lines: list[Line]
    added: bool
    needs: tuple[Text, ...] = ()
    order_only: tuple[Text, ...] = ()


@dataclass(slots=True)
class Target:
    """What the rules of one target say."""

    recipes: list[Body] = field(default_factory=list)
    variables: list[syntax.Assign] = field(default_factory=list)
    stem: Text | None = None

    def lines(self) -> list[Line]:
        """The recipe that counts, or all that may."""
        found: list[Line] = []
        for lines, added, *_ in self.recipes:
            if lines:
                found = [*found, *lines] if added else lines
        return found

    def needs(self) -> list[Text]:
        """What all rules of the target need; first what those with a recipe do, as make has it."""
        return [need for one in sorted(self.recipes, key=lambda rule: not rule.lines) for need in one.needs]


class Needs(NamedTuple):
    """What stands behind the colon of a rule; `only` is the pattern of a static pattern rule."""

    prerequisites: tuple[Text, ...]
    order_only: tuple[Text, ...]
    only: Text | None = None


class Pattern(NamedTuple):
    """A pattern rule."""

    target: str
    prerequisites: tuple[Text, ...]
    order_only: tuple[Text, ...]
    recipe: list[Line]


def unknown_name(name: str) -> Unknown:
    return Unknown(name if _SAFE_NAME.fullmatch(name) else "a variable of make")


def merged(ends: Sequence[Mapping[str, Slot]]) -> dict[str, Slot]:
    """Variables after conditions that leave them in several ways."""
    found_in = dict(ends[0])
    for name in dict.fromkeys(name for end in ends for name in end):
        found: list[Slot | None] = []
        for end in ends:
            if all(end.get(name) is not one for one in found):
                found.append(end.get(name))
        if len(found) > 1:
            found_in[name] = one_of(found, name)
    return found_in


def one_of(slots: Iterable[Slot | None], name: str) -> Slot:
    """A variable that is one of several; unknown where these are more than anybody would tell apart."""
    options: list[Variable | None] = []
    for slot in slots:
        options += [one for one in (slot.options if isinstance(slot, Either) else (slot,)) if one not in options]
    if len(options) > MAX_DEFINITIONS:
        return Variable((unknown_name(name),))
    first = options[0]
    return first if len(options) == 1 and first is not None else Either(tuple(options))
