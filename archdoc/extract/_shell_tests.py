"""Whether a test of the shell holds, as far as known values decide: a text is empty or not, two are equal, a file is there.

What is not known decides nothing, and no pattern but those of a `case` and plain text behind ``=~``. Where a variable has one of
several values, some of them may decide. It knows no commands.
"""

from __future__ import annotations

import fnmatch
import operator
from collections.abc import Callable, Iterator, Sequence
from glob import escape
from typing import NamedTuple

from archdoc.extract import _shell_files as shell_files
from archdoc.extract import _values as values
from archdoc.extract._shell_expand import Variables, text
from archdoc.extract._shell_syntax import Parameter, Test, Word, WordPart
from archdoc.extract._values import Choice, Text
from archdoc.regex import regex

_GLOB = regex(r"[*?\[]")
_PLAIN = regex(r"[\w\s/:,@%=-]*")
"""A regular expression that stands for itself."""
_NUMBER = regex(r"[+-]?\d{1,9}")
_NUMBERS: dict[str, Callable[[int, int], bool]] = {
    "-eq": operator.eq,
    "-ne": operator.ne,
    "-lt": operator.lt,
    "-le": operator.le,
    "-gt": operator.gt,
    "-ge": operator.ge,
}
_TEXTS = frozenset({"-n", "-z"})
_FILES = frozenset({"-f", "-d", "-e"})
MAX_OPTIONS = 16
_OF_A_RUN = regex(r"github\.|GITHUB_|inputs\.|needs\.|steps\.|env\.|\$\((?:git|gh|date|curl|jq)?\)|one of many")
"""Sources of values that differ from run to run."""


class Decided(NamedTuple):
    """Whether a test holds; None where that is not known.

    Where it holds for some values of one variable, `name` is that, `yes` are those of them for which it may hold, `no` those for
    which it may not.
    """

    holds: bool | None
    name: str = ""
    yes: tuple[Text, ...] = ()
    no: tuple[Text, ...] = ()


def decided(test: Test, variables: Variables) -> Decided:
    """Whether a test holds, value by value where one variable in it has several.

    Such a variable may be empty too: an input is, for an event that gives none.
    """
    name = next(filter(None, map(_several(variables), _names(test))), "")
    whole = variables.value(name) if name else ()
    options = values.alternatives(whole, MAX_OPTIONS + 1)
    if not name or len(options) > MAX_OPTIONS or values.sources(whole):
        return Decided(holds(test, variables))
    found: dict[Text, bool | None] = {}
    for one in (*options, ()):
        variables.assign(name, one)
        found[one] = holds(test, variables)
    variables.assign(name, whole)
    yes = tuple(one for one, holding in found.items() if holding is not False)
    no = tuple(one for one, holding in found.items() if holding is not True)
    return Decided(False if not yes else True if not no else None, name, _filled(yes), _filled(no))


def _filled(found: tuple[Text, ...]) -> tuple[Text, ...]:
    return tuple(filter(None, found)) or found


def _several(variables: Variables) -> Callable[[str], str]:
    """The name of a variable that has one of several values; ``""`` for any other."""

    def found(name: str) -> str:
        plain = name.isidentifier() and variables.elements(name) is None
        return name if plain and any(isinstance(part, Choice) for part in variables.value(name)) else ""

    return found


def _names(test: Test | None) -> Iterator[str]:
    """The variables in the words of a test."""
    while test is not None:
        for word in (test.left, test.right, *test.others):
            yield from _of_parts(word.parts)
        test = test.rest


def _of_parts(parts: Sequence[WordPart]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Parameter):
            yield part.name
            yield from _of_parts(part.operand)


def is_lasting(test: Test, found: Decided, variables: Variables) -> bool:
    """Whether what decides a test is not known, and is no matter of the single run: it comes out alike each time."""
    unknown = [] if found.holds is not None or found.name else list(_sources(test, variables))
    return bool(unknown) and not any(_OF_A_RUN.match(one) for one in unknown)


