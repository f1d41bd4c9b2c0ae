"""A simulated week: boards that change from day to day, a server that fails in every way, and at
the end a database that has to say what is true.

Usage: python -m bench.week [--boards 2000] [--runs 7] [--changing 0.05] [--failing 0.01]
[--seed N] [--keep DIR]. Every run is a process of its own, as a user's would be. Prints a ledger a
run and exits with 1 if the database says anything that is not so.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench.week_world import Server, World
from crawler.fields import posting
from crawler.places import places
from crawler.posting import NameOrigin
from crawler.sources.base import (
    Board,
    Employer,
    Fetch,
    Malformed,
    OnFailure,
    Reply,
    Source,
    Unreadable,
    Yield,
)
from store.boards import NewBoard, add_boards
from store.database import Database

ROOT = Path(__file__).resolve().parents[1]
SECONDS_TO_ANSWER = 8
"""After which a request is given up; a server that hangs takes longer."""


class Weekly(Source):
    """The boards of the world, each on a host of its own."""

    name = "weekly"
    title = "Weekly"
    examples = {}
    addresses = ()

    def board_url(self, token: str) -> str:
        return f"http://{token}.example/jobs"

    def start(self, board: Board) -> Iterable[Fetch]:
        yield Fetch(self.board_url(board.token))

    def parse(self, reply: Reply, board: Board) -> Iterable[Yield]:
        data = reply.json()
        if not isinstance(data, dict) or not isinstance(data.get("jobs"), list):
            raise Malformed(f"{reply.url} has no list of jobs")
        yield Employer(data["employer"], NameOrigin.BOARD)
        for job in data["jobs"]:
            if "id" not in job or "title" not in job:
                yield Unreadable(job.get("id"), "it has no id or title")
                continue
            found = posting(job["id"], job["title"], f"{reply.url}#{job['id']}")
            found.locations = places([job["place"]])
            found.description = job["text"]
            yield found
        if "next" in data:
            yield Fetch(data["next"], on_failure=OnFailure.PARTIAL)


@dataclass(slots=True)
class Ledger:
    """How the database stands to the truth. All but the first five have to be 0."""

    open: int = 0
    closed: int = 0
    pending: int = 0
    """Gone, but not yet read twice without them: still open, and rightly."""
    reposts: int = 0
    groups: int = 0
    false_closes: int = 0
    missed_closes: int = 0
    unknown: int = 0
    """Rows of jobs that never were, or were never said."""
    missing: int = 0
    """Jobs that were said and are not in the database."""
    duplicates: int = 0
    stale: int = 0
    """Jobs that say something else than when they were last said."""
    wrong_reposts: int = 0
    missed_reposts: int = 0
    wrong_groups: int = 0
    missed_groups: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> int:
        return sum(
            getattr(self, name) for name in self.__slots__[self.__slots__.index("false_closes") :]
            if name != "examples"
        )  # fmt: skip


def week(
    home: Path,
    world: World,
    runs: int,
    changing: float,
    show: bool = True,
    timeout: float = SECONDS_TO_ANSWER,
) -> list[tuple[Ledger, dict[str, float]]]:
    """Run after run over a changing world; each run's ledger and what it said of itself."""
    home.mkdir(parents=True, exist_ok=True)
    server = Server(world)
    database = Database(home / "postings.duckdb", "postings")
    now = datetime.now(UTC).replace(tzinfo=None)
    add_boards(
        database,
        [NewBoard("weekly", t, Weekly().board_url(t), None, None) for t in world.sites],
        now,
    )
    done = []
    try:
        for run in range(runs):
            if run:
                world.day(changing)
            world.begin_run()
            began = time.perf_counter()
            said = _crawl(home, server.origin, list(world.sites), timeout)
            said["seconds"] = time.perf_counter() - began
            world.end_run()
            ledger = compared(database, world)
            done.append((ledger, said))
            if show:
                _print(run + 1, ledger, said)
    finally:
        server.close()
    return done


def compared(database: Database, world: World) -> Ledger:
    """The database against the world's own books."""
    books, ledger = world.books, Ledger()
    with database.read() as connection:
        rows = connection.execute(
            """
            SELECT p.board, p.external_id, p.closed_at IS NOT NULL, p.title,
                   array_to_string(p.locations, '; '), t.description, p.repost_of, w.group_id
            FROM postings p JOIN posting_texts t USING (text_hash)
            LEFT JOIN twins w ON w.source = p.source AND w.board = p.board
                AND w.external_id = p.external_id
            """
        ).fetchall()

    def wrong(what: str, *about: object) -> None:
        setattr(ledger, what, getattr(ledger, what) + 1)
        if len(ledger.examples) < 20:
            ledger.examples.append(f"{what}: {' '.join(map(str, about))}")

    alive = {(s.token, id) for s in world.sites.values() for id in s.jobs}
    stored: dict[tuple[str, str], tuple[bool, tuple[str, ...]]] = {}
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    reposts = {}
    for token, id, closed, title, place, text, repost_of, group in rows:
        key = (token, id)
        if key in stored:
            wrong("duplicates", *key)
        stored[key] = closed, (title, place, text)
        if key not in books.said:
            wrong("unknown", *key)
        elif not closed and (title, place, text) != books.said[key]:
            wrong("stale", *key)
        if repost_of:
            reposts[key] = repost_of.split(":")[1:]
        if group and not closed:
            groups[group].append(key)
        ledger.closed += closed
        ledger.open += not closed
        if closed and key in alive:
            wrong("false_closes", *key)
        if key in books.gone and not closed:
            if books.gone[key] >= 2:
                wrong("missed_closes", *key, books.gone[key])
            else:
                ledger.pending += 1
    for key in books.said:
        if key not in stored:
            wrong("missing", *key)
    ledger.reposts, ledger.groups = len(reposts), len(groups)
    for key, original in reposts.items():
        if _same_job(original[1]) not in _repeated(world, key):
            wrong("wrong_reposts", *key, *original)
    for key, original in books.repeats.items():
        before = stored.get((key[0], original))
        if key not in stored or key not in alive or not before or key in reposts:
            continue
        if before[0] and stored[key][1][:2] == before[1][:2]:  # closed, of one title and place
            first = "m" + key[1] if not key[1].startswith("m") else key[1][1:]
            taken = any(_same_job(first) == _same_job(other[1]) for other in reposts)
            if not taken:
                wrong("missed_reposts", *key, original)
    _compare_groups(world, stored, groups, wrong)
    return ledger


