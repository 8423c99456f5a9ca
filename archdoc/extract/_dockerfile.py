"""A Dockerfile as BuildKit's parser reads it: bytes to instructions with their flags, lines and heredocs.

The rules are those of ``frontend/dockerfile/parser`` and ``frontend/dockerfile/instructions`` in BuildKit. What it refuses is
one finding, as BuildKit stops there; we read on. Variables are left as written. This module knows no stage and no graph.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, NoReturn, TypeAlias

from archdoc.extract._dockerfile_words import SPACE, RefusedError, heredoc_names, split_quoted
from archdoc.model import Evidence, Finding
from archdoc.regex import regex
from archdoc.rules import finding

MAX_INSTRUCTIONS = 5_000
MAX_LINE = 65_535
_BOM = b"\xef\xbb\xbf"
_BLANKS = regex(r"[\t\v\f\r ]+")
_ASCII_SPACE = "\t\n\v\f\r "
_PLAIN = regex(r"[^\t\n\v\f\r '\"`\\]+")
_DIRECTIVE = regex(r"([a-zA-Z][a-zA-Z0-9]*)[\t\f\r ]*=[\t\f\r ]*(.+?)[\t\f\r ]*")
_DIRECTIVES = frozenset({"syntax", "escape", "check"})
_DOCKER_FRONTEND = regex(r"(?:docker\.io/)?docker/dockerfile(?:-upstream)?(?:[:@].*)?")
_STAGE_NAME = regex(r"[a-z][a-z0-9-_.]*")
_TEMPLATE = regex(r"\{\{|\{%|\{#|<%|%%\w+%%|@@\w+@@|\$\$\{")
_SURROGATE = regex("[\ud800-\udfff]")
_TAKES_HEREDOC = frozenset({"ADD", "COPY", "RUN"})
_NOT_ON_BUILD = frozenset({"ONBUILD", "FROM", "MAINTAINER"})

_Refusals: TypeAlias = list[tuple[int, str, str]]  # line, reason, and the text that is refused


class Heredoc(NamedTuple):
    """A text given below an instruction: the word that ends it, and its lines as written."""

    name: str
    content: str


class Instruction(NamedTuple):
    """One instruction, of the lines `line` to `end`.

    `keyword` is in capitals. `flags` are those before the arguments, without quotes: ``--from=build``. `words` are the
    arguments with quotes and variables as written: one for a command in shell form, name and value in turn for ENV and LABEL.
    `trigger` is the instruction behind ONBUILD.
    """

    keyword: str
    line: int
    end: int
    flags: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    json: bool = False
    heredocs: tuple[Heredoc, ...] = ()
    trigger: Instruction | None = None

    def values(self, flag: str) -> tuple[str, ...]:
        """The values of a flag, in the order written: ``values("mount")``."""
        head = f"--{flag}="
        return tuple(one[len(head) :] for one in self.flags if one.startswith(head))


@dataclass(frozen=True, slots=True)
class ParsedDockerfile:
    """The instructions of a file; `syntax` names the frontend that its author wants, ``""`` for the usual one."""

    path: str
    instructions: tuple[Instruction, ...]
    escape: str = "\\"
    syntax: str = ""
    findings: tuple[Finding, ...] = ()


def parse(data: bytes, path: str) -> ParsedDockerfile:
    """Read a Dockerfile. Any bytes give an answer; the first thing that BuildKit refuses is a finding.

    Its rule is `dockerfile-invalid`; `dockerfile-template` where the line holds marks of a template; `dockerfile-frontend`
    where ``# syntax=`` names a frontend that is not Docker's and may know more; `dockerfile-without-stage` without a FROM.
    """
    rows = data.removeprefix(_BOM).decode("utf-8", "replace").replace("\0", "\ufffd").split("\n")
    if not rows[-1]:
        rows.pop()
    refusals: _Refusals = []
    escape, syntax = _directives(rows, refusals)
    if len(data) > MAX_LINE:
        _cut_long(data, rows, refusals)
    instructions = tuple(_instructions(rows, escape, refusals))
    if len(instructions) == MAX_INSTRUCTIONS:
        last = Evidence(path, instructions[-1].line)
        findings = (finding("file-too-large", f"more than {MAX_INSTRUCTIONS:,} instructions: the rest is not read", last),)
        return ParsedDockerfile(path, instructions, escape, syntax, findings)
    staged = any(one.keyword == "FROM" for one in instructions)
    if staged and not refusals:
        return ParsedDockerfile(path, instructions, escape, syntax)
    line, message, text = refusals[0] if refusals else (1, "", "")
    rule, message = refusal(message, text, syntax)
    if not staged and rule == "dockerfile-invalid":
        rule, message, line = "dockerfile-without-stage", "there is no FROM", 1
    return ParsedDockerfile(path, instructions, escape, syntax, (finding(rule, message, Evidence(path, line)),))


def refusal(message: str, text: str, syntax: str) -> tuple[str, str]:
    """The rule and message for a text that BuildKit refuses: another language, a template for a Dockerfile, or a mistake."""
    if syntax and not _DOCKER_FRONTEND.fullmatch(syntax):
        return "dockerfile-frontend", f"Docker's own frontend says: {message}"
    if _TEMPLATE.search(text):
        return "dockerfile-template", "a template, not a Dockerfile"
    return "dockerfile-invalid", message


def stage_name(instruction: Instruction) -> str:
    """The name that a FROM gives its stage, in small letters; ``""`` where there is none, or none that BuildKit takes."""
    words = instruction.words
    name = words[2].lower() if len(words) == 3 and words[1].lower() == "as" else ""
    return name if _STAGE_NAME.fullmatch(name) else ""


def _directives(rows: list[str], refusals: _Refusals) -> tuple[str, str]:
    """The escape character and the frontend from the comments at the very top; the first other line ends them."""
    found: dict[str, str] = {}
    for number, row in enumerate(rows, 1):
        line = row.rstrip("\r").lstrip(SPACE)
        match = _DIRECTIVE.fullmatch(line[1:].lstrip(SPACE)) if line.startswith("#") else None
        name = match[1].lower() if match else ""
        if match is None or name not in _DIRECTIVES:
            break
        if name in found:
            refusals.append((number, f"the directive `{name}` stands twice", ""))
        elif name == "escape" and match[2] not in ("\\", "`"):
            refusals.append((number, "the escape character is neither \\ nor `", ""))
        else:
            found[name] = match[2]
    return found.get("escape", "\\"), found.get("syntax", "").partition(" ")[0] or _foreign_syntax(rows)


def _foreign_syntax(rows: list[str]) -> str:
    """The frontend of a file in another language: behind ``#!``, as ``// syntax=``, or as a key of a JSON object."""
    first = rows[1:2] if rows and rows[0].startswith("#!") else rows[:1]
    line = first[0].strip(SPACE) if first else ""
    if line.startswith(("//", "#")):
        match = _DIRECTIVE.fullmatch(line.lstrip("/#").lstrip(SPACE))
        return match[2].partition(" ")[0] if match and match[1].lower() == "syntax" else ""
    if not line.startswith("{"):
        return ""
    known = _json("\n".join(rows))
    syntax = known.get("syntax") if isinstance(known, dict) else None
    return syntax if isinstance(syntax, str) else ""


