"""`archdoc explain` about images: each step with its lines, the level in words, and what is not linked with the reason."""

from __future__ import annotations

import json

import pytest

from tests.e2e.support import Repo

WORKFLOW = """\
name: release
on:
  push:
    branches: [main]
env:
  OWNER: ${{ github.repository_owner }}
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - name: api
        uses: docker/build-push-action@v6
        with:
          context: api
          push: true
          tags: ghcr.io/acme/api:1.1
      - name: billing
        uses: docker/build-push-action@v6
        with:
          context: billing
          push: true
          tags: ghcr.io/${{ env.OWNER }}/billing:1.0
      - name: app
        uses: docker/build-push-action@v6
        with:
          context: api
          push: true
          tags: ghcr.io/alice/app:1.0
      - name: twice
        uses: docker/build-push-action@v6
        with:
          context: twice
          push: true
          tags: ghcr.io/acme/twice:1.0
      - name: twice again
        uses: docker/build-push-action@v6
        with:
          context: twice
          file: twice/other.Dockerfile
          push: true
          tags: ghcr.io/acme/twice:1.0
"""
RUNS = (("api", "acme/api"), ("billing", "acme/billing"), ("app", "bob/app"), ("twice", "acme/twice"), ("cache", "acme/cache"))


@pytest.fixture
def shop(repo: Repo) -> Repo:
    """A repository that builds and runs."""
    repo.write(".github/workflows/release.yml", WORKFLOW)
    for path in ("api/Dockerfile", "billing/Dockerfile", "twice/Dockerfile", "twice/other.Dockerfile"):
        repo.write(path, "FROM scratch\n")
    for name, image in RUNS:
        repo.deployment(name)
        repo.write(f"k8s/{name}.yaml", repo.read(f"k8s/{name}.yaml").replace(f"ghcr.io/acme/{name}", f"ghcr.io/{image}"))
    repo.git("add", "-A")
    return repo


def explain(repo: Repo, *names: str) -> str:
    result = repo.archdoc("explain", *names)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_the_whole_way_from_dockerfile_to_workload(shop: Repo) -> None:
    said = explain(shop, "dockerfile:api/Dockerfile", "Deployment/api")
    for words in (
        "api/Dockerfile → Deployment/api",
        "build build/api of release.yml  .github/workflows/release.yml:12",
        "builds api/Dockerfile",
        "pushes ghcr.io/acme/api:1.1",
        ".github/workflows/release.yml:17  with.tags",
        "Deployment/api runs ghcr.io/acme/api:1.0",
        "k8s/api.yaml:14  image",
        "one image (E2): the names are equal; the tag differs",
        "all of it 0.95",
    ):
        assert words in said, said


def test_the_order_of_the_two_does_not_matter(shop: Repo) -> None:
    assert explain(shop, "Deployment/api", "job/build") == explain(shop, "job/build", "Deployment/api")


def test_a_link_by_a_word_says_what_speaks_for_it(shop: Repo) -> None:
    said = explain(shop, "job/build", "Deployment/billing")
    assert "pushes ghcr.io/*/billing:1.0" in said
    assert "one image (T1): the last word is equal; the owner is known at run time only" in said
    assert "and the folder of the Dockerfile and the workload are both called `billing`" in said
    assert "and the registry is the same" in said
    assert "all of it 0.75" in said


def test_another_owner_is_no_link_and_is_named(shop: Repo) -> None:
    said = explain(shop, "dockerfile:api/Dockerfile", "Deployment/app")
    assert "not linked: no name that is pushed is, or may be, one that runs" in said
    assert "pushed  ghcr.io/acme/api, ghcr.io/alice/app" in said
    assert "run     ghcr.io/bob/app" in said
    assert "owner differs: `ghcr.io/alice/app` is pushed, `ghcr.io/bob/app` is run" in said


def test_two_dockerfiles_by_one_name_are_told_as_that(shop: Repo) -> None:
    said = explain(shop, "image:ghcr.io/acme/twice")
    assert said.count("but another Dockerfile goes by the same name, and the tags do not tell which one runs") == 2
    assert "  run by\n    Deployment/twice, tag 1.0\n      k8s/twice.yaml:14  image" in said


