"""Actions of other people that build and push images. Rows of `_actions.ACTIONS`.

Source of the inputs: the `action.yml` of each action, and its program where that says how the name is put together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from archdoc.extract import _values as values
from archdoc.extract._effects import Build, Effect, Follow, Mention, Push, Rename
from archdoc.extract._shell_walk import Argument
from archdoc.extract._use import Use
from archdoc.extract._values import Text, Unknown
from archdoc.extract._yaml import Node

GITHUB = ("ghcr.io", "docker.pkg.github.com")


def _tagged(image: Mention, tags: list[Mention]) -> tuple[Mention, ...]:
    return tuple(image.of(values.join((image.text, (":",), tag.text))) for tag in tags) or (image,)


def expression(use: Use, source: str) -> Text:
    """What an expression comes to in the step."""
    return values.join(row.text for row in use.read("", Node(f"${{{{ {source} }}}}", use.at.path, use.at.line)))


def below(registry: Text, image: Mention) -> Mention:
    """The name of an image in a registry; an image that names its registry itself stays."""
    if not registry or values.shown(image.text).startswith(f"{values.shown(registry)}/"):
        return image
    return image.of(values.join((registry, ("/",), image.text)))._replace(literal=False)


def _smithers(use: Use) -> Iterator[Effect]:
    """mr-smithers-excellent/docker-build-push: in a registry of GitHub the name stands below the owner."""
    image = use.given("image")
    if image is None:
        return
    registry = use.text("registry")
    if values.known(registry) in GITHUB:
        owner = values.lower(use.text("githuborg") or expression(use, "github.repository_owner"))
        registry = values.join((registry, ("/",), owner))
    yield Build(
        at=use.at,
        images=_tagged(below(registry, image), use.list("tags")),
        context=use.given("directory") or Mention((".",), use.at),
        file=use.given("dockerfile"),
        target=use.given("target"),
        pushed=not use.on("skippush") and use.on("push", default=True),
        platforms=tuple(values.shown(one.text) for one in use.list("platform")),
    )


def _elgohr(use: Use) -> Iterator[Effect]:
    """elgohr/Publish-Docker-Github-Action: the Dockerfile is looked for from `workdir`."""
    image = use.given("name")
    if image is None:
        return
    context = use.given("workdir") or Mention((".",), use.at)
    file = use.given("dockerfile")
    if file is not None and use.given("workdir"):
        file = file.of(values.join((context.text, ("/",), file.text)))
    yield Build(
        at=use.at,
        images=_tagged(below(use.text("registry"), image), use.list("tags")),
        context=use.given("context") or context,
        file=file,
        pushed=not use.on("no_push"),
        platforms=tuple(values.shown(one.text) for one in use.list("platforms")),
    )


def _whoan(use: Use) -> Iterator[Effect]:
    """whoan/docker-build-with-cache-action: the Dockerfile lies in the context, a bare name below the user."""
    image = use.given("image_name")
    if image is None:
        return
    registry = use.text("registry")
    hub_or_github = not registry or values.known(registry) in ("ghcr.io", "docker.io")
    if hub_or_github and "/" not in values.shown(image.text):
        image = below(values.lower(use.text("username")) or (Unknown("username"),), image)
    context, file = use.given("context") or Mention((".",), use.at), use.given("dockerfile")
    yield Build(
        at=use.at,
        images=_tagged(below(registry, image), use.list("image_tag", ",")),
        context=context,
        file=file.of(values.join((context.text, ("/",), file.text))) if file else None,
        pushed=use.on("push_image_and_stages", default=True),
    )


def _kaniko(use: Use) -> Iterator[Effect]:
    """int128/kaniko-action: the inputs of docker/build-push-action, with the workspace as default context."""
    yield Build(
        at=use.at,
        images=tuple(use.list("tags")),
        context=use.given("context") or Mention((".",), use.at),
        file=use.given("file"),
        target=use.given("target"),
        pushed=use.on("push"),
    )


def _push_to_registry(use: Use) -> Iterator[Effect]:
    """redhat-actions/push-to-registry: the registry goes before the name, in lower case; tags that are whole names count."""
    image, registry = use.given("image"), values.lower(use.text("registry"))
    image = image._replace(text=values.lower(image.text)) if image else None
    tags = use.list("tags", " \n\t") or [Mention(("latest",), use.at)]
    if any(":" in values.shown(tag.text) for tag in tags):
        for tag in tags:
            yield Push(tag)
    elif image is not None:
        slash = () if values.shown(registry).endswith("/") else ("/",)
        name = image.of(values.join((registry, slash, image.text)))._replace(literal=False)
        for source, target in zip(_tagged(image, tags), _tagged(name, tags), strict=True):
            yield Rename(source, target, pushed=True)


def _tag_push(use: Use) -> Iterator[Effect]:
    """akhilerm/tag-push-action: one image gets other names in a registry."""
    source = use.given("src")
    for target in use.list("dst") if source else ():
        if source is not None:
            yield Rename(source, target, pushed=True)


def _bcgov(use: Use) -> Iterator[Effect]:
    """bcgov/action-builder-ghcr: ``ghcr.io/<repository>/<package>``, from the folder of the package."""
    package = use.given("package")
    if package is None:
        return
    name = values.join((("ghcr.io/",), expression(use, "github.repository"), ("/",), package.text))
    yield Build(
        at=use.at,
        images=_tagged(package.of(values.lower(name))._replace(literal=False), use.list("tags")),
        context=use.given("build_context") or package,
        file=use.given("build_file") or package.of(values.join((package.text, ("/Dockerfile",)))),
        pushed=True,
    )


def _goreleaser(use: Use) -> Iterator[Effect]:
    """goreleaser/goreleaser-action: the command with these arguments in this folder."""
    given = [*use.list("args", " \n\t"), *(Mention(("--workdir=", *one.text), one.at) for one in use.list("workdir", "\n"))]
    yield Follow("goreleaser", tuple(Argument(one.text, 0, one.literal) for one in given), {}, use.at)


BUILDS: dict[str, Callable[[Use], Iterator[Effect]]] = {
    "mr-smithers-excellent/docker-build-push": _smithers,
    "elgohr/publish-docker-github-action": _elgohr,
    "whoan/docker-build-with-cache-action": _whoan,
    "int128/kaniko-action": _kaniko,
    "redhat-actions/push-to-registry": _push_to_registry,
    "akhilerm/tag-push-action": _tag_push,
    "bcgov/action-builder-ghcr": _bcgov,
    "goreleaser/goreleaser-action": _goreleaser,
}

LIKE_BUILD_PUSH = (
    "depot/build-push-action",
    "useblacksmith/build-push-action",
    "warpbuilds/build-push-action",
)
"""Actions with the inputs of docker/build-push-action."""
