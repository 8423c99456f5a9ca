"""Actions that build, name, push, log in and deploy: one row each, by name without its version.

A function gets a `Use` and gives effects. Source of the inputs: the `action.yml` of each action. This module knows no workflow.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

from archdoc.extract import _values as values
from archdoc.extract._actions_bake import BAKE, BAKE_AUXILIARY, metadata_files
from archdoc.extract._actions_builds import BUILDS, LIKE_BUILD_PUSH
from archdoc.extract._actions_deploy import DEPLOYS, DEPLOYS_AUXILIARY
from archdoc.extract._commands_docker import DOCKER_HUB, outputs_of, pairs
from archdoc.extract._effects import (
    STARTED,
    Build,
    Checkout,
    Download,
    Effect,
    Login,
    Mention,
    Output,
    Upload,
)
from archdoc.extract._inline import inline
from archdoc.extract._use import Use
from archdoc.extract._values import Text
from archdoc.extract._yaml import MISSING

ECR = "*.dkr.ecr.*.amazonaws.com"
ECR_PUBLIC = "public.ecr.aws"


def _build_push(use: Use) -> Iterator[Effect]:
    context = use.given("context") or use.given("path")
    inside = context is None
    if context is not None and values.starts(context.text, "{{defaultContext}}"):
        head = context.text[0]
        assert isinstance(head, str)
        rest = head.removeprefix("{{defaultContext}}").removeprefix(":")
        context, inside = context.of(values.join(((rest,), context.text[1:]))), True
    outputs = [output for one in use.list("outputs", "\n") for output in outputs_of(one)]
    images = [*_tags(use), *(name for name, _ in outputs if name is not None)]
    yield Build(
        at=use.at,
        images=tuple(images),
        context=context,
        file=use.given("file") or use.given("dockerfile"),
        target=use.given("target"),
        pushed=use.on("push", default="repository" in use.inputs) or any(pushed for _, pushed in outputs),
        platforms=tuple(values.shown(one.text) for one in use.list("platforms")),
        inside=inside,
        arguments=pairs(use.list("build-args", "\n")),
        contexts=pairs(use.list("build-contexts", "\n")),
    )


def _tags(use: Use) -> Iterator[Mention]:
    """The names of the image; version 1 of the action takes repository, registry and bare tags."""
    repository = use.given("repository")
    if repository is None:
        yield from use.list("tags")
        return
    registry = use.text("registry")
    name = values.join((registry, ("/",), repository.text)) if registry else repository.text
    yield repository.of(name)


def _metadata(use: Use) -> Iterator[Effect]:
    """docker/metadata-action: its tags are the given images, each with tags that the event decides; ``#`` starts a comment."""
    images = []
    for row in use.list("images", "\n"):
        if values.starts(row.text, "#"):
            continue
        fields = values.split(row.text, ",")
        names = [one for one in fields if not (isinstance(one[0], str) and one[0].startswith(("enable=", "name=")))]
        names += [
            values.join(((one[0].removeprefix("name="),), one[1:]))
            for one in fields
            if isinstance(one[0], str) and one[0].startswith("name=")
        ]
        images += [values.lower(name) for name in names]
    tagged = values.join(values.join((image, (":",), (values.Unknown("tags"),), ("\n",))) for image in images)
    if tagged:
        yield Output("tags", tagged)
    yield from metadata_files(use, images)


def _buildah(use: Use) -> Iterator[Effect]:
    """redhat-actions/buildah-build: one name or tags that are whole names, several files of which the first counts."""
    files = [*use.list("containerfiles"), *use.list("dockerfiles")]
    image = use.given("image")
    names = [one for one in use.list("tags", " \n\t") if ":" in values.shown(one.text)] or ([image] if image else [])
    yield Build(
        at=use.at,
        images=tuple(one._replace(text=values.lower(one.text)) for one in names),
        context=use.given("context") or Mention((".",), use.at),
        file=files[0] if files else None,
        defaults=("Containerfile", "Dockerfile"),
        arguments=pairs(use.list("build-args", "\n")),
    )
    tags = use.list("tags", " \n\t")
    yield Output("image", values.lower(image.text) if image else ())
    yield Output(
        "tags", values.join(piece for n, tag in enumerate(tags) for piece in ((" ",) if n else (), tag.text)) or ("latest",)
    )


def _kaniko(use: Use) -> Iterator[Effect]:
    yield Build(
        at=use.at,
        images=tuple(use.list("image")),
        context=use.given("path") or use.given("context") or Mention((".",), use.at),
        file=use.given("build_file"),
        pushed=True,
        arguments=pairs(_behind(use.list("extra_args", " \n"), "--build-arg")),
    )


