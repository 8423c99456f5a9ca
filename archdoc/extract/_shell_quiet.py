"""Which statements of a script set nothing and write nowhere: of these only the heads of their commands count.

A walk may pass over such a statement once it knows that nobody asks for a command that begins so. Where a statement may do
more, its names are None. This module knows what the shell does by itself, and no tool.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from archdoc.extract._shell_branches import LEAVING
from archdoc.extract._shell_commands import CHANGING, WRAPPERS
from archdoc.extract._shell_syntax import (
    Assignment,
    Function,
    Head,
    Literal,
    Loop,
    Names,
    Parameter,
    Redirect,
    Statement,
    Word,
    WordPart,
)
from archdoc.regex import regex

NONE: frozenset[Head] = frozenset()
_LONGEST_HEAD = 4
_PLAIN = regex(r"-{0,2}[a-z][a-z-]*")
_SETTING = frozenset({":=", "="})
_FLAGS = frozenset({"-n", "-e", "-en", "-ne"})
_SPEAKING = {"echo": 1, "printf": 2}
"""Commands whose output speaks to the runner where it begins with ``::``, and how many of their words may be its beginning."""


_ASKING = ("[", "test", "true", "false", ":")
_STATE = ("cd", "pushd", "popd", "read", "unset", "shift", "export", "declare", "local", "readonly", "typeset")
_OWN = frozenset([*_STATE, *_ASKING, *LEAVING, "eval", "source", ".", "bash", "sh", "find", *WRAPPERS, *CHANGING])
"""Commands that a walk itself has to see."""
_MAX_CHAIN = 40


class Busy:
    """Which commands do something in a script: those that the walk has to see, those that `counts`, functions that call them."""

    def __init__(self, counts: Callable[[Head], bool], functions: Mapping[str, Names] = MappingProxyType({})) -> None:
        self.counts = counts
        self.functions = dict(functions)
        self.known: dict[Head, bool] = {}

    def copy(self) -> Busy:
        """The same for a shell whose functions are its own."""
        return Busy(self.counts, self.functions)

    def define(self, one: Function) -> None:
        """A function, or another one of a name, is there from now on."""
        self.functions[one.name] = one.names
        self.known.clear()

    def __call__(self, head: Head, depth: int = 0) -> bool:
        """Whether a command does something; a function that calls itself is taken for one that does."""
        if head not in self.known:
            self.known[head] = True
            if head[0] in self.functions:
                names = self.functions[head[0]]
                self.known[head] = names is None or depth > _MAX_CHAIN or any(self(one, depth + 1) for one in names)
            else:
                self.known[head] = head[0] in _OWN or self.counts(head)
        return self.known[head]


def of_body(body: Iterable[Statement], *, may_leave: bool = False) -> Names:
    """The heads in statements one behind the other; that these `may_leave` what they stand in makes no difference."""
    found = NONE
    for one in body:
        if one.names is None or isinstance(one, Function) or (isinstance(one, Loop) and one.variable):
            return None
        found |= one.names
    return found if not may_leave else frozenset(one for one in found if one[0] not in LEAVING)


def of_arms(arms: Iterable[Sequence[Statement]], redirects: Sequence[Redirect], subject: Word | None = None) -> Names:
    """The heads in bodies that have some redirections in common, and in the word that chooses one of them."""
    found = _of_redirects(redirects)
    if found is not None and subject is not None:
        inside = _of_parts(subject.parts)
        found = None if inside is None else found | inside
    for arm in arms:
        names = of_body(arm) if found is not None else None
        if found is None or names is None:
            return None
        found |= names
    return found


def of_simple(assignments: Sequence[Assignment], words: Sequence[Word], redirects: Sequence[Redirect]) -> Names:
    """The head of a command with those in its substitutions."""
    name = words[0].literal if words else None
    if not name or "__EXPRESSION" in name or (assignments and any(one.array for one in assignments)):
        return None
    if name in _SPEAKING and not _is_plain_speech(words[1:], _SPEAKING[name]):
        return None
    found = _of_redirects(redirects) if name != "cat" or not redirects else None
    for word in (*words[1:], *(value for one in assignments for value in one.values)):
        if word.plain is not None and found is not None:
            continue
        names = _of_parts(word.parts) if found is not None else None
        if found is None or names is None:
            return None
        found |= names
    return None if found is None else found | {_head(name, words)}


def _head(name: str, words: Sequence[Word]) -> Head:
    """The name of a command with the plain words that follow it: ``kubectl -n test get``."""
    found = [name]
    for word in words[1:_LONGEST_HEAD]:
        text = word.literal if word.plain is not None else None
        if not text or not _PLAIN.fullmatch(text):
            break
        found.append(text)
    return tuple(found)


def _is_plain_speech(words: Sequence[Word], count: int) -> bool:
    """Whether a printed text surely begins with something else than ``:``."""
    said = [word for word in words if word.literal not in _FLAGS][:count]
    heads = [word.parts[0] if word.parts else None for word in said]
    return all(isinstance(head, Literal) and head.text[:1] not in ("", ":", "_") for head in heads)


def _of_redirects(redirects: Sequence[Redirect]) -> Names:
    found = NONE
    for one in redirects:
        harmless = one.operator in ("<", "<<<", ">&", "<&") or one.descriptor == "2" or one.word.literal == "/dev/null"
        names = _of_parts(one.word.parts) if harmless and one.operator != "<<" else None
        if names is None:
            return None
        found |= names
    return found


def _of_parts(parts: Iterable[WordPart]) -> Names:
    found = NONE
    for part in parts:
        if isinstance(part, Literal):
            continue
        if isinstance(part, Parameter):
            names = None if part.operator in _SETTING else _of_parts(part.operand) if part.operand else NONE
        else:
            names = of_body(part.body)
        if names is None:
            return None
        found |= names
    return found