def _cut_long(data: bytes, rows: list[str], refusals: _Refusals) -> None:
    """Keep the rows before the first that is too long for BuildKit's scanner."""
    for number, row in enumerate(data.split(b"\n"), 1):
        if len(row) > MAX_LINE:
            del rows[number - 1 :]
            refusals.append((number, f"a line of more than {MAX_LINE:,} bytes", ""))
            return


def _instructions(rows: list[str], escape: str, refusals: _Refusals) -> list[Instruction]:
    result: list[Instruction] = []
    last_rows: dict[bool, dict[str, int]] = {}
    staged = False
    at = 0
    while at < len(rows) and len(result) < MAX_INSTRUCTIONS:
        line = rows[at].rstrip("\r").lstrip(SPACE)
        at += 1
        if not line or line.startswith("#"):
            continue
        line, goes_on = _continued(line, escape)
        start, parts = at, [line]
        while goes_on and at < len(rows):
            row = rows[at]
            at += 1
            bare = row.lstrip(SPACE)
            if bare and not bare.startswith("#"):
                line, goes_on = _continued(row.rstrip("\r"), escape)
                parts.append(line)
        text = "".join(parts)
        try:
            one = _instruction(text, escape, start, at)
        except RefusedError as error:
            refusals.append((start, str(error), text))
            continue
        if "<<" in text and _takes_heredoc(one.trigger or one):
            heredocs, at = _heredocs(text, rows, at, last_rows, refusals)
            one = one._replace(end=at, heredocs=heredocs)
        staged = staged or one.keyword == "FROM"
        message = _refusal(one, staged=staged)
        if message:
            refusals.append((start, message, text))
        result.append(one)
    return result


