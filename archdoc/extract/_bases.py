"""What build arguments and named contexts make of the stages of a Dockerfile: other bases, other images to copy from.

The Dockerfile itself is told with its defaults by its own unit. Of the value of an argument nothing is told but the name of the
image that it is a part of. This module knows no workflow.
"""

from __future__ import annotations

import fnmatch
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence

from archdoc import ids, images
from archdoc.extract import _values as values
from archdoc.extract._dockerfile import ParsedDockerfile, parse
from archdoc.extract._dockerfile_stages import SCRATCH, Stage, stages
from archdoc.extract._effects import Build, Mention
from archdoc.extract._source import Session
from archdoc.extract._values import Text
from archdoc.model import Attribute, Basis, ById, ByImage, Evidence, Reference, RelationKind
from archdoc.regex import regex

MAX_VARIANTS = 16
_FIRST_FROM = regex(rb"^[ \t]*FROM\s", re.IGNORECASE | re.MULTILINE)
_NAME = regex(r"[A-Za-z_]\w*")
_IMAGE = "docker-image://"


def references(session: Session, path: str, build: Build) -> Iterator[Reference]:
    """The images that stages of the Dockerfile at a path are made from in this build, beyond those of its defaults."""
    arguments, contexts = _arguments(session, path, build), _contexts(build)
    if not arguments and not contexts:
        return
    parsed = _parsed(session, path)
    if parsed is None:
        return
    default = stages(parsed)
    for variant in _variants(arguments):
        found = stages(parsed, variant) if variant else default
        reached = _reached(found, build)
        for stage in found:
            if stage.index in reached:
                yield from _based(path, parsed, default, found, stage, arguments, variant)
                yield from _from_contexts(path, stage, contexts)


def _arguments(session: Session, path: str, build: Build) -> dict[str, Mention]:
    """The arguments of a build that a FROM of the Dockerfile may use, by name: those that are declared before the first one."""
    if not build.arguments:
        return {}
    content = session.files.read(path) or b""
    first = _FIRST_FROM.search(content)
    head = content[: first.start()].decode("utf-8", "replace") if first else ""
    declared = set(_NAME.findall(head)) if "ARG" in head.upper() else set()
    return {name: one for name, one in build.arguments if name in declared}


def _contexts(build: Build) -> dict[str, tuple[Mention, str]]:
    """The named contexts of a build that are images, by name in lower case."""
    found: dict[str, tuple[Mention, str]] = {}
    for name, one in build.contexts:
        if values.starts(one.text, _IMAGE):
            found[_plain(name)] = (one, values.shown(one.text).removeprefix(_IMAGE))
    return found


def _plain(name: str) -> str:
    """A name as contexts are looked up: ``alpine:latest`` is ``alpine``."""
    return name.lower().removesuffix(":latest")


def _parsed(session: Session, path: str) -> ParsedDockerfile | None:
    if path not in session.dockerfiles:
        content = session.files.read(path)
        session.dockerfiles[path] = None if content is None else parse(content, path)
    found: ParsedDockerfile | None = session.dockerfiles[path]
    return found


def _variants(arguments: Mapping[str, Mention]) -> list[dict[str, str]]:
    """The values that the arguments may have together, ``*`` for each unknown part."""
    each = [[(name, values.shown(text)) for text in _known(one.text)] for name, one in arguments.items()]
    return [dict(pairs) for pairs in itertools.islice(itertools.product(*each), MAX_VARIANTS)]


def _known(text: Text) -> Sequence[Text]:
    return values.alternatives(text, MAX_VARIANTS)


def _reached(found: Sequence[Stage], build: Build) -> set[int]:
    """The stages that a build makes: its target and all that this is made from. An unknown target may be any."""
    if build.target is None:
        waiting = [stage.index for stage in found[-1:]]
    else:
        target = values.shown(build.target.text).lower()
        waiting = [stage.index for stage in found if target in (stage.name, str(stage.index))][-1:] or [
            one.index for one in found
        ]
    reached: set[int] = set()
    while waiting:
        index = waiting.pop()
        if index not in reached:
            reached.add(index)
            stage = found[index]
            below = (stage.base_stage, *stage.alternatives, *(copy.stage for copy in stage.copies))
            waiting += [one for one in below if one is not None and one < len(found)]
    return reached


def _based(
    path: str,
    parsed: ParsedDockerfile,
    default: Sequence[Stage],
    found: Sequence[Stage],
    stage: Stage,
    arguments: Mapping[str, Mention],
    variant: Mapping[str, str],
) -> Iterator[Reference]:
    """The base of a stage where the arguments make it another one."""
    before = default[stage.index]
    if (stage.base, stage.base_stage, stage.alternatives) == (before.base, before.base_stage, before.alternatives):
        return
    if images.UNKNOWN in stage.base and fnmatch.fnmatchcase(before.base, stage.base):
        return  # the default may be what is meant, and it is more than is known here
    cause = _cause(parsed, default, stage, variant)
    at = arguments[cause].at
    evidence = Evidence(at.path, at.line, f"FROM {stage.written} with {cause}")
    source, attributes = ids.stage_id(path, stage.key), {"argument": cause}
    if stage.base_stage is not None:
        target = ById(ids.stage_id(path, found[stage.base_stage].key))
        yield Reference(source, RelationKind.BASED_ON, target, evidence, Basis.COMPUTED, attributes=attributes)
    elif stage.base not in ("", SCRATCH) and not stage.alternatives:
        yield from _image(path, stage, RelationKind.BASED_ON, stage.base, evidence, attributes)


def _cause(parsed: ParsedDockerfile, default: Sequence[Stage], stage: Stage, variant: Mapping[str, str]) -> str:
    """The argument that changes the base: one that does so alone, else the first."""
    if len(variant) > 1:
        for name, value in variant.items():
            if stages(parsed, {name: value})[stage.index].base != default[stage.index].base:
                return name
    return next(iter(variant))


def _from_contexts(path: str, stage: Stage, contexts: Mapping[str, tuple[Mention, str]]) -> Iterator[Reference]:
    """The images that named contexts put in place of what FROM and ``--from`` name, or of a whole stage."""
    names = (stage.name, *((_plain(stage.base),) if stage.base_stage is None else ()))
    for name in dict.fromkeys(one for one in names if one in contexts):
        yield from _of_context(path, stage, RelationKind.BASED_ON, name, contexts)
    for copied in dict.fromkeys(_plain(copy.word) for copy in stage.copies if copy.stage is None):
        if copied in contexts:
            yield from _of_context(path, stage, RelationKind.COPIES_FROM, copied, contexts)


def _of_context(
    path: str, stage: Stage, relation: RelationKind, name: str, contexts: Mapping[str, tuple[Mention, str]]
) -> Iterator[Reference]:
    mention, image = contexts[name]
    evidence = Evidence(mention.at.path, mention.at.line, f"build context {name}")
    yield from _image(path, stage, relation, image, evidence, {"context": name})


def _image(
    path: str, stage: Stage, relation: RelationKind, image: str, at: Evidence, attributes: Mapping[str, Attribute]
) -> Iterator[Reference]:
    """A reference to an image; none where nothing of its name is known."""
    reference = images.parse(image)
    if reference is None or not any(char.isalnum() for char in reference.path.removeprefix("library/")):
        return
    parts = {"tag": reference.tag, "digest": reference.digest}
    known: dict[str, Attribute] = {name: value for name, value in parts.items() if value and images.UNKNOWN not in value}
    target = ByImage(image)
    yield Reference(ids.stage_id(path, stage.key), relation, target, at, Basis.COMPUTED, attributes={**attributes, **known})
