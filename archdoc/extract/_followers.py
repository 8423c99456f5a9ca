"""Commands that are followed into the file that says what they do: one row each, from the tool to the function that reads it.

A function gets a `Trail` and gives effects, each with its folder; among them may be commands to be followed in turn.
This module knows no step; what the files say is known by the modules in the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from archdoc.extract import (
    _bake,
    _cloudbuild,
    _compose,
    _goreleaser,
    _helmfile,
    _justfile,
    _ko,
    _make,
    _package_scripts,
    _remote_script,
    _script_files,
    _skaffold,
    _taskfile,
    _tilt,
)
from archdoc.extract import _trace as trace
from archdoc.extract._effects import Build, Effect, Follow, Opaque
from archdoc.extract._source import Session
from archdoc.extract._trail import Trail
from archdoc.extract._values import Text, Unknown
from archdoc.extract._workspace import Workspace
from archdoc.model import Evidence

MAX_DEPTH = 6
MAX_REMEMBERED = 8

FOLLOWERS: dict[str, Callable[[Trail], Iterator[tuple[Effect, Text]]]] = {
    "bake": _bake.follow,
    "bake-list": _bake.follow_list,
    "bake-matrix": _bake.follow_matrix,
    "cloudbuild": _cloudbuild.follow,
    "compose": _compose.follow,
    "goreleaser": _goreleaser.follow,
    "helmfile": _helmfile.follow,
    "just": _justfile.follow,
    "ko": _ko.follow,
    "make": _make.follow,
    "mise": _package_scripts.follow_mise,
    "npm": _package_scripts.follow_npm,
    "remote-script": _remote_script.follow,
    "script": _script_files.follow,
    "skaffold": _skaffold.follow,
    "task": _taskfile.follow,
    "tilt": _tilt.follow,
}
"""By the name of the tool in `Follow`. A tool without a row is told as one that is not followed."""


class _Followed(NamedTuple):
    """What a command came to, where it stood, and what it asked for."""

    at: Evidence
    variables: Mapping[str, Text]
    done: tuple[tuple[Effect, Text], ...]


def follow(
    session: Session, command: Follow, directory: Text, workspace: Workspace, variable: Callable[[str], Text], depth: int = 0
) -> tuple[tuple[Effect, Text], ...]:
    """What a command does, as far as its files tell; `variable` is the environment in which its script began."""
    found = _told(session, command, directory, workspace, variable, depth)
    if not command.arms:
        return found
    return tuple((one._replace(arms=(*command.arms, *one.arms)) if isinstance(one, Build) else one, at) for one, at in found)


def _told(
    session: Session, command: Follow, directory: Text, workspace: Workspace, variable: Callable[[str], Text], depth: int
) -> tuple[tuple[Effect, Text], ...]:
    """The effects of a command.

    Remembered: the rows of a matrix follow the same commands again and again. Who asks for notes gets those of each line.
    """
    follower = FOLLOWERS.get(command.tool)
    if follower is None or depth >= MAX_DEPTH:
        return ((Opaque(command.tool, command.at), directory),)
    words = tuple((one.text, one.literal) for one in command.words)
    remembered: list[_Followed] = session.follows.setdefault((command.tool, words, directory, workspace, depth), [])

    def around(name: str) -> Text:
        given = command.variables.get(name)
        # An unknown that goes by the name of its variable would say that nothing sets it.
        return variable(name) if given is None else (Unknown(f"${name}"),) if given == (Unknown(name),) else given

    for one in remembered:
        told = trace.log is None or one.at == command.at
        if told and all(around(name) == answer for name, answer in one.variables.items()):
            return one.done if one.at == command.at else tuple(_moved(effect, one.at, command.at) for effect in one.done)
    if not session.spend(command.at):
        return ((Opaque(command.tool, command.at), directory),)
    asked: dict[str, Text] = {}

    def recorded(name: str) -> Text:
        asked[name] = around(name)
        return asked[name]

    trail = Trail(session, command, directory, workspace, recorded)
    done = tuple(_followed(trail, follower(trail), depth))
    if len(remembered) < MAX_REMEMBERED:
        remembered.append(_Followed(command.at, asked, done))
    return done


def _moved(done: tuple[Effect, Text], before: Evidence, at: Evidence) -> tuple[Effect, Text]:
    """An effect of the same command on another line."""
    effect, folder = done
    return (effect._replace(at=at), folder) if isinstance(effect, Opaque) and effect.at == before else done


def _followed(trail: Trail, found: Iterable[tuple[Effect, Text]], depth: int) -> Iterator[tuple[Effect, Text]]:
    for effect, folder in found:
        if isinstance(effect, Follow):
            yield from follow(trail.session, effect, folder, trail.workspace, trail.variable, depth + 1)
        else:
            yield effect, folder
