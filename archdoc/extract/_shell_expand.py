"""What the parts of a shell word come to: parameters with their operators, outputs of plain text tools, fields.

Bash Reference Manual, section 3.5, for values that may be unknown in part. Nothing is run: a substitution that no row of
`FILTERS` or `SOURCES` covers is unknown. This module knows variables only through `Variables`.
"""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from archdoc.extract import _shell_files as shell_files
from archdoc.extract import _shell_json as shell_json
from archdoc.extract import _values as values
from archdoc.extract._shell_sed import sed
from archdoc.extract._shell_syntax import (
    Branch,
    Group,
    Literal,
    Opaque,
    Parameter,
    Pipeline,
    Simple,
    Statement,
    Substitution,
    Word,
    WordPart,
)
from archdoc.extract._values import Text, Unknown
from archdoc.extract._workspace import ROOT

MAX_PATTERN_TEXT = 2_000
MAX_LINE = 200
_MARK = re.compile(r"(__EXPRESSION\d+__)")
_PLACE = re.compile(r"(?:(-?\d+))?(?::(-?\d+))?")
_SAFE_NAME = re.compile(r"[\w.+-]{1,40}")


class Variables(Protocol):
    """What an expansion may ask for."""

    marks: Mapping[str, Text]
    """The expressions of the script, by the mark that stands for each."""

    def value(self, name: str) -> Text:
        """The value of a variable, unknown where nothing says it; an array gives its first element."""

    def elements(self, name: str) -> list[Text] | None:
        """The elements of an array or of ``@``; None for a plain variable."""

    def assign(self, name: str, value: Text) -> None:
        """Set a variable, as ``${name:=word}`` does."""

    def directory(self) -> Text:
        """The folder the shell is in."""

    def read_file(self, path: Text) -> str | None:
        """The text of a file of the repository; None for any other."""

    def folder(self, path: str) -> Sequence[str] | None:
        """The names in a folder of the repository, folders with a slash behind; None for any other."""

    def visit(self, body: tuple[Statement, ...]) -> str | None:
        """Walk what stands in a substitution."""


def mark(number: int) -> str:
    """What stands in a script for its expression of that number: an identifier that bash reads as part of a word."""
    return f"__EXPRESSION{number}__"


def fields(word: Word, variables: Variables) -> list[Text]:
    """The fields that a word becomes: none for an empty unquoted expansion, several where a known value holds blanks."""
    if len(word.parts) == 1 and isinstance(word.parts[0], Literal) and "__EXPRESSION" not in word.parts[0].text:
        return [(word.parts[0].text,) if word.parts[0].text else ()]
    found: list[list[Text]] = [[]]
    kept = False
    for part in word.parts:
        if isinstance(part, Parameter) and (elements := _elements(part, variables)) is not None:
            for number, element in enumerate(elements):
                if number:
                    found.append([])
                found[-1].append(element)
                kept = True
            continue
        for piece, quoted in _pieces(part, variables):
            kept = kept or quoted
            first, *rest = [piece] if quoted else _split(piece)
            found[-1].append(first)
            found.extend([one] for one in rest)
    result = [values.join(one) for one in found]
    return [one for one in result if one] or ([()] if kept else [])


def text(parts: Sequence[WordPart], variables: Variables) -> Text:
    """Parts in one piece, as in quotes or in an assignment."""
    return values.join(piece for part in parts for piece, _ in _pieces(part, variables))


def is_literal(word: Word) -> bool:
    """Whether nothing in a word is expanded."""
    parts = word.parts
    if len(parts) == 1:  # most words by far
        return isinstance(parts[0], Literal) and "__EXPRESSION" not in parts[0].text
    return all(isinstance(part, Literal) and "__EXPRESSION" not in part.text for part in parts)


def _pieces(part: WordPart, variables: Variables) -> list[tuple[Text, bool]]:
    """The value of a part, and whether it is kept in one field."""
    if isinstance(part, Literal):
        if "__EXPRESSION" not in part.text:
            return [((part.text,), True)]
        cut = [piece for piece in _MARK.split(part.text) if piece]
        return [(variables.marks[one], part.quoted) if one in variables.marks else ((one,), True) for one in cut]
    if isinstance(part, Parameter):
        return [(parameter(part, variables), part.quoted)]
    if isinstance(part, Substitution):
        return [(substitution(part.body, variables), part.quoted)]
    file = variables.visit(part.body)
    return [((file,) if file and part.kind == "<()" else (Unknown(part.kind),), True)]


