"""Names that no file has to define: every cluster has them, a controller numbers them, or they are known at run time only."""

from __future__ import annotations

import re

_OBJECTS = frozenset(
    {
        ("ClusterRole", "admin"),
        ("ClusterRole", "cluster-admin"),
        ("ClusterRole", "edit"),
        ("ClusterRole", "view"),
        ("ConfigMap", "extension-apiserver-authentication"),
        ("ConfigMap", "istio-ca-root-cert"),
        ("ConfigMap", "kube-root-ca.crt"),
        ("ConfigMap", "openshift-service-ca.crt"),
        ("GitRepository.source.toolkit.fluxcd.io", "flux-system"),
        ("PriorityClass", "system-cluster-critical"),
        ("PriorityClass", "system-node-critical"),
        ("Role", "extension-apiserver-authentication-reader"),
        ("Service", "kube-dns"),
        ("Service", "kubernetes"),
        ("ServiceAccount", "default"),
    }
)
"""What every cluster has, or every namespace of one (kubernetes bootstrap policy and control plane, istiod, OpenShift, Flux)."""
_SYSTEM = "system:"
_CLASSES = frozenset({"DeviceClass.resource.k8s.io", "RuntimeClass", "StorageClass"})
_OPEN = ("$", "{{", "<")
_OF_A_SET = re.compile(r"[:/]StatefulSet/([^/]+)$")
_NUMBERED = re.compile(r"(.+)-\d+")


def is_given(kind: str, name: str) -> bool:
    """Whether nothing is missing where no file defines the object: the cluster has it, or its name is not known yet."""
    return (kind, name) in _OBJECTS or name.startswith(_SYSTEM) or any(mark in name for mark in _OPEN)


def is_class(kind: str) -> bool:
    """Whether objects of a kind come with the nodes and disks of a cluster: one that no file defines is outside, not missing."""
    return kind in _CLASSES


def templates_of(kind: str, name: str, source: str) -> tuple[str, ...]:
    """The names under which the claims of a StatefulSet's template may stand that a claim's name means.

    All claims of a template are one: ``data-db`` for ``data-db-0``. In the StatefulSet itself ``data`` means its own.
    """
    if kind != "PersistentVolumeClaim":
        return ()
    numbered, owner = _NUMBERED.fullmatch(name), _OF_A_SET.search(source)
    return (*((f"{name}-{owner[1]}",) if owner else ()), *((numbered[1],) if numbered else ()))
