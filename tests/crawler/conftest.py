from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from loopback import Crawl, Server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.leave.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def crawl(server: Server, tmp_path: Path) -> Crawl:
    return Crawl(server, tmp_path / "home")
