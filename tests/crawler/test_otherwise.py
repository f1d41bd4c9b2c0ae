"""Boards that live at one of two addresses."""

from __future__ import annotations

import json

import pytest
from loopback import Answer, Crawl, Server, jobs, text

TOKEN = "http://first.example/list"
BOARD = {"source": "twofold", "token": TOKEN}


@pytest.fixture
def server_at(server: Server) -> Server:
    server.answers.clear()
    server.hits.clear()
    return server


@pytest.mark.parametrize("first", [text("", 404), text("", 403), text("<html>"), text("[1]")])
def test_what_is_not_at_the_first_is_read_at_the_second(
    crawl: Crawl, server_at: Server, first: Answer
) -> None:
    server_at.answers["first.example/list"] = first
    server_at.answers["second.example/list"] = jobs(1, 2, employer="A")
    read = crawl(BOARD)["reads"][TOKEN]
    assert (read["outcome"], read["complete"], read["listed"]) == ("ok", True, 2)
    assert read["detail"] is None


def test_a_first_that_robots_txt_closes_is_not_asked(crawl: Crawl, server_at: Server) -> None:
    server_at.answers["first.example/robots.txt"] = text("User-agent: *\nDisallow: /")
    server_at.answers["second.example/list"] = jobs(1, employer="A")
    assert crawl(BOARD)["reads"][TOKEN]["outcome"] == "ok"
    assert server_at.paths("first.example/list") == []


@pytest.mark.parametrize("first", [jobs(1, employer="A"), text("", 429), text("", 500)])
def test_the_second_is_not_asked_where_the_first_answers_or_cannot(
    crawl: Crawl, server_at: Server, first: Answer
) -> None:
    server_at.answers["first.example/list"] = first
    crawl(BOARD)
    assert server_at.paths("second.example") == []


@pytest.mark.parametrize(
    ("first", "second", "outcome", "where"),
    [
        (404, 404, "not_found", "second"),
        (404, 403, "refused", "second"),
        (404, 500, "failed", "second"),
        (403, 404, "refused", "first"),
        (200, 404, "malformed", "first"),
    ],
)
def test_where_both_fail_the_first_says_why_unless_it_only_is_not_there(
    crawl: Crawl, server_at: Server, first: int, second: int, outcome: str, where: str
) -> None:
    server_at.answers["first.example/list"] = text("<html>", first)
    server_at.answers["second.example/list"] = text("", second)
    read = crawl(BOARD)["reads"][TOKEN]
    assert read["outcome"] == outcome
    assert f"{where}.example" in read["detail"]


def test_a_board_at_the_second_is_asked_in_full_each_time(crawl: Crawl, server_at: Server) -> None:
    """What its reply is known by would be sent to the first."""
    listed = json.dumps({"jobs": [{"id": "1", "title": "Cook"}], "employer": "A"})
    server_at.answers["second.example/list"] = text(listed, ETag='"1"')
    crawl(BOARD)
    assert crawl(BOARD)["reads"][TOKEN]["listed"] == 1
    asked = [hit.headers for hit in server_at.hits if hit.path.endswith("example/list")]
    assert len(asked) == 4
    assert not any("If-None-Match" in headers for headers in asked)
