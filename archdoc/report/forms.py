"""The forms in which a verdict and a difference are told, one line each."""

from __future__ import annotations

from collections.abc import Callable

from archdoc import codec
from archdoc.report import Verdict, github, markdown, sarif, text

CHECK: dict[str, Callable[[Verdict], str]] = {
    "text": text.check,
    "github": github.check,
    "json": lambda verdict: codec.canonical(verdict.as_json()),
    "sarif": sarif.check,
    "markdown": markdown.check,
}
