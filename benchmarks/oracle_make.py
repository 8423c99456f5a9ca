"""Makefiles as archdoc evaluates them against GNU make itself: values of variables, and commands of goals.

    python benchmarks/oracle_make.py GIT_DIR[@REV]...

Each repository is unpacked into a folder of its own. GNU make runs there with ``-n``, in an empty environment whose PATH holds
only tools that print; it still runs ``$(shell)``, so give it harmless repositories only. A value with parts that are not known
counts as `open` where the rest fits, as `wrong` where it does not.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from archdoc.config import Config
from archdoc.extract import _values as values
from archdoc.extract._effects import Follow
from archdoc.extract._make import Run, asked_of
from archdoc.extract._make_state import Makefile, TooMuch
from archdoc.extract._shell_walk import Argument
from archdoc.extract._source import Session
from archdoc.extract._trail import Trail
from archdoc.extract._values import Text, Unknown
from archdoc.extract._workspace import ROOT, Workspace
from archdoc.model import Evidence

TOOLS = (
    *("sh", "bash", "cat", "echo", "printf", "tr", "sed", "awk", "grep", "head", "tail", "cut", "basename", "dirname", "pwd"),
    *("ls", "sort", "uniq", "wc", "expr", "readlink", "realpath", "true", "false", "seq", "find", "make", "uname", "id"),
)
GOALS = 60
NAME = re.compile(r"[\w.-]+")
DUMP = """
define nl


endef
$(foreach v,$(sort $(.VARIABLES)),$(if $(filter file override,$(origin $v)),$(info @@$(v)@@$(subst $(nl),@n@,$($v)))))
.PHONY: archdoc-nothing
archdoc-nothing: ;
"""


class Disk:
    """The files of an unpacked repository."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def read(self, path: str) -> bytes | None:
        """The content of a file."""
        file = self.root / path
        return file.read_bytes() if file.is_file() else None

    def folder(self, path: str) -> list[str]:
        """The names in a folder."""
        base = self.root / path
        return sorted(f"{one.name}/" if one.is_dir() else one.name for one in base.iterdir()) if base.is_dir() else []


def ours(root: Path, folder: str, words: list[str]) -> Run:
    """The run of make in a folder, as archdoc sees it."""
    given = tuple(Argument((word,), 0) for word in words)
    command = Follow("make", given, {}, Evidence("oracle", 1))
    directory: Text = (f"{ROOT}/{folder}" if folder else ROOT,)
    session = Session(Disk(root), Config())
    trail = Trail(session, command, directory, Workspace(), lambda name: (Unknown(name),))
    return Run(trail, directory, asked_of(given))


