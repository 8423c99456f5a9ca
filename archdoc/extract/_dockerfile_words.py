"""The words of a Dockerfile: quotes, escapes and ``$V ${V} ${V:-x} ${V#p} ${V/a/b}``, as BuildKit's shell lexer reads them.

The rules are those of ``frontend/dockerfile/shell`` in BuildKit. Beyond it, a value may hold `UNKNOWN`: a part that only the
build knows, which makes unknown what is computed from it and nothing else. This module knows no instruction and no file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from archdoc.regex import regex

UNKNOWN = "\0"
"""A part of a value that only the build knows; `shown` writes it ``*``."""

SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
"""What Go takes for white space; `str.isspace` knows four more."""

Env: TypeAlias = Mapping[str, str | None]
"""Variables: a value, or None for one that is declared and set by the build only (unset to ``:-``, unknown to ``$V``)."""

MAX_VALUE = 512
_MAX_WORD = 4096
_MAX_DEPTH = 50
_MAX_PATTERN = 32
_MAX_MATCHES = 32
_SPECIAL = "@*#?-$!0"
_PLAIN = regex(r"[^$<'\"\\`\s\x85\xa0]+")
_NEEDS_READING = regex(r"[$'\"\\`]")
_UNKNOWNS = regex("\0+")
_HEREDOC = regex(r"([0-9]*)<<(-?)[\t\n\f\r ]*([^<]*)")
_ANY, _ONE = "any", "one"


class RefusedError(ValueError):
    """What BuildKit refuses to read; the text says why and repeats no value."""


def expand(word: str, env: Env, escape: str = "\\", missing: str | None = "") -> str:
    """The value of a word: variables replaced, quotes and escapes taken off.

    `missing` is the value of a variable that `env` does not hold: ``""`` as in FROM, None where a base image may set it.
    A value too long for any name is `UNKNOWN`. Raises RefusedError for a substitution or quote that BuildKit refuses.
    """
    if len(word) > _MAX_WORD or not _NEEDS_READING.search(word):
        return _bounded(word)
    return _bounded(_Lexer(word, env, escape, missing).read()[0])


def expand_words(word: str, env: Env, escape: str = "\\", missing: str | None = "") -> list[str]:
    """The words that a word stands for: a variable that holds white space makes several. Raises RefusedError as `expand` does."""
    if len(word) > _MAX_WORD or not _NEEDS_READING.search(word):
        return [_bounded(one) for one in _SPACES.split(word) if one]
    return [_bounded(one) for one in _Lexer(word, env, escape, missing).read()[1]]


def shown(value: str) -> str:
    """A value with ``*`` for each unknown part."""
    return _UNKNOWNS.sub("*", value)


def may_be(value: str, text: str) -> bool:
    """Whether a value with unknown parts can turn out as a text."""
    first, *middle = value.split(UNKNOWN)
    last = middle.pop() if middle else ""
    at, end = len(first), len(text) - len(last)
    if UNKNOWN not in value or at > end or not text.startswith(first) or not text.endswith(last):
        return value == text
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def heredoc_names(line: str) -> list[tuple[str, bool, bool]]:
    """The heredocs that a line opens: the word that ends each, whether tabs before it are cut, and whether blanks precede it.

    A line whose quotes or substitutions do not close opens none; neither does a quoted ``<<``.
    """
    try:
        words = _Lexer(line, {}, raw=True).read()[1]
        found = [(match, _Lexer(match[3], {}, keep=True).read()[1]) for word in words if (match := _HEREDOC.fullmatch(word))]
    except RefusedError:
        return []
    return [(names[0], match[2] == "-", match[0][match.end(2) :] != match[3]) for match, names in found if len(names) == 1]


def split_quoted(text: str, escape: str) -> list[str]:
    """Words cut at white space, quotes and escapes left on: the form of ENV, ARG and LABEL."""
    if "'" not in text and '"' not in text and escape not in text:
        return text.split() if text.isascii() else [word for word in _SPACES.split(text) if word]
    return [match[1] for match in _QUOTED[escape].finditer(text) if match[1]]


_SPACES = regex(f"[{SPACE}]+")
_QUOTED = {
    escape: regex(
        # An escape takes one character with it, except in single quotes; an open quote runs to the end; a last escape is dropped.
        rf"""((?:{e}.|'[^']*+(?:'|\Z)|"(?:{e}.|[^"{e}])*+(?:"|(?={e}?\Z))|[^{SPACE}'"{e}])+){e}?""",
        re.DOTALL,
    )
    for escape, e in (("\\", r"\\"), ("`", "`"))
}


def _bounded(value: str) -> str:
    return value if len(value) <= MAX_VALUE else UNKNOWN


