"""What the parts of a shell word come to: parameters with their operators, outputs of plain text tools, fields.

Bash Reference Manual, section 3.5, for values that may be unknown in part. Nothing is run: a substitution that no row of
`FILTERS` or `SOURCES` covers is unknown. This module knows variables only through `Variables`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple, Protocol

from archdoc.extract import _shell_files as shell_files
from archdoc.extract import _shell_json as shell_json
from archdoc.extract import _shell_lines as shell_lines
from archdoc.extract import _shell_machine as machine
from archdoc.extract import _shell_operators as operators
from archdoc.extract import _shell_printf as shell_printf
from archdoc.extract import _shell_read as reading
from archdoc.extract import _values as values
from archdoc.extract._shell_commands import ON_RUNNER
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
from archdoc.regex import regex

MAX_LINE = 200
_MARK = regex(r"(__EXPRESSION\d+__)")
_SAFE_NAME = regex(r"[\w.+-]{1,40}")


class Heard(NamedTuple):
    """What statements print, None where that is not known, and the file from which bash would hand it on."""

    text: Text | None = None
    file: str = ""


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

    def is_unset(self, name: str) -> bool:
        """Whether nothing sets a variable: neither the script nor what it runs in."""

    def is_function(self, name: str) -> bool:
        """Whether a command is a function of the script."""

    def made(self, path: str) -> bool:
        """Whether the script may have made or changed a file before."""

    def visit(self, body: tuple[Statement, ...]) -> Heard:
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
            first, *rest = [piece] if quoted else cut(piece)
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
    file = variables.visit(part.body).file
    return [((file,) if file and part.kind == "<()" else (Unknown(part.kind),), True)]


def cut(value: Text) -> list[Text]:
    """A value cut at the blanks of its known parts; a blank at an end parts it from what stands there."""
    pieces: list[list[values.Part]] = [[]]
    for part in value:
        first, *rest = re.split(r"\s+", part) if isinstance(part, str) else [part]
        pieces[-1].append(first)
        pieces.extend([one] for one in rest)
    return [tuple(one for one in piece if one != "") for piece in pieces]


def _elements(part: Parameter, variables: Variables) -> list[Text] | None:
    """The elements that a word gets from ``$@``, ``${array[@]}`` and what an operator makes of them; None for one text."""
    if part.operator == "length" or not (_is_each(part) or (_is_joined(part) and not part.quoted)):
        return None
    found = variables.elements(part.name)
    if found is None or not part.operator:
        return found
    if part.operator == "indirect":
        return [(one,) for one in keys(found)] if part.name not in ("@", "*") else None
    if part.operator in (":+", "+"):
        operand = part.operand[0] if len(part.operand) == 1 else None
        return [] if not found else _elements(operand, variables) if isinstance(operand, Parameter) else None
    if part.operator in _DEFAULTS:
        return found or None
    operand_text = text(part.operand, variables)
    if part.operator == ":":
        return _slice(part, found, operators.place(operand_text))
    if not operators.changes(part.operator):
        return None
    return [operators.changed(part.operator, one, operand_text, part.name) for one in found]


def _slice(part: Parameter, found: list[Text], place: tuple[int, int | None] | None) -> list[Text]:
    """``${array[@]:1:2}``; the arguments are counted from 1."""
    if place is None or any(map(is_open, found)):
        return [(Unknown(part.name),)]
    start, length = place
    start = start - 1 if part.name in ("@", "*") and start > 0 else start
    start = start if start >= 0 else max(len(found) + start, 0)
    return found[start:] if length is None else found[start : start + length] if length >= 0 else [(Unknown(part.name),)]


def is_open(element: Text) -> bool:
    """Whether what is taken for one element may be several, or none."""
    return any(isinstance(one, Unknown) for one in element)


def keys(elements: Sequence[Text]) -> Sequence[str]:
    """The keys of an array."""
    return elements.keys if isinstance(elements, Keyed) else [str(number) for number in range(len(elements))]


class Keyed(list[Text]):
    """The elements of an associative array, with their `keys`."""

    def __init__(self, pairs: Mapping[str, Text]) -> None:
        """By their keys, in the order in which they were set."""
        super().__init__(pairs.values())
        self.keys = tuple(pairs)


class Grown(list[Text]):
    """An array to which not every way through a script adds all: these elements are in it at most."""


def _is_each(part: Parameter) -> bool:
    return part.name == "@" or part.subscript == "@"


def _is_joined(part: Parameter) -> bool:
    return part.name == "*" or part.subscript == "*"


def _one(part: Parameter, variables: Variables) -> Text:
    """The value before any operator: of an array the element that is asked for, or all of them."""
    found = variables.elements(part.name) if part.subscript else None
    if found is None:
        first = part.subscript in ("", "@", "*", "0")
        return variables.value(part.name) if first else (Unknown(part.name),)
    if part.subscript in ("@", "*"):
        return values.join(piece for number, one in enumerate(found) for piece in ((" ",) if number else (), one))
    wanted = index(part.subscript, variables, keyed=isinstance(found, Keyed))
    if isinstance(found, Keyed):
        pairs = dict(zip(found.keys, found, strict=True))
        return (Unknown(part.name),) if wanted is None else pairs.get(wanted, ())
    if wanted is None and found:
        return values.text(values.choice(values.simplify(one) for one in found))
    if not re.fullmatch(r"-?\d{1,6}", wanted or ""):
        return (Unknown(part.name),)
    assert wanted is not None
    place = int(wanted) if int(wanted) >= 0 else len(found) + int(wanted)
    if any(map(is_open, found[: place + 1 if int(wanted) >= 0 else None])):
        return found[0] if place == 0 else (Unknown(part.name),)
    return found[place] if 0 <= place < len(found) else ()


_KEY = regex(r"\$\{?(\w+)\}?|([^$`]*)")


def index(subscript: str, variables: Variables, *, keyed: bool) -> str | None:
    """The index or key that a subscript says; None where that is not known."""
    match = _KEY.fullmatch(subscript.strip().strip("\"'"))
    if match is None:
        return None
    name = match[1] or ("" if keyed or not match[2].isidentifier() else match[2])
    return values.known(variables.value(name)) if name else match[2]


def _length(part: Parameter, variables: Variables) -> Text:
    """``${#name}``, ``${#array[@]}``."""
    found = variables.elements(part.name) if _is_each(part) or _is_joined(part) else None
    if found is not None:
        open_ended = isinstance(found, Grown) or any(map(is_open, found))
        return (Unknown(part.name),) if open_ended else (str(len(found)),)
    known = values.known(_one(part, variables))
    return (Unknown(part.name),) if known is None else (str(len(known)),)


def parameter(part: Parameter, variables: Variables) -> Text:
    """What ``${name<operator>operand}`` comes to."""
    operator = part.operator
    if operator == "length":
        return _length(part, variables)
    value = _one(part, variables)
    if not operator:
        return value
    if operator in _DEFAULTS:
        return _default(part, value, variables)
    if not operators.changes(operator):
        return (Unknown(part.name),)
    return operators.changed(operator, value, text(part.operand, variables), part.name)


_DEFAULTS = frozenset({":-", "-", ":=", "=", ":+", "+", ":?", "?"})


_NEVER_EMPTY = frozenset(
    f"github.{name}"
    for name in (
        *("actor", "event_name", "job", "ref", "ref_name", "ref_type", "repository", "repository_owner"),
        *("run_attempt", "run_id", "run_number", "sha", "workflow"),
    )
)
"""What a run of GitHub always has, though only the run knows it."""


def _default(part: Parameter, value: Text, variables: Variables) -> Text:
    kind = part.operator[-1]
    known = values.known(value)
    if kind == "?":
        return value
    other = text(part.operand, variables)
    if variables.is_unset(part.name):
        known, value = "", ()
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
    elif known or values.truthy(value) or not _NEVER_EMPTY.isdisjoint(values.sources(value)):
        result = value
    else:
        result = values.text(values.choice((values.simplify(value), values.simplify(other))))
    if kind == "=":
        variables.assign(part.name, result)
    return result


def substitution(body: tuple[Statement, ...], variables: Variables) -> Text:
    """What ``$(body)`` prints, where it is a plain text tool; unknown for anything else, which is walked for its commands."""
    if (found := _folder(body, variables) or _tool(body) or _file(body, variables)) is not None:
        return found
    if (tried := _tried(body)) and values.known(printed := substitution(tried, variables)) is not None:
        return printed
    stages = body[0].stages if len(body) == 1 and isinstance(body[0], Pipeline) else body
    commands = tuple(stage for stage in stages if isinstance(stage, Simple))
    if len(body) != 1 or len(commands) != len(stages) or not commands or not commands[0].words:
        heard = variables.visit(body)
        return (Unknown("$()", heard.file),) if heard.text is None else heard.text
    first = values.known(next(iter(fields(commands[0].words[0], variables)), ())) or ""
    source = SOURCES.get(first)
    filters = [FILTERS.get(next((one.literal or "" for one in stage.words), "")) for stage in commands[1:]]
    given = reading.given(commands[0].redirects, partial(text, variables=variables), variables.read_file)
    if given is not None and first in FILTERS:
        heard = Heard(FILTERS[first](given, [values.shown(one) for one in _words(commands[0], variables)[1:]]))
    elif source is not None:
        heard = Heard(source(_words(commands[0], variables)[1:], variables))
    else:
        alone = variables.is_function(first) and None not in filters
        heard = variables.visit(commands[:1] if alone else body)
    result = heard.text
    for stage, change in zip(commands[1:], filters, strict=True):
        if result is None or change is None:
            result = None
            break
        result = change(result, [values.shown(one) for one in _words(stage, variables)[1:]])
    if result is not None:
        return result
    return (Unknown(f"$({first})" if _SAFE_NAME.fullmatch(first) else "$()", heard.file),)


def _words(command: Simple, variables: Variables) -> list[Text]:
    return [one for word in command.words for one in fields(word, variables)]


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


def _pwd(_arguments: Sequence[Text], variables: Variables) -> Text:
    return variables.directory()


def _git(arguments: Sequence[Text], variables: Variables) -> Text | None:
    shown = [values.known(one) for one in arguments]
    return variables.value("GITHUB_WORKSPACE") if shown == ["rev-parse", "--show-toplevel"] else None


def _dirname(arguments: Sequence[Text], _variables: Variables) -> Text | None:
    known = [one for one in map(values.known, arguments) if one != "--"]
    return None if len(known) != 1 or known[0] is None else (posixpath.dirname(known[0].rstrip("/")) or ".",)


SOURCES: dict[str, Callable[[Sequence[Text], Variables], Text | None]] = {
    "echo": _echo,
    "printf": lambda arguments, _: shell_printf.printf(arguments),
    "pwd": _pwd,
    "git": _git,
    "basename": lambda arguments, variables: shell_files.basename(arguments, variables.folder),
    "dirname": _dirname,
    "cat": _cat,
    "realpath": _path,
    "readlink": _read_link,
    "find": lambda arguments, variables: shell_files.find(arguments, variables.folder),
    "ls": lambda arguments, variables: shell_files.ls(arguments, variables.folder),
    "jq": lambda arguments, variables: shell_json.jq(arguments, variables.read_file),
    "go": lambda arguments, variables: machine.go(arguments, variables.value),
    "uname": lambda arguments, variables: machine.uname(arguments, variables.value),
    "dpkg": lambda arguments, variables: machine.dpkg(arguments, variables.value),
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
    "grep": shell_lines.grep,
    "head": shell_lines.head,
    "tail": shell_lines.tail,
    "xargs": shell_lines.xargs,
    "cat": _same,
    "sort": shell_json.sort,
    "jq": shell_json.jq_filter,
}
"""Commands that change what they read in a way that is known from their arguments."""

__all__ = ["FILTERS", "SOURCES", "Opaque", "Variables", "fields", "is_literal", "mark", "parameter", "substitution", "text"]
