"""Which files of a tree can matter to the answer, told by their names alone. Imports nothing, since every start pays for it."""

from __future__ import annotations

_ENDINGS = (
    b".bake",
    b".bash",
    b".env",
    b".gotmpl",
    b".hcl",
    b".j2",
    b".json",
    b".markdown",
    b".md",
    b".mk",
    b".sh",
    b".tmpl",
    b".toml",
    b".tpl",
    b".yaml",
    b".yml",
)
_NAMES = (
    b"CODEOWNERS",
    b"GNUmakefile",
    b"Justfile",
    b"Kustomization",
    b"Makefile",
    b"Tiltfile",
    b"VERSION",
    b"go.mod",
    b"justfile",
    b"makefile",
)
_PARTS = (b"ockerfile", b"OCKERFILE", b"ontainerfile", b".env")


def relevant(path: str) -> bool:
    """Whether a file can matter; any other is read only where a relevant one names it."""
    return relevant_row(path.encode())


def relevant_row(row: bytes) -> bool:
    """The same for a row of ``git ls-files`` or a raw path."""
    if row.endswith(_ENDINGS):
        return True
    name = row[max(row.rfind(b"/"), row.rfind(b"\t")) + 1 :]
    return name in _NAMES or any(part in name for part in _PARTS)
