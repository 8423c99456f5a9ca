"""Actions of this repository: `action.yml|yaml` in any folder. What they do is told by the jobs that use them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from archdoc import ids
from archdoc.config import Config
from archdoc.extract import Files
from archdoc.extract import _source as sources
from archdoc.extract import claims as by_name
from archdoc.extract._source import Session, Source
from archdoc.model import Entity, EntityKind, Facts

_TYPES = {"composite": "composite", "docker": "docker"}


claims = by_name.github_action


def extract(path: str, files: Files, config: Config) -> Facts:  # noqa: ARG001  # every extractor is called alike
    """The action itself."""
    content = files.read(path)
    if content is None:
        return Facts()
    source, findings = sources.read(content, path)
    if source.root.exists and not source.root["runs"].is_map:
        return Facts(findings=findings)
    return Facts((_entity(source),), findings=findings) if source.root.exists else Facts(findings=findings)


def name_of(path: str) -> str:
    """How steps call an action by its file: ``./folder``, and ``./`` for the root."""
    folder = posixpath.dirname(path)
    return f"./{folder}"


def entity(session: Session, name: str) -> Iterator[Entity]:
    """The entity of a local action, as its own unit tells it."""
    source = session.action(name)
    if source is not None:
        yield _entity(source)


def _entity(source: Source) -> Entity:
    using = source.root.at("runs", "using").text.lower()
    type_ = _TYPES.get(using, "javascript" if using.startswith("node") else "action")
    attributes = {"title": source.root["name"].text} if source.root["name"].text else {}
    name = name_of(source.path)
    return Entity(
        ids.action_id(name), EntityKind.ACTION, type_, name, source.path, max(source.root.line, 1), attributes=attributes
    )
