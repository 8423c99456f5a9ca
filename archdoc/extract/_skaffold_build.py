"""An artifact of Skaffold as the build of an image: the Dockerfile, the names, the arguments.

Sources: ``pkg/skaffold/docker/dependencies.go`` (NormalizeDockerfilePath), ``docker/build_args.go``, ``build/custom/script.go``.
This module knows one artifact, not where its document comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from archdoc.extract import _script_files
from archdoc.extract import _skaffold_names as names
from archdoc.extract import _trace as trace
from archdoc.extract import _values as values
from archdoc.extract._effects import Build, Effect, Follow, Mention
from archdoc.extract._lines import lines_of
from archdoc.extract._names import named
from archdoc.extract._shell_walk import below
from archdoc.extract._skaffold_config import Artifact
from archdoc.extract._trail import Trail
from archdoc.extract._values import Text, Unknown
from archdoc.extract._yaml import Node

DOCKERFILE = "Dockerfile"
_FROM_DOCKERFILE = ("docker", "kaniko")


@dataclass(frozen=True, slots=True)
class Naming:
    """What names of images are made with: variables of templates, default repository, tag; and whether they are pushed."""

    variable: Callable[[str], Text]
    repository: Text = ()
    tag: Text = ()
    pushed: bool | None = None


def built(trail: Trail, artifact: Artifact, base: Text, naming: Naming) -> tuple[Build, Text]:
    """The build of an artifact whose paths are read by `base`, with the folder by which those of the build are."""
    filled = partial(_filled, variable=naming.variable)
    at = artifact.image.evidence("image")
    image = Mention(filled(artifact.image), at, "{{" not in artifact.image.text)
    context = Mention(filled(artifact.context) or (".",), (artifact.context or artifact.image).evidence("context"))
    build = Build(
        at=at,
        images=tuple(_names(trail, image, naming)),
        context=context,
        target=_said(artifact.fields["target"], filled) if artifact.builder in _FROM_DOCKERFILE else None,
        pushed=_is_pushed(artifact, naming),
        platforms=tuple(one for one in artifact.platforms if one != "all"),
        name=last_word(values.shown(image.text)),
        arguments=tuple(_arguments(artifact, filled)),
        builder="" if artifact.builder in _FROM_DOCKERFILE else artifact.builder,
    )
    if artifact.builder == "custom" and not artifact.dockerfile:
        return _scripted(trail, artifact, below(base, context.text), image.text, build._replace(context=None), base)
    if artifact.builder not in (*_FROM_DOCKERFILE, "custom"):
        return build._replace(context=None), base
    inner = filled(artifact.fields["contextSubPath"]) if artifact.builder == "kaniko" else ()
    context = context.of(below(context.text, inner))
    return build._replace(context=context, file=_dockerfile(trail, artifact, base, context, filled)), base


def environment(trail: Trail) -> dict[str, Text]:
    """The variables of the ``skaffold.env`` in the folder of a command."""
    found: dict[str, Text] = {}
    for path in trail.paths(("skaffold.env",)):
        for number, row in enumerate((trail.read(path) or b"").decode("utf-8", "replace").split("\n"), 1):
            name, equals, value = (one.strip() for one in row.strip().partition("="))
            if equals and not name.startswith("#"):
                found[name] = (value.strip("\"'"),)
                trace.note(name, path, number, "", found[name])
    return found


def last_word(image: str) -> str:
    """What people call an image: the last part of its name."""
    return without_tag(image).rpartition("/")[2]


def without_tag(image: str) -> str:
    """The name of an image alone."""
    return values.shown(named((image,))[0])


def _names(trail: Trail, image: Mention, naming: Naming) -> Iterator[Mention]:
    """The name as manifests hold it, and the one that is pushed where a default repository is given."""
    pushed = names.with_repository(naming.repository, image.text)
    if naming.tag:
        pushed = values.join((named(pushed)[0], (":",), naming.tag))
    if not naming.repository:
        yield image.of(pushed)
        return
    yield image
    trace.handed("--default-repo", trail.at, naming.repository)
    trace.replaced(trail.at, pushed, [trace.Use("--default-repo", naming.repository)], values.shown(image.text), image.at)
    yield Mention(pushed, trail.at, literal=False)


def _filled(node: Node, variable: Callable[[str], Text]) -> Text:
    """The value of a field with its templates filled in."""
    value = names.filled(node.text, variable)
    if trace.log is not None:
        used = [trace.Use(name, variable(name)) for name in names.variables(node.text)]
        trace.note("", node.path, node.line, node.text, value, used)
    return value


def _is_pushed(artifact: Artifact, naming: Naming) -> bool:
    """Whether it is said that the image is pushed: by the command, the file, or a repository that is given to push to."""
    if naming.pushed is not None:
        return naming.pushed
    return bool(naming.repository) if artifact.pushed is None else artifact.pushed


def _dockerfile(trail: Trail, artifact: Artifact, base: Text, context: Mention, filled: Callable[[Node], Text]) -> Mention | None:
    """In the context; where it is not there, beside the file of Skaffold, if it is there."""
    said = artifact.dockerfile
    text = filled(said) or (DOCKERFILE,)
    mention = Mention(text, (said or artifact.context or artifact.image).evidence("dockerfile"), bool(said))
    inside = mention.of(below(context.text, text))
    if not _is_there(trail, inside.text, base) and _is_there(trail, text, base):
        return mention
    return inside if said else None


def _is_there(trail: Trail, path: Text, base: Text) -> bool:
    return any(trail.read(place) is not None for place in trail.paths(path, base))


def _said(node: Node, filled: Callable[[Node], Text]) -> Mention | None:
    return Mention(filled(node), node.evidence(), "{{" not in node.text) if node.text else None


def _arguments(artifact: Artifact, filled: Callable[[Node], Text]) -> Iterator[tuple[str, Mention]]:
    """Build arguments: those written, and the image of each artifact that is required under its alias."""
    for one in artifact.requires:
        image = one["image"]
        if image.text:
            yield one["alias"].text or image.text, Mention(filled(image), image.evidence("requires"))
    for name, value in artifact.fields["buildArgs"].items():
        said = _said(value, filled)
        if said is not None:
            yield name, said


def _scripted(trail: Trail, artifact: Artifact, directory: Text, image: Text, build: Build, base: Text) -> tuple[Build, Text]:
    """A custom build whose command builds the image itself, with the Dockerfile that it names; else one without."""
    command = artifact.fields["buildCommand"]
    raw = (trail.read(command.path) or b"").decode("utf-8", "replace").split("\n")
    given = {"IMAGE": image, "IMAGES": image, "BUILD_CONTEXT": directory}

    def variable(name: str) -> Text:
        return given[name] if name in given else (Unknown(name),)

    if command.text:
        rows = lines_of(command.text, command.line, raw)
        for effect, place in trail.shell(command.text, command.path, rows, variable, directory):
            for one, inner in _in_script(trail, effect, place, variable):
                if isinstance(one, Build) and any(name.text == image for name in one.images):
                    same = build._replace(context=one.context, file=one.file, target=one.target, inside=one.inside)
                    return same._replace(defaults=one.defaults, arguments=one.arguments, contexts=one.contexts), inner
    return build, base


def _in_script(trail: Trail, effect: Effect, place: Text, variable: Callable[[str], Text]) -> Iterator[tuple[Effect, Text]]:
    """The effects of a script that the command calls, or the effect itself."""
    if isinstance(effect, Follow) and effect.tool == "script":
        yield from _script_files.follow(Trail(trail.session, effect, place, trail.workspace, variable))
    else:
        yield effect, place
