"""Fences of a site: `mermaid` shows text that is in the page, `view` shows a picture computed while the site is built.

Both give the same figure; `docs/assets/archdoc.js` draws it. Without JavaScript the reader sees the text.
This module must not know what a view holds: it asks the pipeline for text.
"""

from __future__ import annotations

import html
import logging
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from archdoc.errors import ArchdocError, UsageError

_LOG = logging.getLogger("mkdocs.plugins.archdoc")
"""A warning below this name fails `mkdocs build --strict`."""


def mermaid(source: str, *_: object, **__: object) -> str:
    """The figure of Mermaid text that is written in the page (superfences `format`)."""
    return _figure(source)


def view(_source: str, _language: str, _class: str, options: Mapping[str, str], _md: object, **_: object) -> str:
    """The figure of the view that the fence names, read from the folder in which the build runs (superfences `format`).

    A view that does not exist is a warning, and its words stand where the picture would.
    """
    from archdoc.pipeline import build_view

    try:
        if options.keys() != {"view"}:
            raise UsageError('a fence `archdoc` says view="ID" and nothing else')
        return _figure(build_view(Path.cwd(), options["view"]))
    except ArchdocError as error:
        _LOG.warning("%s", error)
        return f"<pre><code>{html.escape(str(error))}</code></pre>"


def validate(_language: str, inputs: Mapping[str, str], options: MutableMapping[str, str], _attrs: object, _md: object) -> bool:
    """Hand all that a fence says to `view`, which warns of what it does not know (superfences `validator`)."""
    options.update(inputs)
    return True


def _figure(text: str) -> str:
    return f'<figure class="archdoc" data-search-exclude=""><pre>{html.escape(text, quote=False)}</pre></figure>'
