"""Expressions of GitHub Actions: ``${{ }}`` found in text, parsed, and evaluated as far as anything is known.

The grammar, the coercions and the functions are those of GitHub's "Evaluate expressions in workflows and actions". What is not
known stays unknown: ``a || b`` with an unknown `a` is one of both. This module knows the contexts only as values it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from archdoc.extract import _values as values
from archdoc.extract._expression_functions import ARGUMENTS, FUNCTIONS, as_number, call, compare, equal, truth
from archdoc.extract._values import UNDECIDED, Choice, Data, Open, Text, Unknown, choice
from archdoc.regex import regex

MAX_LENGTH = 21_000
MAX_DEPTH = 50


class Literal(NamedTuple):
    """A constant."""

    value: Data


class Name(NamedTuple):
    """A context: ``github``, ``matrix``."""

    name: str


class Index(NamedTuple):
    """``target.key`` or ``target[key]``; `key` None is the filter ``.*``."""

    target: Expression
    key: Expression | None


class Call(NamedTuple):
    """A function with its arguments."""

    name: str
    arguments: tuple[Expression, ...]


class Not(NamedTuple):
    """``!operand``."""

    operand: Expression


class Binary(NamedTuple):
    """Two operands and the operator between them."""

    operator: str
    left: Expression
    right: Expression


Expression: TypeAlias = Literal | Name | Index | Call | Not | Binary
Contexts: TypeAlias = Mapping[str, Data]


class ExpressionError(ValueError):
    """The text is no expression; GitHub refuses the workflow."""


_TOKEN = regex(
    r"\s*(?:(?P<number>(?:0[xX][0-9a-fA-F]+|0o[0-7]+|[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|Infinity))(?![\w.]))"
    r"|(?P<text>'(?:[^']|'')*')"
    r"|(?P<name>[A-Za-z_][\w-]*)"
    r"|(?P<mark>&&|\|\||[=!<>]=|[!<>()\[\].,*]))"
)
_CONSTANTS: dict[str, Data] = {"true": True, "false": False, "null": None, "NaN": float("nan"), "Infinity": float("inf")}
_LEVELS = (("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="))


def expand(template: str, contexts: Contexts) -> Text:
    """The text that a string with ``${{ }}`` in it comes to."""
    if "${{" not in template:
        return (template,) if template else ()
    return values.join(
        (piece,) if isinstance(piece, str) else values.text(evaluate(piece.source, contexts)) for piece in pieces(template)
    )


def value(template: str, contexts: Contexts) -> Data:
    """What a string comes to: the value itself, of any type, where the string is one expression and nothing else."""
    if "${{" not in template:
        return template
    found = pieces(template.strip())
    if len(found) == 1 and isinstance(found[0], Piece):
        return evaluate(found[0].source, contexts)
    return values.simplify(expand(template, contexts))


class Piece(NamedTuple):
    """The inside of one ``${{ }}``; `lines` is how many line ends it holds."""

    source: str
    lines: int = 0


@lru_cache(maxsize=4096)
def pieces(template: str) -> tuple[str | Piece, ...]:
    """A string cut into literal text and expressions. A mark that is never closed is literal text."""
    found: list[str | Piece] = []
    start = 0
    while (opened := template.find("${{", start)) >= 0:
        closed = _closing(template, opened + 3)
        if closed < 0:
            break
        if opened > start:
            found.append(template[start:opened])
        found.append(Piece(template[opened + 3 : closed].strip(), template.count("\n", opened, closed)))
        start = closed + 2
    if start < len(template):
        found.append(template[start:])
    return tuple(found)


def _closing(template: str, at: int) -> int:
    """Where ``}}`` stands outside of quotes; -1 where it does not."""
    while True:
        closed = template.find("}}", at)
        quote = template.find("'", at)
        if closed < 0 or quote < 0 or closed < quote:
            return closed
        at = template.find("'", quote + 1) + 1
        if at == 0:
            return -1


def evaluate(source: str, contexts: Contexts) -> Data:
    """What an expression comes to; unknown where it is no expression."""
    try:
        return _evaluate(parse(source), contexts)
    except (ExpressionError, RecursionError):
        return Unknown("expression")


@lru_cache(maxsize=4096)
def parse(source: str) -> Expression:
    """The tree of an expression. Raises ExpressionError for what is none, or longer or deeper than GitHub takes."""
    if len(source) > MAX_LENGTH:
        raise ExpressionError("longer than GitHub takes")
    parser = _Parser(list(_tokens(source)))
    if not parser.tokens:
        return Literal(None)
    found = parser.binary(0, 0)
    if parser.at < len(parser.tokens):
        raise ExpressionError(f"unexpected `{parser.tokens[parser.at][1]}`")
    if _is_deep(found):
        raise ExpressionError("nested deeper than GitHub takes")
    return found


def _is_deep(tree: Expression) -> bool:
    """Whether a tree has more levels than GitHub takes; operands of one ``&&`` or ``||`` after the other are one level."""
    waiting: list[tuple[Expression, int]] = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth > MAX_DEPTH:
            return True
        if isinstance(node, Binary):
            chained = isinstance(node.left, Binary) and node.left.operator == node.operator and node.operator in ("&&", "||")
            waiting += [(node.left, depth if chained else depth + 1), (node.right, depth + 1)]
        elif isinstance(node, Index):
            waiting += [(node.target, depth + 1), *([(node.key, depth + 1)] if node.key else [])]
        elif isinstance(node, Not):
            waiting.append((node.operand, depth + 1))
        elif isinstance(node, Call):
            waiting += [(one, depth + 1) for one in node.arguments]
    return False


def _tokens(source: str) -> Iterator[tuple[str, str]]:
    at, end = 0, len(source.rstrip())
    while at < end:
        match = _TOKEN.match(source, at)
        if match is None or match.lastgroup is None:
            raise ExpressionError("a character that has no place in an expression")
        yield match.lastgroup, match[match.lastgroup]
        at = match.end()


class _Parser:
    """Recursive descent over tokens; `depth` counts what is nested."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0

    def peek(self) -> str:
        """The next mark; ``""`` for any other token and at the end."""
        kind, token = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        return token if kind == "mark" else ""

    def take(self, *marks: str) -> str:
        """The next token if it is one of `marks`."""
        mark = self.peek()
        if mark and mark in marks:
            self.at += 1
            return mark
        return ""

    def expect(self, mark: str) -> None:
        if not self.take(mark):
            raise ExpressionError(f"`{mark}` is missing")

    def binary(self, level: int, depth: int) -> Expression:
        if depth > MAX_DEPTH:
            raise ExpressionError("nested deeper than GitHub takes")
        if level == len(_LEVELS):
            return self.unary(depth)
        left = self.binary(level + 1, depth)
        while operator := self.take(*_LEVELS[level]):
            left = Binary(operator, left, self.binary(level + 1, depth))
        return left

    def unary(self, depth: int) -> Expression:
        if self.take("!"):
            if depth > MAX_DEPTH:
                raise ExpressionError("nested deeper than GitHub takes")
            return Not(self.unary(depth + 1))
        found = self.primary(depth)
        while mark := self.take(".", "["):
            if self.take("*"):
                found = Index(found, None)
            elif mark == ".":
                found = Index(found, Literal(self.name()))
            else:
                found = Index(found, self.binary(0, depth + 1))
            if mark == "[":
                self.expect("]")
        return found

    def name(self) -> str:
        kind, token = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        if kind != "name" and not (kind == "number" and token.isalpha()):
            raise ExpressionError("a name is missing")
        self.at += 1
        return token

    def primary(self, depth: int) -> Expression:
        if self.take("("):
            inside = self.binary(0, depth + 1)
            self.expect(")")
            return inside
        kind, token = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        self.at += 1
        if kind == "number":
            return Literal(_number(token))
        if kind == "text":
            return Literal(token[1:-1].replace("''", "'"))
        if kind != "name":
            raise ExpressionError("a value is missing")
        if self.take("("):
            arguments: list[Expression] = []
            while not self.take(")"):
                if arguments:
                    self.expect(",")
                arguments.append(self.binary(0, depth + 1))
            least, most = ARGUMENTS.get(token.lower(), (0, MAX_LENGTH))
            if not least <= len(arguments) <= most:
                raise ExpressionError(f"`{token}` takes another number of arguments")
            return Call(token.lower(), tuple(arguments))
        return Literal(_CONSTANTS[token]) if token in _CONSTANTS else Name(token.lower())


