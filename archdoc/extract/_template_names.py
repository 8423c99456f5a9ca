"""Files that others are made of, told by their names: ``compose.template.yml`` is what ``compose.yml`` is made of.

Knows no format of templates.
"""

from __future__ import annotations

from archdoc.extract import Files
from archdoc.extract._folders import folder_of
from archdoc.regex import regex

_MARK = regex(r"\.(?:template|tmpl|tpl)(?=\.[^/.]+\Z)")


def is_template(path: str) -> bool:
    """Whether a file is called a template."""
    return _MARK.search(path) is not None


def is_made_beside(path: str, files: Files) -> bool:
    """Whether a file is called a template and what it makes stands beside it, so that this is what is used."""
    made = _MARK.sub("", path)
    return made != path and made.rpartition("/")[2] in files.folder(folder_of(path))
