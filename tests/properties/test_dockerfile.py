"""What holds for any Dockerfile, and for any bytes in its place."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from archdoc.extract import dockerfile
from archdoc.extract._dockerfile import parse
from archdoc.extract._dockerfile_stages import stages
from archdoc.extract._dockerfile_words import RefusedError, expand, expand_words, heredoc_names, split_quoted
from archdoc.model import Evidence, Facts

STARTS = ("FROM ", "RUN ", "COPY ", "ARG ", "ENV ", "EXPOSE ", "LABEL ", "ONBUILD ", "CMD ", "# escape=`\n", "# c\n")
WORDS = (
    "a",
    "b",
    " AS ",
    "build",
    "scratch",
    "--from=",
    "0",
    "1",
    "--mount=from=",
    ",type=cache",
    "TARGETARCH",
    ":1",
    "@sha256:",
)
MARKS = ("$", "${", "}", ":-", "#", "%", "/", "*", "'", '"', "=", " ", "[", '["x"]', "{{ x }}", "<<E", "<<-'F'", "<< G")
ENDS = ("\n", "\n", "\n", "\\\n", "`\n", "\r\n", "\nE\n", "\n\tF\n")
BITS = st.sampled_from(STARTS + WORDS + MARKS + ENDS)
TEXTS = st.lists(BITS, max_size=40).map("".join)
NAMES = st.sampled_from(["a", "b", "c", "d"])


@st.composite
def sane(draw: st.DrawFn) -> list[str]:
    """The lines of a Dockerfile that BuildKit takes: stages on images or earlier stages, copies from earlier stages or images."""
    lines = ["ARG V=1"]
    names: list[str] = []
    for number in range(draw(st.integers(1, 5))):
        base = draw(st.sampled_from(["acme/x:$V", "acme/y", "scratch", *names]))
        lines.append(f"FROM {base} AS s{number}")
        sources = draw(st.lists(st.sampled_from(["acme/t:1", *names, *map(str, range(number))]), max_size=3))
        lines += [f"COPY --from={source} /a /b" for source in sources]
        lines += draw(st.lists(st.sampled_from(["RUN make", "EXPOSE 80", "ENV A=1", 'CMD ["x"]']), max_size=3))
        names.append(f"s{number}")
    return lines


def facts(text: str) -> Facts:
    parsed = parse(text.encode(), "Dockerfile")
    return dockerfile.facts(parsed, stages(parsed))


def without_lines(found: Facts) -> Facts:
    nowhere = Evidence("", 0)
    return Facts(
        tuple(replace(e, line=0) for e in found.entities),
        tuple(replace(r, evidence=nowhere) for r in found.references),
        tuple(replace(f, line=0) for f in found.findings),
    )


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    parsed = parse(data, "Dockerfile")
    dockerfile.facts(parsed, stages(parsed))


@given(TEXTS)
def test_any_text(text: str) -> None:
    parsed = parse(text.encode(), "Dockerfile")
    rows = text.encode().count(b"\n") + 1
    assert len(parsed.findings) <= 1
    last = 0
    for one in parsed.instructions:
        assert last < one.line <= one.end <= rows
        last = one.end
    found = dockerfile.facts(parsed, stages(parsed))
    declared = {e.id for e in found.entities}
    assert len(declared) == len(found.entities)
    for reference in found.references:
        assert reference.source in declared
        assert 1 <= reference.evidence.line <= rows
    for finding in found.findings:
        assert 1 <= finding.line <= rows


@given(TEXTS, st.dictionaries(NAMES, st.sampled_from(["", "x", "*", "s0"])))
def test_a_stage_stands_on_earlier_ones(text: str, build_args: dict[str, str]) -> None:
    done = stages(parse(text.encode(), "Dockerfile"), build_args)
    for stage in done:
        below = [stage.base_stage, *stage.alternatives, *(copy.stage for copy in stage.copies)]
        assert all(index is None or 0 <= index < stage.index for index in below)
    assert len({stage.key for stage in done}) == len(done)


@given(TEXTS, st.dictionaries(NAMES, st.sampled_from(["", "x", "\0", "a*", None])), st.sampled_from(["\\", "`"]))
def test_any_word(text: str, env: dict[str, str | None], escape: str) -> None:
    heredoc_names(text)
    split_quoted(text, escape)
    for read in (expand, expand_words):
        try:
            read(text, env, escape)
        except RefusedError as error:
            assert str(error)


@given(st.text(alphabet="ab-_/.:1", min_size=1, max_size=20))
def test_a_word_without_marks_is_its_own_value(word: str) -> None:
    assert expand(word, {}) == word
    assert expand(f"'{word}'", {}) == word
    assert expand(f'"{word}"', {}) == word
    assert expand(f"${{X:-{word}}}", {}) == word
    assert expand("$X", {"X": word}) == word
    assert expand(f"${{X#{word}}}", {"X": word}) == ""
    assert expand(f"${{X%{word}}}", {"X": f"y{word}"}) == "y"


@given(sane())
def test_each_base_and_copy_is_a_reference(lines: list[str]) -> None:
    found = facts("\n".join(lines))
    assert found.findings == ()
    mentions = [r for r in found.references if r.relation.value in ("based-on", "copies-from")]
    named = [line for line in lines if line.startswith(("FROM", "COPY")) and not line.startswith("FROM scratch")]
    assert len(mentions) == len(named)
    for reference in mentions:
        word = reference.evidence.note.partition(" ")[2].removeprefix("--from=")
        assert word in lines[reference.evidence.line - 1]


@given(sane(), st.data())
def test_comments_and_continuations_change_no_facts(lines: list[str], data: st.DataObject) -> None:
    written = []
    for line in lines:
        written += data.draw(st.sampled_from([[], ["# comment"], [""], ["  # FROM x"]]))
        first, _, rest = line.partition(" ")
        written.append(
            data.draw(st.sampled_from([line, f"  {line}", f"{first} \\\n# in between\n  {rest}", f"{first.lower()} {rest}"]))
        )
    assert without_lines(facts("\n".join(written))) == without_lines(facts("\n".join(lines)))
