"""The image that a named template of a chart prints from parts of the values.

Charts put the name of an image together in a helper: ``$registry := .Values.global.imageRegistry``, ``$repository :=
.Values.ui.image.repository``, ``printf "%s/%s:%s" $registry $repository $tag``. What such a helper prints is said here as one
line that names the values, as a template that names them itself would. Source: the Helm documentation, "Named Templates",
"Template Function List" (printf, default).
"""

from __future__ import annotations

from collections.abc import Callable

from archdoc.regex import regex

_SIGHT = 4000
_PARTS = 2
_DEFINE = regex(r"\{\{-?[ ]*define[ ]+\"([\w./-]{1,200})\"[ ]*-?\}\}")
_ASSIGNED = regex(r"\{\{-?[ ]*(\$\w{1,60})[ ]*:=[ ]*(\.Values\.[^{}\n]{1,200}?)[ ]*-?\}\}")
_FIRST_OF = regex(r"\.Values\.([\w.-]{1,200})|\"([^\"]*)\"")
_PIPED = regex(r"\.Values\.[\w.-]+(?:[ ]*\|[ ]*default[ ]+(?:\.Values\.[\w.-]+|\"[^\"]*\"))*")
_PRINTF = regex(r"\bprintf[ ]+\"(%s(?:/%s)*):%s\"((?:[ ]+\$\w{1,60})+)[ ]*-?\}\}")
_ARGUMENT = regex(r"\"(registry|repository)\"[ ]+(\$?\.Values\.[\w.-]{1,200})")


def printed(text: str, known: Callable[[str], str]) -> dict[str, str]:
    """The line that names the image of each named template of a file that prints one, by its name.

    ``known`` tells what the values hold at a place; a part that they leave empty is left out, as the helpers do that look first.
    """
    found: dict[str, str] = {}
    begins = list(_DEFINE.finditer(text))
    for one, after in zip(begins, [*begins[1:], None], strict=False):
        body = text[one.end() : min(one.end() + _SIGHT, after.start() if after else len(text))]
        parts = {variable: _chosen(said, known) for variable, said in _ASSIGNED.findall(body)}
        for _, variables in _PRINTF.findall(body):
            *names, _ = variables.split()
            if names and all(parts.get(name) for name in names):
                found[one[1]] = f"{'/'.join(parts[name] for name in names)}:{{{{ tag }}}}"
                break
    return found


def handed(arguments: str) -> str:
    """The line that names an image given to a named template by its registry and its repository."""
    given = dict(_ARGUMENT.findall(arguments))
    return f"{{{{ {given['registry']} }}}}/{{{{ {given['repository']} }}}}:{{{{ tag }}}}" if len(given) == _PARTS else ""


def _chosen(said: str, known: Callable[[str], str]) -> str:
    """The first of ``.Values.a | default .Values.b | default "c"`` that holds something."""
    if _PIPED.fullmatch(said) is None:
        return ""
    for place, literal in _FIRST_OF.findall(said):
        if place and known(place):
            return f"{{{{ .Values.{place} }}}}"
        if literal:
            return f"{literal}"
    return ""
