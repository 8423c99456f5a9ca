"""Pictures through `diagrams` and the real Graphviz: what they hold, what they never hold, what happens when they fail."""

import logging
import random
import re
import shutil
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import diagrams
import pytest

from archdoc.errors import ArchdocError, ToolMissingError
from archdoc.render import icons, mingrammer
from archdoc.views import Category, Line, View, ViewEdge, ViewGroup, ViewNode

needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed: apt-get install graphviz")

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
CANARY = Path(diagrams.__file__).parents[1] / "resources" / "generic" / "place" / "datacenter.png"
HOSTILE = (
    "<b>x</b>",
    f'<<TABLE><TR><TD><IMG SRC="{CANARY}"/></TD></TR></TABLE>>',
    f'<IMG SRC="{CANARY}"/>',
    "\\N \\G \\L \\E",
    "back\\",
    '\\"',
    'a"b',
    "a\nb\r\nc",
    "&lt;i&gt; &amp; &#60;",
    "]]> --> <!-- x",
    f'<image xlink:href="{CANARY}"/>',
    "",
    "\x00\x1b[31m",
    "\u202eevil",
    "\ud800",
    "{a|<p>b}",
    "<",
    "<>",
    'x";b->c[label="y',
    "日本語" * 20,
    "w" * 500,
)


def node(id_: str, title: str = "", subtitle: str = "", category: Category = Category.WORKLOAD, **more: str) -> ViewNode:
    return ViewNode(id_, title or id_, subtitle, category, more.get("group"), more.get("type", ""))


PLATFORM = View(
    "overview",
    "Platform overview",
    "What builds and what serves.",
    (
        node("users", "Users", "", Category.PERSON, type="users"),
        node("build", "build.yml", "workflow", Category.PIPELINE, group="github", type="workflow"),
        node("images", "ghcr.io/acme", "images", Category.ARTIFACT, group="github", type="image"),
        node("route", "chat.acme.dev", "Ingress", Category.NETWORK, group="edge", type="networking.k8s.io/v1/Ingress"),
        node("chat", "chat-api", "Deployment", group="cloud", type="apps/v1/Deployment"),
        node("rank", "rank-api", "Deployment", group="cloud", type="apps/v1/Deployment"),
        node("qdrant", "qdrant", "StatefulSet", Category.DATA, group="cloud", type="apps/v1/StatefulSet"),
    ),
    (
        ViewEdge("build", "images", "pushes"),
        ViewEdge("images", "chat", "runs as", Line.DOTTED),
        ViewEdge("users", "route", "HTTPS", Line.THICK),
        ViewEdge("route", "chat", "routes to", Line.THICK),
        ViewEdge("chat", "qdrant", "searches"),
        ViewEdge("chat", "rank", ""),
    ),
    (
        ViewGroup("github", "GitHub", "delivery"),
        ViewGroup("cloud", "Cloud zone"),
        ViewGroup("edge", "edge", "namespace", "cloud"),
    ),
    omitted=("ConfigMaps",),
)


def root(view: View) -> ET.Element:
    return ET.fromstring(mingrammer.render(view, "svg"))


def texts(tree: ET.Element) -> list[str]:
    """What is to be read in a picture, without the air around it."""
    return [(text.text or "").strip() for text in tree.iter(f"{SVG}text")]


def parts(tree: ET.Element, kind: str) -> dict[str, ET.Element]:
    """The groups of one class (node, edge, cluster) by their hover text."""
    found = (group for group in tree.iter(f"{SVG}g") if group.get("class") == kind)
    return {group.findtext(f"{SVG}title", ""): group for group in found}


