"""Any text as a script of PowerShell or Python, a justfile, a Taskfile or a package: effects or none, never an error."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archdoc.config import Config
from archdoc.extract import github_actions
from archdoc.extract._powershell import as_shell
from tests.support import MemoryFiles

WORKFLOW = """\
on: push
jobs:
  all:
    runs-on: ubuntu-latest
    steps:
      - run: just a b; task a b; npm run a; mise run a; python3 a.py b; ./a
"""
WORDS = st.sampled_from(
    [
        *(
            "a",
            "b",
            ":",
            ":=",
            "=",
            "{{",
            "}}",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            '"',
            "'",
            "`",
            "$",
            "\n",
            "\n    ",
            "\n  ",
            " ",
            "- ",
        ),
        *(
            "docker build -t a .",
            "tasks:",
            "cmds:",
            "deps:",
            "vars:",
            "for:",
            "if",
            "else",
            "import 'a'",
            "mod a",
            "export",
            "&&",
        ),
        *(
            '"scripts"',
            "[tasks.a]",
            "run",
            "def f():",
            "import subprocess",
            "subprocess.run(",
            "os.system(",
            "return",
            "+=",
            "f()",
        ),
        *("foreach ($a in $b) {", "$env:A", "@(", "#", "<#", "#>", "\\", "%", "argparse", "x = ", "[1:]", ".format(", ", "),
    ]
)
TEXTS = st.lists(WORDS, max_size=30).map("".join)


@given(TEXTS)
def test_scripts_of_other_tools_never_raise(text: str) -> None:
    names = ("justfile", "Taskfile.yml", "package.json", "mise.toml", "a.py")
    files = {
        ".github/workflows/w.yml": WORKFLOW,
        "a": f"#!/usr/bin/env python\nimport subprocess\n{text}",
        **dict.fromkeys(names, text),
    }
    files["a.py"] = f"import subprocess\n{text}"
    found = github_actions.extract(".github/workflows/w.yml", MemoryFiles(files), Config())
    assert all(not one.rule.endswith("failed") for one in found.findings)


@given(TEXTS)
def test_a_script_of_powershell_keeps_its_lines(text: str) -> None:
    made = as_shell(text)
    assert made.count("\n") >= text.count("\n")
