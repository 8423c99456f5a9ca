"""The verdict and the difference in every form, from real repositories; hostile names stay text."""

import json
import re

from tests.e2e.support import DEPLOYMENT, Repo

HOSTILE = "pwn@org/team | `x` ::error::boo <img src=x> %0A"


def annotations(text: str) -> list[str]:
    """The commands that a runner would read: none between a stop token and its end."""
    found, token = [], ""
    for line in text.splitlines():
        if token:
            token = "" if line == f"::{token}::" else token
        elif line.startswith("::stop-commands::"):
            token = line.removeprefix("::stop-commands::")
        elif line.startswith("::"):
            found.append(line)
    return found


def test_annotations_stand_at_the_cause(shop: Repo) -> None:
    shop.deployment("redis")
    shop.git("add", "-A")
    result = shop.archdoc("check", "--format", "github")
    assert result.returncode == 1
    found = annotations(result.stdout)
    assert found[0].startswith("::error file=k8s/redis.yaml,line=1,title=Architecture changed::+ Deployment redis")
    assert "archdoc update" in found[0]


def test_a_deletion_is_told_at_the_diagram_that_still_draws_it(shop: Repo) -> None:
    shop.git("rm", "-q", "k8s/worker.yaml")
    found = annotations(shop.archdoc("check", "--format", "github").stdout)
    assert any(one.startswith("::error file=docs/architecture/deployables/k8s.md,line=") and "worker" in one for one in found)
    assert not any("file=k8s/worker.yaml" in one for one in found), "there is no such line to stand at"


def test_at_most_ten_annotations_and_the_rest_is_counted(shop: Repo) -> None:
    for number in range(15):
        shop.deployment(f"extra-{number:02}")
    shop.git("add", "-A")
    found = annotations(shop.archdoc("check", "--format", "github").stdout)
    assert len(found) == 10
    assert re.fullmatch(r"::notice title=archdoc::\d+ more: the log of this step has them all", found[-1])


def test_a_clean_check_has_no_error(shop: Repo) -> None:
    result = shop.archdoc("check", "--format", "github")
    assert result.returncode == 0
    assert "up to date" in result.stdout
    found = annotations(result.stdout)
    assert [one.split()[0] for one in found] == ["::warning"], "the job pushes without a login, which fails no gate"
    assert "title=push-without-login" in found[0]


def test_text_of_the_repository_starts_no_command(shop: Repo) -> None:
    name = json.dumps(f"evil\n::error::pwned\n::stop-commands::x {HOSTILE}")
    shop.write("k8s/evil.yaml", DEPLOYMENT.format(name="evil").replace("name: evil\nspec", f"name: {name}\nspec"))
    shop.git("add", "-A")
    result = shop.archdoc("check", "--format", "github")
    assert result.returncode == 1
    found = annotations(result.stdout)
    assert found
    assert all(re.match(r"::(error|warning|notice) ", one) for one in found)
    assert not any(one.startswith("::error::pwned") for one in found)


def test_sarif_names_rule_place_and_a_fingerprint_without_the_line(shop: Repo) -> None:
    shop.deployment("redis")
    shop.git("add", "-A")
    log = json.loads(shop.archdoc("check", "--format", "sarif").stdout)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert place["region"]["startLine"] >= 1
        assert (shop.path / place["artifactLocation"]["uri"]).is_file()
    prints = [result["partialFingerprints"]["archdoc/v1"] for result in run["results"]]
    assert len(set(prints)) == len(prints)
    page = next(path for path in (shop.path / "docs").rglob("*.md") if "diagram-stale" in rules)
    page.write_text("\n\n" + page.read_text(encoding="utf-8"), encoding="utf-8")
    moved = json.loads(shop.archdoc("check", "--format", "sarif").stdout)["runs"][0]["results"]
    assert [result["partialFingerprints"]["archdoc/v1"] for result in moved] == prints


