"""Scripts walked: what functions print and return, which ways end, arrays, and what the machine is known to be."""

from __future__ import annotations

import pytest

from archdoc.extract import _values as values
from archdoc.extract._shell_walk import Command, walk
from archdoc.extract._values import Choice, Text, Unknown

ENV: dict[str, Text] = {
    "TAG": ("v1",),
    "EMPTY": (),
    "GIVEN": (Unknown("secrets.GIVEN"),),
    "REF": (Unknown("github.ref_name"),),
    "PLACE": (Choice(("dev", "prod")),),
    "RUNNER_OS": ("Linux",),
    "RUNNER_ARCH": ("X64",),
}
FILES = {"/ws/": "Makefile\na/\nb/", "/ws/a/": "skaffold.yaml", "/ws/b/": "notes.md"}


def lines(script: str, *arguments: str) -> list[str]:
    """The commands of a script that are no shell's own, as they would be run."""
    found = walk(
        script,
        lambda source: (Unknown(source),),
        lambda name: ENV.get(name, (Unknown(name),)),
        ("/ws",),
        arguments=[(one,) for one in arguments],
        read=lambda path: FILES.get(values.shown(path)),
    )
    return [line for one in found.commands if (line := _line(one)).partition(" ")[0] in ("run", "use", "skaffold")]