def _behind(words: Sequence[Mention], option: str) -> Iterator[Mention]:
    """The values of an option among words, behind it or behind its ``=``."""
    for before, word in zip((None, *words), words, strict=False):
        if before is not None and values.known(before.text) == option:
            yield word
        elif values.starts(word.text, f"{option}="):
            head = word.text[0]
            assert isinstance(head, str)
            yield word.of(values.join(((head.removeprefix(f"{option}="),), word.text[1:])))


def _login(use: Use) -> Iterator[Effect]:
    yield Login("registry", use.given("registry") or use.given("login-server") or Mention((DOCKER_HUB,), use.at))


def _ecr_login(use: Use) -> Iterator[Effect]:
    host = ECR_PUBLIC if use.known("registry-type") == "public" else ECR
    yield Login("registry", Mention((host,), use.at))
    yield Output(
        "registry",
        (host,) if host == ECR_PUBLIC else (values.Unknown("account"), ".dkr.ecr.", values.Unknown("region"), ".amazonaws.com"),
    )


def _upload(use: Use) -> Iterator[Effect]:
    file = use.given("path")
    if file is not None and use.known("archive") == "false":
        # A file that is not packed keeps its name.
        yield Upload(file.of(_last_part(file.text)))
    else:
        yield Upload(use.given("name") or Mention(("artifact",), use.at))


def _last_part(path: Text) -> Text:
    for place in range(len(path) - 1, -1, -1):
        part = path[place]
        if isinstance(part, str) and "/" in part:
            return values.join(((part.rpartition("/")[2],), path[place + 1 :]))
    return path


def _pages(use: Use) -> Iterator[Effect]:
    yield Upload(use.given("name") or Mention(("github-pages",), use.at))


def _deploy_pages(use: Use) -> Iterator[Effect]:
    yield Download(use.given("artifact_name") or Mention(("github-pages",), use.at), use.at)


def _merge(use: Use) -> Iterator[Effect]:
    yield Download(use.given("pattern"), use.at, pattern=True)
    yield Upload(use.given("name") or Mention(("merged-artifacts",), use.at))


def _download(use: Use) -> Iterator[Effect]:
    elsewhere = any(use.given(name) for name in ("run-id", "repository", "github-token", "artifact-ids"))
    name = use.given("name")
    wanted = name or use.given("pattern")
    after = STARTED in values.sources(use.text("run-id"))
    yield Download(wanted, wanted.at if wanted else use.at, pattern=name is None, elsewhere=elsewhere, after=after)


def _download_elsewhere(use: Use) -> Iterator[Effect]:
    """dawidd6/action-download-artifact: artifacts of a run of `workflow`, or of the run that is named."""
    after = any(STARTED in values.sources(use.text(name)) for name in ("run_id", "run_number"))
    other = any("github.repository" not in values.sources(use.text(name)) for name in ("repo",) if use.given(name))
    if not other and not use.on("name_is_regexp"):
        name, workflow = use.given("name"), use.given("workflow")
        yield Download(name, name.at if name else use.at, name is None, elsewhere=True, workflow=workflow, after=after)


def _paths_filter(use: Use) -> Iterator[Effect]:
    """dorny/paths-filter: `changes` lists the filters that match, at most all; filters in a file are not read."""
    filters = use.inputs.get("filters", MISSING)
    names = [key for root in inline(filters).roots for key, _ in root.items()] if filters.is_text else []
    if names and "${{" not in "".join(names):
        yield Output("changes", (json.dumps(names),))


def _checkout(use: Use) -> Iterator[Effect]:
    yield Checkout(use.text("repository"), use.text("path"))


ACTIONS: dict[str, Callable[[Use], Iterator[Effect]]] = {
    "docker/build-push-action": _build_push,
    **dict.fromkeys(LIKE_BUILD_PUSH, _build_push),
    **BUILDS,
    "docker/metadata-action": _metadata,
    **BAKE,
    "redhat-actions/buildah-build": _buildah,
    "aevea/action-kaniko": _kaniko,
    "docker/login-action": _login,
    "azure/docker-login": _login,
    "redhat-actions/podman-login": _login,
    "aws-actions/amazon-ecr-login": _ecr_login,
    "actions/upload-artifact": _upload,
    "actions/upload-artifact/merge": _merge,
    "actions/download-artifact": _download,
    "dawidd6/action-download-artifact": _download_elsewhere,
    "actions/upload-pages-artifact": _pages,
    "actions/deploy-pages": _deploy_pages,
    "actions/checkout": _checkout,
    "dorny/paths-filter": _paths_filter,
    **DEPLOYS,
}

AUXILIARY = frozenset({"docker/metadata-action", "dorny/paths-filter", *BAKE_AUXILIARY, *DEPLOYS_AUXILIARY})
"""Actions that count only where another step uses what they do."""

DEPENDENT = frozenset({"docker/bake-action"})
"""Actions that read the environment by themselves, and so depend on all that other steps say."""