def test_a_workload_tells_where_its_image_comes_from(shop: Repo) -> None:
    assert "    ghcr.io/acme/cache:1.0\n      nothing here builds it\n" in explain(shop, "Deployment/cache")
    said = explain(shop, "Deployment/app")
    assert ", pushed as ghcr.io/*/billing, convention, 0.75\n" in explain(shop, "Deployment/billing")
    assert "    ghcr.io/bob/app:1.0\n      nothing here builds it\n" in said
    assert "alike, and not it" in said
    assert "    ghcr.io/acme/api:1.0\n      build build/api of release.yml, declared, 1.00\n" in explain(shop, "Deployment/api")


def test_a_dockerfile_that_nothing_builds_leads_nowhere(shop: Repo) -> None:
    shop.write("old/Dockerfile", "FROM scratch\n")
    shop.git("add", "-A")
    said = explain(shop, "old/Dockerfile", "Deployment/api")
    assert "not linked: old/Dockerfile is not built by any job or file that is read" in said


SUBSTITUTED = """\
on: push
env:
  REGISTRY: ghcr.io/acme
  TOKEN: hunter2
jobs:
  plan:
    runs-on: ubuntu-24.04
    outputs:
      tag: ${{ steps.version.outputs.tag }}
    steps:
      - id: version
        run: echo "tag=v${MAJOR}" >> "$GITHUB_OUTPUT"
        env:
          MAJOR: 7
  matrix:
    needs: plan
    runs-on: ubuntu-24.04
    strategy:
      matrix:
        include:
          - name: web
          - name: worker
    steps:
      - run: echo "PLACE=services/${{ matrix.name }}" >> "$GITHUB_ENV"
      - uses: docker/build-push-action@v6
        with:
          context: ${{ env.PLACE }}
          push: true
          tags: ${{ env.REGISTRY }}/${{ matrix.name }}:${{ needs.plan.outputs.tag }}-${{ github.run_id }}
          build-args: |
            TOKEN=${{ env.TOKEN }}
            BASE=python:${{ inputs.python || '3.12' }}
  script:
    runs-on: ubuntu-24.04
    steps:
      - run: |
          NAME=shell
          for each in one; do
            docker build -t "$REGISTRY/$NAME-${each}:${SECRET}" --build-arg "TOKEN=$TOKEN" "services/web"
          done
        env:
          SECRET: ${{ secrets.SUFFIX }}
  make:
    runs-on: ubuntu-24.04
    steps:
      - run: make image IMG=$REGISTRY/made
  call:
    uses: ./.github/workflows/called.yml
    with:
      image: called
"""
CALLED = """\
on:
  workflow_call:
    inputs:
      image:
        type: string
      folder:
        type: string
        default: services/worker
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - uses: ./.github/actions/build
        with:
          image: ${{ inputs.image }}
          folder: ${{ inputs.folder }}
"""
ACTION = """\
runs:
  using: composite
  steps:
    - uses: docker/build-push-action@v6
      with:
        context: ${{ inputs.folder }}
        push: true
        tags: ghcr.io/acme/${{ inputs.image }}
inputs:
  image: {}
  folder: {}
"""
MAKEFILE = """\
TAG ?= $(shell git describe)
FULL = $(IMG):$(TAG)
image:
	docker build -t $(FULL) services/web
"""
DOCKERFILE = """\
ARG VERSION=3.11
ARG BASE=python:${VERSION}
FROM ${BASE}
"""


@pytest.fixture
def substituted(repo: Repo) -> Repo:
    """A repository whose names are put together from variables of every kind."""
    repo.write(".github/workflows/build.yml", SUBSTITUTED)
    repo.write(".github/workflows/called.yml", CALLED)
    repo.write(".github/actions/build/action.yml", ACTION)
    repo.write("Makefile", MAKEFILE)
    for name in ("web", "worker"):
        repo.write(f"services/{name}/Dockerfile", DOCKERFILE)
    repo.git("add", "-A")
    return repo


def block(said: str, head: str) -> str:
    """The lines behind the first that holds `head`, as far as they stand further in; blanks of columns are one."""
    lines = said[said.index(head) :].splitlines()
    start = said[: said.index(head)].splitlines()
    indent = len(start[-1]) if start else 0
    found = []
    for line in lines[1:]:
        if line.strip() and len(line) - len(line.lstrip()) <= indent:
            break
        found.append(" ".join(line.split()))
    return "\n".join(found).strip()


