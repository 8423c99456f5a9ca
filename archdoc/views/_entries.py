"""Where people outside come in: routes, published Services, ports that Compose publishes on the host.

Knows the graph and no picture.
"""

from __future__ import annotations

from collections.abc import Set

from archdoc.graph import Graph
from archdoc.model import Entity, EntityId, EntityKind, RelationKind

_PUBLISHED = ("LoadBalancer", "NodePort")
_OWN_MACHINE = ("127.", "localhost", "::1")


def entries(graph: Graph) -> frozenset[EntityId]:
    """The routes that no other leads to, published Services, and services of Compose with a port on the host.

    Compose files for development publish nearly all: people come in by those that no other published one calls.
    """
    opened = (e.id for e in graph.of(EntityKind.ROUTE, EntityKind.SERVICE) if _is_open(graph, e))
    published = {e.id for e in graph.of(EntityKind.WORKLOAD) if host_ports(e)}
    return frozenset((*opened, *(one for one in published if _leads(graph, published, one))))


def host_ports(workload: Entity) -> tuple[str, ...]:
    """The ports of the host by which a service of Compose is reached from other machines; ``*`` for one that a variable says."""
    given = workload.attributes.get("ports")
    found: list[str] = []
    for port in given if isinstance(given, tuple) and workload.type == "compose/service" else ():
        address, _, host = port.partition("/")[0].rpartition(":")[0].rpartition(":")
        if host and not address.strip("[]").startswith(_OWN_MACHINE):
            found.append(host)
    return tuple(dict.fromkeys(found))


def _is_open(graph: Graph, entity: Entity) -> bool:
    if entity.kind is EntityKind.ROUTE:
        # A VirtualService without a Gateway before it steers what is in the mesh already.
        return not entity.type.endswith("/VirtualService") and not graph.into(entity.id, RelationKind.ROUTES_TO)
    return entity.attributes.get("type") in _PUBLISHED


def _leads(graph: Graph, published: Set[EntityId], one: EntityId) -> bool:
    """Whether no other published one calls this one without being called back."""
    callers = {r.source for r in graph.into(one, RelationKind.CONNECTS_TO)} & published - {one}
    return callers <= {r.target for r in graph.out(one, RelationKind.CONNECTS_TO)}
