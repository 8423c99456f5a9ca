"""Expressions of GitHub Actions: grammar, coercion, functions, and what stays unknown."""

from __future__ import annotations

import pytest

from archdoc.extract import _values as values
from archdoc.extract._expressions import ExpressionError, evaluate, expand, parse, value
from archdoc.extract._values import Open, Unknown, choice

CONTEXTS = {
    "github": Open("github", {"repository": "Acme/Shop", "event_name": choice(["push", "pull_request"])}),
    "env": Open("env", {"REGISTRY": "ghcr.io", "EMPTY": ""}),
    "matrix": {"os": "linux", "list": [1.0, "b"], "object": {"Name": "api", "n": None}},
    "secrets": Open("secrets"),
    "inputs": {"free": choice([Unknown("inputs.free"), None]), "flag": choice([True, False])},
}


def shown(source: str) -> list[str]:
    """Every text that an expression may come to."""
    return [values.shown(one) for one in values.alternatives(values.text(evaluate(source, CONTEXTS)))]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("'it''s'", "it's"),
        ("12", "12"),
        ("-1.50", "-1.5"),
        ("0x1F", "31"),
        ("1e3", "1000"),
        ("true", "true"),
        ("null", ""),
        ("env.REGISTRY", "ghcr.io"),
        ("ENV.registry", "ghcr.io"),
        ("env['REGISTRY']", "ghcr.io"),
        ("matrix.object.name", "api"),
        ("matrix.object.absent", ""),
        ("matrix.list[1]", "b"),
        ("matrix.list[7]", ""),
        ("matrix.list", "Array"),
        ("matrix.object", "Object"),
        ("1 == '1'", "true"),
        ("'A' == 'a'", "true"),
        ("null == 0", "true"),
        ("'' == false", "true"),
        ("'x' == 0", "false"),
        ("2 < 10", "true"),
        ("'b' > 'A'", "true"),
        ("'x' < 1", "false"),
        ("!''", "true"),
        ("!(1 > 2)", "true"),
        ("true && 'a' || 'b'", "a"),
        ("false && 'a' || 'b'", "b"),
        ("env.EMPTY || 'default'", "default"),
        ("1 == 1 && 2 == 3", "false"),
        ("contains('Hello', 'hell')", "true"),
        ("contains(matrix.list, 'B')", "true"),
        ("contains(matrix.list, 'c')", "false"),
        ("startsWith('refs/tags/v1', 'REFS/')", "true"),
        ("endsWith('a.tar', '.tar')", "true"),
        ("format('{0}-{1}-{{2}}', 'a', 1)", "a-1-{2}"),
        ("join(matrix.list, '+')", "1+b"),
        ("join(matrix.list)", "1,b"),
        ("join(matrix.object)", ""),
        ("startsWith(matrix.list, '')", "false"),
        ("endsWith('a', matrix.object)", "false"),
        ("fromJSON('{\"a\": [1, 2.5, null]}').a[1]", "2.5"),
        ("toJSON('x')", '"x"'),
        ("join(fromJSON('[[1, 2], [3, 4], []]').*[1])", "2,4"),
        ('join(fromJSON(\'["a", "b"]\').*[1])', ""),
        ("fromJSON('[\"a\", \"b\"]')[' 0x1 ']", "b"),
        ('fromJSON(\'["a", "b"]\')[null]', "a"),
        ('fromJSON(\'["a", "b"]\')[-1]', ""),
        ('fromJSON(\'{"Infinity": "i"}\').Infinity', "i"),
        ("fromJSON('{\"Object\": \"o\"}')[fromJSON('{}')]", ""),
        ("join(fromJSON('[1, 2]'), fromJSON('[]'))", "1,2"),
        ("format(null, 'a')", ""),
        ("'\u0131' == 'I'", "false"),
        ("startsWith('\u0131a', 'I')", "false"),
        ("case(false, 'a', true, 'b', 'c')", "b"),
        ("", ""),
        ("case(false, 'a', true, 'b', 'c')", "b"),
        ("case(false, 'a', 'c')", "c"),
        ("always()", "true"),
    ],
)
def test_known(source: str, expected: str) -> None:
    assert shown(source) == [expected]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("secrets.TOKEN", ["*"]),
        ("github.sha", ["*"]),
        ("steps.a.outputs.b", ["*"]),
        ("nonsense(1)", ["*"]),
        ("hashFiles('x')", ["*"]),
        # what is not known at all gives way to what is
        ("secrets.A || 'b'", ["b"]),
        ("inputs.free || 'b'", ["b"]),
        ("inputs.free", ["*"]),
        ("format('{0}/app', secrets.A)", ["*/app"]),
        ("github.event_name == 'push' && 'a' || 'b'", ["a", "b"]),
        ("github.event_name == 'release' && 'a' || 'b'", ["b"]),
        ("inputs.flag && 'a' || 'b'", ["a", "b"]),
        ("secrets.A == 'x' && 'a' || 'b'", ["a", "b"]),
        ('fromJSON(\'{"main": "prod", "dev": "test"}\')[github.ref_name]', ["prod", "test"]),
        ("github.repository != 'acme/shop' && 'fork' || 'own'", ["own"]),
    ],
)
def test_unknown(source: str, expected: list[str]) -> None:
    assert shown(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        *("1 +", "a b", "(1", "a.", "'open", "f(1,)x", "#", "a[1", "(" * 60 + "1" + ")" * 60, "x" * 30_000),
        *("-0xFF", "contains('a')", "join()", "always(1)", "a" + ".b" * 60, "!" * 60 + "a", "a" + "[0]" * 60),
    ],
)
def test_no_expression(source: str) -> None:
    with pytest.raises(ExpressionError):
        parse(source)
    assert evaluate(source, CONTEXTS) == Unknown("expression")


