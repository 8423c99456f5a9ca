"""The built site in a real browser: pictures are drawn in both palettes, by the site's own Mermaid, with no outside request."""

import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.browser import HERE, ROOT, needs

pytestmark = needs("playwright-core")


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def origin(tmp_path: Path) -> Iterator[str]:
    """The site, built for the address at which it is then served."""
    folder = tmp_path / "site"
    folder.mkdir()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        address = f"http://127.0.0.1:{server.server_port}"
        settings = tmp_path / "mkdocs.yml"
        settings.write_text(
            f"INHERIT: {ROOT / 'mkdocs.yml'}\nsite_url: {address}/\ndocs_dir: {ROOT / 'docs'}\n", encoding="utf-8"
        )
        build = [sys.executable, "-m", "mkdocs", "build", "--strict", "-q", "-f", str(settings), "-d", str(folder)]
        environment = os.environ | {"PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"}
        done = subprocess.run(build, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield address
        server.shutdown()


def test_pictures_follow_the_palette_and_the_reader(origin: str) -> None:
    command = ["node", str(HERE / "site.mjs"), origin, "guide/how-it-works", "guide/quickstart"]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["outside"] == []
    assert seen["errors"] == []
    for moment in ("light", "dark", "back"):
        assert len(seen[moment]["drawn"]) == 1
        assert seen[moment]["texts"] == 0, "the text of a picture must hide once it is drawn"
        assert seen[moment]["found"]
    assert (seen["light"]["scheme"], seen["dark"]["scheme"]) == ("default", "slate")
    assert seen["back"]["stayed"], "the page was loaded anew, so instant navigation was not tried"
