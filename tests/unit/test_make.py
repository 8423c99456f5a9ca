"""Makefiles: what their variables come to, which commands a goal runs, and what is followed from a step."""

from __future__ import annotations

import pytest

from archdoc.config import Config
from archdoc.extract import _values as values
from archdoc.extract import github_actions
from archdoc.extract._effects import Build, Effect, Follow, Opaque, Push
from archdoc.extract._followers import follow
from archdoc.extract._make import Run, asked_of
from archdoc.extract._make_read import Assign, Conditional, Recipe, Rule, read
from archdoc.extract._make_state import Makefile
from archdoc.extract._shell_walk import Argument
from archdoc.extract._source import Session
from archdoc.extract._trail import Trail
from archdoc.extract._values import Text, Unknown
from archdoc.extract._workspace import ROOT, Workspace
from archdoc.model import ByImage, EntityKind, Evidence, Facts, RelationKind
from tests.support import MemoryFiles

AT = Evidence(".github/workflows/ci.yml", 7)
ENV = {"REGISTRY": "ghcr.io/acme", "EMPTY": ""}


def command(words: str, tool: str = "make") -> Follow:
    return Follow(tool, tuple(Argument((word,), 0) for word in words.split()), {}, AT)


def variable(name: str) -> Text:
    if name == "TOKEN":
        return (Unknown("secrets.TOKEN"),)
    return ((ENV[name],) if ENV[name] else ()) if name in ENV else (Unknown(name),)


def evaluated(text: str, words: str = "", files: dict[str, str] | None = None) -> tuple[Run, Makefile]:
    session = Session(MemoryFiles({"Makefile": text, **(files or {})}), Config())
    asked = command(words)
    run = Run(Trail(session, asked, (ROOT,), Workspace(), variable), (ROOT,), asked_of(asked.words))
    makefile = run.makefile()
    run.load(makefile)
    return run, makefile


def shown(text: Text) -> str:
    return "|".join(values.shown(one) for one in values.alternatives(text))


def value(text: str, name: str = "X", words: str = "", files: dict[str, str] | None = None) -> str:
    return shown(evaluated(text, words, files)[1].value(name))


def effects(files: dict[str, str], words: str, tool: str = "make") -> list[Effect]:
    session = Session(MemoryFiles(files), Config())
    return [effect for effect, _ in follow(session, command(words, tool), (ROOT,), Workspace(), variable)]


