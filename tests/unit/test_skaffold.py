"""Skaffold: names with a default repository, templates, profiles, modules, and the bounds of what is read."""

from __future__ import annotations

import pytest

from archdoc.config import Config
from archdoc.extract import Extractor, claims, github_actions, skaffold
from archdoc.extract import _skaffold_config as configs
from archdoc.extract import _values as values
from archdoc.extract._skaffold_modules import Modules
from archdoc.extract._skaffold_names import filled, with_repository
from archdoc.extract._values import Text, Unknown, choice
from archdoc.extract._yaml import Node
from archdoc.model import ByPath, EntityKind, Facts, RelationKind
from tests.support import MemoryFiles

HEAD = "apiVersion: skaffold/v4beta11\nkind: Config\n"
WORKFLOW = ".github/workflows/ci.yml"


def _first(text: str) -> configs.Config:
    return configs.read((HEAD + text).encode(), "skaffold.yaml")[0][0]


def _unset(name: str) -> Text:
    return (Unknown(name),)


@pytest.mark.parametrize(
    ("repository", "image", "expected"),
    [
        ("", "gcr.io/shop-one/web", "gcr.io/shop-one/web"),
        ("ghcr.io/acme", "web", "ghcr.io/acme/web"),
        ("ghcr.io/acme", "web:v2", "ghcr.io/acme/web:v2"),
        ("ghcr.io/acme", "gcr.io/shop-one/my.web", "ghcr.io/acme/gcr_io_shop-one_my_web"),
        ("ghcr.io/acme", "ghcr.io/acme/web", "ghcr.io/acme/web"),
        ("acme", "acme/web", "acme/web"),
        ("acme", "ko://example.org/cmd", "acme/example_org_cmd"),
        # registries of Google take several levels, and name a common project once
        ("gcr.io/shop-one", "other.org/web", "gcr.io/shop-one/other.org/web"),
        ("gcr.io/shop-one/deep", "gcr.io/shop-one/web", "gcr.io/shop-one/deep/web"),
        ("gcr.io/shop-one", "gcr.io/shop-two/web", "gcr.io/shop-one/gcr.io/shop-two/web"),
        ("eu-docker.pkg.dev/shop-one/images", "a/b", "eu-docker.pkg.dev/shop-one/images/a/b"),
        # without a project, it is like any other
        ("gcr.io/abc", "a/b", "gcr.io/abc/a_b"),
        ("gcr.io/shop-one", "x" * 300, ("gcr.io/shop-one/" + "x" * 300)[:255]),
    ],
)
def test_default_repository(repository: str, image: str, expected: str) -> None:
    assert values.known(with_repository((repository,) if repository else (), (image,))) == expected


def test_default_repository_that_is_not_known() -> None:
    unknown: Text = (Unknown("secrets.REGISTRY"),)
    assert with_repository(unknown, ("web",)) == (Unknown("secrets.REGISTRY"), "/web")
    # how a name of several parts is written depends on the registry
    assert values.shown(with_repository(unknown, ("a/web",))) == "*/*"
    assert values.shown(with_repository(("us-docker.pkg.dev/", Unknown("P")), ("a/web",))) == "us-docker.pkg.dev/*/a/web"
    assert values.shown(with_repository(("ghcr.io/", Unknown("P")), ("a/web",))) == "ghcr.io/*/a_web"


def test_default_repository_with_an_unknown_image() -> None:
    assert values.shown(with_repository(("ghcr.io/acme",), (Unknown("NAME"),))) == "ghcr.io/acme/*"


def test_default_repository_that_is_one_of_two() -> None:
    either = choice(["ghcr.io/acme", "gcr.io/shop-one"])
    found = with_repository(values.text(either), ("a/web",))
    assert {values.known(one) for one in values.alternatives(found)} == {"ghcr.io/acme/a_web", "gcr.io/shop-one/a/web"}


def test_templates() -> None:
    def variable(name: str) -> Text:
        return ("x",) if name == "A" else (Unknown(name),)

    assert filled("plain", variable) == ("plain",)
    assert filled("{{.A}}-{{ .A }}", variable) == ("x-x",)
    assert filled("a/{{.B}}:{{cmd `date`}}", variable) == ("a/", Unknown("B"), ":", Unknown("a template"))


@pytest.mark.parametrize(
    ("path", "claimed"),
    [
        ("skaffold.yaml", True),
        ("a/b/skaffold.yml", True),
        ("skaffold-e2e.yaml", True),
        ("skaffold.ci.yaml", True),
        ("skaffold", False),
        ("my-skaffold.yaml", False),
        ("skaffold/app.yaml", False),
        ("skaffold.json", False),
    ],
)
def test_claims(path: str, claimed: bool) -> None:
    assert claims.skaffold(path) is claimed


