"""The parser: instructions with their lines, flags, words and heredocs, and what BuildKit refuses."""

from __future__ import annotations

import pytest

from archdoc.extract._dockerfile import MAX_INSTRUCTIONS, Heredoc, Instruction, ParsedDockerfile, parse


def read(text: str | bytes) -> ParsedDockerfile:
    return parse(text if isinstance(text, bytes) else text.encode(), "Dockerfile")


def body(text: str) -> list[Instruction]:
    """The instructions behind a FROM in line 1."""
    parsed = read(f"FROM a\n{text}")
    assert parsed.findings == ()
    return list(parsed.instructions[1:])


def one(text: str) -> Instruction:
    (instruction,) = body(text)
    return instruction


def refusal(text: str | bytes) -> tuple[str, int, str]:
    (finding,) = read(text).findings
    return finding.rule, finding.line, finding.message


def test_lines_of_continued_instructions() -> None:
    first, second = body("RUN a \\\n  # a comment\n\n  b\n\n# another\nrun c\n")
    assert (first.keyword, first.line, first.end, first.words) == ("RUN", 2, 5, ("a   b",))
    assert (second.keyword, second.line, second.end, second.words) == ("RUN", 8, 8, ("c",))


def test_a_byte_order_mark_and_windows_line_ends() -> None:
    parsed = read(b"\xef\xbb\xbf# escape=`\r\nFROM a `\r\n  AS b\r\nRUN <<E\r\nx\r\nE\r\n")
    assert parsed.escape == "`"
    assert [i.words for i in parsed.instructions] == [("a", "AS", "b"), ("<<E",)]
    assert parsed.instructions[1].heredocs == (Heredoc("E", "x\r\n"),)


def test_two_escape_characters_do_not_continue_and_blanks_behind_one_do() -> None:
    assert [i.words for i in body("RUN a \\\\\nRUN b \\ \t\n c\n")] == [("a \\\\",), ("b  c",)]


def test_an_escape_character_at_the_end_of_the_file() -> None:
    assert one("RUN a \\").words == ("a",)
    assert refusal("FROM a\n\\\n") == ("dockerfile-invalid", 2, "unknown instruction")


@pytest.mark.parametrize(
    ("head", "escape", "syntax"),
    [
        ("# escape=`\n# syntax = docker/dockerfile:1 extra\n", "`", "docker/dockerfile:1"),
        ("#ESCAPE=`\n", "`", ""),
        ("# check=skip=all\n# escape=`\n", "`", ""),
        ("# a comment\n# escape=`\n", "\\", ""),
        ("\n# escape=`\n", "\\", ""),
        ("# other=x\n# escape=`\n", "\\", ""),
        ("#!/usr/bin/env tool\n# syntax=docker/dockerfile\n", "\\", "docker/dockerfile"),
    ],
)
def test_directives_stand_at_the_very_top(head: str, escape: str, syntax: str) -> None:
    parsed = read(f"{head}FROM a\n")
    assert (parsed.escape, parsed.syntax, parsed.findings) == (escape, syntax, ())


def test_directives_that_are_refused() -> None:
    assert refusal("# escape=x\nFROM a\n") == ("dockerfile-invalid", 1, "the escape character is neither \\ nor `")
    assert refusal("# escape=`\n# escape=`\nFROM a\n") == ("dockerfile-invalid", 2, "the directive `escape` stands twice")


def test_flags_lose_their_quotes_and_end_at_the_first_other_word() -> None:
    copy = one("COPY --link --from=\"a b\" --chown=x:'y' src --not=flag dst\n")
    assert copy.flags == ("--link", "--from=a b", "--chown=x:y")
    assert copy.words == ("src", "--not=flag", "dst")
    assert copy.values("from") == ("a b",)
    assert copy.values("platform") == ()


def test_a_lone_double_dash_ends_the_flags() -> None:
    run = one("RUN --network=none -- --flag\n")
    assert (run.flags, run.words) == (("--network=none",), ("--flag",))


def test_escapes_in_flags() -> None:
    assert one(r"COPY --from=a\ b x y" + "\n").flags == ("--from=a b",)
    assert one("COPY --from=a x y\\\n").flags == ("--from=a",)


def test_several_mounts() -> None:
    run = one("RUN --mount=type=cache,target=/c --mount=from=b,target=/d make\n")
    assert run.values("mount") == ("type=cache,target=/c", "from=b,target=/d")


