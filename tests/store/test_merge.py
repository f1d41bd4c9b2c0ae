"""Segments into postings: identity, changes, closing, and what must never close anything."""

from datetime import timedelta

import pytest

from store.boards import NewBoard, add_boards, followed_boards
from store.database import Database
from store.known import what_is_known
from store.merge import SegmentDamaged, begin_run, merge_segment, run_summary
from store.postings import hiring_employers, open_postings
from store.searching import PostingFilter
from tests.store.shop import START, Shop


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


def test_new_changed_and_unchanged_are_told_apart(shop):
    first = shop.run(shop.posting("1"), shop.posting("2"), shop.read(listed=2))
    assert (first.new, first.changed, first.unchanged, first.closed) == (2, 0, 0, 0)
    second = shop.run(shop.posting("1"), shop.posting("2", description="more"), shop.read())
    assert (second.new, second.changed, second.unchanged, second.closed) == (0, 1, 1, 0)
    with shop.db.read() as connection:
        assert connection.execute("SELECT count(*) FROM posting_texts").fetchall() == [(2,)]
        first_seen, last_seen = connection.execute(
            "SELECT first_seen, last_seen FROM postings WHERE external_id = '2'"
        ).fetchall()[0]
    assert last_seen - first_seen == timedelta(days=1)


def test_a_segment_is_merged_once(shop):
    begin_run(shop.db, "r", shop.now)
    segment = shop.segment("r", "1", [shop.posting("1"), shop.read()])
    assert merge_segment(shop.db, "r", segment) is True
    assert merge_segment(shop.db, "r", segment) is False
    assert run_summary(shop.db, "r").new == 1


def test_the_same_posting_twice_in_a_run_counts_once(shop):
    summary = shop.run(shop.posting("1"), shop.posting("1", title="Later"), shop.read())
    assert (summary.new, summary.unchanged) == (1, 0)
    begin_run(shop.db, "r", shop.now)
    merge_segment(shop.db, "r", shop.segment("r", "1", [shop.posting("9")]))
    merge_segment(shop.db, "r", shop.segment("r", "2", [shop.posting("9"), shop.read()]))
    assert (run_summary(shop.db, "r").new, run_summary(shop.db, "r").unchanged) == (1, 0)


def test_a_posting_closes_after_two_complete_reads_without_it(shop):
    shop.run(shop.posting("1"), shop.posting("2"), shop.read())
    assert shop.run(shop.posting("1"), shop.read()).closed == 0
    assert shop.open() == ["1", "2"]
    assert shop.run(shop.posting("1"), shop.read()).closed == 1
    assert shop.open() == ["1"]


def test_a_posting_that_comes_back_is_open_again(shop):
    shop.run(shop.posting("1"), shop.posting("2"), shop.read())
    shop.run(shop.posting("1"), shop.read())
    shop.run(shop.posting("1"), shop.read())
    shop.run(shop.posting("1"), shop.posting("2"), shop.read())
    assert shop.open() == ["1", "2"]


def test_reads_without_it_must_be_consecutive(shop):
    shop.run(shop.posting("1"), shop.posting("2"), shop.read())
    shop.run(shop.posting("1"), shop.read())
    shop.run(shop.posting("1"), shop.posting("2"), shop.read())
    shop.run(shop.posting("1"), shop.read())
    assert shop.open() == ["1", "2"]


@pytest.mark.parametrize(
    "outcome", ["not_found", "refused", "throttled", "malformed", "truncated", "failed"]
)
def test_no_bad_read_closes_anything(shop, outcome):
    shop.run(shop.posting("1"), shop.posting("2"), shop.read())
    for _ in range(4):
        shop.run(shop.read(outcome))
    assert shop.open() == ["1", "2"]


def test_an_incomplete_read_is_no_evidence(shop):
    shop.run(shop.posting("1"), shop.posting("2"), shop.read())
    for _ in range(3):
        shop.run(shop.posting("1"), shop.read(complete=False))
    assert shop.open() == ["1", "2"]


def test_an_interrupted_read_is_no_evidence(shop):
    shop.run(shop.posting("1"), shop.posting("2"), shop.read())
    for _ in range(3):
        summary = shop.run(shop.posting("1"))
    assert summary.reads[0].outcome is None
    assert shop.open() == ["1", "2"]


