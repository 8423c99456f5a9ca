"""Variables of Compose files: ``.env`` files, and what ``$V ${V} ${V:-d} ${V-d} ${V:?e} ${V:+x} $$`` come to.

Source of the rules: the Compose Specification, page Interpolation, and the dotenv reader of compose-go. What nobody sets stays
unknown, though Compose would put nothing there: a file that names a variable means somebody to set it. This module knows no key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from archdoc.extract import _trace as trace
from archdoc.extract import _values as values
from archdoc.extract._trace import Use
from archdoc.extract._values import Text, Unknown
from archdoc.model import Evidence
from archdoc.regex import regex

Lookup: TypeAlias = Callable[[str], Text | None]
"""A variable's value; None for one that nobody sets."""

_MAX_DEPTH = 8
_MAX_TEXT = 16_384
_MAX_BRACES = 1_024
_MAYBE_EMPTY = ("inputs.", "vars.", "github.event.", "github.head_ref", "github.base_ref")
_NAME = regex(r"[A-Za-z_][A-Za-z0-9_]*")
_ROW = regex(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*[=:]\s*(.*)")
_COMMENT = regex(r"\s+#.*")
_DEFAULT = regex(r"\$\{(\w+):?-([^{}]*)\}")


def interpolate(text: str, lookup: Lookup, depth: int = 0) -> Text:
    """A scalar with its variables put in; what is no variable stays as it is."""
    if "$" not in text:
        return (text,) if text else ()
    if len(text) > _MAX_TEXT or depth > _MAX_DEPTH:
        return (Unknown("a very long text"),)
    found: list[Text] = []
    at = 0
    while (mark := text.find("$", at)) >= 0:
        found.append((text[at:mark],))
        name = _NAME.match(text, mark + 1)
        if text[mark + 1 : mark + 2] == "$":
            found.append(("$",))
            at = mark + 2
        elif name:
            found.append(_value(name[0], "", "", lookup, depth))
            at = name.end()
        elif (end := _closing(text, mark)) and (name := _NAME.match(text, mark + 2)):
            operator, operand = _operator(text[name.end() : end])
            found.append(_value(name[0], operator, operand, lookup, depth))
            at = end + 1
        else:
            found.append(("$",))
            at = mark + 1
    found.append((text[at:],))
    return values.join(found)


def noted(name: str, at: Evidence, text: str, lookup: Lookup) -> None:
    """Note what a scalar comes to, as a variable or as a value of a field, for who asks (`_trace`)."""
    if trace.log is None:
        return
    asked: dict[str, Text | None] = {}

    def asking(one: str) -> Text | None:
        return asked.setdefault(one, lookup(one))

    value = interpolate(text, asking)
    defaults = dict(_DEFAULT.findall(text))
    for one in [one for one, found in asked.items() if found is None]:
        if one in defaults:
            asked[one] = interpolate(defaults[one], lookup)
            trace.note(one, at.path, at.line, "", asked[one])
        elif f"${{{one}:" in text or f"${{{one}-" in text:
            del asked[one]  # a default with variables in it: those tell
    trace.note(
        name, at.path, at.line, text, value, [Use(f"${one}", (Unknown(one),) if v is None else v) for one, v in asked.items()]
    )


def dotenv(data: bytes, before: Lookup, path: str = "") -> dict[str, Text]:
    """The variables of a ``.env`` file; `before` are those that its values may name, and that win over it."""
    known: dict[str, Text] = {}

    def lookup(name: str) -> Text | None:
        given = before(name)
        return known.get(name) if given is None else given

    for number, row in enumerate(data.decode("utf-8", errors="replace").splitlines(), 1):
        match = _ROW.match(row)
        if match:
            known[match[1]] = _written(match[2], lookup)
            if path:
                noted(match[1], Evidence(path, number), _COMMENT.sub("", match[2]).strip("\"'"), lookup)
    return known


def layered(first: Lookup, second: Mapping[str, Text]) -> Lookup:
    """The variables of `first`, and below them those of a file."""

    def lookup(name: str) -> Text | None:
        given = first(name)
        return second.get(name) if given is None else given

    return lookup


def nothing(_name: str) -> Text | None:
    """No variable is set."""
    return None


def _written(value: str, lookup: Lookup) -> Text:
    quote = value[:1]
    if quote in ("'", '"'):
        inner = value[1:].partition(quote)[0]
        return ((inner,) if inner else ()) if quote == "'" else interpolate(inner, lookup)
    return interpolate("" if value.startswith("#") else _COMMENT.sub("", value).rstrip(), lookup)


def _closing(text: str, mark: int) -> int:
    """Where the brace of ``${`` closes, 0 where it does not."""
    if text[mark + 1 : mark + 2] != "{":
        return 0
    depth = 0
    for at in range(mark + 1, min(len(text), mark + _MAX_BRACES)):
        depth += (text[at] == "{") - (text[at] == "}")
        if depth == 0:
            return at
    return 0


def _operator(rest: str) -> tuple[str, str]:
    for operator in (":-", ":?", ":+", "-", "?", "+"):
        if rest.startswith(operator):
            return operator, rest[len(operator) :]
    return ("", "") if not rest else ("unknown", rest)


def _value(name: str, operator: str, operand: str, lookup: Lookup, depth: int) -> Text:
    value = lookup(name)
    empty = value is None or (value == () and operator.startswith(":"))
    if operator in ("-", ":-"):
        other = interpolate(operand, lookup, depth + 1) if empty or operator == ":-" else ()
        if empty or value is None:
            return other
        # What a run may leave empty may be either; a commit or the output of a step is never empty.
        unsure = operator == ":-" and any(source.startswith(_MAYBE_EMPTY) for source in values.sources(value))
        return values.text(values.choice((values.simplify(value), values.simplify(other)))) if unsure else value
    if operator in ("+", ":+"):
        return () if empty else interpolate(operand, lookup, depth + 1)
    return value if value is not None and operator != "unknown" else (Unknown(name),)