def test_every_part_of_an_image_name_is_told_with_the_line_that_says_it(substituted: Repo) -> None:
    said = explain(substituted, "image:ghcr.io/acme/web")
    assert (
        block(said, ".github/workflows/build.yml:29  with.tags")
        == """\
written `${{ env.REGISTRY }}/${{ matrix.name }}:${{ needs.plan.outputs.tag }}-${{ github.run_id }}`
env.REGISTRY = ghcr.io/acme build.yml:3
matrix.name = web build.yml:21
needs.plan.outputs.tag = v7 build.yml:9 written `${{ steps.version.outputs.tag }}`
steps.version.outputs.tag = v7 build.yml:12 written `v${MAJOR}`
$MAJOR = 7 build.yml:14
github.run_id = ? known when it runs"""
    )


def test_a_path_is_told_by_what_an_earlier_step_wrote_to_the_environment(substituted: Repo) -> None:
    said = explain(substituted, "image:ghcr.io/acme/worker")
    assert (
        block(said, ".github/workflows/build.yml:27  with.context")
        == """\
written `${{ env.PLACE }}`
env.PLACE = services/worker build.yml:24 written `services/${{ matrix.name }}`
matrix.name = worker build.yml:22"""
    )


def test_variables_of_a_script_are_told_and_a_secret_is_none(substituted: Repo) -> None:
    said = explain(substituted, "image:ghcr.io/acme/shell-one")
    told = block(said, ".github/workflows/build.yml:39  docker build -t")
    for words in (
        "written `${REGISTRY}/${NAME}-${each}:${SECRET}`",
        "$REGISTRY = ghcr.io/acme build.yml:3",
        "$NAME = shell build.yml:37",
        "$each = one build.yml:38",
        "$SECRET = ? build.yml:42 written `${{ secrets.SUFFIX }}`",
        "secrets.SUFFIX = ? a secret",
    ):
        assert words in told, told


def test_variables_of_make_are_told_with_the_command_that_sets_them(substituted: Repo) -> None:
    told = block(explain(substituted, "image:ghcr.io/acme/made"), "Makefile:4  docker build -t")
    assert (
        told
        == """\
written `$(FULL)`
$(FULL) = ghcr.io/acme/made:* Makefile:2 written `$(IMG):$(TAG)`
$(IMG) = ghcr.io/acme/made .github/workflows/build.yml:46 written `${REGISTRY}/made`
$REGISTRY = ghcr.io/acme build.yml:3
$(TAG) = ? Makefile:1 what `$(git)` prints"""
    )


def test_inputs_are_told_by_the_line_of_the_caller(substituted: Repo) -> None:
    said = explain(substituted, "image:ghcr.io/acme/called")
    assert "inputs.image = called .github/workflows/called.yml:15 written `${{ inputs.image }}`" in " ".join(said.split())
    assert "inputs.image = called .github/workflows/build.yml:50" in " ".join(said.split())
    assert "inputs.folder = services/worker called.yml:8" in " ".join(said.split())


def test_the_base_of_a_stage_is_told_by_its_arguments(substituted: Repo) -> None:
    said = explain(substituted, "stage:services/web/Dockerfile#0")
    assert (
        block(said, "services/web/Dockerfile:3  FROM ${BASE}")
        == """\
written `${BASE}`
$BASE = python:3.11 Dockerfile:2 written `python:${VERSION}`
$VERSION = 3.11 Dockerfile:1"""
    )


TWO_JOBS = """\
on: push
jobs:
  one:
    runs-on: ubuntu-24.04
    steps:
      - run: make image IMG=ghcr.io/acme/made TAG=1
  other:
    runs-on: ubuntu-24.04
    steps:
      - run: make image IMG=ghcr.io/acme/made TAG=1
"""


def test_each_of_two_jobs_is_told_by_its_own_command(repo: Repo) -> None:
    repo.write(".github/workflows/two.yml", TWO_JOBS)
    repo.write("Makefile", MAKEFILE)
    repo.write("services/web/Dockerfile", "FROM scratch\n")
    repo.git("add", "-A")
    said = explain(repo, "image:ghcr.io/acme/made")
    for job, line in (("one", 6), ("other", 10)):
        told = block(said[said.index(f"build {job}/image") :], "Makefile:4  docker build -t")
        assert f"$(IMG) = ghcr.io/acme/made .github/workflows/two.yml:{line}" in told, told
        assert f"$(TAG) = 1 .github/workflows/two.yml:{line}" in told, told


HANDED_ON = """\
on: push
env:
  IMG: ghcr.io/acme/made
jobs:
  one:
    runs-on: ubuntu-24.04
    steps:
      - run: make image IMG=${IMG} TAG=1
      - run: make image IMG=${IMG} TAG=2
      - run: docker tag ghcr.io/acme/made:${OLD} ghcr.io/acme/made:${NEW}
        env:
          OLD: "2"
          NEW: "30"
      - run: docker push ghcr.io/acme/made:30
"""


