"""Reads a fixture's board as a crawl would, without a network.

A case is a folder tests/fixtures/<source>/<case>/. Its `input.*` answers the source's first
fetch; other fetches are answered by the files that an optional `site.json` names, as
{"board": token, "employer": name, "answers": {address: file or status or {"file", "status"}}}.
What is not named there answers 404. `output.json` holds what must come of it.

    python tests/crawler/reading.py --write     after a wanted change: read the diff with care
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from crawler.posting import NameOrigin, Posting  # noqa: E402
from crawler.sources import SOURCES  # noqa: E402
from crawler.sources.base import (  # noqa: E402
    Board,
    Employer,
    Fetch,
    OnFailure,
    Reply,
    Source,
    SourceError,
    Unreadable,
)

FIXTURES = ROOT / "tests" / "fixtures"
CASES = [p.parent for s in SOURCES for p in sorted((FIXTURES / s).glob("*/input.*"))]


class Site:
    """Answers by address; the first fetch gets `first` whatever its address."""

    def __init__(self, first: bytes | int, answers: dict[str, bytes | int] | None = None) -> None:
        self.first = first
        self.answers = answers or {}
        self.asked: list[str] = []

    def __call__(self, fetch: Fetch) -> tuple[int, bytes]:
        answer = self.answers.get(fetch.url, 404 if self.asked else self.first)
        self.asked.append(fetch.url)
        return (answer, b"") if isinstance(answer, int) else (200, answer)


def read_board(source: Source, board: Board, site: Site) -> dict[str, Any]:
    """Everything a source makes of a site, in the spider's terms and ready for JSON."""
    result: dict[str, Any] = {"postings": [], "unreadable": [], "employer": None, "problems": []}
    todo = list(source.start(board))
    while todo:
        fetch = todo.pop(0)
        if fetch.url in site.asked:
            continue
        status, body = site(fetch)
        if status != 200 and status not in fetch.accept_status:
            if fetch.on_failure is not OnFailure.IGNORE:
                result["problems"].append(f"{fetch.on_failure}: {fetch.url} answered {status}")
            continue
        try:
            for found in source.parse(Reply(fetch.url, status, body, {}, fetch.note), board):
                match found:
                    case Posting():
                        result["postings"].append(found.record())
                    case Unreadable():
                        result["unreadable"].append([found.external_id, found.why])
                    case Employer():
                        result["employer"] = [found.name, str(found.origin)]
                    case Fetch():
                        todo.append(found)
        except SourceError as error:
            result["problems"].append(f"{fetch.on_failure}: {error.outcome}: {error}")
    for record in result["postings"]:
        del record["text_hash"], record["content_hash"]
    result["asked"] = site.asked
    return result


def read_case(case: Path) -> dict[str, Any]:
    source = SOURCES[case.parent.name]
    (first,) = case.glob("input.*")
    setup = case / "site.json"
    said = json.loads(setup.read_text("utf-8")) if setup.exists() else {}
    answers = {}
    for url, answer in said.get("answers", {}).items():
        answers[url] = answer if isinstance(answer, int) else (case / answer).read_bytes()
    token = said.get("board") or next(iter(source.examples.values()))
    employer = said.get("employer")
    board = Board(source.name, token, employer, NameOrigin.USER if employer else None)
    read = read_board(source, board, Site(first.read_bytes(), answers))
    return json.loads(json.dumps(read))


if __name__ == "__main__":
    for folder in CASES:
        text = json.dumps(read_case(folder), ensure_ascii=False, indent=1) + "\n"
        target = folder / "output.json"
        if not target.exists() or target.read_text("utf-8") != text:
            print(target.relative_to(ROOT))
            if "--write" in sys.argv:
                target.write_text(text, encoding="utf-8", newline="\n")
