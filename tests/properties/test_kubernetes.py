"""Whatever stands in a manifest, a kustomization or a chart: no exception, and no password of a URL."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archdoc import codec
from archdoc.config import Config
from archdoc.extract import _addresses, _config_files, helm, kubernetes, kustomize
from archdoc.extract._kustomize_patch import json_patched, merged
from archdoc.extract._yaml import Node, plain_node
from tests.support import MemoryFiles

_WORDS = """
apiVersion kind metadata name namespace labels spec template containers initContainers env envFrom value valueFrom image args
command volumes configMap secret data items selector matchLabels matchExpressions key operator values rules http paths backend
service port ports host resources limits predictor model storageUri subjects roleRef webhooks clientConfig List v1 apps/v1
Deployment Service ConfigMap Ingress Pod CustomResourceDefinition HelmRelease RayCluster patches target patch path op add remove
from bases components namePrefix images newTag configMapGenerator literals behavior merge vars objref fieldref replacements source
targets select fieldPaths options delimiter $patch delete replace <<
"""
_ODD = ["$(A)", "redis:6379", "http://a@b:c/d", "[name=a]", "a.*", "(", "{{ x }}", "~", "-"]
_APIS = "v1 apps/v1 networking.k8s.io/v1 ray.io/v1 serving.kserve.io/v1beta1 helm.toolkit.fluxcd.io/v2 x/v1"
_KINDS = "Deployment Service ConfigMap Ingress Secret RayCluster InferenceService HelmRelease X List StatefulSet"


def one_of(words: str) -> st.SearchStrategy[str]:
    return st.sampled_from(words.split())


WORDS = one_of(_WORDS)
TEXTS = WORDS | st.text(max_size=12) | st.sampled_from(_ODD)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=5),
    max_leaves=25,
)
OBJECTS = st.builds(
    lambda api, kind, name, rest: {"apiVersion": api, "kind": kind, "metadata": {"name": name}, **rest},
    one_of(_APIS),
    one_of(_KINDS),
    TEXTS,
    st.dictionaries(WORDS, VALUES, max_size=4),
)
PATCHES = st.lists(st.fixed_dictionaries({"target": VALUES, "patch": st.builds(json.dumps, VALUES)}), max_size=3)
_FIELDS = """
namespace namePrefix commonLabels labels images patchesStrategicMerge patchesJson6902 configMapGenerator secretGenerator vars
replacements configurations helmCharts components generatorOptions
"""
KUSTOMIZATIONS = st.fixed_dictionaries(
    {"resources": st.just(["a.yaml", "../b"])},
    optional={**dict.fromkeys(_FIELDS.split(), VALUES), "patches": VALUES | PATCHES},
)


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    files = MemoryFiles({"a/x.yaml": b"apiVersion: v1\nkind: x\n" + data, "a/kustomization.yaml": data, "a/Chart.yaml": data})
    kubernetes.extract("a/x.yaml", files, Config())
    kustomize.extract("a/kustomization.yaml", files, Config())
    kustomize.refers("a/kustomization.yaml", files)
    helm.extract("a/Chart.yaml", files, Config())


@given(st.lists(OBJECTS, min_size=1, max_size=3))
def test_any_objects(objects: list[object]) -> None:
    text = "\n---\n".join(json.dumps(one) for one in objects)
    facts = kubernetes.extract("a.yaml", MemoryFiles({"a.yaml": text}), Config())
    ids = {entity.id for entity in facts.entities}
    assert all(reference.source in ids for reference in facts.references)
    assert json.loads(codec.compact(codec.facts_to_json(facts)))


@given(KUSTOMIZATIONS, st.lists(OBJECTS, max_size=3), KUSTOMIZATIONS)
def test_any_kustomization(one: object, objects: list[object], two: object) -> None:
    files = MemoryFiles(
        {
            "k/kustomization.yaml": json.dumps(one),
            "k/a.yaml": "\n---\n".join(json.dumps(each) for each in objects),
            "b/kustomization.yaml": json.dumps(two),
        }
    )
    facts = kustomize.extract("k/kustomization.yaml", files, Config())
    ids = {entity.id for entity in facts.entities}
    assert all(reference.source in ids for reference in facts.references)
    assert kustomize.roots({path: kustomize.refers(path, files) for path in ("k/kustomization.yaml", "b/kustomization.yaml")})


_POD = (
    "kind: Deployment\napiVersion: apps/v1\nmetadata: {name: %s}\n"
    "spec: {template: {spec: {containers: [{name: c, image: i, envFrom: [{configMapRef: {name: c}}]}]}}}"
)


@pytest.mark.parametrize("seed", range(20))
def test_objects_in_any_order_say_the_same(seed: int) -> None:
    documents = [
        "kind: Service\napiVersion: v1\nmetadata: {name: s}\nspec: {selector: {app: d}}",
        "kind: ConfigMap\napiVersion: v1\nmetadata: {name: c}\ndata: {REDIS_URL: 'redis://redis:6379'}",
        _POD % "d",
        _POD % "e",
        "kind: Certificate\napiVersion: cert-manager.io/v1\nmetadata: {name: t}\nspec: {secretName: x}",
        "kind: Secret\napiVersion: v1\nmetadata: {name: x}",
    ]
    expected = _said(documents)
    random.Random(seed).shuffle(documents)
    assert _said(documents) == expected


def _said(documents: list[str]) -> list[str]:
    """Entities and references without the lines they stand on."""
    facts = kubernetes.extract("a.yaml", MemoryFiles({"a.yaml": "\n---\n".join(documents)}), Config())
    entities = [f"{e.id} {e.type} {sorted(e.labels.items())} {sorted(e.attributes.items())}" for e in facts.entities]
    references = [f"{r.source} {r.relation} {r.target} {sorted(r.attributes.items())} {r.basis}" for r in facts.references]
    return sorted(entities + references)


@given(VALUES.filter(lambda value: isinstance(value, dict)), VALUES)
def test_patches_of_any_shape(base: object, patch: object) -> None:
    node = plain_node(base)
    before = node.data()
    merged(node, plain_node(patch), native=True)
    merged(node, plain_node(patch), native=False)
    json_patched(node, plain_node(patch))
    assert node.data() == before


@given(VALUES.filter(lambda value: isinstance(value, dict)))
def test_an_empty_patch_changes_nothing(base: object) -> None:
    node = plain_node(base)
    assert merged(node, Node({}), native=True).data() == node.data()


SECRET = st.from_regex(r"[A-Za-z0-9+=_.%~!$&*?#/@-]{0,8}zqx[A-Za-z0-9+=_.%~!$&*?#/@-]{0,8}", fullmatch=True)


@given(
    st.sampled_from(["REDIS_URL", "DSN", "X", "DATABASE_URL", "args"]),
    st.sampled_from(["redis", "postgresql+asyncpg", "amqp", "mongodb", "jdbc:mysql"]),
    SECRET,
)
def test_the_password_of_an_address_does_not_leave(key: str, scheme: str, secret: str) -> None:
    for text in (f"{scheme}://user:{secret}@host:1234/x", f"{scheme}://:{secret}@host:1234", f"user:{secret}@host:1234/x"):
        found = _addresses.find(key, text)
        assert not any("zqx" in str(one) for one in found), (text, found)


@given(st.text(max_size=60), st.text(max_size=80))
def test_addresses_in_any_text(key: str, text: str) -> None:
    for one in _addresses.find(key, text):
        assert isinstance(one, _addresses.Place) or one.port is None or 0 < one.port < 65536
    for _, found in _config_files.find("settings.yaml", f"a:\n{text}\n"):
        assert found.port is None or 0 < found.port < 65536
    _addresses.declared(text)
    _addresses.origin(text)
    _addresses.expand(text, {"A": text}, braces=True)
