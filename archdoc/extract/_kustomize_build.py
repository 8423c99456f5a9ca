"""What a kustomization and all it stands on come to: resources after every change, in kustomize's own order.

Resources depth first, generators, components, then the transformers (api/internal/target/kusttarget.go). What is out of
reach (a remote base, a field that is not applied) is said, and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from archdoc.extract import Files, _manifests
from archdoc.extract import _kustomize_load as loading
from archdoc.extract._ignored import is_ignored, template_of, writer_of
from archdoc.extract._inline import inline
from archdoc.extract._kustomize_configure import Configured, label_fields
from archdoc.extract._kustomize_edit import with_value
from archdoc.extract._kustomize_generate import generated
from archdoc.extract._kustomize_load import Kustomization, is_folder, is_remote, resolved
from archdoc.extract._kustomize_patch import json_patched, merged
from archdoc.extract._kustomize_replace import replaced, with_vars
from archdoc.extract._kustomize_resource import Resource, changed, fresh
from archdoc.extract._kustomize_select import PatternError, selected
from archdoc.extract._kustomize_transform import by_name, with_affixes, with_annotations, with_images, with_labels, with_namespace
from archdoc.extract._manifests import Object, identify, is_object
from archdoc.extract._yaml import Node, documents
from archdoc.model import Finding
from archdoc.rules import finding

MAX_RESOURCES = 20_000
MAX_KUSTOMIZATIONS = 1_000
MAX_DEPTH = 50
MAX_WORK = 100_000
"""Changes to single resources in one build, over all kustomizations in it."""

_Key = tuple[str, tuple[str, str]]


@dataclass(slots=True)
class Build:
    """A build under way: the files it has taken in, what was odd, what lies elsewhere.

    `partial` tells that something is missing, so that a patch without an object is nobody's fault; `lacking` are the names of
    the objects that were generated without a file that is not there, `absent` the resources that are not there at all.
    """

    files: Files
    covers: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    remote: list[Node] = field(default_factory=list)
    charts: list[Node] = field(default_factory=list)
    vars: list[Node] = field(default_factory=list)
    configured: Configured = field(default_factory=Configured)
    loaded: int = 0
    work: int = 0
    partial: bool = False
    lacking: set[str] = field(default_factory=set)
    absent: set[str] = field(default_factory=set)

    def read(self, path: str) -> bytes | None:
        """A file that is taken in."""
        data = self.files.read(path)
        if data is not None:
            self.covers.add(path)
        return data

    def say(self, rule: str, message: str, at: Node) -> None:
        """Something odd at a line."""
        self.findings.append(finding(rule, message, at.evidence()))

    def say_missing(self, said: Node, folder: str) -> None:
        """A file that is named and not read: one that is there is told by whoever reads, one that git ignores is made later."""
        path = resolved(folder, said.text)
        if path is not None and self.files.exists(path):
            return
        made = self._made(path) if path is not None else ""
        if made:
            self.say("kustomize-file-generated", f"`{said.text}` {made}", said)
        else:
            self.say("kustomize-file-missing", f"`{said.text}` does not exist", said)

    def say_bare(self, said: Node, folder: str) -> None:
        """A folder that is named and holds no kustomization, unless that is made later."""
        made = self._made(loading.joined(folder, loading.NAMES[0]))
        if made:
            self.say("kustomize-file-generated", f"the kustomization of `{said.text}` {made}", said)
        else:
            self.say("kustomize-file-missing", f"`{said.text}` holds no kustomization", said)

    def _made(self, path: str) -> str:
        """How it is known that something makes a file that is not there; ``""`` where nothing tells so."""
        if is_ignored(path, self.files):
            return "is ignored by git"
        if template := template_of(path, self.files):
            return f"is made of `{template}`"
        writer = writer_of(path, self.files)
        return f"is written by `{writer}`" if writer else ""

    def may(self, changes: int, at: Node) -> bool:
        """Whether so many more changes to resources are within bounds; the first that are not is said."""
        before, self.work = self.work, self.work + changes
        if before <= MAX_WORK < self.work:
            self.say("kustomize-unsupported", f"more than {MAX_WORK:,} changes in one build: the rest is not made", at)
            self.partial = True
        return self.work <= MAX_WORK


def resources(build: Build, path: str, inherited: Sequence[Resource] = (), above: tuple[str, ...] = ()) -> list[Resource]:
    """The resources of a kustomization; a component takes those of whoever applies it, and gives them back changed."""
    build.loaded += 1
    kustomization = loading.load(path, build.files)
    build.covers.add(path)
    build.findings += kustomization.findings
    root, inside = kustomization.root, (*above, path)
    build.partial |= not root.exists or any(f.rule == "kustomize-unsupported" for f in kustomization.findings)
    found = {_key(one): one for one in inherited}
    for entry in loading.resources(kustomization):
        _add(build, found, _resource(build, kustomization, entry, inside), entry)
    for entry in root["configurations"]:
        for document in _file(build, kustomization, entry):
            build.configured.add(document)
    for field_, kind in (("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")):
        for entry in root[field_]:
            _generate(build, kustomization, kind, entry, found)
    for entry in loading.components(kustomization):
        place = _kustomization(build, kustomization, entry, inside)
        if place:
            found = {_key(one): one for one in resources(build, place, list(found.values()), inside)}
    build.vars += root["vars"]
    build.charts += [entry for field_ in ("helmCharts", "helmChartInflationGenerator") for entry in root[field_]]
    build.partial |= bool(build.charts)
    return _transformed(build, kustomization, list(found.values()))


def built(build: Build, path: str) -> list[Resource]:
    """The resources of a root: of all that it builds on, with its vars put in at the end."""
    found = resources(build, path)
    return with_vars(found, build.vars) if build.vars else found


def _key(one: Resource) -> _Key:
    return one.thing.kind, one.was[-1]


def _add(build: Build, found: dict[_Key, Resource], new: Sequence[Resource], entry: Node) -> None:
    """Resources put behind those that are there; one that is there already is refused, as kustomize does."""
    for one in new:
        if _key(one) in found:
            build.say("kustomization-invalid", f"{one.said_kind} {one.thing.name} is added twice", entry)
        elif len(found) < MAX_RESOURCES:
            found[_key(one)] = one
        else:
            build.say("kustomize-unsupported", f"more than {MAX_RESOURCES:,} objects in one build", entry)
            build.partial = True
            return


def _resource(build: Build, kustomization: Kustomization, entry: Node, inside: tuple[str, ...]) -> list[Resource]:
    """The resources that one entry of `resources` adds."""
    path = resolved(kustomization.folder, entry.text)
    if path is not None and not is_folder(path, build.files):
        data = build.read(path)
        if data is not None:
            manifest = _manifests.read(data, path)
            build.findings += manifest.findings
            build.partial |= bool(manifest.findings)
            return [fresh(thing) for thing in manifest.objects]
    place = _kustomization(build, kustomization, entry, inside)
    return resources(build, place, (), inside) if place else []


def _kustomization(build: Build, kustomization: Kustomization, entry: Node, inside: tuple[str, ...]) -> str:
    """The kustomization file that an entry means; ``""``, with the reason said, where there is none to go on with."""
    folder = resolved(kustomization.folder, entry.text)
    place = loading.at(folder, build.files) if folder is not None else ""
    if not place:
        build.partial = True
        if folder is not None and is_folder(folder, build.files):
            build.absent.add(entry.text)
            build.say_bare(entry, folder)
        elif is_remote(entry.text):
            build.remote.append(entry)
        else:
            build.absent.add(entry.text)
            build.say_missing(entry, kustomization.folder)
    elif place in inside:
        build.say("kustomization-invalid", f"`{entry.text}` leads back to where it is used", entry)
        place = ""
    elif build.loaded >= MAX_KUSTOMIZATIONS or len(inside) >= MAX_DEPTH:
        message = f"more than {MAX_KUSTOMIZATIONS:,} kustomizations in one build, or {MAX_DEPTH} upon each other"
        build.say("kustomize-unsupported", message, entry)
        build.partial, place = True, ""
    return place


def _generate(build: Build, kustomization: Kustomization, kind: str, entry: Node, found: dict[_Key, Resource]) -> None:
    """Put what a generator makes among the resources, or into the one of its name that is there."""
    made = generated(kind, entry, kustomization.root["generatorOptions"], kustomization.folder, build.read)
    for file in made.missing:
        build.lacking.add(entry["name"].text)
        if kind == "Secret":
            build.say(
                "kustomize-unsupported", f"`{file.text}` is not in this repository: the keys of the Secret are not known", file
            )
        else:
            build.say_missing(file, kustomization.folder)
    thing = identify(made.root)
    if thing is None:
        build.say("kustomization-invalid", f"a generator of a {kind} has no name", entry)
        return
    behavior = entry["behavior"].text
    if behavior not in ("merge", "replace"):
        _add(build, found, [fresh(thing)], entry)
        return
    there = found.values() if build.may(len(found), entry) else ()
    one = next((one for one in there if one.thing.kind == kind and _is_named(one, thing)), None)
    if one is None:
        if not build.partial:
            build.say("kustomization-invalid", f"no {kind} is called {thing.name} to {behavior}", entry)
        return
    old = one.root["data"] if behavior == "merge" else Node({})
    data = Node(dict(old.items()) | dict(made.root["data"].items()), entry.path, entry.line)
    found[_key(one)] = changed(one, with_value(one.root, "data", data)) or one


def _transformed(build: Build, kustomization: Kustomization, found: list[Resource]) -> list[Resource]:
    """The transformers, in kustomize's order."""
    root, more = kustomization.root, build.configured
    for entry in root["patchesStrategicMerge"]:
        found = _merge(build, _texts(build, kustomization, entry), found)
    for entry in root["patches"]:
        found = _patch(build, kustomization, entry, found)
    namespace, prefix, suffix = root["namespace"], root["namePrefix"].text, root["nameSuffix"].text
    if namespace.text and build.may(len(found), namespace):
        found = [with_namespace(one, namespace, more.namespace) for one in found]
    if (prefix or suffix) and build.may(len(found), root):
        found = [with_affixes(one, prefix, suffix) for one in found]
    common = _pairs(root["commonLabels"])
    if common and build.may(len(found), root["commonLabels"]):
        found = [with_labels(one, common, selectors=True, templates=True, more=more.labels) for one in found]
    for entry in root["labels"]:
        pairs, selectors = _pairs(entry["pairs"]), entry["includeSelectors"].true()
        templates = selectors or entry["includeTemplates"].true()
        if build.may(len(found), entry):
            fields = (*(more.labels if selectors else ()), *label_fields(entry["fields"]))
            found = [with_labels(one, pairs, selectors=selectors, templates=templates, more=fields) for one in found]
    for entry in root["patchesJson6902"]:
        found = _patch(build, kustomization, entry, found)
    images = by_name(root["images"])
    if images and build.may(len(found), root["images"]):
        found = [with_images(one, images, more.images) for one in found]
    for entry in root["replacements"]:
        for rule in _file(build, kustomization, entry["path"]) if entry["path"] else [entry]:
            for each in rule if rule.is_list else [rule]:
                if build.may(len(found), entry):
                    found = replaced(found, each, build.say, build.lacking)
    return found


