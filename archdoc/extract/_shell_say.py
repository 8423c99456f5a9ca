"""What a command prints, as far as that is known, where a script takes the output of several commands together.

This module knows no statement.
"""

from __future__ import annotations

from collections.abc import Sequence

from archdoc.extract import _values as values
from archdoc.extract._shell_commands import Redirected
from archdoc.extract._shell_expand import SOURCES, Variables
from archdoc.extract._shell_syntax import Argument
from archdoc.extract._values import Text

SPEAKING = frozenset({"echo", "printf"})
"""Commands that print and never fail."""
_SILENT = frozenset(
    {"mkdir", "rm", "cp", "mv", "touch", "chmod", "chown", "ln", "sleep", "trap", "wait", "kill", "shopt", "umask", "rmdir"}
)
"""Commands that print nothing where all goes well."""


def spoken(name: str, words: Sequence[Argument], redirects: Sequence[Redirected], variables: Variables) -> Text | None:
    """What a command prints; None where that is not known."""
    source = SOURCES.get(name)
    here = next((one.argument.text for one in redirects if one.operator in ("<<", "<<<")), None)
    if name == "cat" and not words and here is not None:
        return here
    texts = [one.text for one in words]
    if source is None:
        quiet = name == "grep" and any((values.known(one) or "").startswith(("-q", "--quiet")) for one in texts)
        return () if name in _SILENT or quiet else None
    found = source(texts, variables)
    if found is None:
        return None
    options = [values.known(one) or "" for one in texts[:1]]
    ends = options[0].endswith("\\n") if name == "printf" and options else not (name == "echo" and options in (["-n"], ["-en"]))
    return values.join((found, ("\n",))) if ends else found


def trimmed(said: Text) -> Text:
    """An output as a substitution takes it, without the line ends behind it."""
    *before, last = said or ("",)
    return values.join([(*before, last.rstrip("\n"))]) if isinstance(last, str) else said
