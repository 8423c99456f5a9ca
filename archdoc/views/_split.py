"""Too much for one picture: parts told by identity (folder, then name), so that one more service changes its own part only."""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple, TypeVar

_Drawn = TypeVar("_Drawn")
_SMALL = 4
_BINS = ("0-4", "5-9", "a-f", "g-l", "m-r", "s-z")
_HALVES = ("0-4", "5-9", "a-c", "d-f", "g-i", "j-l", "m-o", "p-r", "s-u", "v-z")


class Part(NamedTuple):
    """A part of a picture: `name` says what its members share, `members` are their keys."""

    name: str
    members: tuple[str, ...]


class _Measure(NamedTuple):
    """How big a part may be, how big one is, and what is too small for a part of its own."""

    limit: int
    size: Callable[[Collection[str]], int]
    small: int

    def fits(self, keys: Collection[str]) -> bool:
        return len(keys) == 1 or self.size(keys) <= self.limit


def tokens(name: str) -> tuple[str, ...]:
    """The words of a name: ``ray-cluster.gpu`` is ray, cluster, gpu."""
    return tuple(filter(None, re.split(r"[-_.]", name)))


def parts(
    keys: Mapping[str, Sequence[str]], limit: int, size: Callable[[Collection[str]], int] = len, small: int = _SMALL
) -> tuple[Part, ...]:
    """Split keys by the words given for each (namespace, folders, name) into parts of at most `limit`, as few as that allows.

    A level that would only make crumbs pools them by initial letter. `size` is how much some keys come to, a crumb is less
    than `small`.
    """
    return tuple(sorted(_split(dict(keys), 0, (), _Measure(limit, size, small))))


def fitting(
    keys: Mapping[str, Sequence[str]],
    limits: Sequence[int],
    draw: Callable[[Part, Mapping[str, str]], _Drawn],
    fits: Callable[[_Drawn], bool],
) -> tuple[tuple[Part, ...], list[_Drawn]]:
    """Parts and what is drawn of each, at the first of falling limits at which every drawing fits; else at the last.

    To draw a part one is told, too, which part each key is in.
    """
    for limit in limits:
        split = parts(keys, limit)
        home = {key: part.name for part in split for key in part.members}
        drawn = [draw(part, home) for part in split]
        if all(map(fits, drawn)):
            break
    return split, drawn


def _split(keys: Mapping[str, Sequence[str]], depth: int, name: tuple[str, ...], by: _Measure) -> list[Part]:
    if by.fits(keys):
        return [Part("/".join(name), tuple(sorted(keys)))]
    if all(len(words) <= depth for words in keys.values()):
        return _letters(keys, {key: words[-1] if words else "" for key, words in keys.items()}, 0, name, by)
    groups: dict[str, dict[str, Sequence[str]]] = defaultdict(dict)
    for key, words in keys.items():
        groups[words[depth] if len(words) > depth else ""][key] = words
    if len(groups) == 1:
        (word,) = groups
        return _split(keys, depth + 1, (*name, word) if word else name, by)
    made: list[Part] = []
    crumbs: dict[str, Sequence[str]] = {}
    for word, members in groups.items():
        if by.size(members) < by.small or not word:
            crumbs |= members
        else:
            made += _split(members, depth + 1, (*name, word), by)
    if crumbs:
        words_of = {key: "".join(words[depth:]) for key, words in crumbs.items()}
        made += (
            [Part("/".join((*name, "more")), tuple(sorted(crumbs)))]
            if by.fits(crumbs)
            else _letters(crumbs, words_of, 0, name, by)
        )
    return made


def _letters(
    keys: Mapping[str, Sequence[str]], words: Mapping[str, str], position: int, name: tuple[str, ...], by: _Measure
) -> list[Part]:
    """Parts by a letter of a word: bins of letters, since finer ones make crumbs; finer ones where one bin holds all."""
    if position > max(map(len, words.values())):
        # The same word for all: a hash of the key parts them, and one more moves no other.
        return [
            Part("/".join((*name, f"{number:x}")), tuple(sorted(key for key in keys if _hashed(key) == number)))
            for number in sorted({_hashed(key) for key in keys})
        ]
    letters = {key: words[key][position : position + 1].lower() for key in keys}
    labels = letters
    for bins in (_BINS, _HALVES):
        binned = {key: _bin(letter, bins) for key, letter in letters.items()}
        if len(set(binned.values())) > 1:
            labels = binned
            break
    made: list[Part] = []
    alike = len(set(labels.values())) == 1
    for label in sorted(set(labels.values())):
        members = {key: keys[key] for key in keys if labels[key] == label}
        here = name if alike else (*name, label or "-")
        if by.fits(members):
            made.append(Part("/".join(here), tuple(sorted(members))))
        else:
            made += _letters(members, words, position + 1 if alike or labels is letters else position, here, by)
    return made


def _hashed(key: str) -> int:
    return zlib.crc32(key.encode()) & 0xFFFFF


def _bin(letter: str, bins: Sequence[str]) -> str:
    for label in bins:
        if label[0] <= letter <= label[2]:
            return label
    return "-"
