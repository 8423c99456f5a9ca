"""Facts to graph: every mention finds what it means, or ends as a finding. Nothing is linked by guess.

One module a kind of target: `names` (objects), `hosts`, `selectors`, `paths` (files and folders), `images`; `policies` tells
who may talk to whom. None knows a format.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from archdoc.graph import Graph, build
from archdoc.model import (
    ByHost,
    ById,
    ByImage,
    ByName,
    ByPath,
    BySelector,
    ByWorkflow,
    Entity,
    EntityId,
    EntityKind,
    Evidence,
    Facts,
    Finding,
    Outside,
    Reference,
    Relation,
    RelationKind,
)
from archdoc.resolve import given, hosts, images, links, names, paths, policies, port_remarks, remarks, selectors, variants
from archdoc.resolve.carried import by_workloads
from archdoc.resolve.folded import folded
from archdoc.resolve.outcome import Match, Outcome, outside
from archdoc.resolve.placed import placed
from archdoc.rules import finding

_SHARED = frozenset(
    {
        EntityKind.ACTION,
        EntityKind.DEPLOYABLE,
        EntityKind.ENVIRONMENT,
        EntityKind.EXTERNAL,
        EntityKind.NAMESPACE,
        EntityKind.RUNNER,
        EntityKind.TRIGGER,
    }
)
"""Kinds that many files name: the first mention stands for all."""
_MENTIONED = frozenset({EntityKind.EXTERNAL, EntityKind.IMAGE})
"""Kinds that no file declares."""
_MADE = "made_by"
"""The attribute of what a controller makes."""
_AT_MOST = {"may": hosts.MAY_CALL, "inferred": 0.55, links.PLACED: 0.9, "in_part": 0.6, "unnamed": 0.4, "foreign": 0.8}
"""How sure a relation can be whose mention is marked so: an address that others may be meant by, a field known by its name, an
image that a deploy puts in place of a placeholder, a name that is known in part or not at all, a script of a language that is not
followed as bash is."""


def resolve(facts: Sequence[Facts], readable: frozenset[str]) -> Graph:
    """The graph of all facts. `readable` are the paths of all files of the tree."""
    facts = variants.apart(facts)
    entities, findings = _entities(facts)
    references = [r for f in facts for r in f.references if r.source in entities]
    references, entities = _drop_unbound(references, entities)
    objects = names.Objects(entities.values())
    sourcing = {r.source for r in references if r.relation is RelationKind.SOURCES and isinstance(r.target, Outside)}
    objects.open |= sourcing
    objects.sourcing = {one for one in sourcing if entities[one].type == "kustomization"}
    objects.installed = paths.installed(references, entities)
    objects.applied = paths.applied(references)
    objects.granted = names.granted(references)
    objects.added |= paths.accessories(objects, entities.values(), readable)
    labelled = selectors.Labelled(objects)
    places = paths.Places(entities.values(), readable)
    relations: list[Relation] = []
    findings += [f for fact in facts for f in fact.findings]
    carried = [r for r in references if isinstance(r.target, ByHost) and not r.target.scope]
    # What a rule of a policy says counts only together with the others; what an image carries, only where it runs.
    apart = {id(r) for r in (*carried, *(r for r in references if r.relation is RelationKind.ALLOWS))}

    def read(some: Iterable[Reference]) -> None:
        for reference in some:
            outcome = _outcome(reference, entities, objects, labelled, places)
            for entity in outcome.entities:
                known = entities.setdefault(entity.id, entity)
                # What no file declares is what one mention tells of it, and stands where that is first, whatever the order.
                if known.kind in _MENTIONED and _first(entity) < _first(known):
                    entities[entity.id] = entity
            findings.extend(outcome.findings)
            relations.extend(_relations(reference, outcome))

    read(r for r in references if id(r) not in apart)
    read(list(placed(references, entities, relations)))
    relations = links.link(entities, relations)
    read(by_workloads(carried, entities, tuple(relations)))
    relations = hosts.settled(entities, relations)
    allowed, told = policies.judge(references, entities, relations, labelled)
    relations += allowed
    findings += told
    findings = _unanswered(findings, entities, relations)
    findings += port_remarks.port_remarks(entities, relations)
    findings += remarks.remarks(entities, relations, readable, tuple(findings))
    return build(entities.values(), relations, folded(findings, facts, entities))


def _unanswered(findings: list[Finding], entities: dict[EntityId, Entity], relations: Iterable[Relation]) -> list[Finding]:
    """The findings without those about a FROM that only its build knows, where a build that is read says it."""
    based = {r.source for r in relations if r.kind is RelationKind.BASED_ON and "*" not in r.target}
    told = {("expression-unknown", id_, entities[id_].path, entities[id_].line) for id_ in based}
    return [one for one in findings if (one.rule, one.subject, one.path, one.line) not in told]


def _relations(reference: Reference, outcome: Outcome) -> Iterator[Relation]:
    most = min((limit for mark, limit in _AT_MOST.items() if reference.attributes.get(mark)), default=1.0)
    one_of = reference.attributes.get("one_of")
    if isinstance(one_of, int):
        most = min(most, max(links.LEAST, round(1 / one_of, 2)))
    for match in outcome.matches:
        ends = (match.id, reference.source) if reference.reverse else (reference.source, match.id)
        if ends[0] != ends[1]:
            yield Relation(
                ends[0],
                reference.relation,
                ends[1],
                match.basis or reference.basis,
                min(match.confidence, most),
                (reference.evidence,),
                {**reference.attributes, **match.attributes},
            )


def _first(entity: Entity) -> tuple[bool, str, int]:
    return entity.type == "host", entity.path, entity.line


def _entities(facts: Iterable[Facts]) -> tuple[dict[EntityId, Entity], list[Finding]]:
    """Entities by id. Of two files that define one object the first by path stands, and the other is a finding.

    What a controller makes gives way to what a file defines.
    """
    entities: dict[EntityId, Entity] = {}
    findings: list[Finding] = []
    for entity in sorted((e for f in facts for e in f.entities), key=lambda e: (e.id, _MADE in e.attributes, e.path, e.line)):
        first = entities.setdefault(entity.id, entity)
        if first == entity or _MADE in entity.attributes:
            continue
        if entity.kind not in _SHARED:
            # Two names that are filled in later may come to differ.
            is_open = given.is_open(f"{entity.namespace or ''}/{entity.name}")
            if (first.path, first.line) != (entity.path, entity.line) and not is_open:
                message = f"{entity.type.rpartition('/')[2]} {entity.name} is also defined at {first.path}:{first.line}"
                findings.append(finding("object-duplicate", message, Evidence(entity.path, entity.line), entity.id))
        elif first.attributes != entity.attributes:
            entities[entity.id] = replace(first, attributes={**entity.attributes, **first.attributes})
    return entities, findings


def _drop_unbound(
    references: list[Reference], entities: dict[EntityId, Entity]
) -> tuple[list[Reference], dict[EntityId, Entity]]:
    """Builds of a reusable workflow for no caller in particular give way to those of the callers that bind its inputs."""
    called = {r.target.id for r in references if isinstance(r.target, ById) and r.relation == "calls"}
    unbound = {
        e.id
        for e in entities.values()
        if e.kind is EntityKind.IMAGE_BUILD and e.attributes.get("bound") is False and f"workflow:{e.path}" in called
    }
    if not unbound:
        return references, entities
    kept = [r for r in references if r.source not in unbound and not (isinstance(r.target, ById) and r.target.id in unbound)]
    return kept, {key: e for key, e in entities.items() if key not in unbound}


def _outcome(
    reference: Reference,
    entities: dict[EntityId, Entity],
    objects: names.Objects,
    labelled: selectors.Labelled,
    places: paths.Places,
) -> Outcome:
    target = reference.target
    match target:
        case ById():
            return Outcome((Match(target.id),)) if target.id in entities else Outcome()
        case ByName(scope=""):
            return paths.by_object(reference, target, objects)
        case ByName():
            return names.by_name(reference, target, objects)
        case BySelector():
            return selectors.by_selector(reference, target, labelled)
        case ByHost():
            return hosts.by_host(reference, target, objects)
        case ByImage():
            return images.by_image(reference, target)
        case ByPath():
            return paths.by_path(reference, target, places)
        case ByWorkflow():
            return paths.by_workflow(reference, target, places)
        case Outside():
            return outside(target.type, target.name, reference.evidence)
