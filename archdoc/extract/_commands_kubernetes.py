"""kubectl, Kustomize, Helm, tools beside them, and those that start a test cluster. Rows of `_commands.COMMANDS`.

Source of the rules: the command-line references of kubectl, oc, Kustomize, Helm, ytt, kapp, sed and yq.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from archdoc.extract import _edits as edits
from archdoc.extract import _values as values
from archdoc.extract import claims
from archdoc.extract._call import Call, program
from archdoc.extract._commands_release import KUBECTL, KUBECTLS, RELEASES, TEST, created, is_dry, is_for_tests
from archdoc.extract._effects import Applied, Define, Deploy, Edit, Effect, Follow, Mention, Render, SetImage, StartCluster
from archdoc.extract._names import named
from archdoc.extract._options import Options, options
from archdoc.extract._shell_walk import Argument, Command
from archdoc.extract._values import Text, Unknown
from archdoc.regex import regex

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
_KAPP = frozenset(["-a", "--app", "-f", "--file", "-n", "--namespace", "--into-ns", "--kubeconfig", "--kubeconfig-context"])
_YTT = frozenset(["-f", "--file", "-v", "--data-value", "--data-values-file", "--data-value-yaml", "-o", "--output"])
_EDITOR = frozenset(["-e", "--expression", "-f", "--file", "-o", "--output-format", "-p", "--input-format", "-I", "--indent"])
_CURL = frozenset(["-o", "--output", "-H", "--header", "-X", "--request", "-d", "--data", "-u", "--user", "--retry", "-m", "-A"])
_EMPTY: frozenset[str] = frozenset()
_DOCUMENT = regex(r"^\s*[\"']?kind[\"']?\s*:", re.MULTILINE)


def _apply(call: Call) -> Iterator[Effect]:
    """``kubectl apply|create|replace``: what ``-f`` and ``-k`` name, or what the pipeline makes."""
    read = call.options(KUBECTL)
    yield from render(call)
    if is_dry(read):
        return
    test = is_for_tests(read, "--context", "--cluster")
    for argument in read.all("-k", "--kustomize"):
        yield Deploy(call.mention(argument, "-k"), test=test)
    files = read.all("-f", "--filename") or (list(read.rest[:1]) if read.flag("-Rf", "-fR") else [])
    yield from _applied(call, files, recursive=read.flag("-R", "--recursive", "-Rf", "-fR"), test=test)
    if not files and call.name.endswith(" create"):
        yield from created(call, read, test=test)


def _applied(call: Call, files: list[Argument], *, recursive: bool = False, test: bool = False) -> Iterator[Effect]:
    for argument in files:
        for one in values.split(argument.text, ","):
            if values.known(one) in ("-", "/dev/stdin"):
                for source in _from_pipeline(call):
                    yield source._replace(test=test)
            else:
                asked = values.shown(one) in call.command.asked
                yield Deploy(call.mention(argument, "-f").of(one), recursive=recursive, test=test, asked=asked)


def _from_pipeline(call: Call) -> Iterator[Applied]:
    if call.command.reads is not None:
        yield Deploy(call.mention(call.command.reads, "-f -"))
    if call.command.stdin is not None:
        yield from _printed(call, call.command.stdin, Define(call.mention(call.command.stdin, "-f -")))
    for command in call.command.upstream:
        yield from _sources(call, command)


def _sources(call: Call, command: Command) -> Iterator[Applied]:
    """The manifests that a command prints."""
    shown = [values.known(word.text) or "" for word in command.words[:2]]
    name = program(shown[0])
    for words, function in ((2, _SOURCES.get((name, *shown[1:]))), (1, _SOURCES.get((name,)))):
        if function is not None:
            inner = Call(" ".join((name, *shown[1:words])), command, command.words[words:], call.at)
            yield from function(inner)
            return


def render(call: Call) -> Iterator[Effect]:
    """A command that prints manifests into a file, or whatever it is into a Dockerfile."""
    command = call.command
    found = tuple(_sources(call, command)) or tuple(deploy for one in command.upstream for deploy in _sources(call, one))
    for argument in command.writes:
        name = values.shown(argument.text)
        if found or name.endswith((".yaml", ".yml", ".json")) or claims.dockerfile(name):
            yield Render(call.mention(argument, ">"), found)


def _made(call: Call) -> Iterator[Applied]:
    """``kubectl create deployment NAME --image=IMAGE --dry-run=client -o yaml``."""
    yield from created(call, call.options(KUBECTL), test=False)


def _kustomize(call: Call) -> Iterator[Deploy]:
    words = options(call.words, _KUSTOMIZE).words()
    yield Deploy(call.mention(words[0]) if words else Mention((".",), call.here))


def _rendered(call: Call) -> Iterator[Effect]:
    """``kustomize build -o FILE``; what is printed goes to where the output does."""
    written = options(call.words, _KUSTOMIZE).last("-o", "--output")
    if written is not None:
        yield Render(call.mention(written, "-o"), tuple(_kustomize(call)))
    yield from render(call)


def _template(call: Call) -> Iterator[Deploy]:
    yield from _chart(call, options(call.words, HELM))


def _templated(call: Call) -> Iterator[Effect]:
    written = options(call.words, HELM).last("--output-dir")
    if written is not None:
        yield Render(call.mention(written, "--output-dir"), tuple(_template(call)))
    yield from render(call)


def _files(call: Call) -> Iterator[Applied]:
    for word in options(call.words, _EMPTY).words():
        yield Deploy(call.mention(word))
    if call.command.reads is not None:
        yield Deploy(call.mention(call.command.reads))
    if call.command.stdin is not None:
        yield Define(call.mention(call.command.stdin))


def _edited(call: Call) -> Iterator[Deploy]:
    """``sed SCRIPT FILE...`` and ``yq SCRIPT FILE...``."""
    script, files = _editor(call)
    images = _changes(call, script).images
    for word in files:
        yield Deploy(call.mention(word), images=images)
    if call.command.reads is not None:
        yield Deploy(call.mention(call.command.reads), images=images)


def _editor(call: Call) -> tuple[list[Argument], list[Argument]]:
    """The scripts and the files of a call of sed or yq; ``-n`` and ``-i`` take no value, save an empty word for BSD's sed."""
    read = options(call.words, _EDITOR)
    words = [word for word in read.rest if word.text and values.known(word.text) not in ("e", "eval", "ea", "eval-all")]
    scripts = read.all("-e", "--expression", "-f", "--file")
    return (scripts, words) if scripts else (words[:1], words[1:])


