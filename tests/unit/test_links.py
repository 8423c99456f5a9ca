"""Built images meet running ones: by which names, how surely, and when not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from archdoc import ids
from archdoc.graph import Graph
from archdoc.model import (
    Basis,
    ById,
    ByImage,
    ByPath,
    Entity,
    EntityId,
    EntityKind,
    Evidence,
    Facts,
    Outside,
    Reference,
    Relation,
    RelationKind,
)
from archdoc.resolve import links, resolve

WORKFLOW = ".github/workflows/w.yml"


class World:
    """A repository in a few words: jobs that build, folders that run."""

    def __init__(self) -> None:
        self.entities: dict[EntityId, Entity] = {}
        self.references: list[Reference] = []

    def add(self, entity: Entity) -> EntityId:
        self.entities[entity.id] = entity
        return entity.id

    def refer(self, source: EntityId, kind: RelationKind, target: Any, **more: Any) -> None:
        self.references.append(Reference(source, kind, target, Evidence("here", 1), **more))

    def job(self, name: str, workflow: str = WORKFLOW) -> EntityId:
        whole = self.add(Entity(ids.workflow_id(workflow), EntityKind.WORKFLOW, "workflow", "w", workflow, 1))
        job = self.add(Entity(ids.job_id(workflow, name), EntityKind.JOB, "job", name, workflow, 2))
        self.refer(whole, RelationKind.CONTAINS, ById(job))
        return job

    def dockerfile(self, path: str, *stages: str, source: str = "") -> EntityId:
        file = self.add(Entity(ids.dockerfile_id(path), EntityKind.DOCKERFILE, "dockerfile", path, path, 1))
        for number, stage in enumerate(stages or ("0",)):
            attributes = {"source": source} if source else {}
            own = self.add(
                Entity(ids.stage_id(path, stage), EntityKind.STAGE, "stage", stage, path, number + 1, attributes=attributes)
            )
            self.refer(file, RelationKind.CONTAINS, ById(own))
        return file

    def build(
        self,
        *images: str,
        job: str = "build",
        path: str = "app/Dockerfile",
        workflow: str = WORKFLOW,
        pushed: bool = True,
        **more: Any,
    ) -> EntityId:
        """A build by a job; what it publishes has the tags of its names."""
        name = f"{path}{len(self.references)}"
        build = self.add(
            Entity(ids.image_build_id(workflow, job, name), EntityKind.IMAGE_BUILD, "image_build", name, workflow, 3)
        )
        self.refer(self.job(job, workflow), RelationKind.CONTAINS, ById(build))
        if path:
            if ids.dockerfile_id(path) not in self.entities:
                self.dockerfile(path)
            self.refer(build, RelationKind.BUILDS, ByPath(path, EntityKind.DOCKERFILE), attributes=more)
        for image in images:
            self.refer(build, RelationKind.PUBLISHES, ByImage(image), attributes={"pushed": pushed})
        return build

    def run(self, image: str, name: str = "web", folder: str = "k8s", kind: str = "apps/v1/Deployment") -> EntityId:
        scope = self.add(Entity(ids.deployable_id(folder), EntityKind.DEPLOYABLE, "manifests", folder, folder, 1))
        own = ids.object_id(EntityKind.WORKLOAD, scope, "", "Deployment", name)
        self.add(Entity(own, EntityKind.WORKLOAD, kind, name, f"{folder}/{name}.yaml", 1, "", scope))
        self.refer(own, RelationKind.RUNS_IMAGE, ByImage(image))
        return own

    def graph(self) -> Graph:
        return resolve([Facts(tuple(self.entities.values()), tuple(self.references))], frozenset())

    def makers(self, workload: EntityId) -> list[Relation]:
        """The `publishes` relations to what a workload runs."""
        made = self.graph()
        return [
            publishes
            for runs in made.out(workload, RelationKind.RUNS_IMAGE)
            for publishes in made.into(runs.target, RelationKind.PUBLISHES)
        ]

    def sure(self, workload: EntityId) -> list[float]:
        return [relation.confidence for relation in self.makers(workload)]


@pytest.mark.parametrize(
    ("pushed", "run", "confidence", "basis"),
    [
        ("ghcr.io/acme/api:1", "ghcr.io/acme/api:2", 1.0, Basis.DECLARED),
        ("*/acme/api", "ghcr.io/acme/api", 0.75, Basis.UNIQUE_IN_REPO),
        ("ghcr.io/*/team/api", "ghcr.io/acme/team/api", 0.7, Basis.UNIQUE_IN_REPO),
        ("ghcr.io/acme/api", "docker.io/acme/api", 0.7, Basis.UNIQUE_IN_REPO),
        ("ghcr.io/*/billing", "ghcr.io/acme/billing", 0.6, Basis.CONVENTION),
        ("*/billing", "ghcr.io/acme/billing", 0.4, Basis.CONVENTION),
        ("docker.io/*/billing", "acme/billing", 0.4, Basis.CONVENTION),
        ("billing", "my-registry/billing", 0.4, Basis.CONVENTION),
        ("ghcr.io/*/api", "ghcr.io/acme/api", None, None),
        ("alice/app", "bob/app", None, None),
        ("acme/redis", "redis", None, None),
    ],
)
def test_a_pushed_name_meets_the_one_that_runs(pushed: str, run: str, confidence: float | None, basis: Basis | None) -> None:
    world = World()
    world.build(pushed)
    workload = world.run(run)
    found = [(relation.confidence, relation.basis) for relation in world.makers(workload)]
    assert found == ([] if confidence is None else [(confidence, basis)])


def test_a_link_says_its_level_and_the_name_that_is_pushed() -> None:
    world = World()
    world.build("*/acme/api:1")
    (link,) = world.makers(world.run("ghcr.io/acme/api"))
    assert link.attributes == {"pushed": True, "tag": "1", "level": "P1", "as": "*/acme/api"}
    assert [r.target for r in world.graph().relations if r.kind == "publishes"] == ["image:*/acme/api", "image:ghcr.io/acme/api"]


def test_a_name_that_fits_two_running_images_is_linked_to_neither() -> None:
    world = World()
    world.build("*/acme/api")
    one, two = world.run("ghcr.io/acme/api", "one"), world.run("quay.io/acme/api", "two")
    assert world.sure(one) == world.sure(two) == []


def test_two_dockerfiles_that_fit_equally_are_linked_neither() -> None:
    world = World()
    world.build("*/acme/api", path="one/Dockerfile")
    workload = world.run("ghcr.io/acme/api")
    assert world.sure(workload) == [0.75]
    world.build("quay.io/*/acme/api", "*/acme/api", path="two/Dockerfile")
    assert world.sure(workload) == []


def test_two_jobs_that_build_one_dockerfile_are_no_rivals() -> None:
    world = World()
    world.build("*/acme/api", job="one")
    world.build("*/acme/api", job="two")
    assert world.sure(world.run("ghcr.io/acme/api")) == [0.75, 0.75]


def test_who_pushes_the_very_name_leaves_no_room_for_one_that_is_alike() -> None:
    world = World()
    world.build("ghcr.io/acme/api", path="one/Dockerfile")
    world.build("*/acme/api", path="two/Dockerfile", job="two")
    workload = world.run("ghcr.io/acme/api")
    assert world.sure(workload) == [1.0]
    world.build("*/acme/api", path="one/Dockerfile", job="three")
    assert sorted(world.sure(workload)) == [0.75, 1.0]


def test_a_push_to_another_registry_is_no_mirror_where_the_very_name_is_pushed() -> None:
    world = World()
    world.build("quay.io/acme/api", job="one")
    workload = world.run("ghcr.io/acme/api")
    assert world.sure(workload) == [0.7]
    world.build("ghcr.io/acme/api", job="two")
    assert world.sure(workload) == [1.0]


def test_a_name_that_is_run_as_it_is_is_not_taken_for_a_mirror() -> None:
    world = World()
    world.build("ghcr.io/acme/api")
    one, two = world.run("ghcr.io/acme/api", "one"), world.run("acme/api", "two")
    assert (world.sure(one), world.sure(two)) == ([1.0], [])


def test_a_placeholder_beside_the_real_name_does_not_make_it_ambiguous() -> None:
    world = World()
    world.build("*/billing")
    real, placeholder = world.run("ghcr.io/acme/billing", "one"), world.run("billing", "two")
    assert (world.sure(real), world.sure(placeholder)) == ([0.4], [])


@pytest.mark.parametrize(
    ("left", "sure"),
    [("*/acme/billing", [0.75]), ("*.dkr.ecr.*.amazonaws.com/acme/billing", []), ("quay.io/acme/billing", [])],
)
def test_a_name_known_in_part_may_be_the_very_one_that_fits_better(left: str, sure: list[float]) -> None:
    world = World()
    world.build("*/acme/billing")
    real, other = world.run("ghcr.io/acme/billing", "one"), world.run(left, "two")
    names = {links.FROM: "ghcr.io/acme/billing", links.TO: "*/acme/billing"}
    world.refer(world.job("build"), RelationKind.DEPLOYS, ById(real), attributes=names)
    assert (world.sure(real), world.sure(other)) == ([0.9], sure)


@pytest.mark.parametrize(("pushed", "sure"), [("*/acme/billing", [0.75]), ("*/billing", [])])
def test_a_placeholder_that_a_deploy_fills_in_says_nothing_against_a_name_that_is_equal(pushed: str, sure: list[float]) -> None:
    world = World()
    world.build(pushed)
    placeholder, equal = world.run("app-image", "one"), world.run("ghcr.io/acme/billing", "two", "elsewhere")
    names = {links.FROM: "app-image", links.TO: pushed}
    world.refer(world.job("build"), RelationKind.DEPLOYS, ById(placeholder), attributes=names)
    assert (world.sure(placeholder), world.sure(equal)) == ([0.9], sure)


@pytest.mark.parametrize("image", ["api", "app", "server", "base"])
def test_a_word_that_anybody_uses_needs_a_sign(image: str) -> None:
    world = World()
    world.build(image, path="shop/Dockerfile")
    workload = world.run(f"acme/{image}")
    assert world.sure(workload) == []
    world.refer(ids.job_id(WORKFLOW, "build"), RelationKind.DEPLOYS, ById(ids.deployable_id("k8s")))
    assert world.sure(workload) == [0.55]


def billing() -> tuple[World, EntityId, EntityId]:
    world = World()
    build = world.build("*/billing", path="src/pay/Dockerfile")
    return world, build, world.run("ghcr.io/acme/billing")


def test_a_later_job_that_deploys_is_a_sign() -> None:
    world, _, workload = billing()
    job, other = ids.job_id(WORKFLOW, "build"), world.job("deploy")
    world.refer(other, RelationKind.DEPLOYS, ById(workload))
    assert world.sure(workload) == [0.4]  # nothing says that it comes later
    world.refer(other, RelationKind.NEEDS, ById(job))
    assert world.sure(workload) == [0.55]


def test_a_job_that_must_finish_before_is_no_sign() -> None:
    world, _, workload = billing()
    job, other = ids.job_id(WORKFLOW, "build"), world.job("deploy")
    world.refer(other, RelationKind.DEPLOYS, ById(workload))
    world.refer(job, RelationKind.NEEDS, ById(other))
    assert world.sure(workload) == [0.4]


def test_a_workflow_that_starts_when_this_one_ends_is_a_sign() -> None:
    world, _, workload = billing()
    other = world.job("deploy", ".github/workflows/deploy.yml")
    world.refer(other, RelationKind.DEPLOYS, ById(ids.deployable_id("k8s")))
    world.refer(ids.workflow_id(WORKFLOW), RelationKind.TRIGGERS, ById(ids.workflow_id(".github/workflows/deploy.yml")))
    assert world.sure(workload) == [0.55]


@pytest.mark.parametrize(("name", "folder"), [("pay", "k8s"), ("web", "k8s/pay")])
def test_a_folder_of_the_same_name_is_a_sign(name: str, folder: str) -> None:
    world = World()
    world.build("*/billing", path="src/pay/Dockerfile")
    assert world.sure(world.run("ghcr.io/acme/billing", name, folder)) == [0.55]


def test_a_service_with_the_name_of_the_folder_is_a_sign() -> None:
    world, _, workload = billing()
    service = world.add(Entity(EntityId("service:k8s:Service/pay"), EntityKind.SERVICE, "v1/Service", "pay", "k8s/s.yaml", 1))
    world.refer(service, RelationKind.SELECTS, ById(workload))
    assert world.sure(workload) == [0.55]


@pytest.mark.parametrize(
    ("paths", "confidence"),
    [(("src/**", "k8s/web.yaml"), 0.55), (("**",), 0.4), (("src/**",), 0.4), (("**.yaml", "src/**"), 0.4)],
)
def test_a_workflow_that_watches_both_files_is_a_sign(paths: tuple[str, ...], confidence: float) -> None:
    world, _, workload = billing()
    push = world.add(Entity(ids.trigger_id("push"), EntityKind.TRIGGER, "trigger", "push", WORKFLOW, 1))
    world.refer(push, RelationKind.TRIGGERS, ById(ids.workflow_id(WORKFLOW)), attributes={"paths": paths})
    assert world.sure(workload) == [confidence]


@pytest.mark.parametrize(("owner", "confidence"), [("Acme", 0.55), ("other", 0.4)])
def test_a_label_that_names_the_owner_is_a_sign(owner: str, confidence: float) -> None:
    world = World()
    world.dockerfile("src/pay/Dockerfile", source=f"https://github.com/{owner}/shop")
    world.build("*/billing", path="src/pay/Dockerfile")
    assert world.sure(world.run("ghcr.io/acme/billing")) == [confidence]


def test_more_names_below_one_unknown_owner_are_a_sign() -> None:
    world, _, workload = billing()
    world.build("*/ledger", path="src/ledge/Dockerfile")
    world.run("ghcr.io/acme/ledger", "l")
    assert world.sure(workload) == [0.55]
    world.build("*/audit", path="src/third/Dockerfile")
    world.run("ghcr.io/acme/audit", "a")
    assert world.sure(workload) == [0.7]
    world.run("ghcr.io/other/audit", "b")
    assert world.sure(workload) == [0.55]


def test_all_signs_together_are_never_more_than_the_cap() -> None:
    world = World()
    world.dockerfile("src/pay/Dockerfile", source="https://github.com/acme/shop")
    world.build("*/billing", path="src/pay/Dockerfile")
    workload = world.run("ghcr.io/acme/billing", "pay")
    world.refer(ids.job_id(WORKFLOW, "build"), RelationKind.DEPLOYS, ById(workload))
    assert world.sure(workload) == [0.8]
    (link,) = world.makers(workload)
    assert link.attributes["because"] == (
        "the job that builds it, or one after it, deploys the workload; "
        "the folder of the Dockerfile and the workload are both called `pay`; "
        "a label of the Dockerfile names the same owner"
    )


def test_a_build_that_never_leaves_its_job_is_no_candidate() -> None:
    world = World()
    world.build("billing", pushed=False)
    assert world.sure(world.run("acme/billing")) == []


def test_a_deploy_that_puts_one_name_for_another_links_them() -> None:
    world = World()
    world.build("ghcr.io/acme/api:1")
    workload, other = world.run("app-image"), world.run("app-image", "other", "elsewhere")
    names = {links.FROM: "app-image", links.TO: "ghcr.io/acme/api"}
    world.refer(world.job("deploy"), RelationKind.DEPLOYS, ById(ids.deployable_id("none")), attributes=names)
    assert world.sure(workload) == []
    world.refer(world.job("deploy"), RelationKind.DEPLOYS, ById(ids.deployable_id("k8s")), attributes=names)
    (link,) = world.makers(workload)
    assert (link.confidence, link.basis, link.attributes["level"]) == (0.9, Basis.COMPUTED, "E4")
    assert link.attributes["as"] == "ghcr.io/acme/api"
    assert world.sure(other) == [0.9]  # one node a name: the link is of the name


@pytest.mark.parametrize(
    ("put", "sure"),
    [
        (["*/web"], [0.7]),  # the folder and the workload are called so
        (["*/web", "*/worker"], [0.8]),
        (["*/shop"], []),  # nothing of that name is pushed
        (["bob/web"], []),  # another owner
    ],
)
def test_a_name_of_unknown_owner_that_a_deploy_puts_in_is_linked_by_what_speaks_for_it(put: list[str], sure: list[float]) -> None:
    world = World()
    for name in ("web", "worker"):
        world.build(f"ghcr.io/acme/{name}:1", path=f"{name}/Dockerfile")
    workload = world.run("first-image")
    for image in put:
        name = image.rpartition("/")[2]
        goal = workload if name in ("web", "shop") else world.run("other-image", name)
        set_image = {links.TO: f"{image}:2", links.FIELD: "main"}
        world.refer(world.job("deploy"), RelationKind.DEPLOYS, ById(goal), attributes=set_image)
    assert world.sure(workload) == sure


@pytest.mark.parametrize(
    ("stands", "linked"),
    [("app-image", True), ("acme/none-yet", True), ("bob/api", True), ("*/hello", True), ("nginx", False), ("bob/hello", False)],
)
def test_what_stands_there_until_the_first_deploy_may_be_of_somebody_else(stands: str, linked: bool) -> None:
    world = World()
    world.build("acme/api:1")
    workload = world.run(stands)
    set_image = {links.TO: "acme/api:1", links.FIELD: "main"}
    world.refer(world.job("deploy"), RelationKind.DEPLOYS, ById(workload), attributes=set_image)
    assert world.sure(workload) == ([0.9] if linked else [])


def chart(world: World, image: str, folder: str = "charts/shop") -> EntityId:
    """A chart that runs an image."""
    own = world.add(Entity(ids.deployable_id(folder), EntityKind.DEPLOYABLE, "chart", folder, f"{folder}/Chart.yaml", 1))
    world.refer(own, RelationKind.RUNS_IMAGE, ByImage(image))
    return own


def test_what_a_chart_runs_is_linked_as_what_a_workload_runs() -> None:
    world = World()
    world.build("*/acme/api:1")
    runner = chart(world, "ghcr.io/acme/api")
    assert world.sure(runner) == [0.75]


def test_a_chart_takes_nothing_from_a_workload() -> None:
    world = World()
    world.build("*/billing", path="billing/Dockerfile")
    workload = world.run("ghcr.io/acme/billing", "billing")
    alone = world.sure(workload)
    chart(world, "ghcr.io/other/billing")
    assert alone == world.sure(workload) == [0.55]


def test_an_owner_that_a_deploy_tells_is_no_other_one_in_a_chart() -> None:
    world = World()
    world.build("ghcr.io/*/billing", path="billing/Dockerfile")
    runner = chart(world, "ghcr.io/other/billing")
    assert world.sure(runner) == [0.6]
    workload = world.run("ghcr.io/acme/billing")
    names = {links.FROM: "ghcr.io/acme/billing", links.TO: "ghcr.io/*/billing"}
    world.refer(world.job("build"), RelationKind.DEPLOYS, ById(workload), attributes=names)
    assert (world.sure(workload), world.sure(runner)) == ([0.9], [])


# --- equal names that do not suffice


def doubts(world: World, workload: EntityId) -> list[tuple[float, object]]:
    return [(relation.confidence, relation.attributes.get("doubt")) for relation in world.makers(workload)]


def test_two_dockerfiles_under_one_name_are_ambiguous() -> None:
    world = World()
    world.build("acme/api:1", path="one/Dockerfile")
    world.build("acme/api:2", path="two/Dockerfile")
    assert doubts(world, world.run("acme/api:2")) == [(0.5, "ambiguous")] * 2
    world.build("acme/api:2", path="three/Dockerfile")
    world.build("acme/api:2", path="four/Dockerfile")
    assert doubts(world, world.run("acme/api:2")) == [(0.4, "ambiguous")] * 4


def test_a_build_whose_dockerfile_is_not_known_is_no_rival() -> None:
    world = World()
    world.build("acme/api:1", path="one/Dockerfile")
    world.build("acme/api:1", path="")
    assert doubts(world, world.run("acme/api:1")) == [(1.0, None)] * 2


def test_two_stages_under_one_name_are_told_apart_by_the_words_of_their_tags() -> None:
    world = World()
    world.dockerfile("Dockerfile", "slim", "gpu")
    world.build("acme/api:1.0", path="Dockerfile", target="slim")
    world.build("acme/api:1.0-gpu", path="Dockerfile", target="gpu")
    assert doubts(world, world.run("acme/api:0.9-gpu")) == [(0.5, "other-tag"), (1.0, None)]
    world.run("acme/api:1.0", "two")
    assert doubts(world, world.run("acme/api:0.9-gpu")) == [(1.0, None), (1.0, None)]


def test_a_dockerfile_and_its_last_stage_are_one_thing() -> None:
    world = World()
    world.dockerfile("Dockerfile", "build", "final")
    world.build("acme/api:1", path="Dockerfile")
    world.build("acme/api:2", path="Dockerfile", target="final", job="other")
    assert doubts(world, world.run("acme/api:2")) == [(1.0, None)] * 2


def test_what_is_never_pushed_is_doubtful_and_no_rival() -> None:
    world = World()
    world.build("acme/api:1", path="one/Dockerfile")
    world.build("acme/api:1", path="two/Dockerfile", pushed=False, job="test")
    assert doubts(world, world.run("acme/api:1")) == [(1.0, None), (0.5, "not-pushed")]


def test_what_a_job_builds_for_a_cluster_of_its_own_is_no_rival_of_what_is_pushed() -> None:
    world = World()
    world.build("acme/api:1", path="one/Dockerfile", job="publish")
    world.build("acme/api:1", path="two/Dockerfile", pushed=False, job="try")
    workload = world.run("acme/api:1")
    world.refer(world.job("try"), RelationKind.DEPLOYS, ById(workload), attributes={"cluster": "test"})
    assert doubts(world, workload) == [(1.0, None), (0.5, "ambiguous")]


@pytest.mark.parametrize(("after", "sure"), [("publish", [1.0, 0.5]), ("scan", [1.0, 1.0])])
def test_what_a_job_only_looks_at_does_not_run_once_a_later_one_has_pushed_it(after: str, sure: list[float]) -> None:
    world = World()
    world.build("acme/api:1", job="publish")
    world.build("acme/api:1", pushed=False, job="scan")
    workload = world.run("acme/api:1")
    deploy = world.job("deploy")
    world.refer(world.job("publish"), RelationKind.NEEDS, ById(world.job("scan")))
    world.refer(deploy, RelationKind.NEEDS, ById(world.job(after)))
    world.refer(deploy, RelationKind.DEPLOYS, ById(workload))
    assert sorted(world.sure(workload), reverse=True) == sure


def test_what_is_tried_in_a_cluster_of_the_job_is_not_doubtful() -> None:
    world = World()
    world.build("acme/api:1", pushed=False)
    workload = world.run("acme/api:1")
    assert doubts(world, workload) == [(0.5, "not-pushed")]
    other = world.job("try")
    world.refer(other, RelationKind.NEEDS, ById(ids.job_id(WORKFLOW, "build")))
    world.refer(other, RelationKind.DEPLOYS, ById(world.run("acme/else:1", "else")), attributes={"cluster": "test"})
    assert doubts(world, workload) == [(0.5, "not-pushed")]
    world.refer(other, RelationKind.DEPLOYS, ById(workload), attributes={"cluster": "test"})
    assert doubts(world, workload) == [(1.0, None)]
    world.run("acme/api:1", "two")
    assert doubts(world, workload) == [(1.0, None)]
    world.run("acme/api:1", "three")
    assert doubts(world, workload) == [(0.5, "not-pushed")]


def test_what_a_later_job_sets_and_deploys_reaches_it_whatever_tag_the_manifests_say() -> None:
    world = World()
    world.build("acme/api-local:*", pushed=False)
    workload = world.run("acme/api-local:validate")
    assert doubts(world, workload) == [(0.5, "not-pushed")]
    other = world.job("try")
    world.refer(other, RelationKind.NEEDS, ById(ids.job_id(WORKFLOW, "build")))
    world.refer(other, RelationKind.DEPLOYS, ById(workload), attributes={"cluster": "test"})
    assert doubts(world, workload) == [(0.5, "not-pushed")]
    world.refer(other, RelationKind.DEPLOYS, ById(workload), attributes={"cluster": "test", "image_to": "acme/api-local"})
    assert doubts(world, workload) == [(1.0, None)]


@pytest.mark.parametrize(
    ("registry", "run", "confidence"), [("quay.io", "quay.io/acme/billing", 0.6), ("docker.io", "acme/billing", 0.4)]
)
def test_a_login_says_the_registry_of_a_name_without_one(registry: str, run: str, confidence: float) -> None:
    world = World()
    world.build("*/billing")
    workload = world.run(run)
    assert world.sure(workload) == [0.4]
    world.refer(ids.job_id(WORKFLOW, "build"), RelationKind.AUTHENTICATES, Outside("registry", registry))
    assert world.sure(workload) == [confidence]


def test_one_unknown_name_on_both_sides_is_as_sure_as_its_level() -> None:
    world = World()
    world.build("*/billing", path="one/Dockerfile")
    workload = world.run("*/billing")
    assert doubts(world, workload) == [(0.75, None)]
    world.build("*/billing", path="two/Dockerfile")
    assert doubts(world, workload) == [(0.4, "unknown-name")] * 2


@pytest.mark.parametrize(
    ("attributes", "confidence"),
    [
        ({"image_from": "app-image", "image_to": "ghcr.io/acme/api:1"}, 0.9),
        ({"image_from": "other-image", "image_to": "ghcr.io/acme/api:1"}, None),
        ({"image_to": "ghcr.io/acme/api:1", "image_field": "main"}, 0.9),
        ({"image_to": "ghcr.io/acme/api:1"}, None),
        ({"image_from": "app-image", "image_to": "ghcr.io/acme/none"}, None),
        ({"image_from": "app-image", "image_to": "*/acme/api"}, 0.75),
    ],
)
def test_which_image_of_a_workload_a_deploy_replaces(attributes: dict[str, Any], confidence: float | None) -> None:
    world = World()
    world.build("ghcr.io/acme/api:1")
    workload = world.run("app-image")
    world.refer(workload, RelationKind.RUNS_IMAGE, ByImage("busy:1"), attributes={"container": "side"})
    world.references = [
        r
        if not (isinstance(r.target, ByImage) and r.target.reference == "app-image")
        else replace(r, attributes={"container": "main"})
        for r in world.references
    ]
    world.refer(world.job("deploy"), RelationKind.DEPLOYS, ById(workload), attributes=attributes)
    assert world.sure(workload) == ([] if confidence is None else [confidence])


def test_one_unknown_name_that_is_pushed_and_put_in_place_is_one_image() -> None:
    world = World()
    world.build("ghcr.io/*/api:1")
    workload = world.run("app-image")
    names = {"image_from": "app-image", "image_to": "ghcr.io/*/api"}
    world.refer(world.job("deploy"), RelationKind.DEPLOYS, ById(workload), attributes=names)
    assert world.sure(workload) == [0.7]
    world.refer(world.job("build"), RelationKind.DEPLOYS, ById(workload), attributes=names)
    assert world.sure(workload) == [0.9]


def test_of_two_names_of_a_build_the_one_that_fits_better_is_told() -> None:
    world = World()
    world.build("*/acme/billing:1", "quay.io/*/billing:1")
    (link,) = world.makers(world.run("quay.io/acme/billing:1"))
    assert (link.attributes["level"], link.attributes["as"], link.confidence) == ("P1", "*/acme/billing", 0.75)


def test_a_job_replaces_what_a_kustomization_has_replaced_before() -> None:
    world = World()
    world.build("ghcr.io/acme/api:1")
    workload = world.run("quay.io/other/api-release")
    world.refer(workload, RelationKind.RUNS_IMAGE, ByImage("quay.io/other/api-release"), attributes={"image_from": "controller"})
    names = {"image_from": "controller", "image_to": "ghcr.io/acme/api"}
    world.refer(world.job("deploy"), RelationKind.DEPLOYS, ById(workload), attributes=names)
    assert world.sure(workload) == [0.9]


def test_of_two_builds_that_a_deploy_may_put_there_the_one_with_a_tag_of_the_variant_is_meant() -> None:
    world = World()
    plain = world.build("ghcr.io/acme/api:dev-*", job="one", path="one/Dockerfile")
    world.build("ghcr.io/acme/api:dev-*-coverage", job="two", path="two/Dockerfile")
    workload = world.run("quay.io/other/api-release:1.0")
    names = {links.FROM: "quay.io/other/api-release", links.TO: "ghcr.io/acme/api"}
    world.refer(world.job("deploy"), RelationKind.DEPLOYS, ById(workload), attributes=names)
    assert [one.source for one in world.makers(workload)] == [plain]


def test_what_a_test_replaces_says_nothing_of_a_name_that_is_pushed() -> None:
    world = World()
    world.build("localhost/other:1", path="other/Dockerfile", job="try")
    workload = world.run("acme/api:1")
    names = {"image_from": "acme/api", "image_to": "localhost/other", "cluster": "test"}
    world.refer(world.job("try"), RelationKind.DEPLOYS, ById(workload), attributes=names)
    assert world.sure(workload) == [0.9]
    world.build("acme/api:1")
    assert world.sure(workload) == [1.0]


@pytest.mark.parametrize(
    ("pushed", "run", "linked"),
    [("1.2", "1.3", True), ("1.2-planner", "latest", False), ("1.2-prod", "staging", True), ("planner", "planner-2", True)],
)
def test_names_that_are_alike_are_linked_for_one_variant_only(pushed: str, run: str, linked: bool) -> None:
    world = World()
    build = world.build(f"ghcr.io/acme/sdk:{pushed}")
    workload = world.run(f"acme/sdk:{run}")
    assert world.sure(workload) == ([0.7] if linked else [])
    # A tag of which nothing is known does not make up for those that are.
    world.refer(build, RelationKind.PUBLISHES, ByImage("ghcr.io/acme/sdk:*-*"), attributes={"pushed": True})
    assert world.sure(workload) == ([0.7] if linked else [])


def test_all_tags_of_a_name_stand_together_and_one_push_is_a_push() -> None:
    world = World()
    build = world.build("*/acme/api:1", pushed=False)
    world.refer(build, RelationKind.PUBLISHES, ByImage("*/acme/api:2"), attributes={"pushed": True})
    (link,) = world.makers(world.run("ghcr.io/acme/api"))
    assert (link.attributes["pushed"], link.attributes["tag"]) == (True, ("1", "2"))
    (own,) = [r for r in world.graph().relations if r.target == "image:*/acme/api"]
    assert (own.attributes["pushed"], own.attributes["tag"]) == (True, ("1", "2"))


def test_of_very_many_names_with_one_word_none_is_compared() -> None:
    world = World()
    for number in range(links.MAX_ALIKE + 1):
        world.build(f"registry{number}.example.org/*/billing", job=f"j{number}")
    assert world.sure(world.run("registry7.example.org/acme/billing")) == []


@pytest.mark.parametrize(("pushed", "linked"), [("*", True), ("*-gpu", False)])
def test_a_tag_of_which_nothing_is_known_may_be_any(pushed: str, linked: bool) -> None:
    world = World()
    world.build(f"*/acme/billing:{pushed}")
    assert world.sure(world.run("ghcr.io/acme/billing:eks-v1")) == ([0.75] if linked else [])
