"""The image builds of a job, with the Dockerfiles they read and the names they publish: effects to entities and references.

Follows names through ``docker tag`` and ``docker push``, and puts the rows of a matrix together. This module knows no command.
"""

from __future__ import annotations

import fnmatch
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from archdoc import ids
from archdoc.extract import _bases as bases
from archdoc.extract import _values as values
from archdoc.extract._effects import Build, Deploy, Done, Fetch, Mention, Opaque, Push, Rename, Render
from archdoc.extract._ignored import is_ignored, template_of, writer_of
from archdoc.extract._jobs import Ran, Run
from archdoc.extract._names import named, written
from archdoc.extract._places import Located, Where, located
from archdoc.extract._source import Session
from archdoc.extract._values import Choice, Text
from archdoc.extract._workspace import ROOT
from archdoc.model import (
    Attribute,
    Basis,
    ById,
    ByImage,
    ByPath,
    Entity,
    EntityId,
    EntityKind,
    Evidence,
    Outside,
    Reference,
    RelationKind,
)

_PREFERRED = ("name", "image", "service", "component", "app", "project", "target")
_UNNAMED = "docker-build"


@dataclass(slots=True)
class _Image:
    """A name of a build."""

    mention: Mention
    name: Text
    tag: Text
    pushed: bool
    basis: Basis

    def key(self) -> tuple[str, str, bool, Basis]:
        return values.shown(self.name), values.known(self.tag) or "", self.pushed, self.basis


@dataclass(slots=True)
class _Built:
    """A build of one row, and what it came to; `alike` are those of other rows that differ in nothing that is told here."""

    build: Build
    step: str
    at: Evidence
    files: list[tuple[Located, Mention]]
    images: list[_Image] = field(default_factory=list)
    platforms: dict[str, None] = field(default_factory=dict)
    alike: list[Build] = field(default_factory=list)
    one_of: int = 1
    made: bool = False

    def key(self) -> tuple[object, ...]:
        """What makes two rows two builds."""
        target = values.shown(self.build.target.text) if self.build.target else ""
        return tuple(one for one, _ in self.files), target, tuple(sorted({image.key()[:2] for image in self.images}))


Followed: TypeAlias = Sequence[tuple[Run, Sequence[_Built]]]
"""What each row of a job built."""


def followed(session: Session, ran: Mapping[str, Ran]) -> dict[str, Followed]:
    """The builds of every job, with the names that they get in jobs that come later: `ran` has each job after those it needs."""
    done: list[tuple[Run, Sequence[_Built]]] = []
    found: dict[str, Followed] = {}
    for job, one in ran.items():
        session.unbound = one.unbound
        mine: list[tuple[Run, Sequence[_Built]]] = []
        for run in one.runs:
            if not run.done:
                continue
            earlier = [built for other, those in done if run.comes_after(other) for built in those]
            mine.append((run, _weighed(_followed(session, run.done, earlier))))
            done.append(mine[-1])
        found[job] = mine
    return found


def facts(session: Session, workflow: str, job: str, found: Followed) -> tuple[list[Entity], list[Reference]]:
    """The builds of a job, from what each row of its matrix did."""
    slots: dict[tuple[str, Evidence, int], list[tuple[Mapping[str, str], _Built]]] = {}
    for run, those in found:
        counts: dict[tuple[str, Evidence], int] = {}
        for built in _told_apart(_once(those)):
            place = (built.step, built.at)
            counts[place] = counts.get(place, 0) + 1
            slots.setdefault((*place, counts[place]), []).append((run.row, built))
    entities: list[Entity] = []
    references: list[Reference] = []
    numbers: dict[str, int] = {}
    for (step, *_), rows in slots.items():
        base = step or _UNNAMED
        numbers[base] = numbers.get(base, 0) + 1
        slot = base if numbers[base] == 1 else f"{base}-{numbers[base]}"
        for suffix, built in _distinct(rows):
            identity = ids.image_build_id(workflow, job, slot + suffix)
            entities.append(_entity(session, identity, slot + suffix, built))
            references.append(Reference(ids.job_id(workflow, job), RelationKind.CONTAINS, ById(identity), built.at))
            references += _references(session, identity, built)
    return entities, references