class _Lexer:
    """One pass over one text. `raw` leaves quotes and escapes on, `keep` (implied by it) leaves variables as they are."""

    __slots__ = ("at", "depth", "env", "escape", "keep", "missing", "raw", "text")

    def __init__(
        self, text: str, env: Env, escape: str = "\\", missing: str | None = "", *, raw: bool = False, keep: bool = False
    ) -> None:
        self.text = text
        self.env = env
        self.escape = escape
        self.missing = missing
        self.raw = raw
        self.keep = keep or raw
        self.at = 0
        self.depth = 0

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def next(self) -> str:
        char = self.text[self.at : self.at + 1]
        self.at += 1
        return char

    def read(self, stop: str = "", *, raw_escapes: bool = False) -> tuple[str, list[str]]:
        """The text up to `stop` (or the end) as one value and as words."""
        raw_escapes = raw_escapes or self.raw
        text, escape = self.text, self.escape
        result: list[str] = []
        words: list[str] = []
        word: list[str] = []
        while self.at < len(text):
            plain = _PLAIN.match(text, self.at) if not stop else None
            if plain:
                self.at = plain.end()
                result.append(plain[0])
                word.append(plain[0])
                continue
            char = text[self.at]
            if char == stop:
                self.at += 1
                break
            if char == "$":
                piece = self.dollar()
                result.append(piece)
                _add(piece, word, words)
            elif char in "'\"<":
                piece = self.single() if char == "'" else self.double(raw_escapes) if char == '"' else self.angle()
                result.append(piece)
                word.append(piece)
            elif char == escape:
                piece = (escape if raw_escapes else "") + text[self.at + 1 : self.at + 2]
                self.at += 2
                result.append(piece)
                word.append(piece)
            else:
                self.at += 1
                result.append(char)
                _add(char, word, words)
        else:
            if stop:
                raise RefusedError(f"a substitution lacks its `{stop}`")
        _add(" ", word, words)
        return "".join(result), words

    def single(self) -> str:
        end = self.text.find("'", self.at + 1)
        if end < 0:
            raise RefusedError("a single quote is not closed")
        start = self.at
        self.at = end + 1
        return self.text[start : end + 1] if self.raw else self.text[start + 1 : end]

    def double(self, raw_escapes: bool) -> str:
        self.at += 1
        result = ['"'] if self.raw else []
        while char := self.peek():
            if char == '"':
                self.at += 1
                return "".join([*result, '"'] if self.raw else result)
            if char == "$":
                result.append(self.dollar())
                continue
            self.at += 1
            if char == self.escape:
                if raw_escapes:
                    result.append(char)
                follows = self.peek()
                if follows in ('"', "$", self.escape):
                    self.at += 1
                    char = follows
            result.append(char)
        raise RefusedError("a double quote is not closed")

    def angle(self) -> str:
        """``<``, or ``<<`` with the blanks behind it, which belong to the word since BuildKit 0.22."""
        start = self.at
        self.at += 1
        if self.peek() == "<":
            self.at += 1
            while self.peek() in ("\t", "\r", " "):
                self.at += 1
        return self.text[start : self.at]

    def name(self) -> str:
        """The longest name here: digits, one special parameter, or letters, digits and ``_``."""
        text, start = self.text, self.at
        first = self.peek()
        if first.isdecimal():
            while self.peek().isdecimal():
                self.at += 1
        elif first and first in _SPECIAL:
            self.at += 1
        else:
            while (char := self.peek()) and (char.isalpha() or char.isdecimal() or char == "_"):
                self.at += 1
        return text[start : self.at]

    def value(self, name: str) -> str | None:
        return self.env.get(name, self.missing)

    def plain(self, name: str) -> str:
        value = self.value(name)
        return UNKNOWN if value is None else value

    def dollar(self) -> str:
        """The value of the substitution that begins here."""
        start = self.at
        self.at += 1
        if self.peek() != "{":
            name = self.name()
            if self.keep or not name:
                return self.text[start : self.at]
            return self.plain(name)
        self.at += 1
        if self.peek() in ("", "{", "}", ":"):
            raise RefusedError("bad substitution")
        name = self.name()
        sign = self.next()
        if sign == "}":
            return self.text[start : self.at] if self.keep else self.plain(name)
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise RefusedError(f"substitutions are nested more than {_MAX_DEPTH} deep")
        value = self.replaced(name) if sign == "/" else self.modified(name, sign)
        self.depth -= 1
        return self.text[start : self.at] if self.keep else value

    def modified(self, name: str, sign: str) -> str:
        null_is_unset = sign == ":"
        if null_is_unset:
            sign = self.next()
        known = sign in ("-", "+", "?") or (sign in ("#", "%") and not null_is_unset)
        if not known and not (null_is_unset and self.keep):
            raise RefusedError("unsupported modifier in a substitution")
        word, _ = self.read("}", raw_escapes=sign in ("#", "%"))
        if self.keep:
            return ""
        value = self.value(name)
        if sign in ("#", "%"):
            return _trimmed(self.plain(name), word, from_end=sign == "%")
        unset = value is None or name not in self.env or (null_is_unset and not value)
        if null_is_unset and value == UNKNOWN:
            return UNKNOWN
        if sign == "-":
            return word if unset or value is None else value
        if sign == "+":
            return "" if unset else word
        if unset and value is not None:
            raise RefusedError(f"`{name}` must be set")
        return self.plain(name)

    def replaced(self, name: str) -> str:
        every = self.peek() == "/"
        if every:
            self.at += 1
        pattern, _ = self.read("/", raw_escapes=True)
        replacement, _ = self.read("}", raw_escapes=True)
        return "" if self.keep else _substituted(self.plain(name), pattern, replacement, every=every)