def theirs(root: Path, folder: str, path: str, words: list[str]) -> list[str]:
    """What GNU make prints."""
    environment = {"PATH": path, "CI": "true", "GITHUB_ACTIONS": "true"}
    try:
        done = subprocess.run(
            ["make", "-C", str(root / folder), "--no-print-directory", "-n", *words],
            env=environment,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=20,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return []
    if done.returncode:
        return []
    return done.stdout.replace(str(root), ROOT).split("\n")


def verdict(mine: Text, real: str) -> str:
    """How a value compares."""
    texts = values.alternatives(mine, 64)
    if len(texts) == 1 and values.known(texts[0]) is not None:
        return "equal" if squeezed(values.shown(texts[0])) == squeezed(real) else "wrong"
    patterns = ("".join(re.escape(part) if isinstance(part, str) else ".*" for part in squeezed_text(one)) for one in texts)
    return "open" if any(re.fullmatch(one.replace(r"\ ", r"\s*"), squeezed(real), re.DOTALL) for one in patterns) else "wrong"


def squeezed(text: str) -> str:
    return " ".join(text.replace("\\\n", " ").split())


def squeezed_text(text: Text) -> Text:
    return tuple(re.sub(r"\s+", " ", part.replace("\\\n", " ")) if isinstance(part, str) else part for part in text)


def variables(root: Path, folder: str, path: str, count: Counter[str], told: list[str]) -> Makefile | None:
    """Compare the variables of the makefile of a folder."""
    run = ours(root, folder, [])
    name = values.shown((*run.default(), ("",))[0])
    (root / folder / "archdoc.dump").write_text(DUMP)
    printed = theirs(root, folder, path, ["-f", name, "-f", "archdoc.dump", "archdoc-nothing"])
    (root / folder / "archdoc.dump").unlink()
    makefile = run.makefile()
    try:
        run.load(makefile)
    except TooMuch:
        count["variable too much"] += 1
        return None
    if not printed:
        count["makefile refused by make"] += 1
        return makefile
    for line in printed:
        found = re.fullmatch(r"@@(.+?)@@(.*)", line)
        if not found or found[1].startswith(("archdoc-", "nl", "MAKE", ".")) or found[1] in ("SHELL", "CURDIR"):
            continue
        real = found[2].replace("@n@", "\n")
        try:
            mine = makefile.value(found[1])
        except TooMuch:
            mine = ()
        result = verdict(mine, real)
        count[f"variable {result}"] += 1
        if result == "wrong":
            told.append(f"{folder or '.'} {found[1]}: {values.shown(mine)[:100]!r} is {real[:100]!r}")
    return makefile


def goals(root: Path, folder: str, path: str, makefile: Makefile, count: Counter[str], told: list[str]) -> None:
    """Compare the commands of goals."""
    names = [values.known(one) for one in makefile.targets]
    plain = [one for one in names if one and NAME.fullmatch(one) and not one.startswith(".")]
    for goal in plain[:GOALS]:
        words = [goal, "MAKE=:"]
        real = [squeezed(one) for one in "\n".join(theirs(root, folder, path, words)).replace("\\\n", " ").split("\n")]
        real = [one for one in real if one and not one.startswith("make:")]
        run = ours(root, folder, words)
        state = run.makefile()
        mine: list[Text] = []
        try:
            run.load(state)
            mine = [piece.text for piece in run.target(state, (goal,), 0)]
        except TooMuch:
            count["goal too much"] += 1
            continue
        if not real:
            count["goal of which make prints nothing"] += 1
            continue
        lines: list[Text] = []
        for one in mine:
            texts = values.alternatives(one, 1)
            lines += texts
        known = [squeezed(values.shown(one)) for one in lines if squeezed(values.shown(one))]
        if known == real:
            count["goal equal"] += 1
        elif _fits(mine, real):
            count["goal open"] += 1
        else:
            count["goal wrong"] += 1
            gone = next((a for a, b in zip([*known, ""], [*real, ""], strict=False) if a != b), "")
            there = next((b for a, b in zip([*known, ""], [*real, ""], strict=False) if a != b), "")
            told.append(f"{folder or '.'} {goal}: {gone[:110]!r} is {there[:110]!r}")


def _fits(mine: list[Text], real: list[str]) -> bool:
    rest = iter(real)
    return all(any(verdict(one, line) != "wrong" for one in mine) for line in rest)


def unpacked(git_dir: str, revision: str, into: Path) -> None:
    """A repository's tree as files; files that the repository lacks are left out."""
    environment = {"GIT_DIR": git_dir, "GIT_INDEX_FILE": f"{into}.index", "PATH": os.environ["PATH"]}
    subprocess.run(["git", "read-tree", revision], env=environment, check=True)
    subprocess.run(
        ["git", "--work-tree", str(into), "checkout-index", "-a", "-f", "-q"],
        env=environment,
        cwd=into,
        check=False,
        stderr=subprocess.DEVNULL,
    )


def main() -> None:
    """Compare each repository named on the command line."""
    whole: Counter[str] = Counter()
    for given in sys.argv[1:]:
        git_dir, _, revision = given.partition("@")
        count: Counter[str] = Counter()
        told: list[str] = []
        with tempfile.TemporaryDirectory() as temporary:
            tools, root = Path(temporary, "bin"), Path(temporary, "tree")
            tools.mkdir()
            root.mkdir()
            for tool in TOOLS:
                if where := shutil.which(tool):
                    (tools / tool).symlink_to(where)
            unpacked(git_dir, revision or "HEAD", root)
            found = sorted(one.parent.relative_to(root).as_posix() for one in root.rglob("Makefile"))
            for folder in found[:12]:
                base = "" if folder == "." else folder
                makefile = variables(root, base, str(tools), count, told)
                if makefile is not None:
                    goals(root, base, str(tools), makefile, count, told)
        print(git_dir, dict(sorted(count.items())))
        for line in told[:12]:
            print("   ", line)
        whole += count
    print("all", dict(sorted(whole.items())))


if __name__ == "__main__":
    main()
