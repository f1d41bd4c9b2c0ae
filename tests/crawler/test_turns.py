"""Whose turn it is: the most useful boards first, as far as one request at a time allows; and
what becomes of those whose turn does not come."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections import defaultdict
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loopback import jobs, text, until

from crawler.lanes import BOARDS_PER_LANE, Lane, Lanes
from crawler.sources.base import Board
from store.boards import NewBoard, add_boards
from store.database import Database
from store.unread import left_unread

BOARDS = st.lists(
    st.tuples(st.sampled_from("abcde"), st.integers(0, 4)), max_size=40
)  # (host, worth)


Facts = dict[Board, tuple[str, int]]


def opened(lanes: Lanes, facts: Facts, at_once: int, finish_first: bool) -> list[Board]:
    """The boards in the order in which a run with so many lanes would open them."""
    order: list[Board] = []
    running: list[tuple[Lane, Board]] = []

    def fill(lane: Lane) -> None:
        waiting = [other.worth for *_, other in lanes._idle]
        while board := lanes.take(lane):
            assert lane.open <= BOARDS_PER_LANE
            assert all(worth <= facts[board][1] for worth in waiting), "a better one was passed by"
            order.append(board)
            running.append((lane, board))

    def more() -> None:
        while lane := lanes.next():
            fill(lane)
            if lane.open:
                return
            lanes.rest(lane)

    for _ in range(at_once):
        more()
    while running:
        lane, _ = running.pop(0 if finish_first else -1)
        lane.open -= 1
        fill(lane)
        if not lane.open:
            lanes.rest(lane)
            more()
    return order


def lanes_of(boards: list[tuple[str, int]]) -> tuple[Lanes, Facts]:
    facts = {Board("plain", f"{host}{n}"): (host, w) for n, (host, w) in enumerate(boards)}
    return Lanes(facts, lambda b: facts[b][0], lambda b: facts[b][1]), facts


@given(BOARDS, st.integers(1, 4), st.booleans())
def test_every_board_has_one_turn_and_a_host_reads_its_most_useful_first(boards, at_once, first):
    lanes, facts = lanes_of(boards)
    order = opened(lanes, facts, at_once, first)
    assert sorted(order, key=str) == sorted(facts, key=str)
    by_host = defaultdict(list)
    for board in order:
        by_host[facts[board][0]].append(facts[board][1])
    assert all(worth == sorted(worth, reverse=True) for worth in by_host.values())


@given(BOARDS)
def test_one_lane_at_a_time_reads_all_hosts_in_the_order_of_worth(boards):
    lanes, facts = lanes_of(boards)
    worth = [facts[board][1] for board in opened(lanes, facts, 1, True)]
    assert worth == sorted(worth, reverse=True)


def test_among_equals_the_longest_lane_comes_first():
    lanes, facts = lanes_of([("a", 0), ("b", 0), ("b", 0), ("c", 1)])
    assert [facts[b][0] for b in opened(lanes, facts, 1, True)] == ["c", "b", "b", "a"]


def test_the_wire_shows_the_order_within_a_host(server, crawl):
    tokens = [f"http://order.example/{n}" for n in range(5)]
    for n in range(5):
        server.answers[f"order.example/{n}"] = jobs(n)
    crawl(*tokens, worth=[0, 3, 1, 0, 2])
    asked = [path for path in server.paths("order.example/") if "robots" not in path]
    assert [path[-1] for path in asked] == ["1", "4", "2", "0", "3"]


def test_the_wire_shows_the_order_across_hosts(server, crawl):
    """With one host at a time, the useful board of a late host goes before the rest of an early
    host's boards."""
    crawl.settings["concurrent_hosts"] = 1
    tokens = ["http://wide.example/0", "http://wide.example/1", "http://deep.example/2"]
    for n, host in enumerate(("wide", "wide", "deep")):
        server.answers[f"{host}.example/{n}"] = jobs(n)
    before = len(server.hits)
    crawl(*tokens, worth=[5, 1, 3])
    asked = [hit.path[-1] for hit in server.hits[before:] if "robots" not in hit.path]
    assert asked == ["0", "2", "1"]


