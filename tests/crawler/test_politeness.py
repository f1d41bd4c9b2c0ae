from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loopback import Crawl, Hit, Server, jobs, text

from crawler.politeness import is_denied, pause_for, retry_after, site_of
from crawler.settings import CrawlSettings

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


SLACK = 0.3
"""Seconds by which a busy machine may see a request later than it was sent."""


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("9" * 5000, math.inf),
        ("Sun, 01 Mar 2026 12:00:30 GMT", 30),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
        ("Sun, 01 Mar 2026 12:00:30 -0000", 30),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        (None, None),
        ("٣", None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


@given(st.text())
def test_retry_after_survives_anything(header: str) -> None:
    found = retry_after(header, NOW)
    assert found is None or found >= 0


@given(st.integers(0, 10**6))
def test_retry_after_reads_dates_as_it_reads_numbers(seconds: int) -> None:
    date = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert retry_after(date, NOW) == retry_after(str(seconds), NOW) == seconds


@pytest.mark.parametrize(
    ("host", "denied"),
    [
        ("linkedin.com", True),
        ("www.linkedin.com", True),
        ("de.indeed.com", True),
        ("indeed.co.uk", True),
        ("glassdoor.de", True),
        ("notlinkedin.com", False),
        ("linkedin.com.example.org", False),
        ("indeedcareers.example", False),
        ("boards-api.greenhouse.io", False),
        ("127.0.0.1", False),
        ("", False),
    ],
)
def test_hosts_we_promised_to_leave(host: str, denied: bool) -> None:
    assert is_denied(host) is denied


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("www.acme.co.uk", "jobs.acme.co.uk", True),
        ("acme.co.uk", "other.co.uk", False),
        ("acme.github.io", "other.github.io", False),
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "127.0.0.2", False),
        ("localhost", "acme.com", False),
    ],
)
def test_sites(one: str, other: str, same: bool) -> None:
    assert (site_of(one) == site_of(other)) is same


@pytest.mark.parametrize(
    ("host", "delay", "origins", "pause"),
    [
        ("acme.com", 1.0, {}, 1.0),
        ("acme.com", 0.0, {}, 0.5),
        ("acme.com", 0.0, {"acme.com": "https://mirror.example"}, 0.5),
        ("acme.com", 0.0, {"acme.com": "http://127.0.0.1:8080/acme"}, 0.0),
        ("acme.com", 0.1, {"*": "http://localhost:8080/{host}"}, 0.1),
        ("127.0.0.1", 0.0, {}, 0.0),
        ("127.0.0.1", 0.0, {"*": "https://mirror.example"}, 0.5),
        ("api.example", 1.0, {}, 3.0),
        ("api.example", 5.0, {}, 5.0),
        ("api.example", 0.0, {"*": "http://[::1]:8080"}, 0.0),
    ],
)
def test_pause_between_two_requests(
    host: str, delay: float, origins: dict[str, str], pause: float
) -> None:
    crawl = CrawlSettings(version="0", delay=delay, origins=origins)
    assert pause_for(host, crawl, {"api.example": 3.0}) == pause


@pytest.mark.parametrize(
    ("contact", "agent"),
    [
        (None, "inroad/1.2"),
        ("me@example.org", "inroad/1.2 (+me@example.org)"),
        ("https://example.org/me", "inroad/1.2 (+https://example.org/me)"),
        ("me\r\nX-Evil: (1)", "inroad/1.2 (+meX-Evil:1)"),
        ("\n", "inroad/1.2"),
    ],
)
def test_user_agent(contact: str | None, agent: str) -> None:
    assert CrawlSettings(version="1.2", contact=contact).user_agent == agent


