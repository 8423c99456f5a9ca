"""Kustomize: which kustomizations are roots, and what a build comes to in the cases that the case folders do not show."""

from __future__ import annotations

import pytest

from archdoc import codec, pipeline
from archdoc.cache import Cache
from archdoc.config import Config
from archdoc.extract import kustomize
from archdoc.model import ByHost, ByImage, EntityKind, Facts
from tests.support import MemoryFiles, MemorySnapshot

SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}}\n"
POD = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, labels: {app: web}}\n"
    "spec: {template: {spec: {containers: [{name: web, image: 'acme/web:1'}, {name: side, image: acme/side}]}}}\n"
)


def build(kustomization: str, **files: str) -> Facts:
    tree = {"k/kustomization.yaml": kustomization, **{f"k/{name.replace('_', '.')}": text for name, text in files.items()}}
    return kustomize.extract("k/kustomization.yaml", MemoryFiles(tree), Config())


def rules(facts: Facts) -> list[tuple[str, int]]:
    return [(finding.rule, finding.line) for finding in facts.findings]


def images(facts: Facts) -> list[str]:
    return [r.target.reference for r in facts.references if isinstance(r.target, ByImage)]


def members(facts: Facts) -> list[str]:
    return [e.id.partition(":")[2] for e in facts.entities if e.kind is not EntityKind.DEPLOYABLE]


@pytest.mark.parametrize("name", ["kustomization.yaml", "kustomization.yml", "Kustomization"])
def test_claims(name: str) -> None:
    assert kustomize.claims(name)
    assert kustomize.claims(f"a/b/{name}")
    assert not kustomize.claims(f"a/{name}.bak")


def test_refers_to_what_it_builds_on() -> None:
    files = MemoryFiles(
        {
            "a/kustomization.yaml": "resources: [../b, ./file.yaml, ../gone, https://example.com/x]\nbases: [../c/]\n"
            "components: [d, ../b]\n",
            "a/d/Kustomization": "",
            "b/kustomization.yml": "",
            "c/kustomization.yaml": "",
        }
    )
    assert kustomize.refers("a/kustomization.yaml", files) == ("b/kustomization.yml", "c/kustomization.yaml", "a/d/Kustomization")
    assert kustomize.refers("gone/kustomization.yaml", files) == ()


def test_roots_are_what_nobody_builds_on() -> None:
    files = MemoryFiles(
        {
            "base/kustomization.yaml": "resources: []\n",
            "dev/kustomization.yaml": "resources: [../base]\n",
            "prod/kustomization.yaml": "resources: [../base]\n",
        }
    )
    assert kustomize.roots({path: kustomize.refers(path, files) for path in files.files}) == (
        "dev/kustomization.yaml",
        "prod/kustomization.yaml",
    )


def test_a_circle_has_a_root_so_that_nothing_is_lost() -> None:
    files = MemoryFiles(
        {
            "a/kustomization.yaml": "resources: [../b]\n",
            "b/kustomization.yaml": "resources: [../a, ../c]\n",
            "c/kustomization.yaml": "resources: []\n",
            "self/kustomization.yaml": "resources: [../self]\n",
        }
    )
    assert kustomize.roots({path: kustomize.refers(path, files) for path in files.files}) == (
        "a/kustomization.yaml",
        "self/kustomization.yaml",
    )


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("", "."),
        ("k8s", "k8s"),
        ("k8s/base", "base"),
        ("apps/api/base", "api"),
        ("k8s/shop/overlays/prod", "shop/prod"),
        ("overlays/prod", "prod"),
        ("kubernetes/apps/media/plex/app", "plex"),
    ],
)
def test_a_telling_name(folder: str, name: str) -> None:
    assert kustomize.telling(folder) == name


def test_a_component_that_nobody_applies_is_what_it_adds() -> None:
    facts = build("kind: Component\nresources: [a.yaml]\npatches: [{path: p.yaml}]\n", a_yaml=SERVICE, p_yaml=POD)
    assert facts.entities[0].attributes == {"component": True}
    assert members(facts) == ["k:Service/web"]
    assert facts.covers == ("k/a.yaml", "k/kustomization.yaml", "k/p.yaml")


