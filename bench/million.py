"""A crawl that changes one in a hundred of a million stored postings: how long its merge takes.

Usage: python -m bench.million [--postings 1000000] [--boards 20000] [--changed 0.01]. Boards on
which nothing changed answer with what they said before, the others list all their postings again,
as in a real crawl; segments are of the size the spool makes them. The floor is one UPDATE of as
many rows in the same file. Wall-clock and CPU seconds, because the machine may be busy.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.settling import settle
from crawler.staging import MAX_SEGMENT_BYTES, MAX_SEGMENT_LINES, MAX_SEGMENTS_AT_ONCE
from matcher.employers.normalise import key
from matcher.postings.grouping import KEYS_VERSION, compare
from store import unsettled
from store.database import Database
from store.known import what_is_known
from store.merge import begin_run, finish_run, merge_segments

NOW = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
BEFORE = NOW - timedelta(days=1)
TITLES = ("Data Engineer", "Account Executive", "Nurse", "Product Manager", "Welder", "Counsel")


def fill(db: Database, postings: int, boards: int) -> None:
    """A million postings of 1.6 kB, as an earlier run would have left them, all settled."""
    settle(db)
    names = [f"Employer {n}" for n in range(boards)]
    unsettled.employers_without_key(db, KEYS_VERSION)
    unsettled.store_employer_keys(db, {name: key(name) for name in names})
    with db.write() as connection:
        connection.execute(
            """
            INSERT INTO boards (source, board, url, employer, employer_origin, added_at)
            SELECT 'greenhouse', 'b' || n, 'https://x.example/b' || n, 'Employer ' || n,
                   'directory', $before FROM range($boards) AS r(n)
            """,
            {"before": BEFORE, "boards": boards},
        )
        connection.execute(
            "INSERT INTO runs (run, started_at, finished_at) VALUES ('before', $1, $1)", [BEFORE]
        )
        connection.execute(
            """
            INSERT INTO posting_texts (text_hash, description, language)
            SELECT md5('t' || n), repeat(md5(n::VARCHAR) || md5('x' || n) || ' ', 24), 'en'
            FROM range($postings) AS r(n)
            """,
            {"postings": postings},
        )
        connection.execute(
            """
            INSERT INTO postings (source, board, external_id, title, employer, employer_origin,
                locations, workplace_type, text_hash, url, published_at, published_precision,
                first_seen, last_seen, last_run, content_hash, first_published_at)
            SELECT 'greenhouse', 'b' || (n % $boards), n::VARCHAR,
                   $titles[1 + n % 6] || ' ' || n % 97, 'Employer ' || (n % $boards), 'payload',
                   ['Oslo'], 'unknown', md5('t' || n), 'https://x.example/' || n,
                   $before, 'date', $before, $before, 'before', md5('c' || n), $before
            FROM range($postings) AS r(n)
            """,
            {"postings": postings, "boards": boards, "before": BEFORE, "titles": list(TITLES)},
        )
        connection.execute(
            """
            INSERT INTO board_reads (run, source, board, started_at, finished_at, outcome, complete,
                                     listed, body_hash)
            SELECT 'before', 'greenhouse', 'b' || n, $before, $before, 'ok', true,
                   $postings // $boards, md5('b' || n) FROM range($boards) AS r(n)
            """,
            {"postings": postings, "boards": boards, "before": BEFORE},
        )
        connection.execute("DELETE FROM unsettled")


def lines(postings: int, boards: int, changed: float) -> Iterator[list[dict[str, Any]]]:
    """The spool's lines, board by board."""
    from hashlib import md5

    chance = random.Random(20261124)
    picked = set(chance.sample(range(postings), round(postings * changed)))
    touched = {n % boards for n in picked}
    seen = NOW.isoformat(" ")

    def hashed(text: str) -> str:
        return md5(text.encode(), usedforsecurity=False).hexdigest()

    for board in range(boards):
        stamp = {"source": "greenhouse", "board": f"b{board}"}
        end = stamp | {
            "kind": "read", "started_at": seen, "finished_at": seen, "outcome": "ok",
            "complete": True, "listed": postings // boards,
        }  # fmt: skip
        if board not in touched:
            yield [stamp | {"kind": "same", "as_run": "before", "seen_at": seen}, end]
            continue
        found = []
        for n in range(board, postings, boards):
            new = "x" if n in picked else ""
            found.append(stamp | {
                "kind": "posting", "external_id": str(n), "title": f"{TITLES[n % 6]} {n % 97}{new}",
                "employer": f"Employer {board}", "employer_origin": "payload",
                "locations": ["Oslo"], "workplace_type": "unknown", "seen_at": seen,
                "url": f"https://x.example/{n}", "published_at": BEFORE.isoformat(" "),
                "published_precision": "date", "content_hash": hashed(f"c{n}{new}"),
                "text_hash": hashed(f"t{n}{new}"),
                "description": f"{hashed(f'{n}{new}')}{hashed(f'x{n}')} " * 24,
            })  # fmt: skip
        yield [*found, end]


