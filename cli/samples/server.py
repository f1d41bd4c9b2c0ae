"""The sample boards, served over HTTP on loopback as the real hosts would serve them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from socketserver import TCPServer
from threading import Thread
from types import TracebackType
from urllib.parse import unquote, urlsplit

CONTENT_TYPES: Mapping[str, str] = {
    ".json": "application/json; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}

_PLACEHOLDER = re.compile(r"\{\{(?P<ms>ms:)?today(?P<days>[+-]\d+)?\}\}")


def sample_boards(root: Traversable) -> list[tuple[str, str, str | None]]:
    """The boards of the sample world under `root`: (source, token, employer if given)."""
    table = tomllib.loads((root / "boards" / "boards.toml").read_text("utf-8"))
    return [(b["source"], b["token"], b.get("employer")) for b in table["board"]]


def fill(text: str, today: date) -> str:
    """`text` with each `{{today-3}}` as an ISO date, `{{ms:today-3}}` as epoch milliseconds UTC."""

    def moment(match: re.Match[str]) -> str:
        day = today + timedelta(days=int(match["days"] or 0))
        if match["ms"] is None:
            return day.isoformat()
        return str(int(datetime.combine(day, time(), UTC).timestamp()) * 1000)

    return _PLACEHOLDER.sub(moment, text)


def pages(root: Traversable) -> dict[str, tuple[str, Traversable]]:
    """Every page under `root`/boards by its path: `/{host}/{path}` -> (content type, file).

    A path carries no .json or .html, and a folder answers with its index, as on the web.
    """
    found: dict[str, tuple[str, Traversable]] = {}
    for host in (root / "boards").iterdir():
        if host.is_dir():
            for path, file in _files(host, PurePosixPath("/", host.name)):
                kind = CONTENT_TYPES.get(path.suffix)
                if kind is None:
                    continue
                if path.suffix in (".json", ".html"):
                    path = path.with_suffix("")
                if path.name == "index":
                    path = path.parent
                    found[f"{path}/"] = (kind, file)
                found[str(path)] = (kind, file)
    return found


def _files(folder: Traversable, at: PurePosixPath) -> Iterator[tuple[PurePosixPath, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files(entry, at / entry.name)
        else:
            yield at / entry.name, entry


class SampleServer:
    """Serves the boards under `root` for as long as the `with` block lasts.

    Only files found under `root` when it starts can be served: requests are looked up in
    that list and never become file names. Dates in the pages are relative to `today`.
    """

    def __init__(self, root: Traversable, today: date) -> None:
        self._pages = pages(root)
        self._today = today
        self._http: _Server | None = None

    def __enter__(self) -> SampleServer:
        self._http = _Server(self._pages, self._today)
        Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._http is not None:
            self._http.shutdown()
            self._http.server_close()
            self._http = None

    @property
    def origins(self) -> dict[str, str]:
        """What `[crawl.origins]` takes, so that every host is asked for here.

        Raises:
            RuntimeError: outside the `with` block.
        """
        if self._http is None:
            raise RuntimeError("the sample server is not running; use it in a `with` block")
        return {"*": f"http://127.0.0.1:{self._http.server_address[1]}/{{host}}"}


class _Server(ThreadingHTTPServer):
    def __init__(self, found: Mapping[str, tuple[str, Traversable]], today: date) -> None:
        self.pages = found
        self.today = today
        super().__init__(("127.0.0.1", 0), _Handler)

    def server_bind(self) -> None:
        # HTTPServer's own asks the resolver for this machine's name, which can take seconds.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 30

    def do_GET(self) -> None:
        page = self.server.pages.get(unquote(urlsplit(self.path).path))
        if page is None:
            self._answer(HTTPStatus.NOT_FOUND, CONTENT_TYPES[".txt"], "Not found\n")
        else:
            kind, file = page
            self._answer(HTTPStatus.OK, kind, fill(file.read_text("utf-8"), self.server.today))

    def _answer(self, status: HTTPStatus, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the demo prints what matters."""
