"""Compare our shell reader with mvdan/sh on every `run:` block of real repositories.

    python benchmarks/oracle_shell.py GIT_DIR...

Needs `shfmt` (PyPI: shfmt-py) on the PATH or beside this Python. A block counts as equal when both give the same list of
commands, each with the same words: literal text without quotes, names of parameters, marks for substitutions.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from archdoc.extract import _shell as shell
from archdoc.extract import _shell_syntax as syntax
from archdoc.extract._expressions import Piece, pieces
from archdoc.extract._yaml import documents

_WORKFLOW = re.compile(r"\.github/workflows/[^/]+\.ya?ml")
_BASH = ("", "bash", "sh", "dash")


def main(git_dirs: list[str]) -> int:
    """Print the share of equal blocks and each block that differs; 1 below 99.5 %."""
    tool = shutil.which("shfmt", path=str(Path(sys.executable).parent)) or shutil.which("shfmt")
    if tool is None or not git_dirs:
        print(__doc__)
        return 2
    blocks = list(dict.fromkeys(block for git_dir in git_dirs for block in _blocks(git_dir)))
    equal = refused = 0
    spent = 0.0
    for block in blocks:
        answer = subprocess.run([tool, "--to-json"], input=block.encode(), capture_output=True, check=False)
        if answer.returncode:
            refused += 1
            continue
        expected = sorted(_shfmt(json.loads(answer.stdout), block.encode()))
        start = time.process_time()
        try:
            found: list[tuple[str, ...]] | str = sorted(_ours(shell.parse(block)))
        except syntax.ShellError as error:
            found = f"refused in row {error.row}: {error}"
        spent += time.process_time() - start
        if found == expected:
            equal += 1
        else:
            print(f"--- differs\n{block[:600]}\n    {_difference(expected, found)}")
    read = len(blocks) - refused
    print(f"{len(blocks)} blocks, {refused} are no bash for shfmt; {equal} of {read} equal ({equal / max(read, 1):.2%})")
    print(f"{spent / max(read, 1) * 1e6:.0f} us a block")
    return 0 if equal >= 0.995 * read else 1


def _blocks(git_dir: str) -> Iterator[str]:
    git = ["git", "--git-dir", git_dir]
    names = subprocess.run([*git, "ls-tree", "-r", "--name-only", "HEAD"], capture_output=True, check=True, text=True).stdout
    for path in filter(_WORKFLOW.fullmatch, names.splitlines()):
        data = subprocess.run([*git, "cat-file", "blob", f"HEAD:{path}"], capture_output=True, check=True).stdout
        for document in documents(data, path, merge_keys=False):
            for step in (step for _, job in document.root["jobs"].items() for step in job["steps"]):
                if step["run"].is_text and step["shell"].text.split(" ")[0] in _BASH:
                    yield _without_expressions(step["run"].text)


def _without_expressions(text: str) -> str:
    return "".join(f"__E{n}__" if isinstance(piece, Piece) else piece for n, piece in enumerate(pieces(text)))


def _difference(expected: list[tuple[str, ...]], found: list[tuple[str, ...]] | str) -> str:
    if isinstance(found, str):
        return found
    missing, extra = [one for one in expected if one not in found], [one for one in found if one not in expected]
    return f"shfmt alone: {missing}\n    ours alone: {extra}"


# --- ours


def _ours(statements: tuple[syntax.Statement, ...]) -> Iterator[tuple[str, ...]]:
    for statement in statements:
        if isinstance(statement, syntax.Simple):
            yield from _simple(statement)
        elif isinstance(statement, syntax.Pipeline):
            yield from _ours(statement.stages)
        elif isinstance(statement, syntax.Branch):
            for arm in statement.arms:
                yield from _ours(arm)
        else:
            if isinstance(statement, syntax.Loop):
                for word in statement.words or ():
                    yield from _inside(word.parts)
            yield from _ours(statement.body)
        for redirect in getattr(statement, "redirects", ()):
            yield from _inside(redirect.word.parts)


def _simple(statement: syntax.Simple) -> Iterator[tuple[str, ...]]:
    if statement.words:
        yield tuple(_canonical(word.parts) for word in statement.words)
    for word in (*statement.words, *(word for one in statement.assignments for word in one.values)):
        yield from _inside(word.parts)


def _inside(parts: tuple[syntax.WordPart, ...]) -> Iterator[tuple[str, ...]]:
    for part in parts:
        if isinstance(part, (syntax.Substitution, syntax.Opaque)):
            yield from _ours(part.body)
        elif isinstance(part, syntax.Parameter):
            yield from _inside(part.operand)


def _canonical(parts: tuple[syntax.WordPart, ...]) -> str:
    marks = {syntax.Substitution: "$()", syntax.Opaque: "$?"}
    return "".join(
        part.text
        if isinstance(part, syntax.Literal)
        else f"${{{part.name}}}"
        if isinstance(part, syntax.Parameter)
        else marks[type(part)]
        for part in parts
    )


# --- theirs


def _shfmt(node: object, source: bytes) -> Iterator[tuple[str, ...]]:
    if isinstance(node, list):
        for one in node:
            yield from _shfmt(one, source)
    if not isinstance(node, dict):
        return
    kind = node.get("Type")
    if kind == "CallExpr" and node.get("Args"):
        yield tuple(_word(word) for word in node["Args"])
    if kind == "DeclClause":
        declared = [one for one in node.get("Args", []) if "Array" not in one]
        yield (node["Variant"]["Value"], *(_declared(one) for one in declared))
    if kind == "LetClause":
        yield ("let", *(source[one["Pos"]["Offset"] : one["End"]["Offset"]].decode() for one in node["Exprs"]))
    for key, one in node.items():
        if key != "CaseItems" or isinstance(one, list):
            yield from _shfmt(one, source)


def _declared(one: dict) -> str:
    if one.get("Naked"):
        return _word(one["Value"]) if "Value" in one else one["Name"]["Value"]
    sign = "+=" if one.get("Append") else "="
    return one["Name"]["Value"] + sign + (_word(one["Value"]) if "Value" in one else "")


def _word(word: dict) -> str:
    return "".join(_part(part, quoted=False) for part in word.get("Parts", []))


def _part(part: dict, *, quoted: bool) -> str:
    kind = part["Type"]
    if kind == "Lit":
        if quoted:
            return re.sub(r'\\(?:([$`"\\])|\n)', lambda m: m[1] or "", part["Value"])
        return re.sub(r"\\(?:(\n)|(.))", lambda m: m[2] or "", part["Value"])
    if kind == "SglQuoted":
        if not part.get("Dollar"):
            return part.get("Value", "")
        return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t", "r": "\r"}.get(m[1], m[1]), part.get("Value", ""))
    if kind == "DblQuoted":
        return "".join(_part(one, quoted=True) for one in part.get("Parts", []))
    if kind == "ParamExp":
        return f"${{{part['Param']['Value']}}}"
    if kind == "CmdSubst":
        return "$()"
    if kind == "ExtGlob":
        return part["Op"] + part["Pattern"]["Value"] + ")"
    return "$?"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