@pytest.mark.parametrize(
    ("text", "words", "json"),
    [
        ('CMD ["a", "b c"]', ("a", "b c"), True),
        ('CMD ["a", "b"] # x', ('["a", "b"] # x',), False),
        ("CMD ['a']", ("['a']",), False),
        ("CMD [NaN]", ("[NaN]",), False),
        ("CMD []", (), True),
        ('CMD ["\\ud800"]', ("\ufffd",), True),
        ("CMD a b", ("a b",), False),
        ("CMD", (), False),
        ('COPY ["a b", "c"]', ("a b", "c"), True),
        ("COPY a  b\tc", ("a", "b", "c"), False),
        ('VOLUME ["/a"]', ("/a",), True),
        ("ENV a=1 b='2 3'", ("a", "1", "b", "'2 3'"), False),
        ("ENV a b=c  d", ("a", "b=c  d"), False),
        ("LABEL a=b=c", ("a", "b=c"), False),
        ("ARG a b=1", ("a", "b=1"), False),
        ("EXPOSE 80  90/udp", ("80", "90/udp"), False),
        ("USER a b", ("a b",), False),
        ('HEALTHCHECK --retries=3 CMD ["x", "y"]', ("CMD", "x", "y"), True),
        ("HEALTHCHECK CMD x  y", ("CMD", "x  y"), False),
        ("HEALTHCHECK none", ("none",), False),
        ('SHELL ["bash", "-c"]', ("bash", "-c"), True),
        ("CMD " + "[" * 30_000, ("[" * 30_000,), False),
    ],
)
def test_words_of_each_form(text: str, words: tuple[str, ...], json: bool) -> None:
    instruction = one(f"{text}\n")
    assert (instruction.words, instruction.json) == (words, json)


def test_on_build_holds_an_instruction() -> None:
    trigger = one("ONBUILD copy --from=a b c\n").trigger
    assert trigger is not None
    assert (trigger.keyword, trigger.flags, trigger.words) == ("COPY", ("--from=a",), ("b", "c"))


def test_heredocs() -> None:
    run, copy, onbuild, last = body(
        "RUN <<EOF bash\nFROM x\n\\\nEOF\nCOPY <<a <<-'b c' /d/\n1\na\n\t2\n\tb c\nONBUILD RUN <<E\nE\nUSER x\n"
    )
    assert (run.line, run.end, run.heredocs) == (2, 5, (Heredoc("EOF", "FROM x\n\\\n"),))
    assert (copy.line, copy.end, copy.heredocs) == (6, 10, (Heredoc("a", "1\n"), Heredoc("b c", "\t2\n")))
    assert (onbuild.line, onbuild.end, onbuild.heredocs) == (11, 12, (Heredoc("E", ""),))
    assert (last.keyword, last.line) == ("USER", 13)


def test_a_tab_ends_a_heredoc_only_where_tabs_are_cut() -> None:
    assert one("RUN <<E\n\tE\nE\n").heredocs == (Heredoc("E", "\tE\n"),)


def test_no_heredoc_in_a_json_array_or_another_instruction() -> None:
    assert [i.heredocs for i in body('RUN ["cat <<E"]\nCMD cat <<E\n')] == [(), ()]


def test_a_blank_before_the_word_of_a_heredoc_needs_the_word_below() -> None:
    # BuildKit 0.22 and later read a heredoc here; older ones a shift of the shell.
    assert one("RUN cat << EOF\nx\nEOF\n").heredocs == (Heredoc("EOF", "x\n"),)
    shift, user = body("RUN echo $((1 << 2))\nUSER x\n")
    assert (shift.heredocs, user.keyword) == ((), "USER")


def test_an_open_heredoc_is_refused() -> None:
    assert refusal("FROM a\nRUN <<E\nRUN x\n") == ("dockerfile-invalid", 2, "a heredoc is not closed")
    assert len(read("FROM a\nRUN <<E\nRUN x\n").instructions) == 2


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("FOO x", "unknown instruction"),
        ("FROM", "FROM needs an argument"),
        ("FROM a b", "FROM takes an image, or an image, AS and a name"),
        ("FROM a in b", "FROM takes an image, or an image, AS and a name"),
        ("FROM a AS 1b", "the name of a stage is a letter, then letters, digits, `-`, `_` and `.`"),
        ("COPY a", "COPY needs a destination"),
        ("ADD", "ADD needs an argument"),
        ("ENV a", "a name without a value"),
        ("ENV a=1 b", "a word that is not name=value"),
        ("LABEL =x", "LABEL with an empty name"),
        ("ARG =x", "ARG with an empty name"),
        ("ARG", "ARG needs an argument"),
        ("CMD [1]", "a JSON array of other things than strings"),
        ("SHELL bash", "SHELL takes a JSON array"),
        ("SHELL []", "SHELL needs an argument"),
        ("ONBUILD", "ONBUILD needs an argument"),
        ("ONBUILD FROM a", "FROM cannot be ONBUILD"),
        ("ONBUILD ONBUILD RUN x", "ONBUILD of an ONBUILD"),
        ("ONBUILD ENV x", "a name without a value"),
        ("HEALTHCHECK", "HEALTHCHECK needs an argument"),
        ("HEALTHCHECK x", "HEALTHCHECK takes CMD or NONE"),
        ("HEALTHCHECK CMD", "HEALTHCHECK CMD takes a command, NONE takes nothing"),
        ("HEALTHCHECK NONE x", "HEALTHCHECK CMD takes a command, NONE takes nothing"),
    ],
)
def test_what_is_refused(line: str, message: str) -> None:
    assert refusal(f"FROM a\n{line}\nRUN x\n") == ("dockerfile-invalid", 2, message)


