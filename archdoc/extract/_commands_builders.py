"""Commands that build images without Docker's command line: clouds, Buildpacks, Jib, Spring Boot, Kaniko. Rows of `_commands`.

Source of the rules: the references of az, gcloud, pack and Kaniko, and of the plugins of Jib and Spring Boot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from archdoc.extract import _values as values
from archdoc.extract._call import Call
from archdoc.extract._effects import Build, Effect, Follow, Mention, Opaque
from archdoc.extract._options import Options, options
from archdoc.extract._shell_walk import Argument, below
from archdoc.extract._values import Text

_ACR = frozenset(
    [
        *("-r", "--registry", "-t", "--image", "-f", "--file", "--target", "--platform", "--build-arg", "--secret-build-arg"),
        *(
            "-g",
            "--resource-group",
            "--agent-pool",
            "--auth-mode",
            "--log-template",
            "--timeout",
            "--subscription",
            "-o",
            "--output",
        ),
    ]
)
_PACK = frozenset(
    [
        *("-B", "--builder", "-b", "--buildpack", "-e", "--env", "--env-file", "-p", "--path", "-t", "--tag", "--run-image"),
        *("-d", "--descriptor", "--network", "--pull-policy", "-v", "--volume", "--cache-image", "--cache", "-w", "--workspace"),
        *("--platform", "-D", "--default-process", "--lifecycle-image", "--gid", "--creation-time", "--report-output-dir"),
    ]
)
KANIKO = frozenset(
    [
        *("-f", "--dockerfile", "-c", "--context", "-d", "--destination", "--target", "--build-arg", "--context-sub-path"),
        *("--cache-repo", "--cache-dir", "--digest-file", "--verbosity", "-v", "--snapshot-mode", "--registry-mirror", "--label"),
    ]
)
_JVM = frozenset(["-f", "--file", "-pl", "--projects", "-P", "-s", "--settings", "-p", "--project-dir", "-x", "--image", "-t"])


def _registry_build(call: Call) -> Iterator[Effect]:
    """``az acr build``: the Dockerfile is looked for in the context, the name is one of the registry."""
    read = call.options(_ACR)
    registry, file, target = read.last("-r", "--registry"), read.last("-f", "--file"), read.last("--target")
    context = next(iter(read.words()[-1:]), None)
    host = _host(registry.text) if registry else (values.Unknown("the registry"),)
    images = [call.mention(one, "-t") for one in read.all("-t", "--image")]
    yield Build(
        at=call.here,
        images=tuple(one.of(_in(host, one.text))._replace(literal=False) for one in images),
        context=call.mention(context).of(below(call.command.directory, context.text)) if context else None,
        file=call.mention(file, "-f") if file else None,
        target=call.mention(target, "--target") if target else None,
        pushed=not read.flag("--no-push"),
        platforms=tuple(values.shown(one.text) for one in read.all("--platform")),
        inside=True,
    )


def _host(registry: Text) -> Text:
    return registry if ".azurecr.io" in values.shown(registry) else values.join((registry, (".azurecr.io",)))


def _in(host: Text, image: Text) -> Text:
    return image if ".azurecr.io/" in values.shown(image) else values.join((host, ("/",), image))


def _pack(call: Call) -> Iterator[Effect]:
    read = call.options(_PACK)
    names = [*read.words()[:1], *read.all("-t", "--tag")]
    yield Build(
        at=call.here,
        images=tuple(call.mention(one) for one in names),
        pushed=read.flag("--publish"),
        platforms=tuple(values.shown(one.text) for one in read.all("--platform")),
        builder="buildpacks",
    )


def _jvm(call: Call) -> Iterator[Effect]:
    """Maven and Gradle: the tasks of Jib and Spring Boot among all that they are told; the image by the command line only."""
    given = [Argument((word,), 0) for word in call.name.split(" ")[1:]]
    read = options((*given, *call.words), _JVM)
    tasks = [values.shown(word.text).rpartition(":")[2] for word in read.rest]
    whole = [values.shown(word.text) for word in read.rest]
    parts = {part for one in whole for part in one.split(":")}
    if not parts.isdisjoint(("jib", "jib-maven-plugin", "jibDockerBuild", "jibBuildTar")):
        local = any(one.endswith(("dockerBuild", "buildTar", "jibDockerBuild", "jibBuildTar")) for one in whole)
        yield from _java_image(call, read, "jib", ("jib.to.image", "image"), pushed=not local)
    elif any(task in ("bootBuildImage", "build-image", "build-image-no-fork") for task in tasks):
        pushed = _property(read, "spring-boot.build-image.publish") is not None or read.flag("--publishImage")
        yield from _java_image(call, read, "spring-boot", ("spring-boot.build-image.imageName",), pushed=pushed)


def _java_image(call: Call, read: Options, builder: str, names: tuple[str, ...], *, pushed: bool) -> Iterator[Effect]:
    image = next((found for name in names if (found := _property(read, name))), None)
    image = image or read.last("--image", "--imageName")
    if image is None:
        yield Opaque(builder, call.here)
    else:
        yield Build(at=call.here, images=(call.mention(image),), pushed=pushed, builder=builder)


def _property(read: Options, name: str) -> Argument | None:
    """The value of ``-Dname=value``."""
    return next(iter(read.all(f"-D{name}")[-1:]), None)


def _run(call: Call) -> Iterator[Effect]:
    """``docker run`` of Kaniko: folders of the runner that it sees by the volumes of the command."""
    place = next((n for n, word in enumerate(call.words) if _is_kaniko(word.text)), None)
    if place is None:
        return
    mounted = options(call.words[:place], frozenset({"-v", "--volume"})).all("-v", "--volume")
    volumes = [pair for one in mounted if len(pair := values.split(one.text, ":")) > 1]
    yield kaniko(options(call.words[place + 1 :], KANIKO), call.mention, Mention((), call.here), volumes)


def _is_kaniko(image: Text) -> bool:
    shown = values.shown(image)
    return "kaniko" in shown and "executor" in shown


def kaniko(
    read: Options, mention: Callable[[Argument], Mention], at: Mention, volumes: list[list[Text]] | tuple[()] = ()
) -> Build:
    """The build that the arguments of Kaniko's executor ask for; `volumes` are pairs of a folder outside and inside."""
    context, file, target = read.last("-c", "--context"), read.last("-f", "--dockerfile"), read.last("--target")
    folder = _outside(mention(context), volumes) if context else at.of((".",))
    own = _outside(mention(file), volumes) if file else None
    if own is not None and file is not None and own.text == file.text and not values.starts(own.text, "/"):
        own = own.of(values.join((folder.text, ("/",), own.text)))
    return Build(
        at=at.at,
        images=tuple(mention(one) for one in read.all("-d", "--destination")),
        context=folder,
        file=own,
        target=mention(target) if target else None,
        pushed=not read.flag("--no-push"),
    )


