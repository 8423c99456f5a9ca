"""Bake: what files say together, what a command line makes of them, and what a workflow builds by it.

What is expected of files follows the tests of docker/buildx.
"""

from __future__ import annotations

import pytest

from archdoc.config import Config
from archdoc.extract import github_actions
from archdoc.extract._bake_file import Bake, File
from archdoc.extract._bake_targets import override
from archdoc.extract._effects import Mention
from archdoc.extract._hcl import parse
from archdoc.extract._hcl_json import body
from archdoc.extract._values import Choice, Unknown, shown
from archdoc.extract._yaml import documents
from archdoc.model import Evidence
from tests.support import MemoryFiles

AT = Evidence("w.yml", 1)
BLOCKS = frozenset({"variable", "function", "group", "target"})


def read(*texts, **env):
    """Files put together; one that begins with a brace is JSON."""
    files = []
    for number, text in enumerate(texts):
        if text.lstrip().startswith("{"):
            files.append(File(f"f{number}", body(documents(text.encode(), f"f{number}")[0].root, BLOCKS)))
        else:
            files.append(File(f"f{number}", parse(text)))
    return Bake(files, {}, env.get)


def says(bake, name="app", *sets):
    """Every field of a target as plain texts."""
    changes = [found for one in sets if (found := override(Mention((one,), AT)))]
    target = bake.resolve(name, changes)
    assert target is not None
    found = {key: shown(one.mention.text) for key, one in target.scalars.items()}
    found |= {key: [shown(one.mention.text) for one in given] for key, given in target.lists.items()}
    return found | {key: {k: shown(one.mention.text) for k, one in given.items()} for key, given in target.maps.items()}


BASIC = """
group "default" { targets = ["db", "web"] }
target "db" {
  context = "./db"
  tags = ["docker.io/acme/db"]
}
target "web" {
  context = "./web"
  dockerfile = "Dockerfile-other"
  args = { number = "1" }
}
target "cross" { platforms = ["linux/amd64", "linux/arm64"] }
target "plus" {
  inherits = ["web", "cross"]
  args = { more = "true" }
}
"""
BASIC_JSON = """{
  "group": {"default": {"targets": ["db", "web"]}},
  "target": {
    "db": {"context": "./db", "tags": ["docker.io/acme/db"]},
    "web": {"context": "./web", "dockerfile": "Dockerfile-other", "args": {"number": "1"}},
    "cross": {"platforms": ["linux/amd64", "linux/arm64"]},
    "plus": {"inherits": ["web", "cross"], "args": {"more": "true"}}
  }
}"""


@pytest.mark.parametrize("text", [BASIC, BASIC_JSON])
def test_targets_and_groups(text):
    bake = read(text)
    assert bake.names == ["db", "web", "cross", "plus"]
    assert bake.expanded("default") == ["db", "web"]
    assert says(bake, "db") == {"context": "./db", "tags": ["docker.io/acme/db"]}
    assert says(bake, "plus") == {
        "context": "./web",
        "dockerfile": "Dockerfile-other",
        "platforms": ["linux/amd64", "linux/arm64"],
        "args": {"number": "1", "more": "true"},
    }


CALLS = """
function "b" {
  params = [i]
  result = "[${i}]"
}
function "f" {
  params = [i]
  result = "${i}${b(v)}"
}
v = lower("Y")
"""


def arg(expression, *others, **env):
    """What an argument of a target comes to."""
    found = says(read(f'target "app" {{ args = {{ v = {expression} }} }}', *others, **env)).get("args", {})
    return found.get("v")


