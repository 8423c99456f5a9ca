"""Custom resources, a module of rows for each family: what they are, where they carry pods, which fields mention what.

Data only, read from the definitions of the projects that own the kinds. A kind is always matched with its group: many names
(Experiment, Pipeline, Queue, Cluster, Service) belong to several projects.
"""

from __future__ import annotations

from archdoc.extract._rows import Kind
from archdoc.extract.catalogue import (
    data,
    gitops,
    knative,
    llm,
    observability,
    pipelines,
    platform,
    processing,
    secrets,
    serving,
    traffic,
    training,
)

FAMILIES: dict[str, dict[str, Kind]] = {
    "traffic": traffic.KINDS,
    "knative": knative.KINDS,
    "secrets": secrets.KINDS,
    "gitops": gitops.KINDS,
    "pipelines": pipelines.KINDS,
    "serving": serving.KINDS,
    "llm": llm.KINDS,
    "training": training.KINDS,
    "data": data.KINDS,
    "processing": processing.KINDS,
    "observability": observability.KINDS,
    "platform": platform.KINDS,
}
"""The rows by family; no kind stands in two of them."""

KINDS: dict[str, Kind] = {name: row for family in FAMILIES.values() for name, row in family.items()}
