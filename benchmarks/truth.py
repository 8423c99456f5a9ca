"""Compares the graph of a repository with truth that people wrote by hand: recall, precision, every miss and every extra.

    python benchmarks/truth.py TRUTH.yaml GIT_DIR [TRUTH.yaml GIT_DIR ...]

A truth file names a `commit` and lists `chains` (workflow, job, dockerfile, image, manifest, workload), `builds` (workflow, job,
dockerfile, images), `deploys` (workflow, job, path) and `runs` (image, manifest, workload). An item with `tier: extended` costs
nothing when it is missed; an item under `also` is neither wanted nor wrong. A claim is extra at a confidence of 0.6 or more.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import yaml

SURE = 0.6
KINDS = ("chains", "builds", "deploys", "runs")
Key: TypeAlias = tuple[str, ...]
Json: TypeAlias = Mapping[str, Any]


def graph_of(git_dir: Path, revision: str) -> Json:
    """The graph of a commit, as its JSON says it."""
    from archdoc import pipeline, source
    from archdoc.cache import Cache

    snapshot = source.commit_snapshot(source.open_repository(git_dir), revision)
    made: Json = json.loads(json.dumps(pipeline.build(snapshot, pipeline.load_config(snapshot), Cache(None)).graph.as_json()))
    return made


def claims(graph: Json) -> dict[str, dict[Key, float]]:
    """What a graph claims, by kind, with the confidence of the weakest relation of each claim."""
    asked = _Asked(graph)
    return {kind: _surest(getattr(asked, kind)()) for kind in KINDS}


def _surest(found: Iterable[tuple[Key, float]]) -> dict[Key, float]:
    best: dict[Key, float] = {}
    for key, confidence in found:
        best[key] = max(confidence, best.get(key, 0.0))
    return best


class _Asked:
    """A graph's JSON, walked as any consumer would: job, build, Dockerfile, image, workload."""

    def __init__(self, graph: Json) -> None:
        self.entities = {entity["id"]: entity for entity in graph["entities"]}
        self.out: dict[tuple[str, str], list[Json]] = defaultdict(list)
        self.into: dict[tuple[str, str], list[Json]] = defaultdict(list)
        for relation in graph["relations"]:
            self.out[relation["source"], relation["kind"]].append(relation)
            self.into[relation["target"], relation["kind"]].append(relation)

    def _of(self, kind: str) -> list[Json]:
        return [entity for entity in self.entities.values() if entity["kind"] == kind]

    def _jobs(self, build: str) -> list[Key]:
        return [self._job(relation["source"]) for relation in self.into[build, "contains"]]

    def _job(self, job: str) -> Key:
        return tuple(job.removeprefix("job:").split("#", 1))

    def _dockerfiles(self, build: str) -> list[tuple[str, float]]:
        found = self.out[build, "builds"]
        kinds = ("dockerfile", "stage")
        return [(e["path"], r["confidence"]) for r in found for e in [self.entities[r["target"]]] if e["kind"] in kinds]

    def _workloads(self, image: str) -> Iterator[tuple[Key, Json]]:
        for relation in self.into[image, "runs-image"]:
            workload = self.entities[relation["source"]]
            if workload["kind"] == "workload" and not workload["type"].startswith("compose"):
                # Several files of a folder may define one object: the evidence names each; a kustomization is no manifest.
                says = {one["path"] for one in relation["evidence"] if "kustomization" not in one["path"]}
                for path in sorted({workload["path"], *says}):
                    yield (path, _named(workload)), relation

    def chains(self) -> Iterator[tuple[Key, float]]:
        """Job, Dockerfile, image, workload."""
        for build in self._of("image_build"):
            for job in self._jobs(build["id"]):
                for path, sure in self._dockerfiles(build["id"]):
                    for publishes in self.out[build["id"], "publishes"]:
                        image = publishes["target"]
                        for workload, runs in self._workloads(image):
                            weakest = min(sure, publishes["confidence"], runs["confidence"])
                            if self._tags_meet(image, publishes, runs):
                                yield (*job, path, _image(image), *workload), weakest

    def _tags_meet(self, image: str, publishes: Json, runs: Json) -> bool:
        """Where several Dockerfiles go by one name, the words of the tags must be equal."""
        from archdoc.resolve.likeness import variant

        builds = {r["source"] for r in self.into[image, "publishes"]}
        if len({tuple(sorted(r["target"] for r in self.out[b, "builds"])) for b in builds}) < 2:
            return True
        return bool({variant(t) for t in _tags(publishes)} & {variant(t) for t in _tags(runs)})

    def builds(self) -> Iterator[tuple[Key, float]]:
        """Job and Dockerfile."""
        for build in self._of("image_build"):
            for job in self._jobs(build["id"]):
                for path, sure in self._dockerfiles(build["id"]):
                    yield (*job, path), sure

    def deploys(self) -> Iterator[tuple[Key, float]]:
        """Job and the path of what it deploys."""
        for (source, kind), relations in self.out.items():
            for relation in relations if kind == "deploys" else ():
                target = self.entities[relation["target"]]
                path = target["id"].partition(":")[2] if target["kind"] == "deployable" else target["path"]
                if target["kind"] != "external":
                    yield (*self._job(source), path), relation["confidence"]

    def runs(self) -> Iterator[tuple[Key, float]]:
        """Image and workload."""
        for image in self._of("image"):
            for workload, relation in self._workloads(image["id"]):
                yield (_image(image["id"]), *workload), relation["confidence"]


