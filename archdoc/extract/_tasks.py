"""The steps of pipelines that run in a cluster: which there are, which must end before which, what each runs and calls.

Argo Workflows, Tekton, Seldon pipelines, the connectors of OPEA and the compiled pipelines of Kubeflow. Knows how each writes
its steps; what a container or an object within a step says is read elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from archdoc.extract._fields import find, first
from archdoc.extract._manifests import Object
from archdoc.extract._yaml import MISSING, Node
from archdoc.regex import regex

MOST = 500
"""As many steps of a pipeline are read."""
_MAX_NODES = 5_000
_ARGO_NAME = regex(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_TEKTON_TASK = regex(r"\$\(tasks\.([A-Za-z0-9_-]+)\.")
_LEAVES = ("container", "script", "containerSet", "resource", "http", "data", "suspend", "plugin")
_CONTAINERS = ("container", "script", "containerSet.containers[]", "initContainers[]", "sidecars[]")
_TEMPLATES = {False: "WorkflowTemplate.argoproj.io", True: "ClusterWorkflowTemplate.argoproj.io"}


class Call(NamedTuple):
    """An object that a step runs: of which kind, and where its name stands."""

    kind: str
    name: Node


class Task(NamedTuple):
    """A step: `key` is its name within the pipeline, `needs` are the keys of those that must end first, `runs` those within it.

    `body` is what it runs itself: the template, or the task with its spec; its containers, the objects it creates, the data it
    takes and gives are found there.
    """

    key: str
    name: str
    at: Node
    needs: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    body: Node = MISSING
    containers: tuple[Node, ...] = ()
    calls: tuple[Call, ...] = ()


def tasks(thing: Object) -> Sequence[Task]:
    """The steps of a pipeline in their order; nothing for what is none."""
    if thing.kind not in _READERS:
        return ()
    path, read = _READERS[thing.kind]
    found = (task for spec in find(thing.root, path) for task in read(spec))
    return list({task.key: task for task in islice(found, MOST)}.values())


# --- Argo Workflows


def _argo(spec: Node) -> Iterator[Task]:
    """The tasks of every template, and the templates that none of them runs: the first one, the exit handler, a library."""
    templates = {template["name"].text: template for template in spec["templates"]}
    called: set[str] = set()
    inner: dict[str, tuple[str, ...]] = {}
    for name, template in templates.items():
        groups = _groups(template)
        begin = groups[0] if groups else []
        others = {task["name"].text for task in begin}
        # In a graph those tasks begin that need no other.
        inner[name] = tuple(f"{name}/{task['name'].text}" for task in begin if others.isdisjoint(_dependencies(task)))
        called |= {task["template"].text for group in groups for task in group}
    for name, template in templates.items():
        before: tuple[str, ...] = ()
        groups = _groups(template)
        known = {task["name"].text for group in groups for task in group}
        for group in groups:
            for task in group:
                needs = tuple(f"{name}/{need}" for need in _dependencies(task) if need in known) or before
                yield _argo_task(f"{name}/{task['name'].text}", task, needs, templates, inner)
            # The tasks of a graph say themselves what they need; steps need all of the group before.
            before = tuple(f"{name}/{task['name'].text}" for task in group) if template["steps"].is_list else ()
        if not groups and name not in called and any(template[leaf] for leaf in _LEAVES):
            yield Task(name, name, template, body=template, containers=_argo_containers(template))


def _groups(template: Node) -> list[list[Node]]:
    """The tasks of a template in the groups that run one after another; a graph is one group."""
    if template["steps"].is_list:
        # A step that stands by itself is a group of one.
        steps = [[group] if group.is_map else list(group) for group in template["steps"]]
        return [named for group in steps if (named := [task for task in group if task["name"].text])]
    graph = [task for task in find(template, "dag.tasks[]") if task["name"].text]
    return [graph] if graph else []


def _dependencies(task: Node) -> tuple[str, ...]:
    """``dependencies: [a, b]``, or the names in ``depends: a.Succeeded && (b || c.Failed)``."""
    said = [*task["dependencies"].texts(), *(word for word in re.split(r"[\s()!&|]+", task["depends"].text) if word)]
    names = (_ARGO_NAME.match(word) for word in said)
    return tuple(dict.fromkeys(name[0] for name in names if name))


def _argo_task(
    key: str, task: Node, needs: tuple[str, ...], templates: dict[str, Node], inner: dict[str, tuple[str, ...]]
) -> Task:
    body = task["inline"] or templates.get(task["template"].text, MISSING)
    elsewhere = task["templateRef"]
    calls = (Call(_TEMPLATES[elsewhere["clusterScope"].true()], elsewhere["name"]),) if elsewhere["name"].text else ()
    runs = () if task["inline"] else inner.get(task["template"].text, ())
    return Task(key, task["name"].text, task, needs, runs, body, _argo_containers(body), calls)


def _argo_containers(template: Node) -> tuple[Node, ...]:
    return tuple(container for place in _CONTAINERS for container in find(template, place) if container.is_map)


# --- Tekton


def _tekton(spec: Node) -> Iterator[Task]:
    ordinary = [task for task in spec["tasks"] if task["name"].text]
    known = {task["name"].text for task in ordinary}
    needed: set[str] = set()
    for task in ordinary:
        needs = tuple(need for need in _tekton_needs(task) if need in known and need != task["name"].text)
        needed |= set(needs)
        yield _tekton_task(task, needs)
    ends = tuple(name for name in (task["name"].text for task in ordinary) if name not in needed)
    for task in spec["finally"]:
        if task["name"].text:
            yield _tekton_task(task, ends)


def _tekton_needs(task: Node) -> Iterator[str]:
    """What `runAfter` names, and what it takes the results of."""
    yield from dict.fromkeys(
        [
            *task["runAfter"].texts(),
            *(name for text in _texts(task) for name in _TEKTON_TASK.findall(text)),
            *(origin.text for origin in find(task, "resources.inputs[].from[]")),
        ]
    )


def _texts(node: Node) -> Iterator[str]:
    """The texts in what a task is given: its parameters, conditions and matrix."""
    stack = [node["params"], node["when"], node["matrix"]]
    for _ in range(_MAX_NODES):
        if not stack:
            return
        one = stack.pop()
        if one.is_text:
            yield one.text
        stack += [value for _, value in one.items()] if one.is_map else list(one)


def _tekton_task(task: Node, needs: tuple[str, ...]) -> Task:
    calls = [
        Call(f"{task[field]['kind'].text or kind}.tekton.dev", task[field]["name"])
        for field, kind in (("taskRef", "Task"), ("pipelineRef", "Pipeline"))
        if task[field]["name"].text
    ]
    spec = task["taskSpec"]
    containers = (*find(spec, "steps[]"), *find(spec, "sidecars[]"))
    return Task(task["name"].text, task["name"].text, task, needs, (), spec, containers, tuple(calls))


# --- Seldon


def _seldon(spec: Node) -> Iterator[Task]:
    """The steps are models; what a step takes is written ``step.outputs.tensor``."""
    known = {step["name"].text for step in spec["steps"]}
    for step in spec["steps"]:
        name = step["name"].text
        said = [text.partition(".")[0] for place in ("inputs", "triggers") for text in step[place].texts()]
        if name:
            needs = tuple(dict.fromkeys(need for need in said if need in known and need != name))
            yield Task(name, name, step, needs, calls=(Call("Model.mlops.seldon.io", step["name"]),))


# --- OPEA


def _opea(spec: Node) -> Iterator[Task]:
    """Steps in nodes: those of a sequence go one after another; one that is downstream answers whose settings name it."""
    steps = [(name, node, step) for name, node in spec["nodes"].items() for step in node["steps"]]
    services: dict[str, str] = {}
    begin: dict[str, list[str]] = {}
    for name, node, step in steps:
        services.setdefault(_opea_service(step), _opea_key(name, step))
        if not _answers(step) and (name not in begin or node["routerType"].text != "Sequence"):
            begin.setdefault(name, []).append(_opea_key(name, step))
    before: dict[str, str] = {}
    for name, node, step in steps:
        key = _opea_key(name, step)
        settings = step.at("internalService", "config").mapping().values()
        asked = [services[text] for text in settings if text in services]
        runs = tuple(one for one in dict.fromkeys([*asked, *begin.get(step["nodeName"].text, ())]) if one != key)
        is_next = node["routerType"].text == "Sequence" and not _answers(step)
        yield Task(key, step["name"].text, step, (before[name],) if is_next and name in before else (), runs)
        if is_next:
            before[name] = key


def _opea_service(step: Node) -> str:
    return step.at("internalService", "serviceName").text


def _opea_key(name: str, step: Node) -> str:
    return f"{name}/{_opea_service(step) or step['name'].text}"


def _answers(step: Node) -> bool:
    return step.at("internalService", "isDownstreamService").true()


# --- pipelines of Kubeflow


def _kubeflow(spec: Node) -> Iterator[Task]:
    """The compiled form (PipelineSpec): the graph of the root, and that of each component which is a graph itself."""
    graphs = {"": spec.at("root", "dag", "tasks")}
    graphs |= {name: component.at("dag", "tasks") for name, component in spec["components"].items()}
    waits = {owner: {name: _kubeflow_needs(task, graph) for name, task in graph.items()} for owner, graph in graphs.items()}
    begin = {owner: tuple(f"{owner}/{name}" for name, needs in known.items() if not needs) for owner, known in waits.items()}
    for owner, graph in graphs.items():
        prefix = f"{owner}/" if owner else ""
        for name, task in graph.items():
            inner = task.at("componentRef", "name").text
            component = spec.at("components", inner)
            container = spec.at("deploymentSpec", "executors", component["executorLabel"].text, "container")
            yield Task(
                f"{prefix}{name}",
                name,
                task,
                tuple(f"{prefix}{need}" for need in waits[owner][name] if need != name),
                begin.get(inner, ()) if inner else (),
                component,
                (container,) if container.is_map else (),
            )


def _kubeflow_needs(task: Node, graph: Node) -> tuple[str, ...]:
    """The tasks of its graph that a task names, and those whose outputs it takes."""
    producers = [
        producer.text
        for place in ("parameters.*.taskOutputParameter", "artifacts.*.taskOutputArtifact")
        for producer in find(task, f"inputs.{place}.producerTask")
    ]
    return tuple(need for need in dict.fromkeys([*task["dependentTasks"].texts(), *producers]) if graph[need])


_READERS: dict[str, tuple[str, Callable[[Node], Iterator[Task]]]] = {
    "Workflow.argoproj.io": ("spec", _argo),
    "WorkflowTemplate.argoproj.io": ("spec", _argo),
    "ClusterWorkflowTemplate.argoproj.io": ("spec", _argo),
    "CronWorkflow.argoproj.io": ("spec.workflowSpec", _argo),
    "ScheduledWorkflow.kubeflow.org": ("spec.workflow.spec", _argo),
    "Pipeline.tekton.dev": ("spec", _tekton),
    "PipelineRun.tekton.dev": ("spec.pipelineSpec", _tekton),
    "Pipeline.mlops.seldon.io": ("spec", _seldon),
    "GMConnector.gmc.opea.io": ("spec", _opea),
    "PipelineVersion.pipelines.kubeflow.org": ("spec.pipelineSpec", _kubeflow),
    "PipelineSpec.pipelines.kubeflow.org": ("spec", _kubeflow),
}
"""Where the steps of a kind are, and how they are read."""


def within(task: Task) -> Sequence[Node]:
    """The objects that a step creates, as mappings or as YAML in a text."""
    return find(task.body, "resource.manifest|") if task.body["resource"] else ()


def data(task: Task) -> Iterator[tuple[bool, str, Node]]:
    """The places that a step takes data from (False) and puts data to (True): an address, and where it is said."""
    for place, gives in (("inputs", False), ("outputs", True)):
        for artifact in find(task.body, f"{place}.artifacts[]"):
            for store, scheme in (("s3", "s3"), ("gcs", "gs"), ("oss", "oss")):
                bucket = artifact.at(store, "bucket")
                if bucket.text and "{{" not in bucket.text:
                    yield gives, f"{scheme}://{bucket.text}", bucket
            address = first(artifact, "http.url") or first(artifact, "artifactory.url")
            if address.text and "{{" not in address.text:
                yield gives, address.text, address
