"""Actions that build, name, push, log in and deploy: one row each, by name without its version.

A function gets a `Use` and gives effects. Source of the inputs: the `action.yml` of each action. This module knows no workflow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from archdoc.extract import _values as values
from archdoc.extract._commands_docker import DOCKER_HUB, outputs_of
from archdoc.extract._effects import (
    Build,
    Checkout,
    Deploy,
    Download,
    Effect,
    Login,
    Mention,
    Opaque,
    Output,
    StartCluster,
    Upload,
)
from archdoc.extract._values import Text
from archdoc.extract._yaml import Node
from archdoc.model import Evidence

ECR = "*.dkr.ecr.*.amazonaws.com"
ECR_PUBLIC = "public.ecr.aws"


@dataclass(frozen=True, slots=True)
class Use:
    """A step that uses an action: its name in lower case, its inputs by theirs, and the line of the step.

    `read` evaluates an input line by line.
    """

    name: str
    inputs: Mapping[str, Node]
    read: Callable[[str, Node], tuple[Mention, ...]]
    at: Evidence

    def rows(self, name: str) -> tuple[Mention, ...]:
        """The lines of an input; none where it is not given."""
        return self.read(name, self.inputs[name]) if name in self.inputs else ()

    def text(self, name: str) -> Text:
        """An input; empty where it is not given."""
        return _joined(self.rows(name))

    def known(self, name: str) -> str | None:
        """An input that is all known."""
        return values.known(self.text(name))

    def given(self, name: str) -> Mention | None:
        """An input that is given and not empty."""
        rows = self.rows(name)
        text = _joined(rows)
        return rows[0].of(text) if text else None

    def list(self, name: str, separators: str = "\n,") -> list[Mention]:
        """The elements of an input that is a list, each with its own line."""
        return [row.of(one) for row in self.rows(name) for one in values.split(row.text, separators)]

    def on(self, name: str, default: bool = False) -> bool:
        """Whether a switch may be on: unless it is surely off."""
        text = self.text(name)
        return any(values.known(one) != "false" for one in values.alternatives(text)) if text else default


def _joined(rows: Sequence[Mention]) -> Text:
    return values.strip(values.join(piece for n, row in enumerate(rows) for piece in ((("\n",) if n else ()), row.text)))


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
    """docker/metadata-action: its tags are the given images, each with tags that the event decides."""
    images = []
    for row in use.list("images", "\n"):
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


def _bake(use: Use) -> Iterator[Effect]:
    yield Opaque("bake", use.at)


def _buildah(use: Use) -> Iterator[Effect]:
    """redhat-actions/buildah-build: one name, several tags, several files of which the first counts."""
    files = [*use.list("containerfiles"), *use.list("dockerfiles")]
    image = use.given("image")
    yield Build(
        at=use.at,
        images=(image,) if image else (),
        context=use.given("context") or Mention((".",), use.at),
        file=files[0] if files else None,
        defaults=("Containerfile", "Dockerfile"),
    )


def _kaniko(use: Use) -> Iterator[Effect]:
    yield Build(
        at=use.at,
        images=tuple(use.list("image")),
        context=use.given("path") or use.given("context") or Mention((".",), use.at),
        file=use.given("build_file"),
        pushed=True,
    )


def _login(use: Use) -> Iterator[Effect]:
    yield Login("registry", use.given("registry") or use.given("login-server") or Mention((DOCKER_HUB,), use.at))


def _ecr_login(use: Use) -> Iterator[Effect]:
    host = ECR_PUBLIC if use.known("registry-type") == "public" else ECR
    yield Login("registry", Mention((host,), use.at))
    yield Output(
        "registry",
        (host,) if host == ECR_PUBLIC else (values.Unknown("account"), ".dkr.ecr.", values.Unknown("region"), ".amazonaws.com"),
    )


def _cloud(name: str) -> Callable[[Use], Iterator[Effect]]:
    def login(use: Use) -> Iterator[Effect]:
        yield Login("cloud", Mention((name,), use.at))

    return login


def _cluster(use: Use) -> Iterator[Effect]:
    if not use.on("install_only"):
        yield StartCluster(use.at)


def _manifests(use: Use) -> Iterator[Effect]:
    for one in use.list("manifests"):
        yield Deploy(one)


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
    yield Download(wanted, wanted.at if wanted else use.at, pattern=name is None, elsewhere=elsewhere)


def _checkout(use: Use) -> Iterator[Effect]:
    yield Checkout(use.text("repository"), use.text("path"))


ACTIONS: dict[str, Callable[[Use], Iterator[Effect]]] = {
    "docker/build-push-action": _build_push,
    "docker/metadata-action": _metadata,
    "docker/bake-action": _bake,
    "redhat-actions/buildah-build": _buildah,
    "aevea/action-kaniko": _kaniko,
    "docker/login-action": _login,
    "azure/docker-login": _login,
    "redhat-actions/podman-login": _login,
    "aws-actions/amazon-ecr-login": _ecr_login,
    "aws-actions/configure-aws-credentials": _cloud("aws"),
    "azure/login": _cloud("azure"),
    "google-github-actions/auth": _cloud("gcp"),
    "helm/kind-action": _cluster,
    "container-tools/kind-action": _cluster,
    "engineerd/setup-kind": _cluster,
    "medyagh/setup-minikube": _cluster,
    "manusa/actions-setup-minikube": _cluster,
    "absaoss/k3d-action": _cluster,
    "nolar/setup-k3d-k3s": _cluster,
    "jupyterhub/action-k3s-helm": _cluster,
    "azure/k8s-deploy": _manifests,
    "actions/upload-artifact": _upload,
    "actions/upload-artifact/merge": _merge,
    "actions/download-artifact": _download,
    "actions/upload-pages-artifact": _pages,
    "actions/deploy-pages": _deploy_pages,
    "actions/checkout": _checkout,
}

AUXILIARY = frozenset({"docker/bake-action", "docker/metadata-action"})
"""Actions that count only where another step uses what they do."""
