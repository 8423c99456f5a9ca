"""What is published as data has a schema, and keeps to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from archdoc.check.freshness import State
from archdoc.model import Basis, EntityKind, RelationKind
from tests.e2e.support import Repo

SCHEMAS = Path(__file__).resolve().parents[2] / "docs/schema"


def schema(name: str) -> Any:
    return json.loads((SCHEMAS / f"archdoc.{name}-1.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("name", "command"), [("graph", ("graph",)), ("check", ("check", "--format", "json"))])
def test_what_is_printed_keeps_to_its_schema(shop: Repo, name: str, command: tuple[str, ...]) -> None:
    shop.git("rm", "-q", "k8s/worker.yaml")
    shop.deployment("redis")
    shop.write("Dockerfile", "# archdoc: ignore[image-latest] not yet\n" + shop.read("Dockerfile"))
    shop.git("add", "-A")
    printed = json.loads(shop.archdoc(*command).stdout)
    jsonschema.validate(printed, schema(name))
    described = schema(name)["properties"]
    assert printed.keys() == described.keys()
    damaged = {**printed, "findings": [{}]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(damaged, schema(name))


@pytest.mark.parametrize("names", [("Deployment/web",), ("Dockerfile", "Deployment/web")])
def test_what_explain_prints_keeps_to_its_schema(shop: Repo, names: tuple[str, ...]) -> None:
    shop.write("compose.yaml", "services: {web: {build: ., image: 'ghcr.io/acme/web:${TAG:-1.0}'}}\n")
    shop.git("add", "-A")
    result = shop.archdoc("explain", *names, "--format", "json")
    assert result.returncode == 0, result.stderr
    printed = json.loads(result.stdout)
    jsonschema.validate(printed, schema("explain"))
    assert printed.keys() == schema("explain")["properties"].keys()
    told = [one for way in printed["ways"] for relation in way["relations"] for one in relation["substitutions"]]
    assert len(names) == 1 or told[0]["written"] == "ghcr.io/acme/web:${TAG:-1.0}"
    way = printed["ways"][0]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**printed, "ways": [{**way, "relations": [{}]}]}, schema("explain"))
    relation = way["relations"][0]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**printed, "ways": [{**way, "relations": [{**relation, "substitutions": [{}]}]}]}, schema("explain"))


def _choices(value: Any) -> list[list[str]]:
    if isinstance(value, Mapping):
        own = [list(value["enum"])] if "enum" in value else []
        return own + [found for inner in value.values() for found in _choices(inner)]
    return []


def test_the_closed_lists_are_those_of_the_code() -> None:
    graph = _choices(schema("graph"))
    for kinds in (EntityKind, RelationKind, Basis):
        assert [kind.value for kind in kinds] in graph
    assert [state.value for state in State] in _choices(schema("check"))
