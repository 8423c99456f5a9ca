"""Docker and the tools that take its command line: build, tag, push, log in. Rows of `_commands.COMMANDS`.

Source of the rules: the command-line reference of Docker, Buildx, Podman, Buildah, imagebuilder, Crane and Skopeo.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from archdoc.extract import _values as values
from archdoc.extract._call import Call
from archdoc.extract._commands_builders import BUILDERS
from archdoc.extract._effects import DOCKERFILES, Build, Effect, Fetch, Follow, Login, Mention, Push, Rename
from archdoc.extract._options import Options

DOCKER_HUB = "docker.io"
_BUILD = frozenset(
    [
        "-t",
        "--tag",
        "-f",
        "--file",
        "--target",
        "--build-arg",
        "--build-context",
        "--platform",
        "-o",
        "--output",
        "--label",
        "--annotation",
        "--secret",
        "--ssh",
        "--cache-from",
        "--cache-to",
        "--builder",
        "--progress",
        "--network",
        "--add-host",
        "--allow",
        "--attest",
        "--iidfile",
        "--metadata-file",
        "--shm-size",
        "--ulimit",
        "-m",
        "--memory",
        "--memory-swap",
        "--cpuset-cpus",
        "--cpuset-mems",
        "-c",
        "--cpu-shares",
        "--cpu-period",
        "--cpu-quota",
        "--cgroup-parent",
        "--isolation",
        "--security-opt",
        "--no-cache-filter",
        "--call",
        "--cert-dir",
        "--creds",
        "--authfile",
        "--format",
        "--arch",
        "--os",
        "--variant",
        "--jobs",
        "--layers",
        "--ignorefile",
        "--manifest",
        "--runtime",
        "--volume",
        "-v",
        "--env",
        "--logfile",
        "--timestamp",
        "--userns",
        "--from",
        "--pull-policy",
        "--retry",
        "--storage-driver",
        "--root",
    ]
)
_PLACES = frozenset(
    [
        "--creds",
        "--authfile",
        "--cert-dir",
        "--format",
        "--sign-by",
        "--digestfile",
        "--tls-verify",
        "--src-creds",
        "--dest-creds",
        "-f",
        "--file",
        "--annotation",
        "--platform",
        "-t",
        "--tag",
        "--builder",
        "--progress",
    ]
)
_LOGIN = frozenset(["-u", "--username", "-p", "--password", "--authfile", "--cert-dir", "--scope"])
_PODMAN_FILES = ("Containerfile", "Dockerfile")

_CTR = frozenset(
    {"-n", "--namespace", "-a", "--address", "-u", "--user", "--platform", "--manifest", "--manifest-type", "--hosts-dir"}
)


def _build(call: Call) -> Iterator[Effect]:
    read = call.options(_BUILD)
    if call.name.partition(" ")[0] == "buildah" or call.name.startswith("podman"):
        yield _built(call, read, _PODMAN_FILES)
    else:
        yield _built(call, read, DOCKERFILES)


def _built(call: Call, read: Options, defaults: tuple[str, ...]) -> Build:
    context, file, target = next(iter(read.words()[-1:]), None), read.last("-f", "--file"), read.last("--target")
    outputs = [output for argument in read.all("-o", "--output") for output in outputs_of(call.mention(argument, "--output"))]
    reads_text = any(argument is not None and values.known(argument.text) == "-" for argument in (context, file))
    source = call.command.reads if reads_text else None
    if source is not None and values.known(source.text) != "-":
        file = source
    return Build(
        at=call.here,
        images=(
            *(call.mention(argument, "-t") for argument in read.all("-t", "--tag")),
            *(name for name, _ in outputs if name is not None),
        ),
        context=call.mention(context) if context else None,
        file=call.mention(file, "-f") if file else None,
        target=call.mention(target, "--target") if target else None,
        pushed=read.flag("--push") or any(pushed for _, pushed in outputs),
        platforms=tuple(one for argument in read.all("--platform") for one in _list(argument.text)),
        inline=reads_text and source is None,
        defaults=defaults,
        arguments=pairs(call.mention(one, "--build-arg") for one in read.all("--build-arg")),
        contexts=pairs(call.mention(one, "--build-context") for one in read.all("--build-context")),
    )


def pairs(found: Iterable[Mention]) -> tuple[tuple[str, Mention], ...]:
    """Each ``KEY=value`` by its key. A key alone takes its value from the environment, which is for the caller to know."""
    return tuple(pair for one in found for pair in _pair(one))


def _pair(one: Mention) -> Iterator[tuple[str, Mention]]:
    head = one.text[0] if one.text else ""
    if isinstance(head, str):
        key, equals, first = head.partition("=")
        if equals:
            yield key.strip(), one.of(values.strip(values.join(((first,), one.text[1:]))))
        elif len(one.text) == 1:
            yield key.strip(), one.of((values.Unknown(key.strip()),))


def outputs_of(output: Mention) -> Iterator[tuple[Mention | None, bool]]:
    """The names and the push of one ``--output`` (``type=image,name=a,push=true``; several names stand in quotes)."""
    keys: dict[str, list[values.Text]] = {}
    name = ""
    for piece in values.split(output.text, ","):
        head = piece[0] if isinstance(piece[0], str) else ""
        key, equals, first = head.strip('"').partition("=")
        if equals:
            name = key.strip()
            keys.setdefault(name, []).append(values.join(((first,), piece[1:])))
        elif name:
            keys[name].append(piece)
    pushed = "registry" in map(values.known, keys.get("type", [])) or any(
        values.known(one) != "false" for one in keys.get("push", [])
    )
    yield None, pushed
    for one in keys.get("name", []):
        clean = values.join(tuple(part.strip('"') if isinstance(part, str) else part for part in one) for one in [one])
        yield output.of(clean), pushed


def _list(text: values.Text) -> list[str]:
    return [values.shown(one) for one in values.split(text, ",\n")]


def _push(call: Call) -> Iterator[Effect]:
    read = call.options(_PLACES)
    words = read.words()
    if len(words) > 1:
        yield Rename(call.mention(words[0]), _without_transport(call.mention(words[1])), pushed=True)
    elif words:
        yield Push(call.mention(words[0]), every_tag=read.flag("-a", "--all-tags"))


def _push_by_ctr(call: Call) -> Iterator[Effect]:
    words = call.options(_CTR).words()
    if words:
        yield Push(call.mention(words[0]))


def _tag(call: Call) -> Iterator[Effect]:
    source, *targets = call.options(_PLACES).rest or (None,)
    if source is not None:
        for target in targets:
            yield Rename(call.mention(source), call.mention(target))


def _create(call: Call) -> Iterator[Effect]:
    """``docker buildx imagetools create -t TARGET SOURCE...``: the target is made in the registry."""
    read = call.options(_PLACES)
    for target in read.all("-t", "--tag"):
        for source in read.rest:
            yield Rename(call.mention(source), call.mention(target, "-t"), pushed=True)


def _manifest(call: Call) -> Iterator[Effect]:
    """``docker manifest create TARGET SOURCE...``."""
    target, *found = call.options(_PLACES).rest or (None,)
    if target is not None:
        for source in found:
            yield Rename(call.mention(source), call.mention(target))


def _copy(call: Call) -> Iterator[Effect]:
    """``crane copy A B``, ``skopeo copy docker://A docker://B``."""
    words = call.options(_PLACES).words()
    if len(words) == 2:
        yield Rename(_without_transport(call.mention(words[0])), _without_transport(call.mention(words[1])), pushed=True)


