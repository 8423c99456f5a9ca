"""The words of a command taken apart into options and the rest, for tools that read options as Go's pflag does.

This module knows no tool: who calls says which options take a value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from archdoc.extract import _values as values
from archdoc.extract._shell_walk import Argument
from archdoc.extract._values import Unknown


class Options(NamedTuple):
    """Options in the order written, by name with its dashes, and the words that are none."""

    pairs: tuple[tuple[str, Argument | None], ...]
    rest: tuple[Argument, ...]

    def all(self, *names: str) -> list[Argument]:
        """The values of the options of these names."""
        return [value for name, value in self.pairs if name in names and value is not None]

    def last(self, *names: str) -> Argument | None:
        """The value that counts where an option may stand once."""
        return next(iter(self.all(*names)[-1:]), None)

    def flag(self, *names: str) -> bool:
        """Whether a switch is on: it stands there, and not with ``=false``."""
        found = [value for name, value in self.pairs if name in names]
        return bool(found) and (found[-1] is None or values.known(found[-1].text) != "false")

    def words(self) -> tuple[Argument, ...]:
        """The words that are no options. One that is all unknown may be options, and gives way to what is known."""
        sure = tuple(word for word in self.rest if not (len(word.text) == 1 and isinstance(word.text[0], Unknown)))
        return sure or self.rest


def options(words: Sequence[Argument], takes: frozenset[str]) -> Options:
    """Options and rest of `words`. An option not in `takes` has a value only behind ``=``."""
    pairs: list[tuple[str, Argument | None]] = []
    rest: list[Argument] = []
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        head = word.text[0] if word.text else ""
        if not isinstance(head, str) or not head.startswith("-") or values.known(word.text) == "-":
            rest.append(word)
            continue
        if values.known(word.text) == "--":
            rest += words[at:]
            break
        name, equals, first = head.partition("=")
        short = head[:2]
        if equals:
            pairs.append((name, _value(word, first)))
        elif name in takes and len(word.text) == 1:
            pairs.append((name, words[at] if at < len(words) else None))
            at += 1
        elif not head.startswith("--") and short in takes and (len(head) > 2 or len(word.text) > 1):
            pairs.append((short, _value(word, head[2:])))
        else:
            pairs.append((name, None))
    return Options(tuple(pairs), tuple(rest))


def _value(word: Argument, first: str) -> Argument:
    return word._replace(text=values.join(((first,), word.text[1:])))
