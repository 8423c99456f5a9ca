"""How alike two names of images are: the levels at which a built image is taken for a running one, each with its confidence.

Names are normal forms; a part that is known at run time only is ``*``. This module knows no relation and no file.
"""

from __future__ import annotations

import fnmatch
from typing import NamedTuple

from archdoc.images import UNKNOWN, variant
from archdoc.model import ImageName
from archdoc.regex import regex
from archdoc.resolve.strangers import GENERIC, OFFICIAL, STRANGERS


class Level(NamedTuple):
    """A way in which two names can be one image; `meaning` completes "they are one image because"."""

    name: str
    confidence: float
    meaning: str


SAME = Level("E1", 1.0, "the names are equal, and a tag that is pushed is the one that runs")
OTHER_TAG = Level("E2", 0.95, "the names are equal; the tag differs")
OPEN_TAG = Level("E3", 0.95, "the names are equal; the tag is known at run time only")
RENAMED = Level("E4", 0.9, "the deploy puts one name in place of the other")
PATH = Level("P1", 0.75, "the whole path is equal; the registry is known at run time only")
TAIL = Level("P2", 0.7, "the last parts are equal; what stands before them is known at run time only")
MIRROR = Level("P2", 0.7, "owner and name are equal; the registry is another one")
OPEN_OWNER = Level("T1", 0.4, "the last word is equal; the owner is known at run time only")
WORD = Level("T1", 0.4, "the last word alone is equal, and one side names no owner")
REJECTED = Level("X", 0.0, "")
LEVELS = (SAME, OTHER_TAG, OPEN_TAG, RENAMED, PATH, TAIL, MIRROR, OPEN_OWNER, WORD, REJECTED)
BY_WORD = (OPEN_OWNER, WORD)
"""The levels, best first. Source: the grammar of image names (distribution/reference); the confidences are ours."""

CORROBORATED, ONE_REGISTRY, MOST = 0.15, 0.2, 0.8
"""What each independent sign adds to a level by word, what one registry of both does, and what all come to at most."""

_DOCKER_HUB = "docker.io"
EVERYWHERE = frozenset({_DOCKER_HUB})
"""Registries of which everybody's images are: that a name is of one is no sign."""
_LOCAL = regex(r"localhost(?::\d+)?|127\.0\.0\.1(?::\d+)?|[a-z0-9-]+:\d+|[a-z0-9-]+\.local(?::\d+)?")
_STAGES = frozenset(
    {"dev", "develop", "development", "staging", "stage", "prod", "production", "test", "demo", "qa", "uat", "preview"}
)


class Likeness(NamedTuple):
    """A level, and for `REJECTED` why: a sentence for the reader."""

    level: Level
    why: str = ""


def compare(built: ImageName, run: ImageName) -> Likeness | None:
    """How a built image can be the one that runs; None where not even the last words are equal."""
    if built == run and UNKNOWN not in built:
        return Likeness(SAME)
    ours, theirs = built.split("/"), run.split("/")
    word = ours[-1]
    if word != theirs[-1] or UNKNOWN in word:
        return None
    if ours[1:] == theirs[1:] and UNKNOWN not in "/".join(ours[1:]) and (built == run or _meet(ours[:1], theirs[:1])):
        return Likeness(PATH)
    equal = _equal_tail(ours[1:], theirs[1:])
    if equal >= 2 and (built == run or _meet(ours[:-equal], theirs[:-equal])):
        return Likeness(TAIL)
    if equal >= 2 and ours[1:] == theirs[1:] and ours[1] != "library" and UNKNOWN not in ours[0] + theirs[0]:
        return Likeness(MIRROR)
    return _by_word(ours, theirs)