def of_file(session: Session, path: str, done: Sequence[Done]) -> tuple[list[Entity], list[Reference]]:
    """The builds that a file describes, whoever runs it; each has its own name."""
    entities: list[Entity] = []
    references: list[Reference] = []
    for built in _followed(session, done):
        identity = ids.file_build_id(path, built.step)
        entities.append(_entity(session, identity, built.step, built))
        references += _references(session, identity, built)
    return entities, references


def _weighed(those: Sequence[_Built]) -> Sequence[_Built]:
    """The builds of a row; of those in several arms of one branch that read different Dockerfiles, only one is made."""
    forks: dict[str, dict[int, set[object]]] = {}
    for built in those:
        for fork, arm in built.build.arms:
            forks.setdefault(fork, {}).setdefault(arm, set()).add(tuple(one for one, _ in built.files))
    ways = {fork: len(arms) for fork, arms in forks.items() if len({frozenset(files) for files in arms.values()}) > 1}
    for built in those:
        built.one_of = math.prod(ways.get(fork, 1) for fork, _ in built.build.arms)
    return those


def _once(those: Sequence[_Built]) -> list[_Built]:
    """The builds of a row without those that a loop over platforms repeats."""
    found: dict[tuple[object, ...], _Built] = {}
    for built in those:
        first = found.setdefault((built.step, built.at, built.key()), built)
        if first is not built:
            _merge(first, built)
    return list(found.values())


def _told_apart(those: Sequence[_Built]) -> Sequence[_Built]:
    """The builds of a row; several of one command are called by their images, or else by their Dockerfiles."""
    places: dict[tuple[str, Evidence], list[_Built]] = {}
    for built in those:
        places.setdefault((built.step, built.at), []).append(built)
    for several in places.values():
        for word in (_word_of_image, _word_of_file) if len(several) > 1 else ():
            words = [word(built) for built in several]
            if len(set(words)) == len(words) and all(words):
                for built, name in zip(several, words, strict=True):
                    built.step = f"{built.step or _UNNAMED}/{name}"
                break
    return those


def _word_of_image(built: _Built) -> str:
    return values.shown(built.images[0].name).rpartition("/")[2].strip("*-.") if built.images else ""


def _word_of_file(built: _Built) -> str:
    path = built.files[0][0].path if built.files else ""
    return path.removesuffix("/Dockerfile").rpartition("/")[2].strip("*-.")


# --- one row


def _followed(session: Session, done: Sequence[Done], earlier: Sequence[_Built] = ()) -> list[_Built]:
    """The builds of one row with every name that they got, and the pushes that belong to none reported.

    What the row does to images of `earlier` jobs is kept with these.
    """
    found: list[_Built] = []
    renamed: list[Text] = []
    handed: list[_Built] = []
    fetched: list[Fetch] = []
    opaque: Opaque | None = None
    pushes: list[Mention] = []
    made: dict[str, list[Located]] = {}
    for one in done:
        effect = one.effect
        if isinstance(effect, Build):
            built = _built(session, one, effect)
            built.made = any(made.get(file.path) == [] for file, _ in built.files)
            built.files = [(place, at) for file, at in built.files for place in made.get(file.path, [file])]
            found.append(built)
        elif isinstance(effect, Render):
            places = [
                place for source in effect.sources if isinstance(source, Deploy) for place in located(source.target.text, one)
            ]
            files = [file.path for file in located(effect.file.text, one)]
            # What is put together of several, and is here as it comes out, is that file.
            made |= {path: places for path in files if len(places) == 1 or session.files.read(path) is None}
        elif isinstance(effect, Rename):
            for source in values.alternatives(effect.source.text):
                origin = _origin(found, source)
                targets = [named(target) for target in values.alternatives(effect.target.text)]
                origins = [origin] if origin is not None else _handed(earlier, source, effect, fetched)
                if not origins:
                    renamed += [name for name, _ in targets]
                handed += [one for one in origins if one is not origin]
                for build in origins:
                    build.images += [_Image(effect.target, name, tag, effect.pushed, Basis.COMPUTED) for name, tag in targets]
        elif isinstance(effect, Push):
            here = [*found, *(earlier if fetched else handed)]
            names = [name for name in values.alternatives(effect.image.text) if not _pushed(here, name, effect.every_tag)]
            pushes += [effect.image.of(name) for name in names if opaque or named(name)[0] not in renamed]
        elif isinstance(effect, Fetch):
            fetched.append(effect)
        elif isinstance(effect, Opaque):
            opaque = opaque or effect
    for push in pushes:
        _stray(session, found, push, fetched, opaque)
    return found


