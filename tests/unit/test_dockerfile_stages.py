"""Stages: bases after substitution, copies, ports, labels, and what BuildKit or a reader would stumble over."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from archdoc.extract._dockerfile import parse
from archdoc.extract._dockerfile_stages import Copy, Stage, lineage, ports, stages


def read(text: str, build_args: Mapping[str, str] | None = None) -> tuple[Stage, ...]:
    parsed = parse(text.encode(), "Dockerfile")
    assert parsed.findings == ()
    return stages(parsed, build_args or {})


def base(text: str, build_args: Mapping[str, str] | None = None) -> str:
    """The base of the last stage, which nothing is wrong with."""
    last = read(text, build_args)[-1]
    assert last.findings == ()
    return last.base


def found(text: str) -> list[tuple[str, int, str]]:
    return [(f.rule, f.line, f.message) for stage in read(text) for f in stage.findings]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ARG V=3.11\nFROM python:${V}-slim\n", "python:3.11-slim"),
        ("ARG V=3 W=$V.1\nFROM a:$W\n", "a:3.1"),
        ("ARG V=1\nARG V=2\nFROM a:$V\n", "a:2"),
        ("ARG V=1\nARG V\nFROM a:$V\n", "a:1"),
        ("ARG V\nFROM a:${V:-9}\n", "a:9"),
        ("ARG V\nFROM a:$V\n", "a:*"),
        ("ARG V\nFROM a${V:+:$V}\n", "a"),
        ("ARG R\nFROM $R/acme/a:1\n", "*/acme/a:1"),
        ("ARG B\nFROM $B\n", "*"),
        ("ARG B=\nFROM $B\n", "*"),
        ("ARG B=<base>\nFROM $B\n", "*"),
        ("ARG R=ghcr.io T=\nFROM $R/acme/a:$T\n", "ghcr.io/acme/a:*"),
        ("ARG S=\nFROM a$S\n", "a"),
        ("FROM a-$TARGETARCH\n", "a-*"),
        ("ARG TARGETARCH\nFROM a-$TARGETARCH\n", "a-*"),
        ("ARG TARGETARCH=arm64\nFROM a-$TARGETARCH\n", "a-arm64"),
        ("FROM --platform=$BUILDPLATFORM a\n", "a"),
        ('ARG I="ghcr.io/acme/a:1"\nFROM ${I%:*}:2\n', "ghcr.io/acme/a:2"),
        ("FROM 'a:1'\n", "a:1"),
        ("FROM scratch\n", "scratch"),
        ("FROM a@sha256:" + "0" * 64 + "\n", "a@sha256:" + "0" * 64),
        ("FROM localhost:5000/a/b:1\n", "localhost:5000/a/b:1"),
        ("FROM [::1]:5000/a\n", "[::1]:5000/a"),
        ("FROM my-host.example.com/a__b/c-d.e_f:1.0-x_Y\n", "my-host.example.com/a__b/c-d.e_f:1.0-x_Y"),
        ("ARG D\nFROM a@sha256:$D\n", "a@sha256:*"),
        ("ARG D\nFROM a@$D\n", "a@*"),
        ("ARG X\nFROM a-" + "$X-" * 9 + "b\n", "*"),
    ],
)
def test_base(text: str, value: str) -> None:
    assert base(text) == value


def test_build_arguments_give_other_bases() -> None:
    text = "ARG V=1\nARG I=a:$V\nARG R\nFROM $I AS x\nFROM $R/b\n"
    assert [s.base for s in read(text)] == ["a:1", "*/b"]
    assert [s.base for s in read(text, {"V": "2", "R": "ghcr.io/acme"})] == ["a:2", "ghcr.io/acme/b"]
    assert [s.base for s in read(text, {"I": "c:*", "R": "*"})] == ["c:*", "*/b"]
    assert base("FROM a-$TARGETARCH\n", {"TARGETARCH": "arm64"}) == "a-arm64"


def test_a_build_argument_without_an_arg_is_not_seen() -> None:
    (stage,) = read("FROM a${V}\n", {"V": "x"})
    assert stage.base == "a"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("FROM $B\n", "FROM: the name is empty, for no ARG before the first FROM gives it a value"),
        ("FROM a:$T\n", "FROM: no image reference"),
        ("FROM Builder\n", "FROM: no image reference: the name has capital letters"),
        ("FROM a/B\n", "FROM: no image reference: the name has capital letters"),
        ("FROM a*\n", "FROM: no image reference"),
        ("FROM https://a/b\n", "FROM: no image reference"),
        ("FROM ./a\n", "FROM: no image reference"),
        ("FROM a--_b\n", "FROM: no image reference"),
        ("FROM me:s3cret@example.com/a\n", "FROM: no image reference"),
        ("ARG X\nFROM me:s3cret@example.com/$X\n", "FROM: no image reference"),
        ("FROM a@sha256:1\n", "FROM: no image reference"),
        ("FROM a:b:c\n", "FROM: no image reference"),
        ("FROM ${B:1}\n", "FROM: unsupported modifier in a substitution"),
        ("FROM a:${T:?set}\n", "FROM: `T` must be set"),
    ],
)
def test_bases_that_buildkit_refuses(text: str, message: str) -> None:
    assert found(text) == [("dockerfile-invalid", text.count("\n"), message)]
    assert read(text)[0].base == ""


def test_a_capital_first_part_is_a_registry() -> None:
    assert base("FROM Host/a\n") == "Host/a"


def test_an_arg_in_a_stage_is_not_seen_by_the_next_from() -> None:
    assert found("FROM a\nARG B=b\nFROM $B\n") == [
        ("dockerfile-invalid", 3, "FROM: the name is empty, for no ARG before the first FROM gives it a value")
    ]


def test_a_default_that_cannot_be_read() -> None:
    assert found("ARG A=${B:1}\nFROM a:1\n") == [("dockerfile-invalid", 1, "unsupported modifier in a substitution")]
    assert found("FROM a\nENV A='x\nFROM b\n") == [("dockerfile-invalid", 2, "a single quote is not closed")]


def test_a_base_that_is_an_earlier_stage() -> None:
    first, second, third = read("ARG S=build\nFROM a AS Build\nFROM build\nFROM $S AS c\n")
    assert (first.name, first.key, second.name, second.key) == ("build", "build", "", "1")
    assert (second.base_stage, second.base, third.base_stage) == (0, "build", 0)


def test_a_stage_named_scratch_is_a_stage() -> None:
    assert read("FROM a AS scratch\nFROM scratch\n")[1].base_stage == 0


def test_a_stage_named_after_its_own_image() -> None:
    first, second = read("FROM node AS node\nFROM node AS node2\n")
    assert (first.base_stage, first.base, second.base_stage) == (None, "node", 0)


def test_stages_that_an_unknown_name_may_mean() -> None:
    text = "FROM a AS build-amd64\nFROM b AS build-arm64\nFROM c AS test\nFROM build-$TARGETARCH AS last\n"
    last = read(text)[-1]
    assert (last.base, last.base_stage, last.alternatives) == ("build-*", None, (0, 1))
    assert read(text, {"TARGETARCH": "arm64"})[-1].base_stage == 1
    assert read("ARG S\nFROM a AS b\nFROM $S\n")[-1].alternatives == ()
    assert read("ARG S\nFROM a AS b-1\nFROM b-$S:1\n")[-1].alternatives == ()


def test_a_from_that_means_a_later_stage() -> None:
    assert found("FROM builder AS test\nFROM go AS builder\n") == [
        ("stage-unknown", 1, "stage `builder` comes later: FROM knows earlier stages only")
    ]
    assert found("FROM builder\nFROM go AS one\nFROM one AS builder\n")[0][0] == "stage-unknown"


@pytest.mark.parametrize(
    "text",
    [
        "FROM nginx AS base\nFROM base AS nginx\n",
        "FROM nginx AS base\nFROM base AS one\nFROM one AS nginx\n",
        "FROM nginx\nFROM nginx AS nginx\n",
        "FROM nginx AS a\nFROM go AS b\nFROM nginx AS nginx\n",
        "FROM nginx\nFROM nginx AS a\nFROM a AS nginx\n",
    ],
)
def test_a_later_stage_named_after_an_image_is_no_mistake(text: str) -> None:
    assert found(text) == []
    assert read(text)[0].base == "nginx"


def test_two_stages_of_one_name() -> None:
    text = "FROM a AS x\nFROM b AS y\nFROM c AS X\nCOPY --from=x d e\nCOPY --from=y d e\n"
    assert [s.key for s in read(text)] == ["0", "y", "x"]
    assert found(text) == [
        ("stage-duplicate", 3, "stage `x` stands twice"),
        ("stage-unknown", 4, "COPY --from=x: the stage does not stand before this line"),
    ]


def test_copies() -> None:
    last = read(
        "FROM a AS one\nFROM b\nFROM c\n"
        "COPY --from=ONE --link x y\n"
        "COPY --chown=1 --from=1 x y\n"
        "COPY --from=ghcr.io/acme/tool:1 x y\n"
        "COPY --from=busybox x y\n"
        "COPY x y\n"
        "RUN --mount=type=bind,from=one,target=/x \\\n  --mount=target=/y,FROM=alpine:3 make\n"
        "RUN --mount=type=cache,target=/z make\n"
        "COPY --from=scratch x y\n"
    )[-1]
    assert last.findings == ()
    assert last.copies == (
        Copy("ONE", "COPY --from", 4, 0),
        Copy("1", "COPY --from", 5, 1),
        Copy("ghcr.io/acme/tool:1", "COPY --from", 6, None),
        Copy("busybox", "COPY --from", 7, None),
        Copy("one", "RUN --mount=from", 9, 0),
        Copy("alpine:3", "RUN --mount=from", 9, None),
    )


@pytest.mark.parametrize("kind", ["secret", "ssh", "tmpfs"])
def test_a_mount_that_has_no_source(kind: str) -> None:
    assert read(f"FROM a\nRUN --mount=type={kind},from=b,target=/x y\n")[0].copies == ()


@pytest.mark.parametrize(
    ("line", "rule", "message"),
    [
        ("COPY --from=later x y", "stage-unknown", "COPY --from=later: the stage does not stand before this line"),
        ("COPY --from=self x y", "stage-unknown", "COPY --from=self: the stage does not stand before this line"),
        ("COPY --from=1 x y", "stage-unknown", "COPY --from=1: no earlier stage has this number"),
        ("COPY --from=7 x y", "stage-unknown", "COPY --from=7: no earlier stage has this number"),
        ("RUN --mount=from=0,target=/x y", "stage-unknown", "RUN --mount=from=0: stages go by name here, not by number"),
        (
            "RUN --mount=from=later,target=/x y",
            "stage-unknown",
            "RUN --mount=from=later: the stage does not stand before this line",
        ),
        (
            "COPY --from=$X x y",
            "dockerfile-invalid",
            "COPY --from: no variables are read here: give the image a name with FROM ... AS",
        ),
        (
            "RUN --mount=from=a$X y",
            "dockerfile-invalid",
            "RUN --mount=from: no variables are read here: give the image a name with FROM ... AS",
        ),
        ("COPY --from=Tool:1 x y", "dockerfile-invalid", "COPY --from: no image reference: the name has capital letters"),
        ("COPY --from={{x}} x y", "dockerfile-template", "a template, not a Dockerfile"),
    ],
)
def test_copies_that_fail(line: str, rule: str, message: str) -> None:
    text = f"FROM a AS first\nFROM b AS self\n{line}\nFROM c AS later\n"
    assert found(text) == [(rule, 3, message)]
    assert read(text)[1].copies == ()


@pytest.mark.parametrize("slip", ["buidler", "bulder", "buillder", "buikder", "builde", "builders"])
def test_a_slip_in_the_name_of_a_stage(slip: str) -> None:
    text = f"FROM a AS builder\nFROM b\nCOPY --from={slip} x y\n"
    assert found(text) == [("stage-unknown", 3, f"COPY --from={slip}: no stage and hardly an image; `builder` is near")]
    assert read(text)[-1].copies == ()


@pytest.mark.parametrize(
    "text",
    [
        "FROM a AS builder\nFROM b\nCOPY --from=builder x y\nCOPY --from=bulder x y\n",  # the stage is used: a named context
        "FROM a AS nodes\nFROM node\nCOPY --from=node x y\n",  # an image that the file knows
        "FROM a AS python3\nFROM b\nCOPY --from=python x y\n",  # another version
        "FROM a AS assets\nFROM assets\nCOPY --from=asset x y\n",
        "FROM a AS go1\nFROM b\nCOPY --from=go x y\n",
        "FROM a AS builder\nFROM b\nCOPY --from=busybox x y\n",
        "FROM a AS tools\nFROM b\nCOPY --from=acme/tool x y\n",
        "FROM a AS bild\nFROM a AS buld\nFROM b\nCOPY --from=build x y\n",  # which one?
        "FROM b\nCOPY --from=build x y\nFROM a AS builds\n",  # a later stage
    ],
)
def test_an_image_that_only_looks_like_a_stage(text: str) -> None:
    assert found(text) == []
    assert any(copy.stage is None for stage in read(text) for copy in stage.copies)


def test_copies_behind_on_build() -> None:
    text = (
        "FROM a AS one\nFROM b\n"
        "ONBUILD COPY --from=one x y\nONBUILD COPY --from=acme/tool x y\n"
        "ONBUILD COPY --from=build x y\nONBUILD COPY --from=0 x y\n"
    )
    assert [(c.word, c.stage) for c in read(text)[-1].copies] == [("one", 0), ("acme/tool", None)]
    message = "COPY --from behind ONBUILD names a stage of the file that builds on this one"
    assert found(text) == [("expression-unknown", 5, message), ("expression-unknown", 6, message)]


def test_ports() -> None:
    text = (
        "ARG GLOBAL=1\n"
        "FROM a AS base\nENV PORT=9000\nARG RANGE=3000-3002\nEXPOSE 80 $PORT\n"
        'FROM base\nARG GLOBAL\nEXPOSE "443/TCP" 53/udp $RANGE/udp 127.0.0.1:1:8080 80/ $PORT 700$GLOBAL 5-5\nFROM a\nEXPOSE 1\n'
    )
    done = read(text)
    assert done[0].ports == ("80/tcp", "9000/tcp")
    assert done[1].ports == ("5/tcp", "53/udp", "80/tcp", "443/tcp", "3000-3002/udp", "7001/tcp", "8080/tcp", "9000/tcp")
    assert ports(done, 1) == done[1].ports
    assert ports(done, 2) == ("1/tcp",)
    assert [s.index for s in lineage(done, 1)] == [1, 0]


def test_a_variable_that_stands_for_several_ports() -> None:
    assert read('FROM a\nENV P="80 443"\nEXPOSE $P\n')[0].ports == ("80/tcp", "443/tcp")


def test_a_port_that_the_base_image_or_the_build_sets() -> None:
    assert read("FROM a\nARG P\nEXPOSE $NOWHERE ${P} ${P:-81}\n")[0].ports == ("*", "81/tcp")
    assert found("FROM a\nEXPOSE $NOWHERE\n") == []


@pytest.mark.parametrize("port", ["abc", "80 # web", "70000", "90-80", "80/http", "${A:1}"])
def test_ports_that_are_refused(port: str) -> None:
    assert found(f"FROM a\nEXPOSE {port}\n")[0][:2] == ("dockerfile-invalid", 2)


def test_env_sees_the_values_before_its_line() -> None:
    assert read("FROM a\nENV A=1\nENV A=2 B=$A\nEXPOSE $B\n")[0].ports == ("1/tcp",)


def test_labels_that_say_what_an_image_is() -> None:
    (stage,) = read(
        "FROM a\nARG REPO=shop\n"
        'LABEL "org.opencontainers.image.title"="The shop" other=x\n'
        "LABEL org.opencontainers.image.source=https://github.com/acme/$REPO\n"
    )
    assert (stage.title, stage.source) == ("The shop", "https://github.com/acme/shop")


@pytest.mark.parametrize(
    ("written", "source"),
    [
        ("https://me:s3cret@example.com/acme/shop", "https://example.com/acme/shop"),
        ("https://example.com/acme/shop?token=s3cret#x", "https://example.com/acme/shop"),
        ("https://me:s3/cret@example.com/acme", ""),
        ("git@example.com:acme/shop", ""),
        ("https://example.com/$UNSET", ""),
    ],
)
def test_no_login_in_the_source(written: str, source: str) -> None:
    assert read(f"FROM a\nLABEL org.opencontainers.image.source={written}\n")[0].source == source


def test_a_title_made_of_a_variable_is_not_shown() -> None:
    assert read("FROM a\nENV T=s3cret\nLABEL org.opencontainers.image.title=$T\n")[0].title == ""


def test_instructions_of_another_frontend() -> None:
    parsed = parse(b"# syntax=acme/plus\nFROM ./base.dockerfile\n", "Dockerfile")
    assert [f.rule for f in stages(parsed)[0].findings] == ["dockerfile-frontend"]


def test_a_from_without_a_word() -> None:
    (stage,) = stages(parse(b"FROM\n", "Dockerfile"))
    assert (stage.base, stage.findings) == ("", ())


def test_no_stage() -> None:
    assert stages(parse(b"ARG a\n", "Dockerfile")) == ()
