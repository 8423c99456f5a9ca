"""Compares archdoc's reading of Mermaid flowcharts with npm mermaid's own, on every diagram in the Markdown of git repositories.

    npm install --prefix /tmp/oracle mermaid@11 jsdom
    python tests/browser/oracle_drawings.py /tmp/oracle REPOSITORY.git...

Prints each diagram that mermaid accepts and archdoc reads otherwise, and the share of agreement; exits 1 below 99 %.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from archdoc.drawings import Drawing, blocks, parse

SCRIPT = Path(__file__).with_suffix(".mjs")
SHAPES = {
    "square": "rect", "doublecircle": "double-circle", "odd": "asymmetric", "diamond": "rhombus", "lean_right": "lean-right",
    "lean_left": "lean-left", "inv_trapezoid": "trapezoid-alt",
}  # fmt: skip
STYLES = {"normal": "solid"}
ARROWS = {"arrow_point": "arrow", "arrow_open": "open", "arrow_cross": "cross", "arrow_circle": "circle"}
GOAL = 0.99


def diagrams(repository: Path) -> Iterator[tuple[str, str]]:
    """Where each diagram of a repository's newest commit stands, and its text."""
    git = ["git", f"--git-dir={repository / '.git' if (repository / '.git').is_dir() else repository}"]
    listed = subprocess.run([*git, "ls-tree", "-rz", "HEAD"], capture_output=True, check=True).stdout.decode(errors="replace")
    for entry in listed.split("\0"):
        meta, _, path = entry.partition("\t")
        if path.lower().endswith((".md", ".mdx", ".markdown", ".mmd", ".mermaid")):
            blob = subprocess.run([*git, "cat-file", "blob", meta.split()[2]], capture_output=True, check=False).stdout
            text = blob.decode(errors="replace")
            if path.lower().endswith((".mmd", ".mermaid")):
                yield f"{repository.parent.name}:{path}", text
            elif "mermaid" in text:
                for block in blocks(text):
                    yield f"{repository.parent.name}:{path}:{block.fence_line}", block.text


def oracle(folder: Path, texts: Sequence[str]) -> list[dict[str, Any]]:
    """What npm mermaid says of each text."""
    lines = "".join(json.dumps({"text": text}) + "\n" for text in texts)
    run = subprocess.run(["node", SCRIPT], cwd=folder, input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def seen(label: str) -> str:
    """A label without idle white space and empty lines."""
    return "\n".join(filter(None, (" ".join(line.split()) for line in label.split("\n"))))


def theirs(answer: Mapping[str, Any]) -> dict[str, object]:
    """The oracle's answer in our words."""
    groups: dict[str, tuple[str, str | None]] = {}
    for group in answer["groups"]:
        groups.setdefault(group["id"], (seen(group["title"]), group["parent"]))
    edges = []
    for edge in answer["edges"]:
        both, arrow = edge["arrow"].startswith("double_"), edge["arrow"].removeprefix("double_")
        label, style = seen(edge["label"]), STYLES.get(edge["style"], edge["style"])
        edges.append((edge["source"], edge["target"], label, style, ARROWS.get(arrow, arrow), both))
    nodes = {
        node["id"]: (
            seen(node["label"]),
            SHAPES.get(node["shape"], node["shape"]),
            node["group"],
            tuple(dict.fromkeys(name for name in node["classes"] if name != "clickable")),
        )
        for node in answer["nodes"]
    }
    return {"direction": answer["direction"], "nodes": nodes, "edges": edges, "groups": groups, "unjudged": []}


def ours(drawing: Drawing) -> dict[str, object]:
    """A drawing as plain values to compare."""
    return {
        "direction": drawing.direction,
        "nodes": {node.id: (node.label, SHAPES.get(node.shape, node.shape), node.group, node.classes) for node in drawing.nodes},
        "edges": [(e.source, e.target, e.label, e.style, e.arrow, e.both) for e in drawing.edges],
        "groups": {group.id: (group.title, group.parent) for group in drawing.groups},
        "unjudged": [(line.line, line.text) for line in drawing.unjudged],
    }


def difference(mine: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    """What two readings disagree on, a line each."""
    found = []
    for part, value in mine.items():
        a, b = value, other[part]
        if isinstance(a, dict) and isinstance(b, dict):
            keys = [key for key in a | b if a.get(key) != b.get(key)]
            found += [f"{part} {key!r}: archdoc {a.get(key)} mermaid {b.get(key)}" for key in keys]
        elif a != b and isinstance(a, list) and isinstance(b, list):
            found += [f"{part}: only archdoc {item}" for item in a if item not in b]
            found += [f"{part}: only mermaid {item}" for item in b if item not in a] or [f"{part}: other order"]
        elif a != b:
            found.append(f"{part}: archdoc {a} mermaid {b}")
    return found


def main(folder: Path, repositories: Sequence[Path]) -> int:
    """Compare, print, and say whether the goal is reached."""
    texts = {text: place for repository in repositories for place, text in diagrams(repository)}
    count: Counter[str] = Counter(blocks=len(texts))
    for (text, place), answer in zip(texts.items(), oracle(folder, list(texts)), strict=True):
        drawing = parse(text)
        if "error" in answer:
            count["rejected by mermaid"] += 1
            flowchart = drawing.kind == "flowchart"
            count["rejected flowcharts"] += flowchart
            count["rejected flowcharts that archdoc reads whole"] += flowchart and not drawing.unjudged
        elif answer["kind"] != "flowchart":
            count["other kinds"] += 1
            count["other kinds taken for a flowchart"] += drawing.kind == "flowchart"
        else:
            count["accepted flowcharts"] += 1
            found = difference(ours(drawing), theirs(answer)) if drawing.kind == "flowchart" else [f"kind: {drawing.kind}"]
            count["agreed"] += not found
            if found:
                print(place, *found, sep="\n    ")
    share = count["agreed"] / max(count["accepted flowcharts"], 1)
    print(*(f"{number:6} {name}" for name, number in count.items()), f"{share:6.2%} agreement", sep="\n")
    return share < GOAL


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]]))