def _pairs(node: Node) -> dict[str, Node]:
    return {key: value for key, value in node.items() if value.is_text}


def _patch(build: Build, kustomization: Kustomization, entry: Node, found: list[Resource]) -> list[Resource]:
    """An entry of `patches` or `patchesJson6902`: a merge patch or a JSON patch, for a target or for whom it names."""
    texts = _texts(build, kustomization, entry)
    if not entry["target"].is_map:
        return _merge(build, texts, found)
    if not build.may(len(found), entry):
        return found
    try:
        places = list(selected(found, entry["target"]))
    except PatternError as error:
        build.say("kustomize-unsupported", f"the pattern `{error}` of a patch's target is not applied", entry["target"])
        return found
    if not places and not build.partial and not kustomization.is_component:  # a component is for some of those who apply it
        build.say("patch-target-missing", "the patch's target matches no object", entry["target"])
    found = list(found)
    gone: set[int] = set()
    for text in texts:
        for place in places:
            new = _patched(build, found[place], text)
            if new is None:
                gone.add(place)
            else:
                found[place] = new
    return [one for place, one in enumerate(found) if place not in gone]


def _patched(build: Build, resource: Resource, patch: Node) -> Resource | None:
    """A resource after one patch that is meant for it; its identity stays, whatever the patch says."""
    if patch.is_list:
        root, failed = json_patched(with_annotations(resource.root), patch)
        # The body of a definition is not read, and what is not applied may have made the place.
        for operation in failed if resource.thing.kind != "CustomResourceDefinition" and not build.partial else ():
            message = f"`{operation}` finds no place in {resource.said_kind} {resource.thing.name}"
            build.say("kustomization-invalid", message, patch)
    else:
        root = merged(resource.root, _nameless(patch), native=resource.thing.is_native)
    return changed(resource, root)


