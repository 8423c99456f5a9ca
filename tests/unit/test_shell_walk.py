"""Scripts walked: which commands they may run, with which words, in which folder."""

from __future__ import annotations

import pytest

from archdoc.extract import _values as values
from archdoc.extract._shell_syntax import ShellError
from archdoc.extract._shell_walk import Command, Walk, walk
from archdoc.extract._values import Text, Unknown

ENV = {"TAG": "v1", "EMPTY": "", "LIST": "a b", "GITHUB_WORKSPACE": "/ws"}
EXPRESSIONS = {"matrix.x": "svc", "inputs.args": "-f x/Dockerfile .", "inputs.code": "cd sub && run it"}


def variable(name: str) -> Text:
    return (ENV[name],) if ENV.get(name) else () if name in ENV else (Unknown(name),)


def expression(source: str) -> Text:
    return (EXPRESSIONS[source],) if source in EXPRESSIONS else (Unknown(source),)


def run(script: str) -> Walk:
    return walk(script, expression, variable, ("/ws",))


def line(command: Command) -> str:
    words = " ".join("|".join(values.shown(one) for one in values.alternatives(word.text)) for word in command.words)
    folder = values.shown(command.directory)
    return words if folder == "/ws" else f"{words} @{folder}"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('a $TAG "$LIST" $LIST $EMPTY \'$TAG\' ""', ["a v1 a b a b $TAG "]),
        ('a $UNKNOWN "$UNKNOWN"-x', ["a * *-x"]),
        ("X=1; X+=2; a $X ${X}3", ["a 12 123"]),
        ("export X=1 Y; readonly Z=2; a $X$Z", ["a 12"]),
        ("X=1 a $X", ["a *"]),
        ("a ${TAG:-d} ${EMPTY:-d} ${UNKNOWN:-d} ${TAG:+yes} ${EMPTY:+yes}", ["a v1 d d yes"]),
        (
            "X=a/b:c; a ${X%%:*} ${X##*/} ${X#*/} ${X%/*} ${X/b/z} ${X//[ac]/z} ${X:2:1} ${X^^} ${X: -1}",
            ["a a/b b:c b:c a a/z:c * b A/B:C c"],
        ),
        ("X=$(echo \"Acme/APP\" | tr '[:upper:]' '[:lower:]'); a $X", ["a acme/app"]),
        ("a $(basename x/y.z .z) $(dirname -- x/y) $(pwd) $(echo a:b | cut -d: -f2) $(date)", ["date", "a y x /ws b *"]),
        ("X=$(docker build -q .)", ["docker build -q ."]),
        ("cd a && b; cd ..; c; cd /abs; d; cd -; e", ["b @/ws/a", "c @/ws/a/..", "d @/abs", "e @/ws/a/.."]),
        ("(cd a; b); c", ["b @/ws/a", "c"]),
        ("pushd a; b; popd; c", ["b @/ws/a", "c"]),
        ("cd $(git rev-parse --show-toplevel)/x; a", ["a @/ws/x"]),
        ('X=$(git rev-parse --show-toplevel 2>/dev/null || echo "${W:-$(pwd)}"); a $X/y', ["a /ws/y"]),
        ("cd a | b; c", ["b", "c"]),
        ("for x in 1 2; do a $x; done; b $x", ["a 1", "a 2", "b 2"]),
        ("for x in $LIST; do a $x; done", ["a a", "a b"]),
        ("for x in $UNKNOWN; do a $x; done", ["a *"]),
        ('X=p; if t; then X="q r"; fi; for x in $X/; do a $x; done', ["t", "a p/", "a q", "a r/"]),
        ('X=p; if t; then X="q r"; fi; for x in "$X"; do a $x; done', ["t", "a p|q r"]),
        ("X=p; echo x | grep -q y && X=q; a $X", ["echo x", "grep -q y", "a p|q"]),
        ("X=p; command -v tool && X=q; a $X", ["tool", "a p|q"]),
        ("X=p; tool && X=q; a $X", ["tool", "a q"]),
        ("$SUDO docker push a; $SUDO other a", ["docker push a", "* other a"]),
        ("while read x; do a $x; done", ["a *"]),
        ('X=(p q); for x in "${X[@]}"; do a $x; done; b ${X[0]}', ["a p", "a q", "b p"]),
        ("if t; then X=1; else X=2; fi; a $X", ["t", "a 1|2"]),
        ("X=0; if t; then X=1; fi; a $X", ["t", "a 0|1"]),
        ("if t; then X=1; fi; a $X", ["t", "a 1"]),
        ("case $WHO in v*) X=1;; *) X=2;; esac; a $X", ["a 1|2"]),
        ("t || X=1; a $X", ["t", "a 1"]),
        ("f() { a $1 $2; shift; a $1; }; f x y", ["a x y", "a y"]),
        ("f() { f; a; }; f", ["a"] * 8),
        ("sudo -E env A=b timeout -s KILL 60 docker build .", ["docker build ."]),
        ("bash -c 'cd x && a $TAG'", ["a v1 @/ws/x"]),
        ('eval "a $TAG"', ["a v1"]),
        ('X="a -t $UNKNOWN/b"; if t; then X="$X --push"; fi; eval "$X ."', ["t", "a -t */b .", "a -t */b --push ."]),
        ('IFS=\',\' read -ra X <<< "p, q"; for x in "${X[@]}"; do a $x; done', ["a p", "a q"]),
        (
            "if t; then X=p,q; else X=r; fi; IFS=, read -r -a X <<< $X; for x in ${X[@]}; do a $x; done",
            ["t", "a p", "a q", "a r"],
        ),
        ('IFS=: read -r x y z <<< "p:q"; a "$x" "$y" "$z"', ["a p q "]),
        ('read -r x y <<< "p q r"; a $x $y; read -r x; b $x', ["a p *", "b *"]),
        ("IFS=$UNKNOWN read -r x y <<< 'p q'; a $x", ["a *"]),
        ("while IFS='|' read -r x y; do a $x $y; done <<< $'p|q\\nr|s'", ["a p q", "a r s"]),
        ("a $(echo p_q_r | sed 's/_/-/g') $(echo p/q/r | sed -e 's|/|-|' -e 's/^p//')", ["a p-q-r -q/r"]),
        (
            "a $(echo v1.2 | sed 's/^v//;s/\\./-/g') $(echo Ab1 | sed 's/[^a-z]/x/g') $(echo \"$UNKNOWN/p\" | sed 's/\\//-/g')",
            ["a 1-2 xbx *-p"],
        ),
        ("a $(echo $UNKNOWN, | sed 's/,$//') $(echo p,$UNKNOWN | sed s/,$//g)", ["a * p,*"]),
        (
            "a $(echo p1 | sed 's/\\(p\\)/\\1/') $(echo p1 | sed 's/p/&/') $(echo p | sed -E 's/p/q/')",
            ["a * * *"],
        ),
        ("a ${{ matrix.x }}-$TAG \"${{ matrix.x }}\" '${{ matrix.x }}' ${{ github.sha }}", ["a svc-v1 svc svc *"]),
        ("docker build ${{ inputs.args }}", ["docker build -f x/Dockerfile ."]),
        ("${{ inputs.code }}", ["run it @/ws/sub"]),
        ("a $((1 + 2)) <(b)", ["b", "a * /dev/fd/1"]),
    ],
)
def test_commands(script: str, expected: list[str]) -> None:
    assert [line(command) for command in run(script).commands] == expected


