"""What a file of HCL is made of: attributes, blocks and expressions, each with its line. This module knows no text.

No named tuples: a type checker takes tuples that hold one another apart, which costs it minutes for a union of twelve.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from archdoc.extract._values import Data

MAX_DEPTH = 40


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant."""

    value: Data
    line: int


@dataclass(frozen=True, slots=True)
class Template:
    """A string with something in it; a string without is a `Literal`, and ``"${x}"`` is `x` itself."""

    parts: tuple[Expression, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Name:
    """A variable."""

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Get:
    """``target.name`` or ``target[key]``."""

    target: Expression
    key: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Splat:
    """``target[*].a``: `keys` are read one behind the other from each element."""

    target: Expression
    keys: tuple[Expression, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments; the last one is a list of arguments where it is `spread` (``...``)."""

    name: str
    arguments: tuple[Expression, ...]
    spread: bool
    line: int


@dataclass(frozen=True, slots=True)
class Unary:
    """``!x`` or ``-x``."""

    operator: str
    operand: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and the operator between them."""

    operator: str
    left: Expression
    right: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Conditional:
    """``test ? then : other``."""

    test: Expression
    then: Expression
    other: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Items:
    """``[a, b]``."""

    items: tuple[Expression, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Object:
    """``{a = b}``."""

    pairs: tuple[tuple[Expression, Expression], ...]
    line: int


@dataclass(frozen=True, slots=True)
class For:
    """``[for names in source : value if condition]``, or with `key` ``{for names in source : key => value...}``."""

    names: tuple[str, ...]
    source: Expression
    key: Expression | None
    value: Expression
    condition: Expression | None
    grouped: bool
    line: int


Expression: TypeAlias = Literal | Template | Name | Get | Splat | Call | Unary | Binary | Conditional | Items | Object | For


@dataclass(frozen=True, slots=True)
class Attribute:
    """``name = value``."""

    name: str
    value: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Block:
    """``type "label" { ... }``."""

    type: str
    labels: tuple[str, ...]
    body: Body
    line: int


@dataclass(frozen=True, slots=True)
class Body:
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
