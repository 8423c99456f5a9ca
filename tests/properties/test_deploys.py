"""Steps that deploy and dispatch, put together at random: none raises, and no secret comes out."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from archdoc import codec
from archdoc.config import Config
from archdoc.extract import github_actions
from tests.support import MemoryFiles

PATH = ".github/workflows/w.yml"
SAID = """kubectl helm kustomize oc argocd flux kapp helmfile gcloud aws az gh git curl wget yq sed cat echo apply create set
image edit rollout restart patch -f -k -i -n - -R --image --set --dry-run=client --context=kind-a deployment/web
web=acme/web:1 a=b/c:d image.repository=x/y run deploy workflow api repos/a/b/dispatches event_type=x clone commit
push https://hunter2@github.com/a/b https://x.example/a.yaml?hunter2 s|image:.*|image:a/b| .image="a/b" > >> < | && ;
<<EOF EOF $A ${A} $(x) * ? [ .. / -o app k8s"""
WORDS = st.sampled_from(SAID.split())
LINES = st.lists(st.lists(WORDS, min_size=1, max_size=9).map(" ".join), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(LINES)
def test_any_commands(lines: list[str]) -> None:
    step = {"run": "\n".join(lines)}
    workflow = {"on": "push", "jobs": {"j": {"runs-on": "x", "steps": [step]}}}
    files = MemoryFiles({PATH: json.dumps(workflow), "k8s/web.yaml": "", "k8s/kustomization.yaml": "resources: [web.yaml, ..]"})
    facts = github_actions.extract(PATH, files, Config())
    assert "hunter2" not in json.dumps(codec.facts_to_json(facts))
