"""YAML as authors wrote it: every value keeps its text, file and line; nothing is guessed into a type.

Built on the events of libyaml's parser. ``on``, ``3.10``, ``0644`` and ``22:22`` stay what they are; who reads a field
decides its type. The only `import yaml` of the project.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import yaml

from archdoc.extract._template_names import is_template as is_called_template
from archdoc.model import Evidence, Finding
from archdoc.regex import regex
from archdoc.rules import finding

MAX_DEPTH = 100
_TOO_DEEP = f"nested more than {MAX_DEPTH} levels"
MAX_NODES = 2_000_000
_MOST_REMEMBERED = 32_768
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INTEGER = regex(r"[-+]?[0-9]+")
_CRD = regex(rb"^kind:\s*[\"']?CustomResourceDefinition\b", re.MULTILINE)

Value: TypeAlias = "str | dict[str, Node] | list[Node] | None"


class Node:
    """A value of a YAML document that knows where it stands.

    `value` is a str (any scalar, as written), a dict of nodes, a list of nodes, or None for null and for `MISSING`.
    Reading what is not there gives `MISSING`, which is falsy and can be read further.
    """

    __slots__ = ("key_lines", "line", "path", "plain", "value")
    before: tuple[str, ...] = ()
    """The names in whose place a `Replaced` scalar has its own, first the oldest."""

    def __init__(
        self, value: Value, path: str = "", line: int = 0, plain: bool = False, key_lines: dict[str, int] | None = None
    ) -> None:
        """A node at `line` (from 1) of `path`; `plain` tells an unquoted scalar, `key_lines` where keys stand above values."""
        self.value = value
        self.path = path
        self.line = line
        self.plain = plain
        self.key_lines = key_lines

    def __getitem__(self, key: str | int) -> Node:
        """The value of a key, or the element at an index; `MISSING` where there is none."""
        value = self.value
        if isinstance(value, dict):
            return value.get(key, MISSING)  # type: ignore[arg-type]  # no key is a number
        if isinstance(value, list) and isinstance(key, int) and -len(value) <= key < len(value):
            return value[key]
        return MISSING

    def at(self, *keys: str | int) -> Node:
        """The value along a path of keys: ``node.at("spec", "template", "spec")``."""
        node = self
        for key in keys:
            node = node[key]
        return node

    def __iter__(self) -> Iterator[Node]:
        """The elements of a list; nothing for any other value."""
        return iter(self.value if isinstance(self.value, list) else ())

    def __bool__(self) -> bool:
        """Whether there is something: false for `MISSING`, null, and empty text; true for an empty mapping or list."""
        return self.value is not None and self.value != ""

    def __repr__(self) -> str:
        """For debugging."""
        return f"Node({self.data()!r}, {self.path}:{self.line})"

    def items(self) -> Iterator[tuple[str, Node]]:
        """The pairs of a mapping in the order written; nothing for any other value."""
        return iter(self.value.items() if isinstance(self.value, dict) else ())

    @property
    def exists(self) -> bool:
        """Whether the document has this value at all, be it null."""
        return self is not MISSING

    @property
    def is_map(self) -> bool:
        """Whether this is a mapping."""
        return isinstance(self.value, dict)

    @property
    def is_list(self) -> bool:
        """Whether this is a list."""
        return isinstance(self.value, list)

    @property
    def is_text(self) -> bool:
        """Whether this is a scalar that is not null."""
        return isinstance(self.value, str)

    @property
    def text(self) -> str:
        """The scalar as written; ``""`` for null, mappings and lists."""
        return self.value if isinstance(self.value, str) else ""

    def texts(self) -> tuple[str, ...]:
        """The scalars of a list of scalars, or the one of a scalar: the shape of ``needs`` or ``branches``."""
        if isinstance(self.value, str):
            return (self.value,) if self.value else ()
        return tuple(n.value for n in self if isinstance(n.value, str))

    def integer(self) -> int | None:
        """A decimal integer; None for anything else."""
        return int(self.text) if _INTEGER.fullmatch(self.text) and len(self.text) < 20 else None

    def true(self) -> bool:
        """Whether this is the boolean true of YAML 1.2 (or of an expression that is just ``true``)."""
        return self.text in _TRUE

    def false(self) -> bool:
        """Whether this is the boolean false of YAML 1.2."""
        return self.text in _FALSE

    def mapping(self) -> dict[str, str]:
        """The pairs whose values are scalars: labels, env of a workflow."""
        return {k: v.value for k, v in self.items() if isinstance(v.value, str)}

    def evidence(self, note: str = "") -> Evidence:
        """Where this stands."""
        return Evidence(self.path, self.line, note)

    def row(self, number: int) -> int:
        """The line of a row, from 0, of a text of several: the rows of a block stand below its key."""
        return self.line + 1 + number

    def key_evidence(self, key: str, note: str = "") -> Evidence:
        """Where a key of this mapping stands."""
        line = (self.key_lines or {}).get(key)
        return Evidence(self.path, line, note) if line else self[key].evidence(note)

    def data(self) -> Any:
        """Plain Python values with the types of YAML 1.2's core schema (str, int, bool, None, dict, list)."""
        value = self.value
        if isinstance(value, dict):
            return {k: v.data() for k, v in value.items()}
        if isinstance(value, list):
            return [v.data() for v in value]
        if isinstance(value, str) and self.plain:
            if value in _TRUE or value in _FALSE:
                return value in _TRUE
            if _INTEGER.fullmatch(value) and len(value) < 20:
                return int(value)
        return value


