"""Pictures keep their budget, their ids and their order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from archdoc import config
from archdoc.graph import build as build_graph
from archdoc.model import Attribute, Basis, Entity, EntityId, EntityKind, Evidence, Relation, RelationKind
from archdoc.views import Category, Line, View, delivery, deployable, dockerfiles, overview, tracked, workflow
from archdoc.views._draft import CAP, MAX_EDGES, Draft, identifiers
from archdoc.views._layout import direction, widths, within
from archdoc.views._split import parts

WORDS = st.lists(st.text("abcxyz-", min_size=1, max_size=4), min_size=1, max_size=4)


def test_ids_are_slugs_and_only_colliding_ones_carry_a_hash() -> None:
    ids = identifiers({"a/b": "app a b", "a-b": "app a b", "c": "app c", "x" * 90: "app " + "x" * 90})
    assert ids["c"] == "app_c"
    assert ids["a/b"] != ids["a-b"]
    assert all(i.startswith("app_") and len(i) <= 48 for i in ids.values())


@given(st.permutations(["b", "a", "c", "d"]))
def test_the_order_of_additions_does_not_show(keys: list[str]) -> None:
    draft = Draft("v", "v")
    for key in keys:
        draft.node(key, f"app {key}", key, "", Category.WORKLOAD)
    for key in keys:
        draft.edge(key, "a")
    fixed = Draft("v", "v")
    for key in sorted(keys):
        fixed.node(key, f"app {key}", key, "", Category.WORKLOAD)
    for key in sorted(keys):
        fixed.edge(key, "a")
    assert draft.view() == fixed.view()


@given(st.dictionaries(st.text(min_size=1, max_size=6), WORDS, min_size=1, max_size=80), st.integers(1, 12))
def test_parts_hold_everything_once_within_the_limit(keys: dict[str, list[str]], limit: int) -> None:
    split = parts(keys, limit)
    assert sorted(key for part in split for key in part.members) == sorted(keys)
    assert all(len(part.members) <= limit for part in split)


def test_one_more_member_changes_its_own_part_only() -> None:
    keys = {f"{team}/{n}": (team, f"app{n}") for team in ("ads", "search", "shop") for n in range(9)}
    before = {part.name: part.members for part in parts(keys, 10)}
    after = {part.name: part.members for part in parts({**keys, "ads/new": ("ads", "new")}, 10)}
    assert {name for name in after if after[name] != before.get(name)} == {"ads"}


def test_a_wide_row_is_drawn_across() -> None:
    draft = Draft("v", "v")
    draft.node("hub", "hub", "hub", "", Category.WORKLOAD)
    for number in range(9):
        draft.node(str(number), f"leaf {number}", "a-rather-long-title", "", Category.WORKLOAD)
        draft.edge("hub", str(number))
    assert draft.view().direction == "LR"
    assert direction((), ()) == "TB"


def test_an_empty_frame_is_not_drawn_and_edges_to_nowhere_neither() -> None:
    draft = Draft("v", "v")
    draft.group("a", "A")
    draft.group("b", "B")
    draft.node("x", "x", "x", "", Category.WORKLOAD, group="b")
    draft.edge("x", "gone")
    draft.edge("x", "x")
    view = draft.view()
    assert [group.title for group in view.groups] == ["B"]
    assert view.edges == ()


# --- delivery: which job builds which Dockerfile into which image, what runs it, and which job deploys it


def _entity(kind: EntityKind, id_: str, name: str, path: str = "", **more: Any) -> Entity:
    return Entity(EntityId(id_), kind, more.pop("type", kind.value), name, path, 1, **more)


class _Repository:
    """A graph in the making, in the words of a repository."""

    def __init__(self) -> None:
        self.entities: dict[str, Entity] = {}
        self.relations: list[Relation] = []

    def have(self, entity: Entity) -> EntityId:
        self.entities[entity.id] = entity
        return entity.id

    def say(self, source: str, kind: RelationKind, other: str, sure: float = 1.0, **attributes: Attribute) -> None:
        at = (Evidence("f", 1),)
        self.relations.append(Relation(EntityId(source), kind, EntityId(other), Basis.DECLARED, sure, at, attributes=attributes))

    def workflow(self, file: str, *starters: str) -> EntityId:
        path = f".github/workflows/{file}"
        id_ = self.have(_entity(EntityKind.WORKFLOW, f"workflow:{path}", file, path))
        for one in starters:
            event = one if one.startswith("workflow:") else self.have(_entity(EntityKind.TRIGGER, f"trigger:{one}", one, path))
            self.say(event, RelationKind.TRIGGERS, id_)
        return id_

    def job(self, file: str, name: str, *starters: str) -> EntityId:
        workflow = self.workflow(file, *(starters or ("push",)))
        path = f".github/workflows/{file}"
        id_ = self.have(_entity(EntityKind.JOB, f"job:{path}#{name}", name, path))
        self.say(workflow, RelationKind.CONTAINS, id_)
        return id_

    def image(self, name: str) -> EntityId:
        return self.have(_entity(EntityKind.IMAGE, f"image:{name}", name))

    def builds(self, owner: str, name: str, dockerfile: str, *images: str, pushed: bool = True, target: str = "") -> EntityId:
        """A build in a job, or by a file: `owner` is the id of a job or a path."""
        job = owner.startswith("job:")
        id_ = self.have(_entity(EntityKind.IMAGE_BUILD, f"image_build:{owner}/{name}", name, "" if job else owner))
        if job:
            self.say(owner, RelationKind.CONTAINS, id_)
        file = self.have(_entity(EntityKind.DOCKERFILE, f"dockerfile:{dockerfile}", dockerfile, dockerfile))
        self.say(id_, RelationKind.BUILDS, file, target=target)
        for image in images:
            self.say(id_, RelationKind.PUBLISHES, self.image(image), pushed=pushed)
        return id_

    def deployable(self, path: str) -> EntityId:
        name = path.rpartition("/")[2]
        return self.have(_entity(EntityKind.DEPLOYABLE, f"deployable:{path}", name, path, type="kustomization"))

    def runs(self, place: str, name: str, *images: str) -> EntityId:
        deployable = self.deployable(place)
        id_ = f"workload:{place}//apps/Deployment/{name}"
        self.have(_entity(EntityKind.WORKLOAD, id_, name, place, type="apps/v1/Deployment", namespace="", deployable=deployable))
        for image in images:
            self.say(id_, RelationKind.RUNS_IMAGE, self.image(image))
        return EntityId(id_)

    def views(self) -> dict[str, View]:
        made = delivery.views(build_graph(self.entities.values(), self.relations, ()))
        assert len({view.id for view in made}) == len(made)
        return {view.id: view for view in made}


def _arrows(view: View) -> list[str]:
    """Every arrow as ``title -label-> title``; ``~`` for a dotted one."""
    titles = {node.id: node.title for node in view.nodes}
    return sorted(
        f"{titles[edge.source]} {'~' if edge.line is Line.DOTTED else '-'}{edge.label}> {titles[edge.target]}"
        for edge in view.edges
    )


def _says(view: View) -> list[str]:
    return sorted(f"{node.title} / {node.subtitle}" for node in view.nodes)


def _shown(views: Iterable[View]) -> set[str]:
    return {entity for view in views for node in view.nodes for entity in node.entities}


def _product(name: str = "api", file: str = "release.yml") -> _Repository:
    repository = _Repository()
    repository.builds(
        repository.job(file, "build"), f"build-{name}", f"services/{name}/Dockerfile", f"ghcr.io/acme/{name}", target="runtime"
    )
    repository.runs("k8s/prod", name, f"ghcr.io/acme/{name}")
    deploy = repository.job(file, "deploy")
    repository.say(deploy, RelationKind.DEPLOYS, repository.deployable("k8s/prod"))
    repository.say(deploy, RelationKind.TARGETS, repository.have(_entity(EntityKind.ENVIRONMENT, "environment:prod", "prod")))
    return repository


def test_one_product_is_one_picture_from_the_dockerfile_to_the_cluster() -> None:
    (view,) = _product().views().values()
    assert view.id == "delivery"
    assert _arrows(view) == ["api -> api", "build -> api", "deploy -deploys to prod> prod", "services/api -stage runtime> build"]
    assert [group.title for group in view.groups] == ["Source", "Jobs", "Images", "prod"]
    frames = {group.id: group.title for group in view.groups}
    assert {node.title for node in view.nodes if frames[node.group or ""] == "prod"} == {"api", "prod"}


def test_a_write_back_is_told_from_a_deploy() -> None:
    repository = _product()
    repository.say(repository.job("release.yml", "bump"), RelationKind.DEPLOYS, "deployable:k8s/prod", writes=True)
    assert "bump -updates> prod" in _arrows(repository.views()["delivery"])


def test_links_that_are_less_than_sure_are_dotted() -> None:
    repository = _product()
    id_ = repository.runs("k8s/prod", "worker")
    repository.say(id_, RelationKind.RUNS_IMAGE, "image:ghcr.io/acme/api", 0.5)
    assert "api ~> worker" in _arrows(repository.views()["delivery"])


def test_rows_for_architectures_are_one_box_and_so_are_workflows_that_build_the_same() -> None:
    repository = _Repository()
    for arch in ("arm64", "amd64"):
        repository.builds(repository.job("docker.yml", f"{arch}-api"), f"build-{arch}", "Dockerfile", "ghcr.io/acme/api")
    (view,) = repository.views().values()
    assert _says(view) == ["Dockerfile / ", "amd64-api … / docker", "api / ghcr.io/acme"]
    repository.builds(repository.job("nightly.yml", "all"), "build", "Dockerfile", "ghcr.io/acme/api")
    (view,) = repository.views().values()
    assert _says(view) == ["Dockerfile / ", "api / ghcr.io/acme", "docker.yml / nightly"]
    assert {entity for entity in repository.entities if entity.startswith("image_build:")} <= _shown([view])


def test_builds_of_one_job_are_a_box_each_so_that_each_dockerfile_leads_to_its_image() -> None:
    repository = _Repository()
    job = repository.job("docker.yml", "build")
    for name in ("api", "web"):
        repository.builds(job, f"image@{name}", f"{name}/Dockerfile", f"ghcr.io/acme/{name}-image")
    (view,) = repository.views().values()
    assert _arrows(view) == ["api -> api", "api -> api-image", "web -> web", "web -> web-image"]
    assert "api / build · docker" in _says(view)


def test_an_image_in_two_registries_is_one_box_unless_workloads_tell_them_apart() -> None:
    repository = _Repository()
    repository.builds(repository.job("docker.yml", "build"), "b", "Dockerfile", "ghcr.io/acme/api", "quay.io/acme/api")
    (view,) = repository.views().values()
    assert "api / ghcr.io/acme, quay.io/acme" in _says(view)
    repository.runs("k8s", "api", "quay.io/acme/api")
    (view,) = repository.views().values()
    assert {"api / ghcr.io/acme", "api / quay.io/acme"} <= set(_says(view))


def test_what_releases_nothing_stands_apart() -> None:
    repository = _product()
    repository.builds(repository.job("pr.yml", "check", "pull_request"), "b", "services/api/Dockerfile", "test/api", pushed=False)
    trial = repository.job("trial.yml", "trial", "workflow:.github/workflows/pr.yml", "workflow_run", "workflow_dispatch")
    repository.say(trial, RelationKind.DEPLOYS, "deployable:k8s/prod")
    kind = repository.job("release.yml", "e2e")
    repository.say(kind, RelationKind.DEPLOYS, repository.deployable("k8s/kind"), cluster="test")
    views = repository.views()
    assert list(views) == ["delivery", "delivery:not-released"]
    assert not {"check", "trial", "e2e"} & {node.title for node in views["delivery"].nodes}
    assert _arrows(views["delivery:not-released"]) == [
        "check -builds> api",
        "e2e ~tests with> kind",
        "services/api -> check",
        "trial ~tests with> prod",
    ]


def test_jobs_of_a_workflow_that_test_with_the_same_are_one_box() -> None:
    repository = _product()
    for name in ("a", "b"):
        repository.say(repository.job("e2e.yml", name), RelationKind.DEPLOYS, repository.deployable("k8s/kind"), cluster="test")
    assert _says(repository.views()["delivery:not-released"]) == ["a, b / e2e", "kind / kustomization"]


def test_a_build_that_only_pull_requests_start_counts_where_something_runs_its_image() -> None:
    repository = _Repository()
    job = repository.job("pr.yml", "preview", "pull_request")
    repository.builds(job, "b", "Dockerfile", "ghcr.io/acme/api")
    repository.runs("k8s", "api", "ghcr.io/acme/api")
    assert list(repository.views()) == ["delivery"]


def test_what_a_file_builds_joins_the_job_that_builds_it_and_stands_alone_otherwise() -> None:
    repository = _product()
    repository.builds("skaffold.yaml", "api", "services/api/Dockerfile", "ghcr.io/acme/api", target="runtime")
    repository.builds("skaffold.yaml", "web", "services/web/Dockerfile", "ghcr.io/acme/web")
    view = repository.views()["delivery"]
    assert "web / skaffold.yaml" in _says(view)
    assert not any(said == "api / skaffold.yaml" for said in _says(view))
    assert "image_build:skaffold.yaml/api" in _shown([view])


def test_images_built_elsewhere_are_a_box_each_with_what_runs_them() -> None:
    repository = _product()
    repository.runs("k8s/prod", "cache", "redis")
    repository.runs("k8s/prod", "queue", "redis")
    repository.runs("k8s/prod", "api", "ghcr.io/acme/api", "envoy")
    repository.say(repository.job("release.yml", "test"), RelationKind.RUNS_IMAGE, repository.image("postgres"))
    views = repository.views()
    assert _says(views["delivery:elsewhere"]) == ["api / runs envoy", "cache, queue / runs redis", "test / runs postgres"]
    assert "images built elsewhere that run beside" in views["delivery"].omitted


def test_a_resource_whose_controller_runs_an_image_counts_as_a_workload() -> None:
    repository = _product()
    place = repository.deployable("k8s/prod")
    runtime = _entity(EntityKind.RESOURCE, "resource:k8s/prod/r", "r", type="serving.kserve.io/ServingRuntime", deployable=place)
    repository.say(repository.have(runtime), RelationKind.RUNS_IMAGE, "image:ghcr.io/acme/api")
    repository.say(runtime.id, RelationKind.RUNS_IMAGE, repository.image("proxy"))
    views = repository.views()
    assert "api -> r" in _arrows(views["delivery"])
    assert _says(views["delivery:elsewhere"]) == ["r / runs proxy"]


def test_a_base_that_is_built_here_is_told_below_the_dockerfile() -> None:
    repository = _product()
    repository.builds(repository.job("base.yml", "base"), "b", "base/Dockerfile", "ghcr.io/acme/base")
    stage = repository.have(_entity(EntityKind.STAGE, "stage:services/api/Dockerfile#0", "0", "services/api/Dockerfile"))
    repository.say("dockerfile:services/api/Dockerfile", RelationKind.CONTAINS, stage)
    repository.say(stage, RelationKind.BASED_ON, "image:ghcr.io/acme/base")
    assert "services/api / FROM base" in _says(repository.views()["delivery"])


def test_the_same_workload_in_many_deployables_and_many_of_one_deployable_are_one_box() -> None:
    repository = _product()
    for place in "abcd":
        repository.runs(f"k8s/{place}", "agent", "ghcr.io/acme/api")
        repository.runs("k8s/samples", f"sample-{place}", "ghcr.io/acme/api")
    repository.runs("k8s/samples", "sample-e", "ghcr.io/acme/api")
    said = _says(repository.views()["delivery"])
    assert "agent / Deployment · several" in said
    assert "sample-a, sample-b … / Deployment · samples" in said


def _services(names: Iterable[str]) -> _Repository:
    repository = _Repository()
    job = repository.job("release.yml", "build")
    for name in names:
        repository.builds(job, f"image@{name}", f"src/{name}/Dockerfile", f"ghcr.io/acme/{name}")
        repository.runs("k8s/prod", name, f"ghcr.io/acme/{name}")
    repository.say(repository.job("deploy.yml", "deploy"), RelationKind.DEPLOYS, "deployable:k8s/prod")
    return repository


MANY = [f"{letter}{n}-service" for letter in "adgjmpsv" for n in range(3)]


def test_many_images_are_a_map_and_parts_within_the_budget_that_hold_everything() -> None:
    repository = _services(MANY)
    views = repository.views()
    assert len(views) > 3
    assert all(len(view.nodes) <= CAP and len(view.edges) <= MAX_EDGES for view in views.values())
    told = (EntityKind.IMAGE_BUILD, EntityKind.IMAGE, EntityKind.WORKLOAD, EntityKind.DOCKERFILE, EntityKind.JOB)
    assert {one.id for one in repository.entities.values() if one.kind in told} <= _shown(views.values())
    arrows = _arrows(views["delivery"])
    assert "deploy.yml -deploys> k8s/prod" in arrows
    parts = {name.partition(":")[2] for name in views if name != "delivery"}
    assert {node.title for node in views["delivery"].nodes if node.category is Category.ARTIFACT} <= parts
    for name in parts:
        assert "deploy -deploys> prod" in _arrows(views[f"delivery:{name}"])


def test_one_more_service_changes_its_own_part_only() -> None:
    before, after = _services(MANY).views(), _services([*MANY, "a9-service"]).views()
    changed = {name for name in after if before.get(name) != after[name]}
    assert len(changed) == 1
    old, new = before[changed.copy().pop()], after[changed.pop()]
    assert {node.title for node in new.nodes} - {node.title for node in old.nodes} == {"a9-service", "src/a9-service"}


def test_a_folder_named_like_a_section_is_another_picture() -> None:
    repository = _services([])
    job = repository.job("release.yml", "build")
    for n in range(14):
        repository.builds(job, f"image@{n}", f"elsewhere/{n}/Dockerfile", f"ghcr.io/acme/e{n}")
        repository.builds(job, f"image@x{n}", f"src/{n}/Dockerfile", f"ghcr.io/acme/s{n}")
    repository.runs("k8s/prod", "cache", "redis")
    views = repository.views()
    assert any(name.startswith("delivery:./elsewhere") for name in views)
    assert _says(views["delivery:elsewhere"]) == ["cache / runs redis"]


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_every_delivery_stands_in_a_picture_within_the_budget(data: st.DataObject) -> None:
    repository = _Repository()
    numbers = st.integers(0, 12)
    jobs = [repository.job(f"w{n % 3}.yml", f"j{n}", "pull_request" if n % 3 == 2 else "push") for n in range(9)]
    for _ in range(data.draw(st.integers(0, 60))):
        owner = data.draw(st.sampled_from([*jobs, "compose.yaml", "skaffold.yaml"]))
        images = data.draw(st.lists(numbers, max_size=8))
        name, file = data.draw(numbers), data.draw(numbers)
        repository.builds(
            owner, f"b@{name}", f"d{file}/Dockerfile", *(f"r{n % 2}/i{n}" for n in images), pushed=data.draw(st.booleans())
        )
    for _ in range(data.draw(st.integers(0, 60))):
        images = data.draw(st.lists(numbers, min_size=1, max_size=6))
        repository.runs(f"k8s/p{data.draw(numbers)}", f"app{data.draw(numbers)}", *(f"r{n % 2}/i{n}" for n in images))
    for _ in range(data.draw(st.integers(0, 40))):
        place = repository.deployable(f"k8s/p{data.draw(st.integers(0, 60))}")
        repository.say(data.draw(st.sampled_from(jobs)), RelationKind.DEPLOYS, place)
    views = repository.views()
    assert all(len(view.nodes) <= CAP and len(view.edges) <= MAX_EDGES for view in views.values())
    told: set[str] = {one.id for one in repository.entities.values() if one.kind is EntityKind.IMAGE_BUILD}
    for relation in repository.relations:
        if relation.kind in (RelationKind.PUBLISHES, RelationKind.BUILDS, RelationKind.RUNS_IMAGE, RelationKind.DEPLOYS):
            told |= {relation.target} if relation.kind is RelationKind.BUILDS else {relation.source, relation.target}
    assert told <= _shown(views.values())


def test_a_workflow_whose_one_job_deploys_very_much_is_folded_by_folders() -> None:
    repository = _Repository()
    job = repository.job("all.yml", "deploy")
    for place in (f"k8s/{area}/{number:02}" for area in ("base", "apps") for number in range(30)):
        target = repository.have(_entity(EntityKind.DEPLOYABLE, f"deployable:{place}", place, place))
        repository.say(job, RelationKind.DEPLOYS, target)
    graph = build_graph(repository.entities.values(), repository.relations, ())
    (view,) = workflow.views(graph)
    assert len(view.nodes) <= CAP
    assert {"k8s/base", "k8s/apps"} <= {node.title for node in view.nodes}


def test_every_key_of_track_has_a_picture() -> None:
    assert tuple(tracked.TRACKED) == config.TRACKED


# --- deployables: what runs, who calls whom, and where pictures are shared


def _pictures(repository: _Repository) -> dict[str, View]:
    made = deployable.views(build_graph(repository.entities.values(), repository.relations, ()))
    assert len({view.id for view in made}) == len(made)
    return {view.id: view for view in made}


def _place(repository: _Repository, place: str, *names: str, namespace: str = "", image: str = "") -> list[EntityId]:
    home = repository.deployable(place)
    made = []
    for name in names:
        id_ = f"workload:{place}:{namespace}/Deployment/{name}"
        made.append(
            repository.have(
                _entity(EntityKind.WORKLOAD, id_, name, place, type="apps/v1/Deployment", namespace=namespace, deployable=home)
            )
        )
        repository.say(home, RelationKind.CONTAINS, id_)
        if image:
            repository.say(id_, RelationKind.RUNS_IMAGE, repository.image(image))
    return made


def _published(repository: _Repository, place: str, target: EntityId) -> None:
    id_ = f"service:{place}:Service/public"
    home = repository.deployable(place)
    repository.have(_entity(EntityKind.SERVICE, id_, "public", place, deployable=home, attributes={"type": "LoadBalancer"}))
    repository.say(home, RelationKind.CONTAINS, id_)
    repository.say(id_, RelationKind.SELECTS, target)


MANY_APPS = [f"app{n}" for n in range(6)]


def test_a_call_into_another_deployable_is_drawn_at_both_ends() -> None:
    repository = _Repository()
    shop, stock = _place(repository, "k8s/shop", *MANY_APPS), _place(repository, "k8s/stock", *(f"part{n}" for n in range(6)))
    repository.say(shop[0], RelationKind.CONNECTS_TO, stock[0])
    views = _pictures(repository)
    assert _arrows(views["deployable:k8s/shop"]) == _arrows(views["deployable:k8s/stock"]) == ["app0 -> part0"]
    assert "part0 / in k8s/stock" in _says(views["deployable:k8s/shop"])
    assert "app0 / in k8s/shop" in _says(views["deployable:k8s/stock"])
    assert {n.category for n in views["deployable:k8s/shop"].nodes if n.title == "part0"} == {Category.CONTEXT}


def test_neighbours_that_are_too_many_are_a_box_for_each_deployable() -> None:
    repository = _Repository()
    (hub, *_) = _place(repository, "k8s/hub", *MANY_APPS)
    for caller in _place(repository, "k8s/all", *(f"caller{n}" for n in range(24))):
        repository.say(caller, RelationKind.CONNECTS_TO, hub)
    assert _arrows(_pictures(repository)["deployable:k8s/hub"]) == ["k8s/all -> app0"]


def test_small_deployables_of_a_namespace_that_call_each_other_are_its_picture() -> None:
    repository = _Repository()
    made = {name: _place(repository, f"apps/{name}/prod", name, namespace="prod")[0] for name in ("web", "api", "cron")}
    repository.say(made["web"], RelationKind.CONNECTS_TO, made["api"])
    views = _pictures(repository)
    assert set(views) == {"namespace:prod", "deployable:apps/cron/prod"}
    assert _arrows(views["namespace:prod"]) == ["web -> api"]
    assert views["namespace:prod"].groups == ()


def test_small_deployables_that_do_not_call_share_a_picture_by_folder_with_a_frame_and_users_each() -> None:
    repository = _Repository()
    for stage in ("dev", "prod", "test"):
        place = f"web/overlays/{stage}"
        (web,) = _place(repository, place, "web", namespace=stage)
        _published(repository, place, web)
    (view,) = _pictures(repository).values()
    assert view.id == "deployable:.:small"
    assert [group.title for group in view.groups] == [f"web/overlays/{stage}" for stage in ("dev", "prod", "test")]
    assert {node.group for node in view.nodes if node.title == "Users"} == {group.id for group in view.groups}


def test_two_small_deployables_that_do_not_call_keep_their_pictures() -> None:
    repository = _Repository()
    _place(repository, "k8s/big", *MANY_APPS)
    _place(repository, "k8s/tiny", "one")
    _place(repository, "k8s/small", "two")
    assert set(_pictures(repository)) == {"deployable:k8s/big", "deployable:k8s/small", "deployable:k8s/tiny"}


def test_one_more_small_deployable_changes_the_picture_of_its_folder_only() -> None:
    def drawn(*more: str) -> dict[str, View]:
        repository = _Repository()
        for place in (*(f"{team}/{n}" for team in ("ads", "search", "shop") for n in range(5)), *more):
            _place(repository, place, "app")
        return _pictures(repository)

    before, after = drawn(), drawn("ads/9")
    assert {name for name in after if after[name] != before.get(name)} == {"deployable:ads:small"}
    assert set(before) == set(after)


def test_what_nearly_all_call_is_told_apart_in_a_crowded_picture_only() -> None:
    names = [f"app{n:02}" for n in range(16)]

    def drawn(calls: int) -> dict[str, View]:
        repository = _Repository()
        apps = _place(repository, "k8s", *names)
        (collector,) = _place(repository, "k8s", "collector")
        for app in apps:
            repository.say(app, RelationKind.CONNECTS_TO, collector)
        pairs = [(a, b) for a in range(16) for b in range(a + 1, 16) if b - a <= 3]
        for a, b in pairs[:calls]:
            repository.say(apps[a], RelationKind.CONNECTS_TO, apps[b])
        return _pictures(repository)

    assert set(drawn(14)) == {"deployable:k8s"}
    views = drawn(15)
    assert set(views) == {"deployable:k8s", "deployable:k8s:calls to collector"}
    assert _arrows(views["deployable:k8s:calls to collector"]) == [f"{name} -> collector" for name in names]
    assert not any("collector" in arrow for arrow in _arrows(views["deployable:k8s"]))
    assert "collector / called by nearly all" in _says(views["deployable:k8s"])
    assert views["deployable:k8s"].omitted == ("calls to collector, which have a picture of their own",)


@given(st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)), max_size=120), st.integers(1, 40), st.booleans())
@settings(max_examples=40, deadline=None)
def test_every_workload_and_every_call_of_deployables_stands_in_a_picture_within_the_budget(
    calls: list[tuple[int, int]], places: int, named: bool
) -> None:
    repository = _Repository()
    apps = [
        _place(repository, f"area{n % 3}/{n % places}", f"app{n}", namespace=f"ns{n % 2}" if named else "")[0] for n in range(40)
    ]
    for a, b in calls:
        repository.say(apps[a], RelationKind.CONNECTS_TO, apps[b])
    views = _pictures(repository)
    assert all(len(view.nodes) <= CAP for view in views.values())
    assert set(apps) <= _shown(views.values())
    drawn = {arrow.replace("~", "-") for view in views.values() for arrow in _arrows(view)}
    if not any(node.subtitle in ("other part", "other deployable") for view in views.values() for node in view.nodes):
        assert {f"app{a} -> app{b}" for a, b in calls if a != b} <= drawn


def test_a_deployment_of_a_database_is_drawn_as_a_store_and_its_exporter_is_not() -> None:
    repository = _Repository()
    (redis,) = _place(repository, "k8s", "cart-cache", image="docker.io/library/redis")
    repository.say(redis, RelationKind.RUNS_IMAGE, repository.image("docker.io/oliver006/redis_exporter"))
    _place(repository, "k8s", "watcher", image="docker.io/oliver006/redis_exporter")
    _place(repository, "k8s", "proxied", image="ghcr.io/acme/app")
    repository.say("workload:k8s:/Deployment/proxied", RelationKind.RUNS_IMAGE, "image:docker.io/library/redis")
    (view,) = _pictures(repository).values()
    assert {node.title: node.category for node in view.nodes} == {
        "cart-cache": Category.DATA,
        "watcher": Category.WORKLOAD,
        "proxied": Category.WORKLOAD,
    }


def test_a_long_edge_takes_room_in_the_rows_that_it_passes() -> None:
    draft = Draft("v", "v")
    draft.node("start", "start", "start", "", Category.WORKLOAD)
    for number in range(3):
        draft.node(f"{number}", f"n {number}", "a-long-title-here", "", Category.WORKLOAD)
        draft.edge("start", f"{number}")
    for number in range(8):
        draft.node(f"end{number}", f"end {number}", "x", "", Category.WORKLOAD)
        draft.edge("0", f"end{number}")
    assert draft.view().direction == "TB"
    for number in range(8):
        draft.edge("start", f"end{number}")
    assert draft.view().direction == "LR"


def test_inside_a_frame_that_no_edge_leaves_the_direction_is_written_where_mermaids_own_is_too_wide() -> None:
    def drawn(leaves: int) -> View:
        draft = Draft("v", "v")
        for frame in ("one", "two"):
            draft.group(frame, frame)
            draft.node(f"{frame} hub", f"{frame} hub", "hub", "", Category.WORKLOAD, group=frame)
        draft.node("two leaf", "two leaf", "leaf", "", Category.WORKLOAD, group="two")
        draft.edge("two hub", "two leaf")
        for number in range(leaves):
            draft.node(f"leaf {number}", f"leaf {number}", "a-rather-long-title", "", Category.WORKLOAD, group="one")
            draft.edge("one hub", f"leaf {number}")
        return draft.view()

    few, many = drawn(2), drawn(6)
    assert few.direction == many.direction == "LR"
    assert {group.title: within(few, group.id) for group in few.groups} == {"one": "", "two": ""}
    assert {group.title: within(many, group.id) for group in many.groups} == {"one": "LR", "two": ""}


def _overview(repository: _Repository) -> View:
    (view,) = overview.views(build_graph(repository.entities.values(), repository.relations, ()))
    return view


def test_an_overview_of_more_folders_than_boxes_shows_the_largest_and_the_rest_as_one() -> None:
    def drawn(folders: Iterable[str]) -> View:
        repository = _Repository()
        for folder in folders:
            _place(repository, folder, "app", "more")
        _place(repository, "z/second", "app")
        return _overview(repository)

    view = drawn("abcdefghkz")
    assert {"z / deployables", "other folders / a folder each"} <= set(_says(view))
    assert len([node for node in view.nodes if node.category is Category.WORKLOAD and node.title.startswith("app")]) <= 5
    assert drawn("abcdefghijkz") == view


def test_an_overview_opens_a_folder_that_alone_would_say_too_little() -> None:
    repository = _Repository()
    _place(repository, "docs", "app", "more")
    for part in "abcdefgh":
        for variant in ("base", "overlay"):
            _place(repository, f"parts/{part}/{variant}", "app", "more")
    assert {"parts/a / deployables", "parts/e / deployables", "parts/… / deployables"} <= set(_says(_overview(repository)))


def test_an_overview_that_arrows_would_fill_is_told_by_coarser_folders() -> None:
    def drawn(variants: int) -> View:
        repository = _Repository()
        for variant in range(variants):
            first, second = _place(repository, f"k8s/v{variant}", "front", "back")
            _published(repository, f"k8s/v{variant}", first)
            for other in range(variants):
                for one in _place(repository, f"k8s/v{other}", "front"):
                    repository.say(second, RelationKind.CONNECTS_TO, one)
        _place(repository, "one", "app", "more")
        _place(repository, "two", "app", "more")
        return _overview(repository)

    assert "k8s" not in {node.title for node in drawn(2).nodes}
    assert "k8s" in {node.title for node in drawn(5).nodes}
    assert len(drawn(5).edges) <= 15


def test_workflows_that_lead_nowhere_are_left_out_beside_others_and_one_box_alone() -> None:
    def drawn(pushes: bool) -> View:
        repository = _Repository()
        for name in ("lint.yml", "release.yml"):
            job = repository.job(name, "build")
            image = "ghcr.io/acme/app" if pushes and name == "release.yml" else None
            repository.builds(job, f"{name}@app", "Dockerfile", *([image] if image else []))
        _place(repository, "k8s", "app", image="ghcr.io/acme/app")
        return _overview(repository)

    assert [node.title for node in drawn(True).nodes if node.category is Category.PIPELINE] == ["release.yml"]
    assert "workflows that push and deploy nothing that is drawn here" in drawn(True).omitted
    assert [node.title for node in drawn(False).nodes if node.category is Category.PIPELINE] == ["GitHub Actions"]


def test_what_nothing_leads_to_takes_room_beside_what_it_leads_to_and_not_in_the_first_row() -> None:
    draft = Draft("v", "v")
    for number in range(5):
        draft.node(f"chain{number}", f"chain {number}", "x", "", Category.WORKLOAD)
        draft.edge(f"chain{number - 1}", f"chain{number}")
    for number in range(1, 5):
        draft.node(f"start{number}", f"start {number}", "a-rather-long-name-of-it", "", Category.WORKLOAD)
        draft.edge(f"start{number}", f"chain{number}")
    assert draft.view().direction == "TB"


# --- who comes in, what keeps data, what is none of the story


def _service(repository: _Repository, place: str, name: str, *targets: EntityId, **attributes: Attribute) -> EntityId:
    id_, home = f"service:{place}:Service/{name}", repository.deployable(place)
    repository.have(_entity(EntityKind.SERVICE, id_, name, place, deployable=home, attributes=attributes))
    repository.say(home, RelationKind.CONTAINS, id_)
    for target in targets:
        repository.say(id_, RelationKind.SELECTS, target)
    return EntityId(id_)


def _composed(repository: _Repository, **ports: tuple[str, ...]) -> dict[str, EntityId]:
    home = repository.deployable("compose.yaml")
    made = {}
    for name, published in ports.items():
        about: dict[str, Attribute] = {"ports": published} if published else {}
        one = _entity(
            EntityKind.WORKLOAD,
            f"workload:compose.yaml:service/{name}",
            name,
            type="compose/service",
            deployable=home,
            attributes=about,
        )
        made[name] = repository.have(one)
        repository.say(home, RelationKind.CONTAINS, one.id)
    return made


def test_people_come_in_by_the_ports_that_compose_publishes_on_the_host() -> None:
    repository = _Repository()
    made = _composed(
        repository,
        web=("8080:80",),
        api=("8000:8000",),
        cache=("6379",),
        admin=("127.0.0.1:9000:9000", "[::1]:9000:9000"),
        tool=("*:81",),
        plain=(),
    )
    repository.say(made["web"], RelationKind.CONNECTS_TO, made["api"])
    (view,) = _pictures(repository).values()
    assert {arrow for arrow in _arrows(view) if arrow.startswith("Users")} == {"Users -> tool", "Users -> web"}
    said = {
        "admin / service",
        "api / service :8000",
        "cache / service",
        "plain / service",
        "tool / service",
        "web / service :8080",
    }
    assert said <= set(_says(view))
    (drawn,) = overview.views(build_graph(repository.entities.values(), repository.relations, ()))
    assert {arrow for arrow in _arrows(drawn) if arrow.startswith("Users")} == {"Users -> tool", "Users -> web"}


def test_of_published_ports_that_call_each_other_both_let_people_in() -> None:
    repository = _Repository()
    made = _composed(repository, web=("80:80",), auth=("81:81",))
    repository.say(made["web"], RelationKind.CONNECTS_TO, made["auth"])
    repository.say(made["auth"], RelationKind.CONNECTS_TO, made["web"])
    (view,) = _pictures(repository).values()
    assert {"Users -> auth", "Users -> web"} <= set(_arrows(view))


def test_services_for_metrics_and_webhooks_are_folded_unless_something_leads_to_them() -> None:
    repository = _Repository()
    (manager, caller, *_) = _place(repository, "k8s", "manager", "caller", "a", "b")
    _service(repository, "k8s", "manager-metrics", manager, type="ClusterIP")
    _service(repository, "k8s", "hooks", manager, ports=("443->9443/TCP webhook-server",))
    _service(repository, "k8s", "called-metrics", manager)
    repository.say(caller, RelationKind.CONNECTS_TO, "service:k8s:Service/called-metrics")
    _service(repository, "k8s", "open-metrics", manager, type="NodePort")
    _service(repository, "k8s", "lonely-metrics")
    (view,) = _pictures(repository).values()
    shown = {node.title for node in view.nodes if node.category is Category.NETWORK}
    assert shown == {"called-metrics", "open-metrics", "lonely-metrics"}
    assert any("service:k8s:Service/hooks" in node.entities for node in view.nodes)


def test_a_store_that_its_own_image_makes_ready_is_a_store_and_so_is_one_by_its_name() -> None:
    repository = _Repository()
    (bucket,) = _place(repository, "k8s", "objects")
    repository.say(bucket, RelationKind.RUNS_IMAGE, repository.image("quay.io/minio/minio"), init=True)
    (waiting,) = _place(repository, "k8s", "waiting", image="ghcr.io/acme/app")
    repository.say(waiting, RelationKind.RUNS_IMAGE, repository.image("docker.io/library/postgres"), init=True)
    _place(repository, "k8s", "kafka", image="ghcr.io/acme/platform")
    (view,) = _pictures(repository).values()
    assert {node.title: node.category for node in view.nodes} == {
        "objects": Category.DATA,
        "waiting": Category.WORKLOAD,
        "kafka": Category.DATA,
    }


def test_a_need_that_passes_an_artifact_is_one_arrow() -> None:
    repository = _Repository()
    build, test = repository.job("ci.yml", "build"), repository.job("ci.yml", "test")
    repository.say(test, RelationKind.NEEDS, build)
    repository.say(build, RelationKind.PASSES_ARTIFACT, test)
    (view,) = workflow.views(build_graph(repository.entities.values(), repository.relations, ()))
    assert [arrow for arrow in _arrows(view) if arrow.startswith("build")] == ["build -artifact> test"]


def test_a_hub_that_all_call_keeps_within_the_budget_and_says_what_is_left_out() -> None:
    repository = _Repository()
    (hub, *_) = _place(repository, "k8s/hub", *MANY_APPS)
    for n in range(50):
        (caller,) = _place(repository, f"apps/{n}", f"caller{n}")
        repository.say(caller, RelationKind.CONNECTS_TO, hub)
    views = _pictures(repository)
    assert all(len(view.nodes) <= CAP and len(view.edges) <= MAX_EDGES for view in views.values())
    assert "neighbours that no picture could hold" in {said for view in views.values() for said in view.omitted}


def test_frames_without_arrows_stand_one_below_the_other() -> None:
    draft = Draft("v", "v")
    for name in ("one", "two"):
        draft.group(name, name)
        draft.node(name, name, name, "", Category.WORKLOAD, group=name)
    assert draft.view().direction == "LR"


def _needing(needs: dict[str, list[str]]) -> View:
    repository = _Repository()
    made = {name: repository.job("ci.yml", name) for name in needs}
    for name, others in needs.items():
        for other in others:
            repository.say(made[name], RelationKind.NEEDS, made[other])
    (view,) = workflow.views(build_graph(repository.entities.values(), repository.relations, ()))
    return view


def test_needs_that_others_imply_go_from_a_crowded_picture_only() -> None:
    def drawn(jobs: int) -> View:
        return _needing({f"j{n}": [f"j{m}" for m in range(n)] for n in range(jobs)})

    assert "needs that others imply" not in drawn(6).omitted
    assert _arrows(drawn(7)) == [*(f"j{n} -> j{n + 1}" for n in range(6)), "push -> j0"]
    assert "needs that others imply" in drawn(7).omitted


def test_where_each_job_needs_each_of_others_one_joint_stands_for_the_arrows_that_would_cross() -> None:
    def drawn(tests: int) -> list[str]:
        builds: dict[str, list[str]] = {f"build{n}": [] for n in range(2)}
        view = _needing({**builds, **{f"test{n}": [*builds] for n in range(tests)}, "late": ["build0"]})
        return [arrow for arrow in _arrows(view) if "push" not in arrow]

    assert "build1 -> test2" in drawn(3)
    assert drawn(4) == [
        "build0 -> each",
        "build0 -> late",
        "build1 -> each",
        *(f"each -> test{n}" for n in range(4)),
    ]


def test_workflows_are_named_where_there_is_nothing_else_to_show() -> None:
    repository = _Repository()
    repository.job("lint.yml", "lint")
    repository.job("test.yml", "test")
    assert [node.title for node in _overview(repository).nodes] == ["lint.yml", "test.yml"]


def test_workflows_that_each_push_to_each_registry_have_a_joint_in_the_overview() -> None:
    repository = _Repository()
    for n in range(4):
        job = repository.job(f"w{n}.yml", "build")
        images = [f"{owner}/acme/s{n}{part}" for owner in ("docker.io", "ghcr.io") for part in "abc"]
        repository.builds(job, f"b@{n}", f"s{n}/Dockerfile", *images)
    view = _overview(repository)
    assert {node.title: node.group for node in view.nodes}["each"] == view.groups[0].id
    assert _arrows(view) == [
        "each -pushes> docker.io/acme",
        "each -pushes> ghcr.io/acme",
        *(f"w{n}.yml -> each" for n in range(4)),
    ]


def test_the_overview_tells_deploys_of_tests_from_others() -> None:
    repository = _Repository()
    _place(repository, "k8s", *(f"app{n}" for n in range(13)))
    for name, starter in (("release.yml", "push"), ("test.yml", "pull_request")):
        repository.say(repository.job(name, "deploy", starter), RelationKind.DEPLOYS, "deployable:k8s")
    view = _overview(repository)
    assert _arrows(view) == ["release.yml -deploys> k8s"]
    assert "deploys that only test" in view.omitted


def test_artifacts_are_not_told_in_a_crowded_picture() -> None:
    def drawn(tests: int) -> View:
        repository = _Repository()
        build = repository.job("ci.yml", "build")
        for n in range(tests):
            test = repository.job("ci.yml", f"test{n}")
            repository.say(test, RelationKind.NEEDS, build)
            repository.say(build, RelationKind.PASSES_ARTIFACT, test)
        (view,) = workflow.views(build_graph(repository.entities.values(), repository.relations, ()))
        return view

    assert "build -artifact> test0" in _arrows(drawn(5))
    assert "build -> test0" in _arrows(drawn(20))
    assert drawn(20).omitted == ("the artifacts that jobs pass on",)


def test_a_workload_of_many_images_stands_in_the_picture_of_each_with_that_image_only() -> None:
    repository = _Repository()
    chart = "k8s/all"
    for n in range(20):
        job = repository.job("ci.yml", f"build{n:02}")
        repository.builds(job, f"b@{n}", f"src/s{n:02}/Dockerfile", f"ghcr.io/acme/s{n:02}")
    repository.runs(chart, "shop", *(f"ghcr.io/acme/s{n:02}" for n in range(20)))
    parts_ = {name: view for name, view in repository.views().items() if name.startswith("delivery:")}
    assert len(parts_) > 1
    for view in parts_.values():
        made = {node.title for node in view.nodes if node.category is Category.ARTIFACT}
        assert {arrow.partition(" ")[0] for arrow in _arrows(view) if arrow.endswith("> shop")} == made
        assert "images of other parts that run beside" in view.omitted


def test_a_stage_is_told_where_neither_the_build_nor_its_place_says_it() -> None:
    repository = _Repository()
    job, file = repository.job("ci.yml", "build"), "src/Dockerfile"
    for name, stage in (("trainer", "trainer"), ("report", "slim"), ("serve", "runtime")):
        repository.builds(job, f"b@{name}", file, f"ghcr.io/acme/{name}", target=stage)
    last = repository.have(_entity(EntityKind.STAGE, "stage:src/Dockerfile#runtime", "runtime", file, attributes={"final": True}))
    repository.say(f"dockerfile:{file}", RelationKind.CONTAINS, last)
    (view,) = repository.views().values()
    assert [arrow for arrow in _arrows(view) if arrow.startswith("src ")] == [
        "src -> serve",
        "src -> trainer",
        "src -stage slim> report",
    ]


def test_a_map_names_the_parts_though_workflows_are_many() -> None:
    repository = _Repository()
    for area in "abc":
        for n in range(9):
            job = repository.job(f"{area}{n}.yml", "build")
            repository.builds(job, f"b@{n}", f"{area}/s{n}/Dockerfile", f"ghcr.io/acme/{area}{n}")
            repository.runs(f"k8s/{area}{n}", "app", f"ghcr.io/acme/{area}{n}")
    view = repository.views()["delivery"]
    assert [node.title for node in view.nodes] == [
        "GitHub Actions",
        *(f"{area}/{half}" for area in "abc" for half in ("0-4", "5-9")),
        "k8s",
    ]


def test_a_picture_a_little_over_the_budget_that_cannot_be_parted_well_is_one() -> None:
    repository = _Repository()
    apps = _place(repository, "k8s", *(f"app{n}" for n in range(20)))
    for n in range(8):
        (other,) = _place(repository, f"apps/{n}", f"caller{n}")
        repository.say(other, RelationKind.CONNECTS_TO, apps[0])
    assert set(_pictures(repository)) >= {"deployable:k8s"}
    assert not any(name.startswith("deployable:k8s:") for name in _pictures(repository))


def _star(label: str, *, framed: bool) -> View:
    draft = Draft("v", "v")
    for frame in ("above", "below"):
        draft.group(frame, frame)
    draft.node("hub", "hub", "h" * 17, "", Category.WORKLOAD, group="above" if framed else None)
    for n in range(5):
        draft.node(f"{n}", f"leaf {n}", "x" * 9, "", Category.WORKLOAD, group="below" if framed else None)
        draft.edge("hub", f"{n}", label)
    return draft.view()


def test_frames_take_room_from_left_to_right_and_from_top_to_bottom_arrows_run_over_their_titles() -> None:
    plain, framed = (widths(view.nodes, view.edges) for view in (_star("", framed=False), _star("", framed=True)))
    assert (framed[0], framed[1] - plain[1]) == (plain[0], 100)
    assert _star("x" * 55, framed=False).direction == "TB"
    assert _star("x" * 45, framed=True).direction == "LR"
    assert _star("x" * 55, framed=True).direction == "TB"


def test_parts_that_no_edge_joins_stand_in_the_notches_of_others() -> None:
    draft = Draft("v", "v")
    for n in range(2):
        draft.node(f"in{n}", f"in {n}", "x" * 17, "", Category.WORKLOAD)
        draft.edge(f"in{n}", "end")
        draft.node(f"out{n}", f"out {n}", "x" * 17, "", Category.WORKLOAD)
    draft.node("end", "end", "x" * 17, "", Category.WORKLOAD)
    draft.node("start", "start", "x" * 17, "", Category.WORKLOAD)
    for n in range(2):
        draft.edge(f"in{n}", "end")
        draft.edge("start", f"out{n}")
    view = draft.view()
    one = widths([view.nodes[0]], ())[0]
    assert 3 * one < widths(view.nodes, view.edges)[0] < 4 * one


def test_frames_of_deployables_bear_the_last_folders_of_long_paths() -> None:
    repository = _Repository()
    for n in range(3):
        _place(repository, f"samples/of/many/kinds/that/lie/deep/in/folders/s{n}", f"app{n}")
    (view,) = _pictures(repository).values()
    assert [group.title for group in view.groups] == [f"…/kinds/that/lie/deep/in/folders/s{n}" for n in range(3)]


def test_jobs_a_little_over_the_budget_that_are_few_are_one_picture() -> None:
    repository = _Repository()
    for n in range(13):
        job = repository.job("ci.yml", f"j{n:02}")
        repository.builds(job, f"b@{n}", "Dockerfile", f"owner{n}/app")
    views = workflow.views(build_graph(repository.entities.values(), repository.relations, ()))
    assert [(view.id, len(view.nodes)) for view in views] == [("workflow:ci.yml", 27)]


def test_dockerfiles_a_little_over_the_budget_that_are_few_are_one_picture() -> None:
    repository = _Repository()
    for n in range(9):
        file = repository.have(_entity(EntityKind.DOCKERFILE, f"dockerfile:d{n}", f"d{n}", f"d{n}"))
        for stage in "abc":
            id_ = repository.have(_entity(EntityKind.STAGE, f"stage:d{n}#{stage}", stage, f"d{n}"))
            repository.say(file, RelationKind.CONTAINS, id_)
    views = dockerfiles.views(build_graph(repository.entities.values(), repository.relations, ()))
    assert [(view.id, len(view.nodes)) for view in views] == [("dockerfiles", 27)]
