"""The tables of what is built in, one line each."""

from __future__ import annotations

from archdoc.extract import Extractor, dockerfile, github_actions, helm

EXTRACTORS: dict[str, Extractor] = {
    "github-actions": github_actions,
    "dockerfile": dockerfile,
    "helm": helm,
}
"""Formats whose units are told by the path of their file; `pipeline` deals with Kustomize and plain manifests, which depend on one another."""