class Folded(Node):
    """A text of several rows that is written otherwise than it reads, in quotes or folded: all of it stands where it begins."""

    __slots__ = ()

    def row(self, number: int) -> int:  # noqa: ARG002  # no row has a line of its own
        """The line on which the text begins."""
        return self.line


class Replaced(Node):
    """A scalar that another file puts in place of one that names something else."""

    __slots__ = ("before",)

    def __init__(self, value: str, path: str, line: int, before: tuple[str, ...]) -> None:
        """A scalar in place of those that named what `before` says."""
        super().__init__(value, path, line)
        self.before = before


MISSING = Node(None)
"""What reading an absent key or index gives."""


class Document(NamedTuple):
    """One document of a stream; `root` is `MISSING` when it could not be read, which `findings` then says."""

    root: Node
    findings: tuple[Finding, ...]
    line: int


_DIRECTIVE = regex(rb"(?<!%)%\{[-~]?\s{0,9}(?:if|for|else|endif|endfor)\b")
_BLANK = regex(rb"(?m)^[^#\n]{0,200}[:-] \{[A-Za-z][A-Za-z0-9_-]{0,40}\}[A-Za-z0-9_/.:-]")


def is_template(data: bytes) -> bool:
    """Whether the text holds Go, Jinja or Terraform template marks, which YAML cannot carry at the start of a value or line.

    Or a value that begins with one word in braces, ``{username}/web:1``, in whose place the reader is to write his own.
    """
    if b"{{" in data and re.search(rb"(^|[:\s\"'-])\{\{-?\s*[^}\n]*\}\}|\{%", data) is not None:
        return True
    return _BLANK.search(data) is not None or (b"%{" in data and _DIRECTIVE.search(data) is not None)


def documents(data: bytes, path: str, *, merge_keys: bool = True) -> tuple[Document, ...]:
    """Every document of a stream, each read for itself, so that a broken one costs only itself.

    The body of a CustomResourceDefinition is skipped: it is most of the bytes and says only group, kind and scope.
    Bad YAML, too deep nesting, alias bombs, duplicate keys are findings. `merge_keys` False leaves ``<<`` unmerged and
    says so (GitHub Actions refuses it). Small files are remembered for a while, since kustomizations share them: nobody may
    change what this gives.
    """
    return (_remembered if len(data) <= _MOST_REMEMBERED else fresh)(data, path, merge_keys)


def fresh(data: bytes, path: str, merge_keys: bool = True) -> tuple[Document, ...]:
    """As `documents`, read anew: the caller may change it."""
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return (Document(MISSING, (finding("not-utf8", f"byte {error.start} is not UTF-8", Evidence(path, line)),), line),)
    del text
    read = (_document(chunk, path, line, merge_keys) for chunk, line in _split(data))
    return tuple(document for document in read if document is not None)


_remembered = lru_cache(maxsize=256)(fresh)


