"""What `scan` says: what was read, what was found, what was not understood, and the overview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from archdoc.check import ignores
from archdoc.check.drawings import Judged
from archdoc.model import EntityKind
from archdoc.pipeline import Build
from archdoc.render import mermaid
from archdoc.report.text import Paint, findings, many

_TOLD = (
    EntityKind.WORKFLOW,
    EntityKind.JOB,
    EntityKind.IMAGE_BUILD,
    EntityKind.DOCKERFILE,
    EntityKind.IMAGE,
    EntityKind.DEPLOYABLE,
    EntityKind.WORKLOAD,
    EntityKind.SERVICE,
    EntityKind.ROUTE,
    EntityKind.EXTERNAL,
)
_SHOWN = 15


def scan(build: Build, paint: Paint, verbose: int, drawn: Sequence[Judged] = ()) -> str:
    """The whole text; `verbose` 1 lists warnings and notes, 2 lists all of them. `drawn` are all diagrams drawn by hand."""
    graph = build.graph
    counts = Counter(entity.kind for entity in graph.entities.values())
    told = ", ".join(f"{counts[kind]:,} {_plural(kind, counts[kind])}" for kind in _TOLD if counts[kind])
    lines = [paint(f"archdoc: {told or 'no infrastructure found'} in {build.snapshot.title}", "title")]
    others = sum(n for kind, n in counts.items() if kind not in _TOLD)
    sizes = f"{len(graph.entities):,} entities, {others:,} of them of other kinds; {len(graph.relations):,} relations"
    lines.append(f"  {sizes}; {len(build.views):,} views")
    if build.excluded:
        folders = Counter(path.split("/")[0] if "/" in path else path for path in build.excluded)
        named = ", ".join(f"{folder}/ ({n})" for folder, n in folders.most_common(5))
        lines.append(f"  left out by `exclude`: {len(build.excluded):,} files, in {named}")
    lines.append("")
    counted = ignores.judge(build.findings, build.ignores).findings
    severities = Counter(f.severity.value for f in counted)
    if counted:
        rules = Counter((f.severity.value, f.rule) for f in counted)
        lines.append(paint(", ".join(many(severities[word], word) for word in ("error", "warning", "note")), "title"))
        shown = [f for f in counted if verbose or f.severity != "note"]
        lines += findings(shown, paint, limit=10_000 if verbose > 1 else 100 if verbose else 15)
        notes = [f"{rule} {n}" for (severity, rule), n in sorted(rules.items()) if severity == "note"]
        if notes and not verbose:
            lines += [f"  notes, shown by -v: {', '.join(notes)}", ""]
    lines += _drawn(drawn, paint)
    overview = next((view for view in build.views if view.id == "overview"), None)
    if overview is not None:
        lines += ["```mermaid", mermaid.render(overview).rstrip(), "```", ""]
        if overview.omitted:
            lines += [f"Not drawn: {', '.join(overview.omitted)}.", ""]
        lines.append("Next: `archdoc init` writes the diagrams and the check; `archdoc render -o pictures` draws them.")
    return "\n".join(lines) + "\n"


def _drawn(drawn: Sequence[Judged], paint: Paint) -> list[str]:
    """The diagrams drawn by hand that show things of this repository, and what `check` would say of each."""
    about = [one for one in drawn if one.about]
    if not about:
        return []
    lines = [
        paint(
            f"{many(len(about), 'diagram')} drawn by hand show what is here; `drawings` in archdoc.toml has them checked", "title"
        )
    ]
    for one in about[:_SHOWN]:
        errors = sum(f.severity == "error" for f in one.findings)
        lines.append(f"  {one.words}" + (f": {many(errors, 'error')}" if errors else ""))
    more = len(about) - _SHOWN
    return [*lines, *([f"  … and {more} more"] if more > 0 else []), ""]


def _plural(kind: EntityKind, count: int) -> str:
    word = kind.value.replace("_", " ")
    return word if count == 1 else f"{word}s"
