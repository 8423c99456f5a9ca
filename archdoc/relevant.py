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
_NAMES = frozenset(
    (
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
)


def relevant(path: str) -> bool:
    """Whether a file can matter; any other is read only where a relevant one names it."""
    return relevant_row(path.encode())


def relevant_row(row: bytes) -> bool:
    """The same for a row of ``git ls-files`` or a raw path."""
    if row.endswith(_ENDINGS):
        return True
    name = row[max(row.rfind(b"/"), row.rfind(b"\t")) + 1 :]
    # Written out, since this is asked of each file of the tree.
    return name in _NAMES or b"ockerfile" in name or b"OCKERFILE" in name or b"ontainerfile" in name or b".env" in name
