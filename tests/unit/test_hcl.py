"""HCL: what the reader takes and refuses, on which lines, and what expressions come to, known in part or in whole."""

from __future__ import annotations

import contextlib
import time

import pytest

from archdoc.extract._hcl import parse
from archdoc.extract._hcl_evaluate import Evaluator, Function, Scope
from archdoc.extract._hcl_nodes import HclError, Name, Template
from archdoc.extract._hcl_values import RefusedError, Some
from archdoc.extract._values import Choice, Unknown

NAMES = {
    "one": 1.0,
    "word": "app",
    "flag": True,
    "nothing": None,
    "list": ["a", "b"],
    "map": {"x": "1", "y": "2"},
    "apps": [{"name": "api", "tags": ["a", "b"]}, {"name": "web", "tags": ["c"]}],
    "secret": Unknown("TAG"),
    "version": ("v", Unknown("VERSION")),
    "either": Choice(("a", "b")),
    "maybe": Choice((True, False)),
}
TWICE = Function(("x",), "", Template((Name("x", 1), Name("x", 1)), 1))
REST = Function(("x",), "more", Name("more", 1))


def outer(name):
    if name not in NAMES:
        raise RefusedError("no such name")
    return NAMES[name]


def value(source):
    body = parse(f"x = {source}\n")
    functions = {"twice": TWICE, "rest": REST}
    return Evaluator(functions.get, outer).value(body.attributes[0].value, Scope({}, outer))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # constants and operators
        ("12.5", 12.5),
        ("1e3", 1000.0),
        ("-one", -1.0),
        ("!flag", False),
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("10 - 2 - 3", 5.0),
        ("7 % 4", 3.0),
        ("8 / 2", 4.0),
        ("1 < 2 && 2 <= 2 || false", True),
        ('3 > 5 ? "high" : "low"', "low"),
        ('flag ? one == 1 ? "a" : "b" : "c"', "a"),
        ('"8" == 8', True),
        ('word != ""', True),
        ("nothing == null", True),
        ('list == ["a", "b"]', True),
        ('map == {x = "1"}', False),
        # texts
        ('"a${word}b"', "aappb"),
        ('"${one}"', 1.0),
        ('"${1.50}x"', "1.5x"),
        ('"${flag}!"', "true!"),
        (r'"a\tb\"c\\d\u0041"', 'a\tb"c\\dA'),
        ('"$${word} %%{if}"', "${word} %{if}"),
        ('"100% of $5"', "100% of $5"),
        ('"%{if flag}yes%{else}no%{endif}"', "yes"),
        ('"%{ for x in list }<${x}>%{ endfor }"', "<a><b>"),
        ('"a ${~ word ~} b"', "aappb"),
        ('"${"in ${"side ${word}"}"}"', "in side app"),
        ("<<EOT\na ${word}\n b\nEOT", "a app\n b\n"),
        ("<<-EOT\n    a\n      b\n    EOT", "a\n  b\n"),
        # lists and objects
        ('[1, "a", [true,],\n]', [1.0, "a", [True]]),
        ('{a = 1, "b" : 2\n (word) = 3}', {"a": 1.0, "b": 2.0, "app": 3.0}),
        ("list[1]", "b"),
        ("map.x", "1"),
        ('map["y"]', "2"),
        ("apps[1].name", "web"),
        ("apps.0.name", "api"),
        ("apps[*].name", ["api", "web"]),
        ("apps[*].tags[0]", ["a", "c"]),
        ("apps.*.tags[0]", ["a", "b"]),
        ("nothing[*]", []),
        ("word[*]", ["app"]),
        # loops
        ("[for x in list : upper(x)]", ["A", "B"]),
        ('[for i, x in list : "${i}${x}"]', ["0a", "1b"]),
        ('[for k, v in map : "${k}${v}" if k != "x"]', ["y2"]),
        ("{for x in list : x => upper(x)}", {"a": "A", "b": "B"}),
        ('{for x in apps : "all" => x.name...}', {"all": ["api", "web"]}),
        ("[\n# a comment\nfor x in list : x]", ["a", "b"]),
        # functions
        ("twice(word)", "appapp"),
        ("rest(1, 2, 3)", [2.0, 3.0]),
        ('concat(list, ["c"])', ["a", "b", "c"]),
        ("concat([list, list]...)", ["a", "b", "a", "b"]),
        ('join("-", list)', "a-b"),
        ('split("/", "a/b")', ["a", "b"]),
        ('replace("v1.2", ".", "-")', "v1-2"),
        ('regex_replace("v1.2.3", "[.].*$", "")', "v1"),
        ('regex_replace("ab", "(a)(b)", "$2$${1}")', "ba"),
        ('regex("(\\\\d+)[.](\\\\d+)", "v1.22")', ["1", "22"]),
        ('regexall("[a-z]", "a1b")', ["a", "b"]),
        ('format("%s:%d-%v%%", word, one, flag)', "app:1-true%"),
        ('format("%03d|%-4s|%5.1f", 7, "ab", 2.25)', "007|ab  |  2.2"),
        ('formatlist("x")', Unknown("formatlist()")),
        ('flatten([list, [["c"]]])', ["a", "b", "c"]),
        ('distinct(["a", "b", "a"])', ["a", "b"]),
        ('compact(["a", "", null])', ["a"]),
        ('contains(list, "b")', True),
        ("length(list) + length(word) + length(map)", 7.0),
        ('lookup(map, "z", "none")', "none"),
        ('merge(map, {y = "3"})', {"x": "1", "y": "3"}),
        ("keys(map)", ["x", "y"]),
        ("values(map)", ["1", "2"]),
        ('zipmap(["a"], [1])', {"a": 1.0}),
        ("element(list, 3)", "b"),
        ("index(list, 0)", "a"),
        ('indexof(list, "b")', 1.0),
        ("slice(list, 0, 1)", ["a"]),
        ("range(3)", [0.0, 1.0, 2.0]),
        ("range(5, 1, -2)", [5.0, 3.0]),
        ('setproduct(["a"], ["b", "c"])', [["a", "b"], ["a", "c"]]),
        ('setunion(["b"], ["a", "b"])', ["a", "b"]),
        ('coalesce(nothing, "", "x")', ""),
        ("equal(one, 1)", True),
        ('notequal("", word)', True),
        ("and(true, not(false))", True),
        ('trimprefix("v1", "v")', "1"),
        ('trimsuffix("a.git", ".git")', "a"),
        ('trimspace(" a ")', "a"),
        ('trim("--a-", "-")', "a"),
        ('substr("abcdef", 1, 2)', "bc"),
        ('substr("abcdef", -2, -1)', "ef"),
        ('title("a b")', "A B"),
        ('sanitize("a.b/c")', "a_b_c"),
        ('basename("a/b.c")', "b.c"),
        ('dirname("a/b.c")', "a"),
        ('jsondecode("{\\"a\\": [1]}").a[0]', 1.0),
        ("jsonencode({b = 1, a = true})", '{"a":true,"b":1}'),
        ('sha256("")', "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ('base64encode("a")', "YQ=="),
        ("max(1, 3, 2)", 3.0),
        ('parseint("ff", 16)', 255.0),
        ('try(map.z, "else")', "else"),
        ("can(map.z)", False),
        ("can(map.x)", True),
        ("timestamp()", Unknown("timestamp()")),
        ("chunklist([1, 2, 3], 2)", [[1.0, 2.0], [3.0]]),
        ('urlencode("a b")', "a+b"),
    ],
)
def test_value(source, expected):
    found = value(source)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('"app:${secret}"', ("app:", Unknown("TAG"))),
        ('"app:${upper(version)}"', ("app:V", Unknown("VERSION"))),
        ('secret == ""', Choice((True, False))),
        ('version == ""', False),
        ('version == "1"', False),
        ('version == "v1"', Choice((True, False))),
        ('version != "" ? "a" : "b"', "a"),
        ('secret != "" ? "a" : "b"', Choice(("a", "b"))),
        ('maybe ? ["a"] : []', Choice((["a"], []))),
        ('false && secret == ""', False),
        ('true || secret == ""', True),
        ('"x${either}"', ("x", Choice(("a", "b")))),
        ("upper(either)", Choice(("A", "B"))),
        ("lookup({a = 1, b = 2}, either)", Choice((1.0, 2.0))),
        ("map[secret]", Choice(("1", "2"))),
        ('trimprefix(version, "v")', Unknown("VERSION")),
        ('trimprefix(secret, "v")', Unknown("trim()")),
        ('replace(version, "v", "x")', ("x", Unknown("VERSION"))),
        ('replace(version, "v1", "x")', Unknown("replace()")),
        ('format("%s-%s", version, word)', ("v", Unknown("VERSION"), "-app")),
        ('length(split(",", secret))', Unknown("length()")),
        ("sha256(version)", Unknown("sha256()")),
        ('contains([version], "x")', False),
        ('contains(split(",", secret), "x")', Choice((True, False))),
        ('[for t in split(",", secret) : "app:${t}"]', Some([("app:", Unknown("TAG"))])),
        ("[for x in list : x if x == secret]", Some(["a", "b"])),
        ('join(",", split(",", secret))', Unknown("join()")),
        ('{for x in split(",", secret) : x => x}', Unknown("an object that a loop makes")),
        ("concat(list, secret)", Some(["a", "b", Unknown("TAG")])),
        ("secret.name", Unknown("TAG.name")),
        ("secret[*].name", Some([Unknown("TAG.name")])),
        ('regex_replace("a", "(a+)+$", "")', Unknown("regex_replace()")),
        ('regex("a*a*a*a*b", "a")', Unknown("regex()")),
    ],
)
def test_known_in_part(source, expected):
    found = value(source)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    "source",
    [
        "map.z",
        "list[2]",
        "nowhere",
        '"a${list}"',
        '"a${nothing}"',
        "one + word",
        "1 / 0",
        "word ? 1 : 2",
        "upper()",
        "twice()",
        "twice(1, 2)",
        'format("%s")',
        "range(0, 1, 0)",
        "range(100000000)",
        'regex("x", "y")',
        'regex("(", "y")',
        'jsondecode("{")',
        "element([], 0)",
        "merge(word)",
        "try(map.z)",
        "slice(list, 1, 5)",
        'replace(word, "", "x")',
        'zipmap(["a"], [])',
        "keys(word)",
        "coalesce(null)",
    ],
)
def test_refused(source):
    with pytest.raises(RefusedError):
        value(source)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = ", 1),
        ("a = 1 b = 2", 1),
        ("a = 1\na = 2", 2),
        ('a = "x', 1),
        ('a = "x\ny"', 1),
        ("a = [1\n", 2),
        ("a = {x = 1", 1),
        ("a = {x = 1 y = 2}", 1),
        ("b {\n", 2),
        ('b "${x}" {}', 1),
        ("\n\na = <<EOT\nx", 3),
        ("a = << EOT\n", 1),
        ('a = "${x"', 1),
        ('a = "%{if x}"', 1),
        ('a = "%{endif}"', 1),
        ('a = "%{while x}"', 1),
        ("a = f(x..., y)", 1),
        ("a = [for x of y : x]", 1),
        ("a = 1 /* never closed", 1),
        ("a = {[1] = 2", 1),
        ("}", 1),
        ("a = " + "[" * 60, 1),
        ("a = " + "-" * 60 + "1", 1),
        ("a = " + "1 ? 2 : " * 60 + "3", 1),
        ("b {" * 60, 1),
        ('a = "' + "%{if x}" * 60 + '"', 1),
    ],
)
def test_no_hcl(text, line):
    with pytest.raises(HclError) as caught:
        parse(text)
    assert caught.value.line == line


