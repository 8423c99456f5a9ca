"""Image references: taken apart and brought to the normal form, also where a part is not known."""

from __future__ import annotations

import pytest

from archdoc import images
from archdoc.model import ImageName


@pytest.mark.parametrize(
    ("text", "name", "tag", "digest"),
    [
        ("redis", "docker.io/library/redis", "", ""),
        ("redis:7.4-alpine", "docker.io/library/redis", "7.4-alpine", ""),
        ("acme/api", "docker.io/acme/api", "", ""),
        ("docker.io/redis", "docker.io/library/redis", "", ""),
        ("index.docker.io/acme/api:1", "docker.io/acme/api", "1", ""),
        ("registry-1.docker.io/acme/api", "docker.io/acme/api", "", ""),
        ("registry.hub.docker.com/library/redis", "docker.io/library/redis", "", ""),
        ("ghcr.io/Acme/API:1", "ghcr.io/acme/api", "1", ""),
        ("localhost/api", "localhost/api", "", ""),
        ("localhost:5000/api", "localhost:5000/api", "", ""),
        ("registry:5000/api:5000", "registry:5000/api", "5000", ""),
        ("REGISTRY/api", "REGISTRY/api", "", ""),
        ("acme/team/api", "docker.io/acme/team/api", "", ""),
        (f"ghcr.io/acme/api:1@sha256:{'0' * 64}", "ghcr.io/acme/api", "1", f"sha256:{'0' * 64}"),
        ("*/acme/api:*", "*/acme/api", "*", ""),
        ("*.dkr.ecr.*.amazonaws.com/api", "*.dkr.ecr.*.amazonaws.com/api", "", ""),
        ("ghcr.io/*:v*", "ghcr.io/*", "v*", ""),
        ("*", "docker.io/*", "", ""),
        (" acme/api ", "docker.io/acme/api", "", ""),
    ],
)
def test_the_parts_of_a_reference(text: str, name: str, tag: str, digest: str) -> None:
    assert images.parse(text) == images.ImageReference(ImageName(name), tag, digest)


@pytest.mark.parametrize("text", ["", "  ", "a b", "/", ":1", "acme/", "-api", "ghcr.io/", "acme//api", "{{image}}", "$IMAGE"])
def test_what_names_no_image(text: str) -> None:
    assert images.parse(text) is None


def test_domain_path_and_the_short_form() -> None:
    found = images.parse("ghcr.io/acme/team/api")
    assert found is not None
    assert (found.domain, found.path) == ("ghcr.io", "acme/team/api")
    assert images.short(ImageName("docker.io/library/redis")) == "redis"
    assert images.short(ImageName("docker.io/acme/api")) == "acme/api"
    assert images.short(ImageName("ghcr.io/acme/api")) == "ghcr.io/acme/api"
