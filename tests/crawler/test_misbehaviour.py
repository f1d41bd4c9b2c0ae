"""One crawl of boards that each go wrong in their own way, beside one that does not."""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from loopback import Answer, Crawl, Request, Server, jobs, text

MAX_BODY = 2**20


def hang(request: Request) -> None:
    request.server.leave.wait(30)
    request.close_connection = True


def drip(request: Request) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "100000")
    request.end_headers()
    while not request.server.leave.wait(0.1):
        request.wfile.write(b"{")
        request.wfile.flush()


def cut(request: Request) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "5000")
    request.end_headers()
    request.wfile.write(b'{"jobs": [')
    request.close_connection = True


def hang_up(request: Request) -> None:
    request.close_connection = True


def endless(request: Request) -> None:
    """200 MB without saying so beforehand."""
    request.send_response(200)
    request.send_header("Transfer-Encoding", "chunked")
    request.end_headers()
    for _ in range(200):
        request.wfile.write(b"100000\r\n" + b" " * 2**20 + b"\r\n")


def announced(request: Request) -> None:
    request.send_response(200)
    request.send_header("Content-Length", str(200 * 2**20))
    request.end_headers()
    for _ in range(200):
        request.wfile.write(b" " * 2**20)


def unpaged(request: Request) -> None:
    """A list whose every page names another next one."""
    page = int(request.path.rpartition("=")[2] or 0) if "=" in request.path else 0
    jobs(page, next=f"http://endless-pages.example/list?page={page + 1}")(request)


def bomb() -> bytes:
    once = gzip.compress(b'{"jobs": []}' + b" " * 50 * 2**20)
    assert len(once) < MAX_BODY / 10
    return once


