"""The stages of a Dockerfile: what each is based on and copies from, once its variables have their values.

The rules are those of ``frontend/dockerfile/dockerfile2llb`` in BuildKit. Who builds with other ``--build-arg`` values asks
again and gets other bases. This module knows no graph; named build contexts are the caller's to know.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from archdoc import images
from archdoc.extract import _trace as trace
from archdoc.extract._dockerfile import Instruction, ParsedDockerfile, refusal, stage_name
from archdoc.extract._dockerfile_words import UNKNOWN, Env, RefusedError, expand, expand_words, may_be, shown
from archdoc.model import Evidence, Finding
from archdoc.regex import regex
from archdoc.rules import finding

SCRATCH = "scratch"
_SET_BY_BUILD = (
    *("BUILDPLATFORM", "BUILDOS", "BUILDOSVERSION", "BUILDARCH", "BUILDVARIANT"),
    *("TARGETPLATFORM", "TARGETOS", "TARGETOSVERSION", "TARGETARCH", "TARGETVARIANT", "TARGETSTAGE"),
)
_LABEL = "org.opencontainers.image."
_MANY = 200
_MANY_PARTS = 6
_BARE = regex(r"[a-z0-9_-]+")
_NUMBER = regex(r"[0-9]{1,9}")
_PORT = regex(r"(?:[^/]*:)?([0-9]{1,5})(?:-([0-9]{1,5}))?(?:/(tcp|udp|sctp)?)?", re.IGNORECASE)
_VARIABLE = regex(r"\$\{?([A-Za-z_]\w*)")
_WEB = regex(r"(https?://)(?:[^/@]*@)?([^\s@?#]+)(?:[?#].*)?")
_PART = regex(r"[\0\w.:/@+-]+", re.ASCII)
_PART_OF_DIGEST = regex(r"[\0A-Za-z0-9+._-]+(?::[\0A-Fa-f0-9]+)?")
_HOST = r"[A-Za-z0-9]++(?:-++[A-Za-z0-9]++)*+"
_PATH = r"[a-z0-9]++(?:(?:__|[._]|-++)[a-z0-9]++)*+"
_REFERENCE = regex(
    rf"(?:(?:{_HOST}(?:\.{_HOST})*+|\[[a-fA-F0-9:]+\])(?::[0-9]+)?/)?{_PATH}(?:/{_PATH})*+"
    r"(?::\w[\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9+._-]*+:[0-9a-fA-F]{32,})?",
    re.ASCII,
)
_NO_MOUNT_SOURCE = frozenset({"secret", "ssh", "tmpfs"})
_NO_ARGS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Copy:
    """Files taken from another stage (its index in `stage`) or from the image `word`; `flag` is the flag that says so."""

    word: str
    flag: str
    line: int
    stage: int | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """One FROM and what follows it.

    `name` is in small letters, ``""`` where it has none; `key` is the name that finds it, else its number. `written` is the
    word of FROM and `base` its value, ``*`` for each unknown part, ``""`` where BuildKit refuses it. `base_stage` is the
    earlier stage that this is; where only a part of the name is known, `alternatives` are the stages that it may be.
    `ports`, `source` and `title` are what EXPOSE and LABEL of this stage alone say; a port that only the build knows is ``*``.
    """

    index: int
    name: str
    key: str
    line: int
    written: str
    base: str
    base_stage: int | None = None
    alternatives: tuple[int, ...] = ()
    copies: tuple[Copy, ...] = ()
    ports: tuple[str, ...] = ()
    source: str = ""
    title: str = ""
    findings: tuple[Finding, ...] = ()


def stages(parsed: ParsedDockerfile, build_args: Mapping[str, str] = _NO_ARGS) -> tuple[Stage, ...]:
    """Every stage, with the values of the ARGs before the first FROM, which `build_args` override (``*``: an unknown part).

    An ARG without a default that nobody sets is unknown; so is what the build sets itself (``TARGETARCH``).
    """
    file = _file(parsed, build_args)
    findings: list[Finding] = []
    scope: dict[str, str | None] = {name: file.given.get(name, UNKNOWN) for name in _SET_BY_BUILD}
    for one in file.blocks[0]:
        _declare(one, scope, scope, file, findings, missing="")
    done: list[Stage] = []
    scopes: list[ChainMap[str, str | None]] = []
    named: dict[str, int] = {}
    for head, *body in file.blocks[1:]:
        stage = _based(head, done, named, scope, file, findings)
        own: ChainMap[str, str | None] = ChainMap() if stage.base_stage is None else scopes[stage.base_stage].new_child()
        stage = _filled(stage, body, own, scope, file, findings)
        if stage.name:
            named[stage.name] = stage.index
        done.append(stage)
        scopes.append(own)
        findings = []
    return _without_slips(done, file)


def lineage(all_stages: Sequence[Stage], index: int) -> Iterator[Stage]:
    """A stage and those it is based on, the nearest first: an image has the ports and labels of them all."""
    at: int | None = index
    while at is not None:
        yield all_stages[at]
        at = all_stages[at].base_stage


def ports(all_stages: Sequence[Stage], index: int) -> tuple[str, ...]:
    """The ports that the image of a stage exposes, as far as this file says: ``8080/tcp``, ``3000-3010/udp``."""
    return _in_order({port for stage in lineage(all_stages, index) for port in stage.ports})


@dataclass(frozen=True, slots=True)
class _File:
    """What holds for every stage.

    `blocks` are the instructions before the first FROM, then each FROM with those behind it; `last` is the last stage of each
    name, the one that ``--from`` finds.
    """

    path: str
    escape: str
    syntax: str
    given: Mapping[str, str]
    blocks: Sequence[Sequence[Instruction]]
    last: Mapping[str, int]

    def finding(self, rule: str, message: str, line: int) -> Finding:
        return finding(rule, message, Evidence(self.path, line))

    def refusal(self, message: str, line: int, text: str = "") -> Finding:
        return self.finding(*refusal(message, text, self.syntax), line)


def _file(parsed: ParsedDockerfile, build_args: Mapping[str, str]) -> _File:
    blocks: list[list[Instruction]] = [[]]
    for one in parsed.instructions:
        if one.keyword == "FROM":
            blocks.append([])
        blocks[-1].append(one)
    given = {name: value.replace("*", UNKNOWN) for name, value in build_args.items()}
    last = {name: index for index, (head, *_) in enumerate(blocks[1:]) if (name := stage_name(head))}
    return _File(parsed.path, parsed.escape, parsed.syntax, given, blocks, last)


def _declare(
    one: Instruction,
    scope: MutableMapping[str, str | None],
    outer: Env,
    file: _File,
    findings: list[Finding],
    missing: str | None,
) -> None:
    """Take the variables of an ARG or ENV into a scope; an ARG without a default has the value of the outer scope."""
    if one.keyword == "ENV":
        pairs = zip(one.words[::2], one.words[1::2], strict=True)
        scope.update([(name, _value(value, scope, file, findings, one.line, missing)) for name, value in pairs])
    elif one.keyword == "ARG":
        for word in one.words:
            name, default, value = word.partition("=")
            if name in file.given:
                scope[name] = file.given[name]
            elif default:
                scope[name] = _value(value, scope, file, findings, one.line, missing)
                _noted(name, value, scope[name], scope, file, one.line)
            elif name in outer:
                scope[name] = outer[name]
            else:
                scope.setdefault(name, None)


def _noted(name: str, written: str, value: str | None, scope: Env, file: _File, line: int) -> None:
    """Note what a word comes to, for who asks."""
    if trace.log is not None and value is not None:
        used = [trace.Use(f"${one}", trace.partly(shown(scope.get(one) or ""))) for one in _VARIABLE.findall(written)]
        trace.note(name, file.path, line, written, trace.partly(shown(value)), used)


def _value(word: str, scope: Env, file: _File, findings: list[Finding], line: int, missing: str | None) -> str | None:
    try:
        return expand(word, scope, file.escape, missing)
    except RefusedError as error:
        findings.append(file.refusal(str(error), line))
        return None


def _based(
    head: Instruction, done: Sequence[Stage], named: Mapping[str, int], scope: Env, file: _File, findings: list[Finding]
) -> Stage:
    """The stage of a FROM with its base, before what follows it is read."""
    index, name, line = len(done), stage_name(head), head.line
    key = name if name and file.last[name] == index else str(index)
    written = _image_word(head)
    if name in named:
        findings.append(file.finding("stage-duplicate", f"stage `{name}` stands twice", line))
    later = problem = value = ""
    base_stage: int | None = None
    alternatives: tuple[int, ...] = ()
    try:
        value = _image_value(written, scope, named, file.escape)
        _noted("", written, value, scope, file, line)
    except RefusedError as error:
        problem = str(error)
    if value in named:
        base_stage = named[value]
    elif value and value != SCRATCH:
        alternatives = _alternatives(value, named)
        problem = "" if alternatives else _no_image(value)
        if not problem and _means_later(value, index, file):
            later = f"stage `{value}` comes later: FROM knows earlier stages only"
    elif written and not value and not problem:
        problem = "the name is empty, for no ARG before the first FROM gives it a value"
    if later:
        findings.append(file.finding("stage-unknown", later, line))
    elif problem:
        findings.append(file.refusal(f"FROM: {problem}", line, written))
    return Stage(index, name, key, line, written, "" if problem or later else shown(value), base_stage, alternatives)


def _image_word(head: Instruction) -> str:
    return head.words[0] if head.words else ""


def _image_value(written: str, scope: Env, named: Mapping[str, int], escape: str) -> str:
    """The value of FROM's word.

    Where defaults make it no image (``ARG BASE=``, ``ARG BASE=<base>``), it is for the build to set them: they are unknown.
    """
    value = expand(written, scope, escape)
    if "$" in written and value not in named and value != SCRATCH and (not value or _no_image(value)):
        value = expand(written, {name: UNKNOWN if _placeholder(known) else known for name, known in scope.items()}, escape)
    return value if value.count(UNKNOWN) <= _MANY_PARTS else UNKNOWN


def _placeholder(value: str | None) -> bool:
    """Whether a default is no part of an image's name."""
    return value is not None and not _PART.fullmatch(value)


