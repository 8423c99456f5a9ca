"""Dockerfiles: their stages, the images and stages that each is based on and copies from, the ports they expose.

Of ENV, ARG and RUN no value leaves this module but as a part of an image's name, a host or a port.
It must not know what builds a Dockerfile; who does, and with other build arguments, asks `_dockerfile_stages`.
"""

from __future__ import annotations

from dataclasses import replace

from archdoc import ids, images
from archdoc.config import Config
from archdoc.extract import Files, _dockerfile_settings
from archdoc.extract import claims as by_name
from archdoc.extract._dockerfile import ParsedDockerfile, parse
from archdoc.extract._dockerfile_stages import SCRATCH, Stage, ports, stages
from archdoc.model import Attribute, Basis, ById, ByImage, Entity, EntityId, EntityKind, Evidence, Facts, Reference, RelationKind
from archdoc.rules import finding

claims = by_name.dockerfile


def extract(path: str, files: Files, config: Config) -> Facts:  # noqa: ARG001  # every extractor is given the configuration
    """The Dockerfile, its stages and what they stand on, with the defaults of its ARGs. A template has no stages."""
    data = files.read(path)
    if data is None:
        return Facts()
    parsed = parse(data, path)
    built = stages(parsed)
    found = facts(parsed, built)
    carried = _dockerfile_settings.references(parsed, built, files) if len(found.entities) > 1 else ()
    return Facts(found.entities, (*found.references, *carried), found.findings)


def facts(parsed: ParsedDockerfile, built: tuple[Stage, ...]) -> Facts:
    """What a Dockerfile that was read says, with its stages as they are where nobody sets an ARG."""
    path = parsed.path
    file = Entity(ids.dockerfile_id(path), EntityKind.DOCKERFILE, "dockerfile", path, path, 1)
    findings = [replace(one, subject=file.id) for one in parsed.findings]
    findings += [replace(one, subject=ids.stage_id(path, stage.key)) for stage in built for one in stage.findings]
    template = next((one for one in findings if one.rule == "dockerfile-template"), None)
    if template:
        return Facts((file,), (), (template,))
    entities = [_file(file, built), *(_stage(path, stage, last=stage is built[-1]) for stage in built)]
    references: list[Reference] = []
    for stage in built:
        own = ids.stage_id(path, stage.key)
        references.append(Reference(file.id, RelationKind.CONTAINS, ById(own), Evidence(path, stage.line, _from(stage))))
        references += _bases(path, own, stage, built)
        for copy in stage.copies:
            at = Evidence(path, copy.line, f"{copy.flag}={copy.word}")
            if copy.stage is not None:
                target = ById(ids.stage_id(path, built[copy.stage].key))
                references.append(Reference(own, RelationKind.COPIES_FROM, target, at))
            else:
                references.append(_image(own, RelationKind.COPIES_FROM, copy.word, at, Basis.DECLARED))
        if _unknown(stage):
            message = f"the build alone knows what `{_from(stage)}` is"
            findings.append(finding("expression-unknown", message, Evidence(path, stage.line), own))
    return Facts(tuple(entities), tuple(references), tuple(findings))


def _file(file: Entity, built: tuple[Stage, ...]) -> Entity:
    exposed = ports(built, len(built) - 1) if built else ()
    return replace(file, attributes=_given({"stages": tuple(stage.key for stage in built), "ports": exposed}))


def _stage(path: str, stage: Stage, *, last: bool) -> Entity:
    attributes = _given({"final": last, "ports": stage.ports, "source": stage.source, "title": stage.title})
    id_ = ids.stage_id(path, stage.key)
    return Entity(id_, EntityKind.STAGE, "stage", stage.key, path, stage.line, attributes=attributes)


def _given(attributes: dict[str, Attribute]) -> dict[str, Attribute]:
    return {name: value for name, value in attributes.items() if value}


def _from(stage: Stage) -> str:
    """The FROM as written; its value where ``@`` may part a login from a host in what is not used."""
    return f"FROM {stage.base if '@' in stage.written else stage.written}"


def _bases(path: str, own: EntityId, stage: Stage, built: tuple[Stage, ...]) -> list[Reference]:
    """What a stage is based on: a stage, one of several stages, or an image; nothing for scratch or what is not known at all."""
    at = Evidence(path, stage.line, _from(stage))
    basis = Basis.COMPUTED if "$" in stage.written else Basis.DECLARED
    if stage.base_stage is not None:
        return [Reference(own, RelationKind.BASED_ON, ById(ids.stage_id(path, built[stage.base_stage].key)), at, basis)]
    if stage.alternatives:
        targets = [ById(ids.stage_id(path, built[index].key)) for index in stage.alternatives]
        return [Reference(own, RelationKind.BASED_ON, one, at, basis, attributes={"alternative": True}) for one in targets]
    if stage.base in ("", SCRATCH) or _unknown(stage):
        return []
    return [_image(own, RelationKind.BASED_ON, stage.base, at, basis)]


def _unknown(stage: Stage) -> bool:
    """Whether nothing of the image's name is known."""
    if "*" not in stage.base or stage.alternatives:
        return False
    reference = images.parse(stage.base)
    return reference is not None and not any(char.isalnum() for char in reference.path.removeprefix("library/"))


def _image(own: EntityId, relation: RelationKind, word: str, at: Evidence, basis: Basis) -> Reference:
    reference = images.parse(word)
    parts = {"tag": reference.tag, "digest": reference.digest} if reference else {}
    attributes: dict[str, Attribute] = {name: value for name, value in parts.items() if value and images.UNKNOWN not in value}
    return Reference(own, relation, ByImage(word), at, basis, attributes=attributes)
