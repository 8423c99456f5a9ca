"""``docker buildx bake`` followed into its files: which targets it builds, from what, and what they are called.

Source of the rules: docker/buildx, `docs/reference/buildx_bake.md` and `bake/bake.go`. A row of `_followers`; knows no step.
"""

from __future__ import annotations

import itertools
import json
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from archdoc.extract import _values as values
from archdoc.extract._bake_file import Bake, File
from archdoc.extract._bake_targets import MADE, SOURCE, Export, Given, Override, Target, chosen, named, override
from archdoc.extract._commands_docker import outputs_of
from archdoc.extract._compose_builds import build as composed
from archdoc.extract._compose_project import load
from archdoc.extract._effects import Build, Effect, Mention, Opaque, Output
from archdoc.extract._hcl import parse
from archdoc.extract._hcl_json import body
from archdoc.extract._hcl_nodes import HclError
from archdoc.extract._options import Options
from archdoc.extract._shell_walk import below
from archdoc.extract._trail import Trail
from archdoc.extract._values import Data, Text, Unknown
from archdoc.extract._workspace import ROOT, is_remote
from archdoc.extract._yaml import documents
from archdoc.model import Evidence
from archdoc.regex import regex

DEFAULTS = (
    "compose.yaml",
    "compose.yml",
    "docker-compose.yml",
    "docker-compose.yaml",
    "docker-bake.json",
    "docker-bake.hcl",
    "docker-bake.override.json",
    "docker-bake.override.hcl",
)
"""The files that are read where none is named, those that are there, later ones over earlier ones."""

MAX_TARGETS = 512
_TAKES = frozenset(
    [
        "-f",
        "--file",
        "--set",
        "--var",
        "--call",
        "--allow",
        "--builder",
        "--metadata-file",
        "--progress",
        "--provenance",
        "--sbom",
        "--policy",
        "--list",
    ]
)
_BUILDS_NOTHING = ("--print", "--list", "--list-targets", "--list-variables", "--check", "-h", "--help")
_BLOCKS = frozenset({"variable", "function", "group", "target"})
_TYPE = regex(r"(?:^|,)type=([a-z]+)")


class Asked(NamedTuple):
    """A command line of bake taken apart: the folder it works in, its files, targets and changes.

    `unsure` tells that a word is not known, so that it may build what is not seen.
    """

    folder: Text
    files: tuple[Text, ...]
    targets: tuple[str, ...]
    changes: tuple[Override, ...]
    variables: Mapping[str, Text]
    unsure: bool


def follow(trail: Trail) -> Iterator[tuple[Effect, Text]]:
    """The builds of a command line of bake."""
    read = trail.options(_TAKES)
    call = read.last("--call")
    if read.flag(*_BUILDS_NOTHING) or read.last("--list") or (call is not None and not _is_build(call.text)):
        return
    asked = _asked(trail, read)
    bake = None if asked is None else _files(trail, asked)
    if asked is None or bake is None:
        yield Opaque("bake", trail.at), trail.directory
        return
    targets = _targets(trail, bake, asked)
    if asked.unsure or bake.refused or bake.hidden:
        yield Opaque("bake", trail.at), trail.directory
    for name, (target, linked) in targets.items():
        if bake.hidden:
            # What is not seen of a file is most often the tags.
            target = replace(target, lists={**target.lists, "tags": ()})
        if "call" not in target.scalars or _is_build(target.scalars["call"].mention.text):
            yield _build(name, target, asked.folder, linked=linked), trail.directory


def follow_matrix(trail: Trail) -> Iterator[tuple[Effect, Text]]:
    """``docker/bake-action/subaction/matrix``: the targets as JSON, each with the ``--fields`` that are asked for."""
    read = trail.options(_TAKES | {"--fields"})
    fields = {values.known(one.text) for one in read.all("--fields")}
    for targets in _defined(trail, read):
        rows = [row for name, target in sorted(targets.items()) for row in _rows(name, target, fields)]
        yield Output("matrix", (json.dumps(rows),)), trail.directory