def test_redirections_and_pipelines() -> None:
    first, second = run("cat <<EOF | kubectl apply -f - > out\nimage: $TAG ${{ matrix.x }}\nEOF\n").commands
    assert first.stdin is not None
    assert (values.shown(first.stdin.text), first.stdin.row) == ("image: v1 svc\n", 1)
    assert second.upstream == (first,)
    assert [values.shown(one.text) for one in second.writes] == ["out"]


def test_a_group_is_redirected_as_a_whole() -> None:
    found = run('{ echo a; echo b 2>err; } >> "$GITHUB_ENV"; while read x; do c; done < list').commands
    assert [[values.shown(w.text) for w in one.writes] for one in found] == [["*"], ["*"], []]
    assert found[2].reads is not None
    assert values.shown(found[2].reads.text) == "list"


def test_a_loop_that_reads_from_a_substitution_ends() -> None:
    assert [line(one) for one in run("while read x; do a; done < <(find .)").commands] == ["find .", "a"]


def test_rows_are_those_of_the_script() -> None:
    found = run("a\n${{ inputs.code }}\nb ${{\n  matrix.x\n}}\nc \\\n  d").commands
    assert [(line(one).split(" @")[0], one.row) for one in found] == [("a", 0), ("run it", 1), ("b svc", 2), ("c d", 5)]
    assert [word.row for word in found[-1].words] == [5, 6]


