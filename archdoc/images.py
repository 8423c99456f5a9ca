"""Image references: the grammar and the normal form of the distribution project (reference.ParseNormalizedNamed).

Parts that are known at run time only are written ``*``, so a pattern splits like a name. This module knows no registry.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from archdoc.model import ImageName
from archdoc.regex import regex

UNKNOWN = "*"
_DEFAULT_DOMAIN = "docker.io"
_DOCKER_HUB = frozenset({"index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"})
"""Other hosts at which Docker Hub answers; the first is the alias of the distribution project, the rest are its own endpoints."""
_COMPONENT = r"[a-z0-9*](?:[a-z0-9._*-]*[a-z0-9*])?"
_VALID = regex(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_VERSION = regex(r"[0-9a-f]{7,64}|v?\d+[a-z]?|rc\d*|alpha\d*|beta\d*", re.IGNORECASE)
_MOVING = frozenset(
    (
        *("", "edge", "head", "latest", "main", "master", "nightly", "pr", "release", "sha", "stable", "tag", "v"),
        *("amd64", "arm64", "linux"),
    )
)


class ImageReference(NamedTuple):
    """A reference taken apart; `tag` and `digest` are ``""`` where absent."""

    name: ImageName
    tag: str = ""
    digest: str = ""

    @property
    def domain(self) -> str:
        """The registry host, with its port."""
        return self.name.partition("/")[0]

    @property
    def path(self) -> str:
        """The repository below the registry, with ``library/`` for official images."""
        return self.name.partition("/")[2]


def parse(reference: str) -> ImageReference | None:
    """Take a reference apart and normalise its name; None for text that names no image.

    The first part is a registry iff it holds ``.`` or ``:``, is ``localhost``, holds an upper-case letter, or is all unknown.
    """
    text = reference.strip()
    if not text or any(c.isspace() for c in text):
        return None
    text, _, digest = text.partition("@")
    slash = text.rfind("/")
    colon = text.find(":", slash + 1)
    text, tag = (text[:colon], text[colon + 1 :]) if colon >= 0 else (text, "")
    first, separator, rest = text.partition("/")
    if separator and _is_domain(first):
        domain, path = first, rest
    else:
        domain, path = _DEFAULT_DOMAIN, text
    if domain in _DOCKER_HUB:
        domain = _DEFAULT_DOMAIN
    path = path.lower().lstrip("/")  # an unknown registry may end in a slash of its own
    if domain == _DEFAULT_DOMAIN and "/" not in path and path != UNKNOWN:
        path = f"library/{path}"
    if not path or not _VALID.fullmatch(path):
        return None
    return ImageReference(ImageName(f"{domain}/{path}"), tag, digest)


def short(name: ImageName) -> str:
    """The name as people write it: without ``docker.io/`` and ``library/``."""
    return name.removeprefix("docker.io/").removeprefix("library/")


def variant(tag: str) -> frozenset[str]:
    """The words of a tag that tell one image of a repository from another: ``gpu`` of ``v1.2-gpu``.

    Versions, hashes and words that move on (``latest``, ``main``) tell nothing.
    """
    words = re.split(r"[-_.+*]+", tag.lower())
    return frozenset(word for word in words if word not in _MOVING and not _VERSION.fullmatch(word))


def _is_domain(first: str) -> bool:
    return "." in first or ":" in first or first == "localhost" or first != first.lower() or first == UNKNOWN
