"""kubectl, Kustomize, Helm and the tools that start a test cluster. Rows of `_commands.COMMANDS`.

Source of the rules: the command-line references of kubectl, Kustomize and Helm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from archdoc.extract import _values as values
from archdoc.extract._call import Call
from archdoc.extract._effects import Deploy, Effect, Mention, Render, StartCluster
from archdoc.extract._options import Options, options
from archdoc.extract._shell_walk import Command

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
    ]
)
HELM = frozenset(
    [
        "-f",
        "--values",
        "--set",
        "--set-string",
        "--set-file",
        "--set-json",
        "--set-literal",
        "-n",
        "--namespace",
        "--version",
        "--repo",
        "--timeout",
        "--description",
        "--post-renderer",
        "--post-renderer-args",
        "--history-max",
        "--kube-context",
        "--kubeconfig",
        "--kube-apiserver",
        "--kube-token",
        "--username",
        "--password",
        "--ca-file",
        "--cert-file",
        "--key-file",
        "--keyring",
        "--labels",
        "-l",
        "-o",
        "--output",
        "--name-template",
        "-a",
        "--api-versions",
        "--kube-version",
        "-s",
        "--show-only",
        "--output-dir",
        "--registry-config",
        "--repository-config",
        "--repository-cache",
        "--burst-limit",
        "--qps",
    ]
)
_KUSTOMIZE = frozenset(
    [
        "-o",
        "--output",
        "--load-restrictor",
        "--env",
        "-e",
        "--mount",
        "--network-name",
        "--as-current-user",
        "--helm-command",
        "--reorder",
    ]
)
_EMPTY: frozenset[str] = frozenset()


def _apply(call: Call) -> Iterator[Effect]:
    """``kubectl apply|create|replace``: what ``-f`` and ``-k`` name, or what the pipeline makes."""
    read = call.options(KUBECTL)
    if _dry(read):
        return
    for argument in read.all("-k", "--kustomize"):
        yield Deploy(call.mention(argument, "-k"))
    for argument in read.all("-f", "--filename"):
        for one in values.split(argument.text, ","):
            if values.known(one) in ("-", "/dev/stdin"):
                yield from _from_pipeline(call)
            else:
                yield Deploy(call.mention(argument, "-f").of(one))


def _dry(read: Options) -> bool:
    return any(
        name == "--dry-run" and (value is None or values.known(value.text) not in ("none", "false")) for name, value in read.pairs
    )


def _from_pipeline(call: Call) -> Iterator[Effect]:
    if call.command.reads is not None:
        yield Deploy(call.mention(call.command.reads, "-f -"))
    for command in call.command.upstream:
        yield from _sources(call, command)


def _sources(call: Call, command: Command) -> Iterator[Deploy]:
    """The manifests that a command prints."""
    shown = [values.known(word.text) or "" for word in command.words[:2]]
    name = shown[0].rpartition("/")[2]
    for words, function in ((2, _SOURCES.get((name, *shown[1:]))), (1, _SOURCES.get((name,)))):
        if function is not None:
            inner = Call(" ".join((name, *shown[1:words])), command, command.words[words:], call.at)
            yield from function(inner)
            return


def render(call: Call) -> Iterator[Effect]:
    """A command that prints manifests into a file."""
    command = call.command
    found = tuple(_sources(call, command)) or tuple(deploy for one in command.upstream for deploy in _sources(call, one))
    if found:
        for argument in command.writes:
            yield Render(call.mention(argument, ">"), found)


def _kustomize(call: Call) -> Iterator[Deploy]:
    words = options(call.words, _KUSTOMIZE).words()
    yield Deploy(call.mention(words[0]) if words else Mention((".",), call.here))


def _template(call: Call) -> Iterator[Deploy]:
    yield from _chart(call, options(call.words, HELM))


def _files(call: Call) -> Iterator[Deploy]:
    for word in options(call.words, _EMPTY).words():
        yield Deploy(call.mention(word))
    if call.command.reads is not None:
        yield Deploy(call.mention(call.command.reads))


def _edited(call: Call) -> Iterator[Deploy]:
    """``sed SCRIPT FILE...`` and ``yq SCRIPT FILE...``."""
    read = options(call.words, frozenset({"-e", "--expression", "-f", "--file", "-o"}))
    words = read.words() if read.all("-e", "--expression", "-f", "--file") else read.words()[1:]
    for word in words:
        yield Deploy(call.mention(word))
    if call.command.reads is not None:
        yield Deploy(call.mention(call.command.reads))


def _substituted(call: Call) -> Iterator[Deploy]:
    if call.command.reads is not None:
        yield Deploy(call.mention(call.command.reads))


def _downloaded(call: Call) -> Iterator[Deploy]:
    for word in call.words:
        if values.starts(word.text, "https://") or values.starts(word.text, "http://"):
            yield Deploy(call.mention(word))


_SOURCES: dict[tuple[str, ...], Callable[[Call], Iterator[Deploy]]] = {
    ("kustomize", "build"): _kustomize,
    ("kubectl", "kustomize"): _kustomize,
    ("oc", "kustomize"): _kustomize,
    ("helm", "template"): _template,
    ("cat",): _files,
    ("sed",): _edited,
    ("yq",): _edited,
    ("envsubst",): _substituted,
    ("curl",): _downloaded,
    ("wget",): _downloaded,
}
"""Commands that print manifests, and where from."""


def _helm(call: Call) -> Iterator[Effect]:
    read = call.options(HELM)
    if not _dry(read):
        yield from _chart(call, read)


def _chart(call: Call, read: Options) -> Iterator[Deploy]:
    words = read.words()
    # `helm install CHART --generate-name` and `--name-template` have no release name before the chart.
    place = 0 if read.flag("--generate-name", "-g", "--name-template") else 1
    if len(words) <= place:
        return
    chart = call.mention(words[place])
    repository = read.last("--repo")
    if repository is not None:
        chart = chart.of(values.join((repository.text, ("/",), chart.text)))
    yield Deploy(chart, chart=True)


def _cluster(call: Call) -> Iterator[Effect]:
    yield StartCluster(call.here)


KUBERNETES: dict[tuple[str, ...], Callable[[Call], Iterator[Effect]]] = {
    **{(tool, verb): _apply for tool in ("kubectl", "oc") for verb in ("apply", "create", "replace")},
    ("minikube", "kubectl", "apply"): _apply,
    ("helm", "install"): _helm,
    ("helm", "upgrade"): _helm,
    ("kind", "create", "cluster"): _cluster,
    ("minikube", "start"): _cluster,
    ("k3d", "cluster", "create"): _cluster,
    ("ctlptl", "create", "cluster"): _cluster,
    ("ctlptl", "apply"): _cluster,
}

KUBERNETES_AUXILIARY: dict[tuple[str, ...], Callable[[Call], Iterator[Effect]]] = {
    ("helm", "template"): render,
    ("kustomize", "build"): render,
    ("kubectl", "kustomize"): render,
    ("sed",): render,
    ("envsubst",): render,
    ("yq",): render,
}
"""Commands that count only where a command of `KUBERNETES` is near."""