@pytest.mark.parametrize(
    ("condition", "active"),
    [
        ("[]", False),
        ("[{command: run}]", True),
        ("[{command: '!run'}]", False),
        ("[{command: '(run|dev)'}]", True),
        ("[{command: dev}]", False),
        ("[{command: 'r.*'}]", None),  # a pattern that is not tried
        ("[{env: STAGE=blue}]", True),
        ("[{env: STAGE=red}]", False),
        ("[{env: STAGE=}]", False),
        ("[{env: NONE=}]", True),
        ("[{env: OTHER=x}]", None),
        ("[{env: OTHER=x, command: dev}]", False),
        ("[{env: OTHER=x}, {command: run}]", True),
        ("[{env: OTHER=x}, {command: dev}]", None),
        ("[{kubeContext: '^prod'}]", True),
        ("[{kubeContext: minikube}]", False),
    ],
)
def test_activation(condition: str, active: bool | None) -> None:
    profile = _first(f"profiles: [{{name: p, activation: {condition}}}]").root["profiles"][0]
    known = {"STAGE": ("blue",), "NONE": ()}
    assert configs.activated(profile, "run", lambda name: known.get(name, (Unknown(name),)), ("prod-1",)) is active


def test_activation_by_all_conditions() -> None:
    text = "profiles: [{name: p, requiresAllActivations: true, activation: [{command: run}, {command: dev}]}]"
    assert configs.activated(_first(text).root["profiles"][0], "run", _unset, ()) is False
    assert configs.activated(_first(text).root["profiles"][0], "dev", _unset, ()) is False
    both = text.replace("{command: dev}", "{kubeContext: x}")
    assert configs.activated(_first(both).root["profiles"][0], "run", _unset, ("x",)) is True


def test_unset_context_is_not_known() -> None:
    profile = _first("profiles: [{name: p, activation: [{kubeContext: x}, {env: STAGE=a}]}]").root["profiles"][0]
    assert configs.activated(profile, "run", _unset, (Unknown("c"),)) is None
    assert configs.conditions(profile) == ("the Kubernetes context", "STAGE")


def test_profile_says_where_is_built_and_keeps_what_it_does_not_say() -> None:
    config = _first(
        "build: {local: {push: true}, platforms: [linux/amd64], artifacts: [{image: a}]}\n"
        "manifests: {rawYaml: [a.yaml]}\n"
        "profiles:\n- name: p\n  build: {cluster: {}, artifacts: []}\n  manifests: {rawYaml: [], kustomize: {paths: [k]}}\n"
    )
    changed, failed = configs.with_profile(config, "p")
    assert failed == ()
    assert list(changed.root["build"].data()) == ["platforms", "artifacts", "cluster"]
    assert [one.builder for one in configs.artifacts(changed)] == ["kaniko"]
    assert [one.source.text for one in configs.manifests(changed, alone=True)] == ["a.yaml", "k"]


def test_of_two_profiles_of_one_name_the_last_counts() -> None:
    config = _first("profiles: [{name: p, manifests: {rawYaml: [a]}}, {name: p, manifests: {rawYaml: [b]}}]")
    assert config.profiles == ("p",)
    assert [one.source.text for one in configs.manifests(configs.with_profile(config, "p")[0], alone=True)] == ["b"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["k8s/*.yaml"]),
        ("deploy: {kubectl: {}}", ["k8s/*.yaml"]),
        ("deploy: {docker: {images: [a]}}", []),
        ("deploy: {cloudrun: {}}", []),
        ("manifests: {kpt: [pkg]}", ["pkg"]),
        ("deploy: {kustomize: {}}", ["."]),
        ("deploy: {kustomize: {path: k}}", ["k"]),
        ("deploy: {kustomize: {kustomizePath: k}}", ["k"]),
        ("deploy: {kubectl: {manifests: [a.yaml, {paths: [b.yaml, c.yaml]}]}}", ["a.yaml", "b.yaml", "c.yaml"]),
        ("deploy: {kpt: {dir: d}}", ["d"]),
        ("deploy: {helm: {releases: [{chartPath: c}, {remoteChart: r}, {name: none}]}}", ["c", "r"]),
        ("manifests: {rawYaml: [new]}\ndeploy: {kubectl: {manifests: [old]}}", ["new"]),
    ],
)
def test_manifests(text: str, expected: list[str]) -> None:
    assert [one.source.text for one in configs.manifests(_first(text), alone=True)] == expected