def test_a_variable_that_is_handed_on_as_it_is_is_told_by_what_sets_it(repo: Repo) -> None:
    repo.write(".github/workflows/on.yml", HANDED_ON)
    repo.write("Makefile", MAKEFILE)
    repo.write("services/web/Dockerfile", "FROM scratch\n")
    repo.git("add", "-A")
    said = explain(repo, "image:ghcr.io/acme/made")
    assert (
        block(said[said.index("build one/image-2") :], "Makefile:4  docker build -t")
        == """\
written `$(FULL)`
$(FULL) = ghcr.io/acme/made:2 Makefile:2 written `$(IMG):$(TAG)`
$(IMG) = ghcr.io/acme/made .github/workflows/on.yml:9 written `${IMG}`
$IMG = ghcr.io/acme/made on.yml:3
$(TAG) = 2 .github/workflows/on.yml:9"""
    )
    told = block(said, ".github/workflows/on.yml:10  docker tag")
    assert told == "written `ghcr.io/acme/made:${NEW}`\n$NEW = 30 on.yml:13"


COMPOSE = """\
services:
  web:
    image: ${REGISTRY}/web:${TAG:-1.0}
    build:
      context: ${PLACE-services/web}
      args:
        BASE: ${BASE}
    environment:
      PASSWORD: ${PASSWORD:-hunter2}
"""
DOTENV = """\
OWNER=acme
REGISTRY="ghcr.io/$OWNER"   # ours
BASE=debian:12
PASSWORD=hunter2
"""


def test_variables_of_compose_are_told_with_their_env_file_and_their_defaults(repo: Repo) -> None:
    repo.write("compose.yaml", COMPOSE)
    repo.write(".env", DOTENV)
    repo.write("services/web/Dockerfile", "ARG BASE=alpine:3\nFROM ${BASE}\n")
    repo.git("add", "-A")
    said = explain(repo, "image:ghcr.io/acme/web")
    name = """\
written `${REGISTRY}/web:${TAG:-1.0}`
$REGISTRY = ghcr.io/acme .env:2 written `ghcr.io/$OWNER`
$OWNER = acme .env:1
$TAG = 1.0 compose.yaml:3"""
    assert block(said, "compose.yaml:3  image") == name
    assert block(said[said.index("run by") :], "compose.yaml:3  image") == name
    assert (
        block(said, "compose.yaml:5  build.context")
        == """\
written `${PLACE-services/web}`
$PLACE = services/web compose.yaml:5"""
    )
    said = explain(repo, "stage:services/web/Dockerfile#0")
    assert "compose.yaml:7" in said
    assert "$BASE = debian:12 .env:3" in " ".join(said.split())
    assert "hunter2" not in said


def test_a_compose_override_is_told_too(repo: Repo) -> None:
    repo.write("compose.yaml", "services: {web: {image: 'ghcr.io/acme/web:1'}}\n")
    repo.write("compose.override.yaml", "services:\n  web:\n    image: ghcr.io/acme/web:${TAG:-2}\n")
    repo.git("add", "-A")
    said = block(explain(repo, "image:ghcr.io/acme/web"), "compose.override.yaml:3  image")
    assert said == "written `ghcr.io/acme/web:${TAG:-2}`\n$TAG = 2 compose.override.yaml:3"


def test_an_image_that_a_kustomization_rewrites_is_told_as_it_was_written(repo: Repo) -> None:
    repo.deployment("api")
    repo.write("k8s/kustomization.yaml", "resources: [api.yaml]\nimages:\n- name: ghcr.io/acme/api\n  newName: acme/first\n")
    repo.write(
        "prod/kustomization.yaml",
        "resources: [../k8s]\nimages:\n- name: acme/first\n  newName: quay.io/acme/api\n  newTag: v2\n",
    )
    repo.git("add", "-A")
    assert (
        block(explain(repo, "image:quay.io/acme/api"), "prod/kustomization.yaml:4  image")
        == """\
written `ghcr.io/acme/api:1.0` k8s/api.yaml:14
images.newName = quay.io/acme/api kustomization.yaml:4
images.newTag = v2 kustomization.yaml:5"""
    )


RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: shop
spec:
  chart:
    spec:
      chart: shop
  values:
    image:
      registry: ghcr.io
      repository: acme/shop
      pullSecret: hunter2
      tag: "2.0"