def _split(value: Text) -> list[Text]:
    """A value cut at the blanks of its known parts; a blank at an end parts it from what stands there."""
    pieces: list[list[values.Part]] = [[]]
    for part in value:
        first, *rest = re.split(r"\s+", part) if isinstance(part, str) else [part]
        pieces[-1].append(first)
        pieces.extend([one] for one in rest)
    return [tuple(one for one in piece if one != "") for piece in pieces]


def _elements(part: Parameter, variables: Variables) -> list[Text] | None:
    if part.operator or not (part.name == "@" or (part.name == "*" and not part.quoted) or part.subscript in ("@", "*")):
        return None
    return variables.elements(part.name)


def parameter(part: Parameter, variables: Variables) -> Text:
    """What ``${name<operator>operand}`` comes to."""
    value = variables.value(part.name)
    operator = part.operator
    if not operator:
        return value
    if operator in _DEFAULTS:
        return _default(part, value, variables)
    if operator in _CASES:
        change = _CASES[operator]
        return tuple(change(one) if isinstance(one, str) else one for one in value)
    function = _OPERATORS.get(operator)
    operand = values.known(text(part.operand, variables))
    if function is None or operand is None:
        return (Unknown(part.name),)
    results = [_changed(function, one, operand, part.name) for one in values.alternatives(value)]
    return values.text(values.choice(values.simplify(one) for one in results))


_DEFAULTS = frozenset({":-", "-", ":=", "=", ":+", "+", ":?", "?"})


def _default(part: Parameter, value: Text, variables: Variables) -> Text:
    kind = part.operator[-1]
    known = values.known(value)
    if kind == "?":
        return value
    other = text(part.operand, variables)
    if kind == "+":
        return (
            other
            if known or values.truthy(value)
            else ()
            if known == ""
            else values.text(values.choice((values.simplify(other), None)))
        )
    if known == "":
        result = other
    elif known or values.truthy(value):
        result = value
    else:
        result = values.text(values.choice((values.simplify(value), values.simplify(other))))
    if kind == "=":
        variables.assign(part.name, result)
    return result


def _changed(function: Callable[[str, str], str | None], value: Text, operand: str, name: str) -> Text:
    known = values.known(value)
    result = function(known, operand) if known is not None and len(known) <= MAX_PATTERN_TEXT else None
    return (Unknown(name),) if result is None else (result,) if result else ()


def _first_upper(value: str) -> str:
    return value[:1].upper() + value[1:]


def _first_lower(value: str) -> str:
    return value[:1].lower() + value[1:]


_CASES: dict[str, Callable[[str], str]] = {",,": str.lower, "^^": str.upper, ",": _first_lower, "^": _first_upper}


def _pattern(operand: str) -> re.Pattern[str]:
    return re.compile(fnmatch.translate(operand))


def _without(value: str, operand: str, ends: Sequence[tuple[str, str]]) -> str:
    """The rest of the first cut whose other half fits the pattern."""
    pattern = _pattern(operand)
    return next((rest for half, rest in ends if pattern.match(half)), value)


def _prefix(value: str, operand: str) -> str:
    return _without(value, operand, [(value[:n], value[n:]) for n in range(len(value) + 1)])


def _long_prefix(value: str, operand: str) -> str:
    return _without(value, operand, [(value[:n], value[n:]) for n in range(len(value), -1, -1)])


def _suffix(value: str, operand: str) -> str:
    return _without(value, operand, [(value[n:], value[:n]) for n in range(len(value), -1, -1)])


def _long_suffix(value: str, operand: str) -> str:
    return _without(value, operand, [(value[n:], value[:n]) for n in range(len(value) + 1)])


def _replaced(value: str, operand: str, count: int) -> str | None:
    pattern, _, by = operand.partition("/")
    if any(c in pattern for c in "*?[\\") or not pattern:
        return None
    return value.replace(pattern, by, count)


def _replace_one(value: str, operand: str) -> str | None:
    return _replaced(value, operand, 1)


def _replace_all(value: str, operand: str) -> str | None:
    return _replaced(value, operand, -1)


def _substring(value: str, operand: str) -> str | None:
    match = _PLACE.fullmatch(operand.strip())
    if match is None:
        return None
    start, length = int(match[1] or 0), match[2]
    start = start if start >= 0 else max(len(value) + start, 0)
    if length is None:
        return value[start:]
    return value[start : start + int(length)] if int(length) >= 0 else value[start : int(length)]


_OPERATORS: dict[str, Callable[[str, str], str | None]] = {
    "#": _prefix,
    "##": _long_prefix,
    "%": _suffix,
    "%%": _long_suffix,
    "/": _replace_one,
    "//": _replace_all,
    ":": _substring,
}


