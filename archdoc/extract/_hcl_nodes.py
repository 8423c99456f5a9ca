"""What a file of HCL is made of: attributes, blocks and expressions, each with its line. This module knows no text."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from archdoc.extract._values import Data

MAX_DEPTH = 40


class Literal(NamedTuple):
    """A constant."""

    value: Data
    line: int


class Template(NamedTuple):
    """A string with something in it; a string without is a `Literal`, and ``"${x}"`` is `x` itself."""

    parts: tuple[Expression, ...]
    line: int


class Name(NamedTuple):
    """A variable."""

    name: str
    line: int


class Get(NamedTuple):
    """``target.name`` or ``target[key]``."""

    target: Expression
    key: Expression
    line: int


class Splat(NamedTuple):
    """``target[*].a``: `keys` are read one behind the other from each element."""

    target: Expression
    keys: tuple[Expression, ...]
    line: int


class Call(NamedTuple):
    """A function with its arguments; the last one is a list of arguments where it is `spread` (``...``)."""

    name: str
    arguments: tuple[Expression, ...]
    spread: bool
    line: int


class Unary(NamedTuple):
    """``!x`` or ``-x``."""

    operator: str
    operand: Expression
    line: int


class Binary(NamedTuple):
    """Two operands and the operator between them."""

    operator: str
    left: Expression
    right: Expression
    line: int


class Conditional(NamedTuple):
    """``test ? then : other``."""

    test: Expression
    then: Expression
    other: Expression
    line: int


class Items(NamedTuple):
    """``[a, b]``."""

    items: tuple[Expression, ...]
    line: int


class Object(NamedTuple):
    """``{a = b}``."""

    pairs: tuple[tuple[Expression, Expression], ...]
    line: int


class For(NamedTuple):
    """``[for names in source : value if condition]``, or with `key` ``{for names in source : key => value...}``."""

    names: tuple[str, ...]
    source: Expression
    key: Expression | None
    value: Expression
    condition: Expression | None
    grouped: bool
    line: int


Expression: TypeAlias = Literal | Template | Name | Get | Splat | Call | Unary | Binary | Conditional | Items | Object | For


class Attribute(NamedTuple):
    """``name = value``."""

    name: str
    value: Expression
    line: int


class Block(NamedTuple):
    """``type "label" { ... }``."""

    type: str
    labels: tuple[str, ...]
    body: Body
    line: int


class Body(NamedTuple):
    """What a file or a block holds, in the order written. An attribute stands once."""

    attributes: tuple[Attribute, ...] = ()
    blocks: tuple[Block, ...] = ()

    def attribute(self, name: str) -> Attribute | None:
        """The attribute of a name."""
        return next((one for one in self.attributes if one.name == name), None)


class HclError(ValueError):
    """The text is no HCL, or nested deeper than is read; `line` is where."""

    def __init__(self, message: str, line: int) -> None:
        """`message` says what is wrong, without the text itself."""
        super().__init__(message)
        self.line = line
