"""Compare our evaluation of expressions with the cases that GitHub's own evaluators must pass.

    python benchmarks/oracle_expressions.py GIT_DIR

GIT_DIR is a bare clone of actions/languageservices; its `expressions/testdata/*.json` hold the cases. A case counts as equal
when the value is the same, of the same type. Where GitHub reports an error, ours must refuse the text or know no value.
Cases of functions that are not in our table are left out, and counted.
"""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

from archdoc.extract import _expressions as expressions
from archdoc.extract._expression_functions import FUNCTIONS
from archdoc.extract._values import UNDECIDED, Data, Unknown

_CALL = re.compile(r"\b([A-Za-z_]\w*)\s*\(")
_QUOTED = re.compile(r"'(?:[^']|'')*'")


class Case(NamedTuple):
    """One case: where it stands, the expression, and what is expected of it (`error`: GitHub refuses it)."""

    place: str
    source: str
    contexts: dict[str, Data]
    expected: Data
    error: bool


def main(git_dirs: list[str]) -> int:
    """Print how many cases are equal and each that differs; 1 if there is one."""
    if len(git_dirs) != 1:
        print(__doc__)
        return 2
    cases = list(_cases(git_dirs[0]))
    concerned = [case for case in cases if _functions(case.source) <= FUNCTIONS.keys()]
    failures = [(case, found) for case in concerned if not _holds(case, found := _found(case))]
    for case, found in failures:
        wanted = "an error" if case.error else repr(case.expected)
        print(f"--- {case.place}\n{case.source}\n    ours: {found!r}\n    GitHub: {wanted}")
    print(f"{len(concerned) - len(failures)} of {len(concerned)} equal; {len(cases) - len(concerned)} of {len(cases)} left out")
    return 1 if failures else 0


def _cases(git_dir: str) -> Iterator[Case]:
    names = _git(git_dir, "ls-tree", "--name-only", "HEAD", "expressions/testdata/").split()
    for name in names:
        groups: dict[str, list[dict[str, Any]]] = json.loads(_git(git_dir, "show", f"HEAD:{name}"))
        for group, rows in groups.items():
            for row in rows if isinstance(rows, list) else ():
                contexts = {key.lower(): _data(value) for key, value in row.get("contexts", {}).items()}
                expected = _data(row.get("result", {}).get("value"))
                if row.get("result", {}).get("kind") == "Number" and isinstance(expected, str):
                    expected = float(expected.replace("Infinity", "inf"))
                yield Case(f"{name} {group}", row["expr"], contexts, expected, "err" in row)


def _git(git_dir: str, *arguments: str) -> str:
    return subprocess.run(["git", "--git-dir", git_dir, *arguments], capture_output=True, check=True, text=True).stdout


def _data(value: Any) -> Data:
    if isinstance(value, dict):
        return {key: _data(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_data(one) for one in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _functions(source: str) -> set[str]:
    return {name.lower() for name in _CALL.findall(_QUOTED.sub("''", source))}


def _found(case: Case) -> Data:
    return expressions.evaluate(case.source, case.contexts)


def _holds(case: Case, found: Data) -> bool:
    return isinstance(found, Unknown) or found == UNDECIDED if case.error else _same(found, case.expected)


def _same(found: Data, expected: Data) -> bool:
    if isinstance(found, list) and isinstance(expected, list):
        return len(found) == len(expected) and all(map(_same, found, expected))
    if isinstance(found, dict) and isinstance(expected, dict):
        return found.keys() == expected.keys() and all(_same(found[key], expected[key]) for key in found)
    if isinstance(found, float) and isinstance(expected, float):
        return found == expected or (math.isnan(found) and math.isnan(expected))
    return type(found) is type(expected) and found == expected


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
