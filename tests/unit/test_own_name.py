"""The name of the repository as its own files say it."""

import pytest

from archdoc.own_name import own_name
from tests.support import MemoryFiles

WORKFLOW = ".github/workflows/ci.yml"
BADGE = "[![ci](https://github.com/acme/platform/actions/workflows/ci.yml/badge.svg)](https://github.com/acme/platform)\n"


@pytest.mark.parametrize(
    ("files", "name", "line"),
    [
        ({WORKFLOW: "on: push\njobs:\n  a:\n    if: github.repository == 'acme/platform'\n"}, "acme/platform", (WORKFLOW, 4)),
        ({WORKFLOW: "", "README.md": f"# Platform\n{BADGE}"}, "acme/platform", ("README.md", 2)),
        ({"go.mod": "module github.com/acme/platform/v2\n\ngo 1.24\n"}, "acme/platform", ("go.mod", 1)),
        ({"go.mod": "module github.com/acme/platform\n"}, "acme/platform", ("go.mod", 1)),
        (
            {"pyproject.toml": '[project.urls]\nSource = "https://github.com/acme/platform.git"\n'},
            "acme/platform",
            ("pyproject.toml", 2),
        ),
        ({"Cargo.toml": '[package]\nrepository = "https://github.com/acme/platform"\n'}, "acme/platform", ("Cargo.toml", 2)),
        (
            {"README.md": "```\ngit clone --depth 1 https://github.com/acme/platform.git\n```\n"},
            "acme/platform",
            ("README.md", 2),
        ),
        ({"readme.md": "`git clone git@github.com:acme/platform`\n"}, "acme/platform", ("readme.md", 1)),
        (
            {"package.json": '{"repository": {"type": "git", "url": "git+https://github.com/acme/platform.git"}}'},
            "acme/platform",
            ("package.json", 1),
        ),
        (
            {
                "README.md": "kubectl apply -f https://raw.githubusercontent.com/acme/platform/main/k8s/all.yaml",
                "k8s/all.yaml": "",
            },
            "acme/platform",
            ("README.md", 1),
        ),
        (
            {"README.md": "see\nhttps://github.com/acme/platform/tree/main/k8s/web", "k8s/web/a": ""},
            "acme/platform",
            ("README.md", 2),
        ),
        ({"package.json": '{\n"repository": "github:acme/platform"}'}, "acme/platform", ("package.json", 2)),
        (
            {"api/go.mod": "module github.com/acme/platform/api\n", "lib/go.mod": "module github.com/acme/other\n"},
            "acme/platform",
            ("api/go.mod", 1),
        ),
        (
            {"api/Dockerfile": "FROM x\nLABEL org.opencontainers.image.source=https://github.com/acme/platform\n"},
            "acme/platform",
            ("api/Dockerfile", 2),
        ),
        (
            {
                "k8s/argocd/web.yaml": "spec:\n  source:\n    repoURL: https://github.com/acme/platform.git\n    path: k8s/web\n",
                "k8s/web/web.yaml": "",
            },
            "acme/platform",
            ("k8s/argocd/web.yaml", 3),
        ),
        (
            {"clusters/prod/flux-system/gotk-sync.yaml": "spec:\n  url: ssh://git@github.com/acme/platform\n"},
            "acme/platform",
            ("clusters/prod/flux-system/gotk-sync.yaml", 2),
        ),
    ],
)
def test_files_that_say_it(files: dict[str, str], name: str, line: tuple[str, int]) -> None:
    found = own_name(MemoryFiles(files))
    assert found is not None
    assert (found[0], (found[1].path, found[1].line)) == (name, line)


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"README.md": BADGE},  # of a workflow that is not here: another repository's badge
        {WORKFLOW: "jobs:\n  a:\n    if: github.repository != 'acme/platform'\n"},
        {"README.md": "git clone https://github.com/acme/a\ngit clone https://github.com/acme/b\n"},
        {"go.mod": "module example.com/acme/platform\n"},
        {"services/api/go.mod": "module github.com/acme/api\n"},
        {"README.md": "https://github.com/acme/other/blob/main/README.md, https://github.com/acme/other/blob/main/gone.txt"},
        {"README.md": "https://github.com/acme/other/tree/main/test", "test/a": ""},
        {"README.md": "git clone https://github.com/your-username/platform\n"},
        {"argocd/web.yaml": "spec:\n  source:\n    repoURL: https://github.com/acme/charts\n    path: elsewhere\n"},
        {"argocd/web.yaml": "spec:\n  source:\n    repoURL: https://github.com/acme/charts\n  path: web\n", "web/a": ""},
    ],
)
def test_files_that_do_not(files: dict[str, str]) -> None:
    assert own_name(MemoryFiles(files)) is None


def test_the_surest_source_counts() -> None:
    files = {WORKFLOW: "if: github.repository == 'acme/platform'", "go.mod": "module github.com/old/name\n"}
    found = own_name(MemoryFiles(files))
    assert found is not None
    assert found[0] == "acme/platform"


def test_a_source_with_two_names_gives_way_to_the_next() -> None:
    guards = "jobs:\n  a:\n    if: github.repository == 'acme/platform'\n  b:\n    if: github.repository == 'acme/other'\n"
    found = own_name(MemoryFiles({WORKFLOW: guards, "go.mod": "module github.com/acme/platform\n"}))
    assert found is not None
    assert found[1].path == "go.mod"
