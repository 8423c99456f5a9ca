"""A script of PowerShell as far as it reads like one of bash: commands with plain words, assignments of texts, loops over lists.

Whatever else stands in it is left out, so that who reads what is left can be less sure than of bash. Line stays line.
Source: "about_Quoting_Rules", "about_Parsing" and "about_Environment_Variables" of the manual of PowerShell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archdoc.regex import regex

MAX_LENGTH = 200_000
_PIECE = regex(
    r"""(?P<double>"(?:[^"`]|`[\s\S]|"")*")|(?P<single>'(?:[^']|'')*')|(?P<comment>(?:(?<=\s)|\A)#[^\n]*|<\#[\s\S]*?\#>)"""
    r"""|(?P<expression>\$\{\{[\s\S]*?\}\})|(?P<call>\$\((?P<inner>[^()\n]*)\))|(?P<variable>\$(?:env:\w+|\{[\w:]+\}|\w+))"""
    r"""|(?P<on>`\r?\n)|(?P<cut>&&|\|\||[;|{}\n])|(?P<text>[^\s"'`;|{}$&\#()]+|[\s\S])""",
    re.IGNORECASE,
)
_VARIABLE = regex(r"\$(?:\{(env:)?(\w+)\}|(env:)?(\w+))", re.IGNORECASE)
_SET = regex(r"""\s*\$(env:)?(\w+)\s*(\+?)=\s*(.*)""", re.IGNORECASE | re.DOTALL)
_EACH = regex(r"""\s*foreach\s*\(\s*\$(\w+)\s+in\s+(.*)\)\s*""", re.IGNORECASE | re.DOTALL)
_MOVES = regex(r"\s*(?:set-location|push-location|sl|pushd)\b(?:\s+-path)?", re.IGNORECASE)
_COMMAND = regex(r"\s*&?\s*[\w./\\:-]+(?:\s|$)")
_NONE = regex(
    r"\s*(?:if|else|elseif|while|for|switch|function|param|try|catch|finally|do|return|throw|exit|break|continue|write-\w+)\b",
    re.IGNORECASE,
)
"""What begins a block, leaves one or only speaks."""
_WHOLE_VARIABLE = regex(r"\$\(\s*(\$[^()\s]+)\s*\)")
_CALL = regex(r"\$\([^()]*\)")
_LIST = regex(r"""@\(|(?:"[^"]*"|'[^']*')\s*,""")
_PLAIN = regex(r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[\w./:-]+|\$\{\{.*\}\})""")
_WORD = regex(r""""(?:[^"\\]|\\.)*"|'[^']*'|[^\s,]+""")


def as_shell(script: str) -> str:
    """The script as bash would write it."""
    if len(script) > MAX_LENGTH:
        return ""
    found: list[str] = []
    open_blocks: list[str] = []
    for segment, cut in _segments(script):
        text = _segment(segment, cut, open_blocks)
        lines = segment.count("\n")
        found.append(text + "\n" * (lines - text.count("\n")))
        if cut == "\n":
            found.append("\n")
        elif text and not text.endswith(("do ", "; ")):
            found.append("; ")
    return "".join(found) + "; done" * open_blocks.count("done")


def _segments(script: str) -> Iterator[tuple[str, str]]:
    """The pieces between what ends a command, already with the quotes of bash, each with what ends it."""
    parts: list[str] = []
    for match in _PIECE.finditer(script):
        kind = match.lastgroup if match["inner"] is None else "call"
        if kind == "cut":
            yield "".join(parts), match["cut"]
            parts = []
        elif kind == "on":
            parts.append("\\\n")
        elif kind == "comment":
            parts.append("\n" * match[0].count("\n"))
        elif kind == "double":
            parts.append(_double(match[0][1:-1]))
        elif kind == "single":
            parts.append("'" + match[0][1:-1].replace("''", "'\\''").replace("\\", "/") + "'")
        elif kind == "variable":
            parts.append(f'"{_variables(match[0])}"' if not _is_head(parts) else match[0])
        elif kind == "call":
            inner = match["inner"].strip()
            parts.append(f'"{_variables(inner)}"' if _VARIABLE.fullmatch(inner) else "$(unknown)")
        else:
            parts.append(match[0].replace("\\", "/"))
    yield "".join(parts), "\n"


def _is_head(parts: list[str]) -> bool:
    """Whether a segment has not begun yet, or is a loop: there a variable is what is set."""
    return "".join(parts).strip().lower() in ("", "foreach (", "foreach(")


def _double(text: str) -> str:
    escaped = text.replace('""', '"').replace('`"', '"').replace("`n", "\n").replace("`$", "\0")
    quoted = escaped.replace("\\", "/").replace("`", "").replace('"', '\\"')
    pieces = _CALL.sub("$(unknown)", _WHOLE_VARIABLE.sub(r"\1", quoted))
    return '"' + _variables(pieces).replace("\0", "\\$") + '"'


def _variables(text: str) -> str:
    """A text with its variables as bash writes them; names are told apart by their letters in any case."""
    return _VARIABLE.sub(lambda match: f"${{{_name(match[1] or match[3], match[2] or match[4])}}}", text)


def _name(env: str | None, name: str) -> str:
    return name if env else f"ps_{name.lower()}"


def _segment(segment: str, cut: str, open_blocks: list[str]) -> str:
    """One command in bash; ``""`` for what is left out."""
    if cut == "}":
        ends = open_blocks.pop() if open_blocks else ""
        inner = _simple(segment)
        return f"{inner}; done; " if ends == "done" else inner
    if cut == "{":
        each = _EACH.fullmatch(segment)
        open_blocks.append("done" if each else "")
        return f"for {_name(None, each[1])} in {_list(each[2])}; do " if each else ""
    return _simple(segment)


def _simple(segment: str) -> str:
    if match := _SET.fullmatch(segment):
        value, name = match[4].strip(), _name(match[1], match[2])
        if items := _list(value) if _LIST.match(value) else "":
            return f"{name}{match[3]}=({items})"
        if _PLAIN.fullmatch(value):
            return f"{'export ' if match[1] else ''}{name}{match[3]}={value}"
        return f"{name}=$({value if _is_command(value) else 'unknown'})"
    if match := _MOVES.match(segment):
        return f"cd {segment[match.end() :].strip()}"
    return segment.replace("& ", "", 1).strip() if _is_command(segment) else ""


def _is_command(text: str) -> bool:
    return bool(_COMMAND.match(text)) and not _NONE.match(text) and "=" not in text.split(maxsplit=1)[0]


def _list(text: str) -> str:
    inner = text.strip().removeprefix("@").strip().removeprefix("(").removesuffix(")")
    words: list[str] = _WORD.findall(inner)
    if len(words) == 1 and words[0].startswith('"${ps_') and words[0].endswith('}"'):
        return f'"${{{words[0][3:-2]}[@]}}"'  # a list that has a name
    return " ".join(words)