def _alternatives(value: str, named: Mapping[str, int]) -> tuple[int, ...]:
    """The earlier stages that a value such as ``build-*`` may name."""
    literal = value.replace(UNKNOWN, "")
    if literal == value or not _BARE.fullmatch(literal) or len(named) > _MANY:
        return ()
    return tuple(sorted(index for name, index in named.items() if may_be(value, name)))


def _means_later(value: str, index: int, file: _File) -> bool:
    """Whether the word of a FROM means a later stage, not an image that a later stage is named after."""
    at = file.last.get(value, index)
    if at <= index:
        return False
    while at != index and (written := _image_word(file.blocks[at + 1][0])) != value:
        earlier = file.last.get(written, at)
        if earlier >= at:
            return True
        at = earlier
    return False


def _no_image(value: str) -> str:
    """Why a value is no image reference by the grammar of the distribution project; ``""`` if it is one."""
    if UNKNOWN in value:
        digest = value.partition("@")[2]
        fits = "*" not in value and images.parse(shown(value)) is not None
        return "" if fits and (not digest or _PART_OF_DIGEST.fullmatch(digest)) else "no image reference"
    if _REFERENCE.fullmatch(value):
        return ""
    return "no image reference" + (": the name has capital letters" if _REFERENCE.fullmatch(value.lower()) else "")


