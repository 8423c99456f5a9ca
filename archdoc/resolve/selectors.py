"""Label selectors: whom they match, in the namespaces meant, of the deployable first and then of its neighbours.

Rules: LabelSelector and ServiceSpec.selector of the Kubernetes API. Knows no kind of object and no policy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from archdoc.model import Basis, BySelector, Entity, EntityId, EntityKind, Reference, RelationKind, Requirement, Selector
from archdoc.regex import regex
from archdoc.resolve.given import are_given, is_open
from archdoc.resolve.names import Objects
from archdoc.resolve.outcome import Match, Outcome
from archdoc.rules import finding

ANY_NAMESPACE = "*"
ALTERNATIVES = "|"
"""Stands between the values that a label has on different pods of one workload; no label value holds it."""

NAME_OF_NAMESPACE = "kubernetes.io/metadata.name"
"""The label that the API server gives every namespace."""

_ROLES = frozenset(["active", "follower", "leader", "master", "primary", "replica", "secondary", "slave", "standby"])
_INSTANCE = "app.kubernetes.io/instance"
_MADE_BY_CHARTS = frozenset({EntityKind.SERVICE, EntityKind.WORKLOAD})
_OF_ONE_POD = frozenset(
    {
        "apps.kubernetes.io/pod-index",
        "batch.kubernetes.io/job-completion-index",
        "leaderworkerset.sigs.k8s.io/worker-index",
        "statefulset.kubernetes.io/pod-name",
    }
)
"""Labels that count the pods of one workload; its first pod stands for all."""
_CANONICAL = "service.istio.io/canonical-name"
_NAMING = ("app.kubernetes.io/name", "app")
"""The labels of a pod that its canonical name is, in their order (Istio, "Configuring Canonical Service")."""
_MOST_LOOKED_AT = 200
_MANY = 1000
_OPEN = regex(r"\$[{(]|\{\{|<")
_ORDINAL = regex(r"[0-9]{1,9}\Z")


class Selected(NamedTuple):
    """The entities that a selector matches, and how sure it is that these are meant; `basis` None is what the selector says."""

    entities: Sequence[Entity] = ()
    basis: Basis | None = None
    confidence: float = 1.0


class Labelled:
    """Entities by their labels, so that no selector looks at all of them.

    `left` is how many matches may still be made: selectors that each match very much would else multiply without bound.
    """

    def __init__(self, objects: Objects) -> None:
        """Index the objects of all deployables."""
        self.objects = objects
        self.places: dict[EntityId, set[str]] = defaultdict(set)
        self._members: dict[tuple[EntityId, EntityKind, str], list[Entity]] = defaultdict(list)
        self._with: dict[tuple[EntityId, EntityKind, str, str, str], list[Entity]] = defaultdict(list)
        self._anywhere: dict[tuple[EntityKind, str, str], list[Entity]] = defaultdict(list)
        for entity in objects.named.values():
            scope, namespace = entity.deployable, entity.namespace
            assert scope is not None
            if namespace:
                self.places[scope].add(namespace)
            pairs = [(key, one) for key, values in entity.labels.items() for one in values.split(ALTERNATIVES)]
            for place in (namespace or "", ANY_NAMESPACE):
                self._members[scope, entity.kind, place].append(entity)
                for key, value in pairs:
                    self._with[scope, entity.kind, place, key, value].append(entity)
            if namespace is not None:
                for key, value in pairs:
                    self._anywhere[entity.kind, key, value].append(entity)
        self.left = 100_000 + 100 * len(objects.named)

    def select(self, target: BySelector) -> Selected:
        """Whom a selector means: those in its namespaces; else, where one side leaves its namespace open, those of the only one.

        What no object of the deployable has is looked for in deployables that lie beside it, or in the same named namespace.
        """
        target = _of_first_pods(target)
        exact = [entity for place in self._places(target) for entity in self._in(target, place)]
        everything = not target.selector.requirements
        if exact or target.namespace == ANY_NAMESPACE or (everything and (target.namespace or target.namespaces is not None)):
            return self._counted(Selected(exact))
        near = [entity for place in self._left_open(target) for entity in self._in(target, place)]
        if near and len({entity.namespace for entity in near}) == 1:
            return self._counted(Selected(near, Basis.SAME_SCOPE, 0.9))
        return self._counted(self._beside(target))

    def means(self, target: BySelector, namespace: str) -> bool:
        """Whether a namespace is one of those that a selector looks in."""
        if target.namespaces is None:
            return target.namespace in (namespace, ANY_NAMESPACE)
        return not target.namespaces.requirements or (bool(namespace) and satisfies(target.namespaces, self.labels_of(namespace)))

    def has_members(self, target: BySelector) -> bool:
        """Whether anything that could be selected is in the namespace of a selector."""
        return bool(self._members.get((target.scope, target.of, target.namespace)))

    def like(self, target: BySelector) -> str:
        """Whom a selector that matches nothing may have meant: a member with all of its keys, or one of its pairs; else ``""``.

        Only of a deployable that tells all of its workloads: the pods of others may be made by anybody.
        """
        if not self.objects.tells_all(target.scope, target.namespace):
            return ""
        terms = [term for term in target.selector.requirements if term.operator == "In"]
        for entity in self._members.get((target.scope, target.of, target.namespace), [])[:_MOST_LOOKED_AT]:
            has = {term.key: entity.labels[term.key] for term in terms if term.key in entity.labels}
            if any(_OPEN.search(value) for value in has.values()):
                continue  # a label that is filled in later may be the one that is meant
            if terms and (len(has) == len(terms) or any(has.get(term.key) in term.values for term in terms)):
                pairs = ", ".join(f"{key}={value}" for key, value in has.items())
                return f"`{entity.name}` has {pairs}{'' if len(has) == len(terms) else ' only'}"
        return ""

    def once_filled_in(self, target: BySelector) -> Entity | None:
        """Who has every label of a selector, but with a value that is still to be filled in; of the namespace of the selector."""
        terms = target.selector.requirements
        for entity in self._members.get((target.scope, target.of, target.namespace), [])[:_MOST_LOOKED_AT] if terms else ():
            said = [(term, entity.labels.get(term.key, "")) for term in terms]
            if all(is_open(value) or _holds(term, value or None) for term, value in said):
                return entity
        return None

    def elsewhere(self, target: BySelector) -> Entity | None:
        """Whom a selector would match in another deployable, in its namespace if it can be; None where nobody has the labels."""
        terms = [term for term in target.selector.requirements if term.operator == "In"]
        lists = [list(islice(self._having(target, term), _MOST_LOOKED_AT)) for term in terms]
        found = [e for e in min(lists, key=len, default=[]) if satisfies(target.selector, e.labels)]
        own = target.scope
        return min(found, key=lambda e: (not self.fits(target, e), e.deployable != own, e.path, e.line, e.id), default=None)

    def _having(self, target: BySelector, term: Requirement) -> Iterator[Entity]:
        """The entities of all deployables that one term matches, as far as they are indexed."""
        return (e for value in dict.fromkeys(term.values) for e in self._anywhere.get((target.of, term.key, value), ()))

    def fits(self, target: BySelector, entity: Entity) -> bool:
        """Whether an entity of another deployable may be in the namespaces of a selector."""
        place = self.objects.place_of(entity)
        return not place or not target.namespace or self.means(target, place)

    def labels_of(self, namespace: str) -> dict[str, str]:
        """The labels of a namespace as far as files say them, with the one that the cluster gives."""
        known = self.objects.namespaces.get(namespace)
        return {**(known.labels if known else {}), NAME_OF_NAMESPACE: namespace}

    def _places(self, target: BySelector) -> Iterable[str]:
        if target.namespaces is None:
            return (target.namespace,)
        if not target.namespaces.requirements:
            return (ANY_NAMESPACE,)
        return sorted(one for one in self.places.get(target.scope, ()) if self.means(target, one))

    def _left_open(self, target: BySelector) -> Sequence[str]:
        """The places of a deployable that may be the one which a selector means, since one of both sides leaves it open."""
        if target.namespaces is not None and not _are_named(target.namespaces):
            return ()
        if target.namespaces is None and not target.namespace:
            return (ANY_NAMESPACE,)
        to_be_filled_in = target.namespaces is None and is_open(target.namespace)
        return ("", *sorted(one for one in self.places.get(target.scope, ()) if is_open(one) != to_be_filled_in))

    def _in(self, target: BySelector, place: str) -> list[Entity]:
        lists = [
            [
                e
                for value in dict.fromkeys(term.values)
                for e in self._with.get((target.scope, target.of, place, term.key, value), ())
            ]
            for term in target.selector.requirements
            if term.operator == "In"
        ]
        candidates = min(lists, key=len) if lists else self._members.get((target.scope, target.of, place), [])
        self.left -= len(candidates) // 2
        return [entity for entity in candidates if satisfies(target.selector, entity.labels)]

    def _beside(self, target: BySelector) -> Selected:
        terms = [term for term in target.selector.requirements if term.operator == "In"]
        if not terms or target.scope in self.objects.added:  # what a component adds is in effect where it is applied
            return Selected()
        candidates = min((list(self._having(target, term)) for term in terms), key=len)
        found = [
            entity
            for entity in (candidates if len(candidates) < _MANY else ())  # among so many none is the only one
            if satisfies(target.selector, entity.labels)
            and self.means(target, self.objects.place_of(entity))
            and self._is_near(target.scope, entity)
        ]
        if len({entity.deployable for entity in found}) != 1:
            return Selected()
        return Selected(found, Basis.UNIQUE_IN_REPO, 0.8 if self.objects.place_of(found[0]) else 0.7)

    def _is_near(self, scope: EntityId, entity: Entity) -> bool:
        """Whether an entity of another deployable may be meant: in a namespace that is named, or close by; never in a variant."""
        other = entity.deployable or scope
        if not self.objects.may_mean(scope, other):
            return False
        if self.objects.place_of(entity):
            return self.objects.workloads[scope].isdisjoint(self.objects.workloads[other])
        return self.objects.beside(scope, other)

    def _counted(self, found: Selected) -> Selected:
        self.left -= len(found.entities)
        return found


def by_selector(reference: Reference, target: BySelector, labelled: Labelled) -> Outcome:
    """Every entity that a selector means; where there is none a finding, which only for a Service is more than a note."""
    if labelled.left <= 0:
        return Outcome(findings=(finding("selector-too-broad", "what it selects is not shown", reference.evidence),))
    found = labelled.select(target)
    if found.entities:
        return Outcome(tuple(Match(entity.id, found.basis, found.confidence) for entity in found.entities))
    followed = _of_a_role(target, labelled) or _of_the_mesh(target, labelled)
    if followed:
        return Outcome(tuple(Match(entity.id, Basis.CONVENTION, 0.8) for entity in followed))
    if reference.optional or labelled.objects.leaves_out(target.scope) or _is_to_come(reference, target):
        return Outcome()
    release = _release(target, labelled.objects)
    if release is not None:
        return Outcome((Match(release.id, Basis.CONVENTION, 0.8),))
    like = labelled.like(target) if reference.source.startswith(f"{EntityKind.SERVICE}:") else ""
    if like:
        rule = "selector-empty"
    elif reference.relation is RelationKind.PROTECTS and labelled.has_members(target) and not labelled.objects.open:
        rule = "policy-unmatched"
    else:
        rule = "selector-unmatched"
    once = labelled.once_filled_in(target)
    if once is not None:
        message = (
            f"selects {words(target.selector)}; `{once.name}` at {once.path}:{once.line} may have that, once it is filled in"
        )
        return Outcome(findings=(finding("selector-unmatched", message, reference.evidence, reference.source),))
    other = labelled.elsewhere(target) if rule == "selector-unmatched" else None
    made = are_given(target.selector) or (target.of in _MADE_BY_CHARTS and target.scope in labelled.objects.with_release)
    if rule == "selector-unmatched" and other is None and made:
        # The cluster has them, or the chart of a release beside the selector may make them.
        return Outcome()
    if not target.selector.requirements:
        whom = "all, and there is none"
    elif other:
        where = "in its namespace" if other.deployable == target.scope else "in this deployable"
        whom = f"{words(target.selector)}, which no {target.of.value} {where} has; `{other.name}` at "
        whom += f"{other.path}:{other.line} has"
        whom += "" if labelled.fits(target, other) else f", in namespace `{labelled.objects.place_of(other)}`"
    else:
        whom = f"{words(target.selector)}, which no {target.of.value} here has"
    message = f"selects {whom}{f'; {like}' if like else ''}"
    return Outcome(findings=(finding(rule, message, reference.evidence, reference.source),))


def _is_to_come(reference: Reference, target: BySelector) -> bool:
    """Whether a selector is for what is to come: labels that are still to be filled in, or a policy for a whole namespace."""
    if not target.selector.requirements:
        return reference.relation is RelationKind.PROTECTS
    return any(is_open(value) for term in target.selector.requirements for value in term.values)


def _of_a_role(target: BySelector, labelled: Labelled) -> list[Entity]:
    """The workloads of which a selector means the pod that leads or follows, as a label says that is set at run time."""
    terms = target.selector.requirements
    roles = [term for term in terms if term.operator == "In" and len(term.values) == 1 and term.values[0].lower() in _ROLES]
    kept = Selector(tuple(term for term in terms if term not in roles))
    if not roles or not kept.requirements or target.of is not EntityKind.WORKLOAD:
        return []
    found = labelled.select(replace(target, selector=kept)).entities
    return [entity for entity in found if not any(term.key in entity.labels for term in roles)]


def _of_the_mesh(target: BySelector, labelled: Labelled) -> list[Entity]:
    """The workloads that a selector means by the label with which Istio names their pods, after the first that they have."""
    terms = target.selector.requirements
    if target.of is not EntityKind.WORKLOAD or all(term.key != _CANONICAL or term.operator != "In" for term in terms):
        return []
    for place, key in enumerate(_NAMING):
        renamed = tuple(replace(term, key=key) if term.key == _CANONICAL else term for term in terms)
        found = labelled.select(replace(target, selector=Selector(renamed))).entities
        if named := [entity for entity in found if entity.labels.keys().isdisjoint((_CANONICAL, *_NAMING[:place]))]:
            return named
    return []


def _release(target: BySelector, objects: Objects) -> Entity | None:
    """The release of a chart whose pods carry its name, as Helm's standard labels say."""
    terms = [term for term in target.selector.requirements if term.key == _INSTANCE and term.operator == "In"]
    if target.of not in _MADE_BY_CHARTS or not terms or len(terms[0].values) != 1:
        return None
    return objects.release(terms[0].values[0], target.scope, "" if target.namespace == ANY_NAMESPACE else target.namespace)