def box(group: ET.Element) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a drawn box or frame."""
    path = next(path for path in group.iter(f"{SVG}path"))
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", path.get("d", ""))]
    return min(numbers[::2]), min(numbers[1::2]), max(numbers[::2]), max(numbers[1::2])


@needs_dot
def test_everything_of_the_view_is_in_the_picture() -> None:
    tree = root(PLATFORM)
    shown = texts(tree)
    for word in (
        "Platform overview",
        "GitHub · delivery",
        "Cloud zone",
        "edge · namespace",
        "chat-api",
        "StatefulSet",
        "routes to",
    ):
        assert word in shown
    assert set(parts(tree, "node")) == {n.title for n in PLATFORM.nodes}
    assert set(parts(tree, "cluster")) == {"GitHub · delivery", "Cloud zone", "edge · namespace"}
    assert "chat-api → qdrant" in parts(tree, "edge")
    assert len(parts(tree, "edge")) == len(PLATFORM.edges)


@needs_dot
def test_a_picture_can_be_read_aloud() -> None:
    tree = root(PLATFORM)
    assert tree.get("role") == "img"
    assert tree.findtext(f"{SVG}title") == "Platform overview"
    assert tree.findtext(f"{SVG}desc") == "What builds and what serves. Not shown: ConfigMaps."


@needs_dot
def test_frames_hold_their_boxes_and_inner_frames() -> None:
    tree = root(PLATFORM)
    frames, boxes = parts(tree, "cluster"), parts(tree, "node")

    def inside(inner: ET.Element, outer: ET.Element) -> bool:
        left, top, right, bottom = box(outer)
        return left < box(inner)[0] and top < box(inner)[1] and box(inner)[2] < right and box(inner)[3] < bottom

    assert inside(boxes["chat-api"], frames["Cloud zone"])
    assert inside(frames["edge · namespace"], frames["Cloud zone"])
    assert inside(boxes["chat.acme.dev"], frames["edge · namespace"])
    assert not inside(boxes["Users"], frames["Cloud zone"])
    assert not inside(boxes["build.yml"], frames["Cloud zone"])


@needs_dot
def test_boxes_take_the_colour_of_their_category() -> None:
    categories = tuple(Category)
    view = View("c", "Categories", "", tuple(node(str(c), category=c) for c in categories), ())
    drawn = parts(root(view), "node")
    looks = {
        title.removeprefix("\u26a0 "): next(group.iter(f"{SVG}path")).get("fill", "")
        + next(group.iter(f"{SVG}path")).get("stroke", "")
        for title, group in drawn.items()
    }
    assert looks["pipeline"] == "#bbe1f6#0b6ea8"
    assert looks["workload"] == "#5cc2a6#00664a"
    assert looks["warning"] == "#ffffff#cf222e"
    assert len(looks) == len(categories)
    dashed = {title for title, group in drawn.items() if next(group.iter(f"{SVG}path")).get("stroke-dasharray")}
    assert dashed == {"external", "removed", "warning"}


@needs_dot
def test_a_warning_carries_its_sign_once() -> None:
    marked = (node("a", "api", "latest", Category.WARNING), node("b", "web", "\u26a0 latest", Category.WARNING), node("c", "db"))
    assert sorted(texts(root(View("w", "W", "", marked, ())))) == sorted(
        ["W", "", "\u26a0 api", "latest", "web", "\u26a0 latest", "db"]
    )


@needs_dot
def test_lines_differ_by_kind() -> None:
    two = (node("a"), node("b"))
    strokes = {}
    for line in Line:
        edge = parts(root(View("l", "L", "", two, (ViewEdge("a", "b", "", line),))), "edge")["a → b"]
        path = next(edge.iter(f"{SVG}path"))
        strokes[line] = (path.get("stroke-dasharray") is not None, float(path.get("stroke-width", "1")))
    assert strokes == {Line.SOLID: (False, 1.5), Line.DOTTED: (True, 2.0), Line.THICK: (False, 3.5)}


@needs_dot
@pytest.mark.parametrize("direction", ["TB", "LR"])
def test_long_names_stay_in_their_boxes_and_boxes_apart(direction: str) -> None:
    names = [
        f"{word}-credentials-and-configuration-{i}" for i, word in enumerate(("embedder", "retriever", "WWWWWWWWWWWWWWWWWW", "i"))
    ]
    view = View(
        "long",
        "Long",
        "",
        (node("hub"), *(node(f"n{i}", name, "InferenceService.serving") for i, name in enumerate(names))),
        tuple(ViewEdge("hub", f"n{i}", "configures") for i in range(len(names))),
        direction=direction,
    )
    drawn = [group for title, group in parts(root(view), "node").items() if title != "hub"]
    boxes = [box(group) for group in drawn]
    for i, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[i + 1 :]:
            assert right < other[0] or other[2] < left or bottom < other[1] or other[3] < top
    for group, (left, top, right, bottom) in zip(drawn, boxes, strict=True):
        lines = list(group.iter(f"{SVG}text"))
        assert len(lines) in (2, 3)
        for line in lines:
            assert len(line.text or "") <= 24
            start, size = float(line.get("x", "0")), float(line.get("font-size", "0"))
            assert left < start
            assert start + 0.6 * size * len(line.text or "") <= right
            assert top < float(line.get("y", "0")) < bottom


@needs_dot
@pytest.mark.parametrize("form", ["svg", "png"])
def test_the_same_view_gives_the_same_bytes(form: mingrammer.Format) -> None:
    assert mingrammer.render(PLATFORM, form) == mingrammer.render(PLATFORM, form)


@needs_dot
def test_png_is_a_sharp_picture_with_a_clear_ground() -> None:
    picture = mingrammer.render(PLATFORM, "png")
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width = int.from_bytes(picture[16:20], "big")
    points = float(root(PLATFORM).get("width", "0").removesuffix("pt"))
    assert width == pytest.approx(2 * points, abs=4)
    assert picture[25] in (4, 6)  # a colour type with transparency


@needs_dot
def test_an_svg_stands_alone() -> None:
    picture = mingrammer.render(PLATFORM, "svg").decode()
    for place in (tempfile.gettempdir(), str(Path(diagrams.__file__).parents[1]), str(Path.cwd()), "resources", ".png"):
        assert place not in picture
    assert "<!" not in picture
    assert "transparent" not in picture
    tree = ET.fromstring(picture)
    images = {image.get("id"): image.get(HREF, "") for image in tree.iter(f"{SVG}image")}
    uses = [use.get(HREF, "").removeprefix("#") for use in tree.iter(f"{SVG}use")]
    assert len(uses) == len(PLATFORM.nodes)
    assert set(uses) == set(images)
    assert uses.count("k8s-compute-deploy") == 2
    assert all(data.startswith("data:image/png;base64,") for data in images.values())
    assert len(list(tree.iter(f"{SVG}image"))) == len(images)


@needs_dot
def test_text_outside_boxes_is_mid_grey_for_light_and_dark_pages() -> None:
    tree = root(PLATFORM)
    inside = {id(text) for group in parts(tree, "node").values() for text in group.iter(f"{SVG}text")}
    outside = {text.get("fill") for text in tree.iter(f"{SVG}text") if id(text) not in inside}
    assert outside == {"#6e7781"}
    frames = [next(group.iter(f"{SVG}path")) for group in parts(tree, "cluster").values()]
    assert all(0 < float(frame.get("fill-opacity", "1")) < 0.2 for frame in frames)
    assert not any(element.get("fill") in ("white", "#ffffff") for element in tree.iter(f"{SVG}polygon"))  # no page of its own


@needs_dot
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_text(text: str) -> None:
    view = View(
        "h",
        text,
        text,
        (node("a", text, text, group="g"), node("b", text, text, Category.WARNING)),
        (ViewEdge("a", "b", text),),
        (ViewGroup("g", text, text),),
        omitted=(text,),
    )
    assert mingrammer.render(view, "png")
    tree = root(view)
    assert len(list(tree.iter(f"{SVG}image"))) <= 2
    assert all(image.get(HREF, "").startswith("data:") for image in tree.iter(f"{SVG}image"))
    assert len(list(tree.iter(f"{SVG}use"))) == 2
    assert {element.tag.removeprefix(SVG) for element in tree.iter()} <= {
        *("svg", "title", "desc", "defs", "image", "use", "g", "path", "polygon", "text"),
    }
    shown = "".join(texts(tree))
    assert all(c.isprintable() for c in shown.replace("\u00a0", ""))
    assert "\u202e" not in shown


@needs_dot
@pytest.mark.parametrize(
    "text", ["<b>x</b>", "\\N \\G \\L", "back\\", 'a"b', "a & b", "x;y->z", "{a|b}", "#x", "50%", "a\\\\b", "&lt;i&gt; &#60;"]
)
def test_text_is_shown_as_it_is_written(text: str) -> None:
    view = View(
        "h", text, "", (node("a", text, text, group="g"), node("b")), (ViewEdge("a", "b", text),), (ViewGroup("g", text),)
    )
    assert texts(root(view)).count(text) == 5


@needs_dot
def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary, here = tmp_path / "temporary", tmp_path / "here"
    temporary.mkdir()
    here.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.chdir(here)
    mingrammer.render(PLATFORM, "svg")
    assert list(temporary.iterdir()) == []
    assert list(here.iterdir()) == []
    assert diagrams.getdiagram() is None


def test_too_many_boxes_are_refused_with_advice() -> None:
    many = View("big", "Big", "", tuple(node(f"n{i}") for i in range(mingrammer.MAX_NODES + 1)), ())
    with pytest.raises(ArchdocError, match=r"61 boxes.*smaller view") as caught:
        mingrammer.render(many, "svg")
    assert not isinstance(caught.value, ToolMissingError)


@needs_dot
def test_as_many_boxes_as_allowed_are_drawn() -> None:
    many = View("big", "Big", "", tuple(node(f"n{i}") for i in range(mingrammer.MAX_NODES)), ())
    assert len(parts(root(many), "node")) == mingrammer.MAX_NODES


def test_a_missing_package_is_told_with_the_command_that_mends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "diagrams", None)
    with pytest.raises(ToolMissingError, match=r"pip install 'infra-archdoc\[diagrams\]'"):
        mingrammer.render(PLATFORM, "svg")


def test_a_missing_graphviz_is_told_with_the_command_that_mends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissingError, match="apt-get install graphviz"):
        mingrammer.render(PLATFORM, "svg")


def test_a_program_of_the_repository_is_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trap = tmp_path / "dot"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(shutil, "which", lambda _: "./dot")
    with pytest.raises(ToolMissingError):
        mingrammer.render(PLATFORM, "svg")
    assert not (tmp_path / "sprung").exists()


def test_an_icon_that_the_package_lacks_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mingrammer, "icon_of", lambda _: "onprem.database.NoSuchThing")
    monkeypatch.setattr(mingrammer, "_dot", lambda: "dot")
    with pytest.raises(ToolMissingError, match=r"NoSuchThing.*pip install -U"):
        mingrammer.render(PLATFORM, "svg")


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A `dot` that keeps what it was told, then runs the script that the test writes."""
    if shutil.which("sh") is None:
        pytest.skip("a stand-in for dot needs a shell")
    script = tmp_path / "bin" / "dot"
    script.parent.mkdir()
    monkeypatch.setattr(shutil, "which", lambda _: str(script))
    yield script


