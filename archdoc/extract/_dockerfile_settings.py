"""Addresses in what an image carries as its settings: the ENV of its stages, and settings files that are copied into it.

Where the image will run is not known here, so that a name may be any Service; only hosts and ports leave this module.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from archdoc import ids
from archdoc.extract import Files, _addresses, _config_files, claims
from archdoc.extract._addresses import Address
from archdoc.extract._dockerfile import Instruction, ParsedDockerfile
from archdoc.extract._dockerfile_stages import Stage
from archdoc.extract._folders import folder_of, joined
from archdoc.extract._manifests import looks_like_manifest
from archdoc.model import Attribute, Basis, ByHost, EntityId, Evidence, Reference, RelationKind
from archdoc.regex import regex

_SETTINGS = (".conf", ".conf.template", ".conf.tmpl", ".cfg", ".ini", ".properties", ".toml", ".yaml", ".yml", "config.json")
_OF_SPRING = ("application.yml", "application.yaml", "application.properties", "bootstrap.yml", "bootstrap.properties")
_JAR = regex(r"(?:(?P<module>[^*$\s]{0,200}?)/)?(?:target|build/libs)/[^/\s]{1,200}\.(?:jar|war)")
_MAX_BYTES, _MAX_FILES, _MAX_DEPTH = 65_536, 20, 3


def references(parsed: ParsedDockerfile, built: Sequence[Stage], files: Files) -> Iterator[Reference]:
    """The addresses that each stage brings along; they have no scope, which is that of whoever runs the image."""
    stages = iter(built)
    stage: EntityId | None = None
    left = _MAX_FILES
    for one in parsed.instructions:
        if one.keyword == "FROM":
            following = next(stages, None)
            stage = ids.stage_id(parsed.path, following.key) if following else None
        elif stage is not None and one.keyword == "ENV":
            yield from _environment(one, parsed.path, stage)
        elif stage is not None and one.keyword in ("COPY", "ADD"):
            built_here = bool(one.values("from"))
            found = [file for word in one.words[:-1] for file in _settings_of(word, built_here=built_here)]
            for file in found[:left]:
                yield from _file(file, parsed.path, stage, files)
            left -= len(found[:left])


def _settings_of(word: str, *, built_here: bool) -> Sequence[str]:
    """The settings files that a copied path brings: itself, or those that Maven and Gradle put into a jar (Spring Boot)."""
    jar = _JAR.fullmatch(word)
    if jar:
        module = "." if built_here else jar["module"] or "."
        return [f"{module}/src/main/resources/{name}" for name in _OF_SPRING]
    inside = word.strip("./")
    is_folder = inside != "" and "." not in inside.rpartition("/")[2]
    return [word] if (word.endswith(_SETTINGS) or is_folder) and not built_here and not set(word) & set("*$?") else []


def _environment(one: Instruction, path: str, stage: EntityId) -> Iterator[Reference]:
    known = {key: value.strip("\"'") for key, value in zip(one.words[::2], one.words[1::2], strict=False)}
    for key, value in known.items():
        for found in _addresses.find(key, value, _addresses.port_of(key, known)):
            # A name on the Internet is where the build takes something from, unless it is a known system.
            if isinstance(found, Address) and (not _addresses.is_dotted(found.host) or _addresses.is_famous(found.host)):
                yield _reference(found, stage, Evidence(path, one.line, f"ENV {key}"), key)


def _file(word: str, path: str, stage: EntityId, files: Files) -> Iterator[Reference]:
    """The addresses in a file that is copied, or in those of a folder: below the folder of the Dockerfile, or else the root."""
    for place in dict.fromkeys((joined(folder_of(path), word.lstrip("/")), joined("", word.lstrip("/")))):
        found = [place] if files.read(place) is not None else list(islice(_below(place, files, _MAX_DEPTH), _MAX_FILES))
        for file in found:
            data = files.read(file)
            name = file.rpartition("/")[2]
            # What describes other things than the program (a manifest, a Compose file) is none of its settings.
            if data is not None and len(data) <= _MAX_BYTES and not looks_like_manifest(data) and not claims.compose(file):
                for row, address in _config_files.find(file, data.decode("utf-8", "replace")):
                    yield _reference(address, stage, Evidence(file, row + 1, f"file {name}"), name)
        if found:
            return


def _below(folder: str, files: Files, depth: int) -> Iterator[str]:
    for name in files.folder(folder) if folder and depth else ():
        if name.endswith("/"):
            yield from _below(f"{folder}/{name[:-1]}", files, depth - 1)
        elif name.endswith(_SETTINGS):
            yield f"{folder}/{name}"


def _reference(found: Address, stage: EntityId, at: Evidence, via: str) -> Reference:
    attributes: dict[str, Attribute] = {"via": via} | ({} if found.port is None else {"port": found.port})
    target = ByHost(EntityId(""), "", found.host, found.port, found.sure and _addresses.is_dotted(found.host), found.scheme)
    return Reference(stage, RelationKind.CONNECTS_TO, target, at, Basis.CONVENTION, attributes=attributes)