def test_a_component_that_only_changes_others_says_nothing_but_takes_its_files() -> None:
    facts = build("kind: Component\npatches: [{path: p.yaml}]\n", p_yaml=POD)
    assert facts == Facts(covers=("k/kustomization.yaml", "k/p.yaml"))


def test_the_file_of_a_patch_is_no_manifest() -> None:
    facts = build("resources: [a.yaml]\npatches: [{path: p.yaml}]\n", a_yaml=POD, p_yaml=POD)
    assert facts.covers == ("k/a.yaml", "k/kustomization.yaml", "k/p.yaml")
    assert members(facts) == ["k:Deployment/web"]


def test_a_patched_value_has_the_line_of_the_patch_and_the_object_its_own() -> None:
    facts = build(
        "resources: [a.yaml]\npatches:\n- target: {kind: Deployment}\n  patch: |\n    - op: replace\n"
        "      path: /spec/template/spec/containers/0/image\n      value: acme/web:2\n",
        a_yaml=POD,
    )
    lines = {r.target.reference: (r.evidence.path, r.evidence.line) for r in facts.references if isinstance(r.target, ByImage)}
    assert lines == {"acme/web:2": ("k/kustomization.yaml", 7), "acme/side": ("k/a.yaml", 4)}
    assert [(e.path, e.line) for e in facts.entities if e.kind is EntityKind.WORKLOAD] == [("k/a.yaml", 1)]


@pytest.mark.parametrize(
    ("rule", "image"),
    [
        ("{name: acme/web, newTag: '2'}", "acme/web:2"),
        ("{name: acme/web, newName: other/web}", "other/web:1"),
        ("{name: acme/web, newName: other/web, newTag: '2'}", "other/web:2"),
        ("{name: acme/web, digest: sha256:abc}", "acme/web@sha256:abc"),
        ("{name: acme/web, tagSuffix: -slim}", "acme/web:1-slim"),
        ("{name: acme, newTag: '2'}", "acme/web:1"),
        ("{name: acme/web, newName: b}, {name: b, newTag: '3'}", "b:3"),
        ("{name: b, newTag: '3'}, {name: acme/web, newName: b}", "b:1"),
    ],
)
def test_images(rule: str, image: str) -> None:
    assert images(build(f"resources: [a.yaml]\nimages: [{rule}]\n", a_yaml=POD)) == [image, "acme/side"]


@pytest.mark.parametrize(
    ("target", "patched"),
    [
        ("kind: Deployment", True),
        ("kind: Deploy", False),
        ("kind: Deploy.*", True),
        ("kind: Deployment, group: apps, version: v1", True),
        ("group: batch", False),
        ("name: 'we[bx]'", True),
        ("name: (api|web)", True),
        ("labelSelector: app=web", True),
        ("labelSelector: 'app!=web'", False),
        ("labelSelector: 'app in (api, web)'", True),
        ("labelSelector: 'app notin (api, web)'", False),
        ("labelSelector: '!app'", False),
        ("labelSelector: 'app,!other'", True),
        ("annotationSelector: x=y", False),
        ("namespace: other", False),
    ],
)
def test_targets_of_patches(target: str, patched: bool) -> None:
    patch = "[{op: replace, path: /spec/template/spec/containers/0/image, value: new}]"
    facts = build(f'resources: [a.yaml]\npatches: [{{target: {{{target}}}, patch: "{patch}"}}]\n', a_yaml=POD)
    assert ("new" in images(facts)) is patched
    assert (("patch-target-missing", 2) in rules(facts)) is not patched


@pytest.mark.parametrize(
    "pattern", ["(a+)+", ".*.*.*", "(?=a)", "(a)\\\\1", "[", "a{99999999999999999999}", "(a)(b)(c)(d)", "a" * 400]
)
def test_patterns_that_are_refused(pattern: str) -> None:
    facts = build(f'resources: [a.yaml]\npatches: [{{target: {{name: "{pattern}"}}, patch: "[]"}}]\n', a_yaml=POD)
    assert rules(facts) == [("kustomize-unsupported", 2)]


