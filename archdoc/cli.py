"""The commands. Each opens a tree, asks the pipeline, prints what comes back, and ends with a code of the contract.

Exit codes: 0 clean, 1 drift or errors found, 2 the run cannot go on, 3 a bug, 130 interrupted. Heavy libraries are imported
by the command that needs them. The only `import click`.
"""

from __future__ import annotations

import functools
import os
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archdoc import __version__
from archdoc.errors import ArchdocError, UsageError

if TYPE_CHECKING:
    from archdoc.cache import Cache
    from archdoc.pipeline import Build
    from archdoc.report import Verdict
    from archdoc.source import Repository, Snapshot
    from archdoc.stored import Asked

_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True},
    "dim": {"dim": True},
    "+": {"fg": "green"},
    "-": {"fg": "red"},
    "~": {"fg": "yellow"},
    ">": {"fg": "cyan"},
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow"},
    "note": {"dim": True},
}


@dataclass(frozen=True, slots=True)
class Options:
    """What every command takes."""

    folder: Path
    config: Path | None
    verbose: int
    quiet: bool
    color: str

    def paint(self, text: str, style: str) -> str:
        """Colour for a terminal that wants it."""
        wanted = self.color == "always" or (self.color == "auto" and sys.stdout.isatty() and "NO_COLOR" not in os.environ)
        return click.style(text, **_STYLES[style]) if wanted and style in _STYLES else text


_COMMON = (
    click.option(
        "-C",
        "folder",
        type=click.Path(path_type=Path),
        default=Path(),
        metavar="DIR",
        help="Repository, a folder in one, or a bare git directory.",
    ),
    click.option(
        "--config",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Configuration to use instead of the tree's own.",
    ),
    click.option("-v", "verbose", count=True, help="Say more; twice, everything."),
    click.option("-q", "quiet", is_flag=True, help="Say nothing when all is well."),
    click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="Colour of the output.",
    ),
)


def _common(command: Callable[..., None]) -> Callable[..., None]:
    """The options of every command, gathered in `options`; stands next to the function, below its own options."""

    @functools.wraps(command)
    def gathered(folder: Path, config: Path | None, verbose: int, quiet: bool, color: str, **rest: Any) -> None:
        command(options=Options(folder, config, verbose, quiet, color), **rest)

    for option in reversed(_COMMON):
        gathered = option(gathered)
    return gathered


_REV = click.option("--rev", metavar="REV", help="Read a commit instead of the work tree.")
_STAGED = click.option("--staged", is_flag=True, help="Read the index: what would be committed.")
_VIEW = click.option("--view", metavar="ID", help="One view only.")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="archdoc")
def cli() -> None:
    """Architecture diagrams from GitHub Actions, Kubernetes and Dockerfiles, kept true by a hook and a check."""


@cli.command()
@_REV
@_STAGED
@_common
def scan(options: Options, rev: str | None, staged: bool) -> None:
    """Show what is found, what is not understood, and the overview. Writes nothing, needs no configuration."""
    from archdoc import gate
    from archdoc.report import summary

    with _cache() as cache:
        build = _build(options, cache, rev, staged=staged)
    drawn, _ = gate.hand_drawn(build, gate.ALL_DRAWINGS)
    click.echo(summary.scan(build, options.paint, options.verbose, drawn), nl=False)


