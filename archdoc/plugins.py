"""The tables of what is built in, one line each."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

from archdoc.extract.formats import EXTRACTORS
from archdoc.render import dot, mermaid
from archdoc.views import View, delivery, deployable, dockerfiles, overview, pipeline, workflow

__all__ = ["EXTRACTORS", "VIEWS", "VIEW_KINDS", "renderer"]

VIEWS: dict[str, ModuleType] = {
    "overview": overview,
    "delivery": delivery,
    "deployable": deployable,
    "workflow": workflow,
    "pipeline": pipeline,
    "dockerfiles": dockerfiles,
}
"""Kinds of views; the part of a view's id before its first ``:`` is its key here."""

VIEW_KINDS = frozenset({*VIEWS, "detail", "namespace"})
"""What a view's id may begin with: besides those above the pictures of what is tracked."""


def renderer(form: str) -> Callable[[View], str | bytes]:
    """The renderer of a form of picture; the heavy ones are imported only here."""
    if form in ("svg", "png"):
        from archdoc.render import mingrammer

        return lambda view: mingrammer.render(view, "png" if form == "png" else "svg")
    return {"mermaid": mermaid.render, "dot": dot.render}[form]
