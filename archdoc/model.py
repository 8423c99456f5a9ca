"""The nouns: what a repository declares, what mentions what, and what was found odd.

Plain values that every stage passes on. This module knows no format, no git and no graph library.
The kinds of entities and relations are closed lists, because users' scripts rely on them;
`Entity.type` is open (``apps/v1/Deployment``, any custom resource).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType, Self, TypeAlias

EntityId = NewType("EntityId", str)
"""Stable identity of an entity: ``kind:place`` built by the functions of `archdoc.ids`, never from file order."""

ImageName = NewType("ImageName", str)
"""Normalised image repository without tag or digest (``docker.io/library/redis``); ``*`` stands for an unknown part."""

Scalar: TypeAlias = str | int | bool | None
Attribute: TypeAlias = Scalar | tuple[str, ...]
Attributes: TypeAlias = Mapping[str, Attribute]


class EntityKind(StrEnum):
    """What an entity is, in the field's own words (closed list)."""

    WORKFLOW = "workflow"
    JOB = "job"
    ACTION = "action"
    RUNNER = "runner"
    ENVIRONMENT = "environment"
    TRIGGER = "trigger"
    DOCKERFILE = "dockerfile"
    STAGE = "stage"
    IMAGE = "image"
    IMAGE_BUILD = "image_build"
    DEPLOYABLE = "deployable"
    NAMESPACE = "namespace"
    WORKLOAD = "workload"
    SERVICE = "service"
    ROUTE = "route"
    CONFIG = "config"
    SECRET = "secret"  # noqa: S105  # a kind, no password
    VOLUME = "volume"
    IDENTITY = "identity"
    POLICY = "policy"
    AUTOSCALER = "autoscaler"
    RESOURCE = "resource"
    MODEL = "model"
    DATASET = "dataset"
    PIPELINE = "pipeline"
    EXTERNAL = "external"


class RelationKind(StrEnum):
    """What a source does to a target (closed list); `meaning` says from what to what."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> Self:
        """Give each member its sentence beside its value."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    CONTAINS = "contains", "workflow, pipeline -> job, job -> image build, dockerfile -> stage, deployable, namespace -> member"
    NEEDS = "needs", "job -> job that must finish first"
    CALLS = "calls", "job -> reusable workflow, pipeline, or step within it"
    TRIGGERS = "triggers", "trigger, workflow or source of events -> workflow, pipeline or sensor that it starts"
    USES = "uses", "job -> action"
    RUNS_ON = "runs-on", "job -> runner, pod -> node that it is bound to"
    PASSES_ARTIFACT = "passes-artifact", "job -> job that downloads what it uploaded"
    AUTHENTICATES = "authenticates", "job -> registry or cloud it logs in to"
    BUILDS = "builds", "image build -> dockerfile or stage"
    PUBLISHES = "publishes", "image build -> image"
    BASED_ON = "based-on", "stage -> stage or image of its FROM"
    COPIES_FROM = "copies-from", "stage -> stage or image of a COPY --from or RUN --mount from="
    DEPLOYS = "deploys", "job -> deployable or member of one"
    TARGETS = "targets", "job -> environment"
    RUNS_IMAGE = "runs-image", "workload, job or chart -> image of a container"
    SELECTS = "selects", "service -> workload"
    ROUTES_TO = "routes-to", "route -> service or route"
    SCALES = "scales", "autoscaler -> workload"
    PROTECTS = "protects", "policy -> workload"
    ALLOWS = "allows", "workload -> workload it may talk to by policy"
    CONFIGURES = "configures", "workload -> config or secret it reads"
    MOUNTS = "mounts", "workload -> volume, config or secret mounted as files"
    CLAIMS = "claims", "volume -> volume or storage class"
    RUNS_AS = "runs-as", "workload -> identity"
    GRANTS = "grants", "identity -> resource it may act on"
    OWNS = "owns", "resource -> resource it creates or manages"
    CONNECTS_TO = "connects-to", "workload -> service, workload or external system it calls"
    READS = "reads", "workload -> dataset, model or bucket it reads"
    WRITES = "writes", "workload -> dataset, model or bucket it writes"
    TRAINS = "trains", "workload -> model it trains"
    SERVES = "serves", "workload -> model it serves"
    TRACKS = "tracks", "workload -> experiment or model registry"
    DEPENDS_ON = "depends-on", "deployable -> deployable that must be there first"
    SOURCES = "sources", "deployable -> path, chart or repository it is made from"


class Basis(StrEnum):
    """How a relation is known, surest first."""

    DECLARED = "declared"
    COMPUTED = "computed"
    SAME_SCOPE = "same-scope"
    UNIQUE_IN_REPO = "unique-in-repo"
    CONVENTION = "convention"