def test_time_that_is_up_keeps_the_most_useful_and_the_next_run_begins_with_the_rest(
    server, crawl, tmp_path
):
    tokens = [f"http://brief.example/{n}" for n in range(9)]
    watch(crawl.home, *tokens)
    for n in range(9):
        server.answers[f"brief.example/{n}"] = jobs(n)

    def slow(request):
        until(lambda: "TimeUp" in crawl.told())
        jobs(6)(request)

    server.answers["brief.example/6"] = slow
    worth = [9 - abs(n - 8) for n in range(9)]  # the last is the most useful
    report = crawl(*tokens, worth=worth, budget=2)
    assert report["reason"] == "out of time"
    read = [t[-1] for t in tokens if report["reads"].get(t, {}).get("outcome") == "ok"]
    unread = [t[-1] for t in report["unread"]]
    # The one on the wire ended, and at most the one that had been opened behind it.
    assert set(read) >= {"8", "7", "6"} and len(read) <= 5
    assert max(unread) < min(read), "what was read is the more useful part"
    assert len(read) + len(unread) == 9
    waiting = left_unread_of(crawl.home)
    assert {token[-1] for _, token in waiting} == set(unread)
    server.answers["brief.example/6"] = jobs(6)
    assert crawl(*tokens)["unread"] == []
    assert left_unread_of(crawl.home) == frozenset()


def watch(home, *tokens):
    database = Database(home / "postings.duckdb", "postings")
    add_boards(
        database, [NewBoard("plain", t, t, None, None) for t in tokens], datetime(2026, 11, 24)
    )


def left_unread_of(home):
    return left_unread(Database(home / "postings.duckdb", "postings"))


def test_only_watched_boards_wait_for_their_turn(server, crawl):
    server.answers["gone.example/1"] = jobs(1)
    crawl("http://gone.example/1", budget=0)
    assert left_unread_of(crawl.home) == frozenset()
    watch(crawl.home, "http://gone.example/1")
    assert left_unread_of(crawl.home) == {("plain", "http://gone.example/1")}


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_what_a_killed_run_did_not_reach_is_first_next_time(server, crawl):
    tokens = [f"http://killed.example/{n}" for n in range(4)]
    watch(crawl.home, *tokens)
    for n in range(4):
        server.answers[f"killed.example/{n}"] = jobs(n)
    asked = threading.Event()

    def hang(request):
        asked.set()
        server.leave.wait(30)

    server.answers["killed.example/2"] = hang
    process = crawl.start(*tokens)
    assert asked.wait(30)
    until(lambda: crawl.told().count("BoardDone") == 2)
    process.send_signal(signal.SIGKILL)
    crawl.end()
    server.answers["killed.example/2"] = jobs(2)
    crawl(*tokens[:1])  # recovers what the killed run had read
    assert {token[-1] for _, token in left_unread_of(crawl.home)} == {"2", "3"}
    crawl(*tokens)
    assert left_unread_of(crawl.home) == frozenset()


def test_no_time_reads_nothing_and_loses_nothing(server, crawl):
    server.answers["none.example/1"] = jobs(1)
    report = crawl("http://none.example/1", budget=0)
    assert (report["reason"], report["new"], len(report["unread"])) == ("out of time", 0, 1)
    assert server.paths("none.example/1") == []


def test_boards_that_hang_when_the_time_is_up_do_not_hold_the_run(server, crawl):
    server.answers["stuck.example/1"] = lambda request: server.leave.wait(20)
    crawl.settings["timeout"] = 30
    server.answers["stuck.example/2"] = jobs(2)
    report = crawl("http://stuck.example/1", "http://stuck.example/2", budget=1, last_seconds=0.5)
    assert report["reason"] == "out of time"
    assert {t[-1] for t in report["unread"]} >= {"2"}
    assert [p for p in server.paths("stuck.example/") if p.endswith("/2")] == []


def test_details_wait_when_the_time_is_up(server, crawl):
    """What the list names is kept as the list has it; what it does not tell is read next time."""
    board = "http://part.example/list"
    pages = [
        {"id": str(n), "title": f"Job {n}", "page": f"http://part.example/{n}"} for n in (1, 2)
    ]

    def listed(request):
        until(lambda: "TimeUp" in crawl.told())
        text(json.dumps({"jobs": pages}))(request)

    server.answers["part.example/list"] = listed
    for n in (1, 2):
        server.answers[f"part.example/{n}"] = text(json.dumps({"text": f"All about {n}"}))
    report = crawl({"source": "detailed", "token": board}, budget=1)
    read = report["reads"][board]
    assert (read["outcome"], read["complete"], read["new"]) == ("ok", True, 2)
    assert "2 postings wait for the next run" in read["detail"]
    assert [p for p in server.paths("part.example/") if p[-1] in "12"] == []
    crawl({"source": "detailed", "token": board})
    assert len([p for p in server.paths("part.example/") if p[-1] in "12"]) == 2