def test_what_stands_before_the_first_from() -> None:
    assert refusal("ARG a\nENV b=1\nFROM c\n") == ("dockerfile-invalid", 2, "ENV stands before the first FROM")


def test_the_first_refusal_alone_is_told_and_the_rest_is_read() -> None:
    parsed = read("FROM a\nFOO\nBAR\nCOPY --from=b c d\n")
    assert [f.line for f in parsed.findings] == [2]
    assert parsed.instructions[-1].values("from") == ("b",)


def test_a_refusal_repeats_nothing_of_the_line() -> None:
    assert "hunter2" not in str(read('FROM a\nENV A="x\nPASSWORD=hunter2 y"\n').findings)


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "ARG a=1\n", "RUN x\n", "some prose\n"])
def test_a_file_without_from(text: str) -> None:
    assert refusal(text)[:2] == ("dockerfile-without-stage", 1)


@pytest.mark.parametrize(
    "line", ["FROM {{ base }}", "{% if x %}", "{# c #}", "<% x %>", "RUN [{{ x }}, 1]\nFOO {{ x }}", "%%FROM%%"]
)
def test_a_template_is_no_mistake(line: str) -> None:
    assert refusal(f"FROM a\n{line}\n")[0] == "dockerfile-template"


def test_braces_where_buildkit_takes_them_make_no_template() -> None:
    assert read("FROM a\nRUN docker inspect -f '{{.Id}}' x\n").findings == ()
    assert refusal("FROM a\nRUN docker inspect -f '{{.Id}}' x\nFOO\n") == ("dockerfile-invalid", 3, "unknown instruction")


@pytest.mark.parametrize(
    "text",
    [
        "# syntax=acme/dockerfile-plus\nFROM a\nINCLUDE b\n",
        "#!/usr/bin/env tool\n# syntax=acme/other\nFROM a\nINCLUDE b\n",
        "// syntax=acme/other\nmain() {}\n",
        '{"syntax": "acme/other", "a": 1}\n',
    ],
)
def test_another_frontend_may_know_more(text: str) -> None:
    assert refusal(text)[0] == "dockerfile-frontend"


@pytest.mark.parametrize(
    "syntax", ["docker/dockerfile:1.7-labs", "docker.io/docker/dockerfile-upstream:master", "docker/dockerfile@sha256:0"]
)
def test_dockers_own_frontend_knows_no_more(syntax: str) -> None:
    assert refusal(f"# syntax={syntax}\nFROM a\nINCLUDE b\n")[0] == "dockerfile-invalid"


def test_json_that_names_no_frontend() -> None:
    assert refusal("{}\nFROM a\n") == ("dockerfile-invalid", 1, "unknown instruction")


def test_a_line_that_is_too_long() -> None:
    assert read(b"FROM a\nRUN " + b"x" * 65_531).findings == ()
    assert refusal(b"FROM a\nRUN " + b"x" * 65_532 + b"\nFOO\n") == ("dockerfile-invalid", 2, "a line of more than 65,535 bytes")


def test_too_many_instructions() -> None:
    parsed = read("FROM a\n" + "RUN x\n" * MAX_INSTRUCTIONS)
    assert len(parsed.instructions) == MAX_INSTRUCTIONS
    assert [f.rule for f in parsed.findings] == ["file-too-large"]


def test_bytes_that_are_no_text() -> None:
    parsed = read(b"FROM a\n# caf\xe9\nLABEL x=\xff\x00\n")
    assert parsed.findings == ()
    assert parsed.instructions[1].words == ("x", "\ufffd\ufffd")