class Severity(StrEnum):
    """How much a finding matters: an error fails the gate, a warning asks to be read, a note explains."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """One line of one file that says so; `line` counts from 1, `note` is the field or the words that count there."""

    path: str
    line: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One term of a label selector: `operator` is In, NotIn, Exists or DoesNotExist (Kubernetes LabelSelectorRequirement)."""

    key: str
    operator: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Selector:
    """A label selector as a conjunction; no requirement selects everything, an absent selector is None and selects nothing."""

    requirements: tuple[Requirement, ...] = ()


@dataclass(frozen=True, slots=True)
class Entity:
    """Something that a repository declares.

    `labels` are the labels that selectors see: those of the pod template for a workload, its own for any other object. Where
    the pods of a workload differ, the values of a label stand side by side with ``|`` between them.
    `namespace` None means cluster-wide or no Kubernetes object; ``""`` means "where the deployable is installed".
    `deployable` is the id of the deployable it is part of.
    """

    id: EntityId
    kind: EntityKind
    type: str
    name: str
    path: str
    line: int
    namespace: str | None = None
    deployable: EntityId | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ById:
    """A target whose identity the file itself fixes."""

    id: EntityId


@dataclass(frozen=True, slots=True)
class ByName:
    """A Kubernetes object named by a field: `kinds` are ``Kind`` or ``Kind.group``, best first; `namespace` as in `Entity`."""

    scope: EntityId
    kinds: tuple[str, ...]
    namespace: str | None
    name: str


@dataclass(frozen=True, slots=True)
class BySelector:
    """Entities of kind `of` in the deployable `scope` whose labels satisfy `selector`.

    They live in `namespace`, or, where `namespaces` is given, in a namespace whose labels satisfy that.
    `namespace` ``"*"`` means any namespace.
    """

    scope: EntityId
    of: EntityKind
    namespace: str
    selector: Selector
    namespaces: Selector | None = None


@dataclass(frozen=True, slots=True)
class ByImage:
    """An image reference as written or evaluated; ``*`` stands for each part that is not known."""

    reference: str


@dataclass(frozen=True, slots=True)
class ByPath:
    """A file or folder of this repository, relative to its root; `of` says which kind of entity is meant by it."""

    path: str
    of: EntityKind


@dataclass(frozen=True, slots=True)
class ByWorkflow:
    """A workflow named by its `name:` (or, failing that, its path), as ``on.workflow_run.workflows`` does."""

    name: str


@dataclass(frozen=True, slots=True)
class ByHost:
    """A network address found in a value: `host` as written, `port` None and `scheme` empty where none is given.

    `sure` is False for a bare name that is an address only if a Service has that name.
    """

    scope: EntityId
    namespace: str
    host: str
    port: int | None
    sure: bool = True
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class Outside:
    """Something that no file of this repository defines: a registry, a cloud, a remote workflow, a saas."""

    type: str
    name: str


Target: TypeAlias = ById | ByName | BySelector | ByImage | ByPath | ByWorkflow | ByHost | Outside


@dataclass(frozen=True, slots=True)
class Reference:
    """A mention that is not resolved yet: `source` does `relation` to whatever `target` turns out to be.

    `optional` mentions are never reported missing. `reverse` swaps the two ends once resolved
    (a workflow that says which workflow starts it).
    """

    source: EntityId
    relation: RelationKind
    target: Target
    evidence: Evidence
    basis: Basis = Basis.DECLARED
    optional: bool = False
    reverse: bool = False
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Relation:
    """A resolved edge of the graph: who does what to whom, how it is known and how sure it is (0.4 to 1.0)."""

    source: EntityId
    kind: RelationKind
    target: EntityId
    basis: Basis
    confidence: float
    evidence: tuple[Evidence, ...]
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something odd, with the rule that says so. Its identity is rule, path, subject and message, never the line."""

    rule: str
    severity: Severity
    message: str
    path: str
    line: int
    subject: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Ignore:
    """Findings of `rule` that somebody accepts for a `reason`, written at `at`.

    `path` is a path or glob from the root and `line` the line that is meant, 0 for the whole file.
    """

    rule: str
    reason: str
    at: Evidence
    path: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """All that one source unit says. `covers` are the files it has taken in, which no other unit need read as its own."""

    entities: tuple[Entity, ...] = ()
    references: tuple[Reference, ...] = ()
    findings: tuple[Finding, ...] = ()
    covers: tuple[str, ...] = ()
    ignores: tuple[Ignore, ...] = ()