def _built(session: Session, done: Done, build: Build) -> _Built:
    step = f"{done.step}/{build.name}" if done.step and build.name else done.step or build.name
    result = _Built(
        build, step, done.via or build.at, dockerfiles(session, done, build), platforms=dict.fromkeys(build.platforms)
    )
    for mention in build.images:
        basis = Basis.CONVENTION if build.guessed else mention.basis
        names = [named(one) for one in values.alternatives(mention.text)]
        result.images += [_Image(mention, name, tag, build.pushed, basis) for name, tag in names if name]
    return result


def _same_name(name: Text) -> Text:
    """A name in the form by which two are compared: lower case, without the default registry."""
    found = values.lower(name)
    if found and isinstance(found[0], str):
        head = found[0]
        for prefix in ("docker.io/", "index.docker.io/", "library/"):
            head = head.removeprefix(prefix)
        found = values.join([(head, *found[1:])])
    return found


def _origin(found: Sequence[_Built], reference: Text) -> _Built | None:
    """The last build that has a name; the same tag is better than one that may be the same, and that better than another."""
    name, tag = named(reference)
    same = [(one, image) for one in reversed(found) for image in one.images if _same_name(image.name) == _same_name(name)]
    exact = [one for one, image in same if image.tag == tag]
    alike = [one for one, image in same if _may_be(image.tag, tag)]
    return next(iter(exact or alike or [one for one, _ in same]), None)


def _handed(earlier: Sequence[_Built], source: Text, rename: Rename, fetched: Sequence[Fetch]) -> list[_Built]:
    """The builds of earlier jobs whose image is renamed: it was loaded or pulled, or lies in its registry.

    Where nothing is known of the source, an image that gets another tag in its registry is told by its name.
    """
    known = source if any(isinstance(part, str) for part in source) else rename.target.text if rename.pushed else ()
    name, tag = named(known)
    here = rename.pushed or any(one.image is None or _same_name(named(one.image.text)[0]) == _same_name(name) for one in fetched)
    if not any(isinstance(part, str) for part in name):
        return []
    wanted = _same_name(name)
    same = [
        (one, image) for one in earlier for image in one.images if (here or image.pushed) and _same_name(image.name) == wanted
    ]
    exact = [one for one, image in same if image.tag == tag]
    return list({id(one): one for one in exact or [one for one, image in same if _may_be(image.tag, tag)]}.values())


def _may_be(one: Text, other: Text) -> bool:
    """Whether two tags can be the same; a digest, and a name without a tag, can be any."""
    a, b = values.shown(one), values.shown(other)
    return not a or not b or fnmatch.fnmatchcase(a, b) or fnmatch.fnmatchcase(b, a)


def _pushed(found: Sequence[_Built], reference: Text, every_tag: bool) -> bool:
    """Mark the images of a name as pushed; whether there are any."""
    name, tag = named(reference)
    same = [image for one in found for image in one.images if _same_name(image.name) == _same_name(name)]
    exact = [image for image in same if image.tag == tag]
    for image in same if every_tag or not exact else exact:
        image.pushed = True
    return bool(same)


