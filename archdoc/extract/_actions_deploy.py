"""Actions that log in to clouds and clusters, deploy, change manifests and start workflows. Rows of `_actions.ACTIONS`.

Source of the inputs: the `action.yml` of each action, or its README where it takes any.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from archdoc.extract import _commands as commands
from archdoc.extract import _edits as edits
from archdoc.extract import _values as values
from archdoc.extract._effects import (
    Build,
    Commit,
    Deploy,
    Dispatch,
    Edit,
    Effect,
    Follow,
    Login,
    Mention,
    Output,
    Release,
    Render,
    SetImage,
    StartCluster,
)
from archdoc.extract._names import named
from archdoc.extract._shell_walk import Argument, Command
from archdoc.extract._use import Use
from archdoc.extract._values import Text
from archdoc.extract._workspace import ROOT
from archdoc.model import Evidence
from archdoc.regex import regex

_BAKED = "baked-manifests"
_DISPATCH = regex(r"createWorkflowDispatch\(\{[^}]*?workflow_id\s*:\s*[\"'`]([\w./-]+)[\"'`][^}]*", re.DOTALL)
_EVENT = regex(r"createDispatchEvent\(\{[^}]*?event_type\s*:\s*[\"'`]([\w./-]+)[\"'`][^}]*", re.DOTALL)
_OTHER = regex(r"\b(?:owner|repo)\s*:\s*[\"'`]")


# --- logins


def _cloud(name: str) -> Callable[[Use], Iterator[Effect]]:
    def login(use: Use) -> Iterator[Effect]:
        yield Login("cloud", Mention((name,), use.at))

    return login


def _named_cluster(name: str) -> Callable[[Use], Iterator[Effect]]:
    """The cluster whose name the input `name` gives, where it is all known."""

    def login(use: Use) -> Iterator[Effect]:
        cluster = use.given(name)
        if cluster is not None and (known := values.known(cluster.text)):
            yield Login("cluster", cluster.of((known.rpartition("/")[2],)))

    return login


def _cluster(use: Use) -> Iterator[Effect]:
    if not use.on("install_only"):
        yield StartCluster(use.at)


# --- Kubernetes


def _remote_script(use: Use) -> Iterator[Effect]:
    """appleboy/ssh-action: the lines of `script` run on another machine, one after the other."""
    lines = tuple(Argument(row.text, row.at.line, row.literal) for row in use.rows("script"))
    if lines:
        yield Follow("remote-script", lines, {}, use.at)


def _manifests(use: Use) -> Iterator[Effect]:
    """Azure/k8s-deploy: manifests, with images that take the place of those of the same name."""
    names = [image.of(named(image.text)[0]) for image in use.list("images")]
    images = tuple(SetImage(name, name.text) for name in names if name.text)
    for one in use.list("manifests"):
        yield Deploy(one, images=images)


def _bake(use: Use) -> Iterator[Effect]:
    """Azure/k8s-bake: the output stands for a file that is made of a kustomization or chart."""
    source = use.given("kustomizationpath")
    chart = use.given("helmchart")
    composed = use.given("dockercomposefile")
    sources: list[Deploy] = [Deploy(composed)] if composed else []
    if source is not None:
        sources.append(Deploy(source))
    if chart is not None:
        settings = [one.of(values.join(((_dotted(one.text)), ()))) for one in use.list("overrides", "\n")]
        sources.append(Deploy(chart, True, edits.helm(settings)))
    if sources:
        yield Render(Mention((_BAKED,), use.at), tuple(sources))
        yield Output("manifestsBundle", (_BAKED,))


def _dotted(setting: Text) -> Text:
    """An override of k8s-bake, ``key:value``, as ``helm --set`` has it."""
    key, colon, value = edits.cut(setting, ":")
    return values.join((key, ("=",), value)) if colon else setting


def _template(use: Use) -> Iterator[Effect]:
    """bcgov/action-deployer-openshift: a template of OpenShift, of this repository unless another is named."""
    file, other = use.given("file"), use.known("repository")
    if file is not None and not other:
        yield Deploy(file)


def _helm(use: Use) -> Iterator[Effect]:
    chart = use.given("chart")
    if chart is not None:
        yield Deploy(chart, chart=True)


def _helmfile(use: Use) -> Iterator[Effect]:
    """helmfile/helmfile-action: the command line, and the folder it runs in."""
    words = tuple(Argument(one, 0) for row in use.list("helmfile-args", " \n") for one in [row.text])
    folder = use.given("helmfile-workdirectory")
    if folder is not None and not any(values.known(one.text) in ("-f", "--file") for one in words):
        file = values.join((folder.text, ("/helmfile.yaml",)))
        words = (Argument(("-f",), 0), Argument(file, 0, folder.literal), *words)
    yield Follow("helmfile", words, {}, use.at)


def _command_line(name: str, tool: str = "") -> Callable[[Use], Iterator[Effect]]:
    """An action that runs the command line of the input `name`, which begins behind the name of the `tool`."""

    def found(use: Use) -> Iterator[Effect]:
        line = use.given(name)
        if line is None:
            return
        words = [Argument(_plain(one), 0, line.literal) for one in values.split(line.text, " \t\n") if values.known(one) != "\\"]
        command = Command((*([Argument((tool,), 0)] if tool else []), *words), (ROOT,))
        if command.words:
            yield from commands.recognise(command, lambda _row, note: Evidence(line.at.path, line.at.line, note))

    return found


def _plain(word: Text) -> Text:
    return tuple(part.strip("\"'") if isinstance(part, str) else part for part in word)


# --- services of clouds


def _release(kind: str, names: tuple[str, ...], image: str = "image", file: str = "") -> Callable[[Use], Iterator[Effect]]:
    def found(use: Use) -> Iterator[Effect]:
        name = next((given for one in names if (given := use.given(one))), None)
        if name is not None:
            images = tuple(SetImage(one.of(named(one.text)[0])) for one in use.list(image))
            yield Release(kind, name, images=images, file=use.given(file))

    return found


def _cloud_run(use: Use) -> Iterator[Effect]:
    """google-github-actions/deploy-cloudrun: a service or a job, from an image or from source."""
    kind = "cloud-run-job" if use.given("job") else "cloud-run"
    yield from _release(kind, ("job", "service", "metadata"))(use)


def _task_definition(use: Use) -> Iterator[Effect]:
    """aws-actions/amazon-ecs-render-task-definition: its output stands for the file with another image."""
    file, image = use.given("task-definition"), use.given("image")
    if file is not None and image is not None:
        container = values.shown(use.text("container-name"))
        yield Edit(file, (SetImage(image.of(named(image.text)[0]), (), container),))
        yield Output("task-definition", file.text)


def _container_app(use: Use) -> Iterator[Effect]:
    """azure/container-apps-deploy-action: builds where it is given a source, and deploys."""
    built, source = use.given("imagetobuild"), use.given("appsourcepath")
    if built is not None and source is not None:
        file = use.given("dockerfilepath")
        yield Build(at=use.at, images=(built,), context=source, file=file, pushed=True, inside=True)
    image = "imagetodeploy" if use.given("imagetodeploy") else "imagetobuild"
    yield from _release("container-app", ("containerappname",), image, "yamlconfigpath")(use)


# --- changes that are written back


def _yaml_update(use: Use) -> Iterator[Effect]:
    """fjogeleit/yaml-update-action: sets a value at a path and commits."""
    file, path, value = use.given("valuefile"), use.known("propertypath"), use.given("value")
    if file is None or not path or value is None:
        return
    expression = values.join(((f'.{path.removeprefix("$.")} = "',), value.text, ('"',)))
    found = edits.yq(value.of(expression), lambda name: (values.Unknown(name),))
    if found.touches:
        folder = use.given("workdir")
        yield Edit(file.of(values.join((folder.text, ("/",), file.text))) if folder else file, found.images)
        if use.on("commitchange", default=True):
            yield Commit(use.at, made=True, pushed=True)


def _committed(use: Use) -> Iterator[Effect]:
    yield Commit(use.at, made=True, pushed=True)


def _pushed(use: Use) -> Iterator[Effect]:
    yield Commit(use.at, pushed=True)


# --- dispatches


def _dispatch(workflow: str, repository: str) -> Callable[[Use], Iterator[Effect]]:
    def found(use: Use) -> Iterator[Effect]:
        yield Dispatch(use.at, workflow=use.given(workflow), repository=use.text(repository))

    return found


def _trigger_and_wait(use: Use) -> Iterator[Effect]:
    repository = values.join((use.text("owner"), ("/",), use.text("repo")))
    yield Dispatch(use.at, workflow=use.given("workflow_file_name"), repository=repository)


def _event(use: Use) -> Iterator[Effect]:
    yield Dispatch(use.at, event=use.given("event-type"), repository=use.text("repository"))


def _script(use: Use) -> Iterator[Effect]:
    """actions/github-script: the calls of the interface that stand in its text with a plain name."""
    script = use.inputs["script"].text if "script" in use.inputs else ""
    for pattern in (_DISPATCH, _EVENT):
        for found in pattern.finditer(script):
            if not _OTHER.search(found[0]):
                mention = Mention((found[1],), use.at)
                workflow, event = (mention, None) if pattern is _DISPATCH else (None, mention)
                yield Dispatch(use.at, workflow, event, guessed=True)


DEPLOYS: dict[str, Callable[[Use], Iterator[Effect]]] = {
    "aws-actions/configure-aws-credentials": _cloud("aws"),
    "azure/login": _cloud("azure"),
    "google-github-actions/auth": _cloud("gcp"),
    "digitalocean/action-doctl": _cloud("digitalocean"),
    "google-github-actions/get-gke-credentials": _named_cluster("cluster_name"),
    "azure/aks-set-context": _named_cluster("cluster-name"),
    "helm/kind-action": _cluster,
    "container-tools/kind-action": _cluster,
    "engineerd/setup-kind": _cluster,
    "chainguard-dev/actions/setup-kind": _cluster,
    "rinx/setup-k3d": _cluster,
    "medyagh/setup-minikube": _cluster,
    "manusa/actions-setup-minikube": _cluster,
    "absaoss/k3d-action": _cluster,
    "nolar/setup-k3d-k3s": _cluster,
    "jupyterhub/action-k3s-helm": _cluster,
    "balchua/microk8s-actions": _cluster,
    "debianmaster/actions-k3s": _cluster,
    "appleboy/ssh-action": _remote_script,
    "azure/k8s-deploy": _manifests,
    "azure/k8s-bake": _bake,
    "bcgov/action-deployer-openshift": _template,
    "redhat-actions/oc-new-app": _release("Deployment", ("app_name",)),
    "deliverybot/helm": _helm,
    "helmfile/helmfile-action": _helmfile,
    "actions-hub/kubectl": _command_line("args", "kubectl"),
    "kodermax/kubectl-aws-eks": _command_line("args", "kubectl"),
    "steebchen/kubectl": _command_line("command", "kubectl"),
    "wyrihaximus/github-action-helm3": _command_line("exec"),
    "superfly/flyctl-actions": _command_line("args", "flyctl"),
    "mikefarah/yq": _command_line("cmd"),
    "google-github-actions/deploy-cloudrun": _cloud_run,
    "aws-actions/amazon-ecs-render-task-definition": _task_definition,
    "aws-actions/amazon-ecs-deploy-task-definition": _release("ecs-service", ("service",), file="task-definition"),
    "aws-actions/aws-lambda-deploy": _release("lambda", ("function-name",), "image-uri"),
    "azure/webapps-deploy": _release("web-app", ("app-name",), "images"),
    "azure/functions-container-action": _release("function-app", ("app-name",)),
    "azure/container-apps-deploy-action": _container_app,
    "fjogeleit/yaml-update-action": _yaml_update,
    "peter-evans/create-pull-request": _committed,
    "stefanzweifel/git-auto-commit-action": _committed,
    "endbug/add-and-commit": _committed,
    "ad-m/github-push-action": _pushed,
    "benc-uk/workflow-dispatch": _dispatch("workflow", "repo"),
    "peter-evans/repository-dispatch": _event,
    "convictional/trigger-workflow-and-wait": _trigger_and_wait,
    "actions/github-script": _script,
}

DEPLOYS_AUXILIARY = frozenset(
    {
        "azure/k8s-bake",
        "aws-actions/amazon-ecs-render-task-definition",
        "peter-evans/create-pull-request",
        "stefanzweifel/git-auto-commit-action",
        "endbug/add-and-commit",
        "ad-m/github-push-action",
    }
)
"""Actions that count only where another step uses what they do."""