def _filled(
    stage: Stage,
    body: Sequence[Instruction],
    own: ChainMap[str, str | None],
    outer: Env,
    file: _File,
    findings: list[Finding],
) -> Stage:
    """The stage with its copies, ports and labels."""
    copies: list[Copy] = []
    found: set[str] = set()
    labels: dict[str, str] = {}
    for one in body:
        if one.keyword in ("ARG", "ENV"):
            _declare(one, own, outer, file, findings, missing=None)
        elif one.keyword in ("COPY", "RUN", "ONBUILD"):
            inner = one.trigger or one
            for flag, word in _sources(inner):
                copy = _copy(word, flag, one.line, stage.index, file, findings, on_build=inner is not one)
                copies += [copy] if copy else []
        elif one.keyword == "EXPOSE":
            found |= _exposed(one, own, file, findings)
        elif one.keyword == "LABEL":
            labels |= _labels(one, own, file, findings)
    return replace(
        stage,
        copies=tuple(copies),
        ports=_in_order(found),
        source=labels.get("source", ""),
        title=labels.get("title", ""),
        findings=tuple(findings),
    )


def _sources(one: Instruction) -> Iterator[tuple[str, str]]:
    """The flags of an instruction that name a stage or image, with the word of each."""
    if one.keyword == "COPY":
        for word in one.values("from"):
            yield "COPY --from", word
    elif one.keyword == "RUN":
        for mount in one.values("mount"):
            fields = {key.lower(): value for key, _, value in (field.partition("=") for field in mount.split(","))}
            if fields.get("from") and fields.get("type", "").lower() not in _NO_MOUNT_SOURCE:
                yield "RUN --mount=from", fields["from"]


