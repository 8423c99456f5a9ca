"""Real repositories for end-to-end tests: git as it is installed, archdoc as a command."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ENVIRONMENT = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
    "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
}
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
spec:
  selector:
    matchLabels: {{app: {name}}}
  template:
    metadata:
      labels: {{app: {name}}}
    spec:
      containers:
        - name: {name}
          image: ghcr.io/acme/{name}:1.0
"""


@dataclass
class GitHub:
    """A server that plays GitHub's API of comments; `status` answers every writing call instead."""

    url: str = ""
    comments: list[dict[str, Any]] = field(default_factory=list)
    status: int = 0
    calls: list[str] = field(default_factory=list)


class Repo:
    """A git repository in a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")

    def environment(self, **more: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "PRE_COMMIT"))}
        return {**kept, **ENVIRONMENT, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", **more}

    def run(self, *command: str, check: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
        result = subprocess.run(
            command, cwd=self.path, env=self.environment(**environment), capture_output=True, text=True, check=False
        )
        assert not check or result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
        return result

    def git(self, *arguments: str, check: bool = True, **environment: str) -> str:
        result = self.run("git", *arguments, check=check, **environment)
        return result.stdout + ("" if check else result.stderr)

    def archdoc(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-m", "archdoc", *arguments, check=False, **environment)

    def write(self, path: str, text: str | bytes) -> None:
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else textwrap.dedent(text).encode())

    def read(self, path: str) -> str:
        return (self.path / path).read_text(encoding="utf-8")

    def deployment(self, name: str, folder: str = "k8s") -> None:
        self.write(f"{folder}/{name}.yaml", DEPLOYMENT.format(name=name))

    def commit(self, message: str = "change", *, verify: bool = False) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message, *([] if verify else ["--no-verify"]))

    def drawn(self) -> None:
        """Bring the diagrams up to date and commit all."""
        self.git("add", "-A")
        result = self.archdoc("update")
        assert result.returncode == 0, result.stdout + result.stderr
        self.commit("drawn")
