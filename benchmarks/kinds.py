"""Tells how much of each repository's Kubernetes objects is understood: the share of kind `resource`, and what remains of it.

Beside it stands what is told as `config` or by its shape alone, so that nothing leaves `resource` by a mere renaming.

    python benchmarks/kinds.py [--rev REV] [--most N] GIT_DIR...

A `resource` is an object whose role in the architecture is not known. Exit 1 if the share of one repository is above `--limit`.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from archdoc import pipeline, source
from archdoc.cache import Cache, file
from archdoc.resolve.names import kind_of


def main() -> int:
    """Read each repository and print a row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rev", default="HEAD")
    parser.add_argument("--most", type=int, default=12, help="how many of the kinds that remain to print")
    parser.add_argument("--limit", type=float, default=0.10)
    parser.add_argument("git_dirs", nargs="+", type=Path)
    arguments = parser.parse_args()
    above = False
    for git_dir in arguments.git_dirs:
        snapshot = source.commit_snapshot(source.open_repository(git_dir), arguments.rev)
        with Cache(file()) as cache:
            entities = pipeline.build(snapshot, pipeline.load_config(snapshot), cache).graph.entities.values()
        left = Counter(kind_of(entity) for entity in entities if entity.kind == "resource")
        share = left.total() / max(1, len(entities))
        above = above or share > arguments.limit
        name = git_dir.parent.name if git_dir.name == "repo" else git_dir.name
        print(f"{name}: {share:.1%} of {len(entities):,} entities")
        told = Counter(kind_of(entity) for entity in entities if entity.kind == "config" and entity.type != "v1/ConfigMap")
        shape = Counter(kind_of(entity) for entity in entities if entity.attributes.get("inferred"))
        for words, counts in (("resource", left), ("config", told), ("by shape", shape)):
            if counts:
                print(f"    {words}: " + ", ".join(f"{kind} {n}" for kind, n in counts.most_common(arguments.most)))
    return int(above)


if __name__ == "__main__":
    raise SystemExit(main())
