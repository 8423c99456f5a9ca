"""Places that the configuration names."""

import pytest

from archdoc.config import lies_in


@pytest.mark.parametrize(
    ("place", "inside", "outside"),
    [
        ("k8s", "k8s/base/web.yaml", "k8s-old/web.yaml"),
        ("/k8s/", "k8s/web.yaml", "old/k8s/web.yaml"),
        ("k8s/web.yaml", "k8s/web.yaml", "k8s/web.yaml.bak"),
        ("k8s/*.yaml", "k8s/base/web.yaml", "k8s/web.json"),
        ("docs/**/*.md", "docs/a.md", "src/docs/a.md"),
        ("docs/**/*.md", "docs/b/c/a.md", "docs/b/c/a.txt"),
        ("**/samples/**/*.yaml", "samples/a.yaml", "sample/a.yaml"),
    ],
)
def test_a_place_is_a_path_or_a_glob_from_the_root(place: str, inside: str, outside: str) -> None:
    assert lies_in(inside, place)
    assert not lies_in(outside, place)