def test_a_clean_sarif_log_has_no_results(shop: Repo) -> None:
    log = json.loads(shop.archdoc("check", "--format", "sarif").stdout)
    assert [result for result in log["runs"][0]["results"] if result["level"] == "error"] == []


def test_markdown_has_picture_table_and_mending_command(shop: Repo) -> None:
    shop.deployment("redis")
    shop.git("add", "-A")
    text = shop.archdoc("check", "--format", "markdown").stdout
    assert text.startswith("### Architecture: ")
    assert "diagrams are out of date" in text
    assert "```mermaid" in text
    assert "<b>+ redis</b>" in text
    assert "| + | `Deployment redis` | `k8s/redis.yaml:1` |" in text
    assert "`archdoc update`" in text


def test_markdown_of_hostile_names_is_text(shop: Repo) -> None:
    shop.write("k8s/evil.yaml", DEPLOYMENT.format(name="evil").replace("name: evil\nspec", f"name: {json.dumps(HOSTILE)}\nspec"))
    shop.git("add", "-A")
    for text in (
        shop.archdoc("check", "--format", "markdown").stdout,
        shop.archdoc("diff", "HEAD", "--format", "markdown").stdout,
    ):
        prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        outside = re.sub(r"`[^`]*`", "", prose)
        assert "@org" not in outside
        assert "<img" not in outside
        rows = [line for line in prose.splitlines() if line.startswith("|")]
        assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} <= {3, 4}, "a bar in a name ends no cell"


def test_a_huge_difference_fits_into_a_comment(repo: Repo) -> None:
    repo.write("README.md", "# shop\n")
    repo.commit()
    for number in range(400):
        repo.deployment(f"service-with-a-rather-long-name-{number:03}", folder=f"k8s/{number % 20:02}")
    repo.git("add", "-A")
    text = repo.archdoc("diff", "HEAD", "--format", "markdown").stdout
    assert len(text) < 60_000
    picture = repo.archdoc("diff", "HEAD", "--format", "mermaid").stdout
    assert len(picture) < 50_000
    assert picture.count("-->") + picture.count("==>") + picture.count("-.->") < 500
    assert "k8s/07" in picture, "whole deployables where there is too much for single boxes"


def test_a_renamed_workload_is_one_change(shop: Repo) -> None:
    (shop.path / "k8s/worker.yaml").write_text(shop.read("k8s/worker.yaml").replace("worker", "consumer"), encoding="utf-8")
    shop.write("k8s/worker.yaml", shop.read("k8s/worker.yaml").replace("acme/consumer", "acme/worker"))
    shop.git("add", "-A")
    said = shop.archdoc("diff", "HEAD").stdout
    assert "~ Deployment consumer was called worker" in said
    assert "+ Deployment" not in said
    assert "- Deployment" not in said
    assert "~ Deployment consumer was called worker" in shop.archdoc("check").stdout


def test_one_of_many_alike_is_no_rename(repo: Repo) -> None:
    for name in ("a", "b"):
        repo.deployment(name)
    repo.commit()
    repo.git("rm", "-q", "k8s/a.yaml")
    for name in ("c", "d"):
        repo.deployment(name)
    repo.git("add", "-A")
    said = repo.archdoc("diff", "HEAD").stdout
    assert "was called" not in said, "two could be it, so none is"


def test_the_picture_of_a_change_marks_what_is_new_gone_and_different(shop: Repo) -> None:
    shop.git("rm", "-q", "k8s/worker.yaml")
    shop.deployment("redis")
    shop.git("add", "-A")
    picture = shop.archdoc("diff", "HEAD", "--format", "mermaid").stdout
    assert re.search(r'"<b>\+ redis</b>.*:::added', picture)
    assert re.search(r'"<b>- worker</b>.*:::removed', picture)
    assert "classDef removed" in picture
    assert "stroke-dasharray" in picture


def test_no_change_has_no_picture(shop: Repo) -> None:
    assert shop.archdoc("diff", "HEAD", "--format", "mermaid").stdout == ""
    assert "no change" in shop.archdoc("diff", "HEAD", "--format", "markdown").stdout