def follow_list(trail: Trail) -> Iterator[tuple[Effect, Text]]:
    """``docker/bake-action/subaction/list-targets``: the names of the targets as JSON."""
    for targets in _defined(trail, trail.options(_TAKES)):
        yield Output("targets", (json.dumps(sorted(targets)),)), trail.directory


def _is_build(call: Text) -> bool:
    return values.known(call) in ("build", "", None)


def _defined(trail: Trail, read: Options) -> Iterator[dict[str, Target]]:
    """The targets, if they are all known."""
    asked = _asked(trail, read)
    bake = None if asked is None else _files(trail, asked)
    if asked is not None and bake is not None and not asked.unsure and not bake.hidden:
        found = {name: target for name, (target, _) in _targets(trail, bake, asked).items()}
        if found and not bake.refused and not any("*" in name for name in found):
            yield found


def _rows(name: str, target: Target, fields: set[str | None]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    entry = {"target": name}
    for key in ("context", "dockerfile", "tags", "target", "platforms", "output"):
        if key in fields and key in target.lists:
            for one in target.lists[key]:
                entry = {**entry, key: values.shown(one.mention.text)}
                found.append(entry)
        elif key in fields and key in target.scalars:
            entry = {**entry, key: values.shown(target.scalars[key].mention.text)}
            found.append(entry)
    return found or [entry]


# --- the command line


def _asked(trail: Trail, read: Options) -> Asked | None:
    """The command line; None where it reads the definition of another repository."""
    rest = [word.text for word in read.rest]
    folder: Text = trail.directory
    if rest and (is_remote(values.shown(rest[0])) or values.starts(rest[0], SOURCE)):
        inside = _inside(trail, rest.pop(0))
        if inside is None:
            return None
        folder = below((ROOT,), inside)
        if rest and is_remote(values.shown(rest[0])):
            return None
    changes: list[Override] = []
    unsure = False
    for word in read.all("--set"):
        change = override(trail.mention(word))
        unsure = unsure or change is None
        changes += [change] if change is not None else []
    for flag in ("--push", "--load"):
        if read.flag(flag):
            changes.append(Override("*", flag[2:], Mention(("true",), trail.at)))
    variables: dict[str, Text] = {}
    for word in read.all("--var"):
        head = word.text[0] if word.text else ""
        name, equals, first = head.partition("=") if isinstance(head, str) else ("", "", "")
        if equals:
            variables[name] = values.join(((first,), word.text[1:]))
        else:
            unsure = True
    targets: list[str] = []
    for text in rest:
        for one in values.alternatives(text):
            known = values.known(one)
            unsure = unsure or known is None
            targets += known.replace(".", "_").split() if known else []
    files = tuple(word.text for word in read.all("-f", "--file"))
    if not files and values.truthy(trail.variable("BUILDX_BAKE_FILE")):
        separator = values.known(trail.variable("BUILDX_BAKE_FILE_SEPARATOR")) or ":"
        files = tuple(values.split(trail.variable("BUILDX_BAKE_FILE"), separator))
    wanted = tuple(targets) if rest else ("default",)
    return Asked(folder, files, wanted, tuple(changes), variables, unsure)


def _inside(trail: Trail, remote: Text) -> Text | None:
    """The folder of this repository that a remote definition names; None for another one, or another revision."""
    head = remote[0]
    if isinstance(head, str) and head.startswith(SOURCE):
        return values.join(((head.removeprefix(SOURCE).removeprefix(":"),), remote[1:]))
    own = trail.session.config.repository
    match = own and re.search(
        rf"(?:^|[/:*]){re.escape(own)}(?:\.git)?(?:#([^:]*)(?::(.*))?)?$", values.shown(remote), re.IGNORECASE
    )
    if not match or (match[1] and "*" not in match[1]):
        return None
    return (match[2],) if match[2] else ()


# --- the files


def _files(trail: Trail, asked: Asked) -> Bake | None:
    """The files put together; None where one of them is not there or not read, or none is known."""
    paths = _named(trail, asked)
    hidden = [path for path in paths if path is None]
    lookup = _lookup(trail, asked)
    targets: dict[str, Target] = {}
    files: list[File] = []
    compose = [path for path in paths if isinstance(path, str) and path.lower().endswith((".yml", ".yaml"))]
    if compose:
        targets = _composed(trail, asked, compose)
    for path in paths:
        if isinstance(path, dict):
            targets |= path
        elif path is not None and path not in compose:
            file = _file(trail, path)
            if file is None:
                return None
            files.append(file)
    if not files and not targets:
        return None
    return Bake(files, targets, lookup, hidden=bool(hidden))


def _named(trail: Trail, asked: Asked) -> list[str | dict[str, Target] | None]:
    """The path of each file, or what is known of one that is made during the run; None for one that is not known."""
    found: list[str | dict[str, Target] | None] = []
    if not asked.files:
        folder = trail.paths((".",), asked.folder)
        if len(folder) != 1:
            return []
        prefix = "" if folder[0] == "." else f"{folder[0]}/"
        names = set(trail.session.files.folder(folder[0] if prefix else ""))
        return [f"{prefix}{name}" for name in DEFAULTS if name in names]
    for given in asked.files:
        text, base = given, asked.folder
        if values.starts(text, "cwd://"):
            assert isinstance(text[0], str)
            text, base = values.join(((text[0].removeprefix("cwd://"),), text[1:])), trail.directory
        if values.starts(text, MADE):
            found.append(_made(text, trail.at))
            continue
        paths = trail.paths(text, base)
        found.append(paths[0] if len(paths) == 1 else None)
    return found


def _made(text: Text, at: Evidence) -> dict[str, Target]:
    """The target that docker/metadata-action writes a file about."""
    name, *tags = values.split(text, ";")
    given = [Given(values.simplify(tag), at) for tag in tags]
    target = Target(at, lists={"tags": given} if given else {})
    return {values.shown(name).removeprefix(MADE): target}


def _file(trail: Trail, path: str) -> File | None:
    content = trail.read(path)
    if content is None:
        return None
    try:
        if path.endswith(".json") or content.lstrip()[:1] == b"{":
            found = documents(content, path)
            return File(path, body(found[0].root, _BLOCKS)) if found and found[0].root.is_map else None
        return File(path, parse(content.decode("utf-8", errors="replace")))
    except HclError as error:
        trail.session.report("bake-unread", f"not read as a definition of bake: {error}", Evidence(path, error.line))
        return None


def _lookup(trail: Trail, asked: Asked) -> Callable[[str], Data]:
    def lookup(name: str) -> Data:
        """A variable of the command line or of its environment; None for one that is not set."""
        found = asked.variables[name] if name in asked.variables else trail.variable(name)
        return None if found == (Unknown(name),) else values.simplify(found)

    return lookup


def _composed(trail: Trail, asked: Asked, paths: Sequence[str]) -> dict[str, Target]:
    """The services of Compose files that are built, as targets. Their paths are read from the folder of the command."""
    folder = trail.paths((".",), asked.folder)
    lookup = _lookup(trail, asked)

    def variable(name: str) -> Text | None:
        found = lookup(name)
        return None if found is None else values.text(found)

    here = "" if folder in ([], ["."]) else folder[0]
    found: dict[str, Target] = {}
    for service in load(trail.session, paths, here, variable).services.values():
        build = composed(service)
        if build is not None:
            found[service.name.replace(".", "_")] = _of_compose(build)
    return found


def _of_compose(build: Build) -> Target:
    """A service as a target: its tags, or else its image."""
    own = [one for one in build.images if one.at.note == "build.tags"] or list(build.images)
    scalars = {"context": build.context, "dockerfile": build.file, "target": build.target}
    given = {name: _given(one) for name, one in scalars.items() if one is not None}
    if build.inline:
        given["dockerfile-inline"] = Given("inline", build.at)
    lists = {"tags": [_given(one) for one in own], "platforms": [Given(one, build.at) for one in build.platforms]}
    maps = {"args": build.arguments, "contexts": build.contexts}
    return Target(
        build.at,
        given,
        {name: found for name, found in lists.items() if found},
        {name: {key: _given(one) for key, one in found} for name, found in maps.items() if found},
    )


def _given(mention: Mention) -> Given:
    return Given(values.simplify(mention.text), mention.at, mention.literal)


# --- targets to builds


def _targets(trail: Trail, bake: Bake, asked: Asked) -> dict[str, tuple[Target, bool]]:
    """The targets that are built, each with whether it is built only because another one is built on it."""
    found: dict[str, tuple[Target, bool]] = {}
    named = ((name, False) for wanted in asked.targets for one in _matching(bake, wanted) for name in bake.expanded(one))
    waiting = deque(itertools.islice(named, MAX_TARGETS + 1))
    while waiting:
        name, linked = waiting.popleft()
        if name in found:
            continue
        if len(found) == MAX_TARGETS:
            bake.refused = True
            break
        target = bake.resolve(name, asked.changes)
        if target is None:
            if not asked.unsure and not bake.refused and not bake.hidden:
                trail.session.report("bake-target-missing", f"no target or group of bake is called `{name}`", trail.at)
            bake.refused = True
            continue
        found[name] = (target, linked)
        for given in target.maps.get("contexts", {}).values():
            text = values.known(given.mention.text) or ""
            if text.startswith("target:"):
                waiting.append((text.removeprefix("target:"), True))
    return found


def _matching(bake: Bake, wanted: str) -> list[str]:
    if not any(mark in wanted for mark in "*?["):
        return [wanted]
    return chosen(wanted, [*bake.group_blocks, *bake.groups, *bake.names])


def _build(name: str, target: Target, folder: Text, *, linked: bool) -> Build:
    images, pushed = named(target, [_export(one) for one in target.lists.get("output", ())])
    context = target.scalars.get("context")
    path = context.mention if context is not None else Mention((".",), target.at)
    remote = is_remote(values.shown(path.text).removeprefix("cwd://"))
    inline = "dockerfile-inline" in target.scalars
    file = None if inline or remote else _dockerfile(target, folder)
    return Build(
        at=target.at,
        images=() if linked else tuple(images),
        context=path if remote else path.of(below(folder, _local(path.text))),
        file=file,
        target=_filled(target.scalars.get("target")),
        pushed=pushed and not linked,
        platforms=tuple(_platforms(target)),
        inside=True,
        inline=inline,
        name=name,
        arguments=tuple((key, given.mention) for key, given in target.maps.get("args", {}).items()),
        contexts=tuple((key, given.mention) for key, given in target.maps.get("contexts", {}).items()),
    )


def _platforms(target: Target) -> Iterator[str]:
    """The platforms; ``--set`` may give several in one."""
    for given in target.lists.get("platforms", ()):
        yield from map(values.shown, values.split(given.mention.text, ","))


def _dockerfile(target: Target, folder: Text) -> Mention | None:
    """The Dockerfile, from the context; None where nothing says it."""
    found = _filled(target.scalars.get("dockerfile"))
    if found is None or not values.starts(found.text, "cwd://"):
        return found
    return found.of(below(folder, _local(found.text)))


def _filled(given: Given | None) -> Mention | None:
    return given.mention if given is not None and given.mention.text else None


def _local(path: Text) -> Text:
    """A path without the mark that it is one of the caller's folder."""
    if not values.starts(path, "cwd://"):
        return path
    assert isinstance(path[0], str)
    return values.join(((path[0].removeprefix("cwd://"),), path[1:]))


def _export(given: Given) -> Export:
    """One output: ``type=image,name=a,push=true``, the same as an object, or a folder to write into."""
    mention = given.mention
    if isinstance(given.value, dict):
        pairs = [one for key, value in given.value.items() for one in ((f",{key}=",), Given(value, given.at).mention.text)]
        mention = mention.of(values.join(pairs))
    match = _TYPE.search(values.shown(mention.text))
    found = list(outputs_of(mention))
    kind = match[1] if match else "" if any(not isinstance(part, str) for part in mention.text) else "local"
    return Export(kind, tuple(name for name, _ in found if name is not None), any(pushed for _, pushed in found))