def _split(data: bytes) -> Iterator[tuple[bytes, int]]:
    """The stream cut at each ``---`` in column 0, with the line each piece begins on; a pattern would cost 12 times this scan."""
    start, line = 0, 1
    position = 0 if data.startswith(b"---") else data.find(b"\n---")
    while position != -1:
        mark = position + (data[position : position + 1] == b"\n")
        end = mark + 3
        follows = data[end : end + 1]
        if follows in (b"", b"\n", b"\r", b" ", b"\t"):
            piece = data[start:mark]
            if piece.strip():
                yield piece, line
            line += piece.count(b"\n")
            start = end
            # What stands behind the marker on its line (`--- # comment`, `--- {a: b}`) belongs to the new document.
        position = data.find(b"\n---", end)
    if data[start:].strip():
        yield data[start:], line


def _document(chunk: bytes, path: str, line: int, merge_keys: bool) -> Document | None:
    if b"CustomResourceDefinition" in chunk and _CRD.search(chunk):
        short = _read(_without_body(chunk), path, line, merge_keys)
        if short is not None and short.root:
            return short
    return _read(chunk, path, line, merge_keys)


def _read(chunk: bytes, path: str, line: int, merge_keys: bool) -> Document | None:
    if chunk.lstrip().startswith(b"%"):
        chunk = b"\n".join(b"" if row.startswith(b"%") else row for row in chunk.split(b"\n"))
    builder = _Builder(path, line - 1, merge_keys)
    try:
        root = builder.build(chunk)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = Evidence(path, line + mark.line if mark else line)
        rule = "yaml-template" if is_template(chunk) else "yaml-invalid"
        problem = getattr(error, "problem", None) or "cannot be read"
        if "nesting depth" in problem:  # newer parsers have a limit of their own, and meet it first
            return Document(MISSING, (finding("yaml-too-deep", _TOO_DEEP, at),), line)
        message = "a template, not YAML" if rule == "yaml-template" else f"not YAML: {problem}"
        return Document(MISSING, (finding(rule, message, at),), line)
    except _TooMuchError as error:
        return Document(MISSING, (finding(error.rule, str(error), Evidence(path, error.line)),), line)
    if root is None:
        return None
    return Document(root, tuple(builder.findings), root.line)


def _without_body(chunk: bytes) -> bytes:
    """A CustomResourceDefinition without its schemas: cut before them, and without what is indented by four or more."""
    ends = [end for end in (chunk.find(b"\n  versions:"), chunk.find(b"\n  validation:")) if end > 0]
    # What says group, kind and scope stands before, as the API server and every generator sort keys; else all rows are looked at.
    head = chunk[: min(ends)] if ends else chunk
    rows = (head if b"\n    kind:" in head and b"\n  name:" in head else chunk).split(b"\n")
    kept, inside = [], False
    for row in rows:
        if not row.startswith(b"    "):
            inside = row.startswith(b"  conversion:")  # which names the Service that converts
            kept.append(row)
        else:
            kept.append(row if inside or row.startswith(b"    kind:") else b"")
    return b"\n".join(kept)


class _TooMuchError(Exception):
    def __init__(self, rule: str, message: str, line: int) -> None:
        super().__init__(message)
        self.rule = rule
        self.line = line


