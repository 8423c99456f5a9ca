"""KubeDiagrams and archdoc side by side on KubeDiagrams' own example manifests: who finds which relation.

    python benchmarks/kubediagrams.py CHECKOUT PYTHON [-v]

CHECKOUT is a work tree of github.com/philippemerle/KubeDiagrams, PYTHON the interpreter of an environment in which KubeDiagrams
(PyPI) is installed; `pip install --no-deps kubediagrams` with `pyyaml` and `diagrams` is enough, nothing is drawn. Every file of
manifests below `examples/` is read by both, and so are copies of one shop in namespaces of their own. An edge of KubeDiagrams is
an error where its selector, read as Kubernetes does, does not select what the edge leads to; every other one has to be ours, too.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from label_selectors import COPIES, shops

from archdoc import ids
from archdoc.config import Config
from archdoc.extract import _manifests, kubernetes
from archdoc.extract._kinds import kind_of as kind_row
from archdoc.graph import Graph
from archdoc.model import Entity, EntityKind, RelationKind
from archdoc.resolve import resolve
from archdoc.resolve.names import kind_of

DRIVER = """
import sys, types
sys.modules["pygraphviz"] = types.SimpleNamespace(AGraph=object)  # only for formats that are not asked for
import diagrams
diagrams.Diagram.__exit__ = lambda self, *_: None  # it would draw, and then remove the file that -o names
script = sys.argv[1]
mark = "            edge_from = edge[0]\\n"
text = open(script, encoding="utf-8").read()
assert text.count(mark) == 1
text = text.replace(mark, mark + "            print('EDGE ' + json.dumps([edge[0], edge[1], edge[2].get('style')"
    " if isinstance(edge[2], dict) else edge[2]]))\\n")
sys.argv = [script, *sys.argv[2:]]
exec(compile(text, script, "exec"), {"__name__": "__main__", "__file__": script})
"""


class Key(NamedTuple):
    """An object as both name it."""

    kind: str
    namespace: str
    name: str


Pair = tuple[Key, Key]
NOWHERE = "?"


def theirs(python: Path, file: Path, options: list[str]) -> dict[Pair, str] | None:
    """The edges that KubeDiagrams draws of a file, each with its style; None where it fails."""
    script = python.parent / "kube-diagrams"
    with tempfile.TemporaryDirectory() as folder:
        command = [str(python), "-c", DRIVER, str(script), "-o", f"{folder}/drawn", "-f", "dot", *options, str(file)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, cwd=file.parent)
    if done.returncode:
        return None
    edges = [json.loads(line[5:]) for line in done.stdout.splitlines() if line.startswith("EDGE ")]
    found: dict[Pair, str] = {}
    for source, target, style in edges:
        if style not in ("invisible", "INVISIBLE") and source != target:
            found[_key(source), _key(target)] = str(style)
    return found


def _key(text: str) -> Key:
    name, second, *rest = text.split("/")
    return Key(second, "", name) if second[:1].isupper() else Key(rest[0] if rest else "", second, name)


def ours(file: Path) -> Graph:
    """The graph of a file."""
    data = file.read_bytes()

    class One:
        def read(self, path: str) -> bytes | None:
            return data if path == "all.yaml" else None

        def exists(self, path: str) -> bool:
            return path == "all.yaml"

        def folder(self, path: str) -> list[str]:
            return [] if path else ["all.yaml"]

    return resolve([kubernetes.extract("all.yaml", One(), Config())], frozenset({"all.yaml"}))


def named(entity: Entity) -> Key:
    """An entity as KubeDiagrams names it: what names no namespace is in `default`; what no file defines has none here."""
    if entity.kind is EntityKind.EXTERNAL:
        return Key(entity.type.partition(".")[0], NOWHERE, entity.name)
    namespace = "" if entity.namespace is None else entity.namespace or "default"
    return Key(kind_of(entity).partition(".")[0], namespace, entity.name)


def pairs(graph: Graph) -> dict[Pair, RelationKind]:
    """Our relations between objects of the file, in the order of their names."""
    found: dict[Pair, RelationKind] = {}
    for relation in graph.relations:
        ends = [graph.entities[relation.source], graph.entities[relation.target]]
        if relation.kind is not RelationKind.CONTAINS:
            first, second = sorted(map(named, ends))
            found[first, second] = relation.kind
    return found


def main() -> int:
    """Compare every file; exit 1 where a true edge of KubeDiagrams is none of ours."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkout", type=Path)
    parser.add_argument("python", type=Path)
    parser.add_argument("-v", "--verbose", action="store_true")
    arguments = parser.parse_args()
    both, errors, missed, only, beyond = (Counter[str]() for _ in range(5))
    failed: list[str] = []
    files = 0
    for file in sorted((arguments.checkout / "examples").rglob("*")):
        if file.suffix not in (".yaml", ".yml") or not _manifests.looks_like_manifest(file.read_bytes()):
            continue
        drawn = _drawn(arguments.python, file, arguments.checkout)
        if drawn is None:
            failed.append(str(file.relative_to(arguments.checkout)))
            continue
        files += 1
        mine = pairs(ours(file))
        things = {identity(thing): thing for thing in _objects(file)}
        drawn = folded(drawn, things)
        for (source, target), style in drawn.items():
            what = f"{source.kind} -> {target.kind}"
            if any(tuple(sorted(ends)) in mine for ends in _spellings(source, target, things)):
                both[what] += 1
            elif reason := _error(things, source, target):
                errors[reason] += 1
            else:
                missed[what] += 1
                if arguments.verbose:
                    print(f"  missed in {file.relative_to(arguments.checkout)}: {source} -> {target} ({style})")
        met = {tuple(sorted(pair)) for pair in drawn}
        only.update(str(kind) for pair, kind in mine.items() if pair not in met and things.keys() >= set(pair))
        beyond.update(str(kind) for pair, kind in mine.items() if not things.keys() >= set(pair))
    print(f"{files} files of manifests, {len(failed)} at which KubeDiagrams fails: {', '.join(failed)}")
    titled = {
        "found by both": both,
        "errors and guesses of KubeDiagrams": errors,
        "only ours": only,
        "ours, with an end that no file defines": beyond,
        "missed by us": missed,
    }
    for title, counter in titled.items():
        print(f"{title}: {counter.total():,}")
        for what, count in counter.most_common():
            print(f"  {count:6,} {what}")
    _copies(arguments.python)
    return 1 if missed else 0


