"""Reusable workflows of other repositories that build images: what their inputs mean, by name without version.

Their files are not read. A name that has no row is judged by the names of its inputs alone, and what is found so is a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from archdoc.extract import _values as values
from archdoc.extract._actions import Use
from archdoc.extract._effects import Build, Effect, Mention, Opaque

_IMAGES = ("images", "image", "image-name", "image-names", "image_name", "image_names", "meta-images", "tags")
_CONTEXTS = ("context", "build-context", "build_context", "docker-context", "docker_context")
_FILES = ("file", "dockerfile", "dockerfile-path", "dockerfile_path", "docker-file")


def effects(use: Use) -> Iterator[Effect]:
    """What a remote workflow does with its inputs."""
    yield from SIGNATURES.get(use.name, _by_the_names_of_inputs)(use)


def _docker_samples(use: Use) -> Iterator[Effect]:
    yield _build(use, use.list("image-names"), use.given("context"), use.given("file"), pushed=True)


def _github_builder(use: Use) -> Iterator[Effect]:
    images = [image for image in use.list("meta-images") if "=" not in values.shown(image.text)]
    yield _build(use, images, use.given("context"), use.given("file"), pushed=use.on("push"))


def _bake(use: Use) -> Iterator[Effect]:
    yield Opaque("bake", use.at)


def _by_the_names_of_inputs(use: Use) -> Iterator[Effect]:
    images = [image for name in _IMAGES for image in use.list(name) if "=" not in values.shown(image.text)]
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
    "docker/github-builder/.github/workflows/bake.yml": _bake,
}
"""Workflows whose inputs are known from their own files."""
