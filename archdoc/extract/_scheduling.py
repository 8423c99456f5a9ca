"""Where pods may run: the nodes that a pod spec asks for, the taints it bears, who places it (kubernetes core/v1 PodSpec)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from archdoc.extract._fields import find
from archdoc.extract._yaml import Node
from archdoc.model import Attribute

_REQUIRED = "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[]"


def attributes(specs: Iterable[Node]) -> dict[str, Attribute]:
    """What of pod specs decides on which nodes the pods run; what is merely preferred is left out."""
    found: dict[str, dict[str, None]] = {"nodes": {}, "tolerates": {}, "scheduler": {}}
    for spec in specs:
        found["nodes"] |= dict.fromkeys(_nodes(spec))
        found["tolerates"] |= dict.fromkeys(map(_toleration, spec["tolerations"]))
        found["scheduler"] |= dict.fromkeys(spec["schedulerName"].texts())
    return {attribute: tuple(texts) for attribute, texts in found.items() if texts}


def _nodes(spec: Node) -> Iterator[str]:
    for key, value in spec["nodeSelector"].mapping().items():
        yield f"{key}={value}"
    for field in ("matchExpressions", "matchFields"):
        for term in find(spec, f"{_REQUIRED}.{field}[]"):
            yield f"{term['key'].text} {term['operator'].text} {','.join(term['values'].texts())}".strip()


def _toleration(one: Node) -> str:
    """``nvidia.com/gpu=present:NoSchedule`` as kubectl writes a taint; a toleration without a key is of every taint."""
    value = f"={one['value'].text}" if one["value"].text else ""
    effect = f":{one['effect'].text}" if one["effect"].text else ""
    return f"{one['key'].text or '*'}{value}{effect}"