@pytest.mark.parametrize(
    ("expression", "file", "env", "expected"),
    [
        ('"${add(123, 1)}"', "", {}, "124"),
        ("up(123)", 'function "up" {\n params = [n]\n result = n + 1\n}', {}, "124"),
        ("A", 'variable "A" { default = "x" }', {}, "x"),
        ("A", 'variable "A" { default = "x" }', {"A": "y"}, "y"),
        ("A", 'variable "A" { default = "x" }', {"A": ""}, ""),
        ("A", 'variable "A" {}', {}, ""),
        ('equal(A, "")', 'variable "A" {}', {}, "true"),
        ("A", 'variable "A" {}', {"A": "y"}, "y"),
        ("A", 'variable "A" { default = null }', {}, None),
        ("A", 'variable "A" { default = null }', {"A": "y"}, "y"),
        ("A", 'A = "attribute"', {"A": "y"}, "attribute"),
        ("A", 'A = "attribute"\nvariable "A" { default = "x" }', {}, "attribute"),
        ("A", 'A = "attribute"\nvariable "A" { default = "x" }', {"A": "y"}, "y"),
        ('A > 5 ? "high" : "low"', 'variable "A" { default = 3 }', {}, "low"),
        ('A > 5 ? "high" : "low"', 'variable "A" { default = 3 }', {"A": "5.1"}, "high"),
        ('A ? "yes" : "no"', 'variable "A" { default = true }', {"A": "0"}, "no"),
        ('A ? "yes" : "no"', 'variable "A" { default = true }', {"A": "perhaps"}, "*"),
        ("equal(A, null)", 'variable "A" { type = string }', {}, "true"),
        ("equal(A, null)", 'variable "A" { type = list(string) }', {}, "true"),
        ('A == null ? "hi" : A', 'variable "A" { type = number }', {}, "hi"),
        ('A == null ? A : "hi"', 'variable "A" { type = bool }', {}, None),
        ("A + 1", 'variable "A" {\n type = number\n default = "99"\n}', {}, "100"),
        ("A", 'variable "A" { type = string }', {"A": '"quoted"'}, '"quoted"'),
        ('join("-", A)', 'variable "A" { type = list(string) }', {"A": "hi,there"}, "hi-there"),
        ('join("-", A)', 'variable "A" { type = list(string) }', {"A": '"a,b",c'}, "a,b-c"),
        ('join("-", [for v in A : v + 1])', 'variable "A" { type = list(number) }', {"A": "3,1"}, "4-2"),
        ('join("-", sort(values(A)))', 'variable "A" { type = map(number) }', {"A": "x:2,y:1"}, "1-2"),
        ("A.b", 'variable "A" { type = object({b = string}) }', {"A_JSON": '{"b": "c"}'}, "c"),
        ("A[0]", 'variable "A" { default = ["x"] }', {"A": "y"}, "*"),
        ("B", 'variable "A" { default = "x" }\nvariable "B" { default = upper("${A}y") }', {}, "XY"),
        ("B", 'variable "A" { default = "x" }\nvariable "B" { default = upper("${A}y") }', {"A": "new"}, "NEWY"),
        ("A", 'variable "A" { default = B }\nvariable "B" { default = A }', {}, "*"),
        ("A", 'variable "A" { default = "x" }', {"A": Unknown("vars.A")}, "*"),
        ("A", 'variable "A" { default = "x" }', {"A": Choice(("y", "z"))}, "*"),
        ("missing", "", {}, "*"),
        ("f(1)", 'function "f" {\n params = [a]\n result = g(a)\n}\nfunction "g" {\n params = [a]\n result = f(a)\n}', {}, "*"),
        ("BAKE_CMD_CONTEXT", "", {}, "cwd://"),
        ("BAKE_LOCAL_PLATFORM", "", {}, "*"),
        ('"pre-${A}-${B}"', '{"A": "abc", "variable": {"B": {"default": "def"}}}', {}, "pre-abc-def"),
        ('f("x")', '{"A": "abc", "function": {"f": {"params": ["i"], "result": "<${upper(i)}-${A}>"}}}', {}, "<X-abc>"),
        ("A", '{"variable": {"A": {"default": "f(\\"x\\")"}}}', {}, 'f("x")'),
        (
            'f("x")',
            CALLS,
            {},
            "x[y]",
        ),
    ],
)
def test_variables_and_functions(expression, file, env, expected):
    assert arg(expression, file, **env) == expected


