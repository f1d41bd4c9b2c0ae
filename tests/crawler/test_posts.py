"""Lists that are asked for by POST."""

from __future__ import annotations

import json

import pytest
from loopback import Crawl, Request, Server, text


def paged(*pages: list[int]):
    """Answer {"page": n} with the jobs of that page."""

    def answer(request: Request) -> None:
        assert request.command == "POST"
        assert request.headers["Content-Type"] == "application/json"
        wanted = json.loads(request.body)["page"]
        found = [{"id": str(n), "title": f"Job {n}"} for n in pages[wanted]]
        request.say(200, json.dumps({"jobs": found, "employer": "A"}))

    return answer


def test_pages_at_one_address_are_told_apart_by_what_is_sent(crawl: Crawl, server: Server) -> None:
    server.answers["posted.example/list"] = paged([1, 2], [3, 4], [5])
    token = "http://posted.example/list"
    read = crawl({"source": "posted", "token": token})["reads"][token]
    assert (read["outcome"], read["complete"], read["listed"]) == ("ok", True, 5)
    sent = [json.loads(h.body) for h in server.hits if h.method == "POST"]
    assert sent == [{"page": 0}, {"page": 1}, {"page": 2}]


def test_a_post_is_only_sent_where_its_source_declares_it(crawl: Crawl, server: Server) -> None:
    server.answers["undeclared.example/list"] = paged([1])
    token = "http://undeclared.example/list"
    read = crawl({"source": "undeclared", "token": token})["reads"][token]
    assert read["outcome"] == "malformed" and "does not declare" in read["detail"]
    assert server.paths("undeclared.example/list") == []


def test_robots_txt_holds_for_posts(crawl: Crawl, server: Server) -> None:
    server.answers["closed.example/robots.txt"] = text("User-agent: *\nDisallow: /list")
    server.answers["closed.example/list"] = paged([1])
    token = "http://closed.example/list"
    read = crawl({"source": "posted", "token": token})["reads"][token]
    assert read["outcome"] == "refused"
    assert server.paths("closed.example/list") == []


def test_an_unchanged_answer_to_the_same_post_is_recognised(crawl: Crawl, server: Server) -> None:
    server.answers["same.example/list"] = paged([1])
    token = "http://same.example/list"
    board = {"source": "posted", "token": token}
    crawl(board)
    assert crawl(board)["reads"][token]["unchanged"] == 1


@pytest.mark.parametrize(("status", "outcome"), [(307, "ok"), (308, "ok"), (302, "failed")])
def test_a_redirect_takes_the_body_along_or_is_not_followed(
    crawl: Crawl, server: Server, status: int, outcome: str
) -> None:
    host = f"moved{status}.example"
    server.answers[f"{host}/list"] = text("", status, Location="/new")
    server.answers[f"{host}/new"] = paged([1])
    token = f"http://{host}/list"
    read = crawl({"source": "posted", "token": token})["reads"][token]
    assert read["outcome"] == outcome
    assert bool(server.paths(f"{host}/new")) is (outcome == "ok")


def test_a_post_that_is_throttled_is_tried_again_with_its_body(
    crawl: Crawl, server: Server
) -> None:
    answers = [text("", 503, Retry_After="0"), paged([1])]
    server.answers["busy.example/list"] = lambda request: answers.pop(0)(request)
    token = "http://busy.example/list"
    assert crawl({"source": "posted", "token": token})["reads"][token]["outcome"] == "ok"
