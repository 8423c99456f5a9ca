"""Sets of ports as network policies and Services say them: ranges of a protocol, merged and cut with one another.

Knows how `Entity.attributes` writes the ports of containers and Services, and no policy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from archdoc.model import Attribute, Entity
from archdoc.regex import regex

Ports: TypeAlias = tuple[tuple[str, int, int], ...]
"""Protocol, first and last port; sorted, without overlap."""

_LAST = 65_535
EVERY: Ports = tuple((protocol, 1, _LAST) for protocol in ("SCTP", "TCP", "UDP"))
_OF_SERVICE = regex(r"(?P<port>[0-9]{1,5})->(?P<target>[^/\s]*)/(?P<protocol>[A-Z]+)(?: (?P<name>\S+))?")
_OF_CONTAINER = regex(r"(?P<port>[0-9]{1,5})(?:/(?P<protocol>[A-Z]+))?(?: (?P<name>\S+))?")


def merged(parts: Iterable[tuple[str, int, int]]) -> Ports:
    """Ranges as a set."""
    found: list[tuple[str, int, int]] = []
    for protocol, low, high in sorted(parts):
        if found and found[-1][0] == protocol and low <= found[-1][2] + 1:
            found[-1] = (protocol, found[-1][1], max(found[-1][2], high))
        else:
            found.append((protocol, low, high))
    return tuple(found)


def common(one: Ports, other: Ports) -> Ports:
    """The ports that two sets share."""
    found, i, j = [], 0, 0
    while i < len(one) and j < len(other):
        a, b = one[i], other[j]
        if a[0] == b[0] and max(a[1], b[1]) <= min(a[2], b[2]):
            found.append((a[0], max(a[1], b[1]), min(a[2], b[2])))
        if (a[0], a[2]) < (b[0], b[2]):
            i += 1
        else:
            j += 1
    return tuple(found)


def of_rule(said: Attribute, receiver: Entity) -> Ports:
    """The ports that a rule opens at a receiver: none said is every one; a name is the receiver's container port of that name."""
    if not isinstance(said, tuple):
        return EVERY
    return merged(part for text in said for part in _parts(text, receiver))


def _parts(text: str, receiver: Entity) -> Iterator[tuple[str, int, int]]:
    protocol, slash, rest = text.partition("/")
    if protocol == "ANY":
        for one, _, _ in EVERY:
            yield from _parts(one + slash + rest, receiver)
        return
    low, _, high = rest.partition("-")
    if not slash:
        yield protocol, 1, _LAST
    elif low.isdigit():
        yield protocol, int(low), int(high) if high.isdigit() else int(low)
    else:
        for port in _containers(receiver):
            if port["name"] == rest and (port["protocol"] or "TCP") == protocol:
                yield protocol, int(port["port"]), int(port["port"])


def behind(service: Entity, asked: Iterable[str], receiver: Entity) -> Ports:
    """Where a call to a Service arrives at a workload behind it; every port where that cannot be told."""
    said = service.attributes.get("ports")
    listed = [match for text in said if (match := _OF_SERVICE.fullmatch(text))] if isinstance(said, tuple) else []
    wanted = set(asked)
    meant = [port for port in listed if not wanted or port["port"] in wanted or port["name"] in wanted]
    found: list[tuple[str, int, int]] = []
    for port in meant:
        if port["target"].isdigit():
            found.append((port["protocol"], int(port["target"]), int(port["target"])))
            continue
        numbers = [one for one in _containers(receiver) if one["name"] == port["target"]]
        if not numbers:
            return EVERY
        found += [(port["protocol"], int(one["port"]), int(one["port"])) for one in numbers]
    return merged(found) or EVERY


def _containers(workload: Entity) -> list[re.Match[str]]:
    said = workload.attributes.get("ports")
    return [match for text in said if (match := _OF_CONTAINER.fullmatch(text))] if isinstance(said, tuple) else []


def words(ports: Ports) -> tuple[str, ...]:
    """Ports for people: ``TCP/80``, ``TCP/8000-8010``, ``UDP`` for all of a protocol; nothing for every port."""
    if ports == EVERY:
        return ()
    return tuple(
        protocol if (low, high) == (1, _LAST) else f"{protocol}/{low}" + (f"-{high}" if high != low else "")
        for protocol, low, high in ports
    )
