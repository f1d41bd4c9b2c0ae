"""One crawl in a process of its own: a Scrapy reactor runs once per process.

Reads a job as JSON from standard input, writes the report as JSON to standard output.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path

from crawler import engine, spider
from crawler.choices import Choice
from crawler.fetch import FetchFailure, fetch_pages
from crawler.posting import NameOrigin
from crawler.progress import Event
from crawler.run import CrawlPaths, RunInProgress, crawl
from crawler.settings import CrawlSettings
from crawler.sources.base import Board
from store.database import Database
from store.errors import DatabaseBusy

sys.path.insert(0, str(Path(__file__).parent))
from plain_source import SOURCES


def peak_mb() -> float:
    status = Path("/proc/self/status")
    if status.exists():
        # Unlike ru_maxrss this does not begin with the size of the process we were forked from.
        high = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM:"))
        return int(high.split()[1]) / 2**10
    try:
        import resource
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def main() -> None:
    job = json.load(sys.stdin)
    home = Path(job["home"])
    engine.GRACE = job.get("grace", engine.GRACE)
    chosen = {name: Choice(**choice) for name, choice in job["settings"].pop("choices", {}).items()}
    settings = CrawlSettings(version="0", choices=chosen, **job["settings"])
    if job.get("pages"):
        pages = fetch_pages(job["pages"], settings, home / "crawl.log")
        answer = [
            {
                "url": p.url,
                "outcome": p.outcome if isinstance(p, FetchFailure) else None,
                "detail": p.detail if isinstance(p, FetchFailure) else p.text,
                "chain": p.chain,
            }
            for p in pages
        ]
        print(json.dumps(answer))
        return
    events: list[str] = []

    def watch(event: Event) -> None:
        events.append(type(event).__name__)
        with (home / "events").open("a", encoding="utf-8") as told:
            told.write(f"{event!r}\n")

    paths = CrawlPaths(
        Database(home / "postings.duckdb", "postings", wait=0.5),
        home / "spool",
        home / "crawl.lock",
        home / "crawl.log",
        home / "requests.json",
    )
    boards = [
        Board(
            b.get("source", "plain"),
            b["token"],
            b.get("employer"),
            NameOrigin(b["origin"]) if b.get("origin") else None,
        )
        for b in job["boards"]
    ]
    try:
        worth = {(b.source, b.token): w for b, w in zip(boards, job.get("worth", []), strict=False)}
        budget = timedelta(seconds=job["budget"]) if "budget" in job else None
        spider.LAST_SECONDS = job.get("last_seconds", spider.LAST_SECONDS)
        report = crawl(boards, paths, settings, SOURCES, watch, worth, budget)
    except (RunInProgress, DatabaseBusy) as error:
        print(json.dumps({"error": str(error)}))
        sys.exit(4 if isinstance(error, RunInProgress) else 1)
    print(
        json.dumps(
            {
                "run": report.run,
                "reason": report.reason,
                "new": report.summary.new,
                "reads": {
                    r.board: {
                        "outcome": r.outcome,
                        "detail": r.detail,
                        "complete": r.complete,
                        "listed": r.listed,
                        "new": r.new,
                        "changed": r.changed,
                        "unchanged": r.unchanged,
                        "closed": r.closed,
                    }
                    for r in report.summary.reads
                },
                "recovered": [[r.run, r.segments, len(r.damaged)] for r in report.recovered],
                "damaged": [str(p) for p in report.damaged],
                "unread": [b.token for b in report.unread],
                "skipped": {s.board.token: s.why for s in report.skipped},
                "events": events,
                "peak_mb": peak_mb(),
            }
        )
    )
    sys.exit(130 if report.interrupted else 0)


main()