def _without_transport(image: Mention) -> Mention:
    head = image.text[0] if image.text else ""
    if not isinstance(head, str):
        return image
    for prefix in ("docker://", "docker-daemon:", "containers-storage:"):
        if head.startswith(prefix):
            return image.of(values.join(((head.removeprefix(prefix),), image.text[1:])))
    return image


def _pull(call: Call) -> Iterator[Effect]:
    for word in call.options(_PLACES).words():
        yield Fetch(call.mention(word))


def _load(_call: Call) -> Iterator[Effect]:
    yield Fetch(None)


def _login(call: Call) -> Iterator[Effect]:
    words = call.options(_LOGIN).words()
    name = call.mention(words[-1]) if words else Mention((DOCKER_HUB,), call.here)
    yield Login("registry", name)


def _azure_login(call: Call) -> Iterator[Effect]:
    name = call.options(frozenset({"-n", "--name", "-u", "-p"})).last("-n", "--name")
    if name is not None:
        mention = call.mention(name, "-n")
        yield Login("registry", mention.of(values.join((mention.text, (".azurecr.io",)))))


def follow(tool: str) -> Callable[[Call], Iterator[Effect]]:
    """A command that is followed into the files of its tool; what they are is known by `_followers`."""

    def found(call: Call) -> Iterator[Effect]:
        yield Follow(tool, call.words, call.command.environment, call.here)

    return found