@pytest.fixture(scope="module")
def crawled(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Hosts with several boards each, all in one crawl with a pause of 0.2 s."""
    once: set[str] = set()

    def first_time(path: str, status: int, **headers: str) -> None:
        def answer(request: Any) -> None:
            done = path in once
            once.add(path)
            (jobs(1) if done else text("", status, **headers))(request)

        server.answers[path] = answer

    for n in range(5):
        for host in ("paced", "slow-down", "wait", "wait-date", "unsaid", "mixed", "slow"):
            server.answers[f"{host}.example/{n}"] = jobs(1)
        for host in ("twice", "long", "both"):
            server.answers[f"{host}.example/{n}"] = text("", 429, Retry_After="0")
        server.answers[f"long.example/{n}"] = text("", 503, Retry_After="86400")
        server.answers[f"silent.example/{n}"] = lambda r: setattr(r, "close_connection", True)
    server.answers["slow-down.example/robots.txt"] = text("User-agent: *\nCrawl-delay: 0.5")
    first_time("wait.example/0", 429, Retry_After="1")
    first_time("unsaid.example/0", 503)
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=7200), usegmt=True)
    server.answers["wait-date.example/0"] = text("", 429, Retry_After=date)
    home: Path = tmp_path_factory.mktemp("politeness")
    crawl = Crawl(server, home, {"delay": 0.2})
    hosts = ("paced", "slow-down", "wait", "wait-date", "unsaid", "twice", "long", "silent")
    boards: list[Any] = [f"http://{host}.example/{n}" for n in range(5) for host in hosts]
    report = crawl(*boards, {"source": "slow", "token": "http://slow.example/0"})
    return report, crawl


def gaps(hits: list[Hit]) -> list[float]:
    return [b.at - a.at for a, b in pairwise(hits)]


def hits(server: Server, host: str) -> list[Hit]:
    return [h for h in server.hits if h.path.startswith(f"{host}.example/")]


def outcomes(crawled: Any, host: str) -> list[str]:
    reads = crawled[0]["reads"]
    return [reads[f"http://{host}.example/{n}"]["outcome"] for n in range(5)]


def test_requests_to_one_host_keep_their_distance(crawled: Any, server: Server) -> None:
    found = hits(server, "paced")
    assert len(found) == 6
    assert sum(gaps(found)) > 0.2 * len(gaps(found)) - SLACK


def test_crawl_delay_is_kept(crawled: Any, server: Server) -> None:
    found = hits(server, "slow-down")
    assert len(found) == 6
    assert sum(gaps(found)) > 0.5 * len(gaps(found)) - SLACK


def test_retry_after_holds_the_host_and_not_only_the_board(crawled: Any, server: Server) -> None:
    found = hits(server, "wait")
    refused = next(i for i, h in enumerate(found) if h.path == "wait.example/0")
    assert found[refused + 1].at - found[refused].at > 1 - SLACK
    assert outcomes(crawled, "wait") == ["ok"] * 5
    assert len([h for h in found if h.path == "wait.example/0"]) == 2


def test_being_throttled_without_a_time_holds_the_host_for_some_pauses(
    crawled: Any, server: Server
) -> None:
    found = hits(server, "unsaid")
    refused = next(i for i, h in enumerate(found) if h.path == "unsaid.example/0")
    assert found[refused + 1].at - found[refused].at > 5 * 0.2 - 0.02
    assert outcomes(crawled, "unsaid") == ["ok"] * 5


def test_the_second_throttling_stops_the_host(crawled: Any, server: Server) -> None:
    assert len(hits(server, "twice")) == 1 + 2
    assert outcomes(crawled, "twice") == ["throttled"] * 5


@pytest.mark.parametrize("host", ["long", "wait-date"])
def test_a_wait_longer_than_ours_stops_the_host(crawled: Any, server: Server, host: str) -> None:
    last = hits(server, host)[-1]
    assert last.path in ("long.example/0", "wait-date.example/0", *server.paths("long"))
    throttled = [o for o in outcomes(crawled, host) if o == "throttled"]
    assert throttled
    reads = crawled[0]["reads"]
    assert "asked to be left alone for" in str(reads[f"http://{host}.example/0"]["detail"])
    # One robots.txt, and nothing after the answer that asked for the wait.
    index = next(i for i, h in enumerate(hits(server, host)) if h.path == f"{host}.example/0")
    assert index == len(hits(server, host)) - 1


def test_a_silent_host_is_given_up(crawled: Any, server: Server) -> None:
    assert len(server.paths("silent.example/")) <= 1 + 2 * 3
    assert outcomes(crawled, "silent") == ["failed"] * 5
    assert "in a row unanswered" in str(crawled[0]["reads"]["http://silent.example/4"])


def test_a_source_s_pause_is_not_for_loopback(crawled: Any) -> None:
    assert crawled[0]["reads"]["http://slow.example/0"]["outcome"] == "ok"
    assert crawled[1].seconds < 15


def test_hosts_do_not_wait_for_each_other(crawled: Any, server: Server) -> None:
    """Eight hosts with six requests each took about as long as the slowest one alone."""
    everything = [h.at for h in server.hits]
    slowest = max(hits(server, h)[-1].at - hits(server, h)[0].at for h in ("slow-down", "wait"))
    assert max(everything) - min(everything) < slowest + 2
