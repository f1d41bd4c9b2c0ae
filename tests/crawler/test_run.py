from __future__ import annotations

import logging
import os
import signal
import threading
from pathlib import Path
from typing import Any

import duckdb
import pytest
from loopback import Crawl, Request, Server, jobs, text, until

from crawler.engine import MAX_LOG_BYTES, _log_to

posix = pytest.mark.skipif(os.name != "posix", reason="sends POSIX signals")


def gate(server: Server, answer: Any) -> tuple[Any, threading.Event, threading.Event]:
    """An answer that waits; what it waits for; and what says that it is waiting."""
    opened, reached = threading.Event(), threading.Event()

    def wait(request: Request) -> None:
        reached.set()
        opened.wait(20)
        answer(request)

    return wait, opened, reached


def stored(crawl: Crawl) -> set[str]:
    with duckdb.connect(str(crawl.home / "postings.duckdb"), read_only=True) as db:
        return {row[0] for row in db.execute("SELECT external_id FROM postings").fetchall()}


def test_names_come_from_the_surest_place(crawl: Crawl, server: Server) -> None:
    server.answers["names.example/payload"] = jobs(
        {"id": "1", "title": "Cook", "employer": "Payload AG"}, employer="Board AG"
    )
    server.answers["names.example/board"] = jobs({"id": "2", "title": "Cook"}, employer="Board AG")
    for path, job in (("known", "3"), ("guessed", "4"), ("unsure", "5")):
        more = {"employer": "Board AG"} if path == "unsure" else {}
        server.answers[f"names.example/{path}"] = jobs({"id": job, "title": "Cook"}, **more)
    url = "http://names.example/"
    crawl(
        {"token": f"{url}payload", "employer": "User AG"},
        {"token": f"{url}board"},
        {"token": f"{url}known", "employer": "User AG", "origin": "directory"},
        {"token": f"{url}guessed"},
        {"token": f"{url}unsure", "employer": "User AG", "origin": "user"},
    )
    with duckdb.connect(str(crawl.home / "postings.duckdb"), read_only=True) as db:
        rows = db.execute(
            "SELECT external_id, employer, employer_origin FROM postings ORDER BY 1"
        ).fetchall()
    assert rows == [
        ("1", "Payload AG", "payload"),
        ("2", "Board AG", "board"),
        ("3", "User AG", "directory"),
        ("4", f"{url}guessed", "slug"),
        ("5", "Board AG", "board"),
    ]


def test_a_second_crawl_adds_nothing_and_a_lost_posting_closes_on_the_third(
    crawl: Crawl, server: Server
) -> None:
    board = "http://again.example/list"
    server.answers["again.example/list"] = jobs(1, 2)
    assert crawl(board)["new"] == 2
    server.answers["again.example/list"] = jobs(1)
    second, third = crawl(board), crawl(board)
    assert (second["new"], second["reads"][board]["closed"]) == (0, 0)
    assert third["reads"][board]["closed"] == 1


def test_events_tell_the_whole_story(crawl: Crawl, server: Server) -> None:
    server.answers["told.example/list"] = jobs(1)
    board = {"token": "http://told.example/list"}
    assert crawl(board, board)["events"] == [
        "RunStarted",
        "BoardStarted",
        "PostingsRead",
        "BoardDone",
        "Merging",
    ]


def test_many_boards_on_one_host_share_one_connection_at_a_time(
    crawl: Crawl, server: Server
) -> None:
    at_once, most = 0, 0
    lock = threading.Lock()

    def answer(request: Request) -> None:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        jobs(1)(request)
        with lock:
            at_once -= 1

    server.hosts["busy.example"] = answer
    boards = [f"http://busy.example/{n}" for n in range(60)]
    report = crawl(*boards)
    assert {r["outcome"] for r in report["reads"].values()} == {"ok"}
    assert most == 1


