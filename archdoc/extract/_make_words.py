"""Texts as make sees them: words between blanks, patterns with one ``%``. Parts of a word may be unknown.

This module knows no variable and no function of make.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from archdoc.extract import _values as values
from archdoc.extract._values import Part, Text, Unknown
from archdoc.regex import regex

_BLANKS = regex(r"\s+")
MAX_ALTERNATIVES = 8


_CONTINUED = "\\\n"
"""Goes on in the next line: in a recipe it stays as it is written, also in what functions are given (make, "Splitting Lines")."""


def words(text: Text) -> list[Text]:
    """The words of a text without choices, or of one whose choices are parts of words."""
    if len(text) == 1 and isinstance(text[0], str):
        return [(one,) for one in text[0].replace(_CONTINUED, " ").split()]
    found: list[list[Part]] = [[]]
    for part in text:
        first, *rest = _BLANKS.split(part.replace(_CONTINUED, " ")) if isinstance(part, str) else [part]
        found[-1].append(first)
        found.extend([one] for one in rest)
    cleaned = (tuple(one for one in word if one != "") for word in found)
    return [word for word in cleaned if word]


def joined(found: Iterable[Text]) -> Text:
    """Words in one text, a blank between them."""
    return values.join(piece for number, one in enumerate(found) for piece in ((" ",) if number else (), one))


def sure(word: Text) -> bool:
    """Whether this is one word, whatever its unknown parts come to."""
    return any(isinstance(part, str) for part in word)


def either(texts: Iterable[Text]) -> Text:
    """One of several texts."""
    return values.text(values.choice(values.simplify(one) for one in texts))


def mapped(text: Text, change: Callable[[Text], Text]) -> Text:
    """A text with each of its words changed; each alternative is cut into words on its own."""
    return either(joined(change(word) for word in words(one)) for one in values.alternatives(text, MAX_ALTERNATIVES))


def known_only(change: Callable[[str], str]) -> Callable[[Text], Text]:
    """A change of a word that needs to know all of it."""

    def changed(word: Text) -> Text:
        known = values.known(word)
        return unknown(word) if known is None else (change(known),)

    return changed


def unknown(*texts: Text) -> Text:
    """A value that depends on these in a way that only a run knows."""
    found = [source for text in texts for source in values.sources(text)]
    return (Unknown(found[0] if found else "make"),)


def matches(pattern: str, word: str) -> str | None:
    """The stem by which a word fits a pattern with one ``%``, ``""`` for an equal word without; None where it does not fit."""
    head, percent, tail = pattern.partition("%")
    if not percent:
        return "" if word == pattern else None
    if len(word) >= len(head) + len(tail) and word.startswith(head) and word.endswith(tail):
        return word[len(head) : len(word) - len(tail)]
    return None


def replaced(pattern: str, replacement: Text, word: Text) -> Text:
    """A word as ``$(patsubst pattern,replacement,word)`` gives it."""
    if pattern == "%":
        return filled(replacement, word)
    known = values.known(word)
    if known is None:
        return unknown(word)
    stem = matches(pattern, known)
    if stem is None:
        return word
    return filled(replacement, (stem,) if stem else ()) if "%" in pattern else replacement


def filled(pattern: Text, stem: Text) -> Text:
    """A pattern with its first ``%`` replaced."""
    for place, part in enumerate(pattern):
        if isinstance(part, str) and "%" in part:
            head, _, tail = part.partition("%")
            return values.join((pattern[:place], (head,), stem, (tail,), pattern[place + 1 :]))
    return pattern


def selected(patterns: Text, text: Text, keep: bool) -> Text:
    """``filter`` and ``filter-out``: a word that is not all known may be kept or not."""
    known = [values.known(one) for one in words(patterns)]
    rows = [one for one in known if one is not None]

    def chosen(word: Text) -> Text:
        whole = values.known(word)
        fits = whole is not None and any(matches(row, whole) is not None for row in rows)
        if fits:
            return word if keep else ()
        if whole is None or None in known:
            return unknown(word, patterns)
        return () if keep else word

    found = (joined(one for one in map(chosen, words(text)) if one) for text in values.alternatives(text, MAX_ALTERNATIVES))
    return either(found)


def place(text: Text, number: int) -> Text:
    """The word of that number, from 1 or from -1 at the end; unknown where a word before it may be none or several."""
    return either(_place(words(one), number) for one in values.alternatives(text, MAX_ALTERNATIVES))


def _place(found: Sequence[Text], number: int) -> Text:
    before = found[: number - 1] if number > 0 else found[number + 1 :] if number < -1 else []
    if not all(map(sure, before)):
        return unknown(*found)
    if abs(number) > len(found):
        return ()
    return found[number - 1] if number > 0 else found[number]


def decided(left: Text, right: Text) -> bool | None:
    """Whether two texts are equal; None where only a run knows."""
    answers = {
        _equal(one, other)
        for one in values.alternatives(left, MAX_ALTERNATIVES)
        for other in values.alternatives(right, MAX_ALTERNATIVES)
    }
    return answers.pop() if len(answers) == 1 else None


def _equal(left: Text, right: Text) -> bool | None:
    one, other = values.known(left), values.known(right)
    if one is not None and other is not None:
        return one == other
    if one is None and other is None:
        return True if left == right else None
    text, known = (left, other) if one is None else (right, one)
    pattern = "".join(re.escape(part) if isinstance(part, str) else ".*" for part in text[:20])
    fits = re.fullmatch(pattern if len(text) <= 20 else f"{pattern}.*", (known or "")[:2_000], re.DOTALL)
    return None if fits else False