def stand_in(program: Path, body: str) -> None:
    program.write_text(f"#!/bin/sh\ncat > {program.parent}/told.$$\n{body}\n")
    program.chmod(0o755)


def told(program: Path) -> list[str]:
    return sorted((p.read_text() for p in program.parent.glob("told.*")), key=len)


def test_a_failure_is_tried_again_without_edge_labels(program: Path, caplog: pytest.LogCaptureFixture) -> None:
    stand_in(program, f"if grep -q 'routes to' {program.parent}/told.$$; then echo 'lost edge' >&2; exit 1; fi; printf picture")
    with caplog.at_level(logging.WARNING):
        assert mingrammer.render(PLATFORM, "png") == b"picture"
    without, with_labels = told(program)
    assert "searches" in with_labels
    assert "searches" not in without
    assert "chat-api" in without
    assert "lost edge" in caplog.text


@needs_dot
def test_a_dense_view_that_graphviz_2_fails_at_with_labels_is_drawn() -> None:
    chance = random.Random(0)
    nodes = tuple(node(f"n{i}", group=f"g{i // 12}") for i in range(60))
    edges = tuple(ViewEdge(f"n{chance.randrange(60)}", f"n{chance.randrange(60)}", "calls") for _ in range(200))
    tree = root(View("dense", "Dense", "", nodes, edges, tuple(ViewGroup(f"g{i}", str(i)) for i in range(5))))
    assert len(parts(tree, "node")) == 60
    assert len([group for group in tree.iter(f"{SVG}g") if group.get("class") == "edge"]) == len(edges)


def test_a_failure_for_good_is_one_error_with_advice(program: Path) -> None:
    stand_in(program, "echo 'trouble in init_rank' >&2; exit 1")
    with pytest.raises(ArchdocError, match=r"overview.*trouble in init_rank.*smaller view") as caught:
        mingrammer.render(PLATFORM, "svg")
    assert "\n" not in str(caught.value)
    assert len(told(program)) == 2


def test_a_run_that_does_not_end_is_ended(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mingrammer, "SECONDS", 0.2)
    stand_in(program, "exec sleep 60")
    with pytest.raises(ArchdocError, match="not done after"):
        mingrammer.render(PLATFORM, "svg")


@needs_dot
def test_a_white_icon_gets_a_dark_ground() -> None:
    tracker = replace(PLATFORM, nodes=(node("m", "MLflow", "registry"), node("r", "redis", "cache")), edges=(), groups=())
    assert icons.icon_of(tracker.nodes[0]) in icons.WHITE_ICONS
    drawn = parts(root(tracker), "node")
    chips = {title: [path.get("fill") for path in group.iter(f"{SVG}path")][1] for title, group in drawn.items()}
    assert chips == {"MLflow": "#24292f", "redis": "#ffffff"}
