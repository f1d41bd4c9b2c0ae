"""A typical home, filled through the front doors, and the seconds a person then waits.

Usage: python -m bench.home [--contacts 5000] [--boards 1000] [--postings 100000] [--listed 35000].
Employers are real names where board directories lie beside the checkout, coined ones otherwise;
people are invented. The floor is the same Python process importing duckdb and counting rows.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.posting import Posting
from store.boards import NewBoard, add_boards
from store.database import Database
from store.directories import DirectoryBoard, replace_directory
from store.merge import begin_run, finish_run, merge_segment

ROOT = Path(__file__).resolve().parents[1]
DIRECTORIES = ROOT.parent / "shared/data/boards"
NOW = datetime.now(UTC).replace(tzinfo=None)
TITLES = ("Data Engineer", "Account Executive", "Nurse", "Product Manager", "Welder", "Counsel")
CITIES = ("Berlin, Germany", "Austin, TX", "Lagos, Nigeria", "London", "Remote", "Pune, India")


def employers(count: int, chance: random.Random) -> list[tuple[str, str]]:
    """(name, token), real if there are any."""
    rows: dict[str, str] = {}
    for file in ("greenhouse", "lever", "ashby"):
        path = DIRECTORIES / f"{file}.csv"
        if path.exists():
            with path.open(encoding="utf-8", newline="") as lines:
                rows |= {r["slug"]: r["name"] for r in csv.DictReader(lines) if r["name"]}
    if not rows:
        parts = ("Tal", "Mor", "Vex", "Hal", "Quin", "Bram", "Sol", "Kest", "Lar", "Wex")
        rows = {
            f"coined{n}": f"{a}{b.lower()}{c.lower()} {n % 97}"
            for n, (a, b, c) in enumerate((a, b, c) for a in parts for b in parts for c in parts)
        }
    found = [(name, token) for token, name in rows.items()]
    chance.shuffle(found)
    return found[:count]


def fill(home: Path, contacts: int, boards: int, postings: int) -> dict[str, float]:
    """Write boards and postings through the store, contacts through the command."""
    chance = random.Random(20261123)
    pool = employers(boards * 4, chance)
    database = Database(home / "postings.duckdb", "postings")
    followed = pool[:boards]
    add_boards(
        database,
        [NewBoard("greenhouse", t, f"https://x.example/{t}", n, "directory") for n, t in followed],
        NOW,
    )
    words = [f"word{n}" for n in range(3000)]
    segment = home / "000001.jsonl"
    with segment.open("w", encoding="utf-8") as lines:
        for number in range(postings):
            name, token = followed[number % len(followed)]
            posting = Posting(
                external_id=str(number),
                title=f"{chance.choice(('', 'Senior ', 'Lead '))}{chance.choice(TITLES)}",
                url=f"https://x.example/{token}/{number}",
                employer=name,
                locations=[chance.choice(CITIES)],
                description=" ".join(chance.choices(words, k=430)),  # 3 kB
                published_at=NOW - timedelta(days=chance.randint(0, 120)),
            )
            record = posting.record() | {
                "kind": "posting",
                "n": number,
                "source": "greenhouse",
                "board": token,
                "seen_at": NOW.isoformat(" "),
                "employer_origin": "payload",
            }
            lines.write(json.dumps(record) + "\n")
    started = time.perf_counter()
    begin_run(database, "bench", NOW)
    merge_segment(database, "bench", segment)
    finish_run(database, "bench", NOW, "finished")
    merged = time.perf_counter() - started
    segment.unlink()
    listing = home / "Connections.csv"
    with listing.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(
            [
                "First Name",
                "Last Name",
                "URL",
                "Email Address",
                "Company",
                "Position",
                "Connected On",
            ]
        )
        for number in range(contacts):
            name, _ = chance.choice(pool)
            dressed = chance.choice(
                (name, name, name, f"{name}, Inc.", f"{name} GmbH", name.upper())
            )
            rows.writerow(
                [
                    f"First{number}",
                    f"Last{number}",
                    f"https://www.linkedin.com/in/person-{number}-example",
                    "",
                    dressed,
                    chance.choice(TITLES),
                    "14 Mar 2019",
                ]
            )
    imported = run(home, "contacts", "import", str(listing))
    return {f"merge of {postings:,} postings": merged, f"import of {contacts:,} contacts": imported}


def list_directory(home: Path, size: int) -> None:
    """Keep a directory of this many boards, of real employers as far as there are any."""
    names = []
    for path in sorted(DIRECTORIES.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            names += [row["name"] for row in csv.DictReader(lines) if row["name"]]
    names = names or [name for name, _ in employers(size, random.Random(1))]
    rows = [
        DirectoryBoard("bench", "greenhouse", f"listed{n}", f"https://x.example/{n}", name)
        for n, name in zip(range(size), itertools.cycle(names), strict=False)
    ]
    replace_directory(Database(home / "postings.duckdb", "postings"), "bench", "", rows, 0, NOW)


def run(home: Path, *words: str) -> float:
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "cli", "--home", str(home), *words],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    print(f"    {(done.stdout + done.stderr).strip().splitlines()[-1]}")
    return time.perf_counter() - started


def floor(home: Path) -> float:
    script = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True); "
        "c.execute('SELECT count(DISTINCT employer) FROM postings').fetchall()"
    )
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", script, str(home / "postings.duckdb")], check=True)
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=5000)
    parser.add_argument("--boards", type=int, default=1000)
    parser.add_argument("--postings", type=int, default=100_000)
    parser.add_argument("--listed", type=int, default=35_000, help="boards in a directory")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for what, seconds in fill(home, given.contacts, given.boards, given.postings).items():
            print(f"{what}: {seconds:.2f} s")
        list_directory(home, given.listed)
        base = statistics.median(floor(home) for _ in range(5))
        print(f"floor (python, duckdb, one count): {base:.2f} s")
        for words in (
            ("match", "--format", "json"),
            ("match", "--title", "engineer", "--limit", "20"),
            ("match", "--new", "--peek", "--format", "json"),
            ("postings", "--text", "word77"),
            ("today",),
            ("export", "-"),
            ("boards", "list"),
            ("boards", "suggest"),
            ("status",),
            ("contacts", "show", "1"),
        ):
            seconds = statistics.median(run(home, *words) for _ in range(3))
            print(f"inroad {' '.join(words)}: {seconds:.2f} s, {seconds / base:.1f} x the floor")


if __name__ == "__main__":
    main()