def built(files: dict[str, str], words: str, tool: str = "make") -> list[str]:
    return [
        " ".join(
            [one.name, *(shown(image.text) for image in one.images), shown(one.file.text) if one.file else "-", str(one.pushed)]
        )
        for one in effects(files, words, tool)
        if isinstance(one, Build)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A = 1\nX = $(A)\nA = 2", "2"),
        ("A = 1\nX := $(A)\nA = 2", "1"),
        ("A = 1\nX ::= $(A)\nA = 2", "1"),
        ("X = 1\nX ?= 2", "1"),
        ("X ?= 2", "2"),
        ("REGISTRY ?= docker.io\nX = $(REGISTRY)", "ghcr.io/acme"),
        ("REGISTRY = docker.io\nX = $(REGISTRY)", "docker.io"),
        ("EMPTY ?= set\nX = -$(EMPTY)-", "--"),
        ("TOKEN ?= none\nX = a/$(TOKEN)", "a/*"),
        ("X = $(NOWHERE)-", "-"),
        ("X = $(HOME)/x", "*/x"),
        ("X = $(CI)", "true"),
        ("X = a\nX += b", "a b"),
        ("A = 1\nX = a\nX += $(A)\nA = 2", "a 2"),
        ("A = 1\nX := a\nX += $(A)\nA = 2", "a 1"),
        ("X != echo hello", "hello"),
        ("X != ./unknown", "*"),
        ("define X\na\nb\nendef", "a\nb"),
        ("define X\ndefine y\nendef\nz\nendef", "define y\nendef\nz"),
        ("A=1\nX = $A${A}$(A)$$", "111$"),
        ("A_b = 1\nN = b\nX = $(A_$(N))", "1"),
        ("X = a \\\n   b", "a b"),
        ("X = a # comment", "a "),
        (r"X = a\#b", "a#b"),
        ("X = 1\nundefine X", ""),
        ("S = a.c b.c d.x\nX = $(S:.c=.o)", "a.o b.o d.x"),
        ("S = a.c b.c\nX = $(S:%.c=out/%)", "out/a out/b"),
        ("X = $(subst /,-,a/b/c)", "a-b-c"),
        ("X = $(patsubst %.c,%.o,a.c b.d)", "a.o b.d"),
        ("X = $(strip  a   b )", "a b"),
        ("X = $(findstring b,abc)$(findstring z,abc)", "b"),
        ("X = $(filter %.c d,a.c b d)|$(filter-out %.c,a.c b)", "a.c d|b"),
        ("X = $(sort b a b)", "a b"),
        ("X = $(word 2,a b c)$(firstword a b)$(lastword a b)$(words a b c)$(wordlist 2,3,a b c)", "bab3b c"),
        ("X = $(dir a/b c)$(notdir a/b c)", "a/ ./b c"),
        ("X = $(suffix a/b.c d)$(basename a/b.c d)", ".ca/b d"),
        ("X = $(addprefix p-,a b)$(addsuffix -s,a b)$(join a b,1 2)", "p-a p-ba-s b-sa1 b2"),
        ("X = $(if a,yes,no)$(if ,yes,no)$(if $(TOKEN),t,f)", "yesnot|yesnof"),
        ("X = $(or ,b,c)$(and a,b)$(and ,b)", "bb"),
        ("X = $(foreach v,a b,<$(v)>)", "<a> <b>"),
        ("f = $(2)-$(1)\nX = $(call f,a,b)", "b-a"),
        ("f = $(1)$(2)\nX = $(call f,a)", "a"),
        ("A := b\nX = $(origin A) $(origin NONE) $(origin REGISTRY) $(flavor A)", "file undefined environment simple"),
        ("A = $(B)\nX = $(value A)", "$(B)"),
        ("$(eval X := made)", "made"),
        ("$(foreach n,a b,$(eval X_$(n) = of-$(n)))\nX = $(X_a)$(X_b)", "of-aof-b"),
        ("X = $(info said)$(warning said)$(error said).", "."),
        ("X = $(abspath a/../b) $(CURDIR)", f"{ROOT}/b {ROOT}"),
        ("X = $(notdir $(CURDIR))", "*"),
        ("X = $(shell pwd)/bin", f"{ROOT}/bin"),
        ("X = $(shell git describe)", "*"),
        ("X = $(shell echo A-B | tr A-Z a-z)", "a-b"),
        ("X = $(X)x", "*x"),
        ("ifeq (a, a)\nX = 1\nelse\nX = 2\nendif", "1"),
        ("ifeq 'a' \"b\"\nX = 1\nelse ifeq ($(REGISTRY),ghcr.io/acme)\nX = 2\nelse\nX = 3\nendif", "2"),
        ("ifneq (,$(filter a,a b))\nX = 1\nendif", "1"),
        ("A =\nifdef A\nX = 1\nelse\nX = 2\nendif", "2"),
        ("ifndef NONE\nX = 1\nendif", "1"),
        ("ifeq ($(TOKEN),a)\nX = 1\nelse\nX = 2\nendif", "1|2"),
        ("X = 0\nifeq ($(TOKEN),a)\nX = 1\nendif", "1|0"),
        ("ifeq (v$(TOKEN),a)\nX = 1\nelse\nX = 2\nendif", "2"),
        ("ifeq ($(TOKEN),a)\nA = 1\nelse\nA = 2\nendif\nA += x\nX = $(A)", "1 x|2 x"),
        ("ifeq (a,b)\nifeq (a,a)\nX = 1\nendif\nelse\nX = 2\nendif", "2"),
        ("target:\n\tX = 1\nX = 2", "2"),
        ("ifeq (a,a)\n\tX = 1\nendif", "1"),
    ],
)
def test_variables(text: str, expected: str) -> None:
    assert value(text) == expected


