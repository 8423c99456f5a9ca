"""The colours of boxes, one row a category, for every renderer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from archdoc.views import Category


@dataclass(frozen=True, slots=True)
class Paint:
    """The colours of a box; `style` is ``solid`` or ``dashed``, `width` that of the border in pixels."""

    fill: str
    border: str
    text: str = "#1f2328"
    style: str = "solid"
    width: str = "1.5"


# Okabe-Ito based: told apart under every common colour blindness, text contrast at least 7:1.
PAINT: Mapping[Category, Paint] = MappingProxyType(
    {
        Category.PIPELINE: Paint("#bbe1f6", "#0b6ea8"),
        Category.SOURCE: Paint("#e7e9ec", "#57606a"),
        Category.ARTIFACT: Paint("#f4ec7b", "#8a7d00"),
        Category.WORKLOAD: Paint("#5cc2a6", "#00664a"),
        Category.DATA: Paint("#e3b5ce", "#9b3d72"),
        Category.NETWORK: Paint("#f0bd4d", "#8f5c00"),
        Category.EXTERNAL: Paint("#ffffff", "#57606a", style="dashed"),
        Category.PERSON: Paint("#ffffff", "#57606a"),
        Category.WARNING: Paint("#ffffff", "#cf222e", text="#8a0f18", style="dashed", width="3"),
        # Of a change: never by colour alone, titles carry the sign.
        Category.CONTEXT: Paint("#f6f8fa", "#8c959f", text="#57606a"),
        Category.ADDED: Paint("#dafbe1", "#1a7f37", text="#0b4a1f"),
        Category.REMOVED: Paint("#ffebe9", "#cf222e", text="#82071e", style="dashed"),
        Category.CHANGED: Paint("#fff8c5", "#9a6700", text="#4d3800"),
    }
)
