"""Ports that do not meet: a route to a port that its Service has not, a Service that names a port which no container has.

It reads the finished relations. Numbers that no container declares are no error: what a container declares is a note for people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from archdoc.model import Entity, EntityId, Evidence, Finding, Relation, RelationKind
from archdoc.regex import regex
from archdoc.resolve.names import kind_of
from archdoc.rules import finding

_SERVICE = "v1/Service"
_PLAIN = regex(r"[a-z0-9-]+")
_BY_ANNOTATION = "use-annotation"
"""Stands where an annotation of the Ingress says the port (AWS Load Balancer Controller)."""
_MOST_TOLD = 8


class _Port(NamedTuple):
    """A port of a Service as the entity's attributes write it: ``80->http/TCP web``."""

    number: str
    target: str
    name: str


def port_remarks(entities: Mapping[EntityId, Entity], relations: Sequence[Relation]) -> Iterator[Finding]:
    """The findings about the ports of Services."""
    selected: dict[EntityId, list[Entity]] = defaultdict(list)
    for relation in relations:
        source, target = entities[relation.source], entities[relation.target]
        if relation.kind is RelationKind.SELECTS and source.type == _SERVICE:
            selected[source.id].append(target)
        elif relation.kind is RelationKind.ROUTES_TO and target.type == _SERVICE:
            yield from _of_route(relation, target)
    for id_, workloads in selected.items():
        yield from _of_service(entities[id_], workloads)


def _of_route(relation: Relation, service: Entity) -> Iterator[Finding]:
    port, ports = relation.attributes.get("port"), _ports(service)
    if not isinstance(port, str) or not _PLAIN.fullmatch(port) or port == _BY_ANNOTATION or not ports:
        return
    if not any(port in (one.number, one.name) for one in ports):
        told = ", ".join(f"{one.number} {one.name}".strip() for one in ports[:_MOST_TOLD])
        message = f"Service `{service.name}` has no port {port}; it has {told}"
        yield finding("port-missing", message, relation.evidence[0], relation.source)


def _of_service(service: Entity, workloads: Sequence[Entity]) -> Iterator[Finding]:
    # What an operator or the author of a picture adds to pods of custom resources is not known.
    if any("." in kind_of(one) for one in workloads):
        return
    names = {name for one in workloads for name in _names(one)}
    for port in _ports(service):
        if not port.target.isdigit() and _PLAIN.fullmatch(port.target) and port.target not in names:
            told = f"they have {', '.join(sorted(names)[:_MOST_TOLD])}" if names else "they name none"
            message = f"port {port.number} leads to `{port.target}`, which no container behind it has; {told}"
            yield finding("target-port-missing", message, Evidence(service.path, service.line), service.id)


def _ports(service: Entity) -> list[_Port]:
    said = service.attributes.get("ports")
    found = []
    for text in said if isinstance(said, tuple) else ():
        number, _, rest = text.partition("->")
        target, _, tail = rest.partition("/")
        found.append(_Port(number, target, tail.partition(" ")[2]))
    return found


def _names(workload: Entity) -> Iterator[str]:
    said = workload.attributes.get("ports")
    for text in said if isinstance(said, tuple) else ():
        name = text.partition(" ")[2]
        if name:
            yield name