def _add(text: str, word: list[str], words: list[str]) -> None:
    """Add text whose white space ends words."""
    for char in text:
        if char not in SPACE:
            word.append(char)
        elif word:
            if joined := "".join(word):
                words.append(joined)
            word.clear()


def _tokens(pattern: str) -> list[str]:
    """A shell pattern as characters, `_ANY` and `_ONE`; RefusedError for an escape that patterns do not have."""
    tokens: list[str] = []
    chars = iter(pattern)
    for char in chars:
        if char == "*":
            tokens.append(_ANY)
        elif char == "?":
            tokens.append(_ONE)
        elif char == "\\":
            escaped = next(chars, "")
            if escaped not in ("*", "?", "\\", "}", "/"):
                raise RefusedError("invalid escape in the pattern of a substitution")
            tokens.append(escaped)
        else:
            tokens.append(char)
    return tokens


class _Pattern(NamedTuple):
    """A shell pattern as two regular expressions: where it begins, and all behind its first `_ANY` (None if it has none).

    Each block between two `_ANY` goes to its first place, the last one of a long match to its last: no search ever turns back,
    so the time of a match is the product of the two lengths at worst.
    """

    head: re.Pattern[str]
    rest: re.Pattern[str] | None

    @classmethod
    def of(cls, tokens: list[str], *, longest: bool) -> _Pattern:
        blocks: list[str] = [""]
        for token in tokens:
            if token == _ANY:
                blocks.append("")
            else:
                blocks[-1] += "." if token == _ONE else re.escape(token)
        head, *middle = blocks
        if not middle:
            return cls(re.compile(head, re.DOTALL), None)
        last = middle.pop()
        rest = "".join(f"(?>.*?{block})" for block in middle) + (".*" if longest else ".*?") + last
        return cls(re.compile(head, re.DOTALL), re.compile(rest, re.DOTALL))

    def span(self, first: re.Match[str] | None) -> tuple[int, int] | None:
        """Begin and end of the match whose head is given."""
        if first is None or self.rest is None:
            return first and first.span()
        whole = self.rest.match(first.string, first.end())
        return (first.start(), whole.end()) if whole else None


def _known(value: str, pattern: str) -> bool:
    return UNKNOWN not in value and UNKNOWN not in pattern and len(value) <= MAX_VALUE and len(pattern) <= _MAX_PATTERN


def _trimmed(value: str, word: str, *, from_end: bool) -> str:
    """``${V#p} ${V##p} ${V%p} ${V%%p}``; the second sign stands at the head of `word`."""
    longest = word[:1] == ("%" if from_end else "#")
    pattern = word[1:] if longest else word
    tokens = _tokens(pattern)
    if not _known(value, pattern):
        return UNKNOWN
    step = -1 if from_end else 1
    value = value[::step]
    found = _Pattern.of(tokens[::step], longest=longest)
    span = found.span(found.head.match(value))
    return (value[span[1] :] if span else value)[::step]


def _substituted(value: str, pattern: str, replacement: str, *, every: bool) -> str:
    """``${V/p/r}`` and ``${V//p/r}``: the longest match from the left."""
    tokens = _tokens(pattern)
    if not _known(value, pattern):
        return UNKNOWN
    found = _Pattern.of(tokens, longest=True)
    result: list[str] = []
    start = copied = 0
    while (span := found.span(found.head.search(value, start))) is not None:
        if len(result) > 2 * _MAX_MATCHES:
            return UNKNOWN
        begin, end = span
        if not (begin == end == copied and result):
            result += [value[copied:begin], replacement]
            copied = end
        start = end if end > begin else end + 1
        if not every or start > len(value):
            break
    return "".join([*result, value[copied:]])