def _copy(word: str, flag: str, line: int, index: int, file: _File, findings: list[Finding], *, on_build: bool) -> Copy | None:
    """What a word of ``--from`` or ``from=`` means; None for no image at all or after a finding.

    A name is the last stage that has it, which must stand before this one; a number counts stages, for COPY only; all else is
    an image.
    """
    stage = file.last.get(word.lower())
    number = int(word) if flag == "COPY --from" and _NUMBER.fullmatch(word) else None
    unknown = refused = ""
    if word == "" or (word == SCRATCH and stage is None):
        return None
    if "$" in word[:-1]:
        refused = "no variables are read here: give the image a name with FROM ... AS"
    elif on_build and stage is None and _BARE.fullmatch(word):
        message = f"{flag} behind ONBUILD names a stage of the file that builds on this one"
        findings.append(file.finding("expression-unknown", message, line))
        return None
    elif on_build:
        stage = stage if stage is not None and stage < index else None
        refused = _no_image(word) if stage is None else ""
    elif number is not None:
        stage, unknown = number, "" if number < index else "no earlier stage has this number"
    elif stage is not None:
        unknown = "" if stage < index else "the stage does not stand before this line"
    elif _NUMBER.fullmatch(word):
        unknown = "stages go by name here, not by number"
    else:
        refused = _no_image(word)
    if refused:
        findings.append(file.refusal(f"{flag}: {refused}", line, word))
    elif unknown:
        findings.append(file.finding("stage-unknown", f"{flag}={word}: {unknown}", line))
    return None if refused or unknown else Copy(word, flag, line, stage)


def _without_slips(done: Sequence[Stage], file: _File) -> tuple[Stage, ...]:
    """The stages with a finding in place of each image that is but one letter off an earlier stage which nothing else uses."""
    bases = {stage.base for stage in done}
    used = {copy.stage for stage in done for copy in stage.copies} | {stage.base_stage for stage in done}
    used |= {index for stage in done for index in stage.alternatives}
    idle = [stage for stage in done if stage.key == stage.name and stage.index not in used][:_MANY]
    if not idle:
        return tuple(done)
    return tuple(_without_slip(stage, [one for one in idle if one.index < stage.index], bases, file) for stage in done)


def _without_slip(stage: Stage, idle: Sequence[Stage], bases: set[str], file: _File) -> Stage:
    kept: list[Copy] = []
    findings: list[Finding] = []
    for copy in stage.copies:
        word = copy.word
        odd = idle and copy.stage is None and len(word) >= 4 and _BARE.fullmatch(word) and word not in bases
        near = [one.name for one in idle if _one_letter_off(word, one.name)] if odd else []
        if len(near) == 1:
            problem = f"{copy.flag}={word}: no stage and hardly an image; `{near[0]}` is near"
            findings.append(file.finding("stage-unknown", problem, copy.line))
        else:
            kept.append(copy)
    return replace(stage, copies=tuple(kept), findings=(*stage.findings, *findings)) if findings else stage


def _one_letter_off(one: str, other: str) -> bool:
    """Whether one letter is missing, wrong, too many, or two neighbours are swapped; digits make another name, not a slip."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[start:], other[start:]
    if any(char.isdecimal() for char in a[:1] + b[:1]):
        return False
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


def _exposed(one: Instruction, scope: Env, file: _File, findings: list[Finding]) -> set[str]:
    found: set[str] = set()
    try:
        words = [value for word in one.words for value in expand_words(word, scope, file.escape, missing=None)]
    except RefusedError as error:
        findings.append(file.refusal(str(error), one.line))
        return found
    for word in words:
        match = _PORT.fullmatch(word)
        if match and int(match[1]) <= int(match[2] or match[1]) <= 65535:
            span = match[1] if match[2] in (None, match[1]) else f"{match[1]}-{match[2]}"
            found.add(f"{span}/{(match[3] or 'tcp').lower()}")
        elif UNKNOWN in word:
            found.add(images.UNKNOWN)
        else:
            findings.append(file.refusal("EXPOSE takes ports: `80`, `80/udp`, `8000-8010`", one.line))
    return found


def _in_order(found: set[str]) -> tuple[str, ...]:
    return tuple(sorted(found, key=lambda port: (int(re.split("[-/]", port.replace("*", "0"))[0]), port)))


def _labels(one: Instruction, scope: Env, file: _File, findings: list[Finding]) -> dict[str, str]:
    """The labels that say what an image is: where its source lies (without what may be a login) and its title, if literal."""
    found: dict[str, str] = {}
    for key, value in zip(one.words[::2], one.words[1::2], strict=True):
        if _LABEL not in key:
            continue
        name = key.strip("\"'").removeprefix(_LABEL)
        if name == "source":
            match = _WEB.fullmatch(_value(value, scope, file, findings, one.line, None) or "")
            found[name] = match[1] + match[2] if match and UNKNOWN not in match[2] else ""
        elif name == "title" and "$" not in value:
            found[name] = (_value(value, scope, file, findings, one.line, None) or "").replace(UNKNOWN, "")
    return found