@cli.command()
@click.option("--dry-run", is_flag=True, help="Show every change and write nothing.")
@click.option("--merge-driver", "merging", is_flag=True, help="Have git merge the diagrams of this clone instead of conflicting.")
@_common
def init(options: Options, dry_run: bool, merging: bool) -> None:
    """Set a repository up: configuration, first pages, hook entry, workflow. Again changes nothing."""
    from archdoc import init as initial
    from archdoc import pages, source
    from archdoc.pipeline import load_config

    with _cache() as cache:
        repository = _repository(options)
        snapshot = _snapshot(repository, None, staged=False)
        changes, notes = initial.plan(repository, snapshot, cache, merging=merging)
    for note in notes:
        click.echo(f"archdoc: {note}", err=True)
    if dry_run:
        click.echo(initial.describe(changes, options.paint), nl=False)
        return
    if merging:
        source.set_merge_driver(repository, "archdoc merge-driver %O %A %B")
    for change in changes:
        pages.write(repository.root, change.path, change.after)
        click.echo(f"{'wrote' if change.before is None else 'changed'} {change.path}")
    click.echo(initial.next_steps(changes, load_config(snapshot).pages), nl=False)


@cli.command()
@_VIEW
@click.option("--exit-code", is_flag=True, help="End with 1 when something was written, as hooks want it.")
@_common
def update(options: Options, view: str | None, exit_code: bool) -> None:
    """Rewrite the generated blocks that do not show what is. Touches nothing else."""
    from dataclasses import replace

    from archdoc import gate, pages
    from archdoc.report import text

    with _cache() as cache:
        build = _build(options, cache, None, staged=False)
        verdict = gate.judge(build, cache, _known(build, view))
    contents = verdict.plan.contents
    for path, content in contents.items():
        pages.write(build.snapshot.repository.root, path, content)
    if contents or verdict.wrong or not options.quiet:
        click.echo(text.check(replace(verdict, written=bool(contents)), options.paint), nl=False)
        if not contents:
            _keep(build, verdict)
    if (verdict.errors and not verdict.excuse) or (contents and exit_code):
        raise SystemExit(1)


@cli.command()
@_REV
@_STAGED
@click.option("--base", metavar="REV", help="Name what changed since this commit; the verdict does not depend on it.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "github", "json", "sarif", "markdown"]),
    default="text",
    show_default=True,
    help="Form of the report.",
)
@_common
def check(options: Options, rev: str | None, staged: bool, base: str | None, form: str) -> None:
    """Compare the committed diagrams with what is. Writes nothing; ends with 1 when a diagram is out of date."""
    from archdoc import gate, source
    from archdoc.report import forms, text

    with _cache() as cache:
        build = _build(options, cache, rev, staged=staged)
        if base is not None:
            source.resolve_revision(build.snapshot.repository, base)
        verdict = gate.judge(build, cache, base=base, changes=options.verbose > 0 or form in ("json", "markdown"))
    if form != "text":
        click.echo(forms.CHECK[form](verdict), nl=False)
    elif verdict.wrong or not options.quiet:
        click.echo(text.check(verdict, options.paint), nl=False)
        _keep(build, verdict)
    if verdict.failed:
        raise SystemExit(1)


@cli.command(hidden=True)
@click.argument("base", type=click.Path(path_type=Path))
@click.argument("ours", type=click.Path(path_type=Path))
@click.argument("theirs", type=click.Path(path_type=Path))
def merge_driver(base: Path, ours: Path, theirs: Path) -> None:
    """Merge a page with generated blocks, as git asks a merge driver to: the outcome goes to OURS, 1 says that it conflicts."""
    from archdoc import merge, pages, source

    old, mine, other = (file.read_bytes().decode("utf-8", errors="surrogateescape") for file in (base, ours, theirs))
    merged = merge.merge(old, mine, other, source.merged)
    ours.write_bytes(merged.encode("utf-8", errors="surrogateescape"))
    if pages.has_conflict(merged):
        raise SystemExit(1)


