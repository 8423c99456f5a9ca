"""The pipeline as a whole, on trees in memory."""

from archdoc import pipeline
from archdoc.cache import Cache
from archdoc.config import Config
from tests.support import MemorySnapshot

CALLS = """\
on: push
jobs:
  nightly: {uses: ./.github/workflows/image.yml}
  release: {uses: ./.github/workflows/image.yml}
"""
IMAGE = """\
on: workflow_call
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: docker build -f gone/Dockerfile -t acme/web .
"""


def test_a_line_that_two_jobs_run_is_told_once() -> None:
    tree = MemorySnapshot({".github/workflows/ci.yml": CALLS, ".github/workflows/image.yml": IMAGE})
    build = pipeline.build(tree, Config(), Cache(None))
    found = [(one.path, one.line) for one in build.findings if one.rule == "dockerfile-missing"]
    assert found == [(".github/workflows/image.yml", 7)]
    assert len([one for one in build.graph.findings if one.rule == "dockerfile-missing"]) > 1
