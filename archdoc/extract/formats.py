"""The formats that are built in, one line each; none is loaded before a file of it has to be read."""

from __future__ import annotations

from archdoc.extract import Format, claims

EXTRACTORS: dict[str, Format] = {
    "github-actions": Format(claims.github_actions, "archdoc.extract.github_actions"),
    "github-action": Format(claims.github_action, "archdoc.extract.github_action"),
    "dockerfile": Format(claims.dockerfile, "archdoc.extract.dockerfile"),
    "compose": Format(claims.compose, "archdoc.extract.compose"),
    "skaffold": Format(claims.skaffold, "archdoc.extract.skaffold"),
    "tilt": Format(claims.tilt, "archdoc.extract.tilt"),
    "helm": Format(claims.helm, "archdoc.extract.helm"),
    "kustomize": Format(claims.kustomize, "archdoc.extract.kustomize"),
    "kubernetes": Format(claims.kubernetes, "archdoc.extract.kubernetes"),
}
"""By name. What one unit takes in is no unit of a later row: a manifest that a kustomization uses is not a plain one."""
