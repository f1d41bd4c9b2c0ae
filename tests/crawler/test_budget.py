"""Hosts that grant so many requests in so much time, over all runs."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loopback import Crawl, Server, jobs

from crawler.budget import Budgets, even_pause, span
from crawler.sources.base import Budget

HOST = "api.example"


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@given(
    st.lists(
        st.tuples(st.integers(1, 5), st.sampled_from([1.0, 10.0, 60.0])), min_size=1, max_size=3
    ),
    st.lists(st.floats(0, 30), max_size=60),
)
def test_no_window_ever_holds_more_than_is_granted(
    granted: list[tuple[int, float]], pauses: list[float]
) -> None:
    budget = [Budget(*one) for one in granted]
    clock = Clock()
    budgets = Budgets({HOST: budget}, clock=clock)
    left: list[float] = []
    for pause in pauses:
        clock.now += pause
        wait, whose = budgets.wait(HOST)
        assert (wait > 0) is (whose is not None)
        clock.now += wait
        assert budgets.wait(HOST)[0] < 1e-6
        budgets.spend(HOST)
        left.append(clock.now)
    for one in budget:
        for end in left:
            within = [t for t in left if end - one.seconds + 1e-6 < t <= end]
            assert len(within) <= one.requests


def test_the_count_outlives_the_run(tmp_path: Path) -> None:
    file, clock = tmp_path / "requests.json", Clock()
    for _ in range(2):
        Budgets({HOST: [Budget(2, 600)]}, file, clock).spend(HOST)
    later = Budgets({HOST: [Budget(2, 600)]}, file, clock)
    assert later.wait(HOST) == (600, Budget(2, 600))
    assert later.wait("other.example") == (0, None)
    clock.now += 601
    assert later.wait(HOST) == (0, None)


@pytest.mark.parametrize("kept", ["", "{", "[]", '{"api.example": 5}', '{"api.example": ["x"]}'])
def test_a_damaged_count_is_an_empty_one(tmp_path: Path, kept: str) -> None:
    file = tmp_path / "requests.json"
    file.write_text(kept, encoding="utf-8")
    budgets = Budgets({HOST: [Budget(1, 60)]}, file)
    assert budgets.wait(HOST) == (0, None)
    budgets.spend(HOST)
    assert len(json.loads(file.read_text(encoding="utf-8"))[HOST]) == 1


def test_a_clock_that_was_put_back_does_not_lock_a_host(tmp_path: Path) -> None:
    clock = Clock()
    budgets = Budgets({HOST: [Budget(1, 60)]}, clock=clock)
    budgets.spend(HOST)
    clock.now -= 10**6
    budgets.spend(HOST)
    assert budgets.wait(HOST)[0] <= 60


def test_short_budgets_are_spread_and_long_ones_are_not() -> None:
    assert even_pause([Budget(100, 600)]) == 6
    assert even_pause([Budget(25, 60), Budget(250, 86_400)]) == pytest.approx(2.4)
    assert even_pause([]) == 0


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(1, "1 s"), (45.2, "46 s"), (60, "1 min"), (600, "10 min"), (3_600, "1 h"), (86_400, "1 d"),
     (100, "2 min"), (5_000, "84 min"), (200_000, "3 d")],
)  # fmt: skip
def test_how_long_is_said(seconds: float, said: str) -> None:
    assert span(seconds) == said


def test_a_spent_budget_ends_the_host_for_this_run_and_the_next(
    crawl: Crawl, server: Server
) -> None:
    """Four requests a day, robots.txt among them."""
    tokens = [f"http://limited.example/{n}" for n in range(5)]
    for n in range(5):
        server.answers[f"limited.example/{n}"] = jobs(n, employer="A")
    first = crawl(*({"source": "limited", "token": t} for t in tokens))["reads"]
    outcomes = [first[t]["outcome"] for t in tokens]
    assert sorted(outcomes) == ["ok", "ok", "ok", "throttled", "throttled"]
    refused = next(first[t] for t in tokens if first[t]["outcome"] == "throttled")
    assert refused["detail"] == (
        "limited.example grants 4 requests in 1 d, and they are used up; "
        "there is room again in 24 h"
    )
    assert len(server.paths("limited.example/")) == 4
    again = crawl({"source": "limited", "token": tokens[0]})["reads"]
    assert again[tokens[0]]["outcome"] == "throttled"
    assert len(server.paths("limited.example/")) == 4
    kept = json.loads((crawl.home / "requests.json").read_text(encoding="utf-8"))
    assert list(kept) == ["limited.example"] and len(kept["limited.example"]) == 4


def test_a_board_is_not_read_again_before_its_time(crawl: Crawl, server: Server) -> None:
    token = "http://daily.example/list"
    board = {"source": "daily", "token": token}
    server.answers["daily.example/list"] = jobs(1, employer="A")
    assert crawl(board)["reads"][token]["outcome"] == "ok"
    again = crawl(board)
    assert again["reads"] == {}
    assert "Plain is not read again before" in again["skipped"][token]
    with duckdb.connect(str(crawl.home / "postings.duckdb")) as db:
        yesterday = datetime.now() - timedelta(days=2)
        db.execute("UPDATE board_reads SET started_at = ?", [yesterday])
    assert crawl(board)["reads"][token]["outcome"] == "ok"


def test_a_read_that_reached_nobody_may_be_repeated(crawl: Crawl, server: Server) -> None:
    token = "http://daily-down.example/list"
    board = {"source": "daily", "token": token}
    server.answers["daily-down.example/list"] = lambda r: setattr(r, "close_connection", True)
    assert crawl(board)["reads"][token]["outcome"] == "failed"
    server.answers["daily-down.example/list"] = jobs(1, employer="A")
    assert crawl(board)["reads"][token]["outcome"] == "ok"
