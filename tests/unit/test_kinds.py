"""The tables of kinds and fields agree with each other: a row that names an unknown thing can never fire."""

from __future__ import annotations

import re

import pytest

from archdoc import ids
from archdoc.extract._fields import steps
from archdoc.extract._kinds import KINDS, kind_of
from archdoc.extract._references import CONTAINER, ENV, EVERY, IMAGES, LABELS, MADE, NAMES, OUTSIDE, POD, TEXTS, VALUES
from archdoc.model import EntityKind

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:\.[a-z0-9-]+)*")
_OTHERS = {"Issuer", "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"}


def test_names_of_kinds_are_those_of_identities() -> None:
    for name in KINDS:
        assert _NAME.fullmatch(name), name
        kind, _, group = name.partition(".")
        assert ids.object_kind(group, kind) == name


@pytest.mark.parametrize(
    ("name", "entity", "cluster"),
    [
        ("Deployment", EntityKind.WORKLOAD, False),
        ("CronJob", EntityKind.WORKLOAD, False),
        ("Service", EntityKind.SERVICE, False),
        ("Ingress", EntityKind.ROUTE, False),
        ("ConfigMap", EntityKind.CONFIG, False),
        ("ExternalSecret.external-secrets.io", EntityKind.SECRET, False),
        ("PersistentVolume", EntityKind.VOLUME, True),
        ("ClusterRole", EntityKind.IDENTITY, True),
        ("NetworkPolicy", EntityKind.POLICY, False),
        ("HorizontalPodAutoscaler", EntityKind.AUTOSCALER, False),
        ("Namespace", EntityKind.NAMESPACE, True),
        ("InferenceService.serving.kserve.io", EntityKind.WORKLOAD, False),
        ("Service.serving.knative.dev", EntityKind.WORKLOAD, False),
        ("Nothing.example.com", EntityKind.RESOURCE, False),
    ],
)
def test_what_a_kind_is(name: str, entity: EntityKind, cluster: bool) -> None:
    assert (kind_of(name).entity, kind_of(name).cluster) == (entity, cluster)


def test_every_row_has_a_path_that_can_be_walked() -> None:
    rows = [*POD, *CONTAINER, *ENV, *EVERY, *(row for table in (NAMES, LABELS, TEXTS) for rows in table.values() for row in rows)]
    paths = [row.path for row in rows] + [path for table in (IMAGES, VALUES) for paths in table.values() for path in paths]
    paths += [path for kind in KINDS.values() for path in (*kind.templates, *kind.specs, *kind.containers)]
    for path in paths:
        plain = re.sub(r"\{\w+\}", "", path)
        assert "".join(steps(plain)) == plain.replace(".", "") or '"' in plain, path


def test_every_mention_is_of_a_kind_that_some_row_knows_or_of_a_custom_resource() -> None:
    for row in [*POD, *CONTAINER, *ENV, *(row for rows in NAMES.values() for row in rows)]:
        for kind in row.kinds.split():
            assert kind in KINDS or "." in kind or kind in OUTSIDE, (row, kind)


def test_what_is_made_is_of_a_known_kind() -> None:
    for rows in MADE.values():
        for row in rows:
            assert row.type.rpartition("/")[2] in KINDS
            assert row.path or "{name}" in row.name or row.name.islower()