def test_two_runs_of_one_home_do_not_overlap(crawl: Crawl, server: Server) -> None:
    wait, opened, reached = gate(server, jobs(1))
    server.answers["lock.example/list"] = wait
    crawl.start("http://lock.example/list")
    assert reached.wait(20)
    second = Crawl(server, crawl.home)
    refused = second("http://lock.example/list")
    assert second.code == 4
    assert "Another crawl of this home is running" in refused["error"]
    opened.set()
    assert crawl.end()["new"] == 1


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_keeps_everything_and_does_not_wait_for_a_turn(
    crawl: Crawl, server: Server, number: signal.Signals
) -> None:
    """The host holds for half a minute; what is on the wire elsewhere still comes in."""
    host = f"on-wire-{number.name.lower()}.example"
    held = f"held-{number.name.lower()}.example"
    wait, opened, reached = gate(server, jobs(7))
    server.answers[f"{host}/list"] = wait
    server.answers[f"done-{number.name.lower()}.example/list"] = jobs(1, 2)
    server.answers[f"{held}/1"] = text("", 429, Retry_After="30")
    server.answers[f"{held}/2"] = jobs(9)
    process = crawl.start(
        f"http://{host}/list",
        f"http://done-{number.name.lower()}.example/list",
        f"http://{held}/1",
        f"http://{held}/2",
    )
    assert reached.wait(20)
    until(lambda: server.paths(f"{held}/1"))
    until(lambda: list((crawl.home / "spool").glob("*/*.part")))
    process.send_signal(number)
    until(lambda: "Stopping()" in crawl.told())
    # The held host's waiting requests are let go at once; only then may the last one end.
    opened.set()
    report = crawl.end(timeout=15)
    assert process.returncode == 130
    assert report["reason"] == "interrupted"
    assert stored(crawl) == {"1", "2", "7"}
    assert sorted(report["unread"]) == [f"http://{held}/1", f"http://{held}/2"]
    assert list((crawl.home / "spool").iterdir()) == []
    assert crawl.stderr == ""


@posix
def test_a_second_signal_does_not_wait_for_the_wire(crawl: Crawl, server: Server) -> None:
    wait, opened, reached = gate(server, jobs(7))
    server.answers["stuck.example/list"] = wait
    server.answers["quick.example/list"] = jobs(1, 2)
    process = crawl.start("http://stuck.example/list", "http://quick.example/list")
    assert reached.wait(20)
    until(lambda: list((crawl.home / "spool").glob("*/*.part")))
    process.send_signal(signal.SIGINT)
    until(lambda: "Stopping()" in crawl.told())
    process.send_signal(signal.SIGINT)
    until(lambda: process.poll() is not None)
    opened.set()
    report = crawl.end(timeout=15)
    assert process.returncode == 130
    assert stored(crawl) == {"1", "2"}
    assert report["unread"] == ["http://stuck.example/list"]
    assert crawl.stderr == ""


@posix
def test_the_wire_is_not_waited_for_forever(crawl: Crawl, server: Server) -> None:
    wait, opened, reached = gate(server, jobs(7))
    server.answers["forever.example/list"] = wait
    process = crawl.start("http://forever.example/list", grace=0.2)
    assert reached.wait(20)
    process.send_signal(signal.SIGINT)
    report = crawl.end(timeout=15)
    opened.set()
    assert process.returncode == 130
    assert report["unread"] == ["http://forever.example/list"]


def test_a_database_someone_else_keeps_locked_loses_nothing(crawl: Crawl, server: Server) -> None:
    wait, opened, reached = gate(server, jobs(1, 2))
    server.answers["busy-db.example/list"] = wait
    crawl.start("http://busy-db.example/list")
    assert reached.wait(20)
    with duckdb.connect(str(crawl.home / "postings.duckdb")):
        opened.set()
        refused = crawl.end()
        assert "is in use" in refused["error"]
        assert "the next run merges it" in refused["error"]
    server.answers["busy-db.example/list"] = jobs(1, 2)
    report = crawl("http://busy-db.example/list")
    assert [segments for _, segments, _ in report["recovered"]] == [1]
    assert report["new"] == 0
    assert stored(crawl) == {"1", "2"}


def test_an_origin_on_loopback_is_not_asked_for_through_a_proxy(
    crawl: Crawl, server: Server
) -> None:
    server.answers["direct.example/list"] = jobs(1)
    proxy = "http://user:secret@127.0.0.1:9"
    crawl.environment = {"http_proxy": proxy, "https_proxy": proxy, "no_proxy": ""}
    for scheme in ("http", "https"):
        url = f"{scheme}://direct.example/list"
        assert crawl(url)["reads"][url]["outcome"] == "ok"
    assert not any("Proxy-Authorization" in hit.headers for hit in server.hits)


