"""The files of bake put together: variables, functions, groups, and targets by name, each evaluated when it is asked for.

Source of the rules: docker/buildx, `docs/bake-reference.md` and `bake/hclparser`. This module knows no command and no image.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from archdoc.extract import _hcl_trace as hcl_trace
from archdoc.extract import _values as values
from archdoc.extract._bake_targets import LISTS, MAPS, SCALARS, Given, Override, Target, chosen, merged, overridden
from archdoc.extract._hcl_evaluate import Evaluator, Function, Scope
from archdoc.extract._hcl_functions import FUNCTIONS
from archdoc.extract._hcl_nodes import Attribute, Block, Body, Call, Expression, Items, Literal, Name, Object
from archdoc.extract._hcl_values import RefusedError, lifted, number
from archdoc.extract._values import UNDECIDED, Choice, Data, Unknown
from archdoc.model import Evidence

MAX_ROWS = 512
MAX_DEPTH = 30
_NOWHERE = Evidence("", 1)

_PRIMITIVE = frozenset({"string", "number", "bool"})


class Lazy(dict[str, Data]):
    """An object whose values are worked out when they are read: the targets of a file, the fields of one."""

    def __init__(self, has: Callable[[str], bool], read: Callable[[str], Data]) -> None:
        """`has` tells whether there is a key, `read` gives its value."""
        super().__init__()
        self.has = has
        self.read = read

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.has(key)

    def __getitem__(self, key: str) -> Data:
        return self.read(key)


class File(NamedTuple):
    """A file by its path."""

    path: str
    body: Body


class _Part(NamedTuple):
    """What one block of one file says of a target, in one row of its matrix."""

    path: str
    block: Block
    scope: Scope


class Bake:
    """Files of bake, later ones over earlier ones; those of Compose, which come first, are given as targets.

    `lookup` gives a variable of the environment, None for one that is not set. `hidden` tells of a file that is not known,
    `refused` of a name that is not known, or that bake does not take.
    """

    def __init__(
        self, files: Sequence[File], composed: Mapping[str, Target], lookup: Callable[[str], Data], *, hidden: bool = False
    ) -> None:
        """Takes the names of everything; values are worked out when they are asked for."""
        self.composed = composed
        self.lookup = lookup
        self.values: dict[str, Data] = {"BAKE_CMD_CONTEXT": "cwd://", "BAKE_LOCAL_PLATFORM": Unknown("BAKE_LOCAL_PLATFORM")}
        self.attributes = {one.name: one for file in files for one in file.body.attributes}
        blocks = [(file.path, one) for file in files for one in file.body.blocks if len(one.labels) == 1]
        self.variables = {one.labels[0]: one for _, one in blocks if one.type == "variable"}
        self.paths = {one.labels[0]: path for path, one in blocks if one.type == "variable"}
        self.functions = {one.labels[0]: one for _, one in blocks if one.type == "function"}
        self.evaluator = Evaluator(self.function, self.value)
        self.top = Scope({}, self.value)
        self.busy: set[tuple[str, ...]] = set()
        self.parts: dict[str, list[_Part]] = {}
        self.groups: dict[str, list[str]] = {"default": list(composed)} if composed else {}
        self.group_blocks = {one.labels[0]: one for _, one in blocks if one.type == "group"}
        self.own: dict[str, Target] = {}
        self.resolved: dict[str, Target] = {}
        self.hidden = hidden
        self.refused = False
        self.rows = 0
        self.patterns: dict[str, frozenset[str]] = {}
        several: dict[str, list[str]] = {}
        for path, block in blocks:
            if block.type == "target":
                for name, scope in self.matrix(block):
                    self.parts.setdefault(name, []).append(_Part(path, block, scope))
                    several.setdefault(block.labels[0], []).append(name)
        self.names = list(dict.fromkeys((*self.composed, *self.parts)))
        """Every target."""
        for label, found in several.items():
            names = list(dict.fromkeys(found))
            if names != [label] and label not in self.group_blocks:
                self.groups[label] = names

    # --- names of the file

    def once(self, key: tuple[str, ...], node: Expression, scope: Scope) -> Data:
        """What an expression comes to; unknown where HCL refuses it, or where it needs itself."""
        if key in self.busy or len(self.busy) > MAX_DEPTH:
            return Unknown("a value that needs itself")
        self.busy.add(key)
        found = self.evaluator.sure(node, scope)
        self.busy.discard(key)
        return found

    def value(self, name: str) -> Data:
        """A variable, a global attribute, or the targets and groups as objects. Raises RefusedError for a name that is none."""
        if name not in self.values:
            if name == "target":
                return Lazy(
                    lambda key: key in self.parts, lambda key: Lazy(lambda _field: True, lambda one: self.field(key, one))
                )
            if name in self.attributes:
                found = self.once((name,), self.attributes[name].value, self.top)
            elif name in self.variables:
                found = None
            else:
                raise RefusedError(f"{name}, which nothing sets")
            if name in self.variables:
                default = found if name in self.attributes else self.default(self.variables[name])
                found = self.given(name, self.variables[name], default)
            self.values[name] = found
        return self.values[name]

    def default(self, block: Block) -> Data:
        """The default of a variable: an empty text without one, null where it has a type."""
        attribute = block.body.attribute("default")
        if attribute is None:
            return "" if block.body.attribute("type") is None else None
        found = self.once((block.labels[0],), attribute.value, self.top)
        at = Evidence(self.paths[block.labels[0]], attribute.line)
        hcl_trace.value(block.labels[0], attribute.value, self.top, Given(found, at))
        return found

    def given(self, name: str, block: Block, default: Data) -> Data:
        """The variable of the environment, read as the type of the variable; `default` where there is none."""
        attribute = block.body.attribute("type")
        kind = _kind(attribute.value) if attribute is not None else ""
        json = self.lookup(f"{name}_JSON") if f"{name}_JSON" not in self.variables else None
        found = self.lookup(name)
        if json is not None and (kind or found is None):
            return self.evaluator.call("jsondecode", [json])
        if found is None:
            return default
        kind = kind or {bool: "bool", float: "number", list: "untyped", dict: "untyped"}.get(type(default), "string")
        return lifted(lambda one: _read(one[0], kind), [found])

    def function(self, name: str) -> Function | None:
        """A function of the files."""
        block = self.functions.get(name)
        result = block.body.attribute("result") if block is not None else None
        if block is None or result is None:
            return None
        rest = block.body.attribute("variadic_params")
        parameters = block.body.attribute("params")
        names = [_word(one) for one in (parameters.value.items if parameters and isinstance(parameters.value, Items) else ())]
        return Function(tuple(names), _word(rest.value) if rest is not None else "", result.value)

    def field(self, name: str, key: str) -> Data:
        """A field of a target as its own blocks have it; null where they do not."""
        if key == "name":
            return name
        for part in reversed(self.parts[name]):
            attribute = part.block.body.attribute(key)
            if attribute is not None:
                return self.once(("target", name, key), attribute.value, part.scope)
        return None

    # --- targets

    def has(self, name: str) -> bool:
        """Whether there is a target of this name."""
        return name in self.parts or name in self.composed

    def matrix(self, block: Block) -> Iterator[tuple[str, Scope]]:
        """The names of a block with what each row of its matrix sets: one without a matrix has its own name."""
        attribute = block.body.attribute("matrix")
        if attribute is None:
            yield block.labels[0], self.top
            return
        name = block.body.attribute("name")
        seen: set[str] = set()
        for row in self.matrix_rows(attribute):
            self.rows += 1
            if self.rows > MAX_ROWS:
                self.refused = True
                return
            scope = self.top.within(row)
            given = Given(self.evaluator.sure(name.value, scope) if name else block.labels[0], _NOWHERE)
            shown = values.shown(given.mention.text)
            self.refused = self.refused or shown in seen
            seen.add(shown)
            yield shown, scope

    def matrix_rows(self, attribute: Attribute) -> Iterator[dict[str, Data]]:
        """The rows; a list that is not known gives one row with a value that is not known."""
        for matrix in values.options(self.evaluator.sure(attribute.value, self.top)):
            if not isinstance(matrix, dict) or any(not isinstance(one, (list, Unknown, Choice)) for one in matrix.values()):
                self.refused = True
                return
            axes = [[(key, one) for one in _elements(key, given)] for key, given in matrix.items()]
            yield from (dict(row) for row in itertools.islice(itertools.product(*axes), MAX_ROWS + 1))

    def members(self, name: str) -> list[str] | None:
        """What a group names; None for a name that is no group."""
        if name not in self.groups and name in self.group_blocks:
            attribute = self.group_blocks[name].body.attribute("targets")
            found = self.strings(attribute.value, self.top) if attribute is not None else []
            self.groups[name] = list(dict.fromkeys(found))
        return self.groups.get(name)

    def expanded(self, name: str) -> list[str]:
        """The targets of a group and of the groups in it; within a group of its name, a name is a target."""
        found: dict[str, None] = {}
        seen: set[str] = set()
        waiting = [name]
        while waiting:
            one = waiting.pop()
            members = self.members(one)
            if members is None or (one in seen and self.has(one)):
                found[one] = None
            elif one not in seen:
                seen.add(one)
                waiting += reversed(members)
        return list(found)

    def resolve(self, name: str, overrides: Sequence[Override], stack: tuple[str, ...] = ()) -> Target | None:
        """A target with what it inherits and what is set over it; None where there is none."""
        if name in self.resolved:
            return self.resolved[name]
        own = self.target(name)
        if own is None or name in stack or len(stack) > MAX_DEPTH:
            return None
        found = Target(own.at)
        for parent in own.inherits:
            inherited = self.resolve(parent, overrides, (*stack, name))
            if inherited is not None:
                found = merged(found, inherited)
            elif parent not in stack:
                self.refused = True
        changes = [one for one in overrides if one.pattern == name or name in self.chosen(one.pattern)]
        self.resolved[name] = overridden(merged(found, own), changes)
        return self.resolved[name]

    def chosen(self, pattern: str) -> frozenset[str]:
        """The targets that a pattern stands for."""
        if pattern not in self.patterns:
            self.patterns[pattern] = frozenset(chosen(pattern, self.names))
        return self.patterns[pattern]

    def target(self, name: str) -> Target | None:
        """What the files say of a target itself."""
        if name not in self.own and self.has(name):
            found = self.composed.get(name)
            for part in self.parts.get(name, ()):
                read = self.read(name, part)
                found = read if found is None else merged(found, read)
            if found is not None:
                self.own[name] = found
        return self.own.get(name)

    def read(self, name: str, part: _Part) -> Target:
        """What one block says."""
        scalars: dict[str, Given] = {}
        lists: dict[str, Sequence[Given]] = {}
        maps: dict[str, Mapping[str, Given]] = {}
        inherits: list[str] = []
        for attribute in part.block.body.attributes:
            key, node = attribute.name, attribute.value
            at = Evidence(part.path, attribute.line, f"target.{name}.{key}")
            if key in SCALARS:
                given = Given(self.evaluator.sure(node, part.scope), at, isinstance(node, Literal))
                if given.value is not None:
                    scalars[key] = given
                    hcl_trace.value("", node, part.scope, given)
            elif key in LISTS:
                found = list(self.elements(node, part.scope, at))
                if found or isinstance(node, Items):
                    lists[key] = found
            elif key in MAPS:
                maps[key] = dict(self.pairs(node, part.scope, at))
            elif key == "inherits":
                inherits += self.strings(node, part.scope)
        return Target(Evidence(part.path, part.block.line, f"target.{name}"), scalars, lists, maps, tuple(inherits))

    def elements(self, node: Expression, scope: Scope, at: Evidence) -> Iterator[Given]:
        """The elements of a list, each with its line where the list is written out."""
        if isinstance(node, Items):
            for one in node.items:
                given = Given(self.evaluator.sure(one, scope), Evidence(at.path, one.line, at.note), isinstance(one, Literal))
                hcl_trace.value("", one, scope, given)
                yield given
        elif isinstance(node, Call) and node.name == "concat" and not node.spread:
            for one in node.arguments:
                yield from self.elements(one, scope, at)
        else:
            for option in values.options(self.evaluator.sure(node, scope)):
                hcl_trace.value("", node, scope, Given(option, at))
                yield from (Given(one, at) for one in (option if isinstance(option, list) else [option]) if one is not None)

    def pairs(self, node: Expression, scope: Scope, at: Evidence) -> Iterator[tuple[str, Given]]:
        """The pairs of a map, each with its line where the map is written out; what is null is not there."""
        if isinstance(node, Object):
            for key, one in node.pairs:
                name = Given(self.evaluator.sure(key, scope), at).mention
                value = self.evaluator.sure(one, scope)
                if value is not None:
                    yield values.shown(name.text), Given(value, Evidence(at.path, one.line, at.note), isinstance(one, Literal))
        else:
            for option in values.options(self.evaluator.sure(node, scope)):
                for name_, value in option.items() if isinstance(option, dict) else ():
                    if value is not None:
                        yield name_, Given(value, at)

    def strings(self, node: Expression, scope: Scope) -> list[str]:
        """A list of names; `refused` is set where one is not known."""
        found: list[str] = []
        for given in self.elements(node, scope, _NOWHERE):
            for one in values.alternatives(given.mention.text):
                name = values.known(one)
                self.refused = self.refused or name is None
                found += [name] if name else []
        return found


def _kind(node: Expression) -> str:
    """The type of a variable: ``string``, ``number``, ``bool``, ``list``, ``map``; ``""`` for any."""
    name = node.name if isinstance(node, (Name, Call)) else str(node.value) if isinstance(node, Literal) else ""
    return {"set": "list", "tuple": "list", "object": "map", "any": "string"}.get(name, name)


def _word(node: Expression) -> str:
    return node.name if isinstance(node, Name) else str(node.value) if isinstance(node, Literal) else ""


def _read(given: Data, kind: str) -> Data:
    """A variable of the environment as the type that it is for. Raises RefusedError for what is none of it."""
    if kind == "list" and isinstance(given, str):
        return [*next(csv.reader([given]), [])] if "\n" not in given else Unknown("a list of several lines")
    if kind == "list":
        return FUNCTIONS["split"]([",", given])
    if kind == "map" and isinstance(given, str):
        pairs = [one.partition(":") for one in given.split(",")]
        return {name: value for name, _, value in pairs}
    if kind not in _PRIMITIVE:
        return Unknown("an object of the environment")
    if kind == "string" or not isinstance(given, str):
        return UNDECIDED if kind == "bool" else given
    if kind == "number":
        return number(given)
    if given in ("1", "t", "T", "true", "TRUE", "True"):
        return True
    if given in ("0", "f", "F", "false", "FALSE", "False"):
        return False
    raise RefusedError("a text that is neither true nor false")


def _elements(key: str, given: Data) -> list[Data]:
    found: list[Data] = []
    for option in values.options(given):
        found += option if isinstance(option, list) else [Unknown(key)]
    return found