def test_targets_read_one_another():
    bake = read("""
target "foo" {
  dockerfile = "xxx"
  context = target.bar.context
  target = target.foo.dockerfile
}
target "bar" {
  dockerfile = x
  context = "yyy"
  target = target.bar.name
  tags = target.foo.tags
}
x = target.foo.dockerfile
""")
    assert says(bake, "foo") == {"dockerfile": "xxx", "context": "yyy", "target": "xxx"}
    assert says(bake, "bar") == {"dockerfile": "xxx", "context": "yyy", "target": "bar"}


def test_a_target_that_reads_itself_is_not_known():
    bake = read('target "app" {\n context = target.app.dockerfile\n dockerfile = target.app.context\n}')
    assert says(bake) == {"context": "*", "dockerfile": "*"}


def test_files_over_files():
    bake = read(
        'target "app" {\n dockerfile = "a"\n tags = ["a"]\n args = {x = 1, y = 1}\n}',
        'target "app" {\n dockerfile = "b"\n args = {y = 2}\n tags = []\n}',
    )
    assert says(bake) == {"dockerfile": "b", "tags": [], "args": {"x": "1", "y": "2"}}


def test_json_beside_hcl():
    bake = read(
        'variable "A" { default = "x" }\ngroup "default" { targets = ["a"] }\ntarget "meta" {}\n'
        'target "a" { inherits = ["meta"] }',
        '{"target": [{"meta": [{"tags": ["app/a:1", "app/a:${A}"]}]}]}',
        '{"A": "z"}',
    )
    assert says(bake, "a") == {"tags": ["app/a:1", "app/a:z"]}


MATRIX = """
target "app" {
  name = "${base}-${replace(v.tag, ".", "-")}"
  matrix = {
    base = ["a", "b"]
    v = [{tag = "1.0"}, {tag = "2.0"}]
  }
  tags = ["app:${v.tag}"]
}
"""


def test_matrix():
    bake = read(MATRIX)
    assert bake.names == ["a-1-0", "a-2-0", "b-1-0", "b-2-0"]
    assert bake.expanded("app") == bake.names
    assert says(bake, "b-2-0") == {"tags": ["app:2.0"]}


@pytest.mark.parametrize(
    ("matrix", "name", "names", "refused"),
    [
        ("{}", '"x"', ["x"], False),
        ("{ a = [1, 2] }", "a", ["1", "2"], False),
        ('{ a = [["x", "y"]] }', "a[0]", ["x"], False),
        ("{ a = [] }", "a", [], False),
        ('{ a = ["x", "y"] }', '"same"', ["same"], True),
        ('"text"', '"x"', [], True),
        ('{ a = "x" }', "a", [], True),
        ('{ a = split(",", LIST) }', '"n-${a}"', ["n-*"], False),
    ],
)
def test_odd_matrices(matrix, name, names, refused):
    bake = read(
        f'variable "LIST" {{ default = "" }}\ntarget "app" {{\n matrix = {matrix}\n name = {name}\n}}', LIST=Unknown("vars.LIST")
    )
    assert (bake.names, bake.refused) == (names, refused)


def test_blocks_of_one_label_with_names_of_their_own_make_a_group():
    bake = read('target "x" {\n name = "y"\n matrix = {}\n}\ntarget "x" {\n name = "z"\n matrix = {}\n}')
    assert bake.expanded("x") == ["y", "z"]


def test_inherits():
    bake = read("""
target "a" { args = {BAR = "a"} }
target "b" {
  inherits = ["a"]
  args = {FOO = "b", BAZ = "b"}
}
target "c" {
  args = {BAZ = "c"}
  inherits = ["b"]
}
target "d" { inherits = ["b", "c"] }
target "e" { inherits = ["c", "b"] }
target "circle" { inherits = ["circle", "a"] }
""")
    assert says(bake, "c")["args"] == {"BAR": "a", "FOO": "b", "BAZ": "c"}
    assert says(bake, "d")["args"]["BAZ"] == "c"
    assert says(bake, "e")["args"]["BAZ"] == "b"
    assert says(bake, "circle")["args"] == {"BAR": "a"}


