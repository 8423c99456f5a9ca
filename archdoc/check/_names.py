"""What a text in a drawing may be the name of: entities of the graph by id, path, kind and name, name, or a like name.

A text that names several things means all of them: whoever judges an arrow then asks whether it holds for any. It knows no
drawing, no relation, and guesses nothing: a text that is no name, names nothing.
"""

from __future__ import annotations

import difflib
import fnmatch
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property

from archdoc.graph import Graph
from archdoc.model import Entity, EntityId, EntityKind
from archdoc.regex import regex


class Fit(IntEnum):
    """How a text names its entities, the surest last: a hint beside it, a like name, the name, kind and name, the id or path."""

    NONE = 0
    HINT = 1
    LIKE = 2
    NAME = 3
    KIND = 4
    ID = 5


@dataclass(frozen=True, slots=True)
class Named:
    """The entities that a text names. `kind` is the kind that the text itself tells, in its own words."""

    fit: Fit
    entities: frozenset[EntityId] = frozenset()
    kind: str = ""
    name: str = ""


_K = EntityKind
_KINDS: Mapping[str, EntityKind] = {
    **{kind.value.replace("_", " "): kind for kind in EntityKind if kind is not _K.EXTERNAL},
    "svc": _K.SERVICE,
    "ns": _K.NAMESPACE,
    "env": _K.ENVIRONMENT,
    "gha": _K.WORKFLOW,
    "chart": _K.DEPLOYABLE,
    "helm chart": _K.DEPLOYABLE,
    "docker image": _K.IMAGE,
    "container image": _K.IMAGE,
    "microservice": _K.WORKLOAD,
    "pod": _K.WORKLOAD,
    "container": _K.WORKLOAD,
}
_SEVERAL = frozenset(f"{kind}s" for kind in _KINDS)
_PLACED = "(image)"
_REGISTRY = regex(r"[\w*-]+(?:\.[\w*-]+)+/\S")
_SHORT = {
    "deploy": "deployment",
    "sts": "statefulset",
    "ds": "daemonset",
    "ing": "ingress",
    "cm": "configmap",
    "pvc": "persistentvolumeclaim",
}
OBJECTS = frozenset(
    {
        *("StatefulSet", "DaemonSet", "CronJob", "ReplicaSet", "ConfigMap", "HelmRelease", "Kustomization", "HTTPRoute"),
        *(
            "PersistentVolumeClaim",
            "ServiceAccount",
            "NetworkPolicy",
            "VirtualService",
            "InferenceService",
            "HorizontalPodAutoscaler",
        ),
        *("Deployment", "Service", "Ingress", "Secret", "Job", "Namespace"),
    }
)
"""Kinds of objects as manifests write them."""

_BY_KIND = (
    regex(r"(?P<kind>[A-Za-z][A-Za-z ]{1,40}?)\s*[:/]\s*(?P<name>\S.*)"),
    regex(r"(?P<name>\S.*?)\s*[(\[«]+(?P<kind>[A-Za-z][A-Za-z ]{1,40})[)\]»]+"),
)
_MAYBE_BY_KIND = (regex(r"(?P<kind>[A-Za-z]+)\s+(?P<name>\S+)"), regex(r"(?P<name>\S+)\s+(?P<kind>[A-Za-z]+)"))
_PROSE = frozenset(
    {"service", "svc", "job", "deployment", "pod", "container", "secret", "microservice", "model", "resource", "action"}
)
"""Kinds that people also say of other things: a payment service is what runs it, too."""