def _continued(line: str, escape: str) -> tuple[str, bool]:
    """A line without the escape character that ends it, and whether there was one; two of them do not count."""
    cut = line.rstrip(" \t")
    if cut.endswith(escape) and not cut.endswith(escape + escape):
        return cut[:-1], True
    return line, False


def _takes_heredoc(one: Instruction) -> bool:
    return one.keyword in _TAKES_HEREDOC and not one.json


def _heredocs(
    line: str, rows: list[str], at: int, last_rows: dict[bool, dict[str, int]], refusals: _Refusals
) -> tuple[tuple[Heredoc, ...], int]:
    """The heredocs that a line opens, from the rows below it, and the number of the last row read.

    Where blanks stand before the word and nothing ends it, there is none: older frontends take ``<< EOF`` for shell, and no
    newer one could build the file. `last_rows` remembers where each row stands last, so that no word is sought in vain twice.
    """
    found: list[Heredoc] = []
    start = at
    for name, tabs, spaced in heredoc_names(line):
        if tabs not in last_rows:
            last_rows[tabs] = {_terminator(row, tabs): number for number, row in enumerate(rows)}
        if last_rows[tabs].get(name, -1) < at:
            if spaced:
                continue
            refusals.append((start, "a heredoc is not closed", ""))
            return tuple(found), len(rows)
        end = at
        while _terminator(rows[end], tabs) != name:
            end += 1
        found.append(Heredoc(name, "".join(f"{row}\n" for row in rows[at:end])))
        at = end + 1
    return tuple(found), at


def _terminator(row: str, tabs: bool) -> str:
    row = row.rstrip("\r")
    return row.lstrip("\t") if tabs else row


def _instruction(text: str, escape: str, line: int, end: int) -> Instruction:
    """One instruction of a joined line. Raises RefusedError where its arguments cannot be read."""
    head, _, tail = _partition(text.strip(SPACE))
    keyword = head.upper()
    flags, rest = _flags(tail, escape)
    if keyword == "ONBUILD" and rest:
        if _partition(rest)[0].upper() == "ONBUILD":
            raise RefusedError("ONBUILD of an ONBUILD")
        return Instruction(keyword, line, end, flags, (), trigger=_instruction(rest, escape, line, end))
    form = _FORMS.get(keyword)
    words, is_json = form(rest, escape) if form else ((), False)
    return Instruction(keyword, line, end, flags, words, is_json)


def _partition(text: str) -> tuple[str, str, str]:
    match = _BLANKS.search(text)
    return (text[: match.start()], match[0], text[match.end() :]) if match else (text, "", "")


def _flags(text: str, escape: str) -> tuple[tuple[str, ...], str]:
    """The flags at the head of the arguments, without their quotes, and the rest; a lone ``--`` ends them."""
    text = text.lstrip(_ASCII_SPACE)
    if not text.startswith("--"):
        return (), text.strip(SPACE)
    flags: list[str] = []
    at = 0
    while text.startswith("--", at):
        flag: list[str] = []
        quote = ""
        while at < len(text) and (quote or text[at] not in _ASCII_SPACE):
            plain = _PLAIN.match(text, at)
            if plain:
                flag.append(plain[0])
                at = plain.end()
                continue
            char = text[at]
            at += 1
            if char == quote:
                quote = ""
            elif not quote and char in "'\"":
                quote = char
            elif char != escape:
                flag.append(char)
            elif at < len(text):
                flag.append(text[at])
                at += 1
        word = "".join(flag)
        if word == "--":
            break
        flags.append(word)
        while at < len(text) and text[at] in _ASCII_SPACE:
            at += 1
    return tuple(flags), text[at:].strip(SPACE)


def _no_constant(_: str) -> NoReturn:
    raise ValueError


_DECODER = json.JSONDecoder(parse_constant=_no_constant)


def _json(text: str) -> object:
    """A JSON value; None for text that is no JSON."""
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError):
        return None


