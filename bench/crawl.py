"""Crawl of 40 boards on loopback beside a plain asyncio script doing the same work.

Usage: python -m bench.crawl [--rounds N]. Prints medians and ratios of one run: whole
processes from start to exit, politeness delay 0, the server in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import duckdb

from bench.boards import ashby_boards

ROOT = Path(__file__).resolve().parents[1]


def serve(port: multiprocessing.Queue) -> None:
    _, boards = ashby_boards()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            token = unquote(urlsplit(self.path).path).rpartition("/")[2]
            body = boards.get(token)
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None: ...

    class Server(ThreadingHTTPServer):
        request_queue_size = 256  # the peer connects forty times at once

    server = Server(("127.0.0.1", 0), Handler)
    port.put(server.server_address[1])
    server.serve_forever()


def timed(command: list[str]) -> tuple[float, float]:
    """(seconds, peak MiB of the process)."""
    started = time.perf_counter()
    child = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    noise = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - started
    if status:
        raise SystemExit(f"{command} failed:\n{noise.decode()}")
    return seconds, usage.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    where, boards = ashby_boards()
    ports: multiprocessing.Queue = multiprocessing.Queue()
    server = multiprocessing.Process(target=serve, args=(ports,), daemon=True)
    server.start()
    origin = f"http://127.0.0.1:{ports.get()}"
    first, again, plain, memory, sizes = [], [], [], [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "home"
            home.mkdir()
            (home / "config.toml").write_text(
                f'[crawl]\ndelay = 0.0\ncontact = "bench@loopback.example"\n'
                f'[crawl.origins]\n"api.ashbyhq.com" = "{origin}"\n'
            )
            listing = Path(folder) / "boards.csv"
            listing.write_text(
                "source,token,employer\n" + "".join(f"ashby,{t},{t}\n" for t in boards)
            )
            tokens = Path(folder) / "tokens.json"
            tokens.write_text(json.dumps(list(boards)))
            inroad = [sys.executable, "-m", "cli", "--home", str(home)]
            timed([*inroad, "boards", "import", str(listing)])
            seconds, peak = timed([*inroad, "crawl"])
            first.append(seconds)
            memory.append(peak)
            again.append(timed([*inroad, "crawl"])[0])
            with duckdb.connect(str(home / "postings.duckdb"), read_only=True) as connection:
                postings = connection.execute("SELECT count(*) FROM postings").fetchall()[0][0]
            sizes.append((home / "postings.duckdb").stat().st_size / 2**20)
            peer = [sys.executable, "-m", "bench.plain_crawl", origin, f"{folder}/plain.duckdb"]
            plain.append(timed([*peer, str(tokens)])[0])
    server.terminate()
    a, b, c = (statistics.median(x) for x in (first, again, plain))
    print(f"{where}, {postings} postings, median of {rounds} rounds, whole processes")
    print(f"  plain asyncio script   {c:6.2f} s   1.00")
    print(f"  inroad crawl           {a:6.2f} s   {a / c:.2f} x the script")
    print(f"  inroad crawl, again    {b:6.2f} s   {b / a:.2f} x the first")
    print(f"  peak memory {max(memory):.0f} MiB, database {max(sizes):.1f} MiB")


if __name__ == "__main__":
    main()
