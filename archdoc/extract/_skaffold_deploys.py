"""What Skaffold applies, with the images that it sets in charts.

Source: ``pkg/skaffold/helm/args.go``. This module knows documents, no command.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archdoc.extract import _skaffold_config as configs
from archdoc.extract import _skaffold_names as names
from archdoc.extract import _values as values
from archdoc.extract._effects import Deploy, Mention, SetImage
from archdoc.extract._names import named
from archdoc.extract._skaffold_build import Naming
from archdoc.extract._skaffold_config import Config, Manifest
from archdoc.extract._values import Text
from archdoc.extract._yaml import Node
from archdoc.regex import regex

_IMAGE = regex(r"\{\{-?\s*\.IMAGE_(?:FULLY_QUALIFIED|NAME|REPO)(?:_(\w+)|(\d+))?\s*-?\}\}")
_ILLEGAL = regex(r"[./:-]")
_MAX_SETTINGS = 1_000
_WITH_NAME = (".repository", ".name")


def deploys(config: Config, naming: Naming, images: Sequence[str], *, alone: bool) -> Iterator[Deploy]:
    """What a document applies; `images` are those of all artifacts, in order. `alone` tells that it is the only document.

    Manifests hold the names of artifacts, and builds are told by these names too; so only charts are told of images.
    """
    for manifest in configs.manifests(config, alone=alone):
        source = manifest.source
        text = names.filled(source.text, naming.variable)
        if manifest.repository:
            text = values.join(((manifest.repository, "/"), text))
        target = Mention(text, source.evidence(), manifest.said and "{{" not in source.text)
        yield Deploy(target, manifest.chart, tuple(_of_chart(manifest, naming, images)))


def _of_chart(manifest: Manifest, naming: Naming, images: Sequence[str]) -> Iterator[SetImage]:
    """The images that values of a chart are set to: by the name of an artifact, or by a template that stands for one."""
    release = manifest.release
    for section in ("artifactOverrides", "values", "setValues", "setValueTemplates"):
        for key, value in _flat(release[section]):
            image = value.text if value.text in images else _templated(value.text, images)
            if image:
                field = next((key.removesuffix(end) for end in _WITH_NAME if key.endswith(end)), key)
                yield SetImage(Mention(_pushed(image, naming), value.evidence(), value.text == image), (), field)


def _pushed(image: str, naming: Naming) -> Text:
    return names.with_repository(naming.repository, named(names.filled(image, naming.variable))[0])


def _templated(text: str, images: Sequence[str]) -> str:
    """The artifact that ``{{.IMAGE_REPO_name}}`` means, or ``{{.IMAGE_REPO}}``, the first, ``{{.IMAGE_REPO2}}``, the second."""
    found = _IMAGE.search(text)
    if found is None:
        return ""
    if found[1]:
        return next((image for image in images if _ILLEGAL.sub("_", image) == found[1]), "")
    number = int(found[2][:6]) if found[2] else 1
    return images[number - 1] if 0 < number <= len(images) else ""


def _flat(node: Node, above: str = "") -> Iterator[tuple[str, Node]]:
    """The values of a mapping by their keys, joined with dots where mappings stand in one another."""
    for number, (key, value) in enumerate(node.items()):
        if number > _MAX_SETTINGS:
            return
        if value.is_map:
            yield from _flat(value, f"{above}{key}.")
        elif value.is_text:
            yield f"{above}{key}", value