def _tags(relation: Json) -> list[str]:
    tag = relation["attributes"].get("tag", "")
    return tag if isinstance(tag, list) else [tag]


def _named(workload: Json) -> str:
    return f"{workload['type'].rpartition('/')[2]}/{workload['name']}"


def _image(text: str) -> str:
    from archdoc import images

    parsed = images.parse(text.removeprefix("image:"))
    return images.short(parsed.name) if parsed else text


def wanted(truth: Json) -> dict[str, dict[Key, bool]]:
    """What a truth file wants, by kind: each key with whether it must be found."""
    fields: dict[str, tuple[str, ...]] = {
        "chains": ("workflow", "job", "dockerfile", "image", "manifest", "workload"),
        "builds": ("workflow", "job", "dockerfile"),
        "deploys": ("workflow", "job", "path"),
        "runs": ("image", "manifest", "workload"),
    }
    found: dict[str, dict[Key, bool]] = {kind: {} for kind in KINDS}
    for kind, names in fields.items():
        rows = [(row, row.get("tier", "core") == "core") for row in truth.get(kind) or ()]
        rows += [(row, False) for row in (truth.get("also") or {}).get(kind) or ()]
        for row, core in rows:
            for one in _spread(row):
                key = tuple(_image(str(one[name])) if name == "image" else _clean(str(one.get(name, ""))) for name in names)
                found[kind][key] = core or found[kind].get(key, False)
    return found


def _spread(row: Json) -> Iterator[Json]:
    """A row for each path of a row that names several; a row without a Dockerfile of this repository says nothing here."""
    if "dockerfile" in row and not row["dockerfile"]:
        return
    paths = row.get("paths") or row.get("manifests") or [row.get("path") or row.get("manifest") or ""]
    for path in [paths] if isinstance(paths, str) else paths:
        yield {**row, "path": path}


def _clean(path: str) -> str:
    return path.removeprefix("./").rstrip("/")


def compare(truth: Json, graph: Json, *, shown: int) -> dict[str, tuple[int, int, int]]:
    """Print each kind's figures, misses and extras; gives (wanted, found, extra) by kind."""
    claimed, want = claims(graph), wanted(truth)
    figures: dict[str, tuple[int, int, int]] = {}
    for kind in KINDS:
        if truth.get(kind) is None:
            continue
        core = [key for key, must in want[kind].items() if must]
        hit = [key for key in core if claimed[kind].get(key, 0.0) >= SURE]
        missed = [key for key in core if key not in hit]
        extra = [key for key, sure in claimed[kind].items() if sure >= SURE and key not in want[kind]]
        if kind == "runs":
            # Truth lists the images that are the repository's own; others are no claim of ours that they are built here.
            extra = [key for key in extra if key[0] in {own for own, *_ in want[kind]}]
        figures[kind] = len(core), len(hit), len(extra)
        print(f"  {kind:8} recall {_share(len(hit), len(core))}  precision {_share(len(hit), len(hit) + len(extra))}")
        for key in sorted(missed)[:shown]:
            weak = claimed[kind].get(key)
            print(f"    missed {' | '.join(key)}" + (f"  (claimed at {weak:.2f})" if weak else ""))
        for key in sorted(extra)[:shown]:
            print(f"    extra  {' | '.join(key)}  ({claimed[kind][key]:.2f})")
    return figures


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} = {part / whole:.3f}" if whole else f"{part}/{whole}"


def main() -> int:
    """Compare each pair; exit 1 where anything is missed or extra."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rev", help="read this commit instead of the one that the truth names")
    parser.add_argument("--shown", type=int, default=40, help="how many misses and extras of a kind are listed")
    parser.add_argument("pairs", nargs="+", type=Path, metavar="TRUTH GIT_DIR")
    arguments = parser.parse_args()
    total: dict[str, tuple[int, int, int]] = dict.fromkeys(KINDS, (0, 0, 0))
    for file, git_dir in zip(arguments.pairs[::2], arguments.pairs[1::2], strict=True):
        truth = yaml.safe_load(file.read_text(encoding="utf-8"))
        print(truth.get("repo", file.stem))
        figures = compare(truth, graph_of(git_dir, arguments.rev or truth.get("commit", "HEAD")), shown=arguments.shown)
        for kind, figure in figures.items():
            a, b, c = (x + y for x, y in zip(total[kind], figure, strict=True))
            total[kind] = a, b, c
    print("all")
    for kind, (core, hit, extra) in total.items():
        print(f"  {kind:8} recall {_share(hit, core)}  precision {_share(hit, hit + extra)}")
    return int(any(hit < core or extra for core, hit, extra in total.values()))


if __name__ == "__main__":
    sys.exit(main())
