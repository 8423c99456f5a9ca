"""Where the command begins: a `check` whose answer is known is given at once, everything else goes to `cli`."""

from __future__ import annotations

import sys

_PLAIN = ({"check"}, {"check", "--staged"})


def main() -> None:
    """The entry point."""
    arguments = sys.argv[1:]
    if set(arguments) in _PLAIN and arguments[0] == "check":
        from archdoc import stored

        staged = "--staged" in arguments
        key = stored.key(staged=staged)
        text = stored.answer(key) if key else None
        if text is not None:
            sys.stdout.write(text)
            return
        from archdoc.cli import main as full

        full(key)
        return
    from archdoc.cli import main as full

    full()
