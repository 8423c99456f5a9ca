"""``goreleaser release`` followed into its configuration: ``dockers``, ``dockers_v2``, ``docker_manifests`` and ``kos``.

Source of the rules: GoReleaser's documentation and ``pkg/config``. This module knows no step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from archdoc.extract import _go_template as template
from archdoc.extract import _ko as ko
from archdoc.extract import _values as values
from archdoc.extract._effects import Build, Effect, Mention, Opaque, Rename
from archdoc.extract._folders import folder_of, joined
from archdoc.extract._names import named
from archdoc.extract._options import Options
from archdoc.extract._trail import Trail
from archdoc.extract._values import Text, Unknown
from archdoc.extract._workspace import ROOT
from archdoc.extract._yaml import MISSING, Node, documents

_NAMES = (
    ".config/goreleaser.yml",
    ".config/goreleaser.yaml",
    ".goreleaser.yml",
    ".goreleaser.yaml",
    "goreleaser.yml",
    "goreleaser.yaml",
)
_TAKES = frozenset(
    [
        *("-f", "--config", "-p", "--parallelism", "--timeout", "--id", "--skip", "--release-notes", "--release-header", "-k"),
        *("--release-footer", "--release-notes-tmpl", "--release-header-tmpl", "--release-footer-tmpl", "-o", "--output"),
        *("--workdir", "--key", "--split"),
    ]
)
_MAX_ITEMS = 200


@dataclass(frozen=True, slots=True)
class _Run:
    """One release: its configuration, the folder it runs in, what its templates know, and whether it pushes."""

    trail: Trail
    root: Node
    folder: str
    field: Callable[[str], Text]
    pushes: bool

    def mention(self, node: Node, note: str) -> Mention:
        """A scalar with its template put in."""
        return Mention(template.expand(node.text, self.field), node.evidence(note), literal="{{" not in node.text)

    def mentions(self, node: Node, note: str) -> list[Mention]:
        """The scalars of a list that are not empty."""
        nodes = [node] if node.is_text else list(node)
        return [found for one in nodes if one.is_text and (found := self.mention(one, note)).text]

    def off(self, node: Node) -> bool:
        """Whether a switch such as ``skip_push`` is surely on."""
        return values.known(template.expand(node.text, self.field)) == "true"


def follow(trail: Trail) -> Iterator[tuple[Effect, Text]]:
    """The images of a release. The action gives its input ``workdir`` as an option of that name."""
    read = trail.options(_TAKES)
    words = [values.known(word.text) for word in read.words()]
    if words[:1] not in ([], ["release"], ["r"]):
        return  # `build` makes no images, `check` and its like make nothing
    skipped = {values.shown(one) for argument in read.all("--skip") for one in values.split(argument.text, ",")}
    if "docker" in skipped and "ko" in skipped:
        return
    folder = _folder(trail, read)
    path = _file(trail, read, folder) if folder is not None else None
    found = documents(trail.read(path) or b"", path) if path else ()
    root = found[0].root if found else MISSING
    if folder is None or not root.is_map:
        yield Opaque("goreleaser", trail.at), trail.directory
        return
    pushes = not read.flag("--snapshot", "--skip-publish", "--skip-docker") and skipped.isdisjoint({"publish", "*"})
    run = _Run(trail, root, folder, _fields(trail, root, folder), pushes)
    place: Text = (f"{ROOT}/{folder}" if folder else ROOT,)
    for effect in _images(run, skipped):
        yield effect, place


def _folder(trail: Trail, read: Options) -> str | None:
    option = read.last("--workdir")
    paths = trail.paths(option.text if option else (".",))
    return ("" if paths[0] == "." else paths[0]) if len(paths) == 1 else None


def _file(trail: Trail, read: Options, folder: str) -> str | None:
    option = read.last("-f", "--config")
    if option is not None:
        paths = trail.paths(option.text, (f"{ROOT}/{folder}" if folder else ROOT,))
        return paths[0] if len(paths) == 1 else None
    return next((path for name in _NAMES if trail.read(path := joined(folder, name)) is not None), None)


def _fields(trail: Trail, root: Node, folder: str) -> Callable[[str], Text]:
    """What the templates know: variables, and the name of the project."""
    given: dict[str, Node] = {}
    for one in root["env"]:
        name, equals, _ = one.text.partition("=")
        if equals:
            given[name] = one
    busy: set[str] = set()

    def field(name: str) -> Text:
        head, _, variable = name.partition(".")
        if head == "Env" and variable in given and variable not in busy:
            busy.add(variable)
            value = template.expand(given[variable].text.partition("=")[2], field)
            busy.discard(variable)
            return value
        if head == "Env":
            return trail.variable(variable)
        if name == "ProjectName":
            return _project(trail, root, folder)
        return (Unknown(f".{name}"),)

    return field


def _project(trail: Trail, root: Node, folder: str) -> Text:
    """``project_name``, or as GoReleaser guesses it: the repository of the release, the last part of the module."""
    name = root["project_name"].text or root.at("release", "github", "name").text
    if not name:
        data = ko.import_path(trail.session.files, folder).split("/")
        name = next((part for part in reversed(data) if not (part[:1] == "v" and part[1:].isdigit())), "")
    return (name,) if name and "{{" not in name else (Unknown(".ProjectName"),)


def _images(run: _Run, skipped: set[str]) -> Iterator[Effect]:
    if "docker" not in skipped:
        yield from _merged([made for node in _items(run.root["dockers"]) if (made := _docker(run, node))])
        yield from (made for node in _items(run.root["dockers_v2"]) if (made := _docker_v2(run, node)))
        for node in _items(run.root["docker_manifests"]):
            pushed = run.pushes and not run.off(node["skip_push"])
            target = run.mention(node["name_template"], "docker_manifests.name_template")
            for source in run.mentions(node["image_templates"], "docker_manifests.image_templates"):
                yield Rename(source, target, pushed)
    if "ko" not in skipped:
        for node in _items(run.root["kos"]):
            yield from _ko(run, node)


def _items(node: Node) -> list[Node]:
    return [one for one in node if one.is_map][:_MAX_ITEMS]


def _docker(run: _Run, node: Node) -> Build | None:
    images = run.mentions(node["image_templates"], "dockers.image_templates")
    if not images:
        return None
    flags = [(flag, run.mention(flag, "dockers.build_flag_templates")) for flag in node["build_flag_templates"]]
    target = next((one for flag, one in flags if flag.text.startswith("--target=")), None)
    platform = next((values.shown(one.text)[len("--platform=") :] for flag, one in flags if _sets_platform(flag)), "")
    return Build(
        at=node.evidence("dockers"),
        images=tuple(images),
        context=Mention((".",), node.evidence("dockers")),
        file=run.mention(node["dockerfile"], "dockers.dockerfile") if node["dockerfile"] else None,
        target=target.of(values.join(_without(target.text, "--target="))) if target else None,
        pushed=run.pushes and not run.off(node["skip_push"]),
        platforms=(platform or f"{node['goos'].text or 'linux'}/{node['goarch'].text or 'amd64'}",),
        name=node["id"].text or _last(images[0].text),
    )


def _sets_platform(flag: Node) -> bool:
    return flag.text.startswith("--platform=")


def _without(text: Text, prefix: str) -> list[Text]:
    head = text[0]
    return [(head.removeprefix(prefix),), text[1:]] if isinstance(head, str) else [text]


def _docker_v2(run: _Run, node: Node) -> Build | None:
    images = run.mentions(node["images"], "dockers_v2.images")
    if not images or run.off(node["disable"]):
        return None
    tags = [one.text for one in run.mentions(node["tags"], "dockers_v2.tags")] or [(Unknown(".Tag"),)]
    return Build(
        at=node.evidence("dockers_v2"),
        images=tuple(one.of(name) for one in images for name in ko.tagged(one.text, tags)),
        context=Mention((".",), node.evidence("dockers_v2")),
        file=run.mention(node["dockerfile"], "dockers_v2.dockerfile") if node["dockerfile"] else None,
        pushed=run.pushes,
        platforms=node["platforms"].texts() or ("linux/amd64", "linux/arm64"),
        name=node["id"].text or _last(images[0].text),
    )


def _last(image: Text) -> str:
    """The last part of the name of an image."""
    return values.shown(named(image)[0]).rpartition("/")[2]


def _merged(builds: Sequence[Build]) -> Iterator[Build]:
    """One build for all platforms of a Dockerfile that have their names but for the tags: GoReleaser lists each by itself."""
    groups: dict[tuple[object, ...], list[Build]] = {}
    for one in builds:
        names = tuple(dict.fromkeys(values.shown(named(image.text)[0]) for image in one.images))
        file = values.shown(one.file.text) if one.file else ""
        target = values.shown(one.target.text) if one.target else ""
        groups.setdefault((names, file, target, one.pushed), []).append(one)
    for group in groups.values():
        first = group[0]
        yield first._replace(
            images=tuple(dict.fromkeys(image for one in group for image in one.images)),
            platforms=tuple(dict.fromkeys(platform for one in group for platform in one.platforms)),
            name=first.name if len(group) == 1 else _last(first.images[0].text),
        )


def _ko(run: _Run, node: Node) -> Iterator[Build]:
    """An image of ko: its program is that of the build of the same id."""
    project = run.field("ProjectName")
    wanted = node["build"].text or node["id"].text or values.shown(project)
    builds = [one for one in _items(run.root["builds"]) if (one["id"].text or values.shown(project)) == wanted]
    build = builds[0] if builds else MISSING
    folder = joined(run.folder, node["working_dir"].text or build["dir"].text or ".")
    main = node["main"].text or build["main"].text or "."
    main = folder_of(main) or "." if main.endswith(".go") else main
    known = "{{" not in f"{folder}{main}"
    path = ko.import_path(run.trail.session.files, joined(folder, main)) if known else ""
    naming = ko.Naming(node["bare"].true(), node["preserve_import_paths"].true(), node["base_import_paths"].true())
    tags = [one.text for one in run.mentions(node["tags"], "kos.tags")] or [("latest",)]
    repositories = [*run.mentions(node["repositories"], "kos.repositories"), *run.mentions(node["repository"], "kos.repository")]
    own = run.trail.variable("KO_DOCKER_REPO")
    if values.truthy(own) or not repositories:
        repositories = [Mention(own, node.evidence("kos"), literal=False)]
    if not run.off(node["disable"]):
        names = [one.of(name) for one in repositories for name in ko.tagged(ko.image(one.text, path, naming), tags)]
        yield Build(
            at=node.evidence("kos"),
            images=tuple(names),
            pushed=run.pushes,
            platforms=node["platforms"].texts() or ("linux/amd64",),
            name=node["id"].text or path.rpartition("/")[2],
            builder="ko",
        )
