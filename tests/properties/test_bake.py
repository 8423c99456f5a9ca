"""Bake files of any content: nothing is raised, and time is bounded."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from archdoc.config import Config
from archdoc.extract import github_actions
from archdoc.extract._hcl import parse
from archdoc.extract._hcl_evaluate import Evaluator, Scope
from archdoc.extract._hcl_functions import FUNCTIONS
from archdoc.extract._hcl_nodes import HclError
from archdoc.extract._hcl_values import RefusedError
from archdoc.extract._values import Unknown
from tests.support import MemoryFiles

WORKFLOW = """
on: push
jobs:
  j:
    runs-on: x
    steps:
      - uses: docker/bake-action@v6
        with:
          files: FILE
          targets: |
            default
            *
"""
PIECES = st.sampled_from(
    [
        'target "a" {',
        'target "default" {',
        'group "default" {',
        'variable "v" {',
        'function "f" {',
        "}",
        "\n",
        "name = ",
        "matrix = ",
        "tags = ",
        "targets = ",
        "inherits = ",
        "args = ",
        "context = ",
        "output = ",
        "params = ",
        "result = ",
        "default = ",
        "type = list(string)",
        '"a"',
        '"${',
        '}"',
        "%{if ",
        "%{endif}",
        "<<A\n",
        "A\n",
        "[",
        "]",
        "{",
        "(",
        ")",
        ",",
        "v",
        "f(v)",
        "target.a.tags",
        "target.default",
        ".x",
        "[*]",
        "[0]",
        "for x in v : x",
        " ? ",
        " : ",
        " == ",
        " + ",
        "null",
        "true",
        "1e999",
        "split(v, v)",
        "format(v, v)",
        "try(v[9], v)",
        "...",
    ]
)
TEXTS = st.lists(PIECES, max_size=40).map("".join)


def extract(name, content):
    path = ".github/workflows/w.yml"
    tree = MemoryFiles({path: WORKFLOW.replace("FILE", name), name: content, "compose.yaml": "services: {a: {build: .}}"})
    return github_actions.extract(path, tree, Config(repository="acme/app"))


@given(st.one_of(st.binary(max_size=300), TEXTS.map(str.encode)))
@settings(max_examples=200, deadline=None)
def test_any_content_is_read(content):
    for name in ("docker-bake.hcl", "docker-bake.json"):
        assert extract(name, content) == extract(name, content)


EXPRESSIONS = st.recursive(
    st.sampled_from(["v", "w", "1", "-0.5", '"a"', "null", "true", "[]", "{}", "[v, 1]", "{a = v}"]),
    lambda inner: st.one_of(
        st.builds("[for x in {} : {}]".format, inner, inner),
        st.builds("{{for k, x in {} : k => {} if {}}}".format, inner, inner, inner),
        st.builds("({} ? {} : {})".format, inner, inner, inner),
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "==", "!=", "&&", "||", "<", "%"]), inner),
        st.builds("{}[{}]".format, inner, inner),
        st.builds("{}[*].a".format, inner),
        st.builds('"x${{{}}}y"'.format, inner),
        st.builds(
            "{}({})".format,
            st.sampled_from(sorted(FUNCTIONS)),
            st.lists(inner, max_size=3).map(", ".join),
        ),
    ),
    max_leaves=12,
)


@given(EXPRESSIONS, st.sampled_from([Unknown("V"), "text", ["a", "b"], {"a": "b"}, ("t", Unknown("V")), 3.0, None]))
@settings(max_examples=400, deadline=None)
def test_any_expression_has_a_value_or_is_refused(source, given_value):
    names = {"v": given_value, "w": "w"}
    try:
        tree = parse(f"x = {source}\n").attributes[0].value
        first = Evaluator(lambda _name: None, names.__getitem__).value(tree, Scope(names, names.__getitem__))
    except (HclError, RefusedError):
        return
    again = Evaluator(lambda _name: None, names.__getitem__).value(tree, Scope(names, names.__getitem__))
    assert repr(first) == repr(again)
