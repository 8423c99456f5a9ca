"""Scripts in Python followed as far as their texts and lists are constants: what they give to ``subprocess`` and ``os.system``.

A script is parsed, never run: both arms of a condition count, functions of the file are followed, and what a value depends on
beside these is unknown. This module knows no command.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from archdoc.extract import _commands as commands
from archdoc.extract import _marked as marked
from archdoc.extract import _values as values
from archdoc.extract._effects import Effect, foreign
from archdoc.extract._folders import folder_of
from archdoc.extract._folders import joined as joined_path
from archdoc.extract._shell_branches import joined
from archdoc.extract._shell_state import OF_THE_RUNNER, PREFIXES
from archdoc.extract._shell_walk import Argument, Command, below
from archdoc.extract._trail import Trail
from archdoc.extract._values import Text, Unknown
from archdoc.model import Evidence
from archdoc.regex import regex

MAX_BYTES = 200_000
MAX_STEPS = 2_000
MAX_DEPTH = 12
MAX_TURNS = 64
_UNKNOWN: Text = (Unknown("the script"),)
_CALLS = regex(r"\bsubprocess\b|\bos\.(?:system|popen)\b")
_RUNS = frozenset({"run", "call", "check_call", "check_output", "Popen", "system", "popen", "getoutput"})

Value: TypeAlias = "Text | list[Text]"
Found: TypeAlias = "tuple[Effect, Text]"


def follow(trail: Trail, path: str, text: str, arguments: Sequence[Text]) -> list[Found]:
    """The effects of a script with its arguments; none where it is no Python or calls nothing."""
    if not _CALLS.search(text) or len(text) > MAX_BYTES:
        return []
    run = _Run(trail, path, arguments)
    try:
        run.statements(_parsed(text))
    except (RecursionError, _Enough):
        return []
    return run.found


def _parsed(text: str) -> list[ast.stmt]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


class _Enough(Exception):  # noqa: N818  # no error: it ends the walk
    """The walk has taken its share."""


class _Run:
    """One script on its way."""

    def __init__(self, trail: Trail, path: str, arguments: Sequence[Text]) -> None:
        self.trail = trail
        self.path = path
        self.arguments = [*arguments]
        self.names: dict[str, Value] = {}
        self.functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
        self.options: list[tuple[str, str, Value]] = []
        self.taking: set[str] = set()
        self.returned: list[Value] = []
        self.found: list[Found] = []
        self.left = False
        self.steps = 0
        self.depth = 0

    # statements

    def statements(self, body: Sequence[ast.stmt]) -> None:
        for one in body:
            self.steps += 1
            if self.steps > MAX_STEPS:
                raise _Enough
            if not self.left:
                self.statement(one)

    def statement(self, one: ast.stmt) -> None:
        if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self.functions[one.name] = one
        elif isinstance(one, ast.Assign):
            value = self.value(one.value)
            for target in one.targets:
                self.assign(target, value)
        elif isinstance(one, ast.AnnAssign) and one.value is not None:
            self.assign(one.target, self.value(one.value))
        elif isinstance(one, ast.AugAssign) and isinstance(one.op, ast.Add):
            self.assign(one.target, self.added(self.value(one.target), self.value(one.value)))
        elif isinstance(one, ast.Expr):
            self.value(one.value)
        elif isinstance(one, ast.Return):
            self.returned.append(_NONE if one.value is None else self.value(one.value))
            self.left = True
        elif isinstance(one, ast.Raise):
            self.left = True
        elif isinstance(one, (ast.Import, ast.ImportFrom)):
            self.imported(one)
        elif isinstance(one, ast.If):
            holds = self.holds(one.test)
            self.either([one.body, one.orelse] if holds is None else [one.body if holds else one.orelse])
        elif isinstance(one, (ast.For, ast.AsyncFor)):
            self.loop(one)
        elif isinstance(one, ast.While):
            self.either([one.body, []])
        elif isinstance(one, (ast.With, ast.AsyncWith)):
            for item in one.items:
                self.value(item.context_expr)
            self.statements(one.body)
        elif isinstance(one, ast.Try):
            self.statements([*one.body, *one.orelse])
            self.either([*(handler.body for handler in one.handlers), []])
            self.statements(one.finalbody)

    def assign(self, target: ast.expr, value: Value) -> None:
        if isinstance(target, ast.Name):
            self.names[target.id] = value
        elif isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, list) and len(target.elts) == len(value):
            for one, part in zip(target.elts, value, strict=True):
                self.assign(one, part)

    def either(self, arms: Sequence[Sequence[ast.stmt]]) -> None:
        """Every arm may be taken."""
        before = self.names
        ends: list[dict[str, Value]] = []
        for arm in arms:
            self.names = {name: [*value] if isinstance(value, list) else value for name, value in before.items()}
            self.statements(arm)
            ends += [] if self.left else [self.names]
            self.left = False
        self.left = not ends
        self.names = joined(ends, lambda name: (Unknown(name),)) if ends else before

    def holds(self, test: ast.expr) -> bool | None:
        """Whether a test holds; None where that is not known."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            inner = self.holds(test.operand)
            return None if inner is None else not inner
        if isinstance(test, ast.BoolOp):
            found = [self.holds(one) for one in test.values]
            sure = isinstance(test.op, ast.Or)
            return sure if sure in found else None if None in found else not sure
        if not isinstance(test, ast.Compare):
            value = self.value(test)
            known = None if isinstance(value, list) or value == _NONE else values.known(value)
            return False if value == _NONE else bool(value) if isinstance(value, list) else None if known is None else known != ""
        if len(test.ops) != 1 or type(test.ops[0]) not in _COMPARED:
            return None
        equal = self.equal(self.value(test.left), self.value(test.comparators[0]))
        return None if equal is None else equal is _COMPARED[type(test.ops[0])]

    def equal(self, one: Value, other: Value) -> bool | None:
        if _NONE in (one, other):
            rest = other if one == _NONE else one
            return rest == _NONE if rest == _NONE or isinstance(rest, list) or values.truthy(rest) or not rest else None
        if isinstance(one, list) or isinstance(other, list) or values.known(one) is None or values.known(other) is None:
            return None
        return one == other

    def imported(self, one: ast.Import | ast.ImportFrom) -> None:
        """The functions of a module beside the script."""
        if isinstance(one, ast.ImportFrom):
            for name, function in self.functions_of(one.module or "").items():
                self.functions |= {alias.asname or name: function for alias in one.names if alias.name in (name, "*")}
        else:
            for alias in one.names:
                of = self.functions_of(alias.name)
                self.functions |= {f"{alias.asname or alias.name}.{name}": function for name, function in of.items()}

    def functions_of(self, module: str) -> dict[str, ast.FunctionDef]:
        data = self.trail.read(joined_path(folder_of(self.path), f"{module.replace('.', '/')}.py"))
        body = _parsed(data.decode("utf-8", "replace")) if data is not None and len(data) <= MAX_BYTES else []
        return {one.name: one for one in body if isinstance(one, ast.FunctionDef)}

    def loop(self, one: ast.For | ast.AsyncFor) -> None:
        turns = self.value(one.iter)
        if not isinstance(turns, list):
            self.assign(one.target, _UNKNOWN)
            self.either([one.body, []])
            return
        for turn in turns[:MAX_TURNS]:
            self.assign(one.target, turn)
            self.statements(one.body)

    # expressions

    def value(self, node: ast.expr) -> Value:
        self.steps += 1
        if self.steps > MAX_STEPS * 10:
            raise _Enough
        read = _EXPRESSIONS.get(type(node))
        return read(self, node) if read else _UNKNOWN

    def text(self, node: ast.expr) -> Text:
        found = self.value(node)
        return _UNKNOWN if isinstance(found, list) else found

    def added(self, one: Value, other: Value) -> Value:
        if isinstance(one, list) or isinstance(other, list):
            return [*(one if isinstance(one, list) else [one]), *(other if isinstance(other, list) else [other])]
        return values.join((one, other))

    def constant(self, node: ast.expr) -> Value:
        assert isinstance(node, ast.Constant)
        if node.value is None:
            return _NONE
        return (str(node.value),) if isinstance(node.value, (str, int)) and str(node.value) else ()

    def formatted(self, node: ast.expr) -> Value:
        assert isinstance(node, ast.JoinedStr)
        return values.join(self.text(one.value) if isinstance(one, ast.FormattedValue) else self.text(one) for one in node.values)

    def name(self, node: ast.expr) -> Value:
        assert isinstance(node, ast.Name)
        if node.id == "__name__":
            return ("__main__",)
        return self.names.get(node.id, (Unknown(node.id),))

    def operation(self, node: ast.expr) -> Value:
        assert isinstance(node, ast.BinOp)
        if isinstance(node.op, ast.Add):
            return self.added(self.value(node.left), self.value(node.right))
        if isinstance(node.op, ast.Div):  # of paths
            return below(self.text(node.left), self.text(node.right))
        return _UNKNOWN

    def listed(self, node: ast.expr) -> Value:
        assert isinstance(node, (ast.List, ast.Tuple))
        found: list[Text] = []
        for one in node.elts:
            value = self.value(one.value if isinstance(one, ast.Starred) else one)
            found += value if isinstance(value, list) else [value]
        return found

    def choice(self, node: ast.expr) -> Value:
        nodes = [node.body, node.orelse] if isinstance(node, ast.IfExp) else node.values if isinstance(node, ast.BoolOp) else []
        found = [self.value(one) for one in nodes]
        lists = [one for one in found if isinstance(one, list)]
        return max(lists, key=len) if lists else values.text(values.choice(map(values.simplify, found)))  # type: ignore[arg-type]

    def item(self, node: ast.expr) -> Value:
        assert isinstance(node, ast.Subscript)
        where, place = ast.unparse(node.value), node.slice
        if where == "os.environ":
            return self.trail.variable(values.shown(self.text(place)))
        whole = [("script",), *self.arguments] if where == "sys.argv" else self.value(node.value)
        if isinstance(place, ast.Slice) and isinstance(whole, list) and place.step is None:
            ends = [one.value if isinstance(one, ast.Constant) else None for one in (place.lower, place.upper)]
            return whole[slice(*(one if isinstance(one, int) else None for one in ends))]
        number = place.value if isinstance(place, ast.Constant) and isinstance(place.value, int) else None
        return whole[number] if isinstance(whole, list) and number is not None and number < len(whole) else _UNKNOWN

    def attribute(self, node: ast.expr) -> Value:
        assert isinstance(node, ast.Attribute)
        for dest, kind, value in self.options:
            if dest == node.attr and isinstance(node.value, ast.Name) and self.names.get(node.value.id) == _PARSED:
                return self.bound(kind, value)
        return _UNKNOWN

    def bound(self, kind: str, value: Value) -> Value:
        """An argument of argparse: that of a place, the word behind an option, or the default."""
        if kind.isdigit():
            behind = [False, *(values.known(one) in self.taking for one in self.arguments)]
            words = [one for one, taken in zip(self.arguments, behind, strict=False) if not taken and not values.starts(one, "-")]
            found = words[int(kind)] if int(kind) < len(words) else None
            return value if found is None else [found] if isinstance(value, list) else found
        for flag in kind.split():
            for before, word in zip(self.arguments, [*self.arguments[1:], _UNKNOWN], strict=False):
                if values.known(before) == flag:
                    return word
                if values.starts(before, f"{flag}=") and isinstance(before[0], str):
                    return values.join(((before[0].removeprefix(f"{flag}="),), before[1:]))
        return value

    def call(self, node: ast.expr) -> Value:
        assert isinstance(node, ast.Call)
        function = node.func
        called = ast.unparse(function) if isinstance(function, (ast.Name, ast.Attribute)) else ""
        last = called.rpartition(".")[2]
        if called in self.functions:
            return self.inlined(self.functions[called], node)
        if called in ("sys.exit", "exit", "quit"):
            self.left = True
            return _NONE
        if last in _RUNS and called.partition(".")[0] in ("subprocess", "os", "sp", last):
            self.runs(node)
            return _UNKNOWN
        if called in ("os.getenv", "os.environ.get"):
            return self.environment(node)
        if last == "add_argument":
            self.declared(node)
        elif last == "parse_args":
            return _PARSED
        elif called == "os.path.join" or last in ("Path", "PurePath"):
            return _path([self.text(one) for one in node.args])
        elif called in ("str", "shlex.quote", "os.path.abspath", "os.path.expanduser") and node.args:
            return self.text(node.args[0])
        elif called == "shlex.split" and node.args:
            return list(values.split(self.text(node.args[0]), " "))
        elif isinstance(function, ast.Attribute):
            return self.method(function, node)
        else:
            for one in node.args:
                self.value(one)
        return _UNKNOWN

    def method(self, function: ast.Attribute, node: ast.Call) -> Value:
        own, given = self.value(function.value), [self.value(one) for one in node.args]
        if isinstance(own, list):
            if function.attr in ("append", "extend") and given:
                own += given[0] if isinstance(given[0], list) else [given[0]]
            return own if function.attr == "copy" else _UNKNOWN
        if function.attr == "join" and given and isinstance(given[0], list):
            return values.join(piece for number, one in enumerate(given[0]) for piece in ((own if number else ()), one))
        if function.attr == "split":
            return list(values.split(own, values.shown(given[0]) if given and not isinstance(given[0], list) else " \n\t"))
        change = _METHODS.get(function.attr)
        known = [values.known(one) for one in (own, *given) if not isinstance(one, list)]
        if change is None or any(one is None for one in known):
            return own if function.attr in ("strip", "lower") else _UNKNOWN
        found = change(*(one or "" for one in known[:3]))
        return (found,) if found else ()

    def environment(self, node: ast.Call) -> Value:
        name = values.known(self.text(node.args[0])) if node.args else None
        if name is None:
            return _UNKNOWN
        found = self.trail.variable(name)
        unset = found == (Unknown(name),) and name not in OF_THE_RUNNER and not name.startswith(PREFIXES)
        if len(node.args) < 2:
            return _NONE if unset else found
        default = self.text(node.args[1])
        if unset:
            return default
        return found if values.truthy(found) else values.text(values.choice(map(values.simplify, (found, default))))

    def declared(self, node: ast.Call) -> None:
        """``add_argument("--name", "-n", default=...)``."""
        flags = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        keywords = {one.arg: one.value for one in node.keywords}
        if not flags:
            return
        dest = keywords.get("dest")
        long = next((one for one in flags if one.startswith("--")), flags[0])
        name = dest.value if isinstance(dest, ast.Constant) else long.lstrip("-").replace("-", "_")
        value = self.value(keywords["default"]) if "default" in keywords else _UNKNOWN
        if not flags[0].startswith("-"):
            place = sum(kind.isdigit() for _, kind, _ in self.options)
            self.options.append((str(name), str(place), [value] if "nargs" in keywords and isinstance(value, tuple) else value))
        else:
            self.options.append((str(name), " ".join(flags), value))
            self.taking.update(flags if "action" not in keywords else ())

    def inlined(self, function: ast.FunctionDef | ast.AsyncFunctionDef, node: ast.Call) -> Value:
        """What a function of the file gives; its commands are run where it is called."""
        if self.depth >= MAX_DEPTH:
            return _UNKNOWN
        named = {one.arg: self.value(one.value) for one in node.keywords if one.arg}
        given = [self.value(one.value if isinstance(one, ast.Starred) else one) for one in node.args]
        parameters = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
        defaults = dict(zip(reversed(parameters), map(self.value, reversed(function.args.defaults)), strict=False))
        outer, self.names = self.names, {**self.names, **defaults, **dict(zip(parameters, given, strict=False)), **named}
        returned, self.returned = self.returned, []
        self.depth += 1
        self.statements(function.body)
        self.depth -= 1
        self.names, found, self.returned = outer, self.returned, returned
        found += [] if self.left else [_NONE]
        self.left = False
        lists = [one for one in found if isinstance(one, list)]
        if lists:
            return max(lists, key=len)
        return (
            values.text(values.choice(values.simplify(one) for one in found if not isinstance(one, list))) if found else _UNKNOWN
        )

    # commands

    def runs(self, node: ast.Call) -> None:
        """A command that is run: a list of words, or a line for a shell."""
        if not node.args:
            return
        said = self.value(node.args[0])
        keywords: Mapping[str | None, ast.expr] = {one.arg: one.value for one in node.keywords}
        folder = self.trail.directory
        if "cwd" in keywords:
            folder = below(folder, self.text(keywords["cwd"]))
        if isinstance(said, list):
            words = [Argument(one, node.lineno, literal=False) for one in said]
            if words and values.known(words[0].text) is not None:
                self.found += [(foreign(one), folder) for one in commands.recognise(Command(tuple(words), folder), self.at)]
            return
        script, expression = marked.script(said)
        rows = [node.lineno] * (script.count("\n") + 1)
        done = self.trail.shell(script, self.path, rows, self.trail.variable, folder, expression=expression)
        self.found += [(foreign(one), at) for one, at in done]

    def at(self, row: int, note: str) -> Evidence:
        return Evidence(self.path, row, note)


