"""One drawing against the graph: arrows that tell what is not so, nodes that are not there, and what is left out.

A reflexion model (Murphy, Notkin, Sullivan 1995). What may mean several things is wrong only where it is wrong for each of them;
what cannot be known from the files is not judged.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto

from archdoc.check._lifting import DRAWN, Lifting, Way
from archdoc.check._mapping import Stands, Told, map_nodes
from archdoc.check._names import OBJECTS, Fit, Names, is_compound, is_file, is_identifier, nearest, words
from archdoc.check._sketch import Judged, Sketch
from archdoc.check._texts import Texts
from archdoc.drawings import Drawing, DrawnEdge, DrawnNode
from archdoc.graph import Graph
from archdoc.model import Entity, EntityId, EntityKind, Finding, Relation, RelationKind
from archdoc.rules import finding

_K = EntityKind
_R = RelationKind

_KNOWN: frozenset[frozenset[EntityKind]] = frozenset(
    frozenset(pair)
    for pair in (
        (_K.JOB,),
        (_K.WORKFLOW,),
        (_K.STAGE,),
        (_K.DEPLOYABLE,),
        (_K.JOB, _K.WORKFLOW),
        (_K.TRIGGER, _K.WORKFLOW),
        (_K.TRIGGER, _K.JOB),
        (_K.JOB, _K.ENVIRONMENT),
        (_K.STAGE, _K.IMAGE),
        (_K.IMAGE, _K.WORKLOAD),
        (_K.ROUTE, _K.SERVICE),
        (_K.ROUTE, _K.WORKLOAD),
        (_K.AUTOSCALER, _K.WORKLOAD),
        (_K.CONFIG, _K.WORKLOAD),
        (_K.SECRET, _K.WORKLOAD),
        (_K.VOLUME, _K.WORKLOAD),
    )
)
"""Kinds between which a relation that is there is found, so that one which is not found is not there."""

_CALLS = frozenset(frozenset(pair) for pair in ((_K.WORKLOAD,), (_K.SERVICE,), (_K.WORKLOAD, _K.SERVICE)))
_SOURCES_OF_DATA = (
    *("kafka", "rabbit", "nats", "pulsar", "mqtt", "mosquitto", "redpanda", "queue", "broker", "bus", "stream", "topic", "event"),
    *("prometheus", "loki", "tempo", "jaeger", "zipkin", "otel", "collector", "metrics", "exporter", "mimir", "victoria"),
)
_VIEWERS = ("grafana", "kibana", "superset", "metabase", "dashboard")
"""Words in the names of what others connect to in order to be given something, and of what shows what it is given."""


_OF_PIPELINES = (_K.WORKFLOW, _K.JOB, _K.DOCKERFILE, _K.STAGE)


class _Known(Enum):
    """How much is known of the relations between two kinds: all, the calls that manifests tell, nothing."""

    ALL = auto()
    CALLS = auto()
    NOTHING = auto()


class Reflexion:
    """One drawing and all that is needed to judge it."""

    def __init__(self, sketch: Sketch, drawing: Drawing, told: Told, names: Names, texts: Texts) -> None:
        self.sketch = sketch
        self.drawing = drawing
        self.told = told
        self.names = names
        self.texts = texts
        self.graph: Graph = names.graph
        self.map: Stands = map_nodes(drawing, told, names)
        self.lifting = Lifting(self.graph, frozenset(self._surely_drawn()))
        self.nodes = {node.id: node for node in drawing.nodes}
        self.members = self._group_members()
        parts = {one: self.map.wide[one].union(*(self.map.wide[id_] for id_ in ids)) for one, ids in self.members.items()}
        self.wide = {**self.map.wide, **parts}
        self.agreed: list[DrawnEdge] = []

    def judged(self, odd: Iterable[Finding]) -> Judged:
        """All that is said of it."""
        found = [*odd, *self._edges(), *self._absent()]
        shown = {}
        for kind, due, missing in self._scope():
            shown[kind.value] = (len(due) - len(missing), len(due))
            found += self._missing(kind, missing, len(due)) if not self.drawing.unjudged else ()
        if self.drawing.unjudged:  # what stands on such a line may be drawn there
            found += [
                finding("drawing-not-judged", f"not understood: `{line.text[:80]}`", self.sketch.at(line.line))
                for line in self.drawing.unjudged[:20]
            ]
        else:
            drawn, all_ = shown.get(_K.JOB.value, (0, 1))
            found += self._undrawn_edges(all_jobs=drawn == all_)
        mapped = sum(1 for one in self.map.named.values() if one.fit)
        return Judged(self.sketch, tuple(sorted(set(found), key=_order)), shown, mapped, len(self.nodes))

    def _surely_drawn(self) -> Iterator[EntityId]:
        """What chains cannot lead through. Of several jobs with one name nobody can tell which is drawn."""
        for named in self.map.named.values():
            of_pipelines = [one for one in named.entities if self.graph.entities[one].kind in _OF_PIPELINES]
            yield from named.entities.difference(of_pipelines if len(of_pipelines) > 1 else ())

    def _group_members(self) -> dict[str, list[str]]:
        """The nodes in each group, at any depth."""
        parents = {group.id: group.parent for group in self.drawing.groups}
        members: dict[str, list[str]] = {one: [] for one in parents}
        for node in self.drawing.nodes:
            frame = node.group
            while frame is not None:
                members[frame].append(node.id)
                frame = parents[frame]
        return members

    # arrows

    def _edges(self) -> Iterator[Finding]:
        calls = Counter[bool]()
        doubtful: list[tuple[DrawnEdge, Finding]] = []
        for edge in self.drawing.edges:
            one, other = self.wide[edge.source], self.wide[edge.target]
            if edge.style == "invisible" or edge.line in self.told.ignored_lines or not one or not other or one & other:
                continue
            known = self._knows(edge)
            if self._tells(edge, one, other):
                self.agreed.append(edge)
                calls[True] += known is _Known.CALLS
                continue
            if not self._sure(edge.source) or not self._sure(edge.target):
                continue
            arrow = f"`{self._title(edge.source)}` --> `{self._title(edge.target)}`"
            subject = f"{self._title(edge.source)} --> {self._title(edge.target)}"
            at = self.sketch.at(edge.line)
            absent = finding("drawing-edge-absent", f"{arrow} is drawn, but nothing leads from the one to the other", at, subject)
            if turned := self._turned(edge, one, other, known):
                yield finding("drawing-edge-reversed", f"{arrow} is drawn, but {turned}", at, subject)
            elif known is _Known.ALL:
                yield absent
            elif known is _Known.CALLS and not self._led_by_calls(one, other) and not self._mentioned(edge):
                calls[False] += 1
                doubtful.append((edge, absent))
        for edge, absent in doubtful:
            exact = all(self._exact(end) for end in (edge.source, edge.target))
            if calls[True] >= (1 if exact else 3) * calls[False]:
                yield absent

    def _led_by_calls(self, one: frozenset[EntityId], other: frozenset[EntityId]) -> bool:
        """Whether calls lead from the one to the other, or back, over workloads that are not drawn."""
        return any(self.lifting.leads(*ends, over_workloads=True) for ends in ((one, other), (other, one)))

    def _core(self, id_: str) -> frozenset[EntityId]:
        return self.map.named[id_].entities if id_ in self.map.named else self.wide[id_]

    def _mentioned(self, edge: DrawnEdge) -> bool:
        """Whether what declares the one says the name of the other, in whatever way: then they may have to do with each other."""
        ends = self._core(edge.source), self._core(edge.target)
        called = [
            {one for entity in entities for one in words(self.graph.entities[entity].name)} | set(words(self._title(id_)))
            for entities, id_ in zip(ends, (edge.source, edge.target), strict=True)
        ]
        return self.texts.mention(ends[0], called[1]) or self.texts.mention(ends[1], called[0])

    def _exact(self, id_: str) -> bool:
        return id_ not in self.map.named or self.map.named[id_].fit >= Fit.NAME

    def _sure(self, id_: str) -> bool:
        return id_ in self.map.sure or bool(self.map.frames.get(id_))

    def _title(self, id_: str) -> str:
        return " ".join(self.nodes[id_].label.split())[:60] if id_ in self.nodes else id_

    def _tells(self, edge: DrawnEdge, one: frozenset[EntityId], other: frozenset[EntityId]) -> bool:
        headless = edge.both or edge.arrow == "open"
        return self.lifting.tells(one, other, edge.label) or (headless and self.lifting.tells(other, one, edge.label))

    def _turned(self, edge: DrawnEdge, one: frozenset[EntityId], other: frozenset[EntityId], known: _Known) -> str:
        """How the relation is that the arrow shows the wrong way round; data flows against a call to who asks for it."""
        for relation in self.lifting.direct(other, one, edge.label):
            flows = relation.kind is _R.CONNECTS_TO and (
                any(word in self._title(edge.source).casefold() for word in _SOURCES_OF_DATA)
                or any(word in self._title(edge.target).casefold() for word in _VIEWERS)
            )
            if DRAWN[relation.kind] is not Way.EITHER and not flows:
                return f"{self._sentence(relation)}, so the arrow goes the other way"
        of_deployables = self._kinds(one | other) == {_K.DEPLOYABLE}
        led = known is _Known.ALL and not of_deployables and self.lifting.leads(other, one)
        return "what is there leads the other way" if led or self.lifting.waits(other, one, edge.label) else ""

    def _sentence(self, relation: Relation) -> str:
        at = relation.evidence[0]
        source, target = self.graph.entities[relation.source], self.graph.entities[relation.target]
        return f"`{source.name}` {relation.kind.replace('-', ' ')} `{target.name}` ({at.path}:{at.line})"

    def _knows(self, edge: DrawnEdge) -> _Known:
        """Whether a relation between these would have been found if there were one."""
        one, other = self._core(edge.source), self._core(edge.target)
        pairs = {frozenset((a, b)) for a in self._told_kinds(edge.source) for b in self._told_kinds(edge.target)}
        if pairs & _CALLS:
            return _Known.CALLS if self._tells_calls(one) or self._tells_calls(other) else _Known.NOTHING
        return _Known.ALL if pairs & _KNOWN else _Known.NOTHING

    def _told_kinds(self, id_: str) -> set[EntityKind]:
        """The kinds that a node may mean. An image, a folder or a stage has a name that is also said of other things."""
        kinds = self._kinds(self._core(id_))
        surely = id_ not in self.map.named or self.map.named[id_].fit >= Fit.KIND
        return kinds if surely else kinds - {_K.IMAGE, _K.DEPLOYABLE, _K.STAGE}

    def _kinds(self, entities: Iterable[EntityId]) -> set[EntityKind]:
        return {self.graph.entities[one].kind for one in entities}

    def _tells_calls(self, entities: Iterable[EntityId]) -> bool:
        """Whether the manifests of these tell who calls whom; in some repositories only the code does."""
        homes = {self.graph.entities[one].deployable for one in entities} - {None}
        return any(r.kind is _R.CONNECTS_TO and self.graph.entities[r.source].deployable in homes for r in self.graph.relations)

    # nodes

    def _absent(self) -> Iterator[Finding]:
        for node in self.drawing.nodes:
            named = self.map.named[node.id]
            if named.fit or self.told.is_external(node) or node.line in self.told.ignored_lines:
                continue
            what = self._entity_shape(node) or self._like_its_siblings(node)
            if what:
                name = node.label.split("\n")[0]
                message = f"`{self._title(node.id)}` is drawn, but {what}{nearest(self.names.near(name))}"
                yield finding("drawing-node-absent", message, self.sketch.at(node.line), self._title(node.id))

    def _entity_shape(self, node: DrawnNode) -> str:
        """What is not there, for a node that by its form can be nothing but something of the repository."""
        named = self.map.named[node.id]
        lines = node.label.split("\n")
        if is_file(lines[0]) and not self.texts.has_file(lines[0]) and self._shows_files():
            return f"there is no file `{lines[0]}`"
        if (
            named.kind in OBJECTS
            and is_identifier(named.name)
            and not self._unread()
            and self._mates(node, (_K.WORKLOAD, _K.SERVICE, _K.DEPLOYABLE))
        ):
            return f"there is no {named.kind} `{named.name}`"
        return ""

    def _shows_files(self) -> bool:
        """Whether other nodes are files that are there, so that this one is meant as one of this repository."""
        return any(is_file(other.label.split("\n")[0]) and self.map.named[other.id].fit is Fit.ID for other in self.drawing.nodes)

    def _unread(self) -> bool:
        """Whether objects may come from what is not read: charts, remote bases, templates."""
        return any(f.rule in ("chart-not-rendered", "kustomize-remote", "yaml-template") for f in self.graph.findings) or any(
            e.type in ("flux-helmrelease", "argocd-application", "chart") for e in self.graph.of(_K.DEPLOYABLE)
        )

    def _mates(self, node: DrawnNode, kinds: Iterable[EntityKind]) -> list[DrawnNode]:
        """The nodes drawn together with one, in the same frame, that surely are of some kinds."""
        wanted = set(kinds)
        return [
            other
            for other in self.drawing.nodes
            if other.group == node.group and other.id in self.map.sure and self._kinds(self.map.named[other.id].entities) & wanted
        ]

    def _like_its_siblings(self, node: DrawnNode) -> str:
        """What is not there, for a node that is written like its siblings, of which most are jobs or workloads by their names."""
        if not is_identifier(node.label) or node.label.casefold() in _ELSEWHERE:
            return ""
        linked = {e.source for e in self.drawing.edges if e.target == node.id} | {
            e.target for e in self.drawing.edges if e.source == node.id
        }
        together = [n for n in self.drawing.nodes if n.group == node.group and n.id != node.id and not self.told.is_external(n)]
        for kind in (_K.JOB, _K.WORKLOAD):
            mates = [n for n in self._mates(node, [kind]) if self.map.named[n.id].fit >= Fit.NAME and is_identifier(n.label)]
            others = [n for n in together if n not in mates]
            if (
                len(mates) < 2
                or len(mates) < 2 * (len(others) + (not is_compound(node.label)))
                or not linked & {n.id for n in mates}
            ):
                continue
            if kind is _K.WORKLOAD and (self._unread() or self.names.mentions(node.label)):
                continue
            home = self.map.homes.get(mates[0].id) if kind is _K.JOB else None
            if home and self.texts.mention([home], words(node.label)):  # a step, or what a step does
                continue
            return f"{self.graph.entities[home].path if home else 'the repository'} has no {kind} `{node.label}`"
        return ""

    # what is left out

    def _scope(self) -> Iterator[tuple[EntityKind, list[Entity], list[Entity]]]:
        """For each kind that the drawing shows: what there is where it looks, and what of that it does not show."""
        shown = {entity for entities in self.wide.values() for entity in entities}
        counts: Counter[EntityKind] = Counter()
        for one in self.map.sure:
            counts.update(self._kinds(self.map.named[one].entities))
        for kind, holder in ((_K.JOB, _K.WORKFLOW), (_K.WORKLOAD, _K.DEPLOYABLE)):
            sure = {e for one in self.map.sure for e in self.map.named[one].entities if self.graph.entities[e].kind is kind}
            if counts[kind] < 2:
                continue
            holders = Counter(
                r.source for e in sure for r in self.graph.into(e, _R.CONTAINS) if self.graph.entities[r.source].kind is holder
            )
            inside = {
                r.target
                for one, count in holders.items()
                if count > 1
                for r in self.graph.out(one, _R.CONTAINS)
                if self.graph.entities[r.target].kind is kind
            }
            due = [self.graph.entities[e] for e in sorted(inside)]
            if due:
                yield kind, due, [e for e in due if e.id not in shown]

    def _missing(self, kind: EntityKind, missing: Sequence[Entity], due: int) -> Iterator[Finding]:
        if missing and self.sketch.complete:
            for one in missing:
                message = f"{kind} `{one.name}` is not drawn ({one.path}:{one.line})"
                yield finding("drawing-incomplete", message, self.sketch.at(1), one.id)
        elif missing:
            listed = ", ".join(f"`{one.name}`" for one in missing[:8]) + (" …" if len(missing) > 8 else "")
            message = f"draws {due - len(missing)} of {due} {kind}s; not drawn: {listed}"
            yield finding("drawing-undrawn", message, self.sketch.at(1), kind)

    def _undrawn_edges(self, *, all_jobs: bool) -> Iterator[Finding]:
        """Relations of the kinds that the drawing shows, between nodes that it shows, which no arrow tells.

        People leave calls out to keep a picture clear. Who draws every job of a workflow draws their order.
        """
        for kind, pairs in self._pairs_of_relations().items():
            due = self.sketch.complete or (kind is _R.NEEDS and all_jobs)
            rule = "drawing-edge-missing" if due else "drawing-edge-undrawn"
            for (source, target), relation in sorted(pairs.items()):
                arrow = f"`{self._title(source)}` --> `{self._title(target)}`"
                at = self.sketch.at(self.nodes[source].line)
                subject = f"{self._title(source)} --> {self._title(target)}"
                yield finding(rule, f"{arrow} is not drawn, but {self._sentence(relation)}", at, subject)

    def _pairs_of_relations(self) -> dict[RelationKind, dict[tuple[str, str], Relation]]:
        """By kind of relation that some arrow shows: the pairs of drawn nodes that have one which no arrow shows."""
        arrows = {(one, other) for e in self.drawing.edges for one in self._inside(e.source) for other in self._inside(e.target)}
        drawn = arrows | {(other, one) for one, other in arrows}
        leads = self._leads()
        owners: dict[EntityId, list[str]] = defaultdict(list)
        for id_ in self.map.sure:
            for entity in self.map.named[id_].entities:
                owners[entity].append(id_)
        shown = _COMPARED & {
            r.kind for e in self.agreed for r in self.lifting.direct(self.wide[e.source], self.wide[e.target], e.label)
        }
        missing: dict[RelationKind, dict[tuple[str, str], Relation]] = defaultdict(dict)
        for relation in (r for r in self.graph.relations if r.kind in shown and r.confidence >= _SURE):
            ends = relation.source, relation.target
            source, target = reversed(ends) if DRAWN[relation.kind] is Way.TURNED else ends
            if len(owners[source]) == len(owners[target]) == 1:
                pair = owners[source][0], owners[target][0]
                if pair[0] != pair[1] and pair not in drawn and pair[1] not in leads.get(pair[0], ()):
                    missing[relation.kind].setdefault(pair, relation)
        return missing

    def _inside(self, id_: str) -> list[str]:
        """A node, or the nodes of a group."""
        return [id_] if id_ in self.nodes else self.members[id_]

    def _leads(self) -> dict[str, set[str]]:
        """Where the arrows of the drawing lead from each node, also over others."""
        onward: dict[str, set[str]] = defaultdict(set)
        for edge in self.drawing.edges:
            for one in self._inside(edge.source):
                onward[one].update(self._inside(edge.target))
        found: dict[str, set[str]] = {}
        for start in list(onward):
            seen, waiting = {start}, [start]
            while waiting:
                for other in onward.get(waiting.pop(), ()):
                    if other not in seen:
                        seen.add(other)
                        waiting.append(other)
            found[start] = seen
        return found


_COMPARED = frozenset({_R.NEEDS, _R.CALLS, _R.CONNECTS_TO, _R.ROUTES_TO, _R.SELECTS, _R.DEPENDS_ON})
_SURE = 0.6
_ELSEWHERE = frozenset(
    {
        *("user", "users", "client", "clients", "browser", "internet", "customer", "developer", "dev", "admin", "operator"),
        *(
            "github",
            "gitlab",
            "dockerhub",
            "ghcr",
            "ecr",
            "gcr",
            "quay",
            "pypi",
            "npm",
            "registry",
            "git",
            "repo",
            "main",
            "master",
        ),
        *(
            "aws",
            "gcp",
            "azure",
            "s3",
            "gcs",
            "rds",
            "cloudflare",
            "stripe",
            "slack",
            "sentry",
            "datadog",
            "auth0",
            "okta",
            "openai",
        ),
        *(
            "start",
            "end",
            "yes",
            "no",
            "done",
            "pass",
            "fail",
            "success",
            "failure",
            "error",
            "cluster",
            "kubernetes",
            "k8s",
            "dns",
        ),
        *("cache", "db", "database", "queue", "broker", "storage", "bucket", "cdn", "lb", "proxy", "gateway", "firewall", "vpn"),
        *("frontend", "backend", "server", "service", "app", "ui", "auth", "monitoring", "logging", "metrics", "logs", "alerts"),
        *(
            "approval",
            "approve",
            "manual-approval",
            "review",
            "code-review",
            "qa",
            "notify",
            "notification",
            "artifact",
            "artifacts",
        ),
        *("pr", "push", "merge", "tag", "commit", "release", "cron", "schedule", "manual"),
    }
)
"""What is drawn among jobs and workloads and is neither, or a part that something of another name plays."""


def _order(one: Finding) -> tuple[str, int, str, str]:
    return one.path, one.line, one.rule, one.message
