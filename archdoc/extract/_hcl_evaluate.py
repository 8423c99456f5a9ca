"""What an expression of HCL comes to, with names and functions that whoever reads the file gives.

Bounded: each step is counted, and what grows beyond a sane size is unknown. This module knows no file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from archdoc.extract import _values as values
from archdoc.extract._hcl_functions import FUNCTIONS
from archdoc.extract._hcl_nodes import (
    Binary,
    Call,
    Conditional,
    Expression,
    For,
    Get,
    Items,
    Literal,
    Name,
    Object,
    Splat,
    Template,
    Unary,
)
from archdoc.extract._hcl_values import (
    RefusedError,
    Some,
    bounded,
    decided,
    items,
    lifted,
    number,
    size,
    string,
    text,
)
from archdoc.extract._values import Choice, Data, Unknown, choice

MAX_STEPS = 100_000
MAX_DEPTH = 60


class Function(NamedTuple):
    """A function of the file: its parameters, the one that takes the rest, and what it comes to."""

    parameters: tuple[str, ...]
    rest: str
    result: Expression


class Scope(NamedTuple):
    """The names that an expression sees: its own, and those of the file."""

    names: Mapping[str, Data]
    outer: Callable[[str], Data]

    def value(self, name: str) -> Data:
        """The value of a name. Raises RefusedError where there is none."""
        return self.names[name] if name in self.names else self.outer(name)

    def within(self, names: Mapping[str, Data]) -> Scope:
        """The scope inside of a loop, or of a row of a matrix."""
        return Scope({**self.names, **names}, self.outer)


class Evaluator:
    """Evaluates the expressions of one file; `function` finds those that the file defines."""

    def __init__(self, function: Callable[[str], Function | None], outer: Callable[[str], Data]) -> None:
        """`outer` gives the names of the file, which a function sees beside its parameters."""
        self.function = function
        self.outer = outer
        self.steps = 0
        self.depth = 0

    def value(self, node: Expression, scope: Scope) -> Data:
        """What an expression comes to. Raises RefusedError for what HCL refuses."""
        self.steps += 1
        if self.steps > MAX_STEPS or self.depth >= MAX_DEPTH:
            return Unknown("a very long computation")
        self.depth += 1
        try:
            return _VALUE[type(node)](self, node, scope)
        finally:
            self.depth -= 1

    def sure(self, node: Expression, scope: Scope) -> Data:
        """As `value`, with an unknown value for what HCL refuses."""
        try:
            return self.value(node, scope)
        except RefusedError as error:
            return Unknown(str(error))

    def made(self, value: Data) -> Data:
        """A list or object that was put together, as long as it is of a sane size."""
        self.steps += size(value)
        return bounded(value)

    def call(self, name: str, arguments: Sequence[Data]) -> Data:
        """A function of the standard library or of the file, in this order. Raises RefusedError."""
        if name in FUNCTIONS:
            return self.made(FUNCTIONS[name](arguments))
        function = self.function(name)
        if function is None:
            return Unknown(f"{name}()")
        count = len(function.parameters)
        if len(arguments) < count or (len(arguments) > count and not function.rest):
            raise RefusedError("a function with too few or too many arguments")
        names = dict(zip(function.parameters, arguments, strict=False))
        if function.rest:
            names[function.rest] = list(arguments[count:])
        return self.value(function.result, Scope(names, self.outer))


def _template(self: Evaluator, node: Template, scope: Scope) -> Data:
    return values.simplify(values.join([text(self.value(part, scope)) for part in node.parts]))


def _get(self: Evaluator, node: Get, scope: Scope) -> Data:
    return lifted(_item, (self.value(node.target, scope), self.value(node.key, scope)))


def _item(both: Sequence[Data]) -> Data:
    target, key = both
    if isinstance(target, Unknown):
        return Unknown(f"{target.source}.{key}" if isinstance(key, str) and key.isidentifier() else target.source)
    if isinstance(key, (Unknown, tuple)):
        return choice(items(target))
    if isinstance(target, Some):
        return choice([*target, Unknown("an element")])
    if isinstance(target, list):
        place = number(key)
        if place.is_integer() and 0 <= place < len(target):
            return target[int(place)]
    elif isinstance(target, dict) and string(key) in target:
        return target[string(key)]
    raise RefusedError("a key that is not there")


def _splat(self: Evaluator, node: Splat, scope: Scope) -> Data:
    target = self.value(node.target, scope)
    keys = [self.value(key, scope) for key in node.keys]

    def read(given: Sequence[Data]) -> Data:
        whole = given[0] if isinstance(given[0], list) else [] if given[0] is None else [given[0]]
        if isinstance(given[0], Unknown):
            whole = Some(whole)
        found = list(whole)
        for key in keys:
            found = [lifted(_item, (one, key)) for one in found]
        return Some(found) if isinstance(whole, Some) else found

    return self.made(lifted(read, (target,)))


def _call(self: Evaluator, node: Call, scope: Scope) -> Data:
    if node.name in ("try", "can"):
        for argument in node.arguments:
            try:
                found = self.value(argument, scope)
            except RefusedError:
                continue
            return True if node.name == "can" else found
        if node.name == "can":
            return False
        raise RefusedError("nothing that succeeds")
    arguments = [self.value(argument, scope) for argument in node.arguments]
    if node.spread:
        last = arguments.pop()
        if isinstance(last, (Unknown, Choice, Some)):
            return Unknown(f"{node.name}()")
        arguments += items(last)
    return self.call(node.name, arguments)


def _unary(self: Evaluator, node: Unary, scope: Scope) -> Data:
    return FUNCTIONS["not" if node.operator == "!" else "negate"]([self.value(node.operand, scope)])


def _binary(self: Evaluator, node: Binary, scope: Scope) -> Data:
    return FUNCTIONS[_OPERATORS[node.operator]]([self.value(node.left, scope), self.value(node.right, scope)])


def _conditional(self: Evaluator, node: Conditional, scope: Scope) -> Data:
    test = decided(self.value(node.test, scope))
    if test is not None:
        return self.value(node.then if test else node.other, scope)
    found = [self.sure(one, scope) for one in (node.then, node.other)]
    return self.made(choice(found))


def _items(self: Evaluator, node: Items, scope: Scope) -> Data:
    return self.made([self.value(one, scope) for one in node.items])


def _object(self: Evaluator, node: Object, scope: Scope) -> Data:
    return self.made({values.shown(text(self.value(key, scope))): self.value(one, scope) for key, one in node.pairs})


def _for(self: Evaluator, node: For, scope: Scope) -> Data:
    return self.made(lifted(lambda given: _loop(self, node, scope, given[0]), (self.value(node.source, scope),)))


def _loop(self: Evaluator, node: For, scope: Scope, source: Data) -> Data:
    """The loop over one list or object. Over what is not known it runs once, with an element that is not known."""
    rows: list[tuple[Data, Data]]
    if isinstance(source, (Unknown, tuple)):
        source = Some([Unknown(values.sources(text(source))[0])])
    if isinstance(source, dict):
        rows = [(key, one) for key, one in source.items()]
    else:
        rows = [(float(place), one) for place, one in enumerate(items(source))]
    vague = isinstance(source, Some)
    pairs: list[tuple[Data, Data]] = []
    for key, one in rows:
        names = dict(zip(node.names, (key, one) if len(node.names) > 1 else (one,), strict=True))
        within = scope.within(names)
        kept = True if node.condition is None else decided(self.value(node.condition, within))
        vague = vague or kept is None
        if kept is not False:
            pairs.append((None if node.key is None else self.value(node.key, within), self.value(node.value, within)))
    if node.key is None:
        return Some(one for _, one in pairs) if vague else [one for _, one in pairs]
    named = [(values.shown(text(key)), one) for key, one in pairs]
    if vague or any("*" in key for key, _ in named):
        return Unknown("an object that a loop makes")
    if not node.grouped:
        return dict(named)
    groups: dict[str, list[Data]] = {}
    for name, one in named:
        groups.setdefault(name, []).append(one)
    return dict(groups)


_OPERATORS = {
    "||": "or",
    "&&": "and",
    "==": "equal",
    "!=": "notequal",
    "<": "lessthan",
    "<=": "lessthanorequalto",
    ">": "greaterthan",
    ">=": "greaterthanorequalto",
    "+": "add",
    "-": "subtract",
    "*": "multiply",
    "/": "divide",
    "%": "modulo",
}

_VALUE: dict[type, Callable[..., Data]] = {
    Literal: lambda _self, node, _scope: node.value,
    Template: _template,
    Name: lambda _self, node, scope: scope.value(node.name),
    Get: _get,
    Splat: _splat,
    Call: _call,
    Unary: _unary,
    Binary: _binary,
    Conditional: _conditional,
    Items: _items,
    Object: _object,
    For: _for,
}