def _json_words(rest: str) -> tuple[str, ...] | None:
    """The strings of a JSON array; None where the text is none. An array of other things is refused."""
    if not rest.startswith("["):
        return None
    values = _json(rest)
    if not isinstance(values, list):
        return None
    if not all(isinstance(value, str) for value in values):
        raise RefusedError("a JSON array of other things than strings")
    return tuple(_SURROGATE.sub("\ufffd", value) for value in values)


def _shell(rest: str, _: str) -> tuple[tuple[str, ...], bool]:
    words = _json_words(rest)
    return (words, True) if words is not None else ((rest,) if rest else (), False)


def _paths(rest: str, escape: str) -> tuple[tuple[str, ...], bool]:
    words = _json_words(rest)
    return (words, True) if words is not None else _words(rest, escape)


def _words(rest: str, _: str) -> tuple[tuple[str, ...], bool]:
    return tuple(_BLANKS.split(rest)) if rest else (), False


def _whole(rest: str, _: str) -> tuple[tuple[str, ...], bool]:
    return (rest,) if rest else (), False


def _quoted(rest: str, escape: str) -> tuple[tuple[str, ...], bool]:
    return tuple(split_quoted(rest, escape)), False


def _pairs(rest: str, escape: str) -> tuple[tuple[str, ...], bool]:
    """Name and value in turn: ``a=1 b="2 3"``, or the old ``name all the rest``."""
    words = split_quoted(rest, escape)
    if words and "=" not in words[0]:
        name, blanks, value = _partition(rest)
        if not blanks:
            raise RefusedError("a name without a value")
        return (name, value), False
    if any("=" not in word for word in words):
        raise RefusedError("a word that is not name=value")
    return tuple(part for word in words for part in word.split("=", 1)), False


def _health(rest: str, escape: str) -> tuple[tuple[str, ...], bool]:
    kind, _, command = _partition(rest)
    words, is_json = _shell(command, escape)
    return ((kind, *words) if kind else (), is_json)


_FORMS: dict[str, Callable[[str, str], tuple[tuple[str, ...], bool]]] = {
    "ADD": _paths,
    "ARG": _quoted,
    "CMD": _shell,
    "COPY": _paths,
    "ENTRYPOINT": _shell,
    "ENV": _pairs,
    "EXPOSE": _words,
    "FROM": _words,
    "HEALTHCHECK": _health,
    "LABEL": _pairs,
    "MAINTAINER": _whole,
    "ONBUILD": _whole,
    "RUN": _shell,
    "SHELL": _shell,
    "STOPSIGNAL": _whole,
    "USER": _whole,
    "VOLUME": _paths,
    "WORKDIR": _whole,
}
_MAY_BE_BARE = frozenset({"CMD", "ENTRYPOINT", "RUN"})


def _refusal(one: Instruction, *, staged: bool) -> str:
    """Why BuildKit refuses an instruction; ``""`` if it does not. Flags are left out: each version of it knows more of them."""
    keyword, words = one.keyword, one.words
    if keyword not in _FORMS:
        return "unknown instruction"
    if not staged and keyword != "ARG":
        return f"{keyword} stands before the first FROM"
    if not words and one.trigger is None and keyword not in _MAY_BE_BARE:
        return f"{keyword} needs an argument"
    match keyword:
        case "FROM" if len(words) != 1 and not (len(words) == 3 and words[1].lower() == "as"):
            return "FROM takes an image, or an image, AS and a name"
        case "FROM" if len(words) == 3 and not stage_name(one):
            return "the name of a stage is a letter, then letters, digits, `-`, `_` and `.`"
        case "ADD" | "COPY" if len(words) == 1:
            return f"{keyword} needs a destination"
        case "ENV" | "LABEL" if "" in words[::2]:
            return f"{keyword} with an empty name"
        case "ARG" if any(word.startswith("=") for word in words):
            return "ARG with an empty name"
        case "SHELL" if not one.json:
            return "SHELL takes a JSON array"
        case "ONBUILD" if one.trigger is not None and one.trigger.keyword in _NOT_ON_BUILD:
            return f"{one.trigger.keyword} cannot be ONBUILD"
        case "HEALTHCHECK" if words[0].upper() not in ("CMD", "NONE"):
            return "HEALTHCHECK takes CMD or NONE"
        case "HEALTHCHECK" if (words[0].upper() == "NONE") != (len(words) == 1):
            return "HEALTHCHECK CMD takes a command, NONE takes nothing"
    return ""