def _sources(test: Test | None, variables: Variables) -> Iterator[str]:
    while test is not None:
        for word in (test.left, test.right, *test.others):
            yield from values.sources(text(word.parts, variables))
        test = test.rest


def holds(test: Test, variables: Variables) -> bool | None:
    """Whether a test holds with what must hold too; None where a value is not known."""
    if test.rest is None:
        return _one_holds(test, variables)
    first, rest = _one_holds(test, variables), holds(test.rest, variables)
    return False if first is False or rest is False else None if first is None else rest


def _one_holds(test: Test, variables: Variables) -> bool | None:
    if test.operator == "case":
        return _fits(test, variables)
    left, right = (text(one.parts, variables) for one in (test.left, test.right))
    return compared(test.operator, left, right, variables, negated=test.negated, quoted=all(p.quoted for p in test.right.parts))


def asked(words: Sequence[Text], variables: Variables) -> bool | None:
    """Whether ``[`` or ``test`` with these words succeeds; the ``]`` is none of them."""
    shown = [values.known(one) for one in words]
    negated = shown[:1] == ["!"] and len(words) > 1
    words, shown = (words[1:], shown[1:]) if negated else (words, shown)
    if len(words) == 1:
        return compared("-n", words[0], (), variables, negated=negated)
    if len(words) == 2 and shown[0] in _TEXTS | _FILES:
        return compared(shown[0] or "", words[1], (), variables, negated=negated)
    if len(words) == 3 and (shown[1] in ("=", "==", "!=") or shown[1] in _NUMBERS):
        return compared((shown[1] or "").replace("==", "="), words[0], words[2], variables, negated=negated, quoted=True)
    return None


def compared(
    operator: str, left: Text, right: Text, variables: Variables, *, negated: bool = False, quoted: bool = False
) -> bool | None:
    """Whether two texts compare so; what is `quoted` on the right is no pattern."""
    one, other = values.known(left), values.known(right)
    if one is None and operator in _TEXTS and values.truthy(left):
        return (operator == "-n") is not negated
    if one is None or other is None or (operator in ("=", "!=") and not quoted and _GLOB.search(other)):
        return None
    if operator in _FILES:
        made, found = variables.made(one), shell_files.there(one, variables.folder)
        return None if found is None or made else found is not negated
    if operator == "=~":
        return (other in one) is not negated if quoted or _PLAIN.fullmatch(other) else None
    if operator in _NUMBERS:
        both = [_NUMBER.fullmatch(each.strip()) for each in (one, other)]
        return _NUMBERS[operator](int(one), int(other)) is not negated if all(both) else None
    return {"-n": one != "", "-z": one == "", "=": one == other, "!=": one != other}[operator] is not negated


def _fits(test: Test, variables: Variables) -> bool | None:
    """Whether a text fits a pattern of an arm of a `case`."""
    subject = values.known(text(test.left.parts, variables))
    patterns = [_pattern(one, variables) for one in (test.right, *test.others)]
    if subject is None:
        return None
    if any(one is not None and fnmatch.fnmatchcase(subject, one) for one in patterns):
        return not test.negated
    return None if any(one is None or "\\" in one or "(" in one for one in patterns) else test.negated


def _pattern(word: Word, variables: Variables) -> str | None:
    """A word as a pattern, in which quoted text stands for itself; None where it is not known."""
    parts = [(part, values.known(text((part,), variables))) for part in word.parts]
    known = [escape(one) if part.quoted else one for part, one in parts if one is not None]
    return "".join(known) if len(known) == len(parts) else None


ASKING: dict[str, Callable[[Sequence[Text], Variables], bool | None]] = {
    **dict.fromkeys(("true", ":"), lambda _words, _variables: True),
    "false": lambda _words, _variables: False,
    "test": asked,
    "[": lambda words, variables: asked(words[:-1], variables),
}
"""Commands that do nothing but succeed or fail."""
