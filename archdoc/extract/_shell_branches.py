"""What is left of the state of a shell where any of several ways may have been taken through a script."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from archdoc.extract import _values as values
from archdoc.extract._values import Text, Unknown

Values: TypeAlias = "Text | list[Text]"
"""What a variable holds: an array is a list."""


def joined(ends: Sequence[dict[str, Values]], variable: Callable[[str], Text]) -> dict[str, Values]:
    """The variables after ways of which any may have been taken; before all of them they were as `variable` tells."""
    found, first = dict(ends[0]), ends[0]
    differing: list[str] = []
    for end in ends[1:]:
        differing += [name for name, value in first.items() if end.get(name) is not value]
        differing += [name for name in end if name not in first]
    for name in dict.fromkeys(differing):
        found[name] = _merged(name, [variables.get(name) for variables in ends], variable)
    return found


def _merged(name: str, ends: Sequence[Values | None], variable: Callable[[str], Text]) -> Values:
    """A variable after branches that leave it with these values; None where a branch does not set it."""
    lists = [one for one in ends if isinstance(one, list)]
    if lists:
        return max(lists, key=len)
    texts = [variable(name) if one is None else one for one in ends if not isinstance(one, list)]
    sure = [one for one in texts if one != (Unknown(name),)]
    return either(sure or texts)


def either(ends: Sequence[Text]) -> Text:
    """One of several values."""
    return values.text(values.choice(values.simplify(one) for one in ends))
