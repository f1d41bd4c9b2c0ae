"""What changed on a posting, and when; and how much of that is kept."""

from datetime import datetime, timedelta

import pytest

import store.database
from store.closing import READS_TO_BELIEVE
from store.database import Database
from store.history import CHANGES_KEPT, changes_of, text_of
from store.postings import open_postings
from store.searching import PostingFilter
from tests.store.shop import START, Shop


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


def changes(shop, external_id="1"):
    return changes_of(shop.db, "greenhouse", "acme", external_id)


def told(shop):
    return {(c.field, c.before, c.after) for c in changes(shop)}


def test_each_field_that_says_something_else_is_a_change_with_its_day(shop):
    shop.run(shop.posting("1", title="Cook", locations=["Oslo"]), shop.read())
    assert changes(shop) == []
    shop.run(
        shop.posting("1", title="Head Cook", locations=["Oslo", "Bergen"], team="Kitchen"),
        shop.read(),
    )
    assert told(shop) == {
        ("title", "Cook", "Head Cook"),
        ("locations", "Oslo", "Oslo; Bergen"),
        ("team", None, "Kitchen"),
    }
    assert {c.seen_at for c in changes(shop)} == {shop.seen}
    shop.run(shop.posting("1", title="Chef", locations=["Oslo", "Bergen"], team="Kitchen"))
    assert next((c.before, c.after) for c in changes(shop)) == ("Head Cook", "Chef")


def test_an_unchanged_posting_has_no_history(shop):
    for _ in range(3):
        shop.run(shop.posting("1", description="A text."), shop.read())
    assert changes(shop) == []


def test_the_text_before_its_newest_change_is_kept_and_older_ones_go(shop):
    for text in ("first", "second", "third"):
        shop.run(shop.posting("1", description=text), shop.read())
    newest, older = [c for c in changes(shop) if c.field == "text"]
    assert text_of(shop.db, newest.before) == "second"
    assert text_of(shop.db, newest.after) == "third"
    assert text_of(shop.db, older.before) is None


def test_the_history_of_a_field_that_flips_is_bounded(shop, monkeypatch):
    assert CHANGES_KEPT <= 100
    monkeypatch.setattr("store.history.CHANGES_KEPT", 5)
    for n in range(5 + 4):
        shop.run(shop.posting("1", title=f"Cook {n}"), shop.posting("2"), shop.read())
    kept = changes(shop)
    assert [change.after for change in kept] == [f"Cook {n}" for n in (8, 7, 6, 5, 4)]


def test_details_that_come_in_for_the_first_time_are_no_change(shop):
    listed = shop.posting("1", title="Cook") | {"from_list": True}
    shop.run(listed, shop.read())
    shop.run(shop.posting("1", title="Cook", description="All of it.") | {"list_mark": 7})
    assert changes(shop) == []


def test_a_relative_date_is_no_change(shop):
    for day in (3, 4):
        shop.run(
            shop.posting(
                "1", published_at=START - timedelta(days=day), published_precision="relative"
            ),
            shop.read(),
        )
    assert changes(shop) == []


def test_a_posting_that_comes_back_says_when_it_was_closed(shop):
    shop.run(shop.posting("1"), shop.posting("2"), shop.read())
    shop.run(shop.posting("2"), shop.read())
    shop.run(shop.posting("2"), shop.read())
    assert shop.open() == ["2"]
    closed = shop.seen
    shop.run(shop.posting("1"), shop.posting("2"), shop.read())
    assert shop.open() == ["1", "2"]
    assert told(shop) == {("closed_at", str(closed), None)}


def many(shop, numbers):
    return [shop.posting(str(n)) for n in numbers]


def test_a_list_from_which_nearly_all_is_gone_is_not_believed_at_once(shop):
    shop.run(*many(shop, range(40)), shop.read(listed=40))
    for time in range(1, READS_TO_BELIEVE):
        summary = shop.run(*many(shop, range(2)), shop.read(listed=2))
        (read,) = summary.reads
        assert (read.outcome, read.closed) == ("truncated", 0)
        assert f"not believed yet ({time} of {READS_TO_BELIEVE})" in read.detail
        assert "40 postings before and 2 now" in read.detail
    assert len(shop.open()) == 40
    shop.run(*many(shop, range(2)), shop.read(listed=2))
    assert shop.run(*many(shop, range(2)), shop.read(listed=2)).closed == 38
    assert shop.open() == ["0", "1"]


def test_a_good_list_between_two_short_ones_begins_the_count_anew(shop):
    shop.run(*many(shop, range(40)), shop.read(listed=40))
    for _ in range(READS_TO_BELIEVE - 1):
        shop.run(shop.read("empty", listed=0))
    shop.run(*many(shop, range(40)), shop.read(listed=40))
    (read,) = shop.run(shop.read("empty", listed=0)).reads
    assert read.outcome == "truncated" and "(1 of" in read.detail


def test_a_board_that_gives_all_postings_new_ids_is_believed(shop):
    shop.run(*many(shop, range(40)), shop.read(listed=40))
    shop.run(*many(shop, range(100, 140)), shop.read(listed=40))
    assert shop.run(*many(shop, range(100, 140)), shop.read(listed=40)).closed == 40


def test_a_database_of_the_second_schema_is_upgraded_with_what_it_holds(tmp_path, monkeypatch):
    path = tmp_path / "postings.duckdb"
    steps = store.database._migrations("postings")
    monkeypatch.setattr(store.database, "_migrations", lambda kind: steps[:2])
    published = datetime(2026, 10, 1)
    with Database(path, "postings").write() as connection:
        connection.execute(
            "INSERT INTO runs (run, started_at, finished_at) VALUES ('old', $1, $1)", [START]
        )
        connection.execute(
            "INSERT INTO boards (source, board, url, added_at) "
            "VALUES ('greenhouse', 'acme', 'https://x.example', ?)",
            [START],
        )
        connection.execute("INSERT INTO posting_texts VALUES ('t', 'What you will do.')")
        connection.execute(
            "INSERT INTO postings (source, board, external_id, title, employer, employer_origin, "
            "locations, workplace_type, text_hash, pay_min, pay_currency, pay_period, url, "
            "published_at, published_precision, first_seen, last_seen, last_run, content_hash) "
            "VALUES ('greenhouse', 'acme', '1', 'Cook', 'Acme', 'payload', ['Oslo'], 'unknown', "
            "'t', 20, 'EUR', 'HOUR', 'https://x.example/1', $at, 'date', $now, $now, 'old', 'c')",
            {"now": START, "at": published},
        )
    monkeypatch.setattr(store.database, "_migrations", lambda kind: steps)
    upgraded = Database(path, "postings")
    (found,) = open_postings(upgraded, ["Acme"], PostingFilter(pay=41_000), START)
    assert found.first_published_at == found.since == published
    assert (found.repost_of, found.also) == (None, ())
    assert open_postings(upgraded, ["Acme"], PostingFilter(pay=42_000), START) == []
    with upgraded.read() as connection:
        assert connection.execute("SELECT external_id FROM unsettled").fetchall() == [("1",)]
