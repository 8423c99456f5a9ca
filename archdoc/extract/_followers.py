"""Commands that are followed into the file that says what they do: one row each, from the tool to the function that reads it.

A function gets a `Trail` and gives effects, each with its folder; among them may be commands to be followed in turn.
This module knows no step; what the files say is known by the modules in the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from archdoc.extract._effects import Effect, Follow, Opaque
from archdoc.extract._source import Session
from archdoc.extract._trail import Trail
from archdoc.extract._values import Text
from archdoc.extract._workspace import Workspace

MAX_DEPTH = 6

FOLLOWERS: dict[str, Callable[[Trail], Iterator[tuple[Effect, Text]]]] = {}
"""By the name of the tool in `Follow`. A tool without a row is told as one that is not followed."""


def follow(
    session: Session, command: Follow, directory: Text, workspace: Workspace, variable: Callable[[str], Text], depth: int = 0
) -> Iterator[tuple[Effect, Text]]:
    """What a command does, as far as its files tell; `variable` is the environment in which its script began."""
    follower = FOLLOWERS.get(command.tool)
    if follower is None or depth >= MAX_DEPTH or not session.spend(command.at):
        yield Opaque(command.tool, command.at), directory
        return
    trail = Trail(session, command, directory, workspace, variable)
    for effect, folder in follower(trail):
        if isinstance(effect, Follow):
            yield from follow(session, effect, folder, workspace, _inherited(trail.variable, command.variables), depth + 1)
        else:
            yield effect, folder


def _inherited(variable: Callable[[str], Text], given: Mapping[str, Text]) -> Callable[[str], Text]:
    return lambda name: given[name] if name in given else variable(name)