def test_lines_and_structure():
    text = """\
# head
variable "A" {
  default = "x" // tail
}
/* a
b */
target "t" "u" {
  tags = [
    "a",
    "${A}",
  ]
  x { y = 1 }
}
"""
    body = parse(text)
    variable, target = body.blocks
    assert (variable.type, variable.labels, variable.line) == ("variable", ("A",), 2)
    assert variable.body.attributes[0].line == 3
    assert (target.labels, target.line) == (("t", "u"), 7)
    tags = target.body.attribute("tags")
    assert tags is not None
    assert (tags.line, [one.line for one in tags.value.items]) == (8, [9, 10])
    assert target.body.blocks[0].body.attributes[0].name == "y"
    assert target.body.attribute("none") is None


def test_windows_line_ends_and_a_mark_at_the_start():
    body = parse("\ufeffa = <<EOT\r\nx\r\nEOT\r\nb = 2\r\n")
    assert [one.name for one in body.attributes] == ["a", "b"]
    assert body.attributes[0].value.value == "x\n"


def test_a_line_inside_of_a_here_document():
    body = parse("a = <<EOT\nx\n${b}\nEOT\n")
    assert body.attributes[0].value.parts[1].line == 3


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "[" * 30 + "]" * 30,
        "x = " + '"a" + ' * 20_000 + '"b"',
        'x = "' + "${1}" * 20_000 + '"',
        "x = 1 " + "/**/" * 50_000,
        "x = <<A\n" + "A \nB\n" * 20_000,
        'x = "' + "$" * 100_000 + '"',
    ],
)
def test_hostile_text_takes_bounded_time(text):
    start = time.process_time()
    with contextlib.suppress(HclError):
        parse(text)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    "source",
    [
        "[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : a]]]",
        "setproduct(range(1000), range(1000))",
        "flatten([for a in range(1000) : range(1000)])",
        'join("", [for a in range(1000) : format("%099d", 1)])',
        "distinct([for a in range(1000) : [a]])",
    ],
)
def test_hostile_values_take_bounded_time(source):
    start = time.process_time()
    found = value(source)
    assert time.process_time() - start < 3
    assert len(repr(found)) < 500_000
