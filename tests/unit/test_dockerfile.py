"""The extractor of Dockerfiles: which files it claims and what it says of them."""

from __future__ import annotations

import pytest

from archdoc.config import Config
from archdoc.extract import dockerfile
from archdoc.model import Basis, ById, ByImage, EntityKind, Facts, Reference, RelationKind
from archdoc.rules import RULES
from tests.support import MemoryFiles


def facts(text: str, path: str = "app/Dockerfile") -> Facts:
    return dockerfile.extract(path, MemoryFiles({path: text}), Config())


def edges(found: Facts) -> list[tuple[str, str, str, str]]:
    """Source, relation, target and basis of each reference but `contains`."""

    def target(reference: Reference) -> str:
        return reference.target.id if isinstance(reference.target, ById) else f"image {image(reference)}"

    return [
        (r.source, r.relation.value, target(r), r.basis.value)
        for r in found.references
        if r.relation is not RelationKind.CONTAINS
    ]


def image(reference: Reference) -> str:
    assert isinstance(reference.target, ByImage)
    return reference.target.reference


@pytest.mark.parametrize(
    "path",
    [
        "Dockerfile",
        "a/b/dockerfile",
        "DOCKERFILE",
        "Dockerfile.dev",
        "Dockerfile.react.openEuler",
        "Dockerfile-alpine",
        "Dockerfile_gpu",
        "Dockerfile.1.2",
        "api.Dockerfile",
        ".gitpod.Dockerfile",
        "scan.dockerfile",
        "Containerfile",
        "containerfile.test",
        "x.Containerfile",
        "Dockerfile.go",
        "Dockerfile.py",
    ],
)
def test_claimed(path: str) -> None:
    assert dockerfile.claims(path)


@pytest.mark.parametrize(
    "path",
    [
        "Dockerfile.dockerignore",
        "Dockerfile.tmpl",
        "Dockerfile-debian.template",
        "Dockerfile.j2",
        "Dockerfile.in",
        "Dockerfile.md",
        "Dockerfile.sh",
        "Dockerfile.yaml",
        "Dockerfile.java",
        "Dockerfile.orig",
        "Dockerfile~",
        "dockerfile.go",
        "dockerfile.py",
        "dockerfile_test.go",
        "create-dockerfile",
        "create-dockerfile.webp",
        "Dockerfiles",
        "Dockerfile/README",
        "lib/dockerfiles.txt",
        "notes.Dockerfile.txt",
    ],
)
def test_not_claimed(path: str) -> None:
    assert not dockerfile.claims(path)


def test_a_file_that_is_not_there() -> None:
    assert dockerfile.extract("Dockerfile", MemoryFiles({}), Config()) == Facts()


def test_any_file_that_a_build_names() -> None:
    found = facts("FROM a\n", "build/image.txt")
    assert [e.id for e in found.entities] == ["dockerfile:build/image.txt", "stage:build/image.txt#0"]


def test_stages_and_what_they_stand_on() -> None:
    found = facts(
        "ARG V=22\nFROM node:$V AS build\nEXPOSE 3000\n"
        "FROM build AS test\n"
        "FROM ghcr.io/acme/base@sha256:" + "a" * 64 + "\n"
        "COPY --from=build /a /b\nCOPY --from=acme/tools:2 /a /b\nEXPOSE 80\n"
    )
    build, test, last = "stage:app/Dockerfile#build", "stage:app/Dockerfile#test", "stage:app/Dockerfile#2"
    assert found.findings == ()
    assert edges(found) == [
        (build, "based-on", "image node:22", "computed"),
        (test, "based-on", build, "declared"),
        (last, "based-on", "image ghcr.io/acme/base@sha256:" + "a" * 64, "declared"),
        (last, "copies-from", build, "declared"),
        (last, "copies-from", "image acme/tools:2", "declared"),
    ]
    file, *stages = found.entities
    assert (file.kind, file.type, file.name, file.line) == (EntityKind.DOCKERFILE, "dockerfile", "app/Dockerfile", 1)
    assert file.attributes == {"stages": ("build", "test", "2"), "ports": ("80/tcp",)}
    assert [(s.id, s.name, s.line) for s in stages] == [(build, "build", 2), (test, "test", 4), (last, "2", 5)]
    assert [s.attributes for s in stages] == [{"ports": ("3000/tcp",)}, {}, {"final": True, "ports": ("80/tcp",)}]
    held = [r for r in found.references if r.relation is RelationKind.CONTAINS]
    assert [(r.source, r.target, r.evidence.line) for r in held] == [(file.id, ById(s.id), s.line) for s in stages]
    attributes = [r.attributes for r in found.references if isinstance(r.target, ByImage)]
    assert attributes == [{"tag": "22"}, {"digest": "sha256:" + "a" * 64}, {"tag": "2"}]
    copied = [(r.evidence.line, r.evidence.note) for r in found.references if r.relation is RelationKind.COPIES_FROM]
    assert copied == [(6, "COPY --from=build"), (7, "COPY --from=acme/tools:2")]


def test_the_ports_of_an_image_are_those_of_its_base_stage_too() -> None:
    file = facts("FROM a AS one\nEXPOSE 1\nFROM one\nEXPOSE 2\n").entities[0]
    assert file.attributes["ports"] == ("1/tcp", "2/tcp")


