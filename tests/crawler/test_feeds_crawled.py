"""Feeds of the newest: what they do not show any more is closed by its age."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pytest
from loopback import Crawl, Server, text

BOARD = {"source": "newest", "token": "all"}


def days_ago(days: int) -> str:
    return (datetime.now() - timedelta(days=days)).isoformat(timespec="seconds")


def page(*found: tuple[str, int], more: str | None = None, employer: Any = "Acme"):
    listed = [
        {"id": known, "title": f"Job {known}", "employer": employer, "published": days_ago(age)}
        for known, age in found
    ]
    link = f"http://newest.example/{more}" if more else None
    return text(json.dumps({"jobs": listed, "next": link}))


def open_ones(crawl: Crawl) -> list[str]:
    with duckdb.connect(str(crawl.home / "postings.duckdb"), read_only=True) as db:
        rows = db.execute(
            "SELECT external_id FROM postings WHERE closed_at IS NULL ORDER BY 1"
        ).fetchall()
    return [row[0] for row in rows]


def test_what_is_not_shown_any_more_closes_at_its_age(crawl: Crawl, server: Server) -> None:
    server.answers["newest.example/list"] = page(("old", 40), ("young", 3))
    read = crawl(BOARD)["reads"]["all"]
    assert (read["outcome"], read["new"], read["closed"]) == ("ok", 2, 0)
    # Both are gone from the page; that means nothing for the young one, however often.
    server.answers["newest.example/list"] = page(("new", 0))
    assert crawl(BOARD)["reads"]["all"]["closed"] == 1
    for _ in range(3):
        assert crawl(BOARD)["reads"]["all"]["closed"] == 0
    assert open_ones(crawl) == ["new", "young"]


def test_what_is_shown_stays_open_at_any_age(crawl: Crawl, server: Server) -> None:
    server.answers["newest.example/list"] = page(("old", 400))
    for _ in range(3):
        crawl(BOARD)
    assert open_ones(crawl) == ["old"]


def test_a_read_that_failed_closes_nothing_of_any_age(crawl: Crawl, server: Server) -> None:
    server.answers["newest.example/list"] = page(("old", 400))
    crawl(BOARD)
    server.answers["newest.example/list"] = text("", 500)
    crawl(BOARD)
    assert open_ones(crawl) == ["old"]


def test_pages_are_read_until_a_posting_is_known(crawl: Crawl, server: Server) -> None:
    server.answers["newest.example/list"] = page(("1", 9), ("2", 10), more="second")
    server.answers["newest.example/second"] = page(("3", 11))
    assert crawl(BOARD)["reads"]["all"]["listed"] == 3
    server.hits.clear()
    server.answers["newest.example/list"] = page(("0", 1), ("1", 9), more="second")
    read = crawl(BOARD)["reads"]["all"]
    assert (read["new"], read["complete"]) == (1, True)
    assert server.paths("newest.example/second") == []


def test_a_walk_that_broke_off_is_walked_again(crawl: Crawl, server: Server) -> None:
    server.answers["newest.example/list"] = page(("1", 1), more="second")
    server.answers["newest.example/second"] = text("", 500)
    assert crawl(BOARD)["reads"]["all"]["outcome"] == "failed"
    # What it brought is known, but not what stands behind it.
    server.answers["newest.example/second"] = page(("2", 2))
    read = crawl(BOARD)["reads"]["all"]
    assert (read["new"], read["complete"]) == (1, True)
    assert open_ones(crawl) == ["1", "2"]
    server.hits.clear()
    assert crawl(BOARD)["reads"]["all"]["complete"]
    assert server.paths("newest.example/second") == []


@pytest.mark.parametrize("employer", [None, "", "Confidential\x00 "])
def test_a_posting_goes_by_no_name_but_its_employer_s(
    crawl: Crawl, server: Server, employer: Any
) -> None:
    server.answers["newest.example/list"] = page(("1", 1), employer=employer)
    read = crawl({**BOARD, "employer": "Not theirs"})["reads"]["all"]
    if employer and employer.strip("\x00 "):
        assert read["new"] == 1
    else:
        assert (read["outcome"], read["new"]) == ("malformed", 0)
        assert "does not name its employer" in read["detail"]