def _copies(python: Path) -> None:
    """What both make of copies of one shop in namespaces of their own."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "all.yaml"
        file.write_text(shops(3))
        things = {identity(thing): thing for thing in _objects(file)}
        drawn = theirs(python, file, []) or {}
        wrong = Counter(reason for source, target in drawn if (reason := _error(things, source, target)))
        mine = pairs(ours(file))
    between = sum(len({end.namespace for end in pair if end.namespace}) > 1 for pair in mine)
    print(
        f"{COPIES} copies of a shop of 3 in {COPIES} namespaces: KubeDiagrams draws {len(drawn):,} edges, {wrong.total():,} wrong"
    )
    for what, count in wrong.most_common():
        print(f"  {count:6,} {what}")
    print(f"ours: {len(mine):,} relations, {between:,} between namespaces")


def _drawn(python: Path, file: Path, checkout: Path) -> dict[Pair, str] | None:
    """What KubeDiagrams draws with the settings of the example, or failing that without them."""
    example = checkout / "examples" / file.relative_to(checkout / "examples").parts[0]
    settings = next((example / name for name in ("KubeDiagrams.yaml", "KubeDiagrams.yml") if (example / name).exists()), None)
    drawn = theirs(python, file, ["-c", str(settings)]) if settings else None
    return drawn if drawn is not None else theirs(python, file, [])


def _objects(file: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for document in yaml.load_all(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader):
        found += document["items"] if isinstance(document, dict) and "items" in document else [document]
    return [one for one in found if isinstance(one, dict) and one.get("apiVersion") and one.get("kind") and one.get("metadata")]


def identity(thing: dict[str, Any]) -> Key:
    metadata = thing["metadata"]
    kind = ids.object_kind(str(thing["apiVersion"]).rpartition("/")[0], thing["kind"])
    namespace = "" if kind_row(kind).cluster else metadata.get("namespace") or "default"
    return Key(thing["kind"], namespace, str(metadata.get("name", "")))


def folded(drawn: dict[Pair, str], things: dict[Key, Any]) -> dict[Pair, str]:
    """The edges with what KubeDiagrams makes up of a LeaderWorkerSet (StatefulSets, pods, a Service) as that one itself."""
    sets = [key for key in things if key.kind == "LeaderWorkerSet"]

    def home(key: Key) -> Key:
        owners = (one for one in sets if key.name == one.name or key.name.startswith(f"{one.name}-"))
        return key if key in things or key.kind not in ("StatefulSet", "Pod", "Service") else next(owners, key)

    ends = {(home(source), home(target)): style for (source, target), style in drawn.items()}
    return {pair: style for pair, style in ends.items() if pair[0] != pair[1]}


def _spellings(source: Key, target: Key, things: dict[Key, Any]) -> list[Pair]:
    """The pairs that an edge may be with us: what no file defines is made or nowhere, and an unknown kind has any scope."""
    places = (NOWHERE, "default")
    ways = [[end] if end in things else [end, *(end._replace(namespace=one) for one in places)] for end in (source, target)]
    return [(a, b) for a in ways[0] for b in ways[1]]


def _error(things: dict[Key, Any], a: Key, b: Key) -> str:
    """Why an edge is none of ours, where it is wrong or says nothing of two objects of the file; `""` where we miss it."""
    source, target = things.get(a, {}), things.get(b, {})
    spec = source.get("spec") or {}
    pod = _pod(target)
    if a.kind in ("Service", "NetworkPolicy", "PodDisruptionBudget") and pod is not None:
        if a.namespace != b.namespace and metadata_namespace(source) and metadata_namespace(target):
            return f"{a.kind} -> {b.kind}: selects in another namespace"
        if a.kind == "NetworkPolicy" and (spec.get("podSelector") or {}).get("matchExpressions"):
            return f"{a.kind} -> {b.kind}: matchExpressions are not read"
    if pod is not None and _pod(source) is not None and a.namespace != b.namespace:
        return f"{a.kind} -> {b.kind}: a policy's peer in another namespace"
    if a.kind == "IngressClass" and b.kind == "Pod":
        return "IngressClass -> Pod: a guess by equal labels"
    if a.kind in ("Role", "ClusterRole") and b not in things:
        return f"{a.kind} -> {b.kind}: a name in a rule of what no file defines"
    if a.kind == "ReferenceGrant":
        return f"{a.kind} -> {b.kind}: every object of a kind, though the grant names none"
    return ""


def metadata_namespace(thing: dict[str, Any]) -> str:
    """The namespace that an object says itself."""
    return (thing.get("metadata") or {}).get("namespace") or ""


def _pod(thing: dict[str, Any]) -> dict[str, Any] | None:
    template = (thing.get("spec") or {}).get("template")
    return template if isinstance(template, dict) else thing if thing.get("kind") == "Pod" else None


if __name__ == "__main__":
    sys.exit(main())