def _changes(call: Call, scripts: list[Argument]) -> edits.Edits:
    """The images that scripts set."""
    yq = call.name.startswith("yq")

    def variable(name: str) -> Text:
        return call.command.environment.get(name, (Unknown(name),))

    found = [edits.yq(call.mention(one), variable) if yq else edits.sed(call.mention(one)) for one in scripts]
    return edits.Edits(tuple(image for one in found for image in one.images), any(one.touches for one in found))


def _edit(call: Call) -> Iterator[Effect]:
    """``sed -i`` and ``yq -i`` change files in place; without, they print."""
    heads = [word.text[0] for word in call.words if word.text and isinstance(word.text[0], str)]
    if not any(re.match(r"-[a-zA-Z]*i|--in-?place", head) for head in heads):
        yield from render(call)
        return
    scripts, files = _editor(call)
    changes = _changes(call, scripts)
    for word in files if changes.touches else ():
        yield Edit(call.mention(word), changes.images)


def _kustomize_edit(call: Call) -> Iterator[Effect]:
    """``kustomize edit set image NAME=NEW...`` in the folder of the kustomization."""
    images = tuple(filter(None, (edits.kustomize(call.mention(word)) for word in options(call.words, _EMPTY).words())))
    yield Edit(Mention((".",), call.here), images)


def _substituted(call: Call) -> Iterator[Deploy]:
    """``envsubst < FILE`` and ``cat FILE | envsubst``, with the images that stand in variables."""
    command = call.command
    images = tuple(
        SetImage(Mention(named(value)[0], call.here, False), (f"${{{name}}}",))
        for name, value in command.environment.items()
        if edits.is_name(value)
    )
    if command.reads is not None:
        yield Deploy(call.mention(command.reads), images=images)
    for one in command.upstream if images and command.reads is None else ():
        yield from (deploy._replace(images=images) for deploy in _sources(call, one) if isinstance(deploy, Deploy))


def _downloaded(call: Call) -> Iterator[Deploy]:
    for word in call.words:
        if values.starts(word.text, "https://") or values.starts(word.text, "http://"):
            yield Deploy(call.mention(word))


def download(call: Call) -> Iterator[Effect]:
    """``curl -o FILE URL``, ``wget -O FILE URL``: who applies the file deploys what lies at the address."""
    read = call.options(frozenset({"-o", "--output", "-O", "--output-document"}) if call.name == "wget" else _CURL)
    written = read.last("-o", "--output", "-O", "--output-document")
    found = tuple(_downloaded(call))
    if written is not None and found:
        yield Render(call.mention(written, "-o"), found)
    yield from render(call)


def _copied(call: Call) -> Iterator[Effect]:
    """``cp FILE... FOLDER``, ``cp FILE COPY``: who applies or builds the copy takes the original."""
    words = options(call.words, _EMPTY).rest
    if len(words) < 2:
        return
    *sources, target = words
    folder = len(sources) > 1 or values.shown(target.text).endswith("/")
    for source in sources:
        name = values.shown(source.text).rstrip("/").rpartition("/")[2]
        copy = values.join((target.text, (f"/{name}",))) if folder else target.text
        yield Render(call.mention(target).of(copy), (Deploy(call.mention(source)),), copied=True)


def _option_files(takes: frozenset[str], *names: str) -> Callable[[Call], Iterator[Deploy]]:
    def found(call: Call) -> Iterator[Deploy]:
        for argument in options(call.words, takes).all(*names):
            if values.known(argument.text) != "-":
                yield Deploy(call.mention(argument, names[0]))

    return found


