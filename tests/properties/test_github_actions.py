"""Workflows of any shape: nothing raises, nothing depends on what must not count."""

from __future__ import annotations

import json

from hypothesis import example, given
from hypothesis import strategies as st

from archdoc import codec
from archdoc.config import Config
from archdoc.extract import _shell as shell
from archdoc.extract import github_action, github_actions
from archdoc.extract._expressions import evaluate, expand, pieces
from archdoc.extract._shell_syntax import ShellError
from archdoc.extract._shell_walk import walk
from archdoc.extract._values import Open, Unknown
from tests.support import MemoryFiles

PATH = ".github/workflows/ci.yml"
WORDS = [
    *(
        "on",
        "jobs",
        "steps",
        "run",
        "uses",
        "with",
        "needs",
        "runs-on",
        "strategy",
        "matrix",
        "include",
        "exclude",
        "env",
        "name",
    ),
    *("id", "container", "services", "environment", "permissions", "defaults", "shell", "working-directory", "push", "inputs"),
    *("workflow_call", "a", "b", "tags", "context", "file", "./x", "docker/build-push-action@v6", "actions/checkout@v4"),
    *("./.github/workflows/ci.yml", "docker build -t a .", "docker push a", "kubectl apply -f x"),
    *("${{ matrix.a }}", "${{ fromJSON('[1]') }}", "${{ secrets.X }}/a"),
    *("outputs", "secrets", "inherit", "required", "first", "second", "build-args", "build-contexts", "a=docker-image://b"),
    *("${{ needs.first.outputs.a }}", "${{ fromJSON(needs.second.outputs.b) }}", "${{ steps.a.outputs.b }}"),
    *("echo a=[1,2] >> $GITHUB_OUTPUT", "docker load -i a", "docker tag a b", "docker buildx imagetools create -t a b"),
]
SHELL = [
    *(
        "a",
        " ",
        "\n",
        "'",
        '"',
        "$",
        "{",
        "}",
        "(",
        ")",
        "|",
        "&",
        ";",
        "<",
        ">",
        "<<EOF",
        "EOF",
        "`",
        "\\",
        "[[",
        "]]",
        "#",
        "=",
    ),
    *("if", "fi", "do", "done", "for", "case", "in", "esac", "then", "$(", "${", "${{ x }}", "docker build -t ", "cd "),
]
EXPRESSION = [*".[]()'!<,*1 -a", "&&", "||", "==", "format", "fromJSON", "github", "{0}"]

trees = st.recursive(
    st.sampled_from(WORDS) | st.none() | st.integers(0, 9) | st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5),
    max_leaves=30,
)


def facts(content: bytes | str) -> dict[str, object]:
    files = MemoryFiles({PATH: content})
    return codec.facts_to_json(github_actions.extract(PATH, files, Config(repository="acme/shop")))


@given(st.binary(max_size=300))
@example(b"\xff")
@example(b"on: push\njobs: {a: {steps: [{run: '${{'}]}}")
def test_any_bytes(content: bytes) -> None:
    facts(content)
    github_action.extract("action.yml", MemoryFiles({"action.yml": content}), Config())


@given(trees, trees, trees)
def test_any_tree(on: object, jobs: object, action: object) -> None:
    workflow = {"on": on, "jobs": {"first": jobs, "second": {"runs-on": "ubuntu-latest", "steps": jobs}}}
    files = MemoryFiles(
        {PATH: json.dumps(workflow), "x/action.yml": json.dumps({"runs": {"using": "composite", "steps": action}})}
    )
    said = github_actions.extract(PATH, files, Config())
    assert codec.facts_to_json(said) == codec.facts_to_json(github_actions.extract(PATH, files, Config()))


DOCKERFILE = [
    "ARG A=x\n",
    "ARG B\n",
    "FROM $A AS a\n",
    "FROM ${B} AS b\n",
    "FROM a\n",
    "COPY --from=b / /\n",
    "COPY --from=c / /\n",
]


@given(
    st.binary(max_size=60) | st.lists(st.sampled_from(DOCKERFILE), max_size=12).map(lambda rows: "".join(rows).encode()),
    st.lists(st.sampled_from(["A=b", "B=a", "A", "B=ghcr.io/x/y:1", "=", "A=${{ secrets.X }}", "C=token"]), max_size=4),
    st.sampled_from(["", "a", "1", "none", "${{ inputs.x }}"]),
)
def test_any_dockerfile_with_any_arguments(content: bytes, arguments: list[str], target: str) -> None:
    given_ = {"context": ".", "build-args": "\n".join(arguments), "build-contexts": "c=docker-image://d", "target": target}
    step = {"uses": "docker/build-push-action@v6", "with": given_}
    workflow = {"on": "push", "jobs": {"a": {"runs-on": "x", "steps": [step]}}}
    files = MemoryFiles({PATH: json.dumps(workflow), "Dockerfile": content})
    said = codec.facts_to_json(github_actions.extract(PATH, files, Config()))
    assert said == codec.facts_to_json(github_actions.extract(PATH, files, Config()))
    assert b"token" in content or "token" not in json.dumps(said)