"""


def test_an_image_in_the_values_of_a_chart_is_told_field_by_field(repo: Repo) -> None:
    repo.write("flux/shop.yaml", RELEASE)
    repo.git("add", "-A")
    assert (
        block(explain(repo, "image:ghcr.io/acme/shop"), "flux/shop.yaml:12  image")
        == """\
written `registry:repository:tag`
registry = ghcr.io shop.yaml:11
repository = acme/shop shop.yaml:12
tag = 2.0 shop.yaml:14"""
    )


SKAFFOLD = """\
apiVersion: skaffold/v4beta11
kind: Config
build:
  artifacts:
  - image: ghcr.io/{{.OWNER}}/web
    context: services/web
profiles:
- name: edge
  build:
    artifacts:
    - image: ghcr.io/{{.OWNER}}/edge
      context: services/{{.PLACE}}
"""


def test_templates_and_profiles_of_skaffold_are_told(repo: Repo) -> None:
    repo.write("skaffold.yaml", SKAFFOLD)
    repo.write("skaffold.env", "OWNER=acme\nPLACE=web\nTOKEN=hunter2\n")
    repo.write("services/web/Dockerfile", "FROM scratch\n")
    repo.git("add", "-A")
    for image, line in (("web", 5), ("edge", 11)):
        said = block(explain(repo, f"image:ghcr.io/acme/{image}"), f"skaffold.yaml:{line}  image")
        assert said == f"written `ghcr.io/{{{{.OWNER}}}}/{image}`\nOWNER = acme skaffold.env:1"
    said = block(explain(repo, "image:ghcr.io/acme/edge"), "skaffold.yaml:12  context")
    assert said == "written `services/{{.PLACE}}`\nPLACE = web skaffold.env:2"


def test_a_default_repository_of_skaffold_is_told_by_the_command(repo: Repo) -> None:
    repo.write("skaffold.yaml", SKAFFOLD.replace("{{.OWNER}}", "acme"))
    repo.write("services/web/Dockerfile", "FROM scratch\n")
    repo.write(
        ".github/workflows/run.yml",
        """\
on: push
env:
  HUB: quay.io
jobs:
  run:
    runs-on: ubuntu-24.04
    steps:
      - run: skaffold run --default-repo "$HUB/shop"
""",
    )
    repo.git("add", "-A")
    assert (
        block(explain(repo, "image:quay.io/shop/ghcr_io_acme_web"), ".github/workflows/run.yml:8  skaffold")
        == """\
written `ghcr.io/acme/web` skaffold.yaml:5
--default-repo = quay.io/shop run.yml:8 written `${HUB}/shop`
$HUB = quay.io run.yml:3"""
    )


def test_a_stage_that_a_variable_names_is_told_by_its_argument(repo: Repo) -> None:
    repo.write("Dockerfile", "ARG OS=linux\nFROM scratch AS base-linux\nFROM scratch AS base-darwin\nFROM base-${OS} AS last\n")
    repo.git("add", "-A")
    said = block(explain(repo, "stage:Dockerfile#last"), "Dockerfile:4  FROM base-${OS}")
    assert said == "written `base-${OS}`\n$OS = linux Dockerfile:1"


BAKE = """\
variable "REGISTRY" {
  default = "ghcr.io/acme"
}
variable "FULL" {
  default = "${REGISTRY}/baked"
}
variable "TOKEN" {
  default = "hunter2"
}
target "default" {
  context = "services/web"
  tags = ["${FULL}:${TAG}", "${TOKEN == "hunter2" ? "x" : FULL}"]
  args = { TOKEN = TOKEN }
}
variable "TAG" {
  default = "dev"
}
"""


def test_variables_of_bake_are_told_with_the_environment_that_sets_them(repo: Repo) -> None:
    repo.write("docker-bake.hcl", BAKE)
    repo.write("services/web/Dockerfile", "FROM scratch\n")
    repo.write(
        ".github/workflows/bake.yml",
        """\
on: push
jobs:
  bake:
    runs-on: ubuntu-24.04
    env:
      TAG: v${{ github.run_number }}
    steps:
      - uses: docker/bake-action@v6
        with:
          push: true
""",
    )
    repo.git("add", "-A")
    said = explain(repo, "image:ghcr.io/acme/baked")
    assert (
        block(said, "docker-bake.hcl:12  target.default.tags")
        == """\