def test_groups_in_groups():
    bake = read('group "a" { targets = ["b", "x", "a"] }\ngroup "b" { targets = ["x", "y"] }\ntarget "x" {}\ntarget "y" {}')
    assert bake.expanded("a") == ["x", "y"]
    assert bake.expanded("elsewhere") == ["elsewhere"]
    assert read('group "x" { targets = ["x"] }\ntarget "x" {}').expanded("x") == ["x"]


@pytest.mark.parametrize(
    ("sets", "expected"),
    [
        (["app.tags=x:1"], {"tags": ["x:1"]}),
        (["app.tags=x:1", "app.tags=y"], {"tags": ["x:1", "y"]}),
        (["app.tags+=x:1"], {"tags": ["base", "x:1"]}),
        (["*.tags="], {"tags": [""]}),
        (["a*.context=sub", "b*.context=no"], {"tags": ["base"], "context": "sub"}),
        (["app.platform=linux/arm64"], {"tags": ["base"], "platforms": ["linux/arm64"]}),
        (["app.args.V=1=2"], {"tags": ["base"], "args": {"V": "1=2"}}),
        (["app.contexts.base=target:x"], {"tags": ["base"], "contexts": {"base": "target:x"}}),
        (["parent.tags=p"], {"tags": ["p"]}),
        (["nonsense"], {"tags": ["base"]}),
        (["app.labels.x=y"], {"tags": ["base"]}),
    ],
)
def test_set(sets, expected):
    bake = read('target "parent" { tags = ["base"] }\ntarget "app" { inherits = ["parent"] }')
    assert says(bake, "app", *sets) == expected


def test_lines():
    target = read(
        'target "app" {\n  target = "t"\n  tags = concat([\n    "a",\n    "b${1}"], upper("x") == "X" ? ["c"] : [])\n}'
    ).resolve("app", [])
    assert target is not None
    assert (target.at.line, target.scalars["target"].at.line) == (1, 2)
    assert [(one.value, one.at.line, one.literal) for one in target.lists["tags"]] == [
        ("a", 4, True),
        ("b1", 5, False),
        ("c", 3, False),
    ]


def test_a_chain_of_thousands_is_bounded():
    targets = "\n".join(f'target "t{n}" {{ inherits = ["t{n + 1}"] }}' for n in range(3000))
    variables = "\n".join(f'variable "v{n}" {{ default = v{n + 1} }}' for n in range(3000))
    bake = read(f'{targets}\n{variables}\nvariable "v3000" {{ default = "x" }}\ntarget "app" {{ tags = [v0] }}')
    assert bake.resolve("t0", []) is not None
    assert says(bake) == {"tags": ["*"]}


def test_targets_that_inherit_twice_are_bounded():
    rows = "\n".join(f'target "t{n}" {{\n inherits = ["t{n + 1}", "t{n + 1}"]\n args = {{a{n} = 1}}\n}}' for n in range(200))
    assert says(read(rows), "t180")["args"] == {f"a{n}": "1" for n in reversed(range(180, 200))}


def test_more_targets_than_a_sane_file_has():
    text = "\n".join(f'target "t{n}" {{ tags = ["x{n}"] }}' for n in range(600))
    found, rules = built("docker buildx bake '*'\n          docker push acme/x", {"docker-bake.hcl": text})
    assert (len(found), rules) == (512, ["build-not-followed"])