def _number(token: str) -> float:
    sign = -1.0 if token.startswith("-") else 1.0
    digits = token.lstrip("+-")
    if digits[:2] in ("0x", "0X", "0o"):
        return sign * int(digits[2:], 8 if digits[1] == "o" else 16)
    return sign * float(digits)


def _evaluate(node: Expression, contexts: Contexts) -> Data:
    return _EVALUATE[type(node)](node, contexts)


def _name(node: Name, contexts: Contexts) -> Data:
    return contexts[node.name] if node.name in contexts else Unknown(node.name)


def _index(node: Index, contexts: Contexts) -> Data:
    target = _evaluate(node.target, contexts)
    key = _evaluate(node.key, contexts) if node.key is not None else None
    if node.key is None:
        return choice(_every(one) for one in values.options(target))
    if not isinstance(target, Choice) and not isinstance(key, Choice):
        return item(target, key)
    return choice(item(one, name) for one in values.options(target) for name in values.options(key))


class _Filtered(list[Data]):
    """What ``.*`` gives: a further key is read from each element."""


def _every(target: Data) -> Data:
    if isinstance(target, Unknown):
        return Unknown(f"{target.source}.*")
    if isinstance(target, Open):
        return Unknown(f"{target.name}.*")
    if isinstance(target, _Filtered):
        return _Filtered(
            x for one in target for x in (one.values() if isinstance(one, dict) else one if isinstance(one, list) else ())
        )
    if isinstance(target, dict):
        return _Filtered(target.values())
    return _Filtered(target) if isinstance(target, list) else _Filtered()


