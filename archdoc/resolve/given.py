"""Names that no file has to define: every cluster has them, a controller numbers them, or they are known at run time only."""

from __future__ import annotations

from archdoc.model import Selector
from archdoc.regex import regex

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
        ("Service", "istio-egressgateway"),
        ("Service", "istio-ingressgateway"),
        ("Service", "kube-dns"),
        ("Service", "kubernetes"),
        ("ServiceAccount", "default"),
    }
)
"""What every cluster has, or every namespace of one (kubernetes bootstrap policy and control plane, istiod, OpenShift, Flux)."""
_SYSTEM = "system:"
_CLASSES = frozenset({"DeviceClass.resource.k8s.io", "RuntimeClass", "StorageClass"})
_OPEN = ("$", "{{", "<")
_TO_PUT_IN = regex(r"(?<![A-Za-z0-9])[A-Z][A-Z0-9]*_[A-Z0-9_]+")
"""A word such as ``YOUR_MODEL``, for which a script or a reader puts something in."""
_OF_ANY_NAME = frozenset({"ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"})
_UNLAWFUL = regex("[A-Z_]")
"""Stands in no name of an object but those of `_OF_ANY_NAME` (RFC 1123, as the API server checks it)."""
_PODS = frozenset(
    {
        ("app", "istio-egressgateway"),
        ("app", "istio-ingressgateway"),
        ("component", "kube-apiserver"),
        ("istio", "egressgateway"),
        ("istio", "ingressgateway"),
        ("k8s-app", "kube-apiserver"),
        ("k8s-app", "kube-dns"),
    }
)
"""Labels of pods that every cluster has, or every Istio as its installation makes them (kubeadm, CoreDNS, Istio's profiles)."""
_OF_A_SET = regex(r"[:/]StatefulSet/([^/]+)$")
_NUMBERED = regex(r"(.+)-\d+")


def is_given(kind: str, name: str) -> bool:
    """Whether nothing is missing where no file defines the object: the cluster has it, or its name is not known yet."""
    return (kind, name) in _OBJECTS or name.startswith(_SYSTEM) or any(mark in name for mark in _OPEN)


def is_open(text: str) -> bool:
    """Whether a name, or the value of a label, has a part that is filled in later."""
    return any(mark in text for mark in _OPEN) or _TO_PUT_IN.search(text) is not None


def is_lawful(kind: str, name: str) -> bool:
    """Whether an object of a kind can have a name at all: ``YOUR_CLAIM`` is still to be put in."""
    return kind in _OF_ANY_NAME or _UNLAWFUL.search(name) is None


def are_given(pods: Selector) -> bool:
    """Whether a selector means pods that come with a cluster or with Istio, wherever those are installed from."""
    return any(term.operator == "In" and {(term.key, value) for value in term.values} <= _PODS for term in pods.requirements)


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
