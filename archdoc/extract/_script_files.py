"""Shell scripts of the repository followed: ``./build.sh``, ``bash scripts/build.sh v1``. Nothing is run.

This module knows where a script begins and what it is given; what its commands do is said by others.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from archdoc.extract import _commands as commands
from archdoc.extract import _powershell as powershell
from archdoc.extract import _python_scripts as python_scripts
from archdoc.extract import _readable as readable
from archdoc.extract import _values as values
from archdoc.extract._effects import Effect, Opaque, foreign
from archdoc.extract._shell_walk import below
from archdoc.extract._trail import Trail
from archdoc.extract._values import Text
from archdoc.regex import regex

_SHEBANG = regex(r"#![^\n]*?(?:^|[/ ])(?:ba|da|z|k|a)?sh(?:\s|$)")
_NAMES = (".sh", ".bash")
_FOREIGN_WORDS = regex(
    r"""["'](?:docker|podman|nerdctl)["']\s*,\s*(?:["']buildx["']\s*,\s*)?["'](?:build|push)["']"""
    r"""|["']kubectl["']\s*,\s*["'](?:apply|create|replace)["']|["']helm["']\s*,\s*["'](?:install|upgrade)["']"""
)
"""Finds commands that a script gives as lists of words."""
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
            done = _of_another_language(trail, where, text, [one.text for one in arguments])
            yield from done
            if not done and (commands.FOREIGN.search(text) or _FOREIGN_WORDS.search(text)):
                yield Opaque("script", trail.at), trail.directory
            continue
        if commands.is_main(text) or commands.is_auxiliary(text):
            rows = range(1, text.count("\n") + 2)
            given = [one.text for one in arguments]
            yield from trail.shell(text, where, rows, trail.variable, trail.directory, arguments=given, name=whole)


def _of_another_language(trail: Trail, path: str, text: str, arguments: list[Text]) -> list[tuple[Effect, Text]]:
    """What a script of another language does, as far as it is read."""
    if path.endswith(".ps1"):
        rows = range(1, text.count("\n") + 2)
        done = trail.shell(powershell.as_shell(text), path, rows, trail.variable, trail.directory, arguments=arguments)
        return [(foreign(effect), folder) for effect, folder in done]
    return python_scripts.follow(trail, path, text, arguments) if python_scripts.is_python(path, text) else []


def is_shell(path: str, text: str) -> bool:
    """Whether a script is one for a shell, by its first line, or by its name where that says nothing."""
    return _SHEBANG.match(text) is not None if text.startswith("#!") else path.endswith(_NAMES)