def test_only_a_document_alone_has_default_manifests() -> None:
    assert list(configs.manifests(_first(""), alone=False)) == []


def test_modules_in_a_circle_end() -> None:
    files = {
        "a/skaffold.yaml": f"{HEAD}requires: [{{path: ../b}}]\n",
        "b/skaffold.yaml": f"{HEAD}requires: [{{path: ../a}}, {{path: ''}}]\n",
    }
    modules = Modules(MemoryFiles(files).read, (), lambda _config, _names: [])
    modules.take("a/skaffold.yaml", [])
    assert [one.config.path for one in modules.used] == ["b/skaffold.yaml", "a/skaffold.yaml"]
    assert modules.missing == []


def test_a_long_chain_of_modules_is_cut() -> None:
    files = {f"{n}/skaffold.yaml": f"{HEAD}requires: [{{path: ../{n + 1}}}]\n" for n in range(80)}
    modules = Modules(MemoryFiles(files).read, (), lambda _config, _names: [])
    modules.take("0/skaffold.yaml", [])
    assert len(modules.used) == 51
    assert len(modules.missing) == 1


def _extract(files: dict[str, str], path: str = "skaffold.yaml") -> Facts:
    extractor: Extractor = github_actions if path == WORKFLOW else skaffold
    return extractor.extract(path, MemoryFiles(files), Config())


def test_too_many_artifacts_are_told() -> None:
    text = f"{HEAD}build:\n  artifacts:\n" + "".join(f"  - image: i{n}\n" for n in range(5_100))
    facts = _extract({"skaffold.yaml": text})
    assert len(facts.entities) == 5_000
    assert [one.rule for one in facts.findings] == ["workflow-too-large"]


def test_many_artifacts_of_one_name() -> None:
    text = f"{HEAD}build:\n  artifacts:\n" + "".join(f"  - {{image: same, context: c{n}}}\n" for n in range(4_000))
    facts = _extract({"skaffold.yaml": text})
    assert len({one.id for one in facts.entities}) == 4_000


def test_values_of_the_environment_do_not_leave() -> None:
    secret = "hunter2"  # that is the point
    text = f"{HEAD}build: {{artifacts: [{{image: a, docker: {{buildArgs: {{T: '{{{{.TOKEN}}}}', U: {secret}}}}}}}]}}\n"
    facts = _extract({"skaffold.yaml": text, "skaffold.env": f"TOKEN={secret}\n"})
    assert len(facts.entities) == 1
    assert secret not in repr(facts)


def test_a_file_of_another_tool_is_left_to_others() -> None:
    assert _extract({"skaffold.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: skaffold/v1}\n"}) == Facts()
    assert _extract({}) == Facts()


def _job(run: str, files: dict[str, str]) -> Facts:
    steps = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n          {run}\n"
    return _extract({WORKFLOW: steps, **files}, WORKFLOW)


def test_an_unknown_profile_leaves_what_all_profiles_do() -> None:
    text = (
        f"{HEAD}build: {{artifacts: [{{image: a}}]}}\nprofiles:\n"
        "- {name: one, build: {artifacts: [{image: a}, {image: b}]}, manifests: {rawYaml: [x.yaml]}}\n"
        "- {name: two, build: {artifacts: [{image: c}]}, manifests: {rawYaml: [x.yaml]}}\n"
    )
    facts = _job("skaffold run -p ${{ github.event.client_payload.p }}", {"skaffold.yaml": text, "x.yaml": ""})
    told = [r for r in facts.references if r.relation in (RelationKind.PUBLISHES, RelationKind.DEPLOYS)]
    assert [r.target for r in told] == [ByPath("x.yaml", EntityKind.DEPLOYABLE)]


def test_more_profiles_than_are_tried() -> None:
    profiles = "".join(f"- {{name: p{n}}}\n" for n in range(30))
    text = f"{HEAD}build: {{artifacts: [{{image: a}}]}}\nprofiles:\n{profiles}"
    run = "skaffold build -p ${{ github.event.client_payload.p }}\n          docker push ghcr.io/acme/x"
    facts = _job(run, {"skaffold.yaml": text})
    assert [one.rule for one in facts.findings] == ["expression-unknown", "build-not-followed"]
    assert not [one for one in facts.entities if one.kind == "image_build"]


def test_a_node_without_a_file_has_no_artifacts() -> None:
    assert list(configs.artifacts(configs.Config("skaffold.yaml", 0, Node(None)))) == []
