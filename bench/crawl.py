"""Crawl of 40 boards on loopback beside a plain asyncio script doing the same work.

Usage: python -m bench.crawl [--rounds N] [--times N]. Prints medians and ratios of one run:
whole processes from start to exit, and in brackets without the imports; politeness delay 0, the
server in a process of its own. `--times` serves every board under N names.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import re
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
            body = boards.get(token.partition("~")[0])
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


def timed(command: list[str]) -> tuple[float, float, float]:
    """(seconds of the whole process, peak MiB, seconds it says its work took)."""
    started = time.perf_counter()
    child = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    noise = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - started
    if status:
        raise SystemExit(f"{command} failed:\n{noise.decode()}")
    said = re.search(rb"Duration: ([0-9.]+) s", noise)
    return seconds, usage.ru_maxrss / 1024, float(said[1]) if said else seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--times", type=int, default=1)
    given = parser.parse_args()
    where, boards = ashby_boards()
    names = [t if n == 0 else f"{t}~{n}" for n in range(given.times) for t in boards]
    ports: multiprocessing.Queue = multiprocessing.Queue()
    server = multiprocessing.Process(target=serve, args=(ports,), daemon=True)
    server.start()
    origin = f"http://127.0.0.1:{ports.get()}"
    first, again, plain, sizes = [], [], [], []
    for _ in range(given.rounds):
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "home"
            home.mkdir()
            (home / "config.toml").write_text(
                f'[crawl]\ndelay = 0.0\ncontact = "bench@loopback.example"\n'
                f'[crawl.origins]\n"api.ashbyhq.com" = "{origin}"\n'
            )
            listing = Path(folder) / "boards.csv"
            listing.write_text(
                "source,token,employer\n" + "".join(f"ashby,{t},{t}\n" for t in names)
            )
            tokens = Path(folder) / "tokens.json"
            tokens.write_text(json.dumps(names))
            inroad = [sys.executable, "-m", "cli", "--home", str(home)]
            timed([*inroad, "boards", "import", str(listing)])
            first.append(timed([*inroad, "crawl"]))
            again.append(timed([*inroad, "crawl"]))
            with duckdb.connect(str(home / "postings.duckdb"), read_only=True) as connection:
                postings = connection.execute("SELECT count(*) FROM postings").fetchall()[0][0]
            sizes.append((home / "postings.duckdb").stat().st_size / 2**20)
            peer = [sys.executable, "-m", "bench.plain_crawl", origin, f"{folder}/plain.duckdb"]
            plain.append(timed([*peer, str(tokens)]))
    server.terminate()
    whole = [statistics.median(x[0] for x in runs) for runs in (plain, first, again)]
    work = [statistics.median(x[2] for x in runs) for runs in (plain, first, again)]
    print(f"{where} under {len(names)} names, {postings} postings, median of {given.rounds} rounds")
    for label, row, than in (
        ("plain asyncio script", 0, 0),
        ("inroad crawl", 1, 0),
        ("inroad crawl, again", 2, 1),
    ):
        ratio, pure = whole[row] / whole[than], work[row] / work[than]
        beside = "the script" if than == 0 else "the first"
        print(
            f"  {label:<22}{whole[row]:6.2f} s  {ratio:.2f} x {beside}"
            f"  [{work[row]:5.2f} s, {pure:.2f} x]"
        )
    print(f"  peak memory {max(x[1] for x in first):.0f} MiB, database {max(sizes):.1f} MiB")


if __name__ == "__main__":
    main()