def _compare_groups(world, stored, groups, wrong) -> None:  # type: ignore[no-untyped-def]
    group_of = {key: name for name, members in groups.items() for key in members}
    for members in groups.values():
        if len({_same_job(id) for _, id in members}) > 1:
            wrong("wrong_groups", *members)
    for site in world.sites.values():
        if site.mirror is None:
            continue
        for id in site.jobs:
            one, other = (site.token, id), (site.mirror.token, f"m{id}")
            if one in stored and other in stored:
                same = stored[one] == stored[other] and not stored[one][0]
                if same and (one not in group_of or group_of[one] != group_of.get(other)):
                    wrong("missed_groups", *one)


def _repeated(world: World, key: tuple[str, str]) -> set[str | None]:
    """The jobs it is a repost of, of a repost of, and so on."""
    found: set[str | None] = set()
    while (original := world.books.repeats.get(key)) is not None:
        found.add(_same_job(original))
        key = (key[0], original)
    return found


def _same_job(id: str | None) -> str | None:
    return id.removeprefix("m") if id else None


def _crawl(home: Path, origin: str, tokens: list[str], timeout: float) -> dict[str, float]:
    """One run in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.week", "--run", str(home), origin, str(timeout)],
        input=json.dumps(tokens),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    said: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return said


def _run_once(home: Path, origin: str, timeout: float, tokens: list[str]) -> None:
    from crawler.run import CrawlPaths, crawl
    from crawler.settings import CrawlSettings
    from matcher.postings.grouping import compare

    database = Database(home / "postings.duckdb", "postings")
    paths = CrawlPaths(
        database, home / "spool", home / "crawl.lock", home / "crawl.log", home / "requests.json"
    )
    settings = CrawlSettings(version="0", delay=0, timeout=timeout, origins={"*": origin})
    report = crawl([Board("weekly", t) for t in tokens], paths, settings, {"weekly": Weekly()})
    began = time.perf_counter()
    compare(database)
    summary = report.summary
    print(
        json.dumps(
            {
                "new": summary.new,
                "changed": summary.changed,
                "unchanged": summary.unchanged,
                "closed": summary.closed,
                "failed": sum(r.outcome not in ("ok", "empty") for r in summary.reads),
                "comparing": time.perf_counter() - began,
                "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


def _print(run: int, ledger: Ledger, said: dict[str, float]) -> None:
    if run == 1:
        print("run   new  chgd   same  clsd  failed |   open  closed  pend  reposts  groups  WRONG"
              "  seconds")  # fmt: skip
    print(
        f"{run:>3} {said['new']:>5.0f} {said['changed']:>5.0f} {said['unchanged']:>6.0f}"
        f" {said['closed']:>5.0f} {said['failed']:>7.0f} | {ledger.open:>6} {ledger.closed:>7}"
        f" {ledger.pending:>5} {ledger.reposts:>8} {ledger.groups:>7} {ledger.wrong:>6}"
        f" {said['seconds']:>8.1f}",
        flush=True,
    )
    for example in ledger.examples:
        print(f"    {example}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--boards", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--changing", type=float, default=0.05)
    parser.add_argument("--failing", type=float, default=0.01)
    parser.add_argument("--seed", type=int, default=20261124)
    parser.add_argument("--keep", type=Path)
    parser.add_argument(
        "--run", nargs=3, metavar=("HOME", "ORIGIN", "TIMEOUT"), help=argparse.SUPPRESS
    )
    given = parser.parse_args()
    if given.run:
        home, origin, timeout = given.run
        _run_once(Path(home), origin, float(timeout), json.load(sys.stdin))
        return
    world = World(given.boards, given.seed, given.failing)
    with tempfile.TemporaryDirectory() as folder:
        done = week(given.keep or Path(folder) / "home", world, given.runs, given.changing)
    books = world.books
    print(f"{books.responses:,} responses, {books.failures.total():,} of them bad: "
          + ", ".join(f"{n} x {how}" for how, n in books.failures.most_common()))  # fmt: skip
    print(f"changes: {', '.join(f'{n} {kind}' for kind, n in books.counted.most_common())}")
    last = done[-1][0]
    for name in Ledger.__slots__:
        if name != "examples":
            print(f"  {name.replace('_', ' '):<16}{getattr(last, name):>8,}")
    sys.exit(any(ledger.wrong for ledger, _ in done))


if __name__ == "__main__":
    main()