def item(target: Data, key: Data) -> Data:
    """``target[key]``: keys of mappings know no case; null for what a closed mapping or a list does not have."""
    if isinstance(target, Unknown):
        return Unknown(
            f"{target.source}.{key}" if isinstance(key, str) and key.replace("-", "_").isidentifier() else target.source
        )
    if isinstance(target, _Filtered) and not isinstance(key, (Unknown, tuple)):
        found = (item(one, key) for one in target)
        return _Filtered(one for one in found if one is not None)
    if isinstance(target, (dict, list)) and isinstance(key, (Unknown, tuple)):
        every = target.values() if isinstance(target, dict) else target
        return Unknown(target.name) if isinstance(target, Open) else choice((*every, None))
    if isinstance(target, dict):
        if isinstance(key, (list, dict)):
            return None
        name = key if isinstance(key, str) else values.shown(values.text(key))
        if name in target:
            return target[name]
        folded = name.lower()
        for other, one in target.items():
            if other.lower() == folded:
                return one
        return Unknown(f"{target.name}.{name}") if isinstance(target, Open) else None
    if isinstance(target, list):
        number = as_number(key)
        return target[int(number)] if 0 <= number < len(target) else None
    return None


def _call(node: Call, contexts: Contexts) -> Data:
    if node.name not in FUNCTIONS:
        return Unknown(f"{node.name}()")
    return call(node.name, [_evaluate(argument, contexts) for argument in node.arguments])


def _not(node: Not, contexts: Contexts) -> Data:
    decided = {truth(one) for one in values.options(_evaluate(node.operand, contexts))}
    return UNDECIDED if None in decided or len(decided) > 1 else not decided.pop()


def _binary(node: Binary, contexts: Contexts) -> Data:
    left = _evaluate(node.left, contexts)
    if node.operator in ("&&", "||"):
        stop = node.operator == "||"
        decided = [truth(one) for one in values.options(left)]
        if all(one is stop for one in decided):
            return left
        right = _evaluate(node.right, contexts)
        return choice(_either(stop, known, one, right) for known, one in zip(decided, values.options(left), strict=True))
    other = _evaluate(node.right, contexts)
    if not isinstance(left, Choice) and not isinstance(other, Choice):
        return _compared(node.operator, left, other)
    return choice(_compared(node.operator, a, b) for a in values.options(left) for b in values.options(other))


def _either(stop: bool, decided: bool | None, left: Data, right: Data) -> Data:
    """``left || right`` where `stop` is True, ``left && right`` where it is False."""
    if decided is None:
        # An unknown that counts as false is null, zero or empty: null stands for all of them.
        return choice((left if stop else None, right))
    return left if decided is stop else right


def _compared(operator: str, left: Data, right: Data) -> Data:
    if operator in ("==", "!="):
        same = equal(left, right)
        return UNDECIDED if same is None else same is (operator == "==")
    order = compare(left, right)
    if order is None:
        return UNDECIDED
    return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[operator]


_EVALUATE: dict[type, Callable[..., Data]] = {
    Literal: lambda node, _contexts: node.value,
    Name: _name,
    Index: _index,
    Call: _call,
    Not: _not,
    Binary: _binary,
}
__all__ = ["Choice", "Contexts", "ExpressionError", "Piece", "evaluate", "expand", "item", "parse", "pieces", "value"]