def test_texts_that_double_are_bounded():
    rows = "\n".join(f'variable "v{n}" {{ default = "${{v{n + 1}}}${{v{n + 1}}}" }}' for n in range(25))
    lists = "\n".join(f"l{n} = concat(l{n + 1}, l{n + 1})" for n in range(20))
    bake = read(
        f'{rows}\n{lists}\nl20 = ["a"]\nvariable "v25" {{ default = "xxxxxxxxxx" }}\ntarget "app" {{\n'
        f" context = v0\n tags = l0\n}}"
    )
    found = says(bake)
    assert found["context"] == "*"
    assert set(found["tags"]) == {"*"}
    assert len(found["tags"]) <= 5000


# --- command lines


def built(run, files, env="", repository="acme/app"):
    """What a step builds: target, images, Dockerfile, stage, push; and the findings."""
    text = f"on: push\njobs:\n  j:\n    runs-on: x\n{env}    steps:\n      - run: |\n          {run}\n"
    tree = MemoryFiles({".github/workflows/w.yml": text, **files})
    facts = github_actions.extract(".github/workflows/w.yml", tree, Config(repository=repository))
    found = {}
    for one in facts.entities:
        if one.kind == "image_build":
            goals = [x.target for x in facts.references if x.source == one.id]
            names = [x.reference for x in goals if hasattr(x, "reference")]
            paths = [x.path for x in goals if hasattr(x, "path")]
            found[one.name] = (names, paths, one.attributes.get("target"), one.attributes["pushed"])
    return found, [x.rule for x in facts.findings]


COMPOSE = """\
services:
  app:
    image: acme/composed
    build:
      context: src
      target: t
  db:
    image: db
"""
APP = (
    'target "app" {\n  tags = ["acme/app:1"]\n  context = "src"\n  target = "final"\n}\n'
    'target "default" { tags = ["acme/all"] }\n'
)
FILE = {"docker-bake.hcl": APP}


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("docker buildx bake", {"default": (["acme/all"], ["Dockerfile"], None, False)}),
        ("docker buildx bake app", {"app": (["acme/app:1"], ["src/Dockerfile"], "final", False)}),
        ("docker bake --push app", {"app": (["acme/app:1"], ["src/Dockerfile"], "final", True)}),
        ("docker buildx bake --push=false app", {"app": (["acme/app:1"], ["src/Dockerfile"], "final", False)}),
        ("docker buildx bake app --print", {}),
        ("docker buildx bake --call=check app", {}),
        ("docker buildx bake --list=targets", {}),
        (
            "docker buildx bake --set app.tags=x/y:2 --set '*.output=type=registry' app",
            {"app": (["x/y:2"], ["src/Dockerfile"], "final", True)},
        ),
        (
            "docker buildx bake --set app.tags= --set '*.output=type=image,\"name=x/y,x/z\",push=true' app",
            {"app": (["x/y", "x/z"], ["src/Dockerfile"], "final", True)},
        ),
        ("docker buildx bake --set '*.output=type=local,dest=out' --push app", {"app": ([], ["src/Dockerfile"], "final", False)}),
        (
            "docker buildx bake --set app.dockerfile=a/B --set app.context=. app",
            {"app": (["acme/app:1"], ["a/B"], "final", False)},
        ),
        (
            "cd src && docker buildx bake -f ../docker-bake.hcl app",
            {"app": (["acme/app:1"], ["src/src/Dockerfile"], "final", False)},
        ),
        ("docker buildx bake 'a*'", {"app": (["acme/app:1"], ["src/Dockerfile"], "final", False)}),
        ("docker buildx bake https://github.com/acme/app.git#${GITHUB_REF}:src app", {}),
        ("docker buildx bake https://github.com/acme/app.git app", {"app": (["acme/app:1"], ["src/Dockerfile"], "final", False)}),
        ("docker buildx bake https://github.com/acme/app.git#v1 app", {}),
        ("docker buildx bake https://github.com/other/app.git app", {}),
        ("docker buildx bake -f other.hcl app", {}),
    ],
)
def test_command_line(command, expected):
    assert built(command, FILE)[0] == expected