def substitution(body: tuple[Statement, ...], variables: Variables) -> Text:
    """What ``$(body)`` prints, where it is a plain text tool; unknown for anything else, which is walked for its commands."""
    if (found := _folder(body, variables) or _tool(body) or _file(body, variables)) is not None:
        return found
    if (tried := _tried(body)) and values.known(printed := substitution(tried, variables)) is not None:
        return printed
    stages = body[0].stages if len(body) == 1 and isinstance(body[0], Pipeline) else body
    commands = [stage for stage in stages if isinstance(stage, Simple)]
    if len(body) != 1 or len(commands) != len(stages) or not commands or not commands[0].words:
        return (Unknown("$()", variables.visit(body) or ""),)
    words = [[one for word in command.words for one in fields(word, variables)] or [()] for command in commands]
    first = values.known(words[0][0]) or ""
    source = SOURCES.get(first)
    result = source(words[0][1:], variables) if source else None
    for stage in words[1:]:
        change = FILTERS.get(values.known(stage[0]) or "")
        result = change(result, [values.shown(one) for one in stage[1:]]) if change and result is not None else None
    if result is not None:
        return result
    file = (variables.visit(body) or "") if source is None else ""
    return (Unknown(f"$({first})" if _SAFE_NAME.fullmatch(first) else "$()", file),)


