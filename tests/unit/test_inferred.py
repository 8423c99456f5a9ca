"""What only the look of a custom resource tells is marked as inferred, and is never as sure as a field that says so."""

from __future__ import annotations

import pytest

from archdoc.config import Config
from archdoc.extract import kubernetes
from archdoc.graph import Graph
from archdoc.model import EntityKind
from archdoc.resolve import resolve
from tests.support import MemoryFiles


def graph(text: str) -> Graph:
    tree = MemoryFiles({"k8s/a.yaml": text})
    return resolve([kubernetes.extract("k8s/a.yaml", tree, Config())], frozenset(tree.files))


def test_a_relation_that_is_inferred_is_less_than_sure() -> None:
    found = graph(
        "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {auth: {secretName: s}}\n"
        "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"
    )
    (relation,) = [r for r in found.relations if r.kind == "configures"]
    assert (relation.target, relation.confidence, relation.attributes) == ("secret:k8s:Secret/s", 0.55, {"inferred": True})


def test_what_is_inferred_is_never_missing() -> None:
    found = graph("apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {fooRef: {kind: Foo, name: gone}}\n")
    assert found.findings == ()


@pytest.mark.parametrize(
    ("kind", "spec", "expected"),
    [
        ("Cache.example.com", "{image: redis}", EntityKind.WORKLOAD),
        ("Cache.example.com", "{image: {repository: redis}}", EntityKind.WORKLOAD),
        ("Scaler.example.com", "{scaleTargetRef: {name: a}, replicas: 2}", EntityKind.AUTOSCALER),
        ("LimitPolicy.example.com", "{targetRef: {name: a}}", EntityKind.POLICY),
        ("Limit.example.com", "{targetRef: {name: a}}", EntityKind.RESOURCE),
        ("Queue.sqs.aws.upbound.io", "{forProvider: {}}", EntityKind.DATASET),
        ("DBInstance.rds.services.k8s.aws", "{}", EntityKind.WORKLOAD),
        ("Bucket.example.com", "{}", EntityKind.RESOURCE),
    ],
)
def test_what_a_shape_tells(kind: str, spec: str, expected: EntityKind) -> None:
    name, _, group = kind.partition(".")
    found = graph(f"apiVersion: {group}/v1\nkind: {name}\nmetadata: {{name: w}}\nspec: {spec}\n")
    (entity,) = [e for e in found.entities.values() if e.name == "w"]
    assert entity.kind is expected
    assert entity.attributes.get("inferred") == (None if expected is EntityKind.RESOURCE else True)


def test_of_a_known_kind_only_the_fields_that_no_row_tells_are_inferred() -> None:
    found = graph(
        "apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageRepository\nmetadata: {name: w}\n"
        "spec: {image: ghcr.io/acme/api, secretRef: {name: s}, accessFrom: {configMapRef: {name: c}}}\n"
        "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"
    )
    told = {(r.kind.value, r.target.rpartition("/")[2], r.attributes.get("inferred")) for r in found.relations}
    assert told == {
        ("contains", "w", None),
        ("contains", "s", None),
        ("contains", "c", None),
        ("configures", "s", None),
        ("configures", "c", True),
    }
