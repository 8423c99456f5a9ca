"""The ``build`` of Compose services: what each reads and what it is called.

Source of the rules: the Compose Specification, page Build. This module knows neither who runs a file nor what a graph is.
"""

from __future__ import annotations

from collections.abc import Iterator

from archdoc.extract import _values as values
from archdoc.extract._compose_project import Layer, Service
from archdoc.extract._compose_variables import interpolate, noted
from archdoc.extract._effects import Build, Mention
from archdoc.extract._workspace import ROOT
from archdoc.extract._yaml import Node

_OTHER_IMAGES = ("docker-image://", "service:", "target:", "oci-layout://")


def image(service: Service) -> Mention | None:
    """The image of a service; None for one that Compose names itself."""
    found = service.text("image")
    return found if found is not None and found.text else None


def has_build(service: Service) -> bool:
    """Whether a service is built from files."""
    return service.last("build") is not None


def build(service: Service, *, pushed: bool = False) -> Build | None:
    """The build of a service; None for one that only runs an image."""
    said = service.last("build")
    if said is None:
        return None
    name = image(service)
    inline = service.last("build", "dockerfile_inline")
    file = service.last("build", "dockerfile")
    target = service.text("build", "target")
    return Build(
        at=said[1].evidence(f"services.{service.name}.build"),
        images=(*((name,) if name else ()), *_tags(service)),
        context=_context(service, said),
        file=file[0].mention(file[1], "build.dockerfile") if file and not inline else None,
        target=target,
        pushed=pushed and name is not None,
        platforms=tuple(_platforms(service)),
        inside=True,
        inline=inline is not None,
        name=service.name,
        arguments=tuple(_arguments(service)),
        contexts=tuple(_contexts(service)),
    )


def _context(service: Service, said: tuple[Layer, Node]) -> Mention:
    """The folder that is built from: the last layer that names one, in the short or the long form."""
    for layer in reversed(service.layers):
        node = layer.node["build"]
        node = node if node.is_text else node["context"]
        if node:
            return layer.path(node, "build.context")
    layer, node = said
    return Mention((f"{ROOT}/{layer.folder}" if layer.folder else ROOT,), node.evidence("build"))


def _tags(service: Service) -> Iterator[Mention]:
    for layer in service.layers:
        for node in layer.node.at("build", "tags"):
            if node.is_text:
                yield layer.mention(node, "build.tags")


def _platforms(service: Service) -> Iterator[str]:
    found = [layer.mention(node, "").text for layer in service.layers for node in layer.node.at("build", "platforms")]
    own = service.text("platform")
    for text in found or ([own.text] if own else []):
        yield values.shown(text)


def _arguments(service: Service) -> Iterator[tuple[str, Mention]]:
    for name, layer, node, text in service.pairs("build", "args"):
        noted(name, node.evidence(), text, layer.lookup)
        yield name, Mention(interpolate(text, layer.lookup), node.evidence(f"build.args.{name}"), literal="$" not in text)


def _contexts(service: Service) -> Iterator[tuple[str, Mention]]:
    for name, layer, node, text in service.pairs("build", "additional_contexts"):
        written = Node(text, node.path, node.line)
        read = layer.mention if text.startswith(_OTHER_IMAGES) else layer.path
        yield name, read(written, f"build.additional_contexts.{name}")
