"""Large address books imported by the command: seconds and memory, beside a floor.

Usage: python -m bench.contacts [--people 100000] [--snapshots 20] [--listed 10000]
       [--only connections,google,vcard,snapshots]

The floor is a Python process of its own that reads the same files with csv.reader and puts their
rows into a DuckDB file: no encodings, no dates, no people, no history (of vCards: their lines).
People are invented; between two snapshots one in thirty changes the employer, one in fifty goes,
and as many come.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from bench.lists import coined_name, variant

ROOT = Path(__file__).resolve().parents[1]
START = date(2016, 3, 1)
TITLES = ("Data Engineer", "Account Executive", "Nurse", "Product Manager", "Welder", "Counsel")
LINKEDIN = (
    "First Name",
    "Last Name",
    "URL",
    "Email Address",
    "Company",
    "Position",
    "Connected On",
)
GOOGLE = (
    *("First Name", "Last Name", "Organization Name", "Organization Title", "Notes", "Labels"),
    *("E-mail 1 - Label", "E-mail 1 - Value", "E-mail 2 - Label", "E-mail 2 - Value"),
)
FLOOR = """
import csv, sys, duckdb
base = duckdb.connect(sys.argv[1])
for path in sys.argv[2:]:
    with open(path, encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    columns = list(zip(*([row[0]] for row in rows) if path.endswith("vcf") else rows))
    names = [f"c{n}" for n in range(len(columns))]
    shape = ", ".join(f"{n} VARCHAR" for n in names)
    base.execute(f"CREATE TABLE IF NOT EXISTS rows ({shape})")
    base.execute("INSERT INTO rows SELECT " + ", ".join("unnest(?)" for _ in names), columns)
"""


class Person(NamedTuple):
    number: int
    first: str
    last: str
    employer: str
    title: str
    connected_on: date

    @property
    def slug(self) -> str:
        return f"{self.first}-{self.last}-{self.number}-example".lower()

    @property
    def mail(self) -> str:
        """At the employer, or, of every other one, at a mail provider nobody has heard of."""
        letters = "".join(filter(str.isalnum, self.employer.lower()))
        at = letters if self.number % 2 and letters.isascii() else "mailbox"
        return f"{self.first}.{self.last}{self.number}@{at or 'mailbox'}.example".lower()


class Cost(NamedTuple):
    """Of one process: seconds on the clock and of the processor, and the most memory it held, in
    MB. On a busy machine the second is what counts."""

    seconds: float
    processor: float
    megabytes: float


def cost(command: Sequence[str]) -> Cost:
    """Run a command to its end. Raises SystemExit with its output if it fails."""
    started = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=said,
            stderr=said,
            env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read().decode()
    if process.returncode:
        raise SystemExit(text)
    for line in [line for line in text.splitlines() if line.strip()][-2:]:
        print(f"    {line[:110]}")
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit)


def invented(count: int, chance: random.Random, employers: Sequence[str]) -> list[Person]:
    return [
        Person(
            number,
            f"First{number % 977}",
            f"Last{number % 8191}",
            variant(chance.choice(employers), chance),
            chance.choice(TITLES),
            START + timedelta(days=chance.randrange(365)),
        )
        for number in range(count)
    ]


def connections(path: Path, people: Iterable[Person]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(LINKEDIN)
        for p in people:
            url = f"https://www.linkedin.com/in/{p.slug}"
            mail = p.mail if p.number % 30 == 0 else ""
            rows.writerow(
                [p.first, p.last, url, mail, p.employer, p.title, f"{p.connected_on:%d %b %Y}"]
            )
    return path


def google(path: Path, people: Iterable[Person]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(GOOGLE)
        for p in people:
            note = f"ex-{p.employer}" if p.number % 20 == 0 else ""
            labels = "* myContacts ::: Friends"
            mails = ("* Work", p.mail, "", "")
            rows.writerow([p.first, p.last, p.employer, p.title, note, labels, *mails])
    return path


def vcard(path: Path, people: Iterable[Person]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as out:
        for p in people:
            out.write(
                "BEGIN:VCARD\r\nVERSION:3.0\r\n"
                f"N:{p.last};{p.first};;;\r\nFN:{p.first} {p.last}\r\nORG:{p.employer};Sales\r\n"
                f"TITLE:{p.title}\r\nEMAIL;TYPE=INTERNET:{p.mail}\r\n"
                "TEL;TYPE=CELL:+1 555 0100\r\nREV:2024-05-01T10:00:00Z\r\nEND:VCARD\r\n"
            )
    return path


def snapshots(folder: Path, count: int, listed: int, employers: Sequence[str]) -> list[Path]:
    """Exports, half a year apart, of a network in which people move, go and come."""
    chance = random.Random(20261124)
    people = invented(listed, chance, employers)
    next_number = listed
    files = []
    for number in range(count):
        day = START + timedelta(days=366 + 182 * number)
        files.append(connections(folder / f"Connections {day}.csv", people))
        stayed = [p for p in people if chance.random() > 0.02]
        people = [
            p._replace(employer=variant(chance.choice(employers), chance))
            if chance.random() < 1 / 30
            else p
            for p in stayed
        ]
        for fresh in invented(listed - len(people), chance, employers):
            people.append(fresh._replace(number=next_number, connected_on=day))
            next_number += 1
    return files


def measure(what: str, files: Sequence[Path]) -> None:
    """One import beside the floor, each into a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        names = list(map(str, files))
        base = cost([sys.executable, "-c", FLOOR, str(Path(folder, "floor.duckdb")), *names])
        command = [sys.executable, "-m", "cli", "--home", str(Path(folder, "home"))]
        ours = cost([*command, "contacts", "import", *names])
    for name, spent in ((what, ours), ("  floor", base)):
        print(
            f"{name}: {spent.seconds:.1f} s ({spent.processor:.1f} s of processor), "
            f"{spent.megabytes:.0f} MB"
        )
    print(f"  ratio: {ours.processor / base.processor:.1f} x the floor's processor time")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--snapshots", type=int, default=20)
    parser.add_argument("--listed", type=int, default=10_000)
    parser.add_argument("--only", default="connections,google,vcard,snapshots")
    given = parser.parse_args()
    chance = random.Random(20261124)
    employers = [coined_name(chance) for _ in range(max(given.people // 2, 1))]
    wanted = given.only.split(",")
    books: dict[str, Callable[[Path, Iterable[Person]], Path]] = {
        "connections": connections,
        "google": google,
        "vcard": vcard,
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        people = invented(given.people, chance, employers)
        for book, write in books.items():
            if book in wanted:
                path = write(folder / f"{book}.{'vcf' if book == 'vcard' else 'csv'}", people)
                measure(f"{given.people:,} people in one file ({book})", [path])
        if "snapshots" in wanted:
            files = snapshots(folder, given.snapshots, given.listed, employers)
            measure(f"{given.snapshots} snapshots of {given.listed:,} people", files)


if __name__ == "__main__":
    main()
