"""The tables of kinds and fields agree with each other: a row that names an unknown thing can never fire."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pytest

from archdoc import ids
from archdoc.config import Config
from archdoc.extract import kubernetes
from archdoc.extract._fields import steps
from archdoc.extract._kinds import KINDS, kind_of
from archdoc.extract._references import CONTAINER, ENV, EVERY, LABELS, MADE, NAMES, OUTSIDE, POD, TEXTS
from archdoc.extract._rows import Kind, Name
from archdoc.extract.catalogue import FAMILIES
from archdoc.model import EntityKind
from tests.support import MemoryFiles

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:\.[a-z0-9-]+)*")
_UNKNOWN = {"ResourceClaim.resource.k8s.io", "ResourceClaimTemplate.resource.k8s.io"}
"""Kinds that are mentioned and have no row, since what part they play has no kind of entity."""


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


def test_no_kind_stands_in_two_families() -> None:
    counts = Counter(name for family in FAMILIES.values() for name in family)
    assert [name for name, count in counts.items() if count > 1] == []


def test_lists_of_rows_are_lists() -> None:
    for name, row in KINDS.items():
        for field, default in Kind._field_defaults.items():
            assert isinstance(getattr(row, field), type(default)), (name, field)


def test_every_row_has_a_path_that_can_be_walked() -> None:
    rows = [*POD, *CONTAINER, *ENV, *EVERY, *(row for table in (NAMES, LABELS, TEXTS) for rows in table.values() for row in rows)]
    paths = [row.path for row in rows]
    for kind in KINDS.values():
        paths += [row.path for rows in (kind.names, kind.selectors, kind.texts) for row in rows]
        paths += [*kind.templates, *kind.specs, *kind.containers, *kind.images, *kind.settings, *kind.values, *kind.objects]
    for path in paths:
        plain = re.sub(r"\{\w+\}", "", path)
        assert "".join(steps(plain)) == plain.replace(".", "") or '"' in plain, path


def test_every_mention_is_of_a_kind_that_some_row_knows_or_of_a_custom_resource() -> None:
    named = [*NAMES.values(), *(kind.names for kind in KINDS.values())]
    for row in [*POD, *CONTAINER, *ENV, *(row for rows in named for row in rows)]:
        for kind in row.kinds.split():
            assert kind in KINDS or kind in _UNKNOWN or kind in OUTSIDE, (row, kind)


def test_what_is_made_is_of_a_known_kind() -> None:
    for rows in [*MADE.values(), *(kind.made for kind in KINDS.values())]:
        for row in rows:
            group_version, _, kind = row.type.rpartition("/")
            assert ids.object_kind(group_version.rpartition("/")[0], kind) in KINDS
            assert row.path or "{name}" in row.name or row.name.islower()


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_every_row_of_a_family_fires(family: str) -> None:
    """An object that has each field of a row says what the row says: no path, selector or setting is without effect."""
    for name, row in FAMILIES[family].items():
        for path, expected in _probes(row):
            kind, _, group = name.partition(".")
            root: dict[str, object] = {"apiVersion": f"{group}/v1", "kind": kind, "metadata": {"name": "probe"}}
            _put(root, steps(path), expected.value)
            facts = kubernetes.extract("a.yaml", MemoryFiles({"a.yaml": json.dumps(root)}), Config())
            found = [r for r in facts.references if expected.says in repr(r.target)]
            assert found, (name, path)


class _Probe(NamedTuple):
    """A value for a field, and a text that must stand in some reference that comes of it."""

    value: object
    says: str


def _probes(row: Kind) -> Iterator[tuple[str, _Probe]]:
    pod = {"containers": [{"name": "c", "image": "probe/image"}]}
    for path in row.templates:
        yield f"{path}.spec" if path else "spec", _Probe(pod, "probe/image")
    for path in row.specs:
        yield path, _Probe({"serviceAccountName": "probed"}, "probed")
    for path in (*row.containers, *(f"{path}" for path in row.images)):
        image = {"name": "c", "image": "probe/image"} if path in row.containers else "probe/image"
        yield path, _Probe(image, "probe/image")
    for mention in row.names:
        value = _nested(mention, "probed")
        yield mention.path, _Probe(value, "probed")
    for labels in row.selectors:
        selector = {"probed": "yes"} if labels.bare else {"matchLabels": {"probed": "yes"}}
        yield labels.path, _Probe(selector if labels.key is None else "probed", "probed")
    for text in row.texts:
        value = (
            "probed/place" if text.means != "host" else "s3://probed" if "sparkConf" in text.path else "http://probed.example.com"
        )
        yield text.path + (f".{text.host}" if text.host else ""), _Probe(value, "probed")
    for path in row.settings:
        yield path, _Probe({"PROBE_URL": "http://probed.example.com"}, "probed.example.com")
    for path in row.objects:
        inner = {"apiVersion": "batch/v1", "kind": "Job", "spec": {"template": {"spec": pod}}}
        yield path, _Probe(inner, "probe/image")


def _nested(mention: Name, name: str) -> object:
    """The value of a field that names something: its name at the place where the row looks for it."""
    value: object = name
    for step in reversed(steps(mention.name)):
        value = {step: value}
    return value | ({} if mention.kinds else {"kind": "Widget", "group": "example.com"}) if isinstance(value, dict) else value


def _put(root: dict[str, object], path: Sequence[str], value: object) -> None:
    """Put a value at a path, with lists, mappings and texts of YAML on the way as the path says."""
    for number in range(len(path) - 1, -1, -1):
        step = path[number]
        if number == 0:
            known = root.get(step)
            root[step] = {**known, **value} if isinstance(known, dict) and isinstance(value, dict) else value
        elif step == "|":
            value = json.dumps(value)
        else:
            value = [value] if step == "[]" else {"any" if step == "*" else step: value}
