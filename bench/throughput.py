"""Postings a second through to the database, beside Scrapy alone fetching the same responses.

Usage: python -m bench.throughput [--boards 200] [--postings 100] [--sites 20] [--pages 60]
[--rounds 3]. Loopback, politeness delay 0, the server in a process of its own. Whole boards are
Ashby's, on one host as in real life; careers sites have a sitemap and a page of JSON-LD a posting.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).resolve().parents[1]
WORDS = [f"word{n}" for n in range(400)]


def _text(seed: int) -> str:
    chance = random.Random(seed)
    items = "".join(f"<li>{' '.join(chance.choices(WORDS, k=20))}</li>" for _ in range(12))
    return f"<p>{' '.join(chance.choices(WORDS, k=120))}</p><ul>{items}</ul>"


@cache
def board(token: str, postings: int) -> bytes:
    number = int(token.removeprefix("b"))
    jobs = [
        {
            "id": f"00000000-0000-4000-8000-{number:06}{n:06}",
            "title": f"Engineer {n}",
            "department": "Engineering",
            "employmentType": "FullTime",
            "location": "Berlin",
            "isListed": True,
            "publishedAt": "2026-10-01T09:00:00.000+00:00",
            "jobUrl": f"https://jobs.ashbyhq.com/{token}/{n}",
            "descriptionHtml": (text := _text(number * 1000 + n)),
            "descriptionPlain": text.replace("<", " ").replace(">", " "),
        }
        for n in range(postings)
    ]
    return json.dumps({"apiVersion": "1", "jobs": jobs}).encode()


@cache
def page(host: str, number: int) -> bytes:
    data = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": f"Engineer {number}",
        "identifier": f"{host}-{number}",
        "datePosted": "2026-10-01",
        "hiringOrganization": {"@type": "Organization", "name": host},
        "jobLocation": {"@type": "Place", "address": {"addressLocality": "Berlin"}},
        "description": _text(number),
    }
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    return f"<html><head>{script}</head><body>{_text(number)}</body></html>".encode()


def serve(port: multiprocessing.Queue[int], postings: int, pages: int) -> None:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            _, host, *path = self.path.partition("?")[0].split("/")
            body = b""
            if host == "api.ashbyhq.com":
                body = board(path[-1], postings) if path[-1] != "robots.txt" else b""
            elif path == ["sitemap.xml"]:
                urls = "".join(
                    f"<url><loc>https://{host}/jobs/{n}</loc></url>" for n in range(pages)
                )
                body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()
            elif path[:1] == ["jobs"] and path[1:]:
                body = page(host, int(path[1]))
            elif path == ["careers"]:
                body = b"<html><body><h1>Careers</h1></body></html>"
            self.send_response(200 if body else 404)
            kind = "application/xml" if b"<urlset" in body else "text/html"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None: ...

    class Server(ThreadingHTTPServer):
        request_queue_size = 256

    server = Server(("127.0.0.1", 0), Handler)
    port.put(server.server_address[1])
    server.serve_forever()


def used() -> float:
    """CPU seconds of the processes we started and waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def inroad(origin: str, rows: list[str]) -> tuple[float, int, float, float]:
    """(seconds of the crawl, postings in the database, seconds the crawl itself says, of CPU)."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        (home / "config.toml").write_text(
            '[crawl]\ndelay = 0.0\ncontact = "bench@loopback.example"\n'
            f'[crawl.origins]\n"*" = "{origin}/{{host}}"\n'
        )
        listing = Path(folder) / "boards.csv"
        listing.write_text("source,token,employer\n" + "".join(f"{row}\n" for row in rows))
        command = [sys.executable, "-m", "cli", "--home", str(home)]
        subprocess.run([*command, "boards", "import", str(listing)], cwd=ROOT, check=True,
                       capture_output=True)  # fmt: skip
        before, began = used(), time.perf_counter()
        done = subprocess.run([*command, "crawl"], cwd=ROOT, capture_output=True, text=True)
        seconds, cpu = time.perf_counter() - began, used() - before
        with duckdb.connect(str(home / "postings.duckdb"), read_only=True) as connection:
            stored = connection.execute("SELECT count(*) FROM postings").fetchall()[0][0]
        said = next((x for x in done.stdout.splitlines() if x.startswith("Duration")), "0 0 s")
        return seconds, stored, float(said.split()[1]), cpu


def scrapy(urls: list[str]) -> tuple[float, float]:
    """Seconds Scrapy alone takes for the same responses, one request at a time a host as we do,
    and of CPU."""
    before, began = used(), time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "bench.throughput", "--alone"],
        input=json.dumps(urls), text=True, cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    return time.perf_counter() - began, used() - before


def alone(urls: list[str]) -> None:
    import scrapy as library
    from scrapy.crawler import CrawlerProcess

    class Alone(library.Spider):  # type: ignore[misc]
        name = "alone"

        async def start(self) -> Any:
            for url in urls:
                yield library.Request(url, dont_filter=True)

        def parse(self, response: Any) -> None:
            len(response.body)

    process = CrawlerProcess(
        {"LOG_ENABLED": False, "ROBOTSTXT_OBEY": False, "TELNETCONSOLE_ENABLED": False,
         "DOWNLOAD_DELAY": 0, "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
         "DOWNLOAD_MAXSIZE": 0}
    )  # fmt: skip
    process.crawl(Alone)
    process.start()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--boards", type=int, default=200)
    parser.add_argument("--postings", type=int, default=100)
    parser.add_argument("--sites", type=int, default=20)
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.alone:
        alone(json.load(sys.stdin))
        return
    ports: multiprocessing.Queue[int] = multiprocessing.Queue()
    server = multiprocessing.Process(
        target=serve, args=(ports, given.postings, given.pages), daemon=True
    )
    server.start()
    origin = f"http://127.0.0.1:{ports.get()}"
    hosts = [f"careers{n}.example" for n in range(given.sites)]
    kinds = {
        "whole boards": (
            [f"ashby,b{n},Employer {n}" for n in range(given.boards)],
            [f"{origin}/api.ashbyhq.com/posting-api/job-board/b{n}" for n in range(given.boards)],
        ),
        "JSON-LD pages": (
            [f"jobposting,https://{host}/careers,{host}" for host in hosts],
            [f"{origin}/{host}/jobs/{n}" for host in hosts for n in range(given.pages)],
        ),
    }
    for kind, (rows, urls) in kinds.items():
        scrapy(urls)  # so that the server has made its pages
        runs = [(inroad(origin, rows), scrapy(urls)) for _ in range(given.rounds)]
        stored = runs[0][0][1]
        ours = statistics.median(run[0][0] for run in runs)
        work = statistics.median(run[0][2] for run in runs)
        theirs = statistics.median(run[1][0] for run in runs)
        cpu = [statistics.median(run[at][-1] for run in runs) for at in (0, 1)]
        print(
            f"{kind}: {stored:,} postings stored in {ours:.2f} s ({stored / ours:,.0f} a second; "
            f"{stored / max(work, 0.01):,.0f} without start and end), Scrapy alone {theirs:.2f} s: "
            f"{theirs / ours:.0%} of its speed; CPU {cpu[0]:.2f} s ({stored / cpu[0]:,.0f} a CPU "
            f"second) and {cpu[1]:.2f} s"
        )
    server.terminate()


if __name__ == "__main__":
    main()