def satisfies(selector: Selector, labels: Mapping[str, str]) -> bool:
    """Whether labels satisfy every requirement; NotIn holds where the key is absent (LabelSelector)."""
    return all(_holds(term, labels.get(term.key)) for term in selector.requirements)


def _holds(term: Requirement, value: str | None) -> bool:
    match term.operator:
        case "In":
            return value is not None and not set(term.values).isdisjoint(value.split(ALTERNATIVES))
        case "NotIn":
            return value is None or not set(term.values).issuperset(value.split(ALTERNATIVES))
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case _:
            return False


def words(selector: Selector) -> str:
    """A selector for people."""
    return ", ".join(map(_word, selector.requirements)) or "everything"


def _word(term: Requirement) -> str:
    if term.operator == "In" and len(term.values) == 1:
        return f"{term.key}={term.values[0]}"
    return f"{term.key} {term.operator} {','.join(term.values)}".strip()


def _of_first_pods(target: BySelector) -> BySelector:
    """A selector of single pods as one of the first pod of their workload."""
    terms = target.selector.requirements
    if _OF_ONE_POD.isdisjoint(term.key for term in terms):
        return target
    changed = tuple(
        replace(term, values=tuple(dict.fromkeys(_ORDINAL.sub("0", value) for value in term.values)))
        if term.key in _OF_ONE_POD and term.operator == "In"
        else term
        for term in terms
    )
    return replace(target, selector=Selector(changed))


def _are_named(namespaces: Selector) -> bool:
    """Whether a selector of namespaces tells them by name."""
    return bool(namespaces.requirements) and all(
        term.key == NAME_OF_NAMESPACE and term.operator == "In" for term in namespaces.requirements
    )