def test_the_command_line_wins() -> None:
    assert value("X = 1", words="X=2") == "2"
    assert value("override X = 1", words="X=2") == "1"
    assert value("override X += 1", words="X=2") == "2 1"
    assert value("REGISTRY = a\nX = $(REGISTRY)", words="-e") == "ghcr.io/acme"


def test_files_of_the_repository() -> None:
    files = {"VERSION": "1.2.3\n", "mk/a.mk": "X = $(lastword $(MAKEFILE_LIST))", "mk/b.mk": "Y = b", "LONG": "a\nb\n"}
    assert value("X = v$(shell cat VERSION)", files=files) == "v1.2.3"
    assert value("X = v$(shell cat LONG)", files=files) == "v*"
    assert value("X = $(wildcard mk/*.mk none/*) $(wildcard mk/a.mk)", files=files) == "mk/a.mk mk/b.mk mk/a.mk"
    assert value("X = $(wildcard ./*/) $(wildcard */a.*) $(wildcard VERSION/)", files=files) == "./mk/ mk/a.mk "
    assert value("X = $(wildcard $(CURDIR)/mk/b*)", files=files) == f"{ROOT}/mk/b.mk"
    assert value("include mk/a.mk", files=files) == "mk/a.mk"
    assert value("-include mk/*.mk\nX = $(Y)", files=files) == "b"
    assert value("include generated.mk\nX = $(FROM_IT)", files=files) == "*"
    assert value("-include .env\nX = [$(FROM_IT)]", files=files) == "[]"


def test_statements() -> None:
    found = read("a b: c | d ; one\n\ttwo \\\n\tthree\nifdef X\n\tfour\nendif\nV = 1\n")
    assert found[0] == Rule("a b", False, "c | d", 0, "one")
    assert found[1] == Recipe((("two \\\nthree", 1),))
    assert isinstance(found[2], Conditional)
    assert found[2].arms[0][1] == (Recipe((("four", 4),)),)
    assert found[3] == Assign("V", "=", "1", 6)


MAKEFILE = """\
IMG ?= $(REGISTRY)/api:latest
ENGINE ?= docker
.PHONY: image push all
all: image
image: tools
\t@$(ENGINE) build -t $(IMG) -f build/Dockerfile .
push: image
\t-$(ENGINE) push $(IMG)
tools:
\t@echo nothing
push-%: image-%
\tdocker push $(REGISTRY)/$*
image-%:
\tdocker build \\
\t\t-t $(REGISTRY)/$* \\
\t\t-f $*/Dockerfile $(@D)
release: IMG = quay.io/acme/api:1
release: push
"""


def test_goals() -> None:
    files = {"Makefile": MAKEFILE}
    assert built(files, "") == ["image ghcr.io/acme/api:latest build/Dockerfile False"]
    assert built(files, "push image") == ["image ghcr.io/acme/api:latest build/Dockerfile False"]
    assert built(files, "push IMG=x ENGINE=podman") == ["image x build/Dockerfile False"]
    assert built(files, "push-web") == ["image-web ghcr.io/acme/web web/Dockerfile False"]
    assert built(files, "release") == ["image quay.io/acme/api:1 build/Dockerfile False"]
    pushes = [shown(one.image.text) for one in effects(files, "push push-web") if isinstance(one, Push)]
    assert pushes == ["ghcr.io/acme/api:latest", "ghcr.io/acme/web"]


def test_a_command_is_cited_where_it_stands() -> None:
    (build,) = [one for one in effects({"Makefile": MAKEFILE}, "image-web") if isinstance(one, Build)]
    assert (build.at.path, build.at.line) == ("Makefile", 14)
    assert (build.images[0].at.line, build.images[0].literal) == (15, False)
    assert build.file is not None
    assert build.file.at.line == 16


@pytest.mark.parametrize("words", ["missing", "-f none.mk image", "-C none image", "*"])
def test_what_cannot_be_followed_is_told(words: str) -> None:
    assert [type(one) for one in effects({"Makefile": MAKEFILE}, words)] == [Opaque]


