"""A server on loopback that speaks for any number of hosts and misbehaves where told to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests import warm

ROOT = Path(__file__).parents[2]
CRAWL_ONCE = str(Path(__file__).with_name("crawl_once.py"))

Answer = Callable[["Request"], None]


class Request(BaseHTTPRequestHandler):
    """One request, with short words for answering it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def do_POST(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.hits.append(
            Hit(
                time.monotonic(),
                self.path.lstrip("/"),
                dict(self.headers),
                self.command,
                self.body,
            )
        )
        path = self.path.lstrip("/")
        answer = self.server.answers.get(path) or self.server.answers.get(path.split("?")[0])
        if answer is None:
            host, _, rest = path.partition("/")
            answer = self.server.anywhere.get(rest) or self.server.hosts.get(host)
        try:
            answer(self) if answer else self.say(404, "nothing here")
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def say(self, status: int, body: str | bytes, headers: Mapping[str, str] | None = None) -> None:
        data = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@dataclass(frozen=True)
class Hit:
    at: float
    path: str
    headers: Mapping[str, str]
    method: str = "GET"
    body: bytes = b""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.hits: list[Hit] = []
        self.answers: dict[str, Answer] = {}
        """By "host/path"."""
        self.anywhere: dict[str, Answer] = {}
        """By path, whatever the host."""
        self.hosts: dict[str, Answer] = {}
        """By host, whatever the path."""
        self.leave = threading.Event()
        """Set at the end, so that no answer that hangs outlives the tests."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # clients hang up on us all the time; that is the point

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def paths(self, prefix: str = "") -> list[str]:
        return [hit.path for hit in self.hits if hit.path.startswith(prefix)]

    def times(self, prefix: str) -> list[float]:
        return [hit.at for hit in self.hits if hit.path.startswith(prefix)]


def jobs(*found: Any, **more: Any) -> Answer:
    """An answer with these jobs: numbers become jobs with that id, anything else stays."""
    listed = [{"id": str(j), "title": f"Job {j}"} if isinstance(j, int) else j for j in found]
    return text(json.dumps({"jobs": listed, **more}))


def text(body: str | bytes, status: int = 200, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: request.say(status, body, named)


@dataclass
class Crawl:
    """Crawls in processes of their own, with every host answered by the server."""

    server: Server
    home: Path
    settings: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None
    code: int | None = None
    """The exit code of the last one."""
    stderr: str = ""
    seconds: float = 0.0

    def __call__(self, *tokens: str | dict[str, Any], **job: Any) -> Any:
        """A crawl to its end."""
        spec, how = self._prepared(*tokens, **job)
        began = time.monotonic()
        done = warm.run([CRAWL_ONCE], stdin=spec.encode(), timeout=60, **how)
        self.seconds = time.monotonic() - began
        self.code, self.stderr = done.returncode, done.stderr.decode()
        assert done.stdout.strip(), self.stderr
        return json.loads(done.stdout)

    def start(self, *tokens: str | dict[str, Any], **job: Any) -> subprocess.Popen[str]:
        """A crawl to be interfered with, and then to be ended."""
        spec, how = self._prepared(*tokens, **job)
        self.process = subprocess.Popen(
            [sys.executable, CRAWL_ONCE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            **how,
        )
        assert self.process.stdin is not None
        self.process.stdin.write(spec)
        self.process.stdin.close()
        self.process.stdin = None
        return self.process

    def told(self) -> str:
        """The events so far, one a line."""
        events = self.home / "events"
        return events.read_text(encoding="utf-8") if events.exists() else ""

    def end(self, timeout: float = 60) -> Any:
        assert self.process is not None
        out, self.stderr = self.process.communicate(timeout=timeout)
        self.code = self.process.returncode
        return json.loads(out) if out.strip() else None

    def _prepared(self, *tokens: str | dict[str, Any], **job: Any) -> tuple[str, dict[str, Any]]:
        """What the process reads, and how it is started."""
        self.home.mkdir(exist_ok=True)
        settings = {
            "delay": 0,
            "timeout": 5,
            "origins": {"*": f"{self.server.url}/{{host}}"},
            **self.settings,
        }
        boards = [{"token": t} if isinstance(t, str) else t for t in tokens]
        spec = {"home": str(self.home), "boards": boards, "settings": settings, **job}
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHONIOENCODING": "utf-8",
            **self.environment,
        }
        return json.dumps(spec), {"env": environment, "cwd": self.home}


def until(condition: Callable[[], Any], seconds: float = 20) -> Any:
    """Wait until something holds; the only place where a test waits."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "it never came to pass"
        time.sleep(0.01)
    return value