def _tried(body: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """Of ``a || b`` the ``a``, where that is a plain text tool: what it prints, if that is known, needs no second try."""
    inner = body[0].body if len(body) == 1 and isinstance(body[0], Group) and not body[0].redirects else ()
    first, second = inner if len(inner) == 2 else (None, None)
    if not isinstance(first, Simple) or not isinstance(second, Branch) or second.tests:
        return ()
    return inner[:1] if first.words and (first.words[0].literal or "") in SOURCES else ()


def _folder(body: tuple[Statement, ...], variables: Variables) -> Text | None:
    """``cd folder && pwd``, the way in which scripts ask where they stand."""
    inner = body[0].body if len(body) == 1 and isinstance(body[0], Group) else body
    words = [[one.literal for one in statement.words] for statement in inner if isinstance(statement, Simple)]
    if len(inner) != 2 or len(words) != 2 or words[0][:1] != ["cd"] or words[1] not in (["pwd"], ["pwd", "-P"]):
        return None
    first = inner[0]
    found = [one for word in first.words[1:] for one in fields(word, variables)] if isinstance(first, Simple) else []
    return _path(found[-1:], variables)


def _tool(body: tuple[Statement, ...]) -> Text | None:
    """``command -v docker || command -v podman``: a tool that a runner of GitHub has, by its name."""
    first = body[0].body[0] if len(body) == 1 and isinstance(body[0], Group) and body[0].body else next(iter(body), None)
    words = [one.literal for one in first.words] if isinstance(first, Simple) else []
    asks = words[:2] == ["command", "-v"] or words[:1] == ["which"]
    return (words[-1],) if asks and words[-1] in ON_RUNNER else None


ON_RUNNER = frozenset({"docker", "podman", "buildah", "skopeo", "kubectl", "kustomize", "helm", "kind", "minikube"})
"""Tools for images and clusters that are there already. Source: github.com/actions/runner-images, Ubuntu."""


def _file(body: tuple[Statement, ...], variables: Variables) -> Text | None:
    """``$(< file)``."""
    one = body[0] if len(body) == 1 else None
    if not isinstance(one, Simple) or one.words or one.assignments or [r.operator for r in one.redirects] != ["<"]:
        return None
    return _cat([text(one.redirects[0].word.parts, variables)], variables)


def _cat(arguments: Sequence[Text], variables: Variables) -> Text | None:
    """A file with a single line, as one that holds a version. Longer ones hold more than a name, and are not taken."""
    found = variables.read_file(arguments[0]) if len(arguments) == 1 else None
    line = None if found is None else found.rstrip("\n")
    return None if line is None or "\n" in line or len(line) > MAX_LINE else (line,) if line else ()


def _path(arguments: Sequence[Text], variables: Variables) -> Text | None:
    """A path from the root, without what leads up again."""
    shown = [one for one in arguments if not values.starts(one, "-")]
    if len(shown) != 1:
        return None
    folder = variables.directory()
    whole = shown[0] if values.starts(shown[0], "/") else values.join((folder, ("/",), shown[0]))
    known = values.known(whole)
    return whole if known is None else (posixpath.normpath(known),)


def _read_link(arguments: Sequence[Text], variables: Variables) -> Text | None:
    return _path(arguments, variables) if ("-f",) in arguments else None


def _echo(arguments: Sequence[Text], _variables: Variables) -> Text:
    shown = [one for one in arguments if values.known(one) not in ("-n", "-e", "-en", "-ne")]
    return values.join(piece for number, one in enumerate(shown) for piece in ((" ",) if number else (), one))


def _printf(arguments: Sequence[Text], _variables: Variables) -> Text | None:
    pattern = values.known(arguments[0]) if arguments else None
    if pattern is None or pattern.replace("\\n", "") not in ("%s", ""):
        return arguments[0] if len(arguments) == 1 and "%" not in values.shown(arguments[0]) else None
    if pattern == "%s\\n" and len(arguments) > 2:
        return values.join(piece for one in arguments[1:] for piece in (one, ("\n",)))
    return arguments[1] if len(arguments) == 2 else None


def _pwd(_arguments: Sequence[Text], variables: Variables) -> Text:
    return variables.directory()


def _git(arguments: Sequence[Text], variables: Variables) -> Text | None:
    shown = [values.known(one) for one in arguments]
    return variables.value("GITHUB_WORKSPACE") if shown == ["rev-parse", "--show-toplevel"] else None


def _basename(arguments: Sequence[Text], _variables: Variables) -> Text | None:
    known = [values.known(one) for one in arguments]
    if not known or known[0] is None or len(known) > 2 or known[0] == ROOT:
        return None  # nothing here tells the name of the folder of the checkout
    name = posixpath.basename(known[0].rstrip("/"))
    return (name.removesuffix(known[1] or "") if len(known) == 2 else name,)


def _dirname(arguments: Sequence[Text], _variables: Variables) -> Text | None:
    known = [one for one in map(values.known, arguments) if one != "--"]
    return None if len(known) != 1 or known[0] is None else (posixpath.dirname(known[0].rstrip("/")) or ".",)


SOURCES: dict[str, Callable[[Sequence[Text], Variables], Text | None]] = {
    "echo": _echo,
    "printf": _printf,
    "pwd": _pwd,
    "git": _git,
    "basename": _basename,
    "dirname": _dirname,
    "cat": _cat,
    "realpath": _path,
    "readlink": _read_link,
    "find": lambda arguments, variables: shell_files.find(arguments, variables.folder),
    "ls": lambda arguments, variables: shell_files.ls(arguments, variables.folder),
    "jq": lambda arguments, variables: shell_json.jq(arguments, variables.read_file),
}
"""Commands whose output is known from their arguments."""


def _tr(value: Text, arguments: Sequence[str]) -> Text | None:
    if list(arguments) in _LOWER:
        return values.lower(value)
    known = values.known(value)
    if known is not None and len(arguments) == 2 and arguments[0] == "-d" and not set(arguments[1]) & set("[-\\"):
        return ("".join(c for c in known if c not in arguments[1]),)
    if list(arguments) == ["-d", "\\n"]:
        return value if known is None else (known.replace("\n", ""),)
    if len(arguments) == 2 and len(arguments[0]) == len(arguments[1]) == 1:
        return tuple(one.replace(arguments[0], arguments[1]) if isinstance(one, str) else one for one in value)
    return None


_LOWER = (["[:upper:]", "[:lower:]"], ["A-Z", "a-z"], ["[A-Z]", "[a-z]"])


def _cut(value: Text, arguments: Sequence[str]) -> Text | None:
    known = values.known(value)
    match = re.fullmatch(r"-d ?(.) -f ?(\d{1,4})", " ".join(arguments))
    if known is not None and match and int(match[2]):
        pieces = known.split(match[1])
        return ((pieces[int(match[2]) - 1] if int(match[2]) <= len(pieces) else ""),)
    match = re.fullmatch(r"-c ?(\d{1,4})-(\d{1,4})", " ".join(arguments))
    return None if known is None or not match else (known[int(match[1]) - 1 : int(match[2])],)


def _same(value: Text, arguments: Sequence[str]) -> Text | None:
    return None if arguments else value


FILTERS: dict[str, Callable[[Text, Sequence[str]], Text | None]] = {
    "tr": _tr,
    "cut": _cut,
    "sed": sed,
    "xargs": _same,
    "cat": _same,
    "sort": shell_json.sort,
    "jq": shell_json.jq_filter,
}
"""Commands that change what they read in a way that is known from their arguments."""

__all__ = ["FILTERS", "SOURCES", "Opaque", "Variables", "fields", "is_literal", "mark", "parameter", "substitution", "text"]