@pytest.mark.parametrize("words", ["-n image", "--dry-run image", "-qs image"])
def test_a_dry_run_does_nothing(words: str) -> None:
    assert effects({"Makefile": MAKEFILE}, words) == []


@pytest.mark.parametrize(
    "words",
    ["-C app image", "--directory=app image", "-Capp image -j4", "-j 4 -C app image", "-f app/Makefile -C app/.. image"],
)
def test_options(words: str) -> None:
    files = {"app/Makefile": "image:\n\tdocker build -t app ."}
    assert built(files, words) == ["image app - False"]


@pytest.mark.parametrize(
    ("text", "goal", "expected"),
    [
        ("a:: \n\tdocker build -t one .\na::\n\tdocker build -t two .", "a", ["one", "two"]),
        ("a:\n\tdocker build -t one .\na:\n\tdocker build -t two .", "a", ["two"]),
        ("a b:\n\tdocker build -t $@ .", "a b", ["a", "b"]),
        ("a b: %: x-%\n\tdocker build -t $< .\nx-%:;", "a", ["x-a"]),
        ("a: b ; docker build -t $^ .\nb:;", "a", ["b"]),
        ("a: ; docker build -t one .", "a", ["one"]),
        ("a: b | c\n\tdocker build -t $^ .\nb:;\nc:\n\tdocker build -t first .", "a", ["first", "b"]),
        ("a: one\na: two\n\tdocker build -t $< .\na: three\none two three:;", "a", ["two"]),
        ("define go\ndocker build -t one .\ndocker build -t two .\nendef\na:\n\t$(go)", "a", ["one", "two"]),
        (".ONESHELL:\na:\n\tT=one\n\tdocker build -t $$T .", "a", ["one"]),
        ("a:\n\tT=one\n\tdocker build -t x$$T .", "a", ["x*"]),
        ("export T = one\na:\n\tdocker build -t $$T .", "a", ["one"]),
        ("T = one\nexport\na:\n\tdocker build -t $$T .", "a", ["one"]),
        ("a: export T = one\na:\n\tdocker build -t $$T .", "a", ["one"]),
        ("REGISTRY = changed\na:\n\tdocker build -t $$REGISTRY .", "a", ["changed"]),
        ("a:\n\tdocker build -t $${REGISTRY}/x .", "a", ["ghcr.io/acme/x"]),
        ("a:\n\tfor i in p q; do docker build -t $$i .; done", "a", ["p", "q"]),
        ("a:\nifeq ($(TOKEN),x)\n\tdocker build -t one .\nelse\n\tdocker build -t two .\nendif", "a", ["one", "two"]),
        ("ifeq ($(TOKEN),x)\nP = --push\nendif\na:\n\tdocker build $(P) -t one .", "a", ["one"]),
        ("a: T = one\na: b\nb:\n\tdocker build -t $(T) .", "a", ["one"]),
        ("T = o\na: T += x\na:\n\tdocker build -t '$(T)' .", "a", ["o x"]),
        ("%-image: T = $*\n%-image:\n\tdocker build -t $(T) .", "web-image", ["web"]),
        ("$(foreach n,p q,$(eval image-$(n): ; docker build -t $(n) .))", "image-p image-q", ["p", "q"]),
        (
            "define rule\nimage-$(1):\n\tdocker build -t $(1) .\nendef\n$(foreach n,p q,$(eval $(call rule,$(n))))",
            "image-q",
            ["q"],
        ),
        (".SECONDEXPANSION:\nN_a = b\na: $$(N_$$@)\nb:\n\tdocker build -t $@ .", "a", ["b"]),
        ("SHELL = /usr/bin/env bash -o pipefail\na:\n\tdocker build -t one .", "a", ["one"]),
        ("SHELL = /usr/bin/python3\na:\n\tdocker build -t one .", "a", []),
        (".RECIPEPREFIX = >\na:\n> docker build -t one .", "a", ["one"]),
        ("a:\n\t$(MAKE) b T=x\nb:\n\tdocker build -t $(T) .", "a", ["x"]),
        ("a:\n\t$(MAKE) b\nb:\n\tdocker build -t $(T) .", "a T=y", ["y"]),
        ("export T = z\na:\n\t$(MAKE) b\nb:\n\tdocker build -t $$T .", "a", ["z"]),
        ("a: b\nb: a\n\tdocker build -t one .", "a", ["one"]),
        ("a: src\n\tdocker build -t one .", "a", ["one"]),
        (".DEFAULT_GOAL := b\na:\n\tdocker build -t one .\nb:\n\tdocker build -t two .", "", ["two"]),
        ("A = x\na: A = y\na: B := $(A)\na:\n\tdocker build -t $(B) .", "a", ["y"]),
        (".PHONY: a\na:\n\tif true; then\\\n\t\tdocker build -t one .;\\\n\tfi", "a", ["one"]),
    ],
)
def test_recipes(text: str, goal: str, expected: list[str]) -> None:
    found = effects({"Makefile": text}, goal)
    assert [shown(image.text) for one in found if isinstance(one, Build) for image in one.images] == expected


