"""Skaffold: what ``skaffold build|run|dev|debug|deploy|render|apply`` builds and applies.

Sources: ``cmd/skaffold/app/cmd/flags.go``, ``pkg/skaffold/schema/profiles.go``. This module knows effects, no job and no graph.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice, product
from typing import NamedTuple

from archdoc.extract import _skaffold_config as configs
from archdoc.extract import _values as values
from archdoc.extract._effects import Build, Deploy, Effect, Mention, Opaque, Render
from archdoc.extract._options import Options
from archdoc.extract._shell_walk import below
from archdoc.extract._skaffold_build import Naming, built, environment
from archdoc.extract._skaffold_config import Config
from archdoc.extract._skaffold_deploys import deploys
from archdoc.extract._skaffold_modules import FILES, Modules
from archdoc.extract._trail import Trail
from archdoc.extract._values import Text, Unknown
from archdoc.extract._yaml import Node

MAX_PROFILES = 24
MAX_VARIANTS = 64
_TOOL = "skaffold"
_BUILDS = frozenset({"build", "run", "dev", "debug"})
_DEPLOYS = frozenset({"run", "dev", "debug", "deploy"})
_RENDERS = frozenset({"render"})
_TAKES = frozenset(
    [
        *("-f", "--filename", "-m", "--module", "-p", "--profile", "-n", "--namespace", "-d", "--default-repo", "-t", "--tag"),
        *("-b", "--build-image", "-a", "--build-artifacts", "-i", "--images", "-l", "--label", "-c", "--config"),
        *("-o", "--output", "-w", "--watch-image", "-v", "--verbosity", "-u", "--user", "--kube-context", "--kubeconfig"),
        *("--platform", "--file-output", "--cache-file", "--remote-cache-dir", "--render-output", "--digest-source"),
        *("--insecure-registry", "--build-concurrency", "--event-log-file", "--last-log-file", "--rpc-port", "--rpc-http-port"),
        *("--minikube-profile", "--trigger", "--mute-logs", "--hydration-dir", "--color", "--timestamps-format", "--set"),
        *("--set-value-file", "--cloud-run-project", "--cloud-run-location", "--status-check-selectors"),
    ]
)
_Found = list[tuple[Effect, Text]]


def follow(trail: Trail) -> Iterator[tuple[Effect, Text]]:
    """The effects of a command of Skaffold, each with the folder by which its paths are read."""
    read = trail.options(_TAKES)
    words = read.words()
    verb = values.known(words[0].text) if words else ""
    if verb is None:
        yield Opaque(_TOOL, trail.at), trail.directory
    elif verb == "apply":
        for word in words[1:]:
            yield Deploy(trail.mention(word)), trail.directory
    elif verb in _BUILDS | _DEPLOYS | _RENDERS:
        yield from _followed(_Asked(trail, verb, read, environment(trail)))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A command; a flag of it may also stand in the environment, or in the ``skaffold.env`` of its folder (`file`)."""

    trail: Trail
    verb: str
    options: Options
    file: dict[str, Text]

    def variable(self, name: str) -> Text:
        """A variable as templates see it."""
        value = self.trail.variable(name)
        return self.file.get(name, value) if value == (Unknown(name),) else value

    def flag(self, *flags: str) -> Text:
        """The value of a flag, ``()`` where it is not given; the last of `flags` is its long name."""
        found = self.options.last(*flags)
        if found is not None:
            return found.text
        name = f"SKAFFOLD_{flags[-1].strip('-').replace('-', '_').upper()}"
        value = self.variable(name)
        return () if value == (Unknown(name),) else value

    def listed(self, *flags: str) -> Text:
        """The values of a flag that may stand several times, with commas between."""
        found = self.options.all(*flags)
        return values.join(text for one in found for text in (one.text, (",",))) if found else self.flag(*flags)

    def on(self, flag: str) -> bool | None:
        """Whether a switch is on; None where it is not given, or not known."""
        if any(name == flag and value is None for name, value in self.options.pairs):
            return True
        return {"true": True, "false": False}.get(values.known(self.flag(flag)) or "")


class _Part(NamedTuple):
    """What of the files is meant: documents by their names, images by a part of theirs; all where empty."""

    modules: Sequence[str]
    images: Sequence[str]


def _followed(asked: _Asked) -> _Found:
    trail = asked.trail
    starts = _starts(asked)
    if not starts:
        return [(Opaque(_TOOL, trail.at), trail.directory)]
    profiles = values.alternatives(asked.listed("-p", "--profile"))
    modules = values.alternatives(asked.listed("-m", "--module"))
    images = values.alternatives(asked.listed("-b", "--build-image"))
    found: dict[tuple[object, ...], tuple[Effect, Text]] = {}
    for start, profile, module, image in islice(product(starts, profiles, modules, images), MAX_VARIANTS):
        if _is_unknown(asked, "module", module) or _is_unknown(asked, "image", image):
            more: _Found = [(Opaque(_TOOL, trail.at), trail.directory)]
        else:
            more = _of_profile(asked, start, profile, _Part(_words(module), _words(image)))
        for effect, base in more:
            found.setdefault(_saying(effect, base), (effect, base))
    return list(found.values())