LISTS: dict[str, tuple[Answer, str, str]] = {
    # host: what /list answers, the outcome, what its detail says
    "good": (jobs(1, 2, 3), "ok", ""),
    "empty": (jobs(), "empty", ""),
    "gone": (text("", 404), "not_found", "answered 404"),
    "gone-for-good": (text("", 410), "not_found", "answered 410"),
    "locked": (text("", 401), "refused", "answered 401"),
    "forbidden": (text("", 403), "refused", "answered 403"),
    "broken": (text("", 500), "failed", "answered 500"),
    "teapot": (text("", 418), "failed", "answered 418"),
    "no-content": (text("", 204), "malformed", "answered 204"),
    "hangs": (hang, "failed", "did not answer in time"),
    "drips": (drip, "failed", "did not answer in time"),
    "cut": (cut, "truncated", "broke off"),
    "hangs-up": (hang_up, "failed", "could not be fetched"),
    "half-json": (text('{"jobs": [{"id": "1", "ti'), "truncated", "in the middle of its JSON"),
    "html": (text("<html>sorry</html>"), "malformed", "did not answer with JSON"),
    "no-body": (text(""), "malformed", "did not answer with JSON"),
    "wrong-shape": (text('{"jobs": "many"}'), "malformed", "no list of jobs"),
    "deep": (text("[" * 100_000), "malformed", ""),
    "bug": (jobs(1, "bug", 2), "malformed", "KeyError"),
    "endless": (endless, "truncated", "larger than this run takes"),
    "announced": (announced, "truncated", "larger than this run takes"),
    "bomb": (text(bomb(), Content_Encoding="gzip"), "truncated", "unpacks to more"),
    "not-gzip": (text('{"jobs": []}', Content_Encoding="gzip"), "malformed", "not compressed"),
    "circle": (text("", 302, Location="/list"), "failed", "in a circle"),
    "moved": (
        text("", 301, Location="https://boards.elsewhere.example/x"),
        "failed",
        "moved to another site: https://boards.elsewhere.example/x",
    ),
    "to-file": (text("", 302, Location="file:///etc/passwd"), "failed", "file:///etc/passwd"),
    "to-denied": (
        text("", 302, Location="https://www.linkedin.com/jobs"),
        "failed",
        "moved to another site",
    ),
    "bad-location": (text("", 302, Location="http://[::1"), "failed", "redirects to"),
    "nowhere": (text("", 302), "failed", "answered 302"),
    "one-bad": (jobs(1, {"id": "2"}, 3), "ok", "1 posting could not be read: it has no title"),
    "nameless": (jobs(1, "nameless"), "ok", "1 posting could not be read"),
    "all-bad": (jobs({"id": "1"}, {"id": "2"}), "malformed", "2 postings could not be read"),
    "wrong-types": (
        jobs(
            1,
            {"id": 5, "title": "x"},
            {"id": "6", "title": ["x"]},
            {"id": "7", "title": "x", "text": {"a": 1}},
        ),
        "ok",
        "3 postings",
    ),
    "hostile": (
        jobs(
            {"id": "1", "title": "\x1b]0;owned\x07Cook\u0000 \ud800", "text": "line\nline\x9b31m"}
        ),
        "ok",
        "",
    ),
    "twice": (jobs(1, 1, 2), "ok", ""),
    "blank": (jobs(1, {"id": "\x1b\x00", "title": "x"}, employer=" "), "ok", "1 posting could not"),
    "too-much": (
        jobs(1, also=["http://too-much.example/page"], more=True),
        "truncated",
        "has more than will be read",
    ),
    "page-two": (jobs(1, next="http://page-two.example/missing"), "ok", "answered 404"),
    "inward": (jobs(1, next="http://127.0.0.1/admin"), "ok", "not an address to fetch"),
    "metadata": (jobs(1, next="http://169.254.169.254/latest"), "ok", "not an address"),
    "no-address": (jobs(1, next="javascript:alert(1)"), "ok", "not an address"),
    "shrug": (jobs(1, also=["http://shrug.example/missing"]), "ok", ""),
    "endless-pages": (unpaged, "ok", "stopped after 5 pages"),
}
ROBOTS: dict[str, tuple[Answer | None, str, str]] = {
    # host: what /robots.txt answers, the outcome of a good list behind it
    "robots-503": (text("", 503), "refused", "robots.txt answered 503; staying away from"),
    "robots-500": (text("", 500), "refused", "robots.txt answered 500; staying away from"),
    "robots-429": (text("", 429), "throttled", "answered 429 to robots.txt"),
    "robots-hangs": (hang, "failed", "robots.txt did not answer in time; staying away from"),
    "robots-big": (text("#" * (2**20 + 1)), "refused", "larger than this run takes"),
    "robots-403": (text("", 403), "ok", ""),
    "robots-html": (text("<html>hello</html>"), "ok", ""),
    "robots-moved": (text("", 301, Location="http://other.example/robots.txt"), "ok", ""),
    "robots-circle": (text("", 301, Location="/robots.txt"), "ok", ""),
    "robots-no": (text("User-agent: *\nDisallow: /list"), "refused", "robots.txt does not allow"),
    "robots-us": (
        text("User-agent: inroad\nDisallow: /\n\nUser-agent: *\nAllow: /"),
        "refused",
        "robots.txt does not allow",
    ),
    "robots-not-us": (text("User-agent: someone\nDisallow: /"), "ok", ""),
    "robots-slow": (text("User-agent: *\nCrawl-delay: 3600"), "refused", "asks for 3600 s"),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("misbehaviour")


@pytest.fixture(scope="module")
def crawled(server: Server, home: Path) -> Iterator[tuple[Any, Crawl]]:
    for host, (answer, _, _) in LISTS.items():
        server.answers[f"{host}.example/list"] = answer
    for host, (answer, _, _) in ROBOTS.items():
        server.answers[f"{host}.example/robots.txt"] = answer
        server.answers[f"{host}.example/list"] = jobs(1)
    server.answers["too-much.example/page"] = jobs(2, 3)
    server.answers["www.shop.com/list"] = text("", 301, Location="https://jobs.shop.com/all?x=1")
    server.answers["jobs.shop.com/all"] = jobs(1)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        origins = {
            "*": f"{server.url}/{{host}}",
            "unreachable.example": f"http://127.0.0.1:{closed.getsockname()[1]}",
        }
        crawl = Crawl(
            server,
            home,
            {"timeout": 1, "max_body_bytes": MAX_BODY, "max_pages": 5, "origins": origins},
        )
        report = crawl(
            *(f"http://{host}.example/list" for host in [*LISTS, *ROBOTS, "unreachable"]),
            "http://www.shop.com/list",
            "https://uk.linkedin.com/jobs",
            "https://indeed.co.uk/jobs",
            {"token": "start fails"},
            {"source": "unheard-of", "token": "x"},
            "ftp://files.example/list",
            "http://[broken/list",
        )
    yield report, crawl


def read(crawled: tuple[Any, Crawl], host: str) -> Any:
    return crawled[0]["reads"][f"http://{host}.example/list"]


@pytest.mark.parametrize(("host", "case"), [*LISTS.items(), *ROBOTS.items()])
def test_outcome(crawled: tuple[Any, Crawl], host: str, case: tuple[Answer, str, str]) -> None:
    found = read(crawled, host)
    assert found["outcome"] == case[1], found
    assert case[2] in (found["detail"] or ""), found
    assert bool(case[2]) or found["outcome"] == "malformed" or found["detail"] is None


def test_every_board_ended_and_the_run_too(crawled: tuple[Any, Crawl]) -> None:
    report, crawl = crawled
    assert report["reason"] == "finished"
    assert report["unread"] == []
    assert crawl.code == 0
    assert crawl.stderr == ""
    assert crawl.seconds < 25


@pytest.mark.parametrize(
    ("host", "complete"),
    [
        ("good", True),
        ("empty", True),
        ("twice", True),
        ("one-bad", True),
        ("shrug", True),
        ("hostile", True),
        ("robots-403", True),
        ("nameless", False),
        ("wrong-types", False),
        ("page-two", False),
        ("inward", False),
        ("endless-pages", False),
        ("bug", False),
        ("half-json", False),
        ("gone", False),
        ("endless", False),
        ("all-bad", False),
    ],
)
def test_only_whole_reads_are_evidence(
    crawled: tuple[Any, Crawl], host: str, complete: bool
) -> None:
    assert read(crawled, host)["complete"] is complete


@pytest.mark.parametrize(
    ("host", "listed", "new"),
    [
        ("good", 3, 3),
        ("one-bad", 3, 2),
        ("twice", 2, 2),
        ("bug", 1, 1),
        ("page-two", 1, 1),
        ("wrong-types", 3, 1),
        ("all-bad", 2, 0),
        ("too-much", 3, 3),
        ("endless-pages", 5, 5),
    ],
)
def test_good_postings_beside_bad_ones_are_kept(
    crawled: tuple[Any, Crawl], host: str, listed: int, new: int
) -> None:
    found = read(crawled, host)
    assert (found["listed"], found["new"]) == (listed, new)


def test_memory_does_not_follow_the_largest_body(crawled: tuple[Any, Crawl]) -> None:
    # The two 200 MB bodies and the bomb's 50 MB would show.
    assert crawled[0]["peak_mb"] < 300


def test_nothing_is_asked_of_hosts_that_must_be_left_alone(
    crawled: tuple[Any, Crawl], server: Server
) -> None:
    for host in (
        "uk.linkedin.com",
        "www.linkedin.com",
        "indeed.co.uk",
        "127.0.0.1",
        "169.254.169.254",
        "boards.elsewhere.example",
        "other.example",
    ):
        assert server.paths(host) == []
    for host in ("robots-503", "robots-500", "robots-hangs", "robots-no", "robots-slow"):
        assert not server.paths(f"{host}.example/list")
    reads = crawled[0]["reads"]
    assert reads["https://uk.linkedin.com/jobs"]["outcome"] == "refused"
    assert reads["https://indeed.co.uk/jobs"]["outcome"] == "refused"


def test_robots_is_asked_once_but_for_one_more_try_if_silent(
    crawled: tuple[Any, Crawl], server: Server
) -> None:
    for host in ("good", "robots-503", "robots-403", "endless-pages"):
        assert len(server.paths(f"{host}.example/robots.txt")) == 1
    assert len(server.paths("robots-hangs.example/robots.txt")) == 2


def test_a_redirect_within_the_site_is_followed_and_robots_asked_there(
    crawled: tuple[Any, Crawl], server: Server
) -> None:
    assert crawled[0]["reads"]["http://www.shop.com/list"]["outcome"] == "ok"
    assert server.paths("jobs.shop.com") == ["jobs.shop.com/robots.txt", "jobs.shop.com/all?x=1"]


def test_addresses_that_are_none(crawled: tuple[Any, Crawl]) -> None:
    reads = crawled[0]["reads"]
    assert reads["ftp://files.example/list"]["outcome"] == "malformed"
    assert reads["http://[broken/list"]["outcome"] == "malformed"
    assert reads["start fails"]["detail"] == "the source failed (RuntimeError)"
    assert reads["x"]["detail"] == "there is no source called unheard-of"
    assert reads["http://unreachable.example/list"]["outcome"] == "failed"
    assert "refused the connection" in reads["http://unreachable.example/list"]["detail"]


def test_a_server_error_is_tried_twice(crawled: tuple[Any, Crawl], server: Server) -> None:
    assert len(server.paths("broken.example/list")) == 2
    assert len(server.paths("gone.example/list")) == 1


def test_nothing_that_moves_a_terminal_is_kept(crawled: tuple[Any, Crawl], home: Path) -> None:
    with duckdb.connect(str(home / "postings.duckdb"), read_only=True) as db:
        rows = db.execute(
            "SELECT title, description FROM postings JOIN posting_texts USING (text_hash) "
            "WHERE board = 'http://hostile.example/list'"
        ).fetchall()
    assert rows == [("]0;ownedCook ", "line\nline31m")]


def test_the_log_says_where_a_source_failed_and_is_plain(
    crawled: tuple[Any, Crawl], home: Path
) -> None:
    log = (home / "crawl.log").read_text(encoding="utf-8")
    assert "KeyError: 'a bug in the source'" in log
    assert not any(c < " " and c not in "\n\t" for c in log)


def test_we_say_who_we_are_and_send_nothing_else(
    crawled: tuple[Any, Crawl], server: Server
) -> None:
    headers = next(h.headers for h in server.hits if h.path == "good.example/list")
    assert headers["User-Agent"] == "inroad/0"
    assert not {"Cookie", "Referer", "Authorization"} & set(headers)


def test_the_spool_is_empty_afterwards(crawled: tuple[Any, Crawl], home: Path) -> None:
    assert list((home / "spool").iterdir()) == []


def test_the_report_counts_what_is_in_the_database(crawled: tuple[Any, Crawl], home: Path) -> None:
    with duckdb.connect(str(home / "postings.duckdb"), read_only=True) as db:
        count = db.execute("SELECT count(*) FROM postings").fetchall()
    assert count == [(sum(r["new"] for r in crawled[0]["reads"].values()),)]
    assert json.dumps(crawled[0]["damaged"]) == "[]"