def test_a_target_that_is_there_is_not_made() -> None:
    text = "docs:\n\tdocker build -t one .\n"
    assert built({"Makefile": text, "docs/index.md": ""}, "docs") == []
    assert built({"Makefile": f".PHONY: docs\n{text}", "docs/index.md": ""}, "docs") == ["docs one - False"]


def test_a_dockerfile_made_from_another() -> None:
    text = "a:\n\tsed -e '1 s/FROM/FROM x/' Dockerfile > Dockerfile.cross\n\tdocker build -t one -f Dockerfile.cross .\n"
    assert built({"Makefile": text}, "a") == ["a one Dockerfile False"]


def test_a_dockerfile_that_is_made_anew_is_that_file() -> None:
    text = "a:\n\tcat head Dockerfile.in | sed s/a/b/ > Dockerfile\n\tdocker build -t one -f Dockerfile .\n"
    assert built({"Makefile": text, "Dockerfile": ""}, "a") == ["a one Dockerfile False"]


def test_make_in_other_folders() -> None:
    files = {"Makefile": "all:\n\t$(MAKE) -C sub image IMG=a", "sub/Makefile": "IMG = b\nimage:\n\tdocker build -t $(IMG) ."}
    assert built(files, "all") == ["image a - False"]
    assert [
        folder for _, folder in follow(Session(MemoryFiles(files), Config()), command(""), (ROOT,), Workspace(), variable)
    ] == [(f"{ROOT}/sub",)]


@pytest.mark.parametrize(
    "text",
    [
        "A = $(B)$(B)\n"
        + "".join(f"{chr(65 + n)} = $({chr(66 + n)})$({chr(66 + n)})\n" for n in range(1, 24))
        + "x:\n\techo $(A)",
        "x: x0\n" + "".join(f"x{n}: x{n + 1}\n" for n in range(2_000)),
        "$(eval $(value A))\nA = $(eval $(value A))\nx:\n\t$(A)",
        "".join(f"%{n}: a%{n}\n\techo\n" for n in range(600)) + "x: " + " ".join(f"b{n}" for n in range(300)),
        "ifeq ($(U),$(HOME))\nX += 1\nendif\n" * 500 + "x:\n\techo $(X)",
    ],
    ids=["doubling", "deep", "eval", "patterns", "conditions"],
)
def test_what_takes_too_much_is_given_up(text: str) -> None:
    assert [type(one) for one in effects({"Makefile": text}, "x")] in ([Opaque], [])


# --- scripts

SCRIPT = """\
#!/usr/bin/env bash
set -e
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
source "$HERE/lib.sh"
TAG="${1:-latest}"
image "$IMAGE:$TAG" "$HERE/../Dockerfile"
"""
LIBRARY = 'IMAGE=acme/api\nimage() { docker build -t "$1" -f "$2" .; }\n'
FILES = {"ci/build.sh": SCRIPT, "ci/lib.sh": LIBRARY}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("./ci/build.sh", [f" acme/api:latest {ROOT}/ci/../Dockerfile False"]),
        ("ci/build.sh v1", [f" acme/api:v1 {ROOT}/ci/../Dockerfile False"]),
    ],
)
def test_a_script_is_followed(words: str, expected: list[str]) -> None:
    assert built(FILES, words, "script") == expected


