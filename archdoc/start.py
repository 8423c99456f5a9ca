"""Where the command begins: a `check` whose answer is known is given at once, everything else goes to `cli`."""

from __future__ import annotations

import sys
from io import TextIOWrapper

_PLAIN = ({"check"}, {"check", "--staged"})


def main() -> None:
    """The entry point."""
    # One encoding everywhere, and no text of a repository that could not be printed.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    arguments = sys.argv[1:]
    key = None
    if set(arguments) in _PLAIN and arguments[0] == "check":
        from archdoc import stored

        key = stored.key(staged="--staged" in arguments)
        text = stored.answer(key) if key else None
        if text is not None:
            sys.stdout.write(text)
            return
    from archdoc.cli import main as full

    full(key)
