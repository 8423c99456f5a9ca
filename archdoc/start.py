"""Where the command begins: what a hook asks is answered at once where the answer is known; everything else goes to `cli`."""

from __future__ import annotations

import gc
import sys
from io import TextIOWrapper

_PLAIN = {
    ("check",): "check",
    ("check", "--staged"): "check --staged",
    ("update",): "update",
    ("update", "--exit-code"): "update",
}
"""What a hook runs, and how its answer is called; that of `update` holds where there was nothing to write."""


def main() -> None:
    """The entry point."""
    gc.disable()  # a short run frees nothing worth looking for
    # One encoding everywhere, and no text of a repository that could not be printed.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    command = _PLAIN.get(tuple(sys.argv[1:]))
    asked = None
    if command:
        from archdoc import stored

        asked = stored.asked(command)
    if asked is not None:
        text = stored.answer(asked)
        if text is None:
            from archdoc import routine

            text = routine.answer(asked)
        if text is not None:
            sys.stdout.write(text)
            return
    from archdoc.cli import main as full

    full(asked)
