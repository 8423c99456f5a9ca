"""``tilt ci`` and ``tilt up`` followed into the Tiltfile: ``docker_build`` and ``k8s_yaml`` with constants.

A Tiltfile is Starlark, a subset of Python's grammar; it is parsed, never run. Functions and loops are not followed.
Source of the rules: Tilt's API reference. This module knows no step.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

from archdoc.extract import _values as values
from archdoc.extract._effects import Build, Deploy, Effect, Mention, Opaque
from archdoc.extract._folders import folder_of, joined
from archdoc.extract._trail import Trail
from archdoc.extract._values import Text, Unknown
from archdoc.extract._workspace import ROOT
from archdoc.model import Evidence

MAX_BYTES = 200_000
_MAX_FILES = 20
_MAX_CALLS = 500
_MAX_DEPTH = 64
_UNKNOWN: Text = (Unknown("the Tiltfile"),)
_DOCKER = ("docker_build", "docker_build_with_restart")
_BUILDERS = frozenset({*_DOCKER, "custom_build", "docker_compose"})
_TAKES = frozenset(["-f", "--file", "--context", "--namespace", "--port", "--host", "--timeout", "--output-snapshot-on-exit"])


@dataclass(slots=True)
class _File:
    """A Tiltfile on its way: its path, the strings and lists that it has named so far, and how many calls it made."""

    path: str
    texts: dict[str, Text] = field(default_factory=dict)
    lists: dict[str, tuple[ast.expr, ...]] = field(default_factory=dict)
    calls: int = 0

    @property
    def folder(self) -> str:
        return folder_of(self.path)

    def at(self, node: ast.expr | ast.stmt, note: str) -> Evidence:
        return Evidence(self.path, node.lineno, note)

    def text(self, node: ast.expr | None, depth: int = 0) -> Text:
        """A string that is constant, put together of constants, or one of the names of the file."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return (node.value,) if node.value else ()
        if isinstance(node, ast.Name):
            return self.texts.get(node.id, _UNKNOWN)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and depth < _MAX_DEPTH:
            return values.join((self.text(node.left, depth + 1), self.text(node.right, depth + 1)))
        return _UNKNOWN

    def listed(self, node: ast.expr | None, depth: int = 0) -> tuple[ast.expr, ...]:
        """The elements of a list, put together of lists or one of the names of the file; what is none stands for itself."""
        if isinstance(node, ast.Name) and node.id in self.lists:
            return self.lists[node.id]
        if isinstance(node, (ast.List, ast.Tuple)):
            return tuple(node.elts[:_MAX_CALLS])
        if isinstance(node, ast.BinOp) and depth < _MAX_DEPTH and not values.truthy(self.text(node)):
            return (*self.listed(node.left, depth + 1), *self.listed(node.right, depth + 1))[:_MAX_CALLS]
        return () if node is None else (node,)

    def name(self, name: str, node: ast.expr) -> None:
        """Give a value a name; what is set twice is not known, since a branch or a loop may do it."""
        if name in self.texts:
            self.texts[name] = _UNKNOWN
            self.lists.pop(name, None)
            return
        self.texts[name] = self.text(node)
        if isinstance(node, (ast.List, ast.Tuple, ast.BinOp)) and not values.truthy(self.texts[name]):
            self.lists[name] = self.listed(node)

    def mention(self, node: ast.expr, note: str) -> Mention:
        return Mention(self.text(node), self.at(node, note), literal=isinstance(node, ast.Constant))

    def place(self, node: ast.expr, note: str) -> Mention:
        """A path, which is read from the folder of the file."""
        base = f"{ROOT}/{self.folder}/" if self.folder else f"{ROOT}/"
        found = self.mention(node, note)
        return found.of(values.join(((base,), found.text)))