class _Builder:
    """Events to nodes, without recursion, within the limits of depth and size."""

    def __init__(self, path: str, offset: int, merge_keys: bool) -> None:
        self.path = path
        self.offset = offset + 1
        self.merge_keys = merge_keys
        self.findings: list[Finding] = []
        self.anchors: dict[str, Node] = {}
        self.sizes: dict[int, int] = {}

    def build(self, chunk: bytes) -> Node | None:
        path, offset = self.path, self.offset
        scalar_event, alias_event = yaml.ScalarEvent, yaml.AliasEvent
        mapping_start, sequence_start = yaml.MappingStartEvent, yaml.SequenceStartEvent
        mapping_end, sequence_end = yaml.MappingEndEvent, yaml.SequenceEndEvent
        root: Node | None = None
        stack: list[Node] = []
        container: Any = None  # the value of the innermost open node, which is `current`
        current: Node = MISSING
        key: Any = None
        key_line = total = 0
        next_event = _LOADER(chunk).get_event
        while (event := next_event()) is not None:
            kind = event.__class__
            opened = False
            if kind is scalar_event:
                text = event.value
                line = event.start_mark.line + offset
                if key is None and container.__class__ is dict:
                    if text in container or text == "<<":
                        self._odd_key(current, text, line)
                    key, key_line = text, line
                    continue
                plain = not event.style  # the C parser says "" for a plain scalar
                if plain or event.style == "|" or "\n" not in text:
                    node = Node(None if plain and text in _NULLS else text, path, line, plain)
                else:
                    node = Folded(text, path, line)
            elif kind is mapping_start or kind is sequence_start:
                line = event.start_mark.line + offset
                if len(stack) >= MAX_DEPTH:
                    raise _TooMuchError("yaml-too-deep", _TOO_DEEP, line)
                node, opened = Node({} if kind is mapping_start else [], path, line), True
                if key is None and container.__class__ is dict:
                    key, key_line = f"?{line}", line
            elif kind is mapping_end or kind is sequence_end:
                closed = stack.pop()
                if kind is mapping_end and self.merge_keys and "<<" in container:
                    self._merge(closed)
                current = stack[-1] if stack else MISSING
                container, key = current.value, None
                continue
            elif kind is alias_event:
                line = event.start_mark.line + offset
                node = self._aliased(event.anchor, line, stack)
                total += self._size(node)
                if total > MAX_NODES:
                    raise _TooMuchError("yaml-too-complex", f"aliases expand to more than {MAX_NODES:,} values", line)
                if key is None and container.__class__ is dict:
                    key, key_line = node.text, line
                    continue
            else:
                continue
            if event.anchor:
                self.anchors[event.anchor] = node
            if container.__class__ is dict:
                old = container.get(key) if key == "<<" else None
                container[key] = Node([old, node], node.path, node.line) if old is not None and old.is_map else node
                if node.line != key_line:
                    if current.key_lines is None:
                        current.key_lines = {}
                    current.key_lines[key] = key_line
                key = None
            elif container is not None:
                container.append(node)
            elif root is None:
                root = node
            if opened:
                stack.append(node)
                current, container = node, node.value
        return root if root is not None and root.value is not None else None

    def _odd_key(self, current: Node, text: str, line: int) -> None:
        """A key that stands twice, or a merge key where there may be none."""
        if text != "<<":
            lines = current.key_lines or {}
            first = lines.pop(text, current[text].line)
            if not is_called_template(self.path):  # of a template one of the two is kept, by a mark that is no YAML
                message = f"key `{text}` stands twice, first on line {first}"
                self.findings.append(finding("yaml-duplicate-key", message, Evidence(self.path, line)))
        elif not self.merge_keys:
            self.findings.append(finding("yaml-merge-key", "merge key `<<`", Evidence(self.path, line)))

    def _aliased(self, anchor: str, line: int, stack: list[Node]) -> Node:
        target = self.anchors.get(anchor)
        if target is None:
            raise _TooMuchError("yaml-invalid", f"alias *{anchor} has no anchor before it", line)
        if any(target is one for one in stack):
            raise _TooMuchError("yaml-invalid", f"alias *{anchor} holds itself", line)
        return target

    def _merge(self, node: Node) -> None:
        """Apply ``<<``: keys of the node itself win, earlier sources win over later ones."""
        own = node.value
        assert isinstance(own, dict)
        source = own.pop("<<")
        merged: dict[str, Node] = {}
        for one in [source] if source.is_map else list(source):
            for key, value in one.items():
                merged.setdefault(key, value)
        for key, value in merged.items():
            own.setdefault(key, value)

    def _size(self, node: Node) -> int:
        """How many values a node stands for once every alias in it is written out."""
        known = self.sizes.get(id(node))
        if known is None:
            value = node.value
            parts = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
            known = 1 + sum(self._size(part) for part in parts)
            self.sizes[id(node)] = known
        return known


def plain_node(value: object, path: str = "", line: int = 0) -> Node:
    """A node of plain Python values, all at one line: what a generator or an edit puts into a document."""
    if isinstance(value, Mapping):
        return Node({str(k): plain_node(v, path, line) for k, v in value.items()}, path, line)
    if isinstance(value, (list, tuple)):
        return Node([plain_node(v, path, line) for v in value], path, line)
    if value is None:
        return Node(None, path, line)
    if isinstance(value, bool):
        return Node("true" if value else "false", path, line, plain=True)
    return Node(str(value), path, line, plain=not isinstance(value, str))