def _stray(session: Session, found: Sequence[_Built], push: Mention, fetched: Sequence[Fetch], opaque: Opaque | None) -> None:
    """A push of a name that nothing in the job built or tagged."""
    name, tag = named(push.text)
    shown = values.shown(name)
    if shown == "*":
        session.unknown("the name of the pushed image", values.sources(name), push.at)
        return
    if any(one.image is None or _same_name(named(one.image.text)[0]) == _same_name(name) for one in fetched):
        return
    if opaque is not None:
        session.report(
            "build-not-followed", f"`{shown}` is pushed, and may be built by {opaque.tool}, which is not followed", push.at
        )
        return
    session.report("push-not-built", f"`{shown}` was never built or tagged in this job", push.at)
    last = shown.rpartition("/")[2]
    alike = [one for one in found if any(values.shown(image.name).rpartition("/")[2] == last for image in one.images)]
    if len(alike) == 1 and last != "*":
        alike[0].images.append(_Image(push, name, tag, True, Basis.CONVENTION))


# --- the Dockerfile


def dockerfiles(session: Session, done: Done, build: Build) -> list[tuple[Located, Mention]]:
    """Where the Dockerfile of a build may be."""
    context = build.context
    if build.inline or (context is not None and values.known(context.text) == "-"):
        return []
    if context is None and build.file is None and not build.inside:
        return []
    root: Text = (ROOT,)
    folder = context.text if context is not None else ()
    if build.file is not None:
        base = None if not build.inside else values.join((root, ("/",), folder)) if folder else root
        if build.inside and values.starts(folder, ROOT):
            base = folder
        places = located(build.file.text, done, base)
        # Of several that a script may have chosen, those are meant that are here.
        here = [one for one in places if one.where is Where.HERE and session.files.read(one.path) is not None]
        return [(one, build.file) for one in (here or places)]
    says = context or Mention((), build.at)
    base = root if build.inside else None
    return [(_default(session, one, build.defaults), says) for one in located(folder, done, base)]


def _default(session: Session, folder: Located, names: Sequence[str]) -> Located:
    if folder.where is not Where.HERE:
        return folder if folder.where is Where.REMOTE else Located(folder.where, f"{folder.path}/{names[0]}", folder.unknown)
    paths = [name if folder.path == "." else f"{folder.path}/{name}" for name in names]
    there = next((path for path in paths if len(paths) > 1 and session.files.read(path) is not None), paths[0])
    return Located(Where.HERE, there, folder.unknown)


# --- rows put together


def _distinct(found: Sequence[tuple[Mapping[str, str], _Built]]) -> Iterator[tuple[str, _Built]]:
    """Each different build of a slot, with the words that tell it from the others."""
    groups: dict[tuple[object, ...], tuple[list[Mapping[str, str]], _Built]] = {}
    for row, built in found:
        rows, first = groups.setdefault(built.key(), ([], built))
        rows.append(row)
        _merge(first, built)
    if len(groups) == 1:
        yield "", next(iter(groups.values()))[1]
        return
    labels = _labels([rows for rows, _ in groups.values()])
    taken: dict[str, int] = {}
    for label, (_, built) in zip(labels, groups.values(), strict=True):
        taken[label] = taken.get(label, 0) + 1
        yield f"@{label}" if taken[label] == 1 else f"@{label}-{taken[label]}", built


def _merge(first: _Built, other: _Built) -> None:
    """Keep what a build that is the same in all that is told adds."""
    first.platforms |= other.platforms
    first.one_of = min(first.one_of, other.one_of)
    if other.build not in (first.build, *first.alike):
        first.alike.append(other.build)
    for mine, its in zip(first.images, other.images, strict=False):
        mine.pushed = mine.pushed or its.pushed


def _labels(groups: Sequence[Sequence[Mapping[str, str]]]) -> list[str]:
    """A label for each group of rows: the value of one key that tells them apart, or of all keys that do not vary inside."""
    constant = [{key: value for key, value in rows[0].items() if all(row.get(key) == value for row in rows)} for rows in groups]
    keys = sorted(set().union(*constant), key=lambda key: (_rank(key, [one.get(key, "") for one in constant]), key))
    for key in keys:
        found = [one.get(key, "") for one in constant]
        if all(found) and len(set(found)) == len(found):
            return found
    varying = [key for key in keys if len({one.get(key) for one in constant}) > 1]
    return [",".join(one[key] for key in sorted(varying) if key in one) or "row" for one in constant]