def _nameless(patch: Node) -> Node:
    """A merge patch without the name and namespace it goes by: they say for whom it is, not what becomes of it."""
    if not patch["metadata"].is_map:
        return patch
    metadata = {key: value for key, value in patch["metadata"].items() if key not in ("name", "namespace")}
    pairs = dict(patch.items()) | {"metadata": Node(metadata, patch.path, patch["metadata"].line)}
    return Node({key: value for key, value in pairs.items() if key not in ("kind", "apiVersion")}, patch.path, patch.line)


def _merge(build: Build, patches: Sequence[Node], found: list[Resource]) -> list[Resource]:
    """Merge patches, each for the object that it names itself."""
    places: dict[tuple[str, str], list[int]] = {}
    for place, one in enumerate(found):
        for name in {name for _, name in one.was}:
            places.setdefault((one.thing.kind, name), []).append(place)
    after: list[Resource | None] = list(found)
    for patch in patches:
        thing = identify(patch) if is_object(patch) else None
        if thing is None:
            build.say("kustomization-invalid", "a patch without a target must say apiVersion, kind and name", patch)
            continue
        meant = [place for place in places.get((thing.kind, thing.name), ()) if _is_named(found[place], thing)]
        if not meant and not build.partial:
            build.say("patch-target-missing", f"no {patch['kind'].text} is called {thing.name}", patch)
        for place in meant[:1]:
            before = after[place]
            after[place] = _patched(build, before, patch) if before else None
    return [one for one in after if one]


def _is_named(one: Resource, thing: Object) -> bool:
    """Whether a resource has or had the name of a patch, in its namespace where it says one."""
    return any(name == thing.name and (not thing.namespace or place == thing.namespace) for place, name in one.was)


def _texts(build: Build, kustomization: Kustomization, entry: Node) -> list[Node]:
    """The documents of a patch: a file, a block of text, or (the old form) an entry that is either."""
    said = (entry["patch"] or entry["path"]) if entry.is_map else entry
    if not (entry["patch"].text or "\n" in said.text or said.text.lstrip().startswith(("{", "["))):
        return _file(build, kustomization, said)
    read = inline(said)
    build.findings += read.findings
    return list(read.roots)


def _file(build: Build, kustomization: Kustomization, said: Node) -> list[Node]:
    """The documents of a file that a kustomization names."""
    path = resolved(kustomization.folder, said.text)
    data = build.read(path) if path and not is_folder(path, build.files) else None
    if data is None or path is None:
        build.partial = True
        if is_remote(said.text):
            build.remote.append(said)
        elif said.text:
            build.say_missing(said, kustomization.folder)
        return []
    read = documents(data, path)
    build.findings += [one for document in read for one in document.findings]
    return [document.root for document in read if document.root]
