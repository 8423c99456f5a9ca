"""Scripts of editors are anybody's text: none raises, and none gives a name that does not stand in it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from archdoc.extract import _edits as edits
from archdoc.extract import _values as values
from archdoc.extract._effects import Mention
from archdoc.extract._values import Unknown
from archdoc.model import Evidence

AT = Evidence("w.yml", 1)
WORDS = st.sampled_from(
    [*("s|", "|", "/", "image: ", "image:", ".*", r"\(", r"\)", r"\1", "&", "acme/api"), *(":v1", "=", '"', ".image", "(", ")")]
)
PARTS = st.one_of(WORDS, st.text(max_size=8), st.builds(Unknown, st.just("SECRET")))
TEXTS = st.lists(PARTS, max_size=12).map(lambda parts: values.join([(part,) for part in parts]))


def plain(text: str) -> str:
    return text.replace("\\", "").replace("/", "")


@given(TEXTS)
def test_any_text_can_be_read(text: values.Text) -> None:
    check(text)


def check(text: values.Text) -> None:
    mention = Mention(text, AT)
    literal = "".join(part for part in text if isinstance(part, str))
    found = [*edits.sed(mention).images, *edits.yq(mention, lambda name: (Unknown(name),)).images, *edits.helm([mention])]
    found += [one for one in (edits.kustomize(mention), edits.container(mention)) if one is not None]
    for one in found:
        for part in one.image.text:
            assert not isinstance(part, str) or plain(part) in plain(literal)


LONG = ("s|" + "\\(" * 50_000, "image:" * 50_000, "s|image: " + "a/" * 50_000 + "|b|", ".a=" * 50_000, "(" * 50_000)


@settings(deadline=1_000)
@given(st.sampled_from(LONG))
def test_long_scripts_take_no_time(script: str) -> None:
    check((script,))