@cli.command()
@click.option("--prune", is_flag=True, help="Only drop what is gone; accept nothing new.")
@_common
def baseline(options: Options, prune: bool) -> None:
    """Accept the errors that are there, so that only new ones fail. Diagrams are not among them: update mends those."""
    from archdoc import gate, pages
    from archdoc.check import baseline as accepted

    with _cache() as cache:
        build = _build(options, cache, None, staged=False)
        verdict = gate.judge(build, cache)
    before = Counter(gate.read_baseline(build))
    now = Counter(map(accepted.known, verdict.known if prune else (*verdict.known, *verdict.errors)))
    if now != before:
        pages.write(build.snapshot.repository.root, accepted.FILE, accepted.render(now.elements()))
        for sign, some in (("+", now - before), ("-", before - now)):
            for one in sorted(some.elements()):
                click.echo(f"  {options.paint(sign, sign)} {one.path}  {one.rule}: {one.message}")
        click.echo(f"archdoc: {accepted.FILE} holds {now.total()} errors; commit it")
    else:
        click.echo(f"archdoc: the baseline holds {now.total()} errors, as before")


@cli.command()
@click.argument("base")
@click.argument("head", required=False)
@_STAGED
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json", "mermaid"]),
    default="text",
    show_default=True,
    help="Form of the answer.",
)
@_common
def diff(options: Options, base: str, head: str | None, staged: bool, form: str) -> None:
    """Tell how the architecture of BASE became that of HEAD (by default the work tree)."""
    from archdoc import codec, source
    from archdoc import diff as differ
    from archdoc.pipeline import build, load_config
    from archdoc.render import mermaid
    from archdoc.report import markdown, text
    from archdoc.views import change

    with _cache() as cache:
        repository = _repository(options)
        after = _snapshot(repository, head, staged=staged)
        settings = load_config(after, options.config)
        new = build(after, settings, cache)
        old = build(source.commit_snapshot(repository, base), settings, cache)
    changes = differ.compare(old.graph, new.graph)
    if form == "json":
        click.echo(codec.canonical({"base": base, "head": after.title, "changes": changes}), nl=False)
    elif form in ("markdown", "mermaid"):
        view = change.view(old.graph, new.graph, changes)
        picture = mermaid.render(view) if view else ""
        click.echo(picture if form == "mermaid" else markdown.diff(changes, picture, base, after.title), nl=False)
    else:
        click.echo(text.diff(changes, base, after.title, options.paint), nl=False)


@cli.command()
@_REV
@_VIEW
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "graphml", "dot", "mermaid"]),
    default="json",
    show_default=True,
    help="Form of the graph.",
)
@_common
def graph(options: Options, rev: str | None, view: str | None, form: str) -> None:
    """Print the graph as data, or one view of it as a picture's text."""
    from archdoc import codec, plugins

    with _cache() as cache:
        build = _build(options, cache, rev, staged=False)
    _known(build, view)
    if form == "json":
        click.echo(codec.canonical(build.graph.as_json()), nl=False)
    elif form == "graphml":
        click.echo(build.graph.graphml(), nl=False)
    else:
        for one in build.views:
            if one.id == (view or "overview"):
                click.echo(plugins.renderer(form)(one), nl=False)


@cli.command()
@_REV
@_VIEW
@click.option(
    "--format",
    "form",
    type=click.Choice(["mermaid", "svg", "png", "dot"]),
    default="svg",
    show_default=True,
    help="Form of the pictures.",
)
@click.option(
    "-o", "out", type=click.Path(path_type=Path), metavar="DIR", help="Folder to write to; text goes to the terminal without it."
)
@_common
def render(options: Options, rev: str | None, view: str | None, form: str, out: Path | None) -> None:
    """Draw the views: Mermaid or DOT text, or SVG and PNG through the `diagrams` package and Graphviz."""
    from archdoc import plugins
    from archdoc.views import file_names

    with _cache() as cache:
        build = _build(options, cache, rev, staged=False)
    _known(build, view)
    wanted = [v for v in build.views if view in (None, v.id)]
    if out is None and form in ("svg", "png"):
        raise UsageError("say where the pictures go: -o DIR")
    names = file_names(build.views)
    for one in wanted:
        picture = plugins.renderer(form)(one)
        if out is None:
            click.echo(picture, nl=False)
            continue
        out.mkdir(parents=True, exist_ok=True)
        path = out / f"{names[one.id]}.{'mmd' if form == 'mermaid' else form}"
        path.write_bytes(picture if isinstance(picture, bytes) else picture.encode())
        click.echo(str(path))