def test_an_unknown_tag_is_no_attribute() -> None:
    (reference,) = [r for r in facts("ARG T\nFROM a:$T\n").references if r.relation is RelationKind.BASED_ON]
    assert (image(reference), reference.basis, reference.attributes) == ("a:*", Basis.COMPUTED, {})


def test_scratch_is_no_image() -> None:
    assert edges(facts("FROM scratch\n")) == []


@pytest.mark.parametrize("text", ["ARG B\nFROM $B\n", "ARG B\nARG T\nFROM $B:$T\n", "ARG B\nFROM ghcr.io/$B\n"])
def test_an_image_of_which_nothing_is_known(text: str) -> None:
    found = facts(text)
    assert edges(found) == []
    (finding,) = found.findings
    assert (finding.rule, finding.line, finding.subject) == ("expression-unknown", text.count("\n"), "stage:app/Dockerfile#0")


def test_a_base_that_is_one_of_several_stages() -> None:
    found = facts("FROM a AS build-amd64\nFROM b AS build-arm64\nFROM build-$TARGETARCH\n")
    alternatives = [r for r in found.references if r.source == "stage:app/Dockerfile#2"]
    assert [r.target for r in alternatives] == [
        ById("stage:app/Dockerfile#build-amd64"),
        ById("stage:app/Dockerfile#build-arm64"),
    ]
    assert all(r.attributes == {"alternative": True} and r.basis is Basis.COMPUTED for r in alternatives)


def test_two_stages_of_one_name_have_two_identities() -> None:
    found = facts("FROM a AS x\nFROM b AS x\n")
    assert [e.id for e in found.entities[1:]] == ["stage:app/Dockerfile#0", "stage:app/Dockerfile#x"]
    assert [(f.rule, f.subject) for f in found.findings] == [("stage-duplicate", "stage:app/Dockerfile#x")]


def test_a_refused_base_has_no_image() -> None:
    found = facts("FROM Builder\nCOPY --from=a:1 x y\n")
    assert edges(found) == [("stage:app/Dockerfile#0", "copies-from", "image a:1", "declared")]
    assert [f.rule for f in found.findings] == ["dockerfile-invalid"]


@pytest.mark.parametrize("text", ["FROM {{ image }}\nRUN x\nFOO\n", "FROM a:{{tag}}\n", "FROM $${X}/a\n"])
def test_a_template_is_one_note_and_no_stage(text: str) -> None:
    found = facts(text)
    assert [e.kind for e in found.entities] == [EntityKind.DOCKERFILE]
    assert found.references == ()
    assert [f.rule for f in found.findings] == ["dockerfile-template"]


def test_labels_of_a_stage() -> None:
    (_, stage) = facts(
        "FROM a\nLABEL org.opencontainers.image.title=Shop org.opencontainers.image.source=https://example.com/a\n"
    ).entities
    assert (stage.attributes["title"], stage.attributes["source"]) == ("Shop", "https://example.com/a")


def test_no_value_of_a_variable_leaves() -> None:
    found = facts(
        "ARG TOKEN=s3cret1\nARG IMAGE=me:s3cret2@example.com/a\n"
        "FROM $IMAGE AS one\nFROM ${X:-me:s3cret3@example.com/a}\n"
        "FROM ${IMAGE:+a@sha256:" + "0" * 64 + "}\n"
        "ENV PASSWORD=s3cret4 T='s3cret5\n"
        "ARG U=https://me:s3cret6@example.com/\n"
        "LABEL org.opencontainers.image.source=$U/a org.opencontainers.image.title=$PASSWORD\n"
        "EXPOSE $PASSWORD\nCOPY --from=me:s3cret7@example.com/a x y\n"
        "ONBUILD COPY --from=me:s3cret10@example.com/a x y\n"
        "RUN --mount=type=secret,id=s3cret8 curl s3cret9\nFOO s3cret0\n"
    )
    assert len(found.findings) > 4
    assert "s3cret" not in repr(found)


def test_every_rule_of_a_finding_is_in_the_table() -> None:
    texts = ["", "FROM {{x}}\n", "FROM a\nFOO\n", "FROM a AS b\nFROM c AS b\nCOPY --from=9 x y\n", "# syntax=x/y\nFOO\n"]
    rules = {f.rule for text in texts for f in facts(text).findings}
    assert rules == {
        "dockerfile-without-stage",
        "dockerfile-template",
        "dockerfile-invalid",
        "stage-duplicate",
        "stage-unknown",
        "dockerfile-frontend",
    }
    assert rules <= RULES.keys()


def test_what_describes_other_things_is_no_setting_of_the_program() -> None:
    files = {
        "Dockerfile": "FROM a\nCOPY conf /conf\n",
        "conf/app.yaml": "db:\n  url: http://db:81\n",
        "conf/pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  url: http://db:82\n",
        "conf/compose.yaml": "services:\n  a:\n    environment:\n      URL: http://db:83\n",
    }
    found = dockerfile.extract("Dockerfile", MemoryFiles(files), Config())
    calls = [one for one in found.references if one.relation == "connects-to"]
    assert [one.attributes["port"] for one in calls] == [81]
