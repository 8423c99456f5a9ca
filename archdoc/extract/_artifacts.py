"""Artifacts that jobs hand on: who downloads what another uploads, matched by name after evaluation.

Within a workflow both ends are known here; between workflows the upload is an attribute of the job, and resolving finds it.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Mapping, Sequence

from archdoc import ids
from archdoc.extract import _values as values
from archdoc.extract._effects import Done, Download, Effect, Upload, UseAction
from archdoc.extract._source import Session
from archdoc.extract._values import Text
from archdoc.extract._yaml import Node
from archdoc.model import Attribute, Basis, ById, ByWorkflow, Reference, RelationKind

_OF_THE_JOB = ("steps.", "env.", "matrix", "runner.", "job.", "strategy.", "$")
"""The beginnings of the sources of values that each job has for itself."""


def passed(
    session: Session, path: str, done: Mapping[str, Sequence[Done]], needs: Mapping[str, Sequence[str]], *, alone: bool
) -> Iterator[Reference]:
    """The relations from uploading to downloading jobs.

    A name that no job uploads is reported where the workflow stands `alone`, not called by another that may upload it, and
    where no action of this repository is code of its own, which may.
    """
    uploads = {job: _uploads(found) for job, found in done.items()}
    complete = alone and not any(_is_code(session, one.effect) for found in done.values() for one in found)
    for job, found in done.items():
        before = _before(job, needs)
        for effect in dict.fromkeys(one.effect for one in found if isinstance(one.effect, Download)):
            names = values.alternatives(effect.name.text) if effect.name is not None else ((),)
            for name in names:
                if name and not values.shown(name).strip("*"):
                    session.unknown("the name of the artifact", values.sources(name), effect.at)
                    continue
                sources = _sources(effect, name, uploads)
                sources = [one for one in sources if one in before] or sources
                wanted = values.known(name)
                if complete and not sources and wanted and _is_named(effect):
                    session.report("artifact-missing", f"no job uploads `{wanted}`", effect.at)
                for source in sources:
                    if source != job:
                        sure = effect.name is None or _is_sure(effect, name, uploads[source])
                        basis = Basis.CONVENTION if not sure else effect.name.basis if effect.name else Basis.DECLARED
                        target = ById(ids.job_id(path, job))
                        doubt = {} if sure else _doubt(name, uploads[source], len(sources))
                        kind = RelationKind.PASSES_ARTIFACT
                        yield Reference(ids.job_id(path, source), kind, target, effect.at, basis, attributes=doubt)


def _doubt(name: Text, uploads: Sequence[Text], count: int) -> dict[str, Attribute]:
    """What makes it unsure that a job uploads a name: parts of one are not known, or all of it; several jobs may be meant."""
    alike = [one for one in map(values.shown, uploads) if _may_be(one, values.shown(name))]
    found: dict[str, Attribute] = {"unnamed" if set(alike) == {"*"} else "in_part": True}
    return {**found, "one_of": count} if count > 1 else found


def uploaded(done: Sequence[Done]) -> tuple[str, ...]:
    """The names that a job uploads, with ``*`` for what is not known."""
    return tuple(dict.fromkeys(map(values.shown, _uploads(done))))


def across(path: str, on: Node, done: Mapping[str, Sequence[Done]]) -> Iterator[Reference]:
    """The mentions of artifacts of other workflows: of one that is named, or of those whose end starts this one."""
    workflows = on["workflow_run"]["workflows"]
    before = (workflows.text,) if workflows.is_text else workflows.texts()
    for job, found in done.items():
        for effect in dict.fromkeys(one.effect for one in found if isinstance(one.effect, Download)):
            named = values.known(effect.workflow.text) if effect.workflow is not None else None
            names = values.alternatives(effect.name.text) if effect.name is not None else (("*",),)
            for workflow in (named,) if named else before if effect.after else ():
                for name in map(values.shown, names):
                    attributes: dict[str, Attribute] = {"artifact": name}
                    source, target = ids.job_id(path, job), ByWorkflow(workflow)
                    basis = effect.name.basis if effect.name else Basis.DECLARED
                    if effect.name is not None and not name.strip("*"):
                        attributes, basis = {**attributes, "unnamed": True}, Basis.CONVENTION
                    yield Reference(
                        source,
                        RelationKind.PASSES_ARTIFACT,
                        target,
                        effect.at,
                        basis,
                        optional=True,
                        reverse=True,
                        attributes=attributes,
                    )


def _is_named(download: Download) -> bool:
    """Whether a download fails where no job of the run uploads its name."""
    return download.name is not None and not download.pattern and not download.elsewhere


def _is_code(session: Session, effect: Effect) -> bool:
    if not isinstance(effect, UseAction) or not effect.local:
        return False
    source = session.action(effect.name)
    return source is None or source.root.at("runs", "using").text.lower() != "composite"


def _uploads(done: Sequence[Done]) -> list[Text]:
    found = [name for one in done if isinstance(one.effect, Upload) for name in values.alternatives(one.effect.name.text)]
    return list(dict.fromkeys(found))


def _before(job: str, needs: Mapping[str, Sequence[str]]) -> set[str]:
    """The jobs that a job waits for, directly or not."""
    found: set[str] = set()
    waiting = list(needs.get(job, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += needs.get(one, ())
    return found


def _sources(download: Download, name: Text, uploads: Mapping[str, Sequence[Text]]) -> list[str]:
    """The jobs that upload a name; the very same name is better than one that is unknown in part."""
    if download.name is None:
        return [job for job, found in uploads.items() if found]
    sure = [job for job, found in uploads.items() if _is_sure(download, name, found)]
    if sure:
        return sure
    return [job for job, found in uploads.items() if any(_may_be(values.shown(one), values.shown(name)) for one in found)]


def _is_sure(download: Download, name: Text, uploads: Sequence[Text]) -> bool:
    """Whether a name is surely among the uploads: it is the same, unknown parts included, or a known glob fits it."""
    pattern = values.known(name) if download.pattern else None
    if pattern is None:
        # What a step, a row of the matrix or the runner tells is another in each job.
        return name in uploads and not any(source.startswith(_OF_THE_JOB) for source in values.sources(name))
    if pattern.startswith("!"):
        return any(not fnmatch.fnmatchcase(values.shown(one), pattern[1:]) for one in uploads)
    return any(fnmatch.fnmatchcase(_filled(one), pattern) for one in uploads)


def _filled(name: Text) -> str:
    """A name with a letter that nobody writes for each unknown part: only what takes anything there fits it."""
    return "".join(part if isinstance(part, str) else "\uffff" for part in name)


def _may_be(uploaded: str, wanted: str) -> bool:
    """Whether two names with ``*`` for what is not known can be one."""
    if uploaded == "*" or wanted == "*":
        return True
    return fnmatch.fnmatchcase(uploaded, wanted) or fnmatch.fnmatchcase(wanted, uploaded)
