"""Who calls whom in a Compose project: hosts in the environment of services that are the names of others.

Compose's DNS answers to a service's name, its ``container_name``, the aliases of its networks and those of ``links``.
Only hosts leave this module, never a value. It knows no build.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from archdoc.extract import _addresses
from archdoc.extract import _values as values
from archdoc.extract._compose_project import Project, Service
from archdoc.extract._compose_variables import interpolate
from archdoc.model import Attribute, Basis, ById, EntityId, Outside, Reference, RelationKind

_NO_HOSTS = frozenset({"host.docker.internal", "gateway.docker.internal", "docker.for.mac.localhost"})


def hosts(project: Project) -> dict[str, str]:
    """The service that answers at each name; a name that two services bear is left out."""
    found: dict[str, set[str]] = {}
    for service in project.services.values():
        for name in _names(service):
            found.setdefault(name.lower(), set()).add(service.name)
    own = {name.lower(): name for name in project.services}
    return {name: next(iter(services)) for name, services in found.items() if len(services) == 1} | own


def _names(service: Service) -> Iterator[str]:
    container = service.text("container_name")
    if container is not None and values.known(container.text):
        yield values.shown(container.text)
    for layer in service.layers:
        for _, network in layer.node["networks"].items():  # noqa: PERF102  # a Node is no dict
            yield from network["aliases"].texts()


def calls(service: Service, known: Mapping[str, str], workloads: Mapping[str, EntityId]) -> Iterator[Reference]:
    """The calls that the environment of a service tells; `workloads` are the services of the project by name."""
    source = workloads[service.name]
    links = {alias: name for _, node in service.elements("links") for name, _, alias in [node.text.partition(":")] if alias}
    settings = [
        (name, node, values.shown(interpolate(text, layer.lookup)), "$" in text)
        for name, layer, node, text in service.pairs("environment")
    ]
    for name, node, text, computed in settings:
        basis = Basis.COMPUTED if computed else Basis.DECLARED
        for found in _addresses.find(name, text):
            attributes: dict[str, Attribute] = {"via": name}
            target: ById | Outside
            relation = RelationKind.CONNECTS_TO
            if isinstance(found, _addresses.Place):
                if found.type == "volume":
                    continue
                relation = RelationKind.READS if found.type == "model" else relation
                target = Outside(found.type, found.name)
            else:
                host = found.host.lower().rstrip(".")
                other = known.get(host) or known.get(links.get(host, ""))
                if other is not None and other in workloads:
                    target = ById(workloads[other])
                elif "." in host and "*" not in host and found.sure and host not in _NO_HOSTS:
                    target = Outside("host", host)
                else:
                    continue
                if found.port is not None:
                    attributes["port"] = found.port
            yield Reference(source, relation, target, node.evidence(f"environment {name}"), basis, attributes=attributes)
