"""What each source is shown to read: fixture cases, and real replies and boards where they lie
beside.

Usage: python -m bench.sources. Prints a Markdown table: boards known by their address out of
boards there, postings read out of postings there, and in how many percent of them a field is
filled (a capture may lack it: lists leave much to the details). Nothing is fetched.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import lxml.etree
import lxml.html

from crawler.detect import BoardError, find_in_url
from crawler.posting import Posting, WorkplaceType
from crawler.sources import SOURCES
from crawler.sources.base import (
    Board,
    Fetch,
    Listed,
    Reply,
    Source,
    SourceError,
    Truncated,
    Unreadable,
)

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = ROOT / "tests" / "fixtures"
CAPTURES = ROOT.parent / "shared" / "data" / "captures"
DIRECTORIES = ROOT.parent / "shared" / "data" / "boards"
NOT_ASKED = frozenset(("smartrecruiters",))
"""Whose captures are of an API that is not asked, because its robots.txt closes it."""
AT = datetime(2026, 11, 24, 12)
FIELDS = {
    "employer": lambda p: p.employer,
    "place": lambda p: p.locations or p.workplace_type is not WorkplaceType.UNKNOWN,
    "date": lambda p: p.published_at,
    "text": lambda p: p.description,
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


def captures_of(source: Source) -> list[Path]:
    """The files of a source's captures, lists first."""
    if source.name in NOT_ASKED:
        return []
    return sorted((CAPTURES / source.name).rglob("*.*"), key=lambda path: "detail" in path.stem)


def read_captures(source: Source) -> Read:
    """Every capture of a source: lists, and records of one posting where it asks for such."""
    read = Read()
    details = False
    for path in captures_of(source):
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
        except Truncated:
            pass  # a capture is a few postings of a longer list; that none of them is missed counts
        except SourceError as error:
            read.problems.append(f"{path.name}: {error}")
    return read


def _parsed(source: Source, body: bytes, *, single: bool) -> Iterator[Any]:
    board = Board(source.name, next(iter(source.examples.values())), "Known Ltd")
    first = next(iter(source.start(board)))
    listed = Posting("1", "As listed", "https://board.example/1") if single else None
    found = []
    for one in source.parse(Reply(first.url, 200, body, {}, first.note, listed, AT), board):
        found.append(one)
        yield one
    if all(isinstance(one, Fetch) for one in found):
        # It wants the same list once more, in another language: a capture has it once.
        for again in found:
            yield from source.parse(Reply(again.url, 200, body, {}, again.note, None, AT), board)


def entries(body: bytes) -> int:
    """How many postings a reply lists, whatever its shape: its longest list of objects, or its
    most frequent element but for the ones within, each that has an id of its own once; on a page,
    the rows of its longest list or table."""
    try:
        return max(_lists(json.loads(body), 0), default=0)
    except ValueError:
        pass
    try:
        root = lxml.etree.fromstring(body)
    except lxml.etree.XMLSyntaxError:
        page = lxml.html.fromstring(body)
        return max(len(node.findall("li")) or len(node.findall("tr")) for node in page.iter("*"))
    level = list(root)
    while len(level) == 1:
        level = list(level[0])
    return max(
        Counter(tag for tag, _ in {(n.tag, n.findtext("id") or n) for n in level}).values(),
        default=0,
    )


def _lists(value: Any, depth: int) -> Iterator[int]:
    if isinstance(value, list):
        objects = [one for one in value if isinstance(one, dict)]
        names = [one.get("uuid") or one.get("shortcode") for one in objects]
        yield len({repr(name or at) for at, name in enumerate(names)})
        if len(objects) == 1 and not {"id", "title", "name"} & {key.lower() for key in objects[0]}:
            yield from _lists(objects[0], depth + 1)  # no posting, but what they are wrapped in
    elif isinstance(value, dict) and depth < 3:
        for inner in value.values():
            yield from _lists(inner, depth + 1)


def known_addresses(source: Source) -> tuple[int, int]:
    """How many addresses of a directory of its boards lead to the source and no other, and how
    many there are."""
    directory = DIRECTORIES / f"{source.name}.csv"
    if not directory.exists():
        return 0, 0
    with directory.open(encoding="utf-8", newline="") as file:
        addresses = [row["url"] for row in csv.DictReader(file)]
    return sum(_leads_to(address) == {source.name} for address in addresses), len(addresses)


def _leads_to(address: str) -> set[str]:
    try:
        return {found.source for found in find_in_url(address)}
    except BoardError:
        return set()


def rows() -> Iterator[list[Any]]:
    for source in SOURCES.values():
        cases = len([case for case in (FIXTURES / source.name).glob("*/") if any(case.iterdir())])
        read = read_captures(source)
        share = f"{len(read.postings)} of {read.there}" if read.files else ""
        known, there = known_addresses(source)
        boards = f"{known} of {there}" if there else ""
        yield [source.name, cases, boards, read.files or "", share, *map(read.filled, FIELDS)]


def main() -> None:
    fields = (f"{name} %" for name in FIELDS)
    header = ["source", "cases", "addresses", "captures", "postings", *fields]
    print("| " + " | ".join(header) + " |\n|" + "---|" * len(header))
    for row in rows():
        print("| " + " | ".join(map(str, row)) + " |")
    for source in SOURCES.values():
        for problem in read_captures(source).problems:
            print(f"{source.name}: {problem}")


if __name__ == "__main__":
    main()
