"""Images: one entity a repository name, and links between the name that is pushed and the name that is run.

The same name is the same image. Beyond that only levels that say how sure they are (see the page on how links are made);
a name whose owner differs is never linked.
"""

from __future__ import annotations

import fnmatch
from collections import defaultdict
from collections.abc import Sequence

from archdoc import ids
from archdoc import images as grammar
from archdoc.model import Basis, ByImage, Entity, EntityKind, Reference, Relation, RelationKind
from archdoc.resolve.outcome import Match, Outcome
from archdoc.rules import finding

CONVENTION_CONFIDENCE = 0.55


def by_image(reference: Reference, target: ByImage) -> Outcome:
    """The image of that name, without tag; the tag stays with the relation."""
    parsed = grammar.parse(target.reference)
    if parsed is None:
        told = finding("image-invalid", f"`{target.reference[:80]}` names no image", reference.evidence, reference.source)
        return Outcome(findings=(told,))
    if not parsed.path.replace("library/", "").strip("*/-._"):
        return Outcome()
    entity = Entity(
        ids.image_id(parsed.name),
        EntityKind.IMAGE,
        "image",
        grammar.short(parsed.name),
        reference.evidence.path,
        reference.evidence.line,
    )
    attributes = {key: value for key, value in (("tag", parsed.tag), ("digest", parsed.digest)) if value}
    confidence = CONVENTION_CONFIDENCE if reference.basis is Basis.CONVENTION else 1.0
    return Outcome((Match(entity.id, None, confidence, attributes),), (entity,))


def link(relations: Sequence[Relation]) -> list[Relation]:
    """More `publishes` relations: from a build whose name is known in part to the one image that runs here and fits.

    An unknown registry before a path that is equal is 0.75; an unknown owner too, with two equal parts behind it, is 0.70.
    Where several images fit, none is linked.
    """
    run = sorted({r.target for r in relations if r.kind is RelationKind.RUNS_IMAGE})
    by_last: dict[str, list[str]] = defaultdict(list)
    for image in run:
        name = image.partition(":")[2]
        if "*" not in name:
            by_last[name.rpartition("/")[2]].append(name)
    made: list[Relation] = []
    for relation in relations:
        name = relation.target.partition(":")[2]
        if relation.kind is not RelationKind.PUBLISHES or "*" not in name:
            continue
        domain, _, path = name.partition("/")
        last = path.rpartition("/")[2]
        candidates = [c for found in by_last.values() for c in found] if "*" in last else by_last.get(last, [])
        fitting = [c for c in candidates if _fits(domain, path, c)]
        if len(fitting) != 1:
            continue
        confidence = 0.75 if "*" not in path else 0.7
        known = [part for part in path.split("/") if "*" not in part]
        if "*" in path and len(known) < 2:
            continue
        made.append(
            Relation(
                relation.source,
                relation.kind,
                ids.image_id(fitting[0]),  # type: ignore[arg-type]  # a name out of an image id
                Basis.UNIQUE_IN_REPO,
                confidence,
                relation.evidence,
                relation.attributes,
            )
        )
    return made


def _fits(domain: str, path: str, candidate: str) -> bool:
    candidate_domain, _, candidate_path = candidate.partition("/")
    if not fnmatch.fnmatchcase(candidate_domain, domain):
        return False
    parts, others = path.split("/"), candidate_path.split("/")
    if parts[0] == "*" and len(others) > len(parts):
        # An unknown first part may hold several segments (`registry/namespace`).
        others = others[len(others) - len(parts) :]
    return len(parts) == len(others) and all(fnmatch.fnmatchcase(b, a) for a, b in zip(parts, others, strict=True))
