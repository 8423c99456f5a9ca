"""Names of images as Skaffold makes them: a default repository put before them, and Go templates filled in.

Sources: ``pkg/skaffold/docker/default_repo.go``, ``pkg/skaffold/util/env_template.go``. This module knows texts only.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from archdoc.extract import _values as values
from archdoc.extract._names import named
from archdoc.extract._values import Text, Unknown
from archdoc.regex import regex

MAX_NAME = 255
_PREFIX = regex(r"[A-Za-z0-9.:-]+/[a-z][a-z0-9-]{4,28}[a-z0-9]/?")
_SEVERAL_LEVELS = ("gcr.io", "-docker.pkg.dev")
_ESCAPED = regex(r"[/._:@]")
_TEMPLATE = regex(r"\{\{(.*?)\}\}", re.DOTALL)
_VARIABLE = regex(r"-?\s*\.(\w+)\s*-?")


def filled(text: str, variable: Callable[[str], Text]) -> Text:
    """A text with its ``{{.NAME}}`` filled in; any other template is not known."""
    parts: list[Text] = []
    end = 0
    for match in _TEMPLATE.finditer(text):
        name = _VARIABLE.fullmatch(match[1])
        parts += [(text[end : match.start()],), variable(name[1]) if name else (Unknown("a template"),)]
        end = match.end()
    return values.join([*parts, (text[end:],)])


def variables(text: str) -> list[str]:
    """The names in the templates of a text."""
    found = (_VARIABLE.fullmatch(match[1]) for match in _TEMPLATE.finditer(text))
    return [name[1] for name in found if name]


def with_repository(repository: Text, image: Text) -> Text:
    """The name under which an image is pushed where a default repository is given.

    Registries of Google take names of several levels and keep a common project once; elsewhere ``/ . _ : @`` become ``_``.
    """
    if not repository:
        return image
    name, tag = named(image)
    base = values.known(name)
    found = [
        _replaced(one, base.removeprefix("ko://")) if base else _behind(one, None) for one in values.alternatives(repository)
    ]
    new = values.text(values.choice(values.simplify(one) for one in found))
    return values.join((new, (":",), tag)) if tag else new


def _replaced(repository: Text, base: str) -> Text:
    where = values.shown(repository)
    if base.startswith(where):
        return (base,)
    ours, theirs = _PREFIX.match(where), _PREFIX.match(base)
    known = values.known(repository) is not None
    if any(mark in (where if not known else ours[0] if ours else "") for mark in _SEVERAL_LEVELS):
        common = ours is not None and theirs is not None and ours[0] == theirs[0]
        return _behind(repository, base[len(theirs[0]) :] if common and theirs else base)
    if not values.truthy(repository[:1]) and _ESCAPED.search(base):
        return _behind(repository, None)
    return _behind(repository, _ESCAPED.sub("_", base))


def _behind(repository: Text, rest: str | None) -> Text:
    whole = values.join((repository, ("/",), (Unknown("the default repository"),) if rest is None else (rest,)))
    text = values.known(whole)
    return whole if text is None else (text[:MAX_NAME],)
