"""Which relations of the graph an arrow between two drawn nodes tells: direct ones, and chains through what is not drawn.

Lifting is that of reflexion models (Murphy, Notkin, Sullivan 1995). This module knows sets of entities and no drawing.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from enum import StrEnum

from archdoc.graph import Graph
from archdoc.model import EntityId, EntityKind, Relation, RelationKind
from archdoc.regex import regex


class Way(StrEnum):
    """How people draw a relation: as it is said, the other way round, or either."""

    SAID = "said"
    TURNED = "turned"
    EITHER = "either"


_R = RelationKind
_K = EntityKind

DRAWN: Mapping[RelationKind, Way] = {
    _R.CONTAINS: Way.EITHER,
    _R.NEEDS: Way.TURNED,
    _R.CALLS: Way.SAID,
    _R.TRIGGERS: Way.SAID,
    _R.USES: Way.SAID,
    _R.RUNS_ON: Way.EITHER,
    _R.PASSES_ARTIFACT: Way.SAID,
    _R.AUTHENTICATES: Way.EITHER,
    _R.BUILDS: Way.EITHER,
    _R.PUBLISHES: Way.SAID,
    _R.BASED_ON: Way.TURNED,
    _R.COPIES_FROM: Way.TURNED,
    _R.DEPLOYS: Way.SAID,
    _R.TARGETS: Way.SAID,
    _R.RUNS_IMAGE: Way.EITHER,
    _R.SELECTS: Way.SAID,
    _R.ROUTES_TO: Way.SAID,
    _R.SCALES: Way.EITHER,
    _R.PROTECTS: Way.EITHER,
    _R.ALLOWS: Way.SAID,
    _R.CONFIGURES: Way.EITHER,
    _R.MOUNTS: Way.EITHER,
    _R.CLAIMS: Way.EITHER,
    _R.RUNS_AS: Way.EITHER,
    _R.GRANTS: Way.EITHER,
    _R.OWNS: Way.SAID,
    _R.CONNECTS_TO: Way.SAID,
    _R.READS: Way.EITHER,
    _R.WRITES: Way.SAID,
    _R.TRAINS: Way.SAID,
    _R.SERVES: Way.EITHER,
    _R.TRACKS: Way.SAID,
    _R.DEPENDS_ON: Way.EITHER,
    _R.SOURCES: Way.EITHER,
}
"""Which way an arrow without a word shows each relation. A reversed arrow is wrong only where people draw one way."""

_ONWARD: Mapping[RelationKind, Way] = {
    _R.CONTAINS: Way.SAID,
    _R.NEEDS: Way.TURNED,
    _R.CALLS: Way.SAID,
    _R.TRIGGERS: Way.SAID,
    _R.PASSES_ARTIFACT: Way.SAID,
    _R.BUILDS: Way.TURNED,
    _R.PUBLISHES: Way.SAID,
    _R.BASED_ON: Way.TURNED,
    _R.COPIES_FROM: Way.TURNED,
    _R.DEPLOYS: Way.SAID,
    _R.RUNS_IMAGE: Way.TURNED,
    _R.SELECTS: Way.SAID,
    _R.ROUTES_TO: Way.SAID,
    _R.OWNS: Way.SAID,
    _R.CONNECTS_TO: Way.SAID,
    _R.SOURCES: Way.SAID,
}
"""The one way in which a chain goes on, so that no chain goes up to what two things share and down again."""

_BETWEEN = frozenset(
    {
        *(_K.JOB, _K.WORKFLOW, _K.IMAGE_BUILD, _K.IMAGE, _K.DOCKERFILE, _K.STAGE),
        *(_K.DEPLOYABLE, _K.WORKLOAD, _K.SERVICE, _K.ROUTE, _K.RESOURCE),
    }
)
"""What a chain may lead through. What many share (a runner, a secret, a namespace) joins nothing."""

_FRONTS = (_K.WORKFLOW, _K.SERVICE)
_BOTH = (Way.SAID, Way.TURNED)
_DEPENDENCE = regex("need|depend|require|wait|after|from|based|extend|inherit|use|pull|run", re.IGNORECASE)
_DATA = regex(
    "read|data|event|result|response|return|metric|log|trace|feature|consume|subscri|message|stream|scrape|watch|poll|pull|fetch"
    "|quer|load|sync|store|cache|notif|webhook",
    re.IGNORECASE,
)
"""Words on an arrow that tell what depends on what, and that it is data that flows along it."""


@dataclass(frozen=True, slots=True)
class Lifting:
    """The graph as a drawing sees it: `drawn` are all entities that some drawn node stands for."""

    graph: Graph
    drawn: Collection[EntityId]
    _reached: dict[tuple[frozenset[EntityId], bool], set[EntityId]] = field(default_factory=dict, repr=False)

    def tells(self, sources: frozenset[EntityId], targets: frozenset[EntityId], label: str = "") -> bool:
        """Whether an arrow with this label from one of `sources` to one of `targets` tells what is, without others that call."""
        told = any(True for _ in self.direct(sources, targets, label))
        return told or self.leads(sources, targets) or self.waits(sources, targets, label)

    def leads(self, sources: frozenset[EntityId], targets: frozenset[EntityId], *, over_workloads: bool = False) -> bool:
        """Whether a chain leads from one of `sources` to one of `targets`; over workloads it is a chain of calls."""
        return not targets.isdisjoint(self._reach(sources, over_workloads))

    def direct(self, sources: Set[EntityId], targets: Set[EntityId], label: str = "") -> Iterator[Relation]:
        """The relations that an arrow from one of `sources` to one of `targets` shows."""
        for one in sorted(sources):
            yield from (r for r in self.graph.out(one) if r.target in targets and Way.SAID in self._ways(r, label))
            yield from (r for r in self.graph.into(one) if r.source in targets and Way.TURNED in self._ways(r, label))

    def _ways(self, relation: Relation, label: str) -> Collection[Way]:
        """The ways in which an arrow with these words may show a relation."""
        way = DRAWN[relation.kind]
        if relation.kind is _R.DEPENDS_ON:
            return (Way.SAID,) if _DEPENDENCE.search(label) else _BOTH
        if way is Way.TURNED and (_DEPENDENCE.search(label) or self.graph.entities[relation.target].kind is _K.IMAGE):
            return _BOTH
        if relation.kind is _R.CONNECTS_TO and _DATA.search(label):
            return _BOTH
        return _BOTH if way is Way.EITHER else (way,)

    def _reach(self, sources: frozenset[EntityId], over_workloads: bool) -> Set[EntityId]:
        """Where chains lead from any of `sources`: through what is not drawn, up to the first that is.

        A workflow is but the frame of its jobs, a Service but the front of its workload: what leads there leads on.
        """
        known = self._reached.get((sources, over_workloads))
        if known is None:
            known = self._reached[sources, over_workloads] = set()
            between = _BETWEEN if over_workloads else _BETWEEN - {_K.WORKLOAD}
            waiting, seen = deque(sorted(sources)), set(sources)
            while waiting:
                for other in self._onward(waiting.popleft()):
                    known.add(other)
                    kind = self.graph.entities[other].kind
                    if other not in seen and kind in between and (kind in _FRONTS or other not in self.drawn):
                        seen.add(other)
                        waiting.append(other)
        return known

    def _onward(self, one: EntityId) -> Iterator[EntityId]:
        for relation in self.graph.out(one):
            if _ONWARD.get(relation.kind) is Way.SAID:
                yield relation.target
        for relation in self.graph.into(one):
            if _ONWARD.get(relation.kind) is Way.TURNED:
                yield relation.source

    def waits(self, sources: Set[EntityId], targets: Set[EntityId], label: str) -> bool:
        """Whether what applies the one depends on what applies the other: a dependence of the whole is one of its parts."""
        wholes, others = self._wholes(sources), self._wholes(targets)
        shared = wholes & others
        return any(r.kind is _R.DEPENDS_ON for r in self.direct(wholes - shared, others - shared, label))

    def _wholes(self, parts: Iterable[EntityId]) -> set[EntityId]:
        waiting = [one for one in parts if self.graph.entities[one].kind is _K.DEPLOYABLE]
        found = set(waiting)
        while waiting:
            for relation in self.graph.into(waiting.pop(), _R.CONTAINS, _R.SOURCES):
                if relation.source not in found:
                    found.add(relation.source)
                    waiting.append(relation.source)
        return found
