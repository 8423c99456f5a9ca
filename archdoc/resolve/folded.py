"""What is missing, told once: of a piece by the whole that takes it in, of many who miss the same by the first of them.

It reads the findings about single mentions, once all are made. This module resolves nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from archdoc.model import Entity, EntityId, EntityKind, Facts, Finding
from archdoc.regex import regex

_OF_A_PIECE = frozenset(
    {
        "backend-missing",
        "host-ambiguous",
        "host-unknown",
        "policy-unmatched",
        "reference-missing",
        "scale-target-missing",
        "selector-empty",
        "selector-unmatched",
    }
)
"""Rules about what a deployable lacks, which the rest of a whole may have."""
_MISS, _ASK = ("deployable misses it", "deployables miss it"), ("deployable asks for it", "deployables ask for it")
_TOLD_ONCE = {
    "host-ambiguous": _ASK,
    "host-unknown": _ASK,
    "object-duplicate": ("file defines it", "files define it"),
    "object-partial": ("file of this folder does", "files of this folder do"),
    "reference-missing": _MISS,
    "selector-empty": _MISS,
    "selector-unmatched": _MISS,
    "yaml-template": ("file of this part of the tree is one", "files of this part of the tree are"),
}
"""Rules of which one finding stands for all of one cause, each with who else is meant: one, or several."""
_DEFINED = regex(r" is also defined at (.+):\d+")
_OF_A_FOLDER = frozenset({"object-partial"})
"""Rules whose cause is one for a folder, whatever the message; else it is what is said."""
_OF_A_PART = frozenset({"yaml-template"})
"""Rules whose cause is one for all below a folder of the second level, such as the samples of a repository."""
_OF_FILES = frozenset({"object-duplicate", "object-partial", "yaml-template"})


def folded(findings: Iterable[Finding], facts: Sequence[Facts], entities: Mapping[EntityId, Entity]) -> list[Finding]:
    """The findings without those of pieces, and with what many miss told for the first of them."""
    pieces = _pieces(facts)
    return _once([one for one in findings if not (one.rule in _OF_A_PIECE and _home(one, entities) in pieces)], entities)


def _pieces(facts: Sequence[Facts]) -> set[EntityId]:
    """The kustomizations that a job applies alone though another one builds on them, which says what they lack together."""
    built = {entity.path: (entity.id, set(one.covers)) for one in facts for entity in one.entities[:1] if _is_built(entity)}
    takers: dict[str, set[str]] = defaultdict(set)
    for path, (_, covers) in built.items():
        for covered in covers & built.keys() - {path}:
            takers[covered].add(path)
    return {built[path][0] for path, wholes in takers.items() if any(whole not in built[path][1] for whole in wholes)}


def _is_built(entity: Entity) -> bool:
    return entity.kind is EntityKind.DEPLOYABLE and entity.type == "kustomization"


def _home(one: Finding, entities: Mapping[EntityId, Entity]) -> EntityId | None:
    subject = entities.get(EntityId(one.subject))
    return subject.deployable if subject else None


def _once(findings: Iterable[Finding], entities: Mapping[EntityId, Entity]) -> list[Finding]:
    """The findings with those of one cause told by the first of them, with how many deployables or files more it has."""
    kept: list[Finding] = []
    alike: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for one in sorted(findings, key=lambda f: (f.path, f.line)):
        (alike[one.rule, _cause(one)] if one.rule in _TOLD_ONCE else kept).append(one)
    for (rule, _), group in alike.items():
        more = len({one.path if rule in _OF_FILES else _home(one, entities) for one in group}) - 1
        single, several = _TOLD_ONCE[rule]
        message = f"{group[0].message}; {more} more {several if more > 1 else single}" if more else group[0].message
        kept.append(replace(group[0], message=message))
    return _of_two_files(kept)


def _of_two_files(findings: Iterable[Finding]) -> list[Finding]:
    """The findings with those about objects that the same two files define told by the first of them."""
    kept: list[Finding] = []
    twice: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for one in findings:
        other = _DEFINED.search(one.message) if one.rule == "object-duplicate" else None
        if other is None:
            kept.append(one)
        else:
            twice[one.path, other[1]].append(one)
    for first, *more in twice.values():
        also = f"; {len(more)} more object{' is' if len(more) == 1 else 's are'} in both files" if more else ""
        kept.append(replace(first, message=f"{first.message}{also}"))
    return kept


def _cause(one: Finding) -> str:
    folder = one.path.rpartition("/")[0]
    if one.rule in _OF_A_PART:
        return "/".join(folder.split("/")[:2])
    return folder if one.rule in _OF_A_FOLDER else one.message