def test_a_posting_that_was_there_but_unreadable_counts_as_seen(shop):
    shop.run(shop.posting("1"), shop.posting("2"), shop.read())
    for _ in range(3):
        seen = {"kind": "seen", "external_id": "2", "seen_at": shop.now.isoformat(" ")}
        shop.run(shop.posting("1"), seen, shop.read())
    assert shop.open() == ["1", "2"]


def test_a_board_of_many_that_lists_none_is_suspicious(shop):
    shop.run(*[shop.posting(str(i)) for i in range(6)], shop.read())
    for _ in range(3):
        summary = shop.run(shop.read("empty", listed=0))
    assert summary.reads[0].outcome == "truncated"
    assert "listed 6 postings before" in summary.reads[0].detail
    assert len(shop.open()) == 6


def test_a_board_of_few_may_empty(shop):
    shop.run(shop.posting("1"), shop.read())
    assert shop.run(shop.read("empty", listed=0)).closed == 0
    assert shop.run(shop.read("empty", listed=0)).closed == 1
    assert shop.open() == []


def test_valid_through_closes_and_stays_closed_while_listed(shop):
    expiring = {"valid_through": START + timedelta(days=2, hours=1)}
    shop.run(shop.posting("1", **expiring), shop.read())
    assert shop.open() == ["1"]
    shop.run(shop.posting("1", **expiring), shop.read())
    assert shop.run(shop.posting("1", **expiring), shop.read()).closed == 1
    assert shop.open() == []
    assert shop.run(shop.posting("1", **expiring), shop.read()).closed == 0
    later = {"valid_through": START + timedelta(days=90)}
    shop.run(shop.posting("1", **later), shop.read())
    assert shop.open() == ["1"]


def test_a_damaged_segment_merges_nothing_and_its_run_closes_nothing(shop):
    shop.run(shop.posting("1"), shop.posting("2"), shop.read())
    shop.run(shop.posting("1"), shop.read())
    begin_run(shop.db, "r", shop.now)
    broken = shop.folder / "broken.jsonl"
    broken.write_text('{"kind": "posting", "external_id": "7"}\n{"kind": "pos\x00}\nnonsense\n')
    with pytest.raises(SegmentDamaged, match="broken.jsonl"):
        merge_segment(shop.db, "r", broken)
    merge_segment(shop.db, "r", shop.segment("r", "2", [shop.posting("1"), shop.read()]))
    assert shop.open() == ["1", "2"]


def test_a_name_learned_while_reading_fills_an_unnamed_board(shop):
    shop.run(shop.posting("1"), shop.read(employer="Acme Robotics", employer_origin="page"))
    assert followed_boards(shop.db)[0].employer == "Acme Robotics"
    assert hiring_employers(shop.db, PostingFilter(), shop.now) == {"Acme Robotics": 1}
    shop.run(shop.posting("1"), shop.read(employer="Other", employer_origin="page"))
    assert followed_boards(shop.db)[0].employer == "Acme Robotics"


def test_a_list_of_many_employers_goes_by_none_of_them(shop):
    shop.run(
        *(shop.posting(n, employer=name) for n, name in zip("1234", "AABC", strict=True)),
        shop.read(),
    )
    assert (followed_boards(shop.db)[0].employer, shop.open()) == ("A", ["1", "2", "3", "4"])
    shop.run(
        *(shop.posting(n, employer=name) for n, name in zip("12345", "AABCD", strict=True)),
        shop.read(),
    )
    (board,) = followed_boards(shop.db)
    assert (board.employer, board.employer_origin, board.open_postings) == (None, None, 5)


def test_an_employer_in_the_payload_wins_over_the_board(shop):
    shop.run(
        shop.posting("1", employer="Acme Health"),
        shop.posting("2"),
        shop.read(employer="Acme", employer_origin="page"),
    )
    assert hiring_employers(shop.db, PostingFilter(), shop.now) == {"Acme": 1, "Acme Health": 1}


