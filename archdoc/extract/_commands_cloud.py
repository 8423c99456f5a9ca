"""Command lines of clouds: logins to them and to their clusters, and services that get a new image. Rows of `_commands.COMMANDS`.

Source of the rules: the references of gcloud, aws, az, doctl and flyctl.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from archdoc.extract import _values as values
from archdoc.extract._call import Call
from archdoc.extract._effects import Effect, Login, Mention, Release, SetImage
from archdoc.extract._names import named


class Row(NamedTuple):
    """Where a command says what it deploys: the options of its name (none: its first word), of its image, of its file."""

    kind: str
    names: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


_TAKES = frozenset(
    [
        *(
            "--image",
            "--region",
            "--zone",
            "--project",
            "--platform",
            "--source",
            "--set-env-vars",
            "--update-env-vars",
            "--memory",
        ),
        *("--set-secrets", "--update-secrets", "--service-account", "--port", "--cpu", "--tag", "--timeout", "--concurrency"),
        *("--max-instances", "--min-instances", "--vpc-connector", "--network", "--subnet", "--labels", "--format", "--location"),
        *(
            "--revision-suffix",
            "--add-cloudsql-instances",
            "--runtime",
            "--entry-point",
            "--trigger-topic",
            "--execution-environment",
        ),
        *("--cluster", "--service", "--task-definition", "--desired-count", "--profile", "--output", "--query", "--family"),
        *("--function-name", "--image-uri", "--zip-file", "--name", "-n", "--resource-group", "-g", "--subscription", "--alias"),
        *("--kubeconfig", "--role-arn", "--file", "-f", "--docker-custom-image-name", "--container-image-name", "--slot", "-s"),
        *("--cli-input-json", "--command", "--args", "--clear-env-vars", "--ingress", "--yaml", "-i", "-c", "-a", "--app"),
        *("--config", "--dockerfile", "--strategy", "--environment", "--target-port", "--build-arg", "-e", "--env"),
    ]
)


def _cloud(name: str) -> Callable[[Call], Iterator[Effect]]:
    def login(call: Call) -> Iterator[Effect]:
        yield Login("cloud", Mention((name,), call.here))

    return login


def _cluster(*names: str) -> Callable[[Call], Iterator[Effect]]:
    """A command that makes the cluster of a name the one that kubectl speaks to."""

    def login(call: Call) -> Iterator[Effect]:
        read = call.options(_TAKES)
        name = read.last(*names) if names else next(iter(read.words()), None)
        if name is not None and values.known(name.text):
            yield Login("cluster", call.mention(name))

    return login


def _release(row: Row) -> Callable[[Call], Iterator[Effect]]:
    def found(call: Call) -> Iterator[Effect]:
        read = call.options(_TAKES)
        name = read.last(*row.names) if row.names else next(iter(read.words()), None)
        image, file = read.last(*row.images), read.last(*row.files)
        if name is not None:
            images = () if image is None else (SetImage(call.mention(image).of(named(image.text)[0])),)
            yield Release(row.kind, call.mention(name), images=images, file=call.mention(file) if file else None)

    return found


_RELEASES: dict[tuple[str, ...], Row] = {
    **{
        ("gcloud", *track, "run", *words): row
        for track in ((), ("beta",), ("alpha",))
        for words, row in (
            (("deploy",), Row("cloud-run", images=("--image",))),
            (("services", "update"), Row("cloud-run", images=("--image",))),
            (("jobs", "deploy"), Row("cloud-run-job", images=("--image",))),
            (("jobs", "update"), Row("cloud-run-job", images=("--image",))),
        )
    },
    ("gcloud", "functions", "deploy"): Row("cloud-function"),
    ("aws", "ecs", "update-service"): Row("ecs-service", ("--service",)),
    ("aws", "lambda", "update-function-code"): Row("lambda", ("--function-name",), ("--image-uri",)),
    ("az", "containerapp", "update"): Row("container-app", ("-n", "--name"), ("-i", "--image")),
    ("az", "containerapp", "create"): Row("container-app", ("-n", "--name"), ("-i", "--image")),
    ("az", "containerapp", "up"): Row("container-app", ("-n", "--name"), ("-i", "--image")),
    ("az", "webapp", "config", "container", "set"): Row(
        "web-app", ("-n", "--name"), ("-i", "-c", "--docker-custom-image-name", "--container-image-name")
    ),
    ("az", "functionapp", "config", "container", "set"): Row("function-app", ("-n", "--name"), ("-i", "--image")),
    ("az", "container", "create"): Row("container-instance", ("-n", "--name"), ("--image",)),
    **{(tool, "deploy"): Row("fly-app", ("-a", "--app"), ("-i", "--image")) for tool in ("fly", "flyctl")},
}

CLOUD: dict[tuple[str, ...], Callable[[Call], Iterator[Effect]]] = {
    ("az", "login"): _cloud("azure"),
    ("gcloud", "auth", "login"): _cloud("gcp"),
    ("gcloud", "auth", "activate-service-account"): _cloud("gcp"),
    ("doctl", "auth", "init"): _cloud("digitalocean"),
    ("gcloud", "container", "clusters", "get-credentials"): _cluster(),
    ("aws", "eks", "update-kubeconfig"): _cluster("--name"),
    ("az", "aks", "get-credentials"): _cluster("-n", "--name"),
    ("doctl", "kubernetes", "cluster", "kubeconfig", "save"): _cluster(),
    **{words: _release(row) for words, row in _RELEASES.items()},
}
