"""Pieces of shell are walked once for the same answers, and what makes no difference in them is passed over."""

from __future__ import annotations

import pytest

from archdoc.extract import _commands as commands
from archdoc.extract import _shell_memory as memory
from archdoc.extract._shell_memory import Answers, Piece, told
from archdoc.extract._shell_walk import walk
from archdoc.extract._values import Text, Unknown


def answers(value: str, asked: list[str], text: str | None = None) -> Answers:
    def variable(name: str) -> Text:
        asked.append(name)
        return (value,) if name == "ANSWER" else (Unknown(name),)

    return Answers(lambda source: (Unknown(source),), variable, ("/work",), lambda _path: text)


@pytest.fixture
def walks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The scripts that were walked."""
    found: list[str] = []

    def noted(script: str, *given: object, **named: object) -> object:
        found.append(script)
        return walk(script, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(memory, "walk", noted)
    monkeypatch.setattr(memory, "_PIECES", {})
    return found


def test_a_piece_is_walked_once_for_the_same_answers(walks: list[str]) -> None:
    piece = Piece("docker build -t $ANSWER .", "a.yml", (1,))
    asked: list[str] = []
    first = told(piece, answers("one", asked))
    asked.clear()
    assert told(piece, answers("one", asked)) == first
    assert len(walks) == 1
    assert "ANSWER" in asked  # so that who listens knows what the answer depends on
    assert told(piece, answers("two", asked)) != first
    assert len(walks) == 2


def test_a_piece_is_cited_where_it_stands(walks: list[str]) -> None:
    piece = Piece("docker push a/b", "a.yml", (7,))
    told(piece, answers("", []))
    found = told(piece._replace(path="b.yml", rows=(9,)), answers("", []))
    assert [(effect.image.at.path, effect.image.at.line) for effect, _ in found.done] == [("b.yml", 9)]  # type: ignore[union-attr]
    assert len(walks) == 1


def test_a_file_that_has_changed_is_read_again(walks: list[str]) -> None:
    piece = Piece("docker push a/b:$(cat VERSION)", "a.yml", (1,))
    assert told(piece, answers("", [], "1")) != told(piece, answers("", [], "2"))
    assert len(walks) == 2


@pytest.mark.parametrize(
    ("script", "seen"),
    [
        ("echo hello; grep $ANSWER file", []),
        ("if grep -q x $ANSWER; then log a; else log b; fi; docker push a", ["docker"]),
        ('log() { echo "text $1"; }\nlog $ANSWER\ndocker push a', ["docker"]),
        ("log() { docker push $1; }\nlog $ANSWER", ["docker", "ANSWER"]),
        ("grep $ANSWER file | kubectl apply -f -", ["grep", "kubectl", "ANSWER"]),
        ('grep x "$(docker build $ANSWER)"', ["docker", "grep", "ANSWER"]),
        ("grep ${X:=$ANSWER} file", ["grep", "ANSWER"]),
        ("grep $ANSWER file > values.yaml", ["grep", "ANSWER"]),
        ("echo $ANSWER", ["echo", "ANSWER"]),
        ("case $(docker build $ANSWER) in a) true ;; esac", ["docker", "ANSWER"]),
        ("for x in a b; do grep $ANSWER; done; docker push $x", ["docker"]),
        ("kubectl -n test get $ANSWER; docker push a", ["docker"]),
        ("kubectl -n $ANSWER get pods", ["kubectl", "ANSWER"]),
        ("kubectl -n get apply -f $ANSWER", ["kubectl", "ANSWER"]),
        ("kubectl get $ANSWER > pods.yaml", ["kubectl", "ANSWER"]),
        ("pods() { kubectl get $ANSWER; }\npods", []),
    ],
)
def test_what_makes_no_difference_is_passed_over(script: str, seen: list[str]) -> None:
    asked: list[str] = []
    given = answers("one", asked)
    found = walk(script, given.expression, given.variable, (), counts=commands.counts)
    names = [str(one.words[0].text[0]) for one in found.commands]
    assert names + [name for name in dict.fromkeys(asked) if name == "ANSWER"] == seen


def test_the_last_turn_of_a_loop_sets_its_variable() -> None:
    given = answers("", [])
    found = walk("for x in a b; do grep y; done; docker push $x", given.expression, given.variable, (), counts=commands.counts)
    assert [word.text for word in found.commands[0].words] == [("docker",), ("push",), ("b",)]
