"""What cases cannot show well: bounds, secrets, configuration."""

from __future__ import annotations

import json

import pytest

from archdoc import codec
from archdoc.config import Config
from archdoc.extract import github_actions
from archdoc.model import ByImage, Facts
from tests.support import MemoryFiles

PATH = ".github/workflows/ci.yml"


def read(workflow: object, repository: str = "acme/shop", **others: object) -> Facts:
    files = {PATH: json.dumps(workflow)} | {f".github/workflows/{name}.yml": json.dumps(one) for name, one in others.items()}
    return github_actions.extract(PATH, MemoryFiles(files), Config(repository=repository))


def job(*steps: object, **keys: object) -> dict[str, object]:
    return {"on": "push", "jobs": {"a": {"runs-on": "ubuntu-latest", "steps": list(steps), **keys}}}


def rules(facts: Facts) -> list[str]:
    return [finding.rule for finding in facts.findings]


def images(facts: Facts) -> list[str]:
    return [reference.target.reference for reference in facts.references if isinstance(reference.target, ByImage)]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (".github/workflows/ci.yml", True),
        (".github/workflows/ci.yaml", True),
        (".github/workflows/sub/ci.yml", False),
        ("services/.github/workflows/ci.yml", False),
        (".github/workflows/ci.yml.bak", False),
        (".github/dependabot.yml", False),
    ],
)
def test_claims(path: str, expected: bool) -> None:
    assert github_actions.claims(path) is expected


def test_a_file_that_cannot_be_read_says_nothing() -> None:
    assert github_actions.extract(PATH, MemoryFiles({}), Config()) == Facts()


def test_the_repository_is_known_from_the_configuration_alone() -> None:
    workflow = job({"run": "docker build -t ghcr.io/${{ github.repository }}/api ."})
    assert images(read(workflow)) == ["ghcr.io/acme/shop/api"]
    assert images(read(workflow, repository="")) == ["ghcr.io/*/*/api"]
    assert rules(read(workflow)) == []
    assert rules(read(workflow, repository="")) == ["expression-unknown"]


def test_no_value_that_may_be_secret_is_told() -> None:
    secret = "hunter2"
    facts = read(
        {
            "on": {"workflow_dispatch": {"inputs": {"password": {"default": secret}}}},
            "env": {"PASSWORD": secret},
            "jobs": {
                "a": {
                    "runs-on": "ubuntu-latest",
                    "env": {"TOKEN": secret},
                    "container": {"image": "alpine", "credentials": {"password": secret}, "env": {"A": secret}},
                    "steps": [
                        {
                            "uses": "docker/login-action@v3",
                            "with": {"registry": f"https://u:{secret}@ghcr.io/v2", "password": secret},
                        },
                        {"run": f"docker login -u u -p {secret} u:{secret}@quay.io"},
                        {
                            "run": f"curl -H 'Authorization: {secret}' https://x | kubectl apply -f https://u:{secret}@host/a?k={secret}"
                        },
                        {"run": f"docker build -t $(curl {secret})/a --build-arg KEY={secret} https://u:{secret}@host/a.git#b"},
                        {"run": f"helm install a --repo https://u:{secret}@charts/x chart --set password={secret}"},
                        {"uses": "docker/build-push-action@v6", "with": {"context": f"https://{secret}@host/a.git?t={secret}"}},
                        {"run": f"echo '{secret}' | docker push ${{UNKNOWN:-{secret}}} 'unclosed docker build"},
                    ],
                }
            },
        }
    )
    told = codec.compact(codec.facts_to_json(facts))
    assert "shell-unread" in told
    assert "quay.io" in told
    assert secret not in told


def test_calls_are_followed_ten_deep() -> None:
    def caller(name: str) -> dict[str, object]:
        return {"on": "workflow_call", "jobs": {"a": {"uses": f"./.github/workflows/{name}.yml"}}}

    last = job({"run": "docker build -t acme/deep ."})
    last["on"] = "workflow_call"
    chain = {f"w{n}": caller(f"w{n + 1}") for n in range(12)} | {"w12": last}
    assert rules(read({**caller("w0"), "on": "push"}, **chain)) == ["workflow-call-depth"]
    assert images(read({**caller("w4"), "on": "push"}, **chain)) == ["acme/deep"]


