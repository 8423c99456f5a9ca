"""Which files are main files of which format, told by their paths alone: one function a format.

Apart from the extractors, so that a run that finds every answer in the cache need not load them.
"""

from __future__ import annotations

import re

from archdoc.regex import regex

_DOCKERFILE = regex(r"(?:dockerfile|containerfile)(?:[._-].*)?|.*\.(?:dockerfile|containerfile)", re.IGNORECASE)
_NO_DOCKERFILE = regex(
    r"~|\.(?:"
    r"dockerignore|containerignore|gitignore"
    r"|in|m4|tmpl|tpl|template|gotmpl|j2|jinja|jinja2|erb|mustache|hbs|liquid|ejs"
    r"|md|mdx|rst|adoc|txt|html|pdf|png|jpe?g|gif|svg|webp"
    r"|sh|bash|bat|ps1|js|mjs|cjs|ts|jsx|tsx|java|kt|scala|cs|php|c|h|cc|cpp|lua|pl|swift"
    r"|ya?ml|json|json5|toml|ini|cfg|xml|csv|hcl|tf|lock|bzl|nix|diff|patch|bak|orig|rej|swp|swo|log|sha256|sig|asc|snap"
    r")",
    re.IGNORECASE,
)
# `Dockerfile.go` is the Dockerfile of a Go program; `dockerfile.go` is a Go program about Dockerfiles.
_PROGRAM = regex(r"(?:dockerfile|containerfile)[^.]*\.(?:go|py|rb|rs)|.*_test\.go")
_MANIFEST = regex(r"\.(?:ya?ml|json)$")
_NO_MANIFEST = regex(
    r"kustomization\.ya?ml|Chart(?:[-_.](?:template|tpl|tmpl))?\.ya?ml|(?:tsconfig|package|package-lock|composer)(?:\.[\w-]+)?\.json"
)
_COMPOSE = regex(r"(?:.*[._-])?compose(?:[._-].*)?\.ya?ml")
_COMPOSE_FOLDER = regex(r"(?:.*/)?(?:docker[-_]?)?compose/[^/]+\.ya?ml")
_CHART = regex(r"Chart(?:[-_.](?:template|tpl|tmpl))?\.yaml(?:\.(?:template|tpl|tmpl))?")
_SKAFFOLD = regex(r"skaffold[^/]*\.ya?ml")
_WORKFLOW = regex(r"\.github/workflows/[^/]+\.ya?ml")
_GITHUB = regex(r"\.github/(?:(?:workflows/)?[^/]+|(?:actions|[A-Z_]+TEMPLATE)/.*)")
KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")


def compose(path: str) -> bool:
    """``compose.yaml``, ``docker-compose.yml``, variants such as ``compose.prod.yaml``, and YAML in a folder ``compose``."""
    return (is_named_compose(path) or _COMPOSE_FOLDER.fullmatch(path) is not None) and not github_actions(path)


def is_named_compose(path: str) -> bool:
    """Whether a file is one of Compose by its name, so that it is none of anybody else."""
    return _COMPOSE.fullmatch(path.rpartition("/")[2]) is not None


def dockerfile(path: str) -> bool:
    """``Dockerfile``, ``Dockerfile.*``, ``*.Dockerfile``, ``Containerfile`` in any case, but no template, document or program."""
    name = path.rpartition("/")[2]
    if not _DOCKERFILE.fullmatch(name) or _PROGRAM.fullmatch(name):
        return False
    dot = name.rfind(".")
    return not (name.endswith("~") or (dot >= 0 and _NO_DOCKERFILE.fullmatch(name[dot:])))


def github_action(path: str) -> bool:
    """Whether a job can use the file as an action."""
    return path.rpartition("/")[2] in ("action.yml", "action.yaml")


def github_actions(path: str) -> bool:
    """Whether GitHub reads the file as a workflow."""
    return _WORKFLOW.fullmatch(path) is not None


def helm(path: str) -> bool:
    """Whether a file is the main file of a chart, or the one that it is made of: ``Chart.template.yaml``, ``Chart.yaml.tmpl``."""
    return _CHART.fullmatch(path.rpartition("/")[2]) is not None


def kubernetes(path: str) -> bool:
    """Whether a file may hold manifests by its name: any YAML or JSON that is no main file of another format nor GitHub's own."""
    name = path.rpartition("/")[2]
    others = _NO_MANIFEST.fullmatch(name) or is_named_compose(path)
    return bool(_MANIFEST.search(name)) and not _GITHUB.fullmatch(path) and not others


def kustomize(path: str) -> bool:
    """Whether a file is a kustomization, by its name."""
    return path.rpartition("/")[2] in KUSTOMIZATIONS


def skaffold(path: str) -> bool:
    """``skaffold.yaml`` and what is called like it; whether it is one of Skaffold is told by its content."""
    return _SKAFFOLD.fullmatch(path.rpartition("/")[2]) is not None


def tilt(path: str) -> bool:
    """``Tiltfile``, as `tilt` looks for it."""
    return path.rpartition("/")[2] == "Tiltfile"
