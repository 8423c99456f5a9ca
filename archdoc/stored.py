"""The last clean answer of `check` for a repository, kept so that a commit that changes nothing relevant costs next to nothing.

The key holds everything the answer depends on: this program's files, and name and content of every relevant file of the tree.
It imports no more than it must: this runs before anything else of the program is loaded.
"""

from __future__ import annotations

import os
import sys

from archdoc.relevant import relevant_row

try:
    from _blake2 import blake2b  # as in hashlib, which loads all of OpenSSL
except ImportError:
    from hashlib import blake2b

_MAX_CHANGED = 200
_MAX_BYTES = 1 << 22
_MAX_KEPT = 300
GONE = b"\0gone"
_STEERING = ("GIT_DIR", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR")


class Asked:
    """What is asked, and of which tree: a command, and what git says of the current folder.

    `rows` are those of ``git ls-files -s`` that can matter, `changed` the contents of files that are not as in the index, `GONE`
    for one that is not there; `listing` are all rows, and `others` the names of the other files that are not as in the index.
    `key` is what the answer depends on.
    """

    __slots__ = ("changed", "command", "git_dir", "key", "listing", "others", "root", "rows")

    def __init__(
        self, command: str, root: str, git_dir: str, listing: list[bytes], changed: dict[bytes, bytes], others: list[bytes]
    ) -> None:
        self.command = command
        self.root = root
        self.git_dir = git_dir
        self.listing = listing
        self.rows = [row for row in listing if relevant_row(row)]
        self.others = others
        self.changed = changed
        digest = blake2b(f"{root}\0{command}\0{sources()}\0".encode("utf-8", "surrogateescape"), digest_size=20)
        digest.update(_head(git_dir) + b"\0" + b"\0".join(self.rows))
        for name, content in changed.items():
            digest.update(b"\0%s\0%d\0" % (name, len(content)) + content)
        self.key = digest.hexdigest()


def asked(command: str) -> Asked | None:
    """A command on the tree of the current folder; None where only the long way can tell."""
    if sys.platform == "win32" or any(name in os.environ for name in _STEERING):
        return None
    root = os.getcwd()
    # Only at the top of an ordinary clone: a folder of it, a worktree or a submodule go the long way.
    git_dir = os.path.join(root, ".git")
    if not os.path.isdir(git_dir):
        return None
    # A hook is handed an index of this repository; any other is none of its tree.
    index = os.path.join(root, os.environ.get("GIT_INDEX_FILE", git_dir))
    if not os.path.realpath(index).startswith(os.path.realpath(git_dir)):
        return None
    listing = _run(["git", "ls-files", "-s", "-z"])
    staged = command.endswith("--staged")
    changed = b"" if staged else _run(["git", "diff-files", "--name-only", "-z", "--ignore-submodules"])
    if listing is None or changed is None:
        return None
    differing = [name for name in changed.split(b"\0") if name]
    names = [name for name in differing if relevant_row(name)]
    if len(names) > _MAX_CHANGED:
        return None
    contents = {}
    for name in names:
        content = _content(name)
        if content is None:
            return None
        contents[name] = content
    others = [name for name in differing if name not in contents]
    return Asked(command, root, git_dir, listing.split(b"\0"), contents, others)


def sources_key() -> str:
    """A key that changes whenever this program's own files change."""
    return digest(sources().encode("utf-8", "surrogateescape"))


def digest(content: bytes) -> str:
    """What content is known by."""
    return blake2b(content, digest_size=20).hexdigest()


def _head(git_dir: str) -> bytes:
    """The commit that is checked out, or what it is read from: the report names what changed since."""
    head = _content(os.path.join(git_dir, "HEAD").encode()) or b""
    if head.startswith(b"ref: "):
        loose = _content(os.path.join(git_dir.encode(), head[5:].strip())) or b""
        if loose == GONE:
            loose = _content(os.path.join(git_dir, "packed-refs").encode()) or b""
        return head + loose
    return head


def sources() -> str:
    """Name, size and time of each of this program's files."""
    found: list[tuple[str, int, int]] = []
    folders = [os.path.dirname(__file__)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir():
                    folders.append(entry.path)
                elif entry.name.endswith((".py", ".yaml", ".json", ".toml")):
                    stat = entry.stat()
                    found.append((entry.path, stat.st_size, stat.st_mtime_ns))
    return repr(sorted(found))


def _run(command: list[str]) -> bytes | None:
    """The output of a program, without the weight of `subprocess`; None where it fails."""
    read, write = os.pipe()
    null = os.open(os.devnull, os.O_RDWR)
    try:
        pid = os.posix_spawnp(
            command[0],
            command,
            {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"},
            file_actions=[(os.POSIX_SPAWN_DUP2, write, 1), (os.POSIX_SPAWN_DUP2, null, 2), (os.POSIX_SPAWN_CLOSE, read)],
        )
    except OSError:
        os.close(read)
        return None
    finally:
        os.close(write)
        os.close(null)
    with os.fdopen(read, "rb") as stream:
        output = stream.read()
    _, status = os.waitpid(pid, 0)
    return output if status == 0 else None


def _content(name: bytes) -> bytes | None:
    try:
        if not os.path.lexists(name):
            return GONE
        if os.path.islink(name) or os.path.getsize(name) > _MAX_BYTES:
            return None
        with open(name, "rb") as stream:
            return stream.read()
    except OSError:
        return None


def folder() -> str:
    """The user's cache folder for archdoc (XDG_CACHE_HOME, LOCALAPPDATA, or the platform's custom)."""
    if named := os.environ.get("XDG_CACHE_HOME"):
        return os.path.join(named, "archdoc")
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        return os.path.join(os.environ.get("LOCALAPPDATA", home), "archdoc", "cache")
    if sys.platform == "darwin":
        return os.path.join(home, "Library", "Caches", "archdoc")
    return os.path.join(home, ".cache", "archdoc")


def answer(asked: Asked) -> str | None:
    """The text that was kept for this."""
    return read(f"clean-{asked.key}")


def keep(asked: Asked, text: str) -> None:
    """Keep the text of a clean answer."""
    write(f"clean-{asked.key}", text)


def read(name: str) -> str | None:
    """A file of the cache folder."""
    try:
        with open(os.path.join(folder(), name), encoding="utf-8") as stream:
            return stream.read()
    except (OSError, ValueError):
        return None


def write(name: str, text: str) -> None:
    """Write a file of the cache folder, where that can be; when those whose names begin alike are many, they go."""
    path = os.path.join(folder(), name)
    try:
        os.makedirs(folder(), exist_ok=True)
        alike = [entry for entry in os.listdir(folder()) if entry.startswith(name[: name.index("-") + 1])]
        if len(alike) > _MAX_KEPT:
            for entry in alike:
                os.unlink(os.path.join(folder(), entry))
        temporary = f"{path}.{os.getpid()}"
        with open(temporary, "w", encoding="utf-8") as stream:
            stream.write(text)
        os.replace(temporary, path)
    except OSError:
        return
