"""Reads a fixture's board as a crawl would, without a network.

A case is a folder tests/fixtures/<source>/<case>/. Its `input.*` answers the source's first
fetch; other fetches are answered by the files that an optional `site.json` names:

    {"board": token, "employer": name, "first": status, "known": [keys of earlier runs],
     "answers": {address: answer},
     "posts": [{"url": address, "json": body, "answer": answer}]}

where an answer is a file, a status, or {"file", "status", "headers", "url"}, where `url` is the
address that redirects ended at. What is not named answers
404. `known` are the postings whose details an earlier run has read. Replies come at AT.
`output.json` holds what must come of it.

    python tests/crawler/reading.py --write     after a wanted change: read the diff with care
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from crawler.outcomes import judge_status  # noqa: E402
from crawler.posting import NameOrigin, Posting  # noqa: E402
from crawler.sources import SOURCES  # noqa: E402
from crawler.sources.base import (  # noqa: E402
    NOT_HERE,
    Board,
    Employer,
    Fetch,
    Kind,
    Listed,
    OnFailure,
    Reply,
    Source,
    SourceError,
    Unreadable,
)

MOST_FETCHES = 60
AT = datetime(2026, 11, 24, 12)
FIXTURES = ROOT / "tests" / "fixtures"
CASES = [
    case
    for source in SOURCES
    for case in sorted((FIXTURES / source).glob("*/"))
    if list(case.glob("input.*")) or (case / "site.json").exists()
]


@dataclass(frozen=True)
class Answer:
    status: int = 404
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    url: str = ""


class Site:
    """Answers by what a request is; the first fetch gets `first` whatever it asks for."""

    def __init__(self, first: Any, answers: Mapping[str, Any] | None = None) -> None:
        self.first = as_answer(first)
        self.answers = {name: as_answer(given) for name, given in (answers or {}).items()}
        self.asked: list[str] = []

    def __call__(self, fetch: Fetch) -> Answer:
        answer = self.answers.get(name_of(fetch), Answer() if self.asked else self.first)
        self.asked.append(name_of(fetch))
        return answer


def as_answer(given: Answer | bytes | int) -> Answer:
    """A body is answered with 200, a status with nothing."""
    if isinstance(given, Answer):
        return given
    return Answer(given) if isinstance(given, int) else Answer(200, given)


def name_of(fetch: Fetch) -> str:
    """The address of a GET, the whole request of a POST."""
    return fetch.url if fetch.method == "GET" else fetch.identity


def read_board(
    source: Source,
    board: Board,
    site: Callable[[Fetch], Answer],
    known: Collection[str] = (),
    check: Callable[[Any], None] = lambda found: None,
) -> dict[str, Any]:
    """Everything a source makes of a site, in the spider's terms and ready for JSON. `check` is
    shown each thing it yields."""
    result: dict[str, Any] = {"postings": [], "unreadable": [], "employer": None, "problems": []}
    found: dict[str, dict[str, Any]] = {}
    unchanged: list[str] = []
    asked: list[str] = []
    todo: list[tuple[Fetch, Posting | None]] = [(fetch, None) for fetch in source.start(board)]
    details: list[tuple[Fetch, Posting | None]] = []
    while todo or details:
        fetch, listed = todo.pop(0) if todo else details.pop(0)
        if name_of(fetch) in asked or len(asked) == MOST_FETCHES:
            continue
        asked.append(name_of(fetch))
        assert fetch.method == "GET" or source.posts, f"{source.name} does not declare its POSTs"
        answer = site(fetch)
        failure = "detail" if listed else fetch.on_failure
        if problem := judge_status(answer.status, fetch):
            if fetch.otherwise and problem.outcome in NOT_HERE:
                failure = "turned"
                todo.append((fetch.otherwise, None))
            if failure is not OnFailure.IGNORE:
                result["problems"].append(f"{failure}: {problem.detail}")
            continue
        seen: set[str] = set()
        reply = Reply(
            answer.url or fetch.url,
            answer.status,
            answer.body,
            answer.headers,
            fetch.note,
            replace(listed) if listed else None,
            AT,
        )
        try:
            for one in source.parse(reply, board):
                check(one)
                match one:
                    case Posting() if source.kind is Kind.FEED and one.employer is None:
                        why = "it does not name its employer"
                        result["unreadable"].append([one.external_id, why])
                    case Posting():
                        seen.add(one.external_id)
                        if listed:
                            found[one.external_id] = one.record()
                        else:
                            found.setdefault(one.external_id, one.record())
                    case Listed() if one.key in known:
                        unchanged.append(one.key)
                    case Listed():
                        if one.posting:
                            found.setdefault(one.posting.external_id, one.posting.record())
                        details.append((one.detail, one.posting))
                    case Unreadable():
                        result["unreadable"].append([one.external_id, one.why])
                    case Employer():
                        result["employer"] = [one.name, str(one.origin)]
                    case Fetch() if not (one.until_known and seen & set(known)):
                        todo.append((one, None))
        except SourceError as error:
            if fetch.otherwise and error.outcome in NOT_HERE:
                failure = "turned"
                todo.append((fetch.otherwise, None))
            result["problems"].append(f"{failure}: {error.outcome}: {error}")
    for record in found.values():
        del record["text_hash"], record["content_hash"]
    result["postings"] = list(found.values())
    if unchanged:
        result["unchanged"] = unchanged
    result["asked"] = asked
    return result


def read_case(case: Path) -> dict[str, Any]:
    """What comes of a case, as its output.json holds it."""
    source, board, site, known = open_case(case)
    return json.loads(json.dumps(read_board(source, board, site, known)))


def open_case(case: Path) -> tuple[Source, Board, Site, Collection[str]]:
    """A case's source and board, its site, and what an earlier run knew."""
    source = SOURCES[case.parent.name]
    setup = case / "site.json"
    said = json.loads(setup.read_text("utf-8")) if setup.exists() else {}

    def answer(given: Any) -> Answer:
        if isinstance(given, int):
            return as_answer(given)
        if isinstance(given, str):
            return as_answer((case / given).read_bytes())
        body = (case / given["file"]).read_bytes() if "file" in given else b""
        headers, url = given.get("headers", {}), given.get("url", "")
        return Answer(given.get("status", 200), body, headers, url)

    answers = {url: answer(given) for url, given in said.get("answers", {}).items()}
    for post in said.get("posts", []):
        answers[name_of(Fetch(post["url"], json=post["json"]))] = answer(post["answer"])
    (file,) = case.glob("input.*") if "first" not in said else (None,)
    first = answer(said["first"]) if file is None else Answer(200, file.read_bytes())
    token = said.get("board") or next(iter(source.examples.values()))
    employer = said.get("employer")
    board = Board(source.name, token, employer, NameOrigin.USER if employer else None)
    return source, board, Site(first, answers), said.get("known", ())


if __name__ == "__main__":
    for folder in CASES:
        text = json.dumps(read_case(folder), ensure_ascii=False, indent=1) + "\n"
        target = folder / "output.json"
        if not target.exists() or target.read_text("utf-8") != text:
            print(target.relative_to(ROOT))
            if "--write" in sys.argv:
                target.write_text(text, encoding="utf-8", newline="\n")