_NONE: Text = (Unknown("None"),)
_COMPARED: dict[type, bool] = {ast.Eq: True, ast.NotEq: False, ast.Is: True, ast.IsNot: False}
_PARSED: Text = (Unknown("the arguments of the script"),)
_METHODS: dict[str, Callable[..., str]] = {
    "lower": lambda own, *_: own.lower(),
    "upper": lambda own, *_: own.upper(),
    "strip": lambda own, *given: own.strip(*given[:1]),
    "replace": lambda own, *given: own.replace(*given[:2]) if len(given) > 1 else own,
    "removeprefix": lambda own, *given: own.removeprefix(*given[:1]),
    "removesuffix": lambda own, *given: own.removesuffix(*given[:1]),
}
_EXPRESSIONS: dict[type, Callable[[_Run, ast.expr], Value]] = {
    ast.Constant: _Run.constant,
    ast.JoinedStr: _Run.formatted,
    ast.Name: _Run.name,
    ast.BinOp: _Run.operation,
    ast.List: _Run.listed,
    ast.Tuple: _Run.listed,
    ast.IfExp: _Run.choice,
    ast.BoolOp: _Run.choice,
    ast.Subscript: _Run.item,
    ast.Attribute: _Run.attribute,
    ast.Call: _Run.call,
}


def _path(parts: Sequence[Text]) -> Text:
    found: Text = ()
    for one in parts:
        found = below(found, one) if found else one
    return found


def is_python(path: str, text: str) -> bool:
    """Whether a script is one in Python."""
    return "python" in text.partition("\n")[0] if text.startswith("#!") else path.endswith(".py")
