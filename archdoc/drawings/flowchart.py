"""Flowcharts: one statement after the other, as npm mermaid 11 reads them (its ``flow.jison`` and ``flowDb.ts``).

`_Reader` turns text into statements and knows no picture; `_Picture` turns statements into nodes, edges and groups and knows no
syntax. A statement that is not understood takes its own line, or the lines its quotes span, out of judgement, and reading goes on
behind it: a half understood statement draws nothing. Every pattern here moves forward only, so time is linear in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from archdoc.drawings.labels import plain, prepare
from archdoc.drawings.nouns import Arrow, Drawing, DrawnEdge, DrawnGroup, DrawnNode, Style, Unjudged

_KIND = re.compile(r"\s*([A-Za-z][\w-]*)")
_HEADER = re.compile(r"\s*(?:flowchart-elk|flowchart|graph)(?:[^\S\n]*(?:\b(TB|TD|BT|RL|LR|BR|v)\b|([<>^])))?(?=[\s;]|$)")
_DIRECTIONS = {"TD": "TB", "v": "TB", "^": "BT", "<": "RL", ">": "LR", "": "TB"}

_GAP = re.compile(r"[\s;]*")
_STOP = re.compile(r"[^\S\n]*(?:[;\n]|$)")
_UNREADABLE = re.compile(r'(?:[^"\n]|"[^"]*")*+[^\n]*')

_ID = re.compile(
    r"(?:(?![xo]?(?:--|==|-?\.+-|-\.))"  # a link begins here, and takes the letter before it along
    r"(?:[0-9]++|(?:[A-Za-z0-9!\"#$%&'*+.`?\\_/]|-(?![-.>]))++|[,&#*]|:(?!::)|(?=[^\x00-\x7f])\w))++"
)
_AMPERSAND = re.compile(r"[^\S\n]+&[^\S\n]+")
_CLASS = re.compile(r":::")
_DATA = re.compile(r'@\{((?:[^}"]|"[^"]*")*+)\}')
_DATA_LIMIT = 5_000
_DATUM = re.compile(r"""["']?([\w-]+)["']?\s*:\s*(?:"([^"]*)"|'([^']*)'|([^,\n]*))""")

_BODY = re.compile(r'\s*(?:"`([^`"]*)`"\s*|"([^"]*)")?([^\[\](){}|"]*)')
_SLANTED_BODY = re.compile(r'\s*(?:"`([^`"]*)`"\s*|"([^"]*)")?((?:[^\[\](){}"/\\]|[/\\](?!\]))*)')
_SHAPES = (  # the first that fits opens a shape, so longer ones come first
    ("(-", "-)", "ellipse"),
    ("([", "])", "stadium"),
    ("[[", "]]", "subroutine"),
    (">", "]", "asymmetric"),
    ("[(", ")]", "cylinder"),
    ("(((", ")))", "double-circle"),
    ("((", "))", "circle"),
    ("(", ")", "round"),
    ("{{", "}}", "hexagon"),
    ("{", "}", "rhombus"),
    ("[", "]", "rect"),
)
_OPENINGS = re.compile(r"\(\(\(|\(\(|\(\[|\(-|\(|\[\[|\[\(|\[/|\[\\|\[\|\w+:\w+\||\[|\{\{|\{|>")
_SLANTED = {("/", "/"): "lean-right", ("\\", "\\"): "lean-left", ("/", "\\"): "trapezoid", ("\\", "/"): "trapezoid-alt"}

_LINK = re.compile(r"\s*([xo<]?(?:--+[-xo>]|==+[=xo>]|-?\.+-[xo>]?)|~~~+)\s*")
_LINK_START = re.compile(r"\s*([xo<]?(?:--|==|-\.))\s*")
_LINK_ENDS = {"--": ("--", re.compile(r"--+[-xo>]\s*")), "==": ("==", re.compile(r"==+[=xo>]\s*")), "-.": (".", re.compile(r"-?\.+-[xo>]?\s*"))}
_LINK_ID = re.compile(r"[^\S\n]+([^\s\"@]+)@(?=\s*[xo<]?(?:--|==|-?\.|~~~))")
_ARROWS: Mapping[str, Arrow] = {">": "arrow", "x": "cross", "o": "circle"}
_HEADS = {">": "<", "x": "x", "o": "o"}
