"""HCL as authors wrote it: attributes, blocks and expressions, each with its line; nothing is evaluated here.

Source of the grammar: hashicorp/hcl, `hclsyntax/spec.md`. Why the reader is our own stands in ADR 13. This module knows no bake.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from archdoc.extract._hcl_nodes import (
    MAX_DEPTH,
    Attribute,
    Binary,
    Block,
    Body,
    Call,
    Conditional,
    Expression,
    For,
    Get,
    HclError,
    Items,
    Literal,
    Name,
    Object,
    Splat,
    Unary,
)
from archdoc.extract._hcl_template import CLOSING, Mark, assembled, unescaped
from archdoc.extract._values import Data
from archdoc.regex import regex

MAX_LENGTH = 1_000_000


_BLANK = regex(r"(?:[ \t\r]+|#[^\n]*|//[^\n]*|/\*.*?\*/)*+", re.DOTALL)
_BLANK_LINES = regex(r"(?:[ \t\r\n]+|#[^\n]*|//[^\n]*|/\*.*?\*/)*+", re.DOTALL)
_IDENTIFIER = regex(r"[^\W\d][\w-]*")
_DIGITS = regex(r"\d+")
_SPLAT = regex(r"\.\*|\[\s*\*\s*\]")
_NUMBER = regex(r"\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_OPERATOR = regex(r"\|\||&&|[=!<>]=|[<>+\-*/%]")
_FOR = regex(r"for\b")
_LEVELS = (("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "/", "%"))
_STRENGTH = {operator: level for level, operators in enumerate(_LEVELS) for operator in operators}
_CONSTANTS: dict[str, Data] = {"true": True, "false": False, "null": None}
_QUOTED = regex(r'(?:\$\$\{|%%\{|\\[^\n]|[^"\\$%\n]+|\$(?!\{)|%(?!\{))*+')
_PLAIN = regex(r"(?:\$\$\{|%%\{|[^$%]+|\$(?!\{)|%(?!\{))*+")
_HEREDOC = regex(r"<<(-?)([^\W\d][\w-]*)\r?\n")


@lru_cache(maxsize=64)
def parse(text: str) -> Body:
    """The content of a file. Raises HclError for what is no HCL, is longer than a sane file, or nested too deep."""
    if len(text) > MAX_LENGTH:
        raise HclError("longer than a sane file", 1)
    return _Parser(text.removeprefix("\ufeff")).body("")


def template(text: str, line: int) -> Expression:
    """A string as a template, as HCL has it in JSON. Raises HclError."""
    if "${" not in text and "%{" not in text:
        return Literal(text, line)
    return _Parser(text, line).template(quoted=False)


class _Parser:
    """Recursive descent over the text; `across` tells that line ends are blanks, as within parentheses."""

    def __init__(self, text: str, line: int = 1) -> None:
        self.text = text
        self.at = 0
        self.first = line
        self.ends = [match.start() for match in re.finditer("\n", text)]
        self.across = False
        self.depth = 0
        self.reads = {'"': self.quoted, "(": self.parentheses, "[": self.items, "{": self.object}

    @property
    def line(self) -> int:
        return bisect_right(self.ends, self.at - 1) + self.first if self.at else self.first

    def fail(self, message: str) -> HclError:
        return HclError(message, self.line)

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail(f"nested more than {MAX_DEPTH} deep")

    def blank(self) -> None:
        match = (_BLANK_LINES if self.across else _BLANK).match(self.text, self.at)
        assert match is not None
        self.at = match.end()

    def lines(self) -> None:
        match = _BLANK_LINES.match(self.text, self.at)
        assert match is not None
        self.at = match.end()

    def take(self, mark: str) -> bool:
        self.blank()
        if self.text.startswith(mark, self.at):
            self.at += len(mark)
            return True
        return False

    def expect(self, mark: str) -> None:
        if not self.take(mark):
            raise self.fail(f"`{mark}` is missing")

    def identifier(self) -> str:
        self.blank()
        match = _IDENTIFIER.match(self.text, self.at)
        if match is None:
            raise self.fail("a name is missing")
        self.at = match.end()
        return match[0]

    def word(self, word: str) -> bool:
        """Take an identifier if it is this one."""
        self.blank()
        match = _IDENTIFIER.match(self.text, self.at)
        if match is None or match[0] != word:
            return False
        self.at = match.end()
        return True

    # --- structure

    def body(self, end: str) -> Body:
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        self.deeper()
        while True:
            self.lines()
            if end and self.take(end):
                break
            if self.at >= len(self.text):
                if end:
                    raise self.fail(f"`{end}` is missing")
                break
            line, name = self.line, self.identifier()
            self.blank()
            if self.text.startswith("=", self.at) and not self.text.startswith("==", self.at):
                self.at += 1
                if name in attributes:
                    raise self.fail(f"`{name}` is set twice")
                attributes[name] = Attribute(name, self.expression(), line)
            else:
                blocks.append(Block(name, tuple(self.labels()), self.body("}"), line))
            self.end_of_line(end)
        self.depth -= 1
        return Body(tuple(attributes.values()), tuple(blocks))

    def labels(self) -> Iterator[str]:
        while not self.take("{"):
            if self.take('"'):
                label = self.template(quoted=True)
                if not isinstance(label, Literal):
                    raise self.fail("a label with something in it")
                yield str(label.value)
            else:
                yield self.identifier()

    def end_of_line(self, end: str) -> None:
        self.blank()
        done = self.at >= len(self.text) or self.text[self.at] == "\n"
        # What stands on one line with its block (`block { a = 1 }`), or right behind a here-document.
        if not done and not (end and self.text.startswith(end, self.at)) and self.text[self.at - 1] != "\n":
            raise self.fail("a line that does not end where it should")

    # --- expressions

    def expression(self) -> Expression:
        self.deeper()
        test = self.binary(0)
        if self.take("?"):
            self.lines()
            then = self.expression()
            self.lines()
            self.expect(":")
            self.lines()
            test = Conditional(test, then, self.expression(), test.line)
        self.depth -= 1
        return test

    def within(self, close: str) -> Expression:
        """An expression in brackets, where line ends are blanks."""
        across, self.across = self.across, True
        found = self.expression()
        self.expect(close)
        self.across = across
        return found

    def binary(self, least: int) -> Expression:
        """Operands with the operators between them that bind at least as strongly as `least`."""
        left = self.unary()
        while True:
            self.blank()
            match = _OPERATOR.match(self.text, self.at)
            strength = _STRENGTH[match[0]] if match is not None else -1
            if match is None or strength < least:
                return left
            self.at = match.end()
            left = Binary(match[0], left, self.binary(strength + 1), left.line)

    def unary(self) -> Expression:
        self.blank()
        if not self.text.startswith(("!", "-"), self.at):
            return self.steps(self.primary())
        line, mark = self.line, self.text[self.at]
        self.at += 1
        self.deeper()
        found = Unary(mark, self.unary(), line)
        self.depth -= 1
        return found

    def steps(self, found: Expression) -> Expression:
        """The ``.name``, ``[key]`` and ``[*]`` behind a value."""
        while True:
            self.blank()
            splat = _SPLAT.match(self.text, self.at)
            if splat is not None:
                self.at = splat.end()
                found = Splat(found, tuple(self.keys(with_index=splat[0] != ".*")), found.line)
                continue
            key = self.key(with_index=True)
            if key is None:
                return found
            found = Get(found, key, found.line)

    def keys(self, *, with_index: bool) -> Iterator[Expression]:
        while _SPLAT.match(self.text, self.at) is None and (key := self.key(with_index=with_index)) is not None:
            yield key

    def key(self, *, with_index: bool) -> Expression | None:
        if self.text.startswith(".", self.at) and not self.text.startswith("...", self.at):
            self.at += 1
            return self.attribute_key()
        if with_index and self.text.startswith("[", self.at):
            self.at += 1
            return self.within("]")
        return None

    def attribute_key(self) -> Expression:
        line = self.line
        match = _DIGITS.match(self.text, self.at)
        if match is not None:
            self.at = match.end()
            return Literal(float(match[0]), line)
        return Literal(self.identifier(), line)

    def primary(self) -> Expression:
        line = self.line
        read = self.reads.get(self.text[self.at : self.at + 1])
        if read is not None:
            self.at += 1
            return read(line)
        match = _NUMBER.match(self.text, self.at)
        if match is not None:
            self.at = match.end()
            return Literal(float(match[0]), line)
        if self.text.startswith("<<", self.at):
            return self.heredoc(line)
        name = self.identifier()
        while self.text.startswith("::", self.at):
            self.at += 2
            name += f"::{self.identifier()}"
        if self.text.startswith("(", self.at):
            self.at += 1
            return self.call(name, line)
        return Literal(_CONSTANTS[name], line) if name in _CONSTANTS else Name(name, line)

    def quoted(self, _line: int) -> Expression:
        return self.template(quoted=True)

    def parentheses(self, _line: int) -> Expression:
        return self.within(")")

    def call(self, name: str, line: int) -> Expression:
        across, self.across = self.across, True
        arguments: list[Expression] = []
        spread = False
        while not self.take(")"):
            if arguments:
                self.expect(",")
                if self.take(")"):
                    break
            if spread:
                raise self.fail("`...` stands behind the last argument")
            arguments.append(self.expression())
            spread = self.take("...")
        self.across = across
        return Call(name, tuple(arguments), spread, line)

    def items(self, line: int) -> Expression:
        across, self.across = self.across, True
        self.blank()
        if _FOR.match(self.text, self.at):
            found = self.loop(line, "]")
        else:
            items: list[Expression] = []
            while not self.take("]"):
                if items:
                    self.expect(",")
                    if self.take("]"):
                        break
                items.append(self.expression())
            found = Items(tuple(items), line)
        self.across = across
        return found

    def object(self, line: int) -> Expression:
        across, self.across = self.across, False
        self.lines()
        if _FOR.match(self.text, self.at):
            self.across = True
            found = self.loop(line, "}")
            self.across = across
            return found
        pairs: list[tuple[Expression, Expression]] = []
        while not self.take("}"):
            bare = not self.text.startswith("(", self.at)
            key = self.expression()
            if bare and isinstance(key, Name):
                key = Literal(key.name, key.line)
            if not self.take("="):
                self.expect(":")
            self.lines()
            pairs.append((key, self.expression()))
            self.blank()
            if not self.take(",") and not self.text.startswith(("\n", "}"), self.at) and self.text[self.at - 1] != "\n":
                raise self.fail("a comma or a new line is missing")
            self.lines()
        self.across = across
        return Object(tuple(pairs), line)

    def loop(self, line: int, close: str) -> Expression:
        self.word("for")
        names = self.names()
        source = self.expression()
        self.expect(":")
        value = self.expression()
        key: Expression | None = None
        grouped = False
        if close == "}":
            self.expect("=>")
            key, value = value, self.expression()
            grouped = self.take("...")
        condition = self.expression() if self.word("if") else None
        self.expect(close)
        return For(names, source, key, value, condition, grouped, line)

    def names(self) -> tuple[str, ...]:
        names = [self.identifier()]
        if self.take(","):
            names.append(self.identifier())
        if not self.word("in"):
            raise self.fail("`in` is missing")
        return tuple(names)

    # --- templates

    def heredoc(self, line: int) -> Expression:
        match = _HEREDOC.match(self.text, self.at)
        if match is None:
            raise self.fail("a here-document without its word")
        end = re.compile(rf"^[ \t]*{re.escape(match[2])}[ \t]*\r?$", re.MULTILINE).search(self.text, match.end())
        if end is None:
            raise self.fail(f"a here-document without its end `{match[2]}`")
        text = self.text[match.end() : end.start()]
        self.at = end.end()
        if match[1]:
            rows = text.split("\n")
            indent = min((len(row) - len(row.lstrip(" \t")) for row in rows if row.strip()), default=0)
            text = "\n".join(row[indent:] if row.strip() else row.strip(" \t") for row in rows)
        inner = _Parser(text.replace("\r\n", "\n"), line + 1)
        inner.depth = self.depth
        return inner.template(quoted=False)

    def template(self, *, quoted: bool) -> Expression:
        """A template up to the closing quote, or to the end of the text."""
        line = self.line
        self.deeper()
        across, self.across = self.across, True
        marks = list(self.marks(quoted=quoted))
        self.across = across
        self.depth -= 1
        return assembled(marks, line)

    def marks(self, *, quoted: bool) -> Iterator[Mark]:
        while True:
            match = (_QUOTED if quoted else _PLAIN).match(self.text, self.at)
            assert match is not None
            self.at = match.end()
            if match[0]:
                yield Mark("", unescaped(match[0], quoted=quoted))
            if self.text.startswith("${", self.at):
                self.at += 2
                left = self.text.startswith("~", self.at)
                self.at += left
                value = self.expression()
                yield Mark("${", value=value, left=left, right=self.close())
            elif self.text.startswith("%{", self.at):
                self.at += 2
                yield self.directive()
            elif quoted and self.text.startswith('"', self.at):
                self.at += 1
                return
            elif not quoted and self.at >= len(self.text):
                return
            else:
                raise self.fail("a string that does not end on its line")

    def directive(self) -> Mark:
        left = self.text.startswith("~", self.at)
        self.at += left
        word = self.identifier()
        names: tuple[str, ...] = ()
        value: Expression = Literal("", 0)
        if word == "for":
            names = self.names()
        if word in ("if", "for"):
            value = self.expression()
        elif word not in CLOSING:
            raise self.fail("a directive that is none")
        return Mark(word, "", names, value, left, self.close())

    def close(self) -> bool:
        right = self.take("~")
        self.expect("}")
        return right
