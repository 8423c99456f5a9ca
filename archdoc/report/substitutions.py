"""What a name or path was put together from: what is written, what each variable stands for, and the line that says so.

Nothing of it is kept in the graph: the unit that says so is read again with notes. Of a variable no value is shown but one that
became a part of the name; what a secret holds is never known. This module knows no format.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from archdoc import ids, plugins
from archdoc.config import Config
from archdoc.extract import Files
from archdoc.extract import _trace as trace
from archdoc.extract import _values as values
from archdoc.extract._trace import Note, Use
from archdoc.extract._values import Text, Unknown
from archdoc.extract._workspace import ROOT
from archdoc.graph import Graph
from archdoc.model import Entity, EntityId, EntityKind, Evidence, Relation, RelationKind
from archdoc.regex import regex
from archdoc.resolve import links

_MAX_DEPTH = 8
_MAX_OPTIONS = 4
_MAX_WRITTEN = 120
_MAX_WIDTH = 64
_MAX_READ = 2_000
_HUB = regex(r"^(?:index\.)?docker\.io/(?:library/)?")
_WRAPPED = regex(r"(?:env\.|\$[({]?)?([A-Za-z_]\w*|\d+)[)}]?")
_OUTPUT = regex(r"(?:needs|jobs)\.[\w-]+\.outputs\.")
_MARK = regex(r"make\d+")
_MADE = regex(r"\$\{\{ make\d+ \}\}")
_CHANGED = "changed before use"
_PIECE = regex(
    r"(?P<keep>\$\((?:git|cat|date|basename|dirname|uname)(?: [-\w./+%]+)*\)"  # what these print is known by their words alone
    r"|[A-Za-z_]\w*(?==[\w${])|\$[({]?[!#]?(?:[A-Za-z_]\w*|[\d@*#?])|\{\{-?\s*\.[\w.]+)"
    r"|(?P<expression>\$\{\{(?:[^'}]|'[^']*'|\}(?!\}))*\}\})"
    r"|(?P<word>[A-Za-z0-9_][\w.-]*)"
)
"""A command that is no secret, the name of a variable or of what is set, an expression, or a word of any other kind."""
_QUOTED = regex(r"'[^']*'")
_BETWEEN = regex(r"[\s,;='\"]+")
_GAPS = regex(r"…(?:[-\s.+%/:=@&?,]*…)+")
_HARMLESS = frozenset({"latest", "refs", "heads", "tags", "true", "false"})
_SHORT = 3
_TOLD = frozenset(
    {
        RelationKind.PUBLISHES,
        RelationKind.BUILDS,
        RelationKind.BASED_ON,
        RelationKind.COPIES_FROM,
        RelationKind.DEPLOYS,
        RelationKind.RUNS_IMAGE,
    }
)
_ELSEWHERE = (
    ("secrets.", "a secret"),
    ("vars.", "a variable of the repository's settings"),
    ("inputs.", "whoever starts it says"),
    ("steps.", "known when the step has run"),
    ("outputs.", "known when the job has run"),
    ("github.", "known when it runs"),
    ("runner.", "known when it runs"),
)


@dataclass(frozen=True, slots=True)
class Substitution:
    """A variable, or with an empty name the value itself: as `written` on a line, with the variables in it.

    `value` is None where it is not known, or is no part of the name as it stands. `because` says what no line says.
    """

    name: str
    value: str | None
    at: Evidence | None = None
    written: str = ""
    because: str = ""
    parts: tuple[Substitution, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        place = {"path": self.at.path, "line": self.at.line} if self.at else {"path": None, "line": None}
        told = {"name": self.name, "value": self.value, "written": self.written, "because": self.because}
        return {**told, **place, "variables": [one.as_json() for one in self.parts]}


class Substitutions:
    """What the names in the relations of a graph are made of; each unit is read again once, when it is first asked for."""

    def __init__(self, graph: Graph, files: Files, config: Config) -> None:
        """`files` are those that the graph was read from."""
        self.graph = graph
        self.files = files
        self.config = config
        self.units: dict[str, list[Note]] = {}

    def of(self, relation: Relation, at: Evidence) -> list[Substitution]:
        """What stands on a line of a relation, if anything was put in there; and the folder that it is seen from."""
        goals = self._goals(relation)
        for path in dict.fromkeys(self._units(relation, at)) if goals else ():
            notes = self._notes(path)
            fits = [_fit(one, at, goals) for one in notes]
            best = max(fits, default=(0, 0, False, 0))
            if not any(best):
                continue
            number = _nearest(notes, [one == best for one in fits], self.graph.entities[relation.source])
            found = notes[number]
            told = [_Teller(self, notes, goals, found).told(number, found, "", ())]
            if relation.kind in (RelationKind.BUILDS, RelationKind.DEPLOYS):
                told += [_Teller(self, notes, goals, one).told(n, one, one.name, ()) for n, one in _folders(notes, number, goals)]
            return [one for one in told if one.parts]
        return []

    def all(self, relation: Relation) -> list[Substitution]:
        """What was put in on all lines of a relation."""
        return [one for at in relation.evidence for one in self.of(relation, at)]

    def lines(self, relation: Relation, indent: int) -> list[str]:
        """The lines of a relation for a terminal, each with what is put in there."""
        lines: list[str] = []
        for at in relation.evidence:
            lines.append(f"{' ' * indent}{at.path}:{at.line}  {at.note}".rstrip())
            for one in self.of(relation, at):
                place = _place(one, at.path)
                where = f"in the folder {one.value or '*'}  {place}  " if one.name else ""
                behind = f"  {place}" if not one.name and one.at and (one.at.path, one.at.line) != (at.path, at.line) else ""
                lines += [f"{' ' * (indent + 2)}{where}written `{one.written}`{behind}", *_table(one.parts, at.path, indent + 4)]
        return lines

    def repository(self) -> tuple[Evidence | None, str]:
        """Where the name of the repository on GitHub comes from."""
        said = next((one for one in self.graph.findings if one.rule == "repository-named"), None)
        return (Evidence(said.path, said.line), "") if said else (None, "`repository` of the configuration")

    def _goals(self, relation: Relation) -> list[str]:
        """The names or paths that a relation is about, in small letters."""
        if relation.kind not in _TOLD:
            return []
        target = self.graph.entities[relation.target]
        known_as = relation.attributes.get(links.AS)
        found = [known_as] if isinstance(known_as, str) else list(known_as) if isinstance(known_as, tuple) else []
        place = relation.target.partition(":")[2].partition("#")[0]
        named = [place, target.path] if relation.kind in (RelationKind.BUILDS, RelationKind.DEPLOYS) else [place]
        if target.kind is EntityKind.STAGE and relation.kind is RelationKind.BASED_ON:
            named = [target.name]
        if found:
            named = []
        tagged = [f"{one}:{tag}" for one in (*found, *named) for tag in links.tags_of(relation) if tag]
        return list(dict.fromkeys(_HUB.sub("", one.lower()) for one in (*found, *named, *tagged) if one.strip("*/.:")))

    def _units(self, relation: Relation, at: Evidence) -> Iterator[str]:
        """The files whose units may say it: that of the source or of the line, or that of a build that sets an argument."""
        place = relation.source.partition(":")[2].partition("#")[0]
        yield from (place, at.path)
        deployable = self.graph.entities.get(self.graph.entities[relation.source].deployable or EntityId(""))
        if deployable is not None:
            yield deployable.path
        if at.path != place and self.graph.entities[relation.source].kind is EntityKind.STAGE:
            builds = self.graph.into(ids.dockerfile_id(place), RelationKind.BUILDS)
            builds += self.graph.into(relation.source, RelationKind.BUILDS)
            yield from (one.source.partition(":")[2].partition("#")[0] for one in builds)

    def _notes(self, path: str) -> list[Note]:
        if path not in self.units:
            module = next((one for one in plugins.EXTRACTORS.values() if one.claims(path)), None)
            with trace.recording() as notes:
                if module is not None:
                    module.extract(path, self.files, self.config)
            self.units[path] = [one for one in notes if one.path or not one.name.startswith("__")]
        return self.units[path]


def _fit(note: Note, at: Evidence, goals: Sequence[str]) -> tuple[int, int, bool, int]:
    """How well a note is the value that a line of a relation is about: it holds the name, or is a part of it."""
    if (note.path, note.line) != (at.path, at.line) or note.value is None:
        return 0, 0, False, 0
    made = bool(note.uses)
    best = (0, 0, False, 0)
    for text in _options(note.value):
        for goal in goals:
            if goal in text:
                best = max(best, (3 if made else 2, len(goal), made, -len(text)))
            elif f"/{text}/" in f"/{goal}/" and text.strip("*/."):
                best = max(best, (1, len(text), made, 0))
    return best


def _nearest(notes: Sequence[Note], fitting: Sequence[bool], home: Entity) -> int:
    """Of the notes that fit the one that an entity leads to: two jobs may come by the same line of a Makefile."""
    last = best = math.inf
    found = fitting.index(True)
    for number, (one, fits) in enumerate(zip(notes, fitting, strict=True)):
        last = abs(one.line - home.line) if one.path == home.path else last
        if fits and last < best:
            best, found = last, number
    return found


def _options(value: Text) -> list[str]:
    """Every text that a value may be, as names are compared."""
    shown = (values.shown(one).lower().strip() for one in values.alternatives(value))
    return [_HUB.sub("", one.removeprefix(f"{ROOT}/").removeprefix("./")) for one in shown]


def _options_known(value: Text) -> bool:
    """Whether some text is known that a value may be."""
    return any(values.truthy(one) for one in values.alternatives(value))


def _folders(notes: Sequence[Note], before: int, goals: Sequence[str]) -> list[tuple[int, Note]]:
    """Where the shell stood: the folder of the step, and those it went to."""
    found: list[tuple[int, Note]] = []
    for number in range(before - 1, -1, -1):
        one = notes[number]
        if one.name in ("cd", "working-directory") and one.value:
            if any(text in goal for text in _options(one.value) for goal in goals):
                found.append((number, one))
            if one.name == "working-directory":
                break
    return found[::-1]


def _table(parts: Sequence[Substitution], path: str, indent: int) -> Iterator[str]:
    """Variables below each other, those that each is made of below it; `path` is that of the line above."""
    columns = [(one.name, "?" if one.value is None else one.value or "(empty)") for one in parts]
    name, value = (min(_MAX_WIDTH, max((len(one[place]) for one in columns), default=0)) for place in (0, 1))
    for one, (first, second) in zip(parts, columns, strict=True):
        written = f"written `{one.written}`" if one.written else ""
        words = "  ".join(filter(None, (f"{first:<{name}} = {second:<{value}}", _place(one, path), written, one.because)))
        yield f"{' ' * indent}{words}".rstrip()
        yield from _table(one.parts, one.at.path if one.at else path, indent + 2)


def _place(one: Substitution, path: str) -> str:
    """Where it stands; by the name of the file alone where that is the one above."""
    return "" if one.at is None else f"{one.at.path.rpartition('/')[2] if one.at.path == path else one.at.path}:{one.at.line}"


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells what a value is made of; `whole` is the value that is the name."""

    asked: Substitutions
    notes: Sequence[Note]
    goals: Sequence[str]
    whole: Note

    def told(self, number: int, note: Note, name: str, above: tuple[int, ...], value: str | None = None) -> Substitution:
        """A note with the variables in it; `number` is its place among the notes, `above` are those that led here."""
        parts = [self.variable(use, number, (*above, number)) for use in self.made(note)] if len(above) < _MAX_DEPTH else []
        because = _why(note.value) if value is None and not parts else ""
        written = _cut(note.written if note.seen else self.open(note)) if parts else ""
        return Substitution(name, value, note.seen or Evidence(note.path, note.line), written, because, tuple(parts))

    def open(self, note: Note) -> str:
        """What is written, with ``…`` for each word that is neither a part of the name nor a variable."""
        texts, names = self.whole_texts(), {_key(use.name) for use in note.uses}

        def word(text: str) -> str:
            plain = text.strip(".-").lower()
            told = len(plain) <= _SHORT or text in names or plain in _HARMLESS or any(plain in one for one in texts)
            return text if told else "…"

        def words(text: str) -> str:
            return re.sub(r"[A-Za-z0-9_][\w.-]*", lambda one: word(one[0]), text)

        def piece(match: re.Match[str]) -> str:
            if match["expression"]:
                return _QUOTED.sub(lambda one: words(one[0]), match[0])
            return match[0] if match["keep"] else word(match[0])

        return _GAPS.sub("…", _PIECE.sub(piece, _MADE.sub("*", note.written[:_MAX_READ])))

    def variable(self, use: Use, before: int, above: tuple[int, ...]) -> Substitution:
        """A variable, with the line that says what it is."""
        key, value = _key(use.name), self.shown(use)
        if use.at is not None:
            return Substitution(use.name, value, use.at, "", _CHANGED if value is None else "")
        number = self.defined(use.name, key, use.value, before, above)
        if number is None:
            at, because = self.elsewhere(key, use.value)
            hidden = value is None and values.known(use.value) is not None
            return Substitution(use.name, value, at, "", _CHANGED if hidden else because)
        if value is None and values.known(use.value):
            at = Evidence(self.notes[number].path, self.notes[number].line)
            return Substitution(use.name, None, at, "", _CHANGED)
        return self.told(number, self.notes[number], use.name, above, value)

    def defined(self, name: str, key: str, value: Text | None, before: int, above: tuple[int, ...]) -> int | None:
        """The note that says what a variable is: the last before its use that has its value; None for any value."""
        if value == (Unknown(key),):
            return None
        order = [*range(before - 1, -1, -1), *range(before + 1, len(self.notes))]
        named = [n for n in order if n not in above and self.notes[n].path and _key(self.notes[n].name) == key]
        user = self.notes[above[-1]]
        named = [n for n in named if self.notes[n][1:4] != user[1:4]]  # what a word sets is not what it is made of
        if name == f"${key}":  # what a word hands on to a command, as it is, is not what the shell itself has
            named = [n for n in named if self.notes[n].written not in (name, f"${{{key}}}")]
        if value is None:
            return next(iter(named), None)
        same = (n for n in named if self.notes[n].value == value)
        alike = (n for one in _options(value) if one.strip("*") for n in named if one in _options(self.notes[n].value or ()))
        found = next(itertools.chain(same, alike), None)
        if found is not None and not self.notes[found].uses:  # make expands a word before a shell sees it
            said = self.notes[found]
            whole = (
                n for n in named if self.notes[n].uses and self.notes[n][1:3] == said[1:3] and self.notes[n].value == said.value
            )
            found = next(whole, found)
        outer = key.rpartition(".")[0]
        return self.defined(name, outer, None, before, above) if found is None and outer.startswith("matrix") else found

    def shown(self, use: Use) -> str | None:
        """The value of a variable as far as it is a part of the name."""
        if not use.value or _key(use.name).startswith("secrets."):
            return None if use.value else ""
        texts, found = self.whole_texts(), list[str]()
        for option in values.alternatives(use.value):
            pieces = [part for part in option if isinstance(part, str) and part.strip()]
            if pieces and all(any(piece.strip().lower() in text for text in texts) for piece in pieces):
                found.append(values.shown(option))
        more = [f"{len(found) - _MAX_OPTIONS} more"] if len(found) > _MAX_OPTIONS else []
        return " or ".join([*dict.fromkeys(found[:_MAX_OPTIONS]), *more]) or None

    def whole_texts(self) -> list[str]:
        """The name as it is and as it was put together."""
        words = [word for text in _options(self.whole.value or ()) for word in _BETWEEN.split(text) if word]
        fitting = [word for word in words if any(goal in word or word in goal for goal in self.goals)]
        return [*fitting, *self.goals, *(f"docker.io/{goal}" for goal in self.goals)]

    def elsewhere(self, key: str, value: Text) -> tuple[Evidence | None, str]:
        """Where a value comes from that no line says."""
        if key.startswith("github.repository") and values.truthy(value):
            return self.asked.repository()
        why = next((words for prefix, words in _ELSEWHERE if key.startswith(prefix)), _why(value))
        return None, "" if values.known(value) is not None else why

    def made(self, note: Note) -> list[Use]:
        """The variables of a note, without marks of make, and without an unknown one where a default was taken for it."""
        sure = note.value is not None and not any(values.sources(one) for one in values.alternatives(note.value))
        given = [use for use in note.uses if not _MARK.fullmatch(use.name)]
        return [use for use in given if not (sure and values.sources(use.value) and not _options_known(use.value))]


def _key(name: str) -> str:
    """What a variable is found by, however it is written."""
    if match := _WRAPPED.fullmatch(name):
        word = match[1]
        return f"github.{word[7:].lower()}" if word.startswith("GITHUB_") else word
    plain = _OUTPUT.sub("outputs.", name).replace("github.event.inputs.", "inputs.").replace("matrix.include", "matrix")
    return plain if plain.startswith("env.") else plain.lower()


def _why(value: Text | None) -> str:
    """Why a value is not known, by where it would come from."""
    for source in values.sources(value or ()):
        if source.startswith("$("):
            return f"what `{source}` prints"
        for prefix, words in _ELSEWHERE:
            if source.startswith(prefix):
                return words
    return "not known here"


def _cut(written: str) -> str:
    """What is written, on one line."""
    line = " ".join(written.split())
    return line if len(line) <= _MAX_WRITTEN else f"{line[: _MAX_WRITTEN - 1]}…"
