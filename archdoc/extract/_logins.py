"""A job that pushes an image and logs in nowhere: told only where every step is known, so that none can log in unseen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archdoc import images
from archdoc.extract import _runners as runners
from archdoc.extract import _values as values
from archdoc.extract._effects import Build, Done, Login, Mention, Opaque, Push
from archdoc.extract._needs import scalars
from archdoc.extract._source import Session
from archdoc.extract._yaml import Node
from archdoc.model import EntityId
from archdoc.regex import regex

_LOGS_IN = regex(r"login|auth|credential|DOCKER_CONFIG|config\.json|configure-docker|netrc", re.IGNORECASE)
_NO_LOGIN = frozenset(
    {
        "actions/cache",
        "actions/checkout",
        "actions/download-artifact",
        "actions/setup-go",
        "actions/setup-java",
        "actions/setup-node",
        "actions/setup-python",
        "actions/upload-artifact",
        "docker/build-push-action",
        "docker/metadata-action",
        "docker/setup-buildx-action",
        "docker/setup-qemu-action",
    }
)
"""Actions that log in to no registry."""
_OPEN = frozenset({"ttl.sh", "localhost"})


def check(session: Session, job: EntityId, node: Node, done: Sequence[Done]) -> None:
    """Report the first push of a job that logs in nowhere."""
    label = node["runs-on"].text
    plain = runners.hosted((label,)) and not node["container"] and not node["services"]
    if not plain or not all(map(_known, node["steps"])) or any(_LOGS_IN.search(one) for one in scalars(node)):
        return
    if any(isinstance(one.effect, Login | Opaque) or one.via is not None for one in done):
        return
    for pushed in (mention for one in done for mention in _pushed(one)):
        name = values.known(pushed.text)
        reference = images.parse(name) if name else None
        if reference is not None and reference.domain not in _OPEN and ":" not in reference.domain:
            told = f"`{images.short(reference.name)}` is pushed, and no step of the job logs in to {reference.domain}"
            session.report("push-without-login", told, pushed.at, job)
            return


def _known(step: Node) -> bool:
    """Whether a step is a script, or an action that is known to log in nowhere."""
    return not step["uses"] or step["uses"].text.partition("@")[0].lower() in _NO_LOGIN


def _pushed(done: Done) -> Iterator[Mention]:
    if isinstance(done.effect, Push):
        yield done.effect.image
    elif isinstance(done.effect, Build) and done.effect.pushed:
        yield from done.effect.images
