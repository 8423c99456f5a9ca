"""The rows of ``strategy.matrix``: GitHub's algorithm for vectors, `exclude` and `include` over values that may be unknown.

Source of the rules: GitHub docs, "Running variations of jobs in a workflow". This module knows no job.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from archdoc.extract import _values as values
from archdoc.extract._values import Choice, Data, Open, Unknown, choice

MAX_ROWS = 256
"""GitHub starts no more jobs than these from one matrix."""


class Matrix(NamedTuple):
    """Every row as the `matrix` context of its job; `too_many` where GitHub would refuse the matrix."""

    rows: tuple[dict[str, Data], ...]
    too_many: bool = False


NONE = Matrix(({},))
SYMBOLIC = Matrix((Open("matrix"),))
"""The one row of a matrix that only a run knows."""


def expand(matrix: Data) -> Matrix:
    """The rows of an evaluated ``strategy.matrix``. What is unknown about it becomes unknown in its rows.

    One of several matrices has the rows of all that are known.
    """
    if isinstance(matrix, Choice):
        return _either([expand(option) for option in matrix.options if isinstance(option, dict)])
    if not isinstance(matrix, dict):
        return NONE if matrix is None else SYMBOLIC
    vectors = {key: _vector(key, value) for key, value in matrix.items() if key not in ("include", "exclude")}
    include, exclude = _rules(matrix.get("include")), _rules(matrix.get("exclude"))
    if math.prod(map(len, vectors.values())) > MAX_ROWS or len(include or ()) > MAX_ROWS:
        return Matrix(SYMBOLIC.rows, too_many=True)
    rows = [dict(zip(vectors, row, strict=True)) for row in itertools.product(*vectors.values())] if vectors else []
    rows = [row for row in rows if not any(_matches(rule, row) for rule in exclude or ())]
    if include is None:
        return Matrix(tuple(Open("matrix", row) for row in rows)) if rows else SYMBOLIC
    added: list[dict[str, Data]] = []
    originals = [dict(row) for row in rows]
    for rule in include:
        fits = [row for row, original in zip(rows, originals, strict=True) if _agrees(rule, original)]
        for row in fits:
            row.update(rule)
        if not fits:
            added.append(dict(rule))
    found = (*rows, *added)
    return Matrix(found[:MAX_ROWS], too_many=len(found) > MAX_ROWS)


def _either(matrices: Sequence[Matrix]) -> Matrix:
    """The rows of all matrices, each once."""
    rows: list[dict[str, Data]] = []
    for row in (row for one in matrices for row in one.rows):
        rows += [row] if row not in rows else []
    return Matrix(tuple(rows[:MAX_ROWS]) or SYMBOLIC.rows, any(one.too_many for one in matrices))


def grouped(rows: Sequence[dict[str, Data]], keys: frozenset[str] | None) -> Iterator[tuple[dict[str, Data], dict[str, str]]]:
    """One row for all that are equal in `keys` (None: in everything), with the scalars that are the same in all of these."""
    groups: dict[str, tuple[dict[str, Data], dict[str, str]]] = {}
    for row in rows:
        scalars = dict(flat(row))
        compared = repr([(key, value) for key, value in row.items() if keys is None or key in keys])
        _, constant = groups.setdefault(compared, (row, scalars))
        for key in [key for key, value in constant.items() if scalars.get(key) != value]:
            del constant[key]
    yield from groups.values()


def flat(row: Mapping[str, Data], prefix: str = "") -> Iterator[tuple[str, str]]:
    """The scalars of a row by key: ``image.name`` for a value that is an object."""
    for key, value in row.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        elif isinstance(value, list):
            yield from flat({str(n): one for n, one in enumerate(value)}, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", values.shown(values.text(value))


def _vector(key: str, value: Data) -> list[Data]:
    """The elements of a vector; one that is not known has one unknown element."""
    found: list[Data] = []
    options = values.options(value)
    # What is not known at all gives way to what is.
    for option in [one for one in options if isinstance(one, list)] or options:
        if isinstance(option, list):
            found += [one for one in option if one not in found] if isinstance(value, Choice) else option
        elif isinstance(option, (Unknown, tuple)):
            found.append(Unknown(f"matrix.{key}"))
        elif option is not None:
            found.append(option)
    return found or [choice((Unknown(f"matrix.{key}"),))]


def _rules(value: Data) -> list[dict[str, Data]] | None:
    """The entries of `include` or `exclude`; None where they are not known."""
    if value is None:
        return []
    if not isinstance(value, list):
        return None
    return [one for one in value if isinstance(one, dict)]


def _matches(rule: Mapping[str, Data], row: Mapping[str, Data]) -> bool:
    """Whether an `exclude` entry strikes a row: it is a subset of it."""
    return bool(rule) and all(key in row and row[key] == value for key, value in rule.items())


def _agrees(rule: Mapping[str, Data], original: Mapping[str, Data]) -> bool:
    """Whether an `include` entry overwrites no value of the original row."""
    return all(key not in original or original[key] == value for key, value in rule.items())
