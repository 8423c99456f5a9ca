"""Files of one folder that define the same objects."""

from archdoc.config import Config
from archdoc.extract import kubernetes
from archdoc.graph import Graph
from archdoc.model import EntityKind, RelationKind
from archdoc.resolve import resolve
from tests.support import MemoryFiles

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: %(name)s}
spec:
  selector: {matchLabels: {app: %(name)s}}
  template:
    metadata: {labels: {app: %(name)s}}
    spec: {containers: [{name: app, image: acme/%(name)s, env: [{name: API_URL, value: "http://api:80"}]}]}
"""
SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: %(name)s}
spec: {selector: {app: %(name)s}, ports: [{port: 80}]}
"""


def graph(**files: str) -> Graph:
    tree = MemoryFiles({f"k8s/{name}.yaml": text for name, text in files.items()})
    return resolve([kubernetes.extract(path, tree, Config()) for path in tree.files], frozenset(tree.files))


def docs(*parts: str) -> str:
    return "---".join(parts)


def places(one: Graph) -> list[str]:
    return [e.id for e in one.of(EntityKind.DEPLOYABLE)]


API, WEB = {"name": "api"}, {"name": "web"}


def test_an_all_in_one_beside_single_files_is_a_deployable_of_its_own() -> None:
    all_in_one = docs(DEPLOYMENT % API, SERVICE % API, DEPLOYMENT % WEB)
    found = graph(all_in_one=all_in_one, api=docs(DEPLOYMENT % API, SERVICE % API), web=DEPLOYMENT % WEB)
    assert places(found) == ["deployable:k8s", "deployable:k8s/all_in_one.yaml"]
    calls = sorted((r.source, r.target) for r in found.relations if r.kind == "connects-to")
    for place in ("k8s", "k8s/all_in_one.yaml"):
        ends = (f"workload:{place}:Deployment/web", f"service:{place}:Service/api")
        assert ends in calls, "names resolve within the variant"
    assert not [f for f in found.findings if f.rule == "object-duplicate"]


def test_files_that_repeat_nothing_stay_together() -> None:
    found = graph(api=docs(DEPLOYMENT % API, SERVICE % API), web=DEPLOYMENT % WEB)
    assert places(found) == ["deployable:k8s"]


def test_a_service_that_is_written_twice_stays_with_its_workload_and_is_told() -> None:
    found = graph(api=docs(DEPLOYMENT % API, SERVICE % API), service=SERVICE % API)
    assert places(found) == ["deployable:k8s"]
    assert [f.rule for f in found.findings if f.rule == "object-duplicate"] == ["object-duplicate"]


def test_the_order_of_files_does_not_matter() -> None:
    files = {"a": docs(DEPLOYMENT % API, SERVICE % API), "b": DEPLOYMENT % API, "c": docs(DEPLOYMENT % API, DEPLOYMENT % WEB)}
    assert graph(**files).as_json() == graph(**dict(reversed(files.items()))).as_json()


def test_what_only_another_variant_has_does_not_answer() -> None:
    plain, other = DEPLOYMENT % WEB, docs(DEPLOYMENT % WEB, SERVICE % API, DEPLOYMENT % API)
    made = graph(web=plain, web_gpu=other)
    calls = {r.source: r.target for r in made.relations if r.kind is RelationKind.CONNECTS_TO}
    assert calls == {
        "workload:k8s:Deployment/web": "external:host/api",
        "workload:k8s/web_gpu.yaml:Deployment/web": "service:k8s/web_gpu.yaml:Service/api",
    }
    (told,) = [one.message for one in made.findings if one.rule == "host-unknown"]
    assert told == "no Service of this deployable answers at `api`; there is one at k8s/web_gpu.yaml:11"