def test_what_was_computed_is_told_from_what_is_written() -> None:
    (command,) = run("a b 'c' $TAG ${{ matrix.x }}").commands
    assert [word.literal for word in command.words] == [True, True, True, False, False]


def test_the_walk_is_bounded() -> None:
    loops = "".join(f"for a{n} in {' '.join(map(str, range(60)))}; do " for n in range(4)) + "x; " + "done; " * 4
    found = run(loops)
    assert found.cut
    assert len(found.commands) <= 3_000
    assert not run("a").cut


def test_no_bash() -> None:
    with pytest.raises(ShellError) as error:
        run("a\n${{ inputs.code }}\nif b; then")
    assert error.value.row == 2


def test_a_script_that_looks_for_its_folder_in_two_ways_finds_what_it_sources() -> None:
    own = 'here="${BASH_SOURCE%/*}"\nif [[ ! -d "$here" ]]; then here="$PWD"; fi\n'
    script = f'{own}source "$here/retry.sh"\nretry 3 docker build "$@"\n'
    helper = 'retry() { local max=$1; shift; until "$@"; do sleep 1; done; }'

    def read(path: Text) -> str | None:
        return helper if path == ("/repo/ci/retry.sh",) else None

    arguments: list[Text] = [("-t",), ("api",)]
    found = walk(script, expression, variable, ("/repo",), name=("/repo/ci/build.sh",), arguments=arguments, read=read)
    assert line(found.commands[0]) == "docker build -t api @/repo"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('if [ "$TAG" = v1 ]; then a; else b; fi', ["a"]),
        ('if [[ $TAG != "v1" ]]; then a; elif test -n "$TAG"; then b; else c; fi', ["b"]),
        ("if [ -z $EMPTY ]\nthen a; fi", ["a"]),
        ('if [ -n "$EMPTY" ]; then a; fi; b', ["b"]),
        ('if ! [ "$TAG" == v1 ]; then a; else b; fi', ["b"]),
        ('if [[ ! -z "$TAG" ]]; then a; else b; fi', ["a"]),
        ('true; if [[ "$TAG" = v2 || "$TAG" = v3 ]]; then a; else b; fi', ["a", "b"]),  # not told, whatever was before
        ('if [ "$WHO" = x ]; then a; else b; fi', ["a", "b"]),  # not known: both
        ('if [[ "$TAG" == v* ]]; then a; else b; fi', ["a"]),  # a pattern
        ('if [[ "$TAG" != *"1" ]]; then a; else b; fi', ["b"]),
        ('if ! [[ "$TAG" == "v*" ]]; then a; else b; fi', ["a"]),  # quoted, so none
        ('if [[ "$TAG" == @(v1|v2) ]]; then a; else b; fi', ["a", "b"]),  # an extended one
        ('if [ "$TAG" = v* ]; then a; else b; fi', ["a", "b"]),  # files, for one pair of brackets
        ('K=("${EMPTY:-all}"); if [[ " ${K[*]} " =~ "all" ]]; then a; else b; fi', ["a"]),
        ('K=("$TAG" x); if [[ " ${K[*]} " =~ " y " ]]; then a; else b; fi', ["b"]),
        ("if [[ $TAG =~ 1 ]]; then a; else b; fi", ["a"]),
        ("if [[ $TAG =~ ^v[0-9]+ ]]; then a; else b; fi", ["a", "b"]),  # an expression
        ('if [ "$TAG" = x ] && [[ $WHO == y ]]; then a; else b; fi', ["b"]),
        ('if [ "$TAG" = v1 ] && [[ -n $TAG ]]; then a; else b; fi', ["a"]),
        ('if [ "$TAG" = v1 ] && ! [[ -n $WHO ]] && [ -z "$EMPTY" ]; then a; else b; fi', ["a", "b"]),
        ('if [ "$TAG" = x ] && c; then a; else b; fi', ["b"]),
        ('if [ "$TAG" = v1 ] && c; then a; else b; fi', ["c", "a", "b"]),  # whether the command succeeds is not known
        ("if [ -f v1 ]; then a; else b; fi", ["a", "b"]),
        ('X=; while c; do X=1; done; if [ -n "$X" ]; then a; else b; fi', ["c", "a", "b"]),  # no turn, or several
        ('X=$TAG; if w; then X=v2; fi; if [ "$X" = v1 ]; then a; else b; fi', ["w", "a", "b"]),
        ('if [ "$TAG" = x ]; then X=1; else X=2; fi; a $X', ["a 2"]),
    ],
)
def test_what_known_values_decide(script: str, expected: list[str]) -> None:
    assert [line(one) for one in run(script).commands] == expected


