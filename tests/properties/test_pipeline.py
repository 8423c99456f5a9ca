"""Laws of the whole line from tree to pages."""

from __future__ import annotations

import json
import random
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archdoc import codec, plugins
from archdoc.cache import Cache
from archdoc.config import Config
from archdoc.pipeline import build
from archdoc.render import mermaid
from archdoc.views._draft import CAP
from tests.support import MemoryFiles, MemorySnapshot

EXAMPLE = Path(__file__).parents[2] / "examples" / "mlops-platform"
FILES = MemoryFiles.of(EXAMPLE).files


def graph_of(files: dict[str, bytes], cache: Cache | None = None) -> str:
    made = build(MemorySnapshot(files), Config(), cache or Cache(None))
    return codec.canonical(made.graph.as_json()) + "".join(mermaid.render(view) for view in made.views)


def without_lines(text: str) -> str:
    data = json.loads(text[: text.rindex("}\n") + 1]) if text.startswith("{") else {}
    return json.dumps(data)


def test_the_order_of_files_does_not_matter() -> None:
    expected = graph_of(FILES)
    for seed in range(3):
        paths = list(FILES)
        random.Random(seed).shuffle(paths)
        assert graph_of({path: FILES[path] for path in paths}) == expected


def test_a_cached_answer_is_the_answer(tmp_path: Path) -> None:
    expected = graph_of(FILES)
    for _ in range(2):
        with Cache(tmp_path / "cache.sqlite") as cache:
            assert graph_of(FILES, cache) == expected
    changed = {**FILES, "k8s/base/qdrant.yaml": FILES["k8s/base/qdrant.yaml"].replace(b"qdrant/qdrant", b"acme/qdrant")}
    with Cache(tmp_path / "cache.sqlite") as cache:
        assert graph_of(changed, cache) == graph_of(changed)
    (tmp_path / "cache.sqlite").write_bytes(b"damaged")
    with Cache(tmp_path / "cache.sqlite") as cache:
        assert graph_of(FILES, cache) == expected


def test_comments_and_blank_lines_change_no_picture() -> None:
    def views(files: dict[str, bytes]) -> list[str]:
        return [mermaid.render(view) for view in build(MemorySnapshot(files), Config(), Cache(None)).views]

    commented = {
        path: b"# a comment\n\n" + content if path.endswith((".yaml", ".yml")) else content for path, content in FILES.items()
    }
    assert views(commented) == views(FILES)


def test_every_reference_ends_as_a_relation_with_lines_that_exist() -> None:
    made = build(MemorySnapshot(FILES), Config(), Cache(None))
    for relation in made.graph.relations:
        assert relation.source in made.graph.entities
        assert relation.target in made.graph.entities
        assert 0.4 <= relation.confidence <= 1.0
        assert relation.evidence
        for evidence in relation.evidence:
            assert 1 <= evidence.line <= FILES[evidence.path].count(b"\n") + 1 if evidence.path in FILES else evidence.line == 1
    for view in made.views:
        assert len(view.nodes) <= CAP


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_damaged_files_never_crash(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(p for p in FILES if any(m.claims(p) for m in plugins.EXTRACTORS.values()))))
    content = FILES[path]
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 200)))
    graph_of({**FILES, path: content[:start] + data.draw(st.binary(max_size=20)) + content[end:]})