def test_a_function_of_another_file_is_cited_where_it_is_called() -> None:
    (build,) = [one for one in effects(FILES, "ci/build.sh", "script") if isinstance(one, Build)]
    assert (build.at.path, build.at.line) == ("ci/build.sh", 6)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#!/usr/bin/env python3\nrun('docker build -t x .')", [Opaque]),
        ("#!/usr/bin/env python3\nprint('nothing')", []),
        ("#!/bin/sh\necho nothing", []),
        ("#!/bin/sh\ndocker build -t x .", [Build]),
    ],
)
def test_other_languages(text: str, expected: list[type]) -> None:
    assert [type(one) for one in effects({"tool": text}, "./tool", "script")] == expected


def test_a_script_that_is_not_here() -> None:
    assert [type(one) for one in effects({}, "./made.sh", "script")] == [Opaque]
    assert [type(one) for one in effects({"gradlew": "#!/bin/sh\ndocker build ."}, "./gradlew", "script")] == [Opaque]


def test_a_script_too_long_to_be_followed_is_told() -> None:
    found = facts({"b.sh": "#!/bin/sh\n" + "docker pull x\n" * 3_100}, "./b.sh")
    assert [(one.rule, one.path) for one in found.findings] == [("shell-unread", "b.sh")]


# --- from the step


def facts(files: dict[str, str], run: str, extra: str = "") -> Facts:
    lines = "".join(f"          {line}\n" for line in run.splitlines())
    workflow = (
        f"on: push\njobs:\n  j:\n    runs-on: x\n{extra}    steps:\n      - uses: actions/checkout@v4\n      - run: |\n{lines}"
    )
    path = ".github/workflows/ci.yml"
    return github_actions.extract(path, MemoryFiles({path: workflow, **files}), Config(repository="acme/shop"))


def images(found: Facts) -> list[str]:
    return [
        one.target.reference
        for one in found.references
        if one.relation is RelationKind.PUBLISHES and isinstance(one.target, ByImage)
    ]


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("make image IMG=one", ["one"]),
        ("IMG=two make image", ["two"]),
        ("export IMG=three\nmake image", ["three"]),
        ("bash -x scripts/build four", ["four"]),
        ("sh scripts/build five", ["five"]),
        (". scripts/env\ndocker build -t $NAME .", ["six"]),
        ("source ./scripts/env; docker build -t $NAME:$(cat VERSION) .", ["six:1.0"]),
        ("echo 2.0 > VERSION; docker build -t x:$(cat VERSION) .", ["x"]),
        ("f() { docker build -t ${1:-b} .; }; f a; f", ["a", "b"]),
        ("docker build -t $(basename $(pwd)) .", []),
    ],
)
def test_steps(run: str, expected: list[str]) -> None:
    files = {
        "Makefile": "IMG ?= none\nimage:\n\tdocker build -t $(IMG) .",
        "scripts/build": "#!/bin/bash\ndocker build -t $1 .",
        "scripts/env": "NAME=six",
        "VERSION": "1.0\n",
    }
    assert images(facts(files, run)) == expected


def test_rows_of_a_matrix_differ() -> None:
    files = {"Makefile": "image:\n\tdocker build -t acme/$(SERVICE) $(SERVICE)"}
    matrix = "    strategy:\n      matrix:\n        service: [a, b]\n    env:\n      SERVICE: ${{ matrix.service }}\n"
    found = facts(files, "make image", matrix)
    assert sorted(images(found)) == ["acme/a", "acme/b"]
    assert len([one for one in found.entities if one.kind is EntityKind.IMAGE_BUILD]) == 2


def test_a_script_that_parses_its_options() -> None:
    loop = 'while [ $# -gt 0 ]; do case "$1" in --tag) T="$2"; shift 2;; *) shift;; esac; done'
    text = f"#!/bin/bash\n{loop}\ndocker build -t a:$T $1 .\n"
    assert images(facts({"b.sh": text}, "./b.sh --fast --tag v1")) == ["a:v1"]