_CASE = 'case "$1" in -n | --name) N=$2; shift 2;; --tag=*) T=${1#*=}; shift;; --push) P=yes; shift;; *) break;; esac'
_OPTIONS = 'while getopts ":n:t:p" o; do case $o in n) N=$OPTARG;; t) T=$OPTARG;; p) P=yes;; esac; done'


@pytest.mark.parametrize(
    ("script", "arguments", "expected"),
    [
        (f"N=none; while [ $# -gt 0 ]; do {_CASE}; done; a $N $T $P", "--name shop --tag=v1 --push", ["a shop v1 yes"]),
        (f"N=none; while [ $# -gt 0 ]; do {_CASE}; done; a $N $1", "--tag=v1 rest more", ["a none rest"]),
        (f"N=none; while (( $# )); do {_CASE}; done; a $N", "", ["a none"]),
        (f"N=none; f() {{ while true; do {_CASE}; done; }}; f -n shop; a $N", "", ["a shop"]),
        (f"N=none; while [ $# -gt 0 ]; do {_CASE}; done; a $N", "* --name shop", ["a none"]),  # any option
        ('for one in "$@"; do case $one in --name=*) N=${one#*=};; esac; done; a $N', "--tag=v1 --name=shop", ["a shop"]),
        (f"N=none; {_OPTIONS}; a $N $T $P", "-n shop -pt v1", ["a shop v1 yes"]),
        (f"N=none; {_OPTIONS}; a $N $T", "-nshop file -t v1", ["a shop *"]),
        (f"N=none; {_OPTIONS}; a $N", "* shop", ["getopts :n:t:p o", "a none"]),
        ("case $1 in a) a;; b) b;; *) c;; esac", "b", ["b"]),
        ("case $1 in a) a;; b) b;; esac; c", "x", ["c"]),
        ("case $1 in a) a;& b) b;; *) c;; esac", "a", ["a", "b", "c"]),  # one arm leads to the next
        ("case $1 in $WHO) a;; *) c;; esac", "a", ["a", "c"]),
        ("case $1 in '*') a;; [!a]*) b;; esac", "c", ["b"]),  # quoted: no pattern
        ("while getopts :n: o; do case $o in :) a $OPTARG;; '?') b $OPTARG;; esac; done", "-x -n", ["b x", "a n"]),
    ],
)
def test_a_loop_that_takes_the_arguments(script: str, arguments: str, expected: list[str]) -> None:
    given: list[Text] = [(Unknown("given"),) if one == "*" else (one,) for one in arguments.split()]
    found = walk(script, expression, variable, ("/ws",), arguments=given)
    assert [line(one) for one in found.commands] == expected
