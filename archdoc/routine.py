"""A clean answer that still holds when a change touches nothing that any picture or judgement reads: a version, a comment.

The answer is a function of what each question gives that is asked of the files (`archdoc.reading`), and of what else was read.
So it stands while the tree has the same files, those that changed were read for such questions alone, and these give the same
once lines are told by their order and tags by what is read of them. What is not seen to be so goes the long way.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from archdoc import stored
from archdoc.relevant import relevant

if TYPE_CHECKING:
    from archdoc.model import Facts
    from archdoc.pipeline import Build
    from archdoc.stored import Asked

_PAGES = (".md", ".markdown")
_PLACES = ((4,), (3,), (3,), (), (2, 5))
"""Where a path stands in the rows of each part of `codec.facts_to_rows`; its line stands behind it."""
_TRACKED = "image-tags"


def keep(asked: Asked, text: str, build: Build) -> None:
    """Keep a clean answer with all that tells whether it still holds."""
    listed, strays = _listed(asked), _strays(asked, build.snapshot.strays)
    # Which files a drawing may stand in depends on all names where a row of the configuration tells no sort of file.
    if listed is not None and strays is not None and all(relevant(row.path) for row in build.config.drawings):
        _write(
            asked,
            {
                "sources": stored.sources_key(),
                "text": text,
                "rows": listed[0],
                "disk": listed[1],
                "asked": sorted(build.snapshot.asked),
                "reads": {name: _others(answers) for name, answers in build.reads.items()},
                "strays": strays,
                "repository": build.config.repository,
            },
        )


def answer(asked: Asked) -> str | None:
    """The answer that was kept, where it still holds."""
    kept, listed = _kept(asked), _listed(asked)
    if kept is None or listed is None:
        return None
    rows, disk = listed
    before = _replaced(kept["rows"], rows)
    if before is None or _strays(asked, kept["strays"]) != kept["strays"]:
        return None
    changed = {*before, *(path for path in {*kept["disk"], *disk} if kept["disk"].get(path) != disk.get(path))}
    if not changed.isdisjoint(kept["asked"]) or any(path in kept["text"] for path in changed):
        return None
    if changed:
        read = _asked_again(asked, kept, changed, before)
        if read is None:
            return None
        for name, answers in read.items():
            kept["reads"][name].update(answers)
        _write(asked, {**kept, "rows": rows, "disk": disk})
    text: str = kept["text"]
    if not kept["strays"]:
        stored.keep(asked, text)
    return text


def _asked_again(
    asked: Asked, kept: Mapping[str, Any], changed: set[str], before: Mapping[str, str]
) -> Mapping[str, Mapping[str, Sequence[str]]] | None:
    """What was read now for each question that has to do with changed files; None where one of them gives another answer.

    `before` are the object ids that files had whose rows differ.
    """
    from dataclasses import replace

    from archdoc import cache as caching
    from archdoc import reading, source
    from archdoc.source import Entry, Snapshot

    strays: Mapping[str, str] = kept["strays"]
    rows = [*asked.rows, *(row.encode("utf-8", "surrogateescape") for row in strays.values())]
    new = source.listed_snapshot(asked.root, asked.git_dir, rows, asked.changed)
    if any(_is_page(new.content(path)) for path in changed if path.endswith(_PAGES)):
        return None
    was = {path: Entry(new.entries[path].mode, oid) for path, oid in {**before, **kept["disk"]}.items()}
    old = Snapshot(new.repository, {**new.entries, **was}, frozenset(), "")
    settings = reading.load_config(new)
    known = replace(settings, repository=kept["repository"])
    found: dict[str, Mapping[str, Sequence[str]]] = {}
    then: list[Facts] = []
    now: list[Facts] = []
    with caching.Cache(caching.file()) as cache:
        for name, answers in kept["reads"].items():
            paths = [path for path, read in answers.items() if path in changed or not changed.isdisjoint(read)]
            if not paths:
                continue
            given = settings if name == reading.OWN_NAME else known
            earlier = reading.Reader(old, given, cache).known(name, paths)
            if len(earlier) < len(paths):
                return None
            reader = reading.Reader(new, given, cache)
            then += reading.as_facts(name, earlier)
            now += reading.as_facts(name, reader.answers(name, paths))
            found[name] = _others(reader.reads[name])
    by_tag = _TRACKED in settings.track
    return (
        found
        if new.strays <= strays.keys() and _gist(then, changed, by_tag=by_tag) == _gist(now, changed, by_tag=by_tag)
        else None
    )


def _is_page(content: bytes | None) -> bool:
    """Whether blocks may stand in a file that held none before."""
    from archdoc import pages

    return content is None or pages.MARK in content


def _gist(facts: Iterable[Facts], changed: Collection[str], *, by_tag: bool) -> list[Any]:
    """All that pictures and judgements may read of facts.

    Lines of changed files are only ever compared with each other, and so are told by their order. Of tags only those of
    `resolve.links` and `resolve.remarks` take note, unless the configuration guards them (`by_tag`).
    """
    from archdoc import codec

    given = [codec.facts_to_rows(one) for one in facts]
    places = [
        (row, at)
        for parts in given
        for part, positions in zip(parts, _PLACES, strict=True)
        for row in part
        for at in positions
        if row[at] in changed
    ]
    lines: dict[str, set[int]] = defaultdict(set)
    for row, at in places:
        lines[row[at]].add(row[at + 1])
    # Line 0 stands for no line at all.
    order = {path: {line: n for n, line in enumerate(sorted({0, *found}))} for path, found in lines.items()}
    for row, at in places:
        row[at + 1] = order[row[at]][row[at + 1]]
    for _, references, *_ in given:
        references[:] = [_read_of(*row, by_tag=by_tag) for row in references]
    return given


def _read_of(
    source: str, relation: str, target: Sequence[Any], path: str, line: int, note: str, *rest: Any, by_tag: bool
) -> tuple[Any, ...]:
    """What is read of a mention: the note beside its evidence only of calls, of an image's version next to nothing."""
    from archdoc import images

    note = note if relation == "connects-to" else ""
    parsed = images.parse(target[1]) if target[0] == "ByImage" else None
    if by_tag or parsed is None:
        return source, relation, target, path, line, note, *rest
    *flags, attributes = rest
    tags = attributes.get("tag", ())
    told = {**attributes, "tag": [_read_of_tag(tag) for tag in (tags if isinstance(tags, tuple) else (tags,))]}
    return source, relation, parsed.name, _read_of_tag(parsed.tag), bool(parsed.digest), path, line, note, *flags, told