def test_what_multiplies_beyond_all_bounds_is_cut() -> None:
    steps = [{"run": f"docker build -t acme/{n}-${{{{ matrix.a }}}} ."} for n in range(50)]
    facts = read(job(*steps, strategy={"matrix": {"a": list(range(101))}}))
    assert rules(facts) == ["workflow-too-large"]
    assert "workflow-too-large" not in rules(read(job(*steps, strategy={"matrix": {"a": list(range(99))}})))


def test_a_broken_action_is_reported_by_its_own_unit() -> None:
    files = {PATH: json.dumps(job({"uses": "./x"}, {"run": "docker build -t acme/a ."})), "x/action.yml": "runs: [open"}
    facts = github_actions.extract(PATH, MemoryFiles(files), Config())
    assert rules(facts) == []
    assert images(facts) == ["acme/a"]


def test_aliases_that_multiply_cost_no_time() -> None:
    rows = ["x0: &x0 [a, a, a, a, a, a, a, a, a, a]"]
    rows += [f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 10)}]" for n in range(1, 5)]
    text = "\n".join([*rows, "on: push", "env: {A: *x4}", "jobs: {a: {runs-on: *x4, needs: *x4, steps: *x4}}"])
    facts = github_actions.extract(PATH, MemoryFiles({PATH: text}), Config())
    assert "workflow-invalid" in rules(facts)


def test_actions_and_calls_that_multiply_are_cut() -> None:
    uses = {"runs": {"using": "composite", "steps": [{"uses": "./a{}"}]}}
    files = {
        f"a{n}/action.yml": json.dumps(uses).replace("./a{}", f"./a{n + 1}").replace("[{", "[" + '{"uses": "./b"},' * 20 + "{")
        for n in range(12)
    }
    files["b/action.yml"] = json.dumps({"runs": {"using": "composite", "steps": [{"uses": "./a1"}] * 20}})
    files[PATH] = json.dumps(job({"uses": "./a0"}))
    assert "workflow-call-depth" in rules(github_actions.extract(PATH, MemoryFiles(files), Config()))

    def caller(name: str) -> dict[str, object]:
        return {"on": "workflow_call", "jobs": {f"j{n}": {"uses": f"./.github/workflows/{name}.yml"} for n in range(30)}}

    chain = {f"w{n}": caller(f"w{n + 1}") for n in range(12)}
    assert "workflow-too-large" in rules(read({**caller("w0"), "on": "push"}, **chain))


def test_rows_are_walked_anew_where_they_differ_in_what_counts() -> None:
    action = {
        "inputs": {"name": {}, "build": {}, "note": {}},
        "runs": {
            "using": "composite",
            "steps": [
                {"if": "inputs.build == 'true'", "shell": "bash", "run": "docker build -t acme/${{ inputs.name }} ."},
                {"shell": "bash", "run": "docker build -t acme/always . # ${{ inputs.note }}"},
            ],
        },
    }
    built = {"b": "true", "d": "true"}
    rows = [{"name": name, "build": built.get(name, "false"), "note": name * 2} for name in "abcde"]
    step = {"uses": "./image", "with": {key: f"${{{{ matrix.{key} }}}}" for key in rows[0]}}
    script = {
        "run": 'NOTE=${{ matrix.note }}; docker build -t "acme/$KIND-${{ matrix.build }}" .',
        "env": {"KIND": "${{ matrix.name }}"},
    }
    files = {
        PATH: json.dumps(job(step, script, strategy={"matrix": {"include": rows}})),
        "image/action.yml": json.dumps(action, indent=1),
    }
    found = images(github_actions.extract(PATH, MemoryFiles(files), Config()))
    assert sorted(found) == sorted(["acme/always", "acme/b", "acme/d", *(f"acme/{row['name']}-{row['build']}" for row in rows)])
