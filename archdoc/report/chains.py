"""The way from a Dockerfile to what runs, told step by step: who builds, what is pushed, what is run, why they are one image.

And where there is no way: what comes nearest, and why that is not it. It reads the graph alone and knows no command.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeAlias

from archdoc import images
from archdoc.graph import Graph
from archdoc.model import Entity, EntityId, EntityKind, ImageName, Relation, RelationKind
from archdoc.report.text import Paint, many
from archdoc.resolve import likeness, links

_MAKERS = (EntityKind.WORKFLOW, EntityKind.JOB, EntityKind.IMAGE_BUILD, EntityKind.DOCKERFILE, EntityKind.STAGE)
_RUNNERS = (EntityKind.WORKLOAD, EntityKind.DEPLOYABLE, EntityKind.IMAGE)
_SHOWN = 6
_SHOWN_RUNS = 12

_DOUBTS = {
    links.AMBIGUOUS: "another Dockerfile goes by the same name, and the tags do not tell which one runs",
    links.OTHER_TAG: "another Dockerfile goes by the same name, and the tag that runs is not one of this build",
    links.NOT_PUSHED: "this build never pushes it: what runs was built by somebody else, or is loaded by hand",
    links.UNKNOWN_NAME: "part of the name is known at run time only, on both sides",
}


Tell: TypeAlias = Callable[[Relation, int], list[str]]
"""The lines that say so, with what is put into them, at an indent (`substitutions.Substitutions.lines`)."""


class _Chain(NamedTuple):
    """One way: the build with what it reads and pushes, and who runs it (None where an image is asked for by itself)."""

    build: Entity
    reads: tuple[Relation, ...]
    publishes: Relation
    runs: Relation | None

    @property
    def sure(self) -> float:
        """The confidence of the weakest step; that the two names are one image is a step too."""
        steps = [r.confidence for r in (*self.reads, self.publishes)]
        if self.runs is not None:
            steps += [self.runs.confidence, _tag_level(self.publishes, self.runs).confidence]
        return min(steps)


def ends(one: Entity, other: Entity) -> tuple[Entity, Entity] | None:
    """The two as (who makes, who runs); None where that is no question about an image."""
    for maker, runner in ((one, other), (other, one)):
        if maker.kind in _MAKERS and runner.kind in _RUNNERS:
            return maker, runner
    return None


def between(graph: Graph, maker: Entity, runner: Entity, paint: Paint, tell: Tell) -> str:
    """Every way from what makes images to what runs them, or why there is none."""
    chains = _between(graph, maker, runner)
    lines = [paint(f"{_named(maker)} → {_named(runner)}", "title"), ""]
    for chain in chains[:_SHOWN]:
        lines += [*_told(graph, chain, paint, tell), ""]
    if len(chains) > _SHOWN:
        lines += [f"  and {many(len(chains) - _SHOWN, 'more way')}", ""]
    if not chains:
        lines += [*_none(graph, maker, runner, _builds(graph, maker)), ""]
    rejected = _alike(graph, maker, runner, chains)
    return "\n".join([*lines, *rejected]).rstrip("\n") + "\n"


class Way(NamedTuple):
    """Relations that lead from one thing to another, how sure the weakest of them is, and why two names are one image."""

    sure: float
    relations: list[Relation]
    because: list[str]


def ways(graph: Graph, maker: Entity, runner: Entity) -> tuple[list[Way], list[str]]:
    """What `between` tells, as values: every way, and what is alike and not it."""
    found = _between(graph, maker, runner)
    told = [
        Way(one.sure, [*one.reads, one.publishes, *([one.runs] if one.runs else [])], _why(one.publishes, one.runs))
        for one in found
    ]
    return told, [line.strip() for line in _alike(graph, maker, runner, found)[2:]]


def _between(graph: Graph, maker: Entity, runner: Entity) -> list[_Chain]:
    builds = _builds(graph, maker)
    found = [one for one in _chains(graph, runner) if one.build.id in builds]
    return sorted(found, key=lambda one: (-one.sure, one.build.id))


def _alike(graph: Graph, maker: Entity, runner: Entity, found: list[_Chain]) -> list[str]:
    builds = _builds(graph, maker)
    return _rejected(graph, _run_by(graph, runner), builds if found else None, _other_tags(graph, runner, builds))


def of_image(graph: Graph, image: Entity, paint: Paint, tell: Tell) -> list[str]:
    """Who builds an image, who runs it, and what is alike and not it."""
    chains = sorted(_chains(graph, image), key=lambda one: (-one.sure, one.build.id))
    lines = ["", "  built by"] if chains else ["", "  nothing here builds it"]
    for chain in chains[:_SHOWN]:
        lines += [f"  {line}" if line else line for line in _told(graph, chain, paint, tell)]
    if len(chains) > _SHOWN:
        lines.append(f"    and {many(len(chains) - _SHOWN, 'more build')}")
    runs = graph.into(image.id, RelationKind.RUNS_IMAGE)
    lines += ["", "  run by"] if runs else ["", "  nothing here runs it"]
    names = Counter(_named(graph.entities[relation.source]) for relation in runs)
    for relation in runs[:_SHOWN_RUNS]:
        runner = graph.entities[relation.source]
        tags = [tag for tag in links.tags_of(relation) if tag]
        where = f" in {runner.deployable.partition(':')[2] or '.'}" if names[_named(runner)] > 1 and runner.deployable else ""
        lines.append(f"    {_named(runner)}{where}{', tag ' + _list(tags) if tags else ''}")
        lines += tell(relation, 6)
    if len(runs) > _SHOWN_RUNS:
        lines.append(f"    and {len(runs) - _SHOWN_RUNS} more")
    return [*lines, *_rejected(graph, [ImageName(image.id.partition(":")[2])] if runs else [], None)]


def of_workload(graph: Graph, workload: Entity) -> list[str]:
    """For each image of a workload who builds it, or what comes nearest."""
    lines: list[str] = []
    for relation in graph.out(workload.id, RelationKind.RUNS_IMAGE):
        made = _fitting(graph.into(relation.target, RelationKind.PUBLISHES), relation)
        made.sort(key=lambda one: (-one.confidence, one.source))
        lines.append(f"    {graph.entities[relation.target].name}{_tag_words(relation)}")
        for publishes in made[:_SHOWN]:
            known_as = _list(_texts(publishes.attributes.get(links.AS)))
            pushed = f", pushed as {known_as}" if known_as else ""
            lines.append(f"      {_named(graph.entities[publishes.source])}{pushed}, {_surety(publishes)}")
            lines += [f"        {word}" for word in _why(publishes, relation)]
        if len(made) > _SHOWN:
            lines.append(f"      and {many(len(made) - _SHOWN, 'more build')}")
        if not made:
            lines.append("      nothing here builds it")
    head = ["", "  where its images come from"] if lines else []
    return [*head, *lines, *_rejected(graph, _run_by(graph, workload), None)]


# --- ways


def _builds(graph: Graph, maker: Entity) -> frozenset[EntityId]:
    match maker.kind:
        case EntityKind.IMAGE_BUILD:
            return frozenset({maker.id})
        case EntityKind.JOB | EntityKind.WORKFLOW:
            parts = [r.target for r in graph.out(maker.id, RelationKind.CONTAINS)]
            inner = [one for part in parts for one in _builds(graph, graph.entities[part])]
            return frozenset(inner)
        case EntityKind.DOCKERFILE:
            stages = [r.target for r in graph.out(maker.id, RelationKind.CONTAINS)]
            return frozenset(r.source for one in (maker.id, *stages) for r in graph.into(one, RelationKind.BUILDS))
        case EntityKind.STAGE:
            whole = [r.source for r in graph.into(maker.id, RelationKind.CONTAINS)] if maker.attributes.get("final") else []
            return frozenset(r.source for one in (maker.id, *whole) for r in graph.into(one, RelationKind.BUILDS))
        case _:
            return frozenset()


def _chains(graph: Graph, runner: Entity) -> Iterator[_Chain]:
    runs = graph.out(runner.id, RelationKind.RUNS_IMAGE) if runner.kind is not EntityKind.IMAGE else [None]
    for relation in runs:
        image = relation.target if relation else runner.id
        published = graph.into(image, RelationKind.PUBLISHES)
        for publishes in _fitting(published, relation) if relation else published:
            reads = tuple(graph.out(publishes.source, RelationKind.BUILDS))
            yield _Chain(graph.entities[publishes.source], reads, publishes, relation)


def _fitting(published: list[Relation], runs: Relation) -> list[Relation]:
    """Of the builds that push a name, those whose tags are of the variant that runs, where the tags tell them apart."""
    return [one for one in published if links.fits(one, runs)] or published


def _run_by(graph: Graph, runner: Entity) -> list[ImageName]:
    targets = (
        [runner.id] if runner.kind is EntityKind.IMAGE else [r.target for r in graph.out(runner.id, RelationKind.RUNS_IMAGE)]
    )
    return [ImageName(one.partition(":")[2]) for one in targets]


# --- words


def _told(graph: Graph, chain: _Chain, paint: Paint, tell: Tell) -> list[str]:
    lines = [f"  {_named(chain.build)}  {paint(f'{chain.build.path}:{chain.build.line}', 'dim')}"]
    for reads in chain.reads:
        file = graph.entities[reads.target]
        words = f"{file.path}, stage {file.name}" if file.kind is EntityKind.STAGE else file.name
        lines += [f"    builds {words}  {paint(_surety(reads), 'dim')}", *tell(reads, 6)]
    if not chain.reads:
        lines.append("    builds a Dockerfile that is not known")
    publishes = chain.publishes
    own = graph.entities[publishes.target].name
    known_as = publishes.attributes.get(links.AS)
    verb = "names" if publishes.attributes.get("pushed") is False else "pushes"
    for name in _texts(known_as) or [own]:
        lines.append(f"    {verb} {name}{_tag_words(publishes)}  {paint(_surety(publishes), 'dim')}")
    lines += [*tell(publishes, 6), *_unknown(graph, publishes)]
    if chain.runs:
        words = f"    {_named(graph.entities[chain.runs.source])} runs {own}{_tag_words(chain.runs)}"
        lines += [f"{words}  {paint(_surety(chain.runs), 'dim')}", *tell(chain.runs, 6)]
    lines += [f"    {word}" for word in _why(publishes, chain.runs)]
    if chain.runs:
        lines.append(f"    all of it {chain.sure:.2f}")
    return lines


def _why(publishes: Relation, runs: Relation | None) -> list[str]:
    """Why two names are one image, and what may be wrong with that."""
    own = ImageName(publishes.target.partition(":")[2])
    words = []
    for text in _texts(publishes.attributes.get(links.AS)):
        parsed = images.parse(text)
        alike = likeness.compare(parsed.name, own) if parsed else None
        renamed = publishes.attributes.get("level") == likeness.RENAMED.name
        level = likeness.RENAMED if renamed or alike is None else alike.level
        words.append(f"one image ({level.name}): {level.meaning}")
    if not words and runs is not None:
        level = _tag_level(publishes, runs)
        words.append(f"one image ({level.name}): {level.meaning}")
    for text in _texts(publishes.attributes.get("because")):
        words += [f"and {reason}" for reason in text.split("; ")]
    words += [f"but {_DOUBTS[doubt]}" for doubt in _texts(publishes.attributes.get(links.DOUBT)) if doubt in _DOUBTS]
    return words


def _tag_level(publishes: Relation, runs: Relation) -> likeness.Level:
    pushed = frozenset(tag for tag in links.tags_of(publishes) if tag)
    return min((likeness.tags(pushed, tag) for tag in links.tags_of(runs)), key=likeness.LEVELS.index)


def _none(graph: Graph, maker: Entity, runner: Entity, builds: frozenset[EntityId]) -> list[str]:
    """Why nothing leads from one to the other, in the words of what is there."""
    if not builds:
        what = "is not built by any job or file that is read" if maker.kind in _FILES else "builds no image that is read"
        return [f"  not linked: {_named(maker)} {what}"]
    names = sorted({graph.entities[r.target].name for one in builds for r in graph.out(one, RelationKind.PUBLISHES)})
    run = sorted({graph.entities[EntityId(f"image:{name}")].name for name in _run_by(graph, runner)})
    return [
        "  not linked: no name that is pushed is, or may be, one that runs",
        f"    pushed  {_list(names) or 'nothing by a known name'}",
        f"    run     {_list(run) or 'no image by a known name'}",
    ]


_FILES = (EntityKind.DOCKERFILE, EntityKind.STAGE)


def _other_tags(graph: Graph, runner: Entity, builds: frozenset[EntityId]) -> Iterator[str]:
    """The builds that push the name that runs, but another variant of it."""
    for runs in graph.out(runner.id, RelationKind.RUNS_IMAGE):
        published = graph.into(runs.target, RelationKind.PUBLISHES)
        fitting = _fitting(published, runs)
        for one in published:
            if one not in fitting and one.source in builds:
                name = graph.entities[runs.target].name
                words = f"tag differs: {name}{_tag_words(one)} is pushed, {name}{_tag_words(runs)} is run"
                yield f"    {name} of {_named(graph.entities[one.source])}: {words}"


def _rejected(
    graph: Graph, names: Iterable[ImageName], builds: frozenset[EntityId] | None, more: Iterable[str] = ()
) -> list[str]:
    """Builds of alike names that are not what runs, each with the reason; those of `builds` alone where that is given."""
    known = links.Images(graph.entities, graph.relations)
    found: dict[str, None] = dict.fromkeys(more)
    for one, why_not in links.judged(known, names):
        if why_not and (builds is None or one.build in builds):
            found[f"    {images.short(one.pushed)} of {_named(graph.entities[one.build])}: {why_not}"] = None
    lines = sorted(found)
    rest = [f"    and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return ["", "  alike, and not it", *lines[:_SHOWN], *rest] if lines else []


def _unknown(graph: Graph, relation: Relation) -> list[str]:
    """What the lines of a relation say that only a run can know."""
    own = relation.target.partition(":")[2]
    if not any("*" in name for name in _texts(relation.attributes.get(links.AS)) or [own]):
        return []
    places = {(e.path, e.line) for e in relation.evidence}
    told = [f for f in graph.findings if f.rule == "expression-unknown" and (f.path, f.line) in places]
    return [f"      * {one.message}" for one in told]


def _tag_words(relation: Relation) -> str:
    tags = [tag for tag in links.tags_of(relation) if tag]
    return f":{_list(tags)}" if len(tags) == 1 else f" with tags {_list(tags)}" if tags else ""


def _surety(relation: Relation) -> str:
    return f"{relation.basis}, {relation.confidence:.2f}"


def _named(entity: Entity) -> str:
    """What people call it: ``Deployment/api``, ``job build of ci.yml``."""
    file = entity.path.rpartition("/")[2]
    match entity.kind:
        case EntityKind.WORKLOAD:
            return f"{entity.type.rpartition('/')[2]}/{entity.name}"
        case EntityKind.JOB:
            return f"job {entity.name} of {file}"
        case EntityKind.IMAGE_BUILD:
            # The id names the workflow that calls; the path of a build in a reusable workflow is the called one.
            place, _, key = entity.id.partition("#")
            return f"build {key} of {place.rpartition('/')[2].rpartition(':')[2]}"
        case EntityKind.STAGE:
            return f"stage {entity.name} of {entity.path}"
        case _:
            return entity.name


def _texts(attribute: object) -> list[str]:
    return [attribute] if isinstance(attribute, str) else list(attribute) if isinstance(attribute, tuple) else []


def _list(words: list[str]) -> str:
    more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    return ", ".join(words[:_SHOWN]) + more