def _read_of_tag(tag: str) -> tuple[frozenset[str], bool, bool]:
    from archdoc import images

    return images.variant(tag), images.UNKNOWN in tag, tag in ("", "latest")


def _listed(asked: Asked) -> tuple[str, dict[str, str]] | None:
    """The rows of a tree, and what files hold that are not as in the index; None where names cannot be told as text."""
    try:
        rows = b"\0".join(asked.rows).decode()
        disk = {name.decode(): stored.digest(content) for name, content in asked.changed.items()}
    except UnicodeDecodeError:
        return None
    return None if stored.GONE in asked.changed.values() else (rows, disk)


def _strays(asked: Asked, paths: Collection[str]) -> dict[str, str] | None:
    """The rows of files that by their names could not matter and were asked for all the same, ``""`` for one that is not there.

    None where one of them is not as in the index.
    """
    wanted = {path.encode("utf-8", "surrogateescape"): path for path in paths}
    if not wanted.keys().isdisjoint(asked.others):
        return None
    found = dict.fromkeys(paths, "")
    for row in asked.listing if wanted else ():
        path = wanted.get(row[row.find(b"\t") + 1 :])
        if path is not None:
            found[path] = row.decode("utf-8", "surrogateescape")
    return found


def _replaced(old: str, new: str) -> dict[str, str] | None:
    """The former object ids of files whose rows differ; None where a file came, went, is of another mode or unmerged."""
    before, after = set(old.split("\0")), set(new.split("\0"))
    gone, come = _by_path(before - after), _by_path(after - before)
    same = gone.keys() == come.keys() and len(gone) == len(before - after) == len(after - before)
    if not same or any((mode, stage) != (come[path][0], "0") or come[path][2] != "0" for path, (mode, _, stage) in gone.items()):
        return None
    return {path: oid for path, (_, oid, _) in gone.items()}


def _by_path(rows: Iterable[str]) -> dict[str, tuple[str, str, str]]:
    found = {}
    for row in rows:
        words, _, path = row.partition("\t")
        mode, oid, stage = words.split(" ")
        found[path] = mode, oid, stage
    return found


def _others(answers: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """The files that were read for each answer beside the one that was asked about."""
    return {path: [one for one in read if one != path and not one.endswith("/")] for path, read in answers.items()}


def _kept(asked: Asked) -> dict[str, Any] | None:
    try:
        kept: dict[str, Any] = json.loads(stored.read(_name(asked)) or "{}")
    except ValueError:
        return None
    return kept if kept.get("sources") == stored.sources_key() else None


def _write(asked: Asked, kept: Mapping[str, Any]) -> None:
    stored.write(_name(asked), json.dumps(kept, separators=(",", ":")))


def _name(asked: Asked) -> str:
    text = f"{asked.root}\0{asked.command}"
    return f"routine-{stored.digest(text.encode('utf-8', 'surrogateescape'))}"
