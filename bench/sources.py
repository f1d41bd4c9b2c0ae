"""What each source is shown to read: fixture cases, and real replies where they lie beside.

Usage: python -m bench.sources. Prints a Markdown table: postings read out of postings there, and
in how many percent of them a field is filled. Nothing is fetched.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import lxml.etree

from crawler.posting import Posting, WorkplaceType
from crawler.sources import SOURCES
from crawler.sources.base import Board, Listed, Reply, Source, SourceError, Unreadable

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = ROOT / "tests" / "fixtures"
CAPTURES = ROOT.parent / "shared" / "data" / "captures"
AT = datetime(2026, 11, 24, 12)
FIELDS = {
    "employer": lambda p: p.employer,
    "place": lambda p: p.locations or p.workplace_type is not WorkplaceType.UNKNOWN,
    "date": lambda p: p.published_at,
    "text": lambda p: len(p.description) > 200,
    "type": lambda p: p.employment_type,
    "pay": lambda p: p.pay,
}


@dataclass
class Read:
    """What came of a source's captures."""

    files: int = 0
    there: int = 0
    postings: list[Posting] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def filled(self, name: str) -> str:
        if not self.postings:
            return ""
        return f"{100 * sum(bool(FIELDS[name](p)) for p in self.postings) / len(self.postings):.0f}"


def read_captures(source: Source) -> Read:
    """Every capture of a source: lists, and records of one posting where it asks for such."""
    read = Read()
    files = sorted((CAPTURES / source.name).rglob("*.*"), key=lambda path: "detail" in path.stem)
    details = False
    for path in files:
        body = path.read_bytes()
        single = "detail" in path.stem
        if single and not details:
            continue
        read.files += 1
        read.there += 1 if single else entries(body)
        try:
            for found in _parsed(source, body, single=single):
                if isinstance(found, Listed):
                    details = True
                    read.postings += [found.posting] if found.posting else []
                elif isinstance(found, Posting):
                    read.postings.append(found)
                elif isinstance(found, Unreadable):
                    read.problems.append(f"{path.name}: {found.why}")
        except SourceError as error:
            read.problems.append(f"{path.name}: {error}")
    return read


def _parsed(source: Source, body: bytes, *, single: bool) -> Iterator[Any]:
    board = Board(source.name, next(iter(source.examples.values())), "Known Ltd")
    first = next(iter(source.start(board)))
    listed = Posting("1", "As listed", "https://board.example/1") if single else None
    yield from source.parse(Reply(first.url, 200, body, {}, first.note, listed, AT), board)


def entries(body: bytes) -> int:
    """How many entries a reply lists, whatever its shape: its longest list of objects, or its
    most frequent element but for the ones within."""
    try:
        return max(_lists(json.loads(body), 0), default=0)
    except ValueError:
        pass
    try:
        root = lxml.etree.fromstring(body)
    except lxml.etree.XMLSyntaxError:
        return 0
    level = list(root)
    while len(level) == 1:
        level = list(level[0])
    return max(Counter(node.tag for node in level).values(), default=0)


def _lists(value: Any, depth: int) -> Iterator[int]:
    if isinstance(value, list):
        objects = [one for one in value if isinstance(one, dict)]
        yield len(objects)
    elif isinstance(value, dict) and depth < 3:
        for inner in value.values():
            yield from _lists(inner, depth + 1)


def rows() -> Iterator[list[Any]]:
    for source in SOURCES.values():
        cases = len([case for case in (FIXTURES / source.name).glob("*/") if any(case.iterdir())])
        read = read_captures(source)
        share = f"{len(read.postings)} of {read.there}" if read.files else ""
        yield [source.name, cases, read.files or "", share, *map(read.filled, FIELDS)]


def main() -> None:
    header = ["source", "cases", "captures", "postings", *(f"{name} %" for name in FIELDS)]
    print("| " + " | ".join(header) + " |\n|" + "---|" * len(header))
    for row in rows():
        print("| " + " | ".join(map(str, row)) + " |")
    for source in SOURCES.values():
        for problem in read_captures(source).problems:
            print(f"{source.name}: {problem}")


if __name__ == "__main__":
    main()
