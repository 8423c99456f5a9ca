"""Which arms of an `if` can run, as far as known values decide: a text is empty or not, two texts are equal or not.

What is not known decides nothing, and no pattern does. This module knows neither commands nor folders.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from archdoc.extract import _values as values
from archdoc.extract._shell_syntax import Branch, Statement, Test, Word
from archdoc.extract._values import Text

_GLOB = re.compile(r"[*?\[]")


def possible(branch: Branch, text: Callable[[Word], Text]) -> tuple[Sequence[tuple[Statement, ...]], bool]:
    """The arms that known values leave, and whether one of these surely runs; `text` evaluates a word."""
    arms: list[tuple[Statement, ...]] = []
    for place, arm in enumerate(branch.arms):
        holds = _holds(branch.tests[place], text) if place < len(branch.tests) else None
        if holds is not False:
            arms.append(arm)
        if holds:
            return arms, True
    return arms, branch.exhaustive


def _holds(test: Test | None, text: Callable[[Word], Text]) -> bool | None:
    """Whether a test holds; None where a value is not known."""
    if test is None:
        return None
    left, right = values.known(text(test.left)), values.known(text(test.right))
    if left is None or right is None or (test.operator in ("=", "!=") and _GLOB.search(right)):
        return None
    found = {"-n": left != "", "-z": left == "", "=": left == right, "!=": left != right}[test.operator]
    return found is not test.negated