def _said(call: Call) -> Iterator[Applied]:
    """``echo "$MANIFEST"`` and ``printf '...'`` where the words are a manifest, or what a command printed."""
    for word in call.words:
        defined = Define(call.mention(word)) if _DOCUMENT.search(values.shown(word.text)) else None
        yield from _printed(call, word, defined)


def _printed(call: Call, word: Argument, otherwise: Define | None) -> Iterator[Applied]:
    """The manifests that a command has printed into a variable; `otherwise` where a text is something else."""
    files = [one.file for one in word.text if isinstance(one, values.Unknown) and one.file]
    if files:
        yield from (Deploy(call.mention(word).of((file,))) for file in files)
    elif otherwise is not None:
        yield otherwise


_SOURCES: dict[tuple[str, ...], Callable[[Call], Iterator[Applied]]] = {
    ("kustomize", "build"): _kustomize,
    ("kubectl", "kustomize"): _kustomize,
    ("oc", "kustomize"): _kustomize,
    ("kubectl", "create"): _made,
    ("oc", "create"): _made,
    ("oc", "process"): _option_files(KUBECTL, "-f", "--filename"),
    ("helm", "template"): _template,
    ("ytt",): _option_files(_YTT, "-f", "--file"),
    ("kbld",): _option_files(_YTT, "-f", "--file"),
    ("cat",): _files,
    ("sed",): _edited,
    ("yq",): _edited,
    ("envsubst",): _substituted,
    ("curl",): _downloaded,
    ("wget",): _downloaded,
    ("echo",): _said,
    ("printf",): _said,
}
"""Commands that print manifests, and where from."""


def _helm(call: Call) -> Iterator[Effect]:
    read = call.options(HELM)
    if not is_dry(read):
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
    images = edits.helm([call.mention(one, "--set") for one in read.all("--set", "--set-string", "--set-literal")])
    yield Deploy(chart, True, images, test=is_for_tests(read, "--kube-context"))


def _helmfile(call: Call) -> Iterator[Effect]:
    yield Follow("helmfile", call.words, call.command.environment, call.here)


def _kapp(call: Call) -> Iterator[Effect]:
    yield from _applied(call, options(call.words, _KAPP).all("-f", "--file"))


def _stack(call: Call) -> Iterator[Effect]:
    """``docker stack deploy -c FILE NAME``."""
    for argument in call.options(frozenset({"-c", "--compose-file"})).all("-c", "--compose-file"):
        yield Deploy(call.mention(argument, "-c"))


def _context(call: Call) -> Iterator[Effect]:
    """``kubectl config use-context NAME``."""
    words = call.options(KUBECTL).rest
    if words and TEST.fullmatch(values.shown(words[0].text)):
        yield StartCluster(call.here)


def _cluster(call: Call) -> Iterator[Effect]:
    yield StartCluster(call.here)


KUBERNETES: dict[tuple[str, ...], Callable[[Call], Iterator[Effect]]] = {
    **RELEASES,
    **{(*tool, verb): _apply for tool in KUBECTLS for verb in ("apply", "create", "replace")},
    ("kubectl", "config", "use-context"): _context,
    ("helm", "install"): _helm,
    ("helm", "upgrade"): _helm,
    ("kustomize", "edit", "set", "image"): _kustomize_edit,
    ("helmfile",): _helmfile,
    ("kapp", "deploy"): _kapp,
    ("docker", "stack", "deploy"): _stack,
    ("kind", "create", "cluster"): _cluster,
    ("minikube", "start"): _cluster,
    ("k3d", "cluster", "create"): _cluster,
    ("ctlptl", "create", "cluster"): _cluster,
    ("ctlptl", "apply"): _cluster,
    ("microk8s", "start"): _cluster,
    ("snap", "install", "microk8s"): _cluster,
    ("k0s", "start"): _cluster,
    ("kwokctl", "create", "cluster"): _cluster,
    ("vcluster", "create"): _cluster,
}

KUBERNETES_AUXILIARY: dict[tuple[str, ...], Callable[[Call], Iterator[Effect]]] = {
    ("helm", "template"): _templated,
    ("kustomize", "build"): _rendered,
    ("kubectl", "kustomize"): _rendered,
    ("sed",): _edit,
    ("envsubst",): render,
    ("yq",): _edit,
    ("cp",): _copied,
    ("mv",): _copied,
}
"""Commands that count only where a command of `KUBERNETES` is near."""

EDITS = (
    r"|\byq\b(?=(?:\\\n|[^\n]){0,400}\s-\w*i)(?:\\\n|[^\n]){0,400}(?:[iI]mage|[tT]ag|newName|repository)"
    r"|\bsed\b(?=[^\n]{0,400}\s-\w*i)[^\n]{0,400}(?:[iI]mage|IMAGE|[tT]ag|TAG)"
)
"""Finds the commands of them that count by themselves: edits of what says which images run."""
