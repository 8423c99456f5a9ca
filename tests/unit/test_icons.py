"""Which icon stands for a box."""

import importlib
from pathlib import Path

import diagrams
import pytest

from archdoc.model import EntityId
from archdoc.render import icons
from archdoc.views import Category, ViewNode

TABLES = (icons.BY_KIND, icons.BY_GROUP, icons.BY_WORD, icons.BY_TYPE, icons.BY_CATEGORY)
PATHS = sorted({path for table in TABLES for path in table.values()} | icons.WHITE_ICONS | {icons.UNKNOWN_RESOURCE})


def icon(title: str = "x", category: Category = Category.WORKLOAD, type_: str = "", *entities: str) -> str:
    return icons.icon_of(ViewNode("n", title, "", category, None, type_, tuple(map(EntityId, entities))))


@pytest.mark.parametrize("path", PATHS)
def test_every_icon_is_in_the_package(path: str) -> None:
    module, _, name = path.rpartition(".")
    class_ = getattr(importlib.import_module(f"diagrams.{module}"), name)
    assert (Path(diagrams.__file__).parents[1] / class_._icon_dir / class_._icon).is_file()


@pytest.mark.parametrize(
    ("type_", "path"),
    [
        ("apps/v1/Deployment", "k8s.compute.Deploy"),
        ("apps/v1beta1/Deployment", "k8s.compute.Deploy"),
        ("extensions/v1beta1/Deployment", "k8s.compute.Deploy"),
        ("batch/v1/CronJob", "k8s.compute.Cronjob"),
        ("networking.k8s.io/v1/Ingress", "k8s.network.Ing"),
        ("v1/Service", "k8s.network.SVC"),
        ("v1/Secret", "k8s.podconfig.Secret"),
        ("Secret", "k8s.podconfig.Secret"),
        ("serving.knative.dev/v1/Service", "k8s.network.SVC"),
        ("batch.volcano.sh/v1alpha1/Job", "k8s.others.CRD"),
        ("serving.kserve.io/v1beta1/InferenceService", "k8s.others.CRD"),
        ("kubeflow.org/v1/PyTorchJob", "onprem.workflow.Kubeflow"),
        ("networking.istio.io/v1/VirtualService", "onprem.network.Istio"),
        ("notistio.io/v1/VirtualService", "k8s.others.CRD"),
        ("kafka.strimzi.io/v1beta2/Kafka", "onprem.queue.Kafka"),
        ("dockerfile", "onprem.container.Docker"),
        ("workflow", "onprem.ci.GithubActions"),
        ("job", "onprem.ci.GithubActions"),
        ("image", "oci.compute.OCIR"),
        ("users", "onprem.client.Users"),
        ("external", "onprem.network.Internet"),
        ("zone", "generic.place.Datacenter"),
        ("kustomization", "k8s.ecosystem.Kustomize"),
        ("chart", "k8s.ecosystem.Helm"),
    ],
)
def test_a_type_has_its_icon(type_: str, path: str) -> None:
    assert icon(type_=type_) == path


@pytest.mark.parametrize(
    ("title", "path"),
    [
        ("redis", "onprem.inmemory.Redis"),
        ("redis-master", "onprem.inmemory.Redis"),
        ("Redis", "onprem.inmemory.Redis"),
        ("docker.io/qdrant/qdrant:v1@sha256:0", "onprem.database.Qdrant"),
        ("postgres-db-0", "onprem.database.Postgresql"),
        ("fluent-bit", "onprem.logging.Fluentbit"),
        ("MLflow", "onprem.mlops.Mlflow"),
        ("redis-exporter", "k8s.compute.STS"),
        ("kafka-consumer", "k8s.compute.STS"),
        ("predisposed", "k8s.compute.STS"),
        ("redis-kafka", "k8s.compute.STS"),
        ("redis/api", "k8s.compute.STS"),
        ("db", "k8s.compute.STS"),
    ],
)
def test_a_product_is_shown_only_where_the_whole_name_says_so(title: str, path: str) -> None:
    assert icon(title, Category.DATA, "apps/v1/StatefulSet") == path


def test_a_service_named_after_a_product_stays_a_service() -> None:
    assert icon("redis", Category.NETWORK, "v1/Service") == "k8s.network.SVC"


def test_the_image_of_a_box_may_name_the_product() -> None:
    cache = "image:docker.io/library/redis"
    assert icon("cache", Category.WORKLOAD, "apps/v1/Deployment", "workload:a/Deployment/cache", cache) == "onprem.inmemory.Redis"
    assert icon("images", Category.ARTIFACT, "image", cache, "image:ghcr.io/acme/api") == "oci.compute.OCIR"


def test_without_a_known_type_the_kind_of_the_entity_decides_then_the_category() -> None:
    assert icon("x", Category.EXTERNAL, "quay", "trigger:push") == "oci.monitoring.Events"
    assert icon("x", Category.EXTERNAL, "quay", "unheard:of") == "onprem.network.Internet"
    assert icon("x", Category.DATA) == "generic.storage.Storage"


def test_every_category_has_an_icon() -> None:
    assert set(icons.BY_CATEGORY) == set(Category)
