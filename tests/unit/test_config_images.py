"""Images in the data of ConfigMaps: what a controller runs without a manifest, and what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archdoc.config import Config
from archdoc.extract import _config_images, kubernetes
from archdoc.graph import Graph
from archdoc.model import RelationKind
from archdoc.resolve import resolve
from tests.support import MemoryFiles


def found(text: str, name: str = "settings.yaml") -> list[tuple[int, str]]:
    return list(_config_images.find(name, text))


@pytest.mark.parametrize(
    ("line", "image"),
    [
        ("  image: ghcr.io/acme/agent:1", "ghcr.io/acme/agent:1"),
        ("- image: acme/agent", "acme/agent"),
        ('"image" : "acme/agent:v1",', "acme/agent:v1"),
        ('{"image":"acme/agent:v1","memory":"1Gi"}', "acme/agent:v1"),
        ("sidecarImage: 'localhost:5000/agent'  # ours", "localhost:5000/agent"),
        ("queue-sidecar-image: gcr.io/acme/queue@sha256:" + "0" * 64, "gcr.io/acme/queue@sha256:" + "0" * 64),
        ("# image: acme/agent:1", None),
        ("image: {{ .Values.image }}/agent", None),
        ("image: ghcr.io/acme/${NAME}:1", None),
        ("image: agent", None),  # a word alone may be anything
        ("image: static/logo.png", None),
        ("imagePullPolicy: acme/agent:1", None),
        ("images: acme/agent:1", None),
        ("imagePath: a/b", None),
    ],
)
def test_an_image_in_a_line(line: str, image: str | None) -> None:
    assert found(f"first: line\n{line}\n") == ([(1, image)] if image else [])


def test_a_value_of_one_line_goes_with_its_key() -> None:
    assert found("acme/agent:1", "cacheImage") == [(0, "acme/agent:1")]
    assert found("acme/agent:1", "cache") == []
    assert found('{"image": "acme/agent:1"}', "agent") == [(0, "acme/agent:1")]


@pytest.mark.parametrize("name", ["page.html", "_example", "run.py"])
def test_pages_programs_and_examples_run_nothing(name: str) -> None:
    assert found("a: b\nimage: acme/agent:1\n", name) == []


def test_the_settings_run_the_image_in_all_likelihood() -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  agent: |\n    a: b\n    image: acme/agent:1\n"
    facts = kubernetes.extract("k8s/c.yaml", MemoryFiles({"k8s/c.yaml": text}), Config())
    made: Graph = resolve([facts], frozenset({"k8s/c.yaml"}))
    (run,) = (one for one in made.relations if one.kind is RelationKind.RUNS_IMAGE)
    assert (run.target, run.confidence, run.evidence[0].line) == ("image:docker.io/acme/agent", 0.55, 7)
    assert run.attributes == {"tag": "1", "via": "agent"}
    assert made.findings == ()


@given(st.text(alphabet="imageI:/ -_\"'{},@#.\n\t0aZ", max_size=300))
def test_any_text_gives_lines_that_it_has(text: str) -> None:
    assert all(0 <= row < max(1, len(text.splitlines())) for row, _ in found(text))
