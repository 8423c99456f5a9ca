"""``gcloud builds submit`` followed into ``cloudbuild.yaml``: its steps are commands in containers, its ``images`` are pushed.

Source of the rules: the build configuration schema of Google Cloud Build. This module knows no workflow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from archdoc.extract import _commands as commands
from archdoc.extract import _values as values
from archdoc.extract._commands_builders import KANIKO, kaniko
from archdoc.extract._effects import Build, Effect, Mention, Opaque, Push
from archdoc.extract._options import Options, options
from archdoc.extract._shell_walk import Argument, Command, below
from archdoc.extract._trail import Trail
from archdoc.extract._values import Text, Unknown
from archdoc.extract._yaml import MISSING, Node, documents
from archdoc.model import Evidence
from archdoc.regex import regex

_TAKES = frozenset(
    [
        *(
            "--config",
            "-t",
            "--tag",
            "--substitutions",
            "--project",
            "--region",
            "--machine-type",
            "--timeout",
            "--pack",
            "--format",
        ),
        *(
            "--gcs-source-staging-dir",
            "--gcs-log-dir",
            "--ignore-file",
            "--disk-size",
            "--worker-pool",
            "--account",
            "--git-source-dir",
        ),
        *("--git-source-revision", "--service-account", "--impersonate-service-account", "--dir", "--revision", "--verbosity"),
    ]
)
_VARIABLE = regex(r"\$\$|\$\{?(_?[A-Z][A-Z0-9_]*|_[A-Z0-9_]+)\}?")
_TOOLS = frozenset({"docker", "kubectl", "gcloud", "helm", "skaffold", "make", "mvn", "gradle", "ko", "pack", "goreleaser"})
_SHELLS = frozenset({"bash", "sh", "/bin/bash", "/bin/sh"})
_MAX_STEPS = 300


def follow(trail: Trail) -> Iterator[tuple[Effect, Text]]:
    """What a build in the cloud does: one image of a Dockerfile (``--tag``), or the steps of its file."""
    read = trail.options(_TAKES)
    source = next(iter(read.words()[:1]), None)
    folder = below(trail.directory, source.text) if source is not None else trail.directory
    tag, packed = read.last("-t", "--tag"), read.last("--pack")
    if tag is not None:
        yield Build(trail.at, (trail.mention(tag),), Mention(folder, trail.at, literal=False), pushed=True), trail.directory
    elif packed is not None:
        image = next((one for one in values.split(packed.text, ",") if values.starts(one, "image=")), None)
        if image is not None and isinstance(image[0], str):
            name = trail.mention(packed).of(values.join(((image[0].removeprefix("image="),), image[1:])))
            yield Build(trail.at, (name,), pushed=True, builder="buildpacks"), trail.directory
    else:
        yield from _configured(trail, read, folder)


def _configured(trail: Trail, read: Options, folder: Text) -> Iterator[tuple[Effect, Text]]:
    config = read.last("--config")
    paths = trail.paths(config.text if config is not None else ("cloudbuild.yaml",))
    data = trail.read(paths[0]) if len(paths) == 1 else None
    root = next((one.root for one in documents(data, paths[0])), MISSING) if data is not None else MISSING
    if not root["steps"].is_list:
        yield Opaque("cloudbuild", trail.at), trail.directory
        return
    lookup = _substitutions(read, root)
    for step in list(root["steps"])[:_MAX_STEPS]:
        place = below(folder, _expand(step["dir"].text, lookup)) if step["dir"] else folder
        yield from _step(trail, step, lookup, place)
    for image in root["images"]:
        yield Push(_mention(image, lookup, "images")), folder


def _substitutions(read: Options, root: Node) -> Callable[[str], Text]:
    given: dict[str, Text] = {}
    for name, node in root["substitutions"].items():
        given[name] = _expand(node.text, lambda other: given.get(other, (Unknown(other),)))
    for argument in read.all("--substitutions"):
        for pair in values.split(argument.text, ","):
            head = pair[0]
            name, equals, first = head.partition("=") if isinstance(head, str) else ("", "", "")
            if equals:
                given[name] = values.join(((first,), pair[1:]))
    project = read.last("--project")
    if project is not None:
        given.setdefault("PROJECT_ID", project.text)
    return lambda name: given.get(name, (Unknown(name),))


def _expand(text: str, lookup: Callable[[str], Text], *, script: bool = False) -> Text:
    """A text with its substitutions put in; ``$$`` is a ``$`` that is none, and in a script the variable behind stays."""
    found: list[Text] = []
    at = 0
    for match in _VARIABLE.finditer(text):
        found.append((text[at : match.start()],))
        found.append(
            ("$",)
            if match[1] is None
            else (match[0],)
            if script and lookup(match[1]) == (Unknown(match[1]),)
            else lookup(match[1])
        )
        at = match.end()
    return values.join((*found, (text[at:],)))


def _mention(node: Node, lookup: Callable[[str], Text], note: str) -> Mention:
    return Mention(_expand(node.text, lookup), node.evidence(note), literal="$" not in node.text)


def _step(trail: Trail, step: Node, lookup: Callable[[str], Text], folder: Text) -> Iterator[tuple[Effect, Text]]:
    name, entrypoint = step["name"].text, step["entrypoint"].text
    image = name.partition("@")[0].rpartition("/")[2].partition(":")[0]
    nodes = [one for one in step["args"] if one.is_text] or ([step["args"]] if step["args"].is_text else [])
    words = tuple(_argument(node, row, lookup) for row, node in enumerate(nodes))
    script = step["script"] or (nodes[1] if _is_script(entrypoint or image, nodes) else MISSING)

    def at(row: int, note: str) -> Evidence:
        return nodes[min(row, len(nodes) - 1)].evidence(note) if nodes else step.evidence(note)

    if script:
        text = _expand(script.text, lookup, script=True)
        rows = [script.line + row for row in range(values.shown(text).count("\n") + 2)]
        if values.known(text) is not None:
            yield from trail.shell(values.shown(text), script.path, rows, lookup, folder)
        else:
            yield Opaque("cloudbuild", step.evidence()), folder
    elif "kaniko" in name and "executor" in name:
        read = options(words, KANIKO)
        yield (
            kaniko(read, lambda word: Mention(word.text, at(word.row, "args"), word.literal), Mention((), step.evidence()), ()),
            folder,
        )
    else:
        tool = entrypoint or image
        first = words[:1] if values.known(words[0].text if words else ()) in _TOOLS else ()
        if tool in _TOOLS or first:
            called = words if first else (Argument((tool,), 0), *words)
            for effect in commands.recognise(Command(called, folder), at):
                yield effect, folder


def _is_script(tool: str, nodes: list[Node]) -> bool:
    return tool in _SHELLS and len(nodes) > 1 and nodes[0].text in ("-c", "-ec", "-ce", "-exc", "-eEuo", "-lc")


def _argument(node: Node, row: int, lookup: Callable[[str], Text]) -> Argument:
    return Argument(_expand(node.text, lookup), row, "$" not in node.text)
