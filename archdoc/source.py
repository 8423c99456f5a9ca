"""A tree of files in git: a commit, the index, or the work tree (tracked files only), read without a checkout.

Reading goes through git's plumbing; GitPython tells of remotes and branches. The only module that talks to git. It writes
nothing but the merge driver that `init` is asked to set, never fetches, and follows neither symbolic links nor submodules.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

from archdoc import stored
from archdoc.errors import SourceError, ToolMissingError
from archdoc.model import Evidence, Finding
from archdoc.relevant import relevant
from archdoc.rules import finding

if TYPE_CHECKING:
    import datetime as dt

MAX_BYTES = 16 * 1024 * 1024
_LARGE = 16_384
_PORTION = 500
_LINK, _SUBMODULE = "120000", "160000"
_LFS = b"version https://git-lfs"


class Entry(NamedTuple):
    """A file of a tree: git's mode and the object id of its content (``""`` where only the disk has it)."""

    mode: str
    oid: str


@dataclass(frozen=True, slots=True)
class Repository:
    """Where a repository lies: its git directory, its work tree (None for a bare one), and the folder below it that is read."""

    git_dir: Path
    work_tree: Path | None
    prefix: str

    @property
    def root(self) -> Path:
        """The folder on disk whose files are read. Raises SourceError for a bare repository."""
        if self.work_tree is None:
            raise SourceError(f"{self.git_dir} is a bare repository: name a revision with --rev, for example --rev HEAD")
        return self.work_tree / self.prefix


def open_repository(folder: Path) -> Repository:
    """The repository that holds `folder`, or the bare git directory that it is.

    Raises SourceError where there is none or where git refuses it, ToolMissingError where there is no git.
    """
    if not folder.exists():
        raise SourceError(f"{folder} does not exist")
    try:
        result = subprocess.run(
            ["git", "-C", str(folder), "rev-parse", "--absolute-git-dir", "--is-bare-repository", "--is-inside-work-tree"],
            capture_output=True,
            env=_environment(None),
            check=False,
        )
    except FileNotFoundError:
        raise ToolMissingError("git is not on the PATH: install it, then run this again") from None
    if result.returncode:
        said = result.stderr.decode(errors="replace").strip().splitlines()
        reason = said[0].removeprefix("fatal: ") if said else "git failed"
        if "not a git repository" in reason:
            raise SourceError(f"{folder} is not in a git repository: run `git init` there, or name another folder with -C")
        raise SourceError(f"git cannot read {folder}: {reason}")
    git_dir, bare, inside = result.stdout.decode(errors="surrogateescape").splitlines()[:3]
    if bare == "true" or inside != "true":
        return Repository(Path(git_dir), None, "")
    result = subprocess.run(
        ["git", "-C", str(folder), "rev-parse", "--show-toplevel", "--show-prefix"],
        capture_output=True,
        env=_environment(None),
        check=True,
    )
    top, prefix = [*result.stdout.decode(errors="surrogateescape").splitlines(), ""][:2]
    return Repository(Path(git_dir), Path(top), prefix)