@cli.command()
@_REV
@click.argument("name")
@click.argument("other", required=False)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Form of the answer."
)
@_common
def explain(options: Options, rev: str | None, name: str, other: str | None, form: str) -> None:
    """Tell all that is known of NAME, or how NAME and OTHER are linked. A name is an id, kind/name, or a bare name."""
    from archdoc import codec, reading
    from archdoc.report import explanation
    from archdoc.report.substitutions import Substitutions

    with _cache() as cache:
        build = _build(options, cache, rev, staged=False)
    graph, found = build.graph, [explanation.find(build.graph, one) for one in (name, other) if one is not None]
    said = Substitutions(graph, reading.files(build.snapshot), build.config)
    if form == "json":
        click.echo(codec.canonical(explanation.as_json(graph, found, said)), nl=False)
    elif len(found) == 2:
        click.echo(explanation.link(graph, found[0], found[1], options.paint, said.lines), nl=False)
    else:
        click.echo(explanation.entity(graph, found[0], options.paint, said.lines), nl=False)


def _cache() -> Cache:
    from archdoc import cache

    return cache.Cache(cache.file())


def _repository(options: Options) -> Repository:
    from archdoc import source

    return source.open_repository(options.folder)


def _snapshot(repository: Repository, rev: str | None, *, staged: bool) -> Snapshot:
    from archdoc import source

    if rev is not None and staged:
        raise UsageError("--rev and --staged name two trees: give one")
    if rev is not None:
        return source.commit_snapshot(repository, rev)
    return source.index_snapshot(repository) if staged else source.work_tree_snapshot(repository)


def _build(options: Options, cache: Cache, rev: str | None, *, staged: bool) -> Build:
    from archdoc.pipeline import build, load_config

    snapshot = _snapshot(_repository(options), rev, staged=staged)
    return build(snapshot, load_config(snapshot, options.config), cache)


def _keep(build: Build, verdict: Verdict) -> None:
    """Keep a clean answer for who asks again, where it was asked for as hooks do."""
    from archdoc import routine, stored
    from archdoc.report import text

    asked: stored.Asked | None = click.get_current_context().obj
    if asked is not None and not verdict.failed:
        said = text.check(verdict)
        if not build.snapshot.strays:
            stored.keep(asked, said)
        if not verdict.wrong:  # what is excused depends on the commit that the tree follows
            routine.keep(asked, said, build)


def _known(build: Build, view: str | None) -> str | None:
    """The id of a view that exists. Raises UsageError with the nearest ones."""
    if view is not None and all(v.id != view for v in build.views):
        import difflib

        near = difflib.get_close_matches(view, [v.id for v in build.views], n=3, cutoff=0.3)
        raise UsageError(f"there is no view `{view}`" + (f"; there are {', '.join(near)}" if near else ""))
    return view


def main(asked: Asked | None = None) -> None:
    """Run a command: errors of the user are one line and exit 2, a bug is a report and exit 3.

    `asked` is what a clean answer may be kept for (`archdoc.stored`).
    """
    try:
        cli(standalone_mode=False, obj=asked)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(130)
    except ArchdocError as error:
        click.echo(f"archdoc: {error}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        named = error.filename or "a file"
        click.echo(f"archdoc: cannot use {named}: {error.strerror or error}; mend that, then run this again", err=True)
        sys.exit(2)
    except SystemExit:
        raise
    except Exception:  # noqa: BLE001  # the last stop for a bug
        import traceback

        click.echo("archdoc: this is a bug. Please report it with all that follows:\n", err=True)
        click.echo(f"archdoc {__version__}, Python {sys.version.split()[0]}, {sys.platform}\n{traceback.format_exc()}", err=True)
        sys.exit(3)
