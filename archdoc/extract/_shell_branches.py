"""What is left of the state of a shell where any of several ways may have been taken through a script."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import NamedTuple, TypeAlias

from archdoc.extract import _values as values
from archdoc.extract._shell_expand import Grown, Keyed
from archdoc.extract._values import Text, Unknown

Values: TypeAlias = "Text | list[Text]"
"""What a variable holds: an array is a list."""


class Left(IntEnum):
    """What a way through a script has left: nothing, the turn of a loop, the loop, the function or sourced file, the shell."""

    NOTHING = 0
    TURN = 1
    LOOP = 2
    ROUTINE = 3
    SHELL = 4


LEAVING = {"continue": Left.TURN, "break": Left.LOOP, "return": Left.ROUTINE, "exit": Left.SHELL}
"""The commands by which a way ends."""


class End(NamedTuple):
    """The state of a shell at a place, as one way through the script leaves it.

    `said` is what was printed since somebody listens, None where that is not known or nobody does; `holds` tells whether the
    last command succeeded.
    """

    cwd: Text
    variables: dict[str, Values]
    positional: list[Text] | None
    said: Text | None
    holds: bool | None


def met(ends: Sequence[End], variable: Callable[[str], Text]) -> End:
    """The state where several ways meet."""
    first = ends[0]
    if len(ends) == 1:
        return first._replace(variables=dict(first.variables))
    said = [one.said for one in ends if one.said is not None]
    return End(
        first.cwd if all(one.cwd == first.cwd for one in ends) else either([one.cwd for one in ends]),
        joined([one.variables for one in ends], variable),
        first.positional if all(one.positional == first.positional for one in ends) else None,
        None if len(said) < len(ends) else said[0] if all(one == said[0] for one in said) else either(said),
        first.holds if all(one.holds is first.holds for one in ends) else None,
    )


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
        longest = max(lists, key=len)
        known = all(isinstance(one, list) and not isinstance(one, Grown) and len(one) == len(longest) for one in ends)
        return longest if known or isinstance(longest, Keyed) else Grown(longest)
    texts = [variable(name) if one is None else one for one in ends if not isinstance(one, list)]
    sure = [one for one in texts if one != (Unknown(name),)]
    return either(sure or texts)


def either(ends: Sequence[Text]) -> Text:
    """One of several values."""
    return values.text(values.choice(values.simplify(one) for one in ends))
