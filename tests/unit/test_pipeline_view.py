"""The picture of a pipeline: its steps in their order, what they use, and parts where there are many."""

from __future__ import annotations

from archdoc.config import Config
from archdoc.extract import kubernetes
from archdoc.graph import Graph
from archdoc.model import EntityKind
from archdoc.resolve import resolve
from archdoc.views import View, pipeline
from archdoc.views._draft import CAP, MAX_EDGES
from tests.support import MemoryFiles

HEAD = "apiVersion: argoproj.io/v1alpha1\nkind: WorkflowTemplate\nmetadata: {name: train}\nspec:\n  templates:\n"
LEAVES = "  - {name: work, container: {image: ghcr.io/acme/work}}\n"


def graph(text: str) -> Graph:
    tree = MemoryFiles({"k8s/a.yaml": text})
    return resolve([kubernetes.extract("k8s/a.yaml", tree, Config())], frozenset(tree.files))


def views(text: str) -> tuple[View, ...]:
    return pipeline.views(graph(text))


def test_steps_stand_in_their_order_with_what_they_run_read_and_call() -> None:
    (view,) = views(
        f"{HEAD}"
        "  - name: main\n    dag:\n      tasks:\n"
        "      - {name: load, template: load}\n"
        "      - {name: fit, template: work, dependencies: [load]}\n"
        "      - {name: tell, templateRef: {name: other, template: x}, dependencies: [fit]}\n"
        "  - name: load\n    inputs: {artifacts: [{name: i, s3: {bucket: raw}}]}\n    container: {image: ghcr.io/acme/load:2}\n"
        f"{LEAVES}"
        "---\napiVersion: argoproj.io/v1alpha1\nkind: WorkflowTemplate\nmetadata: {name: other}\nspec: {templates: []}\n"
    )
    names = {node.id: (node.title, node.subtitle) for node in view.nodes}
    assert set(names.values()) == {
        ("load", "load"),
        ("fit", "work"),
        ("tell", "step"),
        ("other", "WorkflowTemplate"),
        ("s3://raw", "bucket"),
    }
    edges = {(names[e.source][0], names[e.target][0], e.label) for e in view.edges}
    assert edges == {
        ("load", "fit", ""),
        ("fit", "tell", ""),
        ("tell", "other", "runs"),
        ("s3://raw", "load", "reads"),
    }
    assert view.id == "pipeline:k8s:WorkflowTemplate.argoproj.io/train"


def test_templates_within_a_pipeline_have_frames() -> None:
    (view,) = views(
        f"{HEAD}"
        "  - name: main\n    steps:\n    - - {name: a, template: inner}\n    - - {name: b, template: work}\n"
        "  - name: inner\n    dag: {tasks: [{name: c, template: work}, {name: d, template: work, dependencies: [c]}]}\n"
        f"{LEAVES}"
    )
    titles = {node.id: node.title for node in view.nodes}
    assert [group.title for group in view.groups] == ["inner", "main"]
    edges = {(titles[e.source], titles[e.target], e.label) for e in view.edges}
    # What is within `a` is a graph: it begins with the tasks that need no other.
    assert edges == {("a", "b", ""), ("c", "d", ""), ("a", "c", "starts")}


def test_a_pipeline_of_one_step_has_no_picture_of_its_own() -> None:
    assert views(f"{HEAD}{LEAVES}") == ()


def test_many_steps_are_parted_within_the_budget() -> None:
    tasks = "".join(f"      - {{name: step-{n}, template: work, dependencies: [step-{n - 1}]}}\n" for n in range(120))
    found = views(f"{HEAD}  - name: main\n    dag:\n      tasks:\n{tasks}{LEAVES}")
    assert len(found) > 2
    assert all(len(view.nodes) <= CAP and len(view.edges) <= MAX_EDGES for view in found)
    drawn = {entity for view in found for node in view.nodes for entity in node.entities}
    assert len(drawn) == 120


def test_of_very_many_steps_the_rest_is_said_to_be_left_out() -> None:
    leaves = "".join(f"  - {{name: t{n}, container: {{image: x}}}}\n" for n in range(600))
    found = graph(f"{HEAD}{leaves}")
    (train,) = found.of(EntityKind.PIPELINE)
    assert train.attributes == {"steps_left_out": True}
    assert len(found.of(EntityKind.JOB)) == 500


def test_steps_that_depend_on_each_other_or_on_nothing_known() -> None:
    (view,) = views(
        f"{HEAD}  - name: main\n    dag:\n      tasks:\n"
        "      - {name: a, template: main, dependencies: [b, gone, a]}\n"
        "      - {name: b, template: nowhere, depends: '(a.Succeeded || !b) && gone'}\n"
    )
    assert len(view.nodes) == 2