@pytest.mark.parametrize(
    ("output", "push", "pushed"),
    [
        ("", "", False),
        ("", "--push", True),
        ('output = ["type=image"]', "--push", True),
        ('output = ["type=image"]', "", False),
        ('output = ["type=image,push=true"]', "", True),
        ('output = ["type=image,push=true"]', "--set app.push=false", False),
        ('output = ["type=registry"]', "", True),
        ('output = ["type=registry"]', "--set app.push=false", False),
        ('output = ["type=docker"]', "--push", True),
        ('output = [{ type = "registry" }]', "", True),
        ('output = [{ type = "image", push = "true" }]', "", True),
        ('output = ["type=oci,dest=a.tar"]', "--push", False),
        ('output = ["type=docker"]', "--load", False),
    ],
)
def test_push(output, push, pushed):
    text = f'target "app" {{\n  tags = ["acme/app"]\n  {output}\n}}\n'
    assert built(f"docker buildx bake app {push}", {"docker-bake.hcl": text})[0]["app"][3] is pushed


def test_variables_of_the_step_and_of_the_command():
    text = 'variable "TAG" { default = "dev" }\ntarget "default" { tags = ["acme/app:${TAG}"] }\n'
    files = {"docker-bake.hcl": text}
    assert built("docker buildx bake", files)[0]["default"][0] == ["acme/app:dev"]
    assert built("docker buildx bake", files, "    env:\n      TAG: two\n")[0]["default"][0] == ["acme/app:two"]
    assert built("TAG=three docker buildx bake", files)[0]["default"][0] == ["acme/app:three"]
    assert built("docker buildx bake --var TAG=four", files, "    env:\n      TAG: two\n")[0]["default"][0] == ["acme/app:four"]
    assert built("docker buildx bake", files, "    env:\n      TAG: ${{ github.sha }}\n")[0]["default"][0] == ["acme/app"]


def test_files_of_the_environment_and_default_files():
    files = {
        "docker-compose.yml": COMPOSE,
        "docker-bake.hcl": 'target "app" { tags = ["acme/app"] }\n',
        "docker-bake.override.hcl": 'target "app" { tags = ["acme/over"] }\n',
        "x.json": '{"target": {"default": {"tags": ["acme/json"]}}}',
    }
    assert built("docker buildx bake", files)[0] == {"app": (["acme/over"], ["src/Dockerfile"], "t", False)}
    assert built("docker buildx bake -f docker-compose.yml", files)[0]["app"][0] == ["acme/composed"]
    env = "    env:\n      BUILDX_BAKE_FILE: x.json\n"
    assert built("docker buildx bake", files, env)[0]["default"][0] == ["acme/json"]


def test_contexts_that_are_targets_are_built_and_not_published():
    text = (
        'target "app" {\n  tags = ["acme/app"]\n'
        '  contexts = { base = "target:base", other = "docker-image://x" }\n}\ntarget "base" { tags = ["acme/base"] }\n'
    )
    found = built("docker buildx bake app --push", {"docker-bake.hcl": text})[0]
    assert found == {"app": (["acme/app"], ["Dockerfile"], None, True), "base": ([], ["Dockerfile"], None, False)}


def test_places():
    text = """
target "default" { inherits = ["inline"] }
target "inline" { dockerfile-inline = "FROM x" }
target "remote" { context = "https://github.com/other/x.git#v1" }
target "cwd" {
  context = "cwd://a"
  dockerfile = "cwd://b/Dockerfile"
}
"""
    found = built("docker buildx bake default remote cwd", {"docker-bake.hcl": text})[0]
    assert [paths for _, paths, _, _ in found.values()] == [[], [], ["b/Dockerfile"]]


def test_findings():
    assert built("docker buildx bake nothing", FILE)[1] == ["bake-target-missing"]
    assert built("docker buildx bake", {"docker-bake.hcl": "target {"})[1] == ["bake-unread"]
    assert built("docker buildx bake -f missing.hcl", FILE)[1] == []
    assert built("docker buildx bake $(list)\n          docker push acme/app", FILE)[1] == ["build-not-followed"]
