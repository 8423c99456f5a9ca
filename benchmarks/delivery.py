"""What reading the delivery side costs, beside a PyYAML floor of the same run: CPU milliseconds a workflow and a Dockerfile.

    python benchmarks/delivery.py GIT_DIR[@REV]...

Nothing comes from the cache, and nothing was read before; what units of one run can share they share. The floor is `yaml.load`
with PyYAML's C loader over the workflows alone, without the actions, scripts, Makefiles and Dockerfiles that they lead to.
Absolute figures drift with the machine: read the ratios.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import yaml

from archdoc import reading, source
from archdoc.cache import Cache
from archdoc.extract import Extractor, dockerfile, github_actions


def milliseconds(work: Callable[[str], object], paths: Iterable[str]) -> float:
    """CPU time of some work over all paths."""
    start = time.process_time()
    for path in paths:
        work(path)
    return 1000 * (time.process_time() - start)


def measure(place: str, revision: str) -> dict[str, tuple[int, float]]:
    """How many files, and the milliseconds that all of them took, for workflows, their floor, and Dockerfiles."""
    snapshot = source.commit_snapshot(source.open_repository(Path(place)), revision)
    settings = reading.named(reading.Reader(snapshot, reading.load_config(snapshot), Cache(None)))[0].settings

    def reader(module: Extractor) -> Callable[[str], object]:
        return lambda path: module.extract(path, reading.files(snapshot), settings)

    def floor(path: str) -> object:
        return yaml.load(snapshot.read(path) or b"", Loader=yaml.CBaseLoader)

    workflows = [path for path in snapshot.paths if github_actions.claims(path)]
    files = [path for path in snapshot.paths if dockerfile.claims(path)]
    work = {
        "workflow": (reader(github_actions), workflows),
        "floor": (floor, workflows),
        "Dockerfile": (reader(dockerfile), files),
    }
    snapshot.prefetch([*workflows, *files])
    return {kind: (len(paths), milliseconds(function, paths)) for kind, (function, paths) in work.items()}


def main(arguments: list[str]) -> None:
    """Measure each repository, then all together."""
    gc.disable()
    rows = []
    for argument in arguments:
        place, _, revision = argument.partition("@")
        rows.append(measure(place, revision or "HEAD"))
        print(place, {kind: f"{count} in {spent:.0f} ms" for kind, (count, spent) in rows[-1].items()}, flush=True)
    each = {kind: sum(row[kind][1] for row in rows) / max(1, sum(row[kind][0] for row in rows)) for kind in rows[0]}
    ratio = each["workflow"] / each["floor"]
    print(f"a workflow {each['workflow']:.1f} ms, {ratio:.1f} times its floor of {each['floor']:.2f} ms")
    print(f"a Dockerfile {each['Dockerfile']:.2f} ms")


if __name__ == "__main__":
    main(sys.argv[1:])