def test_a_pattern_that_python_warns_of_is_no_error() -> None:
    assert rules(build('resources: [a.yaml]\npatches: [{target: {name: "[[a]*"}, patch: "[]"}]\n', a_yaml=POD)) == [
        ("patch-target-missing", 2)
    ]


def test_a_patch_that_is_no_yaml_is_said_at_its_line() -> None:
    facts = build("resources: [a.yaml]\npatches:\n- target: {kind: Deployment}\n  patch: |\n    a: [b\n", a_yaml=POD)
    assert rules(facts) == [("yaml-invalid", 6)]


def test_a_patch_may_be_for_what_a_remote_base_holds() -> None:
    patch = "patches: [{patch: '{apiVersion: v1, kind: Service, metadata: {name: there}}'}]\n"
    assert rules(build(f"resources: [a.yaml]\n{patch}", a_yaml=POD)) == [("patch-target-missing", 2)]
    remote = build(f"resources: [a.yaml, 'https://example.com/x?ref=v1']\n{patch}", a_yaml=POD)
    assert rules(remote) == [("kustomize-remote", 1)]


def test_one_base_serves_several_builds_unchanged() -> None:
    files = MemoryFiles(
        {
            "base/kustomization.yaml": "resources: [a.yaml]\n",
            "base/a.yaml": POD,
            "one/kustomization.yaml": "resources: [../base]\nnamePrefix: x-\nimages: [{name: acme/web, newTag: '9'}]\n",
        }
    )
    before = kustomize.extract("base/kustomization.yaml", files, Config())
    kustomize.extract("one/kustomization.yaml", files, Config())
    assert kustomize.extract("base/kustomization.yaml", files, Config()) == before


def test_settings_of_a_tool_among_the_resources_can_be_patched_and_are_no_objects() -> None:
    tool = "apiVersion: scorecard.operatorframework.io/v1alpha3\nkind: Configuration\nmetadata: {name: config}\n"
    patch = "patches: [{target: {kind: Configuration}, patch: '[{op: add, path: /stages, value: x}]'}]\n"
    facts = build(f"resources: [a.yaml]\n{patch}", a_yaml=tool)
    assert (rules(facts), members(facts)) == ([], [])


def test_a_generated_secret_gives_only_its_name() -> None:
    facts = build(
        "resources: [a.yaml]\nsecretGenerator:\n- {name: s, literals: ['URL=redis://:canary@cache:6379'], files: [key=k.pem]}\n",
        a_yaml=POD.replace("image: acme/side", "image: acme/side, envFrom: [{secretRef: {name: s}}]"),
        k_pem="canary",
    )
    assert members(facts) == ["k:Deployment/web", "k:Secret/s"]
    assert not [r for r in facts.references if isinstance(r.target, ByHost)]
    assert "canary" not in codec.compact(codec.facts_to_json(facts))


def test_too_deep_and_too_much_is_said() -> None:
    chain = {f"k{n}/kustomization.yaml": f"resources: [../k{n + 1}]\n" for n in range(60)} | {"k60/kustomization.yaml": "{}"}
    facts = kustomize.extract("k0/kustomization.yaml", MemoryFiles(chain), Config())
    assert [f.rule for f in facts.findings] == ["kustomize-unsupported"]
    doubled = {f"k{n}/kustomization.yaml": f"namePrefix: p\nresources: [../k{n + 1}, ../k{n + 1}]\n" for n in range(20)}
    facts = kustomize.extract("k0/kustomization.yaml", MemoryFiles(doubled | {"k20/kustomization.yaml": "{}"}), Config())
    assert "kustomize-unsupported" in {f.rule for f in facts.findings}


def test_kustomizations_in_a_circle_are_read_by_the_first_of_them() -> None:
    files = MemorySnapshot(
        {
            "a/kustomization.yaml": "resources: [../b]\n",
            "b/kustomization.yaml": "resources: [../a, api.yaml]\n",
            "b/api.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kept}\n",
        }
    )
    made = pipeline.build(files, Config(), Cache(None))  # type: ignore[arg-type]  # all that is asked of a snapshot
    assert [e.id for e in made.graph.of(EntityKind.CONFIG)] == ["config:a:ConfigMap/kept"]
