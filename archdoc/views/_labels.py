"""How much of a name a box shows, and where a long one is broken, so that boxes stay narrow and names whole."""

from __future__ import annotations

from collections.abc import Sequence

from archdoc.regex import regex

TITLE, SUBTITLE = 40, 24
"""Characters of a title and of the line below it; of what is longer the middle is not drawn."""
_LINE = 18
"""A longer title is broken, whatever the font: into two lines, after the separator that makes them most alike."""
_SEPARATOR = regex(r"(?<=[-_./…])(?![-_./…\s])")


def broken(title: str) -> tuple[str, ...]:
    """The title in the one or two lines in which it is drawn: joined they are the title, as the first ends with a separator."""
    places = [found.start() for found in _SEPARATOR.finditer(title) if 0 < found.start() < len(title)]
    if len(title) <= _LINE or not places:
        return (title,)
    place = min(places, key=lambda one: max(one, len(title) - one))
    return title[:place], title[place:]


def tail(path: str, width: int) -> str:
    """The last folders of a path that a box has room for."""
    folders = path.split("/")
    while len("/".join(folders)) > width and len(folders) > 1:
        folders = folders[1:]
    short = "/".join(folders)
    return short if short == path else f"…/{short}"


def listed(names: Sequence[str], width: int) -> str:
    """As many names as a line of that width has room for, and a sign that there are more."""
    shown = names[0]
    for number, name in enumerate(names[1:], 2):
        more = f"{shown}, {name}"
        if len(more if number == len(names) else f"{more} …") > width:
            return f"{shown} …"
        shown = more
    return shown
