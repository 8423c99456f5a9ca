"""Addresses in the text of a settings file, whatever its format: YAML, JSON, INI, properties, TOML, nginx, HAProxy, scripts.

Each line is read by itself, with the key that it gives or, in a list, the key above it; no format is parsed, so the time is
linear and a broken file says what its other lines say. Only hosts and ports leave this module.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from archdoc.extract import _addresses
from archdoc.extract._addresses import MAX_TEXT, Address
from archdoc.regex import regex

_MAX_FOUND = 500
_PROGRAM = ".py"
_QUOTED = regex(r"""["']([a-z][a-z0-9+]{1,20}://[^\s"'{}]{1,300})["']""")
_NO_SETTINGS = (".html", ".js", ".css", ".svg", ".sql", ".crt", ".pem", ".md", ".lua", ".ts", ".go", "_example")
_DASHBOARD = '"panels"'
_COMMENTS = ("#", "//", ";", "<!--", "--", "{{/*")
_HINT = regex(r":(?:(?<=[a-zA-Z0-9]:)[0-9$*{]|//)|\.[a-z]{2}|_pass\b")
_HINTS = ("host", "serv", "addr", "endpoint", "url")
_DEFAULT = regex(r"\$\{[A-Za-z_][A-Za-z0-9_.]{0,100}:-?([^{}$\s]{0,200})\}")
"""A variable with the value that it has if nobody sets it, as Spring and shells write it."""
_KEY = r"[A-Za-z_][A-Za-z0-9_.$/-]{0,100}"
_ENTRY = regex(rf"""(?:-\s+)?["']?(?P<key>{_KEY})["']?\s{{0,20}}(?:[:=]\s{{1,40}}|=|(?<=["']):|:$)(?P<value>.*)""")
_ITEM = regex(r"-\s+(?P<value>.*)")
_UPSTREAM = regex(r"(?m)^\s{0,80}upstream\s{1,20}([\w.-]{1,100})\s{0,20}\{")
_PASS = regex(r"(?<![\w#])(?:proxy|grpc|uwsgi|fastcgi|memcached)_pass\s{1,20}(?P<value>[^\s;]{1,300})")
_SERVER = regex(r"server\s{1,20}(?:[\w.-]{1,100}\s{1,20}(?=[\w.-]{1,253}:[0-9]))?(?P<value>[^\s;{]{1,300})")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PLACES = _words("listen server_name image namespace job_name apiVersion kind $schema schema bind")
"""Settings whose values look like addresses and are none, or are one's own."""
_ABOUT = _words("runbook docs doc documentation help homepage home icon logo link links source sources license issue issues")
_ENDS = _words("endpoint endpoints host hostname server servers address addr broker brokers dsn connection")


def find(name: str, text: str) -> tuple[tuple[int, Address], ...]:
    """Every address in a settings file called `name`, with its line from 0; pictures, programs and dashboards are no settings.

    A name of one word is an address only if a Service has it. Of names on the Internet those count that are a known system,
    or the whole value of a setting that is called after an address: all else is a link for people. Of a script, which says
    much that is no setting, those of the cluster count that are whole URLs in quotes.
    """
    if name.endswith(_NO_SETTINGS) or (name.endswith(".json") and _DASHBOARD in text):
        return ()
    if name.endswith(_PROGRAM):
        return tuple(islice(_in_program(text[:MAX_TEXT]), _MAX_FOUND))
    return _remembered(text[:MAX_TEXT])


@lru_cache(maxsize=256)  # variants of one application share their files
def _remembered(text: str) -> tuple[tuple[int, Address], ...]:
    return tuple(islice(_in_lines(text), _MAX_FOUND)) if "\n" in text.strip() else ()


def _in_lines(text: str) -> Iterator[tuple[int, Address]]:
    upstreams = frozenset(_UPSTREAM.findall(text))
    above = ""
    for number, row in enumerate(text.splitlines()):
        row = row.strip()
        if row.startswith(_COMMENTS):
            continue
        if not _may_hold(row):
            opened = _ENTRY.match(row) if row.endswith(":") else None
            above = opened["key"] if opened else above
            continue
        passed = _PASS.search(row) or _SERVER.match(row)
        entry = None if passed else _ENTRY.match(row)
        item = None if entry or passed else _ITEM.match(row)
        if passed:
            key, value = "server", passed["value"]
        elif entry:
            key, value = entry["key"], entry["value"]
        elif item:
            key, value = above, item["value"]
        else:
            key, value = re.split(r"[\s:=]", row, maxsplit=1)[0], row
        if entry:
            above = key
        if key in _PLACES:
            continue
        value = re.split(r"\s[#;]\s", value, maxsplit=1)[0].strip().rstrip(",;").strip("\"'")
        for found in _addresses.find(key, _DEFAULT.sub(r"\1", value)):
            is_group = found[0] in upstreams and not row.startswith("server")
            if isinstance(found, Address) and not is_group and _is_one(key, value, found):
                yield number, found._replace(sure=found.sure and _addresses.is_dotted(found.host))


def _in_program(text: str) -> Iterator[tuple[int, Address]]:
    for number, row in enumerate(text.splitlines()):
        for quoted in _QUOTED.findall(row) if not row.lstrip().startswith(_COMMENTS) else ():
            for found in _addresses.find("url", quoted):
                if isinstance(found, Address) and (".svc" in found.host or not _addresses.is_dotted(found.host)):
                    yield number, found._replace(sure=_addresses.is_dotted(found.host))


def _may_hold(row: str) -> bool:
    """Whether a line holds what all that hold an address do."""
    small = row.casefold()
    return any(hint in small for hint in _HINTS) or _HINT.search(row) is not None


def _is_one(key: str, value: str, found: Address) -> bool:
    host = found.host
    if not _addresses.is_dotted(host) or ".svc" in host or _addresses.is_famous(host):
        return True
    words = _addresses.words(key)
    whole = not re.search(r"\s", value) and len(words) > 0
    return whole and words[-1] in _ENDS and _ABOUT.isdisjoint(words)
