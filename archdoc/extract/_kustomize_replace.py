"""Replacements and vars: a value of one object put into fields of others.

Sources: kubernetes-sigs/kustomize api/filters/replacement, api/internal/accumulator (vars). A value that is moved keeps the
line where it is written. A Secret's data is never a source.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from archdoc.extract._kustomize_edit import with_value
from archdoc.extract._kustomize_resource import Resource, changed
from archdoc.extract._kustomize_select import PatternError, selected
from archdoc.extract._yaml import MISSING, Node
from archdoc.regex import regex

_STEP = regex(r"\[([^\[\]]*)\]|((?:\\.|[^.\[\\])+)")
_VAR = regex(r"\$\(([A-Za-z0-9_.-]{1,128})\)")
_MAX_VALUE = 4_096
Say = Callable[[str, str, Node], None]


def replaced(found: list[Resource], rule: Node, say: Say, lacking: Collection[str] = ()) -> list[Resource]:
    """The resources after one replacement; what finds no place is said. Sources in `lacking` are made with what no file tells."""
    source = rule["source"]
    value = _source(found, source)
    if not value.is_text and source["name"].text in lacking:
        # Filled in later, like any other placeholder.
        value = Node(f"${{{source['fieldPath'].text.rpartition('.')[2]}}}", source.path, source.line)
    if not value.is_text:
        say("kustomize-unsupported", "a replacement has no source here: its targets keep what they say", source or rule)
        return found
    value = _piece(value, source["options"])
    found = list(found)
    for target in rule["targets"]:
        try:
            places = _targets(found, target)
        except PatternError as error:
            say("kustomize-unsupported", f"the pattern `{error}` of a replacement is not applied", target)
            continue
        paths = target["fieldPaths"].texts() or ("metadata.name",)
        for place in places:
            for path in paths:
                root = _put(found[place].root, tuple(_steps(path)), value, target["options"])
                found[place] = changed(found[place], root) or found[place]
    return found


def with_vars(found: Sequence[Resource], entries: Sequence[Node]) -> list[Resource]:
    """The resources with every declared var put in for ``$(NAME)``."""
    values: dict[str, Node] = {}
    for entry in entries:
        reference = entry["objref"]
        path = entry["fieldref"]["fieldpath"].text or entry["fieldref"]["fieldPath"].text or "metadata.name"
        value = _value(found, reference, path)
        if value.is_text and len(value.text) <= _MAX_VALUE:
            values.setdefault(entry["name"].text, value)
    if not values:
        return list(found)
    memo: dict[int, Node] = {}
    return [changed(one, _filled(one.root, values, memo)) or one for one in found]


def _filled(node: Node, values: Mapping[str, Node], memo: dict[int, Node]) -> Node:
    known = memo.get(id(node))
    if known is not None:
        return known
    new = node
    if node.is_map:
        pairs = {key: value if _is_plain(value) else _filled(value, values, memo) for key, value in node.items()}
        if any(pairs[key] is not value for key, value in node.items()):
            new = Node(pairs, node.path, node.line)
    elif node.is_list:
        elements = [element if _is_plain(element) else _filled(element, values, memo) for element in node]
        if any(a is not b for a, b in zip(elements, node, strict=True)):
            new = Node(list(elements), node.path, node.line)
    elif "$(" in node.text and len(node.text) <= _MAX_VALUE:
        text = _VAR.sub(lambda m: values[m[1]].text if m[1] in values else m[0], node.text, count=64)
        new = node if text == node.text else Node(text, node.path, node.line)
    memo[id(node)] = new
    return new


def _is_plain(node: Node) -> bool:
    """Whether a value is a text without vars, as nearly all are."""
    return isinstance(node.value, str) and "$(" not in node.value


def _source(found: Sequence[Resource], source: Node) -> Node:
    path = source["fieldPath"].text or "metadata.name"
    return _value(found, source, path)


def _value(found: Sequence[Resource], reference: Node, path: str) -> Node:
    """The value at a path of the first object that a reference means; never one out of a Secret."""
    kind, name, namespace = reference["kind"].text, reference["name"].text, reference["namespace"].text
    for one in found:
        is_meant = (not kind or one.root["kind"].text == kind) and any(
            (not name or name == old) and (not namespace or namespace == place) for place, old in one.was
        )
        if is_meant and not (one.thing.kind == "Secret" and not path.startswith("metadata")):
            return _found(one.root, tuple(_steps(path)))
    return MISSING


def _targets(found: Sequence[Resource], target: Node) -> list[int]:
    rejected = {place for reject in target["reject"] for place in selected(found, reject)}
    return [place for place in selected(found, target["select"]) if place not in rejected]


def _steps(path: str) -> Iterator[str]:
    """``spec.containers.[name=a].env.0`` step by step; ``[name=a]`` keeps its bracket; a dot in a key has a backslash."""
    for inner, plain in _STEP.findall(path[:1000]):
        yield f"[{inner}" if "=" in inner else (inner or plain).replace("\\", "")


def _matches(node: Node, step: str) -> list[int]:
    """The elements of a list that a step means."""
    elements = list(node)
    if step.startswith("["):
        key, _, value = step[1:].partition("=")
        return [number for number, element in enumerate(elements) if element[key].text == value.strip("\"'")]
    if step == "*":
        return list(range(len(elements)))
    number = int(step) if step.isascii() and step.isdigit() and len(step) < 9 else len(elements)
    return [number] if number < len(elements) else []


def _found(node: Node, path: Sequence[str]) -> Node:
    for step in path:
        if node.is_list:
            places = _matches(node, step)
            node = node[places[0]] if places else MISSING
        else:
            node = node[step]
    return node


def _put(node: Node, path: Sequence[str], value: Node, options: Node) -> Node:
    if not path:
        return _joined(node, value, options)
    step, rest = path[0], path[1:]
    if node.is_list:
        elements = list(node)
        for number in _matches(node, step):
            elements[number] = _put(elements[number], rest, value, options)
        same = all(a is b for a, b in zip(elements, node, strict=True))
        return node if same else Node(list(elements), node.path, node.line)
    create = options["create"].true()
    child = node[step]
    if not node.is_map or (not child.exists and not create) or step.startswith("["):
        return node
    if not child.exists and rest:
        child = Node({}, node.path, node.line)
    new = _put(child, rest, value, options)
    return node if new is child else with_value(node, step, new)


def _piece(value: Node, options: Node) -> Node:
    delimiter, index = options["delimiter"].text, options["index"].integer() or 0
    if not delimiter:
        return value
    pieces = value.text.split(delimiter)
    return Node(pieces[index], value.path, value.line) if 0 <= index < len(pieces) else value


def _joined(old: Node, value: Node, options: Node) -> Node:
    """The value as a whole, or as one piece between the delimiters of what is there; it stands where the old one stood."""
    delimiter, index = options["delimiter"].text, options["index"].integer() or 0
    if not old.is_text or not value.is_text:
        return value
    if not delimiter:
        return Node(value.value, old.path, old.line, value.plain)
    pieces = old.text.split(delimiter)
    if index < 0:
        pieces.insert(0, value.text)
    elif index >= len(pieces):
        pieces.append(value.text)
    else:
        pieces[index] = value.text
    return Node(delimiter.join(pieces), old.path, old.line)
