"""Helm charts: each is one deployable, with what its Chart.yaml says and the images it runs.

Templates are not rendered, which a note says.

Knows the layout of a chart, and of objects only the definitions in its ``crds/``, which Helm applies as they are.
"""

from __future__ import annotations

from collections.abc import Iterator

from archdoc import ids
from archdoc.config import Config
from archdoc.extract import Files, _chart_images, _manifests, _objects, _own_rows
from archdoc.extract import claims as by_name
from archdoc.extract._addresses import origin
from archdoc.extract._yaml import MISSING, Node, documents
from archdoc.model import ById, Entity, EntityId, EntityKind, Evidence, Facts, Outside, Reference, RelationKind
from archdoc.rules import finding

_FOLDERS = ("templates", "crds", "files", "ci")
_MAIN = "Chart.yaml"
_MAX_FILES = 2_000


claims = by_name.helm


def extract(path: str, files: Files, config: Config) -> Facts:
    """What a chart says without being rendered: itself, the charts it needs, the definitions it brings."""
    data = files.read(path)
    if data is None:
        return Facts()
    read = documents(data, path)
    chart = next((document.root for document in read if document.root.is_map), MISSING)
    said = [one for document in read for one in document.findings]
    folder, _, own = path.rpartition("/")
    if own != _MAIN and _MAIN in files.folder(folder):
        return Facts()
    name = chart["name"].text or folder.rpartition("/")[2] or "."
    deployable = Entity(ids.deployable_id(folder), EntityKind.DEPLOYABLE, "chart", name, path, 1)
    inside = [file for kind in _FOLDERS for file in _below(f"{folder}/{kind}".lstrip("/"), files)]
    templates = [file for file in inside if file.startswith(f"{folder}/templates/".lstrip("/"))]
    if templates:
        said.append(finding("chart-not-rendered", f"the chart {name} is not rendered", Evidence(path, 1), deployable.id))
    things: list[_manifests.Object] = []
    for file in inside:
        content = files.read(file) if file.startswith(f"{folder}/crds/".lstrip("/")) else None
        if content is not None and _manifests.looks_like_manifest(content):
            manifest = _manifests.read(content, file)
            things += manifest.objects
            said += manifest.findings
    facts = _objects.facts(things, deployable.id, rows=_own_rows.rows(config))
    needs = [_needs(entry, folder, deployable.id, files) for entry in chart["dependencies"] if entry["name"].text]
    # What `helm test` runs is no part of what is installed.
    installed = [file for file in templates if "/templates/tests/" not in f"/{file}"]
    used = _used(chart, folder, files)
    library = chart["type"].text == "library"
    runs = [] if library else list(_chart_images.references(folder, installed, files, deployable.id, used))
    covers = tuple(sorted({path, *inside}))
    return Facts((deployable, *facts.entities), (*facts.references, *needs, *runs), (*said, *facts.findings), covers)


def _needs(entry: Node, folder: str, deployable: EntityId, files: Files) -> Reference:
    """What a chart says of another one it needs: one of this tree where it is, otherwise something outside."""
    repository, name = entry["repository"].text, entry["name"]
    local = _local(entry, folder)
    if any(map(by_name.helm, files.folder(local))):
        target = ById(ids.deployable_id(local))
        return Reference(deployable, RelationKind.DEPENDS_ON, target, name.evidence(), optional=bool(entry["condition"]))
    attributes = {"repository": origin(repository)} if repository else {}
    return Reference(deployable, RelationKind.SOURCES, Outside("chart", name.text), name.evidence(), attributes=attributes)


def _local(entry: Node, folder: str) -> str:
    """The folder of a chart that another needs, if it is of this tree."""
    repository = entry["repository"].text
    if repository.startswith("file://"):
        return _joined(folder, repository.removeprefix("file://"))
    return f"{folder}/charts/{entry['name'].text}".lstrip("/")


def _used(chart: Node, folder: str, files: Files) -> Iterator[_chart_images.Needed]:
    """The charts of this tree that a chart needs, with their templates."""
    for entry in chart["dependencies"]:
        local = _local(entry, folder)
        data = files.read(f"{local}/{_MAIN}") if entry["name"].text else None
        if data is not None:
            library = any(document.root["type"].text == "library" for document in documents(data, local))
            key = "" if library else entry["alias"].text or entry["name"].text
            yield _chart_images.Needed(key, [file for file in _below(f"{local}/templates", files) if "/tests/" not in file])


def _joined(folder: str, path: str) -> str:
    parts = folder.split("/")
    for part in path.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(part for part in parts if part)


def _below(folder: str, files: Files) -> list[str]:
    """Every file in a folder and the folders in it."""
    found: list[str] = []
    queue = [folder]
    for place in queue:
        for name in files.folder(place):
            if name.endswith("/"):
                queue.append(f"{place}/{name[:-1]}")
            else:
                found.append(f"{place}/{name}")
        if len(found) > _MAX_FILES:
            break
    return found
