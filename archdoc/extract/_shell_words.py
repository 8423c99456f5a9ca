"""The words of a shell script: quotes, expansions, here-documents, redirections; where blanks and comments end.

What stands inside ``$( )`` is read by whoever reads statements: `Reader.body`. Source: Bash Reference Manual, 3.1, 3.4 to 3.6.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from archdoc.extract._shell_syntax import (
    Argument,
    Literal,
    Opaque,
    Parameter,
    Redirect,
    ShellError,
    Statement,
    Substitution,
    Word,
    WordPart,
)
from archdoc.regex import regex

MAX_DEPTH = 40

_LINE_END = regex("\n")
_BLANK = regex(r"(?:[ \t]|\\\n)+")
_RUN = regex(r"[^\\\s'\"`$;&|<>()]+")
_RUN_QUOTED = regex(r"[^\"\\`$]+")
_RUN_BRACED = regex(r"[^}\\'\"`$]+")
_NAME = regex(r"[A-Za-z_]\w*|[0-9]|[@*#?$!-]")
_BRACED_NAME = regex(r"[A-Za-z_]\w*|[0-9]+|[@*#?$!-]")
_INDEX = regex(r"\[([^\]\n]*)\]")
_OPERATOR = regex(r":?[-=?+]|##?|%%?|//?#?%?|\^\^?|,,?|@[A-Za-z]|:")
_REDIRECT = regex(r"(\d+|\{[A-Za-z_]\w*\})?(<<<|<<-?|<>|<&|>&|>>|>\||&>>|&>|<(?!\()|>(?!\())")
_BACKTICKS = regex(r"`((?:[^`\\]|\\.)*)`", re.DOTALL)
_ANSI = regex(r"\$'((?:[^'\\]|\\.)*)'", re.DOTALL)
_BLANKS = frozenset(" \t\\")
_REDIRECTING = frozenset("<>&0123456789{")
_AFTER_PLAIN = frozenset({"", " ", "\t", "\n", ";", "&", "|", ")"})


@dataclass(slots=True)
class _Heredoc:
    """A here-document whose text begins behind the next line end."""

    redirect: Redirect
    end: str
    quoted: bool
    tabs: bool


class Reader:
    """Recursive descent over characters; `at` is where it reads."""

    def __init__(self, text: str, row: int = 0, depth: int = 0) -> None:
        self.text = text
        self.at = 0
        self.first_row = row
        self.depth = depth
        self.heredocs: list[_Heredoc] = []
        self.breaks = [match.start() for match in _LINE_END.finditer(text)]

    def row(self, at: int | None = None) -> int:
        return self.first_row + bisect_right(self.breaks, (self.at if at is None else at) - 1)

    @abstractmethod
    def body(self, ends: frozenset[str]) -> tuple[Statement, ...]:
        """Statements up to a reserved word of `ends`, a ``)``, a ``;;`` or the end of the text; none of which is taken."""

    @abstractmethod
    def inner(self, text: str, row: int) -> Reader:
        """A reader of a text within this one."""

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error("nested deeper than any sane script")

    def error(self, message: str) -> ShellError:
        return ShellError(message, self.row())

    def blanks(self) -> None:
        """Skip blanks and a comment, not line ends."""
        following = self.text[self.at : self.at + 1]
        if following in _BLANKS and (match := _BLANK.match(self.text, self.at)):
            self.at = match.end()
            following = self.text[self.at : self.at + 1]
        if following == "#" and (self.at == 0 or self.text[self.at - 1] in " \t\n;&|()"):
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end

    def lines(self) -> None:
        """Skip blanks, comments and line ends."""
        self.blanks()
        while self.text.startswith("\n", self.at):
            self.newline()
            self.blanks()

    def newline(self) -> None:
        """Take a line end and the texts of the here-documents that begin behind it."""
        self.at += 1
        waiting, self.heredocs = self.heredocs, []
        for one in waiting:
            row = self.row()
            body = self.heredoc(one.end, tabs=one.tabs)
            parts: tuple[WordPart, ...] = (Literal(body, quoted=True),)
            if not one.quoted and any(c in body for c in "$`\\"):
                parts = self.inner(body, row).here()
            one.redirect.word = Word(parts, row)

    def heredoc(self, end: str, *, tabs: bool) -> str:
        rows: list[str] = []
        while self.at < len(self.text):
            stop = self.text.find("\n", self.at)
            stop = len(self.text) if stop < 0 else stop
            line = self.text[self.at : stop]
            self.at = min(stop + 1, len(self.text))
            line = line.lstrip("\t") if tabs else line
            if line == end:
                break
            rows.append(line + "\n")
        return "".join(rows)

    def close(self, mark: str) -> None:
        self.lines()
        if not self.text.startswith(mark, self.at):
            raise self.error(f"`{mark}` is missing")
        self.at += len(mark)

    def arithmetic(self, at: int) -> int:
        """Behind the ``))`` that ends the arithmetic which begins at `at`; -1 where none does."""
        depth = 0
        while at < len(self.text):
            c = self.text[at]
            if c == "(":
                depth += 1
            elif c == ")" and depth:
                depth -= 1
            elif c == ")":
                return at + 2 if self.text.startswith("))", at) else -1
            elif c in "'\"`":
                end = self.text.find(c, at + 1)
                if end < 0:
                    return -1
                at = end
            at += 1
        return -1

    def word(self, *, in_pattern: bool = False) -> Word | None:
        """The word that begins here; None where none does."""
        text, start = self.text, self.at
        match = _RUN.match(text, start)
        if match and text[match.end() : match.end() + 1] in _AFTER_PLAIN:
            self.at = match.end()
            return plain_word(match[0], self.row(start))
        row = self.row(start)
        parts: list[WordPart] = []
        while self.at < len(text):
            c = text[self.at]
            match = _RUN.match(text, self.at)
            if match:
                parts.append(Literal(match[0]))
                self.at = match.end()
            elif c in "'\"`$\\":
                _QUOTING[c](self, parts)
            elif c in "<>" and text.startswith("(", self.at + 1):
                self.at += 2
                body = self.body(frozenset())
                self.close(")")
                parts.append(Opaque("<()", body=body))
            elif c == "(" and parts and isinstance(parts[-1], Literal) and (in_pattern or parts[-1].text[-1:] in "?*+@!"):
                parts.append(Literal(self.parenthesis()))
            else:
                break
        if len(parts) == 1 and isinstance(parts[0], Literal):
            return plain_word(parts[0].text, row, quoted=parts[0].quoted)
        return Word(tuple(parts), row) if self.at > start else None

    def parenthesis(self) -> str:
        """The text of a pattern's parentheses."""
        start, depth = self.at, 0
        while self.at < len(self.text):
            c = self.text[self.at]
            depth += (c == "(") - (c == ")")
            self.at += 2 if c == "\\" else 1
            if depth == 0:
                return self.text[start : self.at]
        raise self.error("`)` is missing")

    def backslash(self, parts: list[WordPart]) -> None:
        following = self.text[self.at + 1 : self.at + 2]
        if following != "\n":
            parts.append(Literal(following or "\\", quoted=True))
        self.at += 2

    def single(self, parts: list[WordPart]) -> None:
        end = self.text.find("'", self.at + 1)
        if end < 0:
            raise self.error("a quote is never closed")
        parts.append(Literal(self.text[self.at + 1 : end], quoted=True))
        self.at = end + 1

    def double(self, parts: list[WordPart]) -> None:
        self.at += 1
        count = len(parts)
        self.quoted(parts, '"')
        if self.at >= len(self.text):
            raise self.error("a quote is never closed")
        self.at += 1
        if len(parts) == count:
            parts.append(Literal("", quoted=True))

    def quoted(self, parts: list[WordPart], end: str) -> None:
        """Text in which only ``$``, backticks and some backslashes count, up to the character `end` or the end of the text."""
        while self.at < len(self.text):
            c = self.text[self.at]
            match = _RUN_QUOTED.match(self.text, self.at)
            if match:
                parts.append(Literal(match[0], quoted=True))
                self.at = match.end()
            elif c == end:
                return
            elif c == "\\":
                following = self.text[self.at + 1 : self.at + 2]
                if following != "\n":
                    kept = following if following and following in '$`"\\' else c + following
                    parts.append(Literal(kept, quoted=True))
                self.at += 2
            elif c == '"':
                parts.append(Literal(c, quoted=True))
                self.at += 1
            elif c == "$":
                self.dollar(parts, quoted=True)
            else:
                self.backtick(parts, quoted=True)

    def here(self) -> tuple[WordPart, ...]:
        """The whole text as the body of a here-document."""
        parts: list[WordPart] = []
        self.quoted(parts, "")
        return tuple(parts)

    def backtick(self, parts: list[WordPart], *, quoted: bool = False) -> None:
        match = _BACKTICKS.match(self.text, self.at)
        if match is None:
            raise self.error("a backtick is never closed")
        reader = self.inner(re.sub(r"\\([`$\\])", r"\1", match[1]), self.row())
        parts.append(Substitution(reader.body(frozenset()), quoted))
        self.at = match.end()

    def dollar(self, parts: list[WordPart], *, quoted: bool = False) -> None:
        text, at = self.text, self.at
        following = text[at + 1 : at + 2]
        if following == "(":
            if text.startswith("((", at + 1) and (end := self.arithmetic(at + 3)) >= 0:
                inside = self.inner(text[at + 3 : end - 2], self.row()).here()
                body = tuple(statement for part in inside if isinstance(part, Substitution) for statement in part.body)
                parts.append(Opaque("$(())", quoted, body))
                self.at = end
                return
            self.at += 2
            body = self.body(frozenset())
            self.close(")")
            parts.append(Substitution(body, quoted))
        elif following == "{":
            parts.append(self.braced(quoted))
        elif following == "'" and not quoted:
            match = _ANSI.match(text, at)
            if match is None:
                raise self.error("a quote is never closed")
            parts.append(Literal(_ansi(match[1]), quoted=True))
            self.at = match.end()
        elif following == '"' and not quoted:
            self.at += 1
            self.double(parts)
        elif name := _NAME.match(text, at + 1):
            parts.append(Parameter(name[0], quoted=quoted))
            self.at = name.end()
        else:
            parts.append(Literal("$", quoted))
            self.at += 1

    def braced(self, quoted: bool) -> Parameter:
        """``${...}``: the name, an index, and the operator with its operand."""
        self.deeper()
        self.at += 2
        prefix = ""
        if self.text[self.at : self.at + 1] in ("#", "!") and self.text[self.at + 1 : self.at + 2] not in (
            "}",
            ":",
            "-",
            "%",
            "#",
        ):
            prefix = "length" if self.text[self.at] == "#" else "indirect"
            self.at += 1
        match = _BRACED_NAME.match(self.text, self.at)
        name = match[0] if match else ""
        self.at = match.end() if match else self.at
        index = _INDEX.match(self.text, self.at)
        if index:
            self.at = index.end()
        operator = _OPERATOR.match(self.text, self.at)
        if operator:
            self.at = operator.end()
        operand = self.operand(quoted)
        self.depth -= 1
        shown = prefix or (operator[0] if operator else "")
        return Parameter(name, shown, operand, index[1] if index else "", quoted)

    def operand(self, quoted: bool) -> tuple[WordPart, ...]:
        parts: list[WordPart] = []
        while self.at < len(self.text):
            c = self.text[self.at]
            match = _RUN_BRACED.match(self.text, self.at)
            if match:
                parts.append(Literal(match[0], quoted))
                self.at = match.end()
            elif c == "}":
                self.at += 1
                return tuple(parts)
            elif c == "'" and quoted:
                parts.append(Literal(c, quoted=True))
                self.at += 1
            elif c == "$":
                self.dollar(parts, quoted=quoted)
            else:
                _QUOTING[c](self, parts)
        raise self.error("`}` is missing")

    def redirects(self) -> tuple[Redirect, ...]:
        found: list[Redirect] = []
        self.blanks()
        while self.redirect(found):
            self.blanks()
        return tuple(found)

    def redirect(self, found: list[Redirect]) -> bool:
        """Take one redirection, if one stands here."""
        following = self.text[self.at : self.at + 1]
        if following not in _REDIRECTING:
            return False
        match = _REDIRECT.match(self.text, self.at)
        if match is None:
            return False
        self.at = match.end()
        descriptor, operator = match[1] or "", match[2]
        self.blanks()
        start = self.at
        word = self.word()
        if word is None:
            raise self.error("a redirection leads nowhere")
        if operator in ("<<", "<<-"):
            raw = self.text[start : self.at]
            quoted = any(c in raw for c in "'\"\\")
            end = re.sub(r"['\"\\]", "", raw)
            found.append(Redirect("<<", Word((), word.row), descriptor))
            self.heredocs.append(_Heredoc(found[-1], end, quoted, operator == "<<-"))
        else:
            found.append(Redirect(operator, word, descriptor))
        return True


def plain_word(text: str, row: int, *, quoted: bool = False) -> Word:
    """A word of a single literal; a mark in it stands for an expression."""
    plain = Argument((text,) if text else (), row) if "__EXPRESSION" not in text else None
    return Word((Literal(text, quoted),), row, plain)


def _ansi(text: str) -> str:
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t", "r": "\r"}.get(m[1], m[1]), text, flags=re.DOTALL)


_QUOTING: dict[str, Callable[[Reader, list[WordPart]], None]] = {
    "\\": Reader.backslash,
    "'": Reader.single,
    '"': Reader.double,
    "`": Reader.backtick,
    "$": Reader.dollar,
}
