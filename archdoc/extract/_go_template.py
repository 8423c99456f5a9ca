"""Texts of configuration files with Go templates in them (``ghcr.io/acme/{{ .ProjectName }}:{{ .Version }}``), as far as known.

Fields and the simplest functions are evaluated; whatever a condition or another function makes is unknown. This module knows no
tool: who calls says what the fields are.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from archdoc.extract import _values as values
from archdoc.extract._values import Text, Unknown
from archdoc.regex import regex

_MAX_TEXT = 8_192
_ACTION = regex(r"\{\{(-\s)?\s*([^{}]{0,512}?)\s*(\s-)?\}\}")
_BLOCK = regex(r"(?:if|range|with|block|define)\b")
_FIELD = regex(r"\$?\.([A-Za-z_][\w.]*)")
_INDEX = regex(r"""index \.(\w+) ["`]([\w.-]+)["`]""")
_DEFAULT = regex(r"""envOrDefault ["`](\w+)["`] ["`]([^"`]*)["`]""")
_CALL = regex(r"(\w+)\s+(.+)")
_LITERAL = regex(r"""["`]([^"`\\]*)["`]""")
_COMMENT = regex(r"/\*.*\*/", re.DOTALL)
_LOWER = frozenset({"tolower", "lower"})
_SAME = frozenset({"trim", "print", "printf", "quote", "toString"})
_OTHERWISE = regex(r"default\s+(\S+)")


def expand(text: str, field: Callable[[str], Text]) -> Text:
    """A text with its actions put in; `field` gives ``Env.REGISTRY`` for ``{{ .Env.REGISTRY }}``."""
    if "{{" not in text:
        return (text,) if text else ()
    found: list[Text] = []
    at = depth = 0
    trims = False
    for match in _ACTION.finditer(text[:_MAX_TEXT]):
        between = text[at : match.start()]
        between = between.lstrip() if trims else between
        if depth == 0:
            found.append((between.rstrip() if match[1] else between,))
        at, trims, action = match.end(), bool(match[3]), match[2].strip()
        if _BLOCK.match(action):
            if depth == 0:
                found.append((Unknown("a condition of the template"),))
            depth += 1
        elif action == "end":
            depth = max(0, depth - 1)
        elif depth == 0 and not _COMMENT.fullmatch(action) and ":=" not in action:
            found.append(_pipeline(action, field))
    rest = text[at:]
    found.append((rest.lstrip() if trims else rest,) if depth == 0 and "{{" not in rest else (Unknown("a template"),))
    return values.join(found)


def _pipeline(action: str, field: Callable[[str], Text]) -> Text:
    first, *functions = (one.strip() for one in action.split("|"))
    value = _value(first, field)
    for function in functions:
        otherwise = _OTHERWISE.fullmatch(function)
        if otherwise is None:
            value = _applied(function, value, action)
        elif not value:
            value = _value(otherwise[1], field)
    return value


def _value(action: str, field: Callable[[str], Text]) -> Text:
    action = action.strip("()").strip()
    if match := _FIELD.fullmatch(action):
        return field(match[1])
    if match := _LITERAL.fullmatch(action):
        return (match[1],) if match[1] else ()
    if match := _INDEX.fullmatch(action):
        return field(f"{match[1]}.{match[2]}")
    if match := _DEFAULT.fullmatch(action):
        value = field(f"Env.{match[1]}")
        return values.text(values.choice((values.simplify(value), match[2]))) if not values.truthy(value) else value
    match = _CALL.fullmatch(action)
    return _applied(match[1], _value(match[2], field), action) if match else (Unknown(action[:40]),)


def _applied(function: str, value: Text, action: str) -> Text:
    if function in _LOWER:
        return values.lower(value)
    return value if function in _SAME else (Unknown(f"the template `{action[:40]}`"),)
