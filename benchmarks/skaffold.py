"""Compare the chain Dockerfile -> image -> workload with what the files of Skaffold say, on Skaffold's own examples.

    python benchmarks/skaffold.py GIT_DIR [REV]

Each folder below `examples/`, `integration/examples/` and `integration/testdata/` is read as a repository of its own. The truth
is read from the same files with plain PyYAML: an artifact counts where its image stands word for word in a container.
Prints each artifact whose chain archdoc does not have, then the counts; the exit code is 1 if one is missing.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from archdoc import pipeline
from archdoc.cache import Cache
from archdoc.config import Config
from archdoc.graph import Graph
from archdoc.model import EntityKind, RelationKind

PLACES = ("examples", "integration/examples", "integration/testdata")
NAME = re.compile(r"skaffold[^/]*\.ya?ml")
DOCKER = re.compile(r"\bdocker\s+(?:buildx\s+)?build\b")
NO_DOCKERFILE = ("ko", "jib", "jibMaven", "jibGradle", "buildpacks", "buildpack", "bazel")


class Tree:
    """A folder of a commit as the pipeline reads one."""

    title = "folder"
    commit = None
    strays = frozenset[str]()

    def __init__(self, files: dict[str, bytes]) -> None:
        """The files by path."""
        self.files = files
        self.paths = sorted(files)

    def read(self, path: str) -> bytes | None:
        """The content of a file."""
        return self.files.get(path)

    content = read

    def folder(self, path: str) -> list[str]:
        """The names in a folder."""
        prefix = f"{path}/" if path else ""
        below = [p[len(prefix) :] for p in self.files if p.startswith(prefix)]
        return sorted({name.split("/")[0] + ("/" if "/" in name else "") for name in below})

    def oid(self, path: str) -> str | None:
        """A hash of a file."""
        content = self.files.get(path)
        return None if content is None else hashlib.sha1(content, usedforsecurity=False).hexdigest()

    def state(self, path: str) -> str | None:
        """What a file or folder is, for the cache."""
        return "\0".join(self.folder(path.strip("/"))) if path.endswith("/") else self.oid(path)

    def finding(self, path: str) -> None:  # as the pipeline asks
        """Nothing here is unreadable."""

    def prefetch(self, paths: Iterable[str]) -> None:
        """Everything is here."""

    def forget(self, paths: Iterable[str]) -> None:
        """Nothing is let go."""


class Artifact(NamedTuple):
    """What a file of Skaffold says of an image; `dockerfile` is ``""`` for a builder that needs none."""

    path: str
    image: str
    dockerfile: str
    builder: str


def folders(git_dir: Path, revision: str) -> Iterator[tuple[str, dict[str, bytes]]]:
    """Each example with its files that a reader may want."""
    git = ["git", f"--git-dir={git_dir}"]
    listed = subprocess.run([*git, "ls-tree", "-r", "-z", revision, *PLACES], check=True, capture_output=True).stdout
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in listed.decode().split("\0")[:-1]:
        about, path = row.split("\t")
        place = max((one for one in PLACES if path.startswith(f"{one}/")), key=len)
        name, _, rest = path[len(place) + 1 :].partition("/")
        if rest and about.startswith("100"):
            found[f"{place}/{name}"][rest] = about.split()[2]
    with subprocess.Popen([*git, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for folder, oids in sorted(found.items()):
            files = {}
            for path, oid in oids.items():
                process.stdin.write(f"{oid}\n".encode())
                process.stdin.flush()
                size = int(process.stdout.readline().split()[2])
                files[path] = process.stdout.read(size + 1)[:-1]
            yield folder, files
        process.stdin.close()


def documents(data: bytes) -> Iterator[dict[str, Any]]:
    """The mappings of a YAML stream, none where it is no YAML."""
    try:
        yield from (one for one in yaml.safe_load_all(data) if isinstance(one, dict))
    except (yaml.YAMLError, UnicodeDecodeError):
        return


def artifacts(files: dict[str, bytes]) -> Iterator[Artifact]:
    """What the files of Skaffold build: the artifacts written in documents and in their profiles."""
    for path, data in files.items():
        if not NAME.fullmatch(path.rpartition("/")[2]):
            continue
        for document in documents(data):
            if not str(document.get("apiVersion", "")).startswith("skaffold/"):
                continue
            for part in (document, *(document.get("profiles") or ())):
                build = part.get("build") or {}
                for one in build.get("artifacts") or ():
                    yield artifact(path, one, files)


def artifact(path: str, one: dict[str, Any], files: dict[str, bytes]) -> Artifact:
    """An artifact with its Dockerfile from the root of the example."""
    folder = posixpath.dirname(path)
    context = posixpath.join(folder, str(one.get("context") or one.get("workspace") or "."))
    builder = next((key for key in (*NO_DOCKERFILE, "custom", "kaniko", "docker") if isinstance(one.get(key), dict)), "docker")
    said = one.get(builder) or {}
    image = str(one.get("image") or one.get("imageName"))
    if builder in NO_DOCKERFILE:
        return Artifact(path, image, "", builder)
    if builder == "custom":
        named = ((said.get("dependencies") or {}).get("dockerfile") or {}).get("path")
        command = str(said.get("buildCommand"))
        scripts = [files.get(posixpath.normpath(posixpath.join(context, word)), b"").decode() for word in command.split()]
        if DOCKER.search(" ".join((command, *scripts))):
            named = named or "Dockerfile"
        return Artifact(path, image, posixpath.normpath(posixpath.join(context, named)) if named else "", builder)
    name = str(said.get("dockerfile") or said.get("dockerfilePath") or one.get("dockerfilePath") or "Dockerfile")
    inside = posixpath.normpath(posixpath.join(context, name))
    beside = posixpath.normpath(posixpath.join(folder, name))
    return Artifact(path, image, beside if inside not in files and beside in files else inside, builder)


def without_tag(image: str) -> str:
    """The name of an image."""
    image = image.partition("@")[0]
    return image[: image.rfind(":")] if image.rfind(":") > image.rfind("/") else image


def containers(value: object) -> Iterator[str]:
    """The images of all containers in a value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("containers", "initContainers") and isinstance(inner, list):
                yield from (str(one["image"]) for one in inner if isinstance(one, dict) and isinstance(one.get("image"), str))
            else:
                yield from containers(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from containers(inner)


def running(files: dict[str, bytes]) -> dict[str, set[tuple[str, str]]]:
    """The kind and name of what runs each image, by the name of the image."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for path, data in files.items():
        if path.endswith((".yaml", ".yml")) and not NAME.fullmatch(path.rpartition("/")[2]):
            for document in documents(data):
                name = (document.get("metadata") or {}).get("name")
                for image in containers(document) if document.get("kind") and name else ():
                    found[without_tag(image)].add((str(document["kind"]), str(name)))
    return found


def has_chain(graph: Graph, one: Artifact, workloads: set[tuple[str, str]]) -> str:
    """``""`` where the graph has the chain of an artifact, else what is missing of it."""
    for build in graph.of(EntityKind.IMAGE_BUILD):
        built = {relation.target.partition(":")[2].partition("#")[0] for relation in graph.out(build.id, RelationKind.BUILDS)}
        if build.path != one.path or (built != {one.dockerfile} if one.dockerfile else bool(built)):
            continue
        for relation in graph.out(build.id, RelationKind.PUBLISHES):
            image = graph.entities[relation.target]
            if image.name.replace("ko:/", "ko://") != without_tag(one.image).removeprefix("docker.io/").removeprefix("library/"):
                continue
            runs = [graph.entities[r.source] for r in graph.into(image.id, RelationKind.RUNS_IMAGE)]
            told = [(e.type.rpartition("/")[2], e.name) for e in runs]
            # A kustomization may put words before and behind a name.
            missing = [f"{kind} {name}" for kind, name in sorted(workloads) if not any(kind == k and name in n for k, n in told)]
            return f"not run by {', '.join(missing)}" if missing else ""
    return "no build of this name and Dockerfile"


def main(git_dir: str, revision: str = "HEAD") -> int:
    """Print the misses and the counts."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for folder, files in folders(Path(git_dir), revision):
        place = folder.rpartition("/")[0]
        found = list(dict.fromkeys(artifacts(files)))
        runs = running(files)
        graph = pipeline.build(Tree(files), Config(exclude=()), Cache(None)).graph if found else None  # type: ignore[arg-type]
        for one in found:
            counts[place][0] += 1
            if graph is None or not runs.get(without_tag(one.image)):
                continue
            counts[place][1] += 1
            missing = has_chain(graph, one, runs[without_tag(one.image)])
            counts[place][2] += not missing
            if missing:
                print(f"{folder}/{one.path}: {one.image} ({one.builder} {one.dockerfile}): {missing}")
    for place, (all_, truth, good) in counts.items():
        print(f"{place}: {all_} artifacts, {truth} stand word for word in a manifest, of these {good} have their chain")
    return int(any(truth != good for _, truth, good in counts.values()))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
