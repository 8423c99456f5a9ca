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
