"""Built images and running images brought together where names are not equal, and doubt where equal names do not suffice.

A link is one more `publishes` relation, from the build to the image that runs; `level` says how the names meet, `as` what
is pushed. A doubt lowers the confidence of a `publishes` relation and says why. Nothing is chosen among several that fit.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from archdoc import ids, images
from archdoc.model import Attribute, Basis, Entity, EntityId, EntityKind, Evidence, ImageName, Relation, RelationKind
from archdoc.resolve import likeness
from archdoc.resolve.likeness import Level
from archdoc.resolve.surroundings import Surroundings

AS = "as"
DOUBT = "doubt"
AMBIGUOUS, OTHER_TAG, NOT_PUSHED, UNKNOWN_NAME = "ambiguous", "other-tag", "not-pushed", "unknown-name"
"""Why a build that has the name of a running image may not be what runs."""
FROM, TO, FIELD, IN = "image_from", "image_to", "image_field", "image_in"
"""Attributes of `deploys`: the name in the manifests, the name that the job puts in its place, the container, the file meant."""
PLACED = "placed"
"""Marks a `runs-image` whose name a deploy puts where the manifest has a placeholder."""
DOUBTED = 0.5
LEAST = 0.4
MAX_ALIKE = 200
"""How many names with one last word are compared: of more, none could be the one that is meant."""


class Candidate(NamedTuple):
    """A build that may make an image that runs: by which of its names, at which level, and what speaks for it."""

    relation: Relation
    pushed: ImageName
    run: ImageName
    level: Level
    confidence: float
    because: tuple[str, ...] = ()
    why_not: str = ""
    evidence: tuple[Evidence, ...] = ()

    @property
    def build(self) -> EntityId:
        """The build."""
        return self.relation.source

    @property
    def rank(self) -> int:
        """Place of the level, best first."""
        return likeness.LEVELS.index(self.level)


class Images:
    """The names that are pushed and the names that run, with who does it."""

    def __init__(
        self, entities: Mapping[EntityId, Entity], relations: Iterable[Relation], *, by: EntityKind = EntityKind.WORKLOAD
    ) -> None:
        """Index them; links that an earlier run made are left out, so that a graph can be asked again.

        `by` tells whose images count: those of workloads, or of charts those that no workload runs.
        """
        self.around = Surroundings(entities, relations)
        self.pushes: dict[ImageName, list[Relation]] = defaultdict(list)
        self.linked: dict[ImageName, dict[ImageName, int]] = defaultdict(dict)
        """For each pushed name those that workloads run as which it is known, with the rank of the level, for charts to ask."""
        self.runs: dict[ImageName, list[Relation]] = defaultdict(list)
        for relation in self.around.of_kind[RelationKind.PUBLISHES]:
            if AS not in relation.attributes:
                self.pushes[_name(relation)].append(relation)
            elif by is not EntityKind.WORKLOAD:
                level = relation.attributes.get("level")
                for pushed in names(relation, AS):
                    rank = next((rank for rank, one in enumerate(likeness.LEVELS) if one.name == level), 0)
                    self.linked[pushed][_name(relation)] = rank
        runs = self.around.of_kind[RelationKind.RUNS_IMAGE]
        elsewhere = {r.target for r in runs if by is not EntityKind.WORKLOAD and entities[r.source].kind is EntityKind.WORKLOAD}
        for relation in runs:
            if entities[relation.source].kind is by and relation.target not in elsewhere:
                self.runs[_name(relation)].append(relation)

    def reaches(self, relation: Relation, run: ImageName) -> bool:
        """Whether what a build makes gets to where an image runs: it is pushed, or its job or a later one deploys who runs it.

        A relation is for all who run the image, so of those at least half must be deployed there.
        """
        if relation.attributes.get("pushed") is not False or relation.source not in self.around.job_of:
            return True
        later = self.around.job_and_later(relation.source)
        after = later - {self.around.job_of[relation.source]}
        for one in self.pushes[_name(relation)]:
            # Once a job after it has pushed that name, it is no more what was built to be looked at that runs.
            if one.attributes.get("pushed") and self.around.job_of.get(one.source) in after:
                later -= self.around.job_and_later(one.source)
        given = self._given.get(_name(relation), set())
        runs = [one for one in self.runs.get(run, ()) if fits(relation, one) or not given.isdisjoint(later)]
        return 2 * sum(bool(self.around.deployers(one.source) & later) for one in runs) >= max(1, len(runs))

    @cached_property
    def _given(self) -> dict[ImageName, set[EntityId]]:
        """The jobs that set an image for what they deploy, whatever tag the manifests say."""
        found: dict[ImageName, set[EntityId]] = defaultdict(set)
        for deploy in self.around.of_kind[RelationKind.DEPLOYS]:
            for name in names(deploy, TO):
                found[name].add(deploy.source)
        return found

    def candidates(self, running: Iterable[ImageName]) -> Iterator[Candidate]:
        """Every pair of a pushed name and a `running` one that are alike, best or not, with the rejected ones."""
        by_word: dict[str, list[ImageName]] = defaultdict(list)
        for name in sorted(self.pushes):
            by_word[name.rpartition("/")[2]].append(name)
        for run in running:
            equal = {relation.source for relation in self.pushes.get(run, ())}
            alike_names = by_word.get(run.rpartition("/")[2], ())
            for pushed in alike_names if len(alike_names) <= MAX_ALIKE else ():
                alike = likeness.compare(pushed, run)
                if alike is None or alike.level is likeness.SAME:
                    continue
                for relation in self.pushes[pushed][:MAX_ALIKE]:
                    if pushed == run or relation.source not in equal:
                        yield self._weighed(relation, pushed, run, alike)

    def renamed(self) -> Iterator[Candidate]:
        """Pairs of which a deploy says that one name is put in place of the other."""
        for deploy in self.around.of_kind[RelationKind.DEPLOYS]:
            for name in names(deploy, TO):
                # What a test puts in place of a name that is pushed itself tells nothing of who runs that name elsewhere.
                test = deploy.attributes.get("cluster") == "test"
                placeholders = {run for run in self._replaced(deploy, name) if run != name and not (test and run in self.pushes)}
                for pushed in self.pushes if placeholders else ():
                    alike = likeness.compare(pushed, name)
                    if alike and alike.level not in (likeness.WORD, likeness.REJECTED):
                        for run in sorted(placeholders):
                            yield from self._renamed(deploy, name, pushed, run, alike.level)

    def _renamed(
        self, deploy: Relation, name: ImageName, pushed: ImageName, run: ImageName, alike: likeness.Level
    ) -> Iterator[Candidate]:
        level = likeness.RENAMED
        for relation in self.pushes[pushed]:
            because: tuple[str, ...] = ()
            sure = alike.confidence
            if pushed == name:
                # One unknown part on both sides is one variable where one job says both, and in all likelihood elsewhere.
                known = likeness.SAME if self.around.job_of.get(relation.source) == deploy.source else likeness.TAIL
                sure = max(known.confidence, sure)
            elif alike is likeness.OPEN_OWNER:
                because = (*self._signs(relation.source, run), *self._put(deploy, name, pushed))
                if not because:
                    continue
                sure = round(min(likeness.MOST, sure + likeness.CORROBORATED * len(because)), 2)
            confidence = min(level.confidence, sure, relation.confidence, deploy.confidence)
            why_not = "" if self.reaches(relation, run) else "the job never pushes it"
            yield Candidate(relation, pushed, run, level, confidence, because, why_not, deploy.evidence)

    def _put(self, deploy: Relation, name: ImageName, pushed: ImageName) -> Iterator[str]:
        """The signs that a name whose beginning is not known is put where this pushed one is meant."""
        word = name.rpartition("/")[2]
        if word in (deploy.attributes.get(FIELD), self.around.entities[deploy.target].name):
            yield f"what gets it is called `{word}` too"
        together = self._put_together
        before, ours = name.rpartition("/")[0], pushed.rpartition("/")[0]
        if together[ours, before] > 1:
            yield f"more names below `{before}` are pushed below `{ours}`"
            if together[ours, before] > 2 and sum(put == before for _, put in together) == 1:
                yield "none of them is pushed below anything else"

    @cached_property
    def _put_together(self) -> Counter[tuple[str, str]]:
        """How many last words a beginning of pushed names has in common with an unknown one of names that deploys put in."""
        put: dict[str, set[str]] = defaultdict(set)
        for name in {one for deploy in self.around.of_kind[RelationKind.DEPLOYS] for one in names(deploy, TO)}:
            before, _, word = name.rpartition("/")
            if images.UNKNOWN in before:
                put[word].add(before)
        cut = (pushed.rpartition("/") for pushed in self.pushes)
        return Counter((ours, before) for ours, _, word in cut for before in sorted(put.get(word, ())))

    def _replaced(self, deploy: Relation, name: ImageName) -> set[ImageName]:
        """The names in the manifests that a deploy puts `name` in place of; where it says none, those that may stand for it."""
        wanted = set(names(deploy, FROM))
        runs = [r for group in self.runs.values() for r in group if self.around.is_part(r.source, deploy.target)]
        # Who runs the new name already is not told again that it is put in place of the old one.
        told = {before for r in runs if PLACED in r.attributes and _name(r) == name for before in names(r, FROM)}
        runs = [r for r in runs if PLACED not in r.attributes and _name(r) not in told]
        if file := deploy.attributes.get(IN):
            runs = [r for r in runs if any(one.path == file for one in r.evidence)] or runs
        found = {_name(relation) for relation in runs}
        if FROM in deploy.attributes:
            # A kustomization may have put a name in place of the one that the job replaces.
            return {_name(r) for r in runs if not wanted.isdisjoint((_name(r), *names(r, FROM)))}
        container = deploy.attributes.get(FIELD)
        by_container = {_name(r) for r in runs if container and container in _words(r.attributes.get("container"))}
        meant = by_container or (found if len(found) == 1 else set())
        # An image of somebody else that stands there until the first deploy is not made by the build that comes after it.
        return {run for run in meant if likeness.may_stand_for(run, name)}

    def _weighed(self, relation: Relation, pushed: ImageName, run: ImageName, alike: likeness.Likeness) -> Candidate:
        level, why_not = alike
        because: tuple[str, ...] = ()
        confidence = level.confidence
        if not why_not and relation.source not in self.around.job_of:
            why_not = "no job builds it"
        if not why_not and not self.reaches(relation, run):
            why_not = "the job never pushes it"
        if not why_not and not any(_alike_tags(relation, one) for one in self.runs[run]):
            why_not = f"tag differs: `{', '.join(tags_of(relation))}` is pushed, `{_tags(self.runs[run])}` is run"
        if not why_not and level in likeness.BY_WORD:
            because = (*self._signs(relation.source, run), *self._siblings(pushed, run))
            if not because and likeness.is_generic(run):
                why_not = f"`{run.rpartition('/')[2]}` is a word that any repository may have, and nothing else speaks for it"
            registry = tuple(self._of_registry(relation.source, pushed, run))
            more = likeness.CORROBORATED * len(because) + likeness.ONE_REGISTRY * len(registry)
            because = (*because, *registry)
            confidence = round(min(likeness.MOST, confidence + more), 2)
        return Candidate(relation, pushed, run, level, min(confidence, relation.confidence), because, why_not)

    def _of_registry(self, build: EntityId, pushed: ImageName, run: ImageName) -> Iterator[str]:
        """That both names are of one registry, as the name or the login of the job says."""
        registry = run.partition("/")[0]
        if likeness.same_registry(pushed, run):
            yield "the registry is the same"
        elif images.UNKNOWN in pushed.partition("/")[0] and registry in self.around.registries(build) - likeness.EVERYWHERE:
            yield f"the job logs in to `{registry}`"

    def _siblings(self, pushed: ImageName, run: ImageName) -> Iterator[str]:
        """The signs that other names with the same unknown beginning meet running images of the same owner, and of no other."""
        before, owner = pushed.rpartition("/")[0], likeness.owner(run)
        met = self._met[before] if images.UNKNOWN in before and owner else Counter()
        if met[owner] > 1:
            yield f"more names below `{before}` meet images of `{owner}`"
            if met[owner] > 2 and len(met) == 1:
                yield "none of them meets an image of another owner"

    @cached_property
    def _met(self) -> dict[str, Counter[str]]:
        """For each unknown beginning: how many last words it has in common with the running images of each owner."""
        owners: dict[str, set[str]] = defaultdict(set)
        for run in self.runs:
            owners[run.rpartition("/")[2]].add(likeness.owner(run))
        met: dict[str, Counter[str]] = defaultdict(Counter)
        for pushed in self.pushes:
            before, _, word = pushed.rpartition("/")
            if images.UNKNOWN in before and len(owners[word]) <= MAX_ALIKE:
                met[before].update(owners[word] - {""})
        return met

    def _signs(self, build: EntityId, run: ImageName) -> tuple[str, ...]:
        """The signs for the workload for which most speaks."""
        owners = likeness.owner(run)
        found = [self.around.signs(build, relation.source, owners) for relation in self.runs[run]]
        return max(found, key=len, default=())


def link(entities: Mapping[EntityId, Entity], relations: Sequence[Relation]) -> list[Relation]:
    """All relations: doubtful `publishes` relations with their doubt, and those that links add."""
    relations = _together(relations)
    for runner in (EntityKind.WORKLOAD, EntityKind.DEPLOYABLE):
        relations = _linked(Images(entities, relations, by=runner), relations)
    return relations


def _linked(known: Images, relations: list[Relation]) -> list[Relation]:
    if not known.pushes or not known.runs:
        return relations
    links = chosen(known)
    weighed = _doubts(known) | {id(one.relation): _relation(one) for one in links if one.pushed == one.run}
    made = [_relation(one) for one in links if one.pushed != one.run]
    return [weighed.get(id(relation), relation) for relation in relations] + made


def _together(relations: Iterable[Relation]) -> list[Relation]:
    """The relations with one `publishes` for each build and image: with all its tags, and pushed where one of them is."""
    kept: list[Relation] = []
    published: dict[tuple[EntityId, EntityId], list[Relation]] = defaultdict(list)
    for relation in relations:
        if relation.kind is RelationKind.PUBLISHES:
            published[relation.source, relation.target].append(relation)
        else:
            kept.append(relation)
    return kept + [_as_one(group) for group in published.values()]


def _as_one(group: Sequence[Relation]) -> Relation:
    if len(group) == 1:
        return group[0]
    best = max(group, key=lambda one: (one.confidence, one.basis.value))
    attributes: dict[str, Attribute] = {
        **best.attributes,
        "pushed": any(one.attributes.get("pushed") is not False for one in group),
    }
    tags = tuple(sorted({tag for one in group for tag in tags_of(one) if tag}))
    if tags:
        attributes["tag"] = tags if len(tags) > 1 else tags[0]
    return replace(best, evidence=tuple(sorted({e for one in group for e in one.evidence})), attributes=attributes)


def _name(relation: Relation) -> ImageName:
    return ImageName(relation.target.partition(":")[2])


def names(relation: Relation, key: str) -> list[ImageName]:
    """The images that a relation says under `FROM` or `TO`."""
    parsed = [images.parse(text) for text in _words(relation.attributes.get(key))]
    return [one.name for one in parsed if one is not None]


def _words(attribute: Attribute) -> tuple[str, ...]:
    return attribute if isinstance(attribute, tuple) else (attribute,) if isinstance(attribute, str) else ()


def _relation(one: Candidate) -> Relation:
    attributes: dict[str, Attribute] = {**one.relation.attributes, "level": one.level.name}
    if one.pushed != one.run:
        attributes[AS] = images.short(one.pushed)
    if one.because:
        attributes["because"] = "; ".join(one.because)
    by_word = one.level in likeness.BY_WORD
    basis = Basis.COMPUTED if one.level is likeness.RENAMED else Basis.CONVENTION if by_word else Basis.UNIQUE_IN_REPO
    evidence = (*one.relation.evidence, *one.evidence)
    target = ids.image_id(one.run)
    return replace(one.relation, target=target, basis=basis, confidence=one.confidence, evidence=evidence, attributes=attributes)


# --- which of several


def chosen(known: Images) -> list[Candidate]:
    """The candidates that are alone at the best level, on both sides; of the names of one build the one that fits best."""
    best: dict[tuple[EntityId, ImageName], Candidate] = {}
    fitting = [one for one, why_not in judged(known, sorted(known.runs)) if not why_not]
    for one in sorted(fitting, key=lambda one: (one.rank, -one.confidence, one.pushed)):
        best.setdefault((one.build, one.run), one)
    return list(best.values())


def judged(known: Images, running: Iterable[ImageName]) -> list[tuple[Candidate, str]]:
    """Each candidate for running images with why it is not chosen; ``""`` for one that is."""
    wanted = list(running)
    found = [*known.candidates(wanted), *(one for one in known.renamed() if one.run in wanted)]
    fitting = [one for one in found if not one.why_not]
    by_run: dict[ImageName, list[Candidate]] = defaultdict(list)
    for one in fitting:
        by_run[one.run].append(one)
    best_runs = _best_runs(known, fitting)
    result = [(one, one.why_not) for one in found if one.why_not]
    for run, group in by_run.items():
        equal = [relation for relation in known.pushes.get(run, ()) if known.reaches(relation, run)]
        if images.UNKNOWN in run:
            equal = []
        result += [(one, _rivals(known, one, group, equal) or _others(one, best_runs)) for one in group]
    return result


def _rivals(known: Images, one: Candidate, group: Sequence[Candidate], equal: Sequence[Relation]) -> str:
    """Why another build has a better or an equal claim to the image that runs; ``""`` where all that claim it make the same."""
    if one.level is likeness.RENAMED:
        equal = ()
    if equal:
        # Who pushes to another registry is not who runs, where somebody pushes to the one that the image comes from.
        mirrored = one.level is likeness.MIRROR
        other = next((relation for relation in equal if mirrored or known.around.differ(relation.source, one.build)), None)
        return f"`{_build(other)}` pushes the very name that runs" if other else ""
    best = min(other.rank for other in group)
    top = [other for other in group if other.rank == best]
    # Of several that a deploy may put there, those with a tag of the variant that runs.
    top = [other for other in top if any(_alike_tags(other.relation, run) for run in known.runs[one.run])] or top
    rivals = [other for other in top if known.around.differ(other.build, one.build)]
    if not rivals:
        return ""
    if one.rank > best or one not in top:
        return f"`{_build(rivals[0].relation)}` fits better ({rivals[0].level.name})"
    return f"ambiguous: `{_build(rivals[0].relation)}` fits as well ({one.level.name})"


def _best_runs(known: Images, fitting: Iterable[Candidate]) -> dict[ImageName, list[ImageName]]:
    """For each pushed name the running images that fit it best."""
    found: dict[ImageName, dict[ImageName, int]] = defaultdict(dict)
    for one in fitting:
        found[one.pushed][one.run] = one.rank
    for pushed, runs in found.items():
        if pushed in known.runs and images.UNKNOWN not in pushed:
            runs[pushed] = likeness.LEVELS.index(likeness.SAME)
        best = min(runs.values())
        runs |= {run: rank for run, rank in known.linked.get(pushed, {}).items() if rank < best}
    return {pushed: [run for run, rank in runs.items() if rank == min(runs.values())] for pushed, runs in found.items()}


def _others(one: Candidate, best_runs: Mapping[ImageName, Sequence[ImageName]]) -> str:
    # A name of which a part is not known may be the very name that fits best; a name of quite another kind that a deploy puts it
    # in place of says nothing against one that is equal in all that is known.
    rivals = [run for run in best_runs[one.pushed] if not likeness.may_be_one(run, one.run)]
    if one.level not in likeness.BY_WORD:
        rivals = [run for run in rivals if (alike := likeness.compare(one.pushed, run)) and alike.level is not likeness.REJECTED]
    if one.level is likeness.RENAMED or not rivals:
        return ""
    if one.run not in best_runs[one.pushed]:
        return f"`{images.short(rivals[0])}` is run too and fits better"
    return f"ambiguous: `{images.short(rivals[0])}` is run too and fits as well"


def _build(relation: Relation) -> str:
    return relation.source.partition(":")[2]


# --- doubts about equal names


def _doubts(known: Images) -> dict[int, Relation]:
    """`publishes` relations of names that run here for which it is not sure that this build is what runs."""
    found: dict[int, Relation] = {}
    for run in known.runs:
        builders = known.pushes.get(run, [])
        for relation in builders:
            doubt, confidence = _doubt(known, run, relation, builders)
            if doubt:
                attributes = {**relation.attributes, DOUBT: doubt}
                found[id(relation)] = replace(relation, confidence=min(confidence, relation.confidence), attributes=attributes)
    return found


def _doubt(known: Images, run: ImageName, relation: Relation, builders: Sequence[Relation]) -> tuple[str, float]:
    if relation.source not in known.around.job_of:
        return "", 1.0
    if images.UNKNOWN in run:
        return UNKNOWN_NAME, LEAST
    if not known.reaches(relation, run):
        return NOT_PUSHED, DOUBTED
    # What a job builds for a cluster of its own takes nothing from what another one pushes.
    pushed = relation.attributes.get("pushed") is not False
    rivals = [
        other
        for other in builders
        if other.source in known.around.job_of
        and (not pushed or other.attributes.get("pushed") is not False)
        and known.reaches(other, run)
        and known.around.differ(other.source, relation.source)
    ]
    if not rivals:
        return "", 1.0
    # Several Dockerfiles or stages under one name: the words of the tag tell which.
    wanted = {images.variant(tag) for runner in known.runs[run] for tag in tags_of(runner)}
    ours = _variants(relation.source, builders) & wanted
    if not ours:
        return OTHER_TAG, DOUBTED
    alike = {known.around.made(other.source) for other in rivals if _variants(other.source, builders) & ours}
    return (AMBIGUOUS, round(max(LEAST, 1 / (1 + len(alike))), 2)) if alike else ("", 1.0)


def _variants(build: EntityId, builders: Sequence[Relation]) -> set[frozenset[str]]:
    return {images.variant(tag) for relation in builders if relation.source == build for tag in tags_of(relation)}


def fits(publishes: Relation, runs: Relation) -> bool:
    """Whether the tags of what is pushed and of what runs name the same variant of one repository."""
    ours = {images.variant(tag) for tag in tags_of(publishes)}
    return not ours.isdisjoint(images.variant(tag) for tag in tags_of(runs))


def _alike_tags(publishes: Relation, runs: Relation) -> bool:
    """Whether a tag that is pushed may be of the variant that runs; a tag known in part says less than one that is known.

    Where nothing is known of what is pushed, it may be any.
    """
    pushed = tags_of(publishes)
    if set(pushed) == {images.UNKNOWN}:
        return True
    known = [tag for tag in pushed if images.UNKNOWN not in tag] or pushed
    return any(likeness.same_variant(one, other) for one in known for other in tags_of(runs))


def _tags(runs: Iterable[Relation]) -> str:
    return ", ".join(sorted({tag or "latest" for relation in runs for tag in tags_of(relation)}))


def tags_of(relation: Relation) -> tuple[str, ...]:
    """The tags of a relation to an image; ``("",)`` where it has none."""
    return _words(relation.attributes.get("tag")) or ("",)
