"""Bake as an action and as a reusable workflow: the command line that their inputs make. Rows of `_actions` and `_signatures`.

Source of the inputs: docker/bake-action, docker/metadata-action and docker/github-builder, their `action.yml` and workflow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from archdoc.extract import _values as values
from archdoc.extract._bake_targets import MADE, SOURCE
from archdoc.extract._effects import Effect, Follow, Mention, Output
from archdoc.extract._shell_walk import Argument
from archdoc.extract._use import Use
from archdoc.extract._values import Text
from archdoc.extract._workspace import is_remote

_META_TARGET = "docker-metadata-action"


def metadata_files(use: Use, images: Iterable[Text]) -> Iterator[Output]:
    """The files for bake that docker/metadata-action makes, by what stands in them."""
    target = use.text("bake-target") or (_META_TARGET,)
    bare = values.join(((MADE,), target))
    tagged = values.join((bare, *(part for image in images for part in ((";",), image, (":",), (values.Unknown("tags"),)))))
    yield Output("bake-file", tagged)
    yield Output("bake-file-tags", tagged)
    yield Output("bake-file-labels", bare)
    yield Output("bake-file-annotations", bare)


def _action(use: Use) -> Iterator[Effect]:
    """docker/bake-action; its definition is that of the commit, unless `source` says otherwise."""
    source = use.given("source")
    words = [*_source(source, use.given("workdir")), *_common(use, use.list("files"))]
    for name in ("push", "load"):
        words += [_word(f"--{name}")] if use.on(name) else []
    call = use.given("call")
    words += [_word("--call"), _argument(call)] if call else []
    yield Follow("bake", (*words, *map(_argument, use.list("targets"))), {}, use.at)


def _source(source: Mention | None, folder: Mention | None) -> Iterator[Argument]:
    """The definition that is read, as the first word; one on the runner is one below the folder of the checkout."""
    if source is not None and (is_remote(values.shown(source.text)) or values.starts(source.text, SOURCE)):
        yield _argument(source)
    elif source is not None or folder is not None:
        given = source or folder
        assert given is not None
        yield _argument(given.of(values.join(((f"{SOURCE}:",), given.text))))


def _common(use: Use, files: Iterable[Mention]) -> Iterator[Argument]:
    for option, rows in (("--file", files), ("--set", use.list("set", "\n")), ("--var", use.list("vars", "\n"))):
        for row in rows:
            yield _word(option)
            yield _argument(row)


def _argument(mention: Mention) -> Argument:
    return Argument(mention.text, 0, mention.literal)


def _word(text: str) -> Argument:
    return Argument((text,), 0)


def _subaction(tool: str) -> Callable[[Use], Iterator[Effect]]:
    def listed(use: Use) -> Iterator[Effect]:
        words = [*_source(use.given("source"), use.given("workdir")), *_common(use, use.list("files"))]
        for field in use.list("fields"):
            words += [_word("--fields"), _argument(field)]
        yield Follow(tool, (*words, *map(_argument, use.list("target"))), {}, use.at)

    return listed


def workflow(use: Use) -> Iterator[Effect]:
    """docker/github-builder, `bake.yml`: one target, which gets the names of `meta-images`, each with tags of the event."""
    target, output = use.given("target") or Mention(("default",), use.at), use.given("output")
    context = use.given("context")
    files = use.list("files") or [Mention(("docker-bake.hcl",), use.at, literal=False)]
    images = [image for image in use.list("meta-images") if "=" not in values.shown(image.text)]
    words = [*_source(None, context), *_common(use, files)]
    if output is None or values.known(output.text) != "local":
        for number, image in enumerate(images):
            tag = values.join(((f"*.tags{'+' if number else ''}=",), values.lower(image.text), (":",), (values.Unknown("tags"),)))
            words += [_word("--set"), _argument(image.of(tag))]
        words += [_word("--set"), _word(f"*.output=type=image,push={'true' if use.on('push') else 'false'}")]
    else:
        words += [_word("--set"), _word("*.output=type=local")]
    yield Follow("bake", (*words, _argument(target)), {}, use.at)


BAKE: dict[str, Callable[[Use], Iterator[Effect]]] = {
    "docker/bake-action": _action,
    "docker/bake-action/subaction/matrix": _subaction("bake-matrix"),
    "docker/bake-action/subaction/list-targets": _subaction("bake-list"),
}

BAKE_AUXILIARY = frozenset(BAKE) - {"docker/bake-action"}
"""Those that count only where another step uses what they do."""
