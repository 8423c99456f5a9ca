"""The grammar of shell scripts: statements and words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from archdoc.extract import _shell as shell
from archdoc.extract import _shell_syntax as syntax


def written(parts: Iterable[syntax.WordPart]) -> str:
    marks = {syntax.Substitution: "$()", syntax.Opaque: "$?"}
    return "".join(
        part.text
        if isinstance(part, syntax.Literal)
        else f"<{part.name}{part.operator}{written(part.operand)}>"
        if isinstance(part, syntax.Parameter)
        else marks[type(part)]
        for part in parts
    )


def commands(statements: Iterable[syntax.Statement]) -> Iterator[str]:
    for statement in statements:
        if isinstance(statement, syntax.Simple):
            if statement.words:
                yield " ".join(written(word.parts) for word in statement.words)
        elif isinstance(statement, syntax.Pipeline):
            yield from commands(statement.stages)
        elif isinstance(statement, syntax.Branch):
            for arm in statement.arms:
                yield from commands(arm)
        else:
            yield from commands(statement.body)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("", []),
        ("# only a comment", []),
        ("a b  c # d", ["a b c"]),
        ("a#b 'c # d'", ["a#b c # d"]),
        ("a; b & c && d || e", ["a", "b", "c", "d", "e"]),
        ("{ for x in y; do a; done }; if b; then { c; } fi", ["a", "b", "c"]),
        ("a \\\n  b", ["a b"]),
        ("a\\\nb", ["ab"]),
        ("a 'x y' \"p $q r\" z\\ z $'t\\n'", ["a x y p <q> r z z t\n"]),
        ("a $A/$B/$C:$T", ["a <A>/<B>/<C>:<T>"]),
        ("a ${A:-b} ${A%%:*} ${A//x/y} ${#A} ${A[0]} ${A,,}", ["a <A:-b> <A%%:*> <A//x/y> <Alength> <A> <A,,>"]),
        ("a $(b c) `d e` $((1 + 2)) <(f)", ["a $() $() $? $?"]),
        ('a "$(b "c $(d)")" e', ["a $() e"]),
        ("a $ 5$ $", ["a $ 5$ $"]),
        ("A=1 B=2\nunset X", ["unset X"]),
        ("A=1 b", ["b"]),
        ("A=(x y\n z) ; b", ["b"]),
        ("a 2>/dev/null b >out 2>&1 &>all c", ["a b c"]),
        ("a - <<EOF\ntext $X\nEOF\nb", ["a -", "b"]),
        ("a <<'EOF' | b -f -\ntext\nEOF\nc", ["a", "b -f -", "c"]),
        ("a <<-X <<Y\n\tone\n\tX\ntwo\nY\nb", ["a", "b"]),
        ("a <<< word b", ["a b"]),
        ("if a; then b; elif c; then d; else e; fi; f", ["a", "b", "c", "d", "e", "f"]),
        ("for x in 1 2; do a; done", ["a"]),
        ("for x; do a; done", ["a"]),
        ("for ((i=0; i<3; i++)); do a; done", ["a"]),
        ("while a; do b; done < file; until c; do d; done", ["a", "b", "c", "d"]),
        ("case $x in a|b) c ;; (d) e ;; *) f; esac", ["c", "e", "f"]),
        ("f() { a; }\nfunction g { b; }\nfunction h() (c)", ["a", "b", "c"]),
        ("(a; b) && { c; d; }", ["a", "b", "c", "d"]),
        ("! a | b |& c", ["a", "b", "c"]),
        ("time -p a", ["a"]),
        ("[[ $a =~ ^(x|y)$ && -f b ]] && c", ["c"]),
        ("[ -f a ] || b", ["[ -f a ]", "b"]),
        ("((i++)); a", ["a"]),
        ("export A=1 B=$(c)", ["export A=1 B=$()"]),
        ("a {b,c} *.yaml [x]", ["a {b,c} *.yaml [x]"]),
        ("echo if then done", ["echo if then done"]),
    ],
)
def test_commands(script: str, expected: list[str]) -> None:
    assert list(commands(shell.parse(script))) == expected


@pytest.mark.parametrize(
    ("script", "row"),
    [
        ("a\nif b; then\n c", 2),
        ("a 'open", 0),
        ('a\nb "open', 1),
        ("a )", 0),
        ("a\n}", 1),
        ("fi", 0),
        ("a ;; b", 0),
        ("for in do", 0),
        ("case x a) b;; esac", 0),
        ("a $(b", 0),
        ("a ${b", 0),
        ("a `b", 0),
        ("a >", 0),
        ("a && ", 0),
        ("(" * 100, 0),
        ("f() " * 100 + "{ a; }", 0),
        ("a " + "${b:-" * 100, 0),
    ],
)
def test_no_bash(script: str, row: int) -> None:
    with pytest.raises(syntax.ShellError) as error:
        shell.parse(script)
    assert error.value.row == row


def test_a_script_that_is_too_long_is_not_read() -> None:
    with pytest.raises(syntax.ShellError):
        shell.parse("a\n" * 300_000)


def test_rows() -> None:
    (first, second) = shell.parse("one \\\n  two\n\nthree <<X\n$(\n)\nX\n")
    assert isinstance(first, syntax.Simple)
    assert isinstance(second, syntax.Simple)
    assert [word.row for word in first.words] == [0, 1]
    assert [word.row for word in second.words] == [3]
    assert second.redirects[0].word.row == 4


def test_the_text_of_a_here_document() -> None:
    (quoted,) = shell.parse("a <<'X'\n$b\nX\n")
    (open_,) = shell.parse("a <<X\n$b \\$c\nX\n")
    assert isinstance(quoted, syntax.Simple)
    assert isinstance(open_, syntax.Simple)
    assert written(quoted.redirects[0].word.parts) == "$b\n"
    assert written(open_.redirects[0].word.parts) == "<b> $c\n"
