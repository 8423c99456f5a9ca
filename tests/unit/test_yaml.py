"""Documents as nodes: where keys and values stand, what stands twice, what is skipped, what is remembered."""

from __future__ import annotations

import pytest

from archdoc.extract._inline import inline
from archdoc.extract._yaml import Node, documents


def root(text: str) -> Node:
    (document,) = documents(text.encode(), "a.yaml")
    return document.root


def told(text: str, *, merge_keys: bool = True) -> list[tuple[str, int, str]]:
    read = documents(text.encode(), "a.yaml", merge_keys=merge_keys)
    return [(one.rule, one.line, one.message) for document in read for one in document.findings]


def test_a_key_stands_where_it_is_written_and_its_value_where_that_begins() -> None:
    node = root("plain: x\nblock:\n\n  # why\n  inner: y\nempty:\nlist:\n  - a\ntext: |\n  b\nflow: {c: d}\n")
    lines = {key: (node.key_evidence(key).line, value.line) for key, value in node.items()}
    assert lines == {"plain": (1, 1), "block": (2, 5), "empty": (6, 6), "list": (7, 8), "text": (9, 9), "flow": (11, 11)}


def test_the_place_of_an_alias_is_that_of_its_key() -> None:
    node = root("a: &x {b: c}\nd: *x\n*x : e\n")
    assert node["d"] is node["a"]
    assert (node.key_evidence("d").line, node["d"].line) == (2, 1)


@pytest.mark.parametrize(
    ("text", "first", "kept"),
    [
        ("a: 1\na: 2\n", 1, "2"),
        ("a:\n  b: 1\na: 2\n", 1, "2"),
        ("a: 1\na:\n  b: 2\n", 1, ""),
    ],
)
def test_a_key_that_stands_twice(text: str, first: int, kept: str) -> None:
    line = text.count("\n", 0, text.rindex("a:")) + 1
    assert told(text) == [("yaml-duplicate-key", line, f"key `a` stands twice, first on line {first}")]
    assert root(text)["a"].text == kept
    assert root(text).key_evidence("a").line == line


@pytest.mark.parametrize(
    ("path", "is_told"), [("a/compose.template.yml", False), ("a-template.yaml", True), ("my.template.d/a.yaml", True)]
)
def test_a_template_may_hold_a_key_twice_of_which_it_keeps_one(path: str, is_told: bool) -> None:
    (document,) = documents(b"a: 1\na: 2\n", path)
    assert [one.rule for one in document.findings] == (["yaml-duplicate-key"] if is_told else [])


def test_only_the_rows_of_a_block_stand_each_on_a_line_of_its_own() -> None:
    node = root('a: |\n  x\n  y\nb: "x\\n\\\n  y\\n"\nc: >\n  x\n\n  y\n')
    assert [node[key].text.split() for key in "abc"] == [["x", "y"]] * 3
    assert [[node[key].row(number) for number in (0, 1)] for key in "abc"] == [[2, 3], [4, 4], [6, 6]]


def test_merge_keys() -> None:
    text = "base: &b {x: 1, y: 1}\nmore: &m {y: 2, z: 2}\nuse:\n  <<: *b\n  <<: *m\n  x: 3\n"
    assert root(text)["use"].data() == {"x": 3, "y": 1, "z": 2}
    assert told(text) == []
    assert [(rule, line) for rule, line, _ in told(text, merge_keys=False)] == [("yaml-merge-key", 4), ("yaml-merge-key", 5)]


@pytest.mark.parametrize("text", ["a: *gone\n", "a: &x [*x]\n"])
def test_an_alias_of_nothing_or_of_itself(text: str) -> None:
    assert [rule for rule, _, _ in told(text)] == ["yaml-invalid"]


DEFINITION = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  conversion:
    strategy: Webhook
    webhook:
      clientConfig:
        service: {name: converter}
  group: example.com
  names:
    kind: Thing
    plural: things
  scope: Namespaced
  versions:
    - name: v1
      schema: {openAPIV3Schema: {type: object}}
"""


def test_of_a_definition_what_it_defines_is_read_and_who_converts_it() -> None:
    spec = root(DEFINITION)["spec"]
    service = spec.at("conversion", "webhook", "clientConfig", "service", "name")
    assert (service.text, service.line) == ("converter", 9)
    assert (spec["group"].text, spec["names"]["kind"].text, spec["scope"].text) == ("example.com", "Thing", "Namespaced")
    assert not spec["versions"]


def test_what_is_read_again_is_the_same_and_a_text_within_a_file_is_moved_once() -> None:
    text = "a: |\n  b: c\n"
    assert root(text) is root(text)
    for _ in range(2):
        (inside,) = inline(root(text)["a"]).roots
        assert inside["b"].line == 2


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("b: 1\n%{ if can(place) }namespace: ${place}%{ endif }\na: 1\n", "yaml-template"),
        ("a:\n%{~ for one in all ~}\n  - ${one}: [\n%{ endfor }\n", "yaml-template"),
        ("a: [%{ one }\n", "yaml-invalid"),
        ("a: [%%{ if\n", "yaml-invalid"),
    ],
)
def test_what_terraform_fills_in_is_no_mistake(text: str, rule: str) -> None:
    assert [one.rule for found in documents(text.encode(), "a.yaml") for one in found.findings] == [rule]