def _line(command: Command) -> str:
    words = " ".join("|".join(values.shown(one) for one in values.alternatives(word.text)) for word in command.words)
    folder = values.shown(command.directory)
    return words if folder == "/ws" else f"{words} @{folder}"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('f() { echo "$1-$2"; }; X=$(f a $TAG); run $X', ["run a-v1"]),
        ("f() { echo a; echo b; }; for x in $(f); do run $x; done", ["run a", "run b"]),
        ("f() { local n=$1; printf '%s\\n' x/$n; }; run $(f api) $(f web)", ["run x/api x/web"]),
        ("f() { echo loud >&2; mkdir -p x; echo $1; }; run $(f a)", ["run a"]),
        ("f() { cat <<EOF\nx-$TAG\nEOF\n}; run $(f)", ["run x-v1"]),
        ("f() { echo A/B | tr 'A-Z' 'a-z'; }; run $(f)", ["run a/b"]),
        ("f() { echo b; echo a; }; for x in $(f | sort); do run $x; done", ["run a", "run b"]),
        ("f() { g x; }; g() { echo $1-$(h); }; h() { echo y; }; run $(f)", ["run x-y"]),
        ("f() { use it; echo name; }; run $(f)", ["use it", "run *"]),  # what another command prints is not known
        ("f() { use it >/dev/null; echo name; }; run $(f)", ["use it", "run name"]),
        ("f() { if grep -q x y; then echo a; else echo b; fi; }; run $(f)", ["run a|b"]),
        ("f() { for x in a b; do echo $x-$1; done; }; for y in $(f z); do run $y; done", ["run a-z", "run b-z"]),
        ("f() { while t; do echo a; done; }; run $(f)", ["run *"]),  # any number of times
        ("run $(if [ $TAG = v1 ]; then echo a; else echo b; fi)", ["run a"]),
        ('run $([ "$TAG" = v1 ] && echo a || echo b) $([ "$GIVEN" = v1 ] && echo a || echo b)', ["run a a|b"]),
        ("f() { f; echo x; }; run $(f)", ["run *"]),
    ],
)
def test_what_a_function_prints(script: str, expected: list[str]) -> None:
    assert lines(script) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("f() { if [ $1 = a ]; then echo one; return; fi; echo two; }; run $(f a) $(f b)", ["run one two"]),
        ("f() { if grep -q x y; then echo one; return; fi; echo two; }; run $(f)", ["run one|two"]),
        ("f() { case $1 in a) echo one; return 0;; esac; echo two; return; echo three; }; run $(f a) $(f x)", ["run one two"]),
        ("f() { for x in a b; do [ $x = $1 ] && return 0; done; return 1; }; if f b; then run b; else run x; fi", ["run b"]),
        ("f() { [[ $TAG == v1 ]]; }; if f; then run a; else run b; fi", ["run a"]),
        ("f() { [ $TAG = v2 ]; }; if f; then run a; else run b; fi", ["run b"]),
        ("f() { return 1; }; if ! f; then run a; else run b; fi", ["run a"]),
        ("f() { return $1; }; f 1 || run a; f 0 || run b; f 0 && run c; f 1 && run d", ["run a", "run c"]),
        ("f() { t; return $?; }; if f; then run a; else run b; fi", ["run a", "run b"]),
        ("f() { if t; then return 1; fi; X=1; }; X=0; f; run $X", ["run 0|1"]),
        ("f() { t; exit 1; }; if s; then f; fi; run a", ["run a"]),
        ("f() { exit 1; }; f; run a", []),
        ("(exit 1); run a", ["run a"]),
        ("X=$(exit 1); run a", ["run a"]),
        ("if [ $# -ne 2 ]; then use me; exit 1; fi; run $1", ["use me"]),
        ("t && exit 0; run a", ["run a"]),  # whether the command succeeds is not known
        ("t || { use me; exit 1; }; run a", ["use me", "run a"]),
        ("if t; then exit 0; else exit 1; fi; run a", []),
        ("case $GIVEN in a) X=1;; *) exit 1;; esac; run $X", ["run 1"]),
        ("for x in a b c; do [ $x = b ] && continue; run $x; done", ["run a", "run c"]),
        ("for x in a b c; do if [ $x = b ]; then X=$x; break; fi; done; run $X $x", ["run b b"]),
        ("for x in a b; do for y in 1 2; do [ $y = 2 ] && continue; run $x$y; done; done", ["run a1", "run b1"]),
        ("while true; do if t; then X=1; break; fi; done; run $X", ["run 1"]),
    ],
)
def test_where_a_way_ends(script: str, expected: list[str]) -> None:
    assert lines(script) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("X=(a b c); run ${#X[@]} ${#X} ${#TAG} ${X[1]} ${X[-1]} ${X[9]}", ["run 3 1 2 b c"]),
        ('X=(a b c); run "${X[@]:1}" "${X[@]:0:2}" "${X[@]: -1}"', ["run b c a b c"]),
        ('X=(a/b c/d); run "${X[@]##*/}" "${X[@]/\\//-}" "${X[*]}"', ["run b d * * a/b c/d"]),
        ("X=($GIVEN b); run ${#X[@]} ${X[1]} ${X[@]:1}", ["run * * *"]),  # it may be several
        ('X=("a b" c); run ${#X[@]}', ["run 2"]),
        ("X=(); for t in a b; do if ! type $t; then X+=($t); fi; done; if [ ${#X[@]} -ne 0 ]; then exit 1; fi; run b", ["run b"]),
        ('X=(a); if [ "$GIVEN" = b ]; then X+=(b); fi; X+=(c); run ${#X[@]} ${X[@]}', ["run * a b c"]),
        ("X=(); X+=(a); X+=(b); i=1; run ${X[$i]} ${X[i]} ${#X[@]}", ["run b b 2"]),
        ("X=(a b); X[1]=c; X[2]=d; run ${X[@]}", ["run a c d"]),
        (
            'declare -A M=([api]=src/api ["web"]=src/web); for k in "${!M[@]}"; do run $k ${M[$k]}; done',
            _PAIRS := ["run api src/api", "run web src/web"],
        ),
        ('declare -A M; M[api]=src/api; M["web"]=src/web; for k in "${!M[@]}"; do run $k ${M[$k]}; done', _PAIRS),
        ("declare -A M=([a]=1); run ${M[b]}x ${#M[@]}", ["run x 1"]),
        ("declare -A M=([a]=1); M[$GIVEN]=2; run ${M[a]}", ["run *"]),
        ("X=(a b); for i in ${!X[@]}; do run $i ${X[$i]}; done", ["run 0 a", "run 1 b"]),
        ('X=(); run "${X[@]:-none}" "${X[@]+x}" end', ["run none end"]),
        ("f() { run ${@:2} $#; }; f a b c", ["run b c 3"]),
        ("IFS=, read -ra X <<< a,b; if [[ ${#X[@]} -ne 1 ]]; then run several; else run one; fi", ["run several"]),
        ("if [ ${#TAG} -gt 5 ]; then run a; elif [ ${#TAG} -le 2 ]; then run b; fi", ["run b"]),
    ],
)
def test_arrays(script: str, expected: list[str]) -> None:
    assert lines(script) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("run ${NOBODY:-d} ${GIVEN:-d} ${REF:-d} ${EMPTY:-d}", ["run d d * d"]),
        ("X=${NOBODY:-no}; if [ $X = yes ]; then run a; else run b; fi", ["run b"]),
        ("X=${GIVEN:-no}; if [ $X = yes ]; then run a; else run b; fi", ["run a", "run b"]),
        ("X=${HOME:-no}; if [ $X = no ]; then run a; else run b; fi", ["run a", "run b"]),  # the runner sets it
        ("X=$GIVEN; X=${X:-no}; if [ $X = yes ]; then run a; else run b; fi", ["run a", "run b"]),
        (
            "run $(uname -m) $(uname -s) $(go env GOARCH) $(go env GOHOSTOS) $(dpkg --print-architecture) $(uname -r)",
            ["run x86_64 Linux amd64 linux amd64 *"],
        ),
        ("GOARCH=arm64; run $(go env GOARCH) $(go env GOHOSTARCH)", ["run arm64 amd64"]),
    ],
)
def test_what_nothing_sets_and_what_the_runner_is(script: str, expected: list[str]) -> None:
    assert lines(script) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('if [ "$PLACE" = prod ]; then run $PLACE; else use $PLACE; fi; run $PLACE', ["run prod", "use dev", "run dev|prod"]),
        ("case $PLACE in p*) run $PLACE;; stage) run never;; *) use $PLACE;; esac", ["run prod", "use dev"]),
        ("[ $PLACE = dev ] && run $PLACE", ["run dev"]),
        ("if [ -z $PLACE ]; then use none; else run $PLACE; fi", ["use none", "run dev|prod"]),  # an input may be empty
        (
            'T=b; if t; then T=a; fi; if [ -f "$T/skaffold.yaml" ]; then skaffold run -f $T; else use $T; fi',
            ["skaffold run -f a", "use b"],
        ),
        ('if [ -f "b/skaffold.yaml" ]; then skaffold run; fi', []),
        ('touch b/skaffold.yaml; if [ -f "b/skaffold.yaml" ]; then skaffold run; fi', ["skaffold run"]),
    ],
)
def test_one_of_several_values_decides(script: str, expected: list[str]) -> None:
    assert lines(script) == expected


def test_tests_within_tests_take_no_longer_at_each_level() -> None:
    deep = "[ $(" * 30 + "run" + ") ]" * 30
    assert lines(f"{deep} && run a")[-1] == "run a"
