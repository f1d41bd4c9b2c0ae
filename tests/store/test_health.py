"""How well boards are read, out of the reads there were."""

import pytest

from store.health import RUNS_TO_BE_GONE, Move, boards_health, remember_moves
from tests.store.shop import Shop


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


def of(shop, board="acme"):
    return next(b for b in boards_health(shop.db) if b.board == board)


def failed(shop, outcome, **fields):
    return shop.read(outcome, complete=False, **fields)


def test_a_board_that_was_never_read(shop):
    board = of(shop)
    assert (board.outcome, board.failures, board.gone, board.now) == (None, 0, False, 0)


def test_what_it_lists_now_and_listed_before(shop):
    shop.run(shop.posting("1"), shop.posting("2"), shop.posting("3"), shop.read(listed=3))
    first = shop.seen
    assert (of(shop).now, of(shop).before) == (3, None)
    shop.run(shop.posting("1"), shop.read(listed=1))
    shop.run(shop.posting("1"), shop.read(listed=1))
    assert (of(shop).now, of(shop).before, of(shop).good_at) == (1, 1, shop.seen)
    shop.run(failed(shop, "malformed", detail="no list of jobs"))
    board = of(shop)
    assert (board.outcome, board.detail, board.failures) == ("malformed", "no list of jobs", 1)
    assert (board.now, board.before) == (1, 1)
    assert first < board.good_at < board.read_at == shop.seen


def test_the_streak_counts_reads_in_a_row(shop):
    shop.run(failed(shop, "failed"))
    shop.run(shop.posting("1"), shop.read(listed=1))
    assert of(shop).failures == 0
    for n in range(1, 4):
        shop.run(failed(shop, "throttled"))
        assert of(shop).failures == n
    assert not of(shop).gone
    shop.run(shop.posting("1"), shop.read("ok", complete=False, listed=1))
    assert of(shop).failures == 4, "what was read in part is no good read"


def test_not_found_three_times_in_a_row_is_gone_until_it_is_back(shop):
    shop.run(shop.posting("1"), shop.read(listed=1))
    for _ in range(RUNS_TO_BE_GONE):
        assert not of(shop).gone
        shop.run(failed(shop, "not_found"))
    assert of(shop).gone and of(shop).now == 1
    shop.run(failed(shop, "failed"))
    assert not of(shop).gone
    for _ in range(RUNS_TO_BE_GONE):
        shop.run(failed(shop, "not_found"))
    remember_moves(
        shop.db,
        [Move("greenhouse", "acme", "https://acme.example", "a link", "lever", "acme")],
        shop.now,
    )
    assert (of(shop).moved_to, of(shop).moved_why) == ("lever:acme", "a link")
    shop.run(shop.posting("1"), shop.read(listed=1))
    assert (of(shop).gone, of(shop).moved_to) == (False, None), "what was said is over"


def test_the_worst_come_first(shop):
    for board in ("gone", "failing", "fine", "never", "shrunk"):
        shop.follow(board)
    fine = [
        shop.posting("f", board="fine"),
        shop.read(listed=1) | {"board": "fine"},
        shop.posting("a"),
        shop.read(listed=1),
    ]
    shrunk = [shop.posting(f"s{n}", board="shrunk") for n in range(4)]
    shop.run(*fine, *shrunk, shop.read(listed=4) | {"board": "shrunk"})
    for _ in range(4):
        shop.run(
            *fine,
            shrunk[0],
            shop.read(listed=1) | {"board": "shrunk"},
            failed(shop, "not_found") | {"board": "gone"},
            failed(shop, "refused") | {"board": "failing"},
        )
    order = [b.board for b in boards_health(shop.db)]
    assert order[:3] == ["gone", "failing", "never"]
    assert set(order[3:]) == {"acme", "fine", "shrunk"}


def test_the_page_to_ask_is_the_one_that_led_to_the_board(shop):
    shop.follow("led", careers_url="https://www.led.example/careers")
    shop.follow("own")
    lines = []
    for board in ("led", "own", "acme"):
        address = {"url": f"https://www.{board}.example/jobs/1"} if board == "own" else {}
        lines.append(shop.posting("1", board=board, **address))
        lines.append(shop.read(listed=1) | {"board": board})
    shop.run(*lines)
    for _ in range(RUNS_TO_BE_GONE):
        shop.run(*(failed(shop, "not_found") | {"board": b} for b in ("led", "own", "acme")))
    assert of(shop, "led").page == "https://www.led.example/careers"
    assert of(shop, "own").page == "https://www.own.example"