@given(st.lists(st.sampled_from(SHELL), max_size=40).map("".join) | st.text(max_size=100))
@example("a" + "(" * 500)
@example("$((" * 200)
@example("a <<" * 200)
@example("x() " * 2000)
@example("`" * 2000)
def test_any_script(script: str) -> None:
    try:
        shell.parse(script)
        walk(script, lambda source: (Unknown(source),), lambda name: (Unknown(name),), ())
    except ShellError:
        return


@given(st.lists(st.sampled_from(EXPRESSION), max_size=30).map("".join) | st.text(max_size=100))
@example("(" * 20_000)
@example("!" * 20_000)
@example("a." * 10_000 + "a")
@example(" || ".join("a" * 9_000))
def test_any_expression(source: str) -> None:
    contexts = {"github": Open("github"), "a": {"a": [1.0, None]}}
    evaluate(source, contexts)
    expand("${{" + source + "}}" + source, contexts)
    assert "".join(piece if isinstance(piece, str) else "" for piece in pieces(source)) == source or "${{" in source


CHAIN = {
    "name": "CI",
    "on": {"push": {"branches": ["main"]}},
    "jobs": {
        "plan": {
            "runs-on": "ubuntu-latest",
            "outputs": {"services": "${{ steps.list.outputs.services }}", "image": "ghcr.io/acme"},
            "steps": [{"id": "list", "run": 'echo \'services=["a", "b"]\' >> $GITHUB_OUTPUT'}],
        },
        "build": {
            "runs-on": "ubuntu-latest",
            "needs": "plan",
            "strategy": {"matrix": {"service": "${{ fromJSON(needs.plan.outputs.services) }}"}},
            "outputs": {"tag": "1"},
            "steps": [
                {
                    "id": "x",
                    "uses": "docker/build-push-action@v6",
                    "with": {"outputs": "type=docker,dest=a.tar", "tags": "acme/${{ matrix.service }}:1"},
                }
            ],
        },
        "publish": {
            "runs-on": "ubuntu-latest",
            "needs": ["plan", "build"],
            "steps": [
                {
                    "run": "docker load -i a.tar\ndocker tag acme/a:1 ${{ needs.plan.outputs.image }}/a:1\n"
                    "docker push ${{ needs.plan.outputs.image }}/a:1"
                }
            ],
        },
    },
}
WORKFLOW = {
    "name": "CI",
    "on": {"push": {"branches": ["main"]}},
    "env": {"NAME": "acme/api"},
    "jobs": {
        "build": {
            "runs-on": "ubuntu-latest",
            "strategy": {"matrix": {"service": ["a", "b"]}},
            "steps": [
                {"uses": "actions/checkout@v4"},
                {"id": "x", "run": "docker build -t $NAME-${{ matrix.service }} ${{ matrix.service }}"},
            ],
        },
        "deploy": {"runs-on": "ubuntu-latest", "needs": "build", "steps": [{"run": "kubectl apply -k deploy"}]},
    },
}


def _shuffled(value: object, order: st.DataObject) -> object:
    if isinstance(value, dict):
        keys = order.draw(st.permutations(sorted(value)))
        return {key: _shuffled(value[key], order) for key in keys}
    return [_shuffled(one, order) for one in value] if isinstance(value, list) else value


def _without_lines(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_lines(one) for key, one in value.items() if key != "line"}
    return [_without_lines(one) for one in value] if isinstance(value, list) else value


def _sorted(said: dict[str, object]) -> dict[str, list[str]]:
    """Facts without lines, in an order that no line decides."""
    lists = {key: found for key, found in said.items() if isinstance(found, list)}
    return {key: sorted(json.dumps(_without_lines(one)) for one in found) for key, found in lists.items()}


@given(st.data())
def test_the_order_of_keys_does_not_count(order: st.DataObject) -> None:
    assert _sorted(facts(json.dumps(_shuffled(WORKFLOW, order)))) == _sorted(facts(json.dumps(WORKFLOW)))


@given(st.data())
def test_the_order_of_jobs_does_not_count(order: st.DataObject) -> None:
    assert "ghcr.io/acme/a:1" in json.dumps(facts(json.dumps(CHAIN)))
    assert _sorted(facts(json.dumps(_shuffled(CHAIN, order)))) == _sorted(facts(json.dumps(CHAIN)))


@given(st.sampled_from(["plan", "build", "publish"]), st.sampled_from(["${{ steps.list.outputs.services }}", "x", "${{ 1"]))
def test_an_output_that_nobody_reads_does_not_count(job: str, value: str) -> None:
    more = json.loads(json.dumps(CHAIN))
    more["jobs"][job].setdefault("outputs", {})["unread"] = value
    assert facts(json.dumps(more)) == facts(json.dumps(CHAIN))


@given(st.lists(st.integers(0, 11), max_size=5))
def test_comments_move_lines_and_nothing_else(places: list[int]) -> None:
    text = "name: CI\non: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker build -t acme/a .\n"
    rows = text.split("\n")
    for place in sorted(places, reverse=True):
        rows.insert(min(place, len(rows) - 1), "# a comment")
    assert _sorted(facts("\n".join(rows))) == _sorted(facts(text))
