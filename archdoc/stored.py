"""The last clean answer of `check` for a repository, kept so that a commit that changes nothing relevant costs next to nothing.

The key holds everything the answer depends on: this program's files, and name and content of every relevant file of the tree.
It imports no more than it must: this runs before anything else of the program is loaded.
"""

from __future__ import annotations

import os
import sys

from archdoc.relevant import relevant_row

_MAX_CHANGED = 200
_MAX_BYTES = 1 << 22
_STEERING = ("GIT_DIR", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR")


def key(*, staged: bool) -> str | None:
    """What the answer for the tree of the current folder depends on; None where only the long way can tell."""
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
    from hashlib import blake2b

    listing = _run(["git", "ls-files", "-s", "-z"])
    changed = b"" if staged else _run(["git", "diff-files", "--name-only", "-z", "--ignore-submodules"])
    if listing is None or changed is None:
        return None
    digest = blake2b(f"{root}\0{staged}\0{sources()}\0".encode(), digest_size=20)
    digest.update(_head(git_dir))
    for row in listing.split(b"\0"):
        if relevant_row(row):
            digest.update(row + b"\0")
    names = [name for name in changed.split(b"\0") if name and relevant_row(name)]
    if len(names) > _MAX_CHANGED:
        return None
    for name in names:
        content = _content(name)
        if content is None:
            return None
        digest.update(b"%s\0%d\0" % (name, len(content)) + content)
    return digest.hexdigest()


def _head(git_dir: str) -> bytes:
    """The commit that is checked out, or what it is read from: the report names what changed since."""
    head = _content(os.path.join(git_dir, "HEAD").encode()) or b""
    if head.startswith(b"ref: "):
        loose = _content(os.path.join(git_dir.encode(), head[5:].strip())) or b""
        if loose.startswith(b"\0"):
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
            return b"\0gone"
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


def _file(name: str) -> str:
    return os.path.join(folder(), f"clean-{name}")


def answer(name: str) -> str | None:
    """The text that was kept under a key."""
    try:
        with open(_file(name), encoding="utf-8") as stream:
            return stream.read()
    except (OSError, ValueError):
        return None


def keep(name: str, text: str) -> None:
    """Keep the text of a clean answer; where the folder cannot be written nothing is kept. Old answers go when they are many."""
    path = _file(name)
    folder = os.path.dirname(path)
    try:
        os.makedirs(folder, exist_ok=True)
        old = [entry for entry in os.listdir(folder) if entry.startswith("clean-")]
        if len(old) > 500:
            for entry in old:
                os.unlink(os.path.join(folder, entry))
        temporary = f"{path}.{os.getpid()}"
        with open(temporary, "w", encoding="utf-8") as stream:
            stream.write(text)
        os.replace(temporary, path)
    except OSError:
        return