written `${FULL}:${TAG}`
FULL = ghcr.io/acme/baked docker-bake.hcl:5 written `${REGISTRY}/baked`
REGISTRY = ghcr.io/acme docker-bake.hcl:2
TAG = v* .github/workflows/bake.yml:6 written `v${{ github.run_number }}`
github.run_number = ? known when it runs"""
    )
    assert "hunter2" not in said


CANARIES = """\
on: push
env:
  OWNER: acme
  PLACE: services/web
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/build-push-action@v6
        with:
          context: ${{ env.PLACE || 'hunter2' }}
          push: true
          tags: ghcr.io/${{ env.OWNER || 'hunter2' }}/one
      - run: docker build -t "ghcr.io/${OWNER:-hunter2}/two" services/web
      - run: docker build -t "ghcr.io/${OWNER}/three:$(curl -H 'Token hunter2' example.org)" services/web
      - run: bash -c "docker build -t ghcr.io/$OWNER/four --build-arg TOKEN=hunter2 services/web"
      - run: make five
      - run: docker build -t "ghcr.io/${OWNER#hunter2}/six" "${PLACE/hunter2/x}"
      - run: docker compose build seven
"""
CANARY_MAKE = """\
NAME = $(or $(OWNER),hunter2)
five:
	docker build -t ghcr.io/$(NAME)/$(subst hunter2,x,five) services/web
"""


def test_a_default_that_was_not_used_is_not_shown(repo: Repo) -> None:
    repo.write(".github/workflows/canary.yml", CANARIES)
    repo.write("Makefile", CANARY_MAKE)
    repo.write("services/web/Dockerfile", "ARG BASE=debian:12\nFROM ${BASE:-hunter2}\n")
    repo.write("compose.yaml", "services: {seven: {build: services/web, image: 'ghcr.io/${OWNER:-hunter2}/seven'}}\n")
    repo.write(".env", "OWNER=acme\n")
    repo.git("add", "-A")
    told = {
        "one": "written `ghcr.io/${{ env.OWNER || '…' }}/one`",
        "two": "written `ghcr.io/${OWNER:-…}/two`",
        "three": "written `ghcr.io/${OWNER}/three:$(curl -H …)`",
        "four": "$OWNER = acme",
        "five": "$(or $(OWNER),…)",
        "six": "written `ghcr.io/${OWNER#…}/six`",
        "seven": "written `ghcr.io/${OWNER:-…}/seven`",
    }
    for name, words in told.items():
        said = explain(repo, f"image:ghcr.io/acme/{name}")
        assert words in " ".join(said.split()), said
        assert "hunter2" not in said
        assert "hunter2" not in explain(repo, f"image:ghcr.io/acme/{name}", "--format", "json")
    assert "written `${BASE:-…}`" in explain(repo, "stage:services/web/Dockerfile#0")


def test_a_value_that_is_no_part_of_a_name_is_never_shown(substituted: Repo) -> None:
    for name in ("image:ghcr.io/acme/web", "image:ghcr.io/acme/shell-one", "job/matrix", "stage:services/web/Dockerfile#0"):
        for form in ("text", "json"):
            result = substituted.archdoc("explain", name, "--format", form)
            assert result.returncode == 0, result.stderr
            assert "hunter2" not in result.stdout


def test_substitutions_are_in_the_json(substituted: Repo) -> None:
    said = json.loads(explain(substituted, "image:ghcr.io/acme/web", "--format", "json"))
    assert said["schema"] == "archdoc.explain/1"
    (written,) = said["ways"][0]["relations"][0]["substitutions"]
    assert written["written"].startswith("${{ env.REGISTRY }}/")
    assert written["variables"][0] == {
        "name": "env.REGISTRY",
        "value": "ghcr.io/acme",
        "written": "",
        "because": "",
        "path": ".github/workflows/build.yml",
        "line": 3,
        "variables": [],
    }


def test_the_json_of_two_has_the_ways_and_what_was_rejected(shop: Repo) -> None:
    said = json.loads(explain(shop, "dockerfile:api/Dockerfile", "Deployment/api", "--format", "json"))
    (way,) = said["ways"]
    assert [one["kind"] for one in way["relations"]] == ["builds", "publishes", "runs-image"]
    assert way["confidence"] == 0.95
    assert way["because"] == ["one image (E2): the names are equal; the tag differs"]
    said = json.loads(explain(shop, "dockerfile:api/Dockerfile", "Deployment/app", "--format", "json"))
    assert said["ways"] == []
    assert any("owner differs" in one for one in said["rejected"])
