"""Reusable workflows of other repositories that build images: what their inputs mean, by name without version.

Their files are not read. A name that has no row is judged by the names of its inputs alone, and what is found so is a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from archdoc.extract import _values as values
from archdoc.extract._actions_bake import workflow as bake
from archdoc.extract._actions_builds import below, expression
from archdoc.extract._effects import Build, Effect, Mention
from archdoc.extract._use import Use

_IMAGES = (
    *("images", "image", "image-name", "image-names", "image_name", "image_names", "meta-images"),
    *("docker_image_name", "docker-image-name", "dockerhub_image", "ghcr_image"),
)
_CONTEXTS = ("context", "build-context", "build_context", "docker-context", "docker_context", "docker_build_context")
_FILES = ("file", "dockerfile", "dockerfile-path", "dockerfile_path", "docker-file", "dockerfile_location")


def effects(use: Use) -> Iterator[Effect]:
    """What a remote workflow does with its inputs."""
    yield from SIGNATURES.get(use.name, _by_the_names_of_inputs)(use)


def _docker_samples(use: Use) -> Iterator[Effect]:
    yield _build(use, use.list("image-names"), use.given("context"), use.given("file"), pushed=True)


def _github_builder(use: Use) -> Iterator[Effect]:
    images = [image for image in use.list("meta-images") if "=" not in values.shown(image.text)]
    yield _build(use, images, use.given("context"), use.given("file"), pushed=use.on("push"))


def _ls1intum(use: Use) -> Iterator[Effect]:
    """The Dockerfile lies where the checkout is, the image in a registry, by default that of GitHub."""
    image = use.given("image-name") or Mention(expression(use, "github.repository"), use.at, literal=False)
    yield Build(
        at=use.at,
        images=(below(use.text("registry") or ("ghcr.io",), image),),
        context=use.given("docker-context") or Mention((".",), use.at),
        file=use.given("docker-file") or Mention(("Dockerfile",), use.at),
        pushed=True,
    )


def _by_the_names_of_inputs(use: Use) -> Iterator[Effect]:
    images = [image for name in _IMAGES for image in use.list(name) if "=" not in values.shown(image.text)]
    # Tags are names of images only where they look like one, and only where no input is called after an image.
    images = images or [tag for tag in use.list("tags") if "/" in values.shown(tag.text) and "=" not in values.shown(tag.text)]
    registry = use.text("registry")
    images = [below(registry, image) if "." not in values.shown(image.text).split("/")[0] else image for image in images]
    context = next((found for name in _CONTEXTS if (found := use.given(name))), None)
    file = next((found for name in _FILES if (found := use.given(name))), None)
    if images and (context or file):
        yield _build(use, images, context, file, pushed=use.on("push", default=True), guessed=True)


def _build(
    use: Use, images: list[Mention], context: Mention | None, file: Mention | None, *, pushed: bool, guessed: bool = False
) -> Build:
    return Build(
        at=use.at,
        images=tuple(images),
        context=context or Mention((".",), use.at),
        file=file,
        target=use.given("target"),
        pushed=pushed,
        platforms=tuple(values.shown(one.text) for one in use.list("platforms")),
        inside=not guessed,
        guessed=guessed,
    )


SIGNATURES: dict[str, Callable[[Use], Iterator[Effect]]] = {
    "dockersamples/.github/.github/workflows/reusable-docker-build.yaml": _docker_samples,
    "docker/github-builder/.github/workflows/build.yml": _github_builder,
    "ls1intum/.github/.github/workflows/build-and-push-docker-image.yml": _ls1intum,
    "docker/github-builder/.github/workflows/bake.yml": bake,
}
"""Workflows whose inputs are known from their own files."""