def _environment(index: str | None) -> dict[str, str]:
    """The environment for git: no prompt, no fetch, no repository but the one that is named."""
    keep = {k: v for k, v in os.environ.items() if k not in {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"}}
    keep |= {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
    if index:
        keep["GIT_INDEX_FILE"] = index
    return keep


def _index_file(repository: Repository) -> str | None:
    """GIT_INDEX_FILE as git gives it to a hook, where it belongs to this repository."""
    named = os.environ.get("GIT_INDEX_FILE")
    if not named:
        return None
    base = repository.work_tree or Path.cwd()
    path = Path(named) if Path(named).is_absolute() else base / named
    return str(path) if path.is_file() and repository.git_dir.resolve() in path.resolve().parents else None


class Snapshot:
    """The files of one tree below the repository's prefix, by path, with their contents on request.

    `finding` says of a file that was asked for why it could not be read.
    """

    def __init__(
        self, repository: Repository, entries: Mapping[str, Entry], disk: frozenset[str], title: str, commit: str | None = None
    ) -> None:
        """Entries by path; `disk` are the paths whose content is that of the work tree; `title` names the tree for people.

        `commit` is its object id where the tree is that of a commit.
        """
        self.repository = repository
        self.commit = commit
        self.entries = entries
        self.title = title
        self._disk = disk
        self._contents: dict[str, bytes | None] = {}
        self._from_git: set[str] = set()
        self._findings: dict[str, Finding] = {}
        self._folders: dict[str, list[str]] | None = None
        self._hashes: dict[str, str] = {}
        self._batch: subprocess.Popen[bytes] | None = None
        self.asked: set[str] = set()
        """The paths that `oid` and `read` were asked for."""
        self.strays: set[str] = set()
        """The paths that were asked for and by their names could not matter."""

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The paths that can matter, sorted; `folder` too knows these alone."""
        return tuple(path for path in self.entries if relevant(path))

    def oid(self, path: str) -> str | None:
        """What the content of a path is known by; None where there is no such file."""
        self.asked.add(path)
        return self.state(path)

    def overlaid(self, contents: Mapping[str, bytes]) -> Snapshot:
        """The same tree with some files set anew, as it will be once they are written and added."""
        added = {path: Entry("100644", stored.digest(content)) for path, content in contents.items()}
        entries = dict(sorted({**self.entries, **added}.items()))
        other = Snapshot(self.repository, entries, self._disk - contents.keys(), self.title, self.commit)
        other._contents.update(contents)
        return other

    def same_as(self, other: Snapshot) -> bool:
        """Whether all that can matter is alike in both trees."""
        return all(self.oid(path) == other.oid(path) for path in {*self.paths, *other.paths})

    def state(self, path: str) -> str | None:
        """What tells whether an earlier answer about a path still holds; one that ends in ``/`` is a folder's list of names."""
        if path.endswith("/"):
            return stored.digest("\0".join(self.folder(path)).encode())
        entry = self.entries.get(path)
        if not relevant(path):
            self.strays.add(path)
        if entry is None:
            return None
        if path in self._disk:
            self.prefetch([path])
            return self._hashes[path]
        return entry.oid

    def finding(self, path: str) -> Finding | None:
        """Why a path that was asked for could not be read; None where it could, or is not there."""
        return self._findings.get(path)

    def folder(self, path: str) -> Sequence[str]:
        """The sorted names of what lies directly in a folder, folders with a ``/`` behind."""
        if self._folders is None:
            self._folders = {}
            seen: set[str] = set()
            for name in self.paths:
                child = name
                while True:
                    parent, _, leaf = child.removesuffix("/").rpartition("/")
                    if child in seen:
                        break
                    seen.add(child)
                    self._folders.setdefault(parent, []).append(leaf + ("/" if child.endswith("/") else ""))
                    if not parent:
                        break
                    child = f"{parent}/"
            for names in self._folders.values():
                names.sort()
        return self._folders.get(path.strip("/"), ())

    def read(self, path: str) -> bytes | None:
        """The content of a file; None where there is none or it cannot be read, which `finding` then says."""
        self.asked.add(path)
        return self.content(path)

    def content(self, path: str) -> bytes | None:
        """The same for who keeps a note of its own of what it asks for."""
        if not relevant(path):
            self.strays.add(path)
        if path not in self._contents:
            self.prefetch([path])
        return self._contents.get(path)

    def prefetch(self, paths: Iterable[str]) -> None:
        """Read many files at once."""
        wanted: dict[str, list[str]] = {}
        for path in paths:
            entry = self.entries.get(path)
            if entry is None or path in self._contents:
                continue
            if entry.mode == _LINK:
                self._refuse(path, "symlink", "a symbolic link")
            elif entry.mode == _SUBMODULE:
                self._refuse(path, "submodule", "a submodule")
            elif path in self._disk:
                self._load(path)
            else:
                wanted.setdefault(entry.oid, []).append(path)
        for oid, content in self._blobs(list(wanted)):
            for path in wanted[oid]:
                self._keep(path, content)
                self._from_git.add(path)

    def forget(self, paths: Iterable[str]) -> None:
        """Let go of large contents that git gives again."""
        for path in paths:
            if len(self._contents.get(path) or b"") > _LARGE and path in self._from_git:
                del self._contents[path]

    def _load(self, path: str) -> None:
        """Take a file from the work tree, and the hash it is known by."""
        file = self.repository.root / path
        if file.is_symlink():
            self._hashes[path] = _LINK
            self._refuse(path, "symlink", "a symbolic link")
            return
        try:
            content = file.read_bytes() if file.stat().st_size <= MAX_BYTES else _too_much()
        except OSError:
            content = None
        self._hashes[path] = "" if content is None else stored.digest(content)
        self._keep(path, content)

    def _keep(self, path: str, content: bytes | None) -> None:
        if content is None:
            self._refuse(path, "file-missing", "its content is not here")
        elif len(content) > MAX_BYTES:
            self._refuse(path, "file-too-large", f"more than {MAX_BYTES >> 20} MiB")
        elif content.startswith(_LFS):
            self._refuse(path, "lfs-pointer", "a Git LFS pointer")
        elif b"\0" in content[:8000]:
            self._refuse(path, "binary-file", "binary or encrypted content")
        else:
            self._contents[path] = content

    def _refuse(self, path: str, rule: str, message: str) -> None:
        self._contents[path] = None
        self._findings[path] = finding(rule, message, Evidence(path, 1))

    def _blobs(self, oids: Sequence[str]) -> Iterator[tuple[str, bytes | None]]:
        """Contents by object id; None for one that this clone lacks. One git process answers all requests of a snapshot."""
        if not oids:
            return
        if self._batch is None:
            self._batch = subprocess.Popen(
                ["git", f"--git-dir={self.repository.git_dir}", "-c", "protocol.allow=never", "cat-file", "--batch"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(None),
            )
            weakref.finalize(self, _stop, self._batch)
        questions, answers = self._batch.stdin, self._batch.stdout
        assert questions is not None
        assert answers is not None
        # In portions: git answers only into a pipe that somebody reads.
        for start in range(0, len(oids), _PORTION):
            portion = oids[start : start + _PORTION]
            questions.write("".join(f"{oid}\n" for oid in portion).encode())
            questions.flush()
            for oid in portion:
                yield oid, _answer(answers)


def _answer(stream: IO[bytes]) -> bytes | None:
    """One answer of ``git cat-file --batch``; what is too large is read and let go."""
    header = stream.readline().split()
    if len(header) < 3:
        return None
    size = int(header[2])
    if size <= MAX_BYTES:
        content = stream.read(size)
        stream.read(1)
        return content
    left = size + 1
    while left > 0:
        left -= len(stream.read(min(left, 1 << 20))) or left
    return _too_much()


def _too_much() -> bytes:
    """What stands for content that is larger than is read."""
    return b"\0" * (MAX_BYTES + 1)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a git process by ending what it reads."""
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
    process.wait()


def _git(repository: Repository, *arguments: str, index: str | None = None) -> bytes:
    """The output of a git command in the folder that is read. Raises SourceError with git's own words."""
    where = ["-C", str(repository.root)] if repository.work_tree else []
    result = subprocess.run(
        [
            "git",
            f"--git-dir={repository.git_dir}",
            *where,
            *([f"--work-tree={repository.work_tree}"] if where else []),
            *arguments,
        ],
        capture_output=True,
        env=_environment(index),
        check=False,
    )
    if result.returncode:
        said = result.stderr.decode(errors="replace").strip().splitlines()
        raise SourceError(f"git {arguments[0]} failed: {said[0] if said else 'no reason given'}")
    return result.stdout


def index_snapshot(repository: Repository) -> Snapshot:
    """What `git commit` would commit now, honouring GIT_INDEX_FILE."""
    entries = _index_entries(repository)
    return Snapshot(repository, entries, frozenset(), "the index")


def work_tree_snapshot(repository: Repository) -> Snapshot:
    """The tracked files as they are on disk; untracked files do not count."""
    entries = _index_entries(repository)
    index = _index_file(repository)
    changed = _git(repository, "diff-files", "--name-only", "-z", "--relative", "--ignore-submodules", index=index)
    names = [name for name in changed.split(b"\0") if name]
    # By bytes: a name that is not UTF-8 cannot be asked for by its readable form.
    gone = {_readable(name) for name in names if not os.path.lexists(os.fsencode(repository.root) + b"/" + name)}
    kept = {path: entry for path, entry in entries.items() if path not in gone}
    disk = kept.keys() & {_readable(name) for name in names}
    return Snapshot(repository, kept, frozenset(disk), "the work tree")


def listed_snapshot(root: str, git_dir: str, rows: Iterable[bytes], disk: Iterable[bytes]) -> Snapshot:
    """The tree at the top of a clone of which the rows of ``git ls-files -s -z`` that can matter are known."""
    repository = Repository(Path(git_dir), Path(root), "")
    entries = {path: Entry(mode, oid) for (mode, oid, _), path in _split(map(_readable, rows))}
    return Snapshot(repository, entries, frozenset(map(_readable, disk)), "the tree")


def commit_snapshot(repository: Repository, revision: str) -> Snapshot:
    """The tree of a revision. Raises SourceError for an unknown one."""
    commit = resolve_revision(repository, revision)
    out = _git(repository, "ls-tree", "-r", "-z", "--full-tree", commit)
    entries = {
        path.removeprefix(repository.prefix): Entry(mode, oid)
        for (mode, _, oid), path in _rows(out)
        if path.startswith(repository.prefix)
    }
    return Snapshot(repository, entries, frozenset(), revision, commit)


def _rows(out: bytes) -> Iterator[tuple[list[str], str]]:
    """The rows of ``git ls-files -s -z`` and ``git ls-tree -z`` by path: three words, a tab, the path."""
    return _split(sorted(_readable(out).split("\0"), key=lambda row: row.partition("\t")[2]))


def _split(rows: Iterable[str]) -> Iterator[tuple[list[str], str]]:
    for row in rows:
        if row:
            words, _, path = row.partition("\t")
            yield words.split(" "), path


def _readable(name: bytes) -> str:
    """A path as text: what is not UTF-8 in it is shown as such and can be read from git alone."""
    return name.decode("utf-8", errors="replace")


def resolve_revision(repository: Repository, revision: str) -> str:
    """The object id of a revision's commit. Raises SourceError for an unknown one."""
    if revision.startswith("-"):
        raise SourceError(f"`{revision}` is no revision: name a branch, tag or commit")
    try:
        out = _git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except SourceError:
        raise SourceError(f"unknown revision `{revision}`: name a branch, tag or commit that this clone has") from None
    return out.decode().strip()


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit as the gate sees it: its short name, the day it was made where it was made, and its ``Archdoc-Skip`` trailer."""

    name: str
    day: dt.date
    skip: str


def commit_of(snapshot: Snapshot) -> Commit | None:
    """The commit that a tree is, or else follows; None where there is none yet.

    The trailer counts for the tree of the commit itself. Of a merge, as pull requests are checked, the merged side's counts too.
    """
    repository = snapshot.repository
    try:
        head = commit_snapshot(repository, snapshot.commit or "HEAD")
    except SourceError:
        return None
    name, day, skip = _commit(repository, str(head.commit))
    if not skip:
        with contextlib.suppress(SourceError):  # no merge, or its side is not in this clone
            skip = _commit(repository, f"{head.commit}^2")[2]
    return Commit(name, day, skip if skip and head.same_as(snapshot) else "")


def _commit(repository: Repository, revision: str) -> tuple[str, dt.date, str]:
    import datetime as dt

    form = "%h%n%cs%n%(trailers:key=Archdoc-Skip,valueonly,unfold)"
    out = _git(repository, "log", "-1", f"--format={form}", "--end-of-options", revision).decode(errors="replace")
    name, day, *skip = out.splitlines()
    return name, dt.date.fromisoformat(day), skip[0].strip() if skip else ""


def merged(ours: str, base: str, theirs: str) -> str:
    """Three texts merged as git merges files, with conflict markers where it cannot."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        names = ("ours", "base", "theirs")
        for name, text in zip(names, (ours, base, theirs), strict=True):
            Path(folder, name).write_bytes(text.encode("utf-8", errors="surrogateescape"))
        command = ["git", "merge-file", "-p", *(part for name in names for part in ("-L", name)), *names]
        result = subprocess.run(command, cwd=folder, capture_output=True, env=_environment(None), check=False)
    if result.returncode > 127:
        raise SourceError(f"git merge-file failed: {result.stderr.decode(errors='replace').strip()}")
    return result.stdout.decode("utf-8", errors="surrogateescape")


def set_merge_driver(repository: Repository, command: str) -> None:
    """Have git, in this clone, merge the files whose attribute is ``merge=archdoc`` with a command."""
    _git(repository, "config", "merge.archdoc.name", "archdoc's generated diagrams")
    _git(repository, "config", "merge.archdoc.driver", command)


def remote_name(repository: Repository) -> str:
    """``owner/name`` of the remote `origin` on GitHub; ``""`` where there is none."""
    import git  # heavy, and needed by init alone

    with git.Repo(repository.git_dir) as repo:
        urls = [url for remote in repo.remotes if remote.name == "origin" for url in remote.urls]
    found = re.search(r"github\.com[:/](?P<name>[\w.-]+/[\w.-]+?)(?:\.git)?/?$", urls[0]) if urls else None
    return found["name"] if found else ""


def default_branch(repository: Repository) -> str:
    """The branch that is checked out, ``main`` where none is."""
    import git  # heavy, and needed by init alone

    with git.Repo(repository.git_dir) as repo:
        return "main" if repo.head.is_detached else repo.active_branch.name


def _index_entries(repository: Repository) -> dict[str, Entry]:
    _ = repository.root  # a bare repository has no index worth reading
    out = _git(repository, "ls-files", "-s", "-z", index=_index_file(repository))
    # Of an unmerged path the last stage is "theirs"; the work tree's own content decides there anyway.
    return {path: Entry(mode, oid) for (mode, oid, _), path in _rows(out)}