def _by_word(ours: list[str], theirs: list[str]) -> Likeness:
    word = ours[-1]
    for one in (ours, theirs):
        if _bare(one) and word in OFFICIAL:
            return Likeness(REJECTED, f"`{word}` is an official image of Docker Hub, not a name without owner")
    if not STRANGERS.isdisjoint((theirs[0], theirs[-2], "/".join(theirs[:2]))):
        return Likeness(REJECTED, f"`{'/'.join(theirs[:-1])}` is a publisher that this repository is not")
    if _bare(ours) or _bare(theirs):
        return Likeness(WORD)
    if ours[:-1] == theirs[:-1] or _meet(ours[:-1], theirs[:-1]):
        return Likeness(OPEN_OWNER)
    return Likeness(REJECTED, _difference(ours, theirs))


def _difference(ours: list[str], theirs: list[str]) -> str:
    same_owner = ours[1:-1] == theirs[1:-1] or _meet(ours[1:-1], theirs[1:-1])
    shown = [_shown(one) for one in (ours, theirs)]
    return f"{'registry' if same_owner else 'owner'} differs: `{shown[0]}` is pushed, `{shown[1]}` is run"


def _shown(parts: list[str]) -> str:
    return "/".join(parts).removeprefix(f"{_DOCKER_HUB}/").removeprefix("library/")


def owner(name: ImageName) -> str:
    """Registry and what stands before the last word; ``""`` for a name without owner."""
    parts = name.split("/")
    return "" if _bare(parts) else "/".join(parts[:-1])


def same_registry(one: ImageName, other: ImageName) -> bool:
    """Whether both names say one registry that is a sign; Docker Hub is none, since everything is there."""
    registry = one.partition("/")[0]
    return registry == other.partition("/")[0] and UNKNOWN not in registry and registry not in EVERYWHERE


def is_generic(name: ImageName) -> bool:
    """Whether the last word is one that any repository may have: it links nothing by itself."""
    return name.rpartition("/")[2] in GENERIC


def is_official(name: ImageName) -> bool:
    """Whether this is an official image of Docker Hub."""
    domain, _, word = name.rpartition("/")
    return domain == f"{_DOCKER_HUB}/library" and word in OFFICIAL


def may_stand_for(run: ImageName, name: ImageName) -> bool:
    """Whether a name in a manifest can be this one before it is known: without owner, of the same owner, of one last word.

    And one of which a part is left to be filled in.
    """
    if is_official(run):
        return False
    ours, theirs = name.split("/"), run.split("/")
    return _bare(theirs) or ours[-1] == theirs[-1] or ours[:-1] == theirs[:-1] or UNKNOWN in run


def _bare(parts: list[str]) -> bool:
    """Whether a name has no owner: it stands alone, or below a registry of this machine or cluster."""
    if len(parts) == 3 and parts[:2] == [_DOCKER_HUB, "library"]:
        return True
    return len(parts) == 2 and _LOCAL.fullmatch(parts[0]) is not None


def _meet(ours: list[str], theirs: list[str]) -> bool:
    """Whether one of two beginnings is a pattern that the other fits. An unknown part may hold several segments."""
    one, other = "/".join(ours), "/".join(theirs)
    return (UNKNOWN in one and fnmatch.fnmatchcase(other, one)) or (UNKNOWN in other and fnmatch.fnmatchcase(one, other))


def may_be_one(one: ImageName, other: ImageName) -> bool:
    """Whether two names are equal or one is a pattern that the other fits."""
    return one == other or _meet([one], [other])


def _equal_tail(ours: list[str], theirs: list[str]) -> int:
    """How many literal parts at the end are equal."""
    count = 0
    for mine, other in zip(reversed(ours), reversed(theirs), strict=False):
        if mine != other or UNKNOWN in mine:
            break
        count += 1
    return count


def tags(pushed: frozenset[str], run: str) -> Level:
    """The level of equal names by their tags; no tag means ``latest`` where it runs, and is not known where it is pushed."""
    if (run or "latest") in pushed:
        return SAME
    if not pushed or any(UNKNOWN in tag and _meet([tag], [run or "latest"]) for tag in pushed) or UNKNOWN in run:
        return OPEN_TAG
    return OTHER_TAG


def same_variant(one: str, other: str) -> bool:
    """Whether two tags may be of one image; where it is deployed (``prod``, ``staging``) makes no other image."""
    return variant(one) - _STAGES == variant(other) - _STAGES
