"""Which arms of an `if` can run, as far as known values decide: a text is empty or not, two texts are equal, a file is there.

What is not known decides nothing, and no pattern but those of a `case` and plain text behind ``=~``. It knows no commands.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from glob import escape

from archdoc.extract import _shell_files as shell_files
from archdoc.extract import _values as values
from archdoc.extract._shell_expand import Variables, text
from archdoc.extract._shell_syntax import Branch, Statement, Test, Word

_GLOB = re.compile(r"[*?\[]")
_PLAIN = re.compile(r"[\w\s/:,@%=-]*")
"""A regular expression that stands for itself."""


def possible(branch: Branch, variables: Variables) -> tuple[Sequence[tuple[Statement, ...]], bool]:
    """The arms that known values leave, and whether one of these surely runs."""
    arms: list[tuple[Statement, ...]] = []
    for place, arm in enumerate(branch.arms):
        holds = _holds(branch.tests[place], variables) if place < len(branch.tests) else None
        if holds is not False:
            arms.append(arm)
        if holds:
            return arms, True
    return arms, branch.exhaustive


def _holds(test: Test | None, variables: Variables) -> bool | None:
    """Whether a test holds with what must hold too; None where a value is not known."""
    if test is None or test.rest is None:
        return _one_holds(test, variables)
    first, rest = _one_holds(test, variables), _holds(test.rest, variables)
    return False if first is False or rest is False else None if first is None else rest


def _one_holds(test: Test | None, variables: Variables) -> bool | None:
    if test is None:
        return None
    if test.operator == "case":
        return _fits(test, variables)
    left, right = (values.known(text(one.parts, variables)) for one in (test.left, test.right))
    if left is None or right is None or (test.operator in ("=", "!=") and _GLOB.search(right)):
        return None
    if test.operator in ("-f", "-d", "-e"):
        found = shell_files.there(left, variables.folder)
        return None if found is None else found is not test.negated
    if test.operator == "=~":
        plain = _PLAIN.fullmatch(right) or all(part.quoted for part in test.right.parts)
        return (right in left) is not test.negated if plain else None
    return {"-n": left != "", "-z": left == "", "=": left == right, "!=": left != right}[test.operator] is not test.negated


def _fits(test: Test, variables: Variables) -> bool | None:
    """Whether a text fits a pattern of an arm of a `case`."""
    subject = values.known(text(test.left.parts, variables))
    patterns = [_pattern(one, variables) for one in (test.right, *test.others)]
    if subject is None:
        return None
    if any(one is not None and fnmatch.fnmatchcase(subject, one) for one in patterns):
        return True
    return None if any(one is None or "\\" in one or "(" in one for one in patterns) else False


def _pattern(word: Word, variables: Variables) -> str | None:
    """A word as a pattern, in which quoted text stands for itself; None where it is not known."""
    parts = [(part, values.known(text((part,), variables))) for part in word.parts]
    known = [escape(one) if part.quoted else one for part, one in parts if one is not None]
    return "".join(known) if len(known) == len(parts) else None