_TOOLS = (
    "make",
    "skaffold",
    "task",
    "just",
    "earthly",
    "bazel",
    "nx",
    "goreleaser",
    "ko",
    "tilt",
    "mage",
    "dagger",
    "werf",
)
_ENGINES = ("docker", "podman", "nerdctl")

DOCKER: dict[tuple[str, ...], Callable[[Call], Iterator[Effect]]] = {
    **{(engine, *rest): _build for engine in _ENGINES for rest in (("build",), ("image", "build"), ("builder", "build"))},
    ("docker", "buildx", "build"): _build,
    ("docker", "buildx", "b"): _build,
    ("docker-buildx", "build"): _build,
    ("podman", "buildx", "build"): _build,
    ("buildah", "bud"): _build,
    ("buildah", "build"): _build,
    ("buildah", "build-using-dockerfile"): _build,
    ("imagebuilder",): _build,
    **{
        (engine, *rest): _push
        for engine in (*_ENGINES, "buildah")
        for rest in (("push",), ("image", "push"), ("manifest", "push"))
    },
    **{("ctr", images, "push"): _push_by_ctr for images in ("images", "image", "i")},
    **{(engine, *rest): _tag for engine in (*_ENGINES, "buildah") for rest in (("tag",), ("image", "tag"))},
    **{(engine, "login"): _login for engine in (*_ENGINES, "buildah", "skopeo", "oras")},
    ("helm", "registry", "login"): _login,
    ("crane", "auth", "login"): _login,
    ("az", "acr", "login"): _azure_login,
    ("docker", "buildx", "imagetools", "create"): _create,
    **{(engine, "manifest", "create"): _manifest for engine in (*_ENGINES, "buildah")},
    ("crane", "copy"): _copy,
    ("crane", "cp"): _copy,
    ("skopeo", "copy"): _copy,
    ("regctl", "image", "copy"): _copy,
    **{words: follow("bake") for words in (("docker", "buildx", "bake"), ("docker-buildx", "bake"), ("docker", "bake"))},
    **{(engine, "compose"): follow("compose") for engine in _ENGINES},
    **{(tool,): follow("compose") for tool in ("docker-compose", "podman-compose")},
    **{(tool,): follow(tool) for tool in _TOOLS},
    **{(tool, verb): follow("npm") for tool in ("npm", "yarn", "pnpm", "bun") for verb in ("run", "run-script")},
    **{("mise", verb): follow("mise") for verb in ("run", "r")},
    **BUILDERS,
}

DOCKER_AUXILIARY: dict[tuple[str, ...], Callable[[Call], Iterator[Effect]]] = {
    **{(engine, *rest): _pull for engine in (*_ENGINES, "buildah") for rest in (("pull",), ("image", "pull"))},
    **{(engine, *rest): _load for engine in _ENGINES for rest in (("load",), ("image", "load"), ("import",))},
}
"""Commands that count only where a command of `DOCKER` is near."""
