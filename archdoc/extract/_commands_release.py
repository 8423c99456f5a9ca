"""Commands that give what runs already a new version, by its name: kubectl, oc, Argo CD, Flux. Rows of `_commands.COMMANDS`.

Source of the rules: the command-line references of kubectl, oc, argocd and flux.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from archdoc.extract import _edits as edits
from archdoc.extract import _values as values
from archdoc.extract._call import Call
from archdoc.extract._effects import Deploy, Effect, Release, SetImage
from archdoc.extract._names import named
from archdoc.extract._options import Options
from archdoc.extract._shell_walk import Argument
from archdoc.regex import regex

KUBECTL = frozenset(
    [
        "-f",
        "--filename",
        "-k",
        "--kustomize",
        "-n",
        "--namespace",
        "-l",
        "--selector",
        "-o",
        "--output",
        "--context",
        "--kubeconfig",
        "--cluster",
        "--user",
        "--as",
        "--field-manager",
        "--timeout",
        "--request-timeout",
        "-s",
        "--server",
        "--token",
        "--prune-allowlist",
        "--template",
        "--field-selector",
        "--cascade",
        "--grace-period",
        "--image",
        "--port",
        "--replicas",
        "-p",
        "--patch",
        "--patch-file",
        "--type",
        "--subresource",
        "--param-file",
    ]
)
_ARGO = frozenset(
    [
        "--kustomize-image",
        "-p",
        "--parameter",
        "--helm-set",
        "--helm-set-string",
        "--revision",
        "--path",
        "--repo",
        "--dest-server",
        "--dest-namespace",
        "--dest-name",
        "--server",
        "--auth-token",
        "--timeout",
        "--project",
    ]
)
TEST = regex(r"(?:kind|k3d|minikube|microk8s|docker-desktop|rancher-desktop)(?:-.*)?")

OBJECTS: dict[str, str] = {
    **dict.fromkeys(("deploy", "deployment", "deployments", "deployment.apps", "deployments.apps"), "Deployment"),
    **dict.fromkeys(("sts", "statefulset", "statefulsets", "statefulset.apps"), "StatefulSet"),
    **dict.fromkeys(("ds", "daemonset", "daemonsets", "daemonset.apps"), "DaemonSet"),
    **dict.fromkeys(("rs", "replicaset", "replicasets"), "ReplicaSet"),
    **dict.fromkeys(("cj", "cronjob", "cronjobs"), "CronJob"),
    **dict.fromkeys(("job", "jobs"), "Job"),
    **dict.fromkeys(("po", "pod", "pods"), "Pod"),
    **dict.fromkeys(("dc", "deploymentconfig", "deploymentconfigs"), "DeploymentConfig.apps.openshift.io"),
    **dict.fromkeys(("rollout", "rollouts"), "Rollout.argoproj.io"),
    **dict.fromkeys(("isvc", "inferenceservice", "inferenceservices"), "InferenceService.serving.kserve.io"),
    "ksvc": "Service.serving.knative.dev",
}
"""Kinds that run something, as the command line calls them, by what identities call them."""


def is_dry(read: Options) -> bool:
    return any(
        name == "--dry-run" and (value is None or values.known(value.text) not in ("none", "false")) for name, value in read.pairs
    )


def is_for_tests(read: Options, *names: str) -> bool:
    context = read.last(*names)
    return context is not None and TEST.fullmatch(values.shown(context.text)) is not None


def created(call: Call, read: Options, *, test: bool) -> Iterator[Release]:
    """``kubectl create deployment NAME --image=IMAGE``: no file says what is made."""
    image = read.last("--image")
    words = read.rest
    kind = OBJECTS.get(values.known(words[0].text) or "") if words else None
    if image is not None and len(words) > 1 and kind:
        mention = call.mention(image, "--image")
        name = named(image.text)[0]
        yield Release(kind, call.mention(words[1]), images=(SetImage(mention.of(name)),) if name else (), test=test)


def _set_image(call: Call) -> Iterator[Effect]:
    """``kubectl set image KIND/NAME CONTAINER=IMAGE...``, also with kind and names apart, or with ``-f``."""
    read = call.options(KUBECTL)
    settings = [word for word in read.rest if edits.cut(word.text, "=")[1]]
    images = tuple(filter(None, (edits.container(call.mention(word)) for word in settings)))
    if is_dry(read) or read.flag("--local"):
        return
    for argument in read.all("-f", "--filename"):
        yield Deploy(call.mention(argument, "-f"), images=images, test=is_for_tests(read, "--context"))
    yield from _named(call, read, [word for word in read.rest if word not in settings], images)


def _renew(call: Call) -> Iterator[Effect]:
    """``kubectl rollout restart KIND/NAME``, ``kubectl patch KIND NAME``."""
    read = call.options(KUBECTL)
    if not is_dry(read):
        yield from _named(call, read, read.rest, ())


def _named(call: Call, read: Options, words: Sequence[Argument], images: tuple[SetImage, ...]) -> Iterator[Release]:
    """The objects that words name: ``KIND/NAME...`` or ``KIND NAME...``; kinds that run nothing are passed over."""
    namespace = read.last("-n", "--namespace")
    place = values.known(namespace.text) if namespace else None
    test = is_for_tests(read, "--context")
    kind = OBJECTS.get(values.known(words[0].text) or "") if words else None
    for word in words[1:] if kind else ():
        yield Release(kind or "", call.mention(word), True, images, test=test, namespace=place or "")
    for word in words if not kind else ():
        for one in values.split(word.text, ","):
            head, slash, name = edits.cut(one, "/")
            found = OBJECTS.get((values.known(head) or "").lower())
            if slash and found and name:
                yield Release(found, call.mention(word).of(name), True, images, test=test, namespace=place or "")


def _application(call: Call) -> Iterator[Effect]:
    """``argocd app create|set|sync NAME``."""
    read = call.options(_ARGO)
    images = list(filter(None, (edits.kustomize(call.mention(one)) for one in read.all("--kustomize-image"))))
    images += edits.helm([call.mention(one) for one in read.all("-p", "--parameter", "--helm-set", "--helm-set-string")])
    for word in read.rest:
        yield Release("Application.argoproj.io", call.mention(word), True, tuple(images))


def _reconcile(kind: str) -> Callable[[Call], Iterator[Effect]]:
    """``flux reconcile KIND NAME``."""

    def found(call: Call) -> Iterator[Effect]:
        for word in call.options(KUBECTL).rest[:1]:
            yield Release(kind, call.mention(word), True)

    return found


def _artifact(call: Call) -> Iterator[Effect]:
    """``flux push artifact oci://... --path FOLDER``: what runs in a cluster is taken from there."""
    path = call.options(frozenset(["--path", "-f", "--source", "--revision", "--creds", "--provider"])).last("--path", "-f")
    if path is not None:
        yield Deploy(call.mention(path, "--path"))


KUBECTLS = (("kubectl",), ("oc",), ("microk8s", "kubectl"), ("minikube", "kubectl"), ("k3s", "kubectl"))

RELEASES: dict[tuple[str, ...], Callable[[Call], Iterator[Effect]]] = {
    **{(*tool, "set", "image"): _set_image for tool in KUBECTLS},
    **{(*tool, "rollout", verb): _renew for tool in KUBECTLS for verb in ("restart", "latest")},
    **{(*tool, "patch"): _renew for tool in KUBECTLS},
    **{("argocd", "app", verb): _application for verb in ("create", "set", "sync")},
    ("flux", "reconcile", "kustomization"): _reconcile("Kustomization.kustomize.toolkit.fluxcd.io"),
    ("flux", "reconcile", "ks"): _reconcile("Kustomization.kustomize.toolkit.fluxcd.io"),
    ("flux", "reconcile", "helmrelease"): _reconcile("HelmRelease.helm.toolkit.fluxcd.io"),
    ("flux", "reconcile", "hr"): _reconcile("HelmRelease.helm.toolkit.fluxcd.io"),
    ("flux", "push", "artifact"): _artifact,
}
