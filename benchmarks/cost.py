"""What archdoc costs, against named floors of the same run; medians of several runs, CPU time of the whole process tree.

    python benchmarks/cost.py [GIT_DIR...]

Process start and checks are measured on the example and on a repository made for it; cold reading on each GIT_DIR (bare,
at HEAD), against `yaml.load_all` with PyYAML's C loader over the same YAML files without the bodies of
CustomResourceDefinitions. Absolute figures drift with the machine: read the ratios.
"""

from __future__ import annotations

import gc
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "mlops-platform"
ARCHDOC = [str(Path(sys.executable).parent / "archdoc")]
PASS = [sys.executable, "-I", "-c", "pass"]
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "PYTHON"))} | {
    "GIT_AUTHOR_NAME": "x",
    "GIT_AUTHOR_EMAIL": "x@example.org",
    "GIT_COMMITTER_NAME": "x",
    "GIT_COMMITTER_EMAIL": "x@example.org",
}
MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: app{number}}}
spec:
  selector: {{matchLabels: {{app: app{number}}}}}
  template:
    metadata: {{labels: {{app: app{number}}}}}
    spec:
      containers:
        - {{name: main, image: "ghcr.io/acme/app{number}:1.0", env: [{{name: NEXT_URL, value: "http://app{next}:80"}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: app{number}}}
spec: {{selector: {{app: app{number}}}, ports: [{{port: 80}}]}}
"""


def cpu(command: list[str], folder: Path, runs: int = 7, before: Callable[[], None] = lambda: None) -> float:
    """Median CPU milliseconds of a command and its children."""
    times = []
    for _ in range(runs):
        before()
        start = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, cwd=folder, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        end = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime)
    return statistics.median(times) * 1000


def repository(folder: Path, files: int) -> Path:
    """A repository with the example, `files` // 2 manifests in folders of 20, and as many files that do not matter."""
    shutil.copytree(EXAMPLE, folder, dirs_exist_ok=True)
    for number in range(files // 2):
        team = folder / "teams" / f"team{number // 20}"
        (team / "k8s").mkdir(parents=True, exist_ok=True)
        (team / "k8s" / f"app{number}.yaml").write_text(MANIFEST.format(number=number, next=number + 1))
        (team / f"code{number}.py").write_text("pass\n")
    git = ["git", "-c", "core.safecrlf=false"]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, *arguments], cwd=folder, env=ENVIRONMENT, check=True)
    subprocess.run([*ARCHDOC, "update"], cwd=folder, env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL)
    for arguments in (["add", "-A"], ["commit", "-q", "--allow-empty", "-m", "y"]):
        subprocess.run([*git, *arguments], cwd=folder, env=ENVIRONMENT, check=True)
    return folder


def row(name: str, value: float, floor: float, unit: str = "ms") -> None:
    """Print a measure and its ratio."""
    print(f"  {name:<58} {value:9.1f} {unit}   {value / floor:6.1f} x")


def starts(folder: Path) -> None:
    """Process start and warm checks."""
    floor = cpu(PASS, folder)
    print(f"\nprocess start and hook, CPU ms; the floor is `python -I -c pass`: {floor:.1f} ms")
    row("archdoc --help", cpu([*ARCHDOC, "--help"], folder), floor)
    for files in (0, 500, 20_000):
        repo = repository(folder / f"repo{files}", files)
        title = f"example and {files:,} files"
        row(f"git status, {title}", cpu(["git", "status"], repo), floor)
        subprocess.run([*ARCHDOC, "check"], cwd=repo, env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL)
        row(f"check, nothing changed, {title}", cpu([*ARCHDOC, "check"], repo), floor)
        manifest = repo / "k8s" / "base" / "qdrant.yaml"
        text = manifest.read_text()
        count = iter(range(1000))

        def comment(manifest: Path = manifest, text: str = text, count: Iterator[int] = count) -> None:
            manifest.write_text(f"# change {next(count)}\n{text}")

        def image(manifest: Path = manifest, text: str = text, count: Iterator[int] = count) -> None:
            manifest.write_text(text.replace("qdrant/qdrant:", f"qdrant/other{next(count)}:"))

        row(f"check, a comment changed, {title}", cpu([*ARCHDOC, "check"], repo, 5, comment), floor)
        row(f"check, an image changed, {title}", cpu([*ARCHDOC, "check"], repo, 5, image), floor)
        manifest.write_text(text)


def cold(git_dir: Path) -> None:
    """One cold reading with all pictures against the YAML floor, each in a process of its own."""
    for name in ("floor", "archdoc"):
        subprocess.run([sys.executable, __file__, f"--{name}", str(git_dir)], env=ENVIRONMENT, check=True)


def yaml_floor(git_dir: Path) -> None:
    """Seconds of PyYAML's C loader over the YAML files of a tree, without bodies of CustomResourceDefinitions."""
    import yaml

    from archdoc import source
    from archdoc.extract import _yaml

    snapshot = source.commit_snapshot(source.open_repository(git_dir), "HEAD")
    paths = [path for path in snapshot.paths if path.endswith((".yaml", ".yml"))]
    snapshot.prefetch(paths)
    chunks = []
    for path in paths:
        for chunk, _ in _yaml._split(snapshot.read(path) or b""):
            chunks.append(_yaml._without_body(chunk) if b"CustomResourceDefinition" in chunk else chunk)
    gc.disable()
    start = time.process_time()
    for chunk in chunks:
        try:
            for _ in yaml.load_all(chunk, Loader=yaml.CSafeLoader):
                pass
        except (yaml.YAMLError, ValueError, UnicodeDecodeError):
            continue
    print(f"\n{git_dir.parent.name if git_dir.name == 'repo' else git_dir.name}: {len(paths):,} YAML files")
    print(f"  yaml.load_all(CSafeLoader)      {time.process_time() - start:8.2f} s CPU")


def archdoc_cold(git_dir: Path) -> None:
    """Seconds and peak memory of a cold reading of everything, with every picture."""
    from archdoc import pipeline, source
    from archdoc.cache import Cache
    from archdoc.render import mermaid

    gc.disable()
    start = time.process_time()
    snapshot = source.commit_snapshot(source.open_repository(git_dir), "HEAD")
    build = pipeline.build(snapshot, pipeline.load_config(snapshot), Cache(None))
    texts = [mermaid.render(view) for view in build.views]
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"  archdoc, cold, {len(texts):,} pictures {seconds:11.2f} s CPU, {peak} MB")


def main() -> None:
    """Run all of it."""
    if len(sys.argv) == 3 and sys.argv[1].startswith("--"):
        {"--floor": yaml_floor, "--archdoc": archdoc_cold}[sys.argv[1]](Path(sys.argv[2]))
        return
    with tempfile.TemporaryDirectory() as name:
        ENVIRONMENT["XDG_CACHE_HOME"] = str(Path(name) / "cache")
        starts(Path(name))
        for git_dir in map(Path, sys.argv[1:]):
            cold(git_dir)


if __name__ == "__main__":
    main()
