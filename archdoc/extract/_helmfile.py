"""Helmfile followed: ``helmfile apply`` and ``sync`` install the charts that helmfile.yaml lists.

What is made by templates is not known. Source of the fields: the Helmfile documentation, "The helmfile.yaml configuration".
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from archdoc.extract import _edits as edits
from archdoc.extract import _values as values
from archdoc.extract._effects import Deploy, Done, Effect, Mention, Opaque, SetImage
from archdoc.extract._places import Where, located, matched
from archdoc.extract._trail import Trail, folder
from archdoc.extract._values import Text, Unknown
from archdoc.extract._yaml import Node, documents

MAX_FILES = 30
_DEFAULTS = ("helmfile.yaml", "helmfile.yaml.gotmpl", "helmfile.d/*.yaml")
_TAKES = frozenset(
    ["-f", "--file", "-e", "--environment", "-l", "--selector", "-n", "--namespace", "--kube-context", "--state-values-set"]
)
_INSTALLING = frozenset({"apply", "sync", "charts"})


def follow(trail: Trail) -> Iterator[tuple[Effect, Text]]:
    """The charts that a command installs; `Opaque` where its file is not here."""
    read = trail.options(_TAKES)
    if not any(values.known(word.text) in _INSTALLING for word in read.rest):
        return
    named = [argument.text for argument in read.all("-f", "--file")]
    waiting = [path for text in named or [(one,) for one in _DEFAULTS] for path in _here(trail, text)]
    if not waiting:
        missing: list[Effect] = [Deploy(trail.mention(one)) for one in read.all("-f", "--file")]
        yield from ((one, trail.directory) for one in missing or [Opaque("helmfile", trail.at)])
    seen: list[str] = []
    for path in waiting:
        if path in seen or len(seen) >= MAX_FILES:
            continue
        seen.append(path)
        for document in documents(trail.read(path) or b"", path):
            below = [one.text or one["path"].text for one in document.root["helmfiles"]]
            waiting += [file for one in below if one and "{{" not in one for file in _here(trail, (one,), folder(path))]
            for release in document.root["releases"]:
                if release["chart"].text and release["installed"].text != "false":
                    yield Deploy(_value(release["chart"]), True, _images(release)), folder(path)


def _here(trail: Trail, text: Text, base: Text | None = None) -> list[str]:
    """The files that a path may mean; those of a folder where it is one."""
    files = trail.session.files
    found: list[str] = []
    for place in located(text, Done(trail.command, "", trail.directory, trail.workspace), base):
        for path in matched(place.path, files) if place.where is Where.HERE and not place.unknown else ():
            inside = sorted(name for name in files.folder(path) if name.endswith((".yaml", ".yml")))
            found += [posixpath.join(path, name) for name in inside] or [path]
    return [path for path in found if trail.read(path) is not None]


def _value(node: Node) -> Mention:
    """A value as far as it is no template."""
    templated = "{{" in node.text
    return Mention((Unknown("a template of Helmfile"),) if templated else (node.text,), node.evidence(), literal=not templated)


def _images(release: Node) -> tuple[SetImage, ...]:
    """The images that ``set`` and values in place give."""
    settings = [
        Mention((f"{one['name'].text}={one['value'].text}",), one["value"].evidence())
        for one in release["set"]
        if "{{" not in one["value"].text
    ]
    return edits.helm(settings)
