"""Identities, made in one place: the same thing has the same id whatever the format, order or line of its file.

Paths are relative to the root of what is read, with ``/``. This module knows nothing but `model`.
"""

from __future__ import annotations

from archdoc.model import EntityId, EntityKind, ImageName

_API_GROUPS_OF_KUBERNETES = frozenset(
    {
        "",
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "apiregistration.k8s.io",
        "apps",
        "autoscaling",
        "batch",
        "certificates.k8s.io",
        "coordination.k8s.io",
        "discovery.k8s.io",
        "events.k8s.io",
        "extensions",
        "flowcontrol.apiserver.k8s.io",
        "networking.k8s.io",
        "node.k8s.io",
        "policy",
        "rbac.authorization.k8s.io",
        "scheduling.k8s.io",
        "storage.k8s.io",
    }
)


def object_kind(group: str, kind: str) -> str:
    """``Deployment`` for a kind of Kubernetes itself, ``Kind.group`` for a custom resource.

    The version never counts, and ``extensions`` equals ``apps``: an API migration keeps the identity.
    """
    return kind if group in _API_GROUPS_OF_KUBERNETES else f"{kind}.{group}"


def object_id(kind: EntityKind, deployable: EntityId, namespace: str | None, object_kind: str, name: str) -> EntityId:
    """A Kubernetes object within its deployable: ``workload:k8s/base:prod/Deployment/api``.

    A namespace of ``""`` (where the deployable is installed) and None (cluster-wide) are left out.
    """
    place = deployable.partition(":")[2]
    scoped = f"{namespace}/" if namespace else ""
    return EntityId(f"{kind}:{place}:{scoped}{object_kind}/{name}")


def deployable_id(path: str) -> EntityId:
    """What is applied together: the folder or file of it; the root folder is ``.``."""
    return EntityId(f"deployable:{path or '.'}")


def namespace_id(name: str) -> EntityId:
    """A namespace by its name; the same name in two deployables is one namespace."""
    return EntityId(f"namespace:{name}")


def workflow_id(path: str) -> EntityId:
    """A workflow by its file."""
    return EntityId(f"workflow:{path}")


def job_id(workflow_path: str, job: str) -> EntityId:
    """A job by the file and key that declare it."""
    return EntityId(f"job:{workflow_path}#{job}")


def file_build_id(path: str, key: str) -> EntityId:
    """An image build that a file describes, whoever runs it: an artifact of Skaffold, a service of compose."""
    return EntityId(f"image_build:{path}#{key}")


def image_build_id(workflow_path: str, job: str, step: str) -> EntityId:
    """One build of an image in a job; `step` is the step's id or name, and where needed the matrix row or target."""
    return EntityId(f"image_build:{workflow_path}#{job}/{step}")


def action_id(name: str) -> EntityId:
    """An action without its version: ``owner/repo``, ``owner/repo/path`` or ``./path`` for one of this repository."""
    return EntityId(f"action:{name}")


def runner_id(label: str) -> EntityId:
    """A runner by its labels, joined with ``,`` in the order written."""
    return EntityId(f"runner:{label}")


def environment_id(name: str) -> EntityId:
    """A deployment environment by name."""
    return EntityId(f"environment:{name}")


def trigger_id(event: str) -> EntityId:
    """An event that starts workflows: ``push``, ``schedule``."""
    return EntityId(f"trigger:{event}")


def dockerfile_id(path: str) -> EntityId:
    """A Dockerfile by its file."""
    return EntityId(f"dockerfile:{path}")


def stage_id(path: str, stage: str) -> EntityId:
    """A stage by its name, or by its number from 0 where it has none."""
    return EntityId(f"stage:{path}#{stage}")


def step_id(pipeline: EntityId, key: str) -> EntityId:
    """A step of a pipeline that runs in a cluster, by its name within that."""
    return EntityId(f"job:{pipeline.partition(':')[2]}#{key}")


def image_id(name: ImageName) -> EntityId:
    """An image repository by its normalised name."""
    return EntityId(f"image:{name}")


def external_id(type_: str, name: str) -> EntityId:
    """Something defined elsewhere: ``external:registry/ghcr.io``, ``external:Secret/prod/db`` (with its scope in `name`)."""
    return EntityId(f"external:{type_}/{name}")
