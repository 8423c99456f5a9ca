"""Images: one entity a repository name. The same name is the same image; names that are only alike are for `links`."""

from __future__ import annotations

from archdoc import ids
from archdoc import images as grammar
from archdoc.model import Basis, ByImage, Entity, EntityKind, Reference
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
