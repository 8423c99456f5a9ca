"""A step that uses an action, as the function of the action's row sees it. This module knows no action."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from archdoc.extract import _values as values
from archdoc.extract._effects import Mention
from archdoc.extract._values import Text
from archdoc.extract._yaml import Node
from archdoc.model import Evidence


@dataclass(frozen=True, slots=True)
class Use:
    """A step that uses an action: its name in lower case, its inputs by theirs, and the line of the step.

    `read` evaluates an input line by line.
    """

    name: str
    inputs: Mapping[str, Node]
    read: Callable[[str, Node], tuple[Mention, ...]]
    at: Evidence

    def rows(self, name: str) -> tuple[Mention, ...]:
        """The lines of an input; none where it is not given."""
        return self.read(name, self.inputs[name]) if name in self.inputs else ()

    def text(self, name: str) -> Text:
        """An input; empty where it is not given."""
        return _joined(self.rows(name))

    def known(self, name: str) -> str | None:
        """An input that is all known."""
        return values.known(self.text(name))

    def given(self, name: str) -> Mention | None:
        """An input that is given and not empty."""
        rows = self.rows(name)
        text = _joined(rows)
        return rows[0].of(text) if text else None

    def list(self, name: str, separators: str = "\n,") -> list[Mention]:
        """The elements of an input that is a list, each with its own line."""
        return [row.of(one) for row in self.rows(name) for one in values.split(row.text, separators)]

    def on(self, name: str, default: bool = False) -> bool:
        """Whether a switch may be on: unless it is surely off."""
        text = self.text(name)
        return any(values.known(one) != "false" for one in values.alternatives(text)) if text else default


def _joined(rows: Sequence[Mention]) -> Text:
    return values.strip(values.join(piece for n, row in enumerate(rows) for piece in ((("\n",) if n else ()), row.text)))