def _starts(asked: _Asked) -> list[str]:
    """The files that the command may mean; one that is named and is not there is told."""
    trail = asked.trail
    said = asked.flag("-f", "--filename")
    paths = trail.paths(said) if said else [path for name in FILES for path in trail.paths((name,))]
    found = [path for path in paths if trail.read(path) is not None]
    if paths and not found:
        trail.session.report("deploy-path-missing", f"there is no `{paths[0]}` here", trail.at)
    return found if said else found[:1]


def _is_unknown(asked: _Asked, what: str, text: Text) -> bool:
    sources = values.sources(text)
    if sources:
        asked.trail.session.unknown(f"the {what} that Skaffold is asked for", sources, asked.trail.at)
    return bool(sources)


def _words(text: Text) -> list[str]:
    return [one.strip() for one in values.shown(text).split(",") if one.strip()]


def _of_profile(asked: _Asked, start: str, profile: Text, part: _Part) -> _Found:
    """What the command does; where it is not known which profile is meant, what is so with every one that may be."""
    if values.known(profile) is not None:
        return _effects(asked, start, _words(profile), part)
    asked.trail.session.unknown("the profile of Skaffold", values.sources(profile), asked.trail.at)
    data = asked.trail.read(start) or b""
    given = [(values.known(one), values.shown(one)) for one in values.split(profile, ",")]
    sure, patterns = [known for known, _ in given if known], [shown for known, shown in given if known is None]
    profiles = dict.fromkeys(name for config in configs.read(data, start)[0] for name in config.profiles)
    meant = [name for name in profiles if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)]
    if len(meant) > MAX_PROFILES:
        return [(Opaque(_TOOL, asked.trail.at), asked.trail.directory)]
    each = [_effects(asked, start, [*sure, name], part) for name in meant] or [_effects(asked, start, sure, part)]
    others = [{_saying(*one) for one in effects} for effects in each[1:]]
    return [one for one in each[0] if all(_saying(*one) in other for other in others)]


def _saying(effect: Effect, base: Text) -> tuple[object, ...]:
    """What an effect comes to, whichever line says it."""
    match effect:
        case Build():
            places = [mention and mention.text for mention in (effect.context, effect.file, effect.target)]
            return (base, effect.name, effect.builder, effect.pushed, *places, *(image.text for image in effect.images))
        case Deploy():
            return (base, effect.target.text, effect.chart, *((one.field, one.image.text) for one in effect.images))
        case _:
            return (base, effect)


def _effects(asked: _Asked, start: str, profiles: Sequence[str], part: _Part) -> _Found:
    """What the command does with these profiles."""
    trail = asked.trail
    if not trail.session.spend(trail.at):
        return [(Opaque(_TOOL, trail.at), trail.directory)]
    propagated = profiles if asked.on("--propagate-profiles") is not False else ()
    modules = Modules(trail.read, trail.directory, partial(_active, asked), propagated, frozenset(part.modules))
    modules.take(start, profiles)
    naming = Naming(asked.variable, asked.flag("-d", "--default-repo"), asked.flag("-t", "--tag"), asked.on("--push"))
    found: _Found = [(Opaque(_TOOL, trail.at), trail.directory)] if modules.missing else []
    if asked.verb in _BUILDS and asked.on("--dry-run") is not True:
        found += _builds(asked, modules, naming, part.images)
    built_names = [artifact.image.text for used in modules.used for artifact in configs.artifacts(used.config)]
    applied = [
        (one, used.base)
        for used in modules.used
        for one in deploys(used.config, naming, built_names, alone=len(modules.used) == 1)
        if trail.session.spend(one.target.at)
    ]
    output = asked.flag("-o", "--output") or asked.flag("--render-output")
    if asked.verb in _RENDERS and output:
        sources = tuple(one._replace(target=one.target.of(below(base, one.target.text))) for one, base in applied)
        found.append((Render(Mention(output, trail.at), sources), trail.directory))
    elif asked.verb in _DEPLOYS and asked.on("--render-only") is not True:
        found += applied
    return found


def _active(asked: _Asked, config: Config, named: Sequence[str]) -> list[str]:
    """The profiles of a document that are active: by their own conditions, then those named; ``-name`` turns one off."""
    context = asked.flag("--kube-context") or (Unknown("the Kubernetes context"),)
    automatic = asked.on("--profile-auto-activation") is not False
    found = [
        profile["name"].text for profile in config.root["profiles"] if automatic and _is_active(asked, profile, context, named)
    ]
    for name in named:
        if name.startswith("-"):
            found = [one for one in found if one != name[1:]]
        elif name in config.profiles and name not in found:
            found.append(name)
    return found


def _is_active(asked: _Asked, profile: Node, context: Text, named: Sequence[str]) -> bool:
    """Whether a profile is active by itself; one of which only a run can tell is taken for one that is not, and told."""
    found = configs.activated(profile, asked.verb, asked.variable, context)
    if found is None and profile["name"].text not in named:
        told = f"whether the profile `{profile['name'].text}` of Skaffold is active"
        asked.trail.session.unknown(told, configs.conditions(profile), asked.trail.at)
    return found is True


def _builds(asked: _Asked, modules: Modules, naming: Naming, images: Sequence[str]) -> Iterator[tuple[Effect, Text]]:
    for used in modules.used:
        for artifact in configs.artifacts(used.config):
            wanted = not images or any(one in artifact.image.text for one in images)
            if wanted and asked.trail.session.spend(artifact.image.evidence()):
                yield built(asked.trail, artifact, used.base, naming)
