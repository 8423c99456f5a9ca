"""Which files of a tree can matter to the answer, told by their names alone. Imports nothing, since every start pays for it."""

from __future__ import annotations

_ENDINGS = (
    ".bake",
    ".bash",
    ".env",
    ".gotmpl",
    ".hcl",
    ".j2",
    ".json",
    ".markdown",
    ".md",
    ".mk",
    ".sh",
    ".tmpl",
    ".toml",
    ".tpl",
    ".yaml",
    ".yml",
)
_NAMES = ("CODEOWNERS", "Justfile", "Kustomization", "Makefile", "Tiltfile", "VERSION", "justfile", "makefile", "GNUmakefile")
_PARTS = ("ockerfile", "OCKERFILE", "ontainerfile", ".env")
BYTE_ENDINGS = tuple(ending.encode() for ending in _ENDINGS)
BYTE_NAMES = tuple(name.encode() for name in _NAMES)
BYTE_PARTS = tuple(part.encode() for part in _PARTS)


def relevant(path: str) -> bool:
    """Whether a file can matter; any other is read only where a relevant one names it."""
    if path.endswith(_ENDINGS):
        return True
    name = path[path.rfind("/") + 1 :]
    return name in _NAMES or any(part in name for part in _PARTS)


def relevant_row(row: bytes) -> bool:
    """The same for a row of `git ls-files` or a raw path."""
    if row.endswith(BYTE_ENDINGS):
        return True
    name = row[max(row.rfind(b"/"), row.rfind(b"\t")) + 1 :]
    return name in BYTE_NAMES or any(part in name for part in BYTE_PARTS)