def spool(folder: Path, boards: Iterator[list[dict[str, Any]]]) -> list[Path]:
    done: list[Path] = []
    texts: list[str] = []
    size = number = 0

    def write() -> None:
        nonlocal size
        path = folder / f"{len(done):06}.jsonl"
        path.write_text("".join(texts), encoding="utf-8")
        done.append(path)
        texts.clear()
        size = 0

    for board in boards:
        for line in board:
            number += 1
            texts.append(json.dumps({"n": number} | line) + "\n")
            size += len(texts[-1])
        if size >= MAX_SEGMENT_BYTES or len(texts) >= MAX_SEGMENT_LINES:
            write()
    if texts:
        write()
    return done


def work(path: Path, segments: list[Path], told: multiprocessing.Queue[Any]) -> None:
    """The merge, in a process of its own so that its memory is its own."""
    db = Database(path, "postings")
    told.put(("look at what is known", *timed(lambda: what_is_known(db))))
    begin_run(db, "now", NOW)
    told.put((
        f"merge {len(segments)} segments",
        *timed(
            lambda: [
                merge_segments(db, "now", segments[start : start + MAX_SEGMENTS_AT_ONCE])
                for start in range(0, len(segments), MAX_SEGMENTS_AT_ONCE)
            ]
        ),
    ))  # fmt: skip
    told.put(("finish the run", *timed(lambda: finish_run(db, "now", NOW, "finished"))))
    told.put(("languages and places", *timed(lambda: settle(db))))
    told.put(("reposts and twins", *timed(lambda: compare(db))))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told.put(("peak", peak, 0.0))


def timed(do: Callable[[], object]) -> tuple[float, float]:
    began, used = time.perf_counter(), time.process_time()
    do()
    return time.perf_counter() - began, time.process_time() - used


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postings", type=int, default=1_000_000)
    parser.add_argument("--boards", type=int, default=20_000)
    parser.add_argument("--changed", type=float, default=0.01)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "postings.duckdb"
        db = Database(path, "postings")
        filled, _ = timed(lambda: fill(db, given.postings, given.boards))
        print(f"{given.postings:,} postings on {given.boards:,} boards, {filled:.0f} s to make, "
              f"{db.size() / 2**20:,.0f} MiB")  # fmt: skip
        segments = spool(Path(folder), lines(given.postings, given.boards, given.changed))
        context = multiprocessing.get_context("spawn")
        told = context.Queue()
        child = context.Process(target=work, args=(path, segments, told))
        child.start()
        total = cpu = 0.0
        while (said := told.get())[0] != "peak":
            print(f"  {said[0]:<24}{said[1]:7.2f} s {said[2]:7.2f} s of CPU", flush=True)
            total, cpu = total + said[1], cpu + said[2]
        child.join()
        print(f"  {'together':<24}{total:7.2f} s {cpu:7.2f} s of CPU, peak {said[1]:,.0f} MiB")
        with db.open() as connection:
            few = round(given.postings * given.changed)
            seconds, used = timed(
                lambda: connection.execute(
                    f"UPDATE postings SET title = title || 'y' WHERE external_id::BIGINT < {few}"
                ).fetchall()
            )
            rows = connection.execute(
                "SELECT sum(changed), sum(unchanged), sum(closed) FROM board_reads "
                "WHERE run = 'now'"
            ).fetchall()[0]
        print(f"  {'the floor: one UPDATE':<24}{seconds:7.2f} s {used:7.2f} s of CPU")
        print(f"  the run said: {rows[0]:,} changed, {rows[1]:,} unchanged, {rows[2]:,} closed")


if __name__ == "__main__":
    main()
