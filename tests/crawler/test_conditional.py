"""Boards that are asked only whether they have changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pytest
from loopback import Answer, Crawl, Request, Server, jobs, text

from crawler.conditional import DATE_TRUSTED_FOR, validators
from store.known import LastReply

NOW = datetime(2026, 11, 24, 12)


@pytest.mark.parametrize(
    ("last", "sent"),
    [
        ({"etag": '"a"'}, {"If-None-Match": '"a"'}),
        ({"etag": '"a"', "last_modified": "x"}, {"If-None-Match": '"a"'}),
        ({"last_modified": "x", "read_ago": timedelta(hours=1)}, {"If-Modified-Since": "x"}),
        ({"last_modified": "x", "read_ago": DATE_TRUSTED_FOR}, {}),
        ({"last_modified": "x", "read_ago": timedelta(hours=-1)}, {}),
        ({"last_modified": "x"}, {}),
        ({"etag": '"a"', "missing": True}, {}),
        ({"etag": '"a"', "request_hash": "another"}, {}),
        ({}, {}),
        (None, {}),
    ],
)
def test_what_is_sent(last: dict[str, Any] | None, sent: Mapping[str, str]) -> None:
    known = None
    if last is not None:
        ago = last.pop("read_ago", None)
        last.setdefault("request_hash", "asked")
        known = LastReply("run", "hash", 1, body_read_at=NOW - ago if ago else None, **last)
    assert validators(known, "asked", NOW) == sent


class Board:
    """A list with an ETag, which says 304 to whoever has it."""

    def __init__(self, crawl: Crawl, server: Server, host: str) -> None:
        self.crawl, self.server, self.host = crawl, server, host
        self.token = f"http://{host}/list"
        self.statuses: list[int] = []

    def answers(self, body: Answer, **headers: str) -> None:
        """`etag` and `last_modified` as given; a request that names either gets a 304."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        def answer(request: Request) -> None:
            given = (request.headers["If-None-Match"], request.headers["If-Modified-Since"])
            if any(g is not None and g in named.values() for g in given):
                self.statuses.append(304)
                request.say(304, "", named)
                return
            self.statuses.append(200)
            say = request.say

            def with_headers(status: int, body: str | bytes, more: Any = None) -> None:
                say(status, body, {**(more or {}), **named})

            request.say = with_headers  # type: ignore[method-assign]
            body(request)

        self.server.answers[f"{self.host}/list"] = answer

    def reads(self, **settings: Any) -> Any:
        self.statuses.clear()
        self.crawl.settings = settings
        return self.crawl(self.token)["reads"][self.token]

    def ask(self, sql: str) -> list[Any]:
        with duckdb.connect(str(self.crawl.home / "postings.duckdb")) as db:
            return db.execute(sql).fetchall()


@pytest.fixture
def board(crawl: Crawl, server: Server, request: pytest.FixtureRequest) -> Board:
    return Board(crawl, server, f"{request.node.originalname.replace('_', '-')[:50]}.example")


def test_a_304_counts_as_unchanged_run_after_run(board: Board) -> None:
    board.answers(jobs(1, 2, employer="A"), ETag='"one"')
    board.reads()
    for _ in range(3):
        again = board.reads()
        assert board.statuses == [304]
        assert (again["outcome"], again["complete"], again["listed"]) == ("ok", True, 2)
        assert (again["unchanged"], again["changed"], again["closed"]) == (2, 0, 0)
    assert board.ask("SELECT count(*) FROM postings WHERE closed_at IS NULL") == [(2,)]
    board.answers(jobs(1, 2, 3, employer="A"), ETag='"two"')
    assert board.reads()["new"] == 1
    assert board.statuses == [200]


def test_what_went_missing_is_looked_at_again_in_full(board: Board) -> None:
    """A 304 must neither close a posting nor keep one open that is gone."""
    board.answers(jobs(1, 2, employer="A"), ETag='"one"')
    board.reads()
    board.answers(jobs(1, employer="A"), ETag='"two"')
    assert (board.reads()["closed"], board.statuses) == (0, [200])
    assert (board.reads()["closed"], board.statuses) == (1, [200])
    assert (board.reads()["closed"], board.statuses) == (0, [304])


def test_a_board_that_was_not_read_to_its_end_is_not_asked_conditionally(board: Board) -> None:
    board.answers(jobs(1, {"id": "2"}, employer="A"), ETag='"one"')
    for _ in range(2):
        board.reads()
        assert board.statuses == [200]


def test_an_empty_board_is_recognised_too(board: Board) -> None:
    board.answers(jobs(employer="A"), ETag='"none"')
    board.reads()
    assert (board.reads()["outcome"], board.statuses) == ("empty", [304])


def test_a_date_is_trusted_for_a_day(board: Board) -> None:
    date = "Mon, 02 Nov 2026 10:00:00 GMT"
    board.answers(jobs(1, employer="A"), Last_Modified=date)
    board.reads()
    board.reads()
    assert board.statuses == [304]
    back = DATE_TRUSTED_FOR + timedelta(minutes=1)
    board.ask(f"UPDATE board_reads SET body_read_at = body_read_at - INTERVAL '{back}'")
    board.reads()
    assert board.statuses == [200]
    board.reads()
    assert board.statuses == [304]


def test_304s_do_not_make_an_old_date_young_again(board: Board) -> None:
    board.answers(jobs(1, employer="A"), Last_Modified="Mon, 02 Nov 2026 10:00:00 GMT")
    board.reads()
    ((first,),) = board.ask("SELECT max(body_read_at) FROM board_reads")
    board.reads()
    assert board.ask("SELECT DISTINCT body_read_at FROM board_reads") == [(first,)]


@pytest.mark.parametrize("etag", ["a\x1bb", "x" * 600, "\u00e9"])
def test_a_validator_that_cannot_be_sent_back_is_not(board: Board, etag: str) -> None:
    board.answers(jobs(1, employer="A"), ETag=etag)
    board.reads()
    board.reads()
    assert board.statuses == [200]


def test_a_304_that_nobody_asked_for_is_a_failure(board: Board) -> None:
    board.server.answers[f"{board.host}/list"] = text("", 304)
    read = board.reads()
    assert (read["outcome"], read["complete"]) == ("failed", False)
    assert "answered 304" in read["detail"]


def test_a_list_with_details_is_asked_conditionally_once_all_are_read(
    crawl: Crawl, server: Server
) -> None:
    statuses = []

    def answer(request: Request) -> None:
        known = request.headers["If-None-Match"] == '"one"'
        statuses.append(304 if known else 200)
        listed = [
            {"id": str(n), "title": "Cook", "page": f"http://both.example/{n}"} for n in range(4)
        ]
        if known:
            request.say(304, "")
        else:
            text(f'{{"jobs": {listed}}}'.replace("'", '"'), ETag='"one"')(request)

    server.answers["both.example/list"] = answer
    for n in range(4):
        server.answers[f"both.example/{n}"] = text('{"text": "words", "employer": "Both AG"}')
    board = {"source": "detailed", "token": "http://both.example/list"}
    for _ in range(3):
        crawl(board)
    # Three of four in the first run, the last in the second; only then there is nothing to do.
    assert statuses == [200, 200, 304]