_SUBTITLE = regex(r"[(\[«]*(?P<kind>[A-Za-z][A-Za-z]+)\b.*")
_IDENTIFIER = regex(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*")
_FILE = regex(r"[\w.@-]+(?:/[\w.@-]+)*\.(?:ya?ml|json)|(?:[\w.@-]+/)*[\w.-]*[Dd]ockerfile[\w.-]*")
_SPLIT = regex(r"[-_\s./:]+")
_IDLE = frozenset(
    {"service", "svc", "deployment", "pod", "pods", "job", "workflow", "db", "database", "container", "image", "the", "server"}
)
_EDGES = regex(r"^[^\w.*/@]+|[^\w*)]+$")  # an emoji before a name is no part of it, nor is a full stop behind it
_TAG = regex(r"(?::[\w][\w.-]*)?(?:@sha256:[0-9a-f]*)?$")
_LONGEST = 120
_MOST_NEAR = 1_000


class Names:
    """Every name of a graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._exact: dict[str, set[EntityId]] = defaultdict(set)
        self._like: dict[str, set[EntityId]] = defaultdict(set)
        self._paths: dict[str, set[EntityId]] = defaultdict(set)
        self._types: dict[str, str] = {}
        for entity in graph.entities.values():
            for word in _words(entity):
                self._types.setdefault(word.casefold(), word)
            for name in filter(None, _names(entity)):
                self._exact[name].add(entity.id)
                self._like[_normal(name)].add(entity.id)
            title = entity.attributes.get("title")
            if entity.kind is _K.JOB and isinstance(title, str):
                self._like[_normal(title)].add(entity.id)
            for path in _paths(entity):
                self._paths[path].add(entity.id)
        self._like.pop("", None)

    def find(self, label: str) -> Named:
        """What a label names: its first line, all of it, or any line of it."""
        if len(label) > _LONGEST:
            return Named(Fit.NONE)
        lines = label.split("\n")
        whole = " ".join(lines)
        texts = list(dict.fromkeys([whole, *lines]))
        below = self._below(lines) if len(lines) > 1 else []
        if any(one.kind in _SEVERAL or one.kind == _PLACED for one in below):
            return below[0]
        told = [*below, *map(self._by_id, texts), *map(self._by_kind, texts)]
        best = max(told, key=lambda one: (one.fit, bool(one.kind)))
        if best.fit >= Fit.KIND or (best.kind and not best.fit):
            return best
        behind = (replace(one, fit=min(one.fit, Fit.LIKE)) for one in map(self._by_name, lines[1:]))
        return max([best, self._by_name(lines[0]), self._by_name(whole), *behind], key=lambda one: one.fit)

    def explicit(self, text: str) -> frozenset[EntityId]:
        """The entities that a mapping means: ids, paths, names, with or without a kind, and globs over ids; commas between."""
        found: set[EntityId] = set()
        for part in (part.strip() for part in text.split(",")):
            if set(part) & set("*?["):
                found.update(EntityId(id_) for id_ in self.graph.entities if fnmatch.fnmatchcase(id_, part))
            else:
                one = self.find(part)
                found |= one.entities if one.fit > Fit.LIKE else frozenset()
        return frozenset(found)

    def near(self, name: str, among: Iterable[EntityId] | None = None) -> list[str]:
        """At most three names that a name may be meant for."""
        entities = self.graph.entities.values() if among is None else [self.graph.entities[one] for one in among]
        first = name[:1].casefold()
        known = sorted({entity.name for entity in entities if entity.name[:1].casefold() == first})
        return difflib.get_close_matches(name, known[:_MOST_NEAR], n=3, cutoff=0.5)

    def mentions(self, name: str) -> bool:
        """Whether the name of anything at all has these words in it."""
        return any(_spaced(name) in known for known in self._spaced)

    @cached_property
    def _spaced(self) -> frozenset[str]:
        return frozenset(map(_spaced, self._exact))

    def _by_id(self, text: str) -> Named:
        path = text.strip().removeprefix("./").strip("/")
        if EntityId(text) in self.graph.entities:
            return Named(Fit.ID, frozenset({EntityId(text)}))
        if path in self._paths:
            return Named(Fit.ID, frozenset(self._paths[path]))
        return Named(Fit.NONE)

    def _by_kind(self, text: str) -> Named:
        """What says its kind before or behind its name. Where only a space is between, the kind may be part of the name."""
        for pattern in _BY_KIND:
            found = pattern.fullmatch(text.strip())
            if found and (named := self._of_kind(found["kind"], found["name"])).kind:
                return named
        for pattern in _MAYBE_BY_KIND:
            found = pattern.fullmatch(text.strip())
            if found and (named := self._of_kind(found["kind"], found["name"])).fit:
                return named
        return Named(Fit.NONE)

    def _below(self, lines: Sequence[str]) -> list[Named]:
        """A name, and below it what it is or where it lies: ``api``, ``Deployment :80``; or the other way round."""
        place = f"{lines[1]}/{lines[0]}"
        placed = max((self._by_id(f"image:{host}{place}") for host in ("", "docker.io/")), key=lambda one: one.fit)
        if placed.fit or _REGISTRY.match(lines[1]):
            return [placed if placed.fit else Named(Fit.NONE, kind=_PLACED)]
        tried = [
            self._of_kind(found["kind"], name)
            for name, below in ((lines[0], lines[1]), (lines[1], lines[0]))
            if (found := _SUBTITLE.fullmatch(below.strip()))
        ]
        return sorted(tried, key=lambda one: (one.fit, bool(one.kind)), reverse=True)

    def _of_kind(self, kind: str, name: str) -> Named:
        """The entities of a kind, or type, that have this name. A word that is no kind tells no kind."""
        word = kind.strip().casefold()
        word = _SHORT.get(word, word)
        meant = _KINDS.get(word)
        object_ = next((one for one in OBJECTS if one.casefold() == word), self._types.get(word, ""))
        if meant is None and not object_:
            return Named(Fit.NONE, kind=word if word in _SEVERAL else "")
        found = self._by_name(name)
        entities = (self.graph.entities[one] for one in found.entities)
        fitting = frozenset(one.id for one in entities if one.kind is meant or word in map(str.casefold, _words(one)))
        if fitting:
            return Named(Fit.KIND if found.fit is Fit.NAME else Fit.LIKE, fitting, kind.strip(), name.strip())
        if word in _PROSE and found.fit:
            return found
        return Named(Fit.NONE, kind=kind.strip(), name=name.strip())

    def _by_name(self, text: str) -> Named:
        name = _EDGES.sub("", text)
        for one in dict.fromkeys([name, _TAG.sub("", name)]):
            if one in self._exact:
                return Named(Fit.ID if "/" in one else Fit.NAME, frozenset(self._exact[one]), name=one)
        like = _normal(name)
        if like in self._like and len(_SPLIT.split(name)) <= 5:
            return Named(Fit.LIKE, frozenset(self._like[like]), name=name)
        return Named(Fit.NONE, name=name)


def is_identifier(text: str) -> bool:
    """Whether a text is written as people write names in files, in lower case and without spaces."""
    return _IDENTIFIER.fullmatch(text) is not None


def is_compound(text: str) -> bool:
    """Whether an identifier can hardly be a word of prose: ``build-image``, ``k8s``."""
    return is_identifier(text) and re.search(r"[-_.]|[a-z]\d", text) is not None


def is_file(text: str) -> bool:
    """Whether a text is a path of a manifest, workflow or Dockerfile."""
    return _FILE.fullmatch(text.strip().removeprefix("./")) is not None


def nearest(names: Sequence[str]) -> str:
    """What to say of near names, where there are any."""
    return f"; near: {', '.join(f'`{name}`' for name in names)}" if names else ""


def words(name: str) -> list[str]:
    """A name as it may stand anywhere in a file: without what is idle at its end, with any mark between its words or none."""
    parts = [part for part in _SPLIT.split(name.casefold()) if part]
    while len(parts) > 1 and parts[-1] in _IDLE:
        parts.pop()
    return list(dict.fromkeys(mark.join(parts) for mark in ("-", "_", " ", "")))


def _names(entity: Entity) -> Iterable[str]:
    """What people call an entity."""
    yield entity.name
    if entity.kind is _K.WORKFLOW:
        yield entity.path.rpartition("/")[2].rpartition(".")[0]
    elif entity.kind is _K.DOCKERFILE:
        yield from (entity.path.rpartition("/")[0], entity.path.rpartition("/")[0].rpartition("/")[2])
    elif entity.kind is _K.IMAGE:
        yield from (entity.id.partition(":")[2], entity.name.rpartition("/")[2])
    elif entity.kind is _K.ROUTE:
        hosts = entity.attributes.get("hosts")
        yield from hosts if isinstance(hosts, tuple) else ()
    elif entity.kind is _K.EXTERNAL:
        yield entity.name.rpartition("/")[2]
        if entity.type == "host" and not entity.name.replace(".", "").isdigit():
            yield entity.name.partition(":")[0].partition(".")[0]
    elif entity.kind is _K.ACTION:
        yield entity.name.rpartition("/")[2]


def _paths(entity: Entity) -> Iterable[str]:
    """The files and folders that stand for an entity."""
    if entity.kind in (_K.WORKFLOW, _K.DOCKERFILE):
        yield from (entity.path, entity.path.rpartition("/")[2])
    elif entity.kind is _K.DEPLOYABLE:
        # A folder's bare name is a word like any other.
        folder = entity.path.rpartition("/")[0]
        yield from (place for place in (entity.path, entity.id.partition(":")[2], folder) if "/" in place or "." in place)
    elif entity.kind not in (
        _K.JOB,
        _K.STAGE,
        _K.IMAGE_BUILD,
        _K.EXTERNAL,
        _K.IMAGE,
        _K.TRIGGER,
        _K.RUNNER,
        _K.ACTION,
        _K.ENVIRONMENT,
    ):
        yield entity.path


def _words(entity: Entity) -> tuple[str, ...]:
    """What kind of thing an entity is, as manifests say it: ``Deployment`` from ``apps/v1/Deployment``."""
    object_ = entity.attributes.get("object")
    return tuple(one.rpartition("/")[2].partition(".")[0] for one in (entity.type, object_) if isinstance(one, str))


def _spaced(text: str) -> str:
    """The words of a name with a space around each."""
    return f" {' '.join(_SPLIT.split(text.casefold()))} "


def _normal(text: str) -> str:
    """A name without what people add and leave out: case, hyphens, spaces, and words such as service at its end."""
    words = _SPLIT.split(text.casefold().strip())
    while len(words) > 1 and words[-1] in _IDLE:
        words.pop()
    joined = "".join(words)
    for ending in ("service", "svc"):
        if len(joined) > len(ending) + 1:
            joined = joined.removesuffix(ending)
    return joined if re.search(r"[a-z]", joined) else ""
