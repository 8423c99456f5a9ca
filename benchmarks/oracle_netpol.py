"""How far our semantics of network policies agree with what netpol-analyzer expects of its own test folders.

    python benchmarks/oracle_netpol.py CHECKOUT [-v]

CHECKOUT is a work tree of github.com/np-guard/netpol-analyzer. Each folder of its tests is read as one cluster, and every ordered
pair of workloads is compared with the expected list: whether one may reach the other, and on which ports. Folders that use what
Kubernetes itself does not have (AdminNetworkPolicy, networks of OVN and Multus) are named apart.
"""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import replace
from pathlib import Path

from archdoc import ids
from archdoc.extract import _manifests, _objects
from archdoc.model import Entity, EntityKind
from archdoc.resolve import _ports, resolve
from archdoc.resolve.names import Objects
from archdoc.resolve.policies import gather
from archdoc.resolve.selectors import Labelled

ENDING = "_connlist_output.txt"
LINE = re.compile(r"(?P<source>\S+)\[(?P<a>\w+)\] => (?P<target>\S+)\[(?P<b>\w+)\] : (?P<ports>.+)")
BEYOND = re.compile(
    r"^kind: *\S*(?:AdminNetworkPolicy|UserDefinedNetwork|NetworkAttachmentDefinition|ClusterNetworkPolicy|VirtualMachine)\b"
    r"|k8s\.v1\.cni\.cncf\.io/networks|k8s\.ovn\.org/primary-user-defined-network",
    re.MULTILINE,
)
Pair = tuple[str, str]


def expected(text: str) -> dict[Pair, _ports.Ports]:
    """The pairs of workloads that an expected list lets talk, with the ports."""
    found: dict[Pair, _ports.Ports] = {}
    for match in LINE.finditer(text):
        if "External" not in (match["a"], match["b"]) and match["source"] != match["target"]:
            found[match["source"], match["target"]] = _read(match["ports"])
    return found


def _read(text: str) -> _ports.Ports:
    if text.startswith("All Connections"):
        return _ports.EVERY
    parts = []
    protocol = ""
    for word in re.split(r"[ ,]+", text.strip()):
        if word.isalpha():
            protocol = word
        elif word:
            low, _, high = word.partition("-")
            parts.append((protocol, int(low), int(high or low)))
    return _ports.merged(parts)


def ours(folder: Path) -> tuple[dict[Pair, _ports.Ports], set[str]]:
    """The pairs that we let talk, and the names of all workloads."""
    things: list[_manifests.Object] = []
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".yaml", ".yml", ".json") and path.is_file():
            things += _manifests.read(path.read_bytes(), str(path)).objects
    here = [replace(one, namespace=one.namespace or "default") if one.namespace is not None else one for one in things]
    owners = {(one.namespace or "", one.name): owner for one in here if one.kind == "Pod" and (owner := _owner(one))}
    facts = _objects.facts(here, ids.deployable_id("cluster"))
    graph = resolve([facts], frozenset())
    references = [reference for reference in facts.references if reference.source in graph.entities]
    policies = gather(references, graph.entities, graph.relations, Labelled(Objects(graph.entities.values())))
    # Policies do not hold for pods on the network of their node.
    workloads = [e for e in graph.of(EntityKind.WORKLOAD) if e.namespace and not e.attributes.get("host_network")]
    # The pods of one owner are one to the other tool, which looks at the first of them.
    named: dict[str, Entity] = {}
    for one in workloads:
        named.setdefault(f"{one.namespace}/{owners.get((one.namespace or '', one.name), one.name)}", one)
    pairs = {(a, b): ports for a in named for b in named if a != b and (ports := policies.allowed(named[a], named[b]))}
    return pairs, set(named)


def _owner(thing: _manifests.Object) -> str:
    return next((owner["name"].text for owner in thing.root["metadata"]["ownerReferences"]), "")


def main() -> int:
    """Compare every folder; exit 1 where one of Kubernetes' own differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkout", type=Path)
    parser.add_argument("-v", "--verbose", action="store_true")
    arguments = parser.parse_args()
    equal, differ, beyond, checked = [], {}, [], 0
    for file in sorted((arguments.checkout / "test_outputs" / "connlist").glob(f"*{ENDING}")):
        folder = arguments.checkout / "tests" / file.name.removesuffix(ENDING)
        if not folder.is_dir():
            continue
        texts = [p.read_text(errors="replace") for p in folder.rglob("*") if p.suffix in (".yaml", ".yml", ".json")]
        if any(BEYOND.search(text) for text in texts):
            beyond.append(folder.name)
            continue
        wanted = expected(file.read_text())
        found, known = ours(folder)
        # A pod that the folder does not declare (an Ingress controller that is made up) is not ours to judge.
        wanted = {pair: ports for pair, ports in wanted.items() if known.issuperset(pair)}
        checked += len(known) * (len(known) - 1)
        wrong = sorted(pair for pair in found.keys() | wanted.keys() if found.get(pair) != wanted.get(pair))
        if wrong:
            differ[folder.name] = [(pair, found.get(pair), wanted.get(pair)) for pair in wrong]
        else:
            equal.append(folder.name)
    print(f"{len(equal)} of {len(equal) + len(differ)} folders of Kubernetes' own policies agree ({checked:,} ordered pairs)")
    print(f"{len(beyond)} folders use policies or networks that are not of Kubernetes itself")
    for folder_name, pairs in differ.items():
        print(f"  {folder_name}: {len(pairs)} pairs differ")
        for pair, mine, theirs in pairs[: None if arguments.verbose else 2]:
            print(f"    {pair[0]} => {pair[1]}: {_said(mine)}, expected {_said(theirs)}")
    return 1 if differ else 0


def _said(ports: _ports.Ports | None) -> str:
    return "nothing" if ports is None else ", ".join(_ports.words(ports)) or "everything"


if __name__ == "__main__":
    sys.exit(main())
