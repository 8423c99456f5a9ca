"""Shell scripts of the repository followed: ``./build.sh``, ``bash scripts/build.sh v1``. Nothing is run.

This module knows where a script begins and what it is given; what its commands do is said by others.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from archdoc.extract import _commands as commands
from archdoc.extract import _readable as readable
from archdoc.extract import _values as values
from archdoc.extract._effects import Effect, Opaque
from archdoc.extract._shell_walk import below
from archdoc.extract._trail import Trail
from archdoc.extract._values import Text

_SHEBANG = re.compile(r"#![^\n]*?(?:^|[/ ])(?:ba|da|z|k|a)?sh(?:\s|$)")
_NAMES = (".sh", ".bash")
_BUILD_TOOLS = frozenset({"gradlew", "mvnw", "sbt", "bazelisk", "pants"})
"""Scripts that only start a build tool, whose own files say what is done."""


def follow(trail: Trail) -> Iterator[tuple[Effect, Text]]:
    """The effects of a script with its arguments. One that is not here or of another language may build anything: `Opaque`."""
    path, *arguments = trail.words
    for whole in values.alternatives(below(trail.directory, path.text)):
        found = readable.content(trail.session.files, trail.workspace, whole)
        if found is None or posixpath.basename(found[0]) in _BUILD_TOOLS:
            yield Opaque("script", trail.at), trail.directory
            continue
        where, text = found
        if not is_shell(where, text):
            if commands.FOREIGN.search(text):
                yield Opaque("script", trail.at), trail.directory
            continue
        if commands.is_main(text) or commands.is_auxiliary(text):
            rows = range(1, text.count("\n") + 2)
            given = [one.text for one in arguments]
            yield from trail.shell(text, where, rows, trail.variable, trail.directory, arguments=given, name=whole)


def is_shell(path: str, text: str) -> bool:
    """Whether a script is one for a shell, by its first line, or by its name where that says nothing."""
    return _SHEBANG.match(text) is not None if text.startswith("#!") else path.endswith(_NAMES)
