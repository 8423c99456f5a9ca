"""What is passed over in a script, and why that changes nothing."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from archdoc.extract import _commands as commands
from archdoc.extract._shell_walk import walk
from archdoc.extract._values import Text, Unknown
from archdoc.model import Evidence

LINES = st.sampled_from(
    [
        "kubectl get pods",
        "kubectl -n test get pods -o name",
        "kubectl --namespace $N describe pod",
        "kubectl -n apply logs app",
        "kubectl -n test apply -f k8s.yaml",
        "kubectl -n $N apply -f $F",
        "kubectl rollout status deployment/app",
        "kubectl rollout restart deployment/app",
        "kubectl get deploy -o yaml > all.yaml",
        "kubectl create -f all.yaml",
        "helm repo add acme https://charts.example.com",
        "helm -n test upgrade app ./chart",
        "docker ps -a",
        "docker image ls",
        "docker image push acme/$N",
        "docker buildx ls",
        "docker buildx build -t acme/app:$TAG .",
        "docker --context remote push acme/app",
        "docker run acme/app | grep x",
        "kustomize version",
        "kustomize build k8s | kubectl apply -f -",
        "kubectl get cm -o yaml | kubectl apply -f -",
        "git status",
        "git push",
        "N=test",
        "export TAG=v1",
        "F=$(cat F)",
        "cd app",
        "echo A=$N >> $GITHUB_ENV",
        "echo deploying $N",
        "make push",
        "./push.sh $N",
        "./push.sh > log",
        "exit 1",
        "return 1",
        "kubectl get pods || exit 1",
        "[ -n $TAG ] && return 0",
        "if [ $N = test ]; then exit; fi",
        "docker push acme/${N:-app}",
        "break",
    ]
)
BLOCKS = st.recursive(
    LINES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("\n".join),
        inner.map(lambda one: f"if [ -n $N ]; then\n{one}\nfi"),
        inner.map(lambda one: f"for N in a b; do\n{one}\ndone"),
        inner.map(lambda one: f"{{\n{one}\n}}"),
        inner.map(lambda one: f"step() {{\n{one}\n}}\nstep"),
        inner.map(lambda one: f"step() {{\n{one}\n}}"),
        inner.map(lambda one: f"ask() {{\n{one}\n}}\nif ask; then\nexport N=done\nfi"),
        inner.map(lambda one: f"say() {{\n{one}\necho v1\n}}\nSAID=$(say)"),
    ),
    max_leaves=12,
)


def unknown(name: str) -> Text:
    return (Unknown(name),)


def at(row: int, note: str) -> Evidence:
    return Evidence("ci.yml", row + 1, note)


@given(BLOCKS)
def test_all_that_has_an_effect_is_walked(script: str) -> None:
    def effects(*, every: bool) -> list[str]:
        found = walk(script, unknown, unknown, ("/w",), counts=(lambda _head: True) if every else commands.counts)
        done = [(effect, one.directory) for one in found.commands for effect in commands.recognise(one, at)]
        # What a command prints is called by the number of commands before it, of which some are passed over.
        return [re.sub(r"/dev/fd/\d+", "/dev/fd", repr(one)) for one in done]

    assert effects(every=False) == effects(every=True)