def test_where_nothing_answered_nothing_was_empty(crawl: Crawl, server: Server) -> None:
    """Every fetch of these boards may fail without harm, so long as one does not."""
    server.answers["half.example/list"] = jobs(also=["http://half.example/missing"])
    server.answers["none.example/list"] = text("", 503)
    half, none = "http://half.example/list", "http://none.example/list"
    report = crawl({"source": "shrugging", "token": half}, {"source": "shrugging", "token": none})
    assert report["reads"][half]["outcome"] == "empty"
    assert report["reads"][none]["outcome"] == "throttled"
    assert report["reads"][none]["complete"] is False


def test_kill_at_any_moment_loses_nothing_fetched(crawl: Crawl, server: Server) -> None:
    wait, opened, reached = gate(server, jobs(99))
    for n in range(30):
        server.answers[f"kill.example/{n}"] = jobs(3 * n, 3 * n + 1, 3 * n + 2)
    server.answers["kill.example/30"] = wait
    boards = [f"http://kill.example/{n}" for n in range(31)]
    process = crawl.start(*boards)
    assert reached.wait(20)
    (run,) = (crawl.home / "spool").iterdir()
    until(lambda: sum(p.read_bytes().count(b'"kind":"posting"') for p in run.iterdir()) == 90)
    process.kill()
    process.communicate()
    opened.set()
    with next(run.glob("*.part")).open("ab") as part:
        part.write(b'{"n":5000,"kind":"posting","source":"pl')

    server.answers["kill.example/0"] = jobs(0)
    report = crawl("http://kill.example/0")
    assert report["recovered"] == [[run.name, 1, 0]]
    assert len(stored(crawl)) == 90
    assert report["events"][0] == "Recovered"
    assert report["new"] == 0
    assert list((crawl.home / "spool").iterdir()) == []


def test_memory_does_not_grow_with_the_number_of_boards(crawl: Crawl, server: Server) -> None:
    server.anywhere["list"] = jobs(1)
    few = crawl(*(f"http://few{n}.example/list" for n in range(20)))
    crawl.home = crawl.home.with_name("many")
    many = crawl(*(f"http://many{n}.example/list" for n in range(500)))
    assert {r["outcome"] for r in many["reads"].values()} == {"ok"}
    assert many["peak_mb"] - few["peak_mb"] < 60


def test_pages_are_fetched_politely_and_say_where_they_led(crawl: Crawl, server: Server) -> None:
    server.answers["www.page.com/careers"] = text("", 301, Location="https://jobs.page.com/")
    server.answers["jobs.page.com/"] = text("Join us")
    server.answers["moved.example/careers"] = text(
        "", 302, Location="https://boards.greenhouse.io/acme"
    )
    server.answers["private.example/robots.txt"] = text("User-agent: *\nDisallow: /")
    server.answers["private.example/careers"] = text("no")
    urls = [
        "https://www.page.com/careers",
        "http://moved.example/careers",
        "http://private.example/careers",
        "http://lost.example/",
        "https://linkedin.com/in/me",
        "nonsense",
        "https://www.page.com/careers",
    ]
    page, moved, private, lost, denied, nonsense, again = crawl(pages=urls)
    assert (page["url"], page["detail"]) == ("https://jobs.page.com/", "Join us")
    assert page["chain"] == ["https://www.page.com/careers"]
    assert again == page
    assert moved["outcome"] == "failed"
    assert moved["chain"] == ["http://moved.example/careers", "https://boards.greenhouse.io/acme"]
    assert server.paths("boards.greenhouse.io") == []
    assert private["outcome"] == "refused" and "robots.txt" in private["detail"]
    assert lost["outcome"] == "not_found"
    assert denied["outcome"] == "refused" and server.paths("linkedin.com") == []
    assert nonsense["outcome"] == "failed"


def test_the_log_stays_small(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "crawl.log"
    with _log_to(log):
        for _ in range(700):
            logging.getLogger("crawler.test").warning("\x1b[31m%s", "x" * 10_000)
    sizes = [path.stat().st_size for path in log.parent.iterdir()]
    assert len(sizes) == 2
    assert sum(sizes) <= 2 * MAX_LOG_BYTES
    assert "\x1b" not in log.read_text(encoding="utf-8")
