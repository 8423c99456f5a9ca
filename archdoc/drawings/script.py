"""Python that draws with the `diagrams` package -> what it draws. The text is parsed and never run.

It knows how that package reads: ``>>``, ``<<`` and ``-`` between nodes, lists of nodes and ``Edge``, and ``with Cluster``
(`diagrams/__init__.py` of 0.25). What a loop, a function or a computed text draws is not known: its lines are not judged.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from archdoc.drawings.nouns import Arrow, Drawing, DrawnEdge, DrawnGroup, DrawnNode, Unjudged

_MOST_NESTED = 100  # brackets, blocks and signs in one another; deeper is no drawing but an attack on the parser's stack
_MOST_EDGES = 10_000


class _NotUnderstoodError(Exception):
    """What this draws cannot be told without running it."""


@dataclass(frozen=True, slots=True)
class _Arrow:
    """An ``Edge(...)``, the nodes before it if any, and the ends that its signs point to."""

    label: str = ""
    nodes: tuple[str, ...] = ()
    forward: bool = False
    reverse: bool = False


_Value: TypeAlias = tuple[str, ...] | _Arrow | None
"""Nodes, an arrow, or something that draws nothing."""


def parse_script(text: str) -> Drawing:
    """What a script draws. Never raises: what is not understood is in `Drawing.unjudged`."""
    lines = re.split(r"\r\n?|\n", text)
    tree = _tree("\n".join(lines))
    if tree is None:
        return Drawing("diagrams", unjudged=(Unjudged(1, lines[0].strip() or "(no Python)"),))
    script = _Script()
    script.run(tree.body, None)
    unjudged = tuple(Unjudged(n, said) for n in sorted(script.unjudged) if (said := lines[n - 1].strip()))
    return Drawing("diagrams", "LR", tuple(script.nodes.values()), tuple(script.edges), tuple(script.groups), unjudged)


def _tree(text: str) -> ast.Module | None:
    """The syntax of a script; None where it is none, or is nested as no script is."""
    depth = most = signs = 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        most = max(most, depth)
    for line in text.split("\n"):
        signs = max(signs, line.count(">>") + line.count("<<") + line.count("-"))
    if most > _MOST_NESTED or signs > 10 * _MOST_NESTED:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


@dataclass(slots=True)
class _Script:
    """The statements so far: what names mean, and what was drawn."""

    classes: dict[str, str] = field(default_factory=dict)
    values: dict[str, _Value] = field(default_factory=dict)
    nodes: dict[str, DrawnNode] = field(default_factory=dict)
    edges: list[DrawnEdge] = field(default_factory=list)
    groups: list[DrawnGroup] = field(default_factory=list)
    unjudged: set[int] = field(default_factory=set)

    def run(self, body: list[ast.stmt], group: str | None) -> None:
        """Read statements one by one; one that is not understood costs its own lines and what it gives a name to."""
        for statement in body:
            try:
                self._statement(statement, group)
            except (_NotUnderstoodError, RecursionError):
                self.unjudged.update(range(statement.lineno, (statement.end_lineno or statement.lineno) + 1))
                stored = (n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
                self.values |= dict.fromkeys(stored)

    def _statement(self, statement: ast.stmt, group: str | None) -> None:
        match statement:
            case ast.ImportFrom(module=str() as module, names=names) if module.split(".")[0] == "diagrams":
                self.classes |= {name.asname or name.name: f"{module}.{name.name}" for name in names}
            case ast.With(items=[ast.withitem(context_expr=ast.Call(func=ast.Name(id=called)) as call)], body=body):
                self._with(self.classes.get(called, ""), call, body, group)
            case ast.If(test=ast.Compare(left=ast.Name(id="__name__")), body=body, orelse=[]):
                self.run(body, group)
            case ast.Assign(targets=[ast.Name(id=name)]) if self._draws_nothing(statement):
                self.values[name] = None
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name not in self.values:
                self.values[name] = self._value(value, group, name)
            case ast.Expr(value=value) if not self._draws_nothing(statement):
                self._value(value, group)
            case _ if not self._draws_nothing(statement):
                raise _NotUnderstoodError

    def _draws_nothing(self, statement: ast.stmt) -> bool:
        """Whether a statement uses no class of the package, and nothing that was made of one."""
        used = (node.id for node in ast.walk(statement) if isinstance(node, ast.Name))
        return not any(name in self.classes or self.values.get(name) is not None for name in used)

    def _with(self, called: str, call: ast.Call, body: list[ast.stmt], group: str | None) -> None:
        match called:
            case "diagrams.Diagram":
                self.run(body, group)
            case "diagrams.Cluster":
                self.groups.append(DrawnGroup(f"cluster {len(self.groups) + 1}", _text(call), group, call.lineno))
                self.run(body, self.groups[-1].id)
            case _:
                raise _NotUnderstoodError

    def _value(self, value: ast.expr, group: str | None, name: str = "") -> _Value:
        match value:
            case ast.Name(id=id_) if self.values.get(id_) is not None:
                return self.values[id_]
            case ast.List(elts=parts) | ast.Tuple(elts=parts):
                return tuple(node for part in parts for node in self._nodes(part, group))
            case ast.Subscript(value=ast.Name() as of, slice=ast.Constant(value=int() as place)):
                among = self._nodes(of, group)
                if -len(among) <= place < len(among):
                    return (among[place],)
            case ast.Call(func=ast.Name(id=called)) if called in self.classes:
                return self._call(self.classes[called], value, group, name)
            case ast.BinOp(left=left, op=ast.RShift() | ast.LShift() | ast.Sub() as sign, right=right):
                one = self._value(left, group)
                return self._joined(one, sign, self._value(right, group), value.lineno)
            case _:
                pass
        raise _NotUnderstoodError

    def _nodes(self, value: ast.expr, group: str | None) -> tuple[str, ...]:
        found = self._value(value, group)
        if not isinstance(found, tuple):
            raise _NotUnderstoodError
        return found

    def _call(self, called: str, call: ast.Call, group: str | None, name: str) -> _Value:
        """A node; its id is the name it is given, so that comments can speak of it."""
        if called == "diagrams.Edge":
            said = next((k.value for k in call.keywords if k.arg == "label"), None)
            sides = {k.arg for k in call.keywords if isinstance(k.value, ast.Constant) and k.value.value is True}
            label = said.value if isinstance(said, ast.Constant) and isinstance(said.value, str) else ""
            return _Arrow(label, forward="forward" in sides, reverse="reverse" in sides)
        if called.count(".") < 2:
            raise _NotUnderstoodError
        id_ = name if name and name not in self.nodes else f"node {len(self.nodes) + 1}"
        kind = called.removeprefix("diagrams.")
        self.nodes[id_] = DrawnNode(id_, _text(call) or name, kind, group, (kind.rpartition(".")[2],), call.lineno)
        return (id_,)

    def _joined(self, one: _Value, sign: ast.operator, other: _Value, line: int) -> _Value:
        """Draw what two things with a sign between them draw, and give what stands there then: the right one."""
        forward, reverse = isinstance(sign, ast.RShift), isinstance(sign, ast.LShift)
        match one, other:
            case tuple(), tuple():
                self.edges += self._between(_Arrow("", one, forward, reverse), other, line)
            case tuple(), _Arrow():
                return replace(other, nodes=one, forward=other.forward or forward, reverse=other.reverse or reverse)
            case _Arrow(), tuple() if one.nodes:
                arrow = replace(one, forward=one.forward or forward, reverse=one.reverse or reverse)
                self.edges += self._between(arrow, other, line)
            case _:
                raise _NotUnderstoodError
        return other

    def _between(self, arrow: _Arrow, others: tuple[str, ...], line: int) -> Iterator[DrawnEdge]:
        if len(self.edges) + len(arrow.nodes) * len(others) > _MOST_EDGES:
            raise _NotUnderstoodError
        head: Arrow = "arrow" if arrow.forward or arrow.reverse else "open"
        for one in arrow.nodes:
            for other in others:
                source, target = (other, one) if arrow.reverse and not arrow.forward else (one, other)
                yield DrawnEdge(source, target, arrow.label, "solid", head, arrow.forward and arrow.reverse, line)


def _text(call: ast.Call) -> str:
    """The label of a node or cluster, where it is plain text."""
    given = [*call.args[:1], *(k.value for k in call.keywords if k.arg == "label")]
    match given:
        case [ast.Constant(value=str() as text)]:
            return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))
        case []:
            return ""
        case _:
            raise _NotUnderstoodError
