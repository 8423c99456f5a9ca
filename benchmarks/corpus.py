"""Reads whole repositories and tells what came out: seconds, peak memory, entities, findings, the largest picture.

    python benchmarks/corpus.py [--rev REV] GIT_DIR...

Each repository is read cold, in a process of its own, from its bare git directory.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path


def one(git_dir: Path, revision: str) -> dict[str, object]:
    """Read one repository in this process."""
    from archdoc import pipeline, source
    from archdoc.cache import Cache
    from archdoc.render import mermaid

    gc.disable()  # as the command does
    start = time.perf_counter()
    snapshot = source.commit_snapshot(source.open_repository(git_dir), revision)
    build = pipeline.build(snapshot, pipeline.load_config(snapshot), Cache(None))
    texts = [mermaid.render(view) for view in build.views]
    seconds = time.perf_counter() - start
    entities = list(build.graph.entities.values())
    kinds = Counter(entity.kind.value for entity in entities)
    drawn = {id_ for view in build.views for node in view.nodes for id_ in node.entities}
    return {
        "seconds": round(seconds, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "entities": len(entities),
        "relations": len(build.graph.relations),
        "resource_share": round(kinds["resource"] / max(1, len(entities)), 3),
        "kinds": dict(kinds.most_common()),
        "views": len(build.views),
        "most_nodes": max((len(v.nodes) for v in build.views), default=0),
        "overview_nodes": next((len(v.nodes) for v in build.views if v.id == "overview"), 0),
        "most_edges": max((len(v.edges) for v in build.views), default=0),
        "most_characters": max(map(len, texts), default=0),
        "workloads_not_drawn": sum(1 for e in entities if e.kind == "workload" and e.id not in drawn),
        "findings": dict(sorted(Counter(f"{f.severity.value} {f.rule}" for f in build.graph.findings).items())),
    }


def main() -> int:
    """Run each repository and print a row; exit 1 if one failed or drew above the budget."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rev", default="HEAD")
    parser.add_argument("--json", action="store_true", help="print everything as JSON lines")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("git_dirs", nargs="+", type=Path)
    arguments = parser.parse_args()
    if arguments.here:
        print(json.dumps(one(arguments.git_dirs[0], arguments.rev)))
        return 0
    failed = False
    for git_dir in arguments.git_dirs:
        command = [sys.executable, __file__, "--here", "--rev", arguments.rev, str(git_dir)]
        result = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "ARCHDOC_RERAISE": "1"})
        name = git_dir.parent.name if git_dir.name == "repo" else git_dir.name
        if result.returncode:
            failed = True
            print(f"{name}: FAILED\n{result.stderr}")
            continue
        row = json.loads(result.stdout)
        over = row["most_nodes"] > 40 or row["overview_nodes"] > 12 or row["most_edges"] > 60 or row["workloads_not_drawn"]
        failed = failed or bool(over)
        if arguments.json:
            print(json.dumps({"repository": name, **row}))
            continue
        print(f"{name}: {row['seconds']} s, {row['peak_mb']} MB, {row['entities']:,} entities, {row['relations']:,} relations")
        largest = f"largest {row['most_nodes']} nodes, {row['most_edges']} edges"
        sizes = f"{row['views']} views, {largest}, overview {row['overview_nodes']}"
        print(f"    resource {row['resource_share']:.1%}; {sizes}{'; OVER BUDGET' if over else ''}")
        print("    " + ", ".join(f"{rule} {n}" for rule, n in row["findings"].items()))
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
