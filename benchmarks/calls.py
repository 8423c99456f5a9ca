"""Compares the calls between workloads with truth that people wrote by hand: recall, precision, every miss and every extra.

    python benchmarks/calls.py TRUTH.yaml GIT_DIR [TRUTH.yaml GIT_DIR ...]

A truth file names a `commit`, the `deployables` it speaks of (paths of their folders or files; none = all) and lists `calls` as
``caller -> callee``: names of workloads; a callee may be a Service, or an external system by its host. Under `also`
stand calls that are neither wanted nor wrong, under `untold` true ones that no file says (addresses in code or in defaults of a
program): these are counted apart. A call is claimed at a confidence of 0.6 or more; one below is a may-call: found, never wrong.
Nothing is excluded, since `examples/` may be what a truth speaks of.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from archdoc import pipeline, source
from archdoc.cache import Cache
from archdoc.graph import Graph
from archdoc.model import EntityKind, RelationKind

SURE = 0.6
Call: TypeAlias = tuple[str, str]
Json: TypeAlias = Mapping[str, Any]


def graph_of(git_dir: Path, revision: str) -> Graph:
    """The graph of a commit."""
    snapshot = source.commit_snapshot(source.open_repository(git_dir), revision)
    settings = replace(pipeline.load_config(snapshot), exclude=())
    return pipeline.build(snapshot, settings, Cache(None)).graph


def claims(graph: Graph, deployables: list[str]) -> dict[Call, tuple[frozenset[str], float]]:
    """The calls that a graph claims: each with every name that its callee goes by, and how sure it is."""
    found: dict[Call, tuple[frozenset[str], float]] = {}
    for relation in graph.relations:
        source, target = graph.entities[relation.source], graph.entities[relation.target]
        place = (source.deployable or "").partition(":")[2]
        if relation.kind != "connects-to" or (deployables and place not in deployables):
            continue
        workloads = {graph.entities[one.target].name for one in graph.out(target.id, RelationKind.SELECTS)}
        call = source.name, min(workloads, default=target.name)
        if source.kind in (EntityKind.WORKLOAD, EntityKind.PIPELINE):
            before = found.get(call, (frozenset(), 0.0))
            found[call] = before[0] | workloads | {target.name}, max(before[1], relation.confidence)
    return found


def calls(truth: Json, key: str) -> set[Call]:
    """The calls of one list of a truth file: ``a -> b``, or ``a -> b, c`` for several."""
    pairs = (line.partition("->") for line in truth.get(key) or ())
    return {(caller.strip(), callee.strip()) for caller, _, callees in pairs for callee in callees.split(",")}


def compare(name: str, truth: Json, graph: Graph) -> tuple[int, int, int, int, int]:
    """Print what differs; the numbers of calls wanted, found, untold, claimed and right."""
    claimed = claims(graph, truth.get("deployables") or [])
    wanted, untold = calls(truth, "calls"), calls(truth, "untold")
    allowed = wanted | untold | calls(truth, "also")
    said = {(caller, one) for (caller, _), (names, _) in claimed.items() for one in names}
    sure = {call: names for call, (names, confidence) in claimed.items() if confidence >= SURE}
    extra = [call for call, names in sure.items() if not any((call[0], one) in allowed for one in names)]
    print(f"{name}: {len(wanted & said)} of {len(wanted)} calls, {len(sure) - len(extra)} of {len(sure)} claims right")
    for kind, listed in (("missed", wanted - said), ("untold", untold - said), ("extra", extra)):
        for caller, callee in sorted(listed):
            print(f"    {kind:7} {caller} -> {callee}")
    return len(wanted), len(wanted & said), len(untold - said), len(sure), len(sure) - len(extra)


def main(arguments: list[str]) -> None:
    """Compare each pair of truth and repository, and all together."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", nargs="+", type=Path, metavar="TRUTH GIT_DIR")
    pairs = parser.parse_args(arguments).pairs
    sums = [0, 0, 0, 0, 0]
    for file, git_dir in zip(pairs[::2], pairs[1::2], strict=True):
        truth = yaml.safe_load(file.read_text(encoding="utf-8"))
        found = compare(file.stem, truth, graph_of(git_dir, str(truth.get("commit", "HEAD"))))
        sums = [one + other for one, other in zip(sums, found, strict=True)]
    wanted, right, untold, claimed, true = sums
    recall, precision = right / max(wanted, 1), true / max(claimed, 1)
    print(f"all: recall {recall:.3f} ({right} of {wanted}; besides {untold} that no file tells)")
    print(f"     precision {precision:.3f} ({true} of {claimed})")


if __name__ == "__main__":
    main(sys.argv[1:])
