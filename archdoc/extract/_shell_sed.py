"""What ``sed`` makes of a text: substitutions with plain patterns, as scripts use them to turn one name into another.

POSIX, sed and section 9.3 (basic regular expressions) as far as `_ATOM` goes; any other command, and a replacement that refers
to what was found, is not known. Nothing is run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from archdoc.extract import _values as values
from archdoc.extract._values import Text
from archdoc.regex import regex

MAX_TEXT = 2_000
MAX_COMMANDS = 8
_ATOM = regex(r"\[\^?[^][\\]+\]|\\[./\-\[\]*]|\.|\^|\$|\*|[^][\\^$*.+?(){}|]|[+?(){}|]")
_PLAIN = regex(r"[^][\\^$*.]")
_LAST = regex(r"([^][\\^$*.])\$")


def sed(value: Text, arguments: Sequence[str]) -> Text | None:
    """The text after the substitutions; None where that is not known."""
    commands: list[str] = []
    for number, argument in enumerate(arguments):
        if argument.startswith("-"):
            if argument != "-e":
                return None
        elif commands and arguments[number - 1] != "-e":
            return None  # a file to read
        else:
            commands += [one.strip() for one in argument.split(";")] if _whole(argument) else [argument]
    result: Text | None = value if commands and len(commands) <= MAX_COMMANDS else None
    for command in commands:
        result = None if result is None else _changed(result, command)
    return result


def _whole(argument: str) -> bool:
    """Whether a semicolon can only part two commands."""
    return all(len(one.strip()) > 1 and one.strip()[0] == "s" and _parts(one.strip()) is not None for one in argument.split(";"))


def _parts(command: str) -> tuple[str, str, str] | None:
    """Pattern, replacement and flags of an ``s`` command."""
    if len(command) < 4 or command[0] != "s" or command[1] in "\\\n":
        return None
    found = re.split(rf"(?<!\\){re.escape(command[1])}", command[2:])
    if len(found) != 3 or found[2] not in ("", "g"):
        return None
    pattern, by, flags = found
    return pattern.replace(f"\\{command[1]}", command[1]), by.replace(f"\\{command[1]}", command[1]), flags


def _changed(value: Text, command: str) -> Text | None:
    parts = _parts(command)
    if parts is None or "\\" in parts[1] or "&" in parts[1]:
        return None
    pattern, by, flags = parts
    text = values.known(value)
    if text is None:
        if (end := _LAST.fullmatch(pattern)) and not by and value and not isinstance(value[-1], values.Choice):
            last = value[-1]  # what is cut off from an unknown end is not known either
            return values.join([(*value[:-1], last.removesuffix(end[1]) if isinstance(last, str) else last)])
        # One character at a time is found in each known part alone.
        single = _PLAIN.fullmatch(pattern) and flags and not any(isinstance(part, values.Choice) for part in value)
        return tuple(part.replace(pattern, by) if isinstance(part, str) else part for part in value) if single else None
    expression = _expression(pattern)
    if expression is None or len(text) > MAX_TEXT:
        return None
    lines = [expression.sub(lambda _: by, line, count=0 if flags else 1) for line in text.split("\n")]
    return ("\n".join(lines),) if any(lines) else ()


def _expression(pattern: str) -> re.Pattern[str] | None:
    """A basic regular expression of few atoms, at most one of them repeated, so that no text costs much."""
    atoms = _ATOM.findall(pattern)
    if not atoms or "".join(atoms) != pattern or atoms.count("*") > 1 or atoms[0] == "*":
        return None
    if any(one == "^" and at for at, one in enumerate(atoms)) or "$" in atoms[:-1] or any("[:" in one for one in atoms):
        return None
    return re.compile("".join(one if len(one) > 1 or one in ".^$*" else re.escape(one) for one in atoms))