def test_filters(shop):
    shop.run(
        shop.posting("1", title="Senior Data Engineer", locations=["Zürich, Switzerland"]),
        shop.posting("2", title="Sales Lead", locations=["Remote"], workplace_type="remote"),
        shop.posting("3", title="Engineer", published_at=START - timedelta(days=40)),
        shop.read(),
    )

    def found(**fields):
        wanted = PostingFilter(**fields)
        names = list(hiring_employers(shop.db, wanted, shop.now))
        return sorted(p.external_id for p in open_postings(shop.db, names, wanted, shop.now))

    assert found(title=["engineer data"]) == ["1"]
    assert found(title=["engineer", "sales"]) == ["1", "2", "3"]
    assert found(location=["zurich"]) == ["1"]
    assert found(remote=True) == ["2"]
    assert found(since=START - timedelta(days=2)) == ["1", "2"]
    assert found(employer=["nobody"]) == []


def test_a_database_of_the_first_schema_is_upgraded_with_what_it_holds(tmp_path, monkeypatch):
    import store.database

    steps = store.database._migrations("postings")
    path = tmp_path / "postings.duckdb"
    monkeypatch.setattr(store.database, "_migrations", lambda kind: steps[:1])
    with Database(path, "postings").write() as connection:
        connection.execute("INSERT INTO runs (run, started_at) VALUES ('old', ?)", [START])
        connection.execute(
            "INSERT INTO boards VALUES ('greenhouse', 'acme', 'https://x.example', 'Acme', 'user', "
            "?)",
            [START],
        )
        connection.execute(
            "INSERT INTO postings (source, board, external_id, title, employer_origin, locations, "
            "workplace_type, text_hash, url, published_precision, first_seen, last_seen, last_run, "
            "content_hash) VALUES ('greenhouse', 'acme', '1', 'Cook', 'slug', ['Oslo'], 'unknown', "
            "'t', 'https://x.example/1', 'unknown', $now, $now, 'old', 'c')",
            {"now": START},
        )
        connection.execute(
            "INSERT INTO board_reads (run, source, board, outcome, complete, listed, body_hash) "
            "VALUES ('old', 'greenhouse', 'acme', 'ok', true, 1, 'h')"
        )
    monkeypatch.setattr(store.database, "_migrations", lambda kind: steps)
    upgraded = Database(path, "postings")
    known = what_is_known(upgraded)
    assert known.replies["greenhouse", "acme"].body_hash == "h"
    assert known.replies["greenhouse", "acme"].request_hash is None
    assert len(known.marks) == 0
    (found,) = open_postings(upgraded, ["Acme"], PostingFilter(), START)
    assert (found.title, found.employer, found.attribution) == ("Cook", "Acme", None)


def test_marks_are_found_among_many(shop):
    marks = [2**64 - 1, 0, 7, 2**63]
    for number, mark in enumerate(marks):
        shop.run({**shop.posting(str(number)), "list_mark": mark}, shop.read())
    known = what_is_known(shop.db).marks
    assert len(known) == 4
    assert all(mark in known for mark in marks)
    assert not any(mark in known for mark in (1, 8, 2**63 - 1, 2**64 - 2))


def test_what_a_list_says_never_replaces_details(shop):
    whole = {**shop.posting("1", description="All", employer="Acme AG"), "list_mark": 5}
    short = {**shop.posting("1", title="Short"), "from_list": True}
    shop.run(short, shop.read())
    assert shop.run(whole, shop.read()).changed == 0
    assert shop.run(short, shop.read()).unchanged == 1
    with shop.db.read() as connection:
        row = connection.execute("SELECT title, employer, list_mark FROM postings").fetchall()
    assert row == [("Job 1", "Acme AG", 5)]
    # Within one segment it is the details that count, whichever line comes first.
    changed = {**whole, "title": "New", "content_hash": "x", "list_mark": 6}
    assert shop.run(changed, short, shop.read()).changed == 1
    with shop.db.read() as connection:
        assert connection.execute("SELECT title FROM postings").fetchall() == [("New",)]


def test_attribution_stands_beside_the_postings_of_its_board(shop):
    board = NewBoard("greenhouse", "acme", "https://x.example", None, None, "Jobs by Example")
    add_boards(shop.db, [board], START)
    shop.run(shop.posting("1", employer="Acme"), shop.read())
    (found,) = open_postings(shop.db, ["Acme"], PostingFilter(), shop.now)
    assert found.attribution == "Jobs by Example"