def follow(trail: Trail) -> Iterator[tuple[Effect, Text]]:
    """The builds and manifests of the Tiltfile that the command reads."""
    read = trail.options(_TAKES)
    verb = next((word.text for word in read.words()[:1]), ())
    if verb not in (("ci",), ("up",)):
        return
    option = read.last("-f", "--file")
    paths = trail.paths(option.text if option is not None else ("Tiltfile",))
    found = False
    for path in paths[:1]:
        for effect in _file(trail, path, set()):
            found = True
            yield effect, (ROOT,)
    if not found:
        yield Opaque("tilt", trail.at), trail.directory


def of_file(trail: Trail, path: str) -> Iterator[Effect]:
    """What a Tiltfile says, whoever runs it."""
    yield from _file(trail, path, set())


def _file(trail: Trail, path: str, seen: set[str]) -> Iterator[Effect]:
    if path in seen:
        return
    seen.add(path)
    data = trail.read(path)
    body = _parsed(data) if data is not None else None
    if body is None or len(seen) > _MAX_FILES:
        yield Opaque("tilt", trail.at)
    else:
        yield from _statements(trail, _File(path), body, seen)


def _parsed(data: bytes) -> list[ast.stmt] | None:
    if len(data) > MAX_BYTES:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(data).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _statements(trail: Trail, file: _File, body: list[ast.stmt], seen: set[str]) -> Iterator[Effect]:
    for statement in body:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name):
            file.name(statement.targets[0].id, statement.value)
        if isinstance(statement, ast.If):
            yield from _statements(trail, file, [*statement.body, *statement.orelse], seen)
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            yield from _call(trail, file, statement.value, seen)
        elif isinstance(statement, (ast.FunctionDef, ast.For)) and _builds(statement):
            yield Opaque("tilt", file.at(statement, "Tiltfile"))


def _builds(statement: ast.stmt) -> bool:
    return any(isinstance(node, ast.Name) and node.id in _BUILDERS for node in ast.walk(statement))


def _call(trail: Trail, file: _File, call: ast.Call, seen: set[str]) -> Iterator[Effect]:
    file.calls += 1
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    given = {one.arg: one.value for one in call.keywords if one.arg}
    first = call.args[0] if call.args else None
    if file.calls > _MAX_CALLS:
        return
    if name in _DOCKER:
        image = first or given.get("ref")
        context = call.args[1] if len(call.args) > 1 else given.get("context")
        if image is not None and context is not None:
            yield _docker_build(file, call, image, context, given)
    elif name in ("custom_build", "docker_compose"):
        yield Opaque("tilt", file.at(call, name))
    elif name == "k8s_yaml":
        for one in file.listed(first or given.get("yaml")):
            yield from _manifest(file, one)
    elif name == "include" and first is not None:
        target = file.text(first)
        if len(target) == 1 and isinstance(target[0], str):
            yield from _file(trail, joined(file.folder, target[0]), seen)


def _docker_build(file: _File, call: ast.Call, image: ast.expr, context: ast.expr, given: dict[str, ast.expr]) -> Build:
    dockerfile, target = given.get("dockerfile"), given.get("target")
    name = file.mention(image, "docker_build")
    last = name.text[-1] if name.text else ""
    return Build(
        at=file.at(call, "docker_build"),
        images=(name,),
        context=file.place(context, "docker_build context"),
        file=file.place(dockerfile, "docker_build dockerfile") if dockerfile is not None else None,
        target=file.mention(target, "docker_build target") if target is not None else None,
        inline="dockerfile_contents" in given,
        name=last.rpartition("/")[2].partition(":")[0] if isinstance(last, str) else "",
    )


def _manifest(file: _File, node: ast.expr) -> Iterator[Effect]:
    """A file of manifests, or ``kustomize(folder)`` or ``helm(folder)``; a test of a developer's cluster."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
        if node.func.id in ("kustomize", "helm"):
            yield Deploy(file.place(node.args[0], node.func.id), chart=node.func.id == "helm", test=True)
    elif file.text(node) != _UNKNOWN:
        yield Deploy(file.place(node, "k8s_yaml"), test=True)
