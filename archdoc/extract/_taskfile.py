"""``task`` followed into the Taskfile: the commands of the tasks that are asked for, with what these need. Nothing is run.

Source of the rules: taskfile.dev, "Schema" and "Usage", version 3. This module knows tasks and no command.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from archdoc.extract import _marked as marked
from archdoc.extract import _values as values
from archdoc.extract._effects import Build, Effect, Opaque
from archdoc.extract._folders import folder_of, joined, upward
from archdoc.extract._go_template import expand
from archdoc.extract._options import options
from archdoc.extract._shell_walk import below, output
from archdoc.extract._source import Source
from archdoc.extract._trail import Trail, folder
from archdoc.extract._values import Text, Unknown
from archdoc.extract._yaml import Node

NAMES = tuple(f"{name}{dist}.{end}" for dist in ("", ".dist") for end in ("yml", "yaml") for name in ("Taskfile", "taskfile"))
MAX_TASKS = 200
MAX_DEPTH = 20
MAX_ITEMS = 64
_TAKES = frozenset(["-d", "--dir", "-t", "--taskfile", "-o", "--output", "-C", "--concurrency", "-I", "--interval", "--sort"])
_IDLE = ("-l", "--list", "-a", "--list-all", "-n", "--dry", "--summary", "-i", "--init", "--version", "-h", "--help", "--status")


@dataclass(frozen=True, slots=True)
class _File:
    """A Taskfile: where it stands, the folder its tasks run in, and the variables of who includes it."""

    source: Source
    place: Text
    given: Mapping[str, Text] = field(default_factory=dict)
    root: _File | None = None


def follow(trail: Trail) -> Iterator[tuple[Effect, Text]]:
    """The effects of ``task NAME... VAR=value -- arguments``. What is not found is `Opaque`."""
    words = list(trail.words)
    end = next((at for at, word in enumerate(words) if values.known(word.text) == "--"), len(words))
    behind = [word.text for word in words[end + 1 :]]
    read = options(words[:end], _TAKES)
    if read.flag(*_IDLE):
        return
    given: dict[str, Text] = {"CLI_ARGS": _joined(behind)}
    goals: list[Text] = []
    for word in read.rest:
        head = word.text[0] if word.text and isinstance(word.text[0], str) else ""
        name, equals, first = head.partition("=")
        if equals:
            given[name] = values.join(((first,), word.text[1:]))
        else:
            goals.append(word.text)
    file = _found(trail, [one.text for one in read.all("-d", "--dir")], [one.text for one in read.all("-t", "--taskfile")])
    if file is None:
        yield Opaque("task", trail.at), trail.directory
        return
    run = _Run(trail, given)
    for goal in goals or [("default",)]:
        for one in values.alternatives(goal):
            yield from run.task(file, values.known(one), {}, 0)


def _joined(texts: Sequence[Text]) -> Text:
    return values.join(piece for number, one in enumerate(texts) for piece in ((" ",) if number else (), one))


def _found(trail: Trail, folders: Sequence[Text], files: Sequence[Text]) -> _File | None:
    """The Taskfile that is named, or the next one in the folder or above it."""
    place = below(trail.directory, folders[-1]) if folders else trail.directory
    paths = trail.paths(files[-1], trail.directory) if files else trail.paths((".",), place)
    if len(paths) != 1:
        return None
    here = "" if paths[0] == "." else paths[0]
    if files and not trail.session.files.folder(here):
        source = trail.session.source(here)
        return None if source is None else _File(source, place if folders else folder(here))
    source = next(filter(None, map(trail.session.source, upward(here, NAMES))), None)
    return None if source is None else _File(source, place if folders else folder(source.path))


@dataclass(slots=True)
class _Run:
    """One run of task; `given` are the variables of its command line."""

    trail: Trail
    given: Mapping[str, Text]
    seen: set[tuple[object, ...]] = field(default_factory=set)

    def task(self, file: _File, name: str | None, call: Mapping[str, Text], depth: int) -> Iterator[tuple[Effect, Text]]:
        """What a task does, once for what it is given: first what it needs, then its commands."""
        opaque = Opaque("task", self.trail.at), self.trail.directory
        if name is None or depth > MAX_DEPTH or len(self.seen) > MAX_TASKS:
            yield opaque
            return
        found = self.resolved(file, name)
        if found is None:
            yield opaque
            return
        file, own, node = found
        key = (file.source.path, own, tuple(sorted((one, repr(value)) for one, value in call.items())))
        if key in self.seen:
            return
        self.seen.add(key)
        scope = _Scope(self, file, own, call)
        if node.is_map:
            scope.declare(node["vars"], node["env"])
        place = below(file.place, scope.text(node["dir"])) if node["dir"].text else file.place
        for need in node["deps"]:
            yield from self.called(scope, need, depth)
        cmds = node["cmds"] if node.is_map and node["cmds"].is_list else node if node.is_list else [node["cmd"] or node]
        for one in cmds:
            inner = one if one.is_text else one["defer"]
            if inner.is_text:
                yield from self.command(scope, inner, inner.text, place, own)
            elif inner:
                yield from self.called(scope, inner, depth)
            elif one["task"]:
                yield from self.called(scope, one, depth)
            else:
                for item in scope.items(one["for"]):
                    yield from self.command(replace(scope, item=item), one["cmd"], one["cmd"].text, place, own)

    def resolved(self, file: _File, name: str) -> tuple[_File, str, Node] | None:
        """The task of a name, also in the files that are included under a name of their own."""
        if name.startswith(":"):
            return self.resolved(file.root or file, name[1:])
        tasks = file.source.root["tasks"]
        for key, node in tasks.items():
            if name == key or name in node["aliases"].texts() or ("*" in key and fnmatch.fnmatchcase(name, key)):
                return file, key, node
        space, colon, rest = name.partition(":")
        for key, include in file.source.root["includes"].items():
            flat = include["flatten"].true()
            if flat or (colon and space in (key, *include["aliases"].texts())):
                inner = self.included(file, include)
                if inner is not None and (found := self.resolved(inner, name if flat else rest or "default")) is not None:
                    return found
        return None

    def included(self, file: _File, include: Node) -> _File | None:
        scope = _Scope(self, file, "", {})
        path = values.known(scope.text(include if include.is_text else include["taskfile"]))
        if not path or "://" in path:
            return None
        whole = joined(folder_of(file.source.path), path)
        paths = [whole, *(joined(whole, name) for name in NAMES)]
        source = next((one for one in map(self.trail.session.source, paths) if one is not None), None)
        if source is None:
            return None
        place = below(folder(file.source.path), scope.text(include["dir"])) if include["dir"].text else file.place
        return _File(source, place, {key: scope.value(one) for key, one in include["vars"].items()}, file.root or file)

    def called(self, scope: _Scope, node: Node, depth: int) -> Iterator[tuple[Effect, Text]]:
        """A task that another one needs or calls."""
        for item in scope.items(node["for"] if node.is_map else node["none"]):
            within = replace(scope, item=item)
            call = {key: within.value(one) for key, one in node["vars"].items()} if node.is_map else {}
            name = values.known(within.text(node if node.is_text else node["task"]))
            yield from self.task(scope.file, name, call, depth + 1)

    def command(self, scope: _Scope, node: Node, text: str, place: Text, name: str) -> Iterator[tuple[Effect, Text]]:
        """What the text of a command does."""
        script, expression = marked.script(expand(text, scope.field))
        rows = scope.file.source.lines(node)
        rows += [rows[-1]] * max(0, script.count("\n") + 1 - len(rows))
        found = self.trail.shell(script, scope.file.source.path, rows, scope.environment, place, expression=expression)
        for effect, at in found:
            yield effect._replace(name=effect.name or name) if isinstance(effect, Build) else effect, at


@dataclass(slots=True)
class _Scope:
    """The variables that a task sees; `call` are those that who calls it gives."""

    run: _Run
    file: _File
    name: str
    call: Mapping[str, Text]
    own: dict[str, Node] = field(default_factory=dict)
    env: dict[str, Node] = field(default_factory=dict)
    item: Text | None = None
    busy: tuple[str, ...] = ()

    def declare(self, variables: Node, env: Node) -> None:
        """What the task itself sets."""
        self.own = dict(variables.items())
        self.env = {**dict(self.file.source.root["env"].items()), **dict(env.items())}

    def field(self, name: str) -> Text:
        """What ``{{ .NAME }}`` comes to."""
        if name == "ITEM" and self.item is not None:
            return self.item
        if name in _SPECIAL:
            return _SPECIAL[name](self)
        if name in self.busy:  # a variable that is made of the one of the environment
            return self.given(name)
        if len(self.busy) > MAX_DEPTH:
            return (Unknown(name),)
        root = self.file.source.root["vars"]
        inner = replace(self, busy=(*self.busy, name))
        if name in self.own:
            return inner.value(self.own[name])
        for known in (self.call, self.file.given, self.run.given):
            if name in known:
                return known[name]
        return inner.value(root[name]) if root[name] else inner.given(name)

    def given(self, name: str) -> Text:
        """A variable of the environment; empty where nothing sets it."""
        return self.environment(name, otherwise=())

    def environment(self, name: str, otherwise: Text | None = None) -> Text:
        """A variable of the environment of a command."""
        if name in self.env and name not in self.busy:
            return replace(self, busy=(*self.busy, name)).value(self.env[name])
        found = self.run.trail.variable(name)
        return otherwise if otherwise is not None and found == (Unknown(name),) else found

    def value(self, node: Node) -> Text:
        """A variable as it is declared: a text, a list, or what a command prints."""
        if node["sh"].text:
            script, expression = marked.script(expand(node["sh"].text, self.field))
            return output(script, expression, self.environment, self.file.place, self.run.trail.content)
        if node["ref"].text:
            return self.field(node["ref"].text.lstrip("."))
        if node.is_list:
            return values.join(piece for one in node for piece in (expand(one.text, self.field), ("\n",)))
        return self.text(node) if node.is_text else (Unknown(self.name),)

    def text(self, node: Node) -> Text:
        return expand(node.text, self.field)

    def items(self, loop: Node) -> Sequence[Text | None]:
        """The turns of a ``for``; one without an item where there is none."""
        if not loop:
            return [self.item]
        if loop.is_list:
            return [self.text(one) for one in loop][:MAX_ITEMS]
        if loop["var"].text:
            return list(values.split(self.field(loop["var"].text), loop["split"].text or " \n\t"))[:MAX_ITEMS]
        return [(Unknown("ITEM"),)]


_SPECIAL: dict[str, Callable[[_Scope], Text]] = {
    "TASK": lambda scope: (scope.name,),
    "TASKFILE": lambda scope: below(folder(scope.file.source.path), (scope.file.source.path.rpartition("/")[2],)),
    "TASKFILE_DIR": lambda scope: folder(scope.file.source.path),
    "ROOT_DIR": lambda scope: folder((scope.file.root or scope.file).source.path),
    "USER_WORKING_DIR": lambda scope: scope.run.trail.directory,
}
"""Variables that task itself sets."""
