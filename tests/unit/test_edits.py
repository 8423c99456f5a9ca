"""What scripts of sed, expressions of yq and settings of Kustomize and Helm say about images."""

from __future__ import annotations

import pytest

from archdoc.extract import _edits as edits
from archdoc.extract import _values as values
from archdoc.extract._effects import Mention, SetImage
from archdoc.extract._values import Part, Unknown
from archdoc.model import Evidence

X = Unknown("SHA")


def said(*parts: Part) -> Mention:
    return Mention(parts, Evidence("w.yml", 7))


def shown(images: tuple[SetImage, ...]) -> list[tuple[str, str, str]]:
    return [(values.shown(one.of), values.shown(one.image.text), one.field) for one in images]


@pytest.mark.parametrize(
    ("script", "images"),
    [
        (("s|image: acme/api:.*|image: acme/api:", X, "|"), [("acme/api", "acme/api", "")]),
        (("s|image: .*|image: ghcr.io/a/b:", X, "|g"), [("", "ghcr.io/a/b", "")]),
        (("s|image: .*|image: ", X, "/b|"), [("", "*/b", "")]),
        (("s|image: .*|image: ", X, "|"), []),
        (("s|image: acme/.*|image: acme/z:1|",), [("acme/*", "acme/z", "")]),
        (("s@image: app:latest@image: ", X, "/app:1@"), [("app", "*/app", "")]),
        ((r"s#\(image: acme/api\):.*#\1:v2#",), [("acme/api", "acme/api", "")]),
        ((r"s|^\( *image: *\).*|\1ghcr.io/a/b:v2|",), [("", "ghcr.io/a/b", "")]),
        ((r"s|\(.*image:\s*\)my/app:.*|\1my/app:v1|",), [("my/app", "my/app", "")]),
        ((r"s/image: quay\.io\/a\/b:.*/image: quay.io\/a\/b:v3/",), [("quay.io/a/b", "quay.io/a/b", "")]),
        ((r's|image: "registry:5000/a:.*"|image: "registry:5000/b:1"|',), [("registry:5000/a", "registry:5000/b", "")]),
        (("/image:/s|a/b:.*|c/d:1|",), [("a/b", "c/d", "")]),
        (("s|a/b|c/d|; s|e/f:1|g/h:2|",), [("a/b", "c/d", ""), ("e/f", "g/h", "")]),
        (("s|ghcr.io/x/", X, ':[^"]*|ghcr.io/x/', X, ":", X, "|g"), [("ghcr.io/x/*", "ghcr.io/x/*", "")]),
        (("s|api:latest|", X, "/shop-api:", X, "|g"), [("api", "*/shop-api", "")]),
        (("s|API_IMAGE|ghcr.io/a/b:", X, "|"), [("API_IMAGE", "ghcr.io/a/b", "")]),
        (("s|${IMAGE}|ghcr.io/a/b|",), [("${IMAGE}", "ghcr.io/a/b", "")]),
        (("s|IMAGE_TAG|", X, "|"), []),
        (("s/newTag: .*/newTag: ", X, "/"), []),
    ],
)
def test_sed_touches_images(script: tuple[Part, ...], images: list[tuple[str, str, str]]) -> None:
    found = edits.sed(said(*script))
    assert found.touches
    assert shown(found.images) == images


@pytest.mark.parametrize(
    "script",
    [
        ("s/version: .*/version: 2/",),
        ("s|foo|bar|",),
        ("s|foo:1|bar:2|",),
        ("s|foo|a/b|",),
        ('s|"',),
        (X,),
        ("s|http://a/b:1|http://c/d:2|",),
        ("2,3d",),
        (),
    ],
)
def test_sed_that_is_about_something_else(script: tuple[Part, ...]) -> None:
    assert edits.sed(said(*script)) == edits.Edits()


@pytest.mark.parametrize(
    ("expression", "images"),
    [
        (('.image.tag = "', X, '"'), []),
        (('.image.repository="a/b"',), [("", "a/b", "image")]),
        (('.api.image.repository = "x/y" | .api.image.tag = "2"',), [("", "x/y", "api.image")]),
        (('(.images[] | select(.name == "api")).newTag = "x"',), []),
        (('(.images[] | select(.name == "api") | .newName) = "ghcr.io/a/api"',), [("api", "ghcr.io/a/api", "")]),
        (('.spec.template.spec.containers[0].image = "r/a:1"',), [("", "r/a", "")]),
        (('.spec.template.spec.containers |= map(select(.name=="x").image = "a/b:1")',), [("", "a/b", "x")]),
        (('.api.image = "a/b:1"',), [("", "a/b", "api.image")]),
        ((".api.image = strenv(NAME)",), [("", "from/env", "api.image")]),
        ((".images[0].newName = env(OTHER)",), []),
    ],
)
def test_yq_touches_images(expression: tuple[Part, ...], images: list[tuple[str, str, str]]) -> None:
    found = edits.yq(said(*expression), lambda name: ("from/env:1",) if name == "NAME" else (Unknown(name),))
    assert found.touches
    assert shown(found.images) == images


@pytest.mark.parametrize("expression", ['.version = "1"', '.image.tag == "b"', ".image.tag", '.a.b |= "image"', ""])
def test_yq_that_is_about_something_else(expression: str) -> None:
    assert edits.yq(said(expression), lambda name: (Unknown(name),)) == edits.Edits()


@pytest.mark.parametrize(
    ("argument", "image"),
    [
        (("a=b/c:1",), ("a", "b/c", "")),
        (("ghcr.io/a/b:", X), ("ghcr.io/a/b", "ghcr.io/a/b", "")),
        (("a=*:x",), ("a", "a", "")),
        (("controller=", X, "/c:", X), ("controller", "*/c", "")),
        (("x:5000/a=b",), ("x:5000/a", "b", "")),
        ((X,), None),
        ((X, "=a/b"), None),
    ],
)
def test_kustomize(argument: tuple[Part, ...], image: tuple[str, str, str] | None) -> None:
    found = edits.kustomize(said(*argument))
    assert (shown((found,))[0] if found else None) == image


def test_helm_and_containers() -> None:
    settings = [
        said("image.repository=a/b,image.tag=", X),
        said("api.image.registry=ghcr.io,api.image.repository=x/y"),
        said("web.image=ghcr.io/x/w:1"),
        said("cart.image.name=x/cart"),
        said("database.name=shop"),
        said("image.pullPolicy=Never"),
        said("unknown.image.repository=", X),
    ]
    assert shown(edits.helm(settings)) == [
        ("", "a/b", "image"),
        ("", "ghcr.io/x/y", "api.image"),
        ("", "ghcr.io/x/w", "web.image"),
        ("", "x/cart", "cart.image"),
    ]
    found = [edits.container(said(one)) for one in ("web=a/b:1", "*=a/b:1", "web", "web=")]
    assert [shown((one,)) if one else None for one in found] == [[("", "a/b", "web")], [("", "a/b", "")], None, None]