@pytest.mark.parametrize(
    "source", ["format('{0')", "format('}')", "format('{0}{', 'a')", "case(1, 'a', 'b')", "case(true, 'a', false, 'b')"]
)
def test_what_github_reports_when_it_runs_is_unknown(source: str) -> None:
    assert isinstance(evaluate(source, CONTEXTS), Unknown)


def test_a_chain_of_one_operator_is_one_level() -> None:
    assert evaluate(" && ".join(["true"] * 200), {}) is True
    assert evaluate(" || ".join(["false"] * 200), {}) is False


def test_unknown_says_where_it_comes_from_and_never_a_literal() -> None:
    assert values.sources(values.text(evaluate("format('x-{0}', secrets.A)", CONTEXTS))) == ("secrets.A",)
    assert values.sources(expand("${{ vars.B || 'hidden' }}", {"vars": Open("vars")})) == ("vars.B",)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("plain", "plain"),
        ("a-${{ env.REGISTRY }}-b", "a-ghcr.io-b"),
        ("${{ 'a}}b' }}", "a}}b"),
        ("${{ open", "${{ open"),
        ("${{ 'open }} x", "${{ 'open }} x"),
        ("${{ matrix.os }}${{ matrix.os }}", "linuxlinux"),
    ],
)
def test_expand(template: str, expected: str) -> None:
    assert values.shown(expand(template, CONTEXTS)) == expected


def test_one_expression_keeps_its_type() -> None:
    assert value("${{ matrix.list }}", CONTEXTS) == [1.0, "b"]
    assert value(" ${{ true }} ", CONTEXTS) is True
    assert value("x${{ true }}", CONTEXTS) == "xtrue"


def test_text_that_doubles_again_and_again_ends_as_unknown() -> None:
    contexts = {"env": {"A": "x" * 1000}}
    for _ in range(40):
        contexts = {"env": {"A": values.simplify(expand("${{ env.A }}${{ env.A }}", contexts))}}
    assert values.sources(values.text(contexts["env"]["A"])) == ("a very long text",)


def test_long_chains_and_many_choices_take_little_time() -> None:
    chain = " || ".join("secrets.A" for _ in range(1000))
    assert shown(chain) == ["*"]
    many = {"v": choice([str(n) for n in range(30)])}
    assert evaluate("format('{0}{1}{2}', v, v, v)", many) == Unknown("format()")


def test_json_that_is_known_in_part() -> None:
    tag = ('["', "a", '", {"tag": "v', Unknown("TAG"), '"}, "', Unknown("X"), '"]')
    found = evaluate("fromJSON(x)", {"x": tag})
    assert found == ["a", {"tag": ("v", Unknown("TAG"))}, Unknown("X")]
    assert evaluate("fromJSON(x)", {"x": ("[", Unknown("LIST"), "]")}) == Unknown("LIST")


def test_json_of_which_one_beginning_is_unknown_stays_open() -> None:
    either = (choice(['{"include":[', Unknown("rows")]), "]}")
    assert evaluate("fromJSON(x)", {"x": either}) == choice([{"include": []}, Unknown("rows")])
