"""Rows of kinds in the configuration: the example of the guide does what the guide says, and mistakes are told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from archdoc import config
from archdoc.config import Config
from archdoc.errors import ConfigError
from archdoc.extract import kubernetes
from archdoc.model import ByImage, ByName, EntityKind, RelationKind
from tests.support import MemoryFiles

_GUIDE = (Path(__file__).parents[2] / "docs" / "guide" / "custom-resources.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", _GUIDE, re.DOTALL)
    assert found
    return found[1]


def test_the_example_of_the_guide() -> None:
    settings = config.parse(block("toml"), "archdoc.toml")
    facts = kubernetes.extract("a.yaml", MemoryFiles({"a.yaml": block("yaml")}), settings)
    (server,) = [entity for entity in facts.entities if entity.kind is EntityKind.WORKLOAD]
    assert (server.name, server.labels, server.attributes) == ("churn", {"app": "churn"}, {})
    images = {r.target.reference for r in facts.references if isinstance(r.target, ByImage)}
    assert images == {"ghcr.io/acme/engine:3", "ghcr.io/acme/server:2"}
    named = {(r.relation, r.target.kinds[0], r.target.name) for r in facts.references if isinstance(r.target, ByName)}
    assert (RelationKind.READS, "Bucket.s3.aws.upbound.io", "models") in named
    assert (RelationKind.CONFIGURES, "Region.ml.acme.example", "north") in named


def test_without_rows_it_is_inferred() -> None:
    facts = kubernetes.extract("a.yaml", MemoryFiles({"a.yaml": block("yaml")}), Config())
    (server,) = [entity for entity in facts.entities if entity.kind is EntityKind.WORKLOAD]
    assert server.attributes == {"inferred": True}


def test_a_row_adds_to_a_kind_that_is_known() -> None:
    text = '[[references]]\nkind = "ScaledObject.keda.sh"\npath = "spec.owner"\nrelation = "runs-as"\nto = ["ServiceAccount"]\n'
    spec = "{scaleTargetRef: {name: b}, owner: {name: c}}"
    manifest = f"apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {{name: a}}\nspec: {spec}\n"
    facts = kubernetes.extract("a.yaml", MemoryFiles({"a.yaml": manifest}), config.parse(text, "archdoc.toml"))
    named = {(r.relation, r.target.name) for r in facts.references if isinstance(r.target, ByName)}
    assert named == {(RelationKind.SCALES, "b"), (RelationKind.RUNS_AS, "c")}


def test_a_kind_without_namespace() -> None:
    text = '[[kinds]]\nkind = "Region.example.com"\nentity = "config"\ncluster = true\n'
    manifest = "apiVersion: example.com/v1\nkind: Region\nmetadata: {name: north, namespace: odd}\n"
    facts = kubernetes.extract("a.yaml", MemoryFiles({"a.yaml": manifest}), config.parse(text, "archdoc.toml"))
    assert [(e.kind, e.namespace) for e in facts.entities if e.name == "north"] == [(EntityKind.CONFIG, None)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('kind = "Widget"\nentity = "workload"', "`kind` must be a kind with its group"),
        ('kind = "Widget.example.com"\nentity = "worklod"', "did you mean `workload`?"),
        ('kind = "Widget.example.com"\nentity = "zzz"', "known: workflow"),
        ('kind = "Widget.example.com"', "must have a `entity`"),
        ('kind = "Widget.example.com"\nentity = "config"\ntemplate = []', "did you mean `templates`?"),
        ('kind = "Widget.example.com"\nentity = "config"\ncluster = "yes"', "`cluster` must be true or false"),
        ('kind = "Widget.example.com"\nentity = "config"\nspecs = ["a b"]', "must be a field path"),
    ],
)
def test_mistakes_in_kinds_are_told(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(message)):
        config.parse(f"[[kinds]]\n{text}\n", "archdoc.toml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('path = "spec.a"\nrelation = "reads"\nto = "Secret"', "must have a `kind`"),
        ('kind = "Widget.example.com"\npath = "spec.a"\nrelation = "read"\nto = "Secret"', "did you mean `reads`?"),
        ('kind = "Widget.example.com"\npath = "spec.a"\nrelation = "reads"\nto = []', "must be kinds"),
        ('kind = "Widget.example.com"\npath = "spec.a"\nrelation = "reads"\nto = "not a kind"', "must be kinds"),
        ('kind = "Widget.example.com"\npaht = "spec.a"', "did you mean `path`?"),
    ],
)
def test_mistakes_in_references_are_told(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(message)):
        config.parse(f"[[references]]\n{text}\n", "archdoc.toml")
