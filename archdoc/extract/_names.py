"""Names of images as they are put together: name and tag of a text whose parts may be unknown."""

from __future__ import annotations

from archdoc.extract import _values as values
from archdoc.extract._values import Text


def named(reference: Text) -> tuple[Text, Text]:
    """Name and tag: the tag stands behind the first colon after the last slash; a digest falls away."""
    parts = list(reference)
    for place, part in enumerate(parts):
        if isinstance(part, str) and "@" in part:
            parts = [*parts[:place], part[: part.index("@")]]
            break
    cut: tuple[int, int] | None = None
    for place in range(len(parts) - 1, -1, -1):
        part = parts[place]
        if not isinstance(part, str):
            continue
        slash = part.rfind("/")
        colon = part.find(":", slash + 1)
        cut = (place, colon) if colon >= 0 else cut
        if slash >= 0:
            break
    if cut is None:
        return values.strip(values.join([tuple(parts)])), ()
    place, colon = cut
    whole = parts[place]
    assert isinstance(whole, str)
    return values.join([(*parts[:place], whole[:colon])]), values.join([(whole[colon + 1 :], *parts[place + 1 :])])


def written(name: Text, tag: Text) -> str:
    """The reference as it is looked for: ``*`` for unknown parts, the tag only where it is known; ``""`` for nothing known."""
    shown, known = values.shown(name), values.known(tag)
    if not shown.strip("*/"):
        return ""
    return f"{shown}:{known}" if known else shown
