"""What commands say of the machine they run on, where that is one of GitHub's: rows of `_shell_expand.SOURCES`.

Source: the variables RUNNER_OS and RUNNER_ARCH of GitHub, `go help environment`, the manuals of uname and dpkg.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from archdoc.extract import _values as values
from archdoc.extract._values import Text

_GO = {"X64": "amd64", "ARM64": "arm64", "Linux": "linux", "Windows": "windows", "macOS": "darwin"}
_UNAME = {"X64": "x86_64", "ARM64": "aarch64", "Linux": "Linux"}

Value = Callable[[str], Text]
"""The value of a variable."""


def go(arguments: Sequence[Text], value: Value) -> Text | None:
    """``go env GOARCH``: the variable, where it is set; that of the host is asked for by ``GOHOSTARCH``."""
    shown = [values.known(one) for one in arguments]
    if len(shown) != 2 or shown[0] != "env" or shown[1] not in ("GOARCH", "GOOS", "GOHOSTARCH", "GOHOSTOS"):
        return None
    own = values.known(value(shown[1])) if "HOST" not in shown[1] else None
    return (own,) if own else _said("RUNNER_ARCH" if shown[1].endswith("ARCH") else "RUNNER_OS", _GO, value)


def uname(arguments: Sequence[Text], value: Value) -> Text | None:
    """``uname``, ``uname -s`` and ``uname -m``, in Linux."""
    shown = [values.known(one) for one in arguments]
    if values.known(value("RUNNER_OS")) != "Linux" or shown not in ([], ["-s"], ["-m"]):
        return None
    return _said("RUNNER_ARCH" if shown == ["-m"] else "RUNNER_OS", _UNAME, value)


def dpkg(arguments: Sequence[Text], value: Value) -> Text | None:
    """``dpkg --print-architecture``."""
    return _said("RUNNER_ARCH", _GO, value) if [values.known(one) for one in arguments] == ["--print-architecture"] else None


def _said(name: str, words: dict[str, str], value: Value) -> Text | None:
    word = words.get(values.known(value(name)) or "")
    return (word,) if word else None