def _outside(path: Mention, volumes: list[list[Text]] | tuple[()]) -> Mention:
    """A path in the container as one of the runner."""
    head = path.text[0] if path.text else ""
    first = head.removeprefix("dir://") if isinstance(head, str) else ""
    for outside, inside, *_ in volumes:
        folder = values.known(inside)
        if folder and (first == folder or first.startswith(f"{folder.rstrip('/')}/")):
            return path.of(values.join((outside, (first[len(folder.rstrip("/")) :],), path.text[1:])))
    return path.of(values.join(((first,), path.text[1:]))) if first else path


def _cloud_build(call: Call) -> Iterator[Effect]:
    yield Follow("cloudbuild", call.words, call.command.environment, call.here)


_TASKS = ("jib", "build-image", "bootBuildImage", "jibDockerBuild")

BUILDERS: dict[tuple[str, ...], Callable[[Call], Iterator[Effect]]] = {
    ("az", "acr", "build"): _registry_build,
    ("pack", "build"): _pack,
    **{("gcloud", *track, "builds", "submit"): _cloud_build for track in ((), ("beta",), ("alpha",))},
    **{(engine, "run"): _run for engine in ("docker", "podman", "nerdctl")},
    **{(tool,): _jvm for tool in ("mvn", "mvnw", "gradle", "gradlew")},
    # Only what speaks of these tasks is looked at.
    **{(tool, task): _jvm for tool in ("mvn", "mvnw", "gradle", "gradlew") for task in _TASKS},
}