def _rank(key: str, found: Sequence[str]) -> tuple[bool, int, bool]:
    """How well the values of a key name the rows: known ones first, then keys that are names, then what is no path."""
    last = key.rpartition(".")[2]
    place = _PREFERRED.index(last) if last in _PREFERRED else len(_PREFERRED)
    return any("*" in value for value in found), place, any("/" in value for value in found)


# --- facts


def _entity(session: Session, identity: EntityId, name: str, built: _Built) -> Entity:
    attributes: dict[str, Attribute] = {"pushed": any(image.pushed for image in built.images) or built.build.pushed}
    platforms = tuple(one for one in built.platforms if "*" not in one)
    if platforms:
        attributes["platforms"] = platforms
    if built.build.target is not None:
        attributes["target"] = values.shown(built.build.target.text)
    if built.build.builder:
        attributes["builder"] = built.build.builder
    if built.build.inline:
        attributes["dockerfile"] = "inline"
    elif built.made or (built.files and built.files[0][0].where is Where.RUNNER):
        attributes["dockerfile"] = "made by the job"
    if session.unbound:
        attributes["bound"] = False
    at = built.at
    return Entity(identity, EntityKind.IMAGE_BUILD, "image_build", name, at.path, at.line, attributes=attributes)


def _references(session: Session, identity: EntityId, built: _Built) -> Iterator[Reference]:
    target = built.build.target
    attributes: dict[str, Attribute] = {} if target is None else {"target": values.shown(target.text)}
    if built.one_of > 1:
        attributes["one_of"] = built.one_of
    if built.build.foreign:
        attributes["foreign"] = True
    for place, mention in built.files:
        default = mention is not built.build.file
        if place.unknown:
            session.unknown("the path of the Dockerfile", place.unknown, mention.at)
        if not any(isinstance(part, (str, Choice)) for part in mention.text) and mention.text:
            continue
        goal = None if _is_made(session, place, mention) else _goal(place)
        if goal is not None:
            basis = Basis.CONVENTION if built.build.guessed else Basis.COMPUTED if default else mention.basis
            optional = session.unbound or bool(place.unknown)
            yield Reference(identity, RelationKind.BUILDS, goal, mention.at, basis, optional, attributes=attributes)
            if place.where is Where.HERE and not place.unknown:
                for build in (built.build, *built.alike):
                    yield from bases.references(session, place.path, build)
    yield from _published(session, identity, built.images)


def _is_made(session: Session, place: Located, mention: Mention) -> bool:
    """Whether a Dockerfile that is not here is told to be made before it is built: git ignores it, or who makes it is here."""
    files = session.files
    if place.where is not Where.HERE or place.unknown or files.read(place.path) is not None:
        return False
    origin = template_of(place.path, files) or writer_of(place.path, files)
    if not origin and not is_ignored(place.path, files):
        return False
    told = f"of or by `{origin}`" if origin else "and git ignores it"
    session.report("dockerfile-made", f"`{place.path}` is made before it is built, {told}", mention.at)
    return True


def _goal(place: Located) -> ByPath | Outside | None:
    if place.where is Where.HERE:
        return ByPath(place.path, EntityKind.DOCKERFILE)
    return None if place.where is Where.RUNNER else Outside("dockerfile", place.path)


def _published(session: Session, identity: EntityId, images: Sequence[_Image]) -> Iterator[Reference]:
    seen: dict[tuple[str, str], _Image] = {}
    for image in images:
        unknown = values.sources(image.name)
        if unknown:
            session.unknown("the name of the image", unknown, image.mention.at)
        reference = written(image.name, image.tag)
        if not reference:
            continue
        known = seen.setdefault((reference, values.shown(image.tag)), image)
        known.pushed = known.pushed or image.pushed
    for (reference, tag), image in seen.items():
        attributes: dict[str, Attribute] = {"pushed": image.pushed, **({"tag": tag} if tag else {})}
        at: Evidence = image.mention.at
        yield Reference(identity, RelationKind.PUBLISHES, ByImage(reference), at, image.basis, attributes=attributes)
